"""Which of the explanations that came with a year's files count: each speaks for whom its own file is about.

Belongs here: whom a file is about, what is told of explanations that speak for others, which of two to one query counts.
Does not belong here: reading explanations (``answer_rows``), what they change (``explaining``).
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

import pandas as pd

from domain.intake.answer_rows import differs, not_taken, quoted
from domain.intake.answers import Answer
from domain.intake.findings import Finding
from domain.intake.gathering import ANSWER_COLUMNS
from domain.intake.reading import FileReading
from domain.intake.record_cells import with_counties
from domain.intake.returns import Returns

_SCHOOLS_NAMED = 5


def speaking_for_their_own(readings: Sequence[FileReading], returns: Returns) -> list[FileReading]:
    """The readings without the explanations that speak for whom their file does not hold; what is left out is told there.

    A receipt that was handed in by itself holds nobody's figures and speaks for the schools that it lists.
    """
    explaining = [reading.file for reading in readings if reading.answers]  # few do, and most nights none
    if not explaining:
        return list(readings)
    keys = returns.keys[returns.keys["school_id"].notna() & returns.keys["file"].isin(explaining)]
    held = keys.groupby("file")["school_id"].agg(frozenset).to_dict()
    return [_own(reading, held) if reading.answers and reading.form != "receipt" else reading for reading in readings]


def newest_last(readings: Sequence[FileReading]) -> list[FileReading]:
    """The readings in the order in which their files were saved, as far as they say; see ``precedence``."""
    return sorted(readings, key=lambda reading: (reading.modified or "", reading.file))


def newest_of_each(readings: Sequence[FileReading]) -> list[FileReading]:
    """The readings with one explanation of each query, that of the file saved last; other words are told where they stand.

    What gives no reason takes no explanation away. A query about a whole file is explained in the receipt of that file alone.
    """
    newest: dict[tuple[str | None, ...], tuple[str, Answer]] = {}
    for reading in newest_last(readings):
        newest |= {one.key: (reading.file, one) for one in reading.answers if one.school_id and not one.says_nothing}
    return [_counting_alone(reading, newest) for reading in readings]


def _counting_alone(reading: FileReading, newest: Mapping[tuple[str | None, ...], tuple[str, Answer]]) -> FileReading:
    others = [one for one in reading.answers if one.key in newest and differs(one, newest[one.key][1])]
    if not others:
        return reading
    told = [not_taken(one, newest[one.key][1], newest[one.key][0]) for one in others]
    kept = [one for one in reading.answers if one not in others]
    return replace(reading, answers=kept, findings=[*reading.findings, *told])


def _own(reading: FileReading, held: Mapping[str, AbstractSet[str]]) -> FileReading:
    about = held.get(reading.file, frozenset()) | _of_records(reading)
    others = [one for one in reading.answers if one.school_id is not None and one.school_id not in about]
    if not others:
        return reading
    told = [_told(sheet, [one for one in others if _sheet(one) == sheet]) for sheet in dict.fromkeys(map(_sheet, others))]
    kept = [one for one in reading.answers if one not in others]
    return replace(reading, answers=kept, findings=[*reading.findings, *told])


def _of_records(reading: FileReading) -> frozenset[str]:
    """The schools and counties of a county form or a record form."""
    schools = {cell.text for cell in reading.records if cell.field == "school_id" and cell.text}
    return frozenset(schools | {county for county, _ in with_counties(reading.records) if county})


def _told(sheet: str, others: Sequence[Answer]) -> Finding:
    said = [(one.place.rpartition("!")[2], one.text) for one in others]
    asked = list(dict.fromkeys(str(one.school_id) for one in others))
    more = f" 等 {len(asked)} 个代码" if len(asked) > _SCHOOLS_NAMED else ""
    more_en = f" and others, {len(asked)} in all" if more else ""
    params = {
        "schools": "、".join(asked[:_SCHOOLS_NAMED]) + more,
        "schools_en": ", ".join(asked[:_SCHOOLS_NAMED]) + more_en,
        **quoted(said),
    }
    return Finding("F-ANSWER-OTHER", sheet, said[0][0], params=params)


def _sheet(answer: Answer) -> str:
    return answer.place.rpartition("!")[0]


def counting(readings: Sequence[FileReading]) -> pd.DataFrame:
    """The explanations that count, as rows of ``file_answers``; one that gives no reason is none."""
    rows = [(r.file, *a.key, a.text, a.place) for r in readings for a in r.answers if not a.says_nothing]
    return pd.DataFrame(rows, columns=list(ANSWER_COLUMNS)).astype("str")
