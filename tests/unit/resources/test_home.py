"""The home folder."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from data_contracts.errors import MendableError
from resources.home import Home


def test_two_commands_may_make_a_home_in_the_same_moment(tmp_path: Path) -> None:
    home = Home.at(tmp_path / "home")
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: home.created(), range(400)))
    assert made == [home] * 400
    assert sorted(path.name for path in home.path.iterdir()) == sorted(Home.FOLDERS)


def test_a_home_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file")
    with pytest.raises(MendableError, match="不能写入"):
        Home.at(tmp_path / "home").created()
