"""The old format of Excel (.xls, .et): what stands beside its values is found as in a workbook of today.

Belongs here: the labels of ``README.md`` as far as the old format can hold them. Does not belong here: workbooks in XML
(the other modules), programs that write the old format (``tests/office``).
"""

import random
import struct

import pytest
from spoiled import TWO

from builders.old_workbooks import (
    LOWERED,
    PLAIN,
    RAISED,
    STRUCK,
    excel_error,
    formula,
    hidden_column,
    hidden_row,
    merged,
    note,
    old_book,
    other_books,
    record,
    shared_formula,
    whole_number,
    words_token,
)
from builders.schools import code, school
from builders.workbooks import bulk_rows, cell_of, old_workbook
from domain.intake.findings import Unreadable
from domain.intake.old_format import old_sheets

ROWS = bulk_rows(TWO)
AT = ROWS[0].index("图书册数")
BOOKS = cell_of(ROWS, "图书册数")
BOTH, OTHER = [code(1), code(2), code(90)], [code(2), code(90)]
PLUS = b"\x03"
SUM_OF_TWO = whole_number(5000) + whole_number(6250) + PLUS
IN_ANOTHER_FILE = struct.pack("<BHHH", 0x5A, 1, 0, 0)
IN_THIS_FILE = struct.pack("<BHHH", 0x5A, 0, 0, 0)
FACTS = {"error": ("partly_accepted", OTHER), "query": ("accepted_with_queries", BOTH), "note": ("accepted", BOTH)}

CASES = {
    "a raised mark": (lambda: old_book(ROWS, words={(1, AT): [("11250", PLAIN), ("2", RAISED)]}), "error", "C-RAISED", "112502"),
    "a lowered mark": (lambda: old_book(ROWS, words={(1, AT): [("1125", PLAIN), ("0", LOWERED)]}), "error", "C-RAISED", "11250"),
    "E37 struck through": (lambda: old_book(ROWS, struck=[(1, AT)]), "query", "C-STRUCK", "11250"),
    "E37 a part struck through": (
        lambda: old_book(ROWS, words={(1, AT): [("1", STRUCK), ("1250", PLAIN)]}), "query", "C-STRUCK", "11250",
    ),
    "E36 a correction in a comment": (lambda: old_book(ROWS, beside=note((1, AT), "应为 9000")), "query", "C-COMMENT", "应为 9000"),
    "D10 a hidden row": (lambda: old_book(ROWS, beside=hidden_row(2)), "query", "R-HIDDEN", "第 3 行"),
    "D10 a row without height": (lambda: old_book(ROWS, beside=hidden_row(2, 0, 0)), "query", "R-HIDDEN", "第 3 行"),
    "D10 a hidden column": (lambda: old_book(ROWS, beside=hidden_column(AT)), "query", "R-HIDDEN", BOOKS[:-1]),
    "D10 a column without width": (lambda: old_book(ROWS, beside=hidden_column(AT, 0, 0)), "query", "R-HIDDEN", BOOKS[:-1]),
    "E13 an error": (lambda: old_book(ROWS, instead={(1, AT): excel_error((1, AT), 42)}), "error", "C-EXCEL-ERROR", "#N/A"),
    "E13 an error of a formula": (
        lambda: old_book(ROWS, instead={(1, AT): formula((1, AT), error=7)}), "error", "C-EXCEL-ERROR", "#DIV/0!",
    ),
    "E12 a stale formula": (
        lambda: old_book(ROWS, instead={(1, AT): formula((1, AT), 11000, program=SUM_OF_TWO)}), "query", "C-STALE", "=5000+6250",
    ),
    "B11 a formula that points to another file": (
        lambda: old_book(ROWS, in_front=other_books("D:\\旧.xls"), instead={(1, AT): formula((1, AT), 11250, program=IN_ANOTHER_FILE)}),
        "error", "C-LINKED", "另一个文件",
    ),
    "B11 a link": (lambda: old_book(ROWS, in_front=other_books("D:\\旧.xls")), "note", "F-LINKS-IGNORED", "链接"),
    "E12 a formula": (lambda: old_book(ROWS, instead={(1, AT): formula((1, AT), 11250)}), "note", "F-FORMULAS", BOOKS),
}  # fmt: skip


@pytest.mark.parametrize("make, severity, rule, said", CASES.values(), ids=CASES)
def test_what_stands_beside_the_figure(hand_in, make, severity, rule, said):
    night = hand_in({"表.xls": make()})
    finding = night.told(rule)[0]
    others = {one.rule for one in night.of("表.xls")} - {rule, "F-OLD-FORMAT", "C-NORMALISED", "F-LINKS-IGNORED"}
    assert finding.severity == severity and said in finding.message() and not others, night.messages
    assert (night.outcomes["表.xls"], night.accepted) == FACTS[severity]


def test_a_formula_that_gives_what_is_kept_is_no_finding(hand_in):
    """E12."""
    made = {(1, AT): formula((1, AT), 11250, program=SUM_OF_TWO), (2, AT): formula((2, AT), 11250, program=IN_THIS_FILE)}
    night = hand_in({"表.xls": old_book(ROWS, instead=made, in_front=other_books())})
    assert not night.told("C-STALE") and not night.told("C-LINKED") and not night.told("F-LINKS-IGNORED")
    assert "1 个填报值" in night.one("F-FORMULAS").message(), "words of another sheet are not computed again"


def test_formulas_that_share_a_program_are_computed_each_from_its_own_row(hand_in):
    """E12: as Excel keeps a formula that was drawn down over the rows; its second result is stale."""
    rows = [[*row, extra] for row, extra in zip(ROWS, ("备注", 10_000, 9_000), strict=True)]
    program = struct.pack("<BHH", 0x4C, 0, 0xC000 | (len(ROWS[0]) - AT)) + whole_number(1250) + PLUS
    pointer = struct.pack("<BHH", 0x01, 1, AT)
    first = formula((1, AT), 11_250, program=pointer) + shared_formula((1, AT), (2, AT), program)
    made = old_book(rows, instead={(1, AT): first, (2, AT): formula((2, AT), 11_250, program=pointer)})
    night = hand_in({"表.xls": made})
    query = night.one("C-STALE")
    assert query.cell == f"{BOOKS[:-1]}3" and "10250" in query.message()


OVERSIZED = ROWS[0].index("超班额班数(小学)")
JOINED = words_token("青禾县") + words_token("第九学校") + b"\x08"
LOST = {
    "words joined": JOINED,
    "words": words_token("0"),
    "words of two kinds": whole_number(1) + b"\x19\x02\x07\x00" + words_token("2") + words_token("0") + b"\x42\x03\x01\x00",
    "words or a number": whole_number(1) + whole_number(5) + words_token("") + b"\x42\x03\x01\x00",
    "a number as text": whole_number(11250) + words_token("0") + b"\x41\x30\x00",
    "a comparison": whole_number(1) + whole_number(2) + b"\x0b",
    "the name of a school": struct.pack("<BHH", 0x44, 1, 1),
    "a program that is not read": b"\x3f",
}
COMPUTED = {
    "arithmetic": whole_number(5) + whole_number(5) + b"\x04",
    "rounded": whole_number(0) + whole_number(0) + b"\x41\x1b\x00",
    "counted by words": struct.pack("<BHHHH", 0x25, 0, 2, 1, 1) + words_token("x") + b"\x41\x5a\x01",
    "one of two numbers": whole_number(1) + whole_number(0) + whole_number(1) + b"\x42\x03\x01\x00",
}
OF_BLANKS = {
    "a blank cell": struct.pack("<BHH", 0x44, 9, 9),
    "a blank cell of this sheet by its name": struct.pack("<BHHH", 0x5A, 0, 9, 9),
    "a sum of the blank": struct.pack("<BHHHH", 0x25, 9, 12, 0xC000, 0xC001) + b"\x19\x10\x00\x00",
}


@pytest.mark.parametrize("program", LOST.values(), ids=LOST)
def test_a_zero_in_place_of_words_is_no_figure(hand_in, program):
    """E12: programs other than Excel write 0 where a formula that they did not compute gives words."""
    night = hand_in({"表.xls": old_book(ROWS, instead={(1, AT): formula((1, AT), 0.0, program=program)})})
    error = night.one("C-NOT-COMPUTED")
    assert error.cell == BOOKS and ".xlsx" in error.message() and night.accepted == OTHER, night.messages


@pytest.mark.parametrize("program", COMPUTED.values(), ids=COMPUTED)
def test_a_zero_that_can_only_be_a_number_is_one(hand_in, program):
    night = hand_in({"表.xls": old_book(ROWS, instead={(1, OVERSIZED): formula((1, OVERSIZED), 0.0, program=program)})})
    assert not night.told("C-NOT-COMPUTED") and night.row(code(1))["oversize_classes_primary"] == 0, night.messages


@pytest.mark.parametrize("program", OF_BLANKS.values(), ids=OF_BLANKS)
def test_a_zero_that_is_taken_from_blank_cells_is_missing(hand_in, program):
    """E12: nobody gave a figure, and a missing one is never 0."""
    made = old_book(ROWS, in_front=other_books(), instead={(1, OVERSIZED): formula((1, OVERSIZED), 0.0, program=program)})
    night = hand_in({"表.xls": made})
    cell = cell_of(ROWS, "超班额班数(小学)")
    assert night.one("C-BLANK-SOURCE").cell == night.one("C-REQUIRED").cell == cell and night.accepted == OTHER, night.messages
    assert "空白" in night.one("C-BLANK-SOURCE").message() and night.one("C-BLANK-SOURCE").severity == "note"


def test_a_zero_that_excel_computed_is_one(hand_in):
    """Excel notes behind a result how it came by it, and keeps words as words."""
    given = formula((1, OVERSIZED), 0.0, program=LOST["words or a number"], kept=0xFD000001)
    night = hand_in({"表.xls": old_book(ROWS, instead={(1, OVERSIZED): given})})
    assert not night.told("C-NOT-COMPUTED") and night.row(code(1))["oversize_classes_primary"] == 0, night.messages


def test_a_name_that_was_lost_is_not_called_0(hand_in):
    """E12: the formula is quoted, and what takes its result from the lost one is lost with it."""
    name, other = ROWS[0].index("学校名称"), ROWS[0].index("县(市、区)")
    instead = {
        (1, name): formula((1, name), 0.0, program=JOINED),
        (1, other): formula((1, other), 0.0, program=struct.pack("<BHH", 0x44, 1, name)),
    }
    night = hand_in({"表.xls": old_book(ROWS, instead=instead)})
    told = night.told("C-NOT-COMPUTED")
    assert [one.cell for one in told] == ["B2", cell_of(ROWS, ROWS[0][other])] and night.accepted == OTHER, night.messages
    assert '="青禾县"&"第九学校"' in told[0].message()


def test_merged_figures_are_an_error(hand_in):
    """C09."""
    night = hand_in({"表.xls": old_book(ROWS, beside=merged((1, 2, AT, AT)))})
    assert len(night.told("C-MERGED")) == 2 and night.accepted == [code(90)]


def test_a_figure_covered_by_a_merge_is_an_error(hand_in):
    """C09: only its heading is seen."""
    night = hand_in({"表.xls": old_book(ROWS, beside=merged((0, 1, AT, AT)))})
    assert night.one("C-COVERED").cell == BOOKS and night.accepted == [code(2), code(90)]


@pytest.mark.parametrize("parts", [[("11250", RAISED)], [("11", PLAIN), ("250", PLAIN)], [("11250", PLAIN), (" ", RAISED)]])
def test_a_figure_of_one_height_is_a_figure(hand_in, parts):
    night = hand_in({"表.xls": old_book(ROWS, words={(1, AT): parts})})
    assert not night.told("C-RAISED") and night.accepted == BOTH and night.row(code(1))["books"] == 11250


def test_words_that_reach_over_records(hand_in):
    """Hundreds of schools: the texts take several records, and the last of them is found all the same."""
    rows = bulk_rows([school(number) for number in range(1, 80)])
    night = hand_in({"表.xls": old_book(rows, words={(79, AT): [("11250", PLAIN), ("①", RAISED)]})})
    assert night.one("C-RAISED").cell == f"{BOOKS[:-1]}80" and len(night.accepted) == 79


REFUSED = {
    "A06 locked": (lambda: old_book(ROWS, in_front=record(0x002F, b"\0" * 54)), "F-PASSWORD", "密码"),
    "A06 a sheet of macros": (lambda: old_book(ROWS, kind=1), "F-MACRO", "宏"),
    "C06 very many sheets": (lambda: old_book(ROWS, sheets=51), "F-SHEETS", "50"),
    "C09 thousands of merged ranges": (
        lambda: old_book(ROWS, beside=merged(*((n, n, 0, 1) for n in range(9, 1010)))), "F-MERGES", "合并",
    ),
}  # fmt: skip


@pytest.mark.parametrize("make, rule, said", REFUSED.values(), ids=REFUSED)
def test_what_is_refused(hand_in, make, rule, said):
    night = hand_in({"表.xls": make()})
    assert said in night.one(rule, "表.xls").message() and night.outcomes["表.xls"] == "rejected" and night.accepted == [code(90)]


@pytest.mark.parametrize(
    "make",
    [
        lambda: old_book(ROWS, beside=record(0x0208, b"\0")),
        lambda: old_book(ROWS, beside=record(0x007D, b"")),
        lambda: old_book(ROWS, beside=record(0x001C, b"\0\0")),
    ],
    ids=["a row", "a column", "a note"],
)
def test_what_cannot_be_looked_at_is_told(hand_in, make):
    """Values are read, and the school is told that nothing beside them was checked."""
    night = hand_in({"表.xls": make()})
    assert "没有检查" in night.one("F-OLD-UNCHECKED").message() and night.accepted == BOTH


def test_no_damage_ends_in_anything_but_a_reason():
    """Bytes changed anywhere: what stands beside the values is found, not found, or the file is refused."""
    dice = random.Random(20240910)
    contents = [
        old_book(
            ROWS, {(1, AT): [("1", STRUCK), ("1", RAISED)]}, beside=note((1, AT), "应为") + merged((1, 2, 3, 4)) + hidden_row(2)
        ),
        old_workbook(),
    ]
    seen = set()
    for number in range(1_500):
        raw = bytearray(contents[number % 2])
        for _ in range(dice.randint(1, 6)):
            raw[dice.randrange(len(raw))] = dice.choice((0, 1, 0x0A, 0x7F, 0x80, 0xFF, dice.randrange(256)))
        try:
            seen.add(type(old_sheets(bytes(raw))))
        except Unreadable:
            seen.add(Unreadable)
    assert {dict, type(None)} <= seen
