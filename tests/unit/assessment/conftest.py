"""The product's whole assessment of generated schools in one call.

Belongs here: plain school dicts (see ``oracle``) into the product's tables. Does not belong here: any rule or expected figure.
"""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, settings

from builders.county import county_returns
from data_contracts.records import NUMERIC_COLUMNS, RETURN_COLUMNS, TEXT_COLUMNS, place_column
from data_contracts.school_year import SchoolYear
from data_contracts.standard import Options, Standard, shipped_standards
from domain.assessment import judging
from domain.assessment.county_records import counties_of
from domain.assessment.indicators import school_indicators
from domain.assessment.school_sections import school_sections
from domain.assessment.scope import scope_ledger

YEAR = SchoolYear.parse("2024-2025")

# One assessment takes tens of milliseconds: no deadline. Example counts stand at each test.
settings.register_profile("assessment", deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
settings.load_profile("assessment")


def _returns(schools: list[dict]) -> pd.DataFrame:
    rows = [
        {
            "school_id": school["id"],
            "school_name": school["name"],
            "county_code": school["county"],
            "county_name": f"县{school['county']}",
            "school_type": school["type"],
            "ownership": school["ownership"],
            "administered_by": school["administered_by"],
            "school_status": school["status"],
            **school.get("words", {}),
            **{place_column("enrolment", section): float(count) for section, count in school["students"].items()},
            **{place_column(key, section): float(figure) for (key, section), figure in school["figures"].items()},
        }
        for school in schools
    ]
    figures = {name: np.array([row.get(name) for row in rows], dtype=float) for name in NUMERIC_COLUMNS}
    texts = {name: [row.get(name) for row in rows] for name in TEXT_COLUMNS}
    return pd.DataFrame({**texts, **figures})[list(RETURN_COLUMNS)]


# The two national standards by the short names of the oracle.
STANDARDS = {name: next(s for s in shipped_standards() if s.id.startswith(f"national-{name}-")) for name in ("basic", "quality")}


def _assess(
    schools: list[dict],
    *names: str,
    stated: Mapping[str, dict] | None = None,
    options: Mapping[str, bool] | None = None,
    packs: tuple[Standard, ...] = (),
) -> dict[str, dict[str, pd.DataFrame]]:
    switched = {"options": Options(**(options or {}))}
    national = tuple(STANDARDS[name].model_copy(update=switched) for name in names)
    standards = (*national, *packs)
    everyone = _returns(schools)
    register = everyone.assign(register_order=range(len(everyone)))
    counties = counties_of(register)
    sections = school_sections(everyone[[school["handed_in"] for school in schools]], standards[0].split_weights)
    scope = scope_ledger(register, sections, standards)
    indicators = school_indicators(sections, standards)
    compliance = judging.all_compliance(indicators, standards)
    coefficients = judging.all_coefficients(sections, scope, counties, standards)
    tables = {
        "scope": scope,
        "indicators": indicators,
        "compliance": compliance,
        "coefficients": coefficients,
        "contributions": judging.all_contributions(sections, coefficients, standards),
        "verdicts": judging.all_verdicts(
            counties, register, sections, scope, compliance, coefficients, county_returns(stated), standards, YEAR
        ),
    }
    mine = {
        name: {title: table[table["standard"] == standard.id].reset_index(drop=True) for title, table in tables.items()}
        for name, standard in zip(names, national, strict=True)
    }
    return {name: {**one, "sections": sections} for name, one in mine.items()}


@pytest.fixture(scope="session")
def assess() -> Callable[..., dict[str, dict[str, pd.DataFrame]]]:
    """``assess(schools, "basic", "quality")``: for each standard named, its tables by their names; ``stated`` by counties, ``options`` on, ``packs`` of provinces in force."""
    return _assess


@pytest.fixture(scope="session")
def judge() -> Callable[[list[dict]], pd.DataFrame]:
    """``school_compliance`` of a list of school dicts under ``quality``, and nothing else: laws of one school need many."""

    def compliance(schools: list[dict]) -> pd.DataFrame:
        standards = (STANDARDS["quality"],)
        sections = school_sections(_returns(schools), standards[0].split_weights)
        return judging.all_compliance(school_indicators(sections, standards), standards)

    return compliance


@pytest.fixture(scope="session")
def split_weights() -> dict[str, dict[str, float]]:
    """The weights by which both national standards split shared resources."""
    assert STANDARDS["basic"].split_weights == STANDARDS["quality"].split_weights
    return STANDARDS["quality"].split_weights
