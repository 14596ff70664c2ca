"""Approval and lock: what an approved year stands on, what waits, and what is refused."""

import datetime as dt
from pathlib import Path

import pytest
from published_samples import empty_year

from data_contracts.errors import MendableError
from data_contracts.school_year import SchoolYear
from resources.approvals import (
    approval_in_force,
    approve,
    approved_files,
    approved_register,
    pending_files,
    register_waits,
    unlock,
)
from resources.database import ReleaseRecord, WarehouseDatabase
from resources.home import Home
from resources.inbox import InboxFile, archived, digest_of, hash_of, keep

YEAR = SchoolYear.parse("2024-2025")
NOW = dt.datetime(2024, 10, 8, 18, 30, tzinfo=dt.UTC)
BYTES = {f"inbox/{YEAR}/甲.csv": b"one", f"inbox/{YEAR}/乡/乙.csv": b"two", f"register/{YEAR}.csv": b"register"}


@pytest.fixture
def home(tmp_path) -> Home:
    """A home whose originals were archived, as a run does; the register was not."""
    home = Home(tmp_path / "home").created()
    for path, content in BYTES.items():
        place = home.path / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        if path.startswith("inbox"):
            file = InboxFile(path, place)
            keep(home.archive, file, digest_of(file))
    return home


@pytest.fixture
def database(home) -> WarehouseDatabase:
    """The database after a release of these files and one that could not be read."""
    database = WarehouseDatabase(home.database_url)
    database.prepare()
    inputs = {path: hash_of(content) for path, content in BYTES.items()} | {f"inbox/{YEAR}/坏.csv": "", "standards/own": "c" * 64}
    database.publish(ReleaseRecord(YEAR.key, 1, NOW, "mark", {"release": 1, "inputs": inputs}), empty_year(YEAR.key))
    return database


def inbox(home: Home, name: str) -> Path:
    return home.inbox(YEAR) / name


def approved(home: Home, database: WarehouseDatabase):
    approve(home, database, YEAR, "县督导室", "自评完成", NOW)
    approval = approval_in_force(database, YEAR)
    assert approval is not None
    return approval


def changes(home: Home, approval) -> dict[str, str]:
    return {one.file: one.change for one in pending_files(home, approval)}


def test_an_approval_locks_and_an_unlocking_opens(home, database):
    assert approval_in_force(database, YEAR) is None
    approval = approved(home, database)
    assert (approval.release, approval.by_whom, approval.reason) == (1, "县督导室", "自评完成")
    with pytest.raises(MendableError, match="已经审定并锁定"):
        approve(home, database, YEAR, "甲", "乙", NOW)
    unlock(database, YEAR, "县督导室", "更正", NOW)
    assert approval_in_force(database, YEAR) is None
    with pytest.raises(MendableError, match="没有锁定"):
        unlock(database, YEAR, "县督导室", "更正", NOW)
    approved(home, database)
    assert [act.kind for act in database.acts(YEAR.key)] == ["approval", "unlock", "approval"]


def test_what_was_never_published_cannot_be_approved(home, database):
    with pytest.raises(MendableError, match="还没有发布"):
        approve(home, database, SchoolYear.parse("2025-2026"), "甲", "乙", NOW)


def test_an_approved_year_reads_its_originals_whatever_became_of_the_inbox(home, database):
    approval = approved(home, database)
    assert changes(home, approval) == {"坏.csv": "removed"}, "what could not be read was not there for this test either"
    inbox(home, "甲.csv").write_bytes(b"corrected")
    inbox(home, "乡/乙.csv").unlink()
    inbox(home, "丙.csv").write_bytes(b"late")
    (home.path / "register" / f"{YEAR}.csv").write_bytes(b"another")
    assert changes(home, approval) == {"甲.csv": "changed", "乡/乙.csv": "removed", "丙.csv": "new", "坏.csv": "removed"}
    assert register_waits(home, approval)
    files = approved_files(home, approval)
    assert [(one.file, one.problem.rule if one.problem else one.path.read_bytes()) for one in files] == [
        ("乡/乙.csv", b"two"),
        ("坏.csv", "F-LINK"),
        ("甲.csv", b"one"),
    ]
    assert approved_register(home, approval) == (f"{YEAR}.csv", b"register")


def test_nothing_waits_where_nothing_changed(home, database):
    approval = approved(home, database)
    inbox(home, "坏.csv").mkdir()  # a folder named like a table cannot be read, then as now
    assert changes(home, approval) == {}
    assert not register_waits(home, approval)


def test_a_register_that_changed_before_the_approval_is_told(home, database):
    (home.path / "register" / f"{YEAR}.csv").write_bytes(b"another")
    with pytest.raises(MendableError, match=r"register/2024-2025\.csv 在发布之后已被改动"):
        approve(home, database, YEAR, "甲", "乙", NOW)
    assert approval_in_force(database, YEAR) is None


def test_an_original_that_the_archive_lost_is_told(home, database):
    approval = approved(home, database)
    archived(home.archive, hash_of(b"one")).unlink()
    with pytest.raises(MendableError, match=r"存档中缺少已审定的原件 inbox/2024-2025/甲\.csv"):
        approved_files(home, approval)
    archived(home.archive, hash_of(b"register")).unlink()
    with pytest.raises(MendableError, match="存档中缺少已审定的原件 register"):
        approved_register(home, approval)


def test_the_history_of_gaps_is_added_once(database):
    gap = "9901210001-primary-L1"
    assert database.record_gaps(YEAR.key, [gap], (), NOW, "run 1") == 1
    assert database.record_gaps(YEAR.key, [gap], (), NOW + dt.timedelta(days=1)) == 0
    assert database.record_gaps("2025-2026", [], [gap], NOW) == 0
    assert database.record_gaps("2025-2026", [], (), NOW) == 1
    assert database.gap_events(YEAR.key)[["gap", "event", "at", "run"]].to_numpy().tolist() == [[gap, "opened", NOW, "run 1"]]
    assert database.gap_events("2025-2026")["event"].tolist() == ["opened", "closed"]
