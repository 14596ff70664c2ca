"""Contracts of the stage ``trial``: what standards on trial would say, beside those in force.

Belongs here: the counterparts of tables of the stage ``assessment``, with their columns. Does not belong here: any column of
its own; a trial that is switched on changes no other table.
"""

import pandera.pandas as pa

from data_contracts.tables.assessment import COUNTY_COEFFICIENTS, COUNTY_VERDICTS, SCHOOL_COMPLIANCE, SCHOOL_INDICATORS
from data_contracts.tables.columns import contract


def _beside(name: str, title: str, counterpart: pa.DataFrameSchema) -> pa.DataFrameSchema:
    return contract(
        name,
        title,
        f"As {counterpart.name}, under the standards on trial; empty without a trial, never part of a verdict.",
        dict(counterpart.columns),
        list(counterpart.metadata["key"]),
    )


TABLES = (
    _beside("trial_indicators", "试算:学校指标", SCHOOL_INDICATORS),
    _beside("trial_compliance", "试算:学校达标情况", SCHOOL_COMPLIANCE),
    _beside("trial_coefficients", "试算:校际差异系数", COUNTY_COEFFICIENTS),
    _beside("trial_verdicts", "试算:县级结论", COUNTY_VERDICTS),
)

PUBLISHED = tuple(str(table.name) for table in TABLES)
