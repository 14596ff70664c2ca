"""Rows between and below the schools of a bulk table that are no schools: headings again, running numbers, units, words.

Clerks print tables: a heading stands on every page, a line of column numbers below it, groups have a line of their own, and
who filled the table in stands at its end. None of these has a school's code or a figure of its own.
Belongs here: telling such rows. Does not belong here: totals, examples, blank rows (``school_rows``), the words of the office
below a table (``footers``).
"""

import datetime as dt
import itertools
import re
from collections.abc import Collection, Sequence

from domain.intake.calendar_years import behind_label, dated_in
from domain.intake.cell_text import NotComputed, shown
from domain.intake.findings import Finding
from domain.intake.footers import SIGNED, is_footer
from domain.intake.headings import blank
from domain.intake.labels import normalised, recognised, simplified
from domain.intake.unit_words import is_row_of_units, states_units
from domain.intake.workbook import Sheet
from domain.intake.year_words import named_in

_DIGITS_OF_A_CODE = 6
_DIGITS_OF_A_SCHOOL = 10
_FEW = 2
_PAIR = 2
"""A label and its value."""
_SAME_LABELS = 3
_TOLD = 5
_SHOWN = 12
_COUNTING = "甲乙丙丁戊己庚辛壬癸"
_FORMULA = re.compile(r"\(?(\d{0,3})\)?=[\d+\-×*÷/().%]+")
"""What stands below a heading of a form to say how its column is computed: 4=5+6."""
_DEMANDED = re.compile(r".{0,6}[必选免可][填报]")
"""What stands below a heading to say whether its column must be filled in: 必填, 有则必填, 教学点免填."""
_AVERAGE = re.compile(r"(全[县区市]|全校|各校)?(平均|均值|汇总|总和|total|average|mean|sum)(值|数|分)?", re.IGNORECASE)
_ASIDE = re.compile(
    r".{0,6}(平均|均值)(值|数|分)?|[校县区市]均(值|数)?|其中([:,.、].{0,12}|公办|民办|城区|镇区|乡村|城市|农村|县城)?|最[大小高低]值"
    r"|中位数|标准差|(综合)?差异系数|极差"
)
"""What no one can add up, or what says of which schools it is the sum in words alone."""

_COMPARED = re.compile(
    r"(平均)?每[校班生](平均|均)?(值|数)?|[生师人班]均(值|数)?|[比较与同]?(上学?年|去年|往年)[^校学点]{0,6}|(同比|增减|增长)[^校学点]{0,4}"
)
"""What no one can add up either, said beside no code of a school: 上年合计, 比上年增减, 平均每校."""


def schools_among(
    sheet: Sheet, rows: Sequence[int], used: Sequence[int], code: int, name: int | None, given: Collection[int] = ()
) -> tuple[list[int], list[Finding]]:
    """The rows that are schools, and one note about those that are not.

    Args:
        sheet: the table.
        rows: indexes of rows below its heading that hold something.
        used: columns that are read.
        code, name: columns of 学校标识码 and 学校名称.
        given: columns that are the same for the whole county, and filled in beforehand.
    """
    schools: list[int] = []
    others: list[tuple[int, str]] = []
    for number in rows:
        row = sheet.rows[number]
        first = row[code] if code < len(row) else ""
        # Nearly every row begins with a code.
        if not (type(first) is str and len(first) == _DIGITS_OF_A_SCHOOL and first.isdigit()) and (
            _is_other(row, used, first, name) or (name is not None and is_footer(row, used, code, name, given))
        ):
            words = next(
                (normalised(shown(cell)) for cell in (first, *row) if isinstance(cell, (str, dt.date)) and not blank(cell)), ""
            )
            others.append((number + 1, words[:_SHOWN] + ("……" if len(words) > _SHOWN else "")))
        else:
            schools.append(number)
    if not others:
        return schools, []
    told = [f"第 {number} 行" + (f"“{words}”" if words else "") for number, words in others[:_TOLD]]
    told_en = [f"row {number}" + (f" '{words}'" if words else "") for number, words in others[:_TOLD]]
    left = len(others) - _TOLD
    params = {
        "rows": "、".join(told) + (f"等 {len(others)} 行" if left > 0 else ""),
        "rows_en": ", ".join(told_en) + (f" and {left} more" if left > 0 else ""),
    }
    return schools, [Finding("R-OTHER", sheet.name, None, params=params)]


def is_aside(name: str) -> bool:
    """True for the name of a row of averages and the like, or of a part of the schools (其中:公办); as ``normalised``, simplified."""
    return bool(_AVERAGE.fullmatch(name) or _ASIDE.fullmatch(name))


def _says_a_year(filled: Sequence[object]) -> bool:
    """True for a line that says of which year or day a table is, such as 统计时点 with a date behind it."""
    if not filled or not isinstance(filled[0], str):
        return False
    if len(filled) == 1:
        return bool(named_in(filled[0]) or dated_in(filled[0]))
    return len(filled) == _PAIR and bool(behind_label(filled[0], shown(filled[1])))


def _is_other(row: Sequence[object], used: Sequence[int], first: object, name: int | None) -> bool:
    code = simplified(normalised(int(first) if isinstance(first, float) and first.is_integer() else first))
    named = simplified(normalised(row[name])) if name is not None and name < len(row) else ""
    if code.isdigit() and len(code) >= _DIGITS_OF_A_CODE:
        return len(code) != _DIGITS_OF_A_SCHOOL and (is_aside(named) or bool(_COMPARED.fullmatch(named)))  # the code of a county
    begins = [simplified(normalised(cell)) for cell in row[: used[0] + 1] if isinstance(cell, str) and not blank(cell)]
    said = [words for words in (code, named, *begins) if words]
    if (any(map(SIGNED.fullmatch, said)) or any(map(states_units, row))) and not _figures(row, used):
        return True
    filled = [row[index] for index in used if index < len(row) and not blank(row[index])]
    if _says_a_year(filled):
        return True
    if sum(sign.isdigit() for sign in code) >= _DIGITS_OF_A_CODE:
        return False
    if any(map(_AVERAGE.fullmatch, said)):
        return True
    if name is not None and any(_ASIDE.fullmatch(words) or _COMPARED.fullmatch(words) for words in (code, named)):
        return True
    if len(filled) >= _SAME_LABELS and all(isinstance(cell, str) and _DEMANDED.fullmatch(normalised(cell)) for cell in filled):
        return True
    if _heading_again(filled) or _running_numbers(filled) or is_row_of_units(filled):
        return True
    return bool(code) and not named and len(filled) <= _FEW and not _figures(row, used)


def _figures(row: Sequence[object], used: Sequence[int]) -> bool:
    """True where some cell that is read holds nothing but a number."""
    cells = [row[index] for index in used if index < len(row)]
    return any(
        isinstance(cell, (int, float)) or (isinstance(cell, str) and re.fullmatch(r"[\d,.]+", normalised(cell))) for cell in cells
    )


def _heading_again(filled: Sequence[object]) -> bool:
    known = sum(isinstance(cell, str) and recognised(cell) is not None for cell in filled)
    return known >= _SAME_LABELS and 2 * known > len(filled)


def _running_numbers(filled: Sequence[object]) -> bool:
    """1, 2, 3 … or 甲, 乙, 1, 2 …, each one more than the one before; columns that are not read may stand between.

    Behind a number may stand how its column is computed (4=5+6), or that alone (=5+6).
    """
    if any(isinstance(cell, NotComputed) for cell in filled):
        return False
    words = [normalised(int(cell) if isinstance(cell, float) and cell.is_integer() else cell) for cell in filled]
    formulas = [match[1] if (match := _FORMULA.fullmatch(word)) else word.strip("()[]") for word in words]
    numbers = [int(word) for word in formulas if word.isascii() and word.isdigit() and len(word) <= 3]
    others = [word for word in formulas if word and not (word.isascii() and word.isdigit())]
    rising = all(low < high <= low + 3 for low, high in itertools.pairwise(numbers))
    return (
        len(numbers) + formulas.count("") >= _SAME_LABELS
        and rising
        and all(len(word) == 1 and word in _COUNTING for word in others)
    )
