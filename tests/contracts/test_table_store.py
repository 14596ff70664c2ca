"""A bad table never lands, and a write that dies leaves the table before it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pyarrow.parquet as parquet
import pytest
from contracts.contract_samples import ROWS, YEAR, sample

from data_contracts.tables import CONTRACTS
from resources import stored_tables
from resources.table_store import BrokenContract, TableStore, validated

NAME = "county_coefficients"


def files_below(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def store(tmp_path) -> TableStore:
    """A store that already holds a table."""
    store = TableStore(tmp_path)
    store.write(sample(NAME), NAME, YEAR)
    return store


@pytest.mark.parametrize("name", list(CONTRACTS))
def test_every_table_comes_back_as_it_was_written(name, tmp_path):
    store = TableStore(tmp_path)
    written = store.write(sample(name), name, YEAR)
    pd.testing.assert_frame_equal(store.read(name, YEAR), written)
    pd.testing.assert_frame_equal(validated(store.read(name, YEAR), name, YEAR), written)


@pytest.mark.parametrize("name", list(CONTRACTS))
def test_a_table_without_rows_comes_back_with_its_types(name, tmp_path):
    store = TableStore(tmp_path)
    written = store.write(sample(name).iloc[:0], name, YEAR)
    # An empty list of repeated words has no type when it is read back.
    pd.testing.assert_frame_equal(store.read(name, YEAR), written, check_categorical=False)


def test_the_same_rows_give_the_same_bytes(store):
    first = store.path(NAME, YEAR).read_bytes()
    store.write(sample(NAME), NAME, YEAR)
    assert store.path(NAME, YEAR).read_bytes() == first


def test_a_table_that_is_not_there_is_none(tmp_path):
    assert TableStore(tmp_path).read(NAME, YEAR) is None


@pytest.mark.parametrize("name", list(CONTRACTS))
def test_a_bad_table_never_lands(name, tmp_path):
    store = TableStore(tmp_path)
    store.write(sample(name), name, YEAR)
    before = store.path(name, YEAR).read_bytes()
    with pytest.raises(BrokenContract):
        store.write(sample(name).drop(columns=list(CONTRACTS[name].columns)[-1]), name, YEAR)
    assert store.path(name, YEAR).read_bytes() == before
    assert files_below(tmp_path) == [f"{name}/{YEAR}.parquet"]


def test_a_bad_first_table_leaves_nothing(tmp_path):
    store = TableStore(tmp_path)
    with pytest.raises(BrokenContract):
        store.write(sample(NAME).assign(coefficient=-1.0), NAME, YEAR)
    assert store.read(NAME, YEAR) is None
    assert files_below(tmp_path) == []


def test_a_full_disk_leaves_the_table_before_and_no_rubbish(store, monkeypatch):
    before = store.path(NAME, YEAR).read_bytes()

    def half(table, where, **options):
        Path(where).write_bytes(b"PAR1half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(parquet, "write_table", half)
    with pytest.raises(OSError, match="No space"):
        store.write(sample(NAME).iloc[:1], NAME, YEAR)
    assert store.path(NAME, YEAR).read_bytes() == before
    assert files_below(store.root) == [f"{NAME}/{YEAR}.parquet"]


KILLED = """
import os, pathlib, signal, sys
import pyarrow.parquet as parquet
sys.path.insert(0, {samples!r})
from contracts.contract_samples import sample
from resources.table_store import TableStore

def killed(table, where, **options):
    pathlib.Path(where).write_bytes(b"PAR1half")
    os.kill(os.getpid(), signal.SIGKILL)

parquet.write_table = killed
TableStore(pathlib.Path({root!r})).write(sample({name!r}).iloc[:1], {name!r}, {year!r})
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_a_killed_write_leaves_the_table_before_and_the_next_completes_it(store):
    code = KILLED.format(samples=str(Path(__file__).parents[1]), root=str(store.root), name=NAME, year=YEAR)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=Path(__file__).parents[2], check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    assert len(store.read(NAME, YEAR)) == ROWS
    assert [path.name for path in store.root.rglob("*.parquet")] == [f"{YEAR}.parquet"]
    store.write(sample(NAME).iloc[:1], NAME, YEAR)
    assert len(store.read(NAME, YEAR)) == 1


def test_years_lie_beside_each_other(store):
    store.write(sample(NAME).iloc[:1].drop(columns="school_year"), NAME, "2023-2024")
    assert len(store.read(NAME, YEAR)) == ROWS
    assert list(store.read(NAME, "2023-2024")["school_year"]) == ["2023-2024"]
    assert os.listdir(store.root) == [NAME]


class TestATableReadAgain:
    """Small tables are kept in memory after the first reading."""

    def test_what_one_reader_changes_no_other_sees(self, store):
        mine, before = store.read(NAME, YEAR), store.read(NAME, YEAR)
        column = mine.columns[-1]
        mine.loc[:, column] = pd.NA
        mine["more"] = 1
        pd.testing.assert_frame_equal(store.read(NAME, YEAR), before)

    def test_a_table_written_anew_or_taken_away_is_not_remembered(self, store):
        assert len(store.read(NAME, YEAR)) == len(sample(NAME)) > 1
        store.write(sample(NAME).iloc[:1], NAME, YEAR)
        assert len(store.read(NAME, YEAR)) == 1
        store.forget(NAME, YEAR)
        assert store.read(NAME, YEAR) is None

    def test_a_large_table_is_not_kept(self, store, monkeypatch):
        monkeypatch.setattr(stored_tables, "SMALL", 10)
        stored_tables._read_once.cache_clear()
        assert store.read(NAME, YEAR) is not None
        assert stored_tables._read_once.cache_info().currsize == 0
