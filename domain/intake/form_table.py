"""The school form and the county form: one school or county, an item to a row.

Belongs here: finding items, entries, units and the cover of a form. Does not belong here: what one label means (``labels``),
what an entry says (``cells``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from data_contracts.layout import Layout, factor_to
from data_contracts.record_forms import BESIDE
from data_contracts.school_year import SchoolYear
from domain.intake.beside_entries import beside_entries
from domain.intake.blocks import Block, after, named_section, unknown_heading
from domain.intake.cells import clean_text, cut, shown
from domain.intake.comments import words_of_comments
from domain.intake.examples import example_in, titled_example, told
from domain.intake.findings import EMPTY, Finding
from domain.intake.headings import HEADER_ROWS, blank, column_letters, spoken_place
from domain.intake.labels import Meaning, Place, Vocabulary, normalised, simplified, version_key
from domain.intake.longer_rows import longer_rows
from domain.intake.plain_sheet import row_and_column
from domain.intake.stated_units import IN_A_COMMENT, OpenUnit, StatedUnits, asked_about, for_each
from domain.intake.stated_years import named_behind, named_years, stated_years
from domain.intake.unit_words import NO_UNIT, said_in, speaks_of_units
from domain.intake.word_cells import school_code
from domain.intake.workbook import Sheet

ITEM, ENTRY, UNIT = "填报项目", "填报值", "单位"
_MONEY = ("元", "万元")
_BESIDE = ("这一项旁边", "Beside the item")
_COVERS = {
    "school_form": ("R-COVER", (("学校标识码", "school_id"), ("学校名称", "school_name"))),
    "county_form": ("K-COVER", (("县级行政区划代码", "county_code"), ("县(市、区)", "county_name"))),
}


def read_form(sheet: Sheet, year: SchoolYear | None, known: Sequence[Vocabulary]) -> tuple[Block | None, list[Finding]]:
    """Read the form of a school or a county: rows of 填报项目 and 填报值, found by these two headings."""
    header = form_header(sheet.rows)
    if header is None:
        return None, []
    first, item_column, entry_column, unit_column = header
    vocabulary, form = known[0], known[0].layout.form
    cover = [cell for row in sheet.rows[:first] for cell in row if not blank(cell)]
    version = after(cover, "模板版本")
    findings = _version_findings(sheet.name, version, vocabulary.layout)
    findings += _second_entries(sheet, first, entry_column)
    places: dict[Place, str] = {}
    read: dict[int, tuple[Place, object]] = {}
    typed: list[list[object]] = []
    scales: list[float] = []
    letters = column_letters(entry_column)
    meanings = [
        vocabulary.meaning(row[item_column], version) if len(row) > item_column else None for row in sheet.rows[first + 1 :]
    ]
    around = _around(sheet.rows, header, meanings)
    stated_units, named = StatedUnits.beside(around, _comments_outside(sheet, first, around)), named_years(around)
    rows_again = _blank_rows_of_items_that_stand_twice(sheet.rows, header, meanings)
    for number, (row, meaning) in enumerate(zip(sheet.rows[first + 1 :], meanings, strict=True), start=first + 2):
        if number in rows_again:
            continue
        if meaning is None and (len(row) <= item_column or blank(row[item_column])):
            if len(row) > entry_column and not blank(row[entry_column]):
                value = cut(shown(row[entry_column]))
                params = {"place": f"第 {number} 行", "place_en": f"row {number}", "count": 1, "value": value}
                findings.append(Finding("H-NO-HEADING", sheet.name, f"{letters}{number}", params=params))
            continue
        label = row[item_column]
        entry = row[entry_column] if len(row) > entry_column else ""
        if meaning is None or meaning.place is None:
            if not blank(entry):
                address = f"{column_letters(item_column)}{number}"
                findings.append(unknown_heading(vocabulary, sheet.name, address, label, 1))
                named += named_behind(label, entry, f"{letters}{number}")
            continue
        place = meaning.place
        if place in places:
            twice = [places[place], f"{letters}{number}"]
            params = {"label": spoken_place(place, vocabulary.fields), "cells": twice}
            findings.append(Finding("H-TWICE", sheet.name, f"{letters}{number}", 0, place[0], params=params))
            continue
        places[place] = f"{letters}{number}"
        read[number - 1] = (place, entry)
        typed.append([entry])
        unit = row[unit_column] if unit_column is not None and len(row) > unit_column else ""
        scale, told = _form_scale(sheet.name, f"{letters}{number}", meaning, unit, entry, vocabulary, stated_units)
        scales.append(scale)
        findings.extend(told)
    longer = longer_rows(sheet, len(sheet.rows[first]), read, of_form=True)
    findings.extend(longer.values())
    beside = {number: one for number, one in read.items() if number not in longer}
    findings.extend(beside_entries(sheet, first, entry_column, beside, form))
    asked, cells = list(places), list(places.values())
    filled = [
        (-1, spoken_place(place, vocabulary.fields), vocabulary.fields[place[0]])
        for place, (entry,) in zip(asked, typed, strict=True)
        if vocabulary.fields[place[0]].unit and not blank(entry)
    ]
    findings += stated_units.asked(sheet.name, filled)
    findings += _said_beside(
        sheet, beside, (item_column, entry_column, unit_column), dict(zip(asked, scales, strict=True)), vocabulary
    )
    findings.extend(_cover_against_entries(form, sheet.name, sheet.rows[:first], asked, typed, cells))
    if form == "school_form":
        findings.extend(_example(sheet, first, asked, typed, cells))
    years, layout, spans = stated_years(sheet.rows[:first]), vocabulary.layout.id, (first, first)
    asked_beside = _beside(sheet.rows[first]) if form == "county_form" else ()
    what = form, sheet.name, asked, [0], typed, cells
    return Block(
        *what, version, years, layout, tuple(scales), asked_beside, spans, named=named, units=stated_units.open_to_doubt(filled)
    ), findings


def _example(
    sheet: Sheet, header: int, places: Sequence[Place], typed: Sequence[Sequence[object]], cells: Sequence[str]
) -> list[Finding]:
    """Where the name of the school, or what the form is called, says that it is an example and no school's."""
    entries = {key: (typed[index][0], cells[index]) for index, (key, _) in enumerate(places)}
    said: list[tuple[str | None, str | None, object]] = [
        (example_in(entry, key == "school_name"), address, entry)
        for key in ("school_name", "school_id", "county_name", "township")
        for entry, address in (entries.get(key, ("", "")),)
    ]
    titles = [(None, sheet.name)] + [
        (f"{column_letters(index)}{number}", cell)
        for number, row in enumerate(sheet.rows[:header], start=1)
        for index, cell in enumerate(row)
    ]
    said += [("R-DOUBTFUL", address, title) for address, title in titles if titled_example(title)]
    rule, address, value = next(
        (one for rule in ("R-EXAMPLE", "R-DOUBTFUL") for one in said if one[0] == rule), (None, None, None)
    )
    if rule is None:
        return []
    school_id = school_code(entries.get("school_id", ("", ""))[0]) or ""
    named = (entries[key][0] for key in ("school_id", "school_name") if key in entries)
    whose = " ".join(shown(entry) for entry in named if not blank(entry))
    return [told(rule, sheet.name, address, value, {"row": 0, "what": "这张填报表", "what_en": "This form"}, whose, school_id)]


def _said_beside(
    sheet: Sheet,
    read: Mapping[int, tuple[Place, object]],
    own: Sequence[int | None],
    scales: Mapping[Place, float],
    vocabulary: Vocabulary,
) -> list[Finding]:
    """Queries about other units that remarks in the row of an item name, and comments there; one on the entry is asked about as such.

    Args:
        sheet: the form.
        read: index of each row that is read → its place and its entry.
        own: the columns of items, entries and units.
        scales: by what the entries are multiplied.
        vocabulary: that of the form.
    """
    texts = [
        (f"{column_letters(index)}{number + 1}", number, cell, _BESIDE)
        for number in read
        for index, cell in enumerate(sheet.rows[number])
        if index not in own and speaks_of_units(cell)
    ]
    for address, words in words_of_comments(sheet.parts) if sheet.parts else []:
        place = row_and_column(address)
        if place and place[0] - 1 in read and place[1] - 1 != own[1]:
            texts.append((address, place[0] - 1, words, IN_A_COMMENT))
    findings: list[Finding] = []
    for address, number, text, where in texts:
        key, entry = read[number]
        field, scale = vocabulary.fields[key[0]], scales[key]
        if not field.unit or blank(entry):
            continue
        for one in said_in(address, text, None):
            factor = factor_to(field.unit, one.word)
            if not one.in_passing and field.unit in one.kinds and factor not in (1.0, scale):
                unit = field.unit if scale == 1 else f"{scale:.10g}{field.unit}"
                open_one = OpenUnit(-1, spoken_place(key, vocabulary.fields), field, unit)
                findings += asked_about(sheet.name, [replace(one, only=frozenset(), doubtful=True, where=where)], [open_one])
    return findings


def _around(
    rows: Sequence[Sequence[Any]], header: tuple[int, int, int, int | None], meanings: Sequence[Meaning | None]
) -> list[tuple[int, Sequence[Any]]]:
    """The rows above and below the items of a form, by index; those with an entry that is not read are told as such."""
    first, _, entry, _ = header
    below = [
        (number, row)
        for number, (row, meaning) in enumerate(zip(rows[first + 1 :], meanings, strict=True), start=first + 1)
        if meaning is None and (len(row) <= entry or blank(row[entry]))
    ]
    return [*enumerate(rows[:first]), *below]


def _comments_outside(sheet: Sheet, header: int, around: Sequence[tuple[int, Sequence[Any]]]) -> list[tuple[str, str]]:
    """The comments on cells of the header and around the items; those beside an item are told as such."""
    said = words_of_comments(sheet.parts) if sheet.parts else []
    rows = {header, *(number for number, _ in around)} if said else set()
    return [(cell, words) for cell, words in said if (place := row_and_column(cell)) and place[0] - 1 in rows]


def _blank_rows_of_items_that_stand_twice(
    rows: Sequence[Sequence[Any]], header: tuple[int, int, int, int | None], meanings: Sequence[Meaning | None]
) -> set[int]:
    """Excel rows without an entry whose item has an entry in another row, or stands above: copies that say nothing.

    ``meanings``: of the item of each row below the header.
    """
    first, _, entry, _ = header
    items = [(number, one.place) for number, one in enumerate(meanings, start=first + 2) if one and one.place]
    if len({place for _, place in items}) == len(items):
        return set()
    seen: dict[Place, list[tuple[int, bool]]] = {}
    for number, place in items:
        row = rows[number - 1]
        seen.setdefault(place, []).append((number, len(row) <= entry or blank(row[entry])))
    again: set[int] = set()
    for places in seen.values():
        keep = next((number for number, empty in places if not empty), places[0][0])
        again |= {number for number, empty in places if empty and number != keep}
    return again


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
                addresses = [f"{column_letters(index)}{header + 1}" for index in (entry_column, other)]
                return [Finding("H-TWICE", sheet.name, addresses[1], params={"label": ENTRY, "cells": addresses})]
    return []


def _beside(row: Sequence[Any]) -> tuple[tuple[str, str], ...]:
    """Where evidence and note of a county form stand, by key."""
    labels = [simplified(normalised(cell)) for cell in row]
    return tuple((key, column_letters(labels.index(label))) for key, label in BESIDE.items() if label in labels)


def _form_scale(
    sheet: str, address: str, meaning: Meaning, unit: object, entry: object, vocabulary: Vocabulary, stated: StatedUnits
) -> tuple[float, list[Finding]]:
    """The scale of an entry whose label or whose cell 单位 names another unit than the field's, and what is said of it.

    A county's money without a unit could be 元 or 万元, and nobody can tell which: an error. So is a unit that is not known.
    """
    place = meaning.place
    assert place is not None
    field = vocabulary.fields[place[0]]
    own, strict = field.unit, vocabulary.layout.form == "county_form"
    if meaning.unit is None and unit == own and stated.of(-1, "", field, None) == (None, None):
        return 1.0, []
    written = meaning.unit or ("" if blank(unit) else simplified(normalised(unit)))
    factor = factor_to(own, written) if own and written else 1.0
    if strict and not blank(entry) and ((own in _MONEY and not written) or (own and factor is None)):
        params = {"label": spoken_place(place, vocabulary.fields), "own": own}
        params |= {"unit": written or EMPTY[0], "unit_en": f"'{written}'" if written else EMPTY[1]}
        return 1.0, [Finding("K-NO-UNIT", sheet, address, 0, place[0], value=shown(entry), params=params)]
    if own and stated and not meaning.unit:
        caption = next((word for word in stated.of(-1, "", field, None) if word), None)
        if caption and not written:
            written, factor = caption, None  # whoever emptied the cell may or may not have meant the caption
        elif caption and not for_each(field) and factor_to(own, caption) != factor:
            written, factor = f"{own if factor == 1.0 else written}、{caption}", None
    if blank(entry) or written in NO_UNIT or factor == 1.0:
        return 1.0, []
    if factor is None:
        params = {"label": spoken_place(place, vocabulary.fields), "unit": written, "own": own}
        return 1.0, [Finding("H-UNIT-OPEN", sheet, address, 0, place[0], named_section(place[1]), shown(entry), params)]
    params = {"label": spoken_place(place, vocabulary.fields), "unit": written, "own": own, "factor": f"{factor:.10g}"}
    return factor, [Finding("H-UNIT", sheet, address, 0, place[0], named_section(place[1]), params=params)]


def _version_findings(sheet: str, version: str | None, layout: Layout) -> list[Finding]:
    """What a form of another version of the template is told."""
    if version is None or version_key(version) == version_key(layout.version):
        return []
    params = {"value": version, "version": layout.version}
    older = () < version_key(version) < version_key(layout.version)
    return [Finding("F-OLD-TEMPLATE" if older else "F-UNKNOWN-TEMPLATE", sheet, value=version, params=params)]


def _cover_against_entries(
    form: str, sheet: str, cover: Sequence[Sequence[object]], places: list[Place], typed: list[list[object]], cells: list[str]
) -> list[Finding]:
    """Where the cover names another school or county than the entries do."""
    findings = []
    rule, identity = _COVERS[form]
    for label, key in identity:
        stated = next((found for row in cover if (found := after(row, label))), None)
        if not stated or (key, None) not in places:
            continue
        column = places.index((key, None))
        entry = typed[column][0]
        inside = normalised(int(entry) if isinstance(entry, float) and entry.is_integer() else entry)
        plain, entered = simplified(stated), simplified(inside)
        same = plain == entered if key in ("school_id", "county_code") else plain in entered or entered in plain
        if inside and not same:
            params = {"label": label, "cover": stated, "inside": clean_text(str(inside))}
            findings.append(Finding(rule, sheet, cells[column], 0, key, value=inside, params=params))
    return findings
