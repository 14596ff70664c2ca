"""What was seen against what was reported: tolerances on both sides of their limits, words, and what is missing."""

import pandas as pd
import pytest

from data_contracts.catalogue import fields
from data_contracts.records import RETURN_COLUMNS
from domain.assessment.verification import tolerances, verification_results

SCHOOL = "9901210001"
REGISTER = pd.DataFrame({"school_id": [SCHOOL], "school_name": ["甲校"]})


def compared(field: str, section: str | None, reported: object, seen: object = None, text: str | None = None) -> dict:
    column = f"{field}_{section}" if section else field
    returns = pd.DataFrame([dict.fromkeys(RETURN_COLUMNS) | {"school_id": SCHOOL, column: reported}])
    visit = {"county_code": "990121", "school_id": SCHOOL, "field": field, "section": section, "seen": seen,
             "seen_text": text, "visitor": "乙", "date": "2026-11-01"}  # fmt: skip
    table = verification_results(pd.DataFrame([visit]), returns, REGISTER)
    return table.astype(object).where(table.notna(), None).iloc[0].to_dict()


@pytest.mark.parametrize(
    ("field", "section", "reported", "seen", "within"),
    [
        ("teaching_area", None, 1000.0, 970.0, True),  # 3 % of 1000 ㎡ are 30 ㎡, inclusive
        ("teaching_area", None, 1000.0, 969.9, False),
        ("teaching_area", None, 1000.0, 1030.0, True),
        ("enrolment", "primary", 450.0, 459.0, True),  # 2 % of 450 are 9
        ("enrolment", "primary", 450.0, 460.0, False),
        ("equipment_value", None, 200000.0, 190000.0, True),  # 5 % of 20 万元 are 1 万元
        ("equipment_value", None, 200000.0, 189999.0, False),
        ("multimedia_rooms", None, 12.0, 12.0, True),  # rooms are counted
        ("multimedia_rooms", None, 12.0, 11.0, False),
        ("largest_class", "primary", 45.0, 46.0, False),  # one class is counted, though its unit is 人
        ("books", None, 0.0, 0.0, True),
        ("books", None, 0.0, 1.0, False),
        ("books", None, None, 10.0, None),  # missing is not 0
        ("books", None, 10.0, None, None),
    ],
)
def test_tolerances_on_both_sides(field, section, reported, seen, within):
    assert compared(field, section, reported, seen)["within"] == within


def test_a_discrepancy_is_told_in_the_words_of_the_form():
    found = compared("teaching_area", None, 1000.0, 900.0)
    assert found["message"] == "教学及辅助用房面积:填报 1000 ㎡,现场核实 900 ㎡,相差 100 ㎡,超过允许误差 30 ㎡"
    assert (found["difference"], found["tolerance"], found["school_name"]) == (-100.0, 30.0, "甲校")
    assert compared("multimedia_rooms", None, 12.0, 11.0)["message"].endswith("相差 1 间,应完全一致")
    assert compared("books", None, 10.0, 10.0)["message"] is None
    assert compared("books", None, None, 10.0)["message"] == "图书册数:现场核实 10 册,学校没有可用的填报值"


def test_words_are_compared_as_words():
    assert compared("charter", None, "是", text="是")["within"] is True
    off = compared("charter", None, "是", text="否")
    assert (off["within"], off["message"]) == (False, "是否制定学校章程:填报“是”,现场核实“否”")
    assert compared("charter", None, None, text="否")["within"] is None


def test_every_unit_of_the_catalogue_has_a_tolerance():
    units = {field.stored_unit for field in fields().values() if field.numeric}
    assert units <= set(tolerances())
    assert set(tolerances()) <= units | set(fields())


def test_a_school_without_a_return_is_not_within_and_not_without():
    visit = {"county_code": "990121", "school_id": SCHOOL, "field": "books", "section": None, "seen": 1.0, "seen_text": None,
             "visitor": None, "date": None}  # fmt: skip
    table = verification_results(pd.DataFrame([visit]), pd.DataFrame(columns=list(RETURN_COLUMNS)), REGISTER)
    assert table["within"].isna().all() and table["reported"].isna().all()
