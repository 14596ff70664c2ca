"""Stage ``insight``: where differences come from, and how they move from year to year.

Belongs here: assets that explain the assessment. Does not belong here: anything that a verdict rests on.
"""

import dagster as dg
import pandas as pd

from assets.declaring import described
from assets.partitions import school_years, year_of
from domain.assessment import county_growth as growth
from domain.assessment import judging
from domain.assessment import year_on_year as comparison
from resources.dagster_io import JunhengHome

GROUP = "insight"


@dg.asset(group_name=GROUP, partitions_def=school_years, **described("coefficient_contributions"))
def coefficient_contributions(
    context: dg.AssetExecutionContext, home: JunhengHome, school_sections: pd.DataFrame, county_coefficients: pd.DataFrame
) -> pd.DataFrame:
    """Share out each coefficient among the schools that make it."""
    return judging.all_contributions(school_sections, county_coefficients, home.standards(year_of(context)))


@dg.asset(
    group_name=GROUP,
    partitions_def=school_years,
    deps=["county_coefficients"],
    **described("year_on_year"),
)
def year_on_year(context: dg.AssetExecutionContext, home: JunhengHome) -> pd.DataFrame:
    """Hold each coefficient against the school year before, where that has been computed.

    The year before is read from the store: a partition mapping to it would make a backfill of three years ask for a fourth.
    """
    year = year_of(context)
    current = home.tables.read("county_coefficients", year.key)
    if current is None:
        raise dg.Failure(f"Table county_coefficients of {year} is not there yet; materialise it first.")
    return comparison.year_on_year(current, home.tables.read("county_coefficients", year.previous.key))


@dg.asset(group_name=GROUP, partitions_def=school_years, **described("county_growth"))
def county_growth(county_records: pd.DataFrame, county_returns: pd.DataFrame) -> pd.DataFrame:
    """Hold what each county spends on education against the year before and against its revenue."""
    return growth.county_growth(county_records, county_returns)
