"""What a query compared, beside the value: a column of the published findings.

Written out and frozen: later changes of contracts are later migrations.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of findings published before it stays empty."""
    op.add_column("findings", sa.Column("compared", sa.Text, nullable=True))


def downgrade() -> None:
    """Not offered: the way back is the backup of the database."""
    raise NotImplementedError("restore the backup of the database")
