"""Whether a school section complies (达标) with a standard's school rule, and the points that tiers give it.

Belongs here: the tables of compliance and of points, and their reasons. Does not belong here: the kinds of rules
(``rulings``), the values (``indicators``).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data_contracts.school_rules import AtLeast, AtMostMissed, Grades, Points
from data_contracts.standard import Indicator, Standard
from domain.assessment.comparing import at_least, at_most
from domain.assessment.indicators import BY_COMMITMENT, NOT_JUDGED
from domain.assessment.long_tables import chosen, chosen_rows, repeated, tiled, told_once
from domain.assessment.open_cases import BELOW, read
from domain.assessment.rulings import Ruling, Standing, ruling
from domain.assessment.thresholds import best_points, tier_points

TOTAL = "total"


@dataclass(frozen=True)
class _Rows:
    """The rows of one standard in ``school_indicators`` as n sections × k indicators."""

    heads: pd.DataFrame
    indicators: list[Indicator]
    ratio: np.ndarray
    standing: Standing
    by_commitment: np.ndarray
    demand: np.ndarray
    demands: Sequence[str]


def _rows(indicators: pd.DataFrame, standard: Standard) -> _Rows:
    ordered = sorted(standard.indicators, key=lambda indicator: indicator.id)
    k = len(ordered)
    mine = np.flatnonzero(indicators["standard"].to_numpy() == standard.id)
    heads = indicators[["county_code", "school_id", "school_name", "section", "standard"]].take(mine[::k]).reset_index(drop=True)
    value, threshold, floor = (
        indicators[column].to_numpy(float)[mine].reshape(-1, k) for column in ("value", "threshold", "floor")
    )
    known = indicators["met"].array.take(mine)
    met = known.fillna(False).to_numpy(bool).reshape(-1, k)
    undecided = known.isna().reshape(-1, k)
    judged, by_commitment = np.full(met.shape, True), np.full(met.shape, False)
    worst, best, demand = np.full(met.shape, -1), np.full(met.shape, -1), np.full(met.shape, 0)
    demands: Sequence[str] = [""]
    if standard.commitment or any(i.over != "enrolment" or isinstance(i.thresholds, tuple) for i in ordered):
        reason = indicators["reason"].take(mine).fillna("")
        judged = ~reason.str.startswith(NOT_JUDGED).to_numpy(bool).reshape(-1, k)
        by_commitment = reason.str.startswith(BY_COMMITMENT).to_numpy(bool).reshape(-1, k)
        if not isinstance(standard.school_rule, Points):
            told_worst, told_best, codes, demands = read(reason)
            worst, best, demand = told_worst.reshape(-1, k), told_best.reshape(-1, k), codes.reshape(-1, k)
    capped = np.array([indicator.sense == "at_most" for indicator in ordered])
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(capped, threshold / value, value / threshold)
    above = np.where(capped, at_most(value, floor), at_least(value, floor)) | (worst >= BELOW)
    if isinstance(standard.school_rule, AtLeast) and standard.school_rule.floor_ratio == 0:
        # A share of 0 is no floor: a cap may then be exceeded by however much.
        above[:] = True
    points, most = np.zeros(met.shape), np.zeros(met.shape)
    if isinstance(standard.school_rule, Points):
        section = heads["section"].to_numpy(object)
        for column, indicator in enumerate(ordered):
            points[:, column] = tier_points(value[:, column], section, indicator.tiers)
            most[:, column] = best_points(section, indicator.tiers)
        # Too many for none has no value, and no points.
        points[np.isnan(points) & ~undecided] = 0.0
        met, undecided = points >= most, np.isnan(points)
        points[~judged], most[~judged] = 0.0, 0.0
    standing = Standing(met & judged, undecided & judged, judged, above, worst, best, points, most)
    return _Rows(heads, ordered, ratio, standing, by_commitment, demand, demands)


def school_compliance(indicators: pd.DataFrame, standard: Standard) -> pd.DataFrame:
    """Judge each school section by the school rule.

    With an indicator missing a section does not comply when no value of it could save the verdict; else it is undecided.
    Indicators that do not judge a school are not counted.

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
    rows = _rows(indicators, standard)
    standing = rows.standing
    said = ruling(standing, rule, standard.complete)
    compliant = pd.arrays.BooleanArray(said.certain, said.possible & ~said.certain)
    known = np.where(standing.judged & ~np.isnan(rows.ratio), rows.ratio, np.inf)
    lowest = known.min(axis=1, initial=np.inf)
    names, reasons, kind = _told(rows, said, standard)
    return rows.heads.assign(
        indicators_met=standing.met.sum(axis=1).astype("int64"),
        indicators_total=standing.judged.sum(axis=1).astype("int64"),
        lowest_ratio=np.where(np.isinf(lowest), np.nan, lowest),
        compliant=compliant,
        failing=chosen(names, kind),
        reason=chosen(reasons, kind),
    )


def _told(rows: _Rows, said: Ruling, standard: Standard) -> tuple[list[str | None], list[str | None], np.ndarray]:
    """The failing indicators and the reason of each kind of row, and the kind of every row; None where nothing is to tell."""
    standing = rows.standing
    ids = np.array([indicator.id for indicator in rows.indicators], dtype=object)
    failing = standing.failing
    signs = [failing, standing.below_floor & ~standing.open_cases, standing.missing]
    if rows.demand.any():
        signs += [rows.demand, standing.open_cases]
    if not standing.judged.all():
        signs.append(standing.judged)
    if rows.by_commitment.any():
        signs.append(rows.by_commitment)
    if isinstance(standard.school_rule, Points):
        _, sums = np.unique(standing.points, axis=0, return_inverse=True)
        signs.append(sums.reshape(-1, 1))
    first, kind = told_once(np.hstack(signs))
    names: list[str | None] = []
    reasons: list[str | None] = []
    for row in first:
        names.append(";".join(ids[failing[row]]) or None)
        reasons.append(";".join(_parts(rows, said, standard, ids, int(row))) or None)
    return names, reasons, kind


def _parts(rows: _Rows, said: Ruling, standard: Standard, ids: np.ndarray, row: int) -> list[str]:
    """What is to be told of one row, in order."""
    standing, rule = rows.standing, standard.school_rule
    open_ = standing.open_cases[row] if isinstance(rule, AtLeast) else standing.missing[row] & (rows.demand[row] > 0)
    failing, below, missing = standing.failing[row], standing.below_floor[row] & ~open_, standing.missing[row] & ~open_
    count, needed = int(standing.met[row].sum()), int(said.needed[row])
    undecided = ",暂不能判定" if said.possible[row] and not said.certain[row] else ""
    parts = []
    if isinstance(rule, Points):
        parts.append(_points_told(standing.points[row], standing.most[row], rule))
    elif isinstance(rule, AtMostMissed):
        if failing.sum() > rule.missed:
            parts.append(f"{failing.sum()} 项未达标,最多允许 {rule.missed} 项")
    elif count < needed and failing.any() and (standard.complete or not said.possible[row]):
        parts.append(f"{count} 项达标,应不少于 {needed} 项")
    if isinstance(rule, Grades) and said.certain[row]:
        grade = int(said.grade[row])
        parts.append(rule.grades[grade].title if grade >= 0 else f"至少{rule.grades[-1].title}")
    if isinstance(rule, AtLeast) and below.any():
        parts.append(f"{';'.join(ids[below])} {_floor_words(rows, below, rule)}")
    for code in dict.fromkeys(rows.demand[row][open_].tolist()):
        here = open_ & (rows.demand[row] == code)
        parts.append(f"{';'.join(ids[here])} 的{rows.demands[code]}{undecided}")
    if missing.any():
        parts.append(f"{';'.join(ids[missing])} 缺少数据{undecided}")
    if not standing.judged[row].all():
        parts.append(f"{';'.join(ids[~standing.judged[row]])} 不适用于该校,不作判定")
    if rows.by_commitment[row].any():
        parts.append(f"{';'.join(ids[rows.by_commitment[row]])} {BY_COMMITMENT}")
    if not standing.judged[row].any():
        parts.append("没有适用于该校的指标,暂不能判定")
    elif not standard.complete and said.possible[row]:
        parts.append("本标准只载有部分条件,不能据此判定达标")
    return parts


def _floor_words(rows: _Rows, below: np.ndarray, rule: AtLeast) -> str:
    if any(indicator.sense == "at_most" for indicator, here in zip(rows.indicators, below, strict=True) if here):
        return f"未达到达标值的 {rule.floor_ratio:.0%}"
    return f"低于达标值的 {rule.floor_ratio:.0%}"


def _points_told(points: np.ndarray, most: np.ndarray, rule: Points) -> str:
    mark = "" if rule.pass_mark is None else f",及格 {rule.pass_mark:g} 分"
    return f"得 {np.nansum(points):g} 分,满分 {most.sum():g} 分{mark}"


def school_points(indicators: pd.DataFrame, standard: Standard) -> pd.DataFrame:
    """The points of each school section by indicator and in total, or its grade.

    Args:
        indicators: ``school_indicators``.
        standard: a standard whose school rule is of the kind ``points`` or ``grades``; another gives no rows.

    Returns:
        county_code, school_id, school_name, section, standard, indicator (its id, or ``total``), points (NaN where the value is
        missing; a total adds those that are known), most, grade (only in the total of a rule of grades).
    """
    rule = standard.school_rule
    rows = _rows(indicators, standard)
    k = len(rows.indicators)
    standing = rows.standing
    parts = [no_points()]
    if isinstance(rule, Points):
        heads = rows.heads
        single = pd.DataFrame({column: repeated(heads[column], k) for column in heads.columns})
        single["indicator"] = tiled([indicator.id for indicator in rows.indicators], len(heads))
        # An indicator that does not judge a school has no points to give it.
        points = np.where(standing.judged, standing.points, np.nan)
        parts.append(single.assign(points=points.ravel(), most=standing.most.ravel(), grade=_none(len(single))))
        total = np.nansum(standing.points, axis=1)
        parts.append(heads.assign(indicator=TOTAL, points=total, most=standing.most.sum(axis=1), grade=_none(len(heads))))
    if isinstance(rule, Grades):
        said = ruling(standing, rule, standard.complete)
        titles = pd.Series([*(grade.title for grade in rule.grades), None], dtype="str")
        grade = chosen_rows(titles, np.where(said.grade < 0, len(rule.grades), said.grade))
        counted, most = standing.met.sum(axis=1).astype(float), standing.judged.sum(axis=1).astype(float)
        parts.append(rows.heads.assign(indicator=TOTAL, points=counted, most=most, grade=grade))
    table = pd.concat([part for part in parts if len(part)] or parts, ignore_index=True)
    return table.sort_values(["county_code", "school_id", "section", "indicator"], ignore_index=True)


def _none(count: int) -> pd.Series:
    return pd.Series([None] * count, dtype="str")


def no_points() -> pd.DataFrame:
    """An empty ``school_points``."""
    words = ["county_code", "school_id", "school_name", "section", "standard", "indicator", "grade"]
    frame = pd.DataFrame({name: pd.Series(dtype="str") for name in words})
    return frame.assign(points=pd.Series(dtype="float64"), most=pd.Series(dtype="float64"))
