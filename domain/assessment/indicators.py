"""Indicators (指标) of each school section: per · numerator / enrolment, held against the threshold.

Belongs here: values, thresholds, floors, shortfalls. Does not belong here: the verdict on a school (``compliance``),
anything between schools (``coefficients``).
"""

import numpy as np
import pandas as pd

from data_contracts.catalogue import SECTIONS, fields
from data_contracts.standard import Indicator, Standard
from domain.assessment.comparing import at_least
from domain.assessment.scope import counted


def numerator(sections: pd.DataFrame, indicator: Indicator) -> np.ndarray:
    """The raw resource of each section: the sum of the added fields less the subtracted; NaN where one is missing."""
    total = np.zeros(len(sections))
    for key in indicator.numerator.add:
        total = total + sections[key].to_numpy(float)
    for key in indicator.numerator.subtract:
        total = total - sections[key].to_numpy(float)
    return total


def by_section(limits: dict[str, float], section: np.ndarray) -> np.ndarray:
    """The limit that belongs to each row's section; NaN where there is none."""
    found = np.full(len(section), np.nan)
    for name in SECTIONS:
        if name in limits:
            found[section == name] = limits[name]
    return found


def school_indicators(sections: pd.DataFrame, standard: Standard) -> pd.DataFrame:
    """Every indicator of a standard for every school section in its scope.

    ``value = per · numerator / enrolment``;
    ``shortfall = max(0, threshold · enrolment / per − numerator)`` in the resource's own unit, 0 where the threshold is met.

    Args:
        sections: ``school_sections`` of the accepted schools.
        standard: the standard.

    Returns:
        county_code, school_id, school_name, section, standard, indicator, value, unit, threshold, floor, met,
        shortfall, shortfall_unit, reason; a row per section × indicator, by county, school, section, indicator.
    """
    rows = counted(sections, standard)
    indicators = sorted(standard.indicators, key=lambda indicator: indicator.id)
    n, k = len(rows), len(indicators)
    students = rows["enrolment"].to_numpy(float)
    section = rows["section"].to_numpy(object)
    value, threshold, shortfall = np.empty((n, k)), np.empty((n, k)), np.empty((n, k))
    for column, indicator in enumerate(indicators):
        resource = numerator(rows, indicator)
        limit = by_section(dict(indicator.thresholds), section)
        value[:, column] = indicator.per * resource / students
        threshold[:, column] = limit
        shortfall[:, column] = np.maximum(0.0, limit * students / indicator.per - resource)
    met = at_least(value, threshold)
    judged = ~np.isnan(value) & ~np.isnan(threshold)
    shortfall[met] = 0.0
    floor_ratio = standard.school_rule.floor_ratio if standard.school_rule else np.nan

    def repeated(column: str) -> pd.Series:
        return rows[column].repeat(k).reset_index(drop=True)

    def listed(values: list[str]) -> pd.Categorical:
        codes = np.tile(np.arange(k), n)
        categories = list(dict.fromkeys(values))
        return pd.Categorical.from_codes(np.array([categories.index(v) for v in values])[codes], categories=categories)

    table = pd.DataFrame(
        {
            "county_code": repeated("county_code"),
            "school_id": repeated("school_id"),
            "school_name": repeated("school_name"),
            "section": repeated("section"),
            "standard": pd.Categorical.from_codes(np.zeros(n * k, dtype=np.int8), categories=[standard.id]),
            "indicator": listed([indicator.id for indicator in indicators]),
            "value": value.ravel(),
            "unit": listed([indicator.unit for indicator in indicators]),
            "threshold": threshold.ravel(),
            "floor": (threshold * floor_ratio).ravel(),
            "met": pd.array(np.where(judged, met, False).ravel(), dtype="boolean"),
            "shortfall": shortfall.ravel(),
            "shortfall_unit": listed([indicator.resource_unit for indicator in indicators]),
            "reason": _reasons(rows, indicators, value),
        }
    )
    table.loc[~judged.ravel(), "met"] = pd.NA
    return table


def _reasons(rows: pd.DataFrame, indicators: list[Indicator], value: np.ndarray) -> np.ndarray:
    """Why a value is missing, in Chinese; None where there is one."""
    reasons = np.full(value.shape, None, dtype=object)
    for row, column in zip(*np.nonzero(np.isnan(value)), strict=True):
        lacking = [fields()[key].label for key in indicators[column].numerator.fields if np.isnan(rows[key].iat[row])]
        reasons[row, column] = "缺少" + "、".join(lacking)
    return reasons.ravel()
