"""Dagster's event log, held open by a run, is what Dagster's own reads."""

import threading
import uuid
from pathlib import Path

import dagster as dg
from dagster._core.instance.ref import InstanceRef
from dagster._core.storage.event_log import SqliteEventLogStorage

from resources.event_log import HeldOpenEventLog, instance_of_run


@dg.asset
def figures() -> int:
    """An asset."""
    return 1


@dg.asset_check(asset=figures)
def figures_are_right() -> dg.AssetCheckResult:
    """A check."""
    return dg.AssetCheckResult(passed=True)


ONE, TWO = (str(uuid.UUID(int=number)) for number in (1, 2))
JOB = dg.Definitions(assets=[figures], asset_checks=[figures_are_right], jobs=[dg.define_asset_job("all_of_it")])


def run_in(instance: dg.DagsterInstance, run_id: str) -> None:
    settings = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
    done = JOB.resolve_job_def("all_of_it").execute_in_process(instance=instance, run_id=run_id, run_config=settings)
    assert done.success


def kinds(instance: dg.DagsterInstance, run_id: str) -> list[str | None]:
    return [one.dagster_event.event_type_value if one.dagster_event else None for one in instance.all_logs(run_id)]


def test_dagsters_own_log_reads_every_event_even_while_the_files_are_open(tmp_path: Path) -> None:
    with instance_of_run(tmp_path) as ours, dg.DagsterInstance.from_ref(InstanceRef.from_dir(str(tmp_path))) as dagsters:
        assert isinstance(ours.event_log_storage, HeldOpenEventLog)
        assert type(dagsters.event_log_storage) is SqliteEventLogStorage
        run_in(ours, ONE)
        assert kinds(dagsters, ONE) == kinds(ours, ONE)
        assert {"ASSET_MATERIALIZATION", "ASSET_CHECK_EVALUATION", "PIPELINE_SUCCESS"} <= set(kinds(dagsters, ONE))
        assert dagsters.get_latest_materialization_event(figures.key) is not None
        run_in(dagsters, TWO)
        assert kinds(ours, TWO) == kinds(dagsters, TWO)


def test_a_watcher_in_the_ui_notices_what_a_run_writes(tmp_path: Path) -> None:
    noticed = threading.Event()
    with instance_of_run(tmp_path) as ours, dg.DagsterInstance.from_ref(InstanceRef.from_dir(str(tmp_path))) as uis:
        run_in(ours, ONE)
        seen = len(kinds(uis, ONE))
        last = uis.event_log_storage.get_records_for_run(ONE).cursor
        uis.watch_event_logs(ONE, last, lambda _event, _cursor: noticed.set())
        ours.report_engine_event("afterwards", run_id=ONE, job_name="all_of_it")
        assert noticed.wait(timeout=20)
        assert len(kinds(uis, ONE)) == seen + 1


def test_files_are_closed_when_the_run_is_over(tmp_path: Path) -> None:
    with instance_of_run(tmp_path) as instance:
        run_in(instance, ONE)
        assert (tmp_path / "history" / "runs" / f"{ONE}.db-wal").exists()
    assert not (tmp_path / "history" / "runs" / f"{ONE}.db-wal").exists()


def test_a_log_kept_elsewhere_is_left_there(tmp_path: Path) -> None:
    (tmp_path / "dagster.yaml").write_text(
        f"event_log_storage:\n  module: dagster._core.storage.event_log\n  class: ConsolidatedSqliteEventLogStorage\n"
        f"  config:\n    base_dir: {tmp_path}\n",
        encoding="utf-8",
    )
    with instance_of_run(tmp_path) as instance:
        assert not isinstance(instance.event_log_storage, HeldOpenEventLog)
