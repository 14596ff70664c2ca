"""Whoever types a command reads sentences, not the log."""

import logging

import pytest

from pipelines.cli import main


def test_records_of_the_log_go_nowhere_on_the_console(monkeypatch, capsys):
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [])
    with pytest.raises(SystemExit):
        main(["--help"])
    capsys.readouterr()
    logging.getLogger("junheng.intake").warning("a worker was lost over 1 files")
    assert capsys.readouterr() == ("", "")


def test_a_log_that_somebody_set_up_is_left_as_it_is(monkeypatch):
    root, heard = logging.getLogger(), logging.StreamHandler()
    monkeypatch.setattr(root, "handlers", [heard])
    with pytest.raises(SystemExit):
        main(["--help"])
    assert root.handlers == [heard]
