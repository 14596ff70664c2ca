"""``python -m benchmarks [cold] [assessment] [intake]``: measure and print Markdown for docs/performance.md."""

import argparse
import datetime as dt
import os
import platform
from importlib.metadata import version

from benchmarks import assessment, cold, intake

PARTS = {"cold": cold.report, "assessment": assessment.report, "intake": intake.report}


def main() -> None:
    """Run the parts named, or all."""
    options = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure, and print Markdown.")
    options.add_argument("parts", nargs="*", metavar="PART", help=f"any of {', '.join(PARTS)}; all where none is named")
    chosen = options.parse_args().parts or list(PARTS)
    if unknown := [part for part in chosen if part not in PARTS]:
        options.error(f"there is no part {', '.join(unknown)}; there are {', '.join(PARTS)}")
    listed = ", ".join(f"{name} {version(name)}" for name in ("dagster", "pandas", "pandera", "great-expectations", "polars"))
    print(
        f"{dt.date.today()}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {listed}\n"
    )
    for part in chosen:
        print(PARTS[part](), end="\n\n", flush=True)


if __name__ == "__main__":
    main()
