"""Indicators (指标) of each school section: per · numerator / denominator, held against the threshold.

Belongs here: values, thresholds, floors, shortfalls. Does not belong here: the verdict on a school (``compliance``),
anything between schools (``coefficients``).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data_contracts.catalogue import fields
from data_contracts.school_rules import AtLeast
from data_contracts.school_year import SchoolYear
from data_contracts.standard import Indicator, Standard
from data_contracts.standard_indicators import NOTHING, STUDENTS
from domain.assessment.allowances import allowance_column, has_senior, school_column
from domain.assessment.commitments import Committed, Key, amounts, committed
from domain.assessment.comparing import at_least, at_most
from domain.assessment.long_tables import chosen, chosen_rows, told_once
from domain.assessment.open_cases import BELOW, MET, OUT, SUNK
from domain.assessment.open_cases import told as told_of_cases
from domain.assessment.scope import counted_rows, figures_of
from domain.assessment.thresholds import FITS, OTHER, UNKNOWN, Limits, threshold_of

NOT_JUDGED = "不作判定"
"""How the reason begins where an indicator does not judge a school: it then counts neither as met nor as missing."""
BY_COMMITMENT = "凭建设承诺达标"
"""How the reason begins where a threshold is reached only with what was committed to be built."""


def numerator(rows: pd.DataFrame, indicator: Indicator) -> np.ndarray:
    """The raw resource of each section, as ``indicator`` counts it; NaN where a figure is missing.

    The sum of the added fields less the subtracted, or the smallest of them, or 1 and 0 for a yes/no condition, and what the
    standard's options let it reckon in.

    Args:
        rows: as made by ``figures_of``.
    """
    counted = indicator.numerator
    if counted.expected:
        said = rows[counted.add[0]]
        return np.where(said.isna().to_numpy(bool), np.nan, (said == counted.expected).to_numpy(bool).astype(float))
    figures = [_figure(rows, indicator, key) for key in counted.add]
    if counted.take == "smallest":
        return np.min(figures, axis=0)
    total = np.zeros(len(rows))
    for figure in figures:
        total = total + figure
    for key in counted.subtract:
        total = total - _figure(rows, indicator, key)
    extra = allowance_column(indicator)
    return total + rows[extra].to_numpy(float) if extra in rows else total


def denominator(rows: pd.DataFrame, indicator: Indicator) -> np.ndarray:
    """What the resource is divided by: students, another figure, or 1 for a total; NaN where it is missing."""
    return np.ones(len(rows)) if indicator.over == NOTHING else _figure(rows, indicator, indicator.over)


def _figure(rows: pd.DataFrame, indicator: Indicator, key: str) -> np.ndarray:
    return rows[_column(indicator, key)].to_numpy(float)


def _column(indicator: Indicator, key: str) -> str:
    """Where a figure stands; what is stated for the whole school only is held against figures of the whole school."""
    return school_column(key) if indicator.of_whole_school else key


@dataclass(frozen=True)
class _Judged:
    """One standard's figures: its indicators by id, the n rows counted (by place), and matrices of n × k."""

    indicators: list[Indicator]
    counted: np.ndarray
    value: np.ndarray
    threshold: np.ndarray
    floor: np.ndarray
    met: np.ndarray
    unjudged: np.ndarray
    shortfall: np.ndarray
    reason: np.ndarray


def school_indicators(
    sections: pd.DataFrame,
    standards: Sequence[Standard],
    commitments: pd.DataFrame | None = None,
    year: SchoolYear | None = None,
) -> pd.DataFrame:
    """Every indicator of every standard for every school section in its scope.

    ``value = per · numerator / denominator``;
    ``shortfall = max(0, threshold · denominator / per − numerator)`` in the resource's own unit, 0 where the threshold is met.
    Where the value may not exceed the threshold, the shortfall is what the numerator has too much, or what a denominator
    other than the students has too little.
    Where a figure that decides about the threshold is missing, the threshold is empty, and met what every case says that is left.

    Args:
        sections: ``school_sections`` of the accepted schools.
        standards: the standards in force.
        commitments: ``school_commitments``; none where not given.
        year: the school year, which says whether a commitment's term has ended.

    Returns:
        county_code, school_id, school_name, section, standard, indicator, value, unit, threshold, floor, met,
        shortfall, shortfall_unit, reason; a row per section × standard × indicator, sections in the order given,
        standards and indicators by id.
    """
    standards = sorted(standards, key=lambda standard: standard.id)
    sentences: list[str | None] = [None]
    parts = [_judged(sections, standard, sentences, committed(commitments, standard, year)) for standard in standards]
    # Each section's rows lie together: first those of the first standard that counts it, then those of the next.
    width = np.zeros((len(sections), len(parts)), dtype=np.int64)
    for column, part in enumerate(parts):
        width[part.counted, column] = len(part.indicators)
    before = np.concatenate([[0], np.cumsum(width.ravel())])
    total = int(before[-1])
    places = [
        before[part.counted * len(parts) + column][:, None] + np.arange(len(part.indicators)) for column, part in enumerate(parts)
    ]

    def laid(matrices: list[np.ndarray]) -> np.ndarray:
        column = np.empty(total, dtype=np.result_type(*matrices) if matrices else float)
        for place, matrix in zip(places, matrices, strict=True):
            column[place] = matrix
        return column

    def told(words: Callable[[Standard, Indicator], str]) -> pd.Series:
        listed: list[str] = []
        codes = []
        for standard, part in zip(standards, parts, strict=True):
            codes.append(np.broadcast_to(len(listed) + np.arange(len(part.indicators)), part.value.shape))
            listed += [words(standard, indicator) for indicator in part.indicators]
        return chosen(listed, laid(codes).astype(np.int64))

    row = np.repeat(np.arange(len(sections)), width.sum(axis=1))
    return pd.DataFrame(
        {
            **{column: chosen_rows(sections[column], row) for column in ("county_code", "school_id", "school_name", "section")},
            "standard": told(lambda standard, _: standard.id),
            "indicator": told(lambda _, indicator: indicator.id),
            "value": laid([part.value for part in parts]).astype(float),
            "unit": told(lambda _, indicator: indicator.unit),
            "threshold": laid([part.threshold for part in parts]).astype(float),
            "floor": laid([part.floor for part in parts]).astype(float),
            "met": pd.arrays.BooleanArray(
                laid([part.met for part in parts]).astype(bool), laid([part.unjudged for part in parts]).astype(bool)
            ),
            "shortfall": laid([part.shortfall for part in parts]).astype(float),
            "shortfall_unit": told(lambda _, indicator: indicator.resource_unit),
            "reason": chosen(sentences, laid([part.reason for part in parts]).astype(np.int64)),
        }
    )


def _judged(
    sections: pd.DataFrame, standard: Standard, sentences: list[str | None], commitments: dict[Key, Committed]
) -> _Judged:
    """The figures of one standard; new reasons are put at the end of ``sentences``."""
    places = counted_rows(sections, standard)
    rows = figures_of(sections, places, standard, *(["school_id"] if commitments else []))
    indicators = sorted(standard.indicators, key=lambda indicator: indicator.id)
    shape = len(rows), len(indicators)
    value, threshold, shortfall, floor = (np.empty(shape) for _ in range(4))
    met, unjudged = np.empty(shape, dtype=bool), np.empty(shape, dtype=bool)
    reason = _reasons(rows, indicators, sentences)
    for column, indicator in enumerate(indicators):
        ratio = standard.school_rule.floor_ratio if isinstance(standard.school_rule, AtLeast) else np.nan
        one = _held(rows, indicator, commitments, ratio)
        value[:, column], threshold[:, column], shortfall[:, column] = one.value, one.threshold, one.shortfall
        met[:, column], unjudged[:, column] = one.met, one.unjudged
        floor[:, column] = _floor(one.threshold, indicator, ratio)
        for place, sentence in one.told:
            reason[place, column] = len(sentences)
            sentences.append(sentence)
    return _Judged(indicators, places, value, threshold, floor, met, unjudged, shortfall, reason)


def _floor(threshold: np.ndarray, indicator: Indicator, ratio: float) -> np.ndarray:
    """The floor: the threshold times the floor ratio, or over it where the value may not exceed the threshold."""
    if indicator.sense == "at_least":
        return threshold * ratio
    return threshold / ratio if ratio else np.full(len(threshold), np.nan)


@dataclass(frozen=True)
class _Held:
    """One indicator of n sections held against its threshold, and (rows, reason) of what has to be told of it."""

    value: np.ndarray
    threshold: np.ndarray
    met: np.ndarray
    unjudged: np.ndarray
    shortfall: np.ndarray
    told: list[tuple[np.ndarray, str]]


def _held(rows: pd.DataFrame, indicator: Indicator, commitments: dict[Key, Committed], ratio: float) -> _Held:
    resource, over = numerator(rows, indicator), denominator(rows, indicator)
    promised = _promised(rows, indicator, commitments)
    limits = threshold_of(rows, indicator)
    limit, state = limits.threshold, limits.state
    before = _against(resource, over, limit, indicator)
    value, met, shortfall = _against(resource + promised, over, limit, indicator) if promised.any() else before
    # Nothing to divide by is a figure, not a blank: too many for none is too many, a share of none is no matter to judge.
    none = (over == 0) & ~np.isnan(resource)
    too_many = none & (indicator.sense == "at_most") & (resource > 0)
    hopeless = too_many & (state != OTHER) & ~limits.none_possible
    pointless = (none & ~too_many) | (state == OTHER)
    met = met & ~pointless & ~hopeless
    unjudged = (np.isnan(value) | np.isnan(limit) | pointless) & ~hopeless
    open_ = (state == UNKNOWN) & (~np.isnan(value) | too_many) & ~pointless & ~hopeless
    worst, best = _over_cases(value, too_many, limits, indicator, ratio)
    met[open_], unjudged[open_] = worst[open_] == MET, (worst[open_] < MET) & (best[open_] > BELOW)
    shortfall[met] = 0.0
    shortfall[unjudged] = np.nan
    told = _told_of(indicator, state, none, pointless, hopeless) if (state != FITS).any() or none.any() else []
    told += _told_of_whole(rows, indicator)
    told += told_of_cases(open_, worst, best, limits.lacking, indicator.sense == "at_most")
    if promised.any():
        without, _ = _over_cases(before[0], too_many, limits, indicator, ratio)
        told += _told_of_commitments(rows, indicator, commitments, np.where(open_, without == MET, before[1]), met, open_)
    else:
        told += _told_of_commitments(rows, indicator, commitments, before[1], met, open_)
    return _Held(value, limit, met, unjudged, shortfall, told)


def _over_cases(
    value: np.ndarray, too_many: np.ndarray, limits: Limits, indicator: Indicator, ratio: float
) -> tuple[np.ndarray, np.ndarray]:
    """How an indicator stands at worst and at best over the cases that are possible; to be read where the threshold is open."""

    def stands(limit: np.ndarray) -> np.ndarray:
        reaches = at_least if indicator.sense == "at_least" else at_most
        floor = _floor(limit, indicator, ratio)
        # Without a floor nothing lies beyond it.
        missed = np.where(reaches(value, floor) | np.isnan(floor), BELOW, SUNK)
        return np.where(too_many, SUNK if ratio > 0 else BELOW, np.where(reaches(value, limit), MET, missed))

    one, other = stands(limits.lowest), stands(limits.highest)
    worst, best = np.minimum(one, other), np.maximum(one, other)
    maybe = limits.none_possible
    return np.where(maybe, np.minimum(worst, OUT), worst), np.where(maybe, np.maximum(best, OUT), best)


def _against(
    resource: np.ndarray, over: np.ndarray, limit: np.ndarray, indicator: Indicator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Value, whether it meets the threshold, and what is missing to it or too much."""
    with np.errstate(divide="ignore", invalid="ignore"):
        value = indicator.per * resource / over
    if indicator.over not in (STUDENTS, NOTHING):
        value[over == 0] = np.nan
    if indicator.sense == "at_least":
        return value, at_least(value, limit), np.maximum(0.0, limit * over / indicator.per - resource)
    gap = indicator.per * resource / limit - over if indicator.short_of_denominator else resource - limit * over / indicator.per
    return value, at_most(value, limit), np.maximum(0.0, gap)


def _promised(rows: pd.DataFrame, indicator: Indicator, commitments: dict[Key, Committed]) -> np.ndarray:
    """What commitments add to each row; 0 without any."""
    if not any(key[2] == indicator.id for key in commitments):
        return np.zeros(len(rows))
    return amounts(_keys(rows, indicator), commitments)


def _keys(rows: pd.DataFrame, indicator: Indicator) -> list[Key]:
    return [(school, section, indicator.id) for school, section in zip(rows["school_id"], rows["section"], strict=True)]


def _told_of(
    indicator: Indicator, state: np.ndarray, none: np.ndarray, pointless: np.ndarray, hopeless: np.ndarray
) -> list[tuple[np.ndarray, str]]:
    """Thresholds that are for other schools, and denominators of 0."""
    words = fields()[indicator.over].label if indicator.over != NOTHING else ""
    return [
        (np.flatnonzero(hopeless), f"{words}为0"),
        (np.flatnonzero(none & pointless), f"{NOT_JUDGED}:{words}为0"),
        (np.flatnonzero(state == OTHER), f"{NOT_JUDGED}:没有适用于该校的达标值"),
    ]


def _told_of_whole(rows: pd.DataFrame, indicator: Indicator) -> list[tuple[np.ndarray, str]]:
    """Figures of the whole school cannot be held against compulsory sections where there is a senior one."""
    if not indicator.of_whole_school or all(fields()[key].scope == "school" for key in indicator.figures + _students(indicator)):
        return []
    return [(np.flatnonzero(has_senior(rows["school_type"])), "含高中,全校数据不能按学段区分")]


def _students(indicator: Indicator) -> tuple[str, ...]:
    return (STUDENTS,) if indicator.over == STUDENTS else ()


def _told_of_commitments(
    rows: pd.DataFrame,
    indicator: Indicator,
    commitments: dict[Key, Committed],
    met_without: np.ndarray,
    met: np.ndarray,
    open_: np.ndarray,
) -> list[tuple[np.ndarray, str]]:
    """Thresholds reached only with a commitment, and missed where one was revoked; what is open has a reason of its own."""
    if not any(key[2] == indicator.id for key in commitments):
        return []
    told = []
    for place, key in enumerate(_keys(rows, indicator)):
        one = commitments.get(key)
        if one is None:
            continue
        what = f"{one.since}承诺增加{one.amount:g}{indicator.resource_unit}"
        if one.counts and met[place] and not met_without[place]:
            told.append((np.array([place]), f"{BY_COMMITMENT}:{what},{one.until}前有效"))
        elif not one.counts and not met[place] and not open_[place]:
            told.append((np.array([place]), f"{what},已于{one.until}到期,不再计入"))
    return told


def _reasons(rows: pd.DataFrame, indicators: list[Indicator], sentences: list[str | None]) -> np.ndarray:
    """Why a value is missing, in Chinese, as the place of the sentence in ``sentences``; 0 where there is a value."""
    columns = {indicator.id: {_column(indicator, key): key for key in indicator.figures} for indicator in indicators}
    needed = list(dict.fromkeys(column for mine in columns.values() for column in mine))
    missing = np.stack([rows[column].isna().to_numpy(bool) for column in needed], axis=1)
    first, kind = told_once(missing)
    codes = np.zeros((len(first), len(indicators)), dtype=np.int64)
    for at, row in enumerate(first):
        for column, indicator in enumerate(indicators):
            mine = columns[indicator.id]
            lacking = [fields()[key].label for place, key in mine.items() if missing[row, needed.index(place)]]
            if lacking:
                codes[at, column] = len(sentences)
                sentences.append("缺少" + "、".join(lacking))
    return codes[kind]
