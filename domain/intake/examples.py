"""What rows of a table, and forms, that describe no school but an example say of themselves.

The principle: a row is an example where its name is nothing else: words for example and what is said along with them (此行为填写示例,
请勿删除), such a word alone, before a colon or in brackets before a name, or a sign where a name would stand (××小学). No school is
called so, and none enters a register: the row is left out with a note, so that it is in no total of the county, code or none.
Where a proper name stands beside the word (示例实验小学, 青禾小学(示例)), or where a school's code stands beside a word for total (小计), it may be a school. Such a school is never left
out where the register lists it. Where it does not, the row is left out as well, since a county's figures may hold no example,
but asked about; no row is left out in silence. Where a code and a proper name stand and only a remark says that the row is an
example (此行为示例), the school counts and the remark is asked about; a remark that says anything else (按示例填写, 如:图书3000册) says nothing. Whether the register lists it, no file can know: rows with a school's code are
read like any other, and taken out when the year is settled.
Belongs here: what names, codes and remarks say. Does not belong here: taking those rows out (``doubtful_rows``), other rows
that are no schools (``school_rows``, ``other_rows``).
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

from data_contracts.catalogue import fields
from domain.intake.cells import cut, shown
from domain.intake.findings import Finding
from domain.intake.labels import normalised, simplified

SIGNS = r"例樣样某参參如测測模范範示演试試培填称稱作?？✕╳✖◎☆▲口×○〇◯□△●■◇_…*＊—.\-A-Za-zＡ-Ｚａ-ｚ"
"""Of these, as a class of signs, every cell that speaks of an example holds one: the quickest to look for."""
WORDS = r"[例樣样某×□△●■◇A-Za-zＡ-Ｚａ-ｚ]|[参參]\s*考|如\s*[:：]|[测測试試]\s*[试試填]|模\s*[板版]|[范範]\s*本|示\s*[范範]|演\s*[示练練]|培\s*[训訓]|填|[称稱]|作\s*[废廢]|[?？✕╳✖]|[◎☆▲口]\s*[◎☆▲口]|[○〇◯_…*＊—.\-]\s*[○〇◯_…*＊—.\-]|…"
"""Of these it holds one as well, as few others do."""
_LONGEST = 80
_TRADITIONAL = str.maketrans("範樣僅參訓練試稱廢寫請", "范样仅参训练试称废写请")
_ANY_SIGN, _ANY_WORD = re.compile(f"[{SIGNS}]"), re.compile(WORDS)
_KIND = "(?:小学|初中|中学|学校|教学点)"
# No word for example: 出示例行检查, 抽样例行, 规范例行, 条例如实, 比例如下.
_WORD = "(?:(?<!出)示例|(?<!抽)样例|(?<!规)范例|举例|样表|(?<![条惯比])例如|仅供参考|example|sample)"
_ALONG = (
    r"(?:[此本该这上下以为是系供参考请勿不要可切删除修改动提交保留报时前填写表用作的数据行列格式小初中学校教点名称仅\d,.!。;、:()\[\]【】—_-]"
    r"|this|is|an?|the|for|only|donotdelete|please|primary|middle|school|row|name)"
)
"""What is said along with such a word and names no school."""
_EXAMPLE = re.compile(
    rf"{_ALONG}*{_WORD}(?:{_ALONG}|示例|样例|范例|[一二三四五六])*"
    rf"|[(\[【]?例[)\]】]?|[(\[【](?:{_WORD}|例)[)\]】].*|(?:{_WORD}|例子?|eg|e\.g\.?)[:,.、].*|比?如:.*"
    r"|例子?[一二三四五六七八九十\d]{0,3}|范本|样张|示范[行例]|培训用(?:例|数据|行)?"
    rf"|(?:测试|试填|模[板版]|演[示练]|案例|test|demo)\d*(?:{_KIND}|school|数据)?\d*(?:名称|行|校|row)?"
)
_TO_FILL_IN = re.compile(
    r"\(?(?:(?:请|此处|在此|这里)*(?:如实|准确)?(?:填写?|输入|录入)?(?:本校|学校|小学|初中|中学|单位)?(?:的|规范)*(?:名称|全称)"
    r"|(?:请|此处|在此|这里)+(?:如实|准确)?(?:填写?|输入|录入))\)?"
)
"""What asks for a name, where one should stand; the school behind it may be a proper one."""
_SIGN = "(?:[×x✕╳✖]{2,8}|[◎☆▲]{2,8}|(?<![一二三四五六七八九〇○])[○〇◯]{2,8}(?![一二三四五六七八九])|[□△●■◇]{2,8}|_{2,8}|某某)"
"""A sign where a name would stand; 二○○ is a number."""
_IN = "(?:.{0,6}[县市区乡镇村])?"
_NAMELESS = re.compile(rf".{{0,8}}(?:(?<![第×a-z]){_SIGN}.{{0,4}}|某){_KIND}|{_IN}[×x]{_KIND}|{_IN}[_.—-]{{2,}}{_KIND}")
_PART = f"(?:[县市区乡镇村]|校(?!区)|{_KIND})"
_UNNAMED = re.compile(rf"(?<![a-z\d]){_SIGN}(?![a-z\d])|某{_PART}|(?<![a-z\d])[×x]{_PART}|^{_IN}([a-z])\1{{0,2}}{_KIND}")
_UNNAMED_BESIDE = re.compile(
    rf"(?<![a-z\d])(?:{_SIGN}[^,.。;:]{{0,6}}{_KIND}|[×x]{_KIND}|(?:[×x]{{2,8}}|某{{1,2}})[县市区乡镇村])"
)
"""In a remark: for the name of a school or a place alone, as persons and telephones are often masked."""
_SPEAKS = re.compile(rf"{_WORD}|如:|(?<![比条病惯])例:|[(\[【][例样][)\]】]")
_TITLED = re.compile(
    r"[^见参照按请]{0,30}(?:示例|样例|范例|example|sample)[表页]?[)\]】]*|[(\[【](?:示例|样例|范例)[)\]】].*"
    r"|[(\[【]?(?:样表|样张|范本|模[板版]|参考表?|作废表?|已?作废)[)\]】]?"
)
"""A sheet's name or title, none that sends somebody to an example (见填写示例)."""
_SIGNS_ALONE = re.compile(r"[\W_]{2,}")
_UNREADABLE = re.compile(r"\?{2}|口口")
"""What stands for characters that were lost, or for a name that is to come."""
_SAID_OF_A_ROW = re.compile(rf"(?!请?(?:供?参考|例如)){_ALONG}*{_WORD}(?:{_ALONG}|示例|样例|范例)*")
"""A remark that says nothing but that its row is an example; none that sends somebody to one (请参考示例), or gives one (如:图书)."""
_SPEAKS_LATIN = re.compile(r"(?<![a-z@.])(?:test|demo)(?![a-z]|[\w.]*@)")


def example_in(cell: object, name: bool = True) -> str | None:
    """The rule for a row in which this cell names the school, or stands where an example is marked: example, perhaps one, or None.

    Args:
        cell: as typed.
        name: whether a name of a school is to stand there.
    """
    if not isinstance(cell, str) or not _may_speak(cell):
        return None
    words = _words(cell)
    asks = words == _hint() or _TO_FILL_IN.fullmatch(words)
    if name and (asks or _UNREADABLE.search(words) or _SIGNS_ALONE.fullmatch(cell.strip())):
        return "R-DOUBTFUL"
    if len(words) <= _LONGEST and (
        _EXAMPLE.fullmatch(words) or _NAMELESS.fullmatch(_words(cell.replace("*", "—").replace("＊", "—")))
    ):
        return "R-EXAMPLE"
    return "R-DOUBTFUL" if (name and _UNNAMED.search(words)) or place_of_example(cell) else None


def place_of_example(cell: str) -> bool:
    """Whether a place, or a name, holds a word for an example."""
    if not _may_speak(cell):
        return False
    words = _words(cell)
    if _SPEAKS.search(words) or _UNNAMED_BESIDE.search(words):
        return True
    return _SPEAKS_LATIN.search(unicodedata.normalize("NFKC", cell).lower()) is not None


def speaks_of_example(cell: str) -> bool:
    """Whether a remark says that the row in which it stands is an example; much else is honestly said of a school."""
    if not _may_speak(cell):
        return False
    words = _words(cell).strip('()[]【】"“”。')
    return len(words) <= _LONGEST and _SAID_OF_A_ROW.fullmatch(words) is not None


def titled_example(title: object) -> bool:
    """Whether what a sheet is called, or what stands above its heading, says that all of it is an example."""
    return isinstance(title, str) and _may_speak(title) and _TITLED.fullmatch(_words(title)) is not None


def told(
    rule: str, sheet: str, cell: str | None, value: object, what: Mapping[str, object], whose: str, school_id: str | None
) -> Finding:
    """What is said of an example, or of what may be one.

    Args:
        rule: R-EXAMPLE, R-DOUBTFUL or R-REMARKED.
        sheet, cell: where it says so; no cell for the name of the sheet.
        value: what stands there.
        what: ``row`` as in a block, and ``what``, ``what_en``: the row or form in words.
        whose: code and name, as typed: an explanation of one school is none of another's row.
        school_id: where a register could list it; None for what is left out at once.
    """
    words = cut(shown(value))
    params = {**what, "value": words, "whose": whose} | ({} if school_id is None else {"school_id": school_id})
    return Finding(rule, sheet, cell, value=words, params=params)


@cache
def _hint() -> str:
    """What the form itself says of the name, as typed in the place of one."""
    return _words(fields()["school_name"].note)


def _may_speak(cell: str) -> bool:
    return _ANY_SIGN.search(cell) is not None and _ANY_WORD.search(cell) is not None


def _words(cell: str) -> str:
    return simplified(normalised(cell)).translate(_TRADITIONAL).lower()
