"""The county at a glance (县基本情况表): people, schools by type, classes, students, teachers, staff.

Belongs here: the counts of that table. Does not belong here: shares and structure (``staffing``, ``student_groups``), how totals
treat what was not stated (``stated_totals``).
"""

import numpy as np
import pandas as pd

from data_contracts.catalogue import SECTIONS, official_values, sections_to_fill
from data_contracts.records import place_column
from domain.assessment.scope import is_among
from domain.assessment.stated_totals import Measure, figure, has_section, stated_totals

CLOSED = "停办"
BY_SECTION = ("classes", "enrolment", "full_time_teachers")
OF_SCHOOL = ("staff", "staff_total")
COLUMNS = ["county_code", "county_name", "school_type", "section", "item", "value", "stated", "not_stated"]


def county_profile(
    counties: pd.DataFrame, register: pd.DataFrame, returns: pd.DataFrame, county_returns: pd.DataFrame
) -> pd.DataFrame:
    """One row per county, school type (missing for all types), section (missing for whole schools) and item.

    ``schools`` counts the register without schools that are closed (停办), by the type that is entered there; a school whose
    type cannot be read stands in the row of all types alone. Classes, students, teachers and staff are those of accepted
    schools that stated them. ``population`` is what the county states.

    Returns:
        county_code, county_name, school_type, section, item, value, stated, not_stated: how many schools stated the figure, and
        how many of those asked did not, schools without an accepted return among them; missing for population.
    """
    types: list[str | None] = [None, *official_values("school_type")]
    codes = counties["county_code"].to_numpy(object)
    names = counties["county_name"].to_numpy(object)
    open_ = register[register["school_status"].fillna("") != CLOSED]
    asked = ["school_id", *(place_column(key, s) for key in BY_SECTION for s in SECTIONS), *OF_SCHOOL]
    mine = open_[["school_id", "county_code", "school_type"]].merge(returns[asked], on="school_id", how="left")
    county = pd.Index(codes).get_indexer(mine["county_code"])
    parts = [_population(counties, county_returns)]
    for kind in types:
        rows = np.flatnonzero((county >= 0) & (True if kind is None else (mine["school_type"] == kind).to_numpy(bool)))
        part = stated_totals(county[rows], len(codes), _measures(mine.iloc[rows], returns["school_id"]))
        number = part["group"].to_numpy()
        part = part.assign(county_code=codes[number], county_name=names[number], school_type=kind)
        parts.append(part[(part["stated"] > 0) | (part["not_stated"] > 0)] if kind else part)
    order = {kind: place for place, kind in enumerate(types)}
    whole = pd.concat([part[COLUMNS].astype({"stated": "Int64", "not_stated": "Int64"}) for part in parts], ignore_index=True)
    rank = whole["school_type"].map(lambda kind: order.get(kind, 0))
    return whole.assign(rank=rank).sort_values(["county_code", "rank"], kind="stable", ignore_index=True)[COLUMNS]


def _measures(rows: pd.DataFrame, accepted: pd.Series) -> list[Measure]:
    """The counts of some schools, each with the figures of its return or, where none is accepted, with none."""
    everyone = np.ones(len(rows), dtype=bool)
    unknown = ~is_among(rows["school_id"], accepted)
    fills = rows["school_type"].map(lambda kind: sections_to_fill(kind) if isinstance(kind, str) else ())
    measures = [Measure("schools", None, np.ones(len(rows)), everyone)]
    for section in SECTIONS:
        expected = np.array([section in sections for sections in fills], dtype=bool)
        asked = has_section(rows, section) | (unknown & expected)
        measures += [Measure(key, section, figure(rows, key, section), asked) for key in BY_SECTION]
    return measures + [Measure(key, None, figure(rows, key), everyone) for key in OF_SCHOOL]


def _population(counties: pd.DataFrame, county_returns: pd.DataFrame) -> pd.DataFrame:
    stated = county_returns[county_returns["field"] == "population"].set_index("county_code")["number"]
    return pd.DataFrame(
        {
            "county_code": counties["county_code"],
            "county_name": counties["county_name"],
            "school_type": None,
            "section": None,
            "item": "population",
            "value": counties["county_code"].map(stated).astype(float),
            "stated": pd.array([pd.NA] * len(counties), dtype="Int64"),
            "not_stated": pd.array([pd.NA] * len(counties), dtype="Int64"),
        }
    )
