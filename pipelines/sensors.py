"""Sensors: new files in an inbox.

Belongs here: what starts a run when something happens. Does not belong here: what runs (``jobs``).
"""

import json

import dagster as dg

from data_contracts.school_year import calendar
from pipelines.jobs import nightly
from pipelines.schedules import already_run, lock_told, run_tags
from resources.dagster_io import JunhengHome
from resources.inputs import inbox_signature


@dg.sensor(
    job=nightly,
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.STOPPED,
    description="收件箱有新文件时立即运行(默认关闭,可在界面中开启);等文件复制完成、两次查看没有变化后才运行。",
)
def new_files_sensor(context: dg.SensorEvaluationContext, home: JunhengHome) -> dg.SensorResult | dg.SkipReason:
    """Request a run for an open year once its inbox has changed and then stood still between two looks.

    A file that is still being copied changes its size from look to look; only a quiet inbox is read.
    """
    seen: dict[str, str] = json.loads(context.cursor) if context.cursor else {}
    now: dict[str, str] = {}
    requests, waiting, locked = [], [], []
    for entry in calendar().values():
        inbox = home.home.inbox(entry.year)
        if not entry.open or not inbox.is_dir():
            continue
        year = entry.year.key
        now[year] = inbox_signature(inbox)
        if seen.get(year) != now[year]:
            waiting.append(year)
            continue
        told = lock_told(home, entry.year)
        if told is not None:
            locked.append(told)
            continue
        tags = run_tags(home, year)
        # Unlike the night, which tries again, a look every minute must not repeat a run that failed on the same files.
        if not already_run(context.instance, year, tags, failed_too=True):
            requests.append(dg.RunRequest(partition_key=year, tags=tags))
    if requests:
        return dg.SensorResult(run_requests=requests, cursor=json.dumps(now))
    reason = (
        f"{'、'.join(waiting)}:文件有变化,等待复制完成。Waiting for files to settle." if waiting else "没有新文件。No new files."
    )
    reason = " ".join([reason, *locked])
    return dg.SensorResult(skip_reason=reason, cursor=json.dumps(now))
