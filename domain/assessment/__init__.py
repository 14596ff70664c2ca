"""The official judgement: split, scope, indicators, compliance, coefficients, verdicts.

Belongs here: arithmetic that an auditor can check against the legal text line by line.
Does not belong here: reading of files, rounding for display, wording of reports.
"""
