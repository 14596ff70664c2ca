"""Every table of the stage insight from the tables that it rests on, in one call.

Belongs here: the order in which they are computed, and empty tables of what nobody entered. Does not belong here: any figure.
"""

import pandas as pd

from data_contracts.school_year import SchoolYear
from data_contracts.standard import Standard
from data_contracts.tables import CONTRACTS, shaped
from domain.assessment.county_profile import county_profile
from domain.assessment.large_classes import school_large_classes
from domain.assessment.plan_progress import plan_progress
from domain.assessment.regional_progress import regional_progress
from domain.assessment.scope_sensitivity import scope_sensitivity
from domain.assessment.self_scores import self_score_differences
from domain.assessment.staffing import county_staff
from domain.assessment.student_groups import county_students
from domain.assessment.townships import township_coefficients, township_compliance

POINTS = ["school_id", "section", "standard", "indicator", "points"]


def nothing(name: str, year: str) -> pd.DataFrame:
    """A table of the contract without rows."""
    return shaped(pd.DataFrame(columns=list(CONTRACTS[name].columns), dtype=object), name, year)


def county_return(county: str, field: str, value: float | str) -> dict[str, object]:
    """One row of ``county_returns``."""
    number, text = (None, value) if isinstance(value, str) else (float(value), None)
    return {"county_code": county, "field": field, "number": number, "text": text, "file": "县级填报表.xlsx", "cell": "E5"}


def county_returns(*rows: dict[str, object], year: str = "2024-2025") -> pd.DataFrame:
    """``county_returns`` of these rows."""
    return shaped(
        pd.DataFrame(list(rows), columns=list(CONTRACTS["county_returns"].columns)).assign(school_year=year),
        "county_returns",
        year,
    )


def insight_tables(
    t: dict[str, pd.DataFrame],
    year: SchoolYear,
    standards: tuple[Standard, ...],
    *,
    stated: pd.DataFrame | None = None,
    targets: pd.DataFrame | None = None,
    own_points: pd.DataFrame | None = None,
    points: pd.DataFrame | None = None,
) -> dict[str, pd.DataFrame]:
    """Tables by name.

    Args:
        t: the tables of stages records and assessment, ``school_returns`` and ``school_sections`` among them.
        year: their school year.
        standards: the standards in force.
        stated, targets, own_points, points: ``county_returns``, ``plan_targets``, ``self_scores``, ``school_points``; nothing unless given.
    """
    stated = nothing("county_returns", year.key) if stated is None else stated
    targets = nothing("plan_targets", year.key) if targets is None else targets
    own_points = nothing("self_scores", year.key) if own_points is None else own_points
    points = (
        pd.DataFrame({name: pd.Series(dtype=float if name == "points" else "str") for name in POINTS})
        if points is None
        else points
    )
    counties, register = t["county_records"], t["school_register"]
    returns, sections, scope = t["school_returns"], t["school_sections"], t["scope_ledger"]
    made = {
        "scope_sensitivity": scope_sensitivity(sections, t["county_coefficients"], standards),
        "township_coefficients": township_coefficients(register, sections, scope, counties, standards),
        "township_compliance": township_compliance(register, scope, t["school_compliance"], counties, standards),
        "self_score_differences": self_score_differences(own_points, points, register, standards),
        "county_profile": county_profile(counties, register, returns, stated),
        "county_staff": county_staff(counties, returns),
        "county_students": county_students(counties, returns, stated),
        "school_large_classes": school_large_classes(sections),
        "plan_progress": plan_progress(
            year, [(year.key, targets)], {year.key: (t["county_verdicts"], t["county_coefficients"])}, counties
        ),
    }
    made["regional_progress"] = regional_progress(
        year, counties, t["county_verdicts"], t["school_compliance"], made["school_large_classes"], made["county_students"],
        stated, standards,
    )  # fmt: skip
    return made
