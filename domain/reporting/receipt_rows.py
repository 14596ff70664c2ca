"""The rows of the sheet 回执 as a part of a workbook: its columns, how cells look, links, what is hidden.

Belongs here: the form of the sheet, as XML. Does not belong here: what it says (``receipt_sheet``), the workbook around it
(``receipt_book``).
"""

import re
from collections.abc import Mapping

from domain.intake.answers import ANSWER_LIMIT
from domain.reporting.display import neutralised
from domain.reporting.form_cells import FONT, HEAD_FILL, INK, LINE, LOCKED_FILL, MISSING_FILL
from domain.reporting.receipt_cells import address_of
from domain.reporting.receipt_parts import MAIN, attribute_xml, text_xml
from domain.reporting.receipt_styles import Styles

# Off by one from the colours that people pick: a cell in one of these was filled by a receipt.
MARK_COLOURS = {"error": "FFF8CBAC", "query": "FFFFE69A", "note": "FFEDEDEC"}
# A frame shows where the workbook paints over fills by rules of its own, as our forms do.
MARK_FRAMES = {"error": "FFC00001", "query": "FFBF8F01"}
WIDTHS = (5.5, 13, 13, 8.5, 23, 6.5, 15, 60, 32)
KEY, MEMORY = 9, 10
LINK, VALUE, MESSAGE, ANSWER = 3, 6, 7, 8
_ANSWER_FILL = "FFFFFBE0"
LINE_POINTS = 16.5
_HIGHEST = 409.0
LONGEST = 32_000
_PLAIN_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula, not even after being copied elsewhere; a plain number is none."""
    return text if _PLAIN_NUMBER.fullmatch(text) else neutralised(text)


def looks_of(styles: Styles) -> dict[str, int]:
    """Add the styles of the sheet to those of a workbook; returns their numbers by name."""
    return {name: _look(styles, name) for name in _LOOKS}


def line_count(text: str, width: float) -> int:
    """How many lines a text takes in a column so many characters wide; a Chinese character takes two."""
    room = max(2, int(width - 3))
    return sum(max(1, -(-sum(2 if ord(character) > 0x2E7F else 1 for character in part) // room)) for part in text.split("\n"))


_LOOKS = (
    "title", "plain", "quiet", "notice", "good", "doubt", "bad", "heading", "cell", "number", "link", "answer", "shut",
    *MARK_COLOURS, *(f"band_{severity}" for severity in MARK_COLOURS),
)  # fmt: skip


def _look(styles: Styles, name: str) -> int:
    marks = MARK_COLOURS | {f"band_{severity}": colour for severity, colour in MARK_COLOURS.items()}
    fills = {
        "heading": _argb(HEAD_FILL), "quiet": _argb(LOCKED_FILL), "answer": _ANSWER_FILL, "shut": _argb(LOCKED_FILL),
        "notice": _argb(MISSING_FILL), **marks,
    }  # fmt: skip
    inks = {
        "heading": "FFFFFFFF", "link": "FF0563C1", "bad": "FFC00000", "doubt": "FF9C5700", "good": "FF1E6B3A",
    }  # fmt: skip
    bold = name.startswith("band_") or name in ("heading", "title", "bad", "doubt", "good", *MARK_COLOURS)
    size = {"title": 16, "bad": 12, "doubt": 12, "good": 12}.get(name, 10)
    font = styles.font(
        f'<font>{"<b/>" if bold else ""}{"<u/>" if name == "link" else ""}<sz val="{size}"/>'
        f'<color rgb="{inks.get(name, _argb(INK))}"/><name val="{FONT}"/><family val="2"/><charset val="134"/></font>'
    )
    fill = styles.fill(solid(fills[name])) if name in fills else styles.fill(_NO_FILL)
    framed = name in ("heading", "cell", "number", "link", "answer", "shut", *MARK_COLOURS)
    border = styles.border(frame(_argb(LINE)) if framed else _NO_BORDER)
    centred = name in ("heading", "number", "link", *MARK_COLOURS)
    across = ' horizontal="center"' if centred else ' horizontal="left" indent="1"'
    wrapped = "" if name.startswith("band_") else ' wrapText="1"'
    locked = "0" if name == "answer" else "1"
    return styles.cell(
        f'<xf numFmtId="{0 if name == "number" else 49}" fontId="{font}" fillId="{fill}" borderId="{border}" xfId="0" '
        'applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1" applyProtection="1">'
        f'<alignment{across} vertical="center"{wrapped}/><protection locked="{locked}"/></xf>'
    )


_NO_FILL = '<fill><patternFill patternType="none"/></fill>'
_NO_BORDER = "<border><left/><right/><top/><bottom/><diagonal/></border>"


def solid(colour: str) -> str:
    """A fill of one colour."""
    return f'<fill><patternFill patternType="solid"><fgColor rgb="{colour}"/><bgColor indexed="64"/></patternFill></fill>'


def frame(colour: str, style: str = "thin") -> str:
    """A border of one colour on all sides."""
    sides = "".join(f'<{side} style="{style}"><color rgb="{colour}"/></{side}>' for side in ("left", "right", "top", "bottom"))
    return f"<border>{sides}<diagonal/></border>"


def _argb(colour: str) -> str:
    return "FF" + colour.removeprefix("#").upper()


Cell = tuple[int, str | int, str]


class Writer:
    """Rows of the sheet in the making."""

    def __init__(self, looks: Mapping[str, int]) -> None:
        self._looks = looks
        self.lines: list[tuple[list[Cell], float]] = []
        self.number = 0
        self._extras: dict[int, list[tuple[int, str]]] = {}
        self._links: list[str] = []
        self._merged: list[str] = []

    def line(self, cells: list[Cell], height: float) -> None:
        """One row."""
        self.lines.append((cells, min(height, _HIGHEST)))

    def wide(self, text: str, look: str, height: float | None = None) -> None:
        """A row over all columns, wrapped."""
        tall = height or 4 + LINE_POINTS * line_count(text, sum(WIDTHS))
        self.line([(0, harmless(text), look)], tall)
        self._merged.append(f"A{len(self.lines)}:{address_of(len(self.lines) - 1, ANSWER)}")

    def band(self, text: str, look: str) -> None:
        """A coloured row that opens a group."""
        empty: list[Cell] = [(column, "", look) for column in range(1, ANSWER + 1)]
        self.line([(0, harmless(text), look), *empty], 22)

    def link(self, column: int, target: str) -> None:
        """Let a cell of the last row lead somewhere in the workbook."""
        address = address_of(len(self.lines) - 1, column)
        self._links.append(f'<hyperlink ref="{address}" location={attribute_xml(target)} display={attribute_xml(target)}/>')

    def extra(self, row: int, column: int, text: str) -> None:
        """Text in a hidden column."""
        self._extras.setdefault(row, []).append((column, text))

    def part(self, heading: int, who: str) -> bytes:
        """The part, headings standing in that row; ``who`` is what the column of explanations is called."""
        rows = []
        for number in range(max(len(self.lines), *(row + 1 for row in self._extras))):
            cells, height = self.lines[number] if number < len(self.lines) else ([], 15)
            written = "".join(self._cell(number, column, value, self._looks[look]) for column, value, look in cells)
            written += "".join(self._cell(number, column, text, None) for column, text in sorted(self._extras.get(number, [])))
            rows.append(f'<row r="{number + 1}" ht="{height:g}" customHeight="1">{written}</row>')
        last = max(heading + 1, len(self.lines))
        columns = "".join(
            f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>' for n, width in enumerate(WIDTHS, start=1)
        )
        answers = f"{address_of(heading, ANSWER)}:{address_of(last - 1, ANSWER)}"
        part = (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            f'<worksheet xmlns="{MAIN}"><sheetPr><tabColor rgb="FFC00000"/><pageSetUpPr fitToPage="1"/></sheetPr>'
            f'<dimension ref="A1:{address_of(len(rows) - 1, MEMORY)}"/>'
            '<sheetViews><sheetView showGridLines="0" tabSelected="1" workbookViewId="0">'
            f'<pane ySplit="{heading}" topLeftCell="A{heading + 1}" activePane="bottomLeft" state="frozen"/>'
            f'<selection pane="bottomLeft" activeCell="A{heading + 1}" sqref="A{heading + 1}"/></sheetView></sheetViews>'
            '<sheetFormatPr defaultRowHeight="15"/>'
            f'<cols>{columns}<col min="{KEY + 1}" max="{MEMORY + 1}" width="9" hidden="1" customWidth="1"/></cols>'
            f"<sheetData>{''.join(rows)}</sheetData>"
            '<sheetProtection sheet="1" formatCells="0" formatColumns="0" formatRows="0" sort="0" autoFilter="0"/>'
            f'<mergeCells count="{len(self._merged)}">{"".join(f"<mergeCell ref={attribute_xml(area)}/>" for area in self._merged)}'
            '</mergeCells><dataValidations count="1"><dataValidation type="textLength" operator="lessThanOrEqual" allowBlank="1" '
            f'showInputMessage="1" showErrorMessage="1" errorTitle="{who}" error="最多 {ANSWER_LIMIT} 个字符,请写得简短一些。" '
            f'promptTitle="{who}" prompt="级别为“疑问”的,如果属实请在这里写明原因,最多 {ANSWER_LIMIT} 个字符。" sqref="{answers}">'
            f"<formula1>{ANSWER_LIMIT}</formula1></dataValidation></dataValidations>"
            + (f"<hyperlinks>{''.join(self._links)}</hyperlinks>" if self._links else "")
            + '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.6" header="0.3" footer="0.3"/>'
            '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
            "<headerFooter><oddFooter>&amp;C第 &amp;P 页,共 &amp;N 页</oddFooter></headerFooter></worksheet>"
        )
        return part.encode()

    @staticmethod
    def _cell(row: int, column: int, value: str | int, style: int | None) -> str:
        named = f'<c r="{address_of(row, column)}"' + ("" if style is None else f' s="{style}"')
        if isinstance(value, int):
            return f"{named}><v>{value}</v></c>"
        if not value:
            return f"{named}/>"
        return f'{named} t="inlineStr"><is><t xml:space="preserve">{text_xml(value[:LONGEST])}</t></is></c>'
