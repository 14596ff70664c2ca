"""The cells of county forms and record forms: one entry for each cell that such a form offers, blank ones too.

Belongs here: what a cell says by itself or with the others of its row. Does not belong here: whether what it names exists
(``record_rows``), which file counts (``county_settling``, ``record_settling``).
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import partial
from typing import Any

import numpy as np

from data_contracts.catalogue import SECTION_LABELS, Field
from data_contracts.catalogue import fields as school_fields
from data_contracts.errors import MendableError
from data_contracts.record_forms import record_forms
from data_contracts.school_year import SchoolYear
from data_contracts.vocabulary import WORKFLOW_OUTCOMES, WORKFLOW_STAGES
from domain.intake.blocks import Block
from domain.intake.cells import clean_text, coerce, is_blank, shown
from domain.intake.findings import Finding
from domain.intake.label_remarks import SECTION_WORDS
from domain.intake.labels import UNSTATED, normalised, recognised, simplified
from domain.intake.plain_sheet import column_number
from domain.intake.workbook import Sheet

SECTION = "section"
"""Under this key stands the section that an item such as 在校生数(小学) names."""
IDENTITY = ("county_code", "county_name")
_CHOICES = {
    "stage": {label: key for key, label in WORKFLOW_STAGES.items()},
    "outcome": {label: key for key, label in WORKFLOW_OUTCOMES.items()},
    "section": {word: key for word, key in SECTION_WORDS.items() if key in ("primary", "junior")},
}


@dataclass(frozen=True)
class RecordCell:
    """One cell: its place, what it is about, what was typed, and what that means.

    ``row`` is the Excel row of the item or the record. ``number`` is in the stored unit, ``text`` official words, keys of
    choices, dates as YYYY-MM-DD. ``value`` is None for a blank cell.
    """

    sheet: str
    row: int
    field: str
    cell: str
    value: str | None
    number: float | None
    text: str | None

    def __iter__(self) -> Iterator[Any]:
        return (getattr(self, name) for name in RECORD_COLUMNS)

    @property
    def says(self) -> str | float | None:
        """Its number or its words; None where it holds nothing that can be used."""
        return self.text if self.number is None else self.number


RECORD_COLUMNS = tuple(one.name for one in fields(RecordCell))


def records_of(block: Block, sheet: Sheet, textual: bool, findings: list[Finding]) -> list[RecordCell]:
    """The cells of a block, with what was remarked about them added to the findings."""
    if block.form == "county_form":
        return _of_county(block, sheet, textual, findings)
    return _of_rows(block, textual, findings)


def _of_county(block: Block, sheet: Sheet, textual: bool, findings: list[Finding]) -> list[RecordCell]:
    found = []
    for index, (key, _) in enumerate(block.places):
        what, address = block.asked[key], block.cells[index]
        row = int(address.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
        numbers, texts = _coerced(block, index, what, textual, findings)
        found.append(_cell(block.sheet, row, key, address, block.typed[index][0], numbers[0], texts[0]))
        for name, letters in block.beside:
            column = column_number(letters) - 1
            typed = sheet.rows[row - 1][column] if column < len(sheet.rows[row - 1]) else ""
            if not is_blank(typed):
                words = clean_text(shown(typed))
                found.append(_cell(block.sheet, row, name, f"{letters}{row}", typed, None, words or None))
    return found


def _of_rows(block: Block, textual: bool, findings: list[Finding]) -> list[RecordCell]:
    columns = record_forms()[block.form]
    keys = [key for key, _ in block.places]
    entered = [i for i, key in enumerate(keys) if not columns[key].prefilled]
    # A row that says nothing beyond what was printed on it is no record.
    kept = [n for n in range(len(block.rows)) if any(not is_blank(block.typed[i][n]) for i in entered)]
    if not kept:
        return []
    rows = [block.rows[n] for n in kept]
    typed = [[column[n] for n in kept] for column in block.typed]
    told = Block(block.form, block.sheet, block.places, rows, typed, block.cells)
    found: list[list[RecordCell]] = [[] for _ in rows]
    named: list[tuple[str, str | None] | None] = [None] * len(rows)
    for index, key in enumerate(keys):
        if columns[key].field.kind == "field":
            named = _items(told, index, findings)
    for index, key in enumerate(keys):
        what = columns[key].field
        if what.kind == "field":
            numbers: Sequence[float | None] = [None] * len(rows)
            texts: Sequence[str | None] = [place[0] if place else None for place in named]
        elif what.kind == "seen":
            numbers, texts = _seen(told, index, named, textual, findings)
        else:
            numbers, texts = _coerced(told, index, what, textual, findings)
            texts = _meant(told, index, what, texts, findings)
        for n, row in enumerate(rows):
            cell = told.cell(index, n)
            found[n].append(_cell(block.sheet, row, key, cell, typed[index][n], numbers[n], texts[n]))
            place = named[n]
            if what.kind == "field" and place and place[1]:
                found[n].append(_cell(block.sheet, row, SECTION, cell, typed[index][n], None, place[1]))
    return [cell for row_cells in found for cell in row_cells]


def _cell(sheet: str, row: int, key: str, address: str, typed: object, number: float | None, text: str | None) -> RecordCell:
    value = None if is_blank(typed) else shown(typed)
    return RecordCell(sheet, row, key, address, value, number, text)


def _coerced(
    block: Block, index: int, what: Field, textual: bool, findings: list[Finding]
) -> tuple[list[float | None], list[str | None]]:
    """A column as numbers and as words, in the unit of the tables."""
    column = coerce(what, what.label, block.typed[index], textual, block.scale(index), partial(block.as_written, index))
    for school, rule, params in column.remarks:
        typed = str(params.get("value", ""))
        row = block.rows[school]
        findings.append(Finding(rule, block.sheet, block.cell(index, school), row, what.key, None, typed, params))
    if column.numbers is None:
        texts = column.texts if column.texts is not None else np.full(len(block.rows), None, dtype=object)
        return [None] * len(block.rows), texts.tolist()
    return [None if np.isnan(number) else float(number) for number in column.numbers], [None] * len(block.rows)


def _remark(block: Block, index: int, n: int, rule: str, **params: object) -> Finding:
    key = block.places[index][0]
    typed = shown(block.typed[index][n])
    told = {"label": block.asked[key].label, "value": typed, **params}
    return Finding(rule, block.sheet, block.cell(index, n), block.rows[n], key, None, typed, told)


def _meant(block: Block, index: int, what: Field, texts: list[str | None], findings: list[Finding]) -> list[str | None]:
    """Words of a closed list as their keys; words of any other kind as they are."""
    if what.kind not in (*_CHOICES, "year"):
        return texts
    meant: list[str | None] = []
    for n, text in enumerate(texts):
        spelt = simplified(unicodedata.normalize("NFKC", text).replace(" ", "")) if text else None
        key = (_year(spelt) if what.kind == "year" else _CHOICES[what.kind].get(spelt, _own_key(what, spelt))) if spelt else None
        meant.append(key)
        if spelt and key is None:
            if what.kind == "year":
                findings.append(_remark(block, index, n, "E-YEAR"))
            else:
                options = list(SECTION_LABELS.values())[:2] if what.kind == "section" else list(_CHOICES[what.kind])
                findings.append(_remark(block, index, n, "C-CHOICE", options=options))
    return meant


def _own_key(what: Field, spelt: str) -> str | None:
    return spelt if spelt in _CHOICES[what.kind].values() else None


def _year(text: str) -> str | None:
    try:
        return SchoolYear.as_written(text).key
    except MendableError:
        return None


def _items(block: Block, index: int, findings: list[Finding]) -> list[tuple[str, str | None] | None]:
    """The place of the school's form that each row names."""
    found: list[tuple[str, str | None] | None] = []
    for n, typed in enumerate(block.typed[index]):
        place = None if is_blank(typed) else recognised(typed)
        if place and place[1] == UNSTATED:
            labels = [school_fields()[place[0]].label_in(section) for section in school_fields()[place[0]].sections]
            findings.append(_remark(block, index, n, "E-NO-SECTION", options=labels))
            place = None
        elif place is None and normalised(typed):
            findings.append(_remark(block, index, n, "E-ITEM"))
        found.append(place)
    return found


def _seen(
    block: Block, index: int, named: Sequence[tuple[str, str | None] | None], textual: bool, findings: list[Finding]
) -> tuple[list[float | None], list[str | None]]:
    """What was seen, read as the school's own figure would be."""
    numbers: list[float | None] = []
    texts: list[str | None] = []
    for n, place in enumerate(named):
        number = text = None
        if place:
            what = school_fields()[place[0]]
            column = coerce(what, what.label_in(place[1]), [block.typed[index][n]], textual)
            for _, rule, params in column.remarks:
                told = _remark(block, index, n, rule, **params)
                findings.append(told)
            if column.numbers is not None and not np.isnan(column.numbers[0]):
                number = float(column.numbers[0])
            text = column.texts[0] if column.texts is not None else None
        numbers.append(number)
        texts.append(text)
    return numbers, texts


def says_something(cells: Iterable[RecordCell]) -> bool:
    """False where nothing but who is asked stands in a form."""
    return any(cell.value is not None and cell.field not in IDENTITY for cell in cells)


def with_counties(cells: Sequence[RecordCell]) -> Iterator[tuple[str | None, RecordCell]]:
    """Each cell with the county code that its form or its row names."""
    of_row = {(cell.sheet, cell.row): cell.text for cell in cells if cell.field == "county_code"}
    only = next(iter(of_row.values())) if len(of_row) == 1 else None
    for cell in cells:
        yield of_row.get((cell.sheet, cell.row), only), cell
