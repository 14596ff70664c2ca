"""Sheets of the county workbook beside the assessment: profile, staff and students, townships, scope, large classes, plan.

Belongs here: what these sheets hold and how it is laid out. Does not belong here: the official tables of the assessment
(``workbook_official``), the ledgers (``workbook_ledgers``).
"""

from collections.abc import Mapping

from data_contracts.catalogue import SECTIONS, official_values
from data_contracts.class_sizes import largest_classes
from data_contracts.standard import Standard
from domain.reporting.county_facts import NO_REGISTER, CountyFacts, rows_of
from domain.reporting.display import COMPOSITE, NONE, absent, number_of, section_label, short_title, text_of, verdict_of
from domain.reporting.insight_words import item_label, planned_title
from domain.reporting.site_people import PROFILE
from domain.reporting.site_plans import REACHED
from domain.reporting.site_townships import without_township
from domain.reporting.workbook_official import COEFFICIENT, LIMIT, PLAIN
from domain.reporting.workbook_sheet import CENTRE, HEADING, HEADING_LEFT, MISSED, TEXT, WAITING, WRAPPED, Book, Sheet

PERCENT = "0.0%"
_MONITORING = "供监测和镇域规划使用，不作为县级结论的依据。公式和限值与全县相同，只比较同一乡镇（街道）内的学校。"
CONTENTS = (
    ("县基本情况表", "人口，按办学类型的学校、班级、学生、专任教师和教职工"),
    ("教职工与学生", "编制、教师结构、学生群体、巩固率，注明多少所学校填报"),
    ("乡镇情况", "乡镇（街道）内的差异系数和学校达标率，供监测"),
    ("范围影响", "每类不计入的学校如果计入，差异系数会是多少"),
    ("大班额", "有超过班额的班的学校"),
    ("规划进展", "三年规划的目标与实际值"),
)
"""Name of each sheet and what it holds, for the cover."""


def insight_sheets(book: Book, facts: CountyFacts, footer: str) -> None:
    """All of these sheets in the order of ``CONTENTS``; none where the tables are not there."""
    if "county_profile" not in facts.tables:
        return
    for sheet in (_profile, _groups, _townships, _scope, _large_classes, _plan):
        sheet(book, facts, footer)
    if rows_of(facts.tables, "self_score_differences"):
        _self_scores(book, facts, footer)


def _nothing(sheet: Sheet, row: int, text: str) -> None:
    sheet.merged(row, 0, len(sheet.widths) - 1, text, TEXT)


def _profile(book: Book, facts: CountyFacts, footer: str) -> None:
    """县基本情况表: a row per school type; a cell that some schools did not fill in is marked, with their number."""
    sheet = book.sheet("县基本情况表", [18, 10, *[12] * (len(PROFILE) - 1), 50], footer, (3, 4))
    counted = "学校数按学校名册统计，不含停办学校；" if facts.registered else NO_REGISTER
    note = f"{counted}其余为已采用学校的填报数之和。有学校没有填报的数字加底色，并在最后一栏注明，不按 0 计。"
    row = sheet.title(f"{facts.name}基本情况表", note)
    found = {(text_of(r["school_type"]), r["item"], text_of(r["section"])): r for r in rows_of(facts.tables, "county_profile")}
    population = number_of((found.get(("", "population", "")) or {}).get("value"))
    sheet.text(row, 0, "常住人口（人）", HEADING)
    sheet.number(row, 1, population, "#,##0")
    row += 1
    last = len(sheet.widths) - 1
    for column, title in (
        (0, "办学类型"),
        (1, "学校（所）"),
        (last - 2, "在编教职工（人）"),
        (last - 1, "教职工总数（人）"),
        (last, "未填报"),
    ):
        sheet.merged(row, column, column, title, HEADING, rows=2)
    for place, name in enumerate(SECTIONS):
        sheet.merged(row, 2 + 3 * place, 4 + 3 * place, section_label(name), HEADING)
        for offset, title in enumerate(("班级（个）", "学生（人）", "专任教师（人）")):
            sheet.text(row + 1, 2 + 3 * place + offset, title, HEADING)
    row += 2
    sheet.freeze(row, 1)
    types = [kind for kind in official_values("school_type") if (kind, "schools", "") in found]
    for kind in [*types, ""]:
        bold = {} if kind else {"bold": True}
        sheet.text(row, 0, kind or "合计", CENTRE | bold)
        missing = []
        for column, (item, section) in enumerate(PROFILE, start=1):
            one = found.get((kind, item, section or ""))
            count = int(one["not_stated"]) if one and not absent(one["not_stated"]) else 0
            asked = one is not None and bool(one["stated"] or one["not_stated"])
            sheet.number(row, column, one["value"] if one and asked else None, "0", WAITING if count else CENTRE, **bold)
            if count:
                missing.append(f"{section_label(section)}{item_label(item)} {count} 所")
        text = "；".join(missing)
        sheet.text(row, last, text, WRAPPED)
        sheet.height(row, [(text, sheet.widths[last])], least=21)
        row += 1


def _groups(book: Book, facts: CountyFacts, footer: str) -> None:
    """教职工与学生: each figure with its share, its base, and how many schools stated it."""
    sheet = book.sheet("教职工与学生", [8, 34, 12, 12, 34, 12, 12, 12], footer)
    note = "只统计已采用的学校；占比只统计两项数都填报了的学校。没有填报的学校另列，不按 0 计。缺编、超编逐校计算后相加。"
    row = sheet.title(f"{facts.name}教职工与学生情况", note)
    for title, name in (("一、教职工与教师队伍", "county_staff"), ("二、学生与巩固率", "county_students")):
        sheet.merged(row, 0, len(sheet.widths) - 1, title, HEADING_LEFT)
        heads = ["学段", "项目", "人数", "占比", "占比的基数", "基数（人）", "填报（所）", "未填报（所）"]
        sheet.headings(row + 1, heads)
        row += 2
        for one in rows_of(facts.tables, name):
            missing = not absent(one["not_stated"]) and int(one["not_stated"]) > 0
            sheet.text(row, 0, section_label(one["section"]) or "全校", CENTRE)
            sheet.text(row, 1, item_label(one["item"]), TEXT)
            sheet.number(row, 2, one["value"], "0")
            sheet.number(row, 3, one["share"], "0.00%" if one["item"].startswith("retention") else PERCENT)
            sheet.text(row, 4, item_label(text_of(one["of"])) if not absent(one["of"]) else NONE, TEXT)
            sheet.number(row, 5, one["base"], "0")
            sheet.number(row, 6, one["stated"], "0")
            sheet.number(row, 7, one["not_stated"], "0", WAITING if missing else CENTRE)
            row += 1
        row += 1


def _townships(book: Book, facts: CountyFacts, footer: str) -> None:
    """乡镇情况: per standard and section the townships with their coefficients, and the share of complying school sections."""
    most = max((len(standard.indicators) + 1 for standard in facts.standards), default=0)
    sheet = book.sheet("乡镇情况", [20, 9, 10, *[13] * most, 10, 10, 10, 10], footer)
    row = sheet.title(f"{facts.name}乡镇情况", _MONITORING)
    coefficients = rows_of(facts.tables, "township_coefficients")
    compliance = {(text_of(r["township"]), r["standard"], r["section"]): r for r in rows_of(facts.tables, "township_compliance")}
    without = without_township(facts)
    if without:
        text = f"没有填写乡镇（街道）的学校，未计入任何乡镇：{'、'.join(without)}"
        sheet.paragraph(row, 0, len(sheet.widths) - 1, text, WAITING | {"text_wrap": True})
        row += 1
    order = list(dict.fromkeys(school.township for school in facts.schools if school.township))
    for standard in facts.standards:
        for section in SECTIONS:
            mine = [r for r in coefficients if r["standard"] == standard.id and r["section"] == section]
            if mine:
                row = _township_block(sheet, row, standard, section, mine, compliance, order)
    if not coefficients:
        _nothing(sheet, row, "没有填写了乡镇（街道）且计入范围的学校")


def _township_block(
    sheet: Sheet,
    row: int,
    standard: Standard,
    section: str,
    rows: list[dict],
    compliance: Mapping[tuple[str, str, str], dict],
    order: list[str],
) -> int:
    ids = [*([COMPOSITE] if standard.county_rule.judge == "composite" else []), *(i.id for i in standard.indicators)]
    titles = {i.id: i.title for i in standard.indicators} | {COMPOSITE: "综合差异系数"}
    ruled = ["达标校段", "未达标校段", "待定校段", "达标率"] if standard.school_rule else []
    limit = standard.county_rule.limits.get(section)
    told = "" if limit is None else f"，{'综合差异系数' if ids[0] == COMPOSITE else '每项差异系数'}限值 {limit:.2f}"
    title = f"{short_title(standard)} · {section_label(section)}{told}"
    sheet.merged(row, 0, 2 + len(ids) + len(ruled), title, HEADING_LEFT)
    sheet.headings(row + 1, ["乡镇（街道）", "学校（所）", "学生（人）", *[titles[one] for one in ids], *ruled])
    row += 2
    by_town: dict[str, dict[str, dict]] = {}
    for one in rows:
        by_town.setdefault(one["township"], {})[one["indicator"]] = one
    for town in sorted(by_town, key=lambda name: order.index(name) if name in order else len(order)):
        found = by_town[town]
        singles = [one for key, one in found.items() if key != COMPOSITE]
        schools = max((number_of(one["schools"]) or 0.0 for one in singles), default=0.0)
        sheet.text(row, 0, town, WRAPPED)
        sheet.number(row, 1, schools, "0")
        sheet.number(row, 2, max((number_of(one["students"]) or 0.0 for one in singles), default=0.0), "0")
        for column, key in enumerate(ids, start=3):
            one = found.get(key, {})
            judged = schools > 1 and not absent(one.get("limit")) and verdict_of(one["met"]) == "false"
            if schools == 1 and not absent(one.get("coefficient")):
                sheet.text(row, column, "仅 1 所", CENTRE)
            else:
                sheet.number(row, column, one.get("coefficient"), COEFFICIENT, MISSED if judged else CENTRE)
        counts = compliance.get((town, standard.id, section), {})
        for column, key in enumerate(("complying", "not_complying", "undecided", "share")[: len(ruled)], start=3 + len(ids)):
            sheet.number(row, column, counts.get(key), PERCENT if key == "share" else "0")
        sheet.height(row, [(town, sheet.widths[0])], least=21)
        row += 1
    return row + 1


def _scope(book: Book, facts: CountyFacts, footer: str) -> None:
    """范围影响: each coefficient without and with each excluded group."""
    sheet = book.sheet("范围影响", [5, 14, 36, 7, 10, 10, 44, 11, 13, 8, 12], footer, (2, 2))
    note = "每行只放回一类不计入的学校。只供了解范围的影响，不改变结论；只有设限值的差异系数才比较结论。"
    row = sheet.title(f"{facts.name}不计入的学校如果计入", note)
    heads = [
        "序号",
        "标准",
        "不计入的依据",
        "学段",
        "校段（个）",
        "学生（人）",
        "指标",
        "现差异系数",
        "计入后差异系数",
        "限值",
        "结论",
    ]
    sheet.headings(row, heads)
    sheet.freeze(row + 1, 3)
    by_id = {standard.id: standard for standard in facts.standards}
    rows = [one for one in rows_of(facts.tables, "scope_sensitivity") if one["standard"] in by_id]
    for number, one in enumerate(rows, start=1):
        row += 1
        standard = by_id[one["standard"]]
        titles = {i.id: i.title for i in standard.indicators} | {COMPOSITE: "综合差异系数"}
        rule = one["rule"].replace(",", "，")
        differs = verdict_of(one["differs"])
        sheet.number(row, 0, number, "0")
        sheet.text(row, 1, short_title(standard), TEXT)
        sheet.text(row, 2, rule, WRAPPED)
        sheet.text(row, 3, section_label(one["section"]), CENTRE)
        sheet.number(row, 4, one["schools"], "0")
        sheet.number(row, 5, one["students"], "0")
        sheet.text(row, 6, titles.get(one["indicator"], one["indicator"]), WRAPPED)
        sheet.number(row, 7, one["coefficient"], COEFFICIENT)
        sheet.number(row, 8, one["coefficient_with"], COEFFICIENT)
        sheet.number(row, 9, one["limit"], LIMIT)
        sheet.text(
            row, 10, {"true": "会不同", "false": "不变", "pending": NONE}[differs], MISSED if differs == "true" else CENTRE
        )
        sheet.height(row, [(rule, sheet.widths[2])], least=21)
    if not rows:
        _nothing(sheet, row + 1, "没有不计入而有填报数据的学校")


def _large_classes(book: Book, facts: CountyFacts, footer: str) -> None:
    """大班额: the school sections with large classes, in the register's order."""
    sheet = book.sheet("大班额", [5, 30, 18, 8, 14, 14, 14, 16, 14], footer, (2, 2))
    sizes = largest_classes()
    large = f"小学超过 {sizes['primary']} 人、初中超过 {sizes['junior']} 人的班"
    row = sheet.title(f"{facts.name}大班额学校", f"{large}。所有已采用的学校都在内，不论各标准是否计入。")
    heads = [
        "序号",
        "学校",
        "乡镇（街道）",
        "学段",
        "最大班额（人）",
        "上限（人）",
        "超出（人）",
        "超班额班数（个）",
        "班级数（个）",
    ]
    sheet.headings(row, heads)
    rows = sorted(rows_of(facts.tables, "school_large_classes"), key=lambda one: facts.school(one).order)
    for number, one in enumerate(rows, start=1):
        row += 1
        school = facts.school(one)
        sheet.number(row, 0, number, "0")
        sheet.text(row, 1, school.name, WRAPPED)
        sheet.text(row, 2, text_of(one["township"]) or NONE, WRAPPED)
        sheet.text(row, 3, section_label(one["section"]), CENTRE)
        for column, key in enumerate(("largest_class", "allowed", "over", "oversize_classes", "classes"), start=4):
            sheet.number(row, column, one[key], "0")
        sheet.height(row, [(school.name, sheet.widths[1])], least=21)
    if not rows:
        _nothing(sheet, row + 1, "已采用的学校没有填报大班额")


def _plan(book: Book, facts: CountyFacts, footer: str) -> None:
    """规划进展: target, actual and whether it was reached."""
    sheet = book.sheet("规划进展", [5, 12, 14, 50, 8, 10, 13, 13, 12, 12], footer, (2, 2))
    row = sheet.title(f"{facts.name}三年规划进展", "目标学年还没有到的不列；本学年没有交新规划的，沿用以前学年交的规划。")
    heads = ["序号", "目标学年", "标准", "事项", "学段", "方向", "目标值", "实际值", "是否实现", "规划学年"]
    sheet.headings(row, heads)
    by_id = {standard.id: standard for standard in facts.standards}
    rows = [one for one in rows_of(facts.tables, "plan_progress") if one["standard"] in by_id]
    for number, one in enumerate(sorted(rows, key=lambda one: one["target_year"], reverse=True), start=1):
        row += 1
        standard = by_id[one["standard"]]
        state = verdict_of(one["reached"])
        title = planned_title(standard, one["item"])
        sheet.number(row, 0, number, "0")
        sheet.text(row, 1, one["target_year"], CENTRE)
        sheet.text(row, 2, short_title(standard), TEXT)
        sheet.text(row, 3, title, WRAPPED)
        sheet.text(row, 4, section_label(one["section"]) or NONE, CENTRE)
        sheet.text(row, 5, "不低于" if one["direction"] == "at_least" else "不超过", CENTRE)
        sheet.number(row, 6, one["target"], PLAIN)
        sheet.number(row, 7, one["actual"], COEFFICIENT if title.endswith("差异系数") else PLAIN)
        sheet.text(row, 8, REACHED[state], {"true": CENTRE, "false": MISSED, "pending": WAITING}[state])
        sheet.text(row, 9, one["planned_in"], CENTRE)
        sheet.height(row, [(title, sheet.widths[3])], least=21)
    if not rows:
        _nothing(sheet, row + 1, "没有目标学年已到的规划目标")


def _self_scores(book: Book, facts: CountyFacts, footer: str) -> None:
    """自评分差异: points that schools gave themselves beside the computed ones; only where some did."""
    sheet = book.sheet("自评分差异", [5, 28, 8, 16, 44, 10, 10, 10, 60], footer, (2, 2))
    row = sheet.title(f"{facts.name}自评分与计算得分", "有差异的请学校核对或说明；没有计算得分的为缺少填报数据，不按 0 分计。")
    sheet.headings(row, ["序号", "学校", "学段", "标准", "指标", "自评分", "计算得分", "相差", "疑问"])
    sheet.freeze(row + 1, 2)
    by_id = {standard.id: standard for standard in facts.standards}
    rows = sorted(rows_of(facts.tables, "self_score_differences"), key=lambda one: facts.school(one).order)
    for number, one in enumerate(rows, start=1):
        row += 1
        standard = by_id.get(one["standard"])
        titles = {i.id: i.title for i in standard.indicators} if standard else {}
        school, message = facts.school(one), text_of(one["message"])
        sheet.number(row, 0, number, "0")
        sheet.text(row, 1, school.name, WRAPPED)
        sheet.text(row, 2, section_label(one["section"]), CENTRE)
        sheet.text(row, 3, short_title(standard) if standard else one["standard"], WRAPPED)
        sheet.text(row, 4, titles.get(one["indicator"], one["indicator"]), WRAPPED)
        sheet.number(row, 5, one["own_points"], PLAIN)
        sheet.number(row, 6, one["points"], PLAIN)
        sheet.number(row, 7, one["difference"], PLAIN, WAITING if message else CENTRE)
        sheet.text(row, 8, message, WRAPPED)
        sheet.height(row, [(message, sheet.widths[8]), (school.name, sheet.widths[1])], least=21)
