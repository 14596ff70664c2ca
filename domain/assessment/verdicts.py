"""The county's verdict (县级结论), item by item: met, not met or pending.

Belongs here: the resource part (schools, coefficients) and the overall verdict from all items.
Does not belong here: coefficients and compliance themselves, wording of reports beyond the reason of an item.

A nation has thousands of counties: tables are turned into plain rows by county once, and each county is then judged
by itself, so that a reader can follow one county's verdict from top to bottom.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from data_contracts.catalogue import SECTION_LABELS, SECTIONS
from data_contracts.standard import Standard
from domain.assessment.close_calls import ROUNDED_DECIMALS
from domain.assessment.coefficients import COMPOSITE

MET, NOT_MET, PENDING = "true", "false", "pending"
NAMED_AT_MOST = 10
Row = dict[str, Any]


@dataclass(frozen=True)
class ItemVerdict:
    """One line of a county's verdict. ``section`` is None for items of the whole county."""

    item: str
    section: str | None
    value: float | None
    limit: float | None
    met: str
    reason: str | None


@dataclass(frozen=True)
class CountyRows:
    """One county's rows under one standard, each a plain dict with None for missing.

    Attributes:
        in_scope: how many school sections are in scope, by section.
        open: rows of ``scope_ledger`` in scope without figures (``in_scope`` True), or of unknown scope (None), in the
            register's order.
        complying: how many school sections comply; None where the standard has no school rule.
        not_complying: rows of ``school_compliance`` that do not comply or are undecided, in the register's order.
        coefficients: ``county_coefficients``.
        close: ``close_calls``.
    """

    in_scope: Mapping[str, int]
    open: list[Row]
    complying: int | None
    not_complying: list[Row]
    coefficients: list[Row]
    close: list[Row]


def all_of(verdicts: Iterable[str]) -> str:
    """Not met when one is not met; else pending when one is pending; else met."""
    found = set(verdicts)
    return NOT_MET if NOT_MET in found else PENDING if PENDING in found else MET


def _named(rows: list[Row]) -> str:
    names = list(dict.fromkeys(row["school_name"] for row in rows))
    more = f"等 {len(names)} 所" if len(names) > NAMED_AT_MOST else ""
    return "、".join(names[:NAMED_AT_MOST]) + more


def schools_item(complying: int, not_complying: list[Row], open_rows: list[Row]) -> ItemVerdict:
    """R-schools: every school section in scope complies.

    ``value`` counts those that comply, ``limit`` all in scope, with those whose figures are not there and
    those whose scope is not known; as long as one of these is open the item is pending.
    """
    failing = [row for row in not_complying if row["compliant"] is False]
    undecided = [row for row in not_complying if row["compliant"] is None]
    total = complying + len(not_complying) + len(open_rows)
    reasons = []
    if failing:
        reasons.append(f"{len(failing)} 个校段不达标:{_named(failing)}")
    if undecided:
        reasons.append(f"{len(undecided)} 个校段缺少数据暂不能判定:{_named(undecided)}")
    if open_rows:
        reasons.append(f"{len(open_rows)} 个校段没有可用的填报数据:{_named(open_rows)}")
    if not total:
        reasons.append("没有计入范围的学校")
    met = NOT_MET if failing else PENDING if undecided or open_rows or not total else MET
    return ItemVerdict("R-schools", None, float(complying), float(total), met, ";".join(reasons) or None)


def coefficients_item(section: str, county: CountyRows, limit: float | None) -> ItemVerdict:
    """R-cv of one section: the composite, or every single coefficient, is within its limit.

    ``value`` is the composite, or the largest single coefficient. The coefficients are those of the accepted
    schools; schools that could not be used are named. A section without schools in scope is no evidence of balance.
    """
    if not county.in_scope.get(section):
        return ItemVerdict("R-cv", section, None, limit, PENDING, f"没有计入范围的{SECTION_LABELS[section]}")
    if limit is None:
        return ItemVerdict("R-cv", section, None, None, PENDING, f"本标准没有规定{SECTION_LABELS[section]}差异系数的限值")
    mine = [row for row in county.coefficients if row["section"] == section]
    judged = [row for row in mine if row["limit"] is not None]
    known = [row["coefficient"] for row in judged if row["coefficient"] is not None]
    reasons = []
    over = [row for row in judged if row["met"] is False]
    if over:
        reasons.append(f"超过限值 {limit:g}:" + "、".join(f"{row['indicator']} {row['coefficient']:.3f}" for row in over))
    if len(known) < len(judged):
        empty = [row["indicator"] for row in mine if row["coefficient"] is None and row["indicator"] != COMPOSITE]
        reasons.append(f"无法计算:{'、'.join(empty)}")
    absent = [row for row in county.open if row["in_scope"] and row["section"] == section]
    if absent:
        reasons.append(f"未计入 {len(absent)} 所(没有可用的填报数据):{_named(absent)}")
    reasons += [_close(row) for row in county.close if row["section"] == section]
    met = all_of(PENDING if row["met"] is None else MET if row["met"] else NOT_MET for row in judged)
    return ItemVerdict("R-cv", section, max(known, default=None), limit, met, ";".join(reasons) or None)


def _close(call: Row) -> str:
    """A close call with both results."""
    near = "十分接近" if call["near"] else "的比较会因先行舍入而改变结论"
    turned = "结论会相反" if call["flips"] else "结论不变"
    return (
        f"{call['indicator']} 差异系数 {call['coefficient']:.6f} 与限值 {call['limit']:g} {near}"
        f"(若各校数值先保留 {ROUNDED_DECIMALS} 位小数,则为 {call['rounded_coefficient']:.6f},{turned}),本结论按未舍入的数值作出"
    )


def county_items(standard: Standard, county: CountyRows) -> list[ItemVerdict]:
    """Every item of a standard's verdict on one county, and ``overall``, which is met only when every item is met."""
    items = [schools_item(county.complying, county.not_complying, county.open)] if county.complying is not None else []
    limits = standard.county_rule.limits
    items += [coefficients_item(section, county, limits.get(section)) for section in SECTIONS]
    items += [ItemVerdict(i.id, None, None, i.at_least, PENDING, f"{i.title}:尚无数据") for i in standard.verdict_items]
    return [*items, _overall(items)]


def _overall(items: list[ItemVerdict]) -> ItemVerdict:
    def those(verdict: str) -> str:
        labels = [
            item.item + (f"({SECTION_LABELS[item.section]})" if item.section else "") for item in items if item.met == verdict
        ]
        return "、".join(labels)

    reasons = [f"{word}:{those(verdict)}" for verdict, word in ((NOT_MET, "未达到"), (PENDING, "待定")) if those(verdict)]
    count = sum(item.met == MET for item in items)
    return ItemVerdict(
        "overall", None, float(count), float(len(items)), all_of(item.met for item in items), ";".join(reasons) or None
    )


def county_verdicts(
    standard: Standard,
    counties: pd.DataFrame,
    register: pd.DataFrame,
    scope: pd.DataFrame,
    compliance: pd.DataFrame | None,
    coefficients: pd.DataFrame,
    close: pd.DataFrame,
) -> pd.DataFrame:
    """Every item of a standard's verdict for every county.

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
    ranks = register.set_index("school_id")["register_order"]
    scope = scope[scope["standard"] == standard.id]
    in_scope = scope["in_scope"].fillna(False).to_numpy(bool)
    counts = scope[in_scope].groupby(["county_code", "section"]).size().to_dict()
    without_figures = scope[scope["in_scope"].isna().to_numpy() | (in_scope & ~scope["accepted"].to_numpy(bool))]
    opens = _rows_by_county(without_figures, ["school_name", "section", "in_scope"], ranks)
    singles = _rows_by_county(
        coefficients[coefficients["standard"] == standard.id], ["section", "indicator", "coefficient", "limit", "met"]
    )
    calls = _rows_by_county(close, ["section", "indicator", "coefficient", "limit", "rounded_coefficient", "near", "flips"])
    complying: dict[str, int] = {}
    others: dict[str, list[Row]] = {}
    if compliance is not None:
        complies = compliance["compliant"].fillna(False).to_numpy(bool)
        complying = compliance[complies].groupby("county_code").size().to_dict()
        others = _rows_by_county(compliance[~complies], ["school_name", "compliant"], ranks)
    rows = []
    for code, name in zip(counties["county_code"], counties["county_name"], strict=True):
        part = CountyRows(
            {section: counts.get((code, section), 0) for section in SECTIONS},
            opens.get(code, []),
            None if compliance is None else complying.get(code, 0),
            others.get(code, []),
            singles.get(code, []),
            calls.get(code, []),
        )
        for i in county_items(standard, part):
            rows.append((code, name, standard.id, i.section, i.item, i.value, i.limit, i.met, i.reason))
    columns = ["county_code", "county_name", "standard", "section", "item", "value", "limit", "met", "reason"]
    return pd.DataFrame(rows, columns=columns).astype({"value": float, "limit": float})


def _rows_by_county(table: pd.DataFrame, columns: list[str], ranks: pd.Series | None = None) -> dict[str, list[Row]]:
    """The rows of each county as plain dicts, None for missing; by the place of their schools where ranks are given."""
    places = np.arange(len(table)) if ranks is None else table["school_id"].map(ranks).argsort(kind="stable").to_numpy()
    codes, *plain = [
        table[column].astype(object).where(table[column].notna(), None).to_numpy(object)[places].tolist()
        for column in ("county_code", *columns)
    ]
    found: dict[str, list[Row]] = {}
    for code, *values in zip(codes, *plain, strict=True):
        found.setdefault(code, []).append(dict(zip(columns, values, strict=True)))
    return found
