"""Many queries of one file, for tests of answers.

Belongs here: findings in the shape of their contract. Does not belong here: expectations.
"""

import pandas as pd

from domain.intake.settling import FINDING_COLUMNS


def many_queries(count):
    """So many queries about as many schools, and an error and a note among them."""
    rows = [("360521", "a.xlsx", "汇总表", "A2", "3605210000", "books", None, "error", "C-NEGATIVE", "-3", "错误", None)]
    rows.append(("360521", "a.xlsx", "汇总表", "A3", "3605210001", "books", None, "note", "C-PERCENT", "3", "提示", None))
    for number in range(count):
        section = ("primary", "junior", None)[number % 3]
        field = ("books", "classes", None)[number % 3]
        value = ("=1+1", f"{number}", None, "０１", "“引号”\"'")[number % 5]
        compared = (f"{number}册 | {number} ÷ 450", None, "=1+1", "“甲” | \n乙")[number % 4]
        school = None if number % 97 == 0 and number % 3 == 2 else f"360521{number:04d}"
        message = f"工作表“汇总表”A{number + 2}:第 {number} 项与上年相差较大,请核对。[S-{number}]"
        rows.append(
            (
                "360521",
                "a.xlsx",
                "汇总表",
                f"A{number + 2}",
                school,
                field,
                section,
                "query",
                f"S-{number}",
                value,
                message,
                compared,
            )
        )
    return pd.DataFrame({name: pd.Series([row[at] for row in rows], dtype="str") for at, name in enumerate(FINDING_COLUMNS)})


def outcome_of(findings):
    """The row of the file."""
    severities = list(findings["severity"])
    counts = {key: severities.count(one) for key, one in (("errors", "error"), ("queries", "query"), ("notes", "note"))}
    return {"file": "a.xlsx", "sha256": "", "school_id": None, "school_name": None, "outcome": "partly_accepted", **counts}
