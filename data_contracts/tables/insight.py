"""Contracts of the stage ``insight``: where differences come from, and how they move from year to year.

Belongs here: one contract per table. Does not belong here: kinds of columns (``columns``).
"""

from data_contracts.tables.columns import (
    NOT_NEGATIVE,
    SECTION,
    contract,
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

TABLES = (COEFFICIENT_CONTRIBUTIONS, YEAR_ON_YEAR, COUNTY_GROWTH)

PUBLISHED = (
    "coefficient_contributions",
    "year_on_year",
    "county_growth",
)
