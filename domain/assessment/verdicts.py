"""The county's verdict (县级结论), item by item: met, not met or pending.

Belongs here: which items a standard asks and what they come to together. Does not belong here: the items themselves
(``items_resources``, ``items_schools``, ``items_county``), wording of reports beyond the reason of an item.

A nation has thousands of counties: schools are judged all at once, tables are turned into plain rows by county once, and
each county is then judged by itself, so that a reader can follow one county's verdict from top to bottom.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data_contracts.catalogue import SECTION_LABELS, SECTIONS
from data_contracts.school_year import SchoolYear
from data_contracts.standard import Standard
from data_contracts.verdict_rules import AllOf, CountyRule, SchoolConditions, VerdictItem
from data_contracts.verdict_rules_of_schools import (
    ClassSize,
    EverySchool,
    Rooms,
    SchoolSize,
    SchoolsRule,
    SpendingShare,
    TeacherShare,
)
from domain.assessment.counted_schools import counted_schools
from domain.assessment.items_county import Stated, judged_county, stated_by_county
from domain.assessment.items_resources import (
    CountyCoefficients,
    JudgedSections,
    Row,
    coefficients_item,
    provincial_conditions,
    sections_comply,
)
from domain.assessment.items_schools import SchoolsJudged, judged_schools
from domain.assessment.outcomes import MET, NOT_MET, PENDING, ItemVerdict, Outcome, all_of, taken_together

NATIONAL, SCHOOL_CONDITIONS = "national", "school_conditions"
_OF_SCHOOLS = (Rooms, SchoolSize, ClassSize, TeacherShare, EverySchool, SpendingShare)


@dataclass(frozen=True)
class YearTables:
    """What verdicts of one school year rest on.

    Attributes:
        year: the school year, for limits that change with it.
        counties: county_code, county_name.
        register: ``school_register``, whose ``register_order`` orders the names of schools.
        sections: ``school_sections``.
        scope: ``scope_ledger`` with a column ``accepted``: whether the school's figures are there.
        compliance: ``school_compliance`` of all standards.
        coefficients: ``county_coefficients`` of all standards.
        returns: ``county_returns``.
    """

    year: SchoolYear
    counties: pd.DataFrame
    register: pd.DataFrame
    sections: pd.DataFrame
    scope: pd.DataFrame
    compliance: pd.DataFrame
    coefficients: pd.DataFrame
    returns: pd.DataFrame


@dataclass(frozen=True)
class CountyEvidence:
    """What one county is judged by under one standard.

    Attributes:
        code: its code.
        sections: its school sections under the standard.
        coefficients: its coefficients under the standard.
        schools: what each rule on schools finds, for all counties, by the identity of the rule (its value would be hashed
            anew for every county).
        stated: what the county states itself.
        pack: the province's standard of school conditions that applies to it, None where there is none.
        pack_sections: its school sections under that.
        year: the school year.
    """

    code: str
    sections: JudgedSections
    coefficients: CountyCoefficients
    schools: Mapping[int, SchoolsJudged]
    stated: Stated
    pack: Standard | None
    pack_sections: JudgedSections
    year: SchoolYear


def _part(rule: CountyRule | SchoolsRule, county: CountyEvidence) -> Outcome:
    if isinstance(rule, _OF_SCHOOLS):
        return county.schools[id(rule)].in_county(county.code, county.sections.open)
    return judged_county(rule, county.stated, county.year)


def judged_item(item: VerdictItem, county: CountyEvidence) -> Outcome:
    """What one item of a standard comes to in one county."""
    rule = item.rule
    if isinstance(rule, SchoolConditions):
        return provincial_conditions(county.pack, county.pack_sections)
    if isinstance(rule, AllOf):
        parts = [_part(part, county) for part in rule.parts]
        shown = [part for one, part in zip(rule.parts, parts, strict=True) if one in rule.measured]
        return taken_together(parts, shown)
    return _part(rule, county)


def county_items(standard: Standard, county: CountyEvidence) -> list[ItemVerdict]:
    """Every item of a standard's verdict on one county, and ``overall``, which is met only when every item is met."""
    found: list[ItemVerdict] = []
    if standard.school_rule:
        found.append(_line("R-schools", sections_comply(county.sections)))
    limits = standard.county_rule.limits
    found += [coefficients_item(s, county.coefficients, county.sections.open, limits.get(s)) for s in SECTIONS]
    found += [_line(item.id, judged_item(item, county)) for item in standard.verdict_items]
    return [*found, _overall(found)]


def _line(item: str, outcome: Outcome) -> ItemVerdict:
    return ItemVerdict(item, None, outcome.value, outcome.limit, outcome.met, outcome.reason)


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


def county_verdicts(standard: Standard, tables: YearTables, close: pd.DataFrame, packs: Sequence[Standard] = ()) -> pd.DataFrame:
    """Every item of a standard's verdict for every county.

    Args:
        standard: the standard.
        tables: what the verdict rests on.
        close: ``close_calls`` of this standard.
        packs: the provinces' standards of school conditions in force.

    Returns:
        county_code, county_name, standard, section, item, value, limit, met (true/false/pending), reason.
    """
    ranks = tables.register.set_index("school_id")["register_order"]
    mine = _SectionsByCounty(standard, tables, ranks)
    theirs = {pack.id: _SectionsByCounty(pack, tables, ranks) for pack in packs}
    coefficients = tables.coefficients[tables.coefficients["standard"] == standard.id]
    singles = _rows_by_county(coefficients, ["section", "indicator", "coefficient", "limit", "met"])
    calls = _rows_by_county(close, ["section", "indicator", "coefficient", "limit", "rounded_coefficient", "near", "flips"])
    schools = _judged_by_schools(standard, tables)
    stated = stated_by_county(tables.returns)
    rows = []
    for code, name in zip(tables.counties["county_code"], tables.counties["county_name"], strict=True):
        pack = next((one for one in packs if one.applies_to(code)), None)
        in_scope = {section: mine.in_scope.get((code, section), 0) for section in SECTIONS}
        evidence = CountyEvidence(
            code,
            mine.of(code),
            CountyCoefficients(in_scope, singles.get(code, []), calls.get(code, [])),
            schools,
            stated.get(code, {}),
            pack,
            theirs[pack.id].of(code) if pack else JudgedSections(0, [], []),
            tables.year,
        )
        for i in county_items(standard, evidence):
            rows.append((code, name, standard.id, i.section, i.item, i.value, i.limit, i.met, i.reason))
    columns = ["county_code", "county_name", "standard", "section", "item", "value", "limit", "met", "reason"]
    return pd.DataFrame(rows, columns=columns).astype({"value": float, "limit": float})


def _judged_by_schools(standard: Standard, tables: YearTables) -> dict[int, SchoolsJudged]:
    """What every rule of a standard that schools decide finds of all schools at once."""
    rules = _school_rules(standard)
    if not rules:
        return {}
    fields = [key for rule in rules for key in rule.school_fields]
    counted = counted_schools(tables.sections, tables.register, standard, fields)
    return {id(rule): judged_schools(rule, counted, standard.options) for rule in rules}


def _school_rules(standard: Standard) -> list[SchoolsRule]:
    """Every rule of a standard that schools decide, inside others too."""
    rules = [item.rule for item in standard.verdict_items]
    parts = [part for rule in rules for part in (rule.parts if isinstance(rule, AllOf) else (rule,))]
    return [part for part in parts if isinstance(part, _OF_SCHOOLS)]


class _SectionsByCounty:
    """School sections of every county under one standard: how many are in scope, which comply, which are open."""

    def __init__(self, standard: Standard, tables: YearTables, ranks: pd.Series) -> None:
        scope = tables.scope[tables.scope["standard"] == standard.id]
        in_scope = scope["in_scope"].fillna(False).to_numpy(bool)
        self.in_scope: dict[tuple[str, str], int] = scope[in_scope].groupby(["county_code", "section"]).size().to_dict()
        open_rows = scope[scope["in_scope"].isna().to_numpy() | (in_scope & ~scope["accepted"].to_numpy(bool))]
        types = tables.register.set_index("school_id")["school_type"]
        open_rows = open_rows.assign(school_type=open_rows["school_id"].map(types))
        self.open = _rows_by_county(open_rows, ["school_name", "section", "in_scope", "school_type"], ranks)
        compliance = tables.compliance[tables.compliance["standard"] == standard.id]
        complies = compliance["compliant"].fillna(False).to_numpy(bool)
        self.complying: dict[str, int] = compliance[complies].groupby("county_code").size().to_dict()
        self.others = _rows_by_county(compliance[~complies], ["school_name", "compliant"], ranks)

    def of(self, county: str) -> JudgedSections:
        """Those of one county."""
        return JudgedSections(self.complying.get(county, 0), self.others.get(county, []), self.open.get(county, []))


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
