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
COLUMNS = ["file", *QUERY, "answer", "given"]
"""Of ``query_answers``."""
_NOW = "~"
"""Behind every time."""
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


def remembered(stored: pd.DataFrame | None, given: pd.DataFrame, carried: pd.DataFrame | None = None) -> pd.DataFrame:
    """``query_answers`` of a year: what was known and what the files say now, the newest explanation of each query.

    Args:
        stored: ``query_answers`` as kept so far; None where there are none.
        given: the explanations that count of those in the inbox: ``Settlement.answers``.
        carried: those of the year before that explain a query of this one, so that the next year knows them too.

    The newest is the one that was given last, though its file is gone and an older one lies in the inbox. When one of a file
    without a time was given nobody can tell: it counts while it lies there, and gives way to any that comes after.
    """
    now = given.reindex(columns=COLUMNS).astype("str")
    # Before what was compared, and when it was given, were kept, the columns were not there.
    before = [table.reindex(columns=COLUMNS).astype("str") for table in (carried, stored) if table is not None]
    times = [*(table["given"].fillna("") for table in before), now["given"].fillna(_NOW)]
    order = pd.concat(times, ignore_index=True).sort_values(kind="stable").index
    known = pd.concat([*before, now], ignore_index=True).loc[order].reset_index(drop=True)
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
        self._times: dict[Key, str] = {}
        self._rows: dict[Key, tuple[str | None, ...]] = {}
        self._used: dict[tuple[str | None, ...], None] = {}
        for table in tables:
            if table is not None and len(table):
                columns = table.reindex(columns=COLUMNS).astype(object)
                plain = [columns[name].where(columns[name].notna(), None).tolist() for name in columns]
                for file, *said, given in zip(*plain, strict=True):
                    self._add(file, Answer(*said), given or "", (file, *said, given))
        for reading in readings:
            for one in reading.answers:
                self._add(reading.file, one, reading.modified or _NOW)

    def __bool__(self) -> bool:
        """True where anything was explained, be it in vain."""
        return bool(self.texts or self.empty)

    @property
    def carried(self) -> pd.DataFrame:
        """The explanations of the tables that explained a query so far, as rows of ``query_answers``."""
        return pd.DataFrame(list(self._used), columns=COLUMNS).astype("str")

    def _add(self, file: str, answer: Answer, given: str, row: tuple[str | None, ...] = ()) -> None:
        who = answer.school_id or answer.about or file
        into = self.empty if answer.says_nothing else self.texts
        for asked in _questions(answer.rule, answer.field, answer.section, answer.value, answer.compared):
            key = who, *asked
            if into is self.empty:
                self.empty[key] = answer.text
            elif given >= self._times.get(key, ""):
                self.texts[key] = self.earlier[key[:-1]] = answer.text
                self._times[key], self._rows[key] = given, row

    def applied(self, finding: Finding, asked: str | None, file: str) -> Finding:
        """The finding with its explanation, where it is a query of which everything was explained."""
        if finding.severity != "query" or not self:
            return finding
        who = asked or file
        own = list(_questions(finding.rule, finding.field, finding.section, finding.value, finding.compared))
        questions = [*finding.asks] or [(one,) for one in own]
        found = [next(((who, *one) for one in ways if (who, *one) in self.texts), None) for ways in questions]
        keys = [key for key in found if key is not None]
        if len(keys) == len(found):
            self._used |= {self._rows[key]: None for key in keys if self._rows[key]}
            return dataclasses.replace(finding, answer=";".join(dict.fromkeys(self.texts[key] for key in keys)))
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
