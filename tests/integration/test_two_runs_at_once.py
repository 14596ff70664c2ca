"""Two runs over one home at the same time, as processes of their own: one after the other, nothing lost, no half tables."""

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from builders.schools import YEAR, code, school
from builders.workbooks import day, form
from data_contracts.errors import MendableError
from domain.intake.gathering import READ_TABLES
from resources.home import Home
from resources.run_lock import alone
from resources.table_store import TableStore

HOLDING = """
import sys, time
from pathlib import Path
from resources.home import Home
from resources.run_lock import alone
with alone(Home(Path(sys.argv[1]))):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


def started(*arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8",
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip


def run(home: Path) -> subprocess.Popen[str]:
    return started("-m", "pipelines.cli", "run", "--home", home, "--year", YEAR)


def handed_in(home: Path, name: str, content: bytes) -> None:
    place = home / "inbox" / YEAR / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)


def test_of_two_runs_the_second_waits_and_both_end_well(tmp_path):
    """F02: two workbooks of one school arrive in the same moment, and a third file while the first run is at work."""
    handed_in(tmp_path, "甲.xlsx", form(school(1, books=11300), day(12)))
    handed_in(tmp_path, "乙.xlsx", form(school(1, books=11400), day(11)))
    both = [run(tmp_path), run(tmp_path)]
    handed_in(tmp_path, "丙.xlsx", form(school(2)))
    told = [one.communicate(timeout=300)[0] for one in both]
    assert [one.returncode for one in both] == [0, 0], told
    assert sum("另一个任务正在这个工作文件夹中运行" in text for text in told) == 1, told

    tables = TableStore(tmp_path / "tables")
    outcomes = tables.read("file_outcomes", YEAR).set_index("file")["outcome"].to_dict()
    assert outcomes == {"甲.xlsx": "accepted_with_queries", "乙.xlsx": "superseded", "丙.xlsx": "accepted"}
    files = tables.read("submission_files", YEAR).set_index("file")["sha256"]
    values = tables.read("submitted_values", YEAR)
    assert (values["sha256"] == values["file"].map(files)).all(), "tables of two moments"
    returns = tables.read("school_returns", YEAR).set_index("school_id")
    assert list(returns.index) == [code(1), code(2)] and returns.loc[code(1), "books"] == 11300

    index = pd.read_csv(tmp_path / "receipts" / YEAR / "index.csv", dtype=str)
    assert set(index["file"]) == set(outcomes)
    assert all((tmp_path / "receipts" / YEAR / name).is_file() for name in index["receipt"])
    assert not list(tmp_path.rglob("*.part"))


def test_a_home_that_is_held_for_too_long_is_told(tmp_path):
    holder = started("-c", HOLDING, tmp_path, 60)
    try:
        assert holder.stdout is not None and holder.stdout.readline().strip() == "held"
        heard: list[bool] = []
        with pytest.raises(MendableError, match="另一个任务正在"), alone(Home(tmp_path), lambda: heard.append(True), seconds=0.2):
            pass
        assert heard == [True]
    finally:
        holder.kill()
        holder.communicate()
    with alone(Home(tmp_path)), alone(Home(tmp_path)):  # the lock of a killed run goes with it; a run may enter twice
        pass


def test_a_run_that_was_killed_between_its_tables_is_read_anew(tmp_path, monkeypatch):
    """The list of files says for which bytes the values stand; values of other bytes are never taken for them."""
    from dagster import DagsterInstance

    from pipelines.definitions import build_definitions
    from resources.dagster_io import JunhengHome

    handed_in(tmp_path, "甲.xlsx", form(school(1)))
    home = JunhengHome(path=str(Home(tmp_path).created().path))
    job = build_definitions(home).resolve_job_def("nightly")
    write, written = TableStore.write, []

    def killed(self: TableStore, table: pd.DataFrame, name: str, year: str) -> pd.DataFrame:
        written.append(name)
        if len(written) == 2:
            raise KeyboardInterrupt
        return write(self, table, name, year)

    monkeypatch.setattr(TableStore, "write", killed)
    with DagsterInstance.ephemeral() as instance, pytest.raises(BaseException):  # noqa: B017
        job.execute_in_process(partition_key=YEAR, instance=instance)
    tables = TableStore(tmp_path / "tables")
    assert written[0] != "submission_files" and tables.read("submission_files", YEAR) is None
    assert any(tables.read(name, YEAR) is None for name in READ_TABLES)
    monkeypatch.undo()
    with DagsterInstance.ephemeral() as instance:
        assert job.execute_in_process(partition_key=YEAR, instance=instance).success
    assert tables.read("file_outcomes", YEAR)["outcome"].tolist() == ["accepted"]
