"""Contracts of the stage ``insight``: where differences come from, and how they move from year to year.

Belongs here: one contract per table. Does not belong here: kinds of columns (``columns``).
"""

from data_contracts.tables.columns import (
    NOT_NEGATIVE,
    contract,
    county_code_column,
    indicator_column,
    number_column,
    school_columns,
    school_year_column,
    section_column,
    standard_column,
    text_column,
)

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

TABLES = (COEFFICIENT_CONTRIBUTIONS, YEAR_ON_YEAR)

PUBLISHED = (
    "coefficient_contributions",
    "year_on_year",
)
