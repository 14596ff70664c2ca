"""Profile, staff, students, large classes, plans, self-scores and regions of a county, by hand.

Belongs here: cases with their arithmetic, and missing figures that are never 0. Does not belong here: townships and scope (``golden``).
"""

import numpy as np
import pandas as pd
import pytest

from builders.insight import county_return, county_returns
from data_contracts.progress_targets import progress_targets, target_for
from data_contracts.records import NUMERIC_COLUMNS, RETURN_COLUMNS
from data_contracts.school_year import SchoolYear
from data_contracts.standard import shipped_standards
from domain.assessment.county_profile import county_profile
from domain.assessment.large_classes import school_large_classes
from domain.assessment.plan_progress import plan_in_force, plan_progress
from domain.assessment.regional_progress import regional_progress
from domain.assessment.self_scores import self_score_differences
from domain.assessment.staffing import county_staff
from domain.assessment.student_groups import county_students

CODE = "360521"
YEAR = SchoolYear.parse("2024-2025")
COUNTIES = pd.DataFrame({"county_code": [CODE], "county_name": ["青禾县"]})
BASIC, QUALITY = (
    next(s for s in shipped_standards() if s.id == name) for name in ("national-basic-2012", "national-quality-2017")
)


def returns(*schools: dict) -> pd.DataFrame:
    """Accepted returns: a primary school unless told otherwise; what is not given is missing."""
    rows = [
        {
            "school_id": f"{CODE}{n:04d}",
            "school_name": f"第{n}校",
            "county_code": CODE,
            "county_name": "青禾县",
            "school_type": "小学",
        }
        | s
        for n, s in enumerate(schools, 1)
    ]
    table = pd.DataFrame(rows, columns=list(RETURN_COLUMNS))
    return table.astype(dict.fromkeys(NUMERIC_COLUMNS, float))


def line(table: pd.DataFrame, item: str, section: str | None = None, **more) -> dict:
    """The one row of an item."""
    rows = table[(table["item"] == item) & (table["section"].isna() if section is None else table["section"] == section)]
    for column, value in more.items():
        rows = rows[rows[column].isna() if value is None else rows[column] == value]
    assert len(rows) == 1, rows
    return rows.iloc[0].to_dict()


def figures(row: dict) -> list:
    """value, base, share, stated, not_stated; None for missing."""
    return [None if pd.isna(row[key]) else row[key] for key in ("value", "base", "share", "stated", "not_stated")]


STAFFED = returns(
    {"enrolment_primary": 100, "teacher_posts": 20, "staff": 17, "staff_total": 20, "substitute_teachers": 2, "full_time_teachers_primary": 16,
     "teachers_bachelor_primary": 12, "teachers_age_50_plus_primary": 4},
    {"enrolment_primary": 100, "teacher_posts": 10, "staff": 12, "staff_total": 12, "full_time_teachers_primary": 10,
     "teachers_bachelor_primary": 4},
    {"enrolment_primary": 100, "teacher_posts": 8, "full_time_teachers_primary": 8, "teachers_age_50_plus_primary": 0},
    {"school_type": "初级中学", "enrolment_junior": 200, "teachers_bachelor_junior": 9},
)  # fmt: skip


def test_posts_and_staff_are_counted_school_by_school():
    """Posts 20 + 10 + 8 = 38 of three schools; both known of two: short 20 − 17 = 3 of 30, over 12 − 10 = 2 of 30."""
    table = county_staff(COUNTIES, STAFFED)
    assert figures(line(table, "teacher_posts")) == [38, None, None, 3, 1]
    assert figures(line(table, "staff")) == [29, None, None, 2, 2]
    assert figures(line(table, "post_shortage")) == [3, 30, 0.1, 2, 2]
    assert figures(line(table, "post_surplus")) == [2, 30, pytest.approx(2 / 30), 2, 2]
    assert figures(line(table, "staff_outside_posts")) == [3, 32, 3 / 32, 2, 2]
    assert figures(line(table, "substitute_teachers")) == [2, 20, 0.1, 1, 3]


def test_the_structure_of_teachers_is_over_the_schools_that_stated_both():
    """本科: 12 + 4 = 16 of 16 + 10 = 26; 50 and older: 4 + 0 of 16 + 8 = 24; the junior school stated no teachers."""
    table = county_staff(COUNTIES, STAFFED)
    assert figures(line(table, "full_time_teachers", "primary")) == [34, None, None, 3, 0]
    assert figures(line(table, "teachers_bachelor", "primary")) == [16, 26, pytest.approx(16 / 26), 2, 1]
    assert figures(line(table, "teachers_age_50_plus", "primary")) == [4, 24, pytest.approx(4 / 24), 2, 1]
    assert figures(line(table, "teachers_bachelor", "junior")) == [None, None, None, 0, 1]
    assert figures(line(table, "qualified_teachers", "primary")) == [None, None, None, 0, 3]


def test_a_base_of_nothing_has_no_share():
    table = county_staff(
        COUNTIES, returns({"enrolment_primary": 5, "full_time_teachers_primary": 0, "teachers_bachelor_primary": 0})
    )
    assert figures(line(table, "teachers_bachelor", "primary")) == [0, 0, None, 1, 0]


def test_groups_of_students_and_retention():
    """Boarders 30 of 100 (one school states none); retention (95 − 3 + 6)/(100 − 2) = 98/98, the county's own 960/1000."""
    schools = returns(
        {"enrolment_primary": 100, "boarders_primary": 30},
        {"enrolment_primary": 50},
        {"school_type": "初级中学", "enrolment_junior": 300, "dropouts_junior": 3, "junior_entrants": 100, "junior_graduates": 95,
         "junior_transfers_in": 3, "junior_transfers_out": 6, "junior_deaths": 2},
        {"school_type": "初级中学", "enrolment_junior": 100, "junior_entrants": 40, "junior_graduates": 38, "junior_transfers_in": 0,
         "junior_transfers_out": 0},
    )  # fmt: skip
    own = {"entrants": 1001, "graduates": 950, "transfers_in": 10, "transfers_out": 20, "deaths": 1}
    stated = county_returns(*(county_return(CODE, f"retention_{key}", value) for key, value in own.items()))
    table = county_students(COUNTIES, schools, stated)
    assert figures(line(table, "enrolment", "primary")) == [150, None, None, 2, 0]
    assert figures(line(table, "boarders", "primary")) == [30, 100, 0.3, 1, 1]
    assert figures(line(table, "dropouts", "junior")) == [3, 300, 0.01, 1, 1]
    assert figures(line(table, "disabled_students", "junior")) == [None, None, None, 0, 2]
    # Deaths left blank are not 0: the second school is one that did not state it.
    assert figures(line(table, "retention", "junior")) == [98, 98, 1.0, 1, 1]
    assert figures(line(table, "retention_by_county", "junior")) == [960, 1000, 0.96, None, None]


@pytest.mark.parametrize("missing", ["entrants", "graduates", "transfers_in", "transfers_out", "deaths"])
def test_retention_of_the_county_needs_all_five_figures(missing):
    own = {"entrants": 1000, "graduates": 950, "transfers_in": 10, "transfers_out": 20, "deaths": 0}
    stated = county_returns(*(county_return(CODE, f"retention_{key}", value) for key, value in own.items() if key != missing))
    table = county_students(COUNTIES, returns({"enrolment_primary": 1}), stated)
    assert figures(line(table, "retention_by_county", "junior")) == [None, None, None, None, None]


def test_the_profile_counts_the_register_and_what_accepted_schools_stated():
    """Three open schools, one of them not accepted; the closed one is not counted, the one of unknown type in the total only."""
    accepted = returns(
        {"enrolment_primary": 100, "classes_primary": 4, "full_time_teachers_primary": 9, "staff": 11},
        {
            "school_type": "九年一贯制学校",
            "enrolment_primary": 60,
            "enrolment_junior": 40,
            "classes_primary": 6,
            "classes_junior": 3,
        },
    )
    kinds = ["小学", "九年一贯制学校", "小学", "小学", None]
    register = pd.DataFrame(
        {
            "school_id": [f"{CODE}{n:04d}" for n in range(1, 6)],
            "county_code": CODE,
            "school_type": kinds,
            "school_status": ["正常", None, None, "停办", None],
        }
    )
    table = county_profile(COUNTIES, register, accepted, county_returns(county_return(CODE, "population", 400000)))

    def found(item, section=None, kind=None):
        row = line(table, item, section, school_type=kind)
        return [None if pd.isna(row[key]) else row[key] for key in ("value", "stated", "not_stated")]

    assert found("population") == [400000, None, None]
    assert found("schools") == [4, 4, 0] and found("schools", kind="小学") == [2, 2, 0]
    assert found("enrolment", "primary") == [160, 2, 1] and found("enrolment", "primary", "小学") == [100, 1, 1]
    assert found("classes", "junior", "九年一贯制学校") == [3, 1, 0]
    assert found("full_time_teachers", "primary") == [9, 1, 2] and found("staff") == [11, 1, 3]
    assert found("staff_total") == [None, 0, 4]
    assert set(table["school_type"].dropna()) == {"小学", "九年一贯制学校"}


def test_without_a_county_form_the_population_is_not_known():
    register = pd.DataFrame({"school_id": [f"{CODE}0001"], "county_code": CODE, "school_type": "小学", "school_status": None})
    table = county_profile(COUNTIES, register, returns({"enrolment_primary": 3}), county_returns())
    assert pd.isna(line(table, "population", school_type=None)["value"])


@pytest.mark.parametrize(
    ("section", "oversize", "largest", "over"),
    [
        ("primary", 0, 45, "no"),
        ("primary", 1, 46, 1),
        ("junior", 0, 50, "no"),
        ("junior", 2, 55, 5),
        ("primary", np.nan, 46, 1),
        ("primary", 3, np.nan, None),
        ("primary", np.nan, np.nan, "no"),
        ("primary", 0, 47, 2),
    ],
)
def test_classes_above_the_size_allowed(section, oversize, largest, over):
    sections = pd.DataFrame(
        {
            "county_code": [CODE],
            "school_id": [f"{CODE}0001"],
            "school_name": ["校"],
            "township": ["镇"],
            "section": [section],
            "classes": [9.0],
            "oversize_classes": [float(oversize)],
            "largest_class": [float(largest)],
        }
    )
    table = school_large_classes(sections)
    assert len(table) == (over != "no")
    if over != "no":
        row = table.iloc[0]
        assert (None if pd.isna(row["over"]) else row["over"]) == over
        assert row["allowed"] == {"primary": 45, "junior": 50}[section]


def scores(*rows):
    return pd.DataFrame(
        [
            {"county_code": CODE, "school_id": f"{CODE}{n:04d}", "section": "primary", "standard": BASIC.id, "indicator": "B5", "points": p,
             "file": "自评.xlsx", "row": n}
            for n, p in enumerate(rows, 1)
        ]
    )  # fmt: skip


def test_self_scores_beside_computed_points():
    """5 against 3: too high by 2; 1 against 3: too low by 2; equal; not computed; one that nobody computed at all."""
    own = scores(5.0, 1.0, 3.0, 5.0, 5.0)
    computed = own[["school_id", "section", "standard", "indicator"]].assign(points=[3.0, 3.0, 3.0, np.nan, 9.0]).iloc[:4]
    register = pd.DataFrame({"school_id": own["school_id"], "school_name": ["甲", "乙", "丙", "丁", "戊"]})
    table = self_score_differences(own, computed, register, (BASIC,))
    assert (
        table["difference"].tolist()[:3] == [2.0, -2.0, 0.0] and table["difference"].isna().tolist() == [False] * 3 + [True] * 2
    )
    high, low, *others = table["message"].tolist()
    assert high == "“甲”(小学)的“生均图书册数”自评 5 分,按填报数据计算为 3 分,自评高 2 分。请核对或说明。"
    assert "自评低 2 分" in low and all(pd.isna(one) for one in others)
    assert table["row"].tolist() == [1, 2, 3, 4, 5]


def targets(*rows):
    columns = ["county_code", "standard", "section", "item", "target_year", "target"]
    return pd.DataFrame([dict(zip(columns, row, strict=True)) for row in rows], columns=columns).assign(file="规划.xlsx", row=2)


def actual(**values):
    """county_verdicts and county_coefficients with these values: GOV=…, B5=… (of primary schools)."""
    verdicts = [
        {"county_code": CODE, "standard": BASIC.id, "section": None, "item": key, "value": value}
        for key, value in values.items()
        if key in ("GOV", "SAT")
    ]
    coefficients = [
        {"county_code": CODE, "standard": BASIC.id, "section": "primary", "indicator": key, "coefficient": value}
        for key, value in values.items()
        if key not in ("GOV", "SAT")
    ]
    return (
        pd.DataFrame(verdicts, columns=["county_code", "standard", "section", "item", "value"]),
        pd.DataFrame(coefficients, columns=["county_code", "standard", "section", "indicator", "coefficient"]),
    )


@pytest.mark.parametrize(
    ("item", "section", "target", "value", "direction", "reached"),
    [
        ("GOV", None, 90.0, 90.0, "at_least", True),
        ("GOV", None, 90.0, 89.9, "at_least", False),
        ("GOV", None, 90.0, np.nan, "at_least", None),
        ("composite", "primary", 0.5, 0.5, "at_most", True),
        ("composite", "primary", 0.5, 0.51, "at_most", False),
        ("B5", "primary", 0.1 + 0.2, 0.3, "at_most", True),
    ],
)
def test_a_target_is_reached_or_not_or_not_known(item, section, target, value, direction, reached):
    plan = targets((CODE, BASIC.id, section, item, YEAR.key, target))
    table = plan_progress(YEAR, [(YEAR.key, plan)], {YEAR.key: actual(**{item: value})}, COUNTIES)
    row = table.iloc[0]
    assert (row["direction"], None if pd.isna(row["reached"]) else row["reached"]) == (direction, reached)


def test_targets_of_past_years_meet_the_figures_of_their_year_and_later_ones_wait():
    plan = targets(*((CODE, BASIC.id, None, "GOV", year, 90.0) for year in ("2022-2023", "2023-2024", "2024-2025", "2025-2026")))
    actuals = {"2023-2024": actual(GOV=88.0, B5=0.1), "2024-2025": actual(GOV=92.0, B5=0.1)}
    table = plan_progress(YEAR, [(YEAR.key, plan)], actuals, COUNTIES)
    assert table["target_year"].tolist() == ["2022-2023", "2023-2024", "2024-2025"]
    assert table["actual"].fillna(-1).tolist() == [-1, 88.0, 92.0]
    assert table["reached"].astype(object).where(table["reached"].notna(), None).tolist() == [None, False, True]


def test_last_years_plan_goes_on_where_this_year_handed_in_none():
    mine = targets((CODE, BASIC.id, None, "GOV", YEAR.key, 90.0), (CODE, BASIC.id, None, "SAT", YEAR.key, 91.0))
    other = targets(("360522", BASIC.id, None, "GOV", YEAR.key, 80.0))
    newer = targets((CODE, BASIC.id, None, "GOV", YEAR.key, 95.0))
    kept = plan_in_force([("2024-2025", other), ("2023-2024", mine)])
    assert kept["planned_in"].tolist() == ["2024-2025", "2023-2024", "2023-2024"]
    kept = plan_in_force([("2024-2025", newer), ("2023-2024", pd.concat([mine, other])), ("2022-2023", mine)])
    assert kept[["county_code", "target", "planned_in"]].to_numpy().tolist() == [
        [CODE, 95.0, "2024-2025"],
        ["360522", 80.0, "2023-2024"],
    ]


def test_without_plans_and_without_figures():
    assert plan_progress(YEAR, [(YEAR.key, targets())], {}, COUNTIES).empty
    table = plan_progress(YEAR, [(YEAR.key, targets((CODE, BASIC.id, None, "GOV", YEAR.key, 90.0)))], {}, COUNTIES)
    assert table["actual"].isna().all() and table["reached"].isna().all()


def nation():
    """Four counties: two of one city, one of another city, one of another province; the last handed in nothing."""
    codes = ["360521", "360522", "360702", "440103"]
    counties = pd.DataFrame(
        {
            "county_code": codes,
            "county_name": list("甲乙丙丁"),
            "schools_received": [3, 2, 1, 0],
            "schools_accepted": [3, 2, 1, 0],
        }
    )
    met = {BASIC.id: ["true", "pending", "false", "pending"], QUALITY.id: ["false", "false", "true", "pending"]}
    verdicts = pd.DataFrame(
        [
            {"county_code": c, "standard": s, "item": "overall", "met": m}
            for s, row in met.items()
            for c, m in zip(codes, row, strict=True)
        ]
    )
    judged = [("360521", True), ("360521", False), ("360522", True), ("360522", None), ("360702", True)]
    compliance = pd.DataFrame(
        {
            "county_code": [c for c, _ in judged],
            "standard": QUALITY.id,
            "compliant": pd.array([m for _, m in judged], dtype="boolean"),
        }
    )
    large = pd.DataFrame({"county_code": ["360521", "360521", "360522"], "school_id": ["1", "1", "2"]})
    stated = county_returns(
        county_return("360521", "basic_recognised_on", "2016-12-30"),
        county_return("360522", "basic_recognised_on", "2024-09-01"),
        county_return("360702", "basic_recognised_on", "2024-09-02"),
        *(county_return("360521", f"retention_{k}", v) for k, v in
          {"entrants": 100, "graduates": 96, "transfers_in": 0, "transfers_out": 0, "deaths": 0}.items()),
        *(county_return("360522", f"retention_{k}", v) for k, v in
          {"entrants": 300, "graduates": 276, "transfers_in": 0, "transfers_out": 0, "deaths": 0}.items()),
    )  # fmt: skip
    students = county_students(counties, returns(), stated)
    return counties, verdicts, compliance, large, students, stated


def region(table, standard, level, code=None):
    rows = table[(table["standard"] == standard.id) & (table["level"] == level)]
    rows = rows[rows["region"].isna() if code is None else rows["region"] == code]
    assert len(rows) == 1
    return {key: None if pd.isna(value) else value for key, value in rows.iloc[0].to_dict().items()}


def test_regions_add_up_their_counties():
    """Recognised up to 1 September 2024: two of four, 50 %; the third came a day later; the fourth handed in no form.

    Retention of the city: (96 + 276)/(100 + 300) = 0.93; complying: 3 of 4 judged.
    """
    table = regional_progress(YEAR, *nation(), (BASIC, QUALITY))
    whole = region(table, BASIC, "nation")
    assert [whole[k] for k in ("counties", "reporting", "met", "not_met", "pending")] == [4, 3, 1, 1, 2]
    assert [whole[k] for k in ("recognised", "recognition_unknown", "recognised_share")] == [2, 1, 0.5]
    assert (whole["target_share"], whole["target_year"], whole["retention_target"]) == (0.95, 2020, 0.95)
    assert whole["complying"] is None and whole["judged"] is None
    city = region(table, QUALITY, "city", "3605")
    assert [city[k] for k in ("counties", "met", "not_met", "recognised", "large_class_schools")] == [2, 0, 2, 0, 2]
    assert (city["complying"], city["judged"], city["complying_share"]) == (2, 3, pytest.approx(2 / 3))
    assert city["retention"] == pytest.approx(0.93) and city["retention_counties"] == 2
    assert city["target_share"] is None
    assert region(table, BASIC, "province", "36")["recognised_share"] == pytest.approx(2 / 3)
    alone = region(table, BASIC, "county", "440103")
    assert (alone["county_code"], alone["recognised"], alone["recognition_unknown"], alone["recognised_on"]) == (
        "440103",
        None,
        1,
        None,
    )
    assert alone["large_class_schools"] is None and alone["retention"] is None
    assert region(table, BASIC, "county", "360521")["recognised_on"] == "2016-12-30"
    assert region(table, BASIC, "county", "360702")["recognised_on"] is None


@pytest.mark.parametrize("level", ["province", "city", "county"])
def test_every_level_adds_up_to_the_nation(level):
    table = regional_progress(YEAR, *nation(), (BASIC, QUALITY))
    for standard in (BASIC, QUALITY):
        rows = table[(table["level"] == level) & (table["standard"] == standard.id)]
        whole = region(table, standard, "nation")
        for column in (
            "counties",
            "reporting",
            "met",
            "not_met",
            "pending",
            "recognised",
            "recognition_unknown",
            "retention_counties",
        ):
            assert rows[column].sum() == whole[column]


@pytest.mark.parametrize(
    ("year", "due"), [("2012-2013", 2015), ("2015-2016", 2015), ("2016-2017", 2020), ("2020-2021", 2020), ("2026-2027", 2020)]
)
def test_the_target_is_the_next_one_due(year, due):
    found = target_for("recognised", "national-basic-2012", SchoolYear.parse(year))
    assert found.year == due and found.share == {2015: 0.65, 2020: 0.95}[due]


def test_every_target_has_a_source_and_a_grade():
    assert all(one.source and one.grade in "ABC" and 0 < one.share <= 1 for one in progress_targets())
    assert target_for("recognised", "national-quality-2017", YEAR) is None
