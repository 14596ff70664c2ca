"""What the first page shows of regions: who reported, who meets the standards, who is recognised, against the targets.

Belongs here: the lines of that table, their pictures and words. Does not belong here: the counting
(``assessment.regional_progress``), HTML (templates).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from data_contracts.standard import Standard
from domain.reporting.display import absent, exact, number_of, section_label, short_title, shown, text_of
from domain.reporting.insight_words import percent, region_name
from domain.reporting.site_pictures import Trend, trend

BAR = 150
LISTED_CLASSES = 20
States = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Segment:
    """One part of a bar: from ``x``, ``width`` wide, for ``count`` counties in a ``state``."""

    state: str
    count: int
    x: float
    width: float


@dataclass(frozen=True)
class ShareBar:
    """A share on a track of 0 to 100 %, with a target where there is one."""

    width: float
    target_x: float | None
    label: str


@dataclass(frozen=True)
class RegionLine:
    """One region under one standard."""

    level: str
    name: str
    code: str
    counties: int
    reporting: int
    segments: list[Segment]
    told: str
    met_value: str
    recognised: str
    recognised_value: str
    unknown: int
    bar: ShareBar | None
    large: str
    complying: str
    complying_value: str
    retention: str
    trend: Trend | None
    history: str


@dataclass(frozen=True)
class RegionTable:
    """The regions under one standard. ``target`` and ``retention_target`` are national targets in words, empty where none is known.

    ``years`` are the school years whose recognised shares are shown, oldest first; without an earlier one there is no trend.
    """

    title: str
    target: str
    retention_target: str
    ruled: bool
    recognition: bool
    years: list[str]
    lines: list[RegionLine]

    @property
    def trended(self) -> bool:
        """True where there is an earlier year to compare with."""
        return self.recognition and len(self.years) > 1


def region_tables(
    progress: pd.DataFrame | None,
    standards: Sequence[Standard],
    year: str = "",
    past: Mapping[str, pd.DataFrame] | None = None,
) -> list[RegionTable]:
    """For each standard its regions: all counties, then each province followed by its cities.

    Args:
        progress: ``regional_progress`` of the year shown.
        standards: the standards shown.
        year: key of that year.
        past: ``regional_progress`` of earlier years by key, oldest first, as far as it is there.
    """
    before = {key: _shares(table) for key, table in (past or {}).items()}
    years = [*before, year]
    rows = [] if progress is None else progress[progress["level"] != "county"].to_dict("records")
    tables = []
    for standard in standards:
        mine = [row for row in rows if row["standard"] == standard.id]
        if not mine:
            continue
        mine.sort(key=lambda row: text_of(row["region"]))
        target = next((row for row in mine if not absent(row["target_share"])), None)
        told = f"全国目标：{int(target['target_year'])} 年达到 {percent(target['target_share'], 0)}" if target else ""
        tables.append(
            RegionTable(
                title=short_title(standard),
                target=told,
                retention_target="" if absent(mine[0]["retention_target"]) else percent(mine[0]["retention_target"], 0),
                ruled=standard.school_rule is not None,
                recognition=any(not absent(row["recognition_unknown"]) for row in mine),
                years=years,
                lines=[_line(row, before, year) for row in mine],
            )
        )
    return tables


Shares = Mapping[tuple[str, str, str], float | None]


def _shares(progress: pd.DataFrame) -> Shares:
    """Recognised shares by standard, level and region."""
    rows = progress.to_dict("records")
    return {(row["standard"], row["level"], text_of(row["region"])): number_of(row["recognised_share"]) for row in rows}


def _line(row: Mapping, before: Mapping[str, Shares], year: str) -> RegionLine:
    place = (row["standard"], row["level"], text_of(row["region"]))
    shares = {key: found.get(place) for key, found in before.items()} | {year: number_of(row["recognised_share"])}
    states: States = (("true", int(row["met"])), ("false", int(row["not_met"])), ("pending", int(row["pending"])))
    recognised = number_of(row["recognised"])
    known = [share for share in shares.values() if share is not None]
    return RegionLine(
        level=row["level"],
        name=region_name(row["level"], text_of(row["region"])),
        code=text_of(row["region"]),
        counties=int(row["counties"]),
        reporting=int(row["reporting"]),
        segments=segments(states),
        told=f"达到 {states[0][1]}，未达到 {states[1][1]}，待定 {states[2][1]}",
        met_value=exact(states[0][1] / row["counties"]) if row["counties"] else "",
        recognised="" if recognised is None else f"{int(recognised)} 个（{percent(row['recognised_share'])}）",
        recognised_value=exact(row["recognised_share"]),
        unknown=0 if absent(row["recognition_unknown"]) else int(row["recognition_unknown"]),
        bar=share_bar(number_of(row["recognised_share"]), number_of(row["target_share"])),
        large=shown(row["large_class_schools"], 0),
        complying=f"{percent(row['complying_share'])}" if not absent(row["complying_share"]) else "—",
        complying_value=exact(row["complying_share"]),
        retention=percent(row["retention"], 2),
        trend=trend(list(shares), list(shares.values()), number_of(row["target_share"]), percent, "全国目标"),
        history=" → ".join(percent(one) for one in (known[0], known[-1])) if len(known) > 1 else "",
    )


def segments(states: States) -> list[Segment]:
    """The parts of a bar that shares out all counties among their states; empty states have no part."""
    total = sum(count for _, count in states)
    found, x = [], 0.0
    for state, count in states:
        if count:
            width = BAR * count / total
            found.append(Segment(state, count, round(x, 1), round(width, 1)))
            x += width
    return found


def share_bar(share: float | None, target: float | None) -> ShareBar | None:
    """The picture of a share; None where there is none."""
    if share is None:
        return None
    label = f"认定比例 {percent(share)}"
    if target is None:
        return ShareBar(round(BAR * share, 1), None, label)
    word = "已达到" if share >= target else "未达到"
    return ShareBar(round(BAR * share, 1), round(BAR * target, 1), f"{label}，全国目标 {percent(target, 0)}，{word}")


@dataclass(frozen=True)
class LargeClassLine:
    """One school section with large classes."""

    code: str
    county: str
    school_id: str
    school: str
    township: str
    section: str
    largest: str
    allowed: str
    over: str
    oversize: str
    classes: str


def large_class_lines(table: pd.DataFrame | None, names: Mapping[str, str], most: int | None = None) -> list[LargeClassLine]:
    """School sections with large classes, the largest excess first; at most so many."""
    rows = [] if table is None else table.to_dict("records")
    rows.sort(key=lambda row: (-(number_of(row["over"]) or 0.0), row["county_code"], row["school_id"], row["section"]))
    return [
        LargeClassLine(
            code=row["county_code"],
            county=names.get(row["county_code"], row["county_code"]),
            school_id=row["school_id"],
            school=row["school_name"],
            township=text_of(row["township"]),
            section=section_label(row["section"]),
            largest=shown(row["largest_class"], 0),
            allowed=shown(row["allowed"], 0),
            over=shown(row["over"], 0),
            oversize=shown(row["oversize_classes"], 0),
            classes=shown(row["classes"], 0),
        )
        for row in rows[:most]
    ]


def progress_of(
    tables: Mapping[str, pd.DataFrame],
    names: Mapping[str, str],
    standards: Sequence[Standard],
    year: str = "",
    past: Mapping[str, pd.DataFrame] | None = None,
) -> dict[str, object]:
    """Everything of the first page that rests on ``regional_progress`` and ``school_large_classes``, by its name in the template.

    Args:
        tables: tables of all counties.
        names: names of the counties by code.
        standards: the standards shown.
        year, past: see ``region_tables``.
    """
    progress, classes = tables.get("regional_progress"), tables.get("school_large_classes")
    rows = [] if progress is None else progress[progress["level"] == "county"].to_dict("records")
    recognised: dict[str, dict[str, str]] = {}
    for row in rows:
        if not absent(row["recognition_unknown"]):
            day = "认定未知" if row["recognition_unknown"] else "尚未认定"
            if not absent(row["recognised_on"]):
                day = f"{row['recognised_on']} 认定"
            recognised.setdefault(row["standard"], {})[row["county_code"]] = day
    whole = [] if progress is None else progress[progress["level"] == "nation"].to_dict("records")
    by_id = {standard.id: short_title(standard) for standard in standards}
    return {
        "regions": region_tables(progress, standards, year, past),
        "recognised": recognised,
        "large_counts": {row["county_code"]: shown(row["large_class_schools"], 0) for row in rows},
        "large_classes": large_class_lines(classes, names, LISTED_CLASSES),
        "large_total": 0 if classes is None else len(classes),
        "large_schools": 0 if classes is None else classes["school_id"].nunique(),
        "overview": [
            (by_id[row["standard"]], int(row["recognised"]), percent(row["recognised_share"]))
            for row in whole
            if not absent(row["recognised"]) and row["standard"] in by_id
        ],
    }
