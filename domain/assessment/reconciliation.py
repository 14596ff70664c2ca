"""Do the figures reconcile: parts with wholes, counties with schools, computed with kept.

Belongs here: statements that hold for every correct run, as lists of sentences about where they do not.
Does not belong here: whether figures are plausible (``checks.plausibility``), whether to publish (``release_gate``).
"""

import numpy as np
import pandas as pd

from data_contracts.catalogue import SECTIONS, school_types, shared_fields
from data_contracts.records import place_column
from data_contracts.standard import Standard

TOLERANCE = 1e-9
NAMED_AT_MOST = 5


def _differs(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return ~np.isclose(a, b, rtol=TOLERANCE, atol=TOLERANCE, equal_nan=True)


def _told(what: str, places: pd.Series, left: np.ndarray, right: np.ndarray) -> list[str]:
    wrong = np.flatnonzero(_differs(left, right))
    told = [f"{what}: {places.iat[i]}: {left[i]!r} != {right[i]!r}" for i in wrong[:NAMED_AT_MOST]]
    return told + ([f"{what}: {len(wrong) - NAMED_AT_MOST} more"] if len(wrong) > NAMED_AT_MOST else [])


def students_reconcile(returns: pd.DataFrame, sections: pd.DataFrame, counties: pd.DataFrame) -> list[str]:
    """Students: each county's total = its sections = its accepted returns."""
    reported = sum(returns[place_column("enrolment", s)].fillna(0.0) for s in SECTIONS).groupby(returns["county_code"]).sum()
    split = sections.groupby("county_code")["enrolment"].sum()
    codes = counties["county_code"]
    of_returns = codes.map(reported).fillna(0.0).to_numpy(float)
    of_sections = codes.map(split).fillna(0.0).to_numpy(float)
    return [
        *_told("students of sections and returns", codes, of_sections, of_returns),
        *_told("students of counties and sections", codes, counties["students"].to_numpy(float), of_sections),
    ]


def splits_reconcile(returns: pd.DataFrame, sections: pd.DataFrame) -> list[str]:
    """Shared resources: what the sections of a nine-year school hold is what the whole school reported.

    Schools that entered a resource by section are compared with the sum of what they entered; schools with a
    senior section, whose share no row holds, are left to the law "splitting preserves totals" of the tests.
    """
    fully_split = [kind.name for kind in school_types().values() if kind.split and "senior" not in kind.split]
    mine = returns[returns["school_type"].isin(fully_split)].reset_index(drop=True)
    mine = mine[(mine[[place_column("enrolment", s) for s in SECTIONS]] > 0).all(axis=1)].reset_index(drop=True)
    told: list[str] = []
    for what in shared_fields():
        held = mine["school_id"].map(sections.groupby("school_id")[what.key].sum(min_count=2)).to_numpy(float)
        parts = mine[[place_column(what.key, s) for s in SECTIONS]].to_numpy(float)
        whole = mine[what.key].to_numpy(float)
        expected = np.where(np.isnan(parts).any(axis=1), whole, parts.sum(axis=1))
        known = ~np.isnan(held)
        told += _told(f"{what.key} of sections and school", mine["school_id"][known], held[known], expected[known])
    return told


def means_reconcile(
    indicators: pd.DataFrame, sections: pd.DataFrame, coefficients: pd.DataFrame, standards: tuple[Standard, ...]
) -> list[str]:
    """County means: mean · students / per = the sum over schools of value · students / per, school by school."""
    per = {(s.id, i.id): i.per for s in standards for i in s.indicators}
    table = indicators[["county_code", "school_id", "section", "standard", "indicator", "value"]].merge(
        sections[["school_id", "section", "enrolment"]], on=["school_id", "section"], how="left", validate="many_to_one"
    )
    table = table[table["value"].notna()]
    table["resource"] = table["value"] * table["enrolment"]
    key = ["county_code", "section", "standard", "indicator"]
    sums = table.groupby(key, observed=True)[["resource", "enrolment"]].sum()
    single = coefficients[coefficients["schools"].fillna(0) > 0].reset_index(drop=True)
    joined = single.merge(sums, left_on=key, right_index=True, how="left")
    places = joined[key].astype(str).agg("/".join, axis=1) if len(joined) else pd.Series(dtype=object)
    scale = np.array([per[pair] for pair in zip(joined["standard"], joined["indicator"], strict=True)], dtype=float)
    return [
        *_told(
            "students of coefficient and schools", places, joined["students"].to_numpy(float), joined["enrolment"].to_numpy(float)
        ),
        *_told(
            "resource of county and schools",
            places,
            (joined["mean"] * joined["students"]).to_numpy(float) / scale,
            joined["resource"].to_numpy(float) / scale,
        ),
    ]


def tables_agree(computed: pd.DataFrame, kept: pd.DataFrame, name: str) -> list[str]:
    """A table as it was computed and as it was read back from where it is published; text, numbers and blanks alike."""
    if list(computed.columns) != list(kept.columns):
        return [f"{name}: columns {list(kept.columns)} instead of {list(computed.columns)}"]
    if len(computed) != len(kept):
        return [f"{name}: {len(kept)} rows instead of {len(computed)}"]
    told = []
    for column in computed.columns:
        a, b = computed[column].reset_index(drop=True), kept[column].reset_index(drop=True)
        same = (a == b).fillna(False).to_numpy(bool) | (a.isna() & b.isna()).to_numpy(bool)
        if not same.all():
            first = int(np.flatnonzero(~same)[0])
            told.append(
                f"{name}.{column}: {int((~same).sum())} cells differ, first row {first}: {a.iat[first]!r} != {b.iat[first]!r}"
            )
    return told
