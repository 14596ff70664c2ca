"""Dagster's event log as a run in this process keeps it.

Belongs here: how its SQLite files are opened. Does not belong here: what stands in them, and the event log that the UI,
the daemon or a database server use: that is Dagster's own, over the same files.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from dagster import DagsterInstance
from dagster._core.events.log import EventLogEntry
from dagster._core.instance.ref import InstanceRef
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, Engine, create_engine


class HeldOpenEventLog(SqliteEventLogStorage):
    """Dagster's event log in SQLite files that stay open while the run lasts.

    Dagster's own opens and closes a file, and makes an SQLAlchemy engine that has never compiled a statement, for each of
    the some 2,600 looks that one night takes into it: a fifth of the whole run. Made for one process that runs one job and
    ends.
    """

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: dict[str, Engine] = {}
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Any) -> "HeldOpenEventLog":
        """Made by Dagster from its settings."""
        return cls(inst_data=inst_data, **config_value)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            engine = self._engines.get(shard)
            if engine is None:
                engine = create_engine(
                    self.conn_string_for_shard(shard), pool_size=1, connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS}
                )
                self._engines[shard] = engine
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.begin() as connection:
                yield connection

    def store_event(self, event: EventLogEntry) -> None:
        """Keep an event, so that whoever watches its run in another process, such as the UI, notices."""
        super().store_event(event)
        # While a file is held open its changes lie in another beside it, which no watcher looks at.
        with suppress(FileNotFoundError):  # whoever deletes a run in the UI meanwhile does not stop it
            os.utime(self.path_for_shard(event.run_id))

    def dispose(self) -> None:
        """Close the files."""
        super().dispose()
        for engine in self._engines.values():
            engine.dispose()
        self._engines.clear()


def instance_of_run(dagster_home: Path) -> DagsterInstance:
    """Dagster's instance of a home for one run in this process.

    Settings that keep events elsewhere, a database server say, are left as they are.
    """
    settled = InstanceRef.from_dir(str(dagster_home))
    stored = settled.event_storage_data
    if stored is not None and stored.class_name == SqliteEventLogStorage.__name__:
        held_open = ConfigurableClassData(__name__, HeldOpenEventLog.__name__, stored.config_yaml)
        settled = settled._replace(storage_data=None, event_storage_data=held_open)
    return DagsterInstance.from_ref(settled)
