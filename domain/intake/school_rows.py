"""The rows of a bulk table: schools, totals, examples and blank rows.

Belongs here: telling them from each other. Does not belong here: whether a total is right (``sums``).
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from domain.intake.cells import shown
from domain.intake.examples import SIGNS, WORDS, example_in, place_of_example, speaks_of_example, told
from domain.intake.findings import Finding
from domain.intake.headings import blank, column_letters
from domain.intake.labels import normalised, simplified
from domain.intake.other_rows import is_aside, schools_among
from domain.intake.sums import TotalRow
from domain.intake.word_cells import school_code
from domain.intake.workbook import Sheet

_OF = r"(\d{1,6}[所校个])?(\(.{1,8}\))?"
_TOTAL = re.compile(rf"(?![上去往]一?学?年)(.{{0,8}}?)(合计|总计|共计|小计)数?{_OF}")
_WORD = r"合计|总计|共计|总数|累计|汇总|总和|sum|total|Σ"
_WHOLE = re.compile(rf"小计|(全[县区市]|全部|所有)?(学校)?({_WORD})数?{_OF}|全[县区市](学校)?|(全部|所有)学校", re.IGNORECASE)
"""By which the name of a row says that it is a total of all schools, or 小计."""
_OF_SOME = re.compile(rf".{{0,16}}(合计|总计|共计|小计|累计)数?{_OF}")
"""By which one with a school's code may be a total of some: no school is called so, but the code says otherwise."""
_SIGNS = re.compile(f"[{SIGNS}计計总總汇匯全所均其最位差Σ]")
_WORDS = re.compile(
    rf"{WORDS}|[计計Σ]|[总總]\s*数|[汇匯]\s*[总總]|全\s*[部县縣区區市]|所\s*有|均\s*($|[值数數分:：(（])|其\s*中|最\s*[大小高低]|中\s*位|差",
    re.MULTILINE,
)
"""What a row with a school code holds if it is a total or an example, as nearly all of a hundred thousand do not."""
_NUMBERS = ("序号", "编号", "行号", "行次", "号", "No", "No.", "NO", "NO.")
"""Headings of a first column of running numbers, where the row of an example is marked; any other column holds remarks."""
_RUNS_TOLD = 5


@dataclass(frozen=True)
class SchoolRows:
    """The rows of a table.

    Attributes:
        schools: indexes of those that are read as schools.
        covered: of those the ones that totals are held against, without what may be an example.
        totals: rows of totals, by ``covered``.
        findings: what is said of the others.
    """

    schools: list[int]
    covered: list[int]
    totals: list[TotalRow]
    findings: list[Finding]


def school_rows(
    sheet: Sheet,
    header: int,
    used: Sequence[int],
    code: int,
    name: int | None,
    beside: Sequence[int] = (),
    title: str | None = None,
    given: Sequence[int] = (),
) -> SchoolRows:
    """The rows that are schools; rows of totals, examples and blank rows between schools are told.

    Args:
        sheet: the table.
        header: index of the last row of its heading.
        used: columns that are read.
        code, name: columns of 学校标识码 and 学校名称; no name in a record form.
        beside: columns that hold no entry and may say that a row is an example.
        title: what the table is called, where that says so of all its rows.
        given: columns that are the same for the whole county, and filled in beforehand.
    """
    entries = set(used)
    remarked = _said_beside(sheet, header, [one for one in beside if one not in entries], speaks_of_example)
    placed = _said_beside(sheet, header, [one for one in beside if one in entries], place_of_example)
    head = sheet.rows[header][:1]
    remarks_first = 0 in beside and 0 not in entries and bool(head) and not blank(head[0]) and normalised(head[0]) not in _NUMBERS
    marked = list(dict.fromkeys((code if name is None else name, code, *(() if remarks_first else (0,)))))
    findings: list[Finding] = []
    kept: list[int] = []
    doubted: dict[int, Finding] = {}
    totals: list[tuple[int, bool]] = []  # index, partial
    runs: list[tuple[int, int]] = []
    empty_since: int | None = None
    for number in range(header + 1, len(sheet.rows)):
        row = sheet.rows[number]
        first = row[code] if code < len(row) else ""
        named = row[name] if name is not None and name < len(row) else ""
        coded = type(first) is float or (type(first) is str and first[:1].isalnum())
        if (
            coded
            and not title
            and number not in remarked
            and number not in placed
            and not _telling(f"{first}\n{named}\n{row[0]}")
        ):
            if empty_since is not None:
                runs += [(empty_since, number - 1)] if kept else []
                empty_since = None
            kept.append(number)
            continue
        school_id = school_code(first) if name is not None else None
        total = _total_of(row, first, named, schools=name is not None)
        if blank(first) and not total and all(blank(row[index]) for index in used if index < len(row)):
            empty_since = number if empty_since is None else empty_since
            continue
        if empty_since is not None:
            runs += [(empty_since, number - 1)] if kept else []
            empty_since = None
        example: tuple[str, int | None] | None = (
            None if total else _example(row, marked, name, placed.get(number) if school_id else None)
        )
        if school_id and not example and (total or _no_school(named)):
            example = "R-DOUBTFUL", name or 0
        if school_id and not example and title:
            example = "R-DOUBTFUL", None
        if school_id and not example and number in remarked:
            example = "R-DOUBTFUL" if blank(named) else "R-REMARKED", remarked[number]
        if example and (school_id or example[0] == "R-DOUBTFUL"):
            kept.append(number)
            doubted[number] = _told(*example, sheet.name, number, row, (code, name), school_id, title)
        elif example:
            findings.append(_told(*example, sheet.name, number, row, (code, name), None))
        elif total:
            findings.append(Finding("R-TOTAL", sheet.name, None, params={"row": number + 1}))
            totals.append((number, total.startswith("小计") or not _WHOLE.fullmatch(total)))
        else:
            kept.append(number)
    kept, other_findings = schools_among(sheet, kept, used, code, name, given)
    read = set(kept) if doubted else set()
    findings += [finding for number, finding in doubted.items() if number in read] + other_findings
    # Without a school's code no register can list it.
    kept = [number for number in kept if number not in doubted or "school_id" in doubted[number].params]
    findings += _blank_row_note(sheet.name, [run for run in runs if kept and run[1] < kept[-1]])
    covered = [number for number in kept if number not in doubted or doubted[number].rule == "R-REMARKED"]
    bounds = [0, *(bisect_left(covered, number) for number, _ in totals), len(covered)]
    made = [
        TotalRow(number, slice(bounds[i], bounds[i + 1]), slice(bounds[i + 1], bounds[i + 2]), partial)
        for i, (number, partial) in enumerate(totals)
    ]
    return SchoolRows(kept, covered, made, findings)


def _telling(words: str) -> bool:
    return _SIGNS.search(words) is not None and _WORDS.search(words) is not None


def _said_beside(sheet: Sheet, header: int, columns: Sequence[int], says: Callable[[str], bool]) -> dict[int, int]:
    """The rows in which a cell of these columns says that they are examples, with its column."""
    found: dict[int, int] = {}
    for index in columns:
        silent = {""}  # a hundred thousand schools say the same few words
        for number, row in enumerate(sheet.rows[header + 1 :], start=header + 1):
            cell = row[index] if index < len(row) else ""
            if type(cell) is str and cell not in silent:
                if says(cell):
                    found.setdefault(number, index)
                else:
                    silent.add(cell)
    return found


def _example(row: Sequence[object], marked: Sequence[int], name: int | None, place: int | None) -> tuple[str, int | None] | None:
    """The rule for a row that is an example or may be one, and the column that says so; None for any other."""
    said: list[tuple[str, int | None]] = [
        (rule, index) for index in marked if index < len(row) and (rule := example_in(row[index], index == name))
    ]
    said += [("R-DOUBTFUL", place)] if place is not None else []
    return next((one for one in said if one[0] == "R-EXAMPLE"), said[0] if said else None)


def _no_school(name: object) -> bool:
    """True for names of averages, of totals of some schools and the like."""
    words = simplified(normalised(name)).rstrip(":") if isinstance(name, str) else ""
    return bool(words) and (is_aside(words) or _OF_SOME.fullmatch(words) is not None)


def _told(
    rule: str,
    column: int | None,
    sheet: str,
    number: int,
    row: Sequence[object],
    named: Sequence[int | None],
    school_id: str | None,
    title: str | None = None,
) -> Finding:
    """What is said of a row; ``named``: the columns of the code and the name."""
    words = (shown(row[index]) for index in named if index is not None and index < len(row) and not blank(row[index]))
    whose = " ".join(words)
    what = {"row": number + 1, "what": f"第 {number + 1} 行", "what_en": f"Row {number + 1}"}
    if column is None:
        what |= {"what": f"第 {number + 1} 行所在的表", "what_en": f"The table of row {number + 1}"}
        return told(rule, sheet, None, title, what, whose, school_id)
    address, value = f"{column_letters(column)}{number + 1}", row[column] if column < len(row) else ""
    return told(rule, sheet, address, value, what, whose, school_id)


def _blank_row_note(sheet: str, runs: Sequence[tuple[int, int]]) -> list[Finding]:
    if not runs:
        return []
    told = [f"{first + 1}" if first == last else f"{first + 1}—{last + 1}" for first, last in runs[:_RUNS_TOLD]]
    more = f"等 {len(runs)} 处" if len(runs) > _RUNS_TOLD else ""
    more_en = f" and {len(runs) - _RUNS_TOLD} more" if len(runs) > _RUNS_TOLD else ""
    params = {"rows": "、".join(told) + more, "rows_en": ", ".join(told) + more_en}
    return [Finding("R-BLANK-ROWS", sheet, None, params=params)]


def _total_of(row: Sequence[object], code: object, name: object, schools: bool) -> str:
    """The words by which a row says that it is a total; empty for any other.

    The name of a part may stand before the word (东乡小计). Beside a school code only the name may say so, and only by the
    word alone: a school may be called anything. Rarer words say so only where a school of a table would bear its name.
    """
    in_code = _total_text(code)
    if schools:
        for cell in (name,) if not blank(code) and not _whole(code) and not in_code else (code, name, *row[:1]):
            if text := _whole(cell):
                return text
    if not blank(code) and not in_code:
        of = _TOTAL if schools and not school_code(code) and shown(code).strip().isdigit() else _WHOLE  # the code of a county
        return text if (text := _total_text(name)) and of.fullmatch(text) else ""
    return next((text for cell in row if (text := _total_text(cell)) and _TOTAL.fullmatch(text)), "")


def _whole(cell: object) -> str:
    text = simplified(normalised(cell)).rstrip(":") if isinstance(cell, str) and 0 < len(cell) < 20 else ""
    return text if _WHOLE.fullmatch(text) else ""


def _total_text(cell: object) -> str:
    # Almost no cell holds the sign, and a table may have a hundred thousand rows.
    return (
        simplified(normalised(cell)).rstrip(":")
        if isinstance(cell, str) and ("计" in cell or "計" in cell) and len(cell) < 40
        else ""
    )
