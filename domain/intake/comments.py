"""Comments and notes on cells, as people wrote them.

Belongs here: telling their words from those of our receipts. Does not belong here: finding comments (``sheet_parts``,
``old_format``), what they mean for a value (``passed_over``) or a unit (``stated_units``).
"""

from data_contracts.vocabulary import RECEIPT_AUTHOR, RECEIPT_OPENING
from domain.intake.beside_values import Beside
from domain.intake.cells import clean_text


def words_of_comments(parts: Beside) -> list[tuple[str, str]]:
    """Comments by cell, without those of a receipt, which adds its words behind those of the school."""
    found = [
        (cell, clean_text(text.partition(RECEIPT_OPENING)[0]))
        for cell, author, text in parts.comments
        if author != RECEIPT_AUTHOR
    ]
    return [(cell, words) for cell, words in found if words]
