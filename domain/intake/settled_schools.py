"""What settling comes to, school by school: the schools expected, what became of each one's report, the accepted figures.

Belongs here: the tables ``school_register``, ``reporting_board`` and ``school_returns`` of a year.
Does not belong here: what decides them, and what becomes of files (``settling``).
"""

import numpy as np
import pandas as pd

from data_contracts.catalogue import fields, identity_fields
from data_contracts.records import RETURN_COLUMNS
from domain.intake.findings import Finding
from domain.intake.returns import Returns


def register_of(returns: Returns, register: pd.DataFrame | None, status: np.ndarray) -> pd.DataFrame:
    """Every school expected, in the register's order; without a register those of the submissions, by code."""
    keys = [field.key for field in identity_fields()]
    if register is not None:
        table = register.reindex(columns=keys).reset_index(drop=True)
        expected = (table["school_status"].fillna("正常") != "停办").to_numpy()
    else:
        rows = [i for i in np.flatnonzero(returns.keys["school_id"].notna()) if status[i] in ("counts", "broken")]
        table = pd.DataFrame({k: (returns.numbers if fields()[k].numeric else returns.texts)[k][rows] for k in keys})
        table = _named_and_placed(table.drop_duplicates("school_id").sort_values("school_id", ignore_index=True))
        expected = (table["school_status"].fillna("正常") != "停办").to_numpy() if len(table) else np.array([], dtype=bool)
    table["school_status"] = table["school_status"].fillna("正常")
    table["year_built"] = table["year_built"].astype(float)
    return table.assign(register_order=np.arange(len(table), dtype="int64"), expected=expected.astype(bool))


def _named_and_placed(table: pd.DataFrame) -> pd.DataFrame:
    """Schools of a year without a register, with those whose own name or county cannot be read.

    A school that cannot be accepted must still be counted and named: it bears its code as name, and belongs to the county
    of the others where there is only one. Where there are several its county is unknown, and its file alone tells of it.
    """
    table = table.copy()
    table["school_name"] = table["school_name"].where(table["school_name"].notna(), "(校名未填)" + table["school_id"].astype(str))
    counties = table.dropna(subset=["county_code", "county_name"])
    if counties["county_code"].nunique() == 1:
        lost = table["county_code"].isna()
        table.loc[lost, "county_code"] = counties["county_code"].iat[0]
    names = counties.drop_duplicates("county_code").set_index("county_code")["county_name"]
    table["county_name"] = table["county_name"].where(table["county_name"].notna(), table["county_code"].map(names))
    table["county_name"] = table["county_name"].where(table["county_name"].notna(), table["county_code"])
    return table.dropna(subset=["county_code"]).reset_index(drop=True)


def board_of(
    schools: pd.DataFrame, returns: Returns, per_return: dict[int, list[Finding]], status: np.ndarray, accepted: np.ndarray
) -> pd.DataFrame:
    """What became of each school's report."""
    chosen: dict[str, int] = {}
    files = returns.keys["file"].to_numpy(object)
    for index, school_id in enumerate(returns.keys["school_id"].to_numpy(object)):
        if school_id is not None and status[index] in ("counts", "broken") and (school_id not in chosen or accepted[index]):
            chosen[school_id] = index
    rows = []
    for school_id in schools["school_id"].to_numpy(object):
        place = chosen.get(school_id)
        found = [] if place is None else per_return.get(place, [])
        counts = [sum(f.severity == severity for f in found) for severity in ("error", "query", "note")] if found else [0, 0, 0]
        if place is None:
            outcome = "missing"
        elif not accepted[place]:
            outcome = "left_out"
        else:
            outcome = "accepted_with_queries" if counts[1] else "accepted"
        rows.append((outcome, None if place is None else files[place], *counts))
    told = pd.DataFrame(rows, columns=["outcome", "file", "errors", "queries", "notes"])
    identity = ["county_code", "school_id", "school_name", "township", "school_type", "register_order", "expected"]
    return pd.concat([schools[identity].reset_index(drop=True), told], axis=1)


def accepted_returns(returns: Returns, accepted: np.ndarray) -> pd.DataFrame:
    """The accepted returns as a table, by county and school."""
    rows = np.flatnonzero(accepted)
    columns: dict[str, object] = {}
    for name in RETURN_COLUMNS:
        source = returns.numbers if name in returns.numbers else returns.texts
        columns[name] = source[name][rows]
    columns["file"] = returns.keys["file"].to_numpy(object)[rows]
    table = pd.DataFrame(columns)
    table["school_status"] = table["school_status"].fillna("正常")
    return table.sort_values(["county_code", "school_id"], ignore_index=True)
