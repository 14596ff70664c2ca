"""A county of two schools that meets every item of both national standards, each figure exactly on its limit.

Belongs here: the county and what it states, with the arithmetic of every figure. Does not belong here: what is expected of it
(``test_whole_counties``, ``test_item_boundaries``).

Two schools, one of each section, have no coefficient but 0. 400 primary students in 9 classes need ⌈9/12⌉ = 1 music and
1 art room, and so do 300 junior students in 6 classes.
"""

from collections.abc import Callable
from typing import Any

School = dict[str, object]

WHOLE: School = {
    "music_rooms": 1,
    "smallest_music_room": 96,
    "art_rooms": 1,
    "smallest_art_room": 90,
    "year_built": 2000,
    # 10 000 yuan of 200 000 are 5 %.
    "public_budget": 200_000,
    "training_expenditure": 10_000,
    "charter": "是",
    "key_classes": "否",
    "exam_enrolment": "否",
    "books": 9_000,
    "teaching_computers": 60,
}
SECTION = {
    "primary": {"classes": 9, "largest_class": 45, "full_time_teachers": 24},
    "junior": {"classes": 6, "largest_class": 50, "full_time_teachers": 24},
}
OF_EACH = {"oversize_classes": 0, "certified_teachers": 24, "teachers_trained_360h": 24, "teachers_mid_senior_title": 12}

STATED: dict[str, object] = {
    # 500 000 residents · 1.5 ‰ = 750 asked; 375 parents are 50 %, 525 usable returns 70 %.
    "population": 500_000,
    "recognition_rate": 85,
    "survey_sent": 750,
    "survey_parents": 375,
    "survey_returned_usable": 525,
    "school_layout_reasonable": "是",
    "unified_construction_standard": "是",
    "unified_staffing_standard": "是",
    "unified_public_funds_quota": "是",
    "unified_equipment_standard": "是",
    "small_schools_funded_as_100": "是",
    "special_education_funds_per_student": 6000,
    "teachers_average_pay": 96_000,
    "civil_servants_average_pay": 96_000,
    "performance_pay_in_full": "是",
    "posts_allocated_by_county": "是",
    # 20 of 200 are 10 %, 4 of these 20 are 20 %.
    "rotation_eligible_teachers": 200,
    "rotated_teachers": 20,
    "rotated_backbone_teachers": 4,
    "nearby_enrolment_primary": 100,
    "nearby_enrolment_junior": 95,
    "senior_places_allocated": 50,
    "senior_places_favour_rural": "是",
    "left_behind_care_system": "是",
    # 170 of 200 are 85 %.
    "migrant_children_eligible": 200,
    "migrant_children_in_public": 170,
    # (955 − 15 + 10) ÷ (1002 − 2) = 950 ÷ 1000 = 95 %.
    "retention_entrants": 1002,
    "retention_deaths": 2,
    "retention_graduates": 955,
    "retention_transfers_in": 15,
    "retention_transfers_out": 10,
    # 38 of 40 are 95 %.
    "disabled_children": 40,
    "disabled_children_enrolled": 38,
    "management_digital": "是",
    "teachers_use_technology": "是",
    "facilities_well_used": "是",
    "moral_education_good": "是",
    "curriculum_in_full": "是",
    "no_excessive_workload": "是",
    # Strictly below 0.15.
    "monitoring_level": 3,
    "monitoring_gap": 0.149,
    "satisfaction_rate": 85,
    "government_work_score": 85,
    "illegal_school_choice": "否",
    # Three years to the day.
    "basic_recognised_on": "2021-10-15",
    "quality_applied_on": "2024-10-15",
    "yearly_monitoring_high": "是",
}


def whole_school(fit_school: Callable[..., School], name: str, section: str = "primary", **changed: Any) -> School:
    """A school that meets every item; ``changed`` by column, None for what is not stated."""
    students = {"primary": 400, "junior": 300}[section]
    figures = {f"{key}_{section}": value for key, value in (SECTION[section] | OF_EACH).items()}
    return fit_school(name, section, changed.pop("students", students), **{**WHOLE, **figures, **changed})


def stated(**changed: object) -> dict[str, object]:
    """What the county states; None takes a statement away."""
    return {key: value for key, value in (STATED | changed).items() if value is not None}
