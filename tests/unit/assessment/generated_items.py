"""What generated schools and counties state on the items beyond resources, most of it on or beside a limit.

Belongs here: how it is drawn. Does not belong here: any rule by which it is judged.
"""

from datetime import date
from fractions import Fraction

from generated_counties import counties
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
    "recognition_rate": ("85", "84.999999", "90", "100"),
    "satisfaction_rate": ("85", "84.99"),
    "government_work_score": ("85", "84.99"),
}
DAYS = [date(2016, 2, 29), date(2019, 2, 28), date(2019, 2, 27), date(2020, 2, 29), date(2021, 10, 15), date(2024, 10, 14)]
DAYS += [date(2024, 10, 15), date(2024, 10, 16), date(2023, 2, 28), date(2023, 3, 1)]


@st.composite
def statements(draw: st.DrawFn) -> dict:
    """What a county states; in half of the counties all of it."""
    holes = draw(st.sampled_from([0, 0, 1, 4, 10]))

    def there() -> bool:
        return not holes or draw(st.integers(0, 9)) >= holes

    good = draw(st.sampled_from([2, 6, 30]))

    def drawn(values: list) -> object:
        return draw(st.sampled_from([values[0]] * good + list(values)))

    stated: dict = {field: drawn(["是", "否"]) for field in ANSWERS if there()}
    stated |= {field: Fraction(str(drawn(list(values)))) for field, values in FIGURES.items() if there()}
    if there():
        stated["illegal_school_choice"] = drawn(["否", "是"])
    stated |= {field: draw(st.sampled_from(DAYS)) for field in ("basic_recognised_on", "quality_applied_on") if there()}
    return stated


@st.composite
def asked_schools(draw: st.DrawFn) -> list[dict]:
    """Generated schools with what the items ask of schools; large and small ones on both sides of their limits."""
    schools = draw(counties(min_size=1, max_size=6))
    good = draw(st.sampled_from([1, 8, 60]))
    holes = draw(st.sampled_from([0, 0, 0, 1, 3]))

    def drawn(*values: object) -> object:
        return draw(st.sampled_from([values[0]] * good + list(values)))

    for school in schools:
        sections = [section for section in school["students"] if section != "senior"]
        if draw(st.integers(0, 3)) == 0:
            for section in sections:
                school["students"][section] = draw(
                    st.sampled_from([50, 98, 99, 100, 1250, 1251, 1500, 1501, 2000, 2001, 2400, 2401])
                )
        found: dict = {}
        for section in sections:
            found["classes", section] = drawn(6, 12, 13, 24, 25, 0)
            found["largest_class", section] = drawn(45, 46, 50, 51)
            found["oversize_classes", section] = drawn(0, 1)
            found["full_time_teachers", section] = drawn(24, 0)
            found["certified_teachers", section] = drawn(24, 23)
            found["teachers_trained_360h", section] = drawn(24, 23, 0)
            found["migrant_students", section] = drawn(0, school["students"][section] // 2, school["students"][section] // 2 + 1)
        found["music_rooms", None] = drawn(1, 0, 2, 3)
        found["smallest_music_room", None] = drawn(96, "95.99", 73, "72.99", 61, 54, "53.99")
        found["art_rooms", None] = drawn(1, 0, 2, 3)
        found["smallest_art_room", None] = drawn(90, "89.99", 67, "66.99", 61, "60.99", 54)
        found["year_built", None] = drawn(2016, 2010, 2011, 2017)
        found["public_budget", None] = drawn(200_000, 0)
        found["training_expenditure", None] = drawn(10_000, "9999.99", "10000.01")
        kept = {place: Fraction(str(value)) for place, value in found.items() if not holes or draw(st.integers(0, 9)) >= holes}
        # Full-time teachers stand among the indicators too; here they are whole numbers beside those who are certified.
        school["figures"] = {place: value for place, value in school["figures"].items() if place not in found} | kept
        words = {
            "area_type": drawn("镇区", "乡村", "城区", None),
            "charter": drawn("是", "否", None),
            "key_classes": drawn("否", "是", None),
            "exam_enrolment": drawn("否", "是", None),
        }
        school["words"] = {key: word for key, word in words.items() if word is not None}
    return schools
