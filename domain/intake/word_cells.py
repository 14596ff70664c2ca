"""What a cell of a field of words says: a text, a code, a date, a choice, yes or no.

Belongs here: one cell at a time, its words if it has any, and the rule that speaks of it. Does not belong here: columns
(``cells``), cells as text (``cell_text``).
"""

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from data_contracts.catalogue import Field, choices, official_values
from domain.intake.cell_text import TEXT_LIMIT, WORDS, NotComputed, clean_text, cut, is_excel_error, says_nothing, shown
from domain.intake.labels import simplified

# How programs export a code: as a formula that keeps Excel from taking it for a number, and as a number with decimals.
_EXPORTED_CODE = re.compile(r'="([0-9]+)"|([0-9]+)\.0')
_CODE_DIGITS, _NEARLY_A_CODE = 10, re.compile("[0-9]{8,9}")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(T?0?0:00(:00)?)?")
_EARLIEST, _LATEST = 1949, 2099
_YES, _NO = ("是", "有", "√", "y", "yes", "true", "对"), ("否", "无", "没有", "×", "x", "n", "no", "false", "错", "不是")

Reading = tuple[str | None, str | None, dict[str, object]]
"""What a cell says, the rule that speaks of it, and what the rule's text names."""
WordReader = Callable[[str, object], Reading]
"""Reads a cell of the field with a key."""


def no_words(cell: object) -> Reading | None:
    """What is wrong in any field of words; None where nothing is."""
    if isinstance(cell, NotComputed):
        return None, cell.rule, {"value": cut(cell), **WORDS}
    if isinstance(cell, str):
        return (None, "C-EXCEL-ERROR", {**WORDS}) if cell[:1] == "#" and is_excel_error(cell) else None
    return None


def word_reader(what: Field) -> WordReader:
    """How the cells of a field of words are read."""
    if what.key in ("school_id", "parent_school_id", "county_code"):
        return _code
    if what.kind == "date":
        return _date
    if what.kind == "choice":
        return _choice
    return _yes_no if what.kind == "yes/no" else _text


@lru_cache(maxsize=4096)  # ten thousand forms say the same few words
def read_once(reader: WordReader, key: str, cell: str) -> Reading:
    """What a cell says, remembered."""
    return reader(key, cell)


def _text(key: str, cell: object) -> Reading:
    if isinstance(cell, float) and not math.isfinite(cell):
        return None, "C-NOT-FINITE", {}
    text = clean_text(shown(cell))
    if len(text) > TEXT_LIMIT:
        return None, "C-LONG", {"length": len(text), "limit": TEXT_LIMIT, "value": text[:40]}
    if says_nothing(text):
        return None, "C-NOTHING", {}
    return text or None, None, {}


def _code(key: str, cell: object) -> Reading:
    """A code of digits; a number of exactly as many digits is taken and told, anything else is wrong."""
    digits = 6 if key == "county_code" else _CODE_DIGITS
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        text = shown(float(cell))
        if text.isdigit() and len(text) == digits:
            return text, "R-CODE-NUMBER", {}
    else:
        if type(cell) is str and len(cell) == digits and cell.isascii() and cell.isdigit():
            return cell, None, {}
        text = unicodedata.normalize("NFKC", clean_text(shown(cell))).replace(" ", "").lstrip("'")
        if not text:
            return None, None, {}
        if text.isascii() and text.isdigit() and len(text) == digits:
            return (text, None, {}) if clean_text(shown(cell)).isascii() else (text, "C-NORMALISED", {"number": text})
        if exported := _EXPORTED_CODE.fullmatch(text):
            plain = exported[1] or exported[2]
            if len(plain) == digits:
                return plain, "C-NORMALISED", {"number": plain}
        if says_nothing(text):
            return None, "C-NOTHING", {}
    return None, "R-COUNTY-CODE" if digits == 6 else "R-CODE", {}


def school_code(cell: object) -> str | None:
    """The code of a school as it will be read, with one or two zeros in front that a number lost; None for anything else."""
    found = _code("school_id", cell)[0]
    typed = shown(cell).strip()
    return str(found) if found else typed.rjust(_CODE_DIGITS, "0") if _NEARLY_A_CODE.fullmatch(typed) else None


def _date(key: str, cell: object) -> Reading:
    """A day, as YYYY-MM-DD; a year or a month alone, and a number that is no date, are wrong."""
    if isinstance(cell, (dt.date, dt.datetime)):
        day = cell.date() if isinstance(cell, dt.datetime) else cell
        return _day(day.year, day.month, day.day)
    text = unicodedata.normalize("NFKC", clean_text(shown(cell))).replace(" ", "") if isinstance(cell, str) else shown(cell)
    if not text:
        return None, None, {}
    if says_nothing(text):
        return None, "C-NOTHING", {}
    match = _DAY.fullmatch(text)
    return _day(*map(int, match.group(1, 2, 3))) if match else (None, "C-NO-DATE", {})


def _day(year: int, month: int, day: int) -> Reading:
    try:
        found = dt.date(year, month, day)
    except ValueError:
        return None, "C-NO-DATE", {}
    return (found.isoformat(), None, {}) if _EARLIEST <= year <= _LATEST else (None, "C-NO-DATE", {})


def _choice(key: str, cell: object) -> Reading:
    text = unicodedata.normalize("NFKC", clean_text(shown(cell))).replace(" ", "")
    if not text:
        return None, None, {}
    known = choices()[key]
    for spelling in (text, simplified(text)):
        if spelling in known:
            return known[spelling], None, {}
    if says_nothing(text):
        return None, "C-NOTHING", {}
    return None, "C-CHOICE", {"options": list(official_values(key))}


def _yes_no(key: str, cell: object) -> Reading:
    text = unicodedata.normalize("NFKC", clean_text(shown(cell))).replace(" ", "").lower()
    if not text:
        return None, None, {}
    for official, spellings in (("是", _YES), ("否", _NO)):
        if text in spellings or simplified(text) in spellings:
            return official, None if text == official else "C-NORMALISED", {"number": official}
    if says_nothing(text):
        return None, "C-NOTHING", {}
    return None, "C-CHOICE", {"options": ["是", "否"]}
