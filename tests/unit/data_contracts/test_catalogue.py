"""The catalogue of fields holds together: no label means two things, every choice has its words, every bound is possible."""

import re
from collections import Counter

import pytest

from data_contracts.catalogue import (
    SECTION_LABELS,
    Field,
    choices,
    fields,
    identity_fields,
    official_values,
    school_types,
    sections_to_fill,
    shared_fields,
)
from data_contracts.records import NUMERIC_COLUMNS, RETURN_COLUMNS, TEXT_COLUMNS
from data_contracts.rules import pairs, stated_ratios
from data_contracts.standard import shipped_standards

ALL = list(fields().values())
CHOICES = [field for field in ALL if field.kind == "choice"]
SCOPES = {
    "school": (None,),
    "primary,junior": ("primary", "junior"),
    "primary,junior,senior": ("primary", "junior", "senior"),
    "school or primary,junior": (None, "primary", "junior", "senior"),
}
each_field = pytest.mark.parametrize("field", ALL, ids=lambda field: field.key)


def plain(label: str) -> str:
    """A label as the reader compares it: brackets of one width, no blanks."""
    return re.sub(r"\s", "", label.replace("\uff08", "(").replace("\uff09", ")"))


def labels(field: Field) -> list[str]:
    """Every heading under which the field may stand."""
    said = [field.label, *field.aliases]
    return [plain(one) for one in said] + [
        plain(f"{one}({SECTION_LABELS[section]})") for one in said for section in field.sections
    ]


def test_keys_are_english_names():
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", key) for key in fields())


def test_no_label_and_no_alias_means_two_things():
    counts = Counter(label for field in ALL for label in labels(field))
    assert {label: count for label, count in counts.items() if count > 1} == {}


@each_field
def test_every_field_is_explained_to_clerks_in_chinese(field):
    assert re.search("[一-鿿]", field.label)
    assert re.search("[一-鿿]", field.note), "no 填报说明"
    assert field.label == field.label.strip()


@each_field
def test_kinds_are_known(field):
    assert field.kind in {"text", "choice", "yes/no", "integer", "decimal"}
    assert field.numeric == (field.kind in {"integer", "decimal"})


@each_field
def test_scopes_are_read_as_places(field):
    assert field.places == SCOPES[field.scope]
    assert field.shared == (field.scope == "school or primary,junior")


@each_field
def test_conditions_of_being_required_are_known_and_point_at_fields(field):
    condition = field.required
    named = re.fullmatch(r"if (\w+) > 0", condition)
    assert condition in {"yes", "no", "not 教学点", "teaching points"} or (named and named[1] in fields())


@each_field
def test_bounds_are_possible(field):
    low, high = field.hard_min, field.hard_max
    assert (low is None) == (high is None)
    if low is not None:
        assert field.numeric
        assert 0 <= low < high


@each_field
def test_money_is_asked_in_ten_thousands_and_kept_in_yuan(field):
    assert (field.factor, field.stored_unit) == ((10_000.0, "元") if field.unit == "万元" else (1.0, field.unit))


@each_field
def test_words_have_no_unit(field):
    assert field.numeric or field.unit == ""


@pytest.mark.parametrize("field", CHOICES, ids=lambda field: field.key)
def test_every_choice_field_has_choices_that_include_the_official_words(field):
    official = official_values(field.key)
    assert len(official) >= 2
    assert all(choices()[field.key][value] == value for value in official)


def test_choices_belong_to_choice_fields_and_spellings_to_one_value():
    assert set(choices()) == {field.key for field in CHOICES}
    from data_contracts import catalogue

    rows = catalogue._rows("choices.csv")
    spellings = Counter((row["field"], one) for row in rows for one in (row["value"], *row["aliases"].split("|")) if one)
    assert [spelling for spelling, count in spellings.items() if count > 1] == []


def test_aliases_lead_to_the_official_word():
    assert choices()["school_type"]["初中"] == "初级中学"
    assert choices()["school_type"]["小学教学点"] == "教学点"
    assert choices()["ownership"]["私立"] == "民办"


def test_school_types_are_the_choices_of_the_form():
    assert list(school_types()) == official_values("school_type")


@pytest.mark.parametrize(
    ("name", "fill", "split", "compulsory"),
    [
        ("小学", ("primary",), (), True),
        ("教学点", ("primary",), (), True),
        ("初级中学", ("junior",), (), True),
        ("九年一贯制学校", ("primary", "junior"), ("primary", "junior"), True),
        ("完全中学", ("junior",), ("junior", "senior"), True),
        ("十二年一贯制学校", ("primary", "junior"), ("primary", "junior", "senior"), True),
        ("特殊教育学校", (), (), False),
        ("职业学校", (), (), False),
    ],
)
def test_school_types_fill_in_and_split_their_sections(name, fill, split, compulsory):
    kind = school_types()[name]
    assert (kind.sections, kind.split, kind.compulsory) == (fill, split, compulsory)
    assert sections_to_fill(name) == fill


def test_an_unknown_school_type_has_no_section_to_fill():
    assert sections_to_fill("大学") == ()


def test_identity_comes_first_and_holds_the_columns_of_a_register():
    keys = [field.key for field in identity_fields()]
    assert keys == list(fields())[: len(keys)]
    assert keys[0] == "school_id"
    assert {"school_name", "county_code", "county_name", "school_type", "ownership", "administered_by", "school_status"} <= set(
        keys
    )


def test_a_label_carries_its_section():
    assert fields()["enrolment"].label_in("primary") == "在校生数(小学)"
    assert fields()["enrolment"].label_in(None) == "在校生数"


def test_shared_resources_are_those_of_the_norms():
    split = {
        "teaching_area",
        "indoor_sports_area",
        "sports_ground_area",
        "equipment_value",
        "books",
        "teaching_computers",
        "multimedia_rooms",
    }
    assert {field.key for field in shared_fields()} == split


@pytest.mark.parametrize("standard", shipped_standards(), ids=lambda standard: standard.id)
def test_thresholds_lie_well_within_the_physical_bounds(standard):
    for indicator in standard.indicators:
        first = fields()[indicator.numerator.add[0]]
        if first.hard_min is None or indicator.over != "enrolment":
            continue
        for case in indicator.cases:
            assert first.hard_min < case.value / indicator.per < first.hard_max / 2, indicator.id


@pytest.mark.parametrize(
    ("key", "usual", "factor"), [("equipment_value", 2000, 10_000), ("teaching_area", 4.5, 666.67), ("site_area", 20, 666.67)]
)
def test_a_wrong_unit_leaves_the_bounds(key, usual, factor):
    field = fields()[key]
    assert field.hard_min < usual < field.hard_max
    assert usual * factor > field.hard_max or usual / factor < field.hard_min
    assert usual / factor < field.hard_min


def test_columns_of_a_return_are_all_places_once():
    assert len(RETURN_COLUMNS) == sum(len(field.places) for field in ALL)
    assert sorted([*NUMERIC_COLUMNS, *TEXT_COLUMNS]) == sorted(RETURN_COLUMNS)
    assert RETURN_COLUMNS["books_primary"] == ("books", "primary")
    assert RETURN_COLUMNS["books"] == ("books", None)


def test_pairs_and_stated_ratios_speak_of_figures_in_the_catalogue():
    keys = [key for pair in pairs() for key in (pair.left, pair.right)]
    keys += [key for ratio in stated_ratios() for key in (ratio.stated, *ratio.add, *ratio.subtract, ratio.over)]
    assert [key for key in keys if key not in fields() or not fields()[key].numeric] == []
    assert all(pair.left != pair.right for pair in pairs())
