"""Findings (校验结果): what a rule says about one place in one file.

Belongs here: the value that readers and rules produce. Does not belong here: the texts of rules (``data_contracts.rules``).
"""

import dataclasses
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from data_contracts.rules import listed, place_text, rules

BETWEEN = " | "
"""Between the things that a query compares."""
_COMPARED = 500
"""Characters of it that are kept as they are."""


def digest(words: Iterable[str]) -> str:
    """Words in few signs: what a query compares where there is more of it than anybody reads."""
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Finding:
    """One finding.

    Attributes:
        rule: id of the rule.
        sheet, cell: the place, None for the whole file or sheet.
        row: the Excel row of the school in a bulk table, 0 for a form; None for what concerns the file.
        field, section: what it is about, where it is one field.
        value: what was typed.
        params: what fills the braces of the rule's text.
        answer: the explanation of the school or the county, where this is a query that was explained; it is then no more than a note.
        unsaid: what stands in the place of an explanation and gives no reason.
        earlier: an explanation of the same value, given when it was held against something else.
        asks: of a query that may have been explained elsewhere, each thing asked by the ways in which it may have been: rule,
            field, section, value and what was compared; empty where it is asked by this finding alone.
    """

    rule: str
    sheet: str | None = None
    cell: str | None = None
    row: int | None = None
    field: str | None = None
    section: str | None = None
    value: str | None = None
    params: Mapping[str, object] = dataclasses.field(default_factory=dict)
    answer: str | None = None
    unsaid: str | None = None
    earlier: str | None = None
    asks: tuple[tuple[tuple[str | None, ...], ...], ...] = ()

    @property
    def severity(self) -> str:
        """error, query or note."""
        severity = rules()[self.rule].severity
        return "note" if severity == "query" and self.answer else severity

    @property
    def compared(self) -> str | None:
        """What a query holds against each other beside the value, as its sentence tells it; None where there is nothing else.

        No addresses are among it, so that a table may move. An explanation of a query is one of this.
        """
        told: dict[str, object] = {"sheet": self.sheet or "", **self.params}
        each = [told.get(name, "") for name in rules()[self.rule].compares]
        text = BETWEEN.join(listed(one, "zh") if isinstance(one, (list, tuple)) else str(one) for one in each)
        if len(text) > _COMPARED:
            # A receipt keeps it in a cell; thousands of hidden rows are told apart by their digest.
            text = f"{text[:_COMPARED]}……{digest([text])}"
        return text or None

    def message(self, language: str = "zh") -> str:
        """The finding as a sentence, with its place and the rule's id."""
        text = rules()[self.rule].message(language, self.params, place_text(language, self.sheet, self.cell))
        if self.answer:
            return f"{text} (explained: '{self.answer}')" if language == "en" else f"{text}(已说明:{self.answer})"
        more = self._not_explained(language)
        if not more:
            return text
        # The rule's id stays where it is: behind it a receipt looks for what somebody wrote.
        body, mark = text.removesuffix(f"[{self.rule}]").rstrip(), f"[{self.rule}]"
        return f"{body} ({more}) {mark}" if language == "en" else f"{body}({more}){mark}"

    def _not_explained(self, language: str) -> str:
        """Why what was written does not explain a query."""
        if self.unsaid:
            if language == "en":
                return f"'{self.unsaid}' gives no reason; please give one."
            return f"说明栏写的是“{self.unsaid}”,没有写出原因,请写明。"
        if self.earlier:
            if language == "en":
                return (
                    f"explained before as '{self.earlier}', but what was compared then was other or not recorded; explain again."
                )
            return f"此前的说明是“{self.earlier}”,但当时对比的内容与现在不同,或没有记下。请重新说明,仍然适用的可以照写。"
        return ""


NEVER_OPENED = frozenset(
    {
        *("F-AREA", "F-BOMB", "F-DAMAGED", "F-DTD", "F-EMBEDDED", "F-EMPTY", "F-ENCODING", "F-HTML", "F-LETTERS-LOST", "F-LINK"),
        *("F-MACRO", "F-MERGES", "F-NOT-A-WORKBOOK", "F-PASSWORD", "F-QUOTES", "F-SHEETS", "F-SIZE", "F-STRUCTURE"),
        *("F-TOO-HEAVY", "F-TOO-LONG", "F-TYPE", "F-UNREADABLE", "F-VANISHED"),
    }
)
"""Rules about files of which no value was read. What could not be read in a process of its own is opened in no other."""

EMPTY = ("空", "empty")
"""What is said of a cell in which nothing stands, in Chinese and English."""


def quoted_or_empty(words: str | None) -> tuple[str, str]:
    """What stands in a cell as messages quote it, in Chinese and English; a blank one is told as empty."""
    return (f"“{words}”", f"'{words}'") if words else EMPTY


def first_few(named: Sequence[tuple[str, str]], limit: int, key: str = "changes") -> dict[str, str]:
    """The first of several things, by default ``changes`` and ``changes_en``, with how many there are where some are left out."""
    more = len(named) > limit
    return {
        key: "、".join(zh for zh, _ in named[:limit]) + (f" 等 {len(named)} 项" if more else ""),
        f"{key}_en": ", ".join(en for _, en in named[:limit]) + (f" and others, {len(named)} in all" if more else ""),
    }


class Unreadable(Exception):
    """A file that cannot be read; ``finding`` tells the school why."""

    def __init__(self, rule: str, **params: object) -> None:
        super().__init__(rule)
        self.finding = Finding(rule, params=params)
