"""Contracts of what people enter row by row on the record forms, beside figures: measures, stages, visits, plans, points.

Belongs here: one contract per record form (``data_contracts/record_forms``), as read and settled; each row names its file
and row. Does not belong here: what is computed from entries (``assessment``, ``insight``), what schools and counties state
once a year (``records``).
"""

import pandera.pandas as pa

from data_contracts.catalogue import fields
from data_contracts.tables.columns import (
    ANOTHER_YEAR,
    ANY_SECTION,
    DATE,
    SECTION,
    contract,
    count_column,
    county_code_column,
    number_column,
    one_of,
    school_columns,
    school_year_column,
    standard_column,
    text_column,
)
from data_contracts.vocabulary import WORKFLOW_OUTCOMES, WORKFLOW_STAGES


def _source() -> dict[str, pa.Column]:
    return {"file": text_column("文件", "the record form that says so"), "row": count_column("行", "its row in the sheet")}


def _school_id() -> pa.Column:
    return school_columns()["school_id"]


RECTIFICATION_ENTRIES = contract(
    "rectification_entries",
    "整改台账填报",
    "Owner, date and measure of open gaps, as the county entered them; the latest file that names a gap counts.",
    {
        "school_year": school_year_column(),
        "county_code": county_code_column(),
        "gap": text_column("问题编号", "id of the gap in rectification_ledger"),
        "owner": text_column("责任单位或责任人", nullable=True),
        "due": text_column("完成时限", "date, 2026-06-30", DATE, nullable=True),
        "measure": text_column("整改措施", nullable=True),
        "evidence": text_column("佐证材料", nullable=True),
        "note": text_column("备注说明", nullable=True),
        **_source(),
    },
    ["gap"],
)

WORKFLOW_ENTRIES = contract(
    "workflow_entries",
    "工作进程填报",
    "Stages of the official procedure as entered on forms; those recorded by command stand in the log of acts.",
    {
        "school_year": school_year_column(),
        "county_code": county_code_column(),
        "standard": standard_column(),
        "stage": text_column("阶段", "", one_of(WORKFLOW_STAGES)),
        "outcome": text_column("结果", "", one_of(WORKFLOW_OUTCOMES)),
        "date": text_column("日期", "date, 2026-06-30", DATE),
        "by_whom": text_column("经办单位或经办人"),
        "reason": text_column("说明", nullable=True),
        **_source(),
    },
    ["county_code", "standard", "stage", "date"],
)

VISIT_RECORDS = contract(
    "visit_records",
    "现场核查记录",
    "What was seen on site, one row per school and figure.",
    {
        "school_year": school_year_column(),
        "county_code": county_code_column(),
        "school_id": _school_id(),
        "field": text_column("核查项目", "key of the field", one_of(fields())),
        "section": text_column("学段", "empty for the whole school", ANY_SECTION, nullable=True),
        "seen": number_column("现场核实值", "in the stored unit; empty for what is no number"),
        "seen_text": text_column("现场核实内容", "是 or 否, or a choice", nullable=True),
        "visitor": text_column("核查人", nullable=True),
        "date": text_column("核查日期", "date, 2026-06-30", DATE, nullable=True),
        "note": text_column("备注说明", nullable=True),
        **_source(),
    },
    ["school_id", "field", "section"],
)

PLAN_TARGETS = contract(
    "plan_targets",
    "规划目标",
    "Targets of the county's three-year plan, per school year and item of a standard.",
    {
        "school_year": school_year_column(),
        "county_code": county_code_column(),
        "standard": standard_column(),
        "section": text_column("学段", "empty for items of the whole county", SECTION, nullable=True),
        "item": text_column("项目", "an item of county_verdicts, or an indicator whose coefficient is planned"),
        "target_year": text_column("目标学年", "", ANOTHER_YEAR),
        "target": number_column("目标值", "", nullable=False),
        **_source(),
    },
    ["county_code", "standard", "section", "item", "target_year"],
)

SELF_SCORES = contract(
    "self_scores",
    "学校自评分",
    "Points that schools gave themselves for an indicator of a standard with tiers.",
    {
        "school_year": school_year_column(),
        "county_code": county_code_column(),
        "school_id": _school_id(),
        "section": text_column("学段", "", SECTION),
        "standard": standard_column(),
        "indicator": text_column("指标", "id of the indicator in its standard"),
        "points": number_column("自评分", "", nullable=False),
        **_source(),
    },
    ["school_id", "section", "standard", "indicator"],
)

SCHOOL_COMMITMENTS = contract(
    "school_commitments",
    "建设承诺",
    "What a county committed itself to add to a school's resource; counts until the standard's term has passed.",
    {
        "school_year": school_year_column(),
        "county_code": county_code_column(),
        "school_id": _school_id(),
        "section": text_column("学段", "", SECTION),
        "standard": standard_column(),
        "indicator": text_column("指标", "id of the indicator in its standard"),
        "amount": number_column("承诺增加量", "added to the numerator, in the stored unit", nullable=False),
        "committed_on": text_column("承诺日期", "date, 2026-06-30", DATE),
        "evidence": text_column("佐证材料", nullable=True),
        **_source(),
    },
    ["school_id", "section", "standard", "indicator"],
)

TABLES = (
    RECTIFICATION_ENTRIES,
    WORKFLOW_ENTRIES,
    VISIT_RECORDS,
    PLAN_TARGETS,
    SELF_SCORES,
    SCHOOL_COMMITMENTS,
)

PUBLISHED: tuple[str, ...] = ()
