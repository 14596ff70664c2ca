"""Explained queries: remembered, and not asked again while the value is the same."""

import pandas as pd

from builders.intake import take_in
from builders.schools import code, school
from builders.workbooks import BULK, bulk_rows, xlsx
from domain.intake.explaining import QUERY, Explanations, remembered

WRONG_RATIO = {"reported_books_per_student_primary": 40}


def doubtful(**figures: object) -> dict[str, bytes]:
    """A table of one school whose stated ratio its counts contradict."""
    return {"表.xlsx": xlsx({BULK: bulk_rows([school(1, **(WRONG_RATIO | figures))])})}


def answered(year, text: str = "含捐赠图书") -> pd.DataFrame:
    """The answer to the only query of a year, as it is kept."""
    (finding,) = year.told("S-STATED-RATIO")
    row = (code(1), finding.rule, finding.field, finding.section, finding.value, text)
    return pd.DataFrame([("回执.xlsx", *row)], columns=["file", *QUERY, "answer"])


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
        row = (code(1), finding.rule, finding.field, finding.section, finding.value, "没有错")
        known = pd.DataFrame([("回执.xlsx", *row)], columns=["file", *QUERY, "answer"])
        again = take_in({"表.xlsx": xlsx({BULK: bulk_rows([school(1, backbone_teachers_primary=9_999)])})}, answers=[known])
        assert again.accepted == [] and "error" in {f.severity for f in again.told("S-MOST")}


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
