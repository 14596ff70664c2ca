"""What is done about a verdict: acts name a county and hold details, and the events of gaps are kept."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add two columns to the acts, empty for those of old, and the table of gap events."""
    for name in ("county_code", "detail"):
        op.add_column("act", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "gap_event",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("gap", "school_year", "event")),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("run", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_gap_event"),
    )
    op.create_index("ix_gap_event_year", "gap_event", ["school_year"])


def downgrade() -> None:
    """Not offered: the way back is the backup of the database."""
    raise NotImplementedError("restore the backup of the database")
