"""A small county from its inbox to its release: what is published, what is not, and that what was published stays.

The first release is made by the command in a process of its own, everything real. What happens then is tried on copies
of that home, in this process, with Dagster's events kept in memory and without the suites of Great Expectations, which
never decide whether a year is published.
"""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import dagster as dg
import openpyxl
import pandas as pd
import pytest

import pipelines.definitions
from assets.publication import FEWER_SCHOOLS
from builders.schools import COUNTY, YEAR, School, code, school
from builders.workbooks import bulk, day, form
from data_contracts.catalogue import identity_fields
from data_contracts.tables import CONTRACTS, PUBLISHED
from domain.reporting.receipt import receipt_of
from pipelines.cli import main
from resources import event_log, receipts
from resources.code_version import code_version
from resources.database import WarehouseDatabase
from resources.home_log import FILE

PROJECT = Path(__file__).parents[2]
IDENTITY = {field.key for field in identity_fields()}
SCHOOLS = [
    school(1, "小学", primary=450, name="=第一小学"),
    school(2, "小学", primary=220, books=3000),
    school(3, "初级中学", junior=380),
    school(4, "九年一贯制学校", primary=166, junior=210, books=23226),
    school(5, "教学点", primary=30),
    school(6, "完全中学", junior=300, senior=400),
    school(7, "十二年一贯制学校", primary=200, junior=150, senior=120),
    school(8, "小学", primary=120),
]
BULK, FORMS = "一中心校/汇总表.xlsx", 5


def write(path: Path, content: bytes) -> Path:
    """Write a file with the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def form_name(one: School) -> str:
    """The file of a school that hands in a form."""
    return f"学校填报表/{one['school_id', None]}.xlsx"


def write_register(home: Path, schools: Sequence[School] = SCHOOLS, year: str = YEAR) -> Path:
    """The register that lists these schools."""
    rows = [{place: value for place, value in one.items() if place[0] in IDENTITY} for one in schools]
    return write(home / "register" / f"{year}.xlsx", bulk(rows))


def write_county(home: Path, schools: Sequence[School] = SCHOOLS, year: str = YEAR, register: bool = True) -> Path:
    """A home with the county's register and inbox: a bulk table of the first schools, a form of each other."""
    inbox = home / "inbox" / year
    write(inbox / BULK, bulk(schools[:FORMS]))
    for one in schools[FORMS:]:
        write(inbox / form_name(one), form(one, year=year))
    if register:
        write_register(home, schools, year)
    return home


def bytes_below(folder: Path) -> dict[str, bytes]:
    """Every file below a folder: path → bytes."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def current(home: Path, year: str = YEAR) -> Path:
    """What people open."""
    return home / "publications" / year / "current"


def releases(home: Path, year: str = YEAR) -> list[str]:
    """Numbers of the releases there are."""
    folder = home / "publications" / year / "releases"
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith(".")) if folder.exists() else []


def manifest(home: Path, year: str = YEAR) -> dict:
    """What ``current`` says of itself."""
    return json.loads((current(home, year) / "release.json").read_text(encoding="utf-8"))


def published(home: Path, name: str, year: str = YEAR) -> pd.DataFrame:
    """A published table as text."""
    return pd.read_csv(current(home, year) / "tables" / f"{name}.csv", dtype=str, keep_default_na=False)


class Console:
    """The command ``junheng``, called in this process."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.out = self.err = ""

    def __call__(self, *arguments: object) -> int:
        """The exit code; what was said is in ``out`` and ``err``, and it is never a traceback."""
        self._capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        self.out, self.err = self._capsys.readouterr()
        assert "Traceback" not in self.out + self.err
        assert "程序内部出错" not in self.err, self.err
        assert "A fault inside the program" not in self.err, self.err
        return int(ended.value.code)


@pytest.fixture
def junheng(capsys, monkeypatch) -> Iterator[Console]:
    """The command, with Dagster in memory and without plausibility suites; the environment is put back afterwards."""
    for variable in ("JUNHENG_HOME", "DAGSTER_HOME", "JUNHENG_DATABASE_URL"):
        monkeypatch.setenv(variable, "")
        monkeypatch.delenv(variable)
    monkeypatch.setattr(event_log, "instance_of_run", lambda _home: dg.DagsterInstance.ephemeral())
    monkeypatch.setattr(pipelines.definitions, "PLAUSIBILITY_CHECKS", [])
    yield Console(capsys)


def command(*arguments: object) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("JUNHENG_", "DAGSTER_"))}
    return subprocess.run(
        [sys.executable, "-m", "pipelines.cli", *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        env=environment | {"PYTHONUTF8": "1"},
        cwd=PROJECT,
        timeout=240,
        check=False,
    )


@pytest.fixture(scope="module")
def first(tmp_path_factory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """The county's first release, and what the command said."""
    home = write_county(tmp_path_factory.mktemp("first") / "home")
    return home, command("run", "--home", home, "--year", YEAR)


@pytest.fixture
def released(first, tmp_path) -> Path:
    """A copy of the home of the first release, to go on from."""
    return shutil.copytree(first[0], tmp_path / "home", ignore=shutil.ignore_patterns("dagster"))


def unchanged(home: Path, before: dict[str, bytes]) -> bool:
    """True where the first release still is what people open, and the database says so."""
    database = WarehouseDatabase(f"sqlite:///{home / 'warehouse.db'}")
    last = database.current_release(YEAR)
    database.close()
    return bytes_below(current(home)) == before and releases(home) == ["1"] and last is not None and last.number == 1


def test_the_first_run_publishes(first):
    home, done = first
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert "采用 8 所,应报 8 所" in done.stdout
    assert "已发布第 1 版" in done.stdout
    assert releases(home) == ["1"]


def test_the_release_says_what_it_was_made_from(first):
    home, _ = first
    said = manifest(home)
    assert set(said) == {"school_year", "release", "made_at", "standards", "code_version", "inputs", "counts"}
    assert (said["school_year"], said["release"]) == (YEAR, 1)
    assert said["standards"] == ["national-basic-2012", "national-quality-2017"]
    assert said["code_version"] == code_version()
    files = [f"inbox/{YEAR}/{BULK}", *(f"inbox/{YEAR}/{form_name(one)}" for one in SCHOOLS[FORMS:])]
    assert set(files) | {f"register/{YEAR}.xlsx"} <= set(said["inputs"])
    assert all(len(digest) == 64 for digest in said["inputs"].values())
    assert {key: said["counts"][key] for key in ("counties", "schools_expected", "schools_accepted", "files")} == {
        "counties": 1,
        "schools_expected": 8,
        "schools_accepted": 8,
        "files": 4,
    }


def test_the_release_has_its_tables_workbook_and_pages(first):
    home, _ = first
    names = {path.name for path in (current(home) / "tables").iterdir()}
    assert names == {f"{name}.{ending}" for name in PUBLISHED for ending in ("csv", "parquet")}
    assert [path.name for path in (current(home) / "workbooks").iterdir()] == [f"{COUNTY}_青禾县.xlsx"]
    assert (current(home) / "site" / "index.html").is_file()


def test_the_current_folder_is_a_real_one_and_equal_to_the_release(first):
    home, _ = first
    assert not current(home).is_symlink()
    assert bytes_below(current(home)) == bytes_below(home / "publications" / YEAR / "releases" / "1")


@pytest.mark.parametrize("name", PUBLISHED)
def test_csv_parquet_and_database_hold_the_same_rows(first, name):
    home, _ = first
    frame = pd.read_parquet(current(home) / "tables" / f"{name}.parquet")
    assert list(frame.columns) == list(CONTRACTS[name].columns)
    assert list(published(home, name).columns) == list(frame.columns)
    assert len(published(home, name)) == len(frame)
    with sqlite3.connect(home / "warehouse.db") as connection:
        (rows,) = connection.execute(f"select count(*) from {name}").fetchone()
    assert rows == len(frame)


def test_the_release_is_about_every_section_that_counts(first):
    home, _ = first
    table = published(home, "school_indicators")
    counted = {(row.school_id, row.section) for row in table.itertuples() if row.standard == "national-quality-2017"}
    assert counted == {
        (code(1), "primary"),
        (code(2), "primary"),
        (code(3), "junior"),
        (code(4), "primary"),
        (code(4), "junior"),
        (code(6), "junior"),
        (code(7), "primary"),
        (code(7), "junior"),
        (code(8), "primary"),
    }
    assert set(table["school_name"]) >= {"'=第一小学"}


def test_every_file_got_a_receipt_and_stands_in_the_ledger(first):
    home, _ = first
    index = pd.read_csv(home / "receipts" / YEAR / "index.csv", dtype=str, keep_default_na=False)
    assert set(index["outcome"]) <= {"accepted", "accepted_with_queries"}
    assert len(index) == 4
    assert all((home / "receipts" / YEAR / path).is_file() for path in index["receipt"])
    database = WarehouseDatabase(f"sqlite:///{home / 'warehouse.db'}")
    told = database.what_became_of(BULK)
    assert list(told["event"].iloc[:2]) == ["received", "outcome"] and set(told["event"].iloc[2:]) == {"school"}
    assert told.loc[told["event"] == "outcome", "outcome"].iat[-1] == index.set_index("file").loc[BULK, "outcome"]
    database.close()


def test_every_original_is_in_the_archive(first):
    home, _ = first
    kept = {path.name for path in (home / "archive").rglob("*") if path.is_file()}
    assert set(pd.read_csv(home / "receipts" / YEAR / "index.csv")["sha256"]) == kept


def test_nothing_unfinished_is_left_lying_about(first):
    home, _ = first
    odd = [
        path
        for path in home.rglob("*")
        if path.name.endswith(".part") or path.name.startswith((".staging", ".incoming", ".outgoing"))
    ]
    assert odd == []


def test_a_second_run_changes_no_byte_and_says_so(released, junheng):
    before = bytes_below(current(released))
    times = {path: path.stat().st_mtime_ns for path in current(released).rglob("*")}
    assert junheng("run", "--home", released, "--year", YEAR) == 0
    assert "没有任何变化" in junheng.out
    assert unchanged(released, before)
    assert {path: path.stat().st_mtime_ns for path in current(released).rglob("*")} == times


def test_the_same_inbox_gives_the_same_tables_anywhere(first, tmp_path, junheng):
    home = write_county(tmp_path / "elsewhere" / "home")
    assert junheng("run", "--home", home, "--year", YEAR, "--lang", "en") == 0
    assert "Release 1 is out" in junheng.out
    assert bytes_below(current(home) / "tables") == bytes_below(current(first[0]) / "tables")


def test_what_somebody_altered_in_the_publication_is_put_back_and_told(released, junheng):
    before = bytes_below(current(released))
    table = current(released) / "tables" / "county_coefficients.csv"
    table.write_bytes(table.read_bytes().replace(b"0.", b"9.", 1))
    (current(released) / "site" / "index.html").unlink()
    assert junheng("run", "--home", released, "--year", YEAR) == 0
    assert "与第 1 次发布不一致(site/index.html),已按发布时的内容恢复" in "".join(junheng.out.split("\n")) and not junheng.err
    assert bytes_below(current(released)) == before


def test_without_a_register_everything_says_that_nobody_knows_who_is_missing(tmp_path, junheng):
    home = write_county(tmp_path / "home", register=False)
    assert junheng("run", "--home", home, "--year", YEAR) == 0
    assert "没有学校名册" in junheng.out
    assert not any(path.startswith("register/") for path in manifest(home)["inputs"])
    for page in ("index.html", "board.html"):
        assert "本学年没有学校名册" in (current(home) / "site" / page).read_text(encoding="utf-8"), page
    index = (current(home) / "site" / "index.html").read_text(encoding="utf-8")
    assert "报送的学校全部采用" in index and "应报学校全部采用" not in index
    (people,) = (current(home) / "site" / "county").glob("*-people.html")
    assert "按学校名册统计" not in people.read_text(encoding="utf-8")
    (path,) = (current(home) / "workbooks").iterdir()
    book = openpyxl.load_workbook(path)
    said = {sheet.title: " ".join(str(c.value) for row in sheet.iter_rows() for c in row if c.value) for sheet in book}
    assert "没有学校名册" in said["封面与说明"] and "没有学校名册" in said["县基本情况表"]
    assert not any("与学校名册一致" in text for text in said.values())
    assert junheng("status", "--home", home, "--year", YEAR) == 0
    assert "没有学校名册" in junheng.out
    assert write_register(home).exists() and junheng("run", "--home", home, "--year", YEAR) == 0
    assert "没有学校名册" not in junheng.out and f"register/{YEAR}.xlsx" in manifest(home)["inputs"]
    assert "没有学校名册" not in (current(home) / "site" / "index.html").read_text(encoding="utf-8")


def test_a_corrected_file_makes_a_second_release_and_leaves_the_first_as_it_was(released, junheng):
    before = bytes_below(current(released))
    better = SCHOOLS[7] | {("books", None): 2500}
    write(released / "inbox" / YEAR / "学校填报表" / "更正.xlsx", form(better, modified=day(18)))
    assert junheng("run", "--home", released, "--year", YEAR) == 0
    assert "已发布第 2 版" in junheng.out
    assert releases(released) == ["1", "2"]
    assert bytes_below(released / "publications" / YEAR / "releases" / "1") == before
    assert bytes_below(current(released)) == bytes_below(released / "publications" / YEAR / "releases" / "2")
    table = published(released, "school_indicators").set_index(["school_id", "section", "indicator"])
    assert float(table.loc[(code(8), "primary", "B5"), "value"]) == 2500 / 120
    index = pd.read_csv(released / "receipts" / YEAR / "index.csv", dtype=str).set_index("file")
    assert index.loc[form_name(SCHOOLS[7]), "outcome"] == "superseded"
    assert index.loc["学校填报表/更正.xlsx", "outcome"] == "accepted_with_queries"


def test_an_emptied_inbox_publishes_nothing(released, junheng):
    before = bytes_below(current(released))
    shutil.rmtree(released / "inbox" / YEAR)
    assert junheng("run", "--home", released, "--year", YEAR) == 2
    assert "是空的" in junheng.err
    assert unchanged(released, before)
    assert junheng("run", "--home", released, "--year", YEAR, "--lang", "en") == 2
    assert "is empty" in junheng.err


def status_of(home: Path, junheng, language: str = "zh") -> str:
    """What ``junheng status`` says, without blanks and line ends."""
    assert junheng("status", "--home", home, "--year", YEAR, "--lang", language) == 0
    return "".join(junheng.out.split())


def test_far_fewer_schools_are_published_only_after_somebody_confirmed_it(released, junheng):
    before = bytes_below(current(released))
    (released / "inbox" / YEAR / form_name(SCHOOLS[7])).unlink()
    assert junheng("run", "--home", released, "--year", YEAR) == 2
    assert "8 所降为 7 所" in junheng.err
    assert "--confirm-fewer-schools" in junheng.err
    assert unchanged(released, before)
    said = status_of(released, junheng)
    assert "最近一次运行(" in said and "没有完成" in said and "8所降为7所" in said and "采用8所" in said
    assert "移走1份;已计入下面的报送情况,还没有发布" in said and "下次运行时计入" not in said
    assert "8所降为7所" not in status_of(released, junheng, "en") and "wasstopped" in status_of(released, junheng, "en")
    write(released / "inbox" / YEAR / "新来.xlsx", b"")
    assert "新文件1份,改动0份,移走1份;下次运行时计入" in status_of(released, junheng)
    (released / "inbox" / YEAR / "新来.xlsx").unlink()
    assert junheng("run", "--home", released, "--year", YEAR, "--confirm-fewer-schools", "第8学校并入第1学校") == 0
    assert "没有完成" not in status_of(released, junheng) and not list(released.glob(".stopped*"))
    assert releases(released) == ["1", "2"]
    assert manifest(released)["counts"]["schools_accepted"] == 7
    database = WarehouseDatabase(f"sqlite:///{released / 'warehouse.db'}")
    (act,) = database.acts(YEAR, FEWER_SCHOOLS)
    database.close()
    assert act.reason == "第8学校并入第1学校"
    assert act.by_whom


def test_when_no_school_is_accepted_nothing_is_published(released, junheng):
    before = bytes_below(current(released))
    for path in (released / "inbox" / YEAR).rglob("*.xlsx"):
        path.write_bytes(b"this is no workbook")
    assert junheng("run", "--home", released, "--year", YEAR, "--lang", "en") == 2
    assert "No school was accepted" in junheng.err
    assert unchanged(released, before)
    index = pd.read_csv(released / "receipts" / YEAR / "index.csv", dtype=str)
    assert set(index["outcome"]) == {"rejected"}


def test_a_computation_that_breaks_its_contract_publishes_nothing(released, junheng, monkeypatch):
    from domain.assessment import judging

    before, tables = bytes_below(current(released)), bytes_below(released / "tables")
    right: Callable[..., pd.DataFrame] = judging.all_coefficients

    def wrong(*given: object) -> pd.DataFrame:
        table = right(*given)
        return table.assign(coefficient=-table["coefficient"])

    monkeypatch.setattr(judging, "all_coefficients", wrong)
    assert junheng("run", "--home", released, "--year", YEAR) == 2
    assert "county_coefficients" in junheng.err
    assert "coefficient:" in junheng.err
    assert unchanged(released, before)
    assert bytes_below(released / "tables") == tables


def test_figures_that_do_not_reconcile_publish_nothing(released, junheng, monkeypatch):
    from domain.assessment import county_records

    before = bytes_below(current(released))
    right: Callable[..., pd.DataFrame] = county_records.county_records

    def wrong(*given: object) -> pd.DataFrame:
        table = right(*given)
        return table.assign(students=table["students"] + 1)

    monkeypatch.setattr(county_records, "county_records", wrong)
    assert junheng("run", "--home", released, "--year", YEAR) == 2
    assert "students_add_up" in junheng.err
    assert unchanged(released, before)


def test_a_fault_of_the_program_is_one_sentence_and_publishes_nothing(released, junheng, monkeypatch):
    from domain.assessment import judging

    before = bytes_below(current(released))

    def faulty(*given: object) -> pd.DataFrame:
        raise ZeroDivisionError("a fault for a test")

    monkeypatch.setattr(judging, "all_verdicts", faulty)
    assert junheng("run", "--home", released, "--year", YEAR, "--lang", "en") == 2
    assert "county_verdicts" in junheng.err
    assert "what is published is unchanged" in junheng.err
    assert unchanged(released, before)


def test_why_a_receipt_is_a_plain_list_stands_in_the_log_of_the_home(released, junheng, monkeypatch):
    def failing(original, *told):
        if original is not None:
            raise RuntimeError("no copy can be made")
        return receipt_of(original, *told)

    monkeypatch.setattr(receipts, "receipt_of", failing)
    write(released / "inbox" / YEAR / "坏.xlsx", form(school(1, books="约一万"), day(20)))
    junheng("run", "--home", released, "--year", YEAR)
    told = (released / "logs" / FILE).read_text(encoding="utf-8")
    assert "坏.xlsx" in told and "no copy can be made" in told
    assert "no copy can be made" not in junheng.out + junheng.err


def test_files_that_are_no_workbook_are_rejected_and_the_others_count(released, junheng):
    inbox = released / "inbox" / YEAR
    write(inbox / "照片.jpg", b"\xff\xd8\xff\xe0 no workbook")
    write(inbox / "二中心校" / "坏.xlsx", b"no workbook either")
    write(inbox / "空.xlsx", b"")
    assert junheng("run", "--home", released, "--year", YEAR) == 1
    assert "已发布第 2 版" in junheng.out
    index = pd.read_csv(released / "receipts" / YEAR / "index.csv", dtype=str).set_index("file")
    assert set(index.loc[["照片.jpg", "二中心校/坏.xlsx", "空.xlsx"], "outcome"]) == {"rejected"}
    assert (index["outcome"] == "rejected").sum() == 3
    assert manifest(released)["counts"]["schools_accepted"] == 8
    findings = published(released, "findings")
    assert set(findings.loc[findings["file"] == "照片.jpg", "severity"]) == {"error"}


def test_all_years_run_oldest_first_and_each_is_compared_with_the_one_before(tmp_path, junheng):
    home = write_county(tmp_path / "home", SCHOOLS[:4])
    write_county(home, [SCHOOLS[0] | {("books", None): 9000}, *SCHOOLS[1:4]], "2023-2024", register=False)
    (home / "inbox" / "2022-2023").mkdir(parents=True)
    assert junheng("run", "--home", home, "--all-years", "--lang", "en") == 0
    assert 0 <= junheng.out.index("2023-2024:") < junheng.out.index("2024-2025:")
    assert "2022-2023" not in junheng.out
    assert releases(home) == releases(home, "2023-2024") == ["1"]
    assert set(published(home, "year_on_year", "2023-2024")["previous"]) == {""}
    compared = published(home, "year_on_year").set_index(["standard", "section", "indicator"])
    earlier = published(home, "county_coefficients", "2023-2024").set_index(["standard", "section", "indicator"])
    books = ("national-basic-2012", "primary", "B5")
    assert compared.loc[books, "previous"] == earlier.loc[books, "coefficient"] != compared.loc[books, "coefficient"]
