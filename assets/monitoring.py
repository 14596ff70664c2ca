"""Stage ``insight``: what is counted up for counties and regions beside the assessment.

Belongs here: assets of profile, staff, students, large classes, plans, progress. Does not belong here: what explains
coefficients (``insight``), anything that a verdict rests on.
"""

import dagster as dg
import pandas as pd

from assets.declaring import described
from assets.insight import GROUP
from assets.partitions import school_years, year_of
from data_contracts.school_year import SchoolYear
from domain.assessment import county_profile as profile
from domain.assessment import large_classes, staffing, student_groups
from domain.assessment import plan_progress as plans_of
from domain.assessment import regional_progress as regions
from resources.dagster_io import JunhengHome


@dg.asset(group_name=GROUP, partitions_def=school_years, **described("county_profile"))
def county_profile(
    county_records: pd.DataFrame, school_register: pd.DataFrame, school_returns: pd.DataFrame, county_returns: pd.DataFrame
) -> pd.DataFrame:
    """Count schools, classes, students, teachers and staff of each county."""
    return profile.county_profile(county_records, school_register, school_returns, county_returns)


@dg.asset(group_name=GROUP, partitions_def=school_years, **described("county_staff"))
def county_staff(county_records: pd.DataFrame, school_returns: pd.DataFrame) -> pd.DataFrame:
    """Add up posts, staff and the structure of teachers of each county."""
    return staffing.county_staff(county_records, school_returns)


@dg.asset(group_name=GROUP, partitions_def=school_years, **described("county_students"))
def county_students(county_records: pd.DataFrame, school_returns: pd.DataFrame, county_returns: pd.DataFrame) -> pd.DataFrame:
    """Add up groups of students and retention of each county."""
    return student_groups.county_students(county_records, school_returns, county_returns)


@dg.asset(group_name=GROUP, partitions_def=school_years, **described("school_large_classes"))
def school_large_classes(school_sections: pd.DataFrame) -> pd.DataFrame:
    """List the school sections with large classes."""
    return large_classes.school_large_classes(school_sections)


@dg.asset(
    group_name=GROUP,
    partitions_def=school_years,
    deps=["county_verdicts", "county_coefficients"],
    **described("plan_progress"),
)
def plan_progress(
    context: dg.AssetExecutionContext, home: JunhengHome, plan_targets: pd.DataFrame, county_records: pd.DataFrame
) -> pd.DataFrame:
    """Hold the targets of three-year plans against what was reached.

    Plans and figures of earlier years are read from the store: see ``year_on_year``.
    """
    year = year_of(context)
    years = [SchoolYear(year.start - back) for back in range(plans_of.YEARS_OF_A_PLAN)]
    earlier = [(one.key, home.tables.read("plan_targets", one.key)) for one in years[1:]]
    plans = [(year.key, plan_targets), *((key, table) for key, table in earlier if table is not None)]
    actuals = {}
    for key in sorted({target for _, table in plans for target in table["target_year"] if target <= year.key}):
        verdicts, coefficients = (home.tables.read(name, key) for name in ("county_verdicts", "county_coefficients"))
        if verdicts is not None and coefficients is not None:
            actuals[key] = verdicts, coefficients
    return plans_of.plan_progress(year, plans, actuals, county_records)


@dg.asset(group_name=GROUP, partitions_def=school_years, **described("regional_progress"))
def regional_progress(
    context: dg.AssetExecutionContext,
    home: JunhengHome,
    county_records: pd.DataFrame,
    county_verdicts: pd.DataFrame,
    school_compliance: pd.DataFrame,
    school_large_classes: pd.DataFrame,
    county_students: pd.DataFrame,
    county_returns: pd.DataFrame,
) -> pd.DataFrame:
    """Count by nation, province, city and county who reported, who meets the standards and who is recognised."""
    year = year_of(context)
    return regions.regional_progress(
        year,
        county_records,
        county_verdicts,
        school_compliance,
        school_large_classes,
        county_students,
        county_returns,
        home.standards(year),
    )
