"""Jobs: what runs together.

Belongs here: selections of assets as jobs. Does not belong here: when they run (``schedules``, ``sensors``).
"""

import dagster as dg

nightly = dg.define_asset_job(
    "nightly",
    selection=dg.AssetSelection.all(),
    description="每夜运行。From the inbox of an open school year to its release, with every check.",
)

backfill = dg.define_asset_job(
    "backfill",
    selection=dg.AssetSelection.all(),
    description="补算往年。The same for past school years, each judged by the standards in force in it; launch it for any partitions.",
)

JOBS = [nightly, backfill]
