"""What a text says of school years: 2023-2024学年, 23-24学年, 2023年秋—2024年春, 2023.9-2024.7, 二〇二三至二〇二四, 2023年秋季学期.

Belongs here: reading one text, and how surely it says that its table is of that year. Does not belong here: where texts stand
(``stated_years``), calendar years and days (``calendar_years``), which year is meant to be there and what is told (``reading``).
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from data_contracts.school_year import SchoolYear, plainly
from domain.intake.labels import normalised, simplified
from domain.intake.year_titles import is_remark, is_title


class Grade(Enum):
    """How a text names a school year: as that of its table, perhaps so, or plainly as another that it compares with."""

    SURE = "sure"
    DOUBTFUL = "doubtful"
    COMPARED = "compared"


@dataclass(frozen=True)
class Named:
    """A school year that a text names, such as ``2023-2024``; of a slip in a title, such as ``2024-2026``, what stands there."""

    key: str
    grade: Grade

    def asks(self, year: SchoolYear) -> bool:
        """True where this is another year than ``year``; the year before is what tables are plainly compared with."""
        expected = {year.key, year.previous.key} if self.grade is Grade.COMPARED else {year.key}
        return self.key not in expected

    @property
    def said(self) -> str:
        """As a sentence names it."""
        return f"{self.key} 学年"

    @property
    def said_en(self) -> str:
        """As an English sentence names it."""
        return f"school year {self.key}"


JOINTS = r"\-‐‑‒–—―−ー一~〜∼_/\\至到→"
_MAY_NAME = re.compile(r"\d\s*\d|二\s*[〇○零Oo0０]")
_CUT_OFF = re.compile(rf"[\d年月秋春{JOINTS}－～]\s*$")
_APART = re.compile(r"(?<=\d)\s+(?=(?:19|20)\d\d(?!\d))")
"""Between a number and a year behind it, as in 附件2 2023-2024学年: without blanks they would be one number."""
_CLAUSES = re.compile(rf"[。;!,]+|(?<![\d年月秋春{JOINTS}])[\r\n]+|[\r\n]+(?![\d年月学{JOINTS}])")
"""Where a clause ends; a line feed within a year ends none."""

_NUMERALS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
_MONTH_IN_NUMERALS = re.compile("(十[一二]?|[一二三四五六七八九])月")
_DAY_IN_NUMERALS = re.compile(
    "(?<=月)(?:(?P<tens>[二三]?十|[廿卅])(?P<ones>[一二三四五六七八九])?|(?P<alone>[一二三四五六七八九]))[日号]"
)
_TENS = {"十": 10, "二十": 20, "廿": 20, "三十": 30, "卅": 30}
YEAR, MONTH, DAY = r"(?:19|20)\d\d", r"(?:1[0-2]|0?[1-9])(?!\d)", r"(?:[12]\d|3[01]|0?[1-9])(?!\d)"


def _point(which: str) -> str:
    """A year with the month and the day that may stand behind it."""
    month = rf"(?:[年./-](?P<month{which}>{MONTH})|(?P<digits{which}>0[1-9]|1[0-2])(?!\d))月?(?:份|[./-]?{DAY}日?)?"
    return rf"(?P<year{which}>{YEAR})(?:{month})?年?"


def _term(which: str, seasons: str) -> str:
    """A year with the season that stands behind it."""
    return rf"(?P<year{which}>{YEAR})年?\(?(?P<season{which}>{seasons})季?(?:学期)?\)?"


_OF_SCHOOLS = r"年?[(\[-]?(?:学年|学期|第?[一二12上下]学期)"
_SAID = rf"(?P<said>{_OF_SCHOOLS}|(?<=年)度|年度)?"
_PAIR = re.compile(rf"(?<!\d){_point('1')}(?:[{JOINTS}|.]+(?:{_point('2')}|(?P<short>\d\d)年?)(?!\d|[./-]\d\d)){_SAID}")
_SEASONS = re.compile(rf"(?<!\d){_term('1', '秋|下半年')}[{JOINTS}|.、和与及]*{_term('2', '春|夏|上半年')}{_SAID}")
_SHORT = re.compile(
    rf"(?<![\d.])(?<!\d[:年月{JOINTS}])(?P<year1>\d\d)年?[{JOINTS}]+(?P<short>\d\d)(?![.:]?\d)"
    rf"(?:(?P<said>{_OF_SCHOOLS})|(?=$|[)\]】》]|年(?!级)|[汇统报表数情基]))"
)
_SIDE_BY_SIDE = re.compile(rf"(?<!\d)(?P<year1>{YEAR})年?[、和与及|]?(?P<year2>{YEAR})年?学年")
_STARTING = re.compile(rf"(?<![\d{JOINTS}.])(?P<year1>{YEAR})年?(?P<said>学年)|(?<![\d第共.])(?P<short1>[23]\d)年?学年")
_TERM = re.compile(rf"(?<!\d)(?P<year1>{YEAR})年?\(?(?P<season1>[秋春])季?\)?(?:学期|学年)")
_SEASON = re.compile(
    rf"(?<![\d{JOINTS}、和与及])(?P<year1>{YEAR})年?\(?(?P<season1>[秋春])季?+\)?+(?!学期|学年|[{JOINTS}|.、和与及]*{YEAR})"
)
"""A season alone names a year in a title only."""
_ALONE = re.compile(rf"[(\[【]?{YEAR}年?[{JOINTS}]+{YEAR}年?[)\]】]?")
_JOINED_BEFORE = re.compile(rf"\d年?[{JOINTS}]+$")
_LABEL_BEFORE = re.compile(r"学年度?(?:\([^()\d]*\))?[:(]?$")

_IN_A_TITLE = "季"
_AT_HAND = 40
"""Signs beside a year within which words tell what it is."""
_AUTUMN, _SUMMER = (0, 8, 9, 10), range(10)
"""Months in which a span that is a school year begins and ends; 0 where none is named."""
_NO_MONTH = 13
_PLAN = re.compile("规划|计划")
_EXAMPLE_BEFORE = re.compile(r"[如例][:(“\"]*$|格式[为是]?[:(“\"]*$")
_NUMBER_BEFORE = re.compile(r"(?:编号|文号|号码|电话|传真|邮编|账号|编码|标识码|代码)[:(]?$")
_NO_YEAR_AFTER = re.compile(r"年?(?:[级届号]|版(?:本|的)?(?:统计|指标|填报|事业)*(?:口径|标准|指标|解释|规范))")
_DOCUMENT_BEFORE = re.compile("(?:依据|根据|按照|依照|参照|按)[^《》]*《[^《》]*$")
_EXPLAINED_BEFORE = re.compile(
    rf"(?:近[两二三四五六十\d]个?学?年|[一两二三四五六九\d]年前)[^;,]{{0,16}}?(?:指的?是?|为|是|即|[:(])(?:[\d\W_年和与及至到{JOINTS}]|学年)*$"
)
"""What explains 近三年 or 三年前 says nothing of the table."""
_BUILT = "建设|建成|新建|改建|扩建|修建|竣工|工程|项目|规划|计划|行动|方案"
_BUILT_AFTER = re.compile(rf"[^()\d]{{0,4}}(?:{_BUILT})")
_BUILT_BEFORE = re.compile("(?:建于|建成于|新建|改建|扩建|建校|创办|始建|成立)于?(?:时间|年份|年月)?[:(]?$")
"""Years in which something is built or planned are no school year."""
_LAST = "上一?个?学年度?|上一?年度?|去年|前一?学年|往年|历年"
_COMPARED_BEFORE = re.compile(rf"(?:(?:{_LAST})(?:的|数据?|值|末|[为是即])*|[与较比]|对照|对比)[:(\[]*$")
_COMPARED_AFTER = re.compile(rf"(?:学年|度|末|的|数据?|情况|水平|\))*(?:相?比|相比较|对比|对照|比较|同比|[(\[]?(?:{_LAST}))")
_A_TABLE = re.compile("汇总|报表|统计表|填报表|一览表|情况表|基本情况")
"""What a title goes on with: a table of last year compares with nothing."""
_OTHER_PURPOSE = re.compile(
    rf"依据|根据|按照|参照|参考|沿用|延用|引用|摘自|取自|来源|通知|文件|模板|样表|口径|解释|版本|第\d+版|财政|财年|决算|预算|截至|截止"
    rf"|结束|另报|转入|自(?={YEAR})|相比|对比|对照|比较|同比|{_LAST}"
)
"""Words by which a clause may name a year as that of something else than the table."""
_BRACKETED = re.compile(r"\([^()]*\)")


@lru_cache(maxsize=4096)  # the captions of a template are the same in all its forms
def named_in(text: str, before: str = "") -> tuple[Named, ...]:
    """Every school year that a text names, in its order; ``before``: what stands in the cell before it.

    A text that names several surely says of none that its table is of it.
    """
    if not _MAY_NAME.search(text):
        return ()
    folded = _APART.sub("|", unicodedata.normalize("NFKC", text))
    context, found = plain(before), list[Named]()
    remark = is_remark(plain(folded)) or is_remark(context)
    for clause in _CLAUSES.split(folded):
        found += _named_in_clause(plain(clause), context, remark)
        context = ""
    sure = {one.key for one in found if one.grade is Grade.SURE}
    found = [one for one in found if one.grade is not Grade.DOUBTFUL or one.key not in sure]
    if len(sure) > 1:
        found = [Named(one.key, Grade.DOUBTFUL) if one.grade is Grade.SURE else one for one in found]
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=4096)
def is_alone(text: object) -> bool:
    """True for a text that is nothing but two years."""
    return bool(_ALONE.fullmatch(plain(text)))


def is_cut_off(text: str) -> bool:
    """True for a text that a year in the next cell may go on from."""
    return bool(_CUT_OFF.search(text))


def plain(text: object) -> str:
    """A text without blanks, with years, months and days in digits: 二〇二四年九月三十日 is 2024年9月30日."""
    plain = simplified(plainly(normalised(text)))
    if "月" not in plain:
        return plain
    plain = _MONTH_IN_NUMERALS.sub(lambda match: f"{_NUMERALS.index(match[1]) + 1}月", plain)
    return _DAY_IN_NUMERALS.sub(_day_in_digits, plain)


def _day_in_digits(match: re.Match[str]) -> str:
    ones = match["ones"] or match["alone"]
    return f"{_TENS.get(match['tens'], 0) + (_NUMERALS.index(ones) + 1 if ones else 0)}日"


def speaks_of_else(before: str, after: str) -> bool:
    """True where a clause names a year as that of something else than its table, or compares with it."""
    return bool(
        _OTHER_PURPOSE.search(_BRACKETED.sub("", before + after))
        or _NUMBER_BEFORE.search(before)
        or _EXAMPLE_BEFORE.search(before)
        or _NO_YEAR_AFTER.match(after)
        or _BUILT_AFTER.match(after)
        or _BUILT_BEFORE.search(before)
        or _COMPARED_BEFORE.search(before)
    )


def _named_in_clause(clause: str, context: str, remark: bool) -> Iterator[Named]:
    behind = 0
    # What is said in brackets does not take back a title before them.
    purpose, purpose_in_brackets = (bool(_OTHER_PURPOSE.search(one)) for one in (_BRACKETED.sub("", clause), clause))
    for start, end, key, said in sorted(_years_in(clause)):
        if start < behind:
            continue
        behind = end
        if not key:
            continue
        before = clause[:start]
        quoted = before.count("《") > before.count("》")
        other = quoted or (purpose_in_brackets if before.count("(") > before.count(")") else purpose)
        after = clause[end : end + _AT_HAND]
        titled = not remark and is_title(before[-_AT_HAND:], after)
        if said == _IN_A_TITLE and not titled:
            continue
        grade = _grade((context + before)[-_AT_HAND:], after, said, other, titled)
        if grade:
            yield Named(key, grade)


def _years_in(clause: str) -> Iterator[tuple[int, int, str, str]]:
    """Where years stand in a clause, the school year that they make (empty for none), and the word that says so."""
    if _ALONE.fullmatch(clause):
        first, second = (int(year) for year in re.findall(YEAR, clause))
        yield 0, len(clause), f"{first}-{second}" if second == first + 1 else "", "学年"
        return
    planned = bool(_PLAN.search(clause))
    for pattern in (_PAIR, _SEASONS, _SHORT, _SIDE_BY_SIDE, _STARTING, _TERM, _SEASON):
        for match in pattern.finditer(clause):
            groups = match.groupdict()
            said = _IN_A_TITLE if pattern is _SEASON else groups.get("said") or ""
            yield match.start(), match.end(), _school_year(groups, planned), said


def _school_year(groups: dict[str, str | None], planned: bool) -> str:
    """The school year of a match, such as ``2023-2024``; empty for years or months that make none."""
    first = int(groups.get("year1") or groups.get("short1") or 0)
    cut_short = first < 100
    first += 2000 if cut_short else 0
    if "year2" not in groups and "short" not in groups:
        first -= groups.get("season1") == "春"
        return f"{first}-{first + 1}"
    short, said = groups.get("short"), "学" in (groups.get("said") or "")
    second = first // 100 * 100 + int(short) if short else int(groups.get("year2") or 0)
    second += 100 if second + 50 < first else 0  # 1999-00
    begins, ends = (int(groups.get(f"month{one}") or groups.get(f"digits{one}") or 0) for one in "12")
    if begins not in _AUTUMN or ends not in _SUMMER:
        return ""
    if second != first + 1:
        return f"{first}-{second}" if said and not (begins or planned or cut_short) else ""  # a slip
    if short and not said and int(short) < _NO_MONTH:
        return ""  # 2011-12 is a month
    return f"{first}-{second}"


def _grade(before: str, after: str, said: str, other: bool, titled: bool) -> Grade | None:
    """How a clause names a year; None where it is plain that it is none, or an example.

    Args:
        before, after: what stands beside the year.
        said: the word by which it is a school year.
        other: whether the clause may name it as that of something else.
        titled: whether the clause is a title of the year.
    """
    if _JOINED_BEFORE.search(before):
        return None  # the end of a year that begins in the cell before
    if _DOCUMENT_BEFORE.search(before) or _EXPLAINED_BEFORE.search(before):
        return None
    if _EXAMPLE_BEFORE.search(before) or _NUMBER_BEFORE.search(before) or _NO_YEAR_AFTER.match(after):
        return None
    labelled = bool(_LABEL_BEFORE.search(before))
    said = "学年" if labelled else said
    if "学" not in said and (_BUILT_AFTER.match(after) or _BUILT_BEFORE.search(before)):
        return None
    if _COMPARED_BEFORE.search(before) or _COMPARED_AFTER.match(after):
        return Grade.DOUBTFUL if _A_TABLE.search(after) else Grade.COMPARED
    return Grade.SURE if said not in ("", _IN_A_TITLE) and (titled or labelled) and not other else Grade.DOUBTFUL
