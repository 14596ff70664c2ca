"""The nightly schedule and the sensor: what they request, when they wait, and why they skip."""

import datetime as dt
import json
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import dagster as dg
import pandas as pd
import pytest
from integration.test_run_county import write, write_register

from builders.schools import school
from builders.workbooks import bulk, form
from data_contracts.school_year import calendar
from pipelines.definitions import build_definitions
from pipelines.schedules import INPUTS_TAG, PARTITION_TAG, days_to_come, nightly_schedule, run_tags
from pipelines.sensors import new_files_sensor
from resources.dagster_io import JunhengHome

COLLECTING, CORRECTING, CLOSED = "2026-2027", "2025-2026", "2024-2025"
OWN_STANDARD = (Path(__file__).parents[2] / "data_contracts/standards/national-quality-2017.yaml").read_text(encoding="utf-8")


@pytest.fixture
def home(tmp_path) -> JunhengHome:
    """A home into whose collecting year one file was handed in."""
    home = JunhengHome(path=str(tmp_path / "home"))
    home.home.created()
    write(inbox(home) / "表.xlsx", bulk([school(1)]))
    return home


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A Dagster home, made once: making its databases takes its time."""
    folder = tmp_path_factory.mktemp("dagster")
    with dg.DagsterInstance.local_temp(str(folder)):
        return folder


@pytest.fixture
def instance(folder) -> Iterator[dg.DagsterInstance]:
    """A Dagster without any run."""
    with dg.DagsterInstance.local_temp(str(folder)) as instance:
        yield instance
        for run in instance.get_runs():
            instance.delete_run(run.run_id)


@cache
def repository() -> dg.RepositoryDefinition:
    """All definitions, for looking up jobs and their partitions."""
    return build_definitions(JunhengHome()).get_repository_def()


def inbox(home: JunhengHome, year: str = COLLECTING) -> Path:
    return home.home.path / "inbox" / year


def night(home: JunhengHome, instance: dg.DagsterInstance) -> dict[str, dg.RunRequest]:
    """What the schedule requests this night: year → request; nothing where it skips, and it says why."""
    with dg.build_schedule_context(instance=instance, resources={"home": home}, repository_def=repository()) as context:
        told = nightly_schedule.evaluate_tick(context)
    assert bool(told.run_requests) != bool(told.skip_message)
    return {request.partition_key: request for request in told.run_requests}


def reason(home: JunhengHome, instance: dg.DagsterInstance) -> str:
    """Why the schedule skips."""
    with dg.build_schedule_context(instance=instance, resources={"home": home}, repository_def=repository()) as context:
        told = nightly_schedule.evaluate_tick(context)
    assert not told.run_requests
    return told.skip_message


class Watch:
    """The sensor, looking again and again."""

    def __init__(self, home: JunhengHome, instance: dg.DagsterInstance) -> None:
        self._home, self._instance, self._cursor = home, instance, None
        self.reason = ""

    def look(self) -> dict[str, dg.RunRequest]:
        """What the sensor requests at this look."""
        given = {"instance": self._instance, "cursor": self._cursor, "resources": {"home": self._home}}
        with dg.build_sensor_context(**given, repository_def=repository()) as context:
            told = new_files_sensor.evaluate_tick(context)
        self._cursor, self.reason = told.cursor, told.skip_message or ""
        json.loads(self._cursor)
        return {request.partition_key: request for request in told.run_requests}


@pytest.fixture
def watch(home, instance) -> Watch:
    """The sensor of that home."""
    return Watch(home, instance)


def done(instance: dg.DagsterInstance, request: dg.RunRequest, status: dg.DagsterRunStatus = dg.DagsterRunStatus.SUCCESS) -> None:
    """Let Dagster know a run of the request that came to this end."""
    job = dg.JobDefinition(name="nightly", graph_def=dg.GraphDefinition(name="nothing"))
    instance.create_run_for_job(job, tags={**request.tags, PARTITION_TAG: request.partition_key}, status=status)


def test_schedule_and_sensor_belong_to_the_definitions():
    assert repository().get_schedule_def("nightly_schedule").cron_schedule == "0 2 * * *"
    assert repository().get_schedule_def("nightly_schedule").execution_timezone == "Asia/Shanghai"
    assert repository().get_schedule_def("nightly_schedule").default_status == dg.DefaultScheduleStatus.RUNNING
    assert repository().get_sensor_def("new_files_sensor").default_status == dg.DefaultSensorStatus.STOPPED
    assert {"nightly", "backfill"} <= {job.name for job in repository().get_all_jobs()}


def test_the_jobs_have_one_partition_for_each_school_year():
    for name in ("nightly", "backfill"):
        assert repository().get_job(name).partitions_def.get_partition_keys() == list(calendar())


def test_a_year_with_an_inbox_is_requested_with_what_it_is_made_from(home, instance):
    (request,) = night(home, instance).values()
    assert request.partition_key == COLLECTING
    assert request.tags[INPUTS_TAG]


def test_every_open_year_is_requested_and_no_other(home, instance):
    for year in calendar():
        write(inbox(home, year) / "表.xlsx", bulk([school(1)]))
    assert set(night(home, instance)) == {CORRECTING, COLLECTING}


def test_without_an_inbox_the_night_is_skipped_and_says_why(tmp_path, instance):
    home = JunhengHome(path=str(tmp_path / "home"))
    home.home.created()
    assert "No open school year" in reason(home, instance)
    write(inbox(home, CLOSED) / "表.xlsx", b"x")
    assert "No open school year" in reason(home, instance)


def test_an_inbox_that_holds_no_file_starts_nothing(tmp_path, instance):
    home = JunhengHome(path=str(tmp_path / "home"))
    home.home.created()
    write(inbox(home) / "Thumbs.db", b"x")
    assert not night(home, instance)


@pytest.mark.parametrize("status", [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.STARTED])
def test_a_year_that_was_run_or_is_running_is_skipped_and_the_reason_names_it(home, instance, status):
    done(instance, night(home, instance)[COLLECTING], status)
    said = reason(home, instance)
    assert COLLECTING in said
    assert "没有变化" in said
    assert "Nothing changed" in said


def test_a_night_that_failed_is_tried_again(home, instance):
    """A full disk or a power cut is not the inbox's fault: the next run completes what the killed one left."""
    done(instance, night(home, instance)[COLLECTING], dg.DagsterRunStatus.FAILURE)
    assert set(night(home, instance)) == {COLLECTING}


def test_a_run_of_another_year_does_not_count(home, instance):
    request = night(home, instance)[COLLECTING]
    done(instance, dg.RunRequest(partition_key=CORRECTING, tags=request.tags))
    assert set(night(home, instance)) == {COLLECTING}


def test_only_the_year_that_changed_is_requested(home, instance):
    write(inbox(home, CORRECTING) / "表.xlsx", bulk([school(2)]))
    for request in night(home, instance).values():
        done(instance, request)
    write(inbox(home, CORRECTING) / "更正.xlsx", bulk([school(2, books=1)]))
    assert set(night(home, instance)) == {CORRECTING}


CHANGES = {
    "a new file": lambda home: write(inbox(home) / "乡" / "新.xlsx", form(school(2), year=COLLECTING)),
    "other bytes under the same name": lambda home: write(inbox(home) / "表.xlsx", bulk([school(1, books=1)])),
    "a file taken out": lambda home: (inbox(home) / "表.xlsx").unlink(),
    "a file renamed": lambda home: (inbox(home) / "表.xlsx").rename(inbox(home) / "表(2).xlsx"),
    "a register": lambda home: write_register(home.home.path, [school(1)], COLLECTING),
    "a standard of the county": lambda home: write(
        home.home.path / "standards" / "own.yaml", OWN_STANDARD.replace("id: national-quality-2017", "id: own").encode()
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_the_year_is_requested_again_when_something_changed(home, instance, change):
    done(instance, night(home, instance)[COLLECTING])
    assert not night(home, instance)
    change(home)
    assert set(night(home, instance)) == {COLLECTING}


def test_the_year_is_requested_again_when_the_code_changed(home, instance, monkeypatch):
    done(instance, night(home, instance)[COLLECTING])
    monkeypatch.setattr("resources.inputs.code_version", lambda: "0.0.0+another")
    assert set(night(home, instance)) == {COLLECTING}


def test_the_register_of_another_year_changes_nothing(home, instance):
    done(instance, night(home, instance)[COLLECTING])
    write_register(home.home.path, [school(1)], CLOSED)
    assert not night(home, instance)


def test_a_comment_in_a_standard_changes_nothing(home, instance):
    own = home.home.path / "standards" / "own.yaml"
    text = OWN_STANDARD.replace("id: national-quality-2017", "id: own")
    write(own, text.encode())
    done(instance, night(home, instance)[COLLECTING])
    write(own, f"# 说明\n{text}".encode())
    assert not night(home, instance)
    write(own, text.replace("floor_ratio: 0.85", "floor_ratio: 0.8").encode())
    assert set(night(home, instance)) == {COLLECTING}


def test_a_standard_that_is_not_in_force_changes_nothing(home, instance):
    done(instance, night(home, instance)[COLLECTING])
    text = OWN_STANDARD.replace("id: national-quality-2017", "id: own").replace(
        "{from: 2017-2018}", "{from: 2017-2018, to: 2020-2021}"
    )
    write(home.home.path / "standards" / "own.yaml", text.encode())
    assert not night(home, instance)


def test_an_earlier_state_that_comes_back_is_requested_again(home, instance):
    first = (inbox(home) / "表.xlsx").read_bytes()
    done(instance, night(home, instance)[COLLECTING])
    write(inbox(home) / "表.xlsx", bulk([school(1, books=1)]))
    done(instance, night(home, instance)[COLLECTING])
    write(inbox(home) / "表.xlsx", first)
    assert set(night(home, instance)) == {COLLECTING}, "what is published was made from other bytes"


def locked(home: JunhengHome) -> None:
    """An approval of a release that was made without the file that lies there."""
    home.database.prepare()
    detail = {"release": 3, "inputs": {f"inbox/{COLLECTING}/旧表.xlsx": "a" * 64}}
    home.database.record_act(COLLECTING, "approval", "县督导室", "自评完成", dt.datetime.now(dt.UTC), detail=detail)


def test_a_day_that_has_come_is_a_change_though_no_file_is(home):
    rows = [
        ("workflow", "date", "2027-03-01"),
        ("workflow", "stage", "monitoring"),
        ("visit", "date", "2027-03-02"),
        ("rectification", "due", "2027-06-30"),  # a due date is to come by its nature
        ("commitments", "committed_on", None),
        ("county_form", "quality_applied_on", "2027-03-02"),
        ("county_form", "basic_recognised_on", "2027-03-04"),
    ]
    assert days_to_come(home, COLLECTING, dt.date(2027, 2, 28)) == [], "nothing was read yet"
    path = home.tables.path("submitted_records", COLLECTING)
    path.parent.mkdir(parents=True)
    pd.DataFrame(rows, columns=["form", "field", "text"]).to_parquet(path)
    days = [days_to_come(home, COLLECTING, dt.date(2027, month, day)) for month, day in ((2, 28), (3, 1), (3, 2), (3, 4))]
    assert days == [["2027-03-01", "2027-03-02", "2027-03-04"], ["2027-03-02", "2027-03-04"], ["2027-03-04"], []]


def test_days_that_are_to_come_belong_to_what_a_run_is_made_from(home):
    path = home.tables.path("submitted_records", COLLECTING)
    path.parent.mkdir(parents=True)
    tags = []
    for day in ("9999-12-31", "2025-01-01"):
        pd.DataFrame([("workflow", "date", day)], columns=["form", "field", "text"]).to_parquet(path)
        tags.append(run_tags(home, COLLECTING)[INPUTS_TAG])
    assert tags[0] != tags[1]


def test_a_locked_year_is_skipped_with_the_number_of_files_that_wait(home, instance):
    assert set(night(home, instance)) == {COLLECTING}
    locked(home)
    assert "已审定锁定(第 3 版),2 份文件待处理" in reason(home, instance), "one is new, one is gone"
    write(inbox(home, CORRECTING) / "表.xlsx", bulk([school(1)]))
    assert set(night(home, instance)) == {CORRECTING}


def test_an_unlocked_year_is_requested_again(home, instance):
    done(instance, night(home, instance)[COLLECTING])
    locked(home)
    assert not night(home, instance)
    home.database.record_act(COLLECTING, "unlock", "县督导室", "更正", dt.datetime.now(dt.UTC), detail={"release": 3})
    assert set(night(home, instance)) == {COLLECTING}, "files may have waited, and acts are inputs"


# the sensor


def test_the_sensor_waits_until_it_has_seen_the_same_files_twice(watch):
    assert not watch.look()
    assert COLLECTING in watch.reason
    assert "Waiting for files to settle" in watch.reason
    (request,) = watch.look().values()
    assert request.partition_key == COLLECTING
    assert request.tags[INPUTS_TAG]


def test_the_sensor_waits_while_a_file_is_growing(home, watch):
    """A04: a copy that is still under way."""
    content = bulk([school(1), school(2)])
    for length in (1000, 2000, 3000):
        write(inbox(home) / "新.xlsx", content[:length])
        assert not watch.look()
        assert "Waiting" in watch.reason
    write(inbox(home) / "新.xlsx", content)
    assert not watch.look()
    assert set(watch.look()) == {COLLECTING}


def test_the_sensor_waits_while_files_are_added(home, watch):
    watch.look()
    for number in range(3):
        write(inbox(home) / "乡" / f"{number}.xlsx", bulk([school(number + 2)]))
        assert not watch.look()
    assert set(watch.look()) == {COLLECTING}


def test_the_sensor_waits_for_a_file_of_equal_size_that_was_written_again(home, watch):
    watch.look()
    os.utime(inbox(home) / "表.xlsx", ns=(1, 1))
    assert not watch.look()
    assert set(watch.look()) == {COLLECTING}


def test_the_sensor_asks_once_for_each_state(instance, watch):
    watch.look()
    done(instance, watch.look()[COLLECTING], dg.DagsterRunStatus.STARTED)
    assert not watch.look()
    assert "No new files" in watch.reason
    assert not watch.look()


def test_the_sensor_does_not_try_a_failed_state_again_every_minute(instance, watch):
    watch.look()
    done(instance, watch.look()[COLLECTING], dg.DagsterRunStatus.FAILURE)
    assert not watch.look()


def test_the_sensor_asks_again_when_a_file_the_register_or_a_standard_changed(home, instance, watch):
    watch.look()
    done(instance, watch.look()[COLLECTING])
    for change in (CHANGES["a new file"], CHANGES["a register"], CHANGES["a standard of the county"]):
        assert not watch.look()
        change(home)
        requests = watch.look() or watch.look()
        assert set(requests) == {COLLECTING}
        done(instance, requests[COLLECTING])


def test_the_sensor_looks_at_open_years_only(home, watch):
    for year in (CORRECTING, CLOSED):
        write(inbox(home, year) / "表.xlsx", bulk([school(1)]))
    watch.look()
    assert set(watch.look()) == {CORRECTING, COLLECTING}


def test_the_sensor_of_a_home_without_inboxes_skips(tmp_path, instance):
    home = JunhengHome(path=str(tmp_path / "home"))
    home.home.created()
    watch = Watch(home, instance)
    assert not watch.look()
    assert "No new files" in watch.reason


def test_the_sensor_passes_over_a_locked_year(home, watch):
    locked(home)
    watch.look()
    assert not watch.look()
    assert "2 份文件待处理" in watch.reason


def test_schedule_and_sensor_agree_on_what_was_run(home, instance, watch):
    done(instance, night(home, instance)[COLLECTING])
    watch.look()
    assert not watch.look()
