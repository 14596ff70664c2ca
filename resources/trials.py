"""Which standards are on trial in a school year: a recorded act of someone, not a setting.

Belongs here: switching trials on and off in the log of acts, and reading which are on. Does not belong here: computing them
(``domain.assessment.trials``).
"""

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

from data_contracts.errors import MendableError
from data_contracts.school_year import SchoolYear
from data_contracts.standard import Standard
from domain.reporting.standard_words import listed
from resources.database import WarehouseDatabase
from resources.home import Home

TRIAL, TRIAL_ENDED = "trial", "trial_ended"


def trials_on(home: Home, year: SchoolYear) -> tuple[str, ...]:
    """Ids of the standards on trial in a year, in order; a home without a database yet has none."""
    address = home.database_url
    if address.startswith("sqlite:///") and not Path(address.removeprefix("sqlite:///")).is_file():
        return ()
    database = WarehouseDatabase(home.database_url)
    database.prepare()
    try:
        last = {act.reason: act.kind for act in database.acts(year.key) if act.kind in (TRIAL, TRIAL_ENDED)}
    finally:
        database.close()
    return tuple(sorted(standard for standard, kind in last.items() if kind == TRIAL))


def standards_on_trial(home: Home, year: SchoolYear) -> tuple[Standard, ...]:
    """The standards on trial in a year.

    Raises:
        MendableError: the file of one is no longer there.
    """
    ids = trials_on(home, year)
    if not ids:
        return ()
    known = {standard.id: standard for standard in home.standards()}
    return tuple(_known(one, known) for one in ids)


def _known(standard: str, known: dict[str, Standard]) -> Standard:
    if standard not in known:
        zh, en = listed(known[name] for name in sorted(known))
        raise MendableError(
            f"没有编号为 {standard} 的标准,不能试算。现有标准:{zh}。若已不需要,请用 --no-trial {standard} 结束试算。",
            f"There is no standard {standard} to try. There are: {en}. End the trial with --no-trial {standard}.",
        )
    return known[standard]


def _not_on_trial(year: SchoolYear, absent: list[str], on: list[Standard]) -> MendableError:
    zh, en = listed(on)
    return MendableError(
        f"{year} 学年没有在试算 {'、'.join(absent)},不需要结束。" + (f"正在试算的有:{zh}。" if on else ""),
        f"{', '.join(absent)} is not on trial in {year}; there is nothing to end." + (f" On trial are: {en}." if on else ""),
    )


def record_trials(
    home: Home, years: Iterable[SchoolYear], begun: Iterable[str], ended: Iterable[str], by_whom: str, at: dt.datetime
) -> None:
    """Switch trials on and off for these years; what is so already is not recorded again.

    Raises:
        MendableError: a standard to try is not known, or one to end is not on trial.
    """
    known = {standard.id: standard for standard in home.standards()}
    begun, ended = list(begun), list(ended)
    for standard in begun:
        _known(standard, known)
    wanted: list[tuple[SchoolYear, str, str]] = []
    for year in years:
        on = trials_on(home, year)
        absent = [standard for standard in ended if standard not in on]
        if absent:
            raise _not_on_trial(year, absent, [known[standard] for standard in on if standard in known])
        wanted += [(year, TRIAL, standard) for standard in begun if standard not in on]
        wanted += [(year, TRIAL_ENDED, standard) for standard in ended]
    if not wanted:
        return
    database = WarehouseDatabase(home.database_url)
    database.prepare()
    for year, kind, standard in wanted:
        database.record_act(year.key, kind, by_whom, standard, at)
    database.close()
