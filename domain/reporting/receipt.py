"""The receipt (回执): what became of one handed-in file, for the clerk who handed it in.

Belongs here: which kind of receipt a file gets, the short acknowledgement, the workbook that only lists.
Does not belong here: the sheet 回执 (``receipt_sheet``), the marked copy of a file (``marked_copy``), the findings' texts
(``data_contracts.rules``), where receipts lie (``resources.receipts``).
"""

from collections.abc import Mapping

import pandas as pd

from data_contracts.vocabulary import RECEIPT_OUTCOMES
from domain.reporting.marked_copy import listing_workbook, marked_copy
from domain.reporting.receipt_rows import harmless
from domain.reporting.receipt_sheet import ADVICE, Listing

__all__ = ["RECEIPT_LAYOUT", "acknowledgement", "harmless", "needs_workbook", "receipt_of", "receipt_workbook"]

# To be raised with every change of how receipts look or what they hold, so that those made before are made anew.
RECEIPT_LAYOUT = 9


def needs_workbook(outcome: Mapping[str, object]) -> bool:
    """True where something is to be mended or explained."""
    return bool(outcome["errors"] or outcome["queries"])


def acknowledgement(outcome: Mapping[str, object], findings: pd.DataFrame, unchecked: str = "") -> str:
    """A few lines of text for a file without errors or queries; Windows line ends, to be opened in Notepad."""
    result, advice = RECEIPT_OUTCOMES[str(outcome["outcome"])], ADVICE[str(outcome["outcome"])]
    lines = [f"回执:{outcome['file']}", f"处理结果:{result}", advice]
    if len(findings):
        lines += ["", "提示:"] + [f"{number}. {_one_line(text)}" for number, text in enumerate(findings["message"], start=1)]
    if unchecked:
        lines += ["", unchecked]
    return "\r\n".join(lines) + "\r\n"


def receipt_of(
    content: bytes | None,
    outcome: Mapping[str, object],
    findings: pd.DataFrame,
    names: Mapping[str, str] | None = None,
    boards: Mapping[str, str] | None = None,
    unchecked: str = "",
    untroubled: int = 0,
) -> bytes:
    """The receipt of a file in which something is to be mended or explained.

    Args:
        content: the file's bytes; None where they are not to be had.
        outcome, findings: of the file.
        names, boards: school codes → names, and → outcomes of schools.
        unchecked: which rules could not be checked, as a sentence.
        untroubled: how many schools of a bulk table were accepted without a finding.

    Returns:
        The file itself with marks where it is an .xlsx workbook, else a workbook that lists everything.
    """
    if content is not None and content[:2] == b"PK":
        return marked_copy(content, outcome, findings, names, boards, unchecked, untroubled).content
    return receipt_workbook(outcome, findings, names, boards, unchecked, untroubled)


def receipt_workbook(
    outcome: Mapping[str, object],
    findings: pd.DataFrame,
    names: Mapping[str, str] | None = None,
    boards: Mapping[str, str] | None = None,
    unchecked: str = "",
    untroubled: int = 0,
) -> bytes:
    """A workbook that lists every finding of a file, errors first, with a column for the explanation of whoever filled it in."""
    return listing_workbook(Listing(outcome, findings, names or {}, boards or {}, untroubled=untroubled, unchecked=unchecked))


def _one_line(text: object) -> str:
    return " ".join(str(text).split())
