"""The columns of a bulk table: which of its headings are read, as what, and what is told of them.

Belongs here: headings that mean the same, parts of sums, the order of columns, units and grades that headings bring along.
Does not belong here: what stands in the columns (``school_table``), what one label means (``labels``), units that are said
elsewhere (``stated_units``).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from data_contracts.catalogue import fields
from data_contracts.layout import factor_to
from domain.intake.blocks import named_section
from domain.intake.findings import Finding
from domain.intake.headings import Heading, column_letters, spoken_place
from domain.intake.labels import Meaning, Place, Vocabulary
from domain.intake.sums import PartColumn

_HEADINGS_OF_A_TABLE = 3


@dataclass
class TableColumns:
    """The columns of a bulk table that are read.

    Attributes:
        of: the heading and its meaning, by place, in the order of the sheet.
        parts: columns that are parts of a sum, by the label of their item.
    """

    of: dict[Place, tuple[Heading, Meaning]]
    parts: dict[str, PartColumn]


def columns_of(
    sheet: str, headings: Sequence[tuple[Heading, str, str | None]], vocabulary: Vocabulary, filled: Callable[[Heading], bool]
) -> tuple[TableColumns, list[tuple[Heading, str]], list[Finding]]:
    """The columns that headings name, those that are not read, and findings about them."""
    columns = TableColumns({}, {})
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


def _one_of_many(sheet: str, columns: TableColumns, findings: list[Finding]) -> list[Finding]:
    """One finding in place of one for each heading, where whole tables stand side by side: the code and others are there again."""
    twice = [finding for finding in findings if finding.rule == "H-TWICE"]
    codes = [finding.cell for finding in twice if finding.field == "school_id"]
    if not codes or len(twice) < _HEADINGS_OF_A_TABLE:
        return findings
    cells = [columns.of["school_id", None][0].address, *codes]
    params = {"count": len(cells), "cells": cells, "headings": len(twice)}
    told = Finding("H-SIDE-BY-SIDE", sheet, codes[0], params=params)
    return [told, *(finding for finding in findings if finding.rule != "H-TWICE")]


def order_note(sheet: str, columns: TableColumns) -> list[Finding]:
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


def units_of(columns: TableColumns, vocabulary: Vocabulary) -> dict[int, str]:
    """The unit of the field of each column."""
    totals = {label: total.field for total in vocabulary.layout.sums for label in total.parts}
    found = {part.column: fields()[totals[label]].unit for label, part in columns.parts.items()}
    return found | {heading.column: fields()[place[0]].unit for place, (heading, _) in columns.of.items()}


def unit_finding(sheet: str, address: str, place: Place, label: str, unit: str | None, unclear: str | None = None) -> Finding:
    """What is told of a column in another unit than its field's: which it is, or why nobody can say."""
    own = fields()[place[0]].unit
    params = {"label": label, "unit": unit or str(unclear), "own": own, "factor": f"{factor_to(own, unit or own):.10g}"}
    return Finding("H-UNIT" if unit else "H-UNIT-OPEN", sheet, address, None, place[0], named_section(place[1]), params=params)


def _column_notes(sheet: str, heading: Heading, place: Place, meaning: Meaning) -> list[Finding]:
    label = spoken_place(place)
    found = [unit_finding(sheet, heading.address, place, label, meaning.unit)] if meaning.factor != 1 else []
    if meaning.item and meaning.item.grade == "C":
        params = {"value": heading.label, "label": label, "source": meaning.item.source}
        found.append(Finding("H-UNVERIFIED", sheet, heading.address, None, place[0], named_section(place[1]), params=params))
    return found
