"""Files and folders dropped onto 运行.cmd: which home and which school years they stand for.

Belongs here: going from paths in an inbox to what ``junheng run`` needs. Does not belong here: running (``run``).
"""

import re
from collections.abc import Sequence
from pathlib import Path

from data_contracts.errors import MendableError
from data_contracts.school_year import known_year

_YEAR = re.compile(r"\d{4}-\d{4}")


def home_and_years(paths: Sequence[Path], home: Path | None = None) -> tuple[Path, list[str]]:
    """The home in whose inbox all the paths lie, and the school years that they name; no years for the whole inbox.

    Args:
        paths: the inbox, folders of school years, or anything below them; a home stands for its inbox.
        home: the home that was named beside them, where one was.

    Raises:
        MendableError: a path is not there or lies in no inbox, the paths lie in several homes, or a folder is no school year.
    """
    homes: dict[Path, None] = {}
    years: dict[str, None] = {}
    whole = False
    for given in paths:
        path = given.absolute()
        if not path.exists() and _YEAR.fullmatch(str(given)):
            raise MendableError(
                f"用法:学年请写成 junheng run --year {given}。", f"usage: name a school year as junheng run --year {given}."
            )
        if not path.exists():
            raise MendableError(f"没有找到 {given}。请检查文件名和路径。", f"There is no {given}. Check its name and path.")
        path = path / "inbox" if path.name != "inbox" and (path / "inbox").is_dir() else path
        chain = [path, *path.parents]
        # A school may call its own folder "inbox": the one that counts holds a folder of a school year.
        inboxes = [number for number, one in enumerate(chain) if one.name == "inbox"]
        above_a_year = [number for number in inboxes if number and _YEAR.fullmatch(chain[number - 1].name)]
        place = next(iter(above_a_year or inboxes), None)
        if place is None:
            raise MendableError(
                f"{given} 不在收件箱中,没有运行。请先把文件放进工作文件夹的 inbox\\<学年>,再把它或 inbox 拖上来。",
                f"{given} lies in no inbox; nothing was run. Put it into inbox/<school year> of the home folder first.",
            )
        homes[chain[place + 1]] = None
        if place == 0:
            whole = True
        else:
            years[known_year(chain[place - 1].name).key] = None
    if home is not None:
        homes[home.absolute()] = None
    if len(homes) > 1:
        listed = "、".join(map(str, homes))
        raise MendableError(
            f"拖上来的文件属于不同的工作文件夹:{listed}。请分别运行。",
            f"The paths lie in several homes: {listed}. Run each by itself.",
        )
    return next(iter(homes)), [] if whole else sorted(years)
