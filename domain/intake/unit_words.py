"""What a text says of units: 金额单位:千元, 以千元为单位, (千元), or a unit named in passing.

Of three grades: sure, where a text plainly says the unit of the table or of an item; doubtful, where it speaks of a unit with
a negation, a change, an exception, of some figures alone, or of one unit for each of something else; and in passing, where it
does not say what the unit is of. Only what is sure moves a figure, the others are asked about.
Belongs here: reading one text, one cell or one row of units. Does not belong here: which column is meant (``stated_units``),
what makes a statement doubtful (``unit_doubts``), factors between units (``data_contracts.layout``).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from data_contracts.catalogue import Field, fields
from data_contracts.layout import factor_to, written_units
from domain.intake.cells import shown
from domain.intake.label_remarks import CURRENCY
from domain.intake.labels import known_labels, simplified
from domain.intake.unit_doubts import is_doubtful, sentence_before, with_marks_folded

NO_UNIT = ("", "—", "-", "/", "--", "——", "无")
"""What stands in the place of a unit where there is none."""

_UNITS_IN_A_ROW = 3
_LONGEST_UNIT = 8
_LONGEST_LABEL = 12
_A_RATIO = 2
_ASIDE = re.compile(r"\(?.{0,4}(单位|说明|要求|须知|备注|注)(如下)?\)?:?")
_MONEY, _AREA = ("元", "万元"), ("㎡",)
_KINDS = {"面积": _AREA, "用房": _AREA, "金额": _MONEY, "货币": _MONEY, "经费": _MONEY, "资金": _MONEY, "资产": _MONEY}
_OF = "|".join(_KINDS)
_CAPTION = re.compile(rf"(?P<of>{_OF})?(?:计量|计价)?单位:\(?(?P<units>(?:(?!{_OF}|计量|计价|单位)[^:()。])*)")
_IN_THE_NEXT_CELL = re.compile(rf"[^以按用为]{{0,6}}?(?P<of>{_OF})?(?:计量|计价)?单位:?")
_NOT_BEFORE_A_CAPTION = re.compile(rf" (?!(?:{_OF})?(?:计量|计价)?单位)")
_SEPARATORS = re.compile(r"[,、;和及与]")
_LIKE_MONEY, _LIKE_AREA = re.compile(r".{0,3}[元圆]|.*币|[$¥€]"), re.compile(r".{0,2}(亩|米|顷|里|公里)")
_NO_PART_OF_A_UNIT = re.compile(r"(?:[整正]$|制表|填表|填报|编制|编报|审核|复核|负责|联系|日期|时间|年度|学年|第|共|\d|[-—–]).*")
_AN_OFFICE = re.compile(r".*[学校局县镇乡村市区园院部处科室会委厅府司社站所馆心]")
_NEXT_CAPTION = re.compile(rf"{_OF}|计量|计价|单位")
_ONLY_A_MULTIPLE = re.compile(r"[十百千万亿]{1,2}")
_REMEMBERED = 8192
_LONG, _PIECE, _SHARED = 600, 200, 60
"""Signs of a text that is looked at piece by piece, those of a piece, and those that two have in common: all is soon read."""
_MULTIPLE = re.compile(r"[十百千万亿]{1,2}(.+)")
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
        doubtful: True where it says so, but perhaps of other figures or another time.
        each: True where it speaks of figures for each of something.
        columns: of which alone it speaks, by index; empty where it speaks of any.
        where: in which it stands, in Chinese and English.
    """

    address: str
    text: str
    word: str
    kinds: tuple[str, ...]
    only: frozenset[str] = frozenset()
    clear: bool = True
    in_passing: bool = False
    doubtful: bool = False
    each: bool = False
    columns: frozenset[int] = frozenset()
    where: tuple[str, str] = ("表外", "Beside the table")

    @property
    def sure(self) -> bool:
        """Whether figures are read by it."""
        return not (self.in_passing or self.doubtful)

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
    return _unit_word(cell) if isinstance(cell, str) else "0"


@lru_cache(maxsize=_REMEMBERED)  # the texts of a template are the same in all its forms
def _unit_word(cell: str) -> str:
    text = _text(cell).strip("()")
    match = _patterns().with_words.fullmatch(text)
    return match[1] if match else text.removeprefix("单位:")


def bare_unit(cell: object) -> str | None:
    """The unit that stands alone in a cell, in brackets or not."""
    word = _text(cell).strip("()") if isinstance(cell, str) and len(cell) < _LONGEST_LABEL else ""
    return word if word and is_unit(word) else None


def states_units(cell: object) -> bool:
    """True for a text that says in which unit a table stands, be it in doubtful words."""
    return speaks_of_units(cell) and any(not one.in_passing for one in said_in("", cell, None))


def speaks_of_units(cell: object) -> bool:
    """False for a text in which no unit and nothing about units can be found."""
    return isinstance(cell, str) and _speaks(cell)


@lru_cache(maxsize=_REMEMBERED)
def _speaks(cell: str) -> bool:
    text = _text(cell)
    return "位" in text or bool(_patterns().any.search(text))


def said_in(address: str, cell: object, following: object) -> list[Said]:
    """The units that a text names; ``following``: the next filled cell, in which what a label 单位 announces may stand."""
    if not isinstance(cell, str) or not _speaks(cell):
        return []
    beside = shown(following) if following is not None and announces(cell) else None
    return [replace(one, address=address) for one in _said(cell, beside)]


def announces(cell: object) -> bool:
    """True for a label such as 金额单位, behind which the unit stands in the next cell."""
    return isinstance(cell, str) and _speaks(cell) and bool(_IN_THE_NEXT_CELL.fullmatch(_text(cell)))


@lru_cache(maxsize=_REMEMBERED)
def _text(cell: str) -> str:
    """A text as it is searched for units: simplified, without quotes and blanks, but for blanks that part it from what else is said."""
    text = simplified(with_marks_folded(cell))
    text = _patterns().in_brackets.sub(lambda match: match[1] or "", text)
    text = _patterns().set_apart.sub(r"\1;", text)
    return _NOT_BEFORE_A_CAPTION.sub("", text)


@lru_cache(maxsize=_REMEMBERED)
def _said(cell: str, following: str | None) -> tuple[Said, ...]:
    text = _text(cell)
    if len(text) <= _LONG:
        return tuple(_said_in_piece(text, cell, following))
    # What stands in another piece of so long a text may take back what this one says.
    pieces = dict.fromkeys(text[start : start + _PIECE] for start in range(0, len(text), _PIECE - _SHARED))
    said = (one for piece in pieces for one in _said_in_piece(piece, cell, None))
    return tuple(dict.fromkeys(replace(one, doubtful=not one.in_passing) for one in said))


def _said_in_piece(text: str, cell: str, following: str | None) -> list[Said]:
    found, seen, rest = [], set(), text
    for one, at in _stated(text, cell, following):
        if (at, one.word) not in seen:  # what two patterns see in one place is said once
            found.append(one)
            seen.add((at, one.word))
        rest = rest[:at] + rest[at:].replace(one.word, "," * len(one.word), 1)
    for match in _patterns().in_passing.finditer(rest):
        word = match[match.lastindex or 0]
        if kinds := kinds_of(word):
            found.append(Said("", cell, word, kinds, in_passing=True))
    return found


def _stated(text: str, cell: str, following: str | None) -> Iterator[tuple[Said, int]]:
    """Units that a text says to be those of the table or of an item, and where in it they stand."""
    if match := _IN_THE_NEXT_CELL.fullmatch(text):
        before = text[: match.end("of")] if match["of"] else text[: text.rindex("单位")]
        for word, whole in _words_in(_text(following or "").strip("()"), named=bool(match["of"])):
            if kinds := _KINDS.get(match["of"] or "") or kinds_of(word):
                yield _graded(cell, word, kinds, before, whole), len(text)
        return
    for match in _CAPTION.finditer(text):
        before = text[: match.end("of")] if match["of"] else text[: match.start()]
        units, behind = match["units"], text[match.end() :]
        if _NEXT_CAPTION.match(behind) and ";" in units:  # what stands behind the last sign belongs to the next caption
            units = units[: units.rindex(";")]
        for word, whole in _words_in(units, behind, named=bool(match["of"])):
            if kinds := _KINDS.get(match["of"] or "") or kinds_of(word):  # 单位:青禾县教育局 names an office
                at = text.find(word, match.start("units"))
                yield _graded(cell, word, kinds, before, whole, text[at + len(word) :]), max(at, match.start("units"))
    patterns = _patterns()
    for pattern in patterns.statements:
        for match in pattern.finditer(text):
            for unit in patterns.unit.finditer(text, match.start("units"), match.end("units")):
                if kinds := kinds_of(unit[1]):
                    whole = not patterns.each.match(text, unit.end())
                    yield _graded(cell, unit[1], kinds, text[: match.end("of")], whole, text[match.end() :]), unit.start(1)


def _words_in(units: str, behind: str = "", *, named: bool) -> list[tuple[str, bool]]:
    """The units of a list, without what stands beside them; False where one may be another, or is one for each of something.

    Args:
        units: the list.
        behind: what follows it.
        named: the text says what kind of units these are, so that an unknown word is a unit too.
    """
    found: list[tuple[str, bool]] = []
    for piece in _SEPARATORS.split(units):
        match = _patterns().with_words.fullmatch(piece)
        begins = _patterns().unit.match(piece)
        parts = [_plain(part) for part in re.split("[/每]", piece) if part]
        if match:
            found.append((match[1], True))
        elif multiple := _ONLY_A_MULTIPLE.fullmatch(_plain(piece)):
            found.append((f"{multiple[0]}元", named))
        elif len(parts) > 1:
            alternatives = len({kinds_of(part) for part in parts}) == 1  # 万元/元
            a_list = len(parts) > _A_RATIO and all(map(is_unit, parts)) and "年" not in parts  # 人/册/千元, not 元/人/年
            found += [(part, alternatives or a_list) for part in parts]
        elif (
            begins and not named and not _LIKE_MONEY.fullmatch(piece) and not _AN_OFFICE.fullmatch(tail := piece[begins.end() :])
        ):  # 元山小学
            found.append((begins[1], bool(_NO_PART_OF_A_UNIT.fullmatch(tail))))
        elif piece.strip(". ") and not piece.strip(". ").isdigit():
            found.append((_plain(piece), True))
    if found and _patterns().each.match(behind):
        found[-1] = (found[-1][0], False)
    return [(word, sure) for word, sure in found if word]


def _graded(cell: str, word: str, kinds: tuple[str, ...], before: str, whole: bool, behind: str = "") -> Said:
    """What is said of a unit, with its grade.

    Args:
        cell: the text.
        word: the unit.
        kinds: of which fields it speaks.
        before, behind: what stands around the statement.
        whole: False for a unit for each of something else.
    """
    only = _named(before, kinds)
    of_all_alike = bool(only) or not {*kinds} & {*_MONEY, *_AREA}
    doubtful = not whole or is_doubtful(before, behind, named=of_all_alike, money=bool({*kinds} & {*_MONEY}))
    return Said("", cell, word, kinds, only, doubtful=doubtful, each=bool(_patterns().of_each.search(cell)))


def _plain(word: str) -> str:
    """A word without what stands beside the unit."""
    match = _patterns().with_words.fullmatch(word)
    return match[1] if match else re.sub(rf"^{CURRENCY}|{CURRENCY}$", "", word.strip("。. ")) or word


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
    clause = sentence_before(before).rstrip("的 (:")
    labels = {label: key for label, (key, _) in known_labels().items() if fields()[key].unit in kinds and label in clause}
    return frozenset(labels.values()) if any(map(clause.endswith, labels)) else frozenset()


@dataclass(frozen=True)
class _Patterns:
    any: re.Pattern[str]
    unit: re.Pattern[str]
    in_brackets: re.Pattern[str]
    set_apart: re.Pattern[str]
    each: re.Pattern[str]
    of_each: re.Pattern[str]
    with_words: re.Pattern[str]
    statements: tuple[re.Pattern[str], ...]
    in_passing: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    known = sorted((re.escape(word) for word in written_units()), key=len, reverse=True)
    plain = rf"(?>(?:[十百千万亿]{{1,2}})?(?:{'|'.join(known)}))"  # 千元 in one way only: else a list of n units has 2ⁿ
    unit = rf"{CURRENCY}?({plain}){CURRENCY}?"
    several = rf"(?P<units>{CURRENCY}?{plain}(?:[,、;和及与]{CURRENCY}?{plain})*)"
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
        re.compile(rf"{CURRENCY}\(({plain})\)|\({CURRENCY}\)", flags),
        # A blank behind a unit ends what is said of it, unless the sentence goes on.
        re.compile(rf"({plain}) (?!为|计|填|核算|统计|列|表示|{CURRENCY}|\()", flags),
        re.compile(r"(?:\([^()]*\))?(?:/|每)"),
        re.compile(r"[生人师班校]均|均值|每|/[生人师班校年月]"),
        re.compile(rf"(?:均|都)?(?:单位:?|为|以|按)?{unit}(?:计|为单位|填报?)?[。.]?(?:\(.*\)?)?", flags),
        (
            re.compile(rf"(?P<of>)单位(?:均|都|一律|统一|全部)?(?:(?:为|是|用|以|按|采用):?)?[-—–=→>]*\(?{several}{end}", flags),
            re.compile(rf"(?P<of>)[以按用]{several}(?:为(?:计量)?单位|计|填|核算|统计|列|表示)", flags),
            re.compile(rf"(?P<of>){several}为(?:计量)?单位", flags),
            re.compile(rf"(?P<of>{_OF})[:=]\(?{several}{end}", flags),
            re.compile(rf"(?P<of>)^\(?{several}\)?$", flags),
        ),
        re.compile(
            rf"(?<![{_NUMERALS}])({'|'.join(long)})"
            rf"|(?:^|(?<=[(,、;/:为按以用填写是成至到由]))({'|'.join(counted)})(?=$|[(),、;。/计填为改])",
            flags,
        ),
    )
