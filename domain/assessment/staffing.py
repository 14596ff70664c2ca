"""Posts, staff and teachers of each county (教职工编制与教师队伍).

Belongs here: posts against staff, staff outside posts, substitutes, the structure of full-time teachers by qualification,
title and age. Does not belong here: how totals treat what was not stated (``stated_totals``).
"""

import numpy as np
import pandas as pd

from data_contracts.catalogue import SECTIONS
from domain.assessment.stated_totals import Measure, by_county, figure, has_section

STRUCTURE = (
    "qualified_teachers",
    "teachers_above_required",
    "teachers_bachelor",
    "teachers_mid_senior_title",
    "teachers_senior_title",
    "teachers_age_50_plus",
)
"""Figures that are shares of the full-time teachers of a section, in the order in which they are shown."""

WHOLE_SCHOOL = (
    "teacher_posts",
    "staff",
    "post_shortage",
    "post_surplus",
    "staff_total",
    "staff_outside_posts",
    "substitute_teachers",
)
"""Figures of whole schools, in the order in which they are shown."""


def county_staff(counties: pd.DataFrame, returns: pd.DataFrame) -> pd.DataFrame:
    """Staff and teachers of every county from what its accepted schools stated.

    ``post_shortage`` = Σ max(0, posts − staff) and ``post_surplus`` = Σ max(0, staff − posts) over the schools that stated
    both, shares of their posts: a school that has too many does not fill the gap of another.
    ``staff_outside_posts`` = all staff − staff within posts.

    Args:
        counties: county_code, county_name.
        returns: ``school_returns``.

    Returns:
        See ``stated_totals.by_county``; ``section`` is missing for figures of whole schools.
    """
    everyone = np.ones(len(returns), dtype=bool)
    posts, staff, all_staff = (figure(returns, key) for key in ("teacher_posts", "staff", "staff_total"))
    measures = [
        Measure("teacher_posts", None, posts, everyone),
        Measure("staff", None, staff, everyone),
        Measure("post_shortage", None, np.maximum(0.0, posts - staff), everyone, "teacher_posts", posts),
        Measure("post_surplus", None, np.maximum(0.0, staff - posts), everyone, "teacher_posts", posts),
        Measure("staff_total", None, all_staff, everyone),
        Measure("staff_outside_posts", None, all_staff - staff, everyone, "staff_total", all_staff),
        Measure("substitute_teachers", None, figure(returns, "substitute_teachers"), everyone, "staff_total", all_staff),
    ]
    for section in SECTIONS:
        asked, teachers = has_section(returns, section), figure(returns, "full_time_teachers", section)
        measures.append(Measure("full_time_teachers", section, teachers, asked))
        measures += [
            Measure(key, section, figure(returns, key, section), asked, "full_time_teachers", teachers) for key in STRUCTURE
        ]
    return by_county(counties, returns, measures)
