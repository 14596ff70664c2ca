"""A year of published tables that keeps every contract and is full of awkward values.

Belongs here: samples for tests of storing and writing tables. Does not belong here: figures that mean anything.
"""

import pandas as pd

from data_contracts.catalogue import fields, official_values
from data_contracts.tables import CONTRACTS, PUBLISHED, shaped
from domain.reporting.table_text import ordered

NUMBERS = (450.0, 0.1 + 0.2, 1e-05, 1e16, 1 / 3, 0.0, 5e-324, 1.7976931348623157e308, 123456789.125)
TEXTS = ("实验小学", "=1+1", '含"引号",逗号', "两\n行", "-3", "＝A1", "'=已加", "𠮷田 😀", "@x", "a\r\nb")
WORDS = {
    "section": ["primary", "junior"],
    "standard": ["national-basic-2012", "national-quality-2017"],
    "school_type": list(official_values("school_type")),
    "severity": ["error", "query", "note"],
    "outcome": ["accepted", "missing"],
    "field": list(fields()),
    "met": ["true", "false", "pending"],
    "file": ["=报表.xlsx", "一中心校/表 1.xlsx"],
    "target_year": ["2023-2024", "2024-2025"],
    "planned_in": ["2022-2023", "2024-2025"],
    "recognised_on": ["2016-12-30", "2020-01-01"],
    "cell": ["E9", "E10", "AA9", "B9"],
}

PATTERNS = {
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\Z": ("2026-06-30", "2027-01-02"),
    r"^20[0-9]{2}-20[0-9]{2}\Z": ("2024-2025", "2025-2026"),
}


def published_year(year: str = "2024-2025", rows: int = 40) -> dict[str, pd.DataFrame]:
    """Every published table with so many rows, in the shape of its contract and in published order."""
    return {name: ordered(_table(name, year, rows), name) for name in PUBLISHED}


def empty_year(year: str) -> dict[str, pd.DataFrame]:
    """Every published table without a row."""
    return {name: shaped(pd.DataFrame(columns=list(CONTRACTS[name].columns), dtype=object), name, year) for name in PUBLISHED}


def _table(name: str, year: str, rows: int) -> pd.DataFrame:
    columns = {column: [_value(column, contract, i) for i in range(rows)] for column, contract in CONTRACTS[name].columns.items()}
    columns["school_year"] = [year] * rows
    table = shaped(pd.DataFrame({column: pd.Series(values, dtype=object) for column, values in columns.items()}), name, year)
    key = CONTRACTS[name].unique
    # Words of a short list come again before the rows are all there.
    return CONTRACTS[name].validate(table.drop_duplicates(key, ignore_index=True) if key else table)


def _value(column: str, contract, i: int) -> object:
    dtype = str(contract.dtype).lower()
    if column in ("township", "region"):
        # Parts of a key that may be empty: once, or the rows would be the same.
        return None if contract.nullable and i == 4 else str(10 + i) if column == "region" else f"{TEXTS[i % len(TEXTS)]}镇{i}"
    if contract.nullable and i % 5 == 4:
        return None
    if dtype == "float64":
        return NUMBERS[i % len(NUMBERS)]
    if dtype == "int64":
        return i
    if dtype.startswith("bool"):
        return i % 3 == 0
    if column == "school_id":
        return f"32{i:08d}"
    if column == "county_code":
        return ("110105", "110106")[i % 2]
    allowed = [list(check.statistics["allowed_values"]) for check in contract.checks if check.name == "isin"]
    if column in ("indicator", "item", "gap") and not allowed:
        return f"B{i}"
    for check in contract.checks:
        if check.name == "str_matches" and check.statistics["pattern"] in PATTERNS:
            return PATTERNS[check.statistics["pattern"]][i % 2]
    words = WORDS.get(column, allowed[0] if allowed else TEXTS)
    words = words if not allowed or set(words) <= set(allowed[0]) else allowed[0]
    return words[i % len(words)]
