"""From typed cells to numbers and words: one column of one field at a time.

Belongs here: columns, and the short ways for the many cells in which nothing is odd. Does not belong here: what an odd cell
says (``number_cells``, ``word_cells``), cells as text (``cell_text``), whether a figure was required or fits others (``screening``).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np

from data_contracts.catalogue import Field
from domain.intake.cell_text import (
    FIGURE,
    TEXT_LIMIT,
    WORDS,
    NotComputed,
    clean_text,
    cut,
    is_blank,
    is_excel_error,
    shown,
)
from domain.intake.number_cells import odd_number
from domain.intake.word_cells import no_words, read_once, word_reader

Written = Callable[[int], str | None]
ROUNDING = 1e-12
__all__ = [
    "FIGURE",
    "TEXT_LIMIT",
    "WORDS",
    "Column",
    "NotComputed",
    "clean_text",
    "coerce",
    "cut",
    "is_blank",
    "is_excel_error",
    "plain_number",
    "plain_words",
    "shown",
]


@dataclass
class Column:
    """A coerced column of n cells.

    Attributes:
        numbers: in the stored unit, NaN where blank or unreadable; None for fields of words.
        texts: normalised words, None where blank or unreadable; None for numeric fields.
        remarks: (index of the school, rule, parameters) for cells that are wrong or were tolerated.
    """

    numbers: np.ndarray | None = None
    texts: np.ndarray | None = None
    remarks: list[tuple[int, str, dict[str, object]]] = field(default_factory=list)


def coerce(
    what: Field, label: str, typed: list[object], textual: bool, scale: float = 1.0, written: Written | None = None
) -> Column:
    """Read a column of cells as the field's kind.

    Args:
        what: the field.
        label: as on the form, for messages.
        typed: n cells as typed.
        textual: True for CSV, where a plain number in text is no deviation.
        scale: by what figures are multiplied to stand in the field's unit on the form; 10 000 for books in 万册.
        written: for the index of a number beyond all numbers, how it stands in the file; put in its place.
    """
    column = _numbers(what, label, typed, textual, scale) if what.numeric else _words(what, label, typed, textual)
    for index, rule, params in column.remarks:
        if rule == "C-NOT-FINITE" and written and not isinstance(typed[index], str) and (text := written(index)):
            typed[index], params["value"] = text, cut(text)
    return column


def _numbers(what: Field, label: str, typed: list[object], textual: bool, scale: float) -> Column:
    column = Column()
    values, odd = _plain_numbers(typed)

    def remark(index: int, rule: str, **more: object) -> None:
        column.remarks.append(
            (index, rule, {"label": label, "value": cut(shown(typed[index])), "unit": what.unit or "—", **more})
        )

    for index in odd:
        values[index], rule, extra = odd_number(what, typed[index], textual)
        if rule:
            remark(index, rule, **{"number": shown(float(values[index])), **extra})
    for index in _where(~np.isfinite(values)):
        if type(typed[index]) in (float, int):
            remark(index, "C-NOT-FINITE")
            values[index] = np.nan
    wrong = [("C-NEGATIVE", values < 0)]
    if what.kind == "integer":
        # What a spreadsheet shows as a whole number is one: it computes with 17 digits and shows 15.
        values = values * scale  # 3.21 万册 are a whole number of books
        whole = np.rint(values)
        values = np.where(np.abs(values - whole) <= ROUNDING * np.abs(values), whole, values)
        wrong.append(("C-INTEGER", (values >= 0) & (values != np.floor(values))))
    for rule, mask in wrong:
        for index in _where(mask):
            scaled = rule == "C-INTEGER" and scale != 1
            told = f"{shown(typed[index])} × {scale:.10g} = {shown(float(values[index]))}"
            remark(index, rule, **({"value": cut(told)} if scaled else {}))
        values[mask] = np.nan
    if what.unit == "%":
        for index in _where((values > 0) & (values <= 1)):
            if not shown(typed[index]).strip().endswith(("%", "％")):
                # In decimals: 0.009 is 0.9 %, in binary fractions a little less.
                values[index] = float(Decimal(repr(float(values[index]))) * 100)
                remark(index, "C-PERCENT", number=shown(float(values[index])))
    column.numbers = values * what.factor * (1.0 if what.kind == "integer" else scale) + 0.0  # no zero below zero
    return column


def plain_number(what: Field, cell: object) -> float | None:
    """A single cell in the stored unit where it is a number that no rule can speak of: nearly all of a form.

    The same as ``coerce`` for a column of one cell, without making columns; None where ``coerce`` must look.
    """
    if type(cell) is not float or not what.numeric or not 0 <= cell < 1e15:
        return None
    if (what.unit == "%" and 0 < cell <= 1) or (what.kind == "integer" and not cell.is_integer()):
        return None
    return cell * what.factor


def plain_words(what: Field, cell: object) -> str | None:
    """A single cell of words of which no rule speaks: the same as ``coerce``; None where ``coerce`` must look."""
    if type(cell) is not str or what.numeric or no_words(cell):
        return None
    text, rule, _ = read_once(word_reader(what), what.key, cell)
    return None if rule else text


def _where(mask: np.ndarray) -> list[int]:
    return np.flatnonzero(mask).tolist()


def _plain_numbers(typed: list[object]) -> tuple[np.ndarray, list[int]]:
    """Cells that are numbers, NaN elsewhere, and the indexes of cells that are neither numbers nor empty."""
    if set(map(type, typed)) <= {float, int}:
        return np.array(typed, dtype=float), []
    values = np.array([cell if type(cell) is float or type(cell) is int else math.nan for cell in typed], dtype=float)
    others = ((index, typed[index]) for index in _where(np.isnan(values)))
    return values, [index for index, cell in others if type(cell) is not float and cell != "" and cell is not None]


def _words(what: Field, label: str, typed: list[object], textual: bool) -> Column:
    reader = word_reader(what)
    texts = np.full(len(typed), None, dtype=object)
    column = Column(texts=texts)
    seen: dict[object, tuple[str | None, str | None, dict[str, object]]] = {}
    if set(map(type, typed)) == {str}:
        # A hundred thousand schools say the same few words: each is read once, and only what is odd is looked at again.
        said = {cell: no_words(cell) or reader(what.key, cell) for cell in set(typed) if cell}
        said[""] = (None, None, {})
        texts[:] = [said[cell][0] for cell in typed]
        odd = [(index, cell) for index, cell in enumerate(typed) if said[cell][1]] if any(r for _, r, _ in said.values()) else []
        seen = {(str, cell): said[cell] for _, cell in odd}
    else:
        odd = list(enumerate(typed))
    for index, cell in odd:
        if cell == "" or cell is None:
            continue
        key = (type(cell), cell)
        if key not in seen:
            seen[key] = no_words(cell) or reader(what.key, cell)
        text, rule, extra = seen[key]
        texts[index] = text
        if rule and not (textual and rule == "C-NORMALISED" and shown(cell).strip().startswith('="')):  # so programs write codes
            column.remarks.append((index, rule, {"label": label, "value": cut(shown(cell)), **extra}))
    return column
