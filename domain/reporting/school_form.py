"""The fill-in form 学校填报表 of one school, as the bytes of an .xlsx workbook.

Belongs here: the sheet 学校填报表. Readers find things in it by their text, so labels, header and cover may not be
reworded. Does not belong here: which rows there are (``form_rows``), single cells (``form_cells``), the relations
checked (``form_checks``) and their sheet (``check_sheet``), the table of many schools (``bulk_table``).
"""

import datetime as dt
from collections.abc import Mapping, Sequence

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from data_contracts.catalogue import identity_fields
from data_contracts.school_year import SchoolYear
from domain.reporting import form_cells as look
from domain.reporting.bulk_table import BULK_SHEET, blank_bulk_table
from domain.reporting.check_sheet import CHECK_SHEET, draw_check_sheet, missing_condition, type_condition
from domain.reporting.form_cells import (
    PROTECTION,
    TEMPLATE_VERSION,
    FormBook,
    entry_properties,
    heading_style,
    input_rule,
    row_height,
    typed,
    write_entry,
)
from domain.reporting.form_changes import change_formula, change_text
from domain.reporting.form_checks import form_checks
from domain.reporting.form_rows import CONDITIONAL, OPTIONAL, FormRow, Place, condition_key, form_rows

__all__ = ["BULK_SHEET", "CHECK_SHEET", "FORM_SHEET", "TEMPLATE_VERSION", "blank_bulk_table", "school_form"]

FORM_SHEET = "学校填报表"
TITLE = "义务教育学校基本情况填报表"
HEADER = ("序号", "类别", "填报项目", "单位", "填报值", "是否必填", "备注说明", "上年值", "较上年变化")
_WIDTHS = (4.5, 9.5, 26, 5.5, 17, 8.5, 39, 13, 17)
_HEADER_ROW, _FIRST_ROW = 3, 4
_ENTRY, _LAST_YEAR, _CHANGE = 4, 7, 8


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
    identity = {(field.key, None): (school or {}).get(field.key) for field in identity_fields()}
    given = {place: value for place, value in values.items() if value is not None} if values else {}
    answers: dict[Place, object] = identity | given
    school_type = answers.get(("school_type", None))
    rows = form_rows(str(school_type) if school_type else None, required_keys, given)
    entries = {row.place: typed(row.field, answers.get(row.place)) for row in rows}
    cells = {row.place: xl_rowcol_to_cell(_FIRST_ROW + i, _ENTRY) for i, row in enumerate(rows)}
    checks = form_checks(rows)

    book = FormBook(TITLE, year, modified)
    form = book.book.add_worksheet(FORM_SHEET)
    check_sheet = book.book.add_worksheet(CHECK_SHEET)
    left, doubts = draw_check_sheet(book, check_sheet, FORM_SHEET, rows, entries, cells, checks)
    _cover(book, form, year, left, doubts)
    _rows(book, form, year, rows, entries, last_year or {})
    _colours(book, form, rows, cells)
    _page(form, len(rows))
    return book.finish()


def _cover(book: FormBook, sheet: Worksheet, year: SchoolYear, left: int, doubts: int) -> None:
    last = len(HEADER) - 1
    name, value = book.style(font_color=look.MUTED, align="right"), book.style(bold=True, num_format="@", align="left")
    sheet.merge_range(0, 0, 0, last, TITLE, book.style(bold=True, font_size=16, align="center"))
    sheet.set_row(0, 34)
    sheet.write_string(1, 0, "学年", name)
    sheet.merge_range(1, 1, 1, 2, year.key, value)
    sheet.write_string(1, 3, "模板版本", book.style(font_color=look.MUTED, align="right", shrink=True, text_wrap=False))
    sheet.write_string(1, 4, TEMPLATE_VERSION, value)
    state = book.style(bold=True, align="right")
    sheet.merge_range(1, 5, 1, last, "", state)
    todo = f"'{CHECK_SHEET}'!$C$2"
    doubt = f"'{CHECK_SHEET}'!$C$3"
    formula = f'="必填项还有"&{todo}&"项未填，"&{doubt}&"项请核对（见“{CHECK_SHEET}”表）"'
    sheet.write_formula(1, 5, formula, state, f"必填项还有{left}项未填，{doubts}项请核对（见“{CHECK_SHEET}”表）")
    done = {"type": "formula", "criteria": f"=AND({todo}=0,{doubt}=0)", "format": book.tint(font_color=look.GOOD_INK)}
    sheet.conditional_format(1, 5, 1, last, done)
    sheet.set_row(1, 22)
    day = year.statistics_date
    text = (
        f"请只填“填报值”一列，数据取{day.year}年{day.month}月{day.day}日的情况。黄色格为必填；确实没有的填0，缺数据的留空，"
        "不要填“无”“—”或“/”。面积单位为㎡（1亩=666.67㎡），金额单位为万元（1万元=10000元）。选中单元格可看填报说明。"
    )
    sheet.merge_range(2, 0, 2, last, text, book.style(font_size=9, bg_color=look.LOCKED_FILL, indent=1))
    sheet.set_row(2, row_height((text, sum(_WIDTHS))))
    for column, (heading, width) in enumerate(zip(HEADER, _WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(_HEADER_ROW, column, heading, heading_style(book))
    sheet.set_row(_HEADER_ROW, 26)


def _rows(
    book: FormBook,
    sheet: Worksheet,
    year: SchoolYear,
    rows: Sequence[FormRow],
    entries: Mapping[Place, float | int | str | None],
    last_year: Mapping[Place, object],
) -> None:
    previous = ""
    for number, row in enumerate(rows, start=1):
        at, field = _FIRST_ROW + number - 1, row.field
        new = field.category != previous
        previous = field.category
        frame = {"border": 1, "border_color": look.LINE, "bg_color": look.LOCKED_FILL}
        quiet = book.style(**frame, font_color=look.MUTED, align="center", font_size=9)
        sheet.write_number(at, 0, number, quiet)
        sheet.write_string(at, 1, field.category, book.style(**frame, bold=True, font_size=9, align="center") if new else quiet)
        part_of_shared = bool(row.section and field.shared)
        name = book.style(**frame, bold=row.required, indent=2 if part_of_shared else 1)
        sheet.write_string(at, 2, row.label, name)
        sheet.write_string(at, 3, field.unit, book.style(**frame, align="center"))
        entry = {"border": 1, "border_color": look.MUTED, "locked": False, **entry_properties(field)}
        write_entry(sheet, at, _ENTRY, field, entries[row.place], book.style(**entry))
        demand = book.style(**frame, bold=True, align="center", font_size=9) if row.demand != OPTIONAL else quiet
        sheet.write_string(at, 5, row.demand, demand)
        sheet.write_string(at, 6, row.note, book.style(**frame, font_size=9, indent=1))
        before = typed(field, last_year.get(row.place))
        write_entry(sheet, at, _LAST_YEAR, field, before, book.style(**frame, **entry_properties(field), font_size=9))
        formula = change_formula(field.numeric, field.kind == "integer", at + 1)
        change = change_text(field.kind == "integer", entries[row.place], before)
        sheet.write_formula(at, _CHANGE, formula, book.style(**frame, align="right", indent=1, font_size=9), change)
        cell = xl_rowcol_to_cell(at, _ENTRY)
        sheet.data_validation(at, _ENTRY, at, _ENTRY, input_rule(field, row.label, row.note, year, cell))
        small = 1.15  # of the smaller letters more go into a line
        shown = [
            (str(value or ""), width)
            for value, width in ((entries[row.place], _WIDTHS[_ENTRY]), (before, _WIDTHS[_LAST_YEAR] * small))
        ]
        sheet.set_row(at, row_height((row.label, _WIDTHS[2]), *shown, (row.note, _WIDTHS[6] * small), (row.demand, 12)))


def _colours(book: FormBook, sheet: Worksheet, rows: Sequence[FormRow], cells: Mapping[Place, str]) -> None:
    wrong = book.tint(bg_color=look.DOUBT_FILL, font_color=look.DOUBT_INK)
    missing = book.tint(bg_color=look.MISSING_FILL)
    for row in rows:
        cell = cells[row.place]
        if row.field.numeric:
            sheet.conditional_format(cell, {"type": "formula", "criteria": f"=ISTEXT({cell})", "format": wrong})
        if row.required or row.types:
            conditions = [condition for condition in (type_condition(row, cells), missing_condition(row, cells)) if condition]
            rule = f"=AND({','.join(conditions)})"
            sheet.conditional_format(cell, {"type": "formula", "criteria": rule, "format": missing})
        elif row.demand == CONDITIONAL:
            trigger = cells[condition_key(row.field) or "", None]
            rule = f'=AND(N({trigger})>0,{cell}="")'
            sheet.conditional_format(cell, {"type": "formula", "criteria": rule, "format": missing})
    first, last = _FIRST_ROW + 1, _FIRST_ROW + len(rows)
    jump = f"=AND(COUNT($E{first},$H{first})=2,N($H{first})>=20,ABS(N($E{first})-N($H{first}))>=0.5*N($H{first}))"
    sheet.conditional_format(f"I{first}:I{last}", {"type": "formula", "criteria": jump, "format": wrong})
    texts = [cells[row.place] for row in rows if not row.field.numeric]
    sheet.ignore_errors({"number_stored_as_text": " ".join(texts)})


def _page(sheet: Worksheet, rows: int) -> None:
    sheet.freeze_panes(_FIRST_ROW, 3)
    sheet.protect("", PROTECTION)
    sheet.set_paper(9)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.75)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_HEADER_ROW)
    sheet.print_area(0, 0, _FIRST_ROW + rows - 1, len(HEADER) - 1)
    font = f'&"{look.FONT}"&9'
    signed = "填表人：＿＿＿＿＿＿  审核人：＿＿＿＿＿＿  学校负责人（签章）：＿＿＿＿＿＿"
    sheet.set_footer(f"&L{font}{signed}&R{font}第 &P 页，共 &N 页")
    sheet.set_selection(_FIRST_ROW, _ENTRY, _FIRST_ROW, _ENTRY)
