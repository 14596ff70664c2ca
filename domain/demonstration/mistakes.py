"""What goes wrong when the demonstration schools hand in: the mistakes of real life, each one described.

Belongs here: which school errs, how, and what it writes instead. Does not belong here: the right figures (``returns``)
and the files that carry them (``inbox``). What a mistake leads to is not told here: the pipeline has to find it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from data_contracts.school_year import SchoolYear
from domain.demonstration.county import YEARS, code_of, year_number
from domain.demonstration.returns import Place, Value, Values, figures


@dataclass(frozen=True)
class NothingHandedIn:
    """The school hands in no form at all."""

    school_id: str


@dataclass(frozen=True)
class WrongUnit:
    """The school writes a figure in another unit than the form asks: the figure times ``factor``."""

    school_id: str
    place: Place
    factor: float
    told: str


@dataclass(frozen=True)
class ContradictedRatio:
    """The school states a ratio of its own that its counts do not give."""

    school_id: str
    place: Place
    stated: float


@dataclass(frozen=True)
class LateCorrection:
    """The school hands in twice: first ``first_values`` at some places (empty text: a blank), later the right ones."""

    school_id: str
    days_later: int
    first_values: Mapping[Place, Value] = field(default_factory=dict)


Flaw = NothingHandedIn | WrongUnit | ContradictedRatio | LateCorrection


def flaws(year: SchoolYear) -> tuple[Flaw, ...]:
    """The mistakes of a year: all kinds in the latest, which still collects; a few in the years before.

    Raises:
        ValueError: the demonstration does not show that year.
    """
    number = year_number(year)
    if number == len(YEARS) - 1:
        return (
            NothingHandedIn(code_of("官渡镇梅林小学")),
            NothingHandedIn(code_of("青岚县育才初级中学")),
            WrongUnit(code_of("双溪镇中心小学"), ("equipment_value", None), 10_000, "元 written where 万元 is asked"),
            _contradicted("白杨镇中心小学", "primary", year, 1.32),
            _corrected("石桥镇初级中学", "junior", year, days_later=9),
        )
    if number == len(YEARS) - 2:
        return (
            _contradicted("大坪镇第一小学", "primary", year, 1.18),
            _corrected("官渡镇中心小学", "primary", year, days_later=6),
        )
    return (_contradicted("河口镇初级中学", "junior", year, 0.87),)


def as_written(values: Values, school_id: str, found: tuple[Flaw, ...]) -> Values:
    """The figures of a school as it writes them in the end; a late correction is right by then."""
    written = dict(values)
    for flaw in found:
        if flaw.school_id != school_id:
            continue
        if isinstance(flaw, WrongUnit):
            written[flaw.place] = round(float(written[flaw.place]) * flaw.factor, 2)
        elif isinstance(flaw, ContradictedRatio):
            written[flaw.place] = flaw.stated
    return written


def _contradicted(name: str, section: str, year: SchoolYear, factor: float) -> ContradictedRatio:
    school_id = code_of(name)
    values = figures(year)[school_id]
    right = float(values["books", None]) / float(values["enrolment", section])
    return ContradictedRatio(school_id, ("reported_books_per_student", section), round(right * factor, 1))


def _corrected(name: str, section: str, year: SchoolYear, days_later: int) -> LateCorrection:
    school_id = code_of(name)
    values = figures(year)[school_id]
    # At first the clerk forgot the children who had moved in and the new books, and stated no ratios.
    students, books = int(values["enrolment", section]) - 7, int(float(values["books", None]) * 0.96)
    first: Values = {("enrolment", section): students, ("books", None): books}
    for stated in [place for place in values if place[0].startswith("reported_")]:
        first[stated] = ""
    return LateCorrection(school_id, days_later, MappingProxyType(first))
