"""The sheet 填报检查 of the form: what is still missing and what does not fit, computed while the clerk types.

Belongs here: how the live checks are laid out, and what counts as a missing entry. Does not belong here: which relations
are checked (``form_checks``), and whether a return is accepted (``domain.intake``).
"""

from collections.abc import Mapping, Sequence
from itertools import groupby
from numbers import Real

from xlsxwriter.worksheet import Worksheet

from data_contracts.vocabulary import CHECK_SHEET
from domain.reporting import form_cells as look
from domain.reporting.form_cells import PROTECTION, FormBook, heading_style, row_height
from domain.reporting.form_checks import DOUBTFUL, PASSED, UNUSED, WAITING, FormCheck
from domain.reporting.form_rows import FormRow, Place

_WIDTHS = (5, 50, 11, 48, 14)
_FIRST_ROW = 4


def missing_condition(row: FormRow, cells: Mapping[Place, str]) -> str:
    """The formula that is true while this entry is missing, whatever the 办学类型.

    A shared resource that is entered for every section is not missing.
    """
    cell = cells[row.place]
    parts = [cells[row.field.key, s] for s in row.field.sections if (row.field.key, s) in cells] if row.field.shared else []
    return f'AND({cell}="",COUNT({",".join(parts)})<{len(parts)})' if parts else f'{cell}=""'


def type_condition(row: FormRow, cells: Mapping[Place, str]) -> str:
    """The formula that is true when the 办学类型 chosen demands the entry; empty where it depends on nothing."""
    if row.required:
        return ""
    kind = cells["school_type", None]
    return "OR(" + ",".join(f'{kind}="{name}"' for name in row.types) + ")"


def _left_formula(rows: Sequence[FormRow], cells: Mapping[Place, str]) -> str:
    # One term for each set of types keeps the formula of the blank form well below Excel's 8192 characters.
    groups: dict[str, list[str]] = {}
    for row in rows:
        if row.required or row.types:
            groups.setdefault(type_condition(row, cells), []).append(f"IF({missing_condition(row, cells)},1,0)")
    terms = ["+".join(group) if not kind else f"IF({kind},{'+'.join(group)},0)" for kind, group in groups.items()]
    return "=" + ("+".join(terms) or "0")


def _missing(row: FormRow, entries: Mapping[Place, object]) -> bool:
    parts = [entries[row.field.key, s] for s in row.field.sections if (row.field.key, s) in entries] if row.field.shared else []
    return entries[row.place] is None and not (parts and all(isinstance(part, Real) for part in parts))


def draw_check_sheet(
    book: FormBook,
    sheet: Worksheet,
    form_sheet: str,
    rows: Sequence[FormRow],
    entries: Mapping[Place, float | int | str | None],
    cells: Mapping[Place, str],
    checks: Sequence[FormCheck],
) -> tuple[int, int]:
    """Draw the sheet 填报检查.

    Args:
        book, sheet: the workbook and its empty second sheet.
        form_sheet: name of the sheet with the entries.
        rows, entries, cells: the rows of the form, the value (None: empty) and the cell of each.
        checks: what to compute.

    Returns:
        How many required entries are missing and how many checks are doubtful, as the sheet says by its formulas in C2, C3.
    """
    abroad = {place: f"'{form_sheet}'!{xl_cell}" for place, xl_cell in cells.items()}
    lines = [_digits_line(rows, entries, abroad)]
    lines += [(c.question, c.formula(abroad), c.result(entries), c.remedy, [cells[p] for p in c.places]) for c in checks]
    left = sum(_missing(row, entries) for row in rows if row.required)
    doubts = sum(line[2] == DOUBTFUL for line in lines)
    last = _FIRST_ROW + len(lines)

    sheet.merge_range(0, 0, 0, 4, CHECK_SHEET, book.style(bold=True, font_size=16, align="center"))
    label, count = book.style(), book.style(bold=True, align="center")
    sheet.write_string(1, 1, "还未填的必填项（项）", label)
    sheet.write_formula(1, 2, _left_formula(rows, abroad), count, left)
    sheet.write_string(2, 1, f"结果为“{DOUBTFUL}”的检查（项）", label)
    sheet.write_formula(2, 2, f'=COUNTIF(C{_FIRST_ROW + 1}:C{last},"{DOUBTFUL}")', count, doubts)
    sheet.write_string(
        1, 3, f"本表自动计算，不用填写。“{WAITING}”表示相关必填项还没有填，“{UNUSED}”表示相关选填项没有填。", label
    )
    sheet.merge_range(2, 3, 2, 4, f"“{DOUBTFUL}”的请改正后再上报；确实无误的可以上报，并请准备好情况说明。", label)
    for column, heading in enumerate(("序号", "检查内容", "结果", f"结果为“{DOUBTFUL}”时怎么办", "涉及单元格")):
        sheet.set_column(column, column, _WIDTHS[column])
        sheet.write_string(3, column, heading, heading_style(book))
    frame = {"border": 1, "border_color": look.LINE}
    for number, (question, formula, result, remedy, refs) in enumerate(lines, start=1):
        at = _FIRST_ROW + number - 1
        sheet.write_number(at, 0, number, book.style(**frame, align="center", font_color=look.MUTED))
        sheet.write_string(at, 1, question, book.style(**frame, indent=1))
        sheet.write_formula(at, 2, formula, book.style(**frame, bold=True, align="center"), result)
        sheet.write_string(at, 3, remedy, book.style(**frame, font_size=9, indent=1))
        sheet.write_string(at, 4, "、".join(refs), book.style(**frame, align="center", font_size=9))
        sheet.set_row(at, row_height((question, _WIDTHS[1]), (remedy, _WIDTHS[3] * 1.15), ("、".join(refs), 14)))
    for text, properties in (
        (PASSED, {"font_color": look.GOOD_INK, "bg_color": look.GOOD_FILL}),
        (DOUBTFUL, {"font_color": look.DOUBT_INK, "bg_color": look.DOUBT_FILL}),
        (WAITING, {"font_color": look.MUTED, "bg_color": look.MISSING_FILL}),
        (UNUSED, {"font_color": look.MUTED}),
    ):
        rule = {"type": "cell", "criteria": "==", "value": f'"{text}"', "format": book.tint(**properties)}
        sheet.conditional_format(_FIRST_ROW, 2, last - 1, 2, rule)
    sheet.set_row(0, 34)
    sheet.set_row(1, 30)
    sheet.set_row(2, 30)
    sheet.set_row(3, 26)
    sheet.freeze_panes(_FIRST_ROW, 0)
    sheet.protect("", PROTECTION)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(3)
    return left, doubts


def _digits_line(
    rows: Sequence[FormRow], entries: Mapping[Place, object], cells: Mapping[Place, str]
) -> tuple[str, str, str, str, list[str]]:
    ranges = []
    for numeric, group in groupby(rows, key=lambda row: row.field.numeric):
        run = list(group)
        if numeric:
            ranges.append(f"{cells[run[0].place]}:{cells[run[-1].place].rpartition('!')[2]}")
    refs = ",".join(ranges)
    text = any(isinstance(entries[row.place], str) for row in rows if row.field.numeric)
    return (
        "数字项目只填阿拉伯数字，不带单位、逗号和文字",
        f'=IF(COUNTA({refs})=COUNT({refs}),"{PASSED}","{DOUBTFUL}")',
        DOUBTFUL if text else PASSED,
        "填报值为红色的单元格里有文字或空格，请改为数字；没有数据的请清空。",
        ["见红色格"],
    )
