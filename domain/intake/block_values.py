"""The cells of a block as values with addresses: numbers and words, the section of each, and what was remarked.

Belongs here: everything about the cells below the headings of one sheet. Does not belong here: the file as a whole
(``reading``), what a single cell says (``cells``), finding the block (``tables``).
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from typing import TypeAlias

import numpy as np
import pyarrow as arrow

from data_contracts.catalogue import SECTIONS, Field, fields, sections_to_fill
from domain.intake.blocks import Block
from domain.intake.cells import Column, coerce, is_blank, plain_number, plain_words, shown
from domain.intake.filled_cells import cell_table, column_addresses, no_cells, numbers_as_typed, section_code, words
from domain.intake.findings import Finding
from domain.intake.labels import UNSTATED
from domain.intake.unstated_sections import Section, settle_sections

FEW = 16
"""Schools up to which plain Python is faster than Arrow."""

_NOBODY = np.empty(0, dtype=int)

Words: TypeAlias = list[str | None] | arrow.Array


@dataclass
class BlockValues:
    """What stands in a block.

    Attributes:
        filled: the filled cells (``filled_cells.SCHEMA``).
        findings: about single cells.
        blanks: cells that are there but blank, by (sheet, row, field, section), so that a missing figure has an address.
    """

    filled: arrow.Table = field(default_factory=no_cells)
    findings: list[Finding] = field(default_factory=list)
    blanks: dict[tuple[str, int, str, str | None], str] = field(default_factory=dict)


def values_of(block: Block, textual: bool) -> BlockValues:
    """Read the cells of a block.

    Args:
        block: of one sheet.
        textual: True for CSV, where every cell is text by nature.
    """
    return (_of_form if block.form == "school_form" else _of_table)(block, textual)


def _of_table(block: Block, textual: bool) -> BlockValues:
    found = BlockValues()
    columns = [_coerced(block, index, textual) for index in range(len(block.places))]
    ids, types = _words_of(block, columns, "school_id"), _words_of(block, columns, "school_type")
    sections, told = settle_sections(block, types.tolist(), lambda index, row: _number(columns[index], row))
    found.findings.extend(told)
    which: list[int] = []
    school: list[np.ndarray] = []
    codes, numbers = [], []
    values: list[Words] = []
    texts: list[Words] = []
    for index, (column, typed) in enumerate(zip(columns, block.typed, strict=True)):
        key, section = block.places[index][0], sections[index]
        filled = _filled(typed)
        if isinstance(section, np.ndarray):
            filled = filled[section[filled] != UNSTATED]
        _remark(found, block, index, column, key, section)
        _note_blanks(found, block, index, fields()[key], filled, types)
        if not len(filled):
            continue
        which.append(index)
        school.append(filled)
        if isinstance(section, np.ndarray):
            codes.append(np.array([section_code(one) for one in section[filled]], dtype=np.int32))
        else:
            codes.append(np.full(len(filled), section_code(section), dtype=np.int32))
        values.append(_as_typed(typed, filled))
        numbers.append(column.numbers[filled] if column.numbers is not None else np.full(len(filled), np.nan))
        texts.append(_texts(column, filled))
    if not which:
        return found
    row = np.concatenate(school)
    place = np.repeat(which, [len(one) for one in school])
    if block.form == "school_form":
        cells = words(block.cells).take(arrow.array(place))
    else:
        cells = column_addresses(block.cells, place, block.rows, row)
    found.filled = cell_table(
        block.sheet,
        np.array(block.rows, dtype=np.int64)[row],
        cells,
        words(ids).take(arrow.array(row)),
        [key for key, _ in block.places],
        place,
        np.concatenate(codes),
        _one_column(values),
        np.concatenate(numbers),
        _one_column(texts),
    )
    return found


def _of_form(block: Block, textual: bool) -> BlockValues:
    """The same of a form, whose columns hold one cell each: cell by cell, since ninety columns of one cost more than their content."""
    found = BlockValues()
    columns: list[Column | None] = []
    numbers: list[float] = []
    texts: list[str | None] = []
    asked = fields()
    for index, (key, _) in enumerate(block.places):
        what, cell = asked[key], block.typed[index][0]
        column, figure, text = None, math.nan, None
        if (plain := plain_number(what, cell)) is not None:
            figure = plain * block.scale(index)
        elif cell != "" and (text := plain_words(what, cell)) is None:
            column = _coerced(block, index, textual)
            figure = math.nan if column.numbers is None else float(column.numbers[0])
            text = None if column.texts is None else column.texts[0]
        columns.append(column)
        numbers.append(figure)
        texts.append(text)
    own = {place: text for place, text in zip(block.places, texts, strict=True) if place[1] is None}
    kind = own.get(("school_type", None))
    sections, told = settle_sections(block, [kind], lambda index, _: numbers[index])
    found.findings.extend(told)
    kept: list[int] = []
    codes: list[int] = []
    for index, ((key, _), column) in enumerate(zip(block.places, columns, strict=True)):
        settled = sections[index]
        section = settled[0] if isinstance(settled, np.ndarray) else settled
        filled = section != UNSTATED and not is_blank(block.typed[index][0])
        if column is not None and column.remarks:
            _remark(found, block, index, column, key, settled)
        if not filled:
            _note_blanks(found, block, index, fields()[key], _NOBODY, [kind])
            continue
        kept.append(index)
        codes.append(section_code(section))
    if not kept:
        return found
    found.filled = cell_table(
        block.sheet,
        np.zeros(len(kept), dtype=np.int64),
        words([block.cells[index] for index in kept]),
        words([own.get(("school_id", None))] * len(kept)),
        [key for key, _ in block.places],
        np.array(kept),
        np.array(codes, dtype=np.int32),
        words([shown(block.typed[index][0]) for index in kept]),
        np.array([numbers[index] for index in kept]),
        words([texts[index] for index in kept]),
    )
    return found


def _filled(typed: Sequence[object]) -> np.ndarray:
    """The places of cells that are not blank."""
    kinds = set(map(type, typed))
    if kinds <= {float, int, bool}:
        return np.arange(len(typed))
    if kinds == {str}:  # a hundred thousand schools say the same few words
        blank = set(filter(is_blank, set(typed)))
        return np.array([i for i, cell in enumerate(typed) if cell not in blank], dtype=int) if blank else np.arange(len(typed))
    return np.array([i for i, cell in enumerate(typed) if type(cell) is float or not is_blank(cell)], dtype=int)


def _number(column: Column, school: int) -> float:
    return math.nan if column.numbers is None else float(column.numbers[school])


def _texts(column: Column, filled: np.ndarray) -> Words:
    """The words of a column's filled cells, none for figures."""
    if column.texts is not None:
        return column.texts[filled].tolist()
    return [None] * len(filled) if len(filled) <= FEW else arrow.nulls(len(filled), arrow.large_string())


def _one_column(parts: Sequence[Words]) -> arrow.Array:
    """The words of all columns one behind the other; plain lists are made one column at once, as that costs the same for each."""
    if all(isinstance(part, list) for part in parts):
        return words(list(chain.from_iterable(parts)))
    return arrow.concat_arrays([words(part) if isinstance(part, list) else part for part in parts])


def _as_typed(typed: Sequence[object], filled: np.ndarray) -> Words:
    """Cells as people see them."""
    kept = list(typed) if len(filled) == len(typed) else [typed[school] for school in filled.tolist()]
    kinds = set(map(type, kept))
    if len(typed) > FEW and kinds <= {float}:
        return numbers_as_typed(np.array(kept, dtype=float))
    if kinds == {str} and "\0" not in "".join(kept):  # type: ignore[arg-type]
        return kept
    return list(map(shown, kept))


def _coerced(block: Block, index: int, textual: bool) -> Column:
    key, section = block.places[index]
    what = fields()[key]
    label = what.label_in(None if section == UNSTATED else section)
    return coerce(what, label, block.typed[index], textual, block.scale(index), partial(block.as_written, index))


def _words_of(block: Block, columns: list[Column], key: str) -> np.ndarray:
    if (key, None) in block.places:
        texts = columns[block.places.index((key, None))].texts
        if texts is not None:
            return texts
    return np.full(len(block.rows), None, dtype=object)


def _remark(found: BlockValues, block: Block, index: int, column: Column, key: str, section: Section) -> None:
    for school, rule, params in column.remarks:
        own = section[school] if isinstance(section, np.ndarray) else section
        if own == UNSTATED:
            continue
        typed = str(params.get("value", ""))
        finding = Finding(rule, block.sheet, block.cell(index, school), block.rows[school], key, own, typed, params)
        found.findings.append(finding)


def _note_blanks(
    found: BlockValues,
    block: Block,
    index: int,
    what: Field,
    filled: np.ndarray,
    types: Iterable[str | None],
) -> None:
    """Remember the address of blank cells whose figure may be required of the school."""
    if what.required == "no" or len(filled) == len(block.rows):
        return
    named = block.places[index][1]
    have = set(filled.tolist())
    for school, kind in enumerate(types):
        if school in have:
            continue
        sections = sections_to_fill(kind) if kind else SECTIONS
        if named == UNSTATED:
            target = sections[0] if len(sections) == 1 else None
        elif named in SECTIONS and kind and named not in sections:
            continue
        else:
            target = named
        found.blanks[(block.sheet, block.rows[school], what.key, target)] = block.cell(index, school)
