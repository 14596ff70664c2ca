"""The gate before any parser: what a workbook's container holds, looked at cheaply and in a stream.

Belongs here: refusing bombs, traps, macros and broken containers before a reader is let at them, since one number in
the last cell of a sheet can make a native reader abort the whole process.
Does not belong here: what the sheets mean (``tables``), readers (``workbook``).
"""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from domain.intake.findings import Unreadable

CHUNK = 1 << 20
_CELL_OUTSIDE = re.compile(rb'<c\b[^>]*?\sr="(?P<ref>[A-Z]+[0-9]+)"[^>]*>')
_UNREAL = re.compile(rb"[A-Z]{4,}|[A-Z]+[0-9]{8,}|[A-Z]+0")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


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
    matches: int = 200_000


@dataclass
class Passed:
    """What the gate tolerated: ids of notes about the file."""

    notes: list[str] = field(default_factory=list)


def pass_gate(content: bytes, limits: Limits = Limits()) -> Passed:
    """Let a workbook through to the readers.

    Raises:
        Unreadable: with the rule that tells the school why the file is refused.
    """
    if content.startswith(_OLE):
        return _pass_old_format(content)
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise Unreadable("F-DAMAGED") from error
    with archive:
        members = archive.infolist()
        _look_at_directory(members, len(content), limits)
        names = {member.filename.lower() for member in members}
        passed = Passed()
        if any(name.startswith(("xl/embeddings/", "xl/activex/", "xl/ctrlprops/")) for name in names):
            raise Unreadable("F-EMBEDDED")
        if any(name.startswith("xl/externallinks/") or name in ("xl/connections.xml",) for name in names):
            passed.notes.append("F-LINKS-IGNORED")
        if (
            sum(name.startswith(("xl/worksheets/", "xl/chartsheets/")) and name.endswith(".xml") for name in names)
            > limits.sheets
        ):
            raise Unreadable("F-SHEETS", limit=limits.sheets)
        _look_inside(archive, members, names, limits)
    return passed


def _pass_old_format(content: bytes) -> Passed:
    def named(stream: str) -> bool:
        return stream.encode("utf-16-le") in content

    if named("EncryptedPackage") or named("EncryptionInfo"):
        raise Unreadable("F-PASSWORD")
    if named("_VBA_PROJECT"):
        raise Unreadable("F-MACRO")
    if not (named("Workbook") or named("Book")):
        raise Unreadable("F-NOT-A-WORKBOOK")
    return Passed()


def _look_at_directory(members: list[zipfile.ZipInfo], size: int, limits: Limits) -> None:
    """The zip directory: how many members, their names, encryption, and whether they overlap."""
    if len(members) > limits.members:
        raise Unreadable("F-STRUCTURE", problem=f"内含 {len(members)} 个部件", problem_en=f"{len(members)} parts")
    names = [member.filename for member in members]
    if len(set(names)) < len(names):
        raise Unreadable("F-STRUCTURE", problem="部件重名", problem_en="parts with the same name")
    for member in members:
        parts = member.filename.replace("\\", "/").split("/")
        if member.filename.startswith(("/", "\\")) or ".." in parts or ":" in parts[0] or "\x00" in member.orig_filename:
            raise Unreadable("F-STRUCTURE", problem="部件路径异常", problem_en="a part with a dangerous path")
        if member.flag_bits & 0x1:
            raise Unreadable("F-PASSWORD")
    end = 0
    for member in sorted(members, key=lambda one: one.header_offset):
        if member.header_offset < end or member.header_offset + member.compress_size > size:
            raise Unreadable("F-STRUCTURE", problem="部件互相重叠", problem_en="overlapping parts")
        end = member.header_offset + 30 + member.compress_size


def _look_inside(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], names: set[str], limits: Limits) -> None:
    """Inflate every part once, counting what really comes out, and look for what no form contains."""
    total = 0
    main = False
    for member in members:
        name = member.filename.lower()
        counted = 0
        tail = b""
        merges = 0
        is_xml = name.endswith((".xml", ".rels", ".vml"))
        is_sheet = name.startswith("xl/worksheets/") and name.endswith(".xml")
        allowed = max(limits.ratio_from, limits.ratio * member.compress_size)
        for chunk in _inflated(archive, member):
            counted += len(chunk)
            total += len(chunk)
            if counted > allowed or total > limits.expanded:
                raise Unreadable("F-BOMB")
            if not is_xml:
                continue
            text = tail + (_as_utf8(chunk, name) if counted == len(chunk) else chunk)
            if b"<!DOCTYPE" in text or b"<!ENTITY" in text or b"<!doctype" in text:
                raise Unreadable("F-DTD")
            if name == "[content_types].xml":
                if b"macroEnabled" in text or b"vbaProject" in text:
                    raise Unreadable("F-MACRO")
                main = main or b"spreadsheetml.sheet.main+xml" in text
            if is_sheet:
                merges += text.count(b"<mergeCell ")
                _look_at_cells(text, limits)
                if merges > limits.merges:
                    raise Unreadable("F-MERGES", limit=limits.merges)
            # A tag may lie across two chunks; what was counted already is cut off behind its last tag.
            cut = text.rfind(b"<", max(0, len(text) - 4096))
            tail = text[cut:] if cut >= 0 else text[-64:]
    if any(name.endswith("vbaproject.bin") for name in names):
        raise Unreadable("F-MACRO")
    if "xl/workbook.xml" not in names and not main:
        raise Unreadable("F-NOT-A-WORKBOOK")
    if not main:
        raise Unreadable("F-NOT-A-WORKBOOK")


def _inflated(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    try:
        with archive.open(member) as stream:
            while chunk := stream.read(CHUNK):
                yield chunk
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, RuntimeError, NotImplementedError) as error:
        raise Unreadable("F-DAMAGED") from error
    except Exception as error:  # zlib, lzma and bz2 each have an error of their own
        raise Unreadable("F-DAMAGED") from error


def _as_utf8(start: bytes, name: str) -> bytes:
    """The first chunk of a part as UTF-8; parts in UTF-16 could hide a DTD from a plain search, and no office writes them."""
    if start.startswith((b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")):
        text = start.decode("utf-16", "replace")
        if "<!DOCTYPE" in text.upper() or "<!ENTITY" in text.upper():
            raise Unreadable("F-DTD")
        raise Unreadable("F-STRUCTURE", problem=f"部件 {name} 的编码异常", problem_en=f"unusual encoding of part {name}")
    return start


def _look_at_cells(text: bytes, limits: Limits) -> None:
    """Cells with a value must lie inside the area that a form or table can have, and every reference must be a real one."""
    seen = 0
    for match in _suspicious(text, limits):
        seen += 1
        reference = match["ref"]
        if _UNREAL.match(reference) or seen > limits.matches:
            raise Unreadable("F-AREA", cell=reference.decode()[:20])
        if match[0].endswith(b"/>") or text.startswith(b"</c>", match.end()):
            continue
        if text.startswith((b"<v></v>", b"<v/>"), match.end()):
            continue
        raise Unreadable("F-AREA", cell=reference.decode()[:20])


def _suspicious(text: bytes, limits: Limits) -> Iterator[re.Match[bytes]]:
    """Cells whose reference lies outside the limits: many columns or many rows."""
    pattern = _outside(limits.rows, limits.columns)
    for found in pattern.finditer(text):
        start = text.rfind(b"<c", 0, found.start())
        match = _CELL_OUTSIDE.match(text, start) if start >= 0 else None
        if match:
            yield match


def _outside(rows: int, columns: int) -> re.Pattern[bytes]:
    """A pattern of references beyond a number of rows or columns, so that the millions within are passed over by the search itself."""
    return _OUTSIDE.setdefault((rows, columns), re.compile(_outside_text(rows, columns)))


_OUTSIDE: dict[tuple[int, int], re.Pattern[bytes]] = {}


def _outside_text(rows: int, columns: int) -> bytes:
    digits = str(rows)
    larger = [rf"[1-9]\d{{{len(digits)},}}"]
    for place, digit in enumerate(digits):
        if digit != "9":
            low = int(digit) + 1
            larger.append(rf"{digits[:place]}[{low}-9]\d{{{len(digits) - place - 1}}}")
    letters = ""
    number = columns
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    beyond = [rf"[A-Z]{{{len(letters) + 1},}}"]
    for place, letter in enumerate(letters):
        if letter != "Z":
            beyond.append(rf"{letters[:place]}[{chr(ord(letter) + 1)}-Z][A-Z]{{{len(letters) - place - 1}}}")
    return rf'\sr="(?:(?:{"|".join(beyond)})\d+|[A-Z]+(?:{"|".join(larger)}|0\d*))"'.encode()
