"""Stage ``publication``: tables, workbooks and pages staged, and the release that promotes them.

Belongs here: what is published and in which order. Does not belong here: rendering (``domain.reporting``), file handling
(``resources.publication``).

Order of a release: each part is written to the year's draft folder; ``release`` copies the draft to staging, seals it
under its number, lets the database commit the year's rows and its pointer, and switches the folder ``current``. The
commit is the truth; a run that dies in between is repaired at the next start.
"""

import datetime as dt
import hashlib
import json
import shutil
from pathlib import Path

import dagster as dg
import pandas as pd

from assets.declaring import OWNERS
from assets.partitions import school_years, year_of
from assets.trial import TABLES as TRIAL_TABLES
from data_contracts.school_year import SchoolYear, calendar
from data_contracts.tables import PUBLISHED
from domain.assessment.release_gate import Objection, accepted_schools_fallen, no_school_accepted
from domain.intake.ledger import first_received
from domain.reporting.board_page import board_page
from domain.reporting.county_workbook import county_workbook
from domain.reporting.monitoring_site import PAST_TABLES, monitoring_site
from domain.reporting.table_text import csv_text, ordered, parquet_bytes
from resources.approvals import UNLOCK, pending_files
from resources.code_version import code_version
from resources.dagster_io import JunhengHome
from resources.database import ReleaseRecord, WarehouseDatabase
from resources.inputs import fingerprint, input_hashes
from resources.publication import PublicationFolder
from resources.trials import standards_on_trial

GROUP = "publication"
FEWER_SCHOOLS = "fewer_schools_confirmed"
WORKBOOK_TABLES = (
    "school_register",
    "reporting_board",
    "county_records",
    "school_indicators",
    "school_compliance",
    "county_coefficients",
    "county_verdicts",
    "scope_ledger",
    "findings",
    "county_growth",
)
INSIGHT_TABLES = (
    "scope_sensitivity",
    "township_coefficients",
    "township_compliance",
    "county_profile",
    "county_staff",
    "county_students",
    "school_large_classes",
    "plan_progress",
    "regional_progress",
    "self_score_differences",
)
FOLLOWED_UP = ("rectification_ledger",)
"""Tables that workbooks and pages show of the year itself; of earlier years ``PAST_TABLES`` are shown, as far as they are there."""
SHOWN = WORKBOOK_TABLES + INSIGHT_TABLES + FOLLOWED_UP + TRIAL_TABLES
YEARS_SHOWN = 5
BOARD = "board.html"


def tables_of(home: JunhengHome, names: tuple[str, ...], year: SchoolYear) -> dict[str, pd.DataFrame]:
    """The named tables of a year.

    Raises:
        dagster.Failure: one is not there yet.
    """
    tables = {name: home.tables.read(name, year.key) for name in names}
    absent = [name for name, table in tables.items() if table is None]
    if absent:
        raise dg.Failure(f"Tables of {year} are not there yet: {', '.join(absent)}; materialise them first.")
    return {name: table for name, table in tables.items() if table is not None}


def fresh_draft(home: JunhengHome, year: SchoolYear, part: str) -> Path:
    """An empty folder for one part of the year's publication."""
    folder = home.home.draft(year) / part
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@dg.asset(
    group_name=GROUP,
    partitions_def=school_years,
    deps=list(PUBLISHED),
    kinds={"csv", "parquet"},
    owners=OWNERS,
    description="发布数据表。Every published table as CSV and Parquet in the draft folder.",
)
def summary_tables(context: dg.AssetExecutionContext, home: JunhengHome) -> dg.MaterializeResult:
    """Write the published tables to the draft."""
    year = year_of(context)
    folder = fresh_draft(home, year, "tables")
    rows = {}
    for name, table in tables_of(home, PUBLISHED, year).items():
        table = ordered(table, name)
        (folder / f"{name}.csv").write_bytes(csv_text(table))
        (folder / f"{name}.parquet").write_bytes(parquet_bytes(table))
        rows[name] = len(table)
    return dg.MaterializeResult(metadata={"folder": dg.MetadataValue.path(str(folder)), "rows": rows})


@dg.asset(
    group_name=GROUP,
    partitions_def=school_years,
    deps=list(SHOWN),
    kinds={"excel"},
    owners=OWNERS,
    description="县级工作簿。One workbook per county with the official tables, to be signed.",
)
def county_workbooks(context: dg.AssetExecutionContext, home: JunhengHome) -> dg.MaterializeResult:
    """Write a workbook per county to the draft."""
    year = year_of(context)
    folder = fresh_draft(home, year, "workbooks")
    tables = tables_of(home, SHOWN, year)
    by_county = {name: dict(iter(table.groupby("county_code", sort=False))) for name, table in tables.items()}
    standards, made_at = home.standards(year), _now()
    trials = standards_on_trial(home.home, year)
    counties = tables["county_records"]
    for code, name in zip(counties["county_code"], counties["county_name"], strict=True):
        mine = {table: parts.get(code, tables[table].iloc[:0]) for table, parts in by_county.items()}
        content = county_workbook(year, code, mine, standards, made_at=made_at, trials=trials, registered=home.has_register(year))
        (folder / f"{code}_{_safe(name)}.xlsx").write_bytes(content)
    return dg.MaterializeResult(metadata={"folder": dg.MetadataValue.path(str(folder)), "workbooks": len(counties)})


@dg.asset(
    group_name=GROUP,
    partitions_def=school_years,
    deps=[*SHOWN, "year_on_year"],
    kinds={"html"},
    owners=OWNERS,
    description="监测网页。One page per county: who reported, coefficients against limits, what schools lack, over the years.",
)
def monitoring_pages(context: dg.AssetExecutionContext, home: JunhengHome) -> dg.MaterializeResult:
    """Write the monitoring site to the draft."""
    year = year_of(context)
    folder = fresh_draft(home, year, "site")
    tables = {year.key: tables_of(home, SHOWN, year)}
    for earlier in [key for key in calendar() if key < year.key][-YEARS_SHOWN + 1 :]:
        # A home that is older than a table has years without it; the pages show what there is.
        kept = {name: home.tables.read(name, earlier) for name in PAST_TABLES}
        if any(table is not None for table in kept.values()):
            tables[earlier] = {name: table for name, table in kept.items() if table is not None}
    number = _next_number(home, year)
    now = tables[year.key]
    made_at = _now()
    trials, registered = standards_on_trial(home.home, year), home.has_register(year)
    pages = monitoring_site(
        year, tables, home.standards(year), made_at=made_at, release=number, board=BOARD, trials=trials, registered=registered
    )
    approval = home.approval(year)
    events = home.database.file_events(year.key)
    pages[BOARD] = board_page(
        now["reporting_board"],
        first_received(events, now["reporting_board"]),
        calendar()[year.key].due,
        year,
        made_at=made_at,
        ledger_began=home.database.ledger_began(),
        county_names=dict(zip(now["county_records"]["county_code"], now["county_records"]["county_name"], strict=True)),
        home="index.html",
        pending=[one.file for one in pending_files(home.home, approval)] if approval else None,
        registered=registered,
    )
    for name, text in pages.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return dg.MaterializeResult(metadata={"page": dg.MetadataValue.path(str(folder / "index.html")), "pages": len(pages)})


@dg.asset(
    group_name=GROUP,
    partitions_def=school_years,
    deps=[summary_tables, county_workbooks, monitoring_pages, "receipts", "query_answers", "workflow_refusals"],
    kinds={"sql"},
    owners=OWNERS,
    description="发布。The promotion of the draft: the database and the folder current switch last, together.",
)
def release(context: dg.AssetExecutionContext, home: JunhengHome) -> dg.MaterializeResult:
    """Promote the draft, unless the year is locked, nothing changed, or something stands against it."""
    year = year_of(context)
    approval = home.approval(year)
    if approval is not None:
        waiting = len(pending_files(home.home, approval))
        context.log.info("%s is approved and locked: release %d stays, %d files wait", year, approval.release, waiting)
        return dg.MaterializeResult(
            metadata={"release": approval.release, "changed": False, "locked": True, "pending_files": waiting}
        )
    counts = _counts(home, year)
    for objection in objections(home, year, counts["schools_accepted"]):
        context.log.error(objection.zh)
        raise dg.Failure(objection.zh, metadata={"en": objection.en}, allow_retries=False)
    database, publication, draft = home.database, home.publication(year), home.home.draft(year)
    database.prepare()
    inputs = input_hashes(home.home, year)
    mark = _content_mark(inputs, draft / "tables")
    with publication.held():
        last = database.current_release(year.key)
        shown = publication.repair(last.number if last else None)
        if last and last.fingerprint == mark and shown == last.number:
            context.log.info("nothing changed since release %d of %s", last.number, year)
            return dg.MaterializeResult(metadata={"release": last.number, "changed": False})
        number = publication.next_number(database.next_number(year.key))
        manifest = _manifest(home, year, number, inputs, counts) | _restated(database, year, last)
        record = ReleaseRecord(year.key, number, _now(), mark, manifest)
        _promote(publication, database, record, draft, tables_of(home, PUBLISHED, year))
    page = publication.current / "site" / "index.html"
    return dg.MaterializeResult(metadata={"release": number, "changed": True, "page": dg.MetadataValue.path(str(page)), **counts})


def _promote(
    publication: PublicationFolder,
    database: WarehouseDatabase,
    record: ReleaseRecord,
    draft: Path,
    tables: dict[str, pd.DataFrame],
) -> None:
    """Stage, seal, commit, switch."""
    staging = publication.stage()
    shutil.copytree(draft, staging, dirs_exist_ok=True, copy_function=shutil.copyfile)
    manifest = {**record.manifest, "made_at": record.made_at.isoformat()}
    (staging / "release.json").write_text(
        json.dumps(manifest, ensure_ascii=False, indent=2) + "\n", encoding="utf-8", newline="\n"
    )
    publication.seal(record.number)
    # A commit that fails leaves a sealed folder that the database does not know; the next start takes it away.
    database.publish(record, tables)
    publication.switch(record.number)


def _manifest(
    home: JunhengHome, year: SchoolYear, number: int, inputs: dict[str, str], counts: dict[str, int]
) -> dict[str, object]:
    return {
        "school_year": year.key,
        "release": number,
        "standards": _standards_used(home, year),
        "code_version": code_version(),
        "inputs": inputs,
        "counts": counts,
    }


def _standards_used(home: JunhengHome, year: SchoolYear) -> list[str]:
    """The standards in force that look at some county of the year."""
    codes = tables_of(home, ("county_records",), year)["county_records"]["county_code"]
    return [standard.id for standard in home.standards(year) if any(standard.applies_to(code) for code in codes)]


def _restated(database: WarehouseDatabase, year: SchoolYear, last: ReleaseRecord | None) -> dict[str, object]:
    """What the manifest says of a release that follows an unlocking: which approved release it restates, by whom and why."""
    found = [act for act in database.acts(year.key, UNLOCK) if last is not None and act.made_at > last.made_at]
    if not found:
        return {}
    act = found[-1]
    told = {"release": act.details["release"], "unlocked_at": act.made_at.isoformat(), "by": act.by_whom, "reason": act.reason}
    return {"restates": told}


def objections(home: JunhengHome, year: SchoolYear, accepted: int) -> list[Objection]:
    """What stands against publishing a year with so many accepted schools."""
    database = home.database
    database.prepare()
    last = database.current_release(year.key)
    before = int(last.manifest["counts"]["schools_accepted"]) if last else None
    confirmed = any(not last or act.made_at > last.made_at for act in database.acts(year.key, FEWER_SCHOOLS))
    found = [no_school_accepted(accepted), accepted_schools_fallen(accepted, before, home.largest_fall, confirmed)]
    return [objection for objection in found if objection]


def _counts(home: JunhengHome, year: SchoolYear) -> dict[str, int]:
    tables = tables_of(home, ("file_outcomes", "county_records", "findings"), year)
    counties = tables["county_records"]
    return {
        "counties": len(counties),
        **{name: int(counties[name].sum()) for name in ("schools_expected", "schools_received", "schools_accepted")},
        "files": len(tables["file_outcomes"]),
        **{
            f"{severity}_findings": int((tables["findings"]["severity"] == severity).sum())
            for severity in ("error", "query", "note")
        },
    }


def _content_mark(inputs: dict[str, str], tables: Path) -> str:
    """One hash of the inputs, the code and the staged tables: equal marks mean that nothing changed."""
    digest = hashlib.sha256(fingerprint(inputs).encode())
    for path in sorted(tables.iterdir()):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _next_number(home: JunhengHome, year: SchoolYear) -> int:
    """The number that the release will bear if something changed."""
    database = home.database
    database.prepare()
    return home.publication(year).next_number(database.next_number(year.key))


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(microsecond=0)


def _safe(name: str) -> str:
    """A county's name as part of a file name."""
    return "".join(c for c in name if c.isalnum()) or "county"
