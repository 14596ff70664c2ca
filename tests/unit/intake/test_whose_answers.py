"""Explanations on receipts, from the receipt that was filled in to the query that is asked or not.

Belongs here: whose explanation counts, where on the sheet it may stand, what is none, and how long it holds.
Does not belong here: the keys of single queries (``test_answers``).
"""

import io
import json
import re
from collections.abc import Callable

import openpyxl
import pytest

from builders.intake import Settled, take_in
from builders.schools import code, school
from builders.workbooks import bulk, form, repacked
from domain.reporting.marked_copy import marked_copy
from domain.reporting.receipt import receipt_workbook

WRONG = {"reported_books_per_student_primary": 40}
TEXT = "含捐赠图书"


def receipt_for(content: bytes, year: Settled, file: str = "表.xlsx", listing: bool = False) -> bytes:
    """The receipt of a file, as its school gets it."""
    outcome = year.settlement.files.set_index("file", drop=False).loc[file].to_dict()
    findings = year.settlement.finding_table()
    findings = findings[findings["file"] == file]
    return receipt_workbook(outcome, findings) if listing else marked_copy(content, outcome, findings).content


def changed(content: bytes, change: Callable[[openpyxl.Workbook], None]) -> bytes:
    """A workbook somebody worked on."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    change(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def row_of(sheet, rule: str) -> int:
    """The row of a rule's first finding."""
    return next(row for row in range(1, sheet.max_row + 1) if f"[{rule}]" in str(sheet.cell(row, 8).value))


def answering(text: object, rule: str = "S-STATED-RATIO", column: int = 9):
    """Writing into the row of a query."""

    def write(book: openpyxl.Workbook) -> None:
        book["回执"].cell(row_of(book["回执"], rule), column).value = text

    return write


def doubtful(*numbers: int) -> bytes:
    return bulk([school(number, **WRONG) for number in numbers])


def asked_after(change) -> Settled:
    """What becomes of a table of one school whose receipt somebody changed."""
    content = doubtful(1)
    return take_in({"表.xlsx": changed(receipt_for(content, take_in({"表.xlsx": content})), change)})


class TestWhose:
    def test_a_receipt_taken_as_a_template_explains_nothing_of_the_other_school(self):
        ours = form(school(1, **WRONG))
        receipt = receipt_for(ours, take_in({"一.xlsx": ours}), "一.xlsx")

        def other(book: openpyxl.Workbook) -> None:
            answering("二校的说明")(book)
            sheet = book["学校填报表"]
            for row in sheet.iter_rows():
                for cell in row:
                    cell.value = code(2) if cell.value == code(1) else cell.value

        year = take_in({"一.xlsx": ours, "二.xlsx": changed(receipt, other)})
        assert year.one("S-STATED-RATIO", "一.xlsx").severity == "query"
        told = year.one("F-ANSWER-OTHER", "二.xlsx")
        assert told.severity == "note" and code(1) in told.message() and "二校的说明" in told.message()
        assert told.sheet == "回执" and told.cell.startswith("I")
        assert not len(year.settlement.answers)

    def test_a_table_explains_for_each_of_its_schools(self):
        content = doubtful(1, 2)

        def both(book: openpyxl.Workbook) -> None:
            for row in range(1, book["回执"].max_row + 1):
                if str(book["回执"].cell(row, 10).value).startswith("["):
                    book["回执"].cell(row, 9).value = TEXT

        year = take_in({"表.xlsx": changed(receipt_for(content, take_in({"表.xlsx": content})), both)})
        assert {one.answer for one in year.told("S-STATED-RATIO")} == {TEXT} and not year.told("F-ANSWER-OTHER")

    def test_a_listing_by_itself_explains_for_the_schools_that_it_lists(self):
        content = doubtful(1)
        listing = changed(receipt_for(content, take_in({"表.xlsx": content}), listing=True), answering(TEXT))
        assert take_in({"表.xlsx": content, "回执.xlsx": listing}).one("S-STATED-RATIO").answer == TEXT

    def test_what_was_asked_about_a_file_is_explained_for_that_file(self):
        def hidden(book: openpyxl.Workbook) -> None:
            book.create_sheet("草稿")["A1"] = "备注"
            book["草稿"].sheet_state = "hidden"

        one, other = (changed(bulk([school(n)]), hidden) for n in (1, 2))
        receipt = receipt_for(one, take_in({"表.xlsx": one}))
        year = take_in({"表.xlsx": changed(receipt, answering("草稿不报", "F-HIDDEN-SHEET")), "二.xlsx": other})
        assert (year.one("F-HIDDEN-SHEET", "表.xlsx").answer, year.outcomes["表.xlsx"]) == ("草稿不报", "accepted")
        assert year.one("F-HIDDEN-SHEET", "二.xlsx").severity == "query"


def each(text: str):
    """Writing one explanation behind every query."""

    def write(book: openpyxl.Workbook) -> None:
        sheet = book["回执"]
        for row in range(1, sheet.max_row + 1):
            if str(sheet.cell(row, 10).value).startswith("["):
                sheet.cell(row, 9).value = text

    return write


def saved(content: bytes, day: int, write) -> bytes:
    """The receipt that somebody worked on and saved on a day of the month, as office programs stamp it."""
    stamp = rf"\g<1>2025-03-{day:02}T00:00:00Z"
    part = {"docProps/core.xml": lambda text: re.sub("(<dcterms:modified[^>]*>)[^<]*", stamp, text)}
    return repacked(changed(content, write), part)


class TestTwoExplanations:
    def listings(self, *said: tuple[str, int, str]) -> Settled:
        """A table and its listings, each with the day on which it was saved and its explanation."""
        content = doubtful(1)
        listing = receipt_for(content, take_in({"表.xlsx": content}), listing=True)
        return take_in({"表.xlsx": content} | {file: saved(listing, day, answering(text)) for file, day, text in said})

    @pytest.mark.parametrize(("one", "other"), [(1, 2), (2, 1)])
    def test_of_two_receipts_the_newest_counts_and_the_other_is_told(self, one, other):
        year = self.listings(("甲.xlsx", one, "甲说"), ("乙.xlsx", other, "乙说"))
        newest, older = ("乙", "甲") if other > one else ("甲", "乙")
        assert year.one("S-STATED-RATIO").answer == f"{newest}说"
        told = year.one("F-ANSWER-TWICE")
        assert told.severity == "note" and told == year.one("F-ANSWER-TWICE", f"{older}.xlsx")
        assert f"“{older}说”" in told.message() and f"{newest}.xlsx" in told.message() and told.cell.startswith("I")
        assert list(year.settlement.answers["answer"]) == [f"{newest}说"]

    def test_the_same_words_twice_are_told_nothing_of(self):
        assert not self.listings(("甲.xlsx", 1, "同"), ("乙.xlsx", 2, "同")).told("F-ANSWER-TWICE")

    def test_what_says_nothing_takes_no_explanation_away(self):
        year = self.listings(("甲.xlsx", 1, "甲说"), ("乙.xlsx", 2, "无"))
        assert year.one("S-STATED-RATIO").answer == "甲说" and not year.told("F-ANSWER-TWICE")

    @pytest.mark.parametrize(("second", "counts"), [("乙说", "乙说"), ("无", "甲说")])
    def test_two_rows_of_one_receipt(self, second, counts):
        def copied(book: openpyxl.Workbook) -> None:
            answering("甲说")(book)
            sheet = book["回执"]
            row, last = row_of(sheet, "S-STATED-RATIO"), sheet.max_row + 1
            for column in range(1, 11):
                sheet.cell(last, column).value = sheet.cell(row, column).value
            sheet.cell(last, 9).value = second

        year = asked_after(copied)
        assert year.one("S-STATED-RATIO").answer == counts
        told = [one.message() for one in year.told("F-ANSWER-TWICE")]
        assert len(told) == (second != "无") and all("“甲说”" in one for one in told)


class TestAnotherRow:
    def sorted_alone(self, content: bytes, among: str) -> Settled:
        """The visible columns of the first and the last query of a rule changed places, the hidden ones stayed."""

        def change(book: openpyxl.Workbook) -> None:
            sheet = book["回执"]
            rows = [row for row in range(1, sheet.max_row + 1) if f"[{among}]" in str(sheet.cell(row, 8).value)]
            for row in rows:
                sheet.cell(row, 9).value = f"说明{row}"
            for column in range(1, 10):
                one, other = sheet.cell(rows[0], column), sheet.cell(rows[-1], column)
                one.value, other.value = other.value, one.value

        return take_in({"表.xlsx": changed(receipt_for(content, take_in({"表.xlsx": content})), change)})

    def test_what_stands_beside_another_school_explains_nothing(self):
        year = self.sorted_alone(doubtful(1, 2), "S-STATED-RATIO")
        told = year.one("F-ANSWER-MIXED")
        assert {one.severity for one in (*year.told("S-STATED-RATIO"), told)} == {"query"}
        assert told.sheet == "回执" and told.cell.startswith("I") and told.message().count("“说明") == 2
        assert not len(year.settlement.answers)

    def test_nor_what_stands_beside_another_item_of_the_school(self):
        content = bulk([school(1, reported_books_per_student_primary=40, reported_equipment_value_per_student_primary=3)])
        labels = {one.field for one in take_in({"表.xlsx": content}).told("S-STATED-RATIO")}
        assert len(labels) == 2
        year = self.sorted_alone(content, "S-STATED-RATIO")
        assert year.told("F-ANSWER-MIXED") and {one.severity for one in year.told("S-STATED-RATIO")} == {"query"}

    def test_rows_sorted_whole_keep_their_explanations(self):
        content = doubtful(1, 2)

        def change(book: openpyxl.Workbook) -> None:
            each(TEXT)(book)
            sheet = book["回执"]
            rows = [row for row in range(1, sheet.max_row + 1) if str(sheet.cell(row, 10).value).startswith("[")]
            for column in range(1, 11):
                one, other = sheet.cell(rows[0], column), sheet.cell(rows[-1], column)
                one.value, other.value = other.value, one.value

        year = take_in({"表.xlsx": changed(receipt_for(content, take_in({"表.xlsx": content})), change)})
        assert {one.answer for one in year.told("S-STATED-RATIO")} == {TEXT} and not year.told("F-ANSWER-MIXED")


class TestWhere:
    def test_a_heading_is_no_explanation(self):
        def without_numbers(book: openpyxl.Workbook) -> None:
            answering(TEXT)(book)
            book["回执"].delete_cols(1)

        year = asked_after(without_numbers)
        assert year.one("S-STATED-RATIO").answer == TEXT and not year.told("F-ANSWER-NO-QUERY")

    def test_long_explanations_are_kept_and_what_is_cut_is_told(self):
        year = asked_after(answering("长" * 2_000))
        assert year.one("S-STATED-RATIO").answer == "长" * 2_000 and not year.told("F-ANSWER-LONG")
        year = asked_after(answering("长" * 4_001))
        assert year.one("S-STATED-RATIO").answer == "长" * 4_000
        assert "4001" in year.one("F-ANSWER-LONG").message() and year.one("F-ANSWER-LONG").cell.startswith("I")

    def test_another_heading_over_the_explanations(self):
        def other(book: openpyxl.Workbook) -> None:
            answering(TEXT)(book)
            next(c for row in book["回执"].iter_rows() for c in row if "请填写" in str(c.value) and c.column == 9).value = "原因"

        year = asked_after(other)
        assert year.one("S-STATED-RATIO").answer == TEXT and not year.told("F-ANSWER-NO-QUERY")

    @pytest.mark.parametrize("column", [11, 12, 13])
    def test_behind_its_column(self, column):
        assert asked_after(answering(TEXT, column=column)).one("S-STATED-RATIO").answer == TEXT

    def test_over_the_text_of_the_query(self):
        assert asked_after(answering(TEXT, column=8)).one("S-STATED-RATIO").answer == TEXT

    def test_in_two_cells_of_a_row(self):
        def twice(book: openpyxl.Workbook) -> None:
            answering("甲", column=12)(book)
            answering("乙", column=13)(book)

        year = asked_after(twice)
        told = year.one("F-ANSWER-DOUBTFUL")
        assert year.one("S-STATED-RATIO").severity == "query" and "“甲”" in told.message() and told.cell.startswith("L")

    def test_the_rows_above_the_list_deleted(self):
        def without_head(book: openpyxl.Workbook) -> None:
            answering(TEXT)(book)
            book["回执"].delete_rows(1, 6)

        assert asked_after(without_head).one("S-STATED-RATIO").answer == TEXT

    def test_the_hidden_columns_deleted(self):
        def without_keys(book: openpyxl.Workbook) -> None:
            answering(TEXT)(book)
            book["回执"].delete_cols(10, 2)

        year = asked_after(without_keys)
        told = year.one("F-ANSWER-NO-KEY")
        assert year.one("S-STATED-RATIO").severity == told.severity == "query"
        assert told.cell.startswith("I") and TEXT in told.message()

    def test_one_explanation_in_cells_that_were_merged(self):
        content = doubtful(1, 2)

        def merge(book: openpyxl.Workbook) -> None:
            sheet = book["回执"]
            rows = [row for row in range(1, sheet.max_row + 1) if str(sheet.cell(row, 10).value).startswith("[")]
            sheet.cell(rows[0], 9).value = TEXT
            sheet.merge_cells(f"I{rows[0]}:I{rows[-1]}")

        year = take_in({"表.xlsx": changed(receipt_for(content, take_in({"表.xlsx": content})), merge)})
        assert [one.answer for one in year.told("S-STATED-RATIO")] == [TEXT, TEXT] and not year.told("F-ANSWER-NO-QUERY")

    def test_behind_an_error(self):
        content = bulk([school(1, books=-5)])
        receipt = receipt_for(content, take_in({"表.xlsx": content}))
        told = take_in({"表.xlsx": changed(receipt, answering("本校没有", "C-NEGATIVE"))}).one("F-ANSWER-NO-QUERY")
        assert told.cell.startswith("I") and "本校没有" in told.message()


class TestNothingSaid:
    @pytest.mark.parametrize(
        "text",
        [
            "无",
            "/",
            "。",
            "—",
            "#NAME?",
            "#VALUE!",
            "没有",
            "N/A",
            "......",
            "不知道",
            "待核实",
            "没",
            "(请填写)",
            "同上",
            "疑问?",
        ],
    )
    def test_it_is_no_explanation(self, text):
        year = asked_after(answering(text))
        finding = year.one("S-STATED-RATIO")
        assert finding.severity == "query" and f"“{text}”" in finding.message() and "no reason" in finding.message("en")
        assert finding.message().endswith("[S-STATED-RATIO]") and not len(year.settlement.answers)

    @pytest.mark.parametrize("text", ["属实", "不知道原因,已请县局核实", "12", "无自有图书,均为捐赠"])
    def test_few_words_are_one(self, text):
        assert asked_after(answering(text)).one("S-STATED-RATIO").answer == text


def of_an_older_receipt(text: str, rule: str):
    """Writing into the row of a query whose key ends before what was compared, as on receipts of before."""

    def write(book: openpyxl.Workbook) -> None:
        answering(text, rule)(book)
        cell = book["回执"].cell(row_of(book["回执"], rule), 10)
        cell.value = json.dumps(json.loads(cell.value)[:5])

    return write


class TestOlderReceipts:
    def test_where_figures_were_compared_it_is_asked_once_more_and_quoted(self):
        year = asked_after(of_an_older_receipt(TEXT, "S-STATED-RATIO"))
        finding = year.one("S-STATED-RATIO")
        assert finding.severity == "query" and f"“{TEXT}”" in finding.message()
        assert list(year.settlement.answers["answer"]) == [TEXT]

    def test_where_nothing_was_compared_it_holds(self):
        content = bulk([school(1)])
        before = take_in({"表.xlsx": content}, year="2023-2024").settlement.returns
        first = take_in({"表.xlsx": content}, last_year=before)
        receipt = changed(receipt_for(content, first), of_an_older_receipt(TEXT, "S-SAME-AS-LAST-YEAR"))
        assert take_in({"表.xlsx": receipt}, last_year=before).one("S-SAME-AS-LAST-YEAR").answer == TEXT


class TestHowLong:
    def explained(self, content: bytes, rule: str, before) -> list:
        """What is known after a school explained a query."""
        first = take_in({"表.xlsx": content}, last_year=before)
        year = take_in({"表.xlsx": changed(receipt_for(content, first), answering(TEXT, rule))}, last_year=before)
        assert year.told(rule)[0].answer == TEXT
        return [year.settlement.answers]

    def test_unchanged_since_one_year_is_not_unchanged_since_the_next(self):
        content = bulk([school(1)])
        before = take_in({"表.xlsx": content}, year="2023-2024").settlement.returns
        known = self.explained(content, "S-SAME-AS-LAST-YEAR", before)
        again = take_in({"表.xlsx": content}, last_year=before, answers=known)
        later = take_in({"表.xlsx": content}, year="2025-2026", last_year=before, answers=known)
        assert again.one("S-SAME-AS-LAST-YEAR").answer == TEXT
        assert later.one("S-SAME-AS-LAST-YEAR").severity == "query"

    def test_a_mend_elsewhere_does_not_ask_again_whether_nothing_changed(self):
        before = take_in({"表.xlsx": bulk([school(1)])}, year="2023-2024").settlement.returns
        known = self.explained(bulk([school(1, equipment_value=150)]), "S-SAME-AS-LAST-YEAR", before)
        again = take_in({"表.xlsx": bulk([school(1)])}, last_year=before, answers=known)
        assert again.one("S-SAME-AS-LAST-YEAR").answer == TEXT

    def test_a_mend_among_many_changes_asks_about_no_other_again(self):
        before = take_in({"表.xlsx": bulk([school(1)])}, year="2023-2024").settlement.returns
        one = dict(school(1))
        places = [place for place, value in one.items() if isinstance(value, (int, float)) and place[0] not in ("graduates",)]
        many = one | {place: one[place] * 3 for place in places if one[place] > 30}
        content = bulk([many])
        first = take_in({"表.xlsx": content}, last_year=before)
        largest = first.told("S-CHANGE")[0]
        known = self.explained(content, "S-CHANGE-MORE", before)
        mended = bulk([many | {(largest.field, largest.section): one[largest.field, largest.section]}])
        asked = {(f.field, f.section) for f in first.told("S-CHANGE")}
        again = take_in({"表.xlsx": mended}, last_year=before, answers=known)
        assert again.one("S-CHANGE-MORE").answer == TEXT
        assert {(f.field, f.section) for f in again.told("S-CHANGE") if f.severity == "query"} <= asked

    def test_figures_shared_with_one_school_are_not_those_shared_with_another(self):
        def twin(number: int) -> dict:
            return school(1) | {("school_id", None): code(number), ("school_name", None): f"第{number}校"}

        known = self.explained(bulk([twin(1), twin(2)]), "S-SAME-AS-OTHER", None)
        fewer = twin(1) | {("playground_area", None): 7_777.5, ("books", None): 12_345}
        mended = take_in({"表.xlsx": bulk([fewer, twin(2)])}, answers=known).told("S-SAME-AS-OTHER")
        another = take_in({"表.xlsx": bulk([twin(1), twin(3)])}, answers=known).told("S-SAME-AS-OTHER")
        assert [one.answer for one in mended] == [TEXT, None]
        assert [one.severity for one in another] == ["query", "query"]
