"""What counties state on the county form, as the table ``county_returns``.

Belongs here: statements by county and field. Does not belong here: how they are written into a file, any expectation.
"""

from collections.abc import Mapping

import pandas as pd

EVIDENCE = "县政府〔2024〕3号"


def county_returns(
    stated: Mapping[str, Mapping[str, object]] | None = None, without_evidence: tuple[str, ...] = ()
) -> pd.DataFrame:
    """The table of what counties state.

    Args:
        stated: county code → field → a figure, or words (是, 否, a date as 2024-10-15); none for no county form.
        without_evidence: fields beside which no evidence stands.
    """
    rows = [
        {
            "county_code": code,
            "field": field,
            "number": None if isinstance(value, str) else float(str(value)),
            "text": value if isinstance(value, str) else None,
            "evidence": None if field in without_evidence else EVIDENCE,
            "note": None,
            "file": "县级填报表.xlsx",
            "cell": f"E{place}",
        }
        for code, values in (stated or {}).items()
        for place, (field, value) in enumerate(values.items(), 2)
    ]
    columns = ["county_code", "field", "number", "text", "evidence", "note", "file", "cell"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.astype({"number": float} | {name: "str" for name in columns if name != "number"})
