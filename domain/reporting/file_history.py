"""What became of a file, in sentences: from its arrival to this day, in Chinese or English.

Belongs here: the wording of the ledger's events. Does not belong here: the events (``domain.intake.ledger``), where the
original lies (``resources``).
"""

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from data_contracts.vocabulary import OUTCOMES
from domain.intake.ledger import (
    CHANGED,
    GONE,
    NEW,
    OUTCOME,
    PENDING,
    RECEIVED,
    REMOVED,
    REPLACED,
    RETURNED,
    SCHOOL,
    TAKEN_BACK,
    WITHDRAWN,
)
from domain.reporting.display import moment_text, moment_text_en

MARK_LENGTH = 12
_PENDING = {
    NEW: ("学年已审定锁定,作为待处理的更正保存", "the year is approved and locked; kept as a pending restatement"),
    CHANGED: (
        "学年已审定锁定,同名的新内容作为待处理的更正保存",
        "the year is approved and locked; its new content is kept as pending",
    ),
    REMOVED: (
        "学年已审定锁定,文件已从收件箱移走,审定时的内容仍然有效",
        "withdrawn while the year is locked; what was approved still counts",
    ),
    TAKEN_BACK: ("待处理的更正已从收件箱取回", "the pending restatement was taken back from the inbox"),
}


@dataclass(frozen=True)
class FileHistory:
    """The history of one path of one inbox: a heading, a sentence per event, and how it stands now; each as (zh, en)."""

    school_year: str
    file: str
    sentences: list[tuple[str, str]]
    now: tuple[str, str]
    sha256s: list[str]


@dataclass(frozen=True)
class _Event:
    """What is told of one line of the ledger."""

    sha256: str
    event: str
    outcome: str
    detail: str
    at: dt.datetime


def file_histories(events: pd.DataFrame) -> list[FileHistory]:
    """Histories by school year and path, in the order in which they began.

    Args:
        events: lines of the ledger, oldest first, with ``school_year`` and ``domain.intake.ledger.EVENT_COLUMNS``.
    """
    found = []
    for (year, file), mine in events.groupby(["school_year", "file"], sort=False):
        columns = (mine[name] for name in ("sha256", "event", "outcome", "detail", "at"))
        rows = [_Event(*row) for row in zip(*columns, strict=True)]
        rows = [row for row in rows if row.event != SCHOOL]  # of a school, not of the file
        if not rows:
            continue
        shas = list(dict.fromkeys(row.sha256 for row in rows if row.sha256))
        found.append(FileHistory(str(year), str(file), [_sentence(row) for row in rows], _now(rows[-1]), shas))
    return found


def mark(sha256: str) -> str:
    """The beginning of a file's SHA-256, enough to tell files apart."""
    return sha256[:MARK_LENGTH]


def _sentence(row: _Event) -> tuple[str, str]:
    zh, en = _told(row)
    return f"{moment_text(row.at)} {zh}", f"{moment_text_en(row.at)}: {en}"


def _told(row: _Event) -> tuple[str, str]:
    bytes_zh = f"(指纹 {mark(row.sha256)})" if row.sha256 else "(文件不能读取)"
    bytes_en = f" ({mark(row.sha256)})" if row.sha256 else " (it could not be read)"
    if row.event == RECEIVED:
        return f"首次收到{bytes_zh}。", f"received{bytes_en}."
    if row.event == RETURNED:
        return f"又放回收件箱{bytes_zh}。", f"back in the inbox{bytes_en}."
    if row.event == WITHDRAWN:
        return f"已从收件箱移走{bytes_zh},不再计入。", f"withdrawn from the inbox{bytes_en}; it no longer counts."
    if row.event == REPLACED:
        if not row.detail:
            return f"原内容{bytes_zh}不再可读。", f"its content{bytes_en} could no longer be read."
        return (
            f"原内容{bytes_zh}被同名的新内容(指纹 {mark(row.detail)})替换。",
            f"its content{bytes_en} was replaced by other content of the same name ({mark(row.detail)}).",
        )
    if row.event == OUTCOME:
        outcome_zh, outcome_en = _outcome(row.outcome)
        other = (f",采用的是 {row.detail}", f"; {row.detail} counts instead") if row.detail else ("", "")
        return f"处理结果:{outcome_zh}{other[0]}。", f"outcome: {outcome_en}{other[1]}."
    if row.event == PENDING:
        words_zh, words_en = _PENDING[row.detail]
        return (
            f"{words_zh}{'' if row.detail == REMOVED else bytes_zh}。",
            f"{words_en}{'' if row.detail == REMOVED else bytes_en}.",
        )
    raise ValueError(f"the ledger has no event {row.event}")


def _now(last: _Event) -> tuple[str, str]:
    outcome_zh, outcome_en = _outcome(last.outcome)
    if last.event == PENDING:
        if last.detail == TAKEN_BACK:
            return "现在:与审定时一致。", "Now: as it was approved."
        return "现在:待处理,解锁后的下一次运行计入。", "Now: pending; it counts with the next run after the unlocking."
    if last.event in GONE:
        return (
            f"现在:这份内容已不在收件箱中;离开前的处理结果为“{outcome_zh}”。",
            f"Now: no longer in the inbox; its last outcome was '{outcome_en}'.",
        )
    return f"现在:在收件箱中,{outcome_zh}。", f"Now: in the inbox, {outcome_en}."


def _outcome(outcome: str) -> tuple[str, str]:
    return OUTCOMES.get(outcome, outcome), outcome.replace("_", " ")
