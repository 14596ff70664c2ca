"""Columns of the statutory statistics that are added up to a field: what stands beside a part is found as beside any figure.

Belongs here: struck-through, raised, hidden, commented, merged parts, and formulas in them. Does not belong here: which
columns make up a sum and what a blank one does (``test_layouts_in_sheets``), other figures (``test_passed_over``).
"""

import io

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Font

from builders.intake import take_in
from builders.schools import code, school
from builders.workbooks import Formula, bulk_rows, cell_of, xlsx

SUM = "高于规定学历专任教师数(小学)"
PARTS = {"小学专任教师(博士研究生)": 0, "小学专任教师(硕士研究生)": 1, "小学专任教师(本科)": 20, "小学专任教师(专科)": 14}
PART = "小学专任教师(本科)"


def rows(value: object = 20) -> list[list[object]]:
    """Two schools whose qualified teachers are given by training."""
    table = bulk_rows([school(1), school(2)])
    at = table[0].index(SUM)
    figures = [list(PARTS), [*(PARTS | {PART: value}).values()], list(PARTS.values())]
    return [[*row[:at], *row[at + 1 :], *more] for row, more in zip(table, figures, strict=True)]


CELL = cell_of(rows(), PART)
LETTERS = CELL.rstrip("0123456789")


def edited(edit) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(xlsx({"表": rows()})))
    edit(book.worksheets[0])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def raised(sheet):
    sheet[CELL] = CellRichText("2", TextBlock(InlineFont(vertAlign="superscript"), "0"))


CASES = {
    "comment": (lambda: edited(lambda sheet: setattr(sheet[CELL], "comment", Comment("应为 19", "张"))), "C-COMMENT", "query"),
    "struck": (lambda: edited(lambda sheet: setattr(sheet[CELL], "font", Font(strike=True))), "C-STRUCK", "query"),
    "raised": (lambda: edited(raised), "C-RAISED", "error"),
    "shown": (lambda: edited(lambda sheet: setattr(sheet[CELL], "number_format", '0"百人"')), "C-SHOWN", "error"),
    "stale": (lambda: xlsx({"表": rows(Formula("=10+9", 20))}), "C-STALE", "query"),
    "linked": (lambda: xlsx({"表": rows(Formula("=[1]A!A1", 20))}), "C-LINKED", "error"),
    "merged": (lambda: edited(lambda sheet: sheet.merge_cells(f"{LETTERS}2:{LETTERS}3")), "C-MERGED", "error"),
}


@pytest.mark.parametrize(("make", "rule", "severity"), CASES.values(), ids=CASES)
def test_what_stands_beside_a_part(make, rule, severity):
    year = take_in({"表.xlsx": make()})
    finding = year.told(rule)[0]
    assert (finding.severity, finding.cell, finding.row) == (severity, CELL, 2) and PART in finding.message()
    assert (code(1) in year.accepted) is (severity == "query")


@pytest.mark.parametrize("part", PARTS)
def test_a_hidden_part(part):
    """The first part stands for the sum: it is told once."""
    letters = cell_of(rows(), part).rstrip("0123456789")
    year = take_in({"表.xlsx": edited(lambda sheet: setattr(sheet.column_dimensions[letters], "hidden", True))})
    assert f"{letters} 列" in year.one("R-HIDDEN").message()


def test_ranges_merged_over_headings_alone_say_nothing():
    year = take_in({"表.xlsx": edited(lambda sheet: sheet.merge_cells("A9:C9"))})
    assert (
        set(year.rules) == {"H-SUM"}
        and year.accepted == [code(1), code(2)]
        and year.row(code(1))["teachers_above_required_primary"] == 35
    )


@pytest.mark.parametrize("sign", ["", "—", "/", "无", Formula("=DZ900", 0)])
def test_a_part_without_a_figure_says_why_the_sum_is_missing(sign):
    year = take_in({"表.xlsx": xlsx({"表": rows(sign)})})
    assert year.one("R-PART").cell == CELL and PART in year.one("R-PART").message() and year.accepted == [code(2)]
