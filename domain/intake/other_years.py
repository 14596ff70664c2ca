"""What is told where a file states or names another school year than that of its inbox, or a calendar year or a day outside it.

Belongs here: which of the years that a file says are told, as what and with which remedy. Does not belong here: in which cells
they stand (``stated_years``), what a text says (``year_words``).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from data_contracts.school_year import SchoolYear
from domain.intake.cells import cut
from domain.intake.findings import Finding
from domain.intake.headings import HEADER_ROWS
from domain.intake.stated_years import NamedYear, StatedYear, labelled_years, named_years, other_year_in
from domain.intake.workbook import Sheet

_TOLD = 3
_TAKE_THE_NEW_FORM = (
    "请改用下发的 {year} 学年的表,填入该学年的数据后报送;这一格是印好的,已锁定。确认其余内容都是 {year} 学年的,"
    "也可以在“审阅”里撤销工作表保护(没有密码),只改这一格",
    "take the form of {year} that was sent out and fill in the figures of that year; this cell is printed and locked. "
    "Where all else is of {year}, unprotect the sheet (under Review; there is no password) and correct this cell alone",
)
_MEND_THE_YEAR = (
    "请核对表中数据都是 {year} 学年的,再把这一格的学年改为 {year}",
    "make sure that the figures are those of {year}, then write {year} into this cell",
)


@dataclass(frozen=True)
class SaidOfYears:
    """What a sheet says of school years.

    Attributes:
        sheet: its name.
        stated: the years that it says to be that of its figures.
        named: every year that its texts name.
        printed: True for a form of ours, on which the year is printed in a locked cell.
    """

    sheet: str
    stated: Sequence[StatedYear]
    named: Sequence[NamedYear]
    printed: bool = False


def said_on_cover(sheet: Sheet) -> SaidOfYears:
    """What a sheet without a table says, such as a cover, within the rows in which a table would begin."""
    rows = sheet.rows[:HEADER_ROWS]
    return SaidOfYears(sheet.name, labelled_years(rows), named_years(enumerate(rows)))


def other_years(file: str, sheets: Sequence[str], said: Sequence[SaidOfYears], year: SchoolYear) -> list[Finding]:
    """What a file is told; where it states another year for certain, nothing is asked of names and texts.

    Args:
        file: its path under the inbox.
        sheets: the names of the sheets that are read; none where a file has no sheets.
        said: what its sheets say.
        year: of the inbox.
    """
    stated = [finding for one in said for finding in _stated(one, year)]
    return stated or [*_in_names(file, sheets, year), *(finding for one in said for finding in _named(one, year))]


def _stated(said: SaidOfYears, year: SchoolYear) -> Iterator[Finding]:
    """Other years on a cover or in a title, each at its cell; beside a title of the right year, another is only asked about."""
    titled = any(one.titled and one.year == year for one in said.stated)
    for stated in said.stated:
        if stated.year == year or (titled and stated.titled):
            continue
        # On the forms that are sent out the year is printed, in a locked cell.
        remedy, remedy_en = _TAKE_THE_NEW_FORM if said.printed else _MEND_THE_YEAR
        differing = next((one for one in said.stated if one.year != stated.year), None)
        params = {"value": stated.text, "year": year.key}
        params |= {"remedy": remedy.format(year=year), "remedy_en": remedy_en.format(year=year)}
        params["also"] = f"({differing.cell} 写的却是“{differing.text}”)" if differing else ""
        params["also_en"] = f" (but {differing.cell} says '{differing.text}')" if differing else ""
        yield Finding("F-YEAR", said.sheet, stated.cell, value=stated.text, params=params)


def _in_names(file: str, sheets: Sequence[str], year: SchoolYear) -> Iterator[Finding]:
    """What is asked of a sheet that is called after another year; the name of a file is often wrong and only noted."""
    for sheet in sheets:
        if other := other_year_in(sheet, year, dated=True):
            params = {"value": other.key, "said": other.said, "said_en": other.said_en, "year": year.key}
            yield Finding("F-YEAR-SHEET", sheet, value=other.key, params=params)
    names = PurePosixPath(file).with_suffix("").parts
    if other := next((other for name in names if (other := other_year_in(name, year))), None):
        yield Finding("F-YEAR-NAME", value=other.key, params={"value": other.key, "year": year.key})


def _named(said: SaidOfYears, year: SchoolYear) -> Iterator[Finding]:
    """What is asked of texts that name another year: one finding for each such year, at the first text."""
    others: dict[str, list[NamedYear]] = {}
    for one in said.named:
        if one.named.asks(year):
            others.setdefault(one.named.key, []).append(one)
    for key, (first, *more) in others.items():
        params = {"text": cut(first.text), "value": key, "year": year.key}
        params |= {"said": first.named.said, "said_en": first.named.said_en}
        params |= _also([cell for cell in dict.fromkeys(one.cell for one in more) if cell != first.cell])
        yield Finding("F-YEAR-NAMED", said.sheet, first.cell, value=cut(first.text), params=params)


def _also(cells: Sequence[str]) -> dict[str, str]:
    """Further cells that name the same year as parameters in both languages; empty for none."""
    if not cells:
        return {"also": "", "also_en": ""}
    several = len(cells) > _TOLD
    also = "、".join(cells[:_TOLD]) + (f" 等 {len(cells)} 格" if several else "")
    also_en = ", ".join(cells[:_TOLD]) + (f" and others, {len(cells)} in all" if several else "")
    return {"also": f"({also}也提到)", "also_en": f" (as do {also_en})"}
