"""Settling county forms: which file counts for which county, and what is accepted.

Belongs here: unknown counties, duplicates, later forms, acceptance and outcomes of county forms. Does not belong here: rules
about the figures of one form (``county_checks``), schools (``settling``), record forms (``record_settling``).
"""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import PurePosixPath

import pandas as pd

from data_contracts.catalogue import county_fields
from domain.intake.answers import who_is_asked
from domain.intake.claims import Claim, decide
from domain.intake.county_checks import CountyEntries, amount, county_checks
from domain.intake.explaining import Explanations, together
from domain.intake.findings import EMPTY, Finding, first_few
from domain.intake.not_checked import can_be_judged
from domain.intake.reading import FileReading
from domain.intake.record_cells import IDENTITY, RecordCell
from domain.intake.record_findings import CHANGES_NAMED, SettledFile, outcome_of

RETURN_COLUMNS = ("county_code", "field", "number", "text", "evidence", "note", "file", "cell")
_CODE_IN_NAME = re.compile(r"([0-9]{6})_")
_CODE_DOUBTS = ("K-UNKNOWN", "K-COVER", "K-FILE-NAME")
"""Rules that a wrong county code sets off, the most telling first."""


@dataclass
class _Form:
    """One county form: its file, its items, what stands beside them, and what was found."""

    reading: FileReading
    cells: dict[str, RecordCell]
    beside: dict[tuple[str, int], RecordCell]
    found: list[Finding] = field(default_factory=list)

    @property
    def county(self) -> str | None:
        """The code as read."""
        cell = self.cells.get("county_code")
        return cell.text if cell else None

    @property
    def broken(self) -> bool:
        """True where the file as a whole cannot count."""
        return any(one.row is None and one.severity == "error" for one in self.reading.findings)

    @property
    def faulty(self) -> bool:
        """True where anything is wrong in it."""
        return any(one.severity == "error" for one in (*self.reading.findings, *self.found))

    @property
    def content(self) -> tuple[object, ...]:
        """What it says, for telling whether two say the same."""
        items = tuple((key, self.cells[key].says) for key in county_fields() if key in self.cells and self.cells[key].value)
        return items + tuple(sorted((key, self._item(row), cell.text) for (key, row), cell in self.beside.items()))

    def _item(self, row: int) -> str:
        return next(key for key, cell in self.cells.items() if cell.row == row)


def settle_counties(
    readings: Sequence[FileReading],
    register: pd.DataFrame | None,
    before: pd.DataFrame | None,
    known: Explanations,
    today: dt.date | None = None,
) -> tuple[list[SettledFile], pd.DataFrame]:
    """Every county form's file with its findings and outcome, and ``county_returns`` without the year.

    A form with an ERROR anywhere is left out as a whole. Of several forms of a county the one last modified counts.

    Args:
        readings: the files that are county forms.
        register: the schools expected, whose counties are those that there are; None without a register.
        before: ``county_returns`` of the year before; None where there are none.
        known: query → explanation; a county's queries are kept under its code.
        today: the day on which the forms are looked at; None where that does not matter.
    """
    forms = [_form(reading) for reading in readings]
    names = dict(zip(register["county_code"], register["county_name"], strict=True)) if register is not None else None
    earlier = _numbers(before)
    for form in forms:
        faults = [one for one in form.reading.findings if one.row is None and one.severity == "error"]
        before_it = {} if form.broken else earlier.get(form.county or "", {})
        found = _identity(form, names)
        unread = frozenset(one.field for one in (*form.reading.findings, *found) if one.severity == "error" and one.field)
        found += county_checks(CountyEntries(form.cells, before_it), unread, today)
        form.found += [one for one in found if can_be_judged(one, faults)]
    status = _which_count(forms)
    settled, rows = [], []
    for form, state in zip(forms, status, strict=True):
        county = form.county if names is None or form.county in names else None
        told = _one_slip([*form.reading.findings, *form.found])
        if state in ("superseded", "duplicate"):
            # What is wrong in a form that does not count needs no mending.
            told = [one for one in told if one.rule in ("K-SUPERSEDED", "K-DUPLICATE")]
        told = [known.applied(one, who_is_asked(None, county, one.rule, one.field), form.reading.file) for one in told]
        errors = sum(one.severity == "error" for one in told)
        counts = state == "counts" and not errors
        outcome = state if state in ("superseded", "duplicate") else outcome_of(int(counts), int(not counts), told)
        settled.append(SettledFile(form.reading, outcome, [(None, county, one) for one in told]))
        if counts and form.county:
            rows += _rows(form)
    columns = pd.DataFrame(rows, columns=list(RETURN_COLUMNS)).astype({"number": "float64"})
    return settled, columns.sort_values("county_code", kind="stable", ignore_index=True)


def _one_slip(told: list[Finding]) -> list[Finding]:
    """A single wrong code contradicts cover, file name and register at once: one error says so, the one that helps most."""
    about_code = [one.rule for one in told if one.rule in _CODE_DOUBTS and one.field == "county_code"]
    if len(about_code) < 2:
        return told
    kept = min(about_code, key=_CODE_DOUBTS.index)
    return [one for one in told if one.rule == kept or one.rule not in about_code or one.field != "county_code"]


def _form(reading: FileReading) -> _Form:
    items = {cell.field: cell for cell in reading.records if cell.field in county_fields()}
    return _Form(reading, items, {(cell.field, cell.row): cell for cell in reading.records if cell.field not in county_fields()})


def _numbers(before: pd.DataFrame | None) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    if before is not None:
        known = before[before["number"].notna()]
        for county, key, number in zip(known["county_code"], known["field"], known["number"], strict=True):
            found.setdefault(county, {})[key] = float(number)
    return found


def _identity(form: _Form, names: Mapping[str, str] | None) -> list[Finding]:
    """Whether it can be told which county speaks."""
    entries = CountyEntries(form.cells, {})
    cell, named = form.cells.get("county_code"), form.cells.get("county_name")
    name = named.text if named and named.text else ""
    if form.county is None:
        return [] if cell and cell.value else [entries.finding("K-NO-CODE", "county_code")]
    found = []
    match = _CODE_IN_NAME.match(PurePosixPath(form.reading.file).name)
    if match and match[1] != form.county:
        found.append(entries.finding("K-FILE-NAME", "county_code", named=match[1], county=form.county))
    if names is None:
        return found
    if form.county not in names:
        codes = {county: code for code, county in names.items()}
        near = get_close_matches(name, list(codes), n=1, cutoff=0.6) if name else []
        hint = f",名称相近的有 {near[0]}({codes[near[0]]})" if near else ""
        hint_en = f"; a similar name is {near[0]} ({codes[near[0]]})" if near else ""
        told = {
            "county": form.county,
            "name": name or "未填名称",
            "name_en": name or "no name given",
            "hint": hint,
            "hint_en": hint_en,
        }
        found.append(entries.finding("K-UNKNOWN", "county_code", **told))
    elif name and name != names[form.county]:
        told = {"value": name, "expected": names[form.county]}
        found.append(entries.finding("R-IDENTITY", "county_name", **told))
    return found


def _which_count(forms: Sequence[_Form]) -> list[str]:
    """For each form: counts, superseded, duplicate or broken; what is to be said of it is added to it."""
    status = ["broken" if form.broken else "counts" for form in forms]
    of_county: dict[str, list[int]] = {}
    for index, form in enumerate(forms):
        if status[index] == "counts" and form.county:
            of_county.setdefault(form.county, []).append(index)
    for county, indexes in of_county.items():
        if len(indexes) < 2:
            continue
        mine = [forms[index] for index in indexes]
        decision = decide([Claim(f.reading.modified or "", f.reading.file, f.content, f.faulty) for f in mine])
        files = [mine[place].reading.file for place in decision.conflicting]
        for place in decision.conflicting:
            mine[place].found.append(_told(mine[place], "K-CONFLICT", county=county, files=files))
        newest = mine[decision.winner if decision.winner is not None else decision.conflicting[-1]].reading.file
        for place in decision.duplicates:
            status[indexes[place]] = "duplicate"
            mine[place].found.append(_told(mine[place], "K-DUPLICATE", county=county, file=newest))
        for place in decision.superseded:
            status[indexes[place]] = "superseded"
            mine[place].found.append(_told(mine[place], "K-SUPERSEDED", county=county, file=newest))
        sound = [place for place in decision.superseded if not mine[place].faulty]
        if decision.winner is not None and sound and not mine[decision.winner].faulty:
            mine[decision.winner].found.append(_changed(mine[sound[-1]], mine[decision.winner]))
    return status


def _told(form: _Form, rule: str, **params: object) -> Finding:
    return CountyEntries(form.cells, {}).finding(rule, "county_code", **params)


def _changed(old: _Form, new: _Form) -> Finding:
    """Old and new values where a newer form takes the place of one that was fit to be accepted."""
    changes = []
    for key, what in county_fields().items():
        was, now = (form.cells[key].says if key in form.cells else None for form in (old, new))
        if was != now:
            spoken = [EMPTY if one is None else (amount(what, one) if isinstance(one, float) else one,) * 2 for one in (was, now)]
            zh, en = ("→".join(side) for side in zip(*spoken, strict=True))
            changes.append((f"{what.label} {zh}", f"{what.label} {en}"))
    beside = {"changes": "佐证材料或情况说明", "changes_en": "evidence or notes"}
    listed = first_few(changes, CHANGES_NAMED)
    finding = _told(new, "K-CHANGED", file=old.reading.file, count=len(changes), **(listed if changes else beside))
    # An explanation of these changes is none of others.
    return replace(finding, cell=None, field=None, value=together(zh for zh, _ in changes))


def _rows(form: _Form) -> list[tuple[object, ...]]:
    """The filled items of a form that counts."""
    rows: list[tuple[object, ...]] = []
    for key in county_fields():
        cell = form.cells.get(key)
        if cell is None or cell.says is None or key in IDENTITY:
            continue
        beside = [form.beside.get((name, cell.row)) for name in ("evidence", "note")]
        words = [one.text if one else None for one in beside]
        rows.append((form.county, key, cell.number, cell.text, *words, form.reading.file, cell.cell))
    return rows
