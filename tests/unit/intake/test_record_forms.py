"""Record forms: tables that are filled in row by row, from the file to the table of entries.

Belongs here: how each is recognised and read, each row's rules, which row counts, the outcome of the file.
Does not belong here: the blank and prefilled forms (``unit/reporting``), what is computed from entries.
"""

import datetime as dt
from pathlib import Path
from typing import ClassVar

import pandas as pd
import pytest

from builders.counties import column_of, county_form, record_form, record_rows
from builders.intake import TODAY, Settled, take_in
from builders.schools import COUNTY, YEAR, code, school
from builders.standards import letting_commitments_count, pack
from builders.workbooks import bulk, bulk_rows, csv_table, day, form, form_rows, xlsx
from data_contracts.record_forms import record_forms
from data_contracts.rules import rules
from data_contracts.school_year import SchoolYear
from data_contracts.standard import shipped_standards
from data_contracts.standards_in_force import in_force
from data_contracts.tables import CONTRACTS, shaped
from data_contracts.vocabulary import FORMS
from domain.assessment.verification import tolerances
from domain.assessment.workflow import Entered, Step, Withdrawal
from domain.intake.explaining import QUERY
from domain.intake.findings import Finding
from domain.intake.look import Look
from domain.intake.record_rows import PAST_DAYS
from domain.intake.record_settling import ENTRY_TABLES, settle_records

QUALITY = "national-quality-2017"
TITLE = "义务教育优质均衡(2017)"
SCHOOLS = [school(1), school(2, "九年一贯制学校")]
COMMITTING = letting_commitments_count(YEAR, "L4", "L5", "L6", "L7")
SOUND: dict[str, dict[str, object]] = {
    "rectification": {
        "county_code": COUNTY,
        "gap": f"{COUNTY}-G1",
        "owner": "县教育局",
        "due": dt.date(2025, 6, 30),
        "measure": "招聘 3 人",
    },
    "workflow": {
        "county_code": COUNTY,
        "standard": TITLE,
        "stage": "县级自评",
        "outcome": "通过",
        "date": "2025年3月20日",
        "by_whom": "县教育局",
    },
    "visit": {"school_id": code(1), "field": "在校生数(小学)", "seen": 448, "visitor": "李四", "date": "2025-03-20"},
    "plan": {
        "county_code": COUNTY,
        "standard": "优质均衡",
        "section": "小学",
        "item": "L1",
        "target_year": "2026-2027",
        "target": 0.4,
    },
    "self_scores": {"school_id": code(1), "section": "小学", "standard": QUALITY, "indicator": "L1", "points": 5},
    "commitments": {
        "school_id": code(2),
        "section": "初中",
        "standard": TITLE,
        "indicator": "L5",
        "amount": 1200,
        "unit": "㎡",
        "committed_on": "2025/3/20",
        "evidence": "发改〔2025〕8号",
    },
}
"""A row of each form that is accepted without a finding."""


def sound(form_: str, **changed: object) -> dict[str, object]:
    return {**SOUND[form_], **changed}


def handed_in(form_: str, *rows: dict[str, object], register: bool = True) -> Settled:
    """A year in which this record form lies beside the schools' forms."""
    files = {"表.xlsx": record_form(form_, rows), "校.xlsx": bulk(SCHOOLS)}
    return take_in(files, SCHOOLS if register else None, standards=COMMITTING)


def entries(year: Settled, form_: str, register: bool = True) -> pd.DataFrame:
    """The table of a form, held to its contract."""
    known = year.settlement.register if register else None
    table = settle_records(year.intake, known, year.standards).tables[ENTRY_TABLES[form_]]
    return CONTRACTS[ENTRY_TABLES[form_]].validate(shaped(table, ENTRY_TABLES[form_], year.year))


def row(year: Settled, form_: str) -> dict[str, object]:
    (found,) = entries(year, form_).to_dict("records")
    return found


def only(year: Settled, rule: str) -> Finding:
    assert year.rules == [rule], year.messages
    return year.one(rule, "表.xlsx")


class TestReading:
    @pytest.mark.parametrize("form_", record_forms())
    def test_a_sound_row_is_accepted(self, form_):
        year = handed_in(form_, sound(form_))
        assert year.rules == [] and year.outcomes == {"表.xlsx": "accepted", "校.xlsx": "accepted"}
        assert row(year, form_)["row"] == 4 and row(year, form_)["county_code"] == COUNTY

    def test_choices_are_stored_as_their_keys_and_dates_as_days(self):
        found = row(handed_in("workflow", sound("workflow")), "workflow")
        assert (found["standard"], found["stage"], found["outcome"]) == (QUALITY, "self_assessment", "passed")
        assert found["date"] == "2025-03-20"

    @pytest.mark.parametrize(
        ("said", "stage"), [("縣級自評", "self_assessment"), ("监测 复查", "monitoring"), ("monitoring", "monitoring")]
    )
    def test_choices_in_other_characters(self, said, stage):
        assert row(handed_in("workflow", sound("workflow", stage=said)), "workflow")["stage"] == stage

    @pytest.mark.parametrize("form_", record_forms())
    def test_it_is_recognised_by_the_name_of_its_sheet_its_title_or_its_headings(self, form_):
        rows = record_rows(form_, [sound(form_)])
        for sheets in (
            {FORMS[form_]: rows[2:]},
            {"Sheet1": [["青禾县 " + FORMS[form_]], *rows[1:]]},
            {"Sheet1": rows[2:]},
        ):
            year = take_in({"表.xlsx": xlsx(sheets)}, SCHOOLS, standards=COMMITTING)
            assert set(year.intake.files[0].records) and year.intake.files[0].form == form_ and year.rules == []
        assert take_in({"表.csv": csv_table(rows)}, SCHOOLS, standards=COMMITTING).outcomes == {"表.csv": "accepted"}

    def test_the_header_may_stand_as_low_as_row_20(self):
        rows = record_rows("plan", [sound("plan")])
        year = take_in({"表.xlsx": xlsx({"表": [rows[0], *[[]] * 18, *rows[2:]]})}, SCHOOLS)
        assert year.outcomes == {"表.xlsx": "accepted"}
        lower = take_in({"表.xlsx": xlsx({"表": [rows[0], *[[]] * 19, *rows[2:]]})}, SCHOOLS)
        assert lower.rules == ["E-NO-HEADER"] and lower.outcomes == {"表.xlsx": "rejected"}

    def test_a_title_without_a_header(self):
        found = only(take_in({"表.xlsx": xlsx({"整改台账": [["整改台账"], ["甲", "乙"]]})}), "E-NO-HEADER")
        assert "“问题编号”" in found.message()

    def test_blank_example_and_total_rows_are_no_records(self):
        rows = record_rows("plan", [sound("plan"), {}, sound("plan", item="L2")])
        rows.insert(3, ["示例", *rows[3][1:]])
        rows.append(["合计", "合计"])
        year = take_in({"表.xlsx": xlsx({"三年规划表": rows})}, SCHOOLS)
        assert sorted(year.rules) == ["R-EXAMPLE", "R-TOTAL"] and list(entries(year, "plan")["item"]) == ["L1", "L2"]

    def test_a_row_with_nothing_beyond_what_was_printed_says_nothing(self):
        printed = {"county_code": COUNTY, "gap": f"{COUNTY}-G2", "school_name": "甲校", "title": "图书"}
        year = handed_in("rectification", sound("rectification"), printed)
        assert year.rules == [] and list(entries(year, "rectification")["gap"]) == [f"{COUNTY}-G1"]

    def test_a_form_in_which_nothing_was_written_counts_as_not_handed_in(self):
        assert only(handed_in("rectification", {"county_code": COUNTY, "gap": f"{COUNTY}-G2"}), "E-EMPTY").severity == "error"

    def test_unknown_columns_are_told_with_the_nearest_label(self):
        rows = record_rows("rectification", [sound("rectification")])
        rows[2].append("整改措施说明")
        rows[3].append("略")
        found = only(take_in({"表.xlsx": xlsx({"整改台账": rows})}, SCHOOLS), "H-UNKNOWN")
        assert found.severity == "note" and "整改措施" in str(found.params["hint"])

    def test_a_missing_required_column_rejects_the_file(self):
        rows = record_rows("plan", [sound("plan")], without=["target_year"])
        year = take_in({"表.xlsx": xlsx({"三年规划表": rows})}, SCHOOLS)
        assert "目标学年" in only(year, "H-MISSING").message() and year.outcomes == {"表.xlsx": "rejected"}

    def test_a_visit_without_the_column_of_what_was_seen(self):
        """Its cells may be blank; without the column the form says nothing, and nobody would have been told."""
        filled = {"county_code": "360521", "school_id": code(1), "field": "图书册数", "visitor": "李四", "date": "2025-03-20"}
        year = take_in({"表.xlsx": xlsx({"现场核查表": record_rows("visit", [filled], without=("seen",))})})
        assert "现场核实值" in only(year, "H-MISSING").message() and year.outcomes == {"表.xlsx": "rejected"}

    def test_a_column_that_stands_twice_rejects_the_file(self):
        rows = record_rows("plan", [sound("plan")])
        rows[2].append("目标值")
        rows[3].append(0.3)
        year = take_in({"表.xlsx": xlsx({"三年规划表": rows})}, SCHOOLS)
        assert only(year, "H-TWICE").field == "target" and year.outcomes == {"表.xlsx": "rejected"}

    def test_another_year_on_the_cover_rejects_the_file(self):
        rows = record_rows("plan", [sound("plan")])
        rows[1][1] = "2023-2024"
        assert only(take_in({"表.xlsx": xlsx({"三年规划表": rows})}, SCHOOLS), "F-YEAR").severity == "error"

    @pytest.mark.parametrize("cover", [["填报学年：2023-2024"], ["2023/2024学年度"], ["学年度", "2023-2024"], ["2023-2024"]])
    def test_another_year_above_the_header_in_any_way_rejects_the_file(self, cover):
        rows = record_rows("plan", [sound("plan")])
        rows[1] = cover
        told = only(take_in({"表.xlsx": xlsx({"三年规划表": rows})}, SCHOOLS), "F-YEAR")
        assert (told.severity, told.cell) == ("error", "AB"[len(cover) - 1] + "2")

    def test_a_plan_for_several_years_says_so_in_its_title(self):
        rows = record_rows("plan", [sound("plan")])
        rows[0] = ["2024-2027学年三年规划表"]
        assert "F-YEAR" not in take_in({"表.xlsx": xlsx({"三年规划表": rows})}, SCHOOLS).rules

    def test_another_kind_of_form_in_the_same_file_is_not_read_and_told(self):
        sheets = {
            "三年规划表": record_rows("plan", [sound("plan")]),
            "整改台账": record_rows("rectification", [sound("rectification")]),
        }
        year = take_in({"表.xlsx": xlsx(sheets)}, SCHOOLS)
        assert only(year, "F-MIXED").sheet == "整改台账" and year.outcomes == {"表.xlsx": "accepted_with_queries"}
        assert entries(year, "rectification").empty and len(entries(year, "plan")) == 1

    def test_a_sheet_of_the_county_behind_a_table_of_schools_is_not_read_and_told(self):
        sheets = {"汇总表": bulk_rows([school(1)]), "整改台账": record_rows("rectification", [sound("rectification")])}
        year = take_in({"表.xlsx": xlsx(sheets)}, [school(1)])
        assert year.rules == ["F-MIXED"] and year.accepted == [code(1)]

    @pytest.mark.parametrize("form_", ["workflow", "plan"])
    def test_a_pack_that_judges_schools_only_has_no_procedure_and_no_plan(self, form_):
        rows = record_rows(form_, [sound(form_, standard="shucheng-township-conditions")])
        year = take_in({"表.xlsx": xlsx({FORMS[form_]: rows})}, SCHOOLS)
        assert only(year, "E-UNKNOWN").field == "standard" and year.outcomes == {"表.xlsx": "rejected"}

    def test_schools_behind_a_record_form_are_not_lost_without_a_word(self):
        sheets = {"三年规划表": record_rows("plan", [sound("plan")]), "汇总表": bulk_rows([school(1)])}
        year = take_in({"表.xlsx": xlsx(sheets)}, [school(1)])
        assert only(year, "F-MIXED-SCHOOLS").sheet == "汇总表" and year.outcomes == {"表.xlsx": "rejected"}

    @pytest.mark.parametrize("heading", ["编号", "项目", "标准", "备注"])
    def test_a_heading_that_record_forms_have_too_makes_no_record_form_of_a_table(self, heading):
        rows = [[heading, *bulk_rows([school(1)])[0]], ["1", *bulk_rows([school(1)])[1]]]
        year = take_in({"表.xlsx": xlsx({"表": rows})}, [school(1)])
        assert year.accepted == [code(1)]

    @pytest.mark.parametrize("words", ["见整改台账", "项目另见三年规划表", "详见县级填报表", "2024年现场核查表"])
    def test_words_beside_a_table_do_not_decide_what_it_is(self, words):
        header, row = bulk_rows([school(1)])
        for rows in ([[words], header, row], [[*header, "备注"], [*row, words]]):
            year = take_in({"表.xlsx": xlsx({"表": rows})}, [school(1)])
            assert year.accepted == [code(1)], rows
        year = take_in({"表.xlsx": xlsx({"整改台账": [header, row]})}, [school(1)])
        assert year.accepted == [code(1)]
        titled = xlsx({"县级填报表": [["青禾县县级填报表"], *form_rows(school(1))]})
        assert take_in({"表.xlsx": titled}, [school(1)]).accepted == [code(1)]

    def test_several_sheets_of_one_form_are_read(self):
        rows = [record_rows("rectification", [sound("rectification", gap=gap)]) for gap in (f"{COUNTY}-G1", f"{COUNTY}-G2")]
        year = take_in({"表.xlsx": xlsx({"东乡": rows[0], "西乡": rows[1]})}, SCHOOLS)
        assert list(entries(year, "rectification")["gap"]) == [f"{COUNTY}-G1", f"{COUNTY}-G2"] and year.rules == []


class TestRows:
    @pytest.mark.parametrize(
        ("form_", "key", "typed", "rule", "word"),
        [
            ("rectification", "due", "2025年6月", "C-NO-DATE", "年月日"),
            ("rectification", "county_code", "360522", "E-UNKNOWN", "县"),
            ("rectification", "county_code", "36052", "R-COUNTY-CODE", "6 位"),
            ("rectification", "gap", None, "C-REQUIRED", "问题编号"),
            ("workflow", "stage", "自己评", "C-CHOICE", "县级自评"),
            ("workflow", "outcome", "优秀", "C-CHOICE", "退回整改"),
            ("workflow", "standard", "省级标准", "E-UNKNOWN", TITLE),
            ("workflow", "date", 2025, "C-NO-DATE", "年月日"),
            ("workflow", "by_whom", None, "C-REQUIRED", "经办单位"),
            ("workflow", "by_whom", "#N/A", "C-EXCEL-ERROR", "经办单位"),
            ("visit", "school_id", code(9), "E-UNKNOWN", "学校名册"),
            ("visit", "school_id", "123", "R-CODE", "10 位"),
            ("visit", "field", "学生人数多少", "E-ITEM", "填报目录"),
            ("visit", "field", "在校生数", "E-NO-SECTION", "在校生数(小学)"),
            ("visit", "seen", "448人", "C-UNIT", "只填数字"),
            ("visit", "seen", 448.5, "C-INTEGER", "整数"),
            ("plan", "item", "L99", "E-UNKNOWN", "L1"),
            ("plan", "section", "高中", "C-CHOICE", "小学、初中"),
            ("plan", "target_year", "明年", "E-YEAR", "2026-2027"),
            ("plan", "target", "四成", "C-NUMBER", "阿拉伯数字"),
            ("self_scores", "indicator", "B1", "E-UNKNOWN", "L1、L2"),
            ("self_scores", "points", None, "C-REQUIRED", "自评分"),
            ("commitments", "unit", "台", "E-UNIT", "㎡"),
            ("commitments", "unit", None, "C-REQUIRED", "单位"),
            ("commitments", "county_code", "360521", "", ""),
        ],
    )
    def test_a_row_with_an_error_is_left_out_and_named_and_the_others_count(self, form_, key, typed, rule, word):
        other = {"rectification": {"gap": f"{COUNTY}-G9"}, "workflow": {"date": "2025-04-01"}, "visit": {"field": "图书册数", "seen": SCHOOLS[0]["books", None]},
                 "plan": {"item": "L7"}, "self_scores": {"indicator": "L7"}, "commitments": {"indicator": "L4"}}  # fmt: skip
        year = handed_in(form_, sound(form_, **{key: typed}), sound(form_, **other[form_]))
        if not rule:
            assert year.rules == [] and len(entries(year, form_)) == 2
            return
        found = only(year, rule)
        assert word in found.message() and found.cell == f"{column_of(form_, key)}4" and found.row == 4
        assert year.outcomes["表.xlsx"] == "partly_accepted" and list(entries(year, form_)["row"]) == [5]
        assert "{" not in found.message() + found.message("en")

    def test_a_file_of_which_no_row_can_stand_is_rejected(self):
        assert handed_in("plan", sound("plan", item="L99")).outcomes["表.xlsx"] == "rejected"

    def test_the_county_of_a_school_is_the_registers(self):
        assert row(handed_in("visit", sound("visit")), "visit")["county_code"] == COUNTY
        schools = [*SCHOOLS, school(3, county_code="360522", county_name="松阳县")]
        files = {"表.xlsx": record_form("visit", [sound("visit", county_code="360522")])}
        year = take_in(files, schools)
        assert only(year, "E-COUNTY").params["expected"] == COUNTY

    def test_without_a_register_the_row_names_the_county(self):
        year = handed_in("visit", sound("visit", county_code=COUNTY), register=False)
        assert year.rules == [] and list(entries(year, "visit", register=False)["county_code"]) == [COUNTY]
        assert only(handed_in("visit", sound("visit"), register=False), "C-REQUIRED").field == "county_code"

    @pytest.mark.parametrize(
        ("item", "typed", "number", "text", "place"),
        [
            ("在校生数(小学)", "４４８", 448.0, None, ("enrolment", "primary")),
            ("教学仪器设备资产值", 139.5, 1_395_000.0, None, ("equipment_value", None)),
            ("小学在校学生数", 448, 448.0, None, ("enrolment", "primary")),
            ("是否制定学校章程", "√", None, "是", ("charter", None)),
            ("城乡类型", "农村", None, "乡村", ("area_type", None)),
        ],
    )
    def test_what_was_seen_is_read_as_the_schools_figure_would_be(self, item, typed, number, text, place):
        found = row(handed_in("visit", sound("visit", field=item, seen=typed)), "visit")
        assert (found["field"], found["section"] if isinstance(found["section"], str) else None) == place
        assert (None if pd.isna(found["seen"]) else found["seen"]) == number
        assert (None if pd.isna(found["seen_text"]) else found["seen_text"]) == text

    @pytest.mark.parametrize(
        ("item", "key"),
        [("L1", "L1"), ("每百名学生拥有高于规定学历教师数", "L1"), ("g11", "G11"), ("社会认可度", "S1"), ("R-cv", "R-cv")],
    )
    def test_items_by_id_or_name(self, item, key):
        assert row(handed_in("plan", sound("plan", item=item, section=None)), "plan")["item"] == key

    @pytest.mark.parametrize(
        ("indicator", "amount", "unit", "stored"),
        [("L5", 3, "亩", 2000.01), ("L6", 12.5, "万元", 125_000.0), ("L7", 4, "间", 4.0)],
    )
    def test_a_commitment_stands_in_the_unit_of_the_resource(self, indicator, amount, unit, stored):
        found = row(handed_in("commitments", sound("commitments", indicator=indicator, amount=amount, unit=unit)), "commitments")
        assert found["amount"] == pytest.approx(stored, rel=1e-12) and found["committed_on"] == "2025-03-20"


class TestWhichRowCounts:
    def test_the_same_thing_twice_in_a_file_is_an_error_of_both(self):
        year = handed_in("rectification", sound("rectification"), sound("rectification", owner="另一人"))
        assert year.rules == ["E-TWICE", "E-TWICE"] and year.outcomes["表.xlsx"] == "rejected"
        assert "4、5" in year.messages[0]

    def test_a_later_file_wins_for_what_it_names(self):
        old = record_form("rectification", [sound("rectification"), sound("rectification", gap=f"{COUNTY}-G2")])
        new = record_form("rectification", [sound("rectification", owner="县财政局")], day(20))
        year = take_in({"a新.xlsx": new, "旧.xlsx": old}, SCHOOLS)
        assert year.outcomes == {"a新.xlsx": "accepted", "旧.xlsx": "accepted"}
        assert year.one("E-SUPERSEDED").cell is None and "a新.xlsx" in year.messages[0]
        found = entries(year, "rectification").set_index("gap")["owner"].to_dict()
        assert found == {f"{COUNTY}-G1": "县财政局", f"{COUNTY}-G2": "县教育局"}

    def test_a_file_of_which_nothing_counts_any_more(self):
        files = {
            "旧.xlsx": record_form("plan", [sound("plan")]),
            "新.xlsx": record_form("plan", [sound("plan", target=0.3)], day(20)),
        }
        assert take_in(files, SCHOOLS).outcomes == {"旧.xlsx": "superseded", "新.xlsx": "accepted"}

    def test_the_same_rows_twice_are_a_duplicate(self):
        files = {"a.xlsx": record_form("plan", [sound("plan")]), "b.xlsx": record_form("plan", [sound("plan")], day(20))}
        year = take_in(files, SCHOOLS)
        assert year.outcomes == {"a.xlsx": "accepted", "b.xlsx": "duplicate"} and year.one("E-DUPLICATE").severity == "note"

    def test_equal_times_and_different_contents_name_each_other(self):
        files = {"a.xlsx": record_form("plan", [sound("plan")]), "b.xlsx": record_form("plan", [sound("plan", target=0.3)])}
        year = take_in(files, SCHOOLS)
        assert year.outcomes == {"a.xlsx": "rejected", "b.xlsx": "rejected"}
        assert "b.xlsx(第 4 行)" in year.one("E-CONFLICT", "a.xlsx").message() and entries(year, "plan").empty

    def test_a_wrong_row_takes_no_part(self):
        files = {
            "a.xlsx": record_form("plan", [sound("plan")]),
            "b.xlsx": record_form("plan", [sound("plan", target="很多")], day(20)),
        }
        year = take_in(files, SCHOOLS)
        assert year.outcomes == {"a.xlsx": "accepted", "b.xlsx": "rejected"} and list(entries(year, "plan")["target"]) == [0.4]


class TestStages:
    """The form of stages against the procedure and the calendar."""

    NEXT: ClassVar = {"stage": "市级复核", "date": "2025-05-20", "by_whom": "市教育局"}

    @staticmethod
    def of(*rows: dict[str, object], steps: tuple[Step, ...] = (), back: tuple[Withdrawal, ...] = (), **files: bytes) -> Settled:
        look = Look(SchoolYear.parse(YEAR), TODAY, Entered(steps, back))
        return take_in({"表.xlsx": record_form("workflow", rows), **files}, SCHOOLS, look=look)

    @staticmethod
    def step(stage: str, date: str, year: str = "2023-2024", outcome: str = "passed", act: int | None = 1) -> Step:
        return Step(year, COUNTY, QUALITY, stage, outcome, date, "县教育局", None, "登记 1 号", act)

    def test_stages_in_their_order_are_accepted(self):
        year = self.of(sound("workflow"), sound("workflow", **self.NEXT))
        assert (year.rules, year.outcomes["表.xlsx"]) == ([], "accepted")

    def test_a_stage_that_may_not_follow_is_an_error_at_its_cell(self):
        year = self.of(sound("workflow"), sound("workflow", stage="国家认定", date="2025-05-20"))
        found = only(year, "E-STAGE")
        assert (found.severity, found.cell, found.row) == ("error", f"{column_of('workflow', 'stage')}5", 5)
        text = found.message()
        assert all(
            word in text for word in ("“阶段”填的“国家认定”", "目前为“县级自评”通过(2025-03-20)", "现在只能登记“市级复核”")
        )
        assert "what can be recorded now is city_recheck" in found.message("en") and "{" not in text + found.message("en")
        assert year.outcomes["表.xlsx"] == "partly_accepted"
        assert sorted(entries(year, "workflow")["row"]) == [4, 5], "what was entered stays, to be judged anew"

    def test_the_only_stage_refused_rejects_the_file(self):
        year = self.of(sound("workflow", **self.NEXT))
        assert "还没有任何登记" in only(year, "E-STAGE").message() and year.outcomes["表.xlsx"] == "rejected"

    def test_stages_recorded_by_command_or_in_earlier_years_come_before(self):
        year = self.of(sound("workflow", **self.NEXT), steps=(self.step("self_assessment", "2024-03-20"),))
        assert year.rules == []

    def test_a_date_before_that_of_the_stage_before(self):
        year = self.of(sound("workflow", **self.NEXT), steps=(self.step("self_assessment", "2025-05-21"),))
        found = only(year, "E-STAGE-DATE")
        assert found.cell == f"{column_of('workflow', 'date')}4" and "早于上一阶段“县级自评”的日期 2025-05-21" in found.message()
        assert "before it, self_assessment on 2025-05-21" in found.message("en")

    def test_a_form_that_repeats_what_earlier_years_said_is_right(self):
        before = (self.step("self_assessment", "2024-03-20"), self.step("city_recheck", "2024-05-20"))
        rows = [sound("workflow", date="2024-03-20"), sound("workflow", **self.NEXT | {"date": "2024-05-20"})]
        assert self.of(*rows, steps=before).rules == []

    def test_a_stage_that_was_withdrawn_is_told_with_who_and_why(self):
        back = Withdrawal(
            YEAR, COUNTY, QUALITY, "self_assessment", "passed", "2025-03-20", "县督导室", "日期登错", 7, "2025-04-02"
        )
        year = self.of(sound("workflow"), back=(back,))
        found = only(year, "E-STAGE-WITHDRAWN")
        assert "“县督导室”于 2025-04-02 撤回(登记 7 号,原因:日期登错)" in found.message()
        assert "withdrawn by '县督导室' on 2025-04-02 (act 7: '日期登错')" in found.message("en")
        again = self.step("self_assessment", "2025-03-20", YEAR, act=8)
        assert self.of(sound("workflow"), back=(back,), steps=(again,)).rules == [], "recorded again afterwards, it holds"

    @pytest.mark.parametrize("form_", ["workflow", "visit", "commitments"])
    def test_a_day_that_is_yet_to_come_is_refused_and_becomes_good_on_the_day(self, form_):
        (key,), tomorrow = PAST_DAYS[form_], TODAY + dt.timedelta(days=1)
        late = handed_in(form_, sound(form_, **{key: tomorrow}))
        found = only(late, "E-TO-COME")
        assert found.cell == f"{column_of(form_, key)}4" and late.outcomes["表.xlsx"] == "rejected"
        assert "“2026-07-02”还没有到" in found.message() and "'2026-07-02' is yet to come" in found.message("en")
        assert handed_in(form_, sound(form_, **{key: TODAY})).rules == []
        look = Look(late_year := SchoolYear.parse(YEAR), tomorrow, Entered())
        files = {"表.xlsx": record_form(form_, [sound(form_, **{key: tomorrow})]), "校.xlsx": bulk(SCHOOLS)}
        assert take_in(files, SCHOOLS, late_year.key, look=look, standards=COMMITTING).rules == []

    def test_the_day_itself_is_in_no_message(self):
        """Else the receipt would change every night until the day has come."""
        files = {"表.xlsx": record_form("workflow", [sound("workflow", date=dt.date(2026, 9, 9))])}
        looks = [Look(SchoolYear.parse(YEAR), dt.date(2026, 7, n), Entered()) for n in (1, 2)]
        first, second = (take_in(files, SCHOOLS, look=look).messages for look in looks)
        assert first == second and len(first) == 1

    def test_where_nobody_knows_the_stages_before_none_is_refused(self):
        year = take_in(
            {"表.xlsx": record_form("workflow", [sound("workflow", **self.NEXT)])},
            SCHOOLS,
            look=Look(SchoolYear.parse(YEAR), TODAY, None),
        )
        assert year.rules == []


class TestSelfScores:
    """Points that schools gave themselves against those that their figures give."""

    PACK = pack("""
indicators:
  - {id: C1, key: books, title: 生均图书, unit: 册, per: 1, numerator: {add: [books]}, tiers: [{at_least: 25, points: 5}, {at_least: 20, points: 3}]}
  - {id: C2, key: computers, title: 每百名学生计算机, unit: 台, per: 100, numerator: {add: [teaching_computers]}, tiers: [{at_least: 99, points: 5}, {at_least: 1, points: 3}]}
school_rule: {kind: points, pass_mark: 8}
""")
    # school(1) has 450 students and 11250 books, 25 each: 5 points; its computers are some, and fewer than 99 per 100: 3.

    def of(self, *rows: dict[str, object], answers: tuple[pd.DataFrame, ...] = (), **files: bytes) -> Settled:
        standards = (*in_force(shipped_standards(), SchoolYear.parse(YEAR)), self.PACK)
        made = [sound("self_scores", **{"standard": "pack", "indicator": "C1", **row}) for row in rows]
        lying = {"表.xlsx": record_form("self_scores", made), "校.xlsx": bulk(SCHOOLS), **files}
        return take_in(lying, SCHOOLS, standards=standards, answers=answers)

    def test_the_same_points_ask_nothing(self):
        assert self.of({"points": 5}, {"indicator": "C2", "points": 3}).rules == []

    def test_other_points_are_a_query_at_their_cell(self):
        year = self.of({"points": 5}, {"indicator": "C2", "points": 5})
        found = only(year, "E-SELF-SCORE")
        assert (found.severity, found.cell, found.section) == ("query", f"{column_of('self_scores', 'points')}5", "primary")
        text = found.message()
        assert "“青禾县第1学校”(小学)的“每百名学生计算机”自评 5 分,按填报数据计算为 3 分,自评高 2 分" in text
        assert "gave itself 5 points for C2; its figures give 3, 2 more" in found.message("en")
        assert year.outcomes["表.xlsx"] == "accepted_with_queries"
        table = year.settlement.finding_table()
        assert table.loc[0, ["file", "school_id", "county_code", "severity"]].tolist() == ["表.xlsx", code(1), COUNTY, "query"]

    def test_fewer_points_than_the_figures_give_are_asked_about_too(self):
        assert "自评低 2 分" in only(self.of({"points": 3}), "E-SELF-SCORE").message()

    def test_an_explanation_of_one_row_answers_no_other(self):
        year = self.of({"points": 0}, {"indicator": "C2", "points": 0})
        one, other = year.told("E-SELF-SCORE")
        assert one.value != other.value
        answer = pd.DataFrame(
            [["回执.xlsx", code(1), "E-SELF-SCORE", "points", "primary", one.value, one.compared, "按省里口径"]]
        )
        answer.columns = ["file", *QUERY, "answer"]
        again = self.of({"points": 0}, {"indicator": "C2", "points": 0}, answers=(answer,))
        assert [f.severity for f in again.told("E-SELF-SCORE")] == ["note", "query"]
        assert "(已说明:按省里口径" in again.messages[0]

    def test_a_school_without_accepted_figures_is_not_asked(self):
        lying = {"校.xlsx": bulk([school(1, books=None), SCHOOLS[1]])}
        assert self.of({"points": 0}, **lying).told("E-SELF-SCORE") == []


class TestSeenOnSite:
    """What was seen on site comes back to the school in its own file; the samples of the rule stand in test_rules.py."""

    def test_the_school_gets_a_query_in_its_own_file_and_the_visitors_form_none(self):
        year = handed_in("visit", sound("visit", seen=440))
        found = year.one("S-SEEN", "校.xlsx")
        assert found.severity == "query" and year.outcomes == {"表.xlsx": "accepted", "校.xlsx": "accepted_with_queries"}
        assert year.board[code(1)] == "accepted_with_queries" and year.accepted == [code(1), code(2)]
        text = found.message("en")
        assert (
            "'在校生数(小学)' is given as 450 people, but 440 people was seen on site (2025-03-20, '李四'), a difference of 10 people"
            in text
        )

    def test_within_the_tolerance_nothing_is_asked(self):
        # 3 % of 3780.01 ㎡ are 113.4003 ㎡: 3893 is 112.99 away, 3894 is 113.99 away.
        assert (tolerances()["㎡"], SCHOOLS[0]["teaching_area", None]) == (0.03, 3780.01)
        field = {"field": "教学及辅助用房面积"}
        assert handed_in("visit", sound("visit", **field, seen=3893)).rules == []
        found = handed_in("visit", sound("visit", **field, seen=3894)).one("S-SEEN")
        assert "相差 114㎡,超过允许误差 113.4㎡" in found.message()

    def test_a_figure_that_the_school_left_blank_is_compared_with_nothing(self):
        assert SCHOOLS[0].get(("reading_rooms", None)) is None
        assert handed_in("visit", sound("visit", field="图书阅览室间数", seen=2)).told("S-SEEN") == []

    def test_money_is_told_in_the_unit_of_the_form(self):
        found = handed_in("visit", sound("visit", field="教学仪器设备资产值", seen=100)).one("S-SEEN")
        assert "填报为 139.51万元" in found.message() and "核实为 100万元" in found.message()

    def test_words_are_compared_too(self):
        found = handed_in("visit", sound("visit", field="城乡类型", seen="乡村")).one("S-SEEN")
        assert f"填报为 {SCHOOLS[0]['area_type', None]}" in found.message() and "核实为 乡村" in found.message()

    def test_what_was_explained_is_no_query_any_more(self):
        asked = handed_in("visit", sound("visit", seen=440)).one("S-SEEN")
        said = (asked.rule, asked.field, asked.section, asked.value, asked.compared, "核查当天10人请假")
        answer = pd.DataFrame([["回执.xlsx", code(1), *said]])
        answer.columns = ["file", *QUERY, "answer"]
        files = {"表.xlsx": record_form("visit", [sound("visit", seen=440)]), "校.xlsx": bulk(SCHOOLS)}
        year = take_in(files, SCHOOLS, answers=[answer])
        assert year.one("S-SEEN").severity == "note" and year.outcomes["校.xlsx"] == "accepted"
        files["表.xlsx"] = record_form("visit", [sound("visit", seen=400)])
        assert take_in(files, SCHOOLS, answers=[answer]).one("S-SEEN").severity == "query"

    def test_a_school_that_is_not_accepted_is_asked_for_its_errors_first(self):
        files = {
            "表.xlsx": record_form("visit", [sound("visit", seen=440)]),
            "校.xlsx": bulk([school(1, books=None), SCHOOLS[1]]),
        }
        assert take_in(files, SCHOOLS).told("S-SEEN") == []


def test_nothing_of_this_disturbs_schools_and_counties():
    files = {f"{form_}.xlsx": record_form(form_, [sound(form_)]) for form_ in record_forms()}
    files |= {"县.xlsx": county_form(population=352_000), "校.xlsx": form(school(1))}
    year = take_in(files, SCHOOLS, standards=COMMITTING)
    assert set(year.outcomes.values()) == {"accepted"} and year.accepted == [code(1)]
    tables = year.tables()
    assert set(tables["submitted_records"]["form"]) == {*record_forms(), "county_form"}


def test_every_rule_of_record_forms_is_set_off_here():
    text = Path(__file__).read_text(encoding="utf-8")
    for name in ("test_second_tables.py", "test_handed_back_in_vain.py"):
        text += (Path(__file__).parent / name).read_text(encoding="utf-8")
    assert [rule for rule in rules() if rule.startswith("E-") and f'"{rule}"' not in text] == []
