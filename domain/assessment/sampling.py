"""The sample of schools for a visit on site (现场核查抽样): stratified by type, weighted to risk, drawn from a seed.

Belongs here: the risks that make a school likelier to be drawn, and the draw itself, which anyone can repeat.
Does not belong here: the recording of a draw (``junheng sample``), what was seen on site (``verification``).

The draw is that of Efraimidis and Spirakis: each school gets u^(1/w), with u made from the seed and its code and w its
weight; the largest are taken. Neither the order of rows nor the machine plays a part. Which types a visit must see is
practice (7–11 schools across all types); that every risk counts alike is a judgement of this software's own.
"""

import hashlib
from collections.abc import Collection, Mapping
from decimal import Context, Decimal
from typing import Any

import numpy as np
import pandas as pd

from domain.assessment.comparing import at_most

SMALLEST, LARGEST, USUAL = 7, 11, 9
STRATA = {
    "小学": "小学",
    "初级中学": "初中",
    "九年一贯制学校": "九年一贯制学校",
    "完全中学": "完全中学",
    "教学点": "教学点",
    "特殊教育学校": "特殊教育学校",
    "十二年一贯制学校": "十二年一贯制学校",
}
"""School type → stratum, in the order in which a small sample serves the strata; vocational schools are not visited."""

SCHOOL_COLUMNS = ("school_id", "school_name", "school_type", "weight", "risks")
NEAR = 0.05
"""A figure within 5 % of its threshold, on either side, is close to it."""
CHANGE_RULES = ("S-CHANGE", "S-CHANGE-MORE", "S-SAME-AS-LAST-YEAR")
"""Rules that ask about a change since last year; open queries of theirs are a risk of their own."""
CLOSE, QUERIES, CHANGED, NEVER_VISITED = "指标接近达标值", "有未说明的疑问", "与上年相比变动异常", "从未现场核查"
_EXACT = Context(prec=40)


def draw(schools: pd.DataFrame, size: int, seed: int) -> list[str]:
    """The codes of the schools drawn: one of each stratum as far as the number allows, the others by weight alone.

    Args:
        schools: school_id, stratum, weight (> 0), a row per school; the order of rows does not matter.
        size: how many are drawn; all where there are no more.
        seed: a whole number.

    Returns:
        Codes in the order in which they were drawn: first one per stratum, then the others.
    """
    key = {
        school: draw_key(school, weight, seed)
        for school, weight in zip(schools["school_id"].tolist(), schools["weight"].tolist(), strict=True)
    }
    best_first = sorted(key, key=lambda school: (-key[school], school))
    stratum = dict(zip(schools["school_id"], schools["stratum"], strict=True))
    order = list(dict.fromkeys(STRATA.values()))
    firsts: dict[str, str] = {}
    for school in best_first:
        firsts.setdefault(stratum[school], school)
    served = sorted(firsts, key=lambda name: (order.index(name) if name in order else len(order), name))
    chosen = [firsts[name] for name in served][:size]
    others = [school for school in best_first if school not in chosen]
    return chosen + others[: max(0, size - len(chosen))]


def draw_key(school_id: str, weight: float, seed: int) -> Decimal:
    """The logarithm of u^(1/w), as exact decimals, which are the same on every machine; the larger, the sooner drawn."""
    digest = hashlib.sha256(f"{seed}|{school_id}".encode()).digest()
    u = _EXACT.divide(Decimal(int.from_bytes(digest[:8], "big") + 1), Decimal(2**64 + 1))
    return _EXACT.divide(_EXACT.ln(u), Decimal(str(float(weight))))


def schools_at_risk(
    register: pd.DataFrame, indicators: pd.DataFrame, findings: pd.DataFrame, visited: Collection[str]
) -> pd.DataFrame:
    """The schools of a county that can be visited, with stratum, risks and weight.

    Args:
        register: ``school_register`` of the county.
        indicators: ``school_indicators``.
        findings: ``findings``.
        visited: codes of schools that were visited in an earlier school year.

    Returns:
        school_id, school_name, school_type, stratum, weight (1 + one for each risk), risks (joined by ``、``); in the
        register's order, without closed schools and types that are not visited.
    """
    kinds = register["school_type"].astype(object)
    running = register["school_status"].fillna("正常") != "停办"
    table = register[kinds.isin(list(STRATA)).to_numpy() & running.to_numpy()].sort_values("register_order")
    queries = findings[findings["severity"] == "query"]
    about_change = queries["rule"].isin(CHANGE_RULES)
    ratio = (indicators["value"] / indicators["threshold"]).to_numpy(float)
    near = at_most(np.abs(ratio - 1), NEAR)
    risky: Mapping[str, set[str]] = {
        CLOSE: set(indicators["school_id"][near]),
        QUERIES: set(queries["school_id"][~about_change].dropna()),
        CHANGED: set(queries["school_id"][about_change].dropna()),
        NEVER_VISITED: set(table["school_id"]) - set(visited),
    }
    risks = [[name for name, schools in risky.items() if school in schools] for school in table["school_id"]]
    return pd.DataFrame(
        {
            "school_id": table["school_id"].to_numpy(object),
            "school_name": table["school_name"].to_numpy(object),
            "school_type": table["school_type"].to_numpy(object),
            "stratum": [STRATA[kind] for kind in table["school_type"]],
            "weight": [1.0 + len(mine) for mine in risks],
            "risks": ["、".join(mine) for mine in risks],
        }
    )


def sample_rows(draws: Mapping[str, tuple[Mapping[str, Any], str, str]]) -> pd.DataFrame:
    """The table ``verification_sample``.

    Args:
        draws: by county: what was recorded of its last draw (``drawn``), the day, and by whom.
    """
    rows = [
        (county, *(one[name] for name in SCHOOL_COLUMNS), str(told["seed"]), day, by_whom)
        for county, (told, day, by_whom) in sorted(draws.items())
        for one in told["schools"]
    ]
    columns = ["county_code", *SCHOOL_COLUMNS, "seed", "drawn_on", "by_whom"]
    return pd.DataFrame(rows, columns=columns).astype({"weight": "float64"})


def drawn(schools: pd.DataFrame, size: int, seed: int) -> dict[str, Any]:
    """What is recorded of a draw: seed, size, and the schools drawn with what they were drawn by, in the order given.

    Args:
        schools: from ``schools_at_risk``.
        size, seed: see ``draw``.
    """
    chosen = set(draw(schools, size, seed))
    mine = schools[schools["school_id"].isin(chosen)]
    return {"seed": seed, "size": size, "schools": mine[[*SCHOOL_COLUMNS, "stratum"]].to_dict("records")}
