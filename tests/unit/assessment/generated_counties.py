"""Counties for property tests: a few schools of every kind, many of them standing exactly on a threshold or a floor.

Belongs here: how test counties are drawn. Does not belong here: any rule by which they are judged.
"""

from fractions import Fraction

from hypothesis import strategies as st

# What a section needs per student, primary and junior; the whole of a several-section school is made from these.
NEEDS = {
    "teaching_area": ("4.5", "5.8"),
    "indoor_sports_area": ("0.4", "0.4"),
    "sports_ground_area": ("7.1", "9.8"),  # with the indoor rooms 7.5 and 10.2
    "equipment_value": ("2000", "2500"),
    "books": ("20", "30"),
    "teaching_computers": ("0.1", "0.125"),  # 10 and 8 students per computer
    "multimedia_rooms": ("0.023", "0.024"),
    "full_time_teachers": ("0.06", "0.08"),
    "teachers_above_required": ("0.042", "0.053"),
    "teachers_mid_senior_title": ("0.03", "0.04"),
    "backbone_teachers": ("0.01", "0.01"),
    "pe_arts_teachers": ("0.009", "0.009"),
}
PER_STUDENT = {
    section: {key: Fraction(pair[place]) for key, pair in NEEDS.items()} for place, section in enumerate(("primary", "junior"))
}
AREAS = ("teaching_area", "indoor_sports_area", "sports_ground_area")
OF_SCHOOL = (*AREAS, "equipment_value", "books", "teaching_computers", "multimedia_rooms")
OF_SECTION = (
    "full_time_teachers",
    "teachers_above_required",
    "teachers_mid_senior_title",
    "backbone_teachers",
    "pe_arts_teachers",
)
SECTIONS_OF = {
    "小学": ("primary",),
    "教学点": ("primary",),
    "初级中学": ("junior",),
    "九年一贯制学校": ("primary", "junior"),
    "完全中学": ("junior", "senior"),
    "十二年一贯制学校": ("primary", "junior", "senior"),
    "特殊教育学校": ("primary", "junior"),
    "职业学校": ("junior", "senior"),
}
WEIGHT = {"primary": Fraction(1), "junior": Fraction("1.1"), "senior": Fraction("1.32")}
EXACT = [*[Fraction(1)] * 7, Fraction("0.85")]
WELL_PROVIDED = [Fraction(text) for text in ("1", "1.0001", "1.1", "1.25", "0.85", "0.9", "1.5")]
ANY = [*WELL_PROVIDED, *(Fraction(text) for text in ("0", "0.3", "0.8499", "0.84", "0.9999", "2", "3.7"))]

students = st.one_of(st.integers(1, 1800), st.sampled_from([1, 2, 3, 49, 50, 51, 97, 100, 1000]))
students_of_a_point = st.sampled_from([49, 50, 51, 7, 120])
awkward = st.integers(0, 2_000_000).map(lambda n: Fraction(n, 100))


def _mostly(common: object, *rare: object) -> st.SearchStrategy:
    return st.sampled_from([common] * 6 + list(rare))


@st.composite
def schools(
    draw: st.DrawFn, number: int, ratios: list[Fraction] = ANY, kinds: tuple[str, ...] = (*SECTIONS_OF, "教学点")
) -> dict:
    """One school as the oracle wants it; see ``oracle``."""
    kind = draw(st.sampled_from(kinds))
    sections = SECTIONS_OF[kind]
    enrolment = {section: draw(students_of_a_point if kind == "教学点" else students) for section in sections}
    if len(sections) > 1 and draw(st.integers(0, 7)) == 0:
        enrolment[draw(st.sampled_from(sections))] = 0
    status = draw(_mostly("正常", "新建", "停办", None))
    if not any(enrolment.get(section) for section in ("primary", "junior")) and kind in ("九年一贯制学校", "十二年一贯制学校"):
        enrolment["primary"] = 1
    school = {
        "id": f"{number:010d}",
        "name": f"第{number}校",
        "county": draw(_mostly("110101", "659001")),
        "type": kind,
        "ownership": draw(_mostly("公办", "民办")),
        "administered_by": draw(_mostly("县属", "市属", "省属", "其他")),
        "status": status,
        "handed_in": draw(_mostly(True, False, False)),
        "students": enrolment,
        "figures": {},
    }
    school["figures"] = draw(figures(enrolment, ratios))
    if "senior" in enrolment and draw(st.integers(0, 5)) == 0:
        # Not stated, which is not 0: shares that depend on it are unknown.
        school["students"] = {section: count for section, count in enrolment.items() if section != "senior"}
    return school


@st.composite
def figures(draw: st.DrawFn, enrolment: dict[str, int], ratios: list[Fraction]) -> dict:
    """Figures of one school: by section or whole, some missing; most are an exact multiple of what a section needs."""
    found: dict[tuple[str, str | None], Fraction] = {}
    compulsory = [section for section in enrolment if section != "senior"]
    ratio = st.sampled_from(ratios)
    holes = draw(st.sampled_from([0, 0, 0, 1, 3]))  # in a tenth of the places

    def missing() -> bool:
        return bool(holes) and draw(st.integers(0, 9)) < holes

    for key in OF_SECTION:
        for section in compulsory:
            if not missing():
                found[key, section] = draw(ratio) * PER_STUDENT[section][key] * enrolment[section]
    for key in OF_SCHOOL:
        # The standing of one section decides the whole, so that this section stands exactly on a line after the split.
        leading = draw(st.sampled_from(compulsory))
        weighted = sum(WEIGHT[section] * count for section, count in enrolment.items()) / WEIGHT[leading]
        if "senior" in enrolment and "primary" not in enrolment:
            weighted = enrolment["junior"] + Fraction("1.2") * enrolment["senior"]
        need = PER_STUDENT[leading][key]
        # Indoor sports rooms are part of the teaching area: the net area is what must stand on the line.
        extra = PER_STUDENT[leading]["indoor_sports_area"] if key == "teaching_area" else Fraction(0)
        odd = key not in AREAS and draw(st.integers(0, 4)) == 0
        amount = draw(awkward) if odd else (draw(ratio) * need + extra) * weighted
        if key == "indoor_sports_area":
            amount = draw(st.sampled_from([need * weighted, Fraction(0), need * weighted / 2]))
        way = draw(st.sampled_from(["whole", "whole", "whole", "apart", "one apart", "one apart, no whole"]))
        if missing():
            continue
        if way == "whole":
            found[key, None] = amount
        elif way == "apart":
            for section in enrolment:
                found[key, section] = amount / len(enrolment)
            if draw(st.booleans()):
                found[key, None] = amount
        else:
            one = draw(st.sampled_from(list(enrolment)))
            found[key, one] = amount / len(enrolment)
            if way == "one apart":
                found[key, None] = amount
    return found


@st.composite
def sound_schools(draw: st.DrawFn, number: int, kind: str) -> dict:
    """One public school of the county with all its figures, each at what its sections need or a little above."""
    sections = SECTIONS_OF[kind]
    enrolment = {section: draw(st.sampled_from([50, 60, 100, 450, 900])) for section in sections}
    # What one section needs is not enough where another needs more for the same weight.
    ratio = draw(st.sampled_from([Fraction(text) for text in (("1", "1.0001", "1.1") if len(sections) == 1 else ("1.5",))]))
    found: dict[tuple[str, str | None], Fraction] = {}
    for section in (one for one in sections if one != "senior"):
        found |= {(key, section): ratio * PER_STUDENT[section][key] * enrolment[section] for key in OF_SECTION}
    leading = next(section for section in sections if section != "senior")
    weighted = sum(WEIGHT[section] * count for section, count in enrolment.items()) / WEIGHT[leading]
    for key in OF_SCHOOL:
        extra = PER_STUDENT[leading]["indoor_sports_area"] if key == "teaching_area" else Fraction(0)
        found[key, None] = (ratio * PER_STUDENT[leading][key] + extra) * weighted
    place = {"id": f"{number:010d}", "name": f"第{number}校", "county": "110101", "type": kind}
    standing = {"ownership": "公办", "administered_by": "县属", "status": "正常", "handed_in": True}
    return {**place, **standing, "students": enrolment, "figures": found}


@st.composite
def sound_counties(draw: st.DrawFn) -> list[dict]:
    """A county with a school of both sections, in which nothing is missing and nothing too little."""
    others = draw(
        st.lists(st.sampled_from([kind for kind in SECTIONS_OF if kind not in ("特殊教育学校", "职业学校")]), max_size=2)
    )
    return [draw(sound_schools(number, kind)) for number, kind in enumerate(["小学", "初级中学", *others], 1)]


@st.composite
def counties(draw: st.DrawFn, min_size: int = 2, max_size: int = 12) -> list[dict]:
    """Some schools of one or two counties, in no order; well provided or anyhow."""
    ratios = draw(st.sampled_from([ANY, WELL_PROVIDED, EXACT]))
    size = draw(st.integers(min_size, max_size))
    numbers = draw(st.permutations(range(1, size + 1)))
    return [draw(schools(number, ratios)) for number in numbers]
