"""检查.cmd and 运行.cmd: what cmd.exe needs of such files, and that what they call exists and takes what is dropped."""

import re
import subprocess
from pathlib import Path

import pytest

from builders.schools import YEAR, school
from builders.workbooks import bulk
from data_contracts.errors import MendableError
from pipelines.cli import main
from pipelines.commands.dropped import home_and_years

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "windows"
COMMANDS = {"检查.cmd": "check", "运行.cmd": "run"}


def lines(name: str) -> list[str]:
    return (FOLDER / name).read_bytes().decode("ascii").split("\r\n")


@pytest.mark.parametrize("name", COMMANDS)
def test_cmd_exe_can_read_it(name):
    content = (FOLDER / name).read_bytes()
    assert content.isascii(), "cmd.exe loses its place in a batch file with other letters"
    assert content.endswith(b"\r\n") and content.count(b"\n") == content.count(b"\r\n") == content.count(b"\r")


@pytest.mark.parametrize("name", [*COMMANDS, "README.txt"])
def test_git_gives_it_the_line_ends_of_windows(name):
    assert b"\r\n" in (FOLDER / name).read_bytes()
    try:
        done = subprocess.run(
            ["git", "check-attr", "text", "eol", "--", f"windows/{name}"],
            cwd=ROOT,
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        attributes = (ROOT / ".gitattributes").read_text(encoding="utf-8")
        assert f"windows/*{Path(name).suffix} text eol=crlf" in attributes
    else:
        assert re.findall(r": (\w+): (\w+)$", done.stdout, re.MULTILINE) == [("text", "set"), ("eol", "crlf")]


@pytest.mark.parametrize(("name", "command"), COMMANDS.items())
def test_it_hands_on_what_is_dropped_and_stays_open(name, command):
    said = lines(name)
    code = [line for line in said if line and not line.startswith("rem ")]
    assert code[0] == "@echo off"
    assert "chcp 65001 >nul" in code
    assert code[-2:] == ["pause", "exit %CODE%"]
    (call,) = [line for line in code if line.startswith('"%JUNHENG%"')]
    assert call.startswith(f'"%JUNHENG%" {command} ') and call.endswith(" %*")
    assert code[code.index(call) + 1] == 'set "CODE=%ERRORLEVEL%"'
    # Names such as "table(1).xlsx" would end a bracketed block: no dropped path stands in one.
    assert not [line for line in code if "(" in line and "%~dp0" not in line]
    assert all(f":{goto}" in code for line in code for goto in re.findall(r"goto (\w+)", line))
    assert not [line for line in code if re.search(r"(?<!\")%(~\w*[0-9]|ROOT|JUNHENG|JUNHENG_HOME|RECEIPTS)\b(?!.*\")", line)]
    assert 'set "JUNHENG=%ROOT%\\.venv\\Scripts\\junheng.exe"' in code
    named = re.findall(r'type "%~dp0(.+?)"', "\n".join(code))
    assert named and all((FOLDER / one).is_file() for one in named)


def called(name: str, *dropped: Path, receipts: Path) -> list[str]:
    """The arguments with which the file calls junheng."""
    call = next(line for line in lines(name) if line.startswith('"%JUNHENG%"'))
    parts = re.findall(r'"[^"]*"|\S+', call)[1:-1]
    return [part.strip('"').replace("%RECEIPTS%", str(receipts)) for part in parts] + [str(path) for path in dropped]


def test_check_takes_what_it_is_given(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("JUNHENG_HOME", str(tmp_path / "none"))
    path = tmp_path / "报表 (1).xlsx"
    path.write_bytes(bulk([school(1, "小学", primary=450)]))
    with pytest.raises(SystemExit) as ended:
        main(called("检查.cmd", path, receipts=tmp_path / "out"))
    assert ended.value.code == 0, capsys.readouterr()
    assert (tmp_path / "out" / "index.csv").is_file()


def test_run_takes_what_it_is_given(tmp_path, monkeypatch):
    given = []
    monkeypatch.setattr("pipelines.commands.run.run", lambda *arguments: given.append(arguments) or 0)
    file = made(tmp_path / "家 (1)" / "inbox" / YEAR / "城关镇" / "某校.xlsx")
    for dropped in (file, file.parents[1], file.parents[2], file.parents[3]):
        with pytest.raises(SystemExit) as ended:
            main(called("运行.cmd", dropped, receipts=tmp_path))
        assert ended.value.code == 0
    home = tmp_path / "家 (1)"
    assert given == [([YEAR], False, None, home, "zh", (), ())] * 2 + [([], True, None, home, "zh", (), ())] * 2
    with pytest.raises(SystemExit):
        main(["run", str(home), "--year", "2025-2026"])
    assert given[-1] == (["2025-2026"], False, None, home, "zh", (), ())


def made(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


def test_several_files_may_name_several_years(tmp_path):
    files = [made(tmp_path / "inbox" / year / "某校.xlsx") for year in ("2025-2026", YEAR)]
    assert home_and_years([*files, files[0]]) == (tmp_path, sorted([YEAR, "2025-2026"]))
    assert home_and_years(files, tmp_path) == (tmp_path, sorted([YEAR, "2025-2026"]))


def test_a_folder_of_a_school_that_is_called_inbox_is_not_the_inbox(tmp_path):
    file = made(tmp_path / "inbox" / YEAR / "inbox" / "某校.xlsx")
    assert home_and_years([file]) == (tmp_path, [YEAR])
    assert home_and_years([file.parent]) == (tmp_path, [YEAR])


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda root: [root / "没有.xlsx"], "没有找到"),
        (lambda root: [made(root / "桌面" / "某校.xlsx")], "不在收件箱中"),
        (lambda root: [made(root / "inbox" / "某校.xlsx")], "不是学年"),
        (lambda root: [made(root / "inbox" / "1990-1991" / "某校.xlsx")], "学年日历中没有"),
        (lambda root: [made(root / one / "inbox" / YEAR / "某校.xlsx") for one in ("甲", "乙")], "不同的工作文件夹"),
    ],
    ids=["absent", "elsewhere", "beside the years", "unknown year", "two homes"],
)
def test_what_cannot_be_run_is_told(tmp_path, make, said):
    with pytest.raises(MendableError, match=said):
        home_and_years(make(tmp_path))
