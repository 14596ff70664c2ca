"""Long tables of n sections × k indicators, built column by column without touching single cells.

Belongs here: repeating and tiling of words at the speed of Arrow; a nation has millions of such rows.
Does not belong here: what the columns mean (``indicators``, ``compliance``).
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as arrow


def repeated(words: pd.Series, times: int) -> pd.Series:
    """Each word ``times`` times in a row: a, a, b, b."""
    return words.repeat(times).reset_index(drop=True)


def chosen(words: Sequence[str | None], codes: np.ndarray) -> pd.Series:
    """The word of each code, as text; code i stands for ``words[i]``."""
    taken = arrow.array(list(words), arrow.large_string()).take(arrow.array(codes))
    return pd.Series(taken, dtype="str")


def chosen_rows(words: pd.Series, rows: np.ndarray) -> pd.Series:
    """The word of each row named, as text."""
    return pd.Series(arrow.array(words).cast(arrow.large_string()).take(arrow.array(rows)), dtype="str")


def tiled(words: Sequence[str], times: int) -> pd.Series:
    """All words one after the other, ``times`` times over: a, b, a, b."""
    return chosen(words, np.tile(np.arange(len(words)), times))


def told_once(patterns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For rows of small whole numbers: one row of each kind, and the kind of every row.

    Sentences about many rows are few; each is put together once for its kind and then chosen by ``chosen``.

    Returns:
        (index of a row of each kind, kind of every row).
    """
    if not len(patterns):
        return np.array([], dtype=int), np.array([], dtype=int)
    code = np.zeros(len(patterns), dtype=np.int64)
    for column in patterns.T.astype(np.int64):
        size = int(column.max()) + 1
        if int(code.max()) >= np.iinfo(np.int64).max // size - 1:
            # Dozens of columns would run over: the kinds so far are numbered anew.
            code = np.unique(code, return_inverse=True)[1].astype(np.int64)
        code = code * size + column
    _, first, kind = np.unique(code, return_index=True, return_inverse=True)
    return first, kind
