"""Contracts of the stage ``records``: who should report, what was accepted, by school, section and county.

Belongs here: one contract per table. Does not belong here: kinds of columns (``columns``).
"""

from data_contracts.catalogue import county_fields, official_values
from data_contracts.tables.columns import (
    NOT_NEGATIVE,
    RETURN_FIGURES,
    SECTION_FIGURES,
    contract,
    count_column,
    county_code_column,
    figure_columns,
    flag_column,
    identity_columns,
    number_column,
    one_of,
    school_columns,
    school_year_column,
    section_column,
    text_column,
)
from data_contracts.vocabulary import SCHOOL_OUTCOMES

SCHOOL_REGISTER = contract(
    "school_register",
    "学校名册",
    "Every school that should report, in the register's order; without a register every school that handed in.",
    {
        "school_year": school_year_column(),
        **dict(sorted(identity_columns(of_register=True).items(), key=lambda item: item[0] != "county_code")),
        "register_order": count_column("名册顺序", "place in the register, from 0"),
        "expected": flag_column("应报", "false for a school that handed in without standing in a register"),
    },
    ["school_id"],
)

REPORTING_BOARD = contract(
    "reporting_board",
    "报送情况",
    "What became of each school's report.",
    {
        "school_year": school_year_column(),
        "county_code": county_code_column(),
        **school_columns(),
        "township": text_column("乡镇(街道)", nullable=True),
        "school_type": text_column("办学类型", "", one_of(official_values("school_type")), nullable=True),
        "register_order": count_column("名册顺序"),
        "expected": flag_column("应报"),
        "outcome": text_column("报送结果", "", one_of(SCHOOL_OUTCOMES)),
        "file": text_column("采用的文件", "the file whose figures count, or that has the errors", nullable=True),
        "errors": count_column("错误数"),
        "queries": count_column("疑问数"),
        "notes": count_column("提示数"),
    },
    ["school_id"],
)

SCHOOL_RETURNS = contract(
    "school_returns",
    "学校填报数据",
    "Accepted schools, one row each, figures as reported in stored units, before splitting.",
    {"school_year": school_year_column(), **identity_columns(), **figure_columns(RETURN_FIGURES), "file": text_column("文件")},
    ["school_id"],
)

SCHOOL_SECTIONS = contract(
    "school_sections",
    "学校学段数据",
    "Accepted schools, one row per school and section, shared resources split.",
    {"school_year": school_year_column(), **identity_columns(), "section": section_column(), **figure_columns(SECTION_FIGURES)},
    ["school_id", "section"],
)

COUNTY_RECORDS = contract(
    "county_records",
    "县区报送汇总",
    "One row per county: how many schools were expected, handed in and accepted.",
    {
        "school_year": school_year_column(),
        "county_code": county_code_column(),
        "county_name": text_column("县(市、区)"),
        "schools_expected": count_column("应报学校数"),
        "schools_received": count_column("已报学校数"),
        "schools_accepted": count_column("采用学校数"),
        "students": number_column("在校生数", "in the compulsory sections of accepted schools", NOT_NEGATIVE),
    },
    ["county_code"],
)

COUNTY_RETURNS = contract(
    "county_returns",
    "县级填报数据",
    "What counties state on the county form 县级填报表 that counts, one row per county and filled item.",
    {
        "school_year": school_year_column(),
        "county_code": county_code_column(),
        "field": text_column("填报项目", "key of the field in the county catalogue", one_of(county_fields())),
        "number": number_column("数值", "in the stored unit (万元 are yuan here); empty for what is no number"),
        "text": text_column("文字", "是 or 否, a date as 2024-10-15, or words; empty for figures", nullable=True),
        "evidence": text_column("佐证材料", "reference to the evidence", nullable=True),
        "note": text_column("说明", nullable=True),
        "file": text_column("文件", "the county form that counts"),
        "cell": text_column("单元格", "where the item stands in it"),
    },
    ["county_code", "field"],
)

TABLES = (SCHOOL_REGISTER, REPORTING_BOARD, SCHOOL_RETURNS, SCHOOL_SECTIONS, COUNTY_RECORDS, COUNTY_RETURNS)

PUBLISHED = ("reporting_board",)
