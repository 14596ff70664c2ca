"""Stage ``intake``: what lies in the inbox, what it says, what is wrong with it, what each school gets back.

Belongs here: assets from the inbox to receipts. Does not belong here: reading and settling themselves (``domain.intake``).
"""

import datetime as dt

import dagster as dg
import pandas as pd

from assets.declaring import OWNERS, described, table_out
from assets.partitions import school_years, year_of
from assets.showing import intake_figures
from data_contracts.school_year import SchoolYear
from domain.intake.explaining import remembered
from domain.intake.gathering import READ_TABLES, IntakeTables, restored
from domain.intake.ledger import day_in_china, files_counted_instead
from domain.intake.look import Look
from domain.intake.not_checked import lacking_of
from domain.intake.pending import with_pending
from domain.intake.settling import settle
from resources.approvals import Approval, approved_files, pending_files
from resources.dagster_io import JunhengHome
from resources.inbox import files_in
from resources.procedure import entered
from resources.reading_pool import read_changed
from resources.receipts import write_receipts
from resources.stored_tables import known_of, recorded_gaps

GROUP = "intake"
SixTables = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]

inbox = dg.AssetSpec(
    "inbox",
    group_name=GROUP,
    description="收件箱。What schools and the county hand in: inbox/<school year>/** in the home folder.",
    kinds={"excel", "csv"},
    owners=OWNERS,
)
register_files = dg.AssetSpec(
    "register_files",
    group_name=GROUP,
    description="学校名册文件。The schools expected: register/<school year>.xlsx or .csv in the home folder.",
    kinds={"excel"},
    owners=OWNERS,
)
standard_files = dg.AssetSpec(
    "standard_files",
    group_name=GROUP,
    description="标准。The shipped standards and the user's own in standards/*.yaml of the home folder.",
    kinds={"yaml"},
    owners=OWNERS,
)


@dg.multi_asset(
    # The list of files is written last: it says for which bytes the other tables stand.
    outs={name: table_out(name, GROUP) for name in (*READ_TABLES[1:], READ_TABLES[0])},
    deps=[inbox],
    partitions_def=school_years,
)
def read_inbox(context: dg.AssetExecutionContext, home: JunhengHome) -> SixTables:
    """Read every new or changed file in the inbox of the year, keeping each original in the archive.

    Of an approved year exactly the approved files are read, whatever lies in the inbox: see ``resources.approvals``.
    """
    year = year_of(context)
    approval = home.approval(year)
    if approval is not None:
        files = approved_files(home.home, approval)
    else:
        files = files_in(home.home.inbox(year)) if home.home.inbox(year).is_dir() else []
    tables, read = read_changed(files, year, home.home.archive, _last_night(home, year))
    context.log.info("%d files, %d of them read, %d values", len(files), read, len(tables.values))
    # A run that is killed while it writes these tables leaves no list of files, and the next one reads everything anew.
    home.tables.forget(READ_TABLES[0], year.key)
    files_table, *others = tables.all
    return *others, files_table


def _last_night(home: JunhengHome, year: SchoolYear) -> IntakeTables | None:
    """The tables of the last reading of a year; None where one is missing or was kept by an earlier form of the code."""
    found = [home.tables.read(name, year.key) for name in READ_TABLES]
    if any(table is None for table in found) or "read_by" not in (found[0] if found[0] is not None else ()):
        return None
    return IntakeTables(*found)


@dg.multi_asset(
    outs={
        "findings": table_out("findings", GROUP),
        "file_outcomes": table_out("file_outcomes", GROUP),
        "school_register": table_out("school_register", "records"),
        "reporting_board": table_out("reporting_board", "records"),
        "school_returns": table_out("school_returns", "records"),
        "query_answers": table_out("query_answers", GROUP),
    },
    deps=[register_files, standard_files],
    partitions_def=school_years,
)
def settle_intake(
    context: dg.AssetExecutionContext,
    home: JunhengHome,
    submission_files: pd.DataFrame,
    submitted_values: pd.DataFrame,
    reading_findings: pd.DataFrame,
    blank_cells: pd.DataFrame,
    file_answers: pd.DataFrame,
    submitted_records: pd.DataFrame,
) -> SixTables:
    """Screen all returns, settle which file counts for which school, and what is accepted.

    Last year's figures and explanations, and the stages of the years before, are read from the store: see ``year_on_year``.
    """
    year = year_of(context)
    now = dt.datetime.now(dt.UTC)
    home.database.prepare()
    approval = home.approval(year)
    register = home.register(year)
    tables = (submission_files, submitted_values, reading_findings, blank_cells, file_answers, submitted_records)
    intake = restored(IntakeTables(*tables))
    known = known_of(home.tables, year)
    answers = (known.answers_before, known.answers)
    before = entered(home.tables, home.database, year, forms_of_the_year=False)
    look = Look(year, day_in_china(now), before, lambda: recorded_gaps(home.tables, year))
    settled = settle(intake, register, home.standards(year), known.last_year, answers, known.counties_before, look)
    # At once, and not with the release: a file whose year could not be published was received all the same.
    told = files_counted_instead(settled.findings)
    handed_in = settled.board.loc[settled.board["file"].notna(), ["school_id", "file"]]
    home.database.record_files(year.key, settled.files, now, context.run.run_id, told, handed_in)
    home.database.record_pending(year.key, _pending(home, approval), now, context.run.run_id)
    context.add_output_metadata(intake_figures(settled.board, settled.files), output_name="reporting_board")
    answered = remembered(known.answers, settled.answers, settled.carried)
    return settled.finding_table(), settled.files, settled.register, settled.board, settled.returns, answered


def _pending(home: JunhengHome, approval: Approval | None) -> dict[str, tuple[str, str]]:
    """What waits in the inbox of a locked year: file → SHA-256 and what happened; nothing where the year is not locked."""
    if approval is None:
        return {}
    return {one.file: (one.sha256, one.change) for one in pending_files(home.home, approval)}


@dg.asset(group_name=GROUP, partitions_def=school_years, **described("receipts"))
def receipts(
    context: dg.AssetExecutionContext,
    home: JunhengHome,
    file_outcomes: pd.DataFrame,
    findings: pd.DataFrame,
    reporting_board: pd.DataFrame,
    submission_files: pd.DataFrame,
) -> pd.DataFrame:
    """One receipt per handed-in file, mirroring the inbox, and index.csv; only those that are new or changed are made.

    What waits in the inbox of a locked year gets a receipt that says so.
    """
    year = year_of(context)
    folder, approval = home.home.receipts(year), home.approval(year)
    if approval is not None:
        file_outcomes, findings = with_pending(file_outcomes, findings, _pending(home, approval), approval.release)
    compared = home.home.register_file(year) is not None, home.tables.path("school_returns", year.previous.key).exists()
    lacking = lacking_of(*compared, reporting_board["school_id"].nunique() > 1)
    forms = dict(zip(submission_files["file"], submission_files["form"], strict=True))
    archive = home.home.archive
    written = write_receipts(folder, file_outcomes, findings, archive, board=reporting_board, lacking=lacking, forms=forms)
    for receipt in written.attrs.get("not_replaced", ()):
        context.log.warning("receipt %s is open in another program and was left as it is", receipt)
    return written
