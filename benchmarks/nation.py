"""A synthetic nation's year: 200 000 schools in 2 900 counties, as the table ``school_sections``.

Belongs here: making it, deterministically. Does not belong here: timing (``assessment``).
"""

import numpy as np
import pandas as pd

from data_contracts.catalogue import fields, identity_fields

COUNTIES = 2_900
SCHOOLS = 200_000


def nation(schools: int = SCHOOLS, counties: int = COUNTIES, seed: int = 20170419) -> pd.DataFrame:
    """One row per school section, every figure filled, sorted by county, school and section."""
    draw = np.random.default_rng(seed)
    county = np.sort(draw.integers(0, counties, schools))
    types = draw.choice(["小学", "教学点", "初级中学", "九年一贯制学校"], schools, p=[0.55, 0.15, 0.2, 0.1])
    school = pd.DataFrame(
        {
            "school_id": np.char.add("10", np.char.zfill(np.arange(schools).astype(str), 8)),
            "county_code": (110000 + county).astype(str),
            "school_type": types,
            "ownership": draw.choice(["公办", "民办"], schools, p=[0.95, 0.05]),
            "administered_by": draw.choice(["县属", "市属"], schools, p=[0.97, 0.03]),
            "area_type": draw.choice(["城区", "镇区", "乡村"], schools),
            "school_status": "正常",
        }
    )
    school["school_name"] = "学校" + school["school_id"]
    school["county_name"] = "县" + school["county_code"]
    both = types == "九年一贯制学校"
    junior = school[(types == "初级中学") | both].assign(section="junior")
    primary = school[types != "初级中学"].assign(section="primary")
    rows = pd.concat([junior, primary]).sort_values(["county_code", "school_id", "section"], ignore_index=True)
    n = len(rows)
    students = np.where(rows["school_type"] == "教学点", draw.integers(5, 120, n), draw.integers(60, 2_200, n)).astype(float)
    filled: dict[str, object] = {}
    for field in fields().values():
        if field.key in rows.columns:
            filled[field.key] = rows[field.key]
        elif field.key == "enrolment":
            filled[field.key] = students
        elif field in identity_fields():
            filled[field.key] = np.nan if field.numeric else pd.Series([None] * n, dtype="str")
        elif field.numeric:
            filled[field.key] = np.round(students * draw.uniform(0.01, 6.0, n))
        else:
            filled[field.key] = pd.Series(["是"] * n, dtype="str")
    filled["section"] = rows["section"]
    filled["indoor_sports_area"] = np.round(np.asarray(filled["teaching_area"]) * 0.1)
    order = [field.key for field in identity_fields()]
    table = pd.DataFrame(filled)
    return table[[*order, "section", *(c for c in table.columns if c not in order and c != "section")]]
