"""What stops a release: both sides of the fall that is let through, and the change against the year before.

Belongs here: the rules themselves. Does not belong here: a run that they stop (``tests/integration``).
"""

import pandas as pd
import pytest

from domain.assessment.release_gate import accepted_schools_fallen, no_school_accepted
from domain.assessment.year_on_year import year_on_year


@pytest.mark.parametrize(
    ("accepted", "before", "stopped"),
    # 10 % of 70 are 7, of 100 are 10, of 15 are 1.5.
    [(63, 70, False), (62, 70, True), (90, 100, False), (89, 100, True), (14, 15, False), (13, 15, True), (0, None, False)],
)
def test_a_fall_of_ten_percent_is_let_through_and_one_school_more_is_not(accepted, before, stopped):
    said = accepted_schools_fallen(accepted, before, 0.10, False)
    assert (said is not None) == stopped
    assert said is None or (
        f"由上次发布的 {before} 所降为 {accepted} 所" in said.zh and f"from {before} to {accepted}" in said.en
    )
    assert accepted_schools_fallen(accepted, before, 0.10, True) is None, "somebody confirmed it"


def test_without_a_school_nothing_is_published():
    assert no_school_accepted(1) is None
    said = no_school_accepted(0)
    assert said is not None and "没有一所学校" in said.zh and "No school" in said.en


def test_a_coefficient_beside_that_of_the_year_before_by_section_and_standard():
    """0.40 after 0.55 is −0.15; the junior section was not there, another standard's row is not taken."""

    def row(section, coefficient, mean, standard="s"):
        return {"county_code": "1", "county_name": "县", "section": section, "standard": standard, "indicator": "L1",
                "coefficient": coefficient, "mean": mean}  # fmt: skip

    now = pd.DataFrame([row("primary", 0.40, 5.0), row("junior", 0.30, 6.0)])
    table = year_on_year(now, pd.DataFrame([row("primary", 0.55, 4.0), row("junior", 0.9, 9.0, "other")]))
    assert table.loc[0, ["previous", "change", "previous_mean"]].tolist() == pytest.approx([0.55, -0.15, 4.0])
    assert table.loc[1, ["previous", "change", "previous_mean"]].isna().all()
    assert year_on_year(now, None)["previous"].isna().all()
