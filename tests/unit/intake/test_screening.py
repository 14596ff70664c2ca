"""What is required, possible, and in itself consistent in one school's return.

Belongs here: rules about the figures of one school. Does not belong here: single cells, several files.
"""

import math

import pytest

from builders.intake import Settled, take_in
from builders.schools import code, school
from builders.workbooks import BULK, bulk, bulk_rows, cell_of, form, label, xlsx
from data_contracts.catalogue import fields, school_types, sections_to_fill
from data_contracts.rules import pairs, stated_ratios
from domain.intake.plausibility import rounded_inwards
from domain.intake.ratio_checks import agrees, stated_against_counts
from domain.intake.returns import returns_of

NINE, COMPLETE, TWELVE = "九年一贯制学校", "完全中学", "十二年一贯制学校"


def screened(one, year: str = "2024-2025") -> Settled:
    return take_in({"表.xlsx": bulk([one, school(99)])}, year=year)


class TestRequired:
    @pytest.mark.parametrize("kind", list(school_types()))
    def test_what_a_type_must_fill_in(self, kind):
        """Each required figure taken away, one school at a time: exactly that one is told, and only to types that fill it in."""
        one = school(1, kind)
        required = {place for place in one if fields()[place[0]].required not in ("no", "teaching points")}
        optional = {("area_type", None)} | (
            {place for place in required if fields()[place[0]].category != "基本信息"} if not sections_to_fill(kind) else set()
        )
        schools = [
            {**one, ("school_id", None): code(n), place: None}
            for n, place in enumerate(sorted(required - {("school_id", None)}, key=str), start=1)
        ]
        year = take_in({"表.xlsx": bulk([*schools, school(99, kind)])})
        told = {(f.field, f.section) for f in year.told("C-REQUIRED")}
        # Without students in it a section is not asked for its other figures, and without a type no section is.
        assert told >= required - optional - {("school_id", None)} - ({("enrolment", "senior")} if COMPLETE == kind else set())
        assert not told & optional

    @pytest.mark.parametrize(("kind", "section"), [(COMPLETE, "senior"), (TWELVE, "senior"), (NINE, "junior"), (NINE, "primary")])
    def test_enrolment_of_every_section_that_shares(self, kind, section):
        error = screened(school(1, kind) | {("enrolment", section): None}).one("C-REQUIRED")
        assert (error.field, error.section) == ("enrolment", section)

    def test_sections_that_a_type_does_not_fill_in(self):
        assert screened(school(1, "小学")).rules == []
        assert screened(school(1, COMPLETE)).rules == []  # no 班级数(高中), no 小学

    @pytest.mark.parametrize("key", ["public_budget", "training_expenditure", "charter"])
    def test_teaching_points_keep_no_accounts(self, key):
        assert screened(school(1, "教学点", primary=60)).rules == []
        assert screened(school(1, **{key: None})).one("C-REQUIRED").field == key

    @pytest.mark.parametrize(("rooms", "smallest"), [("music_rooms", "smallest_music_room"), ("art_rooms", "smallest_art_room")])
    def test_smallest_room_where_there_are_rooms(self, rooms, smallest):
        assert screened(school(1, **{rooms: 0, smallest: None})).rules == []
        year = screened(school(1, **{smallest: None}))
        (error,) = year.errors()
        assert error.field == smallest and fields()[smallest].label in error.message()

    @pytest.mark.parametrize("key", [f.key for f in fields().values() if f.shared])
    def test_shared_resources_whole_or_by_every_section(self, key):
        one = school(1, NINE)
        whole = one[key, None]
        halves = {f"{key}_primary": whole // 2, f"{key}_junior": whole - whole // 2}
        assert screened(school(1, NINE, **{key: None}, **halves)).errors() == []
        error = screened(school(1, NINE, **{key: None}, **{f"{key}_primary": whole // 2})).one("C-REQUIRED")
        assert error.field == key and fields()[key].label in error.message() and "每个学段分别填写" in error.message()
        assert screened(school(1, NINE, **{key: None})).one("C-REQUIRED").field == key

    def test_a_part_and_the_whole_are_enough(self):
        assert screened(school(1, NINE, books_primary=9000)).rules == []

    def test_the_section_of_a_one_section_school_is_enough(self):
        assert screened(school(1, books=None, books_primary=11000)).rules == []

    @pytest.mark.parametrize(
        "column",
        [
            "site_area",
            "building_area",
            "township",
            "boarding",
            "area_type",
            "staff",
            "year_built",
            "teachers_trained_360h_primary",
            "school_status",
        ],
    )
    def test_optional(self, column):
        assert screened(school(1, **{column: None})).rules == []

    def test_closed_schools_owe_nothing(self):
        one = {
            place: value for place, value in school(1, school_status="停办").items() if fields()[place[0]].category == "基本信息"
        }
        assert screened(one).rules == []

    def test_message_names_the_label_in_its_section(self):
        error = screened(school(1, classes_primary=None)).one("C-REQUIRED")
        assert "“班级数(小学)”" in error.message() and error.message().startswith("工作表“汇总表”")


class TestStudents:
    def test_none_in_the_whole_school(self):
        error = screened(school(1, primary=0)).one("R-NO-STUDENTS")
        assert (error.field, error.section, error.value) == ("enrolment", "primary", "0")

    def test_none_in_a_closed_school(self):
        year = screened(school(1, primary=0, school_status="停办"))
        assert year.errors() == [] and code(1) in year.accepted

    def test_none_in_both_sections(self):
        assert "R-NO-STUDENTS" in screened(school(1, NINE, primary=0, junior=0)).rules

    @pytest.mark.parametrize(("empty", "spoken"), [("primary", "小学"), ("junior", "初中")])
    def test_none_in_one_of_two_sections(self, empty, spoken):
        year = screened(school(1, NINE, **{empty: 0}))
        note = year.one("R-EMPTY-SECTION")
        assert (note.severity, note.section) == ("note", empty) and spoken in note.message()
        assert year.errors() == [] and code(1) in year.accepted

    def test_the_other_figures_of_an_empty_section_are_not_asked(self):
        blank = {f"{key}_junior": None for key, section in school(1, NINE) if section == "junior" and key != "enrolment"}
        year = screened(school(1, NINE, junior=0, **blank))
        assert year.rules == ["R-EMPTY-SECTION"]

    def test_no_juniors_in_a_complete_secondary_school_is_one_section_of_several(self):
        """240 students in the senior section: the whole school is not without students."""
        year = screened(school(1, COMPLETE, junior=0))
        assert "R-NO-STUDENTS" not in year.rules
        assert year.one("R-EMPTY-SECTION").section == "junior"

    def test_an_unknown_section_does_not_make_the_school_empty(self):
        year = screened(school(1, NINE, primary=0, enrolment_junior=None))
        assert "R-NO-STUDENTS" not in year.rules

    def test_a_section_that_the_school_does_not_have_is_no_news(self):
        """A primary school that fills in 0 under 初中 has one section, not several."""
        assert screened(school(1, enrolment_junior=0)).rules == []


class TestPairs:
    @pytest.mark.parametrize("pair", pairs(), ids=lambda pair: f"{pair.left}>{pair.right}")
    def test_more_than_possible(self, pair):
        left, right = fields()[pair.left], fields()[pair.right]
        section = next(place for place in left.places if place in right.places)
        one = school(1)
        one[pair.right, section] = one.get((pair.right, section), 30)
        one[pair.left, section] = one[pair.right, section] + 1
        rows = bulk_rows([one])
        year = take_in({"表.xlsx": xlsx({BULK: rows})})
        error = next(f for f in year.told("S-MOST") if (f.field, f.section) == (pair.left, section))
        assert error.severity == "error" and code(1) not in year.accepted
        for place in ((pair.left, section), (pair.right, section)):
            assert f"“{label(place)}”" in error.message() and f"({one[place]:.10g})" in error.message()
        assert error.cell == cell_of(rows, label((pair.left, section)))

    @pytest.mark.parametrize("pair", pairs(), ids=lambda pair: f"{pair.left}={pair.right}")
    def test_as_many_is_possible(self, pair):
        left, right = fields()[pair.left], fields()[pair.right]
        section = next(place for place in left.places if place in right.places)
        one = school(1)
        one[pair.right, section] = one.get((pair.right, section), 30)
        one[pair.left, section] = one[pair.right, section]
        told = [f for f in screened(one).told("S-MOST") if (f.field, f.section) == (pair.left, section)]
        assert right.label_in(section) not in [f.params["right_label"] for f in told]

    def test_each_section_by_itself(self):
        one = school(1, NINE, backbone_teachers_primary=39)  # 38 full-time teachers in primary, 25 in junior
        assert screened(one).one("S-MOST").section == "primary"

    def test_missing_is_not_compared(self):
        assert screened(school(1, staff=50)).rules == []

    def test_every_cell_is_named(self):
        """Each finding names all cells."""
        rows = bulk_rows([school(1, certified_teachers_primary=39)])
        error = take_in({"表.xlsx": xlsx({BULK: rows})}).one("S-MOST")
        assert cell_of(rows, "持证专任教师数(小学)") in error.message() and cell_of(rows, "专任教师数(小学)") in error.message()

    def test_full_time_teachers_among_all_staff(self):
        """专任 > 教职工; 38 full-time teachers cannot be among 20 staff in all."""
        year = screened(school(1, staff_total=20))
        assert any("教职工总数" in f.message() and "专任教师数" in f.message() for *_, f in year.settlement.findings)


class TestClasses:
    def test_students_without_a_class(self):
        error = screened(school(1, classes_primary=0)).one("S-CLASSES-ZERO")
        assert (error.field, error.section, error.severity) == ("classes", "primary", "error")
        assert "450" in error.message() and "小学" in error.message()

    @pytest.mark.parametrize(("classes", "largest", "told"), [(10, 45, False), (10, 44, True), (9, 49, True), (9, 50, False)])
    def test_classes_times_the_largest(self, classes, largest, told):
        year = screened(
            school(1, classes_primary=classes, largest_class_primary=largest, oversize_classes_primary=int(largest > 45))
        )
        assert ("S-CLASS-PRODUCT" in year.rules) == told
        if told:
            message = year.one("S-CLASS-PRODUCT").message()
            assert f"{classes} × 最大班额 {largest} = {classes * largest}" in message and "450" in message

    @pytest.mark.parametrize(
        ("section", "largest", "oversize", "told"),
        [
            ("primary", 45, 0, False),
            ("primary", 46, 0, True),
            ("primary", 46, 1, False),
            ("primary", 45, 1, True),
            ("junior", 50, 0, False),
            ("junior", 51, 0, True),
            ("junior", 50, 1, True),
        ],
    )
    def test_oversize_classes(self, section, largest, oversize, told):
        changed = {f"largest_class_{section}": largest, f"oversize_classes_{section}": oversize}
        year = screened(school(1, NINE, **changed))
        assert ("S-OVERSIZE" in year.rules) == told
        if told:
            query = year.one("S-OVERSIZE")
            assert (query.severity, query.section) == ("query", section) and (
                "45" if section == "primary" else "50"
            ) in query.message()
        assert code(1) in year.accepted


class TestParts:
    def test_more_than_the_whole(self):
        error = screened(school(1, NINE, books=18000, books_primary=10000, books_junior=8001)).one("S-PARTS-ABOVE")
        assert error.severity == "error" and "18001" in error.message() and "18000" in error.message()

    def test_one_part_above_the_whole(self):
        assert "S-PARTS-ABOVE" in screened(school(1, NINE, books=18000, books_primary=18001)).rules

    def test_less_with_nothing_left_to_share(self):
        query = screened(school(1, NINE, books=18000, books_primary=10000, books_junior=7000)).one("S-PARTS-BELOW")
        assert query.severity == "query"
        assert all(text in query.message() for text in ("17000", "18000", "1000", "图书册数"))

    def test_less_with_a_section_left(self):
        assert screened(school(1, NINE, books=18000, books_primary=10000)).rules == []
        assert screened(school(1, TWELVE, books=24000, books_primary=10000, books_junior=7000)).rules == []

    def test_exactly_the_whole(self):
        assert screened(school(1, NINE, books=18000, books_primary=10000, books_junior=8000)).rules == []

    @pytest.mark.parametrize("parts", [(0.1, 0.2), (139.53, 92.97), (77.7, 155.4)])
    def test_binary_fractions_do_not_decide(self, parts):
        whole = round(sum(parts), 2)
        one = school(1, NINE, equipment_value=whole, equipment_value_primary=parts[0], equipment_value_junior=parts[1])
        assert not {"S-PARTS-ABOVE", "S-PARTS-BELOW"} & set(screened(one).rules)

    def test_a_section_without_students_has_nothing_to_share(self):
        assert "S-PARTS-BELOW" in screened(school(1, NINE, junior=0, books=18000, books_primary=10000)).rules

    def test_amounts_are_told_in_the_units_of_the_form(self):
        error = screened(school(1, NINE, equipment_value=200, equipment_value_primary=150, equipment_value_junior=60.5)).one(
            "S-PARTS-ABOVE"
        )
        assert "210.5" in error.message() and "200" in error.message() and "2105000" not in error.message()


class TestBounds:
    @pytest.mark.parametrize("key", [f.key for f in fields().values() if f.hard_max is not None])
    def test_above_and_at_the_bound(self, key):
        what = fields()[key]
        column = f"{key}_primary" if "primary" in what.sections and not what.whole_school else key
        at = what.hard_max * 450 / what.factor
        assert not [f for f in screened(school(1, **{column: at})).told("S-BOUNDS") if f.field == key]
        above = math.ceil(at * 1.01) + 1
        error = next(f for f in screened(school(1, **{column: above})).told("S-BOUNDS") if f.field == key)
        assert error.severity == "error" and what.label in error.message() and f"{what.hard_max:.10g}" in error.message()

    @pytest.mark.parametrize("students", [3, 7, 37, 41, 450])
    @pytest.mark.parametrize("key", [f.key for f in fields().values() if f.hard_min])
    def test_at_the_lower_bound_whatever_the_division_says(self, key, students):
        """0.6 ㎡ for 3 students is 0.2 ㎡ each, though 0.6 / 3 is a hair less in doubles."""
        what = fields()[key]
        at = round(what.hard_min * students / what.factor, 10)
        assert not [
            f for f in screened(school(1, primary=students, indoor_sports_area=0, **{key: at})).told("S-BOUNDS") if f.field == key
        ]

    def test_mu_for_square_metres(self):
        """3.15 亩 of teaching area for 450 students: 0.007 ㎡ each."""
        error = screened(school(1, teaching_area=3.15, indoor_sports_area=0)).one("S-BOUNDS")
        assert "亩" in error.message() and "666.67" in error.message() and "666.67" in error.message("en")
        assert "3.15㎡" in error.message() and "0.007㎡" in error.message()

    def test_yuan_for_wan_yuan(self):
        error = screened(school(1, equipment_value=1_395_000)).one("S-BOUNDS")
        assert "万元" in error.message() and "10000" in error.message() and "10,000" in error.message("en")
        assert "1395000万元" in error.message()

    def test_no_factor_is_named_where_none_would_help(self):
        error = screened(school(1, books=45_000_000)).one("S-BOUNDS")
        assert "亩" not in error.message() and "可能" not in error.message()

    def test_mu_within_the_bounds_is_a_query(self):
        """Sports grounds may be 0, so 8.4 亩 for 450 students lie within the bounds; still unlikely: 0.019 ㎡ each."""
        year = screened(school(1, sports_ground_area=8.4))
        assert any(f.severity == "query" and f.field == "sports_ground_area" for *_, f in year.settlement.findings)

    def test_by_section_with_the_sections_own_students(self):
        error = screened(school(1, NINE, primary=10, books_primary=20001, books=20500)).one("S-BOUNDS")
        assert error.section == "primary"

    def test_seniors_count_among_the_students_of_the_whole_school(self):
        one = school(1, COMPLETE, junior=10, senior=990, teaching_area=3300)  # 330 ㎡ a junior student, 3.3 ㎡ a student
        assert "S-BOUNDS" not in screened(one).rules

    def test_nothing_to_divide_by(self):
        year = screened(school(1, primary=0, school_status="停办", books=500, teaching_area=100))
        assert "S-BOUNDS" not in year.rules


class TestOrdinary:
    """Within the bounds, yet far from ordinary."""

    @pytest.mark.parametrize(
        ("column", "value", "words"),
        [
            ("sports_ground_area", 8.4, ("亩", "666.67", "5600.028㎡")),
            ("books", 25, ("生均数", "25册 × 450 人 = 11250册")),
            ("public_budget", 324000, ("元", "324000 ÷ 10000 = 32.4万元")),
            ("internet_bandwidth", 1, ("Gbps", "1 × 1000 = 1000Mbps")),
            ("track_length", 0.2, ("km", "0.2 × 1000 = 200m")),
            ("public_funds_per_student_primary", 0.085, ("万元", "0.085 × 10000 = 850元")),
        ],
    )
    def test_the_slip_is_named_with_both_figures(self, column, value, words):
        query = screened(school(1, **{column: value})).one("S-UNIT")
        assert query.severity == "query" and all(word in query.message() for word in words)
        assert "probably" in query.message("en")

    def test_what_no_slip_explains_is_a_plain_question(self):
        query = screened(school(1, teaching_computers=0)).one("S-UNUSUAL")
        assert "可能" not in query.message() and "0 ÷ 450" in query.message()

    def test_the_range_widens_for_small_schools(self):
        few, many = screened(school(1, primary=6, sports_ground_area=1500)), screened(school(1, sports_ground_area=112500))
        assert few.told("S-UNUSUAL") == [] and len(many.told("S-UNUSUAL")) == 1

    def test_a_zero_is_ordinary_in_a_small_school(self):
        assert screened(school(1, primary=40, books=0, teaching_computers=0)).rules == []

    def test_outside_the_bounds_is_told_once(self):
        year = screened(school(1, books=2_000_000))
        assert [f.rule for *_, f in year.settlement.findings if f.field == "books"] == ["S-BOUNDS"]

    def test_special_schools_are_not_asked(self):
        assert screened(school(1, "特殊教育学校", books=25)).rules == []


class TestWholeSchool:
    def test_sections_are_added_up(self):
        error = screened(school(1, NINE, staff_total=62)).one("S-WHOLE")  # 38 + 25
        assert "(63)" in error.message() and "(62)" in error.message() and error.severity == "error"
        assert screened(school(1, NINE, staff_total=63)).rules == []

    def test_an_unknown_part_of_the_whole_is_not_compared(self):
        year = screened(school(1, COMPLETE, backbone_teachers_rotated=20, teachers_rotated=20))
        assert "S-USUALLY-MOST" not in year.rules  # backbone teachers of the senior section are not reported

    def test_both_parts_are_named(self):
        query = screened(school(1, building_area=4000, canteen_area=300)).one("S-USUALLY-MOST")
        assert "“教学及辅助用房面积”与“食堂面积”之和(4080.01)" in query.message()

    @pytest.mark.parametrize(
        ("changed", "told"),
        [
            ({"full_time_teachers_primary": 0}, True),
            ({"track_length": 200, "sports_ground_area": 0}, True),
            ({"track_length": 0, "sports_ground_area": 0}, False),
            ({"computer_rooms": 1, "teaching_computers": 0}, True),
            ({"boarders_primary": 10, "boarding": "否"}, True),
            ({"boarders_primary": 10, "boarding": None}, False),
            ({"boarders_primary": 0, "boarding": "否"}, False),
        ],
    )
    def test_figures_that_imply_another(self, changed, told):
        assert ("S-IMPLIED" in screened(school(1, **changed)).rules) == told

    @pytest.mark.parametrize(("oversize", "told"), [(2, True), (8, True), (9, False)])
    def test_oversize_classes_leave_room_for_all(self, oversize, told):
        one = school(1, classes_primary=9, largest_class_primary=50, oversize_classes_primary=oversize)
        assert ("S-OVERSIZE-COUNT" in screened(one).rules) == told

    @pytest.mark.parametrize(("graduates", "came", "left", "told"), [(290, 0, 10, False), (290, 0, 11, True), (305, 5, 0, False)])
    def test_retention(self, graduates, came, left, told):
        cohort = {"junior_graduates": graduates, "junior_transfers_in": came, "junior_transfers_out": left}
        year = screened(school(1, "初级中学", junior_entrants=301, junior_deaths=1, **cohort))
        assert ("S-RETENTION" in year.rules) == told


class TestStatedRatios:
    @pytest.mark.parametrize("ratio", stated_ratios(), ids=lambda ratio: ratio.stated)
    def test_right_and_wrong(self, ratio):
        what = fields()[ratio.stated]
        section = what.sections[0] if what.sections else None
        one = school(
            1,
            qualified_teachers_primary=37,
            teachers_bachelor_primary=30,
            teachers_senior_title_primary=5,
            site_area=9000,
            building_area=4000,
            green_area=900,
        )

        def amount(keys):
            total = 0.0
            for key in keys:
                place = (key, None) if (key, None) in one else (key, "primary")
                total += one[place] * fields()[key].factor
            return total

        computed = ratio.per * (amount(ratio.add) - amount(ratio.subtract)) / amount((ratio.over,))
        assert screened(one | {(ratio.stated, section): round(computed, 2)}).rules == []
        assert screened(one | {(ratio.stated, section): math.floor(computed * 100) / 100}).rules == []
        query = screened(one | {(ratio.stated, section): round(computed + 1, 2)}).one("S-STATED-RATIO")
        assert (query.severity, query.field) == ("query", ratio.stated)
        assert (
            f"{round(computed + 1, 2):.10g}" in query.message()
            and f"{computed:.4g}" in query.message()
            and "÷" in query.message()
        )

    @pytest.mark.parametrize(
        ("typed", "computed", "same"),
        [
            ("6.33", 6.334437, True),
            ("6.34", 6.334437, False),
            ("6", 6.9, True),
            ("7", 6.9, True),
            ("6.9", 6.95, True),
            ("7.0", 6.95, True),
            ("6.8", 6.95, False),
            ("0", 0.4, True),
            ("0.50", 0.505, True),
            ("98.5", 98.4848, True),
            ("98.4", 98.4848, True),
            ("98.6", 98.4848, False),
            ("2100", 2099.6, True),
            ("2099", 2099.6, True),
            ("2101", 2099.6, False),
            ("98.5%", 98.4848, True),
        ],
    )
    def test_rounding_or_truncating_to_the_digits_typed(self, typed, computed, same):
        assert agrees(typed, float(typed.rstrip("%")), computed) is same

    def test_a_share_typed_as_a_fraction_keeps_its_digits(self):
        """65 of 66 qualified: 98.4848 %; stated 0.985, read as 98.5 %, which is what 98.4848 rounds to."""
        one = school(
            1, "小学", primary=792, full_time_teachers_primary=66, qualified_teachers_primary=65, reported_qualified_share=0.985
        )
        assert "S-STATED-RATIO" not in screened(one).rules

    def test_full_width_digits_keep_their_decimals(self):
        one = school(1, books=11311, reported_books_per_student_primary="２５．１４")  # 25.1356
        assert "S-STATED-RATIO" not in screened(one).rules

    def test_sections_of_a_nine_year_school_are_split_first(self):
        """166 + 1.1 · 210 = 397; 23 226 / 397 = 58.50 and 64.35 books a student."""
        one = school(
            1,
            NINE,
            primary=166,
            junior=210,
            books=23226,
            reported_books_per_student_primary=58.5,
            reported_books_per_student_junior=64.35,
        )
        assert "S-STATED-RATIO" not in screened(one).rules
        whole = one | {("reported_books_per_student", "primary"): 61.77}  # 23 226 / 376, the whole school's
        assert screened(whole).one("S-STATED-RATIO").section == "primary"

    def test_equipment_in_yuan_per_student(self):
        assert screened(school(1, equipment_value=139.5, reported_equipment_value_per_student_primary=3100)).rules == []

    def test_the_likely_cause_is_named(self):
        """Both values and the likely cause; 0.31 万元 where 3 100 元 are asked."""
        query = screened(school(1, equipment_value=139.5, reported_equipment_value_per_student_primary=0.31)).one(
            "S-STATED-RATIO"
        )
        assert "万元" in query.message()

    @pytest.mark.parametrize(
        ("changed", "words"),
        [
            ({"reported_teaching_area_per_student_primary": 8.4}, ("没有减去室内体育用房面积", "3780.01 ÷ 450")),
            ({"reported_sports_area_per_student_primary": 12.5}, ("没有加上室内体育用房面积", "5625.01 ÷ 450")),
            ({"reported_books_per_student_primary": 11250}, ("填了总数",)),
            ({"reported_site_area_per_student": 0.03, "site_area": 9000}, ("亩", "666.67")),
            ({"reported_bachelor_share": 60, "teachers_bachelor_primary": 30, "staff_total": 50}, ("教职工总数", "30 ÷ 50")),
        ],
    )
    def test_causes(self, changed, words):
        message = screened(school(1, **changed)).one("S-STATED-RATIO").message()
        assert ";可能" in message and all(word in message for word in words)

    def test_the_whole_schools_figure_in_a_section(self):
        one = school(1, NINE, primary=166, junior=210, books=23226, reported_books_per_student_primary=61.77)
        assert "23226 ÷ 376 = 61.77" in screened(one).one("S-STATED-RATIO").message()

    def test_students_of_one_section_only(self):
        one = school(1, NINE, site_area=9000, reported_site_area_per_student=20)
        assert "只除以了小学的学生数(9000 ÷ 450 = 20)" in screened(one).one("S-STATED-RATIO").message()

    def test_last_years_students(self):
        before = take_in({"去年.xlsx": bulk([school(1, primary=430)])}, year="2023-2024").settlement.returns
        year = take_in({"表.xlsx": bulk([school(1, reported_books_per_student_primary=26.16)])})
        returns = returns_of(year.intake, None)
        ((_, query),) = stated_against_counts(returns, year.standards[0].split_weights, before)
        assert "用了上年的学生数(11250 ÷ 430 = 26.16)" in query.message()

    def test_no_cause_is_made_up(self):
        message = screened(school(1, reported_books_per_student_primary=26)).one("S-STATED-RATIO").message()
        assert "可能" not in message

    def test_missing_counts_are_not_compared(self):
        assert screened(school(1, reported_green_area_per_student=2)).rules == []

    def test_unit_and_arithmetic_are_told(self):
        query = screened(school(1, reported_books_per_student_primary=30)).one("S-STATED-RATIO")
        assert "30册" in query.message() and "25册" in query.message() and "11250 ÷ 450" in query.message()


def test_identical_rows_of_two_schools_are_a_query():
    """A row copied from another school: both are asked."""
    copied = school(1) | {("school_id", None): code(2), ("school_name", None): "另一所学校"}
    year = take_in({"表.xlsx": bulk([school(1), copied, school(3)])})
    asked = {one for _, one, _, f in year.settlement.findings if f.severity == "query"}
    assert asked == {code(1), code(2)}


def test_findings_of_a_form_stand_at_its_cells():
    year = take_in({"校.xlsx": form(school(1, books_primary=99999))})
    assert all(f.cell and f.cell.startswith("E") for f in year.errors())


@pytest.mark.parametrize(
    ("end", "low", "written"),
    [
        (3.2649, True, 3.3),
        (3.2649, False, 3.2),
        (41.97, False, 41),
        (0.03126, True, 0.032),
        (1234.5, False, 1200),
        (5, True, 5),
        (0, True, 0),
    ],
)
def test_the_ends_of_a_widened_range_are_written_with_two_digits_towards_its_middle(end, low, written):
    assert rounded_inwards(end, low) == written
