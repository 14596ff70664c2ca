"""Reading one handed-in file: what it is, its values with their addresses, and what was remarked while reading.

Belongs here: everything that depends on the bytes and the name of one file alone, so that an unchanged file need never
be read again. Does not belong here: the register, other files, last year (``settling``).
"""

import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import PurePosixPath

import pandas as pd
import pyarrow as arrow

from data_contracts.catalogue import fields
from data_contracts.record_forms import of_county, record_forms
from data_contracts.school_year import SchoolYear
from data_contracts.vocabulary import CHECK_SHEET, FORMS
from domain.intake.answer_rows import read_answers
from domain.intake.answers import Answer, is_receipt_sheet
from domain.intake.blank_sources import blanked, zeros_of_blanks
from domain.intake.block_cells import BlockCells
from domain.intake.block_values import values_of
from domain.intake.cells import is_blank, shown
from domain.intake.filled_cells import has_any_but, joined, no_cells
from domain.intake.findings import Finding, Unreadable, digest
from domain.intake.headings import lacks_the_code
from domain.intake.labels import normalised, simplified, vocabularies
from domain.intake.merged_words import filled_down
from domain.intake.other_units import units_elsewhere
from domain.intake.other_years import SaidOfYears, other_years, said_on_cover
from domain.intake.passed_over import passed_over
from domain.intake.record_cells import IDENTITY, RecordCell, records_of, says_something
from domain.intake.repeated_sheets import repeated_by
from domain.intake.sheet_parts import SheetParts
from domain.intake.tables import Block, blocks_of, is_class_size_table, is_school_form
from domain.intake.workbook import Book, Sheet, open_book

_NAMES_OF_OURS = ("汇总表", "填报表", "基本情况")


@dataclass
class FileReading:
    """What one file says.

    Attributes:
        file: its path under the inbox of the year.
        sha256, size: of its bytes.
        form: as in ``vocabulary.FORMS``; receipt is a listing of findings, handed in with answers.
        template_version, modified: of the document, None where it has none.
        stated_year: the school year that its cover names, as typed.
        schools: rows of schools found.
        filled: the filled cells of schools (``filled_cells.SCHEMA``).
        records: the cells of a county form or a record form, blank ones too.
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
    records: list[RecordCell] = field(default_factory=list)
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
        reading.records = []
        reading.schools = 0
        reading.findings = [Finding("F-UNREADABLE", params={"cause": cause})]
    return reading


def _read_book(reading: FileReading, book: Book, year: SchoolYear | None) -> None:
    reading.modified = book.modified
    reading.findings.extend(Finding(rule) for rule in book.remarks)
    receipts = [sheet for sheet in book.sheets if is_receipt_sheet(sheet)]
    reading.answers, unread = read_answers(receipts)
    reading.findings.extend(unread)
    parts: list[arrow.Table] = []
    blocks: list[Block] = []
    headless: list[tuple[Block, list[Finding]]] = []
    headless_sheets: list[Sheet] = []
    read_sheets = _read_sheets(book, receipts, year)
    for sheet, block, findings in read_sheets:
        if reading.form == "school_form" and not is_school_form(sheet) and not (block and _filled(block)):
            continue  # sheets beside a form explain it
        if block and not block.places:
            headless.append((block, findings))  # a cover page, where another sheet holds the table
            continue
        if block and _another(reading, block, blocks):
            params = {"title": FORMS[reading.form], "title_en": reading.form, "other": FORMS[block.form], "other_en": block.form}
            # Schools that are not read would be missing though they were handed in.
            lost = of_county(reading.form) and not of_county(block.form) and _filled(block)
            reading.findings.append(Finding("F-MIXED-SCHOOLS" if lost else "F-MIXED", sheet.name, params=params))
            continue
        if block and block.form == "bulk_table" and _lists_schools_of(block, [one for _, one, _ in read_sheets if one]):
            reading.findings.append(Finding("F-LIST", sheet.name, params={"count": len(block.rows)}))
            continue
        if block and (other := repeated_by(block, [one for _, one, _ in read_sheets if one])):
            reading.findings.append(Finding("F-SAME-SHEET", sheet.name, params={"other": other.sheet, "count": len(block.rows)}))
            continue
        reading.findings.extend(findings)
        headless_sheets += [sheet] if block is None and not findings else []
        if block is None or (blocks and block.form == "school_form" and all(is_blank(cell) for (cell,) in block.typed)):
            continue
        # A table among forms makes the file a table: it is of no single school, and as large as tables are.
        block, told = filled_down(block, sheet)
        reading.findings.extend(told)
        reading.form = "bulk_table" if reading.form == "bulk_table" else block.form
        reading.template_version = reading.template_version or block.template_version
        reading.stated_year = reading.stated_year or block.stated_year
        blocks.append(block)
        if of_county(block.form):
            reading.records += records_of(block, sheet, book.textual, reading.findings)
            continue
        read = values_of(block, book.textual)
        reading.schools += len(block.rows)
        reading.findings.extend(read.findings)
        reading.blanks.update(read.blanks)
        parts.append(read.filled)
    if reading.form == "unknown" and headless:
        reading.form = headless[0][0].form
        reading.findings.extend(headless[0][1])
    beside = [sheet for sheet, block, _ in read_sheets if not (block and block.places)]
    covers = [said_on_cover(sheet) for sheet in beside]
    reading.stated_year = reading.stated_year or next((stated.text for one in covers for stated in one.stated), None)
    reading.findings.extend(units_elsewhere(reading.file, blocks, beside, textual=book.textual))
    reading.findings.extend(_renamed(book, blocks))
    reading.findings.extend(_continued(headless_sheets, blocks))
    reading.findings.extend(passed_over(book, blocks))
    if reading.form in ("school_form", "county_form"):
        book.hold_to_form()
    if reading.form == "unknown":
        if receipts:
            reading.form = "receipt"
            reasons = sum(not answer.says_nothing for answer in reading.answers)
            reading.findings.append(Finding("F-RECEIPT", params={"count": reasons}) if reasons else Finding("F-RECEIPT-EMPTY"))
            return
        sizes = next((sheet for sheet in book.shown if is_class_size_table(sheet)), None)
        if sizes is not None:
            reading.form = "class_sizes"
            reading.findings.append(Finding("F-CLASS-SIZES", sizes.name))
            return
        known = vocabularies("bulk_table")
        if without := next((sheet for sheet in book.shown if lacks_the_code(sheet.rows, known)), None):
            params = {"label": fields()["school_id"].label}
            reading.findings.append(Finding("H-MISSING", without.name, field="school_id", params=params))
            return
        filled = any(not is_blank(cell) for sheet in book.sheets for row in sheet.rows for cell in row)
        raise Unreadable("F-NO-TABLE" if filled else "F-NO-SCHOOL")
    if year:
        said = [SaidOfYears(one.sheet, one.years, one.named, one.template_version is not None) for one in blocks]
        reading.findings.extend(
            other_years(reading.file, [] if book.textual else [one.sheet for one in blocks], said + covers, year)
        )
    if of_county(reading.form):
        if not says_something(reading.records) and not any(f.severity == "error" for f in reading.findings):
            reading.findings.append(Finding("K-EMPTY" if reading.form == "county_form" else "E-EMPTY"))
        return
    reading.filled = arrow.concat_tables(parts) if parts else no_cells()
    if reading.schools == 0 or _only_identity(reading.filled):
        reading.findings.append(Finding("F-NO-SCHOOL"))


def _read_sheets(book: Book, receipts: list[Sheet], year: SchoolYear | None) -> list[tuple[Sheet, Block | None, list[Finding]]]:
    """The sheets that are shown with what they hold; forms of the county in which nobody wrote are left out beside others."""
    read: list[tuple[Sheet, Block | None, list[Finding]]] = []
    for sheet in book.shown:
        if any(sheet is one for one in receipts):
            continue
        if sheet.name == CHECK_SHEET and any(block and block.form == "school_form" for _, block, _ in read):
            continue
        block, findings = blocks_of(sheet, year)
        if block and (zeros := zeros_of_blanks(block, sheet, book.sheets)):
            sheet = blanked(sheet, zeros)
            block, findings = blocks_of(sheet, year)
            left = BlockCells(block) if block else None
            findings += [told for cell, told in zeros.items() if left and left.place(cell)]
        if block and isinstance(sheet.parts, SheetParts):
            block = replace(block, written=sheet.parts.how_written)
        read.append((sheet, block, findings))
    silent = [block is not None and bool(block.places) and _nobody_wrote(block) for _, block, _ in read]
    if any(block and block.places and not mute for (_, block, _), mute in zip(read, silent, strict=True)):
        read = [one for one, mute in zip(read, silent, strict=True) if not mute]
    # Forms first: a table that gathers their schools may stand before them or behind.
    return sorted(read, key=lambda one: one[1] is None or one[1].form != "school_form")


def _nobody_wrote(block: Block) -> bool:
    """True for a form of the county in which nothing stands but what was printed on it."""
    if not of_county(block.form):
        return False
    columns = record_forms().get(block.form, {})
    printed = {key for key, one in columns.items() if one.prefilled} or set(IDENTITY)
    cells = zip(block.places, block.typed, strict=True)
    return all(is_blank(cell) for (key, _), column in cells if key not in printed for cell in column)


def _renamed(book: Book, blocks: list[Block]) -> list[Finding]:
    """A note where the sheet of our own table or form bears another name than it was sent out with; several bear what they like."""
    if len(blocks) != 1 or book.textual or blocks[0].form not in ("bulk_table", "school_form"):
        return []
    block = blocks[0]
    name, own = simplified(normalised(block.sheet)), FORMS[block.form]
    if block.sheet == own or not any(word in name for word in _NAMES_OF_OURS):
        return []
    return [Finding("F-SHEET-NAME", block.sheet, params={"title": own})]


def _continued(unread: list[Sheet], blocks: list[Block]) -> list[Finding]:
    """Sheets without a header that bear codes, as if they continued a table: what stands in them would be missing."""
    form = next((block.form for block in blocks if block.form == "bulk_table"), blocks[0].form if blocks else "")
    if form != "bulk_table" and form not in record_forms():
        return []
    known = set().union(*map(_codes, blocks)) if form == "bulk_table" else set()
    lengths = (10,) if form == "bulk_table" else (6, 10)
    findings = []
    for sheet in unread:
        codes = [code for row in sheet.rows if (code := _code(row, lengths)) and code not in known]
        if codes:
            params = {"count": len(codes), "codes": list(dict.fromkeys(codes[:3])), "every": digest(codes)}
            findings.append(Finding("F-UNREAD-SHEET", sheet.name, params=params))
    return findings


def _code(row: Sequence[object], lengths: tuple[int, ...]) -> str | None:
    """The first cell of a row that is a code of one of these lengths."""
    for cell in row:
        text = shown(cell) if isinstance(cell, (str, float)) else ""
        if len(text) in lengths and text.isascii() and text.isdigit() and (len(text) == 10 or isinstance(cell, str)):
            return text
    return None


def _another(reading: FileReading, block: Block, blocks: list[Block]) -> bool:
    """True for a sheet that is not read: of another kind than the file's first, or a table of none but the schools of the forms.

    A county form is a single sheet. Forms and tables of schools may stand in one file: whose schools are in the table alone
    would else be missing, though they were handed in.
    """
    if reading.form == "unknown":
        return False
    if not (of_county(reading.form) or of_county(block.form)):
        if block.form != "bulk_table" or any(one.form == "bulk_table" for one in blocks):
            return False
        return _codes(block) <= set().union(*map(_codes, blocks))
    return reading.form != block.form or block.form == "county_form"


def _lists_schools_of(block: Block, blocks: Sequence[Block]) -> bool:
    """True for a table of names and codes alone, such as 学校名单, of none but schools whose figures stand on other sheets."""
    codes = _codes(block)
    if not codes or _has_figures(block):
        return False
    return codes <= set().union(*(_codes(one) for one in blocks if _has_figures(one)))


def _has_figures(block: Block) -> bool:
    """True where more stands in a block of schools than what identifies them; that one is closed is more."""
    if of_county(block.form):
        return False
    names = _identity() - {"school_status"}
    cells = zip(block.places, block.typed, strict=True)
    return any(not is_blank(cell) for (key, _), column in cells if key not in names for cell in column)


def _codes(block: Block) -> set[str]:
    """The codes of the schools of a block, as typed."""
    columns = [column for (key, _), column in zip(block.places, block.typed, strict=True) if key == "school_id"]
    return {shown(cell) for column in columns for cell in column if not is_blank(cell)}


def _filled(block: Block) -> bool:
    """True where something stands in the rows of a block."""
    return any(not is_blank(cell) for column in block.typed for cell in column)


@cache
def _identity() -> frozenset[str]:
    return frozenset(what.key for what in fields().values() if what.category == "基本信息")


def _only_identity(filled: arrow.Table) -> bool:
    """True where nothing but the prefilled identity stands in the file; all that a closed school has to say is that it is closed."""
    if has_any_but(filled, _identity()):
        return False
    said = zip(filled.column("field").to_pylist(), filled.column("text").to_pylist(), strict=True)
    return ("school_status", "停办") not in said
