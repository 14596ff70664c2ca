"""Receipts lie in the right place, are made only when something changed, and an open one stops nothing."""

import hashlib
import io
import json
import os
import zipfile

import openpyxl
import pandas as pd
import pytest

from builders.intake import take_in
from builders.schools import school
from builders.workbooks import bulk, bulk_rows, csv_table, form
from domain.reporting import receipt
from resources import receipts as module
from resources.receipts import INDEX, STATE, write_receipts

FILES = {
    "一小.xlsx": form(school(1, books=-3)),
    "乡镇/二小.xlsx": form(school(2)),
    "=三小.csv": csv_table(bulk_rows([school(3, books=-3)])),
    "坏.xlsx": b"PK\x03\x04",
}


@pytest.fixture
def taken():
    """What the intake says of four files."""
    return take_in(FILES).settlement


@pytest.fixture
def archive(tmp_path):
    """The originals by hash."""
    for content in FILES.values():
        sha256 = hashlib.sha256(content).hexdigest()
        path = tmp_path / "archive" / sha256[:2] / sha256
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path / "archive"


def below(folder):
    """Bytes of every file below a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def sheets(content):
    return openpyxl.load_workbook(io.BytesIO(content)).sheetnames


def test_every_file_gets_the_receipt_that_fits_it(tmp_path, taken, archive):
    table = write_receipts(tmp_path / "out", taken.files, taken.finding_table(), archive)
    found = below(tmp_path / "out")
    assert set(found) == {
        "一小.xlsx.回执.xlsx", "乡镇/二小.xlsx.回执.txt", "=三小.csv.回执.xlsx", "坏.xlsx.回执.xlsx", INDEX, STATE,
    }  # fmt: skip
    assert sheets(found["一小.xlsx.回执.xlsx"]) == ["回执", "学校填报表"]
    assert sheets(found["=三小.csv.回执.xlsx"]) == ["回执"]
    assert sheets(found["坏.xlsx.回执.xlsx"]) == ["回执"]
    assert "数据已采用" in found["乡镇/二小.xlsx.回执.txt"].decode("utf-8-sig")
    assert dict(zip(table["file"], table["receipt"], strict=True))["=三小.csv"] == "=三小.csv.回执.xlsx"
    assert "not_replaced" not in table.attrs


def test_the_index_has_exactly_its_columns(tmp_path, taken):
    write_receipts(tmp_path, taken.files.assign(school_year="2024-2025"), taken.finding_table())
    index = pd.read_csv(tmp_path / INDEX, dtype=str, keep_default_na=False)
    assert list(index) == ["file", "sha256", "school_id", "school_name", "outcome", "errors", "queries", "notes", "receipt"]
    assert "'=三小.csv" in set(index["file"])


def test_contents_may_come_from_elsewhere(tmp_path, taken, archive):
    asked = []

    def content_of(file, sha256):
        asked.append(file)
        assert hashlib.sha256(FILES[file]).hexdigest() == sha256
        return FILES[file]

    write_receipts(tmp_path / "day", taken.files, taken.finding_table(), content_of=content_of)
    write_receipts(tmp_path / "night", taken.files, taken.finding_table(), archive)
    assert below(tmp_path / "day") == below(tmp_path / "night")
    assert sorted(asked) == ["=三小.csv", "一小.xlsx", "坏.xlsx"]


@pytest.mark.parametrize("content", [None, b"PK another"])
def test_an_original_that_is_gone_or_was_changed_is_not_marked(tmp_path, taken, content):
    write_receipts(tmp_path, taken.files, taken.finding_table(), content_of=lambda file, sha256: content)
    assert sheets(below(tmp_path)["一小.xlsx.回执.xlsx"]) == ["回执"]


def test_unchanged_receipts_are_not_made_again(tmp_path, taken, archive, monkeypatch):
    out = tmp_path / "out"
    write_receipts(out, taken.files, taken.finding_table(), archive)
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*")}
    made = []
    kept = module.receipt_of
    monkeypatch.setattr(module, "receipt_of", lambda *told: made.append(told[1]["file"]) or kept(*told))
    write_receipts(out, taken.files, taken.finding_table(), archive)
    assert made == []
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*")} == before
    (out / "一小.xlsx.回执.xlsx").unlink()
    write_receipts(out, taken.files, taken.finding_table(), archive)
    assert made == ["一小.xlsx"]
    worded = taken.finding_table()
    worded.loc[worded["file"] == "坏.xlsx", "message"] = "另一种说法"
    write_receipts(out, taken.files, worded, archive)
    assert made == ["一小.xlsx", "坏.xlsx"]
    monkeypatch.setattr(module, "RECEIPT_LAYOUT", -1)
    write_receipts(out, taken.files, worded, archive)
    assert len(made) == 5


@pytest.mark.parametrize("state", [b"", b"[]", b"{broken", b"\xff"])
def test_a_broken_memory_costs_only_work(tmp_path, taken, state):
    write_receipts(tmp_path, taken.files, taken.finding_table())
    before = below(tmp_path)
    (tmp_path / STATE).write_bytes(state)
    write_receipts(tmp_path, taken.files, taken.finding_table())
    assert below(tmp_path) == before


def test_a_receipt_held_open_stops_nothing_and_is_made_the_next_time(tmp_path, taken, monkeypatch, caplog):
    real = os.replace

    def held(source, target):
        if str(target).endswith("一小.xlsx.回执.xlsx"):
            raise PermissionError(13, "open in Excel")
        real(source, target)

    monkeypatch.setattr(os, "replace", held)
    table = write_receipts(tmp_path, taken.files, taken.finding_table())
    assert table.attrs["not_replaced"] == ["一小.xlsx.回执.xlsx"]
    assert "一小.xlsx.回执.xlsx" in caplog.text
    assert (tmp_path / "坏.xlsx.回执.xlsx").is_file()
    assert not list(tmp_path.rglob("*.part"))
    assert not json.loads((tmp_path / STATE).read_text())["一小.xlsx.回执.xlsx"], "it is known as ours, and made anew"
    monkeypatch.setattr(os, "replace", real)
    assert write_receipts(tmp_path, taken.files, taken.finding_table()).attrs == {}
    assert (tmp_path / "一小.xlsx.回执.xlsx").is_file()


@pytest.mark.parametrize("fault", [ValueError("multi-byte encodings"), LookupError("foo"), MemoryError(), RecursionError()])
def test_a_marked_copy_that_cannot_be_made_stops_nothing_and_is_listed(tmp_path, taken, archive, monkeypatch, caplog, fault):
    real = receipt.marked_copy

    def failing(content, outcome, *told):
        if outcome["file"] == "一小.xlsx":
            raise fault
        return real(content, outcome, *told)

    monkeypatch.setattr(receipt, "marked_copy", failing)
    write_receipts(tmp_path / "out", taken.files, taken.finding_table(), archive)
    found = below(tmp_path / "out")
    assert {"一小.xlsx.回执.xlsx", "乡镇/二小.xlsx.回执.txt", "=三小.csv.回执.xlsx", "坏.xlsx.回执.xlsx", INDEX} <= set(found)
    assert sheets(found["一小.xlsx.回执.xlsx"]) == ["回执"]
    assert "一小.xlsx" in caplog.text and type(fault).__name__ in caplog.text
    monkeypatch.undo()
    write_receipts(tmp_path / "out", taken.files, taken.finding_table(), archive)
    assert sheets(below(tmp_path / "out")["一小.xlsx.回执.xlsx"]) == ["回执", "学校填报表"], "it is tried again"


def test_receipts_of_files_that_are_gone_are_taken_away(tmp_path, taken):
    write_receipts(tmp_path, taken.files, taken.finding_table())
    (tmp_path / "我的笔记.txt").write_text("x")
    left = taken.files[taken.files["file"] == "坏.xlsx"]
    write_receipts(tmp_path, left, taken.finding_table())
    assert {path.name for path in tmp_path.rglob("*") if path.is_file()} == {"坏.xlsx.回执.xlsx", "我的笔记.txt", INDEX, STATE}


def test_names_as_long_as_a_file_system_allows(tmp_path):
    long = "很" * 80
    files = {
        f"{long}一.xlsx": form(school(1, books=-3)),
        f"{long}二.xlsx": form(school(2)),
        "很" * 300 + ".xlsx": form(school(3, books=-3)),
    }
    taken = take_in(files).settlement
    table = write_receipts(tmp_path, taken.files, taken.finding_table())
    assert table["receipt"].is_unique
    assert all((tmp_path / name).is_file() for name in table["receipt"])
    again = write_receipts(tmp_path, taken.files, taken.finding_table())
    assert list(again["receipt"]) == list(table["receipt"])


def test_a_bulk_receipt_names_its_schools(tmp_path):
    taken = take_in({"汇总.xlsx": bulk([school(1, books=-3), school(2, books=-3)])}).settlement
    write_receipts(tmp_path, taken.files, taken.finding_table(), board=taken.board)
    sheet = openpyxl.load_workbook(tmp_path / "汇总.xlsx.回执.xlsx")["回执"]
    texts = [row[0] for row in sheet.iter_rows(values_only=True)]
    assert "青禾县第1学校(3605210001):有错误,未采用;错误 1 项" in texts


def test_what_was_not_checked_stands_on_every_receipt_of_a_file_that_was_read(tmp_path, taken, archive):
    said = "没有检查:学校是否在册、基本信息是否与名册一致(没有学校名册)。"
    write_receipts(tmp_path / "out", taken.files, taken.finding_table(), archive)
    write_receipts(tmp_path / "out", taken.files, taken.finding_table(), archive, lacking=["register"])
    found = below(tmp_path / "out")
    for name in ("一小.xlsx.回执.xlsx", "=三小.csv.回执.xlsx"):
        sheet = openpyxl.load_workbook(io.BytesIO(found[name]))["回执"]
        assert said in [row[0].value for row in sheet.iter_rows(max_row=8)]
    assert said in found["乡镇/二小.xlsx.回执.txt"].decode("utf-8-sig")
    assert said.encode() not in zipfile.ZipFile(io.BytesIO(found["坏.xlsx.回执.xlsx"])).read("xl/worksheets/receipt1.xml")


@pytest.mark.parametrize(
    "troubled, told", [((1, 3), "其余 2 所学校没有问题,已采用"), ((1,), "其余 3 所学校没有问题,已采用"), ((1, 2, 3, 4), None)]
)
def test_the_receipt_of_a_bulk_table_says_how_many_schools_are_well(tmp_path, troubled, told):
    """Four schools, those in trouble with a negative number of books; a school accepted from another file is none of them."""
    content = bulk([school(number, books=-3 if number in troubled else 9_000) for number in range(1, 5)])
    files = {"汇总.xlsx": content, "五小.xlsx": form(school(5))}
    done = take_in(files).settlement
    write_receipts(tmp_path, done.files, done.finding_table(), None, lambda file, _: files[file], done.board)
    sheet = openpyxl.load_workbook(tmp_path / "汇总.xlsx.回执.xlsx")["回执"]
    found = [row[0].value for row in sheet.iter_rows() if "没有问题" in str(row[0].value)]
    assert found == ([told] if told else [])


def test_the_receipt_of_a_bulk_table_is_made_anew_when_another_school_is_well(tmp_path):
    content = bulk([school(1, books=-3), school(2)])
    done = take_in({"汇总.xlsx": content}).settlement
    for board, told in ((done.board, True), (done.board.assign(outcome="left_out"), False)):
        write_receipts(tmp_path, done.files, done.finding_table(), None, lambda file, _: content, board)
        sheet = openpyxl.load_workbook(tmp_path / "汇总.xlsx.回执.xlsx")["回执"]
        assert any("其余 1 所学校没有问题" in str(row[0].value) for row in sheet.iter_rows()) is told


def test_the_receipt_of_a_form_speaks_of_no_other_school(tmp_path, taken):
    write_receipts(tmp_path, taken.files, taken.finding_table(), None, lambda file, _: FILES[file], taken.board)
    for path in tmp_path.rglob("*.回执.xlsx"):
        assert not any("没有问题" in str(row[0].value) for row in openpyxl.load_workbook(path)["回执"].iter_rows()), path
