"""What the parts of a standard are put together from: keys of fields, school years, the scope.

Belongs here: types that several parts of a standard share, and which schools it looks at.
Does not belong here: indicators (``standard_indicators``), school rules (``school_rules``), the whole file (``standard``).
"""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from data_contracts.catalogue import fields, official_values
from data_contracts.errors import MendableError, WrongEntry, quoted
from data_contracts.school_year import SchoolYear

CompulsorySection = Annotated[str, Field(pattern=r"^(primary|junior)$")]
AnySection = Annotated[str, Field(pattern=r"^(primary|junior|senior)$")]


def _known_field(key: Any) -> Any:
    if key not in fields():
        raise WrongEntry(f"字段目录中没有 {key!r}", f"no such field in fields.csv: {key!r}")
    return key


def no_such_value(key: str, unknown: list[str]) -> WrongEntry:
    """What is raised where ``unknown`` are not among the official values of a field."""
    return WrongEntry(f"{key} 没有取值 {'、'.join(unknown)}", f"{key}: no such value in choices.csv: {quoted(unknown)}")


FieldKey = Annotated[str, BeforeValidator(_known_field)]


class Part(BaseModel):
    """A part of a standard: no unknown keys, never changed once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


def one_of_kinds(kinds: tuple[str, ...], default: str) -> Any:
    """A check, before anything else is read, that a mapping names a known ``kind``."""

    def known(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        kind = value.get("kind", default)
        if kind not in kinds:
            raise WrongEntry(
                f"kind 只能是 {'、'.join(kinds)},现为 {kind}", f"no such kind: {kind!r}; known are {', '.join(kinds)}"
            )
        return value

    return BeforeValidator(known)


def _school_year(value: Any) -> Any:
    if isinstance(value, SchoolYear):
        return value
    try:
        return SchoolYear.parse(str(value))
    except MendableError as error:
        raise WrongEntry(error.zh, error.en) from error


YearKey = Annotated[SchoolYear, BeforeValidator(_school_year)]


class Effective(Part):
    """The school years in which a standard is in force, both ends included; open-ended without ``to``."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, arbitrary_types_allowed=True, populate_by_name=True
    )
    first: YearKey = Field(alias="from")
    last: YearKey | None = Field(default=None, alias="to")

    @model_validator(mode="after")
    def _in_order(self) -> "Effective":
        if self.last is not None and self.last < self.first:
            raise WrongEntry(f"to ({self.last}) 早于 from ({self.first})", f"to ({self.last}) lies before from ({self.first})")
        return self

    def covers(self, year: SchoolYear) -> bool:
        """True when the standard is in force in that year."""
        return self.first <= year and (self.last is None or year <= self.last)


class Exclusion(Part):
    """Schools left out of the scope: those whose ``field`` has one of ``values``, where set only below a number of students.

    ``fewer_students_than`` is exclusive: a teaching point with exactly that many students counts.
    """

    field: FieldKey
    values: tuple[str, ...] = Field(min_length=1)
    fewer_students_than: int | None = Field(default=None, gt=0, strict=True)
    reason: str = Field(min_length=1)

    @model_validator(mode="after")
    def _official_values(self) -> "Exclusion":
        if fields()[self.field].kind != "choice":
            raise WrongEntry(f"{self.field} 不是选择项", f"{self.field} is no field with choices")
        unknown = [value for value in self.values if value not in official_values(self.field)]
        if unknown:
            raise no_such_value(self.field, unknown)
        return self


class Scope(Part):
    """Which schools a standard looks at: all, without those of the first matching exclusion."""

    exclude: tuple[Exclusion, ...] = ()
