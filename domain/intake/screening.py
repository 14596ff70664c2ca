"""Screening a school's return: what is required, possible, and in itself consistent.

Belongs here: rules about the figures of one school in one file.
Does not belong here: rules about single cells (``cells``), about several files (``settling``), about a whole year (``checks``).
"""

import unicodedata
from collections.abc import Callable, Iterator

import numpy as np

from data_contracts.catalogue import SECTION_LABELS, SECTIONS, Field, fields, school_types, shared_fields
from data_contracts.rules import pairs, stated_ratios
from domain.assessment.comparing import at_least, at_most
from domain.assessment.school_sections import ALL_SECTIONS, Weights, section_weights, split_resource
from domain.intake.findings import Finding
from domain.intake.returns import Returns

SQUARE_METRES_PER_MU = 666.67
OVERSIZE_CAP = {"primary": 45, "junior": 50}
Told = tuple[int, Finding]


def screen(returns: Returns, used: frozenset[str], weights: Weights) -> list[Told]:
    """Every finding about the figures of each return.

    Args:
        returns: with the register's identity.
        used: fields that the standards in force use; only these are required.
        weights: split weights, to compute what a school's stated ratios should be.

    Returns:
        (index of the return, finding).
    """
    screeners: tuple[Callable[[Returns], Iterator[Told]], ...] = (
        _students,
        _pairs,
        _classes,
        _parts,
        _bounds,
    )
    told = list(_required(returns, used))
    for screener in screeners:
        told.extend(screener(returns))
    told.extend(_stated_ratios(returns, weights))
    return told


def needed_sections(returns: Returns) -> dict[str, np.ndarray]:
    """For primary, junior and senior: True where the school's type fills in the section."""
    types = returns.text("school_type")
    needed = {}
    for section in ALL_SECTIONS:
        names = [
            kind.name
            for kind in school_types().values()
            if section in kind.sections or (section == "senior" and section in kind.split)
        ]
        needed[section] = np.isin(types.astype(str), names)
    return needed


def missing_figures(returns: Returns, used: frozenset[str]) -> dict[tuple[str, str | None], np.ndarray]:
    """For each place that is required of some school: True where it is required and missing.

    A figure is required when the catalogue says so, the school's type fills that section, and a standard in
    force uses it; never of a closed school, nor for a section without students.
    """
    needed = needed_sections(returns)
    closed = returns.text("school_status") == "停办"
    compulsory = needed["primary"] | needed["junior"]
    missing: dict[tuple[str, str | None], np.ndarray] = {}
    for what in fields().values():
        if what.required == "no" or what.key not in used:
            continue
        if what.category == "基本信息":
            blank = _blank(returns, what, None)
            missing[(what.key, None)] = blank & (
                returns.text("school_type") == "教学点" if what.required == "teaching points" else True
            )
            continue
        condition = ~closed & compulsory & _condition(returns, what)
        if what.shared:
            missing[(what.key, None)] = condition & ~_whole_known(returns, what, needed)
        elif what.whole_school:
            missing[(what.key, None)] = condition & _blank(returns, what, None)
        else:
            for section in what.sections:
                present = np.full(len(returns), True) if what.key == "enrolment" else returns.number("enrolment", section) != 0
                missing[(what.key, section)] = condition & needed[section] & present & _blank(returns, what, section)
    return missing


def _condition(returns: Returns, what: Field) -> np.ndarray:
    """Where the catalogue's condition of a required field holds."""
    if what.required == "not 教学点":
        return returns.text("school_type") != "教学点"
    if what.required.startswith("if "):
        return returns.number(what.required.removeprefix("if ").removesuffix(" > 0")) > 0
    return np.full(len(returns), True)


def _blank(returns: Returns, what: Field, section: str | None) -> np.ndarray:
    if what.numeric:
        return np.isnan(returns.number(what.key, section))
    return np.array([text is None for text in returns.text(what.key)], dtype=bool)


def _whole_known(returns: Returns, what: Field, needed: dict[str, np.ndarray]) -> np.ndarray:
    """True where a shared resource is known: for the whole school, or for every section that shares it."""
    whole = ~np.isnan(returns.number(what.key))
    by_section = np.full(len(returns), True)
    for section in ALL_SECTIONS:
        empty = returns.number("enrolment", section) == 0
        by_section &= ~needed[section] | empty | ~np.isnan(returns.number(what.key, section))
    return whole | by_section


def _required(returns: Returns, used: frozenset[str]) -> Iterator[Told]:
    for (key, section), mask in missing_figures(returns, used).items():
        what = fields()[key]
        for index in places(mask):
            typed = returns.typed_text(index, key, section)
            said = f"(填的是“{typed}”)" if typed else ""
            said_en = f" (typed: '{typed}')" if typed else ""
            label = what.label_in(section)
            if what.shared and any(returns.filled(key, s)[index] for s in SECTIONS):
                label = f"{what.label}(全校数,或每个学段分别填写)"
            remedy, remedy_en = _remedy(what)
            params = {"label": label, "typed": said, "typed_en": said_en, "remedy": remedy, "remedy_en": remedy_en}
            yield index, returns.finding(index, "C-REQUIRED", key, section, **params)


def _remedy(what: Field) -> tuple[str, str]:
    """What to fill in where nothing stands."""
    if what.numeric:
        return "实际数,没有的请填 0,不要留空", "the figure, 0 where there is none"
    if what.kind == "yes/no":
        return "“是”或“否”", "是 or 否"
    return "后重新报送", "this item"


def _students(returns: Returns) -> Iterator[Told]:
    """No students in the whole school, or in one section of several."""
    closed = returns.text("school_status") == "停办"
    needed = needed_sections(returns)
    counts = np.stack([returns.number("enrolment", section) for section in ALL_SECTIONS], axis=1)
    total = np.nansum(counts, axis=1)
    unknown = np.stack([needed[section] for section in ALL_SECTIONS], axis=1) & np.isnan(counts)
    stated = ~np.isnan(counts).all(axis=1) & ~unknown.any(axis=1)
    for index in places(stated & (total == 0) & ~closed):
        section = ALL_SECTIONS[int(np.flatnonzero(~np.isnan(counts[index]))[0])]
        yield index, returns.finding(index, "R-NO-STUDENTS", "enrolment", section)
    for position, section in enumerate(SECTIONS):
        for index in places(needed[section] & (counts[:, position] == 0) & (total > 0)):
            yield index, returns.finding(index, "R-EMPTY-SECTION", "enrolment", section, part=SECTION_LABELS[section])


def _pairs(returns: Returns) -> Iterator[Told]:
    """Figures of which one can never exceed the other, at every place where both are given."""
    for pair in pairs():
        left, right = fields()[pair.left], fields()[pair.right]
        for section in (place for place in left.places if place in right.places):
            more = returns.number(left.key, section) > returns.number(right.key, section)
            for index in places(more):
                params = {
                    "left_label": left.label_in(section),
                    "right_label": right.label_in(section),
                    "left": plain(returns.number(left.key, section)[index] / left.factor),
                    "right": plain(returns.number(right.key, section)[index] / right.factor),
                }
                yield index, returns.finding(index, "S-MOST", left.key, section, **params)


def _classes(returns: Returns) -> Iterator[Told]:
    """Classes, the largest class and oversize classes against enrolment."""
    for section in SECTIONS:
        students, classes = returns.number("enrolment", section), returns.number("classes", section)
        largest, oversize = returns.number("largest_class", section), returns.number("oversize_classes", section)
        spoken, cap = SECTION_LABELS[section], OVERSIZE_CAP[section]
        for index in places((classes == 0) & (students > 0)):
            yield (
                int(index),
                returns.finding(index, "S-CLASSES-ZERO", "classes", section, part=spoken, students=plain(students[index])),
            )
        for index in places((classes > 0) & (classes * largest < students)):
            params = {
                "part": spoken,
                "classes": plain(classes[index]),
                "largest": plain(largest[index]),
                "product": plain(classes[index] * largest[index]),
                "students": plain(students[index]),
            }
            yield index, returns.finding(index, "S-CLASS-PRODUCT", "largest_class", section, **params)
        contradiction = ((oversize > 0) & (largest <= cap)) | ((oversize == 0) & (largest > cap))
        for index in places(contradiction):
            stated = {"part": spoken, "largest": plain(largest[index]), "oversize": plain(oversize[index]), "cap": cap}
            yield index, returns.finding(index, "S-OVERSIZE", "oversize_classes", section, **stated)


def _parts(returns: Returns) -> Iterator[Told]:
    """Shared resources entered by section against the figure of the whole school."""
    needed = needed_sections(returns)
    for what in shared_fields():
        whole = returns.number(what.key)
        entered = np.stack([returns.number(what.key, section) for section in ALL_SECTIONS], axis=1)
        given = ~np.isnan(entered)
        parts = np.where(given, entered, 0.0).sum(axis=1)
        both = given.any(axis=1) & ~np.isnan(whole)
        slack = 1e-9 * np.abs(whole)
        shares = np.stack([needed[section] & (returns.number("enrolment", section) > 0) for section in ALL_SECTIONS], axis=1)
        nothing_left = ~(shares & ~given).any(axis=1)
        for index in places(both & (parts > whole + slack)):
            params = {"label": what.label, "parts": plain(parts[index] / what.factor), "whole": plain(whole[index] / what.factor)}
            yield index, returns.finding(index, "S-PARTS-ABOVE", what.key, **params)
        for index in places(both & (parts < whole - slack) & nothing_left):
            rest = (whole[index] - parts[index]) / what.factor
            params = {
                "label": what.label,
                "parts": plain(parts[index] / what.factor),
                "whole": plain(whole[index] / what.factor),
                "rest": plain(rest),
            }
            yield index, returns.finding(index, "S-PARTS-BELOW", what.key, **params)


def _bounds(returns: Returns) -> Iterator[Told]:
    """Figures per student outside the physical bounds of the catalogue, with the likely slip of unit."""
    all_students = np.nansum(np.stack([returns.number("enrolment", section) for section in ALL_SECTIONS], axis=1), axis=1)
    for what in fields().values():
        if what.hard_min is None or what.hard_max is None:
            continue
        for section in what.places:
            students = returns.number("enrolment", section) if section else all_students
            figure = returns.number(what.key, section)
            with np.errstate(invalid="ignore", divide="ignore"):
                ratio = np.where(students > 0, figure / students, np.nan)
            for index in places((~at_least(ratio, what.hard_min) | ~at_most(ratio, what.hard_max)) & ~np.isnan(ratio)):
                hint, hint_en = _likely_factor(what, float(ratio[index]))
                params = {
                    "label": what.label_in(section),
                    "amount": plain(figure[index] / what.factor) + what.unit,
                    "ratio": f"{ratio[index]:.4g}" if ratio[index] < 1e6 else f"{ratio[index]:.0f}",
                    "unit": what.stored_unit,
                    "low": plain(what.hard_min),
                    "high": plain(what.hard_max),
                    "hint": hint,
                    "hint_en": hint_en,
                }
                yield index, returns.finding(index, "S-BOUNDS", what.key, section, **params)


def _likely_factor(what: Field, ratio: float) -> tuple[str, str]:
    """The slip of unit that would bring a figure back within bounds, named with its factor."""
    low, high = what.hard_min or 0.0, what.hard_max or 0.0
    if what.unit == "万元" and low <= ratio / 10_000 <= high:
        return ",可能误以“元”填报(应填万元,1 万元 = 10000 元)", "; probably entered in 元 instead of 万元 (factor 10,000)"
    if what.unit == "㎡" and low <= ratio * SQUARE_METRES_PER_MU <= high and ratio < low:
        return ",可能误以“亩”填报(1 亩 = 666.67 ㎡)", "; probably entered in 亩 (mu) instead of square metres (factor 666.67)"
    return "", ""


def _stated_ratios(returns: Returns, weights: Weights) -> Iterator[Told]:
    """Ratios that a school states itself against its own counts; equal when rounding or truncating makes them so."""
    students = np.stack([returns.number("enrolment", section) for section in ALL_SECTIONS], axis=1)
    share = section_weights(returns.text("school_type"), students, weights)
    for ratio in stated_ratios():
        stated_field = fields()[ratio.stated]
        for section in stated_field.places:
            stated = returns.number(ratio.stated, section)
            if np.isnan(stated).all():
                continue
            amount = _amount(returns, ratio.add, section, share, students) - _amount(
                returns, ratio.subtract, section, share, students
            )
            over = _amount(returns, (ratio.over,), section, share, students)
            with np.errstate(invalid="ignore", divide="ignore"):
                computed = ratio.per * amount / over
            for index in places(~np.isnan(stated) & np.isfinite(computed)):
                if agrees(returns.typed_text(index, ratio.stated, section) or "", stated[index], computed[index]):
                    continue
                scale = " × 100" if ratio.per == 100 else ""
                params = {
                    "label": stated_field.label_in(section),
                    "stated": plain(stated[index]) + stated_field.unit,
                    "computed": short(computed[index]) + stated_field.unit,
                    "arithmetic": f"{plain(amount[index])} ÷ {plain(over[index])}{scale}",
                    "hint": "",
                    "hint_en": "",
                }
                yield index, returns.finding(index, "S-STATED-RATIO", ratio.stated, section, **params)


def _amount(returns: Returns, keys: tuple[str, ...], section: str | None, share: np.ndarray, students: np.ndarray) -> np.ndarray:
    """The sum of some fields in a section (shared ones split), or in the whole school."""
    total = np.zeros(len(returns))
    for key in keys:
        what = fields()[key]
        if section and what.shared:
            entered = np.stack([returns.number(key, s) for s in ALL_SECTIONS], axis=1)
            total = total + split_resource(returns.number(key), entered, share, students)[:, ALL_SECTIONS.index(section)]
        elif section and section in what.sections:
            total = total + returns.number(key, section)
        elif what.whole_school:
            whole = returns.number(key)
            if what.shared:
                parts = np.stack([returns.number(key, s) for s in ALL_SECTIONS], axis=1)
                whole = np.where(np.isnan(whole) & ~np.isnan(parts).all(axis=1), np.nansum(parts, axis=1), whole)
            total = total + whole
        else:
            parts = np.stack([returns.number(key, s) for s in what.sections], axis=1)
            total = total + np.where(np.isnan(parts).all(axis=1), np.nan, np.nansum(parts, axis=1))
    return total


def agrees(typed: str, stated: float, computed: float) -> bool:
    """True when rounding or truncating the computed figure to the digits typed gives the stated one."""
    digits = unicodedata.normalize("NFKC", typed).strip().rstrip("%")
    decimals = len(digits.partition(".")[2]) if "e" not in digits.lower() else 6
    if digits.startswith(("0.", ".")) and stated > 1:
        decimals = max(0, decimals - 2)  # a share typed as a fraction
    scale = 10.0**decimals
    slack = 1e-9 * max(1.0, abs(computed) * scale)
    scaled = computed * scale
    return any(
        abs(candidate - stated * scale) <= slack + 1e-6
        for candidate in (np.floor(scaled + 0.5), np.round(scaled), np.floor(scaled + slack))
    )


def places(mask: np.ndarray) -> list[int]:
    """Where a mask holds, as plain numbers."""
    return np.flatnonzero(mask).tolist()


def short(value: float) -> str:
    """A computed figure for a message: four digits, never in powers of ten."""
    return f"{value:.4g}" if abs(value) < 10_000 else f"{value:.0f}"


def plain(value: float) -> str:
    """A figure for a message: at most 10 significant digits, no trailing zeros."""
    return f"{float(value):.10g}"
