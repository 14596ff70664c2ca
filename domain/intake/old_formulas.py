"""Formulas of the old format (Excel 97 to 2003): kept as programs, written here again as the text that people see.

What ``formulas`` recomputes is told from the rest: + - * / %, brackets, SUM and ROUND over this workbook; so is a formula that
takes a value from another file, and one that may give words. Belongs here: the program of one formula. Does not belong here:
the records in which it stands (``old_format``), the functions (``old_functions``), arithmetic (``formulas``).
"""

import re
import struct
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from domain.intake.old_functions import ADDED, ADDED_FUNCTIONS, FUNCTIONS, IN_NEWER_PROGRAMS, Function
from domain.intake.plain_sheet import column_letters

ELSEWHERE = "[1]"
"""What stands for a formula that takes a value from another file, as the new format writes it; see ``formulas.points_elsewhere``."""
Bounds = tuple[int, int, int, int]
"""First and last row, first and last column, from 0."""
Area = tuple[str | None, Bounds]
"""Cells: name of the sheet, None for the formula's own, and where in it."""
_COMPARES, _JOINS, _TO_THE_POWER = -1, 0, 3
_SIGN_BEFORE, _PERCENT, _WHOLE = 4, 5, 6
"""How tightly a part holds together, beside the 1 and 2 of the signs of arithmetic."""
_SIGNS = {0x03: ("+", 1), 0x04: ("-", 1), 0x05: ("*", 2), 0x06: ("/", 2)}
_OTHER_SIGNS = {
    0x07: ("^", _TO_THE_POWER), 0x08: ("&", _JOINS), 0x09: ("<", _COMPARES), 0x0A: ("<=", _COMPARES), 0x0B: ("=", _COMPARES),
    0x0C: (">=", _COMPARES), 0x0D: (">", _COMPARES), 0x0E: ("<>", _COMPARES),
}  # fmt: skip
# Bytes behind each token whose length is always the same; those of values and references by their class of a plain reference.
_BYTES = {
    **dict.fromkeys(range(0x03, 0x17), 0), 0x01: 4, 0x02: 4, 0x1C: 1, 0x1D: 1, 0x1E: 2, 0x1F: 8, 0x20: 7, 0x21: 2, 0x22: 3, 0x23: 4,
    0x24: 4, 0x25: 8, 0x26: 6, 0x27: 6, 0x28: 6, 0x29: 2, 0x2A: 4, 0x2B: 8, 0x2C: 4, 0x2D: 8, 0x39: 6, 0x3A: 6, 0x3B: 10, 0x3C: 6,
    0x3D: 10,
}  # fmt: skip
_TEXT, _ATTRIBUTE, _SHARED, _LEFT_OUT, _YES_OR_NO, _NAMED = 0x17, 0x19, 0x01, 0x16, 0x1D, 0x23
_FIXED, _VARIED = 0x21, 0x22
_CELL_IN_A_SHEET, _RANGE_IN_A_SHEET = 0x3A, 0x3B
_IN_SHEETS = (
    0x39,
    _CELL_IN_A_SHEET,
    _RANGE_IN_A_SHEET,
    0x3C,
    0x3D,
)  # each begins with the number of the sheet, or file, in the workbook's list
_PLAIN_NAME = re.compile(r"[^\W\d][\w.]*")
_SUM, _ROUND = 4, 27
_SHOWN_AS_FAR = "……"


@dataclass(frozen=True)
class Part:
    """A part of a formula.

    Attributes:
        text: as people see it.
        tightness: how tightly it holds together.
        again: True where ``formulas`` recomputes it.
        words: True where it gives, or may give, something that is no number, whatever stands in the cells.
        sources: the cells from which it may take its result as it stands.
    """

    text: str
    tightness: int = _WHOLE
    again: bool = True
    words: bool = False
    sources: tuple[Area, ...] = ()


@dataclass(frozen=True)
class Program:
    """The program of one formula.

    Attributes:
        text: as people see it; ``ELSEWHERE`` where it takes a value from another file; None where it is not recomputed.
        shared_with: row and column from 0 of the cell at which the program is written, where it is shared.
        spelt: as people see it, whether it is recomputed or not, as far as it could be read.
        words, sources: of its result; see ``Part``.
    """

    text: str | None
    shared_with: tuple[int, int] | None = None
    spelt: str = _SHOWN_AS_FAR
    words: bool = True
    sources: tuple[Area, ...] = ()


def program(
    code: bytes,
    row: int,
    column: int,
    elsewhere: Collection[int],
    sheets: Mapping[int, str] | None = None,
    names: Sequence[str] = (),
) -> Program:
    """Read a program.

    Args:
        code: its tokens.
        row, column: of the cell, from 0, from which references of a shared formula are counted.
        elsewhere: numbers, in the workbook's list of sheets, of what lies in other files.
        sheets: name of each number in that list that is one sheet of this file.
        names: that the workbook defines.
    """
    parts: list[Part] | None = []
    at, external = 0, False
    try:
        while at < len(code):
            token = code[at] if code[at] < 0x40 else (code[at] & 0x1F) | 0x20
            body = code[at + 1 :]
            if token == _SHARED and at == 0:
                first, last = struct.unpack_from("<HH", body)
                return Program(None, (first, last))
            external = external or (token in _IN_SHEETS and struct.unpack_from("<H", body)[0] in elsewhere)
            length = _length(token, body)
            at += 1 + length
            try:
                parts = _with(parts, token, body[:length], (row, column), sheets or {}, names) if parts is not None else None
            except (struct.error, IndexError, KeyError, ValueError):
                parts = None
    except (struct.error, IndexError, KeyError):
        parts = None
    if external:
        return Program(ELSEWHERE)
    if parts is None or len(parts) != 1:
        return Program(None)
    (whole,) = parts
    return Program(whole.text if whole.again else None, None, whole.text, whole.words, whole.sources)


def _length(token: int, body: bytes) -> int:
    if token == _TEXT:
        return 2 + body[0] * (2 if body[1] & 1 else 1)
    if token == _ATTRIBUTE:
        return 3 + (2 * struct.unpack_from("<H", body, 1)[0] + 2 if body[0] & 0x04 else 0)
    return _BYTES[token]


def _with(
    parts: list[Part], token: int, body: bytes, place: tuple[int, int], sheets: Mapping[int, str], names: Sequence[str]
) -> list[Part]:
    """The parts after one more token.

    Raises:
        IndexError, KeyError, ValueError: the token is none that is read, or there is too little before it.
    """
    if token in _SIGNS or token in _OTHER_SIGNS:
        sign, tightness = _SIGNS.get(token) or _OTHER_SIGNS[token]
        *rest, left, right = parts
        text = f"{_held(left, tightness)}{sign}{_held(right, tightness + 1)}"
        return [*rest, Part(text, tightness, token in _SIGNS and left.again and right.again, tightness <= _JOINS)]
    if token in (0x12, 0x13):
        return [*parts[:-1], Part("+-"[token - 0x12] + _held(parts[-1], _SIGN_BEFORE), _SIGN_BEFORE, parts[-1].again)]
    if token == 0x14:
        return [*parts[:-1], Part(_held(parts[-1], _PERCENT) + "%", _PERCENT, parts[-1].again)]
    if token == 0x15:
        return [*parts[:-1], replace(parts[-1], text=f"({parts[-1].text})", tightness=_WHOLE)]
    if token == _ATTRIBUTE:  # but for a sum of one, these say only in which order a program goes on, or how it is spaced
        return _called(FUNCTIONS[_SUM], 1, parts, again=True) if body[0] & 0x10 else parts
    if token == _FIXED:
        number = struct.unpack_from("<H", body)[0]
        function = FUNCTIONS[number]
        if function.takes is None:
            raise KeyError(function.name)
        return _called(function, function.takes, parts, again=number == _ROUND)
    if token == _VARIED:
        return _called_with(body[0] & 0x7F, struct.unpack_from("<H", body, 1)[0], parts)
    if token == _NAMED:
        return [*parts, Part(names[struct.unpack_from("<H", body)[0] - 1], again=False, words=True)]
    return [*parts, _value(token, body, place, sheets)]


def _value(token: int, body: bytes, place: tuple[int, int], sheets: Mapping[int, str]) -> Part:
    if token in _NUMBERS:
        return Part(_NUMBERS[token](body))
    if token in _REFERENCES:
        bounds = _REFERENCES[token](body, *place)
        return Part(_spelt(token, bounds), sources=((None, bounds),))
    if token in (_CELL_IN_A_SHEET, _RANGE_IN_A_SHEET):
        sheet = sheets[struct.unpack_from("<H", body)[0]]
        bounds = _reference(body[2:]) if token == _CELL_IN_A_SHEET else _range(body[2:])
        return Part(f"{_named(sheet)}!{_spelt(token, bounds)}", sources=((sheet, bounds),))
    if token == _TEXT:
        words = body[2:].decode("utf-16-le" if body[1] & 1 else "latin-1", "replace")
        return Part('"{}"'.format(words.replace('"', '""')), again=False, words=True)
    if token == _YES_OR_NO:
        return Part("TRUE" if body[0] else "FALSE", again=False, words=True)
    if token == _LEFT_OUT:
        return Part("", again=False)
    raise KeyError(token)


def _held(part: Part, tightness: int) -> str:
    return part.text if part.tightness >= tightness else f"({part.text})"


def _called_with(count: int, number: int, parts: list[Part]) -> list[Part]:
    """A function that says how many values it takes, for one whose name is the first of them."""
    if number != ADDED:
        return _called(FUNCTIONS[number], count, parts, again=number == _SUM)
    rest, (named, *given) = parts[: len(parts) - count], parts[len(parts) - count :]
    name = named.text.removeprefix(IN_NEWER_PROGRAMS)
    return _called(ADDED_FUNCTIONS.get(name, Function(name)), count - 1, [*rest, *given], again=False)


def _called(function: Function, count: int, parts: list[Part], again: bool) -> list[Part]:
    if not 0 <= count <= len(parts) or (again and not count):
        raise IndexError(function.name)
    rest, given = parts[: len(parts) - count], parts[len(parts) - count :]
    text = f"{function.name}({','.join(part.text for part in given)})"
    first = function.passes
    passed = [] if first is None else given[first : first + 1] if function.alone else given[first:]
    return [
        *rest,
        Part(
            text,
            again=again and all(part.again for part in given),
            words=not function.number and (not passed or any(part.words for part in passed)),
            sources=tuple(area for part in passed for area in part.sources),
        ),
    ]


def _named(sheet: str) -> str:
    """The name of a sheet as it stands in formulas: in quotes, unless it is a plain word."""
    return sheet if _PLAIN_NAME.fullmatch(sheet) else "'{}'".format(sheet.replace("'", "''"))


def _spelt(token: int, bounds: Bounds) -> str:
    top, bottom, left, right = bounds
    return _cell(top, left) if token in _OF_ONE_CELL else f"{_cell(top, left)}:{_cell(bottom, right)}"


def _cell(row: int, column: int) -> str:
    return f"{column_letters(column + 1)}{row + 1}"


def _moved(row: int, column: int, from_row: int, from_column: int) -> tuple[int, int]:
    """A cell of a shared formula: what is marked as relative is counted from the cell in which the formula stands."""
    at_row = (from_row + row) & 0xFFFF if column & 0x8000 else row
    return at_row, (from_column + column if column & 0x4000 else column) & 0xFF


def _reference(body: bytes, row: int = 0, column: int = 0) -> Bounds:
    at_row, at_column = struct.unpack_from("<HH", body)
    return at_row, at_row, at_column & 0xFF, at_column & 0xFF


def _range(body: bytes, row: int = 0, column: int = 0) -> Bounds:
    top, bottom, left, right = struct.unpack_from("<HHHH", body)
    return top, bottom, left & 0xFF, right & 0xFF


def _moved_reference(body: bytes, row: int, column: int) -> Bounds:
    at_row, at_column = struct.unpack_from("<HH", body)
    at_row, at_column = _moved(at_row, at_column, row, column)
    return at_row, at_row, at_column, at_column


def _moved_range(body: bytes, row: int, column: int) -> Bounds:
    top, bottom, left, right = struct.unpack_from("<HHHH", body)
    (top, left), (bottom, right) = _moved(top, left, row, column), _moved(bottom, right, row, column)
    return top, bottom, left, right


def _whole_number(body: bytes) -> str:
    return str(struct.unpack_from("<H", body)[0])


def _number(body: bytes) -> str:
    return f"{struct.unpack_from('<d', body)[0]:.15g}"


_OF_ONE_CELL = (0x24, 0x2C, _CELL_IN_A_SHEET)
_NUMBERS: dict[int, Callable[[bytes], str]] = {0x1E: _whole_number, 0x1F: _number}
_REFERENCES: dict[int, Callable[[bytes, int, int], Bounds]] = {
    0x24: _reference,
    0x25: _range,
    0x2C: _moved_reference,
    0x2D: _moved_range,
}
