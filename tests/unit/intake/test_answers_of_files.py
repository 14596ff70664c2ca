"""Explanations of queries about a file as a whole, wherever the receipt lies in which they were written.

Belongs here: for which file such an explanation counts, and for how long. Does not belong here: queries about schools
(``test_whose_answers``).
"""

import io
import json
import re

import openpyxl
import pytest
from test_whose_answers import TEXT, answering, changed, each, receipt_for, row_of

from builders.intake import Settled, take_in
from builders.schools import code, school
from builders.workbooks import BULK, bulk, bulk_rows, csv_table, xlsx


def hidden(*sheets: str, figure: object = "备注"):
    """Adding sheets that nobody sees."""

    def add(book: openpyxl.Workbook) -> None:
        for name in sheets:
            book.create_sheet(name)["A1"] = figure
            book[name].sheet_state = "hidden"

    return add


def keys_of(book: openpyxl.Workbook) -> list:
    """The cells in which the receipt keeps the keys of its queries."""
    return [cell for row in book["回执"].iter_rows(min_col=10, max_col=10) for cell in row if str(cell.value).startswith("[")]


def of_before(book: openpyxl.Workbook) -> None:
    """The keys as they were before they named their files."""
    for cell in keys_of(book):
        cell.value = json.dumps(json.loads(cell.value)[:6])


def two_totals(*stated: float, start: int = 1) -> list[list]:
    """The rows of a table of two schools whose books are less than each of its totals says."""
    rows = bulk_rows([school(start), school(start + 1)])
    place = rows[0].index("图书册数")
    return rows + [["合计" if at == 1 else books if at == place else None for at in range(len(rows[0]))] for books in stated]


class TestReceiptByItself:
    def listed(self, *changes, file: str = "汇总.csv", name: str = "汇总.csv.回执.xlsx") -> Settled:
        """A table of text whose totals differ, and its receipt as somebody filled it in."""
        content = csv_table(two_totals(999))
        listing = receipt_for(content, take_in({file: content}), file, listing=True)
        for change in (each(TEXT), *changes):
            listing = changed(listing, change)
        return take_in({"汇总.csv": content, name: listing})

    @pytest.mark.parametrize("name", ["汇总.csv.回执.xlsx", "回执-说明.xlsx"])
    def test_it_explains_of_the_file_that_it_names(self, name):
        year = self.listed(name=name)
        assert {one.answer for one in year.told("R-TOTAL-DIFFERS")} == {TEXT}
        assert year.outcomes == {"汇总.csv": "accepted", name: "answers_only"}
        assert set(year.settlement.answers["file"]) == {"汇总.csv"}
        assert year.one("F-RECEIPT").params["count"] == len(year.told("R-TOTAL-DIFFERS"))

    def test_one_of_before_by_what_its_head_says(self):
        assert {one.answer for one in self.listed(of_before).told("R-TOTAL-DIFFERS")} == {TEXT}

    def test_without_its_head_by_its_keys(self):
        assert {one.answer for one in self.listed(lambda book: book["回执"].delete_rows(1, 5)).told("R-TOTAL-DIFFERS")} == {TEXT}

    @pytest.mark.parametrize(
        ("changes", "file"),
        [((), "别的.csv"), ((of_before, lambda book: book["回执"].delete_rows(1, 5)), "汇总.csv")],
    )
    def test_of_a_file_that_cannot_be_told_it_is_asked_for_again(self, changes, file):
        year = self.listed(*changes, file=file)
        told = year.one("F-ANSWER-FILE")
        assert {one.severity for one in (told, *year.told("R-TOTAL-DIFFERS"))} == {"query"}
        assert TEXT in told.message() and told.cell.startswith("I") and (file in told.message()) == (file == "别的.csv")
        assert year.one("F-RECEIPT").params["count"] == 0 and not len(year.settlement.answers)


class TestBesideItsOriginal:
    def taken(self, *figures: object) -> Settled:
        """A workbook with a hidden sheet, and its answered receipt under its own name beside it."""
        first, now = (changed(bulk([school(1)]), hidden("草稿", figure=figure)) for figure in (figures[0], figures[-1]))
        receipt = changed(receipt_for(first, take_in({"全县.xlsx": first}), "全县.xlsx"), answering(TEXT, "F-HIDDEN-SHEET"))
        return take_in({"全县.xlsx": now, "全县.xlsx.回执.xlsx": receipt})

    def test_it_explains_of_both(self):
        assert [one.answer for one in self.taken("备注").told("F-HIDDEN-SHEET")] == [TEXT, TEXT]

    def test_two_explanations_of_one_file_are_told(self):
        content = changed(bulk([school(1)]), hidden("草稿"))
        receipt = receipt_for(content, take_in({"表.xlsx": content}))
        said = {f"{word}.xlsx": changed(receipt, answering(f"{word}说", "F-HIDDEN-SHEET")) for word in "甲乙"}
        year = take_in({"表.xlsx": content} | said)
        assert year.one("F-HIDDEN-SHEET", "表.xlsx").answer in ("甲说", "乙说")
        assert len(year.told("F-ANSWER-TWICE")) == 1 and re.search("[甲乙]说", year.one("F-ANSWER-TWICE").message())


def called_an_example(number: int) -> bytes:
    """A table in which the name of one school says that it is an example."""
    head, *rows = bulk_rows([school(1), school(2), school(3)])
    name = head.index("学校名称")
    return xlsx(
        {
            BULK: [
                head,
                *(
                    [*row[:name], f"{row[name]}(示例)", *row[name + 1 :]] if at == number else row
                    for at, row in enumerate(rows, 1)
                ),
            ]
        }
    )


def remarked(number: int) -> bytes:
    """A table in which a remark says of one school that it is an example."""
    head, *rows = bulk_rows([school(1), school(2), school(3)])
    return xlsx({BULK: [[*head, "备注"], *([*row, "示例" if at == number else None] for at, row in enumerate(rows, 1))]})


def shown_as_money(*rows: int, value: float = 120.5) -> bytes:
    def format_them(book: openpyxl.Workbook) -> None:
        sheet = book[BULK]
        column = next(cell.column for cell in sheet[1] if cell.value == "教学仪器设备资产值")
        for row in rows:
            sheet.cell(row, column).number_format = "¥#,##0.00"

    return changed(bulk([school(number, equipment_value=value) for number in (1, 2, 3, 4, 5)]), format_them)


def hidden_row(books: int = 9_000, column: bool = False) -> bytes:
    def hide(book: openpyxl.Workbook) -> None:
        sheet = book[BULK]
        if column:
            letters = next(cell.column_letter for cell in sheet[1] if cell.value == "图书册数")
            sheet.column_dimensions[letters].hidden = True
        else:
            sheet.row_dimensions[2].hidden = sheet.row_dimensions[3].hidden = True

    return changed(bulk([school(1, books=books), school(2), school(3)]), hide)


def continued(*numbers: int) -> bytes:
    """A table and a sheet without a header in which codes stand."""
    return xlsx({BULK: bulk_rows([school(1)]), "续表": [[code(number), f"第{number}校", 1] for number in numbers]})


class TestHowLong:
    @pytest.mark.parametrize(
        ("rule", "first", "later"),
        [
            ("R-DOUBTFUL", called_an_example(1), called_an_example(3)),
            ("R-REMARKED", remarked(1), remarked(3)),
            ("H-SHOWN", shown_as_money(2, 3), shown_as_money(2, 3, 4)),
            ("H-SHOWN", shown_as_money(2, 3), shown_as_money(4, 5)),
            ("H-SHOWN", shown_as_money(2, 3), shown_as_money(2, 3, value=1_205_000.0)),
            ("F-HIDDEN-SHEET", changed(bulk([school(1)]), hidden("草稿")), changed(bulk([school(1)]), hidden("草稿", figure=7))),
            ("R-HIDDEN", hidden_row(), hidden_row(books=9_001)),
            ("R-HIDDEN", hidden_row(column=True), hidden_row(books=9_001, column=True)),
            ("F-UNREAD-SHEET", continued(2, 3, 4, 5), continued(2, 3, 4, 6)),
        ],
    )
    def test_it_explains_what_was_there_and_nothing_that_came_since(self, rule, first, later):
        asked = take_in({"表.xlsx": first})
        receipt = changed(receipt_for(first, asked), answering(TEXT, rule))
        known = [take_in({"表.xlsx": receipt}).settlement.answers]
        again = take_in({"表.xlsx": first}, answers=known).one(rule)
        assert (again.severity, again.answer) == ("note", TEXT)
        assert take_in({"表.xlsx": later}, answers=known).one(rule).severity == "query"


class TestVisibleColumnsSortedAlone:
    @pytest.mark.parametrize(
        ("rule", "content"),
        [
            ("F-HIDDEN-SHEET", changed(bulk([school(1)]), hidden("甲", "乙"))),
            ("R-TOTAL-DIFFERS", xlsx({BULK: two_totals(999, 888)})),
            ("R-TOTAL-DIFFERS", xlsx({BULK: two_totals(999), "小学汇总": two_totals(888, start=4)})),
        ],
    )
    def test_no_explanation_is_one_of_another_row(self, rule, content):
        receipt = receipt_for(content, take_in({"表.xlsx": content}))

        def change(book: openpyxl.Workbook) -> None:
            each(TEXT)(book)
            sheet = book["回执"]
            rows = [row for row in range(1, sheet.max_row + 1) if f"[{rule}]" in str(sheet.cell(row, 8).value)]
            assert len(rows) > 1
            for column in range(1, 10):
                one, other = sheet.cell(rows[0], column), sheet.cell(rows[-1], column)
                one.value, other.value = other.value, one.value

        year = take_in({"表.xlsx": changed(receipt, change)})
        assert year.one("F-ANSWER-MIXED").message().count(f"“{TEXT}”") == 2
        told = year.told(rule)
        assert (told[0].severity, told[-1].severity) == ("query", "query")


def test_the_receipt_of_a_receipt_lists_and_claims_nothing_of_an_original():
    table = csv_table(two_totals(999, 888))
    listing = receipt_for(table, take_in({"汇总.csv": table}), "汇总.csv", listing=True)

    def one_explained_one_mixed(book: openpyxl.Workbook) -> None:
        each(TEXT)(book)
        sheet = book["回执"]
        row = row_of(sheet, "R-TOTAL-DIFFERS")
        sheet.cell(row, 3).value, sheet.cell(row, 4).value = "别的表", sheet.cell(row + 1, 4).value

    handed_in = changed(listing, one_explained_one_mixed)
    year = take_in({"汇总.csv": table, "回执.xlsx": handed_in})
    assert year.one("F-RECEIPT").params["count"] == 1 and len(year.told("F-ANSWER-MIXED")) == 1
    book = openpyxl.load_workbook(io.BytesIO(receipt_for(handed_in, year, "回执.xlsx")))
    text = " ".join(str(cell.value) for row in book["回执"].iter_rows() for cell in row if cell.value)
    assert book.sheetnames == ["回执"] and "采用了 1 条" in text
    assert not any(word in text for word in ("不宜原样退回", "带颜色", "已记录", "删去"))
