"""What a file is told where it states or names another school year than that of its inbox.

Belongs here: files, from a text around their tables to the finding and its explanation. Does not belong here: every spelling
(``test_year_words``), errors of a cover (``test_reading``).
"""

import datetime as dt

import openpyxl
import pytest
from test_whose_answers import answering, changed, receipt_for

from builders.intake import reading_of, take_in
from builders.schools import YEAR, code, school
from builders.workbooks import BULK, FORM, bulk, bulk_rows, csv_table, form_rows, xlsx

TABLE = bulk_rows([school(1), school(2)])
FORM_ROWS = form_rows(school(1))


def told(content: bytes, file: str | None = None) -> list[tuple[str, str | None, str | None]]:
    """The findings about school years: rule, sheet and cell."""
    file = file or ("表.xlsx" if content.startswith(b"PK") else "表.csv")
    return [(one.rule, one.sheet, one.cell) for one in reading_of(file, content).findings if "YEAR" in one.rule]


def around(text: str) -> list[tuple[bytes, str, str]]:
    """A text above and below a table and a form: the file, and where it stands."""
    end = len(FORM_ROWS) + 1
    return [
        (xlsx({BULK: [[text], *TABLE]}), BULK, "A1"),
        (xlsx({BULK: [*TABLE, [], ["", text]]}), BULK, "B5"),
        (xlsx({FORM: [[text], *FORM_ROWS]}), FORM, "A1"),
        (xlsx({FORM: [*FORM_ROWS, [text]]}), FORM, f"A{end}"),
        (csv_table([[text], *TABLE]), "CSV", "A1"),
    ]


class TestTextsAround:
    @pytest.mark.parametrize(
        "text",
        [
            "青禾县{0}-{1}年汇总表", "{0}年9月至{1}年7月", "{0}年秋—{1}年春", "青禾县{0}-{1}", "{0}年秋", "{1}年春", "注：{0}-{1}学年撤并的学校不填", "含{0}-{1}学年新建学校2所",
            "体质健康合格率为{0}-{1}学年数据", "沿用{0}-{1}学年模板",
        ],
    )  # fmt: skip
    def test_a_text_that_may_speak_of_another_year_is_asked_about_at_its_cell(self, text):
        """D12: last year's table by any text around it."""
        for content, sheet, cell in around(text.format(2023, 2024)):
            assert told(content) == [("F-YEAR-NAMED", sheet, cell)]
        for content, *_ in around(text.format(2024, 2025)):
            assert told(content) == []

    @pytest.mark.parametrize(
        "title",
        [
            "青禾县{0}-{1}学年汇总表",
            "{0}.9-{1}.7学年",
            "{0}年秋—{1}年春学年",
            "{0}-{1}（学年）",
            "{0}\n-{1}学年",
            "年度：{0}-{1}",
        ],
    )
    def test_a_title_for_certain_is_an_error_above_and_a_question_below(self, title):
        rules = [[rule for rule, *_ in told(content)] for content, *_ in around(title.format(2023, 2024))]
        assert rules == [["F-YEAR"], ["F-YEAR-NAMED"], ["F-YEAR"], ["F-YEAR-NAMED"], ["F-YEAR"]]
        assert all(told(content) == [] for content, *_ in around(title.format(2024, 2025)))

    @pytest.mark.parametrize("title", ["青禾县{}-{}学年汇总表", "{}—{}学年度", "所属学年：{}-{}"])
    def test_two_digits_of_each_year(self, title):
        assert [rule for rule, *_ in told(bulk([school(1)], above=[[title.format(23, 24)]]))] == ["F-YEAR"]
        assert told(bulk([school(1)], above=[[title.format(24, 25)]])) == []

    @pytest.mark.parametrize(
        "text",
        [
            "与2023-2024学年比",
            "上学年（2023-2024学年）",
            "（2021-2025年）优质均衡创建规划",
            "2023-2024年建设的校舍",
            "2024年9月-2024年10月",
            "依据《2023—2024学年度教育事业统计》口径",
            "说明：三年前初一在校生数指2021-2022学年初一在校生数。",
            "注：近三年指2022-2023、2023-2024、2024-2025学年",
            "建校1998-1999年",
        ],
    )
    def test_what_plainly_speaks_of_something_else_is_left_alone(self, text):
        assert all(told(content) == [] for content, *_ in around(text))

    def test_the_heading_of_last_years_figures_is_left_alone(self):
        assert told(xlsx({BULK: [["", "上学年 2023-2024", "上学年", "2023-2024"], *TABLE]})) == []
        assert told(xlsx({BULK: [["", "上学年 2022-2023"], *TABLE]})) == [("F-YEAR-NAMED", BULK, "B1")]

    @pytest.mark.parametrize(
        "row",
        [
            ["{0}", "-", "{1}", "学年"],
            ["{0}-", "{1}学年汇总表"],
            ["青禾县{0}", None, "—{1}年汇总"],
            [2023.0, "至", 2024.0, "学年"],
        ],
    )
    def test_a_year_over_several_cells_of_a_row(self, row):
        def of(first: int, second: int) -> list[object]:
            numbers = {2023.0: float(first), 2024.0: float(second)}
            return [cell.format(first, second) if isinstance(cell, str) else numbers.get(cell) for cell in row]

        assert told(xlsx({BULK: [of(2023, 2024), *TABLE]})) == [("F-YEAR-NAMED", BULK, "A1")]
        assert told(xlsx({BULK: [of(2024, 2025), *TABLE]})) == []

    @pytest.mark.parametrize("row", [["2023年9月至2024年7月"], ["", "以上为2023-2024年数据"]])
    def test_a_line_that_names_a_year_is_no_school(self, row):
        reading = reading_of("表.xlsx", xlsx({BULK: [*TABLE, row]}))
        assert reading.schools == 2 and [one.rule for one in reading.findings] == ["R-OTHER", "F-YEAR-NAMED"]

    def test_figures_beside_each_other_are_no_year(self):
        assert told(xlsx({BULK: [["", 2023.0, 2024.0], *TABLE, ["合计", 2023.0, "-", 2024.0]]})) == []

    def test_a_column_or_an_item_that_is_called_school_year(self):
        for year, expected in (("2023-2024", ["F-YEAR-NAMED"]), (YEAR, [])):
            column = [[*TABLE[0], "学年"], *([*row, year] for row in TABLE[1:])]
            item = [*FORM_ROWS, ["", "", "学年", "", year]]
            for rows in ({BULK: column}, {FORM: item}):
                assert [rule for rule, *_ in told(xlsx(rows))] == expected

    def test_what_schools_remark_beside_their_figures_is_theirs(self):
        rows = [[*TABLE[0], "备注"], *([*row, "较2022-2023学年减少，见2022-2023学年报表"] for row in TABLE[1:])]
        assert told(xlsx({BULK: rows})) == []

    def test_one_question_for_each_year_of_a_sheet_with_its_places(self):
        rows = [["沿用2023-2024学年模板"], ["根据2022-2023学年通知"], *TABLE, ["按2023-2024学年口径"], ["2023-2024年"]]
        reading = reading_of("表.xlsx", xlsx({BULK: rows}))
        first, second = (one for one in reading.findings if one.rule == "F-YEAR-NAMED")
        assert (first.cell, second.cell) == ("A1", "A2")
        assert "A6、A7" in first.message() and "A6, A7" in first.message("en") and "2022-2023 学年" in second.message()

    def test_nothing_is_asked_where_the_year_is_wrong_for_certain(self):
        rows = [["2023-2024学年汇总表"], *TABLE, ["2023-2024年"]]
        assert told(xlsx({BULK: rows})) == [("F-YEAR", BULK, "A1")]


class TestBesideATitle:
    RIGHT = ("青禾县2024—2025学年义务教育学校基本情况汇总表",)

    def test_beside_a_title_of_the_right_year_another_is_only_asked_about(self):
        rows = [self.RIGHT, ["2023-2024学年义务教育学校基本情况"], *TABLE]
        assert told(xlsx({BULK: rows})) == [("F-YEAR-NAMED", BULK, "A2")]

    def test_a_label_that_contradicts_the_title_stays_an_error(self):
        assert told(xlsx({BULK: [self.RIGHT, ["学年：2023-2024"], *TABLE]})) == [("F-YEAR", BULK, "A2")]


class TestCalendarYearsAndDays:
    """They are asked about only: never for certain, and never where they may be of the inbox."""

    @pytest.mark.parametrize(
        ("text", "right"),
        [
            ("统计时点：2023年9月1日", "统计时点：2024年9月1日"),
            ("数据截至2023年9月1日", "数据截至2025年6月30日"),
            ("填报日期：2024年7月31日", "填报日期：2024年8月1日"),
            ("青禾县2023年度义务教育学校基本情况汇总表", "青禾县2024年度义务教育学校基本情况汇总表"),
            ("年度：2023", "年度：2025"),
        ],
    )
    def test_a_text_above_or_below(self, text, right):
        for content, sheet, cell in around(text):
            assert told(content) == [("F-YEAR-NAMED", sheet, cell)]
        for content, *_ in around(right):
            assert told(content) == []

    @pytest.mark.parametrize("label", ["统计时点", "填报日期：", "制表日期"])
    def test_a_date_in_the_cell_behind_its_label(self, label):
        for year, expected in ((2023, ["F-YEAR-NAMED"]), (2024, [])):
            line = [label, dt.date(year, 9, 30)]
            for rows in ([line, *TABLE], [*TABLE, [], line], [*TABLE, line]):
                reading = reading_of("表.xlsx", xlsx({BULK: rows}))
                assert [one.rule for one in reading.findings if one.rule != "R-OTHER"] == expected and reading.schools == 2

    @pytest.mark.parametrize("line", [["{}"], ["青禾县教育局（盖章）", None, "{}"], ["填表人：张三", None, "日期：{}"]])
    def test_a_day_of_signing(self, line):
        for year, expected in ((2023, ["F-YEAR-NAMED"]), (2024, [])):
            signed = [cell and cell.format(f"{year}年9月30日") for cell in line]
            reading = reading_of("表.xlsx", xlsx({BULK: [*TABLE, [], signed]}))
            assert [one.rule for one in reading.findings if "YEAR" in one.rule] == expected and reading.schools == 2

    def test_a_day_of_signing_typed_as_a_date(self):
        assert told(xlsx({BULK: [*TABLE, [], [None, dt.date(2023, 9, 30)]]})) == [("F-YEAR-NAMED", BULK, "B5")]

    def test_a_label_with_the_year_in_which_the_school_year_begins(self):
        for value in (2024, "2024", "2024年"):
            assert told(xlsx({BULK: [["学年", value], *TABLE]})) == []
        assert told(xlsx({BULK: [["学年", 2023], *TABLE]})) == [("F-YEAR", BULK, "B1")]

    @pytest.mark.parametrize(
        ("heading", "wrong", "right"),
        [("年份", 2023, 2024), ("年度", 2023, 2025), ("学年", 2023, 2024), ("学年", "2023年", "2024年")],
    )
    def test_a_column_of_years(self, heading, wrong, right):
        for year, expected in ((wrong, [("F-YEAR-NAMED", BULK, "A2")]), (right, [])):
            assert told(xlsx({BULK: [[heading, *TABLE[0]], *([year, *row] for row in TABLE[1:])]})) == expected

    def test_columns_of_when_a_school_was_built_are_left_alone(self):
        added = ["建校年月", "成立时间", "建校年份"], [dt.date(1998, 9, 1), dt.date(2003, 9, 1), 1998]
        assert told(xlsx({BULK: [[*TABLE[0], *added[0]], *([*row, *added[1]] for row in TABLE[1:])]})) == []

    @pytest.mark.parametrize("name", ["2023", "2023年", "2023年度", "2023年学校情况汇总表"])
    def test_a_sheet_so_called(self, name):
        assert told(xlsx({name: TABLE})) == [("F-YEAR-SHEET", name, None)]
        assert told(xlsx({name.replace("2023", "2024"): TABLE})) == told(xlsx({name.replace("2023", "2025"): TABLE})) == []

    def test_it_is_named_as_what_it_is(self):
        (asked,) = reading_of("表.xlsx", xlsx({BULK: [["统计时点", dt.date(2023, 9, 1)], *TABLE]})).findings
        assert "提到 2023 年 9 月 1 日,而" in asked.message() and "names 2023-09-01, but" in asked.message("en")
        (asked,) = reading_of("表.xlsx", xlsx({"2023年": TABLE})).findings
        assert "写的是 2023 年,而" in asked.message() and "the year 2023 but" in asked.message("en")


class TestCovers:
    @pytest.mark.parametrize("table", [{BULK: TABLE}, {FORM: FORM_ROWS}])
    @pytest.mark.parametrize(
        ("cover", "rule"),
        [
            ([["封面"], ["{0}-{1}学年义务教育学校基本情况报表"]], "F-YEAR-NAMED"),
            ([["封面"], ["{0}年9月至{1}年7月"]], "F-YEAR-NAMED"),
            ([["封面"], ["学年", None, "{0}-{1}"]], "F-YEAR"),
            ([["封面"], ["所属年度：{0}-{1}"]], "F-YEAR"),
        ],
    )
    def test_a_sheet_without_a_table(self, table, cover, rule):
        def of(first: int, second: int) -> list[list[object]]:
            return [[cell and cell.format(first, second) for cell in row] for row in cover]

        cell = "C2" if len(cover[1]) > 1 else "A2"
        for sheets in ({"封面": of(2023, 2024)} | table, table | {"封面": of(2023, 2024)}):
            assert told(xlsx(sheets)) == [(rule, "封面", cell)]
        assert told(xlsx({"封面": of(2024, 2025)} | table)) == []

    def test_a_label_that_is_explained_states_no_year(self):
        assert told(xlsx({FORM: FORM_ROWS, "填写说明": [["学年", "填写数据所属的学年，例：2023-2024学年"]]})) == []

    def test_the_year_of_a_cover_is_that_of_the_file_where_no_folder_says_one(self):
        assert reading_of("表.xlsx", xlsx({"封面": [["学年：23-24学年"]], BULK: TABLE}), year=None).stated_year == "2023-2024"


class TestNames:
    @pytest.mark.parametrize("name", ["23-24学年", "2023-2024年汇总", "汇总23-24", "2023年秋—2024年春"])
    def test_a_sheet_or_a_file_so_called(self, name):
        assert told(xlsx({name: TABLE})) == [("F-YEAR-SHEET", name, None)]
        assert told(xlsx({BULK: TABLE}), f"青禾县{name}.xlsx") == [("F-YEAR-NAME", None, None)]
        right = name.replace("24", "25").replace("23", "24")
        assert told(xlsx({right: TABLE}), f"青禾县{right}.xlsx") == []

    def test_a_name_that_holds_the_right_year_too_says_nothing(self):
        assert told(xlsx({BULK: TABLE}), "2023-2024数据/2024-2025学年（含2023-2024）.xlsx") == [("F-YEAR-NAME", None, None)]
        assert told(xlsx({BULK: TABLE}), "2024-2025学年（含2023-2024）.xlsx") == []


class TestExplained:
    @pytest.mark.parametrize(
        "sheets",
        [
            {BULK: [["沿用2023-2024学年模板"], *TABLE]},
            {BULK: [*TABLE, ["2023-2024年"]]},
            {"封面": [["2023-2024年"]], BULK: TABLE},
        ],
    )
    def test_what_is_asked_can_be_explained_on_the_receipt(self, sheets):
        content = xlsx(sheets)
        asked = take_in({"表.xlsx": content})
        assert asked.accepted == [code(1), code(2)] and asked.outcomes == {"表.xlsx": "accepted_with_queries"}
        explained = changed(receipt_for(content, asked), answering("沿用的是表样，数据是本学年的", "F-YEAR-NAMED"))
        year = take_in({"表.xlsx": explained})
        assert year.one("F-YEAR-NAMED").answer == "沿用的是表样，数据是本学年的"
        assert year.outcomes == {"表.xlsx": "accepted"}

    def test_another_text_is_asked_about_again(self):
        content = xlsx({BULK: [["沿用2023-2024学年模板"], *TABLE]})

        def change(book: openpyxl.Workbook) -> None:
            answering("只是表样", "F-YEAR-NAMED")(book)
            book[BULK]["A1"] = "青禾县2023-2024年汇总表"

        year = take_in({"表.xlsx": changed(receipt_for(content, take_in({"表.xlsx": content})), change)})
        assert year.one("F-YEAR-NAMED").severity == "query"
