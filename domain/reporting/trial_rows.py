"""Standards on trial (试算) beside those in force in one county: the lines that workbook and page both show.

Belongs here: pairing what is in force with what is on trial, and the words for it. Does not belong here: layout, any figure
that no table holds, whether a standard is on trial. Nothing here reaches a published verdict.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from data_contracts.catalogue import SECTIONS
from data_contracts.standard import Standard
from domain.reporting.condition_rows import ConditionTable, condition_table, counted_words, wide
from domain.reporting.county_facts import CountyFacts, rows_of
from domain.reporting.county_rows import Item
from domain.reporting.display import (
    COEFFICIENT_DECIMALS,
    COMPOSITE,
    NONE,
    SCHOOL_WORDS,
    SIGNS,
    VERDICT_WORDS,
    absent,
    in_words,
    number_of,
    section_label,
    shown_against,
    verdict_of,
)
from domain.reporting.item_texts import ItemText

MARK = "试算，不作为认定依据"
"""Stands on every page, sheet and table of a trial."""

TRIAL_TABLES = {
    "trial_indicators": "school_indicators",
    "trial_compliance": "school_compliance",
    "trial_coefficients": "county_coefficients",
    "trial_verdicts": "county_verdicts",
}
"""Tables of a trial and those whose place they take."""
_NOT_THERE, AS_IN_FORCE = "没有这一项", "与现行相同"


@dataclass(frozen=True)
class Judged:
    """One side of a line: a verdict with its figures, unrounded beside what is shown."""

    state: str
    word: str
    text: ItemText | None = None
    value: float | None = None
    limit: float | None = None

    @property
    def sign(self) -> str:
        """The sign beside the word."""
        return SIGNS.get(self.state, "")


ABSENT = Judged("none", _NOT_THERE)


@dataclass(frozen=True)
class PairLine:
    """What is in force beside what is on trial. A side that has no such line is ``ABSENT``."""

    title: str
    section: str
    old: Judged
    new: Judged
    reason: str = ""
    township: str = ""

    @property
    def differs(self) -> bool:
        """True where the two verdicts are not the same."""
        return self.old.state != self.new.state


@dataclass(frozen=True)
class TrialComparison:
    """One standard on trial beside one in force of the same kind; ``beside`` is None where none is in force.

    ``conditions`` holds the conditions of a pack on trial; ``schools`` those that change sides, or, with nothing in force
    beside it, those that do not comply.
    """

    tried: Standard
    beside: Standard | None
    applies: bool
    summary: list[PairLine]
    coefficients: list[PairLine]
    items: list[PairLine]
    schools: list[PairLine]
    conditions: ConditionTable | None

    @property
    def title(self) -> str:
        """The name of the standard on trial."""
        return wide(self.tried.title)

    @property
    def beside_title(self) -> str:
        """The name of the standard in force."""
        return wide(self.beside.title) if self.beside else ""

    @property
    def source(self) -> str:
        """Where the standard on trial is laid down."""
        return wide(self.tried.source)

    @property
    def beside_source(self) -> str:
        """Where the standard in force is laid down."""
        return wide(self.beside.source) if self.beside else ""

    @property
    def compared(self) -> bool:
        """True where schools are judged by both."""
        return self.beside is not None and self.beside.school_rule is not None and self.tried.school_rule is not None

    @property
    def turned(self) -> str:
        """How many school sections change sides, in words."""
        if not self.compared:
            return f"按试算标准未达标或待定的校段 {len(self.schools)} 个"
        counts: dict[str, int] = {}
        for line in self.schools:
            told = f"{line.old.word}变为{line.new.word}"
            counts[told] = counts.get(told, 0) + 1
        listed = "，".join(f"{told} {count} 个" for told, count in counts.items())
        return f"结论不同的校段 {len(self.schools)} 个" + (f"：{listed}" if listed else "")


def counterparts(tried: Standard, in_force: Sequence[Standard]) -> list[Standard]:
    """The standards in force that one on trial is held beside: itself, the one it extends or replaces, else those of its role."""
    same = [standard for standard in in_force if standard.role == tried.role]
    return [one for one in same if one.id in (tried.id, tried.extends, tried.replaces)] or same


def trial_comparisons(facts: CountyFacts, trials: Sequence[Standard]) -> list[TrialComparison]:
    """Each standard on trial beside each of its counterparts, in the order given; none where nothing is on trial."""
    found = []
    for tried in trials:
        under = facts_on_trial(facts, tried)
        beside_it: list[Standard | None] = [*counterparts(tried, (*facts.standards, *facts.packs))]
        for beside in beside_it or [None]:
            found.append(_comparison(facts, under, tried, beside))
    return found


def facts_on_trial(facts: CountyFacts, tried: Standard) -> CountyFacts:
    """The county as the tables of the trial have it under one standard."""
    tables = {name: table for name, table in facts.tables.items() if name not in (*TRIAL_TABLES.values(), "scope_ledger")}
    for name, counterpart in TRIAL_TABLES.items():
        table = facts.tables.get(name)
        if table is not None:
            tables[counterpart] = table[table["standard"] == tried.id]
    return CountyFacts(facts.year, facts.code, tables, (tried,), facts.registered)


def _comparison(facts: CountyFacts, under: CountyFacts, tried: Standard, beside: Standard | None) -> TrialComparison:
    applies = tried.applies_to(facts.code)
    old, new = _compliance(facts, beside), _compliance(under, tried)
    national = tried.judges_counties and applies
    return TrialComparison(
        tried=tried,
        beside=beside,
        applies=applies,
        summary=_summary(facts, under, tried, beside, old, new) if applies else [],
        coefficients=_coefficients(facts, under, tried, beside) if national else [],
        items=_items(facts, under, tried, beside) if national else [],
        schools=_schools(facts, tried, beside, old, new) if applies else [],
        conditions=condition_table(under, tried) if applies and not tried.judges_counties else None,
    )


Compliance = Mapping[tuple[str, str], Mapping]


def _compliance(facts: CountyFacts, standard: Standard | None) -> Compliance:
    if standard is None:
        return {}
    rows = [row for row in rows_of(facts.tables, "school_compliance") if row["standard"] == standard.id]
    return {(row["school_id"], row["section"]): row for row in rows}


def _summary(
    facts: CountyFacts, under: CountyFacts, tried: Standard, beside: Standard | None, old: Compliance, new: Compliance
) -> list[PairLine]:
    lines = []
    if tried.judges_counties:
        lines.append(PairLine("总体结论", "", _overall(facts, beside), _overall(under, tried)))
        lines.append(PairLine("各事项", "", _counted_items(facts, beside), _counted_items(under, tried)))
        for section in SECTIONS:
            pair = (_within(facts, beside, section), _within(under, tried, section))
            lines.append(PairLine("校际差异系数", section_label(section), *pair))
    if tried.school_rule or (beside and beside.school_rule):
        lines.append(PairLine("学校达标（已采用学校的校段）", "", _complying(beside, old), _complying(tried, new)))
    return lines


def _overall(facts: CountyFacts, standard: Standard | None) -> Judged:
    if standard is None:
        return ABSENT
    met = facts.overall(standard)
    return Judged(met, VERDICT_WORDS[met])


def _counted_items(facts: CountyFacts, standard: Standard | None) -> Judged:
    if standard is None:
        return ABSENT
    items = facts.items(standard)
    return Judged("none", facts.counted(items) if items else NONE)


def _within(facts: CountyFacts, standard: Standard | None, section: str) -> Judged:
    if standard is None:
        return ABSENT
    rows = [facts.coefficients.get((standard.id, section, one)) for one in (COMPOSITE, *(i.id for i in standard.indicators))]
    judged = [row for row in rows if row and not absent(row["limit"])]
    if not judged:
        return Judged("none", "没有可以计算的学校")
    states = [verdict_of(row["met"]) for row in judged]
    state = "false" if "false" in states else "pending" if "pending" in states else "true"
    if len(judged) == 1 and judged[0]["indicator"] == COMPOSITE:
        one = judged[0]
        text = shown_against(one["coefficient"], one["limit"], COEFFICIENT_DECIMALS, one["met"], at_least=False)
        return Judged(state, f"综合 {text}（限值 {one['limit']:.2f}）")
    return Judged(state, f"{len(states)} 项中 {states.count('true')} 项在限值 {judged[0]['limit']:.2f} 以内")


def _complying(standard: Standard | None, rows: Compliance) -> Judged:
    if standard is None:
        return ABSENT
    if standard.school_rule is None:
        return Judged("none", "不作综合判定")
    return Judged("none", counted_words([verdict_of(row["compliant"]) for row in rows.values()]))


def _coefficients(facts: CountyFacts, under: CountyFacts, tried: Standard, beside: Standard | None) -> list[PairLine]:
    """Each coefficient of either standard; one and the same indicator bears one key in both."""
    titles = {COMPOSITE: "综合差异系数"} | {one.key: one.title for one in (beside.indicators if beside else ())}
    titles |= {one.key: one.title for one in tried.indicators}
    ids = [
        {COMPOSITE: COMPOSITE} | {i.key: i.id for i in standard.indicators} if standard else {} for standard in (beside, tried)
    ]
    lines = []
    for section in SECTIONS:
        for key, title in titles.items():
            old = facts.coefficients.get((beside.id, section, ids[0].get(key, ""))) if beside else None
            new = under.coefficients.get((tried.id, section, ids[1].get(key, "")))
            if old or new:
                lines.append(PairLine(title, section_label(section), _coefficient(old), _coefficient(new)))
    return lines


def _coefficient(row: Mapping | None) -> Judged:
    if row is None:
        return ABSENT
    value, limit = number_of(row["coefficient"]), number_of(row["limit"])
    text = shown_against(value, limit, COEFFICIENT_DECIMALS, row["met"], at_least=False)
    told = ItemText(text, NONE if limit is None else f"{limit:.2f}", sign="≤")
    if limit is None:
        return Judged("none", "不设限值", told, value, None)
    state = verdict_of(row["met"])
    return Judged(state, SCHOOL_WORDS[state], told, value, limit)


def _items(facts: CountyFacts, under: CountyFacts, tried: Standard, beside: Standard | None) -> list[PairLine]:
    old = {(item.id, item.section): item for item in facts.items(beside)} if beside else {}
    new = {(item.id, item.section): item for item in under.items(tried)}
    lines = []
    for key in {**new, **old}:
        pair = (old.get(key), new.get(key))
        item = pair[1] or pair[0]
        assert item is not None
        told = item.reason if pair[1] else ""
        if pair[0] and told and told == pair[0].reason:
            told = AS_IN_FORCE
        lines.append(PairLine(item.title, item.section, _item(pair[0]), _item(pair[1]), told))
    return lines


def _item(item: Item | None) -> Judged:
    return ABSENT if item is None else Judged(item.met, item.word, item.text, item.value, item.limit)


def _schools(facts: CountyFacts, tried: Standard, beside: Standard | None, old: Compliance, new: Compliance) -> list[PairLine]:
    """School sections that change sides; with nothing in force beside it, those that do not comply under the trial."""
    if tried.school_rule is None:
        return []
    compared = beside is not None and beside.school_rule is not None
    rank = {section: place for place, section in enumerate(SECTIONS)}
    keys = sorted({**old, **new}, key=lambda key: (facts.school({"school_id": key[0]}).order, key[0], rank[key[1]]))
    lines = []
    for key in keys:
        was, now = _school(old.get(key)), _school(new.get(key))
        if (was.state != now.state) if compared else now.state != "true":
            reason = in_words(new[key]["reason"], tried) if key in new else ""
            school = facts.school(new.get(key) or old[key])
            lines.append(PairLine(school.name, section_label(key[1]), was, now, reason, school.township))
    return lines


def _school(row: Mapping | None) -> Judged:
    if row is None:
        return Judged("none", "不计入")
    state = verdict_of(row["compliant"])
    return Judged(state, SCHOOL_WORDS[state])
