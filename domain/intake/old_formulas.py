"""Formulas of the old format (Excel 97 to 2003): kept as programs, written here again as the text that people see.

Only what ``formulas`` recomputes is written: + - * / %, brackets, SUM and ROUND over the same sheet; and a formula that takes
a value from another file is told from all others. Belongs here: the program of one formula. Does not belong here: the records
in which it stands (``old_format``), arithmetic (``formulas``).
"""

import struct
from collections.abc import Callable, Collection
from dataclasses import dataclass

from domain.intake.plain_sheet import column_letters

ELSEWHERE = "[1]"
"""What stands for a formula that takes a value from another file, as the new format writes it; see ``formulas.points_elsewhere``."""
_SIGNS = {0x03: ("+", 1), 0x04: ("-", 1), 0x05: ("*", 2), 0x06: ("/", 2)}
_SIGN_BEFORE, _PERCENT, _WHOLE = 3, 4, 5
"""How tightly a part holds together, beside the 1 and 2 of the signs between two."""
# Bytes behind each token whose length is always the same; those of values and references by their class of a plain reference.
_BYTES = {
    **dict.fromkeys(range(0x03, 0x17), 0), 0x01: 4, 0x02: 4, 0x1C: 1, 0x1D: 1, 0x1E: 2, 0x1F: 8, 0x20: 7, 0x21: 2, 0x22: 3, 0x23: 4,
    0x24: 4, 0x25: 8, 0x26: 6, 0x27: 6, 0x28: 6, 0x29: 2, 0x2A: 4, 0x2B: 8, 0x2C: 4, 0x2D: 8, 0x39: 6, 0x3A: 6, 0x3B: 10, 0x3C: 6,
    0x3D: 10,
}  # fmt: skip
_TEXT, _ATTRIBUTE, _SHARED = 0x17, 0x19, 0x01
_IN_SHEETS = (0x39, 0x3A, 0x3B, 0x3C, 0x3D)  # each begins with the number of the sheet, or file, in the workbook's list
_SUM, _ROUND = 4, 27
Part = tuple[str, int]


@dataclass(frozen=True)
class Program:
    """The program of one formula.

    Attributes:
        text: as people see it; ``ELSEWHERE`` where it takes a value from another file; None where it is of another kind.
        shared_with: row and column from 0 of the cell at which the program is written, where it is shared.
    """

    text: str | None
    shared_with: tuple[int, int] | None = None


def program(code: bytes, row: int, column: int, elsewhere: Collection[int]) -> Program:
    """Read a program.

    Args:
        code: its tokens.
        row, column: of the cell, from 0, from which references of a shared formula are counted.
        elsewhere: numbers, in the workbook's list of sheets, of what lies in other files.
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
            at += 1 + _length(token, body)
            parts = _with(parts, token, body, row, column) if parts is not None else None
    except (struct.error, IndexError, KeyError):
        parts = None
    if external:
        return Program(ELSEWHERE)
    return Program(parts[0][0] if parts is not None and len(parts) == 1 else None)


def _length(token: int, body: bytes) -> int:
    if token == _TEXT:
        return 2 + body[0] * (2 if body[1] & 1 else 1)
    if token == _ATTRIBUTE:
        return 3 + (2 * struct.unpack_from("<H", body, 1)[0] + 2 if body[0] & 0x04 else 0)
    return _BYTES[token]


def _with(parts: list[Part], token: int, body: bytes, row: int, column: int) -> list[Part] | None:
    """The parts after one more token; None where it is none that is recomputed."""
    if token in _SIGNS:
        sign, tightness = _SIGNS[token]
        *rest, left, right = parts
        return [*rest, (f"{_held(left, tightness)}{sign}{_held(right, tightness + 1)}", tightness)]
    if token in (0x12, 0x13):
        return [*parts[:-1], ("+-"[token - 0x12] + _held(parts[-1], _SIGN_BEFORE), _SIGN_BEFORE)]
    if token == 0x14:
        return [*parts[:-1], (_held(parts[-1], _PERCENT) + "%", _PERCENT)]
    if token == 0x15:
        return [*parts[:-1], (f"({parts[-1][0]})", _WHOLE)]
    if token == _ATTRIBUTE:
        if body[0] & 0x10:
            return _called("SUM", 1, parts)
        return None if body[0] & 0x0E else parts
    if token == 0x21:
        return _called("ROUND", 2, parts) if struct.unpack_from("<H", body)[0] == _ROUND else None
    if token == 0x22:
        return _called("SUM", body[0] & 0x7F, parts) if struct.unpack_from("<H", body, 1)[0] == _SUM else None
    value = _VALUES.get(token)
    return [*parts, (value(body, row, column), _WHOLE)] if value else None


def _held(part: Part, tightness: int) -> str:
    return part[0] if part[1] >= tightness else f"({part[0]})"


def _called(name: str, count: int, parts: list[Part]) -> list[Part]:
    if not 0 < count <= len(parts):
        raise IndexError(name)
    arguments = ",".join(text for text, _ in parts[-count:])
    return [*parts[:-count], (f"{name}({arguments})", _WHOLE)]


def _cell(row: int, column: int) -> str:
    return f"{column_letters((column & 0xFF) + 1)}{row + 1}"


def _moved(row: int, column: int, from_row: int, from_column: int) -> str:
    """A cell of a shared formula: what is marked as relative is counted from the cell in which the formula stands."""
    at_row = (from_row + row) & 0xFFFF if column & 0x8000 else row
    return _cell(at_row, from_column + column if column & 0x4000 else column)


def _reference(body: bytes, row: int, column: int) -> str:
    return _cell(*struct.unpack_from("<HH", body))


def _range(body: bytes, row: int, column: int) -> str:
    top, bottom, left, right = struct.unpack_from("<HHHH", body)
    return f"{_cell(top, left)}:{_cell(bottom, right)}"


def _moved_reference(body: bytes, row: int, column: int) -> str:
    at_row, at_column = struct.unpack_from("<HH", body)
    return _moved(at_row, at_column, row, column)


def _moved_range(body: bytes, row: int, column: int) -> str:
    top, bottom, left, right = struct.unpack_from("<HHHH", body)
    return f"{_moved(top, left, row, column)}:{_moved(bottom, right, row, column)}"


def _whole_number(body: bytes, row: int, column: int) -> str:
    return str(struct.unpack_from("<H", body)[0])


def _number(body: bytes, row: int, column: int) -> str:
    return f"{struct.unpack_from('<d', body)[0]:.15g}"


_VALUES: dict[int, Callable[[bytes, int, int], str]] = {
    0x1E: _whole_number,
    0x1F: _number,
    0x24: _reference,
    0x25: _range,
    0x2C: _moved_reference,
    0x2D: _moved_range,
}
