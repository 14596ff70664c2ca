"""The one partition of everything: the school year.

Belongs here: the partitions definition and the mapping to the year before. Does not belong here: the calendar itself.
"""

import dagster as dg

from data_contracts.school_year import SchoolYear, calendar

school_years = dg.StaticPartitionsDefinition(list(calendar()))

this_year_and_next = dg.StaticPartitionMapping(
    {year: {year, SchoolYear.parse(year).next.key} & set(calendar()) for year in calendar()}
)
"""A year's table serves the same year and, where years are compared, the next."""


def year_of(context: dg.AssetExecutionContext | dg.AssetCheckExecutionContext) -> SchoolYear:
    """The school year of the run."""
    return SchoolYear.parse(context.partition_key)
