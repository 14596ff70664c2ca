"""The parts of a workbook's container, behind the gate: their bytes, and how one leads to another.

Belongs here: looking up a part by name, following relations between parts. Does not belong here: whether a container may
be opened at all (``gate``), what a part says (``sheet_parts``).
"""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from posixpath import dirname, join, normpath
from xml.etree import ElementTree

KEPT_PART = 4 << 20
KEPT_IN_ALL = 32 << 20
REMEMBERED_PART, REMEMBERED_PARTS = 1 << 15, 128
"""Bytes of parts that forms of one template share, and how many such parts are remembered from file to file."""


@dataclass
class Parts:
    """The parts of a container that passed the gate, by lower-case name, as names of parts are the same in either case.

    Attributes:
        content: the bytes of the container.
        kept: small parts, already inflated.
        plain: sheets that were written in an unusual manner, rewritten as offices write them.
        names: of all parts.
        marks: for each sheet, which of the gate's marks occur in it.
    """

    content: bytes = b""
    kept: dict[str, bytes] = field(default_factory=dict)
    plain: dict[str, bytes] = field(default_factory=dict)
    names: frozenset[str] = frozenset()
    marks: dict[str, frozenset[bytes]] = field(default_factory=dict)
    kept_bytes: int = 0

    def keep(self, name: str, part: bytes) -> None:
        """Keep an inflated part as far as there is room."""
        if self.kept_bytes + len(part) <= KEPT_IN_ALL:
            self.kept[name.lower()] = part
            self.kept_bytes += len(part)

    def read(self, name: str) -> bytes | None:
        """The bytes of a part, as rewritten where it was; None where there is no such part."""
        name = name.lower()
        for store in (self.plain, self.kept):
            if name in store:
                return store[name]
        if not self.content or name not in self.names:
            return None
        with zipfile.ZipFile(io.BytesIO(self.content)) as archive:
            for member in archive.infolist():
                if member.filename.lower() == name:
                    return archive.read(member)
        return None

    def root(self, name: str) -> ElementTree.Element | None:
        """The root element of a small part; None where there is no such part, or nothing can be made of it."""
        part = self.read(name)
        if part is None:
            return None
        return _remembered_root(part) if len(part) <= REMEMBERED_PART else _root(part)

    def related(self, name: str) -> Iterator[tuple[str, str, str]]:
        """Relations of a part within the container: (id, kind such as ``styles``, name of the other part)."""
        folder = dirname(name)
        root = self.root(join(folder, "_rels", name[len(folder) :].lstrip("/") + ".rels"))
        for one in root if root is not None else ():
            if one.get("TargetMode") != "External":
                target = one.get("Target", "")
                path = target.lstrip("/") if target.startswith("/") else normpath(join(folder, target))
                yield one.get("Id", ""), one.get("Type", "").rsplit("/", 1)[-1], path.lower()

    def repacked(self, old_text: bytes = b"", new_text: bytes = b"") -> bytes:
        """The container with its rewritten sheets; the content as it came where there are none.

        Args:
            old_text, new_text: what is to be replaced in all parts in XML, if anything.
        """
        if not self.plain and not old_text:
            return self.content
        stream = io.BytesIO()
        with (
            zipfile.ZipFile(io.BytesIO(self.content)) as old,
            zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
        ):
            for member in old.infolist():
                part = self.plain.get(member.filename.lower()) or old.read(member)
                if old_text and member.filename.endswith(".xml"):
                    part = part.replace(old_text, new_text)
                new.writestr(member.filename, part)
        return stream.getvalue()


def _root(part: bytes) -> ElementTree.Element | None:
    try:
        return ElementTree.fromstring(part)
    except (ElementTree.ParseError, ValueError):
        return None


# Relations and the list of sheets are the same bytes in all forms of one template. Nobody changes what was parsed.
_remembered_root = lru_cache(maxsize=REMEMBERED_PARTS)(_root)


def local(tag: str) -> str:
    """The name of an element or attribute without its namespace."""
    return tag.rsplit("}", 1)[-1]
