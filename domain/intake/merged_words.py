"""Words of a bulk table that are merged downwards over several schools, such as one 乡镇 for all of its schools.

Belongs here: taking such a word for each of the schools that it stands beside, and telling so. Does not belong here: merged
cells that lose a figure or a name (``passed_over``).
"""

from bisect import bisect_left, bisect_right
from dataclasses import replace

from data_contracts.catalogue import Field
from domain.intake.blocks import Block, named_section
from domain.intake.cells import NotComputed, cut, is_blank, shown
from domain.intake.findings import Finding
from domain.intake.plain_sheet import column_letters, row_and_column
from domain.intake.workbook import Sheet

_OF_ONE_SCHOOL = ("school_id", "school_name")


def filled_down(block: Block, sheet: Sheet) -> tuple[Block, list[Finding]]:
    """The block with merged words in every school that they cover; figures and what names a school are never filled down.

    Args:
        block: of the sheet.
        sheet: whose merged ranges are looked at.
    """
    if block.form != "bulk_table" or sheet.parts is None or not sheet.parts.merged:
        return block, []
    filled: dict[int, list[object]] = {}
    findings, shared = [], set()
    for first, last in sheet.parts.merged:
        start, end = row_and_column(first), row_and_column(last)
        if not start or not end or start[1] != end[1] or column_letters(start[1]) not in block.cells:
            continue
        column = block.cells.index(column_letters(start[1]))
        key, section = block.places[column]
        schools = slice(bisect_left(block.rows, start[0]), bisect_right(block.rows, end[0]))
        word, *others = block.typed[column][schools] or [""]
        if not others or block.rows[schools.start] != start[0] or not _describes(block.asked[key]):
            continue
        if is_blank(word) or isinstance(word, NotComputed) or any(not is_blank(one) and one != word for one in others):
            continue
        filled.setdefault(column, list(block.typed[column]))[schools] = [word] * (1 + len(others))
        shared.add((first, last))
        label, value = block.asked[key].label_in(named_section(section)), cut(shown(word))
        params = {"label": label, "range": f"{first}:{last}", "value": value, "count": 1 + len(others)}
        findings.append(Finding("C-MERGED-WORDS", block.sheet, first, None, key, named_section(section), value, params))
    typed = [filled.get(index, cells) for index, cells in enumerate(block.typed)]
    return replace(block, typed=typed, shared=frozenset(shared)), findings


def _describes(what: Field) -> bool:
    """True for words that several schools may have in common."""
    return what.category == "基本信息" and not what.numeric and what.key not in _OF_ONE_SCHOOL
