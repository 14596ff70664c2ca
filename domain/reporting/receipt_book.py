"""The workbook around its sheets: which there are, in which order, which is shown, and names that count sheets.

Belongs here: putting the sheet of a receipt before all others, taking it out again, a workbook without sheets.
Does not belong here: what stands in a sheet (``receipt_sheet``, ``receipt_cells``).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.reporting.form_cells import FONT
from domain.reporting.receipt_parts import (
    RELATIONS,
    TYPES_PART,
    Edit,
    Element,
    Package,
    Unusual,
    attribute_edit,
    attribute_xml,
    inserted_first,
    outline,
    prefix_of,
    qualified,
    spliced,
    text_xml,
)

RECEIPT_SHEET = "回执"
_SELECTED = re.compile(rb"\stabSelected\s*=\s*(\"[^\"]*\"|'[^']*')")
_EMPTY = {
    TYPES_PART: '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    f'xmlns:r="{RELATIONS}"><bookViews><workbookView/></bookViews><sheets></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{RELATIONS}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fonts count="1"><font>'
    f'<sz val="10"/><name val="{FONT}"/><family val="2"/><charset val="134"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
}


@dataclass
class Book:
    """The part that lists the sheets; ``sheets`` holds the name, the part and the element of each, in order."""

    package: Package
    part: str
    data: bytes
    root: Element
    prefix: str
    sheets: list[tuple[str, str, Element]] = field(default_factory=list)

    @classmethod
    def of(cls, package: Package) -> "Book":
        """Find it in a workbook.

        Raises:
            Unusual: it is not there, or a sheet that it lists is not.
        """
        part = next((one.target for one in package.relations("") if one.kind == "officeDocument"), "")
        if part not in package.parts:
            raise Unusual("no workbook")
        data = package.parts[part]
        root = outline(data)
        book = cls(package, part, data, root, prefix_of(data, root))
        targets = {one.id: one.target for one in package.relations(part)}
        listed = root.child("sheets")
        if listed is None:
            raise Unusual("no sheets")
        for one in listed.children:
            identifier = next((value for key, value in one.attributes.items() if key.endswith(":id")), "")
            target = targets.get(identifier, "")
            if one.name != "sheet" or target not in package.parts:
                raise Unusual("sheet")
            book.sheets.append((one.attributes["name"], target, one))
        return book

    def styles_part(self) -> str:
        """Name of the part with the styles."""
        part = next((one.target for one in self.package.relations(self.part) if one.kind == "styles"), "")
        if part not in self.package.parts:
            raise Unusual("no styles")
        return part

    def views(self) -> list[Element]:
        """The windows, which say what sheet is shown."""
        views = self.root.child("bookViews")
        return views.children if views else []

    def names(self) -> list[Element]:
        """The defined names."""
        names = self.root.child("definedNames")
        return names.children if names else []


def empty_package() -> Package:
    """A workbook without a sheet, to which that of a receipt is to be added."""
    return Package(
        {name: f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{text}'.encode() for name, text in _EMPTY.items()}
    )


def is_worksheet(package: Package, part: str) -> bool:
    """True for a sheet of cells, not for one of a chart."""
    return b"<sheetData" in package.parts[part] or b":sheetData" in package.parts[part]


def opened_at(book: Book) -> dict[str, object]:
    """What sheet is shown and which tab stands first, as far as stated."""
    views = book.views()
    return {"active": views[0].attributes.get("activeTab"), "first": views[0].attributes.get("firstSheet")} if views else {}


def without_selection(data: bytes) -> bytes:
    """A sheet that is not selected: with two selected ones, what is typed into one would go into both."""
    at = data.find(b"sheetData")
    head = data[: at if at >= 0 else 65536]
    return _SELECTED.sub(b"", head) + data[len(head) :]


def with_sheet(book: Book, relation: str, heading: int) -> bytes:
    """The part with the receipt's sheet before all others, and shown.

    Args:
        book: the workbook.
        relation: id of the relationship to the sheet's part.
        heading: row of the sheet that is repeated on every printed page, from 1.
    """
    data, root = book.data, book.root
    edits: list[Edit] = []
    for view in book.views():
        for name in ("activeTab", "firstSheet"):
            edits += attribute_edit(data, view, name, None)
    taken = {name.lower() for name, _, _ in book.sheets}
    title, number = RECEIPT_SHEET, 2
    while title.lower() in taken:
        title, number = f"{RECEIPT_SHEET}({number})", number + 1
    listed = root.child("sheets")
    assert listed
    free = 1 + max((int(one.attributes["sheetId"]) for one in listed.children), default=0)
    prefix = next((key[6:] for key, value in root.attributes.items() if key[:6] == "xmlns:" and value == RELATIONS), None)
    linked = f'{prefix}:id="{relation}"' if prefix else f'xmlns:r="{RELATIONS}" r:id="{relation}"'
    sheet = f'<sheet name={attribute_xml(title)} sheetId="{free}" {linked}/>'
    edits += inserted_first(data, listed, qualified(sheet, book.prefix))
    for one in book.names():
        if "localSheetId" in one.attributes:
            edits += attribute_edit(data, one, "localSheetId", str(int(one.attributes["localSheetId"]) + 1))
    area = text_xml(f"'{title}'!${heading}:${heading}")
    titles = f'<definedName name="_xlnm.Print_Titles" localSheetId="0">{area}</definedName>'
    names = root.child("definedNames")
    if names is not None:
        edits += inserted_first(data, names, qualified(titles, book.prefix))
    else:
        before = [one for one in root.children if one.name in ("sheets", "functionGroups", "externalReferences")]
        at = before[-1].end
        edits.append((at, at, qualified(f"<definedNames>{titles}</definedNames>", book.prefix)))
    return spliced(data, edits)


def take_out(package: Package, book: Book, gone: set[str], memory: Mapping[str, object]) -> None:
    """Take sheets out of a workbook, and show what was shown before, as far as ``memory`` knows it.

    Raises:
        Unusual: no sheet would be left.
    """
    data = book.data
    numbers = [number for number, (name, _, _) in enumerate(book.sheets) if name in gone]
    kept = [number for number in range(len(book.sheets)) if number not in numbers]
    if not kept:
        raise Unusual("nothing but a receipt")
    places = {old: new for new, old in enumerate(kept)}
    edits: list[Edit] = [(book.sheets[number][2].start, book.sheets[number][2].end, b"") for number in numbers]
    views = book.views()
    for view in views:
        active = int(view.attributes.get("activeTab", "0"))
        first = int(view.attributes.get("firstSheet", "0"))
        before, top = (places.get(active), places.get(first, 0) or None)
        if before is None:
            before, top = _number(memory.get("active")), _number(memory.get("first"))
        stated = {"activeTab": before, "firstSheet": top}
        for name, value in stated.items():
            edits += attribute_edit(data, view, name, None if value is None or value >= len(kept) else str(value))
        shown = before if before is not None and before < len(kept) else 0
        if view is views[0]:
            part = book.sheets[kept[shown]][1]
            package.parts[part] = _selected(package.parts[part])
    names = book.root.child("definedNames")
    going = [one for one in book.names() if int(one.attributes.get("localSheetId", "-1")) in numbers]
    if names is not None and len(going) == len(names.children):
        edits.append((names.start, names.end, b""))
    else:
        for one in book.names():
            place = int(one.attributes.get("localSheetId", "-1"))
            if place in numbers:
                edits.append((one.start, one.end, b""))
            elif place >= 0:
                edits += attribute_edit(data, one, "localSheetId", str(places[place]))
    package.parts[book.part] = spliced(data, edits)
    targets = {one.target: one.id for one in package.relations(book.part)}
    for number in numbers:
        part = book.sheets[number][1]
        for way in package.relations(part):
            if way.kind == "printerSettings":
                package.remove(way.target)
        package.unrelate(book.part, targets[part])
        package.remove(part)


def _number(value: object) -> int | None:
    return int(value) if isinstance(value, str) and value.isdigit() else None


def _selected(data: bytes) -> bytes:
    root = outline(data, 3)
    views = root.child("sheetViews")
    if views is None or not views.children or not _is_plain(data):
        return data
    return spliced(data, attribute_edit(data, views.children[0], "tabSelected", "1"))


def _is_plain(data: bytes) -> bool:
    return not _SELECTED.search(data[: max(0, data.find(b"sheetData"))])
