"""The official example of the split: a nine-year school shares its books 1 : 1.1.

Belongs here: this example, and that each section then stands on its own. Does not belong here: other ways to split.
"""

import pytest


@pytest.fixture(scope="module")
def figures(case):
    return {row["item"]: row for row in case("nine_year_split.csv")}


@pytest.fixture(scope="module")
def nine_year(figures, school):
    return school(
        "九年校",
        "九年一贯制学校",
        primary=float(figures["primary students"]["exact"]),
        junior=float(figures["junior students"]["exact"]),
        books=float(figures["books of the school"]["exact"]),
    )


def test_shares_of_the_books(nine_year, assess, basic, figures):
    """166 + 1.1 · 210 = 397; 23 226 · 166 / 397 = 9 711.6272; 23 226 · 231 / 397 = 13 514.3728."""
    county = assess([nine_year], basic)
    primary = county.section("九年校", "primary")["books"]
    junior = county.section("九年校", "junior")["books"]
    assert primary == pytest.approx(9711.6272, abs=5e-5)
    assert junior == pytest.approx(13514.3728, abs=5e-5)
    assert primary == pytest.approx(float(figures["books of the primary section"]["exact"]), abs=5e-5)
    assert junior == pytest.approx(float(figures["books of the junior section"]["exact"]), abs=5e-5)
    assert primary + junior == pytest.approx(23226, rel=1e-15)
    # The paper rounds 58.5038 to 58.5 first: 58.5 · 166 = 9 711, 58.5 · 1.1 · 210 = 13 513.5 → one book apart at most.
    assert abs(primary - float(figures["books of the primary section"]["published"])) < 1
    assert abs(junior - float(figures["books of the junior section"]["published"])) < 1


def test_books_per_student_of_each_section(nine_year, assess, basic):
    """23 226 / 397 = 58.503778 for a primary student, 1.1 times that, 64.354156, for a junior one."""
    county = assess([nine_year], basic)
    assert county.indicator("九年校", "primary", "B5")["value"] == pytest.approx(58.503778, abs=5e-7)
    assert county.indicator("九年校", "junior", "B5")["value"] == pytest.approx(64.354156, abs=5e-7)


def test_two_rows_each_by_its_own_thresholds(nine_year, assess, quality):
    """Rooms 9: 100 · 9 / 397 = 2.267 < 2.3 for primary; 1.1 times that, 2.494 ≥ 2.4, for junior. One school, two verdicts."""
    county = assess(
        [{**nine_year, "multimedia_rooms": 9, "teachers_above_required_primary": 8, "teachers_above_required_junior": 11}],
        quality,
    )
    rooms = [county.indicator("九年校", section, "L7") for section in ("primary", "junior")]
    assert [row["threshold"] for row in rooms] == [2.3, 2.4]
    assert [row["value"] for row in rooms] == pytest.approx([900 / 397, 990 / 397], rel=1e-14)
    assert [bool(row["met"]) for row in rooms] == [False, True]
    # Shortfall in rooms: 2.3 · 166 / 100 − 9 · 166 / 397 = 3.818 − 3.763224 = 0.054776; none for junior.
    assert [row["shortfall"] for row in rooms] == pytest.approx([0.054776, 0.0], abs=5e-7)
    # Teachers are counted where they teach, never split: 100 · 8 / 166 = 4.819 ≥ 4.2; 100 · 11 / 210 = 5.238 < 5.3.
    teachers = [county.indicator("九年校", section, "L1") for section in ("primary", "junior")]
    assert [row["value"] for row in teachers] == pytest.approx([800 / 166, 1100 / 210], rel=1e-14)
    assert [bool(row["met"]) for row in teachers] == [True, False]
    assert len(county.compliance) == 2
