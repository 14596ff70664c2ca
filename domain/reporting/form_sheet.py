"""What the sheets 学校填报表 and 县级填报表 have in common: where things stand, title, headings, the cells of a row, the page.

Belongs here: all that both draw alike. Readers find things in these sheets by their text, so none of it may be reworded.
Does not belong here: single cells (``form_cells``), what one form says and the other does not (``school_form``,
``county_form``).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from data_contracts.catalogue import Field
from data_contracts.school_year import SchoolYear
from domain.reporting import form_cells as look
from domain.reporting.check_sheet import CHECK_SHEET
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
from domain.reporting.form_rows import FormRow

HEADER_ROW, FIRST_ROW = 3, 4
ENTRY, NOTE = 4, 6
FRAME = {"border": 1, "border_color": look.LINE, "bg_color": look.LOCKED_FILL}
OPEN = {"border": 1, "border_color": look.MUTED, "locked": False}
SMALLER = 1.15
"""Of the smaller letters more go into a line."""


def entry_cell(row: int) -> str:
    """The name of the cell into which the ``row``-th figure, counted from 0, is entered."""
    return xl_rowcol_to_cell(FIRST_ROW + row, ENTRY)


@dataclass(frozen=True)
class FormSheet:
    """A sheet of a form under construction; its last two columns are 上年值 and 较上年变化."""

    book: FormBook
    sheet: Worksheet
    header: tuple[str, ...]
    widths: tuple[float, ...]

    @property
    def last(self) -> int:
        """The last column."""
        return len(self.header) - 1

    def title(self, title: str, year: SchoolYear) -> None:
        """The title, and below it the school year and the version of the template."""
        name = self.book.style(font_color=look.MUTED, align="right")
        value = self.book.style(bold=True, num_format="@", align="left")
        self.sheet.merge_range(0, 0, 0, self.last, title, self.book.style(bold=True, font_size=16, align="center"))
        self.sheet.set_row(0, 34)
        self.sheet.write_string(1, 0, "学年", name)
        self.sheet.merge_range(1, 1, 1, 2, year.key, value)
        small = self.book.style(font_color=look.MUTED, align="right", shrink=True, text_wrap=False)
        self.sheet.write_string(1, 3, "模板版本", small)
        self.sheet.write_string(1, 4, TEMPLATE_VERSION, value)
        self.sheet.set_row(1, 22)

    def still_to_do(self, row: int, column: int, state: Format, left: int, doubts: int) -> None:
        """From ``column`` to the end of a row: how much is still to be filled in and looked at, live, green when nothing is."""
        self.sheet.merge_range(row, column, row, self.last, "", state)
        todo, doubt = f"'{CHECK_SHEET}'!$C$2", f"'{CHECK_SHEET}'!$C$3"
        formula = f'="必填项还有"&{todo}&"项未填，"&{doubt}&"项请核对（见“{CHECK_SHEET}”表）"'
        now = f"必填项还有{left}项未填，{doubts}项请核对（见“{CHECK_SHEET}”表）"
        self.sheet.write_formula(row, column, formula, state, now)
        done = {"type": "formula", "criteria": f"=AND({todo}=0,{doubt}=0)", "format": self.book.tint(font_color=look.GOOD_INK)}
        self.sheet.conditional_format(row, column, row, self.last, done)

    def explanation(self, text: str, columns: int) -> None:
        """How the form is filled in, over the first ``columns`` columns below the title."""
        style = self.book.style(font_size=9, bg_color=look.LOCKED_FILL, indent=1)
        self.sheet.merge_range(2, 0, 2, columns - 1, text, style)
        self.sheet.set_row(2, row_height((text, sum(self.widths[:columns]))))

    def headings(self) -> None:
        """The header row and the widths of the columns."""
        for column, (heading, width) in enumerate(zip(self.header, self.widths, strict=True)):
            self.sheet.set_column(column, column, width)
            self.sheet.write_string(HEADER_ROW, column, heading, heading_style(self.book))
        self.sheet.set_row(HEADER_ROW, 26)

    def asked(self, number: int, row: FormRow, new: bool, demanded: bool) -> None:
        """The cells that say what is asked: number (from 1), category (strong where it is ``new``), label, unit, demand, note."""
        at, field = FIRST_ROW + number - 1, row.field
        quiet = self.book.style(**FRAME, font_color=look.MUTED, align="center", font_size=9)
        strong = self.book.style(**FRAME, bold=True, font_size=9, align="center")
        self.sheet.write_number(at, 0, number, quiet)
        self.sheet.write_string(at, 1, field.category, strong if new else quiet)
        indent = 2 if row.section and field.shared else 1
        self.sheet.write_string(at, 2, row.label, self.book.style(**FRAME, bold=row.required, indent=indent))
        self.sheet.write_string(at, 3, field.unit, self.book.style(**FRAME, align="center"))
        demand = self.book.style(**FRAME, bold=True, align="center", font_size=9) if demanded else quiet
        self.sheet.write_string(at, 5, row.demand, demand)
        self.sheet.write_string(at, NOTE, row.note, self.book.style(**FRAME, font_size=9, indent=1))

    def entered(
        self, number: int, field: Field, value: float | int | str | None, last_year: object, frame: dict[str, object]
    ) -> None:
        """The entry, last year's value and the live change since."""
        at = FIRST_ROW + number - 1
        write_entry(self.sheet, at, ENTRY, field, value, self.book.style(**frame, **entry_properties(field)))
        before, whole = typed(field, last_year), field.kind == "integer"
        quiet = self.book.style(**FRAME, **entry_properties(field), font_size=9)
        write_entry(self.sheet, at, self.last - 1, field, before, quiet)
        formula = change_formula(field.numeric, whole, at + 1, xl_col_to_name(self.last - 1))
        style = self.book.style(**FRAME, align="right", indent=1, font_size=9)
        self.sheet.write_formula(at, self.last, formula, style, change_text(whole, value, before))

    def input_rule(self, number: int, row: FormRow, year: SchoolYear) -> None:
        """What may be entered, and the hint beside it."""
        cell = entry_cell(number - 1)
        self.sheet.data_validation(cell, input_rule(row.field, row.label, row.note, year, cell))

    def height(self, number: int, row: FormRow, value: object, last_year: object, *more: tuple[str, float]) -> None:
        """A row as high as its longest text needs; ``more``: further texts with the width they have."""
        before = typed(row.field, last_year)
        self.sheet.set_row(
            FIRST_ROW + number - 1,
            row_height(
                (row.label, self.widths[2]),
                (str(value or ""), self.widths[ENTRY]),
                (str(before or ""), self.widths[self.last - 1] * SMALLER),
                (row.note, self.widths[NOTE] * SMALLER),
                *more,
            ),
        )

    def doubts(self, rows: Sequence[FormRow]) -> None:
        """Colours while filling in: words where a number belongs, a figure half as large again or half as small as last year's."""
        wrong = self.book.tint(bg_color=look.DOUBT_FILL, font_color=look.DOUBT_INK)
        for number, row in enumerate(rows):
            if row.field.numeric:
                rule = {"type": "formula", "criteria": f"=ISTEXT({entry_cell(number)})", "format": wrong}
                self.sheet.conditional_format(entry_cell(number), rule)
        first, last = FIRST_ROW + 1, FIRST_ROW + len(rows)
        before, change = xl_col_to_name(self.last - 1), xl_col_to_name(self.last)
        moved = f"=AND(COUNT($E{first},${before}{first})=2,N(${before}{first})>=20,ABS(N($E{first})-N(${before}{first}))>=0.5*N(${before}{first}))"
        self.sheet.conditional_format(f"{change}{first}:{change}{last}", {"type": "formula", "criteria": moved, "format": wrong})
        texts = [entry_cell(number) for number, row in enumerate(rows) if not row.field.numeric]
        self.sheet.ignore_errors({"number_stored_as_text": " ".join(texts)})

    def page(self, rows: int, signer: str, start: int = 0, landscape: bool = False) -> None:
        """How the sheet is protected, printed and opened: at the ``start``-th entry; ``signer`` signs at its foot."""
        self.sheet.freeze_panes(FIRST_ROW, 3)
        self.sheet.protect("", PROTECTION)
        self.sheet.set_paper(9)
        if landscape:
            self.sheet.set_landscape()
        self.sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.75)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.repeat_rows(HEADER_ROW)
        self.sheet.print_area(0, 0, FIRST_ROW + rows - 1, self.last)
        font = f'&"{look.FONT}"&9'
        signed = f"填表人：＿＿＿＿＿＿  审核人：＿＿＿＿＿＿  {signer}：＿＿＿＿＿＿"
        self.sheet.set_footer(f"&L{font}{signed}&R{font}第 &P 页，共 &N 页")
        self.sheet.set_selection(FIRST_ROW + start, ENTRY, FIRST_ROW + start, ENTRY)
