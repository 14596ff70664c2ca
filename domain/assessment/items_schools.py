"""Items of the county verdict that schools decide: rooms, size, classes, certificates, charters, training money, vetoes.

Belongs here: one function for each kind of rule that reads schools, over all schools at once, and what it comes to in one
county. Does not belong here: items that the county states (``items_county``), which schools a standard counts (``scope``).

A school that misses a rule makes the item not met, whatever else is open; a figure or a school that is missing leaves it
pending; a county without a school to judge has shown nothing and is pending too.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from data_contracts.catalogue import SECTION_LABELS, fields
from data_contracts.standard import Options
from data_contracts.verdict_rules_of_schools import (
    ClassSize,
    EverySchool,
    Rooms,
    SchoolSize,
    SchoolsRule,
    SpendingShare,
    TeacherShare,
)
from domain.assessment.comparing import at_least, at_most
from domain.assessment.counted_schools import CountedSchools, Rows
from domain.assessment.outcomes import MET, NOT_MET, PENDING, Outcome, listed, told

_RURAL = "乡村"


@dataclass(frozen=True)
class SchoolsJudged:
    """What a rule finds of every row; ``fails``, ``lacks`` (undecided for want of a figure) and ``skipped`` exclude each other.

    Attributes:
        rows: schools or school sections.
        words: what those that fail have in common.
        detail: the figures of a failing row, with the name of its school.
        value: what is published of the rows of a county, None for the number of schools that fail.
        limit: what is published beside it.
        skip: the types of schools that are not asked.
    """

    rows: Rows
    fails: np.ndarray
    lacks: np.ndarray
    words: str
    detail: Callable[[int], str]
    skipped: np.ndarray | None = None
    value: Callable[[slice], float | None] | None = None
    limit: float = 0.0
    skip: tuple[str, ...] = ()

    def in_county(self, county: str, waiting: Iterable[dict]) -> Outcome:
        """What it comes to in one county.

        Args:
            county: its code.
            waiting: school sections in scope, or of unknown scope, without accepted figures: school_name, school_type.
        """
        mine = self.rows.of(county)
        names, schools = self.rows.names, self.rows.ids
        failing = np.flatnonzero(self.fails[mine]) + mine.start
        lacking = np.flatnonzero(self.lacks[mine]) + mine.start
        skipped = np.array([], int) if self.skipped is None else np.flatnonzero(self.skipped[mine]) + mine.start
        absent = [row["school_name"] for row in waiting if row["school_type"] not in self.skip]
        count = len(set(schools[failing]))
        judged = len(set(schools[mine])) - len(set(schools[skipped]))
        reasons = []
        if count:
            shown = [self.detail(row) for row in failing[:11]]
            mark = ";" if any(text != names[row] for text, row in zip(shown, failing, strict=False)) else "、"
            reasons.append(f"{count} 所学校{self.words}:{listed(shown, mark, count)}")
        if len(lacking):
            reasons.append(f"{len(set(schools[lacking]))} 所学校缺少数据,暂不能判定:{listed(names[lacking])}")
        if absent:
            reasons.append(f"{len(set(absent))} 所学校没有可用的填报数据:{listed(absent)}")
        if not judged and not absent:
            reasons.append("没有需要判定的学校")
        elif not reasons:
            reasons.append(f"{judged} 所学校均符合要求")
        if len(skipped):
            reasons.append(f"{len(skipped)} 所{'、'.join(self.skip)}不填报此项,没有计入")
        met = NOT_MET if count else PENDING if len(lacking) or absent or not judged else MET
        value = (float(count) if judged else None) if self.value is None else self.value(mine)
        return Outcome(met, value, self.limit, ";".join(reasons))


def judged_schools(rule: SchoolsRule, counted: CountedSchools, options: Options) -> SchoolsJudged:
    """Judge every counted school by a rule."""
    match rule:
        case Rooms():
            return _rooms(rule, counted.schools, options)
        case SchoolSize():
            return _school_size(rule, counted.schools, options)
        case ClassSize():
            return _class_size(rule, counted.sections)
        case TeacherShare():
            return _teacher_share(rule, counted.sections)
        case EverySchool():
            return _every_school(rule, counted.schools)
        case SpendingShare():
            return _spending_share(rule, counted.schools)


def _built_by(rows: Rows, year: int) -> tuple[np.ndarray, np.ndarray]:
    """Which schools were certainly, and which possibly, built by a year."""
    built = rows.figures("year_built")
    return built <= year, (built <= year) | np.isnan(built)


def _rooms(rule: Rooms, rows: Rows, options: Options) -> SchoolsJudged:
    """⌈classes ÷ 12⌉ music and art rooms, the smallest of them of the required area.

    ``strict`` is the area that a school must reach by what is known of it, ``lenient`` what it could claim where a figure
    that the option asks for (the year built) is missing; between the two it is undecided.
    """
    need = np.ceil(rows.figures("classes") / rule.per_classes)
    kinds = (
        ("音乐", "music_rooms", "smallest_music_room", rule.music, rule.smaller.music),
        ("美术", "art_rooms", "smallest_art_room", rule.art, rule.smaller.art),
    )
    fails, lacks = np.zeros(len(need), bool), np.zeros(len(need), bool)
    tests = []
    for word, count_field, size_field, area, smaller in kinds:
        strict, lenient = _areas(rule, rows, options, area, smaller)
        count, size = rows.figures(count_field), rows.figures(size_field)
        short = count < need
        # Without a room there is nothing to measure, and a school that needs none has none counted.
        measured = ~(need == 0) & ~(count == 0)
        small = measured & ~np.isnan(size) & ~at_least(size, lenient)
        fails |= short | small
        lacks |= np.isnan(count) | np.isnan(need) | (measured & (np.isnan(size) | ~at_least(size, strict)))
        tests.append((word, count, size, short, small, lenient))
    classes = rows.figures("classes")
    names = rows.names

    def detail(row: int) -> str:
        parts = []
        for word, count, size, short, small, lenient in tests:
            if short[row]:
                parts.append(f"{told(classes[row])} 个班应有{word}教室 {told(need[row])} 间,实有 {told(count[row])} 间")
            if small[row]:
                parts.append(f"最小{word}教室 {told(size[row], lenient[row])} ㎡,应不小于 {told(lenient[row])} ㎡")
        return f"{names[row]} {','.join(parts)}"

    return SchoolsJudged(rows, fails, lacks & ~fails, "音乐、美术教室不足", detail)


def _areas(rule: Rooms, rows: Rows, options: Options, area: float, smaller: float) -> tuple[np.ndarray, np.ndarray]:
    strict, lenient = np.full(len(rows.table), area), np.full(len(rows.table), area)
    if options.smaller_music_art_rooms:
        certain, possible = _built_by(rows, rule.smaller.built_by)
        rural = rule.smaller.small_rural
        where, few = rows.words("area_type"), rows.figures("enrolment") < rural.fewer_students_than
        their_area = np.where(rows.table["junior"].to_numpy(bool), rural.junior, rural.primary)
        unknown = np.array([one is None for one in where], dtype=bool)
        for limits, built, small in (
            (strict, certain, (where == _RURAL) & few),
            (lenient, possible, ((where == _RURAL) | unknown) & few),
        ):
            np.minimum(limits, np.where(built, smaller, limits), out=limits)
            np.minimum(limits, np.where(small, their_area, limits), out=limits)
    return strict, lenient


def _school_size(rule: SchoolSize, rows: Rows, options: Options) -> SchoolsJudged:
    """Students of the compulsory sections of a school ≤ its cap."""
    combined = np.isin(rows.words("school_type"), rule.combined)
    strict = np.where(combined, rule.combined_at_most, rule.at_most).astype(float)
    lenient = strict.copy()
    students = rows.figures("enrolment")
    if options.relaxed_size_caps:
        relaxed = np.where(combined, rule.relaxed.combined_at_most, rule.relaxed.at_most).astype(float)
        certain, possible = _built_by(rows, rule.relaxed.built_by)
        share = 100 * rows.figures("migrant_students") / students
        many = ~np.isnan(share) & ~at_most(share, rule.relaxed.migrants_above)
        strict = np.where(certain | many, relaxed, strict)
        lenient = np.where(possible | many | np.isnan(share), relaxed, lenient)
    fails = ~np.isnan(students) & ~at_most(students, lenient)
    lacks = ~fails & ~at_most(students, strict)
    names = rows.names
    return SchoolsJudged(
        rows, fails, lacks, "规模过大", lambda row: f"{names[row]} {told(students[row])} 人,应不超过 {told(lenient[row])} 人"
    )


def _school_section(rows: Rows) -> Callable[[int], str]:
    names, sections = rows.names, rows.words("section")
    return lambda row: f"{names[row]}({SECTION_LABELS[sections[row]]})"


def _class_size(rule: ClassSize, rows: Rows) -> SchoolsJudged:
    """No oversize class and the largest class within the cap, both."""
    cap = np.where(rows.words("section") == "junior", rule.junior, rule.primary)
    oversize, largest = rows.figures("oversize_classes"), rows.figures("largest_class")
    many, large = oversize > 0, largest > cap
    lacks = np.isnan(oversize) | np.isnan(largest)
    name = _school_section(rows)

    def detail(row: int) -> str:
        parts = [f"最大班额 {told(largest[row])} 人,应不超过 {cap[row]} 人"] if large[row] else []
        if many[row]:
            parts.append(f"超班额班 {told(oversize[row])} 个")
        return f"{name(row)}{','.join(parts)}"

    return SchoolsJudged(rows, many | large, lacks & ~(many | large), "有超班额的班级", detail)


def _teacher_share(rule: TeacherShare, rows: Rows) -> SchoolsJudged:
    """All teachers of every section; the county's share of those whose figures are there is published."""
    part, whole = rows.figures(rule.part), rows.figures(rule.whole)
    known = ~np.isnan(part) & ~np.isnan(whole)
    fails = known & ~at_least(part, whole)
    name = _school_section(rows)
    labels = fields()[rule.part].label, fields()[rule.whole].label

    def share(mine: slice) -> float | None:
        total = float(whole[mine][known[mine]].sum())
        return 100 * float(part[mine][known[mine]].sum()) / total if total else None

    return SchoolsJudged(
        rows,
        fails,
        ~known,
        f"{labels[0]}少于{labels[1]}",
        lambda row: f"{name(row)}{told(part[row])} 人,少于 {told(whole[row])} 人",
        value=share,
        limit=100.0,
    )


def _asked(rows: Rows, skip: tuple[str, ...]) -> np.ndarray:
    return ~np.isin(rows.words("school_type"), skip)


def _every_school(rule: EverySchool, rows: Rows) -> SchoolsJudged:
    """Every school that is asked gives the one answer."""
    asked, answers = _asked(rows, rule.skip), rows.words(rule.field)
    unread = np.array([text not in ("是", "否") for text in answers], dtype=bool)
    names = rows.names
    other = "否" if rule.answer == "是" else "是"
    return SchoolsJudged(
        rows,
        asked & ~unread & (answers != rule.answer),
        asked & unread,
        f"“{fields()[rule.field].label}”填“{other}”",
        lambda row: names[row],
        skipped=~asked,
        skip=rule.skip,
    )


def _spending_share(rule: SpendingShare, rows: Rows) -> SchoolsJudged:
    """part ÷ whole × 100 ≥ limit in every school; of a budget of 0 nothing can be said."""
    asked, part, whole = _asked(rows, rule.skip), rows.figures(rule.part), rows.figures(rule.whole)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(asked & (whole > 0), 100 * part / whole, np.nan)
    fails = ~np.isnan(share) & ~at_least(share, rule.at_least)
    names = rows.names
    labels = fields()[rule.part].label, fields()[rule.whole].label

    def smallest(mine: slice) -> float | None:
        known = share[mine][~np.isnan(share[mine])]
        return float(known.min()) if len(known) else None

    def detail(row: int) -> str:
        return f"{names[row]} {told(part[row])} 元 ÷ {told(whole[row])} 元 = {told(share[row], rule.at_least)} %"

    return SchoolsJudged(
        rows,
        fails,
        asked & np.isnan(share),
        f"{labels[0]}占{labels[1]}的比例低于 {told(rule.at_least)} %",
        detail,
        skipped=~asked,
        value=smallest,
        limit=float(rule.at_least),
        skip=rule.skip,
    )
