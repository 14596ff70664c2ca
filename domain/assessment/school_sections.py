"""From a school's return to its sections: shared resources split by weighted students.

Belongs here: the split of 九年一贯制, 完全中学 and 十二年一贯制 schools, and the row per school × section.
Does not belong here: what is wrong with a return (``domain.intake``), which sections a standard counts (``scope``).
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from data_contracts.catalogue import SECTIONS, fields, identity_fields, school_types, shared_fields
from data_contracts.records import place_column
from domain.assessment.comparing import RELATIVE_TOLERANCE

ALL_SECTIONS = (*SECTIONS, "senior")
Weights = Mapping[str, Mapping[str, float]]


def section_weights(school_type: np.ndarray, students: np.ndarray, split_weights: Weights) -> np.ndarray:
    """The weight of one student of each section in sharing a school's resources.

    Args:
        school_type: 办学类型 of n schools.
        students: enrolment, shape (n, 3): primary, junior, senior; NaN where not stated.
        split_weights: of the standard, by school type and section.

    Returns:
        Shape (n, 3); 0 for a section that does not share. Single-section schools give all to their section;
        special-education and vocational schools do so where they have students of one section only.
    """
    weights = np.zeros((len(school_type), 3))
    for name in pd.unique(school_type):
        mine = school_type == name
        shares = split_weights.get(name)
        if shares is None:
            known = school_types().get(name)
            sections = known.sections if known else ()
            shares = dict.fromkeys(sections, 1.0) if len(sections) == 1 else {}
        for section, weight in shares.items():
            weights[mine, ALL_SECTIONS.index(section)] = weight
    unsplit = ~(weights > 0).any(axis=1)
    present = np.nan_to_num(students) > 0
    lonely = unsplit & (present.sum(axis=1) == 1)
    weights[lonely] = present[lonely]
    return weights


def split_resource(whole: np.ndarray, entered: np.ndarray, weights: np.ndarray, students: np.ndarray) -> np.ndarray:
    """Share one resource among the sections of each school.

    Entered section values win. What is left of the whole (whole − entered) is shared among the other
    sections s by weighted students, wₛ·pₛ / Σ w·p; without a whole they stay missing.

    Args:
        whole: figure of the whole school, shape (n,), NaN where not stated.
        entered: figures entered by section, shape (n, 3), NaN where not stated.
        weights: see ``section_weights``.
        students: enrolment, shape (n, 3).

    Returns:
        The resource of each section, shape (n, 3); NaN where it cannot be known.
    """
    sharing = weights > 0
    given = ~np.isnan(entered)
    open_ = sharing & ~given
    parts = np.where(given, entered, 0.0).sum(axis=1)
    remainder = np.where(np.abs(whole - parts) <= RELATIVE_TOLERANCE * np.abs(whole), 0.0, whole - parts)
    weighted = np.where(open_, weights * students, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = remainder[:, None] * weighted / weighted.sum(axis=1)[:, None]
    return np.where(given, entered, np.where(open_, shares, np.nan))


def school_sections(returns: pd.DataFrame, split_weights: Weights) -> pd.DataFrame:
    """One row per school and compulsory section with students, every resource in its section's share.

    Args:
        returns: accepted schools, one row each, columns as ``data_contracts.records.RETURN_COLUMNS``.
        split_weights: of the standards in force.

    Returns:
        Identity fields, ``section``, and one column per figure of the catalogue in its stored unit, sorted by
        county_code, school_id, section. Figures of the whole school that are not shared (such as music rooms)
        stand in each of its rows.
    """
    students = returns[[place_column("enrolment", s) for s in ALL_SECTIONS]].to_numpy(float)
    weights = section_weights(returns["school_type"].to_numpy(object), students, split_weights)
    shared = {
        field.key: split_resource(
            returns[field.key].to_numpy(float),
            returns[[place_column(field.key, s) for s in ALL_SECTIONS]].to_numpy(float),
            weights,
            students,
        )
        for field in shared_fields()
    }
    identity = [field.key for field in identity_fields()]
    parts = []
    for position, section in enumerate(SECTIONS):
        rows = np.flatnonzero(np.nan_to_num(students[:, position]) > 0)
        columns: dict[str, object] = {key: returns[key].to_numpy()[rows] for key in identity}
        columns["section"] = np.full(len(rows), section, dtype=object)
        for field in fields().values():
            if field.category == "基本信息":
                continue
            if field.shared:
                columns[field.key] = shared[field.key][rows, position]
            elif section in field.sections:
                columns[field.key] = returns[place_column(field.key, section)].to_numpy()[rows]
            elif field.whole_school:
                columns[field.key] = returns[field.key].to_numpy()[rows]
        parts.append(pd.DataFrame(columns))
    table = pd.concat(parts, ignore_index=True)
    return table.sort_values(["county_code", "school_id", "section"], ignore_index=True)
