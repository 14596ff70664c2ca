"""Measurements, as ratios in one run against the bare library or the obvious alternative; never asserted in a test.

Belongs here: what is measured and how. Does not belong here: any limit that would fail a build; figures that were seen
stand in docs/performance.md with the machine and the date.
"""
