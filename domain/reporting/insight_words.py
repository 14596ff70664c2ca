"""Chinese words for the items and regions of the insight tables, and shares as percentages.

Belongs here: what workbooks and pages call an item alike. Does not belong here: labels of the forms (``data_contracts.catalogue``),
rounding of other figures (``display``).
"""

import csv
from functools import cache
from importlib.resources import files

from data_contracts.catalogue import county_fields, fields
from data_contracts.standard import Standard
from domain.reporting.display import COMPOSITE, NONE, item_title, number_of, shown

_OWN = {
    "schools": "学校数",
    "post_shortage": "缺编人数",
    "post_surplus": "超编人数",
    "staff_outside_posts": "编外教职工数",
    "retention": "初中三年巩固率（各校填报）",
    "retention_by_county": "初中三年巩固率（县级填报）",
    "junior_entrants": "三年前初一在校生数减死亡数",
    "retention_entrants": "三年前初一在校生数减死亡数",
}


def item_label(item: str) -> str:
    """What an item of a county's figures is called: the label of the form, or a word of its own."""
    if item in _OWN:
        return _OWN[item]
    field = fields().get(item) or county_fields().get(item)
    return field.label if field else item


def planned_title(standard: Standard, item: str) -> str:
    """What a planned item is called: an item of the verdict, or the coefficient of an indicator."""
    if item == COMPOSITE:
        return "综合差异系数"
    indicator = next((one for one in standard.indicators if one.id == item), None)
    return f"{indicator.title}差异系数" if indicator else item_title(standard, item)


def percent(share: object, decimals: int = 1) -> str:
    """A share of 0 to 1 as a percentage, 61.5%; ``—`` where there is none."""
    number = number_of(share)
    return NONE if number is None else f"{shown(number * 100, decimals)}%"


@cache
def provinces() -> dict[str, str]:
    """Names of the provinces by the first two digits of a county's code (GB/T 2260)."""
    with files("data_contracts").joinpath("provinces.csv").open(encoding="utf-8") as stream:
        return {row["code"]: row["name"] for row in csv.DictReader(stream)}


def region_name(level: str, region: str) -> str:
    """A province by its name, a city by its code; names of cities stand in no table."""
    if level == "nation":
        return "合计"
    return provinces().get(region, f"代码 {region}") if level == "province" else f"地市代码 {region}"
