"""Recognising the labels of the catalogue as people type them.

Belongs here: one heading at a time. Does not belong here: where headings stand (``test_tables``).
"""

import pytest

from data_contracts.catalogue import SECTION_LABELS, fields, traditional_characters
from domain.intake.labels import UNSTATED, known_labels, normalised, recognised, simplified, version_key

EVERY_PLACE = [(field.key, section) for field in fields().values() for section in field.places]


@pytest.mark.parametrize(("key", "section"), EVERY_PLACE)
def test_every_label_means_its_own_place(key, section):
    assert recognised(fields()[key].label_in(section)) == (key, section)


@pytest.mark.parametrize("key", list(fields()))
def test_aliases_mean_their_field(key):
    what = fields()[key]
    bare = None if what.whole_school else UNSTATED
    for alias in what.aliases:
        assert recognised(alias) == (key, bare)
        for section in what.sections:
            assert recognised(f"{alias}({SECTION_LABELS[section]})") == (key, section)


def test_no_label_or_alias_means_two_fields():
    seen: dict[str, str] = {}
    for what in fields().values():
        for name in (what.label, *what.aliases):
            assert seen.setdefault(normalised(name), what.key) == what.key, name


@pytest.mark.parametrize(
    "label",
    [
        "在校生数(小学)",
        "在校生数（小学）",
        "在校生数（小学)",
        " 在校生数 ( 小学 ) ",
        "在校生数\n(小学)",
        "在校生数\r\n（小\u3000学）",
        "在 校 生 数(小学)",
        "\u200b在校生数(小学)\ufeff",
        "*在校生数(小学)",
        "在校生数(小学)*",
        "★在校生数(小学)",
        "在校生数(小学)(人)",
        "在校生数（人）（小学）",
        "在校生数(小学部)",
        "在校学生数(小学)",
        "学生数(小学)",
        "14.在校生数(小学)",
        "(14)在校生数(小学)",
        "14、在校生數（小學）",
        "在校生数【小学】",
        "在校生数[小学]",
    ],
)
def test_brackets_blanks_line_breaks_stars_units_and_aliases(label):
    assert recognised(label) == ("enrolment", "primary")


@pytest.mark.parametrize(
    ("label", "place"),
    [
        ("在校生数(初中)", ("enrolment", "junior")),
        ("在校生数(高中)", ("enrolment", "senior")),
        ("在校生数", ("enrolment", UNSTATED)),
        ("图书册数", ("books", None)),
        ("图书册数(高中)", ("books", "senior")),
        ("图书", ("books", None)),
        ("教学仪器设备资产值(万元)", ("equipment_value", None)),
        ("教学仪器设备资产值（小学）（万元）", ("equipment_value", "primary")),
        ("教学及辅助用房面积(㎡)", ("teaching_area", None)),
        ("教学及辅助用房面积(m2)", ("teaching_area", None)),
        ("县（市、区）", ("county_name", None)),
        ("学校（机构）标识码", ("school_id", None)),
        ("生均图书册数（自报）（小学）", ("reported_books_per_student", "primary")),
    ],
)
def test_places(label, place):
    assert recognised(label) == place


@pytest.mark.parametrize(
    "label",
    [
        "",
        "序号",
        "备注",
        "在校生",
        "在校生数(幼儿园)",
        "班级数(高中)",
        "学校名称(小学)",
        "音乐专用教室间数(小学)",
        "图书册数(元)",
        "合计",
        2024,
        None,
        3.5,
    ],
)
def test_what_is_not_in_the_catalogue(label):
    assert recognised(label) is None


def test_a_unit_that_is_not_the_fields_is_not_passed_over():
    """A column headed 教学仪器设备资产值(元) must not be read as 万元."""
    assert recognised("教学仪器设备资产值(元)") is None
    assert recognised("运动场地面积(亩)") is None


def test_numbers_of_sections_without_brackets_do_not_collide():
    assert all(isinstance(label, str) and label == normalised(label) for label in known_labels())


@pytest.mark.parametrize(
    ("label", "place"),
    [
        ("在校學生數(小學)", ("enrolment", "primary")),
        ("教學儀器設備資產值(萬元)", ("equipment_value", None)),
        ("縣級及以上骨幹教師數(初中)", ("backbone_teachers", "junior")),
        ("圖書冊數", ("books", None)),
        ("鄉鎮(街道)", ("township", None)),
    ],
)
def test_traditional_characters(label, place):
    assert recognised(label) == place


@pytest.mark.parametrize(("key", "section"), EVERY_PLACE)
def test_every_label_in_traditional_characters(key, section):
    simple_to_full = {simple: chr(full) for full, simple in traditional_characters().items()}
    label = fields()[key].label_in(section)
    assert recognised("".join(simple_to_full.get(character, character) for character in label)) == (key, section)


def test_no_label_is_changed_by_reading_it_as_traditional():
    assert [field.label for field in fields().values() if simplified(field.label) != field.label] == []


@pytest.mark.parametrize(
    ("label", "place"),
    [
        ("小学在校生数", ("enrolment", "primary")),
        ("初中专任教师", ("full_time_teachers", "junior")),
        ("高中学生数(人)", ("enrolment", "senior")),
    ],
)
def test_section_before_the_label(label, place):
    assert recognised(label) == place


@pytest.mark.parametrize(("older", "newer"), [("0.9", "1.0"), ("1", "1.1"), ("1.9", "1.10"), ("V1.0", "v2"), ("新", "0.1")])
def test_versions_in_order(older, newer):
    assert version_key(older) < version_key(newer)


def test_versions_that_are_the_same():
    assert version_key("1") == version_key("1.0") == version_key("V1.0.0") == version_key("1.0版")
