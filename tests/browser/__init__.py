"""The project in a real Dagster and a real browser.

Belongs here: what only shows when the UI is served, clicked and looked at. Does not belong here: any figure's correctness.
"""
