"""The demonstration county: deterministic, consistent with itself and with the catalogue, and believable.

Coefficients are computed here from the formulas of the norms, so that they do not lean on ``domain.assessment``.
"""

import csv
import hashlib
import os
import subprocess
import sys
from collections import Counter
from math import sqrt
from pathlib import Path

import pytest

from data_contracts.catalogue import Field, fields, identity_fields, official_values, school_types, sections_to_fill
from data_contracts.school_year import calendar
from domain.demonstration import (
    YEARS,
    ContradictedRatio,
    DemoSchool,
    LateCorrection,
    NothingHandedIn,
    Values,
    WrongUnit,
    figures,
    flaws,
    handed_in,
    register,
)

PUBLISHED_COUNTIES = Path(__file__).parents[1] / "golden" / "cases" / "published_county_coefficients.csv"
SPECIAL_TYPES = ("特殊教育学校", "职业学校")
WEIGHTS = {
    "九年一贯制学校": {"primary": 1, "junior": 1.1},
    "完全中学": {"junior": 1, "senior": 1.2},
    "十二年一贯制学校": {"primary": 1, "junior": 1.1, "senior": 1.32},
}
BASIC = {
    "B1": {"teaching_area": 1, "indoor_sports_area": -1},
    "B2": {"sports_ground_area": 1, "indoor_sports_area": 1},
    "B3": {"equipment_value": 10_000},
    "B4": {"teaching_computers": 1},
    "B5": {"books": 1},
    "B6": {"full_time_teachers": 1},
    "B7": {"teachers_above_required": 1},
    "B8": {"teachers_mid_senior_title": 1},
}
QUALITY = {
    "L1": {"teachers_above_required": 1},
    "L2": {"backbone_teachers": 1},
    "L3": {"pe_arts_teachers": 1},
    "L4": BASIC["B1"],
    "L5": BASIC["B2"],
    "L6": BASIC["B3"],
    "L7": {"multimedia_rooms": 1},
}
THRESHOLDS = {  # per student
    "primary": {"L1": 0.042, "L2": 0.01, "L3": 0.009, "L4": 4.5, "L5": 7.5, "L6": 2000, "L7": 0.023},
    "junior": {"L1": 0.053, "L2": 0.01, "L3": 0.009, "L4": 5.8, "L5": 10.2, "L6": 2500, "L7": 0.024},
}
QUALITY_LIMIT = {"primary": 0.50, "junior": 0.45}
COMPOSITE_LIMIT = {"primary": 0.65, "junior": 0.55}

Returns = list[tuple[DemoSchool, Values]]


def returns_of(year) -> Returns:
    """Every open school of a year with its right figures."""
    values = figures(year)
    return [(school, values[school.school_id]) for school in register(year) if not school.closed]


def students_of(values: Values) -> int:
    return sum(count for (key, _), count in values.items() if key == "enrolment")


def amount(school: DemoSchool, values: Values, key: str, section: str) -> float:
    """The resource of a section: as entered for it, or its share of the whole school's."""
    if (key, section) in values:
        return float(values[key, section])
    weights = WEIGHTS.get(school.school_type, {section: 1})
    weighed = {one: values["enrolment", one] * weight for one, weight in weights.items()}
    return float(values[key, None]) * weighed[section] / sum(weighed.values())


def in_basic_scope(school: DemoSchool) -> bool:
    said = school.identity
    common = said["ownership"] == "公办" and said["administered_by"] == "县属"
    return common and said["school_type"] not in (*SPECIAL_TYPES, "教学点")


def in_quality_scope(school: DemoSchool, values: Values) -> bool:
    small_point = school.school_type == "教学点" and students_of(values) < 50
    return school.school_type not in SPECIAL_TYPES and not small_point


def per_student(returns: Returns, section: str, indicators: dict[str, dict[str, int]]) -> list[tuple[int, dict[str, float]]]:
    found = []
    for school, values in returns:
        if section in sections_to_fill(school.school_type):
            count = values["enrolment", section]
            found.append(
                (
                    count,
                    {
                        name: sum(sign * amount(school, values, key, section) for key, sign in parts.items()) / count
                        for name, parts in indicators.items()
                    },
                )
            )
    return found


def coefficients(returns: Returns, section: str, indicators: dict[str, dict[str, int]]) -> dict[str, float]:
    rows = per_student(returns, section, indicators)
    total = sum(count for count, _ in rows)
    found = {}
    for name in indicators:
        mean = sum(count * figures_[name] for count, figures_ in rows) / total
        found[name] = sqrt(sum(count / total * (figures_[name] - mean) ** 2 for count, figures_ in rows)) / mean
    return found


def basic_composite(returns: Returns, section: str) -> float:
    found = coefficients([one for one in returns if in_basic_scope(one[0])], section, BASIC)
    return sum(found.values()) / len(found)


def quality_coefficients(returns: Returns, section: str) -> dict[str, float]:
    return coefficients([one for one in returns if in_quality_scope(*one)], section, QUALITY)


def required_places(school: DemoSchool, values: Values) -> list[tuple[Field, tuple[str | None, ...]]]:
    """Every required field with the places of which one (the whole school) or all (its sections) must be filled."""
    sections = sections_to_fill(school.school_type)
    found: list[tuple[Field, tuple[str | None, ...]]] = []
    for field in fields().values():
        wanted = (
            field.required == "yes"
            or (field.required == "not 教学点" and school.school_type != "教学点")
            or (field.required.startswith("if ") and values[field.required.split()[1], None] > 0)
        )
        if not wanted or field in identity_fields():
            continue
        if field.whole_school:
            found.append((field, (None,)))
        else:
            found += [(field, (section,)) for section in sections]
    return found


def test_years_are_the_three_latest_that_are_not_planned():
    open_years = [entry.year for entry in calendar().values() if entry.status != "planned"]
    assert list(YEARS) == open_years[-3:]
    with pytest.raises(ValueError, match="demonstration shows"):
        register(YEARS[0].previous)


def test_the_same_county_on_every_machine():
    """The digest is of the figures alone; who changes the county on purpose writes the new one here."""
    text = repr([[sorted(values.items(), key=repr) for _, values in returns_of(year)] for year in YEARS])
    assert hashlib.sha256(text.encode()).hexdigest()[:16] == "c3b9a9fa9c27a1da"


def test_nothing_depends_on_hash_seeds():
    code = (
        "import domain.demonstration as d;"
        "print(*[repr((d.register(y), d.figures(y), d.flaws(y), d.handed_in(y))) for y in d.YEARS], sep='')"
    )
    here = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONIOENCODING": "utf-8"}
    said = {
        subprocess.run(
            [sys.executable, "-c", code], env={**here, "PYTHONHASHSEED": seed}, stdout=subprocess.PIPE, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1


@pytest.mark.parametrize("year", YEARS, ids=str)
def test_figures_are_copies(year):
    first = figures(year)
    code = next(iter(first))
    first[code].clear()
    assert figures(year)[code]


def test_numbers_and_kinds_of_schools():
    latest = register(YEARS[-1])
    kinds = Counter(school.school_type for school in latest)
    assert 58 <= len(latest) <= 64
    assert set(kinds) == set(school_types())
    assert 5 <= kinds["九年一贯制学校"] <= 7
    assert 8 <= kinds["教学点"] <= 10
    assert (kinds["完全中学"], kinds["十二年一贯制学校"]) == (2, 1)
    assert (kinds["特殊教育学校"], kinds["职业学校"]) == (1, 1)
    assert sum(school.identity["ownership"] == "民办" for school in latest) == 3
    assert sum(school.identity["administered_by"] == "市属" for school in latest) == 1
    points = [students_of(values) for school, values in returns_of(YEARS[-1]) if school.school_type == "教学点"]
    assert 50 in points and min(points) < 50 < max(points)


def test_openings_and_closings():
    before, middle, latest = ({school.name: school for school in register(year)} for year in YEARS)
    (opened,) = middle.keys() - before.keys()
    assert middle[opened].identity["school_status"] == "新建"
    assert latest[opened].identity["school_status"] == "正常"
    assert int(middle[opened].identity["year_built"]) == YEARS[1].start
    assert middle.keys() == latest.keys()
    (closed,) = [school for school in latest.values() if school.closed]
    assert middle[closed.name].identity["school_status"] == "正常"
    assert closed.school_id not in figures(YEARS[-1])


@pytest.mark.parametrize("year", YEARS, ids=str)
def test_identities_fit_the_catalogue(year):
    listed = register(year)
    codes = [school.school_id for school in listed]
    assert len(set(codes)) == len(codes) and codes != sorted(codes)
    assert len({school.name for school in listed}) == len(listed)
    for school in listed:
        assert list(school.identity) == [field.key for field in identity_fields()]
        assert len(school.school_id) == 10 and school.school_id.isdigit()
        assert school.identity["county_code"] == school.school_id[:6]
        is_point = school.school_type == "教学点"
        assert (school.identity["parent_school_id"] in codes) == is_point
        for field in identity_fields():
            text = school.identity[field.key]
            if field.kind == "choice":
                assert text in official_values(field.key)
            if field.required == "yes":
                assert text


@pytest.mark.parametrize("year", YEARS, ids=str)
def test_every_required_place_is_filled_and_none_that_the_type_lacks(year):
    for school, values in returns_of(year):
        if school.school_type == "职业学校":
            assert students_of(values) > 0
            continue
        for field, places in required_places(school, values):
            sections = tuple(section for (key, section) in values if key == "enrolment")
            by_section = field.shared and all((field.key, section) in values for section in sections)
            assert by_section or all((field.key, place) in values for place in places), (school.name, field.key)
        special = school.school_type in SPECIAL_TYPES
        allowed = set(school_types()[school.school_type].split or sections_to_fill(school.school_type))
        for key, section in values:
            assert section in fields()[key].places
            assert section is None or special or section in allowed


@pytest.mark.parametrize("year", YEARS, ids=str)
def test_values_are_of_the_kind_asked_and_within_the_hard_bounds(year):
    for school, values in returns_of(year):
        for (key, section), value in values.items():
            field = fields()[key]
            if field.kind == "yes/no":
                assert value in ("是", "否")
                continue
            assert value >= 0, (school.name, key)
            assert isinstance(value, int) or field.kind == "decimal", (school.name, key)
            students = values["enrolment", section] if section else students_of(values)
            stored = value * field.factor / students
            assert field.hard_min is None or stored >= field.hard_min, (school.name, key)
            assert field.hard_max is None or stored <= field.hard_max, (school.name, key)


@pytest.mark.parametrize("year", YEARS, ids=str)
def test_identities_between_figures_hold(year):
    at_most = [
        ("teachers_above_required", "full_time_teachers"),
        ("teachers_mid_senior_title", "full_time_teachers"),
        ("backbone_teachers", "full_time_teachers"),
        ("pe_arts_teachers", "full_time_teachers"),
        ("certified_teachers", "full_time_teachers"),
        ("teachers_trained_360h", "full_time_teachers"),
        ("qualified_teachers", "full_time_teachers"),
        ("teachers_age_50_plus", "full_time_teachers"),
        ("teachers_above_required", "qualified_teachers"),
        ("teachers_bachelor", "teachers_above_required"),
        ("teachers_senior_title", "teachers_mid_senior_title"),
        ("indoor_sports_area", "teaching_area"),
        ("teaching_area", "building_area"),
        ("other_sports_area", "sports_ground_area"),
        ("sports_ground_area", "site_area"),
        ("green_area", "site_area"),
        ("oversize_classes", "classes"),
        ("largest_class", "enrolment"),
        ("migrant_students", "enrolment"),
        ("left_behind_students", "enrolment"),
        ("disabled_students", "enrolment"),
        ("boarders", "enrolment"),
        ("dropouts", "enrolment"),
        ("teachers_rotated", "teachers_eligible_for_rotation"),
        ("backbone_teachers_rotated", "teachers_rotated"),
        ("staff", "staff_total"),
        ("substitute_teachers", "staff_total"),
        ("training_expenditure", "public_budget"),
        ("laboratories", "laboratories_required"),
    ]
    for school, values in returns_of(year):
        for less, more in at_most:
            for section in (None, "primary", "junior", "senior"):
                if (less, section) in values and (more, section) in values:
                    assert values[less, section] <= values[more, section], (school.name, less, section)
        for section, limit in (("primary", 45), ("junior", 50)):
            if ("classes", section) not in values:
                continue
            students, classes = values["enrolment", section], values["classes", section]
            largest, oversize = values["largest_class", section], values["oversize_classes", section]
            assert largest * classes >= students >= classes
            assert (oversize > 0) == (largest > limit), school.name
            # With the oversize classes taken out, the others have room enough for the rest, and students enough.
            assert students <= oversize * largest + (classes - oversize) * limit
            assert students >= oversize * (limit + 1) + (classes - oversize)
        taught = sum(value for (key, _), value in values.items() if key == "full_time_teachers")
        assert taught <= values["staff_total", None], school.name
        assert (school.identity["boarding"] == "是") or not sum(v for (key, _), v in values.items() if key == "boarders")
        for art in ("music", "art"):
            assert (values[f"{art}_rooms", None] > 0) == ((f"smallest_{art}_room", None) in values)


@pytest.mark.parametrize("year", YEARS, ids=str)
def test_parts_by_section_add_up_to_the_whole(year):
    by_section = [
        (school, values) for school, values in returns_of(year) if any(k == "books" and section for k, section in values)
    ]
    assert len(by_section) == 2
    for _, values in by_section:
        for field in (field for field in fields().values() if field.shared):
            parts = [values[field.key, section] for (key, section) in values if key == "enrolment"]
            assert sum(parts) == pytest.approx(values[field.key, None], abs=1e-9)


@pytest.mark.parametrize("year", YEARS, ids=str)
def test_stated_ratios_are_roundings_of_what_the_counts_give(year):
    wanted = {
        "reported_teaching_area_per_student": (BASIC["B1"], 2),
        "reported_sports_area_per_student": (BASIC["B2"], 2),
        "reported_equipment_value_per_student": (BASIC["B3"], 0),
        "reported_books_per_student": (BASIC["B5"], 1),
    }
    stated = 0
    for school, values in returns_of(year):
        for (key, section), value in values.items():
            if key in wanted:
                parts, digits = wanted[key]
                whole = sum(sign * amount(school, values, one, section) for one, sign in parts.items())
                assert abs(value - whole / values["enrolment", section]) <= 0.5000001 * 10**-digits, (school.name, key)
                stated += 1
    assert stated > 150


@pytest.mark.parametrize("section", ["primary", "junior"])
def test_the_county_becomes_more_even_and_looks_like_published_ones(section):
    composites, within, complying = [], [], []
    for year in YEARS:
        returns = returns_of(year)
        composites.append(basic_composite(returns, section))
        quality = quality_coefficients(returns, section)
        within.append(sum(value <= QUALITY_LIMIT[section] for value in quality.values()))
        scope = [one for one in returns if in_quality_scope(*one)]
        ratios = [
            [value / THRESHOLDS[section][name] for name, value in one.items()] for _, one in per_student(scope, section, QUALITY)
        ]
        complying.append(sum(sum(r >= 1 for r in row) >= 6 and min(row) >= 0.85 for row in ratios))
        print(year, section, f"{composites[-1]:.3f}", {name: f"{value:.3f}" for name, value in quality.items()})
    assert composites == sorted(composites, reverse=True)
    low, high = (0.38, 0.60) if section == "primary" else (0.30, 0.50)
    assert all(low <= value <= high and value <= COMPOSITE_LIMIT[section] for value in composites)
    assert within[0] < within[-1] < 7
    assert within[-1] in ((3, 4) if section == "primary" else (4, 5))
    assert complying == sorted(complying) and complying[0] < complying[-1] < len(ratios) / 2


@pytest.mark.parametrize("section", ["primary", "junior"])
@pytest.mark.parametrize("year", YEARS)
def test_means_lie_among_those_of_published_counties(year, section):
    with PUBLISHED_COUNTIES.open(encoding="utf-8") as stream:
        published = [row for row in csv.DictReader(stream) if row["section"] == section]
    means = [name for name in published[0] if name.startswith("mean_")]
    assert len(means) == len(BASIC) and len(published) >= 9
    rows = per_student([one for one in returns_of(year) if in_basic_scope(one[0])], section, BASIC)
    total = sum(count for count, _ in rows)
    for indicator, name in zip(BASIC, means, strict=True):
        mean = sum(count * figures_[indicator] for count, figures_ in rows) / total * (100 if name.endswith("_per_100") else 1)
        known = [float(row[name]) for row in published]
        assert min(known) <= mean <= max(known), (indicator, name, mean)


def test_figures_move_little_from_year_to_year():
    for before, after in zip(YEARS, YEARS[1:], strict=False):
        old, new = figures(before), figures(after)
        for school in register(after):
            if school.identity["school_status"] != "正常" or school.school_id not in old or school.name == "青岚县南湖小学":
                continue
            for key in ("enrolment", "full_time_teachers", "teaching_area", "books", "equipment_value", "classes"):
                for place in ((key, None), (key, "primary"), (key, "junior")):
                    if place in old[school.school_id]:
                        was, now = old[school.school_id][place], new[school.school_id][place]
                        assert abs(now - was) <= max(3, 0.4 * was), (school.name, place, was, now)
            assert old[school.school_id] != new[school.school_id]


def test_flaws_of_the_collecting_year():
    year = YEARS[-1]
    kinds = Counter(type(flaw) for flaw in flaws(year))
    assert kinds == {NothingHandedIn: 2, WrongUnit: 1, ContradictedRatio: 1, LateCorrection: 1}
    assert all(len(flaws(earlier)) < len(flaws(year)) for earlier in YEARS[:-1])
    assert len({flaw.school_id for flaw in flaws(year)}) == 5
    for earlier in YEARS:
        assert {flaw.school_id for flaw in flaws(earlier)} <= figures(earlier).keys()


def test_the_wrong_unit_is_outside_the_hard_bounds():
    (flaw,) = [flaw for flaw in flaws(YEARS[-1]) if isinstance(flaw, WrongUnit)]
    (file,) = [f for f in handed_in(YEARS[-1]) if f.kind == "school_form" and f.school.school_id == flaw.school_id]
    field = fields()[flaw.place[0]]
    right = figures(YEARS[-1])[flaw.school_id]
    assert file.values[flaw.place] == pytest.approx(right[flaw.place] * 10_000)
    assert file.values[flaw.place] * field.factor / students_of(file.values) > field.hard_max


def test_the_contradicted_ratio_is_no_rounding():
    (flaw,) = [flaw for flaw in flaws(YEARS[-1]) if isinstance(flaw, ContradictedRatio)]
    (file,) = [f for f in handed_in(YEARS[-1]) if f.kind == "school_form" and f.school.school_id == flaw.school_id]
    right = file.values["books", None] / file.values["enrolment", flaw.place[1]]
    assert file.values[flaw.place] == flaw.stated
    assert abs(flaw.stated - right) > 1


def test_the_late_correction_comes_after_the_first_file_and_is_right():
    (flaw,) = [flaw for flaw in flaws(YEARS[-1]) if isinstance(flaw, LateCorrection)]
    first, second = [f for f in handed_in(YEARS[-1]) if f.kind == "school_form" and f.school.school_id == flaw.school_id]
    assert first.modified < second.modified
    assert first.values != second.values == figures(YEARS[-1])[flaw.school_id]


@pytest.mark.parametrize("year", YEARS, ids=str)
def test_the_inbox_holds_every_school_but_the_silent_ones(year):
    files = handed_in(year)
    silent = {flaw.school_id for flaw in flaws(year) if isinstance(flaw, NothingHandedIn)}
    seen = {school.school_id for file in files for school, _ in file.schools}
    assert seen == figures(year).keys() - silent
    assert len({file.path for file in files}) == len(files)
    bulk = [file for file in files if file.kind == "bulk_table"]
    assert [(file.path.rsplit(".", 1)[1], file.encoding) for file in bulk] == [("xlsx", None), ("csv", "gb18030")]
    for file in bulk:
        assert 4 <= len(file.rows) <= 6
        for row, (school, values) in zip(file.rows, file.schools, strict=True):
            assert row["school_id", None] == school.school_id and isinstance(row["year_built", None], int)
            assert values.items() <= row.items() and "" not in row.values()
            "".join(map(str, row.values())).encode("gb18030")
    for file in files:
        assert file.modified.date() > year.statistics_date
        assert file.kind == "bulk_table" or file.path.startswith(f"{file.school.township}/{file.school.school_id}_")


def test_what_is_handed_in_and_right_still_passes_basic_balance():
    year = YEARS[-1]
    lost = {flaw.school_id for flaw in flaws(year) if isinstance(flaw, NothingHandedIn | WrongUnit)}
    left = [one for one in returns_of(year) if one[0].school_id not in lost]
    for section, limit in COMPOSITE_LIMIT.items():
        assert basic_composite(left, section) <= limit
