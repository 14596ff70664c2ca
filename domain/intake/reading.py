"""Reading one handed-in file: what it is, its values with their addresses, and what was remarked while reading.

Belongs here: everything that depends on the bytes and the name of one file alone, so that an unchanged file need never
be read again. Does not belong here: the register, other files, last year (``settling``).
"""

import traceback
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import PurePosixPath
from typing import TypeAlias

import numpy as np
import pandas as pd
import pyarrow as arrow

from data_contracts.catalogue import SECTIONS, Field, fields, sections_to_fill
from data_contracts.school_year import SchoolYear
from domain.intake.answers import Answer, answers_of, is_receipt_sheet
from domain.intake.cells import Column, coerce, is_blank, shown
from domain.intake.filled_cells import (
    cell_table,
    column_addresses,
    has_any_but,
    joined,
    no_cells,
    numbers_as_typed,
    section_code,
    words,
)
from domain.intake.findings import Finding, Unreadable
from domain.intake.labels import UNSTATED
from domain.intake.passed_over import passed_over
from domain.intake.tables import Block, blocks_of, is_class_size_table, is_county_form, is_school_form
from domain.intake.workbook import Book, open_book

FEW = 16
"""Schools up to which plain Python is faster than Arrow: a form has one."""

Words: TypeAlias = list[str | None] | arrow.Array
Sections = str | None | np.ndarray
"""The section of a column's cells: one for all, or one for each."""


@dataclass
class FileReading:
    """What one file says.

    Attributes:
        file: its path under the inbox of the year.
        sha256, size: of its bytes.
        form: bulk_table, school_form, county_form, class_sizes, receipt (a listing of findings, handed in with answers) or
            unknown.
        template_version, modified: of the document, None where it has none.
        stated_year: the school year that its cover names, as typed.
        schools: rows of schools found.
        filled: the filled cells (``filled_cells.SCHEMA``).
        findings: about the file, its headings, rows and cells.
        answers: explanations on the receipt that came along.
        blanks: cells that are there but blank, by (sheet, row, field, section), so that a missing figure has an address.
    """

    file: str
    sha256: str
    size: int
    form: str = "unknown"
    template_version: str | None = None
    modified: str | None = None
    stated_year: str | None = None
    schools: int = 0
    filled: arrow.Table = field(default_factory=no_cells)
    findings: list[Finding] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    blanks: dict[tuple[str, int, str, str | None], str] = field(default_factory=dict)

    @property
    def values(self) -> pd.DataFrame:
        """``submitted_values`` of this file, without the year: one row per filled cell."""
        return joined([(self.file, self.sha256, self.filled)])


def read_file(file: str, content: bytes, sha256: str, year: SchoolYear | None) -> FileReading:
    """Read one file; never raises for what a file holds.

    Args:
        file: path under the inbox, with ``/``.
        content: its bytes.
        sha256: their hash.
        year: school year of the inbox folder, against which a cover is held; None where no year is known yet.
    """
    reading = FileReading(file, sha256, len(content))
    try:
        book = open_book(PurePosixPath(file).name, content)
        _read_book(reading, book, year)
    except Unreadable as problem:
        reading.findings.append(problem.finding)
    except MemoryError:
        raise  # the worker's limit; the pool tells it
    except Exception as error:
        # A file may hold anything; whatever goes wrong inside a reader costs this file alone and is told to the school.
        # The cause stands with the finding, for engineers: the log of a worker is read by nobody.
        cause = "".join(traceback.format_exception(error)[-4:])[-2000:]
        reading.filled = no_cells()
        reading.schools = 0
        reading.findings = [Finding("F-UNREADABLE", params={"cause": cause})]
    return reading


def _read_book(reading: FileReading, book: Book, year: SchoolYear | None) -> None:
    reading.modified = book.modified
    reading.findings.extend(Finding(rule) for rule in book.remarks)
    receipts = [sheet for sheet in book.sheets if is_receipt_sheet(sheet)]
    reading.answers = answers_of(receipts)
    parts: list[arrow.Table] = []
    blocks: list[Block] = []
    for sheet in book.shown:
        if any(sheet is one for one in receipts):
            continue
        if reading.form == "school_form" and not is_school_form(sheet):
            continue  # sheets beside a form explain or check it
        if is_county_form(sheet):
            reading.form = "county_form"
            reading.findings.append(Finding("F-COUNTY-FORM", sheet.name))
            return
        block, findings = blocks_of(sheet, year)
        reading.findings.extend(findings)
        if block is None or (blocks and block.form == "school_form" and all(is_blank(cell) for (cell,) in block.typed)):
            continue
        reading.form = block.form
        reading.template_version = reading.template_version or block.template_version
        reading.stated_year = reading.stated_year or block.stated_year
        blocks.append(block)
        parts.append(_values_of(reading, block, book.textual))
    reading.findings.extend(passed_over(book, blocks))
    if reading.form == "school_form":
        book.hold_to_form()
    if reading.form == "unknown":
        if receipts:
            reading.form = "receipt"
            reading.findings.append(Finding("F-RECEIPT", params={"count": len(reading.answers)}))
            return
        sizes = next((sheet for sheet in book.shown if is_class_size_table(sheet)), None)
        if sizes is not None:
            reading.form = "class_sizes"
            reading.findings.append(Finding("F-CLASS-SIZES", sizes.name))
            return
        filled = any(not is_blank(cell) for sheet in book.sheets for row in sheet.rows for cell in row)
        raise Unreadable("F-NO-TABLE" if filled else "F-NO-SCHOOL")
    stated = [block.stated_year for block in blocks if block.stated_year]
    if year and (other := next((text for text in stated if not _same_year(text, year)), None)):
        reading.findings.append(Finding("F-YEAR", value=other, params={"value": other, "year": year.key}))
    reading.filled = arrow.concat_tables(parts) if parts else no_cells()
    if reading.schools == 0 or _only_identity(reading.filled):
        reading.findings.append(Finding("F-NO-SCHOOL"))


def _same_year(stated: str, year: SchoolYear) -> bool:
    from data_contracts.errors import MendableError

    try:
        return SchoolYear.parse(stated) == year
    except MendableError:
        return False


def _only_identity(filled: arrow.Table) -> bool:
    """True where nothing but the prefilled identity stands in the file; all that a closed school has to say is that it is closed."""
    identity = [f.key for f in fields().values() if f.category == "基本信息"]
    if has_any_but(filled, identity):
        return False
    said = zip(filled.column("field").to_pylist(), filled.column("text").to_pylist(), strict=True)
    return ("school_status", "停办") not in said


def _values_of(reading: FileReading, block: Block, textual: bool) -> arrow.Table:
    """The filled cells of a block, remarks and blanks going to the reading."""
    n = len(block.rows)
    reading.schools += n
    columns = [_coerced(block, index, textual) for index in range(len(block.places))]
    ids, types = _words_of(block, columns, "school_id"), _words_of(block, columns, "school_type")
    sections = _settle_sections(reading, block, columns, types)
    which: list[int] = []
    school: list[np.ndarray] = []
    codes, numbers = [], []
    values: list[Words] = []
    texts: list[Words] = []
    for index, (column, typed) in enumerate(zip(columns, block.typed, strict=True)):
        key, section = block.places[index][0], sections[index]
        filled = _filled(typed)
        if isinstance(section, np.ndarray):
            filled = filled[section[filled] != UNSTATED]
        _remark(reading, block, index, column, key, section)
        _note_blanks(reading, block, index, fields()[key], filled, types)
        if not len(filled):
            continue
        which.append(index)
        school.append(filled)
        if isinstance(section, np.ndarray):
            codes.append(np.array([section_code(one) for one in section[filled]], dtype=np.int32))
        else:
            codes.append(np.full(len(filled), section_code(section), dtype=np.int32))
        values.append(_as_typed(typed, filled))
        numbers.append(column.numbers[filled] if column.numbers is not None else np.full(len(filled), np.nan))
        texts.append(_texts(column, filled))
    if not which:
        return no_cells()
    row = np.concatenate(school)
    place = np.repeat(which, [len(one) for one in school])
    if block.form == "school_form":
        cells = words(block.cells).take(arrow.array(place))
    else:
        cells = column_addresses(block.cells, place, block.rows, row)
    return cell_table(
        block.sheet,
        np.array(block.rows, dtype=np.int64)[row],
        cells,
        words(ids).take(arrow.array(row)),
        [key for key, _ in block.places],
        place,
        np.concatenate(codes),
        _one_column(values),
        np.concatenate(numbers),
        _one_column(texts),
    )


def _filled(typed: Sequence[object]) -> np.ndarray:
    """The places of cells that are not blank."""
    if set(map(type, typed)) <= {float, int, bool}:
        return np.arange(len(typed))
    return np.array([i for i, cell in enumerate(typed) if not is_blank(cell)], dtype=int)


def _texts(column: Column, filled: np.ndarray) -> Words:
    """The words of a column's filled cells, none for figures."""
    if column.texts is not None:
        return column.texts[filled].tolist()
    return [None] * len(filled) if len(filled) <= FEW else arrow.nulls(len(filled), arrow.large_string())


def _one_column(parts: Sequence[Words]) -> arrow.Array:
    """The words of all columns one behind the other; plain lists are made one column at once, as that costs the same for each."""
    if all(isinstance(part, list) for part in parts):
        return words(list(chain.from_iterable(parts)))
    return arrow.concat_arrays([words(part) if isinstance(part, list) else part for part in parts])


def _as_typed(typed: Sequence[object], filled: np.ndarray) -> Words:
    """Cells as people see them."""
    if len(typed) > FEW and set(map(type, typed)) <= {float}:
        return numbers_as_typed(np.array(typed, dtype=float)[filled])
    return [shown(typed[school]) for school in filled.tolist()]


def _coerced(block: Block, index: int, textual: bool) -> Column:
    key, section = block.places[index]
    what = fields()[key]
    column = coerce(what, what.label_in(None if section == UNSTATED else section), block.typed[index], textual)
    if column.numbers is not None and block.scale(index) != 1:
        column.numbers = column.numbers * block.scale(index)
    return column


def _words_of(block: Block, columns: list[Column], key: str) -> np.ndarray:
    if (key, None) in block.places:
        texts = columns[block.places.index((key, None))].texts
        if texts is not None:
            return texts
    return np.full(len(block.rows), None, dtype=object)


def _settle_sections(reading: FileReading, block: Block, columns: list[Column], types: np.ndarray) -> list[Sections]:
    """The section of every column's cells; ``UNSTATED`` for a cell that is left out.

    A label that should have named a section means the only section of a single-section school. For a school with
    several sections it is a total where their own figures are given too, else an error, and nothing is guessed.
    """
    places: list[Sections] = []
    for index, (key, section) in enumerate(block.places):
        if section != UNSTATED:
            places.append(section)
            continue
        settled = np.full(len(block.rows), UNSTATED, dtype=object)
        for school, kind in enumerate(types):
            typed = block.typed[index][school]
            if is_blank(typed):
                continue
            own = {s: block.typed[block.places.index((key, s))][school] for s in SECTIONS if (key, s) in block.places}
            own = {s: cell for s, cell in own.items() if not is_blank(cell)}
            # A school of unknown type, and special and vocational schools, may have any section: the figure is the first's.
            sections = sections_to_fill(kind) if kind else ()
            target = sections[0] if sections else SECTIONS[0]
            if len(sections) <= 1 and target not in own:
                settled[school] = target
            elif len(sections) <= 1 and shown(own[target]) != shown(typed):
                _complain(reading, block, index, school, "H-TWICE", cells=f"{shown(typed)}、{shown(own[target])}")
            elif len(sections) > 1 and not set(sections) <= set(own):
                _complain(reading, block, index, school, "H-NO-SECTION")
        places.append(settled)
    return places


def _complain(reading: FileReading, block: Block, index: int, school: int, rule: str, **params: str) -> None:
    key = block.places[index][0]
    cell, typed = block.cell(index, school), shown(block.typed[index][school])
    told = {"label": fields()[key].label, **params}
    reading.findings.append(Finding(rule, block.sheet, cell, block.rows[school], key, None, typed, told))


def _remark(reading: FileReading, block: Block, index: int, column: Column, key: str, section: Sections) -> None:
    for school, rule, params in column.remarks:
        own = section[school] if isinstance(section, np.ndarray) else section
        if own == UNSTATED:
            continue
        typed = str(params.get("value", ""))
        finding = Finding(rule, block.sheet, block.cell(index, school), block.rows[school], key, own, typed, params)
        reading.findings.append(finding)


def _note_blanks(
    reading: FileReading,
    block: Block,
    index: int,
    what: Field,
    filled: np.ndarray,
    types: Iterable[str | None],
) -> None:
    """Remember the address of blank cells whose figure may be required of the school."""
    if what.required == "no" or len(filled) == len(block.rows):
        return
    named = block.places[index][1]
    have = set(filled.tolist())
    for school, kind in enumerate(types):
        if school in have:
            continue
        sections = sections_to_fill(kind) if kind else SECTIONS
        if named == UNSTATED:
            target = sections[0] if len(sections) == 1 else None
        elif named in SECTIONS and kind and named not in sections:
            continue
        else:
            target = named
        reading.blanks[(block.sheet, block.rows[school], what.key, target)] = block.cell(index, school)
