"""Valid rows for every contract and, derived from the contract itself, every way to break one of its constraints.

Belongs here: making samples and breaks from contracts alone. Does not belong here: any expectation, any list of columns;
a constraint of a kind that is not known here is refused, so that none goes untested.
"""

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import pandas as pd
import pandera.pandas as pa

from data_contracts.tables import CONTRACTS

YEAR = "2024-2025"
ROWS = 3
NULL_ROW = 2
"""The row in which everything nullable is empty."""
# For each pattern: what keeps it in a row, and what looks like it and must be refused.
PATTERNS: dict[str, tuple[Callable[[int], str], tuple[str, ...]]] = {
    r"^[0-9]{4}-[0-9]{4}\Z": (lambda row: YEAR, ("2024", "2024/2025")),
    r"^20[0-9]{2}-20[0-9]{2}\Z": (lambda row: f"20{24 + row}-20{25 + row}", ("2024", "1924-1925", "2024/2025")),
    r"^[0-9]{10}\Z": (
        lambda row: f"01234567{row:02d}",
        ("123456789", "12345678901", "012345678X", "0123456789\n", "０１２３４５６７８９", ""),
    ),
    r"^[0-9]{6}\Z": (lambda row: f"01052{row}", ("36052", "3605210", "36052X", "360521\n", "３６０５２１", "")),
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\Z": (
        lambda row: f"2024-10-{row + 10}",
        ("2024-10", "2024/10/15", "15.10.2024", "2024-10-15\n", ""),
    ),
    r"^([0-9]{2}){1,3}\Z": (lambda row: f"3{row}", ("3", "360", "36052", "36052X", "36 ", "36\n", "３６", "")),
    r"^([0-9a-f]{64})?\Z": (lambda row: f"{row:064x}", ("0" * 63, "0" * 65, "A" * 64, "g" * 64)),
}
WORD_NOT_LISTED = "不在其列"


def kind_of(column: pa.Column) -> str:
    """``text``, ``number``, ``count`` or ``flag``."""
    dtype = str(column.dtype)
    kinds = {"float64": "number", "int64": "count", "Int64": "count", "bool": "flag", "boolean": "flag"}
    return kinds.get(dtype) or ("text" if dtype.startswith("str") or dtype == "category" else f"unknown {dtype}")


def _pattern(check: pa.Check) -> str:
    pattern = check.statistics["pattern"]
    return pattern.pattern if isinstance(pattern, re.Pattern) else pattern


def _value(name: str, column: pa.Column, row: int) -> object:
    if column.nullable and row == NULL_ROW:
        return None
    kind = kind_of(column)
    if kind == "number":
        return (0.0, 12.5, 1 / 3)[row % 3]
    if kind == "count":
        return row
    if kind == "flag":
        return row % 2 == 0
    for check in column.checks:
        if check.name == "isin":
            allowed = list(check.statistics["allowed_values"])
            return allowed[row % len(allowed)]
        if check.name == "str_matches":
            return PATTERNS[_pattern(check)][0](row)
    return f"{name} {row}"


def sample(name: str) -> pd.DataFrame:
    """Three valid rows as the computations hand them over: plain objects for words, whole and fractional numbers, flags."""
    return _sample(name).copy()


@cache
def _sample(name: str) -> pd.DataFrame:
    made: dict[str, pd.Series] = {}
    for column, spec in CONTRACTS[name].columns.items():
        values = [_value(column, spec, row) for row in range(ROWS)]
        made[column] = pd.Series(values, dtype="float64" if kind_of(spec) == "number" else object)
        if not spec.nullable and kind_of(spec) != "text":
            made[column] = made[column].astype(str(spec.dtype))
    return pd.DataFrame(made)


@dataclass(frozen=True)
class Break:
    """One way to break a column: ``spoil`` makes it bad, ``check`` is the name under which the contract knows the constraint.

    Without ``check`` the type is broken, which is told before the rules of single values are looked at.
    """

    what: str
    spoil: Callable[[pd.Series], pd.Series]
    check: str = ""


def _whole(*values: object) -> Callable[[pd.Series], pd.Series]:
    return lambda old: pd.Series(list(values), index=old.index)


def _objects(*values: object) -> Callable[[pd.Series], pd.Series]:
    return lambda old: pd.Series(list(values), index=old.index, dtype=object)


def _one(value: object) -> Callable[[pd.Series], pd.Series]:
    """The second row spoilt, the others as they are."""

    def spoil(old: pd.Series) -> pd.Series:
        new = old.astype(object)
        new.iat[1] = value
        return new

    return spoil


def _number(value: float) -> Callable[[pd.Series], pd.Series]:
    return lambda old: _one(value)(old).astype("float64")


WRONG_TYPES: dict[str, dict[str, Callable[[pd.Series], pd.Series]]] = {
    "text": {
        "whole numbers": _whole(1, 2, 3),
        "fractions": _whole(1.5, 2.5, 3.5),
        "flags": _whole(True, False, True),
        "only numbers as objects": _objects(1, 2, 3),
        "a number among words": _one(7),
        "a fraction among words": _one(7.5),
        "a flag among words": _one(True),
        "bytes among words": _one(b"bytes"),
        "a list among words": _one(["a", "b"]),
        "times": lambda old: pd.Series(pd.to_datetime(["2024-09-01"] * len(old)), index=old.index),
    },
    "number": {
        "words": _objects("a", "b", "c"),
        "digits as words": _objects("1", "2.5", "3"),
        "a word among numbers": _one("约12"),
        "digits among numbers": _one("12"),
        "flags": _whole(True, False, True),
    },
    "count": {
        "fractions": _whole(1.0, 1.5, 2.0),
        "words": _objects("a", "b", "c"),
        "digits as words": _objects("1", "2", "3"),
        "digits among numbers": _one("12"),
        "flags": _whole(True, False, True),
        "infinite": _whole(1.0, float("inf"), 2.0),
    },
    "flag": {
        "words": _objects("true", "false", "true"),
        "a word among flags": _one("false"),
        "numbers": _whole(0, 1, 2),
    },
}


def _check_breaks(check: pa.Check, kind: str, may_be_negative: bool) -> Iterator[tuple[str, Callable[[pd.Series], pd.Series]]]:
    number = _number if kind == "number" else _one
    if check.name == "isin":
        yield "not in the list", _one(WORD_NOT_LISTED)
    elif check.name == "str_matches":
        for bad in PATTERNS[_pattern(check)][1]:
            yield f"the text {bad!r}", _one(bad)
    elif check.name == "greater_than_or_equal_to":
        yield "negative", number(check.statistics["min_value"] - 1)
    elif check.name == "finite":
        yield "infinite", number(math.inf)
        if not may_be_negative:
            return
        yield "negative infinite", number(-math.inf)
    else:
        raise LookupError(f"no way to break the check {check.name} is known here")


def breaks_of(column: pa.Column) -> list[Break]:
    """Every wrong type for a column's kind, a missing value where none may be, and every check broken."""
    kind = kind_of(column)
    found = [Break(what, spoil) for what, spoil in WRONG_TYPES[kind].items()]
    if not column.nullable:
        # Counts and flags have types that cannot hold a missing value and refuse it by themselves.
        missing = {"text": None, "count": math.nan, "flag": None, "number": math.nan}[kind]
        found.append(Break("no value where one is promised", _one(missing), "not_nullable" if kind in ("text", "number") else ""))
    may_be_negative = not any(check.name == "greater_than_or_equal_to" for check in column.checks)
    for check in column.checks:
        found += [Break(what, spoil, name_of(check)) for what, spoil in _check_breaks(check, kind, may_be_negative)]
    return found


def name_of(check: pa.Check) -> str:
    """The name under which a refusal tells the check."""
    return check.error if check.name == "finite" else check.name


def only(name: str, column: str) -> tuple[pa.DataFrameSchema, pd.DataFrame]:
    """The contract and the sample cut down to the year, the key and one column, so that many breaks take little time."""
    contract = CONTRACTS[name]
    kept = [one for one in contract.columns if one in {"school_year", column, *(contract.unique or [])}]
    columns = {one: contract.columns[one] for one in kept}
    return pa.DataFrameSchema(
        columns, name=name, strict=contract.strict, ordered=contract.ordered, unique=contract.unique
    ), sample(name)[kept]
