"""What the UI shows of a table beside its rows: key figures, which Dagster plots over the years, and small charts.

Belongs here: metadata of materialisations. Does not belong here: anything that is published or computed for others.
"""

from collections.abc import Sequence

import dagster as dg
import pandas as pd

from data_contracts.catalogue import SECTION_LABELS, SECTIONS
from data_contracts.standard import Standard
from data_contracts.vocabulary import COUNTED_OUTCOMES

BAR_WIDTH = 10
COUNTIES_SHOWN = 1


def intake_figures(board: pd.DataFrame, files: pd.DataFrame) -> dict[str, dg.MetadataValue]:
    """How many schools reported and were accepted, and what became of the files."""
    outcomes = files["outcome"].value_counts().to_dict()
    return {
        "schools_expected": dg.MetadataValue.int(int(board["expected"].sum())),
        "schools_accepted": dg.MetadataValue.int(int((board["expected"] & board["outcome"].isin(COUNTED_OUTCOMES)).sum())),
        "files": dg.MetadataValue.md("\n".join(f"- {outcome}: {count}" for outcome, count in outcomes.items()) or "—"),
    }


def coefficient_figures(table: pd.DataFrame, standards: Sequence[Standard]) -> dict[str, dg.MetadataValue]:
    """Judged coefficients: the largest as a ratio to its limit, median of the counties, and bars for the first counties."""
    judged = table[table["limit"].notna() & table["coefficient"].notna()]
    lines = ["| | | coefficient | limit | |", "|---|---|---|---|---|"]
    shown = judged[judged["county_code"].isin(judged["county_code"].drop_duplicates().head(COUNTIES_SHOWN))]
    for row in shown.itertuples():
        bar = _bar(row.coefficient, row.limit)
        lines.append(
            f"| {row.county_name} {SECTION_LABELS[row.section]} | {row.indicator} | {row.coefficient:.3f} | {row.limit:g} | `{bar}` |"
        )
    figures: dict[str, dg.MetadataValue] = {"coefficients against limits": dg.MetadataValue.md("\n".join(lines))}
    for standard in standards:
        for section in SECTIONS:
            mine = judged[(judged["standard"] == standard.id) & (judged["section"] == section)]
            if len(mine):
                ratio = (mine["coefficient"] / mine["limit"]).groupby(mine["county_code"]).max().median()
                name = f"{standard.title.partition('(')[0]} {SECTION_LABELS[section]} 系数/限值"
                figures[name] = dg.MetadataValue.float(round(float(ratio), 4))
    return figures


def verdict_figures(table: pd.DataFrame) -> dict[str, dg.MetadataValue]:
    """How many counties meet, miss or have pending each standard."""
    overall = table[table["item"] == "overall"]
    lines = ["| standard | met | not met | pending |", "|---|---|---|---|"]
    for standard, rows in overall.groupby("standard"):
        counts = rows["met"].value_counts()
        lines.append(f"| {standard} | {counts.get('true', 0)} | {counts.get('false', 0)} | {counts.get('pending', 0)} |")
    return {"overall": dg.MetadataValue.md("\n".join(lines))}


def compliance_figures(table: pd.DataFrame) -> dict[str, dg.MetadataValue]:
    """The share of school sections that comply, by standard."""
    shares = table.groupby("standard")["compliant"].apply(lambda column: float(column.fillna(False).mean()))
    return {f"{standard}: share compliant": dg.MetadataValue.float(share) for standard, share in shares.items()}


def _bar(value: float, limit: float) -> str:
    """A bar of the value with a mark at the limit, the limit standing at two thirds of the width."""
    mark = BAR_WIDTH * 2 // 3
    filled = min(BAR_WIDTH, round(value / limit * mark))
    return "".join("┃" if place == mark else "█" if place < filled else "·" for place in range(BAR_WIDTH + 1))
