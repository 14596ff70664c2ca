"""The contract of every stored table: columns, types, keys, domains; Pandera enforces it before a write.

Belongs here: one ``DataFrameSchema`` per table under the table's name, with titles and descriptions from which
Dagster's column schema, the database and the data dictionary derive.
Does not belong here: whether figures are plausible (``domain.intake`` for a school, ``checks`` for a year).
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pandera.pandas as pa

from data_contracts.catalogue import SECTION_LABELS, fields, identity_fields, official_values
from data_contracts.records import RETURN_COLUMNS
from data_contracts.vocabulary import FORMS, OUTCOMES, SCHOOL_OUTCOMES, SEVERITIES

TEXT, FLOAT, COUNT, COUNT_OR_NONE, FLAG, FLAG_OR_NONE = "str", "float64", "int64", "Int64", "bool", "boolean"


def _text(title: str, description: str = "", *checks: pa.Check, nullable: bool = False) -> pa.Column:
    return pa.Column(TEXT, list(checks), nullable=nullable, title=title, description=description)


def _number(title: str, description: str = "", *checks: pa.Check, nullable: bool = True) -> pa.Column:
    return pa.Column(FLOAT, [*checks, _FINITE], nullable=nullable, title=title, description=description)


def _count(title: str, description: str = "", nullable: bool = False) -> pa.Column:
    return pa.Column(
        COUNT_OR_NONE if nullable else COUNT, [_NOT_NEGATIVE], nullable=nullable, title=title, description=description
    )


def _flag(title: str, description: str = "", nullable: bool = False) -> pa.Column:
    return pa.Column(FLAG_OR_NONE if nullable else FLAG, nullable=nullable, title=title, description=description)


_FINITE = pa.Check(lambda s: s.abs() < float("inf"), name="finite", error="infinite")
_NOT_NEGATIVE = pa.Check.ge(0)
_YEAR = pa.Check.str_matches(r"^[0-9]{4}-[0-9]{4}\Z")
_SCHOOL = pa.Check.str_matches(r"^[0-9]{10}\Z")
_COUNTY = pa.Check.str_matches(r"^[0-9]{6}\Z")
_SHA256 = pa.Check.str_matches(r"^([0-9a-f]{64})?\Z")
_SECTION = pa.Check.isin(["primary", "junior"])
_ANY_SECTION = pa.Check.isin(list(SECTION_LABELS))


def _one_of(values) -> pa.Check:
    return pa.Check.isin(list(values))


def school_year() -> pa.Column:
    """The first column of every table."""
    return _text("学年", "school year, 1 September to 31 August", _YEAR)


def county_code(nullable: bool = False) -> pa.Column:
    """The second column of every published table."""
    return _text("县级行政区划代码", "6-digit code of the county", _COUNTY, nullable=nullable)


def _school() -> dict[str, pa.Column]:
    return {
        "school_id": _text("学校标识码", "10-digit national school identification code", _SCHOOL),
        "school_name": _text("学校名称", "as in the register"),
    }


def _section() -> pa.Column:
    return _text("学段", "primary 小学 or junior 初中", _SECTION)


def _standard() -> pa.Column:
    return _text("标准", "id of the standard")


def _indicator() -> pa.Column:
    return _text("指标", "id of the indicator in its standard, or composite 综合")


def _identity(of_register: bool = False) -> dict[str, pa.Column]:
    """Identity columns; without a register a school may be known whose type or owner cannot be read."""
    columns: dict[str, pa.Column] = {}
    for field in identity_fields():
        if field.key == "school_id":
            columns[field.key] = _text(field.label, field.definition, _SCHOOL)
        elif field.key == "county_code":
            columns[field.key] = _text(field.label, field.definition, _COUNTY)
        elif field.numeric:
            columns[field.key] = _number(field.label, field.definition)
        else:
            checks = [_one_of(official_values(field.key))] if field.kind == "choice" else []
            optional = field.required != "yes" or field.key == "area_type"
            optional = optional or (of_register and field.kind == "choice")
            columns[field.key] = _text(field.label, field.definition, *checks, nullable=optional)
    return columns


def _figures(columns: Mapping[str, tuple[str, str | None]]) -> dict[str, pa.Column]:
    made: dict[str, pa.Column] = {}
    for name, (key, section) in columns.items():
        field = fields()[key]
        unit = f" ({field.stored_unit})" if field.stored_unit else ""
        if field.numeric:
            made[name] = _number(field.label_in(section) + unit, field.definition, _NOT_NEGATIVE)
        elif field.kind == "yes/no":
            made[name] = _text(field.label_in(section), field.definition, _one_of(["是", "否"]), nullable=True)
        else:
            made[name] = _text(field.label_in(section), field.definition, nullable=True)
    return made


_IDENTITY_KEYS = {field.key for field in identity_fields()}
_RETURN_FIGURES = {name: place for name, place in RETURN_COLUMNS.items() if place[0] not in _IDENTITY_KEYS}
_SECTION_FIGURES = {f.key: (f.key, None) for f in fields().values() if f.key not in _IDENTITY_KEYS}


def _contract(name: str, title: str, description: str, columns: dict[str, pa.Column], key: list[str]) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(
        columns, name=name, title=title, description=description, strict=True, ordered=True, unique=key, metadata={"key": key}
    )


SUBMISSION_FILES = _contract(
    "submission_files",
    "报送文件",
    "One row per file in the inbox of the year.",
    {
        "school_year": school_year(),
        "file": _text("文件", "path under the year's inbox, with /"),
        "sha256": _text("文件指纹", "SHA-256 of the bytes; empty where it cannot be read", _SHA256),
        "size": _count("字节数"),
        "form": _text("表式", "bulk_table 汇总表, school_form 学校填报表, or unknown", _one_of(FORMS)),
        "template_version": _text("模板版本", nullable=True),
        "modified": _text("最后修改时间", "from the document's own properties, ISO 8601; empty where it has none", nullable=True),
        "schools": _count("学校数", "schools found in the file"),
        "read_by": _text(
            "读取程序版本", "version of the code that read the file; an unchanged file is not read again by the same"
        ),
    },
    ["file"],
)

SUBMITTED_VALUES = _contract(
    "submitted_values",
    "填报值",
    "One row per filled cell, with its address.",
    {
        "school_year": school_year(),
        "file": _text("文件"),
        "sha256": _text("文件指纹", "", _SHA256),
        "sheet": _text("工作表"),
        "row": _count("行", "row of the school in a bulk table, 0 for a form"),
        "cell": _text("单元格", "such as E14"),
        "school_id": _text("学校标识码", "as read; empty where it could not be read", nullable=True),
        "field": _text("填报项目", "key of the field", _one_of(fields())),
        "section": _text("学段", "empty for the whole school", _ANY_SECTION, nullable=True),
        "value": _text("填报内容", "as typed"),
        "number": _number("数值", "in the stored unit (万元 are yuan here); empty for text and what is no number"),
        "text": _text("文字", "normalised text, official values of choices", nullable=True),
    },
    ["file", "sheet", "cell"],
)

READING_FINDINGS = _contract(
    "reading_findings",
    "读取记录",
    "What was remarked while reading each file, before schools are settled; the public texts are in findings.",
    {
        "school_year": school_year(),
        "file": _text("文件"),
        "sheet": _text("工作表", nullable=True),
        "cell": _text("单元格", nullable=True),
        "row": _count("行", "row of the school in a bulk table, 0 for a form, empty for the file", nullable=True),
        "field": _text("填报项目", "key of the field", nullable=True),
        "section": _text("学段", "", _ANY_SECTION, nullable=True),
        "rule": _text("规则", "id of the rule"),
        "value": _text("填报内容", nullable=True),
        "params": _text("参数", "JSON: what fills the braces of the rule's text"),
    },
    [],
)

BLANK_CELLS = _contract(
    "blank_cells",
    "空白单元格",
    "Cells that the form offers and that are blank, so that a missing figure has an address.",
    {
        "school_year": school_year(),
        "file": _text("文件"),
        "sheet": _text("工作表"),
        "row": _count("行"),
        "field": _text("填报项目", "key of the field", _one_of(fields())),
        "section": _text("学段", "", _ANY_SECTION, nullable=True),
        "cell": _text("单元格"),
    },
    ["file", "sheet", "row", "field", "section"],
)


def _query() -> dict[str, pa.Column]:
    return {
        "school_id": _text("学校标识码", "empty for a query about a whole file", nullable=True),
        "rule": _text("规则", "id of the rule that asked"),
        "field": _text("填报项目", "key of the field", nullable=True),
        "section": _text("学段", "", _ANY_SECTION, nullable=True),
        "value": _text("填报内容", "as typed when the query was asked", nullable=True),
    }


FILE_ANSWERS = _contract(
    "file_answers",
    "文件中的说明",
    "One row per query that a school explained on the receipt in the file.",
    {
        "school_year": school_year(),
        "file": _text("文件"),
        **_query(),
        "answer": _text("学校说明"),
    },
    ["file", "school_id", "rule", "field", "section", "value"],
)

QUERY_ANSWERS = _contract(
    "query_answers",
    "疑问说明",
    "One row per query that was ever explained: a recorded act, kept when the file that brought it is gone. The query is "
    "not asked again while the value is the same, this year and the next.",
    {
        "school_year": school_year(),
        "file": _text("文件", "file that brought the explanation"),
        **_query(),
        "answer": _text("学校说明"),
    },
    ["school_id", "rule", "field", "section", "value"],
)

FINDINGS = _contract(
    "findings",
    "校验结果",
    "One row per error, query or note about one place in a file.",
    {
        "school_year": school_year(),
        "county_code": county_code(nullable=True),
        "file": _text("文件"),
        "sheet": _text("工作表", nullable=True),
        "cell": _text("单元格", nullable=True),
        "school_id": _text("学校标识码", nullable=True),
        "field": _text("填报项目", "key of the field", nullable=True),
        "section": _text("学段", "", _ANY_SECTION, nullable=True),
        "severity": _text("级别", "error 错误, query 疑问, note 提示", _one_of(SEVERITIES)),
        "rule": _text("规则", "id of the rule"),
        "value": _text("填报内容", nullable=True),
        "message": _text("说明", "what is wrong, where, and how to mend it"),
    },
    [],
)


def _file_outcome() -> dict[str, pa.Column]:
    return {
        "school_year": school_year(),
        "file": _text("文件"),
        "sha256": _text("文件指纹", "", _SHA256),
        "school_id": _text("学校标识码", "empty for bulk tables and unreadable files", nullable=True),
        "school_name": _text("学校名称", nullable=True),
        "outcome": _text("处理结果", "", _one_of(OUTCOMES)),
        "errors": _count("错误数"),
        "queries": _count("疑问数"),
        "notes": _count("提示数"),
    }


FILE_OUTCOMES = _contract("file_outcomes", "文件处理结果", "What became of each file.", _file_outcome(), ["file"])

RECEIPTS = _contract(
    "receipts",
    "回执",
    "The receipt of each file: the columns of receipts/<year>/index.csv after the year.",
    {**_file_outcome(), "receipt": _text("回执文件", "path under receipts/<year>")},
    ["file"],
)

SCHOOL_REGISTER = _contract(
    "school_register",
    "学校名册",
    "Every school that should report, in the register's order; without a register every school that handed in.",
    {
        "school_year": school_year(),
        **dict(sorted(_identity(of_register=True).items(), key=lambda item: item[0] != "county_code")),
        "register_order": _count("名册顺序", "place in the register, from 0"),
        "expected": _flag("应报", "false for a school that handed in without standing in a register"),
    },
    ["school_id"],
)

REPORTING_BOARD = _contract(
    "reporting_board",
    "报送情况",
    "What became of each school's report.",
    {
        "school_year": school_year(),
        "county_code": county_code(),
        **_school(),
        "township": _text("乡镇(街道)", nullable=True),
        "school_type": _text("办学类型", "", _one_of(official_values("school_type")), nullable=True),
        "register_order": _count("名册顺序"),
        "expected": _flag("应报"),
        "outcome": _text("报送结果", "", _one_of(SCHOOL_OUTCOMES)),
        "file": _text("采用的文件", "the file whose figures count, or that has the errors", nullable=True),
        "errors": _count("错误数"),
        "queries": _count("疑问数"),
        "notes": _count("提示数"),
    },
    ["school_id"],
)

SCHOOL_RETURNS = _contract(
    "school_returns",
    "学校填报数据",
    "Accepted schools, one row each, figures as reported in stored units, before splitting.",
    {"school_year": school_year(), **_identity(), **_figures(_RETURN_FIGURES), "file": _text("文件")},
    ["school_id"],
)

SCHOOL_SECTIONS = _contract(
    "school_sections",
    "学校学段数据",
    "Accepted schools, one row per school and section, shared resources split.",
    {"school_year": school_year(), **_identity(), "section": _section(), **_figures(_SECTION_FIGURES)},
    ["school_id", "section"],
)

COUNTY_RECORDS = _contract(
    "county_records",
    "县区报送汇总",
    "One row per county: how many schools were expected, handed in and accepted.",
    {
        "school_year": school_year(),
        "county_code": county_code(),
        "county_name": _text("县(市、区)"),
        "schools_expected": _count("应报学校数"),
        "schools_received": _count("已报学校数"),
        "schools_accepted": _count("采用学校数"),
        "students": _number("在校生数", "in the compulsory sections of accepted schools", _NOT_NEGATIVE),
    },
    ["county_code"],
)

SCHOOL_INDICATORS = _contract(
    "school_indicators",
    "学校指标",
    "Every indicator of every school section in a standard's scope.",
    {
        "school_year": school_year(),
        "county_code": county_code(),
        **_school(),
        "section": _section(),
        "standard": _standard(),
        "indicator": _indicator(),
        "value": _number("指标值", "per · numerator / enrolment, unrounded; empty where it cannot be computed", _NOT_NEGATIVE),
        "unit": _text("单位"),
        "threshold": _number("达标值", "empty where the standard has none", _NOT_NEGATIVE),
        "floor": _number("底线", "threshold · floor ratio", _NOT_NEGATIVE),
        "met": _flag("是否达标", nullable=True),
        "shortfall": _number("缺口", "max(0, threshold · enrolment / per − numerator), unrounded", _NOT_NEGATIVE),
        "shortfall_unit": _text("缺口单位", "the resource's own unit"),
        "reason": _text("原因", "why a value is missing", nullable=True),
    },
    ["school_id", "section", "standard", "indicator"],
)

SCHOOL_COMPLIANCE = _contract(
    "school_compliance",
    "学校达标情况",
    "The verdict of a standard's school rule on every school section in its scope.",
    {
        "school_year": school_year(),
        "county_code": county_code(),
        **_school(),
        "section": _section(),
        "standard": _standard(),
        "indicators_met": _count("达标指标数"),
        "indicators_total": _count("指标总数", "missing ones included"),
        "lowest_ratio": _number("最低达成比", "smallest value / threshold; missing values are skipped", _NOT_NEGATIVE),
        "compliant": _flag("综合评估是否达标", "empty while undecided", nullable=True),
        "failing": _text("未达标指标", "ids below threshold, joined by ;", nullable=True),
        "reason": _text("原因", nullable=True),
    },
    ["school_id", "section", "standard"],
)

COUNTY_COEFFICIENTS = _contract(
    "county_coefficients",
    "校际差异系数",
    "Enrolment-weighted coefficients of variation between the schools of a county.",
    {
        "school_year": school_year(),
        "county_code": county_code(),
        "county_name": _text("县(市、区)"),
        "section": _section(),
        "standard": _standard(),
        "indicator": _indicator(),
        "schools": _count("学校数", "schools used", nullable=True),
        "students": _number("学生数", "students of the schools used", _NOT_NEGATIVE),
        "mean": _number("全县平均值", "total resource / total students, in the indicator's unit", _NOT_NEGATIVE),
        "standard_deviation": _number("标准差", "weighted, in the indicator's unit", _NOT_NEGATIVE),
        "coefficient": _number("差异系数", "standard deviation / mean, unrounded", _NOT_NEGATIVE),
        "limit": _number("限值", "inclusive; empty where this coefficient is not judged", _NOT_NEGATIVE),
        "met": _flag("是否达标", nullable=True),
        "left_out": _count("未计入学校数", "schools in scope that could not be used", nullable=True),
    },
    ["county_code", "section", "standard", "indicator"],
)

COUNTY_VERDICTS = _contract(
    "county_verdicts",
    "县级结论",
    "The verdict on each county, item by item.",
    {
        "school_year": school_year(),
        "county_code": county_code(),
        "county_name": _text("县(市、区)"),
        "standard": _standard(),
        "section": _text("学段", "empty for items of the whole county", _SECTION, nullable=True),
        "item": _text("项目"),
        "value": _number("实际值"),
        "limit": _number("要求值"),
        "met": _text("是否达到", "true, false or pending", _one_of(["true", "false", "pending"])),
        "reason": _text("说明", nullable=True),
    },
    ["county_code", "standard", "section", "item"],
)

SCOPE_LEDGER = _contract(
    "scope_ledger",
    "计入范围台账",
    "Each school section × standard: in or out, and by which rule.",
    {
        "school_year": school_year(),
        "county_code": county_code(),
        **_school(),
        "section": _text("学段", "empty where the sections of the school are not known", _SECTION, nullable=True),
        "standard": _standard(),
        "in_scope": _flag("是否计入", "empty where unknown", nullable=True),
        "rule": _text("依据"),
    },
    ["school_id", "section", "standard"],
)

COEFFICIENT_CONTRIBUTIONS = _contract(
    "coefficient_contributions",
    "差异系数构成",
    "How much each school adds to the squared deviation of a coefficient; the shares of one coefficient add to 1.",
    {
        "school_year": school_year(),
        "county_code": county_code(),
        **_school(),
        "section": _section(),
        "standard": _standard(),
        "indicator": _indicator(),
        "value": _number("指标值", "", _NOT_NEGATIVE),
        "county_mean": _number("全县平均值", "", _NOT_NEGATIVE),
        "share": _number("占比", "p·(X − mean)² over its sum; empty where all schools are equal", _NOT_NEGATIVE),
    },
    ["school_id", "section", "standard", "indicator"],
)

YEAR_ON_YEAR = _contract(
    "year_on_year",
    "差异系数年度变化",
    "Each coefficient beside that of the school year before.",
    {
        "school_year": school_year(),
        "county_code": county_code(),
        "county_name": _text("县(市、区)"),
        "section": _section(),
        "standard": _standard(),
        "indicator": _indicator(),
        "coefficient": _number("差异系数", "", _NOT_NEGATIVE),
        "previous": _number("上年差异系数", "", _NOT_NEGATIVE),
        "change": _number("变化", "coefficient − previous"),
        "mean": _number("全县平均值", "", _NOT_NEGATIVE),
        "previous_mean": _number("上年全县平均值", "", _NOT_NEGATIVE),
    },
    ["county_code", "section", "standard", "indicator"],
)

CONTRACTS: dict[str, pa.DataFrameSchema] = {
    contract.name: contract
    for contract in (
        SUBMISSION_FILES,
        SUBMITTED_VALUES,
        READING_FINDINGS,
        BLANK_CELLS,
        FILE_ANSWERS,
        QUERY_ANSWERS,
        FINDINGS,
        FILE_OUTCOMES,
        RECEIPTS,
        SCHOOL_REGISTER,
        REPORTING_BOARD,
        SCHOOL_RETURNS,
        SCHOOL_SECTIONS,
        COUNTY_RECORDS,
        SCHOOL_INDICATORS,
        SCHOOL_COMPLIANCE,
        COUNTY_COEFFICIENTS,
        COUNTY_VERDICTS,
        SCOPE_LEDGER,
        COEFFICIENT_CONTRIBUTIONS,
        YEAR_ON_YEAR,
    )
}

PUBLISHED = (
    "school_indicators",
    "school_compliance",
    "county_coefficients",
    "county_verdicts",
    "scope_ledger",
    "findings",
    "reporting_board",
    "coefficient_contributions",
    "year_on_year",
)


def shaped(table: pd.DataFrame, name: str, year: str) -> pd.DataFrame:
    """A computed table in the shape of its contract: the year first, columns in order, types as promised.

    Only the representation is touched (how words and missing values are kept, the order of columns); values are never
    repaired: numbers do not become words, fractions do not become counts.

    Raises:
        KeyError: a column is missing.
        TypeError: a column holds something else than was promised, or stands there though nobody promised it.
    """
    schema = CONTRACTS[name]
    strange = [column for column in table.columns if column not in schema.columns]
    if strange or not table.columns.is_unique:
        raise TypeError(f"columns {strange or list(table.columns)} are not those of the contract")
    columns: dict[str, object] = {}
    for column, contract in schema.columns.items():
        if column == "school_year" and column not in table:
            columns[column] = pd.Series([year], dtype="str").repeat(len(table)).reset_index(drop=True)
        else:
            columns[column] = _as_type(table[column].reset_index(drop=True), str(contract.dtype))
    shape = pd.DataFrame(columns)
    if (shape["school_year"] != year).any():
        raise TypeError(f"column school_year holds another year than {year}")
    return shape


def _as_type(values: pd.Series, dtype: str) -> pd.Series:
    """A column as its contract keeps it, where nothing is lost or made up on the way.

    Raises:
        TypeError: its values are of another kind than was promised.
    """
    wanted = "str" if dtype.startswith("str") else dtype
    if str(values.dtype) == wanted:
        return values
    known = values.dropna()
    if wanted == "str":
        right = known.map(lambda value: isinstance(value, str)).all()
    elif wanted in (FLAG, FLAG_OR_NONE):
        right = known.map(lambda value: isinstance(value, bool | np.bool_)).all() and (
            wanted == FLAG_OR_NONE or len(known) == len(values)
        )
    elif wanted == FLOAT:
        right = _numeric(values) or known.map(_is_number).all()
    else:
        right = (_numeric(values) or known.map(_is_number).all()) and (known.astype(float) % 1 == 0).all()
        right = right and (wanted == COUNT_OR_NONE or len(known) == len(values))
    if not right:
        raise TypeError(f"column {values.name} holds other values ({values.dtype}) than the promised {wanted}")
    return values.astype(wanted)


def _numeric(values: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(values.dtype) and not pd.api.types.is_bool_dtype(values.dtype)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
