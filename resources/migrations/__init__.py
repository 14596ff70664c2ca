"""Migrations of the warehouse database, one file per change of a stored table, in ``versions``.

Belongs here: what Alembic needs to bring any older database to the schema of this code. Does not belong here: the
schema itself (``resources.schema``), and when migrations run (``resources.database``: at the start of whatever writes).

To change a table: change its contract, add ``versions/<next number>_<what>.py`` from the template ``script.py.mako``, and
set ``SCHEMA_VERSION``. A released migration is never edited: databases that ran it would not see the edit.
"""

from typing import TYPE_CHECKING

import sqlalchemy as sa

from data_contracts.errors import MendableError

if TYPE_CHECKING:
    from alembic.config import Config


def revision(connection: sa.Connection) -> str | None:
    """The migration that a database stands at, None for an empty one; asked without loading Alembic."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.scalar(sa.text("SELECT version_num FROM alembic_version"))


def configuration() -> "Config":
    """Alembic's settings: the migrations lie in this package, wherever it is installed."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "resources:migrations")
    return config


def migrate(connection: sa.Connection) -> None:
    """Run what is missing, inside the connection's transaction.

    Raises:
        MendableError: the database stands at a migration that this code does not have.
    """
    from alembic import command
    from alembic.script import ScriptDirectory

    config = configuration()
    here = revision(connection)
    if here is not None and here not in {known.revision for known in ScriptDirectory.from_config(config).walk_revisions()}:
        raise MendableError(
            f"数据库由更新版本的均衡建立(结构版本 {here})。请安装那个版本或更新的版本后再运行。",
            f"The database was made by a newer Junheng (schema {here}). Install that version or a newer one.",
        )
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
