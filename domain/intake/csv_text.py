"""CSV: from bytes to rows of text.

Belongs here: the encoding, the separator, quotes, and telling what went wrong when the file was saved. Does not belong here:
workbooks (``workbook``), what the cells mean (``tables``, ``cells``).
"""

import csv
import io
import re
from functools import cache
from typing import Any

from data_contracts.layout import layouts_of
from data_contracts.record_forms import record_forms
from domain.intake.findings import Unreadable
from domain.intake.labels import known_labels, normalised, simplified

_SEPARATORS = (",", "\t", ";")
_TRADITIONAL = "cp950"  # Big5 as Windows writes it
_HEADER_LINES = 20
_KNOWN_IN_A_HEADER = 3
_END_OF_CELL = re.compile('[,\t;"]')
_SAMPLE = 4096
_LONGEST_FIELD = 1 << 30  # what is too long for a cell is told of the cell
_END = "\x1e"  # a row that is put behind the last: where it is not read as one, a quotation never ended
_LOST_LETTERS = 10
_CHINESE = re.compile("[㐀-鿿]")
_FOREIGN = re.compile("[\u0080-\u024f]")


def rows_of_csv(content: bytes) -> tuple[list[list[Any]], list[str]]:
    """The rows of a CSV file, every cell as text, and the ids of notes about the file.

    Raises:
        Unreadable: its encoding is unknown, its Chinese was lost when it was saved, or a quotation mark has no partner.
    """
    text, notes = _decoded(content)
    sample = text[:_SAMPLE]
    if not _CHINESE.search(sample) and max(sample.count("?"), len(_FOREIGN.findall(sample))) >= _LOST_LETTERS:
        raise Unreadable("F-LETTERS-LOST")
    separator = max(_SEPARATORS, key=sample.count)
    csv.field_size_limit(_LONGEST_FIELD)
    ended = text if text.endswith(("\n", "\r")) else text + "\n"
    try:
        rows: list[list[Any]] = [list(row) for row in csv.reader(io.StringIO(ended + _END, newline=""), delimiter=separator)]
    except csv.Error as error:
        raise Unreadable("F-DAMAGED") from error
    if rows.pop() != [_END]:
        raise Unreadable("F-QUOTES", row=len(rows) + 1)
    swallowed = next((number for number, row in enumerate(rows, start=1) if _holds_rows(row, separator, len(rows[0]))), None)
    if swallowed is not None:
        raise Unreadable("F-QUOTES", row=swallowed)
    return rows, notes


def _holds_rows(row: list[str], separator: str, width: int) -> bool:
    """True for a row of which one cell holds line ends and as many separators as make up further rows."""
    return any(
        ("\n" in cell or "\r" in cell) and cell.count(separator) >= max(3, width // 2) for cell in row if len(cell) > width
    )


def _decoded(content: bytes) -> tuple[str, list[str]]:
    """The text of a file and notes about it.

    Nearly every Big5 text decodes as GB18030 too, to other characters: which of the two it is, only a header that is known
    in one of them says.
    """
    plain = _text(content, "utf-8-sig")
    if plain is not None:
        return plain, []
    mainland, traditional = _text(content, "gb18030"), None
    if mainland is None or not _bears_labels(mainland):
        traditional = _text(content, _TRADITIONAL)
    if traditional is not None and _bears_labels(traditional):
        return traditional, ["F-BIG-FIVE"]
    if mainland is None:
        raise Unreadable("F-ENCODING")
    return mainland, []


def _text(content: bytes, encoding: str) -> str | None:
    """The text in an encoding; None where it is another one."""
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if "\x00" in text else text


def _bears_labels(text: str) -> bool:
    """True where three different labels of any table or form stand in the first lines."""
    known: set[str] = set()
    for line in text[:_SAMPLE].splitlines()[:_HEADER_LINES]:
        known |= {simplified(normalised(cell)) for cell in _END_OF_CELL.split(line)} & _labels()
    return len(known) >= _KNOWN_IN_A_HEADER


@cache
def _labels() -> frozenset[str]:
    """Every Chinese label of the tables and forms, normalised."""
    found = {label for form in ("school_form", "county_form") for label in known_labels(form)}
    found |= {label for layout in layouts_of("bulk_table") for item in layout.items for label in item.labels}
    found |= {normalised(one.field.label) for columns in record_forms().values() for one in columns.values()}
    return frozenset(label for label in found if not label.isascii())
