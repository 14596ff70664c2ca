"""Recomputing formulas: what a spreadsheet gives for + - * / %, brackets, SUM and ROUND, and which are left alone.

Belongs here: the arithmetic and its limits. Does not belong here: what a stale result means (``test_passed_over``).
"""

from types import SimpleNamespace

import pytest

from domain.intake.beside_values import CellFormula
from domain.intake.formulas import Recomputation, may_come_from_a_blank, points_elsewhere
from domain.intake.workbook import Sheet

ROWS = [[2.0, 3.0, "文字", ""], [10.0, True, "4", 0.1], ["#DIV/0!", "=A1", 0.2, 2.5]]


OTHER = [["", "文字"], [0.0, 7.0]]
"""Another sheet of the workbook, called 学校 1."""


def book(rows, formulas: dict[str, CellFormula]) -> Recomputation:
    """The formulas of a sheet beside ``OTHER``."""
    own = Sheet("表", rows, parts=SimpleNamespace(formulas=formulas))
    sum_of_blanks = SimpleNamespace(formulas={"C1": CellFormula("SUM(A1:B1)", "C1")})
    return Recomputation([Sheet("学校 1", OTHER, parts=sum_of_blanks), Sheet("汇总", OTHER), own], "表")


def result(text: str, **others: str) -> float | str | None:
    """What a formula in F9 gives beside the cells of ROWS and other formulas."""
    formulas = {cell: CellFormula(other, cell) for cell, other in others.items()}
    return book(ROWS, formulas | {"F9": CellFormula(text, "F9")}).result("F9")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1+2*3", 7.0),
        ("(1+2)*3", 9.0),
        ("-A1+B1", 1.0),
        ("--2", 2.0),
        ("8/4/2", 1.0),
        ("10-3-2", 5.0),
        ("50%*4", 2.0),
        ("1.5E2+.5", 150.5),
        (" A1 + $B$1 ", 5.0),
        ("SUM(A1:B1)", 5.0),
        ("SUM(A1:C2)", 15.0),  # words and logical values in a range count as nothing
        ("SUM(B1:A1,A2,1+1)", 17.0),
        ("SUM(Z90:Z99)", 0.0),
        ("D1+1", 1.0),
        ("C2+1", 5.0),  # digits typed as text
        ("B2+1", 2.0),
        ("ROUND(2.5,0)", 3.0),
        ("ROUND(-2.5,0)", -3.0),
        ("ROUND(1.005,2)", 1.01),
        ("ROUND(1234,-2)", 1200.0),
        ("ROUND(SUM(A1:B1)/3,2)", 1.67),
        ("A1/0", "#DIV/0!"),
        ("'学校 1'!$B$2+A1", 9.0),
        ("汇总!B2", 7.0),
        ("+表!A1", 2.0),
        ("SUM('学校 1'!A1:B2,A1)", 9.0),
    ],
)
def test_what_a_spreadsheet_gives(text, value):
    assert result(text) == (pytest.approx(value, rel=1e-12) if isinstance(value, float) else value)


@pytest.mark.parametrize(
    "text",
    [
        "IF(A1>1,2,3)", "VLOOKUP(A1,A:B,2)", "A:A", "SUM(A:A)", "Sheet2!A1", "'表二'!A1", "SUM(Sheet2!A1:A3)", "A1&B1", "A1^2", '"x"', "C1+1",
        "A3+1", "SUM(A1:A3)", "B3", "汇总!B1", "人数+1", "1+", "(1", "1)", "SUM(1", "SUM()", "ROUND(1)", "", "1 2", "A1:B2", "LOG10(100)",
        "ROUND(1,99)", "(" * 200 + "1" + ")" * 200, "1+" * 600 + "1", "F9+1", "TRUE", "A1.5",
    ],
)  # fmt: skip
def test_what_is_left_alone(text):
    assert result(text) is None


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("D1", "D1"),
        ("+D1", "D1"),
        ("'学校 1'!A1", "学校 1!A1"),
        ("汇总!$A$1", "汇总!A1"),
        ("汇总!Z900", "汇总!Z900"),
        ("'学校 1'!C1", "学校 1!A1"),  # a sum of blanks
        ("SUM(D1,D9)", "D1"),
        ("SUM(C1:D1)", "C1"),  # words in a range count as nothing
        ("D1*A1", "D1"),
        ("ROUND(A1*D1/B1,2)", "D1"),
        ("D1+D9", "D1"),
        ("-D1%", "D1"),
        ("E1*2", "D1"),
    ],
)
def test_a_zero_that_nobody_stated(text, source):
    formulas = {"E1": CellFormula("D1", "E1"), "F9": CellFormula(text, "F9")}
    assert (book(ROWS, formulas).result("F9"), book(ROWS, formulas).missing("F9")) == (0.0, source)


@pytest.mark.parametrize(
    "text",
    [
        "0",
        "汇总!A2",
        "'学校 1'!A2*D1",
        "SUM(D1,汇总!A2)",
        "汇总!A2+D1",
        "A1-2",
        "D1+1",
        "1/D1",
        "IF(D1,0,0)",
        "C1",
        "0*A1",
        "A1*汇总!A2",
    ],
)
def test_a_zero_that_was_stated_and_what_is_no_zero(text):
    assert book(ROWS, {"F9": CellFormula(text, "F9")}).missing("F9") is None


def test_sheets_are_known_in_any_case():
    """No spreadsheet makes two whose names differ in case alone; a damaged file may hold them."""
    parts = SimpleNamespace(formulas={"A2": CellFormula("data!A1", "A2")})
    sheets = [Sheet("Data", [[5.0], [0.0]], parts=parts), Sheet("其他", [[7.0]])]
    assert Recomputation(sheets, "Data").result("A2") == 5.0
    twice = [*sheets, Sheet("DATA", [[9.0]])]
    assert Recomputation(twice, "Data").result("A2") == 9.0 and Recomputation(twice, "DATA").result("A2") is None


def test_a_chain_is_computed_from_its_start():
    assert result("E1*2", E1="E2+1", E2="A1+A2") == 26.0
    assert result("E1*2", E1="1/0") == "#DIV/0!"


def test_a_reference_to_a_formula_of_another_kind_takes_its_stored_result():
    assert result("A1*2", A1="IF(TRUE,1,2)") == 4.0


def test_circles_and_long_chains_end():
    assert result("E1+1", E1="F9+1") is None
    assert result("SUM(A1:F9)") is None
    chain = {f"A{n}": CellFormula(f"A{n - 1}+1", f"A{n}") for n in range(2, 400)}
    rows = [[float(n)] for n in range(1, 401)]
    assert book(rows, chain).result("A399") == 399.0


def test_a_shared_formula_moves_along():
    shared = {"E1": CellFormula("A1+$B$1", "E1"), "E2": CellFormula("A1+$B$1", "E1")}
    sheet = book(ROWS, shared)
    assert (sheet.result("E1"), sheet.result("E2")) == (5.0, 13.0)


def test_array_formulas_are_left_alone():
    assert book(ROWS, {"E1": CellFormula("A1+1", "E1", plain=False)}).result("E1") is None


def test_a_huge_range_is_left_alone():
    assert result("SUM(A1:XFD1048576)") is None


@pytest.mark.parametrize(
    ("formula", "elsewhere"),
    [
        ("[1]Sheet1!A1", True),
        ("'[1]Sheet 1'!A1+2", True),
        ("SUM([2]汇总!A1:A9)", True),
        ("'C:\\表\\[去年.xlsx]表'!B2", True),
        ("cmd|'/c calc'!A0", True),
        ("Sheet2!A1", False),
        ("表1[2024]", False),
        ("SUM(表1[人数])", False),
        ('"[1]"&A1', False),
        ("A1+1", False),
    ],
)
def test_links_to_other_workbooks(formula, elsewhere):
    assert points_elsewhere(formula) == elsewhere


@pytest.mark.parametrize(
    ("text", "value", "skipped"),
    [
        ("SUM(A2:C2)", 10.0, "C2"),
        ("SUM(A1:B2)*2", 30.0, None),
        ("SUM(C2,D1)", 0.0, "C2"),  # a number was given: no blank cell's zero
        ("A2+C2", 14.0, None),  # a plain sum counts it
        ("E1/2", 5.0, "C2"),
        ("SUM(C2:D2,E2)", 0.1, "C2"),
    ],
)
def test_a_number_kept_as_text_is_left_out_of_a_sum(text, value, skipped):
    """A code of ten digits, such as E2, is no figure."""
    rows = [ROWS[0], [*ROWS[1], "3605210001"], ROWS[2]]
    sheet = book(rows, {"E1": CellFormula("SUM(A2:C2)", "E1"), "F9": CellFormula(text, "F9")})
    assert (sheet.result("F9"), sheet.skipped("F9"), sheet.missing("F9")) == (value, skipped, None)


@pytest.mark.parametrize(
    ("formula", "may"),
    [
        ("VLOOKUP(A2,B:C,2,0)", True), ("INDEX(表1[人数],3)", True), ('IF(学校1!$B$2="","",学校1!$B$2)', True), ("SUMIF(A:A,A2,C:C)", True),
        ("COUNTIF(A1:A9,1)", False), ("COUNTA(A1:A9)", False), ("IF(TRUE,0,1)", False), ('LEN("A1")', False), ("PI()", False),
    ],
)  # fmt: skip
def test_which_formulas_may_give_0_for_a_blank_cell(formula, may):
    assert may_come_from_a_blank(formula) == may
