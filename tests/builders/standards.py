"""Standards from a few lines of YAML, and schools judged by one of them.

Belongs here: how a test states a standard and its schools in few words. Does not belong here: any expected figure, any rule.
"""

from dataclasses import dataclass

import pandas as pd

from data_contracts.records import NUMERIC_COLUMNS, RETURN_COLUMNS
from data_contracts.school_rules import Commitment
from data_contracts.school_year import SchoolYear
from data_contracts.standard import Standard, read_standard, shipped_standards
from data_contracts.standards_in_force import in_force
from domain.assessment import judging
from domain.assessment.indicators import school_indicators
from domain.assessment.school_sections import school_sections
from domain.assessment.scope import scope_ledger

HEAD = """\
id: pack
title: 某省办学条件
source: 某省〔2020〕1号
grade: A
role: school_conditions
provinces: ['36']
effective: {from: 2020-2021}
"""
COUNTY = "360521"
WEIGHTS = next(s for s in shipped_standards() if s.id == "national-basic-2012").split_weights
School = dict[str, object]


def letting_commitments_count(year: str, *indicators: str) -> tuple[Standard, ...]:
    """The shipped standards in force, with a quality standard that lets commitments count in these indicators for two years."""
    rule = Commitment(years=2, indicators=indicators)
    return tuple(
        one.model_copy(update={"commitment": rule}) if one.id == "national-quality-2017" else one
        for one in in_force(shipped_standards(), SchoolYear.parse(year))
    )


def pack(body: str, head: str = HEAD) -> Standard:
    """A pack: the usual head and the lines given."""
    return read_standard(head + body, "pack.yaml")


def school(name: str, kind: str = "小学", county: str = COUNTY, **columns: object) -> School:
    """A public school; figures that are not given are missing."""
    fixed = {
        "school_name": name,
        "school_type": kind,
        "ownership": "公办",
        "administered_by": "县属",
        "area_type": "镇区",
        "school_status": "正常",
        "county_code": county,
        "county_name": "样县",
    }
    return {**fixed, **columns}


@dataclass(frozen=True)
class Judged:
    """The tables of some schools under one standard, with look-ups by a school's name."""

    scope: pd.DataFrame
    indicators: pd.DataFrame
    compliance: pd.DataFrame
    points: pd.DataFrame

    def indicator(self, name: str, indicator: str, section: str = "primary") -> pd.Series:
        """The one row of an indicator."""
        return _only(self.indicators, school_name=name, section=section, indicator=indicator)

    def met(self, name: str, indicator: str, section: str = "primary") -> bool | None:
        """Whether a threshold is met; None where that cannot be said."""
        return _flag(self.indicator(name, indicator, section)["met"])

    def row(self, name: str, section: str = "primary") -> pd.Series:
        """The one row of compliance."""
        return _only(self.compliance, school_name=name, section=section)

    def complies(self, name: str, section: str = "primary") -> bool | None:
        """The verdict on a section; None where undecided."""
        return _flag(self.row(name, section)["compliant"])

    def point(self, name: str, indicator: str, section: str = "primary") -> pd.Series:
        """The one row of points."""
        return _only(self.points, school_name=name, section=section, indicator=indicator)


def _flag(value: object) -> bool | None:
    return None if pd.isna(value) else bool(value)


def _only(table: pd.DataFrame, **keys: str) -> pd.Series:
    for column, value in keys.items():
        table = table[table[column] == value]
    assert len(table) == 1, f"{len(table)} rows for {keys}"
    return table.iloc[0]


def returns_of(schools: list[School]) -> pd.DataFrame:
    """``school_returns`` of plain schools, ids in their order."""
    numbered = [{"school_id": f"{number:010d}", **one} for number, one in enumerate(schools, 1)]
    unknown = {name for one in numbered for name in one} - set(RETURN_COLUMNS)
    assert not unknown, f"no such column: {unknown}"
    frame = pd.DataFrame({name: [one.get(name) for one in numbered] for name in RETURN_COLUMNS})
    return frame.astype(dict.fromkeys(NUMERIC_COLUMNS, float)).copy()


def judge(
    standard: Standard, *schools: School, commitments: pd.DataFrame | None = None, year: SchoolYear | None = None
) -> Judged:
    """Schools under one standard, split by the national weights."""
    returns = returns_of(list(schools))
    sections = school_sections(returns, WEIGHTS)
    only = (standard,)
    scope = scope_ledger(returns.assign(register_order=range(len(returns))), sections, only)
    indicators = school_indicators(sections, only, commitments, year)
    return Judged(scope, indicators, judging.all_compliance(indicators, only), judging.all_points(indicators, only))
