"""Alembic's entry: runs the migrations on the connection that was handed over, inside its transaction.

Belongs here: that hand-over. Does not belong here: addresses and passwords of databases (``resources.database``).
"""

from alembic import context

from resources.schema import metadata

connection = context.config.attributes.get("connection")
if connection is None:
    raise RuntimeError("migrations run through resources.database.WarehouseDatabase.prepare()")

# One transaction for all of them, on SQLite too: a killed migration leaves the old schema.
context.configure(connection=connection, target_metadata=metadata, compare_type=True, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
