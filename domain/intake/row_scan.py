"""The gate's look at a sheet row by row: rows that are written alike but for what they say are looked at once.

Of each row figures and words are taken out and its number is replaced; what is left is the same in all forms of a template,
and in most rows of a table. Where the head of a sheet, each of its rows and what stands behind them are well-formed and in
order, so is the sheet; and so is a row whose own tag and cells are, each by itself, if the cells' columns rise. That is looked
at where rows are blank here and there, each in other places.
Belongs here: telling that nothing about a sheet is odd. Does not belong here: what is odd, and refusing it (``gate`` then looks
at the sheet as it is).
"""

import re
from functools import lru_cache

from domain.intake.container import KEPT_PART
from domain.intake.findings import Unreadable
from domain.intake.plain_sheet import column_number
from domain.intake.sheet_scan import NO_STRING_NUMBER, Limits, SheetScan
from domain.intake.xml_scan import XmlScan

_BEGIN, _END, _ROW = b"<sheetData>", b"</sheetData>", b"<row "
_BEFORE, _BEHIND = b"<worksheet>" + _BEGIN, _END + b"</worksheet>"
_PLAIN_START = re.compile(rb'(?:<\?xml version="1\.0" encoding="(?:UTF|utf)-8"[^<>]*\?>\s*)?<worksheet[\s>]')
# Words without any sign that could make XML of them. The first is no blank, as blanks between tags are odd.
_SAID = rb"[^<&>\x00-\x20][^<&>\x00-\x1f]*+</"
_VALUE = re.compile(rb"<v>" + _SAID)
_WORDS = re.compile(rb'<t(?: xml:space="preserve")?>' + _SAID)
_FORMULA = re.compile(rb'<f(?: aca="false")?>' + _SAID)
_NO_SIGNS = b"\xef\xbf"  # begins what is no sign in XML, and some rare signs
_CELL, _OVER = b"<c ", b"</row>"
_TRIED = 500
"""Rows unlike all before them that are looked at as a whole; then each of their cells is."""
_AT_HAND, _REMEMBERED, _LONGEST = 5_000, 4_096, 1 << 14
"""How many unlike tags of rows and cells there may be; how many rows are remembered, and of what length at most."""


class RowScan:
    """A sheet on its way past, row by row.

    Attributes:
        odd: True where this look cannot tell that the sheet is in order; the rest is then passed over.
        marks: those of ``sheet_parts.MARKS`` that occur.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.odd = False
        self.marks: set[bytes] = set()
        self._begun = self._ended = False
        self._kept = b""
        self._number = 0
        self._at_hand: dict[bytes, frozenset[bytes] | None] = {}
        self._pieces: dict[bytes, tuple[int, frozenset[bytes]]] = {}

    def feed(self, chunk: bytes) -> None:
        if self.odd:
            return
        text = self._kept + chunk
        if not self._begun:
            text = self._after_head(text)
        if self._begun and not self._ended:
            over = text.find(_END)
            cut = over if over >= 0 else max(text.rfind(_ROW), 0)
            self._look_at_rows(text[:cut])
            self._ended, text = over >= 0, text[cut:]
        self._kept = text
        self.odd = self.odd or len(text) > KEPT_PART

    def finish(self) -> bool:
        """True where the sheet has ended and nothing about it was odd."""
        marks = None if self.odd or not self._ended else _at_the_edges(_BEFORE + self._kept, self.limits)
        if marks is None:
            return False
        self.marks |= marks
        return True

    def _after_head(self, text: bytes) -> bytes:
        """What stands behind the head, once it is there."""
        at = text.find(_BEGIN)
        if at < 0:
            return text
        head, self._begun = text[: at + len(_BEGIN)], True
        marks = _at_the_edges(head + _BEHIND, self.limits) if _PLAIN_START.match(head) else None
        self.odd = marks is None
        self.marks.update(marks or ())
        return text[len(head) :]

    def _look_at_rows(self, text: bytes) -> None:
        if not text:
            return
        start, *rows = _without_words(text).split(_ROW)
        if start or NO_STRING_NUMBER.search(text) or not _in_unicode(text):
            self.odd = True
            return
        last = b'%d"' % self.limits.rows
        for row in rows:
            named, number, rest = row[:3], *row[3:].partition(b'"')[::2]
            plainly = named == b'r="' and number.isdigit() and not number.startswith(b"0") and last not in rest
            if not plainly or not self._number < int(number) <= self.limits.rows:
                self.odd = True
                return
            self._number = int(number)
            marks = self._marks_in(last + rest.replace(number + b'"', last))
            if marks is None:
                self.odd = True
                return
            self.marks |= marks

    def _marks_in(self, row: bytes) -> frozenset[bytes] | None:
        if row not in self._at_hand:
            if len(self._at_hand) >= _TRIED and _CELL in row:
                return self._marks_by_cells(row)
            look = _row_again if len(row) < _LONGEST else _row
            self._at_hand[row] = look(row, self.limits)
        return self._at_hand[row]

    def _marks_by_cells(self, row: bytes) -> frozenset[bytes] | None:
        """The marks in a row, its own tag and each of its cells looked at by itself; None where that does not tell."""
        if not row.endswith(_OVER):
            return None
        own, *cells = row.removesuffix(_OVER).split(_CELL)
        number = own[: own.find(b'"') + 1]
        marks: set[bytes] = set()
        before = 0
        for piece in (own, *cells):
            if piece not in self._pieces:
                alone = own if piece is own else number + b">" + _CELL + piece
                found = _row(alone + _OVER, self.limits)
                column = 0 if piece is own else _column_of(piece, number)
                if found is None or column is None or len(self._pieces) >= _AT_HAND:
                    return None
                self._pieces[piece] = column, found
            column, found = self._pieces[piece]
            if column <= before and piece is not own:
                return None
            before = column
            marks |= found
        return frozenset(marks)


def _column_of(cell: bytes, number: bytes) -> int | None:
    """The number of a cell's column; None where its address does not come first."""
    letters = cell[3 : cell.find(number)]
    return column_number(letters.decode()) if cell.startswith(b'r="') and letters.isalpha() else None


def _without_words(text: bytes) -> bytes:
    text = _VALUE.sub(b"<v>0</", text)
    if b"<t" in text:
        text = _WORDS.sub(b"<t>0</", text)
    return _FORMULA.sub(b"<f>0</", text) if b"<f" in text else text


def _in_unicode(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return _NO_SIGNS not in text


def _row(row: bytes, limits: Limits) -> frozenset[bytes] | None:
    """The marks in a row, which begins with its number; None for one that is odd in any way."""
    return _marks(_BEFORE + b'<row r="' + row + _BEHIND, limits)


def _marks(sheet: bytes, limits: Limits) -> frozenset[bytes] | None:
    xml, scan = XmlScan(sheet), SheetScan(limits)
    try:
        xml.feed(sheet)
        xml.finish("xl/worksheets/sheet.xml")
        scan.feed(sheet)
        scan.finish()
    except Unreadable:
        return None
    return None if xml.unusual or scan.unusual or scan.far else frozenset(scan.marks)


_row_again = lru_cache(maxsize=_REMEMBERED)(_row)
_at_the_edges = lru_cache(maxsize=64)(_marks)
"""Of the head of a sheet, and of what stands behind its cells."""
