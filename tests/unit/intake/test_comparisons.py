"""A school's figures beside those of last year, and beside those of other schools.

Belongs here: ``comparisons`` on readings as they are. Does not belong here: which file counts (``test_settling``).
"""

import numpy as np
import pandas as pd
import pytest

from builders.intake import reading_of, take_in
from builders.schools import code, school
from builders.workbooks import bulk
from data_contracts.catalogue import fields
from data_contracts.rules import change_bands
from domain.intake.comparisons import CHANGES_ASKED, against_last_year, identical_rows
from domain.intake.findings import Finding
from domain.intake.gathering import gathered
from domain.intake.returns import Returns, returns_of
from domain.intake.telling import usual

FOUR_FLOOR_AREAS = {"building_area": 7520, "teaching_area": 3195, "dormitory_area": 3916, "canteen_area": 409}


def returns(*schools) -> Returns:
    return returns_of(gathered([reading_of("表.xlsx", bulk(list(schools)))]), None)


def last_year(*schools) -> pd.DataFrame:
    return take_in({"去年.xlsx": bulk(list(schools))}, year="2023-2024").settlement.returns


def changes(now, before) -> list[Finding]:
    return [finding for _, finding in against_last_year(returns(now), last_year(before))]


def asked(column: str, was: object, now: object) -> list[Finding]:
    """What is asked when one figure changed, and enrolment by one student."""
    found = changes(school(1, **{column: now}), school(1, **{column: was, "enrolment_junior": None}))
    return [f for f in found if f.rule == "S-CHANGE"]


class TestChange:
    @pytest.mark.parametrize(
        ("column", "was", "now", "told"),
        [
            ("teaching_computers", 57, 85, False),
            ("teaching_computers", 57, 86, True),
            ("teaching_computers", 57, 28, True),
            ("backbone_teachers_primary", 3, 5, False),
            ("backbone_teachers_primary", 12, 1, True),
            ("full_time_teachers_primary", 38, 54, False),
            ("full_time_teachers_primary", 38, 60, True),
            ("books", 11250, 16900, True),
            ("books", 11250, 16800, False),
            ("equipment_value", 139.5, 230, True),
            ("equipment_value", 139.5, 220, False),
        ],
    )
    def test_the_band(self, column, was, now, told):
        assert bool(asked(column, was, now)) == told

    @pytest.mark.parametrize(("was", "now", "told"), [(12, 6, False), (600, 300, True), (600, 400, False), (450, 225, True)])
    def test_the_band_widens_for_small_schools(self, was, now, told):
        found = changes(school(1, primary=now), school(1, primary=was))
        assert any((f.rule, f.field) == ("S-CHANGE", "enrolment") for f in found) == told

    def test_old_new_and_the_arithmetic_are_told(self):
        (query,) = asked("books", 11250, 22500)
        for text in ("11250册", "22500册", "增加 100%", "5625册"):
            assert text in query.message()
        assert query.value == "22500" and query.severity == "query" and "+100 %" in query.message("en")

    def test_from_nothing_to_much(self):
        (query,) = asked("green_area", 0, 900)
        assert "0㎡" in query.message() and "%" not in query.message()

    def test_missing_in_one_year_is_not_compared(self):
        assert asked("site_area", None, 9000) == [] and asked("site_area", 9000, None) == []

    def test_the_largest_are_asked_and_the_others_named(self):
        now = school(1) | {place: v * 4 for place, v in school(1).items() if place[0] in MANY}
        found = changes(now, school(1))
        single = [f for f in found if f.rule == "S-CHANGE"]
        (more,) = [f for f in found if f.rule == "S-CHANGE-MORE"]
        assert len(single) == CHANGES_ASKED and more.params["count"] == len(MANY) - CHANGES_ASKED
        named = {f.field for f in single}
        assert all((fields()[key].label in more.message()) == (key not in named) for key in MANY)

    @pytest.mark.parametrize("status", ["新建", "停办"])
    def test_new_and_closed_schools_are_not_compared(self, status):
        big, small = school(1, primary=900), school(1, primary=90)
        assert changes(big | {("school_status", None): status}, small) == []
        assert changes(big, small) != []

    def test_schools_without_a_last_year(self):
        assert list(against_last_year(returns(school(2)), last_year(school(1)))) == []
        assert list(against_last_year(returns(school(2)), last_year(school(1)).iloc[:0])) == []

    def test_every_counted_figure_has_a_band(self):
        counted = [f for f in fields().values() if f.numeric and f.category not in ("基本信息", "学校自报指标")]
        assert [f.key for f in counted if f.key not in change_bands() and f.unit not in change_bands()] == []
        assert all(key in fields() or key in {f.unit for f in fields().values()} for key in change_bands())


MANY = (
    "books",
    "teaching_area",
    "sports_ground_area",
    "equipment_value",
    "multimedia_rooms",
    "teaching_computers",
    "public_budget",
)


class TestUnchanged:
    def test_last_years_form_again(self):
        (query,) = changes(school(1), school(1))
        assert query.rule == "S-SAME-AS-LAST-YEAR" and query.params["equal"] == query.params["compared"] > 10

    def test_other_students_make_it_another_form(self):
        assert changes(school(1, enrolment_primary=449), school(1)) == []

    def test_one_figure_mended_among_many_still_looks_copied(self):
        assert [f.rule for f in changes(school(1, books=11300), school(1))] == ["S-SAME-AS-LAST-YEAR"]

    def test_two_of_some_twenty_do_not(self):
        assert changes(school(1, books=11300, teaching_computers=60), school(1)) == []


class TestOtherSchools:
    def test_a_copied_row_is_told_to_both(self):
        both = returns(school(1), school(1, school_id=code(2), school_name="乙"), school(3))
        told = dict(identical_rows(both))
        assert set(told) == {0, 1} and {f.rule for f in told.values()} == {"S-SAME-AS-OTHER"}
        assert f"乙({code(2)})" in told[0].message() and code(1) in told[1].message()
        assert told[0].severity == "query" and "11250" in told[0].message()

    def test_four_equal_floor_areas(self):
        """As seen in a published table: two schools with 7520, 3195, 3916 and 409 ㎡, different in everything else."""
        both = returns(school(1, primary=700, **FOUR_FLOOR_AREAS), school(2, primary=550, **FOUR_FLOOR_AREAS), school(3))
        told = dict(identical_rows(both))
        assert set(told) == {0, 1}
        assert all(f"{number}" in told[0].message() for number in FOUR_FLOOR_AREAS.values())

    @pytest.mark.parametrize("changed", [{"canteen_area": 410}, {"canteen_area": 400}, {"county_code": "360522"}])
    def test_three_areas_or_another_county_are_chance(self, changed):
        other = school(2, primary=550, **(FOUR_FLOOR_AREAS | changed))
        assert list(identical_rows(returns(school(1, primary=700, **FOUR_FLOOR_AREAS), other))) == []

    def test_round_figures_are_no_sign(self):
        round_ = {"building_area": 7500, "teaching_area": 3200, "dormitory_area": 3900, "canteen_area": 400}
        assert list(identical_rows(returns(school(1, primary=700, **round_), school(2, primary=550, **round_)))) == []

    def test_the_same_school_twice_is_no_other_school(self):
        assert list(identical_rows(returns(school(1), school(1)))) == []

    def test_returns_that_do_not_count(self):
        both = returns(school(1), school(1, school_id=code(2)))
        assert list(identical_rows(both, np.array([True, False]))) == []
        assert len(list(identical_rows(both, np.array([True, True])))) == 2

    def test_three_alike_each_have_a_finding(self):
        three = returns(*[school(1, school_id=code(n)) for n in (1, 2, 3)])
        assert sorted(index for index, _ in identical_rows(three)) == [0, 1, 2]

    def test_schools_without_figures(self):
        assert list(identical_rows(returns(school(1, primary=0)))) == []


def test_a_band_is_told_in_whole_persons():
    """17 more than last year are more than 16.43, and more than 16: nobody counts parts of a person."""
    assert usual(fields()["enrolment"], 16.43) == "16人"
    assert usual(fields()["teaching_area"], 16.43) == "16.43㎡"
