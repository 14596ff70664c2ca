"""Ratios that a school states itself, against its own counts, and why they may differ.

Belongs here: when a stated ratio agrees, and the diagnosis of one that does not.
Does not belong here: which ratios there are (``data_contracts``: ``stated_ratios.csv``).
"""

import math
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from data_contracts.catalogue import SECTION_LABELS, Field, fields
from data_contracts.records import place_column
from data_contracts.rules import StatedRatio, stated_ratios, unit_slips
from domain.assessment.school_sections import ALL_SECTIONS, Weights, section_weights, split_resource
from domain.intake.returns import Returns
from domain.intake.telling import Place, Told, cells_of, filled_places, plain, short, whole_school

MOST_DECIMALS = 17
"""A double has no more digits; whoever types hundreds of them must not bring the scale beyond all numbers."""


@dataclass(frozen=True)
class Cause:
    """A way in which the stated figure may have come about: its value, how it is worked out, and in words."""

    value: float
    arithmetic: str
    zh: str
    en: str


@dataclass(frozen=True)
class Counts:
    """The figures that ratios are made of, by section or for the whole school."""

    returns: Returns
    share: np.ndarray
    students: np.ndarray
    known: dict[tuple[str, str | None], np.ndarray] = field(default_factory=dict)

    def amount(self, keys: Sequence[str], section: str | None) -> np.ndarray:
        """The sum of some fields in a section (shared ones split), or in the whole school; shape (n,)."""
        total = np.zeros(len(self.returns))
        for key in keys:
            total = total + self.figure(key, section)
        return total

    def amount_at(self, index: int, keys: Sequence[str], section: str | None) -> float:
        """The same sum of one return."""
        return float(sum(self.figure(key, section)[index] for key in keys))

    def figure(self, key: str, section: str | None) -> np.ndarray:
        """One field, worked out once; shape (n,)."""
        if (key, section) not in self.known:
            self.known[key, section] = self._figure(fields()[key], section)
        return self.known[key, section]

    def _figure(self, what: Field, section: str | None) -> np.ndarray:
        if section and what.shared:
            entered = np.stack([self.returns.number(what.key, s) for s in ALL_SECTIONS], axis=1)
            whole = self.returns.number(what.key)
            return split_resource(whole, entered, self.share, self.students)[:, ALL_SECTIONS.index(section)]
        if section and section in what.sections:
            return self.returns.number(what.key, section)
        return whole_school(self.returns, what.key)


def stated_against_counts(returns: Returns, weights: Weights, last_year: pd.DataFrame | None = None) -> Iterator[Told]:
    """Stated ratios that neither rounding nor truncating to the digits shown makes equal to the school's own counts.

    Args:
        returns: of one year.
        weights: by which sections share resources.
        last_year: the stored ``school_returns`` of the year before, for the diagnosis; None where there is none.
    """
    students = np.stack([returns.number("enrolment", section) for section in ALL_SECTIONS], axis=1)
    counts = Counts(returns, section_weights(returns.text("school_type"), students, weights), students)
    before = _LastYear(returns, last_year)
    for ratio in stated_ratios():
        what = fields()[ratio.stated]
        for section in what.places:
            stated = returns.number(ratio.stated, section)
            if np.isnan(stated).all():
                continue
            amount = counts.amount(ratio.add, section) - counts.amount(ratio.subtract, section)
            over = counts.amount((ratio.over,), section)
            with np.errstate(invalid="ignore", divide="ignore"):
                computed = ratio.per * amount / over
            compared = np.flatnonzero(~np.isnan(stated) & np.isfinite(computed))
            typed = [text or "" for text in returns.typed_texts(compared, ratio.stated, section)]
            equal = agreeing(typed, stated[compared], computed[compared])
            for place in np.flatnonzero(~equal).tolist():
                index, text = int(compared[place]), typed[place]
                causes = _causes(counts, ratio, what, section, index, float(amount[index]), float(over[index]), before)
                cause = next((c for c in causes if agrees(text, float(stated[index]), c.value)), None)
                params = {
                    "label": what.label_in(section),
                    "stated": plain(stated[index]) + what.unit,
                    "computed": short(computed[index]) + what.unit,
                    "arithmetic": f"{plain(amount[index])} ÷ {plain(over[index])}{_times(ratio)}",
                    "hint": f";可能{cause.zh}({cause.arithmetic} = {short(cause.value)})" if cause else "",
                    "hint_en": f"; probably {cause.en} ({cause.arithmetic} = {short(cause.value)})" if cause else "",
                    **cells_of(returns, index, _compared(returns, ratio, section, index)),
                }
                yield index, returns.finding(index, "S-STATED-RATIO", ratio.stated, section, **params)


def _times(ratio: StatedRatio) -> str:
    return f" × {plain(ratio.per)}" if ratio.per != 1 else ""


def _compared(returns: Returns, ratio: StatedRatio, section: str | None, index: int) -> list[Place]:
    """The cells that the comparison looks at."""
    found: list[Place] = [(ratio.stated, section)]
    for key in (*ratio.add, *ratio.subtract, ratio.over):
        split = fields()[key].sections and section in fields()[key].sections and returns.is_filled(index, key, section)
        found += [(key, section)] if split else filled_places(returns, index, key)
    return found


class _LastYear:
    """Figures of the year before, laid beside the returns."""

    def __init__(self, returns: Returns, table: pd.DataFrame | None) -> None:
        self.table = table
        self.columns: dict[str, np.ndarray] = {}
        ids = returns.keys["school_id"].to_numpy(object)
        self.row = np.full(len(returns), -1) if table is None else pd.Index(table["school_id"]).get_indexer(ids)

    def figure(self, index: int, key: str, section: str | None) -> float:
        """A field's figure of the year before, NaN where unknown; sections are added up for the whole school."""
        if self.table is None or self.row[index] < 0:
            return float("nan")
        what = fields()[key]
        if section in what.places and not np.isnan(known := self._stored(index, key, section)):
            return known
        if section is not None:
            return float("nan")
        parts = [self._stored(index, key, one) for one in what.sections]
        stated = [part for part in parts if part == part]
        return sum(stated) if stated else float("nan")

    def _stored(self, index: int, key: str, section: str | None) -> float:
        assert self.table is not None
        name = place_column(key, section)
        if name not in self.columns:
            self.columns[name] = self.table[name].to_numpy(float)
        return float(self.columns[name][self.row[index]])


def _causes(
    counts: Counts,
    ratio: StatedRatio,
    what: Field,
    section: str | None,
    index: int,
    amount: float,
    over: float,
    before: _LastYear,
) -> Iterator[Cause]:
    """Ways in which the stated figure may have come about, the most telling first."""
    returns, by = counts.returns, _times(ratio)

    def at(keys: Sequence[str], where: str | None) -> float:
        return counts.amount_at(index, keys, where)

    def cause(top: float, bottom: float, zh: str, en: str) -> Iterator[Cause]:
        if top == top and bottom == bottom and bottom > 0 and (top, bottom) != (amount, over):
            yield Cause(ratio.per * top / bottom, f"{plain(top)} ÷ {plain(bottom)}{by}", zh, en)

    people = ratio.over == "enrolment"
    if people:
        yield from cause(amount, before.figure(index, "enrolment", section), "用了上年的学生数", "last year's students were used")
    if ratio.subtract:
        name = "、".join(fields()[key].label for key in ratio.subtract)
        yield from cause(at(ratio.add, section), over, f"没有减去{name}", f"{name} was left in")
    for key in ratio.add[1:]:
        rest = [one for one in ratio.add if one != key]
        zh, en = f"没有加上{fields()[key].label}", f"{fields()[key].label} was left out"
        yield from cause(at(rest, section), over, zh, en)
    if not people:
        for key in ("staff_total", "staff"):
            name = fields()[key].label
            bottom = at((key,), None)
            yield from cause(amount, bottom, f"除以了{name},没有除以{fields()[ratio.over].label}", f"divided by {name}")
    whole = at(ratio.add, None) - at(ratio.subtract, None)
    if section is not None:
        everyone = at((ratio.over,), None)
        yield from cause(whole, everyone, "填了全校的数,不是本学段的数", "the whole school's figure, not the section's")
        yield from cause(whole, over, "用全校的总数除以了本学段的学生数", "the whole school's total over the section's students")
        yield from cause(amount, everyone, "除以了全校的学生数", "divided by the whole school's students")
    elif people:
        for one in ALL_SECTIONS:
            zh = f"只除以了{SECTION_LABELS[one]}的学生数"
            yield from cause(amount, float(returns.number("enrolment", one)[index]), zh, f"divided by the {one} students only")
    yield from _of_units(ratio, what, amount, over)
    figure = float(returns.number(ratio.stated, section)[index])
    if figure == before.figure(index, ratio.stated, section):
        yield Cause(figure, plain(figure), "沿用了上年填报的数", "last year's figure was kept")
    if what.unit != "%":
        yield Cause(amount, plain(amount), "填了总数,没有除以学生数", "the total, not divided by the students")


def _of_units(ratio: StatedRatio, what: Field, amount: float, over: float) -> Iterator[Cause]:
    """The computed figure in another unit."""
    computed = ratio.per * amount / over
    if what.unit == "%":
        yield Cause(computed / 100, f"{plain(amount)} ÷ {plain(over)}", "填了小数,没有化成百分数", "a fraction, not a percentage")
        yield Cause(
            computed * 100, f"{plain(amount)} ÷ {plain(over)} × 10000", "多乘了一个 100", "multiplied by 100 once too often"
        )
    for slip in unit_slips():
        # What was entered × factor is in the right unit, so the right figure ÷ factor is what was entered.
        if slip.unit == what.unit:
            arithmetic = f"{plain(amount)} ÷ {plain(over)} ÷ {plain(slip.factor)}"
            yield Cause(
                computed / slip.factor,
                arithmetic,
                f"有一项误用了“{slip.entered}”作单位({slip.zh})",
                f"one of them is in {slip.entered} ({slip.en})",
            )


def agreeing(typed: Sequence[str], stated: np.ndarray, computed: np.ndarray) -> np.ndarray:
    """True where rounding or truncating the computed figure to the digits typed gives the stated one; shape (n,)."""
    decimals = np.array([_decimals(text, figure) for text, figure in zip(typed, stated.tolist(), strict=True)], dtype=float)
    scale = 10.0**decimals
    scaled, wanted = computed * scale, stated * scale
    slack = 1e-9 * np.maximum(1.0, np.abs(scaled))
    equal = np.full(len(stated), False)
    with np.errstate(invalid="ignore"):  # what cannot be computed agrees with nothing
        for candidate in (np.floor(scaled + 0.5), np.round(scaled), np.floor(scaled + slack)):
            equal |= np.abs(candidate - wanted) <= slack + 1e-6
    return equal


def agrees(typed: str, stated: float, computed: float) -> bool:
    """The same for one figure: a dozen causes are tried for each ratio that differs."""
    scale = 10.0 ** _decimals(typed, stated)
    scaled, wanted = computed * scale, stated * scale
    slack = 1e-9 * max(1.0, abs(scaled))
    if not math.isfinite(scaled + slack):
        return bool(agreeing([typed], np.array([stated]), np.array([computed]))[0])
    candidates = (math.floor(scaled + 0.5), round(scaled), math.floor(scaled + slack))
    return any(abs(candidate - wanted) <= slack + 1e-6 for candidate in candidates)


def _decimals(typed: str, stated: float) -> int:
    """How many decimals were typed, ``MOST_DECIMALS`` at most."""
    digits = (typed if typed.isascii() else unicodedata.normalize("NFKC", typed)).strip().rstrip("%")
    decimals = len(digits.partition(".")[2]) if "e" not in digits.lower() else 6
    if digits.startswith(("0.", ".")) and stated > 1:
        return max(0, min(decimals, MOST_DECIMALS) - 2)  # a share typed as a fraction
    return min(decimals, MOST_DECIMALS)
