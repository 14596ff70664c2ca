"""Contracts of the stage ``insight``: where differences come from, and how they move from year to year.

Belongs here: one contract per table. Does not belong here: kinds of columns (``columns``), what is counted up for counties and
regions (``monitoring``).
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
from data_contracts.vocabulary import GROWTH_MEASURES

COEFFICIENT_CONTRIBUTIONS = contract(
    "coefficient_contributions",
    "差异系数构成",
    "How much each school adds to the squared deviation of a coefficient; the shares of one coefficient add to 1.",
    {
        "school_year": school_year_column(),
        "county_code": county_code_column(),
        **school_columns(),
        "section": section_column(),
        "standard": standard_column(),
        "indicator": indicator_column(),
        "value": number_column("指标值", "", NOT_NEGATIVE),
        "county_mean": number_column("全县平均值", "", NOT_NEGATIVE),
        "share": number_column("占比", "p·(X − mean)² over its sum; empty where all schools are equal", NOT_NEGATIVE),
    },
    ["school_id", "section", "standard", "indicator"],
)

YEAR_ON_YEAR = contract(
    "year_on_year",
    "差异系数年度变化",
    "Each coefficient beside that of the school year before.",
    {
        "school_year": school_year_column(),
        "county_code": county_code_column(),
        "county_name": text_column("县(市、区)"),
        "section": section_column(),
        "standard": standard_column(),
        "indicator": indicator_column(),
        "coefficient": number_column("差异系数", "", NOT_NEGATIVE),
        "previous": number_column("上年差异系数", "", NOT_NEGATIVE),
        "change": number_column("变化", "coefficient − previous"),
        "mean": number_column("全县平均值", "", NOT_NEGATIVE),
        "previous_mean": number_column("上年全县平均值", "", NOT_NEGATIVE),
    },
    ["county_code", "section", "standard", "indicator"],
)

SCOPE_SENSITIVITY = contract(
    "scope_sensitivity",
    "计入范围影响",
    "Each coefficient beside what it would be with one excluded group of schools put back in; never part of a verdict.",
    {
        "school_year": school_year_column(),
        "county_code": county_code_column(),
        "county_name": text_column("县(市、区)"),
        "section": section_column(),
        "standard": standard_column(),
        "indicator": indicator_column(),
        "rule": text_column("不计入的依据", "the rule of scope_ledger that leaves the group out"),
        "schools": count_column("该类学校数", "school sections of the group with figures"),
        "students": number_column("该类学生数", "", NOT_NEGATIVE),
        "coefficient": number_column("差异系数", "as judged, without the group", NOT_NEGATIVE),
        "coefficient_with": number_column("计入后的差异系数", "with the group", NOT_NEGATIVE),
        "limit": number_column("限值", "inclusive; empty where this coefficient is not judged", NOT_NEGATIVE),
        "met": flag_column("是否达标", nullable=True),
        "met_with": flag_column("计入后是否达标", nullable=True),
        "differs": flag_column("结论是否不同", "empty where one of the two is not known", nullable=True),
    },
    ["county_code", "section", "standard", "indicator", "rule"],
)

TOWNSHIP_COEFFICIENTS = contract(
    "township_coefficients",
    "乡镇校际差异系数",
    "The coefficients of the county within each township (镇域内): for monitoring, never for the county's verdict.",
    {
        "school_year": school_year_column(),
        "county_code": county_code_column(),
        "county_name": text_column("县(市、区)"),
        "township": text_column("乡镇(街道)", "as in the register; schools without one are left out"),
        "section": section_column(),
        "standard": standard_column(),
        "indicator": indicator_column(),
        "schools": count_column("学校数", "schools used", nullable=True),
        "students": number_column("学生数", "students of the schools used", NOT_NEGATIVE),
        "mean": number_column("乡镇平均值", "total resource / total students, in the indicator's unit", NOT_NEGATIVE),
        "standard_deviation": number_column("标准差", "weighted, in the indicator's unit", NOT_NEGATIVE),
        "coefficient": number_column("差异系数", "standard deviation / mean, unrounded", NOT_NEGATIVE),
        "limit": number_column("限值", "that of the county; inclusive", NOT_NEGATIVE),
        "met": flag_column("是否在限值以内", nullable=True),
        "left_out": count_column("未计入学校数", "schools in scope that could not be used", nullable=True),
    },
    ["county_code", "township", "section", "standard", "indicator"],
)

TOWNSHIP_COMPLIANCE = contract(
    "township_compliance",
    "乡镇学校达标情况",
    "School sections in scope of each township and how many comply; schools without a township in a row of their own.",
    {
        "school_year": school_year_column(),
        "county_code": county_code_column(),
        "county_name": text_column("县(市、区)"),
        "township": text_column("乡镇(街道)", "empty for schools without one", nullable=True),
        "section": section_column(),
        "standard": standard_column(),
        "school_sections": count_column("校段数", "in scope, or of unknown scope"),
        "complying": count_column("达标校段数", "empty where the standard has no school rule", nullable=True),
        "not_complying": count_column("未达标校段数", nullable=True),
        "undecided": count_column("待定校段数", "without figures, or without enough of them", nullable=True),
        "share": number_column("达标率", "complying / (complying + not complying), 0 to 1", NOT_NEGATIVE),
        "reason": text_column("说明", "names of the schools without a township", nullable=True),
    },
    ["county_code", "township", "section", "standard"],
)

SELF_SCORE_DIFFERENCES = contract(
    "self_score_differences",
    "自评分差异",
    "Points that schools gave themselves beside those that their figures give.",
    {
        "school_year": school_year_column(),
        "county_code": county_code_column(),
        **school_columns(),
        "section": section_column(),
        "standard": standard_column(),
        "indicator": indicator_column(),
        "own_points": number_column("自评分", "", nullable=False),
        "points": number_column("计算得分", "empty where the figures are missing"),
        "difference": number_column("相差", "own points − computed points"),
        "message": text_column("疑问", "a question to the school, where the two differ", nullable=True),
        "file": text_column("文件", "the record form that states the points"),
        "row": count_column("行", "its row in the sheet"),
    },
    ["school_id", "section", "standard", "indicator"],
)

COUNTY_GROWTH = contract(
    "county_growth",
    "教育投入三个增长",
    "Education spending, spending and public funds per student of each county: this year, last year, growth; no verdict rests on it.",
    {
        "school_year": school_year_column(),
        "county_code": county_code_column(),
        "county_name": text_column("县(市、区)"),
        "measure": text_column("指标", "what is compared, see growth measures in the vocabulary", one_of(GROWTH_MEASURES)),
        "section": text_column("学段", "empty for the whole county", SECTION, nullable=True),
        "this_year": number_column("本年", "yuan, as the county states it", NOT_NEGATIVE),
        "last_year": number_column("上年", "yuan, as the county states it", NOT_NEGATIVE),
        "growth": number_column("增长率", "(this year / last year − 1) · 100, %; empty where last year is 0 or missing"),
        "to_exceed": number_column(
            "应高于", "growth that it must exceed, %: that of regular revenue, or 0; empty where none is asked"
        ),
        "grew": flag_column("是否增长", "growth is above to_exceed; empty where unknown or not asked", nullable=True),
    },
    ["county_code", "measure", "section"],
)

TABLES = (
    COEFFICIENT_CONTRIBUTIONS,
    YEAR_ON_YEAR,
    SCOPE_SENSITIVITY,
    TOWNSHIP_COEFFICIENTS,
    TOWNSHIP_COMPLIANCE,
    SELF_SCORE_DIFFERENCES,
    COUNTY_GROWTH,
)

PUBLISHED = (
    "coefficient_contributions",
    "year_on_year",
    "scope_sensitivity",
    "township_coefficients",
    "township_compliance",
    "self_score_differences",
    "county_growth",
)
