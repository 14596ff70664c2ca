"""What stands in one cell, as a person sees it and as messages repeat it.

Belongs here: cells as text, blank cells, errors of Excel, formulas without a result, words that say that there is nothing.
Does not belong here: what a cell means as a number (``number_cells``) or in a field of words (``word_cells``).
"""

import datetime as dt
import re
import unicodedata

from domain.intake.formulas import points_elsewhere
from domain.intake.labels import simplified

TEXT_LIMIT = 500
SHOWN_LIMIT = 100  # characters of a text or formula that a message repeats
INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\x00-\x08\x0b\x0c\x0e-\x1f]")
FIGURE, WORDS = {"fill": "数字", "fill_en": "the figure"}, {"fill": "内容", "fill_en": "the words"}
"""What a remedy asks to be filled in: a figure, or the words of any other field."""
_EXCEL_ERRORS = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!", "#CALC!")
_NOTHING = ("-", "--", "—", "——", "–", "/", "\\", "无", "没有", "暂无", "缺")
_LONGEST_NOTHING = max(map(len, _NOTHING))


class NotComputed(str):
    """What stands in a cell whose formula was never computed: the formula, with its equals sign."""

    __slots__ = ()

    @property
    def rule(self) -> str:
        """The rule that speaks of it; for one that looks into another file, opening and saving is no remedy."""
        return "C-LINKED" if points_elsewhere(self) else "C-NOT-COMPUTED"


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
    return " ".join(INVISIBLE.sub("", unicodedata.normalize("NFC", text)).split())


def says_nothing(text: str) -> bool:
    """True for what people write where there is nothing, in any width and in Traditional Chinese too."""
    return len(text) <= _LONGEST_NOTHING and simplified(unicodedata.normalize("NFKC", text)) in _NOTHING
