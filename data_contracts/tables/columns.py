"""What table contracts are put together from: kinds of columns, their checks, columns that many tables share.

Belongs here: building blocks. Does not belong here: any table (``intake``, ``records``, ``assessment``, ``insight``).
"""

from collections.abc import Collection, Mapping

import pandera.pandas as pa

from data_contracts.catalogue import SECTION_LABELS, fields, identity_fields, official_values
from data_contracts.records import RETURN_COLUMNS

TEXT, REPEATED, FLOAT, COUNT, COUNT_OR_NONE, FLAG, FLAG_OR_NONE = (
    "str",
    "category",
    "float64",
    "int64",
    "Int64",
    "bool",
    "boolean",
)


def type_of(column: pa.Column) -> str:
    """How a column is kept, one of the types above; what pandas calls words differs between machines."""
    name = str(column.dtype)
    return TEXT if name.startswith(TEXT) else name


def text_column(title: str, description: str = "", *checks: pa.Check, nullable: bool = False) -> pa.Column:
    """A column of words."""
    return pa.Column(TEXT, list(checks), nullable=nullable, title=title, description=description)


def repeated_column(title: str, description: str = "", *checks: pa.Check, nullable: bool = False) -> pa.Column:
    """A column of words that stand in very many rows, kept as numbers of a list of them, and checked by this list."""
    return pa.Column(REPEATED, list(checks), nullable=nullable, title=title, description=description)


def number_column(title: str, description: str = "", *checks: pa.Check, nullable: bool = True) -> pa.Column:
    """A column of finite numbers."""
    return pa.Column(FLOAT, [*checks, FINITE], nullable=nullable, title=title, description=description)


def count_column(title: str, description: str = "", nullable: bool = False) -> pa.Column:
    """A column of whole numbers from 0."""
    return pa.Column(
        COUNT_OR_NONE if nullable else COUNT, [NOT_NEGATIVE], nullable=nullable, title=title, description=description
    )


def flag_column(title: str, description: str = "", nullable: bool = False) -> pa.Column:
    """A column of true and false."""
    return pa.Column(FLAG_OR_NONE if nullable else FLAG, nullable=nullable, title=title, description=description)


FINITE = pa.Check(lambda s: s.abs() < float("inf"), name="finite", error="infinite")
NOT_NEGATIVE = pa.Check.ge(0)
YEAR = pa.Check.str_matches(r"^[0-9]{4}-[0-9]{4}\Z")
ANOTHER_YEAR = pa.Check.str_matches(r"^20[0-9]{2}-20[0-9]{2}\Z")
SCHOOL = pa.Check.str_matches(r"^[0-9]{10}\Z")
COUNTY = pa.Check.str_matches(r"^[0-9]{6}\Z")
SHA256 = pa.Check.str_matches(r"^([0-9a-f]{64})?\Z")
DATE = pa.Check.str_matches(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
SECTION = pa.Check.isin(["primary", "junior"])
ANY_SECTION = pa.Check.isin(list(SECTION_LABELS))


def one_of(values: Collection[str]) -> pa.Check:
    """Only these words."""
    return pa.Check.isin(list(values))


def school_year_column() -> pa.Column:
    """The first column of every table."""
    return text_column("学年", "school year, 1 September to 31 August", YEAR)


def county_code_column(nullable: bool = False) -> pa.Column:
    """The second column of every published table."""
    return text_column("县级行政区划代码", "6-digit code of the county", COUNTY, nullable=nullable)


def school_columns() -> dict[str, pa.Column]:
    """Code and name of a school."""
    return {
        "school_id": text_column("学校标识码", "10-digit national school identification code", SCHOOL),
        "school_name": text_column("学校名称", "as in the register"),
    }


def section_column() -> pa.Column:
    """A compulsory section."""
    return text_column("学段", "primary 小学 or junior 初中", SECTION)


def standard_column() -> pa.Column:
    """The standard that a row belongs to."""
    return text_column("标准", "id of the standard")


def indicator_column() -> pa.Column:
    """The indicator that a row belongs to."""
    return text_column("指标", "id of the indicator in its standard, or composite 综合")


def identity_columns(of_register: bool = False) -> dict[str, pa.Column]:
    """Identity columns; without a register a school may be known whose type or owner cannot be read."""
    columns: dict[str, pa.Column] = {}
    for field in identity_fields():
        if field.key == "school_id":
            columns[field.key] = text_column(field.label, field.definition, SCHOOL)
        elif field.key == "county_code":
            columns[field.key] = text_column(field.label, field.definition, COUNTY)
        elif field.numeric:
            columns[field.key] = number_column(field.label, field.definition)
        else:
            checks = [one_of(official_values(field.key))] if field.kind == "choice" else []
            optional = field.required != "yes" or field.key == "area_type"
            optional = optional or (of_register and field.kind == "choice")
            columns[field.key] = text_column(field.label, field.definition, *checks, nullable=optional)
    return columns


def figure_columns(columns: Mapping[str, tuple[str, str | None]]) -> dict[str, pa.Column]:
    """One column per figure of the catalogue, by column name → (field key, section)."""
    made: dict[str, pa.Column] = {}
    for name, (key, section) in columns.items():
        field = fields()[key]
        unit = f" ({field.stored_unit})" if field.stored_unit else ""
        if field.numeric:
            made[name] = number_column(field.label_in(section) + unit, field.definition, NOT_NEGATIVE)
        elif field.kind == "yes/no":
            made[name] = text_column(field.label_in(section), field.definition, one_of(["是", "否"]), nullable=True)
        else:
            made[name] = text_column(field.label_in(section), field.definition, nullable=True)
    return made


IDENTITY_KEYS = {field.key for field in identity_fields()}
RETURN_FIGURES = {name: place for name, place in RETURN_COLUMNS.items() if place[0] not in IDENTITY_KEYS}
SECTION_FIGURES = {f.key: (f.key, None) for f in fields().values() if f.key not in IDENTITY_KEYS}


def contract(name: str, title: str, description: str, columns: dict[str, pa.Column], key: list[str]) -> pa.DataFrameSchema:
    """The contract of one table: strict, ordered, rows unique by ``key``."""
    return pa.DataFrameSchema(
        columns, name=name, title=title, description=description, strict=True, ordered=True, unique=key, metadata={"key": key}
    )
