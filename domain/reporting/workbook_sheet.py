"""Writing cells of published workbooks: fonts, fills, number formats, page set-up; text that can never become a formula.

Belongs here: how one cell, heading or page is set. Does not belong here: what stands in a sheet.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from domain.reporting.display import NONE, exact, neutralised, number_of

BODY_FONT, HEAD_FONT = "宋体", "黑体"
INK, LINE, HEAD_FILL, BAND_FILL = "#1F2933", "#8A97A6", "#DCE6EF", "#F2F5F8"
MISS_FILL, MISS_INK, WAIT_FILL, GOOD_INK = "#8C3A32", "#FFFFFF", "#EFE3C4", "#1F6F54"
ROW_POINTS = 20
_LONGEST_CELL = 32_767
_LONGEST_NAME = 31
_TALLEST_ROW = 400

CELL = {"border": 1, "border_color": LINE}
CENTRE = CELL | {"align": "center"}
HEADING = CENTRE | {"font_name": HEAD_FONT, "bg_color": HEAD_FILL, "text_wrap": True}
HEADING_LEFT = HEADING | {"align": "left", "indent": 1}
TEXT = CELL | {"indent": 1}
WRAPPED = TEXT | {"text_wrap": True}
MISSED = CENTRE | {"bg_color": MISS_FILL, "font_color": MISS_INK, "bold": True}
WAITING = CENTRE | {"bg_color": WAIT_FILL}
NOTE = {"font_size": 9, "font_color": "#52606D", "text_wrap": True, "valign": "top"}


def width_of(text: str) -> int:
    """How many columns of a typewriter a text takes; a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in text)


def lines_of(text: str, width: float) -> int:
    """How many lines a text takes in a column of that width."""
    return sum(max(1, -(-width_of(line) // max(1, int(width)))) for line in text.split("\n"))


def decimals_format(decimals: int, unit: str = "") -> str:
    """The number format that shows so many decimals, the unit behind it."""
    suffix = f'" {unit}"' if unit else ""
    return ("0." + "0" * decimals if decimals else "0") + suffix


class ExactWorksheet(Worksheet):
    """A worksheet that writes every number so that it reads back to the same double; XlsxWriter keeps 16 digits of up to 17."""

    def _xml_number_element(self, number: float, attributes: Sequence[tuple[str, object]] = ()) -> None:
        written = "".join(f' {key}="{value}"' for key, value in attributes)
        self.fh.write(f"<c{written}><v>{exact(number)}</v></c>")


class Book:
    """A workbook in memory with its formats; equal wishes share one format."""

    def __init__(self, stream: Any) -> None:
        # Text stays text: nothing is guessed to be a formula, a link or a number.
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        self.workbook = xlsxwriter.Workbook(stream, options)
        self._formats: dict[tuple, Format] = {}
        self._names: set[str] = set()

    def style(self, **wishes: Any) -> Format:
        """The format with these properties on top of the house's font."""
        properties = {"font_name": BODY_FONT, "font_size": 10, "font_color": INK, "valign": "vcenter"} | wishes
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.workbook.add_format(properties)
        return self._formats[key]

    def sheet(self, name: str, widths: Sequence[float], footer: str, heading_rows: tuple[int, int] | None = None) -> "Sheet":
        """A new sheet: A4 landscape, one page wide, heading rows on every page, page numbers.

        Args:
            name: its name; what Excel forbids in it is taken out.
            widths: of the columns, in characters.
            footer: printed on the left of each page's foot.
            heading_rows: first and last row to repeat in print; rows above and with it stay on the screen.
        """
        clean = re.sub(r"[\[\]:*?/\\]", " ", name).strip("' ")[:_LONGEST_NAME] or "表"
        number = 2
        while clean.lower() in self._names:
            clean = f"{clean[: _LONGEST_NAME - 3]}({number})"
            number += 1
        self._names.add(clean.lower())
        worksheet = self.workbook.add_worksheet(clean, ExactWorksheet)
        worksheet.set_landscape()
        worksheet.set_paper(9)
        worksheet.fit_to_pages(1, 0)
        worksheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        worksheet.center_horizontally()
        worksheet.hide_gridlines(2)
        worksheet.set_footer(f"&L&9{footer.replace('&', '&&')[:120]}&R&9第 &P 页，共 &N 页")
        for column, width in enumerate(widths):
            worksheet.set_column(column, column, width)
        if heading_rows:
            worksheet.repeat_rows(*heading_rows)
        return Sheet(self, worksheet, widths)


class Sheet:
    """One sheet of a ``Book``."""

    def __init__(self, book: Book, worksheet: Worksheet, widths: Sequence[float]) -> None:
        self.book, self.worksheet, self.widths = book, worksheet, widths

    def text(self, row: int, column: int, text: str, style: dict[str, Any] = TEXT, **more: Any) -> None:
        """A text, always written as text and neutralised."""
        self.worksheet.write_string(row, column, neutralised(text)[:_LONGEST_CELL], self.book.style(**style | more))

    def number(self, row: int, column: int, value: object, shown: str, style: dict[str, Any] = CENTRE, **more: Any) -> None:
        """The unrounded number under a number format; ``—`` where there is none."""
        number = number_of(value)
        if number is None:
            self.text(row, column, NONE, style, **more)
        else:
            self.worksheet.write_number(row, column, number, self.book.style(num_format=shown, **style | more))

    def date(self, row: int, column: int, day: dt.date) -> None:
        """A day as a date, which formulas can compare."""
        moment = dt.datetime.combine(day, dt.time())
        self.worksheet.write_datetime(row, column, moment, self.book.style(num_format="yyyy-mm-dd", **CENTRE))

    def formula(self, row: int, column: int, formula: str, style: dict[str, Any] = CENTRE) -> None:
        """A formula of our own making, without any handed-in text; its value is empty until a spreadsheet works it out."""
        self.worksheet.write_formula(row, column, formula, self.book.style(**style), "")

    def blank(self, row: int, column: int, style: dict[str, Any] = CELL) -> None:
        """An empty cell with its border."""
        self.worksheet.write_blank(row, column, None, self.book.style(**style))

    def merged(
        self, row: int, first: int, last: int, text: str, style: dict[str, Any] = TEXT, rows: int = 1, **more: Any
    ) -> None:
        """A text across columns ``first`` to ``last`` and ``rows`` rows."""
        made = self.book.style(**style | more)
        if first != last or rows > 1:
            # merge_range guesses what a text is; it is given none, and the text follows.
            self.worksheet.merge_range(row, first, row + rows - 1, last, "", made)
        self.worksheet.write_string(row, first, neutralised(text)[:_LONGEST_CELL], made)

    def paragraph(self, row: int, first: int, last: int, text: str, style: dict[str, Any] = NOTE, **more: Any) -> None:
        """A text across columns with a row as high as it needs; merged cells do not grow by themselves."""
        self.merged(row, first, last, text, style, **more)
        self.height(row, [(text, sum(self.widths[first : last + 1]))])

    def height(self, row: int, texts: Iterable[tuple[str, float]], least: float = ROW_POINTS) -> None:
        """Make a row as high as the longest of these texts in its width."""
        lines = max((lines_of(text, width - 2) for text, width in texts), default=1)
        self.worksheet.set_row(row, min(_TALLEST_ROW, max(least, 6 + 13 * lines)))

    def headings(self, row: int, texts: Sequence[str], first: int = 0) -> None:
        """A row of column headings."""
        for offset, text in enumerate(texts):
            self.text(row, first + offset, text, HEADING)
        self.height(row, list(zip(texts, self.widths[first:], strict=False)), least=22)

    def title(self, text: str, note: str = "") -> int:
        """The sheet's title in row 0 and a note in row 1, across all columns; returns the next row."""
        last = len(self.widths) - 1
        self.merged(0, 0, last, text, {"font_name": HEAD_FONT, "font_size": 16, "align": "center"})
        self.worksheet.set_row(0, 30)
        self.paragraph(1, 0, last, note)
        return 2

    def freeze(self, row: int, column: int) -> None:
        """Rows above and columns left of this cell stay on the screen."""
        self.worksheet.freeze_panes(row, column)
