"""Gaps where something is missing, not counted, or not of a national standard: what opens none, and what closes none.

Belongs here: the edges. Does not belong here: the ordinary course of a gap (``test_gaps``, from which the tables come).
"""

import datetime as dt

import pandas as pd
from test_gaps import COUNTY, NEXT, ONE, QUALITY, STANDARD, TWO, YEAR, events, indicator, ledger_of, school_row, tables

from domain.assessment.gaps import YearTables, open_gaps, unknown_among
from domain.assessment.rectification import EVENT_COLUMNS, day


def section_row(school: str = ONE, section: str = "primary", oversize: float | None = 2.0) -> dict:
    return school_row(school, county_name="青岚县", school_type="小学", ownership="公办", administered_by="县属",
                      section=section, oversize_classes=oversize)  # fmt: skip


def scope_row(in_scope: bool | None, school: str = ONE, section: str = "primary", standard: str = STANDARD) -> dict:
    return school_row(school, section=section, standard=standard, in_scope=in_scope, rule="规则")


def gaps_of(given: YearTables) -> list[str]:
    return open_gaps(given)["gap"].tolist()


def test_a_figure_that_could_not_be_compared_on_site_is_no_gap():
    unknown = school_row(
        field="books", unit="册", reported=None, seen=90.0, difference=None, tolerance=None, within=None, message="无填报值"
    )
    off = school_row(
        field="books", unit="册", reported=100.0, seen=90.0, difference=-10.0, tolerance=2.0, within=False, message="少 10 册"
    )
    assert gaps_of(tables(verification_results=[unknown])) == []
    assert gaps_of(tables(verification_results=[off])) == [f"{ONE}-V-books"]


def test_oversize_classes_are_gaps_of_schools_that_count_and_of_no_other():
    for in_scope, found in ((True, [f"{ONE}-primary-G5"]), (False, []), (None, [])):
        given = tables(school_sections=[section_row()], scope_ledger=[scope_row(in_scope)])
        assert gaps_of(given) == found
    assert gaps_of(tables(school_sections=[section_row(oversize=1.0)])) == [f"{ONE}-primary-G5"]


def test_a_blank_number_of_oversize_classes_closes_no_gap_and_none_does():
    gap = f"{ONE}-primary-G5"
    assert unknown_among({gap}, tables(school_sections=[section_row(oversize=None)])) == {gap}
    assert unknown_among({gap}, tables(school_sections=[section_row(oversize=0.0)])) == set()


def test_a_county_without_coefficients_is_unknown_whatever_the_register_says():
    """Its schools have all gone from the register, or none of them counts: nothing is known of its own gaps."""
    gap = f"{COUNTY}-G10"
    assert unknown_among({gap}, tables(county_coefficients=[])) == {gap}
    assert unknown_among({gap}, tables()) == set()


def test_the_amount_of_an_item_is_how_far_it_is_from_its_limit_on_either_side():
    """80 of 85 points are 5 too few; 3 schools that fail, of none allowed, are 3 too many."""
    county = {"county_code": COUNTY, "county_name": "青岚县", "standard": STANDARD, "met": "false"}
    low = county | {"item": "S1", "value": 80.0, "limit": 85.0}
    many = county | {"item": "G4", "value": 3.0, "limit": 0.0}
    found = open_gaps(tables(county_verdicts=[low, many])).set_index("gap")
    assert found["amount"].to_dict() == {f"{COUNTY}-S1": 5.0, f"{COUNTY}-G4": 3.0}
    assert found["unit"].to_dict() == {f"{COUNTY}-S1": "%", f"{COUNTY}-G4": "所"}


def test_gaps_under_a_provinces_pack_carry_its_name_and_wait_for_its_figures():
    """The same indicator under the national standard and under the pack: two gaps, each by itself."""
    pack = QUALITY.model_copy(update={"id": "pack-36", "role": "school_conditions", "verdict_items": ()})
    national, own = f"{ONE}-primary-L1", f"{ONE}-primary-L1@pack-36"

    def given(met: bool | None, **more) -> YearTables:
        rows = [indicator(), indicator(standard="pack-36", met=met, shortfall=2.2 if met is False else None)]
        found = tables(school_indicators=rows, **more)
        return YearTables(
            **{name: value for name, value in vars(found).items() if name != "standards"}, standards=(QUALITY, pack)
        )

    assert gaps_of(given(False)) == [national, own]
    assert unknown_among({own}, given(None)) == {own}, "its figure is missing under the pack"
    assert unknown_among({own}, given(True)) == set()
    # The second school has no figures: it waits under the standard that counts it, and under no other.
    other, theirs = f"{TWO}-primary-L1", f"{TWO}-primary-L1@pack-36"
    scope = [scope_row(True), scope_row(True, TWO)]
    assert unknown_among({other, theirs}, given(True, scope_ledger=scope)) == {other}
    scope = [scope_row(True), scope_row(True, TWO, standard="pack-36")]
    assert unknown_among({other, theirs}, given(True, scope_ledger=scope)) == {theirs}


def test_a_section_that_no_longer_counts_is_told_apart_from_a_gap_that_is_solved():
    """The school still counts with its junior section; its primary section is gone."""
    gap = f"{ONE}-primary-L2"
    history = events((gap, YEAR, "opened", 1), (gap, NEXT, "closed", 9))
    told = {"primary": "数据显示已经解决", "junior": "学校或学段不再计入,销号"}
    for section, words in told.items():
        given = tables(
            school_sections=[section_row(section=section, oversize=0.0)], scope_ledger=[scope_row(True, section=section)]
        )
        assert ledger_of(given, history, NEXT).loc[gap, "description"] == words


def test_days_in_the_ledger_are_those_in_china():
    """17:00 in Greenwich on 1 October is 01:00 on 2 October in Beijing."""
    evening = dt.datetime(2026, 10, 1, 17, tzinfo=dt.UTC)
    assert (day(evening), day(evening.replace(hour=15))) == ("2026-10-02", "2026-10-01")
    gap = f"{ONE}-primary-L1"
    history = pd.DataFrame([(gap, YEAR, "opened", evening, "")], columns=list(EVENT_COLUMNS), dtype=object)
    assert ledger_of(tables(school_indicators=[indicator()]), history).loc[gap, "opened_on"] == "2026-10-02"


def test_a_gap_that_came_back_says_so_since_when_it_is_back():
    gap = f"{ONE}-primary-L1"
    history = events((gap, YEAR, "opened", 1), (gap, YEAR, "closed", 3), (gap, NEXT, "reopened", 9))
    found = ledger_of(tables(school_indicators=[indicator()]), history, NEXT).loc[gap]
    assert found[["status", "since", "opened_on"]].tolist() == ["reopened", NEXT, "2026-10-09"]
    assert pd.isna(found["closed_on"])


def test_a_gap_belongs_to_the_county_that_the_register_names_not_to_the_first_digits_of_the_code():
    """A school that moved to another county keeps its code."""
    register = [school_row(ONE, school_type="小学", register_order=0, expected=True) | {"county_code": "990122"}]
    gone, gap = f"{TWO}-primary-L1", f"{ONE}-primary-L2"
    history = events(*((one, YEAR, event, at) for one in (gone, gap) for event, at in (("opened", 1), ("closed", 9))))
    found = ledger_of(tables(school_register=register), history)
    assert found["county_code"].to_dict() == {gap: "990122", gone: COUNTY}
