"""Recognising the labels of the catalogue as people type them.

Belongs here: which field and section a heading means. Does not belong here: where headings stand (``tables``).
"""

import re
import unicodedata
from functools import cache

from data_contracts.catalogue import SECTION_LABELS, fields

UNSTATED = "unstated"
"""Section of a label such as 在校生数 whose figures belong to a section that it does not name."""

_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff*★]+")


def normalised(text: object) -> str:
    """A label with full-width forms folded and all blanks, line breaks, invisible characters and stars removed."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", str(text)))


@cache
def known_labels() -> dict[str, tuple[str, str | None]]:
    """Every label in circulation, normalised → (field key, section).

    The section is None for the whole school and ``UNSTATED`` where the label should have named one.
    """
    table: dict[str, tuple[str, str | None]] = {}

    def add(label: str, place: tuple[str, str | None]) -> None:
        table.setdefault(normalised(label), place)

    for exact in (True, False):  # official labels first, so that no alias can take one away
        for field in fields().values():
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
    return table


def recognised(label: object) -> tuple[str, str | None] | None:
    """The field and section that a heading means; None for one that the catalogue does not know."""
    return known_labels().get(normalised(label))
