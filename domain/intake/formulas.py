"""Recomputing a formula from the cells of its workbook: + - * / %, brackets, SUM and ROUND.

What a workbook shows as the result of a formula is what was stored when it was last computed, which need not be what the
formula gives now; and it shows 0 where all that the formula takes is missing. Belongs here: this arithmetic, and from which
blank cells a result comes. Does not belong here: formulas of any other kind, which are only counted.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import NamedTuple, Protocol

from domain.intake.beside_values import Beside, CellFormula
from domain.intake.plain_sheet import column_letters, column_number

DIVISION_BY_ZERO = "#DIV/0!"
_STEPS = 2_000_000  # cells looked at for one sheet
_DEPTH = 60
_SHEET = r"(?:(?:'(?:[^']|'')+'|[^\W\d][\w.]*)!)?"
_TOKEN = re.compile(
    rf"\s*(?:(?P<range>{_SHEET}\$?[A-Z]{{1,3}}\$?[0-9]{{1,7}}:\$?[A-Z]{{1,3}}\$?[0-9]{{1,7}})(?![\w.(!:])"
    rf"|(?P<cell>{_SHEET}\$?[A-Z]{{1,3}}\$?[0-9]{{1,7}})(?![\w.(!:])"
    r"|(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)(?![\w.:])"
    r"|(?P<name>SUM|ROUND)\s*(?=\()"
    r"|(?P<sign>[-+*/%(),]))"
)
_REFERENCE = re.compile(r"(\$?)([A-Z]+)(\$?)([0-9]+)")
# Another workbook stands in brackets, as a number or a file name; names of columns of a table follow the table's name.
_OTHER_WORKBOOK = re.compile(r"(?<![\w.\]\[])\[\d+\]|\[[^\[\]]+\.xl\w{0,2}\]", re.IGNORECASE)
_OTHER_PROGRAM = re.compile(r"^[\w.]+\|")
_LENGTH_OF_A_CODE = 10
_NUMBER_AS_TEXT = re.compile(r"[0-9]+(\.[0-9]+)?")
_WORDS = re.compile(r'"[^"]*"')
_ANY_CELL = re.compile(r"(?<![A-Za-z])\$?[A-Z]{1,3}\$?[0-9]|(?<![A-Za-z])\$?[A-Z]{1,3}:\$?[A-Z]|\[")
_COUNTS = re.compile(r"COUNT[A-Z]*\(")


def points_elsewhere(formula: str) -> bool:
    """True for a formula that takes values from another workbook or another program."""
    bare = _WORDS.sub("", formula)
    return bool(_OTHER_WORKBOOK.search(bare) or _OTHER_PROGRAM.match(bare.lstrip("=+ ")))


def may_come_from_a_blank(formula: str) -> bool:
    """True for a formula that gives 0 where a cell is blank as where it holds 0, such as VLOOKUP; counting does not."""
    bare = _WORDS.sub("", formula)
    return bool(_ANY_CELL.search(bare)) and not _COUNTS.match(bare.lstrip("=+ "))


class _Other(Exception):
    """A formula of a kind that is not recomputed."""


class _Circle(_Other):
    """A formula that comes back to itself."""


class Amount(NamedTuple):
    """What a formula, or a part of one, comes to.

    Attributes:
        number: the result.
        given: True where a cell that holds something went into it.
        blank: the first blank cell, or cell without a number in a range, that went into it; "" where none did.
        skipped: the first cell of a range in which a number is kept as text, which a spreadsheet leaves out of a sum.
    """

    number: float
    given: bool = False
    blank: str = ""
    skipped: str = ""

    @property
    def is_missing(self) -> bool:
        """True where all cells that went into it are blank: a spreadsheet counts them as 0."""
        return bool(self.blank) and not self.given

    def plus(self, other: "Amount", sign: int = 1) -> "Amount":
        return self._joined(other, self.number + sign * other.number)

    def times(self, other: "Amount", result: float) -> "Amount":
        """A product or quotient: missing where a factor is, unless the other is 0 as somebody gave it."""
        for one, beside in ((self, other), (other, self)):
            if one.is_missing and not (beside.given and beside.number == 0):
                return Amount(result, False, one.blank, self.skipped or other.skipped)
        return self._joined(other, result)

    def _joined(self, other: "Amount", number: float) -> "Amount":
        return Amount(number, self.given or other.given, self.blank or other.blank, self.skipped or other.skipped)


class FormulaSheet(Protocol):
    """A sheet as far as formulas need it; see ``workbook.Sheet``."""

    @property
    def name(self) -> str: ...
    @property
    def rows(self) -> Sequence[Sequence[object]]: ...
    @property
    def parts(self) -> Beside | None: ...


class _Cells:
    """The cells and formulas of one sheet."""

    def __init__(self, sheet: FormulaSheet) -> None:
        self.name, self.rows, self._parts = sheet.name, sheet.rows, sheet.parts

    @cached_property
    def addresses(self) -> Mapping[tuple[int, int], str]:
        """The cells with a formula, by row and column."""
        return {_place(address): address for address in self._parts.formulas} if self._parts else {}

    def formula(self, address: str) -> CellFormula | None:
        return self._parts.formulas.get(address) if self._parts else None


class Recomputation:
    """Recomputes the formulas of one sheet.

    Args:
        sheets: all sheets of the workbook.
        own: name of the sheet.
    """

    def __init__(self, sheets: Iterable[FormulaSheet], own: str) -> None:
        cells = list(map(_Cells, sheets))
        self._sheets = {one.name.casefold(): one for one in cells}
        self._own = next(one for one in cells if one.name == own)
        self._known: dict[tuple[str, str], Amount | str | None] = {}
        self._steps = 0
        self._under_way: set[tuple[str, str]] = set()

    def result(self, cell: str) -> float | str | None:
        """What the formula of a cell gives now: a number, ``#DIV/0!``, or None where it is of another kind."""
        result = self._result(self._own, cell)
        return result.number if isinstance(result, Amount) else result

    def missing(self, cell: str) -> str | None:
        """A blank cell because of which the formula of a cell gives 0 while nobody stated any figure; None where it does not."""
        result = self._result(self._own, cell)
        return result.blank if isinstance(result, Amount) and result.is_missing and result.number == 0 else None

    def skipped(self, cell: str) -> str | None:
        """A cell with a number kept as text that the formula of a cell leaves out; None where it leaves out none."""
        result = self._result(self._own, cell)
        return (result.skipped or None) if isinstance(result, Amount) else None

    def _result(self, sheet: _Cells, cell: str) -> Amount | str | None:
        key = (sheet.name, cell)
        if key in self._known:
            return self._known[key]
        formula = sheet.formula(cell)
        if formula is None or not formula.plain or len(self._under_way) >= _DEPTH:
            return None
        (row, column), (origin_row, origin_column) = _place(cell), _place(formula.origin)
        self._under_way.add(key)
        try:
            self._known[key] = _Expression(self, sheet, formula.text, row - origin_row, column - origin_column).value()
        except _Circle:
            if len(self._under_way) > 1:
                raise  # all formulas of the circle are of another kind, and those that lead into it
            self._known[key] = None
        except ZeroDivisionError:
            self._known[key] = DIVISION_BY_ZERO
        except (_Other, OverflowError, ArithmeticError):
            self._known[key] = None
        finally:
            self._under_way.discard(key)
        return self._known[key]

    def sheet(self, name: str) -> _Cells:
        """A sheet by its name, which spreadsheets take in any case."""
        if name.casefold() not in self._sheets:
            raise _Other
        return self._sheets[name.casefold()]

    def amount(self, sheet: _Cells, row: int, column: int, in_a_range: bool) -> Amount:
        """The number of a cell as a formula sees it; in a range words count as nothing."""
        self._steps += 1
        if self._steps > _STEPS or row < 1 or column < 1:
            raise _Other
        address = sheet.addresses.get((row, column))
        if address is not None:
            if (sheet.name, address) in self._under_way:
                raise _Circle
            result = self._result(sheet, address)
            if result == DIVISION_BY_ZERO:
                raise ZeroDivisionError
            if isinstance(result, Amount):
                return result
        line = sheet.rows[row - 1] if row <= len(sheet.rows) else ()
        value = line[column - 1] if column <= len(line) else ""
        if isinstance(value, bool):
            return Amount(0.0 if in_a_range else float(value), True)
        if isinstance(value, (float, int)):
            return Amount(float(value), True)
        if value is None or value == "":
            return Amount(0.0, blank=self._spelt(sheet, row, column))
        if isinstance(value, str) and not value.startswith(("#", "=")):
            is_number = bool(_NUMBER_AS_TEXT.fullmatch(value))
            if in_a_range:
                place = self._spelt(sheet, row, column)
                is_figure = is_number and len(value) < _LENGTH_OF_A_CODE
                return Amount(0.0, True, skipped=place) if is_figure else Amount(0.0, blank=place)
            if is_number:
                return Amount(float(value), True)
        raise _Other

    def _spelt(self, sheet: _Cells, row: int, column: int) -> str:
        return f"{'' if sheet is self._own else sheet.name + '!'}{column_letters(column)}{row}"


class _Expression:
    """One formula, read from left to right; ``row`` and ``column`` are how far it was moved from where it was written."""

    def __init__(self, book: Recomputation, sheet: _Cells, text: str, row: int, column: int) -> None:
        self.book, self.sheet, self.row, self.column = book, sheet, row, column
        self.tokens: list[tuple[str, str]] = []
        self.depth = 0
        position = 0
        text = text.strip().lstrip("=")
        while position < len(text):
            match = _TOKEN.match(text, position)
            if not match or not match.lastgroup or len(self.tokens) > 500:
                raise _Other
            self.tokens.append((match.lastgroup, match[match.lastgroup]))
            position = match.end()
        self.tokens.append(("end", ""))
        self.at = 0

    def value(self) -> Amount:
        result = self._sum()
        if self.tokens[self.at][0] != "end":
            raise _Other
        return result

    def _is(self, *signs: str) -> str | None:
        kind, text = self.tokens[self.at]
        if kind == "sign" and text in signs:
            self.at += 1
            return text
        return None

    def _sum(self) -> Amount:
        self.depth += 1
        if self.depth > _DEPTH:
            raise _Other
        total = self._product()
        while sign := self._is("+", "-"):
            other = self._product()
            total = total.plus(other, 1 if sign == "+" else -1)
        self.depth -= 1
        return total

    def _product(self) -> Amount:
        total = self._factor()
        while sign := self._is("*", "/"):
            other = self._factor()
            number = total.number * other.number if sign == "*" else total.number / other.number
            total = total.times(other, number)
        return total

    def _factor(self) -> Amount:
        negative = False
        while sign := self._is("+", "-"):
            negative ^= sign == "-"
        value = self._single()
        while self._is("%"):
            value = value._replace(number=value.number / 100)
        return value._replace(number=-value.number) if negative else value

    def _single(self) -> Amount:
        kind, text = self.tokens[self.at]
        if self._is("("):
            value = self._sum()
            self._close()
            return value
        self.at += 1
        if kind == "number":
            return Amount(float(text))
        if kind == "cell":
            return self.book.amount(*self._moved(text), False)
        if kind == "name":
            self.at += 1
            return self._total() if text == "SUM" else self._rounded()
        raise _Other

    def _close(self) -> None:
        if not self._is(")"):
            raise _Other

    def _total(self) -> Amount:
        total = Amount(0.0)
        while True:
            kind, text = self.tokens[self.at]
            alone = self.tokens[min(self.at + 1, len(self.tokens) - 1)][1] in (",", ")")
            if kind == "range" or (kind == "cell" and alone):
                self.at += 1
                first, _, last = text.partition(":") if kind == "range" else (text, "", "")
                (sheet, top, left), (_, bottom, right) = self._moved(first), self._moved(last or first)
                for row in range(min(top, bottom), max(top, bottom) + 1):
                    for column in range(min(left, right), max(left, right) + 1):
                        total = total.plus(self.book.amount(sheet, row, column, True))
            else:
                total = total.plus(self._sum())
            if not self._is(","):
                self._close()
                return total

    def _rounded(self) -> Amount:
        value = self._sum()
        if not self._is(","):
            raise _Other
        digits = self._sum().number
        self._close()
        if abs(digits) > 15:
            raise _Other
        # Halves away from zero, on the 15 digits that a spreadsheet holds.
        step = Decimal(1).scaleb(-int(digits))
        number = float((Decimal(f"{value.number:.15g}") / step).quantize(Decimal(1), ROUND_HALF_UP) * step)
        return value._replace(number=number)

    def _moved(self, reference: str) -> tuple[_Cells, int, int]:
        """The sheet, row and column that a reference means where the formula stands now."""
        name, _, cell = reference.rpartition("!")
        match = _REFERENCE.fullmatch(cell)
        if not match:
            raise _Other
        sheet = self.book.sheet(name[1:-1].replace("''", "'") if name[0] == "'" else name) if name else self.sheet
        return sheet, int(match[4]) + (0 if match[3] else self.row), column_number(match[2]) + (0 if match[1] else self.column)


def _place(address: str) -> tuple[int, int]:
    """Row and column from 1 of an address such as E14."""
    match = _REFERENCE.fullmatch(address)
    if not match:
        raise ValueError(address)
    return int(match[4]), column_number(match[2])
