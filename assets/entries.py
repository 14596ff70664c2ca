"""Stage ``records``: what counties state, and what people enter row by row, from their forms.

Belongs here: the step that makes these tables. Does not belong here: reading forms and telling what is wrong in them
(``intake``), settling itself (``domain.intake.record_settling``), what is computed from entries.
"""

import datetime as dt

import dagster as dg
import pandas as pd

from assets.declaring import table_out
from assets.partitions import school_years, year_of
from domain.intake import record_settling
from domain.intake.gathering import restored_records
from domain.intake.ledger import day_in_china
from domain.intake.look import Look
from resources.dagster_io import JunhengHome
from resources.stored_tables import recorded_gaps

GROUP = "records"
SevenTables = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]


@dg.multi_asset(
    outs={name: table_out(name, GROUP) for name in record_settling.SETTLED_TABLES},
    deps=["register_files", "standard_files"],
    partitions_def=school_years,
)
def settle_records(
    context: dg.AssetExecutionContext,
    home: JunhengHome,
    submission_files: pd.DataFrame,
    submitted_records: pd.DataFrame,
    reading_findings: pd.DataFrame,
) -> SevenTables:
    """Settle which county form counts for which county, and which rows of record forms count.

    What is wrong in them is told with the findings of all files (``settle_intake``); here only what counts is kept.
    """
    year = year_of(context)
    register = home.register(year)
    look = Look(year, day_in_china(dt.datetime.now(dt.UTC)), recorded_gaps=lambda: recorded_gaps(home.tables, year))
    intake = restored_records(submission_files, submitted_records, reading_findings)
    tables = record_settling.settle_records(intake, register, home.standards(year), look=look).tables
    context.log.info("%s", ", ".join(f"{name}: {len(tables[name])} rows" for name in tables))
    returns, rectification, workflow, visits, plans, scores, commitments = (
        tables[name] for name in record_settling.SETTLED_TABLES
    )
    return returns, rectification, workflow, visits, plans, scores, commitments
