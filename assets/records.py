"""Stage ``records``: accepted schools by section, and the counties.

Belongs here: assets between intake and assessment. Does not belong here: acceptance (``intake``), indicators (``assessment``).
"""

import dagster as dg
import pandas as pd

from assets.declaring import described
from assets.partitions import school_years, year_of
from data_contracts.standard import weights_of
from domain.assessment import county_records as counties
from domain.assessment import school_sections as sections
from resources.dagster_io import JunhengHome

GROUP = "records"


@dg.asset(group_name=GROUP, partitions_def=school_years, **described("school_sections"))
def school_sections(context: dg.AssetExecutionContext, home: JunhengHome, school_returns: pd.DataFrame) -> pd.DataFrame:
    """Split shared resources between the sections of a school."""
    return sections.school_sections(school_returns, weights_of(home.standards(year_of(context))))


@dg.asset(group_name=GROUP, partitions_def=school_years, **described("county_records"))
def county_records(school_register: pd.DataFrame, reporting_board: pd.DataFrame, school_sections: pd.DataFrame) -> pd.DataFrame:
    """Count what each county's schools reported."""
    return counties.county_records(school_register, reporting_board, school_sections)
