"""``kill -9`` at any moment of a publication: the old release stays readable, and the next start repairs.

Every touch of the disk and every SQL statement is a place to die: a forked child counts them and kills itself at the
n-th, for each n until a child lives to the end.
"""

import datetime as dt
import json
import os
import shutil
import signal
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa
from sqlalchemy import event

from data_contracts.tables import CONTRACTS, PUBLISHED, shaped
from resources.database import ReleaseRecord, WarehouseDatabase
from resources.publication import PublicationFolder

YEAR = "2024-2025"
DISK_EVENTS = (
    "open",
    "os.rename",
    "os.remove",
    "os.rmdir",
    "os.mkdir",
    "os.chmod",
    "os.utime",
    "shutil.rmtree",
    "shutil.copyfile",
)


def tables(number: int) -> dict[str, pd.DataFrame]:
    """Tables whose rows tell of which release they are."""
    made = {name: shaped(pd.DataFrame(columns=list(CONTRACTS[name].columns), dtype=object), name, YEAR) for name in PUBLISHED}
    row = dict.fromkeys(CONTRACTS["scope_ledger"].columns, "x") | {
        "school_year": YEAR,
        "in_scope": True,
        "rule": f"release {number}",
    }
    made["scope_ledger"] = shaped(pd.DataFrame([row] * 3), "scope_ledger", YEAR)
    row = dict.fromkeys(CONTRACTS["findings"].columns, "x") | {"school_year": YEAR, "message": f"release {number}"}
    made["findings"] = shaped(pd.DataFrame([row] * 3), "findings", YEAR)
    return made


def opened(home: Path) -> tuple[WarehouseDatabase, PublicationFolder]:
    return WarehouseDatabase(home / "warehouse.db"), PublicationFolder(home / "publications" / YEAR, wait_seconds=20)


def publish(home: Path, after: Callable[[str], None] = lambda step: None) -> int:
    """A publication as a run does it, from the repair at its start to the switch."""
    database, folder = opened(home)
    database.prepare()
    with folder.held():
        counts = database.current_release(YEAR)
        folder.repair(counts.number if counts else None)
        number = folder.next_number(database.next_number(YEAR))
        staged = folder.stage()
        after("stage")
        manifest = {"release": number, "school_year": YEAR}
        (staged / "tables").mkdir()
        (staged / "tables" / "findings.csv").write_text(f"release {number}", encoding="utf-8")
        (staged / "release.json").write_text(json.dumps(manifest), encoding="utf-8")
        after("write")
        folder.seal(number)
        after("seal")
        made_at = dt.datetime(2024, 10, number, tzinfo=dt.UTC)
        database.publish(ReleaseRecord(YEAR, number, made_at, f"f{number}", manifest), tables(number))
        after("commit")
        folder.switch(number)
        after("switch")
    database.close()
    return number


def whole_release(folder: Path) -> int | None:
    """The number of the release that a folder holds wholly, None where it does not."""
    try:
        number = json.loads((folder / "release.json").read_text(encoding="utf-8"))["release"]
        text = (folder / "tables" / "findings.csv").read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    return number if text == f"release {number}" else None


def check_before_and_after_repair(home: Path) -> tuple[int, bool]:
    """The committed release, and whether ``current`` was there before the repair."""
    database, folder = opened(home)
    before = whole_release(folder.current)
    assert before in (1, 2) or (whole_release(folder.releases / "1") == 1 and not folder.current.exists())
    counts = database.current_release(YEAR)
    assert counts is not None and counts.number in (1, 2)
    number = counts.number
    for name, column in (("scope_ledger", "rule"), ("findings", "message")):
        assert list(database.read(name, YEAR)[column]) == [f"release {number}"] * 3

    assert folder.repair(number) == number
    assert whole_release(folder.current) == number
    assert {path.name for path in folder.root.iterdir()} == {".lock", "current", "releases"}
    assert {path.name for path in folder.releases.iterdir()} == {str(n) for n in range(1, number + 1)}
    assert all(whole_release(release) == int(release.name) for release in folder.releases.iterdir())
    return number, before is not None


@pytest.fixture(scope="module")
def first_night(tmp_path_factory) -> Path:
    home = tmp_path_factory.mktemp("first") / "home"
    home.mkdir()
    assert publish(home) == 1
    return home


def dies_at(place: int, home: Path) -> bool:
    """Publish in a child that kills itself at its n-th touch of disk or database; False when it lived to the end."""
    with warnings.catch_warnings():
        # Forking beside the idle threads of numpy and pyarrow is harmless here.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        try:
            _publish_until(place, home)
            os._exit(0)
        finally:
            os._exit(70)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the publication failed by itself"
    return os.WIFSIGNALED(status)


def _publish_until(place: int, home: Path) -> None:
    count = 0

    def one_more(*_details) -> None:
        nonlocal count
        count += 1
        if count == place:
            os.kill(os.getpid(), signal.SIGKILL)

    def touched(what: str, details: tuple) -> None:
        if (what in DISK_EVENTS and str(home) in str(details[0])) or what in ("os.remove", "os.rmdir"):
            one_more()

    sys.addaudithook(touched)
    event.listen(sa.Engine, "after_cursor_execute", one_more)
    event.listen(sa.Engine, "commit", one_more)
    publish(home)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork() to die cheaply many times; Windows has none")
def test_death_at_any_touch_of_disk_or_database(first_night, tmp_path):
    """F01: what is published is the old release or the new one, whole."""
    outcomes, place, died = [], 0, True
    while died:
        place += 1
        home = tmp_path / str(place)
        shutil.copytree(first_night, home)
        died = dies_at(place, home)
        outcomes.append(check_before_and_after_repair(home))
        if place % 5 == 0:
            assert publish(home) == outcomes[-1][0] + 1  # and the night after publishes as ever
        shutil.rmtree(home)
    committed = [number for number, _ in outcomes]
    assert committed == sorted(committed) and set(committed) == {1, 2}, "one moment decides, and it stays decided"
    assert outcomes.count((2, False)) in (1, 2), "current is away only between its two renames"
    assert place > 60


@pytest.mark.parametrize(("step", "committed"), [("seal", 1), ("commit", 2)])
def test_a_process_that_is_gone_in_the_middle(first_night, tmp_path, step, committed):
    """The same with a process of its own, which takes the lock of the folder to its grave."""
    home = tmp_path / "home"
    shutil.copytree(first_night, home)
    code = (
        "import os, sys; from pathlib import Path; sys.path.insert(0, sys.argv[1]); import test_killed_publication as night\n"
        "night.publish(Path(sys.argv[2]), lambda step: os._exit(9) if step == sys.argv[3] else None)"
    )
    gone = subprocess.run([sys.executable, "-c", code, str(Path(__file__).parent), str(home), step], timeout=60, check=False)
    assert gone.returncode == 9
    assert check_before_and_after_repair(home) == (committed, True)
    assert publish(home) == committed + 1
