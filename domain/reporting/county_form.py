"""The fill-in form 县级填报表 of one county, as the bytes of an .xlsx workbook.

Belongs here: the sheet 县级填报表 and the relations that it checks while it is filled in. Readers find things in it by their
text, so labels, header and cover may not be reworded. Does not belong here: what all such sheets share (``form_sheet``), single
cells (``form_cells``), the sheet of checks (``check_sheet``), the form of a school (``school_form``), whether a form is accepted (``domain.intake``).
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

from data_contracts.catalogue import county_fields
from data_contracts.county_rules import CountyPair, county_pairs, county_series
from data_contracts.record_forms import BESIDE
from data_contracts.school_year import SchoolYear
from data_contracts.vocabulary import FORMS
from domain.reporting import form_cells as look
from domain.reporting.check_sheet import CHECK_SHEET, draw_check_sheet
from domain.reporting.form_cells import FormBook, typed
from domain.reporting.form_checks import FormCheck
from domain.reporting.form_rows import OPTIONAL, REQUIRED, FormRow, Place
from domain.reporting.form_sheet import FIRST_ROW, FRAME, OPEN, FormSheet, entry_cell

COUNTY_SHEET = FORMS["county_form"]
TITLE = "义务教育均衡发展县级填报表"
HEADER = ("序号", "类别", "填报项目", "单位", "填报值", "是否必填", "备注说明", *BESIDE.values(), "上年值", "较上年变化")
_WIDTHS = (4.5, 9.5, 27, 5.5, 16, 8.5, 36, 19, 19, 13, 17)
_IDENTITY = ("county_code", "county_name")
_EVIDENCE = 7
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
    cells = {row.place: entry_cell(number) for number, row in enumerate(rows)}
    book = FormBook(TITLE, year, modified)
    form = FormSheet(book, book.book.add_worksheet(COUNTY_SHEET), HEADER, _WIDTHS)
    checks = book.book.add_worksheet(CHECK_SHEET)
    left, doubts = draw_check_sheet(book, checks, COUNTY_SHEET, rows, entries, cells, county_form_checks())
    _cover(form, year, county, left, doubts)
    _rows(form, year, rows, entries, last_year or {}, beside or {}, locked=_IDENTITY if county else ())
    _colours(form, rows, cells)
    form.page(len(rows), "县级教育行政部门负责人（签章）", start=len(_IDENTITY), landscape=True)
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


def _cover(form: FormSheet, year: SchoolYear, county: tuple[str, str] | None, left: int, doubts: int) -> None:
    form.title(TITLE, year)
    code, title = county or ("", "")
    bold = form.book.style(bold=True, align="left")
    form.sheet.merge_range(1, 5, 1, 6, f"县级行政区划代码：{code}", bold)
    form.sheet.merge_range(1, 7, 1, form.last, f"县(市、区)：{title}", bold)
    text = (
        "请只填“填报值”和右边的“佐证材料”“情况说明”三列。暂时没有数据的项目留空，按“待定”处理，不算达标；确实没有的填0，"
        "不要填“无”“—”或“/”。金额和比例请看“单位”一列（1万元=10000元；95.2%填95.2）。日期填年月日。选中单元格可看填报说明。"
    )
    form.explanation(text, _EVIDENCE)
    form.still_to_do(2, _EVIDENCE, form.book.style(bold=True, align="right", bg_color=look.LOCKED_FILL), left, doubts)
    form.headings()


def _rows(
    form: FormSheet,
    year: SchoolYear,
    rows: Sequence[FormRow],
    entries: Mapping[Place, float | int | str | None],
    last_year: Mapping[str, object],
    beside: Mapping[tuple[str, str], str],
    locked: Sequence[str],
) -> None:
    previous = ""
    for number, row in enumerate(rows, start=1):
        field, value, before = row.field, entries[row.place], last_year.get(row.field.key)
        form.asked(number, row, new=field.category != previous, demanded=row.required)
        previous = field.category
        form.entered(number, field, value, before, FRAME if field.key in locked else OPEN)
        for column, asked in enumerate(BESIDE, start=_EVIDENCE):
            frame = FRAME if field.key in _IDENTITY else OPEN
            words = form.book.style(**frame, font_size=9, num_format="@", indent=1)
            form.sheet.write_string(FIRST_ROW + number - 1, column, beside.get((field.key, asked), ""), words)
        if field.key not in locked:
            form.input_rule(number, row, year)
        form.height(number, row, value, before)


def _colours(form: FormSheet, rows: Sequence[FormRow], cells: Mapping[Place, str]) -> None:
    missing = form.book.tint(bg_color=look.MISSING_FILL)
    for row in rows:
        if row.required:
            rule = {"type": "formula", "criteria": f'={cells[row.place]}=""', "format": missing}
            form.sheet.conditional_format(cells[row.place], rule)
    form.doubts(rows)
