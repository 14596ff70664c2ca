"""From the bytes of a file to sheets of typed cells.

Belongs here: kinds of files, encodings, times. Does not belong here: what the cells mean.
"""

import datetime as dt
import re

import pytest

from builders.workbooks import MODIFIED, compound_file, csv_table, old_workbook, repacked, xlsx
from domain.intake import workbook
from domain.intake.findings import Unreadable
from domain.intake.gate import pass_gate
from domain.intake.workbook import open_book

ROWS = [["学校标识码", "学校名称"], ["3605210001", "青禾小学"]]


def refused(name: str, content: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        open_book(name, content)
    return caught.value.finding.rule


class TestKinds:
    @pytest.mark.parametrize(
        "name", ["a.pdf", "a.jpg", "a.docx", "a.zip", "a.xlsm", "a.txt", "a", "a.xlsx.exe", "夹/a.PDF", ".xlsx"]
    )
    def test_no_table(self, name):
        assert refused(name, b"anything") == "F-TYPE"
        with pytest.raises(Unreadable) as caught:
            open_book(name, b"anything")
        assert not re.search("[一-鿿]", caught.value.finding.message("en").replace(name, ""))

    def test_the_kind_is_named(self):
        with pytest.raises(Unreadable) as caught:
            open_book("扫描件.pdf", b"%PDF")
        assert "扫描件.pdf" in caught.value.finding.message() and "PDF" in caught.value.finding.message()

    @pytest.mark.parametrize("name", ["a.xlsx", "a.xls", "a.csv"])
    def test_empty(self, name):
        assert refused(name, b"") == "F-EMPTY"

    @pytest.mark.parametrize("name", ["a.XLSX", "a.Xlsx", "甲.乙.xlsx"])
    def test_the_ending_in_any_case(self, name):
        assert open_book(name, xlsx({"表": ROWS})).sheets[0].rows == ROWS

    @pytest.mark.parametrize("name", ["a.xls", "a.et", "a.csv"])
    def test_a_workbook_by_the_name_of_another_table(self, name):
        assert open_book(name, xlsx({"表": ROWS})).sheets[0].rows == ROWS

    def test_too_large(self, monkeypatch):
        monkeypatch.setattr(workbook, "SIZE_LIMIT", 1000)
        assert refused("a.csv", b"x" * 1001) == "F-SIZE"
        assert open_book("a.csv", b"x" * 1000).sheets

    @pytest.mark.parametrize("content", [b"<html><table>", b"  <TABLE>", b"<!DOCTYPE html>", b"<?xml version='1.0'?><Workbook>"])
    @pytest.mark.parametrize("name", ["a.xls", "a.xlsx"])
    def test_web_pages(self, name, content):
        assert refused(name, content) == "F-HTML"

    @pytest.mark.parametrize("content", ["学校标识码".encode("gbk"), b"%PDF-1.7", b"MZ"])
    def test_another_kind_of_file_by_that_name(self, content):
        assert refused("a.xlsx", content) == "F-NOT-A-WORKBOOK"

    @pytest.mark.parametrize(
        "content",
        [
            b"PK\x03\x04",
            xlsx({"表": ROWS})[:-900],
            xlsx({"表": ROWS})[:200],
        ],
    )
    def test_damaged(self, content):
        assert refused("a.xlsx", content) == "F-DAMAGED"

    def test_encrypted(self):
        content = compound_file({"EncryptionInfo": b"\x04\0\x04\0" + b"\0" * 100, "EncryptedPackage": b"\1" * 5000})
        assert refused("a.xlsx", content) == "F-PASSWORD"

    @pytest.mark.parametrize("name", ["a.xls", "a.xlsx"])
    def test_old_format_is_read_with_a_note(self, name):
        book = open_book(name, old_workbook())
        assert book.sheets[0].rows == ROWS and book.sheets[0].name == "汇总表"
        assert book.remarks == ["F-OLD-FORMAT"] and book.modified is None
        assert open_book("a.xlsx", xlsx({"表": ROWS})).remarks == []


class TestCells:
    def test_types(self):
        row = ["文字", 450, 4.5, True, False, dt.datetime(2024, 1, 2), None, "'450"]
        assert open_book("a.xlsx", xlsx({"表": [row]})).sheets[0].rows[0] == [
            "文字",
            450.0,
            4.5,
            True,
            False,
            dt.date(2024, 1, 2),
            "",
            "'450",
        ]

    def test_addresses_do_not_shift_where_the_top_left_is_blank(self):
        rows = [[], [], [None, None, "x"]]
        book = open_book("a.xlsx", xlsx({"表": rows}))
        assert book.sheets[0].rows[2][2] == "x" and len(book.sheets[0].rows) == 3

    def test_sheets_in_order_with_their_visibility(self):
        book = open_book("a.xlsx", xlsx({"一": ROWS, "二": ROWS}, hidden=["二"]))
        assert [(sheet.name, sheet.visible) for sheet in book.sheets] == [("一", True), ("二", False)]

    def test_no_sheet_has_anything(self):
        assert open_book("a.xlsx", xlsx({"一": []})).sheets[0].rows == []

    def test_inline_strings_and_cells_without_an_address(self):
        """Written by other programs."""
        sheet = (
            '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
            '<row><c t="inlineStr"><is><t>学校标识码</t></is></c><c><v>7</v></c></row></sheetData></worksheet>'
        )
        content = repacked(xlsx({"表": ROWS}), {"xl/worksheets/sheet1.xml": lambda _: sheet})
        assert open_book("a.xlsx", content).sheets[0].rows == [["学校标识码", 7.0]]

    @pytest.mark.parametrize("stated", ["A1", "A1:XFD1048576", "B7:C9"])
    def test_a_wrong_dimension_is_not_believed(self, stated):
        import re

        content = repacked(
            xlsx({"表": ROWS}),
            {"xl/worksheets/sheet1.xml": lambda text: re.sub(r'<dimension ref="[^"]*"', f'<dimension ref="{stated}"', text)},
        )
        assert open_book("a.xlsx", content).sheets[0].rows == ROWS

    @pytest.mark.parametrize("value", ["NaN", "1E+400", "-INF", "abc", "9" * 400])
    def test_one_odd_number_does_not_lose_the_file(self, value):
        """Where a library other than a spreadsheet program wrote the file."""
        content = repacked(
            xlsx({"表": [["校", 450, "尾"]]}),
            {"xl/worksheets/sheet1.xml": lambda text: text.replace("<v>450</v>", f"<v>{value}</v>")},
        )
        row = open_book("a.xlsx", content).sheets[0].rows[0]
        assert (row[0], row[2]) == ("校", "尾")


def changed(change, part: str = "xl/worksheets/sheet1.xml") -> bytes:
    return repacked(xlsx({"表": [["校", 450, "尾"]]}), {part: change})


class TestUnusualFiles:
    """What offices would open is read, by whichever reader can; what differs from reader to reader is settled before."""

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("<v>450</v>", "<v>4<!-- x -->50</v>"),
            ("<v>450</v>", "<v><![CDATA[450]]></v>"),
            ("<v>450</v>", "<v>45<?x y?>0</v>"),
            ('r="B1"', "r='B1'"),
            ('r="B1"', 'r="&#66;1"'),
            ('r="B1"', 'r="b1"'),
            ('<c r="B1">', "<c>"),
            ('<row r="1" spans="1:3">', "<row>"),
            ('<dimension ref="A1:C1"', '<dimension ref="??"'),
            ('<dimension ref="A1:C1"', '<dimension ref=""'),
            ("<v>450</v>", '<v>450</v><x:f xmlns:x="urn:x">1</x:f><!-- x -->'),
        ],
    )
    def test_sheets_written_in_another_manner(self, old, new):
        assert open_book("a.xlsx", changed(lambda text: text.replace(old, new))).sheets[0].rows == [["校", 450.0, "尾"]]

    def test_cells_of_a_foreign_namespace_are_none(self):
        content = changed(lambda text: text.replace('<c r="B1"><v>450</v></c>', '<x:c xmlns:x="urn:x" r="B1"><x:v>9</x:v></x:c>'))
        assert open_book("a.xlsx", content).sheets[0].rows == [["校", "", "尾"]]

    def test_the_second_reader(self):
        book = open_book("a.xlsx", changed(lambda text: text.replace('<c r="B1">', '<c r="B1" t="zz">')))
        assert book.sheets[0].rows == [["校", "450", "尾"]] and book.remarks == ["F-SECOND-READER"]

    @pytest.mark.parametrize("part", ["xl/styles.xml", "xl/sharedStrings.xml"])
    def test_styles_that_other_programs_write(self, part):
        """Both readers together read what one of them alone refuses: an empty fill, an odd name of a part."""
        fill = changed(lambda text: text.replace('<fill><patternFill patternType="none"/></fill>', "<fill/>"), "xl/styles.xml")
        assert open_book("a.xlsx", fill).sheets[0].rows == [["校", 450.0, "尾"]]

    def test_a_part_with_an_odd_name(self):
        import io
        import zipfile

        stream = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(xlsx({"表": ROWS}))) as old, zipfile.ZipFile(stream, "w") as new:
            for name in old.namelist():
                new.writestr(name.replace("sharedStrings", "SharedStrings"), old.read(name))
        assert open_book("a.xlsx", stream.getvalue()).sheets[0].rows == ROWS

    @pytest.mark.parametrize(
        ("part", "old", "new"),
        [
            ("xl/worksheets/sheet1.xml", "<v>1</v>", "<v>99</v>"),
            ("xl/worksheets/sheet1.xml", "</worksheet>", ""),
            ("xl/workbook.xml", 'r:id="rId1"', 'r:id="rId9"'),
            ("xl/styles.xml", "</styleSheet>", ""),
        ],
    )
    def test_what_neither_reads(self, part, old, new):
        assert refused("a.xlsx", changed(lambda text: text.replace(old, new), part)) == "F-DAMAGED"

    def test_a_fault_within_the_native_reader(self, monkeypatch):
        class PanicException(BaseException):
            pass

        class Faulty:
            @staticmethod
            def from_filelike(_):
                raise PanicException

        monkeypatch.setattr(workbook, "CalamineWorkbook", Faulty)
        book = open_book("a.xlsx", xlsx({"表": [["校", 450, True, 4.5, dt.datetime(2024, 1, 2)], [], ["尾_x000D_"]]}))
        assert book.remarks == ["F-SECOND-READER"]
        assert book.sheets[0].rows == [["校", 450.0, True, 4.5, dt.date(2024, 1, 2)], [""] * 5, ["尾_x000D_", "", "", "", ""]]
        assert refused("a.xls", old_workbook()) == "F-DAMAGED"

    def test_an_interrupt_is_not_about_the_file(self, monkeypatch):
        class Stopped:
            @staticmethod
            def from_filelike(_):
                raise KeyboardInterrupt

        monkeypatch.setattr(workbook, "CalamineWorkbook", Stopped)
        with pytest.raises(KeyboardInterrupt):
            open_book("a.xlsx", xlsx({"表": ROWS}))

    def test_both_readers_agree(self):
        rows = [
            ["学校标识码", "甲_乙", 0.1, 1e15, "", True],
            ["3605210001", "两\n行", dt.datetime(2024, 1, 2, 8, 30), -5, "尾", False],
        ]
        content = repacked(
            xlsx({"表": rows, "二": [[], ["", "x"]], "空": []}, hidden=["二"]),
            {"xl/sharedStrings.xml": lambda text: text.replace("甲_乙", "甲_x000D_乙_x005F_x000D_")},
        )
        first = open_book("a.xlsx", content).sheets
        second = workbook.second_reading(pass_gate(content).parts)
        assert [(s.name, s.rows, s.visible) for s in second] == [(s.name, s.rows, s.visible) for s in first]
        assert first[0].rows[0][1] == "甲\r乙_x000D_"

    def test_the_second_reader_is_not_spread_out_by_a_styled_corner(self):
        content = changed(lambda text: text.replace("</row>", '</row><row r="1048576"><c r="XFD1048576" s="0"/></row>'))
        assert workbook.second_reading(pass_gate(content).parts)[0].rows == [["校", 450.0, "尾"]]


class TestModified:
    def test_in_utc(self):
        assert open_book("a.xlsx", xlsx({"表": ROWS}, dt.datetime(2024, 9, 10, 8, 30))).modified == "2024-09-10T08:30:00+00:00"

    def test_with_an_offset(self):
        content = repacked(
            xlsx({"表": ROWS}, MODIFIED), {"docProps/core.xml": lambda text: text.replace("08:00:00Z", "08:00:00+08:00")}
        )
        assert open_book("a.xlsx", content).modified == "2024-09-10T00:00:00+00:00"

    @pytest.mark.parametrize("said", ["", "yesterday", "2024-99-99T00:00:00Z", "0000-00-00T00:00:00Z"])
    def test_none_that_can_be_read(self, said):
        content = repacked(
            xlsx({"表": ROWS}, MODIFIED), {"docProps/core.xml": lambda text: text.replace("2024-09-10T08:00:00Z", said)}
        )
        assert open_book("a.xlsx", content).modified is None

    def test_absent(self):
        assert open_book("a.xlsx", xlsx({"表": ROWS}, None)).modified is None
        assert open_book("a.csv", csv_table(ROWS)).modified is None


class TestCsv:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
    @pytest.mark.parametrize("delimiter", [",", "\t", ";"])
    def test_encodings_and_delimiters(self, encoding, delimiter):
        book = open_book("a.csv", csv_table(ROWS, encoding, delimiter))
        assert book.sheets[0].rows == ROWS and book.textual

    @pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
    def test_line_ends(self, ending):
        content = ending.join(",".join(row) for row in ROWS).encode()
        assert open_book("a.csv", content).sheets[0].rows == ROWS

    def test_quotes_commas_and_line_breaks_in_a_cell(self):
        rows = [["学校标识码", "学校\n名称"], ["1,2", '他说"好"']]
        assert open_book("a.csv", csv_table(rows)).sheets[0].rows == rows

    def test_rare_characters_of_gb18030(self):
        rows = [["㐀𠮷田小学", "䶮"]]
        assert open_book("a.csv", csv_table(rows, "gb18030")).sheets[0].rows == rows

    @pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
    def test_other_encodings(self, encoding):
        assert refused("a.csv", csv_table([["学校标识码", "abc"]] * 3, encoding)) == "F-ENCODING"

    @pytest.mark.parametrize("content", [b"\xff\xff\xff", b"a\x00b,c", b"\x81"])
    def test_no_text(self, content):
        assert refused("a.csv", content) == "F-ENCODING"

    def test_a_cell_without_end(self):
        assert refused("a.csv", b'"' + b"x" * 200_000) == "F-QUOTES"

    def test_a_comma_in_the_text_does_not_decide_the_delimiter(self):
        content = ("学校标识码;学校名称;乡镇(街道)\n3605210001;甲校,乙部;东乡\n").encode()
        assert open_book("a.csv", content).sheets[0].rows[1] == ["3605210001", "甲校,乙部", "东乡"]
