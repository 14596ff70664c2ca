"""The school years that people state around a table: behind a label, in a title, in a remark, in the name of a sheet or a file.

Belongs here: in which cells a school year is stated for certain, and in which it is named. Does not belong here: what one text
says of school years (``year_words``) or of other years and days (``calendar_years``), whether it is the year of the inbox, and what is told (``reading``).
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from data_contracts.errors import MendableError
from data_contracts.school_year import SchoolYear, plainly
from domain.intake.calendar_years import behind_label, dated_in
from domain.intake.cells import NotComputed, shown
from domain.intake.headings import blank, column_letters
from domain.intake.labels import COVER_LABELS, normalised, simplified
from domain.intake.year_words import Grade, Named, is_alone, is_cut_off, named_in

_LABEL = re.compile(
    r"(?:填报|填写|填表|所属|报送|上报|申报|统计|数据|报表)?(?:学年度?|(?P<any>年度|年份))(?:\([^()\d]*\))?(?::(?P<value>.*))?"
)
_OF_A_TABLE = 4
"""Other filled cells of a row from which on it is one of a table rather than a title with its labels."""
_OF_A_YEAR = re.compile(r"[\d二年]")
_FIRST_YEAR = 2000
_ONE_YEAR = re.compile(r"20\d\d年?度?")
_WORD = re.compile(r"[^\W\d_]")
_SPREAD = 7
"""Cells of a row over which a year may be spread."""


@dataclass(frozen=True)
class StatedYear:
    """A school year that a sheet states: its text, the address of its cell, and whether it is one of a title."""

    text: str
    cell: str
    titled: bool = False

    @property
    def year(self) -> SchoolYear | None:
        """The year meant; None for a text that is no school year."""
        return _meant(self.text)


@dataclass(frozen=True)
class NamedYear:
    """A school year that a text beside a table names: the text, the address of its cell, and what it says."""

    text: str
    cell: str
    named: Named


def other_year_in(name: str, year: SchoolYear, dated: bool = False) -> Named | None:
    """The year that the name of a sheet or a file states, where it is another and ``year`` does not stand there too.

    ``dated``: whether a calendar year tells something as well, as 2023 in the name of a sheet does.
    """
    found = named_in(name)
    if any(one.key == year.key for one in found):
        return None
    if dated and not found:
        return next((one for one in dated_in(name, alone=True) if one.asks(year)), None)
    return next((one for one in found if one.asks(year) and _meant(one.key)), None)


def year_in(text: str, before: str = "") -> str | None:
    """The school year that a title states, such as ``2023-2024`` of 2023/2024学年度; None for none, and for several.

    ``before``: what stands in the cell before it.
    """
    return next((one.key for one in named_in(text, before) if one.grade is Grade.SURE), None)


def stated_years(rows: Sequence[Sequence[object]]) -> tuple[StatedYear, ...]:
    """Every school year that the rows above a header state: first those behind a label, as typed, then those in titles."""
    placed = [one for number, row in enumerate(rows) for one in _placed(number, row)]
    found = {cell: StatedYear(text, cell) for cell, text in _labelled(placed)}
    for one in placed:
        if one.cell not in found and (text := one.text) and (year := year_in(text, shown(one.before))):
            found[one.cell] = StatedYear(year, one.cell, titled=True)
    return tuple(found.values())


def labelled_years(rows: Sequence[Sequence[object]]) -> tuple[StatedYear, ...]:
    """The school years behind a label in a sheet without a table, such as a cover; what is no school year may explain the label."""
    placed = [one for number, row in enumerate(rows) for one in _placed(number, row)]
    return tuple(one for cell, text in _labelled(placed) if (one := StatedYear(text, cell)).year)


def named_years(rows: Iterable[tuple[int, Sequence[object]]]) -> tuple[NamedYear, ...]:
    """Every school year that texts around a table name, in whatever spelling, and other years and days that may tell of another.

    Args:
        rows: those that are not the table's own, by index.
    """
    found: list[NamedYear] = []
    for number, row in rows:
        placed = _placed(number, row)
        single = [NamedYear(shown(one.typed), one.cell, said) for one in placed for said in _said(one)]
        found += single
        if 1 < len(placed) <= _SPREAD + 1:
            found += _spread(placed, {one.named.key for one in single})
    return tuple(found)


def named_around(rows: Sequence[Sequence[object]], first: int, last: int, kept: Sequence[int]) -> tuple[NamedYear, ...]:
    """Those that texts above and below a table name, and between its rows, and those in a column 学年, of which no table has one.

    Args:
        rows: the sheet.
        first, last: of the header.
        kept: the rows that are read.
    """
    others = [*range(first), *sorted(set(range(last + 1, len(rows))).difference(kept))]
    found = named_years((number, rows[number]) for number in others)
    for heading in rows[first : last + 1]:
        for column, label in enumerate(heading):
            if (match := _label(label)) and not match["value"]:
                values = {rows[number][column]: number for number in reversed(kept) if column < len(rows[number])}
                for value, number in values.items():
                    found += named_behind(label, value, f"{column_letters(column)}{number + 1}")
    return found


def named_behind(label: object, value: object, cell: str) -> tuple[NamedYear, ...]:
    """Those in the entry of an item, or in a column, that is called 学年; none for any other ``label``."""
    match = None if blank(value) else _label(label)
    if match is None or match["value"]:
        return ()
    text = shown(value)
    first = re.fullmatch(r"(\d{4})年?", text)
    found = named_in(f"学年:{text}学年" if first and not match["any"] else f"学年:{text}") or behind_label(label, text)
    return tuple(NamedYear(text, cell, one) for one in found)


def _said(one: "_Placed") -> tuple[Named, ...]:
    """What a cell says of years; other years than school years in titles and behind labels, in no row of another table."""
    before, few = shown(one.before), one.beside < _OF_A_TABLE
    if one.text is None:
        if isinstance(one.typed, str) or not few:
            return ()
        alone = isinstance(one.typed, dt.date) and not one.beside
        return dated_in(shown(one.typed), alone=True) if alone else behind_label(before, shown(one.typed))
    return named_in(one.text, before) or (dated_in(one.text, before, not one.beside) if few else ())


def _may_name(cell: object) -> bool:
    """True for a cell that may hold a year, a part of one or the label of one."""
    if isinstance(cell, str):
        return bool(_OF_A_YEAR.search(cell))
    if isinstance(cell, dt.date):
        return True
    return isinstance(cell, float) and _FIRST_YEAR <= cell < _FIRST_YEAR + 100


def _label(cell: object) -> re.Match[str] | None:
    """The label of a school year that stands in a cell, with what may stand behind it."""
    if not isinstance(cell, str) or "年" not in cell:
        return None
    return _LABEL.fullmatch(simplified(plainly(normalised(cell))))


@dataclass(frozen=True)
class _Placed:
    """A filled cell as typed, its address, the filled cell before it in its row, and how many others stand there."""

    typed: object
    cell: str
    before: object
    beside: int

    @property
    def text(self) -> str | None:
        """The text that may name a year; None for a figure, and for a value of another table that stands above or below."""
        if not isinstance(self.typed, str) or isinstance(self.typed, NotComputed):
            return None
        return None if self.beside >= _OF_A_TABLE and is_alone(self.typed) else self.typed


def _placed(number: int, row: Sequence[object]) -> list[_Placed]:
    """The filled cells of a row; none where no year can stand in it."""
    if not any(map(_may_name, row)):
        return []
    filled = [(column, cell) for column, cell in enumerate(row) if not blank(cell)]
    befores = ["", *(cell for _, cell in filled)]
    return [
        _Placed(cell, f"{column_letters(column)}{number + 1}", before, len(filled) - 1)
        for (column, cell), before in zip(filled, befores, strict=False)
    ]


def _labelled(placed: Sequence[_Placed]) -> Iterator[tuple[str, str]]:
    """What stands behind each label of the school year, in the same cell or the next filled one: its address and text."""
    for one, following in zip(placed, [*placed, None][1:], strict=True):
        match = _label(one.typed)
        if match is None:
            continue
        if match["value"]:
            cell, text = one.cell, match["value"]
        elif following and not is_alone(one.before):  # 学年 behind a year ends a title that stands in several cells
            cell, text = following.cell, normalised(shown(following.typed))
        else:
            continue
        # Behind the year more may be said: 填报学年:2024-2025学年 经费为2023年决算.
        first = (text, text.partition("(")[0], "".join(text.partition("学年")[:2]))
        year = next((one for one in first if _meant(one)), None) or year_in(f"学年:{text}")
        if match["any"]:  # 年度 is the calendar year as well
            if year and len(re.findall(r"\d+", year)) > 1:
                yield cell, year
        elif year or text.rstrip(":") not in COVER_LABELS:
            yield cell, year or text


def _spread(placed: Sequence[_Placed], known: set[str]) -> Iterator[NamedYear]:
    """School years that are spread over neighbouring cells."""
    texts = [shown(one.typed) for one in placed]
    behind = 0
    for start, one in enumerate(placed):
        if start < behind or not is_cut_off(texts[start]):
            continue
        for end in range(start + 2, min(start + _SPREAD, len(texts)) + 1):
            text = "".join(texts[start:end])
            if _WORD.search(text) and (named := named_in(text)):
                yield from (NamedYear(text, one.cell, new) for new in named if new.key not in known)
                behind = end
                break


def _meant(text: str) -> SchoolYear | None:
    try:
        # Behind 学年 a year alone is the one in which it begins.
        return SchoolYear(int(text[:4])) if _ONE_YEAR.fullmatch(text) else SchoolYear.as_written(text)
    except MendableError:
        return None
