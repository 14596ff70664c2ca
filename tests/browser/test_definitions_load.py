"""The definitions load the way each tool finds them: by workspace.yaml and by [tool.dg] in pyproject.toml."""

import importlib
import subprocess
import sys
import tomllib
from pathlib import Path

import dagster as dg
import pytest

from browser.dagster_server import ROOT, quiet_environment

DG_PROJECT_KEYS = {
    "root_module",
    "defs_module",
    "code_location_target_module",
    "code_location_name",
    "autoload_defs",
    "registry_modules",
}


def dg_block() -> dict[str, object]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["dg"]


@pytest.mark.parametrize("target", [["-w", "workspace.yaml"], []], ids=["workspace.yaml", "pyproject.toml"])
def test_definitions_validate_and_are_named_junheng(target: list[str], tmp_path: Path) -> None:
    """Without a target Dagster reads [tool.dg.project]; both must name one location, or schedules and history are doubled."""
    command = [sys.executable, "-m", "dagster", "definitions", "validate", *target]
    environment = quiet_environment(DAGSTER_HOME=str(tmp_path), JUNHENG_HOME=str(tmp_path / "home"))
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert "Validation successful for code location junheng." in said


def test_dg_block_is_what_dg_reads() -> None:
    block = dg_block()
    project = block["project"]
    assert block["directory_type"] == "project"
    assert isinstance(project, dict) and set(project) <= DG_PROJECT_KEYS
    assert (ROOT / str(project["root_module"]) / "__init__.py").is_file()
    target = importlib.import_module(str(project["code_location_target_module"]))
    assert [name for name, value in vars(target).items() if isinstance(value, dg.Definitions)] == ["defs"]
