"""What a school must know about its cells beyond their values: hidden, merged, commented, struck through, marked, shown as another
figure, out of date.

Only cells that are values of a block count: an entry of a form, a cell of a bulk table. Formulas, merged covers and the like
elsewhere are the form's own business.
Belongs here: findings from what stands beside the values. Does not belong here: finding it in the XML (``sheet_parts``),
arithmetic (``formulas``), values themselves (``cells``).
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from domain.intake.answers import is_receipt_sheet
from domain.intake.beside_values import Beside
from domain.intake.block_cells import BlockCells, Place, cell_at, place_of, spelt
from domain.intake.blocks import Block
from domain.intake.cells import FIGURE, WORDS, NotComputed, cut, is_blank, shown
from domain.intake.comments import words_of_comments
from domain.intake.findings import Finding, digest, quoted_or_empty
from domain.intake.formulas import Recomputation, may_come_from_a_blank, points_elsewhere
from domain.intake.labels import is_offered
from domain.intake.plain_sheet import column_letters, column_number
from domain.intake.shown_otherwise import Seen, seen_otherwise
from domain.intake.workbook import Book, Sheet

LISTED = 10
_BY_PROGRAMS = ("WpsReserved_CellImgList",)  # sheets that a spreadsheet program adds and hides by itself


def hidden_sheets(book: Book) -> list[Finding]:
    """Hidden sheets that hold anything but choices to pick from; none of their figures counts."""
    findings = []
    for sheet in book.sheets:
        if sheet.visible or sheet.name in _BY_PROGRAMS or is_receipt_sheet(sheet):
            continue
        filled = [shown(cell) for row in sheet.rows for cell in row if not is_blank(cell)]
        if not all(map(is_offered, filled)):
            findings.append(Finding("F-HIDDEN-SHEET", sheet.name, params={"count": len(filled), "content": digest(filled)}))
    return findings


def passed_over(book: Book, blocks: Sequence[Block]) -> list[Finding]:
    """Findings about what the reader of values passes over in the cells of the blocks, and about hidden sheets.

    Args:
        book: the file.
        blocks: what its sheets were read into.
    """
    findings = hidden_sheets(book)
    sheets = {sheet.name: sheet for sheet in book.sheets}
    other: list[str] = []
    for block in blocks:
        sheet = sheets[block.sheet]
        if sheet.parts is None:
            continue
        cells = BlockCells(block)
        findings += _hidden(cells, sheet.parts)
        findings += _merged(cells, sheet, sheet.parts)
        findings += _comments(cells, sheet.parts)
        findings += _struck(cells, sheet.parts)
        findings += _raised(cells, sheet.parts)
        findings += _seen_otherwise(cells, sheet.parts)
        told, more = _formulas(cells, sheet, sheet.parts, book.sheets)
        findings += told
        other += [f"{sheet.name}!{cell}" for cell in more] if len(blocks) > 1 else more
    if other:
        findings.append(Finding("F-FORMULAS", params={"count": len(other), **_listed("cells", other)}))
    return findings


def _listed(name: str, words: Sequence[str]) -> dict[str, str]:
    """A list as parameters in both languages, cut with the number of those left out."""
    more = len(words) - LISTED
    zh, en = "、".join(words[:LISTED]), ", ".join(words[:LISTED])
    return {name: zh + (f"等,另有 {more} 处" if more > 0 else ""), f"{name}_en": en + (f" and {more} more" if more > 0 else "")}


def _quoted(places: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Cells and what stands in them, as the parameters ``places`` and ``places_en``."""
    zh, en = [f"{cell}“{said}”" for cell, said in places], [f"{cell} '{said}'" for cell, said in places]
    return _listed("places", zh) | {"places_en": _listed("places", en)["places_en"]}


def _hidden(cells: BlockCells, parts: Beside) -> Iterator[Finding]:
    """Hidden rows and columns in which values stand: one finding for a sheet."""
    rows, ranges = parts.hidden
    if not rows and not ranges:
        return
    block = cells.block

    def is_hidden(number: int) -> bool:
        return any(low <= number <= high for low, high in ranges)

    def filled(column: int, schools: Sequence[int]) -> bool:
        return any(not is_blank(block.typed[column][school]) for school in schools)

    if cells.is_form:
        places = [place_of(cell) for cell in block.cells]
        with_data = [(index, *place) for index, place in enumerate(places) if filled(index, [0])]
        hidden_rows = sorted({row for _, row, _ in with_data if row in rows})
        hidden_columns = sorted({column for *_, column in with_data if is_hidden(column)})
        unseen = [(index, 0) for index, row, column in with_data if row in rows or is_hidden(column)]
        named = [cells.label(index) for index, _ in unseen]
        whose: int | None = 0
    else:
        schools = [index for index, row in enumerate(block.rows) if row in rows]
        schools = [i for i in schools if any(filled(column, [i]) for column in range(len(block.places)))]
        hidden_rows = [block.rows[i] for i in schools]
        numbers = [(index, column_number(letters)) for index, letters in enumerate(block.cells)]
        every = range(len(block.rows))
        hidden_columns = sorted({number for index, number in numbers if is_hidden(number) and filled(index, every)})
        named = [cells.name(i) for i in schools]
        named += [cells.label(index) for index, number in numbers if number in hidden_columns]
        unseen = [(column, i) for i in schools for column in range(len(block.places))]
        unseen += [(index, i) for index, number in numbers if number in hidden_columns for i in every]
        whose = hidden_rows[0] if len(hidden_rows) == 1 and not hidden_columns else None
    if not hidden_rows and not hidden_columns:
        return
    told = [f"第 {row} 行" for row in hidden_rows] + [f"{column_letters(column)} 列" for column in hidden_columns]
    told_en = [f"row {row}" for row in hidden_rows] + [f"column {column_letters(column)}" for column in hidden_columns]
    places_zh, places_en = _listed("places", told)["places"], _listed("places", told_en)["places_en"]
    figures = digest(sorted(f"{cells.name(i)} {shown(block.typed[column][i])}" for column, i in unseen))
    params = {"places": places_zh, "places_en": places_en, "named": named, "figures": figures}
    yield Finding("R-HIDDEN", block.sheet, None, whose, params=params)


def _merged(cells: BlockCells, sheet: Sheet, parts: Beside) -> Iterator[Finding]:
    """Merged ranges over several values, of which only the first can hold one: one finding for each school.

    Of a single value, where it stands in another than the first cell, so that no one who looks at the sheet sees it.
    """
    for first, last in parts.merged:
        covered = cells.within(first, last) if (first, last) not in cells.block.shared else []
        if len(covered) == 1:
            (place,) = covered
            if cells.block.cell(*place) != first and not is_blank(cells.typed(place)):
                seen = cell_at(sheet.rows, first)
                seen_zh, seen_en = quoted_or_empty("" if is_blank(seen) else cut(shown(seen)))
                yield cells.finding("C-COVERED", place, range=f"{first}:{last}", first=first, seen=seen_zh, seen_en=seen_en)
            continue
        told: set[int] = set()
        for place in covered:
            if place[1] not in told:
                told.add(place[1])
                yield cells.finding("C-MERGED", place, range=f"{first}:{last}", count=len(covered))


def _comments(cells: BlockCells, parts: Beside) -> Iterator[Finding]:
    """Comments on values, and those beside them in a school's own lines; those on headings explain the table."""
    texts: dict[Place, list[str]] = {}
    beside: dict[int, list[tuple[str, str]]] = {}
    for cell, own in words_of_comments(parts):
        place = cells.place(cell)
        if place is not None:
            texts.setdefault(place, []).append(own)
        elif (whose := cells.school_of(cell)) is not None:
            beside.setdefault(whose, []).append((cell, cut(own)))
    for place, said in texts.items():
        comment = " / ".join(said)
        yield cells.finding("C-COMMENT", place, comment=cut(comment))
    for row, told in beside.items():
        yield Finding("R-COMMENT", cells.block.sheet, None, row, params={"count": len(told), **_quoted(told)})


def _struck(cells: BlockCells, parts: Beside) -> Iterator[Finding]:
    for place in sorted(filter(None, map(cells.place, parts.struck)), key=lambda place: (place[1], place[0])):
        if not is_blank(cells.typed(place)):
            yield cells.finding("C-STRUCK", place)


def _raised(cells: BlockCells, parts: Beside) -> Iterator[Finding]:
    """Figures with the mark of a footnote: the reader of values runs it together with the figure, and 450 is read as 4501."""
    for place in sorted(filter(None, map(cells.place, parts.raised)), key=lambda place: (place[1], place[0])):
        if cells.numeric(place) and not is_blank(cells.typed(place)):
            yield cells.finding("C-RAISED", place)


def _seen_otherwise(cells: BlockCells, parts: Beside) -> Iterator[Finding]:
    """Figures that one sees otherwise than they are read, by their number format: in another unit, divided, as a percentage.

    One question for a column and a format: a sign of money is set for a whole column with one click.
    """
    doubtful: dict[tuple[int, str], list[tuple[Place, Seen]]] = {}
    for address, code in parts.formats.items():
        place = cells.place(address)
        value = cells.typed(place) if place is not None and cells.numeric(place) else None
        if place is None or isinstance(value, bool) or not isinstance(value, (int, float)):
            continue
        own = cells.block.asked[cells.block.places[place[0]][0]].unit
        seen = seen_otherwise(code, value, own, cells.block.scale(place[0]))
        if seen and seen.sure:
            told = {"format": cut(code), "seen": seen.zh, "seen_en": seen.en}
            fill, fill_en = (f"按“{own}”填报", f"give it in {own}") if own else ("重新填报", "fill it in again")
            yield cells.finding("C-SHOWN", place, fill=fill, fill_en=fill_en, **told)
        elif seen:
            doubtful.setdefault((place[0], code), []).append((place, seen))
    for (column, code), found in doubtful.items():
        (place, seen), own = found[0], cells.block.asked[cells.block.places[column][0]].unit
        told = {"format": cut(code), "seen": seen.zh, "seen_en": seen.en, "own": own}
        # An explanation of some schools' figures is none of others that are shown so.
        figures = sorted(f"{cells.name(one[1])} {shown(cells.typed(one))}" for one, _ in found)
        finding = cells.finding("H-SHOWN", place, count=len(found), figures=figures, **told)
        yield finding if len(found) == 1 else replace(finding, row=None, value=cut(code))


def _formulas(cells: BlockCells, sheet: Sheet, parts: Beside, sheets: Sequence[Sheet]) -> tuple[list[Finding], list[str]]:
    """Findings about values that formulas give, and the cells of those that are not recomputed."""
    findings: list[Finding] = []
    other: list[str] = []
    zeros: list[tuple[Place, str]] = []
    again: Recomputation | None = None
    for cell in parts.with_formula:
        place = cells.place(cell)
        formula = parts.formulas.get(cell) if place is not None else None
        if place is None or formula is None:
            continue
        value = cell_at(sheet.rows, cell)
        if isinstance(value, NotComputed):
            continue  # told with the value
        if points_elsewhere(formula.text):
            fill = FIGURE if cells.numeric(place) else WORDS
            findings.append(cells.finding("C-LINKED", place, formula=spelt(formula.text), **fill))
            continue
        again = again or Recomputation(sheets, sheet.name)
        result = again.result(cell)
        if result is None or not isinstance(value, (float, int, str)):
            other.append(cell)
            if value == 0 and may_come_from_a_blank(formula.text):
                zeros.append((place, formula.text))
        elif not _same(value, result) and cell not in parts.errors:
            held, held_en = quoted_or_empty(cut(shown(value)))
            told = {"formula": spelt(formula.text), "computed": shown(result), "held": held, "held_en": held_en}
            findings.append(cells.finding("C-STALE", place, **told))
        elif skipped := again.skipped(cell):
            findings.append(cells.finding("C-SUM-SKIPS", place, formula=spelt(formula.text), skipped=skipped))
    return findings + _doubtful_zeros(cells, zeros), other


def _doubtful_zeros(cells: BlockCells, zeros: Sequence[tuple[Place, str]]) -> list[Finding]:
    """One question for a sheet about zeros of which nobody can tell whether a figure or a blank cell stands behind them."""
    if not zeros:
        return []
    places = sorted((place for place, _ in zeros), key=lambda place: (place[1], place[0]))
    addresses = [cells.block.cell(*place) for place in places]
    figures = [f"{cells.name(school)} {cells.label(column)}" for column, school in places]
    told = {"count": len(zeros), "formula": spelt(zeros[0][1]), "figures": digest(figures), **_listed("cells", addresses)}
    if len(zeros) == 1:
        return [cells.finding("R-ZEROS-FETCHED", places[0], None, **told)]
    schools = {school for _, school in places}
    row = (0 if cells.is_form else cells.block.rows[places[0][1]]) if len(schools) == 1 else None
    return [Finding("R-ZEROS-FETCHED", cells.block.sheet, None, row, params=told)]


def _same(stored: object, computed: float | str) -> bool:
    if isinstance(stored, (float, int)) and isinstance(computed, float):
        return abs(stored - computed) <= max(1e-9, 1e-9 * max(abs(stored), abs(computed)))
    return stored == computed
