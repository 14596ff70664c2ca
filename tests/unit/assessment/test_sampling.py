"""The sample for a visit: strata by hand, weights, and that a seed is all that anyone needs to draw it again."""

from collections import Counter

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.assessment.sampling import STRATA, draw, draw_key, drawn, sample_rows, schools_at_risk


def candidates(*strata: str, weight: float = 1.0) -> pd.DataFrame:
    ids = [f"99012100{place:02d}" for place in range(len(strata))]
    return pd.DataFrame({"school_id": ids, "stratum": list(strata), "weight": weight})


MIXED = candidates(*["小学"] * 20, *["初中"] * 6, *["九年一贯制学校"] * 2, "完全中学", *["教学点"] * 9, "特殊教育学校")


@pytest.mark.parametrize("size", range(7, 12))
def test_every_stratum_that_exists_is_drawn(size):
    chosen = draw(MIXED, size, 7)
    kinds = MIXED.set_index("school_id")["stratum"]
    assert len(chosen) == len(set(chosen)) == size
    assert set(kinds[chosen]) == {"小学", "初中", "九年一贯制学校", "完全中学", "教学点", "特殊教育学校"}


def test_a_number_smaller_than_the_strata_serves_the_first_ones():
    kinds = MIXED.set_index("school_id")["stratum"]
    assert list(kinds[draw(MIXED, 3, 7)]) == ["小学", "初中", "九年一贯制学校"]


def test_a_small_county_is_visited_whole():
    few = candidates("小学", "小学", "初中")
    assert set(draw(few, 9, 1)) == set(few["school_id"])


KEY = "-1.90168469964"


@given(st.permutations(range(len(MIXED))), st.integers(0, 10**9))
def test_the_order_of_schools_does_not_matter(order, seed):
    assert draw(MIXED.iloc[list(order)], 9, seed) == draw(MIXED, 9, seed)


def test_the_key_is_the_same_everywhere():
    # u = (first 8 bytes of sha256("7|9901210000") + 1) / (2^64 + 1), told by sha256sum; its logarithm, half of it at weight 2
    once, twice = draw_key("9901210000", 1.0, 7), draw_key("9901210000", 2.0, 7)
    assert str(once)[:14] == KEY
    assert abs(once / 2 - twice) < abs(once) / 10**25


def test_heavier_schools_are_drawn_more_often():
    # Of 2 schools at weights 3 and 1 the heavier comes first in 3 of 4 draws; 2000 draws, five deviations of 19 around 1500.
    pair = candidates("小学", "小学").assign(weight=[3.0, 1.0])
    first = Counter(draw(pair, 1, seed)[0] for seed in range(2000))
    assert 1400 < first["9901210000"] < 1600


def test_another_seed_is_another_sample():
    assert len({tuple(draw(MIXED, 9, seed)) for seed in range(20)}) > 10


def test_risks_by_hand():
    register = pd.DataFrame(
        {
            "school_id": ["1", "2", "3", "4", "5"],
            "school_name": list("甲乙丙丁戊"),
            "school_type": ["小学", "十二年一贯制学校", "职业学校", "小学", "教学点"],
            "school_status": [None, "正常", "正常", "停办", None],
            "register_order": [1, 0, 2, 3, 4],
        }
    )
    indicators = pd.DataFrame(
        {"school_id": ["1", "2", "5"], "value": [4.3, 4.2, float("nan")], "threshold": [4.5, 4.5, 4.5]}
    )  # 4.3/4.5 = 0.956 is close, 4.2/4.5 = 0.933 is not
    findings = pd.DataFrame(
        {
            "school_id": ["1", "2", "5", None],
            "severity": ["query", "query", "note", "query"],
            "rule": ["S-CHANGE", "S-BOUNDS", "S-CHANGE", "F-HIDDEN-SHEET"],
        }
    )
    table = schools_at_risk(register, indicators, findings, {"5"})
    assert table[["school_id", "stratum", "weight", "risks"]].to_numpy().tolist() == [
        ["2", "十二年一贯制学校", 3.0, "有未说明的疑问、从未现场核查"],
        ["1", "小学", 4.0, "指标接近达标值、与上年相比变动异常、从未现场核查"],
        ["5", "教学点", 1.0, ""],
    ]


def test_what_is_recorded_becomes_the_table():
    schools = MIXED.assign(school_name="校", school_type="小学", risks="")
    told = drawn(schools, 7, 5)
    table = sample_rows({"990121": (told, "2026-10-08", "甲")})
    assert set(table["school_id"]) == set(draw(MIXED, 7, 5))
    assert table[["seed", "drawn_on", "by_whom"]].drop_duplicates().to_numpy().tolist() == [["5", "2026-10-08", "甲"]]
    assert sample_rows({}).empty


def test_strata_are_those_of_the_official_visit():
    assert set(STRATA.values()) == {"小学", "初中", "九年一贯制学校", "完全中学", "教学点", "特殊教育学校", "十二年一贯制学校"}
