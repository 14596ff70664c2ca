"""What a standard's options let a school reckon in beside its own figures, and figures that hold for a whole school.

Belongs here: uncounted teaching points merged into their parent school, itinerant teachers, other venues, totals of schools.
Does not belong here: which schools count (``scope``), commitments to build (``commitments``), values (``indicators``).
"""

import numpy as np
import pandas as pd

from data_contracts.catalogue import fields, school_types
from data_contracts.standard import Indicator, Standard

POINT = "教学点"
# Figures of a teaching point that its parent school does not gain by addition: the largest or smallest of both counts.
EXTREMES = {"largest_class": np.fmax, "smallest_music_room": np.fmin, "smallest_art_room": np.fmin}
ADDED_UNITS = ("人", "个", "间", "台", "册", "㎡", "万元")
SELF_REPORTED = "学校自报指标"


def allowance_column(indicator: Indicator) -> str:
    """The column in which ``figures_of`` puts what an indicator may reckon in."""
    return f"{indicator.id} allowance"


def school_column(key: str) -> str:
    """The column in which ``figures_of`` puts a figure of the whole school."""
    return f"{key} of school"


def has_senior(school_type: pd.Series) -> np.ndarray:
    """True for types with a senior section, whose figures of the whole school are not those of the compulsory sections."""
    return school_type.isin([kind.name for kind in school_types().values() if "senior" in kind.split]).to_numpy(bool)


def of_school(sections: pd.DataFrame, key: str) -> np.ndarray:
    """A figure of the whole school in each of its rows: as stated, or the sum over its compulsory sections.

    NaN where a section's figure is missing, and for a sum over a school with a senior section.
    """
    own = sections[key].to_numpy(float)
    if fields()[key].scope == "school":
        return own
    school, _ = pd.factorize(sections["school_id"])
    total = np.bincount(school, weights=own, minlength=int(school.max(initial=-1)) + 1)[school]
    return np.where(has_senior(sections["school_type"]), np.nan, total)


def allowances(sections: pd.DataFrame, standard: Standard) -> dict[str, np.ndarray]:
    """What the options add to an indicator's numerator, by its column; a figure that is not stated adds nothing."""
    found: dict[str, np.ndarray] = {}

    def add(ids: tuple[str, ...], key: str, mine: np.ndarray) -> None:
        for indicator in standard.indicators:
            if indicator.id in ids:
                extra = np.where(mine, np.nan_to_num(sections[key].to_numpy(float)), 0.0)
                found[allowance_column(indicator)] = found.get(allowance_column(indicator), 0.0) + extra

    options = standard.options
    if options.rotating_pe_arts:
        students, bounds = of_school(sections, "enrolment"), options.rotating_students
        small = ~np.isnan(students)
        if bounds.at_least is not None:
            small &= students >= bounds.at_least
        if bounds.at_most is not None:
            small &= students <= bounds.at_most
        rural = sections["area_type"].isin(["乡村"]).to_numpy(bool)
        add(options.rotating_pe_arts, "itinerant_pe_arts_teachers", small & rural)
    if options.exclusive_sports_space:
        # Venues are stated for the whole school; in a school of two sections each would count them in full.
        school, _ = pd.factorize(sections["school_id"])
        alone = np.bincount(school, minlength=int(school.max(initial=-1)) + 1)[school] == 1
        urban = sections["area_type"].isin(["城区"]).to_numpy(bool)
        add(options.exclusive_sports_space, "other_venue_area", urban & alone)
    return found


def uncounted_points(rows: pd.DataFrame, rule: np.ndarray, standard: Standard) -> np.ndarray:
    """True for teaching points that an exclusion of teaching points leaves out."""
    reasons = [e.reason for e in standard.scope.exclude if e.field == "school_type" and POINT in e.values]
    return rows["school_type"].isin([POINT]).to_numpy(bool) & np.isin(rule, reasons)


def parents_of(rows: pd.DataFrame, points: np.ndarray, counted: np.ndarray) -> np.ndarray:
    """For each row the place of the counted row of its parent school and section; −1 where it is no point or there is none."""
    receivers = np.flatnonzero(counted)
    places = pd.Series(receivers, index=pd.MultiIndex.from_frame(rows[["school_id", "section"]].take(receivers)))
    wanted = pd.MultiIndex.from_frame(rows[["parent_school_id", "section"]])
    found = np.full(len(rows), -1)
    givers = np.flatnonzero(points)
    found[givers] = places.reindex(wanted.take(givers)).fillna(-1).to_numpy(int)
    return found


def merge_points(sections: pd.DataFrame, parents: np.ndarray) -> pd.DataFrame:
    """The table with students and resources of merged points added to their parents; a figure missing in one is missing in both.

    What is stated for the whole school is added in every row of the parent school. Ratios, years and lengths stay the parent's.

    Args:
        sections: ``school_sections``.
        parents: see ``parents_of``.
    """
    givers = np.flatnonzero(parents >= 0)
    receivers = parents[givers]
    school, _ = pd.factorize(sections["school_id"])
    rows_of = {code: np.flatnonzero(school == code) for code in np.unique(school[receivers])}
    # One school's figures go to every row of its parent: the pairs (giver, row).
    each = [(giver, row) for giver, receiver in zip(givers, receivers, strict=True) for row in rows_of[school[receiver]]]
    whole_givers, whole_receivers = (np.array(column, dtype=int) for column in zip(*each, strict=True)) if each else (givers,) * 2
    merged = sections.copy()
    for key in sections.columns:
        field = fields().get(str(key))
        if field is None or not field.numeric or field.category == SELF_REPORTED:
            continue
        of_whole = field.scope == "school"
        giver, receiver = (whole_givers, whole_receivers) if of_whole else (givers, receivers)
        own, given = sections[key].to_numpy(float).copy(), sections[key].to_numpy(float)[giver]
        if key in EXTREMES:
            EXTREMES[str(key)].at(own, receiver, given)
        elif field.unit in ADDED_UNITS:
            np.add.at(own, receiver, given)
        merged[key] = own
    return merged
