"""The official procedure of county and standard: which stage may follow which, and what of all that was entered holds.

Belongs here: allowed transitions and the judgement on entries. Does not belong here: where entries come from (record forms,
the log of acts), the approval and locking of a year's figures (``resources.approvals``).

县级自评 → 市级复核 → 省级评估 → 国家认定 → 监测复查 → 监测复查 …; a stage that was returned or failed leads back to 县级自评.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

import pandas as pd

from data_contracts.vocabulary import WORKFLOW_OUTCOMES, WORKFLOW_STAGES

PASSED = "passed"
ORDER = tuple(WORKFLOW_STAGES)
STEP_COLUMNS = ("county_code", "county_name", "standard", "sequence", "stage", "outcome", "date", "by_whom", "reason", "source")
REFUSAL_COLUMNS = ("county_code", "standard", "stage", "outcome", "date", "by_whom", "source", "message")


@dataclass(frozen=True)
class Step:
    """One stage of the procedure, as entered.

    ``date`` is written as 2026-06-30; ``source`` says where it was entered; ``act`` is the number of the act by which it was
    recorded, None for a row of a form.
    """

    school_year: str
    county_code: str
    standard: str
    stage: str
    outcome: str
    date: str
    by_whom: str
    reason: str | None = None
    source: str = ""
    act: int | None = None


@dataclass(frozen=True)
class Withdrawal:
    """A stage that somebody took back: which one, and by which act (its number and day), by whom and why.

    It takes back the stage wherever it was entered up to then; what is recorded by a later act holds again.
    """

    school_year: str
    county_code: str
    standard: str
    stage: str
    outcome: str
    date: str
    by_whom: str
    reason: str
    act: int
    made_on: str

    def covers(self, step: Step) -> bool:
        """True for the stage that was taken back, and not for one that was recorded afterwards."""
        same = (self.county_code, self.standard) == (step.county_code, step.standard) and _same(self, step)
        return same and (step.act is None or step.act < self.act)


ORDER_OF_STAGES, ORDER_OF_DATES, WITHDRAWN = "stage", "date", "withdrawn"
"""Why a step does not hold: another stage is due, it lies before the stage before, it was taken back."""


@dataclass(frozen=True)
class Refusal:
    """A step that does not hold, and why, in both languages; ``params`` is what the sentences tell, by name."""

    step: Step
    zh: str
    en: str
    kind: str = ORDER_OF_STAGES
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Entered:
    """Everything that was entered of the procedure: steps, and what was taken back."""

    steps: tuple[Step, ...] = ()
    withdrawals: tuple[Withdrawal, ...] = ()


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
            ORDER_OF_DATES,
            {"last": WORKFLOW_STAGES[last.stage], "last_en": last.stage, "last_date": last.date},
        )
    allowed = next_allowed(history)
    if step.stage in allowed:
        return None
    now = "、".join(WORKFLOW_STAGES[stage] for stage in allowed)
    return Refusal(
        step,
        f"{_standing(history)},现在只能登记“{now}”,不能登记“{WORKFLOW_STAGES[step.stage]}”。",
        f"{_standing_en(history)}; what can be recorded now is {', '.join(allowed)}, not {step.stage}.",
        ORDER_OF_STAGES,
        {"standing": _standing(history), "standing_en": _standing_en(history), "allowed": now, "allowed_en": ", ".join(allowed)},
    )


def _taken_back(step: Step, withdrawal: Withdrawal) -> Refusal:
    told = {"by": withdrawal.by_whom, "on": withdrawal.made_on, "why": withdrawal.reason, "act": withdrawal.act}
    return Refusal(
        step,
        "这一阶段已由“{by}”于 {on} 撤回(登记 {act} 号),原因:{why}。".format_map(told),
        "This stage was withdrawn by {by} on {on} (act {act}): {why}".format_map(told),
        WITHDRAWN,
        told,
    )


def follows(step: Step, accepted: Sequence[Step]) -> Step | None:
    """The stage that comes next after an accepted one in its county and standard; None where it is the last.

    Args:
        step: one of ``accepted``.
        accepted: accepted steps of all years, oldest first.
    """
    own = [one for one in accepted if (one.county_code, one.standard) == (step.county_code, step.standard)]
    place = own.index(step)
    return own[place + 1] if place + 1 < len(own) else None


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


def judged(entries: Iterable[Step], withdrawals: Sequence[Withdrawal] = ()) -> tuple[list[Step], list[Refusal]]:
    """Which entries hold, and which are refused and why; a refused one changes nothing for those after it.

    The same stage, outcome and date entered twice, on a form and by command or in two years' forms, is one step.
    A step that was taken back does not hold; a row of a form that still says it is refused, an act is passed over, since it
    stays in the log for ever.

    Args:
        entries: of any counties and standards.
        withdrawals: what was taken back.

    Returns:
        Accepted steps and refusals, each in the order of ``in_order``.
    """
    histories: defaultdict[tuple[str, str], list[Step]] = defaultdict(list)
    accepted: list[Step] = []
    refused: list[Refusal] = []
    steps = list(entries)
    back = {id(step): next((one for one in reversed(withdrawals) if one.covers(step)), None) for step in steps}
    holding = {_what(step) for step in steps if back[id(step)] is None}
    for step in _due_first(steps, histories):
        history = histories[step.county_code, step.standard]
        if any(_same(one, step) for one in history):
            continue
        withdrawal = back[id(step)]
        if withdrawal is not None:
            # A row that repeats what was recorded again afterwards says nothing wrong.
            if step.act is None and _what(step) not in holding:
                refused.append(_taken_back(step, withdrawal))
            continue
        why = refusal(step, history)
        if why is not None:
            refused.append(why)
        else:
            history.append(step)
            accepted.append(step)
    return accepted, refused


def _due_first(steps: Iterable[Step], histories: Mapping[tuple[str, str], list[Step]]) -> Iterator[Step]:
    """Steps in order, of one day first what is due by then: what was returned may begin anew on the same day."""
    for _, day in groupby(in_order(steps), key=lambda step: (step.school_year, step.date)):
        waiting = list(day)
        while waiting:
            due = (n for n, one in enumerate(waiting) if refusal(one, histories[one.county_code, one.standard]) is None)
            yield waiting.pop(next(due, 0))


def _what(step: Step) -> tuple[str, ...]:
    return step.county_code, step.standard, step.stage, step.outcome, step.date


def _same(one: Step | Withdrawal, other: Step) -> bool:
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
            row_source(row["file"], row["row"]),
        )
        for row in plain.to_dict("records")
    ]


def row_source(file: str, row: int) -> str:
    """Where a step was entered, for a row of a form."""
    return f"{file} 第 {row} 行"


def workflow_tables(entered: Entered, year: str, county_names: Mapping[str, str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tables ``county_workflow`` and ``workflow_refusals`` of a school year.

    Args:
        entered: for this year and those before; sequences count over all of them. What belongs to later years is passed over.
        year: the school year.
        county_names: by code; the code stands where there is none.
    """
    accepted, refused = judged(
        (step for step in entered.steps if step.school_year <= year),
        [one for one in entered.withdrawals if one.school_year <= year],
    )
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
