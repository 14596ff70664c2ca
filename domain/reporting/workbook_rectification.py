"""The sheet 整改台账 of the county workbook: every gap with owner and due date; overdue by a formula against the day of opening.

Belongs here: the sheet. Does not belong here: order and wording (``rectification_rows``), how a cell is set
(``workbook_sheet``).
"""

import datetime as dt

from domain.reporting.county_facts import CountyFacts
from domain.reporting.display import NONE
from domain.reporting.rectification_rows import gap_rows
from domain.reporting.workbook_sheet import CENTRE, TEXT, WAITING, WRAPPED, Book

_WIDTHS = [5, 24, 7, 12, 30, 34, 11, 12, 18, 12, 8, 30, 20, 20, 10, 12, 30]
_HEADS = ["序号", "学校或县", "学段", "依据", "项目", "问题", "起始学年", "发现日期", "责任单位或责任人", "完成时限", "逾期",
          "整改措施", "佐证材料", "备注说明", "状态", "销号日期", "问题编号"]  # fmt: skip
_DUE, _LATE = 9, 10


def rectification_sheet(book: Book, facts: CountyFacts, footer: str) -> None:
    """整改台账: one line per gap; ``逾期`` is worked out by the spreadsheet when it is opened."""
    rows = gap_rows(facts)
    waiting = sum(row.status != "closed" for row in rows)
    sheet = book.sheet("整改台账", _WIDTHS, footer, (2, 2))
    note = (
        f"未销号 {waiting} 项，本学年已销号 {len(rows) - waiting} 项。数据显示已经解决的问题自动销号，再次出现的自动恢复；"
        "“逾期”按打开本表的日期由公式算出。"
    )
    row = sheet.title(f"{facts.name}整改台账", note)
    sheet.headings(row, _HEADS)
    sheet.freeze(row + 1, 2)
    first = row
    for number, gap in enumerate(rows, start=1):
        row += 1
        sheet.number(row, 0, number, "0")
        words = (
            gap.place,
            gap.section or NONE,
            gap.standard or NONE,
            gap.title,
            gap.description,
            gap.since,
            gap.opened_on or NONE,
        )
        for column, text in enumerate((*words, gap.owner), start=1):
            sheet.text(row, column, text, CENTRE if column in (2, 3, 6, 7) else WRAPPED)
        if gap.due:
            sheet.date(row, _DUE, dt.date.fromisoformat(gap.due))
        else:
            sheet.text(row, _DUE, NONE, CENTRE)
        if gap.due and gap.status != "closed":
            sheet.formula(row, _LATE, f'=IF(J{row + 1}<TODAY(),"逾期","")', WAITING | {"bold": True})
        else:
            sheet.text(row, _LATE, "", CENTRE)
        for column, text in enumerate((gap.measure, gap.evidence, gap.note), start=_LATE + 1):
            sheet.text(row, column, text, WRAPPED)
        sheet.text(row, 14, gap.status_words, CENTRE if gap.status == "closed" else WAITING)
        sheet.text(row, 15, gap.closed_on or NONE, CENTRE)
        sheet.text(row, 16, gap.gap, TEXT)
        texts = ((gap.place, 1), (gap.title, 4), (gap.description, 5), (gap.measure, 11), (gap.evidence, 12), (gap.note, 13))
        sheet.height(row, [(text, _WIDTHS[column]) for text, column in texts], least=21)
    if not rows:
        sheet.merged(row + 1, 0, len(_WIDTHS) - 1, "没有问题", TEXT)
    else:
        sheet.worksheet.autofilter(first, 0, row, len(_WIDTHS) - 1)
