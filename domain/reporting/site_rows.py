"""The rows that the page of one county shows, ready for its template: text to read beside the unrounded number.

Belongs here: what such a row holds. Does not belong here: how it is gathered and worded (``site_county``).
"""

from dataclasses import dataclass

from data_contracts.standard import Standard
from domain.reporting.county_rows import Item, SectionRow
from domain.reporting.site_pictures import Bullet, Scale, Trend


@dataclass(frozen=True)
class Figure:
    """A number to read (with its unit) and its unrounded text."""

    text: str
    value: str
    unit: str = ""


@dataclass(frozen=True)
class CoefficientLine:
    """One coefficient: figures, picture, years."""

    title: str
    mean: Figure
    coefficient: Figure
    limit: str
    met: str
    word: str
    sign: str
    bullet: Bullet | None
    trend: Trend | None
    change: str
    composite: bool
    left_out: int


@dataclass(frozen=True)
class CoefficientBlock:
    """The coefficients of one standard and section. ``judged``, ``within`` and ``over`` count those that have a limit."""

    standard: str
    section: str
    lines: list[CoefficientLine]
    scale: Scale
    limit_x: float | None
    limit: str
    judged: int
    within: int
    over: int
    limit_anchor: str
    schools: int
    students: str
    left_out: int


@dataclass(frozen=True)
class SchoolCell:
    """One indicator of a school section; ``state`` is true, false or pending."""

    figure: Figure
    state: str
    gap: str
    note: str
    below_floor: bool


@dataclass(frozen=True)
class SchoolLine:
    """One school section with its cells; without figures ``cells`` is empty."""

    row: SectionRow
    section: str
    word: str
    sign: str
    cells: list[SchoolCell]
    gaps: int


@dataclass(frozen=True)
class SchoolTable:
    """Schools against one standard. ``heads``: title, unit, thresholds by section in words.

    ``judged``: the standard has thresholds; ``ruled``: it also says when a school section complies as a whole.
    """

    standard: Standard
    title: str
    heads: list[tuple[str, str, list[str]]]
    lines: list[SchoolLine]
    totals: list[tuple[str, str, str, str]]
    unknown_gaps: int
    judged: bool
    ruled: bool
    met: int
    waiting: int


@dataclass(frozen=True)
class TownshipLine:
    """Reporting by township: expected, used, of these with queries, left out, missing."""

    name: str
    expected: int
    used: int
    queries: int
    left_out: int
    missing: int


@dataclass(frozen=True)
class Verdict:
    """The overall verdict of one standard and its items by group: name, how many are met, the items."""

    standard: Standard
    title: str
    met: str
    word: str
    sign: str
    reason: str
    groups: list[tuple[str, str, list[Item]]]
