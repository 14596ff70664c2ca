"""``junheng run``: materialise school years through Dagster and tell what came of it.

Belongs here: starting runs in this process and reading their results. Does not belong here: what runs (``pipelines.jobs``).
"""

import datetime as dt
import getpass
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from checks import judging_process
from data_contracts.errors import MendableError, together
from data_contracts.school_year import SchoolYear, calendar, known_year
from data_contracts.standards_in_force import in_force
from domain.intake.register import read_register
from pipelines.commands.console import FAILED, FINDINGS, WELL, Speaker
from pipelines.commands.status import tell_lock
from pipelines.commands.trials import record_trials_of, tell_trials
from pipelines.execution import RunResult, execute
from resources.home import Home
from resources.inbox import files_in
from resources.inputs import input_hashes
from resources.reading_pool import shared_pool
from resources.run_lock import alone
from resources.stopped_runs import StoppedRun, digest_of, forget_stopped, keep_stopped

if TYPE_CHECKING:
    from resources.approvals import Approval


def run(
    years: list[str],
    all_years: bool,
    fewer_schools: str | None,
    home_path: Path | None,
    language: str,
    trial: Sequence[str] = (),
    no_trial: Sequence[str] = (),
) -> int:
    """Run school years, oldest first, so that each is compared with the one before.

    Standards named under ``trial`` are on trial in these years from now on, those under ``no_trial`` no longer.
    """
    speaker = Speaker.of(language)
    home = Home.at(home_path)
    for year in years:
        known_year(year)  # a slip of the pen makes no home
    is_new = not home.exists
    home.created()
    if is_new:
        speaker.say(
            f"工作文件夹 {home.path} 原先不存在,已新建。", f"There was no home folder {home.path}; it was made.", "yellow"
        )
    chosen = _years(home, years, all_years)
    problems = [problem for year in chosen for problem in _problems_before(home, year)]
    if problems:
        raise together(problems)
    if fewer_schools is not None:
        _confirm(home, chosen, fewer_schools)
    if trial or no_trial:
        record_trials_of(home, chosen, trial, no_trial)
    # Both start while this process imports Dagster.
    shared_pool().warm()
    judging_process.warm()
    return max(run_year(home, year, speaker) for year in chosen)


def _years(home: Home, years: list[str], all_years: bool) -> list[SchoolYear]:
    if all_years:
        found = [known_year(key) for key in calendar() if _has_files(home, known_year(key))]
        if not found:
            empty = MendableError(
                f"收件箱 {home.path / 'inbox'} 中没有任何学年的报送文件。请把文件放入 inbox/<学年>,例如 inbox/2026-2027。",
                f"The inbox {home.path / 'inbox'} holds no file of any school year. Put files into inbox/<school year>.",
            )
            raise together([empty, *_problem_of(home.standards)])
        return found
    if not years:
        raise MendableError(
            "请用 --year 指明学年,例如 --year 2026-2027,或用 --all-years。", "Name a year with --year, or use --all-years."
        )
    return sorted({known_year(year) for year in years})


def _has_files(home: Home, year: SchoolYear) -> bool:
    return home.inbox(year).is_dir() and bool(files_in(home.inbox(year)))


def _problems_before(home: Home, year: SchoolYear) -> list[MendableError]:
    """All that would make the run pointless: an empty inbox, a broken register, a broken standard.

    A locked year stands on its approved files, whatever lies in the inbox.
    """
    if _approval(home, year) is not None:
        return []
    checks = (_inbox_has_files, _register_is_read, _standards_judge)
    return [problem for check in checks for problem in _problem_of(partial(check, home, year))]


def _problem_of(check: Callable[[], object]) -> list[MendableError]:
    try:
        check()
    except MendableError as problem:
        return [problem]
    return []


def _inbox_has_files(home: Home, year: SchoolYear) -> None:
    if not _has_files(home, year):
        home.inbox(year).mkdir(parents=True, exist_ok=True)
        raise MendableError(
            f"{year} 学年的收件文件夹是空的:{home.inbox(year)}。请放入报送文件后再运行。已发布的内容没有改变。",
            f"The inbox of {year} is empty: {home.inbox(year)}. Put the files there and run again. What is published is unchanged.",
        )


def _register_is_read(home: Home, year: SchoolYear) -> None:
    register = home.register_file(year)
    if register:
        read_register(register.name, register.read_bytes())


def _standards_judge(home: Home, year: SchoolYear) -> None:
    if not any(standard.judges_counties for standard in in_force(home.standards(), year)):
        raise MendableError(f"{year} 学年没有生效的标准。", f"No standard is in force in {year}.")


def _approval(home: Home, year: SchoolYear) -> "Approval | None":
    """The approval that locks a year, None where it is not locked."""
    from resources.approvals import approval_in_force
    from resources.database import WarehouseDatabase

    database = WarehouseDatabase(home.database_url)
    if not database.made:
        return None
    database.prepare()
    try:
        return approval_in_force(database, year)
    finally:
        database.close()


def _confirm(home: Home, years: list[SchoolYear], reason: str) -> None:
    """Record that someone confirmed a fall in accepted schools, and why."""
    from assets.publication import FEWER_SCHOOLS
    from resources.database import WarehouseDatabase

    if not reason.strip():
        raise MendableError("请写明学校减少的原因。", "Give the reason for the fall in schools.")
    database = WarehouseDatabase(home.database_url)
    database.prepare()
    for year in years:
        database.record_act(year.key, FEWER_SCHOOLS, getpass.getuser(), reason.strip(), dt.datetime.now(dt.UTC))
    database.close()


def run_year(home: Home, year: SchoolYear, speaker: Speaker) -> int:
    """Run one school year in this process, alone in its home, with a progress bar, and tell the result."""

    def waiting() -> None:
        speaker.say(
            "另一个任务正在这个工作文件夹中运行,等它结束后接着运行……",
            "Another run is at work in this home; waiting for its end …",
            "yellow",
        )

    with alone(home, waiting):
        began = dt.datetime.now(dt.UTC)
        result = execute(home, year, speaker)
        if result.success:
            forget_stopped(home, year)
            return tell(home, year, result, speaker)
        found = digest_of(input_hashes(home, year))
        keep_stopped(home, year, StoppedRun(began, dt.datetime.now(dt.UTC), tuple(result.problems), found))
    speaker.complain(
        f"{year} 学年:运行没有完成,已发布的内容没有改变。", f"{year}: the run failed; what is published is unchanged."
    )
    for zh, en in result.problems:
        speaker.complain(f"  {zh}", f"  {en}")
    return FAILED


def tell(home: Home, year: SchoolYear, result: RunResult, speaker: Speaker) -> int:
    """Say what was accepted and what was released; exit code 1 where some file or school has errors."""
    from resources.table_store import TableStore

    tables = TableStore(home.tables)
    board, files = tables.read("reporting_board", year.key), tables.read("file_outcomes", year.key)
    assert board is not None and files is not None
    accepted = int(board["outcome"].isin(["accepted", "accepted_with_queries"]).sum())
    expected = int(board["expected"].sum())
    left_out = board[board["outcome"] == "left_out"]
    missing = board[board["expected"] & (board["outcome"] == "missing")]
    speaker.say(
        f"{year} 学年:采用 {accepted} 所,应报 {expected} 所。",
        f"{year}: {accepted} schools accepted of {expected} expected.",
        "bold",
    )
    if home.register_file(year) is None and _approval(home, year) is None:
        speaker.say(
            "  没有学校名册:学校取自报送的文件,没有报送的学校无从知道。请把名册放入 register 文件夹。",
            "  There is no register: the schools are those that handed in, and nobody knows of others. Put one into register/.",
            "yellow",
        )
    if len(missing):
        names = "、".join(missing["school_name"].head(10))
        speaker.say(f"  未报送 {len(missing)} 所:{names}", f"  {len(missing)} missing: {names}", "yellow")
    if len(left_out):
        names = "、".join(left_out["school_name"].head(10))
        speaker.say(f"  有错误未采用 {len(left_out)} 所:{names}", f"  {len(left_out)} left out with errors: {names}", "yellow")
    tell_trials(home, tables, year, speaker)
    page = home.publications(year) / "current" / "site" / "index.html"
    approval = _approval(home, year)
    if approval is not None:
        tell_lock(home, approval, speaker)
    elif result.changed:
        speaker.say(f"  已发布第 {result.release} 版:{page}", f"  Release {result.release} is out: {page}", "green")
    else:
        speaker.say(
            f"  与第 {result.release} 版相比没有任何变化,未重新发布:{page}",
            f"  Nothing changed since release {result.release}; nothing was published anew: {page}",
            "green",
        )
    speaker.say(f"  回执:{home.receipts(year)}", f"  Receipts: {home.receipts(year)}")
    return FINDINGS if files["errors"].sum() or (files["outcome"] == "rejected").any() else WELL
