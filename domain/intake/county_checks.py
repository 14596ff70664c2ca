"""Rules about one county form: what is missing, out of bounds, contradictory, or unlikely.

Belongs here: rules that look at one form, beside the county's form of the year before where there is one. Does not belong here:
the tables of what is compared (``data_contracts.county_rules``), which form counts (``county_settling``).
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from data_contracts.catalogue import Field, county_fields
from data_contracts.county_rules import CountyPair, county_pairs, county_ranges, county_series
from data_contracts.rules import change_bands, unit_slips
from domain.assessment.comparing import at_most
from domain.intake.findings import Finding
from domain.intake.record_cells import RecordCell
from domain.intake.telling import plain, short, usual

FACTOR, SLACK = 10_000.0, 4.0
"""Between 万元 and 元; a figure within four times of it against the year before is asked about."""
COUNTY_DAYS = tuple(key for key, what in county_fields().items() if what.kind == "date")
"""Items that tell when something happened; such a day cannot be yet to come."""


@dataclass(frozen=True)
class CountyEntries:
    """The items of one county form.

    Attributes:
        cells: by item, blank ones too.
        before: numbers of the county's form of the year before, by item, in stored units; empty where there is none.
    """

    cells: Mapping[str, RecordCell]
    before: Mapping[str, float]

    def number(self, key: str) -> float | None:
        """A figure in the stored unit; None where there is none."""
        cell = self.cells.get(key)
        return cell.number if cell else None

    def finding(self, rule: str, key: str, **params: object) -> Finding:
        """A finding at the cell of an item."""
        cell, label = self.cells.get(key), county_fields()[key].label
        told = {"label": label, **params}
        if cell is None:
            return Finding(rule, None, None, 0, key, params=told)
        return Finding(rule, cell.sheet, cell.cell, 0, key, None, cell.value, told)

    def cells_of(self, keys: tuple[str, ...]) -> dict[str, str]:
        """The addresses that a rule compares, as the parameters ``cells`` and ``cells_en``."""
        found = [self.cells[key].cell for key in keys if key in self.cells]
        return {"cells": "、".join(found), "cells_en": ", ".join(found)}


def amount(what: Field, number: float) -> str:
    """A figure in the unit of the form, with the unit."""
    return plain(number / what.factor) + what.unit


def county_checks(entries: CountyEntries, faulty: frozenset[str] = frozenset(), today: dt.date | None = None) -> list[Finding]:
    """Everything that is wrong or unlikely in a form.

    Args:
        entries: of one form.
        faulty: items whose cells cannot be read, which were told already.
        today: the day on which the form is looked at; None where that does not matter.
    """
    found = [one for one in _required(entries) if one.field not in faulty]
    found += _to_come(entries, today) if today else []
    found += _bounds(entries)
    found += _pairs(entries)
    wrong = {one.field for one in found}
    for rule in (_ranges, _factors, _changes, _other_last_year):
        more = [one for one in rule(entries) if one.field not in wrong]
        found += more
        wrong |= {one.field for one in more}
    return found


def _required(entries: CountyEntries) -> Iterator[Finding]:
    for key, what in county_fields().items():
        cell = entries.cells.get(key)
        if what.required == "yes" and (cell is None or cell.says is None):
            typed = f"(填的是“{cell.value}”)" if cell and cell.value else ""
            typed_en = f" (typed: '{cell.value}')" if cell and cell.value else ""
            told = {"typed": typed, "typed_en": typed_en, "remedy": "后重新报送", "remedy_en": "this item"}
            yield entries.finding("C-REQUIRED", key, **told)


def _to_come(entries: CountyEntries, today: dt.date) -> Iterator[Finding]:
    """Days of applications and recognitions that are yet to come: they have not happened."""
    for key in COUNTY_DAYS:
        cell = entries.cells.get(key)
        if cell is not None and (cell.text or "") > today.isoformat():
            yield entries.finding("K-TO-COME", key, value=cell.text)


def _bounds(entries: CountyEntries) -> Iterator[Finding]:
    """Figures outside the catalogue's hard bounds, which for a county are those of the figure itself."""
    for key, what in county_fields().items():
        number = entries.number(key)
        if number is None:
            continue
        low = -float("inf") if what.hard_min is None else what.hard_min
        high = float("inf") if what.hard_max is None else what.hard_max
        if number < low or number > high:
            least = "" if what.hard_min is None else f"不小于 {plain(low)}"
            most = "" if what.hard_max is None else f"不大于 {plain(high)}"
            en = " and ".join(
                text
                for text, known in ((f"at least {plain(low)}", what.hard_min), (f"at most {plain(high)}", what.hard_max))
                if known is not None
            )
            wanted = "、".join(filter(None, (least, most)))
            yield entries.finding("K-BOUNDS", key, amount=amount(what, number), wanted=wanted, wanted_en=en)


def _pairs(entries: CountyEntries) -> Iterator[Finding]:
    for pair in county_pairs():
        numbers = {key: number for key in pair.keys if (number := entries.number(key)) is not None}
        if len(numbers) < len(set(pair.keys)):
            continue
        left = sum(sign * numbers[key] for sign, key in pair.left)
        right = sum(sign * numbers[key] for sign, key in pair.right)
        if not at_most(left, right):
            rule = "K-MOST" if pair.severity == "error" else "K-USUALLY-MOST"
            told = {"left_label": said(pair, "left"), "right_label": said(pair, "right")}
            cells = entries.cells_of(pair.keys)
            yield entries.finding(rule, pair.left[0][1], left=plain(left), right=plain(right), **told, **cells)


def said(pair: CountyPair, side: str) -> str:
    """One side of a comparison in words: 本年初中毕业学生数 − 三年内转入学生数 + 三年内转出学生数."""
    text = ""
    for sign, key in getattr(pair, side):
        text += (" − " if sign < 0 else " + " if text else "") + county_fields()[key].label
    return text.strip()


def _ranges(entries: CountyEntries) -> Iterator[Finding]:
    for range_ in county_ranges():
        what, number = county_fields()[range_.field], entries.number(range_.field)
        if number is None or number == 0 or range_.low <= number / what.factor <= range_.high:
            continue
        hint, hint_en = _slip(what, number / what.factor, range_.low, range_.high)
        told = {"low": plain(range_.low), "high": plain(range_.high), "unit": what.unit, "hint": hint, "hint_en": hint_en}
        yield entries.finding("K-UNUSUAL", range_.field, amount=amount(what, number), **told)


def _slip(what: Field, entered: float, low: float, high: float) -> tuple[str, str]:
    """What may have been mistaken, where a known factor brings the figure into the range."""
    for slip in unit_slips():
        if slip.unit == what.unit and low <= entered * slip.factor <= high:
            return f",是否按“{slip.entered}”填写了({slip.zh})", f"; was it entered in {slip.entered_en} ({slip.en})?"
    if high <= 100 and entered <= 1 and low <= entered * 100 <= high:
        return f",是否把 {plain(entered * 100)} 写成了小数", f"; is {plain(entered * 100)} meant?"
    if high <= 1 and low <= entered / 100 <= high:
        return f",是否把 {plain(entered / 100)} 写成了百分数", f"; is {plain(entered / 100)} meant?"
    return "", ""


def _factors(entries: CountyEntries) -> Iterator[Finding]:
    """Money that is ten thousand times this form's, or last year's, figure of the year before, or a ten-thousandth of it."""
    for key, other in county_series().items():
        what, now = county_fields()[key], entries.number(key)
        before = entries.number(other)
        label = county_fields()[other].label
        place, place_en = f"本表“{label}”", f"'{label}' of this form"
        if before is None and key in entries.before:
            before = entries.before[key]
            place, place_en = f"上年县级填报表“{what.label}”", f"'{what.label}' on last year's county form"
        if not now or not before:
            continue
        ratio = now / before
        if FACTOR / SLACK <= ratio <= FACTOR * SLACK or FACTOR / SLACK <= 1 / ratio <= FACTOR * SLACK:
            share = f"1/{short(1 / ratio)}"
            times, times_en = (f"{short(ratio)} 倍", f"{short(ratio)} times") if ratio > 1 else (share, f"{share} of")
            told = {"amount": amount(what, now), "before": amount(what, before)}
            told |= {"other": place, "other_en": place_en, "times": times, "times_en": times_en}
            yield entries.finding("K-FACTOR", key, unit=what.unit, **told)


def _changes(entries: CountyEntries) -> Iterator[Finding]:
    """Figures that changed more within a year than the bands of their unit allow."""
    for key, old in entries.before.items():
        what, now = county_fields()[key], entries.number(key)
        band = change_bands().get(key) or change_bands().get(what.unit)
        if now is None or band is None or key in county_series().values():
            continue
        was, is_ = old / what.factor, now / what.factor
        allowed = max(band.share * was, band.root * was**0.5, band.least)
        if abs(is_ - was) > allowed:
            told = {"old": amount(what, old), "new": amount(what, now), "allowed": usual(what, allowed)}
            yield entries.finding("K-CHANGE", key, **told)


def _other_last_year(entries: CountyEntries) -> Iterator[Finding]:
    """What this form states for last year, where last year's form stated something else."""
    for key, other in county_series().items():
        what, stated, was = county_fields()[other], entries.number(other), entries.before.get(key)
        if stated is not None and was is not None and abs(stated - was) > 0.005 * what.factor:
            told = {"stated": amount(what, stated), "before": amount(what, was), "item": county_fields()[key].label}
            yield entries.finding("K-LAST-DIFFERS", other, **told)
