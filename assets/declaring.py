"""How a table is declared to Dagster: what its contract says becomes what the UI shows.

Belongs here: turning a contract into descriptions, column schemas and outputs. Does not belong here: any table.
"""

from typing import Any

import dagster as dg

from data_contracts.tables import CONTRACTS
from data_contracts.tables.columns import type_of

TABLES = "tables"
"""Key of the IO manager that keeps contracted tables."""

OWNERS = ["team:county-supervision"]


def column_schema(name: str) -> dg.TableSchema:
    """The columns of a table for Dagster's UI: type, Chinese title, meaning, constraints."""
    contract = CONTRACTS[name]
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                name=column,
                type=type_of(spec),
                description=f"{spec.title}: {spec.description}" if spec.description else spec.title,
                constraints=dg.TableColumnConstraints(
                    nullable=bool(spec.nullable), other=[str(check.error or check.name) for check in spec.checks]
                ),
            )
            for column, spec in contract.columns.items()
        ]
    )


def described(name: str) -> dict[str, Any]:
    """Description, metadata, kinds, owners and IO manager of a table, for ``dg.asset`` and ``dg.AssetOut`` alike."""
    contract = CONTRACTS[name]
    return {
        "description": f"{contract.title}。{contract.description}",
        "metadata": {"dagster/column_schema": column_schema(name), "key": ", ".join(contract.metadata["key"])},
        "kinds": {"pandas", "parquet"},
        "owners": OWNERS,
        "io_manager_key": TABLES,
    }


def table_out(name: str, group: str) -> dg.AssetOut:
    """One table among the outputs of a step that makes several."""
    return dg.AssetOut(key=name, group_name=group, **described(name))
