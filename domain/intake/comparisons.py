"""A school's figures beside those of the year before, and beside those of other schools.

Belongs here: what changed much, what did not change at all, what stands at another school too.
Does not belong here: rules about one return (``consistency``, ``plausibility``), the bands and lists (``data_contracts``:
``change_bands.csv``, ``telling_fields.csv``).
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd

from data_contracts.catalogue import Field, fields
from data_contracts.records import NUMERIC_COLUMNS, RETURN_COLUMNS
from data_contracts.rules import ChangeBand, change_bands, telling_fields
from domain.intake.explaining import together
from domain.intake.findings import Finding, first_few
from domain.intake.returns import Returns
from domain.intake.telling import Told, plain, usual

CHANGES_ASKED = 5
"""Changes of one school that are asked one by one, the largest first; the others are named together."""

CHANGES_NAMED = 10
FIGURES_COMPARED = 10
"""Figures that must be compared before a return is held against last year's, or another school's, as a whole."""

SHARE_UNCHANGED = 0.95
"""Of the figures compared, so many must be last year's before the return looks copied."""

TELLING_FIGURES = 4
"""Figures that two schools must share before either is asked."""

NEIGHBOURS = 8
"""With how many others a school is compared among many that share two telling figures."""


def against_last_year(returns: Returns, last_year: pd.DataFrame, year_before: str = "上一") -> Iterator[Told]:
    """Figures that changed more than a year explains, and returns in which nothing changed.

    A figure is asked about (``S-CHANGE``) when, in the unit of the form, |new − old| > max(share · old, root · √old, least): the
    share decides for large schools, the root and the least for small ones, so that 12 → 6 students and 3 → 5 teachers are
    ordinary and 600 → 300 students are not. The parameters are those of the field, else of its unit. Of a school the five
    changes that leave their bands furthest are asked one by one; the others are named in one finding (``S-CHANGE-MORE``).
    A return whose enrolment and at least 95 % of all figures are last year's (``S-SAME-AS-LAST-YEAR``) looks copied.

    New and closed schools, and schools that were new last year, are not compared.

    Args:
        returns: of this year.
        last_year: the stored ``school_returns`` of the year before, ``school_id`` unique.
        year_before: what that year is called: nothing changed since that year, and no other, is what a school then explains.
    """
    before = pd.Index(last_year["school_id"]).get_indexer(returns.keys["school_id"].to_numpy(object))
    settled = last_year["school_status"].isin(["新建", "停办"]).to_numpy()
    unsettled = np.isin(returns.text("school_status").astype(str), ["新建", "停办"])
    known = (before >= 0) & ~unsettled
    known[known] &= ~settled[before[known]]
    if not known.any():
        return
    rows = np.flatnonzero(known)
    columns = [name for name in NUMERIC_COLUMNS if _is_counted(RETURN_COLUMNS[name][0])]
    columns = [name for name in columns if not np.isnan(returns.numbers[name][rows]).all()]
    if not columns:
        return
    new = np.stack([returns.numbers[name][rows] for name in columns], axis=1)
    old = last_year[columns].to_numpy(float)[before[rows]]
    yield from _copied_from_last_year(returns, rows, columns, new, old, year_before)
    yield from _changes(returns, rows, columns, new, old)


def _is_counted(key: str) -> bool:
    """True for what is counted anew each year; identity is not, and stated ratios follow from the counts."""
    return fields()[key].category not in ("基本信息", "学校自报指标")


def _band(what: Field) -> ChangeBand | None:
    return change_bands().get(what.key) or change_bands().get(what.unit)


def _changes(returns: Returns, rows: np.ndarray, columns: list[str], new: np.ndarray, old: np.ndarray) -> Iterator[Told]:
    bands = np.full((3, len(columns)), np.inf)
    factors = np.ones(len(columns))
    for place, name in enumerate(columns):
        what = fields()[RETURN_COLUMNS[name][0]]
        band, factors[place] = _band(what), what.factor
        if band is not None:
            bands[:, place] = band.share, band.root, band.least
    was, now = old / factors, new / factors
    with np.errstate(invalid="ignore"):
        allowed = np.maximum(np.maximum(_times(bands[0], was), _times(bands[1], np.sqrt(was))), bands[2])
        excess = np.abs(now - was) / allowed
    asked = excess > 1
    for position in np.flatnonzero(asked.any(axis=1)).tolist():
        index = int(rows[position])
        found = sorted(np.flatnonzero(asked[position]).tolist(), key=lambda column: (-excess[position, column], column))
        for column in sorted(found[:CHANGES_ASKED]):
            key, section = RETURN_COLUMNS[columns[column]]
            what = fields()[key]
            a, b = float(was[position, column]), float(now[position, column])
            share = f",即{'增加' if b > a else '减少'} {plain(round(abs(b - a) / a * 100, 1))}%" if a else ""
            share_en = f" ({'+' if b > a else '-'}{plain(round(abs(b - a) / a * 100, 1))} %)" if a else ""
            params = {
                "label": what.label_in(section),
                **_moved(what, a, b),
                "difference": plain(round(abs(b - a), 6)) + what.unit,
                "share": share,
                "share_en": share_en,
                "allowed": usual(what, float(allowed[position, column])),
            }
            told = returns.finding(index, "S-CHANGE", key, section, **params)
            yield index, replace(told, asks=(_ways(told, was[position, column], now[position, column]),))
        if len(found) > CHANGES_ASKED:
            yield index, _more_changes(returns, index, columns, found[CHANGES_ASKED:], was[position], now[position])


def _moved(what: Field, was: float, now: float) -> dict[str, str]:
    """Both figures, as the parameters ``old`` and ``new``."""
    return {"old": plain(was) + what.unit, "new": plain(now) + what.unit}


def _times(parameter: np.ndarray, amount: np.ndarray) -> np.ndarray:
    """A band times the amount; no band stays without limit, also where nothing was there before."""
    return np.where(np.isinf(parameter), np.inf, np.where(np.isinf(parameter), 0.0, parameter) * amount)


def _more_changes(
    returns: Returns, index: int, columns: list[str], found: list[int], was: np.ndarray, now: np.ndarray
) -> Finding:
    changes, asks = [], []
    for column in sorted(found):
        key, section = RETURN_COLUMNS[columns[column]]
        alone = returns.finding(index, "S-CHANGE", key, section, **_moved(fields()[key], was[column], now[column]))
        changes.append(_change(alone, was[column], now[column]))
        asks.append(_ways(alone, was[column], now[column]))
    listed = first_few([(one, one) for one in changes], CHANGES_NAMED)
    told = returns.finding(index, "S-CHANGE-MORE", "school_id", asked=CHANGES_ASKED, count=len(found), **listed)
    return replace(told, value=together(changes), asks=tuple(asks))


def _change(of: Finding, was: float, now: float) -> str:
    return f"{fields()[str(of.field)].label_in(of.section)} {plain(was)}→{plain(now)}"


def _ways(of: Finding, was: float, now: float) -> tuple[tuple[str | None, ...], ...]:
    """How a change may have been explained: asked by itself, or among others; which, depends on how far others moved."""
    return ("S-CHANGE", of.field, of.section, of.value, of.compared), ("S-CHANGE-MORE", None, None, _change(of, was, now), None)


def _copied_from_last_year(
    returns: Returns, rows: np.ndarray, columns: list[str], new: np.ndarray, old: np.ndarray, before: str
) -> Iterator[Told]:
    both = ~np.isnan(new) & ~np.isnan(old) & ((new != 0) | (old != 0))
    same = both & (new == old)
    of_students = np.array([RETURN_COLUMNS[name][0] == "enrolment" for name in columns])
    moved = (both & ~same)[:, of_students].any(axis=1) | ~both[:, of_students].any(axis=1)
    compared, equal = both.sum(axis=1), same.sum(axis=1)
    for position in np.flatnonzero(~moved & (compared >= FIGURES_COMPARED) & (equal >= SHARE_UNCHANGED * compared)).tolist():
        index = int(rows[position])
        figures: dict[str, object] = {"equal": int(equal[position]), "compared": int(compared[position])}
        told = returns.finding(index, "S-SAME-AS-LAST-YEAR", "school_id", None, **figures)
        yield index, replace(told, value=f"与 {before} 学年相同")


def identical_rows(returns: Returns, counts: np.ndarray | None = None) -> Iterator[Told]:
    """Two schools of which one may have been copied from the other (``S-SAME-AS-OTHER``), told to both.

    Either all figures are equal (at least ten of them not 0), or four of those that two schools of one county hardly share by
    chance: measured areas, values and stocks, with at least three digits that are not trailing zeros.

    Args:
        returns: of one year.
        counts: True for the returns that count; superseded ones, and duplicates of the same school, are not compared.
    """
    ids = returns.keys["school_id"]
    rows = np.flatnonzero((ids.notna() & (True if counts is None else counts)).to_numpy(bool))
    if len(rows) < 2:
        return
    columns = [name for name in NUMERIC_COLUMNS if _is_counted(RETURN_COLUMNS[name][0])]
    columns = [name for name in columns if (np.nan_to_num(returns.numbers[name][rows]) != 0).any()]
    if not columns:
        return
    figures = np.stack([returns.numbers[name][rows] for name in columns], axis=1)
    factors = np.array([fields()[RETURN_COLUMNS[name][0]].factor for name in columns])
    telling = np.zeros(figures.shape, dtype=bool)
    for column, name in enumerate(columns):
        if RETURN_COLUMNS[name][0] in telling_fields():
            telling[:, column] = _is_telling(figures[:, column] / factors[column])
    school = pd.factorize(ids.iloc[rows])[0]
    county = pd.factorize(returns.text("county_code")[rows], use_na_sentinel=False)[0]
    found: dict[int, int] = {}
    for one, other in (*_all_equal(figures, school), *_telling_equal(figures, telling, school, county)):
        found.setdefault(one, other)
        found.setdefault(other, one)
    names = returns.text("school_name")
    for position, twin in sorted(found.items()):
        same = (figures[position] == figures[twin]) & (figures[position] != 0)
        proof = same & telling[position]
        equal = [*np.flatnonzero(proof).tolist(), *np.flatnonzero(same & ~proof).tolist()]
        said = [_figure(columns[column], figures[position, column] / factors[column]) for column in equal]
        index, other = int(rows[position]), int(rows[twin])
        params = {
            "other": f"{names[other] or ''}({ids.iat[other]})",
            "file": returns.places[0][other],
            "count": len(equal),
            **first_few([(one, one) for one in said], CHANGES_NAMED, "figures"),
        }
        key, section = RETURN_COLUMNS[columns[equal[0]]]
        # Figures that any two schools may share come and go with every mend: they prove nothing beside those that tell.
        telling_ones = [*np.flatnonzero(proof).tolist()]
        proving = telling_ones if len(telling_ones) >= TELLING_FIGURES else equal
        value = together((_figure(columns[c], figures[position, c] / factors[c]) for c in proving), str(ids.iat[other]))
        yield index, replace(returns.finding(index, "S-SAME-AS-OTHER", key, section, **params), value=value)


def _figure(name: str, amount: float) -> str:
    key, section = RETURN_COLUMNS[name]
    return f"{fields()[key].label_in(section)} {plain(amount)}"


def _all_equal(figures: np.ndarray, school: np.ndarray) -> Iterator[tuple[int, int]]:
    """Neighbours among the schools whose figures are all equal."""
    enough = np.flatnonzero((np.nan_to_num(figures) != 0).sum(axis=1) >= FIGURES_COMPARED)
    mark = _marks(figures[enough])
    for one, other in _neighbours(mark, mark, 1):
        one, other = enough[one], enough[other]
        yield from _pairs(one, other, school[one] != school[other])


def _telling_equal(figures: np.ndarray, telling: np.ndarray, school: np.ndarray, county: np.ndarray) -> Iterator[tuple[int, int]]:
    """Schools of one county that share four telling figures.

    Of any four columns at least two lie in one of three groups, so only schools that share two columns of a group can share
    four. Of many schools that share the same two, each is held against the next eight in the order of all telling figures.
    """
    used = np.flatnonzero(telling.any(axis=0))
    values = np.where(telling[:, used], figures[:, used], np.nan)
    whole = _marks(values)
    for group in range(3):
        for two in combinations(range(group, len(used), 3), 2):
            at = np.flatnonzero(~np.isnan(values[:, two]).any(axis=1))
            mark = _marks(np.column_stack([values[at][:, two], county[at].astype(float)]))
            for one, other in _neighbours(mark, whole[at], NEIGHBOURS):
                one, other = at[one], at[other]
                shared = (values[one] == values[other]).sum(axis=1)
                alike = (shared >= TELLING_FIGURES) & (school[one] != school[other]) & (county[one] == county[other])
                yield from _pairs(one, other, alike)


def _pairs(one: np.ndarray, other: np.ndarray, mask: np.ndarray) -> Iterator[tuple[int, int]]:
    yield from zip(one[mask].tolist(), other[mask].tolist(), strict=True)


def _neighbours(mark: np.ndarray, within: np.ndarray, distance: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Positions of equal marks, sorted by mark and ``within``, that are at most ``distance`` apart."""
    order = np.lexsort((within, mark))
    ordered = mark[order]
    for step in range(1, distance + 1):
        same = np.flatnonzero(ordered[step:] == ordered[:-step])
        if not len(same):
            return
        yield order[same], order[same + step]


def _marks(figures: np.ndarray) -> np.ndarray:
    """One number for each row of figures, equal for equal rows; missing is a value like any other."""
    mark = np.zeros(len(figures), dtype=np.uint64)
    for column in figures.T:
        bits = (np.where(np.isnan(column), np.nan, column) + 0.0).view(np.uint64)
        with np.errstate(over="ignore"):  # the constants are those of splitmix64
            mixed = (mark ^ bits) + np.uint64(0x9E3779B97F4A7C15)
            mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            mark = mixed ^ (mixed >> np.uint64(31))
    return mark


def _is_telling(figures: np.ndarray) -> np.ndarray:
    """True where a figure has at least three digits that are not trailing zeros, of five at most."""
    figures = np.nan_to_num(np.abs(figures))
    with np.errstate(divide="ignore"):
        magnitude = np.where(figures > 0, np.floor(np.log10(np.where(figures > 0, figures, 1.0))), 0.0)
    digits = np.rint(figures / 10.0 ** (magnitude - 4)).astype(np.int64)
    return (figures > 0) & (digits % 1000 != 0)
