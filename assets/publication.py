"""Stage ``publication``: tables, workbooks and pages staged, and the release that promotes them.

Belongs here: what is published and in which order. Does not belong here: rendering (``domain.reporting``), file handling
(``resources.publication``).

Order of a release: everything is written to a staging folder; the staged folder is sealed under its number; the
database commits the year's rows and its pointer; the folder ``current`` is switched. The commit is the truth.
"""

import datetime as dt
import hashlib
import json
from pathlib import Path

import dagster as dg
import pandas as pd

from assets.declaring import OWNERS
from assets.partitions import school_years, this_year_and_next, year_of
from data_contracts.school_year import SchoolYear, calendar
from data_contracts.tables import PUBLISHED
from domain.assessment.release_gate import Objection, accepted_schools_fallen, no_school_accepted
from domain.reporting.county_workbook import county_workbook
from domain.reporting.monitoring_site import monitoring_site
from domain.reporting.table_text import csv_text, ordered, parquet_bytes
from resources.code_version import code_version
from resources.dagster_io import JunhengHome
from resources.database import ReleaseRecord
from resources.inputs import fingerprint, input_hashes

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
)
YEARS_SHOWN = 5


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


@dg.asset(
    group_name=GROUP,
    partitions_def=school_years,
    deps=list(PUBLISHED),
    kinds={"csv", "parquet"},
    owners=OWNERS,
    description="汇总表。Every published table as CSV and Parquet in the staging folder.",
)
def summary_tables(context: dg.AssetExecutionContext, home: JunhengHome) -> dg.MaterializeResult:
    """Write the published tables to staging."""
    year = year_of(context)
    folder = home.publication(year).stage() / "tables"
    folder.mkdir(parents=True, exist_ok=True)
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
    deps=list(WORKBOOK_TABLES),
    kinds={"excel"},
    owners=OWNERS,
    description="县级工作簿。One workbook per county with the official tables, to be signed.",
)
def county_workbooks(context: dg.AssetExecutionContext, home: JunhengHome) -> dg.MaterializeResult:
    """Write a workbook per county to staging."""
    year = year_of(context)
    folder = home.publication(year).stage() / "workbooks"
    folder.mkdir(parents=True, exist_ok=True)
    tables = tables_of(home, WORKBOOK_TABLES, year)
    by_county = {name: dict(iter(table.groupby("county_code", sort=False))) for name, table in tables.items()}
    standards, made_at = home.standards(year), _now()
    counties = tables["county_records"]
    for code, name in zip(counties["county_code"], counties["county_name"], strict=True):
        mine = {table: parts.get(code, tables[table].iloc[:0]) for table, parts in by_county.items()}
        content = county_workbook(year, code, mine, standards, made_at=made_at)
        (folder / f"{code}_{_safe(name)}.xlsx").write_bytes(content)
    return dg.MaterializeResult(metadata={"folder": dg.MetadataValue.path(str(folder)), "workbooks": len(counties)})


@dg.asset(
    group_name=GROUP,
    partitions_def=school_years,
    deps=[
        *(name for name in WORKBOOK_TABLES if name != "county_coefficients"),
        "year_on_year",
        dg.AssetDep("county_coefficients", partition_mapping=this_year_and_next),
    ],
    kinds={"html"},
    owners=OWNERS,
    description="监测网页。One page per county: who reported, coefficients against limits, what schools lack, over the years.",
)
def monitoring_pages(context: dg.AssetExecutionContext, home: JunhengHome) -> dg.MaterializeResult:
    """Write the monitoring site to staging."""
    year = year_of(context)
    publication = home.publication(year)
    folder = publication.stage() / "site"
    tables = {year.key: tables_of(home, WORKBOOK_TABLES, year)}
    for earlier in [key for key in calendar() if key < year.key][-YEARS_SHOWN + 1 :]:
        kept = {name: home.tables.read(name, earlier) for name in WORKBOOK_TABLES}
        if all(table is not None for table in kept.values()):
            tables[earlier] = {name: table for name, table in kept.items() if table is not None}
    number = _next_number(home, year)
    pages = monitoring_site(year, tables, home.standards(year), made_at=_now(), release=number)
    for name, text in pages.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return dg.MaterializeResult(metadata={"page": dg.MetadataValue.path(str(folder / "index.html")), "pages": len(pages)})


@dg.asset(
    group_name=GROUP,
    partitions_def=school_years,
    deps=[summary_tables, county_workbooks, monitoring_pages, "receipts"],
    kinds={"sqlite"},
    owners=OWNERS,
    description="发布。The promotion of what is staged: the database and the folder current switch last, together.",
)
def release(context: dg.AssetExecutionContext, home: JunhengHome) -> dg.MaterializeResult:
    """Promote the staged publication, unless nothing changed or something stands against it."""
    year = year_of(context)
    publication = home.publication(year)
    database = home.database
    database.prepare()
    last = database.current_release(year.key)
    counts = _counts(home, year)
    for objection in objections(home, year, counts["schools_accepted"]):
        context.log.error(objection.zh)
        raise dg.Failure(objection.zh, metadata={"en": objection.en}, allow_retries=False)
    outcomes = tables_of(home, ("file_outcomes", "submission_files"), year)
    seen = outcomes["file_outcomes"].merge(outcomes["submission_files"][["file", "size"]], on="file")
    inputs = input_hashes(home.home, year)
    staging = publication.stage()
    mark = _content_mark(inputs, staging / "tables")
    database.record_files(year.key, seen[["file", "sha256", "size", "outcome"]], _now())
    if last and last.fingerprint == mark:
        publication.repair(last.number)
        context.log.info("nothing changed since release %d of %s", last.number, year)
        return dg.MaterializeResult(metadata={"release": last.number, "changed": False})
    number = database.next_number(year.key)
    made_at = _now()
    manifest = {
        "school_year": year.key,
        "release": number,
        "made_at": made_at.isoformat(),
        "standards": [standard.id for standard in home.standards(year)],
        "code_version": code_version(),
        "inputs": inputs,
        "counts": counts,
    }
    (staging / "release.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=2) + "\n", encoding="utf-8", newline="\n")
    publication.seal(number)
    tables = {name: ordered(table, name) for name, table in tables_of(home, PUBLISHED, year).items()}
    database.publish(ReleaseRecord(year.key, number, made_at, mark, manifest), tables)
    publication.switch(number)
    page = home.home.publications(year) / "current" / "site" / "index.html"
    return dg.MaterializeResult(metadata={"release": number, "changed": True, "page": dg.MetadataValue.path(str(page)), **counts})


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
    tables = tables_of(home, ("reporting_board", "file_outcomes", "county_records", "findings"), year)
    board = tables["reporting_board"]
    return {
        "counties": len(tables["county_records"]),
        "schools_expected": int(board["expected"].sum()),
        "schools_received": int((board["outcome"] != "missing").sum()),
        "schools_accepted": int(board["outcome"].isin(["accepted", "accepted_with_queries"]).sum()),
        "files": len(tables["file_outcomes"]),
        **{f"{severity}_findings": int((tables["findings"]["severity"] == severity).sum()) for severity in ("error", "query", "note")},
    }


def _content_mark(inputs: dict[str, str], tables: Path) -> str:
    """One hash of the inputs, the code and the staged tables: equal marks mean that nothing changed."""
    digest = hashlib.sha256(fingerprint(inputs).encode())
    for path in sorted(tables.iterdir()):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _next_number(home: JunhengHome, year: SchoolYear) -> int:
    database = home.database
    database.prepare()
    return database.next_number(year.key)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(microsecond=0)


def _safe(name: str) -> str:
    """A county's name as part of a file name."""
    return "".join(c for c in name if c.isalnum()) or "county"
