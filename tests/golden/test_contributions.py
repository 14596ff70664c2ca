"""What each school adds to a coefficient, by hand.

Belongs here: shares of the squared deviation with their arithmetic. Does not belong here: that they add to 1 for any county
(``unit/assessment/test_laws``), the coefficient itself (``test_coefficient_boundaries``).
"""

import pytest

from domain.assessment.contributions import coefficient_contributions


def area(school, name, students, square_metres, **more):
    return school(name, primary=students, teaching_area=square_metres, indoor_sports_area=0.0, **more)


@pytest.fixture
def shares(assess, quality):
    """School → value, county mean and share in L4; None for missing."""

    def found(*schools):
        county = assess(list(schools), quality)
        table = coefficient_contributions(county.sections, county.coefficients, quality).query("indicator == 'L4'")
        plain = (
            table[["value", "county_mean", "share"]].astype(object).where(table[["value", "county_mean", "share"]].notna(), None)
        )
        return dict(zip(table["school_name"], plain.to_numpy().tolist(), strict=True))

    return found


def test_shares_are_weighted_by_students_and_by_distance_from_the_countys_mean(shares, school):
    """100 students with 10 ㎡, 300 with 2 ㎡: X̄ = 1600/400 = 4; 100·6² = 3600 and 300·2² = 1200 of 4800. Unweighted: 36 of 40.

    The school without a figure adds nothing and takes no part in the mean; another county has its own: 1 and 3 ㎡ of 50 each,
    X̄ = 2, half and half; a school alone has no distance and no share.
    """
    other, third = {"county_code": "340200", "county_name": "邻县"}, {"county_code": "340300", "county_name": "远县"}
    found = shares(
        area(school, "小", 100, 1000),
        area(school, "大", 300, 600),
        area(school, "缺", 200, None),
        area(school, "邻一", 50, 50, **other),
        area(school, "邻二", 50, 150, **other),
        area(school, "独", 50, 150, **third),
    )
    assert found["小"] == pytest.approx([10, 4, 0.75], rel=1e-12)
    assert found["大"] == pytest.approx([2, 4, 0.25], rel=1e-12)
    assert found["缺"] == [None, 4, None]
    assert found["邻一"] == pytest.approx([1, 2, 0.5], rel=1e-12)
    assert found["邻二"] == pytest.approx([3, 2, 0.5], rel=1e-12)
    assert found["独"] == [3, 3, None]


def test_sections_of_one_county_are_apart(shares, school):
    """Primary 1 and 3 ㎡ of 100 students each: X̄ = 2, half and half, whatever junior schools have."""
    junior = {"kind": "初级中学", "junior": 100, "indoor_sports_area": 0.0}
    found = shares(
        area(school, "一", 100, 100),
        area(school, "二", 100, 300),
        school("初一", teaching_area=100, **junior),
        school("初二", teaching_area=9900, **junior),
    )
    assert [found[name][2] for name in ("一", "二", "初一", "初二")] == pytest.approx([0.5] * 4, rel=1e-12)
