"""Formulas of the old format whose result is 0 because it was lost: those that take it from each other.

Belongs here: which of many formulas are lost. Does not belong here: what a program says (``test_old_formulas``), a file with
such a formula (``tests/bad_inputs/test_old_format.py``).
"""

from domain.intake.old_format import OldSheet
from domain.intake.old_formulas import Program
from domain.intake.old_zeros import note_lost_results


def taken_from(*places: tuple[str | None, int]) -> Program:
    """A formula that passes on cells of the first column."""
    return Program(None, spelt="它", words=False, sources=tuple((sheet, (row, row, 0, 0)) for sheet, row in places))


WORDS = Program(None, spelt='"无"')


def lost(rows: dict[str, list[list[object]]], **zeros: dict[str, Program]) -> dict[str, dict[str, str]]:
    """What is found lost, by sheet."""
    sheets = {name: OldSheet(zeros=zeros.get(name, {})) for name in rows}
    note_lost_results(sheets, rows)
    return {name: sheet.never_computed for name, sheet in sheets.items() if sheet.never_computed}


def test_what_is_taken_from_a_lost_result_is_lost_on_whichever_sheet_it_stands():
    rows: dict[str, list[list[object]]] = {"表": [[0.0], [0.0], [5.0]], "源": [[0.0], ["字"], [True]]}
    found = lost(rows, 表={"A1": taken_from(("源", 0)), "A2": taken_from((None, 2), ("源", 2))}, 源={"A1": taken_from((None, 1))})
    assert found == {"表": {"A1": "它"}, "源": {"A1": "它"}}


def test_what_is_taken_from_numbers_blanks_and_beyond_the_last_cell_is_computed():
    rows: dict[str, list[list[object]]] = {"表": [[0.0], [""], [0.0]]}
    assert lost(rows, 表={"A1": taken_from((None, 1), (None, 2), (None, 99), ("没有", 0))}) == {}


def test_many_that_lead_to_each_other_end_soon():
    """Each takes its result from the next and the last is lost, and the other way round: found in two rounds, not in thousands."""
    count = 30_000
    rows: dict[str, list[list[object]]] = {"表": [[0.0] for _ in range(count)]}
    down = {f"A{n + 1}": taken_from((None, n + 1)) for n in range(count - 1)} | {f"A{count}": WORDS}
    up = {"A1": WORDS} | {f"A{n + 1}": taken_from((None, n - 1)) for n in range(1, count)}
    assert len(lost(rows, 表=down)["表"]) == len(lost(rows, 表=up)["表"]) == count


def test_where_too_much_would_have_to_be_looked_at_nothing_is_believed():
    rows: dict[str, list[list[object]]] = {"表": [[0.0]] * 60_000}
    zeros = {f"A{n + 1}": Program(None, spelt="它", words=False, sources=((None, (n, 60_000, 0, 0)),)) for n in range(100)}
    assert len(lost(rows, 表=zeros)["表"]) == 100
