"""Stage ``intake``: what lies in the inbox, what it says, what is wrong with it, what each school gets back.

Belongs here: assets from the inbox to receipts. Does not belong here: reading and settling themselves (``domain.intake``).
"""

import dagster as dg
import pandas as pd

from assets.declaring import OWNERS, described, table_out
from assets.partitions import school_years, year_of
from assets.showing import intake_figures
from domain.intake.gathering import blank_table, file_table, finding_table, gathered, restored
from domain.intake.register import read_register
from domain.intake.settling import settle
from resources.dagster_io import JunhengHome
from resources.inbox import files_in, readings_of
from resources.receipts import write_receipts

GROUP = "intake"
FourTables = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]
FiveTables = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]

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
    outs={name: table_out(name, GROUP) for name in ("submission_files", "submitted_values", "reading_findings", "blank_cells")},
    deps=[inbox],
    partitions_def=school_years,
)
def read_inbox(context: dg.AssetExecutionContext, home: JunhengHome) -> FourTables:
    """Read every file in the inbox of the year, keeping each original in the archive."""
    year = year_of(context)
    files = files_in(home.home.inbox(year)) if home.home.inbox(year).is_dir() else []
    intake = gathered(list(readings_of(files, year, home.home.archive)))
    context.log.info("%d files, %d values", len(files), len(intake.values))
    return file_table(intake), intake.values, finding_table(intake), blank_table(intake)


@dg.multi_asset(
    outs={
        "findings": table_out("findings", GROUP),
        "file_outcomes": table_out("file_outcomes", GROUP),
        "school_register": table_out("school_register", "records"),
        "reporting_board": table_out("reporting_board", "records"),
        "school_returns": table_out("school_returns", "records"),
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
) -> FiveTables:
    """Screen all returns, settle which file counts for which school, and what is accepted."""
    year = year_of(context)
    path = home.home.register_file(year)
    register = read_register(path.name, path.read_bytes()) if path else None
    intake = restored(submission_files, submitted_values, reading_findings, blank_cells)
    settled = settle(intake, register, home.standards(year))
    context.add_output_metadata(intake_figures(settled.board, settled.files), output_name="reporting_board")
    return settled.finding_table(), settled.files, settled.register, settled.board, settled.returns


@dg.asset(group_name=GROUP, partitions_def=school_years, **described("receipts"))
def receipts(
    context: dg.AssetExecutionContext,
    home: JunhengHome,
    file_outcomes: pd.DataFrame,
    findings: pd.DataFrame,
) -> pd.DataFrame:
    """One receipt per handed-in file, mirroring the inbox, and index.csv."""
    return write_receipts(home.home.receipts(year_of(context)), file_outcomes, findings)
