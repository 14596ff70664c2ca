"""The kinds of school rules, each applied to how the indicators of school sections stand.

Belongs here: what is certain, what is still possible, which grade, how many points. Does not belong here: the table of
compliance (``compliance``), values and thresholds (``indicators``, ``thresholds``).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from data_contracts.school_rules import All, AtLeast, AtMostMissed, Grades, Points, SchoolRule
from domain.assessment.open_cases import BELOW, MET, OUT


@dataclass(frozen=True)
class Standing:
    """How k indicators of n school sections stand, each array of shape (n, k).

    Attributes:
        met: the threshold is reached; for points, all points are.
        missing: no value, or no threshold is known; neither met nor failing.
        judged: the indicator judges this school at all.
        above_floor: the value reaches the floor; only where it has a value.
        worst, best: how the indicator stands over every case of a threshold that is open, −1 where it is not open: see ``open_cases``.
        points, most: points got (NaN where missing) and points there are; only for the rule of points.
    """

    met: np.ndarray
    missing: np.ndarray
    judged: np.ndarray
    above_floor: np.ndarray
    worst: np.ndarray
    best: np.ndarray
    points: np.ndarray
    most: np.ndarray

    @property
    def failing(self) -> np.ndarray:
        """Judged, with a value, and below the threshold."""
        return self.judged & ~self.missing & ~self.met

    @property
    def below_floor(self) -> np.ndarray:
        """Failing, and below the floor too."""
        return self.failing & ~self.above_floor

    @property
    def open_cases(self) -> np.ndarray:
        """The threshold is open, and how the indicator stands depends on it."""
        return self.judged & (self.worst != self.best)

    def taken_as(self, stands: np.ndarray) -> "Standing":
        """Where a threshold is open, the indicator taken to stand as given."""
        here = self.judged & (stands >= 0)
        return replace(
            self,
            met=np.where(here, stands == MET, self.met),
            missing=self.missing & ~here,
            judged=self.judged & (~here | (stands != OUT)),
            above_floor=np.where(here, stands >= BELOW, self.above_floor),
        )


@dataclass(frozen=True)
class Ruling:
    """What a rule says of n school sections.

    Attributes:
        possible: some value of what is missing would let the section comply.
        certain: it complies, whatever is missing.
        needed: how many indicators it had to reach; 0 where the rule does not count them.
        grade: number of the grade that is certain, 0 the best; −1 where none is.
    """

    possible: np.ndarray
    certain: np.ndarray
    needed: np.ndarray
    grade: np.ndarray


def _counts(standing: Standing) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return standing.met.sum(axis=1), standing.missing.sum(axis=1), standing.judged.sum(axis=1)


def _no_grade(standing: Standing) -> np.ndarray:
    return np.full(len(standing.met), -1)


def _at_least(standing: Standing, rule: AtLeast) -> Ruling:
    met, missing, judged = _counts(standing)
    # Where fewer indicators judge a school than the rule asks for, it must reach all of them; what the text has beyond the
    # file counts as unknown.
    needed = np.minimum(rule.at_least, judged) if rule.of is None else np.full(len(met), rule.at_least)
    unknown = missing if rule.of is None else missing + rule.of - judged
    possible = ~standing.below_floor.any(axis=1) & (met + unknown >= needed)
    certain = possible & ((rule.floor_ratio == 0) | (unknown == 0)) & (met >= needed)
    return Ruling(possible, certain, needed, _no_grade(standing))


def _all(standing: Standing, rule: All) -> Ruling:
    met, missing, judged = _counts(standing)
    return Ruling(met + missing == judged, met == judged, judged, _no_grade(standing))


def _at_most_missed(standing: Standing, rule: AtMostMissed) -> Ruling:
    met, missing, judged = _counts(standing)
    needed = np.maximum(judged - rule.missed, 0)
    return Ruling(met + missing >= needed, met >= needed, needed, _no_grade(standing))


def _grades(standing: Standing, rule: Grades) -> Ruling:
    met, missing, judged = _counts(standing)
    needed = np.stack([np.minimum(grade.at_least, judged) for grade in rule.grades], axis=1)
    reached, reachable = met[:, None] >= needed, (met + missing)[:, None] >= needed
    best = np.where(reached.any(axis=1), reached.argmax(axis=1), -1)
    best_possible = np.where(reachable.any(axis=1), reachable.argmax(axis=1), -1)
    lowest = needed[:, -1]
    return Ruling(reachable[:, -1], reached[:, -1], lowest, np.where(best == best_possible, best, -1))


def _points(standing: Standing, rule: Points) -> Ruling:
    got = np.nansum(standing.points, axis=1)
    open_ = np.where(standing.missing, standing.most, 0.0).sum(axis=1)
    none = np.zeros(len(got), dtype=int)
    if rule.pass_mark is None:
        return Ruling(np.full(len(got), True), np.full(len(got), False), none, _no_grade(standing))
    # Points are sums of stated numbers: halves and tenths must not fall short by a rounding of the last bit.
    mark = rule.pass_mark * (1 - 1e-12)
    return Ruling(got + open_ >= mark, got >= mark, none, _no_grade(standing))


_KINDS: dict[type, Callable[[Standing, object], Ruling]] = {
    AtLeast: _at_least,  # type: ignore[dict-item]
    All: _all,  # type: ignore[dict-item]
    AtMostMissed: _at_most_missed,  # type: ignore[dict-item]
    Grades: _grades,  # type: ignore[dict-item]
    Points: _points,  # type: ignore[dict-item]
}


def ruling(standing: Standing, rule: SchoolRule, complete: bool) -> Ruling:
    """Apply a school rule.

    A section that no indicator judges is undecided. A standard that holds only some of a province's conditions can show that
    a section does not comply, never that it does.
    """
    # Better for an indicator is never worse for the section, so that the two ends hold all that lies between.
    at_best, at_worst = standing.taken_as(standing.best), standing.taken_as(standing.worst)
    best = _KINDS[type(rule)](at_best, rule)
    worst = _KINDS[type(rule)](at_worst, rule) if standing.open_cases.any() else best
    nothing, anything = ~at_best.judged.any(axis=1), at_worst.judged.any(axis=1)
    certain = worst.certain & anything & complete
    grade = np.where(anything & complete & (best.grade == worst.grade), best.grade, -1)
    return Ruling(best.possible | nothing, certain, best.needed, grade)
