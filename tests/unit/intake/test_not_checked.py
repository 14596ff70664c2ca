"""What was not checked: told in words, to whom it concerns; and what can be judged of a file that is rejected as a whole.

Belongs here: ``not_checked``, and findings told together with errors of the whole file.
Does not belong here: the rules themselves, where the words stand on a receipt (``test_receipts``).
"""

import re

import pytest

from builders.counties import SOUND, county_rows, record_rows
from builders.intake import take_in
from builders.schools import code, school
from builders.workbooks import bulk, form, xlsx
from data_contracts.rules import rules
from data_contracts.vocabulary import FORMS
from domain.intake.not_checked import lacking_in_file, lacking_of, not_checked_text

EVERYTHING = lacking_of(False, False, False, False)


class TestInWords:
    def test_nothing_is_said_where_all_was_checked(self):
        assert lacking_of(True, True) == [] and not_checked_text([], FORMS) == ""

    def test_every_want_of_a_rule_is_told_to_whom_its_rule_concerns(self):
        assert set(EVERYTHING) == {rule.needs for rule in rules().values() if rule.needs}
        form_of = {"K": "county_form", "E": "workflow", "S": "school_form", "R": "school_form"}
        for rule in rules().values():
            if rule.needs:
                assert not_checked_text([rule.needs], [form_of[rule.id[0]]]), rule.id

    @pytest.mark.parametrize("form_", FORMS)
    def test_no_ids_and_no_language_but_its_own(self, form_):
        zh, en = (not_checked_text(EVERYTHING, [form_], language) for language in ("zh", "en"))
        assert re.fullmatch(r"没有检查:[^A-Z\[\]]+。", zh) and re.fullmatch(r"Not checked: [ -Z^-~]+\.", en)

    def test_a_school_is_told_nothing_of_the_county(self):
        told = not_checked_text(EVERYTHING, ["school_form"])
        assert "是否沿用了上年的表(没有上一学年的数据)" in told and "是否与名册一致(没有学校名册)" in told
        assert "县" not in told and "阶段" not in told
        assert "阶段" in not_checked_text(EVERYTHING, ["workflow"]) and "学校的数据" not in not_checked_text(EVERYTHING, ["plan"])


WRONG = [school(n, books=-5, classes_primary="约", multimedia_rooms=None, largest_class_primary=2) for n in (1, 2, 3)]


class TestTogetherWithErrorsOfTheWholeFile:
    def test_cells_and_figures_are_told_with_a_missing_column(self):
        """All that there is to mend comes at once: 2 errors a school, and the figures that do not fit."""
        year = take_in({"表.xlsx": bulk(WRONG, without=["网络多媒体教室间数"])})
        for rule in ("C-NEGATIVE", "C-NUMBER"):
            assert len(year.told(rule)) == 3
        assert year.one("H-MISSING") and year.outcomes == {"表.xlsx": "rejected"} and year.accepted == []
        assert not [f for f in year.told("C-REQUIRED") if f.field == "multimedia_rooms"]
        assert set(year.board.values()) == {"left_out"}
        assert list(year.settlement.board["errors"]) == [2, 2, 2]

    def test_all_that_would_be_told_without_the_missing_column_is_told_with_it(self):
        """With the column filled in nothing new may come but what that column says."""
        whole = [{**one, ("multimedia_rooms", None): 18} for one in WRONG]
        after = {(f.rule, f.row, f.field) for f in take_in({"表.xlsx": bulk(whole)}).errors()}
        before = {(f.rule, f.row, f.field) for f in take_in({"表.xlsx": bulk(WRONG, without=["网络多媒体教室间数"])}).errors()}
        assert after and before - after == {("H-MISSING", None, "multimedia_rooms")} and after <= before

    def test_cells_and_figures_are_told_with_another_year_but_nothing_of_last_year(self):
        last = take_in({"表.xlsx": bulk([school(1, multimedia_rooms=200)])}).settlement.returns
        wrong = school(1, books=-5, backbone_teachers_primary=999)
        right, other = (take_in({"校.xlsx": form(wrong, year=said)}, last_year=last) for said in ("2024-2025", "2023-2024"))
        assert {"C-NEGATIVE", "S-MOST", "S-CHANGE"} <= set(right.rules)
        assert {"C-NEGATIVE", "S-MOST", "F-YEAR"} <= set(other.rules) and "S-CHANGE" not in other.rules
        assert other.outcomes == {"校.xlsx": "rejected"} and other.board == {code(1): "left_out"}

    def test_a_county_form_of_another_year_is_looked_at_too(self):
        year = take_in({"县.xlsx": xlsx({"县级填报表": county_rows({**SOUND, "rotated_teachers": 500}, year="2023-2024")})})
        assert set(year.rules) == {"F-YEAR", "K-MOST"} and year.outcomes == {"县.xlsx": "rejected"}

    def test_rows_of_a_record_form_of_another_year_are_looked_at_too(self):
        rows = record_rows("plan", [{"standard": "没有的标准", "item": "L1", "target_year": "2026-2027", "target": 0.3}])
        rows[1][1] = "2023-2024"
        year = take_in({"表.xlsx": xlsx({"三年规划表": rows})})
        assert {"F-YEAR", "E-UNKNOWN"} <= set(year.rules) and year.outcomes == {"表.xlsx": "rejected"}

    def test_what_one_doubtful_column_says_is_not_judged_but_other_cells_are(self):
        rows = bulk([school(1, books=-5, classes_primary="约")], labels={"教学仪器设备资产值": "图书册数"})
        year = take_in({"表.xlsx": rows})
        assert "H-TWICE" in year.rules and "C-NUMBER" in year.rules
        assert not [f for f in year.told("C-NEGATIVE") if f.field == "books"]

    def test_a_file_without_any_school_is_told_nothing_else(self):
        nothing = {place: None if place[0] not in ("school_id", "school_name") else value for place, value in school(1).items()}
        assert take_in({"校.xlsx": form(nothing)}).rules == ["F-NO-SCHOOL"]

    def test_what_was_therefore_not_checked_is_named(self):
        said = not_checked_text([*lacking_of(True, False, False), *lacking_in_file({"F-YEAR"}, "school_form")], ["school_form"])
        assert said == (
            "没有检查:各项数据与上年相比的变动、是否沿用了上年的表(表上写的不是本学年);"
            "是否抄用了其他学校的数据、与其他文件的先后(整个文件退回)。"
        )
        assert "与缺少的列有关的内容" in not_checked_text(
            lacking_in_file({"H-MISSING", "C-NUMBER"}, "bulk_table"), ["bulk_table"]
        )
        assert lacking_in_file({"C-NUMBER"}, "bulk_table") == lacking_in_file({"H-TWICE"}, "school_form") == []
