"""The migrated database is the one that the contracts promise."""

from importlib.resources import files

import pandera.pandas as pa
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from data_contracts import tables
from data_contracts.tables import CONTRACTS, PUBLISHED
from resources import schema
from resources.database import WarehouseDatabase
from resources.migrations import configuration


@pytest.fixture
def migrated(tmp_path):
    WarehouseDatabase(tmp_path / "warehouse.db").prepare()
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'warehouse.db'}", poolclass=sa.NullPool)
    with engine.connect() as connection:
        yield connection


def differences(connection: sa.Connection, wanted: sa.MetaData) -> list:
    return compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), wanted)


def test_migrations_lead_to_the_schema(migrated):
    assert differences(migrated, schema.metadata) == [], "a stored table changed: it needs a migration, see resources/migrations"


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_migrated_table_has_the_columns_of_its_contract(migrated, name):
    found = [(column["name"], column["nullable"]) for column in sa.inspect(migrated).get_columns(name)]
    assert found == [(column, contract.nullable) for column, contract in CONTRACTS[name].columns.items()]
    assert [index["column_names"] for index in sa.inspect(migrated).get_indexes(name)] == [["school_year", "county_code"]]


def test_a_new_column_in_a_contract_is_noticed(migrated, monkeypatch):
    contract = CONTRACTS["scope_ledger"].add_columns({"added": pa.Column("float64", nullable=True)})
    monkeypatch.setitem(tables.CONTRACTS, "scope_ledger", contract)
    wanted = sa.MetaData()
    for table in schema.metadata.tables.values():
        if table.name == "scope_ledger":
            schema.published_table(table.name, wanted)
        else:
            table.to_metadata(wanted)
    assert [(change[0], change[3].name) for change in differences(migrated, wanted)] == [("add_column", "added")]


def test_the_schema_names_the_newest_migration():
    assert ScriptDirectory.from_config(configuration()).get_heads() == [schema.SCHEMA_VERSION]


def test_migrations_are_packages_so_that_a_wheel_has_them():
    folder = files("resources.migrations")
    assert folder.joinpath("versions", "__init__.py").is_file() and folder.joinpath("env.py").is_file()
