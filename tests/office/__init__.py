"""Workbooks in a real office program.

Belongs here: what only shows when LibreOffice opens, fills, saves or prints a workbook. Does not belong here: any rule.
"""
