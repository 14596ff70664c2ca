"""The rows of record forms: whether what each row names exists, and what it says in the terms of its table.

Belongs here: required cells, counties, schools, standards, indicators and items that a row names, one row at a time.
Does not belong here: which of several rows counts (``record_settling``), what a cell says by itself (``record_cells``).
"""

import datetime as dt
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from data_contracts.catalogue import fields
from data_contracts.layout import factor_to
from data_contracts.record_forms import OF_COUNTIES, record_forms
from data_contracts.rules import listed
from data_contracts.standard import Indicator, Standard
from domain.intake.county_checks import COUNTY_DAYS
from domain.intake.findings import Finding
from domain.intake.record_cells import RecordCell
from domain.intake.record_gaps import no_gaps, why_no_gap

OTHER_ITEMS = {"R-schools": "学校达标", "R-cv": "校际差异系数", "composite": "综合差异系数"}
"""What a plan may name beside the indicators and items of a standard: items that every county verdict has."""
PAST_DAYS = {"workflow": ("date",), "visit": ("date",), "commitments": ("committed_on",), "county_form": COUNTY_DAYS}
"""Forms that tell what has happened → the columns or items of its days, which cannot be yet to come."""
_NAMED_AT_MOST = 12


@dataclass
class RecordRow:
    """One record: its place, its cells by column, what was found in it.

    Attributes:
        modified: of its file; empty where the file does not say.
        wrong: columns whose cells cannot be read, as was told while reading.
    """

    form: str
    file: str
    modified: str
    sheet: str
    row: int
    cells: dict[str, RecordCell]
    wrong: frozenset[str] = frozenset()
    found: list[Finding] = field(default_factory=list)

    @property
    def faulty(self) -> bool:
        """True where the row is left out."""
        return bool(self.wrong) or any(one.severity == "error" for one in self.found)

    def text(self, key: str) -> str | None:
        """Words of a column, None where there are none."""
        cell = self.cells.get(key)
        return cell.text if cell else None

    def number(self, key: str) -> float | None:
        """The figure of a column, None where there is none."""
        cell = self.cells.get(key)
        return cell.number if cell else None

    def tell(self, rule: str, key: str | None = None, **params: object) -> None:
        """Add a finding, at the cell of a column where one is named."""
        cell = self.cells.get(key) if key else None
        label = record_forms()[self.form][key].field.label if key else ""
        value = cell.value if cell else None
        told = {"label": label, "value": value or "", "row": self.row, **params}
        self.found.append(Finding(rule, self.sheet, cell.cell if cell else None, self.row, key, None, value, told))

    def ask(self, rule: str, key: str, section: str | None, value: str, **params: object) -> None:
        """Add a query at the cell of a column, known by a value of its own where several rows may hold the same words."""
        cell = self.cells.get(key)
        told = {"label": record_forms()[self.form][key].field.label, "row": self.row, **params}
        self.found.append(Finding(rule, self.sheet, cell.cell if cell else None, self.row, key, section, value, told))


@dataclass(frozen=True)
class KnownNames:
    """What rows may name.

    Attributes:
        register: the schools expected; None where the county gave none, and no school or county is held against it.
        standards: those in force.
        today: the day on which the rows are looked at; None where that does not matter.
        recorded_gaps: gives the ids of gaps in the ledgers of this school year and those before.
    """

    register: pd.DataFrame | None
    standards: tuple[Standard, ...]
    today: dt.date | None = None
    recorded_gaps: Callable[[], Collection[str]] = no_gaps

    @cached_property
    def county_of(self) -> dict[str, str] | None:
        """School → county."""
        if self.register is None:
            return None
        return dict(zip(self.register["school_id"], self.register["county_code"], strict=True))

    def standards_of(self, form: str) -> tuple[Standard, ...]:
        """The standards that a record form may name."""
        return tuple(one for one in self.standards if one.judges_counties or form not in OF_COUNTIES)

    def standard(self, row: "RecordRow") -> Standard | None:
        """The standard that a row names by its id, its title, or words that only its title has."""
        spelt, known = _spelt(row.text("standard") or ""), self.standards_of(row.form)
        exact = [one for one in known if spelt in (_spelt(one.id), _spelt(one.title))]
        near = exact or [one for one in known if spelt in _spelt(one.title)]
        return near[0] if len(near) == 1 else None


def _spelt(text: str) -> str:
    return unicodedata.normalize("NFKC", text).replace(" ", "").lower()


def named(said: str, known: Mapping[str, Iterable[str]]) -> str | None:
    """The id that words mean: the id itself, one of its names, or the id before its name, as drop-downs show it."""
    spelt = _spelt(said)
    for key, names in known.items():
        if spelt == _spelt(key) or any(spelt in (_spelt(name), _spelt(key + name)) for name in names):
            return key
    return None


def check_row(row: RecordRow, known: KnownNames) -> dict[str, object]:
    """Hold one row against what is known; what is wrong is added to its findings.

    Returns:
        The row's values by column of its table, without year, file and row; of use only where the row is not faulty.
    """
    columns = record_forms()[row.form]
    for key, column in columns.items():
        if column.required and key not in row.wrong and _absent(row, key):
            _required(row, key, "数字" if column.field.numeric else "后重新报送", "this item")
    said: dict[str, object] = {
        key: row.number(key) if column.field.numeric else row.text(key) for key, column in columns.items() if column.read
    }
    for key, column in columns.items():
        reference = _REFERENCES.get(column.field.kind)
        if reference and row.text(key):
            said[key] = reference(row, key, known)
    if "school_id" in columns:
        said["county_code"] = _county_of_school(row, known)
    for day in PAST_DAYS.get(row.form, ()):
        if known.today and (row.text(day) or "") > known.today.isoformat():
            row.tell("E-TO-COME", day)
    return _FINISHED[row.form](row, said, known) if row.form in _FINISHED else said


def _required(row: RecordRow, key: str, remedy: str, remedy_en: str) -> None:
    value = row.cells[key].value if key in row.cells else None
    typed, typed_en = (f"(填的是“{value}”)", f" (typed: '{value}')") if value else ("", "")
    row.tell("C-REQUIRED", key, typed=typed, typed_en=typed_en, remedy=remedy, remedy_en=remedy_en)


def _absent(row: RecordRow, key: str) -> bool:
    cell = row.cells.get(key)
    return cell is None or cell.says is None


def _county(row: RecordRow, key: str, known: KnownNames) -> str | None:
    code = row.text(key)
    if known.county_of is not None and code not in known.county_of.values():
        row.tell(
            "E-UNKNOWN",
            key,
            what="县",
            what_en="county",
            where="本学年学校名册",
            where_en="this year's register",
            options="",
            options_en="",
        )
    return code


def _school(row: RecordRow, key: str, known: KnownNames) -> str | None:
    code = row.text(key)
    if known.county_of is not None and code not in known.county_of:
        row.tell(
            "E-UNKNOWN",
            key,
            what="学校",
            what_en="school",
            where="本学年学校名册",
            where_en="this year's register",
            options="",
            options_en="",
        )
    return code


def _county_of_school(row: RecordRow, known: KnownNames) -> str | None:
    """The register's county of a school; without a register the one that the row states."""
    stated = row.text("county_code")
    if known.county_of is None:
        if stated is None and "county_code" not in row.wrong:
            _required(row, "county_code", "6 位代码", "the 6-digit code")
        return stated
    county = known.county_of.get(row.text("school_id") or "")
    if county and stated and stated != county and stated in known.county_of.values():
        row.tell("E-COUNTY", "county_code", expected=county)
    return county


def _standard(row: RecordRow, key: str, known: KnownNames) -> str | None:
    found = known.standard(row)
    if found is None:
        options = _choices([one.title for one in known.standards_of(row.form)])
        where = ("本学年适用的标准", "the standards in force this year")
        row.tell("E-UNKNOWN", key, what="标准", what_en="standard", where=where[0], where_en=where[1], **options)
    return found.id if found else None


def _of_standard(row: RecordRow, key: str, known: KnownNames, ids: Callable[[Standard], dict[str, list[str]]]) -> str | None:
    standard = known.standard(row)
    if standard is None:
        return None  # told with the standard
    choices = ids(standard)
    found = named(row.text(key) or "", choices)
    if found is None:
        where, where_en = f"标准“{standard.title}”", f"standard {standard.id}"
        row.tell("E-UNKNOWN", key, what="项目", what_en="item", where=where, where_en=where_en, **_choices(list(choices)))
    return found


def _choices(names: Sequence[str]) -> dict[str, str]:
    """What may be filled in instead, as the parameters ``options`` and ``options_en``."""
    first, more = names[:_NAMED_AT_MOST], len(names) > _NAMED_AT_MOST
    return {
        "options": f";可填:{listed(first, 'zh')}" + ("等" if more else ""),
        "options_en": f"; choose one of {listed(first, 'en')}" + (" and others" if more else ""),
    }


def indicators_of(standard: Standard) -> dict[str, list[str]]:
    """Ids of the indicators of a standard → their names."""
    return {one.id: [one.title, one.key] for one in standard.indicators}


def items_of(standard: Standard) -> dict[str, list[str]]:
    """Ids of everything for which a plan may set a target → their names."""
    items = {one.id: [one.title] for one in standard.verdict_items}
    return indicators_of(standard) | items | {key: [title] for key, title in OTHER_ITEMS.items()}


def _indicator(row: RecordRow, key: str, known: KnownNames) -> str | None:
    return _of_standard(row, key, known, indicators_of)


def _item(row: RecordRow, key: str, known: KnownNames) -> str | None:
    return _of_standard(row, key, known, items_of)


_REFERENCES: dict[str, Callable[[RecordRow, str, KnownNames], str | None]] = {
    "county": _county,
    "school": _school,
    "standard": _standard,
    "indicator": _indicator,
    "item": _item,
}


def _measure(row: RecordRow, said: dict[str, object], known: KnownNames) -> dict[str, object]:
    """A measure for a gap that there cannot be would be lost without a word."""
    gap = row.text("gap")
    if gap and not row.faulty:
        why = why_no_gap(gap, row.text("county_code"), known.county_of, known.standards, known.recorded_gaps)
        if why is not None:
            row.tell("E-GAP", "gap", why=why[0], why_en=why[1])
    return said


def _visit(row: RecordRow, said: dict[str, object], known: KnownNames) -> dict[str, object]:
    """What was seen, in the stored unit though the column 单位 names another than the form's."""
    unit, number, what = said.pop("unit"), row.number("seen"), fields().get(row.text("field") or "")
    if what is not None and what.unit and isinstance(unit, str) and number is not None:
        factor = factor_to(what.unit, unit)
        if factor is None:
            row.tell("E-UNIT", "unit", own=what.unit)
        elif factor != 1.0:
            number *= factor
            label = what.label_in(row.text("section"))
            row.tell("H-UNIT", "seen", label=label, unit=unit, own=what.unit, factor=f"{factor:g}")
    return said | {"seen": number, "seen_text": row.text("seen"), "section": row.text("section")}


def _commitment(row: RecordRow, said: dict[str, object], known: KnownNames) -> dict[str, object]:
    """The amount in the stored unit of the indicator's resource."""
    unit, amount = row.text("unit"), row.number("amount")
    standard = known.standard(row)
    indicator = next((one for one in standard.indicators if one.id == said.get("indicator")), None) if standard else None
    said.pop("unit")
    if standard is not None and indicator is not None and not row.faulty:
        _tell_without_effect(row, standard, indicator)
    if unit is None or indicator is None:
        return said
    factor = factor_to(indicator.resource_unit, unit)
    if factor is None:
        row.tell("E-UNIT", "unit", own=indicator.resource_unit)
        return said
    return said | {"amount": amount * factor if amount is not None else None}


def _tell_without_effect(row: RecordRow, standard: Standard, indicator: Indicator) -> None:
    """Only where a standard says so does a commitment count in an indicator; anywhere else the row changes nothing."""
    rule = standard.commitment
    if rule is not None and indicator.id in rule.indicators:
        return
    counting = [] if rule is None else [one.title for one in standard.indicators if one.id in rule.indicators]
    told = {"standard": standard.title, "standard_en": standard.id, "indicator": indicator.title, "indicator_en": indicator.id}
    told |= {"counting": "、".join(counting) or "没有", "counting_en": ", ".join(rule.indicators) if rule else "none"}
    asked = f"{standard.title}:{indicator.title}"
    row.ask("E-NO-COMMITMENT", "indicator", row.text("section"), asked, **told)


_FINISHED: dict[str, Callable[[RecordRow, dict[str, object], KnownNames], dict[str, object]]] = {
    "rectification": _measure,
    "visit": _visit,
    "commitments": _commitment,
}
