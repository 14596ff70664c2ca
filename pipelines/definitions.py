"""The composition root: every asset, check, job, schedule, sensor and resource, put together once.

Belongs here: the list of parts, and which of them a test replaces. Does not belong here: any part itself.
"""

import dagster as dg

from assets import assessment, entries, followup, insight, intake, monitoring, publication, records, trial
from checks.coverage import COVERAGE_CHECKS
from checks.plausibility import PLAUSIBILITY_CHECKS
from checks.reconciliation import RECONCILIATION_CHECKS
from pipelines.jobs import JOBS
from pipelines.schedules import nightly_schedule
from pipelines.sensors import new_files_sensor
from resources.dagster_io import ContractedTables, JunhengHome

STAGES = (intake, records, entries, assessment, followup, insight, monitoring, trial, publication)


def build_definitions(home: JunhengHome | None = None) -> dg.Definitions:
    """Everything, living in one home folder; that of ``JUNHENG_HOME`` or ``./junheng-home`` where none is given."""
    home = home or JunhengHome()
    return dg.Definitions(
        assets=dg.load_assets_from_modules(STAGES, include_specs=True),
        asset_checks=[*COVERAGE_CHECKS, *RECONCILIATION_CHECKS, *PLAUSIBILITY_CHECKS],
        jobs=JOBS,
        schedules=[nightly_schedule],
        sensors=[new_files_sensor],
        resources={"home": home, "tables": ContractedTables(home=home)},
        executor=dg.in_process_executor,
    )


defs = build_definitions()
