"""Tables that LibreOffice opened and saved, in the format of today and the old one: the same figures, the same findings.

Belongs here: that what stands beside values is found as a real program writes it. Does not belong here: forms and receipts
(``test_round_trip``), files made byte by byte (``tests/bad_inputs``).
"""

import io

import openpyxl
import pytest
import xlsxwriter
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Font

from builders.intake import take_in
from builders.schools import code, school
from builders.workbooks import BULK, bulk_rows, cell_of, form, xlsx
from office.libreoffice import Office

pytestmark = pytest.mark.office

ROWS = bulk_rows([school(number) for number in range(1, 12)])


def books(row: int) -> str:
    """The cell of the books of the nth school."""
    return cell_of(ROWS, "图书册数", row)


def odd_table() -> bytes:
    """A table with one oddity to a school."""
    book = openpyxl.load_workbook(io.BytesIO(xlsx({BULK: ROWS, "旧": [["a", 1]]}, hidden=["旧"])))
    sheet = book.worksheets[0]
    sheet[books(1)] = CellRichText("1125", TextBlock(InlineFont(vertAlign="superscript"), "2"))
    sheet[books(2)].font = Font(strike=True)
    sheet[books(3)] = "=1/0"
    sheet[books(4)].comment = Comment("应为 9000", "张老师")
    sheet.row_dimensions[6].hidden = True
    sheet.merge_cells(f"{books(6)}:{books(7)}")
    sheet[books(8)] = CellRichText(TextBlock(InlineFont(strike=True), "1"), "1250")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
def test_what_stands_beside_the_figures_is_found(office: Office, kind):
    name = f"表.{kind}"
    year = take_in({name: office.filled(odd_table(), [(BULK, books(9), 12000)], kind)})
    told = {(one.rule, one.cell) for one in year.intake.files[0].findings}
    expected = {
        ("C-RAISED", books(1)),
        ("C-STRUCK", books(2)),
        ("C-EXCEL-ERROR", books(3)),
        ("C-COMMENT", books(4)),
        ("R-HIDDEN", None),
        ("C-MERGED", books(6)),
        ("C-MERGED", books(7)),
        ("C-STRUCK", books(8)),
        ("F-HIDDEN-SHEET", None),
    }
    assert expected <= told, expected - told
    assert "#DIV/0!" in year.one("C-EXCEL-ERROR").message() and "F-OLD-UNCHECKED" not in year.rules
    assert year.accepted == [code(number) for number in (2, 4, 5, 8, 9, 10, 11)] and year.row(code(9))["books"] == 12000


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
def test_a_sound_table_and_a_sound_form_stay_sound(office: Office, kind):
    files = {f"表.{kind}": office.filled(xlsx({BULK: ROWS}), kind=kind), f"校.{kind}": office.filled(form(school(20)), kind=kind)}
    year = take_in(files)
    assert set(year.rules) == ({"F-OLD-FORMAT"} if kind == "xls" else set())
    assert year.accepted == [code(number) for number in range(1, 12)] + [code(20)]


def test_words_that_a_formula_gave_are_no_zero(office: Office):
    """LibreOffice writes 0, and no words, for a formula that it did not compute itself; a number that is 0 stays one."""
    oversized = cell_of(ROWS, "超班额班数(小学)", 2)
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet(BULK)
        for number, row in enumerate(ROWS):
            sheet.write_row(number, 0, row)
        sheet.write_formula("B2", '="青禾县"&"第1学校"', None, "青禾县第1学校")
        sheet.write_formula(oversized, "=IF(J3>0,J3-J3,1)", None, 0)
    year = take_in({"表.xls": office.filled(stream.getvalue(), kind="xls")})
    lost = year.one("C-NOT-COMPUTED")
    assert lost.cell == "B2" and '"青禾县"&"第1学校"' in lost.message() and year.accepted == [code(n) for n in range(2, 12)]
    assert year.row(code(2))["oversize_classes_primary"] == 0


def test_a_file_encrypted_by_a_password_is_refused_and_said_to_be(office: Office):
    """A06: encrypted by a real program; of the new format LibreOffice encrypts none without a window."""
    content = office.filled(xlsx({BULK: ROWS}), kind="xls", password="青禾123")
    year = take_in({"密.xls": content, "好.xlsx": form(school(90))})
    error = year.one("F-PASSWORD")
    assert "打开密码" in error.message() and "请" in error.message()
    assert year.outcomes == {"密.xls": "rejected", "好.xlsx": "accepted"} and year.accepted == [code(90)]
