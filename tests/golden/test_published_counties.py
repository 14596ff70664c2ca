"""23 published county rows: the printed composite is the plain mean of the eight printed coefficients.

Belongs here: the composite and its limit against printed tables. Does not belong here: quality balance, which has none.
"""

import numpy as np
import pytest

from domain.assessment.coefficients import composite
from domain.assessment.comparing import at_most

LIMITS = {"primary": 0.65, "junior": 0.55}


@pytest.fixture(scope="module")
def published(case, basic):
    keys = [indicator.key for indicator in basic.indicators]
    return [
        {
            "name": f"{row['county']} {row['section']}",
            "section": row["section"],
            "means": [float(row[f"mean_{key}"]) for key in keys],
            "coefficients": [float(row[f"cv_{key}"]) for key in keys],
            "composite": float(row["published_composite"]),
        }
        for row in case("published_county_coefficients.csv")
    ]


def test_all_rows_are_there(published):
    assert len(published) == 23


def test_composite_is_the_mean_of_the_eight(published):
    """Within 0.001: the tables round every figure to three decimals. A median or a weighted mean would be far off."""
    computed = composite(np.array([row["coefficients"] for row in published]))
    printed = np.array([row["composite"] for row in published])
    assert np.abs(computed - printed).max() < 0.001


def test_every_county_was_within_its_limit(published):
    """All were recognised: composite ≤ 0.65 for primary, ≤ 0.55 for junior."""
    for row in published:
        assert at_most(composite(np.array(row["coefficients"])), LIMITS[row["section"]]), row["name"]


def test_a_single_coefficient_may_exceed_one(published):
    """Luyang, primary: sports area 1.299, equipment 0.977; composite 0.592 and recognised. Only the composite is limited."""
    luyang = published[0]
    assert max(luyang["coefficients"]) == 1.299
    assert at_most(composite(np.array(luyang["coefficients"])), 0.65)


def test_through_the_whole_assessment(published, schools_with_coefficients, assess, basic):
    """Counties built from schools to have exactly the printed means and coefficients get the printed composite and pass."""
    codes = [f"{110101 + number}" for number in range(len(published))]
    schools = [
        school
        for code, row in zip(codes, published, strict=True)
        for school in schools_with_coefficients(row["section"], basic, row["coefficients"], row["means"], code)
    ]
    counties = assess(schools, basic)
    for code, row in zip(codes, published, strict=True):
        section = row["section"]
        for indicator, c, mean in zip(basic.indicators, row["coefficients"], row["means"], strict=True):
            single = counties.coefficient(section, indicator.id, code)
            assert (single["coefficient"], single["mean"]) == pytest.approx((c, mean), rel=1e-12), row["name"]
            assert single.isna()["limit"] and single.isna()["met"]
        total = counties.coefficient(section, "composite", code)
        assert total["coefficient"] == pytest.approx(row["composite"], abs=0.001), row["name"]
        assert total["limit"] == LIMITS[section] and bool(total["met"])
        verdict = counties.verdict("R-cv", section, code)
        assert (verdict["met"], verdict["value"]) == ("true", total["coefficient"])
