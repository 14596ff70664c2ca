"""Targets of the official texts for the progress of regions, ``progress_targets.csv``, with source and grade of trust.

The shares for 2020 and the retention are told alike by several sources apart from each other (A); the share of counties for 2015
was found in one quotation of the text (B). 巩固率 of the text is that of all nine years, not that of junior schools.

Belongs here: reading them and which one stands before a school year. Does not belong here: what was reached
(``domain.assessment.regional_progress``).
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from data_contracts.school_year import SchoolYear


@dataclass(frozen=True)
class ProgressTarget:
    """A share to be reached by a calendar year.

    Attributes:
        measure: ``recognised`` (share of counties that passed national recognition) or ``retention`` (巩固率).
        standard: the standard of a recognition; empty for retention.
        year: the calendar year by whose end it is due.
        share: from 0 to 1.
        source: the official text.
        grade: A, B or C, how far the line may be trusted.
    """

    measure: str
    standard: str
    year: int
    share: float
    source: str
    grade: str


@cache
def progress_targets() -> tuple[ProgressTarget, ...]:
    """All targets, the earliest first."""
    with files(__package__).joinpath("progress_targets.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    made = [ProgressTarget(r["measure"], r["standard"], int(r["year"]), float(r["share"]), r["source"], r["grade"]) for r in rows]
    return tuple(sorted(made, key=lambda target: target.year))


def target_for(measure: str, standard: str | None, year: SchoolYear) -> ProgressTarget | None:
    """The next target that is due in or after the year of the figures (1 September), else the last one; None where there is none."""
    mine = [one for one in progress_targets() if one.measure == measure and one.standard == (standard or "")]
    due = [one for one in mine if one.year >= year.start]
    return due[0] if due else mine[-1] if mine else None
