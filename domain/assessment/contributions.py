"""How much each school adds to a coefficient: where to work so that the difference narrows.

Belongs here: shares of the squared deviation. Does not belong here: the coefficient (``coefficients``).
"""

import numpy as np
import pandas as pd

from data_contracts.catalogue import SECTIONS
from data_contracts.standard import Standard
from domain.assessment.indicators import numerator
from domain.assessment.scope import counted


def coefficient_contributions(sections: pd.DataFrame, coefficients: pd.DataFrame, standard: Standard) -> pd.DataFrame:
    """Each school's share pᵢ·(Xᵢ − X̄)² / Σ pⱼ·(Xⱼ − X̄)² of a coefficient's squared deviation.

    Returns:
        county_code, school_id, school_name, section, standard, indicator, value, county_mean, share; the shares
        of one coefficient add to 1, and are missing where all its schools are equal.
    """
    rows = counted(sections, standard, "school_id", "school_name")
    students = rows["enrolment"].to_numpy(float)
    mine = coefficients[coefficients["standard"] == standard.id]
    parts = []
    for indicator in standard.indicators:
        value = indicator.per * numerator(rows, indicator) / students
        own = mine[mine["indicator"] == indicator.id].set_index(["county_code", "section"])["mean"]
        mean = own.reindex(pd.MultiIndex.from_arrays([rows["county_code"], rows["section"]])).to_numpy(float)
        squares = students * (value - mean) ** 2
        group = pd.factorize(rows["county_code"])[0] * len(SECTIONS) + pd.Index(SECTIONS).get_indexer(rows["section"])
        total = np.bincount(group, weights=np.nan_to_num(squares), minlength=group.max(initial=0) + 1)[group]
        share = np.where(total > 0, squares / np.where(total > 0, total, 1.0), np.nan)
        part = rows[["county_code", "school_id", "school_name", "section"]].copy()
        parts.append(part.assign(standard=standard.id, indicator=indicator.id, value=value, county_mean=mean, share=share))
    table = pd.concat(parts, ignore_index=True)
    return table.sort_values(["county_code", "school_id", "section", "indicator"], ignore_index=True)
