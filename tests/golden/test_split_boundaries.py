"""Shares of shared resources, worked out by hand for each kind of school and each way of entering figures.

Belongs here: from a return to its section rows. Does not belong here: the published example (``test_nine_year_split``).
"""

import pandas as pd
import pytest


@pytest.fixture(scope="module")
def shares(school, assess, basic):
    """The books of each compulsory section of one school; None where missing."""

    def run(kind="九年一贯制学校", **columns):
        rows = assess([school("校", kind, **columns)], basic).sections
        return {row["section"]: None if pd.isna(row["books"]) else row["books"] for _, row in rows.iterrows()}

    return run


def test_nine_year(shares):
    """100 + 1.1 · 200 = 320: 3 200 · 100/320 = 1 000 and 3 200 · 220/320 = 2 200."""
    assert shares(primary=100, junior=200, books=3200) == pytest.approx({"primary": 1000, "junior": 2200}, rel=1e-14)


def test_complete_secondary(shares):
    """300 + 1.2 · 250 = 600: junior takes 6 000 · 300/600 = 3 000; the senior section is no row."""
    assert shares("完全中学", junior=300, senior=250, books=6000) == pytest.approx({"junior": 3000}, rel=1e-14)


def test_twelve_year(shares):
    """100 + 1.1 · 100 + 1.32 · 100 = 342: 3 420 → 1 000, 1 100 (and 1 320 for the senior section)."""
    got = shares("十二年一贯制学校", primary=100, junior=100, senior=100, books=3420)
    assert got == pytest.approx({"primary": 1000, "junior": 1100}, rel=1e-14)


@pytest.mark.parametrize(("kind", "section"), [("小学", "primary"), ("教学点", "primary"), ("初级中学", "junior")])
def test_one_section_takes_all(shares, kind, section):
    """No rounding on the way: 0.1 stays the double 0.1."""
    assert shares(kind, **{section: 37}, books=0.1) == {section: 0.1}


class TestEntered:
    """A school that keeps separate books: entered values win over the split."""

    def test_all_sections_entered(self, shares):
        """No split is made, and the whole is not needed."""
        assert shares(primary=100, junior=200, books_primary=777, books_junior=23) == {"primary": 777, "junior": 23}

    def test_all_sections_entered_and_the_whole(self, shares):
        assert shares(primary=100, junior=200, books=800, books_primary=777, books_junior=23) == {"primary": 777, "junior": 23}

    def test_one_entered_and_the_whole(self, shares):
        """Junior gets what is left: 3 200 − 1 500 = 1 700."""
        assert shares(primary=100, junior=200, books=3200, books_primary=1500) == {"primary": 1500, "junior": 1700}

    def test_one_entered_of_a_twelve_year_school(self, shares):
        """3 420 − 900 = 2 520 left for junior 1.1 · 100 = 110 and senior 1.32 · 100 = 132: 2 520 · 110/242 = 1 145.4545."""
        got = shares("十二年一贯制学校", primary=100, junior=100, senior=100, books=3420, books_primary=900)
        assert got == pytest.approx({"primary": 900, "junior": 2520 * 110 / 242}, rel=1e-14)
        assert got["junior"] == pytest.approx(1145.4545, abs=5e-5)

    def test_senior_entered_of_a_complete_secondary_school(self, shares):
        """6 000 − 4 000 = 2 000 is all for junior, whatever the weights."""
        assert shares("完全中学", junior=300, senior=250, books=6000, books_senior=4000) == {"junior": 2000}

    def test_senior_entered_of_a_twelve_year_school(self, shares):
        """3 420 − 1 320 = 2 100 for primary 100 and junior 110: 2 100 · 100/210 = 1 000, 2 100 · 110/210 = 1 100."""
        got = shares("十二年一贯制学校", primary=100, junior=100, senior=100, books=3420, books_senior=1320)
        assert got == pytest.approx({"primary": 1000, "junior": 1100}, rel=1e-14)

    def test_one_entered_without_the_whole(self, shares):
        """The other section is missing, not 0."""
        assert shares(primary=100, junior=200, books_primary=1500) == {"primary": 1500, "junior": None}

    def test_nothing_entered(self, shares):
        assert shares(primary=100, junior=200) == {"primary": None, "junior": None}

    def test_zero_entered_is_a_figure(self, shares):
        assert shares(primary=100, junior=200, books=3200, books_primary=0) == {"primary": 0, "junior": 3200}

    def test_each_resource_by_itself(self, school, assess, basic):
        """Books kept apart, computers not: 64 · 100/320 = 20 and 64 · 220/320 = 44."""
        one = school("校", "九年一贯制学校", primary=100, junior=200, books_primary=5, books_junior=6, teaching_computers=64)
        county = assess([one], basic)
        for section, books, computers in (("primary", 5, 20), ("junior", 6, 44)):
            row = county.section("校", section)
            assert (row["books"], row["teaching_computers"]) == pytest.approx((books, computers), rel=1e-14)

    def test_nothing_left_for_the_third_section(self, shares):
        """5 435.94 − 4 235.18 − 1 200.76 = 0 exactly: the junior section has 0, not a hair less than nothing."""
        figures = {"books": 5435.94, "books_primary": 4235.18, "books_senior": 1200.76}
        got = shares("十二年一贯制学校", primary=100, junior=50, senior=80, **figures)
        assert got["primary"] == 4235.18
        assert got["junior"] == 0


class TestNoStudents:
    """A section without students is no row and takes no share."""

    def test_nine_year_without_junior(self, shares):
        assert shares(primary=100, junior=0, books=3200) == {"primary": 3200}

    def test_nine_year_without_primary(self, shares):
        assert shares(primary=0, junior=50, books=3200) == {"junior": 3200}

    def test_twelve_year_without_senior(self, shares):
        """As a nine-year school: 3 200 · 100/320 and 3 200 · 220/320."""
        got = shares("十二年一贯制学校", primary=100, junior=200, senior=0, books=3200)
        assert got == pytest.approx({"primary": 1000, "junior": 2200}, rel=1e-14)

    def test_senior_not_stated(self, shares):
        """Unknown senior students are not 0 senior students: the junior share cannot be known."""
        assert shares("完全中学", junior=300, books=6000) == {"junior": None}


def test_split_sections_exactly_on_their_thresholds(school, assess, quality):
    """Area whole = 4.5 · (A + 1.1 B) puts primary exactly on 4.5 ㎡, for any A and B; one ㎠ less does not.

    A naive comparison of doubles fails for many of these.
    """
    schools, short = [], []
    for number, (a, b) in enumerate(((1, 1), (7, 3), (166, 210), (37, 59), (333, 667), (101, 11), (49, 51), (1999, 487))):
        area = 45 * (10 * a + 11 * b) / 100  # 4.5 · (A + 1.1 B)
        common = {"kind": "九年一贯制学校", "primary": a, "junior": b, "indoor_sports_area": 0.0}
        schools.append(school(f"正好{number}", **common, teaching_area=area))
        short.append(school(f"略少{number}", **common, teaching_area=area - 0.0001))
    county = assess([*schools, *short], quality)
    for one in schools:
        row = county.indicator(one["school_name"], "primary", "L4")
        assert row["met"] and row["shortfall"] == 0
    for one in short:
        row = county.indicator(one["school_name"], "primary", "L4")
        assert not row["met"] and row["shortfall"] > 0
