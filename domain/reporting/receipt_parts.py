"""A workbook as its parts: finding elements by their place in the bytes, and changing some without touching the rest.

Belongs here: the zip, relationships, content types, elements with their offsets, splicing. An XML library would read a
part and write it anew, and what it does not know would be lost; here every byte that is not replaced stays.
Does not belong here: what is written into a workbook (``marked_copy``, ``receipt_sheet``, ``receipt_comments``).
"""

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TYPES_PART = "[Content_Types].xml"
_PACKAGE_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_TAG = re.compile(rb"<[^\s/>]+(?:\s+[^\s=]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*\s*/?>")
_ENCODING = re.compile(rb"^\s*<\?xml[^>]*encoding\s*=\s*[\"']([^\"']*)")
# Marks that turn the direction of writing make a text look like another.
_TURNING = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
# One date for all parts: the same input gives the same bytes.
_DATE = (1980, 1, 1, 0, 0, 0)
Edit = tuple[int, int, bytes]


class Unusual(Exception):
    """A workbook is built in a way in which it cannot be changed safely."""


@dataclass(slots=True)
class Element:
    """An element of a part: ``data[start:end]`` from its tag to behind its end, ``data[opened:closing]`` what is inside."""

    name: str
    attributes: dict[str, str]
    start: int
    opened: int = -1
    closing: int = -1
    end: int = -1
    children: list["Element"] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """True for ``<name/>``."""
        return self.opened == self.end

    def child(self, name: str) -> "Element | None":
        """The first child of that name."""
        return next((one for one in self.children if one.name == name), None)


def outline(data: bytes, depth: int = 99) -> Element:
    """The elements of a part down to a depth (1: the root alone).

    Raises:
        Unusual: it is no well-formed XML in UTF-8, or has a document type.
    """
    declared = _ENCODING.match(data[:200])
    if declared and declared[1].lower() not in (b"utf-8", b"utf8", b"us-ascii"):
        raise Unusual("encoding")
    root: list[Element] = []
    path: list[Element] = []
    level = 0
    childless = False
    parser = expat.ParserCreate()

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal level, childless
        level += 1
        childless = True
        if level > depth:
            return
        one = Element(name.rpartition(":")[2], attributes, parser.CurrentByteIndex)
        (path[-1].children if path else root).append(one)
        path.append(one)

    def end(_: str) -> None:
        nonlocal level, childless
        level -= 1
        bare, childless = childless, False
        if level >= depth:
            return
        one = path.pop()
        at = parser.CurrentByteIndex
        # For <name/> the parser stands behind the tag, for all others before the closing one.
        if bare and data[at - 2 : at] == b"/>" and _tag_end(data, one.start) == at:
            one.opened = one.closing = one.end = at
            return
        one.closing = at
        one.end = data.index(b">", at) + 1
        one.opened = -1

    def doctype(*_: Any) -> None:
        raise Unusual("document type")

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError) as error:
        raise Unusual("no XML") from error
    return root[0]


def _tag_end(data: bytes, start: int) -> int:
    match = _TAG.match(data, start)
    if match is None:
        raise Unusual("tag")
    return match.end()


def tag_end(data: bytes, one: Element) -> int:
    """Where the start tag of an element ends; found only when asked for, as most elements are never looked into."""
    if one.opened < 0:
        one.opened = _tag_end(data, one.start)
    return one.opened


def prefix_of(data: bytes, root: Element) -> str:
    """The prefix that the elements of a part carry, with its colon: ``x:`` or nothing.

    Raises:
        Unusual: the part is not in the usual namespace of workbooks.
    """
    tag = data[root.start : tag_end(data, root)]
    name = re.match(rb"<([^\s/>]+)", tag)
    prefix = name[1].decode().rpartition(":")[0] if name else ""
    if root.attributes.get(f"xmlns:{prefix}" if prefix else "xmlns") != MAIN:
        raise Unusual("namespace")
    return f"{prefix}:" if prefix else ""


def qualified(fragment: str, prefix: str) -> bytes:
    """Elements written without a prefix, with that of the part they go into."""
    return (re.sub(r"<(/?)(?=[A-Za-z])", rf"<\1{prefix}", fragment) if prefix else fragment).encode()


def attribute_edit(data: bytes, one: Element, name: str, value: str | None) -> list[Edit]:
    """The change that sets an attribute of an element, or takes it away (None)."""
    tag = data[one.start : tag_end(data, one)]
    match = re.search(rb"\s" + re.escape(name.encode()) + rb"\s*=\s*(\"[^\"]*\"|'[^']*')", tag)
    text = b"" if value is None else f" {name}={quoteattr(value)}".encode()
    if match:
        return [(one.start + match.start(), one.start + match.end(), text)]
    if value is None:
        return []
    named = re.match(rb"<[^\s/>]+", tag)
    assert named
    return [(one.start + named.end(), one.start + named.end(), text)]


def inserted_last(data: bytes, one: Element, content: bytes) -> list[Edit]:
    """The change that puts content at the end of an element."""
    tag_end(data, one)
    if not one.empty:
        return [(one.closing, one.closing, content)]
    return [(one.start, one.end, _unclosed(data, one) + content + _closing_tag(data, one))]


def inserted_first(data: bytes, one: Element, content: bytes) -> list[Edit]:
    """The change that puts content at the beginning of an element."""
    at = tag_end(data, one)
    return inserted_last(data, one, content) if one.empty else [(at, at, content)]


def _unclosed(data: bytes, one: Element) -> bytes:
    return data[one.start : one.end].removesuffix(b"/>").rstrip() + b">"


def _closing_tag(data: bytes, one: Element) -> bytes:
    match = re.match(rb"<([^\s/>]+)", data[one.start : one.end])
    assert match
    return b"</" + match[1] + b">"


def spliced(data: bytes, edits: Iterable[Edit]) -> bytes:
    """The bytes with some stretches replaced; stretches must not overlap, those at one place keep their order."""
    pieces = []
    at = 0
    for start, end, content in sorted(edits, key=lambda edit: edit[:2]):
        if start < at:
            raise Unusual("overlapping changes")
        pieces += [data[at:start], content]
        at = end
    return b"".join([*pieces, data[at:]])


def text_xml(text: str) -> str:
    """Text for an element of a sheet: what XML cannot hold is left out, and nothing in it is taken for an escape."""
    return escape(_ESCAPE.sub("_x005F_", _NOT_IN_XML.sub("", _TURNING.sub("", text))))


def attribute_xml(text: str) -> str:
    """Text for an attribute, with its quotation marks."""
    return quoteattr(_NOT_IN_XML.sub("", text))


@dataclass(frozen=True)
class Relation:
    """A relationship of a part: its type's last word, and the part it points to (as written where it lies outside)."""

    id: str
    kind: str
    target: str
    external: bool


class Package:
    """The parts of a workbook by name, in their order."""

    def __init__(self, parts: dict[str, bytes]) -> None:
        self.parts = parts

    @classmethod
    def read(cls, content: bytes) -> "Package":
        """The parts of a file that has passed the gate, which knows how large they are.

        Raises:
            Unusual: it is no zip, or lacks what every workbook has.
        """
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                parts = {one.filename: archive.read(one) for one in archive.infolist() if not one.is_dir()}
        except (zipfile.BadZipFile, EOFError, OSError, ValueError, RuntimeError, NotImplementedError, zlib.error) as error:
            raise Unusual("zip") from error
        if TYPES_PART not in parts:
            raise Unusual("content types")
        return cls(parts)

    def content(self) -> bytes:
        """The file; the same parts give the same bytes."""
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in self.parts.items():
                info = zipfile.ZipInfo(name, _DATE)
                info.compress_type = zipfile.ZIP_DEFLATED
                info.create_system = 0
                archive.writestr(info, data)
        return stream.getvalue()

    def relations(self, part: str) -> list[Relation]:
        """The relationships of a part; of the whole workbook for an empty name."""
        return [one for one, _ in self._relations(part)]

    def _relations(self, part: str) -> Iterator[tuple[Relation, Element]]:
        data = self.parts.get(relations_part(part))
        if data is None:
            return
        for one in outline(data).children:
            said = one.attributes
            if one.name != "Relationship" or "Id" not in said or "Target" not in said:
                raise Unusual("relationship")
            kind, external = said.get("Type", "").rpartition("/")[2], said.get("TargetMode") == "External"
            target = said["Target"]
            if not external:
                target = posixpath.normpath(posixpath.join("/" + posixpath.dirname(part), target)).lstrip("/")
            yield Relation(said["Id"], kind, target, external), one

    def relate(self, part: str, kind: str, target: str) -> str:
        """Add a relationship from a part to another; returns its id."""
        name = relations_part(part)
        if name not in self.parts:
            self.parts[name] = (
                f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Relationships xmlns="{_PACKAGE_RELATIONS}"/>'
            ).encode()
        data = self.parts[name]
        root = outline(data)
        taken = {one.attributes.get("Id") for one in root.children}
        number = len(taken) + 1
        while f"rId{number}" in taken:
            number += 1
        if root.attributes.get("xmlns") != _PACKAGE_RELATIONS:
            raise Unusual("relationships")
        way = posixpath.relpath("/" + target, "/" + posixpath.dirname(part))
        line = f'<Relationship Id="rId{number}" Type="{RELATIONS}/{kind}" Target={quoteattr(way)}/>'
        self.parts[name] = spliced(data, inserted_last(data, root, line.encode()))
        return f"rId{number}"

    def unrelate(self, part: str, identifier: str) -> None:
        """Take a relationship away; the list goes where it was the last."""
        name = relations_part(part)
        data = self.parts[name]
        found = list(self._relations(part))
        self.parts[name] = spliced(data, [(one.start, one.end, b"") for relation, one in found if relation.id == identifier])
        if all(relation.id == identifier for relation, _ in found):
            del self.parts[name]

    def declare(self, part: str, content_type: str) -> None:
        """Say what a new part is."""
        data = self.parts[TYPES_PART]
        root = outline(data)
        if root.attributes.get("xmlns") != _TYPES:
            raise Unusual("content types")
        line = f"<Override PartName={quoteattr('/' + part)} ContentType={quoteattr(content_type)}/>"
        self.parts[TYPES_PART] = spliced(data, inserted_last(data, root, line.encode()))

    def declare_ending(self, ending: str, content_type: str) -> None:
        """Say what all parts with an ending are, unless it is said already."""
        data = self.parts[TYPES_PART]
        root = outline(data)
        if any(one.name == "Default" and one.attributes.get("Extension", "").lower() == ending for one in root.children):
            return
        line = f'<Default Extension="{ending}" ContentType={quoteattr(content_type)}/>'
        self.parts[TYPES_PART] = spliced(data, inserted_first(data, root, line.encode()))

    def remove(self, part: str) -> None:
        """Take a part away with its relationships and its declaration."""
        self.parts.pop(part, None)
        self.parts.pop(relations_part(part), None)
        data = self.parts[TYPES_PART]
        gone = [one for one in outline(data).children if one.attributes.get("PartName") == "/" + part]
        self.parts[TYPES_PART] = spliced(data, [(one.start, one.end, b"") for one in gone])

    def unused(self, pattern: str) -> str:
        """The first name like ``xl/comments{}.xml`` that no part has, not even in other letters."""
        taken = {name.lower() for name in self.parts}
        number = 1
        while pattern.format(number).lower() in taken:
            number += 1
        return pattern.format(number)


def expanded_size(content: bytes) -> int:
    """How large the parts say they are, read from the directory alone; 0 for what is no zip."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return sum(one.file_size for one in archive.infolist())
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError):
        return 0


def relations_part(part: str) -> str:
    """Name of the part that holds the relationships of a part."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")
