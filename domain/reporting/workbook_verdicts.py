"""The verdict of the county workbook, item by item and grouped, and the three growths of education spending.

Belongs here: the sheets 县级结论 and 教育投入增长. Does not belong here: the other ledgers (``workbook_ledgers``), the official
tables (``workbook_official``).
"""

from data_contracts.vocabulary import GROWTH_MEASURES
from domain.reporting.county_facts import CountyFacts, rows_of
from domain.reporting.county_rows import Item
from domain.reporting.display import NONE, VERDICT_WORDS, absent, section_label, text_of
from domain.reporting.workbook_sheet import (
    BAND_FILL,
    CENTRE,
    HEADING_LEFT,
    MISSED,
    TEXT,
    WAITING,
    WRAPPED,
    Book,
    Sheet,
    decimals_format,
)

VERDICT_STYLES = {"true": CENTRE, "false": MISSED, "pending": WAITING}
_BAND = TEXT | {"bold": True, "bg_color": BAND_FILL}


def verdicts_sheet(book: Book, facts: CountyFacts, footer: str) -> None:
    """县级结论: every item of every standard under its group: 达到, 未达到 or 待定, with value, limit and reason."""
    widths = [6, 52, 7, 14, 14, 10, 74]
    sheet = book.sheet("县级结论", widths, footer, (2, 2))
    note = (
        "没有数据的事项一律记为“待定”，不按达到计算；全部事项达到，总体结论才为“达到”。"
        "由学校数据计算的事项逐校判定，以“所”计的实际值为不符合要求的学校数；其余事项以县级填报表为准；未附佐证材料的，在说明中注明。"
    )
    row = sheet.title(f"{facts.name}县级结论", note)
    sheet.headings(row, ["序号", "事项", "学段", "实际值", "要求", "结论", "说明"])
    sheet.freeze(row + 1, 2)
    row += 1
    for standard in facts.standards:
        met = facts.overall(standard)
        sheet.merged(row, 0, 4, f"{standard.title}：总体结论", HEADING_LEFT | {"font_size": 12})
        sheet.text(row, 5, VERDICT_WORDS[met], VERDICT_STYLES[met], bold=True)
        reason = facts.overall_reason(standard)
        sheet.text(row, 6, reason, WRAPPED, bg_color=HEADING_LEFT["bg_color"])
        sheet.height(row, [(reason, widths[6])], least=26)
        row += 1
        for group, items in facts.grouped_items(standard):
            sheet.merged(row, 0, len(widths) - 1, f"{group}：{facts.counted(items)}", _BAND)
            sheet.worksheet.set_row(row, 20)
            row += 1
            for number, item in enumerate(items, start=1):
                _verdict_row(sheet, row, number, item)
                row += 1


def _verdict_row(sheet: Sheet, row: int, number: int, item: Item) -> None:
    text = item.text
    sheet.number(row, 0, number, "0")
    sheet.text(row, 1, item.title, WRAPPED)
    sheet.text(row, 2, item.section or NONE, CENTRE)
    if text.spoken:
        sheet.text(row, 3, text.value, CENTRE)
        sheet.text(row, 4, text.limit, CENTRE)
    else:
        sheet.number(row, 3, item.value, decimals_format(len(text.value.partition(".")[2]), text.unit))
        sign = f'"{text.sign} "' if text.sign else ""
        sheet.number(row, 4, item.limit, sign + decimals_format(len(text.limit.partition(".")[2]), text.unit))
    sheet.text(row, 5, item.word, VERDICT_STYLES[item.met], bold=item.met != "true")
    sheet.text(row, 6, item.reason or NONE, WRAPPED)
    sheet.height(row, [(item.title, sheet.widths[1]), (item.reason, sheet.widths[6])], least=21)


def growth_sheet(book: Book, facts: CountyFacts, footer: str) -> None:
    """教育投入增长: what the county spends on education, this year against last; no verdict rests on it."""
    widths = [34, 8, 18, 18, 12, 14, 12]
    sheet = book.sheet("教育投入增长", widths, footer, (2, 2))
    note = (
        "教育经费的增长应高于财政经常性收入的增长，生均教育事业费和生均公用经费应逐年增长。"
        "数据以县级填报表为准；两项国家标准都没有把它列为事项，只供监测，不影响县级结论。"
    )
    row = sheet.title(f"{facts.name}教育投入三个增长", note)
    sheet.headings(row, ["指标", "学段", "本年（元）", "上年（元）", "增长率", "应高于", "是否增长"])
    sheet.freeze(row + 1, 2)
    found = rows_of(facts.tables, "county_growth")
    for one in found:
        row += 1
        sheet.text(row, 0, GROWTH_MEASURES[one["measure"]], TEXT)
        sheet.text(row, 1, section_label(one["section"]) or NONE, CENTRE)
        for column, key in ((2, "this_year"), (3, "last_year")):
            sheet.number(row, column, one[key], "#,##0.##;-#,##0.##" if _broken(one[key]) else "#,##0")
        for column, key in ((4, "growth"), (5, "to_exceed")):
            sheet.number(row, column, one[key], decimals_format(2, "%"))
        if absent(one["grew"]):
            shown = absent(one["to_exceed"]) and one["measure"] == "regular_revenue"
            sheet.text(row, 6, "不作要求" if shown else "待定", CENTRE if shown else WAITING)
        else:
            sheet.text(row, 6, "是" if one["grew"] else "否", CENTRE if one["grew"] else MISSED)
        sheet.worksheet.set_row(row, 21)
    if not found:
        sheet.merged(row + 1, 0, len(widths) - 1, "县级填报表没有填报教育经费", TEXT)


def _broken(value: object) -> bool:
    return not absent(value) and float(text_of(value)) % 1 != 0
