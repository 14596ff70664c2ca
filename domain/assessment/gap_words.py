"""A gap in the words of the field: 缺 3 名高于规定学历专任教师, 差 212.4 ㎡, 超 2 个班.

Belongs here: rounding up to whole teachers, rooms and books, and the sentence of a gap. Does not belong here: which gaps
there are (``gaps``); the amount itself is never rounded.
"""

import math
from decimal import ROUND_CEILING, Decimal

from data_contracts.catalogue import fields
from data_contracts.standard import Indicator

WHOLE_UNITS = {"人": "名", "台": "台", "间": "间", "册": "册", "套": "套", "个": "个"}
"""Units of what comes only whole, and the measure word that stands before the thing."""
YUAN_PER_WAN = 10_000
# Bits lost in splitting shared resources must not turn a gap of 3 into one of 4.
_ROUNDING_DUST = 1e-9
_COUNTED_AS = ("台数", "册数", "间数", "数")


def need(shortfall: float) -> int:
    """A gap in whole units, rounded up: half a teacher short is one teacher short."""
    return math.ceil(shortfall - _ROUNDING_DUST * max(1.0, shortfall))


def thing_of(indicator: Indicator) -> str:
    """What an indicator counts: 高于规定学历专任教师, 图书, 教学用计算机; for areas and money the title without 生均."""
    field = fields()[indicator.numerator.add[0]]
    if field.stored_unit not in WHOLE_UNITS:
        return indicator.title.removeprefix("生均")
    for ending in _COUNTED_AS:
        if field.label.endswith(ending):
            return field.label.removesuffix(ending)
    return field.label


def shortfall_told(shortfall: float, indicator: Indicator) -> str:
    """What a school section lacks to the threshold of an indicator.

    Args:
        shortfall: unrounded, in the resource's own unit.
        indicator: whose numerator the resource is.
    """
    unit, thing = indicator.resource_unit, thing_of(indicator)
    if unit in WHOLE_UNITS:
        return f"缺 {need(shortfall)} {WHOLE_UNITS[unit]}{thing}"
    return f"{thing}差 {amount_told(shortfall, unit)}"


def amount_told(amount: float, unit: str) -> str:
    """An amount rounded up as its unit asks: 212.4 ㎡ to one decimal, 12.35 万元 (from 10 000 元 on) to two, others whole."""
    if unit in ("㎡", "m"):
        return f"{_up(amount, 1)} {unit}"
    whole = need(amount)
    if unit == "元" and whole >= YUAN_PER_WAN:
        return f"{(Decimal(whole) / YUAN_PER_WAN).quantize(Decimal('0.01'), ROUND_CEILING):f} 万元"
    return f"{whole} {unit}"


def _up(amount: float, decimals: int) -> str:
    """Rounded up to so many decimals, whole amounts without them."""
    scale = 10**decimals
    return f"{need(amount * scale) / scale:.{decimals}f}".removesuffix("." + "0" * decimals)


def short(number: float) -> str:
    """A figure in a sentence: at most three decimals."""
    return f"{number:.3f}".rstrip("0").rstrip(".")
