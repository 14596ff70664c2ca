"""Taking out rows that bear a school's code but the name of an example or a total, and forms of such, unless the register lists the school.

A school of which only a remark says that it is an example counts either way, and is asked about where it is not listed.
Belongs here: that, once a year's files are together. Does not belong here: which rows they are, and why (``examples``).
"""

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from domain.intake.findings import Finding
from domain.intake.gathering import Intake

_COUNTS = "R-REMARKED"
_WITH_CODE = ("R-EXAMPLE", "R-DOUBTFUL", _COUNTS)


def without_doubtful(intake: Intake, listed: Collection[str]) -> Intake:
    """The intake without the doubtful rows of schools that are not listed, and without a word about those that are.

    Args:
        intake: every file.
        listed: the codes of the register; empty without one.
    """
    files, gone = [], np.zeros(len(intake.values), dtype=bool)
    for reading in intake.files:
        doubted = [one for one in reading.findings if one.rule in _WITH_CODE and "school_id" in one.params]
        if not doubted:
            files.append(reading)
            continue
        known = [one for one in doubted if one.params["school_id"] in listed]
        findings = [one for one in reading.findings if one not in known]
        mine = (intake.values["file"] == reading.file).to_numpy()
        for one in doubted:
            if one not in known and one.rule != _COUNTS:
                gone |= (
                    mine
                    & (intake.values["sheet"] == one.sheet).to_numpy()
                    & (intake.values["row"] == one.params["row"]).to_numpy()
                )
        if mine.any() and not (mine & ~gone).any():
            findings.append(Finding("F-NO-SCHOOL"))
        files.append(replace(reading, findings=findings))
    return Intake(files, intake.values[~gone].reset_index(drop=True) if gone.any() else intake.values)
