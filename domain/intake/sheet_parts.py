"""What stands in the XML of a workbook beside the values of its cells, and what the reader of values passes over.

Excel errors, formulas and whether they were ever computed, hidden rows and columns, merged ranges, comments, figures
struck through or with a raised mark, number formats that show another figure: as plain data, sheet by sheet, taken from the bytes only when asked for and only where a mark of it occurs.
Belongs here: finding these in the XML. Does not belong here: what they mean for a school (``passed_over``), recomputing a
formula (``formulas``), what the part of styles says (``workbook_styles``), the values themselves (``workbook``).
"""

import math
import re
from collections.abc import Callable, Collection, Iterator
from functools import cached_property
from xml.etree import ElementTree
from xml.sax.saxutils import unescape

from domain.intake.beside_values import CellFormula
from domain.intake.container import Parts, local
from domain.intake.workbook_styles import strikes, struck_styles, telling_styles

_ERROR, FORMULA, _HIDDEN, MERGE = b't="e"', b"<f", b"hidden=", b"<mergeCell "
_RAISING = b"vertAlign"
_NO_HEIGHT, _NO_WIDTH = b' ht="0', b' width="0'
WORDS_OF_ITS_OWN = b"<is>"
MARKS = (_ERROR, FORMULA, _HIDDEN, _NO_HEIGHT, _NO_WIDTH, WORDS_OF_ITS_OWN, MERGE)  # sought by the gate while a sheet passes

_CELL = re.compile(rb'<c r="([A-Z]+[0-9]+)"([^>]*)>')
_FORMULA_OF_A_CELL = re.compile(rb"<f((?:\s[^>]*?)?)(?:/>|>([^<]*)</f>)")
_FORMULA_AND_END = re.compile(
    rb'<c r="([A-Z]++[0-9]++)"([^>]*+)><f(?=[\s>/])(?:(?:\s[^>]*/>|[^>]*+>([^<]*+)</f>)((?:<v></v>|<v\s*/>)?</c>))?'
)
_VALUE = re.compile(rb"<v>([^<]*)</v>")
_HIDDEN_TAG = re.compile(rb'\s(?:hidden="(?:1|true)"|(?:ht|width)="0(?:\.[0-9]*)?")')  # below one unit nothing can be read
_MERGED_RANGE = re.compile(rb'<mergeCell ref="([A-Z]+[0-9]+):([A-Z]+[0-9]+)"')
_NUMBERED = re.compile(r"&#(x[0-9A-Fa-f]{1,6}|[0-9]{1,7});")
# Texts shared by the workbook are not rewritten, so any manner of quoting is met here.
_RAISED = re.compile(rb"""<(?:\w+:)?vertAlign\s+val\s*=\s*["'](?:superscript|subscript)["']""")
_RUN = re.compile(rb"<(?:\w+:)?r(?:\s[^>]*)?>.*?</(?:\w+:)?r>", re.DOTALL)
_WORDS = re.compile(rb"<(?:\w+:)?t(?:\s[^>]*)?>[^<]*[^<\s][^<]*</")
_STRING = re.compile(rb"<(?:\w+:)?si(?:\s[^>]*)?(?:/>|>.*?</(?:\w+:)?si>)", re.DOTALL)
_SHARED_TEXT = re.compile(rb'<c r="([A-Z]+[0-9]+)"[^>]* t="s"[^>]*><v>([0-9]+)</v>')
_OWN_TEXT = re.compile(rb'<c r="([A-Z]+[0-9]+)"[^>]* t="inlineStr"[^>]*>(<is>.*?</is>)', re.DOTALL)
_ATTRIBUTE = re.compile(rb'\s([A-Za-z]+)="([^"]*)"')
_DIGITS_OF_THE_LARGEST = 308


class SheetParts:
    """What stands beside the values of one sheet; cells are addresses such as E14."""

    def __init__(self, parts: Parts, name: str, styles: str | None, strings: str | None) -> None:
        self._parts, self._name, self._styles, self._strings = parts, name, styles, strings
        self._marks = parts.marks.get(name, frozenset())

    @cached_property
    def _xml(self) -> bytes:
        return self._parts.read(self._name) or b""

    @cached_property
    def _cells(self) -> tuple[int, int]:
        """Where in the XML the cells stand; half of a form are its drop-downs and colours."""
        start, end = self._xml.find(b"<sheetData"), self._xml.rfind(b"</sheetData>")
        return max(start, 0), end if end > 0 else len(self._xml)

    @cached_property
    def errors(self) -> dict[str, str]:
        """Cells with an Excel error, and its text."""
        found: dict[str, str] = {}
        if _ERROR in self._marks:
            for position in _positions(self._xml, _ERROR):
                cell = _CELL.match(self._xml, self._xml.rfind(b"<", 0, position))
                if cell:
                    end = cell.end() if cell[2].endswith(b"/") else self._xml.find(b"</c>", cell.end())
                    value = _VALUE.search(self._xml, cell.end(), end)
                    found[cell[1].decode()] = _plain(value[1]) if value else "#VALUE!"
        return found

    @cached_property
    def not_finite(self) -> dict[str, str]:
        """Cells with a number beyond all numbers, or none, and how it is written: 1E+400, NaN."""
        found: dict[str, str] = {}
        for match in _VALUE.finditer(self._xml, *self._cells):
            if not match[1].isdigit() or len(match[1]) > _DIGITS_OF_THE_LARGEST:
                cell = _CELL.match(self._xml, self._xml.rfind(b"<c ", 0, match.start()))
                if cell and _is_not_finite(match[1]):
                    found[cell[1].decode()] = match[1].decode().strip()
        return found

    def how_written(self, cell: str) -> str | None:
        """How a cell's number is written that is none or beyond all numbers."""
        return self.not_finite.get(cell)

    @cached_property
    def never_computed(self) -> dict[str, str]:
        """Cells with a formula without a result, and the formula, empty where it is shared and written in another cell."""
        # An empty text is a result too.
        found = [(cell, text) for cell, style, text, end in self._with_formula if end and b't="str"' not in style]
        if not found:
            return {}
        # Undone all at once: no XML holds the sign between them, neither as it is nor escaped.
        formulas = _plain(b"\0".join(text for _, text in found)).split("\0")
        return dict(zip((cell.decode() for cell, _ in found), formulas, strict=True))

    @cached_property
    def with_formula(self) -> list[str]:
        """Cells with a formula."""
        return [cell.decode() for cell, *_ in self._with_formula]

    @cached_property
    def _with_formula(self) -> list[tuple[bytes, bytes, bytes, bytes]]:
        """Cells with a formula: address, attributes, and where there is no result its text and the end of the cell."""
        if FORMULA not in self._marks:
            return []
        return _FORMULA_AND_END.findall(self._xml, *self._cells)

    @cached_property
    def formulas(self) -> dict[str, CellFormula]:
        """Cells with a formula, and what it is."""
        found: dict[str, CellFormula] = {}
        if FORMULA not in self._marks:
            return found
        xml = self._xml
        shared: dict[bytes, tuple[str, str]] = {}
        for match in _FORMULA_OF_A_CELL.finditer(xml, *self._cells):
            cell = _CELL.match(xml, xml.rfind(b"<", 0, match.start()))
            if not cell:
                continue
            address = cell[1].decode()
            text, origin, plain = _plain(match[2] or b""), address, True
            if match[1].strip():
                attributes = dict(_ATTRIBUTE.findall(match[1]))
                kind = attributes.get(b"t", b"normal")
                if kind == b"shared":
                    group = attributes.get(b"si", b"")
                    if text:
                        shared[group] = (text, address)
                    text, origin = shared.get(group, ("", address))
                plain = kind in (b"normal", b"shared") and bool(text)
            found[address] = CellFormula(text, origin, plain)
        return found

    @cached_property
    def hidden(self) -> tuple[frozenset[int], list[tuple[int, int]]]:
        """Hidden rows by number, and hidden columns as ranges of numbers from 1; those without height or width among them."""
        rows: set[int] = set()
        columns: list[tuple[int, int]] = []
        if not self._marks.isdisjoint((_HIDDEN, _NO_HEIGHT, _NO_WIDTH)):
            xml = self._xml
            for position in _hiding(xml):
                start = xml.rfind(b"<", 0, position)
                attributes = dict(_ATTRIBUTE.findall(xml, start, xml.find(b">", position)))
                try:
                    if xml.startswith(b"<row ", start):
                        rows.add(int(attributes[b"r"]))
                    elif xml.startswith(b"<col ", start):
                        columns.append((int(attributes[b"min"]), int(attributes[b"max"])))
                except (KeyError, ValueError):
                    continue
        return frozenset(rows), columns

    @cached_property
    def merged(self) -> list[tuple[str, str]]:
        """Merged ranges by their first and last cell."""
        if MERGE not in self._marks:
            return []
        return [(match[1].decode(), match[2].decode()) for match in _MERGED_RANGE.finditer(self._xml)]

    @cached_property
    def comments(self) -> list[tuple[str, str, str]]:
        """Comments and notes: (cell, author, text), replies among them."""
        found: list[tuple[str, str, str]] = []
        threads: list[tuple[str, str, str]] = []
        for _, kind, name in self._parts.related(self._name):
            root = self._parts.root(name) if kind in ("comments", "threadedComment") else None
            if root is None:
                continue
            if kind == "comments":
                found.extend(_notes(root))
            else:
                threads.extend((one.get("ref", ""), "", "".join(one.itertext())) for one in root)
        talked = {cell for cell, _, _ in threads}
        # Excel writes a thread a second time as a note, for programs that do not know threads.
        return [one for one in found if one[0] not in talked] + threads

    @cached_property
    def struck(self) -> frozenset[str]:
        """Cells whose font, or part of whose text, is struck through, blank ones among them."""
        return frozenset([*self._struck_by_style(), *self._struck_in_part()])

    @cached_property
    def styles(self) -> bytes | None:
        """The styles of the workbook."""
        return self._parts.read(self._styles) if self._styles else None

    def _struck_by_style(self) -> Iterator[str]:
        part = self.styles
        root = self._parts.root(self._styles or "") if part and strikes(part) else None
        yield from (cell for cell, _ in self._with_styles(struck_styles(root) if root is not None else []))

    def _with_styles(self, styles: Collection[int]) -> Iterator[tuple[str, int]]:
        """Cells of these styles, with the style."""
        if styles:
            pattern = re.compile(rf'\ss="({"|".join(map(str, styles))})"'.encode())
            for match in pattern.finditer(self._xml):
                cell = _CELL.match(self._xml, self._xml.rfind(b"<", 0, match.start() + 1))
                if cell:
                    yield cell[1].decode(), int(match[1])

    @cached_property
    def formats(self) -> dict[str, str]:
        """Cells whose number format shows more than the figure, blank ones among them, and the format."""
        telling = telling_styles(self.styles) if self.styles else {}
        return {cell: telling[style] for cell, style in self._with_styles(telling)}

    def _struck_in_part(self) -> Iterator[str]:
        """Cells in whose text some characters alone are struck through, as where a figure was corrected by hand."""
        part = self._parts.read(self._strings) if self._strings else None
        if part and strikes(part):
            yield from self._with_shared_text(part, strikes)
        if WORDS_OF_ITS_OWN in self._marks and strikes(self._xml):
            yield from (cell.decode() for cell, text in _OWN_TEXT.findall(self._xml) if strikes(text))

    @cached_property
    def raised(self) -> frozenset[str]:
        """Cells of whose text some characters, not all, are set above or below the line: 450 with the mark of a footnote."""
        found: list[str] = []
        part = self._parts.read(self._strings) if self._strings else None
        if part and _RAISING in part:
            found += self._with_shared_text(part, _partly_raised)
        if WORDS_OF_ITS_OWN in self._marks and _RAISING in self._xml:
            found += [cell.decode() for cell, text in _OWN_TEXT.findall(self._xml) if _partly_raised(text)]
        return frozenset(found)

    def _with_shared_text(self, part: bytes, wanted: Callable[[bytes], bool]) -> Iterator[str]:
        """Cells whose text is among those shared by the whole workbook that are wanted."""
        numbers = {str(n).encode() for n, text in enumerate(_STRING.findall(part)) if wanted(text)}
        return (cell.decode() for cell, number in _SHARED_TEXT.findall(self._xml) if number in numbers)


def sheet_parts(parts: Parts) -> dict[str, SheetParts]:
    """What stands beside the values, by name of the sheet; nothing for a container that holds no list of sheets."""
    book = next((target for _, kind, target in parts.related("") if kind == "officeDocument"), "xl/workbook.xml")
    root = parts.root(book)
    if root is None:
        return {}
    relations = {id_: (kind, target) for id_, kind, target in parts.related(book)}
    parts_of = dict(relations.values())
    found: dict[str, SheetParts] = {}
    for one in root.iter():
        if local(one.tag) == "sheet":
            id_ = next((value for key, value in one.attrib.items() if local(key) == "id" and key != "id"), "")
            kind, target = relations.get(id_, ("", ""))
            if kind == "worksheet":
                found[one.get("name", "")] = SheetParts(parts, target, parts_of.get("styles"), parts_of.get("sharedStrings"))
    return found


def _plain(raw: bytes) -> str:
    """Text of an element; what XML escapes is rare in formulas."""
    text = raw.decode()
    if "&" not in text:
        return text
    if "&#" in text:
        text = _NUMBERED.sub(lambda sign: chr(int(sign[1][1:], 16) if sign[1][0] in "xX" else int(sign[1])), text)
    return unescape(text, {"&quot;": '"', "&apos;": "'"})


def _partly_raised(text: bytes) -> bool:
    """True for a text of which some words are raised or lowered and others are not: all of them together are one figure."""
    if _RAISING not in text:
        return False
    return {bool(_RAISED.search(run)) for run in _RUN.findall(text) if _WORDS.search(run)} == {True, False}


def _is_not_finite(written: bytes) -> bool:
    try:
        return not math.isfinite(float(written))
    except ValueError:
        return False


def _positions(text: bytes, mark: bytes) -> Iterator[int]:
    position = text.find(mark)
    while position >= 0:
        yield position
        position = text.find(mark, position + 1)


def _hiding(xml: bytes) -> Iterator[int]:
    """Where an attribute says that a row or column is not seen; sought by plain words, ten times as fast as by pattern."""
    for mark in (_HIDDEN, _NO_HEIGHT, _NO_WIDTH):
        for position in _positions(xml, mark):
            if _HIDDEN_TAG.match(xml, position - (mark is _HIDDEN)):
                yield position


def _notes(root: ElementTree.Element) -> Iterator[tuple[str, str, str]]:
    authors = [one.text or "" for one in root.iter() if local(one.tag) == "author"]
    for one in root.iter():
        if local(one.tag) == "comment":
            number = one.get("authorId", "")
            author = authors[int(number)] if number.isdigit() and int(number) < len(authors) else ""
            yield one.get("ref", ""), author, "".join(_spoken(one))


def _spoken(element: ElementTree.Element) -> Iterator[str]:
    """The runs of a text, without the readings in another script (rPh) that repeat them."""
    for one in element:
        if local(one.tag) == "t":
            yield one.text or ""
        elif local(one.tag) != "rPh":
            yield from _spoken(one)
