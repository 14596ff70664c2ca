"""Schools whose figures are complete and contradict nothing, in the units of the forms, unless a test changes them.

Belongs here: figures by (field key, section or None). Does not belong here: how they are written into a file (``workbooks``).
"""

from math import ceil

from data_contracts.catalogue import school_types
from data_contracts.records import RETURN_COLUMNS

Place = tuple[str, str | None]
School = dict[Place, object]

YEAR = "2024-2025"
COUNTY, COUNTY_NAME = "360521", "青禾县"
STUDENTS = {"primary": 450, "junior": 300, "senior": 240}
CLASS_CAP = {"primary": 45, "junior": 50}


def code(number: int) -> str:
    """The school code of the nth school of the county."""
    return f"{COUNTY}{number:04d}"


def school(
    number: int = 1,
    kind: str = "小学",
    *,
    name: str | None = None,
    primary: int | None = None,
    junior: int | None = None,
    senior: int | None = None,
    **changed: object,
) -> School:
    """A school that is accepted without a finding.

    Args:
        number: of its code.
        kind: 办学类型; special-education and vocational schools get a primary or junior section.
        name: its name.
        primary, junior, senior: students; the other figures follow from them.
        changed: column of a return (``books``, ``classes_primary``) → another value; None leaves the cell blank.

    Returns:
        Values by place, in the units of the form.
    """
    given = {"primary": primary, "junior": junior, "senior": senior}
    known = school_types().get(kind)
    sections = tuple(dict.fromkeys((*known.sections, *known.split))) if known else ("primary",)
    sections = sections or (("junior",) if kind == "职业学校" else ("primary",))
    students = {section: STUDENTS[section] if given[section] is None else given[section] for section in sections}
    values: School = {
        ("school_id", None): code(number),
        ("school_name", None): name or f"青禾县第{number}学校",
        ("county_code", None): COUNTY,
        ("county_name", None): COUNTY_NAME,
        ("school_type", None): kind,
        ("ownership", None): "公办",
        ("administered_by", None): "县属",
        ("area_type", None): "镇区",
        ("school_status", None): "正常",
    }
    if kind == "教学点":
        values["parent_school_id", None] = code(9999)
    classes = 0
    for section, count in students.items():
        values["enrolment", section] = count
        if section != "senior":
            classes += ceil(count / CLASS_CAP[section])
            values |= _section(section, count)
    values |= _whole(sum(students.values()), classes)
    for key in ("teaching_area", "sports_ground_area", "equipment_value"):  # no two schools are alike
        values[key, None] = round(values[key, None] + number % 97 / 100, 2) if sum(students.values()) else 0
    if kind == "教学点":
        for key in ("public_budget", "training_expenditure", "charter"):
            del values[key, None]
    for column, value in changed.items():
        place = RETURN_COLUMNS[column]
        if value is None:
            values.pop(place, None)
        else:
            values[place] = value
    return values


def _section(section: str, students: int) -> School:
    teachers = ceil(students / 12)
    figures = {
        "classes": ceil(students / CLASS_CAP[section]),
        "largest_class": min(students, CLASS_CAP[section]),
        "oversize_classes": 0,
        "full_time_teachers": teachers,
        "teachers_above_required": ceil(teachers * 0.8),
        "teachers_mid_senior_title": ceil(teachers * 0.5),
        "backbone_teachers": ceil(students / 80),
        "pe_arts_teachers": ceil(students / 80),
        "certified_teachers": teachers,
        "teachers_trained_360h": teachers,
    }
    return {(key, section): value for key, value in figures.items()}


def _whole(students: int, classes: int) -> School:
    rooms = ceil(classes / 12)
    figures = {
        "teaching_area": round(students * 8.4, 2),
        "indoor_sports_area": round(students * 0.5, 2),
        "sports_ground_area": round(students * 12.5, 2),
        "equipment_value": round(students * 0.31, 2),
        "books": students * 25,
        "teaching_computers": ceil(students / 8),
        "multimedia_rooms": ceil(students / 25),
        "music_rooms": rooms,
        "smallest_music_room": 96 if rooms else None,
        "art_rooms": rooms,
        "smallest_art_room": 90 if rooms else None,
        "public_budget": round(students * 0.072, 2),
        "training_expenditure": round(students * 0.005, 4),
        "charter": "是",
        "key_classes": "否",
        "exam_enrolment": "否",
    }
    return {(key, None): value for key, value in figures.items() if value is not None}
