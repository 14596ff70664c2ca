"""What was entered of the official procedure: by record form, kept as tables, and by command, kept as acts.

Belongs here: bringing both together. Does not belong here: which entries hold (``domain.assessment.workflow``), approval
and lock (``approvals``).
"""

from data_contracts.school_year import SchoolYear, calendar
from domain.assessment.workflow import Entered, Step, Withdrawal, steps_of
from domain.intake.ledger import day_in_china
from resources.database import Act, WarehouseDatabase
from resources.stored_tables import StoredTables

STEP, WITHDRAWAL, SAMPLE = "workflow_step", "workflow_withdrawal", "sample"


def entered(tables: StoredTables, database: WarehouseDatabase, year: SchoolYear, forms_of_the_year: bool = True) -> Entered:
    """Everything entered for a school year and those before it, by form or by command.

    Args:
        tables: the working tables.
        database: holds the acts.
        year: the school year.
        forms_of_the_year: False leaves out the forms of the year itself, where they are only now being read.
    """
    acts = [act for act in database.acts(None, STEP, WITHDRAWAL) if act.school_year <= year.key]
    steps = [step_of(act) for act in acts if act.kind == STEP]
    for key in [key for key in calendar() if key < year.key or (forms_of_the_year and key == year.key)]:
        entries = tables.read("workflow_entries", key)
        if entries is not None:
            steps += steps_of(entries)
    return Entered(tuple(steps), tuple(withdrawal_of(act) for act in acts if act.kind == WITHDRAWAL))


def step_of(act: Act) -> Step:
    """The step that an act records."""
    told = act.details
    return Step(
        act.school_year,
        act.county_code,
        told["standard"],
        told["stage"],
        told["outcome"],
        told["date"],
        act.by_whom,
        act.reason or None,
        f"登记 {act.id} 号",
        act.id,
    )


def withdrawal_of(act: Act) -> Withdrawal:
    """The withdrawal that an act records."""
    told = act.details
    return Withdrawal(
        act.school_year,
        act.county_code,
        told["standard"],
        told["stage"],
        told["outcome"],
        told["date"],
        act.by_whom,
        act.reason,
        act.id,
        day_in_china(act.made_at).isoformat(),
    )
