"""Packs in force and standards on trial, on the site and in the workbook, read back from both."""

import io
import re

import numpy as np
import openpyxl
import pandas as pd
import pytest
from county_sample import CODE, MADE_AT, NAME, STANDARDS, STATED, WITHOUT_EVIDENCE, YEAR, of_county, returns, schools, tables
from test_county_workbook import RAW as RAW_CELL
from test_county_workbook import texts
from test_insight_pages import RAW, table_rows
from test_monitoring_site import Page

from builders.county import county_returns
from data_contracts.standard import read_standard, shipped_standards
from data_contracts.tables import shaped
from domain.assessment.trials import trial_tables
from domain.reporting.county_workbook import county_workbook
from domain.reporting.monitoring_site import monitoring_site
from domain.reporting.trial_rows import MARK, counterparts

SHIPPED = {standard.id: standard for standard in shipped_standards()}
PACK = read_standard(
    "id: own-conditions\ntitle: 某省办学条件(测试)\nsource: 某省〔2020〕1号\ngrade: B\nrole: school_conditions\n"
    f"provinces: ['{CODE}']\neffective: {{from: 2012-2013}}\n"
    "indicators:\n"
    "  - {id: Z1, key: books, title: 生均图书册数, unit: 册, numerator: {add: [books]}, thresholds: {primary: 20, junior: 20}}\n"
    "  - {id: Z2, key: computers, title: 生机比, unit: 人/台, numerator: {add: [enrolment]}, over: teaching_computers,"
    " sense: at_most, thresholds: {primary: 12, junior: 12}}\n"
    "school_rule: {kind: all}\n",
    "own.yaml",
)
STRICTER = read_standard(
    "id: stricter\ntitle: 优质均衡(七项全达标)\nsource: 试算方案\nextends: national-quality-2017\ntrial_only: true\n"
    "school_rule: {at_least: 7, floor_ratio: 0.85}\n",
    "stricter.yaml",
)
ELSEWHERE = SHIPPED["guangdong-basic-conditions-2014"]
CONDITIONS, TRIAL = f"county/{CODE}-conditions.html", f"county/{CODE}-trial.html"
SHEET, TRIAL_SHEET = "办学条件逐校情况", "试算（不作为认定依据）"


def sample():
    """城关镇第二小学 has 860 students and 12 900 books: 15 each. 石桥镇中心小学 did not state its books."""
    made = returns(schools(), seed=3)
    made["teaching_computers"] = 400.0
    made["books"] = 70000.0
    made.loc[made["school_name"] == "城关镇第二小学", "books"] = 12900.0
    made.loc[made["school_name"] == "石桥镇中心小学", "books"] = np.nan
    return made


def with_trials(year_tables, made, tried, in_force):
    """The tables with those of the trials beside them."""
    stated = county_returns({CODE: STATED}, WITHOUT_EVIDENCE)
    accepted = made[made["school_name"] != "云岭乡学校"]
    counties = year_tables["county_records"][["county_code", "county_name"]]
    on_trial = trial_tables(counties, year_tables["school_register"], accepted, stated, tried, in_force, YEAR)
    return year_tables | {name: shaped(table, name, YEAR.key) for name, table in on_trial.items()}


@pytest.fixture(scope="module")
def made():
    """The county with a pack in force and 云岭乡学校 missing, and three standards on trial."""
    roster = sample()
    standards = (*STANDARDS, PACK)
    plain = tables(roster, missing=("云岭乡学校",), stated={CODE: STATED}, standards=standards)
    tried = (SHIPPED["national-basic-2012"], STRICTER, SHIPPED["basic-conditions-8-of-10"], ELSEWHERE)
    return with_trials(plain, roster, tried, standards), standards, tried


@pytest.fixture(scope="module")
def pages(made):
    """The site with trials."""
    found, standards, tried = made
    return monitoring_site(YEAR, {YEAR.key: found}, standards, made_at=MADE_AT, release=1, trials=tried)


@pytest.fixture(scope="module")
def book(made):
    """The workbook with trials."""
    found, standards, tried = made
    content = county_workbook(YEAR, CODE, of_county(found), standards, made_at=MADE_AT, trials=tried)
    return openpyxl.load_workbook(io.BytesIO(content))


def rows_of(sheet):
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_without_a_pack_or_a_trial_nothing_of_them_appears(county, workbook):
    pages = monitoring_site(YEAR, {YEAR.key: county}, STANDARDS, made_at=MADE_AT, release=1)
    assert not {CONDITIONS, TRIAL} & set(pages)
    assert not any(word in page for page in pages.values() for word in ("试算", "办学条件逐校情况"))
    assert not any(title.startswith(("试算", "办学条件")) for title in workbook.sheetnames)
    assert not any("试算" in str(cell.value) for _, cell in texts(workbook))


def test_conditions_stand_school_by_school_with_value_and_limit(pages):
    rows = {(row[0].split()[0], row[1]): row for row in table_rows(pages[CONDITIONS], "每格为实际值")}
    # 12 900 ÷ 860 = 15 < 20; (20 − 15) × 860 = 4300 books are lacking.  860 ÷ 400 = 2.15 ≤ 12.
    assert rows["城关镇第二小学", "小学"][2:] == ["✗ 未达标 达到 1/2 项", "15.00 ≥ 20 缺 4300 册", "2.15 ≤ 12"]
    assert rows["石桥镇中心小学", "小学"][2:4] == ["○ 待定 达到 1/2 项", "缺数据 ≥ 20"]
    assert rows["云岭乡学校", "初中"][3] == "未报送"
    demands = table_rows(pages[CONDITIONS], "2 项条件")
    counts = [[int(cell) for cell in row[4:]] for row in demands]
    judged = sum("未报送" not in row for row in rows.values())
    assert counts == [[judged - 2, 1, 1, 0], [judged, 0, 0, 0]]
    assert demands[0][1:4] == ["生均图书册数 册", "图书册数÷在校生数", "小学 ≥20册；初中 ≥20册"]
    assert "某省办学条件（测试）" in pages[CONDITIONS] and "可信等级：B（一处可靠转述）" in pages[CONDITIONS]


def test_the_sheet_of_conditions_holds_the_same_unrounded(made, book):
    table = made[0]["school_indicators"].query("standard == 'own-conditions' and indicator == 'Z2'")
    values = {(row[1], row[2]): row for row in rows_of(book[SHEET])}
    for one in table.itertuples():
        row = values[one.school_name, {"primary": "小学", "junior": "初中"}[one.section]]
        assert (row[5], row[6]) == (one.value, one.threshold)
    lacking = values["城关镇第二小学", "小学"]
    assert lacking[3:5] == [15, 20] and lacking[7] == "未达标" and lacking[8].endswith("生均图书册数缺 4300 册")
    assert values["石桥镇中心小学", "小学"][3] == "缺数据" and values["云岭乡学校", "初中"][3] == "未报送"
    assert "某省办学条件" in [cell.value for _, cell in texts(book)], "the cover names the pack among the standards"


def test_a_pack_without_a_rule_says_so_and_judges_nobody():
    bare = PACK.model_copy(update={"school_rule": None, "role": "township", "complete": False})
    roster = sample()
    standards = (*STANDARDS, bare)
    found = tables(roster, stated={CODE: STATED}, standards=standards)
    page = monitoring_site(YEAR, {YEAR.key: found}, standards, made_at=MADE_AT, release=1)[CONDITIONS]
    words = re.sub(r"<[^>]+>", "", page)
    assert "没有规定几项达到才算达标" in words and "不作为县级结论的依据" in words and "不能据此判定达标" in words
    assert "综合评估" not in words and "达标 /" not in words
    content = county_workbook(YEAR, CODE, of_county(found), standards, made_at=MADE_AT)
    rows = rows_of(openpyxl.load_workbook(io.BytesIO(content))[SHEET])
    assert {row[7] for row in rows if row[1] == "城关镇第二小学"} == {"不作判定"}


def test_the_trial_names_exactly_the_schools_that_change_sides(made, pages, book):
    found = made[0]
    quality = found["school_compliance"].query("standard == 'national-quality-2017'").set_index(["school_name", "section"])
    met = found["school_indicators"].query("standard == 'national-quality-2017'").assign(m=lambda t: t["met"].fillna(False))
    count = met.groupby(["school_name", "section"])["m"].sum()
    words = {"primary": "小学", "junior": "初中"}
    complies = [key for key, flag in quality["compliant"].items() if flag is True or flag == True]  # noqa: E712
    # Seven of seven instead of six: whoever complies with six only, falls.
    expected = {(name, words[section]) for name, section in complies if count[name, section] == 6}
    assert expected, "the sample has such a school"
    rows = table_rows(pages[TRIAL].partition('id="trial-2"')[2].partition('id="trial-3"')[0], "结论不同的校段")
    assert {(row[0], row[2]) for row in rows if row[3:5] == ["✓ 达标", "✗ 未达标"]} == expected
    assert all(row[3] != row[4] for row in rows), "who stays where it was is not named"
    sheet = rows_of(book[TRIAL_SHEET])
    start = next(i for i, row in enumerate(sheet) if str(row[0]).startswith("试算：优质均衡（七项全达标）"))
    told = [row for row in sheet[start:] if row[2] == "达标" and row[5] == "未达标" and row[8] == "不同"]
    assert {(row[0].partition("（")[0], row[1]) for row in told} == expected


def test_coefficients_and_items_stand_side_by_side(made, pages, book):
    table = made[0]["county_coefficients"].query("standard == 'national-quality-2017' and section == 'primary'")
    cv = table.set_index("indicator")["coefficient"]
    sheet = rows_of(book[TRIAL_SHEET])
    numbers = [(row[2], row[5]) for row in sheet if isinstance(row[2], float) and row[1] == "小学" and row[3] == 0.5]
    assert (cv["L5"], cv["L5"]) in numbers
    items = table_rows(pages[TRIAL].partition('id="trial-2"')[2].partition('id="trial-3"')[0], "：县级结论逐项")
    (resource,) = [row for row in items if row[0] == "学校资源配置综合达标"]
    assert resource[4] == resource[7] == "✗ 未达到" and resource[2] != resource[5]


def test_everything_of_a_trial_is_marked_and_the_verdict_does_not_change(made, pages, book):
    page = pages[TRIAL]
    captions = re.findall(r"<caption>(.*?)</caption>", page, re.S)
    assert captions and all(MARK in caption for caption in captions) and page.count(f'class="stamp">{MARK}') == 4
    assert MARK in book[TRIAL_SHEET].oddFooter.left.text
    assert sum(row[0] == MARK for row in rows_of(book[TRIAL_SHEET])) == 4
    found, standards, _ = made
    without = monitoring_site(YEAR, {YEAR.key: found}, standards, made_at=MADE_AT, release=1)
    link = re.compile(r'　·　<a href="[^"]*-trial\.html">[^<]*</a>')
    for name, text in without.items():
        assert link.sub("", pages[name]) == text and len(link.findall(pages[name])) == (
            name in ("index.html", f"county/{CODE}.html")
        )


def test_a_trial_of_another_province_says_that_it_does_not_apply(pages, book):
    assert "适用地区不含本县" in pages[TRIAL].partition('id="trial-4"')[2]
    assert "该标准的适用地区不含本县，没有试算结果" in [row[0] for row in rows_of(book[TRIAL_SHEET])]


def test_a_national_trial_judges_the_provinces_conditions_as_in_force(made):
    found = made[0]
    item = "standard == 'national-basic-2012' and item == 'P-schools'"
    columns = ["value", "limit", "met", "reason"]
    real, tried = (found[name].query(item)[columns].to_dict("records") for name in ("county_verdicts", "trial_verdicts"))
    assert real == tried and real[0]["met"] == "false", "城关镇第二小学 misses the books"
    assert "own-conditions" not in set(found["trial_compliance"]["standard"]) | set(found["trial_indicators"]["standard"])


def test_what_a_trial_is_held_beside():
    basic, quality = STANDARDS
    assert counterparts(STRICTER, STANDARDS) == [quality]
    assert counterparts(STRICTER.model_copy(update={"extends": None}), STANDARDS) == [basic, quality]
    assert counterparts(basic, STANDARDS) == [basic] and counterparts(PACK, STANDARDS) == []


def test_a_pack_on_trial_with_none_in_force_lists_who_does_not_comply():
    roster = sample()
    plain = tables(roster, stated={CODE: STATED})
    tried = (PACK,)
    found = with_trials(plain, roster, tried, STANDARDS)
    page = monitoring_site(YEAR, {YEAR.key: found}, STANDARDS, made_at=MADE_AT, release=1, trials=tried)[TRIAL]
    assert "本县现行没有同类标准" in page
    rows = table_rows(page, "试算未达标或待定的校段")
    assert [(row[0], row[3]) for row in rows] == [("城关镇第二小学", "✗ 未达标"), ("石桥镇中心小学", "○ 待定")]


def test_pages_and_sheets_say_nothing_raw(pages, book):
    for name in (CONDITIONS, TRIAL):
        page = Page(pages[name])
        assert not page.wrong and not page.open
        assert not RAW.search(page.words), RAW.search(page.words)
        assert len(re.findall(r"<th\b(?![^>]*scope)", pages[name])) == 0
    for title in (SHEET, TRIAL_SHEET):
        for row in rows_of(book[title]):
            assert not any(isinstance(cell, str) and RAW_CELL.search(cell) for cell in row), row
    assert f"{NAME}试算对照" in str(rows_of(book[TRIAL_SHEET])[0])


def test_links_lead_there_and_back(pages):
    assert f'href="{CONDITIONS}"' in pages["index.html"] and f'href="{TRIAL}"' in pages["index.html"]
    for name in (CONDITIONS, TRIAL):
        assert f'href="{CODE}.html"' in pages[name]


def test_the_same_input_gives_the_same_bytes(made, pages):
    found, standards, tried = made
    again = monitoring_site(YEAR, {YEAR.key: found}, standards, made_at=MADE_AT, release=1, trials=tried)
    assert again == pages
    one, two = (county_workbook(YEAR, CODE, of_county(found), standards, made_at=MADE_AT, trials=tried) for _ in range(2))
    assert one == two


class TestEarlierYears:
    def test_a_year_that_lacks_tables_shows_what_there_is_and_says_what_is_missing(self, three_years):
        before = YEAR.previous.key
        kept = ("county_coefficients", "county_records")
        older = three_years | {before: {name: three_years[before][name] for name in kept}}
        page = monitoring_site(YEAR, older, STANDARDS, made_at=MADE_AT, release=1)["index.html"]
        coefficient = three_years[before]["county_coefficients"].query("section == 'primary' and indicator == 'L1'").iloc[0]
        assert f"{before} 学年 {coefficient['coefficient']:.3f}" in page
        (told,) = re.findall(rf"<p class=\"key\">({before} 学年没有.*?)</p>", page)
        assert "“县级结论”" in told and "差异系数”" not in told
        whole = monitoring_site(YEAR, three_years, STANDARDS, made_at=MADE_AT, release=1)["index.html"]
        assert "学年没有“" not in whole

    def test_a_year_without_board_and_records_invents_no_fall_of_schools(self, three_years):
        before = YEAR.previous.key
        older = three_years | {before: {"county_coefficients": three_years[before]["county_coefficients"]}}
        page = monitoring_site(YEAR, older, STANDARDS, made_at=MADE_AT, release=1)["index.html"]
        assert "采用学校由 0 所" not in page

    def test_recognised_shares_are_shown_over_the_years(self):
        """Two counties: none recognised by 1 September 2023 (0 %), one of two by 1 September 2024 (50 %)."""
        roster = pd.concat([returns(schools()[:6], seed=n, code=f"{340100 + n}", county=f"第{n}县") for n in range(2)])
        roster = roster.reset_index(drop=True)
        by_year = {}
        for year, day in ((YEAR.previous, None), (YEAR, "2024-03-01")):
            stated = {
                "340100": {"population": 1.0} | ({"basic_recognised_on": day} if day else {}),
                "340101": {"population": 1.0},
            }
            by_year[year.key] = tables(roster, year, stated=stated)
        page = monitoring_site(YEAR, by_year, STANDARDS, made_at=MADE_AT, release=1)["index.html"]
        row = table_rows(page, "基本均衡，按省、市汇总")[0]
        assert row[0] == "合计" and row[4].endswith("0.0% → 50.0%")
        labels = re.findall(r'aria-label="([^"]*全国目标 95.0%)"', page)
        assert f"{YEAR.previous.key} 学年 0.0%；{YEAR.key} 学年 50.0%；全国目标 95.0%" in labels
        del by_year[YEAR.previous.key]["regional_progress"]
        page = monitoring_site(YEAR, by_year, STANDARDS, made_at=MADE_AT, release=1)["index.html"]
        assert "历年认定比例</th>" not in page and len(re.findall(f"{YEAR.previous.key} 学年没有“[^“]*”数据表", page)) == 1
        counties = monitoring_site(YEAR, by_year, STANDARDS, made_at=MADE_AT, release=1)["county/340100.html"]
        assert "学年没有“" not in counties, "a county's page shows nothing of that table"


def test_the_cover_can_be_read(workbook):
    (note,) = [cell for row in workbook["封面与说明"].iter_rows() for cell in row if "未舍入的数值" in str(cell.value)]
    assert note.font.size >= 12 and note.alignment.wrap_text
    assert workbook["封面与说明"].row_dimensions[note.row].height >= 2 * 12
