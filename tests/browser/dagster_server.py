"""Dagster's UI and daemon on a demonstration home, as `dagster dev -w workspace.yaml` serves them.

Belongs here: starting, asking and stopping the server. Does not belong here: what is asked of it.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from resources.home import Home

ROOT = Path(__file__).parents[2]
START_SECONDS = 120
STOP_SECONDS = 30
LINES_TOLD = 40

LAUNCH = """
mutation ($params: LaunchBackfillParams!) {
  launchPartitionBackfill(backfillParams: $params) {
    __typename
    ... on LaunchBackfillSuccess { backfillId }
    ... on PythonError { message }
  }
}
"""
BACKFILL = """
query ($id: String!) {
  partitionBackfillOrError(backfillId: $id) {
    ... on PartitionBackfill { status error { message } }
  }
  runsOrError(filter: {tags: [{key: "dagster/backfill", value: $id}]}) {
    ... on Runs { results { runId status startTime tags { key value } } }
  }
}
"""
DEFINITIONS = """
{
  repositoriesOrError {
    ... on RepositoryConnection {
      nodes {
        location { name }
        jobs { name }
        schedules { name scheduleState { status } }
        sensors { name sensorState { status } }
      }
    }
  }
  assetNodes {
    assetKey { path }
    dependencyKeys { path }
    groupName
    isExecutable
    description
    kinds
    owners { ... on TeamAssetOwner { team } }
    assetChecksOrError { ... on AssetChecks { checks { name blocking description } } }
  }
}
"""
CHECK = """
query ($asset: AssetKeyInput!, $check: String!, $partition: String!) {
  assetCheckExecutions(assetKey: $asset, checkName: $check, partition: $partition, limit: 1) {
    status
    evaluation { success severity description metadataEntries { label } }
  }
}
"""


@dataclass(frozen=True)
class Evaluation:
    """What one check said of one school year."""

    asset: str
    check: str
    year: str
    blocking: bool
    passed: bool
    severity: str


@dataclass(frozen=True)
class Backfill:
    """A finished backfill: its status, and the school year and status of each of its runs, in the order they started."""

    status: str
    error: str
    runs: list[tuple[str, str]]


@dataclass(frozen=True)
class DagsterServer:
    """A served home."""

    home: Home
    address: str

    def ask(self, query: str, **variables: object) -> dict[str, Any]:
        """The answer of the UI's own interface."""
        body = json.dumps({"query": query, "variables": variables}).encode()
        request = urllib.request.Request(f"{self.address}/graphql", body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as response:
            answer = json.load(response)
        assert not answer.get("errors"), answer["errors"]
        return answer["data"]

    def definitions(self) -> dict[str, Any]:
        """The one repository, with all assets beside it."""
        answer = self.ask(DEFINITIONS)
        (repository,) = answer["repositoriesOrError"]["nodes"]
        return {**repository, "assets": answer["assetNodes"]}

    def backfill(self, years: list[str], seconds: float) -> Backfill:
        """Materialise every asset of these school years as the UI's button does, and wait for the end."""
        assets = [{"path": node["assetKey"]["path"]} for node in self.definitions()["assets"] if node["isExecutable"]]
        launched = self.ask(LAUNCH, params={"assetSelection": assets, "partitionNames": years})["launchPartitionBackfill"]
        assert launched["__typename"] == "LaunchBackfillSuccess", launched
        end = time.monotonic() + seconds
        while True:
            answer = self.ask(BACKFILL, id=launched["backfillId"])
            state, runs = answer["partitionBackfillOrError"], answer["runsOrError"]["results"]
            if state["status"] not in ("REQUESTED", "CANCELING", "FAILING"):
                break
            told = [(_partition(run), run["status"]) for run in runs]
            assert time.monotonic() < end, f"the backfill is {state['status']} after {seconds:.0f} s, its runs {told}"
            time.sleep(2)
        in_order = sorted(runs, key=lambda run: run["startTime"] or float("inf"))
        error = (state["error"] or {}).get("message", "")
        return Backfill(state["status"], error, [(_partition(run), run["status"]) for run in in_order])

    def evaluations(self, years: list[str]) -> list[Evaluation]:
        """The last evaluation of every check for each of these years; one that is missing fails here."""
        found = []
        for node in self.definitions()["assets"]:
            for check in node["assetChecksOrError"].get("checks", []):
                for year in years:
                    done = self.ask(CHECK, asset={"path": node["assetKey"]["path"]}, check=check["name"], partition=year)
                    executions = done["assetCheckExecutions"]
                    assert executions, f"{check['name']} was not evaluated for {year}"
                    said = executions[0]["evaluation"]
                    assert said, f"{check['name']} of {year} is {executions[0]['status']} without an evaluation"
                    name = "/".join(node["assetKey"]["path"])
                    found.append(Evaluation(name, check["name"], year, check["blocking"], said["success"], said["severity"]))
        return found


def _partition(run: dict[str, Any]) -> str:
    return next((tag["value"] for tag in run["tags"] if tag["key"] == "dagster/partition"), "")


def quiet_environment(**more: str) -> dict[str, str]:
    """The environment of a process that works in a home of its own and in no other database."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("JUNHENG_", "DAGSTER_"))} | more


@contextmanager
def served(home: Home, log: Path) -> Iterator[DagsterServer]:
    """The UI and the daemon on a free port of this machine, stopped with all their processes at the end."""
    port = _free_port()
    command = [sys.executable, "-m", "dagster", "dev", "-w", "workspace.yaml", "-h", "127.0.0.1", "-p", str(port)]
    environment = quiet_environment(DAGSTER_HOME=str(home.dagster), JUNHENG_HOME=str(home.path))
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            server = DagsterServer(home, f"http://127.0.0.1:{port}")
            _wait(server, process, log)
            yield server
        finally:
            _stop(process)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait(server: DagsterServer, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        with suppress(urllib.error.URLError, OSError, ValueError):
            server.definitions()
            return
        time.sleep(1)
    said = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-LINES_TOLD:])
    raise AssertionError(f"dagster dev did not answer within {START_SECONDS} s:\n{said}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ask the leader to end, then end whatever is left of its group."""
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(STOP_SECONDS)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
