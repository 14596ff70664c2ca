"""Commitments to build (建设承诺) that count in an indicator until their term ends.

Belongs here: which commitment counts in which school year, and how much it adds. Does not belong here: what is built.
"""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data_contracts.school_year import SchoolYear
from data_contracts.standard import Standard


@dataclass(frozen=True)
class Committed:
    """What was committed for one school section and indicator: how much, since when, until when, whether it counts."""

    amount: float
    since: str
    until: str
    counts: bool


Key = tuple[str, str, str]


def committed(commitments: pd.DataFrame | None, standard: Standard, year: SchoolYear | None) -> dict[Key, Committed]:
    """The commitments under one standard by school, section and indicator.

    A commitment counts when its term has not ended on the year's statistics date, 1 September; the day on which the term
    ends counts still. The clock decides nothing.

    Args:
        commitments: ``school_commitments``, or None.
        standard: only one with a rule of commitments counts any.
        year: the school year judged; needed where there are commitments.
    """
    rule = standard.commitment
    if rule is None or commitments is None or year is None:
        return {}
    rows = commitments[(commitments["standard"] == standard.id) & commitments["indicator"].isin(rule.indicators)]
    found = {}
    columns = ("school_id", "section", "indicator", "amount", "committed_on")
    for school, section, indicator, amount, since in zip(*(rows[column] for column in columns), strict=True):
        until = _years_later(dt.date.fromisoformat(since), rule.years)
        counts = year.statistics_date <= until
        found[school, section, indicator] = Committed(float(amount), since, until.isoformat(), counts)
    return found


def _years_later(day: dt.date, years: int) -> dt.date:
    """The same day some years later; 29 February becomes 28 February where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def amounts(keys: list[Key], known: dict[Key, Committed]) -> np.ndarray:
    """What counts for each row; 0 where nothing does."""
    return np.array([known[key].amount if key in known and known[key].counts else 0.0 for key in keys])
