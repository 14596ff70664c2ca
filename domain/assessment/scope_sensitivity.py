"""What each exclusion of a standard does to a county's coefficients: each one with and without the excluded group.

Belongs here: putting one excluded group back at a time. Does not belong here: the exclusions themselves (``scope``) and the
coefficients that are judged (``coefficients``): nothing here ever enters a verdict.
"""

import numpy as np
import pandas as pd

from data_contracts.school_rules import Options
from data_contracts.standard import Standard
from domain.assessment.allowances import uncounted_points
from domain.assessment.grouped_coefficients import grouped_coefficients, within_limit
from domain.assessment.scope import figures_of, scope_of

_KEY = ["county_code", "section", "standard", "indicator"]
MERGED = ";本标准将其学生和资源并入主校,此处按单独计入计算"
COLUMNS = [
    "county_code", "county_name", "section", "standard", "indicator", "rule", "schools", "students",
    "coefficient", "coefficient_with", "limit", "met", "met_with", "differs",
]  # fmt: skip


def scope_sensitivity(sections: pd.DataFrame, coefficients: pd.DataFrame, standards: tuple[Standard, ...]) -> pd.DataFrame:
    """Each coefficient beside what it would be with one excluded group of schools put back in.

    A group is what one rule of the standard's scope leaves out of a county and section, where it leaves out at least one
    school with figures; a school that several rules would leave out belongs to the first, as in the scope ledger. Under the
    option ``merge_into_parent`` uncounted teaching points are in the figures of their parent schools in ``coefficient``; put
    back in, they stand by themselves in ``coefficient_with`` and their parents without them.

    Args:
        sections: ``school_sections`` of the accepted schools.
        coefficients: ``county_coefficients``, as judged.
        standards: the standards in force.

    Returns:
        county_code, county_name, section, standard, indicator, rule (the reason in ``scope_ledger``), schools and students of the
        group, coefficient, coefficient_with, limit, met, met_with, differs (both known and not the same); by county,
        section, standard, rule, indicator.
    """
    parts = [part for standard in standards if standard.judges_counties for part in _parts(sections, standard)]
    if not parts:
        return pd.DataFrame(columns=COLUMNS)
    judged = coefficients[[*_KEY, "county_name", "coefficient", "limit", "met"]]
    table = pd.concat(parts, ignore_index=True).merge(judged, on=_KEY, how="left", validate="many_to_one")
    table["met_with"] = within_limit(table["coefficient_with"], table["limit"])
    table["differs"] = (table["met"] != table["met_with"]).astype("boolean")
    return table.sort_values(["county_code", "section", "standard", "rule", "indicator"], ignore_index=True)[COLUMNS]


def _parts(sections: pd.DataFrame, standard: Standard) -> list[pd.DataFrame]:
    """The coefficients with each group that the standard excludes somewhere."""
    # The ledger names the parent school of each merged point; here all points of one rule are one group.
    states, rule = scope_of(sections, standard.model_copy(update={"options": Options()}))
    if standard.options.small_points == "merge_into_parent":
        rule[uncounted_points(sections, rule, standard)] += MERGED
    # An unknown scope is neither in nor out.
    counted = np.array([state is True for state in states.tolist()], dtype=bool)
    excluded = np.array([state is False for state in states.tolist()], dtype=bool)
    return [
        _with_group(sections, standard, told, counted, excluded & (rule == told))
        for told in dict.fromkeys(rule[excluded].tolist())
    ]


def _with_group(sections: pd.DataFrame, standard: Standard, rule: str, counted: np.ndarray, back: np.ndarray) -> pd.DataFrame:
    """The coefficients of the counties and sections that have schools of one group (``back``), with that group."""
    place = pd.MultiIndex.from_frame(sections[["county_code", "section"]])
    cells = place[back].unique()
    group = cells.get_indexer(place)
    taken = np.flatnonzero((group >= 0) & (back | counted))
    rows = figures_of(sections, taken, standard)
    table = grouped_coefficients(rows, group[taken], cells.get_level_values("section").tolist(), standard)
    number = table["group"].to_numpy()
    students = sections["enrolment"].to_numpy(float)[back]
    return pd.DataFrame(
        {
            "county_code": cells.get_level_values("county_code").to_numpy(object)[number],
            "section": cells.get_level_values("section").to_numpy(object)[number],
            "standard": standard.id,
            "indicator": table["indicator"],
            "rule": rule,
            "schools": np.bincount(group[back], minlength=len(cells))[number],
            "students": np.bincount(group[back], weights=students, minlength=len(cells))[number],
            "coefficient_with": table["coefficient"],
        }
    )
