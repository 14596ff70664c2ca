"""What a cell of a numeric field says where it is no plain number: a text of digits, a date, a sign for nothing.

Belongs here: one cell at a time, its value if it has one, and the rule that speaks of it. Does not belong here: columns
(``cells``), cells as text (``cell_text``).
"""

import datetime as dt
import re
import unicodedata

import numpy as np

from data_contracts.catalogue import Field
from domain.intake.cell_text import FIGURE, INVISIBLE, TEXT_LIMIT, NotComputed, cut, is_excel_error, says_nothing

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")
_BLANK_WITHIN = re.compile(r"\d +\d")
_WITH_WORDS = re.compile(r"[+-]?[\d,]*\.?\d+\s*[^\d\s.,;/]+[23]?")  # NFKC makes m2 of ㎡


def odd_number(what: Field, cell: object, textual: bool) -> tuple[float, str | None, dict[str, object]]:
    """A cell of a numeric field that is no plain number: its value if it has one, and the rule that speaks of it."""
    nothing = float("nan")
    if isinstance(cell, bool):
        return nothing, "C-LOGICAL", {}
    if isinstance(cell, (dt.datetime, dt.date, dt.time, dt.timedelta)):
        return nothing, "C-DATE", {}
    if not isinstance(cell, str):
        return nothing, "C-NUMBER", {}
    if isinstance(cell, NotComputed):
        return nothing, cell.rule, {"value": cut(cell), **FIGURE}
    if len(cell) > TEXT_LIMIT:
        return nothing, "C-LONG", {"length": len(cell), "limit": TEXT_LIMIT, "value": cell[:40]}
    text = INVISIBLE.sub("", unicodedata.normalize("NFKC", cell)).strip()
    bare = text.replace(" ", "").replace("\u2212", "-").removeprefix("'")
    if not bare:
        return nothing, None, {}
    if is_excel_error(bare):
        return nothing, "C-EXCEL-ERROR", {**FIGURE}
    if says_nothing(bare):
        return nothing, "C-NOTHING", {}
    if bare.lower().lstrip("+-") in ("nan", "inf", "infinity"):
        return nothing, "C-NOT-FINITE", {}
    # 450 460: thousands, or two figures in one cell.
    spaced: dict[str, object] = {}
    if _BLANK_WITHIN.search(text):
        spaced = {"parts": "、".join(text.split()), "parts_en": ", ".join(text.split())}
    if what.unit == "%" and bare.endswith("%") and _NUMBER.fullmatch(bare[:-1]):
        return float(bare[:-1]), "C-SPACED" if spaced else "C-NORMALISED", {**spaced}
    if any(sign.isnumeric() and not sign.isdecimal() for sign in cell):
        return (
            nothing,
            "C-UNIT" if _WITH_WORDS.fullmatch(bare) and not _NUMBER.fullmatch(bare) else "C-NUMBER",
            {},
        )  # 450② is not 4502
    if _NUMBER.fullmatch(bare) or _GROUPED.fullmatch(bare):
        number = float(bare.replace(",", ""))
        if not np.isfinite(number):
            return nothing, "C-NOT-FINITE", {}
        if spaced:
            return number, "C-SPACED", spaced
        return number, (None if textual and bare == cell.strip() and "," not in bare else "C-NORMALISED"), {}
    return nothing, "C-UNIT" if _WITH_WORDS.fullmatch(bare) else "C-NUMBER", {}
