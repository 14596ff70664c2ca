"""Workers that die, hang or swell cost their own file and nothing else.

Belongs here: the pool and what is read again or not. Does not belong here: what a file says.
"""

import os
import time
from pathlib import Path

import pytest
from pebble import ProcessExpired, ProcessFuture

from builders.schools import YEAR, code, school
from builders.workbooks import BULK, bulk_rows, xlsx
from data_contracts.errors import MendableError
from data_contracts.school_year import SchoolYear
from resources import reading_pool, workers
from resources.inbox import Digest, InboxFile, digest_of, files_in
from resources.reading_pool import ReadingPool, Task, read_changed, read_files, read_tasks
from resources.worker_limits import MEGABYTE, Limits, Watchdog
from resources.workers import fall_silent

YEAR_ = SchoolYear.parse(YEAR)
SMALL = Limits(memory_small=256 * MEGABYTE, seconds_small=3)


def deadly(tasks: list[Task], year):
    """Reads as ever, but for names that say what shall happen."""
    for task in tasks:
        name = Path(task.file.file).stem
        if name == "中断":
            os.abort()
        if name == "不停":
            time.sleep(600)
        if name == "过大":
            swollen = bytearray(1024 * MEGABYTE)
            swollen[::4096] = b"x" * len(swollen[::4096])
    return read_tasks(tasks, year)


def tells_where_it_speaks(tasks: list[Task], year):
    """Reads as ever, and tells in place of a year whether its words of error go nowhere."""
    readings = read_tasks(tasks, year)
    for reading in readings:
        reading.stated_year = str(os.path.samestat(os.fstat(2), os.stat(os.devnull)))
    return readings


@pytest.fixture(scope="module")
def pool():
    pool = ReadingPool(workers=2, limits=SMALL, reader=deadly)
    yield pool
    pool.close()


@pytest.fixture
def inbox(tmp_path):
    """An inbox; call it with names to put a good table of one school under each."""
    folder = tmp_path / "inbox"
    folder.mkdir()

    def fill(*names: str) -> Path:
        for number, name in enumerate(names, start=1):
            (folder / name).write_bytes(xlsx({BULK: bulk_rows([school(number)])}))
        return folder

    return fill


def rules(readings) -> dict[str, list[str]]:
    return {reading.file: [finding.rule for finding in reading.findings] for reading in readings}


class TestDeadlyFiles:
    @pytest.mark.parametrize("name, rule", [("中断", "F-TOO-HEAVY"), ("不停", "F-TOO-LONG"), ("过大", "F-TOO-HEAVY")])
    def test_one_file_is_rejected_and_its_neighbours_are_read(self, pool, inbox, name, rule):
        folder = inbox("甲.xlsx", f"{name}.xlsx", "乙.xlsx")
        readings = list(read_files(files_in(folder), YEAR_, pool=pool))
        assert rules(readings) == {"甲.xlsx": [], f"{name}.xlsx": [rule], "乙.xlsx": []}
        lost = next(reading for reading in readings if reading.file == f"{name}.xlsx")
        assert len(lost.sha256) == 64 and lost.size > 0 and lost.findings[0].params["cause"]

    def test_the_pool_reads_on_afterwards(self, pool, inbox):
        list(read_files(files_in(inbox("中断.xlsx")), YEAR_, pool=pool))
        assert rules(read_files(files_in(inbox("甲.xlsx")), YEAR_, pool=pool))["甲.xlsx"] == []


def test_what_a_worker_says_is_not_for_the_console(inbox):
    """Rust says that memory ran out, and how to get a backtrace; this process keeps its voice."""
    pool = ReadingPool(workers=1, reader=tells_where_it_speaks)
    try:
        readings = list(read_files(files_in(inbox("甲.xlsx")), YEAR_, pool=pool))
    finally:
        pool.close()
    assert [reading.stated_year for reading in readings] == ["True"]
    assert not os.path.samestat(os.fstat(2), os.stat(os.devnull))


def dies_at_once() -> None:
    """What a worker does first, where the system ends every process that starts."""
    os._exit(3)


class TestNoWorkerCanStart:
    """That is no fault of any file: none is rejected, all of them stay for the next run."""

    @pytest.fixture
    def without_start(self, monkeypatch):
        monkeypatch.setattr(workers, "fall_silent", dies_at_once)
        pool = ReadingPool(workers=2)
        yield pool
        pool.close()

    @pytest.mark.timeout(60)
    def test_it_is_told_in_a_sentence(self, without_start, inbox, capfd):
        folder = inbox(*[f"{number}.xlsx" for number in range(30)])
        with pytest.raises(MendableError) as told:
            list(read_files(files_in(folder), YEAR_, pool=without_start))
        assert "没有退回任何文件" in told.value.zh and "请" in told.value.zh and "no file was rejected" in told.value.en
        assert capfd.readouterr() == ("", "")

    @pytest.mark.timeout(60)
    def test_warming_it_up_says_nothing(self, without_start, inbox, capfd):
        without_start.warm()
        with pytest.raises(MendableError):
            list(read_files(files_in(inbox("甲.xlsx")), YEAR_, pool=without_start))
        assert capfd.readouterr() == ("", "")

    @pytest.mark.timeout(60)
    def test_a_system_that_starts_no_process(self, pool, inbox, monkeypatch):
        def refused(*_, **__):
            raise OSError(11, "Resource temporarily unavailable")

        monkeypatch.setattr("pebble.pool.process.launch_process", refused)
        fresh = ReadingPool(workers=1)
        with pytest.raises(MendableError, match="Resource temporarily"):
            list(read_files(files_in(inbox("甲.xlsx")), YEAR_, pool=fresh))

    @pytest.mark.timeout(60)
    def test_a_pool_that_breaks_once_costs_no_file(self, inbox, monkeypatch):
        """The files that waited for their turn are forgotten by it, and are given to the next."""
        fresh = ReadingPool(workers=1)
        monkeypatch.setattr(workers, "fall_silent", dies_at_once)
        schedule = fresh._workers.schedule

        def mended(*arguments, **options):
            work = schedule(*arguments, **options)
            monkeypatch.setattr(workers, "fall_silent", fall_silent)
            return work

        monkeypatch.setattr(fresh._workers, "schedule", mended)
        try:
            names = [f"{number}.xlsx" for number in range(1, 6)]
            assert rules(read_files(files_in(inbox(*names)), YEAR_, pool=fresh)) == {name: [] for name in names}
        finally:
            fresh.close()


class TestFiles:
    def test_a_link_is_told_and_not_followed(self, pool, inbox, tmp_path):
        folder = inbox("甲.xlsx")
        (tmp_path / "别处.xlsx").write_bytes(b"secret")
        (folder / "链接.xlsx").symlink_to(tmp_path / "别处.xlsx")
        readings = {reading.file: reading for reading in read_files(files_in(folder), YEAR_, pool=pool)}
        assert [f.rule for f in readings["链接.xlsx"].findings] == ["F-LINK"] and readings["链接.xlsx"].sha256 == ""

    def test_a_file_beyond_the_limit_of_size_is_not_read(self, pool, inbox, monkeypatch, tmp_path):
        folder = inbox("甲.xlsx")
        with (folder / "大.xlsx").open("wb") as stream:
            stream.truncate(101 * MEGABYTE)
        readings = rules(read_files(files_in(folder), YEAR_, tmp_path / "archive", pool=pool))
        assert readings == {"甲.xlsx": [], "大.xlsx": ["F-SIZE"]}

    def test_originals_are_kept_once_under_their_hash(self, pool, inbox, tmp_path):
        folder, archive = inbox("甲.xlsx"), tmp_path / "archive"
        (folder / "乙.xlsx").write_bytes((folder / "甲.xlsx").read_bytes())
        first, second = read_files(files_in(folder), YEAR_, archive, pool=pool)
        kept = [path for path in archive.rglob("*") if path.is_file()]
        assert first.sha256 == second.sha256 and [path.name for path in kept] == [first.sha256]
        assert kept[0].read_bytes() == (folder / "甲.xlsx").read_bytes()

    def test_a_file_that_vanishes_between_hash_and_reading(self, pool, inbox):
        folder = inbox("甲.xlsx", "乙.xlsx")
        tasks = [reading_pool.task_of(file) for file in files_in(folder)]
        (folder / "甲.xlsx").unlink()
        assert rules(pool.read(tasks, YEAR_)) == {"甲.xlsx": ["F-VANISHED"], "乙.xlsx": []}


class TestBatches:
    def tasks(self, *sizes):
        return [Task(InboxFile(f"{n}.xlsx", Path("x")), Path("x"), Digest("", size)) for n, size in enumerate(sizes)]

    def test_the_first_are_small_so_that_workers_begin_at_once_and_no_file_is_left_out(self):
        tasks = self.tasks(*[1000] * 100)
        batches = list(reading_pool._batches(iter(tasks)))
        assert [len(batch) for batch in batches] == [1, 2, 4, 8, 16, 24, 24, 21]
        assert [task for batch in batches for task in batch] == tasks

    def test_a_large_file_goes_alone(self):
        sizes = [1000] * 3 + [reading_pool.BATCH_BYTES] + [1000] * 2
        assert [len(batch) for batch in reading_pool._batches(iter(self.tasks(*sizes)))] == [1, 2, 1, 2]


def with_lost_workers(failed: ProcessFuture, hashed):
    """``ReadingPool.digests_of`` whose workers are all lost."""
    return lambda self, files: hashed([([file], workers.Work(failed, None)) for file in files])


class TestUnchangedFiles:
    @pytest.fixture
    def night(self, pool, tmp_path):
        """A night's reading: (tables, number of files read)."""

        def read(folder, known=None):
            return read_changed(files_in(folder), YEAR_, tmp_path / "archive", known, pool)

        return read

    def test_only_what_changed_is_read_and_the_tables_are_as_if_all_were(self, night, inbox):
        folder = inbox("甲.xlsx", "乙.xlsx", "丙.xlsx")
        before, count = night(folder)
        assert count == 3
        (folder / "乙.xlsx").write_bytes(xlsx({BULK: bulk_rows([school(7, books=999)])}))
        (folder / "丙.xlsx").unlink()
        again, count = night(folder, before)
        whole, _ = night(folder)
        assert count == 1
        for got, wanted in zip(again.all, whole.all, strict=True):
            assert got.astype(object).where(got.notna(), None).equals(wanted.astype(object).where(wanted.notna(), None))
        assert code(7) in set(again.values["school_id"]) and code(3) not in set(again.values["school_id"])

    def test_of_many_the_workers_hash_what_was_read_before(self, night, inbox, monkeypatch):
        """All the same with workers, and where they are lost: this process hashes the rest."""
        folder = inbox("1.xlsx", "2.xlsx", "3.xlsx", "4.xlsx")
        before, _ = night(folder)
        (folder / "2.xlsx").write_bytes(xlsx({BULK: bulk_rows([school(7, books=999)])}))
        (folder / "3.xlsx").unlink()
        (folder / "4.xlsx").unlink()
        (folder / "4.xlsx").symlink_to(folder / "1.xlsx")
        wanted, _ = night(folder, before)
        monkeypatch.setattr(reading_pool, "HASHED_TOGETHER", 1)
        hashed_here = []
        monkeypatch.setattr(reading_pool, "digest_of", lambda file: hashed_here.append(file.file) or digest_of(file))
        for lost in (None, ProcessExpired("killed", code=-9), MemoryError()):
            if lost:
                failed = ProcessFuture()
                failed.set_exception(lost)
                monkeypatch.setattr(ReadingPool, "digests_of", with_lost_workers(failed, reading_pool._hashed))
            hashed_here.clear()
            again, count = night(folder, before)
            assert count == 1 and all(got.equals(table) for got, table in zip(again.all, wanted.all, strict=True))
            assert ("1.xlsx" in hashed_here) == bool(lost), "what was read before is hashed by a worker while there is one"

    def test_what_cannot_be_read_is_told_every_night(self, night, inbox):
        folder = inbox("甲.xlsx")
        (folder / "链接.xlsx").symlink_to(folder / "甲.xlsx")
        before, count = night(folder)
        again, _ = night(folder, before)
        assert count == 1, "a link is not followed"
        for tables in (before, again):
            assert list(tables.files["file"]) == ["甲.xlsx", "链接.xlsx"]
            assert tables.findings.set_index("file").loc["链接.xlsx", "rule"] == "F-LINK"

    def test_nothing_is_read_when_nothing_changed(self, night, inbox):
        before, _ = night(inbox("甲.xlsx"))
        again, count = night(inbox("甲.xlsx"), before)
        assert count == 0 and all(a.equals(b) for a, b in zip(again.all, before.all, strict=True))

    def test_other_code_reads_everything_again(self, night, inbox, monkeypatch):
        before, _ = night(inbox("甲.xlsx"))
        monkeypatch.setattr(reading_pool, "code_version", lambda: "1.0+other")
        assert night(inbox("甲.xlsx"), before)[1] == 1

    def test_what_stopped_a_worker_is_tried_again(self, night, inbox):
        before, _ = night(inbox("中断.xlsx"))
        assert night(inbox("中断.xlsx"), before)[1] == 1


def test_the_watchdog_ends_a_worker_that_takes_too_much(inbox, monkeypatch):
    # Without the limit of the system, as on Windows: only the watchdog is left.
    pool = ReadingPool(workers=1, limits=Limits(memory_small=8192 * MEGABYTE, seconds_small=60), reader=swollen_and_slow)
    try:
        with Watchdog(limit=900 * MEGABYTE):
            started = time.monotonic()
            assert rules(read_files(files_in(inbox("过大.xlsx")), YEAR_, pool=pool)) == {"过大.xlsx": ["F-TOO-HEAVY"]}
            assert time.monotonic() - started < 50, "the limit of time ended it, not the watchdog"
    finally:
        pool.close()


def swollen_and_slow(tasks: list[Task], year):
    """Takes a gigabyte and keeps it."""
    swollen = bytearray(1024 * MEGABYTE)
    swollen[::4096] = b"x" * len(swollen[::4096])
    time.sleep(600)
    return read_tasks(tasks, year)
