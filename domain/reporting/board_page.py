"""The page of the reporting board (报送看板): who has handed in, what became of it, whom to call; one file, opens offline.

Belongs here: what the page shows of the board. Does not belong here: counting (``board_rows``), where it is written.
"""

import datetime as dt
from collections.abc import Mapping, Sequence

import pandas as pd

from data_contracts.school_year import SchoolYear
from data_contracts.vocabulary import SCHOOL_OUTCOMES
from domain.intake.ledger import day_in_china, late
from domain.reporting.board_rows import board_schools, tallies, tally
from domain.reporting.county_facts import NO_REGISTER
from domain.reporting.display import moment_text, school_outcome
from domain.reporting.page_templates import environment

SCHOOLS_LISTED = 3000
COLOURS = {"accepted": "#1f6f54", "accepted_with_queries": "#c99a2e", "left_out": "#a8322a", "missing": "#c3ccd6"}
BAR_WIDTH = 220


def board_page(
    board: pd.DataFrame,
    first: pd.Series,
    due: dt.date,
    year: SchoolYear,
    *,
    made_at: dt.datetime,
    ledger_began: dt.datetime | None,
    county_names: Mapping[str, str] | None = None,
    home: str = "",
    pending: Sequence[str] | None = None,
    registered: bool = True,
) -> str:
    """The board of a school year as HTML that needs no other file.

    Args:
        board: see the contract ``reporting_board``.
        first: when the first file of each school arrived: ``domain.intake.ledger.first_received``.
        due: the last day on which a form is in time.
        year: the school year.
        made_at: when the board was made.
        ledger_began: the oldest event of the ledger; before it nobody knows what was handed in when.
        county_names: by code.
        home: the address of the page to go back to, empty for none.
        pending: the files that wait because the year is approved and locked; None where it is not.
        registered: whether there is a register of the year's schools; the board says where there is none.
    """
    schools = board_schools(board, first, late(first, due, ledger_began), county_names)
    # A page of a whole province would be too large to open; those of whom somebody must hear come first.
    listed = schools if len(schools) <= SCHOOLS_LISTED else [school for school in schools if school.attention]
    several = len({school.county for school in schools}) > 1
    return (
        environment()
        .get_template("board.html")
        .render(
            year=year,
            no_register="" if registered else NO_REGISTER,
            place="" if several or not schools else schools[0].county,
            several=several,
            total=tally(schools),
            counties=tallies(schools, "county") if several else [],
            townships=tallies(schools),
            schools=schools,
            listed=listed[:SCHOOLS_LISTED],
            unlisted=len(listed) - SCHOOLS_LISTED,
            only_attention=len(listed) < len(schools),
            made=moment_text(made_at),
            due=_day(due),
            began=_day(day_in_china(ledger_began)) if ledger_began else "",
            words={outcome: school_outcome(outcome) for outcome in SCHOOL_OUTCOMES},
            colours=COLOURS,
            bar_width=BAR_WIDTH,
            home=home,
            pending=pending,
        )
    )


def _day(day: dt.date) -> str:
    return f"{day.year} 年 {day.month} 月 {day.day} 日"
