"""The school form: one school, an item to a row.

Belongs here: finding items, entries, units and the cover of a form. Does not belong here: what one label means (``labels``),
what an entry says (``cells``).
"""

from collections.abc import Sequence
from typing import Any

from data_contracts.catalogue import fields
from data_contracts.layout import Layout, factor_to
from data_contracts.school_year import SchoolYear
from domain.intake.blocks import Block, after, named_section, unknown_heading
from domain.intake.cells import clean_text
from domain.intake.findings import Finding
from domain.intake.headings import HEADER_ROWS, blank, column_letters, spoken_place
from domain.intake.labels import Meaning, Place, Vocabulary, normalised, simplified, version_key
from domain.intake.workbook import Sheet

ITEM, ENTRY, UNIT = "填报项目", "填报值", "单位"


def read_form(sheet: Sheet, year: SchoolYear | None, known: Sequence[Vocabulary]) -> tuple[Block | None, list[Finding]]:
    """Read a form: rows of 填报项目 and 填报值, found by these two headings."""
    header = form_header(sheet.rows)
    if header is None:
        return None, []
    first, item_column, entry_column, unit_column = header
    vocabulary = known[0]
    cover = [cell for row in sheet.rows[:first] for cell in row if not blank(cell)]
    version = after(cover, "模板版本")
    findings = _version_findings(sheet.name, version, vocabulary.layout)
    findings += _second_entries(sheet, first, entry_column)
    places: list[Place] = []
    typed: list[list[object]] = []
    cells: list[str] = []
    scales: list[float] = []
    letters = column_letters(entry_column)
    for number, row in enumerate(sheet.rows[first + 1 :], start=first + 2):
        if len(row) <= item_column or blank(row[item_column]):
            continue
        label = row[item_column]
        entry = row[entry_column] if len(row) > entry_column else ""
        meaning = vocabulary.meaning(label, version)
        if meaning is None or meaning.place is None:
            if not blank(entry):
                address = f"{column_letters(item_column)}{number}"
                findings.append(unknown_heading(vocabulary, sheet.name, address, label, 1))
            continue
        place = meaning.place
        if place in places:
            twice = f"{cells[places.index(place)]}、{letters}{number}"
            params = {"label": spoken_place(place), "cells": twice}
            findings.append(Finding("H-TWICE", sheet.name, f"{letters}{number}", 0, place[0], params=params))
            continue
        places.append(place)
        typed.append([entry])
        cells.append(f"{letters}{number}")
        unit = row[unit_column] if unit_column is not None and len(row) > unit_column else ""
        scale, told = _form_scale(sheet.name, f"{letters}{number}", meaning, unit, entry)
        scales.append(scale)
        findings.extend(told)
    findings.extend(_cover_against_entries(sheet.name, sheet.rows[:first], places, typed, cells))
    block = Block(
        "school_form", sheet.name, places, [0], typed, cells, version, after(cover, "学年"), vocabulary.layout.id, tuple(scales)
    )
    return block, findings


def form_header(rows: Sequence[Sequence[Any]]) -> tuple[int, int, int, int | None] | None:
    """Index of the header row of a form, and of the columns of item, entry and unit; None for a sheet that is no form."""
    for number, row in enumerate(rows[:HEADER_ROWS]):
        labels = [normalised(cell) for cell in row]
        if ITEM not in labels:
            labels = [simplified(label) for label in labels]
        if ITEM in labels and ENTRY in labels:
            return number, labels.index(ITEM), labels.index(ENTRY), labels.index(UNIT) if UNIT in labels else None
    return None


def _second_entries(sheet: Sheet, header: int, entry_column: int) -> list[Finding]:
    """A second column 填报值 in which something else stands: nobody can tell which of the two is meant."""
    heads = [index for index, cell in enumerate(sheet.rows[header]) if simplified(normalised(cell)) == ENTRY]
    for other in heads[1:]:
        for row in sheet.rows[header + 1 :]:
            one, two = (row[index] if index < len(row) else "" for index in (entry_column, other))
            if not blank(two) and two != one:
                addresses = f"{column_letters(entry_column)}{header + 1}、{column_letters(other)}{header + 1}"
                return [Finding("H-TWICE", sheet.name, addresses.partition("、")[2], params={"label": ENTRY, "cells": addresses})]
    return []


def _form_scale(sheet: str, address: str, meaning: Meaning, unit: object, entry: object) -> tuple[float, list[Finding]]:
    """The scale of an entry whose label or whose cell 单位 names another unit than the field's, and the note of it."""
    place = meaning.place
    assert place is not None
    own = fields()[place[0]].unit
    if meaning.unit is None and unit == own:
        return 1.0, []
    written = meaning.unit or ("" if blank(unit) else normalised(unit))
    factor = factor_to(own, written) if own and written else 1.0
    if factor in (None, 1.0) or blank(entry):
        return 1.0, []
    assert factor is not None
    params = {"label": spoken_place(place), "unit": written, "own": own, "factor": f"{factor:g}"}
    return factor, [Finding("H-UNIT", sheet, address, 0, place[0], named_section(place[1]), params=params)]


def _version_findings(sheet: str, version: str | None, layout: Layout) -> list[Finding]:
    """What a form of another version of the template is told."""
    if version is None or version_key(version) == version_key(layout.version):
        return []
    params = {"value": version, "version": layout.version}
    older = () < version_key(version) < version_key(layout.version)
    return [Finding("F-OLD-TEMPLATE" if older else "F-UNKNOWN-TEMPLATE", sheet, value=version, params=params)]


def _cover_against_entries(
    sheet: str, cover: Sequence[Sequence[object]], places: list[Place], typed: list[list[object]], cells: list[str]
) -> list[Finding]:
    """Where the cover names another school than the entries do."""
    findings = []
    for label, key in (("学校标识码", "school_id"), ("学校名称", "school_name")):
        stated = next((found for row in cover if (found := after(row, label))), None)
        if not stated or (key, None) not in places:
            continue
        column = places.index((key, None))
        entry = typed[column][0]
        inside = normalised(int(entry) if isinstance(entry, float) and entry.is_integer() else entry)
        plain, entered = simplified(stated), simplified(inside)
        same = plain == entered if key == "school_id" else plain in entered or entered in plain
        if inside and not same:
            params = {"label": label, "cover": stated, "inside": clean_text(str(inside))}
            findings.append(Finding("R-COVER", sheet, cells[column], 0, key, value=inside, params=params))
    return findings
