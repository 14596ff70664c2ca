"""Screening a school's return: what is required, and every rule about its figures in one pass.

Belongs here: which figures are required, schools without students, and the list of all screeners.
Does not belong here: the screeners themselves (``consistency``, ``plausibility``, ``ratio_checks``, ``comparisons``), rules
about single cells (``cells``), about several files (``settling``), about a whole year (``checks``).
"""

from collections.abc import Collection, Iterator, Mapping

import numpy as np
import pandas as pd

from data_contracts.catalogue import SECTION_LABELS, SECTIONS, Field, fields, school_types
from domain.assessment.school_sections import ALL_SECTIONS, Weights
from domain.intake import comparisons, consistency, plausibility, ratio_checks
from domain.intake.returns import Returns
from domain.intake.telling import Place, Told, cells_of, places, plain

__all__ = ["Told", "missing_figures", "needed_sections", "plain", "screen"]

CLOSED = "停办"
"""What 办学状态 says of a school that is closed."""


def screen(
    returns: Returns,
    used: frozenset[str],
    weights: Weights,
    last_year: pd.DataFrame | None = None,
    columns_missing: Mapping[str, Collection[Place]] | None = None,
    year_before: str = "上一",
) -> list[Told]:
    """Every finding about the figures of each return.

    Args:
        returns: with the register's identity.
        used: fields that the standards in force use; only these are required.
        weights: split weights, to compute what a school's stated ratios should be.
        last_year: the stored ``school_returns`` of the year before; None where there is none, and change is not looked at.
        columns_missing: by file, the places whose whole column is told to be missing or broken: the file is told once, not
            every school.
        year_before: what last year is called.

    Returns:
        (index of the return, finding).
    """
    needed = needed_sections(returns)
    told = list(_required(returns, used, columns_missing or {}))
    told.extend(_students(returns))
    told.extend(consistency.same_place_pairs(returns))
    told.extend(consistency.whole_school_pairs(returns, needed))
    told.extend(consistency.implied_figures(returns, needed))
    told.extend(consistency.class_figures(returns))
    told.extend(consistency.section_parts(returns, needed))
    told.extend(consistency.retention(returns))
    told.extend(plausibility.bounds(returns))
    told.extend(plausibility.ordinary_ranges(returns))
    told.extend(ratio_checks.stated_against_counts(returns, weights, last_year))
    if last_year is not None:
        # A figure outside its bounds is told once; that it also changed is no further news.
        wrong = {(index, one.field, one.section) for index, one in told if one.rule == "S-BOUNDS"}
        changes = comparisons.against_last_year(returns, last_year, year_before)
        told.extend((index, one) for index, one in changes if (index, one.field, one.section) not in wrong)
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
    closed = returns.text("school_status") == CLOSED
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


def _required(returns: Returns, used: frozenset[str], columns_missing: Mapping[str, Collection[Place]]) -> Iterator[Told]:
    files = np.array(returns.places[0], dtype=object)
    blank_places = {(key, section) for _, _, _, key, section in returns.blanks} if columns_missing else set()
    for (key, section), mask in missing_figures(returns, used).items():
        what = fields()[key]
        told_once = [file for file, missing in columns_missing.items() if (key, section) in missing]
        if told_once:
            silent = np.isin(files, told_once) & ~returns.filled(key, section)
            if (key, section) in blank_places:
                silent[[index for index in places(silent) if returns.cell(index, key, section)]] = False
            mask = mask & ~silent
        for index in places(mask):
            typed = returns.typed_text(index, key, section)
            said = f"(填的是“{typed}”)" if typed else ""
            said_en = f" (typed: '{typed}')" if typed else ""
            label = what.label_in(section)
            if what.shared and any(returns.is_filled(index, key, s) for s in SECTIONS):
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
    """No students in the whole school, or in one section of several; students in a closed one."""
    closed = returns.text("school_status") == CLOSED
    needed = needed_sections(returns)
    counts = np.stack([returns.number("enrolment", section) for section in ALL_SECTIONS], axis=1)
    total = np.nansum(counts, axis=1)
    unknown = np.stack([needed[section] for section in ALL_SECTIONS], axis=1) & np.isnan(counts)
    stated = ~np.isnan(counts).all(axis=1) & ~unknown.any(axis=1)
    for index in places(stated & (total == 0) & ~closed):
        section = ALL_SECTIONS[int(np.flatnonzero(~np.isnan(counts[index]))[0])]
        yield index, returns.finding(index, "R-NO-STUDENTS", "enrolment", section)
    for index in places(closed & (total > 0)):
        where: list[Place] = [
            ("enrolment", section) for section, count in zip(ALL_SECTIONS, counts[index], strict=True) if count > 0
        ]
        told = {"label": fields()["school_status"].label, "status": CLOSED, "students": plain(total[index])}
        told |= cells_of(returns, index, [("school_status", None), *where])
        yield index, returns.finding(index, "R-CLOSED", "school_status", **told)
    for position, section in enumerate(SECTIONS):
        for index in places(needed[section] & (counts[:, position] == 0) & (total > 0)):
            yield index, returns.finding(index, "R-EMPTY-SECTION", "enrolment", section, part=SECTION_LABELS[section])
