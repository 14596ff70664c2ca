"""Sheets of the county workbook on packs and trials: school conditions school by school, standards on trial beside those in force.

Belongs here: how these sheets are laid out. Does not belong here: the lines themselves, which the site shares
(``condition_rows``, ``trial_rows``); the sheets of the national standards (``workbook_official``).
"""

from collections.abc import Sequence

from data_contracts.standard import Standard
from domain.reporting.condition_rows import ConditionCell, ConditionLine, ConditionTable, condition_tables, wide
from domain.reporting.county_facts import CountyFacts
from domain.reporting.display import NONE
from domain.reporting.trial_rows import MARK, Judged, PairLine, TrialComparison, trial_comparisons
from domain.reporting.workbook_official import COEFFICIENT
from domain.reporting.workbook_sheet import (
    BAND_FILL,
    CENTRE,
    HEADING,
    HEADING_LEFT,
    MISSED,
    TEXT,
    WAITING,
    WRAPPED,
    Book,
    Sheet,
    decimals_format,
)

CONDITIONS, TRIAL = "办学条件逐校情况", "试算（不作为认定依据）"
_STYLES = {"true": CENTRE, "false": MISSED, "pending": WAITING, "none": CENTRE}
_PLAIN = "General"
_STAMP = {"font_size": 14, "bold": True, "font_color": "#A8322A", "align": "center", "border": 2, "border_color": "#A8322A"}
_PAIR_WIDTHS = [44, 7, 13, 11, 10, 13, 11, 10, 8, 60]
_CHANGED = "#FBF3DD"
# So many pairs of columns at least, for the table of what is asked.
_FEWEST_COLUMNS = 6


def conditions_sheets(book: Book, facts: CountyFacts, footer: str) -> None:
    """办学条件逐校情况: a sheet per pack that holds for the county; none where no pack does."""
    for table in condition_tables(facts):
        _conditions(book, facts, table, footer)


def _conditions(book: Book, facts: CountyFacts, table: ConditionTable, footer: str) -> None:
    columns = max(len(table.conditions), _FEWEST_COLUMNS)
    widths = [5, 24, 7, *[9, 9] * columns, 9, 44]
    sheet = book.sheet(CONDITIONS, widths, footer)
    last = len(widths) - 1
    use = (
        "结果进入县级结论的“学校办学条件”事项。"
        if table.standard.role == "school_conditions"
        else "供监测，不作为县级结论的依据。"
    )
    note = (
        f"{table.role}。依据：{wide(table.standard.source)}；可信等级：{table.grade}。{'学校达标：' if table.ruled else ''}{table.rule}。"
        + "".join(f"{one}。" for one in table.notes)
        + use
        + "深色格为未达到；“缺数据”为学校没有填报，不按 0 计。单元格中保存未舍入的数值。"
    )
    row = sheet.title(f"{facts.name}办学条件逐校情况：{table.title}", note)
    row = _demands(sheet, row, table)
    sheet.merged(row, 0, last, f"二、分学校：{table.counted}", HEADING_LEFT)
    row = _heads(sheet, row + 1, table)
    for number, line in enumerate(table.lines, start=1):
        _condition_line(sheet, row, number, line, table)
        row += 1
    if not table.lines:
        sheet.merged(row, 0, last, "没有计入范围的学校", WAITING)


def _demands(sheet: Sheet, row: int, table: ConditionTable) -> int:
    """What each condition asks, and how many school sections meet it."""
    last = len(sheet.widths) - 1
    sheet.merged(row, 0, last, f"一、{len(table.conditions)} 项条件的要求和结果（校段数）", HEADING_LEFT)
    row += 1
    # However few conditions there are, the sheet has these columns.
    spans = (("序号", 0, 0), ("条件", 1, 2), ("怎样计算", 3, 6), ("要求", 7, 10))
    counts = (("达到", 11), ("未达到", 12), ("缺数据", 13), ("不适用", 14))
    for title, first, end in spans:
        sheet.merged(row, first, end, title, HEADING)
    for title, column in counts:
        sheet.text(row, column, title, HEADING)
    sheet.worksheet.set_row(row, 21)
    for number, one in enumerate(table.conditions, start=1):
        row += 1
        unit = f"（{one.unit}）" if one.unit else ""
        words = (str(number), one.title + unit, one.formula, one.demand)
        for (_, first, end), text in zip(spans, words, strict=True):
            sheet.merged(row, first, end, text, CENTRE if first == 0 else WRAPPED)
        found = (one.met, one.missed, one.missing, one.not_asked)
        for (_, column), count, style in zip(counts, found, (CENTRE, MISSED, WAITING, CENTRE), strict=True):
            sheet.number(row, column, count, "0", style if count else CENTRE)
        sheet.height(row, [(words[1], 31), (words[2], 36), (words[3], 36)], least=21)
    return row + 2


def _heads(sheet: Sheet, row: int, table: ConditionTable) -> int:
    for column, text in enumerate(["序号", "学校", "学段"]):
        sheet.merged(row, column, column, text, HEADING, rows=2)
    for place, one in enumerate(table.conditions):
        sheet.merged(row, 3 + 2 * place, 4 + 2 * place, one.title + (f"\n（{one.unit}）" if one.unit else ""), HEADING)
        sheet.text(row + 1, 3 + 2 * place, "实际值", HEADING)
        sheet.text(row + 1, 4 + 2 * place, "要求", HEADING)
    end = 3 + 2 * len(table.conditions)
    sheet.merged(row, end, end, "综合评估", HEADING, rows=2)
    sheet.merged(row, end + 1, len(sheet.widths) - 1, "说明", HEADING, rows=2)
    sheet.height(row, [(f"{one.title}\n{one.unit}", 18) for one in table.conditions], least=44)
    sheet.worksheet.set_row(row + 1, 20)
    sheet.worksheet.repeat_rows(row, row + 1)
    return row + 2


def _condition_line(sheet: Sheet, row: int, number: int, line: ConditionLine, table: ConditionTable) -> None:
    sheet.number(row, 0, number, "0")
    sheet.text(row, 1, line.row.school.name, WRAPPED)
    sheet.text(row, 2, line.section, CENTRE)
    end, last = 3 + 2 * len(table.conditions), len(sheet.widths) - 1
    if line.cells:
        for place, cell in enumerate(line.cells):
            _value(sheet, row, 3 + 2 * place, cell, table.conditions[place].indicator.decimals)
    else:
        sheet.merged(row, 3, end - 1, line.row.school.outcome_words, WAITING)
    state = line.row.compliant if table.ruled else "none"
    sheet.text(row, end, line.word if table.ruled else "不作判定", _STYLES[state], bold=state == "false")
    told = [f"{one.title}{cell.gap}" for one, cell in zip(table.conditions, line.cells, strict=False) if cell.gap]
    # A pack without a rule has no reason of its own; what is missing or not asked is told by the cells.
    text = "；".join(part for part in (line.row.reason, "，".join(told)) if part) or NONE
    if not line.cells:
        text = "没有可用的填报数据，待定"
    sheet.merged(row, end + 1, last, text, WRAPPED)
    width = sum(sheet.widths[end + 1 : last + 1])
    sheet.height(row, [(line.row.school.name, sheet.widths[1]), (text, width)], least=21)


def _value(sheet: Sheet, row: int, column: int, cell: ConditionCell, decimals: int) -> None:
    spoken = cell.value is None or not cell.text[0].isdigit()
    if spoken:
        sheet.text(row, column, cell.text, _STYLES[cell.state])
    else:
        # As many decimals as the page shows, so that a value just short of its limit does not look like it.
        shown = max(decimals, len(cell.text.partition(".")[2]))
        sheet.number(row, column, cell.value, decimals_format(shown), _STYLES[cell.state])
    if cell.limit is None or (spoken and not cell.bound.startswith(("≥", "≤"))):
        sheet.text(row, column + 1, cell.bound, CENTRE, font_color="#52606D")
    else:
        sheet.number(row, column + 1, cell.limit, f'"{cell.bound[0]} "{_PLAIN}', CENTRE, font_color="#52606D")


def trial_sheet(book: Book, facts: CountyFacts, trials: Sequence[Standard], footer: str) -> None:
    """试算: every standard on trial beside the one in force; no sheet where nothing is on trial."""
    if not trials:
        return
    sheet = book.sheet(TRIAL, _PAIR_WIDTHS, f"{footer}　{MARK}")
    sheet.worksheet.set_tab_color("#B08324")
    note = "只供比较，没有计入任何正式结论；正式结论见“县级结论”。底色为结论不同的行。判定按未舍入的数值作出。"
    row = sheet.title(f"{facts.name}试算对照", note)
    last = len(_PAIR_WIDTHS) - 1
    for one in trial_comparisons(facts, trials):
        sheet.merged(row, 0, last, MARK, _STAMP)
        sheet.worksheet.set_row(row, 26)
        beside = f"现行：{one.beside_title}" if one.beside else "本县现行没有同类标准"
        text = f"试算：{one.title}（依据：{wide(one.tried.source)}）　{beside}"
        sheet.merged(row + 1, 0, last, text, HEADING_LEFT | {"font_size": 12})
        sheet.height(row + 1, [(text, sum(_PAIR_WIDTHS) * 0.8)], least=26)
        row = _comparison(sheet, row + 2, one) + 1


def _comparison(sheet: Sheet, row: int, one: TrialComparison) -> int:
    last = len(_PAIR_WIDTHS) - 1
    if not one.applies:
        sheet.merged(row, 0, last, "该标准的适用地区不含本县，没有试算结果", TEXT)
        return row + 1
    blocks = [("总的对照", one.summary)]
    if one.tried.school_rule:
        blocks.append((one.turned, one.schools))
    blocks += [("校际差异系数", one.coefficients), ("县级结论逐项", one.items)]
    for title, lines in blocks:
        if not lines:
            if lines is one.schools and one.tried.school_rule:
                sheet.merged(row, 0, last, title, TEXT | {"bold": True, "bg_color": BAND_FILL})
                row += 1
            continue
        sheet.merged(row, 0, last, title, TEXT | {"bold": True, "bg_color": BAND_FILL})
        row = _pair_heads(sheet, row + 1, figures=lines is not one.summary and lines is not one.schools)
        for line in lines:
            _pair(sheet, row, line, figures=lines is not one.summary and lines is not one.schools)
            row += 1
    if one.conditions:
        row = _tried_conditions(sheet, row, one.conditions)
    return row


def _pair_heads(sheet: Sheet, row: int, figures: bool) -> int:
    for column, text in ((0, "内容"), (1, "学段"), (8, "是否不同"), (9, "试算的说明")):
        sheet.merged(row, column, column, text, HEADING, rows=2)
    for first, text in ((2, "现行"), (5, "试算")):
        if figures:
            sheet.merged(row, first, first + 2, text, HEADING)
            for offset, part in enumerate(("实际值", "要求", "结论")):
                sheet.text(row + 1, first + offset, part, HEADING)
        else:
            sheet.merged(row, first, first + 2, text, HEADING, rows=2)
    return row + 2


def _pair(sheet: Sheet, row: int, line: PairLine, figures: bool) -> None:
    colour = {"bg_color": _CHANGED} if line.differs else {}
    sheet.text(row, 0, line.title + (f"（{line.township}）" if line.township else ""), WRAPPED | colour)
    sheet.text(row, 1, line.section or NONE, CENTRE | colour)
    for first, side in ((2, line.old), (5, line.new)):
        if figures:
            _figures(sheet, row, first, side)
            sheet.text(row, first + 2, side.word, _STYLES[side.state], text_wrap=True)
        else:
            sheet.merged(row, first, first + 2, side.word, _STYLES[side.state], text_wrap=True)
    told = line.old.state != "none" or line.new.state != "none"
    sheet.text(row, 8, ("不同" if line.differs else "相同") if told else NONE, CENTRE | colour)
    sheet.text(row, 9, line.reason or NONE, WRAPPED | colour)
    texts: list[tuple[str, float]] = [(line.title + line.township, _PAIR_WIDTHS[0]), (line.reason, _PAIR_WIDTHS[9])]
    texts += [(side.word, 10.0 if figures else 34.0) for side in (line.old, line.new)]
    sheet.height(row, texts, least=21)


def _figures(sheet: Sheet, row: int, column: int, side: Judged) -> None:
    text = side.text
    if text is None or text.spoken:
        sheet.text(row, column, text.value if text else NONE, CENTRE)
        sheet.text(row, column + 1, text.limit if text else NONE, CENTRE)
        return
    decimals = len(text.value.partition(".")[2])
    sheet.number(row, column, side.value, decimals_format(decimals, text.unit) if text.value != NONE else COEFFICIENT)
    sign = f'"{text.sign} "' if text.sign else ""
    sheet.number(row, column + 1, side.limit, sign + decimals_format(len(text.limit.partition(".")[2]), text.unit))


def _tried_conditions(sheet: Sheet, row: int, table: ConditionTable) -> int:
    """What each condition of a pack on trial asks, and how many school sections meet it."""
    last = len(_PAIR_WIDTHS) - 1
    sheet.merged(row, 0, last, "试算的各项条件（校段数）", TEXT | {"bold": True, "bg_color": BAND_FILL})
    row += 1
    for first, end, text in (
        (0, 0, "条件"),
        (1, 4, "要求"),
        (5, 5, "达到"),
        (6, 6, "未达到"),
        (7, 7, "缺数据"),
        (8, 9, "不适用"),
    ):
        sheet.merged(row, first, end, text, HEADING)
    for one in table.conditions:
        row += 1
        sheet.text(row, 0, one.title + (f"（{one.unit}）" if one.unit else ""), WRAPPED)
        sheet.merged(row, 1, 4, one.demand, WRAPPED)
        counts = ((5, one.met, CENTRE), (6, one.missed, MISSED), (7, one.missing, WAITING))
        for column, count, style in counts:
            sheet.number(row, column, count, "0", style if count else CENTRE)
        sheet.merged(row, 8, 9, str(one.not_asked), CENTRE)
        sheet.height(row, [(one.demand, 39.0), (one.title, _PAIR_WIDTHS[0])], least=21)
    return row + 1
