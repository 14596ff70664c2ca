"""Reading one handed-in file: what it is, its values with their addresses, and what was remarked while reading.

Belongs here: everything that depends on the bytes and the name of one file alone, so that an unchanged file need never
be read again. Does not belong here: the register, other files, last year (``settling``).
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import PurePosixPath

import numpy as np
import pandas as pd

from data_contracts.catalogue import SECTIONS, Field, fields, sections_to_fill
from data_contracts.school_year import SchoolYear
from domain.intake.cells import Column, coerce, is_blank, shown
from domain.intake.findings import Finding, Unreadable
from domain.intake.labels import UNSTATED
from domain.intake.tables import Block, blocks_of, is_county_form
from domain.intake.workbook import Book, open_book

LOG = logging.getLogger("junheng.intake")
VALUE_COLUMNS = ("file", "sha256", "sheet", "row", "cell", "school_id", "field", "section", "value", "number", "text")


@dataclass
class FileReading:
    """What one file says.

    Attributes:
        file: its path under the inbox of the year.
        sha256, size: of its bytes.
        form: bulk_table, school_form, county_form or unknown.
        template_version, modified: of the document, None where it has none.
        stated_year: the school year that its cover names, as typed.
        schools: rows of schools found.
        values: ``submitted_values`` without the year: one row per filled cell.
        findings: about the file, its headings, rows and cells.
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
    values: pd.DataFrame = field(default_factory=lambda: empty_values())
    findings: list[Finding] = field(default_factory=list)
    blanks: dict[tuple[str, int, str, str | None], str] = field(default_factory=dict)


@cache
def empty_values() -> pd.DataFrame:
    """No values, in the right columns; one table for all, as ten thousand files would feel the making of it."""
    frame = pd.DataFrame({name: pd.Series(dtype="str") for name in VALUE_COLUMNS})
    return frame.astype({"row": "int64", "number": "float64"})


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
    except Exception:
        # A file may hold anything; whatever goes wrong inside a reader costs this file alone, is told to the school
        # and stands with its cause in the log of the engineers.
        LOG.exception("reading failed: %r", file)
        reading.values = empty_values()
        reading.schools = 0
        reading.findings = [Finding("F-UNREADABLE")]
    return reading


def _read_book(reading: FileReading, book: Book, year: SchoolYear | None) -> None:
    reading.modified = book.modified
    reading.findings.extend(Finding(rule) for rule in book.remarks)
    parts = []
    for sheet in book.sheets:
        if is_county_form(sheet):
            reading.form = "county_form"
            reading.findings.append(Finding("F-COUNTY-FORM", sheet.name))
            return
        block, findings = blocks_of(sheet)
        reading.findings.extend(findings)
        if block is None:
            continue
        reading.form = block.form
        reading.template_version = reading.template_version or block.template_version
        reading.stated_year = reading.stated_year or block.stated_year
        parts.append(_values_of(reading, block, book.textual))
        if block.form == "school_form":
            break  # a form is one sheet; further sheets explain or check it
    if reading.form == "unknown":
        raise Unreadable("F-NO-TABLE")
    if year and reading.stated_year and not _same_year(reading.stated_year, year):
        params = {"value": reading.stated_year, "year": year.key}
        reading.findings.append(Finding("F-YEAR", value=reading.stated_year, params=params))
    reading.values = pd.concat(parts, ignore_index=True) if parts else empty_values()
    if reading.schools == 0 or _only_identity(reading.values):
        reading.findings.append(Finding("F-NO-SCHOOL"))


def _same_year(stated: str, year: SchoolYear) -> bool:
    from data_contracts.errors import MendableError

    try:
        return SchoolYear.parse(stated) == year
    except MendableError:
        return False


def _only_identity(values: pd.DataFrame) -> bool:
    """True where nothing but the prefilled identity stands in the file; all that a closed school has to say is that it is closed."""
    identity = {f.key for f in fields().values() if f.category == "基本信息"}
    closed = (values["field"].eq("school_status") & values["text"].eq("停办")).any()
    return not closed and not (~values["field"].isin(identity)).any()


def _values_of(reading: FileReading, block: Block, textual: bool) -> pd.DataFrame:
    """The filled cells of a block as rows, remarks and blanks going to the reading."""
    n = len(block.rows)
    reading.schools += n
    columns = [_coerced(place, typed, textual) for place, typed in zip(block.places, block.typed, strict=True)]
    ids, types = _words_of(block, columns, "school_id"), _words_of(block, columns, "school_type")
    places = _settle_sections(reading, block, columns, types)
    frames = []
    rows = np.array(block.rows, dtype="int64")
    for index, (column, typed) in enumerate(zip(columns, block.typed, strict=True)):
        key, _ = block.places[index]
        section = places[index]
        filled = np.array([i for i, cell in enumerate(typed) if not is_blank(cell) and section[i] != UNSTATED], dtype=int)
        _remark(reading, block, index, column, key, section)
        _note_blanks(reading, block, index, fields()[key], filled, section, types)
        if not len(filled):
            continue
        frames.append(
            {
                "row": rows[filled],
                "cell": [block.cell(index, school) for school in filled.tolist()],
                "school_id": ids[filled],
                "field": np.full(len(filled), key, dtype=object),
                "section": section[filled],
                "value": [shown(typed[school]) for school in filled],
                "number": column.numbers[filled] if column.numbers is not None else np.full(len(filled), np.nan),
                "text": column.texts[filled] if column.texts is not None else np.full(len(filled), None, dtype=object),
            }
        )
    if not frames:
        return empty_values()
    table = {
        name: np.concatenate([np.asarray(f[name], dtype=None if name in ("row", "number") else object) for f in frames])
        for name in frames[0]
    }
    frame = pd.DataFrame({"file": reading.file, "sha256": reading.sha256, "sheet": block.sheet, **table})
    return frame[list(VALUE_COLUMNS)]


def _coerced(place: tuple[str, str | None], typed: list[object], textual: bool) -> Column:
    key, section = place
    what = fields()[key]
    return coerce(what, what.label_in(None if section == UNSTATED else section), typed, textual)


def _words_of(block: Block, columns: list[Column], key: str) -> np.ndarray:
    if (key, None) in block.places:
        texts = columns[block.places.index((key, None))].texts
        if texts is not None:
            return texts
    return np.full(len(block.rows), None, dtype=object)


def _settle_sections(reading: FileReading, block: Block, columns: list[Column], types: np.ndarray) -> list[np.ndarray]:
    """The section of every cell, shape m × n; ``UNSTATED`` for a cell that is left out.

    A label that should have named a section means the only section of a single-section school. For a school with
    several sections it is a total where their own figures are given too, else an error, and nothing is guessed.
    """
    places = []
    for index, (key, section) in enumerate(block.places):
        if section != UNSTATED:
            places.append(np.full(len(block.rows), section, dtype=object))
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


def _remark(reading: FileReading, block: Block, index: int, column: Column, key: str, section: np.ndarray) -> None:
    for school, rule, params in column.remarks:
        if section[school] == UNSTATED:
            continue
        reading.findings.append(
            Finding(rule, block.sheet, block.cell(index, school), block.rows[school], key, section[school],
                    str(params.get("value", "")), params)
        )  # fmt: skip


def _note_blanks(
    reading: FileReading,
    block: Block,
    index: int,
    what: Field,
    filled: np.ndarray,
    section: np.ndarray,
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
