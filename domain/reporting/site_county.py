"""What the page of one county shows, ready for its template: figures rounded for reading beside their unrounded text.

Belongs here: choosing, ordering and wording for the page. Does not belong here: HTML (templates), figures that no table holds.
"""

from collections.abc import Mapping

from data_contracts.catalogue import SECTIONS
from data_contracts.record_forms import label_of
from data_contracts.standard import Indicator, Standard
from data_contracts.vocabulary import SEVERITIES
from domain.assessment.open_cases import demand_of
from domain.reporting.county_facts import CountyFacts, rows_of
from domain.reporting.county_rows import Row, School, SectionRow, below_floor
from domain.reporting.display import (
    COEFFICIENT_DECIMALS,
    COMPOSITE,
    NONE,
    SCHOOL_WORDS,
    SIGNS,
    VERDICT_WORDS,
    absent,
    brief_indicator,
    exact,
    in_words,
    is_ratio,
    need_text,
    number_of,
    plain,
    section_label,
    short_title,
    shown,
    shown_against,
    text_of,
    verdict_of,
)
from domain.reporting.rectification_rows import LEDGER, gap_rows
from domain.reporting.site_changes import Change, change_of, changes
from domain.reporting.site_pictures import WIDTH, Scale, bullet, scale_of, trend
from domain.reporting.site_plans import plan_lines, recognition_lines, scope_lines
from domain.reporting.site_progress import LargeClassLine, large_class_lines
from domain.reporting.site_rows import (
    CoefficientBlock,
    CoefficientLine,
    Figure,
    SchoolCell,
    SchoolLine,
    SchoolTable,
    TownshipLine,
    Verdict,
)

MESSAGES_PER_SCHOOL = 3
# From here on the label of a limit would run out of its picture.
NEAR_THE_END = WIDTH - 32


class CountyPage:
    """Everything that the template of a county's page reads.

    Args:
        facts: the county in its year.
        history: the same county in earlier years by key, oldest first; the year itself is not in it.
    """

    def __init__(self, facts: CountyFacts, history: Mapping[str, CountyFacts]) -> None:
        self.facts = facts
        self.years = [*history, facts.year.key]
        self._past = list(history.values())
        self._previous = history.get(facts.year.previous.key)
        self.verdicts = [self._verdict(standard) for standard in facts.standards]
        self.blocks = {s.id: [self._block(s, section) for section in SECTIONS] for s in facts.standards}
        # What is judged comes first; bare values are there to look up.
        self.schools = sorted(map(self._school_table, facts.standards), key=lambda table: not table.judged)
        self.counts = {word: sum(row["severity"] == key for row in self._findings()) for key, word in SEVERITIES.items()}
        self.unused = [(school, *self._messages(school)) for school in facts.with_outcome("left_out", "missing")]
        self.queried = facts.with_outcome("accepted_with_queries")
        self.plan = plan_lines(facts)
        self.recognition = recognition_lines(facts)
        self.scope_changes = scope_lines(facts)
        self.large_classes = self._large_classes()
        self.gaps = gap_rows(facts) if LEDGER in facts.tables else None

    @property
    def compared_with(self) -> str:
        """The year before, where the tables hold it."""
        return self._previous.year.key if self._previous else ""

    @property
    def changes(self) -> list[Change]:
        """Sentences on what turned against the year before."""
        return changes(self.facts, self._previous) if self._previous else []

    def _large_classes(self) -> list[LargeClassLine] | None:
        """School sections with large classes; None where that was not computed."""
        if "county_profile" not in self.facts.tables:
            return None
        return large_class_lines(self.facts.tables.get("school_large_classes"), {self.facts.code: self.facts.name})

    @property
    def large_schools(self) -> int:
        """How many schools have large classes."""
        return len({line.school_id for line in self.large_classes or []})

    def _findings(self) -> list[dict]:
        return rows_of(self.facts.tables, "findings")

    def _messages(self, school: School) -> tuple[list[str], int]:
        mine = [r for r in self._findings() if text_of(r["school_id"]) == school.school_id and r["severity"] == "error"]
        messages = [text_of(row["message"]) for row in mine]
        return messages[:MESSAGES_PER_SCHOOL], max(0, len(messages) - MESSAGES_PER_SCHOOL)

    def _verdict(self, standard: Standard) -> Verdict:
        met = self.facts.overall(standard)
        groups = [(name, self.facts.counted(items), items) for name, items in self.facts.grouped_items(standard)]
        reason = self.facts.overall_reason(standard)
        return Verdict(standard, short_title(standard), met, VERDICT_WORDS[met], SIGNS[met], reason, groups)

    def _block(self, standard: Standard, section: str) -> CoefficientBlock:
        found = {i.id: self.facts.coefficients.get((standard.id, section, i.id), {}) for i in standard.indicators}
        composite = self.facts.coefficients.get((standard.id, section, COMPOSITE))
        rows = [*found.values(), *([composite] if composite else [])]
        limit = next((number_of(row["limit"]) for row in rows if row and not absent(row["limit"])), None)
        scale = scale_of([*(number_of(row.get("coefficient")) for row in rows), limit])
        lines = [self._line(standard, section, i, found[i.id], scale) for i in standard.indicators]
        if composite:
            lines.insert(0, self._line(standard, section, None, composite, scale))
        judged = [line for line in lines if line.limit]
        usual = min((line.left_out for line in lines if not line.composite), default=0)
        students = max((number_of(row.get("students")) or 0.0 for row in rows), default=0.0)
        return CoefficientBlock(
            standard=short_title(standard),
            section=section_label(section),
            lines=lines,
            scale=scale,
            limit_x=None if limit is None else scale.x(limit),
            limit_anchor="end" if limit is not None and scale.x(limit) > NEAR_THE_END else "middle",
            limit="" if limit is None else f"{limit:.2f}",
            judged=len(judged),
            within=sum(line.met == "true" for line in judged),
            over=sum(line.met == "false" for line in judged),
            schools=max((int(number_of(row.get("schools")) or 0) for row in rows), default=0),
            students=shown(students, 0),
            left_out=usual,
        )

    def _line(self, standard: Standard, section: str, indicator: Indicator | None, row: dict, scale: Scale) -> CoefficientLine:
        key = (standard.id, section, indicator.id if indicator else COMPOSITE)
        coefficient, limit, met = number_of(row.get("coefficient")), number_of(row.get("limit")), verdict_of(row.get("met"))
        past = [number_of(facts.coefficients.get(key, {}).get("coefficient")) for facts in self._past]
        before = self._previous.coefficients.get(key, {}) if self._previous else {}
        unit = "" if indicator is None or is_ratio(indicator) else indicator.unit
        mean = shown(row.get("mean"), indicator.decimals) if indicator else NONE
        judged = limit is not None
        return CoefficientLine(
            title=indicator.title if indicator else "综合差异系数",
            mean=Figure(mean, exact(row.get("mean")), unit if mean != NONE else ""),
            coefficient=Figure(
                shown_against(coefficient, limit, COEFFICIENT_DECIMALS, row.get("met"), at_least=False), exact(coefficient)
            ),
            limit=f"{limit:.2f}" if judged else "",
            met=met if judged else "none",
            word=SCHOOL_WORDS[met] if judged else "",
            sign=SIGNS[met] if judged else "",
            bullet=bullet(scale, coefficient, limit, met),
            trend=trend(self.years, [*past, coefficient], limit),
            change=change_of(coefficient, number_of(before.get("coefficient"))),
            composite=indicator is None,
            left_out=int(number_of(row.get("left_out")) or 0),
        )

    def _school_table(self, standard: Standard) -> SchoolTable:
        rows = self.facts.section_rows(standard)
        heads = []
        for indicator in standard.indicators:
            name, unit = brief_indicator(indicator.title, indicator.unit, indicator.per)
            limits = [f"{section_label(s)} {plain(indicator.by_section[s])}" for s in SECTIONS if s in indicator.by_section]
            heads.append((name, "" if is_ratio(indicator) else unit, limits))
        totals = [
            (section_label(section), indicator.title, f"{count} 个校段", f"共{need_text(total, unit)}")
            for indicator, section, count, total, unit in self.facts.gap_totals(standard)
        ]
        return SchoolTable(
            standard=standard,
            title=short_title(standard),
            heads=heads,
            lines=[self._school_line(standard, row) for row in rows],
            totals=totals,
            unknown_gaps=self.facts.unknown_gaps(standard),
            judged=any(indicator.thresholds for indicator in standard.indicators),
            ruled=standard.school_rule is not None,
            met=sum(row.compliant == "true" for row in rows),
            waiting=sum(row.compliant == "pending" for row in rows),
        )

    def _school_line(self, standard: Standard, row: SectionRow) -> SchoolLine:
        cells = (
            [_school_cell(indicator, row.indicators[indicator.id]) for indicator in standard.indicators] if row.indicators else []
        )
        word, sign = SCHOOL_WORDS[row.compliant], SIGNS[row.compliant]
        return SchoolLine(row, section_label(row.section), word, sign, cells, sum(cell.state == "false" for cell in cells))

    @property
    def townships(self) -> list[TownshipLine]:
        """Reporting by township, in the register's order of their first school."""
        groups: dict[str, list[School]] = {}
        for school in self.facts.schools:
            groups.setdefault(school.township or "（未填乡镇）", []).append(school)
        return [
            TownshipLine(
                name=name,
                expected=sum(s.expected for s in mine),
                used=sum(s.used for s in mine),
                queries=sum(s.outcome == "accepted_with_queries" for s in mine),
                left_out=sum(s.outcome == "left_out" for s in mine),
                missing=sum(s.outcome == "missing" and s.expected for s in mine),
            )
            for name, mine in groups.items()
        ]

    @property
    def out_of_scope(self) -> list[tuple[str, list[tuple[str, str, str]]]]:
        """For each standard: school, section and rule of those that do not count or may not."""
        listed = []
        for standard in self.facts.standards:
            mine = [row for row in self.facts.scope_rows if row["standard"] == standard.id]
            rows = [row for row in mine if absent(row["in_scope"]) or not row["in_scope"]]
            named = [(self.facts.school(r).name, section_label(r["section"]), in_words(r["rule"], standard)) for r in rows]
            listed.append((short_title(standard), named))
        return listed

    @property
    def listed_findings(self) -> list[tuple[str, str, str, str, str]]:
        """Errors and queries: severity key, its word, school, field, message; errors first, then the register's order."""
        rank = {key: place for place, key in enumerate(SEVERITIES)}
        rows = [row for row in self._findings() if row["severity"] != "note"]

        def place(row: dict) -> tuple:
            school = self.facts.by_id.get(text_of(row["school_id"]))
            return rank[row["severity"]], school.order if school else -1, text_of(row["file"]), text_of(row["cell"])

        listed = []
        for row in sorted(rows, key=place):
            school = self.facts.by_id.get(text_of(row["school_id"]))
            where = school.name if school else text_of(row["school_id"]) or text_of(row["file"])
            label = label_of(text_of(row["field"]), text_of(row["section"]) or None) or NONE
            listed.append((row["severity"], SEVERITIES[row["severity"]], where, label, text_of(row["message"])))
        return listed


def _school_cell(indicator: Indicator, cell: Row) -> SchoolCell:
    if absent(cell["value"]):
        return SchoolCell(Figure("缺数据", ""), "pending", "", text_of(cell["reason"]), below_floor=False)
    told = text_of(cell["reason"])
    one_limit = not absent(cell["threshold"])
    judged = one_limit or not absent(cell["met"]) or bool(demand_of(told))
    text = shown_against(cell["value"], cell["threshold"], indicator.decimals, cell["met"], indicator.sense == "at_least")
    state = verdict_of(cell["met"]) if judged else "none"
    short = number_of(cell["shortfall"])
    gap = need_text(short, text_of(cell["shortfall_unit"])) if state == "false" and short is not None else ""
    unit = "" if is_ratio(indicator) else indicator.unit
    note = f"达标值 {plain(cell['threshold'])} {unit}" if one_limit else demand_of(told)
    return SchoolCell(Figure(text, exact(cell["value"]), unit), state, gap, note, below_floor(cell))
