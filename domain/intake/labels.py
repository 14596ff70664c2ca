"""Recognising the labels of the catalogue and of a layout as people type them.

Belongs here: which field, section and unit one heading means. Does not belong here: where headings stand (``headings``).
"""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from data_contracts.catalogue import SECTION_LABELS, Field, choices, fields, traditional_characters
from data_contracts.layout import Ambiguous, Item, Layout, NotRead, factor_to, layouts_of
from data_contracts.record_forms import catalogue_of
from domain.intake.label_remarks import (
    OF_ALL,
    SECTION_WORDS,
    changes_nothing,
    fitting,
    lists_choices,
    pieces_of,
    readings,
    round_brackets,
    units_of,
    without_remarks,
)

Place = tuple[str, str | None]
UNSTATED = "unstated"
"""Section of a label such as 在校生数 whose figures belong to a section that it does not name."""

COVER_LABELS = ("学年", "模板版本", "学校名称", "学校标识码", "填报单位", "填表人", "县级行政区划代码", "县(市、区)")
"""What stands above the header of a form and is followed by what it asks."""

_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff*★]+")
_NUMBERED = re.compile(r"\(?(?:\d{1,3}(?:\.\d{1,2})*|[一二三四五六七八九十]{1,3})[.、)](?=.)")
_WITHIN = "其中:"
_NEAR = 0.6
_SHORTEST_ALIKE = 3
"""Signs of an alias to which an unknown heading is compared: 学校电话 is much like 学校."""
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
    text = round_brackets(normalised(label))
    place = known_labels().get(text)
    return place if place or not text else known_labels().get(unnumbered(simplified(text)))


def is_offered(word: str) -> bool:
    """True for a word that a list of choices holds, as of a cell in which one chooses: a choice of some field, or its label."""
    text = simplified(normalised(word))
    return text in _offered() or recognised(text) is not None


@cache
def _offered() -> frozenset[str]:
    return frozenset(("是", "否", *(normalised(word) for spellings in choices().values() for word in spellings)))


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


@dataclass(frozen=True)
class Doubt:
    """Why a heading that names a field is not read: a unit that does not fit it, or a remark that may change what is meant."""

    place: Place
    remark: str
    is_unit: bool


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
        return next((found for found in self._spelled(text) if isinstance(found, Meaning)), None)

    def _spelled(self, text: str) -> Iterator[Meaning | Doubt]:
        text = text.removesuffix(":")
        for spelled in dict.fromkeys((text, simplified(text), unnumbered(simplified(text)))):
            yield from self._as_spelled(spelled)

    def not_read(self, label: object) -> NotRead | None:
        """The entry of a heading that is deliberately not read."""
        return self._not_read.get(simplified(normalised(label)))

    def ambiguous(self, label: object) -> Ambiguous | None:
        """The entry of a heading that could mean several fields."""
        bare = (base for base, remarks in readings(simplified(normalised(label))) if all(map(units_of, remarks)))
        return next((self._ambiguous[base] for base in bare if base in self._ambiguous), None)

    def doubt(self, label: object) -> Doubt | None:
        """Why a heading is unknown that names a field; None where it names none."""
        return next((found for found in self._spelled(normalised(label)) if isinstance(found, Doubt)), None)

    def own(self, label: object) -> bool:
        """True for a heading that this layout knows with some trust and the catalogue does not."""
        if not self._items or recognised(label):
            return False
        found = self.meaning(label)
        if found is None or found.item is None or found.item.grade == "C":
            return False
        bases = (base for base, _ in readings(unnumbered(simplified(normalised(label)))) if base in self._items)
        return not recognised(next(bases, label))  # 图书册数(千册) is no more its own than 图书册数

    def nearest(self, label: object) -> str | None:
        """The known label most like an unknown one, of the section that it names; None where none is much like it."""
        text = unnumbered(simplified(normalised(label)))
        named = _names(text)
        section = min(named) if len(named) == 1 else None
        if section and (one := self._of_several(text, section)):
            return one.label_in(section)
        alike: dict[str, str | None] = {item: item for item in self._items if _names(item) == named}
        for field in self.fields.values():
            there = section in field.places or not field.sections
            told = field.label_in(section if section in field.places else None) if there or section is None else None
            for name in (field.label, *(alias for alias in field.aliases if len(alias) >= _SHORTEST_ALIKE)):
                alike.setdefault(without_remarks(normalised(name)), told)
        base = without_remarks(text)
        for spoken in SECTION_LABELS.values():
            base = base.removeprefix(spoken)
        found = {name: difflib.SequenceMatcher(None, name, one).ratio() for one in (text, base) for name in _alike(one, alike)}
        return alike[max(found, key=found.__getitem__)] if found else None

    def _of_several(self, text: str, section: str) -> Field | None:
        """The one field of a section that a heading could mean that may mean several: 小学教师数."""
        found = next((self._ambiguous[base] for base, _ in readings(text) if base in self._ambiguous), None)
        there = [self.fields[key] for key in found.fields if section in self.fields[key].places] if found else []
        return there[0] if len(there) == 1 else None

    def _former(self, text: str, version: str | None) -> Place | None:
        if version is None:
            return None
        for one in self.layout.former_labels:
            if one.label == text and version_key(version) <= version_key(one.until):
                return one.field, one.section
        return None

    def _as_spelled(self, text: str) -> Iterator[Meaning | Doubt]:
        """What a heading may mean, the likeliest first, and why it is not read as what else it names."""
        for base, remarks in readings(text):
            item, place = self._found(base)
            if place and remarks:
                remarks = tuple(one for one in remarks if not lists_choices(self.fields[place[0]], one))
            pieces = pieces_of(remarks)
            sections = {SECTION_WORDS[piece] for piece in pieces if piece in SECTION_WORDS}
            if sections:
                item, place = self._found(f"{base}({SECTION_LABELS[min(sections)]})") if len(sections) == 1 else (None, None)
            named = _unit_in(base) if pieces else None  # 资产值(万元)(元) names two
            found = self._with_remarks(item, place, [piece for piece in pieces if piece not in SECTION_WORDS], named)
            if found:
                yield found

    def _found(self, base: str) -> tuple[Item | None, Place | None]:
        item = self._items.get(base)
        return item, (item.field, item.section) if item and item.field else self._known.get(base)

    def _with_remarks(
        self, item: Item | None, place: Place | None, pieces: Sequence[str], unit: str | None
    ) -> Meaning | Doubt | None:
        if not item and not place:
            return None
        what = self.fields[place[0]] if place else None
        own = what.unit if what else self._unit_of(item)
        for piece in pieces:
            units = units_of(piece)
            one = fitting(own, units)
            if units and unit is None and one:
                unit = one
            elif piece in OF_ALL and place and place[1] in (None, UNSTATED):
                continue
            elif units or not changes_nothing(what, piece):
                return Doubt(place, piece, bool(units)) if place else None
        return Meaning(place, unit or (item.unit if item else None), item)

    def _unit_of(self, item: Item | None) -> str:
        """The unit of what an item is, or is a part of: 教室(间) is no area."""
        key = item and (item.field or next((one.field for one in self.layout.sums if item.label in one.parts), None))
        return self.fields[key].unit if key else ""


def unit_in(label: object) -> str | None:
    """The unit that a heading bears, the field's own or another; None where it bears none."""
    return _unit_in(simplified(normalised(label)))


@lru_cache(maxsize=_REMEMBERED)
def _unit_in(text: str) -> str | None:
    said = (units_of(piece) for _, remarks in readings(text) for piece in pieces_of(remarks))
    return next((units[0] for units in said if units), None)


def _names(text: str) -> set[str]:
    """The sections that a label names."""
    return {section for section, spoken in SECTION_LABELS.items() if spoken in text}


def _alike(text: str, known: Iterable[str]) -> list[str]:
    return difflib.get_close_matches(text, known, n=1, cutoff=_NEAR)


def unnumbered(text: str) -> str:
    """A heading without the number that stands before it, as in 3.办学类型, and without 其中."""
    bare = _NUMBERED.sub("", text, count=1) if _NUMBERED.match(text) else text
    return bare.removeprefix(_WITHIN) or text


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
