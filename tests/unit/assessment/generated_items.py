"""What generated schools and counties state on the items beyond resources, most of it on or beside a limit.

A third of the counties is sound but for one fault at most, so that items, and the verdict as a whole, are met as well.

Belongs here: how it is drawn. Does not belong here: any rule by which it is judged.
"""

from datetime import date
from fractions import Fraction

from generated_counties import counties, sound_counties
from hypothesis import strategies as st

ANSWERS = (
    "school_layout_reasonable",
    "unified_construction_standard",
    "unified_staffing_standard",
    "unified_public_funds_quota",
    "unified_equipment_standard",
    "small_schools_funded_as_100",
    "performance_pay_in_full",
    "posts_allocated_by_county",
    "senior_places_favour_rural",
    "left_behind_care_system",
    "management_digital",
    "teachers_use_technology",
    "facilities_well_used",
    "moral_education_good",
    "curriculum_in_full",
    "no_excessive_workload",
    "yearly_monitoring_high",
)
FIGURES = {
    "special_education_funds_per_student": ("6000", "5999.99", "6000.01", "0"),
    "teachers_average_pay": ("96000", "95999.99", "96000.01"),
    "civil_servants_average_pay": ("96000", "95999.995"),
    "rotation_eligible_teachers": ("200", "201", "199", "0"),
    "rotated_teachers": ("20", "19", "21", "0"),
    "rotated_backbone_teachers": ("4", "3", "5", "0"),
    "nearby_enrolment_primary": ("100", "99.99"),
    "nearby_enrolment_junior": ("95", "94.99", "100"),
    "senior_places_allocated": ("50", "49.99", "80"),
    "migrant_children_eligible": ("200", "0", "201"),
    "migrant_children_in_public": ("170", "169", "171", "0"),
    "retention_entrants": ("1002", "1003", "1001", "2", "1"),
    "retention_graduates": ("955", "954", "956"),
    "retention_transfers_in": ("15", "16", "0"),
    "retention_transfers_out": ("10", "9", "0"),
    "retention_deaths": ("2", "3", "0"),
    "disabled_children": ("40", "41", "0"),
    "disabled_children_enrolled": ("38", "37", "39"),
    "monitoring_level": ("3", "2", "4", "1"),
    "monitoring_gap": ("0.15", "0.1499999", "0.150000001", "0.1", "0"),
    "population": ("400000", "399999", "400001", "500000", "100000", "400666"),
    "survey_sent": ("600", "599", "601", "750", "749", "0"),
    "survey_parents": ("300", "299", "301", "375", "374", "700"),
    "survey_returned_usable": ("420", "419", "421", "525", "524", "700"),
    "recognition_rate": ("85", "84.999999", "84.9", "90", "100"),
    "satisfaction_rate": ("85", "84.99"),
    "government_work_score": ("85", "84.99"),
}
# One county of each province that has a pack of school conditions, and one of a province that has none.
COUNTIES = ("110101", "120101", "130101", "140101", "210101", "220101", "230101", "310101", "659001")
DAYS = [date(2016, 2, 29), date(2019, 2, 28), date(2019, 2, 27), date(2020, 2, 29), date(2021, 10, 15), date(2024, 10, 14)]
DAYS += [date(2024, 10, 15), date(2024, 10, 16), date(2023, 2, 28), date(2023, 3, 1)]


# What a county states in which nothing is wrong: of each figure the first one above, but for a gap that must be below its limit.
SOUND: dict = {
    **dict.fromkeys(ANSWERS, "是"),
    **{field: Fraction(values[0]) for field, values in FIGURES.items()},
    "monitoring_gap": Fraction("0.1499999"),
    "illegal_school_choice": "否",
    "basic_recognised_on": date(2016, 2, 29),
    "quality_applied_on": date(2019, 2, 28),
}
OTHERWISE: dict = {
    **{field: ["否"] for field in ANSWERS},
    **{field: [Fraction(value) for value in values] for field, values in FIGURES.items()},
    "illegal_school_choice": ["是"],
    "basic_recognised_on": DAYS,
    "quality_applied_on": DAYS,
}


@st.composite
def sound_statements(draw: st.DrawFn) -> dict:
    """What a county states in which nothing is wrong, or a few things are."""
    stated = dict(SOUND)
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 4, 8]))):
        wrong = draw(st.sampled_from(list(SOUND)))
        value = draw(st.sampled_from([None, *OTHERWISE[wrong]]))
        stated = {field: one for field, one in {**stated, wrong: value}.items() if one is not None}
    return stated


@st.composite
def statements(draw: st.DrawFn) -> dict:
    """What a county states; in half of the counties all of it."""
    holes = draw(st.sampled_from([0, 0, 1, 4, 10]))

    def there() -> bool:
        return not holes or draw(st.integers(0, 9)) >= holes

    good = draw(st.sampled_from([1, 2, 6]))

    def drawn(values: list) -> object:
        return draw(st.sampled_from([values[0]] * good + list(values)))

    stated: dict = {field: drawn(["是", "否"]) for field in ANSWERS if there()}
    stated |= {field: Fraction(str(drawn(list(values)))) for field, values in FIGURES.items() if there()}
    if there():
        stated["illegal_school_choice"] = drawn(["否", "是"])
    stated |= {field: draw(st.sampled_from(DAYS)) for field in ("basic_recognised_on", "quality_applied_on") if there()}
    return stated


# Area type, and answers of schools; the first is the right or usual one.
WORDS = {
    "area_type": ("镇区", "乡村", "城区", None),
    "charter": ("是", "否", None),
    "key_classes": ("否", "是", None),
    "exam_enrolment": ("否", "是", None),
}


def of_school(school: dict) -> dict:
    """Place of a figure → the values to draw it from, of which the first one is right."""
    found: dict = {}
    for section in (one for one in school["students"] if one != "senior"):
        half = school["students"][section] // 2
        found["classes", section] = (6, 12, 13, 24, 25, 0)
        found["largest_class", section] = (45, 46, 50, 51)
        found["oversize_classes", section] = (0, 1)
        found["full_time_teachers", section] = (24, 0)
        found["certified_teachers", section] = (24, 23)
        found["teachers_trained_360h", section] = (24, 23, 0)
        found["migrant_students", section] = (0, half, half + 1)
    found["music_rooms", None] = (1, 0, 2, 3)
    found["smallest_music_room", None] = (96, "95.99", 73, "72.99", 61, 54, "53.99")
    found["art_rooms", None] = (1, 0, 2, 3)
    found["smallest_art_room", None] = (90, "89.99", 67, "66.99", 61, "60.99", 54)
    found["year_built", None] = (2016, 2010, 2011, 2017)
    found["public_budget", None] = (200_000, 0)
    found["training_expenditure", None] = (10_000, "9999.99", "10000.01")
    return found


@st.composite
def asked_schools(draw: st.DrawFn) -> list[dict]:
    """Generated schools with what the items ask of schools; large and small ones on both sides of their limits."""
    schools = draw(counties(min_size=1, max_size=6))
    good = draw(st.sampled_from([1, 4, 20]))
    holes = draw(st.sampled_from([0, 0, 0, 1, 3]))

    def drawn(values: tuple) -> object:
        return draw(st.sampled_from([values[0]] * good + list(values)))

    for school in schools:
        sections = [section for section in school["students"] if section != "senior"]
        if draw(st.integers(0, 3)) == 0:
            for section in sections:
                school["students"][section] = draw(
                    st.sampled_from([50, 98, 99, 100, 1250, 1251, 1500, 1501, 2000, 2001, 2400, 2401])
                )
        found = {place: drawn(values) for place, values in of_school(school).items()}
        kept = {place: Fraction(str(value)) for place, value in found.items() if not holes or draw(st.integers(0, 9)) >= holes}
        # Full-time teachers stand among the indicators too; here they are whole numbers beside those who are certified.
        school["figures"] = {place: value for place, value in school["figures"].items() if place not in found} | kept
        words = {key: drawn(values) for key, values in WORDS.items()}
        school["words"] = {key: word for key, word in words.items() if word is not None}
    return schools


FAULTS = (
    "none",
    "none",
    "none",
    "none",
    "none",
    "figure",
    "answer",
    "resource",
    "much of all",
    "much of all",
    "too large",
    "not handed in",
    "point",
)
# Of what packs of school conditions read alone.
READ_BY_PACKS = ("books", "teaching_computers", "sports_ground_area", "largest_class", "classes", "teachers_trained_360h")
FAULTS_OF_PACKS = (
    "none",
    "read by packs",
    "read by packs",
    "charter",
    "area_type",
    "resources halved",
    "not handed in",
    "point",
    "point",
    "closed",
)


@st.composite
def sound_asked_schools(draw: st.DrawFn, faults: tuple[str, ...] = FAULTS) -> list[dict]:
    """A sound county whose schools state what is right, but for one figure, answer or school at most."""
    schools = draw(sound_counties())
    for school in schools:
        right = {place: Fraction(str(values[0])) for place, values in of_school(school).items()}
        school["figures"] |= right
        school["words"] = {key: values[0] for key, values in WORDS.items()}
    wrong = draw(st.sampled_from(schools))
    asked, figures = of_school(wrong), wrong["figures"]
    fault = draw(st.sampled_from(faults))
    if fault in ("figure", "resource", "read by packs"):
        places = {
            "figure": list(asked),
            "resource": [place for place in figures if place not in asked],
            "read by packs": [place for place in figures if place[0] in READ_BY_PACKS],
        }
        place = draw(st.sampled_from(places[fault]))
        was = figures.pop(place)
        shares = [Fraction(share) * was for share in ("0", "0.5", "0.6", "0.85", "0.97", "20")]
        value = draw(st.sampled_from([None, None, *asked.get(place, shares)]))
        wrong["figures"] |= {} if value is None else {place: Fraction(str(value))}
    elif fault == "answer" or fault in WORDS:
        key = fault if fault in WORDS else draw(st.sampled_from(sorted(WORDS)))
        word = draw(st.sampled_from(WORDS[key]))
        wrong["words"] = {**wrong["words"], key: word}
        wrong["words"] = {name: said for name, said in wrong["words"].items() if said is not None}
    elif fault == "too large":
        wrong["students"] = dict.fromkeys(wrong["students"], 2401)
    elif fault == "much of all":
        # A primary or junior school more, with twenty times of all that coefficients are of but teachers.
        number, like = len(schools) + 1, draw(st.sampled_from(schools[:2]))
        rich = {place: amount if place in of_school(like) else 20 * amount for place, amount in like["figures"].items()}
        schools.append({**like, "id": f"{number:010d}", "name": f"第{number}校", "figures": rich})
    elif fault == "resources halved":
        wrong["figures"] |= {place: amount / 2 for place, amount in figures.items() if place not in asked}
    elif fault == "not handed in":
        wrong["handed_in"] = False
    elif fault == "point":
        # Whether a point counts depends on how many students it has, which is not known where it has not handed in.
        number = len(schools) + 1
        point = {**schools[0], "id": f"{number:010d}", "name": f"第{number}校", "type": "教学点"}
        students = {"primary": draw(st.sampled_from([19, 20, 49, 50]))}
        schools.append({**point, "students": students, "handed_in": draw(st.booleans())})
    elif fault == "closed":
        schools = [{**school, "status": "停办"} for school in schools]
    return schools


def moved(schools: list[dict], county: str) -> list[dict]:
    """The schools in one county, with codes and names of their own."""
    return [{**one, "county": county, "id": county + one["id"][-4:], "name": county + one["name"]} for one in schools]


@st.composite
def years(draw: st.DrawFn) -> tuple[list[dict], dict[str, dict]]:
    """Schools of three counties of any provinces, and what each county states."""
    schools, stated = [], {}
    for county in draw(st.permutations(COUNTIES))[:3]:
        kind = draw(st.sampled_from(["anyhow", "sound schools", "sound"]))
        schools += moved(draw(asked_schools() if kind == "anyhow" else sound_asked_schools()), county)
        stated[county] = draw(sound_statements() if kind == "sound" else statements())
    return schools, stated


@st.composite
def provinces(draw: st.DrawFn) -> list[dict]:
    """A sound county of every province, with a fault in what packs read at most."""
    return [school for county in COUNTIES for school in moved(draw(sound_asked_schools(FAULTS_OF_PACKS)), county)]
