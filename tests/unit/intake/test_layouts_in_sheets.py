"""Tables in other layouts: statutory headings, other units, sums of columns, headers of two rows, total rows.

Belongs here: what a heading or a row makes of the cells below it. Does not belong here: the ordinary table (``test_tables``),
layout files (``data_contracts/test_layouts``).
"""

import pytest

from builders.schools import code, school
from builders.workbooks import MODIFIED, bulk_rows, cell_of, form_rows
from data_contracts.layout import read_layout, shipped_layouts
from data_contracts.school_year import SchoolYear
from data_contracts.standard import fields_in_use, shipped_standards
from data_contracts.standards_in_force import in_force
from domain.intake.labels import UNSTATED
from domain.intake.tables import blocks_of
from domain.intake.workbook import Sheet, open_book
from domain.reporting.bulk_table import blank_bulk_table

IDENTITY = ["学校标识码", "学校名称", "办学类型"]
OLD_ROOMS = ["教室", "实验室", "图书室", "微机室", "语音室", "体育馆"]
NEW_ROOMS = ["教室", "专用教室", "公共教学用房", "室内体育用房"]


def read(rows, year: str | None = None, layouts=None):
    cells = [["" if cell is None else cell for cell in row] for row in rows]
    return blocks_of(Sheet("表", cells), SchoolYear.parse(year) if year else None, layouts)


def table(headings: list[str], *figures: list[object], above=()):
    rows = [[code(i + 1), f"青禾县第{i + 1}学校", "小学", *row] for i, row in enumerate(figures)]
    return [*above, [*IDENTITY, *headings], *rows]


def column(block, key: str, section: str | None = None) -> list[object]:
    return block.typed[block.places.index((key, section))]


def told(findings, rule: str):
    return [finding for finding in findings if finding.rule == rule]


def one(findings, rule: str):
    (finding,) = told(findings, rule)
    for language in ("zh", "en"):
        assert "{" not in finding.message(language)
    return finding


class TestGenerations:
    def test_until_2020_the_rooms_are_added_up_with_the_gym(self):
        rows = table([*OLD_ROOMS, "小学在校生数"], [1000, 200, 100, 80, 0, 300, 450], [500.5, 0, 0, 0, 0, 0, 200])
        block, findings = read(rows, "2019-2020")
        assert block.layout == "statistics-2013"
        assert column(block, "teaching_area") == [1680, 500.5] and column(block, "indoor_sports_area") == [300, 0]
        assert block.cell(block.places.index(("teaching_area", None)), 1) == cell_of(rows, "教室", 2)
        note = one(findings, "H-SUM")
        assert note.severity == "note" and "体育馆(I1)" in note.message() and [f.rule for f in findings] == ["H-SUM"]

    def test_since_2021_indoor_sports_stand_inside_the_common_rooms(self):
        block, findings = read(table(NEW_ROOMS, [1000, 400, 700, 300]), "2021-2022")
        assert block.layout == "statistics-2021"
        assert column(block, "teaching_area") == [2100] and column(block, "indoor_sports_area") == [300]
        assert [f.rule for f in findings] == ["H-SUM"]

    @pytest.mark.parametrize(
        ("headings", "year", "valid"), [(NEW_ROOMS, "2019-2020", "2013—2020年"), (OLD_ROOMS, "2023-2024", "2021年起")]
    )
    def test_a_layout_of_other_years_is_read_and_asked_about(self, headings, year, valid):
        block, findings = read(table(headings, [10] * len(headings)), year)
        query = one(findings, "H-LAYOUT")
        assert query.severity == "query" and year in query.message() and valid in query.message()
        assert "起 学年" not in query.message() and "valid for" not in query.message("en")
        assert column(block, "teaching_area") != [""]

    def test_without_a_year_nothing_is_asked(self):
        assert told(read(table(NEW_ROOMS, [1, 2, 3, 4]))[1], "H-LAYOUT") == []

    @pytest.mark.parametrize(("year", "layout"), [("2019-2020", "statistics-2013"), ("2022-2023", "statistics-2021")])
    def test_headings_of_both_generations_are_those_of_the_year(self, year, layout):
        rows = table([f"小学专任教师({one})" for one in ("博士研究生", "硕士研究生", "本科", "专科")], [0, 2, 20, 5])
        block, findings = read(rows, year)
        assert block.layout == layout and column(block, "teachers_above_required", "primary") == [27]
        assert told(findings, "H-LAYOUT") == []

    def test_the_ordinary_table_is_the_ordinary_layout(self):
        block, findings = read(bulk_rows([school(1)]), "2018-2019")
        assert block.layout == "bulk-table" and findings == [] and set(block.scales) == {1.0}

    def test_grade_c_is_read_and_told(self):
        block, findings = read(table([*NEW_ROOMS, "计算机台数"], [1, 2, 3, 0, 60]), "2022-2023")
        assert column(block, "teaching_computers") == [60]
        assert "没有核实" in one(findings, "H-UNVERIFIED").message()

    def test_a_sum_of_grade_c_is_told(self):
        headings = [f"初中专任教师({one})" for one in ("体育", "音乐", "美术", "艺术")]
        block, findings = read(table([*NEW_ROOMS, *headings], [1, 2, 3, 0, 4, 1, 1, 0]), "2022-2023")
        assert column(block, "pe_arts_teachers", "junior") == [6] and one(findings, "H-UNVERIFIED").field == "pe_arts_teachers"

    def test_grade_c_alone_makes_no_statutory_table_of_an_ordinary_one(self):
        block, findings = read(table(["图书册数", "计算机台数"], [1, 2]))
        assert block.layout == "bulk-table" and one(findings, "H-AMBIGUOUS").severity == "error"

    def test_what_is_known_and_not_read_says_why(self):
        _, findings = read(table([*NEW_ROOMS, "小学班额"], [1, 2, 3, 0, 9]), "2022-2023")
        assert "口径没有核实" in one(findings, "H-UNKNOWN").message()


class TestSums:
    def test_a_blank_part_makes_the_sum_missing(self):
        rows = table(NEW_ROOMS[:3], [1000, None, 700], [1, 2, 3])
        block, findings = read(rows)
        assert column(block, "teaching_area") == ["", 6]
        note = one(findings, "R-PART")
        assert (note.cell, note.row) == ("E2", 2) and "专用教室" in note.message()

    def test_a_school_that_gives_no_part_is_told_nothing_of_parts(self):
        block, findings = read(table(NEW_ROOMS[:3], [None, None, None], [1, 2, 3]))
        assert column(block, "teaching_area")[0] == "" and told(findings, "R-PART") == []

    @pytest.mark.parametrize(
        ("typed", "rule"), [("约700", "C-NUMBER"), (-5, "C-NEGATIVE"), ("#REF!", "C-EXCEL-ERROR"), (True, "C-LOGICAL")]
    )
    def test_a_part_that_is_no_number_is_an_error_at_its_cell(self, typed, rule):
        block, findings = read(table(NEW_ROOMS[:3], [1000, 400, typed]))
        assert column(block, "teaching_area") == [""]
        error = one(findings, rule)
        assert (error.cell, error.row, error.severity, error.field) == ("F2", 2, "error", "teaching_area")

    def test_numbers_in_text_are_added(self):
        assert column(read(table(NEW_ROOMS[:3], ["1,000", "４００", 700]))[0], "teaching_area") == [2100]

    def test_an_absent_part_is_named_and_nothing_is_computed(self):
        block, findings = read(table(NEW_ROOMS[:2], [1000, 400]))
        assert ("teaching_area", None) not in block.places
        assert "公共教学用房" in one(findings, "H-PART").message()

    def test_a_part_in_another_unit(self):
        block, _ = read(table(["教室(亩)", "专用教室", "公共教学用房"], [1, 0, 100]))
        assert column(block, "teaching_area") == [pytest.approx(766.67)]

    def test_the_total_wins_and_must_agree(self):
        rows = table(["教学及辅助用房", *NEW_ROOMS[:3]], [2100, 1000, 400, 700], [2000, 1000, 400, 700])
        block, findings = read(rows)
        assert column(block, "teaching_area") == [2100, 2000]
        query = one(findings, "R-PARTS-DIFFER")
        assert (query.cell, query.row, query.severity) == ("D3", 3, "query")
        assert "2000" in query.message() and "2100" in query.message() and "公共教学用房(G3)" in query.message()

    def test_rounding_is_no_difference(self):
        assert told(read(table(["教学及辅助用房", *NEW_ROOMS[:3]], [10.01, 3.333, 3.333, 3.333]))[1], "R-PARTS-DIFFER") == []

    def test_a_total_with_some_parts_is_taken_as_it_is(self):
        block, findings = read(table(["教学及辅助用房", "体育馆", "教室"], [2100, 300, 1000]))
        assert column(block, "teaching_area") == [2100] and findings == []

    def test_an_optional_part_may_be_blank(self):
        layout = read_layout(
            "{id: own, form: bulk_table, title: 自编, title_en: own, version: '1', source: s, effective: {from: 2012-2013},"
            " items: [{label: 甲, grade: B, source: s}, {label: 乙, grade: B, source: s, optional: true}],"
            " sums: [{field: books, parts: [甲, 乙], grade: B}]}",
            "own.yaml",
        )
        layouts = [*(one for one in shipped_layouts() if one.id == "bulk-table"), layout]
        block, _ = read(table(["甲", "乙"], [5, None], [None, 3], [1, 2]), layouts=layouts)
        assert column(block, "books") == [5, "", 3]

    def test_a_part_twice(self):
        assert one(read(table(["教室", "教室面积", "专用教室"], [1, 2, 3]))[1], "H-TWICE").severity == "error"


class TestUnits:
    @pytest.mark.parametrize(
        ("label", "key", "scale"),
        [
            ("教学仪器设备资产值(元)", "equipment_value", 0.0001),
            ("教学仪器设备资产值（单位：元）", "equipment_value", 0.0001),
            ("运动场地面积(亩)", "sports_ground_area", 666.67),
            ("占地面积(公顷)", "site_area", 10000),
        ],
    )
    def test_another_unit_scales_the_column_and_is_told(self, label, key, scale):
        block, findings = read(table([label, "图书册数"], [3.15, 1]))
        index = block.places.index((key, None))
        assert (block.typed[index], block.scale(index), block.scale(0)) == ([3.15], scale, 1.0)
        note = one(findings, "H-UNIT")
        assert note.severity == "note" and f"{scale:g}" in note.message() and note.cell == "D1"

    @pytest.mark.parametrize("label", ["图书册数(本)", "运动场地面积(平方米)", "运动场地面积(m²)"])
    def test_another_word_for_the_same_unit(self, label):
        block, findings = read(table([label, "是否寄宿制"], [3, "是"]))
        assert findings == [] and set(block.scales) == {1.0}

    def test_a_unit_that_does_not_fit_is_not_read(self):
        _, findings = read(table(["图书册数(元)", "是否寄宿制"], [3, "是"]))
        assert "“图书册数”的单位是“册”" in one(findings, "H-UNKNOWN").message()

    def test_of_a_section(self):
        block, _ = read(table(["教学仪器设备资产值(小学)(元)", "是否寄宿制"], [31000, "是"]))
        assert block.scale(block.places.index(("equipment_value", "primary"))) == 0.0001

    @pytest.mark.parametrize("where", ["label", "unit"])
    def test_in_a_form(self, where):
        rows = form_rows(school(1))
        line = next(row for row in rows if "教学仪器设备资产值" in row)
        if where == "label":
            line[2] = "教学仪器设备资产值(元)"
        else:
            line[3] = "元"
        block, findings = read(rows)
        assert block.scale(block.places.index(("equipment_value", None))) == 0.0001
        assert one(findings, "H-UNIT").row == 0


class TestUnitsOutsideOfHeadings:
    @pytest.mark.parametrize("unit", ["美元", "$", "英尺", "册"])
    @pytest.mark.parametrize("item", ["教学仪器设备资产值", "运动场地面积"])
    def test_an_unknown_unit_in_a_form_is_an_error(self, item, unit):
        rows = form_rows(school(1))
        number, line = next((number, row) for number, row in enumerate(rows, 1) if item in row)
        line[3] = unit
        _, findings = read(rows)
        error = one(findings, "H-UNIT-OPEN")
        assert error.severity == "error" and error.cell == f"E{number}" and f"“{unit}”" in error.message()
        line[4] = None
        assert told(read(rows)[1], "H-UNIT-OPEN") == []

    @pytest.mark.parametrize(
        ("item", "unit", "scale"),
        [
            ("教学仪器设备资产值", "百元", 0.01),
            ("教学仪器设备资产值", "千元", 0.1),
            ("运动场地面积", "市亩", 666.67),
            ("运动场地面积", "千平方米", 1000),
            ("运动场地面积", "平方千米", 1e6),
            ("运动场地面积", "", 1),
            ("运动场地面积", "—", 1),
        ],
    )
    def test_a_known_unit_in_a_form(self, item, unit, scale):
        rows = form_rows(school(1))
        next(row for row in rows if item in row)[3] = unit
        block, findings = read(rows)
        assert max(block.scales, key=lambda one: abs(one - 1)) == scale
        assert [finding.rule for finding in findings] == ["H-UNIT"] * (scale != 1)
        assert scale != 1e6 or "乘以 1000000 " in one(findings, "H-UNIT").message()

    def test_a_caption_above_a_form_without_units(self):
        rows = form_rows(school(1))
        next(row for row in rows if "教学仪器设备资产值" in row)[3] = None
        assert told(read([["金额单位:万元"], *rows])[1], "H-UNIT-OPEN") == []
        error, *others = told(read([["金额单位:千元"], *rows])[1], "H-UNIT-OPEN")
        assert error.field == "equipment_value" and "“千元”" in error.message()
        assert others and all("“万元、千元”" in other.message() for other in others)  # their column 单位 says 万元

    HEADINGS = ("教学仪器设备资产值", "运动场地面积", "图书册数")

    def with_units(self, *units):
        header, *rows = table([*self.HEADINGS], [31.5, 3, 900])
        return [header, ["", "", "", *units], *rows]

    @pytest.mark.parametrize("aside", ["", "计量单位"])
    @pytest.mark.parametrize(
        ("units", "scales"),
        [
            (("千元", "亩", "册"), (0.1, 666.67, 1)),
            (("(元)", "", ""), (0.0001, 1, 1)),
            (("万元", "㎡", "本"), (1, 1, 1)),
            (("—", "公顷", "—"), (1, 10000, 1)),
        ],
    )
    def test_a_row_of_units_counts(self, units, scales, aside):
        rows = self.with_units(*units)
        rows[1][0] = aside
        block, findings = read(rows)
        assert block.rows == [3] and block.scales[-3:] == scales
        assert len(told(findings, "H-UNIT")) == sum(scale != 1 for scale in scales) and one(findings, "R-OTHER")
        assert len(findings) == 1 + len(told(findings, "H-UNIT"))

    def test_an_unknown_unit_in_a_row_of_units(self):
        error = one(read(self.with_units("美元", "亩", "册"))[1], "H-UNIT-OPEN")
        assert error.severity == "error" and error.cell == "D1" and "“美元”" in error.message()

    def test_a_row_of_units_against_the_heading(self):
        rows = self.with_units("元", "㎡", "册")
        rows[0][3] = "教学仪器设备资产值(万元)"
        assert "“万元、元”" in one(read(rows)[1], "H-UNIT-OPEN").message()
        rows[1][3] = "万元"
        assert [finding.rule for finding in read(rows)[1]] == ["R-OTHER"]

    def test_rows_of_units_on_two_pages_that_differ(self):
        rows = self.with_units("元", "㎡", "册")
        more = [["", "", "", "千元", "㎡", "册"], [code(2), "青禾县第二学校", "小学", 300, 4, 500]]
        assert "“元、千元”" in one(read([*rows, *more])[1], "H-UNIT-OPEN").message()

    @pytest.mark.parametrize(
        ("above", "scales"),
        [
            (["金额单位:千元"], (0.1, 1, 1)),
            (["单位：元"], (0.0001, 1, 1)),
            (["面积单位:亩"], (1, 666.67, 1)),
            (["学校情况(金额单位:元 面积单位:亩)"], (0.0001, 666.67, 1)),
            (["计量单位", "", "单位:", "元、平方米"], (0.0001, 1, 1)),
            (["单位:人、万元、㎡"], (1, 1, 1)),
            (["填报单位:青禾县教育局"], (1, 1, 1)),
            (["单位:青禾县第一小学"], (1, 1, 1)),
        ],
    )
    def test_a_caption_above_counts_for_money_and_area(self, above, scales):
        block, findings = read(table([*self.HEADINGS], [31.5, 3, 900], above=[above]))
        assert block.scales[-3:] == scales
        assert [finding.rule for finding in findings] == ["H-UNIT"] * sum(scale != 1 for scale in scales)

    @pytest.mark.parametrize("above", ["单位:美元", "金额单位:块", "单位:元、万元"])
    def test_a_caption_that_leaves_the_unit_open(self, above):
        error = one(read(table([*self.HEADINGS], [31.5, 3, 900], above=[[above]]))[1], "H-UNIT-OPEN")
        assert error.cell == "D2"

    def test_a_heading_with_a_unit_of_its_own_is_not_touched_by_a_caption(self):
        rows = table(["教学仪器设备资产值(万元)", "图书册数"], [31.5, 900], above=[["单位:千元"]])
        assert read(rows)[1] == [] and set(read(rows)[0].scales) == {1.0}

    @pytest.mark.parametrize(
        ("said", "scale"),
        [("【万元】", 1), ("（万元，保留两位小数）", 1), ("(万元)(必填)", 1), ("[元]", 0.0001), ("（元，取整数）", 0.0001)],
    )
    def test_a_heading_with_more_than_its_unit(self, said, scale):
        for above in ([], [["单位:千元"]]):
            block, findings = read(table([f"教学仪器设备资产值{said}", "图书册数"], [315000, 900], above=above))
            assert block.scales[-2:] == (scale, 1)
            assert [one.rule for one in findings] == ["H-UNIT"] * (scale != 1)

    def test_a_caption_over_a_figure_for_each_student_leaves_the_unit_open(self):
        rows = table(["生均公用经费", "图书册数"], [1150, 900], above=[["单位:万元"]])
        assert "“元”" in one(read(rows)[1], "H-UNIT-OPEN").message()

        rows[2][3] = None
        assert told(read(rows)[1], "H-UNIT-OPEN") == []

    def test_parts_of_a_sum(self):
        block, findings = read(table(NEW_ROOMS, [1, 2, 3, 0], above=[["面积单位:亩"]]), "2022-2023")
        assert len(told(findings, "H-UNIT")) == 4
        (area,) = column(block, "teaching_area")
        assert area * block.scale(block.places.index(("teaching_area", None))) == pytest.approx(6 * 666.67)


class TestLoudColumns:
    def test_an_unknown_column_names_the_nearest_label_and_how_much_is_lost(self):
        _, findings = read(table(["图书册数", "专任老师数(小学)"], [1, 30], [2, 31], [3, None]))
        message = one(findings, "H-UNKNOWN").message()
        assert "2 个值" in message and "专任教师数(小学)" in message

    def test_an_unknown_column_like_nothing_else(self):
        assert "最接近" not in one(read(table(["图书册数", "校长电话"], [1, "138"]))[1], "H-UNKNOWN").message()

    def test_an_unknown_column_without_a_value_is_no_news(self):
        assert read(table(["图书册数", "校长电话"], [1, None]))[1] == []

    @pytest.mark.parametrize(("label", "named"), [("教职工数", "教职工总数(含编外)"), ("计算机台数", "教师用计算机台数")])
    def test_a_heading_that_could_mean_two_fields_names_both(self, label, named):
        block, findings = read(table(["图书册数", label], [1, 2]))
        error = one(findings, "H-AMBIGUOUS")
        assert error.severity == "error" and named in error.message() and error.row is None
        assert len(block.places) == 4


class TestOrder:
    def test_swapped_columns_are_read_by_their_headings_and_told(self):
        rows = bulk_rows([school(1), school(2)])
        one_at, other_at = rows[0].index("在校生数(小学)"), rows[0].index("班级数(小学)")
        for row in rows:
            row[one_at], row[other_at] = row[other_at], row[one_at]
        block, findings = read(rows)
        assert column(block, "enrolment", "primary") == [450, 450] and column(block, "classes", "primary") == [10, 10]
        note = one(findings, "H-ORDER")
        assert note.severity == "note" and "在校生数(小学)" in note.message()

    @pytest.mark.parametrize("year", ["2015-2016", "2024-2025", "2026-2027"])
    def test_the_table_that_is_sent_out_is_in_order(self, year):
        used = fields_in_use(in_force(shipped_standards(), SchoolYear.parse(year)))
        content = blank_bulk_table(SchoolYear.parse(year), modified=MODIFIED, required_keys=used)
        (sheet,) = [one for one in open_book("t.xlsx", content).sheets if one.name == "汇总表"]
        assert read(sheet.rows)[1] == []

    def test_the_statutory_statistics_have_no_order(self):
        assert told(read(table(["公共教学用房", "专用教室", "教室", "占地面积"], [1, 2, 3, 4]))[1], "H-ORDER") == []


class TestTwoRows:
    def test_sections_over_fields(self):
        rows = [
            ["青禾县汇总表"],
            ["学校标识码", "学校名称", "办学类型", "小学", None, "初中", None, "图书册数"],
            [None, None, None, "在校生数", "班级数", "在校生数", "班级数", None],
            [code(1), "甲", "九年一贯制学校", 450, 10, 300, 6, 999],
        ]
        block, findings = read(rows)
        assert findings == [] and block.rows == [4]
        assert (column(block, "enrolment", "primary"), column(block, "classes", "junior")) == ([450], [6])
        assert column(block, "books") == [999] and block.cell(block.places.index(("classes", "junior")), 0) == "G4"

    def test_fields_over_sections(self):
        rows = [
            ["学校标识码", "学校名称", "在校生数", None, None, "班级数"],
            [None, None, "小学部", "初中部", "高中", "小学"],
            [code(1), "甲", 450, 300, 240, 10],
        ]
        block, findings = read(rows)
        assert findings == [] and column(block, "enrolment", "senior") == [240] and column(block, "classes", "primary") == [10]

    def test_fields_over_sections_that_bear_a_unit(self):
        rows = [
            ["学校标识码", "学校名称", "在校生数", None, "教学仪器设备值", None],
            [None, None, "小学（人）", "初中部(人)", "小学（元）", "初中（万元）"],
            [code(1), "甲", 450, 300, 30_000, 5],
        ]
        block, findings = read(rows)
        assert [one.rule for one in findings] == ["H-UNIT"] and block.rows == [3]
        assert column(block, "enrolment", "junior") == [300]
        assert [block.scale(block.places.index(("equipment_value", one))) for one in ("primary", "junior")] == [0.0001, 1]

    def test_a_total_and_beside_it_the_sections(self):
        rows = [
            ["学校标识码", "学校名称", "在校生数", "其中：", None, "图书册数", None, None],
            [None, None, None, "小学", "初中", "合计", "小学", "初中"],
            [code(1), "甲", 750, 450, 300, 999, 600, 399],
        ]
        block, findings = read(rows)
        assert findings == [] and block.rows == [3]
        assert (column(block, "enrolment", "primary"), column(block, "enrolment", "junior")) == ([450], [300])
        assert column(block, "books") == [999] and column(block, "books", "junior") == [399]

    def test_groups_that_are_no_sections_are_passed_over(self):
        rows = [
            ["基本信息", None, None, "办学条件"],
            ["学校标识码", "学校名称", "办学类型", "图书册数"],
            [code(1), "甲", "小学", 5],
        ]
        block, findings = read(rows)
        assert findings == [] and block.rows == [3] and column(block, "books") == [5]

    def test_a_shared_resource_under_a_section_whose_width_is_unknown_is_guessed_neither_way(self):
        rows = [
            ["学校标识码", "学校名称", "小学", None, None],
            [None, None, "在校生数", "班级数", "图书册数"],
            [code(1), "甲", 450, 10, 999],
        ]
        block, findings = read(rows)
        error = one(findings, "H-AMBIGUOUS")
        assert error.cell == "E2" and "“图书册数”" in error.message() and "“图书册数(小学)”" in error.message()
        assert "books" not in {key for key, _ in block.places}

    def test_a_shared_resource_right_below_a_section_is_the_sections(self):
        rows = [["学校标识码", "学校名称", "小学", "初中"], [None, None, "图书册数", "图书册数"], [code(1), "甲", 5, 6]]
        block, findings = read(rows)
        assert findings == [] and (column(block, "books", "primary"), column(block, "books", "junior")) == ([5], [6])

    def test_a_figure_of_the_whole_school_under_a_section(self):
        rows = [["学校标识码", "学校名称", "小学", None], [None, None, "在校生数", "音乐专用教室间数"], [code(1), "甲", 450, 1]]
        block, findings = read(rows)
        assert findings == [] and column(block, "music_rooms") == [1]

    def test_a_first_school_of_type_primary_is_no_header(self):
        block, findings = read(bulk_rows([school(1), school(2)]))
        assert block.rows == [2, 3] and findings == []

    def test_blank_and_reordered_columns(self):
        rows = [
            ["初中", None, None, "小学", "学校标识码", "学校名称"],
            ["班级数", "在校生数", None, "在校生数", None, None],
            [6, 300, None, 450, code(1), "甲"],
        ]
        block, findings = read(rows)
        assert (
            [f.rule for f in findings] == ["H-ORDER"]
            and column(block, "enrolment", "junior") == [300]
            and column(block, "enrolment", "primary") == [450]
        )


class TestTotals:
    def rows(self, *more):
        return [*table(["图书册数", "运动场地面积", "最大班额(小学)"], [100, 10.5, 45], [200, 20.25, 40]), *more]

    def test_a_right_total(self):
        _, findings = read(self.rows(["合计", None, None, 300, 30.75, 45]))
        assert [f.rule for f in findings] == ["R-TOTAL"]

    def test_a_wrong_total_names_column_and_both_sums(self):
        block, findings = read(self.rows(["合计", None, None, 301, 30.75, 45]))
        query = one(findings, "R-TOTAL-DIFFERS")
        assert (query.cell, query.severity, query.field, query.row) == ("D4", "query", "books", None)
        assert "301" in query.message() and "300" in query.message() and "图书册数" in query.message()
        assert block.rows == [2, 3]

    @pytest.mark.parametrize(
        "row",
        [
            [None, "合　计", None, 1],
            [None, None, "总计", 1],
            ["合計", None, None, 1],
            [None, "全县合计", None, 1],
            [None, "合计(2所)", None, 1],
            *(
                [None, word, None, 1]
                for word in ("全县", "总数", "累计", "合计2所", "小学合计数", "全部学校", "汇总", "SUM", "Total")
            ),
            ["全县", None, None, 1],
        ],
    )
    def test_wherever_the_word_stands(self, row):
        block, findings = read(self.rows(row))
        assert block.rows == [2, 3] and one(findings, "R-TOTAL-DIFFERS").params["computed"] == "300"

    @pytest.mark.parametrize(
        "word",
        [
            "其中：民办", "其中:寄宿制", "校均", "县平均", "平均值", "最大值", "中位数", "差异系数", "平均每校", "每校平均", "生均", "上年合计",
            "上年数", "比上年增减", "增减数", "同比增长",
        ],
    )  # fmt: skip
    def test_what_is_no_sum_of_all_is_passed_over_alone(self, word):
        for row in ([None, word, None, 1], [word, None, None, 1]):
            block, findings = read(self.rows(row))
            assert block.rows == [2, 3] and [f.rule for f in findings] == ["R-OTHER"]

    @pytest.mark.parametrize("name", ["上年村小学", "增长村小学", "初中", "上庄小学"])
    def test_what_may_be_a_school_without_a_code_stays_one(self, name):
        block, _ = read(self.rows([None, name, None, 1]))
        assert block.rows == [2, 3, 4]

    def test_the_largest_class_is_not_added_up(self):
        assert told(read(self.rows(["合计", None, None, 300, 30.75, 45]))[1], "R-TOTAL-DIFFERS") == []

    def test_totals_of_townships_and_of_the_county(self):
        rows = table(["图书册数", "占地面积"], [100, 1], [200, 1])
        rows += [
            ["东乡小计", None, None, 300],
            [code(3), "丙", "小学", 50, 1],
            [None, "西乡小计", None, 50],
            ["合计", None, None, 350],
        ]
        block, findings = read(rows)
        assert block.rows == [2, 3, 5] and told(findings, "R-TOTAL-DIFFERS") == [] and len(told(findings, "R-TOTAL")) == 3

    def test_a_wrong_total_of_a_township(self):
        rows = table(["图书册数", "占地面积"], [100, 1], [200, 1])
        rows += [["东乡小计", None, None, 300], [code(3), "丙", "小学", 50, 1], [None, "西乡小计", None, 60]]
        assert one(read(rows)[1], "R-TOTAL-DIFFERS").params["computed"] == "50"

    @pytest.mark.parametrize("above", [["合计", None, None, 300], ["小计", None, None, 300]])
    def test_a_total_above_the_schools(self, above):
        header, *schools = table(["图书册数", "占地面积"], [100, 1], [200, 1])
        assert [f.rule for f in read([header, above, *schools])[1]] == ["R-TOTAL"]

    def test_nothing_is_said_where_a_school_cannot_be_read(self):
        rows = [*table(["图书册数", "占地面积"], [100, 1], ["约200", 1]), ["合计", None, None, 300]]
        assert told(read(rows)[1], "R-TOTAL-DIFFERS") == []

    def test_blank_is_not_read_as_a_difference(self):
        rows = [*table(["图书册数", "占地面积"], [100, 1], [None, 1]), ["合计", None, None, "100", "—"]]
        assert told(read(rows)[1], "R-TOTAL-DIFFERS") == []


class TestBlankRows:
    def test_told_once_with_their_numbers(self):
        rows = [
            *table(["图书册数", "占地面积"], [1, 1]),
            *[[]] * 20,
            [code(2), "乙", "小学", 2, 2],
            [],
            [code(3), "丙", "小学", 2, 2],
        ]
        block, findings = read(rows)
        assert block.rows == [2, 23, 25]
        note = one(findings, "R-BLANK-ROWS")
        assert note.severity == "note" and "3—22、24" in note.message()

    def test_below_the_last_school_they_are_no_news(self):
        assert read([*table(["图书册数", "占地面积"], [1, 1]), [], [], []])[1] == []

    def test_before_a_total_neither(self):
        rows = [*table(["图书册数", "占地面积"], [1, 1]), [], ["合计", None, None, 1, 1]]
        assert [f.rule for f in read(rows)[1]] == ["R-TOTAL"]


class TestCover:
    def test_of_a_form_with_another_code(self):
        rows = form_rows(school(1))
        rows[2] = ["学校标识码", code(2)]
        error = one(read(rows)[1], "R-COVER")
        assert error.severity == "error" and error.row == 0 and code(1) in error.message() and code(2) in error.message()

    def test_of_a_form_with_another_name(self):
        rows = form_rows(school(1, name="青禾县第一小学"))
        rows[2] = ["学校名称：", "青禾县第二小学"]
        assert one(read(rows)[1], "R-COVER").field == "school_name"

    @pytest.mark.parametrize(
        "cover", [["学校标识码", code(1)], ["学校名称", "第一小学"], ["学校标识码"], ["学校名称:青禾县第一小学"]]
    )
    def test_of_the_same_school(self, cover):
        rows = form_rows(school(1, name="青禾县第一小学"))
        rows[2] = cover
        assert read(rows)[1] == []

    def test_a_label_without_a_name_takes_nothing_from_the_row_below(self):
        rows = form_rows(school(1))
        rows[1:3] = [["学年", "2024-2025", "学校名称"], ["请只填“填报值”一列。"]]
        assert read(rows)[1] == []

    def test_of_a_table(self):
        above = [["学校标识码", code(9)]]
        assert one(read(table(["图书册数", "占地面积"], [1, 2], above=above))[1], "R-COVER").row is None
        assert read(table(["图书册数", "占地面积"], [1, 2], above=[["学校标识码", code(1)]]))[1] == []


class TestVersions:
    def form(self, version: str):
        rows = form_rows(school(1))
        rows[1][4] = version
        return rows

    @pytest.mark.parametrize("version", ["0.9", "0.9.1", "V0.8"])
    def test_older(self, version):
        block, findings = read(self.form(version))
        note = one(findings, "F-OLD-TEMPLATE")
        assert note.severity == "note" and version in note.message() and "1.0" in note.message()
        assert column(block, "enrolment", "primary") == [450]

    @pytest.mark.parametrize("version", ["2.0", "1.1", "第二版", "新"])
    def test_unknown(self, version):
        assert one(read(self.form(version))[1], "F-UNKNOWN-TEMPLATE").severity == "query"

    @pytest.mark.parametrize("version", ["1.0", "1", "v1.0", " １.０ "])
    def test_current(self, version):
        assert read(self.form(version))[1] == []

    @pytest.mark.parametrize(("version", "read_as_before"), [("1.0", True), ("0.5", True), ("1.1", False), ("2.0", False)])
    def test_a_label_of_before_is_known_in_the_versions_that_bore_it(self, version, read_as_before):
        layout = read_layout(
            "{id: f, form: school_form, title: 表, title_en: form, version: '2.0', source: s, effective: {from: 2012-2013},"
            " former_labels: [{label: 书籍量, field: books, until: '1.0'}]}",
            "f.yaml",
        )
        rows = self.form(version)
        next(row for row in rows if "图书册数" in row)[2] = "书籍量"
        block, findings = read(rows, layouts=[layout])
        assert (("books", None) in block.places) is read_as_before
        assert bool(told(findings, "H-UNKNOWN")) is not read_as_before
        assert bool(told(findings, "F-OLD-TEMPLATE")) is (version != "2.0")


class TestTraditional:
    def test_a_table(self):
        rows = [
            ["青禾縣2024-2025學年彙總表"],
            ["學校標識碼", "學校名稱", "辦學類型", "在校學生數(小學)", "圖書冊數", "專任教師數"],
            [code(1), "青禾縣第一學校", "小學", 450, 9, 30],
            ["合計", None, None, 450, 9, 30],
        ]
        block, findings = read(rows)
        assert [f.rule for f in findings] == ["R-TOTAL"] and block.stated_year == "2024-2025"
        assert column(block, "enrolment", "primary") == [450] and ("full_time_teachers", UNSTATED) in block.places
        assert column(block, "school_name") == ["青禾縣第一學校"]

    def test_a_form(self):
        rows = form_rows(school(1))
        rows[1][0], rows[3][2], rows[3][4] = "學年", "填報項目", "填報值"
        rows[4][2] = "學校標識碼"
        block, findings = read(rows)
        assert findings == [] and block.stated_year == "2024-2025" and column(block, "school_id") == [code(1)]

    def test_sections_above(self):
        rows = [["學校標識碼", "學校名稱", "小學", "初中"], [None, None, "班級數", "班級數"], [code(1), "甲", 5, 6]]
        assert column(read(rows)[0], "classes", "junior") == [6]
