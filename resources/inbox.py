"""The inbox of a school year: which files lie there, their bytes and hashes, and the archive of everything ever seen.

Belongs here: walking the folder safely and keeping originals. Does not belong here: what a file holds (``domain.intake``).
"""

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from data_contracts.school_year import SchoolYear
from domain.intake.findings import Finding
from domain.intake.reading import FileReading, read_file
from domain.intake.workbook import TABLE_ENDINGS

IGNORED_NAMES = {"thumbs.db", "desktop.ini"}


@dataclass(frozen=True)
class InboxFile:
    """An entry of the inbox: ``file`` is its path below the folder with ``/``; ``problem`` says why it cannot be read."""

    file: str
    path: Path
    problem: Finding | None = None


def ignored(name: str) -> bool:
    """True for hidden files, Office's lock files and those that Windows makes."""
    return name.startswith((".", "~$")) or name.lower() in IGNORED_NAMES


def files_in(folder: Path) -> list[InboxFile]:
    """Everything handed in below a folder, by path. Links are never followed; what is no file is told, not read."""
    found: list[InboxFile] = []
    pending = [(folder, "")]
    while pending:
        place, prefix = pending.pop()
        try:
            entries = list(os.scandir(place))
        except OSError:
            found.append(InboxFile(prefix.rstrip("/") or ".", place, _not_readable(place.name)))
            continue
        for entry in entries:
            name = entry.name.encode("utf-8", "replace").decode("utf-8")
            if ignored(name):
                continue
            file, path = prefix + name, Path(entry.path)
            if entry.is_dir(follow_symlinks=False) and not name.lower().endswith(TABLE_ENDINGS):
                pending.append((path, file + "/"))
            elif entry.is_file(follow_symlinks=False):
                found.append(InboxFile(file, path))
            else:
                found.append(InboxFile(file, path, _not_readable(name)))
    return sorted(found, key=lambda one: one.file)


def _not_readable(name: str) -> Finding:
    return Finding("F-LINK", params={"name": name})


def content_of(file: InboxFile) -> bytes | None:
    """The bytes of a file, None where they cannot be read."""
    if file.problem:
        return None
    try:
        descriptor = os.open(
            file.path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
        )
        with os.fdopen(descriptor, "rb") as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                return None
            return stream.read()
    except OSError:
        return None


def hash_of(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def readings_of(files: list[InboxFile], year: SchoolYear | None, archive: Path | None = None) -> Iterator[FileReading]:
    """Read the files one by one, keeping each original in the archive where one is given."""
    for file in files:
        content = content_of(file)
        if content is None:
            problem = file.problem or _not_readable(file.path.name)
            yield FileReading(file.file, "", 0, findings=[problem])
            continue
        digest = hash_of(content)
        if archive is not None:
            keep(archive, digest, content)
        yield read_file(file.file, content, digest, year)


def keep(archive: Path, digest: str, content: bytes) -> None:
    """Put an original into the archive under its hash, once."""
    target = archive / digest[:2] / digest
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{digest}.{os.getpid()}.part")
    part.write_bytes(content)
    part.replace(target)
