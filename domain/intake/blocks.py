"""Blocks: what both kinds of tables are read into, and what both say about themselves above their header.

Belongs here: the block, reading a cover, remarks about headings that are not read and columns without one. Does not belong here: finding the
rows and columns of a form (``form_table``) or of a bulk table (``school_table``).
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from data_contracts.catalogue import SECTION_LABELS, Field
from data_contracts.record_forms import catalogue_of
from data_contracts.rules import listed
from domain.intake.cells import cut, shown
from domain.intake.findings import Finding
from domain.intake.headings import blank, column_letters
from domain.intake.labels import COVER_LABELS, Place, Vocabulary, normalised, simplified
from domain.intake.stated_units import OpenUnit
from domain.intake.stated_years import NamedYear, StatedYear
from domain.intake.workbook import Sheet


@dataclass(frozen=True)
class PartOfSum:
    """A column of a bulk table that is a part of a sum.

    Attributes:
        place: field and section of the sum.
        label: of the part.
        letters: of its column.
        typed: n cells as typed.
        scale: by what they are multiplied to stand in the unit of the sum.
    """

    place: Place
    label: str
    letters: str
    typed: list[object]
    scale: float = 1.0


@dataclass(frozen=True)
class Block:
    """The schools of one sheet, column by column.

    Attributes:
        form: ``bulk_table``, ``school_form``, ``county_form`` or a record form.
        places: field and section of each of the m columns.
        rows: Excel row of each of the n schools or records; [0] for a form.
        typed: m columns of n cells as typed; where the layout gives a field as several headings, their sum.
        cells: for each column, the column letters of a bulk table, or the whole address in a form; of a sum, the first part's.
        years: the school years that its cover and its titles state.
        named: every school year that a text around its rows names.
        layout: id of the layout that the headings follow.
        scales: for each column, by what its numbers are multiplied to stand in the field's unit on the form; 1 where the
            heading names no other unit.
        beside: column letters of what a county form asks beside each entry, by key.
        header: index of the first and of the last row of its header; (-1, -1) for a block without one.
        parts: columns that are parts of sums and nothing else.
        units: of the columns in which something stands, those in which they are read.
        written: for the address of a number beyond all numbers, how it stands in the file.
        shared: merged ranges whose word was taken for each school beside it, by their first and last cell.
    """

    form: str
    sheet: str
    places: list[Place]
    rows: list[int]
    typed: list[list[object]]
    cells: list[str]
    template_version: str | None = None
    years: tuple[StatedYear, ...] = ()
    layout: str | None = None
    scales: tuple[float, ...] = ()
    beside: tuple[tuple[str, str], ...] = ()
    header: tuple[int, int] = (-1, -1)
    parts: tuple[PartOfSum, ...] = ()
    named: tuple[NamedYear, ...] = ()
    shared: frozenset[tuple[str, str]] = frozenset()
    units: tuple[OpenUnit, ...] = ()
    written: Callable[[str], str | None] | None = None

    @property
    def is_form(self) -> bool:
        """True where one school or county has an item to a row."""
        return self.form in ("school_form", "county_form")

    @property
    def stated_year(self) -> str | None:
        """The school year that its cover names, as typed, or else its title."""
        return self.years[0].text if self.years else None

    @property
    def asked(self) -> Mapping[str, Field]:
        """The catalogue that the form asks."""
        return catalogue_of(self.form)

    def cell(self, column: int, school: int) -> str:
        """The address of a value, such as E14."""
        return self.cells[column] if self.is_form else f"{self.cells[column]}{self.rows[school]}"

    def as_written(self, column: int, school: int) -> str | None:
        """How a number beyond all numbers stands in the file, which readers give as inf; None where nobody knows."""
        return self.written(self.cell(column, school)) if self.written else None

    def scale(self, column: int) -> float:
        """By what the numbers of a column are multiplied to stand in the field's unit on the form."""
        return self.scales[column] if self.scales else 1.0


def named_section(section: str | None) -> str | None:
    """A section as findings name it: None where the label names none."""
    return section if section in SECTION_LABELS else None


def after(cells: Sequence[object], label: str) -> str | None:
    """What stands behind a label on the cover: in the next filled cell, or after a colon in the same one."""
    for position, cell in enumerate(cells):
        text = normalised(cell)
        if label not in text:
            text = simplified(text)
        if text.rstrip(":") == label:
            following = next((normalised(shown(c)) for c in cells[position + 1 :] if not blank(c)), "")
            return None if following.rstrip(":") in COVER_LABELS else following or None
        if text.startswith(label + ":"):
            return text[len(label) + 1 :]
    return None


def unknown_heading(vocabulary: Vocabulary, sheet: str, address: str, label: object, count: int) -> Finding:
    """What a heading that is not read is told: how many values stand under it, and the nearest known label."""
    hint, hint_en = "", ""
    if known := vocabulary.not_read(label):
        hint, hint_en = f";原因:{known.why}", f"; {known.why_en}"
    elif doubt := vocabulary.doubt(label):
        key, section = doubt.place
        what = vocabulary.fields[key]
        name = what.label_in(section if section in what.places else None)
        if doubt.is_unit:
            hint = f";“{name}”的单位是“{what.unit or '无'}”,不能由“{doubt.remark}”换算"
            hint_en = f"; '{name}' stands in {what.unit or 'no unit'}, into which {doubt.remark} cannot be converted"
        else:
            noted = f"(填报说明:{what.note.rstrip('。')})" if what.note else ""
            hint = f";不能确定“{doubt.remark}”是否改变了“{name}”的口径{noted},如果填的就是这一项,请把名称改为“{name}”"
            hint_en = f"; '{doubt.remark}' may change what '{name}' means: if it is that, name it '{name}'"
    elif near := vocabulary.nearest(label):
        hint, hint_en = f";最接近的规定名称是“{near}”,如果是这一项,请改名", f"; the nearest known label is '{near}'"
    params = {"value": str(label), "count": count, "hint": hint, "hint_en": hint_en}
    return Finding("H-UNKNOWN", sheet, address, value=str(label), params=params)


def without_heading(sheet: Sheet, named: Collection[int], width: int, last: int, kept: Sequence[int]) -> list[Finding]:
    """Columns whose heading is blank and under which something stands, running numbers apart.

    ``named``: the columns with a heading, by index; ``width``: of the header; ``last``: index of its last row; ``kept``: of the
    rows that are read.
    """
    unnamed: list[str] = []
    values: list[object] = []
    for index in range(width):
        if index in named:
            continue
        typed = [row[index] for row in map(sheet.rows.__getitem__, kept) if index < len(row) and not blank(row[index])]
        if typed and [shown(cell) for cell in typed] != [str(number) for number in range(1, len(typed) + 1)]:
            unnamed.append(column_letters(index))
            values += typed
    if not unnamed:
        return []
    first, more = unnamed[:3], len(unnamed) - 3
    params = {
        "place": listed(first, "zh") + (f" 等 {len(unnamed)} 列" if more > 0 else " 列"),
        "place_en": f"column {listed(first, 'en')}" + (f" and {more} more" if more > 0 else ""),
        "count": len(values),
        "value": cut(shown(values[0])),
    }
    return [Finding("H-NO-HEADING", sheet.name, f"{unnamed[0]}{last + 1}", params=params)]
