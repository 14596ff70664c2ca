"""School years (学年) as values, and the reviewed calendar of them.

Belongs here: parsing, ordering, neighbours and status of school years. Does not belong here: today's date;
nothing that is computed depends on it.
"""

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from data_contracts.errors import MendableError

_BETWEEN = r"年?[-‐‑‒–—―−ー~〜∼_/\\至到]+"
WRITTEN = rf"(?<!\d)(\d{{4}}){_BETWEEN}(\d{{4}}|\d{{2}})年?"
"""A pair of years as people write it, after ``plainly``: any dash or slash, 年 behind each, the second cut short."""
_WRITTEN = re.compile(WRITTEN + r"(?:(?:[学學]年度?|年度)?(?:第?[一二12上下][学學]期)?)?")
_STARTING = re.compile(r"((?:19|20)\d\d)年?[学學]年度?(?:第?[一二12上下][学學]期)?")
_NUMERALS = str.maketrans("〇○零Oo一二三四五六七八九", "00000123456789")
_ZERO, _NUMERAL = "[〇○零Oo0]", "[〇○零Oo0一二三四五六七八九]"
"""The figure 0 stands in for the sign that an input method offers late."""
_IN_NUMERALS = re.compile(rf"二{_ZERO}{_NUMERAL}{{2}}(?:{_BETWEEN}{_NUMERAL}{{2,4}})?")
_KEY = re.compile(r"(\d{4})\s*[-—–~至]\s*(\d{4})\s*(?:学年度?)?")


def plainly(text: str) -> str:
    """A text without blanks and full-width forms, with years such as 二〇二四 in digits."""
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    return _IN_NUMERALS.sub(lambda match: match[0].translate(_NUMERALS), plain)


@dataclass(frozen=True, order=True)
class SchoolYear:
    """A school year, 1 September to 31 August, known by the calendar year in which it starts.

    >>> SchoolYear.parse("2024-2025").previous.key
    '2023-2024'
    """

    start: int

    @classmethod
    def parse(cls, text: str) -> "SchoolYear":
        """Read ``2024-2025`` (also with 学年 or a long dash).

        Raises:
            MendableError: the text is no pair of consecutive years.
        """
        match = _KEY.fullmatch(text.strip())
        if not match or int(match[2]) != int(match[1]) + 1:
            raise MendableError(
                f"“{text}”不是学年。请写成两个相连的年份,例如 2024-2025。",
                f"'{text}' is no school year. Write two consecutive years, for example 2024-2025.",
            )
        return cls(int(match[1]))

    @classmethod
    def as_written(cls, text: str) -> "SchoolYear":
        """Read a school year as people write it on a form: ``2024/2025学年``, ``2024年—2025年``, ``2024-25学年度``, ``二〇二四学年``.

        Raises:
            MendableError: the text is no pair of consecutive years.
        """
        plain = plainly(text)
        if starting := _STARTING.fullmatch(plain):
            return cls(int(starting[1]))
        match = _WRITTEN.fullmatch(plain)
        if match is None:
            return cls.parse(text)
        first, second = match[1], match[2]
        return cls.parse(f"{first}-{second if len(second) == 4 else first[:2] + second}")

    @property
    def key(self) -> str:
        """The partition key, e.g. ``2024-2025``."""
        return f"{self.start}-{self.start + 1}"

    @property
    def previous(self) -> "SchoolYear":
        """The school year before."""
        return SchoolYear(self.start - 1)

    @property
    def next(self) -> "SchoolYear":
        """The school year after."""
        return SchoolYear(self.start + 1)

    @property
    def statistics_date(self) -> dt.date:
        """The day on which figures are taken: 1 September."""
        return dt.date(self.start, 9, 1)

    def __str__(self) -> str:
        return self.key


@dataclass(frozen=True)
class CalendarEntry:
    """What the calendar says of one school year: ``status`` (planned, collecting, correcting, closed), first day and due day."""

    year: SchoolYear
    status: str
    opens: dt.date
    due: dt.date

    @property
    def open(self) -> bool:
        """True where the nightly run computes the year."""
        return self.status in ("collecting", "correcting")


@cache
def calendar() -> dict[str, CalendarEntry]:
    """The reviewed calendar by key, oldest first."""
    import yaml

    entries = yaml.safe_load(files(__package__).joinpath("school_years.yaml").read_text(encoding="utf-8"))
    found = [CalendarEntry(SchoolYear.parse(e["year"]), e["status"], e["opens"], e["due"]) for e in entries]
    collecting = [entry.year.key for entry in found if entry.status == "collecting"]
    if len(collecting) != 1:
        raise MendableError(
            f"学年日历 school_years.yaml 应有且只有一个学年标为 collecting,现有 {len(collecting)} 个:{'、'.join(collecting) or '无'}。",
            f"school_years.yaml must mark exactly one year as collecting; it marks {len(collecting)}: {', '.join(collecting) or 'none'}.",
        )
    return {entry.year.key: entry for entry in sorted(found, key=lambda entry: entry.year)}


def known_year(text: str) -> SchoolYear:
    """The school year named, if the calendar has it.

    Raises:
        MendableError: no such year in the calendar, or no year at all.
    """
    year = SchoolYear.parse(text)
    if year.key not in calendar():
        first, last = next(iter(calendar())), list(calendar())[-1]
        raise MendableError(
            f"学年日历中没有 {year}。可用的学年为 {first} 至 {last};如需新学年,请在学年日历 school_years.yaml 中登记。",
            f"The calendar has no {year}. It holds {first} to {last}; enter a new year in school_years.yaml.",
        )
    return year


def collecting_year() -> SchoolYear:
    """The one school year that the calendar marks as collecting."""
    return next(entry.year for entry in calendar().values() if entry.status == "collecting")
