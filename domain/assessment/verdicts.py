"""The county's verdict (县级结论), item by item: met, not met or pending.

Belongs here: the resource part (schools, coefficients) and the overall verdict from all items.
Does not belong here: coefficients and compliance themselves, wording of reports beyond the reason of an item.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from data_contracts.catalogue import SECTION_LABELS, SECTIONS
from data_contracts.standard import Standard
from domain.assessment.close_calls import ROUNDED_DECIMALS
from domain.assessment.coefficients import COMPOSITE

MET, NOT_MET, PENDING = "true", "false", "pending"
NAMED_AT_MOST = 10


@dataclass(frozen=True)
class ItemVerdict:
    """One line of a county's verdict. ``section`` is None for items of the whole county."""

    item: str
    section: str | None
    value: float | None
    limit: float | None
    met: str
    reason: str | None


def all_of(verdicts: list[str]) -> str:
    """Not met when one is not met; else pending when one is pending; else met."""
    if NOT_MET in verdicts:
        return NOT_MET
    return PENDING if PENDING in verdicts else MET


def _named(names: list[str]) -> str:
    unique = list(dict.fromkeys(names))
    more = f"等 {len(unique)} 所" if len(unique) > NAMED_AT_MOST else ""
    return "、".join(unique[:NAMED_AT_MOST]) + more


def schools_item(compliance: pd.DataFrame, scope: pd.DataFrame, ranks: dict[str, int]) -> ItemVerdict:
    """R-schools: every school section in scope complies.

    ``value`` counts those that comply, ``limit`` all in scope, with those whose figures are not there and
    those whose scope is not known; as long as one of these is open the item is pending.

    Args:
        compliance: ``school_compliance`` of this county and standard.
        scope: ``scope_ledger`` of the same, with ``accepted``.
        ranks: place of each school in the register, for the order in which schools are named.
    """

    def in_order(rows: pd.DataFrame) -> list[str]:
        return list(rows.assign(rank=rows["school_id"].map(ranks)).sort_values("rank", kind="stable")["school_name"])

    open_rows = scope[scope["in_scope"].isna() | (scope["in_scope"].fillna(False) & ~scope["accepted"])]
    compliant = int(compliance["compliant"].fillna(False).sum())
    failing = compliance[~compliance["compliant"].fillna(True)]
    undecided = compliance[compliance["compliant"].isna()]
    total = len(compliance) + len(open_rows)
    reasons = []
    if len(failing):
        reasons.append(f"{len(failing)} 个校段不达标:{_named(in_order(failing))}")
    if len(undecided):
        reasons.append(f"{len(undecided)} 个校段缺少数据暂不能判定:{_named(in_order(undecided))}")
    if len(open_rows):
        reasons.append(f"{len(open_rows)} 个校段没有可用的填报数据:{_named(in_order(open_rows))}")
    if total == 0:
        reasons.append("没有计入范围的学校")
    met = NOT_MET if len(failing) else PENDING if total == 0 or len(undecided) or len(open_rows) else MET
    return ItemVerdict("R-schools", None, float(compliant), float(total), met, ";".join(reasons) or None)


def coefficients_item(coefficients: pd.DataFrame, section: str, scope: pd.DataFrame, close: pd.DataFrame) -> ItemVerdict:
    """R-cv of one section: the composite, or every single coefficient, is within its limit.

    ``value`` is the composite, or the largest single coefficient. The coefficients are those of the accepted
    schools; schools that could not be used are named.

    Args:
        coefficients: ``county_coefficients`` of this county, standard and section.
        section: primary or junior.
        scope: ``scope_ledger`` of this county and standard, with ``accepted``.
        close: ``close_calls`` of this county, standard and section.
    """
    judged = coefficients[coefficients["limit"].notna()]
    singles = coefficients[coefficients["indicator"] != COMPOSITE]
    value, limit = judged["coefficient"].max(), judged["limit"].max()
    over = judged[~judged["met"].fillna(True)]
    empty = judged[judged["met"].isna()]
    reasons = []
    in_scope = scope[scope["in_scope"].fillna(False) & (scope["section"] == section)]
    if not len(in_scope):
        # No school is no evidence of balance: a county has schools of both sections, so they are missing here.
        return ItemVerdict("R-cv", section, None, _number(limit), PENDING, f"没有计入范围的{SECTION_LABELS[section]}")
    if len(over):
        listed = "、".join(f"{i} {c:.3f}" for i, c in zip(over["indicator"], over["coefficient"], strict=True))
        reasons.append(f"超过限值 {limit:g}:{listed}")
    if len(empty):
        blank = singles.loc[singles["coefficient"].isna(), "indicator"]
        reasons.append(f"无法计算:{'、'.join(blank)}")
    absent = in_scope[~in_scope["accepted"]]
    if len(absent):
        reasons.append(f"未计入 {len(absent)} 所(没有可用的填报数据):{_named(list(absent['school_name']))}")
    for call in close.itertuples():
        text = f"{call.indicator} 差异系数 {call.coefficient:.6f} 与限值 {call.limit:g} "
        text += "十分接近" if call.near else "的比较会因先行舍入而改变结论"
        text += f"(若各校数值先保留 {ROUNDED_DECIMALS} 位小数,则为 {call.rounded_coefficient:.6f}"
        text += ",结论会相反)" if call.flips else ",结论不变)"
        reasons.append(text + ",本结论按未舍入的数值作出")
    met = all_of([PENDING if pd.isna(m) else MET if m else NOT_MET for m in judged["met"]])
    return ItemVerdict("R-cv", section, _number(value), _number(limit), met, ";".join(reasons) or None)


def _number(value: float) -> float | None:
    return None if pd.isna(value) else float(value)


def county_verdicts(
    standard: Standard,
    counties: pd.DataFrame,
    register: pd.DataFrame,
    scope: pd.DataFrame,
    compliance: pd.DataFrame | None,
    coefficients: pd.DataFrame,
    close: pd.DataFrame,
) -> pd.DataFrame:
    """Every item of a standard's verdict for every county, and ``overall``.

    ``overall`` is met only when every item is met: nothing missing is counted as met.

    Args:
        standard: the standard.
        counties: county_code, county_name.
        register: ``school_register``, whose ``register_order`` orders the names of schools.
        scope: ``scope_ledger`` with a column ``accepted``: whether the school's figures are there.
        compliance: ``school_compliance`` of this standard; None where it has no school rule.
        coefficients: ``county_coefficients``.
        close: ``close_calls`` of this standard.

    Returns:
        county_code, county_name, standard, section, item, value, limit, met (true/false/pending), reason.
    """
    ranks = dict(zip(register["school_id"], register["register_order"], strict=True))
    mine = {
        "scope": _by_county(scope[scope["standard"] == standard.id]),
        "coefficients": _by_county(coefficients[coefficients["standard"] == standard.id]),
        "compliance": _by_county(compliance) if compliance is not None else {},
        "close": _by_county(close),
    }
    nothing = {
        "scope": scope.iloc[:0],
        "coefficients": coefficients.iloc[:0],
        "compliance": compliance.iloc[:0] if compliance is not None else None,
        "close": close.iloc[:0],
    }
    rows = []
    for code, name in zip(counties["county_code"], counties["county_name"], strict=True):
        part = {key: tables.get(code, nothing[key]) for key, tables in mine.items()}
        items = [schools_item(part["compliance"], part["scope"], ranks)] if compliance is not None else []
        for section in SECTIONS:
            items.append(
                coefficients_item(
                    part["coefficients"][part["coefficients"]["section"] == section],
                    section,
                    part["scope"],
                    part["close"][part["close"]["section"] == section],
                )
            )
        for item in standard.verdict_items:
            items.append(ItemVerdict(item.id, None, None, item.at_least, PENDING, f"{item.title}:尚无数据"))
        items.append(_overall(items))
        rows.extend((code, name, standard.id, i.section, i.item, i.value, i.limit, i.met, i.reason) for i in items)
    columns = ["county_code", "county_name", "standard", "section", "item", "value", "limit", "met", "reason"]
    return pd.DataFrame(rows, columns=columns)


def _by_county(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return dict(iter(table.groupby("county_code", sort=False)))


def _overall(items: list[ItemVerdict]) -> ItemVerdict:
    met = all_of([item.met for item in items])

    def those(verdict: str) -> str:
        labels = [item.item + (f"({SECTION_LABELS[item.section]})" if item.section else "") for item in items if item.met == verdict]
        return "、".join(labels)

    reasons = [f"未达到:{those(NOT_MET)}"] if met == NOT_MET else []
    if those(PENDING):
        reasons.append(f"待定:{those(PENDING)}")
    count = float(np.sum([item.met == MET for item in items]))
    return ItemVerdict("overall", None, count, float(len(items)), met, ";".join(reasons) or None)
