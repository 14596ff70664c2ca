"""County forms and record forms as bytes, as people hand them in.

Belongs here: their layout with the entries that a test states. Does not belong here: schools (``schools``), files (``workbooks``).
"""

import datetime as dt
from collections.abc import Mapping, Sequence

from builders.schools import COUNTY, COUNTY_NAME, YEAR
from builders.workbooks import MODIFIED, xlsx
from data_contracts.catalogue import county_fields
from data_contracts.record_forms import record_forms
from data_contracts.vocabulary import FORMS

COUNTY_HEADER = ["序号", "类别", "填报项目", "单位", "填报值", "是否必填", "备注说明", "佐证材料", "情况说明"]
FIRST_ITEM = 5
SOUND: dict[str, object] = {
    "population": 352_000,
    "education_spending": 81_000,
    "education_spending_last": 75_000,
    "rotation_eligible_teachers": 400,
    "rotated_teachers": 48,
    "rotated_backbone_teachers": 12,
    "retention_entrants": 1000,
    "retention_graduates": 990,
    "retention_transfers_in": 20,
    "retention_transfers_out": 25,
    "retention_deaths": 1,
    "recognition_rate": 88.5,
    "school_layout_reasonable": "是",
    "basic_recognised_on": dt.date(2016, 12, 30),
}
"""Items of a form that is accepted without a finding."""


def entry(key: str) -> str:
    """The address of an item's entry."""
    return f"E{FIRST_ITEM + list(county_fields()).index(key)}"


def county_rows(
    values: Mapping[str, object],
    *,
    code: object = COUNTY,
    name: object = COUNTY_NAME,
    year: str = YEAR,
    beside: Mapping[str, tuple[object, object]] | None = None,
    labels: Mapping[str, str] | None = None,
    units: Mapping[str, str] | None = None,
) -> list[list[object]]:
    """The rows of a county form.

    Args:
        values: entries by item.
        code, name: of the county.
        year: that its cover names.
        beside: evidence and note by item.
        labels, units: what stands there instead of an item's label or unit.
    """
    entries = {"county_code": code, "county_name": name, **values}
    cover = ["学年", year, None, "模板版本", "1.0"]
    rows: list[list[object]] = [["义务教育均衡发展县级填报表"], cover, [], list(COUNTY_HEADER)]
    for number, (key, what) in enumerate(county_fields().items(), start=1):
        label, unit = (labels or {}).get(key, what.label), (units or {}).get(key, what.unit)
        rows.append([number, what.category, label, unit, entries.get(key), "", "", *(beside or {}).get(key, (None, None))])
    return rows


def county_form(modified: dt.datetime | None = MODIFIED, **values: object) -> bytes:
    """A county form of Qinghe as .xlsx with these items."""
    return xlsx({"县级填报表": county_rows(values)}, modified)


def record_rows(form: str, rows: Sequence[Mapping[str, object]], without: Sequence[str] = ()) -> list[list[object]]:
    """The rows of a record form: title, cover, header in row 3, and a row for each record."""
    columns = {key: column for key, column in record_forms()[form].items() if key not in without}
    header = ["序号", *(column.field.label for column in columns.values())]
    body = [[number, *(row.get(key) for key in columns)] for number, row in enumerate(rows, start=1)]
    return [[FORMS[form]], ["学年", YEAR, "模板版本", "1.0"], header, *body]


def record_form(form: str, rows: Sequence[Mapping[str, object]], modified: dt.datetime | None = MODIFIED) -> bytes:
    """A record form as .xlsx."""
    return xlsx({FORMS[form]: record_rows(form, rows)}, modified)


def column_of(form: str, key: str) -> str:
    """The letters of a column of ``record_rows``."""
    return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[1 + list(record_forms()[form]).index(key)]
