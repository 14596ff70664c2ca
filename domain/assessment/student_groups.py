"""Groups of students of each county, and how many stay: boarders, left-behind, migrant, disabled children, dropouts, retention.

Belongs here: counts and shares by section, retention of junior schools from the schools' figures and from the county's own.
Does not belong here: the verdict on retention (``verdicts``), how totals treat what was not stated (``stated_totals``).
"""

import numpy as np
import pandas as pd

from data_contracts.catalogue import SECTIONS
from domain.assessment.stated_totals import Measure, by_county, figure, has_section

GROUPS = ("boarders", "left_behind_students", "migrant_students", "disabled_students", "dropouts")
"""Figures that are shares of a section's enrolment, in the order in which they are shown."""

RETENTION, RETENTION_BY_COUNTY = "retention", "retention_by_county"


def retained(
    graduates: np.ndarray, transfers_in: np.ndarray, transfers_out: np.ndarray, entrants: np.ndarray, deaths: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Numerator and denominator of the three-year retention of junior school (初中三年巩固率), NaN where a figure is missing.

    (graduates − transfers in + transfers out) ÷ (students on entry − deaths); source: 教督〔2017〕6号, practice of provinces.
    """
    return graduates - transfers_in + transfers_out, entrants - deaths


def county_students(counties: pd.DataFrame, returns: pd.DataFrame, county_returns: pd.DataFrame) -> pd.DataFrame:
    """Groups of students and retention of every county.

    Args:
        counties: county_code, county_name.
        returns: ``school_returns``.
        county_returns: ``county_returns``, what the counties state themselves.

    Returns:
        county_code, county_name, section, item, value, of, base, share, stated, not_stated. The items are ``enrolment``, the
        ``GROUPS``, ``retention`` (from the schools that stated all five figures) and ``retention_by_county`` (the county's own
        figures; ``stated`` and ``not_stated`` missing); value and base of both are numerator and denominator.
    """
    measures = []
    for section in SECTIONS:
        asked, students = has_section(returns, section), figure(returns, "enrolment", section)
        measures.append(Measure("enrolment", section, students, asked))
        measures += [Measure(key, section, figure(returns, key, section), asked, "enrolment", students) for key in GROUPS]
    parts = ("junior_graduates", "junior_transfers_in", "junior_transfers_out", "junior_entrants", "junior_deaths")
    kept, entered = retained(*(figure(returns, key) for key in parts))
    measures.append(Measure(RETENTION, "junior", kept, has_section(returns, "junior"), "junior_entrants", entered))
    table = by_county(counties, returns, measures).astype({"stated": "Int64", "not_stated": "Int64"})
    whole = pd.concat([table, county_retention(counties, county_returns)], ignore_index=True)
    return whole.sort_values("county_code", kind="stable", ignore_index=True)


def county_retention(counties: pd.DataFrame, county_returns: pd.DataFrame) -> pd.DataFrame:
    """The retention of every county as its own form states it; missing where one of the five figures is."""
    parts = ("graduates", "transfers_in", "transfers_out", "entrants", "deaths")
    stated = county_returns.pivot(index="county_code", columns="field", values="number")
    mine = stated.reindex(index=counties["county_code"], columns=[f"retention_{part}" for part in parts])
    kept, entered = retained(*(mine[column].to_numpy(float) for column in mine))
    unknown = np.isnan(kept) | np.isnan(entered)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(entered > 0, kept / entered, np.nan)
    return pd.DataFrame(
        {
            "county_code": counties["county_code"].to_numpy(object),
            "county_name": counties["county_name"].to_numpy(object),
            "section": "junior",
            "item": RETENTION_BY_COUNTY,
            "value": np.where(unknown, np.nan, kept),
            "of": "retention_entrants",
            "base": np.where(unknown, np.nan, entered),
            "share": share,
            "stated": pd.array([pd.NA] * len(counties), dtype="Int64"),
            "not_stated": pd.array([pd.NA] * len(counties), dtype="Int64"),
        }
    )
