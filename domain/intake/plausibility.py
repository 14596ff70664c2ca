"""Whether an amount is possible, and likely, for a school of its size; and which slip of unit would explain it.

Belongs here: hard bounds per student, ordinary ranges, slips of unit. Does not belong here: figures against each other
(``consistency``), the ranges themselves (``data_contracts``: ``fields.csv``, ``typical_ranges.csv``, ``unit_slips.csv``).
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

import numpy as np

from data_contracts.catalogue import Field, fields, school_types
from data_contracts.rules import TypicalRange, typical_ranges, unit_slips
from domain.assessment.comparing import at_least, at_most
from domain.assessment.school_sections import ALL_SECTIONS
from domain.intake.returns import Returns
from domain.intake.telling import Told, cells_of, places, plain, short

WIDENED_FROM = 50.0
"""Students of a school at which an ordinary range is twice as wide: the factor is 1 + √(50 / students)."""


@dataclass(frozen=True)
class Slip:
    """A slip of unit that would explain a figure.

    Attributes:
        zh, en: the sentence part that names it, with the corrected figure.
    """

    zh: str
    en: str


def bounds(returns: Returns) -> Iterator[Told]:
    """Figures per student outside the physical bounds of the catalogue, and shares above 100 %, with the likely slip of unit."""
    for what in fields().values():
        if what.unit == "%":
            for section in what.places:
                for index in places(returns.number(what.key, section) > 100):
                    amount = plain(returns.number(what.key, section)[index])
                    yield (
                        index,
                        returns.finding(index, "S-PERCENT", what.key, section, label=what.label_in(section), amount=amount),
                    )
        if what.hard_min is None or what.hard_max is None:
            continue
        for section in what.places:
            students, figure = _students(returns, section), returns.number(what.key, section)
            ratio = _per_student(figure, students)
            for index in places((~at_least(ratio, what.hard_min) | ~at_most(ratio, what.hard_max)) & ~np.isnan(ratio)):
                typical = _typical(what, section)
                low, high = (what.hard_min, what.hard_max)
                if typical is not None:
                    low, high = _widened(typical, float(students[index]))
                hint, hint_en = _explained(likely_slips(what, float(figure[index]), float(students[index]), low, high))
                params = {
                    "label": what.label_in(section),
                    "amount": plain(figure[index] / what.factor) + what.unit,
                    "ratio": short(float(ratio[index])),
                    "unit": what.stored_unit,
                    "low": plain(what.hard_min),
                    "high": plain(what.hard_max),
                    "hint": hint,
                    "hint_en": hint_en,
                }
                yield index, returns.finding(index, "S-BOUNDS", what.key, section, **params)


def ordinary_ranges(returns: Returns) -> Iterator[Told]:
    """Figures within the hard bounds, yet far from ordinary: a slip of unit where one explains them, else a plain question.

    Per student, the range is widened for small schools by 1 + √(50 / students). A 0 is asked about only where the contract says
    so. Special-education and vocational schools are not asked.
    """
    ordinary = np.isin(
        returns.text("school_type").astype(str), [kind.name for kind in school_types().values() if kind.compulsory]
    )
    everyone = _students(returns, None)
    for typical in typical_ranges():
        what = fields()[typical.field]
        for section in what.places:
            if typical.section and typical.section != section:
                continue
            figure = returns.number(what.key, section)
            if np.isnan(figure).all():
                continue
            students = _students(returns, section) if section else everyone
            if typical.per == "student":
                ratio = _per_student(figure, students)
                with np.errstate(divide="ignore", invalid="ignore"):
                    wide = 1 + np.sqrt(WIDENED_FROM / students)
            else:
                ratio, wide = figure, np.ones(len(returns))
            unlikely = (ratio > typical.high * wide) | ((ratio > 0) & (ratio < typical.low / wide))
            if typical.zero_from is not None:
                unlikely |= (ratio == 0) & (students >= typical.zero_from)
            possible = np.full(len(returns), True)
            if what.hard_min is not None and what.hard_max is not None:
                possible = at_least(ratio, what.hard_min) & at_most(ratio, what.hard_max)  # the others are told as errors
            for index in places(unlikely & possible & ordinary):
                yield _unlikely(returns, index, what, section, typical, float(students[index]))


def _unlikely(returns: Returns, index: int, what: Field, section: str | None, typical: TypicalRange, students: float) -> Told:
    figure = float(returns.number(what.key, section)[index])
    per_student = typical.per == "student"
    low, high = _widened(typical, students)
    slips = likely_slips(what, figure, students, low, high, per_student)
    hint, hint_en = _explained(slips)
    arithmetic = f"{plain(figure)} ÷ {plain(students)}" if per_student else ""
    ratio = short(figure / students) if per_student else ""  # a range that is not per student holds without students too
    where = [(what.key, section)]
    if per_student:
        where += [("enrolment", one) for one in ((section,) if section else ALL_SECTIONS)]
    params = {
        "label": what.label_in(section),
        "amount": plain(figure / what.factor) + what.unit,
        "each": f",平均每名学生 {ratio}{what.stored_unit}({arithmetic})" if per_student else "",
        "each_en": f", {ratio} {what.stored_unit} per student ({arithmetic})" if per_student else "",
        "low": plain(rounded_inwards(low, True)) if per_student else plain(low),
        "high": plain(rounded_inwards(high, False)) if per_student else plain(high),
        "unit": what.stored_unit,
        "hint": hint,
        "hint_en": hint_en,
        "arithmetic": arithmetic,
        **cells_of(returns, index, where),
    }
    return index, returns.finding(index, "S-UNIT" if slips else "S-UNUSUAL", what.key, section, **params)


def likely_slips(what: Field, figure: float, students: float, low: float, high: float, per_student: bool = True) -> list[Slip]:
    """The slips of unit that bring a figure into a range, the likeliest first.

    Args:
        what: the field.
        figure: in the stored unit.
        students: by whom it is divided.
        low, high: the range, in the stored unit, per student if ``per_student``.
        per_student: whether the range is per student.
    """
    divisor = students if per_student else 1.0
    typed = figure / what.factor
    found = []
    for slip in unit_slips():
        if slip.unit != what.unit:
            continue
        right = typed * slip.factor
        if low <= right * what.factor / divisor <= high:
            sign = f"× {plain(slip.factor)}" if slip.factor >= 1 else f"÷ {plain(1 / slip.factor)}"
            sum_ = f"{plain(typed)} {sign} = {plain(right)}{what.unit}"
            found.append(
                Slip(
                    f"误以“{slip.entered}”填报({slip.zh}),折算后为 {sum_}",
                    f"entered in {slip.entered} instead of {what.unit} ({slip.en}: {sum_})",
                )
            )
    if per_student and students > 1 and what.unit in ("㎡", "万元", "册", "台"):
        for unit, each in dict.fromkeys([(what.unit, figure), (what.stored_unit, typed)]):
            if low <= each <= high:
                total = plain(each * students / what.factor) + what.unit
                sum_ = f"{plain(typed)}{unit} × {plain(students)} 人 = {total}"
                sum_en = f"{plain(typed)} {unit} × {plain(students)} students = {total}"
                found.append(Slip(f"误填了生均数,总数应为 {sum_}", f"the figure per student instead of the total ({sum_en})"))
    return found


def _explained(slips: list[Slip]) -> tuple[str, str]:
    """The parts of the messages that name at most two slips."""
    if not slips:
        return "", ""
    return ",可能" + ";或".join(slip.zh for slip in slips[:2]), "; probably " + ", or ".join(slip.en for slip in slips[:2])


def _typical(what: Field, section: str | None) -> TypicalRange | None:
    return next((t for t in typical_ranges() if t.field == what.key and t.per == "student" and t.section in ("", section)), None)


def _widened(typical: TypicalRange, students: float) -> tuple[float, float]:
    if typical.per != "student":
        return typical.low, typical.high
    wide = 1 + (WIDENED_FROM / students) ** 0.5
    return typical.low / wide, typical.high * wide


def rounded_inwards(end: float, low: bool) -> float:
    """An end of a widened range as a person would write it: two digits, towards the middle, so that what is told lies outside."""
    if end == 0:
        return 0.0
    decimals = 1 - math.floor(math.log10(abs(end)))
    exact = Decimal(repr(end)).quantize(Decimal(1).scaleb(-decimals), ROUND_CEILING if low else ROUND_FLOOR)
    return float(exact)


def _students(returns: Returns, section: str | None) -> np.ndarray:
    """Students of a section, or of the whole school; 0 where none are stated."""
    if section:
        return returns.number("enrolment", section)
    return np.nansum(np.stack([returns.number("enrolment", one) for one in ALL_SECTIONS], axis=1), axis=1)


def _per_student(figure: np.ndarray, students: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(students > 0, figure / students, np.nan)
