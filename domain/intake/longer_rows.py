"""Rows of a CSV table that are longer than its header, whose cells nobody can tell from each other.

A figure such as 1,450 without quotation marks becomes two cells, and every figure behind it stands below a foreign heading.
Belongs here: telling such a row from one that only ends with more separators. Does not belong here: columns of a workbook
whose heading is blank (``blocks``); its rows are all of one width.
"""

from collections.abc import Iterable

from domain.intake.cells import cut, shown
from domain.intake.findings import Finding
from domain.intake.headings import blank, column_letters
from domain.intake.workbook import Sheet


def width_of(sheet: Sheet, first: int, last: int) -> int:
    """How many cells the rows of a header have, given by the indexes of its first and last."""
    return max(map(len, sheet.rows[first : last + 1]))


def longer_rows(sheet: Sheet, width: int, kept: Iterable[int], of_form: bool = False) -> dict[int, Finding]:
    """An error for each row with more cells than the header, by index of the row.

    Programs put separators behind the last value, a block of rows at a time: a row that is no wider than one beside it, and
    in which nothing stands beyond the header, is not meant.

    Args:
        sheet: the table.
        width: of its header.
        kept: indexes of the rows that are read.
        of_form: True where all rows are those of one school or county.
    """
    rows = sheet.rows
    found = {}
    for number in kept:
        row = rows[number]
        if len(row) <= width:
            continue
        beyond = next((index for index in range(width, len(row)) if not blank(row[index])), None)
        beside = (rows[other] for other in (number - 1, number + 1) if 0 <= other < len(rows))
        if beyond is None and any(len(other) == len(row) for other in beside):
            continue
        value, value_en = (
            ("空的", "nothing") if beyond is None else (f"“{cut(shown(row[beyond]))}”", f"'{cut(shown(row[beyond]))}'")
        )
        params = {"row": number + 1, "cells": len(row), "width": width, "value": value, "value_en": value_en}
        place = f"{column_letters(width if beyond is None else beyond)}{number + 1}"
        found[number] = Finding("R-LONGER", sheet.name, place, 0 if of_form else number + 1, params=params)
    return found
