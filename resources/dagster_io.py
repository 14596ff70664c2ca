"""The home folder and its tables as Dagster knows them.

Belongs here: Dagster resources and the IO manager. Does not belong here: how tables are written (``table_store``).
"""

import dagster as dg
import pandas as pd

from data_contracts.school_year import SchoolYear
from data_contracts.standard import Standard, in_force
from resources.database import WarehouseDatabase
from resources.home import Home
from resources.publication import PublicationFolder
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

    def standards(self, year: SchoolYear) -> tuple[Standard, ...]:
        """The standards in force in a year, packs too."""
        return in_force(self.home.standards(), year)


class ContractedTables(dg.ConfigurableIOManager):
    """Keeps every table asset as Parquet under the asset's name, only when it keeps its contract."""

    home: dg.ResourceDependency[JunhengHome]

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
