"""Builders of hand-written schools, and the whole assessment of them in one call.

Belongs here: how a golden test states schools in few words. Does not belong here: any expected figure, any rule.
"""

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from builders.county import county_returns
from data_contracts.records import NUMERIC_COLUMNS, RETURN_COLUMNS
from data_contracts.school_year import SchoolYear
from data_contracts.standard import Standard, shipped_standards
from domain.assessment import judging
from domain.assessment.close_calls import close_calls
from domain.assessment.county_records import counties_of
from domain.assessment.indicators import school_indicators
from domain.assessment.school_sections import school_sections
from domain.assessment.scope import scope_ledger

COUNTY = "340100"
YEAR = SchoolYear.parse("2024-2025")
School = dict[str, object]


@dataclass(frozen=True)
class Assessment:
    """Every table under one standard, with look-ups that a test reads like a sentence."""

    sections: pd.DataFrame
    scope: pd.DataFrame
    indicators: pd.DataFrame
    compliance: pd.DataFrame
    coefficients: pd.DataFrame
    close: pd.DataFrame
    verdicts: pd.DataFrame

    def section(self, school: str, section: str) -> pd.Series:
        """The one row of a school section with its shares."""
        return _only(self.sections, school_name=school, section=section)

    def indicator(self, school: str, section: str, indicator: str) -> pd.Series:
        """The one row of an indicator of a school section."""
        return _only(self.indicators, school_name=school, section=section, indicator=indicator)

    def compliant(self, school: str, section: str = "primary") -> bool | None:
        """True, False, or None where undecided."""
        verdict = _only(self.compliance, school_name=school, section=section)["compliant"]
        return None if pd.isna(verdict) else bool(verdict)

    def coefficient(self, section: str, indicator: str, county: str = COUNTY) -> pd.Series:
        """The one row of a coefficient."""
        return _only(self.coefficients, county_code=county, section=section, indicator=indicator)

    def counts(self, school: str, section: str = "primary") -> bool | None:
        """Whether a school section is in scope; None where unknown."""
        verdict = _only(self.scope, school_name=school, section=section)["in_scope"]
        return None if pd.isna(verdict) else bool(verdict)

    def verdict(self, item: str, section: str | None = None, county: str = COUNTY) -> pd.Series:
        """The one line of the county's verdict."""
        rows = self.verdicts[self.verdicts["section"].isna() if section is None else self.verdicts["section"] == section]
        return _only(rows, county_code=county, item=item)


def _only(table: pd.DataFrame, **keys: str) -> pd.Series:
    for column, value in keys.items():
        table = table[table[column] == value]
    assert len(table) == 1, f"{len(table)} rows for {keys}"
    return table.iloc[0]


def _school(
    name: str,
    kind: str = "小学",
    *,
    primary: float | None = None,
    junior: float | None = None,
    senior: float | None = None,
    **columns: object,
) -> School:
    return {
        "school_name": name,
        "school_type": kind,
        "ownership": "公办",
        "administered_by": "县属",
        "area_type": "镇区",
        "school_status": "正常",
        "county_code": COUNTY,
        "county_name": "样县",
        "enrolment_primary": primary,
        "enrolment_junior": junior,
        "enrolment_senior": senior,
        **columns,
    }


def _frame(schools: list[School]) -> pd.DataFrame:
    # The order of the list is the order of the register; ids follow it.
    numbered = [{"school_id": f"{number:010d}", **school} for number, school in enumerate(schools, 1)]
    unknown = {name for school in numbered for name in school} - set(RETURN_COLUMNS)
    assert not unknown, f"no such column: {unknown}"
    frame = pd.DataFrame({name: [school.get(name) for school in numbered] for name in RETURN_COLUMNS})
    return frame.astype(dict.fromkeys(NUMERIC_COLUMNS, float)).copy()


def _assess(
    schools: list[School],
    standard: Standard,
    expected_only: Sequence[School] = (),
    stated: Mapping[str, object] | None = None,
    without_evidence: tuple[str, ...] = (),
    year: SchoolYear = YEAR,
    packs: Sequence[Standard] = (),
) -> Assessment:
    returns = county_returns({COUNTY: stated} if stated else {}, without_evidence)
    everyone = _frame([*schools, *expected_only])
    register = everyone.assign(register_order=range(len(everyone)))
    counties = counties_of(register)
    standards = (standard, *packs)
    sections = school_sections(everyone.iloc[: len(schools)], standard.split_weights)
    scope = scope_ledger(register, sections, standards)
    indicators = school_indicators(sections, standards)
    compliance = judging.all_compliance(indicators, standards)
    coefficients = judging.all_coefficients(sections, scope, counties, standards)
    close = close_calls(coefficients, sections, scope, counties, standard)
    verdicts = judging.all_verdicts(counties, register, sections, scope, compliance, coefficients, returns, standards, year)
    return Assessment(sections, scope, indicators, compliance, coefficients, close, verdicts)


@pytest.fixture(scope="session")
def school() -> Callable[..., School]:
    """A public school of the county; every figure that is not given is missing."""
    return _school


@pytest.fixture(scope="session")
def fit_school() -> Callable[..., School]:
    """A school of one section that stands exactly on every threshold of quality balance, unless told otherwise."""

    # For 100 students: 4.2 | 5.3 teachers above the required degree, 1 backbone, 0.9 PE and arts, 4.5 | 5.8 ㎡, 7.5 | 10.2 ㎡,
    # 2000 | 2500 yuan each, 2.3 | 2.4 rooms. Fractions of teachers and rooms keep the arithmetic plain.
    hundred = {
        "primary": (4.2, 1, 0.9, 450, 750, 200_000, 2.3),
        "junior": (5.3, 1, 0.9, 580, 1020, 250_000, 2.4),
    }

    def build(name: str, section: str = "primary", students: int = 100, **changed: object) -> School:
        above, backbone, arts, teaching, ground, equipment, rooms = (figure * students / 100 for figure in hundred[section])
        figures = {
            f"teachers_above_required_{section}": above,
            f"backbone_teachers_{section}": backbone,
            f"pe_arts_teachers_{section}": arts,
            "teaching_area": teaching,
            "indoor_sports_area": 0.0,
            "sports_ground_area": ground,
            "equipment_value": equipment,
            "multimedia_rooms": rooms,
        }
        kind = {"primary": "小学", "junior": "初级中学"}[section]
        return _school(name, **{"kind": kind, section: students, **figures, **changed})

    return build


@pytest.fixture(scope="session")
def assess() -> Callable[..., Assessment]:
    """The whole assessment of a list of schools under one standard; ``expected_only`` did not hand in, ``stated`` is the county form."""
    return _assess


@pytest.fixture(scope="session")
def schools_with_coefficients() -> Callable[..., list[School]]:
    """Two schools of one section whose coefficients are exactly the given ones, and whose county means are those given.

    With 100 and 400 students (shares 1/5 and 4/5), X₁ = m(1 + 2c) and X₂ = m(1 − c/2)::

        X̄  = m(1 + 2c)/5 + 4m(1 − c/2)/5 = m
        S² = (1/5)·(2cm)² + (4/5)·(cm/2)² = (4/5)c²m² + (1/5)c²m² = c²m²,   so CV = c, for any 0 ≤ c ≤ 2
    """

    def build(
        section: str,
        standard: Standard,
        coefficients: list[float],
        means: list[float] | None = None,
        county: str = COUNTY,
    ) -> list[School]:
        kind = {"primary": "小学", "junior": "初级中学"}[section]
        schools = []
        for name, students, deviation in (("甲校", 100, 2.0), ("乙校", 400, -0.5)):
            figures: dict[str, object] = {section: students, "indoor_sports_area": 0.0, "county_code": county}
            for indicator, c, m in zip(standard.indicators, coefficients, means or [1.0] * len(coefficients), strict=True):
                first = indicator.numerator.add[0]
                column = first if first in RETURN_COLUMNS else f"{first}_{section}"
                figures[column] = m * (1 + deviation * c) * students / indicator.per
            schools.append(_school(f"{section}{name}", kind, **figures))
        return schools

    return build


@pytest.fixture(scope="session")
def basic() -> Standard:
    """The basic-balance standard as shipped."""
    return next(standard for standard in shipped_standards() if standard.id == "national-basic-2012")


@pytest.fixture(scope="session")
def quality() -> Standard:
    """The quality-balance standard as shipped."""
    return next(standard for standard in shipped_standards() if standard.id == "national-quality-2017")


@pytest.fixture(scope="session")
def case() -> Callable[[str], list[dict[str, str]]]:
    """The rows of one published case, as text."""

    def read(name: str) -> list[dict[str, str]]:
        with Path(__file__).with_name("cases").joinpath(name).open(encoding="utf-8-sig", newline="") as stream:
            return list(csv.DictReader(stream))

    return read
