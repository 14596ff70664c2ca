"""The ledger of files: what happened to every file that ever lay in an inbox, as events that are only ever added.

Belongs here: which events a new look at the inbox adds, when a school was first heard of, whether that was late.
Does not belong here: where events are kept (``resources.ledger``), how they are told (``domain.reporting.file_history``).

The events of a file: ``received`` (these bytes are here for the first time), ``outcome`` (what became of them, told after
each arrival and whenever it changes), ``replaced`` (other bytes took their place; ``detail`` is the newcomer's SHA-256),
``withdrawn`` (gone from the inbox), ``returned`` (the same bytes are back at the same path), ``pending`` (the year is
approved and locked: what lies there, or that nothing does, waits for the unlocking; ``detail`` says which). Of a bulk table
there is one more: ``school`` (a school of which nothing was heard before stands in these bytes).
"""

import datetime as dt
from collections.abc import Iterable, Mapping

import pandas as pd

from domain.intake.findings import Finding

RECEIVED, OUTCOME, REPLACED, WITHDRAWN, RETURNED = "received", "outcome", "replaced", "withdrawn", "returned"
PENDING = "pending"
NEW, CHANGED, REMOVED, TAKEN_BACK = "new", "changed", "removed", "taken back"
"""What a pending event tells: other than the approved files lie there, or they lie there again."""
SCHOOL = "school"
EVENT_COLUMNS = ("file", "sha256", "event", "outcome", "school_id", "detail", "at", "run")
GONE = (REPLACED, WITHDRAWN)
FILES_NAMED = 3

_BEIJING = dt.timezone(dt.timedelta(hours=8))
_RULES_NAMING_ANOTHER_FILE = ("D-SUPERSEDED", "D-DUPLICATE", "K-SUPERSEDED", "K-DUPLICATE", "E-SUPERSEDED", "E-DUPLICATE")


def events(
    previous: pd.DataFrame,
    files: pd.DataFrame,
    at: dt.datetime,
    run: str = "",
    details: Mapping[str, str] | None = None,
    schools: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The events that a look at the inbox adds; none where everything is as it was.

    Args:
        previous: the year's ledger so far, oldest first: file, sha256, event, outcome, school_id, detail.
        files: every file of the inbox now, one row each: file, sha256, outcome and, where one school alone is spoken of,
            school_id (see the contract ``file_outcomes``).
        at: when the inbox was looked at, with a zone.
        run: the run that looked, empty where there is none.
        details: by file, what is to be told beside the outcome, such as the file that counts instead.
        schools: which file each school is taken from, one row each: school_id, file; None where that is not asked.

    Returns:
        New rows only, with ``EVENT_COLUMNS``; words that are not there are empty texts.
    """
    # What waits while a year is locked has no part in what counts; once unlocked it arrives like any other.
    previous = previous[previous["event"] != PENDING]
    heard = set(previous["school_id"])
    previous = previous[previous["event"] != SCHOOL]
    last = {row.file: row for row in previous.itertuples(index=False)}
    known = set(zip(previous["file"], previous["sha256"], strict=True))
    named = files["school_id"].fillna("") if "school_id" in files else pd.Series([""] * len(files))
    rows: list[tuple[str, ...]] = []
    for file, sha256, outcome, school in zip(files["file"], files["sha256"], files["outcome"], named, strict=True):
        now = (outcome, school, (details or {}).get(file, ""))
        was = last.pop(file, None)
        here = was is not None and was.event != WITHDRAWN
        if was is None or not here or was.sha256 != sha256:
            if was is not None and here and was.sha256:  # of what could not be read there is nothing more to tell
                rows.append((file, was.sha256, REPLACED, was.outcome, was.school_id, sha256))
            rows.append((file, sha256, RETURNED if (file, sha256) in known else RECEIVED, "", school, ""))
            rows.append((file, sha256, OUTCOME, *now))
        elif (was.outcome, was.school_id, was.detail) != now:
            rows.append((file, sha256, OUTCOME, *now))
    for file, was in last.items():
        if was.event != WITHDRAWN:
            rows.append((file, was.sha256, WITHDRAWN, was.outcome, was.school_id, ""))
    if schools is not None:
        heard |= set(named)
        bytes_of = dict(zip(files["file"], files["sha256"], strict=True))
        taken = zip(schools["school_id"], schools["file"], strict=True)
        rows += [(file, bytes_of[file], SCHOOL, "", one, "") for one, file in taken if one not in heard and file in bytes_of]
    return pd.DataFrame([(*row, at, run) for row in rows], columns=list(EVENT_COLUMNS))


def pending_events(
    previous: pd.DataFrame, pending: Mapping[str, tuple[str, str]], at: dt.datetime, run: str = ""
) -> pd.DataFrame:
    """The events that a look at the inbox of a locked year adds; none where everything waits as before.

    Args:
        previous: the year's ledger so far, as for ``events``.
        pending: by file, its SHA-256 now (empty where it is gone) and ``NEW``, ``CHANGED`` or ``REMOVED``.
        at: when the inbox was looked at, with a zone.
        run: the run that looked, empty where there is none.

    Returns:
        New rows only, with ``EVENT_COLUMNS``; their outcome is ``superseded``: the approved files count instead.
    """
    last = {row.file: row for row in previous.itertuples(index=False)}
    rows = []
    for file, (sha256, change) in pending.items():
        was = last.get(file)
        if was is None or (was.event, was.sha256, was.detail) != (PENDING, sha256, change):
            rows.append((file, sha256, PENDING, "superseded", "", change))
    for file, was in last.items():
        if was.event == PENDING and was.detail != TAKEN_BACK and file not in pending:
            rows.append((file, was.sha256, PENDING, "superseded", "", TAKEN_BACK))
    return pd.DataFrame([(*row, at, run) for row in rows], columns=list(EVENT_COLUMNS))


def files_counted_instead(findings: Iterable[tuple[str, str | None, str | None, Finding]]) -> dict[str, str]:
    """By superseded or duplicate file: the files that count instead, named up to a few.

    Args:
        findings: as ``Settlement.findings`` holds them.
    """
    others: dict[str, dict[str, None]] = {}
    for file, _, _, finding in findings:
        if finding.rule in _RULES_NAMING_ANOTHER_FILE:
            others.setdefault(file, {})[str(finding.params["file"])] = None
    return {
        file: "、".join(list(names)[:FILES_NAMED]) + (f" 等 {len(names)} 份" if len(names) > FILES_NAMED else "")
        for file, names in others.items()
    }


def first_received(ledger: pd.DataFrame, board: pd.DataFrame) -> pd.Series:
    """When the first file of each school arrived; empty for schools that are missing or of which the ledger does not know.

    A school of a bulk table counts from the night in which it first stood in one; for nights before that was written down,
    from the first arrival of a file of its name.

    Args:
        ledger: the year's ledger.
        board: see the contract ``reporting_board``.

    Returns:
        Moments in UTC, in the order and with the index of the board.
    """
    arrivals = ledger[ledger["event"] == RECEIVED]
    schools = ledger.loc[ledger["school_id"] != "", ["file", "sha256", "school_id", "event", "at"]]
    dated = schools.merge(arrivals[["file", "sha256", "at"]], on=["file", "sha256"], suffixes=("_told", ""))
    by_school = dated.groupby("school_id")["at"].min().to_dict()
    by_file = arrivals[arrivals["school_id"] == ""].groupby("file")["at"].min().to_dict()
    # Told with the arrival of its bytes; told later, the school may have stood in bytes before these.
    written_down = set(dated.loc[(dated["event"] == SCHOOL) & (dated["at_told"] == dated["at"]), "school_id"])
    found = []
    for school, file, outcome in zip(board["school_id"], board["file"], board["outcome"], strict=True):
        by_table = None if school in written_down else by_file.get(file)
        moments = [at for at in (by_school.get(school), by_table) if at is not None]
        found.append(min(moments) if moments and outcome != "missing" else None)
    return pd.Series(pd.to_datetime(found, utc=True), index=board.index, name="first_received")


def day_in_china(moment: dt.datetime) -> dt.date:
    """The day on which it was, in China."""
    return moment.astimezone(_BEIJING).date()


def late(first: pd.Series, due: dt.date, ledger_began: dt.datetime | None) -> pd.Series:
    """Which schools handed in after the day on which forms were due; empty where that cannot be known.

    Where the whole ledger began only after that day (a year computed afterwards, a new installation), nobody can tell when
    a school handed in, and nobody is called late.

    Args:
        first: from ``first_received``.
        due: the last day on which a form is in time.
        ledger_began: the oldest event of the ledger in any year, None for an empty ledger.

    Returns:
        Nullable booleans with the index of ``first``.
    """
    if ledger_began is None or day_in_china(ledger_began) > due:
        return pd.Series(pd.NA, index=first.index, dtype="boolean", name="late")
    found = [pd.NA if pd.isna(moment) else day_in_china(moment) > due for moment in first]
    return pd.Series(found, index=first.index, dtype="boolean", name="late")
