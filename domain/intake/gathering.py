"""The readings of a year's files as tables, and back.

Belongs here: how readings are kept between the step that reads files and the step that settles them.
Does not belong here: reading (``reading``), judging (``settling``).
"""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as arrow

from domain.intake.answers import Answer
from domain.intake.filled_cells import joined, no_cells, stacked
from domain.intake.findings import Finding
from domain.intake.reading import FileReading
from domain.intake.record_cells import RECORD_COLUMNS, RecordCell, with_counties

READ_TABLES = ("submission_files", "submitted_values", "reading_findings", "blank_cells", "file_answers", "submitted_records")
"""Names of the tables of an intake, in the order of ``IntakeTables.all``."""
FILE_COLUMNS = ("file", "sha256", "size", "form", "template_version", "modified", "schools")
FINDING_COLUMNS = ("file", "sheet", "cell", "row", "field", "section", "rule", "value", "params")
ANSWER_COLUMNS = ("file", "school_id", "rule", "field", "section", "value", "compared", "answer", "place", "about")
_RECORD_TYPES = {"row": "int64", "number": "float64"}
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


PackedReadings = tuple[list[dict[str, Any]], arrow.Table]
"""Facts of each file but its cells, and the cells of all files in this order as one table."""


def packed(readings: Sequence[FileReading]) -> PackedReadings:
    """Readings for the way between two processes: one table for all, as each costs as much to send as a form costs to check."""
    tables = [reading.filled for reading in readings] or [no_cells()]
    table = tables[0] if len(tables) == 1 else arrow.concat_tables(tables).unify_dictionaries().combine_chunks()
    return [{**vars(reading), "filled": reading.filled.num_rows} for reading in readings], table


def unpacked(sent: PackedReadings) -> list[FileReading]:
    """The opposite of ``packed``."""
    facts, table = sent
    ends = np.cumsum([one["filled"] for one in facts], dtype=np.int64).tolist()
    return [
        FileReading(**{**one, "filled": table.slice(end - one["filled"], one["filled"])})
        for one, end in zip(facts, ends, strict=True)
    ]


def gathered(readings: Sequence[FileReading]) -> Intake:
    """The readings of single files put together, by path."""
    readings = sorted(readings, key=lambda reading: reading.file)
    return Intake(readings, joined([(reading.file, reading.sha256, reading.filled) for reading in readings]))


def file_table(intake: Intake, read_by: str = "") -> pd.DataFrame:
    """One row per file: see the contract ``submission_files``; ``read_by`` is the version of the code that read them."""
    rows = [tuple(getattr(reading, name) for name in FILE_COLUMNS) for reading in intake.files]
    table = pd.DataFrame(rows, columns=list(FILE_COLUMNS)).astype({"size": "int64", "schools": "int64"})
    return table.assign(read_by=read_by)


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


def answer_table(intake: Intake) -> pd.DataFrame:
    """Explanations that came with the files: see the contract ``file_answers``; of two to the same query the last."""
    rows = {(r.file, *a.key): (a.text, a.place, a.about) for r in intake.files for a in r.answers}
    return pd.DataFrame([(*key, *said) for key, said in rows.items()], columns=list(ANSWER_COLUMNS)).astype("str")


def record_table(intake: Intake) -> pd.DataFrame:
    """The cells of county forms and record forms: see the contract ``submitted_records``."""
    rows = [(county, r.file, r.sha256, r.form, *cell) for r in intake.files for county, cell in with_counties(r.records)]
    return pd.DataFrame(rows, columns=["county_code", "file", "sha256", "form", *RECORD_COLUMNS]).astype(_RECORD_TYPES)


@dataclass(frozen=True)
class IntakeTables:
    """The intake of a year as tables, those of ``READ_TABLES``."""

    files: pd.DataFrame
    values: pd.DataFrame
    findings: pd.DataFrame
    blanks: pd.DataFrame
    answers: pd.DataFrame
    records: pd.DataFrame

    @property
    def all(self) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
        """All of them, in this order."""
        return self.files, self.values, self.findings, self.blanks, self.answers, self.records


def tables_of(intake: Intake, read_by: str = "") -> IntakeTables:
    """The tables of an intake; see ``file_table``."""
    return IntakeTables(
        file_table(intake, read_by),
        intake.values,
        finding_table(intake),
        blank_table(intake),
        answer_table(intake),
        record_table(intake),
    )


def with_unchanged(new: IntakeTables, old: IntakeTables, unchanged: Collection[str]) -> IntakeTables:
    """What was read anew, and what an earlier reading said of the files that are still the same, by path."""
    if not unchanged:
        return new
    # Ten files of ten thousand went or changed: those are looked for, not the others.
    gone = [file for file in old.files["file"] if file not in unchanged]

    def both(fresh: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
        known = known[fresh.columns]
        kept = ~known["file"].isin(gone).to_numpy()
        if kept.all() and not len(fresh):
            return known.reset_index(drop=True)
        # Columns without a value are read back without the type that they were kept in.
        plain = {name: kind for name, kind in known.dtypes.items() if not isinstance(kind, pd.CategoricalDtype)}
        together = stacked([known, fresh.astype(plain)])
        return together.take(_by_file(together["file"], np.append(kept, np.full(len(fresh), True)))).reset_index(drop=True)

    return IntakeTables(*(both(fresh, known) for fresh, known in zip(new.all, old.all, strict=True)))


def _by_file(files: pd.Series, kept: np.ndarray) -> np.ndarray:
    """The places of the rows kept, by path, those of a file in their order; paths are sorted, not the million rows that bear them."""
    rows = np.flatnonzero(kept)
    place, paths = pd.factorize(files)
    rank = np.empty(len(paths), dtype=np.int64)
    rank[np.argsort(paths.to_numpy(object))] = np.arange(len(paths))
    return rows[np.argsort(rank[place[rows]], kind="stable")]


def restored(tables: IntakeTables) -> Intake:
    """The intake from its tables; the opposite of ``tables_of``."""
    intake = restored_records(tables.files, tables.records, tables.findings)
    readings = {reading.file: reading for reading in intake.files}
    for file, sheet, row, field, section, cell in _rows(tables.blanks, BLANK_COLUMNS):
        readings[file].blanks[(sheet, int(row), field, section)] = cell
    for file, *answer in _rows(tables.answers, ANSWER_COLUMNS):
        readings[file].answers.append(Answer(*answer))
    return Intake(intake.files, tables.values)


def restored_records(files: pd.DataFrame, records: pd.DataFrame, findings: pd.DataFrame) -> Intake:
    """The intake from the tables that county forms and record forms need alone; without the values of schools."""
    readings = {row[0]: FileReading(**dict(zip(FILE_COLUMNS, row, strict=True))) for row in _rows(files, FILE_COLUMNS)}
    for file, sheet, cell, row, field, section, rule, value, params in _rows(findings, FINDING_COLUMNS):
        finding = Finding(rule, sheet, cell, None if row is None else int(row), field, section, value, json.loads(params))
        readings[file].findings.append(finding)
    for file, *place in _rows(records, ("file", *RECORD_COLUMNS)):
        readings[file].records.append(RecordCell(*place))
    return Intake(list(readings.values()), joined([]))


def _rows(table: pd.DataFrame, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """Rows as plain values, None for missing."""
    plain = [table[name].astype(object).where(table[name].notna(), None).tolist() for name in columns]
    return zip(*plain, strict=True)
