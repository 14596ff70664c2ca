"""``junheng demo``: the demonstration county, written as real workbooks and run through the pipeline.

Belongs here: putting the county's files into a home. Does not belong here: its figures (``domain.demonstration``), any result.
"""

import csv
import datetime as dt
import io
from collections.abc import Iterator
from importlib.resources import files as files_of
from pathlib import Path

from data_contracts.catalogue import fields
from data_contracts.errors import MendableError
from data_contracts.school_year import SchoolYear
from data_contracts.standard import Standard, fields_in_use
from data_contracts.standards_in_force import in_force
from data_contracts.vocabulary import FORMS
from domain import demonstration
from domain.demonstration import YEARS, HandedIn, Values, county_statements, figures, handed_in, papers, register
from domain.reporting.county_form import county_form
from domain.reporting.record_form import record_form, rectification_form
from domain.reporting.register_workbook import register_workbook
from domain.reporting.school_form import blank_bulk_table, school_form
from pipelines.commands.console import FAILED, WELL, Speaker
from pipelines.commands.run import run_year
from resources.home import Home
from resources.inbox import files_in
from resources.table_store import TableStore

MARK = "demonstration.txt"
PACK = "demonstration-conditions.yaml"


def demo(home_path: Path | None, language: str) -> int:
    """Make the demonstration county in a home of its own and run its school years; 0 when it ran as designed."""
    speaker = Speaker.of(language)
    home = Home.at(home_path)
    _keep_off_real_data(home)
    home.created()
    (home.path / MARK).write_text("示例县数据,可随时删除。Data of the demonstration county.\n", encoding="utf-8")
    for year in YEARS:
        write_year(home, year, speaker)
    codes = []
    for year in YEARS:
        hand_back_ledger(home, year)
        codes.append(run_year(home, year, speaker))
    if FAILED in codes:
        return FAILED
    last = YEARS[-1]
    current = home.publications(last) / "current"
    speaker.say("\n示例县已就绪。请打开:", "\nThe demonstration county is ready. Open:", "bold")
    for zh, en, path in (
        ("监测网页", "monitoring page", current / "site" / "index.html"),
        ("县级工作簿", "county workbook", current / "workbooks"),
        ("学校回执", "receipts", home.receipts(last)),
        ("汇总表", "tables", current / "tables"),
    ):
        speaker.say(f"  {zh}:{path}", f"  {en}: {path}")
    speaker.say(f"  Dagster 界面:junheng ui --home {home.path}", f"  Dagster's UI: junheng ui --home {home.path}")
    return WELL


def _keep_off_real_data(home: Home) -> None:
    """Refuse a home in which somebody's own files lie."""
    inbox = home.path / "inbox"
    if (home.path / MARK).exists() or not inbox.is_dir() or not files_in(inbox):
        return
    raise MendableError(
        f"{home.path} 里已有报送文件,示例不会写入真实数据的文件夹。请用 --home 指定一个新文件夹。",
        f"{home.path} already holds handed-in files; the demonstration does not write there. Name another folder with --home.",
    )


def write_year(home: Home, year: SchoolYear, speaker: Speaker) -> None:
    """Write the register and the inbox of a demonstration year, through the project's own forms."""
    opened = dt.datetime(year.start, 9, 1, 8)
    path = home.path / "register" / f"{year.key}.xlsx"
    _write(path, register_workbook((school.identity for school in register(year)), made_at=opened))
    _write(home.path / "standards" / PACK, files_of(demonstration).joinpath(PACK).read_bytes())
    standards = in_force(home.standards(), year)
    used = fields_in_use(standards)
    _write_papers(home, year, standards)
    before = figures(year.previous) if year.previous in YEARS else {}
    files = handed_in(year)
    with speaker.progress() as bar:
        task = bar.add_task(speaker.text(f"生成 {year} 报送文件", f"Writing forms of {year}"), total=len(files))
        for file, content in _contents(files, year, used, before):
            _write(home.inbox(year) / file.path, content)
            bar.advance(task)


def _write_papers(home: Home, year: SchoolYear, standards: tuple[Standard, ...]) -> None:
    """Write what the county hands in beside its schools: its form, its plan, the stages of the procedure."""
    stated, last = county_statements(year), county_statements(year.previous) if year.previous in YEARS else {}
    beside = {(key, "evidence"): said.evidence for key, said in stated.items() if said.evidence}
    modified = papers.county_form_day(year)
    before = {key: said.value for key, said in last.items()}
    form = county_form(year, papers.COUNTY, before, {key: said.value for key, said in stated.items()}, beside, modified=modified)
    _write(home.inbox(year) / f"{papers.COUNTY[1]}县级填报表.xlsx", form)
    for kind, rows in (("plan", papers.plan_rows(year)), ("workflow", papers.workflow_rows(year))):
        if rows:
            content = record_form(kind, year, rows, modified=modified, standards=standards, county=papers.COUNTY)
            _write(home.inbox(year) / f"{papers.COUNTY[1]}{FORMS[kind]}.xlsx", content)


def hand_back_ledger(home: Home, year: SchoolYear) -> None:
    """Hand in the ledger of the year before with owners and dates, where that year has been run."""
    ledger = TableStore(home.tables).read("rectification_ledger", year.previous.key)
    if ledger is None:
        return
    open_gaps = ledger[ledger["status"] != "closed"].to_dict("records")
    standards = in_force(home.standards(), year)
    rows = papers.measures(year, open_gaps)
    content = rectification_form(year, papers.COUNTY, rows, modified=papers.county_form_day(year), standards=standards)
    _write(home.inbox(year) / f"{papers.COUNTY[1]}{FORMS['rectification']}.xlsx", content)


def _contents(
    files: list[HandedIn], year: SchoolYear, used: frozenset[str], before: dict[str, Values]
) -> Iterator[tuple[HandedIn, bytes]]:
    for file in files:
        if file.kind == "school_form":
            identity = file.school.identity
            last_year = before.get(identity["school_id"])
            yield file, school_form(year, identity, last_year, file.rows[0], modified=file.modified, required_keys=used)
        elif file.encoding:
            yield file, _csv(file.rows, file.encoding)
        else:
            yield file, blank_bulk_table(year, rows=file.rows, modified=file.modified, required_keys=used)


def _csv(rows: list[Values], encoding: str) -> bytes:
    """A bulk table as a county's older software writes it."""
    places = list(dict.fromkeys(place for row in rows for place in row))
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow([fields()[key].label_in(section) for key, section in places])
    writer.writerows([row.get(place, "") for place in places] for row in rows)
    return stream.getvalue().encode(encoding)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
