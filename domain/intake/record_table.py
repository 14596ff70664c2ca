"""A record form: a table with one record to a row, such as the rectification ledger or the visit form.

Belongs here: telling which record form a sheet is, finding its header, its columns and its rows. Does not belong here: what a
cell says (``record_cells``), whether a row can stand (``record_rows``).
"""

import difflib
import re
from collections.abc import Sequence
from functools import cache

from data_contracts.record_forms import RecordColumn, record_forms
from data_contracts.vocabulary import FORMS
from domain.intake.blocks import Block, after, titled_year
from domain.intake.cells import NotComputed
from domain.intake.findings import Finding
from domain.intake.headings import HEADER_ROWS, SILENT, blank, column_letters
from domain.intake.labels import normalised, simplified
from domain.intake.school_rows import school_rows
from domain.intake.workbook import Sheet

TITLE_ROWS = 3
_BRACKETED_END = re.compile(r"\([^()]*\)$")
_KNOWN_IN_A_HEADER = 3
_NEAR = 0.6


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


def headed_record_form(sheet: Sheet) -> str | None:
    """The record form of which a sheet has every required column, where its title was lost."""
    for form, columns in record_forms().items():
        header = _header(sheet, form)
        if header is not None and {key for key, one in columns.items() if one.required} <= set(header[1]):
            return form
    return None


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
    wanted = "、".join(f"“{one.field.label}”" for one in columns.values() if one.required)
    header = _header(sheet, form)
    if header is None:
        told = {"title": FORMS[form], "columns": wanted}
        return Block(form, sheet.name, [], [], [], []), [Finding("E-NO-HEADER", sheet.name, params=told)]
    first, at, every = header
    read = {key: index for key, index in at.items() if columns[key].read}
    findings = [
        Finding("H-MISSING", sheet.name, field=key, params={"label": one.field.label})
        for key, one in columns.items()
        if one.required and key not in at
    ]
    findings += _twice(sheet, first, every, columns)
    kept, _, told_rows = school_rows(sheet, first, sorted(read.values()), min(read.values()), None)
    findings += [finding for finding in told_rows if finding.rule != "R-BLANK-ROWS"]
    findings += _unread(sheet, first, form, kept)
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
        after(above, "学年") or titled_year(above),
    )
    return block, findings


def _cell(row: Sequence[object], index: int) -> object:
    return row[index] if index < len(row) else ""


def _twice(sheet: Sheet, first: int, every: dict[str, list[int]], columns: dict[str, RecordColumn]) -> list[Finding]:
    found = []
    for key, indexes in every.items():
        if len(indexes) > 1 and columns[key].read:
            cells = [f"{column_letters(index)}{first + 1}" for index in indexes]
            params = {"label": columns[key].field.label, "cells": "、".join(cells)}
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
