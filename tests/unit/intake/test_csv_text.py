"""CSV as it comes out of spreadsheet programs and editors, sound and spoiled.

Belongs here: encodings that lost the words, quotation marks, odd ends of lines. Does not belong here: recognising files
(``test_workbook``), headings and cells.
"""

import pytest

from builders.counties import record_rows
from builders.intake import take_in
from builders.schools import code, school
from builders.workbooks import FORM_HEADER, bulk_rows, csv_table, form_rows
from data_contracts.catalogue import traditional_characters

SCHOOLS = [school(number) for number in range(1, 6)]
ROWS = bulk_rows(SCHOOLS)
ALL = [code(number) for number in range(1, 6)]
TO_TRADITIONAL = {
    ord(simple): chr(full)
    for full, simple in traditional_characters().items()
    if chr(full).encode("cp950", "ignore") and not simple.encode("cp950", "ignore")
}


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


class TestRowsLongerThanTheHeader:
    """Their figures may stand below foreign headings; those of other schools do not."""

    PLACE = ROWS[0].index("运动场地面积")

    def lines(self, *changed: int) -> list[list[object]]:
        """The table, in which some schools' playground is 1,450 without quotation marks, so that it makes two cells."""
        at = self.PLACE
        return [[*row[:at], "5", "625.01", *row[at + 1 :]] if number in changed else row for number, row in enumerate(ROWS)]

    def test_a_comma_within_a_figure(self):
        year = take_in({"表.csv": csv_table(self.lines(2))})
        error = year.one("R-LONGER")
        assert error.severity == "error" and error.row == 3 and error.cell == "AK3" and "“否”" in error.message()
        assert "第 3 行" in error.message() and "37 格" in error.message() and "36 格" in error.message()
        assert year.accepted == [code(1), *ALL[2:]] and year.rules == ["R-LONGER"], (
            "what stands below foreign headings is not judged"
        )

    def test_a_comma_within_a_figure_of_a_row_that_ends_with_a_blank(self):
        """What stood last is blank, and so nothing stands beyond the header."""
        rows = self.lines(2)
        year = take_in({"表.csv": csv_table([row[:-1] + [""] if number else row for number, row in enumerate(rows)])})
        assert year.one("R-LONGER").cell == "AK3" and "空的" in year.one("R-LONGER").message()

    def ending_blank(self, at: int, *changed: int) -> bytes:
        """The table with a blank column at its end and the books split in some rows, so that two of a row are figures."""
        rows = [[*row, "备注" if number == 0 else ""] for number, row in enumerate(ROWS)]
        return csv_table([[*row[:at], "1", "253", *row[at + 1 :]] if n in changed else row for n, row in enumerate(rows)])

    @pytest.mark.parametrize("changed", [(2, 3), tuple(range(1, len(ROWS)))], ids=["two beside each other", "all"])
    def test_a_comma_within_a_figure_of_rows_beside_each_other_that_end_with_a_blank(self, changed):
        """Each is as long as the one beside it."""
        year = take_in({"表.csv": self.ending_blank(self.PLACE, *changed)})
        assert [one.row for one in year.told("R-LONGER")] == [number + 1 for number in changed], year.messages
        assert not set(year.accepted) & {code(number) for number in changed}

    def test_one_row_without_split_figures_speaks_for_nearly_all_alone(self):
        """Most rows are longer here, not nearly all: each is looked at for itself."""
        changed = tuple(range(1, len(ROWS) - 2))
        rows = self.ending_blank(self.PLACE, *changed).decode().splitlines()
        rows[-2] += ","
        year = take_in({"表.csv": "\n".join(rows).encode()})
        assert [one.row for one in year.told("R-LONGER")] == [number + 1 for number in changed], year.messages

    def test_two_figures_that_could_be_one_are_two_where_all_rows_end_with_separators(self):
        """Nobody split a figure of every row: here one school alone has such figures."""
        at = ROWS[0].index("教学用计算机台数")
        rows = [[*row, "", ""] if number else row for number, row in enumerate(ROWS)]
        rows[2] = [*rows[2][: at + 1], 118, *rows[2][at + 2 :]]
        assert not take_in({"表.csv": csv_table(rows)}).told("R-LONGER")

    @pytest.mark.parametrize("more", [1, 3])
    def test_separators_behind_the_last_value_are_no_cells(self, more):
        rows = [row + [""] * more if number in (2, 3) else row for number, row in enumerate(ROWS)]
        assert take_in({"表.csv": csv_table(rows)}).accepted == ALL

    def test_a_column_with_a_blank_heading_is_told_as_in_a_workbook(self):
        year = take_in({"表.csv": csv_table([[*row, "" if number == 0 else "甲"] for number, row in enumerate(ROWS)])})
        assert year.accepted == ALL and year.one("H-NO-HEADING").cell == "AK1"

    def test_in_a_form(self):
        rows = [list(FORM_HEADER), *form_rows(SCHOOLS[0])[4:]]
        at = next(number for number, row in enumerate(rows) if row[2] == "运动场地面积")
        rows[at] = [*rows[at][:4], "5", "625.01", *rows[at][5:6], "按图纸"]
        year = take_in({"校.csv": csv_table(rows)})
        assert year.one("R-LONGER").cell == f"H{at + 1}" and year.accepted == []

    def test_in_a_record_form(self):
        filled = {
            "county_code": "360521",
            "school_id": code(1),
            "field": "图书册数",
            "seen": 1,
            "visitor": "李四",
            "date": "2025-03-20",
        }
        rows = record_rows("visit", [filled, filled | {"field": "教学用计算机台数"}])
        rows[-1].append("漏")
        year = take_in({"表.csv": csv_table(rows)})
        assert year.one("R-LONGER").row == len(rows) and year.outcomes == {"表.csv": "partly_accepted"}, year.messages


class TestBig5:
    """Which of two encodings a file has, only a header that is known in one of them says."""

    def table(self, encoding: str, rows=ROWS) -> bytes:
        return csv_table(
            [[cell.translate(TO_TRADITIONAL) if isinstance(cell, str) else cell for cell in row] for row in rows], encoding
        )

    @pytest.mark.parametrize("encoding", ["cp950", "big5"])
    def test_a_table_in_big5_is_read_and_told(self, encoding):
        content = self.table(encoding)
        assert content.decode("gb18030"), "it would pass as GB18030"
        year = take_in({"表.csv": content})
        assert year.accepted == ALL and year.row(code(1))["school_name"] == "青禾縣第1學校"
        assert year.one("F-BIG-FIVE").severity == "note" and "Big5" in year.one("F-BIG-FIVE").message()

    @pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "gbk"])
    def test_traditional_characters_in_other_encodings(self, encoding):
        year = take_in({"表.csv": self.table(encoding)})
        assert year.accepted == ALL and year.row(code(1))["school_name"] == "青禾縣第1學校" and not year.told("F-BIG-FIVE")

    def test_a_form(self):
        year = take_in({"校.csv": self.table("cp950", form_rows(SCHOOLS[0])[3:])})
        assert year.accepted == [code(1)] and year.rules == ["F-BIG-FIVE"], "its units are known too"

    def test_where_no_header_is_known_nothing_is_guessed(self):
        content = "甲,乙,丙,丁\n壹,貳,參,肆\n".encode("cp950")
        assert take_in({"表.csv": content}).rules == ["F-NO-TABLE"]

    def test_what_is_neither_is_rejected(self):
        assert take_in({"表.csv": self.table("cp950") + b"\xff"}).rules == ["F-ENCODING"]
