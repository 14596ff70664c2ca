"""Both sides of every limit of the items beyond resources, and the options that move some of them.

Belongs here: the last figure that is met and the first that is not. Does not belong here: whole counties
(``test_whole_counties``). The county, every figure on its limit, stands in ``whole_counties``.
"""

import pytest
from whole_counties import stated, whole_school

from data_contracts.school_year import SchoolYear
from data_contracts.standard import Options


@pytest.fixture
def item(fit_school, assess, quality):
    """The row of one item after some statements, and some figures of the primary school, were changed."""

    def judged(item, county=None, primary=None, junior=None, options=None, **also):
        standard = quality.model_copy(update={"options": Options(**options)}) if options else quality
        schools = [
            whole_school(fit_school, "甲小学", **(primary or {})),
            whole_school(fit_school, "乙初中", "junior", **(junior or {})),
        ]
        return assess(schools, standard, stated=stated(**(county or {})), **also).verdict(item)

    return judged


# item, what the county states, state.
COUNTY = [
    ("S1", {"recognition_rate": 85}, "true"),
    ("S1", {"recognition_rate": 84.999999}, "false"),
    # 400 000 residents: 1.5 ‰ are 600. 399 999: 600 because it is a small county, though 1.5 ‰ would be 599.9985.
    *[
        ("S1", {"population": residents, "survey_sent": asked, "survey_parents": 400, "survey_returned_usable": 500}, state)
        for residents, asked, state in (
            (400_000, 600, "true"),
            (400_000, 599, "pending"),
            (399_999, 600, "true"),
            (399_999, 599, "pending"),
            (100_000, 600, "true"),
            (100_000, 599, "pending"),
            (400_001, 600, "pending"),  # 600.0015
            (400_001, 601, "true"),
        )
    ],
    # Parents 50 % of 750, usable returns 70 % of 750.
    ("S1", {"survey_parents": 375}, "true"),
    ("S1", {"survey_parents": 374}, "pending"),
    ("S1", {"survey_returned_usable": 525}, "true"),
    ("S1", {"survey_returned_usable": 524}, "pending"),
    # A low rate from an invalid survey, and from one whose validity is not known, proves nothing either way.
    ("S1", {"recognition_rate": 60, "survey_parents": 374}, "pending"),
    ("S1", {"recognition_rate": 60, "population": None}, "pending"),
    ("S1", {"survey_sent": 0}, "pending"),
    ("G7", {"special_education_funds_per_student": 6000}, "true"),
    ("G7", {"special_education_funds_per_student": 5999.99}, "false"),
    ("G8", {"teachers_average_pay": 96_000}, "true"),
    ("G8", {"teachers_average_pay": 95_999.99}, "false"),
    ("G8", {"performance_pay_in_full": "否"}, "false"),
    # What fails wins over what is not stated.
    ("G8", {"performance_pay_in_full": "否", "teachers_average_pay": None}, "false"),
    ("G8", {"performance_pay_in_full": None, "teachers_average_pay": 1}, "false"),
    # 19 of 200 are 9.5 %; 20 of 200 with 3 of 20 = 15 %.
    ("G11", {"rotated_teachers": 19}, "false"),
    ("G11", {"rotated_backbone_teachers": 3}, "false"),
    ("G11", {"rotation_eligible_teachers": 0}, "pending"),
    # Nobody rotated: 0 % of those eligible, whatever can be said of backbone teachers among none.
    ("G11", {"rotated_teachers": 0, "rotated_backbone_teachers": 0}, "false"),
    ("G13", {"nearby_enrolment_primary": 99.99}, "false"),
    ("G13", {"nearby_enrolment_junior": 95}, "true"),
    ("G13", {"nearby_enrolment_junior": 94.99}, "false"),
    ("G14", {"senior_places_allocated": 50}, "true"),
    ("G14", {"senior_places_allocated": 49.99}, "false"),
    ("G15", {"migrant_children_in_public": 170}, "true"),
    ("G15", {"migrant_children_in_public": 169}, "false"),
    # A county that states that it has no such children has none to serve; one that states nothing has shown nothing.
    ("G15", {"migrant_children_eligible": 0, "migrant_children_in_public": 0}, "true"),
    ("G15", {"migrant_children_eligible": None, "migrant_children_in_public": 0}, "pending"),
    # (955 − 15 + 10) ÷ 1000 = 95 %; one more death: 950 ÷ 999 = 95.095 %; one more entrant: 950 ÷ 1001 = 94.905 %.
    ("Q1", {}, "true"),
    ("Q1", {"retention_deaths": 3}, "true"),
    ("Q1", {"retention_entrants": 1003}, "false"),
    ("Q1", {"retention_transfers_out": 9}, "false"),
    ("Q1", {"retention_transfers_in": 16}, "false"),
    ("Q1", {"retention_entrants": 2}, "pending"),
    ("Q2", {"disabled_children_enrolled": 38}, "true"),
    ("Q2", {"disabled_children_enrolled": 37}, "false"),
    ("Q2", {"disabled_children": 0, "disabled_children_enrolled": 0}, "true"),
    ("Q9", {"monitoring_gap": 0.1499999}, "true"),
    ("Q9", {"monitoring_gap": 0.15}, "false"),
    ("Q9", {"monitoring_gap": 0.05 * 3}, "false"),  # 0.15000000000000002 in doubles: equal, and equal is not below
    ("Q9", {"monitoring_level": 3}, "true"),
    ("Q9", {"monitoring_level": 2}, "false"),
    ("Q9", {"monitoring_level": 2, "monitoring_gap": None}, "false"),
    ("Q9", {"monitoring_level": None, "monitoring_gap": 0.15}, "false"),
    ("E1", {"basic_recognised_on": "2021-10-15", "quality_applied_on": "2024-10-15"}, "true"),
    ("E1", {"basic_recognised_on": "2021-10-16", "quality_applied_on": "2024-10-15"}, "false"),
    ("E1", {"basic_recognised_on": "2016-02-29", "quality_applied_on": "2019-02-28"}, "true"),
    ("E1", {"basic_recognised_on": "2016-02-29", "quality_applied_on": "2019-02-27"}, "false"),
    ("E1", {"basic_recognised_on": "2016-02-29", "quality_applied_on": "2020-02-28"}, "true"),
    ("E1", {"basic_recognised_on": "2024-10-16", "quality_applied_on": "2024-10-15"}, "false"),
    ("E1", {"basic_recognised_on": None}, "pending"),
    ("E1", {"basic_recognised_on": "2021年秋"}, "pending"),
    ("V3", {"illegal_school_choice": "是"}, "false"),
]


@pytest.mark.parametrize(("name", "changed", "state"), COUNTY)
def test_both_sides_of_what_a_county_states(item, name, changed, state):
    assert item(name, changed)["met"] == state


# item, figures of the primary school, state.
SCHOOLS = [
    # 12 classes need one room of each kind, 13 need two.
    ("G3", {"classes_primary": 12}, "true"),
    ("G3", {"classes_primary": 13}, "false"),
    ("G3", {"classes_primary": 13, "music_rooms": 2}, "false"),
    ("G3", {"classes_primary": 13, "music_rooms": 2, "art_rooms": 2}, "true"),
    ("G3", {"classes_primary": 24, "music_rooms": 2, "art_rooms": 2}, "true"),
    ("G3", {"classes_primary": 25, "music_rooms": 2, "art_rooms": 2}, "false"),
    ("G3", {"smallest_music_room": 95.99}, "false"),
    ("G3", {"smallest_art_room": 89.99}, "false"),
    ("G3", {"music_rooms": 0, "smallest_music_room": None}, "false"),
    ("G3", {"music_rooms": None, "smallest_music_room": None}, "pending"),
    # A room that is too small decides although the number of rooms is not stated.
    ("G3", {"music_rooms": None, "smallest_music_room": 80}, "false"),
    ("G3", {"classes_primary": None}, "pending"),
    ("G4", {"students": 2000}, "true"),
    ("G4", {"students": 2001}, "false"),
    ("G5", {"largest_class_primary": 45}, "true"),
    ("G5", {"largest_class_primary": 46}, "false"),
    # The two statements contradict each other: either is enough.
    ("G5", {"largest_class_primary": 45, "oversize_classes_primary": 1}, "false"),
    ("G5", {"largest_class_primary": None, "oversize_classes_primary": 1}, "false"),
    ("G5", {"largest_class_primary": None}, "pending"),
    ("G5", {"oversize_classes_primary": None}, "pending"),
    ("G9", {"teachers_trained_360h_primary": 23}, "false"),
    ("G12", {"certified_teachers_primary": 23.999}, "false"),
    ("Q3", {"charter": None}, "pending"),
    ("Q4", {"training_expenditure": 10_000}, "true"),
    ("Q4", {"training_expenditure": 9_999.99}, "false"),
    ("Q4", {"public_budget": 0}, "pending"),
]


@pytest.mark.parametrize(("name", "changed", "state"), SCHOOLS)
def test_both_sides_of_what_schools_decide(item, name, changed, state):
    assert item(name, primary=changed)["met"] == state


@pytest.mark.parametrize(("largest", "state"), [(50, "true"), (51, "false")])
def test_a_junior_class_has_at_most_fifty(item, largest, state):
    row = item("G5", junior={"largest_class_junior": largest})
    assert row["met"] == state


@pytest.mark.parametrize("kind", ["九年一贯制学校", "十二年一贯制学校"])
@pytest.mark.parametrize(("primary", "junior", "state"), [(1300, 1200, "true"), (1300, 1201, "false"), (2400, 100, "true")])
def test_a_school_of_both_sections_has_at_most_2500_in_them(assess, school, quality, kind, primary, junior, state):
    """Senior students do not count: they are no compulsory section."""
    found = assess([school("丙校", kind, primary=primary, junior=junior, senior=3000)], quality)
    assert found.verdict("G4")["met"] == state


def test_rooms_are_counted_for_the_whole_school_of_both_sections(assess, school, quality):
    """6 + 6 classes need one room, 6 + 7 need two; the rooms are the school's, not each section's."""
    rooms = {"music_rooms": 1, "smallest_music_room": 96, "art_rooms": 1, "smallest_art_room": 90}
    for junior, state in ((6, "true"), (7, "false")):
        nine = school("丙校", "九年一贯制学校", primary=200, junior=200, classes_primary=6, classes_junior=junior, **rooms)
        assert assess([nine], quality).verdict("G3")["met"] == state
    assert assess([nine], quality).verdict("G3")["value"] == 1


SMALLER = {"smaller_music_art_rooms": True}
# Figures of the primary school, state with the option, state without.
ROOMS = [
    ({"year_built": 2016, "smallest_music_room": 73, "smallest_art_room": 67}, "true", "false"),
    ({"year_built": 2016, "smallest_music_room": 72.99, "smallest_art_room": 67}, "false", "false"),
    ({"year_built": 2016, "smallest_music_room": 73, "smallest_art_room": 66.99}, "false", "false"),
    ({"year_built": 2017, "smallest_music_room": 95.99}, "false", "false"),
    # Not known when it was built: it might be entitled to the smaller room.
    ({"year_built": None, "smallest_music_room": 73}, "pending", "false"),
    ({"year_built": None, "smallest_music_room": 72.99}, "false", "false"),
    ({"year_built": None, "smallest_music_room": 96}, "true", "true"),
    # A small school in the country: fewer than 100 students, 54 ㎡.
    (
        {"year_built": 2017, "area_type": "乡村", "students": 99, "smallest_music_room": 54, "smallest_art_room": 54},
        "true",
        "false",
    ),
    ({"year_built": 2017, "area_type": "乡村", "students": 99, "smallest_music_room": 53.99}, "false", "false"),
    ({"year_built": 2017, "area_type": "乡村", "students": 100, "smallest_music_room": 54}, "false", "false"),
    ({"year_built": 2017, "area_type": "镇区", "students": 99, "smallest_music_room": 54}, "false", "false"),
    ({"year_built": 2017, "area_type": None, "students": 99, "smallest_music_room": 54}, "pending", "false"),
]


@pytest.mark.parametrize(("changed", "with_option", "without"), ROOMS)
def test_smaller_rooms_count_where_the_option_is_on(item, changed, with_option, without):
    assert item("G3", primary=changed, options=SMALLER)["met"] == with_option
    assert item("G3", primary=changed)["met"] == without


@pytest.mark.parametrize(("area", "state"), [(61, "true"), (60.99, "false")])
def test_a_small_rural_school_with_a_junior_section_has_rooms_of_61(item, area, state):
    small = {"year_built": 2017, "area_type": "乡村", "students": 99, "smallest_music_room": area, "smallest_art_room": 61}
    assert item("G3", junior=small, options=SMALLER)["met"] == state


RELAXED = {"relaxed_size_caps": True}
# Figures of the primary school, state with the option, state without.
SIZES = [
    ({"year_built": 2010, "students": 2400}, "true", "false"),
    ({"year_built": 2010, "students": 2401}, "false", "false"),
    ({"year_built": 2011, "students": 2001, "migrant_students_primary": 1000}, "false", "false"),
    # More than half: 1001 of 2001 are, 1000 of 2000 are not more than 50 %, but 2000 needs no relief.
    ({"year_built": 2011, "students": 2001, "migrant_students_primary": 1001}, "true", "false"),
    ({"year_built": 2011, "students": 2002, "migrant_students_primary": 1001}, "false", "false"),
    ({"year_built": None, "students": 2001, "migrant_students_primary": 0}, "pending", "false"),
    ({"year_built": 2011, "students": 2001}, "pending", "false"),
    ({"year_built": None, "students": 2401}, "false", "false"),
    ({"year_built": None, "students": 2000}, "true", "true"),
]


@pytest.mark.parametrize(("changed", "with_option", "without"), SIZES)
def test_larger_schools_count_where_the_option_is_on(item, changed, with_option, without):
    assert item("G4", primary=changed, options=RELAXED)["met"] == with_option
    assert item("G4", primary=changed)["met"] == without


def test_a_school_of_both_sections_has_3000_where_the_option_is_on(assess, school, quality):
    relaxed = quality.model_copy(update={"options": Options(**RELAXED)})
    for junior, state in ((1500, "true"), (1501, "false")):
        nine = school("丙校", "九年一贯制学校", primary=1500, junior=junior, year_built=2010)
        assert assess([nine], relaxed).verdict("G4")["met"] == state


def test_a_later_limit_holds_from_its_school_year_on(quality):
    """One line of data: 7000 from 2023-2024, 8000 from 2025-2026."""
    items = tuple(
        one.model_copy(update={"rule": one.rule.model_copy(update={"later": {"2023-2024": 7000, "2025-2026": 8000}})})
        if one.id == "G7"
        else one
        for one in quality.verdict_items
    )
    rule = next(one.rule for one in items if one.id == "G7")
    limits = {
        year: rule.limit_in(SchoolYear.parse(year)) for year in ("2017-2018", "2022-2023", "2023-2024", "2025-2026", "2030-2031")
    }
    assert list(limits.values()) == [6000, 6000, 7000, 8000, 8000]


@pytest.mark.parametrize(("year", "state", "limit"), [("2022-2023", "true", 6000), ("2023-2024", "false", 7000)])
def test_the_same_figure_is_judged_by_the_limit_of_its_year(fit_school, assess, quality, year, state, limit):
    items = tuple(
        one.model_copy(update={"rule": one.rule.model_copy(update={"later": {"2023-2024": 7000}})}) if one.id == "G7" else one
        for one in quality.verdict_items
    )
    standard = quality.model_copy(update={"verdict_items": items})
    row = assess([whole_school(fit_school, "甲小学")], standard, stated=stated(), year=SchoolYear.parse(year)).verdict("G7")
    assert (row["met"], row["limit"]) == (state, limit)
