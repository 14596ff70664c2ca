"""Queries that schools have explained: remembered, and not asked again while what was asked stays as it is.

Belongs here: which explanations are kept, and which query one of them answers.
Does not belong here: reading explanations from a receipt (``answer_rows``), whose count (``answering``), rules (``screening``).
"""

import dataclasses
import re
from collections.abc import Iterable, Iterator, Sequence

import pandas as pd

from domain.intake.answers import Answer
from domain.intake.cells import cut
from domain.intake.findings import Finding
from domain.intake.reading import FileReading

QUERY = ["school_id", "rule", "field", "section", "value", "compared"]
Key = tuple[str | None, ...]
OF_SEVERAL = frozenset({"S-CHANGE-MORE", "S-SAME-AS-OTHER", "D-CHANGED", "K-CHANGED"})
"""Rules that ask about several things at once: their value lists each, and an explanation explains each."""
_BETWEEN = "、"
_BESIDE = re.compile("[0-9]{10}:")


def together(things: Iterable[str], beside: str = "") -> str:
    """The value of a query about several things, and the school that they are held against."""
    return (f"{beside}:" if beside else "") + _BETWEEN.join(things)


def _apart(value: str | None) -> list[str]:
    found = _BESIDE.match(value or "")
    beside = found[0] if found else ""
    return [beside + thing for thing in (value or "").removeprefix(beside).split(_BETWEEN)]


def remembered(stored: pd.DataFrame | None, given: pd.DataFrame) -> pd.DataFrame:
    """``query_answers`` of a year: what was known and what the files say now, the newest explanation of each query.

    Args:
        stored: ``query_answers`` as kept so far; None where there are none.
        given: the explanations that count of those in the inbox: ``Settlement.answers``.
    """
    columns = ["file", *QUERY, "answer"]
    known = given[columns]
    if stored is not None:
        # Before what was compared was kept, the column was not there.
        known = pd.concat([stored.reindex(columns=columns).astype(known.dtypes), known], ignore_index=True)
    # Two files are asked the same where no school is named; a school is asked wherever its figures lie.
    asked = known.assign(file=known["file"].where(known["school_id"].isna(), ""))
    newest = known[~asked.duplicated(["file", *QUERY], keep="last")]
    return newest.sort_values([*QUERY, "file"], ignore_index=True)


class Explanations:
    """What was explained, by whom is asked (a school, a county; else a file) and what.

    Attributes:
        texts: explanations.
        empty: what stands in the place of an explanation and gives no reason.
        earlier: explanations of a value whatever it was held against.
    """

    def __init__(self, tables: Sequence[pd.DataFrame | None] = (), readings: Sequence[FileReading] = ()) -> None:
        """
        Args:
            tables: such as ``query_answers``; later ones win.
            readings: files with explanations, also those that give no reason.
        """
        self.texts: dict[Key, str] = {}
        self.empty: dict[Key, str] = {}
        self.earlier: dict[Key, str] = {}
        for table in tables:
            if table is not None and len(table):
                columns = table.reindex(columns=["file", *QUERY, "answer"]).astype(object)
                plain = [columns[name].where(columns[name].notna(), None).tolist() for name in columns]
                for row in zip(*plain, strict=True):
                    self._add(row[0], Answer(*row[1:]))
        for reading in readings:
            for given in reading.answers:
                self._add(reading.file, given)

    def __bool__(self) -> bool:
        """True where anything was explained, be it in vain."""
        return bool(self.texts or self.empty)

    def _add(self, file: str, answer: Answer) -> None:
        who = answer.school_id or answer.about or file
        into = self.empty if answer.says_nothing else self.texts
        for asked in _questions(answer.rule, answer.field, answer.section, answer.value, answer.compared):
            into[who, *asked] = answer.text
            if into is self.texts:
                self.earlier[who, *asked[:-1]] = answer.text

    def applied(self, finding: Finding, asked: str | None, file: str) -> Finding:
        """The finding with its explanation, where it is a query of which everything was explained."""
        if finding.severity != "query" or not self:
            return finding
        who = asked or file
        own = list(_questions(finding.rule, finding.field, finding.section, finding.value, finding.compared))
        questions = [*finding.asks] or [(one,) for one in own]
        texts = [next((self.texts[who, *one] for one in ways if (who, *one) in self.texts), None) for ways in questions]
        if all(texts):
            return dataclasses.replace(finding, answer=";".join(dict.fromkeys(text for text in texts if text)))
        empty = next((self.empty[who, *one] for one in own if (who, *one) in self.empty), None)
        if empty is None and len(own) == 1 and (who, *own[0][:-1]) in self.earlier:
            return dataclasses.replace(finding, earlier=cut(self.earlier[who, *own[0][:-1]]))
        return dataclasses.replace(finding, unsaid=empty) if empty else finding


def _questions(rule: str, field: str | None, section: str | None, value: str | None, compared: str | None) -> Iterator[Key]:
    if rule in OF_SEVERAL:
        # Which of them is named first, and so bears the cell, is no part of what is asked.
        yield from ((rule, None, None, thing, None) for thing in _apart(value))
    else:
        yield rule, field, section, value, compared
