"""Findings and outcomes as the intake states them, for tests of receipts.

Belongs here: rows in the shape of the contracts, and looking into workbooks. Does not belong here: expectations.
"""

import io
import zipfile

import openpyxl
import pandas as pd

from domain.intake.settling import FINDING_COLUMNS


def finding(severity="error", cell="E5", sheet="学校填报表", value="-3", rule="C-NEGATIVE", field="books", section=None,
            school_id="3605210001", message=None, file="a.xlsx"):  # fmt: skip
    """One finding."""
    message = message or f"工作表“{sheet}”{cell}:“图书册数”不能为负数,填的是 {value}。请核对。[{rule}]"
    return ("360521", file, sheet, cell, school_id, field, section, severity, rule, value, message, None)


def table(*rows):
    """Findings as a table."""
    columns = list(zip(*rows, strict=True)) or [()] * len(FINDING_COLUMNS)
    return pd.DataFrame({name: pd.Series(list(cells), dtype="str") for name, cells in zip(FINDING_COLUMNS, columns, strict=True)})


def outcome(findings, said="rejected", file="a.xlsx", sha256="", school_id="3605210001", school_name="青禾县第1学校"):
    """The row of a file with these findings."""
    severities = list(findings["severity"])
    return {
        "file": file, "sha256": sha256, "school_id": school_id, "school_name": school_name, "outcome": said,
        "errors": severities.count("error"), "queries": severities.count("query"), "notes": severities.count("note"),
    }  # fmt: skip


def opened(content):
    """A workbook as openpyxl reads it."""
    return openpyxl.load_workbook(io.BytesIO(content))


def parts(content):
    """The parts of a workbook by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def values(content, without=("回执",)):
    """Every cell of every sheet but the receipt's, formulas as they are written."""
    return {
        sheet.title: [[cell.value if cell.value != "" else None for cell in row] for row in sheet.iter_rows()]
        for sheet in opened(content)
        if sheet.title not in without
    }


def resaved(content):
    """The workbook as another program writes it: everything anew."""
    stream = io.BytesIO()
    opened(content).save(stream)
    return stream.getvalue()
