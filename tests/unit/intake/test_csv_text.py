"""CSV as it comes out of spreadsheet programs and editors, sound and spoiled.

Belongs here: encodings that lost the words, quotation marks, odd ends of lines. Does not belong here: recognising files
(``test_workbook``), headings and cells.
"""

import pytest

from builders.intake import take_in
from builders.schools import code, school
from builders.workbooks import bulk_rows, csv_table

SCHOOLS = [school(number) for number in range(1, 6)]
ROWS = bulk_rows(SCHOOLS)
ALL = [code(number) for number in range(1, 6)]


def changed(old: str, new: str, content: bytes | None = None) -> bytes:
    text = (content or csv_table(ROWS)).decode()
    assert old in text
    return text.replace(old, new, 1).encode()


@pytest.mark.parametrize(
    "content",
    [
        csv_table(ROWS, delimiter="\t"),
        csv_table(ROWS, delimiter=";"),
        b"sep=,\r\n" + csv_table(ROWS),
        csv_table(ROWS).replace(b"\r\n", b"\r"),
        csv_table(ROWS).rstrip(),
        csv_table(ROWS) + b"\r\n\r\n,,,\r\n",
        changed(code(1), f'="{code(1)}"'),
        changed(code(1), f"'{code(1)}"),
        changed(code(1), f"\t{code(1)}"),
        changed("青禾县第1学校", '"青禾县""第1""学校"'),
    ],
    ids=["tabs", "semicolons", "sep=", "CR alone", "no last line end", "blank lines", "formula", "apostrophe", "tab", "quotes"],
)
def test_what_programs_write(content):
    year = take_in({"表.csv": content})
    assert year.accepted == ALL, year.messages


@pytest.mark.parametrize("school_of", ["青禾县第1学校", "青禾县第3学校", "青禾县第5学校"])
def test_a_quotation_mark_without_a_partner(school_of):
    """Whatever follows it would be one cell, and its schools missing without a word."""
    year = take_in({"表.csv": changed(school_of, f'"{school_of}'), "好.csv": csv_table(bulk_rows([school(9)]))})
    assert f"第 {school_of[4]} 行".replace(school_of[4], str(int(school_of[4]) + 1)) in year.one("F-QUOTES").message()
    assert year.outcomes == {"表.csv": "rejected", "好.csv": "accepted"} and year.accepted == [code(9)]


def test_two_quotation_marks_of_different_schools():
    """They make a pair, and the schools between them would be missing."""
    content = changed("青禾县第4学校", '"青禾县第4学校', changed("青禾县第2学校", '"青禾县第2学校'))
    year = take_in({"表.csv": content})
    assert "第 3 行" in year.one("F-QUOTES").message() and "请" in year.one("F-QUOTES").message() and year.accepted == []


def test_lines_within_a_cell_are_words():
    year = take_in({"表.csv": changed("青禾县第1学校", '"青禾县,第1\n学校"')})
    assert year.accepted == ALL and year.row(code(1))["school_name"] == "青禾县,第1 学校"


def test_chinese_that_was_lost_when_the_file_was_saved():
    """As 'CSV' on a system whose encoding has no Chinese."""
    lost = csv_table(
        [["?" * len(cell) if isinstance(cell, str) and not cell.isascii() else cell for cell in row] for row in ROWS]
    )
    garbled = csv_table(ROWS).decode("latin-1").encode()
    for content in (lost, garbled):
        year = take_in({"表.csv": content})
        assert year.rules == ["F-LETTERS-LOST"] and "CSV UTF-8" in year.messages[0] and "问号" in year.messages[0]


def test_a_table_without_chinese_is_not_taken_for_a_lost_one():
    assert take_in({"表.csv": csv_table([["a", "b?"], [1, 2]])}).rules == ["F-NO-TABLE"]


def test_a_cell_of_any_length_costs_its_own_school():
    year = take_in({"表.csv": changed("青禾县第1学校", "长" * 200_000)})
    assert "200000" in year.one("C-LONG").message() and year.accepted == ALL[1:]


def test_a_web_page_is_told_as_one():
    assert take_in({"表.csv": "<html><table><tr><td>学校标识码</td></tr></table></html>".encode()}).rules == ["F-HTML"]
