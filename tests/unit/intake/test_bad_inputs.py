"""Workbooks as they arrive: layout and cells that other programs write or people leave behind, from the bytes on.

Belongs here: what no single module can be asked about, because it takes a real file. Does not belong here: hostile files.
"""

import datetime as dt
import io
import re
import zipfile

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Font

from builders.intake import take_in
from builders.schools import code, school
from builders.workbooks import BULK, Formula, bulk, bulk_rows, cell_of, day, form, form_rows, repacked, xlsx

CELL = cell_of(bulk_rows([school(1)]), "图书册数")


def table(**cells: object) -> bytes:
    """The table of one school with 图书册数 replaced."""
    rows = bulk_rows([school(1), school(2)])
    rows[1][rows[0].index("图书册数")] = cells["books"]
    return xlsx({BULK: rows})


def by_openpyxl(edit, *schools) -> bytes:
    """A table written by openpyxl (inline strings), with something done to its sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    for row in bulk_rows(list(schools) or [school(1), school(2)]):
        sheet.append(row)
    edit(sheet)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def severities(year, **where) -> set[str]:
    return {f.severity for *_, f in year.settlement.findings if all(getattr(f, name) == value for name, value in where.items())}


class TestSheets:
    def test_written_by_another_program(self):
        assert take_in({"表.xlsx": by_openpyxl(lambda sheet: None)}).messages == []

    def test_styled_blank_cells_far_away_are_no_schools(self):
        def edit(sheet):
            sheet["XFD2000"].font = Font(bold=True)
            for row in range(4, 400):
                sheet.cell(row, 1).font = Font(bold=True)

        year = take_in({"表.xlsx": by_openpyxl(edit)})
        assert year.messages == [] and year.accepted == [code(1), code(2)]

    def test_chart_sheet_first(self):
        book = openpyxl.load_workbook(io.BytesIO(by_openpyxl(lambda sheet: None)))
        book.create_chartsheet("图", 0)
        stream = io.BytesIO()
        book.save(stream)
        assert take_in({"表.xlsx": stream.getvalue()}).accepted == [code(1), code(2)]

    def test_a_hidden_sheet_with_other_numbers_is_a_query_and_does_not_count(self):
        content = xlsx({"基本情况": bulk_rows([school(1)]), "旧": bulk_rows([school(1, books=9)])}, hidden=["旧"])
        year = take_in({"表.xlsx": content})
        assert year.accepted == [code(1)] and year.row(code(1))["books"] == 11250
        assert "query" in severities(year)

    def test_hidden_rows_and_columns_are_read_and_asked_about(self):

        def edit(sheet):
            sheet.row_dimensions[3].hidden = True

        year = take_in({"表.xlsx": by_openpyxl(edit)})
        assert year.accepted == [code(1), code(2)] and "query" in severities(year)

    @pytest.mark.parametrize("sheets", [{"表": []}, {"表": bulk_rows([school(1)])[:1]}])
    def test_empty_workbook_and_header_alone(self, sheets):
        year = take_in({"表.xlsx": xlsx(sheets)}, [school(1)])
        assert year.outcomes == {"表.xlsx": "rejected"} and year.board == {code(1): "missing"}


SHEET, BOOK, STYLES, STRINGS = "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml"


def patched(part: str, old: str, new: str) -> bytes:
    """The sound table of one school with a text in one part replaced."""

    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return repacked(bulk([school(2)]), {part: change})


def packed(*drop: str, more: dict[str, bytes] | None = None) -> bytes:
    """The sound table of one school without some parts and with others."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(bulk([school(2)]))) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in drop:
                new.writestr(name, old.read(name))
        for name, part in (more or {}).items():
            new.writestr(name, part)
    return stream.getvalue()


def flipped() -> bytes:
    raw = bytearray(bulk([school(2)]))
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        member = archive.getinfo(SHEET)
    raw[member.header_offset + 30 + len(SHEET) + member.compress_size // 2] ^= 0x55
    return bytes(raw)


def renamed(old: str, new: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(bulk([school(2)]))) as archive:
        return packed(old, more={new: archive.read(old)})


def sheets(count: int) -> bytes:
    return xlsx({BULK: bulk_rows([school(2)]), **{f"表{n}": [["x"]] for n in range(count - 1)}})


def far_blank_rows() -> bytes:
    rows = "".join(f'<row r="{n}"><c r="A{n}" s="0"/></row>' for n in range(10, 50_000))
    return patched(SHEET, "</sheetData>", rows + "</sheetData>")


REJECTED = {
    "A05 a flipped byte": (flipped, "F-DAMAGED"),
    "A07 macros": (lambda: packed(more={"xl/vbaProject.bin": b"x"}), "F-MACRO"),
    "A08 a document": (lambda: packed(BOOK, SHEET, "[Content_Types].xml", more={"word/document.xml": b"<w/>"}), "F-NOT-A-WORKBOOK"),
    "A09 no list of sheets": (lambda: packed(BOOK), "F-NOT-A-WORKBOOK"),
    "A10 no list of contents": (lambda: packed("[Content_Types].xml"), "F-NOT-A-WORKBOOK"),
    "A15 rows beyond any table": (
        lambda: patched(SHEET, "</sheetData>", '<row r="200000"><c r="A200000"><v>1</v></c></row></sheetData>'), "F-AREA",
    ),
    "B07 XML cut off": (lambda: patched(SHEET, "</sheetData>", ""), "F-DAMAGED"),
    "B08 a control sign": (lambda: patched(STRINGS, "小学", "\x01"), "F-DAMAGED"),
    "B12 an embedded object": (lambda: packed(more={"xl/embeddings/oleObject1.bin": b"x"}), "F-EMBEDDED"),
    "C06 many sheets": (lambda: sheets(51), "F-SHEETS"),
    "C09 many merged ranges": (
        lambda: patched(
            SHEET, "</sheetData>",
            "</sheetData><mergeCells>" + "".join(f'<mergeCell ref="A{n}:B{n}"/>' for n in range(9, 1_010)) + "</mergeCells>",
        ), "F-MERGES",
    ),
    "C14 a number in the last cell": (
        lambda: patched(SHEET, "</sheetData>", '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'), "F-AREA",
    ),
    "C15 a number far away": (
        lambda: patched(SHEET, "</sheetData>", '<row r="200000"><c r="BXX200000"><v>1</v></c></row></sheetData>'), "F-AREA",
    ),
    "E15 a string that is not there": (lambda: patched(SHEET, "<v>1</v>", "<v>99999</v>"), "F-DAMAGED"),
    "E16 no real address": (lambda: patched(SHEET, 'r="A2"', 'r="ZZZZ9999999"'), "F-AREA"),
}  # fmt: skip

ACCEPTED = {
    "B09 an empty fill": (lambda: patched(STYLES, '<fill><patternFill patternType="none"/></fill>', "<fill/>"), []),
    "B10 no styles": (lambda: packed(STYLES), []),
    "B11 links to other files": (
        lambda: packed(more={"xl/externalLinks/externalLink1.xml": b"<externalLink/>"}), ["F-LINKS-IGNORED"],
    ),
    "B13 an odd name of a part": (lambda: renamed(STRINGS, "xl/SharedStrings.xml"), []),
    "C01 a stated size too small": (lambda: patched(SHEET, '<dimension ref="', '<dimension ref="A1"/><dimension ref="'), []),
    "C03 a styled blank in the last cell": (
        lambda: patched(SHEET, "</sheetData>", '<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'), [],
    ),
    "C04 styled blank rows": (far_blank_rows, []),
    "C06 fewer sheets": (lambda: sheets(50), []),
    "E17 cells without addresses": (
        lambda: repacked(bulk([school(2)]), {SHEET: lambda text: re.sub(r'(<c|<row) r="[A-Z]*[0-9]+"', r"\1", text)}), [],
    ),
    "E32 an escaped line break": (lambda: patched(STRINGS, "小学</t>", "小学_x000D_</t>"), []),
}  # fmt: skip


class TestAmongOthers:
    """What becomes of a file, and that a sound one in the same inbox stays untouched."""

    @pytest.mark.parametrize("name", REJECTED)
    def test_rejected(self, name):
        make, rule = REJECTED[name]
        year = take_in({"坏.xlsx": make(), "好.xlsx": bulk([school(1)])})
        assert year.outcomes == {"坏.xlsx": "rejected", "好.xlsx": "accepted"}
        assert year.rules == [rule] and year.accepted == [code(1)]
        assert "请" in year.messages[0] and "Traceback" not in year.messages[0]

    @pytest.mark.parametrize("name", ACCEPTED)
    def test_accepted(self, name):
        make, rules = ACCEPTED[name]
        year = take_in({"怪.xlsx": make(), "好.xlsx": bulk([school(1)])})
        assert year.outcomes == {"怪.xlsx": "accepted", "好.xlsx": "accepted"}, year.messages
        assert year.rules == rules and year.row(code(2))["books"] == 11250

    def test_too_long_a_text_costs_its_own_school(self):
        year = take_in({"表.xlsx": bulk([school(1, name="长" * 32_767), school(2)])})
        error = year.one("C-LONG")
        assert year.accepted == [code(2)] and len(error.message()) < 500 and len(error.value) <= 100

    def test_a_text_longer_than_a_cell_can_hold(self):
        year = take_in({"怪.xlsx": patched(STRINGS, "小学</t>", "学" * 200_000 + "</t>"), "好.xlsx": bulk([school(1)])})
        assert year.accepted == [code(1)] and all(len(message) < 500 for message in year.messages)


class TestTotals:
    def total(self, add: int):
        rows = bulk_rows([school(1), school(2)])
        sums = [
            sum(row[i] for row in rows[1:]) if all(isinstance(row[i], (int, float)) for row in rows[1:]) else None
            for i in range(len(rows[0]))
        ]
        sums[1], sums[rows[0].index("图书册数")] = "合计", 22500 + add
        return take_in({"表.xlsx": xlsx({BULK: [*rows, sums]})})

    def test_a_right_total_is_a_note(self):
        year = self.total(0)
        assert severities(year) == {"note"} and year.accepted == [code(1), code(2)]

    def test_a_wrong_total_is_a_query(self):
        """A total row is held against the sum of the schools."""
        year = self.total(1)
        assert "query" in severities(year) and year.accepted == [code(1), code(2)]


class TestFormulas:
    def test_a_computed_formula_is_its_value(self):
        year = take_in({"表.xlsx": table(books=Formula("=5000+6250", 11250))})
        assert year.errors() == [] and year.row(code(1))["books"] == 11250

    def test_one_that_was_never_computed_is_told_as_such(self):
        """Not as 没有填写."""
        year = take_in({"表.xlsx": by_openpyxl(lambda sheet: sheet.__setitem__(CELL, "=5000+6250"))})
        (error,) = year.errors()
        assert error.cell == CELL and "公式" in error.message()

    def test_a_stale_one_is_a_query(self):
        year = take_in({"表.xlsx": table(books=Formula("=5000+6250", 9999))})
        assert "query" in severities(year, cell=CELL)

    @pytest.mark.parametrize("name", ["#DIV/0!", "#REF!", "#N/A", "#VALUE!", "#NAME?"])
    def test_errors_are_named(self, name):
        """Not as 没有填写."""
        year = take_in({"表.xlsx": table(books=Formula("=1/0", name))})
        (error,) = year.errors()
        assert (error.rule, error.cell) == ("C-EXCEL-ERROR", CELL) and name in error.message()


class TestCells:
    @pytest.mark.parametrize("value", ["NaN", "1E+400", "-INF", "abc"])
    def test_one_odd_number_costs_one_school(self, value):
        content = repacked(
            table(books=123456), {"xl/worksheets/sheet1.xml": lambda text: text.replace("<v>123456</v>", f"<v>{value}</v>")}
        )
        year = take_in({"表.xlsx": content})
        assert year.accepted == [code(2)]
        assert [f.cell for f in year.errors()] == [CELL]

    def test_a_date_is_told_as_a_date(self):
        error = take_in({"表.xlsx": table(books=dt.datetime(2024, 1, 2))}).one("C-DATE")
        assert error.cell == CELL and "2024-01-02" in error.message() and "45293" not in error.message()

    def test_a_share_of_a_count(self):
        assert take_in({"表.xlsx": table(books=0.85)}).one("C-INTEGER").cell == CELL

    def test_a_comment_and_a_struck_through_number_are_queries(self):

        def comment(sheet):
            sheet[CELL].comment = Comment("应为 9000", "张")

        def strike(sheet):
            sheet[CELL].font = Font(strike=True)

        assert "query" in severities(take_in({"一.xlsx": by_openpyxl(comment)}), cell=CELL)
        assert "query" in severities(take_in({"二.xlsx": by_openpyxl(strike)}), cell=CELL)

    @pytest.mark.parametrize(
        "name", ["=1+1小学", "+青禾", "@校", "<script>alert(1)</script>", "{{7*7}}", "Robert'); DROP TABLE", "青禾\n[ERROR] 校"]
    )
    def test_hostile_text_in_a_name_is_text(self, name):
        year = take_in({"表.xlsx": bulk([school(1, name=name)])})
        assert year.messages == [] and year.row(code(1))["school_name"] == " ".join(name.split())

    def test_text_with_braces_does_not_break_the_messages(self):
        year = take_in({"校.xlsx": form(school(1, name="{label}{0}", books="{value}册", ownership="{options}"))})
        assert any("{value}册" in text for text in year.messages) and any("{options}" in text for text in year.messages)


class TestForms:
    def test_three_names_for_three_schools(self):
        """The file is called after one school and holds another: nothing is guessed."""
        year = take_in({f"{code(9)}_青禾县第九学校.xlsx": form(school(1))}, [school(1), school(9)])
        assert "error" in severities(year)

    def test_last_years_form(self):
        rows = form_rows(school(1), "2023-2024")
        year = take_in({"校.xlsx": xlsx({"学校填报表": rows}, day(3))})
        assert year.rules == ["F-YEAR"]
