"""How far counties, cities, provinces and the nation have come: who reported, who meets the standards, who is recognised.

Belongs here: counting counties by region against the targets of the texts. Does not belong here: any verdict on a county
(``verdicts``), the targets themselves (``data_contracts.progress_targets``).
"""

import numpy as np
import pandas as pd

from data_contracts.progress_targets import target_for
from data_contracts.school_year import SchoolYear
from data_contracts.standard import Standard
from domain.assessment.student_groups import RETENTION_BY_COUNTY

LEVELS = {"nation": 0, "province": 2, "city": 4, "county": 6}
"""Level of a region → how many digits of the county's code name it."""

RECOGNISED_ON = {"national-basic-2012": "basic_recognised_on", "national-quality-2017": "quality_recognised_on"}
"""Standard → the item of the county form with the day on which the county passed national recognition under it."""

_SUMS = [
    "counties", "reporting", "accepted", "met", "not_met", "pending", "recognised", "recognition_unknown", "large_class_schools",
    "complying", "judged", "kept", "entered", "retention_counties",
]  # fmt: skip
COLUMNS = [
    "county_code", "level", "region", "standard", "counties", "reporting", "met", "not_met", "pending", "recognised",
    "recognition_unknown", "recognised_share", "target_share", "target_year", "recognised_on", "large_class_schools", "complying",
    "judged", "complying_share", "retention", "retention_target", "retention_counties",
]  # fmt: skip


def regional_progress(
    year: SchoolYear,
    counties: pd.DataFrame,
    verdicts: pd.DataFrame,
    compliance: pd.DataFrame,
    large_classes: pd.DataFrame,
    students: pd.DataFrame,
    county_returns: pd.DataFrame,
    standards: tuple[Standard, ...],
) -> pd.DataFrame:
    """One row per region and standard; a county is a region of its own.

    A county counts as recognised when its form states a day of recognition on or before the year's statistics date
    (1 September). One that handed in no county form is counted under ``recognition_unknown``, never as recognised;
    ``recognised_share`` = recognised / all counties, missing where none of them handed in a form.

    Args:
        year: the school year.
        counties: ``county_records``.
        verdicts: ``county_verdicts``, of which the item ``overall`` counts.
        compliance: ``school_compliance``.
        large_classes: ``school_large_classes``.
        students: ``county_students``, for retention as counties state it.
        county_returns: ``county_returns``.
        standards: the standards in force; those that judge schools only are left out.

    Returns:
        county_code (of a county only), level, region (2, 4 or 6 digits; missing for the nation), standard, and the columns of
        the contract ``regional_progress``; retention, large classes and reporting are the same under every standard.
    """
    standards = tuple(standard for standard in standards if standard.coefficient_rule)
    parts = []
    standards = tuple(standard for standard in standards if standard.judges_counties)
    for standard in standards:
        mine = _of_counties(year, counties, verdicts, compliance, large_classes, students, county_returns, standard)
        parts += [_of_level(mine, level, digits).assign(standard=standard.id) for level, digits in LEVELS.items()]
    table = pd.concat(parts, ignore_index=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        for share, part, whole in (
            ("recognised_share", "recognised", "counties"),
            ("complying_share", "complying", "judged"),
            ("retention", "kept", "entered"),
        ):
            table[share] = np.where(table[whole] > 0, table[part] / table[whole], np.nan)
    targets = {standard.id: target_for("recognised", standard.id, year) for standard in standards}
    retention = target_for("retention", None, year)
    table["target_share"] = table["standard"].map({key: one.share for key, one in targets.items() if one}).astype(float)
    table["target_year"] = table["standard"].map({key: one.year for key, one in targets.items() if one}).astype("Int64")
    table["retention_target"] = retention.share if retention else np.nan
    without = [standard.id for standard in standards if standard.id not in RECOGNISED_ON]
    table = table.astype({"recognised": "Int64", "recognition_unknown": "Int64", "complying": "Int64", "judged": "Int64"})
    table.loc[table["standard"].isin(without), "recognition_unknown"] = pd.NA
    # Without a single county form nobody knows how many are recognised: that is not 0.
    unknown = table["standard"].isin(without) | (table["recognition_unknown"] == table["counties"]).fillna(False).astype(bool)
    table.loc[unknown, "recognised"] = pd.NA
    table.loc[unknown, "recognised_share"] = np.nan
    unruled = table["standard"].isin([standard.id for standard in standards if not standard.school_rule])
    table.loc[unruled, ["complying", "judged"]] = pd.NA
    # Where no school is accepted, nobody knows whether there are large classes.
    table["large_class_schools"] = table["large_class_schools"].astype("Int64").where(table["accepted"] > 0)
    rank = table["level"].map({level: place for place, level in enumerate(LEVELS)})
    table = table.assign(rank=rank).sort_values(["rank", "region", "standard"], ignore_index=True)
    return table[COLUMNS]


def _of_counties(
    year: SchoolYear,
    counties: pd.DataFrame,
    verdicts: pd.DataFrame,
    compliance: pd.DataFrame,
    large_classes: pd.DataFrame,
    students: pd.DataFrame,
    county_returns: pd.DataFrame,
    standard: Standard,
) -> pd.DataFrame:
    """One row per county with what is to be added up; ``recognised_on`` is the day, where there is one that counts."""
    codes = counties["county_code"]

    def counted(by_county: pd.Series) -> np.ndarray:
        return codes.map(by_county).fillna(0).to_numpy(np.int64)

    overall = verdicts[(verdicts["standard"] == standard.id) & (verdicts["item"] == "overall")]
    state = codes.map(overall.set_index("county_code")["met"]).fillna("pending")
    judged = compliance[(compliance["standard"] == standard.id) & compliance["compliant"].notna()]
    complies = judged[judged["compliant"].astype(bool)]
    day = county_returns[county_returns["field"] == RECOGNISED_ON.get(standard.id)].set_index("county_code")["text"]
    recognised_on = codes.map(day).astype(object)
    in_time = np.array([isinstance(one, str) and one <= year.statistics_date.isoformat() for one in recognised_on], dtype=bool)
    kept = students[students["item"] == RETENTION_BY_COUNTY].set_index("county_code")
    known = kept[kept["share"].notna()]
    return pd.DataFrame(
        {
            "county_code": codes.to_numpy(object),
            "counties": 1,
            "reporting": (counties["schools_received"] > 0).astype("int64"),
            "accepted": counties["schools_accepted"].astype("int64"),
            **{
                name: (state == met).astype("int64")
                for name, met in (("met", "true"), ("not_met", "false"), ("pending", "pending"))
            },
            "recognised": in_time.astype("int64"),
            "recognition_unknown": (~codes.isin(county_returns["county_code"])).astype("int64"),
            "recognised_on": np.where(in_time, recognised_on, None),
            "large_class_schools": counted(large_classes.groupby("county_code")["school_id"].nunique()),
            "complying": counted(complies.groupby("county_code").size()),
            "judged": counted(judged.groupby("county_code").size()),
            "kept": codes.map(known["value"]).fillna(0.0).to_numpy(float),
            "entered": codes.map(known["base"]).fillna(0.0).to_numpy(float),
            "retention_counties": codes.isin(known.index).astype("int64"),
        }
    )


def _of_level(mine: pd.DataFrame, level: str, digits: int) -> pd.DataFrame:
    """The sums of one level; a county keeps its code and its day of recognition."""
    table = mine.assign(region=mine["county_code"].str.slice(0, digits)).groupby("region", as_index=False)[_SUMS].sum()
    table["level"] = level
    by_code = mine.set_index("county_code")["recognised_on"] if level == "county" else pd.Series(dtype=object)
    table["recognised_on"] = table["region"].map(by_code)
    table["county_code"] = table["region"] if level == "county" else None
    if level == "nation":
        table["region"] = None
    return table
