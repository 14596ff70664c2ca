"""What makes a run pointless is told before it begins: one sentence, exit code 2, in the language asked for, nothing changed."""

import os
import re
import sys
from pathlib import Path

import pytest
from integration.test_run_county import SCHOOLS, Console, bytes_below, command, write, write_county, write_register

from builders.schools import YEAR, school
from builders.workbooks import bulk

CHINESE = re.compile("[一-鿿]")


@pytest.fixture
def junheng(capsys, monkeypatch) -> Console:
    """The command; a run that were to begin after all would fail the test."""
    for variable in ("JUNHENG_HOME", "DAGSTER_HOME", "JUNHENG_DATABASE_URL"):
        monkeypatch.setenv(variable, "")
        monkeypatch.delenv(variable)
    monkeypatch.setattr("pipelines.commands.run.execute", lambda *given: pytest.fail("the run began"))
    return Console(capsys)


@pytest.fixture
def home(tmp_path) -> Path:
    """A home with a register and an inbox."""
    return write_county(tmp_path / "home", SCHOOLS[:2])


def refused(junheng: Console, *arguments: object) -> tuple[str, str]:
    """What a refused command says in Chinese and in English, each one line on the error stream."""
    said = []
    for language in ("zh", "en"):
        assert junheng(*arguments, "--lang", language) == 2
        assert len(junheng.err.strip().splitlines()) == 1, junheng.err
        said.append(junheng.err.strip())
    assert CHINESE.search(said[0])
    return said[0], said[1]


def test_a_register_with_a_code_twice(home, junheng):
    write_register(home, [*SCHOOLS[:2], SCHOOLS[0]])
    before = bytes_below(home)
    zh, en = refused(junheng, "run", "--home", home, "--year", YEAR)
    for said in (zh, en):
        assert f"{YEAR}.xlsx" in said
        assert SCHOOLS[0]["school_id", None] in said
        assert "2" in said
        assert "4" in said
    assert "重复" in zh
    assert "twice" in en
    assert bytes_below(home) == before


@pytest.mark.parametrize("content", [b"", b"no workbook", bulk([school(1)])[:400]], ids=["empty", "no workbook", "cut off"])
def test_a_register_that_cannot_be_read(home, junheng, content):
    write(home / "register" / f"{YEAR}.xlsx", content)
    zh, en = refused(junheng, "run", "--home", home, "--year", YEAR)
    assert f"{YEAR}.xlsx" in zh
    assert f"{YEAR}.xlsx" in en


def test_a_register_without_schools(home, junheng):
    write(home / "register" / f"{YEAR}.xlsx", b"")
    (home / "register" / f"{YEAR}.xlsx").unlink()
    write(home / "register" / f"{YEAR}.csv", "学校标识码,学校名称,办学类型\n".encode())
    zh, _ = refused(junheng, "run", "--home", home, "--year", YEAR)
    assert "没有找到学校" in zh


def test_a_register_without_a_school_type(home, junheng):
    rows = {
        place: value
        for place, value in SCHOOLS[0].items()
        if place[0] in {"school_id", "school_name", "county_code", "county_name"}
    }
    write(home / "register" / f"{YEAR}.xlsx", bulk([rows]))
    zh, _ = refused(junheng, "run", "--home", home, "--year", YEAR)
    assert "办学类型" in zh


def test_two_registers_of_a_year(home, junheng):
    write(home / "register" / f"{YEAR}.csv", b"x")
    zh, en = refused(junheng, "run", "--home", home, "--year", YEAR)
    assert all(f"{YEAR}.xlsx" in said and f"{YEAR}.csv" in said for said in (zh, en))


@pytest.mark.parametrize("year", ["2031-2032", "2014-2015"])
def test_a_year_that_the_calendar_does_not_have(home, junheng, year):
    zh, en = refused(junheng, "run", "--home", home, "--year", year)
    assert all(year in said and "2015-2016" in said and "2027-2028" in said for said in (zh, en))
    assert not CHINESE.search(en)


@pytest.mark.parametrize("year", ["2024", "2024-2026", "今年", ""])
def test_what_is_no_year(home, junheng, year):
    zh, en = refused(junheng, "run", "--home", home, "--year", year)
    assert "学年" in zh
    assert "school year" in en


def test_no_year_at_all(home, junheng):
    zh, en = refused(junheng, "run", "--home", home)
    assert all("--year" in said and "--all-years" in said for said in (zh, en))


def test_one_wrong_year_among_right_ones_stops_all(home, junheng):
    refused(junheng, "run", "--home", home, "--year", YEAR, "--year", "2024-2026")


def test_all_years_of_an_empty_inbox(tmp_path, junheng):
    zh, en = refused(junheng, "run", "--home", tmp_path / "new", "--all-years")
    assert "inbox" in zh
    assert "inbox" in en


def test_a_home_that_is_not_there_is_made_and_said_so(tmp_path, junheng):
    home = tmp_path / "new"
    assert junheng("run", "--home", home, "--year", YEAR) == 2
    assert str(home) in junheng.out
    assert "新建" in junheng.out
    assert str(home / "inbox" / YEAR) in junheng.err
    assert (home / "inbox" / YEAR).is_dir()


@pytest.mark.parametrize("left", ["~$汇总表.xlsx", ".hidden.xlsx", "Thumbs.db", "desktop.ini"])
def test_an_inbox_with_nothing_that_counts_is_empty(tmp_path, junheng, left):
    write(tmp_path / "home" / "inbox" / YEAR / left, b"x")
    zh, _ = refused(junheng, "run", "--home", tmp_path / "home", "--year", YEAR)
    assert "是空的" in zh


def test_a_home_that_is_a_file(tmp_path, junheng):
    place = write(tmp_path / "home", b"a file")
    zh, en = refused(junheng, "run", "--home", place, "--year", YEAR)
    assert all(str(place) in said and "--home" in said for said in (zh, en))
    assert place.read_bytes() == b"a file"


@pytest.mark.skipif(sys.platform != "linux", reason="needs a folder in which nobody can write")
def test_a_home_where_nobody_can_write(junheng):
    zh, en = refused(junheng, "run", "--home", "/proc/junheng-home", "--year", YEAR)
    assert "不能写入" in zh
    assert "cannot be written" in en


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="the administrator may write everywhere")
def test_a_home_without_the_right_to_write(home, junheng):
    home.chmod(0o500)
    try:
        zh, _ = refused(junheng, "run", "--home", home, "--year", YEAR)
    finally:
        home.chmod(0o700)
    assert "不能写入" in zh


def test_a_full_disk_at_the_start(home, junheng, monkeypatch):
    def full(**given: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("resources.home.tempfile.NamedTemporaryFile", full)
    zh, en = refused(junheng, "run", "--home", home, "--year", YEAR)
    assert all("No space left" in said for said in (zh, en))


STANDARDS = {
    "a key with a typo": ("id: own\ntitel: x\n", "titel"),
    "no YAML": ("id: [own\n", "YAML"),
    "an empty file": ("", "own.yaml"),
    "an id that is taken": (None, "national-basic-2012"),
}


@pytest.mark.parametrize(("text", "named"), STANDARDS.values(), ids=STANDARDS)
def test_a_standard_of_the_county_that_is_malformed(home, junheng, text, named):
    if text is None:
        text = (Path(__file__).parents[2] / "data_contracts/standards/national-basic-2012.yaml").read_text(encoding="utf-8")
    write(home / "standards" / "own.yaml", text.encode())
    before = bytes_below(home)
    zh, en = refused(junheng, "run", "--home", home, "--year", YEAR)
    assert all("own.yaml" in said and named in said for said in (zh, en))
    assert bytes_below(home) == before


@pytest.mark.parametrize("which", [("--year", YEAR), ("--year", YEAR, "--year", "2025-2026"), ("--all-years",)], ids=str)
def test_an_empty_inbox_hides_no_other_fault(tmp_path, junheng, which):
    """All that stops a run is told at once, each fault once, so that nobody mends one to be told of the next."""
    home = tmp_path / "home"
    write(home / "standards" / "own.yaml", b"id: own\ntitel: x\n")
    for said in refused(junheng, "run", "--home", home, *which):
        assert "inbox" in said and said.count("own.yaml") == 1 and "titel" in said


def test_a_broken_register_hides_no_broken_standard(home, junheng):
    write(home / "standards" / "own.yaml", b"id: own\ntitel: x\n")
    write(home / "register" / f"{YEAR}.xlsx", b"no workbook")
    for said in refused(junheng, "run", "--home", home, "--year", YEAR):
        assert f"{YEAR}.xlsx" in said and "titel" in said


def test_a_malformed_standard_stops_every_command_that_needs_it(home, junheng):
    write(home / "standards" / "own.yaml", b"id: own\ntitel: x\n")
    for arguments in (
        ("check", home / "inbox" / YEAR),
        ("template", "--home", home, "--year", YEAR, "--out", home / "forms"),
    ):
        zh, _ = refused(junheng, *arguments)
        assert "own.yaml" in zh


def test_a_confirmation_without_a_reason(home, junheng):
    zh, en = refused(junheng, "run", "--home", home, "--year", YEAR, "--confirm-fewer-schools", "  ")
    assert "原因" in zh
    assert "reason" in en


@pytest.mark.parametrize("url", ["mysql://x/y", "postgresql+psycopg://nobody:secret@127.0.0.1:1/none"])
def test_a_database_that_cannot_be_reached(home, junheng, monkeypatch, url):
    monkeypatch.setenv("JUNHENG_DATABASE_URL", url)
    zh, en = refused(junheng, "run", "--home", home, "--year", YEAR, "--confirm-fewer-schools", "合并")
    assert "secret" not in zh + en


@pytest.mark.parametrize(
    ("arguments", "zh", "en"),
    [
        (("run", "--yaer", "2024-2025"), "--yaer", "--yaer"),
        (("template",), "--year", "--year"),
        (("check",), "缺少要检查的文件或文件夹。查看用法", "usage"),
        (("nonsense",), "没有这个命令", "nonsense'. See"),
        (("run", "--lang", "fr"), "--lang", "fr"),
        (("run", "2024-2025"), "用法", "usage"),
    ],
    ids=str,
)
def test_wrong_usage(junheng, arguments, zh, en):
    assert junheng(*arguments) == 2
    assert zh in junheng.err
    assert CHINESE.search(junheng.err)
    assert len(junheng.err.strip().splitlines()) == 1
    assert junheng(*arguments, *(() if "--lang" in arguments else ("--lang", "en"))) == 2
    if "--lang" not in arguments:
        assert en in junheng.err
        assert not CHINESE.search(junheng.err)


def test_the_exit_code_reaches_the_shell(tmp_path):
    done = command("run", "--home", tmp_path / "new", "--year", "2024-2026", "--lang", "en")
    assert done.returncode == 2
    assert "2024-2026" in done.stderr and not (tmp_path / "new").exists()
    assert "Traceback" not in done.stdout + done.stderr
