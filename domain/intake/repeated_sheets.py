"""Tables of a workbook that only repeat another of its tables, such as a sheet 汇总 whose formulas fetch what stands on 录入.

Their schools would stand twice in one file, and none of them would count.
Belongs here: whether one block says nothing that another does not say. Does not belong here: schools that stand twice with
different figures (``settling``), lists of schools without figures (``reading``).
"""

from collections.abc import Sequence

from domain.intake.blocks import Block
from domain.intake.cells import NotComputed, is_blank, shown


def repeated_by(block: Block, blocks: Sequence[Block]) -> Block | None:
    """The table that says all that a table says, about each of its schools; None where there is none.

    Of two that say the same the first is kept.

    Args:
        block: one of ``blocks``.
        blocks: of the file, in the order of its sheets.
    """
    tables = [one for one in blocks if one.form == "bulk_table" and one.places]
    if block.form != "bulk_table" or len(tables) < 2:
        return None
    before = True
    for other in tables:
        if other is block:
            before = False
        elif _says_all_of(other, block) and (before or not _says_all_of(block, other)):
            return other
    return None


def _says_all_of(whole: Block, part: Block) -> bool:
    """True where every filled cell of one block stands in the other too, under the same heading and in the row of the same school."""
    rows, own = _rows_of(whole), _rows_of(part)
    if not own or not set(own) <= set(rows):
        return False
    columns = dict(zip(whole.places, whole.typed, strict=True))
    scales = {place: whole.scale(index) for index, place in enumerate(whole.places)}
    for index, (place, typed) in enumerate(zip(part.places, part.typed, strict=True)):
        other = columns.get(place)
        for code, row in own.items():
            if is_blank(typed[row]):
                continue
            same = other is not None and scales[place] == part.scale(index) and shown(other[rows[code]]) == shown(typed[row])
            if not same or isinstance(typed[row], NotComputed):
                return False
    return True


def _rows_of(block: Block) -> dict[str, int]:
    """Code of each school → its index; none for a table in which a school stands twice or has no code."""
    if ("school_id", None) not in block.places:
        return {}
    codes = block.typed[block.places.index(("school_id", None))]
    found = {shown(code): index for index, code in enumerate(codes) if not is_blank(code)}
    return found if len(found) == len(codes) else {}
