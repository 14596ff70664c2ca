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
from domain.assessment.verdicts import SCHOOL_CONDITIONS

Standards = tuple[Standard, ...]


def trial_tables(
    counties: pd.DataFrame,
    register: pd.DataFrame,
    returns: pd.DataFrame,
    county_returns: pd.DataFrame,
    tried: Standards,
    in_force: Standards,
    year: SchoolYear,
    commitments: pd.DataFrame | None = None,
) -> dict[str, pd.DataFrame]:
    """The year under each standard on trial, by itself: shared resources are split by its own weights.

    Args:
        counties: county_code and county_name of every county.
        register: ``school_register``.
        returns: ``school_returns``.
        county_returns: what counties state.
        tried: the standards on trial; one that states no weights splits as those in force do.
        in_force: the standards in force; their packs of school conditions enter the verdict of a national standard on trial, as
            they enter that of the one in force.
        year: the school year.
        commitments: see ``school_indicators``.

    Returns:
        ``trial_indicators``, ``trial_compliance``, ``trial_coefficients``, ``trial_verdicts``; with their columns and no rows
        where nothing is tried. A pack has rows in the first two only.
    """
    weights = weights_of(in_force)
    conditions = tuple(standard for standard in in_force if standard.role == SCHOOL_CONDITIONS)

    def under(standard: Standard, rows: pd.DataFrame, packs: Standards) -> dict[str, pd.DataFrame]:
        together = (standard, *packs)
        sections = school_sections(rows, standard.split_weights or weights)
        scope = scope_ledger(register, sections, together)
        indicators = school_indicators(sections, together, commitments, year)
        compliance = judging.all_compliance(indicators, together)
        made = {"trial_indicators": _of(standard, indicators), "trial_compliance": _of(standard, compliance)}
        if standard.judges_counties:
            coefficients = judging.all_coefficients(sections, scope, counties, together)
            made["trial_coefficients"] = coefficients
            made["trial_verdicts"] = judging.all_verdicts(
                counties, register, sections, scope, compliance, coefficients, county_returns, together, year
            )
        return made

    # What a national standard leaves to the province is judged as it is in force; its rows are not part of the trial.
    parts = [under(standard, returns, conditions if standard.judges_counties else ()) for standard in tried]
    # A national standard lends the columns, judging no school; none of its rows is kept.
    shape = under(next(standard for standard in in_force if standard.judges_counties), returns.iloc[:0], ())
    return {name: _joined([part[name] for part in parts if name in part], table.iloc[:0]) for name, table in shape.items()}


def _of(standard: Standard, table: pd.DataFrame) -> pd.DataFrame:
    return table[table["standard"] == standard.id].reset_index(drop=True)


def _joined(parts: list[pd.DataFrame], empty: pd.DataFrame) -> pd.DataFrame:
    filled = [part for part in parts if len(part)]
    return pd.concat(filled, ignore_index=True) if filled else empty.reset_index(drop=True)
