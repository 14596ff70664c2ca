"""Texts longer than a cell holds: cut in the copy that goes back, as Excel would call it damaged, and told.

Belongs here: finding them in the parts of a workbook, and cutting them. Does not belong here: what is wrong with a text
that is too long for its field (``domain.intake``); the file as it was handed in, which lies whole in the archive.
"""

import re
from collections.abc import Iterator, Sequence

from domain.reporting.receipt_book import Book, is_worksheet
from domain.reporting.receipt_cells import address_of
from domain.reporting.receipt_parts import Edit, Element, Package, Unusual, outline, spliced, tag_end

CELL_HOLDS = 32_767
"""Signs that a cell of Excel holds, counted in UTF-16 as Excel does."""

_BLOCK = CELL_HOLDS // 2
# An escape of XML or of spreadsheets is one sign, and must not be cut in two.
_SIGN = re.compile(r"_x[0-9A-Fa-f]{4}_|&[^;&]*;|.", re.DOTALL)
_CELL = re.compile(
    rb"<(?:\w+:)?c\s(?=[^>]*\bt=[\"']s[\"'])[^>]*\br=[\"']([A-Z]{1,3}\d{1,7})[\"'][^>]*>\s*<(?:\w+:)?v>\s*(\d+)\s*<"
)
_NAMED_AT_MOST = 3


def cut_text(text: str) -> str:
    """A text as far as a cell holds it."""
    if len(text) * 2 <= CELL_HOLDS:
        return text
    return text.encode("utf-16-le", "surrogatepass")[: 2 * CELL_HOLDS].decode("utf-16-le", "ignore")


def shorten_long_texts(package: Package, book: Book) -> list[str]:
    """Cut the texts of a workbook that no cell holds; returns the places of their cells, as 表!B2.

    Raises:
        Unusual: such a text is written in a way in which it cannot be changed safely.
    """
    found: list[str] = []
    shared = next((one.target for one in package.relations(book.part) if one.kind == "sharedStrings"), "")
    cut: frozenset[int] = frozenset()
    if _may_be_long(package.parts.get(shared, b""), b"si>"):
        data = package.parts[shared]
        texts = [one for one in outline(data).children if one.name == "si"]
        changed = {number: mine for number, one in enumerate(texts) if (mine := _cut(data, one))}
        package.parts[shared] = spliced(data, [edit for mine in changed.values() for edit in mine])
        cut = frozenset(changed)
    for name, part, _ in book.sheets:
        if not is_worksheet(package, part):
            continue
        data = package.parts[part]
        if cut:
            found += [f"{name}!{match[1].decode()}" for match in _CELL.finditer(data) if int(match[2]) in cut]
        if _may_be_long(data, b"<"):
            changes = [(address, edits) for address, one in _cells(outline(data)) if (edits := _cut(data, one))]
            package.parts[part] = spliced(data, [edit for _, edits in changes for edit in edits])
            found += [f"{name}!{address}" for address, _ in changes]
    return found


def told_of_long_texts(cells: Sequence[str]) -> tuple[str, ...]:
    """The sentence of a receipt in which texts were cut; none where none were."""
    if not cells:
        return ()
    named = "、".join(cells[:_NAMED_AT_MOST]) + (f" 等 {len(cells)} 格" if len(cells) > _NAMED_AT_MOST else "")
    return (
        f"{named} 的文字超过 {CELL_HOLDS} 个字符,Excel 的一个单元格放不下;本回执里只保留了前 {CELL_HOLDS} 个字符,"
        "全文请看自己的原文件(交来的原文件也已完整存档)。",
    )


def _may_be_long(data: bytes, token: bytes) -> bool:
    """False where the token stands in every stretch: nothing between two of them can be long. Costs next to nothing."""
    return any(data.find(token, at, at + _BLOCK) < 0 for at in range(0, len(data) - _BLOCK, _BLOCK))


def _cells(root: Element) -> Iterator[tuple[str, Element]]:
    """The cells of a sheet with the text that they hold themselves."""
    area = root.child("sheetData")
    for number, row in enumerate(area.children if area else ()):
        for index, cell in enumerate(row.children):
            if cell.attributes.get("t") in ("inlineStr", "str"):
                address = cell.attributes.get("r") or address_of(int(row.attributes.get("r", number + 1)) - 1, index)
                yield address, cell


def _cut(data: bytes, one: Element) -> list[Edit]:
    """The changes that leave of the texts within an element what a cell holds; none where all of it is held."""
    if one.end - one.start <= CELL_HOLDS:
        return []
    room, edits = CELL_HOLDS, []
    for text in _texts(one):
        inside = data[tag_end(data, text) : text.closing]
        if b"<" in inside:
            raise Unusual("text")
        raw = inside.decode()
        kept = _held(raw, room)
        room -= _length(kept)
        if kept != raw:
            edits.append((text.closing - len(inside), text.closing, kept.encode()))
    return edits


def _texts(one: Element) -> Iterator[Element]:
    """The elements whose texts a cell shows one behind the other; what is said of how to pronounce it is not among them."""
    for child in one.children:
        if child.name in ("t", "v"):
            yield child
        elif child.name in ("r", "is"):
            yield from _texts(child)


def _held(raw: str, room: int) -> str:
    if len(raw) <= room // 2:
        return raw
    for match in _SIGN.finditer(raw):
        room -= _width(match[0])
        if room < 0:
            return raw[: match.start()]
    return raw


def _length(raw: str) -> int:
    """Signs of an escaped text as Excel counts them."""
    return sum(map(_width, _SIGN.findall(raw)))


def _width(sign: str) -> int:
    """What lies beyond 65,535 is two signs, be it escaped."""
    if sign.startswith("&#"):
        number = sign[2:-1]
        return 1 + ((int(number[1:], 16) if number[:1] in "xX" else int(number)) > 0xFFFF)
    return 1 + (ord(sign[0]) > 0xFFFF)
