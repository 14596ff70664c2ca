"""The intake of one year from bytes in memory, through the same steps as the nightly run.

Belongs here: reading, gathering, keeping as tables, settling, and look-ups in what comes out.
Does not belong here: expectations; anything with Dagster or a disk.
"""

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from builders.schools import YEAR, School
from builders.workbooks import bulk_rows, csv_table
from data_contracts.catalogue import identity_fields
from data_contracts.school_year import SchoolYear
from data_contracts.standard import Standard, shipped_standards
from data_contracts.standards_in_force import in_force
from data_contracts.tables import CONTRACTS, shaped
from domain.assessment.workflow import Entered
from domain.intake.findings import Finding
from domain.intake.gathering import READ_TABLES, Intake, gathered, restored, tables_of
from domain.intake.look import Look
from domain.intake.reading import FileReading, read_file
from domain.intake.register import read_register
from domain.intake.settling import Settlement, settle


def reading_of(file: str, content: bytes, year: str | None = YEAR) -> FileReading:
    """One file as read."""
    return read_file(file, content, hashlib.sha256(content).hexdigest(), SchoolYear.parse(year) if year else None)


def register_of(schools: Sequence[School]) -> pd.DataFrame:
    """The register that lists these schools, in this order, as read from its own file."""
    keys = [field.key for field in identity_fields()]
    rows = bulk_rows([{place: value for place, value in one.items() if place[0] in keys} for one in schools])
    return read_register("register.csv", csv_table(rows))


TODAY = dt.date(2026, 7, 1)
"""The day on which the inbox of a test is looked at."""


@dataclass(frozen=True)
class Settled:
    """What the intake of a year came to."""

    intake: Intake
    settlement: Settlement
    standards: tuple[Standard, ...]
    year: str

    @property
    def outcomes(self) -> dict[str, str]:
        """Outcome of every file."""
        return dict(zip(self.settlement.files["file"], self.settlement.files["outcome"], strict=True))

    @property
    def board(self) -> dict[str, str]:
        """Outcome of every school."""
        return dict(zip(self.settlement.board["school_id"], self.settlement.board["outcome"], strict=True))

    @property
    def accepted(self) -> list[str]:
        """Codes of the accepted schools."""
        return list(self.settlement.returns["school_id"])

    @property
    def rules(self) -> list[str]:
        """Ids of all findings, in order."""
        return [finding.rule for *_, finding in self.settlement.findings]

    def told(self, rule: str, file: str | None = None) -> list[Finding]:
        """The findings of a rule."""
        return [f for name, _, _, f in self.settlement.findings if f.rule == rule and file in (None, name)]

    def one(self, rule: str, file: str | None = None) -> Finding:
        """The only finding of a rule."""
        found = self.told(rule, file)
        assert len(found) == 1, f"{len(found)} findings of {rule}; all: {self.messages}"
        return found[0]

    def errors(self, school_id: str | None = None) -> list[Finding]:
        """Errors of a school, or all."""
        return [f for _, one, _, f in self.settlement.findings if f.severity == "error" and school_id in (None, one)]

    @property
    def messages(self) -> list[str]:
        """Every finding in words."""
        return [finding.message() for *_, finding in self.settlement.findings]

    def row(self, school_id: str) -> pd.Series:
        """The accepted return of a school."""
        table = self.settlement.returns
        return table[table["school_id"] == school_id].iloc[0]

    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table of the intake, in the shape of its contract and held to it."""
        made = {
            **dict(zip(READ_TABLES, tables_of(self.intake).all, strict=True)),
            "findings": self.settlement.finding_table(),
            "file_outcomes": self.settlement.files,
            "school_register": self.settlement.register,
            "reporting_board": self.settlement.board,
            "school_returns": self.settlement.returns,
        }
        return {name: CONTRACTS[name].validate(shaped(table, name, self.year)) for name, table in made.items()}


def take_in(
    files: Mapping[str, bytes],
    register: pd.DataFrame | Sequence[School] | None = None,
    year: str = YEAR,
    last_year: pd.DataFrame | None = None,
    answers: Sequence[pd.DataFrame] = (),
    look: Look | None = None,
    standards: Sequence[Standard] | None = None,
) -> Settled:
    """Read and settle the files of a year, their readings kept as tables in between.

    Args:
        files: path under the inbox → bytes.
        register: as read, or the schools that stand in it; None without a register.
        year: the school year.
        last_year: ``school_returns`` of the year before.
        answers: tables of explained queries known already; those that the files bring are added.
        look: the day and the stages known; ``TODAY`` and none where not given.
        standards: those in force; the shipped ones where not given.
    """
    readings = [reading_of(file, content, year) for file, content in files.items()]
    return settled(readings, register, year, last_year, answers, look, standards)


def settled(
    readings: Sequence[FileReading],
    register: pd.DataFrame | Sequence[School] | None = None,
    year: str = YEAR,
    last_year: pd.DataFrame | None = None,
    answers: Sequence[pd.DataFrame] = (),
    look: Look | None = None,
    standards: Sequence[Standard] | None = None,
) -> Settled:
    """Settle readings; see ``take_in``."""
    chosen = tuple(standards or in_force(shipped_standards(), SchoolYear.parse(year)))
    looked = look or Look(SchoolYear.parse(year), TODAY, Entered())
    intake = restored(tables_of(gathered(readings)))
    expected = register if register is None or isinstance(register, pd.DataFrame) else register_of(register)
    known = [*answers]
    return Settled(intake, settle(intake, expected, chosen, last_year, known, None, looked), chosen, year)
