"""The official procedure: every transition, dates, and what a refused entry does to those after it."""

import itertools

import pandas as pd
import pytest

from data_contracts.vocabulary import WORKFLOW_OUTCOMES, WORKFLOW_STAGES
from domain.assessment.workflow import (
    ORDER,
    WITHDRAWN,
    Entered,
    Step,
    Withdrawal,
    follows,
    judged,
    next_allowed,
    refusal,
    steps_of,
    workflow_tables,
)

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


def test_what_was_returned_may_begin_anew_on_the_same_day():
    entries = [
        step("self_assessment", date="2026-03-01"),
        step("city_recheck", "returned", date="2026-05-06"),
        step("self_assessment", date="2026-05-06"),
        step("provincial_evaluation", date="2026-05-06"),
        step("city_recheck", date="2026-05-06"),
    ]
    accepted, refused = judged(entries)
    assert not refused
    assert [one.stage for one in accepted] == [
        "self_assessment", "city_recheck", "self_assessment", "city_recheck", "provincial_evaluation",
    ]  # fmt: skip


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
    table, refused = workflow_tables(Entered(tuple(entries)), "2025-2026", {"990121": "青岚县"})
    assert table[["county_name", "sequence", "stage"]].to_numpy().tolist() == [["青岚县", 2, "city_recheck"]]
    assert refused["source"].tolist() == ["表.xlsx 第 5 行"]
    assert "现在只能登记“省级评估”" in refused["message"].iat[0]


def test_entries_of_record_forms_name_their_row():
    table = pd.DataFrame(
        [("2025-2026", "990121", "national-basic-2012", "self_assessment", "passed", "2026-01-01", "县", None, "表.xlsx", 4)],
        columns=["school_year", "county_code", "standard", "stage", "outcome", "date", "by_whom", "reason", "file", "row"],
    )
    assert steps_of(table)[0].source == "表.xlsx 第 4 行" and steps_of(table)[0].reason is None


def back(one: Step, act: int = 9, year: str = "2025-2026") -> Withdrawal:
    return Withdrawal(year, one.county_code, one.standard, one.stage, one.outcome, one.date, "督导室", "登错", act, "2026-06-01")


def test_a_form_that_repeats_stages_of_earlier_years_adds_nothing():
    first = [
        step("self_assessment", date="2025-01-01", year="2024-2025"),
        step("city_recheck", date="2025-02-01", year="2024-2025"),
    ]
    again = [step("self_assessment", date="2025-01-01"), step("city_recheck", date="2025-02-01")]
    accepted, refused = judged([*first, *again, step("provincial_evaluation", date="2026-03-01")])
    assert [one.stage for one in accepted] == ["self_assessment", "city_recheck", "provincial_evaluation"] and refused == []


def test_a_withdrawn_act_is_passed_over_and_a_row_of_a_form_is_told():
    by_command, on_form = step("self_assessment", act=3), step("self_assessment", source="甲.xlsx 第 4 行")
    assert judged([by_command], [back(by_command)]) == ([], [])
    accepted, (told,) = judged([on_form], [back(on_form)])
    assert accepted == [] and told.kind == WITHDRAWN and told.step is on_form
    assert "“督导室”于 2026-06-01 撤回(登记 9 号),原因:登错" in told.zh and "withdrawn by 督导室 on 2026-06-01 (act 9)" in told.en


def test_what_is_recorded_after_a_withdrawal_holds_again():
    wrong, right = step("self_assessment", act=3), step("self_assessment", act=10)
    accepted, refused = judged([wrong, right], [back(wrong)])
    assert (accepted, refused) == ([right], [])
    row = step("self_assessment", source="甲.xlsx 第 4 行")
    accepted, refused = judged([wrong, right, row], [back(wrong)])
    assert ([one.stage for one in accepted], refused) == (["self_assessment"], []), "and a row that says the same is right"


def test_a_withdrawal_takes_back_that_stage_only():
    first, second = step("self_assessment", act=1), step("city_recheck", date="2026-02-01", act=2)
    for other in (
        step("city_recheck", "returned", "2026-02-01"),
        step("city_recheck", date="2026-02-02"),
        Step("2025-2026", "990122", second.standard, second.stage, "passed", second.date, "县"),
        Step("2025-2026", "990121", "national-basic-2012", second.stage, "passed", second.date, "县"),
    ):
        assert judged([first, second], [back(other)])[0] == [first, second]
    assert judged([first, second], [back(second)])[0] == [first]


def test_which_stage_follows_another():
    first, second = step("self_assessment"), step("city_recheck", date="2026-02-01", year="2026-2027")
    other = Step("2025-2026", "990122", first.standard, "self_assessment", "passed", "2026-03-01", "县")
    accepted = [first, other, second]
    assert (follows(first, accepted), follows(second, accepted), follows(other, accepted)) == (second, None, None)


def test_a_withdrawal_of_a_later_year_changes_no_earlier_year():
    one = step("self_assessment", year="2024-2025", act=1)
    entered = Entered((one,), (back(one, year="2025-2026"),))
    assert len(workflow_tables(entered, "2024-2025", {})[0]) == 1
    assert len(workflow_tables(Entered((one,), (back(one, year="2024-2025"),)), "2024-2025", {})[0]) == 0


def test_a_row_that_says_what_is_recorded_again_is_right_whichever_is_read_first():
    """Rows and acts of one day are judged by where they were entered: 甲.xlsx comes before 登记, as the codes of the letters do."""
    row = step("self_assessment", source="甲.xlsx 第 4 行")
    wrong, right = step("self_assessment", source="登记 3 号", act=3), step("self_assessment", source="登记 10 号", act=10)
    assert judged([row, wrong, right], [back(wrong)]) == ([right], [])


def test_a_row_that_was_taken_back_twice_is_told_of_the_last_time():
    row = step("self_assessment", source="甲.xlsx 第 4 行")
    accepted, (told,) = judged([row], [back(row, act=5), back(row, act=9)])
    assert accepted == [] and told.params["act"] == 9


def test_what_a_later_year_records_again_does_not_silence_what_an_earlier_one_was_told():
    """The row of 2024-2025 was taken back in that year; that the stage is recorded again in the next changes nothing in its tables."""
    row = step("self_assessment", date="2025-05-01", year="2024-2025", source="甲.xlsx 第 4 行")
    again = step("self_assessment", date="2025-05-01", source="登记 10 号", act=10)
    entered = Entered((row, again), (back(row, year="2024-2025"),))
    table, refused = workflow_tables(entered, "2024-2025", {})
    assert (len(table), refused["source"].tolist()) == (0, ["甲.xlsx 第 4 行"])
    assert len(workflow_tables(entered, "2025-2026", {})[0]) == 1
