"""The published tables of follow-up, insight and trials, and the points of schools.

Written out and frozen: later changes of contracts are later migrations.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KINDS = {"text": sa.Text, "number": sa.Double, "count": sa.BigInteger, "flag": sa.Boolean}
# Each table with its columns in order, as name:kind; ? marks those that may be empty.
TABLES = {
    "school_points": (
        "school_year:text county_code:text school_id:text school_name:text section:text standard:text indicator:text "
        "points:number? most:number? grade:text?"
    ),
    "rectification_ledger": (
        "school_year:text county_code:text gap:text standard:text? school_id:text? school_name:text? section:text? "
        "item:text title:text amount:number? unit:text? description:text since:text opened_on:text? closed_on:text? "
        "owner:text? due:text? measure:text? evidence:text? note:text? status:text"
    ),
    "county_workflow": (
        "school_year:text county_code:text county_name:text standard:text sequence:count stage:text outcome:text "
        "date:text by_whom:text reason:text? source:text"
    ),
    "verification_sample": (
        "school_year:text county_code:text school_id:text school_name:text school_type:text weight:number risks:text? "
        "seed:text drawn_on:text by_whom:text"
    ),
    "verification_results": (
        "school_year:text county_code:text school_id:text school_name:text field:text section:text? unit:text? "
        "reported:number? seen:number? difference:number? tolerance:number? reported_text:text? seen_text:text? "
        "within:flag? message:text? visitor:text? date:text?"
    ),
    "scope_sensitivity": (
        "school_year:text county_code:text county_name:text section:text standard:text indicator:text rule:text "
        "schools:count students:number? coefficient:number? coefficient_with:number? limit:number? met:flag? "
        "met_with:flag? differs:flag?"
    ),
    "township_coefficients": (
        "school_year:text county_code:text county_name:text township:text section:text standard:text indicator:text "
        "schools:count? students:number? mean:number? standard_deviation:number? coefficient:number? limit:number? "
        "met:flag? left_out:count?"
    ),
    "township_compliance": (
        "school_year:text county_code:text county_name:text township:text? section:text standard:text "
        "school_sections:count complying:count? not_complying:count? undecided:count? share:number? reason:text?"
    ),
    "self_score_differences": (
        "school_year:text county_code:text school_id:text school_name:text section:text standard:text indicator:text "
        "own_points:number points:number? difference:number? message:text? file:text row:count"
    ),
    "county_growth": (
        "school_year:text county_code:text county_name:text measure:text section:text? this_year:number? "
        "last_year:number? growth:number? to_exceed:number? grew:flag?"
    ),
    "county_profile": (
        "school_year:text county_code:text county_name:text school_type:text? section:text? item:text value:number? "
        "stated:count? not_stated:count?"
    ),
    "county_staff": (
        "school_year:text county_code:text county_name:text section:text? item:text value:number? of:text? base:number? "
        "share:number? stated:count? not_stated:count?"
    ),
    "county_students": (
        "school_year:text county_code:text county_name:text section:text item:text value:number? of:text? base:number? "
        "share:number? stated:count? not_stated:count?"
    ),
    "school_large_classes": (
        "school_year:text county_code:text school_id:text school_name:text township:text? section:text classes:number? "
        "oversize_classes:number? largest_class:number? allowed:number over:number?"
    ),
    "plan_progress": (
        "school_year:text county_code:text county_name:text standard:text section:text? item:text target_year:text "
        "direction:text target:number actual:number? reached:flag? planned_in:text file:text"
    ),
    "regional_progress": (
        "school_year:text county_code:text? level:text region:text? standard:text counties:count reporting:count "
        "met:count not_met:count pending:count recognised:count? recognition_unknown:count? recognised_share:number? "
        "target_share:number? target_year:count? recognised_on:text? large_class_schools:count? complying:count? "
        "judged:count? complying_share:number? retention:number? retention_target:number? retention_counties:count"
    ),
    "trial_indicators": (
        "school_year:text county_code:text school_id:text school_name:text section:text standard:text indicator:text "
        "value:number? unit:text threshold:number? floor:number? met:flag? shortfall:number? shortfall_unit:text "
        "reason:text?"
    ),
    "trial_compliance": (
        "school_year:text county_code:text school_id:text school_name:text section:text standard:text "
        "indicators_met:count indicators_total:count lowest_ratio:number? compliant:flag? failing:text? reason:text?"
    ),
    "trial_coefficients": (
        "school_year:text county_code:text county_name:text section:text standard:text indicator:text schools:count? "
        "students:number? mean:number? standard_deviation:number? coefficient:number? limit:number? met:flag? "
        "left_out:count?"
    ),
    "trial_verdicts": (
        "school_year:text county_code:text county_name:text standard:text section:text? item:text value:number? "
        "limit:number? met:text reason:text?"
    ),
}


def upgrade() -> None:
    """Make each table with its index by year and county."""
    for name, columns in TABLES.items():
        op.create_table(name, *(_column(spec) for spec in columns.split()))
        op.create_index(f"ix_{name}_year_county", name, ["school_year", "county_code"])


def _column(spec: str) -> sa.Column:
    name, _, kind = spec.partition(":")
    return sa.Column(name, KINDS[kind.rstrip("?")](), nullable=kind.endswith("?"))


def downgrade() -> None:
    """Not offered: the way back is the backup of the database."""
    raise NotImplementedError("restore the backup of the database")
