"""The items of a county's verdict (县级结论事项) as typed data: a named kind of rule with its parameters for each item.

Belongs here: the kinds of rules, the fields and limits that each needs, and what is wrong with a malformed one.
Does not belong here: judging by them (``domain.assessment``). Nothing in a rule is ever evaluated; docs/verdict_items.md
explains every kind with an example.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from data_contracts.catalogue import Field as CatalogueField
from data_contracts.catalogue import county_fields, fields, school_types
from data_contracts.errors import MendableError
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
            raise ValueError(f"填报目录 {name} 中没有 {key!r} (no such field in {name})")
        if found.kind not in kinds:
            raise ValueError(f"{key} 不是{words} ({words_en})")
        return key

    return BeforeValidator(checked)


def _school_type(value: Any) -> Any:
    if value not in school_types():
        raise ValueError(f"没有办学类型 {value!r} (no such school type in school_types.csv)")
    return value


def _year_key(value: Any) -> Any:
    try:
        return SchoolYear.parse(str(value)).key
    except MendableError as error:
        raise ValueError(f"{error.zh} ({error.en})") from error


CountyFigure = Annotated[str, _one_of(county_fields, "county_fields.csv", NUMERIC, "数字项目", "not numeric")]
CountyAnswer = Annotated[str, _one_of(county_fields, "county_fields.csv", ("yes/no",), "是否项目", "not a yes/no field")]
CountyDate = Annotated[str, _one_of(county_fields, "county_fields.csv", ("date",), "日期项目", "not a date")]
SchoolFigure = Annotated[str, _one_of(fields, "fields.csv", NUMERIC, "数字字段", "not numeric")]
SchoolAnswer = Annotated[str, _one_of(fields, "fields.csv", ("yes/no",), "是否字段", "not a yes/no field")]
TypeName = Annotated[str, BeforeValidator(_school_type)]
YearName = Annotated[str, BeforeValidator(_year_key)]
Count = Annotated[int, Field(gt=0, strict=True)]
Positive = Annotated[float, Field(gt=0)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class _Rule(_Part):
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


class Answers(_Rule):
    """``answers``: the county states the right answer in every one of these fields."""

    kind: Literal["answers"]
    fields: tuple[CountyAnswer, ...] = Field(min_length=1)
    answer: Answer = "是"

    @property
    def unit(self) -> str:
        """Answers are counted."""
        return "项"

    @property
    def sign(self) -> str:
        """All of them."""
        return "="


class Figure(_Rule):
    """``figure``: a figure of the county against a limit; ``later`` gives other limits from a school year on."""

    kind: Literal["figure"]
    field: CountyFigure
    at_least: float | None = None
    at_most: float | None = None
    below: float | None = None
    later: dict[YearName, float] = {}

    @model_validator(mode="after")
    def _one_limit(self) -> "Figure":
        if sum(limit is not None for limit in (self.at_least, self.at_most, self.below)) != 1:
            raise ValueError("at_least、at_most、below 应当且只能写一个 (exactly one of at_least, at_most, below)")
        return self

    def limit_in(self, year: SchoolYear) -> float:
        """The limit of a school year: the latest of ``later`` that has begun, else the first one."""
        first = next(limit for limit in (self.at_least, self.at_most, self.below) if limit is not None)
        begun = [name for name in self.later if name <= year.key]
        return self.later[max(begun)] if begun else first

    @property
    def unit(self) -> str:
        """That of the field."""
        return county_fields()[self.field].stored_unit

    @property
    def sign(self) -> str:
        """By the kind of limit."""
        return "≥" if self.at_least is not None else "≤" if self.at_most is not None else "<"


class NotBelow(_Rule):
    """``not_below``: one figure of the county is at least another."""

    kind: Literal["not_below"]
    field: CountyFigure
    than: CountyFigure

    @property
    def unit(self) -> str:
        """That of the field."""
        return county_fields()[self.field].stored_unit


class Share(_Rule):
    """``share``: part ÷ whole × 100 of two figures of the county is at least a limit in %.

    ``none_is_met`` says that a county that states a whole of 0 meets it: there is nobody to be served.
    """

    kind: Literal["share"]
    part: CountyFigure
    whole: CountyFigure
    at_least: Positive
    none_is_met: bool = Field(default=False, strict=True)


class Retention(_Rule):
    """``retention``: (graduates − transfers in + transfers out) ÷ (entrants − deaths) × 100 is at least a limit in %."""

    kind: Literal["retention"]
    graduates: CountyFigure
    transfers_in: CountyFigure
    transfers_out: CountyFigure
    entrants: CountyFigure
    deaths: CountyFigure
    at_least: Positive


class SmallCounty(_Part):
    """The sample of a survey where a county has fewer residents than this."""

    fewer_residents_than: Count
    sample: Count


class Survey(_Rule):
    """``survey``: a rate of approval from a survey that is large and representative enough; else it is no evidence.

    ``sample_per_mille`` of the residents must be asked, a fixed number in small counties; ``parents_at_least`` and
    ``usable_at_least`` are shares of those asked in %.
    """

    kind: Literal["survey"]
    rate: CountyFigure
    at_least: Positive
    population: CountyFigure
    asked: CountyFigure
    sample_per_mille: Positive
    small_county: SmallCounty
    parents: CountyFigure
    parents_at_least: Positive
    usable: CountyFigure
    usable_at_least: Positive


class YearsSince(_Rule):
    """``years_since``: between two dates of the county lie at least so many full years."""

    kind: Literal["years_since"]
    since: CountyDate
    until: CountyDate
    at_least: Count

    @property
    def unit(self) -> str:
        """Full years."""
        return "年"


class LevelAndGap(_Rule):
    """``level_and_gap``: a level is at least so high, and a gap strictly below its limit."""

    kind: Literal["level_and_gap"]
    level: CountyFigure
    level_at_least: Count
    gap: CountyFigure
    gap_below: Positive

    @property
    def unit(self) -> str:
        """A ratio has none."""
        return county_fields()[self.gap].stored_unit

    @property
    def sign(self) -> str:
        """Strict."""
        return "<"


class _SchoolRule(_Rule):
    """A rule that schools decide: the number of schools that miss it is published against 0."""

    @property
    def unit(self) -> str:
        """Schools are counted."""
        return "所"

    @property
    def sign(self) -> str:
        """None may miss it."""
        return "="


class SmallRural(_Part):
    """Rooms of small rural schools: area in ㎡ by section, for schools in the country with fewer students."""

    fewer_students_than: Count
    primary: Positive
    junior: Positive


class SmallerRooms(_Part):
    """What the option ``smaller_music_art_rooms`` asks instead, in ㎡, of schools built by a year and of small rural schools."""

    built_by: Count
    music: Positive
    art: Positive
    small_rural: SmallRural


class Rooms(_SchoolRule):
    """``rooms``: a music and an art room for every so many classes begun, the smallest of them at least so large (㎡)."""

    kind: Literal["rooms"]
    per_classes: Count
    music: Positive
    art: Positive
    smaller: SmallerRooms

    @property
    def school_fields(self) -> tuple[str, ...]:
        """Classes and rooms."""
        return ("classes", "music_rooms", "smallest_music_room", "art_rooms", "smallest_art_room")


class RelaxedSize(_Part):
    """What the option ``relaxed_size_caps`` allows schools built by a year, or with more than a share of migrant children (%)."""

    built_by: Count
    migrants_above: Positive
    at_most: Count
    combined_at_most: Count


class SchoolSize(_SchoolRule):
    """``school_size``: the compulsory sections of a school have at most so many students, of combined types more."""

    kind: Literal["school_size"]
    at_most: Count
    combined: tuple[TypeName, ...] = Field(min_length=1)
    combined_at_most: Count
    relaxed: RelaxedSize

    @property
    def school_fields(self) -> tuple[str, ...]:
        """Students."""
        return ("enrolment",)


class ClassSize(_SchoolRule):
    """``class_size``: no oversize class, and the largest class of a section has at most so many students."""

    kind: Literal["class_size"]
    primary: Count
    junior: Count

    @property
    def school_fields(self) -> tuple[str, ...]:
        """Both statements on classes."""
        return ("largest_class", "oversize_classes")


class TeacherShare(_SchoolRule):
    """``teacher_share``: all teachers of every school section are among ``part``; the county's share is published in %."""

    kind: Literal["teacher_share"]
    part: SchoolFigure
    whole: SchoolFigure

    @property
    def school_fields(self) -> tuple[str, ...]:
        """Both figures."""
        return (self.part, self.whole)

    @property
    def unit(self) -> str:
        """The share of the county."""
        return "%"


class EverySchool(_SchoolRule):
    """``every_school``: every school gives this answer; ``skip`` names the types that are not asked."""

    kind: Literal["every_school"]
    field: SchoolAnswer
    answer: Answer
    skip: tuple[TypeName, ...] = ()

    @property
    def school_fields(self) -> tuple[str, ...]:
        """The answer."""
        return (self.field,)


class SpendingShare(_SchoolRule):
    """``spending_share``: part ÷ whole × 100 is at least a limit in every school; ``skip`` names types without own accounts."""

    kind: Literal["spending_share"]
    part: SchoolFigure
    whole: SchoolFigure
    at_least: Positive
    skip: tuple[TypeName, ...] = ()

    @property
    def school_fields(self) -> tuple[str, ...]:
        """Both figures."""
        return (self.part, self.whole)

    @property
    def unit(self) -> str:
        """The smallest share of all schools."""
        return "%"

    @property
    def sign(self) -> str:
        """The smallest share reaches it."""
        return "≥"


class SchoolConditions(_Rule):
    """``school_conditions``: every school complies with the province's own standard of school conditions."""

    kind: Literal["school_conditions"]

    @property
    def unit(self) -> str:
        """School sections are counted."""
        return "个校段"

    @property
    def sign(self) -> str:
        """All of them comply."""
        return "="


CountyRule = Answers | Figure | NotBelow | Share | Retention | Survey | YearsSince | LevelAndGap
SchoolsRule = Rooms | SchoolSize | ClassSize | TeacherShare | EverySchool | SpendingShare
SimpleRule = Annotated[CountyRule | SchoolsRule, Field(discriminator="kind")]


class AllOf(_Rule):
    """``all_of``: every one of several rules; at least two, each of another kind than ``all_of``.

    The value and limit that are published are those of the deciding part. Answers have none to show here, so that
    all other parts must be of one unit.
    """

    kind: Literal["all_of"]
    parts: tuple[SimpleRule, ...] = Field(min_length=2)

    @property
    def measured(self) -> tuple[CountyRule | SchoolsRule, ...]:
        """The parts whose value may be published; all where only answers are asked."""
        return tuple(part for part in self.parts if not isinstance(part, Answers)) or self.parts

    @model_validator(mode="after")
    def _one_unit(self) -> "AllOf":
        if len({part.unit for part in self.measured}) > 1:
            raise ValueError("all_of 各部分的单位应相同 (parts of all_of must have one unit)")
        return self

    @property
    def school_fields(self) -> tuple[str, ...]:
        """Those of its parts."""
        return tuple(key for part in self.parts for key in part.school_fields)

    @property
    def unit(self) -> str:
        """That of its measured parts."""
        return self.measured[0].unit

    @property
    def sign(self) -> str:
        """That of its measured parts, where they have one."""
        signs = {part.sign for part in self.measured}
        return signs.pop() if len(signs) == 1 else ""


ItemRule = Annotated[CountyRule | SchoolsRule | SchoolConditions | AllOf, Field(discriminator="kind")]


class VerdictItem(_Part):
    """An item of the county verdict beside the resource part: its title in the words of the text, and the rule that decides it."""

    id: str = Field(pattern=r"^[A-Z][A-Za-z0-9-]*$")
    title: str = Field(min_length=1)
    rule: ItemRule

    @property
    def fields(self) -> tuple[str, ...]:
        """What schools are asked for it; these fields become required where the catalogue says so."""
        return self.rule.school_fields

    @property
    def unit(self) -> str:
        """The unit of its value and limit."""
        return self.rule.unit

    @property
    def sign(self) -> str:
        """How the value must stand to the limit: ≥, ≤, <, = or empty."""
        return self.rule.sign
