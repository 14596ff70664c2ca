"""All standards in force at once: the tables of a year, each standard's rows one below the other.

Packs judge schools only: they have rows in compliance and points, none in coefficients and verdicts.

Belongs here: joining what the functions for one standard return. Does not belong here: any rule of a standard.
"""

from collections.abc import Callable

import pandas as pd

from data_contracts.school_rules import Grades, Points
from data_contracts.school_year import SchoolYear
from data_contracts.standard import Standard
from domain.assessment.close_calls import close_calls
from domain.assessment.coefficients import county_coefficients
from domain.assessment.compliance import no_points, school_compliance, school_points
from domain.assessment.contributions import coefficient_contributions
from domain.assessment.scope import is_among
from domain.assessment.verdicts import NATIONAL, SCHOOL_CONDITIONS, YearTables, county_verdicts

Standards = tuple[Standard, ...]


def _stacked(make: Callable[[Standard], pd.DataFrame], standards: Standards) -> pd.DataFrame:
    return pd.concat([make(standard) for standard in standards if standard.judges_counties], ignore_index=True)


def all_compliance(indicators: pd.DataFrame, standards: Standards) -> pd.DataFrame:
    """``school_compliance`` of every standard with a school rule; an empty table where none has one."""
    there = set(indicators["standard"].unique())
    # A pack of a province that is not there has no rows; with those of a national standard the table has its columns.
    parts = [school_compliance(indicators, s) for s in standards if s.school_rule and (s.judges_counties or s.id in there)]
    return pd.concat(parts, ignore_index=True) if parts else _no_compliance()


def all_points(indicators: pd.DataFrame, standards: Standards) -> pd.DataFrame:
    """``school_points`` of every standard that gives points or grades; an empty table where none does."""
    there = set(indicators["standard"].unique())
    parts = [school_points(indicators, s) for s in standards if s.id in there and isinstance(s.school_rule, Points | Grades)]
    return pd.concat(parts, ignore_index=True) if parts else no_points()


def _no_compliance() -> pd.DataFrame:
    words = ["county_code", "school_id", "school_name", "section", "standard", "failing", "reason"]
    frame = pd.DataFrame({name: pd.Series(dtype="str") for name in words})
    return frame.assign(
        indicators_met=pd.Series(dtype="int64"),
        indicators_total=pd.Series(dtype="int64"),
        lowest_ratio=pd.Series(dtype="float64"),
        compliant=pd.Series(dtype="boolean"),
    )


def all_coefficients(sections: pd.DataFrame, scope: pd.DataFrame, counties: pd.DataFrame, standards: Standards) -> pd.DataFrame:
    """``county_coefficients`` of every standard."""
    return _stacked(lambda standard: county_coefficients(sections, scope, counties, standard), standards)


def all_contributions(sections: pd.DataFrame, coefficients: pd.DataFrame, standards: Standards) -> pd.DataFrame:
    """``coefficient_contributions`` of every standard."""
    return _stacked(lambda standard: coefficient_contributions(sections, coefficients, standard), standards)


def all_verdicts(
    counties: pd.DataFrame,
    register: pd.DataFrame,
    sections: pd.DataFrame,
    scope: pd.DataFrame,
    compliance: pd.DataFrame,
    coefficients: pd.DataFrame,
    returns: pd.DataFrame,
    standards: Standards,
    year: SchoolYear,
) -> pd.DataFrame:
    """``county_verdicts`` of every national standard; those of school conditions enter their verdicts."""
    known = scope.assign(accepted=is_among(scope["school_id"], sections["school_id"]))
    tables = YearTables(year, counties, register, sections, known, compliance, coefficients, returns)
    packs = [standard for standard in standards if standard.role == SCHOOL_CONDITIONS]

    def verdicts(standard: Standard) -> pd.DataFrame:
        return county_verdicts(standard, tables, close_calls(coefficients, sections, scope, counties, standard), packs)

    return _stacked(verdicts, tuple(standard for standard in standards if standard.role == NATIONAL))
