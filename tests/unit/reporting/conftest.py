"""The sample county as tables, its workbook and its site, made once for all tests of a run."""

import io

import openpyxl
import pytest
from county_sample import CODE, MADE_AT, STANDARDS, YEAR, of_county, sample_tables

from domain.reporting.county_workbook import county_workbook
from domain.reporting.monitoring_site import monitoring_site


@pytest.fixture(scope="session")
def county():
    """Tables of the sample county in its year."""
    return sample_tables()


@pytest.fixture(scope="session")
def workbook_bytes(county):
    """Its workbook."""
    return county_workbook(YEAR, CODE, of_county(county), STANDARDS, made_at=MADE_AT)


@pytest.fixture(scope="session")
def workbook(workbook_bytes):
    """Its workbook, read back."""
    return openpyxl.load_workbook(io.BytesIO(workbook_bytes))


@pytest.fixture(scope="session")
def three_years(county):
    """Tables of three years by key."""
    return {year.key: sample_tables(year) for year in (YEAR.previous.previous, YEAR.previous)} | {YEAR.key: county}


@pytest.fixture(scope="session")
def page(three_years):
    """The page of the sample county over three years."""
    return monitoring_site(YEAR, three_years, STANDARDS, made_at=MADE_AT, release=3)["index.html"]
