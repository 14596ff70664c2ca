"""Whether a school section complies (达标) with a standard's school rule.

Belongs here: the rule "at least n reach the threshold and the others reach the floor". Does not belong here: the values.
"""

import numpy as np
import pandas as pd

from data_contracts.standard import Standard
from domain.assessment.comparing import at_least
from domain.assessment.long_tables import chosen, told_once


def school_compliance(indicators: pd.DataFrame, standard: Standard) -> pd.DataFrame:
    """Judge each school section by the school rule.

    With an indicator missing a section does not comply when no value of it could save the verdict; else it is undecided.

    Args:
        indicators: ``school_indicators``; every section that the standard counts with all its indicators in their order.
        standard: a standard with a school rule.

    Returns:
        county_code, school_id, school_name, section, standard, indicators_met, indicators_total, lowest_ratio,
        compliant (nullable boolean), failing, reason; one row per section.
    """
    rule = standard.school_rule
    if rule is None:
        raise ValueError(f"{standard.id} has no school rule")
    k = len(standard.indicators)
    mine = np.flatnonzero(indicators["standard"].to_numpy() == standard.id)
    heads = indicators[["county_code", "school_id", "school_name", "section", "standard"]].take(mine[::k])
    ids = np.array(sorted(indicator.id for indicator in standard.indicators), dtype=object)
    value = indicators["value"].to_numpy(float)[mine].reshape(-1, k)
    threshold = indicators["threshold"].to_numpy(float)[mine].reshape(-1, k)
    missing = np.isnan(value)
    met = at_least(value, threshold)
    below_floor = ~missing & ~at_least(value, threshold * rule.floor_ratio)
    total_met = met.sum(axis=1)
    possible = ~below_floor.any(axis=1) & (total_met + missing.sum(axis=1) >= rule.at_least)
    certain = possible & ((rule.floor_ratio == 0) | ~missing.any(axis=1)) & (total_met >= rule.at_least)
    compliant = pd.arrays.BooleanArray(certain, possible & ~certain)
    ratios = np.where(missing, np.inf, value / threshold)
    lowest = ratios.min(axis=1, initial=np.inf)
    failing = ~missing & ~met
    names, reasons, kind = _told(ids, failing, below_floor, missing, total_met, standard)
    return heads.reset_index(drop=True).assign(
        indicators_met=total_met.astype("int64"),
        indicators_total=np.full(len(heads), k, dtype="int64"),
        lowest_ratio=np.where(np.isinf(lowest), np.nan, lowest),
        compliant=compliant,
        failing=chosen(names, kind),
        reason=chosen(reasons, kind),
    )


def _told(
    ids: np.ndarray, failing: np.ndarray, below_floor: np.ndarray, missing: np.ndarray, total_met: np.ndarray, standard: Standard
) -> tuple[list[str | None], list[str | None], np.ndarray]:
    """The failing indicators and the reason of each kind of row, and the kind of every row; None where nothing is to tell."""
    rule = standard.school_rule
    assert rule is not None
    first, kind = told_once(np.hstack([failing, below_floor, missing]))
    names: list[str | None] = []
    reasons: list[str | None] = []
    for row in first:
        count = int(total_met[row])
        lost = below_floor[row].any() or count + int(missing[row].sum()) < rule.at_least
        parts = []
        if count < rule.at_least and failing[row].any():
            parts.append(f"{count} 项达标,未达到 {rule.at_least} 项")
        if below_floor[row].any():
            parts.append(f"{';'.join(ids[below_floor[row]])} 低于达标值的 {rule.floor_ratio:.0%}")
        if missing[row].any():
            parts.append(f"{';'.join(ids[missing[row]])} 缺少数据" + ("" if lost else ",暂不能判定"))
        names.append(";".join(ids[failing[row]]) or None)
        reasons.append(";".join(parts) or None)
    return names, reasons, kind
