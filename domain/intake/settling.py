"""Settling a year's intake: which file counts for which school, what is accepted, what becomes of each file.

Belongs here: duplicates, later files that supersede, conflicts, unknown schools, acceptance, outcomes.
Does not belong here: rules about one return (``screening``), what settling comes to for each school (``settled_schools``),
the wording of rules (``data_contracts``), disks.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

import numpy as np
import pandas as pd

from data_contracts.catalogue import fields
from data_contracts.record_forms import of_county
from data_contracts.standard import Standard, fields_in_use
from domain.intake.answering import counting, newest_last, newest_of_each, speaking_for_their_own
from domain.intake.comparisons import identical_rows
from domain.intake.doubtful_rows import without_doubtful
from domain.intake.explaining import Explanations
from domain.intake.findings import Finding
from domain.intake.gathering import Intake
from domain.intake.look import Look
from domain.intake.not_checked import can_be_judged
from domain.intake.precedence import which_counts
from domain.intake.reading import FileReading
from domain.intake.record_findings import SettledFile
from domain.intake.record_settling import settle_records
from domain.intake.returns import Returns, restore_zeros, returns_of, take_identity_from
from domain.intake.screening import Told, missing_figures, screen
from domain.intake.seen_figures import seen_otherwise
from domain.intake.settled_schools import accepted_returns, board_of, register_of

_CODE_IN_NAME = re.compile(r"([0-9]{10})(?![0-9])(_)?")
FINDING_COLUMNS = (
    "county_code",
    "file",
    "sheet",
    "cell",
    "school_id",
    "field",
    "section",
    "severity",
    "rule",
    "value",
    "message",
    "compared",
)


@dataclass(frozen=True)
class Settlement:
    """What a year's intake comes to. Tables are without the school year.

    Attributes:
        findings: (file, school_id or None, county_code or None, finding), in the order of files and places.
        files: one row per file: file, sha256, school_id, school_name, outcome, errors, queries, notes.
        board: one row per school expected or handed in: see the contract ``reporting_board``.
        returns: accepted schools: see the contract ``school_returns``.
        register: see the contract ``school_register``.
        answers: the explanations in the files that count, as rows of ``query_answers``.
        carried: those known before that explain a query of the year, as rows of it too.
    """

    findings: list[tuple[str, str | None, str | None, Finding]]
    files: pd.DataFrame
    board: pd.DataFrame
    returns: pd.DataFrame
    register: pd.DataFrame
    answers: pd.DataFrame
    carried: pd.DataFrame

    def finding_table(self) -> pd.DataFrame:
        """Every finding as a row: see the contract ``findings``."""
        rows = [
            (county, file, f.sheet, f.cell, school, f.field, f.section, f.severity, f.rule, f.value, f.message(), f.compared)
            for file, school, county, f in self.findings
        ]
        return pd.DataFrame(rows, columns=list(FINDING_COLUMNS))


def settle(
    intake: Intake,
    register: pd.DataFrame | None,
    standards: tuple[Standard, ...],
    last_year: pd.DataFrame | None = None,
    answers: Sequence[pd.DataFrame | None] = (),
    counties_before: pd.DataFrame | None = None,
    look: Look | None = None,
) -> Settlement:
    """Screen all returns of a school year, settle what counts, and join what is handed in beside schools' figures.

    Args:
        intake: every file in the inbox.
        register: the schools expected, in order; None where the county gave none.
        standards: those in force.
        last_year: ``school_returns`` of the school year before, None where there are none.
        answers: tables of queries explained earlier, such as ``query_answers`` of the year before and of this one; later ones
            win, and what the files of the inbox say wins over all.
        counties_before: ``county_returns`` of the school year before, None where there are none.
        look: the year, the day, and what is known of the procedure; None leaves out what depends on them: stages, days to
            come, what was seen on site, self-scores.

    What schools and county say of the same thing is held together here, before anything is assessed: a figure that was seen
    otherwise on site asks the school in its own file, points that a school gave itself ask in theirs.
    """
    intake = without_doubtful(intake, frozenset() if register is None else frozenset(register["school_id"]))
    returns = returns_of(intake, register)
    told: list[Told] = []
    if register is not None:
        told += restore_zeros(returns, register)
        told += take_identity_from(returns, register)
        told += _unregistered(returns, register)
    intake = replace(intake, files=newest_of_each(speaking_for_their_own(intake.files, returns)))
    readings = sorted((one for one in intake.files if not of_county(one.form)), key=lambda reading: reading.file)
    used = fields_in_use(standards)
    broken = _missing_columns(returns, readings, used)
    columns_missing = {file: {(f.field, f.section) for f in found if f.field} for file, found in broken.items()}
    told += screen(
        returns, used, standards[0].split_weights, last_year, columns_missing, *([look.year.previous.key] if look else [])
    )
    told += _school_twice(returns)
    told += _named_otherwise(returns, register)
    told += [(index, finding) for index, finding in _reading_findings(returns, readings)]
    told = _without_repeats(told, returns)
    status, more = which_counts(returns, broken, told, {reading.file: reading.sha256 for reading in readings})
    told += identical_rows(returns, status == "counts")
    files = returns.keys["file"].to_numpy(object)
    told = [
        (index, finding)
        for index, finding in told
        if status[index] == "counts" or (status[index] == "broken" and can_be_judged(finding, broken[files[index]]))
    ] + more
    accepted = (status == "counts") & returns.registered
    accepted[[index for index, found in told if found.severity == "error"]] = False
    table, expected = accepted_returns(returns, accepted), register_of(returns, register, status)
    known, ids = Explanations(answers, newest_last(intake.files)), returns.keys["school_id"].to_numpy(object)
    beside = settle_records(intake, register, standards, counties_before, known, look, (table, expected))
    if look is not None:
        told += seen_otherwise(returns, accepted, table, beside.tables["visit_records"], expected, look.year.key)
    files = returns.keys["file"].to_numpy(object)
    if known:
        told = [(index, known.applied(finding, ids[index], files[index])) for index, finding in told]
        readings = [
            replace(one, findings=[known.applied(f, None, one.file) if f.row is None else f for f in one.findings])
            for one in readings
        ]
    schools = _settled(readings, returns, expected, table, told, status, broken, accepted)
    return replace(_joined(schools, beside.files), answers=counting(intake.files), carried=known.carried)


def _joined(schools: Settlement, beside: Sequence[SettledFile]) -> Settlement:
    """What schools' files came to, with the county forms and record forms among them, by path."""
    if not beside:
        return schools
    findings = [(one.reading.file, school, county, told) for one in beside for school, county, told in one.findings]
    rows = pd.DataFrame([one.row for one in beside], columns=schools.files.columns)
    files = pd.concat([schools.files, rows.astype(object)]) if len(schools.files) else rows
    counted = dict.fromkeys(("errors", "queries", "notes"), "int64")
    return replace(
        schools,
        findings=sorted([*schools.findings, *findings], key=lambda one: one[0]),
        files=files.sort_values("file", kind="stable", ignore_index=True).astype(counted),
    )


def _missing_columns(returns: Returns, readings: Sequence[FileReading], used: frozenset[str]) -> dict[str, list[Finding]]:
    """Files whose structure is broken: those that could not be read, and bulk tables without a column that all their schools need."""
    broken = {r.file: [f for f in r.findings if f.row is None and f.severity == "error"] for r in readings}
    files, sheets = (returns.keys[name].to_numpy(object) for name in ("file", "sheet"))
    bulk = returns.keys["form"].to_numpy(object) == "bulk_table"
    present = {(file, key, section) for file, _, _, key, section in returns.blanks}
    # A column that is there but names no section is told as such.
    unclear = {(r.file, f.field) for r in readings for f in r.findings if f.rule == "H-NO-SECTION"}
    for (key, section), missing in missing_figures(returns, used).items():
        what = fields()[key]
        for file in dict.fromkeys(files[missing & bulk]):
            mine = files == file
            if not missing[mine].all() or (file, key) in unclear:
                continue  # some schools do not need the column: it costs only those that do
            places = what.places if what.shared else (section,)
            if any(returns.filled(key, place)[mine].any() or (file, key, place) in present for place in places):
                continue
            label = what.label_in(section)
            broken[file] += [
                Finding("H-MISSING", sheet, field=key, section=section, params={"label": label})
                for sheet in dict.fromkeys(sheets[mine])
            ]
    return {file: found for file, found in broken.items() if found}


def _unregistered(returns: Returns, register: pd.DataFrame) -> list[Told]:
    """Schools that do not stand in the register, with the nearest name as a hint."""
    told = []
    by_name = dict(zip(register["school_name"], register["school_id"], strict=True))
    for index in np.flatnonzero(~returns.registered):
        school_id = returns.keys["school_id"].iat[index]
        if school_id is None:
            continue
        name = returns.text("school_name")[index] or ""
        near = get_close_matches(name, list(by_name), n=1, cutoff=0.6) if name else []
        hint = f",名称相近的有 {near[0]}({by_name[near[0]]})" if near else ""
        hint_en = f"; a similar name is {near[0]} ({by_name[near[0]]})" if near else ""
        told.append(
            (
                int(index),
                returns.finding(
                    int(index), "R-NOT-REGISTERED", "school_id", school_id=school_id, name=name, hint=hint, hint_en=hint_en
                ),
            )
        )
    return told


def _school_twice(returns: Returns) -> list[Told]:
    """A school that stands several times in one file."""
    told: list[Told] = []
    known = returns.keys[returns.keys["school_id"].notna()]
    twice = known[known.duplicated(["file", "school_id"], keep=False)]
    for (_, school_id), rows in twice.groupby(["file", "school_id"], sort=False):
        cells = [f"{r.sheet}!{returns.cell(r.Index, 'school_id')}" for r in rows.itertuples()]
        told.extend(
            (index, returns.finding(index, "R-TWICE", "school_id", school_id=school_id, cells=cells)) for index in rows.index
        )
    return told


def _named_otherwise(returns: Returns, register: pd.DataFrame | None) -> list[Told]:
    """Forms whose file bears the code of another school: nobody can tell whose figures they are."""
    known = set(register["school_id"]) if register is not None else set()
    told: list[Told] = []
    forms = returns.keys[(returns.keys["form"] == "school_form") & returns.keys["school_id"].notna()]
    forms = forms[~forms["file"].duplicated(keep=False)]  # a file with the forms of several schools bears the name of one at most
    for index, file, school_id in zip(forms.index, forms["file"], forms["school_id"], strict=True):
        match = _CODE_IN_NAME.match(file.rpartition("/")[2])
        # Ten digits may also be a date and a time: they are a code where the register says so, or where our forms put it.
        if match and match[1] != school_id and (match[1] in known or match[2]):
            told.append((index, returns.finding(index, "R-FILE-NAME", "school_id", named=match[1], school_id=school_id)))
    return told


def _reading_findings(returns: Returns, readings: Sequence[FileReading]) -> list[Told]:
    """Findings made while reading that belong to a school's own row or form, and codes that are missing."""
    told: list[Told] = []
    of_rows = [(reading.file, finding) for reading in readings for finding in reading.findings if finding.row is not None]
    if of_rows:
        files, sheets, rows = (returns.keys[name].to_numpy(object) for name in ("file", "sheet", "row"))
        index_of = {place: index for index, place in enumerate(zip(files, sheets, rows, strict=True))}
        for file, finding in of_rows:
            place = index_of.get((file, finding.sheet, finding.row))
            if place is not None:
                told.append((place, finding))
    for index in np.flatnonzero(returns.keys["school_id"].isna().to_numpy()).tolist():
        if not returns.is_filled(index, "school_id"):
            told.append((index, returns.finding(index, "R-NO-CODE", "school_id")))
    return told


def _without_repeats(told: list[Told], returns: Returns) -> list[Told]:
    """One finding a cell where one explains the other: an unreadable figure is not also missing, nor 'nothing' also tolerated.

    Of a row of a table that is out of step with its headings, nothing else is known.
    """
    astray = {index for index, finding in told if finding.rule == "R-LONGER" and finding.row}
    unlike = ("C-REQUIRED", "R-FILE-NAME")
    errors = {(i, f.field, f.section) for i, f in told if f.severity == "error" and f.rule not in unlike and f.field}
    required = {(i, f.field, f.section) for i, f in told if f.rule == "C-REQUIRED"}
    no_code = {i for i, f in told if f.rule == "R-NO-CODE"}
    no_section = {(i, f.field) for i, f in told if f.rule == "H-NO-SECTION"}  # there is a figure, of one section or of all
    restored = {(i, f.field) for i, f in told if f.rule == "R-CODE-ZERO"}
    kept = []
    for index, finding in told:
        if index in astray and finding.rule != "R-LONGER":
            continue
        place = (index, finding.field, finding.section)
        if finding.rule == "C-REQUIRED" and (
            place in errors or place[:2] in no_section or (finding.field == "school_id" and index in no_code)
        ):
            continue
        if finding.rule == "R-CODE" and (index, finding.field) in restored:
            continue
        if finding.rule == "C-NOTHING" and place in required:
            continue
        kept.append((index, finding))
    return kept


def _settled(
    readings: Sequence[FileReading],
    returns: Returns,
    schools: pd.DataFrame,
    table: pd.DataFrame,
    told: list[Told],
    status: np.ndarray,
    broken: dict[str, list[Finding]],
    accepted: np.ndarray,
) -> Settlement:
    keys = returns.keys
    counties = dict(zip(schools["school_id"], schools["county_code"], strict=True))
    per_return: dict[int, list[Finding]] = {}
    for index, finding in told:
        per_return.setdefault(index, []).append(finding)
    per_file: dict[str, list[int]] = {}
    for index, file in enumerate(keys["file"].to_numpy(object)):
        per_file.setdefault(file, []).append(index)
    only_county = next(iter(set(counties.values()))) if len(set(counties.values())) == 1 else None
    ids, names = keys["school_id"].to_numpy(object), returns.text("school_name")

    findings: list[tuple[str, str | None, str | None, Finding]] = []
    rows = []
    for reading in readings:
        mine = per_file.get(reading.file, [])
        own = broken.get(reading.file, []) + [
            f for f in reading.findings if f.row is None and f not in broken.get(reading.file, [])
        ]  # structure first
        told_here: list[tuple[str | None, Finding]] = [(None, finding) for finding in own]
        for index in mine:
            told_here.extend((ids[index], finding) for finding in per_return.get(index, ()))
        outcome = _outcome(reading, mine, status, accepted, [f for _, f in told_here])
        sole = mine[0] if reading.form == "school_form" and len(mine) == 1 else None
        counts = [sum(f.severity == severity for _, f in told_here) for severity in ("error", "query", "note")]
        school_id = ids[sole] if sole is not None else None
        name = names[sole] if sole is not None else None
        rows.append((reading.file, reading.sha256, school_id, name, outcome, *counts))
        findings.extend((reading.file, one, counties.get(one or "", only_county), finding) for one, finding in told_here)
    columns = ["file", "sha256", "school_id", "school_name", "outcome", "errors", "queries", "notes"]
    files = pd.DataFrame(rows, columns=columns)
    unfilled = {file for file, found in broken.items() if any(finding.rule == "F-NO-SCHOOL" for finding in found)}
    board = board_of(schools, returns, per_return, np.where(keys["file"].isin(unfilled), "unfilled", status), accepted)
    return Settlement(findings, files, board, table, schools, counting(()), counting(()))


def _outcome(reading: FileReading, mine: list[int], status: np.ndarray, accepted: np.ndarray, told: list[Finding]) -> str:
    """What became of a file, from what became of its schools."""
    if reading.form == "receipt":
        return "rejected" if any(finding.rule == "F-RECEIPT-EMPTY" for finding in told) else "answers_only"
    if reading.form == "class_sizes":
        return "accepted"
    standing = [index for index in mine if status[index] in ("counts", "broken")]
    if mine and not standing:
        return "duplicate" if all(status[index] == "duplicate" for index in mine) else "superseded"
    good = sum(bool(accepted[index]) for index in standing)
    if good == 0:
        return "rejected"
    if good < len(standing):
        return "partly_accepted"
    return "accepted_with_queries" if any(finding.severity == "query" for finding in told) else "accepted"
