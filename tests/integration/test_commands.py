"""``check``, ``template``, ``status`` and help: what they say, what they write, their exit codes, and how little they load."""

import io
import json
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from integration.test_run_county import (
    BULK,
    FORMS,
    PROJECT,
    SCHOOLS,
    bytes_below,
    current,
    form_name,
    junheng,  # noqa: F401 the fixture
    write,
    write_county,
    write_register,
)

from builders.schools import YEAR, School, code, school
from builders.workbooks import bulk, bulk_rows, csv_table, day, form
from data_contracts.catalogue import fields
from data_contracts.school_year import collecting_year
from pipelines.commands.check import SHOWN_AT_MOST

CHINESE = re.compile("[一-鿿]")
NEXT = "2025-2026"


def broken(one: School) -> School:
    """The school with more qualified teachers than teachers."""
    return one | {("teachers_above_required", "primary"): 9999}


@pytest.fixture(scope="module")
def published(tmp_path_factory) -> Path:
    """A home after its first release, made once and copied."""
    return tmp_path_factory.mktemp("published") / "home"


@pytest.fixture
def home(published, tmp_path, junheng) -> Path:  # noqa: F811
    """A copy of a home whose year has been run: seven schools accepted, one with an error, one missing."""
    if not published.exists():
        write_county(published, [*SCHOOLS[:7], broken(SCHOOLS[7])])
        write_register(published, [*SCHOOLS, school(9, "小学", name="未报小学")])
        assert junheng("run", "--home", published, "--year", YEAR) == 1, junheng.err
    return shutil.copytree(published, tmp_path / "home", ignore=shutil.ignore_patterns("dagster"))


def loaded_by(*arguments: object) -> tuple[int, set[str], str]:
    """Exit code of the command in a process of its own, the heavy packages it loaded, and what it said."""
    heavy = ["dagster", "great_expectations", "pandera", "sqlalchemy"]
    program = (
        "import sys\nfrom pipelines.cli import main\ntry:\n    main(sys.argv[1:])\nexcept SystemExit as end:\n    code = end.code\n"
        f"print('LOADED', [name for name in {heavy} if name in sys.modules], file=sys.stderr)\nsys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", program, *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        cwd=PROJECT,
        timeout=120,
        check=False,
    )
    said, _, names = done.stderr.rpartition("LOADED ")
    return done.returncode, set(json.loads(names.replace("'", '"'))), done.stdout + said


# help


@pytest.mark.parametrize("arguments", [(), ("--help",), ("run", "--help"), ("check", "--help"), ("status", "--help")], ids=str)
def test_help_is_there_without_anything_being_run(arguments, junheng):  # noqa: F811
    assert junheng(*arguments) == 0
    assert "--help" in junheng.out
    assert "Traceback" not in junheng.out


def test_help_names_every_command(junheng):  # noqa: F811
    assert junheng("--help") == 0
    assert all(
        re.search(rf"^\s*│?\s*{name}\s", junheng.out, re.MULTILINE)
        for name in ("demo", "template", "check", "run", "status", "ui")
    )


def test_help_and_check_load_neither_dagster_nor_great_expectations(tmp_path):
    path = write(tmp_path / "汇总表.xlsx", bulk(SCHOOLS[:2]))
    helped, loaded, said = loaded_by("--help")
    assert (helped, loaded & {"dagster", "great_expectations"}) == (0, set()), said
    checked, loaded, said = loaded_by("check", path, "--year", YEAR, "--out", tmp_path / "out")
    assert (checked, loaded & {"dagster", "great_expectations"}) == (0, set()), said
    assert "Traceback" not in said


# check


def test_a_file_without_errors_is_well(tmp_path, junheng):  # noqa: F811
    path = write(tmp_path / "表.xlsx", bulk(SCHOOLS[:4]))
    assert junheng("check", path, "--year", YEAR) == 0
    assert "4 所学校" in junheng.out
    assert "已采用" in junheng.out
    assert "没有学校名册" in junheng.out
    assert junheng("check", path, "--year", YEAR, "--lang", "en") == 0
    assert "4 schools acceptable" in junheng.out
    assert "there is no register of schools" in " ".join(junheng.out.split())


def test_an_error_is_told_with_its_cell_and_exit_code_1(tmp_path, junheng):  # noqa: F811
    path = write(tmp_path / "表.xlsx", bulk([SCHOOLS[0], broken(SCHOOLS[1])]))
    assert junheng("check", path, "--year", YEAR) == 1
    assert "9999" in junheng.out
    assert re.search(r"工作表“汇总表”[A-Z]+3", junheng.out)
    assert "错误 1 项" in junheng.out
    assert junheng("check", path, "--year", YEAR, "--lang", "en") == 1
    assert re.search(r"Sheet '汇总表' [A-Z]+3", junheng.out)
    assert "1 errors" in junheng.out or "1 error," in junheng.out


def test_a_file_that_is_no_workbook_is_exit_code_1(tmp_path, junheng):  # noqa: F811
    paths = [write(tmp_path / "坏.xlsx", b"no workbook"), write(tmp_path / "照片.jpg", b"\xff\xd8")]
    assert junheng("check", *paths, "--year", YEAR) == 1
    assert junheng.out.count("退回") >= 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_table_is_checked_in_every_promised_encoding(tmp_path, junheng, encoding):  # noqa: F811
    path = write(tmp_path / "表.csv", csv_table(bulk_rows(SCHOOLS[:3]), encoding))
    assert junheng("check", path, "--year", YEAR) == 0, junheng.out


def test_a_path_that_is_not_there_is_exit_code_2(tmp_path, junheng):  # noqa: F811
    assert junheng("check", tmp_path / "没有.xlsx", "--year", YEAR) == 2
    assert "没有.xlsx" in junheng.err


def test_an_empty_folder_is_exit_code_2(tmp_path, junheng):  # noqa: F811
    assert junheng("check", tmp_path, "--lang", "en") == 2
    assert "no file to check" in junheng.err


def test_a_home_that_is_not_there_is_exit_code_2(tmp_path, junheng):  # noqa: F811
    path = write(tmp_path / "表.xlsx", bulk(SCHOOLS[:1]))
    assert junheng("check", path, "--home", tmp_path / "none") == 2
    assert str(tmp_path / "none") in junheng.err


def test_a_wrong_year_is_exit_code_2(tmp_path, junheng):  # noqa: F811
    path = write(tmp_path / "表.xlsx", bulk(SCHOOLS[:1]))
    assert junheng("check", path, "--year", "2024-2026") == 2
    assert junheng("check", path, "--year", "2031-2032") == 2


def test_a_link_is_never_followed(tmp_path, junheng):  # noqa: F811
    target = write(tmp_path / "elsewhere" / "表.xlsx", bulk(SCHOOLS[:1]))
    (tmp_path / "link.xlsx").symlink_to(target)
    assert junheng("check", tmp_path / "link.xlsx", "--year", YEAR) == 1
    assert "退回" in junheng.out


def test_the_year_is_that_of_the_option_the_inbox_the_cover_or_the_collecting_one(tmp_path, junheng, monkeypatch):  # noqa: F811
    monkeypatch.chdir(tmp_path)
    in_inbox = write(tmp_path / "home" / "inbox" / "2023-2024" / "表.xlsx", bulk(SCHOOLS[:1]))
    with_cover = write(tmp_path / "form.xlsx", form(SCHOOLS[5]))
    without = write(tmp_path / "表.xlsx", bulk(SCHOOLS[:1]))
    for arguments, year, why in (
        ((in_inbox, "--year", NEXT), NEXT, "--year"),
        ((in_inbox,), "2023-2024", "inbox"),
        ((with_cover,), YEAR, "cover"),
        ((without,), collecting_year().key, "collecting"),
    ):
        assert junheng("check", *arguments, "--lang", "en") in (0, 1)
        (line,) = [line for line in junheng.out.splitlines() if line.startswith("School year:")]
        assert year in line
        assert why in line


def test_a_cover_of_another_year_is_an_error(tmp_path, junheng):  # noqa: F811
    path = write(tmp_path / "form.xlsx", form(SCHOOLS[5]))
    assert junheng("check", path, "--year", NEXT) == 1
    assert YEAR in junheng.out


def test_check_records_nothing(home, junheng):  # noqa: F811
    before = bytes_below(home)
    assert junheng("check", home / "inbox" / YEAR) == 1
    assert bytes_below(home) == before


def test_check_writes_receipts_only_where_it_is_told(tmp_path, junheng):  # noqa: F811
    path = write(tmp_path / "in" / "表.xlsx", bulk([broken(SCHOOLS[0])]))
    assert junheng("check", path, "--year", YEAR, "--out", tmp_path / "out") == 1
    assert sorted(bytes_below(tmp_path / "in")) == ["表.xlsx"]
    assert "index.csv" in bytes_below(tmp_path / "out")
    index = pd.read_csv(tmp_path / "out" / "index.csv", dtype=str)
    assert list(index["outcome"]) == ["rejected"]
    assert (tmp_path / "out" / index["receipt"].iat[0]).is_file()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_console_shows_the_first_findings_of_a_file_and_says_where_the_others_are(tmp_path, junheng, language):  # noqa: F811
    many = tmp_path / "t.xlsx"
    many.write_bytes(bulk([broken(school(number)) for number in range(1, 151)]))
    assert junheng("check", many, "--year", YEAR, "--lang", language) == 1
    assert junheng.out.count("[S-MOST]") == SHOWN_AT_MOST, "errors are shown first"
    assert len(junheng.out.splitlines()) < SHOWN_AT_MOST + 20
    assert "--out" in junheng.out
    told = re.search(r"另有 (\d+) 项没有显示|(\d+) more are not shown", junheng.out)
    assert told and int(told[1] or told[2]) >= 150 - SHOWN_AT_MOST
    out = tmp_path / "r"
    assert junheng("check", many, "--year", YEAR, "--lang", language, "--out", out) == 1
    assert f"列在 {out}" in junheng.out or f"receipt in {out}" in junheng.out
    listed = openpyxl.load_workbook(out / "t.xlsx.回执.xlsx").worksheets[0]
    assert sum("S-MOST" in str(cell.value) for row in listed for cell in row) == 150


def test_a_check_takes_away_no_receipt_of_another(tmp_path, junheng):  # noqa: F811
    out = tmp_path / "r"
    for number, name in enumerate(("a.xlsx", "b.xlsx"), start=1):
        (tmp_path / name).write_bytes(form(school(number)))
        junheng("check", tmp_path / name, "--year", YEAR, "--out", out)
    assert {"a.xlsx.回执.txt", "b.xlsx.回执.txt"} <= {path.name for path in out.iterdir()}


def test_check_is_exactly_the_nightly_validation(home, tmp_path, junheng):  # noqa: F811
    assert junheng("check", home / "inbox" / YEAR, "--out", tmp_path / "out") == 1
    by_night, by_day = bytes_below(home / "receipts" / YEAR), bytes_below(tmp_path / "out")
    assert by_day == by_night
    findings = pd.read_parquet(current(home) / "tables" / "findings.parquet")
    assert len(findings) > 0
    said = "".join(junheng.out.split())
    assert all("".join(message.split()) in said for message in findings["message"])


def test_check_of_one_file_of_a_home_knows_its_register(home, junheng):  # noqa: F811
    stranger = write(home / "inbox" / YEAR / "外校.xlsx", form(school(77, "小学")))
    assert junheng("check", stranger) == 1
    assert code(77) in junheng.out
    assert "没有学校名册" not in junheng.out


def test_markup_in_a_name_is_text(tmp_path, junheng):  # noqa: F811
    path = write(tmp_path / "[red]表.xlsx", bulk([broken(school(1, name="[bold]一小"))]))
    assert junheng("check", path, "--year", YEAR) == 1
    assert "[red]表.xlsx" in junheng.out


# template


def entries(path: Path) -> dict[str, object]:
    """Label → entry of a school form."""
    sheet = openpyxl.load_workbook(path)["学校填报表"]
    return {row[2]: row[4] for row in sheet.iter_rows(values_only=True) if row[2]}


def test_one_form_for_each_open_school_of_the_register(tmp_path, junheng):  # noqa: F811
    closed = SCHOOLS[1] | {("school_status", None): "停办"}
    home = tmp_path / "home"
    write_register(home, [SCHOOLS[0] | {("school_name", None): "一/小:分校"}, closed, *SCHOOLS[2:4]], NEXT)
    out = tmp_path / "forms"
    assert junheng("template", "--home", home, "--year", NEXT, "--out", out) == 0
    assert sorted(path.name for path in out.glob("*.xlsx")) == [
        f"{code(1)}_一_小_分校.xlsx",
        f"{code(3)}_青禾县第3学校.xlsx",
        f"{code(4)}_青禾县第4学校.xlsx",
    ]
    assert "3 份" in junheng.out
    filled = entries(out / f"{code(4)}_青禾县第4学校.xlsx")
    assert (filled["学校标识码"], filled["学校名称"], filled["办学类型"]) == (code(4), "青禾县第4学校", "九年一贯制学校")


def test_forms_show_the_values_accepted_last_year_and_none_that_were_not(home, tmp_path, junheng):  # noqa: F811
    write_register(home, SCHOOLS, NEXT)
    assert junheng("template", "--home", home, "--year", NEXT, "--out", tmp_path / "forms", "--lang", "en") == 0
    assert "8 forms" in junheng.out

    def cells(number: int) -> set[object]:
        (path,) = (tmp_path / "forms").glob(f"{code(number)}_*.xlsx")
        sheet = openpyxl.load_workbook(path)["学校填报表"]
        return {cell for row in sheet.iter_rows(values_only=True) for cell in row}

    assert SCHOOLS[3]["books", None] in cells(4)
    assert SCHOOLS[3]["equipment_value", None] in cells(4)
    assert 9999 not in cells(8)
    assert SCHOOLS[7]["sports_ground_area", None] not in cells(8)


def test_without_a_register_a_blank_form_and_a_blank_table(tmp_path, junheng):  # noqa: F811
    out = tmp_path / "forms"
    assert (
        junheng("template", "--year", NEXT, "--home", write_county(tmp_path / "home", SCHOOLS[:1], register=False), "--out", out)
        == 0
    )
    assert sorted(path.name for path in out.glob("*.xlsx")) == [f"学校填报表_{NEXT}.xlsx", f"汇总表_{NEXT}.xlsx"]
    assert "没有" in junheng.out
    sheet = openpyxl.load_workbook(out / f"汇总表_{NEXT}.xlsx")["汇总表"]
    header = [cell for cell in next(sheet.iter_rows(max_row=1, values_only=True)) if cell]
    assert {"学校标识码", "学校名称", "在校生数(小学)"} <= {str(label).replace("（", "(").replace("）", ")") for label in header}


def test_a_blank_table_that_is_filled_in_is_accepted(tmp_path, junheng):  # noqa: F811
    out = tmp_path / "forms"
    assert junheng("template", "--year", YEAR, "--out", out) == 0
    path = out / f"汇总表_{YEAR}.xlsx"
    book = openpyxl.load_workbook(path)
    sheet = book["汇总表"]
    places = {fields()[key].label_in(section): value for (key, section), value in SCHOOLS[3].items()}
    for cell in sheet[1]:
        if cell.value in places:
            sheet.cell(2, cell.column, places[cell.value])
    filled = io.BytesIO()
    book.save(filled)
    checked = write(tmp_path / "in" / "汇总表.xlsx", filled.getvalue())
    assert junheng("check", checked, "--year", YEAR) == 0, junheng.out
    assert "1 所学校" in junheng.out


@pytest.mark.parametrize(("year", "named"), [("2031-2032", "2027-2028"), ("2024-2026", "2024-2025")])
def test_forms_of_a_year_that_is_none(tmp_path, junheng, year, named):  # noqa: F811
    assert junheng("template", "--year", year, "--out", tmp_path / "forms") == 2
    assert named in junheng.err
    assert not (tmp_path / "forms").exists()


def test_forms_for_a_home_that_is_not_there(tmp_path, junheng):  # noqa: F811
    assert junheng("template", "--year", NEXT, "--home", tmp_path / "none", "--out", tmp_path / "forms") == 2


def test_forms_where_nothing_can_be_written(tmp_path, junheng):  # noqa: F811
    place = write(tmp_path / "forms", b"a file")
    assert junheng("template", "--year", NEXT, "--out", place, "--lang", "en") == 2
    assert "--out" in junheng.err


# status


def test_status_before_any_run(tmp_path, junheng):  # noqa: F811
    home = write_county(tmp_path / "home", SCHOOLS[:2])
    assert junheng("status", "--home", home, "--year", YEAR) == 0
    assert "还没有发布" in junheng.out
    assert f"junheng run --year {YEAR}" in junheng.out


def test_status_tells_who_is_missing_and_who_has_errors(home, junheng):  # noqa: F811
    assert junheng("status", "--home", home, "--year", YEAR) == 0
    assert "未报小学" in junheng.out
    assert "青禾县第8学校" in junheng.out
    assert "第 1 版" in junheng.out
    assert "自上次发布以来没有新的文件" in junheng.out
    row = next(line for line in junheng.out.splitlines() if "合计" in line)
    assert [int(number) for number in re.findall(r"\d+", row)] == [9, 8, 7, 0, 1, 1]


def test_status_in_english_speaks_english(home, junheng):  # noqa: F811
    assert junheng("status", "--home", home, "--year", YEAR, "--lang", "en") == 0
    assert "Last release: 1" in junheng.out
    assert "missing: 未报小学" in junheng.out
    names = ["未报小学", "青禾县第8学校"]
    assert not CHINESE.search(re.sub("|".join(names), "", junheng.out))


def test_status_tells_what_changed_since_the_release(home, junheng):  # noqa: F811
    write(home / "inbox" / YEAR / "新.xlsx", form(SCHOOLS[7], modified=day(20)))
    (home / "inbox" / YEAR / form_name(SCHOOLS[FORMS])).unlink()
    write(home / "inbox" / YEAR / BULK, bulk(SCHOOLS[:FORMS], modified=day(21)))
    assert junheng("status", "--home", home, "--year", YEAR, "--lang", "en") == 0
    assert "1 new, 1 changed, 1 gone" in junheng.out


def test_times_are_those_of_beijing_wherever_the_machine_stands(home, junheng, monkeypatch):  # noqa: F811
    with sqlite3.connect(home / "warehouse.db") as database:
        database.execute("update release set made_at = '2024-10-08 17:30:00.000000'")
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        junheng("status", "--home", home, "--year", YEAR)
        assert "北京时间 2024 年 10 月 9 日 01:30" in junheng.out
        junheng("status", "--home", home, "--year", YEAR, "--lang", "en")
        assert "2024-10-09 01:30 Beijing time" in junheng.out
    finally:
        monkeypatch.undo()
        time.tzset()


def test_status_changes_nothing_that_is_published(home, junheng):  # noqa: F811
    before = bytes_below(home / "publications") | bytes_below(home / "tables")
    assert junheng("status", "--home", home) == 0
    assert bytes_below(home / "publications") | bytes_below(home / "tables") == before


def test_status_without_a_year_shows_the_latest_that_was_run(home, junheng):  # noqa: F811
    assert junheng("status", "--home", home) == 0
    assert f"{YEAR} 学年报送情况" in junheng.out


def test_status_of_a_home_that_is_not_there(tmp_path, junheng):  # noqa: F811
    assert junheng("status", "--home", tmp_path / "none") == 2
    assert str(tmp_path / "none") in junheng.err
    assert not (tmp_path / "none").exists()


def test_status_of_a_year_that_is_none(home, junheng):  # noqa: F811
    assert junheng("status", "--home", home, "--year", "2031-2032") == 2


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_home_of_the_environment_is_used(home, junheng, monkeypatch, language):  # noqa: F811
    monkeypatch.setenv("JUNHENG_HOME", str(home))
    assert junheng("status", "--year", YEAR, "--lang", language) == 0
    assert "未报小学" in junheng.out


def test_receipts_cannot_be_written_where_a_file_stands(junheng, tmp_path):  # noqa: F811
    handed_in = tmp_path / "表.xlsx"
    handed_in.write_bytes(bulk([school(1)]))
    (tmp_path / "回执").write_text("文件")
    assert junheng("check", str(handed_in), "--year", "2024-2025", "--out", str(tmp_path / "回执")) == 2
    assert "不能写入" in junheng.err and "--out" in junheng.err
