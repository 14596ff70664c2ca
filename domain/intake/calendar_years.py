"""What a text says of calendar years and of days: 2023年度…汇总表, 年度：2023, 统计时点：2023年9月1日, 填报日期：2023-09-30.

They may tell that a table is of another school year, never for certain. Belongs here: one text, or one value behind its label.
Does not belong here: school years (``year_words``), where texts stand (``stated_years``).
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from data_contracts.school_year import SchoolYear
from domain.intake.year_titles import heads_a_table, is_remark
from domain.intake.year_words import DAY, JOINTS, MONTH, YEAR, Grade, Named, plain, speaks_of_else

_FIRST_MONTH = 8
"""The month in which tables of a school year can first be filled in."""
_WHAT = "统计|填报|填表|填写|上报|报送|报出|报表|制表|数据|采集|录入|审核|复核|签字|盖章"
_DAY_LABEL = (
    rf"(?:(?:{_WHAT})的?(?:标准)?(?:日期|时间|时点|时刻|年月)|(?:(?:^|[(|:])|(?:数据|资料|统计|本表)(?:均|统一)?)截[至止](?:日期|时间|时点|到|至|于)?"
    r"|(?:^|[(|:])时点|报告期别?|数据所属期)(?:\([^()\d]*\))?"
)
_POINT = rf"(?P<year>{YEAR})(?:[年./-]?(?P<month>0[1-9]|1[0-2])[月./-]?(?P<day>[0-3]\d)(?!\d)|[年./-](?P<month2>{MONTH})(?:[月./-](?P<day2>{DAY})?)?)?"
_SPAN = rf"(?P<span>[年月日]?[{JOINTS}]+\d)?"
_ON_A_DAY = re.compile(rf"{_DAY_LABEL}[:为是于|]*{_POINT}{_SPAN}")
_VALUE = re.compile(rf"{_POINT}[年月日]?{_SPAN}.*")
_DONE_ON_A_DAY = re.compile(rf"(?<!\d){_POINT}日?(?:填报?|填表|制表|报送|上报)\)?$")
_DAY_OF = rf"(?P<year>{YEAR})[年./-](?P<month>{MONTH})[月./-](?P<day>{DAY})日?"
_A_DAY = re.compile(rf"[(\[【]?{_DAY_OF}[)\]】]?")
_BARE_LABEL = re.compile(r"(?:^|[\s)])(?:日\s*期|时\s*间)\s*:(.*)")
"""日期 is not the end of another word, as in 批准日期, where a blank or nothing stands before it."""
_SEALED = r"签字|签名|签章|盖章|公章"
_SIGNS = rf"(?:{_SEALED}|(?:[填制]表|填报|审核|复核|经办|负责)(?:人|(?=:))|校长|局长)(?!任)\)?:?"
_SIGNED = re.compile(
    rf"{_SIGNS}(?:(?!日期|时间|年月|任职|[;:\d]).){{0,16}}(?P<year>{YEAR})[年./-](?P<month>{MONTH})(?:[月./-](?P<day>{DAY})?)?日?\)?"
    rf"|[^\d:;()《》]{{2,24}}(?:局|小学|中学|学校|中心校)(?P<year2>{YEAR})年(?P<month2>{MONTH})月(?P<day2>{DAY})日"
)
_SIGNED_BEFORE = re.compile(rf".*(?:{_SEALED})\)?:?|(?:日期|时间):?")
_LABEL = re.compile(rf"(?:(?:{_WHAT}|报告|所属)?(?:年度|年份)|学年度?)(?:\([^()\d]*\))?:?")
_OF_A_SHEET = "小学|初中|中学|学校|全县|汇总表?|统计表?|情况表?|基本情况表?|填报表?|报表|数据|表"
_SHEET_NAME = re.compile(rf"(?:{_OF_A_SHEET})*\(?(?P<year>{YEAR})(?:[年.-](?P<month>{MONTH})月?|年?度?)\)?(?:{_OF_A_SHEET})*")
"""The name of a sheet that says nothing but its year and what every table is called."""
_ALONE = re.compile(rf"[(\[【]?(?P<year>{YEAR})年?度?(?:(?<=年)(?P<month>{MONTH})月)?[)\]】]?")
_IN_A_TITLE = re.compile(rf"(?<![\d{JOINTS}.])(?P<year>{YEAR})年(?:度|(?P<month>{MONTH})月)?(?![度\d{JOINTS}])")
_CLAUSES = re.compile("[。;!,\r\n]+")
_MAY_NAME = re.compile(r"(?:\d\s*){4}|二")


@dataclass(frozen=True)
class Dated(Named):
    """A calendar year, a month or a day: ``2023``, ``2023-09``, ``2023-09-01``."""

    def asks(self, year: SchoolYear) -> bool:
        """True for a year in which ``year`` has no day, and for a month or a day before its tables can be filled in."""
        if len(self.key) == len("2023"):
            return int(self.key) not in (year.start, year.start + 1)
        return self.key[:7] < f"{year.start}-{_FIRST_MONTH:02}"

    @property
    def said(self) -> str:
        """As a sentence names it."""
        return "".join(f" {int(part)} {unit}" for part, unit in zip(self.key.split("-"), "年月日", strict=False)).strip()

    @property
    def said_en(self) -> str:
        """As an English sentence names it."""
        return f"the year {self.key}" if len(self.key) == len("2023") else self.key


@lru_cache(maxsize=4096)
def dated_in(text: str, before: str = "", alone: bool = False) -> tuple[Named, ...]:
    """The calendar year or the day of which a text says that its table is, or on which it was signed; none for any other text.

    Args:
        text: that names no school year.
        before: what stands in the cell before it.
        alone: whether nothing but the year or the day may stand in it, as in the name of a sheet.
    """
    if not _MAY_NAME.search(text):
        return ()
    whole = plain(text)
    if alone and not before and (match := _ALONE.fullmatch(whole) or _A_DAY.fullmatch(whole) or _SHEET_NAME.fullmatch(whole)):
        return (_dated(match),)
    label = plain(before)
    if label and (found := behind_label(label, whole)):
        return found
    remark = is_remark(whole) or is_remark(label)
    if (bare := _BARE_LABEL.search(unicodedata.normalize("NFKC", text))) and (match := _A_DAY.match(plain(bare[1]))):
        return (_dated(match),)
    for clause in map(plain, _CLAUSES.split(text)):
        name, colon, value = clause.partition(":")
        if colon and (found := behind_label(name, value)):
            return found
        match = _ON_A_DAY.search(clause) or _DONE_ON_A_DAY.search(clause) or _signed(clause)
        if match is None and not remark:
            titles = _IN_A_TITLE.finditer(clause)
            match = next((one for one in titles if _heads(clause, one)), None)
        if match:
            return (_dated(match),)
    return ()


@lru_cache(maxsize=4096)
def behind_label(label: str, value: str) -> tuple[Named, ...]:
    """What stands behind 年度, 年份, 统计时点, 填报日期 and the like; none for any other label."""
    label, value = plain(label), plain(value)
    match = None
    if _LABEL.fullmatch(label):
        match = _ALONE.fullmatch(value)
    elif re.fullmatch(rf"{_DAY_LABEL}:?", label):
        match = _VALUE.fullmatch(value)
    elif _SIGNED_BEFORE.fullmatch(label):
        match = _A_DAY.fullmatch(value)
    return (_dated(match),) if match else ()


def _heads(clause: str, match: re.Match[str]) -> bool:
    before, after = clause[: match.start()], clause[match.end() :]
    return heads_a_table(before, after) and not speaks_of_else(before, after)


def _signed(clause: str) -> re.Match[str] | None:
    """The day at the end of a clause that signs or seals: 校长签字:李四 2023年9月30日, 青禾县教育局 2023年9月30日."""
    return next((match for match in _SIGNED.finditer(clause) if match.end() == len(clause)), None)


def _dated(match: re.Match[str]) -> Named:
    groups = match.groupdict()
    parts = [groups["year"] or groups["year2"]]
    for name in () if groups.get("span") else ("month", "day"):  # of a span the year alone is sure
        part = groups.get(name) or groups.get(f"{name}2")
        if part is None:
            break
        parts.append(f"{int(part):02}")
    return Dated("-".join(parts), Grade.DOUBTFUL)
