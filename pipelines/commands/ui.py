"""``junheng ui``: Dagster's UI and daemon on this machine alone.

Belongs here: starting them with the right home. Does not belong here: the definitions (``pipelines.definitions``).
"""

import subprocess
import sys
from pathlib import Path

from pipelines.commands.console import Speaker
from pipelines.execution import dagster_home
from resources.home import Home

WORKSPACE = """\
load_from:
  - python_module:
      module_name: pipelines.definitions
      location_name: junheng
"""


def ui(port: int, home_path: Path | None, language: str) -> int:
    """Serve Dagster's UI on 127.0.0.1 until it is stopped; the open-source UI has no login and must not be seen from outside."""
    speaker = Speaker.of(language)
    home = Home.at(home_path).required().created()
    dagster_home(home)
    speaker.say(f"界面地址:http://127.0.0.1:{port} (按 Ctrl+C 停止)", f"The UI is at http://127.0.0.1:{port} (Ctrl+C stops it)")
    # The location bears the same name as in workspace.yaml, or switches of schedules and sensors would not be shared.
    workspace = home.dagster / "workspace.yaml"
    workspace.write_text(WORKSPACE, encoding="utf-8")
    command = [sys.executable, "-m", "dagster", "dev", "-w", str(workspace), "-h", "127.0.0.1", "-p", str(port)]
    return subprocess.call(command)
