"""The monitoring site (监测页面): a first page and a page for each county, each one file that opens offline by double click.

Belongs here: which pages there are and how templates become text. Does not belong here: what a page shows
(``site_county``, ``site_index``), where files are written.
"""

import datetime as dt
from collections.abc import Mapping, Sequence

import pandas as pd

from data_contracts.school_year import SchoolYear
from data_contracts.standard import Standard
from data_contracts.tables import CONTRACTS
from domain.reporting.county_facts import NO_REGISTER, CountyFacts
from domain.reporting.display import SIGNS, VERDICT_WORDS, moment_text, short_title
from domain.reporting.page_templates import environment
from domain.reporting.site_conditions import ConditionsPage, TrialPage
from domain.reporting.site_county import CountyPage
from domain.reporting.site_index import CountyLine, county_line
from domain.reporting.site_people import PeoplePage
from domain.reporting.site_progress import progress_of
from domain.reporting.site_townships import TownshipsPage

YEARS_SHOWN = 6
OF_REGIONS = "regional_progress"
PAST_TABLES = (
    "county_records",
    "reporting_board",
    "school_register",
    "county_coefficients",
    "county_verdicts",
    "scope_ledger",
    "school_compliance",
    OF_REGIONS,
)
"""Tables of earlier years that lines and comparisons are made from; what is not there is told on the pages."""
_COUNTIES_OF = ("county_records", "reporting_board", "county_coefficients", "county_verdicts")
MORE_PAGES = ("townships", "people", "conditions", "trial")
Tables = Mapping[str, pd.DataFrame]


def monitoring_site(
    year: SchoolYear,
    tables_by_year: Mapping[str, Tables],
    standards: Sequence[Standard],
    *,
    made_at: dt.datetime,
    release: int,
    board: str = "",
    trials: Sequence[Standard] = (),
    registered: bool = True,
) -> dict[str, str]:
    """Every page of the site of one school year.

    Args:
        year: the school year.
        tables_by_year: by year key, then table name, rows of all counties. The year itself with school_register,
            reporting_board, school_indicators, school_compliance, county_coefficients, county_verdicts, scope_ledger,
            findings, county_records, and the tables of insight as far as they are there; earlier years, for lines and changes, with as many of these as there are.
            Later years are ignored.
        standards: the standards in force, in the order in which they are shown, packs too.
        made_at: when the figures were made.
        release: the number of the release.
        board: path under the site of the page of the reporting board, to link to; empty for none.
        trials: the standards on trial, whose tables (trial_…) stand among those of the year; they have a page of their own.
        registered: whether there is a register of the year's schools; the pages say where there is none.

    Returns:
        HTML by path under the site: ``index.html``, ``county/<code>.html`` and, where the insight tables are there,
        ``county/<code>-townships.html`` and ``county/<code>-people.html``; ``county/<code>-conditions.html`` where a pack holds for
        the county, ``county/<code>-trial.html`` where a standard is on trial. With one county the first page is that county's own.
        A single page needs no other file.
    """
    national = [standard for standard in standards if standard.judges_counties]
    keys = sorted(key for key in tables_by_year if key < year.key)[1 - YEARS_SHOWN :]
    past = {key: _by_county(tables_by_year[key]) for key in keys}
    missing = _missing(keys, tables_by_year, [name for name in PAST_TABLES if name != OF_REGIONS])
    now = _by_county(tables_by_year[year.key])
    shared: dict[str, object] = {
        "made": moment_text(made_at),
        "release": release,
        "signs": SIGNS,
        "no_register": "" if registered else NO_REGISTER,
    }
    county_page = environment().get_template("county.html")
    pages: dict[str, str] = {}
    lines = []
    for code in sorted(now):
        facts = CountyFacts(year, code, now[code], standards, registered)
        known = {key: counties[code] for key, counties in past.items() if code in counties}
        history = {key: CountyFacts(SchoolYear.parse(key), code, rows, standards) for key, rows in known.items()}
        page = CountyPage(facts, history)
        home = "../index.html" if len(now) > 1 else ""
        more = _more_pages(facts, shared, trials)
        pages |= {f"county/{code}-{key}.html": text for key, text in more.items()}
        links = {f"{key}_page": f"{code}-{key}.html" if key in more else "" for key in MORE_PAGES}
        pages[f"county/{code}.html"] = county_page.render(
            page=page, home=home, board=board and f"../{board}", missing=missing, **links, **shared
        )
        if len(now) == 1:
            links = {key: name and f"county/{name}" for key, name in links.items()}
            pages["index.html"] = county_page.render(page=page, home="", board=board, missing=missing, **links, **shared)
        lines.append(county_line(facts))
    if len(lines) != 1:
        pages["index.html"] = _first_page(
            year,
            lines,
            national,
            tables_by_year,
            {**shared, "board": board, "missing": _missing(keys, tables_by_year, [OF_REGIONS])},
        )
    return dict(sorted(pages.items()))


def _more_pages(facts: CountyFacts, shared: Mapping[str, object], trials: Sequence[Standard]) -> dict[str, str]:
    """The county's other pages by their kind; what there is nothing to show of has none."""
    titles = {standard.id: short_title(standard) for standard in facts.standards}
    made: dict[str, object] = {}
    if "county_profile" in facts.tables:
        made |= {"townships": TownshipsPage(facts), "people": PeoplePage(facts)}
    if facts.packs:
        made["conditions"] = ConditionsPage(facts)
    if trials:
        made["trial"] = TrialPage(facts, trials)
    links = {f"{key}_page": f"{facts.code}-{key}.html" if key in made else "" for key in MORE_PAGES}
    links["county_page"] = f"{facts.code}.html"
    return {
        key: environment().get_template(f"{key}.html").render(page=page, titles=titles, **links, **shared)
        for key, page in made.items()
    }


def _first_page(
    year: SchoolYear,
    lines: list[CountyLine],
    standards: Sequence[Standard],
    tables_by_year: Mapping[str, Tables],
    shared: Mapping[str, object],
) -> str:
    verdicts = [[line.cells[place].met for line in lines] for place in range(len(standards))]
    counts = [{state: mets.count(state) for state in VERDICT_WORDS} for mets in verdicts]
    titles = {standard.id: short_title(standard) for standard in standards}
    summary = list(zip(standards, counts, strict=True))
    page = environment().get_template("index.html")
    earlier = sorted(key for key in tables_by_year if key < year.key)[1 - YEARS_SHOWN :]
    past = {key: tables_by_year[key][OF_REGIONS] for key in earlier if OF_REGIONS in tables_by_year[key]}
    names = {line.code: line.name for line in lines}
    progress = progress_of(tables_by_year[year.key], names, standards, year.key, past)
    return page.render(
        year=year, rows=lines, standards=standards, titles=titles, summary=summary, words=VERDICT_WORDS, **progress, **shared
    )


def _missing(keys: Sequence[str], tables_by_year: Mapping[str, Tables], shown: Sequence[str]) -> list[tuple[str, str]]:
    """Each earlier year that lacks tables of those that a page shows, and their names in Chinese."""
    lacking = {key: [name for name in shown if name not in tables_by_year[key]] for key in keys}
    return [(key, "、".join(f"“{CONTRACTS[name].title}”" for name in names)) for key, names in lacking.items() if names]


def _by_county(tables: Tables) -> dict[str, dict[str, pd.DataFrame]]:
    """The rows of each county, by code, then table.

    A county is one with schools; a code that stands only in a finding is a slip of the pen, no county. What was found in a
    file of no known county is told in the only county there is.
    """
    counties: dict[str, dict[str, pd.DataFrame]] = {}
    for name in (*_COUNTIES_OF, *tables):
        if name not in tables or "county_code" not in tables[name].columns:
            continue
        for code, rows in tables[name].groupby("county_code", sort=True):
            if name in _COUNTIES_OF:
                counties.setdefault(str(code), {})[name] = rows
            elif code in counties:
                counties[str(code)][name] = rows
    if len(counties) == 1 and "findings" in tables:
        next(iter(counties.values()))["findings"] = tables["findings"]
    return counties
