"""What people write in brackets behind a label: what changes nothing, what is a unit, and what is asked about.

Belongs here: headings of tables and items with remarks. Does not belong here: plain labels (``test_labels``).
"""

import pytest

from builders.intake import reading_of
from builders.schools import school
from builders.workbooks import BULK, bulk_rows, xlsx
from data_contracts.catalogue import SECTION_LABELS, fields
from domain.intake.labels import UNSTATED, vocabularies
from domain.intake.tables import blocks_of
from domain.intake.workbook import open_book

TABLE = vocabularies("bulk_table")[0]
VALUE, COMPUTERS = "教学仪器设备资产值", "教学用计算机台数"
EVERY_PLACE = [(field.key, section) for field in fields().values() for section in field.places]


def meant(heading: str):
    found = TABLE.meaning(heading)
    return found and (found.place, found.factor)


@pytest.mark.parametrize(("key", "section"), EVERY_PLACE)
@pytest.mark.parametrize(
    "written", ["{}[{}]", "{}【{}】", "{}\n（{}）", "{} \u3000 （单位：{}）", "{}〔{}〕", "{}（{}）（必填）"]
)
def test_every_label_with_its_unit_in_any_brackets(key, section, written):
    what = fields()[key]
    written = written if what.unit else written.replace("单位：", "")
    assert meant(written.format(what.label_in(section), what.unit or "必填")) == ((key, section), 1.0)


@pytest.mark.parametrize(("key", "section"), [place for place in EVERY_PLACE if place[1]])
def test_section_and_unit_in_one_pair_of_brackets(key, section):
    what = fields()[key]
    for inner in (f"{SECTION_LABELS[section]}，{what.unit}", f"{what.unit}、{SECTION_LABELS[section]}部"):
        assert not what.unit or meant(f"{what.label}（{inner}）") == ((key, section), 1.0)


@pytest.mark.parametrize(
    ("heading", "place", "factor"),
    [
        ("图书册数（万册）", ("books", None), 10_000),
        ("图书册数（千册）", ("books", None), 1_000),
        ("图书册数（万册，不含电子图书）", ("books", None), 10_000),
        ("图书册数（初中，万册）", ("books", "junior"), 10_000),
        (f"{VALUE}（人民币万元）", ("equipment_value", None), 1),
        (f"{VALUE}（单位：万元人民币）", ("equipment_value", None), 1),
        (f"{VALUE}（人民币元）", ("equipment_value", None), 0.0001),
        (f"{VALUE}/人民币元", ("equipment_value", None), 0.0001),
        (f"{VALUE} 万元", ("equipment_value", None), 1),
        (f"{VALUE}\n元", ("equipment_value", None), 0.0001),
        ("运动场地面积 亩", ("sports_ground_area", None), 666.67),
        (f"{VALUE}【元】（小学）", ("equipment_value", "primary"), 0.0001),
        (f"{COMPUTERS}（台/套）", ("teaching_computers", None), 1),
        ("学校名称（全称）", ("school_name", None), 1),
        ("学校标识码（10位）", ("school_id", None), 1),
        ("学校标识码【十位，文本格式】", ("school_id", None), 1),
        ("县级行政区划代码(6位)", ("county_code", None), 1),
        ("县（市、区）（全称）", ("county_name", None), 1),
        ("县（区）", ("county_name", None), 1),
        ("在校生数（小学）（9月1日）", ("enrolment", "primary"), 1),
        ("在校生数（小学）（人，不含学前班）", ("enrolment", "primary"), 1),
        ("在校生数（小学）（本学段必填）", ("enrolment", "primary"), 1),
        ("在校生数（小学）（人，取整数）", ("enrolment", "primary"), 1),
        ("教学及辅助用房面积（平方米，含室内体育用房）", ("teaching_area", None), 1),
        ("举办者类型（公办/民办）", ("ownership", None), 1),
        ("办学类型（小学、初级中学、九年一贯制学校等）", ("school_type", None), 1),
        ("14.圖書冊數【萬冊】", ("books", None), 10_000),
    ],
)
def test_remarks_that_are_understood(heading, place, factor):
    assert meant(heading) == (place, factor)


@pytest.mark.parametrize(
    ("heading", "near"),
    [
        ("图书册数（册，含电子）", "图书册数"),
        ("图书册数（含电子图书）", "图书册数"),
        ("图书册数（万册，新增）（小学）", "图书册数(小学)"),
        ("图书册数（册/件）", "图书册数"),
        ("图书册数（册/生）", "图书册数"),
        ("图书册数（元）", "图书册数"),
        (f"{VALUE}（元/万元）", VALUE),
        (f"{VALUE}（万元）（元）", VALUE),
        (f"{VALUE}（万美元）", VALUE),
        ("学校标识码（12位）", "学校标识码"),
        ("教学及辅助用房面积（㎡/亩）", "教学及辅助用房面积"),
        ("在校生数（含学前班）", "在校生数"),
        ("办学类型（小学）", "办学类型"),
        ("在校生数（小学、初中）", "在校生数"),
        ("在校生人数（小学）", "在校生数(小学)"),
        ("图书总册数", "图书册数"),
        ("班级数（高中）", None),
        ("固定资产（人民币万元）", None),
        ("学校电话", None),
    ],
)
def test_remarks_that_are_not_name_the_right_label(heading, near):
    rows = bulk_rows([school()])
    rows = [[*rows[0], heading], [*rows[1], 7]]
    (sheet,) = open_book("表.xlsx", xlsx({"汇总表": rows})).sheets
    (told,) = [one for one in blocks_of(sheet)[1] if one.rule == "H-UNKNOWN"]
    message = told.message()
    every = {place for field in fields().values() for place in map(field.label_in, (None, *field.places))}
    others = {place for place in every if f"“{place}”" in message}
    assert others == ({near} if near else set()) and "{" not in message + told.message("en")


def test_a_heading_that_could_mean_two_fields_does_so_with_a_unit():
    assert all(TABLE.ambiguous(f"{label}（台/套）") for label in ("计算机", "计算机台数"))
    assert TABLE.ambiguous("教师数（小学）") is None and TABLE.ambiguous("教师数（人）")


def test_a_unit_in_a_heading_makes_it_no_other_layouts():
    for layout in vocabularies("bulk_table")[1:]:
        assert not any(layout.own(heading) for heading in (f"{VALUE}(元)", f"{VALUE}【万元】", "图书册数（万册）"))


@pytest.mark.parametrize(("key", "section"), [place for place in EVERY_PLACE if place[1]])
@pytest.mark.parametrize(
    "written", ["{1}-{0}", "{1}部{0}", "{0}—{1}", "{0}\n{1}", "{1}学段：{0}({2})", "{0}-{1}-{2}", "{0}({2})_{1}"]
)
def test_a_section_before_or_behind_the_label_without_brackets(key, section, written):
    what = fields()[key]
    assert meant(written.format(what.label, SECTION_LABELS[section], what.unit)) == ((key, section), 1.0)


@pytest.mark.parametrize(("key", "section"), EVERY_PLACE)
@pytest.mark.parametrize(
    "written", ["{}：", "一、{}", "（二）{}", "12、{}", "1.2.{}", "其中：{}", "3.其中：{}", "{}（请如实填写）", "{}_（没有填0）"]
)
def test_numbers_colons_and_pleas_around_every_label(key, section, written):
    assert meant(written.replace("_", "").format(fields()[key].label_in(section))) == ((key, section), 1.0)


@pytest.mark.parametrize(
    ("heading", "place", "factor"),
    [
        ("占地面积 单位：平方米", ("site_area", None), 1),
        ("占地面积_亩", ("site_area", None), 666.67),
        (f"{VALUE}人民币万元", ("equipment_value", None), 1),
        (f"{VALUE}（人民币：元）", ("equipment_value", None), 0.0001),
        (f"{VALUE}（按元填）", ("equipment_value", None), 0.0001),
        ("在校生数（小学）（人数）", ("enrolment", "primary"), 1),
        ("图书册数（册数）", ("books", None), 1),
        ("图书册数（全校）", ("books", None), 1),
        ("占地面积（㎡）合计", ("site_area", None), 1),
        ("在校生数（合计）", ("enrolment", UNSTATED), 1),
        ("全校在校生数", ("enrolment", UNSTATED), 1),
        ("学校标识码（10位数字）", ("school_id", None), 1),
        ("学校名称（填全称）", ("school_name", None), 1),
        ("专任教师数（小学，不含行政、教辅）", ("full_time_teachers", "primary"), 1),
        ("专任教师数（小学，不含代课教师，人）", ("full_time_teachers", "primary"), 1),
    ],
)
def test_what_offices_write_besides(heading, place, factor):
    assert meant(heading) == (place, pytest.approx(factor))


@pytest.mark.parametrize(
    "heading",
    [
        "学生体质健康合格率（小学）（小数）",  # 0.952 or 95.2
        "图书册数（小学，合计）",
        "小学在校生数（初中）",
        "小学部在校生数-初中部",
        "高中专任教师数",
        "专任教师数（小学，含行政、教辅）",
        "校舍建筑面积（含学生宿舍、食堂）",
        "校舍建筑面积（不含学生宿舍、食堂）",
        "超班额班数（小学，人数）",
        f"{VALUE}（万元）元",
    ],
)
def test_what_may_mean_something_else_is_not_read(heading):
    assert meant(heading) is None


def test_a_heading_that_could_mean_two_fields_is_hinted_at_by_its_section():
    assert TABLE.nearest("小学教师数") == "专任教师数(小学)"


class TestFigures:
    @staticmethod
    def books(figure: object, heading: str = "图书册数（万册）"):
        rows = bulk_rows([school()])
        at = rows[0].index("图书册数")
        rows[0][at], rows[1][at] = heading, figure
        reading = reading_of("表.xlsx", xlsx({BULK: rows}))
        values = reading.values[reading.values["field"] == "books"]
        return reading, None if values.empty else values.iloc[0]

    @pytest.mark.parametrize(("typed", "stored"), [(3.21, 32_100), (1.0001, 10_001), (2, 20_000), ("0.5", 5_000), (0.0007, 7)])
    def test_books_in_ten_thousands_are_whole_books(self, typed, stored):
        reading, cell = self.books(typed)
        assert (cell["number"], cell["value"]) == (stored, str(typed))
        assert "C-INTEGER" not in {one.rule for one in reading.findings}
        (note,) = [one for one in reading.findings if one.rule == "H-UNIT"]
        assert "“万册”" in note.message() and "10000" in note.message()

    def test_what_is_no_whole_number_of_books_says_how(self):
        reading, cell = self.books(1.23456)
        (told,) = [one for one in reading.findings if one.rule == "C-INTEGER"]
        assert "1.23456 × 10000 = 12345.6" in told.message() and cell["value"] == "1.23456"

    @pytest.mark.parametrize("heading", ["图书册数\n（册）", "图书册数 【册】", "图书册数（不含电子图书）"])
    def test_a_plain_remark_says_nothing(self, heading):
        reading, cell = self.books(1200, heading)
        plain, _ = self.books(1200, "图书册数")
        assert [one.rule for one in reading.findings] == [one.rule for one in plain.findings] and cell["number"] == 1200
