"""Units stated around a table: in a row of units above or below its headings, in a caption such as 金额单位:千元, in a remark,
in a comment on a heading.

Belongs here: which column stands in which unit by them, and where they leave it open. Does not belong here: what one text says
of units (``unit_words``), units in a heading (``labels``) and in the column 单位 of a form (``form_table``).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from data_contracts.catalogue import Field
from data_contracts.layout import factor_to
from domain.intake.cells import cut, shown
from domain.intake.findings import Finding
from domain.intake.group_units import Group, Merged, groups_above
from domain.intake.headings import blank, column_letters
from domain.intake.labels import unit_in
from domain.intake.plain_sheet import row_and_column
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
    speaks_of_units,
    unit_word,
)

_TOLD = 3
_MONEY = ("万元", "元")
"""The units of totals and of figures for each student."""
_A_ROW = 2
Cells = Sequence[tuple[str, int, object]]
"""Filled cells of one row: address, index of the column, what stands in it."""
Comments = Sequence[tuple[str, str]]
"""Comments: address of the cell, and what people wrote."""
IN_A_COMMENT = ("批注里", "In a comment")
_ABOVE = ("上一行的表头里", "In the heading above")


@dataclass(frozen=True)
class OpenUnit:
    """A column in which something stands, by index, and the unit in which it is read; None where one of its own is written."""

    column: int
    label: str
    field: Field
    unit: str | None


class StatedUnits:
    """The units stated around a table, by which a column without a unit in its heading is read."""

    def __init__(self) -> None:
        self._said: list[Said] = []
        self._in_columns: dict[int, list[str]] = {}
        self._read: frozenset[str] = frozenset()
        self._told: dict[tuple[object, ...], tuple[str | None, str | None]] = {}

    @classmethod
    def around(
        cls,
        rows: Sequence[Sequence[Any]],
        first: int,
        last: int,
        kept: Sequence[int],
        units: Mapping[int, str],
        headings: Mapping[str, int] | None = None,
        comments: Comments = (),
        merged: Merged = (),
    ) -> "StatedUnits":
        """Those around a bulk table.

        Args:
            rows: the sheet.
            first, last: of the header.
            kept: the rows that are schools.
            units: the unit of the field of each column that is read, empty where it has none.
            headings: the columns that are read, by the address of their heading.
            comments: on cells of the sheet.
            merged: ranges of the sheet.
        """
        found = cls()
        found._read = frozenset(units.values())
        above = first if last > first else first - 1
        own = [place[1] - 1 for address in headings or () if (place := row_and_column(address)) and place[0] == above + 1]
        groups = {group.column: group for group in groups_above(rows, first, last, own, merged)}
        for index, group in groups.items():
            found._of_group(f"{column_letters(index)}{above + 1}", shown(rows[above][index]), group, units)
        for number in sorted(set(range(len(rows))).difference(kept, range(first, last + 1))):
            cells = [one for one in _filled(rows[number], number) if number != above or one[1] not in groups]
            within = [(index, cell) for _, index, cell in cells if index in units]
            if is_row_of_units([cell for _, cell in within]) and (number > last or _several(within)):
                found._of_columns(cells, units)
            elif cells:
                found._of_words(cells, units)
        schools = {number + 1 for number in kept} if comments else set()
        for address, text in comments:
            place = row_and_column(address)
            if place and place[0] not in schools:
                column = (headings or {}).get(address)
                over = place[0] == first and bool(units.get(place[1] - 1))  # perhaps a heading over several
                found._of_comment(address, text, column, units, in_header=over or first < place[0] <= last + 1)
        return found

    @classmethod
    def beside(cls, rows: Iterable[tuple[int, Sequence[Any]]], comments: Comments = ()) -> "StatedUnits":
        """Those in rows, by index, above and below the items of a form, and in comments on cells there."""
        speaking = tuple((number, tuple(row)) for number, row in rows if any(map(speaks_of_units, row)))
        return _beside(speaking, tuple(comments))

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
        if not field.unit or not self:
            return None, None
        asked = (column, label, field.key, field.unit, field.label, supposed)
        if asked not in self._told:
            self._told[asked] = self._of(column, label, field, supposed)
        return self._told[asked]

    def _of(self, column: int, label: str, field: Field, supposed: str | None) -> tuple[str | None, str | None]:
        named = unit_in(label)
        by_layout = supposed if supposed and not named and factor_to(field.unit, supposed) != 1 else None
        words = self._in_columns.get(column, [])
        in_column, clear = bool(words), True
        if not in_column and not named:
            said = [one for one in self._said if one.sure and one.speaks_of(field)]
            said = [one for one in said if one.only] or said
            words, clear = [one.word for one in said], all(one.clear for one in said)
            if not any(one.only for one in said) and self._lists_own_units(words, field):
                return None, None
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

    def _lists_own_units(self, words: Sequence[str], field: Field) -> bool:
        """Whether a caption names the units that a table with totals in 万元 and figures for each student in 元 asks for."""
        return {*_MONEY} <= self._read and {*words} <= {*_MONEY} and (field.unit == "元" or field.unit in words)

    def asked(self, sheet: str, columns: Sequence[tuple[int, str, Field]]) -> list[Finding]:
        """Queries about what names another unit in passing or in doubtful words.

        Args:
            sheet: its name.
            columns: those in which something stands: index, heading, field.
        """
        asking = [one for one in self._said if not one.sure]
        return asked_about(sheet, asking, self.open_to_doubt(columns)) if asking else []

    def open_to_doubt(self, columns: Sequence[tuple[int, str, Field]]) -> tuple[OpenUnit, ...]:
        """Those of some columns for which no unit of their own is written, and the units in which they are read."""
        found = []
        for at, label, field in columns:
            unit, unclear = self.of(at, label, field, None)
            own = bool(unit_in(label)) or at in self._in_columns or bool(unclear)
            found.append(OpenUnit(at, label, field, None if own else unit or field.unit))
        return tuple(found)

    def _of_columns(self, cells: Cells, units: Mapping[int, str]) -> None:
        """A row of units: each speaks of its own column, and of the whole table where that column has no unit."""
        for address, index, cell in cells:
            word = unit_word(cell)
            if units.get(index):
                if word not in (*NO_UNIT, *self._in_columns.get(index, ())) and not is_aside(word):
                    self._in_columns.setdefault(index, []).append(word)
            else:
                self._said += said_in(address, cell, None)

    def _of_group(self, address: str, text: str, group: Group, units: Mapping[int, str]) -> None:
        """A heading over columns: it speaks of those below it, and is asked about where nobody can say whether they are."""
        for word in group.units:
            fitting = {index for index in group.surely | group.perhaps if factor_to(units.get(index) or "", word) is not None}
            for index in fitting & group.surely:
                if units[index] != "元":  # a figure for each student, of which a heading over totals does not speak
                    self._in_columns.setdefault(index, []).append(word)
            open_to_doubt = frozenset(index for index in fitting if index in group.perhaps or units[index] == "元")
            if open_to_doubt:
                self._said.append(Said(address, text, word, kinds_of(word), doubtful=True, columns=open_to_doubt, where=_ABOVE))

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

    def _of_comment(self, address: str, text: str, column: int | None, units: Mapping[int, str], *, in_header: bool) -> None:
        """A comment: on a heading it speaks of that column, on any other cell of the header perhaps of several, else it is a caption."""
        own = units.get(-1 if column is None else column, "")
        for one in said_in(address, text, None):
            said = replace(one, where=IN_A_COMMENT)
            if not own:
                self._said.append(replace(said, doubtful=said.doubtful or (in_header and column is None)))
            elif own not in one.kinds:
                self._said.append(replace(said, doubtful=True))
            elif one.sure and not one.only:
                self._in_columns.setdefault(column or 0, []).append(one.word)
            else:
                self._said.append(replace(said, columns=frozenset() if one.only or column is None else frozenset([column])))


def asked_about(sheet: str | None, asking: Iterable[Said], columns: Sequence[OpenUnit]) -> list[Finding]:
    """Queries about units that are named, of the columns that may be meant and are read in others.

    Args:
        sheet: in which the units are named.
        asking: what names them.
        columns: those in which something stands.
    """
    owns = {one.field.unit for one in columns}
    findings: list[Finding] = []
    for one in asking:
        # 万元 is the unit of every total: beside a figure for each student in 元 it says nothing.
        if one.word in owns and (one.in_passing or one.each):
            continue
        meant = [
            (open_one.label, open_one.unit)
            for open_one in columns
            if open_one.unit
            and one.speaks_of(open_one.field)
            and (not one.columns or open_one.column in one.columns)
            and factor_to(open_one.field.unit, one.word) != factor_to(open_one.field.unit, open_one.unit)
        ]
        if meant:
            labels = [label for label, _ in meant[:_TOLD]]
            more = len(meant) - _TOLD
            params = {
                "text": cut(one.text),
                "unit": one.word,
                "own": list(dict.fromkeys(read_in for _, read_in in meant)),
                "labels": "、".join(f"“{label}”" for label in labels) + (f"等 {len(meant)} 项" if more > 0 else ""),
                "labels_en": ", ".join(f"'{label}'" for label in labels) + (f" and {more} more" if more > 0 else ""),
                "where": one.where[0],
                "where_en": one.where[1],
            }
            told = Finding("H-UNIT-SAID", sheet, one.address or None, value=cut(one.text), params=params)
            if told not in findings:
                findings.append(told)
    return findings


@lru_cache(maxsize=256)  # what is said around the items is the same in all forms of a template
def _beside(rows: tuple[tuple[int, tuple[Any, ...]], ...], comments: tuple[tuple[str, str], ...]) -> StatedUnits:
    found = StatedUnits()
    for number, row in rows:
        found._of_words(_filled(row, number), {})
    for address, text in comments:
        found._of_comment(address, text, None, {}, in_header=False)
    return found


def for_each(field: Field) -> bool:
    """True for a figure for each student, of which a caption over totals does not speak."""
    return field.unit == "元" or field.label.startswith("生均")


def _filled(row: Sequence[Any], number: int) -> list[tuple[str, int, object]]:
    return [(f"{column_letters(index)}{number + 1}", index, cell) for index, cell in enumerate(row) if not blank(cell)]


def _several(cells: Sequence[tuple[int, object]]) -> bool:
    return sum(is_unit(unit_word(cell)) for _, cell in cells) >= _A_ROW
