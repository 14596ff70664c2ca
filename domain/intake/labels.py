"""Recognising the labels of the catalogue and of a layout as people type them.

Belongs here: which field, section and unit one heading means. Does not belong here: where headings stand (``headings``).
"""

import difflib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from data_contracts.catalogue import SECTION_LABELS, Field, fields, traditional_characters
from data_contracts.layout import Ambiguous, Item, Layout, NotRead, factor_to, layouts_of, written_units
from data_contracts.record_forms import catalogue_of

Place = tuple[str, str | None]
UNSTATED = "unstated"
"""Section of a label such as 在校生数 whose figures belong to a section that it does not name."""

SECTION_WORDS = {
    f"{spoken}{ending}": section for section, spoken in SECTION_LABELS.items() for ending in ("", "部", "段", "阶段", "学段")
}
"""What a heading above other headings may say to name a section."""

COVER_LABELS = ("学年", "模板版本", "学校名称", "学校标识码", "填报单位", "填表人", "县级行政区划代码", "县(市、区)")
"""What stands above the header of a form and is followed by what it asks."""

_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff*★]+")
_NUMBERED = re.compile(r"\(?\d{1,3}[.、)](?=\D)")
_BEHIND = re.compile(r"[/,:、]([^/,:、()]+)$")
_BRACKETED = re.compile(r"\((?:单位:)?([^()]+)\)")
_NEAR = 0.6
_REMEMBERED = 4096


def normalised(text: object) -> str:
    """A label with full-width forms folded and all blanks, line breaks, invisible characters and stars removed."""
    return _folded(str(text))


@lru_cache(maxsize=16_384)  # ten thousand forms bear the same labels
def _folded(text: str) -> str:
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))


@lru_cache(maxsize=16_384)
def simplified(text: str) -> str:
    """A label or an answer with the characters of the forms in Simplified Chinese; names of schools and people stay as they are."""
    return text if text.isascii() else text.translate(traditional_characters())


@cache
def known_labels(form: str = "school_form") -> dict[str, Place]:
    """Every label in circulation of what a form asks, normalised → (field key, section).

    The section is None for the whole school and ``UNSTATED`` where the label should have named one.
    """
    table: dict[str, Place] = {}

    def add(label: str, place: Place) -> None:
        table.setdefault(normalised(label), place)

    asked = catalogue_of(form).values()
    for exact in (True, False):  # official labels first, so that no alias can take one away
        for field in asked:
            names = (field.label, field.key) if exact else field.aliases
            for name in names:
                bare = (field.key, None if field.whole_school else UNSTATED)
                add(name, bare)
                if field.unit:
                    add(f"{name}({field.unit})", bare)
                for section in field.sections:
                    spoken = SECTION_LABELS[section]
                    for ending in (spoken, f"{spoken}部"):
                        add(f"{name}({ending})", (field.key, section))
                        if field.unit:
                            add(f"{name}({ending})({field.unit})", (field.key, section))
                            add(f"{name}({field.unit})({ending})", (field.key, section))
    for field in asked:  # 小学在校生数 for 在校生数(小学)
        for name in (field.label, *field.aliases):
            for section in field.sections:
                for ending in ("", f"({field.unit})") if field.unit else ("",):
                    add(f"{SECTION_LABELS[section]}{name}{ending}", (field.key, section))
    return table


def recognised(label: object) -> Place | None:
    """The field and section that a heading means; None for one that the catalogue does not know."""
    text = normalised(label)
    place = known_labels().get(text)
    return place if place or not text else known_labels().get(_unnumbered(simplified(text)))


@dataclass(frozen=True)
class Meaning:
    """What a heading says.

    Attributes:
        place: field and section; None for a heading that is only a part of a sum.
        unit: in which its figures stand, where that is not the field's own.
        item: of the layout, where the heading is one of its own.
    """

    place: Place | None
    unit: str | None = None
    item: Item | None = None

    @property
    def factor(self) -> float:
        """By what a figure is multiplied to stand in the field's unit on the form."""
        return (factor_to(fields()[self.place[0]].unit, self.unit) or 1.0) if self.place and self.unit else 1.0


class Vocabulary:
    """The headings that a layout knows: those of the catalogue and its own."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.fields: Mapping[str, Field] = catalogue_of(layout.form)
        self._known = known_labels(layout.form)
        self._items = {label: item for item in layout.items for label in item.labels}
        self._not_read = {label: one for one in layout.not_read for label in (one.label, *one.aliases)}
        self._ambiguous = {one.label: one for one in layout.ambiguous}
        self._told: dict[tuple[object, str | None], Meaning | None] = {}

    def meaning(self, label: object, version: str | None = None) -> Meaning | None:
        """What a heading means; None for an unknown one, and for one whose unit does not fit its field.

        Args:
            label: as typed.
            version: of the template, by which former labels are known; None where none is stated.
        """
        key = (label, version)
        if key not in self._told:
            if len(self._told) >= _REMEMBERED:
                self._told.clear()
            self._told[key] = self._meaning(normalised(label), version)
        return self._told[key]

    def _meaning(self, text: str, version: str | None) -> Meaning | None:
        if not text:
            return None
        former = self._former(text, version)
        if former:
            return Meaning(former)
        for spelled in dict.fromkeys((text, simplified(text), _unnumbered(simplified(text)))):
            found = self._as_spelled(spelled)
            if found:
                return found
        return None

    def not_read(self, label: object) -> NotRead | None:
        """The entry of a heading that is deliberately not read."""
        return self._not_read.get(simplified(normalised(label)))

    def ambiguous(self, label: object) -> Ambiguous | None:
        """The entry of a heading that could mean several fields."""
        return self._ambiguous.get(_without_unit(simplified(normalised(label)))[0])

    def misfit(self, label: object) -> tuple[Place, str] | None:
        """The field of a heading that is unknown only for its unit, and that unit."""
        base, unit = _without_unit(simplified(normalised(label)))
        found = self.meaning(base) if unit else None
        return (found.place, unit) if found and found.place and unit else None

    def own(self, label: object) -> bool:
        """True for a heading that this layout knows with some trust and the catalogue does not."""
        if not self._items or recognised(label):
            return False
        found = self.meaning(label)
        return found is not None and found.item is not None and found.item.grade != "C"

    def nearest(self, label: object) -> str | None:
        """The known label most like an unknown one; None where none is much like it."""
        known = [field.label_in(section) for field in self.fields.values() for section in field.places] + list(self._items)
        base, _ = _without_unit(simplified(normalised(label)))
        match = difflib.get_close_matches(base, known, n=1, cutoff=_NEAR)
        return match[0] if match else None

    def _former(self, text: str, version: str | None) -> Place | None:
        if version is None:
            return None
        for one in self.layout.former_labels:
            if one.label == text and version_key(version) <= version_key(one.until):
                return one.field, one.section
        return None

    def _as_spelled(self, text: str) -> Meaning | None:
        for base, unit in ((text, None), _without_unit(text)):
            item, place = self._items.get(base), self._known.get(base)
            if item and item.field:
                place = (item.field, item.section)
            if not item and not place:
                continue
            found = unit or (item.unit if item else None)
            if place and found and factor_to(self.fields[place[0]].unit, found) is None:
                return None
            return Meaning(place, found, item)
        return None


def unit_in(label: object) -> str | None:
    """The unit that a heading bears, the field's own or another; None where it bears none."""
    return _without_unit(simplified(normalised(label)))[1]


@lru_cache(maxsize=_REMEMBERED)
def _without_unit(text: str) -> tuple[str, str | None]:
    """A heading without the unit that it bears in brackets or behind a stroke, and that unit."""
    for match in (*_BRACKETED.finditer(text), *_BEHIND.finditer(text)):
        if match[1].lower() in written_units():
            return text[: match.start()] + text[match.end() :], match[1]
    return text, None


def _unnumbered(text: str) -> str:
    """A heading without the number that stands before it, as in 3.办学类型."""
    return _NUMBERED.sub("", text, count=1) if _NUMBERED.match(text) else text


def version_key(version: str) -> tuple[int, ...]:
    """A template's version as numbers that can be compared; empty for text that is no version."""
    parts = version.lower().removeprefix("v").removesuffix("版").split(".")
    if not all(part.isascii() and part.isdigit() for part in parts):
        return ()
    numbers = [int(part) for part in parts]
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers.pop()  # 1.0 is 1
    return tuple(numbers)


@cache
def vocabularies(form: str) -> tuple[Vocabulary, ...]:
    """The vocabularies of the shipped layouts of a form, in the order of ``layouts_of``."""
    return tuple(Vocabulary(layout) for layout in layouts_of(form))
