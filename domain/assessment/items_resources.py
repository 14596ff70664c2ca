"""The resource part of the county verdict (资源配置): every school section complies, and the coefficients are within limits.

Belongs here: R-schools, the province's school conditions (P-schools), R-cv with its close calls. Does not belong here:
coefficients and compliance themselves, the other items (``items_county``, ``items_schools``).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from data_contracts.catalogue import SECTION_LABELS
from data_contracts.standard import Standard
from domain.assessment.close_calls import ROUNDED_DECIMALS
from domain.assessment.coefficients import COMPOSITE
from domain.assessment.outcomes import MET, NOT_MET, PENDING, ItemVerdict, Outcome, all_of, listed

Row = dict[str, Any]


@dataclass(frozen=True)
class JudgedSections:
    """One county's school sections under one standard, each a plain dict with None for missing.

    Attributes:
        complying: how many comply.
        not_complying: rows of ``school_compliance`` that do not comply or are undecided, in the register's order.
        open: rows of ``scope_ledger`` in scope without figures (``in_scope`` True), or of unknown scope (None), in the
            register's order.
    """

    complying: int
    not_complying: list[Row]
    open: list[Row]


@dataclass(frozen=True)
class CountyCoefficients:
    """One county's coefficients under one standard: sections in scope, ``county_coefficients``, ``close_calls``."""

    in_scope: Mapping[str, int]
    coefficients: list[Row]
    close: list[Row]


def _named(rows: Iterable[Row]) -> str:
    return listed(row["school_name"] for row in rows)


def sections_comply(sections: JudgedSections) -> Outcome:
    """Every school section in scope complies.

    ``value`` counts those that comply, ``limit`` all in scope, with those whose figures are not there and
    those whose scope is not known; as long as one of these is open the item is pending.
    """
    failing = [row for row in sections.not_complying if row["compliant"] is False]
    undecided = [row for row in sections.not_complying if row["compliant"] is None]
    total = sections.complying + len(sections.not_complying) + len(sections.open)
    reasons = []
    if failing:
        reasons.append(f"{len(failing)} 个校段不达标:{_named(failing)}")
    if undecided:
        reasons.append(f"{len(undecided)} 个校段缺少数据暂不能判定:{_named(undecided)}")
    if sections.open:
        reasons.append(f"{len(sections.open)} 个校段没有可用的填报数据:{_named(sections.open)}")
    if not total:
        reasons.append("没有计入范围的学校")
    met = NOT_MET if failing else PENDING if undecided or sections.open or not total else MET
    return Outcome(met, float(sections.complying), float(total), ";".join(reasons) or None)


def provincial_conditions(pack: Standard | None, sections: JudgedSections) -> Outcome:
    """P-schools: every school section complies with the province's own standard of school conditions.

    Without a standard of the province nothing can be said. One that does not hold all conditions of the province can show
    that a school fails, but not that all comply.
    """
    if pack is None:
        return Outcome(PENDING, None, None, "没有本省的学校办学条件标准")
    if pack.school_rule is None:
        reason = f"“{pack.title}”没有规定学校怎样算达标,各校各项条件的情况见“办学条件逐校情况”"
        return Outcome(PENDING, None, None, reason)
    found = sections_comply(sections)
    if pack.complete or found.met == NOT_MET:
        return found
    reasons = [f"“{pack.title}”没有收全本省的条件,已有的条件没有校段不达标"]
    if sections.open:
        reasons.append(f"{len(sections.open)} 个校段没有可用的填报数据:{_named(sections.open)}")
    return Outcome(PENDING, None, found.limit, ";".join(reasons))


def coefficients_item(section: str, county: CountyCoefficients, open_rows: list[Row], limit: float | None) -> ItemVerdict:
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
    absent = [row for row in open_rows if row["in_scope"] and row["section"] == section]
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
