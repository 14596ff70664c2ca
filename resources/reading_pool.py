"""Reading handed-in files in processes of their own, so that none of them can take the year along.

Belongs here: which files are read together, and what becomes of a file whose worker died.
Does not belong here: the workers themselves (``workers``), the limits of time and memory (``worker_limits``), what a file says
(``domain.intake``), where files lie (``inbox``).

A native reader can abort its process, hang, or ask for more memory than there is; no ``except`` catches that. A file
that does so loses its worker and gets a clear rejection; the files read together with it are read again, one by one. Where no worker can start at all,
no file is to blame: nothing is rejected, and a sentence says so.
"""

import atexit
import gc
import logging
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import TimeoutError as TimedOut
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyarrow as arrow
from pebble import ProcessExpired

from data_contracts.school_year import SchoolYear
from domain.intake.findings import Finding
from domain.intake.gathering import IntakeTables, PackedReadings, gathered, packed, tables_of, unpacked, with_unchanged
from domain.intake.reading import FileReading, read_file
from domain.intake.workbook import SIZE_LIMIT
from resources.code_version import code_version
from resources.inbox import Digest, InboxFile, content_of, digest_of, hash_of, is_archived, keep, not_readable
from resources.worker_limits import IDLE_WORKER, MEGABYTE, Limits, Watchdog, limit_memory
from resources.workers import Work, Workers

LOG = logging.getLogger("junheng.intake")
BY_CHANCE = ("F-TOO-LONG", "F-TOO-HEAVY", "F-VANISHED", "F-LINK")
"""Rules about a file that may hold today and not tomorrow."""
BATCH_FILES, BATCH_BYTES = 24, 2 * MEGABYTE
HASHED_TOGETHER = 500
"""Files that a worker hashes at a time; so many are hashed before it could be told to."""


@dataclass(frozen=True)
class Task:
    """One file to read: where its bytes lie (the archive's copy, or the file itself), and its hash and size."""

    file: InboxFile
    place: Path
    digest: Digest


Reader = Callable[[list[Task], SchoolYear | None], list[FileReading]]


def read_tasks(tasks: list[Task], year: SchoolYear | None) -> list[FileReading]:
    """Read some files; what a worker does."""
    readings = []
    for task in tasks:
        if task.digest.size > SIZE_LIMIT:
            content: bytes | None = None
        else:
            content = content_of(InboxFile(task.file.file, task.place))
        if content is None:
            reading = FileReading(task.file.file, task.digest.sha256, task.digest.size)
            reading.findings.append(_too_large(task) if task.digest.size > SIZE_LIMIT else Finding("F-VANISHED"))
        else:
            # A file may have been replaced since it was hashed: what is told belongs to what was read.
            same = task.place != task.file.path
            reading = read_file(task.file.file, content, task.digest.sha256 if same else hash_of(content), year)
        readings.append(reading)
    return readings


def _too_large(task: Task) -> Finding:
    value, limit = f"{task.digest.size / MEGABYTE:.0f} MB", f"{SIZE_LIMIT // MEGABYTE} MB"
    return Finding("F-SIZE", params={"value": value, "limit": limit})


def _within_limits(read: Reader, tasks: list[Task], year: SchoolYear | None, memory: int) -> PackedReadings:
    """In a worker: read some files with no more memory than allowed."""
    settle_in()
    limit_memory(memory)
    try:
        return packed(read(tasks, year))
    finally:
        gc.collect()


@cache
def settle_in() -> None:
    """What a process that reads files does once, before the first of them."""
    # Arrow's own allocator takes a gigabyte of address space at its first word, which would use up the limit at once.
    arrow.set_memory_pool(arrow.system_memory_pool())
    # Libraries stay for ever, and the cells of a file live until it is read: looking through them for garbage while they
    # come into being would take a quarter of the time. It is done between files.
    gc.collect()
    gc.freeze()
    gc.disable()


class ReadingPool:
    """Workers that read files.

    Attributes:
        workers: how many files are read at the same time.
        limits: of time and memory for one file.
        reader: what a worker does with its files.
    """

    def __init__(self, workers: int | None = None, limits: Limits | None = None, reader: Reader | None = None) -> None:
        self.reader = reader or read_tasks
        self.workers = workers or max(1, min(8, os.cpu_count() or 1))
        self.limits = limits or Limits()
        self._workers = Workers(self.workers, [__name__])

    def warm(self) -> None:
        """Let the workers start while this process does something else, such as importing Dagster."""
        self._workers.warm()

    def read(self, tasks: Iterable[Task], year: SchoolYear | None) -> Iterator[FileReading]:
        """Read files, each reading as soon as it is there; the order is not that of the tasks.

        Args:
            tasks: the files.
            year: the school year of the inbox, None where no year is known yet.

        Raises:
            MendableError: no worker can start.
        """
        with Watchdog(self.limits.memory_large + IDLE_WORKER):
            yield from self._all(tasks, year)

    def digests_of(self, files: Sequence[InboxFile]) -> Iterator[tuple[InboxFile, Digest | None]]:
        """Files with what ``digest_of`` says of each. Of many, workers hash them, beginning at once."""
        if len(files) <= HASHED_TOGETHER:
            return ((file, digest_of(file)) for file in files)
        parts = [files[start : start + HASHED_TOGETHER] for start in range(0, len(files), HASHED_TOGETHER)]
        return _hashed([(part, self._workers.schedule(_digests, [str(file.path) for file in part])) for part in parts])

    def _all(self, tasks: Iterable[Task], year: SchoolYear | None) -> Iterator[FileReading]:
        alone: list[Task] = []
        for batch, result in self._read_together(_batches(tasks), year):
            if isinstance(result, list):
                yield from result
            elif len(batch) == 1 and not isinstance(result, BrokenProcessPool):
                yield _lost(batch[0], result)
            else:
                alone.extend(batch)
        for batch, result in self._read_together(([task] for task in alone), year):
            yield from result if isinstance(result, list) else [_lost(batch[0], result)]

    def _read_together(
        self, batches: Iterable[list[Task]], year: SchoolYear | None
    ) -> Iterator[tuple[list[Task], list[FileReading] | BaseException]]:
        """Each batch with its readings, or with what became of its worker."""
        pending: list[tuple[list[Task], Work]] = []
        ahead = 4 * self.workers
        for batch in batches:
            largest = max(task.digest.size for task in batch)
            arguments = (self.reader, batch, year, self.limits.memory(largest))
            pending.append((batch, self._workers.schedule(_within_limits, *arguments, seconds=self.limits.seconds(largest))))
            if len(pending) > ahead:
                yield self._settled(*pending.pop(0))
        for batch, work in pending:
            yield self._settled(batch, work)

    def _settled(self, batch: list[Task], work: Work) -> tuple[list[Task], list[FileReading] | BaseException]:
        try:
            return batch, unpacked(work.result())
        except (ProcessExpired, TimedOut, MemoryError, OSError, RuntimeError) as problem:
            LOG.warning("a worker was lost over %d files, the first of them %r: %r", len(batch), batch[0].file.file, problem)
            if isinstance(problem, BrokenProcessPool):
                self._workers.demand_one()
            return batch, problem

    def close(self) -> None:
        """Stop the workers."""
        self._workers.close()


def _digests(paths: Sequence[str]) -> list[Digest | None]:
    """In a worker: hash and size of files. Words are sent, as a path costs as much to send as its file to hash."""
    return [digest_of(InboxFile(path, Path(path))) for path in paths]


def _hashed(begun: Sequence[tuple[Sequence[InboxFile], Work]]) -> Iterator[tuple[InboxFile, Digest | None]]:
    lost = False
    for files, work in begun:
        try:
            digests = [digest_of(file) for file in files] if lost else work.result()
        except (ProcessExpired, MemoryError, OSError, RuntimeError):
            # No file does that to who hashes it; where workers cannot live, whoever has something to read says so.
            lost, digests = True, [digest_of(file) for file in files]
        yield from zip(files, digests, strict=True)


def _batches(tasks: Iterable[Task]) -> Iterator[list[Task]]:
    """Small files together, so that ten thousand forms do not cost ten thousand messages; a large one alone.

    The first batches are small: where few files changed, they are read while the others are still being hashed.
    """
    batch: list[Task] = []
    size, most = 0, 1
    for task in tasks:
        if batch and (len(batch) >= most or size + task.digest.size > BATCH_BYTES):
            yield batch
            batch, size, most = [], 0, min(2 * most, BATCH_FILES)
        batch.append(task)
        size += task.digest.size
    if batch:
        yield batch


def _lost(task: Task, problem: BaseException) -> FileReading:
    """The rejection of a file whose worker died over it."""
    rule = "F-TOO-LONG" if isinstance(problem, TimedOut) else "F-TOO-HEAVY"
    cause = {"cause": repr(problem)[:500]}
    return FileReading(task.file.file, task.digest.sha256, task.digest.size, findings=[Finding(rule, params=cause)])


def read_files(
    files: Iterable[InboxFile], year: SchoolYear | None, archive: Path | None = None, pool: ReadingPool | None = None
) -> Iterator[FileReading]:
    """Read files in workers, keeping each original in the archive where one is given; the order is not that of the files."""
    unreadable: list[FileReading] = []

    def tasks() -> Iterator[Task]:
        for file in files:
            task = task_of(file, archive)
            if task is None:
                unreadable.append(not_readable(file))
            else:
                yield task

    yield from (pool or shared_pool()).read(tasks(), year)
    yield from unreadable


def read_changed(
    files: Iterable[InboxFile],
    year: SchoolYear,
    archive: Path,
    known: IntakeTables | None,
    pool: ReadingPool | None = None,
) -> tuple[IntakeTables, int]:
    """The tables of a year's inbox, reading only files that this version of the code has not read before.

    Args:
        files: what lies in the inbox.
        year: its school year.
        archive: where originals are kept.
        known: the tables of the last night, None where there are none.

    Returns:
        The tables, and how many files were read.
    """
    same = _read_before(known)
    pool = pool or shared_pool()
    unchanged: set[str] = set()
    unreadable: list[FileReading] = []

    def digests() -> Iterator[tuple[InboxFile, Digest | None]]:
        # What was read before is most likely the same, and workers have little else to do; what is new they are about to read.
        old: list[InboxFile] = []
        new: list[InboxFile] = []
        for file in files:
            (old if file.file in same and not file.problem else new).append(file)
        hashed = pool.digests_of(old)
        yield from ((file, digest_of(file)) for file in new)
        yield from hashed

    def changed() -> Iterator[Task]:
        # Hashed and archived while the workers read what came before.
        for file, digest in digests():
            if digest is None:
                unreadable.append(not_readable(file))
            elif same.get(file.file) == digest.sha256:
                unchanged.add(file.file)
                if not is_archived(archive, digest.sha256):
                    _kept(file, digest, archive)
            else:
                yield Task(file, _kept(file, digest, archive) or file.path, digest)

    read = list(pool.read(changed(), year))
    fresh = tables_of(gathered(read + unreadable), code_version())
    return (with_unchanged(fresh, known, unchanged) if known else fresh), len(read)


def _read_before(known: IntakeTables | None) -> dict[str, str]:
    """Path → hash of the files that need not be read again; what stopped a worker once may pass another night."""
    if known is None:
        return {}
    lost = known.findings.loc[known.findings["rule"].isin(BY_CHANCE), "file"]
    files = known.files[(known.files["read_by"] == code_version()) & ~known.files["file"].isin(lost)]
    return dict(zip(files["file"], files["sha256"], strict=True))


def task_of(file: InboxFile, archive: Path | None = None) -> Task | None:
    """What there is to read of an entry of the inbox, its original kept in the archive; None where it cannot be read."""
    digest = digest_of(file)
    if digest is None:
        return None
    return Task(file, (_kept(file, digest, archive) if archive else None) or file.path, digest)


def _kept(file: InboxFile, digest: Digest, archive: Path) -> Path | None:
    """Where the original lies in the archive; None where it is too large to be kept, or changed meanwhile."""
    return keep(archive, file, digest) if digest.size <= SIZE_LIMIT else None


@cache
def shared_pool() -> ReadingPool:
    """The one pool of this process: starting workers costs half a second, which a night should pay once."""
    pool = ReadingPool()
    atexit.register(pool.close)
    return pool
