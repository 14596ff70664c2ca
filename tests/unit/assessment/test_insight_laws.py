"""Laws of townships, regions and excluded groups that hold for every county.

Belongs here: invariants. Does not belong here: expected figures (``golden/test_townships_and_scope``).
"""

import numpy as np
import pandas as pd
import pytest
from generated_counties import counties
from hypothesis import given, settings
from hypothesis import strategies as st

from data_contracts.standard import Scope, shipped_standards
from domain.assessment.coefficients import county_coefficients
from domain.assessment.reconciliation import scope_reconciles
from domain.assessment.scope_sensitivity import scope_sensitivity
from domain.assessment.townships import township_coefficients, township_compliance

STANDARDS = {name: next(s for s in shipped_standards() if s.id.startswith(f"national-{name}-")) for name in ("basic", "quality")}
NATIONAL = st.sampled_from(["basic", "quality"])
FIGURES = ["schools", "students", "mean", "standard_deviation", "coefficient", "limit", "met"]


def register_of(local, township_of=lambda number: "镇"):
    ids = [school["id"] for school in local]
    town = [township_of(number) for number in range(len(local))]
    return pd.DataFrame(
        {
            "county_code": [school["county"] for school in local],
            "school_id": ids,
            "school_name": [s["name"] for s in local],
            "township": town,
            "register_order": range(len(local)),
        }
    )


def counties_in(tables):
    return tables["coefficients"][["county_code", "county_name"]].drop_duplicates(ignore_index=True)


@given(local=counties(), name=NATIONAL)
@settings(max_examples=25)
def test_a_county_that_is_one_township_has_the_coefficients_of_the_county(assess, local, name):
    tables, standard = assess(local, name)[name], STANDARDS[name]
    table = township_coefficients(register_of(local), tables["sections"], tables["scope"], counties_in(tables), (standard,))
    key = ["county_code", "section", "indicator"]
    both = table.merge(tables["coefficients"], on=key, suffixes=("", "_of_county"), validate="one_to_one")
    assert len(both) == len(table)
    for column in [*FIGURES, "left_out"]:
        pd.testing.assert_series_equal(both[column], both[f"{column}_of_county"], check_names=False, check_exact=True)
    in_scope = tables["scope"][tables["scope"]["in_scope"].fillna(False)]
    assert set(zip(table["county_code"], table["section"], strict=True)) == set(
        zip(in_scope["county_code"], in_scope["section"], strict=True)
    )


@given(local=counties(), towns=st.lists(st.sampled_from(["甲镇", "乙镇", "丙镇", None, ""]), min_size=12, max_size=12))
@settings(max_examples=25)
def test_townships_add_up_to_the_county(assess, local, towns):
    tables, standard = assess(local, "quality")["quality"], STANDARDS["quality"]
    register = register_of(local, lambda number: towns[number])
    table = township_compliance(register, tables["scope"], tables["compliance"], counties_in(tables), (standard,))
    possible = tables["scope"][tables["scope"]["in_scope"].fillna(True) & tables["scope"]["section"].notna()]
    assert table["school_sections"].sum() == len(possible)
    assert table["complying"].sum() == tables["compliance"]["compliant"].fillna(False).sum()
    assert table["not_complying"].sum() == (~tables["compliance"]["compliant"].fillna(True)).sum()
    assert (table["complying"] + table["not_complying"] + table["undecided"] == table["school_sections"]).all()
    single = township_coefficients(register, tables["sections"], tables["scope"], counties_in(tables), (standard,))
    placed = register.loc[register["township"].isin(["甲镇", "乙镇", "丙镇"]), "school_id"]
    sections = tables["sections"][tables["sections"]["school_id"].isin(placed)]
    counted = sections.merge(possible[possible["in_scope"].fillna(False)][["school_id", "section"]], on=["school_id", "section"])
    assert single.loc[single["indicator"] == "L6", "schools"].sum() == counted["equipment_value"].notna().sum()


@given(local=counties(), name=NATIONAL, data=st.data())
@settings(max_examples=25)
def test_with_the_only_exclusion_undone_the_coefficients_are_those_without_it(assess, local, name, data):
    tables, national = assess(local, name)[name], STANDARDS[name]
    one = data.draw(st.sampled_from(national.scope.exclude))
    standard = national.model_copy(update={"scope": Scope(exclude=(one,))})
    bare = national.model_copy(update={"scope": Scope()})
    names, nobody = counties_in(tables), tables["scope"].iloc[:0]
    judged = county_coefficients(tables["sections"], nobody, names, standard)
    whole = county_coefficients(tables["sections"], nobody, names, bare)
    table = scope_sensitivity(tables["sections"], judged, (standard,))
    if table.empty:
        pd.testing.assert_frame_equal(judged.drop(columns="left_out"), whole.drop(columns="left_out"))
        return
    both = table.merge(whole, on=["county_code", "section", "indicator"], suffixes=("", "_whole"))
    assert len(both) == len(table)
    np.testing.assert_array_equal(both["coefficient_with"].to_numpy(float), both["coefficient_whole"].to_numpy(float))
    pd.testing.assert_series_equal(both["met_with"], both["met_whole"], check_names=False)
    assert (table["schools"] > 0).all() and (table["students"] > 0).all()


@given(local=counties())
@settings(max_examples=25)
def test_the_scope_ledger_always_covers_the_register(assess, local):
    for name, tables in assess(local, "basic", "quality").items():
        assert scope_reconciles(register_of(local), tables["sections"], tables["scope"], (STANDARDS[name],)) == []


@pytest.mark.parametrize("name", ["basic", "quality"])
def test_no_school_gives_tables_without_rows(assess, name):
    school = {"id": "0000000001", "name": "校", "county": "110101", "type": "小学", "ownership": "公办", "administered_by": "县属",
              "status": None, "handed_in": False, "students": {}, "figures": {}}  # fmt: skip
    tables, standard = assess([school], name)[name], STANDARDS[name]
    register = register_of([school], lambda number: None)
    names = counties_in(tables)
    assert scope_sensitivity(tables["sections"], tables["coefficients"], (standard,)).empty
    assert township_coefficients(register, tables["sections"], tables["scope"], names, (standard,)).empty
    assert len(township_compliance(register, tables["scope"], tables["compliance"], names, (standard,))) == 1
