"""Close calls: coefficients so near their limit that a common mistake would turn the verdict.

Belongs here: the distance to the limit, and the coefficient as a practice script computes it (values of schools
rounded to two decimals first). Does not belong here: the verdict itself, which always comes from unrounded values.
"""

import numpy as np
import pandas as pd

from data_contracts.standard import Indicator, Standard
from domain.assessment.coefficients import county_coefficients
from domain.assessment.comparing import at_least, at_most
from domain.assessment.indicators import numerator

CLOSE = 0.0005
ROUNDED_DECIMALS = 2


def rounded_numerator(sections: pd.DataFrame, indicator: Indicator) -> np.ndarray:
    """The resource that would give each section exactly its per-student value rounded to two decimals."""
    students = sections["enrolment"].to_numpy(float)
    value = indicator.per * numerator(sections, indicator) / students
    return np.round(value, ROUNDED_DECIMALS) * students / indicator.per


def close_calls(
    coefficients: pd.DataFrame, sections: pd.DataFrame, scope: pd.DataFrame, counties: pd.DataFrame, standard: Standard
) -> pd.DataFrame:
    """The judged coefficients of one standard that are close to their limit or would turn by rounding.

    Returns:
        county_code, section, indicator, coefficient, limit, rounded_coefficient, flips (bool), near (bool);
        only rows where one of the two holds.
    """
    again = county_coefficients(sections, scope, counties, standard, numerator_of=rounded_numerator)
    mine = coefficients[coefficients["standard"] == standard.id]
    both = mine.merge(
        again[["county_code", "section", "indicator", "coefficient"]].rename(columns={"coefficient": "rounded_coefficient"}),
        on=["county_code", "section", "indicator"],
        validate="one_to_one",
    )
    both = both[both["limit"].notna() & both["coefficient"].notna() & both["rounded_coefficient"].notna()]
    limit = both["limit"].to_numpy(float)
    exact, crude = both["coefficient"].to_numpy(float), both["rounded_coefficient"].to_numpy(float)
    # 0.5005 − 0.5 is a hair less than 0.0005 in doubles, and 0.5 − 0.4995 a hair more: equal counts as equal, which is not near.
    both = both.assign(near=~at_least(np.abs(exact - limit), CLOSE), flips=at_most(exact, limit) != at_most(crude, limit))
    columns = ["county_code", "section", "indicator", "coefficient", "limit", "rounded_coefficient", "near", "flips"]
    return both.loc[both["near"] | both["flips"], columns].reset_index(drop=True)
