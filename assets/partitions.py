"""The one partition of everything: the school year.

Belongs here: the partitions definition. Does not belong here: the calendar itself.
"""

import dagster as dg

from data_contracts.school_year import SchoolYear, calendar

school_years = dg.StaticPartitionsDefinition(list(calendar()))


def year_of(context: dg.AssetExecutionContext | dg.AssetCheckExecutionContext) -> SchoolYear:
    """The school year of the run."""
    return SchoolYear.parse(context.partition_key)
