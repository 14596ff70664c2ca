"""What lies in the inbox of a demonstration year: which file carries which schools, under which name, from which day.

Belongs here: one description per file. Does not belong here: bytes (``domain.reporting`` writes forms and tables),
the figures (``returns``) and what is wrong with them (``mistakes``).
"""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from data_contracts.catalogue import fields
from data_contracts.school_year import SchoolYear, calendar
from domain.demonstration.county import DemoSchool, register
from domain.demonstration.draws import whole
from domain.demonstration.mistakes import LateCorrection, NothingHandedIn, as_written, flaws
from domain.demonstration.returns import Values, figures

# Two townships gather the figures of their schools in one table: one in Excel, one from an old statistics program.
_BULK_FILES = {"柳河乡": "柳河乡义务教育学校汇总表.xlsx", "龙潭乡": "龙潭乡汇总表.csv"}


@dataclass(frozen=True)
class HandedIn:
    """One file in the inbox of a school year.

    Attributes:
        path: relative to the year's inbox, with ``/``.
        kind: one school's form, or one table of several schools.
        schools: each school with the figures it writes, mistakes included; exactly one in a ``school_form``.
        modified: when the file was last changed (a CSV has no place to keep it).
        encoding: of a CSV table; None for a workbook.
    """

    path: str
    kind: Literal["school_form", "bulk_table"]
    schools: tuple[tuple[DemoSchool, Values], ...]
    modified: dt.datetime
    encoding: str | None = None

    @property
    def school(self) -> DemoSchool:
        """The school of a school form."""
        ((school, _),) = self.schools
        return school

    @property
    def values(self) -> Values:
        """The figures of a school form, without identity."""
        ((_, values),) = self.schools
        return values

    @property
    def rows(self) -> list[Values]:
        """One row per school: identity under (key, None), empty identity left out, then the figures."""
        found = []
        for school, values in self.schools:
            row: Values = {}
            for key, text in school.identity.items():
                if text:
                    row[key, None] = int(text) if fields()[key].kind == "integer" else text
            found.append(row | values)
        return found


def handed_in(year: SchoolYear) -> list[HandedIn]:
    """The files of a year in the order of the register, a corrected form after the first one.

    Raises:
        ValueError: the demonstration does not show that year.
    """
    found = flaws(year)
    silent = {flaw.school_id for flaw in found if isinstance(flaw, NothingHandedIn)}
    corrected = {flaw.school_id: flaw for flaw in found if isinstance(flaw, LateCorrection)}
    returns = figures(year)
    files: list[HandedIn] = []
    bulk: dict[str, list[tuple[DemoSchool, Values]]] = {}
    for school in register(year):
        if school.closed or school.school_id in silent:
            continue
        values = as_written(returns[school.school_id], school.school_id, found)
        if school.township in _BULK_FILES:
            bulk.setdefault(school.township, []).append((school, values))
            continue
        path = f"{school.township}/{school.school_id}_{school.name}"
        day = _handed_in_on(year, school.name)
        if flaw := corrected.get(school.school_id):
            first = {place: value for place, value in (values | dict(flaw.first_values)).items() if value != ""}
            files.append(HandedIn(f"{path}.xlsx", "school_form", ((school, first),), day))
            path, day = f"{path}(更正)", _on_a_workday(day + dt.timedelta(days=flaw.days_later, minutes=-25))
        files.append(HandedIn(f"{path}.xlsx", "school_form", ((school, values),), day))
    for township, schools in bulk.items():
        name = _BULK_FILES[township]
        encoding = "gb18030" if name.endswith(".csv") else None
        files.append(HandedIn(f"{township}/{name}", "bulk_table", tuple(schools), _handed_in_on(year, township), encoding))
    return files


def _handed_in_on(year: SchoolYear, name: str) -> dt.datetime:
    entry = calendar()[year.key]
    # In office hours, from the second day of collection to the last but three: a week-end may still come between.
    days = whole(1, max(1, (entry.due - entry.opens).days - 3), name, year, "day")
    minutes = whole(8 * 60 + 30, 17 * 60 + 30, name, year, "minute")
    return _on_a_workday(dt.datetime.combine(entry.opens, dt.time()) + dt.timedelta(days=days, minutes=minutes))


def _on_a_workday(moment: dt.datetime) -> dt.datetime:
    return moment + dt.timedelta(days=7 - moment.weekday() if moment.weekday() > 4 else 0)
