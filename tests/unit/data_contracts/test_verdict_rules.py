"""Rules of verdict items: every kind is explained with an example that is one, and a malformed rule is told by place and fault.

Belongs here: the shape of rules. Does not belong here: what they find (``tests/golden/test_whole_counties``).
"""

import re
from pathlib import Path
from typing import get_args

import pytest
import yaml
from pydantic import BaseModel

from data_contracts import verdict_rules, verdict_rules_of_schools
from data_contracts.errors import MendableError
from data_contracts.mendable_yaml import read_model
from data_contracts.standard import shipped_standards
from data_contracts.verdict_rules import VerdictItem

PAGE = (Path(__file__).parents[3] / "docs" / "verdict_items.md").read_text(encoding="utf-8")
EXAMPLES = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.S)]
KINDS = {
    get_args(model.model_fields["kind"].annotation)[0]: model
    for model in (vars(verdict_rules) | vars(verdict_rules_of_schools)).values()
    if isinstance(model, type) and issubclass(model, BaseModel) and "kind" in model.model_fields
}


def test_every_kind_has_a_heading_and_an_example_that_is_one():
    assert [VerdictItem.model_validate(one).rule.kind for one in EXAMPLES] == re.findall(r"^### `(\w+)`$", PAGE, re.M)
    assert {one["rule"]["kind"] for one in EXAMPLES} == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_every_parameter_of_a_kind_is_named_under_its_heading(kind):
    part = PAGE.partition(f"### `{kind}`\n")[2].partition("\n### ")[0]
    assert [key for key in KINDS[kind].model_fields if key != "kind" and key not in part and key != "skip"] == []


def test_every_kind_is_used_by_a_shipped_standard():
    rules = [item.rule for standard in shipped_standards() for item in standard.verdict_items]
    used = {rule.kind for rule in rules} | {part.kind for rule in rules for part in getattr(rule, "parts", ())}
    assert used == set(KINDS)


GOOD = {one["rule"]["kind"]: one["rule"] for one in EXAMPLES}
# A rule, and words that the message must hold.
MALFORMED = {
    "a kind that is none": ({"kind": "formula"}, ("没有这一种 kind", "'figure'")),
    "no kind": ({"field": "satisfaction_rate", "at_least": 85}, ("缺少 kind",)),
    "a kind that YAML reads as true": ({"kind": True}, ("没有这一种 kind",)),
    "answers to a figure": ({"kind": "answers", "fields": ["population"]}, ("population 不是是否项目",)),
    "answers to nothing": ({"kind": "answers", "fields": []}, ("rule.answers.fields", "不能为空")),
    "an answer that is none": (GOOD["answers"] | {"answer": "对"}, ("只能是", "否")),
    "a field of schools": (GOOD["figure"] | {"field": "books"}, ("county_fields.csv", "books")),
    "a figure without a limit": ({"kind": "figure", "field": "satisfaction_rate"}, ("只能写一个",)),
    "a figure with two limits": (GOOD["figure"] | {"below": 7000}, ("只能写一个",)),
    "a year that is none": (GOOD["figure"] | {"later": {"2024": 7000}}, ("later", "2024")),
    "a figure against words": (GOOD["not_below"] | {"than": "performance_pay_in_full"}, ("不是数字项目",)),
    "a share of nothing": (GOOD["share"] | {"at_least": 0}, ("应大于 0",)),
    "none_is_met in words": (GOOD["share"] | {"none_is_met": "是"}, ("none_is_met", "true")),
    "a part that is missing": ({k: v for k, v in GOOD["retention"].items() if k != "deaths"}, ("deaths", "缺少")),
    "a key with a typo": (GOOD["survey"] | {"parent": "survey_parents"}, ("rule.survey.parent", "拼写")),
    "a small county without a sample": (
        GOOD["survey"] | {"small_county": {"fewer_residents_than": 400_000}},
        ("small_county.sample", "缺少"),
    ),
    "years since a figure": (GOOD["years_since"] | {"since": "population"}, ("不是日期项目",)),
    "a level that is no whole number": (GOOD["level_and_gap"] | {"level_at_least": 2.5}, ("整数",)),
    "rooms for no class": (GOOD["rooms"] | {"per_classes": 0}, ("应大于 0",)),
    "a school type that is none": (GOOD["school_size"] | {"combined": ["九年制"]}, ("没有办学类型", "九年制")),
    "classes of no student": (GOOD["class_size"] | {"junior": 0}, ("应大于 0",)),
    "teachers of the county": (GOOD["teacher_share"] | {"part": "rotated_teachers"}, ("fields.csv", "rotated_teachers")),
    "an answer of schools in figures": (GOOD["every_school"] | {"field": "books"}, ("books 不是是否字段",)),
    "a type to skip that is none": (GOOD["spending_share"] | {"skip": ["分校"]}, ("分校",)),
    "conditions with a parameter": ({"kind": "school_conditions", "field": "books"}, ("拼写",)),
    "all of one": ({"kind": "all_of", "parts": [GOOD["share"]]}, ("parts",)),
    "all of all": ({"kind": "all_of", "parts": [GOOD["all_of"], GOOD["share"]]}, ("没有这一种 kind",)),
    "parts in two units": ({"kind": "all_of", "parts": [GOOD["share"], GOOD["not_below"]]}, ("单位应相同",)),
}


@pytest.mark.parametrize(("rule", "words"), MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_rule_is_told_by_place_and_fault(rule, words):
    text = yaml.safe_dump({"id": "X1", "title": "自评", "rule": rule}, allow_unicode=True)
    with pytest.raises(MendableError) as caught:
        read_model(VerdictItem, text, "自定.yaml", "标准文件", "Standard file")
    assert "自定.yaml" in caught.value.zh and "rule" in caught.value.zh
    for word in words:
        assert word in caught.value.zh, caught.value.zh
    assert not re.search("Input should|Value error|pydantic", caught.value.zh)


def test_every_kind_has_a_malformed_rule():
    assert {rule.get("kind") for rule, _ in MALFORMED.values()} >= set(KINDS)


def test_fields_that_schools_are_asked_follow_from_the_rules():
    quality = next(standard for standard in shipped_standards() if standard.id == "national-quality-2017")
    asked = {item.id: item.fields for item in quality.verdict_items if item.fields}
    assert asked == {
        "G3": ("classes", "music_rooms", "smallest_music_room", "art_rooms", "smallest_art_room"),
        "G4": ("enrolment",),
        "G5": ("largest_class", "oversize_classes"),
        "G9": ("teachers_trained_360h", "full_time_teachers"),
        "G12": ("certified_teachers", "full_time_teachers"),
        "Q3": ("charter",),
        "Q4": ("training_expenditure", "public_budget"),
        "V1": ("exam_enrolment",),
        "V2": ("key_classes",),
    }
