"""A county form and a record form beside schools, through the whole run: tables, findings, receipts, the next year's form.

Belongs here: that what counties hand in goes the way of schools' files. Does not belong here: single rules (``unit/intake``).
"""

import io

import openpyxl
import pandas as pd
import pytest
from integration.test_run_county import SCHOOLS, junheng, published, write, write_county  # noqa: F401 the fixture

from builders.counties import SOUND, county_form, entry, record_form
from builders.schools import COUNTY, COUNTY_NAME, YEAR
from builders.workbooks import MODIFIED, day
from data_contracts.tables import CONTRACTS
from domain.intake.answers import ANSWER_HEADINGS
from domain.intake.record_settling import SETTLED_TABLES
from resources import reading_pool
from resources.table_store import TableStore

FILE = f"县/{COUNTY}_{COUNTY_NAME}_县级填报表.xlsx"
LEDGER = "县/整改台账.xlsx"
QUERY = {**SOUND, "retention_graduates": 1010}
"""1010 − 20 + 25 = 1015 of 999: more than all."""


@pytest.fixture
def home(tmp_path):
    home = write_county(tmp_path / "home")
    write(home / "inbox" / YEAR / FILE, county_form(**QUERY))
    rows = [
        {"county_code": COUNTY, "gap": f"{COUNTY}-G1", "owner": "县教育局"},
        {"county_code": COUNTY, "gap": f"{COUNTY}-G2", "due": "2025年"},
    ]
    write(home / "inbox" / YEAR / LEDGER, record_form("rectification", rows))
    return home


def stored(home, name: str) -> pd.DataFrame:
    table = TableStore(home / "tables").read(name, YEAR)
    assert table is not None
    return CONTRACTS[name].validate(table)


def receipt_of(home, file: str) -> bytes:
    return (home / "receipts" / YEAR / f"{file}.回执.xlsx").read_bytes()


def answered(receipt: bytes, words: str) -> bytes:
    """The own file that came back, with an explanation behind every query."""
    book = openpyxl.load_workbook(io.BytesIO(receipt))
    sheet = book.worksheets[0]
    head = next(cell for row in sheet.iter_rows() for cell in row if cell.value in ANSWER_HEADINGS)
    for row in range(head.row + 1, sheet.max_row + 1):
        if sheet.cell(row, 6).value == "疑问":
            sheet.cell(row, head.column).value = words
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_a_county_form_goes_the_way_of_schools_files(home, tmp_path, junheng, monkeypatch):  # noqa: F811
    assert junheng("run", "--home", home, "--year", YEAR) == 1  # the ledger has an error
    returns = stored(home, "county_returns").set_index("field")
    assert set(returns.index) == set(QUERY) and returns.loc["retention_graduates", "number"] == 1010
    assert set(returns["file"]) == {FILE} and set(returns["county_code"]) == {COUNTY}
    assert list(stored(home, "rectification_entries")["gap"]) == [f"{COUNTY}-G1"]
    for name in SETTLED_TABLES:
        stored(home, name)

    outcomes = stored(home, "file_outcomes").set_index("file")["outcome"]
    assert (outcomes[FILE], outcomes[LEDGER]) == ("accepted_with_queries", "partly_accepted")
    findings = published(home, "findings").set_index("rule")
    assert findings.loc["K-USUALLY-MOST", "cell"] == entry("retention_graduates")
    assert findings.loc["K-USUALLY-MOST", "county_code"] == COUNTY and findings.loc["C-NO-DATE", "file"] == LEDGER
    assert len(stored(home, "school_returns")) == len(SCHOOLS)

    # The own file comes back with its cell marked; the command says the same as the night.
    marked = openpyxl.load_workbook(io.BytesIO(receipt_of(home, FILE)))
    assert marked.sheetnames[0] == "回执" and "巩固" not in marked.sheetnames
    assert "本年初中毕业学生数" in marked["县级填报表"][entry("retention_graduates")].comment.text
    shown = [cell.value for row in marked["回执"].iter_rows() for cell in row if isinstance(cell.value, str)]
    assert "本年初中毕业学生数" in shown and "retention_graduates" not in shown
    assert "完成时限" in {
        cell.value for row in openpyxl.load_workbook(io.BytesIO(receipt_of(home, LEDGER)))["回执"].iter_rows() for cell in row
    }
    assert junheng("check", home / "inbox" / YEAR, "--out", tmp_path / "receipts") == 1
    assert "K-USUALLY-MOST" in junheng.out and "C-NO-DATE" in junheng.out
    assert (tmp_path / "receipts" / f"{FILE}.回执.xlsx").read_bytes() == receipt_of(home, FILE)

    # An explained query is not asked again, and an unchanged file is not read again.
    write(home / "inbox" / YEAR / FILE, answered(receipt_of(home, FILE), "含复学学生"))
    read: list[str] = []
    plain = reading_pool.ReadingPool.read

    def noted(pool, tasks, year):
        tasks = list(tasks)
        read.extend(task.file.file for task in tasks)
        return plain(pool, tasks, year)

    monkeypatch.setattr(reading_pool.ReadingPool, "read", noted)
    assert junheng("run", "--home", home, "--year", YEAR) == 1
    assert read == [FILE]
    assert stored(home, "file_outcomes").set_index("file")["outcome"][FILE] == "accepted"
    assert "含复学学生" in published(home, "findings").set_index("rule").loc["K-USUALLY-MOST", "message"]
    answers = stored(home, "query_answers")
    assert list(answers["school_id"]) == [COUNTY] and list(answers["rule"]) == ["K-USUALLY-MOST"]

    # Next year's form shows this year's values.
    write(home / "register" / "2025-2026.xlsx", (home / "register" / f"{YEAR}.xlsx").read_bytes())
    assert junheng("template", "--home", home, "--year", "2025-2026", "--out", tmp_path / "forms") == 0
    sheet = openpyxl.load_workbook(tmp_path / "forms" / "县级用表" / f"{COUNTY}_{COUNTY_NAME}_县级填报表.xlsx")["县级填报表"]
    beside = {row[2]: row[9] for row in sheet.iter_rows(min_row=5, values_only=True)}
    assert beside["本年教育经费"] == 81_000 and beside["基本均衡通过国家认定的日期"] == "2016-12-30"
    assert sheet["E5"].value == COUNTY and sheet["E6"].value == COUNTY_NAME


def test_an_error_leaves_the_county_form_out_and_the_release_goes_on(home, junheng):  # noqa: F811
    write(home / "inbox" / YEAR / FILE, county_form(MODIFIED, **{**SOUND, "rotated_teachers": 401}))
    assert junheng("run", "--home", home, "--year", YEAR) == 1
    assert stored(home, "county_returns").empty and stored(home, "file_outcomes").set_index("file")["outcome"][FILE] == "rejected"
    assert len(published(home, "reporting_board")) == len(SCHOOLS)
    write(home / "inbox" / YEAR / FILE, county_form(day(20), **SOUND))
    (home / "inbox" / YEAR / LEDGER).unlink()
    assert junheng("run", "--home", home, "--year", YEAR) == 0
    assert len(stored(home, "county_returns")) == len(SOUND) and stored(home, "rectification_entries").empty


def test_lineage_leads_from_the_tables_of_counties_to_the_inbox():
    from pipelines.definitions import build_definitions
    from resources.dagster_io import JunhengHome

    graph = build_definitions(JunhengHome()).resolve_asset_graph()
    keys = {key.path[-1]: key for key in graph.get_all_asset_keys()}
    for name in SETTLED_TABLES:
        assert graph.get(keys[name]).group_name == "records"
        ancestors = {key.path[-1] for key in graph.get_ancestor_asset_keys(keys[name])}
        assert {"submitted_records", "inbox", "register_files"} <= ancestors
