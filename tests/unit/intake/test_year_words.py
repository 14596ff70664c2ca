"""Texts and the school years that they name, and how surely they say that their table is of it.

Belongs here: one text. Does not belong here: which cell it stands in (``test_stated_years``), what a file is told
(``test_other_years``).
"""

import time

import pytest

from data_contracts.school_year import SchoolYear
from domain.intake.year_words import Grade, named_in

YEAR = "2023-2024"

SURE = [
    "23-24学年", "二0二三—二0二四学年", "二０二三至二０二四学年度汇总表", "二〇二三—二0二四学年", "23—24学年度", "23至24学年汇总表", "2023-2024（学年）", "2023.9-2024.7学年", "2023年秋—2024年春学年", "2023年9月-2024年7月学年",
    "2023\n-2024学年", "2023-2024\n学年", "附件2 2023-2024学年汇总表", "附件2\n2023-2024学年汇总表", "2 0 2 3 — 2 0 2 4 学 年", "2023一2024学年",
    "2023-2024-1学期", "23-24-1学期", "2023-2024学期汇总", "应县2023-2024学年汇总表", "青禾县2023-2024学年汇总表（根据教育局通知填报）",
    "2023-2024学年县域义务教育优质均衡发展监测数据", "含山县2023-2024学年学校指标一览表", "2023-2024学年 填报单位：青禾县教育局", "附件1：2023-2024学年汇总表",
]  # fmt: skip
DOUBTFUL = [
    "2023-2024年汇总表", "2023-2024汇总表", "青禾县2023-2024", "青禾县2023—2024年义务教育学校汇总", "2023年9月至2024年7月", "2023.9-2024.7", "202309-202407",
    "2023.9.1—2024.8.31", "2023年9月1日至2024年8月31日", "2023-09-01至2024-08-31", "二〇二三年九月至二〇二四年七月", "2023年秋—2024年春",
    "2023(秋)-2024(春)", "2023年秋季、2024年春季", "2023秋2024春", "2023年下半年至2024年上半年", "2023年秋季学期—2024年春季学期",
    "2023年秋季学期汇总表", "2024年春季学期", "2023、2024学年", "2023和2024学年", "20232024学年", "2023-2024教育年度", "2023-24 School Year",
    "2023.2024", "2023→2024汇总", "汇总表23-24", "（23-24）", "23-24年汇总表", "23学年汇总表", "2023-2024-2", "所属年度 2023-2024",
    "2023年秋", "2023秋季", "青禾县2023年秋义务教育学校情况表", "2024年春", "（2024年春季）", "二〇二三年秋学校情况表",
]  # fmt: skip
MENTIONED = [
    "根据2023-2024学年度通知", "填报依据:教育部2023-2024学年统计口径", "沿用2023-2024学年模板",
    "版本：2023-2024学年第3版", "《2023-2024学年义务教育学校名录》", "自2023-2024学年起使用本表", "本表数据截至2024年9月1日(2023-2024学年结束后)",
    "2023—2024年度财政决算数", "教育经费取2023-2024财年", "数据来源：2023-2024学年教育事业统计", "填报依据(2023-2024学年统计口径)",
    "上学年（2023-2024学年）汇总表", "1、2023-2024学年数据", "根据要求，现报送2023-2024学年数据", "注：本表为2023-2024学年数据", "注：2023-2024学年撤并的学校不填",
    "含2023-2024学年新建学校2所", "体质健康合格率为2023-2024学年数据", "2023-2024学年新建校舍", "2023-2024学年已报数据不得修改", "教龄计算到2023-2024学年末",
    "说明：初一在校生数取2023-2024学年", "（1）2023-2024学年停办的学校", "2023-2024学年停办学校情况表",
]  # fmt: skip
COMPARED = [
    "上学年（2023-2024学年）", "上学年 2023-2024", "上学年为2023-2024学年", "上年数（2023-2024学年）", "去年2023-2024学年", "较2023-2024学年增加的填正数",
    "与2023-2024学年比", "与2023学年相比", "数据对照2023-2024学年", "2023-2024学年（上学年）", "2023-2024学年相比增加",
]  # fmt: skip
NONE = [
    "2023年", "2023年度", "2024年义务教育统计表", "2024-09-20", "填报日期：2024-09-20", "填报时间:2023年9月-2023年10月", "2023年12月-2024年1月",
    "2023年3月—2024年2月", "2023年春—2024年秋", "2023年9月和2024年9月", "（2021-2025年）青禾县优质均衡创建规划", "2022-2025三年行动", "2021-2025",
    "2023-2024年校舍建设项目", "2023-2024年建设的校舍", "教学楼建于2023-2024年", "2023-2024年发展规划", "青教字〔2023〕24号", "文件编号 2023-24", "2023-24号",
    "联系电话:2023-2024123", "电话0791-20232024", "2011-12", "班额23-24人", "第23-24页", "23-24日", "23-24年级", "2023-2024级学生", "共23.24万元",
    "依据《2023-2024学年度教育事业统计报表》填写", "依据《2023—2024学年度教育事业统计》口径", "按《教育统计(2023-2024学年)》", "本表按2023-2024版统计口径",
    "建校2023-2024年", "注：近三年指2022-2023、2023-2024、2024-2025学年", "说明：三年前初一在校生数指2023-2024学年初一在校生数。", "“三年前”指2023-2024学年",
    "2023年秋季招生", "2023年秋植树", "2024年春季入学的学生不计", "例：2023-2024学年", "格式为2023-2024学年", "如2023-2024学年", "23-25学年", "3-4", "3605210023", "学年", "",
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "grade"),
    [(text, grade) for texts, grade in ((SURE, Grade.SURE), (DOUBTFUL, Grade.DOUBTFUL), (MENTIONED, Grade.DOUBTFUL), (COMPARED, Grade.COMPARED)) for text in texts],
)  # fmt: skip
def test_the_year_that_a_text_names(text, grade):
    assert [(one.key, one.grade) for one in named_in(text)] == [(YEAR, grade)]


@pytest.mark.parametrize("text", NONE)
def test_a_text_that_names_none(text):
    assert [one for one in named_in(text) if one.key == YEAR] == []


@pytest.mark.parametrize(
    "text", ["2021-2025", "2022-2025三年行动", "2024-2027学年三年规划表", "1-2", "12-13人", "23-25学年", "第10-18学年"]
)
def test_spans_and_numbers_are_no_year_at_all(text):
    assert named_in(text) == ()


def test_a_text_that_names_several_says_of_none_that_it_is_its_own():
    assert [(one.key, one.grade) for one in named_in("2023-2024学年末数据转入2024-2025学年")] == [
        ("2023-2024", Grade.DOUBTFUL),
        ("2024-2025", Grade.DOUBTFUL),
    ]


def test_the_turn_of_a_century():
    assert [one.key for one in named_in("1999-00学年")] == ["1999-2000"]


def test_a_slip_is_told_as_it_stands():
    assert [one.key for one in named_in("2023-26学年")] == ["2023-2026"]


def test_the_cell_before_may_say_that_it_is_compared_with():
    assert [one.grade for one in named_in("2023-2024", "上学年")] == [Grade.COMPARED]
    assert [one.grade for one in named_in("2023-2024学年", "填报单位")] == [Grade.SURE]


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("上学年（2023-2024）", False),
        ("上学年（2022-2023）", True),  # what was compared with it is a table of 2023-2024
        ("上学年（2024-2025）", False),
        ("2023-2024汇总表", True),
        ("2024-2025汇总表", False),
    ],
)
def test_whether_it_is_another_year_than_that_of_the_inbox(text, asks):
    (named,) = named_in(text)
    assert named.asks(SchoolYear(2024)) == asks


def test_the_cell_before_may_say_that_it_is_a_remark():
    assert [one.grade for one in named_in("2023-2024学年汇总表", "说明：")] == [Grade.DOUBTFUL]


def test_a_remark_behind_a_title_takes_nothing_back():
    assert [one.grade for one in named_in("2023-2024学年汇总表。2023-2024学年停办的学校不填")] == [Grade.SURE]


def test_a_cell_full_of_years_costs_little():
    began = time.process_time()
    assert [one.key for one in named_in("2023-2024学年" * 3000)] == [YEAR]
    assert time.process_time() - began < 5  # it was twenty seconds where each year looked at all words before it
