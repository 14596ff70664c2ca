"""The three growths of education spending: the arithmetic, equal growth, what is not stated.

Belongs here: figures by hand. Does not belong here: any verdict; none rests on them.
"""

import pandas as pd
import pytest

from builders.county import county_returns
from data_contracts.tables import shaped
from domain.assessment.county_growth import county_growth
from resources.table_store import validated

A, B = "340100", "340200"
COUNTIES = pd.DataFrame({"county_code": [A, B], "county_name": ["甲县", "乙县"]})


def rows(stated: dict[str, object]) -> dict[tuple[str, str | None], dict]:
    """The rows of county A by measure and section; of B nothing is stated."""
    table = validated(
        shaped(county_growth(COUNTIES, county_returns({A: stated})), "county_growth", "2024-2025"), "county_growth", "2024-2025"
    )
    assert len(table) == 12
    nothing = table[table["county_code"] == B]
    assert nothing[["this_year", "last_year", "growth", "grew"]].isna().all(axis=None)
    mine = table[table["county_code"] == A].astype(object).where(table[table["county_code"] == A].notna(), None)
    return {(row["measure"], row["section"]): row for row in mine.to_dict("records")}


def test_spending_is_held_against_revenue_and_each_figure_per_student_against_last_year():
    found = rows(
        {
            # 550 ÷ 500 = +10 %; revenue 2160 ÷ 2000 = +8 %.
            "education_spending": 5_500_000,
            "education_spending_last": 5_000_000,
            "regular_revenue": 21_600_000,
            "regular_revenue_last": 20_000_000,
            # 12 600 ÷ 12 000 = +5 %; 15 680 ÷ 16 000 = −2 %.
            "spending_per_student_primary": 12_600,
            "spending_per_student_primary_last": 12_000,
            "spending_per_student_junior": 15_680,
            "spending_per_student_junior_last": 16_000,
            # 720 ÷ 720 = 0: it did not grow.
            "public_funds_primary": 720,
            "public_funds_primary_last": 720,
            "public_funds_junior": 940,
        }
    )
    figures = {key: (row["growth"], row["to_exceed"], row["grew"]) for key, row in found.items()}
    assert figures == {
        ("education_spending", None): (pytest.approx(10), pytest.approx(8), True),
        ("regular_revenue", None): (pytest.approx(8), None, None),
        ("spending_per_student", "primary"): (pytest.approx(5), 0, True),
        ("spending_per_student", "junior"): (pytest.approx(-2), 0, False),
        ("public_funds_per_student", "primary"): (0, 0, False),
        ("public_funds_per_student", "junior"): (None, 0, None),
    }


@pytest.mark.parametrize(("revenue", "grew"), [(2_200_000, False), (2_199_999, True), (2_200_001, False)])
def test_spending_that_grows_as_fast_as_revenue_has_not_grown_faster(revenue, grew):
    """550 ÷ 500 = 1.1, and 220 ÷ 200 = 1.1."""
    spending = {"education_spending": 5_500_000, "education_spending_last": 5_000_000}
    found = rows(spending | {"regular_revenue": revenue, "regular_revenue_last": 2_000_000})
    assert found["education_spending", None]["grew"] is grew


def test_growth_from_nothing_and_against_an_unknown_revenue_is_not_known():
    found = rows(
        {"education_spending": 5, "education_spending_last": 4, "public_funds_primary": 5, "public_funds_primary_last": 0}
    )
    spending, funds = found["education_spending", None], found["public_funds_per_student", "primary"]
    assert (spending["growth"], spending["to_exceed"], spending["grew"]) == (pytest.approx(25), None, None)
    assert (funds["growth"], funds["grew"]) == (None, None)
