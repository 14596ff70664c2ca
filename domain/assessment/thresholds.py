"""Which threshold an indicator holds a school section to, and the points that tiers give.

Belongs here: thresholds by section or by the first case that fits, tiers. Does not belong here: the values (``indicators``).
"""

import numpy as np
import pandas as pd

from data_contracts.catalogue import SECTIONS
from data_contracts.standard import Indicator
from data_contracts.standard_indicators import Range, Tier, When
from domain.assessment.comparing import at_least, at_most

FITS, UNKNOWN, OTHER = 1, 0, -1


def by_section(limits: dict[str, float], section: np.ndarray) -> np.ndarray:
    """The limit that belongs to each row's section; NaN where there is none."""
    found = np.full(len(section), np.nan)
    for name in SECTIONS:
        if name in limits:
            found[section == name] = limits[name]
    return found


def threshold_of(rows: pd.DataFrame, indicator: Indicator) -> tuple[np.ndarray, np.ndarray]:
    """The threshold of each row: that of the first case that fits.

    Returns:
        (threshold, state): NaN where there is none; the state of a list of cases is FITS, UNKNOWN where a figure that decides is
        missing, or OTHER where no case fits, so that the school is not judged by this indicator.
    """
    section = rows["section"].to_numpy(object)
    if not isinstance(indicator.thresholds, tuple):
        return by_section(indicator.by_section, section), np.full(len(rows), FITS)
    threshold, state = np.full(len(rows), np.nan), np.full(len(rows), OTHER)
    open_ = np.full(len(rows), True)
    for case in indicator.cases:
        fits = _fits(rows, case.when)
        here, unknown = open_ & (fits == FITS), open_ & (fits == UNKNOWN)
        threshold[here], state[here], state[unknown] = case.value, FITS, UNKNOWN
        open_ &= fits == OTHER
    return threshold, state


def _fits(rows: pd.DataFrame, when: When) -> np.ndarray:
    """Whether each row is meant: all conditions FITS, or one OTHER, or else UNKNOWN."""
    states = [np.full(len(rows), FITS)]
    if when.section:
        states.append(np.where(rows["section"].to_numpy(object) == when.section, FITS, OTHER))
    for key, words in (("area_type", when.area_type), ("school_type", when.school_type)):
        if words:
            state = np.where(rows[key].isin(words).to_numpy(bool), FITS, OTHER)
            states.append(np.where(rows[key].isna().to_numpy(bool), UNKNOWN, state))
    if when.classes:
        states.append(_within(rows["classes"].to_numpy(float), when.classes))
    if when.year_built:
        years = Range(at_least=when.year_built.first, at_most=when.year_built.last)
        states.append(_within(rows["year_built"].to_numpy(float), years))
    if when.migrant_share:
        share = rows["migrant_students"].to_numpy(float) / rows["enrolment"].to_numpy(float)
        states.append(_within(share, when.migrant_share))
    return np.min(states, axis=0)


def _within(figure: np.ndarray, bounds: Range) -> np.ndarray:
    inside = np.full(len(figure), True)
    if bounds.at_least is not None:
        inside &= at_least(figure, bounds.at_least)
    if bounds.at_most is not None:
        inside &= at_most(figure, bounds.at_most)
    return np.where(np.isnan(figure), UNKNOWN, np.where(inside, FITS, OTHER))


def tier_points(value: np.ndarray, section: np.ndarray, tiers: tuple[Tier, ...]) -> np.ndarray:
    """The points of the first tier that a value reaches; 0 where it reaches none, NaN where there is no value."""
    points = np.where(np.isnan(value), np.nan, 0.0)
    open_ = ~np.isnan(value)
    for tier in tiers:
        here = open_ & ((section == tier.section) if tier.section else True)
        if tier.at_least is not None:
            here &= at_least(value, tier.at_least)
        elif tier.at_most is not None:
            here &= at_most(value, tier.at_most)
        points[here] = tier.points
        open_ &= ~here
    return points


def best_points(section: np.ndarray, tiers: tuple[Tier, ...]) -> np.ndarray:
    """The most points that tiers give to a school of each section."""
    most = {name: max((t.points for t in tiers if t.section in (None, name)), default=0.0) for name in SECTIONS}
    return np.array([most[name] for name in section], dtype=float)
