"""Sheets that mislead a reader: a wrong stated size, far-away cells, long texts, hidden, empty and too many sheets.

Belongs here: what surrounds the table. Does not belong here: its headings and rows (``test_layout``), XML (``test_xml``).
"""

import io

import openpyxl
import pytest
from openpyxl.styles import Font
from spoiled import BOOK, SHEET, STRINGS, TWO, Case, edited, fine, more_rows, patched, refused, sound, subbed

from builders.schools import code, school
from builders.workbooks import BULK, bulk, bulk_rows, xlsx

LONGEST = 32_767  # characters that a cell of Excel holds
FIFTY = [school(number) for number in range(1, 51)]
ROWS = bulk_rows(TWO)


def sheets(count: int) -> bytes:
    return xlsx({BULK: ROWS, **{f"表{n}": [["x"]] for n in range(count - 1)}})


def merged(count: int) -> bytes:
    ranges = "".join(f'<mergeCell ref="A{n}:B{n}"/>' for n in range(9, 9 + count))
    return patched(SHEET, "</sheetData>", f"</sheetData><mergeCells>{ranges}</mergeCells>")


def styled_rows() -> bytes:
    return more_rows("".join(f'<row r="{n}"><c r="A{n}" s="0"/></row>' for n in range(10, 50_010)))


def with_chart_sheet() -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(sound()))
    book.create_chartsheet("图", 0)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def very_hidden() -> bytes:
    content = xlsx({"基本情况": ROWS, "基本情况2": bulk_rows([school(1, books=9), school(2, books=8)])}, hidden=["基本情况2"])
    return patched(BOOK, 'state="hidden"', 'state="veryHidden"', content)


CASES = {
    "C01 the stated size is too small": fine(lambda: subbed(SHEET, '<dimension ref="[^"]*"', '<dimension ref="A1"', bulk(FIFTY))),
    "C02 the stated size is the largest": fine(lambda: subbed(SHEET, '<dimension ref="[^"]*"', '<dimension ref="A1:XFD1048576"')),
    "C03 a styled blank in the last cell": fine(lambda: more_rows('<row r="1048576"><c r="XFD1048576" s="0"/></row>')),
    "C03 the same by openpyxl": fine(lambda: edited(lambda sheet: setattr(sheet["XFD1048576"], "font", Font(bold=True)))),
    "C04 50,000 styled blank rows": fine(styled_rows),
    "C05 20 blank rows in the middle": fine(
        lambda: xlsx({BULK: [*ROWS[:2], *[[]] * 20, *ROWS[2:]]}), "R-BLANK-ROWS", says=("空行", "3—22")
    ),
    "C06 400 sheets": refused(lambda: sheets(400), "F-SHEETS", "50"),
    "C06 fewer sheets": fine(lambda: sheets(50)),
    "C09 thousands of merges": refused(lambda: merged(3_000), "F-MERGES", "合并"),
    "C09 merges beside the figures": fine(lambda: merged(900)),
    "C10 a very hidden sheet with other figures": Case(
        very_hidden, "accepted_with_queries", ["F-SHEET-NAME", "F-HIDDEN-SHEET"], ("隐藏", "不计入")
    ),
    "C11 an empty workbook": refused(lambda: xlsx({"Sheet1": []}), "F-NO-SCHOOL", "没有填写", "未报送"),
    "C12 a header alone": refused(lambda: xlsx({BULK: ROWS[:1]}), "F-NO-SCHOOL", "没有填写", "未报送"),
    "C13 a chart sheet first": fine(with_chart_sheet),
    "C14 a number in the last cell": refused(
        lambda: more_rows('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), "F-AREA", "XFD1048576"
    ),
    "C15 a number far away": refused(
        lambda: more_rows('<row r="200000"><c r="BXX200000"><v>1</v></c></row>'), "F-AREA", "BXX200000"
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_becomes_of_it(hand_in, case: Case):
    night = hand_in({case.file: case.make()})
    night.becomes(case)
    if case.outcome == "rejected":
        assert night.accepted == [code(90)]
    else:
        assert {code(1), code(2)} <= set(night.accepted) and night.row(code(1))["books"] == 11250


def test_every_school_is_read_whatever_the_stated_size(hand_in):
    """C01."""
    night = hand_in({"表.xlsx": CASES["C01 the stated size is too small"].make()})
    assert night.accepted == [code(number) for number in range(1, 51)] + [code(90)]


@pytest.mark.parametrize("length", [32_767, 200_000], ids=["C07 the longest text of a cell", "C08 a longer one than cells hold"])
def test_a_long_text_costs_its_own_school(hand_in, length):
    content = patched(STRINGS, "青禾县第1学校", "长" * length)
    night = hand_in({"表.xlsx": content})
    error = night.one("C-LONG")
    assert night.outcomes["表.xlsx"] == "partly_accepted" and night.accepted == [code(2), code(90)]
    assert "过长" in error.message() and str(length) in error.message() and len(error.value) <= 100
    returned = openpyxl.load_workbook(io.BytesIO(night.receipts["表.xlsx"]))
    texts = [str(cell.value) for sheet in returned for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert max(map(len, texts)) == LONGEST and max(texts, key=len).strip("长") == ""
    said = [text for text in texts if "32767" in text and "原文件" in text]
    assert len(said) == (length > LONGEST), "that it is cut is said"


def test_merged_figures_are_an_error(hand_in):
    """C09: a merge keeps its first figure alone."""
    rows = bulk_rows(TWO)
    column = rows[0].index("图书册数") + 1

    def merge(sheet):
        sheet.merge_cells(start_row=2, end_row=3, start_column=column, end_column=column)

    night = hand_in({"表.xlsx": edited(merge)})
    assert "合并单元格" in night.told("C-MERGED")[0].message() and code(2) not in night.accepted


@pytest.mark.parametrize("name", ["C11 an empty workbook", "C12 a header alone"])
def test_whose_file_is_not_filled_in_has_not_reported(hand_in, name):
    night = hand_in({"表.xlsx": CASES[name].make()}, register=[school(1)])
    assert night.board == {code(1): "missing", code(90): "accepted"}
