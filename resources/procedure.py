"""What was entered of the official procedure: by record form, kept as tables, and by command, kept as acts.

Belongs here: bringing both together. Does not belong here: which entries hold (``domain.assessment.workflow``), approval
and lock (``approvals``).
"""

from data_contracts.school_year import SchoolYear, calendar
from domain.assessment.workflow import Step, steps_of
from resources.database import Act, WarehouseDatabase
from resources.stored_tables import StoredTables

STEP, SAMPLE = "workflow_step", "sample"


def steps_entered(tables: StoredTables, database: WarehouseDatabase, year: SchoolYear) -> list[Step]:
    """Every step entered for a school year and those before it, by form or by command."""
    found = [step_of(act) for act in database.acts(None, STEP) if act.school_year <= year.key]
    for key in [key for key in calendar() if key <= year.key]:
        entries = tables.read("workflow_entries", key)
        if entries is not None:
            found += steps_of(entries)
    return found


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
    )
