"""What the number format of a cell shows beside or in place of the figure that is stored: 0.00"千元", #,##0, or 0%.

Belongs here: reading one format. Does not belong here: which cells bear it (``sheet_parts``, ``old_format``), whether one sees by
it another figure than is read (``seen_figures``).
"""

import re
from dataclasses import dataclass
from functools import lru_cache

SIGNS_OF_YUAN, OTHER_SIGNS_OF_MONEY = "¥￥", "$€£"
BUILT_IN = {9: "0%", 10: "0.00%", **dict.fromkeys((5, 6, 7, 8, 42, 44), "¥#,##0.00")}
"""Formats that a file names by number alone and that show another figure, or money."""

_TOKEN = re.compile(r'"([^"]*)"?|[\\!](.)|\[\$([^\]-]*)[^\]]*\]|\[[^\]]*\]|[_*].|(.)', re.DOTALL)
_POINT = "\x00"  # stands among the digits for a decimal point that is only a word
_SCALED = re.compile(rf"[0#?],+(?![0#?,])|[0#?]{_POINT}[0#?]")
_CONDITION = re.compile(r"(?:\[[^\]]*\])*?\[[<>=]")
_NOTHING = re.compile(r"(?:\[[^\]]*\])*?\[=0(?:\.0*)?\]")
_ADDED = re.compile(r"[^\w]*\d[\d\W]*")
_A_FIGURE = re.compile(r"[0#?@ymdhseg]", re.IGNORECASE)
"""What stands for a figure or a date in a format, the G of General among it."""
_FOR_WORDS = 3  # the fourth section of a format is for words


@dataclass(frozen=True)
class Shows:
    """What a format shows but the figure.

    Attributes:
        words: beside it, signs of money among them.
        scaled: True where the figure is seen divided, or with a decimal point that is not its own.
        percent: True where it is seen a hundredfold.
        hidden: True where a figure may be seen as words alone, or not at all.
        added: True where a digit that is only a word stands beside those of the figure.
    """

    words: tuple[str, ...]
    scaled: bool
    percent: bool
    hidden: bool = False
    added: bool = False

    def __bool__(self) -> bool:
        return bool(self.words) or self.scaled or self.percent or self.hidden or self.added


@lru_cache(maxsize=1024)
def shows(code: str) -> Shows:
    """What a number format shows but the figure."""
    sections = _sections(code)[:_FOR_WORDS]
    said = [word.strip() for words, _ in sections for word in words]
    words = [word for word in said if any(sign.isalpha() or not sign.isascii() or sign in "$%" for sign in word)]
    digits = [one for _, one in sections]
    scaled = any(_SCALED.search(one) for one in digits)
    percent = any("%" in one for one in digits)
    added = any(_ADDED.fullmatch(word.strip()) for words_of, one in sections if _A_FIGURE.search(one) for word in words_of)
    return Shows(tuple(dict.fromkeys(words)), scaled, percent, hides(code), added)


@lru_cache(maxsize=1024)
def hides(code: str) -> bool:
    """Whether figures greater than nothing, or those of a condition, are seen as words alone or not at all."""
    pairs = zip(code.split(";"), _sections(code)[:_FOR_WORDS], strict=False)
    sections = [(bool(_CONDITION.match(part)), digits) for part, (_, digits) in pairs if not _NOTHING.match(part)]
    conditional = [digits for condition, digits in sections if condition]
    looked_at = conditional or [digits for _, digits in sections[:1]]
    return bool(code) and any(not _A_FIGURE.search(digits) for digits in looked_at)


def _sections(code: str) -> list[tuple[list[str], str]]:
    """The words of each section of a format, and its digits."""
    sections: list[tuple[list[str], str]] = [([], "")]
    goes_on = False
    for match in _TOKEN.finditer(code):
        quoted, escaped, currency, sign = match.groups()
        words, digits = sections[-1]
        if sign == ";":
            sections.append(([], ""))
        elif sign and sign.isascii() and sign not in OTHER_SIGNS_OF_MONEY:
            sections[-1] = (words, digits + sign)
        elif word := quoted or escaped or currency or sign:
            sections[-1] = (words, digits + _POINT) if word == "." else (words, digits)
            if goes_on and not quoted:  # signs set apart one by one are one word
                words[-1] += word
            else:
                words.append(word)
        goes_on = not quoted and bool(escaped or (sign and not sign.isascii()))
    return sections
