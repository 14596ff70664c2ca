"""An invented county of twelve schools over three school years, in the tables that workbooks and pages are made from.

Belongs here: sample returns and the tables that the assessment computes from them. Does not belong here: any expectation.
"""

import datetime as dt

import numpy as np
import pandas as pd

from builders.county import county_returns
from builders.insight import insight_tables
from data_contracts.catalogue import identity_fields
from data_contracts.records import NUMERIC_COLUMNS, TEXT_COLUMNS
from data_contracts.school_year import SchoolYear
from data_contracts.standard import shipped_standards
from data_contracts.standards_in_force import in_force
from data_contracts.tables import CONTRACTS, shaped
from domain.assessment.county_growth import county_growth
from domain.assessment.county_records import counties_of, county_records
from domain.assessment.indicators import school_indicators
from domain.assessment.judging import all_coefficients, all_compliance, all_verdicts
from domain.assessment.school_sections import school_sections
from domain.assessment.scope import scope_ledger

YEAR = SchoolYear.parse("2024-2025")
MADE_AT = dt.datetime(2024, 10, 8, 2, 30, tzinfo=dt.UTC)
STANDARDS = tuple(standard for standard in in_force(shipped_standards(), YEAR) if standard.judges_counties)
CODE, NAME = "990121", "青岚县"

# name, township, type, students (primary, junior, senior); the order is the register's, codes run the other way.
SCHOOLS = (
    ("城关镇第一小学", "城关镇", "小学", (1180, 0, 0)),
    ("城关镇第二小学", "城关镇", "小学", (860, 0, 0)),
    ("青岚县实验初级中学", "城关镇", "初级中学", (0, 1240, 0)),
    ("青岚县城南学校", "城关镇", "九年一贯制学校", (640, 380, 0)),
    ("青岚县第一中学", "城关镇", "完全中学", (0, 520, 1300)),
    ("石桥镇中心小学", "石桥镇", "小学", (430, 0, 0)),
    ("石桥镇初级中学", "石桥镇", "初级中学", (0, 410, 0)),
    ("石桥村教学点", "石桥镇", "教学点", (34, 0, 0)),
    ("白杨镇中心小学", "白杨镇", "小学", (390, 0, 0)),
    ("白杨镇杨树沟小学", "白杨镇", "小学", (126, 0, 0)),
    ("白杨镇初级中学", "白杨镇", "初级中学", (0, 330, 0)),
    ("云岭乡学校", "云岭乡", "九年一贯制学校", (196, 168, 0)),
)


def schools(names: list[str] | None = None, primary_only: bool = False) -> list[tuple]:
    """The sample schools, with other names where given, or only those that have no junior section."""
    chosen = [s for s in SCHOOLS if not primary_only or s[3][1] == 0]
    return [(name, *s[1:]) for name, s in zip(names, chosen, strict=False)] if names else chosen


def returns(roster: list[tuple], seed: int, code: str = CODE, county: str = NAME) -> pd.DataFrame:
    """One complete return per school; figures vary around the thresholds of the quality standard."""
    draw = np.random.default_rng(seed)
    rows = []
    for number, (name, township, kind, students) in enumerate(roster):
        row: dict[str, object] = dict.fromkeys(NUMERIC_COLUMNS, np.nan) | dict.fromkeys(TEXT_COLUMNS)
        row |= {
            "school_id": f"{code}{9999 - number:04d}",
            "school_name": name,
            "county_code": code,
            "county_name": county,
            "township": township,
            "school_type": kind,
            "ownership": "公办",
            "administered_by": "县属",
            "area_type": "镇区",
            "school_status": "正常",
        }
        for section, count in zip(("primary", "junior", "senior"), students, strict=True):
            if count:
                row[f"enrolment_{section}"] = count
            if count and section != "senior":
                for key, per_100 in _TEACHERS.items():
                    row[f"{key}_{section}"] = round(count * per_100[section == "junior"] / 100 * draw.uniform(0.85, 1.35))
        asked = _items(row, students, number)
        total = sum(students)
        for key, per_student in _SHARED.items():
            row[key] = round(total * per_student * draw.uniform(0.85, 1.4), 1)
        rows.append(row | _people(row, np.random.default_rng(seed * 1000 + number)) | asked)
    return pd.DataFrame(rows)


def _people(row: dict[str, object], draw: np.random.Generator) -> dict[str, object]:
    """Classes, groups of students, staff and the structure of teachers; some schools leave the optional ones blank."""
    found: dict[str, object] = {"staff": 0.0}
    blank = draw.random() < 0.2
    for section, cap in (("primary", 45), ("junior", 50)):
        students = row.get(f"enrolment_{section}")
        if not students or students != students:
            continue
        largest = min(students, cap + draw.integers(-6, 8))
        teachers = row[f"full_time_teachers_{section}"]
        found |= {
            f"classes_{section}": float(-(-students // cap)),
            f"largest_class_{section}": float(largest),
            f"oversize_classes_{section}": float(largest > cap),
            f"boarders_{section}": float(round(students * draw.uniform(0, 0.4))),
            f"migrant_students_{section}": float(round(students * 0.08)),
            f"left_behind_students_{section}": np.nan if blank else float(round(students * 0.11)),
            f"disabled_students_{section}": float(draw.integers(0, 4)),
            f"dropouts_{section}": 0.0,
            f"qualified_teachers_{section}": teachers,
            f"teachers_bachelor_{section}": float(round(teachers * 0.6)),
            f"teachers_senior_title_{section}": np.nan if blank else float(round(teachers * 0.1)),
            f"teachers_age_50_plus_{section}": float(round(teachers * draw.uniform(0.1, 0.4))),
        }
        found["staff"] += round(teachers * 1.1)
        if section == "junior":
            entrants = round(students / 3)
            found |= {"junior_entrants": entrants, "junior_graduates": entrants - 4, "junior_transfers_in": 2}
            found |= {"junior_transfers_out": 5, "junior_deaths": np.nan if blank else 0}
    posts = found["staff"] + draw.integers(-3, 6)
    return found | {"teacher_posts": posts, "staff_total": found["staff"] + 3, "substitute_teachers": np.nan if blank else 2.0}


def _items(row: dict[str, object], students: tuple[int, int, int], number: int) -> dict[str, object]:
    """What the items of the county verdict ask: classes of 45 and 50, rooms, certificates, money; every fourth school lacks some."""
    found: dict[str, object] = {"charter": "是", "exam_enrolment": "否", "key_classes": "否", "year_built": 1990 + number}
    classes = 0
    for section, count, cap in zip(("primary", "junior"), students, (45, 50), strict=False):
        if not count:
            continue
        mine = -(-count // cap)
        classes += mine
        found |= {f"classes_{section}": mine, f"largest_class_{section}": cap, f"oversize_classes_{section}": 0}
        teachers = int(str(row[f"full_time_teachers_{section}"]))
        found |= {f"certified_teachers_{section}": teachers, f"teachers_trained_360h_{section}": teachers}
        if number % 4 == 1:
            found |= {f"largest_class_{section}": cap + 6, f"oversize_classes_{section}": 2}
            found[f"teachers_trained_360h_{section}"] = teachers - 3
    rooms = -(-classes // 12)
    found |= {"music_rooms": rooms, "smallest_music_room": 96, "art_rooms": rooms, "smallest_art_room": 90}
    if number % 4 == 1:
        found |= {"art_rooms": max(1, rooms - 1), "smallest_music_room": 78.5}
    budget = sum(students) * 720
    return found | {"public_budget": budget, "training_expenditure": budget * (0.048 if number % 4 == 3 else 0.055)}


WITHOUT_EVIDENCE = ("posts_allocated_by_county", "curriculum_in_full")

# What the county states; it has not yet held its survey and not yet applied.
STATED: dict[str, object] = {
    "population": 386_000,
    "education_spending": 862_400_000,
    "education_spending_last": 801_250_000,
    "regular_revenue": 2_140_000_000,
    "regular_revenue_last": 2_065_000_000,
    "spending_per_student_primary": 12_650.5,
    "spending_per_student_primary_last": 12_310,
    "spending_per_student_junior": 16_480,
    "spending_per_student_junior_last": 16_720,
    "public_funds_primary": 780,
    "public_funds_primary_last": 720,
    "school_layout_reasonable": "是",
    "unified_construction_standard": "是",
    "unified_staffing_standard": "否",
    "unified_public_funds_quota": "是",
    "small_schools_funded_as_100": "是",
    "special_education_funds_per_student": 7000,
    "teachers_average_pay": 98_640,
    "civil_servants_average_pay": 97_800,
    "performance_pay_in_full": "是",
    "posts_allocated_by_county": "是",
    "rotation_eligible_teachers": 412,
    "rotated_teachers": 58,
    "rotated_backbone_teachers": 11,
    "nearby_enrolment_primary": 100,
    "nearby_enrolment_junior": 97.2,
    "senior_places_allocated": 60,
    "senior_places_favour_rural": "是",
    "left_behind_care_system": "是",
    "migrant_children_eligible": 320,
    "migrant_children_in_public": 309,
    "retention_entrants": 1290,
    "retention_graduates": 1236,
    "retention_transfers_in": 31,
    "retention_transfers_out": 18,
    "retention_deaths": 1,
    "disabled_children": 64,
    "disabled_children_enrolled": 62,
    "management_digital": "是",
    "teachers_use_technology": "是",
    "facilities_well_used": "是",
    "moral_education_good": "是",
    "curriculum_in_full": "是",
    "no_excessive_workload": "是",
    "monitoring_level": 3,
    "monitoring_gap": 0.15,
    "satisfaction_rate": 91.3,
    "government_work_score": 92,
    "illegal_school_choice": "否",
    "basic_recognised_on": "2016-12-30",
}

_TEACHERS = {
    "full_time_teachers": (6.2, 8.0),
    "teachers_above_required": (4.9, 6.4),
    "teachers_mid_senior_title": (3.1, 4.4),
    "backbone_teachers": (1.2, 1.2),
    "pe_arts_teachers": (1.05, 1.05),
}
_SHARED = {
    "teaching_area": 6.0,
    "indoor_sports_area": 0.4,
    "sports_ground_area": 9.0,
    "equipment_value": 2400.0,
    "books": 31.0,
    "teaching_computers": 0.17,
    "multimedia_rooms": 0.027,
}


def tables(
    made: pd.DataFrame,
    year: SchoolYear = YEAR,
    left_out: tuple[str, ...] = (),
    missing: tuple[str, ...] = (),
    findings: list[dict] | None = None,
    standards=STANDARDS,
    stated: dict[str, dict[str, object]] | None = None,
    targets: list[dict] | None = None,
) -> dict[str, pd.DataFrame]:
    """Every table of a year from its returns; schools named in ``left_out`` or ``missing`` are not accepted.

    ``stated`` is what counties state, by code and field, ``targets`` rows of ``plan_targets``.
    """
    found = pd.DataFrame(findings or [], columns=list(CONTRACTS["findings"].columns))
    register = made[[f.key for f in identity_fields()]].assign(register_order=range(len(made)), expected=True)
    outcome = dict.fromkeys(left_out, "left_out") | dict.fromkeys(missing, "missing")
    outcomes = register["school_name"].map(lambda name: outcome.get(name, "accepted")).to_numpy(object)
    for position, school in enumerate(register["school_id"]):
        if outcomes[position] == "accepted" and ((found["school_id"] == school) & (found["severity"] == "query")).any():
            outcomes[position] = "accepted_with_queries"
    accepted = made[np.isin(outcomes, ["accepted", "accepted_with_queries"])]
    sections = school_sections(accepted, standards[0].split_weights)
    scope = scope_ledger(register, sections, standards)
    counties = counties_of(register)
    indicators = school_indicators(sections, standards)
    compliance = all_compliance(indicators, standards)
    coefficients = all_coefficients(sections, scope, counties, standards)
    verdicts = all_verdicts(
        counties, register, sections, scope, compliance, coefficients, county_returns(stated, WITHOUT_EVIDENCE), standards, year
    )
    severities = ("error", "query", "note")
    counts = {}
    for severity in severities:
        by_school = found[found["severity"] == severity]["school_id"].value_counts()
        counts[severity] = register["school_id"].map(by_school).fillna(0).astype(int)
    board = register.assign(
        outcome=outcomes,
        file=[None if o == "missing" else f"{n}.xlsx" for n, o in zip(register["school_name"], outcomes, strict=True)],
        errors=counts["error"],
        queries=counts["query"],
        notes=counts["note"],
    )
    whole = {
        "school_register": register,
        "reporting_board": board,
        "school_indicators": indicators,
        "school_compliance": compliance,
        "county_coefficients": coefficients,
        "county_verdicts": verdicts,
        "county_growth": county_growth(counties, county_returns(stated)),
        "scope_ledger": scope,
        "findings": found,
        "county_records": county_records(register, board, sections),
    }
    basis = {**whole, "school_returns": accepted, "school_sections": sections}
    plan = pd.DataFrame(targets, columns=list(CONTRACTS["plan_targets"].columns)) if targets else None
    whole |= insight_tables(
        basis, year, standards, stated=shaped(county_returns(stated), "county_returns", year.key), targets=plan
    )
    promised = {name: [c for c in CONTRACTS[name].columns if c in table and c != "school_year"] for name, table in whole.items()}
    return {name: shaped(table[promised[name]], name, year.key) for name, table in whole.items()}


def finding(school_id: str | None, severity: str, message: str, **more: object) -> dict:
    """One row of ``findings``."""
    empty = dict.fromkeys(CONTRACTS["findings"].columns)
    row = {
        "county_code": CODE,
        "file": "填报表.xlsx",
        "sheet": "办学条件",
        "cell": "E14",
        "field": "books",
        "rule": "C-NUMBER",
        "value": "约3559",
    }
    return empty | row | {"school_id": school_id, "severity": severity, "message": message} | more


def plan(year: SchoolYear = YEAR) -> list[dict]:
    """Targets of the county's plan: three whose year has come, one to come."""
    basic, quality = (standard.id for standard in STANDARDS)
    rows = [
        (basic, "primary", "composite", year.key, 0.3),
        (quality, "junior", "L5", year.key, 0.05),
        (basic, None, "SAT", year.key, 90.0),
        (quality, None, "S1", year.next.key, 92.0),
    ]
    columns = ["standard", "section", "item", "target_year", "target"]
    file = {"school_year": year.key, "county_code": CODE, "file": "三年规划表.xlsx"}
    return [file | dict(zip(columns, row, strict=True)) | {"row": n} for n, row in enumerate(rows, 2)]


def sample_tables(year: SchoolYear = YEAR) -> dict[str, pd.DataFrame]:
    """The county of a year: one school left out, one missing, one value missing, three findings."""
    made = returns(schools(), seed=year.start)
    made.loc[made["school_name"] == "白杨镇中心小学", "multimedia_rooms"] = np.nan
    ids = dict(zip(made["school_name"], made["school_id"], strict=True))
    found = [
        finding(
            ids["石桥镇初级中学"],
            "error",
            "工作表“办学条件”E14:“图书册数”填的“约3559”不是数字。请填写阿拉伯数字,缺数据请留空。[C-NUMBER]",
        ),
        finding(
            ids["城关镇第二小学"],
            "query",
            "“生均图书册数(自报)”自报 30,按填报数计算为 28.4。请核对或说明。[S-STATED-RATIO]",
            rule="S-STATED-RATIO",
        ),
        finding(
            None, "note", "列“备注”不在填报目录中,没有读取。[H-UNKNOWN]", rule="H-UNKNOWN", sheet=None, cell=None, field=None
        ),
    ]
    return tables(
        made,
        year,
        left_out=("石桥镇初级中学",),
        missing=("白杨镇杨树沟小学",),
        findings=found,
        stated={CODE: STATED},
        targets=plan(year),
    )


def of_county(whole: dict[str, pd.DataFrame], code: str = CODE) -> dict[str, pd.DataFrame]:
    """The rows of one county."""
    return {name: table[(table["county_code"] == code).fillna(False)].reset_index(drop=True) for name, table in whole.items()}
