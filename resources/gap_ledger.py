"""The history of gaps in the warehouse database: events are added and read, never changed and never taken out.

Belongs here: adding what a look at the data found, and reading the history. Does not belong here: which events there are
(``domain.assessment.rectification``), connections and transactions (``database``).
"""

import datetime as dt
from collections.abc import Collection

import pandas as pd
import sqlalchemy as sa

from domain.assessment.rectification import EVENT_COLUMNS, new_events, states
from resources.schema import GAP_EVENT

_KEPT = [GAP_EVENT.c[name] for name in EVENT_COLUMNS]


def gap_events(connection: sa.Connection, last_year: str) -> pd.DataFrame:
    """The events of a school year and those before it, with ``EVENT_COLUMNS``, oldest first within a year."""
    chosen = sa.select(*_KEPT).where(GAP_EVENT.c.school_year <= last_year).order_by(GAP_EVENT.c.school_year, GAP_EVENT.c.id)
    return pd.DataFrame(list(map(tuple, connection.execute(chosen).all())), columns=list(EVENT_COLUMNS), dtype=object)


def add_gap_events(
    connection: sa.Connection, year: str, open_now: Collection[str], unknown: Collection[str], at: dt.datetime, run: str
) -> int:
    """Write down which gaps opened, closed and came back since the last look; nothing where nothing did.

    Args:
        connection: in a transaction that no other writer shares.
        year: the school year.
        open_now: gaps that the data show.
        unknown: earlier gaps of which the data say nothing.
        at, run: when the data were looked at, and the run that did.

    Returns:
        How many events were added.
    """
    added = new_events(states(gap_events(connection, year), year), open_now, unknown)
    if added:
        rows = [{"gap": gap, "school_year": year, "event": event, "at": at, "run": run} for gap, event in added]
        connection.execute(sa.insert(GAP_EVENT), rows)
    return len(added)
