"""Six of seven, the other at 85 %: what happens exactly on, just above and just below each line.

Belongs here: one school section at a time. Does not belong here: scope, splitting, anything between schools.

Each starts with 100 students and exactly every threshold: 4.2 / 1 / 0.9 teachers, 450 and 750 ㎡, 200 000 yuan, 2.3 rooms.
"""

import pytest


@pytest.fixture(scope="module")
def judged(fit_school, assess, quality):
    """Assess one school with some figures changed; returns (compliant, the whole assessment)."""

    def run(section="primary", students=100, **changed):
        county = assess([fit_school("校", section, students, **changed)], quality)
        return county.compliant("校", section), county

    return run


@pytest.mark.parametrize("section", ["primary", "junior"])
@pytest.mark.parametrize("students", [100, 37, 3, 1999])
def test_exactly_every_threshold_is_seven_met(judged, section, students):
    """4.2 teachers for 100 students, and the same for 37, 3 or 1 999: equality counts as met, whatever floating point says."""
    compliant, county = judged(section, students)
    assert compliant is True
    assert county.indicators["met"].all() and (county.indicators["shortfall"] == 0).all()
    row = county.compliance.iloc[0]
    assert (row["indicators_met"], row["indicators_total"]) == (7, 7)
    assert row["lowest_ratio"] == pytest.approx(1, rel=1e-12)
    assert row.isna()["failing"] and row.isna()["reason"]


def test_six_met_and_the_other_exactly_on_the_floor_complies(judged):
    """0.85 · 4.5 ㎡ = 3.825 ㎡; · 100 students = 382.5 ㎡. Below the threshold, named, and the school complies."""
    compliant, county = judged(teaching_area=382.5)
    assert compliant is True
    row = county.compliance.iloc[0]
    assert (row["indicators_met"], row["failing"]) == (6, "L4")
    assert row["lowest_ratio"] == pytest.approx(0.85, rel=1e-12)
    l4 = county.indicator("校", "primary", "L4")
    assert not l4["met"]
    assert (l4["floor"], l4["shortfall"]) == pytest.approx((3.825, 67.5), rel=1e-12)  # 450 − 382.5 = 67.5 ㎡


def test_six_met_and_the_other_at_84_99_percent_does_not(judged):
    """0.8499 · 450 ㎡ = 382.455 ㎡."""
    compliant, county = judged(teaching_area=382.455)
    assert compliant is False
    row = county.compliance.iloc[0]
    assert (row["indicators_met"], row["failing"]) == (6, "L4")
    assert "L4" in row["reason"]


@pytest.mark.parametrize(
    ("indicator", "column", "floor"),
    [
        # 85 % of what 100 primary students need: 4.2 → 3.57, 1 → 0.85, 0.9 → 0.765, 450 → 382.5, 750 → 637.5,
        # 200 000 → 170 000, 2.3 → 1.955
        ("L1", "teachers_above_required_primary", 3.57),
        ("L2", "backbone_teachers_primary", 0.85),
        ("L3", "pe_arts_teachers_primary", 0.765),
        ("L4", "teaching_area", 382.5),
        ("L5", "sports_ground_area", 637.5),
        ("L6", "equipment_value", 170_000),
        ("L7", "multimedia_rooms", 1.955),
    ],
)
def test_each_indicator_may_be_the_seventh(judged, indicator, column, floor):
    on, county = judged(**{column: floor})
    assert on is True
    assert county.compliance.iloc[0]["failing"] == indicator
    below, _ = judged(**{column: floor * (1 - 1e-9)})
    assert below is False


@pytest.mark.parametrize(
    ("indicator", "column", "floor"),
    [
        # Junior: 5.3 → 4.505, 580 → 493, 1 020 → 867, 250 000 → 212 500, 2.4 → 2.04
        ("L1", "teachers_above_required_junior", 4.505),
        ("L4", "teaching_area", 493),
        ("L5", "sports_ground_area", 867),
        ("L6", "equipment_value", 212_500),
        ("L7", "multimedia_rooms", 2.04),
    ],
)
def test_junior_floors(judged, indicator, column, floor):
    on, county = judged("junior", **{column: floor})
    assert on is True
    assert county.compliance.iloc[0]["failing"] == indicator
    below, _ = judged("junior", **{column: floor * (1 - 1e-9)})
    assert below is False


def test_a_hair_below_the_threshold_is_not_met(judged):
    """One part in 10⁹ below is below; only 1 part in 10¹² counts as equal."""
    _, county = judged(teaching_area=450 * (1 - 1e-9))
    assert not county.indicator("校", "primary", "L4")["met"]
    _, county = judged(teaching_area=450 * (1 - 1e-13))
    assert county.indicator("校", "primary", "L4")["met"]


def test_five_met_does_not_comply_however_near_the_others_are(judged):
    """449 of 450 ㎡ and 749 of 750 ㎡: two below the threshold, both above 99 %."""
    compliant, county = judged(teaching_area=449, sports_ground_area=749)
    assert compliant is False
    row = county.compliance.iloc[0]
    assert (row["indicators_met"], row["failing"]) == (5, "L4;L5")


def test_indoor_sports_rooms_move_from_teaching_to_sports(judged):
    """Teaching area 460 ㎡ contains 20 ㎡ of indoor sports rooms: (460 − 20)/100 = 4.40 ㎡; sports (730 + 20)/100 = 7.50 ㎡."""
    compliant, county = judged(teaching_area=460, indoor_sports_area=20, sports_ground_area=730)
    assert county.indicator("校", "primary", "L4")["value"] == pytest.approx(4.4, rel=1e-14)
    assert county.indicator("校", "primary", "L5")["value"] == pytest.approx(7.5, rel=1e-14)
    assert compliant is True  # 4.40 ≥ 0.85 · 4.5 = 3.825


class TestMissing:
    """A missing figure is not 0: undecided as long as some value of it would save the verdict, and not a moment longer."""

    def test_six_met_and_one_missing_is_undecided(self, judged):
        """The missing one may still be below 85 %."""
        compliant, county = judged(multimedia_rooms=None)
        assert compliant is None
        row = county.compliance.iloc[0]
        assert (row["indicators_met"], row["indicators_total"]) == (6, 7)
        assert "L7" in row["reason"] and row.isna()["failing"]
        l7 = county.indicator("校", "primary", "L7")
        assert l7.isna()["value"] and l7.isna()["met"] and l7.isna()["shortfall"]
        assert "网络多媒体教室" in l7["reason"]

    def test_five_met_one_on_the_floor_one_missing_is_undecided(self, judged):
        """A good seventh would make 6 of 7 with the other at 85 %."""
        compliant, county = judged(multimedia_rooms=None, teaching_area=382.5)
        assert compliant is None
        assert county.compliance.iloc[0]["lowest_ratio"] == pytest.approx(0.85, rel=1e-12)

    def test_one_below_the_floor_decides_whatever_is_missing(self, judged):
        compliant, _ = judged(multimedia_rooms=None, teaching_area=382.4)
        assert compliant is False

    def test_two_below_the_threshold_decide_whatever_is_missing(self, judged):
        """Four are met; with a good seventh, 7 − 2 = 5 < 6."""
        compliant, _ = judged(multimedia_rooms=None, teaching_area=449, sports_ground_area=749)
        assert compliant is False

    def test_everything_missing_is_undecided(self, judged):
        columns = ["teachers_above_required_primary", "backbone_teachers_primary", "pe_arts_teachers_primary", "teaching_area"]
        columns += ["indoor_sports_area", "sports_ground_area", "equipment_value", "multimedia_rooms"]
        compliant, county = judged(**dict.fromkeys(columns))
        assert compliant is None
        row = county.compliance.iloc[0]
        assert row["indicators_met"] == 0 and row.isna()["lowest_ratio"]

    def test_blank_indoor_sports_area_leaves_both_areas_unknown(self, judged):
        """Blank is not 0: without it neither 教学及辅助用房 less indoor rooms nor the sports area is known."""
        compliant, county = judged(indoor_sports_area=None)
        assert compliant is None
        assert county.indicator("校", "primary", "L4").isna()["value"]
        assert county.indicator("校", "primary", "L5").isna()["value"]

    def test_zero_is_a_figure(self, judged):
        """0 backbone teachers is 0 % of the threshold, below the floor: decided."""
        compliant, county = judged(backbone_teachers_primary=0)
        assert compliant is False
        assert county.indicator("校", "primary", "L2")["value"] == 0
        assert county.indicator("校", "primary", "L2")["shortfall"] == 1.0


def test_county_item_counts_and_waits(fit_school, assess, quality):
    """R-schools: 2 of 2 true; with an undecided one pending; with a failing one false, whatever is undecided."""
    good, other = fit_school("甲校"), fit_school("乙校", "junior")
    undecided, failing = fit_school("丙校", backbone_teachers_primary=None), fit_school("丁校", teaching_area=100)

    def item(*schools, expected=()):
        row = assess(list(schools), quality, list(expected)).verdict("R-schools")
        return row["met"], row["value"], row["limit"], row["reason"]

    assert item(good, other)[:3] == ("true", 2, 2)
    assert item(good, undecided)[:3] == ("pending", 1, 2)
    assert item(good, undecided, failing)[:3] == ("false", 1, 3)
    assert "丁校" in item(good, undecided, failing)[3]
    # A school in scope that did not hand in keeps the item open, and is named.
    waiting = item(good, expected=[fit_school("戊校")])
    assert waiting[:3] == ("pending", 1, 2) and "戊校" in waiting[3]
