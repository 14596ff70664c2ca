"""What was seen on site (现场核查) against what a school reported: a difference beyond the tolerance is a query to the school.

Belongs here: the question, at the cell of the school's own file, so that it comes back with the school's receipt.
Does not belong here: the comparison and its tolerances (``domain.assessment.verification``), the gap that follows (``domain.assessment.gaps``).
"""

from typing import Any

import numpy as np
import pandas as pd

from data_contracts.catalogue import Field, fields
from data_contracts.tables import shaped
from domain.assessment.verification import verification_results
from domain.intake.returns import Returns
from domain.intake.telling import Told, plain, short


def seen_otherwise(
    returns: Returns, accepted: np.ndarray, table: pd.DataFrame, visits: pd.DataFrame, register: pd.DataFrame, year: str
) -> list[Told]:
    """Queries about accepted figures that were seen otherwise on site.

    Args:
        returns: all returns of the year.
        accepted: which of them are.
        table: ``school_returns``, made of these.
        visits: ``visit_records``.
        register: ``school_register``.
        year: the school year.
    """
    if visits.empty:
        return []
    visits = shaped(visits, "visit_records", year)
    results = verification_results(visits, shaped(table, "school_returns", year), register)
    codes = returns.keys["school_id"].to_numpy(object)
    index_of = {codes[index]: index for index in np.flatnonzero(accepted).tolist()}
    found: list[Told] = []
    for visit, result in zip(visits.to_dict("records"), results.to_dict("records"), strict=True):
        index = index_of.get(result["school_id"])
        if index is None or pd.isna(result["within"]) or result["within"]:
            continue
        section = result["section"] if isinstance(result["section"], str) else None
        what = fields()[result["field"]]
        told = {"label": what.label_in(section), "record": visit["file"], "record_row": visit["row"]}
        told |= _figures(what, result) if what.numeric else _words(result)
        told |= _visit(result)
        found.append((index, returns.finding(index, "S-SEEN", what.key, section, **told)))
    return found


def _figures(what: Field, result: dict[Any, Any]) -> dict[str, str]:
    """Both figures in the unit of the form."""
    reported, seen = (plain(result[name] / what.factor) + what.unit for name in ("reported", "seen"))
    difference, allowed = (short(abs(result[name]) / what.factor) + what.unit for name in ("difference", "tolerance"))
    told = {"reported": reported, "seen": seen}
    if not result["tolerance"]:
        return told | {
            "limit": f",相差 {difference}(应完全一致)",
            "limit_en": f", a difference of {difference} (none is allowed)",
        }
    limit, limit_en = f",相差 {difference},超过允许误差 {allowed}", f", a difference of {difference}, more than {allowed}"
    return told | {"limit": limit, "limit_en": limit_en}


def _words(result: dict[Any, Any]) -> dict[str, str]:
    return {"reported": result["reported_text"], "seen": result["seen_text"], "limit": "", "limit_en": ""}


def _visit(result: dict[Any, Any]) -> dict[str, str]:
    """When and by whom it was seen, as far as the form says."""
    said = [result[name] for name in ("date", "visitor") if isinstance(result[name], str)]
    return {"visit": f"({','.join(said)})" if said else "", "visit_en": f" ({', '.join(said)})" if said else ""}
