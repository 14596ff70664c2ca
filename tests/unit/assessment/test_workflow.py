"""The official procedure: every transition, dates, and what a refused entry does to those after it."""

import itertools

import pandas as pd
import pytest

from data_contracts.vocabulary import WORKFLOW_OUTCOMES, WORKFLOW_STAGES
from domain.assessment.workflow import ORDER, Step, judged, next_allowed, refusal, steps_of, workflow_tables

AFTER = {  # written out by hand: what may follow a stage that was passed
    "self_assessment": "city_recheck",
    "city_recheck": "provincial_evaluation",
    "provincial_evaluation": "national_recognition",
    "national_recognition": "monitoring",
    "monitoring": "monitoring",
}


def step(stage: str, outcome: str = "passed", date: str = "2026-01-01", year: str = "2025-2026", **more: str) -> Step:
    return Step(year, "990121", "national-quality-2017", stage, outcome, date, "县政府", **more)


def test_the_procedure_begins_with_the_self_assessment():
    assert next_allowed([]) == ("self_assessment",)


@pytest.mark.parametrize("stage", ORDER)
def test_what_follows_a_stage(stage):
    assert next_allowed([step(stage)]) == (AFTER[stage],)
    assert next_allowed([step(stage, "returned")]) == next_allowed([step(stage, "failed")]) == ("self_assessment",)


FORBIDDEN = [
    (before, outcome, after)
    for before, outcome, after in itertools.product(ORDER, WORKFLOW_OUTCOMES, ORDER)
    if after != (AFTER[before] if outcome == "passed" else "self_assessment")
]


@pytest.mark.parametrize(("before", "outcome", "after"), FORBIDDEN)
def test_each_forbidden_transition_is_refused_and_says_what_is_allowed(before, outcome, after):
    why = refusal(step(after), [step(before, outcome)])
    allowed = AFTER[before] if outcome == "passed" else "self_assessment"
    assert why is not None
    assert f"现在只能登记“{WORKFLOW_STAGES[allowed]}”" in why.zh and allowed in why.en


@pytest.mark.parametrize("stage", ORDER[1:])
def test_nothing_but_the_self_assessment_comes_first(stage):
    why = refusal(step(stage), [])
    assert why is not None and "还没有任何登记" in why.zh


def test_dates_may_stand_still_but_not_go_back():
    history = [step("self_assessment", date="2026-03-01")]
    assert refusal(step("city_recheck", date="2026-03-01"), history) is None
    why = refusal(step("city_recheck", date="2026-02-28"), history)
    assert why is not None and "早于上一阶段“县级自评”的日期 2026-03-01" in why.zh


def test_a_refused_entry_changes_nothing_for_those_after_it():
    entries = [
        step("self_assessment", date="2026-01-01"),
        step("national_recognition", date="2026-02-01"),
        step("city_recheck", date="2026-03-01"),
    ]
    accepted, refused = judged(reversed(entries))
    assert [one.stage for one in accepted] == ["self_assessment", "city_recheck"]
    assert [one.step.stage for one in refused] == ["national_recognition"]


def test_the_same_step_entered_twice_is_one():
    accepted, refused = judged([step("self_assessment", source="甲.xlsx 第 3 行"), step("self_assessment", source="登记 1 号")])
    assert (len(accepted), refused) == (1, [])


def test_counties_and_standards_have_histories_of_their_own():
    other = Step("2025-2026", "990122", "national-quality-2017", "city_recheck", "passed", "2026-02-01", "市")
    basic = Step("2025-2026", "990121", "national-basic-2012", "city_recheck", "passed", "2026-02-01", "市")
    accepted, refused = judged([step("self_assessment"), other, basic])
    assert [one.county_code for one in accepted] == ["990121"]
    assert {one.step for one in refused} == {other, basic}


def test_a_later_year_never_decides_what_holds_in_an_earlier_one():
    early = [
        step("self_assessment", date="2025-05-01", year="2024-2025"),
        step("city_recheck", date="2026-05-01", year="2024-2025"),
    ]
    late = step("self_assessment", "failed", date="2025-06-01", year="2025-2026")
    accepted, refused = judged([late, *early])
    assert accepted == early
    assert "早于" in refused[0].zh


def test_the_tables_of_a_year_count_over_all_years():
    entries = [
        step("self_assessment", date="2025-05-01", year="2024-2025"),
        step("city_recheck", date="2025-11-01"),
        step("monitoring", date="2025-12-01", source="表.xlsx 第 5 行"),
        step("provincial_evaluation", date="2026-11-01", year="2026-2027"),
    ]
    table, refused = workflow_tables(entries, "2025-2026", {"990121": "青岚县"})
    assert table[["county_name", "sequence", "stage"]].to_numpy().tolist() == [["青岚县", 2, "city_recheck"]]
    assert refused["source"].tolist() == ["表.xlsx 第 5 行"]
    assert "现在只能登记“省级评估”" in refused["message"].iat[0]


def test_entries_of_record_forms_name_their_row():
    table = pd.DataFrame(
        [("2025-2026", "990121", "national-basic-2012", "self_assessment", "passed", "2026-01-01", "县", None, "表.xlsx", 4)],
        columns=["school_year", "county_code", "standard", "stage", "outcome", "date", "by_whom", "reason", "file", "row"],
    )
    assert steps_of(table)[0].source == "表.xlsx 第 4 行" and steps_of(table)[0].reason is None
