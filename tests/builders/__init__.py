"""Builders that tests of every kind share: schools with valid figures, workbooks of them, and the intake of a year.

Belongs here: how a test states its input in few words. Does not belong here: any expected result.
"""
