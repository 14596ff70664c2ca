"""The log of a home."""

import logging

import pytest

from resources import home_log
from resources.home_log import FILE, keep_log


@pytest.fixture(autouse=True)
def nobody_listens(monkeypatch):
    """No handler of another test; those added here are closed."""
    log = logging.getLogger("junheng")
    monkeypatch.setattr(log, "handlers", [])
    yield
    for handler in log.handlers:
        handler.close()


def test_what_is_logged_stands_in_the_home_once_and_not_on_the_console(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(logging.getLogger(), "handlers", [logging.NullHandler()])
    keep_log(tmp_path / "logs")
    keep_log(tmp_path / "logs")
    logging.getLogger("junheng.intake").warning("a worker was lost over %r", "甲.xlsx")
    text = (tmp_path / "logs" / FILE).read_text(encoding="utf-8")
    assert text.count("a worker was lost over '甲.xlsx'") == 1 and "WARNING junheng.intake" in text
    assert capsys.readouterr() == ("", "")


def test_another_home_has_a_log_of_its_own(tmp_path):
    keep_log(tmp_path / "one")
    keep_log(tmp_path / "two")
    logging.getLogger("junheng.receipts").warning("told")
    assert not (tmp_path / "one" / FILE).exists() and "told" in (tmp_path / "two" / FILE).read_text(encoding="utf-8")


def test_it_does_not_grow_for_ever(tmp_path, monkeypatch):
    monkeypatch.setattr(home_log, "LARGEST_BYTES", 2_000)
    keep_log(tmp_path)
    for _ in range(200):
        logging.getLogger("junheng.intake").warning("x" * 100)
    sizes = [path.stat().st_size for path in tmp_path.glob(FILE + "*")]
    assert len(sizes) == home_log.KEPT + 1 and max(sizes) <= 2_000


def test_a_log_that_cannot_be_written_is_no_news_on_the_console(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(logging.getLogger(), "handlers", [logging.NullHandler()])
    (tmp_path / "logs" / FILE).mkdir(parents=True)
    keep_log(tmp_path / "logs")
    logging.getLogger("junheng.intake").warning("told")
    (tmp_path / "file").write_text("")
    keep_log(tmp_path / "file" / "logs")
    logging.getLogger("junheng.intake").warning("told")
    assert capsys.readouterr() == ("", "")
