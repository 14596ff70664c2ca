"""Plans, samples, visits and retention at their edges: the direction of every item, figures exactly on a bound, a base of 0.

Belongs here: what an ordinary county does not show. Does not belong here: ordinary cases (``test_county_insight``,
``test_sampling``, ``test_verification``).
"""

import numpy as np
import pandas as pd
import pytest
from test_county_insight import BASIC, CODE, COUNTIES, QUALITY, YEAR, figures, line, nation, region, returns, targets
from test_verification import compared

from builders.insight import county_return, county_returns
from data_contracts.school_year import SchoolYear
from domain.assessment.plan_progress import plan_progress
from domain.assessment.regional_progress import regional_progress
from domain.assessment.sampling import schools_at_risk
from domain.assessment.student_groups import county_students

# Figures that count schools that fail, and the difference between schools, are to go down; shares, years, points and the
# number of right answers, that of V3 among them, are to go up.
DOWN = {"G3", "G4", "G5", "Q3", "Q9", "V1", "V2"}
ITEMS = [(standard.id, item.id) for standard in (BASIC, QUALITY) for item in standard.verdict_items]


@pytest.mark.parametrize(("standard", "item"), [*ITEMS, (QUALITY.id, "R-schools"), (QUALITY.id, "R-cv"), (BASIC.id, "R-cv")])
def test_each_item_has_its_direction(standard, item):
    """A target of 1: a figure of 2 reaches it where more is better, one of 0 where less is."""
    down = item in DOWN or item == "R-cv"
    section = "primary" if item == "R-cv" else None
    for figure, reached in ((2.0, not down), (1.0, True), (0.0, down)):
        row = {"county_code": CODE, "standard": standard, "section": section, "item": item, "value": figure}
        none = pd.DataFrame(columns=["county_code", "standard", "section", "indicator", "coefficient"])
        plan = targets((CODE, standard, section, item, YEAR.key, 1.0))
        table = plan_progress(YEAR, [(YEAR.key, plan)], {YEAR.key: (pd.DataFrame([row]), none)}, COUNTIES)
        assert (table["direction"].iat[0], table["reached"].iat[0]) == ("at_most" if down else "at_least", reached)


@pytest.mark.parametrize(
    ("value", "threshold", "close"),
    [
        # 5 % of 100 on both sides; 0.95 − 1 and 1.05 − 1 are 0.05 and a hair in doubles.
        (95.0, 100.0, True),
        (94.9, 100.0, False),
        (105.0, 100.0, True),
        (105.1, 100.0, False),
        (4.275, 4.5, True),
        (4.725, 4.5, True),
        (100.0, np.nan, False),
        (np.nan, 100.0, False),
    ],
)
def test_close_to_a_threshold_is_within_five_percent_on_either_side(value, threshold, close):
    register = pd.DataFrame(
        {"school_id": ["1"], "school_name": ["甲"], "school_type": ["小学"], "school_status": ["正常"], "register_order": [0]}
    )
    indicators = pd.DataFrame({"school_id": ["1"], "value": [value], "threshold": [threshold]})
    findings = pd.DataFrame(columns=["school_id", "severity", "rule"])
    table = schools_at_risk(register, indicators, findings, {"1"})
    assert (table["risks"].iat[0], table["weight"].iat[0]) == (("指标接近达标值", 2.0) if close else ("", 1.0))


@pytest.mark.parametrize(
    ("field", "section", "reported", "seen", "within"),
    [
        # Students may differ by 2 %, which of 60 are 1.2; the largest class is one class and is counted.
        ("enrolment", "primary", 60.0, 61.0, True),
        ("largest_class", "primary", 60.0, 61.0, False),
        ("oversize_classes", "primary", 60.0, 61.0, False),
        # 3 % of the 1000 ㎡ reported are 30 ㎡; of the 1030.5 ㎡ seen they would be 30.9 ㎡.
        ("teaching_area", None, 1000.0, 1030.5, False),
    ],
)
def test_what_is_counted_is_exact_whatever_its_unit_and_the_reported_figure_is_the_base(field, section, reported, seen, within):
    assert compared(field, section, reported, seen)["within"] is within


def test_retention_of_nobody_has_no_share():
    """2 entered and 2 died: nobody could stay, and nothing is divided by 0."""
    own = {"entrants": 2, "graduates": 0, "transfers_in": 0, "transfers_out": 0, "deaths": 2}
    stated = county_returns(*(county_return(CODE, f"retention_{key}", value) for key, value in own.items()))
    school = {"school_type": "初级中学", "enrolment_junior": 3} | {f"junior_{key}": value for key, value in own.items()}
    table = county_students(COUNTIES, returns(school), stated)
    assert figures(line(table, "retention_by_county", "junior")) == [0, 0, None, None, None]
    assert figures(line(table, "retention", "junior")) == [0, 0, None, 1, 0]
    more = county_returns(*(county_return(CODE, f"retention_{key}", value) for key, value in (own | {"graduates": 1}).items()))
    assert figures(line(county_students(COUNTIES, returns(school), more), "retention_by_county", "junior"))[:3] == [1, 0, None]


@pytest.mark.parametrize(
    ("year", "share", "due", "recognised"),
    # 65 % by 2015, 95 % by 2020. One county was recognised on 30 December 2016, after 1 September of that year.
    [("2015-2016", 0.65, 2015, 0), ("2016-2017", 0.95, 2020, 0), ("2017-2018", 0.95, 2020, 1), ("2024-2025", 0.95, 2020, 2)],
)
def test_each_year_is_held_against_its_own_target_and_day(year, share, due, recognised):
    whole = region(regional_progress(SchoolYear.parse(year), *nation(), (BASIC, QUALITY)), BASIC, "nation")
    assert (whole["target_share"], whole["target_year"], whole["recognised"]) == (share, due, recognised)
