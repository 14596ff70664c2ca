"""What changed against the school year before, in sentences.

Belongs here: changed verdicts, coefficients that crossed a limit, schools that newly comply or no longer do.
Does not belong here: the lines over several years (``site_pictures``).
"""

from dataclasses import dataclass

from data_contracts.standard import Standard
from domain.reporting.county_facts import CountyFacts
from domain.reporting.display import (
    COEFFICIENT_DECIMALS,
    COMPOSITE,
    VERDICT_WORDS,
    section_label,
    short_title,
    shown_against,
    verdict_of,
)

NAMED_AT_MOST = 12
BETTER, WORSE, SAME = "better", "worse", "same"
SIGNS = {BETTER: "改善", WORSE: "变差", SAME: "变动"}


@dataclass(frozen=True)
class Change:
    """One sentence; ``tone`` is better, worse or same."""

    tone: str
    text: str

    @property
    def word(self) -> str:
        """改善, 变差 or 变动."""
        return SIGNS[self.tone]


def changes(now: CountyFacts, before: CountyFacts) -> list[Change]:
    """Everything that turned between two years, the most important first."""
    found: list[Change] = []
    for standard in now.standards:
        if not before.items(standard):
            continue
        found += [*_overall(now, before, standard), *_crossings(now, before, standard), *_schools(now, before, standard)]
    known = {"county_records", "reporting_board"} & set(before.tables)
    if known and (now.accepted, now.expected) != (before.accepted, before.expected):
        text = f"采用学校由 {before.accepted} 所（应报 {before.expected} 所）变为 {now.accepted} 所（应报 {now.expected} 所）。"
        found.append(Change(SAME, text))
    return found


def _overall(now: CountyFacts, before: CountyFacts, standard: Standard) -> list[Change]:
    old, new = before.overall(standard), now.overall(standard)
    if old == new:
        return []
    tone = BETTER if new == "true" else WORSE if new == "false" else SAME
    return [Change(tone, f"{short_title(standard)}总体结论由“{VERDICT_WORDS[old]}”变为“{VERDICT_WORDS[new]}”。")]


def _crossings(now: CountyFacts, before: CountyFacts, standard: Standard) -> list[Change]:
    titles = {one.id: one.title for one in standard.indicators} | {COMPOSITE: "综合"}
    found = []
    for key, row in now.coefficients.items():
        old = before.coefficients.get(key)
        if key[0] != standard.id or old is None or "pending" in (verdict_of(row["met"]), verdict_of(old["met"])):
            continue
        if bool(row["met"]) == bool(old["met"]):
            continue
        values = [
            shown_against(one["coefficient"], one["limit"], COEFFICIENT_DECIMALS, one["met"], at_least=False)
            for one in (old, row)
        ]
        end = f"回到限值 {row['limit']:.2f} 以内" if row["met"] else f"超过限值 {row['limit']:.2f}"
        place = f"{short_title(standard)}{section_label(key[1])}“{titles.get(key[2], key[2])}”"
        found.append(Change(BETTER if row["met"] else WORSE, f"{place}差异系数由 {values[0]} 变为 {values[1]}，{end}。"))
    return found


def _schools(now: CountyFacts, before: CountyFacts, standard: Standard) -> list[Change]:
    if not standard.school_rule:
        return []
    old = {(row.school.school_id, row.section): row.compliant for row in before.section_rows(standard)}
    turned: dict[str, list[str]] = {"true": [], "false": []}
    for row in now.section_rows(standard):
        was = old.get((row.school.school_id, row.section))
        if was in turned and row.compliant in turned and was != row.compliant:
            turned[row.compliant].append(f"{row.school.name}（{section_label(row.section)}）")
    found = []
    for met, tone, word in (("true", BETTER, "新达标"), ("false", WORSE, "不再达标")):
        if turned[met]:
            more = "等" if len(turned[met]) > NAMED_AT_MOST else ""
            names = "、".join(turned[met][:NAMED_AT_MOST]) + more
            found.append(Change(tone, f"{short_title(standard)}{word} {len(turned[met])} 个校段：{names}。"))
    return found


def change_of(coefficient: float | None, previous: float | None) -> str:
    """A change in words: 降 0.012, 升 0.012, 持平; empty without a year before."""
    if coefficient is None or previous is None:
        return ""
    difference = coefficient - previous
    if abs(difference) < 0.5 * 10**-COEFFICIENT_DECIMALS:
        return "持平"
    return f"{'升' if difference > 0 else '降'} {abs(difference):.{COEFFICIENT_DECIMALS}f}"
