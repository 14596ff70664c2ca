"""The spellings by which a title, a label or a name states a school year, and texts that state none.

Belongs here: which cells state a year for certain. Does not belong here: every other spelling (``test_year_words``), what a
file is told (``test_other_years``).
"""

import pytest

from domain.intake.stated_years import stated_years, year_in


@pytest.mark.parametrize(
    "words",
    [
        "2023-2024学年", "2023/2024学年度", "2023学年度", "2023年学年", "2023年至2024年学年", "2023-2024年度", "二〇二三—二〇二四学年",
        "二零二三至二零二四学年", "二○二三—二四学年", "二〇二三学年", "2023−2024学年", "２０２３～２０２４學年", "2023-24学年", "2023_2024学年",
        "学年：2023/2024", "学年 2023-2024", "学年(填报)：2023-2024", "学年度(2023-2024)", "2023-2024第一学期", "2023 - 2024 学 年",
    ],
)  # fmt: skip
@pytest.mark.parametrize("title", ["{}", "青禾县{}义务教育学校基本情况", "（{}）", "大同{}汇总表", "青禾县教育局\n{}"])
def test_a_title_that_states_a_school_year(title, words):
    assert year_in(title.format(words)) == "2023-2024"


@pytest.mark.parametrize(
    "text", ["2023-2024", "（2023—2024）", "2023年-2024年", "【2023/2024】", "二〇二三至二〇二四", "\u200b2023-2024"]
)
def test_nothing_but_two_years(text):
    assert year_in(text) == "2023-2024"


@pytest.mark.parametrize(
    "text",
    [
        "2024年义务教育统计表", "2024-09-20", "填报日期：2024-09-20", "填报时间:2024年9月-2024年10月", "2023-2024年校舍建设项目", "青禾县2023-2024",
        "2023-2024义务教育", "电话0791-20232024", "2024年度", "学年", "学年开始:2024-09-01", "学年2024-09-20", "2011-12",
    ],
)  # fmt: skip
def test_other_years_and_dates_state_no_school_year(text):
    assert year_in(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "上学年（2023-2024学年）", "较2023-2024学年增加的填正数", "与2023学年相比", "请填写学年,例：2023-2024学年", "如2023-2024学年",
        "2023-2024学年和2024-2025学年对照", "2024-2027学年三年规划表", "2024-2026年度规划",
    ],
)  # fmt: skip
def test_remarks_that_compare_give_examples_or_name_several_state_none(text):
    assert year_in(text) is None


def test_a_slip_in_a_title_is_no_right_year():
    assert year_in("青禾县2024-2026学年汇总表") == "2024-2026"


@pytest.mark.parametrize(
    "label", ["学年", "学 年：", "填报学年", "所属学年", "报送学年", "统计学年:", "学年度", "学年(填报)", "學年"]
)
def test_what_stands_in_the_cell_behind_a_label(label):
    (stated,) = stated_years([[], [label, None, "2023-2024"]])
    assert (stated.text, stated.cell) == ("2023-2024", "C2")
    (stated,) = stated_years([[label, "今年"]])
    assert (stated.text, stated.cell, stated.year) == ("今年", "B1", None)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("学年：2023/2024学年", "2023/2024学年"), ("填报学年:2023-2024", "2023-2024"), ("学年 2023-2024", "2023-2024"),
        ("学年：2023-2024 填报日期：2024-09-20", "2023-2024"), ("学年:今年", "今年"), ("填报单位：教育局 学年：2023—2024", "2023-2024"),
    ],
)  # fmt: skip
def test_label_and_year_in_one_cell(cell, text):
    (stated,) = stated_years([[None, cell]])
    assert (stated.text, stated.cell) == (text, "B1")


@pytest.mark.parametrize("label", ["年度", "所属年度", "填报年度：", "统计 年度"])
def test_a_label_of_two_years(label):
    """年度 is the calendar year as well: of one year alone it says nothing."""
    for rows in ([[label, None, "2023-2024"]], [[f"{label.rstrip('：')}:2023-2024"]]):
        assert [one.text for one in stated_years(rows)] == ["2023-2024"]
    assert stated_years([[label, "2023"]]) == stated_years([[label, 2023.0]]) == stated_years([[f"{label}2023年"]]) == ()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("23-24学年", "2023-2024"), ("2023.9-2024.7", "2023-2024"), ("2023-2024(学年)", "2023-2024"), ("2023-2024（必填）", "2023-2024"),
        ("2023-2024(2022-2023学年数据另报)", "2023-2024"), ("2023学年第一学期", "2023学年第一学期"),
        ("2023-2024学年  经费为2022年决算", "2023-2024学年"),
    ],
)  # fmt: skip
def test_a_value_behind_a_label_in_another_spelling_is_the_year_meant(value, text):
    for rows in ([["学年", value]], [[f"学年：{value}"]]):
        (stated,) = stated_years(rows)
        assert (stated.text, stated.year.key) == (text, "2023-2024")


@pytest.mark.parametrize("value", [2024.0, "2024", "2024年", "２０２４", "2024年度"])
def test_one_year_behind_a_label_is_that_in_which_the_school_year_begins(value):
    (stated,) = stated_years([["学年", value]])
    assert stated.year.key == "2024-2025"


@pytest.mark.parametrize(
    "rows",
    [
        [["学年", "模板版本", "1.0"]],
        [["学年"]],
        [["上学年", "2023-2024"]],
        [["学年末在校生数", "1"]],
        [["经费", "2023-2025"]],
        [[2023.0, 2024.0]],
    ],
)
def test_rows_that_state_none(rows):
    assert stated_years(rows) == ()


def test_a_title_in_several_cells_is_no_label():
    assert [one.text for one in stated_years([["2024-2025", "学年度", "汇总表"]])] == ["2024-2025"]


def test_cover_and_titles_are_all_kept_the_cover_first():
    rows = [["2023-2024学年填报表"], ["填报学年", "2024-2025", "学年：2022-2023"]]
    stated = [(one.text, one.cell) for one in stated_years(rows)]
    assert stated == [("2024-2025", "B2"), ("2022-2023", "C2"), ("2023-2024", "A1")]
