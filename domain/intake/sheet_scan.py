"""The gate's look at a sheet while it passes, by searches in its bytes: values far away, merges, marks of what is rare.

Belongs here: the limits of a workbook, and this search. Does not belong here: the container and its other parts (``gate``),
rewriting a sheet in which the search proves nothing (``plain_sheet``).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice
from operator import ge

from domain.intake.findings import Unreadable
from domain.intake.plain_sheet import column_letters, column_number
from domain.intake.sheet_parts import FORMULA, MARKS, MERGE, WORDS_OF_ITS_OWN

_LONGEST_CELL = 1 << 16
_QUOTED_ODDLY = (b" =", b"= ", b"='")
_SPACED_OUT = (b"\n", b"\t", b"\r", b"> ", b" >", *_QUOTED_ODDLY)
"""What does not stand in tags, nor between them, as offices write them."""
_REMEMBERED = 1024
_REFERENCE = re.compile(rb'<c r="([A-Z]{1,3}[1-9][0-9]{0,6})"[^>]*?(/?)>')
_PREFIXED = re.compile(rb":(?:c|row|v|f|is)[\s/>]")
# Words in a cell that is not of their type: one reader takes them, another sees a blank.
_MISPLACED_WORDS = re.compile(rb'<c\b(?![^>]* t="inlineStr")[^>]*><is>')
NO_STRING_NUMBER = re.compile(rb't="s"[^<>]*><v>(?![0-9]+</v>)')
# A second value behind the first: readers take one of the two, and not all the same.
_MORE_THAN_A_VALUE = re.compile(rb"</v>(?!</c>)")
_MORE_THAN_WORDS = re.compile(rb"</is>(?!</c>)")
_NOT_BEFORE_A_VALUE = re.compile(rb"</f>(?!<v[>/]|</c>)")
_ROW_OR_CELL = re.compile(rb'<(?:ro)?([wc] r="[A-Z0-9]*")|<(?:row|c)[\s/>]')
_OF_A_ROW = re.compile(rb'(?:c r="[A-Z]{1,3}")*')
_COLUMN = re.compile(rb'"([A-Z]+)"')
# Merged ranges stand behind the cells, columns before them; what is sought there is sought by these very words.
_ODD_MERGE = re.compile(rb'mergeCell(?!s)(?! ref="[A-Z]{1,3}[1-9][0-9]{0,6}:[A-Z]{1,3}[1-9][0-9]{0,6}"\s*/?>|>)|:mergeCell\b')
_ODD_COLUMN = re.compile(rb"<col[\t\r\n]|:col\b|&#")
_ODD_DIMENSION = re.compile(rb'<dimension(?! ref="[A-Z]{1,3}[1-9][0-9]{0,6}(?::[A-Z]{1,3}[1-9][0-9]{0,6})?"\s*/?>)')


@dataclass(frozen=True)
class Limits:
    """How large a workbook may be. The gate runs before the layout is known, so these are those of a bulk table.

    ``remarks``: bytes that comments and their shapes may come to whatever their ratio. Those of a receipt are much alike, and
    shrink to less than a hundredth where an office writes them.
    """

    members: int = 2_000
    expanded: int = 1_000_000_000
    ratio: int = 100
    ratio_from: int = 1_000_000
    remarks: int = 32_000_000
    rows: int = 120_000
    columns: int = 300
    sheets: int = 50
    merges: int = 1_000
    far_cells: int = 200_000


BULK_LIMITS = Limits()
"""Those of every workbook before its layout is known."""


class SheetScan:
    """A sheet on its way past: no value far outside what a form or table can have, few merges, and which marks occur.

    Attributes:
        marks: those of ``MARKS`` that occur.
        unusual: whether it is written in another manner than offices write, so that the searches here prove nothing.
        far: how many blank cells stand far outside.
    """

    def __init__(self, limits: Limits, *, rewritten: bool = False) -> None:
        """``rewritten``: the sheet has been written plainly, which refuses what stands twice."""
        self.limits = limits
        self.rewritten = rewritten
        self.marks: set[bytes] = set()
        self.unusual = False
        self._tail = b""
        self._begun = self._ended = False
        self._row = 0
        self._last_cell = b""
        self.far = self._merges = self._tables = 0

    def feed(self, chunk: bytes) -> None:
        text = self._tail + chunk
        # A tag and the value behind it may lie across two chunks: the last cell waits for the next chunk.
        cut = max(text.rfind(b"<c ", max(0, len(text) - _LONGEST_CELL)), 0) or max(
            text.rfind(b"<", max(0, len(text) - _LONGEST_CELL)), 0
        )
        self._tail = text[cut:]
        self._look(text, cut)

    def finish(self) -> None:
        """Look at what is left when the part has ended."""
        self._look(self._tail, len(self._tail))

    def _look(self, text: bytes, end: int) -> None:
        """Look at the first ``end`` bytes; they are not cut out, as copying them would take as long as searching them."""
        if self.unusual:
            return
        start = -1 if self._begun else text.find(b"<sheetData", 0, end)
        # Half of a form are its drop-downs and colours, in which nothing is sought but merged ranges.
        last = text.find(b"</sheetData", start, end) if start >= 0 else -1
        for mark in MARKS:
            if mark not in self.marks and text.find(mark, 0, end if last < 0 or mark == MERGE else last) >= 0:
                self.marks.add(mark)
        if MERGE in self.marks:
            self._merges += text.count(MERGE, 0, end)
        if not self.rewritten and text.find(b"mergeCell", 0, end) >= 0 and _ODD_MERGE.search(text, 0, end):
            self.unusual = True
            return
        if self._merges > self.limits.merges:
            raise Unreadable("F-MERGES", limit=self.limits.merges)
        self._tables += text.count(b"<sheetData", max(start, 0), end)
        if self._tables > 1 or _PREFIXED.search(text, 0, end):
            self.unusual = True
            return
        if start >= 0:
            self._begun = True
            self.unusual = bool(_ODD_DIMENSION.search(text, 0, start) or _ODD_COLUMN.search(text, 0, start))
        if NO_STRING_NUMBER.search(text, 0, end):
            raise Unreadable("F-DAMAGED")
        if WORDS_OF_ITS_OWN in self.marks and _MISPLACED_WORDS.search(text, 0, end):
            raise Unreadable("F-DAMAGED")
        elsewhere = [(0, end)]
        if not self.rewritten and not self._ended and self._begun:
            first, over = max(start, 0), text.find(b"</sheetData", max(start, 0), end)
            self._ended, behind = over >= 0, over if over >= 0 else end
            declared = text.find(b"?>", 0, first) + 1  # a declaration is quoted in any manner
            odd = _holds(_QUOTED_ODDLY, text, declared, first) or _holds(_SPACED_OUT, text, first, behind)
            odd = odd or self._is_odd(text, first, behind)
            width = None if odd else self._width(_ROW_OR_CELL.findall(text, first, behind))
            if width is None:
                self.unusual = True
                return
            if width <= self.limits.columns and self._row <= self.limits.rows:
                elsewhere = [(0, first), (behind, end)]
        pattern = _elsewhere(self.limits.rows, self.limits.columns)
        for place in elsewhere:
            for found in pattern.finditer(text, *place):
                if not self._harmless(text, found.start()):
                    self.unusual = True
                    return

    def _is_odd(self, text: bytes, start: int, end: int) -> bool:
        """Whether cells may not be read as they are shown: figures written as references, or with two values."""
        if text.find(b"#", start, end) >= 0 and text.find(b"&#", start, end) >= 0:  # one sign is found ten times as fast
            return True
        if _MORE_THAN_A_VALUE.search(text, start, end):
            return True
        if FORMULA in self.marks and _NOT_BEFORE_A_VALUE.search(text, start, end):
            return True
        return WORDS_OF_ITS_OWN in self.marks and bool(_MORE_THAN_WORDS.search(text, start, end))

    def _width(self, tags: list[bytes]) -> int | None:
        """Up to which column cells stand; None where a row or a cell does not come behind the one before, or in another row.

        ``tags``: of rows and cells, such as ``w r="2"`` and ``c r="B2"``, the next of those seen before; empty for odd ones.
        """
        if b"" in tags:
            return None
        width = 0
        going_on, *rows = b"".join(tags).split(b'w r="')
        if going_on:
            self._row, rows = self._row - 1, [b'%d"%s%s' % (self._row, self._last_cell, going_on), *rows]
        for row in rows:
            number, _, cells = row.partition(b'"')
            if not number.isdigit() or int(number) <= self._row:
                return None
            self._row = int(number)
            # The cells of a table stand in the same columns in every row.
            last = _last_column(cells.replace(number + b'"', b'"'))
            if last is None:
                return None
            width = max(width, last)
            self._last_cell = cells[cells.rfind(b"c") :]
        return width

    def _harmless(self, text: bytes, start: int) -> bool:
        """True for a cell far outside without a value; False for one that is written in an unusual manner."""
        match = _REFERENCE.match(text, start)
        if not match:
            return False
        self.far += 1
        blank = match[2] or text.startswith((b"</c>", b"<v></v></c>", b"<v/></c>", b"<v /></c>"), match.end())
        if not blank or self.far > self.limits.far_cells:
            raise Unreadable("F-AREA", cell=match[1].decode())
        return True


@cache
def _elsewhere(rows: int, columns: int) -> re.Pattern[bytes]:
    """A pattern of cells that are not plainly within so many rows and columns, so that the search itself passes the millions within."""
    letters = _up_to(column_letters(columns), "A", "Z")
    digits = _up_to(str(rows), "0", "9")
    within = rf'r="(?:{letters})(?!0)(?:{digits})"'
    return re.compile(rf"<c(?! {within})[\s/>]".encode())


def _holds(signs: Sequence[bytes], text: bytes, start: int, end: int) -> bool:
    """Whether one of these occurs between tags or within one; where a text or a formula holds it, it says nothing."""
    for sign in signs:
        found = text.find(sign, start, end)
        while found >= 0:
            if sign not in _QUOTED_ODDLY or text.rfind(b"<", start, found) > text.rfind(b">", start, found):
                return True
            found = text.find(sign, found + 1, end)
    return False


@lru_cache(maxsize=_REMEMBERED)
def _last_column(cells: bytes) -> int | None:
    """The number of a row's last column, 0 for a row without cells; None where columns do not rise.

    ``cells``: such as ``c r="A"c r="B"``.
    """
    columns = [column_number(letters.decode()) for letters in _COLUMN.findall(cells)]
    if not _OF_A_ROW.fullmatch(cells) or any(map(ge, columns, islice(columns, 1, None))):
        return None
    return columns[-1] if columns else 0


def _up_to(last: str, low: str, high: str) -> str:
    """A pattern of the words over low … high that are as long as ``last`` and not behind it, or shorter."""
    ways = [rf"[{low}-{high}]{{1,{len(last) - 1}}}"] if len(last) > 1 else []
    for place, sign in enumerate(last):
        if sign > low:
            rest = len(last) - place - 1
            ways.append(f"{last[:place]}[{low}-{chr(ord(sign) - 1)}]" + (f"[{low}-{high}]{{{rest}}}" if rest else ""))
    return "|".join([*ways, last])
