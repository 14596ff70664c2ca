"""How one cell of a form is written, guarded and looks: values as a clerk would type them, input rules, formats.

Belongs here: what all forms and tables share about a single cell, and the bare workbook of each.
Does not belong here: which rows or columns there are (``form_rows``) and where they stand (``school_form``, ``bulk_table``).
"""

import datetime as dt
import math
from io import BytesIO
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from data_contracts.catalogue import Field, official_values
from data_contracts.school_year import SchoolYear

TEMPLATE_VERSION = "1.0"
FONT = "微软雅黑"
INK, MUTED, LINE = "#1F2933", "#8A94A0", "#C9D1D9"
HEAD_FILL, LOCKED_FILL, MISSING_FILL = "#2F5D7C", "#F4F6F8", "#FFF4CC"
GOOD_FILL, GOOD_INK, DOUBT_FILL, DOUBT_INK = "#E3F4E8", "#1E6B3A", "#FDE3DC", "#A3301C"

CODE_LENGTHS = {"school_id": 10, "parent_school_id": 10, "county_code": 6}
PROTECTION = {"format_columns": True, "format_rows": True}  # a clerk may widen what is locked
_YES_NO = ("是", "否")
_EARLIEST_YEAR = 1800
_FIRST_DAY, _LAST_DAY = dt.date(1949, 10, 1), dt.date(2099, 12, 31)


class FormBook:
    """A workbook under construction: its formats by their properties, and its bytes at the end.

    The same calls with the same ``modified`` give the same bytes: the zip holds no time of its own.
    """

    def __init__(self, title: str, year: SchoolYear, modified: dt.datetime) -> None:
        """Start an empty workbook.

        Args:
            title: title in the document's properties.
            year: the school year, kept as the custom property ``junheng_school_year``.
            modified: the time written as created and as last modified; an aware time is stored as UTC.
        """
        moment = modified.astimezone(dt.UTC).replace(tzinfo=None) if modified.tzinfo else modified
        self._stream = BytesIO()
        self.book = xlsxwriter.Workbook(self._stream, {"in_memory": True})
        self.book.set_properties({"title": title, "author": "均衡 Junheng", "created": moment})
        self.book.set_custom_property("junheng_school_year", year.key, "text")
        self.book.set_custom_property("junheng_template_version", TEMPLATE_VERSION, "text")
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}

    def style(self, **properties: Any) -> Format:
        """The cell format with these properties over the form's font, size 10, vertically centred and wrapped."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            base = {"font_name": FONT, "font_size": 10, "font_color": INK, "valign": "vcenter", "text_wrap": True}
            self._formats[key] = self.book.add_format(base | properties)
        return self._formats[key]

    def tint(self, **properties: Any) -> Format:
        """The format of a conditional rule: only these properties, nothing of the form's base."""
        key = (("conditional", True), *sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format(properties)
        return self._formats[key]

    def finish(self) -> bytes:
        """Close the workbook and return its bytes."""
        self.book.close()
        return self._stream.getvalue()


def heading_style(book: FormBook) -> Format:
    """The format of a header cell."""
    return book.style(bold=True, font_color="#FFFFFF", bg_color=HEAD_FILL, align="center", border=1, border_color=LINE)


def entry_properties(field: Field) -> dict[str, Any]:
    """Format properties of an entry: text as text, so that leading zeros and long codes survive; figures to the right."""
    if field.numeric:
        return {"align": "right", "indent": 1}
    if field.kind == "date":
        return {"align": "center", "num_format": "yyyy-mm-dd"}
    return {"align": "center"} if field.kind in ("choice", "yes/no") else {"align": "left", "indent": 1, "num_format": "@"}


def typed(field: Field, value: object) -> float | int | str | None:
    """A value as a clerk would have typed it: a number in a number field, text elsewhere, None for an empty cell.

    Text in a number field stays text; None, NaN, NA and empty text are empty; True and False are 是 and 否.
    """
    if (pd.api.types.is_scalar(value) and pd.isna(value)) or (isinstance(value, str) and value == ""):
        return None
    if isinstance(value, (bool, np.bool_)):
        return _YES_NO[0] if value else _YES_NO[1]
    if not isinstance(value, Real):
        return str(value)
    number = float(value)
    exact = int(number) if number.is_integer() and abs(number) < 2**53 else number
    return exact if field.numeric else str(exact)


def write_entry(sheet: Worksheet, row: int, column: int, field: Field, value: object, look: Format) -> None:
    """Write one value as typed; text always as text, never as a formula or a link. Rows and columns count from 0."""
    content = typed(field, value)
    if content is None:
        sheet.write_blank(row, column, None, look)
    elif isinstance(content, str):
        sheet.write_string(row, column, content, look)
    else:
        sheet.write_number(row, column, content, look)


def input_rule(field: Field, label: str, note: str, year: SchoolYear, cell: str) -> dict[str, Any]:
    """What Excel and WPS let into an entry, the hint they show beside it and what they say to anything else.

    Args:
        field: the field of the entry.
        label: its label with the section.
        note: 填报说明, shown as the hint.
        year: no building is newer than the end of the school year.
        cell: the first cell that the rule covers, relative, e.g. ``E5``.

    Returns:
        Options of XlsxWriter's ``data_validation``.
    """
    hint = f"单位：{field.unit}。{note}" if field.unit else note
    if field.numeric:
        rule, wanted = _number_rule(field, year)
    elif field.kind in ("choice", "yes/no"):
        options = official_values(field.key) if field.kind == "choice" else list(_YES_NO)
        rule = {"validate": "list", "source": options}
        wanted = f"请从下拉列表中选择：{'、'.join(options)}"
    elif field.kind == "date":
        rule = {"validate": "date", "criteria": "between", "minimum": _FIRST_DAY, "maximum": _LAST_DAY}
        wanted = "请填写年月日，如2024-10-15"
    elif field.key in CODE_LENGTHS:
        digits = CODE_LENGTHS[field.key]
        rule = {"validate": "custom", "value": f"=AND(LEN({cell})={digits},ISNUMBER(--{cell}))"}
        wanted = f"请填写{digits}位数字，前面的0也要填"
    else:
        rule, wanted = {"validate": "any"}, ""
    return rule | {
        "input_title": label[:32],
        "input_message": hint[:255],
        "error_title": "请改一下再填",
        "error_message": f"“{label}”{wanted}。没有数据请留空。"[:255],
        "ignore_blank": True,
    }


def _number_rule(field: Field, year: SchoolYear) -> tuple[dict[str, Any], str]:
    if field.unit == "年":
        rule = {"validate": "integer", "criteria": "between", "minimum": _EARLIEST_YEAR, "maximum": year.start + 1}
        return rule, f"请填写四位数的年份，不晚于{year.start + 1}"
    if field.scope == "county" and field.hard_min is not None and field.hard_max is not None:
        kind = "integer" if field.kind == "integer" else "decimal"
        low, high = (int(bound) if bound.is_integer() else bound for bound in (field.hard_min, field.hard_max))
        rule = {"validate": kind, "criteria": "between", "minimum": low, "maximum": high}
        percent = "，如95.2，不带百分号" if field.unit == "%" else ""
        return rule, f"请填写{low}至{high}之间的{'整' if kind == 'integer' else ''}数{percent}"
    if field.unit == "%":
        rule = {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 100}
        return rule, "请填写0至100之间的数，如95.2，不带百分号"
    if field.kind == "integer":
        return {"validate": "integer", "criteria": ">=", "value": 0}, f"请填写整数，不小于0，不带“{field.unit}”等文字"
    return {"validate": "decimal", "criteria": ">=", "value": 0}, f"请填写数字，不小于0，单位为{field.unit}，不带文字"


def display_units(text: str) -> int:
    """Width of a text in column units: 2 for a Chinese character or sign, 1 for any other."""
    return sum(2 if ord(character) > 0x2000 else 1 for character in text)


def row_height(*cells: tuple[str, float]) -> float:
    """Height in points for a row whose cells hold these texts in columns of these widths; not left to the program,
    since not every program fits wrapped rows when it opens a file."""
    lines = max(math.ceil(display_units(text) / max(width - 1.5, 1)) for text, width in cells)
    return 21.0 if lines <= 1 else 6.0 + 13.5 * lines
