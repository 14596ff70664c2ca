"""The home folder: where everything of one installation lives.

Belongs here: the names of its folders and the proof that it can be written.
Does not belong here: what is in the folders (``inbox``, ``table_store``, ``publication``, ``database``).
"""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from data_contracts.errors import MendableError
from data_contracts.school_year import SchoolYear
from data_contracts.standard import Standard, all_standards

HOME_VARIABLE = "JUNHENG_HOME"
DATABASE_VARIABLE = "JUNHENG_DATABASE_URL"
DEFAULT_HOME = "junheng-home"


@dataclass(frozen=True)
class Home:
    """The folders of an installation, below ``path``."""

    path: Path
    FOLDERS: ClassVar = ("inbox", "register", "standards", "receipts", "publications", "tables", "archive", "dagster", "logs")

    @classmethod
    def at(cls, given: Path | str | None) -> "Home":
        """The home that was named, else that of ``JUNHENG_HOME``, else ``./junheng-home``."""
        return cls(Path(given or os.environ.get(HOME_VARIABLE) or DEFAULT_HOME).expanduser().absolute())

    @property
    def exists(self) -> bool:
        """True when the folder is there."""
        return self.path.is_dir()

    def created(self) -> "Home":
        """The home with its folders made.

        Raises:
            MendableError: it cannot be written.
        """
        try:
            for folder in self.FOLDERS:
                (self.path / folder).mkdir(parents=True, exist_ok=True)
            # Under a name of its own: two commands may start in the same moment.
            with tempfile.NamedTemporaryFile(dir=self.path, prefix=".writable-"):
                pass
        except OSError as error:
            raise MendableError(
                f"工作文件夹 {self.path} 不能写入({error.strerror or error})。请换一个有写入权限的文件夹(--home),或请管理员开放权限。",
                f"The home folder {self.path} cannot be written ({error.strerror or error}). Choose another with --home.",
            ) from error
        return self

    def required(self) -> "Home":
        """The home, if it is there.

        Raises:
            MendableError: there is no such folder.
        """
        if not self.exists:
            raise MendableError(
                f"没有找到工作文件夹 {self.path}。请用 --home 指明,或先运行 junheng demo 生成示例,或新建其中的 inbox/<学年> 并放入报送文件。",
                f"There is no home folder {self.path}. Name it with --home, run 'junheng demo' for an example, "
                "or make inbox/<school year> in it and put the files there.",
            )
        return self

    def inbox(self, year: SchoolYear) -> Path:
        """What schools and the county hand in."""
        return self.path / "inbox" / year.key

    def receipts(self, year: SchoolYear) -> Path:
        """One receipt per file, mirroring the inbox."""
        return self.path / "receipts" / year.key

    def stopped_run(self, year: SchoolYear) -> Path:
        """Why the last run of a year stopped: see ``resources.stopped_runs``."""
        return self.path / f".stopped-{year.key}.json"

    def publications(self, year: SchoolYear) -> Path:
        """The releases of a year."""
        return self.path / "publications" / year.key

    @property
    def tables(self) -> Path:
        """Working tables."""
        return self.path / "tables"

    @property
    def archive(self) -> Path:
        """Originals by hash."""
        return self.path / "archive"

    @property
    def dagster(self) -> Path:
        """Dagster's own home."""
        return self.path / "dagster"

    @property
    def logs(self) -> Path:
        """What engineers ask for: see ``resources.home_log``."""
        return self.path / "logs"

    @property
    def data_docs(self) -> Path:
        """Data Docs of the Great Expectations suites."""
        return self.path / "data_docs"

    def draft(self, year: SchoolYear) -> Path:
        """Where the parts of a publication are made ready before they are released."""
        return self.path / "drafts" / year.key

    def register_file(self, year: SchoolYear) -> Path | None:
        """The register of a year, None where the county gave none.

        Raises:
            MendableError: there are two.
        """
        found = [p for ending in (".xlsx", ".xls", ".csv") if (p := self.path / "register" / f"{year.key}{ending}").is_file()]
        if len(found) > 1:
            names = "、".join(path.name for path in found)
            raise MendableError(
                f"{year} 学年有多份学校名册:{names}。请只保留一份。", f"{year} has several registers: {names}. Keep one."
            )
        return found[0] if found else None

    def own_standards(self) -> list[Path]:
        """Standard files of the user's own."""
        folder = self.path / "standards"
        return sorted(folder.glob("*.yaml")) if folder.is_dir() else []

    def standards(self) -> tuple[Standard, ...]:
        """The shipped standards and the user's own."""
        return all_standards(self.own_standards())

    @property
    def database_url(self) -> str:
        """``JUNHENG_DATABASE_URL``, else a SQLite file in the home."""
        return os.environ.get(DATABASE_VARIABLE) or f"sqlite:///{(self.path / 'warehouse.db').as_posix()}"
