"""Zeros that a formula shows because the cells from which it takes its figure are blank, such as =学校1!B2 over a blank cell.

A missing figure is never 0: such a cell counts as blank, and where its figure is required it is asked for.
Belongs here: finding these cells of a block and blanking them. Does not belong here: what a formula gives (``formulas``),
figures that are out of date (``passed_over``).
"""

from collections.abc import Iterable
from dataclasses import replace

from domain.intake.block_cells import BlockCells, cell_at, place_of, spelt
from domain.intake.blocks import Block
from domain.intake.findings import Finding
from domain.intake.formulas import Recomputation
from domain.intake.workbook import Sheet


def zeros_of_blanks(block: Block, sheet: Sheet, sheets: Iterable[Sheet]) -> dict[str, Finding]:
    """The cells of a block that show 0 although nobody gave a figure, each with the note about it.

    Args:
        block: what the sheet was read into.
        sheet: with the cells as the file shows them.
        sheets: all sheets of the file.
    """
    if sheet.parts is None or not sheet.parts.with_formula:
        return {}
    if block.is_form and not block.parts and set(block.cells).isdisjoint(sheet.parts.with_formula):
        return {}  # nearly every form: its formulas stand beside the entries
    cells = BlockCells(block)
    again: Recomputation | None = None
    found = {}
    for address in sheet.parts.with_formula:
        place = cells.place(address)
        if place is None or not _is_zero(cell_at(sheet.rows, address)) or address not in sheet.parts.formulas:
            continue
        again = again or Recomputation(sheets, sheet.name)
        if source := again.missing(address):
            formula = spelt(sheet.parts.formulas[address].text)
            found[address] = cells.finding("C-BLANK-SOURCE", place, formula=formula, source=source)
    return found


def blanked(sheet: Sheet, addresses: Iterable[str]) -> Sheet:
    """The sheet with nothing in some of its cells."""
    rows = list(sheet.rows)
    own: set[int] = set()
    for address in addresses:
        row, column = place_of(address)
        if row not in own:  # rows that stay as they are stay shared
            own.add(row)
            rows[row - 1] = list(rows[row - 1])
        rows[row - 1][column - 1] = ""
    return replace(sheet, rows=rows)


def _is_zero(cell: object) -> bool:
    return isinstance(cell, (int, float)) and not isinstance(cell, bool) and cell == 0
