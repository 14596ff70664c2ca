"""Reading one handed-in file: values with their addresses, sections, years, blanks.

Belongs here: what depends on the bytes of one file alone. Does not belong here: the register, other files (``test_settling``).
"""

import datetime as dt
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from builders.intake import reading_of, settled, take_in
from builders.schools import YEAR, code, school
from builders.workbooks import BULK, FORM, MODIFIED, bulk, bulk_rows, cell_of, csv_table, entry_of, form, form_rows, label, xlsx
from data_contracts.catalogue import fields, official_values
from data_contracts.records import RETURN_COLUMNS
from data_contracts.vocabulary import OUTCOMES
from domain.intake import reading as module
from domain.intake.reading import read_file
from domain.intake.workbook import Book, Sheet

NINE = "九年一贯制学校"


def rules_of(reading) -> list[str]:
    return [finding.rule for finding in reading.findings]


class TestValues:
    def test_every_filled_cell_with_its_address(self):
        rows = bulk_rows([school(1), school(2, NINE)])
        values = reading_of("表.xlsx", xlsx({BULK: rows})).values
        assert len(values) == sum(cell is not None for row in rows[1:] for cell in row)
        one = values[(values["field"] == "books") & (values["row"] == 3)].iloc[0]
        assert (one["cell"], one["value"], one["number"], one["school_id"], one["sheet"]) == (
            cell_of(rows, "图书册数", 2),
            "18750",
            18750,
            code(2),
            BULK,
        )

    def test_form_has_row_0(self):
        rows = form_rows(school(1))
        values = reading_of("校.xlsx", form(school(1))).values
        assert set(values["row"]) == {0}
        assert values[values["field"] == "books"]["cell"].iat[0] == entry_of(rows, "图书册数")

    def test_facts(self):
        content = form(school(1), MODIFIED)
        reading = reading_of("夹/校.xlsx", content)
        assert (reading.file, reading.form, reading.size, reading.schools, reading.template_version) == (
            "夹/校.xlsx",
            "school_form",
            len(content),
            1,
            "1.0",
        )
        assert reading.modified == "2024-09-10T08:00:00+00:00"
        assert reading_of("表.csv", csv_table(bulk_rows([school(1), school(2)]))).schools == 2

    def test_wan_yuan_become_yuan_once_and_stay_so_through_the_tables(self):
        one = school(1, equipment_value=139.5, equipment_value_primary=139.5, public_budget=32.4)
        for name, content in {"表.xlsx": bulk([one]), "校.xlsx": form(one), "表.csv": csv_table(bulk_rows([one]))}.items():
            row = take_in({name: content}).row(code(1))
            assert (row["equipment_value"], row["equipment_value_primary"], row["public_budget"]) == (
                1_395_000,
                1_395_000,
                324_000,
            )

    def test_blank_is_never_0(self):
        optional = school(1, site_area="", township="", staff=" ", boarders_primary="\u3000")
        row = take_in({"校.xlsx": form(optional)}).row(code(1))
        assert row[["site_area", "staff", "boarders_primary"]].isna().all() and row.isna()["township"]
        values = reading_of("校.xlsx", form(optional)).values
        assert not values["field"].isin(["site_area", "township", "staff", "boarders"]).any()

    def test_zero_is_0(self):
        assert take_in({"校.xlsx": form(school(1, indoor_sports_area=0, staff=0))}).row(code(1))["indoor_sports_area"] == 0

    def test_blank_cells_keep_their_address(self):
        rows = bulk_rows([school(1), school(2, books=None)])
        year = take_in({"表.xlsx": xlsx({BULK: rows})})
        assert year.one("C-REQUIRED").cell == cell_of(rows, "图书册数", 2)
        rows = form_rows(school(1, books=""))
        assert take_in({"校.xlsx": xlsx({"表": rows})}).one("C-REQUIRED").cell == entry_of(rows, "图书册数")

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
    @pytest.mark.parametrize("delimiter", [",", "\t", ";"])
    def test_csv_in_every_way(self, encoding, delimiter):
        schools = [school(1), school(2, NINE)]
        year = take_in({"表.csv": csv_table(bulk_rows(schools), encoding, delimiter)})
        assert year.rules == [] and year.accepted == [code(1), code(2)]
        plain = take_in({"表.xlsx": bulk(schools)})
        assert year.settlement.returns.drop(columns="file").equals(plain.settlement.returns.drop(columns="file"))

    def test_a_form_as_csv(self):
        assert take_in({"校.csv": csv_table(form_rows(school(1)))}).accepted == [code(1)]


class TestSections:
    def test_label_without_section_means_the_only_one(self):
        labels = {
            label((key, "primary")): fields()[key].label
            for key, what in fields().items()
            if "primary" in what.sections and not what.shared
        }
        year = take_in({"表.xlsx": bulk([school(1), school(2, "教学点", primary=60)], labels=labels)})
        assert year.rules == []
        assert year.row(code(1))["enrolment_primary"] == 450 and year.row(code(2))["classes_primary"] == 2

    def test_of_a_junior_school(self):
        labels = {"在校生数(初中)": "在校生数"}
        assert take_in({"表.xlsx": bulk([school(1, "初级中学")], labels=labels)}).row(code(1))["enrolment_junior"] == 300

    def test_in_a_form(self):
        rows = form_rows(school(1))
        for row in rows[4:]:
            row[2] = str(row[2]).replace("(小学)", "")
        assert take_in({"校.xlsx": xlsx({"表": rows})}).row(code(1))["full_time_teachers_primary"] == 38

    def test_several_sections_make_it_an_error_and_nothing_is_guessed(self):
        rows = bulk_rows([school(1, NINE, enrolment_junior=None, enrolment_primary=750)], labels={"在校生数(小学)": "在校生数"})
        reading = reading_of("表.xlsx", xlsx({BULK: rows}))
        (error,) = reading.findings
        assert (error.rule, error.cell, error.value, error.field) == (
            "H-NO-SECTION",
            cell_of(rows, "在校生数"),
            "750",
            "enrolment",
        )
        assert "“在校生数(小学)”" in error.message() and "“在校生数(初中)”" in error.message()
        assert reading.values.query("field == 'enrolment'")["number"].isna().all()
        year = settled([reading])
        assert year.accepted == []
        # Both labels are named at once, or the school meets its errors in instalments.
        assert all(any(name in text for text in year.messages) for name in ("在校生数(小学)", "在校生数(初中)"))

    def test_it_costs_only_that_school(self):
        year = take_in(
            {"表.xlsx": bulk([school(1), school(2, NINE, enrolment_junior=None)], labels={"在校生数(小学)": "在校生数"})}
        )
        assert year.accepted == [code(1)]

    def test_blank_where_the_sections_are_filled_in(self):
        """A table of all types: 在校生数 for the one-section schools, 在校生数(小学) and (初中) for the others."""
        rows = bulk_rows([school(1), school(2, NINE)])
        column = rows[0].index("在校生数(小学)")
        rows[0].insert(column, "在校生数")
        rows[1].insert(column, rows[1][column])
        rows[1][column + 1] = None
        rows[2].insert(column, None)
        year = take_in({"表.xlsx": xlsx({BULK: rows})})
        assert year.rules == []
        assert year.row(code(1))["enrolment_primary"] == 450 and year.row(code(2))["enrolment_primary"] == 450

    def test_a_total_beside_the_sections_is_no_error(self):
        """An error only where the section figures carry no section."""
        rows = [[*row, value] for row, value in zip(bulk_rows([school(1, NINE)]), ["在校生数", 750], strict=True)]
        year = take_in({"表.xlsx": xlsx({BULK: rows})})
        assert year.errors() == []
        assert year.row(code(1))["enrolment_primary"] == 450

    def test_two_columns_for_one_figure_are_not_settled_by_the_later(self):
        """在校生数 and 在校生数(小学) of a primary school say different things: nothing can be told."""
        rows = [[*row, value] for row, value in zip(bulk_rows([school(1)]), ["在校生数", 999], strict=True)]
        year = take_in({"表.xlsx": xlsx({BULK: rows})})
        assert year.accepted == []
        assert any(f.severity == "error" and f.field == "enrolment" for *_, f in year.settlement.findings)

    @pytest.mark.parametrize("kind", ["特殊教育学校", "职业学校"])
    def test_a_school_that_fills_in_what_it_has_is_not_said_to_have_several_sections(self, kind):
        section = "junior" if kind == "职业学校" else "primary"
        year = take_in({"表.xlsx": bulk([school(1, kind)], labels={label(("enrolment", section)): "在校生数"})})
        assert not any("该校有多个学段" in text for text in year.messages)

    def test_an_unknown_type_is_one_error_not_one_for_each_figure(self):
        year = take_in(
            {
                "表.xlsx": bulk(
                    [school(1, school_type="高级中学")], labels={"在校生数(小学)": "在校生数", "班级数(小学)": "班级数"}
                )
            }
        )
        assert year.rules.count("C-CHOICE") == 1 and "H-NO-SECTION" not in year.rules

    def test_section_values_and_whole_are_both_kept(self):
        one = school(1, NINE, books=18000, books_primary=10000)
        row = take_in({"表.xlsx": bulk([one])}).row(code(1))
        assert (row["books"], row["books_primary"]) == (18000, 10000) and row.isna()["books_junior"]


class TestYear:
    @pytest.mark.parametrize(
        "said",
        [
            "2024-2025",
            "2024—2025",
            "2024–2025学年",
            "２０２４－２０２５",
            "2024-2025 学年",
            "2024~2025",
            "2024至2025学年",
            "2024—2025学年度",
            "2024/2025学年",
            "２０２４／２０２５学年",
            "2024年-2025年",
            "2024-25学年",
        ],
    )
    def test_the_same_year_in_any_spelling(self, said):
        assert "F-YEAR" not in rules_of(reading_of("校.xlsx", form(school(1), year=said)))

    @pytest.mark.parametrize(
        "said",
        ["2023-2024", "2025-2026学年", "2023", "2025", "今年", "2024-2026", "2023/2024学年", "2025年-2026年", "2023-24学年"],
    )
    def test_another_year_is_an_error(self, said):
        year = take_in({"校.xlsx": form(school(1), year=said)})
        error = year.one("F-YEAR")
        assert error.severity == "error" and said in error.message() and YEAR in error.message()
        assert year.outcomes == {"校.xlsx": "rejected"}

    @pytest.mark.parametrize(
        "content, sheet, cell, remedy",
        [
            (form(school(1), year="2023-2024"), FORM, "B2", "撤销工作表保护"),
            (xlsx({"一小": form_rows(school(1)), "二小": form_rows(school(2), "2023-2024")}), "二小", "B2", "撤销工作表保护"),
            (bulk([school(1)], above=[["青禾县"], [None, "2023-2024学年基本情况汇总表"]]), BULK, "B2", "改为 2024-2025"),
            (bulk([school(1)], above=[[None, "学年:2023-2024"]]), BULK, "B1", "改为 2024-2025"),
            (bulk([school(1)], above=[["学年", None, "2023-2024"]]), BULK, "C1", "改为 2024-2025"),
        ],
    )
    def test_another_year_is_told_at_its_cell_with_what_can_be_done_there(self, content, sheet, cell, remedy):
        """On the forms that are sent out the cell of the year is locked; in anybody's own table it can be mended."""
        told = take_in({"表.xlsx": content}).one("F-YEAR")
        assert (told.sheet, told.cell, told.row, told.value) == (sheet, cell, None, "2023-2024")
        assert remedy in told.message() and f"“{sheet}”{cell}" in told.message()
        assert ("锁定" in told.message()) == ("locked" in told.message("en")) == ("保护" in remedy)

    def test_each_sheet_of_another_year_is_told(self):
        sheets = {name: form_rows(school(n), "2023-2024") for n, name in enumerate(("一小", "二小"), start=1)}
        told = [one for one in reading_of("表.xlsx", xlsx(sheets)).findings if one.rule == "F-YEAR"]
        assert [(one.sheet, one.cell) for one in told] == [("一小", "B2"), ("二小", "B2")]

    def test_no_year_on_the_cover(self):
        assert rules_of(reading_of("校.xlsx", form(school(1), year=""))) == []

    def test_without_a_folder_the_cover_is_kept(self):
        reading = reading_of("校.xlsx", form(school(1), year="2023-2024"), year=None)
        assert reading.stated_year == "2023-2024" and rules_of(reading) == []

    @pytest.mark.parametrize(
        "title", ["2023-2024学年青禾县义务教育学校基本情况汇总表", "学年:2023-2024", "青禾县(2023/2024学年度)基本情况"]
    )
    def test_the_title_of_a_table_counts_as_its_cover(self, title):
        assert "F-YEAR" in rules_of(reading_of("表.xlsx", bulk([school(1)], above=[[title]])))
        right = title.replace("2024", "2025").replace("2023", "2024")
        assert "F-YEAR" not in rules_of(reading_of("表.xlsx", bulk([school(1)], above=[[right]])))

    @pytest.mark.parametrize(
        "title",
        [
            "{0}/{1}学年度",
            "{0}学年度",
            "{0}年至{1}年学年",
            "{0}-{1}年度",
            "{0}−{1}学年",
            "{0}-{1}",
            "学年：{0}/{1}",
            "学年(填报) {0}-{1}",
        ],
    )
    def test_a_title_of_any_table_in_any_spelling(self, title):
        for first, second, told in ((2023, 2024, ["F-YEAR"]), (2024, 2025, [])):
            above = title.format(first, second)
            rows = form_rows(school(1))
            rows[0] = [above]
            for content in (bulk([school(1)], above=[[above]]), xlsx({FORM: rows})):
                assert rules_of(reading_of("表.xlsx", content)) == told

    def test_the_title_of_a_school_form_counts(self):
        rows = form_rows(school(1))
        rows[0], rows[1] = ["2023-2024学年义务教育学校基本情况填报表"], ["学校名称", school(1)["school_name", None]]
        told = take_in({"校.xlsx": xlsx({FORM: rows})}).one("F-YEAR")
        assert (told.severity, told.cell, told.value) == ("error", "A1", "2023-2024")

    @pytest.mark.parametrize("label", ["填报学年", "所属学年", "报送学年", "学年度", "学年(填报)"])
    def test_other_labels_of_the_year(self, label):
        rows = form_rows(school(1))
        rows[1] = [label, "2023-2024"]
        assert rules_of(reading_of("校.xlsx", xlsx({FORM: rows}))) == ["F-YEAR"]
        rows[1] = [label, YEAR]
        assert rules_of(reading_of("校.xlsx", xlsx({FORM: rows}))) == []

    @pytest.mark.parametrize(
        "remark", ["2024年义务教育统计表", "填报日期：2024-09-20", "上学年为2023-2024学年", "2023-2024年建设的校舍"]
    )
    def test_other_years_and_dates_above_a_table_are_no_school_year(self, remark):
        assert rules_of(reading_of("表.xlsx", bulk([school(1)], above=[[remark]]))) == []

    def test_a_title_that_contradicts_the_cover_is_told_with_both(self):
        rows = form_rows(school(1))
        rows[0] = ["2023-2024学年义务教育学校基本情况填报表"]
        told = take_in({"校.xlsx": xlsx({FORM: rows})}).one("F-YEAR")
        assert (told.cell, told.value) == ("A1", "2023-2024")
        assert "B2 写的却是“2024-2025”" in told.message() and "B2 says '2024-2025'" in told.message("en")

    def test_a_sheet_called_after_another_year_is_asked_about(self):
        year = take_in({"表.xlsx": xlsx({"2023-2024学年": bulk_rows([school(1)])})})
        asked = year.one("F-YEAR-SHEET")
        assert (asked.severity, asked.sheet, asked.value) == ("query", "2023-2024学年", "2023-2024")
        assert year.accepted == [code(1)] and year.outcomes == {"表.xlsx": "accepted_with_queries"}
        assert rules_of(reading_of("表.xlsx", xlsx({f"{YEAR}学年": bulk_rows([school(1)])}))) == []

    @pytest.mark.parametrize("name", ["青禾县2023-2024学年汇总表.xlsx", "2023学年/表.xlsx", "2023-2024.xlsx"])
    def test_a_file_called_after_another_year_is_noted(self, name):
        reading = reading_of(name, bulk([school(1)]))
        assert [(one.rule, one.severity, one.value) for one in reading.findings] == [("F-YEAR-NAME", "note", "2023-2024")]

    def test_names_add_nothing_to_another_year_on_the_cover(self):
        rows = {"2023-2024学年": form_rows(school(1), "2023-2024")}
        assert rules_of(reading_of("2023-2024学年.xlsx", xlsx(rows))) == ["F-YEAR"]


class TestSheets:
    def test_a_sheet_of_any_name(self):
        assert take_in({"表.xlsx": xlsx({"Sheet1": bulk_rows([school(1)])})}).accepted == [code(1)]

    def test_beside_a_guide(self):
        guide = [["填报说明"], ["学校标识码", "十位"], ["请填写"]]
        assert take_in({"表.xlsx": xlsx({"说明": guide, "表": bulk_rows([school(1)])})}).accepted == [code(1)]

    def test_one_sheet_a_township(self):
        year = take_in({"表.xlsx": xlsx({"东乡": bulk_rows([school(1)]), "西乡": bulk_rows([school(2)])})})
        assert year.accepted == [code(1), code(2)]
        assert set(reading_of("表.xlsx", xlsx({"东乡": bulk_rows([school(1)])})).values["sheet"]) == {"东乡"}

    def test_the_forms_of_several_schools_in_one_workbook(self):
        """A central school sends one file with a sheet for each of its schools; none is lost."""
        names = ["一小", "二小", "空表", "说明"]
        blank = [row if n < 4 else [*row[:4], None, *row[5:]] for n, row in enumerate(form_rows(school(3)))]
        sheets = dict(zip(names, [form_rows(school(1)), form_rows(school(2)), blank, [["请如实填写"]]], strict=True))
        year = take_in({f"{code(1)}_一小.xlsx": xlsx(sheets)})
        assert year.accepted == [code(1), code(2)] and year.messages == []
        wrong = take_in({"表.xlsx": xlsx({"一小": form_rows(school(1, books=-3)), "二小": form_rows(school(2))})})
        assert wrong.accepted == [code(2)] and wrong.outcomes == {"表.xlsx": "partly_accepted"}
        assert wrong.one("C-NEGATIVE").sheet == "一小"
        twice = take_in({"表.xlsx": xlsx({"一小": form_rows(school(1)), "备份": form_rows(school(1, books=11))})})
        assert twice.accepted == [] and "R-TWICE" in twice.rules
        other = take_in({"表.xlsx": xlsx({"一小": form_rows(school(1)), "二小": form_rows(school(2), "2023-2024")})})
        assert other.accepted == [] and "F-YEAR" in other.rules

    def test_two_columns_of_entries_in_a_form(self):
        rows = [
            row if n < 3 else [*row, row[4] if row[2:3] != ["图书册数"] else 11] for n, row in enumerate(form_rows(school(1)))
        ]
        year = take_in({"表.xlsx": xlsx({FORM: rows})})
        assert year.rules == ["H-TWICE"] and year.accepted == [] and "“填报值”出现了两次(E4、H4)" in year.messages[0]
        same = [row if n < 3 else [*row, row[4]] for n, row in enumerate(form_rows(school(1)))]
        assert take_in({"表.xlsx": xlsx({FORM: same})}).accepted == [code(1)]

    def test_a_statutory_table_of_class_sizes_is_kept_and_told(self):
        rows = [
            ["教基2106 小学班额情况"],
            ["学校名称", "合计", "25人及以下", "26-30人", "31-35人", "66人及以上"],
            ["甲小学", 6, 1, 2, 3, 0],
        ]
        year = take_in({"班额.xlsx": xlsx({"班额": rows}), "表.xlsx": bulk([school(1)])})
        assert year.outcomes == {"班额.xlsx": "accepted", "表.xlsx": "accepted"} and year.accepted == [code(1)]
        assert year.one("F-CLASS-SIZES").severity == "note"

    @pytest.mark.parametrize("sheets", [{"空": []}, {"别的": [["姓名", "电话"], ["张三", 1]]}])
    def test_nothing_that_is_known(self, sheets):
        reading = reading_of("表.xlsx", xlsx(sheets))
        assert rules_of(reading) == ["F-NO-TABLE" if "别的" in sheets else "F-NO-SCHOOL"] and reading.form == "unknown"

    def test_header_without_schools(self):
        assert rules_of(reading_of("表.xlsx", xlsx({BULK: bulk_rows([school(1)])[:1]}))) == ["F-NO-SCHOOL"]

    def test_example_and_total_alone(self):
        rows = bulk_rows([school(1, name="示例小学")]) + [["合计"]]
        assert sorted(take_in({"表.xlsx": xlsx({BULK: rows})}).rules) == ["F-NO-SCHOOL", "R-EXAMPLE", "R-TOTAL"]

    def test_numbers_alone_in_the_header_do_not_stop_it(self):
        assert take_in({"表.xlsx": bulk([school(1)], above=[[1, 2.5, True, dt.datetime(2024, 1, 2)]])}).accepted == [code(1)]


class TestNeverRaises:
    def test_a_reader_that_fails_costs_one_file(self, monkeypatch):
        monkeypatch.setattr(module, "blocks_of", lambda sheet: 1 / 0)
        reading = reading_of("表.xlsx", bulk([school(1)]))
        assert rules_of(reading) == ["F-UNREADABLE"] and reading.values.empty and reading.schools == 0

    @pytest.mark.parametrize(
        "content", [b"", b"PK", b"\0" * 100, b"a,b\n", b"\xd0\xcf\x11\xe0", b"<html>", b"PK\x05\x06" + b"\0" * 18]
    )
    @pytest.mark.parametrize("name", ["a.xlsx", "a.csv", "a.xls", "a.pdf", "", "a"])
    def test_any_bytes(self, name, content):
        reading = reading_of(name, content)
        assert len(reading.findings) == 1 and reading.findings[0].severity == "error"
        assert reading.findings[0].rule != "F-UNREADABLE"


CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-10, 10**6).map(float),
    st.floats(allow_nan=True, allow_infinity=True),
    st.text(max_size=12),
    st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)),
    st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2100, 1, 1)),
    st.times(),
    st.timedeltas(),
    st.sampled_from(
        [
            "—",
            "无",
            "450人",
            "１２",
            "1,450",
            "#DIV/0!",
            "停办",
            "小学",
            NINE,
            "完全中学",
            "是",
            "=1+1",
            "合计",
            "示例",
            "x" * 600,
            code(1),
            code(2),
        ]
    ),
)
COLUMNS = list(RETURN_COLUMNS.values())
SCHOOLS = [school(1), school(2, NINE), school(3, "完全中学"), school(4, "教学点", primary=30), school(5, "特殊教育学校")]


@st.composite
def tables(draw):
    """Sound schools with some cells replaced by anything."""
    schools = [dict(one) for one in draw(st.lists(st.sampled_from(SCHOOLS), min_size=1, max_size=4))]
    for one in schools:
        for place in draw(st.lists(st.sampled_from(COLUMNS), max_size=6)):
            one[place] = draw(CELLS)
    rows = bulk_rows(schools)
    return [["" if cell is None else cell for cell in row] for row in rows]


def read_rows(file: str, rows, modified: str | None):
    """Read rows as if a workbook held them, types and all."""
    with patch.object(module, "open_book", lambda name, content: Book([Sheet(BULK, rows)], modified)):
        return read_file(file, b"", "0" * 64, None)


# No shrinking: a failing example is slow to shrink, and says enough as it is.
@settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(
    first=tables(),
    second=tables(),
    times=st.tuples(*[st.sampled_from([None, "2024-09-01T00:00:00+00:00", "2024-09-02T00:00:00+00:00"])] * 2),
    known=st.booleans(),
)
def test_whatever_is_typed_every_file_gets_an_outcome(first, second, times, known):
    """Nothing that can be typed into a cell stops the reading or the settling, and every table keeps its contract."""
    readings = [read_rows(f"{n}.xlsx", rows, time) for n, rows, time in zip("ab", (first, second), times, strict=True)]
    assert not any(f.rule == "F-UNREADABLE" for reading in readings for f in reading.findings)
    year = settled(readings, SCHOOLS[:4] if known else None)
    assert list(year.outcomes) == ["a.xlsx", "b.xlsx"] and set(year.outcomes.values()) <= set(OUTCOMES)
    assert not set(year.settlement.returns["school_type"]) - set(official_values("school_type"))
    for text in (*year.messages, *(f.message("en") for *_, f in year.settlement.findings)):
        assert (text and "{" not in text.replace("{{", "")) or "{" in str(first) + str(second)
    year.tables()
