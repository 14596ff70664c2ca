"""Contracts of the stage ``assessment``: indicators, compliance, coefficients, verdicts and the scope they rest on.

Belongs here: one contract per table. Does not belong here: kinds of columns (``columns``).
"""

from data_contracts.tables.columns import (
    NOT_NEGATIVE,
    SECTION,
    contract,
    count_column,
    county_code_column,
    flag_column,
    indicator_column,
    number_column,
    one_of,
    school_columns,
    school_year_column,
    section_column,
    standard_column,
    text_column,
)

SCHOOL_INDICATORS = contract(
    "school_indicators",
    "学校指标",
    "Every indicator of every school section in a standard's scope.",
    {
        "school_year": school_year_column(),
        "county_code": county_code_column(),
        **school_columns(),
        "section": section_column(),
        "standard": standard_column(),
        "indicator": indicator_column(),
        "value": number_column(
            "指标值", "per · numerator / enrolment, unrounded; empty where it cannot be computed", NOT_NEGATIVE
        ),
        "unit": text_column("单位"),
        "threshold": number_column(
            "达标值", "empty where the standard has none, or a missing figure leaves open which holds", NOT_NEGATIVE
        ),
        "floor": number_column("底线", "threshold · floor ratio", NOT_NEGATIVE),
        "met": flag_column("是否达标", nullable=True),
        "shortfall": number_column(
            "缺口", "max(0, threshold · enrolment / per − numerator), unrounded; empty without one threshold", NOT_NEGATIVE
        ),
        "shortfall_unit": text_column("缺口单位", "the resource's own unit"),
        "reason": text_column("原因", "why a value is missing, or what decides about the threshold", nullable=True),
    },
    ["school_id", "section", "standard", "indicator"],
)

SCHOOL_COMPLIANCE = contract(
    "school_compliance",
    "学校达标情况",
    "The verdict of a standard's school rule on every school section in its scope.",
    {
        "school_year": school_year_column(),
        "county_code": county_code_column(),
        **school_columns(),
        "section": section_column(),
        "standard": standard_column(),
        "indicators_met": count_column("达标指标数"),
        "indicators_total": count_column("指标总数", "missing ones included"),
        "lowest_ratio": number_column("最低达成比", "smallest value / threshold; missing values are skipped", NOT_NEGATIVE),
        "compliant": flag_column("综合评估是否达标", "empty while undecided", nullable=True),
        "failing": text_column("未达标指标", "ids below threshold, joined by ;", nullable=True),
        "reason": text_column("原因", nullable=True),
    },
    ["school_id", "section", "standard"],
)

SCHOOL_POINTS = contract(
    "school_points",
    "学校得分",
    "Points of each school section under standards with tiers, by indicator and in total, or its grade of pass.",
    {
        "school_year": school_year_column(),
        "county_code": county_code_column(),
        **school_columns(),
        "section": section_column(),
        "standard": standard_column(),
        "indicator": text_column("指标", "id of the indicator in its standard, or total 合计"),
        "points": number_column(
            "得分", "points of the tier; the total adds those that are known; for grades, indicators reached", NOT_NEGATIVE
        ),
        "most": number_column("满分", "points that can be got; for grades, indicators that judge the school", NOT_NEGATIVE),
        "grade": text_column("等第", "grade of pass, in the total of a standard with grades", nullable=True),
    },
    ["school_id", "section", "standard", "indicator"],
)

COUNTY_COEFFICIENTS = contract(
    "county_coefficients",
    "校际差异系数",
    "Enrolment-weighted coefficients of variation between the schools of a county.",
    {
        "school_year": school_year_column(),
        "county_code": county_code_column(),
        "county_name": text_column("县(市、区)"),
        "section": section_column(),
        "standard": standard_column(),
        "indicator": indicator_column(),
        "schools": count_column("学校数", "schools used", nullable=True),
        "students": number_column("学生数", "students of the schools used", NOT_NEGATIVE),
        "mean": number_column("全县平均值", "total resource / total students, in the indicator's unit", NOT_NEGATIVE),
        "standard_deviation": number_column("标准差", "weighted, in the indicator's unit", NOT_NEGATIVE),
        "coefficient": number_column("差异系数", "standard deviation / mean, unrounded", NOT_NEGATIVE),
        "limit": number_column("限值", "inclusive; empty where this coefficient is not judged", NOT_NEGATIVE),
        "met": flag_column("是否达标", nullable=True),
        "left_out": count_column("未计入学校数", "schools in scope that could not be used", nullable=True),
    },
    ["county_code", "section", "standard", "indicator"],
)

COUNTY_VERDICTS = contract(
    "county_verdicts",
    "县级结论",
    "The verdict on each county, item by item.",
    {
        "school_year": school_year_column(),
        "county_code": county_code_column(),
        "county_name": text_column("县(市、区)"),
        "standard": standard_column(),
        "section": text_column("学段", "empty for items of the whole county", SECTION, nullable=True),
        "item": text_column("项目"),
        "value": number_column("实际值"),
        "limit": number_column("要求值"),
        "met": text_column("是否达到", "true, false or pending", one_of(["true", "false", "pending"])),
        "reason": text_column("说明", nullable=True),
    },
    ["county_code", "standard", "section", "item"],
)

SCOPE_LEDGER = contract(
    "scope_ledger",
    "计入范围台账",
    "Each school section × standard: in or out, and by which rule.",
    {
        "school_year": school_year_column(),
        "county_code": county_code_column(),
        **school_columns(),
        "section": text_column("学段", "empty where the sections of the school are not known", SECTION, nullable=True),
        "standard": standard_column(),
        "in_scope": flag_column("是否计入", "empty where unknown", nullable=True),
        "rule": text_column("依据"),
    },
    ["school_id", "section", "standard"],
)

TABLES = (SCHOOL_INDICATORS, SCHOOL_COMPLIANCE, SCHOOL_POINTS, COUNTY_COEFFICIENTS, COUNTY_VERDICTS, SCOPE_LEDGER)

PUBLISHED = (
    "school_indicators",
    "school_compliance",
    "school_points",
    "county_coefficients",
    "county_verdicts",
    "scope_ledger",
)
