"""The first schema: published tables, releases, the ledger of files, recorded acts.

Written out and frozen: later changes of contracts are later migrations.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def text(name: str, empty: bool = False) -> sa.Column[str]:
    """A column of words."""
    return sa.Column(name, sa.Text(), nullable=empty)


def number(name: str, empty: bool = False) -> sa.Column[float]:
    """A column of doubles."""
    return sa.Column(name, sa.Double(), nullable=empty)


def count(name: str, empty: bool = False) -> sa.Column[int]:
    """A column of whole numbers."""
    return sa.Column(name, sa.BigInteger(), nullable=empty)


def flag(name: str, empty: bool = False) -> sa.Column[bool]:
    """A column of true and false."""
    return sa.Column(name, sa.Boolean(), nullable=empty)


def moment(name: str, empty: bool = False) -> sa.Column:
    """A column of moments."""
    return sa.Column(name, sa.DateTime(timezone=True), nullable=empty)


def published(name: str, *columns: sa.Column) -> None:
    """A published table with its index by year and county."""
    op.create_table(name, *columns)
    op.create_index(f"ix_{name}_year_county", name, ["school_year", "county_code"])


def upgrade() -> None:
    """Make every table."""
    published_tables()
    releases()
    ledgers()


def published_tables() -> None:
    """The tables of a release."""
    published(
        "school_indicators",
        text("school_year"),
        text("county_code"),
        text("school_id"),
        text("school_name"),
        text("section"),
        text("standard"),
        text("indicator"),
        number("value", empty=True),
        text("unit"),
        number("threshold", empty=True),
        number("floor", empty=True),
        flag("met", empty=True),
        number("shortfall", empty=True),
        text("shortfall_unit"),
        text("reason", empty=True),
    )
    published(
        "school_compliance",
        text("school_year"),
        text("county_code"),
        text("school_id"),
        text("school_name"),
        text("section"),
        text("standard"),
        count("indicators_met"),
        count("indicators_total"),
        number("lowest_ratio", empty=True),
        flag("compliant", empty=True),
        text("failing", empty=True),
        text("reason", empty=True),
    )
    published(
        "county_coefficients",
        text("school_year"),
        text("county_code"),
        text("county_name"),
        text("section"),
        text("standard"),
        text("indicator"),
        count("schools", empty=True),
        number("students", empty=True),
        number("mean", empty=True),
        number("standard_deviation", empty=True),
        number("coefficient", empty=True),
        number("limit", empty=True),
        flag("met", empty=True),
        count("left_out", empty=True),
    )
    published(
        "county_verdicts",
        text("school_year"),
        text("county_code"),
        text("county_name"),
        text("standard"),
        text("section", empty=True),
        text("item"),
        number("value", empty=True),
        number("limit", empty=True),
        text("met"),
        text("reason", empty=True),
    )
    published(
        "scope_ledger",
        text("school_year"),
        text("county_code"),
        text("school_id"),
        text("school_name"),
        text("section", empty=True),
        text("standard"),
        flag("in_scope", empty=True),
        text("rule"),
    )
    published(
        "findings",
        text("school_year"),
        text("county_code", empty=True),
        text("file"),
        text("sheet", empty=True),
        text("cell", empty=True),
        text("school_id", empty=True),
        text("field", empty=True),
        text("section", empty=True),
        text("severity"),
        text("rule"),
        text("value", empty=True),
        text("message"),
    )
    published(
        "reporting_board",
        text("school_year"),
        text("county_code"),
        text("school_id"),
        text("school_name"),
        text("township", empty=True),
        text("school_type", empty=True),
        count("register_order"),
        flag("expected"),
        text("outcome"),
        text("file", empty=True),
        count("errors"),
        count("queries"),
        count("notes"),
    )
    published(
        "coefficient_contributions",
        text("school_year"),
        text("county_code"),
        text("school_id"),
        text("school_name"),
        text("section"),
        text("standard"),
        text("indicator"),
        number("value", empty=True),
        number("county_mean", empty=True),
        number("share", empty=True),
    )
    published(
        "year_on_year",
        text("school_year"),
        text("county_code"),
        text("county_name"),
        text("section"),
        text("standard"),
        text("indicator"),
        number("coefficient", empty=True),
        number("previous", empty=True),
        number("change", empty=True),
        number("mean", empty=True),
        number("previous_mean", empty=True),
    )


def releases() -> None:
    """What was released, and which release counts."""
    op.create_table(
        "release",
        text("school_year"),
        sa.Column("number", sa.Integer(), nullable=False),
        moment("made_at"),
        text("fingerprint"),
        text("manifest"),
        sa.PrimaryKeyConstraint("school_year", "number", name="pk_release"),
    )
    op.create_table(
        "current_release",
        text("school_year"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("school_year", name="pk_current_release"),
        sa.ForeignKeyConstraint(["school_year", "number"], ["release.school_year", "release.number"], name="fk_current_release"),
    )


def ledgers() -> None:
    """What became of files, and who did what."""
    op.create_table(
        "file_ledger",
        sa.Column("id", sa.Integer(), nullable=False),
        text("school_year"),
        text("file"),
        text("sha256"),
        count("size"),
        text("outcome"),
        moment("first_seen"),
        moment("last_seen"),
        moment("withdrawn_at", empty=True),
        sa.PrimaryKeyConstraint("id", name="pk_file_ledger"),
        sa.UniqueConstraint("school_year", "file", "sha256", name="uq_file_ledger"),
    )
    op.create_index("ix_file_ledger_sha256", "file_ledger", ["sha256"])
    op.create_index("ix_file_ledger_file", "file_ledger", ["file"])
    op.create_table(
        "act",
        sa.Column("id", sa.Integer(), nullable=False),
        moment("made_at"),
        text("school_year"),
        text("kind"),
        text("by_whom"),
        text("reason"),
        sa.PrimaryKeyConstraint("id", name="pk_act"),
    )
    op.create_index("ix_act_year_kind", "act", ["school_year", "kind"])


def downgrade() -> None:
    """Not offered: the way back is the backup of the database."""
    raise NotImplementedError("restore the backup of the database")
