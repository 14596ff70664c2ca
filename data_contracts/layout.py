"""Layouts (版式) as typed data: what a handed-in table may look like, and in which school years it is valid.

Belongs here: the shape of a layout file, its loading, clear errors that name file, key and what is wrong, and the units in
which people write. Does not belong here: finding a header in a sheet (``domain.intake``), labels that every layout shares
(``fields.csv``).
"""

import csv
import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import files
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from data_contracts.catalogue import fields
from data_contracts.errors import WrongEntry, quoted
from data_contracts.mendable_yaml import read_model
from data_contracts.school_year import SchoolYear
from data_contracts.standard_parts import AnySection, Effective, FieldKey

Place = tuple[str, str | None]
Grade = Literal["A", "B", "C"]


def _label(text: object) -> object:
    return unicodedata.normalize("NFKC", text).replace(" ", "") if isinstance(text, str) else text


Label = Annotated[str, BeforeValidator(_label), Field(min_length=1)]
"""A label in the one spelling by which labels are compared: full-width forms folded, without blanks."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Item(_Part):
    """A heading of the layout.

    Attributes:
        label, aliases: the ways of writing it.
        field, section: what it means; without a field it is only a part of sums.
        unit: in which its figures stand; the field's own where nothing is said.
        optional: as a part of a sum, may be blank and then counts as nothing.
        grade: A, B or C, how far the mapping can be trusted; figures of grade C are told as unverified.
        source: where the mapping comes from, as people are told; ``remark`` what a reviewer should know besides.
    """

    label: Label
    aliases: tuple[Label, ...] = ()
    field: FieldKey | None = None
    section: AnySection | None = None
    unit: str | None = None
    optional: bool = False
    grade: Grade
    source: str = Field(min_length=1)
    remark: str = ""

    @property
    def labels(self) -> tuple[str, ...]:
        """Every way of writing it."""
        return (self.label, *self.aliases)

    @model_validator(mode="after")
    def _fits_the_catalogue(self) -> "Item":
        if self.field is None:
            if self.section:
                raise WrongEntry("没有 field 就不能有 section", "a section needs a field")
            return self
        _check_place(self.field, self.section)
        if self.unit and factor_to(fields()[self.field].unit, self.unit) is None:
            unit = fields()[self.field].unit
            raise WrongEntry(
                f"{self.field} 的单位是 {unit},不能由 {self.unit} 换算",
                f"the unit of {self.field} is {unit!r}, to which {self.unit!r} cannot be converted",
            )
        return self


class Sum(_Part):
    """A field that the layout gives as several headings; it is missing where one of them is, unless that one is optional."""

    field: FieldKey
    section: AnySection | None = None
    parts: tuple[Label, ...] = Field(min_length=2)
    grade: Grade

    @property
    def place(self) -> Place:
        """Field and section."""
        return self.field, self.section

    @model_validator(mode="after")
    def _fits_the_catalogue(self) -> "Sum":
        _check_place(self.field, self.section)
        if not fields()[self.field].numeric:
            raise WrongEntry(f"{self.field} 不是数字字段", f"{self.field} is not numeric")
        return self


class NotRead(_Part):
    """A heading that is known and deliberately not read, with the reason."""

    label: Label
    aliases: tuple[Label, ...] = ()
    why: str = Field(min_length=1)
    why_en: str = Field(min_length=1)


class Ambiguous(_Part):
    """A heading that people write and that could mean several fields; it is read as none of them."""

    label: Label
    fields: tuple[FieldKey, ...] = Field(min_length=2)


class FormerLabel(_Part):
    """What an item was called up to a version of the template."""

    label: Label
    field: FieldKey
    section: AnySection | None = None
    until: str = Field(pattern=r"^\d+(\.\d+)*$")

    @model_validator(mode="after")
    def _fits_the_catalogue(self) -> "FormerLabel":
        _check_place(self.field, self.section)
        return self


class Layout(_Part):
    """One layout: the labels of the catalogue, and what differs from them.

    Attributes:
        family: layouts of one family follow each other in time; the id where it stands alone.
        version: of the template, or the generation of the statutory forms.
        effective: school years in which it is valid.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, arbitrary_types_allowed=True)
    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    form: Literal["bulk_table", "school_form", "county_form"]
    family: str = ""
    title: str = Field(min_length=1)
    title_en: str = Field(min_length=1)
    version: str = Field(pattern=r"^\d+(\.\d+)*$")
    source: str = Field(min_length=1)
    effective: Effective
    items: tuple[Item, ...] = ()
    sums: tuple[Sum, ...] = ()
    not_read: tuple[NotRead, ...] = ()
    ambiguous: tuple[Ambiguous, ...] = ()
    former_labels: tuple[FormerLabel, ...] = ()

    @property
    def years(self) -> str:
        """The school years of validity in words, for messages."""
        first, last = self.effective.first, self.effective.last
        return f"{first}—{last} 学年" if last else f"{first} 学年起"

    @property
    def years_en(self) -> str:
        """The same in English."""
        first, last = self.effective.first, self.effective.last
        return f"from {first} to {last}" if last else f"since {first}"

    @model_validator(mode="after")
    def _parts_fit(self) -> "Layout":
        told = [label for item in self.items for label in item.labels]
        told += [label for one in self.not_read for label in (one.label, *one.aliases)] + [one.label for one in self.ambiguous]
        twice = sorted({label for label in told if told.count(label) > 1})
        if twice:
            raise WrongEntry(f"名称重复: {'、'.join(twice)}", f"label used twice: {quoted(twice)}")
        own = {item.label: item for item in self.items}
        for total in self.sums:
            unknown = [part for part in total.parts if part not in own]
            if unknown:
                raise WrongEntry(f"sums: items 中没有 {'、'.join(unknown)}", f"sums: no such item: {quoted(unknown)}")
            unit = fields()[total.field].unit
            odd = [part for part in total.parts if factor_to(unit, own[part].unit or unit) is None]
            if odd:
                raise WrongEntry(
                    f"sums: {'、'.join(odd)} 的单位不能换算为 {unit}",
                    f"sums: the units of {quoted(odd)} cannot be converted to {unit!r}",
                )
        places = [total.place for total in self.sums]
        if len(set(places)) < len(places):
            raise WrongEntry("sums: 同一项目有两种相加办法", "sums: a field is summed in two ways")
        return self


def _check_place(key: str, section: str | None) -> None:
    what = fields()[key]
    if section not in what.places:
        whole = "the whole school"
        raise WrongEntry(
            f"{key} 只能用于 {'、'.join(place or '全校' for place in what.places)},不能用于 {section or '全校'}",
            f"{key} is for {', '.join(place or whole for place in what.places)}, not for {section or whole}",
        )


def read_layout(text: str, file_name: str) -> Layout:
    """Read one layout from the text of its file.

    Raises:
        MendableError: the text is no YAML, or a key is missing, unknown, wrong or given twice; names file, key and what is wrong.
    """
    return read_model(Layout, text, file_name, "版式文件", "Layout file")


@cache
def shipped_layouts() -> tuple[Layout, ...]:
    """The layouts that come with the project, by id."""
    found = [f for f in files("data_contracts.layouts").iterdir() if f.name.endswith(".yaml")]
    return tuple(read_layout(f.read_text(encoding="utf-8"), f.name) for f in sorted(found, key=lambda f: f.name))


@cache
def layouts_of(form: str) -> tuple[Layout, ...]:
    """The layouts of a form: first the one with nothing but the catalogue's labels, then the others, newest first."""
    mine = [layout for layout in shipped_layouts() if layout.form == form]
    return tuple(sorted(mine, key=lambda layout: (bool(layout.items), -layout.effective.first.start, layout.id)))


def valid_instead(layout: Layout, year: SchoolYear, layouts: Iterable[Layout]) -> Layout | None:
    """The layout of the same family that is valid in a school year; None where there is none."""
    family = layout.family or layout.id
    return next((one for one in layouts if (one.family or one.id) == family and one.effective.covers(year)), None)


@cache
def _factors() -> dict[tuple[str, str], float]:
    with files(__package__).joinpath("units.csv").open(encoding="utf-8") as stream:
        return {(_plain(row["unit"]), _plain(row["written"])): float(row["factor"]) for row in csv.DictReader(stream)}


def _plain(unit: str) -> str:
    return unicodedata.normalize("NFKC", re.sub(r"\s", "", unit)).lower()


@lru_cache(maxsize=4096)
def factor_to(unit: str, written: str) -> float | None:
    """What one written unit is in ``unit``: ``factor_to("㎡", "亩")`` is 666.67; None where the two do not fit."""
    if _plain(unit) == _plain(written):
        return 1.0
    return _factors().get((_plain(unit), _plain(written)))


@cache
def written_units() -> frozenset[str]:
    """Every unit that may stand in a heading, in the spelling by which labels are compared."""
    own = {_plain(field.unit) for field in fields().values() if field.unit}
    return frozenset(own | {written for _, written in _factors()})
