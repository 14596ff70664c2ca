"""What one item of a county's verdict comes to: met, not met or pending, with value, limit and reason.

Belongs here: the three states, how several are taken together, how figures and names stand in a reason.
Does not belong here: any rule (``items_county``, ``items_schools``, ``verdicts``).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from domain.assessment.comparing import at_least, at_most

MET, NOT_MET, PENDING = "true", "false", "pending"
NAMED_AT_MOST = 10
NOT_STATED = "县级填报表未填:"
_DECIMALS, _MOST_DECIMALS = 2, 12


@dataclass(frozen=True)
class Outcome:
    """What a rule finds of one county. ``value`` and ``limit`` are those that decide; None where there is none."""

    met: str
    value: float | None
    limit: float | None
    reason: str | None


@dataclass(frozen=True)
class ItemVerdict:
    """One line of a county's verdict. ``section`` is None for items of the whole county."""

    item: str
    section: str | None
    value: float | None
    limit: float | None
    met: str
    reason: str | None


def all_of(verdicts: Iterable[str]) -> str:
    """Not met when one is not met; else pending when one is pending; else met."""
    found = set(verdicts)
    return NOT_MET if NOT_MET in found else PENDING if PENDING in found else MET


def taken_together(outcomes: Sequence[Outcome], measured: Sequence[Outcome]) -> Outcome:
    """Several outcomes as one; ``measured`` are those whose value and limit may be shown.

    Shown are those of the first that is not met, else of the first that is pending, else of the first.
    """
    for state in (NOT_MET, PENDING, MET):
        shown = next((one for one in measured if one.met == state), None)
        if shown:
            break
    reasons = [one.reason for one in outcomes if one.reason]
    # What is not stated is named once for all parts, where the first of them names it.
    absent = [reason for reason in reasons if reason.startswith(NOT_STATED) and ";" not in reason]
    together = NOT_STATED + "、".join(reason.removeprefix(NOT_STATED) for reason in absent)
    reasons = [together if reason in absent else reason for reason in reasons]
    return Outcome(
        all_of(one.met for one in outcomes),
        shown.value if shown else None,
        shown.limit if shown else None,
        ";".join(dict.fromkeys(reasons)) or None,
    )


def listed(names: Iterable[str], mark: str = "、", total: int | None = None) -> str:
    """Names or short statements in their order, at most 10 of them, then how many schools there are in all."""
    found = list(dict.fromkeys(names))
    more = f"等 {len(found) if total is None else total} 所" if len(found) > NAMED_AT_MOST else ""
    return mark.join(found[:NAMED_AT_MOST]) + more


def told(number: float, limit: float | None = None) -> str:
    """A figure in a reason: 2 decimals, more where they are needed to stand on the same side of the limit as the figure."""
    text = ""
    for decimals in range(_DECIMALS, _MOST_DECIMALS + 1):
        text = f"{number:.{decimals}f}"
        if limit is None or _side(float(text), limit) == _side(number, limit):
            break
    return text.rstrip("0").rstrip(".") if "." in text else text


def _side(number: float, limit: float) -> int:
    return int(bool(at_least(number, limit))) - int(bool(at_most(number, limit)))
