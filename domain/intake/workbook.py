"""From the bytes of a file to sheets of typed cells.

Belongs here: recognising what a file is, its own modification time, and the cells as a reader sees them.
Does not belong here: CSV (``csv_text``), what the cells mean (``tables``, ``cells``), where files lie (``resources.inbox``).
"""

import datetime as dt
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Any

from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from domain.intake.beside_values import Beside
from domain.intake.cells import NotComputed
from domain.intake.container import Parts
from domain.intake.csv_text import rows_of_csv
from domain.intake.findings import Unreadable
from domain.intake.gate import Limits, Passed, pass_gate
from domain.intake.old_format import old_sheets
from domain.intake.old_zeros import note_lost_results
from domain.intake.plain_sheet import column_letters, row_and_column
from domain.intake.sheet_parts import sheet_parts
from domain.intake.workbook_styles import has_odd_styles

SIZE_LIMIT = 100 * 1024 * 1024
FORM_SIZE_LIMIT = 10 * 1024 * 1024
FORM_LIMITS = Limits(expanded=200_000_000, rows=2_000, columns=100)
TABLE_ENDINGS = (".xlsx", ".xls", ".et", ".csv")
_PICTURE, _PAGE, _PACKED = ("图片", "a picture"), ("网页文件", "a web page"), ("压缩包", "an archive")
_WORD, _SLIDES = ("Word 文件", "a Word document"), ("演示文稿", "slides")
_KINDS = {
    ".pdf": ("PDF 文件", "a PDF"), ".doc": _WORD, ".docx": _WORD, ".ppt": _SLIDES, ".pptx": _SLIDES,
    ".ofd": ("OFD 文件", "an OFD document"), ".ods": ("OpenDocument 表格", "an OpenDocument sheet"),
    ".xlsb": ("二进制工作簿", "a binary workbook"), ".xlsm": ("含宏的工作簿", "a workbook with macros"),
    ".txt": ("文本文件", "a text file"), ".wps": ("文字文件", "a WPS document"),
    **dict.fromkeys((".jpg", ".jpeg", ".png", ".gif", ".bmp", ".tif", ".heic"), _PICTURE),
    **dict.fromkeys((".htm", ".html", ".mht"), _PAGE),
    **dict.fromkeys((".zip", ".rar", ".7z"), _PACKED),
}  # fmt: skip
_READ_LIMITS = Limits()
_LARGEST = 10**308
# How Excel writes characters that XML cannot hold; the first reader turns back those below 256 alone.
_ESCAPED = re.compile(r"_x(00[0-9A-Fa-f]{2})_")
_UNDERSCORE = "\ue05f"  # stands for an escaped underscore; a private sign that no font shows
_MODIFIED = re.compile(rb"<dcterms:modified[^>]*>\s*([^<\s]+)\s*</dcterms:modified>")


@dataclass(frozen=True)
class Sheet:
    """A sheet: ``rows[r][c]`` is the cell in Excel row r + 1, column c + 1, as typed (str, float, bool, date; '' when blank).

    An Excel error is its text, such as #DIV/0!, and a formula that was never computed is a ``NotComputed``.

    Attributes:
        parts: what stands in the sheet beside the values; None for CSV, and for an old format in which it cannot be found.
    """

    name: str
    rows: list[list[Any]]
    visible: bool = True
    parts: Beside | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Book:
    """A readable file.

    Attributes:
        sheets: in the file's order.
        modified: last modification by the document's own properties, ISO 8601 in UTC; None where it has none.
        textual: True for CSV, where every cell is text by nature.
        remarks: ids of notes about the file as a whole.
        size: bytes of the file.
        expanded: bytes of all its parts once inflated.
    """

    sheets: list[Sheet]
    modified: str | None = None
    textual: bool = False
    remarks: list[str] = field(default_factory=list)
    size: int = 0
    expanded: int = 0

    @property
    def shown(self) -> list[Sheet]:
        """The sheets that a person sees; what stands in the others does not count."""
        return [sheet for sheet in self.sheets if sheet.visible]

    def hold_to_form(self) -> None:
        """Apply the tighter limits of a school's form, once the file is known to be one.

        Raises:
            Unreadable: where the file is larger than any form.
        """
        if self.size > FORM_SIZE_LIMIT:
            limit = f"{FORM_SIZE_LIMIT // 1048576} MB"
            raise Unreadable("F-SIZE", value=f"{self.size / 1048576:.1f} MB", limit=limit)
        if self.expanded > FORM_LIMITS.expanded:
            raise Unreadable("F-BOMB")
        for sheet in self.sheets:
            width = max(map(len, sheet.rows), default=0)
            if len(sheet.rows) > FORM_LIMITS.rows or width > FORM_LIMITS.columns:
                raise Unreadable("F-AREA", cell=f"{column_letters(max(width, 1))}{len(sheet.rows)}")


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
        kind, kind_en = _KINDS.get(ending, ("无法识别的类型", "of a kind that is not known"))
        raise Unreadable("F-TYPE", name=PurePosixPath(name).name, kind=kind, kind_en=kind_en)
    if not content:
        raise Unreadable("F-EMPTY")
    if len(content) > SIZE_LIMIT:
        raise Unreadable("F-SIZE", value=f"{len(content) / 1048576:.0f} MB", limit=f"{SIZE_LIMIT // 1048576} MB")
    start = content[:2048].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith((b"<html", b"<!doctype html", b"<table", b"<meta", b"<?xml")):
        raise Unreadable("F-HTML")
    if ending == ".csv" and not content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        rows, notes = rows_of_csv(content)
        return Book([Sheet("CSV", rows)], textual=True, remarks=notes)
    if content[:2] != b"PK" and content[:4] != b"\xd0\xcf\x11\xe0":
        raise Unreadable("F-NOT-A-WORKBOOK")
    return _open_workbook(content, pass_gate(content))


def _open_workbook(content: bytes, passed: Passed) -> Book:
    old = content[:2] != b"PK"
    notes = [*passed.notes, "F-OLD-FORMAT"] if old else list(passed.notes)
    sheets = _first_reading(content if old else passed.parts.repacked())
    if sheets is None and not old:
        sheets = second_reading(passed.parts)
        notes.append("F-SECOND-READER")
    if sheets is None:
        if old:
            old_sheets(content)  # says so where it is locked by a password, which the first reader takes for damage
        raise Unreadable("F-DAMAGED")
    of_old = old_sheets(content) if old else None
    if of_old and any(sheet.links for sheet in of_old.values()):
        notes.append("F-LINKS-IGNORED")
    if of_old:
        note_lost_results(of_old, {sheet.name: sheet.rows for sheet in sheets})
    of_new = {} if old else sheet_parts(passed.parts)
    if any(has_odd_styles(sheet.styles) for sheet in list(of_new.values())[:1]):  # those of one are those of all
        notes.append("F-ODD-STYLES")
    beside: Mapping[str, Beside] | None = of_old if old else of_new
    if beside is None:
        beside = {}
        notes.append("F-OLD-UNCHECKED")
    if len({sheet.name for sheet in sheets}) < len(sheets):
        raise Unreadable("F-STRUCTURE", problem="工作表重名", problem_en="sheets with the same name")
    told = [replace(sheet, parts=beside.get(sheet.name)) for sheet in sheets]
    for sheet in told:
        if sheet.parts:
            _put_what_was_passed_over(sheet.rows, sheet.parts)
    return Book(told, None if old else _modified(passed.parts), remarks=notes, size=len(content), expanded=passed.expanded)


def _first_reading(content: bytes) -> list[Sheet] | None:
    """The sheets as the fast reader sees them; None where it gives up."""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = []
        for meta in book.sheets_metadata:
            if meta.typ == SheetTypeEnum.WorkSheet:
                rows: list[list[Any]] = book.get_sheet_by_name(meta.name).to_python(skip_empty_area=False)
                sheets.append(Sheet(meta.name, rows, meta.visible == SheetVisibleEnum.Visible))
        return sheets
    except PasswordError as error:
        raise Unreadable("F-PASSWORD") from error
    except MemoryError:
        raise  # says nothing about the file but that it is too heavy; see resources.reading_pool
    except Exception:
        return None
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # a fault within the native reader; anything else is not about the file
            raise
        return None


def second_reading(parts: Parts) -> list[Sheet] | None:
    """The sheets of an .xlsx as the slower, more patient reader sees them, with the same types; None where it gives up too.

    Cells are taken as they come in the file: a styled blank cell in the last corner must not spread out a whole sheet.
    """
    import openpyxl

    try:
        # This reader drops the sign by which a text that looks like an escaped character is told from one.
        content = parts.repacked(b"_x005F_", _UNDERSCORE.encode())
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheets = []
        for sheet in book.worksheets:
            rows: list[list[Any]] = []
            sheet.reset_dimensions()  # a sheet that was rewritten states none, and one that states them may be wrong
            for number, line in enumerate(sheet.iter_rows(), start=1):
                if number > _READ_LIMITS.rows:
                    break
                rows.append(_as_first([cell.value for cell in line[: _READ_LIMITS.columns]]))
            while rows and not rows[-1]:
                rows.pop()
            width = max(map(len, rows), default=0)
            sheets.append(Sheet(sheet.title, [row + [""] * (width - len(row)) for row in rows], sheet.sheet_state == "visible"))
        return sheets
    except MemoryError:
        raise
    except Exception:  # what a damaged file makes of a reader has no bounds
        return None


def _as_first(cells: list[Any]) -> list[Any]:
    """The cells of a row in the types of the first reader, without the blank ones at its end."""
    values: list[Any] = []
    for cell in cells:
        if cell is None:
            values.append("")
        elif isinstance(cell, str):
            values.append(_ESCAPED.sub(lambda match: chr(int(match[1], 16)), cell).replace(_UNDERSCORE, "_"))
        elif isinstance(cell, (bool, float)):
            values.append(cell)
        elif isinstance(cell, int):
            values.append(float(cell) if abs(cell) < _LARGEST else float("inf"))
        elif isinstance(cell, dt.datetime) and cell.time() == dt.time():
            values.append(cell.date())
        else:
            values.append(cell)
    while values and values[-1] == "":
        values.pop()
    return values


def _put_what_was_passed_over(rows: list[list[Any]], parts: Beside) -> None:
    """Put Excel errors and formulas without a result into the cells, which the readers of values give as blank."""
    found: list[tuple[str, str]] = list(parts.errors.items())
    found += [(cell, NotComputed("=" + formula)) for cell, formula in parts.never_computed.items()]
    for address, value in found:
        place = row_and_column(address)
        if place is None:
            continue
        row, column = place
        width = max(len(rows[0]) if rows else 0, column)
        while len(rows) < row:
            rows.append([""] * width)
        if len(rows[0]) < width:
            for line in rows:
                line.extend([""] * (width - len(line)))
        rows[row - 1][column - 1] = value


def _modified(parts: Parts) -> str | None:
    """The document's modification time in UTC; None where there is none or it cannot be read."""
    match = _MODIFIED.search(parts.read("docProps/core.xml") or b"")
    if not match:
        return None
    try:
        moment = dt.datetime.fromisoformat(match[1].decode("ascii"))
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=dt.UTC)
        return moment.astimezone(dt.UTC).isoformat()
    except (ValueError, OverflowError):
        return None
