"""The log of a home: what engineers ask for when a file was lost or a receipt is plainer than it should be.

Belongs here: the file, how long it gets, and that it never speaks on the console. Does not belong here: what is logged (the
modules that log under ``junheng``), faults of the program (``pipelines.cli``).
"""

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

FILE = "junheng.log"
LARGEST_BYTES, KEPT = 1_000_000, 5


class _HomeLog(RotatingFileHandler):
    """Silent where the file cannot be written: a log stops no night and is no news for the clerk."""

    def handleError(self, record: logging.LogRecord) -> None:
        """Nothing."""


def keep_log(folder: Path) -> None:
    """Write what is logged under ``junheng`` into a folder from now on, once, and into no other home's any more.

    The file is made with the first record; older ones are kept as ``junheng.log.1`` and so on.
    """
    log, path = logging.getLogger("junheng"), folder / FILE
    for old in [handler for handler in log.handlers if isinstance(handler, _HomeLog)]:
        if Path(old.baseFilename) == path:
            return
        log.removeHandler(old)
        old.close()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return
    handler = _HomeLog(path, maxBytes=LARGEST_BYTES, backupCount=KEPT, encoding="utf-8", errors="backslashreplace", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    log.addHandler(handler)
