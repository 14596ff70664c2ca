"""Figures at the ends of what can be written: schools of nothing but zeros, numbers with hundreds of decimals.

Belongs here: that no sum of a rule fails over them, and that the school beside is judged all the same.
Does not belong here: what the rules say of ordinary figures (``test_rules``, ``test_comparisons``).
"""

import pytest

from builders.intake import Settled, take_in
from builders.schools import School, code, school
from builders.workbooks import bulk
from data_contracts.catalogue import fields
from data_contracts.records import RETURN_COLUMNS

EVERY_FIGURE = [name for name, (key, _) in RETURN_COLUMNS.items() if fields()[key].numeric]


def beside_a_good_one(odd: School, last_year: object = None) -> Settled:
    year = take_in({"零.xlsx": bulk([odd]), "好.xlsx": bulk([school(2)])}, last_year=last_year)
    assert code(2) in year.accepted
    return year


def figures(typed: object, kind: str = "小学", number: int = 1, **others: object) -> School:
    """A school in whose every cell of figures the same is typed."""
    return school(number, kind, **{**dict.fromkeys(EVERY_FIGURE, typed), **others})


@pytest.mark.parametrize("kind", ["小学", "九年一贯制学校", "完全中学", "教学点", "特殊教育学校"])
def test_a_school_whose_every_figure_is_nought_stops_nobody(kind):
    last_year = take_in({"好.xlsx": bulk([school(1, kind), school(2)])}).settlement.returns
    beside_a_good_one(figures(0, kind))
    beside_a_good_one(figures(0, kind), last_year)
    nothing = take_in({"零.xlsx": bulk([figures(0, kind), school(2)])}).settlement.returns
    beside_a_good_one(school(1, kind), nothing)


def test_a_single_figure_in_a_school_without_students_stops_nobody():
    schools = [figures(0, "九年一贯制学校", number, **{name: 8}) for number, name in enumerate(EVERY_FIGURE, start=100)]
    year = take_in({"零.xlsx": bulk(schools), "好.xlsx": bulk([school(2)])})
    assert code(2) in year.accepted and len(year.board) == len(schools) + 1


def test_a_room_too_small_is_asked_about_though_nobody_learns_there():
    """The range of a room is not per student: it is held against 8 ㎡ as it is."""
    year = beside_a_good_one(figures(0, smallest_music_room=8))
    assert "8㎡" in year.one("S-UNUSUAL", "零.xlsx").message()


@pytest.mark.parametrize("typed", ["0." + "0" * 400 + "1", "1e-320", "1e300", 5e-324, 1.7e308])
def test_figures_beyond_all_measure_stop_nobody(typed):
    beside_a_good_one(figures(typed))
    stated = [name for name, (key, _) in RETURN_COLUMNS.items() if fields()[key].category == "学校自报指标"]
    beside_a_good_one(school(1, **dict.fromkeys(stated, typed)))
