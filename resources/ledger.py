"""The ledger of files in the warehouse database: events are added and read, never changed and never taken out.

Belongs here: adding what a look at the inbox found, and the questions asked of the ledger.
Does not belong here: which events there are (``domain.intake.ledger``), connections and transactions (``database``).
"""

import datetime as dt
from collections.abc import Collection, Mapping

import pandas as pd
import sqlalchemy as sa

from domain.intake.ledger import EVENT_COLUMNS, events, pending_events
from resources.schema import FILE_LEDGER

LEDGER_COLUMNS = ("school_year", *EVENT_COLUMNS)
_KEPT = [FILE_LEDGER.c[name] for name in LEDGER_COLUMNS]


def add_events(
    connection: sa.Connection,
    year: str,
    files: pd.DataFrame,
    at: dt.datetime,
    run: str,
    details: Mapping[str, str] | None,
    schools: pd.DataFrame | None = None,
) -> int:
    """Write down what happened to the year's files since the last look; nothing where nothing did.

    Args:
        connection: in a transaction that no other writer shares.
        year: the school year.
        files, at, run, details, schools: see ``domain.intake.ledger.events``.

    Returns:
        How many events were added.
    """
    return _added(connection, year, at, events(_known(connection, year), files, at, run, details, schools))


def add_pending(connection: sa.Connection, year: str, pending: Mapping[str, tuple[str, str]], at: dt.datetime, run: str) -> int:
    """Write down what waits in the inbox of a locked year; nothing where that is known.

    Args:
        connection: in a transaction that no other writer shares.
        year: the school year.
        pending, at, run: see ``domain.intake.ledger.pending_events``.

    Returns:
        How many events were added.
    """
    return _added(connection, year, at, pending_events(_known(connection, year), pending, at, run))


def _known(connection: sa.Connection, year: str) -> pd.DataFrame:
    """The year's ledger so far, oldest first."""
    # Moments are left out: turning them into Python's would take longer than all the rest.
    known = [column for column in _KEPT if column.name not in ("school_year", "at", "run")]
    rows = connection.execute(sa.select(*known).where(FILE_LEDGER.c.school_year == year).order_by(FILE_LEDGER.c.id)).all()
    return pd.DataFrame(list(map(tuple, rows)), columns=[column.name for column in known], dtype=object)


def _added(connection: sa.Connection, year: str, at: dt.datetime, new: pd.DataFrame) -> int:
    if len(new):
        rows = [dict(zip(EVENT_COLUMNS, row, strict=True)) for row in new.itertuples(index=False, name=None)]
        connection.execute(sa.insert(FILE_LEDGER), [{**event, "school_year": year, "at": at} for event in rows])
    return len(new)


def events_where(connection: sa.Connection, condition: sa.ColumnElement[bool]) -> pd.DataFrame:
    """The events that meet a condition, with ``LEDGER_COLUMNS``, oldest first."""
    rows = connection.execute(sa.select(*_KEPT).where(condition).order_by(FILE_LEDGER.c.id)).all()
    table = pd.DataFrame(rows, columns=list(LEDGER_COLUMNS))
    return table.assign(at=pd.to_datetime(table["at"], utc=True))


def events_about(connection: sa.Connection, files_or_sha256s: Collection[str]) -> pd.DataFrame:
    """Every event of paths under an inbox, or of the bytes with a SHA-256, over all years, oldest first."""
    return events_where(connection, FILE_LEDGER.c.file.in_(files_or_sha256s) | FILE_LEDGER.c.sha256.in_(files_or_sha256s))


def beginning(connection: sa.Connection) -> dt.datetime | None:
    """When the oldest event of any year was, None for an empty ledger."""
    return connection.scalar(sa.select(sa.func.min(FILE_LEDGER.c.at)))
