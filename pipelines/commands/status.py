"""``junheng status``: who has handed in, who is missing or late, what was accepted, when the last release was made.

Belongs here: showing the board at the console, or writing it as a page. Does not belong here: how it is made
(``domain.intake.settling``), the history of one file (``file_status``).
"""

import datetime as dt
from pathlib import Path

from rich.markup import escape
from rich.table import Table

from data_contracts.errors import MendableError
from data_contracts.school_year import SchoolYear, calendar, collecting_year, known_year
from data_contracts.standards_in_force import in_force
from data_contracts.vocabulary import SCHOOL_OUTCOMES
from domain.intake.ledger import CHANGED, NEW, REMOVED, day_in_china, first_received, late
from domain.intake.register import read_register
from domain.reporting.board_page import board_page
from domain.reporting.board_rows import NO_TOWNSHIP, BoardSchool, Tally, board_schools, tallies, tally
from domain.reporting.display import moment_text, moment_text_en
from pipelines.commands.console import WELL, Speaker
from pipelines.commands.names import Names
from resources.approvals import Approval, approval_in_force, pending_files, register_waits
from resources.database import ReleaseRecord, WarehouseDatabase
from resources.home import Home
from resources.inputs import input_hashes
from resources.stopped_runs import StoppedRun, digest_of, last_stopped
from resources.table_store import TableStore

NAMED_AT_MOST = 30
CHANGES = {NEW: ("新文件", "new"), CHANGED: ("内容已改", "changed"), REMOVED: ("已移走", "gone")}


def status(year: str | None, home_path: Path | None, language: str, by: str = "township", page: Path | None = None) -> int:
    """Show the board of a school year: the named one, else the collecting one, else the latest with a release.

    Args:
        year, home_path, language: as given at the console.
        by: totals per township or per county, one of ``domain.reporting.board_rows.GROUPINGS``.
        page: where to write the board as a page; None writes nothing.
    """
    speaker = Speaker.of(language)
    home = Home.at(home_path).required()
    tables = TableStore(home.tables)
    chosen = known_year(year) if year else _year_to_show(tables)
    in_force(home.standards(), chosen)  # a standard at which the next run would stop is told before anything else
    stopped = last_stopped(home, chosen)
    written = tables.path("reporting_board", chosen.key)
    seen = stopped is not None and written.exists() and written.stat().st_mtime >= stopped.began.timestamp()
    waiting = _tell_release(home, chosen, speaker, stopped.inputs if stopped and seen else None)
    if stopped:
        _tell_stopped(stopped, seen, speaker)
    _tell_register(home, chosen, speaker)
    _tell_refusals(home, tables, chosen, speaker)
    board = tables.read("reporting_board", chosen.key)
    if board is None:
        speaker.say(
            f"{chosen} 学年还没有运行过。请运行:junheng run --year {chosen}",
            f"{chosen} was not run yet: junheng run --year {chosen}",
        )
        return WELL
    database = WarehouseDatabase(home.database_url)
    first, began = first_received(database.file_events(chosen.key), board), database.ledger_began()
    database.close()
    due = calendar()[chosen.key].due
    counties = tables.read("county_records", chosen.key)
    names = {} if counties is None else dict(zip(counties["county_code"], counties["county_name"], strict=True))
    schools = board_schools(board, first, late(first, due, began), names)
    _tell_board(schools, chosen, by, speaker)
    _tell_schools(schools, due, speaker)
    if page is not None:
        made = dt.datetime.fromtimestamp(tables.path("reporting_board", chosen.key).stat().st_mtime, dt.UTC)
        text = board_page(board, first, due, chosen, made_at=made, ledger_began=began, county_names=names, pending=waiting)
        _write_page(page, text, speaker)
    return WELL


def _tell_stopped(stopped: StoppedRun, seen: bool, speaker: Speaker) -> None:
    """That the last run did not end, why, and of which run the board below is."""
    below = ("下面的报送情况是这次运行看到的,还没有发布", "what follows is as that run saw it, and is not published")
    if not seen:
        below = ("下面仍是再上一次运行时的情况", "what follows is from the run before")
    speaker.say(
        f"最近一次运行({moment_text(stopped.ended)},北京时间)没有完成,已发布的内容没有改变;{below[0]}。原因:",
        f"The last run ({moment_text_en(stopped.ended)}) was stopped and what is published is unchanged; {below[1]}. Because:",
        "red",
    )
    for zh, en in stopped.problems or (("没有记录", "not recorded"),):
        speaker.say(f"  {zh}", f"  {en}", "red")


def _tell_register(home: Home, year: SchoolYear, speaker: Speaker) -> None:
    """What is wrong with the register as it lies there now; the next run would stop at it."""
    try:
        path = home.register_file(year)
        if path is not None:
            read_register(path.name, path.read_bytes())
        else:
            speaker.say(
                f"{year} 学年没有学校名册:应报学校取自报送的文件,没有报送的学校无从知道。请把名册放入 register 文件夹。",
                f"There is no register of {year}: the schools are those that handed in. Put one into register/.",
                "yellow",
            )
    except MendableError as problem:
        speaker.say(
            f"{problem.zh}改好以前,这个学年不能运行;下面仍是上次运行时的情况。",
            f"{problem.en} Until it is mended the year cannot be run; what follows is from the last run.",
            "red",
        )


def _tell_board(schools: list[BoardSchool], year: SchoolYear, by: str, speaker: Speaker) -> None:
    """The totals, as a table."""
    table = Table(title=speaker.text(f"{year} 学年报送情况", f"Reports of {year}"))
    group = ("县(市、区)", "county") if by == "county" else ("乡镇(街道)", "township")
    for zh, en in (group, ("应报", "expected"), ("已报", "received"), ("采用", "accepted"), ("有疑问", "with queries"),
                   ("有错误", "left out"), ("未报", "missing"), ("迟报", "late")):  # fmt: skip
        table.add_column(speaker.text(zh, en), justify="left" if (zh, en) == group else "right")
    several, total = len({school.county for school in schools}) > 1, tally(schools)
    for line in tallies(schools, by):
        name = speaker.text(NO_TOWNSHIP, "(no township)") if line.name == NO_TOWNSHIP else line.name
        county = f"{line.county} " if several and by == "township" else ""
        table.add_row(escape(county + name), *_figures(line))
    table.add_section()
    table.add_row(speaker.text("合计" if several else "全县合计", "total"), *_figures(total))
    speaker.out.print(table)
    closed = total.unexpected
    if closed:
        speaker.say(
            f"另有 {closed} 所停办学校也报送了,不计入上表。",
            f"Reports of closed schools, not counted above: {closed}.",
        )


def _figures(line: Tally) -> list[str]:
    counts = (line.expected, line.received, line.accepted, line.queries, line.left_out, line.missing)
    return [*map(str, counts), "—" if line.late is None else str(line.late)]


def _tell_schools(schools: list[BoardSchool], due: dt.date, speaker: Speaker) -> None:
    """Whom to call: missing, left out, late."""
    for outcome in ("missing", "left_out"):
        names = [school.name for school in schools if school.outcome == outcome and school.expected]
        _tell_names(SCHOOL_OUTCOMES[outcome], outcome.replace("_", " "), names, speaker)
    _tell_names(
        f"迟报({due} 截止)", f"late (due {due})", [school.name for school in schools if school.late and school.expected], speaker
    )


def _tell_names(zh: str, en: str, names: list[str], speaker: Speaker) -> None:
    if names:
        more, listed = len(names) - NAMED_AT_MOST, "、".join(names[:NAMED_AT_MOST])
        speaker.say(
            f"{zh}:{listed}" + (f" …另有 {more} 所" if more > 0 else ""),
            f"{en}: {listed}" + (f" … and {more} more" if more > 0 else ""),
            "yellow",
        )


def _write_page(page: Path, text: str, speaker: Speaker) -> None:
    try:
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise MendableError(
            f"页面不能写到 {page}({error.strerror or error})。请换一个位置。",
            f"The page cannot be written to {page} ({error.strerror or error}). Choose another place.",
        ) from error
    speaker.say(f"报送看板已写入 {page}", f"The board is in {page}")


def _year_to_show(tables: TableStore) -> SchoolYear:
    if tables.path("reporting_board", collecting_year().key).exists():
        return collecting_year()
    known = [key for key in calendar() if tables.path("reporting_board", key).exists()]
    return known_year(known[-1]) if known else collecting_year()


def _tell_release(home: Home, year: SchoolYear, speaker: Speaker, counted: str | None) -> list[str] | None:
    """The last release, and what changed since; returns the files that wait where the year is locked, None where it is not.

    ``counted``: digest of the inputs that the board is of, where its run stopped before it published.
    """
    database = WarehouseDatabase(home.database_url)
    database.prepare()
    last, approval = database.current_release(year.key), approval_in_force(database, year)
    database.close()
    if last is None:
        speaker.say(f"{year} 学年还没有发布。", f"Nothing is published for {year} yet.", "yellow")
        return None
    counts, names = last.manifest["counts"], Names.of(home, year)
    called = [names.standard(standard) for standard in last.manifest["standards"]]
    made, made_en = f"北京时间 {moment_text(last.made_at)}", moment_text_en(last.made_at)
    speaker.say(
        f"上次发布:第 {last.number} 版,{made},来自 {counts['files']} 份文件,采用 {counts['schools_accepted']} 所学校;标准:{'、'.join(zh for zh, _ in called)}。",
        f"Last release: {last.number}, {made_en}, from {counts['files']} files, {counts['schools_accepted']} schools; standards: {', '.join(en for _, en in called)}.",
        "bold",
    )
    if approval is not None:
        return tell_lock(home, approval, speaker)
    _tell_changes(home, year, last, speaker, counted)
    return None


def tell_lock(home: Home, approval: Approval, speaker: Speaker) -> list[str]:
    """Say that a year is locked, by whom and why, and which files wait; returns these."""
    day = day_in_china(approval.made_at)
    speaker.say(
        f"本学年已审定锁定:第 {approval.release} 版,{day},{approval.by_whom},{approval.reason}。",
        f"The year is approved and locked: release {approval.release}, {day}, {approval.by_whom}, {approval.reason}.",
        "bold",
    )
    waiting = pending_files(home, approval)
    told = [f"{one.file}({CHANGES[one.change][0]})" for one in waiting]
    if waiting:
        english = [f"{one.file} ({CHANGES[one.change][1]})" for one in waiting]
        more, listed = len(waiting) - NAMED_AT_MOST, slice(NAMED_AT_MOST)
        speaker.say(
            f"待处理的更正 {len(waiting)} 份,解锁后计入:{'、'.join(told[listed])}" + (f" …另有 {more} 份" if more > 0 else ""),
            f"{len(waiting)} pending restatements, counted once unlocked: {', '.join(english[listed])}"
            + (f" … and {more} more" if more > 0 else ""),
            "yellow",
        )
    if register_waits(home, approval):
        speaker.say("学校名册与审定时的不同,解锁后计入。", "The register differs from the approved one; it waits too.", "yellow")
    return told


def _tell_refusals(home: Home, tables: TableStore, year: SchoolYear, speaker: Speaker) -> None:
    """Entries of the official procedure that were not accepted, with the reason."""
    refused = tables.read("workflow_refusals", year.key)
    if refused is None or refused.empty:
        return
    names = Names.of(home, year)
    for one in refused.itertuples():
        county, (zh, en) = names.county(one.county_code), names.standard(one.standard)
        speaker.say(
            f"工作进程未采纳({one.source}):{county}“{zh}”:{one.message}",
            f"Refused ({one.source}): {county}, {en}: {one.message}",
            "yellow",
        )


def _tell_changes(home: Home, year: SchoolYear, last: ReleaseRecord, speaker: Speaker, counted: str | None) -> None:
    now, then = input_hashes(home, year), last.manifest["inputs"]
    new = sorted(set(now) - set(then))
    changed = sorted(path for path in set(now) & set(then) if now[path] != then[path])
    gone = sorted(set(then) - set(now))
    if not (new or changed or gone):
        speaker.say("自上次发布以来没有新的文件。", "No file has changed since.")
        return
    when = ("下次运行时计入", "they count with the next run")
    if counted == digest_of(now):
        when = ("已计入下面的报送情况,还没有发布", "they count in the board below, which is not published")
    speaker.say(
        f"自上次发布以来:新文件 {len(new)} 份,改动 {len(changed)} 份,移走 {len(gone)} 份;{when[0]}。",
        f"Since then: {len(new)} new, {len(changed)} changed, {len(gone)} gone; {when[1]}.",
        "yellow",
    )
