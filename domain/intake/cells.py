"""From typed cells to numbers and words: one column of one field at a time.

Belongs here: what a single cell says, and what is wrong or tolerated in it.
Does not belong here: whether it was required or fits other figures (``screening``).
"""

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

import numpy as np

from data_contracts.catalogue import Field, choices, official_values
from domain.intake.formulas import points_elsewhere
from domain.intake.labels import simplified

TEXT_LIMIT = 500
ROUNDING = 1e-12
SHOWN_LIMIT = 100  # characters of a text or formula that a message repeats
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\x00-\x08\x0b\x0c\x0e-\x1f]")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")
_BLANK_WITHIN = re.compile(r"\d +\d")
_WITH_WORDS = re.compile(r"[+-]?[\d,]*\.?\d+\s*[^\d\s.,;/]+[23]?")  # NFKC makes m2 of ㎡
# How programs export a code: as a formula that keeps Excel from taking it for a number, and as a number with decimals.
_EXPORTED_CODE = re.compile(r'="([0-9]+)"|([0-9]+)\.0')
_CODE_DIGITS, _NEARLY_A_CODE = 10, re.compile("[0-9]{8,9}")
_EXCEL_ERRORS = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!", "#CALC!")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(T?0?0:00(:00)?)?")
FIGURE, WORDS = {"fill": "数字", "fill_en": "the figure"}, {"fill": "内容", "fill_en": "the words"}
"""What a remedy asks to be filled in: a figure, or the words of any other field."""
_EARLIEST, _LATEST = 1949, 2099
_NOTHING = ("-", "--", "—", "——", "–", "/", "\\", "无", "没有", "暂无", "缺")
_LONGEST_NOTHING = max(map(len, _NOTHING))
_YES, _NO = ("是", "有", "√", "y", "yes", "true", "对"), ("否", "无", "没有", "×", "x", "n", "no", "false", "错", "不是")


class NotComputed(str):
    """What stands in a cell whose formula was never computed: the formula, with its equals sign."""

    __slots__ = ()

    @property
    def rule(self) -> str:
        """The rule that speaks of it; for one that looks into another file, opening and saving is no remedy."""
        return "C-LINKED" if points_elsewhere(self) else "C-NOT-COMPUTED"


@dataclass
class Column:
    """A coerced column of n cells.

    Attributes:
        numbers: in the stored unit, NaN where blank or unreadable; None for fields of words.
        texts: normalised words, None where blank or unreadable; None for numeric fields.
        remarks: (index of the school, rule, parameters) for cells that are wrong or were tolerated.
    """

    numbers: np.ndarray | None = None
    texts: np.ndarray | None = None
    remarks: list[tuple[int, str, dict[str, object]]] = field(default_factory=list)


def shown(value: object) -> str:
    """A cell as a person sees it: 450 for 450.0, dates in ISO form, TRUE and FALSE."""
    if type(value) is str:
        # No database takes a NUL, and nobody typed one.
        return value.replace("\x00", "") if "\x00" in value else value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e16 else repr(value)
    if isinstance(value, dt.timedelta):
        minutes, seconds = divmod(int(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ")
    return str(value).replace("\x00", "")


def is_excel_error(text: str) -> bool:
    """True for what Excel shows instead of the result of a formula that fails, such as #NAME?."""
    return text.strip().upper() in _EXCEL_ERRORS


def cut(text: str) -> str:
    """A text as messages repeat it, cut where it is long."""
    return text if len(text) <= SHOWN_LIMIT else text[:SHOWN_LIMIT] + "……"


def is_blank(value: object) -> bool:
    """True for an empty cell or one that holds only blanks and invisible characters."""
    # A first character that is a letter, a digit or Chinese settles nearly every cell.
    return value is None or (isinstance(value, str) and not value[:1].isalnum() and not clean_text(value))


def clean_text(text: str) -> str:
    """Text in NFC with bidi controls, zero-width and control characters removed and blanks folded."""
    if text.isalnum() and (text.isascii() or unicodedata.is_normalized("NFC", text)):
        return text
    return " ".join(_INVISIBLE.sub("", unicodedata.normalize("NFC", text)).split())


def coerce(what: Field, label: str, typed: list[object], textual: bool) -> Column:
    """Read a column of cells as the field's kind.

    Args:
        what: the field.
        label: as on the form, for messages.
        typed: n cells as typed.
        textual: True for CSV, where a plain number in text is no deviation.
    """
    if what.numeric:
        return _numbers(what, label, typed, textual)
    return _words(what, label, typed, textual)


def _says_nothing(text: str) -> bool:
    """True for what people write where there is nothing, in any width and in Traditional Chinese too."""
    return len(text) <= _LONGEST_NOTHING and simplified(unicodedata.normalize("NFKC", text)) in _NOTHING


def _numbers(what: Field, label: str, typed: list[object], textual: bool) -> Column:
    column = Column()
    values, odd = _plain_numbers(typed)

    def remark(index: int, rule: str, **more: object) -> None:
        column.remarks.append(
            (index, rule, {"label": label, "value": cut(shown(typed[index])), "unit": what.unit or "—", **more})
        )

    for index in odd:
        values[index], rule, extra = _odd_number(what, typed[index], textual)
        if rule:
            remark(index, rule, **{"number": shown(float(values[index])), **extra})
    for index in _where(~np.isfinite(values)):
        if type(typed[index]) in (float, int):
            remark(index, "C-NOT-FINITE")
            values[index] = np.nan
    wrong = [("C-NEGATIVE", values < 0)]
    if what.kind == "integer":
        # What a spreadsheet shows as a whole number is one: it computes with 17 digits and shows 15.
        whole = np.rint(values)
        values = np.where(np.abs(values - whole) <= ROUNDING * np.abs(values), whole, values)
        wrong.append(("C-INTEGER", (values >= 0) & (values != np.floor(values))))
    for rule, mask in wrong:
        for index in _where(mask):
            remark(index, rule)
        values[mask] = np.nan
    if what.unit == "%":
        for index in _where((values > 0) & (values <= 1)):
            if not shown(typed[index]).strip().endswith(("%", "％")):
                # In decimals: 0.009 is 0.9 %, in binary fractions a little less.
                values[index] = float(Decimal(repr(float(values[index]))) * 100)
                remark(index, "C-PERCENT", number=shown(float(values[index])))
    column.numbers = values * what.factor + 0.0  # no zero below zero
    return column


def plain_number(what: Field, cell: object) -> float | None:
    """A single cell in the stored unit where it is a number that no rule can speak of: nearly all of a form.

    The same as ``coerce`` for a column of one cell, without making columns; None where ``coerce`` must look.
    """
    if type(cell) is not float or not what.numeric or not 0 <= cell < 1e15:
        return None
    if (what.unit == "%" and 0 < cell <= 1) or (what.kind == "integer" and not cell.is_integer()):
        return None
    return cell * what.factor


def plain_words(what: Field, cell: object) -> str | None:
    """A single cell of words of which no rule speaks: the same as ``coerce``; None where ``coerce`` must look."""
    if type(cell) is not str or what.numeric or _no_words(cell):
        return None
    text, rule, _ = _read_once(_word_reader(what), what.key, cell)
    return None if rule else text


@lru_cache(maxsize=4096)  # ten thousand forms say the same few words
def _read_once(reader: "WordReader", key: str, cell: str) -> "Reading":
    return reader(key, cell)


def _where(mask: np.ndarray) -> list[int]:
    return np.flatnonzero(mask).tolist()


def _plain_numbers(typed: list[object]) -> tuple[np.ndarray, list[int]]:
    """Cells that are numbers, NaN elsewhere, and the indexes of cells that are neither numbers nor empty."""
    if set(map(type, typed)) <= {float, int}:
        return np.array(typed, dtype=float), []
    values = np.full(len(typed), np.nan)
    odd = []
    for index, cell in enumerate(typed):
        if type(cell) is float or type(cell) is int:
            values[index] = cell
        elif cell != "" and cell is not None:
            odd.append(index)
    return values, odd


def _odd_number(what: Field, cell: object, textual: bool) -> tuple[float, str | None, dict[str, object]]:
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
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", cell)).strip()
    bare = text.replace(" ", "").replace("\u2212", "-").removeprefix("'")
    if not bare:
        return nothing, None, {}
    if bare.upper() in _EXCEL_ERRORS:
        return nothing, "C-EXCEL-ERROR", {**FIGURE}
    if _says_nothing(bare):
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


def _words(what: Field, label: str, typed: list[object], textual: bool) -> Column:
    reader = _word_reader(what)
    texts = np.full(len(typed), None, dtype=object)
    column = Column(texts=texts)
    seen: dict[object, tuple[str | None, str | None, dict[str, object]]] = {}
    if set(map(type, typed)) == {str}:
        # A hundred thousand schools say the same few words: each is read once, and only what is odd is looked at again.
        said = {cell: _no_words(cell) or reader(what.key, cell) for cell in set(typed) if cell}
        said[""] = (None, None, {})
        texts[:] = [said[cell][0] for cell in typed]
        odd = [(index, cell) for index, cell in enumerate(typed) if said[cell][1]] if any(r for _, r, _ in said.values()) else []
        seen = {(str, cell): said[cell] for _, cell in odd}
    else:
        odd = list(enumerate(typed))
    for index, cell in odd:
        if cell == "" or cell is None:
            continue
        key = (type(cell), cell)
        if key not in seen:
            seen[key] = _no_words(cell) or reader(what.key, cell)
        text, rule, extra = seen[key]
        texts[index] = text
        if rule and not (textual and rule == "C-NORMALISED"):
            column.remarks.append((index, rule, {"label": label, "value": cut(shown(cell)), **extra}))
    return column


Reading = tuple[str | None, str | None, dict[str, object]]
"""What a cell says, the rule that speaks of it, and what the rule's text names."""
WordReader = Callable[[str, object], Reading]
"""Reads a cell of the field with a key."""


def _no_words(cell: object) -> Reading | None:
    """What is wrong in any field of words; None where nothing is."""
    if isinstance(cell, NotComputed):
        return None, cell.rule, {"value": cut(cell), **WORDS}
    if isinstance(cell, str):
        return (None, "C-EXCEL-ERROR", {**WORDS}) if cell[:1] == "#" and cell.strip().upper() in _EXCEL_ERRORS else None
    return None


def _word_reader(what: Field) -> WordReader:
    if what.key in ("school_id", "parent_school_id", "county_code"):
        return _code
    if what.kind == "date":
        return _date
    if what.kind == "choice":
        return _choice
    return _yes_no if what.kind == "yes/no" else _text


def _text(key: str, cell: object) -> Reading:
    if isinstance(cell, float) and not math.isfinite(cell):
        return None, "C-NOT-FINITE", {}
    text = clean_text(shown(cell))
    if len(text) > TEXT_LIMIT:
        return None, "C-LONG", {"length": len(text), "limit": TEXT_LIMIT, "value": text[:40]}
    if _says_nothing(text):
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
        if _says_nothing(text):
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
    if _says_nothing(text):
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
    if _says_nothing(text):
        return None, "C-NOTHING", {}
    return None, "C-CHOICE", {"options": list(official_values(key))}


def _yes_no(key: str, cell: object) -> Reading:
    text = unicodedata.normalize("NFKC", clean_text(shown(cell))).replace(" ", "").lower()
    if not text:
        return None, None, {}
    for official, spellings in (("是", _YES), ("否", _NO)):
        if text in spellings or simplified(text) in spellings:
            return official, None if text == official else "C-NORMALISED", {"number": official}
    if _says_nothing(text):
        return None, "C-NOTHING", {}
    return None, "C-CHOICE", {"options": ["是", "否"]}
