"""Explained queries: remembered, and not asked again while the value is the same."""

import io
import re

import openpyxl
import pandas as pd
import pytest
from test_whose_answers import answering, changed, receipt_for

from builders.intake import take_in
from builders.schools import code, school
from builders.workbooks import BULK, bulk, bulk_rows, repacked, xlsx
from domain.intake.explaining import QUERY, Explanations, remembered

WRONG_RATIO = {"reported_books_per_student_primary": 40}


def doubtful(**figures: object) -> dict[str, bytes]:
    """A table of one school whose stated ratio its counts contradict."""
    return {"表.xlsx": xlsx({BULK: bulk_rows([school(1, **(WRONG_RATIO | figures))])})}


def answered(year, text: str = "含捐赠图书") -> pd.DataFrame:
    """The answer to the only query of a year, as it is kept."""
    (finding,) = year.told("S-STATED-RATIO")
    row = (code(1), finding.rule, finding.field, finding.section, finding.value, finding.compared, text)
    return pd.DataFrame([("回执.xlsx", *row)], columns=["file", *QUERY, "answer"])


def saved_on(stamp: str, text: str) -> bytes:
    """The table with its receipt, saved at a time with an explanation."""
    first = take_in(doubtful())
    receipt = changed(receipt_for(doubtful()["表.xlsx"], first), answering(text))
    part = {"docProps/core.xml": lambda part: re.sub("(<dcterms:modified[^>]*>)[^<]*", rf"\g<1>{stamp}", part)}
    return repacked(receipt, part)


class TestAsking:
    def test_an_explained_query_is_a_note_that_says_so(self):
        first = take_in(doubtful())
        again = take_in(doubtful(), answers=[answered(first)])
        (finding,) = again.told("S-STATED-RATIO")
        assert (first.one("S-STATED-RATIO").severity, finding.severity) == ("query", "note")
        assert "(已说明:含捐赠图书" in finding.message() and "explained" in finding.message("en")
        assert (first.board[code(1)], again.board[code(1)]) == ("accepted_with_queries", "accepted")

    def test_it_is_asked_again_when_the_value_moved(self):
        known = answered(take_in(doubtful()))
        assert take_in(doubtful(reported_books_per_student_primary=41), answers=[known]).one("S-STATED-RATIO").severity == "query"

    def test_it_is_no_answer_for_another_school(self):
        known = answered(take_in(doubtful()))
        other = {"表.xlsx": xlsx({BULK: bulk_rows([school(2, **WRONG_RATIO)])})}
        assert take_in(other, answers=[known]).one("S-STATED-RATIO").severity == "query"

    def test_an_error_cannot_be_explained_away(self):
        year = take_in({"表.xlsx": xlsx({BULK: bulk_rows([school(1, backbone_teachers_primary=9_999)])})})
        (finding,) = [f for f in year.told("S-MOST") if f.field == "backbone_teachers"][:1]
        row = (code(1), finding.rule, finding.field, finding.section, finding.value, finding.compared, "没有错")
        known = pd.DataFrame([("回执.xlsx", *row)], columns=["file", *QUERY, "answer"])
        again = take_in({"表.xlsx": xlsx({BULK: bulk_rows([school(1, backbone_teachers_primary=9_999)])})}, answers=[known])
        assert again.accepted == [] and "error" in {f.severity for f in again.told("S-MOST")}


class TestWhatWasCompared:
    def test_it_is_asked_again_when_what_the_value_was_held_against_moved(self):
        known = answered(take_in(doubtful()))
        again = take_in(doubtful(books=1_125), answers=[known]).one("S-STATED-RATIO")
        assert again.severity == "query"

    def test_what_was_said_before_is_quoted_and_the_id_stays_behind(self):
        again = take_in(doubtful(books=1_125), answers=[answered(take_in(doubtful()))]).one("S-STATED-RATIO")
        assert "“含捐赠图书”" in again.message() and "重新说明" in again.message()
        assert again.message().endswith("[S-STATED-RATIO]") and again.message("en").endswith(" [S-STATED-RATIO]")
        assert "'含捐赠图书'" in again.message("en") and "explain again" in again.message("en")

    def test_a_mend_elsewhere_and_a_table_that_moved_ask_nothing_again(self):
        known = answered(take_in(doubtful()))
        elsewhere = take_in(doubtful(equipment_value=150), answers=[known])
        rows = [["青禾县汇总表"], [], *bulk_rows([school(3), school(1, **WRONG_RATIO)])]
        moved = take_in({"另.xlsx": xlsx({BULK: rows})}, answers=[known])
        assert elsewhere.one("S-STATED-RATIO").answer == moved.one("S-STATED-RATIO").answer == "含捐赠图书"

    def test_figures_that_come_back_are_explained_as_they_were(self):
        first = answered(take_in(doubtful()))
        second = answered(take_in(doubtful(books=1_125)), "已剔除破损图书")
        kept = remembered(first, second)
        assert len(kept) == 2
        assert take_in(doubtful(), answers=[kept]).one("S-STATED-RATIO").answer == "含捐赠图书"
        assert take_in(doubtful(books=1_125), answers=[kept]).one("S-STATED-RATIO").answer == "已剔除破损图书"

    @pytest.mark.parametrize("read", [lambda table: table, lambda table: table.assign(compared=None)])
    def test_an_explanation_of_before_this_was_kept_is_asked_for_once_and_quoted(self, read):
        now = answered(take_in(doubtful()))
        old = read(now.drop(columns="compared"))
        again = take_in(doubtful(), answers=[old]).one("S-STATED-RATIO")
        assert again.severity == "query" and "“含捐赠图书”" in again.message()
        kept = remembered(old, now)
        assert len(kept) == 2 and take_in(doubtful(), answers=[kept]).one("S-STATED-RATIO").severity == "note"

    def test_two_hidden_sheets_are_two_questions(self):
        def hidden(*names: str) -> dict[str, bytes]:
            book = openpyxl.load_workbook(io.BytesIO(bulk([school(1)])))
            for name in names:
                book.create_sheet(name)["A1"] = "备注"
                book[name].sheet_state = "hidden"
            stream = io.BytesIO()
            book.save(stream)
            return {"表.xlsx": stream.getvalue()}

        asked = take_in(hidden("草稿")).one("F-HIDDEN-SHEET")
        row = ("表.xlsx", None, asked.rule, None, None, asked.value, asked.compared, "草稿不报")
        known = pd.DataFrame([row], columns=["file", *QUERY, "answer"])
        again = {one.sheet: one.severity for one in take_in(hidden("草稿", "另"), answers=[known]).told("F-HIDDEN-SHEET")}
        assert again == {"草稿": "note", "另": "query"}


class TestRemembering:
    def test_an_explanation_outlives_the_file_that_brought_it(self):
        known = answered(take_in(doubtful()))
        nothing = known.iloc[:0]
        assert remembered(known, nothing).equals(remembered(None, known))

    def test_the_newest_explanation_of_a_query_counts(self):
        year = take_in(doubtful())
        kept = remembered(answered(year, "旧"), answered(year, "新"))
        assert list(kept["answer"]) == ["新"]
        assert list(Explanations([answered(year, "新"), answered(year, "去年"), None]).texts.values()) == ["去年"]

    @pytest.mark.parametrize("now", ["2024-03-01T00:00:00Z", "2025-03-01T00:00:00Z"])
    def test_one_given_before_does_not_take_the_place_of_a_newer_one(self, now):
        """The file with the newer words was taken out, and that with the older ones lies in the inbox still."""
        year = take_in(doubtful())
        stored = answered(year, "更正").assign(given="2025-02-01T00:00:00Z")
        kept = remembered(stored, answered(year, "原说明").assign(given=now))
        assert list(kept["answer"]) == ["更正" if now < "2025" else "原说明"]
        files = {"表.xlsx": saved_on(now, "原说明")}
        newest = take_in(files, answers=[stored]).one("S-STATED-RATIO").answer
        assert newest == kept["answer"].iloc[0]

    def test_one_used_in_a_later_year_is_kept_for_the_year_after(self):
        known = answered(take_in(doubtful()))
        second = take_in(doubtful(), year="2025-2026", answers=[known]).settlement
        kept = remembered(None, second.answers, second.carried)
        third = take_in(doubtful(), year="2026-2027", answers=[kept])
        assert third.one("S-STATED-RATIO").answer == "含捐赠图书" and len(third.settlement.carried) == 1
        moved = take_in(doubtful(books=1_125), year="2025-2026", answers=[known]).settlement
        assert not len(moved.carried) and not len(remembered(None, moved.answers, moved.carried))
