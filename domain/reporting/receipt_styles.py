"""The styles of a workbook: adding some, and giving a cell another fill and border while its number format and protection stay.

Belongs here: the part styles.xml. Does not belong here: which cells get which look (``marked_copy``, ``receipt_sheet``).
"""

import re
from dataclasses import dataclass, field

from domain.reporting.receipt_parts import Element, Unusual, attribute_edit, outline, prefix_of, qualified, spliced, tag_end

_SECTIONS = ("fonts", "fills", "borders", "cellXfs")


@dataclass
class _Section:
    element: Element
    items: list[bytes]
    known: dict[bytes, int] = field(default_factory=dict)
    added: int = 0

    def place(self, item: bytes) -> int:
        """The number of an item, added where it is not there yet, so that marking again and again adds nothing."""
        if not self.known:
            for number, one in enumerate(self.items):
                self.known.setdefault(one, number)
        if item not in self.known:
            self.known[item] = len(self.items)
            self.items.append(item)
            self.added += 1
        return self.known[item]


class Styles:
    """The styles of a workbook.

    Raises:
        Unusual: the part lacks what every workbook's styles have.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        root = outline(data, 3)
        self._prefix = prefix_of(data, root)
        self._sections = {}
        for name in _SECTIONS:
            element = root.child(name)
            if element is None or not element.children:
                raise Unusual(name)
            self._sections[name] = _Section(element, [data[one.start : one.end] for one in element.children])
        self._filled: dict[tuple[int, int, int | None], int] = {}

    @property
    def count(self) -> int:
        """How many cell styles there are."""
        return len(self._sections["cellXfs"].items)

    def font(self, fragment: str) -> int:
        """The number of a font ``<font>…``."""
        return self._sections["fonts"].place(qualified(fragment, self._prefix))

    def fill(self, fragment: str) -> int:
        """The number of a fill ``<fill>…``."""
        return self._sections["fills"].place(qualified(fragment, self._prefix))

    def border(self, fragment: str) -> int:
        """The number of a border ``<border>…``."""
        return self._sections["borders"].place(qualified(fragment, self._prefix))

    def cell(self, fragment: str) -> int:
        """The number of a cell style ``<xf>…``."""
        return self._sections["cellXfs"].place(qualified(fragment, self._prefix))

    def fill_of(self, style: int) -> str:
        """The fill of a cell style, without the prefix that the part's elements may carry."""
        return self._of(style, "fills", rb"\sfillId\s*=\s*[\"'](\d+)[\"']")

    def border_of(self, style: int) -> str:
        """Its border, likewise."""
        return self._of(style, "borders", rb"\sborderId\s*=\s*[\"'](\d+)[\"']")

    def _of(self, style: int, name: str, named: bytes) -> str:
        section = self._sections["cellXfs"]
        if not 0 <= style < len(section.items):
            raise Unusual("style")
        match = re.search(named, _start_tag(section.items[style]))
        items = self._sections[name].items
        number = int(match[1]) if match else 0
        if number >= len(items):
            raise Unusual(name)
        return re.sub(r"<(/?)\w+:", r"<\1", items[number].decode())

    def filled(self, style: int, fill: int, border: int | None = None) -> int:
        """The cell style that is like another but for its fill and, where one is given, its border."""
        if (style, fill, border) not in self._filled:
            section = self._sections["cellXfs"]
            if not 0 <= style < len(section.items):
                raise Unusual("style")
            item = section.items[style]
            said = [("fillId", str(fill)), ("applyFill", "1")]
            said += [("borderId", str(border)), ("applyBorder", "1")] if border is not None else []
            for name, value in said:
                one = Element("xf", {}, 0, end=len(item))
                item = spliced(item, attribute_edit(item, one, name, value))
            self._filled[style, fill, border] = section.place(item)
        return self._filled[style, fill, border]

    def content(self) -> bytes:
        """The part with what was added."""
        edits = []
        for section in self._sections.values():
            if not section.added:
                continue
            if "count" in section.element.attributes:
                edits += attribute_edit(self._data, section.element, "count", str(len(section.items)))
            new = b"".join(section.items[-section.added :])
            edits.append((section.element.closing, section.element.closing, new))
        return spliced(self._data, edits)


def _start_tag(item: bytes) -> bytes:
    return item[: tag_end(item, Element("", {}, 0))]
