"""What rules of verdict items are put together from: fields of both catalogues by kind, years, limits, what every rule says.

Belongs here: building blocks. Does not belong here: any kind of rule (``verdict_rules``, ``verdict_rules_of_schools``).
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from data_contracts.catalogue import Field as CatalogueField
from data_contracts.catalogue import county_fields, fields, school_types
from data_contracts.errors import MendableError, WrongEntry
from data_contracts.school_year import SchoolYear

Answer = Literal["是", "否"]
NUMERIC = ("integer", "decimal")


def _one_of(
    catalogue: Callable[[], Mapping[str, CatalogueField]], name: str, kinds: tuple[str, ...], words: str, words_en: str
) -> BeforeValidator:
    """Only keys of a catalogue whose field is of one of these kinds."""

    def checked(key: Any) -> Any:
        found = catalogue().get(key) if isinstance(key, str) else None
        if found is None:
            raise WrongEntry(f"填报目录 {name} 中没有 {key!r}", f"no such field in {name}: {key!r}")
        if found.kind not in kinds:
            raise WrongEntry(f"{key} 不是{words}", f"{key} is {words_en}")
        return key

    return BeforeValidator(checked)


def _school_type(value: Any) -> Any:
    if value not in school_types():
        raise WrongEntry(f"没有办学类型 {value!r}", f"no such school type in school_types.csv: {value!r}")
    return value


def _year_key(value: Any) -> Any:
    try:
        return SchoolYear.parse(str(value)).key
    except MendableError as error:
        raise WrongEntry(error.zh, error.en) from error


CountyFigure = Annotated[str, _one_of(county_fields, "county_fields.csv", NUMERIC, "数字项目", "not numeric")]
CountyAnswer = Annotated[str, _one_of(county_fields, "county_fields.csv", ("yes/no",), "是否项目", "no yes/no field")]
CountyDate = Annotated[str, _one_of(county_fields, "county_fields.csv", ("date",), "日期项目", "no date")]
SchoolFigure = Annotated[str, _one_of(fields, "fields.csv", NUMERIC, "数字字段", "not numeric")]
SchoolAnswer = Annotated[str, _one_of(fields, "fields.csv", ("yes/no",), "是否字段", "no yes/no field")]
TypeName = Annotated[str, BeforeValidator(_school_type)]
YearName = Annotated[str, BeforeValidator(_year_key)]
Count = Annotated[int, Field(gt=0, strict=True)]
Positive = Annotated[float, Field(gt=0)]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Rule(Part):
    """What every kind says of itself.

    ``school_fields`` are what schools are asked for it; ``unit`` belongs to the published value and limit; ``sign`` says how
    the value must stand to the limit.
    """

    @property
    def school_fields(self) -> tuple[str, ...]:
        """Fields of schools that the rule reads."""
        return ()

    @property
    def unit(self) -> str:
        """The unit of the value and the limit that are published."""
        return "%"

    @property
    def sign(self) -> str:
        """How the value must stand to the limit."""
        return "≥"
