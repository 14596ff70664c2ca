"""A record form: a table with one record to a row, such as the rectification ledger or the visit form.

Belongs here: telling which record form a sheet is, finding its header, its columns and its rows. Does not belong here: what a
cell says (``record_cells``), whether a row can stand (``record_rows``).
"""

import difflib
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from data_contracts.record_forms import RecordColumn, record_forms
from data_contracts.vocabulary import FORMS
from domain.intake.blocks import Block, after, without_heading
from domain.intake.cells import NotComputed
from domain.intake.findings import Finding
from domain.intake.headings import HEADER_ROWS, SILENT, blank, column_letters
from domain.intake.labels import normalised, simplified
from domain.intake.longer_rows import longer_rows
from domain.intake.school_rows import school_rows
from domain.intake.stated_years import named_around, stated_years
from domain.intake.workbook import Sheet

TITLE_ROWS = 3
_BRACKETED_END = re.compile(r"\([^()]*\)$")
_KNOWN_IN_A_HEADER = 3
_NEAR = 0.6
LONGEST_HEADING = 40
_TITLE_ABOVE = 6
_IDENTITY = ("county_code", "county_name", "school_id", "school_name")
"""Columns that other tables have as well; by themselves they tell no form."""
_PURPOSES = ("seen",)
"""Columns that may stay blank in a row, but without which a form says nothing at all."""
_TELLING = 3
"""So many columns beyond these make a record form of a sheet without its title."""


def record_form_of(sheet: Sheet) -> tuple[str | None, str | None]:
    """The record form that a sheet holds, and the one that its name or a title within its first rows says; None for neither.

    The columns decide: the form of which most are there, then one of which none that is required is missing. A title settles
    what the columns leave open, and stands alone where no column is recognised. Without one a sheet must have columns that
    tell, and at most one that is required may be missing: that is told.
    """
    titled = titled_record_form(sheet)
    best: tuple[int, bool, bool] = (0, False, False)
    found = None
    for form, columns in record_forms().items():
        header = _header(sheet, form)
        if header is None:
            continue
        missing = {key for key, one in columns.items() if one.required} - set(header[1])
        telling = set(header[1]) - set(_IDENTITY)
        if form == titled or (len(telling) >= _TELLING and len(missing) <= 1):
            rank = len(header[1]), not missing, form == titled
            if rank > best:
                best, found = rank, form
    return found or titled, titled


def titled_record_form(sheet: Sheet) -> str | None:
    """The record form whose title is the sheet's name or stands within its first rows; None for any other sheet."""
    for form in record_forms():
        if sheet.name == FORMS[form]:
            return form
    return next((form for title in titles_of(sheet) for form in record_forms() if title.endswith(FORMS[form])), None)


def titles_of(sheet: Sheet) -> list[str]:
    """Words within the first rows that could be a title, without a year or the like in brackets behind them."""
    return [
        _BRACKETED_END.sub("", simplified(normalised(cell)))
        for row in sheet.rows[:TITLE_ROWS]
        for cell in row
        if isinstance(cell, str) and 4 <= len(cell) < 60 and not isinstance(cell, NotComputed)
    ]


def known_columns(sheet: Sheet, form: str) -> int:
    """How many headings of a sheet are columns of a record form."""
    header = _header(sheet, form)
    return len(header[1]) if header else 0


@cache
def _labels(form: str) -> dict[str, str]:
    """Every label of a form, normalised → key of its column."""
    labels: dict[str, str] = {}
    for key, column in record_forms()[form].items():
        for label in (column.field.label, *column.field.aliases):
            labels.setdefault(normalised(label), key)
            if column.field.unit:
                labels.setdefault(normalised(f"{label}({column.field.unit})"), key)
    return labels


def _header(sheet: Sheet, form: str) -> tuple[int, dict[str, int], dict[str, list[int]]] | None:
    """The row with most known labels within the first 20: its index, and by column key the first and every place of it."""
    best: tuple[int, dict[str, list[int]]] | None = None
    for number, row in enumerate(sheet.rows[:HEADER_ROWS]):
        places: dict[str, list[int]] = {}
        for index, cell in enumerate(row):
            key = _labels(form).get(simplified(normalised(cell))) if isinstance(cell, str) else None
            if key:
                places.setdefault(key, []).append(index)
        if len(places) >= (len(best[1]) + 1 if best else _KNOWN_IN_A_HEADER):
            best = number, places
    return (best[0], {key: indexes[0] for key, indexes in best[1].items()}, best[1]) if best else None


def read_records(sheet: Sheet, form: str) -> tuple[Block, list[Finding]]:
    """The records of a sheet, column by column, with findings about its structure."""
    columns = record_forms()[form]
    wanted = [one.field.label for one in columns.values() if one.required]
    header = _header(sheet, form)
    if header is None:
        told = {"title": FORMS[form], "columns": [f"“{one}”" for one in wanted], "columns_en": [f"'{one}'" for one in wanted]}
        return Block(form, sheet.name, [], [], [], []), [Finding("E-NO-HEADER", sheet.name, params=told)]
    first, _, every = header
    written = {key: [index for index in indexes if _written(sheet, first, index)] for key, indexes in every.items()}
    at = {key: (written[key] or indexes)[0] for key, indexes in every.items()}
    read = {key: index for key, index in at.items() if columns[key].read}
    findings = [
        Finding("H-MISSING", sheet.name, field=key, params={"label": one.field.label})
        for key, one in columns.items()
        if (one.required or key in _PURPOSES) and key not in at
    ]
    findings += _twice(sheet, first, written, columns)
    again = _headings_again(sheet, first, form, every)
    body = [[] if number in again else row for number, row in enumerate(sheet.rows)] if again else sheet.rows
    bare = replace(sheet, rows=body)
    rows = school_rows(bare, first, sorted(read.values()), min(read.values()), None)
    kept = rows.schools
    findings += [finding for finding in rows.findings if finding.rule != "R-BLANK-ROWS"]
    findings += _unread(sheet, first, form, kept)
    width, named = len(sheet.rows[first]), {index for index, cell in enumerate(sheet.rows[first]) if not blank(cell)}
    findings += longer_rows(sheet, width, kept).values()
    findings += without_heading(sheet, named, width, first, kept)
    typed = [[_cell(sheet.rows[number], index) for number in kept] for index in read.values()]
    letters = [column_letters(index) for index in read.values()]
    above = [cell for row in sheet.rows[:first] for cell in row if not blank(cell)]
    block = Block(
        form,
        sheet.name,
        [(key, None) for key in read],
        [number + 1 for number in kept],
        typed,
        letters,
        after(above, "模板版本"),
        stated_years(sheet.rows[:first]),
        header=(first, first),
        named=named_around(sheet.rows, first, first, kept),
    )
    return block, findings


def _written(sheet: Sheet, header: int, column: int) -> bool:
    """True where anything stands below a heading: a copy of a column in which nothing stands says nothing."""
    return any(not blank(_cell(row, column)) for row in sheet.rows[header + 1 :])


def _key(labels: dict[str, str], cell: str) -> str | None:
    return labels.get(simplified(normalised(cell))) if 0 < len(cell) < LONGEST_HEADING else None


def _headings_again(sheet: Sheet, first: int, form: str, every: dict[str, list[int]]) -> set[int]:
    """Indexes of rows that repeat the heading, as on every page of a printed table."""
    labels = _labels(form)
    again = set()
    for number, row in enumerate(sheet.rows[first + 1 :], start=first + 1):
        known = [(key, index) for index, cell in enumerate(row) if isinstance(cell, str) and (key := _key(labels, cell))]
        if len(known) >= _KNOWN_IN_A_HEADER and all(index in every.get(key, ()) for key, index in known):
            again |= {number, *range(rows_before(sheet, number), number)}
    return again


def record_places(row: Sequence[object], form: str) -> dict[str, int]:
    """The columns of a record form that the cells of a row name → index of the column."""
    found: dict[str, int] = {}
    for index, cell in enumerate(row):
        if isinstance(cell, str) and (key := _key(_labels(form), cell)):
            found.setdefault(key, index)
    return found


def rows_before(sheet: Sheet, header: int) -> int:
    """How many rows stand before a table with this heading and the title above it, to which a blank row leads."""
    for number in range(header - 1, max(header - _TITLE_ABOVE, 0), -1):
        if all(map(blank, sheet.rows[number])):
            return number
    return header


@cache
def _forms_of_labels() -> dict[str, list[tuple[str, str]]]:
    """Every label of every record form, normalised → the forms that have it, with the key of its column there."""
    found: dict[str, list[tuple[str, str]]] = {}
    for form in record_forms():
        for label, key in _labels(form).items():
            found.setdefault(label, []).append((form, key))
    return found


def is_record_header(row: Sequence[object]) -> str | None:
    """The record form of which a row bears every required column and no fewer than three; None for any other row."""
    keys: dict[str, set[str]] = {}
    for cell in row:
        if isinstance(cell, str) and 0 < len(cell) < LONGEST_HEADING:
            for form, key in _forms_of_labels().get(simplified(normalised(cell)), ()):
                keys.setdefault(form, set()).add(key)
    best: tuple[str | None, int] = None, _KNOWN_IN_A_HEADER - 1
    for form, columns in record_forms().items():
        known = keys.get(form, ())
        if len(known) > best[1] and all(key in known for key, one in columns.items() if one.required):
            best = form, len(known)
    return best[0]


def _cell(row: Sequence[object], index: int) -> object:
    return row[index] if index < len(row) else ""


def _twice(sheet: Sheet, first: int, every: dict[str, list[int]], columns: dict[str, RecordColumn]) -> list[Finding]:
    found = []
    for key, indexes in every.items():
        if len(indexes) > 1 and columns[key].read:
            cells = [f"{column_letters(index)}{first + 1}" for index in indexes]
            params = {"label": columns[key].field.label, "cells": cells}
            found.append(Finding("H-TWICE", sheet.name, cells[1], field=key, params=params))
    return found


def _unread(sheet: Sheet, first: int, form: str, kept: Sequence[int]) -> list[Finding]:
    """Columns that are not the form's; silent where nothing stands below them."""
    found = []
    for index, cell in enumerate(sheet.rows[first]):
        label = simplified(normalised(cell)) if isinstance(cell, str) else ""
        if not label or label in _labels(form) or label in SILENT:
            continue
        count = sum(not blank(_cell(sheet.rows[number], index)) for number in kept)
        if not count:
            continue
        near = difflib.get_close_matches(label, _labels(form), n=1, cutoff=_NEAR)
        hint = f";最接近的规定名称是“{near[0]}”,如果是这一项,请改名" if near else ""
        hint_en = f"; the nearest known label is '{near[0]}'" if near else ""
        params = {"value": str(cell), "count": count, "hint": hint, "hint_en": hint_en}
        found.append(Finding("H-UNKNOWN", sheet.name, f"{column_letters(index)}{first + 1}", value=str(cell), params=params))
    return found
