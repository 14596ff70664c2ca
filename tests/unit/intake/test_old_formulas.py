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
