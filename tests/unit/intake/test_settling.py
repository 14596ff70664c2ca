"""Which file counts for which school, what is accepted, what becomes of each file.

Belongs here: duplicates, newer files, conflicts, the register, acceptance by school, outcomes, required columns.
Does not belong here: rules about single cells (``test_cells``) and about figures of one return (``test_screening``).
"""

import datetime as dt
import itertools

import pandas as pd
import pytest

from builders.counties import county_form
from builders.intake import reading_of, register_of, settled, take_in
from builders.schools import YEAR, code, school
from builders.workbooks import MODIFIED, bulk, bulk_rows, cell_of, csv_table, day, form, form_rows, xlsx
from data_contracts.catalogue import fields, school_types
from data_contracts.school_year import SchoolYear
from data_contracts.standard import shipped_standards
from data_contracts.standards_in_force import in_force
from domain.intake.gathering import gathered
from domain.intake.settling import settle
from domain.reporting.bulk_table import blank_bulk_table
from domain.reporting.school_form import school_form


def sound() -> bytes:
    return bulk([school(1), school(2)])


class TestOutcomes:
    """The outcome of a file follows from what became of its schools."""

    def test_accepted(self):
        year = take_in({"表.xlsx": sound()})
        assert year.outcomes == {"表.xlsx": "accepted"}
        assert year.accepted == [code(1), code(2)]
        assert year.board == {code(1): "accepted", code(2): "accepted"}
        assert year.rules == []

    def test_accepted_with_queries(self):
        year = take_in({"表.xlsx": bulk([school(1, oversize_classes_primary=2), school(2)])})
        assert year.outcomes == {"表.xlsx": "accepted_with_queries"}
        assert year.board == {code(1): "accepted_with_queries", code(2): "accepted"}
        assert year.accepted == [code(1), code(2)]

    def test_notes_leave_a_file_accepted(self):
        year = take_in({"表.xlsx": bulk([school(1, books="１１２５０")])})
        assert year.outcomes == {"表.xlsx": "accepted"}
        assert (year.settlement.files["notes"] == 1).all()

    def test_partly_accepted(self):
        year = take_in({"表.xlsx": bulk([school(1), school(2, books=None)])})
        assert year.outcomes == {"表.xlsx": "partly_accepted"}
        assert year.accepted == [code(1)]
        assert year.board == {code(1): "accepted", code(2): "left_out"}

    def test_rejected_where_no_school_is_left(self):
        year = take_in({"表.xlsx": bulk([school(1, books=-1), school(2, books="约")])})
        assert year.outcomes == {"表.xlsx": "rejected"}
        assert year.accepted == []

    def test_rejected_form(self):
        year = take_in({"校.xlsx": form(school(1, books="11250册"))})
        assert year.outcomes == {"校.xlsx": "rejected"}
        assert year.board == {code(1): "left_out"}

    def test_duplicate_and_superseded(self):
        year = take_in(
            {"甲.xlsx": form(school(1)), "乙.xlsx": form(school(1), day(11)), "丙.xlsx": form(school(1, books=9999), day(8))}
        )
        assert sorted(year.outcomes.values()) == ["accepted_with_queries", "duplicate", "superseded"]
        assert year.outcomes["丙.xlsx"] == "superseded"

    def test_counts_of_findings_by_severity(self):
        bad = school(1, books=-1, oversize_classes_primary=1, teaching_computers="５７")
        year = take_in({"校.xlsx": form(bad)})
        row = year.settlement.files.iloc[0]
        assert (row["errors"], row["queries"], row["notes"]) == (1, 1, 1)
        board = year.settlement.board.iloc[0]
        assert (board["errors"], board["queries"], board["notes"]) == (1, 1, 1)

    def test_school_of_a_form_is_named_and_of_a_table_is_not(self):
        year = take_in({"校.xlsx": form(school(1, name="青禾小学")), "表.xlsx": bulk([school(2)])})
        files = year.settlement.files.set_index("file")
        assert list(files.loc["校.xlsx", ["school_id", "school_name"]]) == [code(1), "青禾小学"]
        assert files.loc["表.xlsx", ["school_id", "school_name"]].isna().all()

    def test_unreadable_file_touches_nobody_else(self):
        year = take_in({"坏.xlsx": b"PK\x03\x04 nothing", "好.xlsx": sound(), "空.csv": b""})
        assert year.outcomes == {"坏.xlsx": "rejected", "好.xlsx": "accepted", "空.csv": "rejected"}
        assert year.accepted == [code(1), code(2)]

    def test_every_file_has_one_outcome_even_with_nothing_in_the_inbox(self):
        year = take_in({})
        assert year.outcomes == {} and year.accepted == [] and year.rules == []
        assert take_in({}, [school(1)]).board == {code(1): "missing"}

    def test_an_inbox_of_unreadable_files_alone(self):
        year = take_in({"空.xlsx": b"", "图.jpg": b"JFIF"}, [school(1)])
        assert year.outcomes == {"空.xlsx": "rejected", "图.jpg": "rejected"}
        assert year.board == {code(1): "missing"}

    def test_county_form_is_no_school(self):
        year = take_in({"县.xlsx": county_form(population=352000), "表.xlsx": sound()})
        assert year.outcomes == {"县.xlsx": "accepted", "表.xlsx": "accepted"}
        assert year.accepted == [code(1), code(2)]

    @pytest.mark.parametrize("with_register", [False, True])
    def test_form_with_nothing_but_the_prefilled_identity_is_as_good_as_not_handed_in(self, with_register):
        """An ERROR, and the school counts as 未报送."""
        one = {place: value for place, value in school(1).items() if fields()[place[0]].category == "基本信息"}
        year = take_in({"校.xlsx": form(one | {("enrolment", "primary"): ""})}, [school(1)] if with_register else None)
        assert year.outcomes == {"校.xlsx": "rejected"}
        assert year.rules == ["F-NO-SCHOOL"]
        if with_register:
            assert year.board == {code(1): "missing"}


class TestSeveralFiles:
    """Several files for one school and year."""

    @pytest.mark.parametrize("nameless", [False, True])
    def test_a_copy_of_a_table_of_which_a_part_was_accepted_is_a_duplicate(self, nameless):
        schools = [school(1), school(2, books="约一万"), school(3)]
        if nameless:
            schools[1] |= {("school_id", None): ""}
        content = bulk(schools)
        alone = take_in({"一.xlsx": content})
        year = take_in({"一.xlsx": content, "夹/二.xlsx": content})
        assert year.outcomes == {"一.xlsx": "partly_accepted", "夹/二.xlsx": "duplicate"}
        assert year.board == alone.board and year.accepted == alone.accepted
        copied = [finding for file, *_, finding in year.settlement.findings if file == "夹/二.xlsx"]
        assert copied and all(finding.rule == "D-DUPLICATE" and "一.xlsx" in finding.message() for finding in copied)
        assert [f.rule for file, *_, f in year.settlement.findings if file == "一.xlsx"] == alone.rules

    def test_same_values_are_a_duplicate_though_the_bytes_differ(self):
        year = take_in({"一.xlsx": form(school(1)), "二.xlsx": form(school(1, books="11250"), day(12))})
        assert sorted(year.outcomes.values()) == ["accepted", "duplicate"]
        assert year.accepted == [code(1)]
        duplicate = next(file for file, outcome in year.outcomes.items() if outcome == "duplicate")
        other = next(file for file in year.outcomes if file != duplicate)
        note = year.one("D-DUPLICATE", duplicate)
        assert note.severity == "note" and other in note.message() and code(1) in note.message()

    def test_same_bytes_under_two_names(self):
        content = form(school(1))
        assert sorted(take_in({"一.xlsx": content, "夹/二.xlsx": content}).outcomes.values()) == ["accepted", "duplicate"]

    def test_form_with_the_same_values_as_the_bulk_table(self):
        year = take_in({"表.xlsx": bulk([school(1), school(2)]), "校.xlsx": form(school(1), day(12))})
        assert year.outcomes in ({"表.xlsx": "accepted", "校.xlsx": "duplicate"}, {"表.xlsx": "accepted", "校.xlsx": "accepted"})
        assert len(year.told("D-DUPLICATE")) == 1
        assert year.accepted == [code(1), code(2)]

    def test_last_modified_counts_whatever_the_names(self):
        year = take_in({"乙.xlsx": form(school(1, books=10000), day(9)), "甲.xlsx": form(school(1, books=12000), day(12))})
        assert year.outcomes == {"甲.xlsx": "accepted_with_queries", "乙.xlsx": "superseded"}
        assert year.row(code(1))["books"] == 12000
        assert year.row(code(1))["file"] == "甲.xlsx"
        note = year.one("D-SUPERSEDED")
        assert "甲.xlsx" in note.message() and code(1) in note.message()

    def test_a_changed_value_is_a_query_with_old_and_new(self):
        old, new = (
            school(1, books=10000, equipment_value=139.5, charter="否"),
            school(1, books=12000, equipment_value=150, charter="是"),
        )
        year = take_in({"旧.xlsx": form(old, day(9)), "新.xlsx": form(new, day(12))})
        query = year.one("D-CHANGED", "新.xlsx")
        assert query.severity == "query"
        for text in ("旧.xlsx", "3 项", "图书册数 10000→12000", "教学仪器设备资产值 139.5→150", "是否制定学校章程 否→是"):
            assert text in query.message()
        assert year.board == {code(1): "accepted_with_queries"}

    def test_a_value_taken_away_or_added_is_told_too(self):
        old, new = school(1, township="东乡"), school(1, staff=40)
        query = take_in({"旧.xlsx": form(old, day(9)), "新.xlsx": form(new, day(12))}).one("D-CHANGED")
        assert "乡镇(街道) 东乡→空" in query.message() and "在编教职工数 空→40" in query.message()
        assert "'乡镇(街道)' '东乡'→empty" in query.message("en") and "'在编教职工数' empty→40" in query.message("en")

    def test_more_than_ten_changes_are_counted_and_cut(self):
        old = school(1)
        new = {place: value + 1 if fields()[place[0]].kind == "integer" else value for place, value in school(1).items()}
        query = take_in({"旧.xlsx": form(old, day(9)), "新.xlsx": form(new | {("enrolment", "primary"): 450}, day(12))}).one(
            "D-CHANGED"
        )
        assert query.message().count("→") == 10
        assert f"等 {query.params['count']} 项" in query.message()
        assert f"and others, {query.params['count']} in all" in query.message("en") and "、" not in query.message("en")

    def test_nothing_is_asked_where_the_older_file_was_not_fit_to_be_accepted(self):
        year = take_in({"旧.xlsx": form(school(1, books="约"), day(9)), "新.xlsx": form(school(1), day(12))})
        assert year.outcomes == {"旧.xlsx": "superseded", "新.xlsx": "accepted"}
        assert not year.told("D-CHANGED")
        assert not year.errors()

    def test_a_newer_file_with_errors_still_wins(self):
        """The one modified last counts; the school is left out until it is mended, the old figures do not come back."""
        year = take_in({"旧.xlsx": form(school(1), day(9)), "新.xlsx": form(school(1, books=-3), day(12))})
        assert year.outcomes == {"旧.xlsx": "superseded", "新.xlsx": "rejected"}
        assert year.accepted == [] and year.board == {code(1): "left_out"}
        assert year.settlement.board["file"].tolist() == ["新.xlsx"]

    def test_a_newer_file_that_cannot_be_read_at_all_takes_no_place(self):
        year = take_in({"旧.xlsx": form(school(1), day(9)), "新.xlsx": form(school(1), day(12))[:-900]})
        assert year.outcomes == {"旧.xlsx": "accepted", "新.xlsx": "rejected"}

    def test_time_zones_are_told_apart(self):
        """Excel writes UTC; a time with an offset is the same moment, not a later one."""
        from builders.workbooks import repacked

        early = form(school(1, books=10000), dt.datetime(2024, 9, 10, 8, 0))
        late = repacked(
            form(school(1, books=12000), dt.datetime(2024, 9, 10, 15, 0)),
            {"docProps/core.xml": lambda text: text.replace("2024-09-10T15:00:00Z", "2024-09-10T15:00:00+08:00")},
        )
        year = take_in({"早.xlsx": early, "晚.xlsx": late})  # 15:00+08:00 is 07:00 UTC, before 08:00 UTC
        assert year.outcomes["晚.xlsx"] == "superseded"

    def test_a_file_without_a_time_is_older_than_any_with_one(self):
        year = take_in(
            {
                "表.csv": csv_table(bulk_rows([school(1, books=10000)])),
                "校.xlsx": form(school(1, books=12000), dt.datetime(1999, 1, 1)),
            }
        )
        assert year.outcomes == {"表.csv": "superseded", "校.xlsx": "accepted_with_queries"}
        assert year.row(code(1))["books"] == 12000

    def test_a_workbook_without_a_time_is_older_too(self):
        year = take_in({"一.xlsx": form(school(1, books=10000), None), "二.xlsx": form(school(1, books=12000), day(1))})
        assert year.outcomes["一.xlsx"] == "superseded"

    @pytest.mark.parametrize("time", [None, MODIFIED])
    def test_equal_or_absent_times_with_different_values_are_a_conflict(self, time):
        year = take_in({"一.xlsx": form(school(1, books=10000), time), "二.xlsx": form(school(1, books=12000), time)})
        assert year.outcomes == {"一.xlsx": "rejected", "二.xlsx": "rejected"}
        assert year.accepted == [] and year.board == {code(1): "left_out"}
        for file in ("一.xlsx", "二.xlsx"):
            error = year.one("D-CONFLICT", file)
            assert error.severity == "error"
            assert "一.xlsx" in error.message() and "二.xlsx" in error.message() and code(1) in error.message()

    def test_a_conflict_says_what_differs(self):
        """In the order of the files, blank ones too; of many the first ten, with how many there are."""
        told = take_in({"乙.csv": csv_table(bulk_rows([school(1, books=11300)])),
                        "甲.csv": csv_table(bulk_rows([school(1, teaching_area=None), school(2)]))}).told("D-CONFLICT")  # fmt: skip
        assert len(told) == 2 and told[0].message() == told[1].message()
        assert "乙.csv、甲.csv。其中 2 项不同(按文件顺序):" in told[0].message()
        assert "图书册数 11300 / 11250" in told[0].message() and "/ 空" in told[0].message()
        assert "/ empty" in told[0].message("en") and "differ in 2 " in told[0].message("en")
        many = {f"{name}.csv": csv_table(bulk_rows([school(1, primary=size)])) for name, size in (("甲", 450), ("乙", 700))}
        message = take_in(many).told("D-CONFLICT")[0].message()
        count = int(message.partition("其中 ")[2].partition(" 项不同")[0])
        assert count > 10 and f"等 {count} 项。" in message and message.count(" / ") == 10

    def test_what_could_not_be_read_is_not_told_as_blank(self):
        rows = {"乙.csv": bulk_rows([school(1, books="约11250")]), "甲.csv": bulk_rows([school(1)])}
        told = take_in({name: csv_table(table) for name, table in rows.items()}).told("D-CONFLICT")[0]
        assert "图书册数 “约11250” / 11250" in told.message() and "'约11250' / 11250" in told.message("en")
        assert "空" not in told.message() and "empty" not in told.message("en")

    def test_a_conflict_of_two_tables_costs_only_the_school_they_disagree_on(self):
        year = take_in(
            {
                "一.csv": csv_table(bulk_rows([school(1), school(2)])),
                "二.csv": csv_table(bulk_rows([school(1, books=9000), school(3)])),
            }
        )
        assert year.outcomes == {"一.csv": "partly_accepted", "二.csv": "partly_accepted"}
        assert year.accepted == [code(2), code(3)]

    def test_a_conflict_among_the_newest_leaves_the_older_one_superseded(self):
        year = take_in(
            {
                "旧.xlsx": form(school(1), day(3)),
                "一.xlsx": form(school(1, books=10000), day(9)),
                "二.xlsx": form(school(1, books=12000), day(9)),
            }
        )
        assert year.outcomes == {"旧.xlsx": "superseded", "一.xlsx": "rejected", "二.xlsx": "rejected"}
        assert year.accepted == []

    def test_two_equal_times_with_equal_values_are_no_conflict(self):
        year = take_in(
            {
                "一.xlsx": form(school(1), day(9)),
                "二.xlsx": form(school(1), day(9)),
                "旧.xlsx": form(school(1, books=9000), day(3)),
            }
        )
        assert sorted(year.outcomes.values()) == ["accepted_with_queries", "duplicate", "superseded"]
        assert year.row(code(1))["books"] == 11250

    def test_three_in_a_row(self):
        year = take_in({f"{n}.xlsx": form(school(1, books=9000 + n), day(n)) for n in (5, 6, 7)})
        assert year.outcomes == {"5.xlsx": "superseded", "6.xlsx": "superseded", "7.xlsx": "accepted_with_queries"}
        assert "6.xlsx" in year.one("D-CHANGED").message() and "9006→9007" in year.one("D-CHANGED").message()

    def test_back_to_the_first_values_after_a_change(self):
        """A on the 5th, B on the 6th, A again on the 7th: B was superseded by the file of the 7th, not by that of the 5th."""
        year = take_in(
            {"5.xlsx": form(school(1), day(5)), "6.xlsx": form(school(1, books=9000), day(6)), "7.xlsx": form(school(1), day(7))}
        )
        assert year.row(code(1))["books"] == 11250
        assert year.outcomes["6.xlsx"] == "superseded"
        assert "7.xlsx" in year.one("D-SUPERSEDED", "6.xlsx").message()

    def test_bulk_table_superseded_for_one_school_keeps_its_outcome_and_says_so(self):
        year = take_in({"表.xlsx": bulk([school(1), school(2)], day(5)), "校.xlsx": form(school(2, books=9000), day(9))})
        assert year.outcomes == {"表.xlsx": "accepted", "校.xlsx": "accepted_with_queries"}
        note = year.one("D-SUPERSEDED", "表.xlsx")
        assert note.severity == "note" and code(2) in note.message() and "校.xlsx" in note.message()
        assert year.settlement.files.set_index("file").loc["表.xlsx", "notes"] == 1
        assert year.row(code(1))["file"] == "表.xlsx" and year.row(code(2))["file"] == "校.xlsx"

    def test_bulk_table_superseded_for_every_school(self):
        year = take_in(
            {
                "表.xlsx": bulk([school(1), school(2)], day(5)),
                **{f"{n}.xlsx": form(school(n, books=9000), day(9)) for n in (1, 2)},
            }
        )
        assert year.outcomes["表.xlsx"] == "superseded"

    def test_findings_of_a_superseded_return_are_not_told(self):
        year = take_in({"旧.xlsx": form(school(1, books="约", classes_primary=None), day(5)), "新.xlsx": form(school(1), day(9))})
        assert [f.rule for f in year.told("D-SUPERSEDED")] == ["D-SUPERSEDED"]
        assert year.rules == ["D-SUPERSEDED"]

    def test_the_newer_table_takes_over_schools_one_by_one(self):
        year = take_in(
            {"旧.xlsx": bulk([school(1), school(2)], day(5)), "新.xlsx": bulk([school(2, books=9000), school(3)], day(9))}
        )
        assert year.accepted == [code(1), code(2), code(3)]
        assert [year.row(code(n))["file"] for n in (1, 2, 3)] == ["旧.xlsx", "新.xlsx", "新.xlsx"]

    def test_school_twice_in_an_older_table_is_superseded_as_a_whole(self):
        """What the older table says of the school no longer counts, in whichever row."""
        old = bulk([school(1, books=9100), school(1, books=9200)], day(5))
        year = take_in({"旧.xlsx": old, "新.xlsx": form(school(1), day(9))})
        assert year.outcomes == {"旧.xlsx": "superseded", "新.xlsx": "accepted"}
        assert not year.errors()

    @pytest.mark.parametrize(
        "faulty",
        [
            form(school(1, staff="40人"), day(5)),
            bulk([school(1), school(1)], day(5)),
            xlsx({"学校填报表": [*form_rows(school(1)), [99, "设备与图书", "图书册数", "册", 11250]]}, day(5)),
        ],
        ids=["an optional cell that cannot be read, then left blank", "a row twice, then once", "an item twice, then once"],
    )
    def test_a_mended_file_counts_though_its_values_are_those_of_the_faulty_one(self, faulty):
        """What was mended is not among the values, so both say the same; a school that mends its file must get out of the error."""
        assert take_in({"旧.xlsx": faulty}).accepted == []
        year = take_in({"旧.xlsx": faulty, "新.xlsx": form(school(1), day(9))})
        assert year.accepted == [code(1)]
        assert year.row(code(1))["file"] == "新.xlsx"


class TestSchoolTwice:
    """The same code in two rows of one file."""

    def test_both_rows_are_named_in_both_findings(self):
        rows = bulk_rows([school(1), school(2), school(1, name="另一名称")])
        year = take_in({"表.xlsx": xlsx({"汇总表": rows})})
        found = year.told("R-TWICE")
        assert [f.cell for f in found] == ["A2", "A4"]
        assert all("汇总表!A2" in f.message() and "汇总表!A4" in f.message() for f in found)
        assert year.outcomes == {"表.xlsx": "partly_accepted"} and year.accepted == [code(2)]

    def test_on_two_sheets_of_one_workbook(self):
        year = take_in({"表.xlsx": xlsx({"东乡": bulk_rows([school(1), school(2)]), "西乡": bulk_rows([school(2, books=9000)])})})
        found = year.told("R-TWICE")
        assert len(found) == 2 and all("东乡!A3" in f.message() and "西乡!A2" in f.message() for f in found)
        assert year.accepted == [code(1)]

    def test_different_codes_are_fine(self):
        assert not take_in({"表.xlsx": bulk([school(1), school(2)])}).told("R-TWICE")


class TestRegister:
    """Who should report, and who they are."""

    def test_who_is_missing(self):
        year = take_in({"校.xlsx": form(school(1))}, [school(2), school(1)])
        assert year.board == {code(2): "missing", code(1): "accepted"}  # in the register's order
        assert year.settlement.board["expected"].all()

    def test_closed_schools_are_not_expected(self):
        year = take_in({}, [school(1, school_status="停办"), school(2)])
        assert year.settlement.board["expected"].tolist() == [False, True]

    def test_register_wins_for_identity_and_scope_and_both_are_named(self):
        typed = school(1, name="青禾小学校", ownership="民办", year_built=1990)
        known = school(1, name="青禾县小学", ownership="公办", year_built=1998)
        year = take_in({"校.xlsx": form(typed)}, [known])
        found = {f.field: f for f in year.told("R-IDENTITY")}
        assert set(found) == {"school_name", "ownership", "year_built"}
        assert all(f.severity == "query" for f in found.values())
        for key, (given, expected) in {
            "school_name": ("青禾小学校", "青禾县小学"),
            "ownership": ("民办", "公办"),
            "year_built": ("1990", "1998"),
        }.items():
            assert f"“{given}”" in found[key].message() and f"“{expected}”" in found[key].message()
            assert found[key].cell == next(
                f"E{r}" for r, row in enumerate(form_rows(typed), 1) if len(row) > 2 and row[2] == fields()[key].label
            )
        row = year.row(code(1))
        assert (row["school_name"], row["ownership"], row["year_built"]) == ("青禾县小学", "公办", 1998)
        assert year.outcomes == {"校.xlsx": "accepted_with_queries"}

    def test_agreement_in_another_spelling_is_no_difference(self):
        year = take_in({"校.xlsx": form(school(1, kind="小学", ownership="公立", area_type="县镇"))}, [school(1)])
        assert year.rules == []

    def test_register_type_decides_what_is_required(self):
        year = take_in({"校.xlsx": form(school(1))}, [school(1, "九年一贯制学校")])
        assert year.outcomes == {"校.xlsx": "rejected"}
        assert "R-IDENTITY" in year.rules
        assert any("在校生数(初中)" in f.message() for f in year.told("C-REQUIRED"))

    def test_blank_identity_is_taken_from_the_register(self):
        one = school(
            1, county_code=None, county_name=None, ownership=None, administered_by=None, school_type=None, school_status=None
        )
        year = take_in({"表.xlsx": bulk([one])}, [school(1)])
        assert year.rules == [] and year.accepted == [code(1)]
        assert year.row(code(1))["county_code"] == "360521" and year.row(code(1))["school_type"] == "小学"

    def test_what_the_register_leaves_blank_is_the_schools(self):
        year = take_in({"校.xlsx": form(school(1, township="东乡"))}, [school(1)])
        assert year.rules == [] and year.row(code(1))["township"] == "东乡"

    def test_unknown_code_with_the_nearest_name(self):
        year = take_in(
            {"表.xlsx": bulk([school(77, name="青禾县第五小学校"), school(1)])}, [school(1), school(5, name="青禾县第五小学")]
        )
        error = year.one("R-NOT-REGISTERED")
        assert (error.cell, error.value, error.severity) == ("A2", code(77), "error")
        assert f"青禾县第五小学({code(5)})" in error.message() and f"'青禾县第五小学' ({code(5)})" in error.message("en")
        assert year.outcomes == {"表.xlsx": "partly_accepted"} and year.accepted == [code(1)]
        assert year.board == {code(1): "accepted", code(5): "missing"}

    def test_unknown_code_without_a_near_name(self):
        error = take_in({"校.xlsx": form(school(77, name="天外学堂"))}, [school(1)]).one("R-NOT-REGISTERED")
        assert "名称相近" not in error.message() and "similar" not in error.message("en")

    def test_without_a_register_any_well_formed_code_is_taken_and_counties_are_not_checked(self):
        year = take_in({"校.xlsx": form(school(1, school_id="9999999999", county_code="999999"))})
        assert year.rules == [] and year.accepted == ["9999999999"]
        assert year.settlement.register["expected"].all()

    def test_without_a_register_schools_stand_by_code(self):
        year = take_in({"表.xlsx": bulk([school(3), school(1), school(2)])})
        assert year.settlement.register["school_id"].tolist() == [code(1), code(2), code(3)]

    def test_lost_leading_zero_is_restored_where_the_register_has_one_such_school(self):
        """Restored only if unique in the register, with a NOTE."""
        zero = "0605210001"
        year = take_in(
            {"校.xlsx": form(school(1, school_id=605210001, county_code="060521"))},
            [school(1, school_id=zero, county_code="060521")],
        )
        assert year.accepted == [zero]
        assert [f.severity for *_, f in year.settlement.findings] == ["note"]

    def test_lost_leading_zero_of_a_school_that_is_not_in_the_register_is_an_error(self):
        year = take_in({"校.xlsx": form(school(1, school_id=605210001))}, [school(2)])
        assert year.one("R-CODE").severity == "error" and year.accepted == [] and year.told("R-CODE-ZERO") == []

    def test_lost_leading_zero_without_a_register_is_an_error(self):
        year = take_in({"校.xlsx": form(school(1, school_id=605210001))})
        assert year.one("R-CODE").severity == "error" and year.accepted == []

    def test_type_from_the_register_settles_a_label_without_section(self):
        """The table has no 办学类型; the register says 小学, so 在校生数 is that of the primary section."""
        table = bulk([school(1, school_type=None)], labels={"在校生数(小学)": "在校生数"})
        year = take_in({"表.xlsx": table}, [school(1)])
        assert year.rules == [] and year.row(code(1))["enrolment_primary"] == 450


class TestRequiredColumns:
    """A required column that is missing for all schools of a table rejects it, with one message per column."""

    def test_one_message_per_column_and_none_per_school(self):
        year = take_in({"表.xlsx": bulk([school(n) for n in (1, 2, 3)], without=("班级数(小学)", "图书册数"))})
        assert year.outcomes == {"表.xlsx": "rejected"} and year.accepted == []
        found = year.told("H-MISSING")
        assert sorted(f.params["label"] for f in found) == ["图书册数", "班级数(小学)"]
        assert year.rules == ["H-MISSING", "H-MISSING"]
        assert all(f"“{f.params['label']}”" in f.message() and "工作表“汇总表”" in f.message() for f in found)

    def test_findings_of_a_rejected_table_belong_to_the_file(self):
        year = take_in({"表.xlsx": bulk([school(1)], without=("图书册数",))})
        assert [one for _, one, _, _ in year.settlement.findings] == [None]

    @pytest.mark.parametrize("column", ["学校名称", "县级行政区划代码", "县(市、区)", "办学类型", "举办者类型", "隶属关系"])
    def test_identity_columns(self, column):
        year = take_in({"表.xlsx": bulk([school(1), school(2)], without=(column,))})
        assert year.outcomes == {"表.xlsx": "rejected"}
        assert column in [f.params["label"] for f in year.told("H-MISSING")]

    def test_without_a_column_of_codes_the_message_names_it(self):
        year = take_in({"表.xlsx": bulk([school(1), school(2)], without=("学校标识码",))})
        assert year.outcomes == {"表.xlsx": "rejected"}
        error = year.one("H-MISSING")
        assert (
            (error.sheet, error.field) == ("汇总表", "school_id") and "学校标识码" in error.message() and len(year.messages) == 1
        )

    @pytest.mark.parametrize("column", ["城乡类型", "占地面积", "办学状态", "完成360学时培训专任教师数(小学)", "建成年份"])
    def test_columns_that_no_standard_or_catalogue_demands(self, column):
        one = school(1, site_area=9000, year_built=1998)
        year = take_in({"表.xlsx": bulk([one], without=(column,))})
        assert year.outcomes == {"表.xlsx": "accepted"} and year.rules == []

    def test_a_column_that_is_there_but_blank_is_told_at_each_cell(self):
        schools = [school(1, books=None), school(2, books=None)]
        rows = bulk_rows([*schools, school(3)])
        year = take_in({"表.xlsx": xlsx({"汇总表": rows[:3]})})
        assert not year.told("H-MISSING")
        column = cell_of(rows, "图书册数")[:-1]
        assert [f.cell for f in year.told("C-REQUIRED")] == [f"{column}2", f"{column}3"]

    def test_primary_schools_need_no_junior_columns(self):
        rows = bulk_rows([school(1), school(2, "教学点", primary=40)])
        assert not any("初中" in str(label) for label in rows[0])
        assert take_in({"表.xlsx": xlsx({"汇总表": rows})}).outcomes == {"表.xlsx": "accepted"}

    def test_the_years_template_of_primary_schools_needs_nothing_more(self):
        standards = in_force(shipped_standards(), SchoolYear.parse(YEAR))
        from data_contracts.standard import fields_in_use

        content = blank_bulk_table(
            SchoolYear.parse(YEAR), ["小学"], modified=MODIFIED, required_keys=fields_in_use(standards), rows=[school(1)]
        )
        assert take_in({"表.xlsx": content}).outcomes == {"表.xlsx": "accepted"}

    def test_nine_year_schools_need_the_junior_columns(self):
        junior = [label for label in bulk_rows([school(1, "九年一贯制学校")])[0] if str(label).endswith("(初中)")]
        year = take_in({"表.xlsx": bulk([school(1, "九年一贯制学校"), school(2, "九年一贯制学校")], without=junior)})
        assert year.outcomes == {"表.xlsx": "rejected"}
        missing = {f.params["label"] for f in year.told("H-MISSING")}
        assert missing == set(junior) - {"完成360学时培训专任教师数(初中)"}

    def test_one_nine_year_school_among_primary_ones_does_not_cost_them_the_table(self):
        """The junior columns are not missing for all of the table's schools: only the nine-year school cannot be counted."""
        junior = [label for label in bulk_rows([school(1, "九年一贯制学校")])[0] if str(label).endswith("(初中)")]
        year = take_in({"表.xlsx": bulk([school(1), school(2), school(3, "九年一贯制学校")], without=junior)})
        assert year.accepted == [code(1), code(2)]
        assert year.outcomes == {"表.xlsx": "partly_accepted"}
        assert any("在校生数(初中)" in f.message() for f in year.errors(code(3)))

    @pytest.mark.parametrize("year_key", ["2015-2016", "2016-2017"])
    def test_before_2017_only_what_basic_balance_uses(self, year_key):
        later = (
            "县级及以上骨干教师数(小学)",
            "体育艺术专任教师数(小学)",
            "网络多媒体教室间数",
            "班级数(小学)",
            "音乐专用教室间数",
            "是否设重点班",
        )
        content = bulk([school(1)], without=later)
        assert take_in({"表.xlsx": content}, year=year_key).outcomes == {"表.xlsx": "accepted"}
        rejected = take_in({"表.xlsx": content}, year="2017-2018")
        assert {f.params["label"] for f in rejected.told("H-MISSING")} == set(later)

    @pytest.mark.parametrize("column", ["教学用计算机台数", "中级及以上职务专任教师数(小学)", "专任教师数(小学)", "图书册数"])
    def test_what_basic_balance_uses_is_required_in_both(self, column):
        for year_key in ("2015-2016", YEAR):
            assert take_in({"表.xlsx": bulk([school(1)], without=(column,))}, year=year_key).outcomes == {"表.xlsx": "rejected"}

    def test_a_shared_resource_by_section_needs_no_column_for_the_whole_school(self):
        one = school(1, "九年一贯制学校", books=None, books_primary=11000, books_junior=7000)
        assert take_in({"表.xlsx": bulk([one])}).outcomes == {"表.xlsx": "accepted"}

    def test_a_form_without_a_required_row_is_told_at_the_school(self):
        year = take_in({"校.xlsx": form(school(1, books=None))})
        error = year.one("C-REQUIRED")
        assert (error.sheet, error.cell, error.field) == ("学校填报表", None, "books")
        assert year.outcomes == {"校.xlsx": "rejected"} and year.board == {code(1): "left_out"}

    def test_closed_schools_need_no_columns(self):
        closed = {
            place: value for place, value in school(1, school_status="停办").items() if fields()[place[0]].category == "基本信息"
        }
        year = take_in({"表.xlsx": bulk([closed | {("enrolment", "primary"): 0}])})
        assert year.outcomes == {"表.xlsx": "accepted"} and year.rules == []


class TestOneFindingACell:
    """Where one finding explains another, only it is told."""

    def test_an_unreadable_required_figure_is_not_also_missing(self):
        year = take_in({"校.xlsx": form(school(1, books="11250册"))})
        assert year.rules == ["C-UNIT"]

    def test_nothing_in_a_required_cell_is_missing_and_says_what_was_typed(self):
        year = take_in({"校.xlsx": form(school(1, books="—"))})
        assert year.rules == ["C-REQUIRED"]
        assert "“—”" in year.one("C-REQUIRED").message() and "'—'" in year.one("C-REQUIRED").message("en")

    def test_a_missing_code_is_told_once(self):
        year = take_in({"表.xlsx": bulk([school(1), school(2) | {("school_id", None): None}])})
        assert year.rules == ["R-NO-CODE"]
        assert year.one("R-NO-CODE").cell == "A3"

    def test_an_unreadable_code_is_told_once(self):
        assert take_in({"表.xlsx": bulk([school(1, school_id="12")])}).rules == ["R-CODE"]


class TestOrder:
    """The same inbox gives the same tables, in whatever order the files were found."""

    def files(self):
        return {
            "乙/表.xlsx": bulk([school(3), school(1), school(2, books=-1)], day(5)),
            "甲/校.xlsx": form(school(1, books=9000), day(9)),
            "甲/又.xlsx": form(school(1, books=9100), day(9)),
            "坏.pdf": b"%PDF",
            "一.csv": csv_table(bulk_rows([school(4, books="约"), school(5)])),
        }

    def test_any_order_of_files(self):
        readings = [reading_of(file, content) for file, content in self.files().items()]
        first = settled(readings, [school(n) for n in (5, 4, 3, 2, 1)])
        for order in itertools.islice(itertools.permutations(readings), 0, 120, 17):
            again = settled(list(order), [school(n) for n in (5, 4, 3, 2, 1)])
            for table in ("files", "board", "returns", "register"):
                pd.testing.assert_frame_equal(getattr(again.settlement, table), getattr(first.settlement, table))
            pd.testing.assert_frame_equal(again.settlement.finding_table(), first.settlement.finding_table())

    def test_files_by_name_and_findings_by_file(self):
        year = take_in(self.files())
        assert year.settlement.files["file"].tolist() == sorted(self.files())
        order = [file for file, *_ in year.settlement.findings]
        assert order == sorted(order)

    def test_accepted_schools_stand_by_county_and_code(self):
        other = school(1, school_id="1101010001", county_code="110101", county_name="东城区")
        year = take_in({"表.xlsx": bulk([school(2), school(1), other])})
        assert year.accepted == ["1101010001", code(1), code(2)]


class TestThroughTables:
    """What was read is the same after it was kept as tables."""

    def test_kept_and_restored(self):
        readings = [reading_of(file, content) for file, content in TestOrder().files().items()]
        standards = in_force(shipped_standards(), SchoolYear.parse(YEAR))
        register = register_of([school(n) for n in range(1, 6)])
        direct = settle(gathered(readings), register, standards)
        pd.testing.assert_frame_equal(settled(readings, register).settlement.finding_table(), direct.finding_table())

    def test_every_table_keeps_its_contract(self):
        tables = take_in(TestOrder().files(), [school(n) for n in range(1, 6)]).tables()
        assert len(tables["file_outcomes"]) == 5
        assert take_in({}).tables()["file_outcomes"].empty

    def test_findings_carry_the_county(self):
        year = take_in({"表.xlsx": bulk([school(1, books=-1)]), "空.xlsx": b""}, [school(1)])
        assert set(year.settlement.finding_table()["county_code"]) == {"360521"}


@pytest.mark.parametrize("kind", list(school_types()))
def test_every_type_of_school_is_accepted_from_table_csv_form_and_our_own_template(kind):
    one = school(1, kind)
    template = school_form(SchoolYear.parse(YEAR), None, values=one, modified=MODIFIED, required_keys=frozenset())
    for name, content in {
        "表.xlsx": bulk([one]),
        "表.csv": csv_table(bulk_rows([one])),
        "校.xlsx": form(one),
        "模板.xlsx": template,
    }.items():
        year = take_in({name: content}, [school(1, kind)])
        assert year.messages == [] and year.outcomes == {name: "accepted"}
        row = year.row(code(1))
        assert row["equipment_value"] == pytest.approx(one["equipment_value", None] * 10_000, rel=1e-15)


class TestWithoutARegister:
    """A school whose identity cannot be read is not accepted, but it is still counted and named: nothing missing is met."""

    def test_an_unreadable_owner_or_type_leaves_the_school_on_the_board(self):
        year = take_in({"表.xlsx": bulk([school(1), school(2, ownership="公办办"), school(3, school_type="某类")])})
        board = year.settlement.board.set_index("school_id")
        assert board["outcome"].tolist() == ["accepted", "left_out", "left_out"]
        assert board["expected"].all()

    def test_an_unreadable_name_is_replaced_by_the_code(self):
        year = take_in({"表.xlsx": bulk([school(1), school(2, school_name=None)])})
        assert code(2) in year.settlement.board.set_index("school_id").loc[code(2), "school_name"]
