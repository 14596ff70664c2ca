"""The rectification ledger (整改台账): since when each gap is there, what is being done about it, and when it closed.

Belongs here: the events that a look at the data adds to a gap's history, and the ledger's rows.
Does not belong here: which gaps a year has (``gaps``), where events are kept (``resources.gap_ledger``).

The events of a gap: ``opened`` (there for the first time), ``closed`` (the data show it gone), ``reopened`` (there again).
They are only ever added. A school year is judged by its own events and those of earlier years, never by later ones; no
date but that of an event stands in the ledger, and none depends on the day on which it is computed.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from domain.assessment.gaps import SEEN, YearTables, gap_of_name, named, still_counted

OPENED, CLOSED, REOPENED = "opened", "closed", "reopened"
EVENT_COLUMNS = ("gap", "school_year", "event", "at", "run")
ENTERED = ("owner", "due", "measure", "evidence", "note")
LEDGER_COLUMNS = (
    "county_code", "gap", "standard", "school_id", "school_name", "section", "item", "title", "amount", "unit", "description",
    "since", "opened_on", "closed_on", *ENTERED, "status",
)  # fmt: skip
_BEIJING = dt.timezone(dt.timedelta(hours=8))


@dataclass(frozen=True)
class GapState:
    """How a gap stands after its events: ``since`` and ``opened_at`` are those of its last run, ``closed_in`` the school
    year in which that run ended."""

    open: bool
    since: str
    opened_at: dt.datetime
    reopened: bool = False
    closed_in: str = ""
    closed_at: dt.datetime | None = None


def states(events: pd.DataFrame, year: str) -> dict[str, GapState]:
    """How each gap stands at the last look of a school year.

    Args:
        events: ``EVENT_COLUMNS``, oldest first within a school year.
        year: events of later school years are left aside.
    """
    found: dict[str, GapState] = {}
    mine = events[events["school_year"] <= year].sort_values("school_year", kind="stable")
    for gap, at_year, event, at in zip(mine["gap"], mine["school_year"], mine["event"], mine["at"], strict=True):
        was = found.get(gap)
        if event != CLOSED:
            if was is None or not was.open:
                found[gap] = GapState(True, at_year, at, reopened=was is not None)
            elif at < was.opened_at:
                # The year before was computed after this one: the gap was found earlier than its first year tells.
                found[gap] = GapState(True, was.since, at, was.reopened)
        elif was is not None and was.open:
            found[gap] = GapState(False, was.since, was.opened_at, was.reopened, at_year, at)
    return found


def new_events(
    known: Mapping[str, GapState], open_now: Collection[str], unknown: Collection[str]
) -> list[tuple[str, str]]:  # fmt: skip
    """What a look at the data adds: (gap, event), by gap; nothing where everything is as it was.

    Args:
        known: from ``states``.
        open_now: gaps that the data show.
        unknown: earlier gaps of which the data say nothing.
    """
    showing = set(open_now)
    found = [
        (gap, REOPENED if gap in known else OPENED) for gap in showing if gap not in known or not known[gap].open
    ]  # fmt: skip
    stays = showing | set(unknown)
    found += [(gap, CLOSED) for gap, state in known.items() if state.open and gap not in stays]
    return sorted(found)


def open_before(known: Mapping[str, GapState], open_now: Collection[str]) -> set[str]:
    """Gaps that were open at the last look and that the data do not show."""
    showing = set(open_now)
    return {gap for gap, state in known.items() if state.open and gap not in showing}


def rectification_ledger(
    gaps: pd.DataFrame,
    unknown: Iterable[str],
    known: Mapping[str, GapState],
    tables: YearTables,
    year: str,
    entries: pd.DataFrame | None,
    previous: pd.DataFrame | None,
) -> pd.DataFrame:
    """The ledger of a school year: every open gap, and those that closed in it.

    Args:
        gaps: ``open_gaps`` of the year.
        unknown: earlier gaps of which the data say nothing; they stay open without an amount.
        known: from ``states``, with the events of this look.
        tables: of the year.
        year: the school year.
        entries: ``rectification_entries`` of the year.
        previous: ``rectification_ledger`` of the year before: what was entered there holds until something else is entered.

    Returns:
        ``LEDGER_COLUMNS``, by id of the gap.
    """
    counties = dict(zip(tables.school_register["school_id"], tables.school_register["county_code"], strict=True))
    others = [_told_by_name(gap, "尚无可用数据,不能确认是否已经整改" if not _seen(gap) else "待再次现场核查确认", tables, counties)
              for gap in sorted(unknown)]  # fmt: skip
    closed = sorted(gap for gap, state in known.items() if not state.open and state.closed_in == year)
    others += [
        _told_by_name(gap, "数据显示已经解决" if still_counted(gap, tables) else "学校或学段不再计入,销号", tables, counties)
        for gap in closed
    ]
    table = pd.concat([gaps, pd.DataFrame(others, columns=list(gaps.columns)).astype(gaps.dtypes)], ignore_index=True)
    history = [known.get(gap) for gap in table["gap"]]
    table["since"] = [state.since if state else year for state in history]
    table["opened_on"] = [day(state.opened_at) if state else None for state in history]
    table["closed_on"] = [day(state.closed_at) if state and not state.open and state.closed_at else None for state in history]
    given = _entered(entries, previous)
    for column in ENTERED:
        table[column] = [given.get(gap, {}).get(column) for gap in table["gap"]]
    table["status"] = [
        "open" if state is None else "closed" if not state.open else "reopened" if state.reopened else "open" for state in history
    ]
    return table[list(LEDGER_COLUMNS)].sort_values("gap", ignore_index=True)


def day(moment: dt.datetime) -> str:
    """The day in China, as 2026-10-08."""
    return moment.astimezone(_BEIJING).date().isoformat()


def _seen(gap: str) -> bool:
    return named(gap).item.startswith(SEEN)


def _told_by_name(gap: str, description: str, tables: YearTables, counties: Mapping[str, str]) -> dict[str, object]:
    head = named(gap).head
    county = counties.get(head, head[:6])
    return gap_of_name(gap, tables) | {"county_code": county, "amount": None, "unit": None, "description": description}


def _entered(entries: pd.DataFrame | None, previous: pd.DataFrame | None) -> dict[str, dict[str, str]]:
    """What was entered about each gap, cell by cell: this year's, else what last year's ledger says of one that stayed open."""
    found: dict[str, dict[str, str]] = {}
    for table in (previous[previous["status"] != "closed"] if previous is not None else None, entries):
        if table is None:
            continue
        columns = {name: table[name].tolist() for name in ("gap", *ENTERED)}
        for place, gap in enumerate(columns["gap"]):
            filled = {name: columns[name][place] for name in ENTERED if isinstance(columns[name][place], str)}
            found.setdefault(gap, {}).update(filled)
    return found
