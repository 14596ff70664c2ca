"""The folder of receipts of a school year, mirroring the inbox.

Belongs here: writing receipts that are new or changed, remembering of which findings each was made, and index.csv.
Does not belong here: what a receipt says and how it looks (``domain.reporting.receipt``).
"""

import hashlib
import json
import logging
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath

import pandas as pd

from data_contracts.vocabulary import COUNTED_OUTCOMES
from domain.intake.not_checked import lacking_in_file, not_checked_text
from domain.reporting.receipt import RECEIPT_LAYOUT, acknowledgement, needs_workbook, receipt_of
from domain.reporting.table_text import csv_text
from resources.inbox import archived

LOG = logging.getLogger("junheng.receipts")
INDEX = "index.csv"
STATE = ".receipts.json"
# A name may have 255 bytes on Linux; one that would get longer through its ending, or while it is written, is cut.
NAME_BYTES = 240
_ENDINGS = (".回执.xlsx", ".回执.txt")
_FINDING_COLUMNS = ("sheet", "cell", "school_id", "field", "section", "severity", "rule", "value", "compared", "message")
ContentOf = Callable[[str, str], bytes | None]


def write_receipts(
    folder: Path,
    outcomes: pd.DataFrame,
    findings: pd.DataFrame,
    archive: Path | None = None,
    content_of: ContentOf | None = None,
    board: pd.DataFrame | None = None,
    lacking: Sequence[str] = (),
    forms: Mapping[str, str] | None = None,
    take_away: bool = True,
) -> pd.DataFrame:
    """Write the receipts that are new or changed, and the index; receipts of files that are gone are taken away.

    A receipt that another program holds open is left as it is, to be made the next time; the log names it, and so does
    the attribute ``not_replaced`` of the result (``.attrs``, only there if there are some). Where a marked copy cannot be made,
    the receipt lists everything alone, the log says why, and it is tried again the next time.

    Args:
        folder: ``receipts/<year>`` of a home, or the folder that ``junheng check --out`` names.
        outcomes: see the contract ``file_outcomes``; a school year column is ignored.
        findings: see the contract ``findings``.
        archive: the folder of originals by hash, out of which marked copies are made.
        content_of: gives the bytes of a file by its path and hash instead, None where they are not to be had.
        board: see the contract ``reporting_board``; names and outcomes of schools for the receipts of bulk tables.
        lacking: for want of what something was not checked: see ``domain.intake.not_checked.lacking_of``.
        forms: file → its form; that of one that is not named is taken for a bulk table.
        take_away: False where the folder may hold receipts of other files too, which stay.

    Returns:
        The outcomes with a column ``receipt``: the path of each receipt below the folder, with ``/``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    sources = content_of or (_from_archive(archive) if archive is not None else None)
    names, boards = _schools(board)
    taken = _accepted(board)
    columns = {name: findings[name].tolist() for name in _FINDING_COLUMNS}
    by_file = {file: rows.tolist() for file, rows in findings.reset_index(drop=True).groupby("file", sort=False).indices.items()}
    known, made = _known(folder), {}
    written, locked = [], []
    for outcome in outcomes.drop(columns="school_year", errors="ignore").to_dict("records"):
        rows = by_file.get(outcome["file"], [])
        workbook = needs_workbook(outcome)
        name = _receipt_name(str(outcome["file"]), _ENDINGS[0 if workbook else 1])
        written.append(name)
        schools = {columns["school_id"][row] for row in rows}
        told = {school: (names[school], boards[school]) for school in schools if school in names}
        said = ([columns[key][row] for key in _FINDING_COLUMNS] for row in rows)
        # A form is about one school, and its receipt tells of it.
        form = (forms or {}).get(str(outcome["file"]), "bulk_table")
        errors = {columns["rule"][row] for row in rows if columns["severity"][row] == "error"}
        unchecked = not_checked_text([*lacking, *lacking_in_file(errors, form)], [form])
        untroubled = 0 if isinstance(outcome["school_id"], str) else len(taken.get(str(outcome["file"]), set()) - schools)
        digest = _digest(outcome, said, told, sources is not None, unchecked, untroubled)
        if known.get(name) == digest and (folder / name).is_file():
            made[name] = digest
            continue
        mine = findings.iloc[rows]
        if workbook:
            original = _original(sources, outcome)
            try:
                content = receipt_of(original, outcome, mine, names, boards, unchecked, untroubled)
            except Exception:  # whatever stands in one file, the receipts of the others are made
                LOG.warning("no marked copy of %r, which is listed instead", outcome["file"], exc_info=True)
                content, digest = receipt_of(None, outcome, mine, names, boards, unchecked, untroubled), ""
        else:
            # Notepad on Windows tells UTF-8 by the byte order mark.
            content = acknowledgement(outcome, mine, unchecked).encode("utf-8-sig")
        if _write_if_changed(folder / name, content):
            made[name] = digest
        else:
            made[name] = ""  # still ours, to be made the next time
            locked.append(name)
    table = outcomes.assign(receipt=written)
    index = table.drop(columns="school_year", errors="ignore")
    if not _write_if_changed(folder / INDEX, csv_text(index)):
        locked.append(INDEX)
    others = set(known) - set(written)
    if take_away:
        left = _take_away_others(folder, others)
        locked += left
        made.update(dict.fromkeys(left, ""))
    else:
        made.update({name: known[name] for name in others})
    _write_if_changed(folder / STATE, json.dumps(made, ensure_ascii=False, sort_keys=True, indent=0).encode())
    if locked:
        LOG.warning("held open by another program, left as they are: %s", ", ".join(map(repr, locked)))
        table.attrs["not_replaced"] = locked
    return table


def _from_archive(archive: Path) -> ContentOf:
    def content(_: str, sha256: str) -> bytes | None:
        try:
            return archived(archive, sha256).read_bytes()
        except OSError:
            return None

    return content


def _original(sources: ContentOf | None, outcome: Mapping[object, object]) -> bytes | None:
    """The bytes that were read; those of a file that was changed since are not."""
    sha256 = outcome["sha256"]
    if sources is None or not isinstance(sha256, str) or not sha256:
        return None
    content = sources(str(outcome["file"]), sha256)
    return content if content is not None and hashlib.sha256(content).hexdigest() == sha256 else None


def _schools(board: pd.DataFrame | None) -> tuple[dict[str, str], dict[str, str]]:
    """Names and outcomes of schools by code."""
    if board is None:
        return {}, {}
    codes = board["school_id"].tolist()
    names = {code: _word(name) for code, name in zip(codes, board["school_name"].tolist(), strict=True)}
    return names, dict(zip(codes, board["outcome"].tolist(), strict=True))


def _accepted(board: pd.DataFrame | None) -> dict[str, set[str]]:
    """The accepted schools by the file whose figures count for them."""
    found: dict[str, set[str]] = {}
    if board is not None:
        counted = board[board["outcome"].isin(COUNTED_OUTCOMES)]
        for file, school in zip(counted["file"].tolist(), counted["school_id"].tolist(), strict=True):
            found.setdefault(str(file), set()).add(school)
    return found


def _word(cell: object) -> str:
    return cell if isinstance(cell, str) else ""


def _receipt_name(file: str, ending: str) -> str:
    """The path of a receipt; a name too long for a file system is cut, and stays the only one of its kind."""
    path = PurePosixPath(file)
    if len((path.name + ending).encode()) <= NAME_BYTES:
        return f"{file}{ending}"
    mark = "~" + hashlib.sha256(file.encode()).hexdigest()[:12]
    short = path.name.encode()[: NAME_BYTES - len((mark + ending).encode())].decode("utf-8", "ignore")
    return path.with_name(f"{short}{mark}{ending}").as_posix()


def _digest(
    outcome: Mapping[object, object],
    findings: Iterable[list[object]],
    schools: Mapping[object, object],
    with_original: bool,
    unchecked: str,
    untroubled: int,
) -> str:
    """Of all that a receipt is made of."""
    said = [
        RECEIPT_LAYOUT,
        with_original,
        unchecked,
        untroubled,
        {str(key): _plain(value) for key, value in outcome.items()},
        [[_plain(cell) for cell in row] for row in findings],
        sorted((str(code), list(told)) for code, told in schools.items() if isinstance(told, tuple)),
    ]
    return hashlib.sha256(json.dumps(said, ensure_ascii=True, sort_keys=True).encode()).hexdigest()


def _plain(value: object) -> str | None:
    """A cell of a table as text, missing ones alike however they are kept."""
    return None if value is None or value is pd.NA or value != value else str(value)


def _known(folder: Path) -> dict[str, str]:
    """What the receipts that lie there were made of; nothing where that cannot be told."""
    try:
        known = json.loads((folder / STATE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _write_if_changed(path: Path, content: bytes) -> bool:
    """False where another program holds the file open."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        if path.is_file() and path.read_bytes() == content:
            return True
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(content)
        os.replace(part, path)
    except PermissionError:
        part.unlink(missing_ok=True)
        return False
    return True


def _take_away_others(folder: Path, gone: set[str]) -> list[str]:
    """Remove receipts of files that are gone, which were made here and nothing else; returns those held open elsewhere."""
    locked = []
    for name in sorted(gone):
        try:
            _below(folder, name).unlink(missing_ok=True)
        except PermissionError:
            locked.append(name)
        except (OSError, ValueError):
            continue
    return locked


def foreign_file(folder: Path, files: Iterable[str]) -> str | None:
    """A file in a folder that receipts of these files would overwrite, though no receipts were ever written there."""
    if os.path.exists(folder / STATE):
        return None
    names = (INDEX, *(_receipt_name(file, ending) for file in files for ending in _ENDINGS))
    return next((name for name in names if os.path.lexists(folder / name)), None)


def _below(folder: Path, name: str) -> Path:
    """The path of a receipt, never outside of the folder, whatever the list of receipts says.

    Raises:
        ValueError: the name leads elsewhere, or is none of a receipt.
    """
    if not name.endswith(_ENDINGS) or ".." in PurePosixPath(name).parts or PurePosixPath(name).is_absolute():
        raise ValueError(name)
    return folder / name
