"""The same coefficients and compliance within each township (镇域内), for monitoring; no verdict on a county rests on them.

Belongs here: grouping schools by the township of the register. Does not belong here: the arithmetic of a coefficient
(``coefficients``) and who complies (``compliance``).
"""

import numpy as np
import pandas as pd

from data_contracts.catalogue import SECTIONS
from data_contracts.standard import Standard
from domain.assessment.grouped_coefficients import grouped_coefficients
from domain.assessment.scope import counted_rows, figures_of

_PLACE = ["county_code", "township", "section"]
NO_TOWNSHIP = "没有填写乡镇(街道),未计入任何乡镇"


def township_of(register: pd.DataFrame, school_ids: pd.Series) -> pd.Series:
    """The township of each school in the register; missing where none is entered."""
    known = register.drop_duplicates("school_id").set_index("school_id")["township"]
    found = school_ids.map(known)
    return found.where(found.notna() & (found != ""), None).astype("str")


def township_coefficients(
    register: pd.DataFrame, sections: pd.DataFrame, scope: pd.DataFrame, counties: pd.DataFrame, standards: tuple[Standard, ...]
) -> pd.DataFrame:
    """Every coefficient of every standard within each township that has a school in scope.

    Formula and limits are those of the county (教督〔2012〕3号, 教督〔2017〕6号); that they hold within a township is asked
    by township plans only. Schools without a township are left out here and named in ``township_compliance``.

    Args:
        register: ``school_register``, whose township counts.
        sections: ``school_sections`` of the accepted schools.
        scope: ``scope_ledger``.
        counties: county_code, county_name.
        standards: the standards in force.

    Returns:
        county_code, county_name, township, section, standard, indicator, schools, students, mean, standard_deviation,
        coefficient, limit, met, left_out (in scope, without figures that can be used).
    """
    names = counties.set_index("county_code")["county_name"]
    listed = scope.assign(township=township_of(register, scope["school_id"]))
    listed = listed[
        listed["in_scope"].fillna(False).to_numpy(bool) & listed["township"].notna() & listed["section"].isin(SECTIONS)
    ]
    parts = []
    # A standard without a rule for coefficients judges schools only.
    for standard in (one for one in standards if one.coefficient_rule):
        mine = pd.MultiIndex.from_frame(listed.loc[listed["standard"] == standard.id, _PLACE])
        places = mine.unique().sort_values()
        counted = counted_rows(sections, standard)
        rows = figures_of(sections, counted, standard, "school_id")
        rows["township"] = township_of(register, rows["school_id"])
        group = places.get_indexer(pd.MultiIndex.from_frame(rows[_PLACE]))
        rows, group = rows[group >= 0], group[group >= 0]
        table = grouped_coefficients(rows, group, places.get_level_values("section").tolist(), standard)
        number = table.pop("group").to_numpy()
        expected = pd.Series(np.bincount(places.get_indexer(mine), minlength=len(places))[number], dtype="Int64")
        head = pd.DataFrame({level: places.get_level_values(level).to_numpy(object)[number] for level in _PLACE})
        head.insert(1, "county_name", head["county_code"].map(names))
        parts.append(pd.concat([head.assign(standard=standard.id), table.assign(left_out=expected - table["schools"])], axis=1))
    whole = pd.concat(parts, ignore_index=True)
    return whole.sort_values(["county_code", "township", "section", "standard", "indicator"], ignore_index=True)


def township_compliance(
    register: pd.DataFrame, scope: pd.DataFrame, compliance: pd.DataFrame, counties: pd.DataFrame, standards: tuple[Standard, ...]
) -> pd.DataFrame:
    """How many school sections of each township comply, under every standard.

    ``undecided`` are those without a verdict: figures are missing, or it is not known whether they count.
    ``share`` = complying / (complying + not complying), empty where none is decided: who has no verdict is not counted as
    failing. Schools without a township stand in a row of their own, named in ``reason``.

    Returns:
        county_code, county_name, township (missing for schools that have none), section, standard, school_sections,
        complying, not_complying, undecided (all three missing where the standard has no school rule), share, reason.
    """
    names = counties.set_index("county_code")["county_name"]
    key = ["school_id", "section", "standard"]
    listed = scope[scope["in_scope"].fillna(True).to_numpy(bool) & scope["section"].isin(SECTIONS)]
    listed = listed.merge(compliance[[*key, "compliant"]], on=key, how="left", validate="one_to_one")
    listed["township"] = township_of(register, listed["school_id"])
    order = listed["school_id"].map(register.drop_duplicates("school_id").set_index("school_id")["register_order"])
    listed = listed.assign(order=order).sort_values("order", kind="stable")
    listed["complies"] = listed["compliant"].fillna(False).astype(bool)
    listed["fails"] = ~listed["compliant"].fillna(True).astype(bool)
    grouped = listed.groupby([*_PLACE, "standard"], dropna=False, sort=True)
    table = grouped.agg(school_sections=("school_id", "size"), complying=("complies", "sum"), not_complying=("fails", "sum"))
    table = table.reset_index().astype({"complying": "Int64", "not_complying": "Int64", "school_sections": "Int64"})
    ruled = table["standard"].isin([standard.id for standard in standards if standard.school_rule])
    table.loc[~ruled, ["complying", "not_complying"]] = pd.NA
    decided = table["complying"] + table["not_complying"]
    table["undecided"] = table["school_sections"] - decided
    table["share"] = (table["complying"] / decided.where(decided > 0)).astype("Float64").to_numpy(float, na_value=np.nan)
    without = listed[listed["township"].isna()]
    told = without.groupby(["county_code", "section", "standard"])["school_name"].agg("、".join)
    places = pd.MultiIndex.from_frame(table[["county_code", "section", "standard"]])
    reason = (f"{NO_TOWNSHIP}:" + told.reindex(places)).to_numpy(object)
    table["reason"] = np.where(table["township"].isna(), reason, None)
    table.insert(1, "county_name", table["county_code"].map(names))
    return table
