"""How many schools of a county were expected, handed in and were accepted.

Belongs here: the counts of ``county_records``. Does not belong here: the board they are counted from.
"""

import pandas as pd

from domain.assessment.county_records import county_records

COUNTY = "360521"


def test_a_closed_school_that_reports_hides_none_that_is_missing():
    """Expected 3: one accepted, one left out, one missing; the closed fourth was accepted. Received 2 of 3, accepted 1."""
    schools = [("accepted", True), ("left_out", True), ("missing", True), ("accepted_with_queries", False)]
    board = pd.DataFrame(schools, columns=["outcome", "expected"]).assign(county_code=COUNTY)
    register = pd.DataFrame({"county_code": [COUNTY], "county_name": ["青禾县"]})
    sections = pd.DataFrame({"county_code": [COUNTY], "enrolment": [450.0]})
    (row,) = county_records(register, board, sections).to_dict("records")
    assert [row["schools_expected"], row["schools_received"], row["schools_accepted"]] == [3, 2, 1]
