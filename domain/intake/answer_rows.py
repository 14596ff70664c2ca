"""Reading the explanations that stand on receipts' sheets, also where somebody has worked on the sheet itself.

Belongs here: which cell of which row is an explanation, and what is told of those that cannot be read.
Does not belong here: recognising the sheet and its keys (``answers``), which explanations count (``answering``).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from data_contracts.record_forms import label_of
from domain.intake.answers import (
    ANSWER_HEADINGS,
    ANSWER_LIMIT,
    HEADINGS,
    Answer,
    answer_column,
    file_named,
    heading_row,
    key_column,
    key_of,
)
from domain.intake.cells import clean_text, cut, shown
from domain.intake.findings import Finding
from domain.intake.plain_sheet import column_letters, row_and_column
from domain.intake.workbook import Sheet

_QUOTED = 10
_SEEN = ("学校标识码", "工作表", "填报项目", "说明")
_PLACE = ("工作表", "单元格", "填报内容")
_SCHOOL, _MARK = re.compile("[0-9]{10}"), re.compile(r"\[([A-Z]-[A-Z-]+)\]")
_OPEN = "打开"
"""In the place of a cell, where a query has none."""
_VALUE, _SHEET, _CELL = 4, 7, 8
_MEMORY, _PIECE = "memory:", 32_000
Said = list[tuple[str, str]]
"""Cells and what is written in each."""


def answers_of(sheets: Iterable[Sheet]) -> list[Answer]:
    """The answer to every query that was filled in on the receipt's sheets of a file, in their order."""
    return read_answers(sheets)[0]


def read_answers(sheets: Iterable[Sheet]) -> tuple[list[Answer], list[Finding]]:
    """The answers on the receipt's sheets of a file, and what is to be said of those that were not read, or not in full.

    An answer is read from its column, else where the row leaves no doubt: from a cell that is merged with others of the column,
    from behind it, or from the text of the query that somebody wrote over. Of several to one query the last counts that gives a
    reason, and of the others is told.

    Args:
        sheets: of a handed-in file; those without keys hold no answer that can be tied to its query.
    """
    found: dict[Answer, None] = {}
    told: list[Finding] = []
    for sheet in sheets:
        rows = _Rows(sheet)
        for answer in rows.answers():
            if len(answer.text) > ANSWER_LIMIT:
                told.append(_too_long(sheet, answer))
                answer = replace(answer, text=answer.text[:ANSWER_LIMIT])
            found[answer] = None
        told += rows.unread()
    counting: dict[tuple[str | None, ...], Answer] = {}
    for answer in found:
        if answer.key not in counting or not answer.says_nothing:
            counting[answer.key] = answer
    told += [not_taken(one, counting[one.key]) for one in found if differs(one, counting[one.key])]
    return list(counting.values()), told


def differs(one: Answer, counting: Answer) -> bool:
    """True for a reason other than the one that counts."""
    return not one.says_nothing and one.text != counting.text


def not_taken(one: Answer, counting: Answer, file: str | None = None) -> Finding:
    """What is told where an explanation stands beside which another one counts; ``file`` is where that lies, None for the same."""
    sheet, _, cell = one.place.rpartition("!")
    where, where_en = (f"文件“{file}”的", f" of the file '{file}'") if file else ("本文件的", " of this file")
    other = {"other": f"{where} {counting.place} ", "other_en": f"{counting.place}{where_en}"}
    return Finding("F-ANSWER-TWICE", sheet, cell, params={"said": one.text, "text": counting.text, **other})


def _too_long(sheet: Sheet, answer: Answer) -> Finding:
    params = {"length": len(answer.text), "limit": ANSWER_LIMIT}
    return Finding("F-ANSWER-LONG", sheet.name, answer.place.rpartition("!")[2], params=params)


class _Rows:
    """The rows of one sheet, and what could not be read in them."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.keys, self.file = key_column(sheet), file_named(sheet.rows)
        own = answer_column(sheet)
        self.texts = own if own is not None else (self.keys or 0) - 1
        head = heading_row(sheet.rows)
        self.first = 0 if head is None else head + 1
        if head is None and own is not None:  # of a list whose other headings were changed
            self.first = 1 + next(n for n, row in enumerate(sheet.rows) if _text(_cell(row, own)) in ANSWER_HEADINGS)
        keys = [key for row in sheet.rows if (key := key_of(_cell(row, self.keys)))]
        self.labels = {_label(key, None) for key in keys}
        self.places = [frozenset(each) for each in zip(*map(_place_of, keys), strict=True)]
        self.merged = _merged_down(sheet, self.texts)
        self.memory = set(_memory(sheet))
        self.without_query: Said = []
        self.doubtful: Said = []
        self.mixed: Said = []
        self.without_key: Said = []

    def answers(self) -> Iterator[Answer]:
        used: set[int] = set()
        for index, row in enumerate(self.sheet.rows[self.first :], start=self.first):
            key = key_of(_cell(row, self.keys)) if self.keys is not None else None
            if key is None:
                continue
            said = self._said(index, row, key)
            if len(said) > 1:
                self.doubtful += said
            elif said and self._shows_another(row, key):
                used.add(self.merged.get(index, index))
                self.mixed += said
            elif said:
                used.add(self.merged.get(index, index))
                place = f"{self.sheet.name}!{said[0][0]}"
                about = None if key[0] else key[6] or self.file
                yield Answer(key[0], str(key[1]), key[2], key[3], key[4], key[5], said[0][1], place, about)
        for index, row in enumerate(self.sheet.rows[self.first :], start=self.first):
            if index not in used and not (self.keys is not None and key_of(_cell(row, self.keys))):
                text = _text(_cell(row, self.texts)) if self.texts >= 0 else ""
                if text:
                    (self.without_key if self.keys is None else self.without_query).append((_address(index, self.texts), text))

    def _said(self, index: int, row: Sequence[object], key: Sequence[str | None]) -> Said:
        """The cells of a query's row in which an explanation stands: one, unless nobody can tell."""
        if self.texts < 0:
            return []
        top = self.merged.get(index, index)
        if text := _text(_cell(self.sheet.rows[top], self.texts)):
            return [(_address(top, self.texts), text)]
        found = [
            (_address(index, column), _text(row[column]))
            for column in range(self.texts + 1, len(row))
            if column != self.keys and (index, column) not in self.memory and _text(row[column])
        ]
        asked, mark = _text(_cell(row, self.texts - 1)), f"[{key[1]}]"
        behind = asked.rpartition(mark)[2] if mark in asked else asked
        return [*found, (_address(index, self.texts - 1), behind.strip())] if behind.strip() else found

    def _shows_another(self, row: Sequence[object], key: Sequence[str | None]) -> bool:
        """True where what can be seen in a row, whose and what it is about, is of another query than its hidden key."""
        code, sheet, item, query = (self._seen(row, name) for name in _SEEN)
        if _SCHOOL.fullmatch(code) and code != key[0]:
            return True
        rules = _MARK.findall(query)
        # An item is only known to be another query's, since labels change from year to year and programs change figures.
        place = [self._seen(row, name).lstrip("'").replace(_OPEN, "") for name in _PLACE]
        of_another = any(
            mine != own and mine in every for mine, own, every in zip(place, _place_of(key), self.places, strict=True)
        )
        return of_another or bool(rules and key[1] not in rules) or (item != _label(key, sheet) and item in self.labels)

    def _seen(self, row: Sequence[object], heading: str) -> str:
        return _text(_cell(row, self.texts + HEADINGS.index(heading) - len(HEADINGS)))

    def unread(self) -> Iterator[Finding]:
        """What is to be said of texts that are no answer to any query."""
        for rule, said in (
            ("F-ANSWER-NO-QUERY", self.without_query),
            ("F-ANSWER-DOUBTFUL", self.doubtful),
            ("F-ANSWER-MIXED", self.mixed),
            ("F-ANSWER-NO-KEY", self.without_key),
        ):
            if said:
                yield Finding(rule, self.sheet.name, said[0][0], params=quoted(said))


def quoted(said: Said) -> dict[str, object]:
    """Cells with what is written in them, as messages name them."""
    more = len(said) > _QUOTED
    return {
        "said": "、".join(f"{cell}“{cut(text)}”" for cell, text in said[:_QUOTED]) + (f" 等 {len(said)} 处" if more else ""),
        "said_en": ", ".join(f"{cell} '{cut(text)}'" for cell, text in said[:_QUOTED])
        + (f", {len(said)} in all" if more else ""),
    }


def _label(key: Sequence[str | None], sheet: str | None) -> str | None:
    return label_of(key[2], key[3], sheet) if key[2] else None


def _place_of(key: Sequence[str | None]) -> tuple[str, ...]:
    """What a row of the receipt shows of its query under the headings ``_PLACE``."""
    return tuple(clean_text(cut(key[part] or "")).lstrip("'") for part in (_SHEET, _CELL, _VALUE))


def _cell(row: Sequence[object], column: int | None) -> object:
    return row[column] if column is not None and 0 <= column < len(row) else None


def _text(cell: object) -> str:
    return "" if cell is None else clean_text(shown(cell))


def _address(row: int, column: int) -> str:
    return f"{column_letters(column + 1)}{row + 1}"


def _merged_down(sheet: Sheet, column: int) -> dict[int, int]:
    """The rows whose cell in a column is merged with one above, with the row in which the text stands."""
    found = {}
    for start, end in sheet.parts.merged if sheet.parts else ():
        first, last = row_and_column(start), row_and_column(end)
        if first and last and first[1] == column + 1 and last[0] > first[0]:
            found.update(dict.fromkeys(range(first[0] - 1, last[0]), first[0] - 1))
    return found


def _memory(sheet: Sheet) -> Iterator[tuple[int, int]]:
    """The cells in which the receipt remembers how the workbook looked."""
    for row, cells in enumerate(sheet.rows):
        for column, cell in enumerate(cells):
            if isinstance(cell, str) and cell.startswith(_MEMORY):
                yield row, column
                while len(str(_cell(sheet.rows[row], column) or "")) >= _PIECE and row + 1 < len(sheet.rows):
                    row += 1
                    yield row, column
                return
