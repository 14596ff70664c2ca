"""Gaps and their history: amounts and words by hand, what closes, what stays open because nothing is known."""

import datetime as dt

import pandas as pd
import pytest

from data_contracts.standard import shipped_standards
from data_contracts.tables import no_rows, shaped
from domain.assessment.gap_words import amount_told, shortfall_told
from domain.assessment.gaps import GapName, YearTables, named, open_gaps, unknown_among
from domain.assessment.rectification import (
    EVENT_COLUMNS,
    new_events,
    open_before,
    rectification_ledger,
    states,
)

BASIC, QUALITY = (
    next(one for one in shipped_standards() if one.id.startswith(f"national-{name}")) for name in ("basic", "quality")
)
COUNTY, ONE, TWO = "990121", "9901210001", "9901210002"
YEAR, NEXT, LAST = "2024-2025", "2025-2026", "2026-2027"
STANDARD = QUALITY.id


def rows(name: str, *given: dict) -> pd.DataFrame:
    """Rows of a table with what the test leaves out empty."""
    empty = no_rows(name)
    table = pd.DataFrame(list(given), columns=empty.columns) if given else empty
    return shaped(table.assign(school_year=YEAR), name, YEAR) if given else empty


def school_row(school: str = ONE, **more: object) -> dict:
    return {"county_code": COUNTY, "school_id": school, "school_name": f"学校{school[-1]}", **more}


def indicator(
    school: str = ONE, key: str = "L1", met: bool | None = False, shortfall: float | None = 2.2, **more: object
) -> dict:
    figures = {"unit": "人", "shortfall_unit": "人", "section": "primary", "standard": STANDARD}
    return school_row(school) | figures | {"indicator": key, "met": met, "shortfall": shortfall} | more


def tables(**given: list[dict]) -> YearTables:
    register = [school_row(one, school_type="小学", register_order=place, expected=True) for place, one in enumerate((ONE, TWO))]
    scope = [school_row(one, section="primary", standard=STANDARD, in_scope=True, rule="计入") for one in (ONE, TWO)]
    sections = [school_row(ONE, county_name="青岚县", school_type="小学", ownership="公办", administered_by="县属",
                           section="primary", oversize_classes=0.0)]  # fmt: skip
    coefficient = {"county_code": COUNTY, "county_name": "青岚县", "section": "primary", "standard": STANDARD, "indicator": "L3",
                   "coefficient": 0.4, "limit": 0.5, "met": True, "left_out": 0}  # fmt: skip
    given = {"school_register": register, "scope_ledger": scope, "school_sections": sections, "county_coefficients": [coefficient]} | given  # fmt: skip
    names = ("school_register", "school_sections", "scope_ledger", "school_indicators", "school_compliance",
             "county_coefficients", "county_verdicts", "verification_results")  # fmt: skip
    return YearTables(**{name: _filled(name, given.get(name, [])) for name in names}, standards=(BASIC, QUALITY))


def _filled(name: str, given: list[dict]) -> pd.DataFrame:
    zeros = {"indicators_met": 5, "indicators_total": 7} if name == "school_compliance" else {}
    return rows(name, *[zeros | one for one in given])


def events(*given: tuple[str, str, str, int]) -> pd.DataFrame:
    """gap, school year, event, day of October."""
    made = [(gap, year, event, dt.datetime(2026, 10, day, tzinfo=dt.UTC), "") for gap, year, event, day in given]
    return pd.DataFrame(made, columns=list(EVENT_COLUMNS), dtype=object)


@pytest.mark.parametrize(
    ("key", "shortfall", "words"),
    [
        ("L1", 2.2, "缺 3 名高于规定学历专任教师"),
        ("L1", 3.0 + 1e-12, "缺 3 名高于规定学历专任教师"),
        ("L7", 0.1, "缺 1 间网络多媒体教室"),
        ("L4", 212.31, "教学及辅助用房面积差 212.4 ㎡"),
        ("L4", 212.0, "教学及辅助用房面积差 212 ㎡"),
        ("L6", 9999.1, "教学仪器设备值差 1.00 万元"),
        ("L6", 9000.0, "教学仪器设备值差 9000 元"),
        ("L6", 123456.0, "教学仪器设备值差 12.35 万元"),
    ],
)
def test_a_shortfall_in_natural_units(key, shortfall, words):
    chosen = next(one for one in QUALITY.indicators if one.id == key)
    assert shortfall_told(shortfall, chosen) == words


def test_amounts_are_rounded_up_never_down():
    assert amount_told(0.01, "㎡") == "0.1 ㎡" and amount_told(10.0, "人") == "10 人"


def test_a_threshold_missed_under_every_case_is_a_gap_without_an_amount():
    told = "要求取决于“城乡类型”,该项未填:各种情形均低于底线"
    table = open_gaps(tables(school_indicators=[indicator(shortfall=None, reason=told)]))
    assert table["gap"].tolist() == [f"{ONE}-primary-L1"] and table["amount"].isna().all()
    assert table["description"].iat[0] == "每百名学生拥有高于规定学历教师数未达标,差额暂不能确定:要求取决于“城乡类型”,该项未填"


def test_a_missed_threshold_is_a_gap_even_where_the_school_complies():
    complying = school_row(section="primary", standard=STANDARD, compliant=True, failing="L1")
    table = open_gaps(
        tables(school_indicators=[indicator(), indicator(key="L2", met=True, shortfall=0.0)], school_compliance=[complying])
    )
    assert table["gap"].tolist() == [f"{ONE}-primary-L1"]
    assert table["description"].iat[0] == "缺 3 名高于规定学历专任教师(本校综合评估达标,本项低于达标值)"
    assert table[["amount", "unit", "title"]].to_numpy().tolist() == [[2.2, "人", "每百名学生拥有高于规定学历教师数"]]
    assert "综合评估达标" not in open_gaps(tables(school_indicators=[indicator()]))["description"].iat[0]


def test_classes_coefficients_items_and_visits_are_gaps():
    crowded = school_row(ONE, county_name="青岚县", school_type="小学", ownership="公办", administered_by="县属", section="primary",
                         oversize_classes=2.0)  # fmt: skip
    county = {"county_code": COUNTY, "county_name": "青岚县"}
    over = county | {
        "section": "junior",
        "standard": STANDARD,
        "indicator": "L3",
        "coefficient": 0.5123,
        "limit": 0.45,
        "met": False,
        "left_out": 0,
    }
    verdicts = [
        county | {"standard": BASIC.id, "item": "GOV", "value": 80.0, "limit": 85.0, "met": "false"},
        county | {"standard": STANDARD, "item": "G10", "met": "false", "reason": "没有统筹"},
        county | {"standard": STANDARD, "item": "R-cv", "section": "junior", "met": "false"},
        county | {"standard": STANDARD, "item": "overall", "met": "false"},
        county | {"standard": STANDARD, "item": "G1", "met": "pending"},
    ]
    seen = school_row(
        field="books", unit="册", reported=100.0, seen=90.0, difference=-10.0, tolerance=2.0, within=False, message="少 10 册"
    )
    table = open_gaps(
        tables(school_sections=[crowded], county_coefficients=[over], county_verdicts=verdicts, verification_results=[seen])
    )
    found = table.set_index("gap")
    assert set(found.index) == {
        f"{ONE}-primary-G5",
        f"{COUNTY}-junior-R-cv-L3",
        f"{COUNTY}-GOV",
        f"{COUNTY}-G10",
        f"{ONE}-V-books",
    }
    assert found.loc[f"{ONE}-primary-G5", "description"] == "超 2 个班"
    assert found.loc[f"{COUNTY}-junior-R-cv-L3", "description"] == "差异系数 0.512,超过限值 0.45"
    assert found.loc[f"{COUNTY}-junior-R-cv-L3", "amount"] == pytest.approx(0.0623)
    assert found.loc[f"{COUNTY}-GOV", ["amount", "unit", "description"]].tolist() == [5.0, "分", "实际 80,要求 85"]
    assert found.loc[f"{COUNTY}-G10", "description"] == "没有统筹" and pd.isna(found.loc[f"{COUNTY}-G10", "amount"])
    assert found.loc[f"{ONE}-V-books", ["amount", "unit", "description"]].tolist() == [10.0, "册", "少 10 册"]


def test_the_id_of_a_gap_can_be_read():
    assert named(f"{ONE}-primary-L1") == GapName(ONE, "primary", "L1", None)
    assert named(f"{COUNTY}-junior-R-cv-L3") == GapName(COUNTY, "junior", "R-cv-L3", None)
    assert named(f"{ONE}-primary-C1@guangdong-2013") == GapName(ONE, "primary", "C1", "guangdong-2013")
    assert named(f"{ONE}-V-books") == GapName(ONE, None, "V-books", None)
    with pytest.raises(ValueError, match="no id of a gap"):
        named("L1")


def test_nothing_closes_while_nothing_is_known():
    undecided = indicator(key="L2", met=None, shortfall=None, reason="缺少县级及以上骨干教师数")
    partly = {"county_code": COUNTY, "county_name": "青岚县", "section": "primary", "standard": STANDARD, "indicator": "L3",
              "coefficient": 0.4, "limit": 0.5, "met": True, "left_out": 1}  # fmt: skip
    pending = {"county_code": COUNTY, "county_name": "青岚县", "standard": STANDARD, "item": "G10", "met": "pending"}
    given = tables(
        school_indicators=[undecided, indicator(met=True, shortfall=0.0)], county_coefficients=[partly], county_verdicts=[pending]
    )
    gaps = {
        f"{ONE}-primary-L1",  # reaches the threshold now
        f"{ONE}-primary-L2",  # its figure is missing
        f"{TWO}-primary-L1",  # the school has no accepted figures
        f"{COUNTY}-primary-R-cv-L3",  # within the limit, but a school is left out
        f"{COUNTY}-G10",  # pending
        f"{ONE}-V-books",  # not seen again
        "9901210009-primary-L1",  # no longer in the register
    }
    assert unknown_among(gaps, given) == gaps - {f"{ONE}-primary-L1", "9901210009-primary-L1"}
    again = school_row(field="books", unit="册", reported=100.0, seen=100.0, difference=0.0, tolerance=2.0, within=True)
    assert unknown_among({f"{ONE}-V-books"}, tables(verification_results=[again])) == set()


def test_without_a_register_a_school_that_has_not_handed_in_is_unknown():
    alone = [school_row(ONE, school_type="小学", register_order=0, expected=False)]
    assert unknown_among({f"{TWO}-primary-L1"}, tables(school_register=alone)) == {f"{TWO}-primary-L1"}


def test_events_are_added_once():
    gap = f"{ONE}-primary-L1"
    nothing = states(events(), YEAR)
    assert new_events(nothing, [gap], ()) == [(gap, "opened")]
    opened = states(events((gap, YEAR, "opened", 1)), YEAR)
    assert new_events(opened, [gap], ()) == []
    assert new_events(opened, [], [gap]) == [], "nothing is known of it"
    assert new_events(opened, [], ()) == [(gap, "closed")]
    closed = states(events((gap, YEAR, "opened", 1), (gap, YEAR, "closed", 2)), YEAR)
    assert new_events(closed, [], ()) == []
    assert new_events(closed, [gap], ()) == [(gap, "reopened")]
    assert open_before(opened, []) == {gap} and open_before(closed, []) == set()


def test_a_year_is_judged_by_its_own_events_and_those_before():
    gap = f"{ONE}-primary-L1"
    history = events((gap, YEAR, "opened", 1), (gap, NEXT, "closed", 3), (gap, LAST, "reopened", 5))
    assert states(history, YEAR)[gap].open and not states(history, NEXT)[gap].open
    last = states(history, LAST)[gap]
    assert (last.since, last.opened_at.day, last.reopened) == (LAST, 5, True)


def test_a_year_before_that_was_computed_afterwards_moves_the_beginning_back():
    gap = f"{ONE}-primary-L1"
    state = states(events((gap, NEXT, "opened", 1), (gap, YEAR, "opened", 7)), NEXT)[gap]
    assert (state.since, state.opened_at.day) == (YEAR, 1)


def ledger_of(given: YearTables, history: pd.DataFrame, year: str = YEAR, **more: pd.DataFrame) -> pd.DataFrame:
    gaps, known = open_gaps(given), states(history, year)
    unknown = unknown_among(open_before(known, gaps["gap"]), given)
    table = rectification_ledger(gaps, unknown, known, given, year, more.get("entries"), more.get("previous"))
    shaped(table, "rectification_ledger", year)
    return table.set_index("gap")


def test_the_ledger_lists_open_unknown_and_closed_gaps_with_their_dates():
    gap, lost, done, gone = f"{ONE}-primary-L1", f"{TWO}-primary-L4", f"{ONE}-primary-L2", "9901210009-primary-L3"
    history = events((gap, YEAR, "opened", 1), (lost, YEAR, "opened", 1), (done, YEAR, "opened", 1), (done, NEXT, "closed", 9),
                     (gone, YEAR, "opened", 1), (gone, NEXT, "closed", 9))  # fmt: skip
    found = ledger_of(tables(school_indicators=[indicator(), indicator(key="L2", met=True)]), history, NEXT)
    assert found["status"].to_dict() == {gap: "open", lost: "open", done: "closed", gone: "closed"}
    assert found["closed_on"].dropna().to_dict() == {done: "2026-10-09", gone: "2026-10-09"}
    assert set(found["since"]) == {YEAR} and set(found["opened_on"]) == {"2026-10-01"}
    assert found.loc[lost, ["school_name", "title", "description"]].tolist() == [
        "学校2", "生均教学及辅助用房面积", "尚无可用数据,不能确认是否已经整改",
    ]  # fmt: skip
    assert pd.isna(found.loc[lost, "amount"]) and found.loc[lost, "county_code"] == COUNTY
    assert found.loc[done, "description"] == "数据显示已经解决" and found.loc[gone, "description"] == "学校或学段不再计入,销号"
    again = ledger_of(tables(school_indicators=[indicator(), indicator(key="L2", met=True)]), history, LAST)
    assert done not in again.index, "a gap that closed in an earlier year is not listed again"


def test_what_was_entered_holds_until_something_else_is_entered():
    gap = f"{ONE}-primary-L1"
    given, history = tables(school_indicators=[indicator()]), events((gap, YEAR, "opened", 1))
    entry = {"gap": gap, "owner": "县教体局", "due": "2026-06-30", "measure": "招聘 3 名", "evidence": None, "note": None}
    first = ledger_of(given, history, entries=pd.DataFrame([entry]))
    assert first.loc[gap, ["owner", "due", "measure"]].tolist() == ["县教体局", "2026-06-30", "招聘 3 名"]
    later = pd.DataFrame([{**entry, "owner": None, "due": "2027-06-30", "measure": None}])
    second = ledger_of(given, history, NEXT, entries=later, previous=first.reset_index())
    assert second.loc[gap, ["owner", "due", "measure"]].tolist() == ["县教体局", "2027-06-30", "招聘 3 名"]
    back = ledger_of(given, history, NEXT, previous=first.reset_index().assign(status="closed"))
    assert back.loc[gap, ["owner", "due"]].isna().all(), "what was promised for an earlier run is done with"
