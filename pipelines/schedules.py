"""Schedules: the nightly run.

Belongs here: when the clock starts something, and why it does not. Does not belong here: what runs (``jobs``).
"""

import datetime as dt
import json
import uuid

import dagster as dg

from data_contracts.school_year import SchoolYear, calendar
from domain.intake.ledger import day_in_china
from domain.intake.record_rows import PAST_DAYS
from pipelines.jobs import nightly
from resources.approvals import APPROVAL, UNLOCK, pending_files
from resources.dagster_io import JunhengHome
from resources.inbox import files_in
from resources.inputs import fingerprint, input_hashes
from resources.procedure import SAMPLE, STEP, WITHDRAWAL

INPUTS_TAG = "junheng/inputs"
PARTITION_TAG = "dagster/partition"
LONGEST_RUN = dt.timedelta(hours=6)


def run_tags(home: JunhengHome, year: str) -> dict[str, str]:
    """Tags that say from which inputs, recorded acts and code a run of a year was made."""
    inputs = input_hashes(home.home, SchoolYear.parse(year))
    home.database.prepare()
    acts = [
        [act.id, act.kind]
        for act in home.database.acts(None, STEP, WITHDRAWAL, SAMPLE, APPROVAL, UNLOCK)
        if act.school_year <= year
    ]
    if acts:
        inputs["acts"] = json.dumps(acts)
    waiting = days_to_come(home, year, day_in_china(dt.datetime.now(dt.UTC)))
    if waiting:
        inputs["days to come"] = json.dumps(waiting)
    return {INPUTS_TAG: fingerprint(inputs)[:40]}


def days_to_come(home: JunhengHome, year: str, today: dt.date) -> list[str]:
    """Days that rows of record forms and county forms give as past and that are yet to come.

    Such a row or form is refused until its day has come; the list is then shorter, and the night runs though no file has changed.
    """
    records = home.tables.read("submitted_records", year)
    if records is None:
        return []
    of_past = [key in PAST_DAYS.get(form, ()) for form, key in zip(records["form"], records["field"], strict=True)]
    days = records.loc[of_past, "text"].dropna()
    return sorted(set(days[days > today.isoformat()]))


def lock_told(home: JunhengHome, year: SchoolYear) -> str | None:
    """Why a locked year is not run, and how many files wait; None where it is not locked."""
    approval = home.approval(year)
    if approval is None:
        return None
    waiting = len(pending_files(home.home, approval))
    return (
        f"{year} 学年已审定锁定(第 {approval.release} 版),{waiting} 份文件待处理。"
        f"{year} is approved and locked (release {approval.release}); {waiting} files wait."
    )


def already_run(instance: dg.DagsterInstance, year: str, tags: dict[str, str], failed_too: bool = False) -> bool:
    """True when the last run of the year had the same inputs and code and need not be repeated.

    A run that ended well need not; one that runs or waits neither, unless it began so long ago that it must have been
    killed; one that failed only counts where asked for.
    """
    records = instance.get_run_records(filters=dg.RunsFilter(tags={PARTITION_TAG: year}), limit=1)
    if not records or records[0].dagster_run.tags.get(INPUTS_TAG) != tags[INPUTS_TAG]:
        return False
    status = records[0].dagster_run.status
    if status in (dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED):
        return failed_too
    age = dt.datetime.now(dt.UTC) - records[0].create_timestamp
    return status == dg.DagsterRunStatus.SUCCESS or age < LONGEST_RUN


def was_run(instance: dg.DagsterInstance, year: str) -> bool:
    """True when the year was ever run."""
    return bool(instance.get_runs(filters=dg.RunsFilter(tags={PARTITION_TAG: year}), limit=1))


@dg.schedule(
    job=nightly,
    cron_schedule="0 2 * * *",
    execution_timezone="Asia/Shanghai",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="每日 02:00(北京时间)计算所有开放的学年;收件、名册、标准和程序都没有变化时,以及学年已审定锁定时跳过。",
)
def nightly_schedule(context: dg.ScheduleEvaluationContext, home: JunhengHome) -> list[dg.RunRequest] | dg.SkipReason:
    """Request a run for every open school year whose inputs or code changed since its last run."""
    requests, unchanged, locked = [], [], []
    for entry in calendar().values():
        inbox = home.home.inbox(entry.year)
        if not entry.open or not inbox.is_dir():
            continue
        # An inbox that never held a file is no news; one that was emptied is, and its run says so loudly.
        if not files_in(inbox) and not was_run(context.instance, entry.year.key):
            continue
        told = lock_told(home, entry.year)
        if told is not None:
            locked.append(told)
            continue
        tags = run_tags(home, entry.year.key)
        if already_run(context.instance, entry.year.key, tags):
            unchanged.append(entry.year.key)
        else:
            # Several requests of one tick need keys. A key is never run twice, so it cannot name the inputs, which may come
            # back to an earlier state; that nothing runs twice in vain is seen to by ``already_run``.
            key = f"{entry.year.key} {uuid.uuid4()}"
            requests.append(dg.RunRequest(run_key=key, partition_key=entry.year.key, tags=tags))
    if requests:
        return requests
    if unchanged or locked:
        same = f"{'、'.join(unchanged)}:收件、名册、标准和程序自上次运行以来没有变化。Nothing changed."
        return dg.SkipReason(" ".join([*([same] if unchanged else []), *locked]))
    return dg.SkipReason("没有开放的学年收到报送文件。No open school year has an inbox yet.")
