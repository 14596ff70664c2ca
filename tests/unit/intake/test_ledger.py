"""Events of files: what a look at the inbox adds, when a school was first heard of, who is late."""

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.intake.findings import Finding
from domain.intake.ledger import EVENT_COLUMNS, events, files_counted_instead, first_received, late, pending_events
from domain.intake.pending import with_pending
from domain.reporting.file_history import file_histories
from domain.reporting.receipt import acknowledgement

A, B = "a" * 64, "b" * 64
DUE = dt.date(2026, 9, 20)
NOTHING = pd.DataFrame(columns=list(EVENT_COLUMNS))


def moment(day: int, hour: int = 10) -> dt.datetime:
    return dt.datetime(2026, 9, day, hour, tzinfo=dt.UTC)


def look(*rows: tuple) -> pd.DataFrame:
    """file, sha256, outcome and the school of a form."""
    return pd.DataFrame([(*row, None)[:4] for row in rows], columns=["file", "sha256", "outcome", "school_id"])


def ledger_of(*looks: tuple[int, pd.DataFrame]) -> pd.DataFrame:
    ledger = NOTHING
    for day, files in looks:
        ledger = pd.concat([ledger, events(ledger, files, moment(day), f"run {day}")], ignore_index=True)
    return ledger.assign(at=pd.to_datetime(ledger["at"], utc=True))


def told(table: pd.DataFrame) -> list[tuple]:
    return list(zip(table["file"], table["sha256"], table["event"], table["outcome"], table["detail"], strict=True))


def test_a_new_file_is_received_and_its_outcome_told():
    new = events(NOTHING, look(("甲.xlsx", A, "accepted", "1")), moment(1), "run")
    assert told(new) == [("甲.xlsx", A, "received", "", ""), ("甲.xlsx", A, "outcome", "accepted", "")]
    assert list(new.columns) == list(EVENT_COLUMNS)
    assert (set(new["school_id"]), set(new["at"]), set(new["run"])) == ({"1"}, {moment(1)}, {"run"})


def test_an_outcome_or_its_detail_or_its_school_that_changes_is_told_alone():
    before = ledger_of((1, look(("甲.xlsx", A, "accepted"))))
    assert told(events(before, look(("甲.xlsx", A, "superseded")), moment(2), details={"甲.xlsx": "乙.xlsx"})) == [
        ("甲.xlsx", A, "outcome", "superseded", "乙.xlsx")
    ]
    assert list(events(before, look(("甲.xlsx", A, "accepted", "7")), moment(2))["school_id"]) == ["7"]


def test_other_bytes_replace_and_the_same_bytes_return():
    ledger = ledger_of(
        (1, look(("甲.xlsx", A, "rejected"))), (2, look(("甲.xlsx", B, "accepted"))), (3, look(("甲.xlsx", A, "rejected")))
    )
    assert told(ledger)[2:] == [
        ("甲.xlsx", A, "replaced", "rejected", B),
        ("甲.xlsx", B, "received", "", ""),
        ("甲.xlsx", B, "outcome", "accepted", ""),
        ("甲.xlsx", B, "replaced", "accepted", A),
        ("甲.xlsx", A, "returned", "", ""),
        ("甲.xlsx", A, "outcome", "rejected", ""),
    ]


def test_a_file_is_withdrawn_once_and_may_return():
    here = look(("甲.xlsx", A, "accepted"))
    ledger = ledger_of((1, here), (2, look()), (3, look()), (4, here), (5, here), (6, look()))
    assert list(ledger["event"]) == ["received", "outcome", "withdrawn", "returned", "outcome", "withdrawn"]
    assert list(ledger["run"].drop_duplicates()) == ["run 1", "run 2", "run 4", "run 6"]


def test_a_file_that_could_not_be_read_before_is_simply_received():
    ledger = ledger_of((1, look(("甲.xlsx", "", "rejected"))), (2, look(("甲.xlsx", A, "accepted"))))
    assert list(ledger["event"]) == ["received", "outcome", "received", "outcome"]


INBOXES = st.lists(
    st.dictionaries(st.sampled_from("甲乙丙"), st.tuples(st.sampled_from([A, B, ""]), st.sampled_from(["accepted", "rejected"]))),
    max_size=8,
)


@given(INBOXES)
def test_the_last_event_of_each_file_says_how_the_inbox_stands(inboxes):
    looks = [(n + 1, look(*((file, *facts) for file, facts in inbox.items()))) for n, inbox in enumerate(inboxes)]
    ledger = ledger_of(*looks)
    if not looks:
        return
    last = ledger.drop_duplicates("file", keep="last")
    here = last[last["event"] == "outcome"]
    assert {file: (sha, outcome) for file, sha, _, outcome, _ in told(here)} == inboxes[-1]
    assert set(last["event"]) <= {"outcome", "withdrawn"}
    assert events(ledger, looks[-1][1], moment(28)).empty


def test_files_that_count_instead_are_named_up_to_a_few():
    def finding(rule: str, file: str) -> Finding:
        return Finding(rule, params={"school_id": "1", "file": file})

    found = [("旧.xlsx", "1", None, finding("D-SUPERSEDED", f"{n}.xlsx")) for n in (1, 2, 2, 3, 4)]
    found += [("同.xlsx", "1", None, finding("D-DUPLICATE", "1.xlsx")), ("别.xlsx", None, None, Finding("R-NO-STUDENTS"))]
    assert files_counted_instead(found) == {"旧.xlsx": "1.xlsx、2.xlsx、3.xlsx 等 4 份", "同.xlsx": "1.xlsx"}


def board(*rows: tuple[str, str, str | None]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["school_id", "outcome", "file"], index=range(10, 10 + len(rows)))


def test_a_school_is_first_heard_of_with_its_first_file_whichever_counts_now():
    early, later = (
        look(("初/甲.xlsx", A, "rejected", "1")),
        look(("甲.xlsx", B, "accepted", "1"), ("总.xlsx", "c" * 64, "accepted")),
    )
    ledger = ledger_of((3, early), (8, later))
    first = first_received(
        ledger,
        board(("1", "accepted", "甲.xlsx"), ("2", "accepted", "总.xlsx"), ("3", "missing", None), ("4", "left_out", "无.xlsx")),
    )
    assert list(first.index) == [10, 11, 12, 13]
    assert list(first.iloc[:2]) == [moment(3), moment(8)]
    assert first.iloc[2:].isna().all()


def test_the_earlier_of_form_and_bulk_table_counts():
    ledger = ledger_of(
        (3, look(("总.xlsx", A, "accepted"))), (8, look(("总.xlsx", A, "accepted"), ("甲.xlsx", B, "duplicate", "1")))
    )
    assert list(first_received(ledger, board(("1", "accepted", "总.xlsx")))) == [moment(3)]
    assert list(first_received(ledger, board(("1", "accepted", "甲.xlsx")))) == [moment(8)]


def test_a_school_added_to_a_bulk_table_later_counts_from_then_on():
    """The table was there in time, the school came into it after the last day."""

    def stands_in(*schools: str) -> pd.DataFrame:
        return pd.DataFrame({"school_id": list(schools), "file": ["总.xlsx"] * len(schools)})

    table = look(("总.xlsx", A, "accepted"))
    ledger = events(NOTHING, table, moment(3), schools=stands_in("1"))
    assert told(ledger)[2:] == [("总.xlsx", A, "school", "", "")]
    assert not len(events(ledger, table, moment(4), schools=stands_in("1")))
    changed = look(("总.xlsx", B, "accepted"))
    ledger = pd.concat([ledger, events(ledger, changed, moment(25), schools=stands_in("1", "2"))], ignore_index=True)
    ledger = ledger.assign(at=pd.to_datetime(ledger["at"], utc=True))
    first = first_received(ledger, board(("1", "accepted", "总.xlsx"), ("2", "accepted", "总.xlsx")))
    assert list(first) == [moment(3), moment(25)]
    assert late(first, DUE, moment(1)).to_list() == [False, True]


def test_schools_of_a_table_that_was_there_before_they_were_written_down():
    table = look(("总.xlsx", A, "accepted"))
    told_later = events(
        events(NOTHING, table, moment(3)), table, moment(25), schools=pd.DataFrame({"school_id": ["1"], "file": ["总.xlsx"]})
    )
    ledger = pd.concat([events(NOTHING, table, moment(3)), told_later], ignore_index=True)
    ledger = ledger.assign(at=pd.to_datetime(ledger["at"], utc=True))
    assert list(first_received(ledger, board(("1", "accepted", "总.xlsx")))) == [moment(3)]


def test_without_a_ledger_nothing_is_guessed():
    first = first_received(ledger_of(), board(("1", "accepted", "甲.xlsx")))
    assert first.isna().all()
    assert late(first, DUE, None).isna().all()


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (dt.datetime(2026, 9, 20, 15, 59, tzinfo=dt.UTC), False),  # the last minute of the day in China
        (dt.datetime(2026, 9, 20, 16, 0, tzinfo=dt.UTC), True),
    ],
)
def test_late_is_after_the_end_of_the_due_day_in_china(at, expected):
    first = pd.Series(pd.to_datetime([at, None], utc=True))
    assert late(first, DUE, moment(1)).to_list() == [expected, pd.NA]


def test_nobody_is_late_for_a_ledger_that_began_after_the_due_day():
    first = pd.Series(pd.to_datetime([moment(25)], utc=True))
    assert late(first, DUE, moment(21)).isna().all()
    assert late(first, DUE, moment(20)).to_list() == [True]


def test_what_waits_while_a_year_is_locked_is_told_once():
    before = ledger_of((1, look(("甲.xlsx", A, "accepted"))))
    waits = pending_events(before, {"乙.xlsx": (B, "new"), "甲.xlsx": ("", "removed")}, moment(2), "run")
    assert told(waits) == [("乙.xlsx", B, "pending", "superseded", "new"), ("甲.xlsx", "", "pending", "superseded", "removed")]
    since = pd.concat([before, waits], ignore_index=True)
    assert len(pending_events(since, {"乙.xlsx": (B, "new"), "甲.xlsx": ("", "removed")}, moment(3))) == 0
    assert told(pending_events(since, {"甲.xlsx": ("", "removed")}, moment(3))) == [
        ("乙.xlsx", B, "pending", "superseded", "taken back")
    ]
    assert told(pending_events(since, {"乙.xlsx": (A, "new"), "甲.xlsx": ("", "removed")}, moment(3))) == [
        ("乙.xlsx", A, "pending", "superseded", "new")
    ]


def test_what_waited_changes_nothing_until_it_arrives():
    before = ledger_of((1, look(("甲.xlsx", A, "accepted"))))
    since = pd.concat([before, pending_events(before, {"甲.xlsx": (B, "changed")}, moment(2))], ignore_index=True)
    assert len(events(since, look(("甲.xlsx", A, "accepted")), moment(3))) == 0, "the approved bytes still count"
    assert told(events(since, look(("甲.xlsx", B, "accepted")), moment(4))) == [
        ("甲.xlsx", A, "replaced", "accepted", B),
        ("甲.xlsx", B, "received", "", ""),
        ("甲.xlsx", B, "outcome", "accepted", ""),
    ]


def test_the_history_of_a_file_that_waited_can_be_read():
    waits = [("甲.xlsx", (B, "new")), ("乙.xlsx", (B, "changed")), ("丙.xlsx", ("", "removed"))]
    ledger = pending_events(NOTHING, dict(waits), moment(2))
    ledger = pd.concat([ledger, pending_events(ledger, {}, moment(3))], ignore_index=True).assign(school_year="2025-2026")
    for history in file_histories(ledger):
        assert "学年已审定锁定" in history.sentences[0][0] and "locked" in history.sentences[0][1]
        assert history.now == ("现在:与审定时一致。", "Now: as it was approved.")
    assert "解锁后的下一次运行计入" in file_histories(ledger.iloc[:1])[0].now[0]


def test_the_receipt_of_a_file_that_waits():
    outcomes = look(("甲.xlsx", A, "accepted")).assign(school_year="2025-2026", school_name="甲校", errors=0, queries=1, notes=0)
    findings = pd.DataFrame([{"file": "甲.xlsx", "severity": "query", "rule": "S-BOUNDS", "message": "问"}])
    assert with_pending(outcomes, findings, {"甲.xlsx": ("", "removed")}, 1)[0] is outcomes, "its receipt stays"
    told_of, notes = with_pending(outcomes, findings, {"甲.xlsx": (B, "changed"), "乙.xlsx": (B, "new")}, 1)
    assert told_of[["file", "sha256", "outcome", "notes", "school_year"]].to_numpy().tolist() == [
        ["乙.xlsx", B, "pending", 1, "2025-2026"],
        ["甲.xlsx", B, "pending", 1, "2025-2026"],
    ]
    assert notes[["file", "rule"]].to_numpy().tolist() == [["乙.xlsx", "F-LOCKED"], ["甲.xlsx", "F-LOCKED"]]
    text = acknowledgement(told_of.iloc[0].to_dict(), notes.iloc[:1])
    assert "处理结果:待处理(本学年已审定锁定)" in text and "第 1 版" in text
