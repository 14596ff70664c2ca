"""Do the figures reconcile: counties with schools, sections with wholes, published with computed.

Belongs here: asset checks that block a release. Does not belong here: the comparisons (``domain.assessment.reconciliation``).
"""

import io
import warnings

import dagster as dg
import pandas as pd

from assets.partitions import school_years, year_of
from assets.publication import tables_of
from data_contracts.tables import CONTRACTS, PUBLISHED
from data_contracts.tables.columns import FLAG, FLAG_OR_NONE, TEXT, type_of
from domain.assessment.reconciliation import (
    gaps_reconcile,
    means_reconcile,
    points_reconcile,
    scope_reconciles,
    splits_reconcile,
    students_reconcile,
    tables_agree,
)
from domain.reporting.table_text import csv_text, ordered
from resources.dagster_io import JunhengHome

warnings.filterwarnings("ignore", category=dg.PreviewWarning, message=".*partitions_def.*")
SHOWN = 10


def _result(mismatches: list[str], **metadata: int) -> dg.AssetCheckResult:
    text = "\n".join(f"- {line}" for line in mismatches[:SHOWN])
    told = dg.MetadataValue.md(text) if mismatches else dg.MetadataValue.text("—")
    return dg.AssetCheckResult(passed=not mismatches, metadata={**metadata, "mismatches": told})


@dg.asset_check(
    asset="county_records", additional_deps=["school_returns", "school_sections"], partitions_def=school_years, blocking=True,
    description="学生数逐级相符。Students of counties, sections and returns are the same.",
)  # fmt: skip
def students_add_up(context: dg.AssetCheckExecutionContext, home: JunhengHome) -> dg.AssetCheckResult:
    """Fail where a county's students are not the sum of its schools'."""
    t = tables_of(home, ("school_returns", "school_sections", "county_records"), year_of(context))
    return _result(
        students_reconcile(t["school_returns"], t["school_sections"], t["county_records"]), counties=len(t["county_records"])
    )


@dg.asset_check(
    asset="school_sections", additional_deps=["school_returns"], partitions_def=school_years, blocking=True,
    description="拆分前后总量相符。What the sections of a school hold is what the school reported.",
)  # fmt: skip
def splits_add_up(context: dg.AssetCheckExecutionContext, home: JunhengHome) -> dg.AssetCheckResult:
    """Fail where splitting lost or made resources."""
    t = tables_of(home, ("school_returns", "school_sections"), year_of(context))
    return _result(splits_reconcile(t["school_returns"], t["school_sections"]), sections=len(t["school_sections"]))


@dg.asset_check(
    asset="county_coefficients", additional_deps=["school_indicators", "school_sections"], partitions_def=school_years, blocking=True,
    description="县均值与各校之和相符。Each county mean is what its schools add up to.",
)  # fmt: skip
def means_add_up(context: dg.AssetCheckExecutionContext, home: JunhengHome) -> dg.AssetCheckResult:
    """Fail where a county's mean is not that of its schools."""
    year = year_of(context)
    t = tables_of(home, ("school_indicators", "school_sections", "county_coefficients"), year)
    wrong = means_reconcile(t["school_indicators"], t["school_sections"], t["county_coefficients"], home.standards(year))
    return _result(wrong, coefficients=len(t["county_coefficients"]))


@dg.asset_check(
    asset="scope_ledger", additional_deps=["school_register", "school_sections"], partitions_def=school_years, blocking=True,
    description="计入与不计入合起来就是名册。Every school of the register stands in the scope ledger exactly once per section.",
)  # fmt: skip
def scope_covers_register(context: dg.AssetCheckExecutionContext, home: JunhengHome) -> dg.AssetCheckResult:
    """Fail where a school of the register is in the scope of a standard and out of it, or neither."""
    year = year_of(context)
    t = tables_of(home, ("school_register", "school_sections", "scope_ledger"), year)
    wrong = scope_reconciles(t["school_register"], t["school_sections"], t["scope_ledger"], home.standards(year))
    return _result(wrong, schools=len(t["school_register"]))


@dg.asset_check(
    asset="school_points", partitions_def=school_years, blocking=True,
    description="各项得分与合计相符。The total of a school's points is what its indicators give together.",
)  # fmt: skip
def points_add_up(context: dg.AssetCheckExecutionContext, home: JunhengHome) -> dg.AssetCheckResult:
    """Fail where a total of points is not that of its parts."""
    points = tables_of(home, ("school_points",), year_of(context))["school_points"]
    return _result(points_reconcile(points), rows=len(points))


@dg.asset_check(
    asset="summary_tables", partitions_def=school_years, blocking=True,
    description="待发布的表与计算结果一致。The drafted tables, read back, are those that were computed.",
)  # fmt: skip
def published_is_computed(context: dg.AssetCheckExecutionContext, home: JunhengHome) -> dg.AssetCheckResult:
    """Fail where a drafted Parquet or CSV file differs from the computed table."""
    year = year_of(context)
    folder = home.home.draft(year) / "tables"
    wrong: list[str] = []
    for name, table in tables_of(home, PUBLISHED, year).items():
        computed = ordered(table, name)
        parquet, text = folder / f"{name}.parquet", folder / f"{name}.csv"
        if not parquet.is_file() or not text.is_file():
            wrong.append(f"{name}: not drafted")
            continue
        wrong += tables_agree(computed, pd.read_parquet(parquet), f"{name}.parquet")
        wrong += tables_agree(_as_read_from_csv(computed, name), read_csv(text.read_bytes(), name), f"{name}.csv")
    return _result(wrong, tables=len(PUBLISHED))


def read_csv(content: bytes, name: str) -> pd.DataFrame:
    """A published CSV with the contract's types: numbers exactly, words as written (neutralised).

    A file may hold some of the contract's columns; the table then has these.
    """
    columns = CONTRACTS[name].columns
    flags = [column for column, spec in columns.items() if type_of(spec) in (FLAG, FLAG_OR_NONE)]
    # Flags are read as words: nothing but true and false is a flag, whatever else pandas would take for one.
    kinds = {column: TEXT if column in flags else type_of(spec) for column, spec in columns.items()}
    table = pd.read_csv(io.BytesIO(content), dtype=kinds, keep_default_na=False, na_values=[""], encoding="utf-8")
    # A blank stays one even where a flag is required: taken for true, a lost flag would pass.
    return table.assign(
        **{
            column: table[column].map({"true": True, "false": False}).astype(FLAG_OR_NONE)
            for column in table.columns.intersection(flags)
        }
    )


def _is_text(name: str, column: str) -> bool:
    return type_of(CONTRACTS[name].columns[column]) == TEXT


@dg.asset_check(
    asset="rectification_ledger", additional_deps=["school_indicators"], partitions_def=school_years, blocking=True,
    description="未达标的指标都在整改台账。Every missed threshold is an open gap with its amount, and no other is.",
)  # fmt: skip
def gaps_add_up(context: dg.AssetCheckExecutionContext, home: JunhengHome) -> dg.AssetCheckResult:
    """Fail where the ledger lists other gaps than the schools have."""
    t = tables_of(home, ("school_indicators", "rectification_ledger"), year_of(context))
    return _result(gaps_reconcile(t["school_indicators"], t["rectification_ledger"]), gaps=len(t["rectification_ledger"]))


def _as_read_from_csv(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """The computed table as a CSV can hold it: empty text is missing, hostile text neutralised."""
    words = table[[column for column in table.columns if _is_text(name, column)]]
    neutral = read_csv(csv_text(words), name)
    return table.assign(**{column: neutral[column] for column in words.columns})


RECONCILIATION_CHECKS = [
    students_add_up,
    splits_add_up,
    means_add_up,
    scope_covers_register,
    points_add_up,
    gaps_add_up,
    published_is_computed,
]
