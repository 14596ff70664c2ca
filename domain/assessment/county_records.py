"""The counties of a year and how many of the schools expected reported.

Belongs here: one row per county. Does not belong here: what each school's report came to (``domain.intake.settling``).
"""

import pandas as pd

from data_contracts.vocabulary import COUNTED_OUTCOMES


def counties_of(register: pd.DataFrame) -> pd.DataFrame:
    """county_code and county_name of every county with a school in the register, by code; the most frequent name wins."""
    names = register.groupby(["county_code", "county_name"], sort=True).size().rename("schools").reset_index()
    names = names.sort_values(["county_code", "schools", "county_name"], ascending=[True, False, True])
    return names.drop_duplicates("county_code")[["county_code", "county_name"]].reset_index(drop=True)


def county_records(register: pd.DataFrame, board: pd.DataFrame, sections: pd.DataFrame) -> pd.DataFrame:
    """One row per county: see the contract ``county_records``."""
    counties = counties_of(register)
    # A closed school that reports all the same must not hide one that is missing.
    expected = board[board["expected"]]
    received = expected[expected["outcome"] != "missing"]
    accepted = expected[expected["outcome"].isin(COUNTED_OUTCOMES)]

    def count(rows: pd.DataFrame) -> pd.Series:
        return counties["county_code"].map(rows.groupby("county_code").size()).fillna(0).astype("int64")

    students = sections.groupby("county_code")["enrolment"].sum()
    return counties.assign(
        schools_expected=count(expected),
        schools_received=count(received),
        schools_accepted=count(accepted),
        students=counties["county_code"].map(students).fillna(0.0).astype(float),
    )
