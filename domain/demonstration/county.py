"""The register of the demonstration county in each of its three school years.

Belongs here: which years are shown, and the identity of each school as the catalogue asks it.
Does not belong here: any figure of a school (``returns``), and what is wrong with what schools hand in (``mistakes``).
"""

from dataclasses import dataclass

from data_contracts.catalogue import identity_fields
from data_contracts.school_year import SchoolYear, calendar
from domain.demonstration.roster import COUNTY_CODE, COUNTY_NAME, POINT, ROSTER, Entry

YEARS: tuple[SchoolYear, ...] = tuple(one.year for one in calendar().values() if one.status != "planned")[-3:]
"""The school years shown: the three latest for which the calendar lets figures be handed in."""

# Codes were given out as the schools were founded; the one that opens while we look on comes last.
_FOUNDED = sorted(ROSTER, key=lambda entry: (entry.opens is not None, entry.built))
_CODES = {entry.name: f"{COUNTY_CODE}{number:04d}" for number, entry in enumerate(_FOUNDED, start=1)}


@dataclass(frozen=True)
class DemoSchool:
    """One school as the register of a year has it: identity fields by key, as text, with official values."""

    identity: dict[str, str]

    @property
    def school_id(self) -> str:
        """学校标识码, 10 digits."""
        return self.identity["school_id"]

    @property
    def name(self) -> str:
        """学校名称."""
        return self.identity["school_name"]

    @property
    def township(self) -> str:
        """乡镇(街道)."""
        return self.identity["township"]

    @property
    def school_type(self) -> str:
        """办学类型."""
        return self.identity["school_type"]

    @property
    def closed(self) -> bool:
        """True for a school that is 停办: it stands in the register and hands in nothing."""
        return self.identity["school_status"] == "停办"


def year_number(year: SchoolYear) -> int:
    """0 for the first year shown.

    Raises:
        ValueError: the demonstration does not show that year.
    """
    if year not in YEARS:
        raise ValueError(f"the demonstration shows {', '.join(one.key for one in YEARS)}, not {year}")
    return YEARS.index(year)


def code_of(name: str) -> str:
    """The 学校标识码 of a school of the roster."""
    return _CODES[name]


def is_listed(entry: Entry, number: int) -> bool:
    """True where the register of that year has the school, open or just closed."""
    return (entry.opens is None or number >= entry.opens) and (entry.closes is None or number <= entry.closes)


def is_open(entry: Entry, number: int) -> bool:
    """True where the school has students in that year."""
    return is_listed(entry, number) and (entry.closes is None or number < entry.closes)


def register(year: SchoolYear) -> list[DemoSchool]:
    """The schools expected in a year, in the county office's order.

    Raises:
        ValueError: the demonstration does not show that year.
    """
    number = year_number(year)
    return [DemoSchool(_identity(entry, number)) for entry in ROSTER if is_listed(entry, number)]


def _identity(entry: Entry, number: int) -> dict[str, str]:
    built = YEARS[entry.opens].start if entry.opens is not None else entry.built
    said = {
        "school_id": code_of(entry.name),
        "school_name": entry.name,
        "county_code": COUNTY_CODE,
        "county_name": COUNTY_NAME,
        "township": entry.township,
        "school_type": entry.kind,
        "ownership": "民办" if entry.private else "公办",
        "administered_by": entry.run_by,
        "area_type": entry.area,
        "boarding": "是" if entry.boarding else "否",
        "parent_school_id": code_of(entry.parent) if entry.kind == POINT else "",
        "year_built": str(built),
        "school_status": "新建" if entry.opens == number else "停办" if entry.closes == number else "正常",
    }
    return {field.key: said[field.key] for field in identity_fields()}
