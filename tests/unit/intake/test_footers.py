"""Lines of the office below the schools of a bulk table, in any column, from the file to what counts.

Belongs here: which lines are no schools, and which are schools all the same. Does not belong here: headings again, units and
averages (``test_tables``), totals (``test_layouts_in_sheets``).
"""

import datetime as dt

import pytest

from builders.intake import Settled, take_in
from builders.schools import COUNTY, code, school
from builders.workbooks import BULK, Formula, bulk_rows, xlsx

FOOTERS = [
    "填报日期：2024年9月30日", "报送时间：2024.9.30", "2024年9月30日", "2024-09-30", "20240930", "二〇二四年九月三十日", "年   月   日",
    "青禾县教育体育局 2024年9月30日", "打印时间：2024-09-30 10:21", "截止日期：2024年9月1日", "1、统计时点为2024年9月1日。",
    "（1）统计时点为2024年9月1日", "本表数据截至2024年9月1日。", "经办人：王五 13800138000", "青禾县2024—2025学年义务教育学校基本情况汇总表",
    "县人民政府教育督导室（公章）", "东乡", "城关镇（8所）", dt.date(2024, 9, 30),
]  # fmt: skip
SIGNED = [
    ["填表人", "张三", "电话", "0791-1234567", "日期", "2024-9-30"],
    ["联系人", "李四", "13800138000"],
    ["联系人", "李四", 13800138000],
    ["填报日期", dt.date(2024, 9, 30)],
    ["填报日期：", 2024, "年", 9, "月", 30, "日"],
    [None, None, None, "填表日期", dt.date(2024, 9, 30)],
    ["县教育督导室审核意见：", "同意上报"],
    [None, None, COUNTY, "青禾县"],
    [None, None, COUNTY],
]
HEADINGS = bulk_rows([school(1)])[0]
FIGURES = HEADINGS.index("图书册数")


def with_line(*lines: list) -> Settled:
    return take_in({"表.xlsx": xlsx({BULK: [*bulk_rows([school(1), school(2)]), *lines]})})


def is_told(year: Settled) -> bool:
    return year.accepted == [code(1), code(2)] and year.rules == ["R-OTHER"] and "第 4 行" in year.one("R-OTHER").message()


@pytest.mark.parametrize("column", [0, 1, 3, 20, FIGURES])
@pytest.mark.parametrize("footer", FOOTERS, ids=str)
def test_in_any_column(footer, column):
    year = with_line([*[None] * column, footer])
    assert is_told(year), year.messages


@pytest.mark.parametrize("line", SIGNED, ids=str)
def test_signed_cell_by_cell(line):
    year = with_line(line)
    assert is_told(year), year.messages


def test_between_the_schools_and_several():
    rows = bulk_rows([school(1), school(2)])
    far = [None] * 20
    year = take_in(
        {"表.xlsx": xlsx({BULK: [*rows[:2], [*far, "2024年9月30日"], rows[2], [*far, "县教育局"], ["报送时间：9月"]]})}
    )
    assert year.accepted == [code(1), code(2)] and year.rules == ["R-OTHER"]
    told = year.one("R-OTHER").message()
    assert "第 3 行“2024年9月30日”、第 5 行“县教育局”、第 6 行“报送时间:9月”" in told


def test_how_columns_are_computed():
    line = ["甲", "乙", *(f"{number}={number}+1" for number in range(1, len(HEADINGS) - 1))]
    rows = bulk_rows([school(1), school(2)])
    for one in (line, ["(1)", "(2)", "(3)=(1)+(2)", "=1+2", "5"]):
        year = take_in({"表.xlsx": xlsx({BULK: [rows[0], one, *rows[1:]]})})
        assert year.accepted == [code(1), code(2)] and year.rules == ["R-OTHER"], year.messages


@pytest.mark.parametrize("words", [["必填"], ["必填", "选填", "有则必填", "教学点免填"]])
def test_which_columns_must_be_filled_in(words):
    rows = bulk_rows([school(1), school(2)])
    line = [words[number % len(words)] for number in range(len(HEADINGS))]
    year = take_in({"表.xlsx": xlsx({BULK: [rows[0], line, *rows[1:]]})})
    assert year.accepted == [code(1), code(2)] and year.rules == ["R-OTHER"], year.messages


@pytest.mark.parametrize(
    "line",
    [
        ["12345678"], ["36052100011"], ["代码3605210003"], ["3605-210003"],  # a code with a slip
        [None, "青禾县第九小学"], [None, "青禾一小"], [None, "1.青禾县第九小学校"], ["日期：", "青禾县第九小学", COUNTY],  # a name
        [*[None] * FIGURES, 11250], [*[None] * FIGURES, "11250册"], [*[None] * FIGURES, "11,250"],  # a figure
        ["2024年9月30日", *[None] * (FIGURES - 1), 11250], ["填表人：张三", *[None] * (FIGURES - 1), 11250],
        [*[None] * FIGURES, Formula("SUM(A1:A2)")],
        [None, "青禾县第九小学", *[None] * 10, "填表人：张三"], ["20240930", None, None, "城关镇"],
        [None, None, COUNTY, "青禾县", "小学", "城区", "公办"],
    ],
    ids=str,
)  # fmt: skip
def test_what_may_be_a_school_stays_an_error(line):
    year = with_line(line)
    assert year.accepted == [code(1), code(2)] and year.errors() and "R-OTHER" not in year.rules


def test_a_school_without_code_and_name_stays_an_error():
    row = bulk_rows([school(3)])[1]
    row[0] = row[1] = None
    year = with_line(row)
    assert year.one("R-NO-CODE").cell == "A4" and "R-OTHER" not in year.rules
