"""Kinds of rules of verdict items that schools decide: rooms, size, classes, teachers, answers, spending.

Belongs here: their fields and limits. Does not belong here: kinds that read the county form and items themselves
(``verdict_rules``), judging by them (``domain.assessment.items_schools``).
"""

from typing import Literal

from pydantic import Field

from data_contracts.verdict_rule_parts import Answer, Count, Part, Positive, Rule, SchoolAnswer, SchoolFigure, TypeName


class DecidedBySchools(Rule):
    """A rule that schools decide: the number of schools that miss it is published against 0."""

    @property
    def unit(self) -> str:
        """Schools are counted."""
        return "所"

    @property
    def sign(self) -> str:
        """None may miss it."""
        return "="


class SmallRural(Part):
    """Rooms of small rural schools: area in ㎡ by section, for schools in the country with fewer students."""

    fewer_students_than: Count
    primary: Positive
    junior: Positive


class SmallerRooms(Part):
    """What the option ``smaller_music_art_rooms`` asks instead, in ㎡, of schools built by a year and of small rural schools."""

    built_by: Count
    music: Positive
    art: Positive
    small_rural: SmallRural


class Rooms(DecidedBySchools):
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


class RelaxedSize(Part):
    """What the option ``relaxed_size_caps`` allows schools built by a year, or with more than a share of migrant children (%)."""

    built_by: Count
    migrants_above: Positive
    at_most: Count
    combined_at_most: Count


class SchoolSize(DecidedBySchools):
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


class ClassSize(DecidedBySchools):
    """``class_size``: no oversize class, and the largest class of a section has at most so many students."""

    kind: Literal["class_size"]
    primary: Count
    junior: Count

    @property
    def school_fields(self) -> tuple[str, ...]:
        """Both statements on classes."""
        return ("largest_class", "oversize_classes")


class TeacherShare(DecidedBySchools):
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


class EverySchool(DecidedBySchools):
    """``every_school``: every school gives this answer; ``skip`` names the types that are not asked."""

    kind: Literal["every_school"]
    field: SchoolAnswer
    answer: Answer
    skip: tuple[TypeName, ...] = ()

    @property
    def school_fields(self) -> tuple[str, ...]:
        """The answer."""
        return (self.field,)


class SpendingShare(DecidedBySchools):
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


SchoolsRule = Rooms | SchoolSize | ClassSize | TeacherShare | EverySchool | SpendingShare
