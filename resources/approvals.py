"""Approval and lock of a school year: which files an approved year stands on, and what waits until it is unlocked.

Belongs here: the acts of approval and unlocking, the approved files out of the archive, what in the inbox differs from them.
Does not belong here: the stages of the official procedure (``domain.assessment.workflow``), reading (``reading_pool``).

An approved year is locked: whatever runs reads exactly the approved files, and nothing is published, until somebody
unlocks the year with a reason. The lock is no file and no flag but the last of the recorded acts.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from data_contracts.errors import MendableError
from data_contracts.school_year import SchoolYear
from domain.intake.findings import Finding
from domain.intake.ledger import CHANGED, NEW, REMOVED
from resources.database import Act, WarehouseDatabase
from resources.home import Home
from resources.inbox import InboxFile, archived, content_of, digest_of, files_in, hash_of, keep

APPROVAL, UNLOCK = "approval", "unlock"


@dataclass(frozen=True)
class Approval:
    """The approval that locks a year: who, when, why, of which release, and its inputs (path in the home → SHA-256)."""

    year: SchoolYear
    made_at: dt.datetime
    by_whom: str
    reason: str
    release: int
    inputs: Mapping[str, str]

    @property
    def inbox(self) -> dict[str, str]:
        """Path below the year's inbox → SHA-256; empty where the file could not be read."""
        prefix = f"inbox/{self.year.key}/"
        return {path.removeprefix(prefix): sha for path, sha in self.inputs.items() if path.startswith(prefix)}

    @property
    def register(self) -> tuple[str, str] | None:
        """Name and SHA-256 of the register; None where there was none."""
        found = [(path.removeprefix("register/"), sha) for path, sha in self.inputs.items() if path.startswith("register/")]
        return found[0] if found else None


def approval_in_force(database: WarehouseDatabase, year: SchoolYear) -> Approval | None:
    """The approval that locks a year; None where it never was approved or was unlocked since."""
    acts = database.acts(year.key, APPROVAL, UNLOCK)
    if not acts or acts[-1].kind != APPROVAL:
        return None
    last = acts[-1]
    return Approval(year, last.made_at, last.by_whom, last.reason, last.details["release"], last.details["inputs"])


def approve(home: Home, database: WarehouseDatabase, year: SchoolYear, by_whom: str, reason: str, at: dt.datetime) -> Act:
    """Approve the current release of a year, which locks the year.

    Raises:
        MendableError: there is no release, the year is locked already, or an original that the release was made from is
            neither in the archive nor where it lay.
    """
    if approval_in_force(database, year) is not None:
        raise MendableError(
            f"{year} 学年已经审定并锁定。如需重新审定,请先解锁:junheng workflow unlock --year {year}",
            f"{year} is approved and locked already. To approve anew, unlock it first: junheng workflow unlock --year {year}",
        )
    release = database.current_release(year.key)
    if release is None:
        raise MendableError(
            f"{year} 学年还没有发布,不能审定。请先运行:junheng run --year {year}",
            f"Nothing is published for {year}, so there is nothing to approve. Run it first: junheng run --year {year}",
        )
    inputs: dict[str, str] = dict(release.manifest["inputs"])
    for path, sha256 in inputs.items():
        if sha256 and path.startswith(("inbox/", "register/")):
            _secured(home, path, sha256)
    return database.record_act(year.key, APPROVAL, by_whom, reason, at, detail={"release": release.number, "inputs": inputs})


def _secured(home: Home, path: str, sha256: str) -> None:
    """Put an original into the archive, if it is not there."""
    file = InboxFile(path, home.path / path)
    if archived(home.archive, sha256).is_file():
        return
    digest = digest_of(file)
    if digest is None or digest.sha256 != sha256 or not keep(home.archive, file, digest):
        raise MendableError(
            f"{path} 在发布之后已被改动或移走,存档中也没有发布时的内容,不能审定。请先重新运行这个学年,再审定。",
            f"{path} was changed or taken away since the release, and the archive does not hold it. Run the year again, then approve.",
        )


def unlock(database: WarehouseDatabase, year: SchoolYear, by_whom: str, reason: str, at: dt.datetime) -> Act:
    """Unlock an approved year: the next run takes what is in the inbox, and publishes a restated verdict.

    Raises:
        MendableError: the year is not locked.
    """
    approval = approval_in_force(database, year)
    if approval is None:
        raise MendableError(f"{year} 学年没有锁定,不需要解锁。", f"{year} is not locked; there is nothing to unlock.")
    return database.record_act(year.key, UNLOCK, by_whom, reason, at, detail={"release": approval.release})


def approved_files(home: Home, approval: Approval) -> list[InboxFile]:
    """The files of an approved year, by path: their bytes lie in the archive, whatever became of the inbox.

    Raises:
        MendableError: an original is not to be had any more.
    """
    files = []
    for file, sha256 in sorted(approval.inbox.items()):
        place = archived(home.archive, sha256) if sha256 else home.inbox(approval.year) / file
        if not sha256:
            # It could not be read when the year was approved, and so it stays, even if it can be read now.
            files.append(InboxFile(file, place, Finding("F-LINK", params={"name": PurePosixPath(file).name})))
        elif place.is_file():
            files.append(InboxFile(file, place))
        else:
            raise _lost(f"inbox/{approval.year.key}/{file}")
    return files


def approved_register(home: Home, approval: Approval) -> tuple[str, bytes] | None:
    """Name and bytes of the register of an approved year; None where there was none.

    Raises:
        MendableError: it is not to be had any more.
    """
    if approval.register is None:
        return None
    name, sha256 = approval.register
    content = content_of(InboxFile(name, archived(home.archive, sha256)))
    if content is None or hash_of(content) != sha256:
        raise _lost(f"register/{name}")
    return name, content


def _lost(path: str) -> MendableError:
    return MendableError(
        f"存档中缺少已审定的原件 {path},这个学年暂时不能计算;已发布的内容没有改变。请从备份恢复 archive 文件夹。",
        f"The archive lacks the approved original {path}; the year cannot be computed. Restore the folder archive from a backup.",
    )


@dataclass(frozen=True)
class PendingFile:
    """What waits: a path below the inbox, its SHA-256 now (empty where it is gone or cannot be read), and what happened."""

    file: str
    sha256: str
    change: str
    path: Path


def pending_files(home: Home, approval: Approval) -> list[PendingFile]:
    """What in the inbox of a locked year differs from what was approved, by path."""
    approved, inbox = approval.inbox, home.inbox(approval.year)
    lying: dict[str, PendingFile] = {}
    for file in files_in(inbox) if inbox.is_dir() else []:
        digest = digest_of(file)
        sha256 = digest.sha256 if digest else ""
        if file.file not in approved:
            lying[file.file] = PendingFile(file.file, sha256, NEW, file.path)
        elif approved[file.file] != sha256:
            lying[file.file] = PendingFile(file.file, sha256, CHANGED, file.path)
        else:
            lying[file.file] = PendingFile(file.file, sha256, "", file.path)
    gone = [PendingFile(file, "", REMOVED, inbox / file) for file in approved if file not in lying]
    return sorted([one for one in lying.values() if one.change] + gone, key=lambda one: one.file)


def register_waits(home: Home, approval: Approval) -> bool:
    """True where the register of a locked year is another than the approved one; it waits too."""
    path = home.register_file(approval.year)
    now = (path.name, hash_of(path.read_bytes())) if path else None
    return now != approval.register
