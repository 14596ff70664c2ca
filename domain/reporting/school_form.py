"""The fill-in form 学校填报表 of one school, as the bytes of an .xlsx workbook.

Belongs here: the sheet 学校填报表. Readers find things in it by their text, so labels, header and cover may not be
reworded. Does not belong here: which rows there are (``form_rows``), what all such sheets share
(``form_sheet``), single cells (``form_cells``), the relations checked (``form_checks``) and their sheet (``check_sheet``), the table of many schools (``bulk_table``).
"""

import datetime as dt
from collections.abc import Mapping, Sequence

from data_contracts.catalogue import Field, identity_fields
from data_contracts.school_year import SchoolYear
from domain.reporting import form_cells as look
from domain.reporting.bulk_table import BULK_SHEET, blank_bulk_table
from domain.reporting.check_sheet import CHECK_SHEET, draw_check_sheet, missing_condition, type_condition
from domain.reporting.form_cells import TEMPLATE_VERSION, FormBook, typed
from domain.reporting.form_checks import form_checks
from domain.reporting.form_rows import CONDITIONAL, OPTIONAL, FormRow, Place, condition_key, form_rows
from domain.reporting.form_sheet import OPEN, FormSheet, entry_cell

__all__ = ["BULK_SHEET", "CHECK_SHEET", "FORM_SHEET", "TEMPLATE_VERSION", "blank_bulk_table", "school_form"]

FORM_SHEET = "学校填报表"
TITLE = "义务教育学校基本情况填报表"
HEADER = ("序号", "类别", "填报项目", "单位", "填报值", "是否必填", "备注说明", "上年值", "较上年变化")
_WIDTHS = (4.5, 9.5, 26, 5.5, 17, 8.5, 39, 13, 17)


def _of_identity(field: Field, value: str | None) -> str | int | None:
    """An entry of the register, which is kept as text: a number where the field is one, or the form marks its own entry."""
    return int(value) if value and field.numeric and value.isascii() and value.isdigit() else value


def school_form(
    year: SchoolYear,
    school: Mapping[str, str] | None,
    last_year: Mapping[Place, object] | None = None,
    values: Mapping[Place, object] | None = None,
    *,
    modified: dt.datetime,
    required_keys: frozenset[str],
) -> bytes:
    """The form of one school, prefilled with what is known of it; the same arguments give the same bytes.

    Args:
        year: the school year asked about.
        school: identity fields by key (school_id, school_name, school_type …), written as entries; its 办学类型 decides
            the rows. None, or without a known type: a form with every place of every field.
        last_year: last year's accepted values by (field key, section or None), in the form's units (万元, ㎡ …).
        values: entries to write, by (field key, section or None), in the form's units; they win over ``school``.
            A place that the type is not asked for gets a row as well.
        modified: the time that the document's properties show as its last modification.
        required_keys: fields that the standards in force use; only these can be 必填.

    Returns:
        The bytes of an .xlsx workbook.

    Raises:
        KeyError: ``values`` names a place that the catalogue does not have.
    """
    identity = {(field.key, None): _of_identity(field, (school or {}).get(field.key)) for field in identity_fields()}
    given = {place: value for place, value in values.items() if value is not None} if values else {}
    answers: dict[Place, object] = identity | given
    school_type = answers.get(("school_type", None))
    rows = form_rows(str(school_type) if school_type else None, required_keys, given)
    entries = {row.place: typed(row.field, answers.get(row.place)) for row in rows}
    cells = {row.place: entry_cell(number) for number, row in enumerate(rows)}
    checks = form_checks(rows)

    book = FormBook(TITLE, year, modified)
    form = FormSheet(book, book.book.add_worksheet(FORM_SHEET), HEADER, _WIDTHS)
    check_sheet = book.book.add_worksheet(CHECK_SHEET)
    left, doubts = draw_check_sheet(book, check_sheet, FORM_SHEET, rows, entries, cells, checks)
    _cover(form, year, left, doubts)
    _rows(form, year, rows, entries, last_year or {})
    _colours(form, rows, cells)
    form.page(len(rows), "学校负责人（签章）")
    return book.finish()


def _cover(form: FormSheet, year: SchoolYear, left: int, doubts: int) -> None:
    form.title(TITLE, year)
    form.still_to_do(1, 5, form.book.style(bold=True, align="right"), left, doubts)
    day = year.statistics_date
    text = (
        f"请只填“填报值”一列，数据取{day.year}年{day.month}月{day.day}日的情况。黄色格为必填；确实没有的填0，缺数据的留空，"
        "不要填“无”“—”或“/”。面积单位为㎡（1亩=666.67㎡），金额单位为万元（1万元=10000元）。选中单元格可看填报说明。"
    )
    form.explanation(text, len(HEADER))
    form.headings()


def _rows(
    form: FormSheet,
    year: SchoolYear,
    rows: Sequence[FormRow],
    entries: Mapping[Place, float | int | str | None],
    last_year: Mapping[Place, object],
) -> None:
    previous = ""
    for number, row in enumerate(rows, start=1):
        field, value, before = row.field, entries[row.place], last_year.get(row.place)
        form.asked(number, row, new=field.category != previous, demanded=row.demand != OPTIONAL)
        previous = field.category
        form.entered(number, field, value, before, OPEN)
        form.input_rule(number, row, year)
        form.height(number, row, value, before, (row.demand, 12))


def _colours(form: FormSheet, rows: Sequence[FormRow], cells: Mapping[Place, str]) -> None:
    missing = form.book.tint(bg_color=look.MISSING_FILL)
    for row in rows:
        cell = cells[row.place]
        rule = ""
        if row.required or row.types:
            conditions = [condition for condition in (type_condition(row, cells), missing_condition(row, cells)) if condition]
            rule = f"=AND({','.join(conditions)})"
        elif row.demand == CONDITIONAL:
            trigger = cells[condition_key(row.field) or "", None]
            rule = f'=AND(N({trigger})>0,{cell}="")'
        if rule:
            form.sheet.conditional_format(cell, {"type": "formula", "criteria": rule, "format": missing})
    form.doubts(rows)
