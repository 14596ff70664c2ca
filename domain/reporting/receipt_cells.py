"""The cells of one sheet as they stand in its part: their styles, and giving some another one.

Belongs here: finding a cell's element, styles that come from row or column, making a cell that is not there yet, sizes.
Does not belong here: what the styles look like (``receipt_styles``), values, which nothing here ever touches.
"""

import re
from bisect import bisect_left
from dataclasses import dataclass

from domain.reporting.receipt_parts import (
    RELATIONS,
    Edit,
    Element,
    Unusual,
    attribute_edit,
    inserted_last,
    outline,
    prefix_of,
    qualified,
    spliced,
    tag_end,
)

_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
# What may stand behind <legacyDrawing> in a sheet; what is not named here stands before it.
_BEHIND_DRAWING = (
    "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst",
)  # fmt: skip
_CELL_PIXELS = (64, 20)


def place_of(address: str) -> tuple[int, int]:
    """Row and column from 0 of an address; (-1, -1) for what is none."""
    match = _ADDRESS.fullmatch(address)
    if not match:
        return -1, -1
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]) - 1, column - 1


def address_of(row: int, column: int) -> str:
    """The address of a row and column from 0."""
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


@dataclass
class _Row:
    number: int
    element: Element
    cells: dict[int, Element]


class SheetCells:
    """The cells of a sheet's part; changes are gathered and made at once by ``content``.

    Raises:
        Unusual: the part is no sheet as usual.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._root = outline(data, 4)
        self._prefix = prefix_of(data, self._root)
        area = self._root.child("sheetData")
        if self._root.name != "worksheet" or area is None:
            raise Unusual("sheet")
        self._area = area
        self._rows: dict[int, _Row] = {}
        number = -1
        for element in area.children:
            number = int(element.attributes["r"]) - 1 if "r" in element.attributes else number + 1
            if number in self._rows:
                raise Unusual("row twice")
            self._rows[number] = _Row(number, element, _cells_of(element))
        if list(self._rows) != sorted(self._rows):
            raise Unusual("order of rows")
        self._columns = _columns_of(self._root)
        self._wanted: dict[tuple[int, int], int | None] = {}
        self._edits: list[Edit] = []

    def given_style(self, row: int, column: int) -> int | None:
        """The style that the cell itself names; None where it names none or is not there."""
        line = self._rows.get(row)
        cell = line.cells.get(column) if line else None
        return int(cell.attributes["s"]) if cell is not None and "s" in cell.attributes else None

    def style(self, row: int, column: int) -> int:
        """The style in which the cell is shown."""
        line = self._rows.get(row)
        if line and column in line.cells:
            return int(line.cells[column].attributes.get("s", "0"))
        if line and line.element.attributes.get("customFormat") in ("1", "true") and "s" in line.element.attributes:
            return int(line.element.attributes["s"])
        for first, last, style, _ in self._columns:
            if first <= column <= last:
                return style
        return 0

    def styled(self) -> dict[int, list[tuple[int, int]]]:
        """The places of all cells by the style they name."""
        found: dict[int, list[tuple[int, int]]] = {}
        for number, line in self._rows.items():
            for column, cell in line.cells.items():
                if "s" in cell.attributes:
                    found.setdefault(int(cell.attributes["s"]), []).append((number, column))
        return found

    def restyle(self, row: int, column: int, style: int | None) -> None:
        """Let the cell name another style, or none; it is made where it is not there."""
        self._wanted[row, column] = style

    def draw(self, relation: str | None) -> None:
        """Let the sheet name the drawing that holds the boxes of its comments, or none."""
        present = self._root.child("legacyDrawing")
        if relation is None:
            if present is not None:
                self._edits.append((present.start, present.end, b""))
            return
        if present is not None:
            raise Unusual("legacy drawing")
        prefix = next(
            (key[6:] for key, value in self._root.attributes.items() if key[:6] == "xmlns:" and value == RELATIONS), None
        )
        named = f'{prefix}:id="{relation}"' if prefix else f'xmlns:r="{RELATIONS}" r:id="{relation}"'
        at = self._root.closing
        children = self._root.children
        after = max((index for index, one in enumerate(children) if one.name == "drawing"), default=-1)
        for index, one in enumerate(children):
            if one.name in _BEHIND_DRAWING or (one.name == "AlternateContent" and index == after + 1 > 0):
                at = one.start
                break
        self._edits.append((at, at, qualified(f"<legacyDrawing {named}/>", self._prefix)))

    def sizes(self) -> tuple[dict[int, int], dict[int, int], tuple[int, int]]:
        """Widths of columns and heights of rows that state one, and the usual ones, in pixels."""
        form = self._root.child("sheetFormatPr")
        said = form.attributes if form else {}
        usual = (
            _pixels(float(said["defaultColWidth"])) if "defaultColWidth" in said else _CELL_PIXELS[0],
            round(float(said["defaultRowHeight"]) * 4 / 3) if "defaultRowHeight" in said else _CELL_PIXELS[1],
        )
        widths = {
            column: _pixels(width)
            for first, last, _, width in self._columns
            if width is not None
            for column in range(first, min(last, first + 300) + 1)
        }
        heights = {
            number: 0 if line.element.attributes.get("hidden") == "1" else round(float(line.element.attributes["ht"]) * 4 / 3)
            for number, line in self._rows.items()
            if "ht" in line.element.attributes
        }
        return widths, heights, usual

    def widths(self) -> list[tuple[int, int, float]]:
        """First and last column, and width in characters, where the sheet states it."""
        return [(first, last, width) for first, last, _, width in self._columns if width is not None]

    def content(self) -> bytes:
        """The part with the changes."""
        edits = list(self._edits)
        new: dict[int, dict[int, int]] = {}
        for (row, column), style in sorted(self._wanted.items()):
            line = self._rows.get(row)
            cell = line.cells.get(column) if line else None
            if cell is not None:
                edits += attribute_edit(self._data, cell, "s", None if style is None else str(style))
            elif style is not None:
                new.setdefault(row, {})[column] = style
        numbers = list(self._rows)
        fresh = b""
        made: dict[int, bytes] = {}
        for row, cells in new.items():
            if row in self._rows:
                edits += self._into_row(self._rows[row], cells)
                continue
            made_row = (
                f'<row r="{row + 1}">' + "".join(_cell_xml(row, column, style) for column, style in cells.items()) + "</row>"
            )
            made.setdefault(bisect_left(numbers, row), b"")
            made[bisect_left(numbers, row)] += qualified(made_row, self._prefix)
        for index, lines in made.items():
            if index < len(numbers):
                at = self._rows[numbers[index]].element.start
                edits.append((at, at, lines))
            else:
                fresh += lines
        if fresh:
            edits += inserted_last(self._data, self._area, fresh)
        return spliced(self._data, edits)

    def _into_row(self, line: _Row, cells: dict[int, int]) -> list[Edit]:
        data, element = self._data, line.element
        tag_end(data, element)
        if element.empty:
            lines = "".join(_cell_xml(line.number, column, style) for column, style in cells.items())
            # The span of columns that a row may state is a hint, which the new cells would make untrue.
            tag = re.sub(rb"\sspans\s*=\s*(\"[^\"]*\"|'[^']*')", b"", data[element.start : element.end])
            opening = tag.removesuffix(b"/>").rstrip() + b">"
            return [(element.start, element.end, opening + qualified(lines + "</row>", self._prefix))]
        edits = attribute_edit(data, element, "spans", None)
        for column, style in cells.items():
            after = next((cell for place, cell in line.cells.items() if place > column), None)
            at = after.start if after else element.closing
            edits.append((at, at, qualified(_cell_xml(line.number, column, style), self._prefix)))
        return edits


def _cell_xml(row: int, column: int, style: int) -> str:
    return f'<c r="{address_of(row, column)}" s="{style}"/>'


def _cells_of(row: Element) -> dict[int, Element]:
    found = {}
    column = -1
    for cell in row.children:
        if cell.name != "c":
            continue
        column = place_of(cell.attributes["r"])[1] if "r" in cell.attributes else column + 1
        found[column] = cell
    return found


def _columns_of(root: Element) -> list[tuple[int, int, int, float | None]]:
    columns = root.child("cols")
    found = []
    for one in columns.children if columns else ():
        said = one.attributes
        width = 0.0 if said.get("hidden") in ("1", "true") else float(said["width"]) if "width" in said else None
        found.append((int(said["min"]) - 1, int(said["max"]) - 1, int(said.get("style", "0")), width))
    return found


def _pixels(width: float) -> int:
    return int(width * 7 + 5) if width > 0 else 0
