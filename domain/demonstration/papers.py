"""What the demonstration county hands in beside its schools: its form, its plan, the stages of the procedure, who mends what.

Belongs here: the rows of these papers and the day on which each was last changed. Does not belong here: what the county states
of itself (``statements``), bytes (``domain.reporting`` writes the forms), any result.
"""

import datetime as dt
from collections.abc import Mapping, Sequence

from data_contracts.school_year import SchoolYear
from domain.demonstration.county import COUNTY_CODE, COUNTY_NAME, YEARS, year_number
from domain.demonstration.draws import whole

COUNTY = (COUNTY_CODE, COUNTY_NAME)
QUALITY = "national-quality-2017"
Row = dict[str, object]

_OFFICE = "青岚县人民政府教育督导室"
# Stage, outcome, month and day, whether in the second calendar year, by whom, why.
_STAGES: tuple[tuple[tuple[str, str, tuple[int, int], bool, str, str], ...], ...] = (
    (
        ("县级自评", "通过", (11, 15), False, _OFFICE, ""),
        (
            "市级复核",
            "退回整改",
            (3, 20),
            True,
            "市人民政府教育督导室",
            "体育运动场馆面积和骨干教师差异系数超过限值，大班额尚未消除",
        ),
    ),
    (
        ("县级自评", "通过", (11, 18), False, _OFFICE, ""),
        ("市级复核", "通过", (3, 25), True, "市人民政府教育督导室", ""),
    ),
    (("省级评估", "退回整改", (11, 10), False, "省人民政府教育督导委员会办公室", "部分学校未达到7项指标要求，监测报告尚未提供"),),
)
# Item, section, target of each of the three years.
_TARGETS: tuple[tuple[str, str | None, tuple[float, float, float]], ...] = (
    ("L2", "小学", (0.58, 0.55, 0.50)),
    ("L2", "初中", (0.68, 0.60, 0.45)),
    ("L5", "小学", (0.68, 0.62, 0.50)),
    ("L5", "初中", (0.49, 0.47, 0.45)),
    ("S1", None, (84, 86, 88)),
    ("Q1", None, (95, 96, 97)),
)
_OWNERS = ("教体局计财股", "教体局人事股", "教体局基教股", "县教育技术装备站", "县项目办")
_MEASURES = {
    "L1": "新招聘教师按学历要求补充，鼓励在职进修",
    "L2": "评选县级骨干教师向薄弱学校倾斜，骨干教师交流任教",
    "L3": "招聘体育、艺术教师，片区内走教",
    "L4": "列入校舍建设年度计划",
    "L5": "征用校旁土地，扩建运动场",
    "L6": "列入年度装备采购计划",
    "L7": "普通教室配齐网络多媒体设备",
}


def county_form_day(year: SchoolYear) -> dt.datetime:
    """When the county form of a year was last changed."""
    return dt.datetime(year.start, 9, 18, 16, 20)


def plan_rows(year: SchoolYear) -> list[Row]:
    """The three-year plan, handed in with the first year; nothing in the years after.

    Raises:
        ValueError: the demonstration does not show that year.
    """
    if year_number(year):
        return []
    head: Row = {"county_code": COUNTY_CODE, "county_name": COUNTY_NAME, "standard": QUALITY}
    return [
        head | {"section": section, "item": item, "target_year": aimed.key, "target": target}
        for item, section, targets in _TARGETS
        for aimed, target in zip(YEARS, targets, strict=True)
    ]


def workflow_rows(year: SchoolYear) -> list[Row]:
    """The stages of the procedure that a year saw.

    Raises:
        ValueError: the demonstration does not show that year.
    """
    head: Row = {"county_code": COUNTY_CODE, "county_name": COUNTY_NAME, "standard": QUALITY}
    return [
        head
        | {"stage": stage, "outcome": outcome, "by_whom": by_whom, "reason": reason}
        | {"date": dt.date(year.start + later, month, day).isoformat()}
        for stage, outcome, (month, day), later, by_whom, reason in _STAGES[year_number(year)]
    ]


def measures(year: SchoolYear, gaps: Sequence[Mapping[str, object]]) -> list[Row]:
    """The ledger of the year before as the county office hands it back: two gaps of three have an owner, a day and a measure.

    Args:
        year: in which it is handed in.
        gaps: rows of ``rectification_ledger`` that are open.
    """
    found = []
    for gap in gaps:
        name, item = str(gap["gap"]), str(gap["item"])
        if whole(1, 3, name, year, "taken up") == 3:
            continue
        due = dt.date(year.start + 1, whole(3, 8, name, year, "month"), whole(1, 28, name, year, "day"))
        owner = _OWNERS[whole(0, len(_OWNERS) - 1, item, "owner")]
        taken: Row = {"owner": owner, "due": due.isoformat(), "measure": _MEASURES.get(item, "列入年度整改计划，逐项销号")}
        found.append(dict(gap) | taken)
    return found
