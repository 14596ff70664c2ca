"""One run at a time over one home: the second of two waits for the first, then computes what the inbox then holds.

The working tables and receipts of a home are written one by one; two runs in between each other would mix what the inbox
held at two moments. The lock goes with its process, however that ends.
Belongs here: that lock. Does not belong here: who publishes a year (``publication``), what a run does (``pipelines``).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from data_contracts.errors import MendableError
from resources.home import Home

LOCK = ".run.lock"
LONGEST_WAIT = 6 * 3600.0


@contextmanager
def alone(home: Home, waiting: Callable[[], None] = lambda: None, seconds: float = LONGEST_WAIT) -> Iterator[None]:
    """Hold the home for one run; within a run it may be entered again.

    Args:
        home: whose tables and receipts are to be written.
        waiting: called once where another run has to end first.
        seconds: how long to wait for it.

    Raises:
        MendableError: the other run did not end in that time.
    """
    home.path.mkdir(parents=True, exist_ok=True)
    lock = FileLock(home.path / LOCK, is_singleton=True, thread_local=False)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        waiting()
        try:
            lock.acquire(timeout=seconds)
        except Timeout as error:
            raise MendableError(
                f"另一个任务正在 {home.path} 中运行,等了 {seconds / 60:.0f} 分钟仍未结束。请等它结束,或结束那个程序后重新运行。",
                f"Another run is at work in {home.path}; {seconds / 60:.0f} minutes of waiting were not enough. "
                "Wait until it ends, or end it, and run again.",
            ) from error
    try:
        yield
    finally:
        lock.release()
