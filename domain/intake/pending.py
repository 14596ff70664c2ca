"""What a school gets back for a file that waits because its year is approved and locked.

Belongs here: the outcome and the note of such a file, for its receipt. Does not belong here: which files wait
(``resources.approvals``); nothing of this enters the findings that are published.
"""

from collections.abc import Mapping

import pandas as pd

from domain.intake.findings import Finding
from domain.intake.ledger import REMOVED

LOCKED = "F-LOCKED"


def with_pending(
    outcomes: pd.DataFrame, findings: pd.DataFrame, pending: Mapping[str, tuple[str, str]], release: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Outcomes and findings for the receipts of a locked year: what lies in the inbox now is told of.

    A file that other content has taken the place of is told of by that content; one that is gone keeps its receipt.

    Args:
        outcomes: ``file_outcomes`` of the approved files.
        findings: ``findings`` of the approved files.
        pending: by file, its SHA-256 now and what happened: see ``domain.intake.ledger.pending_events``.
        release: the number of the approved release.
    """
    waiting = {file: sha256 for file, (sha256, change) in pending.items() if change != REMOVED}
    if not waiting:
        return outcomes, findings
    note = Finding(LOCKED, params={"release": release})
    told = {"outcome": "pending", "errors": 0, "queries": 0, "notes": 1}
    rows = pd.DataFrame([{"file": file, "sha256": sha256, **told} for file, sha256 in waiting.items()])
    notes = pd.DataFrame(
        [{"file": file, "severity": note.severity, "rule": note.rule, "message": note.message()} for file in waiting]
    )
    return _replaced(outcomes, rows, waiting), _replaced(findings, notes, waiting)


def _replaced(table: pd.DataFrame, rows: pd.DataFrame, files: Mapping[str, str]) -> pd.DataFrame:
    """A table with these rows in place of all that it says of these files; by file."""
    kept = table[~table["file"].isin(list(files))]
    new = rows.reindex(columns=table.columns)
    if "school_year" in table and len(table):
        new["school_year"] = table["school_year"].iloc[0]
    both = pd.concat([kept, new.astype(table.dtypes)], ignore_index=True)
    return both.sort_values("file", kind="stable", ignore_index=True)
