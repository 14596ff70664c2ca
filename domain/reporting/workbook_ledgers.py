"""The ledgers of the county workbook: scope, gaps, findings.

Belongs here: lists that the county office works down. Does not belong here: the official tables (``workbook_official``),
the verdict (``workbook_verdicts``).
"""

from data_contracts.record_forms import label_of
from data_contracts.standard import Standard
from data_contracts.vocabulary import SEVERITIES
from domain.reporting.county_facts import CountyFacts, rows_of
from domain.reporting.display import (
    NONE,
    absent,
    in_words,
    need_text,
    section_label,
    short_title,
    text_of,
)
from domain.reporting.workbook_sheet import (
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


def scope_sheet(book: Book, facts: CountyFacts, footer: str) -> None:
    """计入范围: each school section, counted or not by each standard, and by which rule."""
    widths = [5, 28, 14, 16, 7, *[9, 34] * len(facts.standards)]
    sheet = book.sheet("计入范围", widths, footer, (2, 2))
    row = sheet.title(f"{facts.name}计入范围", "各标准统计哪些学校，以标准规定为准；不计入的学校注明依据。")
    heads = [text for s in facts.standards for text in (f"{short_title(s)}是否计入", f"{short_title(s)}依据")]
    sheet.headings(row, ["序号", "学校", "乡镇（街道）", "办学类型", "学段", *heads])
    sheet.freeze(row + 1, 2)
    sections: dict[tuple[str, str], dict[str, dict]] = {}
    for found in facts.scope_rows:
        sections.setdefault((found["school_id"], text_of(found["section"])), {})[found["standard"]] = found
    first = row
    for number, ((_, section), by_standard) in enumerate(sections.items(), start=1):
        row += 1
        school = facts.school(next(iter(by_standard.values())))
        sheet.number(row, 0, number, "0")
        sheet.text(row, 1, school.name, WRAPPED)
        sheet.text(row, 2, school.township or NONE, WRAPPED)
        sheet.text(row, 3, school.kind or NONE, TEXT)
        sheet.text(row, 4, section_label(section) or NONE, CENTRE)
        for place, standard in enumerate(facts.standards):
            found = by_standard.get(standard.id, {})
            counted = found.get("in_scope")
            word = "未定" if absent(counted) else "计入" if counted else "不计入"
            style = WAITING if absent(counted) else CENTRE if counted else CENTRE | {"font_color": "#8A5A00", "bold": True}
            sheet.text(row, 5 + 2 * place, word, style)
            sheet.text(
                row, 6 + 2 * place, in_words(found.get("rule"), standard) if not counted or absent(counted) else "", WRAPPED
            )
        sheet.height(row, [(school.name, widths[1])], least=21)
    sheet.worksheet.autofilter(first, 0, max(first + 1, row), len(widths) - 1)


def gaps_sheet(book: Book, facts: CountyFacts, footer: str) -> None:
    """缺口清单: which school misses what by how much; totals of the county first."""
    widths = [5, 28, 14, 7, 44, 11, 10, 14, 16, 24]
    sheet = book.sheet("缺口清单", widths, footer)
    note = "“需补”按自然单位进位取整，每校分别进位后相加；“缺口”列为未舍入的数值。没有可用填报数据的学校缺口未知，不在本表。"
    row = sheet.title(f"{facts.name}缺口清单", note)
    judged = [standard for standard in facts.standards if any(i.thresholds for i in standard.indicators)]
    for standard in judged:
        totals = facts.gap_totals(standard)
        sheet.merged(row, 0, len(widths) - 1, f"一、全县合计（{short_title(standard)}）", HEADING_LEFT)
        row += 1
        unknown = facts.unknown_gaps(standard)
        if unknown:
            text = f"{unknown} 个校段没有数据或数据不全，缺口未知，没有计入合计"
            sheet.merged(row, 0, len(widths) - 1, text, WAITING)
            row += 1
        elif not totals:
            sheet.merged(row, 0, len(widths) - 1, "没有缺口", TEXT)
            row += 1
        for indicator, section, count, total, unit in totals:
            sheet.merged(row, 0, 3, f"{section_label(section)}：{count} 个校段", TEXT)
            sheet.text(row, 4, indicator.title, WRAPPED)
            sheet.merged(row, 5, 8, f"共{need_text(total, unit)}", TEXT | {"bold": True})
            sheet.blank(row, 9)
            sheet.height(row, [(indicator.title, widths[4])], least=21)
            row += 1
        row = _gap_list(sheet, row + 1, facts, standard)
    if not judged:
        sheet.merged(row, 0, len(widths) - 1, "本学年采用的标准没有单项标准，不计算缺口", TEXT)


def _gap_list(sheet: Sheet, row: int, facts: CountyFacts, standard: Standard) -> int:
    sheet.merged(row, 0, len(sheet.widths) - 1, f"二、分学校清单（{short_title(standard)}）", HEADING_LEFT)
    heads = ["序号", "学校", "乡镇（街道）", "学段", "指标", "实际值", "达标值", "需补", "缺口（未舍入）", "说明"]
    sheet.headings(row + 1, heads)
    row += 2
    gaps = facts.gaps(standard)
    for number, gap in enumerate(gaps, start=1):
        shown = decimals_format(gap.indicator.decimals, gap.indicator.unit)
        sheet.number(row, 0, number, "0")
        sheet.text(row, 1, gap.row.school.name, WRAPPED)
        sheet.text(row, 2, gap.row.school.township or NONE, WRAPPED)
        sheet.text(row, 3, section_label(gap.row.section), CENTRE)
        sheet.text(row, 4, gap.indicator.title, WRAPPED)
        sheet.number(row, 5, gap.value, shown)
        sheet.number(row, 6, gap.threshold, f'General" {gap.indicator.unit}"')
        if gap.shortfall is None:
            sheet.text(row, 7, "缺数据" if gap.value is None else "待定", WAITING)
        else:
            sheet.text(row, 7, need_text(gap.shortfall, gap.unit), CENTRE, bold=True)
        sheet.number(row, 8, gap.shortfall, decimals_format(0 if gap.unit == "元" else 2, gap.unit))
        sheet.text(row, 9, gap.reason if gap.shortfall is None else "低于底线" if gap.below_floor else "", WRAPPED)
        sheet.height(row, [(gap.row.school.name, sheet.widths[1]), (gap.indicator.title, sheet.widths[4])], least=21)
        row += 1
    if not gaps:
        sheet.merged(row, 0, len(sheet.widths) - 1, "已有的数据中没有发现缺口", TEXT)
        row += 1
    return row + 1


def findings_sheet(book: Book, facts: CountyFacts, footer: str) -> None:
    """校验结果: errors, then queries, then notes; each in the register's order."""
    widths = [5, 7, 24, 24, 16, 8, 24, 16, 70]
    sheet = book.sheet("校验结果", widths, footer, (2, 2))
    found = rows_of(facts.tables, "findings")
    counts = "，".join(f"{word} {sum(row['severity'] == key for row in found)} 条" for key, word in SEVERITIES.items())
    note = f"{counts}。有“错误”的学校整校不采用，改正后重新报送即可；“疑问”需核对或说明；“提示”不需处理。"
    row = sheet.title(f"{facts.name}校验结果", note)
    sheet.headings(row, ["序号", "级别", "学校", "文件", "工作表", "单元格", "填报项目", "填报内容", "说明"])
    sheet.freeze(row + 1, 3)
    first, rank = row, {key: place for place, key in enumerate(SEVERITIES)}
    styles = {"error": MISSED, "query": WAITING, "note": CENTRE}

    def place(one: dict) -> tuple:
        school = facts.by_id.get(text_of(one["school_id"]))
        return (
            rank[one["severity"]],
            school.order if school else -1,
            text_of(one["file"]),
            text_of(one["sheet"]),
            text_of(one["cell"]),
        )

    for number, one in enumerate(sorted(found, key=place), start=1):
        row += 1
        school = facts.by_id.get(text_of(one["school_id"]))
        sheet.number(row, 0, number, "0")
        sheet.text(row, 1, SEVERITIES[one["severity"]], styles[one["severity"]])
        sheet.text(row, 2, school.name if school else text_of(one["school_id"]) or "（整个文件）", WRAPPED)
        sheet.text(row, 3, text_of(one["file"]), WRAPPED)
        sheet.text(row, 4, text_of(one["sheet"]) or NONE, WRAPPED)
        sheet.text(row, 5, text_of(one["cell"]) or NONE, CENTRE)
        sheet.text(row, 6, label_of(text_of(one["field"]), text_of(one["section"]) or None) or NONE, WRAPPED)
        sheet.text(row, 7, text_of(one["value"]) or NONE, WRAPPED)
        sheet.text(row, 8, text_of(one["message"]), WRAPPED)
        texts = [(text_of(one[key]), widths[column]) for key, column in (("file", 3), ("value", 7), ("message", 8))]
        sheet.height(row, texts, least=21)
    if not found:
        sheet.merged(row + 1, 0, len(widths) - 1, "没有校验结果", TEXT)
    else:
        sheet.worksheet.autofilter(first, 0, row, len(widths) - 1)
