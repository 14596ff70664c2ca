"""Units that a bulk table states outside its headings: in a row of units below them, or in a caption above, such as 金额单位:千元.

Belongs here: finding them, and which column stands in which unit. Does not belong here: units in a heading (``labels``) and
in the column 单位 of a form (``form_table``).
"""

import re
from collections.abc import Sequence
from typing import Any

from data_contracts.catalogue import Field
from data_contracts.layout import factor_to, written_units
from domain.intake.cells import shown
from domain.intake.headings import blank
from domain.intake.labels import normalised, simplified, unit_in

NO_UNIT = ("", "—", "-", "/", "--", "——", "无")
"""What stands in the place of a unit where there is none."""

_UNITS_IN_A_ROW = 3
_LONGEST_UNIT = 8
_ASIDE = ("单位", "计量单位", "填报单位", "(单位)")
_MONEY, _AREA = ("元", "万元"), ("㎡",)
_OF = "金额|货币|经费|资金|资产|面积|用房"
_CAPTION = re.compile(rf"({_OF})?(?:计量|计价)?单位:((?:(?!{_OF}|计量|计价|单位)[^:()])*)")
_KINDS = {"面积": _AREA, "用房": _AREA, "金额": _MONEY, "货币": _MONEY, "经费": _MONEY, "资金": _MONEY, "资产": _MONEY}
_SEPARATORS = re.compile(r"[,、;/和及]")
_LIKE_MONEY, _LIKE_AREA = re.compile(r".{0,3}元|.*币|[$¥€]"), re.compile(r".{0,2}(亩|米|顷|里|公里)")


def is_row_of_units(filled: Sequence[object]) -> bool:
    """Whether the filled cells of a row are units of the headings above: all of them known, or three or more and most of them."""
    words = [word for cell in filled if (word := unit_word(cell)) not in _ASIDE]
    known = sum(word.lower() in written_units() for word in words)
    others = [word for word in words if word.lower() not in written_units() and word not in NO_UNIT]
    if not known or any(len(word) > _LONGEST_UNIT or any(sign.isdigit() for sign in word) for word in others):
        return False
    return not others or (len(words) >= _UNITS_IN_A_ROW and known > len(others))


def unit_word(cell: object) -> str:
    """The unit that a cell of a row of units names; empty for a number."""
    return simplified(normalised(cell)).strip("()").removeprefix("单位:") if isinstance(cell, str) else "0"


class StatedUnits:
    """The units stated around a table, by which a column without a unit in its heading is read."""

    def __init__(self, rows: Sequence[Sequence[Any]], first: int, last: int, kept: Sequence[int], used: Sequence[int]) -> None:
        """``first``, ``last``: of the header; ``kept``: the rows that are schools; ``used``: the columns that are read."""
        self._caption = _captions([cell for row in rows[:first] for cell in row])
        self._below: dict[int, list[str]] = {}
        for number in sorted(set(range(last + 1, len(rows))).difference(kept)):
            row = rows[number]
            cells = {index: row[index] for index in used if index < len(row) and not blank(row[index])}
            if is_row_of_units(list(cells.values())):
                for index, cell in cells.items():
                    word = unit_word(cell)
                    if word not in (*NO_UNIT, *_ASIDE, *self._below.get(index, ())):
                        self._below.setdefault(index, []).append(word)

    def __bool__(self) -> bool:
        return bool(self._caption or self._below)

    @classmethod
    def above(cls, cover: Sequence[object]) -> "StatedUnits":
        """Those in the captions above a form."""
        return cls([cover], 1, 1, (), ())

    def of(self, column: int, label: str, field: Field, supposed: str | None) -> tuple[str | None, str | None]:
        """The unit in which a column stands by what is stated, and what is stated where that leaves the unit open.

        Args:
            column: its index.
            label: its heading.
            field: what the heading means.
            supposed: in which its figures stand by its heading or by the layout.
        """
        if not field.unit:
            return None, None
        named = unit_in(label)
        by_layout = supposed if supposed and not named and factor_to(field.unit, supposed) != 1 else None
        words = self._below.get(column, [])
        below = bool(words)
        if not below:
            words = [] if named else [word for word, kinds in self._caption if field.unit in kinds]
        if words and (own := named or by_layout):
            words = [own, *words]
        factors = {factor_to(field.unit, word) for word in words}
        if not factors or factors == {1.0}:
            return None, None
        told = "、".join(dict.fromkeys(words))
        if len(factors) > 1 or None in factors:
            return None, told
        # A caption speaks of totals: over a figure for each student nobody can tell whether it is meant as well.
        if not below and (field.unit == "元" or field.label.startswith("生均")):
            return None, told
        return (None, None) if named or by_layout else (words[0], None)


def _captions(cells: Sequence[object]) -> list[tuple[str, tuple[str, ...]]]:
    """The units that captions above a table state, each with the units of the fields of which it speaks."""
    found: list[tuple[str, tuple[str, ...]]] = []
    filled = [cell for cell in cells if not blank(cell)]
    for position, cell in enumerate(filled):
        text = simplified(normalised(cell)) if isinstance(cell, str) and "位" in cell else ""
        for match in _CAPTION.finditer(text):
            said = match[2] or (simplified(normalised(shown(filled[position + 1]))) if position + 1 < len(filled) else "")
            words = [word for word in _SEPARATORS.split(said) if word]
            for word in words:
                kinds = _KINDS.get(match[1] or "") or _kinds_of(word)
                if kinds:  # 单位:青禾县教育局 names an office
                    found.append((word, kinds))
    return found


def _kinds_of(word: str) -> tuple[str, ...]:
    """The units of the fields of which a unit without further words speaks: money, area, or none."""
    if any(factor_to(own, word) is not None for own in _MONEY) or _LIKE_MONEY.fullmatch(word):
        return _MONEY
    return _AREA if factor_to("㎡", word) is not None or _LIKE_AREA.fullmatch(word) else ()
