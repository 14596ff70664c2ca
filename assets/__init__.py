"""What exists: one thin Dagster asset per table or publication, a module per stage.

Belongs here: which function makes which table from which tables, and what the UI shows about it.
Does not belong here: arithmetic (``domain``), file handling (``resources``), checks (``checks``).
"""
