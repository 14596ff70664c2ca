"""The bulk table 汇总表, one row per school, blank or filled, as the bytes of an .xlsx workbook.

Belongs here: the sheet 汇总表 with its one header row of labels, and the sheet 填报说明 that explains the columns.
Does not belong here: the form of a single school (``school_form``); which places there are (``form_rows``).
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from data_contracts.catalogue import school_types
from data_contracts.school_year import SchoolYear
from domain.reporting import form_cells as look
from domain.reporting.form_cells import FormBook, entry_properties, heading_style, input_rule, row_height, write_entry
from domain.reporting.form_rows import OPTIONAL, FormRow, Place, demand, form_rows, known_type

BULK_SHEET = "汇总表"
GUIDE_SHEET = "填报说明"
SPARE_ROWS = 500
_GUIDE_WIDTHS = (8, 34, 12, 8, 14, 62)


def blank_bulk_table(
    year: SchoolYear,
    school_types_shown: Collection[str] | None = None,
    *,
    modified: dt.datetime,
    required_keys: frozenset[str],
    rows: Sequence[Mapping[Place, object]] = (),
) -> bytes:
    """The bulk table: header row 1, then one row per school; the same arguments give the same bytes.

    Columns that are demanded of some school come first, in the order of the form, then the optional ones.

    Args:
        year: the school year asked about.
        school_types_shown: 办学类型 whose columns are wanted, in any accepted spelling; None: all.
        modified: the time that the document's properties show as its last modification.
        required_keys: fields that the standards in force use; only these can be 必填.
        rows: figures by (field key, section or None), in the form's units, one mapping per school; a place that no
            type shown is asked for gets a column as well.

    Returns:
        The bytes of an .xlsx workbook.

    Raises:
        KeyError: a type is unknown, or a row names a place that the catalogue does not have.
    """
    wanted = list(school_types()) if school_types_shown is None else list(school_types_shown)
    unknown = [name for name in wanted if known_type(name) is None]
    if unknown:
        raise KeyError(f"no such 办学类型 in school_types.csv: {unknown}")
    types = [kind.name for name in wanted if (kind := known_type(name))]
    columns = _columns(types, required_keys, {place for row in rows for place in row})

    title = f"{year.key}学年义务教育学校基本情况{BULK_SHEET}"
    book = FormBook(title, year, modified)
    sheet = book.book.add_worksheet(BULK_SHEET)
    guide = book.book.add_worksheet(GUIDE_SHEET)
    _table(book, sheet, year, columns, rows, types)
    _guide(book, guide, year, title, columns)
    return book.finish()


def _columns(types: Sequence[str], required_keys: Collection[str], given: Collection[Place]) -> list[FormRow]:
    """Union of the places of these types; with several types the demand is told as a condition."""
    asked = {row.place for name in types for row in form_rows(name, required_keys)} | set(given)
    single = types[0] if len(types) == 1 else None
    every = [row for row in form_rows(None, required_keys) if row.place in asked]
    told = [replace(row, demand=demand(row.field, row.section, known_type(single), required_keys)) for row in every]
    identity = [row for row in told if row.field.category == "基本信息"]
    others = [row for row in told if row.field.category != "基本信息"]
    return identity + [r for r in others if r.demand != OPTIONAL] + [r for r in others if r.demand == OPTIONAL]


def _table(
    book: FormBook,
    sheet: Worksheet,
    year: SchoolYear,
    columns: Sequence[FormRow],
    rows: Sequence[Mapping[Place, object]],
    types: Collection[str],
) -> None:
    last = len(rows) + SPARE_ROWS
    index = {column.place: i for i, column in enumerate(columns)}
    plain = book.style(bold=True, bg_color="#DCE4EA", align="center", border=1, border_color=look.LINE)
    wrong = book.tint(bg_color=look.DOUBT_FILL, font_color=look.DOUBT_INK)
    missing = book.tint(bg_color=look.MISSING_FILL)
    for i, column in enumerate(columns):
        field = column.field
        cell_look = book.style(**_cell(column))
        sheet.set_column(i, i, 22 if field.key == "school_name" else 14, cell_look)
        sheet.write_string(0, i, column.label, heading_style(book) if column.demand != OPTIONAL else plain)
        for at, row in enumerate(rows, start=1):
            write_entry(sheet, at, i, field, row.get(column.place), cell_look)
        first = xl_rowcol_to_cell(1, i)
        sheet.data_validation(1, i, last, i, input_rule(field, column.label, column.note, year, first))
        if field.numeric:
            sheet.conditional_format(1, i, last, i, {"type": "formula", "criteria": f"=ISTEXT({first})", "format": wrong})
        demanding = [name for name in column.types if name in types]
        if demanding:
            rule = {"type": "formula", "criteria": _missing(column, index, demanding), "format": missing}
            sheet.conditional_format(1, i, last, i, rule)
    sheet.set_default_row(20)
    sheet.set_row(0, 48)
    sheet.freeze_panes(1, 2)
    sheet.ignore_errors({"number_stored_as_text": f"A2:{xl_rowcol_to_cell(last, len(columns) - 1)}"})
    sheet.set_paper(8)
    sheet.set_print_scale(60)
    sheet.set_landscape()
    sheet.repeat_rows(0)
    sheet.repeat_columns(0, 1)


def _cell(column: FormRow) -> dict[str, Any]:
    return {**entry_properties(column.field), "text_wrap": False}


def _missing(column: FormRow, index: Mapping[Place, int], types: Sequence[str]) -> str:
    """True in a row that has a school whose type demands this column, while the cell is empty."""

    def cell(place: Place) -> str:
        return xl_rowcol_to_cell(1, index[place], col_abs=True)

    parts = [cell(part) for s in column.field.sections if (part := (column.field.key, s)) in index and column.field.shared]
    conditions = [f'{cell(("school_id", None))}<>""', f'{cell(column.place)}=""']
    if parts:
        conditions.append(f"COUNT({','.join(parts)})=0")
    if column.field.category != "基本信息":
        kind = cell(("school_type", None))
        conditions.append("OR(" + ",".join(f'{kind}="{name}"' for name in types) + ")")
    return f"=AND({','.join(conditions)})"


def _guide(book: FormBook, sheet: Worksheet, year: SchoolYear, title: str, columns: Sequence[FormRow]) -> None:
    day = year.statistics_date
    sheet.merge_range(0, 0, 0, 5, title, book.style(bold=True, font_size=16, align="center"))
    sheet.set_row(0, 34)
    text = (
        f"每所学校填一行，数据取{day.year}年{day.month}月{day.day}日的情况。请不要改动第1行的栏目名称；用不到的栏目可以留空。"
        "确实没有的填0，缺数据的留空。学校标识码保持文本格式。不要加合计行和示例行。"
    )
    sheet.merge_range(1, 0, 1, 5, text, book.style(bg_color=look.LOCKED_FILL, indent=1))
    sheet.set_row(1, row_height((text, sum(_GUIDE_WIDTHS))))
    for i, (heading, width) in enumerate(
        zip(("列", "栏目名称", "类别", "单位", "是否必填", "怎么填"), _GUIDE_WIDTHS, strict=True)
    ):
        sheet.set_column(i, i, width)
        sheet.write_string(2, i, heading, heading_style(book))
    sheet.set_row(2, 26)
    frame = {"border": 1, "border_color": look.LINE}
    for i, column in enumerate(columns):
        told = (xl_col_to_name(i), column.label, column.field.category, column.field.unit, column.demand, column.note)
        for place, text in enumerate(told):
            style = {"align": "center"} if place in (0, 2, 3, 4) else {"indent": 1}
            bold = {"bold": True} if place in (1, 4) and column.demand != OPTIONAL else {}
            sheet.write_string(3 + i, place, text, book.style(**frame, **style, **bold))
        sheet.set_row(3 + i, row_height((column.label, _GUIDE_WIDTHS[1]), (column.note, _GUIDE_WIDTHS[5])))
    sheet.freeze_panes(3, 0)
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)
