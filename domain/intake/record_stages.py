"""The rows of the form of stages (工作进程表) against the official procedure: a stage that may not follow is an error of its row.

Belongs here: telling the clerk, at the cell, why a stage does not hold. Does not belong here: which stage may follow which
(``domain.assessment.workflow``), the table of what was refused (the same), days that are yet to come (``record_rows``).

A refused row stays in ``workflow_entries``: whether it holds depends on what is entered elsewhere and later, and the asset
``judge_workflow`` judges all of it anew.
"""

from collections.abc import Mapping, Sequence

from domain.assessment.workflow import ORDER_OF_DATES, ORDER_OF_STAGES, WITHDRAWN, Entered, Step, judged, row_source
from domain.intake.record_rows import RecordRow

_RULES = {
    ORDER_OF_STAGES: ("E-STAGE", "stage"),
    ORDER_OF_DATES: ("E-STAGE-DATE", "date"),
    WITHDRAWN: ("E-STAGE-WITHDRAWN", "stage"),
}
"""Why a step is refused → the rule that says so, and the column at whose cell it speaks."""


def refuse_stages(rows: Sequence[tuple[RecordRow, Mapping[str, object]]], entered: Entered, year: str) -> None:
    """Add an error to every row whose stage is refused.

    Args:
        rows: those that count, each with what it says by column of ``workflow_entries``.
        entered: by command, and by the forms of the years before.
        year: the school year of the rows.
    """
    steps = [(row, _step(said, year)) for row, said in rows]
    row_of = {id(step): row for row, step in steps}
    _, refused = judged([*entered.steps, *(step for _, step in steps)], entered.withdrawals)
    for one in refused:
        row = row_of.get(id(one.step))
        if row is not None:
            rule, key = _RULES[one.kind]
            row.tell(rule, key, **one.params)


def _step(said: Mapping[str, object], year: str) -> Step:
    named = ("county_code", "standard", "stage", "outcome", "date", "by_whom")
    county, standard, stage, outcome, date, by_whom = (str(said[name]) for name in named)
    source = row_source(str(said["file"]), int(str(said["row"])))
    return Step(year, county, standard, stage, outcome, date, by_whom, None, source)
