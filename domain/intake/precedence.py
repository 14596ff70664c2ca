"""Which file counts for a school that several files speak of.

Belongs here: duplicates, later files that supersede, conflicts. Does not belong here: acceptance and outcomes (``settling``).
"""

import dataclasses

import numpy as np
import pandas as pd

from data_contracts.catalogue import fields
from data_contracts.records import NUMERIC_COLUMNS, RETURN_COLUMNS, TEXT_COLUMNS
from domain.intake.explaining import together
from domain.intake.findings import EMPTY, Finding, first_few
from domain.intake.returns import Returns
from domain.intake.screening import Told, plain

CHANGES_NAMED = 10


def which_counts(returns: Returns, broken: dict[str, list[Finding]], told: list[Told]) -> tuple[np.ndarray, list[Told]]:
    """For each return: counts, superseded, duplicate or broken (its file is), and the findings that say so.

    Same values as the newest: the file that had them first counts (the first sound one where some have errors), the
    others are duplicates. Otherwise the last modified counts; a file without a time is older than any with one; equal
    times with different values are a conflict, told to both, and neither is accepted.

    Args:
        returns: all returns of the year.
        broken: files that cannot count as a whole.
        told: findings so far, which say which returns have errors.
    """
    keys = returns.keys
    files, ids = keys["file"].to_numpy(object), keys["school_id"].to_numpy(object)
    times = [time or "" for time in keys["modified"]]
    status = np.where(np.isin(files, list(broken)), "broken", "counts").astype(object)
    faulty = {index for index, finding in told if finding.severity == "error"}
    more: list[Told] = []
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
            names = "、".join(files[index] for index in newest)
            more += [
                (index, returns.finding(index, "D-CONFLICT", "school_id", school_id=school_id, files=names)) for index in newest
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


def _content(returns: Returns, index: int) -> tuple[object, ...]:
    """What a return says, for telling whether two say the same."""
    numbers = tuple(None if np.isnan(v := returns.numbers[name][index]) else float(v) for name in NUMERIC_COLUMNS)
    return (*numbers, *(returns.texts[name][index] for name in TEXT_COLUMNS))


def _changed(returns: Returns, old: int, new: int) -> Finding:
    """Old and new values where a newer file takes the place of one that was fit to be accepted."""
    changes = []
    for name, (key, section) in RETURN_COLUMNS.items():
        what = fields()[key]
        a, b = (returns.numbers if what.numeric else returns.texts)[name][[old, new]]
        if a == b or (a != a and b != b) or (a is None and b is None):
            continue
        spoken = [EMPTY if v is None or v != v else (plain(v / what.factor) if what.numeric else str(v),) * 2 for v in (a, b)]
        zh, en = ("→".join(side) for side in zip(*spoken, strict=True))
        changes.append((f"{what.label_in(section)} {zh}", f"{what.label_in(section)} {en}"))
    listed = first_few(changes, CHANGES_NAMED)
    told = returns.finding(new, "D-CHANGED", None, None, file=returns.keys["file"].iat[old], count=len(changes), **listed)
    # An explanation of these changes is none of others.
    return dataclasses.replace(told, value=together(zh for zh, _ in changes))
