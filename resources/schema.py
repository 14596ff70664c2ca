"""The tables of the warehouse database, for queries and for comparing with what the migrations made.

Belongs here: one SQL table per published table, derived from its contract, and the tables that only the database has:
releases, the ledger of files, the events of gaps, recorded acts. Does not belong here: how they come into being (``migrations``, which are
written out and never change once released), and what is done with them (``database``).
"""

import datetime as dt
from typing import Any

import pandera.pandas as pa
import sqlalchemy as sa

from data_contracts.tables import CONTRACTS, PUBLISHED
from data_contracts.tables.columns import COUNT, COUNT_OR_NONE, FLAG, FLAG_OR_NONE, FLOAT, TEXT, type_of

SCHEMA_VERSION = "0005"
"""The newest migration. A database that says so needs no look at the migrations (a test holds the two together)."""


class Moment(sa.types.TypeDecorator[dt.datetime]):
    """A moment in UTC. SQLite keeps no zone, so it is taken off on the way in and put back on the way out."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: sa.Dialect) -> dt.datetime | None:
        """Raises ValueError for a moment without a zone: nobody could say which moment it is."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment without a zone: {value.isoformat()}")
        utc = value.astimezone(dt.UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> dt.datetime | None:
        """The moment with its zone, UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


metadata = sa.MetaData()


def _sql_type(column: pa.Column) -> Any:
    count, flag = sa.BigInteger(), sa.Boolean()
    return {
        TEXT: sa.Text(),
        FLOAT: sa.Double(),
        COUNT: count,
        COUNT_OR_NONE: count,
        FLAG: flag,
        FLAG_OR_NONE: flag,
    }[type_of(column)]


def published_table(name: str, into: sa.MetaData) -> sa.Table:
    """The SQL table of a contract: its columns in its order, indexed by year and county."""
    columns = [
        sa.Column(column, _sql_type(contract), nullable=bool(contract.nullable))
        for column, contract in CONTRACTS[name].columns.items()
    ]
    return sa.Table(name, into, *columns, sa.Index(f"ix_{name}_year_county", "school_year", "county_code"))


PUBLISHED_TABLES: dict[str, sa.Table] = {name: published_table(name, metadata) for name in PUBLISHED}

RELEASE = sa.Table(
    "release",
    metadata,
    sa.Column("school_year", sa.Text, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("fingerprint", sa.Text, nullable=False),
    sa.Column("manifest", sa.Text, nullable=False),
    sa.PrimaryKeyConstraint("school_year", "number", name="pk_release"),
)

CURRENT_RELEASE = sa.Table(
    "current_release",
    metadata,
    sa.Column("school_year", sa.Text, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.PrimaryKeyConstraint("school_year", name="pk_current_release"),
    sa.ForeignKeyConstraint(["school_year", "number"], ["release.school_year", "release.number"], name="fk_current_release"),
)

FILE_LEDGER = sa.Table(
    "file_ledger",
    metadata,
    sa.Column("id", sa.Integer, nullable=False),
    sa.Column("school_year", sa.Text, nullable=False),
    sa.Column("file", sa.Text, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("event", sa.Text, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("school_id", sa.Text, nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("run", sa.Text, nullable=False),
    sa.PrimaryKeyConstraint("id", name="pk_file_ledger"),
    sa.Index("ix_file_ledger_sha256", "sha256"),
    sa.Index("ix_file_ledger_file", "file"),
    sa.Index("ix_file_ledger_year", "school_year"),
)

GAP_EVENT = sa.Table(
    "gap_event",
    metadata,
    sa.Column("id", sa.Integer, nullable=False),
    sa.Column("gap", sa.Text, nullable=False),
    sa.Column("school_year", sa.Text, nullable=False),
    sa.Column("event", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("run", sa.Text, nullable=False),
    sa.PrimaryKeyConstraint("id", name="pk_gap_event"),
    sa.Index("ix_gap_event_year", "school_year"),
)

ACT = sa.Table(
    "act",
    metadata,
    sa.Column("id", sa.Integer, nullable=False),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("school_year", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("by_whom", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("county_code", sa.Text, nullable=False, server_default=""),
    sa.Column("detail", sa.Text, nullable=False, server_default=""),
    sa.PrimaryKeyConstraint("id", name="pk_act"),
    sa.Index("ix_act_year_kind", "school_year", "kind"),
)
