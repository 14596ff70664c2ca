"""Coefficients on their limits and in small counties: equality, mean 0, one school, none, schools left out, close calls.

Belongs here: what stands between schools. Does not belong here: the value of one school.

Two schools with equal students and values X₁ ≥ X₂ have X̄ = (X₁ + X₂)/2, S = (X₁ − X₂)/2, so CV = (X₁ − X₂)/(X₁ + X₂).
"""

import pytest


def areas(school, section, *square_metres, students=1000):
    """Schools of equal size with these teaching areas; nothing else is entered."""
    kind = {"primary": "小学", "junior": "初级中学"}[section]
    return [
        school(f"{section}{n}", kind, **{section: students}, teaching_area=area, indoor_sports_area=0.0)
        for n, area in enumerate(square_metres, 1)
    ]


@pytest.mark.parametrize(
    ("section", "first", "second"),
    [
        ("primary", 6000, 2000),  # (6 − 2)/(6 + 2) = 0.50
        ("primary", 3300.3, 1100.1),  # 3.3003 = 3 · 1.1001: 0.50 in decimals, not in doubles
        ("junior", 5800, 2200),  # (5.8 − 2.2)/(5.8 + 2.2) = 3.6/8 = 0.45
        ("junior", 8.7, 3.3),  # 5.4/12 = 0.45
    ],
)
def test_equal_to_the_limit_is_met(school, assess, quality, section, first, second):
    row = assess(areas(school, section, first, second), quality).coefficient(section, "L4")
    assert row["coefficient"] == pytest.approx({"primary": 0.50, "junior": 0.45}[section], rel=1e-14)
    assert bool(row["met"])
    more = assess(areas(school, section, first * (1 + 1e-8), second), quality).coefficient(section, "L4")
    assert not bool(more["met"])


@pytest.mark.parametrize(("section", "limit"), [("primary", 0.65), ("junior", 0.55)])
def test_composite_equal_to_the_limit_is_met(schools_with_coefficients, assess, basic, section, limit):
    """Four coefficients limit + 0.3 and four limit − 0.3: the mean is the limit."""
    coefficients = [limit + 0.3, limit - 0.3] * 4
    row = assess(schools_with_coefficients(section, basic, coefficients), basic).coefficient(section, "composite")
    assert row["coefficient"] == pytest.approx(limit, rel=1e-13)
    assert bool(row["met"])
    more = [coefficients[0] + 1e-8, *coefficients[1:]]
    assert not bool(assess(schools_with_coefficients(section, basic, more), basic).coefficient(section, "composite")["met"])


def test_weights_are_students_not_schools(school, assess, quality):
    """100 students with 10 ㎡, 300 with 2 ㎡: X̄ = 1 600/400 = 4; S² = ¼·36 + ¾·4 = 12; CV = √12/4 = 0.8660.

    Unweighted it would be 4/6 = 0.6667.
    """
    schools = [
        school("小", primary=100, teaching_area=1000, indoor_sports_area=0.0),
        school("大", primary=300, teaching_area=600, indoor_sports_area=0.0),
    ]
    row = assess(schools, quality).coefficient("primary", "L4")
    assert (row["mean"], row["standard_deviation"], row["coefficient"]) == pytest.approx((4, 12**0.5, 12**0.5 / 4), rel=1e-14)


def test_equal_weights_are_the_plain_population_coefficient(school, assess, quality):
    """2, 4, 6 ㎡ with equal students: X̄ = 4, S = √((4 + 0 + 4)/3) = 1.632993, CV = 0.408248; with n − 1 it would be 0.5."""
    row = assess(areas(school, "primary", 2000, 4000, 6000), quality).coefficient("primary", "L4")
    assert row["coefficient"] == pytest.approx((8 / 3) ** 0.5 / 4, rel=1e-14)


def test_equal_schools_have_no_spread(school, assess, quality):
    row = assess(areas(school, "primary", 4500, 4500, 4500), quality).coefficient("primary", "L4")
    assert row["coefficient"] == 0 and bool(row["met"])


def test_per_hundred_students_is_in_the_indicators_unit(school, assess, quality):
    """Rooms 2 and 6 for 100 students each: mean 4 and S 2 per 100 students; CV 0.5."""
    schools = [school(f"{n}", primary=100, multimedia_rooms=n) for n in (2, 6)]
    row = assess(schools, quality).coefficient("primary", "L7")
    assert (row["mean"], row["standard_deviation"], row["coefficient"]) == pytest.approx((4, 2, 0.5), rel=1e-14)


def test_sections_are_apart(school, assess, quality):
    """Primary 6 and 2 ㎡ → 0.50; junior 5 and 5 ㎡ → 0: one does not touch the other."""
    county = assess([*areas(school, "primary", 6000, 2000), *areas(school, "junior", 5000, 5000)], quality)
    assert county.coefficient("primary", "L4")["coefficient"] == pytest.approx(0.5, rel=1e-14)
    assert county.coefficient("junior", "L4")["coefficient"] == 0


def test_mean_zero_has_no_coefficient(school, assess, quality):
    """No room anywhere: S/X̄ = 0/0. Empty, never NaN in a verdict, never a crash; the county's item stays pending."""
    county = assess([school(f"{n}", primary=100, multimedia_rooms=0) for n in range(3)], quality)
    row = county.coefficient("primary", "L7")
    assert (row["schools"], row["students"], row["mean"], row["standard_deviation"]) == (3, 300, 0, 0)
    assert row.isna()["coefficient"] and row.isna()["met"] and row["limit"] == 0.50
    assert county.verdict("R-cv", "primary")["met"] == "pending"


def test_mean_zero_of_one_empties_the_composite(schools_with_coefficients, assess, basic):
    schools = schools_with_coefficients("primary", basic, [0.1] * 8)
    county = assess([{**school, "books": 0} for school in schools], basic)
    assert county.coefficient("primary", "B5").isna()["coefficient"]
    row = county.coefficient("primary", "composite")
    assert row.isna()["coefficient"] and row.isna()["met"]
    assert county.verdict("R-cv", "primary")["met"] == "pending"


def test_one_school_is_zero_and_met(school, assess, quality):
    row = assess(areas(school, "primary", 4321), quality).coefficient("primary", "L4")
    assert (row["schools"], row["mean"], row["standard_deviation"], row["coefficient"]) == (1, 4.321, 0, 0)
    assert bool(row["met"])


def test_no_school_is_one_row_of_zero_schools(school, assess, quality):
    """A county of primary schools only: the junior rows are there, with 0 schools and nothing else; pending, not met."""
    county = assess(areas(school, "primary", 4321), quality)
    row = county.coefficient("junior", "L4")
    assert (row["schools"], row["students"], row["left_out"]) == (0, 0, 0)
    assert row.isna()[["mean", "standard_deviation", "coefficient", "met"]].all()
    assert county.verdict("R-cv", "junior")["met"] == "pending"


def test_left_out_are_those_in_scope_that_could_not_be_used(school, assess, quality, basic):
    """Four in scope: 6 and 2 ㎡, one without its area, one that did not hand in. 2 used, 2 left out, and neither read as 0.

    A 停办 school and a special-education school are out of scope: not left out, just not there.
    """
    used = areas(school, "primary", 6000, 2000)
    blank = school("未填", primary=800, indoor_sports_area=0.0)
    gone = school("停", primary=500, teaching_area=1.0, indoor_sports_area=0.0, school_status="停办")
    special = school("特教", "特殊教育学校", primary=500, teaching_area=1.0, indoor_sports_area=0.0)
    silent = [school("未交"), school("未交停办", school_status="停办")]
    for standard, indicator in ((quality, "L4"), (basic, "B1")):
        row = assess([*used, blank, gone, special], standard, silent).coefficient("primary", indicator)
        assert (row["schools"], row["students"], row["left_out"]) == (2, 2000, 2)
        assert row["coefficient"] == pytest.approx(0.5, rel=1e-14)


def test_a_nine_year_school_that_is_silent_is_left_out_in_both_sections(school, assess, quality):
    county = assess(areas(school, "primary", 6000, 2000), quality, [school("九年", "九年一贯制学校")])
    assert [county.coefficient(section, "L4")["left_out"] for section in ("primary", "junior")] == [1, 1]
    # No junior figure at all, though a junior section is in scope: pending.
    assert county.verdict("R-cv", "junior")["met"] == "pending"


def test_a_section_without_a_limit_is_not_met(school, assess, quality):
    """A standard of one's own that limits primary schools only: nothing is judged for junior, so nothing there is met."""
    rule = quality.coefficient_rule.model_copy(update={"limits": {"primary": 0.50}})
    own = quality.model_copy(update={"coefficient_rule": rule})
    assert assess(areas(school, "junior", 9000, 1000), own).verdict("R-cv", "junior")["met"] != "true"


class TestCloseCalls:
    """Told, never decisive: near the limit, or turned by rounding each school's value to two decimals first."""

    def call(self, county):
        return county.close.set_index("indicator").loc["L4"]

    def test_near_and_not_turned(self, school, assess, quality):
        """60.01 and 20 ㎡: 40.01/80.01 = 0.500062, 0.000062 over; both values have two decimals, so rounding changes nothing."""
        county = assess(areas(school, "primary", 60_010, 20_000), quality)
        call = self.call(county)
        assert (bool(call["near"]), bool(call["flips"])) == (True, False)
        assert call["rounded_coefficient"] == pytest.approx(40.01 / 80.01, rel=1e-12)
        assert county.verdict("R-cv", "primary")["met"] == "false"

    def test_turned_and_not_near(self, school, assess, quality):
        """3.0051 and 1.004 ㎡: 2.0011/4.0091 = 0.499140, within; rounded 3.01 and 1.00: 2.01/4.01 = 0.501247, over."""
        county = assess(areas(school, "primary", 3005.1, 1004), quality)
        call = self.call(county)
        assert (bool(call["near"]), bool(call["flips"])) == (False, True)
        assert call["coefficient"] == pytest.approx(2.0011 / 4.0091, rel=1e-12)
        assert call["rounded_coefficient"] == pytest.approx(2.01 / 4.01, rel=1e-12)
        assert bool(county.coefficient("primary", "L4")["met"])
        assert "L4" in county.verdict("R-cv", "primary")["reason"]

    def test_figures_per_hundred_are_rounded_as_they_are_shown(self, school, assess, quality):
        """30.051 and 10.04 rooms for 1000 students each are 3.0051 and 1.004 per 100: 0.499140, and 0.501247 of 3.01 and 1.00."""
        schools = [school(f"小学{n}", primary=1000, multimedia_rooms=rooms) for n, rooms in enumerate((30.051, 10.04))]
        call = assess(schools, quality).close.set_index("indicator").loc["L7"]
        assert call["coefficient"] == pytest.approx(2.0011 / 4.0091, rel=1e-12)
        assert call["rounded_coefficient"] == pytest.approx(2.01 / 4.01, rel=1e-12)

    def test_turned_the_other_way(self, school, assess, quality):
        """3.0049 and 1 ㎡: 2.0049/4.0049 = 0.500612, over and not near; rounded 3.00 and 1.00: 2/4 = 0.5, within."""
        county = assess(areas(school, "primary", 3004.9, 1000), quality)
        call = self.call(county)
        assert (bool(call["near"]), bool(call["flips"])) == (False, True)
        assert call["rounded_coefficient"] == pytest.approx(0.5, rel=1e-12)
        row = county.verdict("R-cv", "primary")
        assert (row["met"], row["value"]) == ("false", pytest.approx(2.0049 / 4.0049, rel=1e-12))
        assert "结论会相反" in row["reason"] and "本结论按未舍入的数值作出" in row["reason"]

    @pytest.mark.parametrize(
        ("section", "first", "second", "near"),
        [
            # (X₁ − X₂)/(X₁ + X₂) with X₁ + X₂ = 200, and two decimals each: rounding changes nothing. 0.0005 is not nearer than 0.0005.
            ("primary", 150.05, 49.95, False),  # 100.1/200 = 0.5005
            ("primary", 150.04, 49.96, True),  # 100.08/200 = 0.5004
            ("primary", 149.95, 50.05, False),  # 99.9/200 = 0.4995
            ("primary", 149.96, 50.04, True),  # 99.92/200 = 0.4996
            ("junior", 145.05, 54.95, False),  # 90.1/200 = 0.4505
            ("junior", 145.04, 54.96, True),  # 90.08/200 = 0.4504
            ("junior", 144.95, 55.05, False),  # 89.9/200 = 0.4495
            ("junior", 144.96, 55.04, True),  # 89.92/200 = 0.4496
        ],
    )
    def test_near_is_nearer_than_half_a_thousandth(self, school, assess, quality, section, first, second, near):
        county = assess(areas(school, section, first * 1000, second * 1000), quality)
        assert len(county.close) == near
        assert not near or (bool(self.call(county)["near"]), bool(self.call(county)["flips"])) == (True, False)

    def test_each_section_tells_its_own_call_and_its_largest_coefficient(self, school, assess, quality):
        """Primary 60.01 and 20 ㎡ as above; junior 5 and 2 ㎡: 3/7, and 4 and 2 rooms of 1000 students each: 1/3."""
        rooms = [one | {"multimedia_rooms": n} for one, n in zip(areas(school, "junior", 5000, 2000), (4.0, 2.0), strict=True)]
        missing = school("未报小学", primary=10)
        county = assess([*areas(school, "primary", 60_010, 20_000), *rooms], quality, [missing])
        primary, junior = county.verdict("R-cv", "primary"), county.verdict("R-cv", "junior")
        assert junior["value"] == pytest.approx(3 / 7, rel=1e-12)
        assert "L4 差异系数" in primary["reason"] and "未计入 1 所(没有可用的填报数据):未报小学" in primary["reason"]
        assert "差异系数" not in junior["reason"] and "未计入" not in junior["reason"]

    def test_neither(self, school, assess, quality):
        """5.99 and 2 ㎡: 3.99/7.99 = 0.499374, 0.000626 away."""
        assert len(assess(areas(school, "primary", 5990, 2000), quality).close) == 0

    def test_values_that_all_round_to_zero(self, school, assess, quality):
        """0.003 and 0.002 ㎡ per student: 0.001/0.005 = 0.2, within. Rounded both are 0.00, and 0/0 is no result that could turn it."""
        county = assess(areas(school, "primary", 3, 2), quality)
        assert bool(county.coefficient("primary", "L4")["met"])
        assert len(county.close) == 0
        assert county.verdict("R-cv", "primary")["met"] == "pending"  # the other six have no figures
