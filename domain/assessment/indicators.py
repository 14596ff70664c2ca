"""Indicators (指标) of each school section: per · numerator / enrolment, held against the threshold.

Belongs here: values, thresholds, floors, shortfalls. Does not belong here: the verdict on a school (``compliance``),
anything between schools (``coefficients``).
"""

import numpy as np
import pandas as pd

from data_contracts.catalogue import SECTIONS, fields
from data_contracts.standard import Indicator, Standard
from domain.assessment.comparing import at_least
from domain.assessment.long_tables import chosen, repeated, tiled, told_once
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
    judged = ~np.isnan(value) & ~np.isnan(threshold)
    met = at_least(value, threshold) & judged
    shortfall[met] = 0.0
    floor_ratio = standard.school_rule.floor_ratio if standard.school_rule else np.nan
    return pd.DataFrame(
        {
            **{column: repeated(rows[column], k) for column in ("county_code", "school_id", "school_name", "section")},
            "standard": tiled([standard.id], n * k),
            "indicator": tiled([indicator.id for indicator in indicators], n),
            "value": value.ravel(),
            "unit": tiled([indicator.unit for indicator in indicators], n),
            "threshold": threshold.ravel(),
            "floor": (threshold * floor_ratio).ravel(),
            "met": pd.arrays.BooleanArray(met.ravel(), ~judged.ravel()),
            "shortfall": shortfall.ravel(),
            "shortfall_unit": tiled([indicator.resource_unit for indicator in indicators], n),
            "reason": _reasons(rows, indicators),
        }
    )


def _reasons(rows: pd.DataFrame, indicators: list[Indicator]) -> pd.Series:
    """Why a value is missing, in Chinese; missing where there is a value."""
    needed = list(dict.fromkeys(key for indicator in indicators for key in indicator.numerator.fields))
    missing = np.isnan(rows[needed].to_numpy(float))
    first, kind = told_once(missing)
    sentences: list[str | None] = []
    for row in first:
        for indicator in indicators:
            lacking = [fields()[key].label for key in indicator.numerator.fields if missing[row, needed.index(key)]]
            sentences.append("缺少" + "、".join(lacking) if lacking else None)
    k = len(indicators)
    return chosen(sentences, (kind[:, None] * k + np.arange(k)).ravel())
