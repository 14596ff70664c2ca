"""One county from cold: commands as a person starts them, beside what Dagster and the imports cost anyway.

Belongs here: whole commands. Does not belong here: the assessment at the size of a nation (``assessment``).
"""

import shutil
import tempfile
from pathlib import Path

from benchmarks.processes import HEADER, Measured, in_turn, line, ratio, run_once

RUNS = 5


def report() -> str:
    """Measure, and tell as Markdown."""
    from checks.coverage import COVERAGE_CHECKS
    from checks.plausibility import PLAUSIBILITY_CHECKS
    from checks.reconciliation import RECONCILIATION_CHECKS
    from domain.demonstration import YEARS
    from pipelines.commands.console import Speaker
    from pipelines.commands.demo import write_year
    from pipelines.definitions import defs
    from resources.home import Home

    year = YEARS[-1]
    job = defs.resolve_job_def("nightly")
    checks = len(COVERAGE_CHECKS) + len(RECONCILIATION_CHECKS) + len(PLAUSIBILITY_CHECKS)
    steps = len(job.nodes) - checks
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        pattern = Home(root / "pattern").created()
        write_year(pattern, year, Speaker.of("en"))
        form = next(p for p in pattern.inbox(year).rglob("*.xlsx") if "汇总" not in p.name)
        fresh = iter(range(10_000))

        def county() -> Measured:
            home = root / f"home{next(fresh)}"
            shutil.copytree(pattern.path, home)
            return run_once(["-m", "pipelines.cli", "run", "--year", year.key, "--home", str(home)])

        def again() -> Measured:
            return run_once(["-m", "pipelines.cli", "run", "--year", year.key, "--home", str(root / "home0")])

        def empty() -> Measured:
            place = root / f"dagster{next(fresh)}"
            place.mkdir()
            return run_once(["-m", "benchmarks.empty_job", str(place), str(steps), str(checks)])

        counties, emptied = in_turn(RUNS, county, empty)
        repeated, helped, checked = in_turn(
            RUNS,
            again,
            lambda: run_once(["-m", "pipelines.cli", "--help"]),
            lambda: run_once(["-m", "pipelines.cli", "check", str(form)]),
        )
    rows = [
        line("`junheng run`, one county of 60 schools, new home", counties),
        line("`junheng run` again, nothing changed", repeated),
        line(f"Dagster job of {steps} empty assets and {checks} empty checks + imports of pandas, Pandera, GX", emptied),
        line("`junheng --help`", helped),
        line("`junheng check`, one school form", checked),
    ]
    return "\n".join(
        [
            "## One county from cold",
            "",
            HEADER,
            *rows,
            "",
            f"Ratio of the run to the empty job, median of {RUNS} pairs: **{ratio(counties, emptied):.2f}** (goal ≤ 1.5).",
        ]
    )
