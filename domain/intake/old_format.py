"""What stands beside the values in a workbook of the old format (Excel 97 to 2003, WPS's .et), which the reader of values passes over.

Belongs here: Excel errors, formulas, links to other files, hidden rows and columns, merged ranges, notes, figures struck
through or with a raised mark, number formats that show another figure, from the records of the format; whether it is locked or
holds macro sheets. Does not belong here: what they mean for a school (``passed_over``), what a formula says
(``old_formulas``), where the records lie (``compound_file``), workbooks in XML (``sheet_parts``).
"""

import struct
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from functools import cached_property

from domain.intake.beside_values import CellFormula
from domain.intake.compound_file import stream_of
from domain.intake.findings import Unreadable
from domain.intake.headings import column_letters
from domain.intake.number_formats import BUILT_IN, shows
from domain.intake.old_formulas import Program, program
from domain.intake.old_texts import Runs, Texts, spread, text_of
from domain.intake.sheet_scan import BULK_LIMITS

_BOF, _EOF, _CONTINUE, _LOCKED, _SHEET = 0x0809, 0x000A, 0x003C, 0x002F, 0x0085
_BOOKS, _SHEETS_NAMED, _DEFINED, _SHARED_FORMULA, _ARRAY = 0x01AE, 0x0017, 0x0018, 0x04BC, 0x0221
_OWN, _ADDED = b"\x01\x04", b"\x01\x3a"  # in the place of a file's name: this workbook, functions that Excel adds
_FONT, _FORMAT, _STYLE, _TEXTS = 0x0031, 0x041E, 0x00E0, 0x00FC
_ROW, _COLUMNS, _MERGED, _NOTE, _OBJECT, _WORDS = 0x0208, 0x007D, 0x00E5, 0x001C, 0x005D, 0x01B6
_SHARED_TEXT, _FORMULA, _ERROR, _SEVERAL = 0x00FD, 0x0006, 0x0205, 0x00BD
_FIGURES = (0x0203, 0x027E, 0x0204, _SHARED_TEXT, _FORMULA)
_ASIDE = frozenset((_FORMULA, _SHARED_FORMULA, _ARRAY, _ERROR, _ROW, _COLUMNS, _MERGED, _OBJECT, _WORDS, _NOTE))
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_ZERO, _BY_NOBODY = b"\0" * 8, b"\0" * 4
"""A result of 0, and what stands behind it where the program keeps no notes of its own computing, as Excel does."""
_HEAD = struct.Struct("<HH").unpack_from
_VERSION_97, _MACRO_SHEET, _NO_FONT = 0x0600, 1, 4


@dataclass
class OldSheet:
    """What stands beside the values of one sheet; see ``sheet_parts.Beside``.

    Attributes:
        links: True where the workbook names other files.
        zeros: formulas whose result may have been lost: it is 0, and no program tells that it computed it; see ``old_zeros``.
        never_computed: those of them that ``old_zeros`` finds lost.
    """

    links: bool = False
    errors: dict[str, str] = field(default_factory=dict)
    never_computed: dict[str, str] = field(default_factory=dict)
    zeros: dict[str, Program] = field(default_factory=dict)
    formulas: dict[str, CellFormula] = field(default_factory=dict)
    merged: list[tuple[str, str]] = field(default_factory=list)
    comments: list[tuple[str, str, str]] = field(default_factory=list)
    struck: set[str] = field(default_factory=set)
    raised: set[str] = field(default_factory=set)
    formats: dict[str, str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)

    @property
    def with_formula(self) -> list[str]:
        """Cells with a formula."""
        return list(self.formulas)

    @property
    def hidden(self) -> tuple[frozenset[int], list[tuple[int, int]]]:
        """Hidden rows by number, and hidden columns as ranges of numbers from 1."""
        return frozenset(self.hidden_rows), self.hidden_columns


def old_sheets(content: bytes) -> dict[str, OldSheet] | None:
    """What stands beside the values, by name of the sheet; None where the file is older still, or not as the format says.

    Raises:
        Unreadable: it is locked by a password, has a sheet of macros, or more sheets or merged ranges than any table.
    """
    stream = stream_of(content, ("Workbook",))
    if stream is None:
        return None
    try:
        return _Book(stream).sheets()
    except (struct.error, IndexError, UnicodeDecodeError, KeyError):
        return None


def _records(stream: bytes, at: int = 0, wanted: AbstractSet[int] | None = None) -> Iterator[tuple[int, bytes]]:
    """The records from a place on, to the end of what begins there; charts within a sheet are left out.

    Args:
        stream: the workbook.
        at: where to begin.
        wanted: kinds of records to give, each with those that continue it; None for all.
    """
    depth, end, given = 0, len(stream), True
    while at + 4 <= end:
        kind, size = _HEAD(stream, at)
        at += 4
        if kind == _BOF:
            depth += 1
        given = given if kind == _CONTINUE else wanted is None or kind in wanted
        if given and depth == 1:
            yield kind, stream[at : at + size]
        if kind == _EOF:
            depth -= 1
            if depth <= 0:
                return
        at += size


class _Book:
    def __init__(self, stream: bytes) -> None:
        self.stream = stream
        self.places: list[tuple[str, int]] = []
        self.fonts: list[tuple[bool, bool]] = []  # struck through, raised or lowered
        self.styles: list[int] = []
        self.formats = dict(BUILT_IN)
        formats: list[int] = []
        self.texts: list[tuple[str, Runs]] = []
        self.books: list[bool] = []  # whether each lies in another file
        self.elsewhere: set[int] = set()
        self.here: dict[int, int] = {}  # which sheet of this file each number of the list of sheets means
        self.names: list[str] = []
        pieces: list[bytes] = []
        before = 0
        for kind, body in _records(stream):
            if kind == _BOF and struct.unpack_from("<H", body)[0] != _VERSION_97:
                raise KeyError("an older version")
            if kind == _LOCKED:
                raise Unreadable("F-PASSWORD")
            if kind == _SHEET:
                self._sheet(body)
            elif kind == _FONT:
                _, looks, _, _, raised = struct.unpack_from("<HHHHH", body)
                self.fonts.append((bool(looks & 0x08), raised in (1, 2)))
            elif kind == _FORMAT:
                number, length, wide = struct.unpack_from("<HHB", body)
                self.formats[number] = text_of(body[5:], length, wide)
            elif kind == _STYLE:
                font, number = struct.unpack_from("<HH", body)
                self.styles.append(font)
                formats.append(number)
            elif kind == _BOOKS:
                self.books.append(body[2:4] not in (_OWN, _ADDED))
            elif kind == _SHEETS_NAMED:
                for number, (book, first, last) in enumerate(struct.iter_unpack("<HHH", body[2 : 2 + (len(body) - 2) // 6 * 6])):
                    if book < len(self.books) and self.books[book]:
                        self.elsewhere.add(number)
                    elif first == last:
                        self.here[number] = first
            elif kind == _DEFINED:
                self.names.append(text_of(body[15:], body[3], body[14]))
            elif kind == _TEXTS or (kind == _CONTINUE and before == _TEXTS):
                pieces.append(body)
            before = before if kind == _CONTINUE else kind
        if pieces:
            self.texts = list(Texts(pieces).read())
        self.of_several_fonts = any(runs for _, runs in self.texts)
        codes = [self.formats.get(number, "") for number in formats]
        self.telling = {number: code for number, code in enumerate(codes) if shows(code)}
        self.struck_styles = {number for number, font in enumerate(self.styles) if self.look(font)[0]}

    def _sheet(self, body: bytes) -> None:
        place, _, kind, length, wide = struct.unpack_from("<IBBBB", body)
        if kind == _MACRO_SHEET:
            raise Unreadable("F-MACRO")
        self.places.append((text_of(body[8:], length, wide), place))
        if len(self.places) > BULK_LIMITS.sheets:
            raise Unreadable("F-SHEETS", limit=BULK_LIMITS.sheets)

    def look(self, font: int) -> tuple[bool, bool]:
        """Whether a font is struck through, and raised or lowered; there is no font 4."""
        return self.fonts[font - (font > _NO_FONT)] if self.fonts else (False, False)

    @cached_property
    def named(self) -> dict[int, str]:
        """The names of the sheets of this file, by their number in the list of sheets."""
        return {number: self.places[sheet][0] for number, sheet in self.here.items() if sheet < len(self.places)}

    def _program(self, code: bytes, row: int, column: int) -> Program:
        return program(code, row, column, self.elsewhere, self.named, self.names)

    def sheets(self) -> dict[str, OldSheet]:
        return {name: self._beside(place) for name, place in self.places}

    def _beside(self, place: int) -> OldSheet:
        sheet = OldSheet(links=any(self.books))
        shared: dict[tuple[int, int], bytes] = {}
        arrays: dict[tuple[int, int], bytes] = {}
        sharing: dict[tuple[int, int], tuple[int, int]] = {}
        last = (0, 0)
        notes: list[tuple[str, str, int]] = []
        words: dict[int, str] = {}
        thing, before, length, pieces = 0, 0, 0, []
        struck, telling = self.struck_styles, self.telling
        # Of the cells themselves, nearly all that there is, only those are looked at in which something may be found.
        wanted = (
            _ASIDE
            | ({_SHARED_TEXT} if self.of_several_fonts else set())
            | ({*_FIGURES, _SEVERAL} if struck or telling else set())
        )
        for kind, body in _records(self.stream, place, wanted):
            if kind == _CONTINUE and before == _WORDS:
                pieces.append(body)
                continue
            if before == _WORDS and pieces:
                words[thing] = spread(pieces, length)
            before = kind
            if kind in _FIGURES:
                if kind == _SHARED_TEXT and self.of_several_fonts:
                    self._shared_text(sheet, body)
                elif kind == _FORMULA:
                    last = struct.unpack_from("<HH", body)
                    if written_at := self._formula(sheet, body):
                        sharing[last] = written_at
                if struck or telling:
                    self._look_of(sheet, _address(body), struct.unpack_from("<H", body, 4)[0])
            elif kind == _SHARED_FORMULA:
                shared[last] = body[10 : 10 + struct.unpack_from("<H", body, 8)[0]]
            elif kind == _ARRAY:
                arrays[last] = body[14 : 14 + struct.unpack_from("<H", body, 12)[0]]
            elif kind == _SEVERAL and (struck or telling):
                row, first = struct.unpack_from("<HH", body)
                for n, (style, _) in enumerate(struct.iter_unpack("<HI", body[4 : len(body) - 2])):
                    self._look_of(sheet, _cell(row, first + n), style)
            elif kind == _ERROR and body[7]:
                sheet.errors[_address(body)] = _ERRORS.get(body[6], "#VALUE!")
            elif kind == _ROW:
                number, _, _, height, _, _, looks = struct.unpack_from("<HHHHHHH", body)
                if looks & 0x20 or not height & 0x7FFF:
                    sheet.hidden_rows.add(number + 1)
            elif kind == _COLUMNS:
                first, last, width, _, looks = struct.unpack_from("<HHHHH", body)
                if looks & 0x01 or width < 256:  # below one unit nothing can be read
                    sheet.hidden_columns.append((first + 1, last + 1))
            elif kind == _MERGED:
                for top, bottom, left, right in struct.iter_unpack("<HHHH", body[2 : 2 + 8 * struct.unpack_from("<H", body)[0]]):
                    sheet.merged.append((_cell(top, left), _cell(bottom, right)))
                if len(sheet.merged) > BULK_LIMITS.merges:
                    raise Unreadable("F-MERGES", limit=BULK_LIMITS.merges)
            elif kind == _OBJECT:
                thing = struct.unpack_from("<H", body, 6)[0]
            elif kind == _WORDS:
                length, pieces = struct.unpack_from("<H", body, 10)[0], []
            elif kind == _NOTE:
                row, column, _, its, named = struct.unpack_from("<HHHHH", body)
                notes.append((_cell(row, column), text_of(body[11:], named, body[10]), its))
        for (row, column), written_at in sharing.items():
            found = self._program(shared.get(written_at, b""), row, column)
            if written_at in arrays:  # not recomputed
                found = replace(self._program(arrays[written_at], row, column), text=None)
            _note_formula(sheet, row, column, found)
        sheet.comments = [(cell, author, words[its]) for cell, author, its in notes if its in words]
        return sheet

    def _look_of(self, sheet: OldSheet, cell: str, style: int) -> None:
        if style in self.struck_styles:
            sheet.struck.add(cell)
        if style in self.telling:
            sheet.formats[cell] = self.telling[style]

    def _formula(self, sheet: OldSheet, body: bytes) -> tuple[int, int] | None:
        """Note a formula, or the error that it gives; the cell at which its program is written, where that is shared."""
        row, column = struct.unpack_from("<HH", body)
        if body[12:14] == b"\xff\xff" and body[6] == 2:
            sheet.errors[_cell(row, column)] = _ERRORS.get(body[8], "#VALUE!")
            return None
        size = struct.unpack_from("<H", body, 20)[0]
        found = self._program(body[22 : 22 + size], row, column)
        if body[6:14] == _ZERO and body[16:20] == _BY_NOBODY:
            sheet.zeros[_cell(row, column)] = found
        _note_formula(sheet, row, column, found)
        return found.shared_with

    def _shared_text(self, sheet: OldSheet, body: bytes) -> None:
        row, column, style, number = struct.unpack_from("<HHHI", body)
        text, runs = self.texts[number]
        if not runs:
            return
        bounds = [(0, self.styles[style]), *runs]
        ends = [at for at, _ in runs] + [len(text)]
        looks = [
            self.look(font) for (start, font), end in zip(bounds, ends, strict=True) if text[start:end].strip()
        ]  # of the parts that say something
        if any(struck for struck, _ in looks):
            sheet.struck.add(_cell(row, column))
        if len({raised for _, raised in looks}) == 2:
            sheet.raised.add(_cell(row, column))


def _note_formula(sheet: OldSheet, row: int, column: int, found: Program) -> None:
    cell = _cell(row, column)
    sheet.formulas[cell] = CellFormula(found.text or found.spelt, cell, plain=found.text is not None)
    if cell in sheet.zeros:
        sheet.zeros[cell] = found


def _address(body: bytes) -> str:
    return _cell(*struct.unpack_from("<HH", body))


def _cell(row: int, column: int) -> str:
    return f"{column_letters(column)}{row + 1}"
