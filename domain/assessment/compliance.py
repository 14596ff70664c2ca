"""Whether a school section complies (达标) with a standard's school rule.

Belongs here: the rule "at least n reach the threshold and the others reach the floor". Does not belong here: the values.
"""

import numpy as np
import pandas as pd

from data_contracts.standard import Standard
from domain.assessment.comparing import at_least


def school_compliance(indicators: pd.DataFrame, standard: Standard) -> pd.DataFrame:
    """Judge each school section by the school rule.

    With an indicator missing a section does not comply when no value of it could save the verdict; else it is undecided.

    Args:
        indicators: ``school_indicators`` of this standard, every section with all its indicators in the same order.
        standard: a standard with a school rule.

    Returns:
        county_code, school_id, school_name, section, standard, indicators_met, indicators_total, lowest_ratio,
        compliant (nullable boolean), failing, reason; one row per section.
    """
    rule = standard.school_rule
    if rule is None:
        raise ValueError(f"{standard.id} has no school rule")
    k = len(standard.indicators)
    heads = indicators.iloc[::k]
    ids = np.array(sorted(indicator.id for indicator in standard.indicators), dtype=object)
    value = indicators["value"].to_numpy(float).reshape(-1, k)
    threshold = indicators["threshold"].to_numpy(float).reshape(-1, k)
    missing = np.isnan(value)
    met = at_least(value, threshold)
    below_floor = ~missing & ~at_least(value, threshold * rule.floor_ratio)
    total_met = met.sum(axis=1)
    possible = ~below_floor.any(axis=1) & (total_met + missing.sum(axis=1) >= rule.at_least)
    certain = possible & ((rule.floor_ratio == 0) | ~missing.any(axis=1)) & (total_met >= rule.at_least)
    compliant = pd.array(certain, dtype="boolean")
    compliant[possible & ~certain] = pd.NA
    ratios = np.where(missing, np.inf, value / threshold)
    lowest = ratios.min(axis=1, initial=np.inf)
    failing = ~missing & ~met

    def named(mask: np.ndarray) -> str:
        return ";".join(ids[mask])

    failing_text = np.array([named(row) if row.any() else None for row in failing], dtype=object)
    reason = np.full(len(heads), None, dtype=object)
    for row in np.flatnonzero(~certain):
        parts = []
        if failing[row].any():
            parts.append(f"{total_met[row]}项达标,未达到 {rule.at_least} 项" if total_met[row] < rule.at_least else "")
            if below_floor[row].any():
                parts.append(f"{named(below_floor[row])} 低于达标值的 {rule.floor_ratio:.0%}")
        if missing[row].any():
            parts.append(f"{named(missing[row])} 缺少数据" + (",暂不能判定" if possible[row] else ""))
        reason[row] = ";".join(part for part in parts if part)
    table = heads[["county_code", "school_id", "school_name", "section", "standard"]].reset_index(drop=True)
    return table.assign(
        indicators_met=total_met.astype("int64"),
        indicators_total=np.full(len(heads), k, dtype="int64"),
        lowest_ratio=np.where(np.isinf(lowest), np.nan, lowest),
        compliant=compliant,
        failing=failing_text,
        reason=reason,
    )
