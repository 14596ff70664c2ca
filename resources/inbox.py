"""The inbox of a school year: which files lie there, their bytes and hashes, and the archive of everything ever seen.

Belongs here: walking the folder safely and keeping originals. Does not belong here: what a file holds (``domain.intake``).
"""

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from domain.intake.findings import Finding
from domain.intake.reading import FileReading
from domain.intake.workbook import TABLE_ENDINGS

PIECE = 1 << 20
IGNORED_NAMES = {"thumbs.db", "desktop.ini"}


@dataclass(frozen=True)
class InboxFile:
    """An entry of the inbox: ``file`` is its path below the folder with ``/``; ``problem`` says why it cannot be read."""

    file: str
    path: Path
    problem: Finding | None = None


@dataclass(frozen=True)
class Digest:
    """SHA-256 in hexadecimal, and the number of bytes."""

    sha256: str
    size: int


def ignored(name: str) -> bool:
    """True for hidden files, Office's lock files and those that Windows makes."""
    return name.startswith((".", "~$")) or name.lower() in IGNORED_NAMES


def legible(name: str) -> str:
    """A name as text that can be written anywhere; bytes that are no UTF-8 are spelt, so that two names stay two."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


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
            name = legible(entry.name)
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


def opened(file: InboxFile) -> BinaryIO | None:
    """The file opened for reading; None where it is no plain file, or cannot be opened. No link is followed."""
    if file.problem:
        return None
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        stream = os.fdopen(os.open(file.path, flags), "rb", buffering=0)
    except OSError:
        return None
    if stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
        return stream
    stream.close()
    return None


def content_of(file: InboxFile) -> bytes | None:
    """The bytes of a file, None where they cannot be read."""
    stream = opened(file)
    if stream is None:
        return None
    with stream:
        try:
            return stream.read()
        except OSError:
            return None


def hash_of(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def digest_of(file: InboxFile) -> Digest | None:
    """Hash and size of a file, read in pieces; None where it cannot be read."""
    stream = opened(file)
    if stream is None:
        return None
    digest, size = hashlib.sha256(), 0
    with stream:
        try:
            while piece := stream.read(PIECE):
                digest.update(piece)
                size += len(piece)
        except OSError:
            return None
    return Digest(digest.hexdigest(), size)


def archived(archive: Path, sha256: str) -> Path:
    """Where the original with this hash is kept."""
    return archive.joinpath(sha256[:2], sha256)


def is_archived(archive: Path, sha256: str) -> bool:
    """Whether the original with this hash is kept."""
    return os.path.exists(
        f"{archive}{os.sep}{sha256[:2]}{os.sep}{sha256}"
    )  # a path is no object where ten thousand are asked for


def keep(archive: Path, file: InboxFile, digest: Digest) -> Path | None:
    """Put an original into the archive under its hash, once.

    Returns:
        Where it lies; None where the file changed or vanished since it was hashed.
    """
    target = archived(archive, digest.sha256)
    if is_archived(archive, digest.sha256):
        return target
    stream = opened(file)
    if stream is None:
        return None
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{digest.sha256}.{os.getpid()}.part")
    copied = hashlib.sha256()
    try:
        with stream, part.open("wb") as copy:
            while piece := stream.read(PIECE):
                copied.update(piece)
                copy.write(piece)
        if copied.hexdigest() != digest.sha256:
            return None
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return target


def not_readable(file: InboxFile) -> FileReading:
    """The reading of what is no readable file: only a finding that says so."""
    return FileReading(file.file, "", 0, findings=[file.problem or _not_readable(file.path.name)])
