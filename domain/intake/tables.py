"""From sheets to blocks: the columns of a bulk table, the rows of a school form.

Belongs here: finding the header, matching labels to fields, telling schools from totals, examples and blank rows.
Does not belong here: whether a value is a number (``cells``), whether figures fit together (``screening``).
"""

import re
from dataclasses import dataclass
from typing import Any

from data_contracts.catalogue import fields
from domain.intake.findings import Finding
from domain.intake.labels import normalised, recognised
from domain.intake.workbook import Sheet

HEADER_ROWS = 20
KNOWN_LABELS_IN_A_HEADER = 3
ITEM, ENTRY = "填报项目", "填报值"
COVER_LABELS = ("学年", "模板版本", "学校名称", "学校标识码", "填报单位", "填表人")
Place = tuple[str, str | None]
_SCHOOL_YEAR = re.compile(r"(\d{4})[-—–~至](\d{4})学年")


@dataclass(frozen=True)
class Block:
    """The schools of one sheet, column by column.

    Attributes:
        form: ``bulk_table`` or ``school_form``.
        places: field and section of each of the m columns.
        rows: Excel row of each of the n schools; [0] for a form.
        typed: m columns of n cells as typed.
        cells: for each column, the column letters of a bulk table, or the whole address in a form.
    """

    form: str
    sheet: str
    places: list[Place]
    rows: list[int]
    typed: list[list[object]]
    cells: list[str]
    template_version: str | None = None
    stated_year: str | None = None

    def cell(self, column: int, school: int) -> str:
        """The address of a value, such as E14."""
        return self.cells[column] if self.form == "school_form" else f"{self.cells[column]}{self.rows[school]}"


def blocks_of(sheet: Sheet) -> tuple[Block | None, list[Finding]]:
    """The block that a sheet holds, with findings about its structure; None where no header is recognised."""
    for reader in (_school_form, _bulk_table):
        block, findings = reader(sheet)
        if block or findings:
            return block, findings
    return None, []


def is_county_form(sheet: Sheet) -> bool:
    """True for 县级填报表, told by its title within the first rows."""
    return any("县级填报表" in normalised(cell) for row in sheet.rows[:3] for cell in row if cell != "")


def column_letters(index: int) -> str:
    """Letters of the column with this index from 0: A … Z, AA …"""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _blank(cell: object) -> bool:
    return cell is None or (isinstance(cell, str) and not normalised(cell))


def _school_form(sheet: Sheet) -> tuple[Block | None, list[Finding]]:
    """Read a form: rows of 填报项目 and 填报值, found by these two headings."""
    header = item_column = entry_column = None
    for number, row in enumerate(sheet.rows[:HEADER_ROWS]):
        labels = [normalised(cell) for cell in row]
        if ITEM in labels and ENTRY in labels:
            header, item_column, entry_column = number, labels.index(ITEM), labels.index(ENTRY)
            break
    if header is None or item_column is None or entry_column is None:
        return None, []
    places: list[Place] = []
    typed: list[list[object]] = []
    cells: list[str] = []
    findings: list[Finding] = []
    letters = column_letters(entry_column)
    for number, row in enumerate(sheet.rows[header + 1 :], start=header + 2):
        if len(row) <= item_column or _blank(row[item_column]):
            continue
        entry = row[entry_column] if len(row) > entry_column else ""
        place = recognised(row[item_column])
        if place is None:
            if not _blank(entry):
                address = f"{column_letters(item_column)}{number}"
                findings.append(
                    Finding("H-UNKNOWN", sheet.name, address, value=str(row[item_column]), params={"value": row[item_column]})
                )
            continue
        if place in places:
            twice = f"{cells[places.index(place)]}、{letters}{number}"
            params = {"label": fields()[place[0]].label_in(_named(place[1])), "cells": twice}
            findings.append(Finding("H-TWICE", sheet.name, f"{letters}{number}", 0, place[0], params=params))
            continue
        places.append(place)
        typed.append([entry])
        cells.append(f"{letters}{number}")
    cover = [cell for row in sheet.rows[:header] for cell in row]
    block = Block("school_form", sheet.name, places, [0], typed, cells, _after(cover, "模板版本"), _after(cover, "学年"))
    return block, findings


def _named(section: str | None) -> str | None:
    from domain.intake.labels import UNSTATED

    return None if section == UNSTATED else section


def _after(cells: list[object], label: str) -> str | None:
    """What stands behind a label on the cover: in the next filled cell, or after a colon in the same one."""
    for position, cell in enumerate(cells):
        text = normalised(cell)
        if text.rstrip(":") == label:
            following = next((normalised(c) for c in cells[position + 1 :] if not _blank(c)), "")
            return None if following.rstrip(":") in COVER_LABELS else following or None
        if text.startswith(label + ":"):
            return text[len(label) + 1 :]
    return None


def _titled_year(cells: list[Any]) -> str | None:
    """The school year that a title names, such as 2024-2025学年."""
    for cell in cells:
        match = _SCHOOL_YEAR.search(normalised(cell)) if isinstance(cell, str) else None
        if match:
            return f"{match[1]}-{match[2]}"
    return None


def _bulk_table(sheet: Sheet) -> tuple[Block | None, list[Finding]]:
    """Read a bulk table: the header is the row of the first 20 with most known labels, school code among them."""
    best, best_known = None, 0
    for number, row in enumerate(sheet.rows[:HEADER_ROWS]):
        found = {place for place in map(recognised, (cell for cell in row if isinstance(cell, str) and cell)) if place}
        if ("school_id", None) in found and len(found) > best_known:
            best, best_known = number, len(found)
    if best is None or best_known < KNOWN_LABELS_IN_A_HEADER:
        return None, []
    findings: list[Finding] = []
    columns: dict[Place, int] = {}
    for index, label in enumerate(sheet.rows[best]):
        if _blank(label):
            continue
        place = recognised(label)
        address = f"{column_letters(index)}{best + 1}"
        if place is None:
            if normalised(label) not in ("序号", "备注", "备注说明"):
                findings.append(Finding("H-UNKNOWN", sheet.name, address, value=str(label), params={"value": label}))
        elif place in columns:
            params = {"label": str(label), "cells": f"{column_letters(columns[place])}{best + 1}、{address}"}
            findings.append(Finding("H-TWICE", sheet.name, address, field=place[0], section=_named(place[1]), params=params))
        else:
            columns[place] = index
    kept, row_findings = _school_rows(sheet, best, columns)
    findings.extend(row_findings)
    body = sheet.rows
    typed: list[list[object]] = []
    for index in columns.values():
        typed.append([body[number][index] if index < len(body[number]) else "" for number in kept])
    letters = [column_letters(index) for index in columns.values()]
    rows = [number + 1 for number in kept]
    title = [cell for row in sheet.rows[:best] for cell in row]
    return Block(
        "bulk_table", sheet.name, list(columns), rows, typed, letters, stated_year=_after(title, "学年") or _titled_year(title)
    ), findings


def _school_rows(sheet: Sheet, header: int, columns: dict[Place, int]) -> tuple[list[int], list[Finding]]:
    """Indexes of the rows that are schools; total and example rows are told, blank rows are passed over."""
    findings: list[Finding] = []
    kept = []
    code, name = columns[("school_id", None)], columns.get(("school_name", None))
    for number in range(header + 1, len(sheet.rows)):
        row = sheet.rows[number]
        first = row[code] if code < len(row) else ""
        named = row[name] if name is not None and name < len(row) else ""
        if _blank(first):
            empty = all(_blank(row[index]) for index in columns.values() if index < len(row))
            if empty and not (row and _is_total(row[0])):
                continue
            if any(_is_total(cell) for cell in (*row[:3], named)):
                findings.append(Finding("R-TOTAL", sheet.name, None, params={"row": number + 1}))
                continue
        elif _is_total(first) or _is_total(named):
            findings.append(Finding("R-TOTAL", sheet.name, None, params={"row": number + 1}))
            continue
        if any(
            isinstance(cell, str) and normalised(cell).startswith(("示例", "样例", "(示例")) for cell in (first, named, *row[:1])
        ):
            findings.append(Finding("R-EXAMPLE", sheet.name, None, params={"row": number + 1}))
            continue
        kept.append(number)
    return kept, findings


def _is_total(cell: object) -> bool:
    return isinstance(cell, str) and normalised(cell) in ("合计", "总计", "小计", "全县合计", "全区合计", "全市合计")
