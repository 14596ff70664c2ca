"""``junheng status``: who has handed in, who is missing, what was accepted, when the last release was made and from what.

Belongs here: showing the board at the console. Does not belong here: how it is made (``domain.intake.settling``).
"""

from pathlib import Path

from rich.markup import escape
from rich.table import Table

from data_contracts.school_year import SchoolYear, calendar, collecting_year, known_year
from data_contracts.vocabulary import SCHOOL_OUTCOMES
from pipelines.commands.console import WELL, Speaker
from resources.database import ReleaseRecord, WarehouseDatabase
from resources.home import Home
from resources.inputs import input_hashes
from resources.table_store import TableStore

NAMED_AT_MOST = 30


def status(year: str | None, home_path: Path | None, language: str) -> int:
    """Show the board of a school year: the named one, else the collecting one, else the latest with a release."""
    speaker = Speaker.of(language)
    home = Home.at(home_path).required()
    tables = TableStore(home.tables)
    chosen = known_year(year) if year else _year_to_show(tables)
    _tell_release(home, chosen, speaker)
    board = tables.read("reporting_board", chosen.key)
    if board is None:
        speaker.say(
            f"{chosen} 学年还没有运行过。请运行:junheng run --year {chosen}",
            f"{chosen} was not run yet: junheng run --year {chosen}",
        )
        return WELL
    table = Table(title=speaker.text(f"{chosen} 学年报送情况", f"Reports of {chosen}"))
    for zh, en in (("乡镇(街道)", "township"), ("应报", "expected"), ("已报", "received"), ("采用", "accepted"), ("有疑问", "with queries"),
                   ("有错误", "left out"), ("未报", "missing")):  # fmt: skip
        table.add_column(speaker.text(zh, en), justify="left" if en == "township" else "right")
    everything = ("全县合计", "total")
    for township, rows in [*board.fillna({"township": "—"}).groupby("township", sort=False), (speaker.text(*everything), board)]:
        outcome = rows["outcome"]
        counts = (
            int(rows["expected"].sum()),
            int((outcome != "missing").sum()),
            int(outcome.isin(["accepted", "accepted_with_queries"]).sum()),
            int((outcome == "accepted_with_queries").sum()),
            int((outcome == "left_out").sum()),
            int((rows["expected"] & (outcome == "missing")).sum()),
        )
        table.add_row(
            escape(str(township)), *map(str, counts), end_section=township == list(board["township"].fillna("—").unique())[-1]
        )
    speaker.out.print(table)
    for outcome in ("missing", "left_out"):
        names = board.loc[(board["outcome"] == outcome) & board["expected"], "school_name"]
        if len(names):
            more = f" …({len(names)})" if len(names) > NAMED_AT_MOST else ""
            listed = "、".join(names.head(NAMED_AT_MOST)) + more
            speaker.say(f"{SCHOOL_OUTCOMES[outcome]}:{listed}", f"{outcome.replace('_', ' ')}: {listed}", "yellow")
    return WELL


def _year_to_show(tables: TableStore) -> SchoolYear:
    if tables.path("reporting_board", collecting_year().key).exists():
        return collecting_year()
    known = [key for key in calendar() if tables.path("reporting_board", key).exists()]
    return known_year(known[-1]) if known else collecting_year()


def _tell_release(home: Home, year: SchoolYear, speaker: Speaker) -> None:
    database = WarehouseDatabase(home.database_url)
    database.prepare()
    last = database.current_release(year.key)
    database.close()
    if last is None:
        speaker.say(f"{year} 学年还没有发布。", f"Nothing is published for {year} yet.", "yellow")
        return
    counts = last.manifest["counts"]
    made = last.made_at.astimezone().strftime("%Y-%m-%d %H:%M")
    speaker.say(
        f"上次发布:第 {last.number} 版,{made},来自 {counts['files']} 份文件,采用 {counts['schools_accepted']} 所学校;标准:{'、'.join(last.manifest['standards'])}。",
        f"Last release: {last.number}, {made}, from {counts['files']} files, {counts['schools_accepted']} schools; standards: {', '.join(last.manifest['standards'])}.",
        "bold",
    )
    _tell_changes(home, year, last, speaker)


def _tell_changes(home: Home, year: SchoolYear, last: ReleaseRecord, speaker: Speaker) -> None:
    now, then = input_hashes(home, year), last.manifest["inputs"]
    new = sorted(set(now) - set(then))
    changed = sorted(path for path in set(now) & set(then) if now[path] != then[path])
    gone = sorted(set(then) - set(now))
    if not (new or changed or gone):
        speaker.say("自上次发布以来没有新的文件。", "No file has changed since.")
        return
    speaker.say(
        f"自上次发布以来:新文件 {len(new)} 份,改动 {len(changed)} 份,移走 {len(gone)} 份;下次运行时计入。",
        f"Since then: {len(new)} new, {len(changed)} changed, {len(gone)} gone; they count with the next run.",
        "yellow",
    )
