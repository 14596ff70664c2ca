"""What stands in brackets or behind a stroke of a heading: (小学,人), 【万元】, (台/套), (全称), /元.

Belongs here: taking a heading apart, and which remarks change nothing about what its field asks.
Does not belong here: which field a heading names (``labels``), units said outside headings (``unit_words``).
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import combinations

from data_contracts.catalogue import Field, choices
from data_contracts.layout import factor_to, written_units

CURRENCY = "(?:RMB|CNY|人民币|¥)"
_ROUND = str.maketrans(dict.fromkeys("[【〔〖{", "(") | dict.fromkeys("]】〕〗}", ")"))
_IN_BRACKETS = re.compile(r"\(([^()]*)\)")
_BEHIND = re.compile(r"[/,:、]([^/,:、()]+)$")
_BETWEEN = re.compile(r"[,;、。]")
_BETWEEN_CHOICES = re.compile(r"[/|,;、或]")
_UNIT = re.compile(rf"(?:计量)?(?:单位[:为]?|以|按)?{CURRENCY}?(.+?){CURRENCY}?(?:计|为单位)?", re.IGNORECASE)
_ABOUT_THE_ENTRY = re.compile(
    r"(?:本学段)?必填|选填|可选|全称|规范全称|文本|文本格式|数字|数值|[取填]?整数|取整|小数|(保?留)?[一二两12]位小数|下拉选择|请?选择|单选"
)
_DIGITS = {"school_id": ("10位", "十位"), "parent_school_id": ("10位", "十位"), "county_code": ("6位", "六位")}
_DAY = "9月1日"
_COUNTED_ON = re.compile(rf"(?:截[至止]到?)?{_DAY}(?:止|数)?")
_WITH_OR_WITHOUT = re.compile(r"不?含.{2,}")
_LONGEST, _REMARKS_AT_MOST, _REMEMBERED = 80, 3, 4096


def round_brackets(text: str) -> str:
    """A heading with round brackets in place of others."""
    return text.translate(_ROUND)


def readings(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """A heading as it may be meant: without some of its remarks, and these; the fewest taken away first."""
    text = round_brackets(text)
    yield text, ()
    if len(text) > _LONGEST:
        return
    found = list(_IN_BRACKETS.finditer(text))[::-1]
    found += [match for match in _BEHIND.finditer(text) if units_of(match[1])]
    for count in range(1, min(len(found), _REMARKS_AT_MOST) + 1):
        for some in combinations(found, count):
            base = text
            for match in sorted(some, key=lambda one: -one.start()):
                base = base[: match.start()] + base[match.end() :]
            yield base, tuple(match[1] for match in some)
    unit = next((text[-length:] for length in (4, 3, 2, 1) if units_of(text[-length:])), None)
    if unit:  # set apart by a blank or a new line, which are gone
        yield text.removesuffix(unit), (unit,)


def without_remarks(text: str) -> str:
    """A heading without anything in brackets."""
    return _IN_BRACKETS.sub("", round_brackets(text))


def pieces_of(remarks: Sequence[str]) -> list[str]:
    """What remarks say, one thing each: 册,含电子 says two."""
    return [piece for remark in remarks for piece in _BETWEEN.split(remark) if piece]


@lru_cache(maxsize=_REMEMBERED)
def units_of(piece: str) -> tuple[str, ...]:
    """The units that a remark names, several where it says one or another (台/套); none where it is no unit."""
    match = _UNIT.fullmatch(piece)
    words = (piece, match[1] if match else piece)
    if found := next((word for word in words if word.lower() in written_units()), None):
        return (found,)
    alternatives = tuple(words[1].split("/"))
    known = len(alternatives) > 1 and all(word.lower() in written_units() for word in alternatives)
    return alternatives if known else ()


def fitting(own: str, units: Sequence[str]) -> str | None:
    """The unit in which figures stand by a remark; None where it does not fit the field's own, or names two that differ."""
    factors = {factor_to(own, unit) for unit in units}
    return units[0] if len(factors) == 1 and None not in factors else None


def lists_choices(what: Field, remark: str) -> bool:
    """True for a remark that names answers among which to choose: (公办/民办)."""
    if what.kind not in ("choice", "yes/no"):
        return False
    known = {"是", "否"} if what.kind == "yes/no" else choices().get(what.key, {})
    named = _BETWEEN_CHOICES.split(remark.removesuffix("等"))
    return len(named) > 1 and all(one in known for one in named)


def changes_nothing(what: Field | None, piece: str) -> bool:
    """True for a remark on how to fill in, or one that says what the form itself says of the field (不含学前班)."""
    if _ABOUT_THE_ENTRY.fullmatch(piece):
        return True
    if what is None:
        return False
    if piece in _DIGITS.get(what.key, ()) or (_COUNTED_ON.fullmatch(piece) and _DAY in what.note):
        return True
    # A part of the form's own words: 含电子 stands within 不含电子图书 and says the opposite.
    return bool(_WITH_OR_WITHOUT.fullmatch(piece) and re.search(rf"(?<![不已]){re.escape(piece)}", what.note))
