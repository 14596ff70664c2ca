"""What each demonstration school would hand in if nothing went wrong: one complete, consistent return a year.

Belongs here: which figure stands at which place of the form, in the form's units, the money of the year, and the ratios
that a school states itself. Does not belong here: mistakes (``mistakes``) and files (``inbox``).
"""

from functools import cache

from data_contracts.catalogue import YUAN_PER_WAN_YUAN, fields, school_types
from data_contracts.school_year import SchoolYear
from data_contracts.standard import shipped_standards, weights_of
from data_contracts.standards_in_force import in_force
from domain.demonstration.county import code_of, is_open, year_number
from domain.demonstration.draws import between, even
from domain.demonstration.facilities import Stock, premises, stocks
from domain.demonstration.roster import POINT, ROSTER, SPECIAL, TOWN, VOCATIONAL, Entry
from domain.demonstration.students import junior_cohort, student_figures
from domain.demonstration.teachers import teacher_figures

Value = int | float | str
Owned = dict[str, dict[str, int | float]]
Place = tuple[str, str | None]
Values = dict[Place, Value]
"""Figures of one school: (field key, section or None for the whole school) → value in the form's unit."""

_FUNDS_PER_STUDENT = {"primary": 720, "junior": 940, "senior": 1300}


def figures(year: SchoolYear) -> dict[str, Values]:
    """A complete return for every open school by its code; a school that is 停办 has none.

    Raises:
        ValueError: the demonstration does not show that year.
    """
    number = year_number(year)
    return {code_of(entry.name): dict(_return(entry, year)) for entry in ROSTER if is_open(entry, number)}


@cache
def _return(entry: Entry, year: SchoolYear) -> Values:
    number = year_number(year)
    found: Values = {}
    found.update(student_figures(entry, number))
    students = {section: int(count) for (key, section), count in found.items() if key == "enrolment" and section}
    classes = {section: int(count) for (key, section), count in found.items() if key == "classes" and section}
    found.update(teacher_figures(entry, number, students, classes))
    owned = {section: _in_form_units(stock) for section, stock in stocks(entry, number).items()}
    found.update(_owned(entry, owned))
    found.update({(key, None): value for key, value in premises(entry, number).items()})
    found.update({(key, None): value for key, value in junior_cohort(entry, number).items()})
    found.update(_art_rooms(entry, number, sum(classes.values())))
    found.update(_other_rooms(entry, number, sum(classes.values()) + -(-students.get("senior", 0) // 50), found))
    found.update(_money_and_rules(entry, number, students))
    if entry.kind not in (SPECIAL, VOCATIONAL) and even(entry.name, "states ratios") < 0.8:
        found.update(_stated_ratios(entry, year, students, owned))
        found.update(_stated_shares(entry, found, sum(students.values())))
    places = [(key, section) for key, field in fields().items() for section in field.places]
    order = {place: number for number, place in enumerate(places)}
    return {place: found[place] for place in sorted(found, key=order.__getitem__)}


def _in_form_units(stock: Stock) -> dict[str, int | float]:
    return {
        "teaching_area": _clean(stock.rooms + stock.indoor_sports),
        "indoor_sports_area": _clean(stock.indoor_sports),
        "sports_ground_area": _clean(stock.ground),
        "equipment_value": _clean(stock.equipment / YUAN_PER_WAN_YUAN),
        "books": stock.books,
        "teaching_computers": stock.computers,
        "multimedia_rooms": stock.multimedia,
    }


def _clean(amount: float) -> int | float:
    """The amount as a clerk writes it: two decimals at most, none where it is whole."""
    rounded = round(amount, 2)
    return int(rounded) if rounded == int(rounded) else rounded


def _whole_school(owned: Owned) -> dict[str, int | float]:
    keys = next(iter(owned.values()))
    return {key: _clean(sum(part[key] for part in owned.values())) for key in keys}


def _owned(entry: Entry, owned: Owned) -> Values:
    whole: Values = {(key, None): value for key, value in _whole_school(owned).items()}
    if not entry.keeps_sections_apart:
        return whole
    return whole | {(key, section): value for section, part in owned.items() for key, value in part.items()}


def _art_rooms(entry: Entry, number: int, classes: int) -> Values:
    found: Values = {}
    for art, least, built in (("music", 96, 0.16), ("art", 90, 0.14)):
        needed = -(-classes // 12)
        # In the first year a few schools lack a room, or have only small ones; some of them are mended each year.
        short = even(entry.name, art, "rooms short") < 0.12 - 0.035 * number
        small = even(entry.name, art, "rooms small") < built - 0.04 * number + (0.25 if classes <= 6 else 0)
        rooms = max(0 if classes < 4 else 1, needed - int(short and needed > 1))
        found[f"{art}_rooms", None] = rooms
        if rooms:
            low, high = (0.62, 0.9) if small else (1.0, 1.28)
            found[f"smallest_{art}_room", None] = int(least * between(low, high, entry.name, art, low) + 0.999)
    return found


def _other_rooms(entry: Entry, number: int, classes: int, found: Values) -> Values:
    name = entry.name
    said: dict[str, Value] = {"classrooms": classes + int(classes * between(0, 0.15, name, "classrooms"))}
    bandwidth = 1000 if classes > 24 or number == 2 else 500 if entry.area == TOWN else 300
    said["internet_bandwidth"] = bandwidth if entry.kind != POINT else 100
    if entry.kind != POINT:
        required = -(-classes // 9) if entry.primary and not entry.junior else -(-classes // 6) + 1
        said["laboratories_required"] = required
        said["laboratories"] = max(1, required - int(even(name, "laboratories") < 0.25 - 0.1 * number))
        said["computer_rooms"] = 1 + classes // 18
        said["reading_rooms"] = 1 + classes // 30
        said["clinics"] = 1
    staff = int(found["staff_total", None])
    said["teacher_computers"] = int(staff * (between(0.75, 0.95, name, "teacher computers") + 0.03 * number))
    return {(key, None): value for key, value in said.items()}


def _money_and_rules(entry: Entry, number: int, students: dict[str, int]) -> Values:
    name = entry.name
    found: Values = {("key_classes", None): "否", ("exam_enrolment", None): "否", ("curriculum_complete", None): "是"}
    if entry.kind == POINT:
        return found
    boarding = 300 if entry.boarding else 0
    budget = 0.0
    for section, count in students.items():
        per_student = _FUNDS_PER_STUDENT[section] + 20 * number + boarding
        per_student = 7500 if entry.kind == SPECIAL else per_student * 2 if entry.private else per_student
        if section != "senior":
            found["public_funds_per_student", section] = per_student
        # A village school of fewer than 100 is given the money of 100.
        budget += max(count, 100 if entry.primary and not entry.junior else 0) * per_student
    share = between(0.0502, 0.072, name, "training share", number)
    if even(name, "training share") < 0.11 - 0.035 * number:
        share = between(0.038, 0.049, name, "training share", number)
    found["public_budget", None] = round(budget / YUAN_PER_WAN_YUAN, 2)
    # Rounded up to a hundredth, so that 5 % stays 5 %.
    found["training_expenditure", None] = int(budget * share / 100 + 1) / 100
    found["charter", None] = "是"
    return found


def _stated_ratios(entry: Entry, year: SchoolYear, students: dict[str, int], owned: Owned) -> Values:
    found: Values = {}
    whole = _whole_school(owned)
    weights: dict[str, float] = {**weights_of(in_force(shipped_standards(), year)).get(entry.kind, {})}
    weighed = sum(count * weights.get(section, 1) for section, count in students.items())
    for section in school_types()[entry.kind].sections:
        count = students[section]
        share = 1.0 if entry.keeps_sections_apart else count * weights.get(section, 1) / weighed
        have = owned[section] if entry.keeps_sections_apart else whole
        stated = {
            "teaching_area": (have["teaching_area"] - have["indoor_sports_area"], 2),
            "sports_area": (have["sports_ground_area"] + have["indoor_sports_area"], 2),
            "equipment_value": (have["equipment_value"] * YUAN_PER_WAN_YUAN, 0),
            "books": (have["books"], 1),
        }
        for what, (amount, digits) in stated.items():
            found[f"reported_{what}_per_student", section] = _stated(amount * share / count, digits)
    return found


def _stated_shares(entry: Entry, found: Values, students: int) -> Values:
    if entry.kind == POINT or entry.senior:
        return {}

    def total(key: str) -> float:
        return sum(float(value) for (one, section), value in found.items() if one == key and section)

    teachers = total("full_time_teachers")
    said: dict[str, float] = {
        "reported_site_area_per_student": _stated(float(found["site_area", None]) / students, 1),
        "reported_building_area_per_student": _stated(float(found["building_area", None]) / students, 1),
        "reported_sports_ground_per_student": _stated(float(found["sports_ground_area", None]) / students, 1),
        "reported_green_area_per_student": _stated(float(found["green_area", None]) / students, 1),
        "reported_qualified_share": _stated(total("qualified_teachers") / teachers * 100, 1),
        "reported_bachelor_share": _stated(total("teachers_bachelor") / teachers * 100, 1),
        "reported_backbone_share": _stated(total("backbone_teachers") / teachers * 100, 1),
        "reported_senior_title_share": _stated(total("teachers_senior_title") / teachers * 100, 1),
    }
    return {(key, None): value for key, value in said.items()}


def _stated(ratio: float, digits: int) -> int | float:
    rounded = round(ratio, digits)
    return int(rounded) if rounded == int(rounded) else rounded
