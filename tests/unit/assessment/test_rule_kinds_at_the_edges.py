"""Kinds of school rules where two things meet: indicators that do not judge a school, packs that are not complete, sums in doubles.

Belongs here: what an ordinary school does not show. Does not belong here: what each kind passes and its boundaries
(``test_rule_kinds``).
"""

import pandas as pd
import pytest
from test_rule_kinds import FIVE, YEAR, TestCommitment, five

from builders.county import county_returns
from builders.standards import COUNTY, judge, pack, returns_of, school
from data_contracts.school_year import SchoolYear
from data_contracts.standard import shipped_standards
from domain.assessment.county_records import counties_of
from domain.assessment.self_scores import self_score_differences
from domain.assessment.trials import trial_tables

BASIC = next(one for one in shipped_standards() if one.id == "national-basic-2012")
# Books for every school, a ground for schools in the country only, and for those of 100 ㎡ a class.
RURAL = """\
indicators:
  - {id: X1, key: books, title: 图书, unit: 册, numerator: {add: [books]}, thresholds: {primary: 1, junior: 1}}
  - id: X2
    key: ground
    title: 场地
    unit: ㎡
    numerator: {add: [sports_ground_area]}
    thresholds: [{when: {area_type: [乡村]}, value: 1}]
"""


@pytest.mark.parametrize(
    ("area", "books", "ground", "expected"),
    [
        # Both judge a school in the country: 2 of 2 are asked, the floor is half.
        ("乡村", 100, 100, True),
        ("乡村", 100, 99, False),
        ("乡村", 100, None, None),
        # In a town one of them judges: 1 of 1.
        ("镇区", 100, None, True),
        ("镇区", 99, None, False),
        ("镇区", None, None, None),
    ],
)
def test_where_fewer_indicators_judge_a_school_than_are_asked_it_must_reach_all_of_them(area, books, ground, expected):
    rule = pack(RURAL + "school_rule: {kind: at_least, at_least: 2, floor_ratio: 0.5}\n")
    one = school("甲", enrolment_primary=100, area_type=area, books=books, sports_ground_area=ground)
    assert judge(rule, one).complies("甲") is expected


@pytest.mark.parametrize(("classes", "met"), [(12, True), (13, False), (None, None)])
def test_where_the_first_case_cannot_be_told_no_later_one_decides(classes, met):
    """5 ㎡ a student to 12 classes, 6 ㎡ else; 5.5 ㎡ are enough, not enough, or nobody knows."""
    rule = pack(
        "indicators:\n  - id: X1\n    key: ground\n    title: 场地\n    unit: ㎡\n    numerator: {add: [sports_ground_area]}\n"
        "    thresholds: [{when: {classes: {at_most: 12}}, value: 5}, {when: {section: primary}, value: 6}]\n"
        "school_rule: {kind: all}\n"
    )
    found = judge(rule, school("甲", enrolment_primary=100, classes_primary=classes, sports_ground_area=550))
    assert (found.met("甲", "X1"), found.complies("甲")) == (met, met)


def test_of_an_incomplete_pack_no_grade_is_given():
    """All five of those that are known are reached; of the others nobody knows."""
    rule = "school_rule: {kind: grades, grades: [{title: 合格, at_least: 5}, {title: 基本合格, at_least: 4}]}\n"
    whole, partly = (
        judge(pack(FIVE + rule), five("甲", *[100] * 5)),
        judge(pack(FIVE + rule + "complete: false\n"), five("甲", *[100] * 5)),
    )
    assert (whole.complies("甲"), whole.point("甲", "total")["grade"]) == (True, "合格")
    assert partly.complies("甲") is None and pd.isna(partly.point("甲", "total")["grade"])
    assert judge(pack(FIVE + rule + "complete: false\n"), five("甲", 0, 0, 100, 100, 100)).complies("甲") is False


@pytest.mark.parametrize(
    ("mark", "more", "expected"),
    [(0.8, (), True), (0.8, (("multimedia_rooms", 0.5),), True), (0.8001, (("multimedia_rooms", 0.5),), False)],
)
def test_points_in_tenths_reach_a_mark_in_tenths(mark, more, expected):
    """0.7 + 0.1 is 0.7999999999999999 in doubles and 0.8 in points, whether that is all there is to get or not."""
    assert 0.7 + 0.1 < 0.8
    tiers = "".join(
        f"  - {{id: P{n}, key: {key}, title: 项{n}, unit: 个, numerator: {{add: [{key}]}}, tiers: [{{at_least: 1, points: {points}}}]}}\n"
        for n, (key, points) in enumerate((("books", 0.7), ("site_area", 0.1), *more), 1)
    )
    rule = pack(f"indicators:\n{tiers}school_rule: {{kind: points, pass_mark: {mark}}}\n")
    assert (
        judge(rule, school("甲", enrolment_primary=100, books=100, site_area=100, multimedia_rooms=0)).complies("甲") is expected
    )


@pytest.mark.parametrize(("own", "asked"), [(0.3, False), (0.3001, True)])
def test_points_that_differ_by_a_bit_in_doubles_are_the_same(own, asked):
    """0.1 + 0.2 is 0.30000000000000004: no question to a school that wrote 0.3."""
    key = {"school_id": ["1"], "section": ["primary"], "standard": ["s"], "indicator": ["P"]}
    scores = pd.DataFrame({"county_code": [COUNTY], **key, "points": [own], "file": ["自评.xlsx"], "row": [2]})
    computed = pd.DataFrame({**key, "points": [0.1 + 0.2]})
    table = self_score_differences(scores, computed, pd.DataFrame({"school_id": ["1"], "school_name": ["甲"]}), ())
    assert table["message"].notna().iat[0] == asked
    assert (table["difference"].iat[0] != 0.0) == asked


@pytest.mark.parametrize(("year", "expected"), [(2025, True), (2026, False)])
def test_a_commitment_counts_on_trial_as_it_would_in_force(year, expected):
    """40 of 100 and 60 promised on 1 September 2023 for two years."""
    row = {"school_id": "0000000001", "section": "primary", "standard": "pack", "indicator": "X4"}
    promised = pd.DataFrame([{**row, "amount": 60.0, "committed_on": "2023-09-01"}])
    returns = returns_of([TestCommitment.SHORT])
    register = returns.assign(register_order=range(len(returns)))
    tried = (TestCommitment.RULE,)
    tables = trial_tables(counties_of(register), register, returns, county_returns(), tried, (BASIC,), SchoolYear(year), promised)
    assert [bool(one) for one in tables["trial_compliance"]["compliant"]] == [expected]


def test_a_commitment_under_another_standard_counts_in_none_but_it():
    row = {"school_id": "0000000001", "section": "primary", "standard": "other", "indicator": "X4"}
    promised = pd.DataFrame([{**row, "amount": 60.0, "committed_on": "2024-09-01"}])
    assert judge(TestCommitment.RULE, TestCommitment.SHORT, commitments=promised, year=YEAR).complies("甲") is False


@pytest.mark.parametrize(("on", "until"), [("2024-02-29", "2026-02-28"), ("2024-03-01", "2026-03-01")])
def test_a_commitment_of_a_leap_day_ends_on_the_last_of_february(on, until):
    row = {"school_id": "0000000001", "section": "primary", "standard": "pack", "indicator": "X4"}
    promised = pd.DataFrame([{**row, "amount": 60.0, "committed_on": on}])
    found = judge(TestCommitment.RULE, TestCommitment.SHORT, commitments=promised, year=YEAR)
    assert f"{until}前有效" in found.indicator("甲", "X4")["reason"]
