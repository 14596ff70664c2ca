"""Units stated in any words above, below or beside the items of a table, read from files as offices make them.

Belongs here: captions, remarks, rows of units and comments. Does not belong here: units in headings and what a layout makes of them
(``test_layouts_in_sheets``), what a cell's number format shows (``test_number_formats``).
"""

import io
import subprocess
import sys

import openpyxl
import pytest
from openpyxl.comments import Comment

from builders.intake import reading_of
from builders.old_workbooks import note, old_book
from builders.schools import school
from builders.workbooks import BULK, FORM, bulk_rows, cell_of, form_rows, xlsx
from data_contracts.vocabulary import RECEIPT_AUTHOR, RECEIPT_OPENING
from domain.intake.headings import column_letters
from domain.intake.tables import blocks_of
from domain.intake.workbook import open_book

SCHOOLS = [school(1, site_area=12000.0, equipment_value=1395.1), school(2, site_area=13000.0, equipment_value=1500.2)]
MONEY = ("equipment_value", "public_budget", "training_expenditure")
VALUE = "教学仪器设备资产值"


def read(rows, name=BULK):
    return read_sheet(xlsx({name: rows}))


def read_sheet(content, file="表.xlsx"):
    (sheet,) = open_book(file, content).sheets
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
    ["单位：“千元”"],
    ["单位：【千元】"],
    ["金额以「千元」为单位"],
    ["金额单位——千元"],
    ["金额单位→千元"],
    ["经费类指标单位为：千元"],
    ["单位：人民币（千元）"],
    ["单位：千元整"],
    ["单位：千元    2024年9月"],
    ["单位：千元 制表人：张三"],
    ["单位：千元   第1页"],
    ["制表：李四 单位：千元 2024.9"],
    ["填报单位：青禾县教育局 单位：千元"],
    ["2024年学校情况统计表 单位：千元"],
    ["单位：人 千元"],
    ["单位：千元 %"],
    ["单位：个/人/千元"],
    ["除另有说明外，金额单位均为千元"],
    ["如无特殊说明单位均为千元"],
    ["说明：1、金额单位：千元；2、面积单位：平方米"],
    ["1.金额单位：千元。2.面积单位：平方米。"],
    ["金额以千元（人民币）为单位"],
    ["单位︰千元"],
    ["单位：千元（保留两位小数）"],
    ["义务教育经费及设备情况表（金额单位：千元）"],
]

DOUBTFUL = {
    "生均指标以{}为单位": "some figures",
    "生均指标单位：{}": "some figures",
    "生均经费按{}填写": "some figures",
    "工资单位：{}": "some figures",
    "工资 单位：{}": "some figures",
    "资产单位：{}": "some figures",
    "捐赠按{}填": "some figures",
    "单位：{}/生": "one for each",
    "单位：{}（人民币）/人": "one for each",
    "收费标准 单位：{}/生": "one for each",
    "单位为{}/人": "one for each",
    "原单位为{}，现改为万元": "a change",
    "上年金额单位：{}": "a change",
    "金额单位由{}改为万元": "a change",
    "以{}为单位的请换算成万元": "a change",
    "金额不得以{}为单位": "a negation",
    "请勿以{}为单位填写": "a negation",
    "除生均指标以{}为单位外，金额单位均为万元": "an exception",
    "生均公用经费以元为单位，其余以{}为单位": "an exception",
    "如以{}为单位，请注明": "an exception",
    "金额精确到{}": "in passing",
    "所有金额填写到{}": "in passing",
    "一律填写{}": "in passing",
    "单位：{}左右": "a tail",
    "单位：{}（经费除外）": "an exception",
    "单位：{}（公用经费除外）": "an exception",
    "单位：{}（不含经费）": "an exception",
    "单位：{}（经费栏为万元）": "another unit for some",
    "单位：{}，经费为万元": "another unit for some",
    "单位：{}（教学仪器设备资产值）": "some figures",
    "单位：{}（仅教学仪器设备资产值）": "some figures",
    "设备 单位：{}": "some figures",
    "设备（单位：{}）": "some figures",
}
"""What names a unit, and why nobody can be sure that the figures stand in it."""


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

    @pytest.mark.parametrize("unit", ["元", "千元"])
    @pytest.mark.parametrize("text", DOUBTFUL)
    def test_what_is_doubtful_moves_nothing_and_is_asked_about(self, text, unit):
        said = text.format(unit)
        for rows, cell in (([[said], *bulk_rows(SCHOOLS)], "A1"), ([*bulk_rows(SCHOOLS), [said]], "A4")):
            scales, schools, findings = read(rows)
            (query,) = [finding for finding in findings if finding.rule != "R-OTHER"]
            assert (query.rule, query.cell, query.value) == ("H-UNIT-SAID", cell, said)
            assert f"单位“{unit}”" in query.message() and "“万元”" in query.message()
            assert set(scales.values()) == {1.0} and len(schools) == 2

    @pytest.mark.parametrize("text", DOUBTFUL)
    def test_what_is_doubtful_but_names_the_own_unit_says_nothing(self, text):
        assert rules(read([[text.format("万元")], *bulk_rows(SCHOOLS)])[2]) == set()

    def test_a_remark_on_figures_for_each_student_is_no_question_where_there_are_such(self):
        table = bulk_rows([school(1, public_funds_per_student_primary=900.0, equipment_value=1395.1)])
        assert read([["生均指标以元为单位"], *table])[2] == []
        assert rules(read([["资产单位：元"], *table])[2]) == {"H-UNIT-SAID"}

    @pytest.mark.parametrize("caption", ["金额单位：万元", "单位：人、平方米、册、台、万元", "单位：人、平方米、万元、元"])
    def test_a_caption_of_the_own_units_of_totals_leaves_figures_for_each_student_in_theirs(self, caption):
        table = bulk_rows([school(1, public_funds_per_student_primary=900.0, equipment_value=1395.1)])
        for rows in ([[caption], *table], [*table, [caption]]):
            scales, schools, findings = read(rows)
            assert rules(findings, "R-OTHER") == set() and set(scales.values()) == {1.0} and len(schools) == 1

    @pytest.mark.parametrize(
        ("caption", "open_to_doubt"),
        [
            ("金额单位：千元", {"public_funds_per_student"}),
            ("金额单位：元、千元", {"public_funds_per_student", *MONEY}),
        ],
    )
    def test_any_other_leaves_them_open(self, caption, open_to_doubt):
        table = bulk_rows([school(1, public_funds_per_student_primary=900.0, equipment_value=1395.1)])
        assert {one.field for one in read([[caption], *table])[2] if one.rule == "H-UNIT-OPEN"} == open_to_doubt

    @pytest.mark.parametrize("caption", ["单位：万元/元", "金额单位：元、千元", "单位：圆", "金额单位：千元左右"])
    def test_what_can_be_no_unit_of_the_table_leaves_it_open(self, caption):
        assert rules(read([[caption], *bulk_rows(SCHOOLS)])[2]) == {"H-UNIT-OPEN"}

    @pytest.mark.parametrize("text", ["单位：千", "单位：千人民币"])
    def test_a_multiple_alone_is_asked_about(self, text):
        (query,) = read([[text], *bulk_rows(SCHOOLS)])[2]
        assert query.rule == "H-UNIT-SAID" and "“千元”" in query.message()

    def test_a_remark_is_held_against_the_unit_of_the_caption(self):
        caption, table = ["单位：千元"], bulk_rows(SCHOOLS)
        assert rules(read([["汇总表(千元)"], caption, *table])[2]) == {"H-UNIT"}
        findings = read([["汇总表(元)"], caption, *table])[2]
        (query,) = [finding for finding in findings if finding.rule != "H-UNIT"]
        assert query.rule == "H-UNIT-SAID" and "已按“千元”采用" in query.message()

    @pytest.mark.parametrize("text", ["单位：元山小学", "举办单位：元宝镇政府", "审核单位：万元德", "单位：元庄镇中心学校"])
    def test_an_office_is_no_unit(self, text):
        scales, _, findings = read([[text], *bulk_rows(SCHOOLS)])
        assert findings == [] and set(scales.values()) == {1.0}

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
        [("单位：百人", "最大班额(小学)"), ("单位:百册", "图书册数"), ("单位：人、百台", "教学用计算机台数")],
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


def commented(rows, comments, name=BULK):
    """The sheet with comments: author and text by cell."""
    book = openpyxl.load_workbook(io.BytesIO(xlsx({name: rows})))
    for cell, (author, text) in comments.items():
        book[name][cell].comment = Comment(text, author)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def read_commented(rows, cell, text, name=BULK, author="张三"):
    return read_sheet(commented(rows, {cell: (author, text)}, name))


HEADING = cell_of(bulk_rows(SCHOOLS), VALUE, 0)


class TestComments:
    """A unit in a comment on a heading: the clerk filled the column in by it."""

    @pytest.mark.parametrize(
        "text",
        ["单位：千元", "千元", "（千元）", "张三:\n单位：千元", "数据由财务科提供，单位千元", "以千元为单位，保留两位小数"],
    )
    def test_on_a_heading_it_is_the_unit_of_the_column(self, text):
        scales, _, findings = read_commented(bulk_rows(SCHOOLS), HEADING, text)
        assert {key: scale for key, scale in scales.items() if scale != 1} == {"equipment_value": 0.1}
        (note,) = findings
        assert (note.rule, note.cell) == ("H-UNIT", HEADING)

    @pytest.mark.parametrize("text", ["原单位为千元", "金额精确到元", "单位：元/生", "不得以元为单位", "今年改为千元"])
    def test_doubtful_words_are_asked_of_that_column(self, text):
        scales, _, findings = read_commented(bulk_rows(SCHOOLS), HEADING, text)
        (query,) = findings
        assert (query.rule, query.cell, set(scales.values())) == ("H-UNIT-SAID", HEADING, {1.0})
        assert (
            "批注里写有" in query.message() and "教学仪器设备资产值" in query.message() and "教师培训经费" not in query.message()
        )
        assert "In a comment stands" in query.message("en")

    @pytest.mark.parametrize("text", ["单位：万元", "单位：万元，保留两位小数", "取自固定资产台账", "填原值，不含行政设备"])
    def test_one_that_names_no_other_unit_says_nothing(self, text):
        scales, _, findings = read_commented(bulk_rows(SCHOOLS), HEADING, text)
        assert findings == [] and set(scales.values()) == {1.0}

    def test_against_the_unit_of_the_heading(self):
        rows = bulk_rows(SCHOOLS, labels={VALUE: f"{VALUE}(万元)"})
        (error,) = read_commented(rows, HEADING, "单位：元")[2]
        assert error.rule == "H-UNIT-OPEN" and "“万元、元”" in error.message()

    def test_on_a_title_it_is_a_caption(self):
        scales, _, findings = read_commented([["汇总表"], *bulk_rows(SCHOOLS)], "A1", "金额单位：千元")
        assert {key for key, scale in scales.items() if scale != 1} == set(MONEY) and rules(findings) == {"H-UNIT"}

    def test_of_money_on_a_heading_of_something_else(self):
        books = cell_of(bulk_rows(SCHOOLS), "图书册数", 0)
        scales, _, findings = read_commented(bulk_rows(SCHOOLS), books, "单位：千元")
        assert rules(findings) == {"H-UNIT-SAID"} and set(scales.values()) == {1.0}

    def test_on_a_heading_over_others_it_is_asked_about(self):
        rows = bulk_rows(SCHOOLS)
        upper = ["" for _ in rows[0]]
        upper[rows[0].index("在校生数(小学)")] = "小学"
        lower = [label.removesuffix("(小学)") if label == "在校生数(小学)" else label for label in rows[0]]
        place = f"{column_letters(rows[0].index(VALUE))}1"
        upper[rows[0].index(VALUE)] = "经费"
        scales, _, findings = read_commented([upper, lower, *rows[1:]], place, "单位：千元")
        assert rules(findings) == {"H-UNIT-SAID"} and set(scales.values()) == {1.0}

    @pytest.mark.parametrize(
        ("author", "text"),
        [
            (RECEIPT_AUTHOR, "单位：千元"),
            ("", f"{RECEIPT_OPENING}\n“教学仪器设备资产值”以“千元”为单位填报"),
            ("张三", f"{RECEIPT_OPENING} 单位：千元"),
        ],
    )
    def test_those_of_a_receipt_are_passed_over(self, author, text):
        assert read_commented(bulk_rows(SCHOOLS), HEADING, text, author=author)[2] == []

    def test_on_a_school_it_is_told_as_a_comment_alone(self):
        cell = f"{HEADING[:-1]}2"
        scales, _, findings = read_commented(bulk_rows(SCHOOLS), cell, "单位：千元")
        assert findings == [] and set(scales.values()) == {1.0}
        assert [
            finding.rule
            for finding in reading_of("表.xlsx", commented(bulk_rows(SCHOOLS), {cell: ("张", "单位：千元")})).findings
        ] == ["C-COMMENT"]

    def test_above_a_form_it_is_held_against_the_column_of_units(self):
        rows = [["学校填报表"], *form_rows(SCHOOLS[0])]
        scales, _, findings = read_commented(rows, "A1", "金额单位：千元", FORM)
        assert rules(findings) == {"H-UNIT-OPEN"} and set(scales.values()) == {1.0}
        heading = next(f"{column_letters(row.index('填报值'))}{number}" for number, row in enumerate(rows, 1) if "填报值" in row)
        assert rules(read_commented(rows, heading, "金额精确到元", FORM)[2]) == {"H-UNIT-SAID"}
        assert read_commented(rows, "A1", "金额单位：万元", FORM)[2] == []

    def test_in_a_workbook_of_the_old_format(self):
        rows = bulk_rows(SCHOOLS)
        content = old_book(rows, beside=note((0, rows[0].index(VALUE)), "单位：千元"))
        scales, _, findings = read_sheet(content, "表.xls")
        assert scales["equipment_value"] == 0.1 and rules(findings) == {"H-UNIT"}


class TestHeadingsOverColumns:
    """A unit in a heading over several columns is that of these columns."""

    HEADINGS = bulk_rows(SCHOOLS)[0]

    def above(self, **groups):
        row = [""] * len(self.HEADINGS)
        for label, group in groups.items():
            row[self.HEADINGS.index(label)] = group
        return [row, *bulk_rows(SCHOOLS)]

    @pytest.mark.parametrize("form", ["{}（单位：{}）", "{}（{}）", "{} 单位：{}"])
    def test_each_reaches_to_the_next(self, form):
        groups = {VALUE: form.format("设备", "千元"), "年度公用经费预算总额": form.format("经费", "万元")}
        scales, _, findings = read(self.above(**groups))
        assert {key: scale for key, scale in scales.items() if scale != 1} == {"equipment_value": 0.1}
        assert rules(findings) == {"H-UNIT"}

    def test_of_the_last_only_its_own_column_is_sure(self):
        scales, _, findings = read(self.above(**{VALUE: "设备（单位：千元）"}))
        assert {key: scale for key, scale in scales.items() if scale != 1} == {"equipment_value": 0.1}
        query = next(one for one in findings if one.rule == "H-UNIT-SAID")
        assert "年度公用经费预算总额" in query.message() and VALUE not in query.message()

    def test_a_merged_one_reaches_as_far_as_its_range(self):
        rows = self.above(**{"年度公用经费预算总额": "经费（单位：千元）"})
        at = self.HEADINGS.index("年度公用经费预算总额")
        book = openpyxl.load_workbook(io.BytesIO(xlsx({BULK: rows})))
        book[BULK].merge_cells(start_row=1, end_row=1, start_column=at + 1, end_column=at + 2)
        content = io.BytesIO()
        book.save(content)
        scales, _, findings = read_sheet(content.getvalue())
        assert {key for key, scale in scales.items() if scale != 1} == {"public_budget", "training_expenditure"}
        assert rules(findings) == {"H-UNIT"}

    def test_a_range_in_another_row_does_not_reach(self):
        title = ["青禾县汇总表", *[""] * (len(self.HEADINGS) - 1)]
        at = self.HEADINGS.index("年度公用经费预算总额")
        rows = [title, *self.above(**{"年度公用经费预算总额": "经费（单位：千元）"})]
        book = openpyxl.load_workbook(io.BytesIO(xlsx({BULK: rows})))
        book[BULK].merge_cells(start_row=1, end_row=1, start_column=at + 1, end_column=at + 2)
        content = io.BytesIO()
        book.save(content)
        scales, _, _ = read_sheet(content.getvalue())
        assert {key for key, scale in scales.items() if scale != 1} == {"public_budget"}

    def test_areas(self):
        scales, _, findings = read(self.above(占地面积="占地（单位：亩）", 教学及辅助用房面积="用房（单位：㎡）"))
        assert {key for key, scale in scales.items() if scale != 1} == {"site_area"}
        assert rules(findings) == {"H-UNIT"}


class TestSaidElsewhere:
    """A unit that is named outside of the table moves no figure and is asked about."""

    @pytest.mark.parametrize(
        ("file", "sheets"),
        [
            ("表.xlsx", {"汇总表（单位：千元）": bulk_rows(SCHOOLS)}),
            ("表.xlsx", {"封面": [["青禾县情况"], ["金额单位：千元"]], BULK: bulk_rows(SCHOOLS)}),
            ("表.xlsx", {BULK: bulk_rows(SCHOOLS), "说明": [["填表说明"], ["本表金额单位为千元"]]}),
            ("汇总表（单位：千元）.xlsx", {BULK: bulk_rows(SCHOOLS)}),
            ("表.xlsx", {FORM: form_rows(SCHOOLS[0]), "封面": [["金额单位：千元"]]}),
        ],
    )
    def test_in_a_name_or_on_a_cover(self, file, sheets):
        (query,) = [one for one in reading_of(file, xlsx(sheets)).findings if one.rule == "H-UNIT-SAID"]
        assert "千元" in query.message() and VALUE in query.message() and "{" not in query.message("en")

    def test_what_says_the_same_is_not_asked_about(self):
        content = xlsx({"封面": [["金额单位：万元"]], "汇总表（单位：万元）": bulk_rows(SCHOOLS)})
        assert "H-UNIT-SAID" not in {one.rule for one in reading_of("万元.xlsx", content).findings}

    def test_a_list_of_items_with_their_units_says_nothing_of_the_table(self):
        listed = [["指标", "单位", "说明"], ["占地面积", "平方米", ""], ["生均教学仪器设备值", "元", "总值÷学生数"]]
        content = xlsx({BULK: bulk_rows(SCHOOLS), "指标解释": listed})
        assert reading_of("表.xlsx", content).findings == []
        content = xlsx({BULK: bulk_rows(SCHOOLS), "封面": [["青禾县情况"], ["金额单位", "千元"], ["", "千元"]]})
        assert [one.cell for one in reading_of("表.xlsx", content).findings] == ["A2", "B3"]

    @pytest.mark.parametrize("text", ["单位：千元", "本项以千元填报"])
    def test_in_a_remark_on_an_item(self, text):
        rows = form_rows(SCHOOLS[0])
        row = next(row for row in rows if VALUE in row)
        row += [""] * (8 - len(row)) + [text]
        _, _, findings = read(rows, FORM)
        (query,) = [one for one in findings if one.rule == "H-UNIT-SAID"]
        assert text in query.message() and VALUE in query.message() and "公用经费" not in query.message()

    def test_in_a_comment_on_an_item(self):
        rows = form_rows(SCHOOLS[0])
        number = next(number for number, row in enumerate(rows, start=1) if VALUE in row)
        column = column_letters(rows[number - 1].index(VALUE))
        _, _, findings = read_commented(rows, f"{column}{number}", "单位：千元", FORM)
        (query,) = [one for one in findings if one.rule == "H-UNIT-SAID"]
        assert "批注" in query.message() and VALUE in query.message()


class TestLongTexts:
    """No text keeps the reader busy: what is typed or pasted into one cell may be of any length."""

    @pytest.mark.parametrize(
        "text",
        [
            f"编号：{'1' * 34}甲单位：千元",
            f"编号：{'11.' * 300}甲单位：千元",
            "，单位：元" * 2000,
            "单位：千元" * 2000,
            f"单位：千元（{'单位：千元' * 2000}）",
            "千元 " * 34,
            "元、" * 2000,
            f"单位：{'千元/' * 2000}",
        ],
        ids=lambda text: f"{text[:8]} {len(text)}",
    )
    def test_it_is_read_in_a_moment(self, text):
        script = "import sys; from domain.intake.unit_words import said_in; said_in('A1', sys.stdin.read(), None)"
        subprocess.run([sys.executable, "-c", script], input=text, text=True, timeout=12, check=True)

    def test_what_a_long_text_says_is_asked_about(self):
        remark = "说明：" + "各校按学校固定资产台账填写原值。" * 50
        scales, _, findings = read([[remark + "金额单位：千元。"], *bulk_rows(SCHOOLS)])
        assert scales["equipment_value"] == 1
        assert "H-UNIT-SAID" in rules(findings)
