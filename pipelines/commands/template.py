"""``junheng template``: the forms of a school year, one per school, prefilled.

Belongs here: which forms are made and where they go. Does not belong here: what a form looks like (``domain.reporting.school_form``).
"""

import datetime as dt
from pathlib import Path

import pandas as pd

from data_contracts.catalogue import fields
from data_contracts.errors import MendableError
from data_contracts.records import RETURN_COLUMNS
from data_contracts.school_year import SchoolYear, known_year
from data_contracts.standard import fields_in_use, in_force, shipped_standards
from domain.intake.register import read_register
from domain.reporting.school_form import blank_bulk_table, school_form
from pipelines.commands.console import WELL, Speaker
from resources.home import Home
from resources.table_store import TableStore

Place = tuple[str, str | None]


def template(year: str, out: Path | None, home_path: Path | None, language: str) -> int:
    """Make one form per school of the register; without a register a blank form and a blank bulk table."""
    speaker = Speaker.of(language)
    chosen = known_year(year)
    home = Home.at(home_path)
    if home_path is not None:
        home.required()
    folder = out or Path(f"填报表-{chosen}")
    used = fields_in_use(in_force(home.standards() if home.exists else shipped_standards(), chosen))
    modified = dt.datetime.now().replace(microsecond=0)
    register = home.register_file(chosen) if home.exists else None
    made: list[tuple[str, bytes]] = []
    if register is None:
        made.append((f"学校填报表_{chosen}.xlsx", school_form(chosen, None, modified=modified, required_keys=used)))
        made.append((f"汇总表_{chosen}.xlsx", blank_bulk_table(chosen, modified=modified, required_keys=used)))
        speaker.say(
            f"没有 {chosen} 学年的学校名册,只生成空白填报表和空白汇总表。",
            f"There is no register of {chosen}; a blank form and a blank bulk table were made.",
            "yellow",
        )
        _write(folder, made)
    else:
        schools = read_register(register.name, register.read_bytes())
        schools = schools[schools["school_status"] != "停办"]
        before = last_values(TableStore(home.tables), chosen.previous)
        with speaker.progress() as bar:
            task = bar.add_task(speaker.text("生成填报表", "Making forms"), total=len(schools))
            for row in schools.to_dict("records"):
                identity = {key: _plain(value) for key, value in row.items() if not _absent(value)}
                content = school_form(chosen, identity, before.get(row["school_id"]), modified=modified, required_keys=used)
                _write(folder, [(f"{row['school_id']}_{_safe(row['school_name'])}.xlsx", content)])
                made.append((row["school_id"], b""))
                bar.advance(task)
    speaker.say(f"已生成 {len(made)} 份填报表:{folder.absolute()}", f"{len(made)} forms are in {folder.absolute()}", "green")
    return WELL


def last_values(tables: TableStore, year: SchoolYear) -> dict[str, dict[Place, object]]:
    """The accepted values of a year by school, in the units of the form."""
    returns = tables.read("school_returns", year.key)
    if returns is None:
        return {}
    found: dict[str, dict[Place, object]] = {}
    for row in returns.to_dict("records"):
        values: dict[Place, object] = {}
        for name, (key, section) in RETURN_COLUMNS.items():
            value = row.get(name)
            if not _absent(value):
                values[key, section] = value / fields()[key].factor if fields()[key].numeric else value
        found[row["school_id"]] = values
    return found


def _absent(value: object) -> bool:
    return value is None or value is pd.NA or value != value


def _plain(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _safe(name: str) -> str:
    """A school's name as part of a file name on every system."""
    return "".join("_" if c in '\\/:*?"<>|' or ord(c) < 32 else c for c in name).strip(". ")[:80]


def _write(folder: Path, made: list[tuple[str, bytes]]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in made:
            (folder / name).write_bytes(content)
    except OSError as error:
        raise MendableError(
            f"不能写入 {folder}({error.strerror or error})。请用 --out 换一个文件夹。",
            f"{folder} cannot be written ({error.strerror or error}). Choose another with --out.",
        ) from error
