"""The bulk table: many schools, one to a row.

Belongs here: what stands in its columns, in which unit, and which column is the sum of others.
Does not belong here: finding the header (``headings``), which headings are read (``table_columns``), which rows are schools
(``school_rows``), what one label means (``labels``).
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from operator import itemgetter

from data_contracts.catalogue import Field, fields
from data_contracts.layout import factor_to
from data_contracts.school_year import SchoolYear
from domain.intake.blocks import Block, PartOfSum, after, unknown_heading, without_heading
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
from domain.intake.labels import Place, Vocabulary, normalised, simplified
from domain.intake.longer_rows import longer_rows, width_of
from domain.intake.school_rows import school_rows
from domain.intake.stated_units import StatedUnits
from domain.intake.stated_years import named_around, stated_years
from domain.intake.sums import PartColumn, add_up, figures, hold_against, totals_hold
from domain.intake.table_columns import TableColumns, columns_of, order_note, unit_finding, units_of
from domain.intake.workbook import Sheet

_CODE = re.compile(r"\d{10}")


def read_table(sheet: Sheet, year: SchoolYear | None, known: Sequence[Vocabulary]) -> tuple[Block | None, list[Finding]]:
    """Read a bulk table: its header, the layout that its headings follow, its columns, and the rows that are schools."""
    header = find_header(sheet.rows, known)
    if header is None:
        return None, []
    vocabulary, findings = choose_layout(header, known, year, sheet.name)
    filled = _Filled(sheet, header.last)
    columns, unread, column_findings = columns_of(sheet.name, settled_headings(header, vocabulary), vocabulary, filled)
    findings += column_findings
    used = [heading.column for heading, _ in columns.of.values()] + [part.column for part in columns.parts.values()]
    code = columns.of["school_id", None][0].column
    name = columns.of["school_name", None][0].column if ("school_name", None) in columns.of else None
    titles = (sheet.name, *(cell for row in sheet.rows[: header.first] for cell in row))
    titled = next(filter(titled_example, titles), None)
    given = [columns.of[key, None][0].column for key in ("county_code", "county_name") if (key, None) in columns.of]
    found = school_rows(sheet, header.last, sorted(set(used)), code, name, _beside(sheet, columns, used), titled, given)
    kept, units = found.schools, units_of(columns, vocabulary)
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
        findings += order_note(sheet.name, columns)
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


def _beside(sheet: Sheet, columns: TableColumns, used: Sequence[int]) -> list[int]:
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


def _in_stated_units(
    sheet: Sheet, columns: TableColumns, vocabulary: Vocabulary, stated: StatedUnits, kept: Sequence[int]
) -> list[Finding]:
    """Bring the columns into the units that stand below or above the headings, and tell it or that nobody can say which it is."""
    findings: list[Finding] = []
    for place, (heading, meaning) in columns.of.items() if stated else ():
        unit, unclear = stated.of(heading.column, heading.label, fields()[place[0]], meaning.unit)
        if unit:
            columns.of[place] = (heading, replace(meaning, unit=unit))
        if unit or (unclear and not all(map(blank, _column(sheet, heading.column, kept)))):
            findings.append(unit_finding(sheet.name, heading.address, place, spoken_place(place), unit, unclear))
    for label, part in columns.parts.items() if stated else ():
        total = next(one for one in vocabulary.layout.sums if label in one.parts)
        unit, unclear = stated.of(part.column, label, fields()[total.field], part.unit)
        if unit:
            columns.parts[label] = replace(part, unit=unit)
        if (unit or unclear) and part.item.field is None:
            findings.append(unit_finding(sheet.name, part.address, total.place, label, unit, unclear))
    return findings


def _filled_columns(sheet: Sheet, columns: TableColumns, kept: Sequence[int]) -> list[tuple[int, str, Field]]:
    """The columns in which something stands: index, heading, field."""
    return [
        (heading.column, heading.label, fields()[place[0]])
        for place, (heading, _) in columns.of.items()
        if fields()[place[0]].unit and not all(map(blank, _column(sheet, heading.column, kept)))
    ]


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
    sheet: str, vocabulary: Vocabulary, columns: TableColumns, cells: dict[int, list[object]], rows: Sequence[int]
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


def _parts_alone(vocabulary: Vocabulary, columns: TableColumns, cells: dict[int, list[object]]) -> tuple[PartOfSum, ...]:
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
