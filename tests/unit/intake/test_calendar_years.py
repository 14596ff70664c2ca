"""Texts and the calendar years and days that they name.

Belongs here: one text. Does not belong here: school years (``test_year_words``), what a file is told (``test_other_years``).
"""

import pytest

from data_contracts.school_year import SchoolYear
from domain.intake.calendar_years import behind_label, dated_in

ASKED = {
    "2023年教育事业统计表": "2023", "2023年度义务教育学校基本情况汇总表": "2023", "青禾县二〇二三年学校情况一览表": "2023", "青禾县 2023 年 度 学校情况表": "2023",
    "年度：2023": "2023", "统计年份：2023年": "2023", "报表年度: 2023 年度": "2023", "青禾县2023年9月义务教育学校情况表": "2023-09",
    "统计时点：2023年9月1日": "2023-09-01", "数据截至2023年9月1日": "2023-09-01", "截止2023年9月": "2023-09", "填报日期：2023-9-30": "2023-09-30",
    "填表日期：20230930": "2023-09-30", "填表时间：二〇二三年九月": "2023-09", "填报人：张三 填报日期：2023/9/1": "2023-09-01", "说明：数据截至2023年9月1日": "2023-09-01",
    "2023年9月30日填报": "2023-09-30", "报告期：2023年": "2023", "填报时间:2023年9月-2023年10月": "2023", "2024年6月义务教育学校情况表": "2024-06",
}  # fmt: skip
LEFT_ALONE = [
    "2024年度汇总表", "2025年统计表", "填报日期：2024-08-01", "统计时点：2024年9月1日", "填报时间：2024年7月-2024年9月", "2024年9月", "有效期至：2023年12月",
    "制定机关：教育部 2023年12月", "教育部2023年制", "批准文号：国统制〔2023〕124号", "公用经费为2023年决算数", "2023年度决算表", "2023年末固定资产情况", "2023年底设备情况表",
    "设备资产截至2023年12月31日", "建校时间：1998年9月", "成立时间：2003年9月", "毕业年份：2023", "办学许可证有效期：2023年9月1日", "本表按2023年版《统计指标》填报",
    "依据《2023年教育统计情况》口径", "2023年新建学校情况表", "2023年规划情况表", "2022级新生情况表", "注：2023年停办学校情况另表", "2023年公用经费", "县人民政府2023年工作报告",
    "上年（2023年）情况表", "身份证号202309011234", "",
]  # fmt: skip


def asked(text: str, before: str = "", alone: bool = False) -> list[str]:
    return [one.key for one in dated_in(text, before, alone) if one.asks(SchoolYear(2024))]


@pytest.mark.parametrize(("text", "key"), ASKED.items())
def test_a_text_that_says_of_which_year_its_table_is(text, key):
    assert asked(text) == [key]


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_a_text_that_tells_of_no_other_year(text):
    assert asked(text, alone=True) == []


@pytest.mark.parametrize("text", ["2023", "2023年", "（2023年度）", "2023年9月"])
def test_nothing_but_a_year_tells_where_nothing_stands_beside_it(text):
    assert asked(text, alone=True) and not asked(text) and not asked(text, "有效期至", alone=True)


@pytest.mark.parametrize(
    ("label", "value", "keys"),
    [
        ("年度", "2023", ["2023"]),
        ("填报日期：", "2023-09-30", ["2023-09-30"]),
        ("统计时点", "2023年9月", ["2023-09"]),
        ("建校年月", "2003-09-01", []),
        ("年度", "450", []),
    ],
)
def test_the_value_behind_a_label(label, value, keys):
    assert [one.key for one in behind_label(label, value)] == keys
