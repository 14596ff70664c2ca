"""Standards (标准) as typed data: one set of indicators, thresholds, scope and verdict rules, valid for some school years.

Belongs here: the shape of a standard file, its loading, and clear errors that name file, key and what is wrong.
Does not belong here: any arithmetic with it (``domain.assessment``). A formula is a sum of fields over a field;
nothing in a standard is ever evaluated.
"""

from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from data_contracts.catalogue import fields, official_values, school_types
from data_contracts.errors import MendableError
from data_contracts.mendable_yaml import read_model
from data_contracts.school_year import SchoolYear
from data_contracts.verdict_rules import VerdictItem

CompulsorySection = Annotated[str, Field(pattern=r"^(primary|junior)$")]
AnySection = Annotated[str, Field(pattern=r"^(primary|junior|senior)$")]


def _known_field(key: Any) -> Any:
    if key not in fields():
        raise ValueError(f"字段目录中没有 {key!r} (no such field in fields.csv)")
    return key


FieldKey = Annotated[str, BeforeValidator(_known_field)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


def _school_year(value: Any) -> Any:
    if isinstance(value, SchoolYear):
        return value
    try:
        return SchoolYear.parse(str(value))
    except MendableError as error:
        raise ValueError(f"{error.zh} ({error.en})") from error


YearKey = Annotated[SchoolYear, BeforeValidator(_school_year)]


class Effective(_Part):
    """The school years in which a standard is in force, both ends included; open-ended without ``to``."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, arbitrary_types_allowed=True, populate_by_name=True
    )
    first: YearKey = Field(alias="from")
    last: YearKey | None = Field(default=None, alias="to")

    @model_validator(mode="after")
    def _in_order(self) -> "Effective":
        if self.last is not None and self.last < self.first:
            raise ValueError(f"to ({self.last}) 早于 from ({self.first}) (ends before it begins)")
        return self

    def covers(self, year: SchoolYear) -> bool:
        """True when the standard is in force in that year."""
        return self.first <= year and (self.last is None or year <= self.last)


class Exclusion(_Part):
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
            raise ValueError(f"{self.field} 不是选择项 (not a choice field)")
        unknown = [value for value in self.values if value not in official_values(self.field)]
        if unknown:
            raise ValueError(f"{self.field} 没有取值 {'、'.join(unknown)} (no such value in choices.csv)")
        return self


class Scope(_Part):
    """Which schools a standard looks at: all, without those of the first matching exclusion."""

    exclude: tuple[Exclusion, ...] = ()


class Numerator(_Part):
    """A sum of raw resources: those under ``add`` less those under ``subtract``."""

    add: tuple[FieldKey, ...] = Field(min_length=1)
    subtract: tuple[FieldKey, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field that the sum needs."""
        return (*self.add, *self.subtract)

    @model_validator(mode="after")
    def _figures(self) -> "Numerator":
        words = [key for key in self.fields if not fields()[key].numeric]
        if words:
            raise ValueError(f"{'、'.join(words)} 不是数字字段 (not numeric)")
        return self


class Indicator(_Part):
    """One figure of a school section: ``per`` · numerator / enrolment.

    ``thresholds`` (达标值) are in ``unit``; without them the indicator only enters coefficients.
    ``decimals`` serve display alone.
    """

    id: str = Field(pattern=r"^[A-Z][A-Za-z0-9-]*$")
    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    unit: str
    numerator: Numerator
    per: Literal[1, 100] = 1
    decimals: int = Field(default=2, ge=0, le=6, strict=True)
    thresholds: dict[CompulsorySection, Annotated[float, Field(gt=0)]] = {}

    @property
    def resource_unit(self) -> str:
        """The unit of the numerator, in which a gap is told."""
        return fields()[self.numerator.add[0]].stored_unit


class SchoolRule(_Part):
    """A school section complies when ``at_least`` indicators reach the threshold and every other reaches ``floor_ratio`` of it."""

    at_least: int = Field(ge=1, strict=True)
    floor_ratio: float = Field(ge=0, le=1)


class CoefficientRule(_Part):
    """Whether each coefficient or only the composite (the mean of all) is limited, and the limits by section (inclusive)."""

    judge: Literal["composite", "each"]
    limits: dict[CompulsorySection, Annotated[float, Field(gt=0)]]

    @model_validator(mode="after")
    def _both_sections(self) -> "CoefficientRule":
        if set(self.limits) != {"primary", "junior"}:
            raise ValueError("limits 应同时规定 primary 和 junior (limits of both sections are needed)")
        return self


class Options(_Part):
    """Practices that a standard may switch on; all are off unless its file says so."""

    smaller_music_art_rooms: bool = Field(default=False, strict=True)
    relaxed_size_caps: bool = Field(default=False, strict=True)


class Standard(_Part):
    """One standard. See docs/standards.md for every key with an example."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, arbitrary_types_allowed=True)
    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    title: str
    title_en: str = ""
    source: str = Field(min_length=1)
    effective: Effective
    scope: Scope = Scope()
    split_weights: dict[str, dict[AnySection, Annotated[float, Field(gt=0)]]]
    indicators: tuple[Indicator, ...] = Field(min_length=1)
    school_rule: SchoolRule | None = None
    coefficient_rule: CoefficientRule
    verdict_items: tuple[VerdictItem, ...] = ()
    options: Options = Options()
    role: Literal["national", "school_conditions"] = "national"
    provinces: tuple[str, ...] = ()
    complete: bool = True

    def applies_to(self, county_code: str) -> bool:
        """True where the standard is meant for the county, by the beginning of its code; for all where none is named."""
        return not self.provinces or county_code.startswith(self.provinces)

    @model_validator(mode="after")
    def _parts_fit(self) -> "Standard":
        ids = [indicator.id for indicator in self.indicators] + [item.id for item in self.verdict_items]
        twice = sorted({one for one in ids if ids.count(one) > 1})
        if twice:
            raise ValueError(f"编号重复: {'、'.join(twice)} (id used twice)")
        for name, weights in self.split_weights.items():
            if name not in school_types() or tuple(weights) != school_types()[name].split:
                raise ValueError(
                    f"split_weights: {name} 的学段应为 school_types.csv 所列 (sections must be those of school_types.csv)"
                )
        missing = [name for name, kind in school_types().items() if kind.split and name not in self.split_weights]
        if missing:
            raise ValueError(f"split_weights 缺少 {'、'.join(missing)} (missing)")
        if self.school_rule:
            if self.school_rule.at_least > len(self.indicators):
                raise ValueError("school_rule.at_least 大于指标个数 (more than there are indicators)")
            bare = [i.id for i in self.indicators if set(i.thresholds) != {"primary", "junior"}]
            if bare:
                raise ValueError(f"school_rule 要求每项指标都有小学、初中达标值: {'、'.join(bare)} (thresholds missing)")
        return self

    @property
    def fields_used(self) -> frozenset[str]:
        """Fields without which some figure of the standard cannot be computed from schools."""
        used = {"enrolment", "school_type", *(exclusion.field for exclusion in self.scope.exclude)}
        for indicator in self.indicators:
            used.update(indicator.numerator.fields)
        for item in self.verdict_items:
            used.update(item.fields)
        return frozenset(used)


def read_standard(text: str, file_name: str) -> Standard:
    """Read one standard from the text of its file.

    Raises:
        MendableError: the text is no YAML, or a key is missing, unknown or wrong; names file, key and what is wrong.
    """
    return read_model(Standard, text, file_name, "标准文件", "Standard file")


@cache
def shipped_standards() -> tuple[Standard, ...]:
    """The standards that come with the project, by id."""
    found = [f for f in files("data_contracts.standards").iterdir() if f.name.endswith(".yaml")]
    return tuple(read_standard(f.read_text(encoding="utf-8"), f.name) for f in sorted(found, key=lambda f: f.name))


def all_standards(own_files: Iterable[Path] = ()) -> tuple[Standard, ...]:
    """The shipped standards and the user's own.

    Raises:
        MendableError: a file is malformed, or an id is used twice.
    """
    standards = list(shipped_standards())
    origin = {standard.id: "(自带)" for standard in standards}
    for path in own_files:
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise MendableError(
                f"标准文件 {path.name} 读不出来,请另存为 UTF-8 编码的文本文件。",
                f"Standard file {path.name} cannot be read; save it as UTF-8 text.",
            ) from error
        standard = read_standard(text, path.name)
        if standard.id in origin:
            raise MendableError(
                f"标准文件 {path.name} 的编号 {standard.id} 已被 {origin[standard.id]} 使用,请改用别的编号。",
                f"Standard file {path.name}: id {standard.id} is taken by {origin[standard.id]}; choose another.",
            )
        origin[standard.id] = path.name
        standards.append(standard)
    return tuple(sorted(standards, key=lambda standard: standard.id))


def in_force(standards: Iterable[Standard], year: SchoolYear) -> tuple[Standard, ...]:
    """The standards in force in a school year.

    Raises:
        MendableError: two of them split shared resources by different weights, so that one table of sections cannot serve both.
    """
    chosen = tuple(standard for standard in standards if standard.effective.covers(year))
    for standard in chosen[1:]:
        if standard.split_weights != chosen[0].split_weights:
            raise MendableError(
                f"{year} 学年的标准 {chosen[0].id} 与 {standard.id} 的 split_weights 不同,无法共用一张学段表。请改为一致。",
                f"Standards {chosen[0].id} and {standard.id} of {year} have different split_weights; make them agree.",
            )
    return chosen


def fields_in_use(standards: Iterable[Standard]) -> frozenset[str]:
    """Fields that some of these standards use, and those that every table and report names a school by."""
    used = {"school_id", "school_name", "county_code", "county_name"}
    for standard in standards:
        used |= standard.fields_used
    return frozenset(used)
