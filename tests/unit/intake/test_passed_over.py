"""What a reader of values passes over, told for the cells that are values, and silence about everything else.

Belongs here: hidden, merged, commented, struck through, linked and stale cells from real files on; our own forms, untouched.
Does not belong here: the arithmetic of formulas (``test_formulas``), the gate (``test_gate``).
"""

import datetime as dt
import io
import re
import zipfile

import openpyxl
import pytest
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.styles import Font

from builders.intake import Settled, reading_of, take_in
from builders.schools import YEAR, code, school
from builders.workbooks import BULK, FORM, MODIFIED, Formula, bulk, bulk_rows, cell_of, entry_of, form, form_rows, repacked, xlsx
from data_contracts.catalogue import fields
from data_contracts.school_year import SchoolYear
from data_contracts.vocabulary import RECEIPT_AUTHOR, RECEIPT_OPENING
from domain.intake.findings import Finding
from domain.intake.plain_sheet import column_letters
from domain.intake.workbook import open_book
from domain.reporting.bulk_table import blank_bulk_table
from domain.reporting.school_form import school_form

ROWS = bulk_rows([school(1), school(2), school(3)])
BOOKS = cell_of(ROWS, "图书册数")
COLUMN = BOOKS.rstrip("0123456789")
NEXT = cell_of(ROWS, "图书册数", 2)
ENTRY = entry_of(form_rows(school(1)), "图书册数")
SHEET = "xl/worksheets/sheet1.xml"


def edited(content: bytes, edit) -> bytes:
    """A workbook opened by openpyxl, changed and saved."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    edit(book.worksheets[0], book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def table(edit=lambda sheet, book: None) -> bytes:
    return edited(bulk([school(1), school(2), school(3)]), edit)


def part(content: bytes, name: str) -> str:
    """A part of a workbook."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name).decode()


def with_books(value: object) -> bytes:
    """The table of three schools with 图书册数 of the first replaced; shared strings."""
    rows = [list(row) for row in ROWS]
    rows[1][rows[0].index("图书册数")] = value
    return xlsx({BULK: rows})


def own_form(**values: object) -> bytes:
    """Our own form as it is sent out, some items filled in."""
    identity = {"school_id": code(1), "school_name": "青禾县第一小学", "school_type": "小学"}
    given = {(key, None): value for key, value in values.items()}
    required = frozenset(key for key, field in fields().items() if field.required == "yes")
    return school_form(SchoolYear.parse(YEAR), identity, values=given, modified=MODIFIED, required_keys=required)


def beside(content: bytes, name: str = "表.xlsx") -> list[Finding]:
    """The findings of a file other than those about blank or missing figures."""
    return [f for f in reading_of(name, content).findings if f.rule != "F-NO-SCHOOL"]


def rules(content: bytes) -> list[str]:
    return [finding.rule for finding in beside(content)]


class TestOurOwnForms:
    """They hold formulas, merged covers and a sheet of checks; none of it is the school's doing."""

    @pytest.mark.parametrize(
        "content",
        [
            own_form(),
            own_form(books=11250, staff=12),
            blank_bulk_table(SchoolYear.parse(YEAR), modified=MODIFIED, required_keys=frozenset()),
        ],
    )
    def test_nothing_is_remarked(self, content):
        assert rules(content) == []

    @pytest.mark.parametrize("content", [own_form(), own_form(books=11250)])
    def test_nor_after_another_program_saved_them_without_computing(self, content):
        assert rules(edited(content, lambda sheet, book: None)) == []

    def test_a_form_of_another_hand(self):
        assert rules(form(school(1))) == [] and rules(bulk([school(1)])) == []


class TestErrors:
    @pytest.mark.parametrize("column", ["图书册数", "学校名称", "办学类型"])
    def test_named_in_every_kind_of_field(self, column):
        rows = [list(row) for row in ROWS]
        rows[1][rows[0].index(column)] = Formula("=1/0", "#REF!")
        error = take_in({"表.xlsx": xlsx({BULK: rows})}).one("C-EXCEL-ERROR")
        assert (error.cell, error.row, error.value) == (cell_of(rows, column), 2, "#REF!")

    def test_in_the_last_column_and_row_alone(self):
        rows = [["学校标识码", "x"], ["3605210001", Formula("=1/0", "#N/A")]]
        assert open_book("a.xlsx", xlsx({"表": rows})).sheets[0].rows[1][1] == "#N/A"

    def test_the_other_schools_count(self):
        assert take_in({"表.xlsx": with_books(Formula("=1/0", "#N/A"))}).accepted == [code(2), code(3)]


class TestFormulas:
    def test_never_computed(self):
        year = take_in({"表.xlsx": with_books(Formula("=5000&6250"))})
        (error,) = year.errors()
        assert (error.rule, error.cell, error.row, error.value) == ("C-NOT-COMPUTED", BOOKS, 2, "=5000&6250")
        assert year.accepted == [code(2), code(3)]

    def test_never_computed_in_a_form_by_openpyxl(self):
        content = edited(form(school(1)), lambda sheet, book: sheet.__setitem__(ENTRY, "=5000+6250"))
        (error,) = take_in({"校.xlsx": content}).errors()
        assert (error.rule, error.cell, error.row) == ("C-NOT-COMPUTED", ENTRY, 0)

    def test_never_computed_in_words(self):
        content = table(lambda sheet, book: sheet.__setitem__(cell_of(ROWS, "学校名称"), '="青禾"&"小学"'))
        assert [f.rule for f in take_in({"表.xlsx": content}).errors()] == ["C-NOT-COMPUTED"]

    def test_an_empty_text_as_result_is_blank(self):
        content = repacked(
            with_books(Formula('=IF(1,"","x")', "旧")),
            {SHEET: lambda text: re.sub(r'(t="str"><f>[^<]*</f>)<v>旧</v>', r"\1<v></v>", text)},
        )
        assert [f.rule for f in take_in({"表.xlsx": content}).errors()] == ["C-REQUIRED"]

    def test_words_that_begin_with_an_equals_sign_are_words(self):
        """Typed behind an apostrophe: a group heading and names, marked as text by ``quotePrefix``."""

        def typed(sheet, book):
            for address, text in (("B2", "=第一小学"), ("A3", "=第二片区"), ("B4", "=SUM(A1)")):
                cell = sheet[address]
                cell.value, cell.data_type, cell.style = text, "s", cell.style
                cell._style.quotePrefix = 1

        rows = [ROWS[0], ROWS[1], [None] * len(ROWS[0]), ROWS[2]]
        year = take_in({"表.xlsx": edited(xlsx({BULK: rows}), typed)})
        assert year.accepted == [code(1), code(2)] and year.row(code(1))["school_name"] == "=第一小学"
        assert "第 3 行“=第二片区”" in year.one("R-OTHER").message() and year.row(code(2))["school_name"] == "=SUM(A1)"
        assert year.rules == ["R-OTHER"], year.messages

    def test_stale(self):
        query = take_in({"表.xlsx": with_books(Formula("=5000+6250", 9999))}).one("C-STALE")
        assert (query.cell, query.row, query.field, query.severity) == (BOOKS, 2, "books", "query")
        assert "9999" in query.message() and "11250" in query.message() and "=5000+6250" in query.message()

    def test_stale_and_blank(self):
        """The result kept in the file is a text without a letter: a sentence without it would have a hole."""
        content = repacked(
            with_books(Formula("=5000+6250", "旧")),
            {SHEET: lambda text: re.sub(r'(t="str"><f>[^<]*</f>)<v>旧</v>', r"\1<v></v>", text)},
        )
        query = take_in({"表.xlsx": content}).one("C-STALE")
        assert "11250,而文件中保存的结果是空," in query.message() and "kept in the file is empty," in query.message("en")

    def test_a_stale_sum_over_other_cells(self):
        assert rules(with_books(Formula(f"=SUM({COLUMN}3:{COLUMN}4)/2", 11250))) == []
        assert rules(with_books(Formula(f"=SUM({COLUMN}3:{COLUMN}4)/2", 11251))) == ["C-STALE"]

    @pytest.mark.parametrize(("part", "told"), [("1250", ["C-SUM-SKIPS"]), (1250, []), ("约", [])])
    def test_a_sum_that_leaves_out_a_number_kept_as_text(self, part, told):
        """SUM takes text for nothing: 10000 and the text 1250 are 10000."""
        total = 11250 if part == 1250 else 10000
        rows = [[*row, *more] for row, more in zip(ROWS, ([None] * 9, [None] * 7 + [10000, part], [], []), strict=False)]
        left, right = (column_letters(len(ROWS[0]) + number) for number in (8, 9))
        rows[1][rows[0].index("图书册数")] = Formula(f"=SUM({left}2:{right}2)", total)
        found = [one for one in reading_of("表.xlsx", xlsx({BULK: rows})).findings if one.rule.startswith("C-")]
        assert [one.rule for one in found] == told
        assert not told or (
            found[0].cell == BOOKS and f"({right}2)" in found[0].message() and "结果为 10000" in found[0].message()
        )

    def test_rounding_noise_is_not_stale(self):
        assert rules(with_books(Formula("=0.1+0.2", 0.3))) == ["C-INTEGER"]

    def test_a_shared_formula(self):
        content = repacked(
            bulk([school(1), school(2), school(3)]),
            {SHEET: lambda text: shared(text, f'r="{BOOKS}"', f'r="{NEXT}"')},
        )
        assert [(f.rule, f.cell) for f in beside(content)] == [("C-STALE", NEXT)]

    def test_other_formulas_are_counted_once(self):
        rows = [list(row) for row in ROWS]
        for row in rows[1:]:
            row[rows[0].index("图书册数")] = Formula("=IF(1,11250,0)", 11250)
        year = take_in({"表.xlsx": xlsx({BULK: rows})})
        note = year.one("F-FORMULAS")
        assert year.rules == ["F-FORMULAS"] and "3 个" in note.message() and BOOKS in note.message()

    def test_a_long_list_says_how_many_more(self):
        rows = bulk_rows([school(n) for n in range(1, 16)])
        for row in rows[1:]:
            row[rows[0].index("图书册数")] = Formula("=IF(1,11250,0)", 11250)
        assert "另有 5 处" in take_in({"表.xlsx": xlsx({BULK: rows})}).one("F-FORMULAS").message()

    @pytest.mark.parametrize("value", [11250, ""])
    def test_another_workbook(self, value):
        year = take_in({"表.xlsx": with_books(Formula("=[1]Sheet1!A1", value))})
        (error,) = year.errors()
        assert (error.rule, error.cell, error.row) == ("C-LINKED", BOOKS, 2) and year.accepted == [code(2), code(3)]

    def test_formulas_outside_the_values_are_nobodys_business(self):
        rows = [[*row, cell] for row, cell in zip(ROWS, ("备注", *[Formula("=[1]A!A1", 5)] * 3), strict=True)]
        assert take_in({"表.xlsx": xlsx({BULK: rows})}).errors() == []


def shared(text: str, first: str, second: str) -> str:
    """A shared formula in two cells of 11250: right in the first, stale in the second."""
    text = re.sub(rf"(<c {first}[^>]*>)<v>\d+</v>", r'\1<f t="shared" ref="A1:A2" si="0">$A$1*0+11250+0*A2</f><v>11250</v>', text)
    text = text.replace("$A$1*0+11250+0*A2", f"11250+0*SUM({COLUMN}4)")
    return re.sub(rf"(<c {second}[^>]*>)<v>\d+</v>", r'\1<f t="shared" si="0"/><v>9000</v>', text)


class TestHidden:
    @pytest.mark.parametrize("state", ["hidden", "veryHidden"])
    def test_sheets_with_data(self, state):
        def edit(sheet, book):
            extra = book.create_sheet("旧表")
            for row in bulk_rows([school(1, books=9)]):
                extra.append(row)
            extra.sheet_state = state

        year = take_in({"表.xlsx": table(edit)})
        assert year.rules == ["F-HIDDEN-SHEET"] and year.row(code(1))["books"] == 11250
        assert year.one("F-HIDDEN-SHEET").sheet == "旧表"

    def test_a_hidden_sheet_alone_has_no_table(self):
        content = xlsx({"封面": [["x"]], "数据": bulk_rows([school(1)])}, hidden=["数据"])
        assert rules(content) == ["F-HIDDEN-SHEET", "F-NO-TABLE"]

    def test_empty_hidden_sheets_are_passed_over(self):
        assert rules(xlsx({"表": ROWS, "空": [], "空格": [[" "]], "WpsReserved_CellImgList": [["x"]]}, hidden=["空", "空格", "WpsReserved_CellImgList"])) == []  # fmt: skip

    def test_lists_of_choices_that_are_hidden_are_passed_over(self):
        """Tables of counties keep the words of their drop-down lists on a hidden sheet."""
        lists = [["办学类型", "举办者类型", ""], ["小学", "公办", "是"], ["九年一贯制学校", "民办", "否"]]
        assert rules(xlsx({"表": ROWS, "选项": lists}, hidden=["选项"])) == []
        assert rules(xlsx({"表": ROWS, "选项": [*lists, ["小学", "上报", ""]]}, hidden=["选项"])) == ["F-HIDDEN-SHEET"]
        assert rules(xlsx({"表": ROWS, "选项": [*lists, [5, "", ""]]}, hidden=["选项"])) == ["F-HIDDEN-SHEET"]

    def test_a_row(self):
        query = take_in({"表.xlsx": table(lambda sheet, book: hide_rows(sheet, 3))}).one("R-HIDDEN")
        assert query.row == 3 and "第 3 行" in query.message()

    def test_many_rows_are_one_finding(self):
        def edit(sheet, book):
            for number in range(4, 20):
                sheet.append([cell if c else code(number) for c, cell in enumerate(ROWS[1])])
            hide_rows(sheet, *range(2, 20))

        query = take_in({"表.xlsx": table(edit)}).one("R-HIDDEN")
        assert query.row is None and "另有 8 处" in query.message()

    def test_what_is_hidden_is_known_by_its_name_wherever_it_stands(self):
        def hidden(*rows, above=0):
            def edit(sheet, book):
                for number in range(4, 150):
                    sheet.append([cell if c else code(number) for c, cell in enumerate(ROWS[1])])
                if above:
                    sheet.insert_rows(1, above)
                hide_rows(sheet, *(row + above for row in rows))

            return take_in({"表.xlsx": table(edit)}).one("R-HIDDEN").compared

        assert hidden(5) == hidden(5, above=2) != hidden(6)
        many = range(2, 130)
        assert hidden(*many) == hidden(*many, above=2) != hidden(*many[:-1], 140) and len(hidden(*many)) < 600

    def test_columns(self):
        def edit(sheet, book):
            sheet.column_dimensions[COLUMN].hidden = True
            sheet.column_dimensions["ZZ"].hidden = True

        message = take_in({"表.xlsx": table(edit)}).one("R-HIDDEN").message()
        assert f"{COLUMN} 列" in message and "ZZ" not in message

    def test_as_libreoffice_writes_it(self):
        content = repacked(table(), {SHEET: lambda text: text.replace('<row r="3"', '<row r="3" hidden="true"').replace('<row r="2"', '<row r="2" hidden="false"')})  # fmt: skip
        assert [(f.rule, f.row) for f in beside(content)] == [("R-HIDDEN", 3)]

    def test_of_a_form(self):
        row = int(ENTRY[1:])
        content = edited(form(school(1)), lambda sheet, book: hide_rows(sheet, row))
        assert [(f.rule, f.row) for f in beside(content)] == [("R-HIDDEN", 0)]

    def test_without_data(self):
        assert rules(table(lambda sheet, book: hide_rows(sheet, 40, 1))) == []

    @pytest.mark.parametrize("size, told", [("0", True), ("0.75", True), ("4", False)])
    def test_a_row_without_height_and_a_column_without_width(self, size, told):
        """Dragged shut instead of hidden by the menu."""
        number = openpyxl.utils.column_index_from_string(COLUMN)
        row, columns = (
            f'<row r="3" ht="{size}" customHeight="1"',
            f'<col min="{number}" max="{number}" width="{size}" customWidth="1"/>',
        )
        flat = repacked(table(), {SHEET: lambda text: re.sub(r'<row r="3"', row, text)})
        narrow = repacked(table(), {SHEET: lambda text: text.replace("<sheetData>", f"<cols>{columns}</cols><sheetData>")})
        for content, place in ((flat, "第 3 行"), (narrow, f"{COLUMN} 列")):
            found = beside(content)
            assert [(f.rule, place in f.message()) for f in found] == ([("R-HIDDEN", True)] if told else [])


def hide_rows(sheet, *rows: int) -> None:
    for row in rows:
        sheet.row_dimensions[row].hidden = True


class TestMerged:
    def test_over_two_schools(self):
        year = take_in({"表.xlsx": table(lambda sheet, book: sheet.merge_cells(f"{BOOKS}:{NEXT}"))})
        assert [(f.row, f.field) for f in year.told("C-MERGED")] == [(2, "books"), (3, "books")]
        assert year.accepted == [code(3)] and f"{BOOKS}:{NEXT}" in year.told("C-MERGED")[0].message()

    def of_townships(self, words: list, cells: str, label: str = "乡镇(街道)") -> Settled:
        """A table of five schools with words of their own, and cells of these merged; what stands in covered cells stays."""
        rows = [list(row) for row in bulk_rows([school(number) for number in range(1, 6)])]
        if label not in rows[0]:
            rows = [[*row, label if row is rows[0] else ""] for row in rows]
        at = rows[0].index(label)
        for row, word in zip(rows[1:], words, strict=True):
            row[at] = word
        letters = openpyxl.utils.get_column_letter(at + 1)
        first, last = cells.split(":")
        return take_in({"表.xlsx": self.over(xlsx({BULK: rows}), f"{letters}{first}:{letters}{last}")})

    def test_one_township_for_several_schools_is_that_of_each_and_told(self):
        """C09: merged downwards, as offices do."""
        year = self.of_townships(["东乡", "", "", "西乡", ""], "2:4")
        assert list(year.settlement.returns["township"].fillna("")) == ["东乡", "东乡", "东乡", "西乡", ""]
        told = year.one("C-MERGED-WORDS")
        assert told.severity == "note" and "“东乡”" in told.message() and "3 所" in told.message() and told.cell.endswith("2")
        assert year.outcomes == {"表.xlsx": "accepted"} and not year.told("C-MERGED")

    def test_what_was_filled_down_stands_at_the_cells_that_it_covers(self):
        values = self.of_townships(["东乡", "", "", "西乡", ""], "2:4").intake.values
        mine = values[values["field"] == "township"]
        assert [cell.strip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") for cell in mine["cell"]] == ["2", "3", "4", "5"]

    @pytest.mark.parametrize(
        ("words", "cells"),
        [
            (["东乡", "南乡", "", "西乡", ""], "2:4"),  # another word is hidden below
            (["", "", "", "西乡", ""], "2:4"),  # nothing to be seen
            (["东乡", "", "", "西乡", ""], "1:3"),  # it begins in the heading
        ],
    )
    def test_words_that_are_not_one_for_all_stay_an_error(self, words, cells):
        year = self.of_townships(words, cells)
        assert year.told("C-MERGED") and not year.told("C-MERGED-WORDS")

    @pytest.mark.parametrize("label", ["学校名称", "图书册数", "建成年份"])
    def test_names_and_figures_are_never_those_of_several_schools(self, label):
        year = self.of_townships(["1990", "", "", "1990", "1990"], "2:4", label)
        assert len(year.told("C-MERGED")) == 3 and not year.told("C-MERGED-WORDS")

    def test_over_two_columns_is_one_finding(self):
        assert rules(table(lambda sheet, book: sheet.merge_cells("B2:C2"))).count("C-MERGED") == 1

    def test_titles_and_margins_may_be_merged(self):
        rows = bulk_rows([school(1), school(2)], above=[["义务教育学校汇总表"]])
        last = openpyxl.utils.get_column_letter(len(rows[1]) + 3)

        def edit(sheet, book):
            sheet.merge_cells(f"A1:{last}1")
            sheet.merge_cells(f"{last}3:{last}4")

        assert rules(edited(xlsx({BULK: rows}), edit)) == []

    def test_of_a_form_from_its_heading_down_into_the_entries(self):
        """Only what ends above the first entry is title and cover."""
        content = edited(form(school(1)), lambda sheet, book: sheet.merge_cells("E4:E6"))
        assert "C-MERGED" in rules(content)

    def test_of_a_form(self):
        number = int(ENTRY[1:])
        content = edited(form(school(1)), lambda sheet, book: sheet.merge_cells(f"E{number}:E{number + 1}"))
        assert [(f.rule, f.row) for f in beside(content) if f.rule == "C-MERGED"] == [("C-MERGED", 0)]
        aside = edited(form(school(1)), lambda sheet, book: sheet.merge_cells(f"E{number}:F{number}"))
        assert rules(aside) == []

    def over(self, content: bytes, cells: str) -> bytes:
        """Merged, with what stands in the covered cells kept, as programs other than Excel do."""
        tag = f'</sheetData><mergeCells count="1"><mergeCell ref="{cells}"/></mergeCells>'
        return repacked(content, {SHEET: lambda xml: xml.replace("</sheetData>", tag)})

    def test_a_figure_below_a_cell_beside_it(self):
        """The screen says 见说明 alone; nobody who looks at the file sees 11250."""
        rows = [list(row) for row in bulk_rows([school(1), school(2)])]
        at = rows[0].index("图书册数")
        for row, words in zip(rows, ("备注", "见说明", ""), strict=True):
            row.insert(at, words)
        hidden, seen = cell_of(rows, "图书册数"), cell_of(rows, "备注")
        content = self.over(xlsx({BULK: rows}), f"{seen}:{hidden}")
        year = take_in({"表.xlsx": content})
        told = year.one("C-COVERED")
        assert (told.severity, told.cell, told.row, told.value) == ("error", hidden, 2, "11250")
        assert "见说明" in told.message() and f"{seen}:{hidden}" in told.message("en") and year.accepted == [code(2)]

    def test_a_figure_below_its_heading(self):
        year = take_in({"表.xlsx": self.over(bulk([school(1), school(2)]), f"{COLUMN}1:{BOOKS}")})
        assert year.one("C-COVERED").cell == BOOKS and year.accepted == [code(2)]

    @pytest.mark.parametrize("cells", ["D{0}:E{0}", "C{0}:E{0}", "A{0}:G{0}"])
    def test_an_entry_below_what_stands_to_its_left(self, cells):
        year = take_in({"表.xlsx": self.over(form(school(1)), cells.format(ENTRY[1:]))})
        assert (year.one("C-COVERED").cell, year.accepted) == (ENTRY, [])

    def test_the_first_entry_below_the_heading(self):
        assert [(f.rule, f.cell) for f in beside(self.over(form(school(1)), "E4:E5"))] == [("C-COVERED", "E5")]

    def test_a_covered_cell_in_which_nothing_stands_hides_nothing(self):
        assert rules(self.over(form(school(1, books="")), f"D{ENTRY[1:]}:{ENTRY}")) == []


class TestComments:
    def comment(self, text: str, author: str = "张", cell: str = BOOKS) -> Settled:
        return take_in({"表.xlsx": table(lambda sheet, book: setattr(sheet[cell], "comment", Comment(text, author)))})

    def test_told_with_its_text(self):
        query = self.comment("应为\n9000").one("C-COMMENT")
        assert (query.cell, query.row, query.field) == (BOOKS, 2, "books") and "应为 9000" in query.message()

    def test_a_long_one_is_cut(self):
        message = self.comment("很" * 5000).one("C-COMMENT").message()
        assert "很" * 100 + "……" in message and "很" * 101 not in message

    def test_those_of_a_receipt_are_passed_over(self):
        assert self.comment("[C-UNIT] 请只填数字", RECEIPT_AUTHOR).rules == []

    def test_those_of_a_receipt_are_known_by_their_words_where_the_author_was_dropped(self):
        assert self.comment(f"{RECEIPT_OPENING}\n错误 C-UNIT", "").rules == []
        query = self.comment(f"应为 9000\n{RECEIPT_OPENING}\n错误 C-UNIT").one("C-COMMENT")
        assert "“应为 9000”" in query.message() and "C-UNIT" not in query.message()

    def test_those_on_headings_are_passed_over(self):
        assert self.comment("怎么填?", cell="A1").rules == []

    def test_those_beside_the_figures_of_a_school_are_told(self):
        note = self.comment("图书应为 9000", cell="ZA3").one("R-COMMENT")
        assert (note.row, note.severity) == (3, "note") and "ZA3“图书应为 9000”" in note.message()
        item = f"C{ENTRY[1:]}"
        content = edited(form(school(1)), lambda sheet, book: setattr(sheet[item], "comment", Comment("应为 9000", "张")))
        assert [(f.rule, f.row) for f in beside(content)] == [("R-COMMENT", 0)]

    def test_by_excel_with_xlsxwriter(self):
        stream = io.BytesIO()
        book = xlsxwriter.Workbook(stream, {"in_memory": True})
        sheet = book.add_worksheet()
        for r, row in enumerate(ROWS):
            sheet.write_row(r, 0, row)
        sheet.write_comment(BOOKS, "应为 9000", {"author": "李"})
        book.close()
        assert rules(stream.getvalue()) == ["C-COMMENT"]

    def test_threads(self):
        """A thread stands in a part of its own, and once more as a note for older programs."""
        content = with_part(
            table(lambda sheet, book: setattr(sheet[BOOKS], "comment", Comment("[Threaded comment] x", "tc={1}"))),
            "xl/threadedComments/threadedComment1.xml",
            '<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments">'
            f'<threadedComment ref="{BOOKS}" personId="{{1}}" id="{{2}}"><text>应为 9000</text></threadedComment>'
            f'<threadedComment ref="{BOOKS}" personId="{{1}}" id="{{3}}" parentId="{{2}}"><text>已核</text></threadedComment>'
            "</ThreadedComments>",
            "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment",
        )
        query = take_in({"表.xlsx": content}).one("C-COMMENT")
        assert "应为 9000 / 已核" in query.message() and "Threaded" not in query.message()


def with_part(content: bytes, name: str, part: str, kind: str) -> bytes:
    """A workbook with a further part that its first sheet refers to."""
    stream = io.BytesIO()
    relations = "xl/worksheets/_rels/sheet1.xml.rels"
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.namelist():
            text = old.read(one)
            if one == relations:
                text = text.replace(
                    b"</Relationships>", f'<Relationship Id="rIdT" Type="{kind}" Target="/{name}"/></Relationships>'.encode()
                )
            new.writestr(one, text)
        new.writestr(name, part)
    return stream.getvalue()


class TestStruck:
    def test_a_figure(self):
        content = table(lambda sheet, book: setattr(sheet[BOOKS], "font", Font(strike=True)))
        query = take_in({"表.xlsx": content}).one("C-STRUCK")
        assert (query.cell, query.row, query.value) == (BOOKS, 2, "11250")

    def test_by_xlsxwriter_with_shared_strings(self):
        stream = io.BytesIO()
        book = xlsxwriter.Workbook(stream, {"in_memory": True})
        sheet = book.add_worksheet()
        for r, row in enumerate(ROWS):
            sheet.write_row(r, 0, row)
        sheet.write(BOOKS, 11250, book.add_format({"font_strikeout": True}))
        book.close()
        assert [(f.rule, f.cell) for f in beside(stream.getvalue())] == [("C-STRUCK", BOOKS)]

    @pytest.mark.parametrize("strike, told", [(True, ["C-NORMALISED", "C-STRUCK"]), (False, ["C-NORMALISED"])])
    def test_part_of_a_text(self, strike, told):
        """Corrected as on paper: 9000 struck through, 11250 behind it; a reader sees one number of nine digits."""
        stream = io.BytesIO()
        book = xlsxwriter.Workbook(stream, {"in_memory": True})
        sheet = book.add_worksheet()
        for r, row in enumerate(ROWS):
            sheet.write_row(r, 0, row)
        void = book.add_format({"font_strikeout": strike, "bold": True})
        sheet.write_rich_string(BOOKS, void, "1", book.add_format({"bold": False}), "1250")
        book.close()
        assert [f.rule for f in beside(stream.getvalue())] == told
        inline = re.sub(
            rf'(<c r="{BOOKS}"[^>]*?) t="s"><v>\d+</v>',
            rf'\1 t="inlineStr"><is><r><rPr><strike val="{int(strike)}"/></rPr><t>1</t></r><r><t>1250</t></r></is>',
            part(stream.getvalue(), SHEET),
        )
        assert [f.rule for f in beside(repacked(stream.getvalue(), {SHEET: lambda text: inline}))] == told

    def test_headings_blank_cells_and_plain_fonts_are_passed_over(self):
        def edit(sheet, book):
            sheet["A1"].font = Font(strike=True)
            sheet["ZA2"].font = Font(strike=True)
            sheet[BOOKS].font = Font(strike=False, bold=True)

        assert rules(table(edit)) == []


def with_marked_books(*runs: tuple[str, str]) -> bytes:
    """The table with 图书册数 of the first school written in runs: (script, words); script is empty on the line."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet()
    for r, row in enumerate(ROWS):
        sheet.write_row(r, 0, row)
    looks = {"": {"bold": True}, "superscript": {"font_script": 1}, "subscript": {"font_script": 2}}
    sheet.write_rich_string(BOOKS, *(part for script, words in runs for part in (book.add_format(looks[script]), words)))
    book.close()
    return stream.getvalue()


def inline(content: bytes, runs: str) -> bytes:
    """The same with the runs in the cell itself."""
    return repacked(
        content,
        {SHEET: lambda text: re.sub(rf'(<c r="{BOOKS}"[^>]*?) t="s"><v>\d+</v>', rf'\1 t="inlineStr"><is>{runs}</is>', text)},
    )


RAISED_INLINE = '<r><t>1125</t></r><r><rPr><vertAlign val="superscript"/></rPr><t>2</t></r>'


class TestRaised:
    """450 with the mark of a footnote: seen as 450, read as 4502."""

    @pytest.mark.parametrize("script", ["superscript", "subscript"])
    @pytest.mark.parametrize("mark", ["2", "1)", "①"])
    def test_a_figure_with_a_mark(self, script, mark):
        night = take_in({"表.xlsx": with_marked_books(("", "1125"), (script, mark))})
        error = night.one("C-RAISED")
        assert (error.cell, error.row, error.value) == (BOOKS, 2, f"1125{mark}")
        assert error.severity == "error" and "上标或下标" in error.message() and f"1125{mark}" in error.message()
        assert code(1) not in set(night.settlement.returns["school_id"])
        assert {code(2), code(3)} <= set(night.settlement.returns["school_id"])

    def test_in_the_cell_itself(self):
        content = with_marked_books(("", "1125"), ("superscript", "2"))
        assert rules(inline(content, RAISED_INLINE)) == ["C-NORMALISED", "C-RAISED"]
        assert rules(inline(content, RAISED_INLINE.replace("superscript", "baseline"))) == ["C-NORMALISED"]

    def test_a_figure_raised_as_a_whole_is_the_figure(self):
        assert rules(with_marked_books(("superscript", "11"), ("superscript", "250"))) == ["C-NORMALISED"]
        assert rules(with_marked_books(("", " "), ("superscript", "11250"))) == ["C-NORMALISED"]

    def test_labels_and_words_may_hold_marks(self):
        stream = io.BytesIO()
        book = xlsxwriter.Workbook(stream, {"in_memory": True})
        sheet = book.add_worksheet()
        for r, row in enumerate(ROWS):
            sheet.write_row(r, 0, row)
        raised = book.add_format({"font_script": 1})
        name = cell_of(ROWS, "学校名称")
        sheet.write_rich_string(name, book.add_format({"bold": True}), ROWS[1][ROWS[0].index("学校名称")][:-1], raised, "学")
        sheet.write_rich_string(0, ROWS[0].index("图书册数"), book.add_format({"bold": True}), "图书册", raised, "数")
        book.close()
        assert rules(stream.getvalue()) == []


class TestDates:
    def test_the_1904_system(self):
        """A date is told as the day that its program shows."""
        stream = io.BytesIO()
        book = xlsxwriter.Workbook(stream, {"in_memory": True, "date_1904": True})
        sheet = book.add_worksheet()
        for r, row in enumerate(ROWS):
            sheet.write_row(r, 0, row)
        sheet.write_datetime(BOOKS, dt.datetime(2024, 1, 2), book.add_format({"num_format": "yyyy-mm-dd"}))
        book.close()
        error = take_in({"表.xlsx": stream.getvalue()}).one("C-DATE")
        assert "2024-01-02" in error.message()


def test_a_sheet_written_in_another_manner_is_told_the_same():
    """Prefixes and single quotes, as some programs write."""

    def otherwise(text: str) -> str:
        text = re.sub(r"<(/?)(\w+)(?=[\s/>])", r"<\1x:\2", text)
        return text.replace('xmlns="http', 'xmlns:x="http').replace(f'r="{BOOKS}"', f"r='{BOOKS}'")

    content = repacked(with_books(Formula("=5000+6250", 9999)), {SHEET: otherwise})
    assert rules(content) == ["C-STALE"]
    content = repacked(with_books(Formula("=1/0", "#N/A")), {SHEET: otherwise})
    assert rules(content) == ["C-EXCEL-ERROR"]


def test_forms_have_tighter_limits():
    rows = form_rows(school(1))
    assert rules(xlsx({FORM: rows})) == []
    assert rules(xlsx({FORM: [*rows, *[["x"]] * 3_000]})) == ["F-AREA"]
    assert rules(xlsx({FORM: [*rows, [None] * 150 + ["x"]]})) == ["F-AREA"]
