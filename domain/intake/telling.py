"""How figures and cells are put into a finding's words, and which whole a school's parts add up to.

Belongs here: what all rules about figures share when they speak. Does not belong here: any rule.
"""

import math
from collections.abc import Sequence

import numpy as np

from data_contracts.catalogue import Field, fields
from domain.assessment.school_sections import ALL_SECTIONS
from domain.intake.findings import Finding
from domain.intake.returns import Returns

Told = tuple[int, Finding]
"""(index of the return, finding)."""

Place = tuple[str, str | None]


def places(mask: np.ndarray) -> list[int]:
    """Where a mask holds, as plain numbers."""
    return np.flatnonzero(mask).tolist()


def short(value: float) -> str:
    """A computed figure for a message: four digits, never in powers of ten."""
    return plain(float(f"{value:.4g}")) if abs(value) < 10_000 else f"{value:.0f}"


def plain(value: float) -> str:
    """A figure for a message: at most 10 significant digits, no trailing zeros, never in powers of ten."""
    text = f"{float(value):.10g}"
    if "e" not in text:
        return text
    return f"{value:.0f}" if abs(value) > 1 else f"{value:.10f}".rstrip("0").rstrip(".")


def amount_text(returns: Returns, index: int, key: str, section: str | None) -> str:
    """A figure in the unit of the form."""
    return plain(returns.number(key, section)[index] / fields()[key].factor)


def cells_of(returns: Returns, index: int, where: Sequence[Place]) -> dict[str, str]:
    """The addresses of the cells that a rule compares, as the parameters ``cells`` and ``cells_en``."""
    found = [cell for key, section in where if (cell := returns.cell(index, key, section))]
    named = list(dict.fromkeys(found))
    return {"cells": "、".join(named), "cells_en": ", ".join(named)}


def filled_places(returns: Returns, index: int, key: str) -> list[Place]:
    """Where a field is filled in: for the whole school if it is, else its sections."""
    what = fields()[key]
    if what.whole_school and returns.is_filled(index, key):
        return [(key, None)]
    return [(key, section) for section in what.sections if returns.is_filled(index, key, section)]


def needed_and_given(returns: Returns, key: str, needed: dict[str, np.ndarray]) -> np.ndarray:
    """True where every section that the school has gives the field, or has no students."""
    complete = np.full(len(returns), True)
    for section in ALL_SECTIONS:
        empty = returns.number("enrolment", section) == 0
        given = ~np.isnan(returns.number(key, section)) if section in fields()[key].sections else np.full(len(returns), False)
        complete &= ~needed[section] | empty | given
    return complete


def whole_school(returns: Returns, key: str) -> np.ndarray:
    """The figure of the whole school, shape (n,): as entered, else the sum of the sections entered; NaN where nothing is."""
    what = fields()[key]
    whole = returns.number(key) if what.whole_school else np.full(len(returns), np.nan)
    if not what.sections:
        return whole
    parts = np.stack([returns.number(key, section) for section in what.sections], axis=1)
    known = ~np.isnan(parts)
    added = np.where(known.any(axis=1), np.where(known, parts, 0.0).sum(axis=1), np.nan)
    return np.where(np.isnan(whole), added, whole)


def usual(what: Field, allowed: float) -> str:
    """A band as people say it: more than 16.43 persons is more than 16, since nobody counts parts of one."""
    shown = float(math.floor(allowed)) if what.kind == "integer" else float(f"{allowed:.4g}")
    return plain(shown) + what.unit
