"""The folder of receipts of a school year, mirroring the inbox.

Belongs here: writing receipts that are new or changed, and index.csv. Does not belong here: what a receipt says.
"""

import os
from pathlib import Path

import pandas as pd

from domain.reporting.receipt import acknowledgement, needs_workbook, receipt_workbook
from domain.reporting.table_text import csv_text

INDEX = "index.csv"
_ENDINGS = (".回执.xlsx", ".回执.txt")


def write_receipts(folder: Path, outcomes: pd.DataFrame, findings: pd.DataFrame) -> pd.DataFrame:
    """Write one receipt per file and the index; receipts of files that are gone are taken away.

    Args:
        folder: ``receipts/<year>`` of a home, or the folder that ``junheng check --out`` names.
        outcomes: see the contract ``file_outcomes``; a school year column is ignored.
        findings: see the contract ``findings``.

    Returns:
        The outcomes with a column ``receipt``: the path of each receipt below the folder, with ``/``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    by_file = dict(iter(findings.groupby("file", sort=False)))
    written = []
    for outcome in outcomes.to_dict("records"):
        mine = by_file.get(outcome["file"], findings.iloc[:0])
        if needs_workbook(outcome):
            name, content = f"{outcome['file']}{_ENDINGS[0]}", receipt_workbook(outcome, mine)
        else:
            # Notepad on Windows tells UTF-8 by the byte order mark.
            name, content = f"{outcome['file']}{_ENDINGS[1]}", acknowledgement(outcome, mine).encode("utf-8-sig")
        _write_if_changed(folder / name, content)
        written.append(name)
    table = outcomes.assign(receipt=written)
    index = table.drop(columns="school_year", errors="ignore")
    _write_if_changed(folder / INDEX, csv_text(index))
    _take_away_others(folder, set(written))
    return table


def _write_if_changed(path: Path, content: bytes) -> None:
    if path.is_file() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(content)
    os.replace(part, path)


def _take_away_others(folder: Path, kept: set[str]) -> None:
    for path in folder.rglob("*"):
        if path.name.endswith(_ENDINGS) and path.relative_to(folder).as_posix() not in kept:
            path.unlink()
