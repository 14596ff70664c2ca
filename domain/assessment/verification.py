"""What was seen on site against what the school reported (现场核查比对), figure by figure, with tolerance.

Belongs here: the comparison and its wording. Does not belong here: which schools are visited (``sampling``), what follows
from a discrepancy (``gaps``).

The tolerances (``visit_tolerances.csv``) are a judgement of this software's own (grade C): no official text was found.
"""

import csv
from functools import cache
from importlib.resources import files
from typing import Any

import pandas as pd

from data_contracts.catalogue import Field, fields
from data_contracts.records import place_column
from domain.assessment.comparing import at_most

RESULT_COLUMNS = (
    "county_code", "school_id", "school_name", "field", "section", "unit", "reported", "seen", "difference", "tolerance",
    "reported_text", "seen_text", "within", "message", "visitor", "date",
)  # fmt: skip


@cache
def tolerances() -> dict[str, float]:
    """Share of the reported figure by which the figure seen may differ, by key of a field or by unit; 0 is exact."""
    with files("data_contracts").joinpath("visit_tolerances.csv").open(encoding="utf-8") as stream:
        return {row["field"]: float(row["relative"]) for row in csv.DictReader(stream)}


def tolerance(field: Field, reported: float) -> float:
    """The largest difference from a reported figure that still counts as equal, in the stored unit."""
    shares = tolerances()
    return shares.get(field.key, shares.get(field.stored_unit, 0.0)) * abs(reported)


def verification_results(visits: pd.DataFrame, returns: pd.DataFrame, register: pd.DataFrame) -> pd.DataFrame:
    """Each figure seen beside the one reported.

    ``within`` is true where |seen − reported| ≤ tolerance, or where words are the same; empty where one of the two is missing.

    Args:
        visits: ``visit_records``.
        returns: ``school_returns``.
        register: ``school_register``.

    Returns:
        ``RESULT_COLUMNS``, in the order of the records.
    """
    reports = {row["school_id"]: row for row in returns.to_dict("records")}
    names = dict(zip(register["school_id"], register["school_name"], strict=True))
    plain = visits.astype(object).where(visits.notna(), None).to_dict("records")
    rows = [_compared(visit, reports.get(visit["school_id"]), names) for visit in plain]
    table = pd.DataFrame(rows, columns=list(RESULT_COLUMNS))
    numbers = dict.fromkeys(("reported", "seen", "difference", "tolerance"), "float64")
    return table.astype({**numbers, "within": "boolean"})


def _compared(visit: dict[str, Any], report: dict[Any, Any] | None, names: dict[str, str]) -> tuple[object, ...]:
    field = fields()[visit["field"]]
    column = place_column(field.key, visit["section"])
    stated = None if report is None else report.get(column)
    stated = None if stated is None or stated != stated else stated
    school = (visit["county_code"], visit["school_id"], names.get(visit["school_id"], visit["school_id"]))
    place = (field.key, visit["section"], field.stored_unit or None)
    who = (visit["visitor"], visit["date"])
    if field.numeric:
        seen = visit["seen"]
        difference = None if stated is None or seen is None else seen - stated
        allowed = None if stated is None else tolerance(field, stated)
        within = None if difference is None or allowed is None else bool(at_most(abs(difference), allowed))
        message = _figures_told(field, visit["section"], stated, seen, allowed, within)
        return (*school, *place, stated, seen, difference, allowed, None, None, within, message, *who)
    seen = visit["seen_text"]
    within = None if stated is None or seen is None else stated == seen
    message = None if within in (True, None) else f"{field.label_in(visit['section'])}:填报“{stated}”,现场核实“{seen}”"
    return (*school, *place, None, None, None, None, stated, seen, within, message, *who)


def _figures_told(
    field: Field, section: str | None, stated: float | None, seen: float | None, allowed: float | None, within: bool | None
) -> str | None:
    label, unit = field.label_in(section), field.stored_unit
    if seen is None or within is True:
        return None
    if stated is None or allowed is None:
        return f"{label}:现场核实 {_short(seen)} {unit},学校没有可用的填报值".rstrip()
    limit = f"超过允许误差 {_short(allowed)} {unit}" if allowed else "应完全一致"
    return f"{label}:填报 {_short(stated)} {unit},现场核实 {_short(seen)} {unit},相差 {_short(abs(seen - stated))} {unit},{limit}"


def _short(number: float) -> str:
    """A figure in a sentence: at most two decimals."""
    return f"{number:.2f}".rstrip("0").rstrip(".")
