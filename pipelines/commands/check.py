"""``junheng check``: exactly the nightly validation of some files, recording nothing.

Belongs here: choosing the year, and telling what was found. Does not belong here: which files are meant (``given_files``),
reading and rules (``domain.intake``).
"""

import datetime as dt
from pathlib import Path

from rich.markup import escape
from rich.table import Table

from data_contracts.errors import MendableError
from data_contracts.school_year import SchoolYear, calendar, collecting_year, known_year
from data_contracts.standards_in_force import in_force
from data_contracts.vocabulary import OUTCOMES, SEVERITIES
from domain.assessment.workflow import Entered
from domain.intake.findings import Finding
from domain.intake.gathering import gathered
from domain.intake.ledger import day_in_china
from domain.intake.look import Look
from domain.intake.not_checked import lacking_of, not_checked_text
from domain.intake.reading import FileReading
from domain.intake.register import read_register
from domain.intake.settling import Settlement, settle
from pipelines.commands.console import FINDINGS, WELL, Speaker, one_line
from pipelines.commands.given_files import given_files, hold_receipt_folder
from resources.home import Home
from resources.inbox import InboxFile, content_of
from resources.reading_pool import read_files
from resources.stored_tables import StoredTables, known_of, recorded_gaps

SHOWN_AT_MOST = 40
"""Findings of one file that the console shows, errors first; the receipt lists the others."""
_STYLES = {"error": "red", "query": "yellow", "note": "dim"}


def check(paths: list[Path], year: str | None, out: Path | None, home_path: Path | None, language: str) -> int:
    """Check files and folders; exit code 1 where some error or rejected file was found, else 0."""
    speaker = Speaker.of(language)
    files = given_files(paths)
    home = _home_of(paths, home_path)
    if out is not None:
        hold_receipt_folder(out, paths, files, home)
    readings, chosen, why = _read(files, paths, year, speaker)
    register = home.register_file(chosen) if home else None
    known = read_register(register.name, register.read_bytes()) if register else None
    standards = in_force(home.standards() if home else Home(Path()).standards(), chosen)
    intake = gathered(readings)
    earlier = known_of(StoredTables(home.tables) if home else None, chosen)
    answers = (earlier.answers_before, earlier.answers)
    staged = any(reading.form == "workflow" for reading in readings)
    before = _entered_before(home, chosen) if home and staged else None
    tables = StoredTables(home.tables) if home else None
    look = Look(chosen, day_in_china(dt.datetime.now(dt.UTC)), before, lambda: recorded_gaps(tables, chosen))
    settled = settle(intake, known, standards, earlier.last_year, answers, earlier.counties_before, look)
    speaker.say(f"学年:{chosen}({why[0]})", f"School year: {chosen} ({why[1]})", "bold")
    several = settled.board["school_id"].nunique() > 1
    lacking = lacking_of(known is not None, earlier.last_year is not None, several, before is not None or not staged)
    forms = {reading.file: reading.form for reading in readings}
    if told := not_checked_text(lacking, forms.values()):
        speaker.say(told, not_checked_text(lacking, forms.values(), "en"), "yellow")
    if not any(path.absolute().parent.name == "inbox" for path in paths):
        speaker.say(
            "只在所给文件之间比较新旧;收件箱中的其他文件未参与。", "Only the given files were compared with each other.", "dim"
        )
    _tell(speaker, settled, out)
    if out is not None:
        from resources.receipts import write_receipts

        try:
            out.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise MendableError(
                f"回执不能写入 {out}:那里不是可以写入的文件夹。请用 --out 换一个文件夹。",
                f"Receipts cannot be written to {out}: no folder that can be written. Name another with --out.",
            ) from error
        paths_of = {file.file: file for file in files}
        written = write_receipts(
            out,
            settled.files,
            settled.finding_table(),
            content_of=lambda file, _: content_of(paths_of[file]),
            board=settled.board,
            lacking=lacking,
            forms=forms,
            take_away=False,
        )
        for receipt in written.attrs.get("not_replaced", ()):
            speaker.say(
                f"回执 {receipt} 正被其他程序打开,没有更新。请关闭后再检查一次。",
                f"Receipt {receipt} is open elsewhere.",
                "yellow",
            )
        speaker.say(f"回执已写入 {out}", f"Receipts are in {out}")
    bad = bool(settled.files["errors"].sum()) or "rejected" in set(settled.files["outcome"])
    return FINDINGS if bad else WELL


def _home_of(paths: list[Path], given: Path | None) -> Home | None:
    """The home named, or the one in whose inbox the first path lies, or that of the environment, if it exists."""
    if given is not None:
        return Home.at(given).required()
    place = paths[0].absolute()
    for parent in place.parents:
        if parent.name == "inbox":
            return Home(parent.parent)
    home = Home.at(None)
    return home if home.exists else None


def _entered_before(home: Home, year: SchoolYear) -> Entered | None:
    """What was entered of the procedure before; None where the database cannot tell, and nothing is changed in it."""
    from resources.database import WarehouseDatabase
    from resources.procedure import entered

    database = WarehouseDatabase(home.database_url)
    try:
        return entered(StoredTables(home.tables), database, year, forms_of_the_year=False) if database.made else None
    except MendableError:
        return None
    finally:
        database.close()


def _read(
    files: list[InboxFile], paths: list[Path], year: str | None, speaker: Speaker
) -> tuple[list[FileReading], SchoolYear, tuple[str, str]]:
    """Read all files, and settle the year: --year, else the inbox folder, else the cover, else the collecting year."""
    chosen = known_year(year) if year else None
    why = ("由 --year 指定", "by --year")
    if chosen is None:
        chosen = _year_of_folder(paths[0].absolute())
        why = ("由收件文件夹确定", "by the inbox folder")
    with speaker.progress() as bar:
        task = bar.add_task(speaker.text("读取文件", "Reading"), total=len(files))
        readings = []
        for reading in read_files(files, chosen):
            readings.append(reading)
            bar.advance(task)
    if chosen is None:
        stated = next((r.stated_year for r in readings if r.stated_year and _calendar_year(r.stated_year)), None)
        if stated:
            chosen, why = _calendar_year(stated), ("由表上的学年确定", "by the cover")
            readings = list(read_files(files, chosen))
    if chosen is None:
        chosen, why = collecting_year(), ("学年日历中正在收集的学年", "the year that the calendar marks as collecting")
        readings = list(read_files(files, chosen))
    return readings, chosen, why


def _calendar_year(text: str) -> SchoolYear | None:
    try:
        return known_year(SchoolYear.as_written(text).key)
    except MendableError:
        return None


def _year_of_folder(path: Path) -> SchoolYear | None:
    parts = [path, *path.parents]
    for place in parts:
        if place.parent.name == "inbox" and place.name in calendar():
            return known_year(place.name)
    return None


def _tell(speaker: Speaker, settled: Settlement, out: Path | None) -> None:
    found: dict[str, list[Finding]] = {}
    for name, _, _, finding in settled.findings:
        found.setdefault(name, []).append(finding)
    hidden = False
    for file in settled.files.itertuples():
        outcome = OUTCOMES[file.outcome] if speaker.language == "zh" else file.outcome.replace("_", " ")
        style = "red" if file.outcome in ("rejected", "partly_accepted") else "green"
        speaker.out.print(f"\n[bold]{escape(one_line(file.file))}[/bold]  [{style}]{outcome}[/{style}]")
        table = Table(show_header=False, box=None, padding=(0, 1))
        table.add_column(no_wrap=True)
        table.add_column(overflow="fold")
        worst_first = sorted(found.get(str(file.file), ()), key=lambda one: list(SEVERITIES).index(one.severity))
        for finding in worst_first[:SHOWN_AT_MOST]:
            label = SEVERITIES[finding.severity] if speaker.language == "zh" else finding.severity
            table.add_row(f"[{_STYLES[finding.severity]}]{label}[/]", escape(one_line(finding.message(speaker.language))))
        if table.row_count:
            speaker.out.print(table)
        if left := worst_first[SHOWN_AT_MOST:]:
            hidden = True
            _tell_of_the_others(speaker, left, len(worst_first), out)
    if hidden and out is None:
        speaker.say(
            "\n没有显示的各项写在回执里:请加上 --out 文件夹,再检查一次。",
            "\nWhat is not shown stands in the receipts: check again with --out FOLDER.",
            "yellow",
        )
    counts = [int(settled.files[key].sum()) for key in ("errors", "queries", "notes")]
    accepted = len(settled.returns)
    speaker.say(
        f"\n共 {len(settled.files)} 份文件,可采用 {accepted} 所学校;错误 {counts[0]} 项、疑问 {counts[1]} 项、提示 {counts[2]} 项。",
        f"\n{len(settled.files)} files, {accepted} schools acceptable; {counts[0]} errors, {counts[1]} queries, {counts[2]} notes.",
        "bold",
    )


def _tell_of_the_others(speaker: Speaker, left: list[Finding], total: int, out: Path | None) -> None:
    """How many findings of a file are not shown, and where they are."""
    from domain.reporting.receipt_sheet import LISTED_AT_MOST

    counted = [(severity, sum(one.severity == severity for one in left)) for severity in SEVERITIES]
    counts = "、".join(f"{SEVERITIES[severity]} {count} 项" for severity, count in counted if count)
    counts_en = ", ".join(f"{severity}: {count}" for severity, count in counted if count)
    where = where_en = ""
    if out is not None:
        whole = total <= LISTED_AT_MOST
        where = f";{'全部' if whole else f'前 {LISTED_AT_MOST} 项'}列在 {out} 中这份文件的回执里"
        where_en = f"; {'all' if whole else f'the first {LISTED_AT_MOST}'} are listed in its receipt in {out}"
    speaker.say(
        f" 另有 {len(left)} 项没有显示({counts}){where}", f" {len(left)} more are not shown ({counts_en}){where_en}", "bold"
    )
