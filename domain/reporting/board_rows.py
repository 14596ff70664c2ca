"""The reporting board as it is shown, at the console and as a page: a line per school, totals per township or county.

Belongs here: counting and the words for what is not known. Does not belong here: how the board is made
(``domain.intake.settling``), drawing (``board_page``, ``junheng status``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from data_contracts.vocabulary import COUNTED_OUTCOMES
from domain.intake.ledger import day_in_china
from domain.reporting.display import absent, school_outcome, text_of

NO_TOWNSHIP = "未填乡镇"
GROUPINGS = ("township", "county")


@dataclass(frozen=True)
class BoardSchool:
    """One school of the board. ``first`` is the day of its first file, empty where unknown; ``late`` None where unknown."""

    school_id: str
    name: str
    county: str
    township: str
    kind: str
    expected: bool
    outcome: str
    file: str
    errors: int
    queries: int
    notes: int
    first: str
    late: bool | None

    @property
    def words(self) -> str:
        """The outcome in Chinese."""
        return school_outcome(self.outcome)

    @property
    def attention(self) -> bool:
        """True where somebody has to call the school."""
        return bool(self.late) or self.outcome != "accepted"


@dataclass(frozen=True)
class Tally:
    """Schools of one township or county, or of all.

    Everything is counted of the schools expected, so that no closed school that reports all the same hides one that is
    missing; those are counted by ``unexpected`` alone. ``late`` is None where nobody can tell of any school.
    """

    name: str
    county: str
    expected: int
    received: int
    accepted: int
    queries: int
    left_out: int
    missing: int
    late: int | None
    unexpected: int

    @property
    def parts(self) -> list[tuple[str, int]]:
        """Outcome and number of schools, for a bar: together all schools that should report."""
        return [
            ("accepted", self.accepted - self.queries),
            ("accepted_with_queries", self.queries),
            ("left_out", self.left_out),
            ("missing", self.missing),
        ]


def board_schools(
    board: pd.DataFrame, first: pd.Series, late: pd.Series, county_names: Mapping[str, str] | None = None
) -> list[BoardSchool]:
    """The schools of a board in the register's order.

    Args:
        board: see the contract ``reporting_board``.
        first, late: see ``domain.intake.ledger``; with the board's index.
        county_names: by code; the code stands where there is none.
    """
    names = county_names or {}
    rows = board.assign(first=first, late=late).sort_values(["county_code", "register_order", "school_id"])
    return [
        BoardSchool(
            school_id=row.school_id,
            name=row.school_name,
            county=names.get(row.county_code, row.county_code),
            township=text_of(row.township) or NO_TOWNSHIP,
            kind=text_of(row.school_type),
            expected=bool(row.expected),
            outcome=row.outcome,
            file=text_of(row.file),
            errors=int(row.errors),
            queries=int(row.queries),
            notes=int(row.notes),
            first="" if absent(row.first) else day_in_china(row.first).isoformat(),
            late=None if absent(row.late) else bool(row.late),
        )
        for row in rows.itertuples(index=False)
    ]


def tallies(schools: Sequence[BoardSchool], by: str = "township") -> list[Tally]:
    """Totals per township or county, in the order of the first school of each.

    Args:
        schools: from ``board_schools``.
        by: one of ``GROUPINGS``; townships of one name in two counties are two.
    """
    groups: dict[tuple[str, str], list[BoardSchool]] = {}
    for school in schools:
        groups.setdefault((school.county, school.township if by == "township" else school.county), []).append(school)
    return [tally(mine, name, county) for (county, name), mine in groups.items()]


def tally(schools: Sequence[BoardSchool], name: str = "", county: str = "") -> Tally:
    """The totals of some schools."""
    due = [school for school in schools if school.expected]
    known = [school.late for school in due if school.late is not None]
    return Tally(
        name=name,
        county=county,
        expected=len(due),
        received=sum(school.outcome != "missing" for school in due),
        accepted=sum(school.outcome in COUNTED_OUTCOMES for school in due),
        queries=sum(school.outcome == "accepted_with_queries" for school in due),
        left_out=sum(school.outcome == "left_out" for school in due),
        missing=sum(school.outcome == "missing" for school in due),
        late=sum(known) if known else None,
        unexpected=sum(not school.expected and school.outcome != "missing" for school in schools),
    )
