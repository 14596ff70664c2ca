"""What the page of a county's schools, staff and students shows (县基本情况、教职工、学生).

Belongs here: choosing, ordering and wording for that page. Does not belong here: HTML (templates), figures that no table holds.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from data_contracts.catalogue import SECTIONS, official_values
from domain.reporting.county_facts import CountyFacts, rows_of
from domain.reporting.display import absent, exact, number_of, section_label, shown, text_of
from domain.reporting.insight_words import item_label, percent

PROFILE = (
    ("schools", None),
    *((item, section) for section in SECTIONS for item in ("classes", "enrolment", "full_time_teachers")),
    ("staff", None),
    ("staff_total", None),
)
"""The columns of the profile: item and section."""


@dataclass(frozen=True)
class Count:
    """A number of people, classes or schools; ``missing`` schools were asked and did not state it."""

    text: str
    value: str
    missing: int


@dataclass(frozen=True)
class GroupLine:
    """One figure of staff or students with its share."""

    section: str
    label: str
    count: Count
    share: str
    share_value: str
    base: str
    stated: str


class PeoplePage:
    """Everything that the template of a county's people reads."""

    def __init__(self, facts: CountyFacts) -> None:
        self.facts = facts
        self._profile = {
            (text_of(row["school_type"]), row["item"], text_of(row["section"])): row
            for row in rows_of(facts.tables, "county_profile")
        }
        self.staff = [_line(row) for row in rows_of(facts.tables, "county_staff")]
        self.students = [_line(row) for row in rows_of(facts.tables, "county_students")]

    @property
    def population(self) -> str:
        """Residents as the county states them; — where it does not."""
        return shown((self._profile.get(("", "population", "")) or {}).get("value"), 0)

    @property
    def profile(self) -> list[tuple[str, list[Count | None]]]:
        """Each school type of the county, all types together last; None where a type has no such figure."""
        types = [kind for kind in official_values("school_type") if (kind, "schools", "") in self._profile]
        return [(kind or "合计", [self._count(kind, item, section) for item, section in PROFILE]) for kind in [*types, ""]]

    def _count(self, kind: str, item: str, section: str | None) -> Count | None:
        row = self._profile.get((kind, item, section or ""))
        return None if row is None or not (row["stated"] or row["not_stated"]) else _count(row)


def _count(row: Mapping) -> Count:
    missing = 0 if absent(row["not_stated"]) else int(row["not_stated"])
    return Count(shown(row["value"], 0), exact(row["value"]), missing)


def _line(row: Mapping) -> GroupLine:
    stated = number_of(row["stated"])
    return GroupLine(
        section=section_label(row["section"]) or "全校",
        label=item_label(row["item"]),
        count=_count(row),
        share=percent(row["share"], 2 if row["item"].startswith("retention") else 1),
        share_value=exact(row["share"]),
        base=item_label(text_of(row["of"])) if not absent(row["of"]) else "",
        stated="县级填报" if stated is None else f"{int(stated)} 所",
    )
