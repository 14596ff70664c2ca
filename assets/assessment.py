"""Stage ``assessment``: indicators, compliance, coefficients, verdicts, and the scope they rest on.

Belongs here: assets that judge. Does not belong here: the arithmetic (``domain.assessment``).
"""

import dagster as dg
import pandas as pd

from assets.declaring import described
from assets.partitions import school_years, year_of
from assets.showing import coefficient_figures, compliance_figures, verdict_figures
from domain.assessment import indicators, judging, scope
from resources.dagster_io import JunhengHome

GROUP = "assessment"


@dg.asset(group_name=GROUP, partitions_def=school_years, **described("scope_ledger"))
def scope_ledger(
    context: dg.AssetExecutionContext, home: JunhengHome, school_register: pd.DataFrame, school_sections: pd.DataFrame
) -> pd.DataFrame:
    """Decide for each school section and standard whether it counts, and by which rule."""
    return scope.scope_ledger(school_register, school_sections, home.standards(year_of(context)))


@dg.asset(group_name=GROUP, partitions_def=school_years, **described("school_indicators"))
def school_indicators(
    context: dg.AssetExecutionContext, home: JunhengHome, school_sections: pd.DataFrame, school_commitments: pd.DataFrame
) -> pd.DataFrame:
    """Compute every indicator of every section in scope; a commitment counts while the term of the standard runs."""
    year = year_of(context)
    return indicators.school_indicators(school_sections, home.standards(year), school_commitments, year)


@dg.asset(group_name=GROUP, partitions_def=school_years, **described("school_compliance"))
def school_compliance(context: dg.AssetExecutionContext, home: JunhengHome, school_indicators: pd.DataFrame) -> pd.DataFrame:
    """Judge each section by the school rule of its standard."""
    table = judging.all_compliance(school_indicators, home.standards(year_of(context)))
    context.add_output_metadata(compliance_figures(table))
    return table


@dg.asset(group_name=GROUP, partitions_def=school_years, **described("school_points"))
def school_points(context: dg.AssetExecutionContext, home: JunhengHome, school_indicators: pd.DataFrame) -> pd.DataFrame:
    """Give each section its points or grade, where its standard has tiers or grades."""
    return judging.all_points(school_indicators, home.standards(year_of(context)))


@dg.asset(group_name=GROUP, partitions_def=school_years, **described("county_coefficients"))
def county_coefficients(
    context: dg.AssetExecutionContext,
    home: JunhengHome,
    school_sections: pd.DataFrame,
    scope_ledger: pd.DataFrame,
    county_records: pd.DataFrame,
) -> pd.DataFrame:
    """Compute the coefficients of variation of every county."""
    standards = home.standards(year_of(context))
    table = judging.all_coefficients(school_sections, scope_ledger, county_records, standards)
    context.add_output_metadata(coefficient_figures(table, standards))
    return table


@dg.asset(group_name=GROUP, partitions_def=school_years, **described("county_verdicts"))
def county_verdicts(
    context: dg.AssetExecutionContext,
    home: JunhengHome,
    county_records: pd.DataFrame,
    school_register: pd.DataFrame,
    school_sections: pd.DataFrame,
    scope_ledger: pd.DataFrame,
    school_compliance: pd.DataFrame,
    county_coefficients: pd.DataFrame,
    county_returns: pd.DataFrame,
) -> pd.DataFrame:
    """Judge each county item by item."""
    year = year_of(context)
    table = judging.all_verdicts(
        county_records,
        school_register,
        school_sections,
        scope_ledger,
        school_compliance,
        county_coefficients,
        county_returns,
        home.standards(year),
        year,
    )
    context.add_output_metadata(verdict_figures(table))
    return table
