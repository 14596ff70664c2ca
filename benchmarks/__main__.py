"""``python -m benchmarks [cold] [assessment] [intake]``: measure and print Markdown for docs/performance.md."""

import datetime as dt
import os
import platform
import sys
from importlib.metadata import version

from benchmarks import assessment, cold, intake

PARTS = {"cold": cold.report, "assessment": assessment.report, "intake": intake.report}


def main() -> None:
    """Run the parts named, or all."""
    chosen = sys.argv[1:] or list(PARTS)
    listed = ", ".join(f"{name} {version(name)}" for name in ("dagster", "pandas", "pandera", "great-expectations", "polars"))
    print(
        f"{dt.date.today()}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {listed}\n"
    )
    for part in chosen:
        print(PARTS[part](), end="\n\n", flush=True)


if __name__ == "__main__":
    main()
