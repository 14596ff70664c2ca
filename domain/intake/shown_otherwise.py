"""Figures that one sees otherwise than they are read, by the number format of their cells.

Belongs here: what a format makes of a figure of a column. Does not belong here: reading a format (``number_formats``), what a
school is told (``passed_over``).
"""

import math
import re
from dataclasses import dataclass
from functools import lru_cache

from data_contracts.layout import factor_to
from domain.intake.number_formats import OTHER_SIGNS_OF_MONEY, SIGNS_OF_YUAN, shows
from domain.intake.unit_words import said_in

_MONEY = re.compile(rf"[{SIGNS_OF_YUAN}{OTHER_SIGNS_OF_MONEY}]|RMB|CNY|USD", re.IGNORECASE)
_YUAN = (*SIGNS_OF_YUAN, "RMB", "CNY")
_MULTIPLE = re.compile(r"\(?([十百千万亿]{1,2})\)?")


@dataclass(frozen=True)
class Seen:
    """What is seen of a figure that is not what is read.

    Attributes:
        zh, en: in words.
        sure: False where the format may have been chosen without a thought.
    """

    zh: str
    en: str
    sure: bool = True


def seen_otherwise(code: str, value: float, own: str, scale: float) -> Seen | None:
    """What a format makes of a figure, where it is seen as another one than is read; None where it is the same.

    Args:
        code: the format.
        value: as it is stored.
        own: the unit of the field.
        scale: by what figures of the column are multiplied to stand in it.
    """
    found = shows(code)
    if not found or not value:
        return None
    if found.hidden:
        return Seen("文字或空白", "words or nothing")
    if found.added:
        return Seen("添了数字的数", "a figure with a digit added")
    if found.scaled:
        return Seen("缩小了的数", "a smaller figure")
    if found.percent and not (own == "%" and 0 < value <= 1):
        return Seen(f"“{value * 100:.10g}%”", f"'{value * 100:.10g}%'")
    if not own:
        return None
    return next((seen for word in found.words if (seen := _in_other_units(word, own, scale))), None)


@lru_cache(maxsize=1024)  # a format stands in whole columns
def _in_other_units(word: str, own: str, scale: float) -> Seen | None:
    """What a word beside a figure makes of it, where it names another unit than that in which the figure is read."""
    if multiple := _MULTIPLE.fullmatch(word):
        unit = multiple[1] + ("元" if own == "万元" else own)
        return None if _is(factor_to(own, unit), scale) else Seen(f"以“{unit}”为单位的数", f"a figure in '{unit}'")
    for one in said_in("", f"单位:{_MONEY.sub('', word)}", None):
        if not _is(factor_to(own, one.word), scale):
            # A unit of something else says more of the one who formatted the column than of its figures.
            return Seen(f"以“{one.word}”为单位的数", f"a figure in '{one.word}'", sure=own in one.kinds)
    for sign in _MONEY.findall(word):
        if not _is(factor_to(own, "元") if sign.upper() in _YUAN else None, scale):
            return Seen(f"带“{sign}”的金额", f"an amount with '{sign}'", sure=False)
    return None


def _is(factor: float | None, scale: float) -> bool:
    return factor is not None and math.isclose(factor, scale)
