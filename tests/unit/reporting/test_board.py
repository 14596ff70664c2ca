"""The reporting board as lines and as a page: the figures, what is not known, and sound HTML whatever a school is called."""

import datetime as dt
import re

import pandas as pd
import pytest
from test_monitoring_site import HOSTILE, Page

from data_contracts.school_year import SchoolYear
from data_contracts.tables import CONTRACTS, shaped
from domain.intake.ledger import EVENT_COLUMNS, events, first_received, late
from domain.reporting import board_page as module
from domain.reporting.board_page import board_page
from domain.reporting.board_rows import board_schools, tallies, tally

YEAR, DUE = SchoolYear.parse("2026-2027"), dt.date(2026, 9, 20)
MADE_AT = dt.datetime(2026, 10, 8, 2, 30, tzinfo=dt.UTC)
EARLY, LATE = dt.datetime(2026, 9, 12, 1, tzinfo=dt.UTC), dt.datetime(2026, 9, 25, 1, tzinfo=dt.UTC)

# name, township, expected, outcome, errors, queries, day of the first file
SCHOOLS = [
    ("城关一小", "城关镇", True, "accepted", 0, 0, EARLY),
    ("城关二小", "城关镇", True, "accepted_with_queries", 0, 3, LATE),
    ("石桥小学", "石桥镇", True, "left_out", 2, 1, EARLY),
    ("石桥中学", "石桥镇", True, "missing", 0, 0, None),
    ("无名小学", None, False, "accepted", 0, 0, LATE),
    ("停办小学", None, False, "missing", 0, 0, None),
]


def sample(schools=None, code="990121") -> pd.DataFrame:
    rows = [
        {
            "county_code": code,
            "school_id": f"{code}{number:04d}",
            "school_name": name,
            "township": township,
            "school_type": "小学",
            "register_order": number,
            "expected": expected,
            "outcome": outcome,
            "file": None if outcome == "missing" else f"{township or '其他'}/{name}.xlsx",
            "errors": errors,
            "queries": queries,
            "notes": 0,
        }
        for number, (name, township, expected, outcome, errors, queries, _) in enumerate(schools or SCHOOLS)
    ]
    return CONTRACTS["reporting_board"].validate(shaped(pd.DataFrame(rows), "reporting_board", YEAR.key))


def arrivals(schools=None) -> pd.Series:
    return pd.Series(pd.to_datetime([one[-1] for one in schools or SCHOOLS], utc=True))


def page(board=None, first=None, began=EARLY, **more) -> str:
    board = sample() if board is None else board
    first = arrivals() if first is None else first
    return board_page(board, first, DUE, YEAR, made_at=MADE_AT, ledger_began=began, **more)


def rows_of(html: str, table_id: str) -> list[list[str]]:
    body = re.search(rf'id="{table_id}".*?<tbody>(.*?)</tbody>', html, re.S)[1]
    cells = [re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.S) for row in re.findall(r"<tr.*?</tr>", body, re.S)]
    return [[re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", cell)).strip() for cell in row] for row in cells]


def lines(began=EARLY):
    first = arrivals()
    return board_schools(sample(), first, late(first, DUE, began))


def figures(one) -> tuple:
    return (one.expected, one.received, one.accepted, one.queries, one.left_out, one.missing, one.late, one.unexpected)


def test_totals_are_those_of_the_schools():
    found = {line.name: figures(line) for line in tallies(lines())}
    assert found == {
        "城关镇": (2, 2, 2, 1, 0, 0, 1, 0),
        "石桥镇": (2, 1, 0, 0, 1, 1, 0, 0),
        "未填乡镇": (0, 0, 0, 0, 0, 0, None, 1),
    }
    assert figures(tally(lines())) == (4, 3, 2, 1, 1, 1, 1, 1)


def test_a_closed_school_that_reports_hides_none_that_is_missing():
    """Expected 4, of which 石桥中学 is missing: 3 received, not the 4 that the closed 无名小学 would make of it."""
    html = page()
    assert rows_of(html, "townships")[-1][1:3] == ["4", "3"]
    assert "另有 1 所停办学校也报送了，不计入以上各数。" in Page(html).words
    due = [one for one in SCHOOLS if one[2]]
    assert "另有" not in Page(page(sample(due), arrivals(due))).words
    assert all(sum(count for _, count in line.parts) == line.expected for line in tallies(lines()))


def test_nobody_is_late_where_nobody_can_tell():
    assert tally(lines(began=None)).late is None
    assert {school.late for school in lines(began=LATE)} == {None}
    assert "收件台账自 2026 年 9 月 25 日 起才有记录" in Page(page(began=LATE)).words
    assert "没有收件台账" in Page(page(first=arrivals([(None,)] * len(SCHOOLS)), began=None)).words
    assert "迟报：首次收到" in Page(page()).words


def test_townships_of_one_name_in_two_counties_are_two():
    board = pd.concat([sample(), sample(code="990122")], ignore_index=True)
    first = pd.concat([arrivals(), arrivals()], ignore_index=True)
    schools = board_schools(board, first, late(first, DUE, EARLY), {"990121": "甲县"})
    assert [(line.county, line.name) for line in tallies(schools)][::3] == [("甲县", "城关镇"), ("990122", "城关镇")]
    assert [(line.name, line.expected) for line in tallies(schools, "county")] == [("甲县", 4), ("990122", 4)]
    html = page(board, first, county_names={"990121": "甲县"})
    assert rows_of(html, "counties")[0][:2] == ["甲县", "4"] and rows_of(html, "counties")[-1][:2] == ["合计", "8"]


def test_the_page_shows_every_school_with_its_state():
    html = page(county_names={"990121": "青岚县"}, home="index.html")
    read = Page(html)
    assert not read.wrong and not read.open
    assert "青岚县 报送看板" in read.words and "2026 年 9 月 20 日" in read.words
    assert ("href", "index.html") in read.attributes
    assert rows_of(html, "townships")[-1][:8] == ["合计", "4", "3", "2", "1", "1", "1", "1"]
    found = {row[1].split()[0]: row[2:] for row in rows_of(html, "schools")}
    assert found["城关二小"] == ["已采用，有疑问待说明 迟报", "—", "3", "—", "2026-09-25", "城关镇/城关二小.xlsx"]
    assert found["石桥中学"] == ["未报送", "—", "—", "—", "—", "—"]
    assert found["石桥小学"] == ["有错误，未采用", "2", "1", "—", "2026-09-12", "石桥镇/石桥小学.xlsx"]
    assert "停办" in next(row[1] for row in rows_of(html, "schools") if "无名小学" in row[1])


def test_the_bar_is_as_long_as_its_parts():
    bars = re.findall(r'<svg width="220".*?</svg>', page(), re.S)
    widths = [sum(map(float, re.findall(r'<rect[^>]* width="([\d.]+)"', bar))) for bar in bars]
    # No school of 未填乡镇, the third, is expected: its bar is empty.
    assert widths == pytest.approx([220.0, 220.0, 0.0, 220.0], abs=0.1)


def test_the_page_needs_nothing_from_elsewhere():
    read = Page(page())
    assert not [value for name, value in read.attributes if name in ("src", "href") and not value.startswith(("#", "data:"))]
    assert "default-src 'none'" in str(read.attributes)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_shown_and_do_nothing(name):
    plain, read = (
        Page(page()),
        Page(page(sample([(name, name, *SCHOOLS[0][2:])]), arrivals(SCHOOLS[:1]), county_names={"990121": name})),
    )
    assert re.sub(r"\s+", " ", name) in read.words
    assert not read.wrong and read.tags.count("script") == plain.tags.count("script")


def test_an_empty_board_is_a_page_too():
    read = Page(page(sample().iloc[:0], arrivals().iloc[:0], began=None))
    assert not read.wrong and "没有学校名册" in read.words


def test_a_large_board_lists_those_whom_somebody_must_call(monkeypatch):
    monkeypatch.setattr(module, "SCHOOLS_LISTED", 3)
    html = page()
    assert [row[1].split()[0] for row in rows_of(html, "schools")] == ["城关二小", "石桥小学", "石桥中学"]
    assert "另有 2 所未列出" in Page(html).words
    assert rows_of(html, "townships")[-1][1] == "4"


def test_board_and_ledger_meet():
    files = pd.DataFrame([{"file": "城关镇/城关一小.xlsx", "sha256": "a" * 64, "outcome": "accepted", "school_id": None}])
    ledger = events(pd.DataFrame(columns=list(EVENT_COLUMNS)), files, LATE)
    first = first_received(ledger, sample())
    assert first.notna().to_list() == [True] + [False] * 5
    assert "1 所" in Page(page(first=first)).words
    assert [school.late for school in board_schools(sample(), first, late(first, DUE, EARLY))] == [True] + [None] * 5
