"""A sheet that was written in an unusual but lawful manner, written again as Excel, WPS and LibreOffice write it.

Prefixes, single quotes, comments between digits, cells without an address: readers disagree about these, and searches in
the bytes miss them. Written plainly, one search and one reader do for all sheets.
Belongs here: this rewriting. Does not belong here: judging what the sheet holds (``gate``), reading it (``workbook``).
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from domain.intake.findings import Unreadable

_REFERENCE = re.compile(r"([A-Za-z]{1,3})([1-9][0-9]{0,6})")
_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_WITH_TEXT = ("v", "f", "t")
_FLUSH = 1 << 16


def written_plainly(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The bytes of a sheet, rewritten: no prefixes, no foreign elements, nothing between tags, ``r`` first in every cell, no stated dimension.

    Raises:
        Unreadable: where the XML is broken, a reference is no real one, there are two sets of cells, a row or a cell comes
            twice, or a cell has two values.
    """
    writer = _Writer()
    try:
        for chunk in chunks:
            writer.parser.Parse(chunk, False)
            yield from writer.taken(_FLUSH)
        writer.parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise Unreadable("F-DAMAGED") from error
    yield from writer.taken(0)


class _Writer:
    def __init__(self) -> None:
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.namespace: str | None = None
        self.out: list[str] = []
        self.size = 0
        self.row = self.column = 0
        self.rows: set[int] = set()
        self.columns: set[int] = set()
        self.values = 0
        self.element = ""
        self.sheets_of_cells = 0
        self.foreign = 0

    def taken(self, at_least: int) -> Iterator[bytes]:
        if self.size > at_least:
            yield "".join(self.out).encode()
            self.out, self.size = [], 0

    def _write(self, text: str) -> None:
        self.out.append(text)
        self.size += len(text)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        namespace, _, name = tag.rpartition(" ")
        if self.namespace is None:
            self.namespace = namespace
            self._write(f"<{name} xmlns={quoteattr(namespace)}>" if namespace else f"<{name}>")
            return
        if self.foreign or namespace != self.namespace:
            self.foreign += 1
            return
        own = {key: value for key, value in attributes.items() if " " not in key}
        if name == "dimension":
            own = {"ref": "A1"}
        elif name == "sheetData":
            self.sheets_of_cells += 1
            if self.sheets_of_cells > 1:
                raise Unreadable("F-STRUCTURE", problem="工作表数据重复", problem_en="two sets of cells in one sheet")
        elif name == "row":
            stated = own.get("r", "").strip()
            if stated and not (stated.isascii() and stated.isdigit() and len(stated) <= 7):
                raise Unreadable("F-AREA", cell=stated[:20])
            self.row, self.column = int(stated) if stated else self.row + 1, 0
            if self.row in self.rows:
                raise Unreadable("F-STRUCTURE", problem=f"第 {self.row} 行出现两次", problem_en=f"row {self.row} comes twice")
            self.rows.add(self.row)
            self.columns = set()
            own = {"r": str(self.row)} | {key: value for key, value in own.items() if key != "r"}
        elif name == "c":
            own = {"r": self._address(own.get("r"))} | {key: value for key, value in own.items() if key != "r"}
            if self.column in self.columns:
                self._two_values()
            self.columns.add(self.column)
            self.values = 0
        elif name in ("v", "is"):
            self.values += 1
            if self.values > 1:
                self._two_values()
        self.element = name
        self._write(f"<{name}{''.join(f' {key}={_quoted(value)}' for key, value in own.items())}>")

    def _two_values(self) -> None:
        cell = f"{column_letters(self.column)}{self.row}"
        raise Unreadable("F-STRUCTURE", problem=f"单元格 {cell} 有两个值", problem_en=f"two values for cell {cell}")

    def _address(self, stated: str | None) -> str:
        if stated is None:
            self.column += 1
            return f"{column_letters(self.column)}{self.row}"
        match = _REFERENCE.fullmatch(stated.strip())
        if not match:
            raise Unreadable("F-AREA", cell=stated[:20])
        if int(match[2]) != self.row:
            problem, problem_en = (
                f"单元格 {stated.strip()} 写在第 {self.row} 行里",
                f"cell {stated.strip()} written in row {self.row}",
            )
            raise Unreadable("F-STRUCTURE", problem=problem, problem_en=problem_en)
        self.column = column_number(match[1].upper())
        return match[1].upper() + match[2]

    def _end(self, tag: str) -> None:
        if self.foreign:
            self.foreign -= 1
            return
        name = tag.rpartition(" ")[2]
        # As offices write a cell without content, so that the search for values far away passes over it.
        self._write(f"</{name}>")
        self.element = ""

    def _text(self, text: str) -> None:
        between_tags = self.element not in _WITH_TEXT and not text.strip()
        if not self.foreign and not between_tags:
            self._write(escape(text))


def _quoted(value: str) -> str:
    return '"' + escape(value, {'"': "&quot;", "\n": "&#10;", "\t": "&#9;", "\r": "&#13;"}) + '"'


def column_letters(number: int) -> str:
    """Letters of the column with this number from 1: A … Z, AA …"""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@cache
def column_number(letters: str) -> int:
    """Number from 1 of a column given by its letters."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


@lru_cache(maxsize=65_536)  # ten thousand forms name the same cells
def row_and_column(address: str) -> tuple[int, int] | None:
    """Numbers from 1 of the row and the column of a cell such as E14; None for what is no address."""
    match = _ADDRESS.fullmatch(address)
    return (int(match[2]), column_number(match[1])) if match else None
