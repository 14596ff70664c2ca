"""Is everything there: the register against what was received, files against receipts, releases against the one before.

Belongs here: asset checks on coverage. Does not belong here: whether figures add up (``reconciliation``).
"""

import warnings

import dagster as dg

from assets.partitions import school_years, year_of
from assets.publication import objections, tables_of
from domain.intake.ledger import REMOVED
from resources.approvals import pending_files
from resources.dagster_io import JunhengHome

warnings.filterwarnings("ignore", category=dg.PreviewWarning, message=".*partitions_def.*")
NAMED_AT_MOST = 20


@dg.asset_check(
    asset="reporting_board",
    partitions_def=school_years,
    description="应报学校是否都已报送。Every school expected has handed in; a warning.",
)
def every_school_reported(context: dg.AssetCheckExecutionContext, home: JunhengHome) -> dg.AssetCheckResult:
    """Warn about schools that are expected and missing."""
    board = tables_of(home, ("reporting_board",), year_of(context))["reporting_board"]
    missing = board[board["expected"] & (board["outcome"] == "missing")]
    return dg.AssetCheckResult(
        passed=missing.empty,
        description=f"应报 {int(board['expected'].sum())} 所,未报送 {len(missing)} 所。" if len(missing) else None,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "expected": int(board["expected"].sum()),
            "missing": len(missing),
            "schools": "、".join(missing["school_name"].head(NAMED_AT_MOST)) or "—",
        },
    )


@dg.asset_check(
    asset="receipts", additional_deps=["submission_files"], partitions_def=school_years, blocking=True,
    description="每份文件都有回执。Every file in the inbox has exactly one outcome and receipt.",
)  # fmt: skip
def every_file_has_a_receipt(context: dg.AssetCheckExecutionContext, home: JunhengHome) -> dg.AssetCheckResult:
    """Fail where a file was lost between the inbox and the receipts; what waits in a locked year has a receipt too."""
    year = year_of(context)
    tables = tables_of(home, ("receipts", "submission_files"), year)
    files, receipts = set(tables["submission_files"]["file"]), set(tables["receipts"]["file"])
    approval = home.approval(year)
    if approval is not None:
        files |= {one.file for one in pending_files(home.home, approval) if one.change != REMOVED}
    folder = home.home.receipts(year)
    unwritten = [path for path in tables["receipts"]["receipt"] if not (folder / path).is_file()]
    return dg.AssetCheckResult(
        passed=files == receipts and not unwritten,
        metadata={
            "files": len(files),
            "without_receipt": "、".join(sorted(files - receipts)[:NAMED_AT_MOST]) or "—",
            "not_in_inbox": "、".join(sorted(receipts - files)[:NAMED_AT_MOST]) or "—",
            "not_written": "、".join(unwritten[:NAMED_AT_MOST]) or "—",
        },
    )


@dg.asset_check(
    asset="school_returns", additional_deps=["reporting_board"], partitions_def=school_years, blocking=True,
    description="采用的学校与报送情况表一致。Accepted schools are exactly those whose figures are kept.",
)  # fmt: skip
def accepted_schools_are_kept(context: dg.AssetCheckExecutionContext, home: JunhengHome) -> dg.AssetCheckResult:
    """Fail where an accepted school's figures are not there, or figures of another are."""
    tables = tables_of(home, ("reporting_board", "school_returns"), year_of(context))
    board = tables["reporting_board"]
    accepted = set(board.loc[board["outcome"].isin(["accepted", "accepted_with_queries"]), "school_id"])
    kept = set(tables["school_returns"]["school_id"])
    return dg.AssetCheckResult(
        passed=accepted == kept,
        metadata={
            "accepted": len(accepted),
            "not_kept": "、".join(sorted(accepted - kept)[:NAMED_AT_MOST]) or "—",
            "kept_unaccepted": "、".join(sorted(kept - accepted)[:NAMED_AT_MOST]) or "—",
        },
    )


@dg.asset_check(
    asset="county_records", partitions_def=school_years, blocking=True,
    description="采用的学校数没有骤减。Some school is accepted, and not far fewer than in the last release.",
)  # fmt: skip
def enough_schools_accepted(context: dg.AssetCheckExecutionContext, home: JunhengHome) -> dg.AssetCheckResult:
    """Fail where no school is accepted, or far fewer than in the last release without a recorded act."""
    year = year_of(context)
    accepted = int(tables_of(home, ("county_records",), year)["county_records"]["schools_accepted"].sum())
    found = objections(home, year, accepted)
    return dg.AssetCheckResult(
        passed=not found,
        description="".join(objection.zh for objection in found) or None,
        metadata={"accepted": accepted, "en": " ".join(objection.en for objection in found) or "—"},
    )


COVERAGE_CHECKS = [every_school_reported, every_file_has_a_receipt, accepted_schools_are_kept, enough_schools_accepted]
