"""Every part of an item by itself, items that alone stay open, kinds of limits that no shipped item uses, counties side by side.

Belongs here: what a county that misses or leaves open a whole item does not show. Does not belong here: whole items
(``test_whole_counties``), both sides of the limits of shipped items (``test_item_boundaries``).
"""

import pytest
from whole_counties import stated, whole_school

from data_contracts.standard import Options
from data_contracts.verdict_rules import Figure


def states(assessment, county="340100"):
    """The state of every item that is not met, with its section, without the overall one."""
    rows = assessment.verdicts[(assessment.verdicts["item"] != "overall") & (assessment.verdicts["county_code"] == county)]
    named = rows["item"] + ("-" + rows["section"].astype("str")).where(rows["section"].notna(), "")
    return {item: met for item, met in zip(named, rows["met"], strict=True) if met != "true"}


@pytest.fixture
def county(fit_school, assess, quality):
    """The county that meets every item under the quality standard, some of its figures changed, with further schools."""

    def judged(*more, county=None, primary=None, options=None, schools=None, **also):
        standard = quality.model_copy(update={"options": Options(**options)}) if options else quality
        both = [whole_school(fit_school, "甲小学", **(primary or {})), whole_school(fit_school, "乙初中", "junior")]
        return assess([*(schools or both), *more], standard, stated=stated(**(county or {})), **also)

    return judged


# Every yes/no that a county states, and the item that it belongs to, from the texts of the items.
ANSWERS = {
    "school_layout_reasonable": "G1",
    "unified_construction_standard": "G2",
    "unified_staffing_standard": "G2",
    "unified_public_funds_quota": "G2",
    "unified_equipment_standard": "G2",
    "small_schools_funded_as_100": "G6",
    "performance_pay_in_full": "G8",
    "posts_allocated_by_county": "G10",
    "senior_places_favour_rural": "G14",
    "left_behind_care_system": "G15",
    "management_digital": "Q3",
    "teachers_use_technology": "Q5",
    "facilities_well_used": "Q5",
    "moral_education_good": "Q6",
    "curriculum_in_full": "Q7",
    "no_excessive_workload": "Q8",
    "illegal_school_choice": "V3",
    "yearly_monitoring_high": "E2",
}


@pytest.mark.parametrize(("field", "item"), ANSWERS.items())
def test_each_wrong_answer_alone_fails_its_item_and_each_blank_leaves_it_open(county, field, item):
    wrong = "是" if field == "illegal_school_choice" else "否"
    assert states(county(county={field: wrong})) == {item: "false"}
    assert states(county(county={field: None})) == {item: "pending"}


# What decides each item beside the answers; every other part of the item is met.
FIGURES = [
    ("G8", {"teachers_average_pay": 95_999}),
    ("G11", {"rotated_teachers": 19}),  # 19 of 200 are 9.5 %; 4 of 19 are 21 %
    ("G11", {"rotated_backbone_teachers": 3}),  # 3 of 20 are 15 %
    ("G13", {"nearby_enrolment_primary": 99}),
    ("G13", {"nearby_enrolment_junior": 94}),
    ("G14", {"senior_places_allocated": 49}),
    ("G15", {"migrant_children_in_public": 169}),  # of 200: 84.5 %
    ("Q9", {"monitoring_level": 2}),
    ("Q9", {"monitoring_gap": 0.16}),
]
# Each figure without which its item cannot be told.
BLANKS = [
    *[("G8", key) for key in ("teachers_average_pay", "civil_servants_average_pay")],
    *[("G11", key) for key in ("rotation_eligible_teachers", "rotated_teachers", "rotated_backbone_teachers")],
    *[("G13", f"nearby_enrolment_{section}") for section in ("primary", "junior")],
    ("G14", "senior_places_allocated"),
    *[("G15", key) for key in ("migrant_children_eligible", "migrant_children_in_public")],
    *[("Q1", f"retention_{key}") for key in ("entrants", "deaths", "graduates", "transfers_in", "transfers_out")],
    *[("Q2", key) for key in ("disabled_children", "disabled_children_enrolled")],
    *[("Q9", key) for key in ("monitoring_level", "monitoring_gap")],
    *[("S1", key) for key in ("population", "recognition_rate", "survey_sent", "survey_parents", "survey_returned_usable")],
    *[("E1", key) for key in ("basic_recognised_on", "quality_applied_on")],
]


@pytest.mark.parametrize(("item", "changed"), FIGURES)
def test_each_figure_alone_fails_its_item(county, item, changed):
    assert states(county(county=changed)) == {item: "false"}


@pytest.mark.parametrize(("item", "field"), BLANKS)
def test_each_blank_figure_alone_leaves_its_item_open(county, item, field):
    assert states(county(county={field: None})) == {item: "pending"}


def test_the_resource_part_alone_can_be_open(county, fit_school):
    """One of two primary schools has no figure of backbone teachers, the other stands alone in that coefficient: 0."""
    found = county(whole_school(fit_school, "丙小学", backbone_teachers_primary=None))
    assert states(found) == {"R-schools": "pending"}
    assert found.verdict("overall")["reason"] == "待定:R-schools"


def test_coefficients_of_one_section_alone_can_be_open(county, fit_school):
    """A county without a junior school has shown nothing of its junior schools; all its schools comply."""
    found = county(schools=[whole_school(fit_school, "甲小学")])
    assert states(found) == {"R-cv-junior": "pending"}
    assert (found.verdict("overall")["met"], found.verdict("overall")["reason"]) == ("pending", "待定:R-cv(初中)")


@pytest.mark.parametrize(("section", "students"), [("primary", 400), ("junior", 300)])
def test_coefficients_of_each_section_alone_can_fail(county, fit_school, section, students):
    """A school of equal size with ten times the backbone teachers: (10 − 1)/(10 + 1) = 0.818, over 0.50 and 0.45."""
    rich = whole_school(fit_school, "丙校", section, **{f"backbone_teachers_{section}": students / 10})
    found = county(rich)
    assert states(found) == {f"R-cv-{section}": "false"}
    assert found.verdict("R-cv", section)["value"] == pytest.approx(9 / 11, rel=1e-12)


def conditions(quality, **thresholds):
    """A province's standard of school conditions: the seven indicators of quality balance, another one of L4."""
    indicators = tuple(
        one.model_copy(update={"thresholds": thresholds}) if one.id == "L4" and thresholds else one for one in quality.indicators
    )
    return quality.model_copy(
        update={
            "id": "conditions-34",
            "role": "school_conditions",
            "provinces": ("34",),
            "verdict_items": (),
            "indicators": indicators,
        }
    )


def test_a_section_alone_can_leave_the_basic_standard_open(assess, fit_school, basic, quality):
    """A county without a junior school; its schools meet the province's conditions, 85 points and 85 %."""
    found = assess([whole_school(fit_school, "甲小学")], basic, stated=stated(), packs=[conditions(quality)])
    assert states(found) == {"R-cv-junior": "pending"}
    assert found.verdict("overall")["met"] == "pending"


def test_standards_in_force_together_judge_each_by_its_own(assess, fit_school, basic, quality):
    """One school has ten times the backbone teachers, which only quality balance counts: 9/11 = 0.818 in L2.

    The province asks for 6 ㎡ where quality balance asks for 4.5: 4.5 is below its floor of 5.1, so its conditions fail.
    """
    schools = [
        whole_school(fit_school, "甲小学"),
        whole_school(fit_school, "丙小学", backbone_teachers_primary=40),
        whole_school(fit_school, "乙初中", "junior"),
    ]
    found = assess(schools, quality, stated=stated(), packs=[basic, conditions(quality, primary=6, junior=5.8)])
    failing = found.verdicts[(found.verdicts["met"] != "true") & (found.verdicts["item"] != "overall")]
    assert set(zip(failing["standard"], failing["item"], strict=True)) == {(quality.id, "R-cv"), (basic.id, "P-schools")}
    counts = found.verdicts.set_index(["standard", "item"])
    assert counts.loc[(quality.id, "R-schools"), ["value", "limit"]].tolist() == [3, 3]
    assert counts.loc[(basic.id, "P-schools"), ["value", "limit"]].tolist() == [1, 3]


def test_a_silent_school_is_open_where_it_counts_and_once(assess, fit_school, basic, quality):
    """A private school that did not hand in counts under quality balance, not in the coefficients of basic balance."""
    schools = [whole_school(fit_school, "甲小学"), whole_school(fit_school, "乙初中", "junior")]
    silent = whole_school(fit_school, "丙私立小学", ownership="民办")
    found = assess(schools, quality, [silent], stated=stated(), packs=[basic])
    lines = found.verdicts.set_index(["standard", "item"])
    whole = lines.loc[(quality.id, "R-schools")]
    assert whole[["value", "limit", "met"]].tolist() == [2, 3, "pending"]
    assert whole["reason"] == "1 个校段没有可用的填报数据:丙私立小学"
    told = "未计入 1 所(没有可用的填报数据):丙私立小学"
    reasons = {key: lines[lines["section"] == "primary"].loc[(key, "R-cv"), "reason"] for key in (quality.id, basic.id)}
    assert reasons[quality.id] == told
    assert "丙私立小学" not in str(reasons[basic.id])


def test_the_size_of_schools_alone_can_be_open(county):
    """2001 students are allowed to a school built by 2010, where the option is on; when this one was built is not stated."""
    found = county(primary={"students": 2001, "year_built": None}, options={"relaxed_size_caps": True})
    assert states(found) == {"G4": "pending"}


@pytest.mark.parametrize(
    ("limit", "figure", "state", "words"),
    [
        # No shipped item has a figure that may not exceed a limit, or must stay below one; a standard of one's own may.
        ({"at_most": 85}, 85, "true", "公众满意度 85 %"),
        ({"at_most": 85}, 85.01, "false", "公众满意度 85.01 %,应不高于 85 %"),
        ({"at_most": 0.3}, 0.1 + 0.2, "true", "公众满意度 0.3 %"),  # 0.30000000000000004 in doubles
        ({"at_most": 85}, None, "pending", "县级填报表未填:公众满意度"),
        ({"below": 85}, 84.99, "true", "公众满意度 84.99 %"),
        ({"below": 85}, 85, "false", "公众满意度 85 %,应低于 85 %"),
        ({"below": 0.3}, 0.1 + 0.2, "false", "公众满意度 0.3 %,应低于 0.3 %"),
        ({"below": 85}, None, "pending", "县级填报表未填:公众满意度"),
    ],
)
def test_a_figure_may_have_a_limit_from_above(assess, fit_school, quality, limit, figure, state, words):
    rule = Figure(kind="figure", field="satisfaction_rate", **limit)
    items = tuple(one.model_copy(update={"rule": rule}) if one.id == "G7" else one for one in quality.verdict_items)
    own = quality.model_copy(update={"verdict_items": items})
    row = assess([whole_school(fit_school, "甲小学")], own, stated=stated(satisfaction_rate=figure)).verdict("G7")
    assert (row["met"], row["limit"], row["reason"]) == (state, next(iter(limit.values())), words)


@pytest.mark.parametrize(
    ("population", "words"),
    [
        # 400 000 is not fewer than 400 000: 1.5 ‰ decide, 600 as well.
        (400_000, "调查 599 人,少于 600 人(常住人口 400000 人的 1.5‰)"),
        (399_999, "调查 599 人,少于 600 人(常住人口 399999 人,不足 400000 人)"),
    ],
)
def test_the_sample_that_is_too_small_is_told_with_what_it_follows_from(county, population, words):
    asked = {"population": population, "survey_sent": 599, "survey_parents": 400, "survey_returned_usable": 500}
    assert county(county=asked).verdict("S1")["reason"] == f"调查无效,不能作为依据:{words}"


def test_a_school_without_classes_needs_no_room_and_none_is_measured(county):
    """⌈0 ÷ 12⌉ = 0: rooms too small for a class there is not are no fault."""
    changed = {"classes_primary": 0, "music_rooms": 1, "smallest_music_room": 20, "art_rooms": 0, "smallest_art_room": None}
    assert states(county(primary=changed)) == {}


def test_of_no_room_only_the_lack_is_told(county):
    """No music room, and 0 ㎡ as the smallest of them: one fault, not two."""
    row = county(primary={"music_rooms": 0, "smallest_music_room": 0}).verdict("G3")
    assert row["reason"] == "1 所学校音乐、美术教室不足:甲小学 9 个班应有音乐教室 1 间,实有 0 间"


def test_counties_keep_their_own_schools_shares_and_reasons(county, fit_school):
    """Two counties: teachers trained 23 of 24 in the other one only, and its own training money, vetoes, blanks and points.

    The first county: 48 of 48 teachers are 100 %, 10 000 of 200 000 yuan are 5 %. The other one: 23 of 24 are 95.8333… %,
    12 000 of 200 000 are 6 %.
    """
    other = {"county_code": "340200", "county_name": "邻县"}
    school = whole_school(
        fit_school,
        "丙小学",
        teachers_trained_360h_primary=23,
        training_expenditure=12_000,
        key_classes="是",
        exam_enrolment=None,
        **other,
    )
    point = whole_school(fit_school, "丁教学点", kind="教学点", students=60, charter=None, public_budget=None, **other)
    found = county(school, point)
    assert states(found) == {}
    assert (found.verdict("G9")["value"], found.verdict("Q4")["value"]) == (100, 5)
    assert found.verdict("Q4")["reason"] == "2 所学校均符合要求"
    # The point has 24 trained teachers of 24: (23 + 24) of 48 teachers.
    assert found.verdict("G9", county="340200")["value"] == pytest.approx(100 * 47 / 48, rel=1e-12)
    assert found.verdict("Q4", county="340200")["value"] == 6
    reasons = {item: found.verdict(item, county="340200")["reason"] for item in ("G9", "Q4", "V1", "V2")}
    assert reasons == {
        "G9": "1 所学校完成360学时培训专任教师数少于专任教师数:丙小学(小学)23 人,少于 24 人",
        "Q4": "1 所学校均符合要求;1 所教学点不填报此项,没有计入",
        "V1": "1 所学校缺少数据,暂不能判定:丙小学",
        "V2": "1 所学校“是否设重点班”填“是”:丙小学",
    }


def test_a_school_of_two_sections_is_one_school_in_every_count(county, school):
    """A nine-year school with oversize classes in both sections, and one that states neither, and one that did not hand in."""
    nine = {"kind": "九年一贯制学校", "primary": 200, "junior": 200}
    large = {
        f"{key}_{section}": value
        for section in ("primary", "junior")
        for key, value in (("largest_class", 60), ("oversize_classes", 1))
    }
    found = county(school("丙校", **nine, **large), school("丁校", **nine), expected_only=[school("戊校", **nine)]).verdict("G5")
    assert found["value"] == 1
    assert found["reason"] == (
        "1 所学校有超班额的班级:丙校(小学)最大班额 60 人,应不超过 45 人,超班额班 1 个;"
        "丙校(初中)最大班额 60 人,应不超过 50 人,超班额班 1 个;"
        "1 所学校缺少数据,暂不能判定:丁校;1 所学校没有可用的填报数据:戊校"
    )


@pytest.mark.parametrize(("area", "state"), [(61, "true"), (60.99, "false")])
def test_a_small_rural_school_of_both_sections_has_the_rooms_of_a_junior_school(assess, school, quality, area, state):
    """40 + 40 students in the country, built after 2016: 61 ㎡ because there is a junior section, 54 ㎡ if there were none."""
    smaller = quality.model_copy(update={"options": Options(smaller_music_art_rooms=True)})
    rooms = {"music_rooms": 1, "smallest_music_room": area, "art_rooms": 1, "smallest_art_room": 61, "year_built": 2017}
    nine = school("丙校", "九年一贯制学校", primary=40, junior=40, area_type="乡村", classes_primary=6, classes_junior=3, **rooms)
    assert assess([nine], smaller).verdict("G3")["met"] == state
