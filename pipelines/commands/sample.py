"""``junheng sample``: draw the schools of a county for a visit on site, and write a form for each.

Belongs here: gathering what the draw rests on, recording it, writing the forms. Does not belong here: the draw itself
(``domain.assessment.sampling``), how a form looks (``domain.reporting``).

Without ``--seed`` a county's schools are drawn once: the recorded draw is shown again, so that nobody draws until the
schools suit. Another draw needs a seed of its own, and is recorded too; the last one counts.
"""

import datetime as dt
import getpass
import secrets
from pathlib import Path
from typing import Any

import pandas as pd
from rich.markup import escape
from rich.table import Table

from data_contracts.catalogue import identity_fields
from data_contracts.errors import MendableError
from data_contracts.records import RETURN_COLUMNS
from data_contracts.school_year import SchoolYear, calendar, known_year
from data_contracts.standard import fields_in_use
from data_contracts.standards_in_force import in_force
from domain.assessment.sampling import LARGEST, SMALLEST, USUAL, drawn, schools_at_risk
from domain.reporting.record_form import visit_form
from domain.reporting.sample_list import sample_list
from pipelines.commands.console import WELL, Speaker
from pipelines.commands.names import Names
from pipelines.commands.template import as_file_name
from pipelines.commands.workflow import known_county, opened_database
from resources.home import Home
from resources.procedure import SAMPLE
from resources.table_store import TableStore

LARGEST_SEED = 10**9


def sample(
    year: str, county: str, schools: int | None, seed: int | None, out: Path | None, home_path: Path | None, language: str
) -> int:
    """Draw schools, record the draw, write the forms.

    Raises:
        MendableError: the year was not run, the county is unknown, the number is not that of a visit, or another number was
            drawn already and no seed is given.
    """
    speaker, home, chosen = Speaker.of(language), Home.at(home_path).required(), known_year(year)
    if schools is not None and not SMALLEST <= schools <= LARGEST:
        raise MendableError(
            f"现场核查每县抽取 {SMALLEST}—{LARGEST} 所学校,不能是 {schools} 所。",
            f"A visit takes {SMALLEST} to {LARGEST} schools of a county, not {schools}.",
        )
    candidates, called = _candidates(home, chosen, county), Names.of(home, chosen).county(county)
    with opened_database(home) as database:
        recorded = [act for act in database.acts(chosen.key, SAMPLE) if act.county_code == county]
        if seed is None and recorded:
            told = recorded[-1].details
            _same_size(told, schools, chosen, county, called)
        else:
            used = secrets.randbelow(LARGEST_SEED) if seed is None else seed
            told = drawn(candidates, schools or USUAL, used)
            if not recorded or recorded[-1].details != told:
                now = dt.datetime.now(dt.UTC)
                database.record_act(chosen.key, SAMPLE, getpass.getuser(), "现场核查抽样", now, county, told)
    _tell(told, chosen, county, called, speaker)
    folder = out or Path(f"现场核查-{chosen}-{county}")
    _write_forms(home, folder, told, chosen, county, speaker)
    return WELL


def _same_size(told: dict[str, Any], schools: int | None, year: SchoolYear, county: str, called: str) -> None:
    """Refuse to show a recorded draw of another size as if it were what was asked for."""
    size, seed = told["size"], told["seed"]
    if schools is None or schools == size:
        return
    again = f"junheng sample --year {year} --county {county}"
    raise MendableError(
        f"{called} {year} 学年已经抽取过 {size} 所学校(随机种子 {seed}),不会自动改为 {schools} 所。"
        f"要查看已有的名单,请去掉 --schools;确需重新抽取 {schools} 所,请自行指定种子并留存记录:"
        f"{again} --schools {schools} --seed 数字",
        f"{size} schools of {called} were drawn for {year} already (seed {seed}); that is not changed to {schools} by itself. "
        f"Leave out --schools to see that draw; to draw {schools}, give a seed of your own, which is recorded: "
        f"{again} --schools {schools} --seed NUMBER",
    )


def _candidates(home: Home, year: SchoolYear, county: str) -> pd.DataFrame:
    """The county's schools with their risks."""
    tables = TableStore(home.tables)
    known_county(home, year, county)
    found = {name: tables.read(name, year.key) for name in ("school_register", "school_indicators", "findings")}
    if any(table is None for table in found.values()):
        raise MendableError(
            f"{year} 学年还没有运行过,不能抽样。请先运行:junheng run --year {year}",
            f"{year} was not run yet, so there is nothing to draw from: junheng run --year {year}",
        )
    mine = {name: table[table["county_code"] == county] for name, table in found.items() if table is not None}
    visited: set[str] = set()
    for key in [key for key in calendar() if key < year.key]:
        records = tables.read("verification_results", key)
        visited |= set(records["school_id"]) if records is not None else set()
    return schools_at_risk(mine["school_register"], mine["school_indicators"], mine["findings"], visited)


def _tell(told: dict[str, Any], year: SchoolYear, county: str, called: str, speaker: Speaker) -> None:
    title = (
        f"{year} 学年{called}现场核查学校(随机种子 {told['seed']})",
        f"Sample of {called}, {year}, seed {told['seed']}",
    )
    table = Table(title=speaker.text(*title))
    for zh, en in (("学校标识码", "code"), ("学校", "school"), ("办学类型", "type"), ("权重", "weight"), ("风险", "risks")):
        table.add_column(speaker.text(zh, en))
    for one in told["schools"]:
        row = (one["school_id"], one["school_name"], one["school_type"], f"{one['weight']:g}", one["risks"] or "—")
        table.add_row(*map(escape, row))
    speaker.out.print(table)
    size, seed = told["size"], told["seed"]
    speaker.say(
        f"任何人都可以重新抽取核对:junheng sample --year {year} --county {county} --schools {size} --seed {seed}",
        f"Anyone can draw it again: junheng sample --year {year} --county {county} --schools {size} --seed {seed}",
    )


def _write_forms(home: Home, folder: Path, told: dict[str, Any], year: SchoolYear, county: str, speaker: Speaker) -> None:
    """The list of the schools drawn, and a visit form for each whose figures are there."""
    called = Names.of(home, year).county(county)
    forms = {f"{county}_现场核查学校.xlsx": sample_list(told["schools"], year, called, str(told["seed"]))}
    visits = _visit_forms(home, told, year)
    forms |= {name: content for name, _, content in visits}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in forms.items():
            (folder / name).write_bytes(content)
    except OSError as error:
        raise MendableError(
            f"核查表不能写到 {folder}({error.strerror or error})。请用 --out 换一个位置。",
            f"The forms cannot be written to {folder} ({error.strerror or error}). Choose another place with --out.",
        ) from error
    speaker.say(f"名单和 {len(visits)} 份现场核查表已写入 {folder}", f"The list and {len(visits)} visit forms are in {folder}")
    written = {code for _, code, _ in visits}
    without = [one["school_name"] for one in told["schools"] if one["school_id"] not in written]
    if without:
        speaker.say(
            f"另有 {len(without)} 所没有核查表,因为本学年没有采用它们的填报数据,没有可供核对的数字:{'、'.join(without)}。"
            "这些学校仍应现场核查,可使用空白表;数据补报并重新运行后,再次执行本命令即可生成核查表。",
            f"{len(without)} more have no form, as no figures of theirs were accepted this year and there is nothing to hold what "
            f"is seen against: {', '.join(without)}. Visit them all the same; once their figures are accepted and the year is run, "
            "this command writes their forms.",
        )


def _visit_forms(home: Home, told: dict[str, Any], year: SchoolYear) -> list[tuple[str, str, bytes]]:
    """The visit form of each school drawn whose figures are there: file name, school code, content.

    It holds the figures that the standards in force use.
    """
    returns = TableStore(home.tables).read("school_returns", year.key)
    if returns is None:
        return []
    used = fields_in_use(in_force(home.standards(), year)) - {field.key for field in identity_fields()}
    places = [place for place in RETURN_COLUMNS.values() if place[0] in used]
    modified = dt.datetime.combine(year.statistics_date, dt.time())
    forms = []
    for one in told["schools"]:
        for school in returns[returns["school_id"] == one["school_id"]].to_dict("records"):
            county = str(school["county_code"]), str(school["county_name"])
            name = f"{school['school_id']}_{as_file_name(str(school['school_name']))}_现场核查表.xlsx"
            forms.append((name, one["school_id"], visit_form(year, county, [school], places, modified=modified)))
    return forms
