"""Coefficients within any grouping of school sections: within a township, or within a county with other schools than those judged.

Belongs here: all coefficients of a standard for given groups, with their limits. Does not belong here: the arithmetic of one
coefficient and the county's own (``coefficients``), which groups there are (``townships``, ``scope_sensitivity``).
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from data_contracts.standard import Standard
from domain.assessment.coefficients import COMPOSITE, composite, weighted_spread
from domain.assessment.comparing import at_most
from domain.assessment.indicators import numerator


def grouped_coefficients(rows: pd.DataFrame, group: np.ndarray, section_of: Sequence[str], standard: Standard) -> pd.DataFrame:
    """Every coefficient of a standard within each group, as ``coefficients.county_coefficients`` has them for counties.

    Args:
        rows: school sections with enrolment and what the standard's indicators need, see ``scope.figures_of``.
        group: the number of each row's group, 0 … len(section_of) − 1.
        section_of: the section of each group, which decides its limit.
        standard: the standard.

    Returns:
        group, indicator, schools, students, mean, standard_deviation, coefficient, limit, met; where only the composite is
        judged, its row has nothing but coefficient, limit, met, and single rows have no limit.
    """
    groups = len(section_of)
    students = rows["enrolment"].to_numpy(float)
    each = standard.county_rule.judge == "each"
    limits = np.array([standard.county_rule.limits.get(section, np.nan) for section in section_of], dtype=float)
    spreads = [weighted_spread(group, groups, numerator(rows, i), students, i.per) for i in standard.indicators]
    parts = [
        {
            "indicator": indicator.id,
            "schools": pd.array(spread.schools, dtype="Int64"),
            "students": spread.students,
            "mean": spread.mean,
            "standard_deviation": np.where(spread.schools > 0, spread.standard_deviation, np.nan),
            "coefficient": spread.coefficient,
            "limit": limits if each else np.full(groups, np.nan),
        }
        for indicator, spread in zip(standard.indicators, spreads, strict=True)
    ]
    if not each:
        parts.append(
            {
                "indicator": COMPOSITE,
                "schools": pd.array([pd.NA] * groups, dtype="Int64"),
                "students": np.nan,
                "mean": np.nan,
                "standard_deviation": np.nan,
                "coefficient": composite(np.stack([spread.coefficient for spread in spreads], axis=-1)),
                "limit": limits,
            }
        )
    table = pd.concat([pd.DataFrame({"group": np.arange(groups), **part}) for part in parts], ignore_index=True)
    return table.assign(met=within_limit(table["coefficient"], table["limit"]))


def within_limit(coefficient: pd.Series, limit: pd.Series) -> pd.array:
    """Whether each coefficient is within its limit (inclusive); missing where one of the two is."""
    value, bound = coefficient.to_numpy(float), limit.to_numpy(float)
    return pd.arrays.BooleanArray(at_most(value, bound), np.isnan(value) | np.isnan(bound))
