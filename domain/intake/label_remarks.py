"""What stands in brackets or behind a stroke of a heading: (小学,人), 【万元】, (台/套), (全称), /元.

Belongs here: taking a heading apart, and which remarks change nothing about what its field asks.
Does not belong here: which field a heading names (``labels``), units said outside headings (``unit_words``).
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import combinations, pairwise

from data_contracts.catalogue import SECTION_LABELS, Field, choices
from data_contracts.layout import factor_to, written_units

SECTION_WORDS = {
    f"{spoken}{ending}": section for section, spoken in SECTION_LABELS.items() for ending in ("", "部", "段", "阶段", "学段")
}
"""What a heading may say to name a section."""

CURRENCY = "(?:RMB|CNY|人民币|¥)"
_ROUND = str.maketrans(dict.fromkeys("[【〔〖{", "(") | dict.fromkeys("]】〕〗}", ")"))
_IN_BRACKETS = re.compile(r"\(([^()]*)\)")
_BEHIND = re.compile(r"[/,:、_|—–-]+([^/,:、_|—–()-]+)$")
_WORDS = "|".join(sorted(SECTION_WORDS, key=len, reverse=True))
_APART = "[/:、·_|—–-]"
_LEADING = re.compile(rf"^({_WORDS}|全校){_APART}*(?=.)")
_TRAILING = re.compile(rf"(?<=.){_APART}*({_WORDS}|全校|合计|总计)(?=$|\(|{_APART})")
_BETWEEN = re.compile(r"[,;、。]")
_BETWEEN_CHOICES = re.compile(r"[/|,;、或]")
_UNIT = re.compile(
    rf"(?:计量)?(?:单位[:为是]?|以|按)?(?:{CURRENCY}[:,]?)?(.+?){CURRENCY}?(?:计|为单位|填|填写|填报)?", re.IGNORECASE
)
_COUNTED = re.compile(r"[人册台间个套本]数")
_ABOUT_THE_ENTRY = re.compile(
    r"(?:本学段)?必填项?|选填项?|可选|(?:请?填写?)?(?:规范)?全称|文本|文本格式|数字|数值|[取填]?整数|取整|保留整数"
    r"|(?:保?留)?(?:小数点后)?[一二两12]位(?:小数)?|(?:从?下拉(?:列表)?中?)?请?选择|下拉|单选|请?(?:如实|据实)填写"
    r"|(?:没有|无)的?[则请]?填写?[\"“]?0[\"”]?"
)
_DECIMALS = "小数"
_DIGITS = {"school_id": "(?:10|十)位", "parent_school_id": "(?:10|十)位", "county_code": "(?:6|六)位"}
OF_ALL = ("全校", "合计", "总计", "总数", "小计", "计")
"""Remarks that say of a figure of the whole school that it is one."""
_PEOPLE = re.compile("(?:人员|教师|教职工)$")
_LIST = re.compile("[、和及]")
_CLAUSE = re.compile("(?<![不已])(不?含)([^，；。]+)")
_DAY = "9月1日"
_COUNTED_ON = re.compile(rf"(?:截[至止]到?)?{_DAY}(?:止|数)?")
_WITH_OR_WITHOUT = re.compile(r"(不?含).{2,}")
_LONGEST, _LONGEST_UNIT, _REMARKS_AT_MOST, _REMEMBERED = 80, 9, 3, 4096


def round_brackets(text: str) -> str:
    """A heading with round brackets in place of others."""
    return text.translate(_ROUND)


def readings(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """A heading as it may be meant: without some of its remarks, and these; the fewest taken away first."""
    text = round_brackets(text)
    yield text, ()
    if len(text) > _LONGEST:
        return
    found = [(*match.span(), match[1]) for match in list(_IN_BRACKETS.finditer(text))[::-1]]
    found += [(*match.span(), match[1]) for match in _BEHIND.finditer(text) if units_of(match[1])]
    found += [(*match.span(), match[1]) for words in (_LEADING, _TRAILING) for match in words.finditer(text)]
    for length in range(min(len(text), _LONGEST_UNIT), 0, -1):
        # Set apart by a blank or a new line, which are gone. 图书册数 names no unit.
        if units_of(text[-length:]) and not _COUNTED.fullmatch(text[-length:]):
            found.append((len(text) - length, len(text), text[-length:]))
            break
    for count in range(1, min(len(found), _REMARKS_AT_MOST) + 1):
        for some in combinations(found, count):
            taken = sorted(some, reverse=True)
            if any(later[0] < earlier[1] for later, earlier in pairwise(taken)):
                continue
            base = text
            for start, end, _ in taken:
                base = base[:start] + base[end:]
            yield base, tuple(said for _, _, said in some)


def without_remarks(text: str) -> str:
    """A heading without anything in brackets."""
    return _IN_BRACKETS.sub("", round_brackets(text))


def pieces_of(remarks: Sequence[str]) -> list[str]:
    """What remarks say, one thing each: 册,含电子 says two."""
    pieces = []
    for remark in remarks:
        sign = ""
        for piece in filter(None, _BETWEEN.split(remark)):
            match = _WITH_OR_WITHOUT.fullmatch(piece)
            sign = match[1] if match else "" if units_of(piece) or piece in SECTION_WORDS else sign
            items = _LIST.split(piece.removeprefix(sign)) if sign else [piece]  # 不含行政、教辅 says 不含教辅 as well
            pieces += [f"{sign}{item}" for item in items]
    return pieces


@lru_cache(maxsize=_REMEMBERED)
def units_of(piece: str) -> tuple[str, ...]:
    """The units that a remark names, several where it says one or another (台/套); none where it is no unit."""
    match = _UNIT.fullmatch(piece)
    words = (piece, match[1] if match else piece)
    if _COUNTED.fullmatch(words[1]):
        words = (piece, words[1][:-1])  # 册数 in brackets is 册
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
    if piece == _DECIMALS:  # of a rate, 0.952 or 95.2
        return what is None or what.unit != "%"
    if what is None:
        return False
    digits = _DIGITS.get(what.key)
    if digits and re.fullmatch(f"{digits}(?:数字?|代码|编码|文本)?", piece):
        return True
    if _COUNTED_ON.fullmatch(piece) and _DAY in what.note:
        return True
    if not _WITH_OR_WITHOUT.fullmatch(piece):
        return False
    # A part of the form's own words: 含电子 stands within 不含电子图书 and says the opposite.
    return _PEOPLE.sub("", piece) in _said_in(what.note) or bool(re.search(rf"(?<![不已]){re.escape(piece)}", what.note))


@lru_cache(maxsize=256)
def _said_in(note: str) -> frozenset[str]:
    """What a field's note says to be within or without, one thing each."""
    said = (f"{match[1]}{_PEOPLE.sub('', item)}" for match in _CLAUSE.finditer(note) for item in _LIST.split(match[2]))
    return frozenset(said)
