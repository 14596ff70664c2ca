"""Units stated around a table: in a row of units above or below its headings, in a caption such as 金额单位:千元, in a remark.

Belongs here: which column stands in which unit by them, and where they leave it open. Does not belong here: what one text says
of units (``unit_words``), units in a heading (``labels``) and in the column 单位 of a form (``form_table``).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from data_contracts.catalogue import Field
from data_contracts.layout import factor_to
from domain.intake.cells import cut, shown
from domain.intake.findings import Finding
from domain.intake.headings import blank, column_letters
from domain.intake.labels import unit_in
from domain.intake.unit_words import (
    NO_UNIT,
    Said,
    announces,
    bare_unit,
    is_aside,
    is_row_of_units,
    is_unit,
    kinds_of,
    said_in,
    unit_word,
)

_TOLD = 3
_A_ROW = 2
Cells = Sequence[tuple[str, int, object]]
"""Filled cells of one row: address, index of the column, what stands in it."""


class StatedUnits:
    """The units stated around a table, by which a column without a unit in its heading is read."""

    def __init__(self) -> None:
        self._said: list[Said] = []
        self._in_columns: dict[int, list[str]] = {}

    @classmethod
    def around(
        cls, rows: Sequence[Sequence[Any]], first: int, last: int, kept: Sequence[int], units: Mapping[int, str]
    ) -> "StatedUnits":
        """Those around a bulk table.

        Args:
            rows: the sheet.
            first, last: of the header.
            kept: the rows that are schools.
            units: the unit of the field of each column that is read, empty where it has none.
        """
        found = cls()
        for number in sorted(set(range(len(rows))).difference(kept, range(first, last + 1))):
            cells = _filled(rows[number], number)
            within = [(index, cell) for _, index, cell in cells if index in units]
            if is_row_of_units([cell for _, cell in within]) and (number > last or _several(within)):
                found._of_columns(cells, units)
            elif cells:
                found._of_words(cells, units)
        return found

    @classmethod
    def beside(cls, rows: Iterable[tuple[int, Sequence[Any]]]) -> "StatedUnits":
        """Those in rows, by index, above and below the items of a form."""
        found = cls()
        for number, row in rows:
            found._of_words(_filled(row, number), {})
        return found

    def __bool__(self) -> bool:
        return bool(self._said or self._in_columns)

    def of(self, column: int, label: str, field: Field, supposed: str | None) -> tuple[str | None, str | None]:
        """The unit in which a column stands by what is stated, and what is stated where that leaves the unit open.

        Args:
            column: its index.
            label: its heading.
            field: what the heading means.
            supposed: in which its figures stand by its heading or by the layout.
        """
        if not field.unit:
            return None, None
        named = unit_in(label)
        by_layout = supposed if supposed and not named and factor_to(field.unit, supposed) != 1 else None
        words = self._in_columns.get(column, [])
        in_column, clear = bool(words), True
        if not in_column and not named:
            said = [one for one in self._said if not one.in_passing and one.speaks_of(field)]
            said = [one for one in said if one.only] or said
            words, clear = [one.word for one in said], all(one.clear for one in said)
        if words and (own := named or by_layout):
            words = [own, *words]
        factors = {factor_to(field.unit, word) for word in words}
        if not factors or factors == {1.0}:
            return None, None
        told = "、".join(dict.fromkeys(words))
        if len(factors) > 1 or None in factors or not clear:
            return None, told
        # A caption speaks of totals: over a figure for each student nobody can tell whether it is meant as well.
        if not in_column and for_each(field):
            return None, told
        return (None, None) if named or by_layout else (words[0], None)

    def asked(self, sheet: str, columns: Sequence[tuple[int, str, Field]]) -> list[Finding]:
        """Queries about remarks that name another unit in passing.

        Args:
            sheet: its name.
            columns: those in which something stands: index, heading, field.
        """
        open_to_doubt = [(label, field) for at, label, field in columns if not unit_in(label) and at not in self._in_columns]
        owns = {field.unit for _, _, field in columns}
        findings = []
        for one in self._said:
            # 万元 is the unit of every total: beside a figure for each student in 元 it says nothing.
            if not one.in_passing or one.word in owns:
                continue
            meant = [(label, field) for label, field in open_to_doubt if one.speaks_of(field)]
            meant = [(label, field) for label, field in meant if factor_to(field.unit, one.word) != 1]
            if meant:
                labels = [label for label, _ in meant[:_TOLD]]
                more = len(meant) - _TOLD
                params = {
                    "text": cut(one.text),
                    "unit": one.word,
                    "own": list(dict.fromkeys(field.unit for _, field in meant)),
                    "labels": "、".join(f"“{label}”" for label in labels) + (f"等 {len(meant)} 项" if more > 0 else ""),
                    "labels_en": ", ".join(f"'{label}'" for label in labels) + (f" and {more} more" if more > 0 else ""),
                }
                findings.append(Finding("H-UNIT-SAID", sheet, one.address, value=cut(one.text), params=params))
        return findings

    def _of_columns(self, cells: Cells, units: Mapping[int, str]) -> None:
        """A row of units: each speaks of its own column, and of the whole table where that column has no unit."""
        for address, index, cell in cells:
            word = unit_word(cell)
            if units.get(index):
                if word not in (*NO_UNIT, *self._in_columns.get(index, ())) and not is_aside(word):
                    self._in_columns.setdefault(index, []).append(word)
            else:
                self._said += said_in(address, cell, None)

    def _of_words(self, cells: Cells, units: Mapping[int, str]) -> None:
        """Any other row: captions and remarks; a unit alone may speak of the column in which it stands, or of all."""
        for position, (address, index, cell) in enumerate(cells):
            if position and announces(cells[position - 1][2]) and not announces(cell):
                continue
            word = bare_unit(cell)
            if word and factor_to(units.get(index) or "", word) is not None:
                self._in_columns.setdefault(index, []).append(word)
                self._said.append(Said(address, shown(cell), word, kinds_of(word), clear=False))
                continue
            following = cells[position + 1][2] if position + 1 < len(cells) else None
            self._said += said_in(address, cell, following)


def for_each(field: Field) -> bool:
    """True for a figure for each student, of which a caption over totals does not speak."""
    return field.unit == "元" or field.label.startswith("生均")


def _filled(row: Sequence[Any], number: int) -> list[tuple[str, int, object]]:
    return [(f"{column_letters(index)}{number + 1}", index, cell) for index, cell in enumerate(row) if not blank(cell)]


def _several(cells: Sequence[tuple[int, object]]) -> bool:
    return sum(is_unit(unit_word(cell)) for _, cell in cells) >= _A_ROW
