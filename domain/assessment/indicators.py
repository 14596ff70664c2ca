"""Indicators (指标) of each school section: per · numerator / enrolment, held against the threshold.

Belongs here: values, thresholds, floors, shortfalls. Does not belong here: the verdict on a school (``compliance``),
anything between schools (``coefficients``).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data_contracts.catalogue import SECTIONS, fields
from data_contracts.standard import Indicator, Standard
from domain.assessment.comparing import at_least
from domain.assessment.long_tables import chosen, chosen_rows, told_once
from domain.assessment.scope import counted_rows, figures_of


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


@dataclass(frozen=True)
class _Judged:
    """One standard's figures: its indicators by id, the n rows counted (by place), and matrices of n × k."""

    indicators: list[Indicator]
    counted: np.ndarray
    value: np.ndarray
    threshold: np.ndarray
    floor: np.ndarray
    met: np.ndarray
    unjudged: np.ndarray
    shortfall: np.ndarray
    reason: np.ndarray


def school_indicators(sections: pd.DataFrame, standards: Sequence[Standard]) -> pd.DataFrame:
    """Every indicator of every standard for every school section in its scope.

    ``value = per · numerator / enrolment``;
    ``shortfall = max(0, threshold · enrolment / per − numerator)`` in the resource's own unit, 0 where the threshold is met.

    Args:
        sections: ``school_sections`` of the accepted schools.
        standards: the standards in force.

    Returns:
        county_code, school_id, school_name, section, standard, indicator, value, unit, threshold, floor, met,
        shortfall, shortfall_unit, reason; a row per section × standard × indicator, sections in the order given,
        standards and indicators by id.
    """
    standards = sorted(standards, key=lambda standard: standard.id)
    sentences: list[str | None] = [None]
    parts = [_judged(sections, standard, sentences) for standard in standards]
    # Each section's rows lie together: first those of the first standard that counts it, then those of the next.
    width = np.zeros((len(sections), len(parts)), dtype=np.int64)
    for column, part in enumerate(parts):
        width[part.counted, column] = len(part.indicators)
    before = np.concatenate([[0], np.cumsum(width.ravel())])
    total = int(before[-1])
    places = [
        before[part.counted * len(parts) + column][:, None] + np.arange(len(part.indicators)) for column, part in enumerate(parts)
    ]

    def laid(matrices: list[np.ndarray]) -> np.ndarray:
        column = np.empty(total, dtype=np.result_type(*matrices) if matrices else float)
        for place, matrix in zip(places, matrices, strict=True):
            column[place] = matrix
        return column

    def told(words: Callable[[Standard, Indicator], str]) -> pd.Series:
        listed: list[str] = []
        codes = []
        for standard, part in zip(standards, parts, strict=True):
            codes.append(np.broadcast_to(len(listed) + np.arange(len(part.indicators)), part.value.shape))
            listed += [words(standard, indicator) for indicator in part.indicators]
        return chosen(listed, laid(codes).astype(np.int64))

    row = np.repeat(np.arange(len(sections)), width.sum(axis=1))
    return pd.DataFrame(
        {
            **{column: chosen_rows(sections[column], row) for column in ("county_code", "school_id", "school_name", "section")},
            "standard": told(lambda standard, _: standard.id),
            "indicator": told(lambda _, indicator: indicator.id),
            "value": laid([part.value for part in parts]).astype(float),
            "unit": told(lambda _, indicator: indicator.unit),
            "threshold": laid([part.threshold for part in parts]).astype(float),
            "floor": laid([part.floor for part in parts]).astype(float),
            "met": pd.arrays.BooleanArray(
                laid([part.met for part in parts]).astype(bool), laid([part.unjudged for part in parts]).astype(bool)
            ),
            "shortfall": laid([part.shortfall for part in parts]).astype(float),
            "shortfall_unit": told(lambda _, indicator: indicator.resource_unit),
            "reason": chosen(sentences, laid([part.reason for part in parts]).astype(np.int64)),
        }
    )


def _judged(sections: pd.DataFrame, standard: Standard, sentences: list[str | None]) -> _Judged:
    """The figures of one standard; new reasons are put at the end of ``sentences``."""
    places = counted_rows(sections, standard)
    rows = figures_of(sections, places, standard)
    indicators = sorted(standard.indicators, key=lambda indicator: indicator.id)
    shape = len(rows), len(indicators)
    students = rows["enrolment"].to_numpy(float)
    section = rows["section"].to_numpy(object)
    value, threshold, shortfall = np.empty(shape), np.empty(shape), np.empty(shape)
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
    reason = _reasons(rows, indicators, sentences)
    return _Judged(indicators, places, value, threshold, threshold * floor_ratio, met, ~judged, shortfall, reason)


def _reasons(rows: pd.DataFrame, indicators: list[Indicator], sentences: list[str | None]) -> np.ndarray:
    """Why a value is missing, in Chinese, as the place of the sentence in ``sentences``; 0 where there is a value."""
    needed = list(dict.fromkeys(key for indicator in indicators for key in indicator.numerator.fields))
    missing = np.isnan(rows[needed].to_numpy(float))
    first, kind = told_once(missing)
    codes = np.zeros((len(first), len(indicators)), dtype=np.int64)
    for at, row in enumerate(first):
        for column, indicator in enumerate(indicators):
            lacking = [fields()[key].label for key in indicator.numerator.fields if missing[row, needed.index(key)]]
            if lacking:
                codes[at, column] = len(sentences)
                sentences.append("缺少" + "、".join(lacking))
    return codes[kind]
