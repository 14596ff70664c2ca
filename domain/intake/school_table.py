"""The bulk table: many schools, one to a row.

Belongs here: which columns are read, as what and in which unit, and which column is the sum of others.
Does not belong here: finding the header (``headings``), which rows are schools (``school_rows``), what one label means (``labels``).
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter

from data_contracts.catalogue import Field, fields
from data_contracts.layout import factor_to
from data_contracts.school_year import SchoolYear
from domain.intake.blocks import Block, PartOfSum, after, named_section, unknown_heading, without_heading
from domain.intake.comments import words_of_comments
from domain.intake.examples import titled_example
from domain.intake.findings import Finding
from domain.intake.headings import (
    SILENT,
    Heading,
    blank,
    choose_layout,
    column_letters,
    find_header,
    settled_headings,
    spoken_place,
)
from domain.intake.labels import Meaning, Place, Vocabulary, normalised, simplified
from domain.intake.longer_rows import longer_rows, width_of
from domain.intake.school_rows import school_rows
from domain.intake.stated_units import StatedUnits
from domain.intake.stated_years import named_around, stated_years
from domain.intake.sums import PartColumn, add_up, figures, hold_against, totals_hold
from domain.intake.workbook import Sheet

_CODE = re.compile(r"\d{10}")
_HEADINGS_OF_A_TABLE = 3


@dataclass
class _Columns:
    """The columns of a bulk table that are read.

    Attributes:
        of: the heading and its meaning, by place, in the order of the sheet.
        parts: columns that are parts of a sum, by the label of their item.
    """

    of: dict[Place, tuple[Heading, Meaning]]
    parts: dict[str, PartColumn]


def read_table(sheet: Sheet, year: SchoolYear | None, known: Sequence[Vocabulary]) -> tuple[Block | None, list[Finding]]:
    """Read a bulk table: its header, the layout that its headings follow, its columns, and the rows that are schools."""
    header = find_header(sheet.rows, known)
    if header is None:
        return None, []
    vocabulary, findings = choose_layout(header, known, year, sheet.name)
    filled = _Filled(sheet, header.last)
    columns, unread, column_findings = _columns(sheet.name, settled_headings(header, vocabulary), vocabulary, filled)
    findings += column_findings
    used = [heading.column for heading, _ in columns.of.values()] + [part.column for part in columns.parts.values()]
    code = columns.of["school_id", None][0].column
    name = columns.of["school_name", None][0].column if ("school_name", None) in columns.of else None
    titles = (sheet.name, *(cell for row in sheet.rows[: header.first] for cell in row))
    titled = next(filter(titled_example, titles), None)
    found = school_rows(sheet, header.last, sorted(set(used)), code, name, _beside(sheet, columns, used), titled)
    kept, units = found.schools, _units(columns, vocabulary)
    comments = words_of_comments(sheet.parts) if sheet.parts else []
    headings = {heading.address: heading.column for heading, _ in columns.of.values()}
    headings |= {part.address: part.column for part in columns.parts.values()}
    merged = sheet.parts.merged if sheet.parts else ()
    stated_units = StatedUnits.around(sheet.rows, header.first, header.last, kept, units, headings, comments, merged)
    findings += _in_stated_units(sheet, columns, vocabulary, stated_units, kept)
    filled_columns = _filled_columns(sheet, columns, kept)
    findings += stated_units.asked(sheet.name, filled_columns)
    findings += _unread_findings(sheet, vocabulary, unread, kept)
    width = width_of(sheet, header.first, header.last)
    findings += longer_rows(sheet, width, kept).values()
    findings += without_heading(sheet, {one.column for one in header.headings}, width, header.last, kept)
    if not vocabulary.layout.items:
        findings += _order_note(sheet.name, columns)
    findings += found.findings
    cells = _read_columns(sheet, sorted(set(used)), kept)
    rows = [number + 1 for number in kept]
    places, indexes = list(columns.of), [heading.column for heading, _ in columns.of.values()]
    scales = [meaning.factor for _, meaning in columns.of.values()]
    if found.totals:
        findings += totals_hold(found.totals, places, indexes, sheet.rows, found.covered, sheet.name)
    typed = [cells[index] for index in indexes]
    letters = [column_letters(index) for index in indexes]
    for place, parts, sum_cells, sum_findings in _sums(sheet.name, vocabulary, columns, cells, rows):
        findings += sum_findings
        if sum_cells is not None:
            places.append(place)
            typed.append(sum_cells)
            letters.append(column_letters(parts[0].column))
            scales.append(1.0)
    title = [cell for row in sheet.rows[: header.first] for cell in row]
    codes = places.index(("school_id", None))
    findings += _cover_against_rows(sheet.name, title, typed[codes], letters[codes], rows)
    years, layout = stated_years(sheet.rows[: header.first]), vocabulary.layout.id
    spans = (header.first, header.last)
    beside = _parts_alone(vocabulary, columns, cells)
    read = "bulk_table", sheet.name, places, rows, typed, letters
    named = named_around(sheet.rows, header.first, header.last, kept)
    return Block(
        *read, None, years, layout, tuple(scales), (), spans, beside, named, units=stated_units.open_to_doubt(filled_columns)
    ), findings


def _beside(sheet: Sheet, columns: _Columns, used: Sequence[int]) -> list[int]:
    """The columns in which no entry stands, and those of places, by whose words a row may be an example."""
    places = {columns.of[place][0].column for key in ("county_name", "township") if (place := (key, None)) in columns.of}
    return [index for index in range(max(map(len, sheet.rows), default=0)) if index not in used or index in places]


def _read_columns(sheet: Sheet, indexes: Sequence[int], kept: Sequence[int]) -> dict[int, list[object]]:
    """The cells of some columns in the rows that are schools, by index of the column."""
    rows = [sheet.rows[number] for number in kept]
    if len(indexes) < 2 or not rows or min(map(len, rows)) <= indexes[-1]:
        return {index: _column(sheet, index, kept) for index in indexes}
    # All rows reach as far: turned on their side at once, a hundred thousand of them cost a tenth.
    return {
        index: list(column) for index, column in zip(indexes, zip(*map(itemgetter(*indexes), rows), strict=True), strict=True)
    }


def _column(sheet: Sheet, index: int, kept: Sequence[int]) -> list[object]:
    body = sheet.rows
    return [body[number][index] if index < len(body[number]) else "" for number in kept]


class _Filled:
    """Whether anything stands below a heading: a copy of a column in which nothing stands says nothing."""

    def __init__(self, sheet: Sheet, header: int) -> None:
        self._rows, self._header = sheet.rows, header

    def __call__(self, heading: Heading) -> bool:
        below = self._rows[self._header + 1 :]
        return any(heading.column < len(row) and not blank(row[heading.column]) for row in below)


def _columns(
    sheet: str, headings: Sequence[tuple[Heading, str, str | None]], vocabulary: Vocabulary, filled: Callable[[Heading], bool]
) -> tuple[_Columns, list[tuple[Heading, str]], list[Finding]]:
    """The columns that headings name, those that are not read, and findings about them."""
    columns = _Columns({}, {})
    unread: list[tuple[Heading, str]] = []
    findings: list[Finding] = []
    for heading, label, other in headings:
        meaning = vocabulary.meaning(label)
        if meaning is None:
            unread.append((heading, label))
            continue
        if other is not None:
            params = {"value": heading.typed, "meanings": f"“{other}”、“{label}”", "meanings_en": f"'{other}', '{label}'"}
            findings.append(Finding("H-AMBIGUOUS", sheet, heading.address, value=heading.typed, params=params))
            continue
        item = meaning.item
        if item and any(item.label in total.parts for total in vocabulary.layout.sums):
            if item.label in columns.parts:
                if not filled(heading):
                    continue
                told = {"label": label, "cells": [columns.parts[item.label].address, heading.address]}
                findings.append(Finding("H-TWICE", sheet, heading.address, value=label, params=told))
                continue
            columns.parts[item.label] = PartColumn(item, heading.column, heading.address, meaning.unit)
        place = meaning.place
        if place is None:
            continue
        if place in columns.of:
            earlier, _ = columns.of[place]
            if not filled(heading):
                continue
            if not filled(earlier):
                columns.of[place] = (heading, meaning)
                continue
            told = {"label": label, "cells": [columns.of[place][0].address, heading.address]}
            findings.append(Finding("H-TWICE", sheet, heading.address, None, place[0], named_section(place[1]), params=told))
            continue
        columns.of[place] = (heading, meaning)
        findings += _column_notes(sheet, heading, place, meaning)
    return columns, unread, _one_of_many(sheet, columns, findings)


def _one_of_many(sheet: str, columns: _Columns, findings: list[Finding]) -> list[Finding]:
    """One finding in place of one for each heading, where whole tables stand side by side: the code and others are there again."""
    twice = [finding for finding in findings if finding.rule == "H-TWICE"]
    codes = [finding.cell for finding in twice if finding.field == "school_id"]
    if not codes or len(twice) < _HEADINGS_OF_A_TABLE:
        return findings
    cells = [columns.of["school_id", None][0].address, *codes]
    params = {"count": len(cells), "cells": cells, "headings": len(twice)}
    told = Finding("H-SIDE-BY-SIDE", sheet, codes[0], params=params)
    return [told, *(finding for finding in findings if finding.rule != "H-TWICE")]


def _order_note(sheet: str, columns: _Columns) -> list[Finding]:
    """A note where columns stand in another order than in the table that is sent out.

    That table has blocks (类别) in any order, demanded columns before optional ones; within these the order is the
    catalogue's, and a table may as well go section by section.
    """
    last: dict[tuple[str, bool, str | None], int] = {}
    number = {key: i for i, key in enumerate(fields())}
    for (key, section), (heading, _) in columns.of.items():
        what = fields()[key]
        optional = what.required == "no" or (what.shared and section is not None)
        if number[key] < last.get((what.category, optional, section), -1):
            params = {"label": heading.label, "column": column_letters(heading.column)}
            return [Finding("H-ORDER", sheet, heading.address, value=heading.label, params=params)]
        last[what.category, optional, section] = number[key]
    return []


def _units(columns: _Columns, vocabulary: Vocabulary) -> dict[int, str]:
    """The unit of the field of each column."""
    totals = {label: total.field for total in vocabulary.layout.sums for label in total.parts}
    found = {part.column: fields()[totals[label]].unit for label, part in columns.parts.items()}
    return found | {heading.column: fields()[place[0]].unit for place, (heading, _) in columns.of.items()}


def _in_stated_units(
    sheet: Sheet, columns: _Columns, vocabulary: Vocabulary, stated: StatedUnits, kept: Sequence[int]
) -> list[Finding]:
    """Bring the columns into the units that stand below or above the headings, and tell it or that nobody can say which it is."""
    findings: list[Finding] = []
    for place, (heading, meaning) in columns.of.items() if stated else ():
        unit, unclear = stated.of(heading.column, heading.label, fields()[place[0]], meaning.unit)
        if unit:
            columns.of[place] = (heading, replace(meaning, unit=unit))
        if unit or (unclear and not all(map(blank, _column(sheet, heading.column, kept)))):
            findings.append(_unit_finding(sheet.name, heading.address, place, spoken_place(place), unit, unclear))
    for label, part in columns.parts.items() if stated else ():
        total = next(one for one in vocabulary.layout.sums if label in one.parts)
        unit, unclear = stated.of(part.column, label, fields()[total.field], part.unit)
        if unit:
            columns.parts[label] = replace(part, unit=unit)
        if (unit or unclear) and part.item.field is None:
            findings.append(_unit_finding(sheet.name, part.address, total.place, label, unit, unclear))
    return findings


def _filled_columns(sheet: Sheet, columns: _Columns, kept: Sequence[int]) -> list[tuple[int, str, Field]]:
    """The columns in which something stands: index, heading, field."""
    return [
        (heading.column, heading.label, fields()[place[0]])
        for place, (heading, _) in columns.of.items()
        if fields()[place[0]].unit and not all(map(blank, _column(sheet, heading.column, kept)))
    ]


def _unit_finding(sheet: str, address: str, place: Place, label: str, unit: str | None, unclear: str | None = None) -> Finding:
    own = fields()[place[0]].unit
    params = {"label": label, "unit": unit or str(unclear), "own": own, "factor": f"{factor_to(own, unit or own):.10g}"}
    return Finding("H-UNIT" if unit else "H-UNIT-OPEN", sheet, address, None, place[0], named_section(place[1]), params=params)


def _column_notes(sheet: str, heading: Heading, place: Place, meaning: Meaning) -> list[Finding]:
    label = spoken_place(place)
    found = [_unit_finding(sheet, heading.address, place, label, meaning.unit)] if meaning.factor != 1 else []
    if meaning.item and meaning.item.grade == "C":
        params = {"value": heading.label, "label": label, "source": meaning.item.source}
        found.append(Finding("H-UNVERIFIED", sheet, heading.address, None, place[0], named_section(place[1]), params=params))
    return found


def _unread_findings(
    sheet: Sheet, vocabulary: Vocabulary, unread: Sequence[tuple[Heading, str]], kept: Sequence[int]
) -> list[Finding]:
    """Headings whose values are not read; silent where nothing stands below them."""
    findings = []
    for heading, label in unread:
        if simplified(normalised(label)) in SILENT:
            continue
        count = sum(not blank(cell) for cell in _column(sheet, heading.column, kept))
        if not count:
            continue
        several = vocabulary.ambiguous(label)
        if several:
            meanings = [fields()[key].label for key in several.fields]
            params = {
                "value": label,
                "meanings": "、".join(f"“{one}”" for one in meanings),
                "meanings_en": ", ".join(f"'{one}'" for one in meanings),
            }
            findings.append(Finding("H-AMBIGUOUS", sheet.name, heading.address, value=label, params=params))
        else:
            findings.append(unknown_heading(vocabulary, sheet.name, heading.address, label, count))
    return findings


def _sums(
    sheet: str, vocabulary: Vocabulary, columns: _Columns, cells: dict[int, list[object]], rows: Sequence[int]
) -> list[tuple[Place, list[PartColumn], list[object] | None, list[Finding]]]:
    """For every sum of the layout of which some part is there: its place, its parts, its cells unless its total is given, findings."""
    found: list[tuple[Place, list[PartColumn], list[object] | None, list[Finding]]] = []
    for total in vocabulary.layout.sums:
        parts = [columns.parts[label] for label in total.parts if label in columns.parts]
        needed = {item.label for item in vocabulary.layout.items if item.label in total.parts and not item.optional}
        absent = [label for label in total.parts if label in needed and label not in columns.parts]
        label = spoken_place(total.place)
        if not parts or (absent and total.place in columns.of):
            continue
        names = [f"{part.item.label}({part.address})" for part in parts]
        if absent:
            if all(part.item.field for part in parts):
                continue  # a heading that means something by itself asks for no sum
            params = {"label": label, "parts": names, "absent": absent}
            told = Finding("H-PART", sheet, parts[0].address, None, total.field, total.section, params=params)
            found.append((total.place, parts, None, [told]))
            continue
        added = add_up(total, parts, cells, rows, sheet)
        if total.place in columns.of:
            heading, meaning = columns.of[total.place]
            stated = figures(total.place, label, cells[heading.column], meaning.factor)
            differ = hold_against(total, stated, heading.column, parts, added, rows, sheet)
            found.append((total.place, parts, None, differ))
            continue
        notes = [
            Finding("H-SUM", sheet, parts[0].address, None, total.field, total.section, params={"label": label, "parts": names})
        ]
        if total.grade == "C":
            source = parts[0].item.source
            params = {"value": names[0] if len(names) == 1 else names, "label": label, "source": source}
            notes.append(Finding("H-UNVERIFIED", sheet, parts[0].address, None, total.field, total.section, params=params))
        found.append((total.place, parts, added.typed, [*notes, *added.findings]))
    return found


def _parts_alone(vocabulary: Vocabulary, columns: _Columns, cells: dict[int, list[object]]) -> tuple[PartOfSum, ...]:
    """The columns that are parts of sums and no figures of their own."""
    own = {heading.column for heading, _ in columns.of.values()}
    return tuple(
        PartOfSum(
            total.place,
            label,
            column_letters(part.column),
            cells[part.column],
            factor_to(fields()[total.field].unit, part.unit or "") or 1.0,
        )
        for label, part in columns.parts.items()
        if part.column not in own and (total := next((one for one in vocabulary.layout.sums if label in one.parts), None))
    )


def _cover_against_rows(
    sheet: str, title: list[object], codes: Sequence[object], letters: str, rows: Sequence[int]
) -> list[Finding]:
    """Where the cover of a table names a school code that none of its rows has."""
    stated = after(title, "学校标识码")
    if not stated or not _CODE.fullmatch(stated) or not codes:
        return []
    inside = [normalised(int(cell) if isinstance(cell, float) and cell.is_integer() else cell) for cell in codes]
    if stated in inside:
        return []
    params = {"label": "学校标识码", "cover": stated, "inside": [*inside[:3], *(["…"] if len(inside) > 3 else [])]}
    return [Finding("R-COVER", sheet, f"{letters}{rows[0]}", None, "school_id", value=stated, params=params)]
