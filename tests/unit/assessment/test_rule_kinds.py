"""Every kind of school rule, threshold, denominator, commitment and option: what passes, and both sides of each boundary.

Belongs here: standards of a few lines made for one point. Does not belong here: the shipped packs (``tests/golden``), malformed
files (``tests/unit/data_contracts``).
"""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders.county import county_returns
from builders.standards import HEAD, judge, pack, returns_of, school
from data_contracts.school_year import SchoolYear
from data_contracts.standard import read_standard
from domain.assessment.allowances import merge_points
from domain.assessment.reconciliation import points_reconcile

YEAR = SchoolYear.parse("2024-2025")

# Five indicators per student, each met at exactly 1: with 100 students, 100 of a resource.
FIELDS = ("books", "teaching_computers", "multimedia_rooms", "sports_ground_area", "site_area")
FIVE = "indicators:\n" + "".join(
    f"  - {{id: X{n}, key: x{n}, title: 指标{n}, unit: 个, numerator: {{add: [{key}]}}, thresholds: {{primary: 1, junior: 1}}}}\n"
    for n, key in enumerate(FIELDS, 1)
)


def five(name: str, *figures: float | None) -> dict:
    """A school of 100 students with the five resources given."""
    return school(name, enrolment_primary=100, **dict(zip(FIELDS, figures, strict=True)))


class TestAll:
    RULE = pack(FIVE + "school_rule: {kind: all}\n")

    def test_all_on_their_threshold_comply(self):
        assert judge(self.RULE, five("甲", 100, 100, 100, 100, 100)).complies("甲") is True

    def test_one_a_hair_below_does_not(self):
        found = judge(self.RULE, five("甲", 100, 100, 100, 100, 99.999))
        assert found.complies("甲") is False
        assert (found.row("甲")["failing"], found.row("甲")["reason"]) == ("X5", "4 项达标,应不少于 5 项")

    def test_a_blank_leaves_it_open_unless_another_fails(self):
        found = judge(self.RULE, five("甲", None, 100, 100, 100, 100), five("乙", None, 100, 100, 100, 99))
        assert (found.complies("甲"), found.complies("乙")) == (None, False)


class TestAtMostMissed:
    RULE = pack(FIVE + "school_rule: {kind: at_most_missed, missed: 2}\n")

    @pytest.mark.parametrize(("missed", "expected"), [(0, True), (2, True), (3, False), (5, False)])
    def test_two_may_be_missed_by_however_much(self, missed, expected):
        found = judge(self.RULE, five("甲", *[0] * missed, *[100] * (5 - missed)))
        assert found.complies("甲") is expected
        assert found.row("甲")["indicators_met"] == 5 - missed

    def test_blanks_that_may_all_be_missed_do_not_matter(self):
        """1 missed and 1 blank are at most 2 missed; 2 missed and 1 blank may be 3."""
        found = judge(self.RULE, five("甲", 0, None, 100, 100, 100), five("乙", 0, 0, None, 100, 100))
        assert (found.complies("甲"), found.complies("乙")) == (True, None)

    @given(figures=st.lists(st.sampled_from([0.0, 99.0, 100.0, None]), min_size=5, max_size=5))
    @settings(max_examples=25, deadline=None)
    def test_allowing_one_more_never_takes_a_verdict_away(self, figures):
        """at_most_missed(k) is monotone in k: what complies with k complies with k + 1."""
        order = {False: 0, None: 1, True: 2}
        said = [
            order[
                judge(pack(FIVE + f"school_rule: {{kind: at_most_missed, missed: {k}}}\n"), five("甲", *figures)).complies("甲")
            ]
            for k in range(6)
        ]
        assert said == sorted(said)
        assert said[5] == 2


class TestAtLeast:
    RULE = pack(FIVE + "school_rule: {kind: at_least, at_least: 4, floor_ratio: 0.6}\n")

    @pytest.mark.parametrize(
        ("figures", "expected"),
        [((100, 100, 100, 100, 60), True), ((100, 100, 100, 100, 59.99), False), ((100, 100, 100, 99, 99), False)],
    )
    def test_four_of_five_and_the_other_on_the_floor(self, figures, expected):
        assert judge(self.RULE, five("甲", *figures)).complies("甲") is expected

    def test_the_form_without_kind_means_the_same(self):
        assert pack(FIVE + "school_rule: {at_least: 4, floor_ratio: 0.6}\n").school_rule == self.RULE.school_rule

    def test_a_cap_has_its_floor_above_the_threshold(self):
        """Class size at most 45, floor ratio 0.9: the floor is 45 / 0.9 = 50."""
        rule = pack(
            "indicators:\n"
            "  - {id: C1, key: largest_class, title: 班额, unit: 人, numerator: {add: [largest_class]}, over: nothing,\n"
            "     sense: at_most, thresholds: {primary: 45, junior: 50}}\n"
            "  - {id: C2, key: books, title: 图书, unit: 册, numerator: {add: [books]}, thresholds: {primary: 1, junior: 1}}\n"
            "school_rule: {at_least: 1, floor_ratio: 0.9}\n"
        )
        on, above = (
            school(name, enrolment_primary=100, largest_class_primary=size, books=100) for name, size in (("甲", 50), ("乙", 51))
        )
        found = judge(rule, on, above)
        assert (found.complies("甲"), found.complies("乙")) == (True, False)
        assert found.indicator("甲", "C1")["floor"] == pytest.approx(50, rel=1e-15)
        assert found.indicator("乙", "C1")["shortfall"] == 6  # 51 − 45
        assert found.row("乙")["lowest_ratio"] == pytest.approx(45 / 51, rel=1e-15)
        assert "未达到达标值的 90%" in found.row("乙")["reason"]


class TestGrades:
    """Jiangsu's kind of rule: all of 31 are 合格, 29 or more 基本合格; the text gives no thresholds, so the indicators are made up."""

    BODY = "indicators:\n" + "".join(
        f"  - {{id: J{n}, key: j{n}, title: 结论{n}, unit: 个, numerator: {{add: [{FIELDS[n % 4]}]}},"
        f" thresholds: {{primary: {1 if n < 28 else n - 26}, junior: 1}}}}\n"
        for n in range(31)
    )
    RULE = pack(BODY + "school_rule: {kind: grades, grades: [{title: 合格, at_least: 31}, {title: 基本合格, at_least: 29}]}\n")

    @pytest.mark.parametrize(
        ("each", "met", "expected", "grade"),
        # Thresholds are 1 for 28 of them, and 2, 3, 4 for the last three: 400 meets all, 300 all but one, 200 all but two.
        [(400, 31, True, "合格"), (300, 30, True, "基本合格"), (200, 29, True, "基本合格"), (199, 28, False, None)],
    )
    def test_thirty_one_and_twenty_nine(self, each, met, expected, grade):
        found = judge(self.RULE, school("甲", enrolment_primary=100, **dict.fromkeys(FIELDS, each)))
        row = found.row("甲")
        assert (found.complies("甲"), row["indicators_met"], row["indicators_total"]) == (expected, met, 31)
        total = found.point("甲", "total")
        assert (total["points"], total["most"]) == (met, 31)
        if grade is None:
            assert pd.isna(total["grade"])
            assert "28 项达标,应不少于 29 项" in row["reason"]
        else:
            assert (total["grade"], row["reason"]) == (grade, grade)

    def test_a_blank_may_leave_the_grade_open_and_the_pass_certain(self):
        few = pack(FIVE + "school_rule: {kind: grades, grades: [{title: 合格, at_least: 5}, {title: 基本合格, at_least: 4}]}\n")
        found = judge(few, five("甲", 100, 100, 100, 100, None), five("乙", 100, 100, 100, 0, None))
        assert (found.complies("甲"), found.complies("乙")) == (True, None)
        assert found.row("甲")["reason"].startswith("至少基本合格")
        assert pd.isna(found.point("甲", "total")["grade"])


class TestPoints:
    """Henan's kind of rule, four tiers of 5, 3, 1 and 0 points; the text gives no bounds, so these are made up."""

    BODY = (
        "indicators:\n"
        "  - id: P1\n    key: books\n    title: 图书\n    unit: 册\n    numerator: {add: [books]}\n"
        "    tiers: [{at_least: 30, points: 5}, {at_least: 20, points: 3}, {at_least: 10, points: 1}]\n"
        "  - id: P2\n    key: largest_class\n    title: 班额\n    unit: 人\n    numerator: {add: [largest_class]}\n    over: nothing\n"
        "    tiers: [{at_most: 45, points: 5}, {section: junior, at_most: 50, points: 5}, {at_most: 55, points: 3}, {points: 1}]\n"
    )
    MARKED = pack(BODY + "school_rule: {kind: points, pass_mark: 8}\n")
    BARE = pack(BODY + "school_rule: {kind: points}\n")

    @staticmethod
    def one(name: str, books: float | None, largest: float | None) -> dict:
        return school(name, enrolment_primary=100, books=books, largest_class_primary=largest)

    @pytest.mark.parametrize(
        ("books", "largest", "points", "expected"),
        [(3000, 45, 10, True), (2999, 45, 8, True), (2000, 46, 6, False), (1999, 55, 4, False), (999, 56, 1, False)],
    )
    def test_tiers_at_their_bounds(self, books, largest, points, expected):
        found = judge(self.MARKED, self.one("甲", books, largest))
        assert found.point("甲", "total")["points"] == points
        assert found.complies("甲") is expected
        assert f"得 {points} 分,满分 10 分,及格 8 分" in found.row("甲")["reason"]

    def test_without_a_mark_the_points_are_told_and_nothing_is_decided(self):
        found = judge(self.BARE, self.one("甲", 2000, 45))
        assert found.complies("甲") is None
        assert found.row("甲")["reason"] == "得 8 分,满分 10 分"
        assert [found.point("甲", one)["points"] for one in ("P1", "P2", "total")] == [3, 5, 8]

    def test_a_blank_counts_neither_as_nothing_nor_as_everything(self):
        """5 of 5 and a blank may be 5 to 10 points: open. 1 of 5 and a blank are at most 6 < 8: decided."""
        found = judge(self.MARKED, self.one("甲", None, 45), self.one("乙", None, 60))
        assert (found.complies("甲"), found.complies("乙")) == (None, False)
        assert np.isnan(found.point("甲", "P1")["points"])

    def test_totals_are_what_their_parts_give_and_a_wrong_one_is_told(self):
        points = judge(self.MARKED, self.one("甲", 2000, 45), self.one("乙", None, 45)).points
        assert points_reconcile(points) == []
        wrong = points.assign(points=points["points"].where(points["indicator"] != "total", points["points"] + 1))
        assert len(points_reconcile(wrong)) == 2 and "total" in points_reconcile(wrong)[0]
        assert len(points_reconcile(points[points["indicator"] != "total"])) == 2, "a total that is not there"
        grades = judge(TestGrades.RULE, school("甲", enrolment_primary=100, **dict.fromkeys(FIELDS, 400))).points
        assert points_reconcile(grades) == []

    def test_tiers_may_differ_by_section(self):
        junior = school("甲", "初级中学", enrolment_junior=100, books=3000, largest_class_junior=50)
        assert judge(self.MARKED, junior).point("甲", "P2", "junior")["points"] == 5

    @pytest.mark.parametrize("computers", [9, 0])
    def test_a_cap_without_a_floor_may_be_exceeded_by_however_much(self, computers):
        """One of two is asked, the floor ratio is 0: 80 : 9, or 80 for no computer at all, is missed and no more."""
        rule = pack(
            "indicators:\n"
            "  - {id: K1, key: students_per_computer, title: 生机比, unit: 人/台, numerator: {add: [enrolment]},\n"
            "     over: teaching_computers, sense: at_most, thresholds: {primary: 8, junior: 8}}\n"
            "  - {id: C2, key: books, title: 图书, unit: 册, numerator: {add: [books]}, thresholds: {primary: 1, junior: 1}}\n"
            "school_rule: {at_least: 1, floor_ratio: 0}\n"
        )
        found = judge(rule, school("甲", enrolment_primary=80, teaching_computers=computers, books=80))
        assert (found.met("甲", "K1"), found.complies("甲")) == (False, True)
        assert found.row("甲").isna()["reason"]


class TestCases:
    RULE = pack(
        "indicators:\n"
        "  - id: S1\n    key: ground\n    title: 场地\n    unit: ㎡\n    numerator: {add: [sports_ground_area]}\n    thresholds:\n"
        "      - {when: {section: primary, area_type: 城区, classes: {at_most: 12}}, value: 4}\n"
        "      - {when: {section: primary, area_type: [城区, 镇区], classes: {at_least: 13}}, value: 3}\n"
        "      - {when: {section: primary, year_built: {from: 2012, to: 2020}}, value: 6}\n"
        "  - {id: S2, key: books, title: 图书, unit: 册, numerator: {add: [books]}, thresholds: {primary: 1, junior: 1}}\n"
        "school_rule: {kind: all}\n"
    )

    @pytest.mark.parametrize(
        ("area", "classes", "built", "threshold"),
        [("城区", 12, None, 4), ("城区", 13, None, 3), ("镇区", 13, None, 3), ("镇区", 12, 2012, 6), ("乡村", 5, 2020, 6)],
    )
    def test_the_first_case_that_fits_holds(self, area, classes, built, threshold):
        figures = {"classes_primary": classes, "year_built": built, "sports_ground_area": 100 * threshold, "books": 100}
        found = judge(self.RULE, school("甲", enrolment_primary=100, area_type=area, **figures))
        assert found.indicator("甲", "S1")["threshold"] == threshold
        assert found.complies("甲") is True

    def test_a_school_that_no_case_fits_is_not_judged_by_the_indicator(self):
        one = school("甲", enrolment_primary=100, area_type="乡村", classes_primary=5, year_built=2011, books=100)
        found = judge(self.RULE, one)
        assert found.met("甲", "S1") is None
        assert "没有适用于该校的达标值" in found.indicator("甲", "S1")["reason"]
        row = found.row("甲")
        assert (found.complies("甲"), row["indicators_total"], row["indicators_met"]) == (True, 1, 1)
        assert "S1 不适用于该校" in row["reason"]

    @pytest.mark.parametrize(("ground", "expected"), [(900, True), (500, None)])
    def test_where_the_deciding_figure_is_blank_what_no_value_of_it_could_change_is_decided(self, ground, expected):
        """6 ㎡ where built from 2012 to 2020, else not judged: 9 ㎡ are enough for both, 5 ㎡ are not."""
        one = school("甲", enrolment_primary=100, area_type="乡村", classes_primary=5, books=100, sports_ground_area=ground)
        found = judge(self.RULE, one)
        assert (found.met("甲", "S1"), found.complies("甲")) == (None, expected)
        assert "要求取决于“建成年份”,该项未填" in found.indicator("甲", "S1")["reason"]


class TestOver:
    def test_a_total_of_the_school(self):
        rule = pack(
            "indicators:\n  - {id: E1, key: equipment, title: 设备, unit: 元, numerator: {add: [equipment_value]}, over: nothing,"
            " thresholds: {primary: 35000, junior: 1}}\n"
        )
        found = judge(rule, *(school(n, enrolment_primary=9, equipment_value=v) for n, v in (("甲", 35000), ("乙", 34999))))
        assert (found.met("甲", "E1"), found.met("乙", "E1")) == (True, False)
        assert found.indicator("乙", "E1")["shortfall"] == 1

    COMPUTERS = pack(
        "indicators:\n  - {id: K1, key: students_per_computer, title: 生机比, unit: 人/台, numerator: {add: [enrolment]},"
        " over: teaching_computers, sense: at_most, thresholds: {primary: 8, junior: 8}}\nschool_rule: {kind: all}\n"
    )

    def test_students_per_computer_may_not_exceed(self):
        """80 : 10 is 8; 80 : 9 is 8.9, and one computer is missing to 80 / 8 = 10."""
        found = judge(
            self.COMPUTERS, *(school(n, enrolment_primary=80, teaching_computers=c) for n, c in (("甲", 10), ("乙", 9)))
        )
        assert (found.complies("甲"), found.complies("乙")) == (True, False)
        row = found.indicator("乙", "K1")
        assert (row["shortfall"], row["shortfall_unit"]) == (1, "台")

    def test_no_computer_is_a_figure_and_a_blank_is_not(self):
        found = judge(
            self.COMPUTERS, *(school(n, enrolment_primary=80, teaching_computers=c) for n, c in (("甲", 0), ("乙", None)))
        )
        assert (found.complies("甲"), found.complies("乙")) == (False, None)
        assert np.isnan(found.indicator("甲", "K1")["value"])
        assert found.indicator("甲", "K1")["reason"] == "教学用计算机台数为0"
        assert found.indicator("甲", "K1")["shortfall"] == 10

    ROTATION = pack(
        "indicators:\n  - {id: R1, key: rotation, title: 交流, unit: '%', numerator: {add: [teachers_rotated]},"
        " over: teachers_eligible_for_rotation, per: 100, thresholds: {primary: 10, junior: 10}}\nschool_rule: {kind: all}\n"
    )

    def test_a_share_of_none_is_no_matter_to_judge(self):
        one = school("甲", enrolment_primary=80, teachers_rotated=0, teachers_eligible_for_rotation=0)
        found = judge(self.ROTATION, one)
        assert found.complies("甲") is None
        assert found.row("甲")["indicators_total"] == 0
        assert "没有适用于该校的指标" in found.row("甲")["reason"]

    def test_what_is_stated_for_the_whole_school_is_held_against_the_whole_school(self):
        """Nine-year: 1 000 ㎡ over 40 + 60 students are 10 ㎡ in both sections; complete secondary: senior students are not known."""
        rule = pack(
            "indicators:\n  - {id: A1, key: site, title: 占地, unit: ㎡, numerator: {add: [site_area]},"
            " thresholds: {primary: 10, junior: 11}}\n"
        )
        nine = school("甲", "九年一贯制学校", enrolment_primary=40, enrolment_junior=60, site_area=1000)
        full = school("乙", "完全中学", enrolment_junior=60, enrolment_senior=40, site_area=1000)
        found = judge(rule, nine, full)
        assert [found.indicator("甲", "A1", section)["value"] for section in ("primary", "junior")] == [10, 10]
        assert [found.met("甲", "A1", section) for section in ("primary", "junior")] == [True, False]
        assert found.met("乙", "A1", "junior") is None
        assert found.indicator("乙", "A1", "junior")["reason"] == "含高中,全校数据不能按学段区分"

    def test_a_yes_or_no_is_a_condition(self):
        rule = pack(
            "indicators:\n  - {id: Y1, key: curriculum, title: 课程, numerator: {add: [curriculum_complete], expected: 是}}\n"
            "school_rule: {kind: all}\n"
        )
        schools = [
            school(n, enrolment_primary=80, curriculum_complete=said) for n, said in (("甲", "是"), ("乙", "否"), ("丙", None))
        ]
        found = judge(rule, *schools)
        assert [found.complies(name) for name in "甲乙丙"] == [True, False, None]


class TestCommitment:
    RULE = pack(FIVE + "school_rule: {kind: all}\ncommitment: {years: 2, indicators: [X4]}\n")
    SHORT = five("甲", 100, 100, 100, 40, 100)

    def said(self, year: int, amount: float = 60, on: str = "2023-09-01"):
        row = {"school_id": "0000000001", "section": "primary", "standard": "pack", "indicator": "X4"}
        table = pd.DataFrame([{**row, "amount": amount, "committed_on": on}])
        return judge(self.RULE, self.SHORT, commitments=table, year=SchoolYear(year))

    def test_it_counts_until_its_date_and_the_school_is_told_so(self):
        """Committed on 1 September 2023 for two years: counts on 1 September 2025 still."""
        found = self.said(2025)
        assert found.complies("甲") is True
        assert "X4 凭建设承诺达标" in found.row("甲")["reason"]
        assert "2025-09-01前有效" in found.indicator("甲", "X4")["reason"]

    def test_it_is_revoked_after_its_date(self):
        for found in (self.said(2026), self.said(2025, on="2023-08-31")):
            assert found.complies("甲") is False
            assert "到期,不再计入" in found.indicator("甲", "X4")["reason"]
            assert found.indicator("甲", "X4")["value"] == 0.4

    def test_what_is_promised_must_suffice(self):
        assert self.said(2024, amount=59.99).complies("甲") is False

    def test_without_commitments_nothing_is_promised(self):
        assert judge(self.RULE, self.SHORT).complies("甲") is False


class TestOptions:
    BODY = (
        "indicators:\n"
        "  - {id: M1, key: books, title: 图书, unit: 册, numerator: {add: [books]}, thresholds: {primary: 10, junior: 10}}\n"
        "  - {id: M2, key: arts, title: 体艺教师, unit: 人, per: 100, numerator: {add: [pe_arts_teachers]}, thresholds: {primary: 1, junior: 1}}\n"
        "  - {id: M3, key: ground, title: 场地, unit: ㎡, numerator: {add: [sports_ground_area]}, thresholds: {primary: 5, junior: 5}}\n"
        "scope:\n  exclude:\n"
        "    - {field: school_type, values: [教学点], fewer_students_than: 50, reason: 小规模教学点不计入}\n"
        "school_rule: {kind: all}\n"
    )

    @staticmethod
    def one(name: str, kind: str = "小学", students: int = 100, **more: object) -> dict:
        return school(name, kind, enrolment_primary=students, books=1000, pe_arts_teachers_primary=1, **more)

    def test_small_points_are_left_out_or_merged_into_their_parent(self):
        """1 000 books over 100 students are 10; with a point of 20 students and 100 books, 1 100 over 120 are 9.17."""
        main = self.one("主校", sports_ground_area=1000)
        point = school("点", "教学点", enrolment_primary=20, books=100, parent_school_id="0000000001")
        lost = school("孤点", "教学点", enrolment_primary=20, books=100, parent_school_id="0000000009")
        apart = judge(pack(self.BODY), main, point, lost)
        merged = judge(pack(self.BODY + "options: {small_points: merge_into_parent}\n"), main, point, lost)
        assert apart.indicator("主校", "M1")["value"] == 10
        assert merged.indicator("主校", "M1")["value"] == pytest.approx(1100 / 120, rel=1e-15)
        # The point's PE teachers and ground are blank: those of both together are not known.
        assert merged.met("主校", "M3") is None
        rules = merged.scope.set_index("school_name")["rule"]
        assert rules["点"] == "小规模教学点不计入;学生和资源并入主校主校"
        assert rules["孤点"].endswith("未并入")
        assert apart.scope.set_index("school_name")["rule"]["点"] == "小规模教学点不计入"

    def test_a_point_of_fifty_counts_by_itself(self):
        point = school("点", "教学点", enrolment_primary=50, books=500, parent_school_id="0000000001")
        merged = judge(pack(self.BODY + "options: {small_points: merge_into_parent}\n"), self.one("主校"), point)
        assert merged.indicator("主校", "M1")["value"] == 10

    @pytest.mark.parametrize(
        ("students", "area", "met"),
        [(50, "乡村", True), (99, "乡村", True), (49, "乡村", False), (100, "乡村", False), (99, "镇区", False)],
    )
    def test_small_rural_schools_count_itinerant_teachers(self, students, area, met):
        """One itinerant teacher for at most 100 students is at least 1 per 100; without one there is none."""
        one = school(
            "甲", enrolment_primary=students, area_type=area, pe_arts_teachers_primary=0, itinerant_pe_arts_teachers_primary=1
        )
        assert judge(pack(self.BODY + "options: {rotating_pe_arts: [M2]}\n"), one).met("甲", "M2") is met
        assert judge(pack(self.BODY), one).met("甲", "M2") is False

    @pytest.mark.parametrize(("students", "met"), [(29, False), (30, True), (60, True), (61, False)])
    def test_which_rural_schools_are_small_is_an_option(self, students, met):
        one = school(
            "甲", enrolment_primary=students, area_type="乡村", pe_arts_teachers_primary=0, itinerant_pe_arts_teachers_primary=1
        )
        options = "options: {rotating_pe_arts: [M2], rotating_students: {at_least: 30, at_most: 60}}\n"
        assert judge(pack(self.BODY + options), one).met("甲", "M2") is met

    def test_a_range_of_students_may_be_open(self):
        one = school(
            "甲", enrolment_primary=99, area_type="乡村", pe_arts_teachers_primary=0, itinerant_pe_arts_teachers_primary=1
        )
        options = "options: {rotating_pe_arts: [M2], rotating_students: {at_least: 60}}\n"
        assert judge(pack(self.BODY + options), one).met("甲", "M2") is True

    @pytest.mark.parametrize(("area", "met"), [("城区", True), ("镇区", False)])
    def test_urban_schools_count_other_venues(self, area, met):
        one = school("甲", enrolment_primary=100, area_type=area, sports_ground_area=400, other_venue_area=100)
        assert judge(pack(self.BODY + "options: {exclusive_sports_space: [M3]}\n"), one).met("甲", "M3") is met

    def test_a_school_of_two_sections_does_not_count_other_venues_twice(self):
        """400 ㎡ for 100 students are 4 a student; with the 200 ㎡ of other venues they would be 6, but in both sections."""
        one = school(
            "甲", "九年一贯制学校", enrolment_primary=50, enrolment_junior=50, area_type="城区", other_venue_area=200,
            sports_ground_area_primary=200, sports_ground_area_junior=200,
        )  # fmt: skip
        found = judge(pack(self.BODY + "options: {exclusive_sports_space: [M3]}\n"), one)
        assert [found.indicator("甲", "M3", section)["value"] for section in ("primary", "junior")] == [4, 4]

    @pytest.mark.parametrize(("mine", "points", "merged"), [(96, 60, 60), (60, 96, 60), (None, 96, 96), (96, None, 96)])
    def test_the_smallest_room_of_both_is_that_of_the_merged_school(self, mine, points, merged):
        """A school without a music room has none to measure: the smallest of both is that of the other."""
        rows = pd.DataFrame({"school_id": ["1", "2"], "section": "primary", "smallest_music_room": [mine, points]}, dtype=object)
        rows["smallest_music_room"] = rows["smallest_music_room"].astype(float)
        assert merge_points(rows, np.array([-1, 0]))["smallest_music_room"].to_list()[0] == merged

    def test_what_only_the_county_reads_is_off_unless_switched_on(self):
        off, on = (
            pack(self.BODY).options,
            pack(self.BODY + "options: {smaller_music_art_rooms: true, relaxed_size_caps: true}\n").options,
        )
        assert (off.smaller_music_art_rooms, off.relaxed_size_caps) == (False, False)
        assert (on.smaller_music_art_rooms, on.relaxed_size_caps) == (True, True)


class TestPacks:
    RULE = pack(FIVE + "school_rule: {kind: at_most_missed, missed: 2}\n")

    def test_a_pack_looks_only_at_schools_of_its_prefixes(self):
        here, there = five("甲", 100, 100, 100, 100, 100), {**five("乙", 0, 0, 0, 0, 0), "county_code": "370521"}
        found = judge(self.RULE, here, there)
        for table in (found.scope, found.indicators, found.compliance):
            assert set(table["school_name"]) == {"甲"}

    def test_an_incomplete_pack_shows_what_is_not_met_and_never_what_is(self):
        part = pack(FIVE + "school_rule: {kind: at_most_missed, missed: 2}\n", HEAD + "complete: false\n")
        found = judge(part, five("甲", 100, 100, 100, 100, 100), five("乙", 0, 0, 0, 100, 100))
        assert (found.complies("甲"), found.complies("乙")) == (None, False)
        assert found.row("甲")["reason"] == "本标准只载有部分条件,不能据此判定达标"
        assert found.row("乙")["reason"] == "3 项未达标,最多允许 2 项"

    def test_n_of_m_with_only_some_of_them_known(self):
        """8 of 10, of which 5 are known: 2 failing leave 8 possible, 3 failing at most 7."""
        part = pack(FIVE + "school_rule: {at_least: 8, of: 10, floor_ratio: 0.6}\n", HEAD + "complete: false\n")
        schools = [five(name, *figures) for name, figures in (("甲", (60, 60, 100, 100, 100)), ("乙", (60, 60, 60, 100, 100)),
                                                            ("丙", (59, 100, 100, 100, 100)))]  # fmt: skip
        found = judge(part, *schools)
        assert [found.complies(name) for name in "甲乙丙"] == [None, False, False]
        assert found.row("甲")["reason"] == "本标准只载有部分条件,不能据此判定达标"
        assert "2 项达标,应不少于 8 项" in found.row("乙")["reason"]

    def test_a_standard_of_many_indicators_keeps_the_reasons_of_its_schools_apart(self):
        """31 indicators × 3 signs do not fit into one whole number; each school still has its own failing ones."""
        rule = TestGrades.RULE
        schools = [
            school(str(n), enrolment_primary=100, **{**dict.fromkeys(FIELDS, 400), key: 0}) for n, key in enumerate(FIELDS[:4])
        ]
        found = judge(rule, *schools)
        for n in range(4):
            expected = sorted(f"J{i}" for i in range(31) if i % 4 == n)
            assert found.row(str(n))["failing"] == ";".join(expected)

    @given(figures=st.lists(st.lists(st.sampled_from([0.0, 99.9, 100.0, None]), min_size=5, max_size=5), min_size=2, max_size=5))
    @settings(max_examples=20, deadline=None)
    def test_adding_a_school_never_changes_another(self, figures):
        schools = [five(f"校{n}", *one) for n, one in enumerate(figures)]
        fewer, more = judge(self.RULE, *schools[:-1]), judge(self.RULE, *schools)
        kept = more.compliance[more.compliance["school_name"] != schools[-1]["school_name"]].reset_index(drop=True)
        pd.testing.assert_frame_equal(fewer.compliance, kept)


def test_a_trial_with_other_weights_splits_by_its_own():
    """Nine-year, 100 + 100 students, 210 books: 1 : 1.1 gives 1.00 and 1.10 a student, 1 : 2 gives 0.70 and 1.40."""
    from builders.standards import WEIGHTS
    from data_contracts.standard import shipped_standards
    from domain.assessment.county_records import counties_of
    from domain.assessment.trials import trial_tables

    basic = next(s for s in shipped_standards() if s.id == "national-basic-2012")
    own = {**WEIGHTS, "九年一贯制学校": {"primary": 1, "junior": 2}}
    tried = basic.model_copy(update={"id": "own", "split_weights": own})
    returns = returns_of([school("甲", "九年一贯制学校", enrolment_primary=100, enrolment_junior=100, books=210)])
    register = returns.assign(register_order=range(len(returns)))
    tables = trial_tables(counties_of(register), register, returns, county_returns(), (tried,), (basic,), YEAR)
    books = tables["trial_indicators"].query("indicator == 'B5'").set_index("section")["value"]
    assert books["primary"] == pytest.approx(0.7, rel=1e-12) and books["junior"] == pytest.approx(1.4, rel=1e-12)
    assert set(tables["trial_verdicts"]["standard"]) == {"own"}
    none = trial_tables(counties_of(register), register, returns, county_returns(), (), (basic,), YEAR)
    assert {name: len(table) for name, table in none.items()} == dict.fromkeys(tables, 0)
    assert all(list(none[name].columns) == list(tables[name].columns) for name in tables)


def test_a_pack_on_trial_has_schools_and_no_county_rows():
    from data_contracts.standard import shipped_standards
    from domain.assessment.county_records import counties_of
    from domain.assessment.trials import trial_tables

    shipped = {s.id: s for s in shipped_standards()}
    tried = (shipped["basic-conditions-8-of-10"], shipped["guangdong-basic-conditions-2014"])
    returns = returns_of([school("甲", enrolment_primary=100, books=2500)])
    register = returns.assign(register_order=range(len(returns)))
    tables = trial_tables(
        counties_of(register), register, returns, county_returns(), tried, (shipped["national-basic-2012"],), YEAR
    )
    assert set(tables["trial_compliance"]["standard"]) == {"basic-conditions-8-of-10"}, "the other is for another province"
    assert len(tables["trial_coefficients"]) == len(tables["trial_verdicts"]) == 0


def test_a_national_standard_may_extend_another_and_be_tried():
    tried = read_standard(
        "id: stricter\ntitle: 加严\nsource: 试算\nextends: national-quality-2017\ntrial_only: true\n"
        "indicators: [{id: L6, thresholds: {primary: 2400, junior: 2900}}]\ndrop_indicators: [L2]\n"
        "school_rule: {at_least: 5, floor_ratio: 0.85}\n",
        "stricter.yaml",
    )
    assert [i.id for i in tried.indicators] == ["L1", "L3", "L4", "L5", "L6", "L7"]
    assert tried.indicators[4].by_section == {"primary": 2400, "junior": 2900}
    assert tried.coefficient_rule is not None and tried.only_on_trial
