"""Which threshold an indicator holds a school section to, and the points that tiers give.

Belongs here: thresholds by section or by the first case that fits, every case that a missing figure leaves open, tiers.
Does not belong here: the values (``indicators``), what open cases come to (``open_cases``).
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise, product

import numpy as np
import pandas as pd

from data_contracts.catalogue import SECTIONS, official_values
from data_contracts.standard import Indicator
from data_contracts.standard_indicators import Case, Range, Tier, When
from domain.assessment.comparing import at_least, at_most

FITS, UNKNOWN, OTHER = 1, 0, -1

Facts = dict[str, np.ndarray]
"""By the key of the figure that decides, its value in each row; for migrant children their share."""


@dataclass(frozen=True)
class Limits:
    """The threshold of each of n rows, and between which limits it lies where a figure that decides is missing.

    Attributes:
        threshold: NaN where there is none, or more than one is possible.
        state: FITS; OTHER where no case fits, so that the school is not judged by this indicator; UNKNOWN where that depends on a
            figure that is missing, or the threshold does.
        lowest, highest: of the limits that the known figures leave possible; the threshold itself where it is known.
        none_possible: it may be that no case fits.
        lacking: by the key of a figure that decides, where it is missing and would decide.
    """

    threshold: np.ndarray
    state: np.ndarray
    lowest: np.ndarray
    highest: np.ndarray
    none_possible: np.ndarray
    lacking: dict[str, np.ndarray]


def by_section(limits: dict[str, float], section: np.ndarray) -> np.ndarray:
    """The limit that belongs to each row's section; NaN where there is none."""
    found = np.full(len(section), np.nan)
    for name in SECTIONS:
        if name in limits:
            found[section == name] = limits[name]
    return found


def threshold_of(rows: pd.DataFrame, indicator: Indicator) -> Limits:
    """The threshold of each row: that of the first case that fits.

    Where a figure that decides is missing, every value that could matter is tried in its place.
    """
    section = rows["section"].to_numpy(object)
    nobody = np.full(len(rows), False)
    if not isinstance(indicator.thresholds, tuple):
        limit = by_section(indicator.by_section, section)
        return Limits(limit, np.full(len(rows), FITS), limit, limit, nobody, {})
    facts = _facts(rows, indicator)
    threshold, state, lacking = _first_fitting(section, facts, indicator.cases)
    lowest, highest, none_possible = threshold.copy(), threshold.copy(), state == OTHER
    open_ = np.flatnonzero(state == UNKNOWN)
    if len(open_):
        keys = [key for key, here in lacking.items() if here.any()]
        some = {key: facts[key][open_] for key in facts}
        lowest[open_], highest[open_], none_possible[open_] = _tried(section[open_], some, keys, indicator.cases)
        # Cases that agree leave nothing open.
        agreed = open_[(lowest[open_] == highest[open_]) & ~none_possible[open_]]
        threshold[agreed], state[agreed] = lowest[agreed], FITS
        state[open_[np.isnan(lowest[open_])]] = OTHER
    return Limits(threshold, state, lowest, highest, none_possible, lacking)


def _facts(rows: pd.DataFrame, indicator: Indicator) -> Facts:
    found: Facts = {}
    for key in dict.fromkeys(key for case in indicator.cases for key in case.when.fields):
        if key in ("area_type", "school_type"):
            found[key] = rows[key].astype(object).where(rows[key].notna(), None).to_numpy(object)
        elif key == "migrant_students":
            found[key] = rows[key].to_numpy(float) / rows["enrolment"].to_numpy(float)
        else:
            found[key] = rows[key].to_numpy(float)
    return found


def _first_fitting(
    section: np.ndarray, facts: Facts, cases: Iterable[Case]
) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
    """Threshold and state by the first case that fits, and which missing figures stand in the way of telling."""
    threshold, state = np.full(len(section), np.nan), np.full(len(section), OTHER)
    lacking = {key: np.full(len(section), False) for key in facts}
    open_ = np.full(len(section), True)
    for case in cases:
        parts = _conditions(section, facts, case.when)
        fits = np.min([np.full(len(section), FITS), *parts.values()], axis=0)
        certain = open_ & (state != UNKNOWN)
        here, unknown = certain & (fits == FITS), open_ & (fits == UNKNOWN)
        threshold[here], state[here], state[unknown] = case.value, FITS, UNKNOWN
        for key in case.when.fields:
            lacking[key] |= unknown & (parts[key] == UNKNOWN)
        open_ &= fits != FITS
    return threshold, state, lacking


def _tried(
    section: np.ndarray, facts: Facts, keys: list[str], cases: tuple[Case, ...]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The lowest and the highest limit, and whether no case may fit, over all that could stand where ``keys`` are blank."""
    lowest, highest = np.full(len(section), np.nan), np.full(len(section), np.nan)
    none_possible = np.full(len(section), False)
    values: list[list[str] | list[float]] = [_values_that_matter(key, cases) for key in keys]
    for guess in product(*values):
        filled = dict(facts)
        for key, value in zip(keys, guess, strict=True):
            filled[key] = facts[key].copy()
            filled[key][pd.isna(facts[key])] = value
        threshold, state, _ = _first_fitting(section, filled, cases)
        lowest, highest = np.fmin(lowest, threshold), np.fmax(highest, threshold)
        none_possible |= state == OTHER
    return lowest, highest, none_possible


def _values_that_matter(key: str, cases: tuple[Case, ...]) -> list[str] | list[float]:
    """Values of a figure among which every value behaves like one: on each bound, beside it and between two."""
    if key in ("area_type", "school_type"):
        return list(official_values(key))
    bounds = sorted({bound for case in cases for bound in _bounds(key, case.when)})
    if key == "migrant_students":
        shares = sorted({0.0, 1.0, *(bound for bound in bounds if 0 <= bound <= 1)})
        return [*shares, *((one + other) / 2 for one, other in pairwise(shares))]
    # Years and classes are whole; a section with students has a class.
    whole = {number + step for bound in bounds for number in (math.floor(bound), math.ceil(bound)) for step in (-1, 0, 1)}
    return [float(number) for number in sorted({max(1, number) for number in whole})]


def _bounds(key: str, when: When) -> list[float]:
    ranges = {"classes": when.classes, "year_built": _years(when), "migrant_students": when.migrant_share}
    found = ranges[key]
    return [] if found is None else [bound for bound in (found.at_least, found.at_most) if bound is not None]


def _years(when: When) -> Range | None:
    return Range(at_least=when.year_built.first, at_most=when.year_built.last) if when.year_built else None


def _conditions(section: np.ndarray, facts: Facts, when: When) -> dict[str, np.ndarray]:
    """By the key of each condition given, whether each row meets it: FITS, OTHER, or UNKNOWN where the figure is missing."""
    states: dict[str, np.ndarray] = {}
    if when.section:
        states["section"] = np.where(section == when.section, FITS, OTHER)
    for key, words in (("area_type", when.area_type), ("school_type", when.school_type)):
        if words:
            state = np.where(np.isin(facts[key].astype("U"), words), FITS, OTHER)
            states[key] = np.where(pd.isna(facts[key]), UNKNOWN, state)
    ranges = (("classes", when.classes), ("year_built", _years(when)), ("migrant_students", when.migrant_share))
    states |= {key: _within(facts[key], bounds) for key, bounds in ranges if bounds}
    return states


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
