"""Formulas recomputed, against what LibreOffice computes: random ones over several sheets, in the format of today and the old one.

Belongs here: that the arithmetic is a spreadsheet's. Does not belong here: single cases (``tests/unit/intake/test_formulas``), what a
stale or missing result means (``test_passed_over``, ``test_blank_sources``).
"""

import io
import random

import openpyxl
import pytest

from domain.intake.formulas import DIVISION_BY_ZERO, Recomputation
from domain.intake.workbook import open_book
from office.libreoffice import Office

pytestmark = pytest.mark.office

NAMES = ("表", "学校 1", "It's", "小学-东", "Data2")
ROWS, COLUMNS, FORMULAS = 6, "ABCD", 60
CELLS = (None, None, 0, 1, 2.5, 7, 450, -3)


class Writer:
    """Writes random formulas."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def sheet(self) -> str:
        name = self.random.choice((*NAMES, ""))
        return "" if not name else f"{name}!" if name == "表" else "'{}'!".format(name.replace("'", "''"))

    def cell(self) -> str:
        fixed = [self.random.choice(("", "$")) for _ in range(2)]
        return f"{fixed[0]}{self.random.choice(COLUMNS)}{fixed[1]}{self.random.randint(1, ROWS)}"

    def area(self) -> str:
        (top, bottom), (left, right) = (sorted(self.random.choices(of, k=2)) for of in (range(1, ROWS + 1), COLUMNS))
        return f"{self.sheet()}{left}{top}:{right}{bottom}"

    def formula(self, depth: int = 0) -> str:
        kind = self.random.random() if depth < 3 else 0.0
        if kind < 0.35:
            return self.sheet() + self.cell()
        if kind < 0.45:
            return str(self.random.choice((0, 1, 3.5, 10)))
        if kind < 0.65:
            return f"{self.formula(depth + 1)}{self.random.choice('+-*/')}{self.formula(depth + 1)}"
        if kind < 0.8:
            return f"SUM({self.area()},{self.formula(depth + 1)})"
        if kind < 0.9:
            return f"ROUND({self.formula(depth + 1)},{self.random.randint(0, 2)})"
        return f"({self.formula(depth + 1)})"


def workbook(seed: int) -> bytes:
    """Sheets of a few figures, zeros and blanks, with formulas in column G that take from them and from each other."""
    writer, book = Writer(seed), openpyxl.Workbook()
    book.remove(book.active)
    for name in NAMES:
        sheet = book.create_sheet(name)
        for row in range(1, ROWS + 1):
            for column in range(1, len(COLUMNS) + 1):
                sheet.cell(row, column, writer.random.choice(CELLS))
        for row in range(1, FORMULAS + 1):
            chained = f"+G{row - 1}" if row > 1 and writer.random.random() < 0.1 else ""
            sheet.cell(row, 7, f"={writer.formula()}{chained}")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
@pytest.mark.parametrize("seed", [1, 2])
def test_a_spreadsheet_computes_the_same(office: Office, kind, seed):
    sheets = open_book(f"表.{kind}", office.filled(workbook(seed), kind=kind)).sheets
    missing = 0
    for sheet in sheets:
        again = Recomputation(sheets, sheet.name)
        for row in range(1, FORMULAS + 1):
            stored, cell = sheet.rows[row - 1][6], f"G{row}"
            if stored == DIVISION_BY_ZERO and kind == "xls":  # the old format keeps an error without its formula
                assert cell not in sheet.parts.formulas or again.result(cell) is None, (sheet.name, cell)
                continue
            expected = stored if isinstance(stored, str) else pytest.approx(stored, rel=1e-12)
            assert again.result(cell) == expected, (sheet.name, cell)
            source = again.missing(cell)
            missing += bool(source)
            assert not source or stored == 0
    assert missing > FORMULAS / 6, "formulas over blank cells are among them"
