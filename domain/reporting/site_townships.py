"""What the page of a county's townships shows: coefficients within each township, and how many school sections comply there.

Belongs here: choosing, ordering and wording for that page. Does not belong here: HTML (templates), figures that no table holds.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from data_contracts.catalogue import SECTIONS
from data_contracts.standard import Standard
from domain.reporting.county_facts import CountyFacts, rows_of
from domain.reporting.display import (
    COEFFICIENT_DECIMALS,
    COMPOSITE,
    NONE,
    absent,
    brief_indicator,
    exact,
    number_of,
    section_label,
    short_title,
    shown,
    shown_against,
    verdict_of,
)
from domain.reporting.insight_words import percent

ALONE = "仅 1 所"


@dataclass(frozen=True)
class CoefficientCell:
    """One coefficient of a township; ``state`` is true, false or none (not judged)."""

    text: str
    value: str
    state: str


@dataclass(frozen=True)
class CoefficientRow:
    """One township; ``over`` counts the coefficients beyond their limit."""

    name: str
    schools: int
    students: str
    left_out: int
    cells: list[CoefficientCell]
    over: int


@dataclass(frozen=True)
class TownshipTable:
    """The townships under one standard in one section."""

    title: str
    section: str
    limit: str
    heads: list[str]
    rows: list[CoefficientRow]

    @property
    def over(self) -> int:
        """How many townships have a coefficient beyond its limit."""
        return sum(row.over > 0 for row in self.rows)


@dataclass(frozen=True)
class ComplianceCell:
    """School sections of one township and section: complying of those judged, with the rest."""

    text: str
    share: str
    value: str
    undecided: int
    failing: bool


def without_township(facts: CountyFacts) -> list[str]:
    """Names of schools that count, or may, under some standard and have no township, in the register's order."""
    rows = [row for row in facts.scope_rows if verdict_of(row["in_scope"]) != "false"]
    schools = {row["school_id"]: facts.school(row) for row in rows}
    return [school.name for school in schools.values() if not school.township]


class TownshipsPage:
    """Everything that the template of a county's townships reads."""

    def __init__(self, facts: CountyFacts) -> None:
        self.facts = facts
        self.order = list(dict.fromkeys(school.township for school in facts.schools if school.township))
        rank = {name: place for place, name in enumerate(self.order)}
        self._coefficients = sorted(
            rows_of(facts.tables, "township_coefficients"), key=lambda row: rank.get(row["township"], len(rank))
        )
        self._compliance = rows_of(facts.tables, "township_compliance")
        self.tables = [table for s in facts.standards for section in SECTIONS if (table := self._table(s, section)).rows]
        self.without_township = without_township(facts)
        self.ruled = [standard for standard in facts.standards if standard.school_rule]

    def _table(self, standard: Standard, section: str) -> TownshipTable:
        mine: dict[str, dict[str, Mapping]] = {}
        for row in self._coefficients:
            if row["standard"] == standard.id and row["section"] == section:
                mine.setdefault(row["township"], {})[row["indicator"]] = row
        composite = standard.county_rule.judge == "composite"
        ids = [*([COMPOSITE] if composite else []), *(indicator.id for indicator in standard.indicators)]
        heads = [brief_indicator(i.title, i.unit, i.per)[0] for i in standard.indicators]
        limit = standard.county_rule.limits.get(section)
        return TownshipTable(
            title=short_title(standard),
            section=section_label(section),
            limit="" if limit is None else f"{limit:.2f}",
            heads=[*(["综合差异系数"] if composite else []), *heads],
            rows=[_row(name, found, ids) for name, found in mine.items()],
        )

    @property
    def compliance(self) -> list[tuple[str, list[ComplianceCell | None]]]:
        """For each township a cell per standard with a school rule and section; None where it has no such school."""
        found = {
            (row["township"], row["standard"], row["section"]): row for row in self._compliance if not absent(row["township"])
        }
        names = [name for name in self.order if any(key[0] == name for key in found)]
        keys = [(standard.id, section) for standard in self.ruled for section in SECTIONS]
        return [(name, [_cell(found.get((name, *key))) for key in keys]) for name in names] if keys else []


def _row(name: str, found: Mapping[str, Mapping], ids: list[str]) -> CoefficientRow:
    singles = [row for row in found.values() if row["indicator"] != COMPOSITE]
    schools = max((int(number_of(row["schools"]) or 0) for row in singles), default=0)
    cells = [_coefficient(found.get(one), schools) for one in ids]
    return CoefficientRow(
        name=name,
        schools=schools,
        students=shown(max((number_of(row["students"]) or 0.0 for row in singles), default=0.0), 0),
        left_out=min((int(number_of(row["left_out"]) or 0) for row in singles), default=0),
        cells=cells,
        over=sum(cell.state == "false" for cell in cells),
    )


def _coefficient(row: Mapping | None, schools: int) -> CoefficientCell:
    if row is None or absent(row["coefficient"]):
        return CoefficientCell(NONE, "", "none")
    if schools == 1:
        # One school cannot differ from itself; a 0 beside real coefficients would read as perfect balance.
        return CoefficientCell(ALONE, exact(row["coefficient"]), "none")
    state = "none" if absent(row["limit"]) else verdict_of(row["met"])
    text = shown_against(row["coefficient"], row["limit"], COEFFICIENT_DECIMALS, row["met"], at_least=False)
    return CoefficientCell(text, exact(row["coefficient"]), state)


def _cell(row: Mapping | None) -> ComplianceCell | None:
    if row is None:
        return None
    complying, failing = int(row["complying"]), int(row["not_complying"])
    text = f"{complying} / {complying + failing}"
    return ComplianceCell(text, percent(row["share"]), exact(row["share"]), int(row["undecided"]), failing > 0)
