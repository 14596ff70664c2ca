"""Teachers and posts of the demonstration schools, year by year.

Belongs here: how many teachers a section has, of which training, title and subject; posts, staff, rotation.
Does not belong here: students and classes (``students``), money for training (``returns``).
"""

from domain.demonstration.draws import between, even, lean, uneven
from domain.demonstration.roster import POINT, RURAL, SPECIAL, TOWN, URBAN, Entry

Figures = dict[tuple[str, str | None], int | float]

_SPREAD = {"primary": 0.50, "junior": 0.32}
_PER_STUDENT = {
    "primary": {URBAN: 0.0490, TOWN: 0.0580, RURAL: 0.0680},
    "junior": {URBAN: 0.0720, TOWN: 0.0800, RURAL: 0.0900},
}
# Shares of full-time teachers; teachers with better papers and titles gather in the county seat.
_ABOVE_REQUIRED = {"primary": {URBAN: 0.98, TOWN: 0.95, RURAL: 0.89}, "junior": {URBAN: 0.92, TOWN: 0.86, RURAL: 0.80}}
_MID_SENIOR = {"primary": {URBAN: 0.54, TOWN: 0.46, RURAL: 0.34}, "junior": {URBAN: 0.58, TOWN: 0.50, RURAL: 0.38}}
_PER_100 = {
    "backbone": {
        "primary": {URBAN: 1.0, TOWN: 0.92, RURAL: 0.72},
        "junior": {URBAN: 0.94, TOWN: 0.90, RURAL: 0.74},
    },
    "pe and arts": {
        "primary": {URBAN: 0.90, TOWN: 1.02, RURAL: 0.92},
        "junior": {URBAN: 0.94, TOWN: 1.0, RURAL: 0.92},
    },
}


def teacher_figures(entry: Entry, number: int, students: dict[str, int], classes: dict[str, int]) -> Figures:
    """Every figure about teachers, by field and section or None for the whole school.

    Args:
        students: enrolment by section, senior included.
        classes: classes by section, senior left out.
    """
    found: Figures = {}
    for section, count in classes.items():
        for key, value in _in_section(entry, number, section, students[section], count).items():
            found[key, section] = value
    teachers = sum(value for (key, _), value in found.items() if key == "full_time_teachers")
    backbone = sum(value for (key, _), value in found.items() if key == "backbone_teachers")
    for key, value in _in_school(entry, number, int(teachers), int(backbone), students.get("senior", 0)).items():
        found[key, None] = value
    return found


def _counted(amount: float) -> int:
    return max(0, int(amount + 0.5))


def _narrowing(number: int) -> float:
    """How far apart schools still are: the county moves posts and teachers towards those that lack them."""
    return 1 - 0.08 * number


def _full_time(entry: Entry, number: int, section: str, students: int, classes: int) -> int:
    if entry.kind == SPECIAL:
        return 2 * classes + 3
    if entry.kind == POINT:
        return classes + (1 if students > 40 else 0)
    spread = _SPREAD[section] * _narrowing(number)
    per_student = _PER_STUDENT[section][entry.area] * uneven(spread, entry.name, section, "teachers")
    # A small school needs a teacher for every class, and at junior age for every subject; no school is given more than
    # its classes can use.
    needed = classes * (1.35 if section == "primary" else 2.3) + (1 if section == "primary" else 5)
    most = classes * (3.0 if section == "primary" else 4.6) + 3
    return _counted(min(max(students * per_student * (1 + 0.012 * number), needed), most))


def _in_section(entry: Entry, number: int, section: str, students: int, classes: int) -> dict[str, int]:
    name, near = entry.name, _narrowing(number)
    teachers = _full_time(entry, number, section, students, classes)

    def share(base: float, spread: float, what: str) -> int:
        return min(teachers, _counted(teachers * min(1.0, base + spread * near * lean(name, section, what))))

    def per_100(what: str, most: float, factor: float) -> int:
        base = _PER_100[what][section][entry.area] * (1 + 0.07 * number)
        # Never more than a part of the staff, however rich the school.
        return min(int(teachers * most), _counted(students / 100 * base * factor))

    # Good teachers are many in a few schools; teachers of sports and arts are simply missing in many.
    apart = 1.25 if section == "primary" else 0.85
    backbone = uneven(apart * near, name, section, "backbone")
    pe_arts = max(0.15, 1 + (0.72 if section == "primary" else 0.5) * near * lean(name, section, "pe and arts"))
    above = share(_ABOVE_REQUIRED[section][entry.area] + 0.012 * number, 0.04, "above required")
    mid_senior = share(_MID_SENIOR[section][entry.area] + 0.012 * number, 0.20, "titles")
    # Teachers at junior age must have studied at a college; above that is 本科, so that the two counts are one.
    bachelor = above
    if section == "primary":
        bachelor = _counted(above * (0.58 + 0.04 * number + 0.08 * lean(name, "bachelor")))
    untrained = int(even(name, section, "training", number) < 0.30 - 0.12 * number) * (1 + teachers // 40)
    uncertified = 2 if entry.private and number == 0 else 0
    uncertified += int(even(name, section, "certificate", number) < 0.06 - 0.025 * number)
    oldest = 0.42 if entry.area == RURAL else 0.28
    return {
        "full_time_teachers": teachers,
        "teachers_above_required": above,
        "teachers_mid_senior_title": mid_senior,
        "backbone_teachers": per_100("backbone", 0.45, backbone),
        "pe_arts_teachers": per_100("pe and arts", 0.33, pe_arts),
        "certified_teachers": max(0, teachers - uncertified),
        "teachers_trained_360h": max(0, teachers - untrained),
        "qualified_teachers": max(above, teachers - int(even(name, section, "qualified") < 0.1)),
        "teachers_bachelor": min(above, bachelor),
        "teachers_senior_title": min(mid_senior, _counted(teachers * between(0.05, 0.16, name, section, "senior"))),
        "teachers_age_50_plus": _counted(teachers * between(0.12, oldest, name, section, "age")),
        "itinerant_pe_arts_teachers": int(section == "primary" and entry.area == RURAL and students < 130),
    }


def _in_school(entry: Entry, number: int, teachers: int, backbone: int, senior_students: int) -> dict[str, int]:
    name = entry.name
    senior_teachers = _counted(senior_students * 0.078)
    everyone = teachers + senior_teachers
    if entry.kind == POINT:
        # The parent school keeps the posts and counts the rotation.
        return {"staff": everyone, "substitute_teachers": 0, "staff_total": everyone, "online_space_teachers": teachers}
    employed = everyone + 1 + everyone // (18 if entry.area == URBAN else 14)
    substituted = between(-0.04, 0.05, name, "substitutes") - 0.01 * number
    substitutes = 0 if entry.private else _counted(everyone * max(0.0, substituted))
    posts = 0 if entry.private else _counted(employed * between(0.97, 1.05, name, "posts"))
    eligible = _counted(everyone * between(0.42, 0.58, name, "eligible"))
    rotated = 0 if entry.private else _counted(eligible * between(0.08, 0.15, name, "rotated", number))
    backbone_rotated = _counted(rotated * between(0.15, 0.35, name, "backbone rotated", number))
    using = _counted(everyone * min(1.0, between(0.74, 0.94, name, "online") + 0.04 * number))
    return {
        "teacher_posts": posts,
        "staff": 0 if entry.private else employed,
        "substitute_teachers": substitutes,
        "staff_total": employed + substitutes + _counted(employed * 0.04),
        "teachers_eligible_for_rotation": 0 if entry.private else eligible,
        "teachers_rotated": rotated,
        "backbone_teachers_rotated": min(backbone, rotated, backbone_rotated),
        "online_space_teachers": using,
    }
