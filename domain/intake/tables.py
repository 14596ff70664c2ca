"""From sheets to blocks: the columns of a bulk table or a record form, the rows of a school's or county's form.

Belongs here: which kind of table a sheet holds. Does not belong here: reading a form (``form_table``), a bulk table
(``school_table``) or a record form (``record_table``), whether a value is a number (``cells``), whether figures fit together (``screening``).
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from data_contracts.layout import Layout
from data_contracts.school_year import SchoolYear
from data_contracts.vocabulary import FORMS
from domain.intake.blocks import Block
from domain.intake.findings import Finding
from domain.intake.form_table import ENTRY, ITEM, form_header, read_form
from domain.intake.headings import HEADER_ROWS, column_letters
from domain.intake.labels import COVER_LABELS, Place, Vocabulary, normalised, simplified, vocabularies
from domain.intake.record_table import known_columns, read_records, record_form_of, rows_before, titles_of
from domain.intake.school_table import read_table
from domain.intake.second_tables import begins_beside, second_table, told
from domain.intake.workbook import Sheet

_BAND = re.compile(r"\d{2}人?(及|或)?以[上下]|\d{2}人?[-—–~至]\d{2}人?")
_BANDS_IN_A_HEADER = 3
_OUTSIDE = ("H-NO-HEADING", "H-BESIDE", "H-BESIDE-DIFFERS")
__all__ = [
    "COVER_LABELS",
    "ENTRY",
    "HEADER_ROWS",
    "ITEM",
    "Block",
    "Place",
    "blocks_of",
    "column_letters",
    "is_class_size_table",
    "is_county_form",
    "is_school_form",
]

COUNTY_SHEET = FORMS["county_form"]


def blocks_of(
    sheet: Sheet, year: SchoolYear | None = None, layouts: Sequence[Layout] | None = None
) -> tuple[Block | None, list[Finding]]:
    """The block that a sheet holds, with findings about its structure; None where no header is recognised.

    Args:
        sheet: its cells.
        year: the school year of the inbox folder, in which a layout must be valid; None where none is known.
        layouts: those to choose from, the first of a form being the ordinary one; None for the shipped ones.
    """
    block, findings = _block_of(sheet, year, layouts)
    second = second_table(sheet, block) if block and block.header[1] >= 0 else None
    if block is None or second is None:
        return block, findings
    if second[0] > block.header[1] and not begins_beside(sheet, block, second[0]):
        # What stands in the second table is no row of the first.
        above = replace(sheet, rows=sheet.rows[: rows_before(sheet, second[0])])
        cut, cut_findings = _block_of(above, year, layouts)
        if cut and cut.header == block.header:
            block, findings = cut, cut_findings
    # The second table accounts for what stands outside of the first.
    return block, [*(one for one in findings if one.rule not in _OUTSIDE), told(sheet, block, second)]


def _block_of(sheet: Sheet, year: SchoolYear | None, layouts: Sequence[Layout] | None) -> tuple[Block | None, list[Finding]]:
    block, findings = _form_of(sheet, year, layouts)
    if block or findings:
        return block, findings
    known = _known("bulk_table", layouts)
    table, remarks = read_table(sheet, year, known) if known else (None, [])
    # What stands in a sheet goes before what it is called: a remark or a title may name any form.
    form, titled = record_form_of(sheet)
    if form and (known_columns(sheet, form) > len(table.places) if table else bool(titled) or not remarks):
        records, findings = read_records(sheet, form)
        if titled and titled != form:
            params = {"titled": FORMS[titled], "titled_en": titled, "title": FORMS[form], "title_en": form}
            findings = [Finding("E-TITLE", sheet.name, params=params), *findings]
        return records, findings
    if table or remarks:
        return table, remarks
    if is_county_form(sheet):
        return Block("county_form", sheet.name, [], [0], [], []), [Finding("K-NO-HEADER", sheet.name)]
    return None, []


def _form_of(sheet: Sheet, year: SchoolYear | None, layouts: Sequence[Layout] | None) -> tuple[Block | None, list[Finding]]:
    """The form of a school or a county with an item to a row; whose it is, its items tell before its title does."""
    known = _known("school_form", layouts)
    block, findings = read_form(sheet, year, known) if known else (None, [])
    if block is None:
        return None, findings
    titled = is_county_form(sheet)
    if titled or ("school_id", None) not in block.places:
        county, told = read_form(sheet, year, vocabularies("county_form"))
        if county and (len(county.places), titled) > (len(block.places), False):
            return county, told
    return block, findings


def _known(form: str, layouts: Sequence[Layout] | None) -> Sequence[Vocabulary]:
    return vocabularies(form) if layouts is None else tuple(Vocabulary(one) for one in layouts if one.form == form)


def is_school_form(sheet: Sheet) -> bool:
    """True for a sheet with the headings of a school's form; a workbook may hold one for each of several schools."""
    return form_header(sheet.rows) is not None


def is_class_size_table(sheet: Sheet) -> bool:
    """True for a statutory table of classes by size (班额), told by its headings; its bands are not those of any standard."""
    rows = sheet.rows[:HEADER_ROWS]
    return any(sum(isinstance(cell, str) and _is_band(cell) for cell in row) >= _BANDS_IN_A_HEADER for row in rows)


def _is_band(cell: str) -> bool:
    return len(cell) < 20 and _BAND.search(simplified(normalised(cell))) is not None


def is_county_form(sheet: Sheet) -> bool:
    """True for 县级填报表, told by the name of the sheet or its title within the first rows."""
    return sheet.name == COUNTY_SHEET or any(title.endswith(COUNTY_SHEET) for title in titles_of(sheet))
