"""The yardstick of a cold run: a Dagster job of as many empty assets, and the bare imports of pandas, Pandera and GX.

Run as ``python -m benchmarks.empty_job FOLDER STEPS CHECKS``.
Belongs here: nothing of Junheng; only what any such pipeline pays before it does any work.
"""

import os
import sys


def main(folder: str, steps: int, checks: int) -> None:
    """Run one partition of a chain of empty assets with empty checks, its runs kept in the folder."""
    os.environ["DAGSTER_HOME"] = folder
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    with open(os.path.join(folder, "dagster.yaml"), "w", encoding="utf-8") as settings:
        settings.write("telemetry:\n  enabled: false\n")
    import dagster as dg
    import great_expectations  # noqa: F401
    import pandas  # noqa: F401
    import pandera.pandas  # noqa: F401

    years = dg.StaticPartitionsDefinition(["2026-2027"])

    def asset(number: int) -> dg.AssetsDefinition:
        @dg.asset(name=f"step_{number}", partitions_def=years, deps=[f"step_{number - 1}"] if number else [])
        def empty() -> dg.MaterializeResult:
            return dg.MaterializeResult()

        return empty

    def check(number: int) -> dg.AssetChecksDefinition:
        @dg.asset_check(name=f"check_{number}", asset=f"step_{number % steps}", partitions_def=years)
        def empty() -> dg.AssetCheckResult:
            return dg.AssetCheckResult(passed=True)

        return empty

    definitions = dg.Definitions(
        assets=[asset(number) for number in range(steps)],
        asset_checks=[check(number) for number in range(checks)],
        jobs=[dg.define_asset_job("all", selection=dg.AssetSelection.all())],
        executor=dg.in_process_executor,
    )
    with dg.DagsterInstance.get() as instance:
        definitions.resolve_job_def("all").execute_in_process(partition_key="2026-2027", instance=instance)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
