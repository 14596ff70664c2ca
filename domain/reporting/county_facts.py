"""What the tables say of one county in one school year, in the register's order and in words.

Belongs here: the rows that workbook and page both show: who reported, schools with their indicators, gaps, verdicts.
Does not belong here: layout, and any figure that is not already in a table.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property

import pandas as pd

from data_contracts.catalogue import SECTIONS
from data_contracts.school_year import SchoolYear
from data_contracts.standard import Indicator, Standard
from domain.reporting.county_rows import Gap, Item, Row, School, SectionRow, below_floor
from domain.reporting.display import (
    VERDICT_WORDS,
    absent,
    in_words,
    item_group,
    item_title,
    need,
    number_of,
    section_label,
    text_of,
    verdict_of,
)
from domain.reporting.item_texts import item_text

UNREGISTERED_LAST = 10**9
NO_REGISTER = "本学年没有学校名册：学校取自各校报送的文件，没有报送的学校无从知道，也没有算作未报送。"


def rows_of(tables: Mapping[str, pd.DataFrame], name: str) -> list[dict]:
    """The rows of a table as dictionaries; none where the table is not there."""
    table = tables.get(name)
    return [] if table is None else table.to_dict("records")


class CountyFacts:
    """One county in one school year.

    Args:
        year: the school year.
        code: the county's 6-digit code.
        tables: this county's rows, by table.
        standards: the standards shown, in this order; packs, which judge no county, are kept apart as ``packs``, those of other
            provinces are left out.
        registered: whether the county gave a register; without one the schools are those that handed in, and nobody knows of others.
    """

    def __init__(
        self,
        year: SchoolYear,
        code: str,
        tables: Mapping[str, pd.DataFrame],
        standards: Sequence[Standard],
        registered: bool = True,
    ) -> None:
        self.year, self.code, self.tables, self.registered = year, code, tables, registered
        self.standards = tuple(standard for standard in standards if standard.judges_counties)
        self.packs = tuple(pack for pack in standards if not pack.judges_counties and pack.applies_to(code))
        record = next(iter(rows_of(tables, "county_records")), {})
        named = [record, *rows_of(tables, "county_coefficients")[:1], *rows_of(tables, "school_register")[:1]]
        self.name = next((text_of(row["county_name"]) for row in named if row.get("county_name")), code)
        self.students = number_of(record.get("students"))
        expected = [school for school in self.schools if school.expected]
        self.expected = int(record.get("schools_expected", len(expected)))
        self.accepted = int(record.get("schools_accepted", sum(school.used for school in expected)))
        self.received = int(record.get("schools_received", sum(school.outcome != "missing" for school in expected)))

    @cached_property
    def schools(self) -> list[School]:
        """Every school of the board in the register's order, under the register's name."""
        names = {row["school_id"]: text_of(row["school_name"]) for row in rows_of(self.tables, "school_register")}
        found = [
            School(
                school_id=row["school_id"],
                name=names.get(row["school_id"]) or text_of(row["school_name"]),
                township=text_of(row.get("township")),
                kind=text_of(row.get("school_type")),
                order=int(row["register_order"]),
                expected=bool(row["expected"]),
                outcome=row["outcome"],
                file=text_of(row.get("file")),
                errors=int(row.get("errors", 0)),
                queries=int(row.get("queries", 0)),
            )
            for row in rows_of(self.tables, "reporting_board")
        ]
        return sorted(found, key=lambda school: (school.order, school.school_id))

    @cached_property
    def by_id(self) -> dict[str, School]:
        """Schools by code."""
        return {school.school_id: school for school in self.schools}

    def school(self, row: Row) -> School:
        """The school of a table's row; one that is on no board stands behind all others."""
        school_id = text_of(row["school_id"])
        found = self.by_id.get(school_id)
        return found or School(school_id, text_of(row.get("school_name")), "", "", UNREGISTERED_LAST, False, "accepted")

    def with_outcome(self, *outcomes: str) -> list[School]:
        """Schools with one of these outcomes; of the missing ones only those that were expected."""
        return [s for s in self.schools if s.outcome in outcomes and (s.expected or s.outcome != "missing")]

    @cached_property
    def coefficients(self) -> dict[tuple[str, str, str], dict]:
        """Rows of ``county_coefficients`` by standard, section, indicator."""
        return {(row["standard"], row["section"], row["indicator"]): row for row in rows_of(self.tables, "county_coefficients")}

    @cached_property
    def scope_rows(self) -> list[dict]:
        """Rows of ``scope_ledger`` in the register's order, sections in order."""
        rank = {section: place for place, section in enumerate(SECTIONS)}
        rows = rows_of(self.tables, "scope_ledger")
        return sorted(rows, key=lambda r: (self.school(r).order, r["school_id"], rank.get(text_of(r["section"]), -1)))

    @cached_property
    def _section_rows(self) -> dict[str, list[SectionRow]]:
        figures: dict[tuple, dict[str, Row]] = {}
        for row in rows_of(self.tables, "school_indicators"):
            figures.setdefault((row["standard"], row["school_id"], row["section"]), {})[row["indicator"]] = row
        judged = {(r["standard"], r["school_id"], r["section"]): r for r in rows_of(self.tables, "school_compliance")}
        listed = {
            (r["standard"], r["school_id"], text_of(r["section"])): r
            for r in self.scope_rows
            if verdict_of(r["in_scope"]) == "true"
        }
        by_standard = {standard.id: standard for standard in (*self.standards, *self.packs)}
        made: dict[str, list[SectionRow]] = {standard: [] for standard in by_standard}
        # Schools in scope without figures stand in the list too, so that nobody drops out of a table unseen.
        for key in {**listed, **figures}:
            if key[0] not in made or not key[2]:
                continue
            verdict = judged.get(key, {})
            cells = figures.get(key, {})
            made[key[0]].append(
                SectionRow(
                    school=self.school(next(iter(cells.values())) if cells else listed[key]),
                    section=key[2],
                    indicators=cells,
                    compliant=verdict_of(verdict.get("compliant")),
                    met=int(verdict.get("indicators_met", 0)),
                    total=int(verdict.get("indicators_total", 0)),
                    lowest_ratio=number_of(verdict.get("lowest_ratio")),
                    reason=in_words(verdict.get("reason"), by_standard[key[0]]),
                )
            )
        for rows in made.values():
            rows.sort(key=lambda row: (row.school.order, row.school.school_id, SECTIONS.index(row.section)))
        return made

    def section_rows(self, standard: Standard) -> list[SectionRow]:
        """Every school section in the scope of a standard, in the register's order, with or without figures."""
        return self._section_rows[standard.id]

    def gaps(self, standard: Standard) -> list[Gap]:
        """Every threshold that a school section misses or cannot be held against, in the register's order."""
        found = []
        for row in self.section_rows(standard):
            for indicator in standard.indicators:
                cell = row.indicators.get(indicator.id)
                if cell is None or absent(cell["threshold"]) or verdict_of(cell["met"]) == "true":
                    continue
                missing = absent(cell["value"])
                found.append(
                    Gap(
                        row=row,
                        indicator=indicator,
                        value=number_of(cell["value"]),
                        threshold=float(cell["threshold"]),
                        shortfall=None if missing else number_of(cell["shortfall"]),
                        unit=text_of(cell["shortfall_unit"]),
                        below_floor=below_floor(cell),
                        reason=text_of(cell["reason"]),
                    )
                )
        return found

    def gap_totals(self, standard: Standard) -> list[tuple[Indicator, str, int, int, str]]:
        """Indicator, section, school sections with a gap, their whole needs added up, unit; only where there is one."""
        sums: dict[tuple[str, str], list[Gap]] = {}
        for gap in self.gaps(standard):
            if gap.shortfall is not None:
                sums.setdefault((gap.indicator.id, gap.row.section), []).append(gap)
        totals = []
        for indicator in standard.indicators:
            for section in SECTIONS:
                mine = sums.get((indicator.id, section), [])
                if mine:
                    # What each school needs is rounded up first: two half teachers in two schools are two teachers.
                    total = sum(need(gap.shortfall or 0.0) for gap in mine)
                    totals.append((indicator, section, len(mine), total, mine[0].unit))
        return totals

    def unknown_gaps(self, standard: Standard) -> int:
        """School sections in scope whose gaps are not, or not all, known: figures are missing."""
        rows = self.section_rows(standard)
        return sum(not row.indicators or any(absent(cell["value"]) for cell in row.indicators.values()) for row in rows)

    @cached_property
    def _items(self) -> dict[str, list[Item]]:
        made: dict[str, list[Item]] = {standard.id: [] for standard in self.standards}
        by_standard = {standard.id: standard for standard in self.standards}
        names = [school.name for school in self.schools]
        for row in rows_of(self.tables, "county_verdicts"):
            standard = by_standard.get(row["standard"])
            if standard is None:
                continue
            title = item_title(standard, row["item"])
            made[standard.id].append(
                Item(
                    id=row["item"],
                    group=item_group(row["item"]),
                    title=title,
                    section=section_label(row["section"]),
                    value=number_of(row["value"]),
                    limit=number_of(row["limit"]),
                    text=item_text(standard, row["item"], number_of(row["value"]), number_of(row["limit"]), row["met"]),
                    met=row["met"],
                    reason=in_words(text_of(row["reason"]).removeprefix(f"{title}:"), standard, names),
                )
            )
        return made

    def items(self, standard: Standard) -> list[Item]:
        """The lines of the county verdict without the overall one, in the order of the standard."""
        return [item for item in self._items[standard.id] if item.id != "overall"]

    def grouped_items(self, standard: Standard) -> list[tuple[str, list[Item]]]:
        """The same under their groups."""
        groups: dict[str, list[Item]] = {}
        for item in self.items(standard):
            groups.setdefault(item.group, []).append(item)
        return list(groups.items())

    @staticmethod
    def counted(items: Sequence[Item]) -> str:
        """How many of some items are met, not met and pending, in words; what there is none of is left out."""
        counts = {state: sum(item.met == state for item in items) for state in VERDICT_WORDS}
        parts = [f"{VERDICT_WORDS[state]} {count} 项" for state, count in counts.items() if count]
        return f"共 {len(items)} 项，{'，'.join(parts)}"

    def overall(self, standard: Standard) -> str:
        """``true``, ``false`` or ``pending``; pending where the tables hold no verdict."""
        return next((item.met for item in self._items[standard.id] if item.id == "overall"), "pending")

    def overall_reason(self, standard: Standard) -> str:
        """What stands in the way, in one sentence: items not met by name, pending ones by group."""
        items = self.items(standard)
        if not items:
            return "没有可用的判定数据"
        met = sum(item.met == "true" for item in items)
        parts = [f"共 {len(items)} 项，达到 {met} 项"]
        failed = [_quoted(item.title) + (f"（{item.section}）" if item.section else "") for item in items if item.met == "false"]
        if failed:
            parts.append(f"未达到 {len(failed)} 项：{'、'.join(failed)}")
        groups: dict[str, int] = {}
        for item in items:
            if item.met == "pending":
                groups[item.group] = groups.get(item.group, 0) + 1
        if groups:
            parts.append(f"待定 {sum(groups.values())} 项：{'、'.join(f'{name} {count} 项' for name, count in groups.items())}")
        return "；".join(parts) + "。"


def _quoted(title: str) -> str:
    """A title that is itself a list, in quotation marks, so that it stays one among others."""
    return f"“{title}”" if set("、，；") & set(title) else title
