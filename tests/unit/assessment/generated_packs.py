"""Invented packs of school conditions, as YAML, one for each kind of school rule and each way of not knowing.

Belongs here: what the product reads. Does not belong here: what they come to; ``oracle_packs`` has them a second time, by hand.
"""

from builders.standards import pack
from data_contracts.standard import Standard

HEAD = """\
id: {id}
title: 某省办学条件({id})
source: 某省〔2020〕1号
grade: A
role: school_conditions
provinces: [{provinces}]
complete: {complete}
effective: {{from: 2012-2013}}
scope:
  exclude:
    - {{field: school_status, values: [停办], reason: 停办学校不计入}}
    - {{field: school_type, values: [特殊教育学校, 职业学校], reason: 特殊教育学校、职业学校不计入}}
"""
NO_POINTS = "    - {field: school_type, values: [教学点], reason: 教学点不计入}\n"
SMALL_POINTS = "    - {field: school_type, values: [教学点], fewer_students_than: 20, reason: 不足20人的教学点不计入}\n"
NO_PRIVATE = "    - {field: ownership, values: [民办], reason: 只评公办学校}\n"
BOOKS = "  - {id: C1, key: books, title: 生均图书, unit: 册, numerator: {add: [books]}, thresholds: {primary: 20, junior: 30}}\n"
COMPUTERS = """\
  - id: C2
    key: students_per_computer
    title: 生机比
    unit: 人/台
    numerator: {add: [enrolment]}
    over: teaching_computers
    sense: at_most
    thresholds: {primary: 10, junior: 8}
"""
GROUND = """\
  - id: C3
    key: sports_ground_per_student
    title: 生均运动场地面积
    unit: ㎡
    numerator: {add: [sports_ground_area]}
    thresholds:
      - {when: {section: primary, area_type: 城区}, value: 3.5}
      - {when: {section: primary}, value: 5}
      - {when: {section: junior, classes: {at_most: 11}}, value: 6}
      - {when: {section: junior}, value: 4.5}
"""
LARGEST_CLASS = """\
  - id: C4
    key: largest_class
    title: 最大班额
    unit: 人
    numerator: {add: [largest_class]}
    over: nothing
    sense: at_most
    thresholds: {primary: 45, junior: 50}
"""
CHARTER = "  - {id: C5, key: charter, title: 制定章程, numerator: {add: [charter], expected: 是}}\n"
TRAINED = """\
  - id: C6
    key: trained_share
    title: 培训完成率
    unit: '%'
    numerator: {add: [teachers_trained_360h]}
    over: full_time_teachers
    per: 100
    thresholds: [{when: {section: junior}, value: 100}]
"""
POINTS = """\
  - id: C7
    key: books_per_student
    title: 生均图书
    unit: 册
    numerator: {add: [books]}
    tiers: [{at_least: 30, points: 5}, {at_least: 20, points: 3}, {at_least: 10, points: 1}]
  - id: C8
    key: students_per_computer
    title: 生机比
    unit: 人/台
    numerator: {add: [enrolment]}
    over: teaching_computers
    sense: at_most
    tiers:
      - {section: primary, at_most: 10, points: 5}
      - {section: junior, at_most: 8, points: 5}
      - {at_most: 16, points: 3}
      - {points: 1}
"""


GRADES = "{kind: grades, grades: [{title: 合格, at_least: 4}, {title: 基本合格, at_least: 3}]}"


def _pack(name: str, provinces: str, scope: str, indicators: str, rule: str, complete: bool = True) -> Standard:
    head = HEAD.format(id=name, provinces=provinces, complete=str(complete).lower())
    return pack(f"{head}{scope}indicators:\n{indicators}school_rule: {rule}\n", "")


PACKS = (
    _pack("missed", "'11'", "", BOOKS + COMPUTERS + GROUND + LARGEST_CLASS + CHARTER, "{kind: at_most_missed, missed: 1}"),
    _pack("all", "'12'", NO_POINTS + NO_PRIVATE, BOOKS + TRAINED, "{kind: all}"),
    _pack("floor", "'1301'", SMALL_POINTS, BOOKS + COMPUTERS + GROUND + TRAINED, "{at_least: 3, floor_ratio: 0.6}"),
    _pack("part", "'14'", "", BOOKS + COMPUTERS + LARGEST_CLASS, "{at_least: 4, of: 5, floor_ratio: 0.6}", complete=False),
    _pack("in-part", "'21'", "", BOOKS + CHARTER, "{kind: all}", complete=False),
    _pack("grades", "'22'", "", BOOKS + COMPUTERS + CHARTER + TRAINED, GRADES),
    _pack("points", "'23'", "", POINTS, "{kind: points, pass_mark: 8}"),
    _pack("junior", "'31'", "", TRAINED, "{kind: all}"),
)
