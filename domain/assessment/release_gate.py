"""What stops a release besides a broken contract and figures that do not reconcile.

Belongs here: the rules that keep an emptied or shrunken inbox from being published.
Does not belong here: where releases live, and how one is promoted (``resources.publication``).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Objection:
    """Why a year must not be published, in both languages."""

    zh: str
    en: str


def no_school_accepted(accepted: int) -> Objection | None:
    """No accepted school at all."""
    if accepted > 0:
        return None
    return Objection(
        "没有一所学校的数据被采用,不能发布。请查看回执 index.csv,处理退回的文件后再运行。",
        "No school was accepted, so nothing can be published. See the receipts' index.csv.",
    )


def accepted_schools_fallen(accepted: int, before: int | None, largest_fall: float, act_recorded: bool) -> Objection | None:
    """Accepted schools fallen by more than a share against the last release, without a recorded act.

    Args:
        accepted: schools accepted now.
        before: schools accepted in the last release of the year; None where there is none.
        largest_fall: the share that is still let through, 0.10 for 10 %.
        act_recorded: True when someone confirmed the fall with a reason.
    """
    if before is None or act_recorded or accepted >= before * (1 - largest_fall) - 1e-9:
        return None
    return Objection(
        f"采用的学校由上次发布的 {before} 所降为 {accepted} 所,降幅超过 {largest_fall:.0%},暂不发布。"
        '请检查收件文件夹是否缺少文件;如确属实情,请运行 junheng run 并加上 --confirm-fewer-schools "原因"。',
        f"Accepted schools fell from {before} to {accepted}, more than {largest_fall:.0%}; not published. "
        'Check the inbox, or confirm with junheng run --confirm-fewer-schools "reason".',
    )
