"""Reading the working tables: one Parquet file per table and school year.

Belongs here: where a table lies and what stands in it; light, since ``junheng check`` reads last year's figures with it.
Does not belong here: contracts and writing (``table_store``).
"""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow.parquet as parquet

from data_contracts.school_year import SchoolYear
from domain.intake.explaining import remembered


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
        if not path.exists():
            return None
        # One file is no data set: looking for partitions and fragments costs more than reading a county's table.
        with parquet.ParquetFile(path) as file:
            return file.read().to_pandas()


@dataclass(frozen=True)
class Known:
    """What is known beside a year's own files when they are settled.

    Attributes:
        last_year: ``school_returns`` of the school year before, None where there are none.
        answers: ``query_answers`` of the year: what was ever explained, with what its files say now.
        answers_before: ``query_answers`` of the school year before, None where there are none.
        counties_before: ``county_returns`` of the school year before, None where there are none.
    """

    last_year: pd.DataFrame | None
    answers: pd.DataFrame
    answers_before: pd.DataFrame | None
    counties_before: pd.DataFrame | None = None


def known_of(tables: StoredTables | None, year: SchoolYear, given: pd.DataFrame) -> Known:
    """What the working tables know of a year and the one before.

    Args:
        tables: the working tables, None where there is no home.
        year: the school year that is settled.
        given: ``file_answers`` of its files.
    """
    if tables is None:
        return Known(None, remembered(None, given), None)
    before = year.previous.key
    return Known(
        tables.read("school_returns", before),
        remembered(tables.read("query_answers", year.key), given),
        tables.read("query_answers", before),
        tables.read("county_returns", before),
    )
