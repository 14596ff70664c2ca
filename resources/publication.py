"""The publication folder of one school year: releases that never change, and ``current``, which people open.

Belongs here: moving whole folders so that at every moment, a power cut included, one whole release can be read.
Does not belong here: how a folder is copied, deleted or brought to the disk (``whole_folders``), what stands in a
release, and which release counts; that is decided by the commit in ``resources.database`` alone, and ``repair``
brings the folder in line with it.

The order of a publication, all inside ``held()``: ``repair`` → ``stage`` → write the files → ``seal`` → commit in the
database → ``switch``; where the commit fails, ``discard``.
"""

import json
import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from data_contracts.errors import MendableError
from resources.whole_folders import copy, first_difference, open_elsewhere, patiently, protect, remove, settle, synced

MANIFEST = "release.json"
WAIT_SECONDS = 600

_log = logging.getLogger(__name__)


class PublicationFolder:
    """``<home>/publications/<school year>``: ``current/``, ``releases/<n>/``, and while working hidden folders beside them.

    Args:
        root: the folder of one school year; made when it is first needed.
        wait_seconds: how long ``held`` waits for another run.
    """

    def __init__(self, root: Path, wait_seconds: float = WAIT_SECONDS) -> None:
        self.root = root
        self.current = root / "current"
        self.releases = root / "releases"
        self._incoming = root / ".incoming"
        self._outgoing = root / ".outgoing"
        self._staging: Path | None = None
        self._lock = FileLock(root / ".lock", timeout=wait_seconds)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep other runs out of this folder; they wait. The system lets go when the process dies. May be nested.

        Raises:
            MendableError: another run kept it for too long, or the folder cannot be written.
        """
        with self._told():
            self.releases.mkdir(parents=True, exist_ok=True)
        try:
            self._lock.acquire()
        except Timeout as error:
            raise MendableError(
                f"另一个任务正在发布到 {self.root},等了 {self._lock.timeout:.0f} 秒仍未结束。请等它结束后重新运行。",
                f"Another run is publishing to {self.root}; {self._lock.timeout:.0f} seconds of waiting were not enough. "
                "Run again later.",
            ) from error
        except OSError as error:
            raise self._trouble(error) from error
        try:
            yield
        finally:
            self._lock.release()

    def stage(self) -> Path:
        """A new empty folder to write a release into; nobody reads it before ``seal``.

        Raises:
            RuntimeError: outside ``held()``: another run's ``repair`` could clear it away.
        """
        self._must_hold()
        with self._told():
            number = 1
            while (self.releases / f".staging-{number}").exists():
                number += 1
            self._staging = self.releases / f".staging-{number}"
            self._staging.mkdir(parents=True)
        return self._staging

    def seal(self, number: int) -> Path:
        """Make the staged folder the release of this number, safely on disk and read-only; it does not count yet.

        Returns:
            ``releases/<number>``.

        Raises:
            RuntimeError: nothing is staged, or outside ``held()``.
            ValueError: its ``release.json`` is missing or says another number: ``repair`` could not tell it from others.
            MendableError: there is such a release already, or the disk refuses.
        """
        self._must_hold()
        if self._staging is None:
            raise RuntimeError("seal() without stage()")
        if _number_in(self._staging) != number:
            raise ValueError(f"{MANIFEST} of the staged release must say release {number}")
        target = self.releases / str(number)
        if target.exists():
            raise MendableError(
                f"已有第 {number} 次发布 {target},但数据库中没有它的记录。请恢复数据库备份,或把该文件夹移到别处,再重新运行。",
                f"There is a release {target} that the database does not know. Restore the database's backup or move it away.",
            )
        with self._told():
            settle(self._staging)
            protect(self._staging)
            # Until the database has it, the release bears this mark: only marked ones are ever removed by repair.
            self._mark(number).touch()
            synced(self.releases)
            os.rename(self._staging, target)
            synced(self.releases)
        self._staging = None
        return target

    def discard(self, number: int) -> None:
        """Remove a sealed release whose commit failed; one that counts is never removed.

        Raises:
            RuntimeError: outside ``held()``.
        """
        self._must_hold()
        if self._mark(number).exists():
            with self._told():
                remove(self.releases / str(number))
                self._mark(number).unlink(missing_ok=True)

    def switch(self, number: int) -> None:
        """Let ``current`` show this release, which the database has committed.

        Raises:
            RuntimeError: outside ``held()``.
            MendableError: a file of ``current`` is open in another program, or the disk refuses; ``current`` still shows
                the release before, and the next start tries again.
        """
        self._must_hold()
        with self._told():
            self._mark(number).unlink(missing_ok=True)
            self._put_back()
            remove(self._incoming)
            try:
                copy(self.releases / str(number), self._incoming)
                settle(self._incoming)
            except OSError:
                remove(self._incoming, quietly=True)
                raise
        if self.current.exists():
            try:
                patiently(lambda: os.rename(self.current, self._outgoing))
            except OSError as error:
                remove(self._incoming, quietly=True)
                raise self._held_open(error) from error
        try:
            patiently(lambda: os.rename(self._incoming, self.current))
        except OSError as error:
            with suppress(OSError):
                self._put_back()
            remove(self._incoming, quietly=True)
            raise self._trouble(error) from error
        synced(self.root)
        remove(self._outgoing, quietly=True)

    def repair(self, number: int | None) -> int | None:
        """Finish or take back what a killed run left or somebody altered, so that ``current`` shows what the database says.

        Leftovers of unfinished work go, and so do releases that were sealed but never committed. Releases that the
        database does not know for another reason (it was replaced, or restored from a backup) stay.

        Args:
            number: the current release in the database, None where there is none.

        Returns:
            The release that ``current`` shows now; another than ``number`` only where that release is not on this disk.

        Raises:
            MendableError: ``current`` cannot be replaced, see ``switch``.
        """
        if number is None and not self.root.exists():
            return None
        with self.held():
            with self._told():
                self._put_back()
                self._clear_unfinished(number)
            release = self.releases / str(number)
            if number is not None and _number_in(release) == number and (other := self.altered(number)):
                _log.info("publication %s: back to release %s, which the database has; %s was other", self.root, number, other)
                self.switch(number)
            return _number_in(self.current)

    def altered(self, number: int) -> str | None:
        """The first file of a release, by path, that ``current`` lacks or has otherwise; None where ``current`` shows the release."""
        return first_difference(self.releases / str(number), self.current)

    def _put_back(self) -> None:
        """After a death between the two renames the release before stands aside: it must not be missing any longer."""
        if self._outgoing.exists() and not self.current.exists():
            os.rename(self._outgoing, self.current)
        remove(self._outgoing)

    def _clear_unfinished(self, number: int | None) -> None:
        for left in [*self.releases.glob(".staging-*"), self._incoming]:
            remove(left)
        for mark in self.releases.glob(".uncommitted-*"):
            sealed = int(mark.name.rpartition("-")[2])
            if sealed != number:
                _log.info("publication %s: removing release %s, which was never committed", self.root, sealed)
                remove(self.releases / str(sealed))
            mark.unlink(missing_ok=True)

    def next_number(self, after_database: int) -> int:
        """The number for a new release: the database's, or one more than any folder has where the database was replaced."""
        names = [path.name for path in self.releases.glob("*")] if self.releases.exists() else []
        return max([after_database, *(int(name) + 1 for name in names if re.fullmatch(r"\d+", name))])

    def current_manifest(self) -> dict[str, Any] | None:
        """What ``current/release.json`` says; None where there is none or it cannot be read."""
        return _manifest(self.current)

    def _mark(self, number: int) -> Path:
        return self.releases / f".uncommitted-{number}"

    def _must_hold(self) -> None:
        if not self._lock.is_locked:
            raise RuntimeError("a publication folder is changed only inside held()")

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise self._trouble(error) from error

    def _trouble(self, error: OSError) -> MendableError:
        place, reason = error.filename or self.root, error.strerror or error
        return MendableError(
            f"发布文件夹无法写入:{place}({reason})。原有的发布仍然可用;请检查磁盘空间和权限,关闭打开着的文件,再重新运行。",
            f"The publication folder cannot be written: {place} ({reason}). The release before is still there; "
            "check disk space and permissions, close open files, and run again.",
        )

    def _held_open(self, error: OSError) -> MendableError:
        held = open_elsewhere(self.current) or self.current
        return MendableError(
            f"{held} 正被其他程序打开,新的发布暂时换不上去,原有的发布没有改动。"
            "请关闭它(如 Excel、WPS 或资源管理器窗口)后重新运行。",
            f"{held} is open in another program, so the new release could not take its place ({error.strerror or error}); "
            "the one before is unchanged. Close it and run again.",
        )


def _manifest(folder: Path) -> dict[str, Any] | None:
    try:
        content = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None


def _number_in(folder: Path) -> int | None:
    return (_manifest(folder) or {}).get("release")
