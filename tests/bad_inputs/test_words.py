"""Words that would like to be more: formulas, links, markup, commands, lines of a log; and names with unusual signs.

Belongs here: texts that are taken as texts and do nothing on the way out. Does not belong here: figures (``test_cells_``).
"""

import csv
import io
import logging
import unicodedata

import openpyxl
import pytest
from spoiled import STRINGS, patched

from builders.intake import take_in
from builders.schools import code, school
from builders.workbooks import bulk, form
from domain.intake.gate import pass_gate
from domain.intake.workbook import open_book, second_reading

HOSTILE = {
    "E23 a formula": "=1+1小学",
    "E23 a link": '=HYPERLINK("http://127.0.0.1/","点")',
    "E23 a command": "=cmd|' /C calc'!A0",
    "E23 a plus": "+青禾",
    "E23 a minus": "-2+3青禾",
    "E23 an at sign": "@SUM(A1)",
    "E23 a tab": "\t=1+1",
    "E23 a full-width sign": "＝1+1",
    "E24 a script": "<script>alert(1)</script>",
    "E25 a template": "{{7*7}}",
    "E26 a macro of a typesetter": "\\input{/etc/passwd}",
    "E27 a quote of SQL": "Robert'); DROP TABLE school_returns;--",
    "E28 a line of a log": "青禾\n2024-09-01 ERROR 伪造",
}


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_hostile_words_stay_words(hand_in, caplog, name):
    """In a name of an accepted school, and of one whose figures are wrong so that its own file comes back marked."""
    with caplog.at_level(logging.DEBUG):
        night = hand_in({"好名.xlsx": bulk([school(1, name=name)]), "坏数.xlsx": bulk([school(2, name=name, books="=1+1册")])})
    assert night.outcomes["好名.xlsx"] == "accepted" and night.row(code(1))["school_name"] == " ".join(name.split())
    assert all("\n" not in record.getMessage() for record in caplog.records)
    receipt = openpyxl.load_workbook(io.BytesIO(night.receipts["坏数.xlsx"]))
    cells = [cell for sheet in receipt for row in sheet.iter_rows() for cell in row]
    ours = [cell for cell in cells if cell.data_type == "f" and not str(cell.value).startswith('=HYPERLINK("#')]
    assert ours == [], "text became a formula"
    assert any(isinstance(cell.value, str) and " ".join(name.split())[:6] in " ".join(cell.value.split()) for cell in cells)


def test_hostile_words_in_the_index(hand_in):
    """E23: a form's school is named in the index, where Excel would compute it."""

    night = hand_in({"校.xlsx": form(school(1, name="=1+1小学"))})
    text = (night.folder / "index.csv").read_text(encoding="utf-8-sig")
    assert "'=1+1小学" in [cell for line in csv.reader(io.StringIO(text)) for cell in line]


def test_braces_do_not_break_the_messages():
    """E25: texts are filled into messages once, whatever they hold."""
    year = take_in({"校.xlsx": form(school(1, name="{label}{0}", books="{value}册", ownership="{options}"))})
    assert any("{value}册" in text for text in year.messages) and "{options}" in year.one("C-CHOICE").message()


SCHOOL = "青禾县第一小学"


@pytest.mark.parametrize(
    "typed, kept",
    [
        (unicodedata.normalize("NFD", "Café小学"), "Café小学"),
        ("𠮷田小学", "𠮷田小学"),
        ("青禾🏫小学", "青禾🏫小学"),
        ("青禾\u202e学小\u202c", "青禾学小"),
    ],
    ids=["E30 taken apart", "E30 a rare sign", "E30 a picture", "E31 right to left"],
)
def test_unusual_signs_in_a_name(hand_in, typed, kept):
    night = hand_in({"表.xlsx": bulk([school(1, name=typed)])})
    assert night.of("表.xlsx") == [] and night.row(code(1))["school_name"] == kept


def test_a_dash_for_the_word_one(hand_in):
    """E29: the register's name is taken, and the school asked."""
    night = hand_in({"表.xlsx": bulk([school(1, name="青禾县第—小学")])}, register=[school(1, name=SCHOOL)])
    query = night.one("R-IDENTITY")
    assert query.severity == "query" and SCHOOL in query.message() and night.row(code(1))["school_name"] == SCHOOL


def test_an_escaped_sign_is_decoded_once_and_alike(hand_in):
    """E32."""
    content = patched(STRINGS, "青禾县第1学校", "青禾_x000D_第_x005F_x000D_1学校")
    assert hand_in({"表.xlsx": content}).row(code(1))["school_name"] == "青禾 第_x000D_1学校"
    assert open_book("表.xlsx", content).sheets[0].rows == second_reading(pass_gate(content).parts)[0].rows
