"""Answers (学校说明, 县级说明): what a school or a county wrote behind the queries of its receipt, read back from the file handed in again.

Belongs here: recognising a receipt's sheet, the keys that tie an answer to its query, reading the answers.
Does not belong here: making the sheet (``domain.reporting.receipt_sheet``), what an answer changes (``screening``).
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from data_contracts.catalogue import county_fields, fields
from domain.intake.cells import TEXT_LIMIT, clean_text, shown
from domain.intake.workbook import Sheet

MARK = "junheng:receipt:1"
SCHOOL_EXPLAINS, COUNTY_EXPLAINS = "学校说明", "县级说明"
PLEASE = "(请填写)"
ANSWER_HEADING = SCHOOL_EXPLAINS + PLEASE
ANSWER_HEADINGS = (ANSWER_HEADING, COUNTY_EXPLAINS + PLEASE)
_MARK_START = "junheng:receipt:"
_ROWS_SEARCHED = 20


@dataclass(frozen=True)
class Answer:
    """What a school says to one query.

    Attributes:
        school_id, rule, field, section, value: of the query, exactly as in the findings; None for what it does not have.
        text: cleaned, at most 500 characters.
    """

    school_id: str | None
    rule: str
    field: str | None
    section: str | None
    value: str | None
    text: str


def who_is_asked(school_id: str | None, county_code: str | None, rule: str, field: str | None) -> str | None:
    """Under which code a query is kept: the school's, or the county's for an item or a rule of the county form."""
    of_county_form = rule.startswith("K-") or (field in county_fields() and field not in fields())
    return county_code if school_id is None and of_county_form else school_id


def who_explains(asked: Iterable[tuple[str, str | None]]) -> str:
    """What the column of explanations is called: 县级说明 where a county filled in the whole file, else 学校说明.

    Args:
        asked: rule and school of each finding of the file.
    """
    of_county, of_school = False, False
    for rule, school_id in asked:
        counties = rule.startswith(("K-", "E-")) and rule != "E-SELF-SCORE"
        of_county, of_school = of_county or counties, of_school or (not counties and school_id is not None)
    return COUNTY_EXPLAINS if of_county and not of_school else SCHOOL_EXPLAINS


def key_text(school_id: str | None, rule: str, field: str | None, section: str | None, value: str | None) -> str:
    """The key of a query as a cell holds it; it begins with a bracket, so that no program takes it for a number or formula."""
    return json.dumps([school_id, rule, field, section, value], ensure_ascii=True)


def is_receipt_sheet(sheet: Sheet) -> bool:
    """True for the sheet that a receipt put into a workbook, whatever it is called by now."""
    return _mark_column(sheet.rows) is not None


def answers_of(sheets: Iterable[Sheet]) -> list[Answer]:
    """Every filled-in answer on the receipt's sheets of a file, in their order; those that stand there twice once.

    Args:
        sheets: of a handed-in file; others than receipts' are passed over. A file that is nothing but a receipt serves too.
    """
    found: dict[Answer, None] = {}
    for sheet in sheets:
        keys = _mark_column(sheet.rows)
        texts = _heading_column(sheet.rows) if keys is not None else None
        if keys is None or texts is None:
            continue
        for row in sheet.rows:
            if len(row) <= max(keys, texts):
                continue
            key = _key(row[keys])
            text = clean_text(shown(row[texts])) if key and row[texts] is not None else ""
            if key and text:
                found[Answer(key[0], str(key[1]), key[2], key[3], key[4], text[:TEXT_LIMIT])] = None
    return list(found)


def _mark_column(rows: Sequence[Sequence[object]]) -> int | None:
    for row in rows[:_ROWS_SEARCHED]:
        for column, cell in enumerate(row):
            if isinstance(cell, str) and cell.startswith(_MARK_START):
                return column
    return None


def _heading_column(rows: Sequence[Sequence[object]]) -> int | None:
    for row in rows[:_ROWS_SEARCHED]:
        for column, cell in enumerate(row):
            if isinstance(cell, str) and clean_text(cell) in ANSWER_HEADINGS:
                return column
    return None


def _key(cell: object) -> list[str | None] | None:
    if not isinstance(cell, str) or not cell.startswith("["):
        return None
    try:
        key = json.loads(cell)
    except ValueError:
        return None
    if isinstance(key, list) and len(key) == 5 and all(part is None or isinstance(part, str) for part in key) and key[1]:
        return key
    return None
