"""How much memory and time the reading of a file may take, and what sees to it.

Belongs here: the limits themselves, the system's own limit of memory, and a watchdog for systems without one.
Does not belong here: which process reads what, and what becomes of a file whose worker was ended (``reading_pool``).
"""

import logging
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass, field

import psutil

LOG = logging.getLogger("junheng.intake")
MEGABYTE = 1 << 20
IDLE_WORKER = 512 * MEGABYTE
"""What a worker may take before it has read anything; the watchdog sees the whole process."""


@dataclass(frozen=True)
class Limits:
    """What reading one file may take: bytes beyond an idle worker's, and seconds. A form is small, a table of a county is not."""

    small: int = 2 * MEGABYTE
    memory_small: int = 1024 * MEGABYTE
    memory_large: int = 2048 * MEGABYTE
    seconds_small: float = 30
    seconds_large: float = 300

    def memory(self, size: int) -> int:
        """Bytes allowed for a file of this size."""
        return self.memory_small if size <= self.small else self.memory_large

    def seconds(self, size: int) -> float:
        """Seconds allowed for a file of this size."""
        return self.seconds_small if size <= self.small else self.seconds_large


def limit_memory(limit: int) -> None:
    """Let the system refuse what goes beyond the limit from here on, where it knows how to (not on Windows and macOS)."""
    if not sys.platform.startswith("linux"):
        return
    import resource

    taken = psutil.Process().memory_info().data
    # Not the address space, of which libraries reserve much that they never touch.
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_DATA, (taken + limit, resource.getrlimit(resource.RLIMIT_DATA)[1]))


@dataclass
class Watchdog:
    """Ends workers that take more memory than allowed; the limit that holds on every system.

    It looks from outside, since a worker that is busy in native code answers nobody.
    """

    limit: int
    every: float = 0.1
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> "Watchdog":
        self._thread = threading.Thread(target=self._look, name="reading-watchdog", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _look(self) -> None:
        me = psutil.Process()
        while not self._stop.wait(self.every):
            with suppress(psutil.Error):
                for child in me.children(recursive=True):
                    with suppress(psutil.Error):
                        if child.memory_info().rss > self.limit and any("multiprocessing" in word for word in child.cmdline()):
                            LOG.warning("worker %d took %d MB and is ended", child.pid, child.memory_info().rss // MEGABYTE)
                            child.kill()
