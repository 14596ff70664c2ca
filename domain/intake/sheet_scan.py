"""The gate's look at a sheet while it passes, by searches in its bytes: values far away, merges, marks of what is rare.

Belongs here: the limits of a workbook, and this search. Does not belong here: the container and its other parts (``gate``),
rewriting a sheet in which the search proves nothing (``plain_sheet``).
"""

import re
from dataclasses import dataclass
from itertools import islice
from operator import ge

from domain.intake.findings import Unreadable
from domain.intake.plain_sheet import column_letters
from domain.intake.sheet_parts import MARKS, MERGE

_LONGEST_CELL = 1 << 16
_SMALL = 1 << 21
"""Bytes of cells up to which every address is looked at; in a bulk table of millions only the numbers of rows are."""
_REFERENCE = re.compile(rb'<c r="([A-Z]{1,3}[1-9][0-9]{0,6})"[^>]*?(/?)>')
_PREFIXED_CELL = re.compile(rb":c[\s/>]")
# Words in a cell that is not of their type: one reader takes them, another sees a blank.
_MISPLACED_WORDS = re.compile(rb'<c\b(?![^>]* t="inlineStr")[^>]*><is>')
_NO_STRING_NUMBER = re.compile(rb't="s"[^<>]*><v>(?![0-9]+</v>)')
# A second value behind the first: readers take one of the two, and not all the same.
_MORE_THAN_A_VALUE = re.compile(rb"</v>(?!\s*</c>)")
_MORE_THAN_WORDS = re.compile(rb"</is>(?!\s*</c>)")
_ROW = re.compile(rb'<row (?:r="([0-9]{1,7})")?')
_ROW_ANYHOW = re.compile(rb'<row\s(?:[^>]*?\s)?r="([0-9]{1,7})"')
_CELL = re.compile(rb'<c r="([^"]*)"')
_ODD_DIMENSION = re.compile(rb'<dimension(?! ref="[A-Z]{1,3}[1-9][0-9]{0,6}(?::[A-Z]{1,3}[1-9][0-9]{0,6})?"\s*/?>)')


@dataclass(frozen=True)
class Limits:
    """How large a workbook may be. The gate runs before the layout is known, so these are those of a bulk table."""

    members: int = 2_000
    expanded: int = 1_000_000_000
    ratio: int = 100
    ratio_from: int = 1_000_000
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
    """

    def __init__(self, limits: Limits, *, rewritten: bool = False) -> None:
        """``rewritten``: the sheet has been written plainly, which refuses what stands twice."""
        self.limits = limits
        self.rewritten = rewritten
        self.marks: set[bytes] = set()
        self.unusual = False
        self._elsewhere = _elsewhere(limits.rows, limits.columns)
        self._tail = b""
        self._begun = self._ended = False
        self._row = self._seen = 0
        self._cells: frozenset[bytes] = frozenset()
        self._merges = self._far = self._tables = 0

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
        if self._merges > self.limits.merges:
            raise Unreadable("F-MERGES", limit=self.limits.merges)
        self._tables += text.count(b"<sheetData", 0, end)
        if self._tables > 1 or _PREFIXED_CELL.search(text, 0, end):
            self.unusual = True
            return
        if start >= 0:
            self._begun = True
            self.unusual = bool(_ODD_DIMENSION.search(text, 0, start))
        if _NO_STRING_NUMBER.search(text, 0, end):
            raise Unreadable("F-DAMAGED")
        words = text.find(b"<is>", 0, end) >= 0
        if words and _MISPLACED_WORDS.search(text, 0, end):
            raise Unreadable("F-DAMAGED")
        if not self.rewritten and not self._ended and self._begun:
            over = text.find(b"</sheetData", max(start, 0), end)
            self._ended = over >= 0
            if self._is_odd(text, max(start, 0), over if over >= 0 else end, words):
                self.unusual = True
                return
        for found in self._elsewhere.finditer(text, 0, end):
            if not self._harmless(text, found.start()):
                self.unusual = True
                return

    def _is_odd(self, text: bytes, start: int, end: int, words: bool) -> bool:
        """Whether cells may not be read as they are shown: figures written as references, two values or a place that comes again.

        ``words``: whether cells hold their words themselves. Rows that do not rise are looked at as well.
        """
        if text.find(b"#", start, end) >= 0 and text.find(b"&#", start, end) >= 0:  # one sign is found ten times as fast
            return True
        if _MORE_THAN_A_VALUE.search(text, start, end):
            return True
        if words and _MORE_THAN_WORDS.search(text, start, end):
            return True
        found = _ROW.findall(text, start, end)
        rows = [self._row, *map(int, _ROW_ANYHOW.findall(text, start, end) if b"" in found else found)]
        self._seen += end - start
        cells = _CELL.findall(text, start, end) if self._seen <= _SMALL else []
        before, self._cells, self._row = self._cells, frozenset(cells), rows[-1]
        again = len(self._cells) < len(cells) or not self._cells.isdisjoint(before)
        return again or any(map(ge, rows, islice(rows, 1, None)))

    def _harmless(self, text: bytes, start: int) -> bool:
        """True for a cell far outside without a value; False for one that is written in an unusual manner."""
        match = _REFERENCE.match(text, start)
        if not match:
            return False
        self._far += 1
        blank = match[2] or text.startswith((b"</c>", b"<v></v></c>", b"<v/></c>", b"<v /></c>"), match.end())
        if not blank or self._far > self.limits.far_cells:
            raise Unreadable("F-AREA", cell=match[1].decode())
        return True


_ELSEWHERE: dict[tuple[int, int], re.Pattern[bytes]] = {}


def _elsewhere(rows: int, columns: int) -> re.Pattern[bytes]:
    """A pattern of cells that are not plainly within so many rows and columns, so that the search itself passes the millions within."""
    if (rows, columns) not in _ELSEWHERE:
        letters = _up_to(column_letters(columns), "A", "Z")
        digits = _up_to(str(rows), "0", "9")
        within = rf'r="(?:{letters})(?!0)(?:{digits})"'
        _ELSEWHERE[rows, columns] = re.compile(rf"<c(?! {within})[\s/>]".encode())
    return _ELSEWHERE[rows, columns]


def _up_to(last: str, low: str, high: str) -> str:
    """A pattern of the words over low … high that are as long as ``last`` and not behind it, or shorter."""
    ways = [rf"[{low}-{high}]{{1,{len(last) - 1}}}"] if len(last) > 1 else []
    for place, sign in enumerate(last):
        if sign > low:
            rest = len(last) - place - 1
            ways.append(f"{last[:place]}[{low}-{chr(ord(sign) - 1)}]" + (f"[{low}-{high}]{{{rest}}}" if rest else ""))
    return "|".join([*ways, last])
