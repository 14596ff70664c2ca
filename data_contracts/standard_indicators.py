"""Indicators (指标) of a standard as typed data: what is counted, over what, which threshold holds for which school.

Belongs here: numerators, denominators, thresholds, cases, tiers of points. Does not belong here: how many indicators a school
must reach (``school_rules``), any arithmetic (``domain.assessment``). A formula is a sum of fields over a field.
"""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from data_contracts.catalogue import fields, official_values
from data_contracts.errors import WrongEntry
from data_contracts.standard_parts import CompulsorySection, FieldKey, Part, no_such_value

STUDENTS, NOTHING = "enrolment", "nothing"
Positive = Annotated[float, Field(gt=0)]
NotNegative = Annotated[float, Field(ge=0)]


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Words = Annotated[tuple[str, ...], BeforeValidator(_listed), Field(min_length=1)]


class Numerator(Part):
    """What is counted: the fields under ``add`` less those under ``subtract``.

    ``take: smallest`` takes the smallest of the fields instead of their sum, for "one of each". ``expected`` makes one
    yes/no field a condition: 1 where it says so, else 0.
    """

    add: tuple[FieldKey, ...] = Field(min_length=1)
    subtract: tuple[FieldKey, ...] = ()
    take: Literal["sum", "smallest"] = "sum"
    expected: Literal["是", "否"] | None = None

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field that the sum needs."""
        return (*self.add, *self.subtract)

    @model_validator(mode="after")
    def _figures(self) -> "Numerator":
        if self.expected:
            if len(self.fields) != 1 or fields()[self.add[0]].kind != "yes/no":
                raise WrongEntry("expected 只用于 add 中的一个“是/否”字段", "expected needs exactly one yes/no field in add")
            return self
        words = [key for key in self.fields if not fields()[key].numeric]
        if words:
            raise WrongEntry(f"{'、'.join(words)} 不是数字字段", f"not numeric: {', '.join(words)}")
        if self.take == "smallest" and self.subtract:
            raise WrongEntry("take: smallest 不能与 subtract 同用", "nothing can be subtracted with take: smallest")
        return self


class Range(Part):
    """A closed range of a figure; open where a side is not given."""

    at_least: float | None = None
    at_most: float | None = None

    @model_validator(mode="after")
    def _bounded(self) -> "Range":
        if self.at_least is None and self.at_most is None:
            raise WrongEntry("at_least、at_most 至少给出一个", "one of at_least, at_most is needed")
        if self.at_least is not None and self.at_most is not None and self.at_most < self.at_least:
            raise WrongEntry("at_most 小于 at_least", "at_most is smaller than at_least")
        return self


class Years(Part):
    """Calendar years, both ends included; open where a side is not given."""

    first: int | None = Field(default=None, alias="from", strict=True)
    last: int | None = Field(default=None, alias="to", strict=True)

    @model_validator(mode="after")
    def _bounded(self) -> "Years":
        if self.first is None and self.last is None:
            raise WrongEntry("from、to 至少给出一个", "one of from, to is needed")
        if self.first is not None and self.last is not None and self.last < self.first:
            raise WrongEntry("to 早于 from", "to lies before from")
        return self


class When(Part):
    """The schools that a threshold is for; every condition given must hold, none given means every school."""

    section: CompulsorySection | None = None
    area_type: Words | None = None
    school_type: Words | None = None
    classes: Range | None = None
    year_built: Years | None = None
    migrant_share: Range | None = None

    @model_validator(mode="after")
    def _official_values(self) -> "When":
        for key in ("area_type", "school_type"):
            unknown = [word for word in getattr(self, key) or () if word not in official_values(key)]
            if unknown:
                raise no_such_value(key, unknown)
        return self

    @property
    def fields(self) -> tuple[str, ...]:
        """Fields that decide whether a school is meant."""
        wanted = {
            "area_type": self.area_type,
            "school_type": self.school_type,
            "classes": self.classes,
            "year_built": self.year_built,
            "migrant_students": self.migrant_share,
        }
        return tuple(key for key, condition in wanted.items() if condition is not None)


class Case(Part):
    """A threshold for some schools."""

    when: When = When()
    value: Positive


class Tier(Part):
    """Points for a value: at least or at most so much, in one section or both; without a bound for every value."""

    section: CompulsorySection | None = None
    at_least: float | None = None
    at_most: float | None = None
    points: NotNegative

    @model_validator(mode="after")
    def _one_bound(self) -> "Tier":
        if self.at_least is not None and self.at_most is not None:
            raise WrongEntry("at_least、at_most 只能给出一个", "only one of at_least, at_most may be given")
        return self


def _form_of_thresholds(value: Any) -> str:
    return "<cases>" if isinstance(value, list | tuple) else "<by section>"


# What stands in <> tells the two forms apart and is left out of messages.
Thresholds = Annotated[
    Annotated[dict[CompulsorySection, Positive], Tag("<by section>")] | Annotated[tuple[Case, ...], Tag("<cases>")],
    Discriminator(_form_of_thresholds),
]


class Indicator(Part):
    """One figure of a school section: ``per`` · numerator / ``over``.

    ``over`` is ``enrolment``, another numeric field, or ``nothing`` for a total. ``thresholds`` (达标值) are in ``unit``: one
    for each section, or a list of cases of which the first that fits holds; a school that no case fits is not judged by
    the indicator. ``sense`` says whether the value must reach the threshold or may not exceed it. ``decimals`` serve
    display alone.
    """

    id: str = Field(pattern=r"^[A-Z][A-Za-z0-9-]*$")
    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    unit: str
    numerator: Numerator
    over: str = STUDENTS
    per: Literal[1, 100] = 1
    decimals: int = Field(default=2, ge=0, le=6, strict=True)
    sense: Literal["at_least", "at_most"] = "at_least"
    thresholds: Thresholds = Field(default={})
    tiers: tuple[Tier, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _condition(cls, given: Any) -> Any:
        """A yes/no condition is a total, and 1 meets it."""
        numerator = given.get("numerator") if isinstance(given, dict) else None
        if isinstance(numerator, dict) and numerator.get("expected"):
            return {"over": NOTHING, "unit": "是否", "thresholds": {"primary": 1, "junior": 1}, "decimals": 0, **given}
        return given

    @model_validator(mode="after")
    def _fits(self) -> "Indicator":
        if self.over != NOTHING and (self.over not in fields() or not fields()[self.over].numeric):
            raise WrongEntry(
                f"over: {self.over} 应为数字字段或 nothing", f"over must be a numeric field or nothing, not {self.over!r}"
            )
        if self.over == NOTHING and self.per != 1:
            raise WrongEntry("over 为 nothing 时 per 只能是 1", "with over: nothing, per can only be 1")
        if self.numerator.expected and self.over != NOTHING:
            raise WrongEntry("“是/否”条件的 over 只能是 nothing", "over of a yes/no condition can only be nothing")
        return self

    @property
    def cases(self) -> tuple[Case, ...]:
        """The thresholds as cases; those by section are one case for each."""
        if isinstance(self.thresholds, tuple):
            return self.thresholds
        return tuple(Case(when=When(section=section), value=value) for section, value in self.thresholds.items())

    @property
    def by_section(self) -> dict[str, float]:
        """Thresholds that hold for every school of a section; empty where they depend on more."""
        return {} if isinstance(self.thresholds, tuple) else dict(self.thresholds)

    @property
    def figures(self) -> tuple[str, ...]:
        """Fields of numerator and denominator."""
        return self.numerator.fields if self.over in (STUDENTS, NOTHING) else (*self.numerator.fields, self.over)

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field that the value or its threshold needs."""
        return (*self.figures, *(key for case in self.cases for key in case.when.fields))

    @property
    def of_whole_school(self) -> bool:
        """True where a figure is stated for the whole school only, so that value and denominator are those of the school."""
        return not self.numerator.expected and any(fields()[key].scope == "school" for key in self.figures)

    @property
    def short_of_denominator(self) -> bool:
        """True where a gap is closed by more of the denominator, as computers in students per computer."""
        return self.sense == "at_most" and self.over not in (STUDENTS, NOTHING)

    @property
    def resource_unit(self) -> str:
        """The unit of what is missing, in which a gap is told."""
        if self.numerator.expected:
            return "项"
        return fields()[self.over if self.short_of_denominator else self.numerator.add[0]].stored_unit
