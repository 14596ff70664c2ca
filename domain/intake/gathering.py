"""The readings of a year's files as tables, and back.

Belongs here: how readings are kept between the step that reads files and the step that settles them.
Does not belong here: reading (``reading``), judging (``settling``).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from domain.intake.filled_cells import joined
from domain.intake.findings import Finding
from domain.intake.reading import FileReading

FILE_COLUMNS = ("file", "sha256", "size", "form", "template_version", "modified", "schools")
FINDING_COLUMNS = ("file", "sheet", "cell", "row", "field", "section", "rule", "value", "params")
BLANK_COLUMNS = ("file", "sheet", "row", "field", "section", "cell")


@dataclass(frozen=True)
class Intake:
    """All files of a school year.

    Attributes:
        files: facts, findings and blank cells of each file.
        values: the filled cells of all files (``submitted_values`` without the year).
    """

    files: list[FileReading]
    values: pd.DataFrame


def gathered(readings: Sequence[FileReading]) -> Intake:
    """The readings of single files put together, by path."""
    readings = sorted(readings, key=lambda reading: reading.file)
    return Intake(readings, joined([(reading.file, reading.sha256, reading.filled) for reading in readings]))


def file_table(intake: Intake) -> pd.DataFrame:
    """One row per file: see the contract ``submission_files``."""
    rows = [tuple(getattr(reading, name) for name in FILE_COLUMNS) for reading in intake.files]
    return pd.DataFrame(rows, columns=list(FILE_COLUMNS)).astype({"size": "int64", "schools": "int64"})


def finding_table(intake: Intake) -> pd.DataFrame:
    """What was remarked while reading: see the contract ``reading_findings``."""
    rows = [
        (
            r.file,
            f.sheet,
            f.cell,
            f.row,
            f.field,
            f.section,
            f.rule,
            f.value,
            json.dumps(f.params, ensure_ascii=False, default=str),
        )
        for r in intake.files
        for f in r.findings
    ]
    return pd.DataFrame(rows, columns=list(FINDING_COLUMNS)).astype({"row": "Int64"})


def blank_table(intake: Intake) -> pd.DataFrame:
    """Cells that are there but blank: see the contract ``blank_cells``."""
    rows = [(r.file, *place, cell) for r in intake.files for place, cell in r.blanks.items()]
    return pd.DataFrame(rows, columns=list(BLANK_COLUMNS)).astype({"row": "int64"})


def restored(files: pd.DataFrame, values: pd.DataFrame, findings: pd.DataFrame, blanks: pd.DataFrame) -> Intake:
    """The intake from its four tables; the opposite of the functions above."""
    readings = {row.file: FileReading(**{name: _none(getattr(row, name)) for name in FILE_COLUMNS}) for row in files.itertuples()}
    for row in findings.itertuples():
        readings[row.file].findings.append(
            Finding(
                row.rule,
                _none(row.sheet),
                _none(row.cell),
                None if pd.isna(row.row) else int(row.row),
                _none(row.field),
                _none(row.section),
                _none(row.value),
                json.loads(row.params),
            )
        )
    for row in blanks.itertuples():
        readings[row.file].blanks[(row.sheet, int(row.row), row.field, _none(row.section))] = row.cell
    return Intake(list(readings.values()), values)


def _none(value: Any) -> Any:
    return None if value is None or value != value else value
