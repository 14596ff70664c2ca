"""Stage ``followup``: what is done about a verdict: gaps and their closing, the procedure, what was seen on site.

Belongs here: assets after the assessment that people act upon. Does not belong here: the calculations
(``domain.assessment``), what people enter row by row (``intake``), the acts themselves (``junheng workflow``, ``sample``).
"""

import datetime as dt

import dagster as dg
import pandas as pd

from assets.declaring import described, table_out
from assets.partitions import school_years, year_of
from data_contracts.school_year import SchoolYear, calendar
from data_contracts.tables import no_rows
from domain.assessment import rectification, verification
from domain.assessment.gaps import YearTables, open_gaps, unknown_among
from domain.assessment.sampling import sample_rows
from domain.assessment.workflow import workflow_tables
from resources.dagster_io import JunhengHome
from resources.procedure import SAMPLE, entered

GROUP = "followup"


@dg.asset(
    group_name=GROUP, partitions_def=school_years, deps=["visit_records"], **described("verification_results")
)  # fmt: skip
def verification_results(
    context: dg.AssetExecutionContext, home: JunhengHome, school_returns: pd.DataFrame, school_register: pd.DataFrame
) -> pd.DataFrame:
    """Hold what was seen on site against what the schools reported."""
    visits = home.tables.read("visit_records", year_of(context).key)
    if visits is None:
        visits = no_rows("visit_records")
    return verification.verification_results(visits, school_returns, school_register)


@dg.asset(group_name=GROUP, partitions_def=school_years, **described("verification_sample"))
def verification_sample(context: dg.AssetExecutionContext, home: JunhengHome) -> pd.DataFrame:
    """The schools drawn for a visit, as the last recorded draw of each county says."""
    home.database.prepare()
    acts = home.database.acts(year_of(context).key, SAMPLE)
    return sample_rows({act.county_code: (act.details, rectification.day(act.made_at), act.by_whom) for act in acts})


@dg.asset(
    group_name=GROUP,
    partitions_def=school_years,
    deps=["rectification_entries"],
    **described("rectification_ledger"),
)
def rectification_ledger(
    context: dg.AssetExecutionContext,
    home: JunhengHome,
    school_register: pd.DataFrame,
    school_sections: pd.DataFrame,
    scope_ledger: pd.DataFrame,
    school_indicators: pd.DataFrame,
    school_compliance: pd.DataFrame,
    county_coefficients: pd.DataFrame,
    county_verdicts: pd.DataFrame,
    verification_results: pd.DataFrame,
) -> pd.DataFrame:
    """Write down which gaps opened, closed and came back, and list them.

    The year before is read from the store: see ``year_on_year``. A locked year's history stays as it is.
    """
    year = year_of(context)
    tables = YearTables(
        school_register,
        school_sections,
        scope_ledger,
        school_indicators,
        school_compliance,
        county_coefficients,
        county_verdicts,
        verification_results,
        home.standards(year),
    )
    locked, database = home.approval(year) is not None, home.database
    gaps = open_gaps(tables)
    known = rectification.states(database.gap_events(year.key), year.key)
    unknown = unknown_among(rectification.open_before(known, gaps["gap"]), tables)
    if not locked:
        added = database.record_gaps(year.key, gaps["gap"].tolist(), unknown, dt.datetime.now(dt.UTC), context.run.run_id)
        known = rectification.states(database.gap_events(year.key), year.key) if added else known
    return rectification.rectification_ledger(
        gaps,
        unknown,
        known,
        tables,
        year.key,
        home.tables.read("rectification_entries", year.key),
        home.tables.read("rectification_ledger", year.previous.key),
    )


@dg.multi_asset(
    outs={name: table_out(name, GROUP) for name in ("county_workflow", "workflow_refusals")},
    deps=["workflow_entries", "county_records"],
    partitions_def=school_years,
)
def judge_workflow(context: dg.AssetExecutionContext, home: JunhengHome) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Judge what was entered of the official procedure, over all years up to this one."""
    year = year_of(context)
    home.database.prepare()
    return workflow_tables(entered(home.tables, home.database, year), year.key, _county_names(home, year))


def _county_names(home: JunhengHome, year: SchoolYear) -> dict[str, str]:
    """Names of counties by code, as the latest year that knows them tells."""
    names: dict[str, str] = {}
    for key in [key for key in calendar() if key <= year.key]:
        counties = home.tables.read("county_records", key)
        if counties is not None:
            names |= dict(zip(counties["county_code"], counties["county_name"], strict=True))
    return names
