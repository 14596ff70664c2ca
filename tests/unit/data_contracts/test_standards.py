"""Standards are data: the shipped ones hold the numbers of the official texts, and every malformed file is told in words.

The numbers of the shipped standards are written here by hand, from the norms, not from the files.
"""

import re

import pytest
import yaml

from data_contracts.errors import MendableError
from data_contracts.school_year import SchoolYear, calendar
from data_contracts.standard import Standard, all_standards, fields_in_use, read_standard, shipped_standards
from data_contracts.standards_in_force import in_force

SHIPPED = {standard.id: standard for standard in shipped_standards()}
BASIC, QUALITY = "national-basic-2012", "national-quality-2017"

#      id: key, numerator, per
BASIC_INDICATORS = {
    "B1": ("teaching_area_per_student", ("teaching_area",), ("indoor_sports_area",), 1, "㎡"),
    "B2": ("sports_area_per_student", ("sports_ground_area", "indoor_sports_area"), (), 1, "㎡"),
    "B3": ("equipment_value_per_student", ("equipment_value",), (), 1, "元"),
    "B4": ("computers_per_100", ("teaching_computers",), (), 100, "台"),
    "B5": ("books_per_student", ("books",), (), 1, "册"),
    "B6": ("teachers_per_student", ("full_time_teachers",), (), 1, "人"),
    "B7": ("teachers_above_required_per_student", ("teachers_above_required",), (), 1, "人"),
    "B8": ("teachers_mid_senior_per_student", ("teachers_mid_senior_title",), (), 1, "人"),
}
QUALITY_INDICATORS = {
    "L1": ("teachers_above_required_per_100", ("teachers_above_required",), (), 100, "人"),
    "L2": ("backbone_teachers_per_100", ("backbone_teachers",), (), 100, "人"),
    "L3": ("pe_arts_teachers_per_100", ("pe_arts_teachers",), (), 100, "人"),
    "L4": ("teaching_area_per_student", ("teaching_area",), ("indoor_sports_area",), 1, "㎡"),
    "L5": ("sports_area_per_student", ("sports_ground_area", "indoor_sports_area"), (), 1, "㎡"),
    "L6": ("equipment_value_per_student", ("equipment_value",), (), 1, "元"),
    "L7": ("multimedia_rooms_per_100", ("multimedia_rooms",), (), 100, "间"),
}
THRESHOLDS = {
    "L1": (4.2, 5.3),
    "L2": (1, 1),
    "L3": (0.9, 0.9),
    "L4": (4.5, 5.8),
    "L5": (7.5, 10.2),
    "L6": (2000, 2500),
    "L7": (2.3, 2.4),
}
SPLIT = {
    "九年一贯制学校": {"primary": 1, "junior": 1.1},
    "完全中学": {"junior": 1, "senior": 1.2},
    "十二年一贯制学校": {"primary": 1, "junior": 1.1, "senior": 1.32},
}

OWN = """\
id: county-trial
title: 县自定标准
source: 县教育局文件
effective: {from: 2020-2021, to: 2022-2023}
scope:
  exclude:
    - {field: school_type, values: [教学点], fewer_students_than: 50, reason: 小规模教学点不计入}
split_weights:
  九年一贯制学校: {primary: 1, junior: 1.1}
  完全中学: {junior: 1, senior: 1.2}
  十二年一贯制学校: {primary: 1, junior: 1.1, senior: 1.32}
indicators:
  - id: C1
    key: books_per_student
    title: 生均图书册数
    unit: 册
    numerator: {add: [books]}
    thresholds: {primary: 20, junior: 30}
  - id: C2
    key: computers_per_100
    title: 每百名学生拥有计算机台数
    unit: 台
    numerator: {add: [teaching_computers]}
    per: 100
    thresholds: {primary: 10, junior: 12.5}
school_rule: {at_least: 1, floor_ratio: 0.8}
coefficient_rule: {judge: each, limits: {primary: 0.5, junior: 0.45}}
verdict_items:
  - {id: X1, title: 自评, rule: {kind: figure, field: government_work_score, at_least: 85}}
"""


def content() -> dict:
    return yaml.safe_load(OWN)


def problem(text: str, name: str = "自定.yaml") -> MendableError:
    """What is said about a malformed file: always its name, always in both languages, never the words of a library."""
    with pytest.raises(MendableError) as caught:
        read_standard(text, name)
    error = caught.value
    assert name in error.zh
    assert name in error.en
    assert re.search("[一-鿿]", error.zh.replace(name, ""))
    # Beside places of the file and quoted entries each sentence keeps to its language.
    told = [re.sub(r"'[^']*'?|\S+\.\S+", "", text.replace(name, "")) for text in (error.zh, error.en)]
    assert not re.search(r"[A-Za-z]+ [A-Za-z]+ [A-Za-z]+", told[0]), error.zh
    assert not re.search("[一-鿿]", told[1]), error.en
    assert not re.search("Input should|Value error|pydantic", error.zh), error.zh
    assert "\n" not in error.zh
    return error


def spoilt(path: str, value: object) -> str:
    """The sample with the entry at a dotted path set, or taken out where the value is ``...``."""
    whole = content()
    place: object = whole
    *above, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    for part in above:
        place = place[part]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return yaml.safe_dump(whole, allow_unicode=True, sort_keys=False)


def test_two_national_standards_are_shipped():
    assert [name for name, standard in SHIPPED.items() if standard.judges_counties] == [BASIC, QUALITY]


def national(standards) -> list[str]:
    return [standard.id for standard in standards if standard.judges_counties]


@pytest.mark.parametrize(("standard", "expected"), [(BASIC, BASIC_INDICATORS), (QUALITY, QUALITY_INDICATORS)])
def test_shipped_indicators_are_those_of_the_norms(standard, expected):
    found = {i.id: (i.key, i.numerator.add, i.numerator.subtract, i.per, i.unit) for i in SHIPPED[standard].indicators}
    assert found == expected
    assert list(found) == list(expected)


def test_quality_thresholds_are_those_of_the_norms():
    found = {i.id: (i.thresholds["primary"], i.thresholds["junior"]) for i in SHIPPED[QUALITY].indicators}
    assert found == THRESHOLDS


def test_the_basic_standard_has_no_thresholds_and_no_school_rule():
    assert all(not indicator.thresholds for indicator in SHIPPED[BASIC].indicators)
    assert SHIPPED[BASIC].school_rule is None


def test_the_quality_school_rule_is_six_of_seven_and_85_percent():
    assert (SHIPPED[QUALITY].school_rule.at_least, SHIPPED[QUALITY].school_rule.floor_ratio) == (6, 0.85)


def test_coefficient_rules_are_those_of_the_norms():
    basic, quality = SHIPPED[BASIC].coefficient_rule, SHIPPED[QUALITY].coefficient_rule
    assert (basic.judge, basic.limits) == ("composite", {"primary": 0.65, "junior": 0.55})
    assert (quality.judge, quality.limits) == ("each", {"primary": 0.50, "junior": 0.45})


@pytest.mark.parametrize("standard", [BASIC, QUALITY])
def test_split_weights_are_those_of_the_norms(standard):
    assert SHIPPED[standard].split_weights == SPLIT


def test_the_basic_scope_leaves_out_private_points_special_and_others_schools():
    found = {(e.field, e.values, e.fewer_students_than) for e in SHIPPED[BASIC].scope.exclude}
    assert found == {
        ("school_status", ("停办",), None),
        ("school_type", ("特殊教育学校", "职业学校"), None),
        ("school_type", ("教学点",), None),
        ("ownership", ("民办",), None),
        ("administered_by", ("市属", "省属", "其他"), None),
    }


def test_the_quality_scope_counts_private_schools_and_points_from_fifty_students():
    found = {(e.field, e.values, e.fewer_students_than) for e in SHIPPED[QUALITY].scope.exclude}
    assert found == {
        ("school_status", ("停办",), None),
        ("school_type", ("特殊教育学校", "职业学校"), None),
        ("school_type", ("教学点",), 50),
    }


def test_county_items_of_the_basic_standard():
    found = {item.id: (item.rule.kind, getattr(item.rule, "at_least", None)) for item in SHIPPED[BASIC].verdict_items}
    assert found == {"P-schools": ("school_conditions", None), "GOV": ("figure", 85), "SAT": ("figure", 85)}


def test_the_quality_standard_asks_15_guarantees_9_qualities_recognition_vetoes_and_eligibility():
    items = [item.id for item in SHIPPED[QUALITY].verdict_items]
    guarantees, qualities = [f"G{n}" for n in range(1, 16)], [f"Q{n}" for n in range(1, 10)]
    assert items == [*guarantees, *qualities, "S1", "V1", "V2", "V3", "E1", "E2"]
    recognition = next(item for item in SHIPPED[QUALITY].verdict_items if item.id == "S1")
    assert recognition.rule.at_least == 85


@pytest.mark.parametrize("year", [2010, 2011])
def test_before_2012_nothing_is_in_force(year):
    assert in_force(shipped_standards(), SchoolYear(year)) == ()


@pytest.mark.parametrize(
    "year", [SchoolYear(2012), SchoolYear(2016), *[e.year for e in calendar().values()], SchoolYear(2100)], ids=str
)
def test_standards_in_force_by_year(year):
    expected = [BASIC] if year.start < 2017 else [BASIC, QUALITY]
    assert national(in_force(shipped_standards(), year)) == expected


def test_fields_in_use_follow_the_standards_in_force():
    early, late = (fields_in_use(in_force(shipped_standards(), SchoolYear(year))) for year in (2016, 2017))
    assert {"school_id", "enrolment", "books", "teaching_computers", "ownership"} <= early < late
    assert late - early >= {"backbone_teachers", "pe_arts_teachers", "multimedia_rooms", "music_rooms", "charter"}
    assert "canteen_area" not in late


def test_the_sample_of_these_tests_is_well_formed():
    standard = read_standard(OWN, "自定.yaml")
    assert (standard.id, len(standard.indicators), standard.indicators[0].per, standard.indicators[1].per) == (
        "county-trial",
        2,
        1,
        100,
    )


@pytest.mark.parametrize(("year", "covered"), [(2019, False), (2020, True), (2021, True), (2022, True), (2023, False)])
def test_both_ends_of_the_effective_years_are_included(year, covered):
    assert read_standard(OWN, "自定.yaml").effective.covers(SchoolYear(year)) == covered


# path in the file, what stands there, and words that the Chinese and the English sentence must hold beside file and path.
MALFORMED = {
    "a key with a typo": ("indikators", [], "拼写", "no such key"),
    "a key with a typo in an indicator": ("indicators.0.threshold", {"primary": 1}, "拼写", "no such key"),
    "a key with a typo in a rule": ("school_rule.floor", 0.8, "拼写", "no such key"),
    "no id": ("id", ..., "缺少", "is missing"),
    "no source": ("source", ..., "缺少", "is missing"),
    "an empty source": ("source", "", "不能为空", "must not be empty"),
    "no effective years": ("effective", ..., "缺少", "is missing"),
    "no first year": ("effective.from", ..., "缺少", "is missing"),
    "no indicators": ("indicators", ..., "缺少", "is missing"),
    "an empty list of indicators": ("indicators", [], "不能为空", "must not be empty"),
    "no coefficient rule": ("coefficient_rule", ..., "缺少", "is missing"),
    "no numerator": ("indicators.0.numerator", ..., "缺少", "is missing"),
    "nothing to add": ("indicators.0.numerator.add", [], "不能为空", "must not be empty"),
    "no floor": ("school_rule.floor_ratio", ..., "缺少", "is missing"),
    "a number for a title": ("title", 2017, "应为文字", "must be a text"),
    "a word for a number": ("indicators.0.thresholds.primary", "二十", "应为数字", "number"),
    "a word for a whole number": ("school_rule.at_least", "六", "应为整数", "whole number"),
    "a fraction for a whole number": ("indicators.0.decimals", 2.5, "整数", "whole number"),
    "yes for a whole number": ("school_rule.at_least", True, "应为整数", "whole number"),
    "a per that is neither 1 nor 100": ("indicators.0.per", 10, "只能是 1、100", "must be 1 or 100"),
    "a list for a mapping": ("scope", [], "", ""),
    "a word for a mapping": ("coefficient_rule", "each", "", ""),
    "a mapping for a list": ("indicators", {"id": "C1"}, "", ""),
    "a word for a list of fields": ("indicators.0.numerator.add", "books", "", ""),
    "a threshold of zero": ("indicators.0.thresholds.primary", 0, "应大于 0", "greater than 0"),
    "a negative threshold": ("indicators.0.thresholds.junior", -30, "应大于 0", "greater than 0"),
    "a threshold that is no number": ("indicators.0.thresholds.junior", float("nan"), "", ""),
    "an infinite threshold": ("indicators.0.thresholds.junior", float("inf"), "", ""),
    "a floor above the threshold": ("school_rule.floor_ratio", 85, "应不大于 1", "at most 1"),
    "a limit of zero": ("coefficient_rule.limits.primary", 0, "应大于 0", "greater than 0"),
    "a way to judge that is none": ("coefficient_rule.judge", "all", "只能是", "composite"),
    "a section that is none": (
        "indicators.0.thresholds",
        {"小学": 20, "junior": 30},
        "只能是 primary、junior",
        "primary or junior",
    ),
    "a limit for a section that is none": ("coefficient_rule.limits", {"senior": 0.5}, "senior", "primary"),
    "a weight of zero": ("split_weights.完全中学.senior", 0, "应大于 0", "greater than 0"),
    "an id with blanks": ("id", "My Standard", "写法不符合要求", "in the way that is asked for"),
    "an indicator's id in small letters": ("indicators.0.id", "c1", "写法不符合要求", "in the way that is asked for"),
    "a kind of rule that is none": ("verdict_items.0.rule", {"kind": "hearsay"}, "没有这一种 kind", "'figure'"),
    "a year that is none": ("effective.from", "2020-2022", "2020-2022", "no school year"),
    "a single year": ("effective.from", 2020, "", ""),
    "a last year that is none": ("effective.to", "soon", "soon", "no school year"),
    "an exclusion without values": ("scope.exclude.0.values", [], "不能为空", "must not be empty"),
    "an exclusion below no student": ("scope.exclude.0.fewer_students_than", 0, "应大于 0", "greater than 0"),
    "an exclusion without a reason": ("scope.exclude.0.reason", ..., "缺少", "is missing"),
}


@pytest.mark.parametrize(("path", "value", "zh", "en"), MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_file_is_told_by_file_key_and_what_is_wrong(path, value, zh, en):
    error = problem(spoilt(path, value))
    assert path in error.zh
    assert path in error.en
    assert zh in error.zh
    assert en in error.en
    assert not re.search(r"Input should|Field required|Extra inputs|String should|Value error|validation", error.en)


# path in the file, what stands there, the key whose entry is told, and what the Chinese sentence must name; the English one some of it.
CONTRADICTORY = {
    "a field that is none": (
        "indicators.0.numerator.add",
        ["bookz"],
        "indicators.0.numerator.add",
        ("bookz", "字段目录"),
    ),
    "a field that is none, subtracted": (
        "indicators.0.numerator",
        {"add": ["books"], "subtract": ["bookz"]},
        "indicators.0.numerator.subtract",
        ("bookz",),
    ),
    "words to add": (
        "indicators.0.numerator.add",
        ["books", "charter"],
        "indicators.0.numerator",
        ("charter", "不是数字"),
    ),
    "words to subtract": (
        "indicators.0.numerator",
        {"add": ["books"], "subtract": ["township"]},
        "indicators.0.numerator",
        ("township",),
    ),
    "an item about a field that is none": (
        "verdict_items.0.rule.field",
        "schoolbus",
        "verdict_items.0.rule.figure.field",
        ("schoolbus", "county_fields.csv"),
    ),
    "an exclusion by a field that is none": ("scope.exclude.0.field", "owner", "scope.exclude.0.field", ("owner",)),
    "an exclusion by a field without choices": (
        "scope.exclude.0.field",
        "school_name",
        "scope.exclude.0",
        ("school_name", "不是选择项"),
    ),
    "an exclusion of a value that is none": ("scope.exclude.0.values", ["大学"], "scope.exclude.0", ("大学", "没有取值")),
    "an indicator twice": ("indicators.1.id", "C1", "", ("C1", "重复")),
    "an item with an indicator's id": ("verdict_items.0.id", "C2", "", ("C2", "重复")),
    "a school type without weights": ("split_weights.完全中学", ..., "split_weights", ("完全中学", "缺少")),
    "weights of a type that is none": ("split_weights.大学", {"primary": 1}, "split_weights", ("大学",)),
    "weights of sections that the type has not": (
        "split_weights.完全中学",
        {"primary": 1, "junior": 1.2},
        "split_weights",
        ("完全中学",),
    ),
    "a rule without thresholds": ("indicators.1.thresholds", ..., "school_rule", ("C2", "达标值")),
    "a rule without a threshold for a section": ("indicators.1.thresholds", {"primary": 10}, "school_rule", ("C2", "达标值")),
    "a rule that asks more than there is": ("school_rule.at_least", 3, "school_rule.at_least", ("at_least", "大于指标个数")),
    "years that end before they begin": ("effective.to", "2019-2020", "effective", ("2019-2020",)),
}


@pytest.mark.parametrize(("path", "value", "key", "named"), CONTRADICTORY.values(), ids=CONTRADICTORY)
def test_a_contradiction_is_told_by_file_key_and_what_is_wrong(path, value, key, named):
    error = problem(spoilt(path, value))
    assert key in error.zh
    assert key in error.en
    assert all(name in error.zh for name in named)
    assert any(name in error.en for name in named)


def test_all_problems_are_told_at_once():
    whole = content()
    del whole["source"]
    whole["indicators"][0]["per"] = 10
    whole["titel"] = "x"
    error = problem(yaml.safe_dump(whole, allow_unicode=True))
    assert "3 处" in error.zh
    assert all(key in error.zh and key in error.en for key in ("source", "indicators.0.per", "titel"))


def test_a_key_that_stands_twice_is_not_passed_over():
    error = problem(OWN.replace("thresholds: {primary: 20, junior: 30}", "thresholds: {primary: 20, primary: 25, junior: 30}"))
    assert "primary" in error.zh


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("id: a\ntitle: [未完\nsource: x\n", 3),
        ("id: a\n\ttitle: x\n", 2),
        ("id: a\ntitle: b: c\n", 2),
        ("id: 'a\n", 2),
        ("id: !!python/object:os.system x\n", 1),
    ],
)
def test_what_is_no_yaml_is_told_with_its_line(text, line):
    error = problem(text)
    assert f"第 {line} 行" in error.zh
    assert f"line {line}" in error.en


@pytest.mark.parametrize("text", ["", "\n\n", "# 只有注释\n", "只是一句话", "- 一\n- 二\n", "42"])
def test_an_empty_file_and_what_is_no_mapping_are_told(text):
    error = problem(text)
    assert "空的" in error.zh
    assert "empty" in error.en


def test_a_standard_never_changes():
    with pytest.raises(ValueError, match="frozen"):
        SHIPPED[BASIC].title = "x"


def written(folder, name: str, text: str | bytes):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_own_standards_stand_beside_the_shipped_ones(tmp_path):
    own = written(tmp_path, "自定.yaml", OWN)
    assert national(all_standards([own])) == ["county-trial", BASIC, QUALITY]
    late = national(in_force(all_standards([own]), SchoolYear(2021)))
    assert late == ["county-trial", BASIC, QUALITY]
    assert "county-trial" not in [standard.id for standard in in_force(all_standards([own]), SchoolYear(2023))]


def test_a_byte_order_mark_of_an_editor_does_not_hurt(tmp_path):
    own = written(tmp_path, "自定.yaml", b"\xef\xbb\xbf" + OWN.encode())
    assert "county-trial" in [standard.id for standard in all_standards([own])]


def test_a_file_in_another_encoding_is_told(tmp_path):
    own = written(tmp_path, "自定.yaml", OWN.encode("gb18030"))
    with pytest.raises(MendableError, match="UTF-8") as caught:
        all_standards([own])
    assert "自定.yaml" in caught.value.zh
    assert "自定.yaml" in caught.value.en


def test_binary_rubbish_is_told(tmp_path):
    own = written(tmp_path, "自定.yaml", b"\x00\x01\x02 id: x")
    with pytest.raises(MendableError, match=r"自定\.yaml"):
        all_standards([own])


def test_the_id_of_a_shipped_standard_is_taken(tmp_path):
    own = written(tmp_path, "自定.yaml", OWN.replace("county-trial", QUALITY))
    with pytest.raises(MendableError) as caught:
        all_standards([own])
    for said in (caught.value.zh, caught.value.en):
        assert "自定.yaml" in said
        assert QUALITY in said


def test_two_own_files_with_one_id_are_both_named(tmp_path):
    files = [written(tmp_path, "甲.yaml", OWN), written(tmp_path, "乙.yaml", OWN)]
    with pytest.raises(MendableError) as caught:
        all_standards(files)
    for said in (caught.value.zh, caught.value.en):
        assert all(part in said for part in ("甲.yaml", "乙.yaml", "county-trial"))


def other_weights() -> Standard:
    return read_standard(OWN.replace("完全中学: {junior: 1, senior: 1.2}", "完全中学: {junior: 1, senior: 1.5}"), "自定.yaml")


def test_standards_that_split_differently_cannot_share_a_year():
    with pytest.raises(MendableError) as caught:
        in_force([*shipped_standards(), other_weights()], SchoolYear(2021))
    for said in (caught.value.zh, caught.value.en):
        assert "county-trial" in said
        assert "split_weights" in said
        assert "2021-2022" in said


def test_standards_that_split_differently_may_follow_each_other():
    assert "county-trial" not in [s.id for s in in_force([*shipped_standards(), other_weights()], SchoolYear(2024))]
