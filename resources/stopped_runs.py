"""What stopped the last run of a school year, kept in the home until a run ends well.

Belongs here: writing it down, reading it back, forgetting it. Does not belong here: what a run does (``pipelines``), what was
published (``publication``).
"""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from data_contracts.school_year import SchoolYear
from resources.home import Home


@dataclass(frozen=True)
class StoppedRun:
    """A run that did not end.

    Attributes:
        began, ended: when.
        problems: why, each in Chinese and English.
        inputs: digest of what it found, see ``digest_of``.
    """

    began: dt.datetime
    ended: dt.datetime
    problems: tuple[tuple[str, str], ...]
    inputs: str


def digest_of(inputs: Mapping[str, str]) -> str:
    """One value for what lies in the inbox and beside it: see ``resources.inputs.input_hashes``."""
    return hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()


def keep_stopped(home: Home, year: SchoolYear, stopped: StoppedRun) -> None:
    """Write down that a run stopped; a disk that cannot be written costs this remark alone."""
    told = {
        "began": stopped.began.isoformat(),
        "ended": stopped.ended.isoformat(),
        "problems": stopped.problems,
        "inputs": stopped.inputs,
    }
    try:
        home.stopped_run(year).write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    except OSError:
        return


def forget_stopped(home: Home, year: SchoolYear) -> None:
    """A run ended well."""
    home.stopped_run(year).unlink(missing_ok=True)


def last_stopped(home: Home, year: SchoolYear) -> StoppedRun | None:
    """The last run where it stopped, None where it ended well or nothing can be read of it."""
    try:
        told = json.loads(home.stopped_run(year).read_text(encoding="utf-8"))
        problems: Sequence[Sequence[str]] = told["problems"]
        began, ended = (dt.datetime.fromisoformat(told[name]) for name in ("began", "ended"))
        return StoppedRun(began, ended, tuple((str(zh), str(en)) for zh, en in problems), str(told["inputs"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
