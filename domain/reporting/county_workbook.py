"""The county's workbook (监测表): a cover to sign, the official tables, the ledgers; every number unrounded in its cell.

Belongs here: the cover and the order of the sheets. Does not belong here: the other sheets (``workbook_official``,
``workbook_conditions``, ``workbook_verdicts``, ``workbook_insight``, ``workbook_ledgers``), how a cell is set (``workbook_sheet``), where the file is written.
"""

import datetime as dt
import io
from collections.abc import Mapping, Sequence

import pandas as pd

from data_contracts.school_year import SchoolYear
from data_contracts.standard import Standard
from domain.reporting.county_facts import NO_REGISTER, CountyFacts
from domain.reporting.display import VERDICT_WORDS, moment_text, short_title
from domain.reporting.rectification_rows import LEDGER
from domain.reporting.workbook_conditions import CONDITIONS, TRIAL, conditions_sheets, trial_sheet
from domain.reporting.workbook_insight import CONTENTS, insight_sheets
from domain.reporting.workbook_ledgers import findings_sheet, gaps_sheet, scope_sheet
from domain.reporting.workbook_official import coefficients_sheet, counted_title, schools_sheet, thresholds_sheet
from domain.reporting.workbook_rectification import rectification_sheet
from domain.reporting.workbook_sheet import (
    CENTRE,
    HEAD_FONT,
    HEADING_LEFT,
    MISSED,
    TEXT,
    WAITING,
    WRAPPED,
    Book,
    Sheet,
    lines_of,
    width_of,
)
from domain.reporting.workbook_verdicts import VERDICT_STYLES, growth_sheet, verdicts_sheet

_WIDTHS = [16, *[17] * 7]
_LAST = len(_WIDTHS) - 1
# Rows of a cover that is still legible on one page; one that names very many missing schools runs on.
_ONE_PAGE = 48
# Points; the cover is printed smaller than it is written.
_FOOTNOTE = 12
_COLOURS = "颜色之外都另有文字，黑白打印同样可读。缺数据不按 0 计。“校段”指一所学校的一个学段，九年一贯制学校计两个。"
_ROUNDING = (
    "各项结论均按未舍入的数值作出。单元格中保存未舍入的数值，只在显示时保留小数：面积 2 位，设备值取整，每百名学生指标 2 位，"
    "比值和差异系数 3 位。因此显示的数值看似等于限值时，结论仍可能是未达到；点击单元格可查看原值并复算。"
)


def county_workbook(
    year: SchoolYear,
    county_code: str,
    tables: Mapping[str, pd.DataFrame],
    standards: Sequence[Standard],
    *,
    made_at: dt.datetime,
    city_name: str = "",
    trials: Sequence[Standard] = (),
    registered: bool = True,
) -> bytes:
    """The workbook of one county and school year.

    Args:
        year: the school year.
        county_code: the county's 6-digit code.
        tables: this county's rows of school_register, reporting_board, school_indicators, school_compliance,
            county_coefficients, county_verdicts, county_growth, scope_ledger, findings, county_records, and of the tables of insight
            and rectification_ledger, whose sheets are left out where they are not there.
        standards: the standards in force, in the order in which they are shown; a pack that holds for the county has a sheet.
        made_at: when the figures were made; the only time in the file.
        trials: the standards on trial, whose tables (trial_…) stand among ``tables``; they have a sheet of their own.
        registered: whether there is a register of the year's schools; the workbook says where there is none.
        city_name: fills the column 市, which no table holds; empty leaves it to be filled in by hand.

    Returns:
        The bytes of an .xlsx file, the same for the same input.
    """
    facts = CountyFacts(year, county_code, tables, standards, registered)
    moment = made_at.astimezone(dt.UTC).replace(tzinfo=None) if made_at.tzinfo else made_at
    stream = io.BytesIO()
    book = Book(stream)
    footer = f"{facts.name} {year.key} 学年"
    book.workbook.set_properties({"title": f"{footer}义务教育均衡发展监测表", "created": moment, "comments": "均衡 Junheng"})
    sheets = _contents(facts, bool(trials))
    _cover(book, facts, footer, made_at, sheets)
    for standard in facts.standards:
        coefficients_sheet(book, facts, standard, footer, city_name)
    for standard in facts.standards:
        schools_sheet(book, facts, standard, footer)
    for standard in facts.standards:
        if standard.school_rule:
            thresholds_sheet(book, facts, standard, footer)
    conditions_sheets(book, facts, footer)
    verdicts_sheet(book, facts, footer)
    growth_sheet(book, facts, footer)
    insight_sheets(book, facts, footer)
    scope_sheet(book, facts, footer)
    gaps_sheet(book, facts, footer)
    if LEDGER in facts.tables:
        rectification_sheet(book, facts, footer)
    findings_sheet(book, facts, footer)
    trial_sheet(book, facts, trials, footer)
    book.workbook.close()
    return stream.getvalue()


def _contents(facts: CountyFacts, tried: bool) -> list[tuple[str, str]]:
    ruled = [standard for standard in facts.standards if standard.school_rule]
    names = "、".join(f"{short_title(standard)}{counted_title(standard)}指标表" for standard in ruled)
    return [
        ("校际差异系数表", "每个学段的全县平均值、差异系数、限值和判定；下方附计算依据，可据此复算"),
        ("分学校达标情况表", "各校各项指标值与标准并列，深色格为低于标准；综合评估达标记 1"),
        *([(names, "各校各项的底线、达标值、实际值和是否达标")] if names else []),
        *([(CONDITIONS, "省定或镇域办学条件：每项条件的要求，各校的实际值、达到、未达到或缺数据")] if facts.packs else []),
        ("县级结论", "各事项按类别列出：实际值、要求、达到、未达到或待定，以及原因"),
        ("教育投入增长", "教育经费、生均教育事业费、生均公用经费本年与上年相比；只供监测"),
        *(CONTENTS if "county_profile" in facts.tables else ()),
        ("计入范围", "每所学校计入或不计入各标准，以及依据"),
        ("缺口清单", "哪所学校缺什么、缺多少；先列全县合计"),
        *([("整改台账", "每个问题的责任人、完成时限、措施和状态；逾期按打开本表的日期标出")] if LEDGER in facts.tables else []),
        ("校验结果", "填报文件中的错误、疑问和提示，注明文件、工作表、单元格"),
        *([(TRIAL, "试算的标准与现行标准对照，只供比较，没有计入任何结论")] if tried else []),
    ]


def _cover(book: Book, facts: CountyFacts, footer: str, made_at: dt.datetime, contents: list[tuple[str, str]]) -> None:
    sheet = book.sheet("封面与说明", _WIDTHS, footer)
    # Upright it is printed a third larger than across.
    sheet.worksheet.set_portrait()
    sheet.merged(1, 0, _LAST, f"{facts.name}义务教育均衡发展监测表", {"font_name": HEAD_FONT, "font_size": 24, "align": "center"})
    sheet.worksheet.set_row(1, 44)
    day = facts.year.statistics_date
    line = f"{facts.year.key} 学年　·　统计时点 {day.year} 年 {day.month} 月 {day.day} 日　·　行政区划代码 {facts.code}"
    sheet.merged(2, 0, _LAST, line, {"font_size": 12, "align": "center"})
    sheet.worksheet.set_row(2, 22)
    row = _section(sheet, 4, "一、总体结论")
    for standard in facts.standards:
        met = facts.overall(standard)
        reason = facts.overall_reason(standard)
        sheet.merged(row, 0, 1, short_title(standard), CENTRE | {"font_name": HEAD_FONT, "font_size": 12})
        sheet.text(row, 2, VERDICT_WORDS[met], VERDICT_STYLES[met], bold=True, font_size=14)
        sheet.merged(row, 3, _LAST, reason, WRAPPED)
        sheet.height(row, [(reason, sum(_WIDTHS[3:]))], least=34)
        row += 1
    row = _reporting(sheet, _section(sheet, row + 1, "二、报送情况"), facts)
    row = _section(sheet, row + 1, "三、采用的标准")
    for standard in (*facts.standards, *facts.packs):
        title = short_title(standard)
        sheet.merged(row, 0, 1, title, CENTRE | {"text_wrap": True})
        sheet.merged(row, 2, _LAST, standard.source, WRAPPED)
        sheet.height(row, [(title, sum(_WIDTHS[:2])), (standard.source, sum(_WIDTHS[2:]))])
        row += 1
    row = _section(sheet, row + 1, "四、怎样阅读")
    for name, words in contents:
        sheet.merged(row, 0, 2, name, TEXT)
        sheet.merged(row, 3, _LAST, words, TEXT)
        sheet.worksheet.set_row(row, 18)
        row += 1
    sheet.text(row, 0, "颜色", CENTRE)
    sheet.text(row, 1, "未达标", MISSED)
    sheet.text(row, 2, "待定、缺数据", WAITING)
    sheet.merged(
        row,
        3,
        _LAST,
        _COLOURS,
        WRAPPED,
    )
    sheet.worksheet.set_row(row, 20)
    sheet.merged(row + 1, 0, _LAST, _ROUNDING, WRAPPED | {"font_size": _FOOTNOTE})
    lines = lines_of(_ROUNDING, sum(_WIDTHS) * 10 / _FOOTNOTE - 4)
    sheet.worksheet.set_row(row + 1, 8 + 1.4 * _FOOTNOTE * lines)
    row += 3
    for first, name in ((0, "填报人："), (2, "审核人："), (4, "负责人："), (6, "日期：")):
        sheet.text(row, first, name, {"font_size": 12, "align": "right"})
        blank = "　　年　　月　　日" if first == 6 else ""
        sheet.text(row, first + 1, blank, {"font_size": 12, "bottom": 1, "align": "center"})
    sheet.worksheet.set_row(row, 30)
    made = f"数据生成时间：{moment_text(made_at)}"
    sheet.merged(row + 2, 0, _LAST, made + "　（盖章）", {"font_size": _FOOTNOTE, "align": "right"})
    if row <= _ONE_PAGE:
        sheet.worksheet.fit_to_pages(1, 1)


def _section(sheet: Sheet, row: int, text: str) -> int:
    sheet.merged(row, 0, _LAST, text, HEADING_LEFT | {"font_size": 12})
    sheet.worksheet.set_row(row, 24)
    return row + 1


def _reporting(sheet: Sheet, row: int, facts: CountyFacts) -> int:
    summary = f"采用 {facts.accepted} 所 / 应报 {facts.expected} 所"
    if facts.accepted < facts.expected:
        summary += "。未采用和未报送的学校没有计入任何指标，本表的结论只反映已采用的学校"
    sheet.merged(row, 0, 1, "采用情况", CENTRE)
    sheet.merged(row, 2, _LAST, summary, TEXT | {"bold": True})
    sheet.worksheet.set_row(row, 22)
    row += 1
    if not facts.registered:
        sheet.merged(row, 0, 1, "学校名册", CENTRE)
        sheet.merged(row, 2, _LAST, NO_REGISTER, WAITING | {"align": "left"})
        sheet.worksheet.set_row(row, 22)
        row += 1
    groups = (("有错误，未采用", "left_out"), ("未报送", "missing"), ("已采用，有疑问待说明", "accepted_with_queries"))
    for title, outcome in groups:
        schools = facts.with_outcome(outcome)
        lines = _lines([school.name for school in schools], sum(_WIDTHS[2:]) * 0.92) or ["无"]
        sheet.merged(row, 0, 1, f"{title}（{len(schools)} 所）", CENTRE, rows=len(lines))
        for line in lines:
            sheet.merged(row, 2, _LAST, line, TEXT)
            sheet.worksheet.set_row(row, 20)
            row += 1
    return row


def _lines(names: list[str], width: float) -> list[str]:
    """Names joined to lines that fit, so that however many schools are missing all of them are named."""
    lines: list[str] = []
    for position, name in enumerate(names):
        text = name + ("、" if position + 1 < len(names) else "")
        if lines and width_of(lines[-1] + text) <= width:
            lines[-1] += text
        else:
            lines.append(text)
    return lines
