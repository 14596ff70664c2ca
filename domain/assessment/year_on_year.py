"""Coefficients and county means beside those of the school year before.

Belongs here: the comparison of two years. Does not belong here: either year's figures (``coefficients``).
"""

import pandas as pd

_KEY = ["county_code", "section", "standard", "indicator"]


def year_on_year(coefficients: pd.DataFrame, previous: pd.DataFrame | None) -> pd.DataFrame:
    """Each coefficient with last year's; empty where there was none.

    Args:
        coefficients: ``county_coefficients`` of the year.
        previous: of the year before, None where that year has not been computed.

    Returns:
        county_code, county_name, section, standard, indicator, coefficient, previous, change, mean, previous_mean.
    """
    table = coefficients[["county_code", "county_name", "section", "standard", "indicator", "coefficient", "mean"]]
    before = (previous if previous is not None else coefficients.iloc[:0])[[*_KEY, "coefficient", "mean"]]
    before = before.rename(columns={"coefficient": "previous", "mean": "previous_mean"})
    table = table.merge(before, on=_KEY, how="left", validate="one_to_one")
    table["change"] = table["coefficient"] - table["previous"]
    return table
