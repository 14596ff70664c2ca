"""The sheet 回执: everything that was found in a file, in order, with links to the cells and room for the school's answers.

Belongs here: what the sheet says. Does not belong here: how its rows look (``receipt_rows``), the workbook around it and the
marks in the cells (``marked_copy``), reading the answers back (``domain.intake.answers``).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from data_contracts.catalogue import SECTION_LABELS
from data_contracts.record_forms import label_of
from data_contracts.rules import place_text
from data_contracts.vocabulary import RECEIPT_OUTCOMES, SCHOOL_OUTCOMES, SEVERITIES
from domain.intake.answers import HEADINGS, MARK, PLEASE, key_text, who_explains, who_is_asked
from domain.intake.cells import cut
from domain.intake.findings import NEVER_OPENED
from domain.reporting.display import absent, text_of
from domain.reporting.receipt_rows import (
    ANSWER,
    KEY,
    LINE_POINTS,
    LINK,
    LONGEST,
    MEMORY,
    MESSAGE,
    VALUE,
    WIDTHS,
    Writer,
    harmless,
    line_count,
)

ADVICE = {
    "accepted": "数据已采用,不需要再做什么。",
    "accepted_with_queries": "数据已采用;请对下列疑问核对,有误请改正后重新报送,无误请说明。",
    "partly_accepted": "没有错误的部分已采用;有错误的请改正后重新报送。",
    "rejected": "数据没有采用,请按下列说明改正后重新报送。",
    "superseded": "已采用更新的文件,本文件不再使用,不需要再做什么。",
    "duplicate": "内容与另一份文件相同,只采用一份,不需要再做什么。",
    "pending": "文件已保存,解锁后的下一次运行计入;现在不需要再做什么。",
    "answers_only": "只采用其中的说明(几条见下面的提示),本文件里没有学校数据。如果改过数字,请把改好的原工作簿(.xlsx)或原表也交来。",
}
LISTED_AT_MOST = 20_000
OWN_FILE = (
    "1. 错误:点“单元格”一列可跳到该格,在原表带颜色、边框和批注的格里直接改正。"
    "  2. 疑问:有误请改正;属实不用改,请在右边“{who}”的黄色格里写明原因。\n"
    "3. 改完保存,把本文件交回即可。本表、颜色、边框和批注都不影响读取,不用删除。"
)
LISTED_ONLY = (
    "1. 错误:请在自己的原表上改正后重新报送。  2. 疑问:有误请改正;属实不用改,请在右边“{who}”的黄色格里写明原因。\n"
    "3. 写了说明的,保存后把本文件也放入报送的文件夹。"
)
NOT_READ = "请照“说明”一栏改好文件,保存后重新报送;这份回执不用交回。"
_BANDS = {
    "error": "错误 {count} 项:必须改正,改正以前有关的数据不采用",
    "query": "疑问 {count} 项:请核对;有误请改正,属实请在“{who}”一栏写明原因",
    "note": "提示 {count} 项:供参考,不需要做什么",
}
_TONES = {
    "accepted": "good",
    "duplicate": "good",
    "superseded": "good",
    "pending": "good",
    "accepted_with_queries": "doubt",
    "answers_only": "doubt",
}


def needs_answer(severity: str, rule: str) -> bool:
    """True for findings that a school mends or explains; what is asked about the explanations themselves is mended."""
    return severity == "query" and not rule.startswith(("F-ANSWER-", "F-RECEIPT"))


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
    def who(self) -> str:
        """What the column is called in which whoever filled the file in explains: 学校说明 or 县级说明."""
        schools = (None if absent(school) else str(school) for school in self.findings["school_id"])
        return who_explains(zip(self.findings["rule"].astype(str), schools, strict=True))

    @property
    def was_read(self) -> bool:
        """False for a file that could not be opened or holds no school: nothing was checked, there is no table to mend."""
        rules = [
            str(rule)
            for rule, severity in zip(self.findings["rule"], self.findings["severity"], strict=True)
            if severity == "error"
        ]
        return not any(rule in NEVER_OPENED or rule in ("F-NO-SCHOOL", "F-NO-TABLE") for rule in rules)


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
    compared: str | None
    message: str
    county_code: str | None = None

    @property
    def key(self) -> str:
        """By which an answer finds its query again: a county's queries are kept under its code."""
        return key_text(self.asked, self.rule, self.field, self.section, self.value, self.compared)

    @property
    def asked(self) -> str | None:
        """Whose query it is; None for one about the file."""
        return who_is_asked(self.school_id, self.county_code, self.rule, self.field)

    def key_in(self, file: str) -> str:
        """The key as the receipt of a file holds it: with what tells whose row it is, wherever the receipt goes."""
        about = None if self.asked else file
        return key_text(self.asked, self.rule, self.field, self.section, self.value, self.compared, about, self.sheet, self.cell)

    @property
    def words(self) -> str:
        """The message without its place, which stands beside it."""
        place = place_text("zh", self.sheet, self.cell)
        return self.message.removeprefix(place).removeprefix(":") if place else self.message


def lines_of(findings: pd.DataFrame) -> list[Line]:
    """The findings in order of severity, errors first; within one, as they stand."""
    names = ["school_id", "sheet", "cell", "field", "section", "severity", "rule", "value", "compared", "message"]
    names += ["county_code"] if "county_code" in findings else []
    columns = [[None if absent(cell) else str(cell) for cell in findings[name]] for name in names]
    order = {severity: rank for rank, severity in enumerate(SEVERITIES)}
    found = [Line(*row) for row in zip(*columns, strict=True)]
    return sorted(found, key=lambda line: order[line.severity])


def item_label(key: str | None, section: str | None, sheet: str | None = None) -> str:
    """The label of a field on a sheet, with its section in brackets."""
    if key is None:
        return ""
    return label_of(key, section, sheet) or key + (f"({SECTION_LABELS.get(section, section)})" if section else "")


def sheet_part(listing: Listing, looks: Mapping[str, int], memory: str = "") -> tuple[bytes, int]:
    """The part of the sheet.

    Args:
        listing: what it says.
        looks: see ``looks_of``.
        memory: what must be known to take the marks away again; kept in a hidden column.

    Returns:
        Its bytes, and the row of the headings, counted from 1.
    """
    writer = Writer(looks)
    heading = _head(writer, listing)
    _body(writer, listing)
    for number in range(0, len(memory), LONGEST):
        writer.extra(number // LONGEST, MEMORY, memory[number : number + LONGEST])
    return writer.part(heading, listing.who), heading


def _head(writer: Writer, listing: Listing) -> int:
    outcome = str(listing.outcome["outcome"])
    counts = "、".join(
        f"{SEVERITIES[severity]} {listing.outcome[key]} 项"
        for severity, key in (("error", "errors"), ("query", "queries"), ("note", "notes"))
    )
    name = text_of(listing.outcome.get("school_name"))
    writer.wide("填报数据回执", "title", 32)
    writer.wide(f"文件:{listing.outcome['file']}" + (f"    学校:{name}" if name else ""), "plain")
    writer.wide(f"处理结果:{RECEIPT_OUTCOMES[outcome]}    {counts}", _TONES.get(outcome, "bad"), 24)
    writer.wide(ADVICE[outcome], "plain")
    if listing.linked or listing.was_read:
        writer.wide((OWN_FILE if listing.linked else LISTED_ONLY).format(who=listing.who), "quiet")
        if listing.unchecked and listing.was_read:
            writer.wide(listing.unchecked, "plain")
        for notice in listing.notices:
            writer.wide(notice, "notice")
    else:
        writer.wide(NOT_READ, "quiet")
    writer.extra(0, KEY, MARK)
    writer.line([(column, text, "heading") for column, text in enumerate((*HEADINGS, listing.who + PLEASE))], 24)
    return len(writer.lines)


def _body(writer: Writer, listing: Listing) -> None:
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
                writer.band(_BANDS[severity].format(count=count, who=listing.who), f"band_{severity}")
                _list(writer, listing, mine)
    if listing.untroubled:
        # Who finds few schools listed must not wonder what became of the others.
        others = f"其余 {listing.untroubled} 所学校" if schools else f"表内 {listing.untroubled} 所学校的数据"
        writer.band(f"{others}没有问题,已采用", "band_note")
    if len(every) > len(shown):
        left = every[len(shown) :]
        told = _counts(left)
        writer.band(f"另有 {len(left)} 项没有列出({told});改正后重新报送,会再次检查并列出", "band_note")


def _by_school(writer: Writer, listing: Listing, lines: Sequence[Line]) -> None:
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


def _list(writer: Writer, listing: Listing, lines: Iterable[Line]) -> None:
    for line in lines:
        writer.number += 1
        place = line.cell or ""
        link = None
        if line.sheet in listing.linked:
            quoted = str(line.sheet).replace("'", "''")
            link = f"'{quoted}'!{line.cell or 'A1'}"
            place = line.cell or "打开"
        answering = needs_answer(line.severity, line.rule)
        answer = listing.answers.get(line.key, "") if answering else ""
        words = [
            (1, harmless(line.school_id or ""), "cell"),
            (2, harmless(line.sheet or ""), "cell"),
            (LINK, harmless(place), "link" if link else "cell"),
            (4, item_label(line.field, line.section, line.sheet), "cell"),
            (5, SEVERITIES[line.severity], line.severity),
            (VALUE, harmless(cut(line.value or "")), "cell"),
            (MESSAGE, harmless(line.words), "cell"),
            (ANSWER, answer, "answer" if answering else "shut"),
        ]
        # Not every program fits a row to its wrapped text on opening; nothing of a message may stay hidden.
        most = max(line_count(text, WIDTHS[column]) for column, text, _ in words)
        writer.line([(0, writer.number, "number"), *words], 4 + LINE_POINTS * most)
        if link:
            writer.link(LINK, link)
        if answering:
            writer.extra(len(writer.lines) - 1, KEY, line.key_in(str(listing.outcome["file"])))
