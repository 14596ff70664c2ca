"""Zeros that formulas show over blank cells: a county's table that takes its figures from the sheets of its schools.

Belongs here: which zero of a file is missing, and what that means for its school. Does not belong here: what a formula gives
(``test_formulas``), workbooks of the old format (``tests/bad_inputs/test_old_format.py``).
"""

import pytest

from builders.intake import Settled, take_in
from builders.schools import code, school
from builders.workbooks import BULK, Formula, bulk_rows, cell_of, entry_of, form, form_rows, xlsx

SOURCE = [["图书册数", None], ["超班额班数", 0], ["学校名称", "第一小学"]]


def night(formula: str, stored: object = 0, heading: str = "图书册数") -> Settled:
    """A table of two schools, of which the first takes a figure from the sheet ``学校 1``."""
    rows = [list(row) for row in bulk_rows([school(1), school(2)])]
    if heading not in rows[0]:
        rows = [[*row, cell] for row, cell in zip(rows, (heading, "", ""), strict=True)]
    rows[1][rows[0].index(heading)] = Formula(formula, stored)
    return take_in({"表.xlsx": xlsx({BULK: rows, "学校 1": SOURCE})})


CELL = cell_of(bulk_rows([school(1)]), "图书册数")


@pytest.mark.parametrize(
    ("formula", "source"),
    [
        ("='学校 1'!B1", "学校 1!B1"),
        ("=+'学校 1'!$B$1", "学校 1!B1"),
        ("=DZ900", "DZ900"),
        ("=SUM('学校 1'!B1,DZ900)", "学校 1!B1"),
        ("=SUM(DZ1:DZ9)", "DZ1"),
        ("=ROUND('学校 1'!B1*12,0)", "学校 1!B1"),
    ],
)
def test_a_required_figure_over_blank_cells_is_missing(formula, source):
    year = night(formula)
    note, error = year.one("C-BLANK-SOURCE"), year.one("C-REQUIRED")
    assert (note.severity, note.cell, note.row, note.field) == ("note", CELL, 2, "books") and error.cell == CELL
    assert f"({source})" in note.message() and f"在 {source} 填写 0" in note.message() and formula in note.message()
    assert year.accepted == [code(2)] and set(year.rules) == {"C-BLANK-SOURCE", "C-REQUIRED"}, year.messages


def test_a_figure_that_is_not_required_is_missing_too_and_its_school_is_accepted():
    year = night("='学校 1'!B1", heading="应配实验室间数")
    assert year.accepted == [code(1), code(2)] and year.rules == ["C-BLANK-SOURCE"]
    assert year.row(code(1)).isna()["laboratories_required"]


def test_words_over_blank_cells_are_missing_and_not_called_0():
    year = night("='学校 1'!B1", heading="乡镇(街道)")
    assert year.rules == ["H-ORDER", "C-BLANK-SOURCE"] and year.accepted == [code(1), code(2)]
    assert year.row(code(1)).isna()["township"]


@pytest.mark.parametrize("formula", ["='学校 1'!B2", "=0", "=5-5", "=SUM('学校 1'!B1:B2)"])
def test_a_zero_that_somebody_gave_is_one(formula):
    year = night(formula, heading="超班额班数(小学)")
    assert year.rules == [] and year.row(code(1))["oversize_classes_primary"] == 0


def test_a_figure_that_stands_in_another_sheet_is_held_against_it():
    rows = [["图书册数", 11250]]
    own = [list(row) for row in bulk_rows([school(1), school(2)])]
    for stored, told in ((11250, []), (9999, ["C-STALE"])):
        own[1][own[0].index("图书册数")] = Formula("=学校1!B1", stored)
        assert take_in({"表.xlsx": xlsx({BULK: own, "学校1": rows})}).rules == told


def test_a_row_of_zeros_over_a_blank_sheet_is_no_school():
    """Tables are made for all schools of a county at once; those whose sheets are blank have not reported."""
    rows = [list(row) for row in bulk_rows([school(1), school(2)])]
    rows.append([Formula(f"=学校9!B{number}", 0) for number in range(1, len(rows[0]) + 1)])
    year = take_in({"表.xlsx": xlsx({BULK: rows, "学校9": [["图书册数"]]})})
    assert year.accepted == [code(1), code(2)] and year.errors() == [], year.messages


def test_a_form():
    rows = form_rows(school(1, books=Formula("=Z900", 0)))
    year = take_in({"校.xlsx": xlsx({"学校填报表": rows})})
    cell = entry_of(rows, "图书册数")
    assert year.one("C-BLANK-SOURCE").cell == year.one("C-REQUIRED").cell == cell and year.accepted == []
    assert take_in({"校.xlsx": form(school(1, books=Formula("=5000+6250", 11250)))}).accepted == [code(1)]


FETCHED = "=VLOOKUP(A2,'学校 1'!A:B,2,FALSE)"


def test_a_zero_that_was_looked_up_is_asked_about():
    """Over a blank cell VLOOKUP gives 0 as it does over a stated one, and nobody can tell which."""
    year = night(FETCHED, heading="超班额班数(小学)")
    query = year.one("R-ZEROS-FETCHED")
    assert (query.severity, query.row, query.field) == ("query", 2, "oversize_classes") and FETCHED in query.message()
    assert set(year.rules) == {"R-ZEROS-FETCHED", "F-FORMULAS"} and year.accepted == [code(1), code(2)]


@pytest.mark.parametrize("formula", ["=COUNTIF('学校 1'!A1:A9,\"大班\")", "=IF(TRUE,0,0)"])
def test_what_was_counted_or_takes_nothing_from_a_cell_is_a_zero(formula):
    assert night(formula, heading="超班额班数(小学)").rules == ["F-FORMULAS"]


def test_a_figure_that_was_looked_up_is_no_zero():
    assert night(FETCHED, 11250).rules == ["F-FORMULAS"]


def test_many_zeros_are_one_question_which_is_another_where_others_are_zero():
    def asked(*numbers: int):
        rows = [list(row) for row in bulk_rows([school(n) for n in range(1, 21)])]
        for number in numbers:
            rows[number][rows[0].index("超班额班数(小学)")] = Formula(FETCHED, 0)
        return take_in({"表.xlsx": xlsx({BULK: rows, "学校 1": SOURCE})}).one("R-ZEROS-FETCHED")

    query = asked(*range(1, 16))
    assert query.row is None and "有 15 个 0" in query.message() and "另有 5 处" in query.message()
    assert query.compared != asked(*range(2, 17)).compared == asked(*range(2, 17)).compared
