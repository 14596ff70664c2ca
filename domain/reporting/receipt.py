"""The receipt (回执): what became of one handed-in file, for the clerk who handed it in.

Belongs here: a listing workbook where something is to be mended or explained, a short acknowledgement elsewhere.
Does not belong here: the findings' texts (``data_contracts.rules``), where receipts lie (``resources.receipts``).
"""

import datetime as dt
import io
from collections.abc import Mapping

import pandas as pd
import xlsxwriter

from data_contracts.catalogue import SECTION_LABELS, fields
from data_contracts.vocabulary import OUTCOMES, SEVERITIES

ADVICE = {
    "accepted": "数据已采用,不需要再做什么。",
    "accepted_with_queries": "数据已采用;请对下列疑问核对,有误请改正后重新报送,无误请说明。",
    "partly_accepted": "没有错误的学校已采用;有错误的学校请改正后重新报送。",
    "rejected": "数据没有采用,请按下列说明改正后重新报送。",
    "superseded": "已采用更新的文件,本文件不再使用,不需要再做什么。",
    "duplicate": "内容与另一份文件相同,只采用一份,不需要再做什么。",
}
_HEADINGS = ("序号", "学校标识码", "工作表", "单元格", "填报项目", "级别", "填报内容", "说明", "学校说明(请填写)")
_WIDTHS = (6, 13, 14, 9, 24, 7, 18, 70, 24)
_FILLS = {"error": "#F8CBAD", "query": "#FFE699", "note": "#EDEDED"}
LINE_HEIGHT = 17
_EPOCH = dt.datetime(2000, 1, 1)


def needs_workbook(outcome: Mapping[str, object]) -> bool:
    """True where something is to be mended or explained."""
    return bool(outcome["errors"] or outcome["queries"])


def acknowledgement(outcome: Mapping[str, object], findings: pd.DataFrame) -> str:
    """A few lines of text for a file without errors or queries; Windows line ends, to be opened in Notepad."""
    lines = [
        f"回执:{outcome['file']}",
        f"处理结果:{OUTCOMES[str(outcome['outcome'])]}",
        ADVICE[str(outcome["outcome"])],
    ]
    if len(findings):
        lines += ["", "提示:"] + [f"{number}. {_one_line(text)}" for number, text in enumerate(findings["message"], start=1)]
    return "\r\n".join(lines) + "\r\n"


def receipt_workbook(outcome: Mapping[str, object], findings: pd.DataFrame) -> bytes:
    """A workbook that lists every finding of a file, errors first, with a column for the school's explanation."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": _EPOCH, "title": "回执"})
    sheet = book.add_worksheet("回执")
    font = {"font_name": "微软雅黑", "font_size": 10, "valign": "top", "text_wrap": True}
    title = book.add_format({**font, "font_size": 16, "bold": True, "text_wrap": False})
    plain = book.add_format({**font, "text_wrap": False})
    heading = book.add_format({**font, "bold": True, "bg_color": "#DDEBF7", "border": 1})
    cell = book.add_format({**font, "border": 1})
    fills = {severity: book.add_format({**font, "border": 1, "bg_color": colour}) for severity, colour in _FILLS.items()}
    answer = book.add_format({**font, "border": 1, "bg_color": "#E2EFDA"})
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.set_row(0, 28)
    sheet.write_string(0, 0, "填报数据回执", title)
    sheet.write_string(1, 0, f"文件:{outcome['file']}", plain)
    sheet.write_string(2, 0, f"处理结果:{OUTCOMES[str(outcome['outcome'])]}", plain)
    counts = "、".join(
        f"{SEVERITIES[s]} {outcome[key]} 项" for s, key in (("error", "errors"), ("query", "queries"), ("note", "notes"))
    )
    sheet.write_string(3, 0, f"{ADVICE[str(outcome['outcome'])]}({counts})", plain)
    for column, text in enumerate(_HEADINGS):
        sheet.write_string(5, column, text, heading)
    order = {severity: rank for rank, severity in enumerate(SEVERITIES)}
    listed = findings.assign(rank=findings["severity"].map(order)).sort_values("rank", kind="stable")
    for number, row in enumerate(listed.itertuples(), start=1):
        words = (
            row.school_id,
            row.sheet,
            row.cell,
            _field(row.field, row.section),
            SEVERITIES[row.severity],
            row.value,
            row.message,
        )
        sheet.write_number(5 + number, 0, number, cell)
        for column, text in enumerate(words, start=1):
            form = fills[row.severity] if column == 5 else cell
            sheet.write_string(5 + number, column, harmless("" if _absent(text) else str(text)), form)
        # Not every program fits a row to its wrapped text on opening; nothing of a message may stay hidden.
        sheet.set_row(5 + number, LINE_HEIGHT * _lines(str(row.message), _WIDTHS[7]))
        sheet.write_blank(5 + number, len(words) + 1, None, answer if row.severity == "query" else cell)
    sheet.freeze_panes(6, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(5)
    book.close()
    return stream.getvalue()


def _lines(text: str, width: float) -> int:
    """How many lines a text takes in a column so many characters wide; a Chinese character takes two."""
    units = sum(2 if ord(character) > 0x2E7F else 1 for character in text)
    return max(1, -(-units // int(width - 4)))


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula, not even after being copied elsewhere."""
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20") else text


def _field(key: object, section: object) -> str:
    if _absent(key):
        return ""
    return fields()[str(key)].label + ("" if _absent(section) else f"({SECTION_LABELS[str(section)]})")


def _absent(value: object) -> bool:
    return value is None or value != value or value is pd.NA


def _one_line(text: object) -> str:
    return " ".join(str(text).split())
