"""The official procedure of county and standard: which stage may follow which, and what of all that was entered holds.

Belongs here: allowed transitions and the judgement on entries. Does not belong here: where entries come from (record forms,
the log of acts), the approval and locking of a year's figures (``resources.approvals``).

县级自评 → 市级复核 → 省级评估 → 国家认定 → 监测复查 → 监测复查 …; a stage that was returned or failed leads back to 县级自评.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from data_contracts.vocabulary import WORKFLOW_OUTCOMES, WORKFLOW_STAGES

PASSED = "passed"
ORDER = tuple(WORKFLOW_STAGES)
STEP_COLUMNS = ("county_code", "county_name", "standard", "sequence", "stage", "outcome", "date", "by_whom", "reason", "source")
REFUSAL_COLUMNS = ("county_code", "standard", "stage", "outcome", "date", "by_whom", "source", "message")


@dataclass(frozen=True)
class Step:
    """One stage of the procedure, as entered. ``date`` is written as 2026-06-30; ``source`` says where it was entered."""

    school_year: str
    county_code: str
    standard: str
    stage: str
    outcome: str
    date: str
    by_whom: str
    reason: str | None = None
    source: str = ""


@dataclass(frozen=True)
class Refusal:
    """A step that does not hold, and why, in both languages."""

    step: Step
    zh: str
    en: str


def next_allowed(history: Sequence[Step]) -> tuple[str, ...]:
    """The stages that may come next.

    Args:
        history: accepted steps of one county and standard, oldest first.
    """
    if not history or history[-1].outcome != PASSED:
        return (ORDER[0],)
    place = ORDER.index(history[-1].stage)
    return (ORDER[min(place + 1, len(ORDER) - 1)],)


def refusal(step: Step, history: Sequence[Step]) -> Refusal | None:
    """Why a step cannot follow a history; None where it can.

    Args:
        step: the new step.
        history: accepted steps of the same county and standard, oldest first.
    """
    if history and step.date < history[-1].date:
        last = history[-1]
        return Refusal(
            step,
            f"日期 {step.date} 早于上一阶段“{WORKFLOW_STAGES[last.stage]}”的日期 {last.date},请核对日期。",
            f"The date {step.date} lies before that of the stage before, {last.stage} on {last.date}; check the date.",
        )
    allowed = next_allowed(history)
    if step.stage in allowed:
        return None
    now = "、".join(WORKFLOW_STAGES[stage] for stage in allowed)
    return Refusal(
        step,
        f"{_standing(history)},现在只能登记“{now}”,不能登记“{WORKFLOW_STAGES[step.stage]}”。",
        f"{_standing_en(history)}; what can be recorded now is {', '.join(allowed)}, not {step.stage}.",
    )


def _standing(history: Sequence[Step]) -> str:
    if not history:
        return "还没有任何登记"
    last = history[-1]
    return f"目前为“{WORKFLOW_STAGES[last.stage]}”{WORKFLOW_OUTCOMES[last.outcome]}({last.date})"


def _standing_en(history: Sequence[Step]) -> str:
    return f"The last stage is {history[-1].stage}, {history[-1].outcome}" if history else "Nothing was recorded yet"


def in_order(entries: Iterable[Step]) -> list[Step]:
    """Entries in the order in which they are judged: by school year, date and stage.

    A later school year never decides what holds in an earlier one, so that a year computed anew comes out the same.
    """
    return sorted(entries, key=lambda step: (step.school_year, step.date, ORDER.index(step.stage), step.source))


def judged(entries: Iterable[Step]) -> tuple[list[Step], list[Refusal]]:
    """Which entries hold, and which are refused and why; a refused one changes nothing for those after it.

    The same stage, outcome and date entered twice, on a form and by command or in two years' forms, is one step.

    Args:
        entries: of any counties and standards.

    Returns:
        Accepted steps and refusals, each in the order of ``in_order``.
    """
    histories: dict[tuple[str, str], list[Step]] = {}
    accepted: list[Step] = []
    refused: list[Refusal] = []
    for step in in_order(entries):
        history = histories.setdefault((step.county_code, step.standard), [])
        if history and _same(history[-1], step):
            continue
        why = refusal(step, history)
        if why is not None:
            refused.append(why)
        else:
            history.append(step)
            accepted.append(step)
    return accepted, refused


def _same(one: Step, other: Step) -> bool:
    return (one.stage, one.outcome, one.date) == (other.stage, other.outcome, other.date)


def steps_of(table: pd.DataFrame) -> list[Step]:
    """The steps that a table ``workflow_entries`` holds."""
    plain = table.astype(object).where(table.notna(), None)
    return [
        Step(
            row["school_year"],
            row["county_code"],
            row["standard"],
            row["stage"],
            row["outcome"],
            row["date"],
            row["by_whom"],
            row["reason"],
            f"{row['file']} 第 {row['row']} 行",
        )
        for row in plain.to_dict("records")
    ]


def workflow_tables(entries: Iterable[Step], year: str, county_names: Mapping[str, str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tables ``county_workflow`` and ``workflow_refusals`` of a school year.

    Args:
        entries: everything entered for this year and those before; sequences count over all of them.
        year: the school year.
        county_names: by code; the code stands where there is none.
    """
    accepted, refused = judged(step for step in entries if step.school_year <= year)
    counts: dict[tuple[str, str], int] = {}
    rows = []
    for step in accepted:
        place = (step.county_code, step.standard)
        counts[place] = counts.get(place, 0) + 1
        if step.school_year == year:
            name = county_names.get(step.county_code, step.county_code)
            told = (step.stage, step.outcome, step.date, step.by_whom, step.reason, step.source)
            rows.append((step.county_code, name, step.standard, counts[place], *told))
    refusals = [
        (s.county_code, s.standard, s.stage, s.outcome, s.date, s.by_whom, s.source, one.zh)
        for one in refused
        if (s := one.step).school_year == year
    ]
    return (
        pd.DataFrame(rows, columns=list(STEP_COLUMNS)).sort_values(["county_code", "standard", "sequence"], ignore_index=True),
        pd.DataFrame(refusals, columns=list(REFUSAL_COLUMNS)),
    )
