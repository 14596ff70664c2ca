"""An independent judgement of the items beyond resources, in exact rational arithmetic.

Belongs here: G1–G15, Q1–Q9, S1, V1–V3, E1–E2, GOV and SAT, written by hand from the legal texts and sharing nothing with the
product. Does not belong here: resources and coefficients (``oracle``), values and wording.

A school is the dict of ``oracle`` with ``"words"`` beside it: area_type, charter, key_classes, exam_enrolment. What a county
states is ``{field: Fraction | "是" | "否" | date}``; what is not in it is not stated.
"""

from datetime import date
from fractions import Fraction

from oracle import counted, filled_sections, in_scope, known_sections, reaches, within

YES, NO, OPEN = "true", "false", "pending"


def worst(states: list[str]) -> str:
    """Not met, else open, else met."""
    return NO if NO in states else OPEN if OPEN in states else YES


def answer(stated: dict, field: str, right: str = "是") -> str:
    """One answer of the county."""
    return OPEN if field not in stated else YES if stated[field] == right else NO


def at_least(stated: dict, field: str, limit: int) -> str:
    """One figure of the county."""
    return OPEN if field not in stated else YES if reaches(stated[field], Fraction(limit)) else NO


def share(stated: dict, part: str, whole: str, percent: int, of_none: str = OPEN) -> str:
    """part : whole in %; what is said of a whole of 0."""
    if stated.get(whole) == 0:
        return of_none
    if part not in stated or whole not in stated:
        return OPEN
    return YES if reaches(100 * stated[part] / stated[whole], Fraction(percent)) else NO


def retention(stated: dict) -> str:
    """(graduates − in + out) : (entrants − deaths) in %."""
    fields = ["graduates", "transfers_in", "transfers_out", "entrants", "deaths"]
    if any(f"retention_{field}" not in stated for field in fields):
        return OPEN
    graduates, arrived, left, entrants, deaths = (stated[f"retention_{field}"] for field in fields)
    if entrants <= deaths:
        return OPEN
    return YES if reaches(100 * (graduates - arrived + left) / (entrants - deaths), Fraction(95)) else NO


def survey(stated: dict) -> str:
    """A valid survey of enough residents, half of them parents, 70 % of returns usable; then the rate decides."""
    fields = ["population", "survey_sent", "survey_parents", "survey_returned_usable", "recognition_rate"]
    if any(field not in stated for field in fields):
        return OPEN
    residents, asked, parents, usable, rate = (stated[field] for field in fields)
    least = Fraction(600) if residents < 400_000 else residents * Fraction("0.0015")
    if not reaches(asked, least) or not reaches(2 * parents, asked) or not reaches(10 * usable, 7 * asked):
        return OPEN
    return YES if reaches(rate, Fraction(85)) else NO


def three_years(stated: dict) -> str:
    """The day three years after recognition has come; after 29 February the last day of February."""
    if "basic_recognised_on" not in stated or "quality_applied_on" not in stated:
        return OPEN
    begun: date = stated["basic_recognised_on"]
    try:
        full = begun.replace(year=begun.year + 3)
    except ValueError:
        full = date(begun.year + 3, 2, 28)
    return YES if stated["quality_applied_on"] >= full else NO


def monitoring(stated: dict) -> str:
    """Level III or higher, and a gap strictly below 0.15, equality by the documented tolerance."""
    level = OPEN if "monitoring_level" not in stated else YES if stated["monitoring_level"] >= 3 else NO
    gap = OPEN if "monitoring_gap" not in stated else NO if reaches(stated["monitoring_gap"], Fraction("0.15")) else YES
    return worst([level, gap])


def figure(school: dict, key: str, *sections: str | None) -> Fraction | None:
    """A figure of a school, added up over sections; None where one is missing."""
    found = [school["figures"].get((key, section)) for section in sections]
    return None if None in found else sum(found, Fraction(0))


def built_by(school: dict, year: int) -> bool | None:
    """Whether it was built by a year; None where that is not known."""
    built = figure(school, "year_built", None)
    return None if built is None else built <= year


def either(*known: bool | None) -> bool | None:
    """True where one is true, else unknown where one is unknown."""
    return True if True in known else None if None in known else False


def rooms(school: dict, options: dict) -> str:
    """One music and one art room for every 12 classes begun, 96 and 90 ㎡; less where the option allows it."""
    sections = filled_sections(school)
    classes = figure(school, "classes", *sections)
    students = sum(school["students"][section] for section in sections)
    need = None if classes is None else -(-classes // 12)
    where = school["words"].get("area_type")
    rural = students < 100 and (None if where is None else where == "乡村")
    states = []
    for count_field, size_field, area, smaller in (
        ("music_rooms", "smallest_music_room", 96, 73),
        ("art_rooms", "smallest_art_room", 90, 67),
    ):
        count, size = figure(school, count_field, None), figure(school, size_field, None)
        states.append(OPEN if count is None or need is None else YES if count >= need else NO)
        if count == 0 or need == 0:
            continue
        if size is None:
            states.append(OPEN)
            continue
        # Every area that the school may or might claim.
        claims = [(True, area)]
        if options.get("smaller_music_art_rooms"):
            claims += [(built_by(school, 2016), smaller), (rural, 61 if "junior" in sections else 54)]
        enough = either(*(claim if reaches(size, Fraction(limit)) else False for claim, limit in claims))
        states.append({True: YES, None: OPEN, False: NO}[enough])
    return worst(states)


def size(school: dict, options: dict) -> str:
    """2000 students, 2500 in nine- and twelve-year schools; 2400 and 3000 where the option allows it."""
    sections = filled_sections(school)
    students = Fraction(sum(school["students"][section] for section in sections))
    both = school["type"] in ("九年一贯制学校", "十二年一贯制学校")
    if within(students, Fraction(2500 if both else 2000)):
        return YES
    if not options.get("relaxed_size_caps") or not within(students, Fraction(3000 if both else 2400)):
        return NO
    migrants = figure(school, "migrant_students", *sections)
    many = None if migrants is None else not within(100 * migrants / students, Fraction(50))
    return {True: YES, None: OPEN, False: NO}[either(built_by(school, 2010), many)]


def class_size(school: dict, section: str) -> str:
    """No oversize class and none above 45 or 50."""
    oversize, largest = figure(school, "oversize_classes", section), figure(school, "largest_class", section)
    return worst(
        [
            OPEN if oversize is None else YES if oversize == 0 else NO,
            OPEN if largest is None else YES if largest <= (45 if section == "primary" else 50) else NO,
        ]
    )


def all_teachers(school: dict, section: str, key: str) -> str:
    """All full-time teachers of a section."""
    part, whole = figure(school, key, section), figure(school, "full_time_teachers", section)
    return OPEN if part is None or whole is None else YES if reaches(part, whole) else NO


def said(school: dict, key: str, right: str) -> str:
    """The answer of a school."""
    text = school["words"].get(key)
    return OPEN if text is None else YES if text == right else NO


def training(school: dict) -> str:
    """5 % of the budget of public funds."""
    part, whole = figure(school, "training_expenditure", None), figure(school, "public_budget", None)
    if part is None or whole is None or whole == 0:
        return OPEN
    return YES if reaches(100 * part / whole, Fraction(5)) else NO


def items(schools: list[dict], county: str, stated: dict, options: dict) -> dict[str, str]:
    """State of every item of the quality standard beyond resources, for one county."""
    local = [school for school in schools if school["county"] == county]
    here = counted(local, "quality")
    each = [school for number, school in enumerate(local) if any(one is school for one, _ in here)]
    waiting = [
        school
        for school in local
        for section in known_sections(school)
        if in_scope(school, section, "quality") is None
        or (in_scope(school, section, "quality") and section not in filled_sections(school))
    ]

    def of_schools(states: list[str], asked_of_points: bool = True) -> str:
        absent = [school for school in waiting if asked_of_points or school["type"] != "教学点"]
        return worst([*states, *[OPEN] * len(absent), *([] if states or absent else [OPEN])])

    owners = [school for school in each if school["type"] != "教学点"]
    yes = {
        "G1": ["school_layout_reasonable"],
        "G2": [
            f"unified_{part}"
            for part in ("construction_standard", "staffing_standard", "public_funds_quota", "equipment_standard")
        ],
        "G6": ["small_schools_funded_as_100"],
        "G10": ["posts_allocated_by_county"],
        "Q5": ["teachers_use_technology", "facilities_well_used"],
        "Q6": ["moral_education_good"],
        "Q7": ["curriculum_in_full"],
        "Q8": ["no_excessive_workload"],
        "E2": ["yearly_monitoring_high"],
    }
    pay, others = stated.get("teachers_average_pay"), stated.get("civil_servants_average_pay")
    paid = OPEN if pay is None or others is None else YES if reaches(pay, others) else NO
    return {
        **{item: worst([answer(stated, field) for field in fields]) for item, fields in yes.items()},
        "G3": of_schools([rooms(school, options) for school in each]),
        "G4": of_schools([size(school, options) for school in each]),
        "G5": of_schools([class_size(school, section) for school, section in here]),
        "G7": at_least(stated, "special_education_funds_per_student", 6000),
        "G8": worst([paid, answer(stated, "performance_pay_in_full")]),
        "G9": of_schools([all_teachers(school, section, "teachers_trained_360h") for school, section in here]),
        "G11": worst(
            [
                share(stated, "rotated_teachers", "rotation_eligible_teachers", 10),
                share(stated, "rotated_backbone_teachers", "rotated_teachers", 20),
            ]
        ),
        "G12": of_schools([all_teachers(school, section, "certified_teachers") for school, section in here]),
        "G13": worst([at_least(stated, "nearby_enrolment_primary", 100), at_least(stated, "nearby_enrolment_junior", 95)]),
        "G14": worst([at_least(stated, "senior_places_allocated", 50), answer(stated, "senior_places_favour_rural")]),
        "G15": worst(
            [
                answer(stated, "left_behind_care_system"),
                share(stated, "migrant_children_in_public", "migrant_children_eligible", 85, of_none=YES),
            ]
        ),
        "Q1": retention(stated),
        "Q2": share(stated, "disabled_children_enrolled", "disabled_children", 95, of_none=YES),
        "Q3": worst([of_schools([said(s, "charter", "是") for s in owners], False), answer(stated, "management_digital")]),
        "Q4": of_schools([training(school) for school in owners], False),
        "Q9": monitoring(stated),
        "S1": survey(stated),
        "V1": of_schools([said(school, "exam_enrolment", "否") for school in each]),
        "V2": of_schools([said(school, "key_classes", "否") for school in each]),
        "V3": answer(stated, "illegal_school_choice", "否"),
        "E1": three_years(stated),
    }


def basic_items(stated: dict, provincial: str) -> dict[str, str]:
    """P-schools as ``oracle_packs`` has it, GOV and SAT of the basic standard."""
    return {
        "P-schools": provincial,
        "GOV": at_least(stated, "government_work_score", 85),
        "SAT": at_least(stated, "satisfaction_rate", 85),
    }
