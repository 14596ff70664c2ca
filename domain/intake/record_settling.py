"""Settling what is handed in beside schools' figures: county forms and record forms, with their tables, findings, outcomes.

Belongs here: which row of a record form counts, which rows are left out, the tables of entries. Does not belong here: what a
row must fulfil (``record_rows``), county forms (``county_settling``), schools (``settling``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import pandas as pd

from data_contracts.record_forms import of_county
from data_contracts.standard import Standard
from data_contracts.tables import CONTRACTS
from domain.intake.claims import Claim, decide
from domain.intake.county_settling import settle_counties
from domain.intake.explaining import Explanations
from domain.intake.findings import Finding
from domain.intake.gathering import Intake
from domain.intake.look import Look
from domain.intake.not_checked import can_be_judged
from domain.intake.reading import FileReading
from domain.intake.record_cells import RecordCell
from domain.intake.record_findings import SettledFile, outcome_of
from domain.intake.record_rows import KnownNames, RecordRow, check_row
from domain.intake.record_stages import refuse_stages
from domain.intake.self_scores import Rows, ask_about_scores

ENTRY_TABLES = {
    "rectification": "rectification_entries",
    "workflow": "workflow_entries",
    "visit": "visit_records",
    "plan": "plan_targets",
    "self_scores": "self_scores",
    "commitments": "school_commitments",
}
"""Record form → the table of its rows."""
SETTLED_TABLES = ("county_returns", *ENTRY_TABLES.values())


@dataclass(frozen=True)
class RecordSettlement:
    """What the files beside schools' come to.

    Attributes:
        files: every such file with its findings and outcome, by path.
        tables: ``SETTLED_TABLES`` by name, without the school year.
    """

    files: list[SettledFile]
    tables: dict[str, pd.DataFrame]


def settle_records(
    intake: Intake,
    register: pd.DataFrame | None,
    standards: tuple[Standard, ...],
    counties_before: pd.DataFrame | None = None,
    known: Explanations | None = None,
    look: Look | None = None,
    schools: tuple[pd.DataFrame, pd.DataFrame] | None = None,
) -> RecordSettlement:
    """Settle county forms and record forms of a school year.

    A county form counts as a whole or not at all; a record form row by row: a row with an ERROR is left out, and of rows
    about the same thing the one of the file last modified counts.

    Args:
        intake: every file in the inbox; those of schools are passed over.
        register: the schools expected; None without a register.
        standards: those in force.
        counties_before: ``county_returns`` of the year before; None where there are none.
        known: query → explanation.
        look: the day, and what is known of the procedure and of earlier gaps; None leaves out what depends on them.
        schools: ``school_returns`` and ``school_register``, against which self-scores are held; None where only the tables
            are wanted, which do not depend on them.
    """
    readings = sorted((one for one in intake.files if of_county(one.form)), key=lambda reading: reading.file)
    counties = [one for one in readings if one.form == "county_form"]
    files, returns = settle_counties(counties, register, counties_before, known or Explanations(), look.today if look else None)
    tables = {"county_returns": returns}
    names = KnownNames(register, standards)
    if look is not None:
        names = KnownNames(register, standards, look.today, look.recorded_gaps)
    settled = {
        form: _settle_rows([one for one in readings if one.form == form], table, names) for form, table in ENTRY_TABLES.items()
    }
    tables |= {ENTRY_TABLES[form]: one.table for form, one in settled.items()}
    # The tables are made: what is told from here on stays with the rows, and is judged anew where it is computed.
    if look is not None and look.entered is not None:
        refuse_stages(settled["workflow"].counting, look.entered, look.year.key)
    if look is not None and schools is not None:
        ask_about_scores(settled["self_scores"].counting, tables, *schools, standards, look.year)
    files += [file for one in settled.values() for file in one.files(names, known or Explanations())]
    return RecordSettlement(sorted(files, key=lambda one: one.reading.file), tables)


@dataclass(frozen=True)
class _SettledRows:
    """The rows of one record form.

    Attributes:
        readings: its files.
        of_file: the rows of each.
        broken: whether a file cannot be used at all.
        status: of each row by its identity: ``counts``, ``superseded`` or ``duplicate``.
        counting: the rows that count, with what each says.
        table: made of these.
    """

    readings: Sequence[FileReading]
    of_file: list[list[RecordRow]]
    broken: list[bool]
    status: dict[int, str]
    counting: Rows
    table: pd.DataFrame

    def files(self, names: KnownNames, known: Explanations) -> list[SettledFile]:
        """The files with their findings and outcomes."""
        each = zip(self.readings, self.of_file, self.broken, strict=True)
        return [_file(*one, self.status, names, known) for one in each]


def _settle_rows(readings: Sequence[FileReading], table: str, names: KnownNames) -> _SettledRows:
    """Which rows of the files of one record form count, and their table."""
    key, columns = _key(table), _columns(table)
    of_file = [_rows(reading) for reading in readings]
    broken = [any(one.row is None and one.severity == "error" for one in reading.findings) for reading in readings]
    for reading, mine, out in zip(readings, of_file, broken, strict=True):
        if out:
            _judge_all_the_same(reading, mine, names)
    rows = [row for mine, out in zip(of_file, broken, strict=True) if not out for row in mine]
    said = {id(row): check_row(row, names) | {"file": row.file, "row": row.row} for row in rows}
    of_key: dict[tuple[object, ...], list[RecordRow]] = {}
    for row in rows:
        if not row.faulty:
            of_key.setdefault(tuple(said[id(row)].get(name) for name in key), []).append(row)
    status = {id(row): "counts" for row in rows}
    for several in of_key.values():
        if len(several) > 1:
            _decide(several, {id(row): _content(said[id(row)], columns) for row in several}, status)
    counting = [(row, said[id(row)]) for row in rows if not row.faulty and status[id(row)] == "counts"]
    made = _table_of(table, [one for _, one in counting]) if counting else _without_rows(table).copy()
    return _SettledRows(readings, of_file, broken, status, counting, made)


def _table_of(table: str, rows: Sequence[Mapping[str, object]]) -> pd.DataFrame:
    """Rows by name as a table, in the order of its key."""
    made = pd.DataFrame([[one.get(name) for name in _columns(table)] for one in rows], columns=_columns(table))
    made = made.astype(
        {name: str(CONTRACTS[table].columns[name].dtype) for name in made.columns if name == "row" or _figures(table, name)}
    )
    return made.sort_values(_key(table), kind="stable", na_position="first", ignore_index=True)


@cache
def _without_rows(table: str) -> pd.DataFrame:
    return _table_of(table, [])


def _key(table: str) -> list[str]:
    return [str(column) for column in CONTRACTS[table].metadata["key"]]


def _columns(table: str) -> list[str]:
    return [str(column) for column in CONTRACTS[table].columns if column != "school_year"]


def _judge_all_the_same(reading: FileReading, rows: Sequence[RecordRow], names: KnownNames) -> None:
    """Look at the rows of a file that is rejected as a whole too, so that all there is to mend is told at once."""
    faults = [one for one in reading.findings if one.row is None and one.severity == "error"]
    missing = {one.field for one in faults if one.rule == "H-MISSING"}
    for row in rows:
        check_row(row, names)
        row.found = [one for one in row.found if can_be_judged(one, faults) and one.field not in missing]


def _figures(table: str, name: str) -> bool:
    return str(CONTRACTS[table].columns[name].dtype) == "float64"


def _content(said: Mapping[str, object], columns: Sequence[str]) -> tuple[object, ...]:
    return tuple(said.get(name) for name in columns if name not in ("file", "row"))


def _rows(reading: FileReading) -> list[RecordRow]:
    """The records of a file in its order; what was remarked about their cells goes with them."""
    cells: dict[tuple[str, int], dict[str, RecordCell]] = {}
    for cell in reading.records:
        cells.setdefault((cell.sheet, cell.row), {})[cell.field] = cell
    wrong: dict[tuple[str | None, int], set[str]] = {}
    for one in reading.findings:
        if one.severity == "error" and one.row is not None:
            wrong.setdefault((one.sheet, one.row), set()).add(one.field or "")
    return [
        RecordRow(reading.form, reading.file, reading.modified or "", sheet, row, mine, frozenset(wrong.get((sheet, row), ())))
        for (sheet, row), mine in cells.items()
    ]


def _decide(rows: Sequence[RecordRow], content: Mapping[int, tuple[object, ...]], status: dict[int, str]) -> None:
    """Which of some sound rows about the same thing counts; what is to be said of the others is added to them."""
    in_file: dict[str, list[RecordRow]] = {}
    for row in rows:
        in_file.setdefault(row.file, []).append(row)
    several = [mine for mine in in_file.values() if len(mine) > 1]
    for mine in several:
        several_sheets = len({one.sheet for one in mine}) > 1
        rows_told = [f"“{one.sheet}”{one.row}" if several_sheets else str(one.row) for one in mine]
        rows_told_en = [f"'{one.sheet}' {one.row}" if several_sheets else str(one.row) for one in mine]
        for row in mine:
            row.tell("E-TWICE", rows=rows_told, rows_en=rows_told_en)
    rows = [row for row in rows if not row.faulty]
    if len(rows) < 2:
        return
    decision = decide([Claim(row.modified, row.file, content[id(row)]) for row in rows])
    for place in decision.conflicting:
        others = [rows[one] for one in decision.conflicting if one != place]
        files = [f"{one.file}(第 {one.row} 行)" for one in others]
        rows[place].tell("E-CONFLICT", files=files, files_en=[f"{one.file} (row {one.row})" for one in others])
    newest = rows[decision.winner if decision.winner is not None else decision.conflicting[-1]]
    for rule, state, places in (
        ("E-DUPLICATE", "duplicate", decision.duplicates),
        ("E-SUPERSEDED", "superseded", decision.superseded),
    ):
        for place in places:
            status[id(rows[place])] = state
            rows[place].tell(rule, file=newest.file, other=newest.row)


def _file(
    reading: FileReading,
    rows: Sequence[RecordRow],
    broken: bool,
    status: Mapping[int, str],
    names: KnownNames,
    known: Explanations,
) -> SettledFile:
    """A file with the findings of its rows, and what became of it."""
    school_of = {(row.sheet, row.row): (row.text("school_id"), _county_of(row, names)) for row in rows}
    told = [*reading.findings, *(finding for row in rows for finding in row.found)]
    findings: list[tuple[str | None, str | None, Finding]] = []
    for one in told:
        school, county = school_of.get((one.sheet or "", one.row or 0), (None, None))
        findings.append((school, county, known.applied(one, school, reading.file)))
    live = [] if broken else [row for row in rows if row.faulty or status[id(row)] == "counts"]
    if rows and not broken and not live:
        states = {status[id(row)] for row in rows}
        return SettledFile(reading, "duplicate" if states == {"duplicate"} else "superseded", findings)
    bad = sum(row.faulty for row in live)
    return SettledFile(reading, outcome_of(len(live) - bad, bad, [one for *_, one in findings]), findings)


def _county_of(row: RecordRow, names: KnownNames) -> str | None:
    school = row.text("school_id")
    if school and names.county_of is not None:
        return names.county_of.get(school)
    county = row.text("county_code")
    return county if names.county_of is None or county in names.county_of.values() else None
