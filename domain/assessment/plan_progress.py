"""Targets of the county's three-year plan (三年规划) against what was reached.

Belongs here: which plan counts, and target beside actual. Does not belong here: reading of plans (``domain.intake``), the
actual figures (``verdicts``, ``coefficients``).
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from data_contracts.school_year import SchoolYear
from domain.assessment.comparing import at_least, at_most

AT_MOST, AT_LEAST = "at_most", "at_least"
NOT_TO_EXCEED = frozenset({"R-cv", "G3", "G4", "G5", "Q3", "Q9", "V1", "V2"})
"""Items whose figure is a difference, or counts schools that fail; of all others more is better, of V3 as well, whose figure
counts right answers."""
YEARS_OF_A_PLAN = 3
_KEY = ["county_code", "standard", "section", "item"]
COLUMNS = [
    "county_code", "county_name", "standard", "section", "item", "target_year", "direction", "target", "actual", "reached",
    "planned_in", "file",
]  # fmt: skip
Actuals = Mapping[str, tuple[pd.DataFrame, pd.DataFrame]]


def plan_in_force(plans: Sequence[tuple[str, pd.DataFrame]]) -> pd.DataFrame:
    """The targets that count: of each county those of its latest plan, with the school year in which it was handed in.

    Args:
        plans: school year and ``plan_targets`` of that year, the latest first; a county that handed in none in a year goes on
            with the plan of the year before.
    """
    seen: set[str] = set()
    kept = []
    for year, targets in plans:
        mine = targets[~targets["county_code"].isin(seen)]
        kept.append(mine.drop(columns="school_year", errors="ignore").assign(planned_in=year))
        seen |= set(targets["county_code"])
    return pd.concat(kept, ignore_index=True)


def actual_values(verdicts: pd.DataFrame, coefficients: pd.DataFrame) -> pd.DataFrame:
    """county_code, standard, section, item, actual: the value of each verdict item, and each coefficient under its indicator."""
    items = verdicts[[*_KEY, "value"]].rename(columns={"value": "actual"})
    single = coefficients.rename(columns={"indicator": "item", "coefficient": "actual"})[[*_KEY, "actual"]]
    return pd.concat([items, single], ignore_index=True)


def plan_progress(
    year: SchoolYear, plans: Sequence[tuple[str, pd.DataFrame]], actuals: Actuals, counties: pd.DataFrame
) -> pd.DataFrame:
    """Each target whose year has come, with what was reached in that year.

    A coefficient, and an item that counts schools that fail, is not to exceed its target; every other item is to reach it.

    Args:
        year: the school year; targets of later years are left out.
        plans: see ``plan_in_force``.
        actuals: ``county_verdicts`` and ``county_coefficients`` by school year, as far as they have been computed.
        counties: county_code, county_name; plans of other counties are left out.

    Returns:
        county_code, county_name, standard, section, item, target_year, direction, target, actual, reached (missing where there
        is no actual figure), planned_in, file.
    """
    table = plan_in_force(plans)
    table = table[(table["target_year"] <= year.key) & table["county_code"].isin(counties["county_code"])]
    known = [actual_values(*tables).assign(target_year=key) for key, tables in actuals.items()]
    table = table.assign(section=table["section"].astype("str"))
    if known:
        found = pd.concat(known, ignore_index=True).astype({"section": "str"})
        table = table.merge(found, on=[*_KEY, "target_year"], how="left", validate="one_to_one")
    else:
        table = table.assign(actual=np.nan)
    singles = {
        key
        for _, coefficients in actuals.values()
        for key in zip(coefficients["standard"], coefficients["indicator"], strict=True)
    }
    most = np.array(
        [
            item in NOT_TO_EXCEED or (standard, item) in singles
            for standard, item in zip(table["standard"], table["item"], strict=True)
        ],
        dtype=bool,
    )
    actual, target = table["actual"].to_numpy(float), table["target"].to_numpy(float)
    reached = np.where(most, at_most(actual, target), at_least(actual, target))
    table = table.assign(
        county_name=table["county_code"].map(counties.set_index("county_code")["county_name"]),
        direction=np.where(most, AT_MOST, AT_LEAST),
        reached=pd.arrays.BooleanArray(reached.astype(bool), np.isnan(actual)),
    )
    return table[COLUMNS].sort_values([*_KEY, "target_year"], ignore_index=True, na_position="first")
