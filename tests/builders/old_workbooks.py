"""Workbooks of the old format (Excel 97 to 2003), record by record, with what stands beside their values.

Belongs here: how such a file is written. Does not belong here: which figures a school has (``schools``), any expectation.
"""

import struct
from collections.abc import Mapping, Sequence

from builders.workbooks import BULK, Rows, compound_file

Place = tuple[int, int]
"""Row and column from 0."""
PLAIN, STRUCK, RAISED, LOWERED = 0, 5, 6, 7  # fonts; there is no font 4
_LOOKS = {1: (0, 0), 2: (0, 0), 3: (0, 0), STRUCK: (0x08, 0), RAISED: (0, 1), LOWERED: (0, 2)}
_MOST = 8_000  # bytes of a record
Parts = Sequence[tuple[str, int]]


def record(kind: int, body: bytes) -> bytes:
    """One record."""
    return struct.pack("<HH", kind, len(body)) + body


def _start(kind: int, version: int = 0x0600) -> bytes:
    return record(0x0809, struct.pack("<HHHHII", version, kind, 0x0DBB, 1996, 0, 6))


def _font(font: int) -> bytes:
    looks, raised = _LOOKS.get(font, (0, 0))
    return record(0x0031, struct.pack("<HHHHHBBBBBB", 220, looks, 8, 400, raised, 0, 0, 0, 0, 1, 0) + b"A")


def _shared(texts: Sequence[Parts]) -> bytes:
    """The shared texts, cut into records amid the signs of a text, as a program does where one gets too long."""
    pieces = [struct.pack("<II", len(texts), len(texts))]
    for parts in texts:
        text = "".join(one for one, _ in parts)
        runs, at = [], 0
        for one, font in parts:
            runs.append((at, font))
            at += len(one)
        runs = [run for run in runs if run != (0, PLAIN)]
        pieces[-1] += struct.pack("<HB", len(text), 9 if runs else 1) + (struct.pack("<H", len(runs)) if runs else b"")
        for sign in text:
            if len(pieces[-1]) > _MOST:
                pieces.append(b"\1")
            pieces[-1] += sign.encode("utf-16-le")
        pieces[-1] += b"".join(struct.pack("<HH", *run) for run in runs)
    return b"".join(record(0x003C if number else 0x00FC, piece) for number, piece in enumerate(pieces))


def note(place: Place, text: str, author: str = "张") -> bytes:
    """A note at a cell."""
    thing = record(0x005D, struct.pack("<HHHHH12x", 0x15, 0x12, 0x19, 1, 0x4011) + b"\0" * 4)
    words = record(0x01B6, struct.pack("<HH6xHHI", 0x0212, 0, len(text), 16, 0))
    said = record(0x003C, b"\1" + text.encode("utf-16-le")) + record(0x003C, b"\0" * 16)
    whose = struct.pack("<HHHHHB", *place, 0, 1, len(author), 1) + author.encode("utf-16-le") + b"\0"
    return thing + words + said + record(0x001C, whose)


def hidden_row(row: int, height: int = 255, looks: int = 0x20) -> bytes:
    """A row that is not seen."""
    return record(0x0208, struct.pack("<HHHHHHI", row, 0, 256, height, 0, 0, looks | 0x100))


def hidden_column(column: int, width: int = 2048, looks: int = 1) -> bytes:
    """A column that is not seen."""
    return record(0x007D, struct.pack("<HHHHHH", column, column, width, 15, looks, 0))


def merged(*ranges: tuple[int, int, int, int]) -> bytes:
    """Merged ranges: first and last row, first and last column."""
    return record(0x00E5, struct.pack("<H", len(ranges)) + b"".join(struct.pack("<HHHH", *one) for one in ranges))


def excel_error(place: Place, number: int) -> bytes:
    """A cell with an Excel error that no formula gave."""
    return record(0x0205, struct.pack("<HHHBB", *place, 0, number, 1))


PI = b"\x21\x13\x00"
"""The program of a formula that nobody computes again."""


def whole_number(value: int) -> bytes:
    """The token of a number in a formula."""
    return struct.pack("<BH", 0x1E, value)


def other_books(*names: str) -> bytes:
    """The files that a workbook names, itself first, and a list of a sheet of each."""
    books = record(0x01AE, struct.pack("<HH", 1, 0x0401))
    for name in names:
        books += record(0x01AE, struct.pack("<HHB", 1, len(name), 1) + name.encode("utf-16-le"))
    listed = b"".join(struct.pack("<HHH", number, 0, 0) for number in range(len(names) + 1))
    return books + record(0x0017, struct.pack("<H", len(names) + 1) + listed)


def shared_formula(first: Place, last: Place, program: bytes) -> bytes:
    """The program that the formulas of several cells share, behind the first of them."""
    bounds = struct.pack("<HHBB", first[0], last[0], first[1], last[1])
    return record(0x04BC, bounds + struct.pack("<HH", 0, len(program)) + program)


def words_token(text: str) -> bytes:
    """The token of words in a formula."""
    return struct.pack("<BBB", 0x17, len(text), 1) + text.encode("utf-16-le")


def formula(place: Place, value: float | None = None, error: int | None = None, program: bytes = PI, kept: int = 0) -> bytes:
    """A cell with a formula and its result, a number or an error; ``kept`` is what Excel notes of its own computing."""
    result = struct.pack("<d", value) if error is None else struct.pack("<B1xB3xH", 2, error, 0xFFFF)
    return record(0x0006, struct.pack("<HHH", *place, 0) + result + struct.pack("<HIH", 0, kept, len(program)) + program)


def old_book(
    rows: Rows,
    words: Mapping[Place, Parts] | None = None,
    struck: Sequence[Place] = (),
    formats: Mapping[Place, str] | None = None,
    beside: bytes = b"",
    instead: Mapping[Place, bytes] | None = None,
    in_front: bytes = b"",
    kind: int = 0,
    sheets: int = 1,
    version: int = 0x0600,
) -> bytes:
    """A workbook of one table.

    Args:
        rows: its cells.
        words: cells whose text is of several fonts.
        struck: cells whose font is struck through.
        formats: number formats of cells.
        beside: further records of the sheet.
        instead: records in place of a cell.
        in_front: records at the head of the workbook.
        kind: of the sheet; 1 for a sheet of macros.
        sheets: how often the sheet is listed.
        version: as the file says it.
    """
    texts: list[Parts] = []
    cells = b""
    codes = list(dict.fromkeys((formats or {}).values()))
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            style = 1 if (r, c) in struck else 0
            if formats and (r, c) in formats:
                style = 2 + codes.index(formats[r, c])
            if instead and (r, c) in instead:
                cells += instead[r, c]
            elif (words and (r, c) in words) or isinstance(value, str):
                texts.append((words or {}).get((r, c)) or [(str(value), PLAIN)])
                cells += record(0x00FD, struct.pack("<HHHI", r, c, style, len(texts) - 1))
            elif value is not None:
                cells += record(0x0203, struct.pack("<HHHd", r, c, style, value))
    end = record(0x000A, b"")
    head = _start(5, version) + in_front + b"".join(map(_font, (0, 1, 2, 3, STRUCK, RAISED, LOWERED)))
    head += record(0x00E0, struct.pack("<H18x", PLAIN)) + record(0x00E0, struct.pack("<H18x", STRUCK))
    for number, code in enumerate(codes, start=164):
        head += record(0x041E, struct.pack("<HHB", number, len(code), 1) + code.encode("utf-16-le"))
        head += record(0x00E0, struct.pack("<HH16x", PLAIN, number))
    shared = _shared(texts)

    def listed(place: int) -> bytes:
        names = [BULK + (str(number) if number else "") for number in range(sheets)]
        return b"".join(
            record(0x0085, struct.pack("<IBBBB", place, 0, kind, len(name), 1) + name.encode("utf-16-le")) for name in names
        )

    place = len(head) + len(listed(0)) + len(shared) + len(end)
    return compound_file({"Workbook": head + listed(place) + shared + end + _start(0x10, version) + cells + beside + end})
