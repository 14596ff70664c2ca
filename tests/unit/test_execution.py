"""What a run does to the process it runs in."""

import gc

import pytest

from pipelines.execution import SELDOM, few_collections


def test_garbage_is_looked_for_seldom_and_afterwards_as_before():
    ordinary = gc.get_threshold()
    with pytest.raises(ZeroDivisionError), few_collections():
        assert gc.get_threshold()[0] == SELDOM and gc.isenabled()
        1 / 0  # noqa: B018 - a run may fail
    assert gc.get_threshold() == ordinary
