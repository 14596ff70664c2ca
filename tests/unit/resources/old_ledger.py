"""A database of the first schema with a ledger of files, and what must have become of it after the migrations.

Belongs here: making it and bringing it up to date, on SQLite and PostgreSQL alike. Does not belong here: the present ledger.
"""

import sqlalchemy as sa
from alembic import command

from resources.database import WarehouseDatabase
from resources.migrations import configuration

A, B, C = "a" * 64, "b" * 64, "c" * 64
YEAR = "2024-2025"
OLD_LINES = [
    # file, sha256, outcome, day first seen, day last seen, day withdrawn
    ("甲.xlsx", A, "rejected", 1, 2, 3),
    ("乙.xlsx", B, "accepted", 1, 2, 4),
    ("甲.xlsx", C, "accepted", 3, 5, None),
]
CARRIED_OVER = [
    (1, "甲.xlsx", A, "received", "", ""),
    (1, "乙.xlsx", B, "received", "", ""),
    (2, "甲.xlsx", A, "outcome", "rejected", ""),
    (2, "乙.xlsx", B, "outcome", "accepted", ""),
    (3, "甲.xlsx", A, "replaced", "rejected", C),
    (3, "甲.xlsx", C, "received", "", ""),
    (4, "乙.xlsx", B, "withdrawn", "accepted", ""),
    (5, "甲.xlsx", C, "outcome", "accepted", ""),
]


def carried_over(engine: sa.Engine, database: WarehouseDatabase) -> list[tuple]:
    """Make the old database, bring it up to date, and list its events: day, file, sha256, event, outcome, detail."""
    with engine.begin() as connection:
        config = configuration()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for number, (file, sha256, outcome, first, last, withdrawn) in enumerate(OLD_LINES, 1):
            days = [None if day is None else f"2024-10-0{day} 18:30:00" for day in (first, last, withdrawn)]
            if engine.dialect.name == "postgresql":
                days = [None if day is None else day + "+00" for day in days]
            first_seen, last_seen, withdrawn_at = ("NULL" if day is None else f"'{day}'" for day in days)
            connection.exec_driver_sql(
                "INSERT INTO file_ledger (school_year, file, sha256, size, outcome, first_seen, last_seen, withdrawn_at) "
                f"VALUES ('{YEAR}', '{file}', '{sha256}', {number}, '{outcome}', {first_seen}, {last_seen}, {withdrawn_at})"
            )
    database.prepare()
    told = database.file_events(YEAR)
    return [
        (at.day, *words)
        for at, *words in zip(*(told[c] for c in ("at", "file", "sha256", "event", "outcome", "detail")), strict=True)
    ]
