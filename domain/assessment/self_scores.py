"""Points that schools gave themselves beside those that their figures give (自评分与计算得分).

Belongs here: the difference and the question that follows from it. Does not belong here: how figures become points
(``school_points``), reading of what schools entered (``domain.intake``).
"""

import numpy as np
import pandas as pd

from data_contracts.catalogue import SECTION_LABELS
from data_contracts.standard import Standard

_KEY = ["school_id", "section", "standard", "indicator"]
SAME = 1e-9
COLUMNS = ["county_code", *_KEY, "own_points", "points", "difference", "message", "file", "row"]


def self_score_differences(
    self_scores: pd.DataFrame, points: pd.DataFrame, register: pd.DataFrame, standards: tuple[Standard, ...]
) -> pd.DataFrame:
    """Each self-score beside the computed points.

    Args:
        self_scores: ``self_scores``, what the schools entered.
        points: ``school_points``: school_id, section, standard, indicator, points (missing where figures are).
        register: ``school_register``, for names.
        standards: the standards in force, for titles.

    Returns:
        county_code, school_id, school_name, section, standard, indicator, own_points, points, difference (own − computed,
        missing where nothing was computed), message (a question to the school, where the two differ), file, row.
    """
    table = self_scores[["county_code", *_KEY, "points", "file", "row"]].rename(columns={"points": "own_points"})
    table = table.merge(points[[*_KEY, "points"]], on=_KEY, how="left", validate="one_to_one")
    names = register.drop_duplicates("school_id").set_index("school_id")["school_name"]
    name = table["school_id"].map(names)
    table["school_name"] = name.where(name.notna(), table["school_id"])
    difference = table["own_points"].to_numpy(float) - table["points"].to_numpy(float)
    difference[np.abs(difference) < SAME] = 0.0
    table["difference"] = difference
    titles = {(standard.id, indicator.id): indicator.title for standard in standards for indicator in standard.indicators}
    told = zip(table.to_dict("records"), difference, strict=True)
    table["message"] = pd.Series([_question(row, titles) if d and not np.isnan(d) else None for row, d in told], dtype="str")
    ordered = table[["county_code", "school_id", "school_name", *COLUMNS[2:]]]
    return ordered.sort_values(["county_code", *_KEY], ignore_index=True)


def _question(row: dict, titles: dict[tuple[str, str], str]) -> str:
    title = titles.get((row["standard"], row["indicator"]), row["indicator"])
    word = "高" if row["difference"] > 0 else "低"
    return (
        f"“{row['school_name']}”({SECTION_LABELS[row['section']]})的“{title}”自评 {row['own_points']:g} 分,"
        f"按填报数据计算为 {row['points']:g} 分,自评{word} {abs(row['difference']):g} 分。请核对或说明。"
    )
