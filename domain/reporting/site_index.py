"""What the first page of the site shows: a line for each county of the year.

Belongs here: the line's figures and words. Does not belong here: the page of one county (``site_county``), HTML (templates).
"""

from dataclasses import dataclass

from data_contracts.catalogue import SECTIONS
from data_contracts.standard import Standard
from domain.reporting.county_facts import CountyFacts
from domain.reporting.display import (
    COEFFICIENT_DECIMALS,
    COMPOSITE,
    NONE,
    SIGNS,
    VERDICT_WORDS,
    absent,
    exact,
    shown_against,
    verdict_of,
)

# Counties that need attention come first when the column is sorted.
_RANKS = {"false": 0, "pending": 1, "true": 2}


@dataclass(frozen=True)
class SectionFigure:
    """The coefficients of one section in short: the composite, or how many are beyond the limit."""

    text: str
    value: str
    over: bool


@dataclass(frozen=True)
class StandardCell:
    """One county under one standard."""

    met: str
    sections: list[SectionFigure]
    judges_schools: bool
    schools: str
    schools_value: str

    @property
    def word(self) -> str:
        """达到, 未达到 or 待定."""
        return VERDICT_WORDS[self.met]

    @property
    def sign(self) -> str:
        """The sign beside the word."""
        return SIGNS[self.met]

    @property
    def rank(self) -> int:
        """For sorting: not met first."""
        return _RANKS[self.met]


@dataclass(frozen=True)
class CountyLine:
    """One county of the first page."""

    code: str
    name: str
    accepted: int
    expected: int
    cells: list[StandardCell]

    @property
    def complete(self) -> bool:
        """True where every expected school counts."""
        return self.accepted >= self.expected

    @property
    def share(self) -> str:
        """Share of expected schools that count, for sorting."""
        return exact(self.accepted / self.expected) if self.expected else ""

    @property
    def attention(self) -> bool:
        """True where something is not met or not handed in."""
        return not self.complete or any(cell.met == "false" for cell in self.cells)


def county_line(facts: CountyFacts) -> CountyLine:
    """The line of one county."""
    cells = []
    for standard in facts.standards:
        rows = facts.section_rows(standard) if standard.school_rule else []
        met = sum(row.compliant == "true" for row in rows)
        cells.append(
            StandardCell(
                met=facts.overall(standard),
                sections=[_section_figure(facts, standard, section) for section in SECTIONS],
                judges_schools=standard.school_rule is not None,
                schools=f"{met} / {len(rows)}" if rows else NONE,
                schools_value=exact(met / len(rows)) if rows else "",
            )
        )
    return CountyLine(facts.code, facts.name, facts.accepted, facts.expected, cells)


def _section_figure(facts: CountyFacts, standard: Standard, section: str) -> SectionFigure:
    ids = [*(indicator.id for indicator in standard.indicators), COMPOSITE]
    found = [facts.coefficients.get((standard.id, section, one), {}) for one in ids]
    judged = [row for row in found if row and not absent(row["limit"]) and not absent(row["coefficient"])]
    if not judged:
        return SectionFigure(NONE, "", over=False)
    if standard.county_rule.judge == "composite":
        row = judged[0]
        text = shown_against(row["coefficient"], row["limit"], COEFFICIENT_DECIMALS, row["met"], at_least=False)
        return SectionFigure(text, exact(row["coefficient"]), verdict_of(row["met"]) == "false")
    over = sum(verdict_of(row["met"]) == "false" for row in judged)
    return SectionFigure(f"{over} 项超限" if over else f"{len(judged)} 项均在限内", str(over), over > 0)
