"""The rows of a bulk table: schools, totals, examples and blank rows.

Belongs here: telling them from each other. Does not belong here: whether a total is right (``sums``).
"""

import re
from bisect import bisect_left
from collections.abc import Sequence

from domain.intake.findings import Finding
from domain.intake.headings import blank
from domain.intake.labels import normalised, simplified
from domain.intake.other_rows import schools_among
from domain.intake.sums import TotalRow
from domain.intake.workbook import Sheet

_TOTALS = ("合计", "总计", "共计", "小计", "全县合计", "全区合计", "全市合计", "全县总计", "全区总计", "全市总计")
_TOTAL = re.compile(r"(.{0,8}?)(合计|总计|共计|小计)(\(.{1,8}\))?")
_TELLING = re.compile("[计計例]")
"""Signs without which a row with a school code is neither a total nor an example, as nearly all of a hundred thousand are."""
_RUNS_TOLD = 5


def school_rows(
    sheet: Sheet, header: int, used: Sequence[int], code: int, name: int | None
) -> tuple[list[int], list[TotalRow], list[Finding]]:
    """Indexes of the rows that are schools; rows of totals, examples and blank rows between schools are told."""
    findings: list[Finding] = []
    kept: list[int] = []
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
        total = _total_of(row, first, named)
        if blank(first) and not total and all(blank(row[index]) for index in used if index < len(row)):
            empty_since = number if empty_since is None else empty_since
            continue
        if empty_since is not None:
            runs += [(empty_since, number - 1)] if kept else []
            empty_since = None
        if total:
            findings.append(Finding("R-TOTAL", sheet.name, None, params={"row": number + 1}))
            totals.append((number, total.startswith("小计") or (total not in _TOTALS and not total.startswith(_TOTALS))))
        elif any(map(_example, (first, named, *row[:1]))):
            findings.append(Finding("R-EXAMPLE", sheet.name, None, params={"row": number + 1}))
        else:
            kept.append(number)
    kept, other_findings = schools_among(sheet, kept, used, code, name)
    findings += other_findings
    findings += _blank_row_note(sheet.name, [run for run in runs if kept and run[1] < kept[-1]])
    bounds = [0, *(bisect_left(kept, number) for number, _ in totals), len(kept)]
    made = [
        TotalRow(number, slice(bounds[i], bounds[i + 1]), slice(bounds[i + 1], bounds[i + 2]), partial)
        for i, (number, partial) in enumerate(totals)
    ]
    return kept, made, findings


def _blank_row_note(sheet: str, runs: Sequence[tuple[int, int]]) -> list[Finding]:
    if not runs:
        return []
    told = [f"{first + 1}" if first == last else f"{first + 1}—{last + 1}" for first, last in runs[:_RUNS_TOLD]]
    more = f"等 {len(runs)} 处" if len(runs) > _RUNS_TOLD else ""
    more_en = f" and {len(runs) - _RUNS_TOLD} more" if len(runs) > _RUNS_TOLD else ""
    params = {"rows": "、".join(told) + more, "rows_en": ", ".join(told) + more_en}
    return [Finding("R-BLANK-ROWS", sheet, None, params=params)]


def _total_of(row: Sequence[object], code: object, name: object) -> str:
    """The words by which a row says that it is a total; empty for any other.

    The name of a part may stand before the word (东乡小计). Beside a school code only the name may say so, and only by the
    word alone: a school may be called anything.
    """
    in_code = _total_text(code)
    if not blank(code) and not in_code:
        return text if (text := _total_text(name)) in _TOTALS else ""
    for cell in row:
        text = _total_text(cell)
        if text in _TOTALS or (text and _TOTAL.fullmatch(text)):
            return text
    return ""


def _total_text(cell: object) -> str:
    # Almost no cell holds the sign, and a table may have a hundred thousand rows.
    return (
        simplified(normalised(cell)).rstrip(":")
        if isinstance(cell, str) and ("计" in cell or "計" in cell) and len(cell) < 40
        else ""
    )


def _example(cell: object) -> bool:
    return isinstance(cell, str) and "例" in cell and simplified(normalised(cell)).startswith(("示例", "样例", "(示例", "(样例"))
