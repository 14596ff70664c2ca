"""Damaging good workbooks in the ways that disks, mails, other programs and people do.

Belongs here: one mutation each as a function of content and a source of chance. Does not belong here: what must come of it.
"""

import io
import random
import re
import struct
import zipfile
from collections.abc import Callable

import openpyxl

Mutation = Callable[[bytes, random.Random], bytes]
ODD_VALUES = (
    "", " ", "450人", "４５０", "1,450", "—", "无", "#DIV/0!", "=1+1", "=SUM(A1:A9)", "-5", -5, 450.5, 1e300, True, "1e999",
    "<script>", "𠮷" * 50, "\u202e12", "x" * 40_000, "2024-01-02", 0, 10**15, "'=cmd", "{{7*7}}", "第—小学", "0.85", "85%",
)  # fmt: skip
ODD_TEXTS = ("NaN", "INF", "-1", "99999999", "", "1E+400", "abc", "0x10", "１２", "1 2", "&#0;", "&amp;", "]]>", "<v>", "\x01")
ODD_REFERENCES = ("ZZZZ9999999", "XFD1048576", "A0", "", "E14", "1E", "A1:B2", "AAA1")
ODD_ATTRIBUTES = ('t="e"', 't="s"', 't="b"', 't="str"', 't="inlineStr"', 't="d"', 't="zz"', 's="99999"', 's="-1"', 'hidden="1"')


def flipped_bytes(content: bytes, chance: random.Random) -> bytes:
    """A few bytes changed."""
    damaged = bytearray(content)
    for _ in range(chance.randint(1, 4)):
        damaged[chance.randrange(len(damaged))] = chance.randrange(256)
    return bytes(damaged)


def cut(content: bytes, chance: random.Random) -> bytes:
    """The end missing, as of an upload that broke off."""
    return content[: chance.randrange(1, len(content))]


def doubled_slice(content: bytes, chance: random.Random) -> bytes:
    """A piece of the file twice."""
    start = chance.randrange(len(content))
    end = min(len(content), start + chance.randint(1, 3_000))
    return content[:end] + content[start:end] + content[end:]


def wrong_directory(content: bytes, chance: random.Random) -> bytes:
    """A field of the zip's own directory changed: sizes, offsets, flags, methods."""
    damaged = bytearray(content)
    places = [m.start() for m in re.finditer(b"PK\x01\x02", content)]
    if not places:
        return content
    place = chance.choice(places)
    offset, width = chance.choice(((8, 2), (10, 2), (16, 4), (20, 4), (24, 4), (28, 2), (42, 4)))
    value = chance.choice((0, 1, 8, 9, 99, 0xFFFF, 0xFFFFFFFF, chance.randrange(1 << 16))) & ((1 << (8 * width)) - 1)
    damaged[place + offset : place + offset + width] = struct.pack("<I" if width == 4 else "<H", value)
    return bytes(damaged)


def other_members(content: bytes, chance: random.Random) -> bytes:
    """A part dropped, doubled, renamed or emptied."""
    parts = _parts(content)
    name = chance.choice(list(parts))
    kind = chance.choice(("drop", "double", "rename", "empty", "case"))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, text in parts.items():
            if part != name:
                archive.writestr(part, text)
            elif kind == "double":
                archive.writestr(part, text)
                archive.writestr(part, text[::-1])
            elif kind == "rename":
                archive.writestr(chance.choice(("../x.xml", "/etc/x", "xl/worksheets/sheet9.xml", "x")), text)
            elif kind == "empty":
                archive.writestr(part, b"")
            elif kind == "case":
                archive.writestr(part.swapcase(), text)
    return stream.getvalue()


def broken_xml(content: bytes, chance: random.Random) -> bytes:
    """Characters of one part's XML deleted, inserted or exchanged."""

    def edit(text: bytes) -> bytes:
        if len(text) < 10:
            return text
        place = chance.randrange(len(text))
        kind = chance.choice(("delete", "insert", "exchange", "double"))
        if kind == "delete":
            return text[:place] + text[place + chance.randint(1, 40) :]
        if kind == "insert":
            return text[:place] + chance.choice((b"<", b">", b'"', b"&", b"\x00", b"<!--", b"<c/>", b"</row>")) + text[place:]
        if kind == "double":
            return text[: place + 200] + text[place:]
        return text[:place] + bytes([chance.randrange(256)]) + text[place + 1 :]

    return _edited(content, chance, edit)


def odd_cells(content: bytes, chance: random.Random) -> bytes:
    """Values, references and attributes of cells in the XML exchanged for odd ones."""

    def edit(text: bytes) -> bytes:
        for _ in range(chance.randint(1, 3)):
            kind = chance.choice(("value", "reference", "attribute", "formula", "row"))
            if kind == "value":
                text = _one(rb"<v>[^<]*</v>", f"<v>{chance.choice(ODD_TEXTS)}</v>".encode(), text, chance)
            elif kind == "reference":
                text = _one(rb' r="[A-Z]+[0-9]+"', f' r="{chance.choice(ODD_REFERENCES)}"'.encode(), text, chance)
            elif kind == "attribute":
                text = _one(rb' (?:t|s)="[^"]*"', f" {chance.choice(ODD_ATTRIBUTES)}".encode(), text, chance)
            elif kind == "formula":
                text = _one(
                    rb"<v>", chance.choice((b"<f>1/0</f><v>", b"<f>SUM(A1:A9)</f><v>", b"<f>[1]x!A1</f><v>")), text, chance
                )
            else:
                rows = list(re.finditer(rb"<row\b.*?</row>", text, re.DOTALL))
                if rows:
                    row = chance.choice(rows)
                    text = text[: row.start()] + row[0] + text[row.start() :]
        return text

    return _edited(content, chance, edit, only="xl/worksheets/")


def odd_values(content: bytes, chance: random.Random) -> bytes:
    """Odd things typed into cells by a person, saved by another program."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = chance.choice(book.worksheets)
    for _ in range(chance.randint(1, 4)):
        cell = sheet.cell(chance.randint(1, max(2, sheet.max_row)), chance.randint(1, max(2, min(sheet.max_column, 60))))
        if type(cell).__name__ != "MergedCell":
            cell.value = chance.choice(ODD_VALUES)
    kind = chance.choice(("", "", "hide", "merge", "insert", "delete"))
    if kind == "hide":
        sheet.row_dimensions[chance.randint(1, 10)].hidden = True
    elif kind == "insert":
        sheet.insert_cols(chance.randint(1, 6))
    elif kind == "delete":
        sheet.delete_rows(chance.randint(1, 6))
    elif kind == "merge":
        row = chance.randint(2, 12)
        sheet.merge_cells(start_row=row, start_column=4, end_row=row + 1, end_column=5)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


MUTATIONS: tuple[Mutation, ...] = (
    flipped_bytes, cut, doubled_slice, wrong_directory, other_members, broken_xml, odd_cells, odd_values,
)  # fmt: skip


def _parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _edited(content: bytes, chance: random.Random, edit: Callable[[bytes], bytes], only: str = "") -> bytes:
    parts = _parts(content)
    name = chance.choice([part for part in parts if part.startswith(only) and part.endswith((".xml", ".rels"))])
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, text in parts.items():
            archive.writestr(part, edit(text) if part == name else text)
    return stream.getvalue()


def _one(pattern: bytes, replacement: bytes, text: bytes, chance: random.Random) -> bytes:
    found = list(re.finditer(pattern, text))
    if not found:
        return text
    match = chance.choice(found)
    return text[: match.start()] + replacement + text[match.end() :]
