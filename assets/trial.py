"""Stage ``trial``: standards on trial, computed beside those in force and never mixed into them.

Belongs here: the four tables of a trial. Does not belong here: which trials are on (``resources.trials``), the arithmetic
(``domain.assessment.trials``).
"""

import dagster as dg
import pandas as pd

from assets.declaring import table_out
from assets.partitions import school_years, year_of
from domain.assessment.trials import trial_tables
from resources.dagster_io import JunhengHome
from resources.trials import standards_on_trial

GROUP = "trial"
FourTables = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]
TABLES = ("trial_indicators", "trial_compliance", "trial_coefficients", "trial_verdicts")


@dg.multi_asset(name="trials", partitions_def=school_years, outs={name: table_out(name, GROUP) for name in TABLES})
def trials(
    context: dg.AssetExecutionContext,
    home: JunhengHome,
    county_records: pd.DataFrame,
    school_register: pd.DataFrame,
    school_returns: pd.DataFrame,
    county_returns: pd.DataFrame,
    school_commitments: pd.DataFrame,
) -> FourTables:
    """Judge the year by every standard on trial; without one the tables are empty."""
    year = year_of(context)
    chosen = standards_on_trial(home.home, year)
    for standard in chosen:
        context.log.info("on trial for %s: %s", year, standard.id)
    in_force = home.standards(year)
    tables = trial_tables(
        county_records, school_register, school_returns, county_returns, chosen, in_force, year, school_commitments
    )
    indicators, compliance, coefficients, verdicts = (tables[name] for name in TABLES)
    return indicators, compliance, coefficients, verdicts
