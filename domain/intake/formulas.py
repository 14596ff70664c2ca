"""Recomputing a formula from the cells of its own sheet: + - * / %, brackets, SUM and ROUND.

What a workbook shows as the result of a formula is what was stored when it was last computed, which need not be what the
formula gives now. Belongs here: this arithmetic. Does not belong here: formulas of any other kind, which are only counted.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

from domain.intake.beside_values import CellFormula
from domain.intake.plain_sheet import column_number

DIVISION_BY_ZERO = "#DIV/0!"
_STEPS = 2_000_000  # cells looked at for one sheet
_DEPTH = 60
_TOKEN = re.compile(
    r"\s*(?:(?P<range>\$?[A-Z]{1,3}\$?[0-9]{1,7}:\$?[A-Z]{1,3}\$?[0-9]{1,7})(?![\w.(!:])"
    r"|(?P<cell>\$?[A-Z]{1,3}\$?[0-9]{1,7})(?![\w.(!:])"
    r"|(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)(?![\w.:])"
    r"|(?P<name>SUM|ROUND)\s*(?=\()"
    r"|(?P<sign>[-+*/%(),]))"
)
_REFERENCE = re.compile(r"(\$?)([A-Z]+)(\$?)([0-9]+)")
# Another workbook stands in brackets, as a number or a file name; names of columns of a table follow the table's name.
_OTHER_WORKBOOK = re.compile(r"(?<![\w.\]\[])\[\d+\]|\[[^\[\]]+\.xl\w{0,2}\]", re.IGNORECASE)
_OTHER_PROGRAM = re.compile(r"^[\w.]+\|")
_WORDS = re.compile(r'"[^"]*"')


def points_elsewhere(formula: str) -> bool:
    """True for a formula that takes values from another workbook or another program."""
    bare = _WORDS.sub("", formula)
    return bool(_OTHER_WORKBOOK.search(bare) or _OTHER_PROGRAM.match(bare.lstrip("=+ ")))


class _Other(Exception):
    """A formula of a kind that is not recomputed."""


class _Circle(_Other):
    """A formula that comes back to itself."""


class Recomputation:
    """Recomputes the formulas of one sheet.

    Args:
        rows: the sheet's cells as read, ``rows[r][c]`` for Excel row r + 1, column c + 1.
        formulas: its formulas by address.
    """

    def __init__(self, rows: Sequence[Sequence[object]], formulas: Mapping[str, CellFormula]) -> None:
        self._rows, self._formulas = rows, formulas
        self._places = {_place(address): address for address in formulas}
        self._known: dict[str, float | str | None] = {}
        self._steps = 0
        self._under_way: set[str] = set()

    def result(self, cell: str) -> float | str | None:
        """What the formula of a cell gives now: a number, ``#DIV/0!``, or None where it is of another kind."""
        if cell in self._known:
            return self._known[cell]
        formula = self._formulas[cell]
        if not formula.plain or len(self._under_way) >= _DEPTH:
            return None
        (row, column), (origin_row, origin_column) = _place(cell), _place(formula.origin)
        self._under_way.add(cell)
        try:
            self._known[cell] = _Expression(self, formula.text, row - origin_row, column - origin_column).value()
        except _Circle:
            if len(self._under_way) > 1:
                raise  # all formulas of the circle are of another kind, and those that lead into it
            self._known[cell] = None
        except ZeroDivisionError:
            self._known[cell] = DIVISION_BY_ZERO
        except (_Other, OverflowError, ArithmeticError):
            self._known[cell] = None
        finally:
            self._under_way.discard(cell)
        return self._known[cell]

    def number(self, row: int, column: int, in_a_range: bool) -> float:
        """The number of a cell as a formula sees it; in a range words count as nothing."""
        self._steps += 1
        if self._steps > _STEPS or row < 1 or column < 1:
            raise _Other
        address = self._places.get((row, column))
        if address in self._under_way:
            raise _Circle
        if address is not None:
            result = self.result(address)
            if result == DIVISION_BY_ZERO:
                raise ZeroDivisionError
            if isinstance(result, float):
                return result
        line = self._rows[row - 1] if row <= len(self._rows) else ()
        value = line[column - 1] if column <= len(line) else ""
        if isinstance(value, bool):
            return 0.0 if in_a_range else float(value)
        if isinstance(value, (float, int)):
            return float(value)
        if value is None or value == "":
            return 0.0
        if isinstance(value, str) and not value.startswith(("#", "=")):
            if in_a_range:
                return 0.0
            if re.fullmatch(r"[0-9]+(\.[0-9]+)?", value):
                return float(value)
        raise _Other


class _Expression:
    """One formula, read from left to right; ``row`` and ``column`` are how far it was moved from where it was written."""

    def __init__(self, sheet: Recomputation, text: str, row: int, column: int) -> None:
        self.sheet, self.row, self.column = sheet, row, column
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

    def value(self) -> float:
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

    def _sum(self) -> float:
        self.depth += 1
        if self.depth > _DEPTH:
            raise _Other
        total = self._product()
        while sign := self._is("+", "-"):
            other = self._product()
            total = total + other if sign == "+" else total - other
        self.depth -= 1
        return total

    def _product(self) -> float:
        total = self._factor()
        while sign := self._is("*", "/"):
            other = self._factor()
            total = total * other if sign == "*" else total / other
        return total

    def _factor(self) -> float:
        negative = False
        while sign := self._is("+", "-"):
            negative ^= sign == "-"
        value = self._single()
        while self._is("%"):
            value /= 100
        return -value if negative else value

    def _single(self) -> float:
        kind, text = self.tokens[self.at]
        if self._is("("):
            value = self._sum()
            self._close()
            return value
        self.at += 1
        if kind == "number":
            return float(text)
        if kind == "cell":
            return self.sheet.number(*self._moved(text), False)
        if kind == "name":
            self.at += 1
            return self._total() if text == "SUM" else self._rounded()
        raise _Other

    def _close(self) -> None:
        if not self._is(")"):
            raise _Other

    def _total(self) -> float:
        total = 0.0
        while True:
            kind, text = self.tokens[self.at]
            alone = self.tokens[min(self.at + 1, len(self.tokens) - 1)][1] in (",", ")")
            if kind == "range" or (kind == "cell" and alone):
                self.at += 1
                first, _, last = text.partition(":")
                (top, left), (bottom, right) = self._moved(first), self._moved(last or first)
                for row in range(min(top, bottom), max(top, bottom) + 1):
                    for column in range(min(left, right), max(left, right) + 1):
                        total += self.sheet.number(row, column, True)
            else:
                total += self._sum()
            if not self._is(","):
                self._close()
                return total

    def _rounded(self) -> float:
        value = self._sum()
        if not self._is(","):
            raise _Other
        digits = self._sum()
        self._close()
        if abs(digits) > 15:
            raise _Other
        # Halves away from zero, on the 15 digits that a spreadsheet holds.
        step = Decimal(1).scaleb(-int(digits))
        return float((Decimal(f"{value:.15g}") / step).quantize(Decimal(1), ROUND_HALF_UP) * step)

    def _moved(self, reference: str) -> tuple[int, int]:
        match = _REFERENCE.fullmatch(reference)
        if not match:
            raise _Other
        return int(match[4]) + (0 if match[3] else self.row), column_number(match[2]) + (0 if match[1] else self.column)


def _place(address: str) -> tuple[int, int]:
    """Row and column from 1 of an address such as E14."""
    match = _REFERENCE.fullmatch(address)
    if not match:
        raise ValueError(address)
    return int(match[4]), column_number(match[2])
