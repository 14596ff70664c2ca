"""A county to look at: 青岚县, which does not exist: its schools, their figures and mistakes in three school years.

Belongs here: a pure generator, the same on every machine, of what lies in a register and an inbox.
Does not belong here: any result (indicators, coefficients, verdicts: the pipeline computes them), files and
their bytes, and anything that a real county uses.
"""

from domain.demonstration.county import YEARS, DemoSchool, register
from domain.demonstration.inbox import HandedIn, handed_in
from domain.demonstration.mistakes import (
    ContradictedRatio,
    Flaw,
    LateCorrection,
    NothingHandedIn,
    WrongUnit,
    flaws,
)
from domain.demonstration.returns import Place, Value, Values, figures
from domain.demonstration.statements import Statement, county_statements

__all__ = [
    "YEARS",
    "ContradictedRatio",
    "DemoSchool",
    "Flaw",
    "HandedIn",
    "LateCorrection",
    "NothingHandedIn",
    "Place",
    "Statement",
    "Value",
    "Values",
    "WrongUnit",
    "county_statements",
    "figures",
    "flaws",
    "handed_in",
    "register",
]
