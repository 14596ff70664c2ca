"""When a school section complies with a standard: named kinds of rules with typed parameters, and what may be reckoned in.

Belongs here: the rule kinds, commitments, options. Does not belong here: applying any of them (``domain.assessment``).
"""

from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from data_contracts.errors import WrongEntry
from data_contracts.standard_indicators import Range
from data_contracts.standard_parts import Part, one_of_kinds

Count = Annotated[int, Field(ge=1, strict=True)]
Ratio = Annotated[float, Field(ge=0, le=1)]


class AtLeast(Part):
    """At least ``at_least`` indicators reach the threshold and every other reaches ``floor_ratio`` of it.

    ``of`` is how many indicators the text has where the file holds only some of them; the others count as unknown.
    """

    kind: Literal["at_least"] = "at_least"
    at_least: Count
    of: Count | None = None
    floor_ratio: Ratio

    @model_validator(mode="after")
    def _possible(self) -> "AtLeast":
        if self.of is not None and self.of < self.at_least:
            raise WrongEntry("of 小于 at_least", "of is smaller than at_least")
        return self


class All(Part):
    """Every indicator reaches its threshold."""

    kind: Literal["all"]


class AtMostMissed(Part):
    """At most ``missed`` indicators miss their threshold, by however much."""

    kind: Literal["at_most_missed"]
    missed: Annotated[int, Field(ge=0, strict=True)]


class Grade(Part):
    """A grade of pass, such as 合格 or 基本合格: so many indicators reach the threshold."""

    title: str = Field(min_length=1)
    at_least: Count


class Grades(Part):
    """Several grades of pass, the best first; a school section complies with the lowest of them."""

    kind: Literal["grades"]
    grades: tuple[Grade, ...] = Field(min_length=2)

    @model_validator(mode="after")
    def _best_first(self) -> "Grades":
        asked = [grade.at_least for grade in self.grades]
        if any(later >= earlier for earlier, later in pairwise(asked)):
            raise WrongEntry(
                "grades 应从高到低排列,at_least 逐级减少",
                "the best of grades must stand first, and at_least must fall from one to the next",
            )
        return self


class Points(Part):
    """The sum of the points of all tiers; with ``pass_mark`` so many are needed, without one nothing is decided."""

    kind: Literal["points"]
    pass_mark: Annotated[float, Field(gt=0)] | None = None


KINDS = ("at_least", "all", "at_most_missed", "grades", "points")


def _kind(rule: Any) -> str:
    return f"<{rule.get('kind', 'at_least') if isinstance(rule, dict) else getattr(rule, 'kind', 'at_least')}>"


# What stands in <> tells the kinds apart and is left out of messages.
SchoolRule = Annotated[
    Annotated[AtLeast, Tag("<at_least>")]
    | Annotated[All, Tag("<all>")]
    | Annotated[AtMostMissed, Tag("<at_most_missed>")]
    | Annotated[Grades, Tag("<grades>")]
    | Annotated[Points, Tag("<points>")],
    Discriminator(_kind),
    one_of_kinds(KINDS, "at_least"),
]


class Commitment(Part):
    """What a county committed itself to build counts in these indicators for so many years, and is revoked after them."""

    years: Annotated[int, Field(ge=1, le=10, strict=True)]
    indicators: tuple[str, ...] = Field(min_length=1)


class Options(Part):
    """Practices that differ from place to place; all off unless switched on.

    ``small_points``: uncounted teaching points are left out, or merged into their parent school. ``rotating_pe_arts`` and
    ``exclusive_sports_space`` name the indicators in which small rural schools count itinerant PE and arts teachers, and urban
    schools count other venues; ``rotating_students`` says how many students such a rural school has, both ends included.
    The last two are about items that the county's verdict computes.
    """

    small_points: Literal["leave_out", "merge_into_parent"] = "leave_out"
    rotating_pe_arts: tuple[str, ...] = ()
    rotating_students: Range = Range(at_least=50, at_most=99)
    exclusive_sports_space: tuple[str, ...] = ()
    smaller_music_art_rooms: Annotated[bool, Field(strict=True)] = False
    relaxed_size_caps: Annotated[bool, Field(strict=True)] = False

    @property
    def fields(self) -> tuple[str, ...]:
        """Fields that the options need."""
        found = ["itinerant_pe_arts_teachers"] if self.rotating_pe_arts else []
        return (*found, "other_venue_area") if self.exclusive_sports_space else tuple(found)
