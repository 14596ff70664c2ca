"""Contracts of the stage ``insight``: what is counted up for counties and regions beside the assessment.

Belongs here: profile, staff, students, large classes, plans, progress. Does not belong here: kinds of columns (``columns``), what
explains coefficients (``insight``).
"""

import pandera.pandas as pa

from data_contracts.tables.columns import (
    ANOTHER_YEAR,
    DATE,
    NOT_NEGATIVE,
    SECTION,
    contract,
    count_column,
    county_code_column,
    flag_column,
    number_column,
    one_of,
    school_columns,
    school_year_column,
    section_column,
    standard_column,
    text_column,
)

REGION = pa.Check.str_matches(r"^([0-9]{2}){1,3}\Z")


def _section_or_none() -> pa.Column:
    return text_column("学段", "empty for figures of whole schools", SECTION, nullable=True)


def _stated() -> dict[str, pa.Column]:
    return {
        "stated": count_column(
            "填报学校数", "schools that stated the figures; empty where the county states them", nullable=True
        ),
        "not_stated": count_column("未填报学校数", "schools asked that did not", nullable=True),
    }


COUNTY_PROFILE = contract(
    "county_profile",
    "县基本情况",
    "People, schools by type, classes, students, teachers and staff of each county, one figure a row.",
    {
        "school_year": school_year_column(),
        "county_code": county_code_column(),
        "county_name": text_column("县(市、区)"),
        "school_type": text_column("办学类型", "empty for all types together", nullable=True),
        "section": _section_or_none(),
        "item": text_column(
            "项目",
            "",
            one_of(["population", "schools", "classes", "enrolment", "full_time_teachers", "staff", "staff_total"]),
        ),
        "value": number_column("数值", "over the schools that stated it; empty where none did", NOT_NEGATIVE),
        **_stated(),
    },
    ["county_code", "school_type", "section", "item"],
)

COUNTY_STAFF = contract(
    "county_staff",
    "教职工与教师队伍",
    "Posts, staff and the structure of full-time teachers of each county, over the schools that stated the figures.",
    {
        "school_year": school_year_column(),
        "county_code": county_code_column(),
        "county_name": text_column("县(市、区)"),
        "section": _section_or_none(),
        "item": text_column("项目"),
        "value": number_column("人数", "over the schools that stated it and its base; empty where none did"),
        "of": text_column("占比的基数", "what the figure is a share of", nullable=True),
        "base": number_column("基数", "over the same schools", NOT_NEGATIVE),
        "share": number_column("占比", "value / base, 0 to 1"),
        **_stated(),
    },
    ["county_code", "section", "item"],
)

COUNTY_STUDENTS = contract(
    "county_students",
    "学生情况",
    "Groups of students and three-year retention of each county, over the schools that stated the figures.",
    {
        "school_year": school_year_column(),
        "county_code": county_code_column(),
        "county_name": text_column("县(市、区)"),
        "section": section_column(),
        "item": text_column("项目", "retention from the schools' figures, retention_by_county from the county's own"),
        "value": number_column("人数", "of retention the numerator"),
        "of": text_column("占比的基数", "what the figure is a share of", nullable=True),
        "base": number_column("基数", "of retention the denominator"),
        "share": number_column("占比", "value / base, 0 to 1"),
        **_stated(),
    },
    ["county_code", "section", "item"],
)

SCHOOL_LARGE_CLASSES = contract(
    "school_large_classes",
    "大班额学校",
    "School sections with classes above the size that the national quality standard allows.",
    {
        "school_year": school_year_column(),
        "county_code": county_code_column(),
        **school_columns(),
        "township": text_column("乡镇(街道)", nullable=True),
        "section": section_column(),
        "classes": number_column("班级数", "", NOT_NEGATIVE),
        "oversize_classes": number_column("超班额班数", "", NOT_NEGATIVE),
        "largest_class": number_column("最大班额", "students", NOT_NEGATIVE),
        "allowed": number_column("班额上限", "students", NOT_NEGATIVE, nullable=False),
        "over": number_column("超出人数", "largest class − allowed; empty where it is not above or not stated", NOT_NEGATIVE),
    },
    ["school_id", "section"],
)

PLAN_PROGRESS = contract(
    "plan_progress",
    "规划进展",
    "Targets of the three-year plan whose year has come, against what was reached in that year.",
    {
        "school_year": school_year_column(),
        "county_code": county_code_column(),
        "county_name": text_column("县(市、区)"),
        "standard": standard_column(),
        "section": text_column("学段", "empty for items of the whole county", SECTION, nullable=True),
        "item": text_column("项目", "an item of county_verdicts, or an indicator whose coefficient is planned"),
        "target_year": text_column("目标学年", "", ANOTHER_YEAR),
        "direction": text_column("方向", "whether the target is to be reached or not exceeded", one_of(["at_least", "at_most"])),
        "target": number_column("目标值", "", nullable=False),
        "actual": number_column("实际值", "of the target year; empty where it is not known"),
        "reached": flag_column("是否实现", nullable=True),
        "planned_in": text_column("规划学年", "school year in which the plan was handed in", ANOTHER_YEAR),
        "file": text_column("文件", "the plan"),
    },
    ["county_code", "standard", "section", "item", "target_year"],
)

REGIONAL_PROGRESS = contract(
    "regional_progress",
    "区域进展",
    "Counties of the nation, of each province and city, and each county by itself: reported, meeting, recognised.",
    {
        "school_year": school_year_column(),
        "county_code": county_code_column(nullable=True),
        "level": text_column("层级", "", one_of(["nation", "province", "city", "county"])),
        "region": text_column("区域代码", "2, 4 or 6 digits; empty for the nation", REGION, nullable=True),
        "standard": standard_column(),
        "counties": count_column("县数", "counties with schools in the register"),
        "reporting": count_column("已报送县数", "counties from which some school reported"),
        "met": count_column("达到县数", "overall verdict"),
        "not_met": count_column("未达到县数", "overall verdict"),
        "pending": count_column("待定县数", "overall verdict"),
        "recognised": count_column(
            "已认定县数", "on or before 1 September of the school year; empty without any county form", nullable=True
        ),
        "recognition_unknown": count_column("认定情况未知县数", "counties without a county form", nullable=True),
        "recognised_share": number_column("认定比例", "recognised / counties, 0 to 1", NOT_NEGATIVE),
        "target_share": number_column(
            "目标比例", "of the official texts, for the nation; empty where none is known", NOT_NEGATIVE
        ),
        "target_year": count_column("目标年份", "calendar year by which it is due", nullable=True),
        "recognised_on": text_column("认定日期", "of a county", DATE, nullable=True),
        "large_class_schools": count_column(
            "有大班额的学校数", "with a class above the size allowed; empty where no school is accepted", nullable=True
        ),
        "complying": count_column("达标校段数", "empty where the standard has no school rule", nullable=True),
        "judged": count_column("已判定校段数", "complying or not; undecided ones do not count", nullable=True),
        "complying_share": number_column("校段达标率", "complying / judged, 0 to 1", NOT_NEGATIVE),
        "retention": number_column("初中三年巩固率", "as counties state it, added up; 0 to 1", NOT_NEGATIVE),
        "retention_target": number_column("义务教育巩固率目标", "of all nine years, in the official texts", NOT_NEGATIVE),
        "retention_counties": count_column("填报巩固率县数"),
    },
    ["level", "region", "standard"],
)

TABLES = (COUNTY_PROFILE, COUNTY_STAFF, COUNTY_STUDENTS, SCHOOL_LARGE_CLASSES, PLAN_PROGRESS, REGIONAL_PROGRESS)

PUBLISHED = (
    "county_profile",
    "county_staff",
    "county_students",
    "school_large_classes",
    "plan_progress",
    "regional_progress",
)
