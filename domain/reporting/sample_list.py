"""The list of schools drawn for a visit on site (现场核查学校名单), as a workbook to take along.

Belongs here: the sheet. Does not belong here: the draw (``domain.assessment.sampling``).
"""

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from typing import Any

from data_contracts.school_year import SchoolYear
from domain.reporting.display import NONE
from domain.reporting.workbook_sheet import CENTRE, TEXT, WRAPPED, Book

_WIDTHS = [6, 14, 34, 18, 40, 16, 24]


def sample_list(schools: Sequence[Mapping[str, Any]], year: SchoolYear, county: str, seed: str) -> bytes:
    """A workbook with one row per school drawn and room for the day and the signature.

    Args:
        schools: school_id, school_name, school_type, risks.
        year, county, seed: of the draw; the county as people call it.
    """
    stream = io.BytesIO()
    book = Book(stream)
    made = dt.datetime.combine(year.statistics_date, dt.time())  # the same list is the same file
    book.workbook.set_properties({"title": f"{county} {year.key} 学年现场核查学校", "created": made, "comments": "均衡 Junheng"})
    sheet = book.sheet("现场核查学校", _WIDTHS, f"{county} {year.key} 学年", (2, 2))
    row = sheet.title(f"{county} {year.key} 学年现场核查学校", f"随机种子 {seed};用同样的数据和种子可以重新抽出同样的学校。")
    sheet.headings(row, ["序号", "学校标识码", "学校", "办学类型", "风险提示", "核查日期", "核查人签名"])
    for number, school in enumerate(schools, start=1):
        row += 1
        sheet.number(row, 0, number, "0")
        sheet.text(row, 1, str(school["school_id"]), CENTRE)
        sheet.text(row, 2, str(school["school_name"]), WRAPPED)
        sheet.text(row, 3, str(school["school_type"]), CENTRE)
        sheet.text(row, 4, str(school["risks"]) or NONE, WRAPPED)
        for column in (5, 6):
            sheet.text(row, column, "", TEXT)
    book.workbook.close()
    return stream.getvalue()
