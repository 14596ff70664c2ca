"""The figures that rules about county forms compare: what cannot exceed what, which items are the same a year apart, ranges.

Belongs here: the typed reading of ``county_pairs``, ``county_series`` and ``county_ranges``. Does not belong here: the
texts of the rules (``rules``), the functions that apply them (``domain.intake.county_checks``).
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class CountyPair:
    """The sum ``left`` cannot (error) or does not usually (query) exceed the sum ``right``; each is (sign, key) by part."""

    left: tuple[tuple[int, str], ...]
    right: tuple[tuple[int, str], ...]
    severity: str

    @property
    def keys(self) -> tuple[str, ...]:
        """Every item that is looked at."""
        return tuple(key for _, key in (*self.left, *self.right))


@dataclass(frozen=True)
class CountyRange:
    """Between which amounts an ordinary county lies, in the unit of the form."""

    field: str
    low: float
    high: float


@cache
def county_pairs() -> tuple[CountyPair, ...]:
    """Everything of which one side does not exceed the other."""
    return tuple(CountyPair(_sum(row["left"]), _sum(row["right"]), row["severity"]) for row in _rows("county_pairs.csv"))


@cache
def county_series() -> dict[str, str]:
    """Item of this year → item of the same form that states it for the year before."""
    return {row["this"]: row["last"] for row in _rows("county_series.csv")}


@cache
def county_ranges() -> tuple[CountyRange, ...]:
    """The ranges in which ordinary counties lie."""
    return tuple(CountyRange(row["field"], float(row["low"]), float(row["high"])) for row in _rows("county_ranges.csv"))


def _sum(text: str) -> tuple[tuple[int, str], ...]:
    return tuple((-1, part[1:]) if part.startswith("-") else (1, part) for part in text.split("|"))


def _rows(name: str) -> list[dict[str, str]]:
    with files(__package__).joinpath(name).open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))
