"""Every check of coverage passes for a whole year and fails for one in which something is missing.

Each check is run by Dagster, against tables in a home folder; the asset it belongs to is stood in for, and another asset
that depends on it shows whether the check stops what follows.
"""

import datetime as dt
import shutil
from pathlib import Path
from types import SimpleNamespace

import dagster as dg
import pandas as pd
import pytest

from assets.partitions import school_years
from assets.publication import FEWER_SCHOOLS
from builders.intake import take_in
from builders.schools import YEAR, code, school
from builders.workbooks import bulk
from checks.coverage import (
    COVERAGE_CHECKS,
    accepted_schools_are_kept,
    enough_schools_accepted,
    every_file_has_a_receipt,
    every_school_reported,
)
from data_contracts.tables import CONTRACTS, PUBLISHED
from domain.assessment.county_records import county_records
from domain.assessment.school_sections import school_sections
from resources.dagster_io import JunhengHome
from resources.database import ReleaseRecord
from resources.receipts import write_receipts

SCHOOLS = 20
MADE_AT = dt.datetime(2024, 9, 25, 2, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    """A home with the tables and receipts of a year in which twenty schools were expected and accepted, by one bulk table."""
    home = JunhengHome(path=str(tmp_path_factory.mktemp("whole")))
    home.home.created()
    schools = [school(number) for number in range(1, SCHOOLS + 1)]
    settled = take_in({"汇总表.xlsx": bulk(schools)}, schools)
    tables = settled.tables()
    tables["school_sections"] = school_sections(tables["school_returns"], settled.standards[0].split_weights)
    tables["county_records"] = county_records(tables["school_register"], tables["reporting_board"], tables["school_sections"])
    tables["receipts"] = write_receipts(home.home.path / "receipts" / YEAR, tables["file_outcomes"], tables["findings"])
    for name, table in tables.items():
        home.tables.write(table, name, YEAR)
    return home.home.path


@pytest.fixture
def home(tmp_path, whole) -> JunhengHome:
    """A copy of that home to spoil."""
    return JunhengHome(path=str(shutil.copytree(whole, tmp_path / "home")))


def run(check: dg.AssetChecksDefinition, home: JunhengHome) -> tuple[dg.AssetCheckEvaluation, bool]:
    """What a check says, and whether an asset after the checked one was still made."""
    key = next(iter(check.check_keys)).asset_key

    @dg.asset(key=key, partitions_def=school_years)
    def checked() -> None: ...

    @dg.asset(deps=[key], partitions_def=school_years)
    def after() -> None: ...

    done = dg.materialize([checked, after, check], partition_key=YEAR, resources={"home": home}, raise_on_error=False)
    (evaluation,) = done.get_asset_check_evaluations()
    return evaluation, bool(done.asset_materializations_for_node("after"))


def said(check: dg.AssetChecksDefinition, home: JunhengHome) -> dg.AssetCheckResult:
    """What a check says by itself, for many cases of one check."""
    return check.node_def.compute_fn.decorated_fn(SimpleNamespace(partition_key=YEAR), home)


def changed(home: JunhengHome, name: str, change) -> None:
    """Write a table again, changed."""
    home.tables.write(change(home.tables.read(name, YEAR)), name, YEAR)


def released(home: JunhengHome, accepted: int, number: int = 1) -> None:
    """Let the database know an earlier release with so many accepted schools."""
    database = home.database
    database.prepare()
    empty = {name: pd.DataFrame({column: pd.Series(dtype=object) for column in CONTRACTS[name].columns}) for name in PUBLISHED}
    manifest = {"counts": {"schools_accepted": accepted}}
    database.publish(ReleaseRecord(YEAR, number, MADE_AT, "0", manifest), empty)


def test_every_check_has_a_name_a_description_and_a_year():
    for check in COVERAGE_CHECKS:
        (spec,) = check.check_specs
        assert spec.description
        assert spec.partitions_def == school_years
    names = [spec.name for check in COVERAGE_CHECKS for spec in check.check_specs]
    assert names == ["every_school_reported", "every_file_has_a_receipt", "accepted_schools_are_kept", "enough_schools_accepted"]


@pytest.mark.parametrize("check", COVERAGE_CHECKS, ids=lambda check: next(iter(check.check_keys)).name)
def test_a_whole_year_passes(check, home):
    evaluation, after = run(check, home)
    assert evaluation.passed
    assert after


@pytest.mark.parametrize("check", COVERAGE_CHECKS, ids=lambda check: next(iter(check.check_keys)).name)
def test_a_check_without_its_tables_is_no_green_check(check, home):
    for folder in home.home.tables.iterdir():
        (folder / f"{YEAR}.parquet").unlink()
    with pytest.raises(dg.Failure, match="not there yet"):
        said(check, home)


def test_a_school_that_handed_in_nothing_is_warned_of_and_stops_nothing(home):
    changed(
        home, "reporting_board", lambda t: t.assign(outcome=["missing", *t["outcome"].iloc[1:]], file=[None, *t["file"].iloc[1:]])
    )
    evaluation, after = run(every_school_reported, home)
    assert not evaluation.passed
    assert evaluation.severity == dg.AssetCheckSeverity.WARN
    assert evaluation.metadata["missing"].value == 1
    assert evaluation.metadata["expected"].value == SCHOOLS
    assert "青禾县第1学校" in evaluation.metadata["schools"].value
    assert after


def test_a_school_that_is_not_expected_is_not_missed(home):
    changed(
        home,
        "reporting_board",
        lambda t: t.assign(outcome=["missing", *t["outcome"].iloc[1:]], expected=[False, *t["expected"].iloc[1:]]),
    )
    assert said(every_school_reported, home).passed


def test_a_file_without_a_receipt_stops_the_release(home):
    changed(home, "receipts", lambda t: t.iloc[:0])
    evaluation, after = run(every_file_has_a_receipt, home)
    assert not evaluation.passed
    assert "汇总表.xlsx" in evaluation.metadata["without_receipt"].value
    assert not after


def test_a_receipt_without_a_file_stops_the_release(home):
    changed(home, "submission_files", lambda t: t.iloc[:0])
    result = said(every_file_has_a_receipt, home)
    assert not result.passed
    assert "汇总表.xlsx" in result.metadata["not_in_inbox"].value


def test_a_receipt_that_was_not_written_stops_the_release(home):
    for path in (home.home.path / "receipts" / YEAR).glob("*回执*"):
        path.unlink()
    result = said(every_file_has_a_receipt, home)
    assert not result.passed
    assert "汇总表.xlsx" in result.metadata["not_written"].value


def test_an_accepted_school_whose_figures_are_lost_stops_the_release(home):
    changed(home, "school_returns", lambda t: t.iloc[1:])
    evaluation, after = run(accepted_schools_are_kept, home)
    assert not evaluation.passed
    assert evaluation.metadata["not_kept"].value == code(1)
    assert not after


def test_figures_of_a_school_that_was_not_accepted_stop_the_release(home):
    changed(home, "reporting_board", lambda t: t.assign(outcome=["left_out", *t["outcome"].iloc[1:]]))
    result = said(accepted_schools_are_kept, home)
    assert not result.passed
    assert result.metadata["kept_unaccepted"].value == code(1)


def accept(home: JunhengHome, schools: int) -> None:
    changed(home, "county_records", lambda t: t.assign(schools_accepted=schools))


def test_no_accepted_school_stops_the_release(home):
    accept(home, 0)
    evaluation, after = run(enough_schools_accepted, home)
    assert not evaluation.passed
    assert evaluation.description
    assert not after


def test_no_county_at_all_stops_the_release(home):
    changed(home, "county_records", lambda t: t.iloc[:0])
    assert not said(enough_schools_accepted, home).passed


@pytest.mark.parametrize(("accepted", "passes"), [(20, True), (19, True), (18, True), (17, False), (1, False), (25, True)])
def test_more_than_a_tenth_fewer_schools_than_last_time_stop_the_release(home, accepted, passes):
    released(home, 20)
    accept(home, accepted)
    result = said(enough_schools_accepted, home)
    assert result.passed == passes
    if not passes:
        assert "20" in result.description
        assert str(accepted) in result.description
        assert "--confirm-fewer-schools" in result.description


def test_a_recorded_act_lets_the_fall_through(home):
    released(home, 20)
    accept(home, 10)
    home.database.record_act(YEAR, FEWER_SCHOOLS, "张三", "十所学校并入", MADE_AT + dt.timedelta(hours=1))
    assert said(enough_schools_accepted, home).passed


def test_an_act_from_before_the_last_release_is_spent(home):
    released(home, 20)
    accept(home, 10)
    home.database.record_act(YEAR, FEWER_SCHOOLS, "张三", "去年的事", MADE_AT - dt.timedelta(hours=1))
    assert not said(enough_schools_accepted, home).passed


def test_an_act_of_another_year_or_kind_lets_nothing_through(home):
    released(home, 20)
    accept(home, 10)
    home.database.record_act("2023-2024", FEWER_SCHOOLS, "张三", "往年", MADE_AT + dt.timedelta(hours=1))
    home.database.record_act(YEAR, "something_else", "张三", "别的", MADE_AT + dt.timedelta(hours=1))
    assert not said(enough_schools_accepted, home).passed


def test_the_share_that_may_fall_is_a_setting(home):
    released(home, 20)
    accept(home, 10)
    assert said(enough_schools_accepted, JunhengHome(path=home.path, largest_fall=0.5)).passed
