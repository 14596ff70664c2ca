"""The accepted schools that a standard counts, in order of counties and register, ready to be judged all at once.

Belongs here: one table by school section and one by school, and where each county's rows begin and end.
Does not belong here: any rule (``items_schools``). A nation has 200 000 schools: rules run over whole columns.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data_contracts.standard import Standard
from domain.assessment.scope import counted_rows

_IDENTITY = ("county_code", "school_id", "school_name", "section", "school_type", "area_type", "year_built")
_ADDED_UP = ("enrolment", "classes", "migrant_students")


@dataclass(frozen=True)
class Rows:
    """Rows of schools or school sections; ``counties`` says which slice belongs to a county.

    Codes and names of the schools stand beside the table as plain arrays: every county looks them up.
    """

    table: pd.DataFrame
    counties: Mapping[str, slice]
    ids: np.ndarray
    names: np.ndarray

    def figures(self, column: str) -> np.ndarray:
        """A column of numbers, NaN where missing."""
        return self.table[column].to_numpy(float)

    def words(self, column: str) -> np.ndarray:
        """A column of words, None where missing."""
        return self.table[column].astype(object).where(self.table[column].notna(), None).to_numpy(object)

    def of(self, county: str) -> slice:
        """The rows of a county; none where it has no school."""
        return self.counties.get(county, slice(0, 0))


@dataclass(frozen=True)
class CountedSchools:
    """What a standard counts.

    Attributes:
        sections: one row per school section in scope.
        schools: one row per school with a section in scope; enrolment, classes and migrant_students added up over all of
            its compulsory sections (NaN where one is missing), ``junior`` true where one of them is 初中.
    """

    sections: Rows
    schools: Rows


def counted_schools(sections: pd.DataFrame, register: pd.DataFrame, standard: Standard, figures: Iterable[str]) -> CountedSchools:
    """The schools of ``school_sections`` that a standard counts, with the ``figures`` that its rules ask for."""
    rank = sections["school_id"].map(register.set_index("school_id")["register_order"]).to_numpy(float)
    order = np.lexsort((sections["section"] == "junior", sections["school_id"], rank, sections["county_code"]))
    counted = np.zeros(len(sections), dtype=bool)
    counted[counted_rows(sections, standard)] = True
    ids, names = pd.factorize(sections["school_id"])
    school_counted = np.zeros(len(names), dtype=bool)
    school_counted[ids[counted]] = True
    sections = sections[list(dict.fromkeys((*_IDENTITY, *_ADDED_UP, *figures)))]
    by_section = sections.take(order[counted[order]]).reset_index(drop=True)
    return CountedSchools(_rows(by_section), _rows(_by_school(sections.take(order[school_counted[ids[order]]]))))


def _by_school(table: pd.DataFrame) -> pd.DataFrame:
    """One row per school from its sections, which stand one below the other."""
    if table.empty:
        return table.assign(junior=np.array([], dtype=bool)).reset_index(drop=True)
    school = table["school_id"].to_numpy(object)
    first = np.flatnonzero(np.concatenate([[True], school[1:] != school[:-1]]))
    sums = {name: np.add.reduceat(table[name].to_numpy(float), first) for name in _ADDED_UP}
    junior = np.logical_or.reduceat((table["section"] == "junior").to_numpy(bool), first)
    return table.take(first).reset_index(drop=True).assign(**sums, junior=junior)


def _rows(table: pd.DataFrame) -> Rows:
    codes, first, count = np.unique(table["county_code"].to_numpy(object).astype(str), return_index=True, return_counts=True)
    counties = {str(code): slice(int(a), int(a + n)) for code, a, n in zip(codes, first, count, strict=True)}
    return Rows(table, counties, table["school_id"].to_numpy(object), table["school_name"].to_numpy(object))
