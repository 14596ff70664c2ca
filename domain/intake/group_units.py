"""Units in headings that stand over several columns: 设备（单位：千元） above its columns, 经费（万元） above others.

Belongs here: which cells of the row above the headings are such, which units they name, and over which columns they surely stand.
Does not belong here: captions and rows of units (``stated_units``), sections above headings (``headings``).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.intake.headings import blank
from domain.intake.labels import simplified
from domain.intake.plain_sheet import row_and_column
from domain.intake.unit_doubts import speaks_of_a_table, with_marks_folded
from domain.intake.unit_words import is_unit

_WITH_UNITS = re.compile(r"(?P<name>[^()单]{1,20})(?:\((?:单位:?)?(?P<within>[^()]{1,20})\)|[ ,:]?单位:?(?P<behind>[^()]{1,20}))")
_SEPARATORS = re.compile("[,、;/和 ]")
Merged = Sequence[tuple[str, str]]
"""Merged ranges by their first and last cell."""


@dataclass(frozen=True)
class Group:
    """A heading over columns.

    Attributes:
        column: in which it stands, by index.
        units: that it names.
        surely: the columns over which it stands.
        perhaps: further columns to its right over which nothing else stands.
    """

    column: int
    units: tuple[str, ...]
    surely: frozenset[int]
    perhaps: frozenset[int]


def groups_above(rows: Sequence[Sequence[Any]], first: int, last: int, own: Sequence[int], merged: Merged) -> Iterator[Group]:
    """The headings with units that stand over the columns of a table.

    One that is merged reaches as far as its range, another to the next filled cell of its row; of the last one nothing says how far.

    Args:
        rows: the sheet.
        first, last: of the header.
        own: columns whose heading stands in the first row of two.
        merged: the merged ranges of the sheet.
    """
    above = first if last > first else first - 1
    if above < 0:
        return
    filled = [index for index, cell in enumerate(rows[above]) if not blank(cell)]
    ends, width = _ends(above, merged), len(rows[last])
    for index, following in zip(filled, [*filled, None][1:], strict=True):
        units = _units(rows[above][index], within=last > first)
        if not units or index in own or index >= width or blank(rows[last][index]):
            continue
        end = ends.get(index, index if following is None else following - 1)
        beyond = range(end + 1, width) if following is None and index not in ends else ()
        yield Group(index, units, frozenset(range(index, end + 1)), frozenset(beyond))


def _units(cell: object, *, within: bool) -> tuple[str, ...]:
    """The units in a heading over columns; none in a caption, in a title of a table and in any other cell.

    ``within``: the cell stands in a header of two rows, where 面积（亩） is no caption.
    """
    match = _WITH_UNITS.fullmatch(simplified(with_marks_folded(cell))) if isinstance(cell, str) else None
    if match is None or (not within and speaks_of_a_table(match["name"].strip())):
        return ()
    units = tuple(filter(None, _SEPARATORS.split(match["within"] or match["behind"])))
    return units if all(map(is_unit, units)) else ()


def _ends(row: int, merged: Merged) -> Mapping[int, int]:
    """The last column of each merged range that begins in a row, by its first."""
    places = ((row_and_column(begin), row_and_column(end)) for begin, end in merged)
    return {begin[1] - 1: end[1] - 1 for begin, end in places if begin and end and begin[0] == row + 1 and end[1] > begin[1]}
