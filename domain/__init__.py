"""How things are computed: pure functions from values and frames to values and frames.

Belongs here: reading of submissions, assessment, rendering of tables to bytes.
Does not belong here: Dagster, Great Expectations, disks, databases, clocks, settings.
"""
