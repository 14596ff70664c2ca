"""Every plausibility expectation holds for a plausible year and fails for a year spoilt in its way.

The plausible years are those of the demonstration county; each case spoils one thing in a stored table.
"""

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from checks.data_docs import Unjudged, Validation, validated
from checks.plausible_ranges import COEFFICIENT, COMPOSITE, FIGURES, MOST_HAVE
from checks.suites import Expected, Suite, suite_for
from data_contracts.catalogue import SECTIONS, fields
from data_contracts.records import NUMERIC_COLUMNS, RETURN_COLUMNS, TEXT_COLUMNS, place_column
from data_contracts.school_year import SchoolYear
from data_contracts.standard import fields_in_use, shipped_standards
from data_contracts.standards_in_force import in_force
from data_contracts.tables import shaped
from domain.assessment.county_records import counties_of
from domain.assessment.indicators import school_indicators
from domain.assessment.judging import all_coefficients
from domain.assessment.school_sections import school_sections
from domain.assessment.scope import scope_ledger
from domain.demonstration import YEARS, figures, register

Tables = dict[str, pd.DataFrame]
STANDARDS = in_force(shipped_standards(), YEARS[1])
PUBLISHED = Path(__file__).parents[1] / "golden" / "cases" / "published_county_coefficients.csv"
RESOURCES = ["teaching_area", "sports_ground_area", "equipment_value", "books"]
STAFF = ["enrolment", "classes", "full_time_teachers", "teachers_above_required", "teachers_mid_senior_title"]


def demonstrated(year: SchoolYear) -> Tables:
    """The tables under test as a year of the demonstration county would leave them, had no school made a mistake."""
    said, rows = figures(year), []
    for school in register(year):
        if not school.closed:
            values = {place_column(*place): value for place, value in said[school.school_id].items()}
            rows.append({key: text or None for key, text in school.identity.items()} | values)
    returns = pd.DataFrame({name: [row.get(name) for row in rows] for name in RETURN_COLUMNS})
    for name in NUMERIC_COLUMNS:
        returns[name] = returns[name].astype(float) * fields()[RETURN_COLUMNS[name][0]].factor
    returns[list(TEXT_COLUMNS)] = returns[list(TEXT_COLUMNS)].astype("str")
    sections = school_sections(returns, STANDARDS[0].split_weights)
    scope = scope_ledger(returns, sections, STANDARDS)
    made = {
        "school_sections": sections,
        "school_indicators": school_indicators(sections, STANDARDS),
        "county_coefficients": all_coefficients(sections, scope, counties_of(returns), STANDARDS),
    }
    return {name: shaped(table, name, year.key) for name, table in made.items()}


@pytest.fixture(scope="module")
def years() -> list[Tables]:
    """The three demonstration years, oldest first."""
    return [demonstrated(year) for year in YEARS]


# Each way to spoil a table takes the table, that of the year before, and what follows the colon in the expectation's id.
Spoil = Callable[[pd.DataFrame, pd.DataFrame, str], pd.DataFrame]


def emptied(table: pd.DataFrame, _: pd.DataFrame, column: str) -> pd.DataFrame:
    return table.assign(**{column: None if fields().get(column) and not fields()[column].numeric else np.nan})


def set_to(value: float) -> Spoil:
    return lambda table, _, column: table.assign(**{column: value})


def copied(columns: list[str]) -> Spoil:
    def spoil(table: pd.DataFrame, _: pd.DataFrame, __: str) -> pd.DataFrame:
        table = table.copy()
        table.loc[: len(table) // 4, columns] = table.loc[0, columns].to_numpy()
        return table

    return spoil


def scaled(column: str, factor: float) -> Spoil:
    return lambda table, _, __: table.assign(**{column: table[column] * factor})


def last_years(_: pd.DataFrame, before: pd.DataFrame, __: str) -> pd.DataFrame:
    return before


def indicator_scaled(column: str, factor: float) -> Spoil:
    """Only the rows of the series that is meant, so that nothing else explains the failure."""

    def spoil(table: pd.DataFrame, _: pd.DataFrame, name: str) -> pd.DataFrame:
        key, section = name.removeprefix("mean_").rsplit("_", 1)
        ids = {(s.id, i.id) for s in STANDARDS for i in s.indicators if i.key == key}
        named = np.array([pair in ids for pair in zip(table["standard"], table["indicator"], strict=True)])
        mine = named & (table["section"] == section)
        return table.assign(**{column: table[column].where(~mine, table[column] * factor)})

    return spoil


def coefficients_set(composite: bool, value: float) -> Spoil:
    def spoil(table: pd.DataFrame, _: pd.DataFrame, __: str) -> pd.DataFrame:
        mine = (table["indicator"] == "composite") == composite
        return table.assign(coefficient=table["coefficient"].where(~mine, value))

    return spoil


def coefficient_moved(by: float) -> Spoil:
    return lambda table, _, __: table.assign(coefficient=table["coefficient"] + by)


USED = sorted(key for key in fields_in_use(STANDARDS) if fields()[key].category != "基本信息")
COLUMNS = [f"{key}_{section}" for key in FIGURES for section in SECTIONS]

CASES: list[tuple[str, str, Spoil]] = [
    *(("school_sections", f"filled:{key}", emptied) for key in USED),
    *(("school_sections", f"zero:{key}", set_to(0.0)) for key in MOST_HAVE),
    ("school_sections", "distinct:resource_figures", copied(RESOURCES)),
    ("school_sections", "distinct:staff_figures", copied(STAFF)),
    *(
        ("school_sections", f"median:{what}_{section}", scaled("enrolment", factor))
        for what, factors in (
            ("students_per_class", (9, 0.1)),
            ("students_per_teacher", (9, 0.1)),
            ("enrolment_ratio", (1.3, 0.8)),
        )
        for section in SECTIONS
        for factor in factors
    ),
    ("school_sections", "unchanged:figures_changed", last_years),
    *(("school_indicators", f"quantiles:{c}", indicator_scaled("value", by)) for c in COLUMNS for by in (1000, 0.001)),
    *(("school_indicators", f"change:{c}", indicator_scaled("value", by)) for c in COLUMNS for by in (2, 0.5)),
    *(("county_coefficients", f"mean:mean_{c}", indicator_scaled("mean", by)) for c in COLUMNS for by in (1000, 0.001)),
    *(("county_coefficients", "spread:single_coefficient", coefficients_set(False, value)) for value in (2.0, 0.0)),
    *(("county_coefficients", "spread:composite_coefficient", coefficients_set(True, value)) for value in (1.5, 0.01)),
    ("county_coefficients", "filled:coefficient", emptied),
    ("county_coefficients", "distinct:coefficient", set_to(0.4)),
    ("county_coefficients", "left_out:left_out_share", lambda table, _, __: table.assign(left_out=table["schools"])),
    *(("county_coefficients", "change:mean_ratio", scaled("mean", factor)) for factor in (2, 0.5)),
    *(("county_coefficients", "change:coefficient_change", coefficient_moved(by)) for by in (0.5, -0.5)),
]


def alone(suite: Suite, expected: Expected) -> Validation:
    """One expectation by itself."""
    return validated(replace(suite, expected=[expected]))


@pytest.mark.parametrize(
    ("table", "expectation", "spoil"), CASES, ids=[f"{number}-{case[1]}" for number, case in enumerate(CASES)]
)
def test_a_spoilt_year_is_noticed(years: list[Tables], table: str, expectation: str, spoil: Spoil) -> None:
    before = years[0][table]
    spoilt = spoil(years[1][table].copy(), before, expectation.split(":")[1])
    suite = suite_for(table, spoilt, STANDARDS, before)
    (judgement,) = alone(suite, next(one for one in suite.expected if one.id == expectation)).judgements
    assert not judgement.met
    assert "无法计算" not in judgement.observed, "it must fail for what was observed, not because it broke"


@pytest.mark.parametrize("number", range(len(YEARS)))
@pytest.mark.parametrize("table", ["school_sections", "school_indicators", "county_coefficients"])
def test_plausible_years_pass_and_every_expectation_has_a_case(years: list[Tables], table: str, number: int) -> None:
    suite = suite_for(table, years[number][table], STANDARDS, years[number - 1][table] if number else None)
    validation = validated(suite)
    assert [(one.expected.id, one.observed) for one in validation.failed] == []
    assert suite.left_out == []
    asked = {one.id for one in suite.expected}
    cases = {expectation for where, expectation, _ in CASES if where == table}
    if number:
        assert asked == cases
    else:
        without = {"change", "unchanged", "median:enrolment_ratio_primary", "median:enrolment_ratio_junior"}
        assert asked == {case for case in cases if case not in without and case.split(":")[0] not in without}


def test_ids_are_unique_and_texts_speak_both_languages(years: list[Tables]) -> None:
    for table in years[1]:
        expected = suite_for(table, years[1][table], STANDARDS, years[0][table]).expected
        assert len({one.id for one in expected}) == len(expected)
        for one in expected:
            assert any("一" <= letter <= "鿿" for letter in one.zh) and one.en.isascii()


def test_published_county_tables_are_plausible() -> None:
    with PUBLISHED.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    means = [column for column in rows[0] if column.startswith("mean_")]
    assert len(rows) > 20 and len(means) == 8
    for row in rows:
        for column in means:
            low, high = FIGURES[column.removeprefix("mean_")].range(row["section"])
            assert low <= float(row[column]) <= high, (row["county"], column)
            assert COEFFICIENT[0] <= float(row[column.replace("mean_", "cv_")]) <= COEFFICIENT[1]
        assert COMPOSITE[0] <= float(row["published_composite"]) <= COMPOSITE[1]


def test_examples_name_rows_and_shares_count_only_those_asked(years: list[Tables]) -> None:
    sections = years[1]["school_sections"].copy()
    primary = sections.index[(sections["section"] == "primary") & (sections["school_type"] == "小学")][:12]
    sections.loc[primary, "books"] = 0.0
    sections["charter"] = None
    suite = suite_for("school_sections", sections, STANDARDS, None)
    failed = {one.expected.id: one for one in validated(suite).failed}
    assert set(failed) == {"zero:books", "filled:charter"}
    assert failed["zero:books"].observed.startswith("不符 12/")
    assert failed["zero:books"].examples[0] == f"{sections.loc[primary[0], 'school_name']} 小学(0)"
    points = (suite.batch.frame["school_type"] == "教学点").sum()
    asked = len(suite.batch.frame) - points
    assert points > 0 and failed["filled:charter"].observed == f"不符 {asked}/{asked}"


def test_little_data_are_left_out_by_name_not_passed(years: list[Tables]) -> None:
    sections = years[1]["school_sections"].iloc[:4]
    suite = suite_for("school_sections", sections, STANDARDS, None)
    left_out = {one.id for one in suite.left_out}
    assert {"zero:books", "distinct:resource_figures", "filled:books"} <= left_out
    assert left_out.isdisjoint(one.id for one in suite.expected)


def test_schools_out_of_every_scope_are_not_looked_at(years: list[Tables]) -> None:
    frame = suite_for("school_sections", years[1]["school_sections"], STANDARDS, None).batch.frame
    assert "特殊教育学校" in set(years[1]["school_sections"]["school_type"])
    assert "特殊教育学校" not in set(frame["school_type"])


def test_new_and_lost_schools_do_not_count_as_change(years: list[Tables]) -> None:
    # A third of the schools has handed in so far, the richest: held against themselves they have not changed.
    table = years[1]["school_indicators"]
    rich = table[table["indicator"] == "L6"].nlargest(16, "value")["school_id"]
    few = table[table["school_id"].isin(rich)]
    assert validated(suite_for("school_indicators", few, STANDARDS, years[0]["school_indicators"])).failed == []


def test_a_provincial_figure_without_a_range_is_held_against_last_year_only(years: list[Tables]) -> None:
    quality = next(one for one in STANDARDS if one.id == "national-quality-2017")
    own = replace_indicator(quality)
    table = years[1]["school_indicators"]
    mine = table[table["standard"] == quality.id].assign(standard=own.id)
    suite = suite_for("school_indicators", mine, (own,), years[0]["school_indicators"].assign(standard=own.id))
    asked = {one.id for one in suite.expected if "rooms_of_our_own" in one.id}
    assert asked == {"change:rooms_of_our_own_primary", "change:rooms_of_our_own_junior"}


def replace_indicator(standard):
    """The standard with another key for its last indicator, as a province may have it."""
    *others, last = standard.indicators
    return standard.model_copy(update={"id": "own", "indicators": (*others, last.model_copy(update={"key": "rooms_of_our_own"}))})


def test_one_key_with_two_formulas_makes_two_series(years: list[Tables]) -> None:
    quality = next(one for one in STANDARDS if one.id == "national-quality-2017")
    books = next(one for one in STANDARDS[0].indicators if one.key == "books_per_student")
    per_100 = books.model_copy(update={"per": 100})
    own = quality.model_copy(update={"id": "zz-own", "indicators": (per_100,)})
    table = years[1]["school_indicators"]
    more = table[table["indicator"] == "B5"].assign(standard=own.id, value=lambda rows: rows["value"] * 100)
    suite = suite_for("school_indicators", pd.concat([table, more], ignore_index=True), (*STANDARDS, own), None)
    assert "books_per_student_zz-own_primary" not in suite.batch.frame, "no range is known for it, so it is not judged"
    assert validated(suite).failed == []


def test_an_expectation_that_breaks_fails_and_says_so(years: list[Tables]) -> None:
    suite = suite_for("school_sections", years[1]["school_sections"], STANDARDS, None)
    broken = Expected("broken:nothing", "ExpectColumnMeanToBeBetween", {"column": "no_such_column", "min_value": 0}, "无", "none")
    (judgement,) = alone(suite, broken).judgements
    assert not judgement.met and "no_such_column" in judgement.observed


def test_an_expectation_that_the_library_drops_is_missed(years: list[Tables], monkeypatch: pytest.MonkeyPatch) -> None:
    import great_expectations as gx

    whole = gx.ExpectationSuite
    monkeypatch.setattr(gx, "ExpectationSuite", lambda name, expectations: whole(name=name, expectations=expectations[1:]))
    suite = suite_for("county_coefficients", years[1]["county_coefficients"], STANDARDS, None)
    with pytest.raises(Unjudged, match=suite.expected[0].id):
        validated(suite)


def test_nothing_is_printed(years: list[Tables], capfd: pytest.CaptureFixture[str]) -> None:
    validated(suite_for("county_coefficients", years[1]["county_coefficients"], STANDARDS, None))
    assert capfd.readouterr() == ("", "")
