"""The comments (批注) of a receipt on one sheet: added beside those of the school, and taken away again.

Belongs here: the parts comments*.xml and vmlDrawing*.vml, in which a comment has its words and its box.
Does not belong here: what a comment says and which cells get one (``marked_copy``).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import unescape

from data_contracts.vocabulary import RECEIPT_AUTHOR, RECEIPT_OPENING
from domain.reporting.receipt_cells import place_of
from domain.reporting.receipt_parts import (
    MAIN,
    Edit,
    Element,
    Package,
    Unusual,
    inserted_last,
    outline,
    prefix_of,
    qualified,
    spliced,
    tag_end,
    text_xml,
)

OPENING = RECEIPT_OPENING
_COMMENTS = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_DRAWING = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_NAMESPACES = (
    'xmlns:v="urn:schemas-microsoft-com:vml"',
    'xmlns:o="urn:schemas-microsoft-com:office:office"',
    'xmlns:x="urn:schemas-microsoft-com:office:excel"',
)
_SHAPE_TYPE = (
    '<v:shapetype{spaces} id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_SHAPE = re.compile(rb"<(?:\w+:)?shape\s(?:(?!</(?:\w+:)?shape>).)*</(?:\w+:)?shape>", re.DOTALL)
_ROW, _COLUMN = re.compile(rb"<(?:\w+:)?Row>\s*(\d+)\s*<"), re.compile(rb"<(?:\w+:)?Column>\s*(\d+)\s*<")
_WORDS = re.compile(rb"<(?:\w+:)?t(?:\s[^>]*)?>(.*?)</(?:\w+:)?t>", re.DOTALL)
_RUN = (
    '<r><rPr>{bold}<sz val="9"/><color indexed="81"/><rFont val="微软雅黑"/><family val="2"/><charset val="134"/></rPr>'
    '<t xml:space="preserve">{text}</t></r>'
)


@dataclass(frozen=True)
class Box:
    """A comment to be made: its cell (row and column from 0), its words, and its anchor as a drawing states it."""

    row: int
    column: int
    address: str
    text: str
    anchor: str


def add_comments(package: Package, sheet: str, boxes: list[Box]) -> str | None:
    """Add comments to a sheet; a cell that has one already gets the words behind its own.

    Returns:
        The id of the relationship that the sheet must name as its legacy drawing; None where it names one already.
    """
    relations = package.relations(sheet)
    comments = next((one.target for one in relations if one.kind == "comments"), None)
    if comments is None:
        comments = package.unused("xl/comments{}.xml")
        package.parts[comments] = (
            f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            f'<comments xmlns="{MAIN}"><authors></authors><commentList></commentList></comments>'
        ).encode()
        package.declare(comments, _COMMENTS)
        package.relate(sheet, "comments", comments)
    package.parts[comments], new = _with_comments(package.parts.get(comments, b""), boxes)
    drawing = next((one.target for one in relations if one.kind == "vmlDrawing" and _is_of_comments(package, one.target)), None)
    if drawing is not None:
        package.parts[drawing] = _with_boxes(package.parts[drawing], new)
        return None
    number = 1 + max((_data_number(data) for name, data in package.parts.items() if name.endswith(".vml")), default=0)
    drawing = package.unused("xl/drawings/vmlDrawing{}.vml")
    package.parts[drawing] = _with_boxes(_empty_drawing(number), new)
    package.declare_ending("vml", _DRAWING)
    return package.relate(sheet, "vmlDrawing", drawing)


def _is_of_comments(package: Package, drawing: str) -> bool:
    """False for the drawing that holds pictures of headers and footers."""
    data = package.parts.get(drawing)
    if data is None:
        raise Unusual("drawing")
    return b"ObjectType=" in data or b"_x0000_t202" in data or not _SHAPE.search(data)


def _data_number(drawing: bytes) -> int:
    return max(
        (int(one) for many in re.findall(rb"\bdata=[\"']([\d,]+)[\"']", drawing) for one in many.split(b",") if one), default=0
    )


def _empty_drawing(number: int) -> bytes:
    return (
        f'<xml {" ".join(_NAMESPACES)}><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{number}"/></o:shapelayout>'
        f"{_SHAPE_TYPE.format(spaces='')}</xml>"
    ).encode()


def _with_boxes(drawing: bytes, boxes: list[Box]) -> bytes:
    at = drawing.rfind(b"</xml>")
    if at < 0:
        raise Unusual("drawing")
    root = drawing[: drawing.find(b">") + 1].replace(b"'", b'"')
    spaces = "" if all(name.encode() in root for name in _NAMESPACES) else " " + " ".join(_NAMESPACES)
    used = [int(number) for number in re.findall(rb"_x0000_s(\d+)", drawing)]
    number = max([*used, 1024 * max(1, _data_number(drawing))]) + 1
    shapes = [] if b"_x0000_t202" in re.sub(rb"type=\S+", b"", drawing) else [_SHAPE_TYPE.format(spaces=spaces)]
    for index, box in enumerate(boxes):
        shapes.append(
            f'<v:shape{spaces} id="_x0000_s{number + index}" type="#_x0000_t202" style="position:absolute;margin-left:80pt;'
            f'margin-top:2pt;width:240pt;height:90pt;z-index:{index + 1};visibility:hidden" fillcolor="#fffbe6" '
            'o:insetmode="auto"><v:fill color2="#fffbe6"/><v:shadow on="t" color="black" obscured="t"/>'
            '<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div>'
            '</v:textbox><x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
            f"<x:Anchor>{box.anchor}</x:Anchor><x:AutoFill>False</x:AutoFill>"
            f"<x:Row>{box.row}</x:Row><x:Column>{box.column}</x:Column></x:ClientData></v:shape>"
        )
    return drawing[:at] + "".join(shapes).encode() + drawing[at:]


def _with_comments(data: bytes, boxes: list[Box]) -> tuple[bytes, list[Box]]:
    """The comments with ours, and those of ours that need a box of their own."""
    root = outline(data)
    prefix = prefix_of(data, root)
    authors, listed = root.child("authors"), root.child("commentList")
    if authors is None or listed is None:
        raise Unusual("comments")
    names = _authors(data, authors)
    ours = names.index(RECEIPT_AUTHOR) if RECEIPT_AUTHOR in names else len(names)
    there = {one.attributes.get("ref"): one for one in listed.children}
    edits = []
    new, fresh = [], []
    for box in boxes:
        present = there.get(box.address)
        if present is None:
            comment = f'<comment ref="{box.address}" authorId="{ours}"><text>{_runs(box.text)}</text></comment>'
            new.append(qualified(comment, prefix))
            fresh.append(box)
            continue
        author = int(present.attributes.get("authorId", "0"))
        text = present.child("text")
        if text is None or (author < len(names) and names[author].startswith("tc=")):
            continue  # the shadow of a discussion: its words are kept elsewhere and may not be changed here
        plain = text.child("t")
        if plain is not None:
            wrapped = qualified("<r>", prefix) + data[plain.start : plain.end] + qualified("</r>", prefix)
            edits.append((plain.start, plain.end, wrapped))
        edits += inserted_last(data, text, qualified(_runs("\n" + box.text), prefix))
    if fresh and ours == len(names):
        edits += inserted_last(data, authors, qualified(f"<author>{RECEIPT_AUTHOR}</author>", prefix))
    if new:
        edits += inserted_last(data, listed, b"".join(new))
    return spliced(data, edits), fresh


def _runs(text: str) -> str:
    """The opening in bold, then the words."""
    opening, _, rest = text.partition("】")
    return _RUN.format(bold="<b/>", text=text_xml(opening + "】")) + _RUN.format(bold="", text=text_xml(rest))


def _authors(data: bytes, authors: Element) -> list[str]:
    return [unescape(data[tag_end(data, one) : one.closing].decode()) for one in authors.children]


def remove_comments(package: Package, sheet: str) -> bool:
    """Take our comments from a sheet, and our words from those of others.

    Returns:
        True where the sheet's legacy drawing is gone with them.
    """
    relations = package.relations(sheet)
    comments = next((one for one in relations if one.kind == "comments"), None)
    if comments is None or RECEIPT_AUTHOR.encode() not in package.parts.get(comments.target, b""):
        return False
    data = package.parts[comments.target]
    root = outline(data)
    authors, listed = root.child("authors"), root.child("commentList")
    if authors is None or listed is None:
        raise Unusual("comments")
    names = _authors(data, authors)
    gone: set[str] = set()
    edits: list[Edit] = []
    for one in listed.children:
        words = b"".join(_WORDS.findall(data[one.start : one.end])).decode()
        author = int(one.attributes.get("authorId", "0"))
        if (author < len(names) and names[author] == RECEIPT_AUTHOR) or words.startswith(OPENING):
            gone.add(one.attributes.get("ref", ""))
            edits.append((one.start, one.end, b""))
        elif OPENING in words:
            edits += _shortened(data, one)
    kept = len(listed.children) - len(gone)
    if names and names[-1] == RECEIPT_AUTHOR:
        edits.append((authors.children[-1].start, authors.children[-1].end, b""))
    package.parts[comments.target] = spliced(data, edits)
    places = {place_of(address) for address in gone}
    drawing_gone = False
    for way in relations:
        drawing = package.parts.get(way.target)
        if way.kind != "vmlDrawing" or drawing is None or b"ObjectType=" not in drawing:
            continue
        left = _SHAPE.sub(lambda match: b"" if _cell_of(match[0]) in places else match[0], drawing)
        package.parts[way.target] = left
        if not _SHAPE.search(left):
            package.remove(way.target)
            package.unrelate(sheet, way.id)
            drawing_gone = True
    if not kept:
        package.remove(comments.target)
        package.unrelate(sheet, comments.id)
    return drawing_gone


def _shortened(data: bytes, comment: Element) -> list[Edit]:
    """Without what was put behind another's words."""
    text = comment.child("text")
    edits: list[Edit] = []
    cut = False
    for run in text.children if text else ():
        if run.name not in ("r", "t"):
            continue
        if cut:
            edits.append((run.start, run.end, b""))
            continue
        words = run if run.name == "t" else run.child("t")
        if words is None or OPENING.encode() not in data[words.start : words.end]:
            continue
        cut = True
        inside = data[tag_end(data, words) : words.closing]
        before = inside[: inside.index(OPENING.encode())].rstrip()
        edits.append((words.opened, words.closing, before) if before else (run.start, run.end, b""))
    return edits


def _cell_of(shape: bytes) -> tuple[int, int] | None:
    row, column = _ROW.search(shape), _COLUMN.search(shape)
    return (int(row[1]), int(column[1])) if row and column and b"Note" in shape else None


def anchor(row: int, column: int, size: tuple[int, int], widths: Mapping[int, int], heights: Mapping[int, int],
           usual: tuple[int, int]) -> str:  # fmt: skip
    """Where the box of a comment lies, right of its cell: column, pixels, row, pixels of two corners.

    Args:
        row, column: of the cell, from 0.
        size: wanted width and height in pixels.
        widths, heights: of columns and rows that are not as usual, in pixels.
        usual: width of a column and height of a row.
    """
    top = max(0, row - 1)
    right, right_rest = _reach(column + 1, 12 + size[0], widths, usual[0])
    bottom, bottom_rest = _reach(top, 6 + size[1], heights, usual[1])
    return f"{column + 1}, 12, {top}, 6, {right}, {right_rest}, {bottom}, {bottom_rest}"


def _reach(start: int, length: int, sizes: Mapping[int, int], usual: int) -> tuple[int, int]:
    at = start
    while at - start < 200 and length >= sizes.get(at, usual):
        length -= sizes.get(at, usual)
        at += 1
    return at, max(0, min(length, sizes.get(at, usual)))
