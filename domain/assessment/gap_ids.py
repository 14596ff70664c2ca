"""Which ids of gaps (问题编号) the standards in force can produce, whatever the data of the year show.

Belongs here: whether an id names something that could be a gap. Does not belong here: which gaps a year has, and how their ids
are made (``gaps``), what is entered about them (``rectification``, ``domain.intake.record_gaps``).
"""

from collections.abc import Sequence

from data_contracts.catalogue import SECTIONS, fields
from data_contracts.standard import Standard
from domain.assessment.coefficients import COMPOSITE
from domain.assessment.gaps import COEFFICIENT, NATIONAL, SCHOOLS, SEEN, GapName, class_items


def standards_of(name: GapName, standards: Sequence[Standard]) -> list[Standard]:
    """The standards to which a gap may belong: the one that its id names, or where it names none the national ones."""
    if name.standard is None:
        return [one for one in standards if one.id.startswith(NATIONAL)]
    return [one for one in standards if one.id == name.standard and not one.id.startswith(NATIONAL)]


def can_be_a_gap(name: GapName, standards: Sequence[Standard]) -> bool:
    """True where some year's data could show this gap under these standards.

    Args:
        name: of the gap; whether its school or county exists is not looked at.
        standards: those in force.
    """
    if name.of_school and name.item.startswith(SEEN):
        what = fields().get(name.item.removeprefix(SEEN))
        return what is not None and name.standard is None and name.section in what.places
    return any(_of_school(name, one) if name.of_school else _of_county(name, one) for one in standards_of(name, standards))


def _of_school(name: GapName, standard: Standard) -> bool:
    items = {one.id for one in standard.indicators} | {item for item, _ in class_items(standard)}
    return name.section in SECTIONS and name.item in items


def _of_county(name: GapName, standard: Standard) -> bool:
    if name.section is None:
        return name.item == SCHOOLS or name.item in {one.id for one in standard.verdict_items}
    indicators = {one.id for one in standard.indicators} | {COMPOSITE}
    return name.section in SECTIONS and name.item in {f"{COEFFICIENT}-{one}" for one in indicators}
