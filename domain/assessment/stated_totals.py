"""Sums over the schools that stated a figure, with how many did and how many did not: missing is never 0.

Belongs here: totals and shares of a county from what its schools stated. Does not belong here: which figures are summed
(``county_profile``, ``staffing``, ``student_groups``).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data_contracts.records import place_column


@dataclass(frozen=True)
class Measure:
    """One figure to be added up.

    Attributes:
        item: what it is called in the table.
        section: the section it belongs to; None for whole schools.
        value: of each school, NaN where it did not state it.
        asked: which schools are asked for it at all.
        of: what the figure is a share of, by name; None for a figure that is no share.
        base: that figure of each school, NaN where it did not state it.
    """

    item: str
    section: str | None
    value: np.ndarray
    asked: np.ndarray
    of: str | None = None
    base: np.ndarray | None = None


def figure(returns: pd.DataFrame, key: str, section: str | None = None) -> np.ndarray:
    """A figure of each school's return, NaN where not stated."""
    return returns[place_column(key, section)].to_numpy(float)


def has_section(returns: pd.DataFrame, section: str) -> np.ndarray:
    """True for schools with students in a section."""
    return np.nan_to_num(figure(returns, "enrolment", section)) > 0


def stated_totals(group: np.ndarray, groups: int, measures: Sequence[Measure]) -> pd.DataFrame:
    """Each measure added up within each group.

    A school counts where it stated the figure and, for a share, what it is a share of: ``value`` and ``base`` are over the
    same schools, ``share`` = value / base. Where no school stated it, value and base are missing, not 0.

    Args:
        group: the number of each school's group, 0 … groups − 1.
        groups: how many groups.
        measures: the figures.

    Returns:
        group, section, item, value, of, base, share, stated, not_stated; a row per measure and group.
    """
    parts = []
    for measure in measures:
        base = measure.base if measure.base is not None else np.zeros(len(group))
        stated = measure.asked & ~np.isnan(measure.value) & ~np.isnan(base)
        count = np.bincount(group[stated], minlength=groups)
        asked = np.bincount(group[measure.asked], minlength=groups)
        value = np.bincount(group[stated], weights=measure.value[stated], minlength=groups)
        total = np.bincount(group[stated], weights=base[stated], minlength=groups)
        shared = measure.base is not None and count > 0
        with np.errstate(invalid="ignore", divide="ignore"):
            share = np.where(shared & (total > 0), value / total, np.nan)
        parts.append(
            pd.DataFrame(
                {
                    "group": np.arange(groups),
                    "section": measure.section,
                    "item": measure.item,
                    "value": np.where(count > 0, value, np.nan),
                    "of": measure.of,
                    "base": np.where(shared, total, np.nan),
                    "share": share,
                    "stated": count,
                    "not_stated": asked - count,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def by_county(counties: pd.DataFrame, returns: pd.DataFrame, measures: Sequence[Measure]) -> pd.DataFrame:
    """``stated_totals`` of every county, with county_code and county_name, sorted by county; measures keep their order."""
    codes = counties["county_code"].to_numpy(object)
    group = pd.Index(codes).get_indexer(returns["county_code"])
    known = group >= 0
    kept = [
        Measure(m.item, m.section, m.value[known], m.asked[known], m.of, None if m.base is None else m.base[known])
        for m in measures
    ]
    table = stated_totals(group[known], len(codes), kept)
    number = table.pop("group").to_numpy()
    table.insert(0, "county_code", codes[number])
    table.insert(1, "county_name", counties["county_name"].to_numpy(object)[number])
    return table.sort_values("county_code", kind="stable", ignore_index=True)
