"""What is asked where a file names a unit outside of the sheet of its table: in the name of the file or of a sheet, on a cover.

Belongs here: which of these texts are asked about, and of which blocks. Does not belong here: what stands in the sheet of a table
itself (``stated_units``), what a text says (``unit_words``).
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from domain.intake.blocks import Block
from domain.intake.findings import Finding
from domain.intake.headings import HEADER_ROWS, blank, column_letters
from domain.intake.stated_units import asked_about
from domain.intake.unit_words import Said, announces, bare_unit, said_in
from domain.intake.workbook import Sheet

_IN_A_NAME = ("工作表名称里", "In the name of the sheet")
_IN_THE_FILE = ("文件名里", "In the name of the file")
_ON_A_COVER = ("另一张工作表里", "On another sheet")


def units_elsewhere(file: str, blocks: Sequence[Block], covers: Sequence[Sheet], *, textual: bool) -> list[Finding]:
    """Queries about units that are named outside of the sheets of the blocks; they never move a figure.

    Args:
        file: its path under the inbox.
        blocks: what its sheets were read into.
        covers: its sheets without a table.
        textual: it has no sheets, and no names of them.
    """
    findings: list[Finding] = []
    stem = said_in("", PurePosixPath(file).stem, None)
    for block in blocks if any(block.units for block in blocks) else ():
        name = [] if textual else said_in("", block.sheet, None)
        for said, where in ((name, _IN_A_NAME), (stem, _IN_THE_FILE)):
            findings += asked_about(block.sheet, [replace(one, where=where) for one in said], block.units)
        for cover in covers:
            said = [replace(one, where=_ON_A_COVER) for one in _said_on(cover) if one.sure]
            findings += asked_about(cover.name, said, block.units)
    return list({(one.rule, one.sheet, one.cell, str(one.params)): one for one in findings}.values())


def _said_on(sheet: Sheet) -> Iterator[Said]:
    """What the texts of a sheet without a table say of units, within the rows in which a table would begin."""
    for number, row in enumerate(sheet.rows[:HEADER_ROWS], start=1):
        for index, cell in enumerate(row):
            # A unit behind other words, as in a list of items with their units, is none of a whole table.
            beside = bare_unit(cell) is not None and any(not blank(one) for one in row[:index])
            if isinstance(cell, str) and not beside:
                following = next((one for one in row[index + 1 :] if one != ""), None) if announces(cell) else None
                yield from said_in(f"{column_letters(index)}{number}", cell, following)
