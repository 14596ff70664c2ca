"""Standards in plain words: what one asks of schools and counties, as sentences in Chinese and English.

Belongs here: the words for indicators, thresholds, rules, scope, options. Does not belong here: whether anything is met
(``domain.assessment``), how the console or a workbook lays sentences out.
"""

from collections.abc import Iterable, Iterator

from data_contracts.catalogue import SECTION_LABELS, SECTIONS, fields
from data_contracts.school_rules import All, AtLeast, AtMostMissed, Grades
from data_contracts.standard import Standard
from data_contracts.standard_indicators import NOTHING, Case, Indicator, Range, Tier, When

Words = tuple[str, str]
"""One sentence in Chinese and in English."""

ROLES: dict[str, Words] = {
    "national": ("国家标准", "national"),
    "school_conditions": ("省定办学条件", "school conditions of a province"),
    "township": ("镇域监测", "townships"),
    "monitoring": ("监测", "monitoring"),
}
GRADES: dict[str | None, Words] = {
    "A": ("A(原文多处可证)", "A (official text quoted in several places)"),
    "B": ("B(一处可靠转述)", "B (one reliable second-hand source)"),
    "C": ("C(仅一处转述)", "C (a single retelling)"),
    None: ("未注明", "not stated"),
}


def _stated(value: float) -> str:
    """A stated number without a needless end."""
    return f"{value:.12g}"


def rule_words(standard: Standard) -> Words:
    """The school rule in words; empty where there is none."""
    rule, count = standard.school_rule, len(standard.indicators)
    if rule is None:
        return "", ""
    if isinstance(rule, AtLeast):
        of = rule.of or count
        return (
            f"{of} 项中至少 {rule.at_least} 项达到标准，且其余项不低于标准的 {rule.floor_ratio:.0%}",
            f"at least {rule.at_least} of {of} reach the threshold and the others {rule.floor_ratio:.0%} of it",
        )
    if isinstance(rule, All):
        return f"{count} 项全部达到标准", f"all {count} reach the threshold"
    if isinstance(rule, AtMostMissed):
        few = f"最多可以有 {rule.missed} 项达不到标准，多于 {rule.missed} 项即不达标" if rule.missed else "每一项都应达到标准"
        return few, f"at most {rule.missed} may miss the threshold; with more a school does not comply"
    if isinstance(rule, Grades):
        return (
            "；".join(f"{grade.at_least} 项以上达到标准为{grade.title}" for grade in rule.grades),
            "; ".join(f"{grade.at_least} or more reach the threshold: {grade.title}" for grade in rule.grades),
        )
    if rule.pass_mark is None:
        return "各项分档计分后相加，只报得分，不作判定", "points of all tiers are added; nothing is decided"
    mark = _stated(rule.pass_mark)
    return f"各项分档计分后相加，{mark} 分以上为达标", f"points of all tiers are added; {mark} or more comply"


def formula_words(indicator: Indicator) -> Words:
    """What the value is, in labels of the forms."""
    counted = indicator.numerator
    labels = [fields()[key].label for key in counted.add]
    if counted.expected:
        return f"“{labels[0]}”为“{counted.expected}”", f"{counted.add[0]} is {counted.expected}"
    minus = "".join(f"−{fields()[key].label}" for key in counted.subtract)
    zh = f"{'、'.join(labels)}中最小的" if counted.take == "smallest" else "+".join(labels) + minus
    en = f"the smallest of {', '.join(counted.add)}" if counted.take == "smallest" else " + ".join(counted.add)
    en += "".join(f" - {key}" for key in counted.subtract)
    if indicator.over == NOTHING:
        return zh, en
    per = "×100" if indicator.per == 100 else ""
    return f"{_bracketed(zh)}÷{fields()[indicator.over].label}{per}", f"({en}) / {indicator.over}" + (" x 100" if per else "")


def _bracketed(text: str) -> str:
    return f"({text})" if "+" in text or "−" in text else text


def threshold_words(indicator: Indicator) -> Words:
    """The thresholds, or the tiers of points, in words."""
    unit = "" if indicator.numerator.expected or indicator.title.endswith("比") else indicator.unit
    sign = "≥" if indicator.sense == "at_least" else "≤"
    if indicator.numerator.expected:
        return "须达到", "required"
    told: list[Words] = []
    if indicator.by_section:
        known = [(section, indicator.by_section[section]) for section in SECTIONS if section in indicator.by_section]
        told = [(f"{SECTION_LABELS[s]} {sign}{_stated(v)}{unit}", f"{s} {sign}{_stated(v)}") for s, v in known]
    elif indicator.cases:
        told = [_case_words(case, sign, unit) for case in indicator.cases]
    told += [_tier_words(tier) for tier in indicator.tiers]
    if not told:
        return "不设达标值", "no threshold"
    return "；".join(zh for zh, _ in told), "; ".join(en for _, en in told)


def _case_words(case: Case, sign: str, unit: str) -> Words:
    zh, en = _when_words(case.when)
    value = _stated(case.value)
    return f"{zh} {sign}{value}{unit}".strip(), f"{en} {sign}{value}".strip()


def _when_words(when: When) -> Words:
    zh, en = [], []
    if when.section:
        zh.append(SECTION_LABELS[when.section])
        en.append(when.section)
    for words in (when.area_type, when.school_type):
        if words:
            zh.append("或".join(words))
            en.append(" or ".join(words))
    if when.classes:
        zh.append(_range_words(when.classes, "个班")[0])
        en.append(_range_words(when.classes, " classes")[1])
    if when.year_built:
        years = Range(at_least=when.year_built.first, at_most=when.year_built.last)
        zh.append(_range_words(years, "年")[0] + "建成")
        en.append("built " + _range_words(years, "")[1])
    if when.migrant_share:
        zh.append("随迁子女占比" + _range_words(when.migrant_share, "")[0])
        en.append("share of migrant children " + _range_words(when.migrant_share, "")[1])
    return "、".join(zh), ", ".join(en)


def _range_words(bounds: Range, unit: str) -> Words:
    low, high = (None if one is None else _stated(one) for one in (bounds.at_least, bounds.at_most))
    if low is None:
        return f"≤{high}{unit}", f"<={high}{unit}"
    if high is None:
        return f"≥{low}{unit}", f">={low}{unit}"
    return f"{low}–{high}{unit}", f"{low}-{high}{unit}"


def _tier_words(tier: Tier) -> Words:
    where = (SECTION_LABELS[tier.section], f"{tier.section} ") if tier.section else ("", "")
    points = _stated(tier.points)
    bound = "其余"
    bound_en = "else"
    if tier.at_least is not None:
        bound = bound_en = f"≥{_stated(tier.at_least)}"
    elif tier.at_most is not None:
        bound = bound_en = f"≤{_stated(tier.at_most)}"
    return f"{where[0]}{bound} 得 {points} 分", f"{where[1]}{bound_en}: {points} points"


def listed(known: Iterable[Standard]) -> tuple[str, str]:
    """The ids among which one may choose, in Chinese and English, each with what it stands for."""
    return (
        "、".join(f"{one.id}({one.title})" for one in known),
        ", ".join(f"{one.id} ({one.title_en})" if one.title_en else one.id for one in known),
    )


def place_words(standard: Standard) -> Words:
    """The counties that a standard is for, by the beginnings of their codes, without those where another takes its place."""
    places, without = "、".join(standard.provinces), "、".join(standard.given_way)
    if not places and standard.only_on_trial:
        return "—", "—"
    zh, en = places or "全部", places.replace("、", ", ") or "all"
    return (f"{zh}({without} 除外)", f"{en} without {without.replace('、', ', ')}") if without else (zh, en)


def explained(standard: Standard, known: Iterable[Standard] = ()) -> Iterator[Words]:
    """A standard sentence by sentence, with what it takes the place of and which of the others known take its own."""
    last = standard.effective.last
    yield f"{standard.title}({standard.id})", f"{standard.title_en or standard.title} ({standard.id})"
    yield f"依据:{standard.source}", f"Source: {standard.source}"
    role, grade = ROLES[standard.role], GRADES[standard.grade]
    yield f"类别:{role[0]};可信等级:{grade[0]}", f"Role: {role[1]}; grade: {grade[1]}"
    yield (
        f"学年:{standard.effective.first} 起" + (f",至 {last}" if last else ""),
        f"School years: from {standard.effective.first}" + (f" to {last}" if last else ""),
    )
    if standard.provinces:
        codes = "、".join(standard.provinces)
        yield f"地区:区划代码以 {codes} 开头的县", f"Counties: codes beginning with {codes}"
    yield from _in_place_of(standard, known)
    if standard.only_on_trial:
        yield "只能试算,不进入正式结论", "On trial only; it never enters a verdict"
    if not standard.complete:
        yield (
            "本标准只载有部分条件:可以判定未达标,不能判定达标",
            "It holds only some of the conditions: it can show that a school does not comply, never that it does",
        )
    for exclusion in standard.scope.exclude:
        yield f"不计入:{exclusion.reason}", f"Left out: {exclusion.reason}"
    for indicator in standard.indicators:
        formula, threshold = formula_words(indicator), threshold_words(indicator)
        yield (
            f"{indicator.id} {indicator.title}:{formula[0]};{threshold[0]}",
            f"{indicator.id} {indicator.key}: {formula[1]}; {threshold[1]}",
        )
    rule = rule_words(standard)
    yield (
        (f"学校达标:{rule[0]}", f"A school complies: {rule[1]}")
        if rule[0]
        else (
            "学校达标:没有规定几项达到才算达标,只列各项指标",
            "A school complies: no rule is stated; indicators alone are shown",
        )
    )
    yield from _beside(standard)


def _in_place_of(standard: Standard, known: Iterable[Standard]) -> Iterator[Words]:
    """Who gives way to whom, where and when."""
    if standard.replaces:
        where = ("在这些县", "in these counties") if standard.provinces else ("在所有县", "in all counties")
        yield f"{where[0]}替代标准 {standard.replaces}", f"Takes the place of the standard {standard.replaces} {where[1]}"
    for other in known:
        if other.replaces != standard.id or other.only_on_trial:
            continue
        places, last = place_words(other), other.effective.last
        where = (
            (f"区划代码以 {places[0]} 开头的县", f"counties with codes beginning with {places[1]}")
            if other.provinces
            else ("所有县", "all counties")
        )
        since = f"{other.effective.first} 学年起" + (f",至 {last}" if last else "")
        since_en = f"from {other.effective.first}" + (f" to {last}" if last else "")
        yield f"让位:{where[0]}改用标准 {other.id}({since})", f"Gives way to {other.id} in {where[1]} ({since_en})"


def _titles(standard: Standard, ids: Iterable[str]) -> str:
    """Indicators by id and title."""
    titles = {one.id: one.title for one in standard.indicators}
    return "、".join(f"{one} {titles[one]}" for one in ids)


def _beside(standard: Standard) -> Iterator[Words]:
    """Commitments, options, what is asked of counties."""
    if standard.commitment:
        names, years = _titles(standard, standard.commitment.indicators), standard.commitment.years
        yield (
            f"建设承诺:{names} 可计入承诺的增加量,{years} 年内有效,到期撤销",
            f"Commitments count in {', '.join(standard.commitment.indicators)} for {years} years and are revoked after them",
        )
    options = standard.options
    if options.small_points == "merge_into_parent":
        yield "不计入的教学点:学生和资源并入主校", "Uncounted teaching points are merged into their parent schools"
    if options.rotating_pe_arts:
        names, students = _titles(standard, options.rotating_pe_arts), _range_words(options.rotating_students, " ")
        yield (
            f"{names}:在校生 {students[0]}人的乡村学校可计入走教、兼职体育艺术教师",
            f"{', '.join(options.rotating_pe_arts)}: rural schools of {students[1]}students count itinerant PE and arts teachers",
        )
    if options.exclusive_sports_space:
        names = _titles(standard, options.exclusive_sports_space)
        ids = ", ".join(options.exclusive_sports_space)
        yield f"{names}:城区学校可计入其他专用或租用运动场地", f"{ids}: urban schools count other venues"
    if options.smaller_music_art_rooms:
        yield "音乐、美术专用教室可按较小面积认定", "Smaller music and art rooms are accepted"
    if options.relaxed_size_caps:
        yield "学校规模上限可放宽", "Caps on school size are relaxed"
    if standard.coefficient_rule:
        limits = standard.coefficient_rule.limits
        each = standard.coefficient_rule.judge == "each"
        yield (
            f"差异系数:{'每项' if each else '综合(各项平均)'}小学 ≤{limits['primary']:g},初中 ≤{limits['junior']:g}",
            f"Coefficients: {'each' if each else 'the mean of all'} primary <={limits['primary']:g}, junior <={limits['junior']:g}",
        )
    if standard.verdict_items:
        count = len(standard.verdict_items)
        yield f"县级结论另有 {count} 个事项", f"The county's verdict has {count} more items"
