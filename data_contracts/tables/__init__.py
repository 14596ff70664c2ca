"""The contract of every stored table: columns, types, keys, domains; Pandera enforces it before a write.

Belongs here: one ``DataFrameSchema`` per table under the table's name, a module per stage, with titles and descriptions
from which Dagster's column schema, the database and the data dictionary derive.
Does not belong here: whether figures are plausible (``domain.intake`` for a school, ``checks`` for a year).
"""

import pandas as pd
import pandera.pandas as pa

from data_contracts.tables import assessment, entries, followup, insight, intake, monitoring, records, trial
from data_contracts.tables.columns import type_of
from data_contracts.tables.shaping import in_shape

_STAGES = (intake, records, entries, assessment, followup, insight, monitoring, trial)

CONTRACTS: dict[str, pa.DataFrameSchema] = {str(contract.name): contract for stage in _STAGES for contract in stage.TABLES}
"""Every stored table by name, stage by stage."""

PUBLISHED: tuple[str, ...] = tuple(
    name for stage in (assessment, intake, records, entries, followup, insight, monitoring, trial) for name in stage.PUBLISHED
)
"""Names of the tables that a release publishes."""


def shaped(table: pd.DataFrame, name: str, year: str) -> pd.DataFrame:
    """A computed table in the shape of its contract: see ``shaping.in_shape``."""
    return in_shape(table, CONTRACTS[name], year)


def no_rows(name: str) -> pd.DataFrame:
    """A table without rows, in the types of its contract."""
    return pd.DataFrame({column: pd.Series(dtype=type_of(spec)) for column, spec in CONTRACTS[name].columns.items()})
