"""Which figures a school of a given 办学类型 is asked for, in which order, and which of them are 必填.

Belongs here: the choice and the order of the rows of the fill-in form and of the columns of the bulk table, read from
the catalogue. Does not belong here: how a row is drawn (``form_cells``, ``school_form``, ``bulk_table``), what is checked
between rows (``form_checks``), and what becomes of a missing figure (``domain.intake``).
"""

from collections.abc import Collection
from dataclasses import dataclass

from data_contracts.catalogue import Field, SchoolType, choices, fields, school_types

Place = tuple[str, str | None]
"""Where a figure stands: the key of its field, and its section or None for the whole school."""

REQUIRED = "必填"
OPTIONAL = "选填"
CONDITIONAL = "有则必填"

# Asked of schools with a junior section only: the class that graduates this year, for the three-year retention rate.
_JUNIOR_COHORT = frozenset(
    {"junior_entrants", "junior_graduates", "junior_transfers_in", "junior_transfers_out", "junior_deaths"}
)


@dataclass(frozen=True)
class FormRow:
    """One figure asked: its field, its section (None: whole school) and ``demand``, the text under 是否必填.

    ``demand`` is 必填, 选填, or a condition in words where it depends on another answer or on a 办学类型 not yet known;
    in the latter case ``types`` are those for which the figure is 必填.
    """

    field: Field
    section: str | None
    demand: str
    types: tuple[str, ...] = ()

    @property
    def place(self) -> Place:
        """Key of the field and section."""
        return self.field.key, self.section

    @property
    def label(self) -> str:
        """The label as the readers know it."""
        return self.field.label_in(self.section)

    @property
    def required(self) -> bool:
        """True where the figure is demanded without any condition."""
        return self.demand == REQUIRED

    @property
    def note(self) -> str:
        """填报说明 for clerks."""
        return self.field.note_in(self.section)


def known_type(text: str | None) -> SchoolType | None:
    """The 办学类型 that the text names, aliases included; None for an empty or unknown text."""
    official = choices()["school_type"].get((text or "").strip())
    return school_types()[official] if official else None


def asked_sections(field: Field, school_type: SchoolType | None) -> tuple[str, ...]:
    """Sections for which a school of this type may give the field.

    All sections of the field where the type is unknown, or is one that fills in what it has (special education, vocational).
    """
    if school_type is None or not school_type.sections:
        return field.sections
    if field.shared:
        return school_type.split
    # The senior section counts among those asked only through its enrolment, the one field that names it.
    return tuple(s for s in field.sections if s in school_type.sections or s in school_type.split)


def demand(field: Field, section: str | None, school_type: SchoolType | None, required_keys: Collection[str]) -> str:
    """The text under 是否必填: 必填 only where the catalogue demands the figure and a standard in force uses it.

    Args:
        field: what is asked.
        section: for which section, None for the whole school.
        school_type: of the school; None where it is not known yet.
        required_keys: fields that the standards in force use (``data_contracts.standard.fields_in_use``).

    Raises:
        ValueError: the catalogue holds a condition that this function does not know.
    """
    if field.required == "no" or field.key not in required_keys or (section and field.shared):
        return OPTIONAL
    if school_type and not school_type.sections and field.category != "基本信息":
        return OPTIONAL
    teaching_point = school_type is not None and school_type.name == "教学点"
    if field.required == "teaching points":
        if school_type is None:
            return "教学点必填"
        return REQUIRED if teaching_point else OPTIONAL
    if field.required == "not 教学点":
        if school_type is None:
            return "教学点免填"
        return OPTIONAL if teaching_point else REQUIRED
    if condition_key(field):
        return CONDITIONAL
    if field.required != "yes":
        raise ValueError(f"fields.csv: {field.key} has the unknown condition {field.required!r} in column required")
    return "本学段必填" if section and school_type is None else REQUIRED


def condition_key(field: Field) -> str | None:
    """The field that must be above 0 for this one to be demanded (``if music_rooms > 0``); None without such a condition."""
    words = field.required.split()
    return words[1] if len(words) == 4 and words[0] == "if" and words[2:] == [">", "0"] else None


def form_rows(school_type: str | None, required_keys: Collection[str], given: Collection[Place] = ()) -> list[FormRow]:
    """The rows of a school's form: block by block (类别) in the catalogue's order, whole school before sections.

    Args:
        school_type: 办学类型 in any accepted spelling; None or unknown: every place of every field.
        required_keys: fields that the standards in force use.
        given: places that have a figure already; they get a row even where the type is not asked for them,
            so that nothing that was entered is ever dropped.

    Raises:
        KeyError: ``given`` names a field or a place that the catalogue does not have.
    """
    unknown = [place for place in given if place[0] not in fields() or place[1] not in fields()[place[0]].places]
    if unknown:
        raise KeyError(f"no such place in fields.csv: {unknown}")
    kind = known_type(school_type)
    demanded_of = types_demanding(required_keys) if kind is None else {}
    blocks: dict[str, list[FormRow]] = {}
    for field in fields().values():
        block = blocks.setdefault(field.category, [])
        asked: set[str | None] = set(asked_sections(field, kind))
        if field.whole_school and _asked_of(field, kind):
            asked.add(None)
        for section in field.places:
            place = (field.key, section)
            if section in asked or place in given:
                told = demand(field, section, kind, required_keys)
                block.append(FormRow(field, section, told, demanded_of.get(place, ())))
    return [row for block in blocks.values() for row in block]


def types_demanding(required_keys: Collection[str]) -> dict[Place, tuple[str, ...]]:
    """For each place that some 办学类型 must fill in, the names of these types."""
    found: dict[Place, tuple[str, ...]] = {}
    for name in school_types():
        for row in form_rows(name, required_keys):
            if row.required:
                found[row.place] = (*found.get(row.place, ()), name)
    return found


def _asked_of(field: Field, school_type: SchoolType | None) -> bool:
    if school_type is None or not school_type.sections:
        return True
    if field.required == "not 教学点":
        return school_type.name != "教学点"
    return field.key not in _JUNIOR_COHORT or "junior" in school_type.sections
