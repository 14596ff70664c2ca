"""``junheng ledger``: the rectification ledger at the console, by owner or by school.

Belongs here: listing what is open, and what is overdue on a day. Does not belong here: the ledger itself
(``domain.assessment.rectification``); that a gap is overdue stands in no table, since it depends on the day.
"""

import datetime as dt
from pathlib import Path

import pandas as pd
from rich.markup import escape
from rich.table import Table

from data_contracts.errors import MendableError
from data_contracts.school_year import known_year
from data_contracts.vocabulary import GAP_STATES
from domain.reporting.display import text_of
from pipelines.commands.console import WELL, Speaker
from pipelines.commands.names import Names
from resources.home import Home
from resources.table_store import TableStore

NOBODY = "未指定责任人"


def ledger(year: str, overdue: bool, on: str | None, by: str, home_path: Path | None, language: str) -> int:
    """List the gaps of a year that are not closed.

    Args:
        year: the school year.
        overdue: only those whose due date has passed.
        on: the day on which that is judged, as 2026-06-30; today for None.
        by: ``owner`` or ``school``: how they are grouped.
        home_path, language: as given at the console.
    """
    speaker, home, chosen = Speaker.of(language), Home.at(home_path).required(), known_year(year)
    day = _day(on)
    table = TableStore(home.tables).read("rectification_ledger", chosen.key)
    if table is None:
        speaker.say(
            f"{chosen} 学年还没有整改台账。请运行:junheng run --year {chosen}",
            f"{chosen} has no rectification ledger yet: junheng run --year {chosen}",
        )
        return WELL
    gaps = table[table["status"] != "closed"]
    gaps = gaps.assign(late=gaps["due"].notna() & (gaps["due"].fillna("") < day))
    _tell(gaps[gaps["late"]] if overdue else gaps, Names.of(home, chosen), day, by, speaker, overdue)
    closed = int((table["status"] == "closed").sum())
    speaker.say(
        f"未销号 {len(gaps)} 项,其中到 {day} 已逾期 {int(gaps['late'].sum())} 项;本学年已销号 {closed} 项。",
        f"{len(gaps)} open, {int(gaps['late'].sum())} of them overdue on {day}; {closed} closed in this year.",
        "bold",
    )
    return WELL


def _day(on: str | None) -> str:
    if on is None:
        return dt.date.today().isoformat()
    try:
        return dt.date.fromisoformat(on).isoformat()
    except ValueError as error:
        raise MendableError(f"日期“{on}”不对,请写成 2026-06-30。", f"'{on}' is no date; write it as 2026-06-30.") from error


def _tell(gaps: pd.DataFrame, names: Names, day: str, by: str, speaker: Speaker, overdue: bool) -> None:
    title = (f"到 {day} 逾期的问题", f"Gaps overdue on {day}") if overdue else ("整改台账", "Rectification ledger")
    table = Table(title=speaker.text(*title))
    heads = (("责任人", "owner"), ("学校或县", "school or county"), ("学段", "section"), ("问题", "gap"), ("起始学年", "since"),
             ("完成时限", "due"), ("状态", "status"), ("编号", "id"))  # fmt: skip
    for zh, en in heads:
        table.add_column(speaker.text(zh, en))
    rows = []
    for gap in gaps.itertuples():
        place = text_of(gap.school_name) or names.county(str(gap.county_code))
        mark = speaker.text("(逾期)", " (overdue)") if gap.late else ""
        section = {"primary": "小学", "junior": "初中", "senior": "高中"}.get(text_of(gap.section), "—")
        status = speaker.text(GAP_STATES[str(gap.status)], str(gap.status))
        owner = text_of(gap.owner) or speaker.text(NOBODY, "nobody")
        due = (text_of(gap.due) or "—") + mark
        told = f"{gap.title}:{gap.description}"
        rows.append(((owner, place, section, told, str(gap.since), due, status, str(gap.gap)), text_of(gap.due) or "9999"))
    first = 0 if by == "owner" else 1
    rows.sort(key=lambda row: (row[0][first] == NOBODY, row[0][first], row[1], row[0][7]))
    last = None
    for cells, _ in rows:
        if last is not None and cells[first] != last:
            table.add_section()
        last = cells[first]
        table.add_row(*map(escape, cells))
    speaker.out.print(table)
