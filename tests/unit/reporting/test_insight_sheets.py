"""Sheets of profile, people, townships, scope, large classes, plan and self-scores, read back with openpyxl."""

import io

import numpy as np
import openpyxl
import pandas as pd
import pytest
from county_sample import CODE, MADE_AT, STANDARDS, YEAR, of_county, returns, sample_tables, schools, tables
from test_county_workbook import RAW, made, texts

from data_contracts.tables import shaped
from domain.reporting.county_workbook import county_workbook

INSIGHT = ("县基本情况表", "教职工与学生", "乡镇情况", "范围影响", "大班额", "规划进展")


def values(sheet):
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_the_profile_is_that_of_the_table(county, workbook):
    rows = {row[0]: row for row in values(workbook["县基本情况表"])}
    found = county["county_profile"]

    def of(kind, item, section):
        rows = found[(found["item"] == item) & (found["section"].fillna("") == section)]
        return rows[rows["school_type"].isna() if kind == "合计" else rows["school_type"] == kind]["value"].iloc[0]

    assert rows["常住人口（人）"][1] == 386000
    for kind in ("小学", "合计"):
        assert rows[kind][1:4] == [of(kind, "schools", ""), of(kind, "classes", "primary"), of(kind, "enrolment", "primary")]
    assert rows["小学"][5] == "—" and "小学在校生数 1 所" in rows["小学"][-1]


def test_shares_are_unrounded_and_shown_as_percentages(county, workbook):
    table = county["county_staff"].query("item == 'teachers_bachelor' and section == 'primary'").iloc[0]
    (row,) = [
        row
        for row in workbook["教职工与学生"].iter_rows()
        if (row[0].value, row[1].value) == ("小学", "本科及以上学历专任教师数")
    ]
    assert (row[3].value, row[3].number_format) == (table["share"], "0.0%") and row[5].value == table["base"]


def test_townships_stand_with_their_coefficients_and_shares(county, workbook):
    rows = values(workbook["乡镇情况"])
    mine = [row for row in rows if row[0] == "城关镇"]
    assert len(mine) == 4
    one = (
        county["township_coefficients"]
        .query("township == '城关镇' and section == 'primary' and indicator == 'composite'")
        .iloc[0]
    )
    assert mine[0][3] == one["coefficient"]
    share = (
        county["township_compliance"].query("township == '城关镇' and section == 'primary' and share == share")["share"].iloc[0]
    )
    assert mine[2][13] == share
    assert all(row[3] == "仅 1 所" for row in rows if row[0] == "云岭乡")


def test_schools_without_a_township_stand_in_one_line():
    roster = returns(schools(), seed=3)
    roster.loc[roster["school_name"].isin(["石桥镇中心小学", "云岭乡学校"]), "township"] = None
    told = [cell.value for _, cell in texts(made(tables(roster)))]
    assert "没有填写乡镇（街道）的学校，未计入任何乡镇：石桥镇中心小学、云岭乡学校" in told


def test_scope_plan_and_large_classes_have_a_line_for_each_row(county, workbook):
    for sheet, name in (("范围影响", "scope_sensitivity"), ("规划进展", "plan_progress"), ("大班额", "school_large_classes")):
        numbered = [row for row in values(workbook[sheet]) if isinstance(row[0], int | float)]
        assert len(numbered) == len(county[name]) > 0


def test_what_is_not_there_is_said():
    roster = returns(schools(primary_only=True)[:2], seed=3)
    roster[[c for c in roster if c.startswith(("oversize", "largest"))]] = np.nan
    roster["township"] = None
    told = {cell.value for _, cell in texts(made(tables(roster)))}
    for sentence in (
        "没有填写了乡镇（街道）且计入范围的学校",
        "没有不计入而有填报数据的学校",
        "已采用的学校没有填报大班额",
        "没有目标学年已到的规划目标",
    ):
        assert sentence in told


def test_no_sheet_says_anything_raw(workbook):
    for name in INSIGHT:
        for row in workbook[name].iter_rows():
            for cell in row:
                assert not (isinstance(cell.value, str) and RAW.search(cell.value)), (name, cell.coordinate, cell.value)


def test_without_the_tables_there_are_no_such_sheets(county):
    bare = {name: table for name, table in of_county(county).items() if name != "county_profile"}
    content = county_workbook(YEAR, CODE, bare, STANDARDS, made_at=MADE_AT)
    assert not set(INSIGHT) & set(openpyxl.load_workbook(io.BytesIO(content)).sheetnames)


@pytest.fixture(scope="module")
def with_scores():
    t = sample_tables()
    school = t["school_register"].iloc[0]
    rows = pd.DataFrame(
        [
            {"county_code": CODE, "school_id": school["school_id"], "school_name": school["school_name"], "section": "primary",
             "standard": STANDARDS[0].id, "indicator": "B5", "own_points": 5.0, "points": points, "difference": 5.0 - points,
             "message": message, "file": "自评.xlsx", "row": 3}
            for points, message in ((3.0, "“校”自评 5 分"),)
        ]
    )  # fmt: skip
    return t | {"self_score_differences": shaped(rows, "self_score_differences", YEAR.key)}


def test_self_scores_have_a_sheet_where_some_school_gave_them(with_scores, workbook):
    assert "自评分差异" not in workbook.sheetnames
    row = next(row for row in values(made(with_scores)["自评分差异"]) if row[0] == 1)
    assert row[4:] == ["生均图书册数", 5, 3, 2, "“校”自评 5 分"]
