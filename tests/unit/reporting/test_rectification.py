"""The rectification ledger as people see it: the sheet with a live formula, the page that marks what is overdue."""

import io
import re

import openpyxl
import pandas as pd
import pytest
from county_sample import CODE, MADE_AT, STANDARDS, YEAR, of_county

from data_contracts.tables import CONTRACTS, shaped
from domain.reporting.county_workbook import county_workbook
from domain.reporting.monitoring_site import monitoring_site

QUALITY = "national-quality-2017"


@pytest.fixture
def followed_up(county) -> dict[str, pd.DataFrame]:
    """The sample county with three gaps: one of the county, one of a school with a due date, one that closed."""
    school = county["school_register"].iloc[0]
    empty = dict.fromkeys(CONTRACTS["rectification_ledger"].columns) | {
        "school_year": YEAR.key,
        "county_code": CODE,
        "since": YEAR.key,
    }
    of_school = {
        "school_id": school["school_id"],
        "school_name": school["school_name"],
        "section": "primary",
        "standard": QUALITY,
    }
    rows = [
        empty | of_school | {"gap": f"{school['school_id']}-primary-L1", "item": "L1", "title": "每百名学生拥有高于规定学历教师数",
                             "description": "缺 3 名高于规定学历专任教师", "amount": 2.2, "unit": "人", "owner": "=县教体局",
                             "due": "2024-12-31", "measure": "招聘<b>3</b>名", "status": "open", "opened_on": "2024-10-08"},
        empty | of_school | {"gap": f"{school['school_id']}-primary-L2", "item": "L2", "title": "每百名学生拥有县级以上骨干教师数",
                             "description": "数据显示已经解决", "due": "2024-11-30", "status": "closed", "closed_on": "2024-12-01"},
        empty | {"gap": f"{CODE}-GOV", "standard": "national-basic-2012", "item": "GOV", "title": "政府工作评估得分",
                 "description": "实际 80,要求 85", "status": "reopened"},
    ]  # fmt: skip
    table = shaped(pd.DataFrame(rows), "rectification_ledger", YEAR.key)
    return county | {"rectification_ledger": table}


def test_the_sheet_lists_gaps_with_a_formula_against_the_day_of_opening(followed_up):
    content = county_workbook(YEAR, CODE, of_county(followed_up), STANDARDS, made_at=MADE_AT)
    sheet = openpyxl.load_workbook(io.BytesIO(content))["整改台账"]
    heads = [cell.value for cell in sheet[3]]
    lines = [dict(zip(heads, (cell.value for cell in row), strict=True)) for row in sheet.iter_rows(min_row=4)]
    assert [line["状态"] for line in lines] == ["再次出现", "未销号", "已销号"], "the county first, closed ones last"
    assert lines[1]["逾期"] == '=IF(J5<TODAY(),"逾期","")' and sheet["J5"].value.date().isoformat() == "2024-12-31"
    assert [lines[0]["逾期"], lines[2]["逾期"]] == ["", ""], "neither without a due date nor when it is closed"
    assert lines[1]["责任单位或责任人"] == "'=县教体局", "what was entered never becomes a formula"
    assert "未销号 2 项，本学年已销号 1 项" in sheet["A2"].value
    again = county_workbook(YEAR, CODE, of_county(followed_up), STANDARDS, made_at=MADE_AT)
    assert again == content, "nothing in the file depends on today"


def test_without_a_ledger_there_is_no_sheet(county):
    content = county_workbook(YEAR, CODE, of_county(county), STANDARDS, made_at=MADE_AT)
    assert "整改台账" not in openpyxl.load_workbook(io.BytesIO(content)).sheetnames


def test_the_page_leaves_it_to_the_browser_what_is_overdue(followed_up):
    pages = monitoring_site(YEAR, {YEAR.key: followed_up}, STANDARDS, made_at=MADE_AT, release=1)
    page = next(text for text in pages.values() if 'id="rectification"' in text)
    assert re.findall(r'data-due="([^"]*)"', page) == ["2024-12-31"], "a closed gap is never overdue"
    assert "招聘&lt;b&gt;3&lt;/b&gt;名" in page and "再次出现" in page and "缺 3 名高于规定学历专任教师" in page
