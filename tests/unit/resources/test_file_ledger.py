"""The ledger of files in the database: only added to, over years, and carried over from the first schema."""

import datetime as dt

import pandas as pd
import pytest
import sqlalchemy as sa
from old_ledger import CARRIED_OVER, carried_over

from resources.database import WarehouseDatabase
from resources.ledger import LEDGER_COLUMNS

YEAR, OTHER = "2024-2025", "2023-2024"
NIGHT = dt.datetime(2024, 10, 8, 18, 30, tzinfo=dt.UTC)
A, B = "a" * 64, "b" * 64


@pytest.fixture
def database(tmp_path):
    opened = WarehouseDatabase(tmp_path / "warehouse.db")
    opened.prepare()
    yield opened
    opened.close()


def night(number: int) -> dt.datetime:
    return NIGHT + dt.timedelta(days=number)


def files(*rows: tuple[str, str, str]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["file", "sha256", "outcome"])
    return table.assign(school_id=pd.Series([None] * len(rows), dtype="str"), errors=0, queries=0, notes=0)


def test_the_ledger_of_a_new_home_is_empty(database):
    assert list(database.file_events(YEAR).columns) == list(LEDGER_COLUMNS)
    assert database.file_events(YEAR).empty
    assert database.what_became_of("没有.xlsx").empty
    assert database.ledger_began() is None


def test_a_file_is_followed_through_everything_and_nothing_written_is_touched(database):
    looks = [
        files(("甲.xlsx", A, "rejected"), ("乙.xlsx", B, "accepted")),
        files(("甲.xlsx", A, "accepted")),
        files(("甲.xlsx", B, "duplicate"), ("乙.xlsx", B, "accepted")),
        files(),
        files(("甲.xlsx", A, "accepted")),
    ]
    before = database.file_events(YEAR)
    for number, look in enumerate(looks):
        assert database.record_files(YEAR, look, night(number), f"run {number}") > 0
        assert database.record_files(YEAR, look, night(number) + dt.timedelta(hours=1), "again") == 0
        after = database.file_events(YEAR)
        pd.testing.assert_frame_equal(after.head(len(before)), before, check_dtype=False)
        before = after
    told = database.what_became_of("甲.xlsx")
    assert list(zip(told["event"], told["sha256"], told["outcome"], told["at"], strict=True)) == [
        ("received", A, "", night(0)),
        ("outcome", A, "rejected", night(0)),
        ("outcome", A, "accepted", night(1)),
        ("replaced", A, "accepted", night(2)),
        ("received", B, "", night(2)),
        ("outcome", B, "duplicate", night(2)),
        ("withdrawn", B, "duplicate", night(3)),
        ("returned", A, "", night(4)),
        ("outcome", A, "accepted", night(4)),
    ]
    assert set(told["run"]) == {"run 0", "run 1", "run 2", "run 3", "run 4"}
    by_bytes = database.what_became_of(B)
    assert set(by_bytes["file"]) == {"甲.xlsx", "乙.xlsx"} and set(by_bytes["sha256"]) == {B}
    assert database.ledger_began() == night(0)


def test_years_are_kept_apart_and_asked_together(database):
    database.record_files(YEAR, files(("甲.xlsx", A, "rejected")), night(1))
    database.record_files(OTHER, files(("甲.xlsx", A, "accepted")), night(0))
    database.record_files(OTHER, files(), night(2))
    assert list(database.file_events(YEAR)["event"]) == ["received", "outcome"]
    told = database.what_became_of(A)
    assert list(told["school_year"]) == [YEAR, YEAR, OTHER, OTHER, OTHER]
    assert database.ledger_began() == night(0)


def test_hostile_names_are_only_text(database):
    name = "x'); DROP TABLE file_ledger; --.xlsx"
    database.record_files(YEAR, files((name, A, "accepted")), night(0), details={name: "'\""})
    assert list(database.what_became_of(name)["detail"]) == ["", "'\""]


def test_a_second_run_at_the_same_time_adds_nothing_twice(database, tmp_path):
    look = files(("甲.xlsx", A, "accepted"))
    other = WarehouseDatabase(tmp_path / "warehouse.db")
    added = [one.record_files(YEAR, look, night(0)) for one in (database, other)]
    assert added == [2, 0]


def test_the_old_ledger_is_carried_over(tmp_path):
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'old.db'}", poolclass=sa.NullPool)
    assert carried_over(engine, WarehouseDatabase(tmp_path / "old.db")) == CARRIED_OVER
