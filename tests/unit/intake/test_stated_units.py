"""Units stated in any words above, below or beside the items of a table, read from files as offices make them.

Belongs here: captions, remarks and rows of units. Does not belong here: units in headings and what a layout makes of them
(``test_layouts_in_sheets``), what a cell's number format shows (``test_number_formats``).
"""

import pytest

from builders.schools import school
from builders.workbooks import BULK, FORM, bulk_rows, form_rows, xlsx
from domain.intake.tables import blocks_of
from domain.intake.workbook import open_book

SCHOOLS = [school(1, site_area=12000.0, equipment_value=1395.1), school(2, site_area=13000.0, equipment_value=1500.2)]
MONEY = ("equipment_value", "public_budget", "training_expenditure")
VALUE = "教学仪器设备资产值"


def read(rows, name=BULK):
    (sheet,) = open_book("表.xlsx", xlsx({name: rows})).sheets
    block, findings = blocks_of(sheet)
    assert block is not None
    for language in ("zh", "en"):
        assert not any("{" in finding.message(language) for finding in findings)
    return {place[0]: block.scale(index) for index, place in enumerate(block.places)}, block.rows, findings


def rules(findings, *but):
    return {finding.rule for finding in findings} - set(but)


def units(**others):
    """A full row of units for the columns of the schools; ``others`` by heading."""
    from data_contracts.catalogue import fields
    from domain.intake.labels import recognised

    return [others.get(label, fields()[recognised(label)[0]].unit or "") for label in bulk_rows(SCHOOLS)[0]]


SAID = [
    ["金额单位为千元"],
    ["单位为千元"],
    ["单位（千元）"],
    ["单位 千元"],
    ["单位-千元"],
    ["(千元)"],
    ["千元"],
    ["以千元为单位"],
    ["本表金额以千元计"],
    ["单位:RMB千元"],
    ["货币单位：人民币千元"],
    ["单位：千元(人民币)"],
    ["金额:千元"],
    ["经费均以千元填报"],
    ["金额单位", "千元"],
    ["填报单位：青禾县教育局", "金额单位", "千元"],
    ["填报单位", "青禾县教育局", "单位：千元"],
    ["單位：千元"],
]


class TestCaptions:
    @pytest.mark.parametrize("where", ["above", "below"])
    @pytest.mark.parametrize("caption", SAID, ids=" ".join)
    def test_money_stands_in_what_a_caption_says(self, caption, where):
        rows = bulk_rows(SCHOOLS)
        scales, schools, findings = read([["学校汇总表"], caption, *rows] if where == "above" else [*rows, caption])
        assert {key for key, scale in scales.items() if scale != 1} == set(MONEY)
        assert {scales[key] for key in MONEY} == {0.1} and len(schools) == 2
        assert rules(findings, "R-OTHER") == {"H-UNIT"}

    @pytest.mark.parametrize("caption", ["注：金额单位：千元", "说明：本表金额以千元计。", "备注：单位为千元"])
    def test_a_note_below_the_table(self, caption):
        scales, schools, _findings = read([*bulk_rows(SCHOOLS), [], [caption]])
        assert {scales[key] for key in MONEY} == {0.1} and len(schools) == 2

    def test_money_and_area_in_one_caption(self):
        scales, _, _findings = read([["单位：千元；面积：亩"], *bulk_rows(SCHOOLS)])
        assert (scales["equipment_value"], scales["site_area"], scales["enrolment"]) == (0.1, 666.67, 1)

    def test_a_unit_of_one_item_is_not_that_of_the_others(self):
        scales, _, _findings = read([*bulk_rows(SCHOOLS), ["说明：占地面积单位为亩"]])
        assert {key: scale for key, scale in scales.items() if scale != 1} == {"site_area": 666.67}

    def test_two_items_before_one_unit(self):
        scales, *_ = read([["占地面积、运动场地面积单位为亩"], *bulk_rows(SCHOOLS)])
        assert {key for key, scale in scales.items() if scale != 1} == {"site_area", "sports_ground_area"}

    @pytest.mark.parametrize(
        ("caption", "label"),
        [("单位：百人", "最大班额(小学)"), ("单位:千册", "图书册数"), ("单位：人、百台", "教学用计算机台数")],
    )
    def test_multiples_of_what_is_counted_leave_the_unit_open(self, caption, label):
        _, _, findings = read([[caption], *bulk_rows(SCHOOLS)])
        assert rules(findings) == {"H-UNIT-OPEN"} and any(f"“{label}”" in finding.message() for finding in findings)

    @pytest.mark.parametrize(
        ("text", "unit", "label"),
        [
            ("青禾县学校汇总表(千元)", "千元", VALUE),
            ("经费按千元", "千元", VALUE),
            ("本表经费请填元", "元", VALUE),
            ("单位：万元（经费）、亩（面积）", "亩", "占地面积"),
            ("面积指公顷", "公顷", "占地面积"),
        ],
    )
    def test_a_unit_in_passing_is_asked_about(self, text, unit, label):
        for rows, cell in (([[text], *bulk_rows(SCHOOLS)], "A1"), ([*bulk_rows(SCHOOLS), [text]], "A4")):
            scales, _, findings = read(rows)
            (query,) = [finding for finding in findings if finding.rule != "R-OTHER"]
            assert (query.rule, query.severity, query.cell) == ("H-UNIT-SAID", "query", cell)
            assert set(scales.values()) == {1.0}
            assert all(f"“{word}”" in query.message() for word in (unit, label, text[:5] and query.value))

    @pytest.mark.parametrize(
        "text",
        [
            "不足一万元的不填",
            "单位:册、人、台、间、平方米",
            "备注：1亩=666.67平方米，1万元=10000元",
            "单价800元以上的设备",
            "单元教学多元评价情况",
            "填表单位：千亩镇中心学校",
            "单位负责人：王元",
            "五亩村小学并入",
            "金额单位：万元",
            "本表以万元为单位",
        ],
    )
    def test_what_states_no_other_unit_says_nothing(self, text):
        for rows in ([[text], *bulk_rows(SCHOOLS)], [*bulk_rows(SCHOOLS), [text]]):
            scales, schools, findings = read(rows)
            assert set(scales.values()) == {1.0} and rules(findings, "R-OTHER") == set() and len(schools) == 2

    def test_a_remark_is_not_asked_of_headings_with_units_of_their_own(self):
        labels = {label: f"{label}(万元)" for label in (VALUE, "年度公用经费预算总额", "教师培训经费")}
        assert read([["汇总表(千元)"], *bulk_rows(SCHOOLS, labels=labels)])[2] == []


class TestRowsOfUnits:
    @pytest.mark.parametrize("unit", ["千元", "(千元)", "千元(保留两位小数)", "以千元计", "单位：千元"])
    @pytest.mark.parametrize("where", ["above", "below", "end"])
    def test_a_row_of_units_wherever_it_stands(self, unit, where):
        header, *rest = bulk_rows(SCHOOLS)
        line = units(**{VALUE: unit})
        rows = {"above": [line, header, *rest], "below": [header, line, *rest], "end": [header, *rest, line]}[where]
        scales, schools, findings = read(rows)
        assert {key: scale for key, scale in scales.items() if scale != 1} == {"equipment_value": 0.1}
        assert len(schools) == 2 and rules(findings, "R-OTHER") == {"H-UNIT"}

    @pytest.mark.parametrize("first", ["填写说明", "计量单位如下", "要求", ""])
    def test_a_row_of_one_unit_below_the_headings(self, first):
        header, *rest = bulk_rows(SCHOOLS)
        line = ["千元" if label == VALUE else "" for label in header]
        line[0] = first
        scales, schools, _findings = read([header, line, *rest])
        assert {key: scale for key, scale in scales.items() if scale != 1} == {"equipment_value": 0.1} and len(schools) == 2

    def test_one_unit_above_one_heading_leaves_the_others_open(self):
        header, *rest = bulk_rows(SCHOOLS)
        scales, _, findings = read([["(千元)" if label == VALUE else "" for label in header], header, *rest])
        assert scales["equipment_value"] == 0.1
        assert {f.field for f in findings if f.rule == "H-UNIT-OPEN"} == {"public_budget", "training_expenditure"}


class TestForms:
    @pytest.mark.parametrize("caption", ["单位：亩、千元", "金额单位为千元；面积：亩"])
    @pytest.mark.parametrize("where", ["above", "below"])
    def test_a_caption_against_the_column_of_units(self, caption, where):
        rows = form_rows(SCHOOLS[0])
        scales, _, findings = read([[caption], *rows] if where == "above" else [*rows, [caption]], FORM)
        told = {finding.field: finding for finding in findings}
        assert rules(findings) == {"H-UNIT-OPEN"} and set(scales.values()) == {1.0}
        assert "“万元、千元”" in told["equipment_value"].message() and "“㎡、亩”" in told["site_area"].message()

    def test_a_column_that_says_the_same_as_the_caption(self):
        rows = form_rows(school(1, equipment_value=1395.1))
        for row in rows:
            if len(row) > 3 and row[3] == "万元":
                row[3] = "千元"
        scales, _, findings = read([["单位：千元"], *rows], FORM)
        assert rules(findings) == {"H-UNIT"} and scales["equipment_value"] == 0.1

    @pytest.mark.parametrize("caption", ["单位：万元、㎡、人", "填报单位：青禾县第一学校", "不足一万元的按一万元填"])
    def test_a_caption_that_agrees_says_nothing(self, caption):
        assert read([[caption], *form_rows(school(1, public_funds_per_student_primary=900.0))], FORM)[2] == []

    def test_a_remark_on_a_form_is_asked_about(self):
        _, _, findings = read([*form_rows(SCHOOLS[0]), ["经费一律千元"]], FORM)
        assert rules(findings) == {"H-UNIT-SAID"}
