"""Every contract holds what it promises: valid rows pass, and each single constraint, broken alone, stops the table.

The breaks are derived from the contracts (``contract_samples``), so that a new column or check is tested as it is added.
"""

import re

import pandas as pd
import pandera.pandas as pa
import pytest
from contracts.contract_samples import NULL_ROW, PATTERNS, ROWS, WRONG_TYPES, YEAR, breaks_of, kind_of, name_of, only, sample

from data_contracts.tables import CONTRACTS, PUBLISHED
from resources.table_store import BrokenContract, validated

NAMES = list(CONTRACTS)
KEYED = [name for name in NAMES if CONTRACTS[name].unique]
COLUMNS = [(name, column) for name in NAMES for column in CONTRACTS[name].columns if column != "school_year"]


def refused(table: pd.DataFrame, name: str, year: str = YEAR) -> BrokenContract:
    """The refusal of a table; fails where it is let through."""
    with pytest.raises(BrokenContract) as caught:
        validated(table, name, year)
    assert name in str(caught.value)
    return caught.value


def names_column(error: BrokenContract, column: str) -> bool:
    """True where the message names the column as a word of its own, outside the table's name."""
    return bool(re.search(rf"(?<!\w){re.escape(column)}(?!\w)", str(error).partition(YEAR)[2]))


@pytest.mark.parametrize("name", NAMES)
def test_the_sample_keeps_every_contract(name):
    table = validated(sample(name), name, YEAR)
    assert list(table.columns) == list(CONTRACTS[name].columns)
    assert len(table) == ROWS
    assert {column: str(table[column].dtype) for column in table} == {
        column: "str" if str(spec.dtype).startswith("str") else str(spec.dtype)
        for column, spec in CONTRACTS[name].columns.items()
    }


@pytest.mark.parametrize("name", NAMES)
def test_the_sample_has_every_column_filled_and_every_nullable_one_empty(name):
    table = sample(name)
    for column, spec in CONTRACTS[name].columns.items():
        assert table[column].iloc[:NULL_ROW].notna().all(), column
        assert bool(pd.isna(table[column].iat[NULL_ROW])) == bool(spec.nullable), column


def test_kinds_and_patterns_of_all_columns_are_known():
    columns = [spec for contract in CONTRACTS.values() for spec in contract.columns.values()]
    assert {kind_of(spec) for spec in columns} == set(WRONG_TYPES)
    used = {check.statistics["pattern"] for spec in columns for check in spec.checks if check.name == "str_matches"}
    assert {getattr(one, "pattern", one) for one in used} == set(PATTERNS)


@pytest.mark.parametrize("name", NAMES)
def test_every_constraint_of_a_contract_has_a_break(name):
    for column, spec in CONTRACTS[name].columns.items():
        breaks = breaks_of(spec)
        assert {name_of(check) for check in spec.checks} <= {one.check for one in breaks}, column
        assert any("promised" in one.what for one in breaks) == (not spec.nullable), column
        assert len({one.what for one in breaks}) == len(breaks), column


@pytest.mark.parametrize("name", NAMES)
def test_contracts_are_strict_ordered_and_told_in_chinese(name):
    contract = CONTRACTS[name]
    assert contract.name == name
    assert contract.strict is True
    assert contract.ordered is True
    assert not contract.coerce
    assert re.search(r"[一-鿿]", contract.title)
    assert contract.description
    assert next(iter(contract.columns)) == "school_year"
    assert all(spec.title for spec in contract.columns.values())
    assert set(contract.unique or []) <= set(contract.columns)


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_tables_begin_with_year_and_county(name):
    assert list(CONTRACTS[name].columns)[:2] == ["school_year", "county_code"]


@pytest.mark.parametrize("name", NAMES)
def test_a_table_without_rows_is_a_table(name):
    table = validated(pd.DataFrame(columns=list(CONTRACTS[name].columns), dtype=object), name, YEAR)
    assert len(table) == 0
    assert list(table.columns) == list(CONTRACTS[name].columns)


@pytest.mark.parametrize("name", NAMES)
def test_the_year_is_put_first_where_a_computation_leaves_it_out(name):
    table = validated(sample(name).drop(columns="school_year"), name, YEAR)
    assert list(table["school_year"]) == [YEAR] * ROWS
    assert table["school_year"].dtype in ("str", "category")


@pytest.mark.parametrize("name", NAMES)
def test_the_year_is_put_before_no_rows_too(name):
    table = validated(sample(name).drop(columns="school_year").iloc[:0], name, YEAR)
    assert len(table) == 0
    assert table["school_year"].dtype in ("str", "category")


@pytest.mark.parametrize("name", NAMES)
def test_the_order_of_columns_is_put_right_by_the_store_and_demanded_by_the_contract(name):
    table = validated(sample(name), name, YEAR)
    turned = table[list(table.columns)[::-1]]
    pd.testing.assert_frame_equal(validated(turned, name, YEAR), table)
    with pytest.raises(pa.errors.SchemaErrors, match="column_ordered|COLUMN_NOT_ORDERED"):
        CONTRACTS[name].validate(turned, lazy=True)


@pytest.mark.parametrize("name", NAMES)
def test_any_index_of_the_rows_is_let_go(name):
    table = sample(name)
    table.index = [7, 7, 9]
    assert list(validated(table, name, YEAR).index) == list(range(ROWS))


@pytest.mark.parametrize(("name", "column"), COLUMNS)
def test_each_constraint_of_a_column_broken_alone_is_refused(name, column, monkeypatch):
    contract, table = only(name, column)
    monkeypatch.setitem(CONTRACTS, name, contract)
    passed = []
    for one in breaks_of(contract.columns[column]):
        bad = table.assign(**{column: one.spoil(table[column])})
        try:
            validated(bad, name, YEAR)
        except BrokenContract as error:
            passed += [f"{one.what}: {wrong}" for wrong in not_told(error, column, one.check)]
        else:
            passed.append(f"{one.what}: was let through")
    assert not passed


def not_told(error: BrokenContract, column: str, check: str) -> list[str]:
    """What a refusal should have said of the one broken constraint and did not, and what it told too much."""
    if not names_column(error, column):
        return [f"the column is not named in: {error}"]
    if not check:
        return []
    cases = error.__cause__.failure_cases
    told = {(one, str(what).partition("(")[0]) for one, what in zip(cases["column"], cases["check"], strict=True)}
    return [] if (column, check) in told and {one for one, _ in told} == {column} else [f"told {told}"]


def test_a_list_of_repeated_words_that_are_no_words_is_refused():
    table = sample("submitted_values")
    table["sheet"] = pd.Categorical([1, 2, 3])
    assert names_column(refused(table, "submitted_values"), "sheet")


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_column_is_refused(name):
    table = sample(name)
    for column in table.columns.drop("school_year"):
        assert names_column(refused(table.drop(columns=column), name), column)


@pytest.mark.parametrize("name", NAMES)
def test_a_column_too_many_is_refused(name):
    assert names_column(refused(sample(name).assign(not_promised=1.0), name), "not_promised")


@pytest.mark.parametrize("name", NAMES)
def test_a_column_twice_is_refused(name):
    table = sample(name)
    last = list(table.columns)[-1]
    assert names_column(refused(pd.concat([table, table[[last]]], axis=1), name), last)


@pytest.mark.parametrize("name", NAMES)
def test_rows_of_another_school_year_are_refused(name):
    table = sample(name)
    table.loc[1, "school_year"] = "2023-2024"
    assert names_column(refused(table, name), "school_year")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("year", ["2024", "2024/2025", ""])
def test_a_year_that_is_none_is_refused(name, year):
    with pytest.raises(BrokenContract, match="school_year"):
        validated(sample(name).drop(columns="school_year"), name, year)


@pytest.mark.parametrize("name", KEYED)
def test_a_key_that_stands_twice_is_refused(name):
    table, key = sample(name), CONTRACTS[name].unique
    table.loc[1, key] = table.loc[0, key]
    error = refused(table, name)
    assert all(names_column(error, column) for column in key)


@pytest.mark.parametrize(
    "name", [name for name in KEYED if any(CONTRACTS[name].columns[one].nullable for one in CONTRACTS[name].unique)]
)
def test_a_key_with_an_empty_part_that_stands_twice_is_refused(name):
    table, key = sample(name), CONTRACTS[name].unique
    table.loc[1, key] = table.loc[NULL_ROW, key]
    assert table.loc[1, key].isna().any()
    refused(table, name)


@pytest.mark.parametrize("name", KEYED)
def test_rows_that_differ_in_one_part_of_the_key_are_two(name):
    key = CONTRACTS[name].unique
    for part in key:
        table = sample(name)
        others = [one for one in key if one != part]
        table.loc[1, others] = table.loc[0, others]
        validated(table, name, YEAR)


def test_every_contract_with_rows_of_its_own_has_a_key():
    assert [name for name in NAMES if not CONTRACTS[name].unique] == ["reading_findings", "findings"]


def test_a_refusal_shows_some_of_the_bad_values():
    table = sample("county_coefficients")
    table["coefficient"] = [-0.125, 0.5, -0.25]
    said = str(refused(table, "county_coefficients"))
    assert "-0.125" in said
    assert "-0.25" in said


def test_all_broken_columns_are_told_at_once():
    table = sample("county_coefficients")
    table["coefficient"] = [-1.0, 0.5, 0.5]
    table["mean"] = [float("inf"), 1.0, 1.0]
    error = refused(table, "county_coefficients")
    assert names_column(error, "coefficient")
    assert names_column(error, "mean")
