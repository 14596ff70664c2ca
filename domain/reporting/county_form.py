"""The fill-in form 县级填报表 of one county, as the bytes of an .xlsx workbook.

Belongs here: the sheet 县级填报表 and the relations that it checks while it is filled in. Readers find things in it by their
text, so labels, header and cover may not be reworded. Does not belong here: single cells (``form_cells``), the sheet of checks
(``check_sheet``), the form of a school (``school_form``), whether a form is accepted (``domain.intake``).
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from data_contracts.catalogue import county_fields
from data_contracts.county_rules import CountyPair, county_pairs, county_series
from data_contracts.record_forms import BESIDE
from data_contracts.school_year import SchoolYear
from data_contracts.vocabulary import FORMS
from domain.reporting import form_cells as look
from domain.reporting.check_sheet import CHECK_SHEET, draw_check_sheet
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
from domain.reporting.form_checks import FormCheck
from domain.reporting.form_rows import OPTIONAL, REQUIRED, FormRow, Place

COUNTY_SHEET = FORMS["county_form"]
TITLE = "义务教育均衡发展县级填报表"
HEADER = ("序号", "类别", "填报项目", "单位", "填报值", "是否必填", "备注说明", *BESIDE.values(), "上年值", "较上年变化")
_WIDTHS = (4.5, 9.5, 27, 5.5, 16, 8.5, 36, 19, 19, 13, 17)
_IDENTITY = ("county_code", "county_name")
_HEADER_ROW, _FIRST_ROW = 3, 4
_ENTRY, _NOTE, _EVIDENCE, _LAST_YEAR, _CHANGE = 4, 6, 7, 9, 10
_TIMES = 10
"""A figure so many times that of the year before is asked about on the sheet."""


def county_form(
    year: SchoolYear,
    county: tuple[str, str] | None,
    last_year: Mapping[str, object] | None = None,
    values: Mapping[str, object] | None = None,
    beside: Mapping[tuple[str, str], str] | None = None,
    *,
    modified: dt.datetime,
) -> bytes:
    """The form of one county, prefilled with what is known of it; the same arguments give the same bytes.

    Args:
        year: the school year asked about.
        county: its code and name, which are then locked; None for a blank form.
        last_year: last year's accepted values by item, in the form's units (万元, 元, %, dates as YYYY-MM-DD).
        values: entries to write, by item, in the form's units.
        beside: words to write beside an entry, by item and column (``evidence``, ``note``).
        modified: the time that the document's properties show as its last modification.
    """
    known = dict(zip(_IDENTITY, county or (), strict=False)) | dict(values or {})
    rows = [FormRow(field, None, REQUIRED if field.required == "yes" else OPTIONAL) for field in county_fields().values()]
    entries = {row.place: typed(row.field, known.get(row.field.key)) for row in rows}
    cells = {row.place: xl_rowcol_to_cell(_FIRST_ROW + i, _ENTRY) for i, row in enumerate(rows)}
    book = FormBook(TITLE, year, modified)
    form = book.book.add_worksheet(COUNTY_SHEET)
    checks = book.book.add_worksheet(CHECK_SHEET)
    left, doubts = draw_check_sheet(book, checks, COUNTY_SHEET, rows, entries, cells, county_form_checks())
    _cover(book, form, year, county, left, doubts)
    _rows(book, form, year, rows, entries, last_year or {}, beside or {}, locked=_IDENTITY if county else ())
    _colours(book, form, rows, cells)
    _page(form, len(rows))
    return book.finish()


def county_form_checks() -> list[FormCheck]:
    """What a county form checks while it is filled in."""
    found = [_pair_check(pair) for pair in county_pairs()]
    for this, last in county_series().items():
        now, before = county_fields()[this].label, county_fields()[last].label
        found.append(
            FormCheck(
                f"{now}与{before}相差不到{_TIMES}倍",
                "请看两项是否都以“单位”一列的单位填写（1万元=10000元）。",
                ((this, None), (last, None)),
                f"AND({{0}}<{_TIMES}*{{1}},{{1}}<{_TIMES}*{{0}})",
                lambda a, b: a < _TIMES * b and b < _TIMES * a,
                2,
                optional=True,
            )
        )
    return found


def _pair_check(pair: CountyPair) -> FormCheck:
    signs = {"left": [sign for sign, _ in pair.left], "right": [sign for sign, _ in pair.right]}
    words, terms, position = {}, {}, 0
    for side, parts in (("left", pair.left), ("right", pair.right)):
        words[side] = terms[side] = ""
        for sign, key in parts:
            words[side] += (" − " if sign < 0 else " + " if words[side] else "") + county_fields()[key].label
            terms[side] += ("-" if sign < 0 else "+" if terms[side] else "") + f"{{{position}}}"
            position += 1
    remedy = "前一项不应大于后一项。请看两项是否填反。"
    if pair.severity == "query":
        remedy = "一般不会大于后一项。请看是否为同一届学生；确实如此请在“情况说明”中写明。"
    condition = f"{terms['left']}<={terms['right']}"
    places = tuple((key, None) for key in pair.keys)
    return FormCheck(f"{words['left']} ≤ {words['right']}", remedy, places, condition, _holds(signs), len(places), optional=True)


def _holds(signs: Mapping[str, Sequence[int]]) -> Callable[..., bool]:
    count = len(signs["left"])

    def holds(*numbers: float) -> bool:
        left = sum(sign * number for sign, number in zip(signs["left"], numbers[:count], strict=True))
        return left <= sum(sign * number for sign, number in zip(signs["right"], numbers[count:], strict=True))

    return holds


def _cover(book: FormBook, sheet: Worksheet, year: SchoolYear, county: tuple[str, str] | None, left: int, doubts: int) -> None:
    last = len(HEADER) - 1
    name, value = book.style(font_color=look.MUTED, align="right"), book.style(bold=True, num_format="@", align="left")
    sheet.merge_range(0, 0, 0, last, TITLE, book.style(bold=True, font_size=16, align="center"))
    sheet.set_row(0, 34)
    sheet.write_string(1, 0, "学年", name)
    sheet.merge_range(1, 1, 1, 2, year.key, value)
    sheet.write_string(1, 3, "模板版本", book.style(font_color=look.MUTED, align="right", shrink=True, text_wrap=False))
    sheet.write_string(1, 4, TEMPLATE_VERSION, value)
    code, title = county or ("", "")
    sheet.merge_range(1, 5, 1, 6, f"县级行政区划代码：{code}", book.style(bold=True, align="left"))
    sheet.merge_range(1, 7, 1, last, f"县(市、区)：{title}", book.style(bold=True, align="left"))
    sheet.set_row(1, 22)
    text = (
        "请只填“填报值”和右边的“佐证材料”“情况说明”三列。暂时没有数据的项目留空，按“待定”处理，不算达标；确实没有的填0，"
        "不要填“无”“—”或“/”。金额和比例请看“单位”一列（1万元=10000元；95.2%填95.2）。日期填年月日。选中单元格可看填报说明。"
    )
    sheet.merge_range(2, 0, 2, 6, text, book.style(font_size=9, bg_color=look.LOCKED_FILL, indent=1))
    sheet.set_row(2, row_height((text, sum(_WIDTHS[:7]))))
    state = book.style(bold=True, align="right", bg_color=look.LOCKED_FILL)
    sheet.merge_range(2, 7, 2, last, "", state)
    todo, doubt = f"'{CHECK_SHEET}'!$C$2", f"'{CHECK_SHEET}'!$C$3"
    formula = f'="必填项还有"&{todo}&"项未填，"&{doubt}&"项请核对（见“{CHECK_SHEET}”表）"'
    sheet.write_formula(2, 7, formula, state, f"必填项还有{left}项未填，{doubts}项请核对（见“{CHECK_SHEET}”表）")
    done = {"type": "formula", "criteria": f"=AND({todo}=0,{doubt}=0)", "format": book.tint(font_color=look.GOOD_INK)}
    sheet.conditional_format(2, 7, 2, last, done)
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
    last_year: Mapping[str, object],
    beside: Mapping[tuple[str, str], str],
    locked: Sequence[str],
) -> None:
    frame = {"border": 1, "border_color": look.LINE, "bg_color": look.LOCKED_FILL}
    open_ = {"border": 1, "border_color": look.MUTED, "locked": False}
    quiet = book.style(**frame, font_color=look.MUTED, align="center", font_size=9)
    previous = ""
    for number, row in enumerate(rows, start=1):
        at, field = _FIRST_ROW + number - 1, row.field
        new, previous = field.category != previous, field.category
        sheet.write_number(at, 0, number, quiet)
        sheet.write_string(at, 1, field.category, book.style(**frame, bold=True, font_size=9, align="center") if new else quiet)
        sheet.write_string(at, 2, row.label, book.style(**frame, bold=row.required, indent=1))
        sheet.write_string(at, 3, field.unit, book.style(**frame, align="center"))
        cell = {**(frame if field.key in locked else open_), **entry_properties(field)}
        write_entry(sheet, at, _ENTRY, field, entries[row.place], book.style(**cell))
        demand = book.style(**frame, bold=True, align="center", font_size=9) if row.required else quiet
        sheet.write_string(at, 5, row.demand, demand)
        sheet.write_string(at, _NOTE, row.note, book.style(**frame, font_size=9, indent=1))
        for column, asked in enumerate(BESIDE, start=_EVIDENCE):
            words = book.style(**(frame if field.key in _IDENTITY else open_), font_size=9, num_format="@", indent=1)
            sheet.write_string(at, column, beside.get((field.key, asked), ""), words)
        before = typed(field, last_year.get(field.key))
        write_entry(sheet, at, _LAST_YEAR, field, before, book.style(**frame, **entry_properties(field), font_size=9))
        formula = change_formula(field.numeric, field.kind == "integer", at + 1, "J")
        change = change_text(field.kind == "integer", entries[row.place], before)
        sheet.write_formula(at, _CHANGE, formula, book.style(**frame, align="right", indent=1, font_size=9), change)
        if field.key not in locked:
            hint = input_rule(field, row.label, row.note, year, xl_rowcol_to_cell(at, _ENTRY))
            sheet.data_validation(at, _ENTRY, at, _ENTRY, hint)
        small = 1.15  # of the smaller letters more go into a line
        shown = [(str(v or ""), w) for v, w in ((entries[row.place], _WIDTHS[_ENTRY]), (before, _WIDTHS[_LAST_YEAR] * small))]
        sheet.set_row(at, row_height((row.label, _WIDTHS[2]), *shown, (row.note, _WIDTHS[_NOTE] * small)))


def _colours(book: FormBook, sheet: Worksheet, rows: Sequence[FormRow], cells: Mapping[Place, str]) -> None:
    wrong = book.tint(bg_color=look.DOUBT_FILL, font_color=look.DOUBT_INK)
    missing = book.tint(bg_color=look.MISSING_FILL)
    for row in rows:
        cell = cells[row.place]
        if row.field.numeric:
            sheet.conditional_format(cell, {"type": "formula", "criteria": f"=ISTEXT({cell})", "format": wrong})
        if row.required:
            sheet.conditional_format(cell, {"type": "formula", "criteria": f'={cell}=""', "format": missing})
    first, last = _FIRST_ROW + 1, _FIRST_ROW + len(rows)
    jump = f"=AND(COUNT($E{first},$J{first})=2,N($J{first})>=20,ABS(N($E{first})-N($J{first}))>=0.5*N($J{first}))"
    sheet.conditional_format(f"K{first}:K{last}", {"type": "formula", "criteria": jump, "format": wrong})
    texts = [cells[row.place] for row in rows if not row.field.numeric]
    sheet.ignore_errors({"number_stored_as_text": " ".join(texts)})


def _page(sheet: Worksheet, rows: int) -> None:
    sheet.freeze_panes(_FIRST_ROW, 3)
    sheet.protect("", PROTECTION)
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.75)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_HEADER_ROW)
    sheet.print_area(0, 0, _FIRST_ROW + rows - 1, len(HEADER) - 1)
    font = f'&"{look.FONT}"&9'
    signed = "填表人：＿＿＿＿＿＿  审核人：＿＿＿＿＿＿  县级教育行政部门负责人（签章）：＿＿＿＿＿＿"
    sheet.set_footer(f"&L{font}{signed}&R{font}第 &P 页，共 &N 页")
    sheet.set_selection(_FIRST_ROW + len(_IDENTITY), _ENTRY, _FIRST_ROW + len(_IDENTITY), _ENTRY)
