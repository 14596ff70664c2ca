"""What happens around files: memory, workers that hang, several files of a school, times and years.

Belongs here: the process that reads the inbox, as seen from outside. Does not belong here: kills and full disks while a
release is put in place (``tests/integration/test_killed_publication.py``), runs of the command (``tests/integration``).
"""

import re
import threading
import time
from pathlib import Path

import psutil
import pytest
from spoiled import STRINGS, more_rows, sound
from test_containers import inflating, many_rows

from builders.schools import YEAR, code, school
from builders.workbooks import bulk, bulk_rows, csv_table, day, form, repacked
from data_contracts.school_year import SchoolYear
from resources.inbox import files_in
from resources.reading_pool import ReadingPool, Task, read_changed, read_tasks
from resources.worker_limits import MEGABYTE, Limits

FLAT = 50 * MEGABYTE
FAR = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'


class Peak:
    """The most that this process held while a block ran, beyond what it held before."""

    def __enter__(self):
        self.me, self.done = psutil.Process(), threading.Event()
        self.before = self.most = self.me.memory_info().rss
        self.thread = threading.Thread(target=self.look, daemon=True)
        self.thread.start()
        return self

    def look(self):
        while not self.done.wait(0.005):
            self.most = max(self.most, self.me.memory_info().rss)

    def __exit__(self, *_):
        self.done.set()
        self.thread.join()
        self.most = max(self.most, self.me.memory_info().rss)

    @property
    def grown(self) -> int:
        return self.most - self.before


@pytest.mark.parametrize(
    "make, rule",
    [(lambda: inflating(STRINGS, 400), "F-BOMB"), (lambda: more_rows(FAR), "F-AREA"), (many_rows, "F-AREA")],
    ids=["A14 400 MB in 400 KB", "C14 a number in the last cell", "A15 200,000 rows"],
)
def test_the_memory_of_this_process_stays_flat(hand_in, make, rule):
    hand_in({"先.xlsx": sound()})  # whatever is loaded once is loaded now
    bomb = make()
    with Peak() as peak:
        night = hand_in({"坏.xlsx": bomb})
    assert [finding.rule for finding in night.of("坏.xlsx")] == [rule]
    assert peak.grown < FLAT, f"{peak.grown / MEGABYTE:.0f} MB"


def hangs(tasks: list[Task], year):
    """Reads as ever, but never comes back from one file."""
    if any(Path(task.file.file).stem == "不停" for task in tasks):
        time.sleep(600)
    return read_tasks(tasks, year)


def test_one_hanging_file_among_thirty(hand_in):
    """F03: the others are read, in bounded time."""
    pool = ReadingPool(workers=2, limits=Limits(seconds_small=3), reader=hangs)
    files = {f"{number:02}.xlsx": bulk([school(number)]) for number in range(1, 30)}
    started = time.monotonic()
    try:
        night = hand_in({**files, "不停.xlsx": sound()}, reader=pool)
    finally:
        pool.close()
    assert time.monotonic() - started < 60
    assert [f.rule for f in night.of("不停.xlsx")] == ["F-TOO-LONG"] and "时间过长" in night.one("F-TOO-LONG").message()
    assert night.accepted == [*(code(number) for number in range(1, 30)), code(90)]


@pytest.mark.slow
def test_one_hanging_file_among_ten_thousand(hand_in):
    """F03: the others are read and answered, every one of them."""
    pool = ReadingPool(workers=2, limits=Limits(seconds_small=20), reader=hangs)

    def table(number: int) -> bytes:
        """Of a school with premises of its own, or it would be asked about another with the same."""
        own = {
            key: round(size * (1 + number / 50_000), 2) for key, size in (("teaching_area", 3800), ("sports_ground_area", 5600))
        }
        return csv_table(bulk_rows([school(number, **own, books=11_000 + number, equipment_value=120 + number / 1_000)]))

    files = {f"{number // 100}/{number}.csv": table(number) for number in range(1, 10_000) if number != 90}
    try:
        night = hand_in({**files, "不停.xlsx": sound()}, reader=pool)
    finally:
        pool.close()
    assert [f.rule for f in night.of("不停.xlsx")] == ["F-TOO-LONG"] and len(night.receipts) == len(files) + 2
    assert len(night.accepted) == len(files) + 1


def test_two_workbooks_of_one_school_at_once(hand_in):
    """F02: the one that was saved last counts, whatever the names; both get a receipt."""
    night = hand_in({"甲.xlsx": form(school(1, books=11300), day(12)), "乙.xlsx": form(school(1, books=11400), day(11))})
    assert (night.outcomes["甲.xlsx"], night.outcomes["乙.xlsx"]) == ("accepted_with_queries", "superseded")
    assert night.row(code(1))["books"] == 11300 and "乙.xlsx" in night.one("D-CHANGED", "甲.xlsx").message()
    assert "甲.xlsx".encode() in night.receipts["乙.xlsx"]


def test_two_workbooks_of_one_time(hand_in):
    """F02: nobody can tell which is right, and neither counts."""
    night = hand_in({"甲.xlsx": form(school(1, books=11300)), "乙.xlsx": form(school(1, books=11400))})
    assert {night.outcomes[name] for name in ("甲.xlsx", "乙.xlsx")} == {"rejected"} and night.accepted == [code(90)]
    assert all("甲.xlsx" in finding.message() and "乙.xlsx" in finding.message() for finding in night.told("D-CONFLICT"))


def killed(tasks: list[Task], year):
    """Reads as ever, but the system takes the worker away over one file."""
    if any(Path(task.file.file).stem == "夭折" for task in tasks):
        psutil.Process().kill()
    return read_tasks(tasks, year)


def test_a_worker_that_was_killed_leaves_no_half_file(hand_in, pool, tmp_path):
    """F01: the archive holds whole originals alone; what was lost is told, and read by the next night."""
    killing = ReadingPool(workers=1, limits=Limits(seconds_small=60), reader=killed)
    lost = sound()
    try:
        night = hand_in({"一.xlsx": bulk([school(3)]), "夭折.xlsx": lost}, reader=killing)
    finally:
        killing.close()
    error = night.one("F-TOO-HEAVY", "夭折.xlsx")
    assert "读取程序中断" in error.message() and "请" in error.message() and night.outcomes["夭折.xlsx"] == "rejected"
    assert night.accepted == [code(3), code(90)] and night.receipts["夭折.xlsx"]
    inbox, archive = tmp_path / "inbox", tmp_path / "archive"
    kept = {path.name: path for path in archive.rglob("*") if path.is_file()}
    assert set(kept) == {reading.sha256 for reading in night.intake.files} and lost in [
        path.read_bytes() for path in kept.values()
    ]
    tables, read = read_changed(files_in(inbox), SchoolYear.parse(YEAR), archive, None, pool)
    assert read == 3 and {code(1), code(2), code(3)} < set(tables.values["school_id"])


@pytest.mark.parametrize(
    "stamp, said",
    [
        ("2024-02-29T23:59:59Z", "2024-02-29T23:59:59+00:00"),
        ("2025-01-01T00:00:00Z", "2025-01-01T00:00:00+00:00"),
        ("1904-01-01T00:00:00Z", "1904-01-01T00:00:00+00:00"),
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59+00:00"),
        ("2023-02-29T00:00:00Z", None),
        ("9999-12-31T23:59:59-14:00", None),
    ],
    ids=["F05 a leap day", "F05 the turn of the year", "F05 long ago", "F05 the last day", "F05 no such day", "F05 beyond time"],
)
def test_a_clock_that_is_wrong_changes_no_year(hand_in, stamp, said):
    """The school year is that of the inbox; the time of saving only tells which of two files is newer."""

    def change(text: str) -> str:
        assert "<dcterms:modified" in text
        return re.sub(r"(<dcterms:modified[^>]*>)[^<]*", rf"\g<1>{stamp}", text)

    night = hand_in({"表.xlsx": repacked(form(school(1)), {"docProps/core.xml": change})})
    assert night.of("表.xlsx") == [] and night.accepted == [code(1), code(90)]
    (reading,) = (one for one in night.intake.files if one.file == "表.xlsx")
    assert reading.modified == said
