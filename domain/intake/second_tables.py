"""A second table on a sheet of which one is read: above it, below it or beside a form.

Belongs here: finding the headings of tables that are not read, so that nothing in them is lost without a word or read by the
columns of another. Does not belong here: choosing the table that is read (``tables``), further sheets (``reading``).
"""

from collections.abc import Iterator, Sequence

from data_contracts.record_forms import of_county
from data_contracts.vocabulary import FORMS
from domain.intake.blocks import Block
from domain.intake.findings import Finding
from domain.intake.form_table import form_header
from domain.intake.headings import blank, column_letters
from domain.intake.labels import Place, recognised
from domain.intake.plain_sheet import column_number
from domain.intake.record_table import LONGEST_HEADING, is_record_header, record_places
from domain.intake.workbook import Sheet

_KNOWN_IN_A_HEADER = 3


def second_table(sheet: Sheet, block: Block) -> tuple[int, str] | None:
    """Index of the heading of the first further table in which anything stands, and its form; None where there is none."""
    first, last = block.header
    own: dict[object, int] = {}
    if not block.is_form:
        for heading in sheet.rows[first : last + 1]:
            own = {**_columns(heading, block.form), **own}
    for number, row in _rows_to_look_at(sheet, block):
        form = _form_of(row, beside=first <= number <= last)
        if form is None or not _anything_below(sheet.rows, number):
            continue
        again = _columns(row, block.form)
        if form == block.form and number > last and own and all(own.get(what) == at for what, at in again.items()):
            continue  # the heading again, as on every page of a printed table
        return number, form
    return None


def begins_beside(sheet: Sheet, block: Block, number: int) -> bool:
    """True where the heading of a further table stands to the right of a school's row, which is the first table's own."""
    return not block.is_form and _begins_with_code(sheet.rows[number], _code_column(block))


def told(sheet: Sheet, block: Block, second: tuple[int, str]) -> Finding:
    """What is said of a second table: schools that are not read would be missing though they were handed in."""
    number, form = second
    row = sheet.rows[number]
    named = _columns(row, form)
    index = min(named.values()) if named else next(index for index, one in enumerate(row) if not blank(one))
    params = {
        "title": FORMS[block.form],
        "title_en": block.form,
        "header": block.header[1] + 1,
        "other": FORMS[form],
        "other_en": form,
        "row": number + 1,
    }
    lost = not of_county(form) or form == block.form
    return Finding(
        "F-TWO-TABLES-SCHOOLS" if lost else "F-TWO-TABLES", sheet.name, f"{column_letters(index)}{number + 1}", params=params
    )


def _rows_to_look_at(sheet: Sheet, block: Block) -> Iterator[tuple[int, Sequence[object]]]:
    """Rows that could be the heading of another table, by index.

    Of a row that begins with a school's code only what stands to the right of the table, where another may begin lower down;
    no plain row of a form.
    """
    first, last = block.header
    width = max(_width(row) for row in sheet.rows[first : last + 1])
    if block.is_form:
        items = {int(cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) - 1 for cell in block.cells}
        yield from ((number, row) for number, row in enumerate(sheet.rows) if number not in items or len(row) > width)
        return
    column = _code_column(block)
    left = [""] * width
    for number, row in enumerate(sheet.rows):
        if first <= number <= last:
            continue
        if not _begins_with_code(row, column):
            yield number, row
        elif len(row) > width and any(type(one) is str and one for one in row[width:]):
            yield number, [*left, *row[width:]]


def _code_column(block: Block) -> int | None:
    """Index of the column of codes of a table of schools; None for records of the county."""
    return column_number(block.cells[block.places.index(("school_id", None))]) - 1 if block.form == "bulk_table" else None


def _begins_with_code(row: Sequence[object], column: int | None) -> bool:
    cell = row[column] if column is not None and column < len(row) else ""
    return type(cell) is float or (type(cell) is str and cell.isdigit())


def _width(row: Sequence[object]) -> int:
    return next((index + 1 for index in range(len(row) - 1, -1, -1) if not blank(row[index])), 0)


def _form_of(row: Sequence[object], beside: bool) -> str | None:
    """Which form's heading a row is; ``beside``: it is the heading of the form that is read, so that another stands beside it."""
    if sum(isinstance(cell, str) and 0 < len(cell) < LONGEST_HEADING for cell in row) < 2:
        return None
    if not beside and form_header([row]) is not None:
        return "school_form"
    record = is_record_header(row)
    places = _columns(row, "bulk_table")
    if ("school_id", None) in places and len(places) >= max(_KNOWN_IN_A_HEADER, len(record_places(row, record)) if record else 0):
        return "bulk_table"
    return record


def _columns(row: Sequence[object], form: str) -> dict[object, int]:
    """What the cells of a row mean as headings of a bulk table or a record form → index of the column."""
    if of_county(form) and form != "county_form":
        named: dict[object, int] = {}
        named.update(record_places(row, form))
        return named
    found: dict[object, int] = {}
    for index, cell in enumerate(row):
        if isinstance(cell, str) and 0 < len(cell) < LONGEST_HEADING:
            place: Place | None = recognised(cell)
            if place:
                found.setdefault(place, index)
    return found


def _anything_below(rows: Sequence[Sequence[object]], header: int) -> bool:
    """True where the row below a heading, or the one after that, says anything."""
    return any(not blank(cell) for row in rows[header + 1 : header + 3] for cell in row)
