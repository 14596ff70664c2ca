"""The items of a county's verdict (县级结论事项) as typed data: a named kind of rule with its parameters for each item.

Belongs here: items, the kinds of rules that read the county form, and several rules in one. Does not belong here: kinds that
schools decide (``verdict_rules_of_schools``), judging by them (``domain.assessment``). Nothing in a rule is ever evaluated;
docs/verdict_items.md explains every kind with an example.
"""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from data_contracts.catalogue import county_fields
from data_contracts.errors import WrongEntry
from data_contracts.school_year import SchoolYear
from data_contracts.verdict_rule_parts import (
    Answer,
    Count,
    CountyAnswer,
    CountyDate,
    CountyFigure,
    Part,
    Positive,
    Rule,
    YearName,
)
from data_contracts.verdict_rules_of_schools import SchoolsRule


class Answers(Rule):
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


class Figure(Rule):
    """``figure``: a figure of the county against a limit; ``later`` gives other limits from a school year on."""

    kind: Literal["figure"]
    field: CountyFigure
    at_least: float | None = None
    at_most: float | None = None
    below: float | None = None
    later: dict[YearName, float] = Field(default={})

    @model_validator(mode="after")
    def _one_limit(self) -> "Figure":
        if sum(limit is not None for limit in (self.at_least, self.at_most, self.below)) != 1:
            raise WrongEntry("at_least、at_most、below 应当且只能写一个", "exactly one of at_least, at_most, below must be given")
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


class NotBelow(Rule):
    """``not_below``: one figure of the county is at least another."""

    kind: Literal["not_below"]
    field: CountyFigure
    than: CountyFigure

    @property
    def unit(self) -> str:
        """That of the field."""
        return county_fields()[self.field].stored_unit


class Share(Rule):
    """``share``: part ÷ whole × 100 of two figures of the county is at least a limit in %.

    ``none_is_met`` says that a county that states a whole of 0 meets it: there is nobody to be served.
    """

    kind: Literal["share"]
    part: CountyFigure
    whole: CountyFigure
    at_least: Positive
    none_is_met: bool = Field(default=False, strict=True)


class Retention(Rule):
    """``retention``: (graduates − transfers in + transfers out) ÷ (entrants − deaths) × 100 is at least a limit in %."""

    kind: Literal["retention"]
    graduates: CountyFigure
    transfers_in: CountyFigure
    transfers_out: CountyFigure
    entrants: CountyFigure
    deaths: CountyFigure
    at_least: Positive


class SmallCounty(Part):
    """The sample of a survey where a county has fewer residents than this."""

    fewer_residents_than: Count
    sample: Count


class Survey(Rule):
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


class YearsSince(Rule):
    """``years_since``: between two dates of the county lie at least so many full years."""

    kind: Literal["years_since"]
    since: CountyDate
    until: CountyDate
    at_least: Count

    @property
    def unit(self) -> str:
        """Full years."""
        return "年"


class LevelAndGap(Rule):
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


class SchoolConditions(Rule):
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
SimpleRule = Annotated[CountyRule | SchoolsRule, Field(discriminator="kind")]


class AllOf(Rule):
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
            raise WrongEntry("all_of 各部分的单位应相同", "the parts of all_of must have one unit")
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


class VerdictItem(Part):
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
