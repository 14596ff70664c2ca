"""The gate before any parser: what a workbook's container holds, looked at cheaply and in a stream.

Belongs here: refusing bombs, traps, macros and broken containers before a reader is let at them, since one number in
the last cell of a sheet can make a native reader abort the whole process.
Does not belong here: what the sheets mean (``tables``), readers (``workbook``), the search in a part (``xml_scan``,
``sheet_scan``).
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain

from domain.intake.container import KEPT_PART, REMEMBERED_PART, REMEMBERED_PARTS, Parts
from domain.intake.findings import Unreadable
from domain.intake.plain_sheet import written_plainly
from domain.intake.row_scan import RowScan
from domain.intake.sheet_scan import BULK_LIMITS, Limits, SheetScan
from domain.intake.xml_scan import UTF16, XmlScan

__all__ = ["Limits", "Passed", "pass_gate"]

CHUNK = 1 << 20
REMEMBERED_PACKED = 1 << 12
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ORDINARY_FLAGS = 0x80E  # how hard it was deflated, sizes behind the part, names in UTF-8
_BOOK = re.compile(r"(?:^|/)\w*workbook\w*\.xml$")
_REMARKS = re.compile(r"xl/(?:comments/?\w*|drawings/(?:vml)?drawing\w*|threadedcomments/\w+)\.(?:xml|vml)$")
_MACROS = (b"/vbaProject", b"/xlMacrosheet", b"/xlIntlMacrosheet")
_EMBEDDED = (b"/relationships/oleObject", b'/relationships/control"', b'/relationships/package"', b"/relationships/activeX")
_OUTWARD = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*TargetMode\s*=\s*[\"']External[^>]*>")


@dataclass
class Passed:
    """What the gate let through.

    Attributes:
        notes: ids of notes about the file.
        parts: the parts of the container; none for an old format.
        expanded: bytes that all parts came to.
    """

    notes: list[str] = field(default_factory=list)
    parts: Parts = field(default_factory=Parts)
    expanded: int = 0


def pass_gate(content: bytes, limits: Limits = BULK_LIMITS) -> Passed:
    """Let a workbook through to the readers.

    Raises:
        Unreadable: with the rule that tells the school why the file is refused.
    """
    if content.startswith(_OLE):
        return _pass_old_format(content)
    if not content.startswith(b"PK\x03\x04"):
        raise Unreadable("F-DAMAGED")
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise Unreadable("F-DAMAGED") from error
    with archive:
        members = archive.infolist()
        _look_at_directory(members, content, archive.start_dir, limits)
        names = {member.filename.lower() for member in members}
        passed = Passed(parts=Parts(content, names=frozenset(names)))
        if any(name.startswith(("xl/embeddings/", "xl/activex/", "xl/ctrlprops/")) for name in names):
            raise Unreadable("F-EMBEDDED")
        if any(name.startswith("xl/externallinks/") or name == "xl/connections.xml" for name in names):
            passed.notes.append("F-LINKS-IGNORED")
        sheets = sum(name.startswith(("xl/worksheets/", "xl/chartsheets/")) and name.endswith(".xml") for name in names)
        if sheets > limits.sheets:
            raise Unreadable("F-SHEETS", limit=limits.sheets)
        if any("vbaproject" in name or name.startswith("xl/macrosheets/") for name in names):
            raise Unreadable("F-MACRO")
        is_workbook = False
        for member in members:
            is_workbook |= _look_at_part(archive, member, content, passed, limits)
    if not is_workbook or not any(_BOOK.search(name) for name in names):
        raise Unreadable("F-NOT-A-WORKBOOK")
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


def _look_at_directory(members: list[zipfile.ZipInfo], content: bytes, directory: int, limits: Limits) -> None:
    """The zip directory: how many members, their names, encryption, and whether they overlap."""
    if len(members) > limits.members:
        raise Unreadable("F-STRUCTURE", problem=f"内含 {len(members)} 个部件", problem_en=f"{len(members)} parts")
    if len({member.filename.lower() for member in members}) < len(members):
        raise Unreadable("F-STRUCTURE", problem="部件重名", problem_en="parts with the same name")
    for member in members:
        parts = member.filename.replace("\\", "/").split("/")
        if member.filename.startswith(("/", "\\")) or ".." in parts or ":" in parts[0] or "\x00" in member.orig_filename:
            raise Unreadable("F-STRUCTURE", problem="部件路径异常", problem_en="a part with a dangerous path")
        if member.flag_bits & 0x1:
            raise Unreadable("F-PASSWORD")
    if min((member.header_offset for member in members), default=0) > 0:
        # Another workbook may stand there, which some programs show and others do not.
        raise Unreadable("F-STRUCTURE", problem="开头另有内容", problem_en="something else in front of it")
    end = 0
    for member in sorted(members, key=lambda one: one.header_offset):
        start = member.header_offset
        if start < end:
            raise Unreadable("F-STRUCTURE", problem="部件互相重叠", problem_en="overlapping parts")
        if content[start : start + 4] != b"PK\x03\x04":
            raise Unreadable("F-DAMAGED")
        end = start + 30 + sum(struct.unpack_from("<HH", content, start + 26)) + member.compress_size
    if end > directory:
        raise Unreadable("F-STRUCTURE", problem="部件互相重叠", problem_en="overlapping parts")


def _look_at_part(archive: zipfile.ZipFile, member: zipfile.ZipInfo, content: bytes, passed: Passed, limits: Limits) -> bool:
    """Inflate a part once, counting what really comes out, and look for what no form contains.

    Returns:
        Whether it is the list of contents and says that this is a workbook.
    """
    name = member.filename.lower()
    allowed = max(limits.remarks if _REMARKS.match(name) else limits.ratio_from, limits.ratio * member.compress_size)
    if member.file_size > allowed:
        _count(archive, member, passed.expanded, allowed, limits)
    whole, is_sheet = _small_and_sound(member, content), name.startswith("xl/worksheets/")
    if whole is None:
        counted = _counted(_inflated(archive, member), allowed, passed, limits)
        look = (_look_by_rows if is_sheet else _look)(name, counted, lambda: _inflated(archive, member), limits)
    else:
        for _ in _counted((whole,), allowed, passed, limits):
            pass
        if is_sheet and len(whole) > REMEMBERED_PART:
            look = _look_by_rows(name, (whole,), lambda: (whole,), limits)
        else:
            look = (_look_again if len(whole) <= REMEMBERED_PART else _look_whole)(name, whole, limits)
    if look.complete:
        passed.parts.keep(name, look.start)
    if look.plain is not None:
        passed.parts.plain[name] = look.plain
    if look.marks is not None:
        passed.parts.marks[name] = look.marks
        if len(passed.parts.marks) > limits.sheets:
            raise Unreadable("F-SHEETS", limit=limits.sheets)
    return _look_at_index(name, look.start, passed, limits)


@dataclass(frozen=True)
class _Look:
    """What a part was found to be.

    Attributes:
        start: its bytes where it is XML; of a large one the first of them.
        complete: whether these are all.
        marks: which of the gate's marks occur in it; None for what is no sheet.
        plain: a sheet rewritten, where it was written in an unusual manner.
    """

    start: bytes = b""
    complete: bool = False
    marks: frozenset[bytes] | None = None
    plain: bytes | None = None


def _look(name: str, chunks: Iterable[bytes], once_more: Callable[[], Iterable[bytes]], limits: Limits) -> _Look:
    """Look at a part while it passes; ``once_more`` lets it pass a second time."""
    counted = 0
    xml: XmlScan | None = None
    sheet: SheetScan | None = None
    kept: list[bytes] = []
    before = b""
    for chunk in chunks:
        if not counted and (name.endswith((".xml", ".rels", ".vml")) or _begins_like_xml(chunk)):
            xml = XmlScan(chunk)
        counted += len(chunk)
        if not xml:
            continue
        if counted <= KEPT_PART:
            kept.append(chunk)
        xml.feed(chunk)
        if sheet is None and b"sheetData" in (before + chunk if before else chunk):
            # Whatever the part is called, this is where readers find cells.
            sheet = SheetScan(limits)
            chunk = before + chunk
        if sheet:
            sheet.feed(chunk)
        before = chunk[-16:]
    if not xml:
        return _Look()
    xml.finish(name)
    start, complete = b"".join(kept), counted <= KEPT_PART
    if sheet is None:
        return _Look(start, complete)
    sheet.finish()
    if not (sheet.unusual or xml.unusual):
        return _Look(start, complete, frozenset(sheet.marks))
    sheet = SheetScan(limits, rewritten=True)
    plain = []
    for chunk in written_plainly(once_more()):
        sheet.feed(chunk)
        plain.append(chunk)
    sheet.finish()
    return _Look(start, complete, frozenset(sheet.marks), b"".join(plain))


def _look_whole(name: str, part: bytes, limits: Limits) -> _Look:
    return _look(name, (part,), lambda: (part,), limits)


# Styles, theme, relations and the sheet of checks are the same bytes in all forms of one template: what has passed once
# needs no second look. What is refused is not remembered.
_look_again = lru_cache(maxsize=REMEMBERED_PARTS)(_look_whole)


def _look_by_rows(name: str, chunks: Iterable[bytes], once_more: Callable[[], Iterable[bytes]], limits: Limits) -> _Look:
    """Look at a sheet row by row, and where anything about it is odd, as it is: that decides what is told."""
    scan, kept, counted = RowScan(limits), [], 0
    passing = iter(chunks)
    for chunk in passing:
        counted += len(chunk)
        if counted <= KEPT_PART:
            kept.append(chunk)
            if scan.odd:
                return _look(name, chain(kept, passing), once_more, limits)
        scan.feed(chunk)  # chunks are counted to the last, whatever is found
    if scan.finish():
        return _Look(b"".join(kept), counted <= KEPT_PART, frozenset(scan.marks))
    return _look(name, kept if counted <= KEPT_PART else once_more(), once_more, limits)


def _counted(chunks: Iterable[bytes], allowed: int, passed: Passed, limits: Limits) -> Iterator[bytes]:
    """The pieces of a part, counted against what one part and all parts may come to."""
    counted = 0
    for chunk in chunks:
        counted += len(chunk)
        passed.expanded += len(chunk)
        if counted > allowed or passed.expanded > limits.expanded:
            raise Unreadable("F-BOMB")
        yield chunk


def _count(archive: zipfile.ZipFile, member: zipfile.ZipInfo, before: int, allowed: int, limits: Limits) -> None:
    """Refuse a bomb that owns up to its size by counting alone: a parser would look at every byte for ten times as long."""
    counted = 0
    for chunk in _inflated(archive, member):
        counted += len(chunk)
        if counted > allowed or before + counted > limits.expanded:
            raise Unreadable("F-BOMB")


def _begins_like_xml(start: bytes) -> bool:
    return start[:64].removeprefix(b"\xef\xbb\xbf").lstrip().startswith((b"<", *UTF16))


def _look_at_index(name: str, part: bytes, passed: Passed, limits: Limits) -> bool:
    """The parts that say what the others are: the list of contents, relations, the list of sheets."""
    if name == "[content_types].xml":
        if b"macroEnabled" in part or b"vbaProject" in part or b"macrosheet" in part:
            raise Unreadable("F-MACRO")
        return b"spreadsheetml.sheet.main+xml" in part
    if name.endswith(".rels"):
        if any(mark in part for mark in _MACROS):
            raise Unreadable("F-MACRO")
        if any(mark in part for mark in _EMBEDDED):
            raise Unreadable("F-EMBEDDED")
        outward = any(b"/hyperlink" not in one[0] for one in _OUTWARD.finditer(part))
        if outward and "F-LINKS-IGNORED" not in passed.notes:
            passed.notes.append("F-LINKS-IGNORED")
    elif name == "xl/workbook.xml" and part.count(b"<sheet ") > limits.sheets:
        raise Unreadable("F-SHEETS", limit=limits.sheets)
    return False


def _small_and_sound(member: zipfile.ZipInfo, content: bytes) -> bytes | None:
    """A small part inflated in one step, which saves a third of the time over the library's stream.

    None where it is large, empty, or anything about it is not as its entry in the directory says: the library's stream then
    decides what is wrong with it.
    """
    if member.compress_type != zipfile.ZIP_DEFLATED or not 0 < member.file_size <= CHUNK or member.flag_bits & ~_ORDINARY_FLAGS:
        return None
    start = member.header_offset
    named, more = struct.unpack_from("<HH", content, start + 26)
    begin = start + 30 + named + more
    if content[start + 30 : start + 30 + named] != member.orig_filename.encode("utf-8") or not member.orig_filename.isascii():
        return None
    packed = content[begin : begin + member.compress_size]
    inflate = _sound_again if len(packed) <= REMEMBERED_PACKED else _sound
    return inflate(packed, member.file_size, member.CRC)


def _sound(packed: bytes, size: int, checksum: int) -> bytes | None:
    """A part inflated; None where it is not of the size and checksum that its entry says."""
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        part = stream.decompress(packed, size + 1)
    except zlib.error:
        return None
    return part if stream.eof and len(part) == size and zlib.crc32(part) == checksum else None


_sound_again = lru_cache(maxsize=REMEMBERED_PARTS)(_sound)


def _inflated(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    try:
        with archive.open(member) as stream:
            while chunk := stream.read(CHUNK):
                yield chunk
    except MemoryError:
        raise  # the worker's limit, no fault of the part
    except Exception as error:  # zlib, lzma and bz2 each have an error of their own
        raise Unreadable("F-DAMAGED") from error
