"""Rounding, units and words on display."""

import datetime as dt

import pandas as pd
import pytest
from county_sample import STANDARDS

from domain.reporting.display import (
    exact,
    in_words,
    item_group,
    moment_text,
    need_text,
    neutralised,
    plain,
    short_title,
    shown,
    shown_against,
)

BASIC, QUALITY = STANDARDS


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(2.675, 2, "2.68"), (0.5, 0, "1"), (-0.0004, 3, "0.000"), (1e-9, 3, "0.000"), (1e21, 0, "1" + "0" * 21), (None, 2, "—")],
)
def test_numbers_are_rounded_as_spreadsheets_do(value, decimals, text):
    assert shown(value, decimals) == text


@pytest.mark.parametrize("value", [None, float("nan"), pd.NA])
def test_nothing_is_shown_as_nothing(value):
    assert (shown(value, 2), plain(value), exact(value)) == ("—", "—", "")


def test_exact_text_reads_back_to_the_same_number():
    assert [exact(v) for v in (3.0, 0.1 + 0.2, 1210)] == ["3", "0.30000000000000004", "1210"]
    assert plain(4.5 * 0.85) == "3.825"


@pytest.mark.parametrize(
    ("value", "limit", "met", "at_least", "text"),
    [
        (4.4996, 4.5, False, True, "4.4996"),
        (4.4940, 4.5, False, True, "4.49"),
        (4.5, 4.5, True, True, "4.50"),
        (4.499999999999999, 4.5, True, True, "4.50"),
        (0.50004, 0.50, False, False, "0.50004"),
        (0.49996, 0.50, True, False, "0.500"),
        (4.4996, 4.5, None, True, "4.50"),
    ],
)
def test_a_number_never_contradicts_its_verdict(value, limit, met, at_least, text):
    assert shown_against(value, limit, 2 if at_least else 3, met, at_least) == text


@pytest.mark.parametrize(
    ("amount", "unit", "text"),
    [
        (2.1, "人", "缺 3 人"),
        (3.0000000000000004, "人", "缺 3 人"),
        (0.01, "间", "缺 1 间"),
        (211.2, "㎡", "差 212 ㎡"),
        (9999.5, "元", "差 1.00 万元"),
        (9998.2, "元", "差 9999 元"),
        (123456.0, "元", "差 12.35 万元"),
    ],
)
def test_gaps_are_told_in_natural_units_rounded_up(amount, unit, text):
    assert need_text(amount, unit) == text


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_every_formula_start_is_neutralised(start):
    assert neutralised(f"{start}1") == f"'{start}1"


@pytest.mark.parametrize("text", ["", "学校", "1-2", "—", "'=1", "a=b"])
def test_other_text_stays(text):
    assert neutralised(text) == text


def test_reasons_are_told_in_words_and_names_stay():
    reason = "4项达标,应不少于 6 项;L4;L5 低于达标值的 85%"
    assert in_words(reason, QUALITY) == "4项达标，应不少于 6 项；生均教学及辅助用房面积、生均体育运动场馆面积 低于达标值的 85%"
    named = in_words("1 个校段不达标:L1小学(东,西);校段", QUALITY, ["L1小学(东,西)"])
    assert named == "1 个校段不达标：L1小学(东,西)；校段"
    assert in_words("composite 差异系数 0.650123 与限值 0.65 十分接近", BASIC).startswith("综合 差异系数")
    assert in_words(None, BASIC) == ""


def test_titles_and_groups():
    assert [short_title(standard) for standard in STANDARDS] == ["基本均衡", "优质均衡"]
    groups = [item_group(item) for item in ("R-cv", "G12", "GOV", "SAT", "S1", "P-schools", "X9")]
    assert groups == ["资源配置", "政府保障程度", "政府工作", "公众满意度", "社会认可度", "学校办学条件", "其他事项"]


def test_moments_are_told_in_chinese_time():
    assert moment_text(dt.datetime(2024, 10, 7, 18, 5, tzinfo=dt.UTC)) == "2024 年 10 月 8 日 02:05"
    assert moment_text(dt.datetime(2024, 10, 8, 2, 5)) == "2024 年 10 月 8 日 02:05"
