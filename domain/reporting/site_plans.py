"""What a county's page shows of its plan, of its recognition, and of what excluded schools would change.

Belongs here: wording of these three tables. Does not belong here: HTML (templates), figures that no table holds.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from data_contracts.standard import Standard
from domain.reporting.county_facts import CountyFacts, rows_of
from domain.reporting.display import (
    COEFFICIENT_DECIMALS,
    COMPOSITE,
    NONE,
    SIGNS,
    absent,
    exact,
    plain,
    section_label,
    short_title,
    shown_against,
    text_of,
    verdict_of,
)
from domain.reporting.insight_words import planned_title

REACHED = {"true": "实现", "false": "未实现", "pending": "无数据"}


@dataclass(frozen=True)
class PlanLine:
    """One target and what was reached."""

    standard: str
    title: str
    section: str
    year: str
    target: str
    actual: str
    actual_value: str
    state: str
    planned_in: str

    @property
    def word(self) -> str:
        """实现, 未实现 or 无数据."""
        return REACHED[self.state]

    @property
    def sign(self) -> str:
        """The sign beside the word."""
        return SIGNS[self.state]


def plan_lines(facts: CountyFacts) -> list[PlanLine]:
    """Every target whose year has come, the latest year first."""
    by_id = {standard.id: standard for standard in facts.standards}
    rows = [row for row in rows_of(facts.tables, "plan_progress") if row["standard"] in by_id]
    rows.sort(key=lambda row: (-int(row["target_year"][:4]), row["standard"], text_of(row["section"]), row["item"]))
    return [_plan_line(row, by_id[row["standard"]]) for row in rows]


def _plan_line(row: Mapping, standard: Standard) -> PlanLine:
    least = row["direction"] == "at_least"
    coefficient = row["item"] in (COMPOSITE, "R-cv") or any(one.id == row["item"] for one in standard.indicators)
    decimals = COEFFICIENT_DECIMALS if coefficient else 2
    actual = shown_against(row["actual"], row["target"], decimals, row["reached"], at_least=least)
    if not coefficient and actual != NONE:
        actual = plain(float(actual))
    unit = next((one.unit for one in standard.verdict_items if one.id == row["item"]), "")
    return PlanLine(
        standard=short_title(standard),
        title=planned_title(standard, row["item"]),
        section=section_label(row["section"]) or NONE,
        year=row["target_year"],
        target=f"{'不低于' if least else '不超过'} {plain(row['target'])} {unit}".strip(),
        actual=f"{actual} {unit}".strip() if actual != NONE else NONE,
        actual_value=exact(row["actual"]),
        state=verdict_of(row["reached"]),
        planned_in=row["planned_in"],
    )


@dataclass(frozen=True)
class ScopeLine:
    """What one excluded group would change in one section: the composite, or all single coefficients."""

    standard: str
    rule: str
    section: str
    schools: int
    students: str
    without: str
    with_group: str
    differs: str


def scope_lines(facts: CountyFacts) -> list[ScopeLine]:
    """Each excluded group of a section with the coefficients that are judged, without and with it."""
    lines = []
    for standard in facts.standards:
        groups: dict[tuple[str, str], list[Mapping]] = {}
        for row in rows_of(facts.tables, "scope_sensitivity"):
            if row["standard"] == standard.id and not absent(row["limit"]):
                groups.setdefault((row["section"], row["rule"]), []).append(row)
        lines += [_scope_line(standard, section, rule, rows) for (section, rule), rows in groups.items()]
    return lines


def _scope_line(standard: Standard, section: str, rule: str, rows: list[Mapping]) -> ScopeLine:
    titles = {one.id: one.title for one in standard.indicators}
    turned = [row for row in rows if verdict_of(row["differs"]) == "true"]
    told = "不变" if not turned else "会不同"
    if turned and rows[0]["indicator"] != COMPOSITE:
        told += "：" + "、".join(titles.get(row["indicator"], row["indicator"]) for row in turned)
    return ScopeLine(
        standard=short_title(standard),
        rule=rule.replace(",", "，"),
        section=section_label(section),
        schools=int(rows[0]["schools"]),
        students=f"{rows[0]['students']:.0f}",
        without=_told(rows, "coefficient", "met"),
        with_group=_told(rows, "coefficient_with", "met_with"),
        differs=told,
    )


def _told(rows: list[Mapping], value: str, met: str) -> str:
    if rows[0]["indicator"] == COMPOSITE:
        row = rows[0]
        return shown_against(row[value], row["limit"], COEFFICIENT_DECIMALS, row[met], at_least=False)
    over = sum(verdict_of(row[met]) == "false" for row in rows)
    return f"{len(rows)} 项中 {over} 项超限"


def recognition_lines(facts: CountyFacts) -> list[tuple[str, str]]:
    """For each standard under which counties are recognised: its name, and the day or that there is none."""
    found = []
    for row in rows_of(facts.tables, "regional_progress"):
        standard = next((one for one in facts.standards if one.id == row["standard"]), None)
        if standard is None or absent(row["recognition_unknown"]):
            continue
        unknown = "认定未知" if row["recognition_unknown"] else "尚未认定"
        found.append((short_title(standard), text_of(row["recognised_on"]) or unknown))
    return found
