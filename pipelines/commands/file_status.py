"""``junheng status --file``: what became of a file, for ever, and where its original lies.

Belongs here: finding out which file is meant, and telling its history. Does not belong here: the board of a year (``status``),
wording of events (``domain.reporting.file_history``).
"""

import re
from pathlib import Path, PurePosixPath

from data_contracts.errors import MendableError
from data_contracts.school_year import known_year
from domain.reporting.file_history import FileHistory, file_histories, mark
from pipelines.commands.console import WELL, Speaker
from resources.database import WarehouseDatabase
from resources.home import Home
from resources.inbox import Digest, InboxFile, archived, digest_of

_SHA256 = re.compile(r"[0-9a-fA-F]{64}")
_YEAR = re.compile(r"\d{4}-\d{4}")


def file_status(file: str, year: str | None, home_path: Path | None, language: str) -> int:
    """Tell the history of a file.

    Args:
        file: a path below the inbox of a year (with or without ``inbox/<year>/``), any file on disk, which is known by its
            bytes under whatever name it was handed in, or a SHA-256.
        year: only this school year; None for all.
        home_path, language: as given at the console.

    Raises:
        MendableError: the ledger knows no such path, and no such file is on the disk.
    """
    speaker = Speaker.of(language)
    home = Home.at(home_path).required()
    on_disk = Path(file)
    digest = digest_of(InboxFile(on_disk.name, on_disk)) if on_disk.is_file() else None
    named_year, path = _below_inbox(home, file)
    year = known_year(year).key if year else named_year
    database = WarehouseDatabase(home.database_url)
    database.prepare()
    wanted = {file.lower() if _SHA256.fullmatch(file) else path, *([digest.sha256] if digest else [])}
    events = database.what_became_of(*wanted)
    database.close()
    if year is not None:
        events = events[events["school_year"] == year]
    if not len(events):
        return _unknown(file, digest, year, speaker)
    for history in file_histories(events):
        _tell(history, home, speaker)
    return WELL


def _below_inbox(home: Home, file: str) -> tuple[str | None, str]:
    """The school year and the path below its inbox that a text names; no year where it names none."""
    text = file.replace("\\", "/")
    inbox = f"{(home.path / 'inbox').as_posix()}/"
    absolute = Path(file).absolute().as_posix()
    if absolute.startswith(inbox):
        text = absolute.removeprefix(inbox)
    parts = PurePosixPath(text.removeprefix("./")).parts
    parts = parts[1:] if parts[:1] == ("inbox",) else parts
    if len(parts) > 1 and _YEAR.fullmatch(parts[0]):
        return parts[0], "/".join(parts[1:])
    return None, "/".join(parts)


def _unknown(file: str, digest: Digest | None, year: str | None, speaker: Speaker) -> int:
    of_zh, of_en = (f"{year} 学年的", f" of {year}") if year else ("", "")
    if digest is None:
        raise MendableError(
            f"{of_zh}台账中没有“{file}”,磁盘上也没有这个文件。请写出它在收件箱中的路径(例如 2026-2027/城关镇/某校.xlsx),或给出文件本身。",
            f"The ledger{of_en} does not know '{file}', nor is there such a file on the disk. Give its path below the inbox "
            "(such as 2026-2027/town/school.xlsx), or the file itself.",
        )
    speaker.say(
        f"“{file}”(指纹 {mark(digest.sha256)})从未在运行时的{of_zh}收件箱中出现过。放入收件箱后,下次运行时记入台账。",
        f"'{file}' ({mark(digest.sha256)}) never lay in an inbox{of_en} when Junheng ran. The ledger knows it after the next run.",
        "yellow",
    )
    return WELL


def _tell(history: FileHistory, home: Home, speaker: Speaker) -> None:
    speaker.say(f"{history.school_year} 学年 {history.file}", f"{history.school_year}: {history.file}", "bold")
    for zh, en in history.sentences:
        speaker.say(f"  {zh}", f"  {en}")
    speaker.say(f"  {history.now[0]}", f"  {history.now[1]}", "bold")
    for sha256 in history.sha256s:
        original = archived(home.archive, sha256)
        if original.is_file():
            speaker.say(f"  原件存档(指纹 {mark(sha256)}):{original}", f"  Original ({mark(sha256)}): {original}")
        else:
            speaker.say(f"  存档中没有原件(指纹 {mark(sha256)})。", f"  The archive has no original ({mark(sha256)}).", "yellow")
