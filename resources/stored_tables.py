"""Reading the working tables: one Parquet file per table and school year.

Belongs here: where a table lies and what stands in it; light, since ``junheng check`` reads last year's figures with it.
Does not belong here: contracts and writing (``table_store``).
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pandas as pd
import pyarrow.parquet as parquet

from data_contracts.school_year import SchoolYear, calendar

SMALL = 256 * 1024
"""Bytes of a file up to which a table that was read is kept in memory."""


class StoredTables:
    """The tables below one folder, ``<table>/<school year>.parquet``."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, name: str, year: str) -> Path:
        """Where a table of a year lies."""
        return self.root / name / f"{year}.parquet"

    def read(self, name: str, year: str) -> pd.DataFrame | None:
        """A table of a year, None where there is none yet."""
        path = self.path(name, year)
        try:
            found = path.stat()
        except FileNotFoundError:
            return None
        if found.st_size > SMALL:
            return _read(path)
        # Whoever is given the table may change it: pandas copies what is written to, not what is read.
        return _read_once(path, found.st_ino, found.st_mtime_ns, found.st_size).copy(deep=False)


def _read(path: Path) -> pd.DataFrame:
    # One file is no data set: looking for partitions and fragments costs more than reading a county's table.
    with parquet.ParquetFile(path) as file:
        return file.read().to_pandas()


@lru_cache(maxsize=128)
def _read_once(path: Path, _inode: int, _written: int, _size: int) -> pd.DataFrame:
    """A table that a night of one county reads some ten times; files are replaced, never written into, which the stamp tells."""
    return _read(path)


def recorded_gaps(tables: StoredTables | None, year: SchoolYear) -> frozenset[str]:
    """The ids of gaps in the rectification ledgers of a school year and those before it; none where there is no home."""
    ledgers = [tables.read("rectification_ledger", key) for key in calendar() if key <= year.key] if tables else []
    return frozenset(gap for ledger in ledgers if ledger is not None for gap in ledger["gap"])


@dataclass(frozen=True)
class Known:
    """What is known beside a year's own files when they are settled.

    Attributes:
        last_year: ``school_returns`` of the school year before, None where there are none.
        answers: ``query_answers`` of the year as kept so far, None where there are none.
        answers_before: ``query_answers`` of the school year before, None where there are none.
        counties_before: ``county_returns`` of the school year before, None where there are none.
    """

    last_year: pd.DataFrame | None
    answers: pd.DataFrame | None
    answers_before: pd.DataFrame | None
    counties_before: pd.DataFrame | None = None


def known_of(tables: StoredTables | None, year: SchoolYear) -> Known:
    """What the working tables know of a year and the one before.

    Args:
        tables: the working tables, None where there is no home.
        year: the school year that is settled.
    """
    if tables is None:
        return Known(None, None, None)
    before = year.previous.key
    return Known(
        tables.read("school_returns", before),
        tables.read("query_answers", year.key),
        tables.read("query_answers", before),
        tables.read("county_returns", before),
    )
