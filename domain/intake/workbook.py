"""From the bytes of a file to sheets of typed cells.

Belongs here: recognising what a file is, its encoding, its own modification time, and the cells as a reader sees them.
Does not belong here: what the cells mean (``tables``, ``cells``), where files lie (``resources.inbox``).
"""

import csv
import io
import re
import zipfile
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum, ZipError

from domain.intake.findings import Unreadable
from domain.intake.gate import pass_gate

SIZE_LIMIT = 100 * 1024 * 1024
TABLE_ENDINGS = (".xlsx", ".xls", ".csv")
_KINDS = {
    ".pdf": "PDF 文件", ".jpg": "图片", ".jpeg": "图片", ".png": "图片", ".doc": "Word 文件", ".docx": "Word 文件",
    ".zip": "压缩包", ".rar": "压缩包", ".7z": "压缩包", ".xlsm": "含宏的工作簿", ".txt": "文本文件", ".wps": "文字文件",
}  # fmt: skip
_MODIFIED = re.compile(rb"<dcterms:modified[^>]*>\s*([^<\s]+)\s*</dcterms:modified>")


@dataclass(frozen=True)
class Sheet:
    """A sheet: ``rows[r][c]`` is the cell in Excel row r + 1, column c + 1, as typed (str, float, bool, date; '' when blank)."""

    name: str
    rows: list[list[Any]]
    visible: bool = True


@dataclass(frozen=True)
class Book:
    """A readable file.

    Attributes:
        sheets: in the file's order.
        modified: last modification by the document's own properties, ISO 8601 in UTC; None where it has none.
        textual: True for CSV, where every cell is text by nature.
        remarks: ids of notes about the file as a whole.
    """

    sheets: list[Sheet]
    modified: str | None = None
    textual: bool = False
    remarks: list[str] = field(default_factory=list)


def open_book(name: str, content: bytes) -> Book:
    """Read a file that was handed in.

    Args:
        name: its file name, whose ending says what it claims to be.
        content: its bytes.

    Raises:
        Unreadable: with the rule that tells the school why, and what to do.
    """
    ending = PurePosixPath(name).suffix.lower()
    if ending not in TABLE_ENDINGS:
        raise Unreadable("F-TYPE", name=PurePosixPath(name).name, kind=_KINDS.get(ending, "无法识别的类型"))
    if not content:
        raise Unreadable("F-EMPTY")
    if len(content) > SIZE_LIMIT:
        raise Unreadable("F-SIZE", value=f"{len(content) / 1048576:.0f} MB", limit=f"{SIZE_LIMIT // 1048576} MB")
    if ending == ".csv":
        return _open_csv(content)
    start = content[:2048].lstrip().lower()
    if start.startswith((b"<html", b"<!doctype html", b"<table", b"<meta", b"<?xml")):
        raise Unreadable("F-HTML")
    if content[:2] != b"PK" and content[:4] != b"\xd0\xcf\x11\xe0":
        raise Unreadable("F-DAMAGED")
    return _open_workbook(content, pass_gate(content).notes)


def _open_workbook(content: bytes, notes: list[str]) -> Book:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = []
        for meta in book.sheets_metadata:
            if meta.typ != SheetTypeEnum.WorkSheet:
                continue
            rows: list[list[Any]] = book.get_sheet_by_name(meta.name).to_python(skip_empty_area=False)
            sheets.append(Sheet(meta.name, rows, meta.visible == SheetVisibleEnum.Visible))
    except PasswordError as error:
        raise Unreadable("F-PASSWORD") from error
    except (CalamineError, ZipError, OSError, ValueError) as error:
        raise Unreadable("F-DAMAGED") from error
    old = content[:2] != b"PK"
    return Book(sheets, None if old else _modified(content), remarks=[*notes, "F-OLD-FORMAT"] if old else notes)


def _modified(content: bytes) -> str | None:
    """The document's modification time in UTC; None where there is none or it cannot be read."""
    import datetime as dt

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open("docProps/core.xml") as part:
            match = _MODIFIED.search(part.read(65536))
        if not match:
            return None
        moment = dt.datetime.fromisoformat(match[1].decode("ascii"))
    except (KeyError, zipfile.BadZipFile, ValueError, OSError, RuntimeError, NotImplementedError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    return moment.astimezone(dt.UTC).isoformat()


def _open_csv(content: bytes) -> Book:
    text = _decoded(content)
    sample = text[:4096]
    delimiter = max((",", "\t", ";"), key=sample.count)
    try:
        rows: list[list[Any]] = [list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]
    except csv.Error as error:
        raise Unreadable("F-DAMAGED") from error
    return Book([Sheet("CSV", rows)], textual=True)


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Unreadable("F-ENCODING")
