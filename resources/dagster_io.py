"""The home folder and its tables as Dagster knows them.

Belongs here: Dagster resources and the IO manager. Does not belong here: how tables are written (``table_store``).
"""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg
import pandas as pd

from data_contracts.school_year import SchoolYear
from data_contracts.standard import Standard
from data_contracts.standards_in_force import in_force
from domain.intake.register import read_register
from resources.approvals import Approval, approval_in_force, approved_register
from resources.database import WarehouseDatabase
from resources.home import Home
from resources.home_log import keep_log
from resources.publication import PublicationFolder
from resources.run_lock import alone
from resources.table_store import TableStore

PREVIEW_ROWS = 5
PREVIEW_COLUMNS = 8


class JunhengHome(dg.ConfigurableResource):
    """One installation's home folder.

    Attributes:
        path: the folder; empty for ``JUNHENG_HOME`` or ``./junheng-home``.
        largest_fall: share by which accepted schools may fall against the last release without a recorded act.
    """

    path: str = ""
    largest_fall: float = 0.10

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:
        """Before a run: what it logs is kept in the home."""
        keep_log(self.home.logs)

    @property
    def home(self) -> Home:
        """The folders."""
        return Home.at(self.path)

    @property
    def tables(self) -> TableStore:
        """The working tables."""
        return TableStore(self.home.tables)

    @property
    def database(self) -> WarehouseDatabase:
        """The ledger and publication database, not yet prepared."""
        return WarehouseDatabase(self.home.database_url)

    def publication(self, year: SchoolYear) -> PublicationFolder:
        """The releases of a year."""
        return PublicationFolder(self.home.publications(year))

    def approval(self, year: SchoolYear) -> Approval | None:
        """The approval that locks a year, None where it is not locked."""
        database = self.database
        database.prepare()
        return approval_in_force(database, year)

    def register(self, year: SchoolYear) -> pd.DataFrame | None:
        """The schools expected in a year, of an approved year as they were then; None where the county gave no register."""
        approval = self.approval(year)
        if approval is not None:
            content = approved_register(self.home, approval)
        else:
            path = self.home.register_file(year)
            content = (path.name, path.read_bytes()) if path else None
        return read_register(*content) if content else None

    def has_register(self, year: SchoolYear) -> bool:
        """Whether the county gave a register of a year's schools; of an approved year, whether it had one then."""
        approval = self.approval(year)
        return (approval.register if approval else self.home.register_file(year)) is not None

    def standards(self, year: SchoolYear) -> tuple[Standard, ...]:
        """The standards in force in a year, packs too."""
        return in_force(self.home.standards(), year)


class ContractedTables(dg.ConfigurableIOManager):
    """Keeps every table asset as Parquet under the asset's name, only when it keeps its contract.

    Whoever writes tables holds the home meanwhile, however the run was started: see ``run_lock``.
    """

    home: dg.ResourceDependency[JunhengHome]

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["ContractedTables"]:
        """Hold the home for as long as a run uses its tables."""

        def waiting() -> None:
            if context.log is not None:
                context.log.info("another run is at work in %s; waiting for its end", self.home.home.path)

        with alone(self.home.home, waiting):
            yield self

    def handle_output(self, context: dg.OutputContext, obj: pd.DataFrame) -> None:
        """Write a table; what was written is told in the UI."""
        name, year = context.asset_key.path[-1], context.partition_key
        written = self.home.tables.write(obj, name, year)
        context.add_output_metadata(
            {
                "dagster/row_count": len(written),
                "path": dg.MetadataValue.path(str(self.home.tables.path(name, year))),
                "preview": dg.MetadataValue.md(markdown_preview(written)),
            }
        )

    def load_input(self, context: dg.InputContext) -> pd.DataFrame:
        """Read a table of the run's school year."""
        name, year = context.asset_key.path[-1], context.partition_key
        table = self.home.tables.read(name, year)
        if table is None:
            raise dg.Failure(f"Table {name} of {year} is not there yet; materialise {name} for {year} first.")
        return table


def markdown_preview(table: pd.DataFrame) -> str:
    """The first rows and columns as a Markdown table."""

    def cell(value: object) -> str:
        text = (
            ""
            if value is None or value is pd.NA or value != value
            else f"{value:.6g}"
            if isinstance(value, float)
            else str(value)
        )
        return text.replace("|", "\\|").replace("\n", " ")

    # The year is that of the partition; the room is better spent on figures.
    part = table.drop(columns="school_year", errors="ignore").iloc[:PREVIEW_ROWS, :PREVIEW_COLUMNS]
    lines = ["| " + " | ".join(part.columns) + " |", "|" + "---|" * len(part.columns)]
    lines += ["| " + " | ".join(cell(value) for value in row) + " |" for row in part.itertuples(index=False)]
    return "\n".join(lines)
