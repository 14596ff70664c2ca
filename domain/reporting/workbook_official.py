"""The official tables of the county workbook: coefficients between schools, schools against the standard, 底线/达标值/实际值.

Belongs here: the tables whose headings officials expect. Does not belong here: cover, ledgers (``workbook_ledgers``).
"""

from data_contracts.catalogue import SECTIONS
from data_contracts.school_rules import AtLeast
from data_contracts.standard import Indicator, Standard
from domain.reporting.county_facts import NO_REGISTER, CountyFacts
from domain.reporting.county_rows import SectionRow
from domain.reporting.display import (
    COEFFICIENT_DECIMALS,
    COMPOSITE,
    NONE,
    SCHOOL_WORDS,
    absent,
    is_ratio,
    section_label,
    short_title,
    verdict_of,
)
from domain.reporting.standard_words import rule_words
from domain.reporting.workbook_sheet import (
    CENTRE,
    HEADING,
    HEADING_LEFT,
    MISSED,
    NOTE,
    TEXT,
    WAITING,
    WRAPPED,
    Book,
    Sheet,
    decimals_format,
)

COEFFICIENT = decimals_format(COEFFICIENT_DECIMALS)
PLAIN, LIMIT = "General", "0.00"
_NO_THRESHOLDS = "本标准不规定全国统一的单项标准，办学条件按本省标准判定；此处列出各校数值，供核对差异系数。"
_DIGITS = "零一二三四五六七八九十"
_BASIS = (("计入学校数", "schools"), ("计入学生数", "students"), ("未计入学校数", "left_out"), ("标准差", "standard_deviation"))


def headed(indicator: Indicator) -> str:
    """Title and unit of an indicator; a ratio (…比) has none."""
    return indicator.title if is_ratio(indicator) else f"{indicator.title}\n（{indicator.unit}）"


def counted_title(standard: Standard) -> str:
    """七项 for seven indicators."""
    number = len(standard.indicators)
    return (_DIGITS[number] if number < len(_DIGITS) else str(number)) + "项"


def coefficients_sheet(book: Book, facts: CountyFacts, standard: Standard, footer: str, city_name: str) -> None:
    """校际差异系数表: for each section the county mean and the coefficient; limits; below, what an auditor needs to recompute."""
    each = standard.county_rule.judge == "each"
    extra = [] if each else ["综合", "限值", "是否达标"]
    count = len(standard.indicators)
    widths = [5, 9, 11, 8, 11, *[12] * count, *[8] * len(extra)]
    sheet = book.sheet(f"校际差异系数表-{short_title(standard)}", widths, footer, (2, 2))
    note = (
        f"依据：{standard.source}。差异系数＝标准差÷全县平均值，按在校生数加权；{_limits(standard)}。单元格中保存未舍入的数值。"
    )
    row = sheet.title(f"{facts.name}校际差异系数表（{short_title(standard)}）", note)
    sheet.headings(row, ["序号", "市", "县", "学校类别", "类型", *[headed(i) for i in standard.indicators], *extra])
    sheet.freeze(row + 1, 5)
    row += 1
    types = ["全县平均值", "差异系数", "限值", "是否达标"] if each else ["全县平均值", "差异系数"]
    for number, section in enumerate(SECTIONS, start=1):
        for column, text in enumerate([str(number), city_name, facts.name, section_label(section)]):
            sheet.merged(row, column, column, text, CENTRE, rows=len(types))
        for offset, kind in enumerate(types):
            sheet.text(row + offset, 4, kind, CENTRE)
            sheet.worksheet.set_row(row + offset, 24)
            for column, indicator in enumerate(standard.indicators, start=5):
                _coefficient_cell(
                    sheet, row + offset, column, kind, facts.coefficients.get((standard.id, section, indicator.id)), indicator
                )
        if not each:
            composite = facts.coefficients.get((standard.id, section, COMPOSITE), {})
            met = verdict_of(composite.get("met"))
            for column in range(5 + count, 8 + count):
                sheet.text(row, column, NONE, CENTRE)
            sheet.number(row + 1, 5 + count, composite.get("coefficient"), COEFFICIENT, _judged(met), bold=True)
            sheet.number(row + 1, 6 + count, composite.get("limit"), LIMIT)
            sheet.text(row + 1, 7 + count, SCHOOL_WORDS[met], _judged(met))
        row += len(types)
    _basis(sheet, row + 1, facts, standard)


def _limits(standard: Standard) -> str:
    rule = standard.county_rule
    values = "、".join(f"{section_label(s)}不超过 {rule.limits[s]:.2f}" for s in SECTIONS if s in rule.limits)
    return ("限值：每项" if rule.judge == "each" else "限值：综合差异系数（各项的平均）") + values


def _judged(met: str) -> dict:
    return {"true": CENTRE, "false": MISSED, "pending": WAITING}[met]


def _coefficient_cell(sheet: Sheet, row: int, column: int, kind: str, found: dict | None, indicator: Indicator) -> None:
    found = found or {}
    judged = not absent(found.get("limit"))
    met = verdict_of(found.get("met")) if judged else "true"
    if kind == "全县平均值":
        sheet.number(row, column, found.get("mean"), decimals_format(indicator.decimals))
    elif kind == "差异系数":
        sheet.number(row, column, found.get("coefficient"), COEFFICIENT, _judged(met) if judged else CENTRE)
    elif kind == "限值":
        sheet.number(row, column, found.get("limit"), LIMIT)
    else:
        sheet.text(row, column, SCHOOL_WORDS[verdict_of(found.get("met"))], _judged(met))


def _basis(sheet: Sheet, row: int, facts: CountyFacts, standard: Standard) -> None:
    sheet.merged(row, 0, 4 + len(standard.indicators), "附：计算依据", HEADING_LEFT)
    sheet.worksheet.set_row(row, 20)
    for section in SECTIONS:
        sheet.merged(row + 1, 0, 3, section_label(section), CENTRE, rows=len(_BASIS))
        for title, key in _BASIS:
            row += 1
            sheet.worksheet.set_row(row, 20)
            sheet.text(row, 4, title, CENTRE)
            for column, indicator in enumerate(standard.indicators, start=5):
                found = facts.coefficients.get((standard.id, section, indicator.id), {})
                decimals = indicator.decimals + 1 if key == "standard_deviation" else 0
                sheet.number(row, column, found.get(key), decimals_format(decimals))


def schools_sheet(book: Book, facts: CountyFacts, standard: Standard, footer: str) -> None:
    """分学校达标情况表: for each indicator 指标值 and 标准, a dark fill where the value misses it, 综合评估 1 or empty.

    A standard without thresholds of its own has the values alone (分学校指标表).
    """
    judged = any(indicator.thresholds for indicator in standard.indicators)
    pair = 2 if judged else 1
    count = len(standard.indicators)
    widths = [5, 22, 6, *([8, 6.5] * count if judged else [12] * count), *([7, 32] if judged else [])]
    name = ("分学校达标情况表-" if judged else "分学校指标表-") + short_title(standard)
    sheet = book.sheet(name, widths, footer, (2, 3) if judged else (2, 2))
    rule = standard.school_rule
    note = "深色格为低于标准。" if judged else _NO_THRESHOLDS
    if rule:
        note += f"综合评估：{rule_words(standard)[0]}；达标记 1，否则留空。"
    order = "学校名称和顺序与学校名册一致。" if facts.registered else NO_REGISTER
    row = sheet.title(f"{facts.name}{name.split('-')[0]}（{short_title(standard)}）", note + order)
    top = ["序号", "学校名称", "学段"]
    if judged:
        for column, text in enumerate(top):
            sheet.merged(row, column, column, text, HEADING, rows=2)
        for place, indicator in enumerate(standard.indicators):
            sheet.merged(row, 3 + 2 * place, 4 + 2 * place, headed(indicator), HEADING)
            sheet.text(row + 1, 3 + 2 * place, "指标值", HEADING)
            sheet.text(row + 1, 4 + 2 * place, "标准", HEADING)
        for column, text in enumerate(["综合评估是否达标", "说明"], start=3 + 2 * count):
            sheet.merged(row, column, column, text, HEADING, rows=2)
        sheet.height(row, [(headed(i), 14) for i in standard.indicators], least=44)
        sheet.worksheet.set_row(row + 1, 20)
        row += 2
    else:
        sheet.headings(row, [*top, *[headed(indicator) for indicator in standard.indicators]])
        row += 1
    sheet.freeze(row, 3)
    for number, one in enumerate(facts.section_rows(standard), start=1):
        _school_names(sheet, row, number, one)
        last = 2 + pair * count
        if one.indicators:
            for place, indicator in enumerate(standard.indicators):
                _value_cells(sheet, row, 3 + pair * place, one, indicator, judged)
        else:
            sheet.merged(row, 3, last, one.school.outcome_words, WAITING)
        if judged:
            _compliance_cells(sheet, row, last + 1, one)
        row += 1
    _tail(sheet, row, facts, standard)


def _school_names(sheet: Sheet, row: int, number: int, one: SectionRow) -> None:
    sheet.worksheet.write_number(row, 0, number, sheet.book.style(**CENTRE))
    sheet.text(row, 1, one.school.name, WRAPPED)
    sheet.text(row, 2, section_label(one.section), CENTRE)
    sheet.height(row, [(one.school.name, sheet.widths[1])], least=21)


def _value_cells(sheet: Sheet, row: int, column: int, one: SectionRow, indicator: Indicator, judged: bool) -> None:
    cell = one.indicators[indicator.id]
    shown = decimals_format(indicator.decimals)
    if absent(cell["value"]):
        sheet.text(row, column, "缺数据", WAITING)
    else:
        missed = verdict_of(cell["met"]) == "false"
        sheet.number(row, column, cell["value"], shown, MISSED if missed else CENTRE)
    if judged:
        sheet.number(row, column + 1, cell["threshold"], PLAIN, CENTRE, font_color="#52606D")


def _compliance_cells(sheet: Sheet, row: int, column: int, one: SectionRow) -> None:
    if one.compliant == "true":
        sheet.number(row, column, 1, "0", CENTRE, bold=True)
    else:
        sheet.blank(row, column, CENTRE)
    waiting = "没有可用的填报数据，待定" if not one.indicators else ""
    sheet.text(row, column + 1, one.reason or waiting, TEXT, text_wrap=True, font_size=9)
    sheet.height(row, [(one.reason or waiting, sheet.widths[-1] + 2), (one.school.name, sheet.widths[1])], least=21)


def _tail(sheet: Sheet, row: int, facts: CountyFacts, standard: Standard) -> None:
    rows = facts.section_rows(standard)
    last = len(sheet.widths) - 1
    if not rows:
        sheet.merged(row, 0, last, "没有计入范围的学校", WAITING)
    elif standard.school_rule:
        met = sum(one.compliant == "true" for one in rows)
        waiting = sum(one.compliant == "pending" for one in rows)
        text = f"合计：{len(rows)} 个校段，达标 {met} 个，未达标 {len(rows) - met - waiting} 个，待定 {waiting} 个。"
        sheet.paragraph(row, 0, last, text + "一所学校的一个学段计一个校段。", NOTE)


def thresholds_sheet(book: Book, facts: CountyFacts, standard: Standard, footer: str) -> None:
    """优质均衡七项指标表: for each indicator 底线, 达标值, 实际值, 是否达标."""
    rule = standard.school_rule
    name = f"{short_title(standard)}{counted_title(standard)}指标表"
    floor = f"底线（{rule.floor_ratio:.0%}）" if isinstance(rule, AtLeast) else "底线"
    parts = [floor, "达标值", "实际值", "是否达标"]
    widths = [4, 20, 5, *[7, 6.5, 7.5, 5] * len(standard.indicators)]
    sheet = book.sheet(name, widths, footer, (2, 3))
    row = sheet.title(f"{facts.name}{name}", "深色格为未达标；“缺数据”为学校没有填报，不按 0 计。单元格中保存未舍入的数值。")
    for column, text in enumerate(["序号", "学校", "学段"]):
        sheet.merged(row, column, column, text, HEADING, rows=2)
    for place, indicator in enumerate(standard.indicators):
        sheet.merged(row, 3 + 4 * place, 6 + 4 * place, headed(indicator), HEADING)
        for offset, text in enumerate(parts):
            sheet.text(row + 1, 3 + 4 * place + offset, text, HEADING)
    sheet.worksheet.set_row(row, 40)
    sheet.worksheet.set_row(row + 1, 30)
    row += 2
    sheet.freeze(row, 3)
    for number, one in enumerate(facts.section_rows(standard), start=1):
        _school_names(sheet, row, number, one)
        if not one.indicators:
            sheet.merged(row, 3, len(widths) - 1, one.school.outcome_words, WAITING)
        for place, indicator in enumerate(standard.indicators if one.indicators else ()):
            cell = one.indicators[indicator.id]
            column, met = 3 + 4 * place, verdict_of(cell["met"])
            shown = decimals_format(indicator.decimals)
            # 85 % of a threshold has more digits than the threshold: 3.825 ㎡ must not be shown as 3.83.
            sheet.number(row, column, cell["floor"], PLAIN)
            sheet.number(row, column + 1, cell["threshold"], PLAIN)
            if absent(cell["value"]):
                sheet.text(row, column + 2, "缺数据", WAITING)
            else:
                sheet.number(row, column + 2, cell["value"], shown, _judged(met))
            sheet.text(row, column + 3, {"true": "是", "false": "否", "pending": "待定"}[met], _judged(met))
        row += 1
    _tail(sheet, row, facts, standard)
