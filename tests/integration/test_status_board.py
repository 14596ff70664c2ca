"""``junheng status``: the board with late schools, as a page, and the history of a file, from a ledger of several nights."""

import datetime as dt
import hashlib
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from pipelines.cli import main
from resources.database import WarehouseDatabase
from resources.home import Home
from resources.table_store import TableStore

YEAR = "2026-2027"
CHINESE = re.compile("[一-鿿]")
FIRST, SECOND, BOTH = b"first", b"second", b"both"


def night(day: int) -> dt.datetime:
    return dt.datetime(2026, 9, day, 18, 30, tzinfo=dt.UTC)


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def code(number: int) -> str:
    return f"990121{number:04d}"


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    """Three nights: school 1 in time and mended, school 2 late, school 3 withdrawn, school 4 never."""
    for variable in ("JUNHENG_HOME", "JUNHENG_DATABASE_URL"):
        monkeypatch.delenv(variable, raising=False)
    made = Home(tmp_path / "家 [1]").created()
    outcomes = [("accepted", 0, 0), ("accepted_with_queries", 0, 2), ("missing", 0, 0), ("missing", 0, 0)]
    files = ["城关镇/一小.xlsx", "二小.xlsx", None, None]
    board = [
        {
            "county_code": "990121",
            "school_id": code(number),
            "school_name": f"第{number}小学",
            "township": "城关镇" if number < 3 else None,
            "school_type": "小学",
            "register_order": number,
            "expected": True,
            "outcome": outcome,
            "file": file,
            "errors": errors,
            "queries": queries,
            "notes": 0,
        }
        for number, (outcome, errors, queries), file in zip(range(1, 5), outcomes, files, strict=True)
    ]
    TableStore(made.tables).write(pd.DataFrame(board), "reporting_board", YEAR)
    database = WarehouseDatabase(made.database_url)
    database.prepare()
    looks = {
        10: [("城关镇/一小.xlsx", FIRST, "rejected", 1), ("三小.xlsx", BOTH, "accepted", 3)],
        20: [("城关镇/一小.xlsx", SECOND, "accepted", 1), ("二小.xlsx", b"two", "accepted_with_queries", 2)],
        21: [
            ("城关镇/一小.xlsx", SECOND, "accepted", 1),
            ("二小.xlsx", b"two", "accepted_with_queries", 2),
            ("旧/一小.xlsx", FIRST, "superseded", 1),
        ],
    }
    for day, files_there in looks.items():
        rows = [(file, sha(content), outcome, code(school)) for file, content, outcome, school in files_there]
        table = pd.DataFrame(rows, columns=["file", "sha256", "outcome", "school_id"])
        database.record_files(YEAR, table, night(day), f"run {day}", {"旧/一小.xlsx": "城关镇/一小.xlsx"})
    database.close()
    (made.archive / sha(FIRST)[:2]).mkdir()
    (made.archive / sha(FIRST)[:2] / sha(FIRST)).write_bytes(FIRST)
    return made.path


@pytest.fixture
def status(home, capsys):
    def run(*arguments: object) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            main(["status", "--home", str(home), *map(str, arguments)])
        said = capsys.readouterr()
        return ended.value.code, said.out + said.err

    return run


def figures(line: str) -> list[str]:
    return re.findall(r"(?<=[│ ])(\d+|—)(?= )", line)


def test_the_board_counts_late_schools_and_names_them(status):
    ended, said = status("--year", YEAR)
    assert ended == 0
    rows = {name: next(line for line in said.splitlines() if name in line) for name in ("城关镇", "未填乡镇", "合计")}
    assert figures(rows["城关镇"]) == ["2", "2", "2", "1", "0", "0", "1"]
    assert figures(rows["未填乡镇"]) == ["2", "0", "0", "0", "0", "2", "—"]
    assert figures(rows["合计"]) == ["4", "2", "2", "1", "0", "2", "1"]
    assert "未报送:第3小学、第4小学" in said
    assert "迟报(2026-09-20 截止):第2小学" in said


def test_the_board_by_county_in_english(status):
    ended, said = status("--year", YEAR, "--by", "county", "--lang", "en")
    assert ended == 0
    assert "late (due 2026-09-20): 第2小学" in said and "county" in said
    assert not CHINESE.search(re.sub("第[234]小学", "", said))
    assert status("--by", "village")[0] == 2


def test_long_lists_say_how_many_more(status, monkeypatch):
    monkeypatch.setattr("pipelines.commands.status.NAMED_AT_MOST", 1)
    assert "未报送:第3小学 …另有 1 所" in status("--year", YEAR)[1]
    assert "missing: 第3小学 … and 1 more" in status("--year", YEAR, "--lang", "en")[1]


def test_the_page_is_written_where_it_was_asked_for(status, tmp_path, home):
    before = sorted(home.rglob("*"))
    target = tmp_path / "页 面" / "看板.html"
    ended, said = status("--year", YEAR, "--page", target, "--lang", "en")
    assert ended == 0 and str(target) in said
    page = target.read_text(encoding="utf-8")
    assert "第2小学" in page and "迟报</span>" in page and "2026-09-21" in page
    assert sorted(home.rglob("*")) == before
    ended, said = status("--year", YEAR, "--page", target / "below")
    assert ended == 2 and "不能写到" in said


@pytest.mark.parametrize("asked", ["城关镇/一小.xlsx", f"{YEAR}/城关镇/一小.xlsx", f"inbox\\{YEAR}\\城关镇\\一小.xlsx"])
def test_a_path_tells_all_that_ever_lay_there(status, home, asked):
    ended, said = status("--file", asked)
    assert ended == 0
    told = [line.strip() for line in said.splitlines()]
    assert told == [
        f"{YEAR} 学年 城关镇/一小.xlsx",
        f"2026 年 9 月 11 日 02:30 首次收到(指纹 {sha(FIRST)[:12]})。",
        "2026 年 9 月 11 日 02:30 处理结果:退回。",
        f"2026 年 9 月 21 日 02:30 原内容(指纹 {sha(FIRST)[:12]})被同名的新内容(指纹 {sha(SECOND)[:12]})替换。",
        f"2026 年 9 月 21 日 02:30 首次收到(指纹 {sha(SECOND)[:12]})。",
        "2026 年 9 月 21 日 02:30 处理结果:已采用。",
        "现在:在收件箱中,已采用。",
        f"原件存档(指纹 {sha(FIRST)[:12]}):{home / 'archive' / sha(FIRST)[:2] / sha(FIRST)}",
        f"存档中没有原件(指纹 {sha(SECOND)[:12]})。",
    ]


def test_bytes_are_known_under_every_name(status, tmp_path):
    copy = tmp_path / "桌面 副本.xlsx"
    copy.write_bytes(FIRST)
    for asked in (copy, sha(FIRST), sha(FIRST).upper()):
        ended, said = status("--file", asked)
        assert ended == 0
        assert f"{YEAR} 学年 城关镇/一小.xlsx" in said and f"{YEAR} 学年 旧/一小.xlsx" in said
        assert "现在:这份内容已不在收件箱中;离开前的处理结果为“退回”" in said
        assert "处理结果:已被更新的文件取代,采用的是 城关镇/一小.xlsx。" in said


def test_a_file_that_was_taken_out_is_not_forgotten(status):
    ended, said = status("--file", "三小.xlsx")
    assert ended == 0
    assert "2026 年 9 月 21 日 02:30 已从收件箱移走" in said
    ended, said = status("--file", "三小.xlsx", "--lang", "en")
    assert ended == 0
    assert "2026-09-21 02:30 Beijing time: withdrawn from the inbox" in said and "no longer in the inbox" in said
    assert not CHINESE.search(said.replace("三小", ""))


def test_a_file_of_which_nothing_is_known(status, tmp_path, home):
    new = home / "inbox" / YEAR / "新.xlsx"
    new.parent.mkdir(parents=True)
    new.write_bytes(b"new")
    ended, said = status("--file", new)
    assert ended == 0 and "从未在运行时的" in said and "下次运行时记入" in said
    ended, said = status("--file", "没有[x].xlsx")
    assert ended == 2 and "没有[x].xlsx" in said and "磁盘上也没有" in said
    assert status("--file", "三小.xlsx", "--year", "2025-2026")[0] == 2
    assert status("--file", "三小.xlsx", "--year", "2025")[0] == 2
    assert "Traceback" not in said


def test_status_loads_neither_dagster_nor_great_expectations(home):
    program = (
        "import sys\nfrom pipelines.cli import main\ntry:\n    main(sys.argv[1:])\nexcept SystemExit as end:\n    code = end.code\n"
        "print('LOADED', [name for name in ('dagster', 'great_expectations') if name in sys.modules], code)"
    )
    for more in (["--year", YEAR, "--page", str(home / "page.html")], ["--file", "三小.xlsx"]):
        done = subprocess.run(
            [sys.executable, "-X", "utf8", "-c", program, "status", "--home", str(home), *more],
            capture_output=True,
            encoding="utf-8",
            cwd=Path(__file__).parents[2],
            timeout=120,
            check=False,
        )
        assert "LOADED [] 0" in done.stdout, done.stdout + done.stderr


def test_a_register_that_would_stop_the_next_run_is_told(home, status):
    row = f"{code(1)},第1小学,990121,青岚县,小学,公办,县属,镇区"
    heading = "学校标识码,学校名称,县级行政区划代码,县(市、区),办学类型,举办者类型,隶属关系,城乡类型"
    place = home / "register" / f"{YEAR}.csv"
    place.write_text(f"{heading}\n{row}\n{row}\n", encoding="utf-8")
    ended, said = status("--year", YEAR)
    assert ended == 0 and f"学校标识码 {code(1)} 重复" in "".join(said.split("\n")) and "第1小学" not in said.split("合计")[0]
    assert f"code {code(1)} twice" in " ".join(status("--year", YEAR, "--lang", "en")[1].split())
    place.write_text(f"{heading}\n{row}\n", encoding="utf-8")
    assert "重复" not in status("--year", YEAR)[1]
