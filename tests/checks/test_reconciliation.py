"""Every check of reconciliation passes for a county that was computed as it should be and fails where a figure was spoilt.

A check by itself is asked by its function; that a failing one stops what follows is seen by running it in Dagster.
"""

import dataclasses
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import dagster as dg
import numpy as np
import pandas as pd
import pytest

from assets.partitions import school_years
from builders.county import county_returns
from builders.insight import insight_tables
from builders.intake import take_in
from builders.schools import YEAR, code, school
from builders.workbooks import bulk
from checks.reconciliation import (
    RECONCILIATION_CHECKS,
    gaps_add_up,
    means_add_up,
    points_add_up,
    published_is_computed,
    scope_covers_register,
    splits_add_up,
    students_add_up,
)
from data_contracts.school_year import SchoolYear
from data_contracts.tables import PUBLISHED, no_rows
from domain.assessment import judging
from domain.assessment.county_growth import county_growth
from domain.assessment.county_records import county_records
from domain.assessment.gaps import YearTables, open_gaps
from domain.assessment.indicators import school_indicators
from domain.assessment.reconciliation import scope_reconciles
from domain.assessment.rectification import rectification_ledger
from domain.assessment.school_sections import school_sections
from domain.assessment.scope import scope_ledger
from domain.assessment.trials import trial_tables
from domain.assessment.year_on_year import year_on_year
from domain.reporting.table_text import csv_text, ordered, parquet_bytes
from resources.dagster_io import JunhengHome

PRIMARY, LACKING, NINE, TWELVE, OTHER_COUNTY = 1, 2, 4, 6, 8
SCHOOLS = [
    school(PRIMARY, "小学", primary=450, name="=第一小学"),
    school(LACKING, "小学", primary=220, books=3000, backbone_teachers_primary=0),
    school(3, "初级中学", junior=380),
    school(NINE, "九年一贯制学校", primary=166, junior=210, books=23226),
    school(5, "完全中学", junior=300, senior=400),
    school(TWELVE, "十二年一贯制学校", primary=200, junior=150, senior=120),
    school(7, "九年一贯制学校", primary=90, junior=60, books=None, books_primary=1500, books_junior=1400),
    school(OTHER_COUNTY, "小学", primary=120) | {("county_code", None): "360522", ("county_name", None): "邻县"},
]


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    """A home with every computed table of two small counties, and the draft of its publication."""
    home = JunhengHome(path=str(tmp_path_factory.mktemp("whole")))
    home.home.created()
    settled = take_in({"汇总表.xlsx": bulk(SCHOOLS)}, SCHOOLS)
    t, standards = settled.tables(), settled.standards
    assert len(t["school_returns"]) == len(SCHOOLS), settled.messages
    t["school_sections"] = school_sections(t["school_returns"], standards[0].split_weights)
    t["county_records"] = county_records(t["school_register"], t["reporting_board"], t["school_sections"])
    t["scope_ledger"] = scope_ledger(t["school_register"], t["school_sections"], standards)
    t["school_indicators"] = school_indicators(t["school_sections"], standards)
    t["school_compliance"] = judging.all_compliance(t["school_indicators"], standards)
    t["county_coefficients"] = judging.all_coefficients(t["school_sections"], t["scope_ledger"], t["county_records"], standards)
    judged = ("county_records", "school_register", "school_sections", "scope_ledger", "school_compliance", "county_coefficients")
    t["county_verdicts"] = judging.all_verdicts(
        *(t[name] for name in judged), county_returns(), standards, SchoolYear.parse(YEAR)
    )
    t["coefficient_contributions"] = judging.all_contributions(t["school_sections"], t["county_coefficients"], standards)
    t["county_growth"] = county_growth(t["county_records"], county_returns())
    t["year_on_year"] = year_on_year(t["county_coefficients"], None)
    t |= insight_tables(t, SchoolYear.parse(YEAR), standards)
    for name in PUBLISHED:
        t.setdefault(name, no_rows(name))
    names = [field.name for field in dataclasses.fields(YearTables) if field.name != "standards"]
    followed = YearTables(**{name: t[name] for name in names}, standards=standards)
    t["rectification_ledger"] = rectification_ledger(open_gaps(followed), (), {}, followed, YEAR, None, None)
    assert len(t["rectification_ledger"]), "without a gap the check of gaps would hold nothing against anything"
    t["school_points"] = judging.all_points(t["school_indicators"], standards)
    t |= trial_tables(
        t["county_records"], t["school_register"], t["school_returns"], county_returns(), (), standards, SchoolYear.parse(YEAR)
    )
    draft = draft_of(home)
    draft.mkdir(parents=True)
    for name, table in t.items():
        written = home.tables.write(table, name, YEAR)
        if name in PUBLISHED:
            (draft / f"{name}.csv").write_bytes(csv_text(ordered(written, name)))
            (draft / f"{name}.parquet").write_bytes(parquet_bytes(ordered(written, name)))
    return home.home.path


@pytest.fixture
def home(tmp_path, whole) -> JunhengHome:
    """A copy of that home to spoil."""
    return JunhengHome(path=str(shutil.copytree(whole, tmp_path / "home")))


def draft_of(home: JunhengHome) -> Path:
    """Where the tables of the publication are made ready."""
    return home.home.path / "drafts" / YEAR / "tables"


def said(check: dg.AssetChecksDefinition, home: JunhengHome) -> dg.AssetCheckResult:
    """What a check says by itself."""
    return check.node_def.compute_fn.decorated_fn(SimpleNamespace(partition_key=YEAR), home)


def refuses(check: dg.AssetChecksDefinition, home: JunhengHome, *named: str) -> bool:
    """True where the check fails and names these places."""
    result = said(check, home)
    told = result.metadata["mismatches"].value
    return not result.passed and all(name in told for name in named)


def changed(home: JunhengHome, name: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    """Write a table again, changed."""
    home.tables.write(change(home.tables.read(name, YEAR)), name, YEAR)


def with_cell(where: Callable[[pd.DataFrame], pd.Series], column: str, change: Callable[[object], object]):
    """A change of one column in the first row that is meant."""

    def spoil(table: pd.DataFrame) -> pd.DataFrame:
        row = table.index[where(table)][0]
        table = table.copy()
        table.loc[row, column] = change(table.loc[row, column])
        return table

    return spoil


def of(school_id: str, **values: str) -> Callable[[pd.DataFrame], pd.Series]:
    """The rows of a school with these values."""
    return lambda t: (
        (t["school_id"] == school_id) & np.logical_and.reduce([t[key] == value for key, value in values.items()] or [True])
    )


@pytest.mark.parametrize("check", RECONCILIATION_CHECKS, ids=lambda check: next(iter(check.check_keys)).name)
def test_a_county_computed_as_it_should_be_passes(check, home):
    result = said(check, home)
    assert result.passed, result.metadata["mismatches"].value


@pytest.mark.parametrize("check", RECONCILIATION_CHECKS, ids=lambda check: next(iter(check.check_keys)).name)
def test_a_check_without_its_tables_is_no_green_check(check, home):
    for folder in home.home.tables.iterdir():
        (folder / f"{YEAR}.parquet").unlink()
    with pytest.raises(dg.Failure, match="not there yet"):
        said(check, home)


def points(total: float) -> pd.DataFrame:
    """Points of one school section: 3 for its only indicator, and a total."""
    row = {
        "county_code": "360521",
        "school_id": code(1),
        "school_name": "甲",
        "section": "primary",
        "standard": "pack",
        "most": 5.0,
    }
    rows = [{**row, "indicator": "P1", "points": 3.0}, {**row, "indicator": "total", "points": total}]
    return pd.DataFrame(rows).assign(grade=pd.Series([None, None], dtype="str"))


# How each check is made to fail for the run in Dagster.
SPOILT: dict[dg.AssetChecksDefinition, Callable[[JunhengHome], None]] = {
    students_add_up: lambda home: changed(home, "county_records", lambda t: t.assign(students=t["students"] + 1)),
    splits_add_up: lambda home: changed(home, "school_sections", with_cell(of(code(NINE)), "books", lambda x: x + 1)),
    means_add_up: lambda home: changed(home, "county_coefficients", lambda t: t.assign(mean=t["mean"] * 1.001)),
    scope_covers_register: lambda home: changed(home, "scope_ledger", lambda t: t[t["school_id"] != code(PRIMARY)]),
    gaps_add_up: lambda home: changed(home, "rectification_ledger", lambda t: t[t["item"] != "L2"]),
    points_add_up: lambda home: home.tables.write(points(4.0), "school_points", YEAR),
    published_is_computed: lambda home: (draft_of(home) / "county_verdicts.csv").unlink(),
}


@pytest.mark.parametrize("check", RECONCILIATION_CHECKS, ids=lambda check: next(iter(check.check_keys)).name)
def test_a_failing_check_stops_what_follows_and_a_passing_one_does_not(check, home):
    (spec,) = check.check_specs

    @dg.asset(key=spec.asset_key, partitions_def=school_years)
    def checked() -> None: ...

    @dg.asset(deps=[spec.asset_key], partitions_def=school_years)
    def after() -> None: ...

    def run() -> tuple[bool, bool]:
        done = dg.materialize([checked, after, check], partition_key=YEAR, resources={"home": home}, raise_on_error=False)
        (evaluation,) = done.get_asset_check_evaluations()
        return evaluation.passed, bool(done.asset_materializations_for_node("after"))

    assert run() == (True, True)
    SPOILT[check](home)
    assert run() == (False, False)


def test_a_gap_that_is_not_listed_or_closed_by_mistake_or_of_another_size_is_told(home):
    place = f"{code(LACKING)} primary national-quality-2017 L2"
    kept = home.tables.read("rectification_ledger", YEAR)
    changed(home, "rectification_ledger", lambda t: t[t["item"] != "L2"])
    assert refuses(gaps_add_up, home, place)
    for column, value in (("status", "closed"), ("amount", 1.0)):
        home.tables.write(kept.assign(**{column: value}), "rectification_ledger", YEAR)
        assert refuses(gaps_add_up, home, place)


def test_a_gap_that_nobody_has_is_told(home):
    changed(home, "school_indicators", with_cell(of(code(LACKING), indicator="L2"), "met", lambda _: True))
    assert refuses(gaps_add_up, home, code(LACKING))


def test_a_total_of_points_that_its_parts_do_not_give_is_told(home):
    home.tables.write(points(3.0), "school_points", YEAR)
    assert said(points_add_up, home).passed
    home.tables.write(points(4.0), "school_points", YEAR)
    assert refuses(points_add_up, home, code(1))


def test_a_school_counted_twice_is_told(home):
    changed(home, "county_records", with_cell(lambda t: t["county_code"] == "360521", "students", lambda x: x + 450))
    assert refuses(students_add_up, home, "360521")


def test_a_section_that_was_lost_is_told(home):
    changed(home, "school_sections", lambda t: t[~of(code(NINE), section="junior")(t)])
    assert refuses(students_add_up, home, "360521")


def test_a_school_that_was_lost_is_told(home):
    changed(home, "school_sections", lambda t: t[t["school_id"] != code(PRIMARY)])
    assert refuses(students_add_up, home, "360521")


def test_students_that_were_lost_in_a_section_are_told(home):
    changed(home, "school_sections", with_cell(of(code(PRIMARY)), "enrolment", lambda x: float("nan")))
    assert refuses(students_add_up, home, "360521")


def test_a_county_that_was_lost_is_told(home):
    changed(home, "county_records", lambda t: t[t["county_code"] != "360522"])
    assert refuses(students_add_up, home, "360522")


def test_students_of_senior_sections_are_no_difference(home):
    returns = home.tables.read("school_returns", YEAR)
    assert returns["enrolment_senior"].sum() > 0
    assert said(students_add_up, home).passed


@pytest.mark.parametrize("section", ["primary", "junior"])
def test_a_resource_that_splitting_made_or_lost_is_told(home, section):
    changed(home, "school_sections", with_cell(of(code(NINE), section=section), "books", lambda x: x * 1.000001))
    assert refuses(splits_add_up, home, "books", code(NINE))


def test_a_split_by_the_wrong_weights_that_keeps_the_total_is_no_difference_of_totals(home):
    books = home.tables.read("school_sections", YEAR).loc[of(code(NINE)), "books"].sum()
    changed(home, "school_sections", with_cell(of(code(NINE), section="primary"), "books", lambda x: books * 0.5))
    changed(home, "school_sections", with_cell(of(code(NINE), section="junior"), "books", lambda x: books * 0.5))
    assert said(splits_add_up, home).passed


def test_a_resource_entered_by_section_is_compared_with_what_was_entered(home):
    changed(home, "school_sections", with_cell(of(code(7), section="junior"), "books", lambda x: x + 1))
    assert refuses(splits_add_up, home, "books", code(7))


def test_a_share_that_was_lost_is_told(home):
    changed(home, "school_sections", with_cell(of(code(NINE), section="junior"), "books", lambda x: float("nan")))
    assert refuses(splits_add_up, home, "books", code(NINE))


def test_a_resource_of_a_school_with_one_section_is_compared_too(home):
    changed(home, "school_sections", with_cell(of(code(PRIMARY)), "books", lambda x: x - 1))
    assert refuses(splits_add_up, home, "books", code(PRIMARY))


def coefficient(indicator: str, section: str = "primary") -> Callable[[pd.DataFrame], pd.Series]:
    return lambda t: (t["county_code"] == "360521") & (t["indicator"] == indicator) & (t["section"] == section)


@pytest.mark.parametrize("column", ["mean", "students"])
@pytest.mark.parametrize("indicator", ["B4", "B5", "L1", "L6"])
def test_a_county_mean_that_is_not_its_schools_is_told(home, column, indicator):
    changed(home, "county_coefficients", with_cell(coefficient(indicator), column, lambda x: x * 1.0001))
    assert refuses(
        means_add_up, home, f"360521/primary/national-{'basic-2012' if indicator[0] == 'B' else 'quality-2017'}/{indicator}"
    )


def test_a_school_left_out_of_a_mean_is_told(home):
    changed(home, "school_indicators", lambda t: t[~of(code(NINE), section="primary", indicator="B5")(t)])
    assert refuses(means_add_up, home, "B5")


def test_a_school_whose_value_differs_from_what_the_mean_took_is_told(home):
    changed(home, "school_indicators", with_cell(of(code(NINE), section="primary", indicator="B5"), "value", lambda x: x + 0.01))
    assert refuses(means_add_up, home, "B5")


def test_an_unweighted_mean_is_told(home):
    values = home.tables.read("school_indicators", YEAR)
    plain = values[coefficient("L6")(values)]["value"].mean()
    changed(home, "county_coefficients", with_cell(coefficient("L6"), "mean", lambda x: plain))
    assert refuses(means_add_up, home, "L6")


def test_a_mean_that_is_missing_is_told(home):
    changed(home, "county_coefficients", with_cell(coefficient("B5"), "mean", lambda x: float("nan")))
    assert refuses(means_add_up, home, "B5")


@pytest.mark.parametrize("kept", [0, 1])
def test_coefficients_that_were_lost_are_told(home, kept):
    changed(home, "county_coefficients", lambda t: t.iloc[:kept])
    assert refuses(means_add_up, home, "junior")


def test_schools_that_count_and_a_coefficient_of_none_are_told(home):
    changed(home, "county_coefficients", with_cell(coefficient("B5"), "schools", lambda x: 0))
    assert refuses(means_add_up, home, "B5")


BASIC, QUALITY = "national-basic-2012", "national-quality-2017"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda t: t[t["school_id"] != code(PRIMARY)], ["without a line: 1", BASIC, QUALITY]),
        (lambda t: t[~of(code(PRIMARY), standard=BASIC)(t)], [f"{BASIC}: schools of the register without a line: 1"]),
        (
            lambda t: t[~of(code(NINE), section="junior", standard=QUALITY)(t)],
            [f"{QUALITY}: school sections with figures", "junior"],
        ),
        (lambda t: t[t["standard"] != BASIC], [f"{BASIC}: schools of the register without a line: 8"]),
        (lambda t: t.assign(school_id=t["school_id"].replace(code(PRIMARY), "0000000000")), ["does not know: 1: 0000000000"]),
        (lambda t: t.assign(standard=t["standard"].replace(BASIC, "another")), ["another: not in force"]),
    ],
)
def test_a_ledger_of_scope_that_is_not_the_register_is_told(home, change, named):
    changed(home, "scope_ledger", change)
    assert refuses(scope_covers_register, home, *named)


def test_a_section_without_figures_that_only_one_standard_looks_at_is_told(home):
    extra = home.tables.read("scope_ledger", YEAR).iloc[[0]].assign(section="junior", school_id=code(PRIMARY), standard=BASIC)
    changed(home, "scope_ledger", lambda t: pd.concat([t, extra], ignore_index=True))
    assert refuses(scope_covers_register, home, f"{QUALITY}: school sections that stand under another standard only: 1")


def lines(*places: tuple[str, str, str], standard: str = "s") -> pd.DataFrame:
    """County, school and section of lines of the ledger, the register or the sections."""
    return pd.DataFrame(list(places), columns=["county_code", "school_id", "section"]).assign(standard=standard)


def test_a_school_that_is_in_and_out_is_told():
    """The contract keeps such a ledger out of the store; the comparison sees it all the same."""
    one = lines(("1", "1", "primary"))
    standard = SimpleNamespace(id="s", everywhere=True)
    assert scope_reconciles(one, one, one, (standard,)) == []
    twice = pd.concat([one, one], ignore_index=True)
    assert scope_reconciles(one, one, twice, (standard,)) == ["s: school sections that stand twice: 1: 1/primary"]


def test_a_standard_that_judges_schools_only_covers_the_counties_that_it_looks_at():
    register = lines(("1", "1", "primary"), ("1", "2", "primary"), ("2", "3", "primary"))
    county = SimpleNamespace(id="s", everywhere=True)
    pack = SimpleNamespace(id="p", everywhere=False, applies_to=lambda code: code == "1")
    both = pd.concat([register, lines(("1", "1", "primary"), ("1", "2", "primary"), standard="p")], ignore_index=True)
    assert scope_reconciles(register, register, both, (county, pack)) == []
    assert scope_reconciles(register, register, register, (county, pack)) == [
        "p: schools of the register without a line: 2: 1, 2",
        "p: school sections with figures without a line: 2: 1/primary, 2/primary",
    ]
    told = scope_reconciles(register, register.iloc[:0], both.iloc[:-1], (county, pack))
    assert told[0] == "p: schools of the register without a line: 1: 2"


def test_a_table_that_was_not_drafted_is_told(home):
    (draft_of(home) / "findings.parquet").unlink()
    assert refuses(published_is_computed, home, "findings")


def drafted(home: JunhengHome, name: str) -> pd.DataFrame:
    """The computed table in published order."""
    return ordered(home.tables.read(name, YEAR), name)


DIFFERENCES = {
    "a number in its last digit": lambda t: t.assign(value=np.nextafter(t["value"], np.inf)),
    "a missing value as 0": lambda t: t.assign(threshold=t["threshold"].fillna(0.0)),
    "a row less": lambda t: t.iloc[1:],
    "a row twice": lambda t: pd.concat([t, t.iloc[[0]]], ignore_index=True),
    "two rows in another order": lambda t: t.iloc[[1, 0, *range(2, len(t))]].reset_index(drop=True),
    "another name": lambda t: t.assign(school_name="另一所"),
    "a verdict turned": lambda t: t.assign(met=~t["met"]),
    "a verdict taken away": lambda t: t.assign(met=pd.array([None] * len(t), dtype="boolean")),
}


@pytest.mark.parametrize("ending", ["csv", "parquet"])
@pytest.mark.parametrize("spoil", DIFFERENCES.values(), ids=DIFFERENCES)
def test_a_drafted_table_that_differs_from_the_computed_one_is_told(home, ending, spoil):
    table = spoil(drafted(home, "school_indicators"))
    path = draft_of(home) / f"school_indicators.{ending}"
    path.write_bytes(csv_text(table) if ending == "csv" else parquet_bytes(table))
    assert refuses(published_is_computed, home, f"school_indicators.{ending}")


def test_a_required_flag_that_is_lost_is_told(home):
    computed = drafted(home, "reporting_board")
    assert computed["expected"].dtype == bool and computed["expected"].iat[0]
    lost = csv_text(computed.assign(expected=pd.array([None, *computed["expected"].iloc[1:]], dtype="boolean")))
    (draft_of(home) / "reporting_board.csv").write_bytes(lost)
    assert refuses(published_is_computed, home, "reporting_board.csv")


def test_a_drafted_table_without_a_column_is_told(home):
    table = drafted(home, "school_indicators").drop(columns="reason")
    (draft_of(home) / "school_indicators.parquet").write_bytes(parquet_bytes(table))
    assert refuses(published_is_computed, home, "school_indicators.parquet")


@pytest.mark.parametrize("ending", ["csv", "parquet"])
@pytest.mark.parametrize("content", [b"", b"rubbish"])
def test_a_drafted_file_that_is_none_is_no_green_check(home, ending, content):
    (draft_of(home) / f"school_indicators.{ending}").write_bytes(content)
    try:
        passed = said(published_is_computed, home).passed
    except Exception:  # a check that cannot read fails its step, and that stops the release too
        passed = False
    assert not passed


def test_a_name_that_looks_like_a_formula_is_harmless_in_the_csv_and_as_written_in_the_parquet(home):
    text = (draft_of(home) / "school_indicators.csv").read_text(encoding="utf-8-sig")
    assert "'=第一小学" in text
    assert "=第一小学" in set(pd.read_parquet(draft_of(home) / "school_indicators.parquet")["school_name"])
    assert said(published_is_computed, home).passed
