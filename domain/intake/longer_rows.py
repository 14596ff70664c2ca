"""Rows of a CSV table that are longer than its header, whose cells nobody can tell from each other.

A figure such as 1,450 without quotation marks becomes two cells, and every figure behind it stands below a foreign heading.
Belongs here: telling such a row from one that only ends with more separators. Does not belong here: columns of a workbook
whose heading is blank (``blocks``); its rows are all of one width.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

from domain.intake.cells import cut, shown
from domain.intake.findings import Finding
from domain.intake.headings import blank, column_letters
from domain.intake.workbook import Sheet

_HEAD, _TAIL = re.compile("[1-9][0-9]{0,2}"), re.compile(r"[0-9]{3}(\.[0-9]*)?")
"""The two cells that are made of 1,450.5."""
_NEARLY_ALL = 0.9


def width_of(sheet: Sheet, first: int, last: int) -> int:
    """How many cells the rows of a header have, given by the indexes of its first and last."""
    return max(map(len, sheet.rows[first : last + 1]))


def longer_rows(sheet: Sheet, width: int, kept: Iterable[int], of_form: bool = False) -> dict[int, Finding]:
    """An error for each row with more cells than the header, by index of the row.

    Programs put separators behind the last value, a block of rows at a time: a row that is no wider than one beside it, and
    in which nothing stands beyond the header, is not meant, unless as many of its figures look split as there are cells too
    many. Where nearly all rows are of one length, one that shows no such figures speaks for all.

    Args:
        sheet: the table.
        width: of its header.
        kept: indexes of the rows that are read.
        of_form: True where all rows are those of one school or county.
    """
    rows, numbers = sheet.rows, list(kept)
    longer = [number for number in numbers if len(rows[number]) > width]
    split = {number: _splits(rows[number]) >= len(rows[number]) - width for number in longer}
    usual = _usual_length([len(rows[number]) for number in numbers])
    all_split = all(split[number] for number in longer if len(rows[number]) == usual)
    found = {}
    for number in longer:
        row = rows[number]
        beyond = next((index for index in range(width, len(row)) if not blank(row[index])), None)
        beside = (rows[other] for other in (number - 1, number + 1) if 0 <= other < len(rows))
        looks_split = all_split if len(row) == usual else split[number]
        if beyond is None and not looks_split and any(len(other) == len(row) for other in beside):
            continue
        value, value_en = (
            ("空的", "nothing") if beyond is None else (f"“{cut(shown(row[beyond]))}”", f"'{cut(shown(row[beyond]))}'")
        )
        params = {"row": number + 1, "cells": len(row), "width": width, "value": value, "value_en": value_en}
        place = f"{column_letters(width if beyond is None else beyond)}{number + 1}"
        found[number] = Finding("R-LONGER", sheet.name, place, 0 if of_form else number + 1, params=params)
    return found


def _splits(row: Sequence[object]) -> int:
    """How often two cells of a row that stand side by side look as if they were one figure such as 1,450."""
    cells = [shown(cell).strip() for cell in row]
    return sum(bool(_HEAD.fullmatch(left) and _TAIL.fullmatch(right)) for left, right in pairwise(cells))


def _usual_length(lengths: Sequence[int]) -> int | None:
    """How many cells nearly all rows have; None where they differ."""
    length, count = Counter(lengths).most_common(1)[0] if lengths else (0, 0)
    return length if lengths and count >= _NEARLY_ALL * len(lengths) else None
