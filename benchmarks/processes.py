"""Timing whole processes: wall time and peak memory, several runs in turn, medians and ratios.

Belongs here: measuring. Does not belong here: what is measured (``cold``, ``assessment``).
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Measured:
    """One run: seconds on the clock, seconds of processor, peak memory in MB of the largest process."""

    wall: float
    cpu: float
    peak: float


def run_once(command: Sequence[str], environment: dict[str, str] | None = None) -> Measured:
    """Run a command to its end, output thrown away; its exit code is not looked at."""
    started = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, *command],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **(environment or {})},
    ) as process:
        _, _, used = os.wait4(process.pid, 0)
        process.returncode = 0
    return Measured(time.perf_counter() - started, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def in_turn(runs: int, *makers: Callable[[], Measured]) -> list[list[Measured]]:
    """Run several things in turn, A B A B …, so that a drift of the machine touches all alike; one round first uncounted."""
    for make in makers:
        make()
    return [list(column) for column in zip(*[[make() for make in makers] for _ in range(runs)], strict=True)]


def median(runs: list[Measured], figure: str) -> float:
    """The median of a figure over the runs."""
    return statistics.median(getattr(run, figure) for run in runs)


def ratio(mine: list[Measured], other: list[Measured], figure: str = "wall") -> float:
    """The median of the ratios run by run."""
    return statistics.median(getattr(a, figure) / getattr(b, figure) for a, b in zip(mine, other, strict=True))


def line(name: str, runs: list[Measured]) -> str:
    """A row of a Markdown table."""
    walls = [run.wall for run in runs]
    return (
        f"| {name} | {min(walls):.2f} | {statistics.median(walls):.2f} | {max(walls):.2f} "
        f"| {median(runs, 'cpu'):.2f} | {max(run.peak for run in runs):.0f} |"
    )


HEADER = "| | wall s, min | median | max | cpu s, median | peak MB |\n|---|---|---|---|---|---|"
"""Heading of the table whose rows ``line`` makes."""
