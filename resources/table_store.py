"""Working tables: one Parquet file per table and school year, written only when the contract holds.

Belongs here: validating and writing tables atomically. Does not belong here: what a table means
(``data_contracts.tables``), reading them (``stored_tables``).
"""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pandera.pandas as pa
import pyarrow as arrow
import pyarrow.parquet as parquet

from data_contracts.tables import CONTRACTS, shaped
from resources.stored_tables import StoredTables

EXAMPLES_SHOWN = 5


class BrokenContract(Exception):
    """A computed table does not keep its contract; it was not written. The message names columns, checks and examples."""


def validated(table: pd.DataFrame, name: str, year: str) -> pd.DataFrame:
    """The table in the shape of its contract, checked.

    Raises:
        BrokenContract: a column, type, key or domain is not as promised.
    """
    with _breaches_told(name, year):
        return CONTRACTS[name].validate(shaped(table, name, year), lazy=True)


@contextmanager
def _breaches_told(name: str, year: str) -> Iterator[None]:
    try:
        yield
    except pa.errors.SchemaErrors as error:
        cases = error.failure_cases
        lines = [
            f"{column}: {check}, e.g. {', '.join(map(repr, rows['failure_case'].head(EXAMPLES_SHOWN)))}"
            for (column, check), rows in cases.groupby(["column", "check"], dropna=False, sort=False)
        ]
        raise BrokenContract(f"table {name} of {year} breaks its contract: " + "; ".join(lines)) from error
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise BrokenContract(f"table {name} of {year} does not have the promised columns or types: {error}") from error


def _put(table: pd.DataFrame, place: Path) -> None:
    parquet.write_table(arrow.Table.from_pandas(table, preserve_index=False), place, compression="zstd")


class TableStore(StoredTables):
    """The tables below one folder, written under contract."""

    def write(self, table: pd.DataFrame, name: str, year: str) -> pd.DataFrame:
        """Check a table and write it in one step; a table that breaks its contract, or a killed run, leaves the old one.

        Returns:
            The table as written.

        Raises:
            BrokenContract: it breaks its contract.
        """
        with _breaches_told(name, year):
            shape = shaped(table, name, year)
        target = self.path(name, year)
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f".{target.name}.{os.getpid()}.part")
        try:
            # Arrow writes while the contract is checked, a third of the time; what breaks it is thrown away.
            with ThreadPoolExecutor(1) as beside:
                writing = beside.submit(_put, shape, part)
                checked = validated(shape, name, year)
            writing.result()
            os.replace(part, target)
        finally:
            part.unlink(missing_ok=True)
        return checked

    def forget(self, name: str, year: str) -> None:
        """Take a table away, so that whoever is interrupted while writing others of its kind is found out."""
        self.path(name, year).unlink(missing_ok=True)
