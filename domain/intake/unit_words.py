"""What a text says of units: 金额单位:千元, 以千元为单位, (千元), or a unit named in passing.

Belongs here: reading one text, one cell or one row of units. Does not belong here: which column is meant (``stated_units``),
factors between units (``data_contracts.layout``).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from data_contracts.catalogue import Field, fields
from data_contracts.layout import factor_to, written_units
from domain.intake.cells import shown
from domain.intake.labels import known_labels, normalised, simplified

NO_UNIT = ("", "—", "-", "/", "--", "——", "无")
"""What stands in the place of a unit where there is none."""

_UNITS_IN_A_ROW = 3
_LONGEST_UNIT = 8
_LONGEST_LABEL = 12
_ASIDE = re.compile(r"\(?.{0,4}(单位|说明|要求|须知|备注|注)(如下)?\)?:?")
_MONEY, _AREA = ("元", "万元"), ("㎡",)
_KINDS = {"面积": _AREA, "用房": _AREA, "金额": _MONEY, "货币": _MONEY, "经费": _MONEY, "资金": _MONEY, "资产": _MONEY}
_OF = "|".join(_KINDS)
_CAPTION = re.compile(rf"({_OF})?(?:计量|计价)?单位:\(?((?:(?!{_OF}|计量|计价|单位)[^:()])*)")
_IN_THE_NEXT_CELL = re.compile(rf"[^以按用为]{{0,6}}?({_OF})?(?:计量|计价)?单位:?")
_SEPARATORS = re.compile(r"[,、;/和及与]")
_LIKE_MONEY, _LIKE_AREA = re.compile(r".{0,3}元|.*币|[$¥€]"), re.compile(r".{0,2}(亩|米|顷|里|公里)")
_MULTIPLE = re.compile(r"[十百千万亿]{1,2}(.+)")
_CURRENCY = "(?:RMB|CNY|人民币|¥)"
_NUMERALS = "0-9.一二三四五六七八九十百千万亿两几多数余"


@dataclass(frozen=True)
class Said:
    """A unit that a text names.

    Attributes:
        address: of the cell.
        text: of the cell.
        word: the unit.
        kinds: the units of the fields of which it speaks.
        only: keys of the fields that the text names; empty where it speaks of all.
        clear: False where the text may speak of one column or of all.
        in_passing: True where the text does not say that it is the unit of the table.
    """

    address: str
    text: str
    word: str
    kinds: tuple[str, ...]
    only: frozenset[str] = frozenset()
    clear: bool = True
    in_passing: bool = False

    def speaks_of(self, field: Field) -> bool:
        """Whether a field may be meant."""
        return field.unit in self.kinds and (not self.only or field.key in self.only)


def is_row_of_units(filled: Sequence[object]) -> bool:
    """Whether the filled cells of a row are units of the headings above: all of them known, or three or more and most of them."""
    words = [word for cell in filled if not is_aside(word := unit_word(cell))]
    known = sum(map(is_unit, words))
    others = [word for word in words if not is_unit(word) and word not in NO_UNIT]
    if not known or any(len(word) > _LONGEST_UNIT or any(sign.isdigit() for sign in word) for word in others):
        return False
    return not others or (len(words) >= _UNITS_IN_A_ROW and known > len(others))


def is_unit(word: str) -> bool:
    """True for a unit that some field can be given in."""
    return word.lower() in written_units()


def is_aside(word: str) -> bool:
    """True for what stands before a row of units, such as 计量单位."""
    return bool(_ASIDE.fullmatch(word))


def unit_word(cell: object) -> str:
    """The unit that a cell of a row of units names, without what is said beside it; empty for a number."""
    if not isinstance(cell, str):
        return "0"
    text = simplified(normalised(cell)).strip("()")
    match = _patterns().with_words.fullmatch(text)
    return match[1] if match else text.removeprefix("单位:")


def bare_unit(cell: object) -> str | None:
    """The unit that stands alone in a cell, in brackets or not."""
    word = simplified(normalised(cell)).strip("()[]【】") if isinstance(cell, str) and len(cell) < _LONGEST_LABEL else ""
    return word if word and is_unit(word) else None


def states_units(cell: object) -> bool:
    """True for a text that says in which unit a table stands."""
    return any(not one.in_passing for one in said_in("", cell, None))


def said_in(address: str, cell: object, following: object) -> list[Said]:
    """The units that a text names; ``following``: the next filled cell, in which what a label 单位 announces may stand."""
    if not isinstance(cell, str):
        return []
    text = simplified(normalised(cell))
    if not _patterns().any.search(text) and "位" not in text:
        return []
    found, rest = [], text
    for word, kinds, at, only in _stated(text, following):
        found.append(Said(address, cell, word, kinds, only))
        rest = rest[:at] + rest[at:].replace(word, "," * len(word), 1)
    for match in _patterns().in_passing.finditer(rest):
        word = match[match.lastindex or 0]
        if kinds := kinds_of(word):
            found.append(Said(address, cell, word, kinds, in_passing=True))
    return found


def announces(cell: object) -> bool:
    """True for a label such as 金额单位, behind which the unit stands in the next cell."""
    return isinstance(cell, str) and bool(_IN_THE_NEXT_CELL.fullmatch(simplified(normalised(cell))))


def _stated(text: str, following: object) -> Iterator[tuple[str, tuple[str, ...], int, frozenset[str]]]:
    """Units that a text says to be those of the table, the kinds of fields, where they stand, and the fields that they are said of."""
    match = _IN_THE_NEXT_CELL.fullmatch(text)
    if match:
        for word in _SEPARATORS.split(simplified(normalised(shown(following))).strip("()") if following is not None else ""):
            plain = _plain(word)
            if plain and (kinds := _KINDS.get(match[1] or "") or kinds_of(plain)):
                yield plain, kinds, len(text), frozenset()
        return
    for match in _CAPTION.finditer(text):
        at = match.start(2)
        for word in _SEPARATORS.split(match[2]):
            plain = _plain(word)
            if plain and (kinds := _KINDS.get(match[1] or "") or kinds_of(plain)):  # 单位:青禾县教育局 names an office
                yield plain, kinds, at, _named(text[: match.start()] + (match[1] or ""), kinds)
            at += len(word) + 1
    patterns = _patterns()
    for pattern in patterns.statements:
        for match in pattern.finditer(text):
            for word in patterns.unit.finditer(text, match.start("units"), match.end("units")):
                if kinds := kinds_of(word[1]):
                    yield word[1], kinds, word.start(1), _named(text[: match.end("of")], kinds)


def _plain(word: str) -> str:
    """A word of a list of units without what stands beside the unit."""
    match = _patterns().with_words.fullmatch(word)
    return match[1] if match else re.sub(rf"^{_CURRENCY}|{_CURRENCY}$", "", word.strip("。. ")) or word


@lru_cache(maxsize=1024)
def kinds_of(word: str) -> tuple[str, ...]:
    """The units of the fields of which a unit without further words speaks; none for a word that is no unit."""
    if any(factor_to(own, word) is not None for own in _MONEY) or _LIKE_MONEY.fullmatch(word):
        return _MONEY
    owns = tuple(dict.fromkeys(field.unit for field in fields().values() if field.unit))
    if word in owns:
        return (word,)
    found = tuple(own for own in owns if factor_to(own, word) is not None)
    if found:
        return found
    if _LIKE_AREA.fullmatch(word):
        return _AREA
    multiple = _MULTIPLE.fullmatch(word)
    return kinds_of(multiple[1]) if multiple and is_unit(multiple[1]) else ()


@lru_cache(maxsize=1024)  # the captions of a template are the same in all its forms
def _named(before: str, kinds: tuple[str, ...]) -> frozenset[str]:
    """Keys of the fields of which a unit is said: those named in the words before it, where these end with such a name."""
    clause = re.split("[;。]", before)[-1].rstrip("的")
    labels = {label: key for label, (key, _) in known_labels().items() if fields()[key].unit in kinds and label in clause}
    return frozenset(labels.values()) if any(map(clause.endswith, labels)) else frozenset()


@dataclass(frozen=True)
class _Patterns:
    any: re.Pattern[str]
    unit: re.Pattern[str]
    with_words: re.Pattern[str]
    statements: tuple[re.Pattern[str], ...]
    in_passing: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    known = sorted((re.escape(word) for word in written_units()), key=len, reverse=True)
    plain = rf"(?:[十百千万亿]{{1,2}})?(?:{'|'.join(known)})"
    unit = rf"{_CURRENCY}?({plain}){_CURRENCY}?"
    several = rf"(?P<units>{_CURRENCY}?{plain}(?:[,、;/和及与]{_CURRENCY}?{plain})*)"
    end = r"(?=$|[^\w])"
    # A single sign, and a multiple of things that are counted, is also a part of other words: 单元, 五亩村, 百人会.
    long: list[str] = []
    short: list[str] = []
    for word in known:
        (long if len(word) > 1 and set(kinds_of(word.replace("\\", ""))) & {*_MONEY, *_AREA} else short).append(word)
    counted = [word for word in short if len(word) > 1 or word in ("元", "亩")]
    flags = re.IGNORECASE
    return _Patterns(
        re.compile("|".join(known), flags),
        re.compile(unit, flags),
        re.compile(rf"(?:均|都)?(?:单位:?|为|以|按)?{unit}(?:计|为单位|填报?)?[。.]?(?:\(.*\)?)?", flags),
        (
            re.compile(rf"(?P<of>)单位(?:均|都|一律|统一|全部)?(?:为|是|用|以|按|采用)?[-—=]?\(?{several}{end}", flags),
            re.compile(rf"(?P<of>)[以按用]{several}(?:为(?:计量)?单位|计|填|核算|统计|列|表示)", flags),
            re.compile(rf"(?P<of>){several}为(?:计量)?单位", flags),
            re.compile(rf"(?P<of>{_OF})[:=]\(?{several}{end}", flags),
            re.compile(rf"(?P<of>)^[(\[【]?{several}[)\]】]?$", flags),
        ),
        re.compile(
            rf"(?<![{_NUMERALS}])({'|'.join(long)})"
            rf"|(?:^|(?<=[(\[,、;:/为按以用填是成至]))({'|'.join(counted)})(?=$|[()\],、;。/计填为])",
            flags,
        ),
    )
