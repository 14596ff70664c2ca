"""Several tables in one file: on one sheet, on several sheets, under the title of another, and what is told of those not read.

Belongs here: which table a sheet is taken for and that nothing beside it is lost without a word or read by foreign columns.
Does not belong here: single headings (``test_labels``), the rows of record forms (``test_record_forms``).
"""

import pytest
from test_record_forms import COMMITTING, SOUND, entries

from builders.counties import SOUND as COUNTY_ITEMS
from builders.counties import county_rows as county
from builders.counties import record_rows
from builders.intake import reading_of, take_in
from builders.schools import COUNTY, code, school
from builders.workbooks import BULK, bulk, bulk_rows, form_rows, xlsx
from data_contracts.record_forms import record_forms
from data_contracts.vocabulary import FORMS

SCHOOLS = [school(1), school(2), school(3)]
GOOD = school(9)


def handed_in(sheets, accepted=()):
    """A file of these sheets beside a good neighbour, which must be accepted whatever becomes of the file."""
    year = take_in({"表.xlsx": xlsx(sheets), "好.xlsx": bulk([GOOD])}, [*SCHOOLS, GOOD], standards=COMMITTING)
    assert year.outcomes["好.xlsx"] == "accepted"
    assert year.accepted == [*accepted, code(9)], year.messages
    return year


def records(form):
    return record_rows(form, [SOUND[form]])


def moved(rows):
    """The same table with its last two columns changed over."""
    return [[*row[:-2], row[-1], row[-2]] for row in rows]


class TestWhatASheetIs:
    @pytest.mark.parametrize("titled", record_forms())
    @pytest.mark.parametrize("form", record_forms())
    def test_columns_go_before_titles(self, form, titled):
        year = handed_in({"Sheet1": [[FORMS[titled]], *records(form)[1:]]})
        assert len(entries(year, form)) == 1
        assert year.rules == ([] if form == titled else ["E-TITLE"])
        if form != titled:
            assert FORMS[titled] in year.one("E-TITLE").message() and year.outcomes["表.xlsx"] == "accepted"

    @pytest.mark.parametrize(
        ("form", "key"), [(form, key) for form, columns in record_forms().items() for key in columns if columns[key].required]
    )
    def test_without_a_title_a_missing_column_is_named(self, form, key):
        year = handed_in({"Sheet1": record_rows(form, [SOUND[form]], without=[key])[2:]})
        assert [one.field for one in year.told("H-MISSING")] == [key] and year.outcomes["表.xlsx"] == "rejected"

    def test_a_list_of_schools_with_number_item_and_remark_is_no_visit(self):
        rows = [["编号", "学校标识码", "学校名称", "项目", "备注"], ["1", code(1), "一", "改建", ""]]
        assert handed_in({"名单": rows}).intake.files[0].form == "bulk_table"

    @pytest.mark.parametrize("form", [*record_forms(), "county_form"])
    def test_a_form_in_which_nobody_wrote_does_not_stand_before_the_schools(self, form):
        blank = county({}) if form == "county_form" else record_rows(form, [{"county_code": COUNTY}])
        year = handed_in({FORMS[form]: blank, "汇总表": bulk_rows(SCHOOLS)}, [code(1), code(2), code(3)])
        assert year.rules == []


class TestTwoTablesOnASheet:
    def test_schools_above_a_table_with_more_columns_are_told(self):
        wide = school(2, "九年一贯制学校")
        year = take_in(
            {"表.xlsx": xlsx({"表": [*bulk_rows([school(1)]), [], *bulk_rows([wide])]}), "好.xlsx": bulk([GOOD])},
            [school(1), wide, GOOD],
        )
        found = year.one("F-TWO-TABLES-SCHOOLS")
        assert found.cell == "A1" and "第 4 行" in found.message() and "第 1 行" in found.message()
        assert year.outcomes == {"表.xlsx": "rejected", "好.xlsx": "accepted"}

    def test_schools_below_a_heading_in_another_order_are_never_read_by_the_first(self):
        rows = [*bulk_rows(SCHOOLS[:1]), [], *moved(bulk_rows(SCHOOLS[1:]))]
        year = handed_in({"表": rows})
        assert year.one("F-TWO-TABLES-SCHOOLS").cell == "A4" and year.outcomes["表.xlsx"] == "rejected"
        assert reading_of("表.xlsx", xlsx({"表": rows})).schools == 1

    def test_the_same_heading_again_is_read_on(self):
        year = handed_in({"表": [*bulk_rows(SCHOOLS[:1]), *bulk_rows(SCHOOLS[1:])]}, [code(1), code(2), code(3)])
        assert year.rules == ["R-OTHER"]

    @pytest.mark.parametrize("form", record_forms())
    def test_records_below_or_above_schools_are_told_and_the_schools_are_read(self, form):
        schools = [code(1), code(2), code(3)]
        below = handed_in({"表": [*bulk_rows(SCHOOLS), [], *records(form)]}, schools)
        assert below.rules == ["F-TWO-TABLES"] and FORMS[form] in below.one("F-TWO-TABLES").message()
        above = handed_in({"表": [*records(form), [], *bulk_rows(SCHOOLS)]}, schools)
        assert "F-TWO-TABLES" in above.rules and above.outcomes["表.xlsx"] == "accepted_with_queries"

    @pytest.mark.parametrize("form", record_forms())
    def test_records_below_a_form_are_told_and_the_school_is_read(self, form):
        year = handed_in({"表": [*form_rows(school(1)), [], *records(form)]}, [code(1)])
        assert year.rules == ["F-TWO-TABLES"]

    def test_a_second_form_below_the_first_is_one_error(self):
        year = handed_in({"表": [*form_rows(school(1)), [], *form_rows(school(2))]})
        assert year.rules == ["F-TWO-TABLES-SCHOOLS"]

    def test_schools_beside_a_form(self):
        left = form_rows(school(1))
        table = bulk_rows(SCHOOLS[1:])
        rows = [
            [*row, *[None] * (8 - len(row)), *(table[n - 3] if 0 <= n - 3 < len(table) else [])] for n, row in enumerate(left)
        ]
        year = handed_in({"表": rows})
        assert year.rules == ["F-TWO-TABLES-SCHOOLS"] and year.one("F-TWO-TABLES-SCHOOLS").cell == "I4"

    def test_schools_above_a_form(self):
        year = handed_in({"表": [*bulk_rows(SCHOOLS[1:]), [], *form_rows(school(1))]})
        assert year.rules == ["F-TWO-TABLES-SCHOOLS"] and "汇总表" in year.one("F-TWO-TABLES-SCHOOLS").message()

    @pytest.mark.parametrize("form", ["rectification", "plan", "workflow"])
    def test_a_record_form_whose_heading_and_title_stand_on_every_page(self, form):
        other = (
            {"gap": f"{COUNTY}-G2"} if form == "rectification" else {"item": "L2"} if form == "plan" else {"stage": "市级复核"}
        )
        again = record_rows(form, [{**SOUND[form], **other}])
        year = handed_in({FORMS[form]: [*records(form), [], *again]})
        assert year.rules == [] and len(entries(year, form)) == 2

    def test_a_record_form_whose_second_heading_is_in_another_order(self):
        again = moved(record_rows("plan", [{**SOUND["plan"], "item": "L2"}])[2:])
        year = handed_in({"三年规划表": [*records("plan"), [], *again]})
        assert year.rules == ["F-TWO-TABLES-SCHOOLS"] and year.outcomes["表.xlsx"] == "rejected"


class TestSheetsWithoutAHeader:
    def test_schools_on_a_second_page_without_a_heading_are_asked_about(self):
        table = bulk_rows(SCHOOLS)
        year = handed_in({"一": table[:3], "二": table[3:]}, [code(1), code(2)])
        found = year.one("F-UNREAD-SHEET")
        assert found.sheet == "二" and code(3) in found.message() and found.severity == "query"

    def test_words_and_codes_that_were_read_are_no_matter(self):
        explained = [["填报说明"], ["学校标识码", code(1)], ["联系电话", "13800000000"]]
        assert handed_in({"表": bulk_rows(SCHOOLS[:1]), "说明": explained}, [code(1)]).rules == []

    def test_records_on_a_second_page_without_a_heading(self):
        more = record_rows("rectification", [{**SOUND["rectification"], "gap": f"{COUNTY}-G2"}])[3:]
        year = handed_in({"整改台账": records("rectification"), "Sheet2": more})
        assert year.rules == ["F-UNREAD-SHEET"] and len(entries(year, "rectification")) == 1

    def test_rows_of_several_sheets_about_the_same_thing_are_named_with_their_sheets(self):
        year = handed_in({"东": records("plan"), "西": records("plan")})
        assert all("“东”4、“西”4" in found.message() for found in year.told("E-TWICE")) and year.told("E-TWICE")


class TestCopiesThatSayNothing:
    def test_a_blank_copy_of_a_column_is_no_matter(self):
        header, *rows = bulk_rows(SCHOOLS)
        for table in (
            [[*header, header[-1]], *[[*row, None] for row in rows]],
            [[header[-1], *header], *[[None, *row] for row in rows]],
        ):
            assert handed_in({"表": table}, [code(1), code(2), code(3)]).told("H-TWICE") == []

    def test_a_copy_in_which_something_stands_is(self):
        header, *rows = bulk_rows(SCHOOLS)
        year = handed_in({"表": [[*header, header[-1]], *[[*row, row[-1]] for row in rows]]})
        assert len(year.told("H-TWICE")) == 1

    def test_a_blank_copy_of_a_row_of_a_form(self):
        rows = form_rows(school(1))
        for copied in ([*rows, [*rows[20][:4], None]], [*rows[:10], [*rows[20][:4], None], *rows[10:]]):
            assert handed_in({"表": copied}, [code(1)]).rules == []
        assert "H-TWICE" in handed_in({"表": [*rows, [*rows[20][:4], 7]]}).rules

    def test_a_blank_copy_of_a_column_of_a_record_form(self):
        cover, years, header, row = records("workflow")
        place = header.index("阶段")
        for table in ([[*header, "阶段"], [*row, None]], [["阶段", *header], [None, *row]]):
            assert len(entries(handed_in({"工作进程表": [cover, years, *table]}), "workflow")) == 1
        assert "H-TWICE" in handed_in({"工作进程表": [cover, years, [*header, "阶段"], [*row, row[place]]]}).rules


def test_a_county_form_below_records_of_its_own():
    year = handed_in({"表": [*county(COUNTY_ITEMS), [], *records("plan")]})
    assert "F-TWO-TABLES" in year.rules


class TestFormsAndTablesOfSchools:
    """A workbook into which somebody gathered what schools sent: forms and tables are read, in any order."""

    FORM, TABLE, LAST = ("甲", form_rows(school(1))), ("各校", bulk_rows([school(2), school(3)])), ("乙", form_rows(GOOD))

    @pytest.mark.parametrize("sheets", [(FORM, TABLE), (TABLE, FORM)], ids=["form first", "table first"])
    def test_all_their_schools_count(self, sheets):
        year = handed_in(dict(sheets), [code(1), code(2), code(3)])
        assert year.rules == [] and year.intake.files[0].form == year.intake.files[1].form == "bulk_table"

    def test_forms_on_both_sides_of_a_table(self):
        year = take_in({"表.xlsx": xlsx(dict([self.FORM, self.TABLE, self.LAST]))})
        assert year.rules == [] and year.accepted == [code(1), code(2), code(3), code(9)]

    def test_an_error_costs_its_own_school(self):
        year = handed_in({"甲": form_rows(school(1, books=-3)), "各校": bulk_rows([school(2), school(3, books=-3)])}, [code(2)])
        assert [(one.sheet, one.rule) for one in year.told("C-NEGATIVE")] == [("甲", "C-NEGATIVE"), ("各校", "C-NEGATIVE")]
        assert year.outcomes["表.xlsx"] == "partly_accepted"

    def test_a_school_in_both_is_told_at_both_places(self):
        year = handed_in(dict([self.FORM, ("各校", bulk_rows([school(1, books=9), school(2)]))]), [code(2)])
        assert {one.sheet for one in year.told("R-TWICE")} == {"甲", "各校"}
        assert all("甲!" in one.message() and "各校!" in one.message() for one in year.told("R-TWICE"))

    def test_a_table_of_none_but_the_schools_of_the_forms_is_not_read_and_asked_about(self):
        """As a county's own sheet in a school's form that gathers its figures by formulas: the form counts."""
        gathered = ("各校", bulk_rows([school(1, books=9)]))
        for sheets in ([self.FORM, gathered], [gathered, self.FORM]):
            year = handed_in(dict(sheets), [code(1)])
            assert year.one("F-MIXED").sheet == "各校" and year.outcomes["表.xlsx"] == "accepted_with_queries"
            assert year.row(code(1))["books"] == 11250

    @pytest.mark.parametrize("rows", [bulk_rows([school(2)])[:1], form_rows(dict.fromkeys(school(1)))], ids=["header", "form"])
    def test_blank_ones_beside_others_say_nothing(self, rows):
        assert handed_in(dict([("空", rows), self.FORM]), [code(1)]).rules == []

    def test_a_page_without_a_heading_behind_a_form_and_a_table_is_asked_about(self):
        year = take_in({"表.xlsx": xlsx(dict([self.FORM, self.TABLE, ("续", bulk_rows([GOOD])[1:])]))})
        assert code(9) in year.one("F-UNREAD-SHEET").message()


LISTED = [["学校标识码", "学校名称", "办学类型", "校长"], *([code(one), "校", "小学", "张三"] for one in (1, 2))]


@pytest.mark.parametrize("first", [True, False], ids=["list first", "table first"])
def test_a_list_of_the_schools_beside_their_table(first):
    sheets = [("名单", LISTED), (BULK, bulk_rows([school(1), school(2)]))]
    year = handed_in(dict(sheets if first else sheets[::-1]), [code(1), code(2)])
    assert year.rules == ["F-LIST"] and year.one("F-LIST").sheet == "名单" and year.outcomes["表.xlsx"] == "accepted"


@pytest.mark.parametrize(
    "listed",
    [[*LISTED, [code(3), "校", "小学", "李四"]], [[*LISTED[0], "办学状态"], [*LISTED[1], "停办"]]],
    ids=["another school", "a closed one"],
)
def test_a_list_that_says_more_is_read(listed):
    year = handed_in({BULK: bulk_rows([school(1), school(2)]), "名单": listed}, [] if len(listed) > 2 else [code(2)])
    assert year.told("R-TWICE") and "F-LIST" not in year.rules


class TestSideBySide:
    LEFT, RIGHT = bulk_rows([school(1), school(2)]), bulk_rows([school(3), GOOD])

    @pytest.mark.parametrize("gap", [[], [None]], ids=["close", "apart"])
    @pytest.mark.parametrize("tables", [2, 3])
    def test_one_finding_tells_of_them(self, tables, gap):
        rows = [[*left, *[*gap, *right] * (tables - 1)] for left, right in zip(self.LEFT, self.RIGHT, strict=True)]
        year = handed_in({"表": rows})
        told = year.one("H-SIDE-BY-SIDE").message()
        assert year.rules == ["H-SIDE-BY-SIDE"] and f"{tables} 个汇总表" in told and "A1、" in told and "移到" in told

    @pytest.mark.parametrize("lower", [1, 2, 5])
    def test_one_that_begins_lower_down_is_told(self, lower):
        """Its heading stands in the row of a school of the table on the left."""
        nothing = [None] * len(self.LEFT[0])
        left, right = [*self.LEFT, *[nothing] * 9], [*[nothing] * lower, *self.RIGHT, *[nothing] * 9]
        rows = [[*one, None, *other] for one, other in zip(left, right, strict=False)][: lower + 3]
        year = handed_in({"表": rows})
        told = year.one("F-TWO-TABLES-SCHOOLS")
        assert year.outcomes["表.xlsx"] == "rejected" and told.cell.endswith(str(lower + 1)) and "丢失" in told.message()
        assert not year.told("H-NO-HEADING")

    def test_a_wide_table_in_two_halves_names_what_stands_twice(self):
        rows = [[*row[:20], *row[:2], *row[20:]] for row in self.LEFT]
        assert handed_in({"表": rows}).rules == ["H-TWICE", "H-TWICE"]


class TestWithoutAName:
    """What stands where no heading or item tells what it is."""

    @pytest.mark.parametrize(("at", "column"), [(5, "F"), (36, "AK")], ids=["amid", "right"])
    def test_a_column(self, at, column):
        rows = [[*row[:at], extra, *row[at:]] for row, extra in zip(bulk_rows(SCHOOLS), [None, 3, "", "好"], strict=True)]
        note = handed_in({"表": rows}, [code(1), code(2), code(3)]).one("H-NO-HEADING")
        assert (note.severity, note.cell) == ("note", f"{column}1") and "2 个值(如“3”)" in note.message()

    def test_many_columns_are_one_note(self):
        rows = [[*row, *([number] * 9 if number else [])] for number, row in enumerate(bulk_rows(SCHOOLS))]
        for row in rows[1:]:
            row[-1] = "x"
        note = handed_in({"表": rows}, [code(1), code(2), code(3)])
        assert note.rules == ["H-NO-HEADING"]

    @pytest.mark.parametrize("numbers", [["1", "2", "3"], [1, 2, 3]], ids=["text", "numbers"])
    def test_running_numbers_say_nothing(self, numbers):
        rows = [[number, *row] for number, row in zip([None, *numbers], bulk_rows(SCHOOLS), strict=True)]
        assert handed_in({"表": rows}, [code(1), code(2), code(3)]).rules == []

    def test_a_row_of_a_form(self):
        rows = [*form_rows(school(1)), [None, None, None, None, 77]]
        note = handed_in({"表": rows}, [code(1)]).one("H-NO-HEADING")
        assert note.cell == f"E{len(rows)}" and "77" in note.message() and f"row {len(rows)}" in note.message("en")
