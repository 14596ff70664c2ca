"""School conditions of the packs that hold for a county (省定办学条件、镇域监测): school by school, condition by condition, in words.

Belongs here: what workbook and page both show of a pack: its sources, what each condition asks, which schools meet it.
Does not belong here: layout; the national standards (``county_facts``); any figure that no table holds.
"""

from dataclasses import dataclass

from data_contracts.standard import Indicator, Standard
from domain.assessment.indicators import BY_COMMITMENT, NOT_JUDGED
from domain.assessment.open_cases import demand_of
from domain.reporting.county_facts import CountyFacts
from domain.reporting.county_rows import Row, SectionRow
from domain.reporting.display import (
    NONE,
    SCHOOL_WORDS,
    SIGNS,
    exact,
    in_words,
    is_ratio,
    need_text,
    number_of,
    plain,
    section_label,
    shown,
    shown_against,
    text_of,
    verdict_of,
)
from domain.reporting.standard_words import GRADES, ROLES, formula_words, rule_words, threshold_words

NO_RULE = "本标准没有规定几项达到才算达标，只逐项列出，不作综合判定"
IN_PART = "本标准只载有部分条件：可以判定未达标，不能据此判定达标"
_WIDE = str.maketrans({",": "，", ";": "；", ":": "：", "(": "（", ")": "）"})
NOT_ASKED, MISSING = "不适用", "缺数据"


@dataclass(frozen=True)
class ConditionCell:
    """One condition at one school section.

    Attributes:
        state: ``true``, ``false``, ``pending`` (figures are missing) or ``none`` (not asked of this school, or not judged).
        text: the value, rounded for reading, or why there is none.
        value: the unrounded value, None where there is none.
        limit: the unrounded threshold of this school, None where there is none.
        bound: the threshold with ≥ or ≤.
        gap: what is lacking in natural units, empty where nothing is.
        reason: what else the table tells of it.
    """

    state: str
    text: str
    value: float | None
    limit: float | None
    bound: str
    gap: str
    reason: str

    @property
    def exact(self) -> str:
        """The unrounded value as text."""
        return exact(self.value)


@dataclass(frozen=True)
class ConditionLine:
    """One school section; without figures ``cells`` is empty."""

    row: SectionRow
    section: str
    cells: list[ConditionCell]

    @property
    def word(self) -> str:
        """达标, 未达标 or 待定."""
        return SCHOOL_WORDS[self.row.compliant]

    @property
    def sign(self) -> str:
        """The sign beside the word."""
        return SIGNS[self.row.compliant]

    @property
    def missed(self) -> int:
        """How many conditions are not met."""
        return sum(cell.state == "false" for cell in self.cells)

    @property
    def asked(self) -> int:
        """How many conditions are asked of this school section."""
        return sum(cell.state != "none" for cell in self.cells)

    @property
    def met(self) -> int:
        """How many are met."""
        return sum(cell.state == "true" for cell in self.cells)

    @property
    def attention(self) -> bool:
        """True where something is not met or not known."""
        return not self.cells or any(cell.state in ("false", "pending") for cell in self.cells)


@dataclass(frozen=True)
class Condition:
    """One condition: what it asks, and how many school sections meet it."""

    indicator: Indicator
    title: str
    unit: str
    formula: str
    demand: str
    met: int
    missed: int
    missing: int
    not_asked: int


@dataclass(frozen=True)
class ConditionTable:
    """One pack in one county."""

    standard: Standard
    title: str
    role: str
    grade: str
    rule: str
    notes: list[str]
    conditions: list[Condition]
    lines: list[ConditionLine]

    @property
    def source(self) -> str:
        """Where it is laid down."""
        return wide(self.standard.source)

    @property
    def ruled(self) -> bool:
        """True where the pack says which school complies."""
        return self.standard.school_rule is not None

    @property
    def counted(self) -> str:
        """How many school sections comply, in words; without a rule how many meet every condition asked of them."""
        if not self.ruled:
            whole = sum(bool(line.cells) and not line.attention for line in self.lines)
            return f"{len(self.lines)} 个校段，其中 {whole} 个校段所列各项全部达到"
        return counted_words([line.row.compliant for line in self.lines])


def counted_words(states: list[str]) -> str:
    """61 个校段：达标 50，未达标 9，待定 2."""
    parts = [
        f"{SCHOOL_WORDS[state]} {states.count(state)}" for state in SCHOOL_WORDS if state != "pending" or "pending" in states
    ]
    return f"{len(states)} 个校段：{'，'.join(parts)}" if states else "没有计入的校段"


def condition_tables(facts: CountyFacts) -> list[ConditionTable]:
    """The packs that hold for the county, in the order of the standards."""
    return [condition_table(facts, pack) for pack in facts.packs]


def condition_table(facts: CountyFacts, pack: Standard) -> ConditionTable:
    """One pack, its schools in the register's order."""
    lines = [
        ConditionLine(row, section_label(row.section), [_cell(one, row.indicators[one.id], pack) for one in pack.indicators])
        if row.indicators
        else ConditionLine(row, section_label(row.section), [])
        for row in facts.section_rows(pack)
    ]
    notes = [] if pack.complete else [IN_PART]
    return ConditionTable(
        standard=pack,
        title=wide(pack.title),
        role=ROLES[pack.role][0],
        grade=wide(GRADES[pack.grade][0]),
        rule=wide(rule_words(pack)[0]) or NO_RULE,
        notes=notes,
        conditions=[_condition(one, [line.cells[n] for line in lines if line.cells]) for n, one in enumerate(pack.indicators)],
        lines=lines,
    )


def wide(text: str) -> str:
    """Words of a standard with the punctuation of running Chinese text."""
    return text.translate(_WIDE)


def _condition(indicator: Indicator, cells: list[ConditionCell]) -> Condition:
    states = [cell.state for cell in cells]
    return Condition(
        indicator=indicator,
        title=indicator.title,
        unit="" if is_ratio(indicator) or indicator.numerator.expected else indicator.unit,
        formula=formula_words(indicator)[0].replace("(", "（").replace(")", "）"),
        demand=wide(threshold_words(indicator)[0]),
        met=states.count("true"),
        missed=states.count("false"),
        missing=states.count("pending"),
        not_asked=states.count("none"),
    )


def _cell(indicator: Indicator, cell: Row, pack: Standard) -> ConditionCell:
    told = text_of(cell["reason"])
    value, limit = number_of(cell["value"]), number_of(cell["threshold"])
    reason = in_words(told, pack)
    if told.startswith(NOT_JUDGED):
        return ConditionCell("none", NOT_ASKED, value, None, NONE, "", reason)
    met = verdict_of(cell["met"])
    least = indicator.sense == "at_least"
    answered = bool(indicator.numerator.expected)
    bound = NONE if limit is None else f"{'≥' if least else '≤'} {plain(limit)}"
    if answered:
        bound = f"须为“{indicator.numerator.expected}”"
    if value is None and not told.startswith(BY_COMMITMENT) and met != "false":
        return ConditionCell("pending", MISSING, None, limit, bound, "", reason)
    if answered:
        text = "符合" if met == "true" else "不符合" if met == "false" else NONE
    elif limit is None:
        text = shown(value, indicator.decimals)
    else:
        text = shown_against(value, limit, indicator.decimals, cell["met"], least)
    # Without one threshold that holds, what every case says is a verdict all the same.
    state = met if limit is not None or answered or met != "pending" or demand_of(told) else "none"
    short = number_of(cell["shortfall"])
    gap = need_text(short, text_of(cell["shortfall_unit"])) if state == "false" and short and not answered else ""
    return ConditionCell(state, text, value, limit, bound, gap, reason)
