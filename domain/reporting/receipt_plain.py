"""A workbook's values and column widths in a new workbook, for originals that are not given back as they are.

Belongs here: copying what a reader sees. Does not belong here: when that is done (``marked_copy``).
"""

import datetime as dt
import io

import xlsxwriter

from domain.intake.answer_rows import answers_of
from domain.intake.answers import has_keys, key_text
from domain.intake.cells import NotComputed
from domain.intake.workbook import open_book
from domain.reporting.form_cells import FONT
from domain.reporting.receipt_book import Book
from domain.reporting.receipt_cells import SheetCells, address_of
from domain.reporting.receipt_long_texts import cut_text
from domain.reporting.receipt_parts import Package, Unusual

_EPOCH = dt.datetime(2000, 1, 1)


def values_alone(content: bytes) -> tuple[dict[str, str], bytes, list[str]]:
    """The answers in a workbook, its values and column widths in a new one, and the cells whose text had to be cut for it.

    Raises:
        Unreadable: no reader opens it.
    """
    sheets = open_book("x.xlsx", content).sheets
    answers = {key_text(*a.key): a.text for a in answers_of(sheets)}
    widths = _widths(content)
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": True}
    )
    book.set_properties({"created": _EPOCH})
    book.formats[0].set_font_name(FONT)
    book.formats[0].set_font_size(10)
    as_date = book.add_format({"num_format": "yyyy-mm-dd", "font_name": FONT, "font_size": 10})
    as_text = book.add_format({"num_format": "@", "font_name": FONT, "font_size": 10})
    cut: list[str] = []
    for sheet in sheets:
        if has_keys(sheet):
            continue
        page = book.add_worksheet(sheet.name)
        if not sheet.visible:
            page.hide()
        for first, last, width in widths.get(sheet.name, ()):
            page.set_column(first, min(last, first + 300), width)
        for row, cells in enumerate(sheet.rows):
            for column, cell in enumerate(cells):
                if isinstance(cell, str) and cell != (held := cut_text(cell)):
                    cut.append(f"{sheet.name}!{address_of(row, column)}")
                    cell = held
                _write(page, row, column, cell, as_date, as_text)
    book.close()
    return answers, stream.getvalue(), cut


def _write(page: xlsxwriter.workbook.Worksheet, row: int, column: int, cell: object, as_date: object, as_text: object) -> None:
    # What was never computed has no value, and a formula may lead anywhere.
    if cell is None or cell == "" or isinstance(cell, NotComputed):
        return
    if isinstance(cell, bool):
        page.write_boolean(row, column, cell)
    elif isinstance(cell, (int, float)):
        page.write_number(row, column, cell)
    elif isinstance(cell, dt.datetime | dt.date | dt.time | dt.timedelta):
        page.write_datetime(row, column, cell, as_date)
    else:
        page.write_string(row, column, cut_text(str(cell)), as_text)


def _widths(content: bytes) -> dict[str, list[tuple[int, int, float]]]:
    """Widths of columns by sheet, as far as they can be made out."""
    found = {}
    try:
        package = Package.read(content)
        for name, part, _ in Book.of(package).sheets:
            found[name] = SheetCells(package.parts[part]).widths()
    except (Unusual, ValueError, LookupError, ArithmeticError):
        pass
    return found
