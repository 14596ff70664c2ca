"""The sheet 回执: everything that was found in a file, in order, with links to the cells and room for the school's answers.

Belongs here: what the sheet says and how it looks. Does not belong here: the workbook around it and the marks in the
cells (``marked_copy``), reading the answers back (``domain.intake.answers``).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from data_contracts.catalogue import SECTION_LABELS
from data_contracts.record_forms import label_of
from data_contracts.rules import place_text
from data_contracts.vocabulary import OUTCOMES, SCHOOL_OUTCOMES, SEVERITIES
from domain.intake.answers import ANSWER_HEADING, MARK, key_text, who_is_asked
from domain.reporting.display import absent, neutralised, text_of
from domain.reporting.form_cells import FONT, HEAD_FILL, INK, LINE, LOCKED_FILL, MISSING_FILL
from domain.reporting.receipt_cells import address_of
from domain.reporting.receipt_parts import MAIN, attribute_xml, text_xml
from domain.reporting.receipt_styles import Styles

ADVICE = {
    "accepted": "数据已采用,不需要再做什么。",
    "accepted_with_queries": "数据已采用;请对下列疑问核对,有误请改正后重新报送,无误请说明。",
    "partly_accepted": "没有错误的部分已采用;有错误的请改正后重新报送。",
    "rejected": "数据没有采用,请按下列说明改正后重新报送。",
    "superseded": "已采用更新的文件,本文件不再使用,不需要再做什么。",
    "duplicate": "内容与另一份文件相同,只采用一份,不需要再做什么。",
}
# Off by one from the colours that people pick: a cell in one of these was filled by a receipt.
MARK_COLOURS = {"error": "FFF8CBAC", "query": "FFFFE69A", "note": "FFEDEDEC"}
# A frame shows where the workbook paints over fills by rules of its own, as our forms do.
MARK_FRAMES = {"error": "FFC00001", "query": "FFBF8F01"}
LISTED_AT_MOST = 20_000
OWN_FILE = (
    "1. 错误:点“单元格”一列可跳到该格,在原表带颜色、边框和批注的格里直接改正。"
    "  2. 疑问:有误请改正;属实不用改,请在右边“学校说明”的黄色格里写明原因。\n"
    "3. 改完保存,把本文件交回即可。本表、颜色、边框和批注都不影响读取,不用删除。"
)
LISTED_ONLY = (
    "1. 错误:请在自己的原表上改正后重新报送。  2. 疑问:有误请改正;属实不用改,请在右边“学校说明”的黄色格里写明原因。\n"
    "3. 写了说明的,保存后把本文件也放入报送的文件夹。"
)
NOT_READ = "请照“说明”一栏改好文件,保存后重新报送;这份回执不用交回。"
_HEADINGS = ("序号", "学校标识码", "工作表", "单元格", "填报项目", "级别", "填报内容", "说明", ANSWER_HEADING)
_WIDTHS = (5.5, 13, 13, 8.5, 23, 6.5, 15, 60, 32)
_KEY, _MEMORY = 9, 10
_PLAIN_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_LINK, _VALUE, _MESSAGE, _ANSWER = 3, 6, 7, 8
_BANDS = {
    "error": "错误 {count} 项:必须改正,改正以前有关的数据不采用",
    "query": "疑问 {count} 项:请核对;有误请改正,属实请在“学校说明”一栏写明原因",
    "note": "提示 {count} 项:供参考,不需要做什么",
}
_ANSWER_FILL = "FFFFFBE0"
_LINE_POINTS = 16.5
_HIGHEST = 409.0
_LONGEST = 32_000
_TONES = {"accepted": "good", "duplicate": "good", "superseded": "good", "accepted_with_queries": "doubt"}


def needs_answer(severity: str) -> bool:
    """True for findings that a school mends or explains."""
    return severity == "query"


@dataclass
class Listing:
    """What the sheet says.

    Attributes:
        outcome: the file's row of ``file_outcomes``.
        findings: all of the file's.
        names: school codes → names, as far as known.
        boards: school codes → what became of the school, as far as known.
        untroubled: how many schools of a bulk table were accepted without a single finding.
        linked: sheets of the workbook that links may point into; empty for a receipt without the school's own sheets.
        notices: sentences about this receipt itself.
        answers: key → answer given before, so that nobody has to write it again.
        unchecked: which rules could not be checked, as a sentence; not told of a file that was not read at all.
    """

    outcome: Mapping[str, object]
    findings: pd.DataFrame
    names: Mapping[str, str] = field(default_factory=dict)
    boards: Mapping[str, str] = field(default_factory=dict)
    linked: frozenset[str] = frozenset()
    notices: Sequence[str] = ()
    answers: Mapping[str, str] = field(default_factory=dict)
    unchecked: str = ""
    untroubled: int = 0

    @property
    def was_read(self) -> bool:
        """False for a file that could not be opened: nothing in it was checked, and there is no table to mend."""
        rules = [
            str(rule)
            for rule, severity in zip(self.findings["rule"], self.findings["severity"], strict=True)
            if severity == "error"
        ]
        return not any(rule.startswith("F-") for rule in rules)


@dataclass(frozen=True)
class Line:
    """One finding as the sheet lists it; missing words are None."""

    school_id: str | None
    sheet: str | None
    cell: str | None
    field: str | None
    section: str | None
    severity: str
    rule: str
    value: str | None
    message: str
    county_code: str | None = None

    @property
    def key(self) -> str:
        """By which an answer finds its query again: a county's queries are kept under its code."""
        asked = who_is_asked(self.school_id, self.county_code, self.rule, self.field)
        return key_text(asked, self.rule, self.field, self.section, self.value)

    @property
    def words(self) -> str:
        """The message without its place, which stands beside it."""
        place = place_text("zh", self.sheet, self.cell)
        return self.message.removeprefix(place).removeprefix(":") if place else self.message


def lines_of(findings: pd.DataFrame) -> list[Line]:
    """The findings in order of severity, errors first; within one, as they stand."""
    names = ["school_id", "sheet", "cell", "field", "section", "severity", "rule", "value", "message"]
    names += ["county_code"] if "county_code" in findings else []
    columns = [[None if absent(cell) else str(cell) for cell in findings[name]] for name in names]
    order = {severity: rank for rank, severity in enumerate(SEVERITIES)}
    found = [Line(*row) for row in zip(*columns, strict=True)]
    return sorted(found, key=lambda line: order[line.severity])


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula, not even after being copied elsewhere; a plain number is none."""
    return text if _PLAIN_NUMBER.fullmatch(text) else neutralised(text)


def item_label(key: str | None, section: str | None, sheet: str | None = None) -> str:
    """The label of a field on a sheet, with its section in brackets."""
    if key is None:
        return ""
    return label_of(key, section, sheet) or key + (f"({SECTION_LABELS.get(section, section)})" if section else "")


def looks_of(styles: Styles) -> dict[str, int]:
    """Add the styles of the sheet to those of a workbook; returns their numbers by name."""
    return {name: _look(styles, name) for name in _LOOKS}


def sheet_part(listing: Listing, looks: Mapping[str, int], memory: str = "") -> tuple[bytes, int]:
    """The part of the sheet.

    Args:
        listing: what it says.
        looks: see ``looks_of``.
        memory: what must be known to take the marks away again; kept in a hidden column.

    Returns:
        Its bytes, and the row of the headings, counted from 1.
    """
    writer = _Writer(looks)
    heading = _head(writer, listing)
    _body(writer, listing)
    for number in range(0, len(memory), _LONGEST):
        writer.extra(number // _LONGEST, _MEMORY, memory[number : number + _LONGEST])
    return writer.part(heading), heading


def _head(writer: "_Writer", listing: Listing) -> int:
    outcome = str(listing.outcome["outcome"])
    counts = "、".join(
        f"{SEVERITIES[severity]} {listing.outcome[key]} 项"
        for severity, key in (("error", "errors"), ("query", "queries"), ("note", "notes"))
    )
    name = text_of(listing.outcome.get("school_name"))
    writer.wide("填报数据回执", "title", 32)
    writer.wide(f"文件:{listing.outcome['file']}" + (f"    学校:{name}" if name else ""), "plain")
    writer.wide(f"处理结果:{OUTCOMES[outcome]}    {counts}", _TONES.get(outcome, "bad"), 24)
    writer.wide(ADVICE[outcome], "plain")
    if listing.linked or listing.was_read:
        writer.wide(OWN_FILE if listing.linked else LISTED_ONLY, "quiet")
        if listing.unchecked and listing.was_read:
            writer.wide(listing.unchecked, "plain")
        for notice in listing.notices:
            writer.wide(notice, "notice")
    else:
        writer.wide(NOT_READ, "quiet")
    writer.extra(0, _KEY, MARK)
    writer.line([(column, text, "heading") for column, text in enumerate(_HEADINGS)], 24)
    return len(writer.lines)


def _body(writer: "_Writer", listing: Listing) -> None:
    every = lines_of(listing.findings)
    shown = every[:LISTED_AT_MOST]
    schools = {line.school_id for line in every if line.school_id}
    if len(schools) > 1:
        _by_school(writer, listing, shown)
    else:
        for severity in SEVERITIES:
            mine = [line for line in shown if line.severity == severity]
            if mine:
                count = sum(line.severity == severity for line in every)
                writer.band(_BANDS[severity].format(count=count), f"band_{severity}")
                _list(writer, listing, mine)
    if listing.untroubled:
        # Who finds few schools listed must not wonder what became of the others.
        others = f"其余 {listing.untroubled} 所学校" if schools else f"表内 {listing.untroubled} 所学校的数据"
        writer.band(f"{others}没有问题,已采用", "band_note")
    if len(every) > len(shown):
        left = every[len(shown) :]
        told = _counts(left)
        writer.band(f"另有 {len(left)} 项没有列出({told});改正后重新报送,会再次检查并列出", "band_note")


def _by_school(writer: "_Writer", listing: Listing, lines: Sequence[Line]) -> None:
    """Grouped by school, those with errors first; what concerns the file as a whole stands before all."""
    groups: dict[str | None, list[Line]] = {None: []}
    for line in lines:
        groups.setdefault(line.school_id, []).append(line)
    for school, mine in groups.items():
        if not mine:
            continue
        worst = mine[0].severity
        if school is None:
            writer.band(f"整个文件:{_counts(mine)}", f"band_{worst}")
        else:
            name = listing.names.get(school)
            state = listing.boards.get(school) or {"error": "left_out", "query": "accepted_with_queries"}.get(worst, "accepted")
            # The outcome of single schools follows from their findings only where the file itself was taken.
            known = school in listing.boards or listing.outcome["outcome"] in ("accepted_with_queries", "partly_accepted")
            told = f"{SCHOOL_OUTCOMES.get(state, state)};" if known or worst == "error" else ""
            who = f"{name}({school})" if name else school
            writer.band(f"{who}:{told}{_counts(mine)}", f"band_{worst}")
        _list(writer, listing, mine)


def _counts(lines: Iterable[Line]) -> str:
    severities = [line.severity for line in lines]
    return "、".join(f"{label} {severities.count(key)} 项" for key, label in SEVERITIES.items() if key in severities)


def _list(writer: "_Writer", listing: Listing, lines: Iterable[Line]) -> None:
    for line in lines:
        writer.number += 1
        place = line.cell or ""
        link = None
        if line.sheet in listing.linked:
            quoted = str(line.sheet).replace("'", "''")
            link = f"'{quoted}'!{line.cell or 'A1'}"
            place = line.cell or "打开"
        answering = needs_answer(line.severity)
        answer = listing.answers.get(line.key, "") if answering else ""
        words = [
            (1, harmless(line.school_id or ""), "cell"),
            (2, harmless(line.sheet or ""), "cell"),
            (_LINK, harmless(place), "link" if link else "cell"),
            (4, item_label(line.field, line.section, line.sheet), "cell"),
            (5, SEVERITIES[line.severity], line.severity),
            (_VALUE, harmless(line.value or ""), "cell"),
            (_MESSAGE, harmless(line.words), "cell"),
            (_ANSWER, answer, "answer" if answering else "shut"),
        ]
        # Not every program fits a row to its wrapped text on opening; nothing of a message may stay hidden.
        most = max(line_count(text, _WIDTHS[column]) for column, text, _ in words)
        writer.line([(0, writer.number, "number"), *words], 4 + _LINE_POINTS * most)
        if link:
            writer.link(_LINK, link)
        if answering:
            writer.extra(len(writer.lines) - 1, _KEY, line.key)


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


_Cell = tuple[int, str | int, str]


class _Writer:
    """Rows of the sheet in the making."""

    def __init__(self, looks: Mapping[str, int]) -> None:
        self._looks = looks
        self.lines: list[tuple[list[_Cell], float]] = []
        self.number = 0
        self._extras: dict[int, list[tuple[int, str]]] = {}
        self._links: list[str] = []
        self._merged: list[str] = []

    def line(self, cells: list[_Cell], height: float) -> None:
        """One row."""
        self.lines.append((cells, min(height, _HIGHEST)))

    def wide(self, text: str, look: str, height: float | None = None) -> None:
        """A row over all columns, wrapped."""
        tall = height or 4 + _LINE_POINTS * line_count(text, sum(_WIDTHS))
        self.line([(0, harmless(text), look)], tall)
        self._merged.append(f"A{len(self.lines)}:{address_of(len(self.lines) - 1, _ANSWER)}")

    def band(self, text: str, look: str) -> None:
        """A coloured row that opens a group."""
        empty: list[_Cell] = [(column, "", look) for column in range(1, _ANSWER + 1)]
        self.line([(0, harmless(text), look), *empty], 22)

    def link(self, column: int, target: str) -> None:
        """Let a cell of the last row lead somewhere in the workbook."""
        address = address_of(len(self.lines) - 1, column)
        self._links.append(f'<hyperlink ref="{address}" location={attribute_xml(target)} display={attribute_xml(target)}/>')

    def extra(self, row: int, column: int, text: str) -> None:
        """Text in a hidden column."""
        self._extras.setdefault(row, []).append((column, text))

    def part(self, heading: int) -> bytes:
        """The part, headings standing in that row."""
        rows = []
        for number in range(max(len(self.lines), *(row + 1 for row in self._extras))):
            cells, height = self.lines[number] if number < len(self.lines) else ([], 15)
            written = "".join(self._cell(number, column, value, self._looks[look]) for column, value, look in cells)
            written += "".join(self._cell(number, column, text, None) for column, text in sorted(self._extras.get(number, [])))
            rows.append(f'<row r="{number + 1}" ht="{height:g}" customHeight="1">{written}</row>')
        last = max(heading + 1, len(self.lines))
        columns = "".join(
            f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>' for n, width in enumerate(_WIDTHS, start=1)
        )
        answers = f"{address_of(heading, _ANSWER)}:{address_of(last - 1, _ANSWER)}"
        part = (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            f'<worksheet xmlns="{MAIN}"><sheetPr><tabColor rgb="FFC00000"/><pageSetUpPr fitToPage="1"/></sheetPr>'
            f'<dimension ref="A1:{address_of(len(rows) - 1, _MEMORY)}"/>'
            '<sheetViews><sheetView showGridLines="0" tabSelected="1" workbookViewId="0">'
            f'<pane ySplit="{heading}" topLeftCell="A{heading + 1}" activePane="bottomLeft" state="frozen"/>'
            f'<selection pane="bottomLeft" activeCell="A{heading + 1}" sqref="A{heading + 1}"/></sheetView></sheetViews>'
            '<sheetFormatPr defaultRowHeight="15"/>'
            f'<cols>{columns}<col min="{_KEY + 1}" max="{_MEMORY + 1}" width="9" hidden="1" customWidth="1"/></cols>'
            f"<sheetData>{''.join(rows)}</sheetData>"
            '<sheetProtection sheet="1" formatCells="0" formatColumns="0" formatRows="0" sort="0" autoFilter="0"/>'
            f'<mergeCells count="{len(self._merged)}">{"".join(f"<mergeCell ref={attribute_xml(area)}/>" for area in self._merged)}'
            '</mergeCells><dataValidations count="1"><dataValidation type="textLength" operator="lessThanOrEqual" allowBlank="1" '
            'showInputMessage="1" showErrorMessage="1" errorTitle="学校说明" error="最多 500 个字符,请写得简短一些。" '
            f'promptTitle="学校说明" prompt="级别为“疑问”的,如果属实请在这里写明原因,最多 500 个字符。" sqref="{answers}">'
            "<formula1>500</formula1></dataValidation></dataValidations>"
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
        return f'{named} t="inlineStr"><is><t xml:space="preserve">{text_xml(value[:_LONGEST])}</t></is></c>'
