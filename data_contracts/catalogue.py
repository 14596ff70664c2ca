"""The one catalogue of fields: what a school is asked, in which words, units and kinds.

Belongs here: typed reading of ``fields.csv``, ``county_fields.csv``, ``choices.csv``, ``school_types.csv`` and ``traditional.csv`` and look-ups by name.
Does not belong here: how a workbook is laid out (``layouts``), what is wrong with a value (``domain.intake``).
"""

import csv
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files

SECTIONS = ("primary", "junior")
SECTION_LABELS = {"primary": "小学", "junior": "初中", "senior": "高中"}
YUAN_PER_WAN_YUAN = 10_000.0


@dataclass(frozen=True)
class Field:
    """One thing that a form asks.

    Attributes:
        key: the English name in code and columns.
        label: the official Chinese label; a section is added in brackets, see ``label_in``.
        aliases: other labels in circulation.
        category: the block of the form in which it stands (类别).
        unit: the unit on the form; see ``stored_unit`` for the unit in tables.
        scope: as in the catalogue: ``school``, ``primary,junior``, or both joined by ``or``; ``county`` for what a county states.
        kind: ``text``, ``choice``, ``yes/no``, ``integer``, ``decimal`` or, for counties, ``date``.
        required: ``yes``, ``no`` or a condition in the catalogue's words.
        hard_min, hard_max: physical bounds in the stored unit, **per student** for a school; None where there are none.
        definition: the meaning, for engineers.
        note: the meaning in the words of the form (填报说明), for clerks.
    """

    key: str
    label: str
    aliases: tuple[str, ...]
    category: str
    unit: str
    scope: str
    kind: str
    required: str
    hard_min: float | None
    hard_max: float | None
    definition: str
    note: str = ""

    @cached_property
    def numeric(self) -> bool:
        """True for integers and decimals."""
        return self.kind in ("integer", "decimal")

    @cached_property
    def whole_school(self) -> bool:
        """True where one figure for the whole school, or the county, may be entered."""
        return self.scope.startswith(("school", "county"))

    @cached_property
    def shared(self) -> bool:
        """True for resources that sections share and that are split unless entered by section."""
        return self.scope.startswith("school or")

    @cached_property
    def sections(self) -> tuple[str, ...]:
        """Sections for which a figure may be entered; shared resources may be kept apart for the senior section too."""
        if self.scope in ("school", "county"):
            return ()
        named = tuple(self.scope.removeprefix("school or ").split(","))
        return (*named, "senior") if self.shared else named

    @cached_property
    def places(self) -> tuple[str | None, ...]:
        """Every place where the field may be entered: None for the whole school, or a section."""
        return ((None,) if self.whole_school else ()) + self.sections

    @property
    def factor(self) -> float:
        """What one unit of the form is in the stored unit: 10 000 for 万元, else 1."""
        return YUAN_PER_WAN_YUAN if self.unit == "万元" else 1.0

    @property
    def stored_unit(self) -> str:
        """The unit in every table: 元 where the form asks 万元."""
        return "元" if self.unit == "万元" else self.unit

    def label_in(self, section: str | None) -> str:
        """The label of the field for a section, e.g. ``在校生数(小学)``; plain for the whole school."""
        return f"{self.label}({SECTION_LABELS[section]})" if section else self.label

    def note_in(self, section: str | None) -> str:
        """填报说明 as the forms print it; a shared resource by section has its own, since it is a second way to answer."""
        return "分学段记账的学校填写，否则留空；各学段之和应等于全校数。" if section and self.shared else self.note


def _rows(name: str) -> list[dict[str, str]]:
    with files(__package__).joinpath(name).open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split("|") if part)


def _fields_in(name: str) -> dict[str, Field]:
    return {
        row["key"]: Field(
            key=row["key"],
            label=row["label"],
            aliases=_listed(row["aliases"]),
            category=row["category"],
            unit=row["unit"],
            scope=row["scope"],
            kind=row["kind"],
            required=row["required"],
            hard_min=float(row["hard_min"]) if row["hard_min"] else None,
            hard_max=float(row["hard_max"]) if row["hard_max"] else None,
            definition=row["definition"],
            note=row.get("note") or "",
        )
        for row in _rows(name)
    }


@cache
def fields() -> dict[str, Field]:
    """All fields that schools are asked, by key, in the order of the forms."""
    return _fields_in("fields.csv")


@cache
def county_fields() -> dict[str, Field]:
    """All fields that counties are asked on the county form 县级填报表, by key, in its order."""
    return _fields_in("county_fields.csv")


def identity_fields() -> list[Field]:
    """Fields that say which school it is and decide its scope; the columns of a register (基本信息)."""
    return [field for field in fields().values() if field.category == "基本信息"]


def shared_fields() -> list[Field]:
    """Resources that the sections of a school share."""
    return [field for field in fields().values() if field.shared]


@cache
def choices() -> dict[str, dict[str, str]]:
    """For each choice field: every accepted spelling → the official value."""
    table: dict[str, dict[str, str]] = {}
    for row in _rows("choices.csv"):
        spellings = table.setdefault(row["field"], {})
        for spelling in (row["value"], *_listed(row["aliases"])):
            spellings[spelling] = row["value"]
    return table


@cache
def traditional_characters() -> dict[int, str]:
    """Traditional characters of the labels and choices → simplified ones, for ``str.translate``."""
    return {ord(row["traditional"]): row["simplified"] for row in _rows("traditional.csv")}


def official_values(field_key: str) -> list[str]:
    """The official values of a choice field, in the catalogue's order."""
    return list(dict.fromkeys(choices()[field_key].values()))


@dataclass(frozen=True)
class SchoolType:
    """A 办学类型: the sections it fills in, the sections among which shared resources are split, and whether it is compulsory.

    ``sections`` is empty for special-education and vocational schools, which fill in what they have.
    """

    name: str
    sections: tuple[str, ...]
    split: tuple[str, ...]
    compulsory: bool


@cache
def school_types() -> dict[str, SchoolType]:
    """All school types by their official name."""
    return {
        row["school_type"]: SchoolType(
            row["school_type"], _listed(row["sections"]), _listed(row["split"]), row["compulsory"] == "yes"
        )
        for row in _rows("school_types.csv")
    }


def sections_to_fill(school_type: str) -> tuple[str, ...]:
    """Sections that a school of this type reports (without 高中); unknown types and special schools: none are demanded."""
    known = school_types().get(school_type)
    return known.sections if known else ()
