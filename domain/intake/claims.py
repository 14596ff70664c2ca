"""Which of several statements about the same thing counts: a county's form, or the row of a record form.

Belongs here: duplicates, later statements that supersede, conflicts, without knowing what is stated. Does not belong here:
schools' returns (``precedence``, by the same rule), acceptance and words (``county_settling``, ``record_settling``).
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Claim:
    """One statement: when its file says that it was last modified (empty: never), the file, what is said, whether it is wrong."""

    time: str
    file: str
    content: Hashable
    faulty: bool = False


@dataclass(frozen=True)
class Decision:
    """What becomes of some claims, by their index.

    Attributes:
        winner: the one that counts; None for a conflict.
        conflicting: the newest ones that contradict each other.
        duplicates: those that say the same as the winner.
        superseded: those that say something else and are older; the newest of them last.
    """

    winner: int | None
    conflicting: tuple[int, ...] = ()
    duplicates: tuple[int, ...] = ()
    superseded: tuple[int, ...] = ()


def decide(claims: Sequence[Claim]) -> Decision:
    """Same content as the newest: the first that had it counts (the first sound one where some are faulty).

    Otherwise the last modified counts; one without a time is older than any with one; equal times with different contents
    are a conflict, and none of these counts.
    """
    order = sorted(range(len(claims)), key=lambda index: (claims[index].time, claims[index].file))
    last = claims[order[-1]]
    newest = [index for index in order if claims[index].time == last.time]
    if len({claims[index].content for index in newest}) > 1:
        return Decision(None, tuple(newest), superseded=tuple(index for index in order if index not in newest))
    same = [index for index in order if claims[index].content == last.content]
    winner = next((index for index in same if not claims[index].faulty), same[-1])
    duplicates = tuple(index for index in same if index != winner)
    return Decision(winner, (), duplicates, tuple(index for index in order if index not in same))
