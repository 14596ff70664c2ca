"""The cells of a block by their addresses, as findings about them name them.

Belongs here: from the address of a cell to its value in a block, and a finding about it. Does not belong here: what is found
(``passed_over``, ``blank_sources``), the block itself (``blocks``).
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from domain.intake.blocks import Block, named_section
from domain.intake.cells import clean_text, cut, shown
from domain.intake.findings import Finding
from domain.intake.plain_sheet import column_number

Place = tuple[int, int]
"""Column and school of a block, by index."""


class BlockCells:
    """The cells of a block by their addresses."""

    def __init__(self, block: Block) -> None:
        parts = {part.letters: part for part in block.parts}
        if parts:  # a sum stands in no cell, its parts do
            own = [index for index, letters in enumerate(block.cells) if letters not in parts]
            self._labels = {len(own) + number: part.label for number, part in enumerate(parts.values())}
            block = replace(
                block,
                places=[*(block.places[index] for index in own), *(part.place for part in parts.values())],
                typed=[*(block.typed[index] for index in own), *(part.typed for part in parts.values())],
                cells=[*(block.cells[index] for index in own), *parts],
                scales=(*(block.scale(index) for index in own), *(part.scale for part in parts.values())),
            )
        else:
            self._labels = {}
        self.block = block
        self.is_form = block.is_form
        self._columns = {cell: index for index, cell in enumerate(block.cells)}
        self._schools = {row: index for index, row in enumerate(block.rows)}
        self._entries = [place_of(cell) for cell in block.cells] if self.is_form else []

    def place(self, address: str) -> Place | None:
        """Which value of the block stands in a cell; None where none does."""
        if self.is_form:
            column = self._columns.get(address)
            return None if column is None else (column, 0)
        letters = address.rstrip("0123456789")
        column, school = self._columns.get(letters), self._schools.get(int(address[len(letters) :] or 0))
        return None if column is None or school is None else (column, school)

    def school_of(self, address: str) -> int | None:
        """The row by which findings name the school in whose lines a cell stands; None outside of them."""
        try:
            row = place_of(address)[0]
        except ValueError:
            return None
        if self.is_form:
            return 0 if any(place_of(cell)[0] == row for cell in self._columns) else None
        return row if row in self._schools else None

    def typed(self, place: Place) -> object:
        column, school = place
        return self.block.typed[column][school]

    def numeric(self, place: Place) -> bool:
        """True where a number is asked for."""
        return self.block.asked[self.block.places[place[0]][0]].numeric

    def finding(self, rule: str, place: Place, cell: str | None = None, **params: object) -> Finding:
        column, school = place
        key, section = self.block.places[column][0], named_section(self.block.places[column][1])
        value = cut(shown(self.typed(place)))
        told = {"label": self.label(column), "value": value, **params}
        row = 0 if self.is_form else self.block.rows[school]
        return Finding(rule, self.block.sheet, cell or self.block.cell(column, school), row, key, section, value, told)

    def label(self, column: int) -> str:
        """What a column, or an item of a form, is called."""
        key, section = self.block.places[column][0], named_section(self.block.places[column][1])
        return self._labels.get(column) or self.block.asked[key].label_in(section)

    def name(self, school: int) -> str:
        """The code of a school, or what stands first in a row of anything else."""
        column = next((index for index, (key, _) in enumerate(self.block.places) if key == "school_id"), 0)
        return shown(self.block.typed[column][school])

    def within(self, first: str, last: str) -> list[Place]:
        """The values of the block that a range covers."""
        (top, left), (bottom, right) = place_of(first), place_of(last)

        def covers(row: int, column: int) -> bool:
            return top <= row <= bottom and left <= column <= right

        if self.is_form:
            if bottom < min(self._entries, default=(1, 1))[0]:
                return []  # the title and what else stands above the entries
            return [(index, 0) for index, place in enumerate(self._entries) if covers(*place)]
        columns = [i for i, letters in enumerate(self.block.cells) if covers(top, column_number(letters))]
        schools = [i for i, row in enumerate(self.block.rows) if covers(row, left)] if columns else []
        return [(column, school) for school in schools for column in columns]


@lru_cache(maxsize=65_536)  # ten thousand forms name the same cells
def place_of(address: str) -> tuple[int, int]:
    """Row and column from 1 of an address such as E14."""
    letters = address.rstrip("0123456789")
    return int(address[len(letters) :]), column_number(letters)


def cell_at(rows: Sequence[Sequence[object]], address: str) -> object:
    """What stands in a cell; blank beyond the last one."""
    row, column = place_of(address)
    return rows[row - 1][column - 1] if row <= len(rows) and column <= len(rows[row - 1]) else ""


def spelt(formula: str) -> str:
    """A formula as messages repeat it."""
    return cut("=" + clean_text(formula))
