"""Formulas of the old format whose result is 0 because it was lost.

Programs other than Excel write 0, and no text, where they did not compute a formula themselves: a workbook that is opened and
saved in the old format turns words into 0. Belongs here: telling such a 0 from one that was computed. Does not belong here:
what a formula says (``old_formulas``), the records (``old_format``).
"""

from collections.abc import Mapping, Sequence

from domain.intake.old_format import OldSheet
from domain.intake.old_formulas import ELSEWHERE, Bounds
from domain.intake.plain_sheet import row_and_column

Rows = Sequence[Sequence[object]]
_STEPS = 2_000_000  # cells and rows looked at for one workbook


def note_lost_results(sheets: Mapping[str, OldSheet], rows: Mapping[str, Rows]) -> None:
    """Count formulas among those never computed where their 0 may stand for words.

    A formula that can only give a number is believed, and so is one that only passes on cells without words.

    Args:
        sheets: what stands beside the values, by name of the sheet.
        rows: the cells, by name of the sheet.
    """
    left = [
        (name, cell, found) for name, sheet in sheets.items() for cell, found in sheet.zeros.items() if found.text != ELSEWHERE
    ]
    cells = _Cells(rows)
    more = True
    while more:  # one that is lost is the source of others, of those before it as of those behind it
        kept = []
        for name, cell, found in left:
            if found.words or any(cells.hold_words(area[0] or name, area[1]) for area in found.sources):
                sheets[name].never_computed[cell] = found.spelt
                cells.count_as_words(name, cell)
            else:
                kept.append((name, cell, found))
        more = len(kept) < len(left)
        left = kept[::-1]


class _Cells:
    def __init__(self, rows: Mapping[str, Rows]) -> None:
        self.rows = rows
        self.lost: dict[str, dict[int, set[int]]] = {name: {} for name in rows}
        self.seen: dict[tuple[str, Bounds], bool] = {}
        self.steps = 0

    def count_as_words(self, sheet: str, cell: str) -> None:
        row, column = row_and_column(cell) or (0, 0)
        self.lost.setdefault(sheet, {}).setdefault(row - 1, set()).add(column - 1)

    def hold_words(self, sheet: str, bounds: Bounds) -> bool:
        """True where something among these cells is no number, and where too many were looked at to say."""
        top, bottom, left, right = bounds
        rows, lost = self.rows.get(sheet, ()), self.lost.get(sheet, {})
        bottom = min(bottom, len(rows) - 1)
        self.steps += 1 + max(0, bottom - top)
        if self.steps > _STEPS:
            return True
        if any(left <= column <= right for row in range(top, bottom + 1) for column in lost.get(row, ())):
            return True
        key = (sheet, bounds)
        if key not in self.seen:
            among = [cell for line in rows[top : bottom + 1] for cell in line[left : right + 1]]
            self.steps += len(among)
            self.seen[key] = any(cell is not None and cell != "" and not isinstance(cell, (int, float)) for cell in among)
        return self.seen[key]
