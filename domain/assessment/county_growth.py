"""The three growths of education spending 三个增长, as counties state them.

Belongs here: this year against last year, and education spending against regular revenue. Does not belong here: any verdict;
neither national standard makes them an item.
"""

import numpy as np
import pandas as pd

from data_contracts.catalogue import SECTIONS
from domain.assessment.comparing import at_most

# measure, section, field of this year; that of last year ends in _last.
_MEASURES: tuple[tuple[str, str | None, str], ...] = (
    ("education_spending", None, "education_spending"),
    ("regular_revenue", None, "regular_revenue"),
    *(("spending_per_student", section, f"spending_per_student_{section}") for section in SECTIONS),
    *(("public_funds_per_student", section, f"public_funds_{section}") for section in SECTIONS),
)


def county_growth(counties: pd.DataFrame, returns: pd.DataFrame) -> pd.DataFrame:
    """Growth of each figure of each county in %, (this year ÷ last year − 1) · 100.

    Education spending must grow faster than regular revenue, the figures per student must grow at all; regular revenue
    itself is only shown. What is not stated stays empty.

    Args:
        counties: county_code, county_name.
        returns: ``county_returns``.

    Returns:
        county_code, county_name, measure, section, this_year, last_year, growth, to_exceed, grew; six rows per county.
    """
    figures = returns.pivot(index="county_code", columns="field", values="number").reindex(index=counties["county_code"])

    def column(field: str) -> np.ndarray:
        return figures[field].to_numpy(float) if field in figures else np.full(len(counties), np.nan)

    def growth(field: str) -> np.ndarray:
        last = column(f"{field}_last")
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(last > 0, 100 * (column(field) / last - 1), np.nan)

    parts = []
    for measure, section, field in _MEASURES:
        this, last, grown = column(field), column(f"{field}_last"), growth(field)
        to_exceed = np.zeros(len(counties))
        # Held against each other as ratios, so that equal ratios of large figures are equal.
        rival = np.ones(len(counties))
        if measure == "education_spending":
            to_exceed = growth("regular_revenue")
            rival = 1 + to_exceed / 100
        known = ~np.isnan(grown) & ~np.isnan(to_exceed)
        if measure == "regular_revenue":
            to_exceed, known = np.full(len(counties), np.nan), np.zeros(len(counties), bool)
        faster = known & ~at_most(1 + grown / 100, rival)
        parts.append(
            pd.DataFrame(
                {
                    "county_code": counties["county_code"].to_numpy(object),
                    "county_name": counties["county_name"].to_numpy(object),
                    "measure": measure,
                    "section": pd.Series([section] * len(counties), dtype="str"),
                    "this_year": this,
                    "last_year": last,
                    "growth": grown,
                    "to_exceed": to_exceed,
                    "grew": pd.array(np.where(known, faster, None), dtype="boolean"),
                }
            )
        )
    table = pd.concat(parts, ignore_index=True)
    return table.sort_values("county_code", kind="stable", ignore_index=True)
