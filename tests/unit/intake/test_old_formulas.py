"""Programs of formulas as LibreOffice writes them into a workbook of the old format, and the text that people see.

Belongs here: one program at a time. Does not belong here: the records of a workbook (``tests/bad_inputs/test_old_format.py``).
"""

import pytest

from domain.intake.formulas import points_elsewhere
from domain.intake.old_formulas import program

SEEN = {
    "A10+B10*2": "44 09 00 00 c0 44 09 00 01 c0 1e 02 00 05 03",
    "(A10+B10)*2": "44 09 00 00 c0 44 09 00 01 c0 03 15 1e 02 00 05",
    "A10-(B10-2)": "44 09 00 00 c0 44 09 00 01 c0 1e 02 00 04 04",
    "SUM(A10:B10)": "25 09 00 09 00 00 c0 01 c0 19 10 00 00",
    "SUM(A10,B10,3)": "24 09 00 00 c0 24 09 00 01 c0 1e 03 00 42 03 04 00",
    "ROUND(A10/3,1)": "44 09 00 00 c0 1e 03 00 06 1e 01 00 41 1b 00",
    "(-A10)%": "44 09 00 00 c0 13 14",
    "A10+1.5": "44 09 00 00 00 1f 00 00 00 00 00 00 f8 3f 03",
}
OTHERS = {
    "another sheet": "5a 00 00 00 00 00 c0 1e 01 00 03",
    "IF": "44 09 00 00 c0 1e 01 00 0d 19 02 07 00 1e 02 00 19 08 0a 00 1e 03 00 19 08 03 00 42 03 01 00",
    "words": "44 09 00 00 c0 17 01 00 78 08",
    "a name": "23 01 00 00 00",
    "cut off": "44 09",
    "an unknown token": "44 09 00 00 c0 3f",
    "nothing": "",
    "more than one value": "1e 01 00 1e 01 00",
    "a sum of more than there is": "1e 01 00 42 03 04 00",
}


@pytest.mark.parametrize("text", SEEN)
def test_what_is_computed_again(text):
    found = program(bytes.fromhex(SEEN[text]), 0, 3, set())
    assert found.text == text and found.shared_with is None


@pytest.mark.parametrize("code", OTHERS.values(), ids=OTHERS)
def test_what_is_not(code):
    assert program(bytes.fromhex(code), 0, 3, {7}).text is None


SPELT = {
    '"青"&"2"': ("17 01 01 52 97 17 01 00 32 08", True, ()),
    'IF(J2>45,"2","0")': (
        "44 01 00 09 c0 1e 2d 00 0d 19 02 08 00 17 01 00 32 19 08 0b 00 17 01 00 30 19 08 03 00 42 03 01 00",
        True,
        (),
    ),
    "IF(A1>0,B1,0)": ("44 00 00 00 c0 1e 00 00 0d 24 00 00 01 c0 1e 00 00 42 03 01 00", False, ((None, (0, 0, 1, 1)),)),
    "VLOOKUP(0,A1:B2,1,0)": ("1e 00 00 25 00 00 01 00 00 c0 01 c0 1e 01 00 1e 00 00 42 04 66 00", False, ((None, (0, 1, 0, 1)),)),
    "IFERROR(A1,0)": ("23 01 00 00 00 44 00 00 00 c0 1e 00 00 42 03 ff 00", False, ((None, (0, 0, 0, 0)),)),
    "-(2^3)": ("1e 02 00 1e 03 00 07 13", False, ()),
    '(1="1")*2': ("1e 01 00 17 01 00 31 0b 1e 02 00 05", False, ()),
    "TODAY()": ("41 dd 00", False, ()),
    "……": ("3f", True, ()),
}


@pytest.mark.parametrize(("text", "given"), SPELT.items(), ids=SPELT)
def test_what_is_not_computed_again_is_spelt_and_told_whether_it_may_give_words(text, given):
    code, words, sources = given
    found = program(bytes.fromhex(code), 0, 3, {7}, {0: "源"}, ["_xlfn.IFERROR"])
    assert (found.text, found.spelt, found.words, found.sources) == (None, text, words, sources)


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("源", "源!A1", "5a 00 00 00 00 00 c0"),
        ("源", "SUM(源!C1:C2)", "3b 00 00 00 00 01 00 02 c0 02 c0 19 10 00 00"),
        ("学校 1", "'学校 1'!A1", "5a 00 00 00 00 00 c0"),
        ("1号'表", "'1号''表'!A1", "5a 00 00 00 00 00 c0"),
    ],
)
def test_other_sheets_are_named_as_people_see_them(name, text, code):
    found = program(bytes.fromhex(code), 0, 3, {7}, {0: name})
    assert (found.text, found.spelt, found.words) == (text, text, False)


def test_a_sign_without_anything_before_it_is_not_computed():
    assert program(b"\x03", 0, 0, set()).text is None


@pytest.mark.parametrize(
    "code",
    [
        "5a 07 00 00 00 00 c0",
        "5b 07 00 00 00 03 00 00 c0 01 c0 19 10 00 00",
        "39 07 00 01 00 00 00",
        "17 01 00 78 5a 07 00 00 00 00 c0 08",
    ],
    ids=["a cell", "a range", "a name", "behind words"],
)
def test_what_takes_a_value_from_another_file(code):
    text = program(bytes.fromhex(code), 0, 3, {7}).text
    assert text is not None and points_elsewhere(text)


def test_bytes_that_look_like_another_file_within_words_are_words():
    assert program(bytes.fromhex("17 04 00 5a 07 00 00"), 0, 3, {7}).text is None


def test_a_shared_program_is_read_from_where_the_formula_stands():
    assert program(bytes.fromhex("01 00 00 05 00"), 3, 5, set()).shared_with == (0, 5)
    code = bytes.fromhex("4c 00 00 fe c0 1e 02 00 05")
    assert [program(code, row, 5, set()).text for row in (0, 3)] == ["D1*2", "D4*2"]
