"""The gate's look at any part in XML while it passes: definitions, encodings, whether it is whole, how many texts it announces.

Belongs here: this look, which finds no more than the parser says by itself. Does not belong here: cells and merges
(``sheet_scan``), the container (``gate``).
"""

from xml.parsers import expat

from domain.intake.findings import Unreadable

UTF16 = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")
SHORTEST_TEXT, TEXTS_BELIEVED, MOST_DIGITS = 5, 1_000_000, 30
"""Bytes of ``<si/>``; how many shared texts a part may announce wrongly, as sloppy programs do; digits of a number looked at."""


class XmlScan:
    """An XML part on its way past: definitions are refused at once, broken XML at the end, so that a bomb is told as one.

    Nothing but the rare things has a handler, so the parser runs at its full speed.
    """

    def __init__(self, start: bytes) -> None:
        self.wide = start.startswith(UTF16)
        self.unusual = False
        self.broken = False
        self.unknown = False
        self.encoding: str | None = None
        self.strings = self.size = 0
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._root
        self.parser.StartDoctypeDeclHandler = self._definition
        self.parser.XmlDeclHandler = self._declaration
        self.parser.CommentHandler = self.parser.ProcessingInstructionHandler = self._odd
        self.parser.StartCdataSectionHandler = self._odd

    def _definition(self, *_: object) -> None:
        raise Unreadable("F-DTD")

    def _declaration(self, version: str, encoding: str | None, standalone: int) -> None:
        self.encoding = (encoding or "utf-8").lower()

    def _odd(self, *_: object) -> None:
        self.unusual = True

    def _root(self, name: str, attributes: dict[str, str]) -> None:
        self.parser.StartElementHandler = None
        said = attributes.get("uniqueCount", "")
        if name.rpartition(":")[2] == "sst" and said.isdecimal():
            self.strings = int(said[:MOST_DIGITS])

    def feed(self, chunk: bytes) -> None:
        self.size += len(chunk)
        if not self.broken:
            try:
                self.parser.Parse(chunk, False)
            except expat.ExpatError:
                self.broken = True
            except (ValueError, LookupError):  # an encoding of several bytes a sign, or none that there is
                self.broken = self.unknown = True
        if self.broken:
            text = chunk.replace(b"\0", b"").upper()
            if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
                raise Unreadable("F-DTD")

    def finish(self, name: str) -> None:
        try:
            if not self.broken:
                self.parser.Parse(b"", True)
        except expat.ExpatError:
            self.broken = True
        if self.unknown and name.endswith((".xml", ".rels")):
            raise _encoding(name)
        # Drawings in VML hold the loose HTML of text boxes, and no reader of ours opens parts beside the workbook.
        if not name.endswith((".xml", ".rels")) or not name.startswith(("xl/", "_rels/", "[content_types]")):
            return
        if self.wide or (self.encoding or "utf-8") not in ("utf-8", "utf8", "us-ascii", "ascii"):
            raise _encoding(name)
        # The fast reader makes room for as many texts as are announced, before it reads the first of them.
        if self.broken or self.strings > max(self.size // SHORTEST_TEXT, TEXTS_BELIEVED):
            raise Unreadable("F-DAMAGED")


def _encoding(name: str) -> Unreadable:
    return Unreadable("F-STRUCTURE", problem=f"部件 {name} 的编码异常", problem_en=f"unusual encoding of part {name}")
