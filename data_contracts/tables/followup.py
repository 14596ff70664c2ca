"""Contracts of the stage ``followup``: what is done about a verdict: gaps and their closing, the procedure, visits on site.

Belongs here: one contract per table. Does not belong here: what people enter row by row (``entries``), verdicts themselves
(``assessment``), kinds of columns (``columns``).
"""

from data_contracts.catalogue import fields, official_values
from data_contracts.tables.columns import (
    ANOTHER_YEAR,
    ANY_SECTION,
    DATE,
    NOT_NEGATIVE,
    SCHOOL,
    contract,
    count_column,
    county_code_column,
    flag_column,
    number_column,
    one_of,
    school_columns,
    school_year_column,
    standard_column,
    text_column,
)
from data_contracts.vocabulary import GAP_STATES, WORKFLOW_OUTCOMES, WORKFLOW_STAGES

RECTIFICATION_LEDGER = contract(
    "rectification_ledger",
    "整改台账",
    "One row per gap of a school or county under the standards in force: open ones, and those that closed in this year.",
    {
        "school_year": school_year_column(),
        "county_code": county_code_column(),
        "gap": text_column("问题编号", "the same over the years, such as 3605210001-primary-L1 or 360521-junior-R-cv-L3"),
        "standard": text_column("标准", "id of the standard; empty for what was seen on site", nullable=True),
        "school_id": text_column("学校标识码", "empty for a gap of the county", SCHOOL, nullable=True),
        "school_name": text_column("学校名称", "empty for a gap of the county", nullable=True),
        "section": text_column("学段", "empty for the whole school or county", ANY_SECTION, nullable=True),
        "item": text_column("项目", "indicator, item of the verdict, R-cv-<indicator>, or V-<field> for what was seen on site"),
        "title": text_column("名称", "of the item"),
        "amount": number_column("差额", "unrounded, in the unit; empty where it is not known or no amount", NOT_NEGATIVE),
        "unit": text_column("单位", nullable=True),
        "description": text_column("问题", "the gap in words and natural units"),
        "since": text_column("起始学年", "school year in which the present run of the gap began", ANOTHER_YEAR),
        "opened_on": text_column(
            "发现日期", "day on which a look at the data first found it; empty in a locked year", DATE, nullable=True
        ),
        "closed_on": text_column("销号日期", "day on which a look at the data found it closed", DATE, nullable=True),
        "owner": text_column("责任单位或责任人", "as entered", nullable=True),
        "due": text_column("完成时限", "as entered", DATE, nullable=True),
        "measure": text_column("整改措施", "as entered", nullable=True),
        "evidence": text_column("佐证材料", "as entered", nullable=True),
        "note": text_column("备注说明", "as entered", nullable=True),
        "status": text_column("状态", "open 未销号, closed 已销号, reopened 再次出现", one_of(GAP_STATES)),
    },
    ["gap"],
)

COUNTY_WORKFLOW = contract(
    "county_workflow",
    "工作进程",
    "Stages of the official procedure that were accepted, per county and standard, in their order over the years.",
    {
        "school_year": school_year_column(),
        "county_code": county_code_column(),
        "county_name": text_column("县(市、区)"),
        "standard": standard_column(),
        "sequence": count_column("序号", "place in the whole history of county and standard, from 1"),
        "stage": text_column("阶段", "", one_of(WORKFLOW_STAGES)),
        "outcome": text_column("结果", "", one_of(WORKFLOW_OUTCOMES)),
        "date": text_column("日期", "", DATE),
        "by_whom": text_column("经办单位或经办人"),
        "reason": text_column("说明", nullable=True),
        "source": text_column("来源", "file and row of the record form, or the number of the act"),
    },
    ["county_code", "standard", "sequence"],
)

WORKFLOW_REFUSALS = contract(
    "workflow_refusals",
    "未采纳的工作进程",
    "Entries of record forms whose transition is not allowed, each with the reason.",
    {
        "school_year": school_year_column(),
        "county_code": county_code_column(),
        "standard": standard_column(),
        "stage": text_column("阶段", "", one_of(WORKFLOW_STAGES)),
        "outcome": text_column("结果", "", one_of(WORKFLOW_OUTCOMES)),
        "date": text_column("日期", "", DATE),
        "by_whom": text_column("经办单位或经办人"),
        "source": text_column("来源", "file and row of the record form, or the number of the act"),
        "message": text_column("原因", "what is not allowed, and what would be"),
    },
    ["county_code", "standard", "source"],
)

VERIFICATION_SAMPLE = contract(
    "verification_sample",
    "现场核查抽样",
    "The schools drawn for a visit on site, with the seed by which anyone can draw them again.",
    {
        "school_year": school_year_column(),
        "county_code": county_code_column(),
        **school_columns(),
        "school_type": text_column("办学类型", "", one_of(official_values("school_type"))),
        "weight": number_column("权重", "1, and 1 more for each risk", NOT_NEGATIVE, nullable=False),
        "risks": text_column("风险", "why the school is likelier to be drawn", nullable=True),
        "seed": text_column("随机种子", "a whole number, as it was recorded"),
        "drawn_on": text_column("抽样日期", "", DATE),
        "by_whom": text_column("抽样人"),
    },
    ["county_code", "school_id"],
)

VERIFICATION_RESULTS = contract(
    "verification_results",
    "现场核查结果",
    "What was seen on site against what the school reported, one row per school and figure.",
    {
        "school_year": school_year_column(),
        "county_code": county_code_column(),
        **school_columns(),
        "field": text_column("核查项目", "key of the field", one_of(fields())),
        "section": text_column("学段", "empty for the whole school", ANY_SECTION, nullable=True),
        "unit": text_column("单位", nullable=True),
        "reported": number_column("填报值", "in the stored unit; empty for what is no number or was not reported"),
        "seen": number_column("现场核实值", "in the stored unit"),
        "difference": number_column("差值", "seen − reported"),
        "tolerance": number_column("允许误差", "the largest difference that counts as equal, in the unit", NOT_NEGATIVE),
        "reported_text": text_column("填报内容", "for what is no number", nullable=True),
        "seen_text": text_column("现场核实内容", "for what is no number", nullable=True),
        "within": flag_column("是否相符", "empty where one of the two is missing", nullable=True),
        "message": text_column("说明", nullable=True),
        "visitor": text_column("核查人", nullable=True),
        "date": text_column("核查日期", "", DATE, nullable=True),
    },
    ["school_id", "field", "section"],
)

TABLES = (RECTIFICATION_LEDGER, COUNTY_WORKFLOW, WORKFLOW_REFUSALS, VERIFICATION_SAMPLE, VERIFICATION_RESULTS)

PUBLISHED = ("rectification_ledger", "county_workflow", "verification_sample", "verification_results")
