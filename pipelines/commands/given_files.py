"""What ``junheng check`` was given: the files behind the paths, each under a name of its own, and where receipts may go.

Belongs here: what a person may name or drop, and which folders receipts would do harm in. Does not belong here: what an
inbox holds (``resources.inbox``), writing receipts (``resources.receipts``).
"""

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from data_contracts.errors import MendableError
from domain.intake.findings import Finding
from resources.home import Home
from resources.inbox import InboxFile, files_in, legible


def given_files(paths: Sequence[Path]) -> list[InboxFile]:
    """The files that are named, and those below the folders that are named, each once and under a name of its own.

    Raises:
        MendableError: a path leads nowhere, or to nothing that could be checked.
    """
    found: dict[str, InboxFile] = {}
    for path in paths:
        place = Path(os.path.abspath(path))  # never ``..`` or ``.``: receipts are laid out by these names
        name = legible(place.name)
        if os.path.isdir(path) and not path.is_symlink():
            prefix = f"{name}/" if len(paths) > 1 and name else ""
            for one in files_in(path):
                at = Path(os.path.abspath(one.path))
                found.setdefault(os.path.normcase(at), InboxFile(prefix + one.file, at, one.problem))
        elif os.path.islink(path):
            found.setdefault(os.path.normcase(place), InboxFile(name, place, Finding("F-LINK", params={"name": name})))
        elif os.path.exists(path):
            found.setdefault(os.path.normcase(place), InboxFile(name, place))
        else:
            told = legible(str(path))
            raise MendableError(f"没有找到 {told}。请检查文件名和路径。", f"There is no {told}. Check its name and path.")
    if not found:
        raise MendableError("所给的文件夹里没有文件可以检查。", "There is no file to check in the given folder.")
    return _told_apart(list(found.values()))


def _told_apart(files: list[InboxFile]) -> list[InboxFile]:
    """Files of one name from several folders bear the folder too, as far as they differ; the others keep their names.

    Letters in either case are one name, as Windows would lay one receipt over the other.
    """
    times = Counter(one.file.casefold() for one in files)
    if len(times) == len(files):
        return files
    try:
        above = os.path.commonpath([one.path.parent for one in files])
    except ValueError:  # on several drives
        above = ""
    taken: set[str] = set()
    apart = []
    for one in files:
        name = one.file
        if times[name.casefold()] > 1 and above:
            name = legible(one.path.relative_to(above).as_posix())
        number = 1
        while name.casefold() in taken:
            number += 1
            name = f"{number}/{one.file}"
        taken.add(name.casefold())
        apart.append(InboxFile(name, one.path, one.problem))
    return apart


def hold_receipt_folder(out: Path, paths: Sequence[Path], files: Sequence[InboxFile], home: Home | None) -> None:
    """Refuse a folder in which receipts would be taken for files handed in, or would take the place of what is not theirs.

    Raises:
        MendableError: it lies in a folder that is checked, belongs to the home, or holds files under the names of receipts.
    """
    place = Path(os.path.realpath(out))
    given = [Path(os.path.realpath(path)) for path in paths if os.path.isdir(path)]
    if any(place == folder or folder in place.parents for folder in given):
        raise MendableError(
            f"回执不能写入 {out}:它在正在检查的文件夹里,下次回执会被当作报送文件。请用 --out 换一个文件夹。",
            f"Receipts cannot be written to {out}: it lies in a folder that is checked, and they would be taken for files handed "
            "in. Name another with --out.",
        )
    if home is not None and _belongs_to(home, place):
        raise MendableError(
            f"回执不能写入 {out}:那是工作文件夹 {home.path} 自己的文件夹,检查不改动其中的内容。请用 --out 换一个文件夹。",
            f"Receipts cannot be written to {out}: it belongs to the home {home.path}, in which a check changes nothing. "
            "Name another with --out.",
        )
    from resources.receipts import foreign_file

    there = foreign_file(place, [one.file for one in files])
    if there is not None:
        raise MendableError(
            f"回执不能写入 {out}:那里已有文件 {there},不是由检查写出的,会被覆盖。请用 --out 换一个文件夹。",
            f"Receipts cannot be written to {out}: it holds a file {there} that no check wrote and that would be overwritten. "
            "Name another with --out.",
        )


def _belongs_to(home: Home, place: Path) -> bool:
    own = Path(os.path.realpath(home.path))
    return place == own or any(place == own / name or own / name in place.parents for name in Home.FOLDERS)
