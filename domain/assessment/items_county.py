"""Items of the county verdict that the county itself states on its form 县级填报表: answers, figures, shares, dates, surveys.

Belongs here: one function for each kind of rule that reads county fields. Does not belong here: items that schools decide
(``items_schools``), how items make a verdict (``verdicts``).

A figure that is not stated leaves its item pending; it is never taken for 0.
"""

import calendar
import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from data_contracts.catalogue import county_fields
from data_contracts.school_year import SchoolYear
from data_contracts.verdict_rules import (
    Answers,
    CountyRule,
    Figure,
    LevelAndGap,
    NotBelow,
    Retention,
    Share,
    Survey,
    YearsSince,
)
from domain.assessment.comparing import at_least, at_most
from domain.assessment.outcomes import MET, NOT_MET, NOT_STATED, PENDING, Outcome, told

_LEVELS = {1: "Ⅰ", 2: "Ⅱ", 3: "Ⅲ", 4: "Ⅳ"}
_SHOULD = {"≥": "应不低于", "≤": "应不高于", "<": "应低于"}


@dataclass(frozen=True)
class Statement:
    """What a county states in one field: a figure or words, and the evidence that it names."""

    number: float | None
    text: str | None
    evidence: str | None


Stated = Mapping[str, Statement]


def stated_by_county(returns: pd.DataFrame) -> dict[str, dict[str, Statement]]:
    """The rows of ``county_returns`` by county and field."""
    columns = [
        returns[name].astype(object).where(returns[name].notna(), None).tolist()
        for name in ("county_code", "field", "number", "text", "evidence")
    ]
    found: dict[str, dict[str, Statement]] = {}
    for code, field, number, text, evidence in zip(*columns, strict=True):
        found.setdefault(code, {})[field] = Statement(number, text, evidence)
    return found


def judged_county(rule: CountyRule, county: Stated, year: SchoolYear) -> Outcome:
    """Judge one county by a rule on its own statements."""
    match rule:
        case Answers():
            return _answers(rule, county)
        case Figure():
            return _figure(rule, county, year)
        case NotBelow():
            return _not_below(rule, county)
        case Share():
            return _share(rule, county)
        case Retention():
            return _retention(rule, county)
        case Survey():
            return _survey(rule, county)
        case YearsSince():
            return _years_since(rule, county)
        case LevelAndGap():
            return _level_and_gap(rule, county)


def _label(key: str) -> str:
    return county_fields()[key].label


def _number(county: Stated, key: str) -> float | None:
    return county[key].number if key in county else None


def _numbers(county: Stated, *keys: str) -> list[float] | None:
    """All these figures, or None where one is not stated."""
    found = [number for key in keys if (number := _number(county, key)) is not None]
    return found if len(found) == len(keys) else None


def _not_stated(county: Stated, keys: Sequence[str], limit: float | None, value: float | None = None) -> Outcome:
    """Pending, naming what of these fields is not there."""
    if not county:
        return Outcome(PENDING, value, limit, "没有县级填报表的数据")
    absent = [_label(key) for key in keys if key not in county or (county[key].number is None and not county[key].text)]
    return Outcome(PENDING, value, limit, NOT_STATED + "、".join(absent))


def _measured(key: str, number: float, limit: float | None = None) -> str:
    return f"{_label(key)} {told(number, limit)} {county_fields()[key].stored_unit}".rstrip()


def _answers(rule: Answers, county: Stated) -> Outcome:
    """Every field has the right answer; ``value`` counts the right ones.

    An answer without a reference to evidence counts as stated: the texts leave the judging of evidence to the inspectors,
    and a verdict that turned on an empty cell would hide what the county says. The reason tells it, so that nobody signs unaware.
    """
    answers = {key: county[key].text if key in county else None for key in rule.fields}
    wrong = [key for key, text in answers.items() if text in ("是", "否") and text != rule.answer]
    absent = [key for key, text in answers.items() if text not in ("是", "否")]
    right = [key for key, text in answers.items() if text == rule.answer]
    bare = [key for key in right if not county[key].evidence]
    limit = float(len(rule.fields))
    reasons = [f"“{_label(key)}”填“{answers[key]}”" for key in wrong]
    if absent:
        reasons.append(_not_stated(county, absent, limit).reason or "")
    if bare:
        reasons.append("未附佐证材料" + (f":{'、'.join(map(_label, bare))}" if len(rule.fields) > 1 else ""))
    met = NOT_MET if wrong else PENDING if absent else MET
    return Outcome(met, float(len(right)) if county else None, limit, ";".join(reasons) or None)


def _figure(rule: Figure, county: Stated, year: SchoolYear) -> Outcome:
    """One figure against the limit of the year."""
    number, limit = _number(county, rule.field), rule.limit_in(year)
    if number is None:
        return _not_stated(county, [rule.field], limit)
    holds = {"≥": at_least(number, limit), "≤": at_most(number, limit), "<": not at_least(number, limit)}[rule.sign]
    reason = _measured(rule.field, number, limit)
    if not holds:
        reason += f",{_SHOULD[rule.sign]} {told(limit)} {rule.unit}".rstrip()
    return Outcome(MET if holds else NOT_MET, number, limit, reason)


def _not_below(rule: NotBelow, county: Stated) -> Outcome:
    """One figure is at least another, which is the limit."""
    limit = _number(county, rule.than)
    numbers = _numbers(county, rule.field, rule.than)
    if numbers is None:
        return _not_stated(county, [rule.field, rule.than], limit, _number(county, rule.field))
    number, limit = numbers
    holds = at_least(number, limit)
    words = f"{_measured(rule.field, number, limit)},{_measured(rule.than, limit)}"
    return Outcome(
        MET if holds else NOT_MET,
        number,
        limit,
        words if holds else f"{words},低 {told(limit - number)} {rule.unit}",
    )


def _share(rule: Share, county: Stated) -> Outcome:
    """part ÷ whole × 100 ≥ limit. Of a whole of 0 nothing can be said, unless the rule says that nobody is to be served."""
    if _number(county, rule.whole) == 0:
        nobody = f"{_measured(rule.whole, 0.0)}"
        if rule.none_is_met:
            return Outcome(MET, None, rule.at_least, f"{nobody},没有需要保障的对象")
        return Outcome(PENDING, None, rule.at_least, f"{nobody},无法计算比例")
    numbers = _numbers(county, rule.part, rule.whole)
    if numbers is None:
        return _not_stated(county, [rule.part, rule.whole], rule.at_least)
    part, whole = numbers
    share = 100 * part / whole
    return _reached(share, rule.at_least, f"{_measured(rule.part, part)},{_measured(rule.whole, whole)},占", "")


def _reached(share: float, limit: float, before: str, after: str) -> Outcome:
    holds = at_least(share, limit)
    reason = f"{before} {told(share, limit)} %{after}" + ("" if holds else f",应不低于 {told(limit)} %")
    return Outcome(MET if holds else NOT_MET, share, limit, reason)


def _retention(rule: Retention, county: Stated) -> Outcome:
    """巩固率 = (graduates − transfers in + transfers out) ÷ (entrants − deaths) × 100 ≥ limit."""
    keys = (rule.graduates, rule.transfers_in, rule.transfers_out, rule.entrants, rule.deaths)
    numbers = _numbers(county, *keys)
    if numbers is None:
        return _not_stated(county, keys, rule.at_least)
    graduates, arrived, left, entrants, deaths = numbers
    words = f"(毕业 {told(graduates)} − 转入 {told(arrived)} + 转出 {told(left)}) ÷ (入学 {told(entrants)} − 死亡 {told(deaths)})"
    if entrants - deaths <= 0:
        return Outcome(PENDING, None, rule.at_least, f"{words} 的除数不大于 0,无法计算")
    rate = 100 * (graduates - arrived + left) / (entrants - deaths)
    return _reached(rate, rule.at_least, f"{words} =", "")


def _survey(rule: Survey, county: Stated) -> Outcome:
    """A rate of approval; a survey that is too small or not representative is no evidence and leaves the item pending."""
    rate = _number(county, rule.rate)
    absent = [key for key in (rule.rate, rule.population, rule.asked, rule.parents, rule.usable) if _number(county, key) is None]
    faults = _faults(rule, county)
    if faults or absent:
        reasons = [f"调查无效,不能作为依据:{';'.join(faults)}"] if faults else []
        if absent:
            reasons.append(_not_stated(county, absent, rule.at_least).reason or "")
        return Outcome(PENDING, rate, rule.at_least, ";".join(reasons))
    assert rate is not None
    asked, parents, usable = (_number(county, key) or 0.0 for key in (rule.asked, rule.parents, rule.usable))
    sample = f"(调查 {told(asked)} 人,家长 {told(parents)} 人,有效问卷 {told(usable)} 份)"
    return _reached(rate, rule.at_least, _label(rule.rate), sample)


def _faults(rule: Survey, county: Stated) -> list[str]:
    """What makes the survey invalid, as far as its figures are stated."""
    population, asked, parents, usable = (_number(county, k) for k in (rule.population, rule.asked, rule.parents, rule.usable))
    if asked is None:
        return []
    faults = []
    if population is not None:
        small = population < rule.small_county.fewer_residents_than
        least = float(rule.small_county.sample) if small else population * rule.sample_per_mille / 1000
        if not at_least(asked, least):
            residents = f"常住人口 {told(population)} 人"
            why = f",不足 {rule.small_county.fewer_residents_than} 人" if small else f"的 {rule.sample_per_mille:g}‰"
            faults.append(f"调查 {told(asked)} 人,少于 {math.ceil(least)} 人({residents}{why})")
    for number, share, name, unit in (
        (parents, rule.parents_at_least, "家长", "人"),
        (usable, rule.usable_at_least, "有效问卷", "份"),
    ):
        if number is not None and not at_least(100 * number, share * asked):
            part = f",占 {told(100 * number / asked, share)} %" if asked else ""
            faults.append(f"{name} {told(number)} {unit}{part},应不低于调查人数的 {told(share)} %")
    return faults


def full_years(since: dt.date, until: dt.date) -> int:
    """Full years from one day to another; a year from 29 February is full on 28 February (末日为当月最后一日)."""
    years = until.year - since.year
    last = calendar.monthrange(until.year, since.month)[1]
    return years if (until.month, until.day) >= (since.month, min(since.day, last)) else years - 1


def _years_since(rule: YearsSince, county: Stated) -> Outcome:
    """Full years between two dates ≥ limit."""
    limit = float(rule.at_least)
    absent = [key for key in (rule.since, rule.until) if key not in county or not county[key].text]
    if absent:
        return _not_stated(county, absent, limit)
    days = []
    for key in (rule.since, rule.until):
        try:
            days.append(dt.date.fromisoformat(county[key].text or ""))
        except ValueError:
            return Outcome(PENDING, None, limit, f"“{_label(key)}”的“{county[key].text}”不是日期")
    years = full_years(*days)
    words = f"{_label(rule.since)} {days[0]},{_label(rule.until)} {days[1]}"
    words += f",相隔满 {years} 年" if days[1] >= days[0] else ",早于前者"
    return Outcome(
        MET if years >= rule.at_least else NOT_MET,
        float(years),
        limit,
        words if years >= rule.at_least else f"{words},应满 {rule.at_least} 年",
    )


def _level_and_gap(rule: LevelAndGap, county: Stated) -> Outcome:
    """A level ≥ its limit and a gap strictly below its own; one that fails decides although the other is not stated."""
    level, gap = _number(county, rule.level), _number(county, rule.gap)
    low = level is not None and level < rule.level_at_least
    wide = gap is not None and bool(at_least(gap, rule.gap_below))
    reasons = []
    if level is not None:
        name = _LEVELS.get(int(level), told(level))
        reasons.append(
            f"学业水平 {name} 级" + (f",应在 {_LEVELS.get(rule.level_at_least, rule.level_at_least)} 级以上" if low else "")
        )
    if gap is not None:
        reasons.append(f"校际差异率 {told(gap, rule.gap_below)}" + (f",应低于 {told(rule.gap_below)}" if wide else ""))
    absent = [key for key, number in ((rule.level, level), (rule.gap, gap)) if number is None]
    if absent:
        reasons.append(_not_stated(county, absent, rule.gap_below).reason or "")
    met = NOT_MET if low or wide else PENDING if absent else MET
    return Outcome(met, gap, rule.gap_below, ";".join(reasons))
