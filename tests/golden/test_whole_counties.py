"""Whole counties under both national standards: one that meets everything, one for each item that it alone misses, one for
each item that is open.

Belongs here: which item turns, its value, limit and reason. Does not belong here: both sides of each limit
(``test_item_boundaries``). The county and its arithmetic stand in ``whole_counties``.
"""

import math
from dataclasses import dataclass, field

import pytest
from whole_counties import stated, whole_school

QUALITY_ITEMS = [
    "R-schools",
    "R-cv",
    "R-cv",
    *[f"G{n}" for n in range(1, 16)],
    *[f"Q{n}" for n in range(1, 10)],
    "S1",
    "V1",
    "V2",
    "V3",
    "E1",
    "E2",
    "overall",
]
BASIC_ITEMS = ["R-cv", "R-cv", "P-schools", "GOV", "SAT", "overall"]


@dataclass(frozen=True)
class Turn:
    """What is changed in the county that meets everything, and what the item then says."""

    value: float | None
    limit: float | None
    reason: str
    county: dict[str, object] = field(default_factory=dict)
    primary: dict[str, object] = field(default_factory=dict)


NOT_MET = {
    "G1": Turn(0, 1, "“学校规划布局是否合理”填“否”", {"school_layout_reasonable": "否"}),
    "G2": Turn(3, 4, "“教师编制标准是否城乡统一”填“否”", {"unified_staffing_standard": "否"}),
    "G3": Turn(
        1,
        0,
        "1 所学校音乐、美术教室不足:甲小学 24 个班应有音乐教室 2 间,实有 1 间,24 个班应有美术教室 2 间,实有 0 间",
        primary={"classes_primary": 24, "art_rooms": 0, "smallest_art_room": None},
    ),
    "G4": Turn(
        1,
        0,
        "1 所学校规模过大:甲小学 2001 人,应不超过 2000 人",
        primary={"students": 2001},
    ),
    "G5": Turn(
        1,
        0,
        "1 所学校有超班额的班级:甲小学(小学)最大班额 46 人,应不超过 45 人,超班额班 1 个",
        primary={"largest_class_primary": 46, "oversize_classes_primary": 1},
    ),
    "G6": Turn(0, 1, "“不足100人的学校是否按100人核定公用经费”填“否”", {"small_schools_funded_as_100": "否"}),
    "G7": Turn(
        5999,
        6000,
        "特殊教育学校生均公用经费 5999 元,应不低于 6000 元",
        {"special_education_funds_per_student": 5999},
    ),
    "G8": Turn(
        95_999,
        96_000,
        "义务教育教师年平均工资收入 95999 元,当地公务员年平均工资收入 96000 元,低 1 元",
        {"teachers_average_pay": 95_999},
    ),
    # 23 + 24 of 48 teachers are 97.91666… %.
    "G9": Turn(
        100 * 47 / 48,
        100,
        "1 所学校完成360学时培训专任教师数少于专任教师数:甲小学(小学)23 人,少于 24 人",
        primary={"teachers_trained_360h_primary": 23},
    ),
    "G10": Turn(0, 1, "“教职工编制和岗位是否县级统筹分配”填“否”", {"posts_allocated_by_county": "否"}),
    # 20 of 201 are 9.95 %; 4 of 20 are still 20 %.
    "G11": Turn(
        100 * 20 / 201,
        10,
        "交流轮岗的教师数 20 人,符合交流条件的教师数 201 人,占 9.95 %,应不低于 10 %;"
        "交流轮岗的骨干教师数 4 人,交流轮岗的教师数 20 人,占 20 %",
        {"rotation_eligible_teachers": 201},
    ),
    "G12": Turn(
        100 * 47 / 48,
        100,
        "1 所学校持证专任教师数少于专任教师数:甲小学(小学)23 人,少于 24 人",
        primary={"certified_teachers_primary": 23},
    ),
    "G13": Turn(
        94.9,
        95,
        "小学就近划片入学比例 100 %;初中就近划片入学比例 94.9 %,应不低于 95 %",
        {"nearby_enrolment_junior": 94.9},
    ),
    # The figure is met; what fails is the answer, which has no value of its own to show.
    "G14": Turn(
        50,
        50,
        "优质高中招生名额分配比例 50 %;“优质高中名额是否向农村初中倾斜”填“否”",
        {"senior_places_favour_rural": "否"},
    ),
    # 169 of 200 are 84.5 %.
    "G15": Turn(
        84.5,
        85,
        "在公办和政府购买服务民办学校就读的随迁子女数 169 人,符合条件的随迁子女数 200 人,占 84.5 %,应不低于 85 %",
        {"migrant_children_in_public": 169},
    ),
    # (954 − 15 + 10) ÷ (1002 − 2) = 949 ÷ 1000.
    "Q1": Turn(
        94.9,
        95,
        "(毕业 954 − 转入 15 + 转出 10) ÷ (入学 1002 − 死亡 2) = 94.9 %,应不低于 95 %",
        {"retention_graduates": 954},
    ),
    # 37 of 40 are 92.5 %.
    "Q2": Turn(
        92.5,
        95,
        "已入学的适龄残疾儿童少年数 37 人,适龄残疾儿童少年数 40 人,占 92.5 %,应不低于 95 %",
        {"disabled_children_enrolled": 37},
    ),
    "Q3": Turn(1, 0, "1 所学校“是否制定学校章程”填“否”:甲小学", primary={"charter": "否"}),
    # 9 999 of 200 000 are 4.9995 %: with two decimals it would read 5.
    "Q4": Turn(
        4.9995,
        5,
        "1 所学校教师培训经费占年度公用经费预算总额的比例低于 5 %:甲小学 9999 元 ÷ 200000 元 = 4.9995 %",
        primary={"training_expenditure": 9_999},
    ),
    "Q5": Turn(1, 2, "“设施设备利用率是否达到较高水平”填“否”", {"facilities_well_used": "否"}),
    "Q6": Turn(0, 1, "“德育和校园文化建设是否达到良好以上”填“否”", {"moral_education_good": "否"}),
    "Q7": Turn(0, 1, "“课程是否开齐开足、教学秩序规范”填“否”", {"curriculum_in_full": "否"}),
    "Q8": Turn(0, 1, "“是否无过重课业负担”填“否”", {"no_excessive_workload": "否"}),
    "Q9": Turn(0.15, 0.15, "学业水平 Ⅲ 级;校际差异率 0.15,应低于 0.15", {"monitoring_gap": 0.15}),
    "S1": Turn(
        84.9,
        85,
        "社会认可度 84.9 %(调查 750 人,家长 375 人,有效问卷 525 份),应不低于 85 %",
        {"recognition_rate": 84.9},
    ),
    "V1": Turn(1, 0, "1 所学校“是否以考试方式招生”填“是”:甲小学", primary={"exam_enrolment": "是"}),
    "V2": Turn(1, 0, "1 所学校“是否设重点班”填“是”:甲小学", primary={"key_classes": "是"}),
    "V3": Turn(0, 1, "“是否存在违规择校”填“是”", {"illegal_school_choice": "是"}),
    "E1": Turn(
        2,
        3,
        "基本均衡通过国家认定的日期 2021-10-15,申请优质均衡督导评估的日期 2024-10-14,相隔满 2 年,应满 3 年",
        {"quality_applied_on": "2024-10-14"},
    ),
    "E2": Turn(0, 1, "“年度监测是否持续保持较高水平”填“否”", {"yearly_monitoring_high": "否"}),
}
# G4 is not among them: students are always stated where a school is accepted; see the school that did not hand in below.
PENDING = {
    "G1": Turn(0, 1, "县级填报表未填:学校规划布局是否合理", {"school_layout_reasonable": None}),
    "G2": Turn(3, 4, "县级填报表未填:学校建设标准是否城乡统一", {"unified_construction_standard": None}),
    "G3": Turn(0, 0, "1 所学校缺少数据,暂不能判定:甲小学", primary={"smallest_music_room": None}),
    "G5": Turn(0, 0, "1 所学校缺少数据,暂不能判定:甲小学", primary={"largest_class_primary": None}),
    "G6": Turn(0, 1, "县级填报表未填:不足100人的学校是否按100人核定公用经费", {"small_schools_funded_as_100": None}),
    "G7": Turn(None, 6000, "县级填报表未填:特殊教育学校生均公用经费", {"special_education_funds_per_student": None}),
    "G8": Turn(96_000, None, "县级填报表未填:当地公务员年平均工资收入", {"civil_servants_average_pay": None}),
    "G9": Turn(100, 100, "1 所学校缺少数据,暂不能判定:甲小学", primary={"teachers_trained_360h_primary": None}),
    "G10": Turn(0, 1, "县级填报表未填:教职工编制和岗位是否县级统筹分配", {"posts_allocated_by_county": None}),
    "G11": Turn(
        None,
        20,
        "交流轮岗的教师数 20 人,符合交流条件的教师数 200 人,占 10 %;县级填报表未填:交流轮岗的骨干教师数",
        {"rotated_backbone_teachers": None},
    ),
    "G12": Turn(100, 100, "1 所学校缺少数据,暂不能判定:甲小学", primary={"certified_teachers_primary": None}),
    "G13": Turn(
        None,
        100,
        "县级填报表未填:小学就近划片入学比例;初中就近划片入学比例 95 %",
        {"nearby_enrolment_primary": None},
    ),
    "G14": Turn(
        50,
        50,
        "优质高中招生名额分配比例 50 %;县级填报表未填:优质高中名额是否向农村初中倾斜",
        {"senior_places_favour_rural": None},
    ),
    "G15": Turn(None, 85, "县级填报表未填:符合条件的随迁子女数", {"migrant_children_eligible": None}),
    "Q1": Turn(None, 95, "县级填报表未填:三年内死亡学生数", {"retention_deaths": None}),
    "Q2": Turn(None, 95, "县级填报表未填:已入学的适龄残疾儿童少年数", {"disabled_children_enrolled": None}),
    "Q3": Turn(0, 0, "2 所学校均符合要求;县级填报表未填:学校管理与教学是否信息化", {"management_digital": None}),
    "Q4": Turn(5, 5, "1 所学校缺少数据,暂不能判定:甲小学", primary={"public_budget": None}),
    "Q5": Turn(1, 2, "县级填报表未填:教师能否熟练运用信息化手段组织教学", {"teachers_use_technology": None}),
    "Q6": Turn(0, 1, "县级填报表未填:德育和校园文化建设是否达到良好以上", {"moral_education_good": None}),
    "Q7": Turn(0, 1, "县级填报表未填:课程是否开齐开足、教学秩序规范", {"curriculum_in_full": None}),
    "Q8": Turn(0, 1, "县级填报表未填:是否无过重课业负担", {"no_excessive_workload": None}),
    "Q9": Turn(0.149, 0.15, "校际差异率 0.149;县级填报表未填:国家义务教育质量监测学业水平等级", {"monitoring_level": None}),
    # 374 of 750 are 49.87 %.
    "S1": Turn(
        85,
        85,
        "调查无效,不能作为依据:家长 374 人,占 49.87 %,应不低于调查人数的 50 %",
        {"survey_parents": 374},
    ),
    "V1": Turn(0, 0, "1 所学校缺少数据,暂不能判定:甲小学", primary={"exam_enrolment": None}),
    "V2": Turn(0, 0, "1 所学校缺少数据,暂不能判定:甲小学", primary={"key_classes": None}),
    "V3": Turn(0, 1, "县级填报表未填:是否存在违规择校", {"illegal_school_choice": None}),
    "E1": Turn(None, 3, "县级填报表未填:申请优质均衡督导评估的日期", {"quality_applied_on": None}),
    "E2": Turn(0, 1, "县级填报表未填:年度监测是否持续保持较高水平", {"yearly_monitoring_high": None}),
}


@pytest.fixture
def county(fit_school, assess, quality):
    """The whole assessment of the county under the quality standard with some figures changed."""

    def judged(turn: Turn | None = None, *more, **also):
        turn = turn or Turn(None, None, "")
        schools = [whole_school(fit_school, "甲小学", **turn.primary), whole_school(fit_school, "乙初中", "junior"), *more]
        return assess(schools, also.pop("standard", quality), stated=stated(**turn.county), **also)

    return judged


def states(assessment) -> dict[str, str]:
    """The state of every item that is not met or pending, without the overall one."""
    rows = assessment.verdicts[assessment.verdicts["item"] != "overall"]
    return {row.item: row.met for row in rows.itertuples() if row.met != "true"}


def test_a_county_that_meets_every_item_meets_the_quality_standard(county):
    found = county()
    assert list(found.verdicts["item"]) == QUALITY_ITEMS
    assert set(found.verdicts["met"]) == {"true"}
    overall = found.verdict("overall")
    assert (overall["value"], overall["limit"]) == (33, 33)
    assert found.verdict("Q1")["reason"] == "(毕业 955 − 转入 15 + 转出 10) ÷ (入学 1002 − 死亡 2) = 95 %"
    assert found.verdict("G3")["reason"] == "2 所学校均符合要求"


@pytest.mark.parametrize("item", NOT_MET)
def test_a_county_that_misses_one_item_alone_misses_the_standard_and_it_is_named(county, item):
    turn = NOT_MET[item]
    found = county(turn)
    assert states(found) == {item: "false"}
    row = found.verdict(item)
    assert row["reason"] == turn.reason
    assert row["value"] == pytest.approx(turn.value, rel=1e-12)
    assert row["limit"] == turn.limit
    overall = found.verdict("overall")
    assert (overall["met"], overall["reason"]) == ("false", f"未达到:{item}")


@pytest.mark.parametrize("item", PENDING)
def test_a_county_with_one_open_item_is_pending_and_it_is_named(county, item):
    turn = PENDING[item]
    found = county(turn)
    assert states(found) == {item: "pending"}
    row = found.verdict(item)
    assert row["reason"] == turn.reason
    for column, expected in (("value", turn.value), ("limit", turn.limit)):
        assert (row[column] == expected) if expected is not None else row.isna()[column]
    overall = found.verdict("overall")
    assert (overall["met"], overall["reason"]) == ("pending", f"待定:{item}")


def test_every_item_of_the_standard_has_a_county_that_misses_it_and_one_in_which_it_is_open(quality):
    items = {item.id for item in quality.verdict_items}
    assert set(NOT_MET) == items
    assert set(PENDING) == items - {"G4"}


def test_the_resource_part_alone_can_fail(fit_school, county):
    # 84 % of 4.5 ㎡ · 400 are below the floor of 85 %; one school of each section has no coefficient but 0.
    found = county(Turn(None, None, "", primary={"teaching_area": 0.84 * 4.5 * 400}))
    assert states(found) == {"R-schools": "false"}
    # Equal schools with 2000 and 20 000 yuan per student: mean 11 000, deviation 9000, 9/11 = 0.818 > 0.50.
    rich = whole_school(fit_school, "丙小学", equipment_value=20_000 * 400)
    found = county(None, rich)
    assert states(found) == {"R-cv": "false"}
    assert found.verdict("overall")["reason"] == "未达到:R-cv(小学)"


def test_a_school_that_did_not_hand_in_leaves_what_schools_decide_open(fit_school, county):
    found = county(expected_only=[whole_school(fit_school, "丙小学")])
    decided = {"G3", "G4", "G5", "G9", "G12", "Q3", "Q4", "V1", "V2", "R-schools"}
    assert states(found) == dict.fromkeys(decided, "pending")
    assert found.verdict("G4")["reason"] == "1 所学校没有可用的填报数据:丙小学"
    # What fails wins over what is open.
    turn = Turn(None, None, "", primary={"key_classes": "是"})
    found = county(turn, expected_only=[whole_school(fit_school, "丙小学")])
    row = found.verdict("V2")
    assert (row["met"], row["reason"]) == (
        "false",
        "1 所学校“是否设重点班”填“是”:甲小学;1 所学校没有可用的填报数据:丙小学",
    )


def test_schools_that_fail_are_named_in_the_registers_order_ten_of_them(fit_school, county):
    many = [whole_school(fit_school, f"丙{n}小学", key_classes="是") for n in range(11, 0, -1)]
    row = county(None, *many).verdict("V2")
    names = "、".join(f"丙{n}小学" for n in range(11, 1, -1))
    assert (row["value"], row["reason"]) == (11, f"11 所学校“是否设重点班”填“是”:{names}等 11 所")


def test_a_teaching_point_is_not_asked_for_charter_and_accounts(fit_school, county):
    point = {"kind": "教学点", "students": 50, "charter": None, "public_budget": None, "training_expenditure": None}
    found = county(None, whole_school(fit_school, "丙教学点", **point))
    assert states(found) == {}
    assert found.verdict("Q4")["reason"] == "2 所学校均符合要求;1 所教学点不填报此项,没有计入"
    # Nor does one that did not hand in keep these items open.
    found = county(expected_only=[whole_school(fit_school, "丙教学点", **point)])
    assert "Q4" not in states(found)
    assert states(found)["V1"] == "pending"


def test_a_county_without_a_form_or_without_schools_has_shown_nothing(assess, fit_school, quality):
    found = assess([whole_school(fit_school, "甲小学"), whole_school(fit_school, "乙初中", "junior")], quality)
    open_items = states(found)
    assert set(open_items.values()) == {"pending"}
    assert set(NOT_MET) - set(open_items) == {"G3", "G4", "G5", "G9", "G12", "Q4", "V1", "V2"}
    assert found.verdict("Q2")["reason"] == "没有县级填报表的数据"
    special = whole_school(fit_school, "特教学校", kind="特殊教育学校")
    found = assess([special], quality, stated=stated())
    assert set(states(found)) == {"R-schools", "R-cv", "G3", "G4", "G5", "G9", "G12", "Q3", "Q4", "V1", "V2"}
    row = found.verdict("G3")
    assert (row["met"], row["reason"]) == ("pending", "没有需要判定的学校")
    assert row.isna()["value"]


def test_what_a_county_does_not_state_is_named_once_for_an_item_of_several_parts(county):
    turn = Turn(None, None, "", {"nearby_enrolment_primary": None, "nearby_enrolment_junior": None})
    found = county(turn)
    assert states(found) == {"G13": "pending"}
    assert found.verdict("G13")["reason"] == "县级填报表未填:小学就近划片入学比例、初中就近划片入学比例"


def test_an_answer_without_evidence_counts_and_it_is_told(quality, assess, fit_school):
    schools = [whole_school(fit_school, "甲小学"), whole_school(fit_school, "乙初中", "junior")]
    bare = ("school_layout_reasonable", "unified_staffing_standard", "unified_equipment_standard")
    found = assess(schools, quality, stated=stated(), without_evidence=bare)
    assert (found.verdict("G1")["met"], found.verdict("G1")["reason"]) == ("true", "未附佐证材料")
    assert found.verdict("G2")["reason"] == "未附佐证材料:教师编制标准是否城乡统一、基本装备配置标准是否城乡统一"


def pack(quality, **changed):
    """A province's standard of school conditions: the seven indicators of the quality standard, for counties of 34."""
    title = "样省义务教育学校办学条件标准"
    change = {"id": "conditions-34", "title": title, "role": "school_conditions", "provinces": ("34",), "verdict_items": ()}
    return quality.model_copy(update=change | changed)


@pytest.fixture
def basic_county(fit_school, assess, basic, quality):
    """The verdicts of the county under the basic standard, with a province's pack."""

    def judged(turn: Turn | None = None, *more, packs=None, **also):
        turn = turn or Turn(None, None, "")
        schools = [whole_school(fit_school, "甲小学", **turn.primary), whole_school(fit_school, "乙初中", "junior"), *more]
        packs = [pack(quality)] if packs is None else packs
        return assess(schools, basic, stated=stated(**turn.county), packs=packs, **also)

    return judged


def test_a_county_that_meets_every_item_meets_the_basic_standard(basic_county):
    found = basic_county()
    assert list(found.verdicts["item"]) == BASIC_ITEMS
    assert set(found.verdicts["met"]) == {"true"}
    row = found.verdict("P-schools")
    assert (row["value"], row["limit"]) == (2, 2)


@pytest.mark.parametrize(
    ("item", "field", "reason"),
    [
        ("GOV", "government_work_score", "政府推进义务教育均衡发展工作评估得分 84.99 分,应不低于 85 分"),
        ("SAT", "satisfaction_rate", "公众满意度 84.99 %,应不低于 85 %"),
    ],
)
def test_the_basic_standard_asks_85_of_the_government_and_of_the_public(basic_county, item, field, reason):
    found = basic_county(Turn(None, None, "", {field: 84.99}))
    assert states(found) == {item: "false"}
    assert found.verdict(item)["reason"] == reason
    assert found.verdict("overall")["reason"] == f"未达到:{item}"
    assert states(basic_county(Turn(None, None, "", {field: None}))) == {item: "pending"}


def test_the_composite_alone_can_fail(fit_school, basic_county):
    """A school of equal size with ten times of everything: every coefficient is (10 − 1)/(10 + 1) = 0.818, so is their mean."""
    ten = {key: value * 10 for key, value in whole_school(fit_school, "丙").items() if isinstance(value, float)}
    more = {"books": 90_000, "teaching_computers": 600, "full_time_teachers_primary": 240}
    found = basic_county(None, whole_school(fit_school, "丙小学", **(ten | more | {"teachers_mid_senior_title_primary": 120})))
    assert states(found) == {"R-cv": "false"}
    assert found.verdict("R-cv", "primary")["value"] == pytest.approx(9 / 11, rel=1e-12)


def test_the_conditions_of_the_province_decide_on_the_schools(fit_school, basic_county, quality):
    below = {"teaching_area": 0.84 * 4.5 * 400}
    found = basic_county(Turn(None, None, "", primary=below))
    assert states(found) == {"P-schools": "false"}
    assert found.verdict("P-schools")["reason"] == "1 个校段不达标:甲小学"
    # Of an incomplete pack a failing school decides, schools that meet it do not.
    partly = [pack(quality, complete=False)]
    assert states(basic_county(Turn(None, None, "", primary=below), packs=partly)) == {"P-schools": "false"}
    found = basic_county(packs=partly)
    assert states(found) == {"P-schools": "pending"}
    assert found.verdict("P-schools")["reason"] == "“样省义务教育学校办学条件标准”没有收全本省的条件,已有的条件没有校段不达标"
    # A pack that says of each condition whether it is met, and not when a school complies.
    found = basic_county(Turn(None, None, "", primary=below), packs=[pack(quality, school_rule=None)])
    assert states(found) == {"P-schools": "pending"}
    told = found.verdict("P-schools")
    assert told["reason"].startswith("“样省义务教育学校办学条件标准”没有规定学校怎样算达标") and math.isnan(told["limit"])
    # A school that did not hand in, and a province that has no pack.
    found = basic_county(expected_only=[whole_school(fit_school, "丙小学")])
    assert states(found) == {"P-schools": "pending"}
    for packs in ([], [pack(quality, provinces=("35",))]):
        found = basic_county(packs=packs)
        assert states(found) == {"P-schools": "pending"}
        assert found.verdict("P-schools")["reason"] == "没有本省的学校办学条件标准"
