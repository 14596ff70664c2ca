"""The school years that people state in a sheet: behind a label, in a title, in the sheet's name.

Belongs here: every spelling by which a text names a school year. Does not belong here: whether it is the year of the inbox, and
what is told (``reading``); a text that is nothing but a year (``SchoolYear.as_written``).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from data_contracts.errors import MendableError
from data_contracts.school_year import WRITTEN, SchoolYear, plainly
from domain.intake.cells import NotComputed, shown
from domain.intake.headings import blank, column_letters
from domain.intake.labels import COVER_LABELS, normalised, simplified

_LABEL = re.compile(r"(?:填报|填写|填表|所属|报送|上报|申报|统计|数据|报表)?学年度?(?:\([^()\d]*\))?(?::(.*))?")
_NAMED = re.compile(
    rf"{WRITTEN}(?:(?P<years>学年)|年度|第?[一二12上下]学期)"  # 2023-2024学年
    rf"|学年度?(?:\([^()\d]*\))?[:(]?{WRITTEN}(?![-/.\d年月])"  # 学年 2023-2024
    r"|(?<![\d\-~/至到.])((?:19|20)\d\d)年?学年"  # 2023学年
)
_ALONE = re.compile(rf"[(\[【]?{WRITTEN}[)\]】]?")
_OF_ANOTHER = re.compile(r"上一?个?学年|上年|去年|往年|历年|相比|对比|[与较比如例]:?(?=\d{4})")
"""Words of a remark that names a school year for comparison or as an example."""
_PLAN = re.compile("规划|计划")
"""Plans are made for several years."""
_OF_A_TABLE = 4
"""Other filled cells of a row from which on it is one of a table rather than a title with its labels."""
_PIECES = re.compile(r"[\r\n。;；!！]+")


@dataclass(frozen=True)
class StatedYear:
    """A school year that a sheet states: its text, and the address of its cell."""

    text: str
    cell: str

    @property
    def year(self) -> SchoolYear | None:
        """The year meant; None for a text that is no school year."""
        return _meant(self.text)


def other_year_in(name: str, year: SchoolYear) -> str | None:
    """The school year that the name of a sheet or a file states, where it is another."""
    stated = _meant(year_in(name) or "")
    return stated.key if stated and stated != year else None


def year_in(text: str) -> str | None:
    """The school year that a title or a name states, such as ``2023-2024`` of 2023/2024学年度; None for none, and for several.

    A pair of years is a school year where 学年, 年度 or 学期 says so, or where there is nothing else.
    """
    found: set[str] = set()
    for piece in _PIECES.split(text):
        plain = _plain(piece)
        if _OF_ANOTHER.search(plain):
            continue
        if alone := _ALONE.fullmatch(plain):
            found |= _pair(alone[1], alone[2]) if len(alone[2]) == 4 else set()
        for match in _NAMED.finditer(plain):
            first, second = match[1] or match[4] or match[6], match[2] or match[5] or str(int(match[6]) + 1)
            found |= _pair(first, second, bool(match["years"]) and not _PLAN.search(plain))
    return found.pop() if len(found) == 1 else None


def _pair(first: str, second: str, any_span: bool = False) -> set[str]:
    """The key of a pair of years; of one that does not follow on the other too, where it can be but a slip."""
    second = first[: 4 - len(second)] + second
    return {f"{first}-{second}"} if any_span or int(second) == int(first) + 1 else set()


def stated_years(rows: Sequence[Sequence[object]]) -> tuple[StatedYear, ...]:
    """Every school year that the rows above a header state: first those behind a label, as typed, then those in titles."""
    placed = [
        _Placed(
            cell, f"{column_letters(column)}{number}", next((one for one in row[:column][::-1] if not blank(one)), ""), others
        )
        for number, row in enumerate(rows, start=1)
        for others in [sum(not blank(cell) for cell in row) - 1]
        for column, cell in enumerate(row)
        if not blank(cell)
    ]
    found = dict(_labelled(placed))
    for one in placed:
        if one.cell in found or not isinstance(one.typed, str) or isinstance(one.typed, NotComputed):
            continue
        if one.beside >= _OF_A_TABLE and _ALONE.fullmatch(_plain(one.typed)):
            continue  # a value of another table that stands above
        if (year := year_in(one.typed)) and not _OF_ANOTHER.search(_plain(one.before)):
            found[one.cell] = year
    return tuple(StatedYear(text, cell) for cell, text in found.items())


@dataclass(frozen=True)
class _Placed:
    """A filled cell as typed, its address, the filled cell before it in its row, and how many others stand there."""

    typed: object
    cell: str
    before: object
    beside: int


def _labelled(placed: Sequence[_Placed]) -> Iterator[tuple[str, str]]:
    """What stands behind each label of the school year, in the same cell or the next filled one: its address and text."""
    for one, following in zip(placed, [*placed, None][1:], strict=True):
        match = _LABEL.fullmatch(_plain(one.typed))
        if match is None:
            continue
        if match[1]:
            yield one.cell, match[1] if _meant(match[1]) else year_in(f"学年{match[1]}") or match[1]
        elif _ALONE.fullmatch(_plain(one.before)):
            continue  # 学年 behind a year ends a title that stands in several cells
        elif following and (text := normalised(shown(following.typed))).rstrip(":") not in COVER_LABELS:
            yield following.cell, text


def _plain(text: object) -> str:
    return simplified(plainly(normalised(text)))


def _meant(text: str) -> SchoolYear | None:
    try:
        return SchoolYear.as_written(text)
    except MendableError:
        return None
