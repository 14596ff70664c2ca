"""The warehouse database on SQLite: all or nothing, for ever, and troubles told without passwords."""

import csv
import datetime as dt
import io
import sqlite3
import threading
import time

import pandas as pd
import pyarrow.parquet as parquet
import pytest
from published_samples import empty_year, published_year

from data_contracts.errors import MendableError
from data_contracts.tables import PUBLISHED
from domain.reporting.table_text import csv_text, parquet_bytes
from resources import database as module
from resources import database_engine
from resources.database import ReleaseRecord, WarehouseDatabase
from resources.schema import PUBLISHED_TABLES

YEAR, OTHER = "2024-2025", "2023-2024"
NIGHT = dt.datetime(2024, 10, 8, 18, 30, tzinfo=dt.UTC)


def release(number: int, year: str = YEAR) -> ReleaseRecord:
    return ReleaseRecord(year, number, NIGHT + dt.timedelta(days=number), f"f{number}", {"release": number, "学年": year})


@pytest.fixture
def database(tmp_path):
    opened = WarehouseDatabase(f"sqlite:///{(tmp_path / 'home 50%?' / 'warehouse.db').as_posix()}")
    opened.prepare()
    yield opened
    opened.close()


def test_preparing_again_is_quick(database):
    started = time.perf_counter()
    database.prepare()
    assert time.perf_counter() - started < 0.5  # milliseconds in truth; a loaded machine must not fail the test


def test_before_the_first_release(database):
    assert database.current_release(YEAR) is None
    assert database.next_number(YEAR) == 1
    assert database.read("findings", YEAR).empty


@pytest.mark.parametrize("name", PUBLISHED)
def test_sql_csv_and_parquet_hold_the_same_table(database, name):
    tables = published_year()
    database.publish(release(1), tables)
    found = database.read(name, YEAR)
    pd.testing.assert_frame_equal(found, tables[name])
    assert csv_text(found) == csv_text(tables[name])
    pd.testing.assert_frame_equal(parquet.read_table(io.BytesIO(parquet_bytes(tables[name]))).to_pandas(), found)


@pytest.mark.parametrize("name", ["Robert'); DROP TABLE school_returns;--", "=1+1", "{{7*7}}", "<script>", "甲\n乙", "%s :x ?"])
def test_hostile_names_of_schools_are_words_in_sql_and_csv(database, name):
    """E27: bound as parameters; a CSV, which Excel would compute, puts an apostrophe before a formula."""
    tables = published_year()
    table = next(key for key, one in tables.items() if "school_name" in one and len(one))
    tables[table]["school_name"] = name
    database.publish(release(1), tables)
    found = database.read(table, YEAR)
    assert set(found["school_name"]) == {name} and len(found) == len(tables[table])
    line = next(csv.DictReader(io.StringIO(csv_text(found).decode("utf-8-sig"), newline="")))
    assert (line.get("school_name") or line["学校名称"]) == ("'" + name if name[0] == "=" else name)


def test_a_release_replaces_its_own_year_only(database):
    database.publish(release(1, OTHER), published_year(OTHER))
    database.publish(release(1), published_year(rows=30))
    database.publish(release(2), published_year(rows=10))
    assert database.current_release(YEAR) == release(2)
    assert database.current_release(OTHER) == release(1, OTHER)
    assert len(database.read("findings", YEAR)) == 10
    assert len(database.read("findings", OTHER)) == 40
    assert database.next_number(YEAR) == 3


def test_a_release_that_breaks_off_changes_nothing(database, monkeypatch):
    database.publish(release(1), published_year())
    fill = module._fill

    def breaks_at_the_fourth(connection, sql, table):
        if sql.name == PUBLISHED[3]:
            raise RuntimeError("killed")
        fill(connection, sql, table)

    monkeypatch.setattr(module, "_fill", breaks_at_the_fourth)
    with pytest.raises(RuntimeError):
        database.publish(release(2), empty_year(YEAR))
    assert database.current_release(YEAR) == release(1)
    assert {name: len(database.read(name, YEAR)) for name in PUBLISHED} == {n: len(t) for n, t in published_year().items()}


def test_a_number_that_another_run_took_is_told_and_nothing_changes(database):
    database.publish(release(1), published_year())
    with pytest.raises(MendableError, match="第 1 次发布已由另一个任务完成"):
        database.publish(release(1), empty_year(YEAR))
    assert len(database.read("findings", YEAR)) == 40


@pytest.mark.parametrize(
    "spoil",
    [
        lambda tables: tables.pop("findings"),
        lambda tables: tables.update(stray=tables["findings"]),
        lambda tables: tables.update(findings=tables["findings"].drop(columns="cell")),
        lambda tables: tables.update(findings=published_year(OTHER)["findings"]),
    ],
    ids=["missing table", "unknown table", "missing column", "other year"],
)
def test_an_incomplete_release_is_refused(database, spoil):
    tables = published_year()
    spoil(tables)
    with pytest.raises(ValueError):
        database.publish(release(1), tables)
    assert database.current_release(YEAR) is None


def test_the_published_tables_refuse_what_the_contract_forbids(database):
    tables = published_year()
    tables["findings"] = tables["findings"].assign(message=pd.Series([None] * 40, dtype="str"))
    with pytest.raises(Exception, match="NOT NULL"):
        database.publish(release(1), tables)


def test_an_unknown_table_is_a_key_error(database):
    with pytest.raises(KeyError):
        database.read("release", YEAR)


def test_acts_are_added_and_found_by_kind(database):
    fewer = database.record_act(YEAR, "fewer_schools", "张三", "三所学校撤并", NIGHT)
    other = database.record_act(YEAR, "approval", "李四", "同意发布", NIGHT)
    database.record_act(OTHER, "approval", "李四", "同意发布", NIGHT)
    assert database.acts(YEAR) == [fewer, other]
    assert database.acts(YEAR, "approval") == [other]
    assert other.made_at == NIGHT


def test_a_moment_without_a_zone_is_refused(database):
    with pytest.raises(Exception, match="without a zone"):
        database.record_act(YEAR, "approval", "李四", "同意", dt.datetime(2024, 10, 8))


def test_the_second_writer_waits_for_the_first(database):
    begun, order = threading.Event(), []

    def long_write():
        with database._writing():
            begun.set()
            time.sleep(0.5)
            order.append("first")

    first = threading.Thread(target=long_write)
    first.start()
    begun.wait()
    database.publish(release(1), published_year())
    order.append("second")
    first.join()
    assert order == ["first", "second"]


def test_two_runs_prepare_a_new_database_at_once(tmp_path):
    failures = []

    def prepare():
        try:
            WarehouseDatabase(tmp_path / "new.db").prepare()
        except Exception as error:
            failures.append(error)

    runs = [threading.Thread(target=prepare) for _ in range(3)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert failures == []


def test_a_database_that_stays_busy_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(database_engine, "BUSY_SECONDS", 0)
    database = WarehouseDatabase(tmp_path / "warehouse.db")
    database.prepare()
    other = sqlite3.connect(tmp_path / "warehouse.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(MendableError, match="正被另一个任务占用"):
        database.record_act(YEAR, "approval", "李四", "同意", NIGHT)
    other.close()


def test_a_file_that_is_no_database_is_told(tmp_path):
    (tmp_path / "warehouse.db").write_text("这不是数据库" * 1000, encoding="utf-8")
    with pytest.raises(MendableError, match="不是数据库或已经损坏"):
        WarehouseDatabase(tmp_path / "warehouse.db").prepare()


def test_a_place_that_cannot_be_is_told(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(MendableError, match="warehouse.db"):
        WarehouseDatabase(tmp_path / "file" / "warehouse.db").prepare()


def test_a_full_disk_is_told(tmp_path):
    told = database_engine.in_words(
        sqlite3.OperationalError("database or disk is full"), WarehouseDatabase(tmp_path / "w.db")._engine.url
    )
    assert "磁盘已满" in told.zh and "w.db" in told.en


def test_a_database_of_a_newer_version_is_left_alone(database, tmp_path):
    raw = sqlite3.connect(tmp_path / "home 50%?" / "warehouse.db")
    raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.commit()
    with pytest.raises(MendableError, match="更新版本"):
        database.prepare()
    raw.close()


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://clerk:s3cret@127.0.0.1:1/junheng",
        "postgresql+psycopg://127.0.0.1:1/junheng?user=clerk&password=s3cret",
    ],
)
def test_an_unreachable_database_is_told_without_its_password(url):
    with pytest.raises(MendableError, match="127.0.0.1") as raised:
        WarehouseDatabase(url).prepare()
    assert "s3cret" not in str(raised.value)
    assert raised.value.__suppress_context__


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://clerk:s3@cret:x@host:port/db",
        "oracle://clerk:s3cret@host/db",
        "mysql://s3cret@x/y",
        "sqlite://",
        "sqlite:///",
    ],
)
def test_an_address_that_cannot_be_understood_is_not_repeated(url):
    with pytest.raises(MendableError, match="数据库地址无法识别") as raised:
        WarehouseDatabase(url)
    assert "s3" not in str(raised.value)


def test_every_published_table_has_its_sql_table():
    assert tuple(PUBLISHED_TABLES) == PUBLISHED
