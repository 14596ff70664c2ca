"""The assessment of a nation's year, beside a bare polars program doing the same arithmetic and writing the same Parquet.

Belongs here: 200 000 schools in 2 900 counties from records to published Parquet; CSV and SQL timed apart.
Does not belong here: whole commands (``cold``). Run as ``python -m benchmarks.assessment ours|polars|csv|sql FOLDER``.
"""

import sys
import tempfile
import time
from pathlib import Path

from benchmarks.processes import HEADER, Measured, in_turn, line, ratio, run_once

RUNS = 3
YEAR = "2026-2027"
PUBLISHED_HERE = ("scope_ledger", "school_indicators", "school_compliance", "county_coefficients", "county_verdicts")


def ours(folder: Path) -> dict:
    """From ``records.parquet`` to the published Parquet tables through the product's own functions and contracts."""
    import numpy as np
    import pandas as pd

    from data_contracts.school_year import SchoolYear
    from data_contracts.standard import shipped_standards
    from data_contracts.standards_in_force import in_force
    from data_contracts.tables import no_rows
    from domain.assessment import judging, scope
    from domain.assessment.county_records import counties_of
    from domain.assessment.indicators import school_indicators
    from domain.reporting.table_text import ordered, parquet_bytes
    from resources.table_store import validated

    sections = pd.read_parquet(folder / "records.parquet")
    # The national ones without the items beside resources: the other program knows neither packs of provinces nor items.
    in_year = in_force(shipped_standards(), SchoolYear.parse(YEAR))
    standards = tuple(one.model_copy(update={"verdict_items": ()}) for one in in_year if one.judges_counties)
    register = sections.drop_duplicates("school_id")
    register = register.assign(register_order=np.arange(len(register)))
    counties = counties_of(register)
    ledger = scope.scope_ledger(register, sections, standards)
    indicators = school_indicators(sections, standards)
    compliance = judging.all_compliance(indicators, standards)
    coefficients = judging.all_coefficients(sections, ledger, counties, standards)
    nothing = no_rows("county_returns")
    verdicts = judging.all_verdicts(
        counties, register, sections, ledger, compliance, coefficients, nothing, standards, SchoolYear.parse(YEAR)
    )
    tables = dict(zip(PUBLISHED_HERE, (ledger, indicators, compliance, coefficients, verdicts), strict=True))
    made = {}
    for name, table in tables.items():
        made[name] = ordered(validated(table, name, YEAR), name)
        (folder / f"ours_{name}.parquet").write_bytes(parquet_bytes(made[name]))
    return made


def bare_polars(folder: Path) -> None:
    """The same figures by polars alone, without contracts, reasons or names of what is wrong."""
    import polars as pl

    rows = pl.read_parquet(folder / "records.parquet")
    junior = pl.col("section") == "junior"
    teaching = pl.col("teaching_area") - pl.col("indoor_sports_area")
    sports = pl.col("sports_ground_area") + pl.col("indoor_sports_area")
    basic = {
        "B1": (teaching, 1), "B2": (sports, 1), "B3": (pl.col("equipment_value"), 1), "B4": (pl.col("teaching_computers"), 100),
        "B5": (pl.col("books"), 1), "B6": (pl.col("full_time_teachers"), 1), "B7": (pl.col("teachers_above_required"), 1),
        "B8": (pl.col("teachers_mid_senior_title"), 1),
    }  # fmt: skip
    quality = {
        "L1": (pl.col("teachers_above_required"), 100, 4.2, 5.3), "L2": (pl.col("backbone_teachers"), 100, 1.0, 1.0),
        "L3": (pl.col("pe_arts_teachers"), 100, 0.9, 0.9), "L4": (teaching, 1, 4.5, 5.8), "L5": (sports, 1, 7.5, 10.2),
        "L6": (pl.col("equipment_value"), 1, 2000.0, 2500.0), "L7": (pl.col("multimedia_rooms"), 100, 2.3, 2.4),
    }  # fmt: skip
    key = ["county_code", "school_id", "school_name", "section"]
    outside = pl.col("school_type").is_in(["特殊教育学校", "职业学校"])
    in_basic = (
        ~outside & (pl.col("school_type") != "教学点") & (pl.col("ownership") != "民办") & (pl.col("administered_by") == "县属")
    )
    in_quality = ~outside & ~((pl.col("school_type") == "教学点") & (pl.col("enrolment") < 50))
    scopes = {"national-basic-2012": in_basic, "national-quality-2017": in_quality}
    ledger = pl.concat([rows.select(*key, standard=pl.lit(name), in_scope=rule) for name, rule in scopes.items()])
    ledger.sort(["county_code", "school_id", "section", "standard"]).write_parquet(folder / "polars_scope_ledger.parquet")
    parts, spreads = [], []
    for standard, listed in (("national-basic-2012", basic), ("national-quality-2017", quality)):
        counted = rows.filter(scopes[standard])
        for name, (resource, per, *limits) in listed.items():
            threshold = pl.when(junior).then(limits[1]).otherwise(limits[0]) if limits else pl.lit(None, pl.Float64)
            part = counted.select(
                *key,
                "enrolment",
                standard=pl.lit(standard),
                indicator=pl.lit(name),
                resource=resource,
                value=per * resource / pl.col("enrolment"),
                threshold=threshold,
            ).with_columns(
                floor=pl.col("threshold") * 0.85,
                met=pl.col("value") >= pl.col("threshold") * (1 - 1e-12),
                shortfall=(pl.col("threshold") * pl.col("enrolment") / per - pl.col("resource")).clip(0),
            )
            group = ["county_code", "section", "standard", "indicator"]
            mean = (per * pl.col("resource").sum() / pl.col("enrolment").sum()).over(["county_code", "section"])
            spread = (
                part.with_columns(mean=mean)
                .group_by(group)
                .agg(
                    schools=pl.len(),
                    students=pl.col("enrolment").sum(),
                    mean=pl.col("mean").first(),
                    standard_deviation=(
                        (pl.col("enrolment") * (pl.col("value") - pl.col("mean")) ** 2).sum() / pl.col("enrolment").sum()
                    ).sqrt(),
                )
                .with_columns(coefficient=pl.col("standard_deviation") / pl.col("mean"))
            )
            spreads.append(spread)
            parts.append(part.drop("resource", "enrolment"))
    indicators = pl.concat(parts).sort(["county_code", "school_id", "section", "standard", "indicator"])
    indicators.write_parquet(folder / "polars_school_indicators.parquet")
    compliance = (
        indicators.filter(pl.col("standard") == "national-quality-2017")
        .group_by([*key, "standard"])
        .agg(
            indicators_met=pl.col("met").sum(),
            lowest_ratio=(pl.col("value") / pl.col("threshold")).min(),
            above_floor=(pl.col("value") >= pl.col("floor") * (1 - 1e-12)).all(),
            failing=pl.col("indicator").filter(~pl.col("met")).str.join(";"),
        )
        .with_columns(compliant=(pl.col("indicators_met") >= 6) & pl.col("above_floor"))
    )
    compliance.sort(key).write_parquet(folder / "polars_school_compliance.parquet")
    coefficients = pl.concat(spreads)
    composite = (
        coefficients.filter(pl.col("standard") == "national-basic-2012")
        .group_by(["county_code", "section", "standard"])
        .agg(coefficient=pl.col("coefficient").mean())
    )
    everything = pl.concat([coefficients, composite.with_columns(indicator=pl.lit("composite"))], how="diagonal")
    everything = everything.sort(["county_code", "section", "standard", "indicator"])
    everything.write_parquet(folder / "polars_county_coefficients.parquet")
    counties = compliance.group_by("county_code").agg(compliant=pl.col("compliant").sum(), schools=pl.len())
    largest = everything.group_by(["county_code", "section", "standard"]).agg(pl.col("coefficient").max())
    verdicts = largest.join(counties, on="county_code", how="left").sort(["county_code", "standard", "section"])
    verdicts.write_parquet(folder / "polars_county_verdicts.parquet")


def other_ways_out(folder: Path) -> list[str]:
    """Seconds for CSV and for SQLite of the same tables, apart from the rest."""
    import datetime as dt

    import pandas as pd

    from data_contracts.tables import CONTRACTS, PUBLISHED
    from domain.reporting.table_text import csv_text
    from resources.database import ReleaseRecord, WarehouseDatabase
    from resources.table_store import validated

    tables = {name: pd.read_parquet(folder / f"ours_{name}.parquet") for name in PUBLISHED_HERE}
    started = time.perf_counter()
    for name, table in tables.items():
        (folder / f"{name}.csv").write_bytes(csv_text(table))
    csv_seconds = time.perf_counter() - started
    for name in set(PUBLISHED) - set(tables):
        empty = pd.DataFrame({column: pd.Series(dtype="object") for column in CONTRACTS[name].columns})
        tables[name] = validated(empty, name, YEAR)
    database = WarehouseDatabase(folder / "nation.db")
    database.prepare()
    started = time.perf_counter()
    database.publish(ReleaseRecord(YEAR, 1, dt.datetime.now(dt.UTC), "benchmark", {}), tables)
    sql_seconds = time.perf_counter() - started
    rows = sum(map(len, tables.values()))
    return [
        f"- CSV of the same {rows:,} rows: {csv_seconds:.1f} s",
        f"- SQLite of the same rows, one transaction: {sql_seconds:.1f} s",
    ]


def report() -> str:
    """Measure, and tell as Markdown."""
    from benchmarks.nation import COUNTIES, SCHOOLS, nation

    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        table = nation()
        table.to_parquet(root / "records.parquet")

        def of(kind: str) -> Measured:
            return run_once(["-m", "benchmarks.assessment", kind, folder])

        mine, theirs = in_turn(RUNS, lambda: of("ours"), lambda: of("polars"))
        others = other_ways_out(root)
    return "\n".join(
        [
            f"## A nation's year: {SCHOOLS:,} schools, {COUNTIES:,} counties, {len(table):,} sections, from records to Parquet",
            "",
            HEADER,
            line("Junheng: scope, indicators, compliance, coefficients, verdicts with reasons, contracts, Parquet", mine),
            line("bare polars: the same arithmetic, the same Parquet, no contracts, no reasons", theirs),
            "",
            f"Ratio, median of {RUNS} pairs: **{ratio(mine, theirs):.2f}** (goal ≤ 3).",
            "",
            *others,
        ]
    )


if __name__ == "__main__":
    {"ours": ours, "polars": bare_polars}[sys.argv[1]](Path(sys.argv[2]))
