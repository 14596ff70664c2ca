"""What an indicator comes to where its threshold depends on a figure that is missing: at best and at worst, over every case.

Belongs here: the four ways in which an indicator can stand, and the sentence of ``school_indicators`` that tells between which of
them it lies. Does not belong here: which cases are open (``thresholds``), what a school rule makes of it (``rulings``).

The table has one threshold for a row and a verdict of three states. What lies between is kept in the reason, from which the
compliance reads it again.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from data_contracts.catalogue import fields

SUNK, BELOW, OUT, MET = range(4)
"""Missed and beyond the floor, missed, not judged, met: each is at least as good for a school as the one before, by every rule."""

DEPENDS = "要求取决于"
"""How the reason begins where a figure that decides is missing."""
_WORDS = {SUNK: "低于底线", BELOW: "未达标", OUT: "不作判定", MET: "达标"}
_CAP_WORDS = _WORDS | {SUNK: "超出底线"}


def _between(worst: int, best: int, words: dict[int, str]) -> str:
    return f"各种情形均{words[best]}" if worst == best else f"可能{words[best]},也可能{words[worst]}"


_READ = {
    _between(worst, best, words): (worst, best)
    for words in (_WORDS, _CAP_WORDS)
    for best in range(4)
    for worst in range(best + 1)
}


def depends_on(labels: Iterable[str]) -> str:
    """That the demand depends on figures that are not filled in."""
    named = [f"“{label}”" for label in labels]
    return f"{DEPENDS}{'、'.join(named)},{'该项' if len(named) == 1 else '这些项'}未填"


def told(
    rows: np.ndarray, worst: np.ndarray, best: np.ndarray, lacking: dict[str, np.ndarray], capped: bool
) -> list[tuple[np.ndarray, str]]:
    """(rows, reason) for each kind of open row.

    Args:
        rows: true where the threshold is open and has to be told.
        worst, best: how the indicator stands, of each row.
        lacking: by the key of a figure that decides, where it is missing.
        capped: the value may not exceed the threshold.
    """
    at = np.flatnonzero(rows)
    if not len(at):
        return []
    signs = np.stack([worst[at], best[at], *(lacking[key][at].astype(int) for key in lacking)], axis=1)
    kinds, kind = np.unique(signs, axis=0, return_inverse=True)
    words = _CAP_WORDS if capped else _WORDS
    found = []
    for number, (low, high, *blank) in enumerate(kinds):
        labels = [fields()[key].label for key, here in zip(lacking, blank, strict=True) if here]
        sentence = f"{depends_on(labels)}:{_between(int(low), int(high), words)}"
        found.append((at[kind.reshape(-1) == number], sentence))
    return found


def demand_of(reason: str) -> str:
    """What a demand depends on, from the reason of an indicator; empty where it depends on nothing that is missing."""
    return reason.rpartition(":")[0] if reason.startswith(DEPENDS) else ""


def sunk(reason: str) -> bool:
    """True where the value lies beyond the floor under every case."""
    return reason.startswith(DEPENDS) and _READ[reason.rpartition(":")[2]] == (SUNK, SUNK)


def read(reasons: pd.Series) -> tuple[np.ndarray, np.ndarray, np.ndarray, Sequence[str]]:
    """What the reasons of a table tell of open thresholds.

    Returns:
        (worst, best, code, demands): −1 and code 0 where a reason tells nothing of them; ``demands[code]`` is what the demand depends on.
    """
    codes, sentences = pd.factorize(reasons)
    worst, best, code = (np.full(len(sentences), start) for start in (-1, -1, 0))
    demands: list[str] = [""]
    for place, sentence in enumerate(sentences):
        if demand := demand_of(sentence):
            worst[place], best[place] = _READ[sentence.rpartition(":")[2]]
            if demand not in demands:
                demands.append(demand)
            code[place] = demands.index(demand)
    return worst[codes], best[codes], code[codes], demands
