"""The rows that workbooks and pages show of a county: schools, school sections, gaps, items of the verdict.

Belongs here: what such a row holds. Does not belong here: how it is gathered from the tables (``county_facts``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from data_contracts.standard import Indicator
from data_contracts.vocabulary import COUNTED_OUTCOMES
from domain.assessment.comparing import at_least, at_most
from domain.assessment.open_cases import sunk
from domain.reporting.display import VERDICT_WORDS, absent, school_outcome, text_of
from domain.reporting.item_texts import ItemText

Row = Mapping[str, Any]


@dataclass(frozen=True)
class School:
    """A school as the reporting board has it; ``outcome`` as in ``vocabulary.SCHOOL_OUTCOMES``."""

    school_id: str
    name: str
    township: str
    kind: str
    order: int
    expected: bool
    outcome: str
    file: str = ""
    errors: int = 0
    queries: int = 0

    @property
    def used(self) -> bool:
        """True where the figures count."""
        return self.outcome in COUNTED_OUTCOMES

    @property
    def outcome_words(self) -> str:
        """The outcome in Chinese."""
        return school_outcome(self.outcome)


@dataclass(frozen=True)
class SectionRow:
    """One school section in a standard's scope. Without figures ``indicators`` is empty and ``compliant`` pending."""

    school: School
    section: str
    indicators: Mapping[str, Row] = field(default_factory=dict)
    compliant: str = "pending"
    met: int = 0
    total: int = 0
    lowest_ratio: float | None = None
    reason: str = ""


def below_floor(cell: Row) -> bool:
    """True where a value is there and lies beyond the floor of its indicator: below it, or above it where less is better.

    Where the threshold is open, it lies beyond the floor of every case.
    """
    if sunk(text_of(cell["reason"])):
        return True
    if absent(cell["value"]) or absent(cell["floor"]):
        return False
    reaches = at_most if cell["floor"] > cell["threshold"] else at_least
    return not reaches(cell["value"], cell["floor"])


@dataclass(frozen=True)
class Gap:
    """One indicator that a school section does not reach, or (``shortfall`` None) that lacks its figures.

    Without a ``threshold`` the figure that decides about it is missing.
    """

    row: SectionRow
    indicator: Indicator
    value: float | None
    threshold: float | None
    shortfall: float | None
    unit: str
    below_floor: bool
    reason: str


@dataclass(frozen=True)
class Item:
    """One line of the county verdict in words."""

    id: str
    group: str
    title: str
    section: str
    value: float | None
    limit: float | None
    text: ItemText
    met: str
    reason: str

    @property
    def word(self) -> str:
        """达到, 未达到 or 待定."""
        return VERDICT_WORDS[self.met]
