"""Coefficients within townships, and with an excluded group put back, by hand.

Belongs here: cases with their arithmetic. Does not belong here: laws (``unit/assessment/test_insight_laws``).
"""

from math import sqrt

import pandas as pd
import pytest

from data_contracts.school_rules import Options
from domain.assessment.scope_sensitivity import scope_sensitivity
from domain.assessment.townships import township_coefficients, township_compliance

COUNTIES = pd.DataFrame({"county_code": ["340100"], "county_name": ["样县"]})


def register_of(schools):
    """What the townships need of the register, ids as the assessment gives them."""
    ids = [f"{number:010d}" for number in range(1, len(schools) + 1)]
    town = [school.get("township") for school in schools]
    return pd.DataFrame({"school_id": ids, "township": town, "register_order": range(len(schools))})


@pytest.fixture
def with_private(school, basic, assess, schools_with_coefficients):
    """Two schools with coefficients of 0.6 and means of 1, and a private school of 500 students with ``each`` of everything."""

    def build(each):
        schools = schools_with_coefficients("primary", basic, [0.6] * 8)
        amounts = {i.numerator.add[0]: each * 500 / i.per for i in basic.indicators}
        by_section = ("full_time_teachers", "teachers_above_required", "teachers_mid_senior_title")
        figures = {f"{key}_primary" if key in by_section else key: amount for key, amount in amounts.items()}
        schools.append(school("私立小学", primary=500, ownership="民办", **figures | {"indoor_sports_area": 0.0}))
        county = assess(schools, basic)
        return scope_sensitivity(county.sections, county.coefficients, (basic,))

    return build


def composite(table):
    return table[table["indicator"] == "composite"].iloc[0]


def test_a_private_school_with_nothing_would_turn_the_verdict(with_private):
    """500 students at the mean 1 with CV 0.6, and 500 with nothing::

    X̄  = (500·1 + 500·0)/1000 = 0.5
    S² = ½·(0.6² + 0.5²) + ½·0.5² = ½·0.61 + ½·0.25 = 0.43;   CV² = 0.43/0.25 = 1.72
    """
    table = with_private(0.0)
    row = composite(table)
    assert list(table["indicator"]) == ["B1", "B2", "B3", "B4", "B5", "B6", "B7", "B8", "composite"]
    assert set(table["rule"]) == {"民办学校不计入校际差异系数"}
    assert (row["schools"], row["students"]) == (1, 500)
    assert row["coefficient"] == pytest.approx(0.6, rel=1e-12)
    assert table["coefficient_with"].to_list() == pytest.approx([sqrt(1.72)] * 9, rel=1e-12)
    assert (row["met"], row["met_with"], row["differs"]) == (True, False, True)
    assert table.loc[table["indicator"] != "composite", ["limit", "met", "met_with", "differs"]].isna().all(axis=None)


def test_a_private_school_at_the_mean_leaves_the_verdict(with_private):
    """The mean stays 1; S² = ½·0.36 + ½·0 = 0.18."""
    row = composite(with_private(1.0))
    assert row["coefficient_with"] == pytest.approx(sqrt(0.18), rel=1e-12)
    assert (row["met"], row["met_with"], row["differs"]) == (True, True, False)


def test_a_group_whose_figures_are_missing_changes_nothing(school, basic, assess, schools_with_coefficients):
    """The school is there with its students; without a numerator it enters no coefficient."""
    schools = [*schools_with_coefficients("primary", basic, [0.6] * 8), school("教学点", "教学点", primary=30)]
    county = assess(schools, basic)
    table = scope_sensitivity(county.sections, county.coefficients, (basic,))
    assert (table["schools"].unique(), table["students"].unique()) == ([1], [30.0])
    assert table["coefficient_with"].to_list() == table["coefficient"].to_list()


def test_each_excluded_group_has_rows_of_its_own_and_the_first_rule_takes_a_school(
    school, basic, quality, assess, schools_with_coefficients
):
    """A private teaching point belongs to the teaching points, a private school run by the city to the private ones."""
    more = [
        school("民办教学点", "教学点", primary=10, ownership="民办"),
        school("民办市属", primary=20, ownership="民办", administered_by="市属"),
        school("市属", primary=40, administered_by="市属"),
        school("停办", primary=80, school_status="停办"),
    ]
    schools = [*schools_with_coefficients("primary", basic, [0.1] * 8), *more]
    county = assess(schools, basic)
    table = scope_sensitivity(county.sections, county.coefficients, (basic,))
    groups = table.drop_duplicates("rule").set_index("rule")[["schools", "students"]]
    assert groups.to_dict("index") == {
        "停办学校不计入": {"schools": 1, "students": 80},
        "教学点不计入校际差异系数": {"schools": 1, "students": 10},
        "民办学校不计入校际差异系数": {"schools": 1, "students": 20},
        "非县属学校不计入校际差异系数": {"schools": 1, "students": 40},
    }
    other = assess(schools, quality)
    table = scope_sensitivity(other.sections, other.coefficients, (quality,))
    assert set(table["rule"]) == {"停办学校不计入", "在校生不足50人的教学点不计入"}


def test_points_merged_into_their_parent_are_put_back_by_themselves(school, quality, assess):
    """Rooms per 100 students, X̄ = 100·8/200 = 4. The point of 20 students merged into its parent, both judged as one school::

        主校 + 点  4 rooms + 2 of 80 + 20 students: X = 6      乙  2 rooms of 100: X = 2
        S² = ½·2² + ½·2² = 4;   CV = 2/4 = 0.5, exactly the limit

    Put back by itself, its rooms in no other school::

        主校  X = 5      点  X = 10      乙  X = 2
        S² = (80·1² + 20·6² + 100·2²)/200 = 1200/200 = 6;   CV = √6/4 = 0.612

    A point whose parent is not known is merged nowhere; it is of the same group: 40 students more with 4 rooms, X = 10::

        X̄ = 100·12/240 = 5;   S² = (80·0² + 20·5² + 40·5² + 100·3²)/240 = 2400/240 = 10;   CV = √10/5
    """
    merging = quality.model_copy(update={"options": Options(small_points="merge_into_parent")})
    schools = [
        school("主校", primary=80, multimedia_rooms=4.0),
        school("乙", primary=100, multimedia_rooms=2.0),
        school("点", "教学点", primary=20, multimedia_rooms=2.0, parent_school_id="0000000001"),
    ]
    lost = school("孤点", "教学点", primary=40, multimedia_rooms=4.0)
    for more, students, with_points in (([], 20, sqrt(6) / 4), ([lost], 60, sqrt(10) / 5)):
        county = assess([*schools, *more], merging)
        table = scope_sensitivity(county.sections, county.coefficients, (merging,))
        (rule,) = set(table["rule"])
        assert rule == "在校生不足50人的教学点不计入;本标准将其学生和资源并入主校,此处按单独计入计算"
        row = table[table["indicator"] == "L7"].iloc[0]
        assert (row["schools"], row["students"]) == (1 + len(more), students)
        assert row["coefficient"] == pytest.approx(0.5, rel=1e-12)
        assert row["coefficient_with"] == pytest.approx(with_points, rel=1e-12)
        assert (row["met"], row["met_with"], row["differs"]) == (True, with_points <= 0.5, with_points > 0.5)


def test_a_county_without_excluded_schools_has_no_rows(basic, assess, schools_with_coefficients):
    county = assess(schools_with_coefficients("primary", basic, [0.1] * 8), basic)
    assert scope_sensitivity(county.sections, county.coefficients, (basic,)).empty


def test_coefficients_hold_within_the_township(basic, assess, school, schools_with_coefficients):
    """Both schools of 甲镇 with CV 0.65, exactly the limit; one school alone in 乙镇 has 0; one has no township."""
    schools = [
        *(one | {"township": "甲镇"} for one in schools_with_coefficients("primary", basic, [0.65] * 8)),
        school("独校", primary=50, township="乙镇", books=900.0),
        school("无镇校", primary=70, books=1000.0),
    ]
    county = assess(schools, basic)
    table = township_coefficients(register_of(schools), county.sections, county.scope, COUNTIES, (basic,))
    found = table.set_index(["township", "section", "indicator"])
    assert set(table["township"]) == {"甲镇", "乙镇"} and set(table["section"]) == {"primary"}
    books = found.loc["甲镇", "primary", "B5"]
    assert (books["schools"], books["students"], books["left_out"]) == (2, 500, 0)
    assert books["coefficient"] == pytest.approx(0.65, rel=1e-12) and pd.isna(books["limit"]) and pd.isna(books["met"])
    whole = found.loc["甲镇", "primary", "composite"]
    assert whole["coefficient"] == pytest.approx(0.65, rel=1e-12) and whole["limit"] == 0.65 and whole["met"]
    alone = found.loc["乙镇", "primary", "B5"]
    assert (alone["schools"], alone["mean"], alone["coefficient"], alone["left_out"]) == (1, 18.0, 0.0, 0)
    nothing = found.loc["乙镇", "primary", "B4"]
    assert (nothing["schools"], nothing["left_out"]) == (0, 1) and pd.isna(nothing["coefficient"]) and pd.isna(nothing["mean"])
    assert pd.isna(found.loc["乙镇", "primary", "composite"]["met"])


def test_a_school_that_did_not_hand_in_is_left_out_of_its_township(basic, assess, school, schools_with_coefficients):
    schools = [one | {"township": "甲镇"} for one in schools_with_coefficients("primary", basic, [0.2] * 8)]
    missing = school("未报小学", township="甲镇")
    county = assess(schools, basic, expected_only=[missing])
    table = township_coefficients(register_of([*schools, missing]), county.sections, county.scope, COUNTIES, (basic,))
    assert table.loc[table["indicator"] == "B5", ["schools", "left_out"]].to_numpy().tolist() == [[2, 1]]


def test_who_complies_is_counted_by_township(quality, assess, fit_school, school):
    """甲镇: two of three comply, 2/3; 乙镇: one without figures and one without some are undecided, no share; one without a township."""
    schools = [
        fit_school("甲一", township="甲镇"),
        fit_school("甲二", township="甲镇"),
        fit_school("甲三", township="甲镇", teaching_area=100.0),
        fit_school("乙一", township="乙镇", multimedia_rooms=None, equipment_value=None),
        fit_school("无镇一"),
        fit_school("空镇二", township=""),
    ]
    missing = school("乙二", township="乙镇")
    county = assess(schools, quality, expected_only=[missing])
    table = township_compliance(register_of([*schools, missing]), county.scope, county.compliance, COUNTIES, (quality,))
    rows = table.set_index("township")
    counts = ["school_sections", "complying", "not_complying", "undecided"]
    assert rows.loc["甲镇", counts].to_list() == [3, 2, 1, 0] and rows.loc["甲镇", "share"] == pytest.approx(2 / 3)
    assert rows.loc["乙镇", counts].to_list() == [2, 0, 0, 2] and pd.isna(rows.loc["乙镇", "share"])
    without = table[table["township"].isna()].iloc[0]
    assert without[counts].to_list() == [2, 2, 0, 0] and without["share"] == 1.0
    assert without["reason"] == "没有填写乡镇(街道),未计入任何乡镇:无镇一、空镇二"
    assert rows.loc[["甲镇", "乙镇"], "reason"].isna().all()


def test_a_standard_without_a_school_rule_tells_no_compliance(basic, assess, school):
    schools = [school("甲一", primary=100, township="甲镇")]
    county = assess(schools, basic)
    row = township_compliance(register_of(schools), county.scope, county.compliance, COUNTIES, (basic,)).iloc[0]
    assert row["school_sections"] == 1 and row[["complying", "not_complying", "undecided", "share"]].isna().all()


def test_a_point_of_unknown_size_is_undecided_in_its_township_and_left_out_of_no_coefficient(quality, assess, fit_school, school):
    """A teaching point that did not hand in may have 50 students or fewer: nobody can say that its figures are lacking."""
    schools = [fit_school("甲一", township="甲镇")]
    silent = [school("甲点", "教学点", township="甲镇"), school("乙点", "教学点", township="乙镇")]
    county = assess(schools, quality, expected_only=silent)
    assert county.counts("甲点") is None
    register = register_of([*schools, *silent])
    rows = township_compliance(register, county.scope, county.compliance, COUNTIES, (quality,)).set_index("township")
    counts = ["school_sections", "complying", "not_complying", "undecided"]
    assert rows.loc["甲镇", counts].to_list() == [2, 1, 0, 1] and rows.loc["甲镇", "share"] == 1.0
    assert rows.loc["乙镇", counts].to_list() == [1, 0, 0, 1] and pd.isna(rows.loc["乙镇", "share"])
    table = township_coefficients(register, county.sections, county.scope, COUNTIES, (quality,))
    assert set(table["township"]) == {"甲镇"}
    assert table[["schools", "left_out"]].drop_duplicates().to_numpy().tolist() == [[1, 0]]


def test_one_group_is_put_back_and_no_other(school, basic, assess, schools_with_coefficients):
    """A private school of 500 students with nothing and a school run by the city with the mean of 1 of everything, as above::

    with the private one   CV² = 0.43/0.25 = 1.72
    with the city's one    S² = ½·0.36 = 0.18, X̄ = 1
    """

    def more(name, each, **who):
        by_section = ("full_time_teachers", "teachers_above_required", "teachers_mid_senior_title")
        amounts = {one.numerator.add[0]: each * 500 / one.per for one in basic.indicators}
        figures = {f"{key}_primary" if key in by_section else key: amount for key, amount in amounts.items()}
        return school(name, primary=500, **figures | {"indoor_sports_area": 0.0}, **who)

    schools = [
        *schools_with_coefficients("primary", basic, [0.6] * 8),
        more("私立小学", 0.0, ownership="民办"),
        more("市属小学", 1.0, administered_by="市属"),
    ]
    county = assess(schools, basic)
    table = scope_sensitivity(county.sections, county.coefficients, (basic,))
    found = {rule: rows["coefficient_with"].to_list() for rule, rows in table.groupby("rule")}
    assert found["民办学校不计入校际差异系数"] == pytest.approx([sqrt(1.72)] * 9, rel=1e-12)
    assert found["非县属学校不计入校际差异系数"] == pytest.approx([sqrt(0.18)] * 9, rel=1e-12)
