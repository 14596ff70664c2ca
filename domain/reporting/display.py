"""How figures and words are shown: rounding, units, signs, wording of verdicts, neutralising of hostile text.

Belongs here: what workbooks, reports and pages must show alike. Does not belong here: any decision; rounding here never
reaches a verdict, and where it would seem to contradict one, more decimals are shown.
"""

import datetime as dt
import re
from collections.abc import Iterable
from decimal import ROUND_CEILING, ROUND_HALF_UP, Context, Decimal
from typing import Any

import pandas as pd

from data_contracts.catalogue import SECTION_LABELS
from data_contracts.standard import Indicator, Standard
from data_contracts.vocabulary import SCHOOL_OUTCOMES
from domain.assessment.gap_words import need

NONE = "—"
COEFFICIENT_DECIMALS = 3
MOST_DECIMALS = 12
COMPOSITE = "composite"

VERDICT_WORDS = {"true": "达到", "false": "未达到", "pending": "待定"}
SCHOOL_WORDS = {"true": "达标", "false": "未达标", "pending": "待定"}
SIGNS = {"true": "✓", "false": "✗", "pending": "○"}

ITEM_GROUPS = {
    "R": "资源配置",
    "P": "学校办学条件",
    "GOV": "政府工作",
    "SAT": "公众满意度",
    "G": "政府保障程度",
    "Q": "教育质量",
    "S": "社会认可度",
    "V": "一票否决事项",
    "E": "申报条件",
}

_FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")
_COUNTED = frozenset("人台间册套个")
_YUAN_PER_WAN = 10_000
# Room for the largest double with all its decimals.
_DIGITS = Context(prec=400)
_BEIJING = dt.timezone(dt.timedelta(hours=8))


def moment_text(moment: dt.datetime) -> str:
    """Day and time in China, 2024 年 10 月 8 日 10:30; a moment without a zone stays as it is."""
    local = moment.astimezone(_BEIJING) if moment.tzinfo else moment
    return f"{local.year} 年 {local.month} 月 {local.day} 日 {local:%H:%M}"


def moment_text_en(moment: dt.datetime) -> str:
    """Day and time in China, 2024-10-08 10:30 Beijing time; a moment without a zone is taken to be in it."""
    local = moment.astimezone(_BEIJING) if moment.tzinfo else moment
    return f"{local:%Y-%m-%d %H:%M} Beijing time"


def absent(value: object) -> bool:
    """True for None, NaN and pd.NA."""
    return value is None or value is pd.NA or value != value


def text_of(value: object) -> str:
    """The text of a cell, empty where there is none."""
    return "" if absent(value) else str(value)


def number_of(value: Any) -> float | None:
    """The number of a cell, None where there is none."""
    return None if absent(value) else float(value)


def verdict_of(met: object) -> str:
    """A nullable flag as ``true``, ``false`` or ``pending``."""
    return "pending" if absent(met) else "true" if met else "false"


def exact(value: object) -> str:
    """The unrounded number as the shortest text that reads back to it, whole numbers without ``.0``; empty for none."""
    number = number_of(value)
    return "" if number is None else repr(number).removesuffix(".0")


def shown(value: object, decimals: int) -> str:
    """A number rounded half up on its decimal digits, as spreadsheets show it; ``—`` where there is none."""
    number = number_of(value)
    if number is None:
        return NONE
    # Adding 0 takes the sign off a zero.
    return f"{Decimal(repr(number)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, _DIGITS) + 0:f}"


def shown_against(value: Any, limit: Any, decimals: int, met: Any, at_least: bool) -> str:
    """A number with as many decimals as it takes not to contradict its verdict: 4.4996 below 4.5 is not shown as 4.50.

    Args:
        value, limit: the number and what it is held against.
        decimals: how many are shown as a rule.
        met: the verdict; where it is missing the rule holds.
        at_least: True where ``value`` must reach ``limit``, False where it must not exceed it.
    """
    if absent(value) or absent(limit) or absent(met):
        return shown(value, decimals)
    bound = float(limit)
    for digits in range(decimals, MOST_DECIMALS):
        text = shown(value, digits)
        if (float(text) >= bound if at_least else float(text) <= bound) == bool(met):
            return text
    return shown(value, decimals)


def plain(value: object) -> str:
    """A threshold or limit as it stands in the legal text: 4.5, 2000, 0.45; ``—`` where there is none."""
    number = number_of(value)
    return NONE if number is None else exact(round(number, 9))


def need_text(amount: float, unit: str) -> str:
    """A gap in words and natural units: 缺 3 人, 差 212 ㎡, 差 12.35 万元 (yuan from 10 000 on, rounded up to 100 元)."""
    whole = need(amount)
    if unit in _COUNTED:
        return f"缺 {whole} {unit}"
    if unit == "元" and whole >= _YUAN_PER_WAN:
        wan = (Decimal(whole) / _YUAN_PER_WAN).quantize(Decimal("0.01"), ROUND_CEILING)
        return f"差 {wan:f} 万元"
    return f"差 {whole} {unit}"


def neutralised(text: str) -> str:
    """Text that no spreadsheet takes for a formula: a leading ``'`` before = + - @, tab, line break and their wide forms."""
    return "'" + text if text.startswith(_FORMULA_STARTS) else text


def school_outcome(outcome: str) -> str:
    """What became of a school's report, with the comma of running text."""
    return SCHOOL_OUTCOMES.get(outcome, outcome).replace(",", "，")


def section_label(section: object) -> str:
    """小学 or 初中; empty where there is no section."""
    return SECTION_LABELS.get(text_of(section), text_of(section))


def short_title(standard: Standard) -> str:
    """基本均衡 for 义务教育基本均衡(2012)."""
    return re.sub(r"[(（].*?[)）]\s*$", "", standard.title).removeprefix("义务教育").strip() or standard.title


def brief_indicator(title: str, unit: str, per: int) -> tuple[str, str]:
    """A short heading of an indicator and its full unit: 高于规定学历教师数, 人/百名学生."""
    for lead in ("每百名学生拥有", "生均"):
        title = title.removeprefix(lead)
    return title, f"{unit}/百名学生" if per == 100 else f"{unit}/生"


def is_ratio(indicator: Indicator) -> bool:
    """True for 师生比 and its like, which are told without a unit."""
    return indicator.title.endswith("比")


def item_group(item: str) -> str:
    """The heading under which an item of the county verdict stands."""
    return ITEM_GROUPS.get(re.split(r"[\d-]", item)[0], "其他事项")


def item_title(standard: Standard, item: str) -> str:
    """What an item of the county verdict is called."""
    if item in ("R-schools", "R-cv", "overall"):
        return {"R-schools": "学校资源配置综合达标", "R-cv": "校际差异系数", "overall": "总体结论"}[item]
    return next((one.title for one in standard.verdict_items if one.id == item), item)


def _titles(standard: Standard) -> dict[str, str]:
    titles = {one.id: one.title for one in standard.indicators} | {one.id: one.title for one in standard.verdict_items}
    own = {item: item_title(standard, item) for item in ("R-schools", "R-cv", "overall")}
    return titles | own | {COMPOSITE: "综合"}


def in_words(reason: object, standard: Standard, names: Iterable[str] = ()) -> str:
    """A reason from a table as people read it: titles for ids, Chinese punctuation; names of schools stay as they are."""
    titles = _titles(standard)
    kept = sorted({name for name in names if name}, key=len, reverse=True)
    ids = "|".join(re.escape(one) for one in sorted(titles, key=len, reverse=True))
    parts = [
        rf"(?<![A-Za-z0-9-])(?P<id>{ids})(?![A-Za-z0-9-])",
        r"(?P<between>(?<=[A-Z]\d);(?=[A-Z]\d))",
        r"(?P<mark>(?<=\S)[,;:](?=[^\s\d]|\d+ )|[()])",
    ]
    if kept:
        parts.insert(0, "(?P<name>" + "|".join(re.escape(name) for name in kept) + ")")

    def replaced(match: re.Match[str]) -> str:
        if match.groupdict().get("name") is not None:
            return match[0]
        if match["id"] is not None:
            return titles[match["id"]]
        if match["between"] is not None:
            return "、"
        return {",": "，", ";": "；", ":": "：", "(": "（", ")": "）"}[match["mark"]]

    return re.sub("|".join(parts), replaced, text_of(reason))
