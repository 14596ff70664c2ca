"""What stands behind codes and ids at the console: names of counties, titles of standards.

Belongs here: telling a county or a standard by name. Does not belong here: words of the official procedure
(``data_contracts.vocabulary``), one standard in sentences (``domain.reporting.standard_words``).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from data_contracts.school_year import SchoolYear
from data_contracts.standard import Standard
from domain.reporting.display import in_words, text_of
from resources.home import Home
from resources.table_store import TableStore


@dataclass(frozen=True)
class Names:
    """Names of the counties of a school year, as its last run found them, and the standards of a home by id."""

    counties: Mapping[str, str]
    standards: Mapping[str, Standard]

    @classmethod
    def of(cls, home: Home, year: SchoolYear) -> "Names":
        """Those of a home; before the first run of the year no county has a name."""
        counties = TableStore(home.tables).read("county_records", year.key)
        named = {} if counties is None else dict(zip(counties["county_code"], counties["county_name"], strict=True))
        return cls(named, {standard.id: standard for standard in home.standards()})

    def county(self, code: str) -> str:
        """The name of a county with its code; the code alone where the name is not known, or is no other."""
        name = self.counties.get(code, code)
        return code if name == code else f"{name}({code})"

    def standard(self, name: str) -> tuple[str, str]:
        """The title of a standard in Chinese and English; its id where no file has it any more, or no English title."""
        found = self.standards.get(name)
        return (found.title, found.title_en or name) if found else (name, name)

    def reason(self, told: object, standard: str | None, kept: Iterable[str] = ()) -> str:
        """A reason from a table, in Chinese, with titles for the ids of the standard's items; ``kept`` are names that stay."""
        found = self.standards.get(standard or "")
        return in_words(told, found, kept) if found else text_of(told)
