"""Whole folders on a disk that may fill up, be cut off, or have files held open by other programs.

Belongs here: copying, deleting and bringing folders to the disk, on Linux and Windows alike.
Does not belong here: what the folders mean (``publication``).
"""

import filecmp
import logging
import os
import shutil
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

# Virus scanners and indexers on Windows hold new files for a moment.
ATTEMPTS, PAUSE_SECONDS = 5, 0.3

_log = logging.getLogger(__name__)


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def _folders(folder: Path) -> Iterator[Path]:
    yield from (path for path in folder.rglob("*") if path.is_dir())
    yield folder


def copy(source: Path, target: Path) -> None:
    """Copy a folder; the copies are ordinary files although the originals may be read-only.

    Raises:
        OSError: the first trouble; part of the copy is left.
    """
    target.mkdir()
    for path in sorted(source.rglob("*")):
        place = target / path.relative_to(source)
        if path.is_dir():
            place.mkdir()
        else:
            shutil.copyfile(path, place)


def first_difference(source: Path, target: Path) -> str | None:
    """The first file of a folder, by path with ``/``, that is missing or other in its copy; None where the copy has them all."""
    for path in sorted(_files(source)):
        name = path.relative_to(source).as_posix()
        try:
            if not filecmp.cmp(path, target / name, shallow=False):
                return name
        except OSError:
            return name
    return None


def settle(folder: Path) -> None:
    """Bring every file and folder to the disk itself, so that a rename never makes unwritten bytes count.

    Raises:
        OSError: the disk is full or failing.
    """
    for path in _files(folder):
        handle = os.open(path, os.O_RDWR)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    for path in _folders(folder):
        synced(path)


def synced(folder: Path) -> None:
    """Bring a folder's own list of names to the disk, where the system knows such a thing (Windows and some shares do not)."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            os.fsync(handle)
    finally:
        os.close(handle)


def protect(folder: Path) -> None:
    """Make all files read-only, where the system can."""
    for path in _files(folder):
        with suppress(OSError):
            path.chmod(stat.S_IREAD | stat.S_IRGRP | stat.S_IROTH)


def remove(folder: Path, quietly: bool = False) -> None:
    """Delete a folder with its read-only files; nothing happens where there is none.

    Args:
        folder: what shall go.
        quietly: what cannot be deleted now is left for another time, with a line in the log.

    Raises:
        OSError: something cannot be deleted.
    """
    if not folder.exists():
        return
    try:
        for path in _files(folder):
            with suppress(OSError):
                path.chmod(stat.S_IREAD | stat.S_IWRITE)
        patiently(lambda: shutil.rmtree(folder))
    except OSError as error:
        if not quietly:
            raise
        _log.info("%s could not be deleted now: %s", folder, error)


def patiently(action: Callable[[], None]) -> None:
    """Do it; where the system refuses, try again a few times over about a second.

    Raises:
        PermissionError: it still refuses.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return action()
        except PermissionError:
            if attempt == ATTEMPTS:
                raise
            time.sleep(PAUSE_SECONDS)


def open_elsewhere(folder: Path) -> Path | None:
    """A file that another program holds: on Windows it cannot be renamed, not even to its own name."""
    for path in sorted(_files(folder)):
        try:
            os.rename(path, path)
        except OSError:
            return path
    return None
