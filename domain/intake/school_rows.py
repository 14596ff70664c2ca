"""The rows of a bulk table: schools, totals, examples and blank rows.

Belongs here: telling them from each other. Does not belong here: whether a total is right (``sums``).
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from domain.intake.cells import cut, shown
from domain.intake.examples import example_in
from domain.intake.findings import Finding
from domain.intake.headings import blank
from domain.intake.labels import normalised, simplified
from domain.intake.other_rows import schools_among
from domain.intake.sums import TotalRow
from domain.intake.workbook import Sheet

_OF = r"(\d{1,6}[所校个])?(\(.{1,8}\))?"
_TOTAL = re.compile(rf"(.{{0,8}}?)(合计|总计|共计|小计)数?{_OF}")
_WORD = r"合计|总计|共计|总数|累计|汇总|总和|sum|total|Σ"
_WHOLE = re.compile(rf"小计|(全[县区市]|全部|所有)?(学校)?({_WORD})数?{_OF}|全[县区市](学校)?|(全部|所有)学校", re.IGNORECASE)
"""By which the name of a row says that it is a total of all schools, or 小计."""
_TELLING = re.compile(
    "[计計例样樣范範某×○_]|[xXＸｘ]{2}|测试|測試|模板|[总總]数|[汇匯]总|全部|所有|^全[县縣区區市]", re.MULTILINE
)
"""Signs without which a row with a school code is neither a total nor an example, as nearly all of a hundred thousand are."""
_CODE = re.compile(r"\d{10}")
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


def school_rows(sheet: Sheet, header: int, used: Sequence[int], code: int, name: int | None) -> SchoolRows:
    """The rows that are schools; rows of totals, examples and blank rows between schools are told.

    Args:
        sheet: the table.
        header: index of the last row of its heading.
        used: columns that are read.
        code, name: columns of 学校标识码 and 学校名称; no name in a record form.
    """
    findings: list[Finding] = []
    kept: list[int] = []
    doubted: set[int] = set()
    totals: list[tuple[int, bool]] = []  # index, partial
    runs: list[tuple[int, int]] = []
    empty_since: int | None = None
    for number in range(header + 1, len(sheet.rows)):
        row = sheet.rows[number]
        first = row[code] if code < len(row) else ""
        named = row[name] if name is not None and name < len(row) else ""
        if type(first) is str and first[:1].isalnum() and not _TELLING.search(f"{first}\n{named}\n{row[0]}"):
            if empty_since is not None:
                runs += [(empty_since, number - 1)] if kept else []
                empty_since = None
            kept.append(number)
            continue
        total = _total_of(row, first, named, schools=name is not None)
        if blank(first) and not total and all(blank(row[index]) for index in used if index < len(row)):
            empty_since = number if empty_since is None else empty_since
            continue
        if empty_since is not None:
            runs += [(empty_since, number - 1)] if kept else []
            empty_since = None
        example = None if total else example_in(first, named, *row[:1])
        school_id = _well_formed(first) if name is not None else None
        if school_id and (total or example):
            kept.append(number)
            doubted.add(number)
            findings.append(_doubtful(example or "R-DOUBTFUL", sheet.name, number, named or row[0], school_id))
        elif total:
            findings.append(Finding("R-TOTAL", sheet.name, None, params={"row": number + 1}))
            totals.append((number, total.startswith("小计") or not _WHOLE.fullmatch(total)))
        elif example:
            findings.append(_doubtful(example, sheet.name, number, named or row[0]))
        else:
            kept.append(number)
    kept, other_findings = schools_among(sheet, kept, used, code, name)
    findings += other_findings
    findings += _blank_row_note(sheet.name, [run for run in runs if kept and run[1] < kept[-1]])
    covered = [number for number in kept if number not in doubted]
    bounds = [0, *(bisect_left(covered, number) for number, _ in totals), len(covered)]
    made = [
        TotalRow(number, slice(bounds[i], bounds[i + 1]), slice(bounds[i + 1], bounds[i + 2]), partial)
        for i, (number, partial) in enumerate(totals)
    ]
    return SchoolRows(kept, covered, made, findings)


def _doubtful(rule: str, sheet: str, number: int, name: object, school_id: str | None = None) -> Finding:
    params: dict[str, object] = {"row": number + 1} | ({"school_id": school_id} if school_id else {})
    return Finding(rule, sheet, None, params=params | ({"value": cut(shown(name))} if rule == "R-DOUBTFUL" else {}))


def _well_formed(code: object) -> str | None:
    text = normalised(int(code) if isinstance(code, float) and code.is_integer() else code)
    return text if _CODE.fullmatch(text) else None


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
        return text if (text := _total_text(name)) and _WHOLE.fullmatch(text) else ""
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
