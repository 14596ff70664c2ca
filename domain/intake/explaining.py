"""Queries that schools have explained: remembered, and not asked again while the value stays as it is.

Belongs here: which explanations are kept, and which query one of them answers.
Does not belong here: reading explanations from a receipt (``answers``), rules (``screening``).
"""

import dataclasses
from collections.abc import Sequence

import pandas as pd

from domain.intake.findings import Finding

QUERY = ["school_id", "rule", "field", "section", "value"]
Key = tuple[str | None, ...]


def remembered(stored: pd.DataFrame | None, given: pd.DataFrame) -> pd.DataFrame:
    """``query_answers`` of a year: what was known and what the files say now, the newest explanation of each query.

    Args:
        stored: ``query_answers`` as kept so far; None where there are none.
        given: ``file_answers`` of the inbox.
    """
    columns = ["file", *QUERY, "answer"]
    known = given[columns] if stored is None else pd.concat([stored[columns], given[columns]], ignore_index=True)
    newest = known.drop_duplicates(QUERY, keep="last")
    return newest.sort_values([*QUERY, "file"], ignore_index=True)


def explanations(tables: Sequence[pd.DataFrame | None]) -> dict[Key, str]:
    """Query → explanation, of tables such as ``query_answers``; later tables win."""
    found: dict[Key, str] = {}
    for table in tables:
        if table is not None and len(table):
            plain = [table[name].astype(object).where(table[name].notna(), None).tolist() for name in (*QUERY, "answer")]
            found.update({tuple(row[:-1]): row[-1] for row in zip(*plain, strict=True)})
    return found


def explained(finding: Finding, school_id: str | None, known: dict[Key, str]) -> Finding:
    """The finding with the school's explanation where it is a query that was explained for the same value."""
    if not known or finding.severity != "query":
        return finding
    text = known.get((school_id, finding.rule, finding.field, finding.section, finding.value))
    return dataclasses.replace(finding, answer=text) if text else finding
