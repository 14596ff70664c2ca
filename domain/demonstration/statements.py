"""What the demonstration county states on its county form: guarantees, quality, money, the survey, dates.

Belongs here: the county's entries and their evidence in each year. Does not belong here: figures of schools (``returns``), any
verdict, and what the form looks like. Some items are left blank, as real counties do while a paper is still being sought.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from data_contracts.catalogue import county_fields
from data_contracts.school_year import SchoolYear
from domain.demonstration.county import COUNTY_CODE, COUNTY_NAME, year_number

Entry = int | float | str


@dataclass(frozen=True)
class Statement:
    """One item of the county form: the entry in the form's unit, the paper that proves it, a remark."""

    value: Entry
    evidence: str = ""
    note: str = ""


# Each item with its entry in the three years; None is left blank.
_STATED: Mapping[str, tuple[Entry | None, Entry | None, Entry | None]] = {
    "population": (318_400, 316_900, 315_200),
    "education_spending": (61_240.5, 64_318.2, 67_905.8),
    "education_spending_last": (58_102.7, 61_240.5, 64_318.2),
    "regular_revenue": (118_630, 122_410, 126_950),
    "regular_revenue_last": (114_200, 118_630, 122_410),
    "spending_per_student_primary": (11_862, 12_405, 13_011),
    "spending_per_student_primary_last": (11_310, 11_862, 12_405),
    "spending_per_student_junior": (15_948, 16_530, 17_244),
    "spending_per_student_junior_last": (15_406, 15_948, 16_530),
    "public_funds_primary": (980, 1_010, 1_046),
    "public_funds_primary_last": (962, 980, 1_010),
    "public_funds_junior": (1_212, 1_205, 1_268),
    "public_funds_junior_last": (1_190, 1_212, 1_205),
    "school_layout_reasonable": ("是", "是", "是"),
    "unified_construction_standard": ("是", "是", "是"),
    "unified_staffing_standard": ("否", "是", "是"),
    "unified_public_funds_quota": ("是", "是", "是"),
    "unified_equipment_standard": ("是", "是", "是"),
    "small_schools_funded_as_100": ("是", "是", "是"),
    "special_education_funds_per_student": (6_800, 7_200, 7_600),
    "teachers_average_pay": (86_420, 90_115, 94_380),
    "civil_servants_average_pay": (88_030, 90_040, 93_720),
    "performance_pay_in_full": ("是", "是", "是"),
    "posts_allocated_by_county": ("是", "是", "是"),
    "rotation_eligible_teachers": (1_012, 1_024, 1_031),
    "rotated_teachers": (84, 108, 117),
    "rotated_backbone_teachers": (15, 23, 26),
    "nearby_enrolment_primary": (100, 100, 100),
    "nearby_enrolment_junior": (94.2, 95.6, 96.8),
    "senior_places_allocated": (50, 55, 60),
    "senior_places_favour_rural": ("是", "是", "是"),
    "left_behind_care_system": ("是", "是", "是"),
    "migrant_children_eligible": (1_284, 1_302, 1_340),
    "migrant_children_in_public": (1_150, 1_188, 1_251),
    "retention_entrants": (3_260, 3_318, 3_402),
    "retention_graduates": (3_121, 3_214, 3_322),
    "retention_transfers_in": (96, 88, 91),
    "retention_transfers_out": (148, 139, 127),
    "retention_deaths": (1, 0, 1),
    "disabled_children": (214, 221, 226),
    "disabled_children_enrolled": (206, 215, 222),
    "management_digital": ("否", "是", "是"),
    "teachers_use_technology": ("是", "是", "是"),
    "facilities_well_used": ("是", "是", "是"),
    "moral_education_good": ("是", "是", "是"),
    "curriculum_in_full": ("是", "是", "是"),
    "no_excessive_workload": (None, "是", "是"),
    # The report of the national monitoring comes late; the latest year waits for it.
    "monitoring_level": (3, 3, None),
    "monitoring_gap": (0.162, 0.148, None),
    "recognition_rate": (84.6, 86.9, 88.7),
    "survey_sent": (620, 640, 640),
    "survey_returned_usable": (511, 552, 573),
    "survey_parents": (340, 352, 361),
    "satisfaction_rate": (86.2, 88.4, 90.1),
    "government_work_score": (88.5, 91, 93.5),
    "illegal_school_choice": ("否", "否", "否"),
    "basic_recognised_on": ("2016-12-30", "2016-12-30", "2016-12-30"),
    "quality_applied_on": (None, None, "2026-10-20"),
    "yearly_monitoring_high": ("是", "是", "是"),
}
_PAPERS = {
    "政府保障": "青府办发",
    "教育质量": "青教字",
    "社会认可度": "青教督字",
    "基本均衡": "青教督字",
    "认定与监测": "青教督字",
}


def county_statements(year: SchoolYear) -> dict[str, Statement]:
    """What the county fills in for a year, by field key in the form's order; blank items are left out.

    Raises:
        ValueError: the demonstration does not show that year.
    """
    number = year_number(year)
    found = {"county_code": Statement(COUNTY_CODE), "county_name": Statement(COUNTY_NAME)}
    for at, (key, entries) in enumerate(_STATED.items(), start=1):
        entry = entries[number]
        if entry is not None:
            paper = _PAPERS.get(county_fields()[key].category)
            found[key] = Statement(entry, f"{paper}〔{year.start}〕{at}号" if paper else "")
    return {key: found[key] for key in county_fields() if key in found}
