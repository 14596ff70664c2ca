"""The rows of the rectification form (整改台账) against the gaps that there can be: what a wrong id (问题编号) would lose is told.

Belongs here: why a row cannot belong to any gap of its county. Does not belong here: which ids the standards can produce
(``domain.assessment.gap_ids``), whether the gap is open now: one may be closed by the time its row comes back, or be found
only by the assessment of the same night.
"""

from collections.abc import Callable, Collection, Mapping, Sequence

from data_contracts.standard import Standard
from domain.assessment.gap_ids import can_be_a_gap, standards_of
from domain.assessment.gaps import named

Why = tuple[str, str]


def no_gaps() -> Collection[str]:
    """Where no ledger is known."""
    return ()


def why_no_gap(
    gap: str,
    county: str | None,
    county_of: Mapping[str, str] | None,
    standards: Sequence[Standard],
    recorded: Callable[[], Collection[str]],
) -> Why | None:
    """Why what a row says of a gap can reach none, in Chinese and English; None where it can.

    Args:
        gap: the id as written.
        county: the code of the county that hands the row in; None where that is wrong by itself.
        county_of: school → county by the register; None without one, and schools are then taken as they are.
        standards: those in force.
        recorded: gives the ids in the ledgers of this school year and those before, of which none is refused for what is no
            longer in the register or in force. Asked only where that matters.
    """
    try:
        name = named(gap)
    except ValueError:
        return "不是问题编号的写法(如 3605210001-primary-L1)", "it is not written like an id, such as 3605210001-primary-L1"
    owner = name.head if not name.of_school else county_of.get(name.head) if county_of is not None else None
    if not name.of_school and county_of is not None and name.head not in county_of.values():
        owner = None
    if owner is not None and county is not None and owner != county and (county_of is not None or gap not in recorded()):
        return (
            f"这是 {owner} 的问题,而本行的行政区划代码是 {county}",
            f"it is a gap of {owner}, and the row is one of county {county}",
        )
    why = _unheard_of(owner is None and county_of is not None, name.of_school, name.head)
    if why is None and not can_be_a_gap(name, standards):
        item = gap.removeprefix(name.head + "-")
        if name.standard is not None and not standards_of(name, standards):
            why = f"本学年没有适用的标准“{name.standard}”", f"no standard '{name.standard}' is in force this year"
        elif name.of_school:
            why = f"本学年适用的标准中,学校没有“{item}”这一项", f"the standards in force have no item '{item}' of schools"
        else:
            why = f"本学年适用的标准中,县没有“{item}”这一项", f"the standards in force have no item '{item}' of counties"
    return None if why is None or gap in recorded() else why


def _unheard_of(unknown: bool, of_school: bool, head: str) -> Why | None:
    if not unknown:
        return None
    if of_school:
        return f"本学年学校名册中没有学校 {head}", f"this year's register has no school {head}"
    return f"本学年学校名册中没有县 {head}", f"this year's register has no county {head}"
