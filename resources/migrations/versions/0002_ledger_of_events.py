"""The ledger of files keeps every event; it kept one line per file, whose outcome was written over.

What the old ledger knew is carried over as events. The size is no longer kept: the original lies in the archive.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

WORDS = ("school_year", "file", "sha256", "event", "outcome", "school_id", "detail")
EARLIEST_FIRST = ("replaced", "withdrawn", "received", "outcome")


def upgrade() -> None:
    """Read the old lines, make the new table, write them as events."""
    connection = op.get_bind()
    moment = sa.DateTime(timezone=True)
    words = [sa.column(name, sa.Text()) for name in ("school_year", "file", "sha256", "outcome")]
    moments = [sa.column(name, moment) for name in ("first_seen", "last_seen", "withdrawn_at")]
    wanted = sa.select(*words, *moments).select_from(sa.table("file_ledger")).order_by(sa.text("id"))
    old = connection.execute(wanted).all()
    op.drop_table("file_ledger")
    op.create_table(
        "file_ledger",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in WORDS),
        sa.Column("at", moment, nullable=False),
        sa.Column("run", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_file_ledger"),
    )
    op.create_index("ix_file_ledger_sha256", "file_ledger", ["sha256"])
    op.create_index("ix_file_ledger_file", "file_ledger", ["file"])
    op.create_index("ix_file_ledger_year", "file_ledger", ["school_year"])
    events = events_of(old)
    if events:
        new = sa.table("file_ledger", *(sa.column(name, sa.Text()) for name in (*WORDS, "run")), sa.column("at", moment))
        op.bulk_insert(new, events)


def events_of(lines: Sequence[Any]) -> list[dict[str, object]]:
    """The events that the old lines tell of, oldest first."""
    newcomers = {(line.school_year, line.file, line.first_seen): line.sha256 for line in lines}
    found: list[tuple[dt.datetime, int, dict[str, object]]] = []
    for line in lines:
        told: list[tuple[str, dt.datetime, str]] = [("received", line.first_seen, ""), ("outcome", line.last_seen, "")]
        if line.withdrawn_at is not None:
            newcomer = newcomers.get((line.school_year, line.file, line.withdrawn_at))
            told.append(("withdrawn" if newcomer is None else "replaced", line.withdrawn_at, newcomer or ""))
        for event, at, detail in told:
            values = {"school_year": line.school_year, "file": line.file, "sha256": line.sha256, "event": event, "at": at}
            words = {"outcome": "" if event == "received" else line.outcome, "school_id": "", "detail": detail, "run": ""}
            found.append((at, EARLIEST_FIRST.index(event), values | words))
    return [values for _, _, values in sorted(found, key=lambda one: one[:2])]


def downgrade() -> None:
    """Not offered: the way back is the backup of the database."""
    raise NotImplementedError("restore the backup of the database")
