"""Coefficients of variation (校际差异系数) between the schools of a county, weighted by enrolment.

Belongs here: the coefficient, the composite, their limits. Does not belong here: the county's verdict (``verdicts``).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data_contracts.catalogue import SECTIONS
from data_contracts.standard import Indicator, Standard
from domain.assessment.comparing import at_most
from domain.assessment.indicators import numerator
from domain.assessment.scope import counted

COMPOSITE = "composite"


@dataclass(frozen=True)
class Spread:
    """For each of g groups: schools used, their students, mean, standard deviation and coefficient (NaN where none)."""

    schools: np.ndarray
    students: np.ndarray
    mean: np.ndarray
    standard_deviation: np.ndarray
    coefficient: np.ndarray


def weighted_spread(group: np.ndarray, groups: int, resource: np.ndarray, students: np.ndarray, per: float = 1.0) -> Spread:
    """The enrolment-weighted spread of a per-student figure within each group.

    With xᵢ the resource, pᵢ the enrolment, P = Σ pᵢ::

        Xᵢ = per · xᵢ / pᵢ      X̄ = per · Σ xᵢ / P      S = sqrt(Σ (pᵢ / P) · (Xᵢ − X̄)²)      CV = S / X̄

    Source: 教督〔2012〕3号; no n − 1 correction; X̄ is total resource over total students, not the mean of the Xᵢ.
    Computed in two passes, which stays exact where a one-pass sum of squares would cancel.

    Args:
        group: group number of each school, 0 … groups − 1, shape (n,).
        groups: how many groups.
        resource: xᵢ, NaN where missing; such schools and those with no students are left out.
        students: pᵢ.
        per: 1 or 100 students.

    Returns:
        The spread; a mean of 0 or no school gives NaN as coefficient, one school 0.
    """
    used = ~np.isnan(resource) & (students > 0)
    group, resource, students = group[used], resource[used], students[used]
    schools = np.bincount(group, minlength=groups)
    total_students = np.bincount(group, weights=students, minlength=groups)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = per * np.bincount(group, weights=resource, minlength=groups) / total_students
        distance = per * resource / students - mean[group]
        squares = np.bincount(group, weights=students * distance * distance, minlength=groups)
        deviation = np.sqrt(squares / total_students)
        deviation[schools == 1] = 0.0
        coefficient = np.where(mean != 0, deviation / mean, np.nan)
    return Spread(schools, total_students, mean, deviation, coefficient)


def county_coefficients(
    sections: pd.DataFrame,
    scope: pd.DataFrame,
    counties: pd.DataFrame,
    standard: Standard,
    numerator_of: Callable[[pd.DataFrame, Indicator], np.ndarray] = numerator,
) -> pd.DataFrame:
    """Every coefficient of a standard, for every county and section.

    Args:
        sections: ``school_sections`` of the accepted schools.
        scope: ``scope_ledger``, to count schools in scope that could not be used.
        counties: county_code and county_name of every county, one row each.
        standard: the standard.
        numerator_of: the raw resource of each section; only ``close_calls`` asks for another than the true one.

    Returns:
        county_code, county_name, section, standard, indicator, schools, students, mean, standard_deviation,
        coefficient, limit, met, left_out; sorted by county, section, indicator. Where only the composite is judged,
        single rows have no limit and no met, and the row ``composite`` has only coefficient, limit and met.
    """
    rows = counted(sections, standard)
    codes = counties["county_code"].to_numpy(object)
    groups = len(codes) * len(SECTIONS)
    group = _group(rows, codes)
    mine = scope[(scope["standard"] == standard.id) & scope["in_scope"].fillna(False)]
    mine = mine[mine["section"].isin(SECTIONS)]
    expected = np.bincount(_group(mine, codes), minlength=groups)
    students = rows["enrolment"].to_numpy(float)
    each = standard.county_rule.judge == "each"
    limits = np.tile([standard.county_rule.limits.get(section, np.nan) for section in SECTIONS], len(codes))
    parts, coefficients = [], []
    for indicator in standard.indicators:
        spread = weighted_spread(group, groups, numerator_of(rows, indicator), students, indicator.per)
        coefficients.append(spread.coefficient)
        limit = limits if each else np.full(groups, np.nan)
        parts.append(
            {
                "indicator": indicator.id,
                "schools": pd.array(spread.schools, dtype="Int64"),
                "students": spread.students,
                "mean": spread.mean,
                "standard_deviation": np.where(spread.schools > 0, spread.standard_deviation, np.nan),
                "coefficient": spread.coefficient,
                "limit": limit,
                "left_out": pd.array(expected - spread.schools, dtype="Int64"),
            }
        )
    if not each:
        # The composite is the plain mean of the single coefficients; one of them empty leaves it empty.
        parts.append(
            {
                "indicator": COMPOSITE,
                "schools": pd.array([pd.NA] * groups, dtype="Int64"),
                "students": np.nan,
                "mean": np.nan,
                "standard_deviation": np.nan,
                "coefficient": composite(np.stack(coefficients, axis=-1)),
                "limit": limits,
                "left_out": pd.array([pd.NA] * groups, dtype="Int64"),
            }
        )
    identity = {
        "county_code": np.repeat(codes, len(SECTIONS)),
        "county_name": np.repeat(counties["county_name"].to_numpy(object), len(SECTIONS)),
        "section": np.tile(np.array(SECTIONS, dtype=object), len(codes)),
        "standard": standard.id,
    }
    table = pd.concat([pd.DataFrame({**identity, **part}) for part in parts], ignore_index=True)
    coefficient, limit = table["coefficient"].to_numpy(float), table["limit"].to_numpy(float)
    met = pd.array(at_most(coefficient, limit), dtype="boolean")
    met[np.isnan(coefficient) | np.isnan(limit)] = pd.NA
    table.insert(len(table.columns) - 1, "met", met)
    return table.sort_values(["county_code", "section", "standard", "indicator"], ignore_index=True)


def composite(coefficients: np.ndarray) -> np.ndarray:
    """The composite coefficient (综合差异系数): the plain mean along the last axis; NaN where one is missing."""
    return np.asarray(coefficients, float).mean(axis=-1)


def _group(rows: pd.DataFrame, codes: np.ndarray) -> np.ndarray:
    """The number of each row's county × section, in the order of ``codes`` and ``SECTIONS``."""
    county = pd.Index(codes).get_indexer(rows["county_code"])
    section = pd.Index(SECTIONS).get_indexer(rows["section"])
    return county * len(SECTIONS) + section
