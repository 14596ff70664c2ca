"""Figures under a label that should have named a section and does not, such as 在校生数 beside or instead of 在校生数(小学).

Belongs here: of which section such a figure is, and holding a total against the figures of the sections. Does not belong here:
reading labels (``labels``), totals that a layout gives as several headings (``sums``), resources of the whole school that may be
given by section too (``consistency``).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from data_contracts.catalogue import SECTION_LABELS, SECTIONS, Field, fields, school_types, sections_to_fill
from domain.intake.blocks import Block
from domain.intake.cells import is_blank, shown
from domain.intake.findings import Finding
from domain.intake.labels import UNSTATED
from domain.intake.sums import agree, is_added, tidy

Section = str | None | np.ndarray
"""The section of a column's cells: one for all, or one for each."""
Number = Callable[[int, int], float]
"""The figure of a column and a school, by index, in the stored unit; NaN where there is none."""


def settle_sections(block: Block, types: Sequence[str | None], number: Number) -> tuple[list[Section], list[Finding]]:
    """The section of every column's cells, ``UNSTATED`` for a cell that is left out, and what was wrong.

    A label that should have named a section means the only section of a single-section school. For a school with
    several sections, 高中 among them, it is a total where their own figures are given too, else an error, and nothing is guessed.

    Args:
        block: of one sheet.
        types: 办学类型 of each of the n schools.
        number: the figures that were read.
    """
    settled: list[Section] = []
    findings: list[Finding] = []
    for index, (key, section) in enumerate(block.places):
        if section != UNSTATED:
            settled.append(section)
            continue
        own = {s: block.places.index((key, s)) for s in SECTION_LABELS if (key, s) in block.places}
        places = np.full(len(block.rows), UNSTATED, dtype=object)
        for school, kind in enumerate(types):
            if is_blank(block.typed[index][school]):
                continue
            given = {s: column for s, column in own.items() if not is_blank(block.typed[column][school])}
            cell = _Unstated(block, fields()[key], index, school, given)
            if _has_several(kind):
                findings += cell.as_total(kind or "", number)
                continue
            # A school of unknown type, and special and vocational schools, may have any section: the figure is the first's.
            target = (sections_to_fill(kind or "") or SECTIONS)[0]
            if target not in given:
                places[school] = target
            elif cell.shown(given[target]) != cell.shown(index):
                findings.append(cell.finding("H-TWICE", cells=[cell.shown(index), cell.shown(given[target])]))
        settled.append(places)
    return settled, findings


def _has_several(kind: str | None) -> bool:
    """True for a school with several sections, of which one may be 高中."""
    known = school_types().get(kind or "")
    return known is not None and len(known.split) > 1


@dataclass(frozen=True)
class _Unstated:
    """One such figure: of which column and school, and the columns of the same field whose section is named and filled in."""

    block: Block
    what: Field
    index: int
    school: int
    given: dict[str, int]

    def shown(self, column: int) -> str:
        return shown(self.block.typed[column][self.school])

    def finding(self, rule: str, **params: object) -> Finding:
        cell, row = self.block.cell(self.index, self.school), self.block.rows[self.school]
        told = {"label": self.what.label, **params}
        return Finding(rule, self.block.sheet, cell, row, self.what.key, None, self.shown(self.index), told)

    def as_total(self, kind: str, number: Number) -> Iterator[Finding]:
        """What is wrong with the figure as the total of a school with several sections."""
        demanded = sections_to_fill(kind)
        if not set(demanded) <= set(self.given):
            parts = [section for section in school_types()[kind].split if section in self.what.places]
            named = [self.what.label_in(section) for section in parts]
            quoted, quoted_en = "和".join(f"“{one}”" for one in named), " and ".join(f"'{one}'" for one in named)
            yield self.finding("H-NO-SECTION", labels=quoted, labels_en=quoted_en)
            return
        if not is_added(self.what):
            return
        whole, terms = self._figure(self.index, number), {s: self._figure(column, number) for s, column in self.given.items()}
        if any(np.isnan([whole, *terms.values()])):
            return  # told as what cannot be read
        every, compulsory = sum(terms.values()), sum(terms[section] for section in demanded)
        unlisted = "senior" in school_types()[kind].split and "senior" not in terms  # may be in the total
        holds = any(agree(self.what.key, whole, amount, len(terms)) for amount in (every, compulsory))
        if not holds and not (unlisted and whole > every):
            parts = [f"{self.what.label_in(s)}({self.block.cell(column, self.school)})" for s, column in self.given.items()]
            yield self.finding("R-SECTIONS-DIFFER", whole=shown(tidy(whole)), sum=shown(tidy(every)), parts=parts)

    def _figure(self, column: int, number: Number) -> float:
        """A figure in the unit of the form."""
        return number(column, self.school) / self.what.factor
