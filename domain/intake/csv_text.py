"""CSV: from bytes to rows of text.

Belongs here: the encoding, the separator, quotes, and telling what went wrong when the file was saved. Does not belong here:
workbooks (``workbook``), what the cells mean (``tables``, ``cells``).
"""

import csv
import io
import re
from typing import Any

from domain.intake.findings import Unreadable

_SEPARATORS = (",", "\t", ";")
_SAMPLE = 4096
_LONGEST_FIELD = 1 << 30  # what is too long for a cell is told of the cell
_END = "\x1e"  # a row that is put behind the last: where it is not read as one, a quotation never ended
_LOST_LETTERS = 10
_CHINESE = re.compile("[㐀-鿿]")
_FOREIGN = re.compile("[\u0080-\u024f]")


def rows_of_csv(content: bytes) -> list[list[Any]]:
    """The rows of a CSV file, every cell as text.

    Raises:
        Unreadable: its encoding is unknown, its Chinese was lost when it was saved, or a quotation mark has no partner.
    """
    text = _decoded(content)
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
    return rows


def _holds_rows(row: list[str], separator: str, width: int) -> bool:
    """True for a row of which one cell holds line ends and as many separators as make up further rows."""
    return any(
        ("\n" in cell or "\r" in cell) and cell.count(separator) >= max(3, width // 2) for cell in row if len(cell) > width
    )


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Unreadable("F-ENCODING")
