"""Which file counts for a school that several files speak of.

Belongs here: duplicates, later files that supersede, conflicts. Does not belong here: acceptance and outcomes (``settling``).
"""

import dataclasses
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from data_contracts.catalogue import fields
from data_contracts.records import NUMERIC_COLUMNS, RETURN_COLUMNS, TEXT_COLUMNS
from domain.intake.explaining import together
from domain.intake.findings import Finding, first_few, quoted_or_empty
from domain.intake.returns import Returns
from domain.intake.screening import Told, plain

CHANGES_NAMED = 10


def which_counts(
    returns: Returns, broken: dict[str, list[Finding]], told: list[Told], sha256_of: Mapping[str, str]
) -> tuple[np.ndarray, list[Told]]:
    """For each return: counts, superseded, duplicate or broken (its file is), and the findings that say so.

    Same values as the newest: the file that had them first counts (the first sound one where some have errors), the
    others are duplicates. Otherwise the last modified counts; a file without a time is older than any with one; equal
    times with different values are a conflict, told to both, and neither is accepted. A file with the bytes of another is
    a duplicate as a whole: what is wrong in it is told of the other.

    Args:
        returns: all returns of the year.
        broken: files that cannot count as a whole.
        told: findings so far, which say which returns have errors.
        sha256_of: the bytes of each file.
    """
    keys = returns.keys
    files, ids = keys["file"].to_numpy(object), keys["school_id"].to_numpy(object)
    times = [time or "" for time in keys["modified"]]
    status = np.where(np.isin(files, list(broken)), "broken", "counts").astype(object)
    faulty = {index for index, finding in told if finding.severity == "error"}
    more: list[Told] = []
    for file, original in _copies(keys[status == "counts"], faulty, sha256_of).items():
        mine = np.flatnonzero(files == file).tolist()
        status[mine] = "duplicate"
        named = {ids[index]: index for index in reversed(mine) if ids[index] is not None}
        for school_id, index in reversed(named.items()):
            more.append((index, returns.finding(index, "D-DUPLICATE", "school_id", school_id=school_id, file=original)))
    live = keys[(status == "counts") & keys["school_id"].notna().to_numpy()].drop_duplicates(["school_id", "file"])
    several = live[live["school_id"].duplicated(keep=False)]
    # A file may name a school in several rows; what becomes of one becomes of all.
    rows_of: dict[tuple[str, str], list[int]] = {}
    for index in np.flatnonzero((status == "counts") & pd.Index(ids).isin(several["school_id"])).tolist():
        rows_of.setdefault((files[index], ids[index]), []).append(index)
    for school_id, rows in several.groupby("school_id", sort=False):
        order = sorted(rows.index, key=lambda index: (times[index], files[index]))
        content = {index: _content(returns, index) for index in order}
        newest = [index for index in order if times[index] == times[order[-1]]]
        winner = None
        if len({content[index] for index in newest}) > 1:
            names = [files[index] for index in newest]
            differing = _differences(returns, newest, " / ")
            told_of: dict[str, Any] = {"files": names, "count": len(differing), **first_few(differing, CHANGES_NAMED)}
            more += [
                (index, returns.finding(index, "D-CONFLICT", "school_id", school_id=school_id, **told_of)) for index in newest
            ]
            others = [index for index in order if index not in newest]
        else:
            same = [index for index in order if content[index] == content[newest[-1]]]
            winner = next((index for index in same if index not in faulty), same[-1])
            others = [index for index in order if index != winner]
        for index in others:
            duplicate = winner is not None and content[index] == content[winner]
            rule, other = ("D-DUPLICATE", files[winner]) if duplicate else ("D-SUPERSEDED", files[newest[-1]])
            more.append((index, returns.finding(index, rule, "school_id", school_id=school_id, file=other)))
            status[rows_of[files[index], school_id]] = "duplicate" if duplicate else "superseded"
        before = [index for index in others if status[index] == "superseded" and index not in faulty]
        if winner is not None and before and winner not in faulty:
            more.append((winner, _changed(returns, before[-1], winner)))
    return status, more


def _copies(keys: pd.DataFrame, faulty: Collection[int], sha256_of: Mapping[str, str]) -> dict[str, str]:
    """Files with the bytes of another → that other: the one with fewer errors, as a name may be wrong, else the first by path."""
    alike: dict[str, list[tuple[int, str]]] = {}
    times = Counter(sha256_of[file] for file in keys["file"].unique())
    twice = [file for file in keys["file"].unique() if times[sha256_of[file]] > 1 and sha256_of[file]]
    for file, rows in keys[keys["school_id"].notna() & keys["file"].isin(twice)].groupby("file"):
        errors = sum(index in faulty for index in rows.index)
        alike.setdefault(sha256_of[str(file)], []).append((errors, str(file)))
    return {file: min(same)[1] for same in alike.values() for _, file in same if file != min(same)[1]}


def _content(returns: Returns, index: int) -> tuple[object, ...]:
    """What a return says, for telling whether two say the same."""
    numbers = tuple(None if np.isnan(v := returns.numbers[name][index]) else float(v) for name in NUMERIC_COLUMNS)
    return (*numbers, *(returns.texts[name][index] for name in TEXT_COLUMNS))


def _changed(returns: Returns, old: int, new: int) -> Finding:
    """Old and new values where a newer file takes the place of one that was fit to be accepted."""
    changes = _differences(returns, [old, new], "→")
    listed = first_few(changes, CHANGES_NAMED)
    told = returns.finding(new, "D-CHANGED", None, None, file=returns.keys["file"].iat[old], count=len(changes), **listed)
    # An explanation of these changes is none of others.
    return dataclasses.replace(told, value=together(zh for zh, _ in changes))


def _differences(returns: Returns, indexes: Sequence[int], between: str) -> list[tuple[str, str]]:
    """What some returns of a school do not say alike, with the values of all in this order, in Chinese and English.

    What could not be read is quoted as it was typed: only a cell in which nothing stands is told as empty.
    """
    found = []
    for name, (key, section) in RETURN_COLUMNS.items():
        what = fields()[key]
        said = [(returns.numbers if what.numeric else returns.texts)[name][index] for index in indexes]
        values = [None if value is None or value != value else value for value in said]
        if all(value == values[0] for value in values):
            continue
        typed = [returns.typed_text(index, key, section) for index in indexes]
        spoken = [
            (plain(value / what.factor) if what.numeric else str(value),) * 2 if value is not None else quoted_or_empty(words)
            for value, words in zip(values, typed, strict=True)
        ]
        zh, en = (between.join(side) for side in zip(*spoken, strict=True))
        found.append((f"{what.label_in(section)} {zh}", f"{what.label_in(section)} {en}"))
    return found
