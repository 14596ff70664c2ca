"""${message}

What changes for the reader of a table, and what happens to rows that are already there.
"""

import sqlalchemy as sa
from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    """Bring the tables to this revision."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Not offered: the way back is the backup of the database."""
    raise NotImplementedError("restore the backup of the database")
