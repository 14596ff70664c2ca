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
from domain.intake.explaining import COLUMNS
from domain.intake.findings import Finding
from domain.intake.reading import FileReading
from domain.intake.record_cells import with_counties
from domain.intake.returns import Returns

_SCHOOLS_NAMED = 5


def speaking_for_their_own(readings: Sequence[FileReading], returns: Returns) -> list[FileReading]:
    """The readings without the explanations that speak for whom their file does not hold; what is left out is told there.

    A receipt that was handed in by itself holds nobody's figures and speaks for the schools that it lists. What is explained of a
    file as a whole counts for the file that the receipt names, and for the one that it came in, unless that holds no figures.
    """
    explaining = [reading.file for reading in readings if reading.answers]  # few do, and most nights none
    if not explaining:
        return list(readings)
    keys = returns.keys[returns.keys["school_id"].notna() & returns.keys["file"].isin(explaining)]
    held = keys.groupby("file")["school_id"].agg(frozenset).to_dict()
    files = frozenset(reading.file for reading in readings)
    return [_of_files(_own(reading, held), files) if reading.answers else reading for reading in readings]


def newest_last(readings: Sequence[FileReading]) -> list[FileReading]:
    """The readings in the order in which their files were saved, as far as they say; see ``precedence``."""
    return sorted(readings, key=lambda reading: (reading.modified or "", reading.file))


def newest_of_each(readings: Sequence[FileReading]) -> list[FileReading]:
    """The readings with one explanation of each query, that of the file saved last; other words are told where they stand.

    What gives no reason takes no explanation away. Receipts that came by themselves say how many of theirs count.
    """
    newest: dict[tuple[str | None, ...], tuple[str, Answer]] = {}
    for reading in newest_last(readings):
        newest |= {_query(one): (reading.file, one) for one in reading.answers if not one.says_nothing}
    return [_counted(_counting_alone(reading, newest)) for reading in readings]


def _query(answer: Answer) -> tuple[str | None, ...]:
    """The query that is explained, and whose it is."""
    return answer.about, *answer.key


def _counting_alone(reading: FileReading, newest: Mapping[tuple[str | None, ...], tuple[str, Answer]]) -> FileReading:
    others = [one for one in reading.answers if _query(one) in newest and differs(one, newest[_query(one)][1])]
    if not others:
        return reading
    # One that speaks for two files is told once.
    told = {one.place: not_taken(one, newest[_query(one)][1], newest[_query(one)][0]) for one in others}
    kept = [one for one in reading.answers if not any(one is other for other in others)]
    return replace(reading, answers=kept, findings=[*reading.findings, *told.values()])


def _counted(reading: FileReading) -> FileReading:
    """A receipt that came by itself, with the number of its explanations that count."""
    if not any(one.rule == "F-RECEIPT" for one in reading.findings):
        return reading
    count = len({one.place for one in reading.answers if not one.says_nothing})
    told = [replace(one, params={"count": count}) if one.rule == "F-RECEIPT" else one for one in reading.findings]
    return replace(reading, findings=told)


def _of_files(reading: FileReading, files: AbstractSet[str]) -> FileReading:
    """What is explained of files as a whole, for each file of which it speaks; what speaks for none is told."""
    if all(one.school_id for one in reading.answers):
        return reading
    own = [] if reading.form == "receipt" else [reading.file]
    answers: list[Answer] = []
    lost: list[Answer] = []
    for one in reading.answers:
        about = [*own, *([one.about] if one.about in files and one.about not in own else [])]
        answers += [one] if one.school_id else [replace(one, about=file) for file in about]
        lost += [] if one.school_id or about else [one]
    told = [_of_no_file(sheet, [one for one in lost if _sheet(one) == sheet]) for sheet in dict.fromkeys(map(_sheet, lost))]
    return replace(reading, answers=answers, findings=[*reading.findings, *told])


def _of_no_file(sheet: str, lost: Sequence[Answer]) -> Finding:
    said = [(one.place.rpartition("!")[2], one.text) for one in lost]
    files = list(dict.fromkeys(one.about for one in lost if one.about))
    where = f"文件“{files[0]}”,而这次没有读到这个文件" if files else "哪一个文件,这张回执上已看不出来"
    where_en = f"the file '{files[0]}', which was not among those read" if files else "a file that this receipt no longer names"
    return Finding("F-ANSWER-FILE", sheet, said[0][0], params={"where": where, "where_en": where_en, **quoted(said)})


def _own(reading: FileReading, held: Mapping[str, AbstractSet[str]]) -> FileReading:
    if reading.form == "receipt":
        return reading
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
    """The explanations that count, as rows of ``query_answers``; one that gives no reason is none."""
    rows = [(a.about or r.file, *a.key, a.text, r.modified) for r in readings for a in r.answers if not a.says_nothing]
    return pd.DataFrame(rows, columns=COLUMNS).astype("str")
