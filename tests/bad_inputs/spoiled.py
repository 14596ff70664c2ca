"""Sound tables with something done to them: a part dropped, added or rewritten, a byte changed, a cell replaced.

Belongs here: how a bad file is made, and what a case states. Does not belong here: which files are bad (the test modules).
"""

import io
import re
import struct
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import openpyxl

from builders.schools import School, school
from builders.workbooks import BULK, Rows, bulk, bulk_rows, compound_file, repacked, xlsx

SHEET, BOOK, STYLES, STRINGS = "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml"
BOOK_LINKS, CONTENTS = "xl/_rels/workbook.xml.rels", "[Content_Types].xml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TWO = [school(1), school(2)]


@dataclass(frozen=True)
class Case:
    """A bad file and what must come of it.

    Attributes:
        make: gives its bytes.
        outcome: of the file.
        rules: all findings about the file, in order.
        says: words that its messages in Chinese must hold.
        file: its name.
    """

    make: Callable[[], bytes]
    outcome: str
    rules: list[str]
    says: tuple[str, ...] = ()
    file: str = "表.xlsx"


def refused(make: Callable[[], bytes], rule: str, *says: str, file: str = "表.xlsx") -> Case:
    """A file that is refused as a whole, for one reason."""
    return Case(make, "rejected", [rule], says, file)


def fine(make: Callable[[], bytes], *rules: str, says: tuple[str, ...] = ()) -> Case:
    """A file that is accepted, perhaps with notes."""
    return Case(make, "accepted", list(rules), says)


def sound() -> bytes:
    """A table of two schools, its texts shared as Excel shares them."""
    return bulk(TWO)


def patched(part: str, old: str, new: str, content: bytes | None = None) -> bytes:
    """The table with a text in one part replaced, once."""

    def change(text: str) -> str:
        assert old in text, old
        return text.replace(old, new, 1)

    return repacked(content or sound(), {part: change})


def subbed(part: str, pattern: str, new: str, content: bytes | None = None) -> bytes:
    """The table with every match of a pattern in one part replaced."""

    def change(text: str) -> str:
        assert re.search(pattern, text), pattern
        return re.sub(pattern, new, text)

    return repacked(content or sound(), {part: change})


def packed(*drop: str, more: Mapping[str, bytes | str] | None = None, content: bytes | None = None) -> bytes:
    """The table without some parts and with others."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content or sound())) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in drop:
                new.writestr(name, old.read(name))
        for name, part in (more or {}).items():
            new.writestr(name, part)
    return stream.getvalue()


def part_of(name: str, content: bytes | None = None) -> bytes:
    """A part of the table."""
    with zipfile.ZipFile(io.BytesIO(content or sound())) as archive:
        return archive.read(name)


def member_of(content: bytes, name: str) -> tuple[int, int]:
    """Where a member of a container stands: offset of its header, and of its entry in the directory."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        header = archive.getinfo(name).header_offset
    entry = content.rfind(b"PK\x01\x02", 0, content.rfind(name.encode()))
    return header, entry


def with_entry(content: bytes, name: str, offset: int, value: int) -> bytes:
    """The container with four bytes of a member's entry in the directory changed."""
    raw = bytearray(content)
    struct.pack_into("<I", raw, member_of(content, name)[1] + offset, value)
    return bytes(raw)


def more_rows(rows: str) -> bytes:
    """The table with rows in XML behind its own."""
    return patched(SHEET, "</sheetData>", rows + "</sheetData>")


def table(label: str = "图书册数", value: object = 11250, *schools: School) -> bytes:
    """The table with the cell below a heading replaced in the first school's row."""
    rows = bulk_rows(list(schools) or TWO)
    rows[1][rows[0].index(label)] = value
    return xlsx({BULK: rows})


def edited(edit: Callable[[openpyxl.worksheet.worksheet.Worksheet], object], content: bytes | None = None) -> bytes:
    """The table opened by openpyxl, its first sheet changed, and saved."""
    book = openpyxl.load_workbook(io.BytesIO(content or sound()))
    edit(book.worksheets[0])
    stream = io.BytesIO()
    book.save(stream)
    return with_shared_texts(stream.getvalue())


def with_shared_texts(content: bytes) -> bytes:
    """What openpyxl wrote, with its texts taken out of the cells and shared, as Excel and WPS write them."""
    texts: list[str] = []

    def share(match: re.Match[str]) -> str:
        texts.append(match[3])
        return f'{match[1]} t="s"{match[2]}><v>{len(texts) - 1}</v></c>'

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        parts = {name: archive.read(name).decode() for name in [*sheets, BOOK_LINKS, CONTENTS]}
    for name in sheets:
        parts[name] = re.sub(r'(<c [^>]*?) t="inlineStr"([^>]*)><is>(.*?)</is></c>', share, parts[name], flags=re.DOTALL)
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    strings = f'<?xml version="1.0" encoding="UTF-8"?>\n<sst xmlns="{namespace}">' + "".join(f"<si>{one}</si>" for one in texts)
    relation = f'<Relationship Id="rId91" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    parts[BOOK_LINKS] = parts[BOOK_LINKS].replace("</Relationships>", relation)
    parts[CONTENTS] = parts[CONTENTS].replace("</Types>", f'<Override PartName="/{STRINGS}" ContentType="{kind}"/></Types>')
    return packed(*parts, more={**parts, STRINGS: strings + "</sst>"}, content=content)


def old_table(rows: Rows) -> bytes:
    """A table in the format of Excel 97."""

    def record(kind: int, body: bytes) -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    def start(kind: int) -> bytes:
        return record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 1996, 0, 6))

    def cell(r: int, c: int, value: object) -> bytes:
        if isinstance(value, (int, float)):
            return record(0x0203, struct.pack("<HHHd", r, c, 0, value))
        text = str(value)
        return record(0x0204, struct.pack("<HHHHB", r, c, 0, len(text), 1) + text.encode("utf-16-le"))

    end = record(0x000A, b"")
    sheet = start(0x0010) + b"".join(
        cell(r, c, value) for r, row in enumerate(rows) for c, value in enumerate(row) if value is not None
    )
    before = len(start(5)) + len(record(0x85, bytes(8) + BULK.encode("utf-16-le"))) + len(end)
    name = record(0x85, struct.pack("<IBBBB", before, 0, 0, len(BULK), 1) + BULK.encode("utf-16-le"))
    return compound_file({"Workbook": start(5) + name + end + sheet + end})
