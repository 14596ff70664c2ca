"""The monitoring site: what the pages say, and that they are sound HTML."""

import re
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from county_sample import CODE, MADE_AT, NAME, SCHOOLS, STANDARDS, YEAR, finding, returns, sample_tables, schools, tables

from data_contracts.records import NUMERIC_COLUMNS
from domain.reporting.display import exact
from domain.reporting.monitoring_site import monitoring_site

VOID = {"meta", "link", "input", "br", "hr", "img", "circle", "line", "path", "rect", "polyline"}
HOSTILE = [
    "<script>alert(1)</script>",
    '=HYPERLINK("http://x")',
    "{{7*7}}",
    "{% raw %}",
    "&lt;b&gt;",
    "L1小学",
    '"><b>',
    "</table>",
]


class Page(HTMLParser):
    """Collects text, attributes and tags left open or closed twice."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open, self.wrong, self.text, self.tags, self.attributes = [], [], [], [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes.extend(attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes.extend(attrs)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data):
        if not self.open or self.open[-1] not in ("script", "style"):
            self.text.append(data)

    @property
    def words(self):
        return re.sub(r"\s+", " ", " ".join(self.text))


def site(year_tables, earlier=None, release=1):
    by_year = (earlier or {}) | {YEAR.key: year_tables}
    return monitoring_site(YEAR, by_year, STANDARDS, made_at=MADE_AT, release=release)


def county_page(year_tables):
    return site(year_tables)["index.html"]


def many(count, year=YEAR):
    roster = [returns(schools(), seed=n, code=f"{340100 + n}", county=f"第{n}县") for n in range(count)]
    return tables(pd.concat(roster, ignore_index=True), year)


def all_missing():
    empty = returns(schools(), seed=2)
    empty[[c for c in NUMERIC_COLUMNS if not c.startswith("enrolment")]] = np.nan
    return tables(empty)


def nobody():
    roster = returns(schools(), seed=2)
    return tables(roster, missing=tuple(roster["school_name"]))


CASES = {
    "sample": sample_tables,
    "primary only": lambda: tables(returns(schools(primary_only=True), seed=2)),
    "one school": lambda: tables(returns(schools()[:1], seed=2)),
    "all missing": all_missing,
    "nobody": nobody,
    "hostile": lambda: tables(returns(schools(HOSTILE), seed=2), left_out=(HOSTILE[0],)),
}


@pytest.mark.parametrize("case", CASES)
def test_pages_are_well_formed_and_say_nothing_raw(case):
    page = Page(county_page(CASES[case]()))
    assert not page.wrong and not page.open
    words = page.words.replace("L1小学", "")
    assert not re.search(r"\b(nan|None|NaN|NA|primary|junior|overall|composite|pending|true|false|R-\w+|[BLGQ]\d+)\b", words)
    assert not any(value is not None and re.search(r"\b(nan|None|<NA>)\b", value) for _, value in page.attributes)


def test_pages_need_no_other_file(page):
    assert 'lang="zh-CN"' in page and '<meta charset="utf-8">' in page and "viewport" in page
    linked = re.sub(rf'href="(data:,|county/{CODE}-(townships|people)\.html)"', "", page)
    assert not re.search(r"""(src|href)=["'](https?:|//|[^#"'])(?<!data:)""", linked)
    assert "@import" not in page and "url(" not in page


def test_the_page_answers_who_and_whether_within_limits(page):
    words = Page(page).words
    for part in ["青岚县", "2024-2025 学年", "第 3 次发布", "采用 10 所 / 应报 12 所", "石桥镇初级中学", "白杨镇杨树沟小学"]:
        assert part in words
    for part in [
        "有错误，未采用",
        "未报送",
        "限值 0.50",
        "7 项中 7 项在限值 0.50 以内",
        "综合 0.116（限值 0.65）达标",
        "✗ 未达到",
        "○ 待定",
    ]:
        assert part in words


def test_every_school_section_is_listed_in_the_registers_order(page):
    table = page[page.index('id="schools-1"') :]
    names = re.findall(r'class="name"[^>]*>([^<]+)<', table[: table.index("</table>")])
    assert names == [name for name, _, _, students in SCHOOLS for n in range(2) if students[n] and name != "石桥村教学点"]


def test_unrounded_numbers_stand_beside_the_rounded(county, page):
    values = {value for key, value in Page(page).attributes if key == "data-value"}
    coefficients, figures = county["county_coefficients"], county["school_indicators"]
    for column in (coefficients["coefficient"], coefficients["mean"], figures["value"]):
        assert {exact(value) for value in column.dropna()} <= values


def test_gaps_and_units_are_told(county, page):
    words = Page(page).words
    assert re.search(r"差 \d+ ㎡", words) and re.search(r"差 [\d.]+ 万元", words) and re.search(r"缺 \d+ [人间]", words)
    for unit in ["人/百名学生", "㎡/生", "元/生", "间/百名学生", "名学生", "个校段"]:
        assert unit in words
    assert words.count("缺数据") >= 2
    below = county["school_indicators"].query("value < floor")
    assert len(below) and page.count("<small>低于底线</small>") == len(below)


def test_pictures_have_words_and_years(page):
    labels = [value for key, value in Page(page).attributes if key == "aria-label"]
    assert any(re.fullmatch(r"差异系数 0\.\d{3}，限值 0\.50，达标", label) for label in labels)
    assert any(label.startswith("2022-2023 学年 0.") and "2024-2025 学年" in label for label in labels)


def test_changes_against_the_year_before_are_told(page):
    assert "与 2023-2024 学年相比" in page
    assert re.search(r"优质均衡(新|不再)达标 \d 个校段", page)


def test_without_earlier_years_the_page_says_so(county):
    assert "没有上一学年（2023-2024 学年）的数据" in county_page(county)


def test_an_earlier_year_may_hold_only_coefficients(three_years):
    thin = {YEAR.previous.key: {"county_coefficients": three_years[YEAR.previous.key]["county_coefficients"]}}
    assert site(three_years[YEAR.key], thin)["index.html"]


def test_later_years_are_not_looked_at(county):
    later = {YEAR.next.key: {"county_coefficients": county["county_coefficients"]}}
    assert site(county, later) == site(county)


def test_one_county_is_the_first_page(county):
    pages = site(county)
    assert list(pages) == [f"county/{CODE}-people.html", f"county/{CODE}-townships.html", f"county/{CODE}.html", "index.html"]
    assert pages["index.html"].replace(f'href="county/{CODE}-', f'href="{CODE}-') == pages[f"county/{CODE}.html"]


def test_many_counties_have_a_table_with_links():
    pages = site(many(3))
    assert [name for name in pages if "-" not in name] == [f"county/34010{n}.html" for n in range(3)] + ["index.html"]
    assert len(pages) == 10
    first = Page(pages["index.html"])
    assert not first.wrong and not first.open
    linked = [value for key, value in first.attributes if key == "href" and value.startswith("county") and "#" not in value]
    assert linked == [f"county/34010{n}.html" for n in range(3)]
    assert "3 个县（市、区）" in first.words and "36 所 / 36 所" in first.words
    assert 'href="../index.html"' in pages["county/340101.html"] and "第2县" not in pages["county/340101.html"]


def test_no_county_gives_a_page_that_says_so(county):
    pages = site({name: table.iloc[:0] for name, table in county.items()})
    assert list(pages) == ["index.html"] and "没有任何县" in pages["index.html"]


def test_a_code_only_in_a_finding_is_no_county():
    roster = returns(schools(), seed=2)
    stray = finding(None, "error", "代码写错", county_code="999999")
    pages = site(tables(roster, findings=[stray]))
    assert len(pages) == 4 and "代码写错" in pages["index.html"]


def test_hostile_text_is_escaped():
    """E24: scripts and markup."""
    roster = returns(schools(HOSTILE), seed=2, county="<i>某县</i>")
    bad = finding(roster["school_id"][0], "error", "<img src=x onerror=alert(1)>{{7*7}}")
    page = county_page(tables(roster, left_out=(HOSTILE[0],), findings=[bad]))
    parsed = Page(page)
    assert not parsed.wrong and "img" not in parsed.tags and "i" not in parsed.tags and parsed.tags.count("script") == 1
    for name in HOSTILE:
        assert name in "".join(parsed.text)


def test_the_same_input_gives_the_same_text(three_years, page):
    again = monitoring_site(YEAR, dict(reversed(three_years.items())), STANDARDS, made_at=MADE_AT, release=3)
    assert again["index.html"] == page


def test_unknown_gaps_are_not_told_as_no_gaps():
    words = Page(county_page(nobody())).words
    assert "没有发现缺口" not in words and "13 个校段没有数据或数据不全" in words


def test_a_standard_with_thresholds_but_no_rule_for_schools(county):
    bare = [STANDARDS[0], STANDARDS[1].model_copy(update={"school_rule": None})]
    page = monitoring_site(YEAR, {YEAR.key: county}, bare, made_at=MADE_AT, release=1)["index.html"]
    parsed = Page(page)
    assert not parsed.wrong and "综合评估" not in parsed.words and re.search(r"差 \d+ ㎡", parsed.words)


def test_names_are_those_of_the_register(county):
    changed = dict(county)
    changed["school_register"] = county["school_register"].assign(school_name=lambda t: "新" + t["school_name"])
    page = county_page(changed)
    table = page[page.index('id="schools-1"') :]
    assert all(name.startswith("新") for name in re.findall(r'class="name"[^>]*>([^<]+)<', table[: table.index("</table>")]))
    assert NAME in page
