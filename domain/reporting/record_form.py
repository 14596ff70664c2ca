"""The blank and prefilled record forms: rectification ledger, stages, visits, plans, self-scores, commitments.

Belongs here: how such a form looks, and what the rectification form and the visit form are prefilled with. Readers find things
in it by their text, so titles and headings may not be reworded. Does not belong here: which columns there are
(``data_contracts.record_forms``), single cells (``form_cells``), reading (``domain.intake.record_table``).
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from data_contracts.catalogue import SECTION_LABELS, fields
from data_contracts.record_forms import OF_COUNTIES, RecordColumn, record_forms
from data_contracts.records import RETURN_COLUMNS, place_column
from data_contracts.school_year import SchoolYear
from data_contracts.standard import Standard
from data_contracts.vocabulary import FORMS, WORKFLOW_OUTCOMES, WORKFLOW_STAGES
from domain.reporting import form_cells as look
from domain.reporting.display import plain, text_of
from domain.reporting.form_cells import (
    CODE_LENGTHS,
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
from domain.reporting.form_rows import Place

SPARE_ROWS = 300
_LISTED_AT_MOST = 255  # characters of a drop-down that Excel takes
_HEADER_ROW, _FIRST_ROW = 3, 4
_GUIDES = {
    "rectification": "每行是一个尚未解决的问题，灰色各列请不要改动。数据显示已解决的问题会自动销号。",
    "workflow": "每完成一个阶段填一行：县级自评、市级复核、省级评估、国家认定，认定以后每年的监测复查。",
    "visit": "灰色各列是学校填报的数据，请不要改动；现场看到的数填在“现场核实值”，没有核查的留空。",
    "plan": "每个项目、每个目标学年填一行。项目可填指标编号（差异系数的目标）或评估项目编号；全县的项目“学段”留空。",
    "self_scores": "每所学校每个学段的每项指标填一行自评得分。",
    "commitments": "已列入规划、在规定期限内建成的学校建设承诺，每项填一行；承诺到期后自动失效。只有标准规定可以计入建设承诺的指标才计入，国家两项标准没有这样的规定。",
}


def record_form(
    form: str,
    year: SchoolYear,
    rows: Sequence[Mapping[str, object]] | None = None,
    *,
    modified: dt.datetime,
    standards: Sequence[Standard] = (),
    county: tuple[str, str] | None = None,
) -> bytes:
    """A record form; the same arguments give the same bytes.

    Args:
        form: its key in ``vocabulary.FORMS``.
        year: the school year asked about.
        rows: by column key, in the units of the form. Columns that are prefilled are then locked, and nothing can be added.
            None for a blank form with an example row and free rows.
        modified: the time that the document's properties show as its last modification.
        standards: those in force, for the drop-down.
        county: code and name for the title; None for a form that any county may use.
    """
    columns = record_forms()[form]
    if form in OF_COUNTIES:
        standards = [standard for standard in standards if standard.judges_counties]
    book = FormBook(FORMS[form], year, modified)
    sheet = book.book.add_worksheet(FORMS[form])
    _cover(book, sheet, form, year, columns, county, prefilled=rows is not None)
    filled = list(rows) if rows is not None else []
    at = _FIRST_ROW
    if rows is None:
        _example(book, sheet, form, columns, standards)
        at += 1
    last = at + (len(filled) if rows is not None else SPARE_ROWS) - 1
    for number, row in enumerate(filled, start=1):
        _row(book, sheet, at + number - 1, number, columns, row)
    if rows is None:
        _free_rows(book, sheet, at, last, columns)
    if last >= at:
        for index, column in enumerate(columns.values(), start=1):
            if column.read and not (rows is not None and column.prefilled):
                rule = _rule(column, year, f"{xl_col_to_name(index)}{at + 1}", standards)
                sheet.data_validation(at, index, last, index, rule)
    _page(sheet, columns, last if rows is not None else at + 25)
    return book.finish()


def _cover(
    book: FormBook,
    sheet: Worksheet,
    form: str,
    year: SchoolYear,
    columns: Mapping[str, RecordColumn],
    county: tuple[str, str] | None,
    prefilled: bool,
) -> None:
    last, title = len(columns), FORMS[form]
    shown = f"{county[1]}{year.key}学年{title}" if county else f"{year.key}学年{title}"
    sheet.merge_range(0, 0, 0, last, shown, book.style(bold=True, font_size=16, align="center"))
    sheet.set_row(0, 34)
    name, value = book.style(font_color=look.MUTED, align="right"), book.style(bold=True, num_format="@", align="left")
    for place, (text, style) in enumerate((("学年", name), (year.key, value), ("模板版本", name), (TEMPLATE_VERSION, value))):
        sheet.write_string(1, place, text, style)
    sheet.set_row(1, 22)
    guide = _GUIDES[form] + ("深色的栏目请填写。" if prefilled else "深色的栏目必填。") + "请不要改动栏目名称。"
    sheet.merge_range(2, 0, 2, last, guide, book.style(font_size=9, bg_color=look.LOCKED_FILL, indent=1))
    sheet.set_row(2, row_height((guide, 5 + sum(column.width for column in columns.values()))))
    sheet.set_column(0, 0, 6)
    quiet = book.style(bg_color="#DCE4EA", align="center", border=1, border_color=look.LINE)
    sheet.write_string(_HEADER_ROW, 0, "序号", quiet)
    for index, column in enumerate(columns.values(), start=1):
        sheet.set_column(index, index, column.width)
        asked = not column.prefilled if prefilled else column.required
        sheet.write_string(_HEADER_ROW, index, column.field.label, heading_style(book) if asked else quiet)
    sheet.set_row(_HEADER_ROW, 32)


def _look(column: RecordColumn, locked: bool) -> dict[str, Any]:
    kind = {"align": "center", "num_format": "yyyy-mm-dd"} if column.field.kind == "date" else entry_properties(column.field)
    if column.field.kind in ("seen", "shown") or column.field.numeric:
        kind = {"align": "right", "indent": 1} if column.field.key in ("seen", "reported") or column.field.numeric else kind
    frame = {"bg_color": look.LOCKED_FILL, "border_color": look.LINE} if locked else {"locked": False, "border_color": look.MUTED}
    return {"border": 1, "font_size": 9, **frame, **kind}


def _row(
    book: FormBook,
    sheet: Worksheet,
    at: int,
    number: int,
    columns: Mapping[str, RecordColumn],
    row: Mapping[str, object],
) -> None:
    quiet = book.style(border=1, border_color=look.LINE, bg_color=look.LOCKED_FILL, font_color=look.MUTED, align="center")
    sheet.write_number(at, 0, number, quiet)
    texts = []
    for index, (key, column) in enumerate(columns.items(), start=1):
        value = row.get(key)
        _write(sheet, at, index, column, value, book.style(**_look(column, locked=column.prefilled)))
        texts.append((text_of(value), column.width * 1.15))
    sheet.set_row(at, row_height(*texts))


def _write(sheet: Worksheet, at: int, index: int, column: RecordColumn, value: object, style: Any) -> None:
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value == value:
        sheet.write_number(at, index, value, style)
    else:
        write_entry(sheet, at, index, column.field, typed(column.field, value), style)


def _example(
    book: FormBook, sheet: Worksheet, form: str, columns: Mapping[str, RecordColumn], standards: Sequence[Standard]
) -> None:
    frame = {"border": 1, "border_color": look.LINE, "bg_color": look.LOCKED_FILL, "italic": True, "font_color": look.MUTED}
    nationals = [standard for standard in standards if standard.judges_counties]
    shown = {key: column.example for key, column in columns.items()}
    if nationals and "standard" in columns:
        shown["standard"] = nationals[-1].title
    if form == "commitments":
        shown |= _commitment_that_counts(standards)
    sheet.write_string(_FIRST_ROW, 0, "示例", book.style(**frame, align="center", font_size=9))
    for index, text in enumerate(shown.values(), start=1):
        sheet.write_string(_FIRST_ROW, index, text, book.style(**frame, font_size=9, indent=1, num_format="@"))
    sheet.set_row(_FIRST_ROW, 21)


def _commitment_that_counts(standards: Sequence[Standard]) -> dict[str, str]:
    """Standard, indicator and unit of an example that has an effect, where a standard lets a commitment count in something."""
    for standard in standards:
        for one in standard.indicators:
            if standard.commitment is not None and one.id in standard.commitment.indicators:
                return {"standard": standard.title, "indicator": one.id, "unit": one.resource_unit}
    return {}


def _free_rows(
    book: FormBook,
    sheet: Worksheet,
    first: int,
    last: int,
    columns: Mapping[str, RecordColumn],
) -> None:
    quiet = book.style(border=1, border_color=look.LINE, bg_color=look.LOCKED_FILL, font_color=look.MUTED, align="center")
    for at in range(first, last + 1):
        sheet.write_number(at, 0, at - first + 1, quiet)
        for index, column in enumerate(columns.values(), start=1):
            sheet.write_blank(at, index, None, book.style(**_look(column, locked=False)))


def _rule(column: RecordColumn, year: SchoolYear, cell: str, standards: Sequence[Standard]) -> dict[str, Any]:
    """What may be entered in a column: a drop-down where there is a closed list."""
    options = {
        "stage": list(WORKFLOW_STAGES.values()),
        "outcome": list(WORKFLOW_OUTCOMES.values()),
        "section": [SECTION_LABELS["primary"], SECTION_LABELS["junior"]],
        "standard": [standard.title for standard in standards],
    }.get(column.field.kind)
    asked = column.field
    rule = input_rule(asked, asked.label, asked.note or asked.label, year, cell)
    if options and len(",".join(options)) <= _LISTED_AT_MOST:
        told = f"“{asked.label}”请从下拉列表中选择：{'、'.join(options)}。"
        return rule | {"validate": "list", "source": options, "error_message": told[:255]}
    if asked.key in CODE_LENGTHS:
        digits = CODE_LENGTHS[asked.key]
        return rule | {"validate": "custom", "value": f"=AND(LEN({cell})={digits},ISNUMBER(--{cell}))"}
    return rule


def _page(sheet: Worksheet, columns: Mapping[str, RecordColumn], last: int) -> None:
    sheet.freeze_panes(_FIRST_ROW, 0)
    sheet.set_default_row(20)
    sheet.protect("", PROTECTION | {"sort": True, "autofilter": True})
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.75)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_HEADER_ROW)
    sheet.print_area(0, 0, last, len(columns))
    font = f'&"{look.FONT}"&9'
    sheet.set_footer(f"&L{font}填表人：＿＿＿＿＿＿  审核人：＿＿＿＿＿＿  日期：＿＿＿＿＿＿&R{font}第 &P 页，共 &N 页")
    sheet.ignore_errors({"number_stored_as_text": f"B{_FIRST_ROW + 1}:{xl_col_to_name(len(columns))}{last + 1}"})


def rectification_form(
    year: SchoolYear,
    county: tuple[str, str],
    ledger_rows: Sequence[Mapping[str, object]],
    *,
    modified: dt.datetime,
    standards: Sequence[Standard] = (),
) -> bytes:
    """The rectification form 整改台账 of a county: a locked row for each gap, with owner, date, measure, evidence, note to fill in.

    Args:
        year: the school year.
        county: its code and name.
        ledger_rows: of ``rectification_ledger``, those that the form shall show, in order. Used where they are there: gap,
            standard, school_name, section, title (else item), description (else amount and unit), since, and what was
            entered before: owner, due, measure, evidence, note.
        modified: the time that the document's properties show as its last modification.
        standards: to show a standard by its title.
    """
    titles = {standard.id: standard.title for standard in standards}
    rows = []
    for row in ledger_rows:
        standard, section = text_of(row.get("standard")), text_of(row.get("section"))
        amount = row.get("amount")
        gap = f"{plain(amount)}{text_of(row.get('unit'))}" if isinstance(amount, (int, float)) and amount == amount else ""
        rows.append(
            {
                "county_code": county[0],
                "gap": text_of(row.get("gap")),
                "standard_title": titles.get(standard, standard),
                "school_name": text_of(row.get("school_name")) or "全县",
                "section_label": SECTION_LABELS.get(section, section),
                "title": text_of(row.get("title")) or text_of(row.get("item")),
                "description": text_of(row.get("description")) or gap,
                "since": text_of(row.get("since")),
                **{key: text_of(row.get(key)) or None for key in ("owner", "due", "measure", "evidence", "note")},
            }
        )
    return record_form("rectification", year, rows, modified=modified, county=county)


def visit_form(
    year: SchoolYear,
    county: tuple[str, str],
    schools: Sequence[Mapping[str, object]],
    places: Sequence[Place],
    *,
    modified: dt.datetime,
) -> bytes:
    """The visit form 现场核查表 of a sample: a locked row for each school and figure, with what was reported, and room for what was seen.

    Args:
        year: the school year.
        county: its code and name.
        schools: rows of ``school_returns``, in the order of the visits (columns as in the contract, stored units).
        places: (field key, section or None) of the figures to be looked at; those that a school has not reported are left out.
        modified: the time that the document's properties show as its last modification.
    """
    rows = []
    for school in schools:
        for key, section in places:
            what, column = fields()[key], place_column(key, section)
            if column not in RETURN_COLUMNS:
                raise KeyError(f"no such place of a school's form: {key} {section}")
            value = school.get(column)
            if value is None or value != value:
                continue
            number = isinstance(value, (int, float)) and not isinstance(value, bool)
            rows.append(
                {
                    "county_code": county[0],
                    "school_id": school["school_id"],
                    "school_name": school["school_name"],
                    "field": what.label_in(section),
                    "unit": what.unit,
                    "reported": float(value) / what.factor if number else text_of(value),  # type: ignore[arg-type]
                }
            )
    return record_form("visit", year, rows, modified=modified, county=county)
