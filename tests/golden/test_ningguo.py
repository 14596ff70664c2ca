"""Ningguo 宁国 2022: seven printed coefficients a section, of which one is within the limit.

Belongs here: that quality balance judges each coefficient by itself. Does not belong here: the composite of basic balance.
"""

import numpy as np
import pytest

from domain.assessment.comparing import at_most

IDS = ["L1", "L2", "L3", "L4", "L5", "L6", "L7"]


@pytest.fixture(scope="module")
def printed(case):
    return {row["section"]: row for row in case("quality_coefficients_ningguo_2022.csv")}


@pytest.fixture(scope="module")
def county(printed, schools_with_coefficients, assess, quality):
    schools = [
        school
        for section, row in printed.items()
        for school in schools_with_coefficients(section, quality, [float(row[i]) for i in IDS])
    ]
    return assess(schools, quality)


@pytest.mark.parametrize("section", ["primary", "junior"])
def test_one_of_seven_printed_coefficients_is_within_the_limit(printed, section):
    row = printed[section]
    within = at_most(np.array([float(row[i]) for i in IDS]), float(row["limit"]))
    assert within.sum() == int(row["met_of_7"]) == 1
    # The one within: primary L6 0.167 ≤ 0.50, junior L6 0.254 ≤ 0.45. Junior L7 0.496 would pass 0.50, but not 0.45.
    assert IDS[int(np.flatnonzero(within)[0])] == "L6"


@pytest.mark.parametrize(("section", "limit"), [("primary", 0.50), ("junior", 0.45)])
def test_a_county_with_these_coefficients_is_judged_one_by_one(county, printed, section, limit):
    rows = county.coefficients[county.coefficients["section"] == section]
    assert list(rows["indicator"]) == IDS, "no composite is judged, so there is no such row"
    assert list(rows["limit"]) == [limit] * 7 == [float(printed[section]["limit"])] * 7
    assert list(rows["coefficient"]) == pytest.approx([float(printed[section][i]) for i in IDS], rel=1e-12)
    assert list(rows["met"]) == [i == "L6" for i in IDS]


@pytest.mark.parametrize(("section", "worst"), [("primary", 0.759), ("junior", 1.055)])
def test_the_verdict_names_every_coefficient_over_the_limit(county, section, worst):
    verdict = county.verdict("R-cv", section)
    assert verdict["met"] == "false"
    assert verdict["value"] == pytest.approx(worst, rel=1e-12)
    assert [i for i in IDS if i in verdict["reason"]] == [i for i in IDS if i != "L6"]
    assert county.verdict("overall")["met"] == "false"
