"""Workbooks of which one table repeats another: it is read once, and a note says which sheet counts.

Belongs here: which sheet is left out. Does not belong here: schools that stand twice with different figures (``test_settling``),
lists of schools (``test_reading``).
"""

import pytest

from builders.intake import Settled, take_in
from builders.schools import code, school
from builders.workbooks import Formula, bulk_rows, xlsx
from domain.intake.plain_sheet import column_letters

ROWS = bulk_rows([school(number) for number in (1, 2, 3)])
ALL = [code(1), code(2), code(3)]
FETCHED = [
    ROWS[0],
    *([Formula(f"=录入!{column_letters(c + 1)}{r + 2}", cell) if isinstance(cell, (int, float)) else cell for c, cell in enumerate(row)]
      for r, row in enumerate(ROWS[1:])),
]  # fmt: skip


def night(**sheets: list[list[object]]) -> Settled:
    return take_in({"表.xlsx": xlsx(sheets)})


@pytest.mark.parametrize("first", ["录入", "汇总"])
@pytest.mark.parametrize("rows", [ROWS, FETCHED], ids=["copied", "fetched by formulas"])
def test_of_two_tables_that_say_the_same_the_first_counts(first, rows):
    sheets = {"录入": ROWS, "汇总": rows}
    other = next(name for name in sheets if name != first)
    year = night(**{first: sheets[first], other: sheets[other]})
    note = year.one("F-SAME-SHEET")
    assert year.rules == ["F-SAME-SHEET"] and note.sheet == other and f"以“{first}”为准" in note.message()
    assert year.accepted == ALL and year.row(code(2))["books"] == 11250


@pytest.mark.parametrize("first", ["录入", "摘要"])
def test_the_table_that_says_less_is_left_out_wherever_it_stands(first):
    """Fewer columns, fewer schools, blanks."""
    short = [row[:12] for row in ROWS[:3]]
    short[2][10] = ""
    sheets = {"录入": ROWS, "摘要": short}
    year = night(**{name: sheets[name] for name in sorted(sheets, key=lambda name: name != first)})
    assert year.one("F-SAME-SHEET").sheet == "摘要" and year.accepted == ALL, year.messages


def other_books(table: list[list[object]]) -> None:
    table[1][table[0].index("图书册数")] = 9000


def twice_within(table: list[list[object]]) -> None:
    table.append(list(table[1]))


def without_a_code(table: list[list[object]]) -> None:
    table[1][table[0].index("学校标识码")] = ""


@pytest.mark.parametrize("change", [other_books, twice_within, without_a_code])
def test_a_table_that_says_anything_else_is_read(change):
    other = [list(row) for row in ROWS]
    change(other)
    year = night(录入=ROWS, 汇总=other)
    assert "F-SAME-SHEET" not in year.rules and "R-TWICE" in year.rules


def test_a_figure_in_another_unit_is_another():
    in_yuan = [
        [str(cell).replace("教学仪器设备资产值", "教学仪器设备资产值(元)") if n == 0 else cell for cell in row]
        for n, row in enumerate(ROWS)
    ]
    assert in_yuan[0] != ROWS[0] and "F-SAME-SHEET" not in night(录入=ROWS, 汇总=in_yuan).rules


def test_other_schools_are_read():
    assert night(一=bulk_rows([school(1)]), 二=bulk_rows([school(2)])).accepted == [code(1), code(2)]
