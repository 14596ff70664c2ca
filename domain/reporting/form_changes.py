"""How an entry differs from last year's, as a formula of the form and as the result stored with it.

Belongs here: the column 较上年变化 of the school form and the county form. Does not belong here: where it stands on the sheet
(``school_form``, ``county_form``), whether a change is asked about (``domain.intake``).
"""

from decimal import ROUND_HALF_UP, Decimal
from numbers import Real


def change_formula(numeric: bool, whole: bool, row: int, before_column: str = "H") -> str:
    """The formula that tells how an entry of column E differs from last year's.

    Args:
        numeric: of figures, else of words.
        whole: of whole figures.
        row: of the sheet.
        before_column: where last year's entries stand.
    """
    now, before = f"E{row}", f"{before_column}{row}"
    if not numeric:
        return f'=IF(OR({now}="",{before}="",{now}={before}),"","有变化")'
    pattern = "+0;-0;0" if whole else "+0.00;-0.00;0.00"
    return (
        f'=IF(COUNT({now},{before})<2,"",IF({now}={before},"持平",TEXT({now}-{before},"{pattern}")'
        f'&IF({before}=0,"","（"&TEXT(({now}-{before})/{before},"+0.0%;-0.0%;0.0%")&"）")))'
    )


def change_text(whole: bool, now: object, before: object) -> str:
    """What the formula gives, stored with it for programs that do not compute."""
    if isinstance(now, Real) and isinstance(before, Real):
        difference = float(now) - float(before)
        if difference == 0:
            return "持平"
        text = _signed(difference, "", 0 if whole else 2)
        return text if before == 0 else f"{text}（{_signed(difference / float(before) * 100, '%', 1)}）"
    if isinstance(now, str) and isinstance(before, str) and now != before:
        return "有变化"
    return ""


def _signed(number: float, sign: str, decimals: int) -> str:
    if abs(number) >= 1e15:
        return f"{number:+.{decimals}f}{sign}"
    # Halves away from zero, as a spreadsheet's TEXT does.
    return f"{Decimal(repr(number)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):+f}{sign}"
