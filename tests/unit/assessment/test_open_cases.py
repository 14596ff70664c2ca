"""Thresholds by case where the figure that decides is blank: what every case says is decided, the rest stays open.

Belongs here: packs of a few lines made for one point. Does not belong here: cases whose figures are there (``test_rule_kinds``), the
shipped packs (``tests/golden``).
"""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders.standards import Judged, judge, pack, school
from data_contracts.school_year import SchoolYear

EXAMPLES = 40


class TestDecidingFigureBlank:
    """What no value of the deciding figure could change is decided; the rest stays open and names the figure."""

    def said(self, ground: float, rule: str, books: float | None = 100, **figures: object) -> Judged:
        """A school of 100 students with so much ground each; the cases are 3.5 ㎡ in towns and 5 ㎡ elsewhere."""
        ground_by_area = (
            "indicators:\n"
            "  - {id: X1, key: books, title: 图书, unit: 册, numerator: {add: [books]}, thresholds: {primary: 1, junior: 1}}\n"
            "  - id: X2\n    key: ground\n    title: 场地\n    unit: ㎡\n    numerator: {add: [sports_ground_area]}\n    thresholds:\n"
            "      - {when: {section: primary, area_type: 城区}, value: 3.5}\n"
            "      - {when: {section: primary}, value: 5}\n"
        )
        one = school("甲", **{"enrolment_primary": 100, "area_type": None, "books": books, "sports_ground_area": 100 * ground})
        return judge(pack(ground_by_area + f"school_rule: {rule}\n"), one | figures)

    @pytest.mark.parametrize(("ground", "met"), [(3.49, False), (3.5, None), (4.99, None), (5, True)])
    def test_a_threshold_is_decided_where_every_case_agrees(self, ground, met):
        found = self.said(ground, "{kind: all}")
        assert (found.met("甲", "X2"), found.complies("甲")) == (met, met)
        row = found.indicator("甲", "X2")
        assert np.isnan(row["threshold"]) and np.isnan(row["floor"])
        assert row["shortfall"] == 0 if met else np.isnan(row["shortfall"])

    def test_the_reason_names_the_blank_figure_and_not_the_one_that_is_there(self):
        found = self.said(4, "{kind: all}")
        assert found.row("甲")["reason"] == "X2 的要求取决于“城乡类型”,该项未填,暂不能判定"
        assert found.indicator("甲", "X2")["reason"] == "要求取决于“城乡类型”,该项未填:可能达标,也可能未达标"
        assert self.said(1, "{kind: all}").row("甲")["reason"] == "1 项达标,应不少于 2 项"

    def test_where_the_value_is_blank_too_its_own_figure_is_named(self):
        found = self.said(4, "{kind: all}", sports_ground_area=None)
        assert found.row("甲")["reason"] == "X2 缺少数据,暂不能判定"
        assert found.indicator("甲", "X2")["reason"] == "缺少运动场地面积"

    @pytest.mark.parametrize(
        ("ground", "expected"),
        [
            # 60 % are 2.1 and 3 ㎡: below both, between them, and above both without reaching either threshold.
            (2.09, False),
            (2.1, None),
            (2.99, None),
            (3, True),
            (3.49, True),
            (4, True),
        ],
    )
    def test_the_floor_is_decided_in_the_same_way(self, ground, expected):
        found = self.said(ground, "{at_least: 1, floor_ratio: 0.6}")
        assert found.complies("甲") is expected

    def test_the_reason_tells_that_the_floor_is_open(self):
        found = self.said(2.5, "{at_least: 1, floor_ratio: 0.6}")
        assert found.met("甲", "X2") is False
        assert found.row("甲")["reason"] == "X2 的要求取决于“城乡类型”,该项未填,暂不能判定"
        assert found.row("甲")["failing"] == "X2"

    @pytest.mark.parametrize(("ground", "reason"), [(2, "X2 低于达标值的 60%"), (3.2, "")])
    def test_a_missed_threshold_is_told_to_be_below_the_floor_only_where_it_is(self, ground, reason):
        row = self.said(ground, "{at_least: 1, floor_ratio: 0.6}").row("甲")
        assert (row["failing"], "" if row.isna()["reason"] else row["reason"]) == ("X2", reason)

    def test_a_missed_threshold_without_its_number_is_a_gap_all_the_same(self):
        """At most one may be missed, and both are."""
        found = self.said(1, "{kind: at_most_missed, missed: 1}", books=0)
        assert (found.complies("甲"), found.row("甲")["failing"]) == (False, "X1;X2")

    @pytest.mark.parametrize(
        ("amount", "reason"), [(50, "凭建设承诺达标:"), (10, "要求取决于“城乡类型”,该项未填:可能达标,也可能未达标")]
    )
    def test_a_commitment_counts_under_every_case(self, amount, reason):
        """450 ㎡ and 50 committed reach 5 ㎡; 460 reach 3.5 ㎡ as the 450 did."""
        rule = pack(
            "indicators:\n  - id: X2\n    key: ground\n    title: 场地\n    unit: ㎡\n    numerator: {add: [sports_ground_area]}\n"
            "    thresholds: [{when: {area_type: 城区}, value: 3.5}, {value: 5}]\n"
            "school_rule: {kind: all}\ncommitment: {years: 2, indicators: [X2]}\n"
        )
        row = {"school_id": "0000000001", "section": "primary", "standard": "pack", "indicator": "X2"}
        one = school("甲", enrolment_primary=100, area_type=None, sports_ground_area=450)
        for year, committed_on, told in ((2025, "2023-09-01", reason), (2026, "2023-09-01", "要求取决于“城乡类型”")):
            table = pd.DataFrame([{**row, "amount": amount, "committed_on": committed_on}])
            found = judge(rule, one, commitments=table, year=SchoolYear(year))
            assert found.complies("甲") is (True if told.startswith("凭") else None)
            assert found.indicator("甲", "X2")["reason"].startswith(told)

    def cap(self, classes: float | None, largest: float, *cases: str) -> Judged:
        rule = pack(
            "indicators:\n  - id: K1\n    key: largest\n    title: 班额\n    unit: 人\n    numerator: {add: [largest_class]}\n"
            "    over: nothing\n    sense: at_most\n    thresholds:\n"
            + "".join(f"      - {case}\n" for case in cases)
            + "  - {id: X1, key: books, title: 图书, unit: 册, numerator: {add: [books]}, thresholds: {primary: 1, junior: 1}}\n"
            "school_rule: {kind: all}\n"
        )
        return judge(rule, school("甲", enrolment_primary=100, classes_primary=classes, largest_class_primary=largest, books=100))

    def test_cases_that_leave_no_number_of_classes_out_are_all_there_are(self):
        cases = "{when: {classes: {at_most: 6}}, value: 45}", "{when: {classes: {at_least: 7}}, value: 50}"
        assert [self.cap(None, size, *cases).complies("甲") for size in (45, 46, 50, 51)] == [True, None, None, False]

    def test_where_no_case_may_fit_a_missed_threshold_is_not_decided(self):
        """With 7 or 8 classes no case fits, and the school complies by its books."""
        cases = "{when: {classes: {at_most: 6}}, value: 45}", "{when: {classes: {at_least: 9}}, value: 50}"
        found = self.cap(None, 51, *cases)
        assert (found.met("甲", "K1"), found.complies("甲")) == (None, None)
        assert found.indicator("甲", "K1")["reason"].endswith(":可能不作判定,也可能未达标")
        met = self.cap(None, 45, *cases)
        assert (met.met("甲", "K1"), met.complies("甲")) == (None, True)

    def test_cases_that_agree_on_one_number_need_no_deciding_figure(self):
        cases = "{when: {classes: {at_most: 6}}, value: 45}", "{when: {section: primary}, value: 45}"
        row = self.cap(None, 47, *cases).indicator("甲", "K1")
        assert (row["threshold"], row["shortfall"], bool(row["met"])) == (45, 2, False)
        assert row.isna()["reason"]

    def test_a_figure_that_no_open_case_asks_is_not_named(self):
        """Whether the school lies in a town is known, so that its classes do not matter."""
        cases = (
            "{when: {area_type: 城区, classes: {at_most: 6}}, value: 40}",
            "{when: {year_built: {from: 2010}}, value: 45}",
            "{when: {section: primary}, value: 50}",
        )
        assert "取决于“建成年份”,该项未填" in self.cap(None, 47, *cases).row("甲")["reason"]

    def test_nothing_to_divide_by_is_missed_under_every_case(self):
        rule = pack(
            "indicators:\n  - id: K1\n    key: per_computer\n    title: 生机比\n    unit: 人/台\n    numerator: {add: [enrolment]}\n"
            "    over: teaching_computers\n    sense: at_most\n    thresholds:\n"
            "      - {when: {area_type: 城区}, value: 8}\n      - {value: 10}\nschool_rule: {kind: all}\n"
        )
        found = judge(rule, school("甲", enrolment_primary=80, area_type=None, teaching_computers=0))
        assert (found.met("甲", "K1"), found.complies("甲")) == (False, False)
        assert found.indicator("甲", "K1")["reason"] == "教学用计算机台数为0"


CASES = (
    "{when: {area_type: 城区, classes: {at_most: 6}}, value: 3}",
    "{when: {area_type: [镇区, 乡村], year_built: {from: 2010, to: 2015}}, value: 5}",
    "{when: {classes: {at_least: 5}}, value: 4}",
    "{when: {migrant_share: {at_least: 0.3}}, value: 2}",
    "{when: {year_built: {to: 2009}}, value: 6}",
    "{when: {section: junior}, value: 7}",
    "{when: {school_type: 小学}, value: 4.5}",
)
FILLED: dict[str, tuple[object, ...]] = {
    "area_type": ("城区", "镇区", "乡村"),
    "classes_primary": (1, 4, 5, 6, 7, 30),
    "year_built": (1950, 2009, 2010, 2015, 2016),
    "migrant_students_primary": (0, 29, 30, 100),
}
RULES = (
    "{kind: all}",
    "{kind: at_most_missed, missed: 1}",
    "{at_least: 1, floor_ratio: 0.6}",
    "{at_least: 2, floor_ratio: 0.6}",
    "{at_least: 1, floor_ratio: 0}",
    "{kind: grades, grades: [{title: 合格, at_least: 2}, {title: 基本合格, at_least: 1}]}",
)


@given(
    cases=st.lists(st.sampled_from(CASES), min_size=1, max_size=4),
    rule=st.sampled_from(RULES),
    capped=st.booleans(),
    known=st.fixed_dictionaries({key: st.sampled_from((None, *values)) for key, values in FILLED.items()}),
    ground=st.sampled_from((100, 170, 200, 290, 300, 350, 400, 500, 600, 900)),
    books=st.sampled_from((0, 70, 100, None)),
)
@settings(max_examples=EXAMPLES, deadline=None)
def test_a_blank_says_what_all_that_could_be_filled_in_says(cases, rule, capped, known, ground, books):
    """One indicator by case beside a plain one: the verdict is that of every way to fill the blanks, or open where they differ."""
    listed = "".join(f"      - {case}\n" for case in cases)
    standard = pack(
        "indicators:\n"
        "  - {id: X1, key: books, title: 图书, unit: 册, numerator: {add: [books]}, thresholds: {primary: 1, junior: 1}}\n"
        "  - id: X2\n    key: ground\n    title: 场地\n    unit: ㎡\n    numerator: {add: [sports_ground_area]}\n"
        f"    sense: {'at_most' if capped else 'at_least'}\n    thresholds:\n{listed}school_rule: {rule}\n"
    )
    figures = {"enrolment_primary": 100, "sports_ground_area": ground, "books": books}
    ways = product(*(values if known[key] is None else (known[key],) for key, values in FILLED.items()))
    filled = [school(str(n), **figures, **dict(zip(FILLED, way, strict=True))) for n, way in enumerate(ways)]
    blank = school("空", **figures, **known)
    found = judge(standard, blank, *filled)

    def all_agree(table: pd.DataFrame, column: str) -> None:
        said = table[table["school_name"] != "空"][column]
        want = said.iloc[0] if said.notna().all() and said.nunique() == 1 else None
        got = table[table["school_name"] == "空"][column].iloc[0]
        assert (None if pd.isna(got) else got) == want, (column, got, set(said), found.row("空")["reason"])

    all_agree(found.indicators[found.indicators["indicator"] == "X2"], "met")
    all_agree(found.indicators[found.indicators["indicator"] == "X2"], "threshold")
    all_agree(found.compliance, "compliant")
