"""Great Expectations in a process of its own: importing it takes longer than the rest of a county's night, which goes on meanwhile.

Belongs here: that process, started ahead where a command knows that it will be needed. Does not belong here: what is judged
(``suites``), how (``data_docs``).
"""

import atexit
import logging
import multiprocessing
import threading
from concurrent.futures import BrokenExecutor
from pathlib import Path

from pebble import ProcessExpired, ProcessPool

from checks.data_docs import Judged, judge
from checks.suites import Suite

LOG = logging.getLogger("junheng.checks")
_pool: ProcessPool | None = None
_lock = threading.Lock()


def warm() -> None:
    """Let the process start and import the library while this one does something else."""
    global _pool
    with _lock:
        if _pool is None:
            # Started from nothing: threads of Dagster and Arrow forbid a plain fork.
            _pool = ProcessPool(max_workers=1, context=multiprocessing.get_context("spawn"))
            atexit.register(close)
        _pool.schedule(_ready)


def judged(suite: Suite, folder: Path, year: str) -> Judged:
    """``data_docs.judge`` in the process that was warmed; in this one where none was, or where it died."""
    if _pool is not None and _pool.active:
        try:
            return _pool.schedule(judge, args=(suite, folder, year)).result()
        except (ProcessExpired, BrokenExecutor) as lost:
            LOG.warning("the process of Great Expectations was lost over %s: %r; judged in this one", suite.table, lost)
    return judge(suite, folder, year)


def close() -> None:
    """End the process."""
    global _pool
    with _lock:
        if _pool is not None:
            _pool.stop()
            _pool.join()
            _pool = None


def _ready() -> None:
    """Import what judging needs."""
    import great_expectations.expectations
    import great_expectations.render.renderer.page_renderer  # noqa: F401
    from tqdm import tqdm

    # Its progress bars, which nobody sees here, would share a semaphore with other processes. One that is ended while it gives
    # that back leaves it behind, and Python complains of that on the console when the run is over.
    tqdm.set_lock(threading.RLock())
