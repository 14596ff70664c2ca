"""Thresholds by case whose deciding figure is blank, on the site and in the workbook: missed, open and met without one number.

Belongs here: what a reader sees of them. Does not belong here: how they are judged (``tests/unit/assessment/test_open_cases.py``).
"""

import io
import re

import numpy as np
import openpyxl
import pytest
from county_sample import CODE, MADE_AT, STANDARDS, STATED, YEAR, of_county, returns, schools, tables
from test_conditions_and_trials import CONDITIONS, SHEET, rows_of
from test_insight_pages import table_rows

from data_contracts.standard import read_standard
from domain.reporting.county_rows import below_floor
from domain.reporting.county_workbook import county_workbook
from domain.reporting.monitoring_site import monitoring_site

BY_AREA = "[{when: {area_type: 城区}, value: 20}, {value: 25}]"
PACK = read_standard(
    "id: own-conditions\ntitle: 某省办学条件(测试)\nsource: 某省〔2020〕1号\ngrade: B\nrole: school_conditions\n"
    f"provinces: ['{CODE}']\neffective: {{from: 2012-2013}}\nindicators:\n"
    f"  - {{id: Z1, key: books, title: 生均图书册数, unit: 册, numerator: {{add: [books]}}, thresholds: {BY_AREA}}}\n"
    "  - {id: Z2, key: computers, title: 生机比, unit: 人/台, numerator: {add: [enrolment]}, over: teaching_computers,"
    " sense: at_most, thresholds: [{when: {area_type: 城区}, value: 100}, {value: 120}]}\n"
    "school_rule: {kind: all}\n",
    "own.yaml",
)
QUALITY = next(standard for standard in STANDARDS if standard.id == "national-quality-2017")
BY_PLACE = QUALITY.indicators[3].model_validate(
    QUALITY.indicators[3].model_dump(by_alias=True) | {"thresholds": [{"when": {"area_type": "城区"}, "value": 4}, {"value": 5}]}
)
# The floors are 85 %: 3.4 and 4.25 ㎡.
CHANGED = QUALITY.model_copy(update={"indicators": (*QUALITY.indicators[:3], BY_PLACE, *QUALITY.indicators[4:])})
NAMES = MISSED, OPEN, MET = "城关镇第一小学", "城关镇第二小学", "石桥镇中心小学"


@pytest.fixture(scope="module")
def made():
    """Of three schools nobody knows where they lie: 15, 22 and 30 books a student, 1, 4.5 and 6 ㎡ of teaching area."""
    roster = returns(schools(), seed=3)
    roster["teaching_computers"] = 400.0
    roster.loc[roster["school_name"] == MISSED, "teaching_computers"] = 0.0
    for name, books, area in zip(NAMES, (15, 22, 30), (1, 4.5, 6), strict=True):
        here = roster["school_name"] == name
        roster.loc[here, "area_type"] = None
        roster.loc[here, "books"] = books * roster.loc[here, "enrolment_primary"]
        roster.loc[here, "teaching_area"] = area * roster.loc[here, "enrolment_primary"]
        roster.loc[here, "indoor_sports_area"] = 0.0
    standards = (*(one for one in STANDARDS if one is not QUALITY), CHANGED, PACK)
    return tables(roster, stated={CODE: STATED}, standards=standards), standards


@pytest.fixture(scope="module")
def pages(made):
    return monitoring_site(YEAR, {YEAR.key: made[0]}, made[1], made_at=MADE_AT, release=1)


@pytest.fixture(scope="module")
def book(made):
    content = county_workbook(YEAR, CODE, of_county(made[0]), made[1], made_at=MADE_AT)
    return openpyxl.load_workbook(io.BytesIO(content))


def test_conditions_of_a_pack(pages, book):
    rows = {row[0].split()[0]: row for row in table_rows(pages[CONDITIONS], "每格为实际值")}
    assert [rows[name][2].split()[1] for name in NAMES] == ["未达标", "待定", "达标"]
    assert [rows[name][3].split()[0] for name in NAMES] == ["15.00", "22.00", "30.00"]
    assert "生均图书册数 的要求取决于“城乡类型”，该项未填，暂不能判定" in " ".join(
        str(cell) for row in rows_of(book[SHEET]) for cell in row
    )
    demands = table_rows(pages[CONDITIONS], "2 项条件")
    assert [int(cell) for cell in demands[0][5:7]] == [1, 1], "one misses it, of one it is not known"
    assert [int(cell) for cell in demands[1][5:7]] == [1, 0], "no computer is missed wherever the school lies"


def test_gaps_of_a_standard_with_floors(book):
    cells = [[cell for cell in row if cell not in (None, "")] for sheet in book for row in rows_of(sheet)]
    found = {row[1]: row for row in cells if BY_PLACE.title in row and len(row) > 6 and row[1] in NAMES}
    assert set(found) == {MISSED, OPEN}
    assert [found[name][6:8] for name in (MISSED, OPEN)] == [["—", "待定"], ["—", "待定"]]
    assert found[MISSED][-1] == "要求取决于“城乡类型”,该项未填:各种情形均低于底线"
    assert np.isclose(found[OPEN][5], 4.5)


@pytest.mark.parametrize(
    ("between", "expected"), [("各种情形均低于底线", True), ("各种情形均未达标", False), ("可能未达标,也可能低于底线", False)]
)
def test_what_lies_below_the_floor_of_every_case_is_below_the_floor(between, expected):
    cell = {"value": 1.0, "threshold": np.nan, "floor": np.nan, "reason": f"要求取决于“城乡类型”,该项未填:{between}"}
    assert below_floor(cell) is expected


def test_the_page_of_the_county_names_the_blank_figure(pages):
    page = pages[f"county/{CODE}.html"]
    assert "要求取决于“城乡类型”" in page and not re.search(r"[>\s]nan\b", page)
