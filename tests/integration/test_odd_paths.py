"""``junheng check`` with paths as people name and drop them: odd names, the same name twice, no file at all, odd folders for receipts.

Belongs here: what is told of a path, its exit code, and that nothing which lies there is lost. Does not belong here: what a
file holds (``tests/bad_inputs``).
"""

import errno
import os

import pytest
from integration.test_run_county import junheng, write  # noqa: F401 the fixture

from builders.schools import YEAR, school
from builders.workbooks import bulk, form
from resources.inbox import files_in

GOOD, WRONG = bulk([school(1)]), bulk([school(1, books=-3)])


@pytest.fixture
def check(junheng, tmp_path, monkeypatch):  # noqa: F811
    """``junheng check`` in a folder of its own; nothing of a program's failure may ever be told."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("JUNHENG_HOME", str(tmp_path / "没有"))

    def run(*arguments: object) -> int:
        done = junheng("check", *arguments, "--year", YEAR)
        assert not any(word in junheng.out + junheng.err for word in ("内部出错", "Traceback", "Errno"))
        return done

    run.console = junheng
    return run


NAMES = [
    "有 空格.xlsx",
    "两\n行.xlsx",
    "-rf.xlsx",
    "[bold]表.xlsx",
    "{name}.xlsx",
    "%s.xlsx",
    "校" * 83 + ".xlsx",
    "表.XLSX",
    "'\".xlsx",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_but_a_name(check, tmp_path, name):
    write(tmp_path / name, WRONG)
    assert check(tmp_path / name, "--out", "回执") == 1
    assert " ".join(name.split()) in check.console.out and "图书册数" in check.console.out
    assert len([path for path in (tmp_path / "回执").iterdir() if path.name.endswith(".回执.xlsx")]) == 1


def test_a_name_gives_a_terminal_no_orders(check, tmp_path):
    name = "红\x1b[31m\u202e表.xlsx"
    write(tmp_path / name, WRONG)
    assert check(tmp_path / name) == 1
    assert "\x1b" not in check.console.out and "\u202e" not in check.console.out and "红[31m表.xlsx" in check.console.out


@pytest.mark.skipif(os.name == "nt", reason="names are no bytes there")
def test_names_that_are_no_utf_8_are_told_apart(check, tmp_path):
    """As an old archive unpacked: several such names in one inbox must not end the night."""
    for number, raw in enumerate([b"\xd0\xa1.xlsx", b"\xb3\xf5.xlsx"], start=1):
        with open(os.path.join(os.fsencode(tmp_path), raw), "wb") as stream:
            stream.write(bulk([school(number)]))
    names = [one.file for one in files_in(tmp_path)]
    assert len(set(names)) == 2 and all(name.isprintable() for name in names)
    assert check(tmp_path, "--out", tmp_path.parent / "回执") == 0 and "2 所学校" in check.console.out
    assert check(os.path.join(str(tmp_path), os.fsdecode(b"\xd0\xa1.xlsx"))) == 0


LOST = ["没有.xlsx", "校" * 300 + ".xlsx", "好.xlsx/里面.xlsx", "两\n行.xlsx"]


@pytest.mark.parametrize("name", LOST)
def test_what_is_not_there_is_told(check, tmp_path, name):
    write(tmp_path / "好.xlsx", GOOD)
    assert check(name) == 2 and "没有找到" in check.console.err and name[-6:] in check.console.err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes there")
@pytest.mark.parametrize("kind", ["link", "broken link", "loop", "link to a folder", "pipe", "device"])
def test_what_is_no_file_is_refused_beside_a_good_one(check, tmp_path, kind):
    """A20: links, folders and pipes given by name."""
    odd, good = tmp_path / "怪.xlsx", write(tmp_path / "好.xlsx", GOOD)
    (tmp_path / "夹").mkdir()
    targets = {"link": good, "broken link": tmp_path / "没有", "loop": odd, "link to a folder": tmp_path / "夹"}
    if kind in targets:
        odd.symlink_to(targets[kind])
    elif kind == "pipe":
        os.mkfifo(odd)
    else:
        odd = "/dev/null"
    assert check(odd, good) == 1
    assert "没有读取。请放入文件本身" in check.console.out and "可采用 1 所学校" in check.console.out


@pytest.mark.parametrize("name", ["空.xlsx", "空.xls", "空.csv"])
def test_a_file_of_no_bytes(check, tmp_path, name):
    write(tmp_path / name, b"")
    assert check(tmp_path / name) == 1 and "0 字节" in check.console.out


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() == 0, reason="the administrator may read everything")
def test_a_file_that_nobody_may_read(check, tmp_path):
    write(tmp_path / "锁.xlsx", GOOD).chmod(0)
    assert check(tmp_path / "锁.xlsx") == 1 and "读不出来" in check.console.out


def test_a_folder_that_is_called_like_a_file(check, tmp_path):
    write(tmp_path / "夹.xlsx" / "内.xlsx", GOOD)
    assert check(tmp_path / "夹.xlsx") == 0 and "内.xlsx" in check.console.out
    assert check(tmp_path) == 1 and "“夹.xlsx”是链接、文件夹或读不出来的文件" in check.console.out


@pytest.mark.parametrize("hidden", [(), (".DS_Store", "~$表.xlsx", "Thumbs.db")])
def test_a_folder_without_files(check, tmp_path, hidden):
    (tmp_path / "夹").mkdir()
    for name in hidden:
        write(tmp_path / "夹" / name, b"x")
    assert check(tmp_path / "夹") == 2 and "没有文件可以检查" in check.console.err


def test_files_of_one_name_from_several_folders(check, tmp_path):
    """As several schools' folders hold the form under the name by which it was sent out."""
    paths = [write(tmp_path / f"{number}小" / "学校填报表.xlsx", form(school(number, books=-number))) for number in (1, 2)]
    assert check(*paths, write(tmp_path / "汇总.xlsx", bulk([school(3)])), "--out", "回执") == 1
    for words in ("1小/学校填报表.xlsx", "2小/学校填报表.xlsx", "\n汇总.xlsx", "可采用 1 所学校", "错误 2 项"):
        assert words in check.console.out
    assert len(list((tmp_path / "回执").rglob("学校填报表.xlsx.回执.xlsx"))) == 2


def test_folders_of_one_name(check, tmp_path):
    for number in (1, 2):
        write(tmp_path / f"{number}镇" / "报送" / "表.xlsx", bulk([school(number)]))
    assert check(tmp_path / "1镇" / "报送", tmp_path / "2镇" / "报送") == 0
    assert "1镇/报送/表.xlsx" in check.console.out and "可采用 2 所学校" in check.console.out


@pytest.mark.parametrize("again", ["好.xlsx", "./好.xlsx", "夹/../好.xlsx", "."])
def test_a_file_named_twice_is_one_file(check, tmp_path, again):
    write(tmp_path / "好.xlsx", GOOD)
    (tmp_path / "夹").mkdir()
    assert check("好.xlsx", again) == 0
    assert "共 1 份文件,可采用 1 所学校;错误 0 项、疑问 0 项、提示 0 项" in check.console.out


def test_receipts_never_leave_their_folder(check, tmp_path, monkeypatch):
    """A folder that is named by two dots has a name of its own."""
    write(tmp_path / "镇" / "表.xlsx", WRONG)
    (tmp_path / "镇" / "夹").mkdir()
    monkeypatch.chdir(tmp_path / "镇" / "夹")
    assert check("..", write(tmp_path / "二.xlsx", bulk([school(2)])), "--out", tmp_path / "外" / "回执") == 1
    assert [path.name for path in (tmp_path / "外").iterdir()] == ["回执"]
    assert (tmp_path / "外" / "回执" / "镇" / "表.xlsx.回执.xlsx").is_file()


TOO_LONG = "校" * 300
ELSEWHERE = [
    ("run", TOO_LONG),
    ("run", "--all-years", "--home", TOO_LONG),
    ("status", "--file", TOO_LONG, "--home", "."),
    ("template", "--year", YEAR, "--out", TOO_LONG),
    ("standards", "check", TOO_LONG),
    ("ledger", "--year", YEAR, "--home", TOO_LONG),
]


@pytest.mark.parametrize("arguments", ELSEWHERE, ids=" ".join)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_path_too_long_for_the_system_is_told_by_every_command(check, arguments, language):
    assert check.console(*arguments, "--lang", language) == 2
    assert "太长" in check.console.err or "longer than" in check.console.err or TOO_LONG in check.console.err


def test_a_full_disk_is_told(check, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("pipelines.commands.check.given_files", full)
    assert check("表.xlsx") == 2 and "磁盘已满" in check.console.err


# where receipts go


@pytest.mark.parametrize("out", ["文件", "文件/内", "校" * 300, "断链"])
def test_a_place_that_is_no_folder(check, tmp_path, out):
    write(tmp_path / "表.xlsx", WRONG)
    write(tmp_path / "文件", b"x")
    (tmp_path / "断链").symlink_to(tmp_path / "没有" / "没有")
    assert check(tmp_path / "表.xlsx", "--out", out) == 2
    assert "不能写入" in check.console.err and "--out" in check.console.err and (tmp_path / "文件").read_bytes() == b"x"


@pytest.mark.parametrize("out", ["夹", "夹/回执", "夹/../夹"])
def test_no_receipts_among_the_files_that_are_checked(check, tmp_path, out):
    """They would be taken for files handed in; a receipt handed in again with its answers would be overwritten."""
    write(tmp_path / "夹" / "表.xlsx", WRONG)
    write(tmp_path / "夹" / "表.xlsx.回执.xlsx", b"answers")
    assert check(tmp_path / "夹", "--out", out) == 2 and "会被当作报送文件" in check.console.err
    assert sorted(path.name for path in (tmp_path / "夹").rglob("*")) == ["表.xlsx", "表.xlsx.回执.xlsx"]
    assert (tmp_path / "夹" / "表.xlsx.回执.xlsx").read_bytes() == b"answers"


@pytest.mark.parametrize("name", ["index.csv", "表.xlsx.回执.xlsx", "表.xlsx.回执.txt"])
def test_nobodys_file_is_overwritten(check, tmp_path, name):
    write(tmp_path / "表.xlsx", WRONG)
    write(tmp_path / name, b"mine")
    assert check("表.xlsx", "--out", ".") == 2 and name in check.console.err and "会被覆盖" in check.console.err
    assert (tmp_path / name).read_bytes() == b"mine"


def test_receipts_that_others_or_another_check_put_there_are_not_taken_away(check, tmp_path):
    kept = write(tmp_path / "桌面" / "旧" / "三小.xlsx.回执.xlsx", b"answers")
    one, two = write(tmp_path / "一.xlsx", WRONG), write(tmp_path / "二.xlsx", bulk([school(2, books=-3)]))
    assert check(one, "--out", "桌面") == check(two, "--out", "桌面") == 1
    assert kept.read_bytes() == b"answers"
    assert {path.name for path in (tmp_path / "桌面").glob("*.回执.xlsx")} == {"一.xlsx.回执.xlsx", "二.xlsx.回执.xlsx"}


@pytest.mark.parametrize("folder", ["inbox/2024-2025", "receipts/2024-2025", "archive", "."])
def test_a_check_changes_nothing_in_a_home(check, tmp_path, folder):
    home = tmp_path / "家"
    path = write(home / "inbox" / YEAR / "表.xlsx", WRONG)
    assert check(path, "--out", home / folder) == 2 and "检查不改动其中的内容" in check.console.err
    assert [one for one in home.rglob("*") if one.is_file()] == [path]
    assert check(path, "--out", home / "检查") == 1 and (home / "检查" / "表.xlsx.回执.xlsx").is_file()
