"""Processes of their own that work for this one, may die at any moment, and are replaced.

Belongs here: starting them, handing them work, learning what became of it, and telling a pool that cannot start from work
that ended a worker. Does not belong here: what they read, and what becomes of a file (``reading_pool``), limits
(``worker_limits``).
"""

import logging
import multiprocessing
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Any

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from data_contracts.errors import MendableError

LOG = logging.getLogger("junheng.intake")
START_SECONDS = 120
_LOOK_EVERY = 2


def fall_silent() -> None:
    """In a worker: what native code says on its way out, in English, is for nobody at the console; the finding tells the school."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)


@dataclass(frozen=True)
class Work:
    """What a worker was told to do: its future, and the pool that has it; None where it had none to give it to."""

    future: ProcessFuture
    pool: ProcessPool | None

    def result(self, seconds: float | None = None) -> Any:
        """What came of it.

        Args:
            seconds: how long to wait; None for as long as there are workers.

        Raises:
            BrokenProcessPool: there are no workers any more; a pool that breaks forgets what waited for its turn.
            Exception: what the work itself ended in.
        """
        until = None if seconds is None else time.monotonic() + seconds
        while not wait([self.future], _LOOK_EVERY).done:
            late = until is not None and time.monotonic() > until
            if (late or self.pool is None or not self.pool.active) and not wait([self.future], _LOOK_EVERY).done:
                raise BrokenProcessPool("nothing came back")
        return self.future.result()


class Workers:
    """A number of workers, started at the first work.

    Args:
        count: how many.
        preload: modules that all of them need.
    """

    def __init__(self, count: int, preload: list[str]) -> None:
        self.count, self._preload = count, preload
        self._pool: ProcessPool | None = None
        self._starting = threading.Lock()

    def _started(self) -> ProcessPool:
        with self._starting:
            if self._pool is not None and not self._pool.active:
                self.close()
            if self._pool is None:
                # Threads of Dagster and Arrow forbid a plain fork; a server that has read nothing yet may be forked.
                ways = multiprocessing.get_all_start_methods()
                context = multiprocessing.get_context("forkserver" if "forkserver" in ways else "spawn")
                if "forkserver" in ways:
                    context.set_forkserver_preload(self._preload)
                self._pool = ProcessPool(max_workers=self.count, initializer=fall_silent, context=context)
            return self._pool

    def warm(self) -> None:
        """Let them start while this process does something else, such as importing Dagster."""

        def start() -> None:
            for _ in range(self.count):
                self.schedule(_ready)

        threading.Thread(target=start, name="reading-pool-start", daemon=True).start()

    def schedule(self, function: Callable[..., object], *arguments: object, seconds: float | None = None) -> Work:
        """Tell a worker to do something, for no longer than so many seconds; it has failed already where none can start."""
        try:
            pool = self._started()
            return Work(pool.schedule(function, args=arguments, timeout=seconds), pool)
        except (OSError, EOFError, RuntimeError) as problem:
            failed: ProcessFuture = ProcessFuture()
            failed.set_exception(BrokenProcessPool(str(problem.__cause__ or problem)))
            return Work(failed, None)

    def demand_one(self) -> None:
        """Let a worker do nothing: where none lives long enough for that, no work is to blame for their end.

        Raises:
            MendableError: no worker can start.
        """
        try:
            self.schedule(_ready).result(START_SECONDS)
        except (ProcessExpired, OSError, RuntimeError) as problem:
            LOG.error("no worker can start: each process ends before it does anything", exc_info=problem)
            raise MendableError(
                "读取文件的程序启动不了,这次没有读取文件,也没有退回任何文件,留待下次运行;已发布的内容没有改变。"
                "请关闭其他程序或重新启动电脑,再运行一次;如果仍然如此,请把这句话告诉技术人员。",
                "The processes that read files end before they read anything. Nothing was read and no file was rejected: all stay for "
                "the next run, and what is published is unchanged. Look at the memory and the processes that the system allows, at "
                f"programs that watch over others, and at the installation ({problem!r}).",
            ) from problem

    def close(self) -> None:
        """Stop them."""
        if self._pool is not None:
            self._pool.stop()
            self._pool.join()
            self._pool = None


def _ready() -> None:
    """Nothing: a worker that has done it is there."""
