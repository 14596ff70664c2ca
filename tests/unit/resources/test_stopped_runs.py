"""What stopped the last run of a year is kept until a run ends well.

Belongs here: ``resources.stopped_runs``. Does not belong here: what ``junheng status`` says of it (``integration``).
"""

import datetime as dt

import pytest

from builders.schools import YEAR
from data_contracts.school_year import SchoolYear
from resources.home import Home
from resources.stopped_runs import StoppedRun, digest_of, forget_stopped, keep_stopped, last_stopped

NIGHT = SchoolYear.parse(YEAR)
STOPPED = StoppedRun(
    dt.datetime(2026, 11, 26, 18, 0, tzinfo=dt.UTC),
    dt.datetime(2026, 11, 26, 18, 5, tzinfo=dt.UTC),
    (("采用的学校由 2 所降为 1 所", "2 schools fell to 1"),),
    digest_of({"inbox/一小.xlsx": "00"}),
)


def test_it_is_kept_and_forgotten_by_year(tmp_path):
    home = Home(tmp_path)
    assert last_stopped(home, NIGHT) is None
    keep_stopped(home, NIGHT, STOPPED)
    assert last_stopped(home, NIGHT) == STOPPED and last_stopped(home, NIGHT.previous) is None
    forget_stopped(home, NIGHT)
    assert last_stopped(home, NIGHT) is None
    forget_stopped(home, NIGHT)


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"\xff", b'{"began": 1, "ended": 2, "problems": [], "inputs": ""}'])
def test_what_cannot_be_read_is_nothing(tmp_path, content):
    Home(tmp_path).stopped_run(NIGHT).write_bytes(content)
    assert last_stopped(Home(tmp_path), NIGHT) is None


def test_a_folder_where_nobody_can_write_stops_nothing(tmp_path):
    keep_stopped(Home(tmp_path / "none"), NIGHT, STOPPED)
    assert last_stopped(Home(tmp_path / "none"), NIGHT) is None


def test_other_inputs_have_another_digest():
    assert digest_of({"a": "1", "b": "2"}) == digest_of({"b": "2", "a": "1"}) != digest_of({"a": "1", "b": "3"})
