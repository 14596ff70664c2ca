"""The county's verdict names schools in the register's order, whatever order the tables have."""

import pandas as pd

from builders.county import county_returns
from data_contracts.school_year import SchoolYear
from data_contracts.standard import shipped_standards
from data_contracts.tables import CONTRACTS
from domain.assessment.verdicts import YearTables, county_verdicts

QUALITY = next(standard for standard in shipped_standards() if standard.id == "national-quality-2017")
YEAR = SchoolYear.parse("2024-2025")
PLACE = ["county_code", "section", "indicator", "coefficient", "limit"]


def test_schools_are_named_in_the_order_of_the_register():
    schools = pd.DataFrame({"county_code": "990121", "school_id": ["1", "2", "3"], "school_name": ["甲校", "乙校", "丙校"]})
    register = schools.assign(register_order=[2, 0, 1], school_type="小学")
    scope = schools.assign(section="primary", standard=QUALITY.id, in_scope=pd.array([True] * 3, dtype="boolean"), accepted=True)
    compliance = schools.assign(compliant=pd.array([False] * 3, dtype="boolean"))
    compliance = compliance.assign(standard=QUALITY.id)
    sections = pd.DataFrame(columns=list(CONTRACTS["school_sections"].columns))
    coefficients = pd.DataFrame({name: [] for name in [*PLACE, "standard", "met"]})
    close = pd.DataFrame({name: [] for name in [*PLACE, "rounded_coefficient", "near", "flips"]})
    counties = pd.DataFrame({"county_code": ["990121"], "county_name": ["青岚县"]})
    tables = YearTables(YEAR, counties, register, sections, scope, compliance, coefficients, county_returns())
    verdicts = county_verdicts(QUALITY, tables, close)
    reason = verdicts.set_index("item").loc["R-schools", "reason"]
    assert reason == "3 个校段不达标:乙校、丙校、甲校"
