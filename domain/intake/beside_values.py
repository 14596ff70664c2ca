"""The shape of what stands beside the values of a sheet, in whatever format the workbook is kept.

Belongs here: this shape. Does not belong here: finding it in XML (``sheet_parts``) or in records of the old format (``old_format``), and
what it means for a school (``passed_over``).
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class CellFormula:
    """The formula of a cell.

    Attributes:
        text: without the equals sign.
        origin: the cell for which ``text`` is written, where a formula is shared; references move along with the cell.
        plain: False for array formulas and data tables.
    """

    text: str
    origin: str
    plain: bool = True


class Beside(Protocol):
    """What stands beside the values of one sheet, in whatever format it is kept; see ``sheet_parts.SheetParts`` for each."""

    @property
    def errors(self) -> Mapping[str, str]: ...
    @property
    def never_computed(self) -> Mapping[str, str]: ...
    @property
    def with_formula(self) -> Sequence[str]: ...
    @property
    def formulas(self) -> Mapping[str, CellFormula]: ...
    @property
    def hidden(self) -> tuple[frozenset[int], Sequence[tuple[int, int]]]: ...
    @property
    def merged(self) -> Sequence[tuple[str, str]]: ...
    @property
    def comments(self) -> Sequence[tuple[str, str, str]]: ...
    @property
    def struck(self) -> AbstractSet[str]: ...
    @property
    def raised(self) -> AbstractSet[str]: ...
    @property
    def formats(self) -> Mapping[str, str]: ...
