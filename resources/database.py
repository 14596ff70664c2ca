"""The warehouse database: the published tables of every year's current release, what became of files and gaps, acts.

Belongs here: the connection (SQLite or PostgreSQL), migrations at the start, and each write as one transaction.
Does not belong here: addresses and troubles of connections (``database_engine``), the shape of the tables (``schema``),
the events of files and gaps (``ledger``, ``gap_ledger``), the folder that people open (``publication``), and whether anything should be published.
"""

import datetime as dt
import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as arrow
import sqlalchemy as sa
from sqlalchemy import exc

from data_contracts.errors import MendableError
from data_contracts.tables import PUBLISHED, shaped
from domain.reporting.table_text import ordered
from resources import gap_ledger, ledger
from resources.database_engine import engine_for, in_words, shown_address
from resources.migrations import migrate, revision
from resources.schema import ACT, CURRENT_RELEASE, FILE_LEDGER, PUBLISHED_TABLES, RELEASE, SCHEMA_VERSION

_ROWS_AT_ONCE = 20_000
# Any fixed number: all of Junheng's writers in one PostgreSQL database queue up behind it ("Junheng" in ASCII).
_WRITER_LOCK = int.from_bytes(b"Junheng", "big")


@dataclass(frozen=True)
class ReleaseRecord:
    """A release as the database knows it; ``manifest`` is what ``release.json`` says, ``made_at`` has a zone."""

    school_year: str
    number: int
    made_at: dt.datetime
    fingerprint: str
    manifest: Mapping[str, Any]


@dataclass(frozen=True)
class Act:
    """Something a person decided and answers for; acts are only ever added.

    ``county_code`` is empty for what concerns a whole school year; ``detail`` is JSON, or empty.
    """

    id: int
    made_at: dt.datetime
    school_year: str
    kind: str
    by_whom: str
    reason: str
    county_code: str = ""
    detail: str = ""

    @property
    def details(self) -> dict[str, Any]:
        """What the act is about, beyond its reason; empty for acts without."""
        return json.loads(self.detail) if self.detail else {}


class WarehouseDatabase:
    """One database, opened for each call and closed after it, so that no file stays held between two steps.

    Every method raises MendableError when the database cannot be reached, read or written; no message holds the password.

    Args:
        url: ``sqlite:///<path>`` (or the path alone), or ``postgresql+psycopg://user:password@host/database``.

    Raises:
        MendableError: the address cannot be understood.
    """

    def __init__(self, url: str | Path) -> None:
        self._engine = engine_for(url)
        self.shown_url = shown_address(self._engine.url)

    @property
    def _sqlite(self) -> bool:
        return self._engine.dialect.name == "sqlite"

    @property
    def made(self) -> bool:
        """False where it is a file that does not exist yet: nothing is recorded in it then, and asking must not make it."""
        return not self._sqlite or Path(self._engine.url.database or "").is_file()

    def prepare(self) -> None:
        """Bring the database to the schema of this code; milliseconds where it is there already.

        Raises:
            MendableError: it was made by a newer Junheng.
        """
        if self._sqlite and self._engine.url.database:
            with self._told():
                Path(self._engine.url.database).parent.mkdir(parents=True, exist_ok=True)
        with self._reading() as connection:
            if revision(connection) == SCHEMA_VERSION:
                return
        with self._writing() as connection:
            # Another run may have done it while this one waited for the writer's turn; Alembic then finds nothing to do.
            migrate(connection)

    def current_release(self, year: str) -> ReleaseRecord | None:
        """The release of a school year that counts, None before the first."""
        both = RELEASE.join(CURRENT_RELEASE)
        with self._reading() as connection:
            row = connection.execute(sa.select(RELEASE).select_from(both).where(RELEASE.c.school_year == year)).one_or_none()
        if row is None:
            return None
        return ReleaseRecord(row.school_year, row.number, row.made_at, row.fingerprint, json.loads(row.manifest))

    def next_number(self, year: str) -> int:
        """One more than the highest number that the year ever had, from 1."""
        with self._reading() as connection:
            last = connection.scalar(sa.select(sa.func.max(RELEASE.c.number)).where(RELEASE.c.school_year == year))
        return (last or 0) + 1

    def publish(self, record: ReleaseRecord, tables: Mapping[str, pd.DataFrame]) -> None:
        """Replace the year's rows of every published table and make this release the current one: all of it or nothing.

        Args:
            record: the release.
            tables: every table of ``PUBLISHED``, in the shape of its contract, rows of this year only.

        Raises:
            ValueError: a table is missing, unknown, or holds other columns or another year.
            MendableError: another run took the same number first.
        """
        _complete(record.school_year, tables)
        text = json.dumps(record.manifest, ensure_ascii=False, sort_keys=True)
        values = {**vars(record), "manifest": text}
        with self._writing() as connection:
            self._insert_release(connection, values)
            for name in PUBLISHED:
                sql = PUBLISHED_TABLES[name]
                connection.execute(sa.delete(sql).where(sql.c.school_year == record.school_year))
                _fill(connection, sql, ordered(tables[name], name))
            here = CURRENT_RELEASE.c.school_year == record.school_year
            moved = connection.execute(sa.update(CURRENT_RELEASE).where(here).values(number=record.number))
            if not moved.rowcount:
                connection.execute(sa.insert(CURRENT_RELEASE).values(school_year=record.school_year, number=record.number))

    def _insert_release(self, connection: sa.Connection, values: dict[str, Any]) -> None:
        try:
            connection.execute(sa.insert(RELEASE).values(values))
        except exc.IntegrityError as error:
            year, number = values["school_year"], values["number"]
            raise MendableError(
                f"{year} 学年的第 {number} 次发布已由另一个任务完成,本次未作任何改动。请重新运行。",
                f"Release {number} of {year} was made by another run meanwhile; nothing was changed. Run again.",
            ) from error

    def read(self, table: str, year: str) -> pd.DataFrame:
        """The current rows of a published table, in the shape of its contract and in published order.

        Raises:
            KeyError: no published table has this name.
        """
        sql = PUBLISHED_TABLES[table]
        with self._reading() as connection:
            rows = connection.execute(sa.select(sql).where(sql.c.school_year == year)).all()
        values = zip(*rows, strict=True) if rows else [()] * len(sql.c)
        columns = {column: pd.Series(cells, dtype=object) for column, cells in zip(sql.c.keys(), values, strict=True)}
        return ordered(shaped(pd.DataFrame(columns), table, year), table)

    def record_files(
        self,
        year: str,
        files: pd.DataFrame,
        at: dt.datetime,
        run: str = "",
        details: Mapping[str, str] | None = None,
        schools: pd.DataFrame | None = None,
    ) -> int:
        """Write down what happened to the year's files since the last look; where nothing did, the ledger stays as it is.

        Args:
            year: the school year.
            files: all files of the inbox, one row each: see the contract ``file_outcomes``.
            at: when the inbox was read.
            run: the run that read it.
            details: by file, what is told beside the outcome: see ``domain.intake.ledger.files_counted_instead``.
            schools: the file of each school (columns school_id, file): see ``domain.intake.ledger.events``.

        Returns:
            How many events were added.
        """
        with self._writing() as connection:
            return ledger.add_events(connection, year, files, at, run, details, schools)

    def file_events(self, year: str) -> pd.DataFrame:
        """The year's ledger of files, oldest event first, with ``ledger.LEDGER_COLUMNS``."""
        with self._reading() as connection:
            return ledger.events_where(connection, FILE_LEDGER.c.school_year == year)

    def what_became_of(self, *files_or_sha256s: str) -> pd.DataFrame:
        """Every event of paths under an inbox or of files' SHA-256, over all years, oldest first."""
        with self._reading() as connection:
            return ledger.events_about(connection, files_or_sha256s)

    def ledger_began(self) -> dt.datetime | None:
        """When the oldest event of any year was, None for an empty ledger."""
        with self._reading() as connection:
            return ledger.beginning(connection)

    def record_pending(self, year: str, pending: Mapping[str, tuple[str, str]], at: dt.datetime, run: str = "") -> int:
        """Write down which files wait while the year is locked: see ``domain.intake.ledger.pending_events``."""
        with self._writing() as connection:
            return ledger.add_pending(connection, year, pending, at, run)

    def record_gaps(self, year: str, open_now: Collection[str], unknown: Collection[str], at: dt.datetime, run: str = "") -> int:
        """Write down which gaps opened, closed and came back: see ``gap_ledger.add_gap_events``."""
        with self._writing() as connection:
            return gap_ledger.add_gap_events(connection, year, open_now, unknown, at, run)

    def gap_events(self, last_year: str) -> pd.DataFrame:
        """The events of gaps up to a school year: see ``gap_ledger.gap_events``."""
        with self._reading() as connection:
            return gap_ledger.gap_events(connection, last_year)

    def record_act(
        self,
        year: str,
        kind: str,
        by_whom: str,
        reason: str,
        made_at: dt.datetime,
        county_code: str = "",
        detail: Mapping[str, Any] | None = None,
    ) -> Act:
        """Add an act, such as the consent to publish fewer schools than last time; ``detail`` is kept as JSON."""
        text = json.dumps(detail, ensure_ascii=False, sort_keys=True) if detail else ""
        values = {"made_at": made_at, "school_year": year, "kind": kind, "by_whom": by_whom, "reason": reason}
        with self._writing() as connection:
            added = sa.insert(ACT).values({**values, "county_code": county_code, "detail": text})
            made = connection.execute(added.returning(ACT)).one()
        return Act(**made._mapping)

    def acts(self, year: str | None = None, *kinds: str) -> list[Act]:
        """The acts of a year (of all years for None), oldest first; of some kinds, or of all."""
        wanted = sa.select(ACT).order_by(ACT.c.id)
        wanted = wanted if year is None else wanted.where(ACT.c.school_year == year)
        with self._reading() as connection:
            rows = connection.execute(wanted.where(ACT.c.kind.in_(kinds)) if kinds else wanted).all()
        return [Act(**row._mapping) for row in rows]

    def close(self) -> None:
        """Let go of everything."""
        self._engine.dispose()

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        with self._told(), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        """A transaction that no other writer of Junheng shares: the second of two waits for the first."""
        with self._told(), self._engine.connect().execution_options(writes=True) as connection, connection.begin():
            if not self._sqlite:
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_WRITER_LOCK)))
            yield connection

    @contextmanager
    def _told(self) -> Iterator[None]:
        driver = self._engine.dialect.loaded_dbapi
        trouble = (exc.DBAPIError, driver.Error, OSError)
        try:
            yield
        except trouble as error:
            original = getattr(error, "orig", None) or error
            if isinstance(original, driver.IntegrityError | driver.DataError):
                raise
            # The driver's own error is not handed on: it may hold the whole address.
            raise in_words(original, self._engine.url) from None


def _complete(year: str, tables: Mapping[str, pd.DataFrame]) -> None:
    if set(tables) != set(PUBLISHED):
        raise ValueError(f"a release has the tables {sorted(PUBLISHED)}, not {sorted(tables)}")
    for name, table in tables.items():
        if list(table.columns) != list(PUBLISHED_TABLES[name].c.keys()):
            raise ValueError(f"table {name} has the columns {list(table.columns)}")
        if set(table["school_year"].unique()) - {year}:
            raise ValueError(f"table {name} holds rows of another school year than {year}")


def _fill(connection: sa.Connection, sql: sa.Table, table: pd.DataFrame) -> None:
    """Insert all rows by the driver's own fast way: SQLAlchemy's handling of each single value would take most of the time."""
    names = connection.dialect.identifier_preparer
    name, columns = names.format_table(sql), [names.quote(column.name) for column in sql.c]
    if connection.dialect.name == "sqlite":
        places = ", ".join("?" * len(columns))
        for rows in _rows(table):
            connection.exec_driver_sql(f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({places})", list(rows))
        return
    cursor: Any = connection.connection.cursor()
    with cursor, cursor.copy(f"COPY {name} ({', '.join(columns)}) FROM STDIN") as copy:
        for rows in _rows(table):
            for row in rows:
                # PostgreSQL cannot keep this one character in text; a stray one must not cost a county its night.
                copy.write_row([value.replace("\0", "") if isinstance(value, str) and "\0" in value else value for value in row])


def _rows(table: pd.DataFrame) -> Iterator[Iterator[tuple[Any, ...]]]:
    """The rows as tuples of plain Python values, None for what is missing, some at a time to bound memory."""
    for start in range(0, len(table), _ROWS_AT_ONCE):
        part = table.iloc[start : start + _ROWS_AT_ONCE]
        yield zip(*(arrow.array(part[column], from_pandas=True).to_pylist() for column in part.columns), strict=True)
