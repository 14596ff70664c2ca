"""Stage ``insight``: where differences come from, and how they move from year to year.

Belongs here: assets that explain the assessment. Does not belong here: what is counted up beside it (``monitoring``), anything
that a verdict rests on.
"""

import dagster as dg
import pandas as pd

from assets.declaring import described
from assets.partitions import school_years, year_of
from domain.assessment import county_growth as growth
from domain.assessment import judging, townships
from domain.assessment import scope_sensitivity as sensitivity
from domain.assessment import self_scores as scores
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


@dg.asset(group_name=GROUP, partitions_def=school_years, **described("scope_sensitivity"))
def scope_sensitivity(
    context: dg.AssetExecutionContext, home: JunhengHome, school_sections: pd.DataFrame, county_coefficients: pd.DataFrame
) -> pd.DataFrame:
    """Compute each coefficient again with one excluded group of schools put back in."""
    return sensitivity.scope_sensitivity(school_sections, county_coefficients, home.standards(year_of(context)))


@dg.asset(group_name=GROUP, partitions_def=school_years, **described("township_coefficients"))
def township_coefficients(
    context: dg.AssetExecutionContext,
    home: JunhengHome,
    school_register: pd.DataFrame,
    school_sections: pd.DataFrame,
    scope_ledger: pd.DataFrame,
    county_records: pd.DataFrame,
) -> pd.DataFrame:
    """Compute the coefficients within each township."""
    return townships.township_coefficients(
        school_register, school_sections, scope_ledger, county_records, home.standards(year_of(context))
    )


@dg.asset(group_name=GROUP, partitions_def=school_years, **described("township_compliance"))
def township_compliance(
    context: dg.AssetExecutionContext,
    home: JunhengHome,
    school_register: pd.DataFrame,
    scope_ledger: pd.DataFrame,
    school_compliance: pd.DataFrame,
    county_records: pd.DataFrame,
) -> pd.DataFrame:
    """Count the complying school sections of each township."""
    return townships.township_compliance(
        school_register, scope_ledger, school_compliance, county_records, home.standards(year_of(context))
    )


@dg.asset(group_name=GROUP, partitions_def=school_years, **described("self_score_differences"))
def self_score_differences(
    context: dg.AssetExecutionContext,
    home: JunhengHome,
    self_scores: pd.DataFrame,
    school_points: pd.DataFrame,
    school_register: pd.DataFrame,
) -> pd.DataFrame:
    """Hold the points that schools gave themselves against those that their figures give."""
    return scores.self_score_differences(self_scores, school_points, school_register, home.standards(year_of(context)))


@dg.asset(group_name=GROUP, partitions_def=school_years, **described("county_growth"))
def county_growth(county_records: pd.DataFrame, county_returns: pd.DataFrame) -> pd.DataFrame:
    """Hold what each county spends on education against the year before and against its revenue."""
    return growth.county_growth(county_records, county_returns)
