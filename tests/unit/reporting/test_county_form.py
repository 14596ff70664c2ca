"""The county form and the record forms as they are sent out: filled in by a clerk, they are read without a loss.

Belongs here: what the workbooks hold and that the readers understand it. Does not belong here: rules (``unit/intake``).
"""

import datetime as dt
import io

import openpyxl
import pytest

from builders.counties import SOUND
from builders.intake import Settled, take_in
from builders.schools import COUNTY, COUNTY_NAME, YEAR, code, school
from builders.standards import letting_commitments_count
from builders.workbooks import bulk
from data_contracts.catalogue import county_fields, fields
from data_contracts.record_forms import record_forms
from data_contracts.school_year import SchoolYear
from data_contracts.standard import shipped_standards
from data_contracts.vocabulary import FORMS
from domain.intake.record_settling import ENTRY_TABLES, settle_records
from domain.reporting.check_sheet import CHECK_SHEET
from domain.reporting.county_form import COUNTY_SHEET, HEADER, county_form, county_form_checks
from domain.reporting.form_checks import DOUBTFUL, PASSED
from domain.reporting.record_form import record_form, rectification_form, visit_form

Y, MODIFIED = SchoolYear.parse(YEAR), dt.datetime(2024, 9, 1)
SCHOOLS = [school(1), school(2, "九年一贯制学校")]
LEDGER = [
    {"gap": f"{COUNTY}-G1", "standard": "national-quality-2017", "school_id": code(1), "school_name": "青禾县第1学校", "section": "primary",
     "title": "图书", "amount": 212.5, "unit": "册", "since": "2023-2024", "owner": "县教育局", "due": "2025-06-30"},
    {"gap": f"{COUNTY}-G2", "standard": "national-basic-2012", "school_name": None, "section": None, "item": "GOV", "title": None,
     "description": "差 3 分", "amount": float("nan"), "unit": "分"},
]  # fmt: skip


def sheet_of(content: bytes, name: str = COUNTY_SHEET):
    return openpyxl.load_workbook(io.BytesIO(content))[name]


def cells_by_label(sheet, label_column: int = 3) -> dict[str, int]:
    """Item → row."""
    return {str(sheet.cell(row, label_column).value): row for row in range(1, sheet.max_row + 1)}


def saved(book) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def filled_in(content: bytes, entries: dict[tuple[int, str], object], name: str, header_row: int = 4) -> bytes:
    """A record form with entries by (row of the sheet, heading)."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book[name]
    columns = {cell.value: cell.column for cell in sheet[header_row]}
    for (row, heading), value in entries.items():
        cell = sheet.cell(row, columns[heading])
        assert cell.protection.locked is False, heading
        cell.value = value
    return saved(book)


def table_of(year: Settled, form: str):
    return settle_records(year.intake, year.settlement.register, year.standards).tables[ENTRY_TABLES[form]]


class TestCountyForm:
    def form(self, **options) -> bytes:
        return county_form(Y, (COUNTY, COUNTY_NAME), modified=MODIFIED, **options)

    def test_filled_in_by_a_clerk_it_is_accepted_without_a_finding(self):
        book = openpyxl.load_workbook(io.BytesIO(self.form()))
        rows = cells_by_label(book[COUNTY_SHEET])
        for key, value in SOUND.items():
            cell = book[COUNTY_SHEET].cell(rows[county_fields()[key].label], 5)
            assert cell.protection.locked is False
            cell.value = value
        row = rows[county_fields()["recognition_rate"].label]
        book[COUNTY_SHEET].cell(row, 8).value, book[COUNTY_SHEET].cell(row, 9).value = "报告.pdf", "第三方调查"
        year = take_in({f"{COUNTY}_{COUNTY_NAME}_县级填报表.xlsx": saved(book)}, [school(1)])
        assert list(year.outcomes.values()) == ["accepted"] and year.rules == [], year.messages
        returns = settle_records(year.intake, None, year.standards).tables["county_returns"].set_index("field")
        assert set(returns.index) == set(SOUND)
        assert returns.loc["education_spending", "number"] == 810_000_000.0
        assert returns.loc["basic_recognised_on", "text"] == "2016-12-30"
        assert list(returns.loc["recognition_rate", ["evidence", "note"]]) == ["报告.pdf", "第三方调查"]

    def test_as_it_is_sent_out_it_counts_as_not_handed_in(self):
        assert take_in({"县.xlsx": self.form()}, [school(1)]).rules == ["K-EMPTY"]

    def test_every_item_has_a_row_and_the_headings_are_those_of_the_readers(self):
        sheet = sheet_of(self.form())
        assert [cell.value for cell in sheet[4]] == list(HEADER)
        assert [sheet.cell(row, 3).value for row in range(5, 5 + len(county_fields()))] == [
            f.label for f in county_fields().values()
        ]

    def test_labels_code_and_name_are_locked_and_entries_open(self):
        sheet = sheet_of(self.form())
        assert sheet.protection.sheet
        rows = cells_by_label(sheet)
        for label in (county_fields()[key].label for key in ("county_code", "county_name")):
            assert sheet.cell(rows[label], 5).protection.locked
        assert sheet.cell(rows["常住人口数"], 3).protection.locked and sheet.cell(rows["常住人口数"], 10).protection.locked
        assert [sheet.cell(rows["常住人口数"], column).protection.locked for column in (5, 8, 9)] == [False] * 3

    def test_a_blank_form_lets_the_county_be_filled_in(self):
        sheet = sheet_of(county_form(Y, None, modified=MODIFIED))
        assert sheet["E5"].value is None and sheet["E5"].protection.locked is False

    def test_choices_bounds_and_days_are_guarded_with_a_hint(self):
        sheet = sheet_of(self.form())
        rows = cells_by_label(sheet)
        rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
        assert rules[f"E{rows['学校规划布局是否合理']}"].formula1 == '"是,否"'
        assert rules[f"E{rows['基本均衡通过国家认定的日期']}"].type == "date"
        level = rules[f"E{rows['国家义务教育质量监测学业水平等级']}"]
        assert (level.type, level.formula1, level.formula2) == ("whole", "1", "4")
        share = rules[f"E{rows['社会认可度']}"]
        assert (share.type, share.formula1, share.formula2) == ("decimal", "0", "100")
        assert all(rule.prompt for rule in rules.values()) and len(rules) == len(county_fields()) - 2

    def test_last_years_values_stand_beside_in_the_units_of_the_form(self):
        sheet = sheet_of(self.form(last_year={"education_spending": 75_000.0, "basic_recognised_on": "2016-12-30"}))
        rows = cells_by_label(sheet)
        assert sheet.cell(rows["本年教育经费"], 10).value == 75_000
        assert sheet.cell(rows["基本均衡通过国家认定的日期"], 10).value == "2016-12-30"
        assert f"J{rows['本年教育经费']}" in sheet.cell(rows["本年教育经费"], 11).value

    def test_the_check_sheet_tells_what_does_not_fit(self):
        checks = {check.question: check for check in county_form_checks()}
        check = checks["交流轮岗的骨干教师数 ≤ 交流轮岗的教师数"]
        places = check.places
        assert check.result({places[0]: 48, places[1]: 48}) == PASSED and check.result({places[0]: 49, places[1]: 48}) == DOUBTFUL
        assert check.result({places[0]: 49}) == check.idle
        retention = next(check for check in county_form_checks() if len(check.places) == 5)
        graduates, arrived, left, entrants, deaths = retention.places
        values = {graduates: 994, arrived: 20, left: 25, entrants: 1000, deaths: 1}  # 994 − 20 + 25 = 999 = 1000 − 1
        assert retention.result(values) == PASSED and retention.result(values | {graduates: 995}) == DOUBTFUL
        assert (
            retention.formula({place: f"E{n}" for n, place in enumerate(retention.places, start=1)}).count("E1-E2+E3<=E4-E5") == 1
        )
        book = openpyxl.load_workbook(
            io.BytesIO(self.form(values={"rotated_teachers": 48, "rotated_backbone_teachers": 49})), data_only=True
        )
        assert (book[CHECK_SHEET]["C2"].value, book[CHECK_SHEET]["C3"].value) == (0, 1)

    def test_the_same_arguments_give_the_same_bytes(self):
        assert self.form() == self.form()

    def test_hostile_names_stay_text(self):
        sheet = sheet_of(county_form(Y, (COUNTY, "=HYPERLINK(1)"), modified=MODIFIED))
        assert sheet["E6"].value == "=HYPERLINK(1)" and sheet["E6"].data_type in ("s", "inlineStr")


class TestRecordForms:
    @pytest.mark.parametrize("form", record_forms())
    def test_a_blank_form_is_recognised_and_its_example_is_no_record(self, form):
        year = take_in({"表.xlsx": record_form(form, Y, modified=MODIFIED, standards=shipped_standards())}, SCHOOLS)
        assert year.intake.files[0].form == form and not year.intake.files[0].records
        assert "E-EMPTY" in year.rules and set(year.rules) <= {"E-EMPTY", "R-EXAMPLE"}

    @pytest.mark.parametrize("form", record_forms())
    def test_closed_lists_are_drop_downs(self, form):
        sheet = sheet_of(record_form(form, Y, modified=MODIFIED, standards=shipped_standards()), FORMS[form])
        lists = {str(rule.sqref)[0]: rule.formula1 for rule in sheet.data_validations.dataValidation if rule.type == "list"}
        columns = {cell.value: cell.column_letter for cell in sheet[4]}
        for column in record_forms()[form].values():
            if column.field.kind in ("stage", "outcome", "section", "standard"):
                assert lists[columns[column.field.label]].count(",") >= 1

    def test_the_example_of_a_commitment_is_one_that_counts_where_any_does(self):
        def example(standards):
            sheet = sheet_of(record_form("commitments", Y, modified=MODIFIED, standards=standards), FORMS["commitments"])
            assert "只有标准规定可以计入建设承诺的指标才计入" in sheet.cell(3, 1).value
            columns = {cell.value: cell.column for cell in sheet[4]}
            return [sheet.cell(5, columns[name]).value for name in ("标准", "指标", "单位")]

        assert example(shipped_standards())[1:] == ["L5", "㎡"]
        assert example(letting_commitments_count(YEAR, "L7")) == ["义务教育优质均衡(2017)", "L7", "间"]

    def test_stages_filled_in_from_the_drop_downs(self):
        content = record_form("workflow", Y, modified=MODIFIED, standards=shipped_standards())
        entries = {
            (6, "县级行政区划代码"): COUNTY, (6, "标准"): "义务教育优质均衡(2017)", (6, "阶段"): "县级自评",
            (6, "结果"): "退回整改", (6, "日期"): dt.datetime(2025, 3, 20), (6, "经办单位或经办人"): "市教育局",
        }  # fmt: skip
        year = take_in({"进程.xlsx": filled_in(content, entries, FORMS["workflow"])}, SCHOOLS)
        assert year.outcomes == {"进程.xlsx": "accepted"}, year.messages
        found = table_of(year, "workflow").iloc[0]
        assert (found["stage"], found["outcome"], found["date"]) == ("self_assessment", "returned", "2025-03-20")

    def test_the_rectification_form_locks_the_gaps_and_brings_back_what_was_entered(self):
        content = rectification_form(Y, (COUNTY, COUNTY_NAME), LEDGER, modified=MODIFIED, standards=shipped_standards())
        sheet = sheet_of(content, FORMS["rectification"])
        columns = {cell.value: cell.column for cell in sheet[4]}
        assert sheet.cell(5, columns["差距"]).value == "212.5册" and sheet.cell(6, columns["差距"]).value == "差 3 分"
        assert sheet.cell(6, columns["学校名称"]).value == "全县" and sheet.cell(6, columns["问题项目"]).value == "GOV"
        assert sheet.cell(5, columns["标准"]).value == "义务教育优质均衡(2017)"
        locked = {name for name, column in columns.items() if sheet.cell(5, column).protection.locked}
        assert locked == {"序号", "县级行政区划代码", "问题编号", "标准", "学校名称", "学段", "问题项目", "差距", "发现时间"}
        entries = {(6, "责任单位或责任人"): "县政府", (6, "完成时限"): dt.datetime(2025, 9, 1), (6, "整改措施"): "补报"}
        year = take_in({"台账.xlsx": filled_in(content, entries, FORMS["rectification"])}, SCHOOLS)
        assert year.outcomes == {"台账.xlsx": "accepted"} and year.rules == []
        found = table_of(year, "rectification").set_index("gap")
        assert list(found["owner"]) == ["县教育局", "县政府"] and list(found["due"]) == ["2025-06-30", "2025-09-01"]

    def test_the_visit_form_shows_what_was_reported_and_takes_what_was_seen(self):
        reported = take_in({"校.xlsx": bulk(SCHOOLS)}, SCHOOLS).settlement.returns.to_dict("records")
        places = [("enrolment", "primary"), ("enrolment", "junior"), ("equipment_value", None), ("charter", None)]
        content = visit_form(Y, (COUNTY, COUNTY_NAME), reported, places, modified=MODIFIED)
        sheet = sheet_of(content, FORMS["visit"])
        columns = {cell.value: cell.column for cell in sheet[4]}
        shown = [(sheet.cell(row, columns["核查项目"]).value, sheet.cell(row, columns["填报值"]).value) for row in range(5, 12)]
        assert shown[0] == ("在校生数(小学)", 450) and [row for row in shown if row[0]][3:5] == [
            ("在校生数(小学)", 450),
            ("在校生数(初中)", 300),
        ]
        equipment = reported[0]["equipment_value"]
        assert shown[1] == (fields()["equipment_value"].label, pytest.approx(equipment / 10_000))
        entries = {(5, "现场核实值"): 448, (6, "现场核实值"): equipment / 10_000, (7, "现场核实值"): "否", (5, "核查人"): "李四"}
        year = take_in({"核查.xlsx": filled_in(content, entries, FORMS["visit"]), "校.xlsx": bulk(SCHOOLS)}, SCHOOLS)
        assert year.outcomes == {"核查.xlsx": "accepted", "校.xlsx": "accepted_with_queries"}, year.messages
        assert [(one.field, one.value) for one in year.told("S-SEEN")] == [("charter", "是")], "448 of 450 is within 2 %"
        found = table_of(year, "visit").set_index("field")
        assert found.loc["enrolment", "seen"] == 448 and found.loc["equipment_value", "seen"] == pytest.approx(equipment)
        assert found.loc["charter", "seen_text"] == "否" and set(found["school_id"]) == {code(1)}

    def test_a_figure_that_no_school_is_asked_is_refused(self):
        with pytest.raises(KeyError, match="books"):
            visit_form(
                Y, (COUNTY, COUNTY_NAME), [{"school_id": code(1), "school_name": "甲"}], [("books", "nursery")], modified=MODIFIED
            )

    @pytest.mark.parametrize("form", record_forms())
    def test_the_same_arguments_give_the_same_bytes(self, form):
        assert record_form(form, Y, modified=MODIFIED) == record_form(form, Y, modified=MODIFIED)
