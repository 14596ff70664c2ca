"""The county's verdict names schools in the register's order, whatever order the tables have."""

import pandas as pd

from data_contracts.standard import shipped_standards
from domain.assessment.verdicts import county_verdicts

QUALITY = next(standard for standard in shipped_standards() if standard.id == "national-quality-2017")
PLACE = ["county_code", "section", "indicator", "coefficient", "limit"]


def test_schools_are_named_in_the_order_of_the_register():
    schools = pd.DataFrame({"county_code": "990121", "school_id": ["1", "2", "3"], "school_name": ["甲校", "乙校", "丙校"]})
    register = schools.assign(register_order=[2, 0, 1])
    scope = schools.assign(section="primary", standard=QUALITY.id, in_scope=pd.array([True] * 3, dtype="boolean"), accepted=True)
    compliance = schools.assign(compliant=pd.array([False] * 3, dtype="boolean"))
    coefficients = pd.DataFrame({name: [] for name in [*PLACE, "standard", "met"]})
    close = pd.DataFrame({name: [] for name in [*PLACE, "rounded_coefficient", "near", "flips"]})
    counties = pd.DataFrame({"county_code": ["990121"], "county_name": ["青岚县"]})
    verdicts = county_verdicts(QUALITY, counties, register, scope, compliance, coefficients, close)
    reason = verdicts.set_index("item").loc["R-schools", "reason"]
    assert reason == "3 个校段不达标:乙校、丙校、甲校"
