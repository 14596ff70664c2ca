"""Which schools count: the teaching point of 49, 50, 51 students, and whom basic balance leaves out.

Belongs here: scope under the two national standards. Does not belong here: what is then computed.
"""

import pytest

from domain.assessment.scope_sensitivity import scope_sensitivity


@pytest.fixture(scope="module")
def counts(school, assess):
    """Whether one school counts under a standard; also checks that its figures enter, or do not, wherever they would."""

    def run(standard, kind="小学", section="primary", students=100, **columns):
        schools = [school("校", kind, **{section: students, "teaching_area": 400.0, "indoor_sports_area": 0.0, **columns})]
        county = assess(schools, standard)
        verdict = county.counts("校", section)
        first = "L4" if standard.school_rule else "B1"
        row = county.coefficient(section, first)
        assert (row["schools"], row["students"], row["left_out"]) == ((1, students, 0) if verdict else (0, 0, 0))
        assert len(county.indicators) == (len(standard.indicators) if verdict else 0)
        return verdict

    return run


@pytest.mark.parametrize(("students", "expected"), [(1, False), (49, False), (50, True), (51, True)])
def test_teaching_points_under_quality_balance(counts, quality, students, expected):
    """Points of fewer than 50 students are out; a point with exactly 50 counts."""
    assert counts(quality, "教学点", students=students) is expected


@pytest.mark.parametrize("students", [49, 50, 51, 500])
def test_teaching_points_never_enter_the_coefficients_of_basic_balance(counts, basic, students):
    assert counts(basic, "教学点", students=students) is False


@pytest.mark.parametrize("students", [1, 49])
def test_a_small_school_that_is_no_teaching_point_counts(counts, basic, quality, students):
    assert counts(quality, "小学", students=students) is True
    assert counts(basic, "小学", students=students) is True


@pytest.mark.parametrize(("ownership", "in_basic"), [("公办", True), ("民办", False)])
def test_private_schools_count_in_quality_balance_only(counts, basic, quality, ownership, in_basic):
    assert counts(basic, ownership=ownership) is in_basic
    assert counts(quality, ownership=ownership) is True


@pytest.mark.parametrize(("administered_by", "in_basic"), [("县属", True), ("市属", False), ("省属", False), ("其他", False)])
def test_schools_not_run_by_the_county_are_out_of_basic_balance_only(counts, basic, quality, administered_by, in_basic):
    assert counts(basic, administered_by=administered_by) is in_basic
    assert counts(quality, administered_by=administered_by) is True


@pytest.mark.parametrize(("status", "expected"), [("正常", True), ("新建", True), (None, True), ("停办", False)])
def test_closed_schools_are_out_of_both(counts, basic, quality, status, expected):
    assert counts(basic, school_status=status) is expected
    assert counts(quality, school_status=status) is expected


@pytest.mark.parametrize("kind", ["特殊教育学校", "职业学校"])
@pytest.mark.parametrize("section", ["primary", "junior"])
def test_special_and_vocational_schools_are_out_of_both(counts, basic, quality, kind, section):
    assert counts(basic, kind, section) is False
    assert counts(quality, kind, section) is False


@pytest.mark.parametrize("kind", ["九年一贯制学校", "十二年一贯制学校"])
def test_several_sections_count_each(school, assess, basic, quality, kind):
    one = school("校", kind, primary=10, junior=20, senior=30)
    for standard in (basic, quality):
        county = assess([one], standard)
        assert [county.counts("校", section) for section in ("primary", "junior")] == [True, True]
        assert "senior" not in set(county.scope["section"])


def test_a_silent_teaching_point_is_unknown(school, assess, quality, basic):
    """Its students decide and are not known: neither in nor out of quality balance, and the county's item waits for it."""
    present, silent = school("校", primary=100), school("点", "教学点")
    county = assess([present], quality, [silent])
    assert county.counts("点") is None
    assert county.verdict("R-schools")["limit"] == 2
    assert county.verdict("R-schools")["met"] == "pending"
    assert county.coefficient("primary", "L4")["left_out"] == 1  # 校, which has no area; the point is not known to be in scope
    assert assess([present], basic, [silent]).counts("点") is False


def test_a_silent_school_stands_with_the_sections_of_its_type(school, assess, quality):
    silent = [school("九年", "九年一贯制学校"), school("完中", "完全中学"), school("特教", "特殊教育学校")]
    scope = assess([school("校", primary=100)], quality, silent).scope
    stands = {name: sorted(rows["section"].dropna()) for name, rows in scope.groupby("school_name")}
    assert stands == {"校": ["primary"], "九年": ["junior", "primary"], "完中": ["junior"], "特教": []}
    assert not scope.set_index("school_name").loc["特教", "in_scope"]


def test_a_section_without_students_is_not_in_the_ledger(school, assess, quality):
    county = assess([school("校", "九年一贯制学校", primary=100, junior=0)], quality)
    assert list(county.scope["section"]) == ["primary"]


def test_the_rule_that_decided_is_told(school, assess, basic):
    schools = [school("民", primary=9, ownership="民办"), school("点", "教学点", primary=9), school("公", primary=9)]
    rules = assess(schools, basic).scope.set_index("school_name")["rule"]
    assert "民办" in rules["民"] and "教学点" in rules["点"] and rules["公"] == "计入"


def test_a_school_whose_ownership_or_type_cannot_be_read_is_neither_in_nor_out(school, assess, basic, quality):
    """Basic balance leaves private schools out: of a blank nobody knows. Quality balance counts them, and does not ask."""
    blank = school("无办别小学", primary=100, ownership=None)
    county = assess([school("小学", primary=100)], basic, [blank])
    assert county.counts("无办别小学") is None
    rule = county.scope.set_index("school_name").loc["无办别小学", "rule"]
    assert rule == "该校“举办者类型”没有可用的填报,暂不能确定"
    assert assess([school("小学", primary=100)], quality, [blank]).counts("无办别小学") is True


def test_an_unknown_school_enters_no_coefficient_and_no_trial_of_the_scope(school, assess, basic, schools_with_coefficients):
    """Two schools with CV 0.6, a private one, and one of unknown ownership with ten times as much: it is in none of the sums."""
    schools = schools_with_coefficients("primary", basic, [0.6] * 8)
    private = school("私立小学", primary=500, ownership="民办", books=500.0)
    unknown = school("无办别小学", primary=500, ownership=None, books=5000.0)
    county = assess([*schools, private, unknown], basic)
    assert county.coefficient("primary", "B5")["students"] == 500
    table = scope_sensitivity(county.sections, county.coefficients, (basic,))
    row = table[table["indicator"] == "B5"].iloc[0]
    # Books 500 of 500 students, CV 0.6, and the private school's 500 of 500, at the mean: S² = ½·0.36.
    assert (row["schools"], row["coefficient_with"]) == (1, pytest.approx(0.18**0.5, rel=1e-12))
