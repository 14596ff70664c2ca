"""``junheng template``: the forms of a school year, one per school and county, prefilled.

Belongs here: which forms are made and where they go. Does not belong here: what a form looks like (``domain.reporting``).
"""

import datetime as dt
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import Any

import pandas as pd

from data_contracts.catalogue import county_fields, fields
from data_contracts.errors import MendableError
from data_contracts.record_forms import record_forms
from data_contracts.records import RETURN_COLUMNS
from data_contracts.school_year import SchoolYear, calendar, known_year
from data_contracts.standard import Standard, fields_in_use, shipped_standards
from data_contracts.standards_in_force import in_force
from data_contracts.vocabulary import FORMS
from domain.intake.register import read_register
from domain.reporting.county_form import county_form
from domain.reporting.record_form import record_form, rectification_form
from domain.reporting.school_form import blank_bulk_table, school_form
from pipelines.commands.console import WELL, Speaker
from resources.home import Home
from resources.table_store import TableStore

Place = tuple[str, str | None]
Form = tuple[str, bytes]
"""Name and bytes of one file."""
COUNTY_FOLDER = "县级用表"
"""What the county office itself fills in lies apart, so that it is not sent to schools."""


def template(year: str, out: Path | None, home_path: Path | None, language: str, zipped: bool = False) -> int:
    """Make one form per school of the register, one per county, and the other forms of a county office.

    Without a register there are a blank school form, a blank bulk table and a blank county form.

    The same register and the same figures of last year give the same bytes, file by file and as a zip.

    Args:
        year: the school year asked about.
        out: folder to write to, or the name of the zip; None for one beside the current folder.
        home_path: the home folder; None for the usual one, which may be absent.
        language: of the console.
        zipped: True for one zip instead of single files.

    Raises:
        MendableError: no such year, no such home, an unreadable register, or nothing can be written there.
    """
    speaker = Speaker.of(language)
    chosen = known_year(year)
    home = Home.at(home_path)
    if home_path is not None:
        home.required()
    register = home.register_file(chosen) if home.exists else None
    schools = _open_schools(register) if register else None
    standards = in_force(home.standards() if home.exists else shipped_standards(), chosen)
    used = fields_in_use(standards)
    forms = _blank_forms(chosen, used) if schools is None else _school_forms(home, chosen, schools, used)
    counties = _counties(schools or [])
    ledgers = list(_ledgers(home, chosen, counties, standards))
    forms = chain(forms, _county_forms(home, chosen, counties), ledgers, _record_forms(chosen, standards))
    of_schools = 2 if schools is None else len(schools)
    of_county = max(1, len(counties)) + len(ledgers) + len(record_forms())
    target = _zip_path(out, chosen) if zipped else out or Path(f"填报表-{chosen}")
    with speaker.progress() as bar:
        task = bar.add_task(speaker.text("生成填报表", "Making forms"), total=of_schools + of_county)
        made = (_counted(form, lambda: bar.advance(task)) for form in forms)
        if zipped:
            _write_zip(target, made, _opening(chosen))
        else:
            _write(target, made)
    if schools is None:
        speaker.say(
            f"没有 {chosen} 学年的学校名册,只生成空白的填报表和汇总表。",
            f"There is no register of {chosen}; blank forms and a blank bulk table were made.",
            "yellow",
        )
    speaker.say(
        f"已生成 {of_schools} 份填报表:{target.absolute()};另有县级用表 {of_county} 份,在其中的“{COUNTY_FOLDER}”",
        f"{of_schools} forms are in {target.absolute()}, {of_county} of the county office in its folder {COUNTY_FOLDER}",
        "green",
    )
    return WELL


def _opening(year: SchoolYear) -> dt.datetime:
    """The time that forms bear: the first day of collection. A form that is filled in later is newer, and nothing hangs on the clock."""
    return dt.datetime.combine(calendar()[year.key].opens, dt.time())


def _blank_forms(year: SchoolYear, used: frozenset[str]) -> Iterator[Form]:
    modified = _opening(year)
    yield f"学校填报表_{year}.xlsx", school_form(year, None, modified=modified, required_keys=used)
    yield f"汇总表_{year}.xlsx", blank_bulk_table(year, modified=modified, required_keys=used)


def _open_schools(register: Path) -> list[dict[str, Any]]:
    schools = read_register(register.name, register.read_bytes())
    return schools[schools["school_status"] != "停办"].to_dict("records")


def _school_forms(home: Home, year: SchoolYear, schools: Iterable[dict[str, Any]], used: frozenset[str]) -> Iterator[Form]:
    modified = _opening(year)
    before = last_values(TableStore(home.tables), year.previous)
    for row in schools:
        identity = {key: _plain(value) for key, value in row.items() if not _absent(value)}
        content = school_form(year, identity, before.get(row["school_id"]), modified=modified, required_keys=used)
        yield f"{row['school_id']}_{as_file_name(row['school_name'])}.xlsx", content


def _counties(schools: Iterable[dict[str, Any]]) -> dict[str, str]:
    """Code → name of the counties of a register, in its order."""
    return {row["county_code"]: row["county_name"] for row in schools if not _absent(row["county_code"])}


def _county_forms(home: Home, year: SchoolYear, counties: dict[str, str]) -> Iterator[Form]:
    """The county form of each county of the register, prefilled with last year's values beside; a blank one without a register."""
    modified = _opening(year)
    if not counties:
        yield f"{COUNTY_FOLDER}/县级填报表_{year}.xlsx", county_form(year, None, modified=modified)
        return
    before = last_county_values(TableStore(home.tables), year.previous)
    for code, name in counties.items():
        content = county_form(year, (code, name), before.get(code), modified=modified)
        yield f"{COUNTY_FOLDER}/{code}_{as_file_name(name)}_县级填报表.xlsx", content


def _ledgers(home: Home, year: SchoolYear, counties: dict[str, str], standards: tuple[Standard, ...]) -> Iterator[Form]:
    """The rectification form of each county that has open gaps, by the ledger of the year or else of the year before."""
    tables = TableStore(home.tables)
    ledger = tables.read("rectification_ledger", year.key)
    if ledger is None:
        ledger = tables.read("rectification_ledger", year.previous.key)
    if ledger is None:
        return
    for code, name in counties.items():
        gaps = ledger[(ledger["county_code"] == code) & (ledger["status"] != "closed")].to_dict("records")
        if gaps:
            content = rectification_form(year, (code, name), gaps, modified=_opening(year), standards=standards)
            yield f"{COUNTY_FOLDER}/{code}_{as_file_name(name)}_整改台账.xlsx", content


def _record_forms(year: SchoolYear, standards: tuple[Standard, ...]) -> Iterator[Form]:
    """The record forms of a county office, blank."""
    for form in record_forms():
        yield f"{COUNTY_FOLDER}/{FORMS[form]}_{year}.xlsx", record_form(form, year, modified=_opening(year), standards=standards)


def last_county_values(tables: TableStore, year: SchoolYear) -> dict[str, dict[str, object]]:
    """The accepted items of a year by county, in the units of the form."""
    returns = tables.read("county_returns", year.key)
    found: dict[str, dict[str, object]] = {}
    for row in [] if returns is None else returns.to_dict("records"):
        number = row["number"]
        value = row["text"] if _absent(number) else number / county_fields()[row["field"]].factor
        found.setdefault(row["county_code"], {})[row["field"]] = value
    return found


def _counted(form: Form, count: Callable[[], None]) -> Form:
    count()
    return form


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


def as_file_name(name: str) -> str:
    """A name as part of a file name on every system."""
    return "".join("_" if c in '\\/:*?"<>|' or ord(c) < 32 else c for c in name).strip(". ")[:80]


def _zip_path(out: Path | None, year: SchoolYear) -> Path:
    if out is not None and out.suffix.lower() == ".zip":
        return out
    name = f"填报表-{year}.zip"
    return out / name if out else Path(name)


def _write(folder: Path, made: Iterable[Form]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in made:
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(content)
    except OSError as error:
        raise _unwritable(folder, error) from error


def _write_zip(path: Path, made: Iterable[Form], modified: dt.datetime) -> None:
    """Write the forms as one zip, in their order; what is left of a broken attempt never bears the name of the zip."""
    draft = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(draft, "w") as archive:
            for name, content in made:
                entry = zipfile.ZipInfo(name, modified.timetuple()[:6])
                entry.create_system = 3  # the same bytes on every system
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, content)  # a workbook is compressed already
        draft.replace(path)
    except OSError as error:
        raise _unwritable(path, error) from error
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def _unwritable(place: Path, error: OSError) -> MendableError:
    return MendableError(
        f"不能写入 {place}({error.strerror or error})。请用 --out 换一个文件夹。",
        f"{place} cannot be written ({error.strerror or error}). Choose another with --out.",
    )
