"""Contracts of the stage ``intake``: what lies in the inbox, what it says, what is wrong with it, what each file gets back.

Belongs here: one contract per table. Does not belong here: kinds of columns (``columns``).
"""

from collections.abc import Collection

import pandera.pandas as pa

from data_contracts.catalogue import fields
from data_contracts.record_forms import of_county
from data_contracts.tables.columns import (
    ANY_SECTION,
    SHA256,
    YEAR,
    contract,
    count_column,
    county_code_column,
    number_column,
    one_of,
    repeated_column,
    school_year_column,
    text_column,
)
from data_contracts.vocabulary import FORMS, OUTCOMES, RECEIPT_OUTCOMES, SEVERITIES

RECORD_FORMS = [form for form in FORMS if of_county(form)]

SUBMISSION_FILES = contract(
    "submission_files",
    "报送文件",
    "One row per file in the inbox of the year.",
    {
        "school_year": school_year_column(),
        "file": text_column("文件", "path under the year's inbox, with /"),
        "sha256": text_column("文件指纹", "SHA-256 of the bytes; empty where it cannot be read", SHA256),
        "size": count_column("字节数"),
        "form": text_column(
            "表式", "bulk_table 汇总表, school_form 学校填报表, county_form 县级填报表, a record form, or unknown", one_of(FORMS)
        ),
        "template_version": text_column("模板版本", nullable=True),
        "modified": text_column(
            "最后修改时间", "from the document's own properties, ISO 8601; empty where it has none", nullable=True
        ),
        "schools": count_column("学校数", "schools found in the file"),
        "read_by": text_column(
            "读取程序版本", "version of the code that read the file; an unchanged file is not read again by the same"
        ),
    },
    ["file"],
)

SUBMITTED_VALUES = contract(
    "submitted_values",
    "填报值",
    "One row per filled cell, with its address.",
    {
        "school_year": repeated_column("学年", "school year, 1 September to 31 August", YEAR),
        "file": repeated_column("文件"),
        "sha256": repeated_column("文件指纹", "", SHA256),
        "sheet": repeated_column("工作表"),
        "row": count_column("行", "row of the school in a bulk table, 0 for a form"),
        "cell": text_column("单元格", "such as E14"),
        "school_id": text_column("学校标识码", "as read; empty where it could not be read", nullable=True),
        "field": repeated_column("填报项目", "key of the field", one_of(fields())),
        "section": repeated_column("学段", "empty for the whole school", ANY_SECTION, nullable=True),
        "value": text_column("填报内容", "as typed"),
        "number": number_column("数值", "in the stored unit (万元 are yuan here); empty for text and what is no number"),
        "text": text_column("文字", "normalised text, official values of choices", nullable=True),
    },
    ["file", "sheet", "cell"],
)

READING_FINDINGS = contract(
    "reading_findings",
    "读取记录",
    "What was remarked while reading each file, before schools are settled; the public texts are in findings.",
    {
        "school_year": school_year_column(),
        "file": text_column("文件"),
        "sheet": text_column("工作表", nullable=True),
        "cell": text_column("单元格", nullable=True),
        "row": count_column("行", "row of the school in a bulk table, 0 for a form, empty for the file", nullable=True),
        "field": text_column("填报项目", "key of the field", nullable=True),
        "section": text_column("学段", "", ANY_SECTION, nullable=True),
        "rule": text_column("规则", "id of the rule"),
        "value": text_column("填报内容", nullable=True),
        "params": text_column("参数", "JSON: what fills the braces of the rule's text"),
    },
    [],
)

SUBMITTED_RECORDS = contract(
    "submitted_records",
    "县级填报表和其他表式的填报值",
    "One row per cell that a county form or a record form offers, with its address; blank ones too, so that what is missing "
    "has an address.",
    {
        "school_year": school_year_column(),
        "county_code": county_code_column(nullable=True),
        "file": text_column("文件"),
        "sha256": text_column("文件指纹", "", SHA256),
        "form": text_column("表式", "county_form 县级填报表, or a record form", one_of(RECORD_FORMS)),
        "sheet": text_column("工作表"),
        "row": count_column("行", "row of the item or the record in the sheet"),
        "field": text_column("填报项目", "key of the item or the column; evidence and note beside the items of a county form"),
        "cell": text_column("单元格", "such as E14"),
        "value": text_column("填报内容", "as typed; empty for a blank cell", nullable=True),
        "number": number_column("数值", "in the stored unit (万元 are yuan here); empty for text and what is no number"),
        "text": text_column("文字", "是 or 否, a date as 2024-10-15, the key of a choice, or words", nullable=True),
    },
    ["file", "sheet", "row", "field"],
)

BLANK_CELLS = contract(
    "blank_cells",
    "空白单元格",
    "Cells that the form offers and that are blank, so that a missing figure has an address.",
    {
        "school_year": school_year_column(),
        "file": text_column("文件"),
        "sheet": text_column("工作表"),
        "row": count_column("行"),
        "field": text_column("填报项目", "key of the field", one_of(fields())),
        "section": text_column("学段", "", ANY_SECTION, nullable=True),
        "cell": text_column("单元格"),
    },
    ["file", "sheet", "row", "field", "section"],
)


def compared_column(meaning: str) -> pa.Column:
    """What a query compared."""
    return text_column(
        "对比内容", f"what the query held against each other beside the value, as it told it; {meaning}", nullable=True
    )


def query_columns() -> dict[str, pa.Column]:
    """What a query is known by."""
    return {
        "school_id": text_column(
            "学校标识码",
            "whom the query asks; the county code for a county form, empty for a query about a whole file",
            nullable=True,
        ),
        "rule": text_column("规则", "id of the rule that asked"),
        "field": text_column("填报项目", "key of the field", nullable=True),
        "section": text_column("学段", "", ANY_SECTION, nullable=True),
        "value": text_column("填报内容", "as typed when the query was asked", nullable=True),
        "compared": compared_column("empty also where it was explained before this was kept"),
    }


FILE_ANSWERS = contract(
    "file_answers",
    "文件中的说明",
    "One row per query that a school explained on the receipt in the file.",
    {
        "school_year": school_year_column(),
        "file": text_column("文件"),
        **query_columns(),
        "answer": text_column("学校或县级说明", "also one that gives no reason, such as 无"),
        "place": text_column("说明位置", "sheet and cell in which it was written"),
        "about": text_column("所问文件", "of a query about a file as a whole, that file as the receipt names it", nullable=True),
    },
    ["file", "school_id", "rule", "field", "section", "value", "compared"],
)

QUERY_ANSWERS = contract(
    "query_answers",
    "疑问说明",
    "One row per query that was ever explained: a recorded act, kept when the file that brought it is gone. The query is "
    "not asked again while the value, and what it was held against, is the same, this year and the next.",
    {
        "school_year": school_year_column(),
        "file": text_column("文件", "file that brought the explanation; for a query about a whole file, that file"),
        **query_columns(),
        "answer": text_column("学校或县级说明"),
        "given": text_column("说明时间", "when the file that brought it was saved, where it says", nullable=True),
    },
    ["file", "school_id", "rule", "field", "section", "value", "compared"],
)

FINDINGS = contract(
    "findings",
    "校验结果",
    "One row per error, query or note about one place in a file.",
    {
        "school_year": school_year_column(),
        "county_code": county_code_column(nullable=True),
        "file": text_column("文件"),
        "sheet": text_column("工作表", nullable=True),
        "cell": text_column("单元格", nullable=True),
        "school_id": text_column("学校标识码", nullable=True),
        "field": text_column("填报项目", "key of the field", nullable=True),
        "section": text_column("学段", "", ANY_SECTION, nullable=True),
        "severity": text_column("级别", "error 错误, query 疑问, note 提示", one_of(SEVERITIES)),
        "rule": text_column("规则", "id of the rule"),
        "value": text_column("填报内容", nullable=True),
        "message": text_column("说明", "what is wrong, where, and how to mend it"),
        "compared": compared_column("empty for what is no query"),
    },
    [],
)


def file_outcome_columns(outcomes: Collection[str] = OUTCOMES) -> dict[str, pa.Column]:
    """What became of a file, as the index of receipts tells it."""
    return {
        "school_year": school_year_column(),
        "file": text_column("文件"),
        "sha256": text_column("文件指纹", "", SHA256),
        "school_id": text_column("学校标识码", "empty for bulk tables and unreadable files", nullable=True),
        "school_name": text_column("学校名称", nullable=True),
        "outcome": text_column("处理结果", "", one_of(outcomes)),
        "errors": count_column("错误数"),
        "queries": count_column("疑问数"),
        "notes": count_column("提示数"),
    }


FILE_OUTCOMES = contract("file_outcomes", "文件处理结果", "What became of each file.", file_outcome_columns(), ["file"])

RECEIPTS = contract(
    "receipts",
    "回执",
    "The receipt of each file: the columns of receipts/<year>/index.csv after the year.",
    {**file_outcome_columns(RECEIPT_OUTCOMES), "receipt": text_column("回执文件", "path under receipts/<year>")},
    ["file"],
)

TABLES = (
    SUBMISSION_FILES,
    SUBMITTED_VALUES,
    READING_FINDINGS,
    BLANK_CELLS,
    FILE_ANSWERS,
    SUBMITTED_RECORDS,
    QUERY_ANSWERS,
    FINDINGS,
    FILE_OUTCOMES,
    RECEIPTS,
)

PUBLISHED = ("findings",)
