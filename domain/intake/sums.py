"""Sums: a field that a layout gives as several headings, and the total row of a table.

Belongs here: adding up cells of one sheet and holding sums against what is stated.
Does not belong here: which rows are schools (``tables``), relations between different fields (``screening``).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from data_contracts.catalogue import Field, fields
from data_contracts.layout import Item, Sum, factor_to
from domain.intake.cells import coerce, is_blank, shown
from domain.intake.findings import Finding
from domain.intake.headings import column_letters, spoken_place
from domain.intake.labels import Place

# Figures that nobody adds up: the largest, the smallest, a year, a rate, what is per student or stated as a ratio.
_NOT_ADDED = {
    "year_built", "largest_class", "smallest_music_room", "smallest_art_room", "internet_bandwidth", "track_length",
    "public_funds_per_student", "fitness_pass_rate",
}  # fmt: skip
_ROUNDING = 0.005  # what a figure shown with two decimals may lie beside the true one


@dataclass(frozen=True)
class PartColumn:
    """A column that is a part of a sum: its heading's item, its index from 0, and the unit of its figures if stated."""

    item: Item
    column: int
    address: str
    unit: str | None


@dataclass(frozen=True)
class Figures:
    """A column as numbers in the field's unit on the form: shape n; NaN where blank or unreadable, ``unread`` for the latter."""

    numbers: np.ndarray
    blank: np.ndarray
    remarks: list[tuple[int, str, dict[str, object]]]

    @property
    def unread(self) -> np.ndarray:
        """True where something stands that is no usable number."""
        return np.isnan(self.numbers) & ~self.blank


def figures(place: Place, label: str, typed: Sequence[object], factor: float) -> Figures:
    """Cells of one column as numbers, read by the rules of their field.

    Args:
        place: the field.
        label: for remarks.
        typed: n cells.
        factor: by which a figure is multiplied to stand in the field's unit on the form.
    """
    what = fields()[place[0]]
    column = coerce(what, label, list(typed), True, factor)
    assert column.numbers is not None
    blank = np.array([is_blank(cell) for cell in typed], dtype=bool)
    blank[[index for index, rule, _ in column.remarks if rule == "C-NOTHING"]] = True
    return Figures(column.numbers / what.factor, blank, column.remarks)


@dataclass(frozen=True)
class Added:
    """What a sum came to: n cells as if they had been typed, '' where it is missing, and what was remarked on the way."""

    typed: list[object]
    findings: list[Finding]


def add_up(total: Sum, parts: Sequence[PartColumn], cells: Mapping[int, list[object]], rows: Sequence[int], sheet: str) -> Added:
    """Add the parts of a sum for every school.

    Args:
        total: which field it is.
        parts: its columns, all that are needed.
        cells: n cells of each column, by index.
        rows: Excel row of each school.
        sheet: for findings.
    """
    key, section = total.place
    label = spoken_place(total.place)
    findings = []
    amounts, counted, speaking = [], [], np.zeros(len(rows), dtype=bool)
    read = [(part, _part_figures(total, part, cells)) for part in parts]
    for _, found in read:
        speaking |= ~found.blank
    for part, found in read:
        letters = column_letters(part.column)
        for school, rule, params in found.remarks if part.item.field is None else ():
            address = f"{letters}{rows[school]}"
            findings.append(Finding(rule, sheet, address, rows[school], key, section, str(params.get("value", "")), params))
        missing = found.blank & speaking & (not part.item.optional)
        for school in np.flatnonzero(missing).tolist():
            told = {"label": label, "part": part.item.label, "row": rows[school]}
            findings.append(Finding("R-PART", sheet, f"{letters}{rows[school]}", rows[school], key, section, params=told))
        amounts.append(np.where(found.blank & part.item.optional, 0.0, found.numbers))
        counted.append(~found.blank)
    table = np.array(amounts)
    known = ~np.isnan(table).any(axis=0) & np.array(counted).any(axis=0)
    typed: list[object] = [math.fsum(table[:, i]) if known[i] else "" for i in range(len(rows))]
    return Added(typed, findings)


def _part_figures(total: Sum, part: PartColumn, cells: Mapping[int, list[object]]) -> Figures:
    unit = fields()[total.field].unit
    factor = factor_to(unit, part.unit or part.item.unit or unit) or 1.0
    return figures(total.place, part.item.label, cells[part.column], factor)


def hold_against(
    total: Sum, stated: Figures, column: int, parts: Sequence[PartColumn], added: Added, rows: Sequence[int], sheet: str
) -> list[Finding]:
    """Findings where a total that is given as well differs from the sum of its parts; the total counts."""
    key, section = total.place
    findings = []
    for school, amount in enumerate(added.typed):
        whole = float(stated.numbers[school])
        if amount == "" or math.isnan(whole) or agree(key, whole, float(str(amount)), len(parts)):
            continue
        places = [f"{part.item.label}({column_letters(part.column)}{rows[school]})" for part in parts]
        told = {"label": spoken_place(total.place), "whole": shown(tidy(whole)), "sum": shown(tidy(float(str(amount)))),
                "parts": places}  # fmt: skip
        address = f"{column_letters(column)}{rows[school]}"
        findings.append(Finding("R-PARTS-DIFFER", sheet, address, rows[school], key, section, shown(tidy(whole)), told))
    return findings


def is_added(what: Field) -> bool:
    """True for figures that people add up over sections or schools, and not for the largest, a year, a rate or a ratio."""
    added = what.numeric and what.category != "学校自报指标" and what.unit != "%"
    return added and what.key not in _NOT_ADDED


def agree(key: str, stated: float, computed: float, terms: int) -> bool:
    """True where a stated figure is what its terms add to, in the unit of the form; each term may be rounded to two decimals."""
    allowed = 1e-9 * max(abs(stated), abs(computed))
    if fields()[key].kind != "integer":
        allowed += _ROUNDING * (terms + 1)
    return abs(stated - computed) <= allowed


def tidy(number: float) -> float:
    """A figure without the noise of binary fractions, as messages tell it."""
    return float(f"{number:.12g}")


@dataclass(frozen=True)
class TotalRow:
    """A row of totals: its index in the sheet; the schools between it and the row of totals before it, and after it; and
    whether it says that it covers a part of the schools only (小计, 东乡合计)."""

    number: int
    above: slice
    below: slice
    partial: bool


def totals_hold(
    totals: Sequence[TotalRow], places: Sequence[Place], columns: Sequence[int], rows: Sequence[Sequence[object]],
    kept: Sequence[int], sheet: str,
) -> list[Finding]:  # fmt: skip
    """Findings where a total row differs from the sum of the schools.

    A total is right where it is the sum of all schools, or of those up to the row of totals before it or after it.

    Args:
        totals: the rows of totals.
        places, columns: field and index of each column.
        rows: the cells of the sheet.
        kept: indexes of the rows that are schools.
        sheet: for findings.
    """
    findings = []
    for place, column in zip(places, columns, strict=True):
        what = fields()[place[0]]
        if not is_added(what):
            continue
        stated_cells = [_cell(rows, total.number, column) for total in totals]
        if all(is_blank(cell) for cell in stated_cells):
            continue
        stated = figures(place, what.label, stated_cells, 1.0).numbers
        schools = figures(place, what.label, [_cell(rows, number, column) for number in kept], 1.0)
        for total, amount, cell in zip(totals, stated.tolist(), stated_cells, strict=True):
            if math.isnan(amount):
                continue
            below, above, every = (_sum(schools, group) for group in (total.below, total.above, slice(None)))
            known = [one for one in (below, above, every) if one is not None and one[1]]
            if not known or any(agree(what.key, amount, *one) for one in known):
                continue
            computed, terms = ((above or below) if total.partial else every) or known[-1]
            if not terms:
                computed, terms = known[-1]
            told = {"label": spoken_place(place), "row": total.number + 1, "schools": terms, "stated": shown(tidy(amount)),
                    "computed": shown(tidy(computed)), "difference": shown(tidy(amount - computed))}  # fmt: skip
            address = f"{column_letters(column)}{total.number + 1}"
            section = place[1] if place[1] in what.places else None
            findings.append(Finding("R-TOTAL-DIFFERS", sheet, address, None, what.key, section, shown(cell), told))
    return findings


def _cell(rows: Sequence[Sequence[object]], number: int, column: int) -> object:
    return rows[number][column] if column < len(rows[number]) else ""


def _sum(schools: Figures, which: slice) -> tuple[float, int] | None:
    """Sum and number of figures; None where one of them cannot be read, so that nothing can be said."""
    if schools.unread[which].any():
        return None
    numbers = schools.numbers[which]
    present = numbers[~np.isnan(numbers)]
    return math.fsum(present), len(present)
