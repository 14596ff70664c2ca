"""One run of a school year in this process: Dagster's settings, the run itself, and what it came to.

Belongs here: what Dagster needs and answers. Does not belong here: what runs (``pipelines.jobs``), what a person is told of
it (``pipelines.commands.run``).
"""

import gc
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data_contracts.school_year import SchoolYear
from data_contracts.tables import CONTRACTS
from pipelines.commands.console import Speaker
from resources.home import Home

if TYPE_CHECKING:
    from resources.dagster_io import JunhengHome

DAGSTER_SETTINGS = """\
telemetry:
  enabled: false
nux:
  enabled: false
concurrency:
  runs:
    max_concurrent_runs: 1
"""
SELDOM = 200_000
"""New things that come into being before garbage is looked for; Python's own pace is 700."""


def dagster_home(home: Home) -> Path:
    """Dagster's own folder with its settings, made known to this process and those it starts."""
    home.dagster.mkdir(parents=True, exist_ok=True)
    settings = home.dagster / "dagster.yaml"
    if not settings.exists():
        settings.write_text(DAGSTER_SETTINGS, encoding="utf-8")
    os.environ["DAGSTER_HOME"] = str(home.dagster)
    os.environ["JUNHENG_HOME"] = str(home.path)
    return home.dagster


@dataclass(frozen=True)
class RunResult:
    """What a run came to: success, the release number, whether anything changed, and sentences about failures (zh, en)."""

    success: bool
    release: int | None
    changed: bool
    problems: list[tuple[str, str]]


@contextmanager
def few_collections() -> Iterator[None]:
    """Look for garbage seldom.

    A night makes a million small things that live to its end, Dagster's own and the findings; at Python's ordinary pace they
    would be looked through a thousand times, which is a tenth of the whole run.
    """
    ordinary = gc.get_threshold()
    gc.set_threshold(SELDOM, *ordinary[1:])
    try:
        yield
    finally:
        gc.set_threshold(*ordinary)


def execute(home: Home, year: SchoolYear, speaker: Speaker) -> RunResult:
    """Materialise every asset of a school year through Dagster in this process."""
    with few_collections():
        return _executed(home, year, speaker)


def _executed(home: Home, year: SchoolYear, speaker: Speaker) -> RunResult:
    import logging

    settings = dagster_home(home)
    from pipelines.definitions import build_definitions
    from pipelines.schedules import run_tags
    from resources.dagster_io import JunhengHome
    from resources.event_log import instance_of_run

    logging.getLogger("dagster").setLevel(logging.CRITICAL)
    resource = JunhengHome(path=str(home.path))
    _repair(resource, year, speaker)
    job = build_definitions(resource).resolve_job_def("nightly")
    run_id = str(uuid.uuid4())
    with instance_of_run(settings) as instance, speaker.progress() as bar:
        task = bar.add_task(f"{year}", total=len(job.nodes))

        def heard(entry: object, _cursor: object = None) -> None:
            event = getattr(entry, "dagster_event", None)
            if event is not None and event.event_type_value in ("STEP_SUCCESS", "STEP_FAILURE", "STEP_SKIPPED"):
                bar.advance(task)

        instance.add_event_listener(run_id, heard)
        done = job.execute_in_process(
            partition_key=year.key, instance=instance, raise_on_error=False, run_id=run_id, tags=run_tags(resource, year.key),
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        )  # fmt: skip
        return _result(done)


def _repair(resource: "JunhengHome", year: SchoolYear, speaker: Speaker) -> None:
    """Finish a publication that an earlier run left half done, and put back what somebody altered in it."""
    database, publication = resource.database, resource.publication(year)
    database.prepare()
    last = database.current_release(year.key)
    other = publication.altered(last.number) if last else None
    shown = publication.repair(last.number if last else None)
    if last and other and shown == last.number:
        speaker.say(
            f"{year} 学年:{publication.current} 与第 {last.number} 次发布不一致({other}),已按发布时的内容恢复。",
            f"{year}: {publication.current} was not as released ({other}); it was put back to release {last.number}.",
            "yellow",
        )


def _result(done: Any) -> RunResult:
    import dagster as dg

    problems: list[tuple[str, str]] = []
    release, changed = None, False
    for event in done.all_events:
        data = event.event_specific_data
        if event.event_type_value == "STEP_FAILURE":
            problems += _failure(event)
        if (
            event.event_type_value == "ASSET_CHECK_EVALUATION"
            and not data.passed
            and data.severity == dg.AssetCheckSeverity.ERROR
        ):
            problems.append(_refusal(data))
    if done.success:
        for event in done.get_asset_materialization_events():
            if event.asset_key.path[-1] == "release":
                metadata = event.materialization.metadata
                release, changed = int(metadata["release"].value), bool(metadata["changed"].value)
    return RunResult(done.success, release, changed, list(dict.fromkeys(problems)))


def _refusal(check: Any) -> tuple[str, str]:
    """What a blocking check that failed says, in both languages."""
    values = {key: str(getattr(value, "value", value)) for key, value in check.metadata.items()}
    english = values.pop("en", None)
    details = "; ".join(f"{key}: {' '.join(value.split())}" for key, value in values.items())
    if check.description:
        return check.description, english or check.description
    return f"检查 {check.check_name} 未通过:{details}", f"check {check.check_name} failed: {details}"


def _failure(event: Any) -> list[tuple[str, str]]:
    """Why a step failed, in both languages; a blocking check speaks for itself."""
    data = event.event_specific_data
    failure = data.user_failure_data
    if failure is not None and failure.description:
        english = failure.metadata.get("en")
        return [(failure.description, str(english.value) if english else failure.description)]
    chain = []
    error = data.error
    while error is not None:
        chain.append(error)
        error = error.cause
    if any(one.cls_name == "DagsterAssetCheckFailedError" for one in chain):
        return []
    ours = next((one for one in chain if one.cls_name in ("BrokenContract", "MendableError")), chain[-1] if chain else None)
    text = " ".join(ours.message.split()) if ours else ""
    text = text.partition(": ")[2] or text
    if ours is not None and ours.cls_name == "MendableError" and " / " in text:
        zh, _, en = text.partition(" / ")
        return [(zh, en)]
    table = CONTRACTS.get(event.step_key)
    step = f"计算“{table.title}”({event.step_key})时" if table else f"步骤 {event.step_key} "
    return [(f"{step}出错:{text}", f"step {event.step_key} failed: {text}")]
