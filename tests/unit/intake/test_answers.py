"""Answers that schools write into a receipt come back without loss.

Belongs here: keys and texts. Does not belong here: what an office program makes of a receipt (``tests/office``).
"""

import io
import json

import openpyxl
import pytest
from python_calamine import CalamineWorkbook
from receipt_findings import many_queries, outcome_of

from builders.workbooks import xlsx
from data_contracts.vocabulary import RECEIPT_AUTHOR
from domain.intake.answer_rows import answers_of, read_answers
from domain.intake.answers import ANSWER_HEADING, ANSWER_HEADINGS, MARK, Answer, is_receipt_sheet, key_text
from domain.intake.workbook import Sheet
from domain.reporting.marked_copy import marked_copy
from domain.reporting.receipt import receipt_workbook

COUNT = 1_000
HARD = ["=1+1", "-3", "００１", "属实,去年扩建\n第二行", "'引号", '<&>"', "😀", "1e5", "TRUE", "x_000D_"]


def sheets_of(content):
    """The sheets of a workbook as the reader sees them."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return [Sheet(name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in book.sheet_names]


def filled_in(content):
    """The receipt with an answer behind every query, and what was written, by the place of its query."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = next(one for one in book if one["J1"].value == MARK)
    written = {}
    for row in range(1, sheet.max_row + 1):
        if sheet.cell(row, 6).value == "疑问":
            text = f"{HARD[row % len(HARD)]} 第{row}行"
            cell = sheet.cell(row, 9)
            cell.value = text
            cell.data_type = "s"
            assert cell.protection.locked is False
            written[sheet.cell(row, 10).value] = text
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue(), written


def compared(answers, written, findings):
    """Every answer stands behind the query that it was written for."""
    assert len(answers) == len(written) == COUNT
    of_queries = {json.dumps(json.loads(key)[:6]): " ".join(text.split()) for key, text in written.items()}
    assert {key_text(*a.key): a.text for a in answers} == of_queries
    assert {a.about for a in answers} == {None, "a.xlsx"} and all(bool(a.school_id) != bool(a.about) for a in answers)
    rows = findings[findings["severity"] == "query"]
    wanted = {
        tuple(None if cell != cell else cell for cell in row)
        for row in rows[["school_id", "rule", "field", "section", "value", "compared"]].itertuples(index=False)
    }
    assert {a.key for a in answers} == wanted


def test_a_thousand_answers_come_back_from_a_marked_copy():
    findings = many_queries(COUNT)
    table = xlsx({"汇总表": [["图书册数", "班级数"], *[[number, 7] for number in range(COUNT)]]})
    content = marked_copy(table, outcome_of(findings), findings).content
    saved, written = filled_in(content)
    sheets = sheets_of(saved)
    assert [is_receipt_sheet(sheet) for sheet in sheets] == [True, False]
    compared(answers_of(sheets), written, findings)


def test_a_thousand_answers_come_back_from_a_listing_handed_in_by_itself():
    findings = many_queries(COUNT)
    saved, written = filled_in(receipt_workbook(outcome_of(findings), findings))
    sheets = sheets_of(saved)
    assert [sheet.name for sheet in sheets] == ["回执"]
    compared(answers_of(sheets), written, findings)


def receipt(*rows, heading=ANSWER_HEADING, mark=MARK):
    """A receipt's sheet with rows of answer and key."""
    return Sheet("改了名", [["填报数据回执", "", mark], ["说明", heading, ""], *[["", text, key] for text, key in rows]])


KEY = key_text("3605210001", "S-BAND", "books", "primary", "9000", "9000册 | 9000 ÷ 450")


def test_the_sheet_is_known_by_its_mark_not_by_its_name():
    assert is_receipt_sheet(receipt())
    assert not is_receipt_sheet(Sheet("回执", [["填报数据回执"], [ANSWER_HEADING]]))
    assert not is_receipt_sheet(Sheet("空", []))
    assert not is_receipt_sheet(Sheet("表", [["", "属实", "[1, 2, 3, 4, 5]"]]))


@pytest.mark.parametrize("heading", ANSWER_HEADINGS)
def test_the_answer_of_a_school_and_that_of_a_county_are_read(heading):
    assert [one.text for one in answers_of([receipt(("属实", KEY), heading=heading)])] == ["属实"]


def test_an_answer_is_cleaned_cut_and_read_as_text():
    (answer,) = answers_of([receipt(("\u200b 属实 \n 已核对\u202e", KEY))])
    assert answer == Answer("3605210001", "S-BAND", "books", "primary", "9000", "9000册 | 9000 ÷ 450", "属实 已核对")
    assert len(answers_of([receipt(("很" * 900, KEY))])[0].text) == 900
    assert answers_of([receipt((12.0, KEY))])[0].text == "12"


def test_what_a_query_does_not_have_stays_missing():
    (answer,) = answers_of([receipt(("属实", key_text(None, "S-SAME", None, None, None, None)))])
    assert answer == Answer(None, "S-SAME", None, None, None, None, "属实")


def test_the_key_of_an_older_receipt_ends_before_what_was_compared():
    (answer,) = answers_of([receipt(("属实", '["3605210001", "S-BAND", "books", null, "9000"]'))])
    assert answer == Answer("3605210001", "S-BAND", "books", None, "9000", None, "属实")


def test_blank_answers_and_broken_keys_are_passed_over():
    broken = ["[", "[1,2,3,4,5]", '["a","b"]', '["a","","c","d","e"]', "null", "", 7.0, None]
    rows = [(" ", KEY), (None, KEY), ("", KEY), *[("属实", key) for key in broken]]
    assert answers_of([receipt(*rows)]) == []
    assert answers_of([receipt(("属实", KEY), heading="别的")])[0].text == "属实"


def test_the_same_answer_on_two_sheets_counts_once_and_of_several_the_last():
    same, other = receipt(("属实", KEY)), receipt(("又改了", KEY))
    assert [one.text for one in answers_of([same, same])] == ["属实"]
    assert [one.text for one in answers_of([same, same, other])] == ["又改了"]
    assert [one.text for one in answers_of([other, same, other])] == ["属实"]
    assert [one.rule for one in read_answers([same, other])[1]] == ["F-ANSWER-TWICE"]


def test_the_author_of_comments_is_ours():
    assert RECEIPT_AUTHOR == "均衡回执"
