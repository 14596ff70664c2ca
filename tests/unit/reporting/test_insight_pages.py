"""Pages of townships, people and regions, and what the county page tells of plan, classes and scope."""

import re

import numpy as np
import pandas as pd
import pytest
from county_sample import CODE, STANDARDS, STATED, YEAR, plan, returns, schools, tables
from test_monitoring_site import CASES, HOSTILE, Page, site

from domain.reporting.insight_words import item_label, percent, planned_title, region_name
from domain.reporting.site_plans import scope_lines
from domain.reporting.site_progress import segments, share_bar
from domain.reporting.site_townships import TownshipsPage

RAW = re.compile(
    r"\b(nan|None|NaN|NA|primary|junior|overall|composite|pending|true|false|at_least|at_most|R-\w+|[BLGQ]\d+)\b|[a-z]+_[a-z]+"
)
TOWNSHIPS, PEOPLE = f"county/{CODE}-townships.html", f"county/{CODE}-people.html"


@pytest.fixture(scope="module")
def pages(county):
    return site(county)


def words(page):
    return Page(page).words


def table_rows(page, caption_part):
    """The cells of each body row of the table whose caption holds these words."""
    (table,) = [t for t in re.findall(r"<table.*?</table>", page, re.S) if caption_part in t]
    body = table[table.index("<tbody>") :]
    cells = [re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.S) for row in re.findall(r"<tr.*?</tr>", body, re.S)]
    return [[re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", cell)).strip() for cell in row] for row in cells]


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("name", [TOWNSHIPS, PEOPLE])
def test_pages_are_well_formed_and_say_nothing_raw(case, name):
    page = Page(site(CASES[case]())[name])
    assert not page.wrong and not page.open
    assert not RAW.search(page.words.replace("L1小学", ""))


@pytest.mark.parametrize("name", [TOWNSHIPS, PEOPLE, "index.html"])
def test_every_new_table_has_a_caption_and_every_heading_a_scope(pages, name):
    page = pages[name]
    heads = re.findall(r"<thead>.*?</thead>", page, re.S)
    new = [head for head in heads if 'scope="col"' in head]
    assert new and all(re.search(r"<th\b(?![^>]*scope)", head) is None for head in new)
    assert page.count("<caption>") >= len(new)


def test_links_lead_to_pages_that_are_there(pages):
    for name, page in pages.items():
        folder = name.rpartition("/")[0]
        for link in re.findall(r'href="([^"#]+\.html)"', page):
            target = f"{folder}/{link}" if folder and not link.startswith("../") else link.removeprefix("../")
            assert target in pages, (name, link)


def test_links_between_many_counties_lead_to_pages_that_are_there():
    roster = [returns(schools(), seed=n, code=f"{340100 + n}", county=f"第{n}县") for n in range(2)]
    pages = site(tables(pd.concat(roster, ignore_index=True)))
    assert set(re.findall(r'href="(county/[^"#]+)', pages["index.html"])) == {"county/340100.html", "county/340101.html"}
    assert 'href="340101-people.html"' in pages["county/340101.html"]
    assert 'href="340101.html"' in pages["county/340101-people.html"]


def test_without_the_tables_of_insight_there_is_only_the_county(county):
    bare = {name: county[name] for name in county if name not in INSIGHT}
    pages = site(bare)
    assert list(pages) == [f"county/{CODE}.html", "index.html"]
    assert "大班额学校" not in pages["index.html"] and "乡镇情况" not in pages["index.html"]


INSIGHT = (
    "scope_sensitivity", "township_coefficients", "township_compliance", "self_score_differences", "county_profile", "county_staff",
    "county_students", "school_large_classes", "plan_progress", "regional_progress",
)  # fmt: skip


def test_townships_stand_in_the_registers_order_and_one_school_is_no_balance(county, pages):
    rows = table_rows(pages[TOWNSHIPS], "超过限值 0.50")
    assert [row[0].split()[0] for row in rows] == ["城关镇", "石桥镇", "白杨镇", "云岭乡"]
    assert rows[3][1:4] == ["1", "196", "仅 1 所"]
    found = county["township_coefficients"].query("township == '城关镇' and section == 'primary' and indicator == 'L4'")
    assert f"{found['coefficient'].iloc[0]:.3f}" in rows[0]
    assert "另有 1 所没有可用数据" in rows[2][0]


def test_a_township_beyond_its_limit_is_told_in_words():
    made = returns(schools(), seed=3)
    made.loc[made["school_name"] == "城关镇第一小学", "books"] *= 30
    made.loc[made["school_name"] == "城关镇第一小学", "multimedia_rooms"] *= 9
    year_tables = tables(made)
    rows = table_rows(site(year_tables)[TOWNSHIPS], "超过限值 0.50")
    assert any(cell.endswith("超过限值") for cell in rows[0]) and not any("超过限值" in cell for row in rows[1:] for cell in row)


def test_schools_without_a_township_are_named():
    made = returns(schools(), seed=3)
    made.loc[made["school_name"] == "石桥镇中心小学", "township"] = None
    made.loc[made["school_name"] == "云岭乡学校", "township"] = ""
    page = site(tables(made))[TOWNSHIPS]
    assert "2 所学校没有填写乡镇（街道），未计入任何乡镇：石桥镇中心小学、云岭乡学校" in words(page)


def test_compliance_of_townships_tells_judged_and_undecided(county, pages):
    found = county["township_compliance"].query(
        "standard == 'national-quality-2017' and township == '白杨镇' and section == 'primary'"
    )
    row = next(row for row in table_rows(pages[TOWNSHIPS], "已判定校段") if row[0] == "白杨镇")
    one = found.iloc[0]
    assert row[1] == f"{one['complying']} / {one['complying'] + one['not_complying']} — 待定 {one['undecided']}"


def test_the_profile_adds_up_and_tells_who_did_not_state(county, pages):
    rows = table_rows(pages[PEOPLE], "按办学类型")
    assert [row[0] for row in rows] == ["小学", "教学点", "初级中学", "九年一贯制学校", "完全中学", "合计"]
    assert [int(row[1]) for row in rows] == [5, 1, 3, 2, 1, 12]
    assert rows[0][2].endswith("1 所未填") and rows[0][5] == "—"
    assert sum(int(row[3].split()[0]) for row in rows[:-1] if row[3] != "—") == int(rows[-1][3].split()[0])
    assert "386000 人" in words(pages[PEOPLE])


def test_shares_are_told_with_their_base(pages):
    rows = {(row[0], row[1]): row for row in table_rows(pages[PEOPLE], "学历、职称和年龄结构")}
    assert rows["小学", "学历合格专任教师数"][3:5] == ["100.0%", "专任教师数"]
    students = {(row[0], row[1]): row for row in table_rows(pages[PEOPLE], "巩固率")}
    # (1236 − 31 + 18) / (1290 − 1) = 1223 / 1289
    assert students["初中", "初中三年巩固率（县级填报）"][2:6] == ["1223", "94.88%", "三年前初一在校生数减死亡数", "县级填报"]


def test_figures_that_nobody_stated_are_dashes():
    made = returns(schools(), seed=3)
    made[[c for c in made if c.startswith("boarders")]] = np.nan
    page = site(tables(made))[PEOPLE]
    rows = {(row[0], row[1]): row for row in table_rows(page, "巩固率")}
    assert rows["小学", "寄宿生数"][2:] == ["—", "—", "在校生数", "0 所", "8 所"]
    assert rows["初中", "初中三年巩固率（县级填报）"][2:4] == ["—", "—"]
    assert "县级填报表尚未填报" in words(page)


def test_the_county_page_tells_plan_recognition_and_large_classes(county, pages):
    page = pages["index.html"]
    rows = table_rows(page, "最近的学年在前")
    assert rows == [
        ["2024-2025", "基本均衡", "公众满意度", "—", "不低于 90 %", "91.3 %", "✓ 实现", "2024-2025"],
        ["2024-2025", "基本均衡", "综合差异系数", "小学", "不超过 0.3", rows[1][5], "✓ 实现", "2024-2025"],
        ["2024-2025", "优质均衡", "生均体育运动场馆面积差异系数", "初中", "不超过 0.05", rows[2][5], "✗ 未实现", "2024-2025"],
    ]
    told = words(page)
    assert "基本均衡国家认定 2016-12-30" in told and "优质均衡国家认定 尚未认定" in told
    large = county["school_large_classes"]
    assert len(large) and f"{large['school_id'].nunique()} 所学校、{len(large)} 个校段" in told


def test_an_excluded_group_that_would_turn_the_verdict_is_told():
    made = returns(schools(), seed=3)
    made.loc[1, "ownership"] = "民办"
    made.loc[1, ["books", "teaching_computers", "sports_ground_area", "teaching_area"]] *= 60
    page = site(tables(made))["index.html"]
    rows = [row for row in table_rows(page, "每行只放回一类学校") if row[1].startswith("民办")]
    assert rows[0][:5] == ["基本均衡", "民办学校不计入校际差异系数", "小学", "1", "860"] and rows[0][-1] == "会不同"


def test_an_excluded_group_under_a_standard_of_single_coefficients_names_those_that_turn():
    class Facts:
        standards = STANDARDS
        tables = {"scope_sensitivity": pd.DataFrame()}  # noqa: RUF012

    rows = [
        {"section": "primary", "standard": STANDARDS[1].id, "indicator": indicator, "rule": "某类,不计入", "schools": 2, "students": 90.0,
         "coefficient": 0.4, "coefficient_with": with_group, "limit": 0.5, "met": True, "met_with": with_group <= 0.5,
         "differs": with_group > 0.5}
        for indicator, with_group in (("L1", 0.41), ("L2", 0.6))
    ]  # fmt: skip
    Facts.tables = {"scope_sensitivity": pd.DataFrame(rows)}
    (line,) = scope_lines(Facts)
    assert (line.without, line.with_group) == ("2 项中 0 项超限", "2 项中 1 项超限")
    assert line.differs == "会不同：每百名学生拥有县级以上骨干教师数" and line.rule == "某类，不计入"


CODES = ["360521", "360522", "360702", "440103"]


@pytest.fixture(scope="module")
def many():
    roster = [returns(schools(), seed=n, code=code, county=f"第{n}县") for n, code in enumerate(CODES)]
    stated = {code: dict(STATED) for code in CODES[:3]}
    del stated["360522"]["basic_recognised_on"]
    stated["360702"]["quality_recognised_on"] = "2025-01-10"
    return tables(pd.concat(roster, ignore_index=True), stated=stated)


def test_the_first_page_tells_provinces_and_cities_against_the_target(many):
    page = site(many)["index.html"]
    parsed = Page(page)
    assert not parsed.wrong and not RAW.search(parsed.words)
    rows = table_rows(page, "基本均衡，按省、市汇总")
    assert [row[0] for row in rows] == ["合计", "江西省 36", "地市代码 3605", "地市代码 3607", "广东省 44", "地市代码 4401"]
    assert rows[0][1] == "4 / 4" and rows[0][3].endswith("2 个（50.0%） ，未知 1 个".replace(" ，", "，"))
    assert rows[2][3].endswith("1 个（50.0%）") and rows[4][3].endswith("未知 1 个")
    assert "全国目标：2020 年达到 95%" in parsed.words
    labels = [value for key, value in parsed.attributes if key == "aria-label"]
    assert "认定比例 50.0%，全国目标 95%，未达到" in labels and any(
        re.fullmatch(r"达到 \d，未达到 \d，待定 \d", one) for one in labels
    )


def test_the_list_of_counties_tells_recognition_and_large_classes(many):
    page = site(many)["index.html"]
    listed = page[page.index('id="counties"') :]
    rows = re.findall(r"<tr data-gap.*?</tr>", listed, re.S)
    assert "2016-12-30 认定" in rows[0] and "尚未认定" in rows[1] and "认定未知" in rows[3]
    # Recognised after 1 September of the school year: not yet.
    assert "2025-01-10" not in page
    large = many["school_large_classes"]
    first = large[large["county_code"] == CODES[0]]["school_id"].nunique()
    assert rows[0].endswith(f'<td class="n">{first}</td></tr>')
    assert f"共 {len(large)} 个校段" in words(page)


def test_a_county_that_reported_nothing_has_no_large_classes_and_not_0():
    roster = returns(schools(), seed=2, code="360521")
    other = returns(schools(), seed=3, code="360522", county="邻县").assign(school_name=lambda t: "邻" + t["school_name"])
    pages = site(tables(pd.concat([roster, other], ignore_index=True), missing=tuple(other["school_name"])))
    row = re.findall(r"<tr data-gap.*?</tr>", pages["index.html"], re.S)[1]
    assert row.endswith('<td class="n">—</td></tr>')


def test_hostile_names_are_escaped_on_every_page():
    roster = returns([(name, f"<b>{name}", *s[2:]) for name, s in zip(HOSTILE, schools(), strict=False)], seed=2)
    roster["largest_class_primary"] = 60.0
    for name, text in site(tables(roster)).items():
        page = Page(text)
        assert not page.wrong and "img" not in page.tags and page.tags.count("script") == 1, name


def test_segments_fill_the_bar_and_leave_out_what_is_empty():
    found = segments((("true", 1), ("false", 0), ("pending", 3)))
    assert [(one.state, one.count, one.x, one.width) for one in found] == [("true", 1, 0.0, 37.5), ("pending", 3, 37.5, 112.5)]
    assert segments((("true", 0), ("false", 0), ("pending", 0))) == []


@pytest.mark.parametrize(
    ("share", "target", "label"),
    [
        (0.95, 0.95, "认定比例 95.0%，全国目标 95%，已达到"),
        (0.9499, 0.95, "认定比例 95.0%，全国目标 95%，未达到"),
        (0.5, None, "认定比例 50.0%"),
    ],
)
def test_a_share_against_its_target(share, target, label):
    assert share_bar(share, target).label == label


def test_no_share_has_no_bar():
    assert share_bar(None, 0.95) is None


def test_words_of_items_and_regions():
    assert (item_label("boarders"), item_label("post_shortage"), item_label("population")) == (
        "寄宿生数",
        "缺编人数",
        "常住人口数",
    )
    assert percent(None) == percent(np.nan) == "—" and percent(0.615) == "61.5%" and percent(1.0, 0) == "100%"
    assert planned_title(STANDARDS[0], "composite") == "综合差异系数" and planned_title(STANDARDS[0], "GOV").startswith(
        "政府推进"
    )
    assert region_name("province", "36") == "江西省" and region_name("province", "99") == "代码 99"
    assert region_name("city", "3605") == "地市代码 3605" and region_name("nation", "") == "合计"


def test_the_township_page_object_survives_a_county_without_tables():
    from domain.reporting.county_facts import CountyFacts

    page = TownshipsPage(CountyFacts(YEAR, CODE, {}, STANDARDS))
    assert page.tables == [] and page.compliance == [] and page.without_township == []


def test_the_sample_plan_has_a_target_that_is_not_due(county):
    assert len(plan()) == 4 and len(county["plan_progress"]) == 3
