"""How the value and the limit of an item of the county verdict are shown: decimals, units, ≥ and <, 是 and 否.

Belongs here: both as people read them. Does not belong here: any decision; rounding here never reaches a verdict.
"""

from dataclasses import dataclass

from data_contracts.standard import Standard
from data_contracts.verdict_rules import Answers
from domain.reporting.display import COEFFICIENT_DECIMALS, NONE, plain, shown, shown_against

_COUNTED = frozenset({"项", "所", "个校段", "年"})
_DECIMALS = 2


@dataclass(frozen=True)
class ItemText:
    """The value and the limit of one item in words.

    ``value`` and ``limit`` stand without unit and sign; ``spoken`` is true where they are the answers 是 and 否, not figures.
    """

    value: str
    limit: str
    unit: str = ""
    sign: str = ""
    spoken: bool = False

    @property
    def value_and_unit(self) -> str:
        """88.5 %, 是, or — where there is none."""
        return self.value if self.value == NONE else f"{self.value} {self.unit}".strip()

    @property
    def sign_limit_and_unit(self) -> str:
        """≥ 85 %, < 0.15, 0 所, 是, or — where there is none."""
        return self.limit if self.limit == NONE else f"{self.sign} {self.limit} {self.unit}".strip()


def item_text(standard: Standard, item: str, value: float | None, limit: float | None, met: str) -> ItemText:
    """Value and limit of a row of ``county_verdicts``."""
    if item == "R-cv":
        judged = None if met == "pending" else met == "true"
        text = shown_against(value, limit, COEFFICIENT_DECIMALS, judged, at_least=False)
        return ItemText(text, shown(limit, 2), sign="≤")
    if item in ("R-schools", "overall"):
        return ItemText(plain(value), plain(limit), "个校段" if item == "R-schools" else "项")
    rule = next((one.rule for one in standard.verdict_items if one.id == item), None)
    if rule is None:
        return ItemText(plain(value), plain(limit))
    if isinstance(rule, Answers) and len(rule.fields) == 1:
        # Of one answer the count of right ones is 1 or 0; it is shown as what the county answered.
        other = "否" if rule.answer == "是" else "是"
        said = NONE if value is None or met == "pending" else rule.answer if value else other
        return ItemText(said, rule.answer, spoken=True)
    sign = "" if rule.sign == "=" else rule.sign
    if rule.unit in _COUNTED:
        return ItemText(plain(value), plain(limit), rule.unit, sign)
    at_least = rule.sign not in ("≤", "<")
    judged = None if met == "pending" else met == "true"
    text = shown_against(value, limit, _DECIMALS, judged, at_least)
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return ItemText(text, plain(limit), rule.unit, sign)
