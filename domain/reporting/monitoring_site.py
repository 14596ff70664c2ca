"""The monitoring site (监测页面): a first page and a page for each county, each one file that opens offline by double click.

Belongs here: which pages there are and how templates become text. Does not belong here: what a page shows
(``site_county``, ``site_index``), where files are written.
"""

import datetime as dt
from collections.abc import Mapping, Sequence

import pandas as pd

from data_contracts.school_year import SchoolYear
from data_contracts.standard import Standard
from domain.reporting.county_facts import CountyFacts
from domain.reporting.display import SIGNS, VERDICT_WORDS, moment_text, short_title
from domain.reporting.page_templates import environment
from domain.reporting.site_county import CountyPage
from domain.reporting.site_index import CountyLine, county_line
from domain.reporting.site_people import PeoplePage
from domain.reporting.site_progress import progress_of
from domain.reporting.site_townships import TownshipsPage

YEARS_SHOWN = 6
Tables = Mapping[str, pd.DataFrame]


def monitoring_site(
    year: SchoolYear,
    tables_by_year: Mapping[str, Tables],
    standards: Sequence[Standard],
    *,
    made_at: dt.datetime,
    release: int,
    board: str = "",
) -> dict[str, str]:
    """Every page of the site of one school year.

    Args:
        year: the school year.
        tables_by_year: by year key, then table name, rows of all counties. The year itself with school_register,
            reporting_board, school_indicators, school_compliance, county_coefficients, county_verdicts, scope_ledger,
            findings, county_records, and the tables of insight as far as they are there; earlier years, for lines and changes, with as many of these as there are.
            Later years are ignored.
        standards: the standards in force, in the order in which they are shown.
        made_at: when the figures were made.
        release: the number of the release.
        board: path under the site of the page of the reporting board, to link to; empty for none.

    Returns:
        HTML by path under the site: ``index.html``, ``county/<code>.html`` and, where the insight tables are there,
        ``county/<code>-townships.html`` and ``county/<code>-people.html``. With one county the first page is that county's own.
        A single page needs no other file.
    """
    standards = [standard for standard in standards if standard.judges_counties]
    keys = sorted(key for key in tables_by_year if key < year.key)[1 - YEARS_SHOWN :]
    past = {key: _by_county(tables_by_year[key]) for key in keys}
    now = _by_county(tables_by_year[year.key])
    shared = {"made": moment_text(made_at), "release": release, "signs": SIGNS}
    county_page = environment().get_template("county.html")
    pages: dict[str, str] = {}
    lines = []
    for code in sorted(now):
        facts = CountyFacts(year, code, now[code], standards)
        known = {key: counties[code] for key, counties in past.items() if code in counties}
        history = {key: CountyFacts(SchoolYear.parse(key), code, rows, standards) for key, rows in known.items()}
        page = CountyPage(facts, history)
        home = "../index.html" if len(now) > 1 else ""
        more = _more_pages(facts, shared)
        pages |= {f"county/{name}": text for name, text in more.items()}
        links = (
            dict(zip(("townships_page", "people_page"), more, strict=True)) if more else {"townships_page": "", "people_page": ""}
        )
        pages[f"county/{code}.html"] = county_page.render(page=page, home=home, board=board and f"../{board}", **links, **shared)
        if len(now) == 1:
            links = {key: name and f"county/{name}" for key, name in links.items()}
            pages["index.html"] = county_page.render(page=page, home="", board=board, **links, **shared)
        lines.append(county_line(facts))
    if len(lines) != 1:
        pages["index.html"] = _first_page(year, lines, standards, tables_by_year[year.key], {**shared, "board": board})
    return dict(sorted(pages.items()))


def _more_pages(facts: CountyFacts, shared: Mapping[str, object]) -> dict[str, str]:
    """The county's pages of townships and of people by file name, in this order; none where their tables are not there."""
    if "county_profile" not in facts.tables:
        return {}
    names = {key: f"{facts.code}{end}.html" for key, end in (("county", ""), ("townships", "-townships"), ("people", "-people"))}
    links = {f"{key}_page": name for key, name in names.items()}
    titles = {standard.id: short_title(standard) for standard in facts.standards}
    made = {"townships": TownshipsPage(facts), "people": PeoplePage(facts)}
    return {
        names[key]: environment().get_template(f"{key}.html").render(page=page, titles=titles, **links, **shared)
        for key, page in made.items()
    }


def _first_page(
    year: SchoolYear, lines: list[CountyLine], standards: Sequence[Standard], tables: Tables, shared: Mapping[str, object]
) -> str:
    verdicts = [[line.cells[place].met for line in lines] for place in range(len(standards))]
    counts = [{state: mets.count(state) for state in VERDICT_WORDS} for mets in verdicts]
    titles = {standard.id: short_title(standard) for standard in standards}
    summary = list(zip(standards, counts, strict=True))
    page = environment().get_template("index.html")
    progress = progress_of(tables, {line.code: line.name for line in lines}, standards)
    return page.render(
        year=year, rows=lines, standards=standards, titles=titles, summary=summary, words=VERDICT_WORDS, **progress, **shared
    )


def _by_county(tables: Tables) -> dict[str, dict[str, pd.DataFrame]]:
    """The rows of each county, by code, then table.

    A county is one with schools; a code that stands only in a finding is a slip of the pen, no county. What was found in a
    file of no known county is told in the only county there is.
    """
    counties: dict[str, dict[str, pd.DataFrame]] = {}
    for name in ("county_records", "reporting_board", *tables):
        if name not in tables or "county_code" not in tables[name].columns:
            continue
        for code, rows in tables[name].groupby("county_code", sort=True):
            if name in ("county_records", "reporting_board"):
                counties.setdefault(str(code), {})[name] = rows
            elif code in counties:
                counties[str(code)][name] = rows
    if len(counties) == 1 and "findings" in tables:
        next(iter(counties.values()))["findings"] = tables["findings"]
    return counties
