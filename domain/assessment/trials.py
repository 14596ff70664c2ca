"""Standards on trial: what they would say of a year, from the schools' returns on.

Belongs here: the tables of a trial. Does not belong here: which standards are tried, and any rule of theirs.
"""

import pandas as pd

from data_contracts.school_year import SchoolYear
from data_contracts.standard import Standard, weights_of
from domain.assessment import judging
from domain.assessment.indicators import school_indicators
from domain.assessment.school_sections import school_sections
from domain.assessment.scope import scope_ledger

Standards = tuple[Standard, ...]


def trial_tables(
    counties: pd.DataFrame,
    register: pd.DataFrame,
    returns: pd.DataFrame,
    county_returns: pd.DataFrame,
    tried: Standards,
    in_force: Standards,
    year: SchoolYear,
) -> dict[str, pd.DataFrame]:
    """The year under each standard on trial, by itself: shared resources are split by its own weights.

    Args:
        counties: county_code and county_name of every county.
        register: ``school_register``.
        returns: ``school_returns``.
        county_returns: what counties state.
        tried: the standards on trial; one that states no weights splits as those in force do.
        in_force: the standards in force.
        year: the school year.

    Returns:
        ``trial_indicators``, ``trial_compliance``, ``trial_coefficients``, ``trial_verdicts``; with their columns and no rows
        where nothing is tried. A pack has rows in the first two only.
    """

    def tables(standard: Standard, returns: pd.DataFrame) -> dict[str, pd.DataFrame]:
        return _tables_of(counties, register, returns, county_returns, standard, in_force, year)

    parts = [tables(standard, returns) for standard in tried]
    # One of those in force lends the columns; none of its rows is kept.
    shape = {name: table.iloc[:0] for name, table in tables(in_force[0], returns.iloc[:0]).items()}
    return {name: _joined([part[name] for part in parts], empty) for name, empty in shape.items()}


def _joined(parts: list[pd.DataFrame], empty: pd.DataFrame) -> pd.DataFrame:
    filled = [part for part in parts if len(part)]
    return pd.concat(filled, ignore_index=True) if filled else empty.reset_index(drop=True)


def _tables_of(
    counties: pd.DataFrame,
    register: pd.DataFrame,
    returns: pd.DataFrame,
    county_returns: pd.DataFrame,
    standard: Standard,
    in_force: Standards,
    year: SchoolYear,
) -> dict[str, pd.DataFrame]:
    only = (standard,)
    sections = school_sections(returns, standard.split_weights or weights_of(in_force))
    scope = scope_ledger(register, sections, only)
    indicators = school_indicators(sections, only)
    tables = {"trial_indicators": indicators, "trial_compliance": judging.all_compliance(indicators, only)}
    if standard.judges_counties:
        coefficients = judging.all_coefficients(sections, scope, counties, only)
        tables["trial_coefficients"] = coefficients
        tables["trial_verdicts"] = judging.all_verdicts(
            counties, register, sections, scope, tables["trial_compliance"], coefficients, county_returns, only, year
        )
    return {
        name: tables.get(name, pd.DataFrame())
        for name in ("trial_indicators", "trial_compliance", "trial_coefficients", "trial_verdicts")
    }
