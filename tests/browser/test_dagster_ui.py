"""Three school years backfilled through the UI's own interface, and the pages that a data engineer and an official open.

With the environment variable JUNHENG_PICTURES the screenshots are written to that folder (`make pictures`).
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Page, Response, expect

from browser.chromium import chromium
from browser.dagster_server import ROOT, Backfill, DagsterServer, quiet_environment, served
from domain.demonstration import YEARS
from pipelines.commands.console import Speaker
from pipelines.commands.demo import write_year
from pipelines.execution import dagster_home
from resources.home import Home

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

KEYS = [year.key for year in YEARS]
LAST = KEYS[-1]
GROUPS = ["intake", "records", "assessment", "followup", "insight", "trial", "publication"]
BACKFILL_SECONDS = 360
LARGEST_PICTURE = 400_000
COEFFICIENTS = "county_coefficients"
PLAUSIBLE = "plausible_county_coefficients"


@dataclass(frozen=True)
class Filled:
    """A served home after its backfill, and a home of the same files after `junheng run`."""

    server: DagsterServer
    backfill: Backfill
    other: Home


@dataclass
class Visit:
    """A browser tab that remembers what went wrong behind the pages."""

    page: Page
    address: str
    pictures: Path
    troubles: list[str] = field(default_factory=list)

    def open(self, path: str, *texts: str | re.Pattern[str]) -> None:
        """Open a page of the UI, wait for the texts that must be there, and see that nothing covers them."""
        self.page.goto(f"{self.address}{path}")
        for text in texts:
            expect(self.page.get_by_text(text).first).to_be_visible()
        expect(self.page.get_by_role("dialog")).to_have_count(0)
        expect(self.page.locator("[data-sonner-toast][data-type=error], [class*='toast'][class*='danger']")).to_have_count(0)
        assert not self.troubles, self.troubles

    def picture(self, name: str, settle: int = 1500) -> None:
        """Keep what is seen."""
        self.page.wait_for_timeout(settle)
        path = self.pictures / f"{name}.png"
        self.page.screenshot(path=path)
        assert path.stat().st_size < LARGEST_PICTURE, f"{path.name} has {path.stat().st_size} bytes"


def write_home(path: Path) -> Home:
    """The demonstration county's files of all years, nothing computed yet."""
    home = Home.at(path).created()
    for year in YEARS:
        write_year(home, year, Speaker.of("en"))
    return home


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DagsterServer]:
    folder = tmp_path_factory.mktemp("served")
    home = write_home(folder / "junheng-home")
    with pytest.MonkeyPatch.context() as environment:
        # dagster_home makes both known to this process; here they are forgotten again.
        for name in ("DAGSTER_HOME", "JUNHENG_HOME"):
            environment.setenv(name, "")
        dagster_home(home)
    with served(home, folder / "dagster.log") as found:
        yield found


@pytest.fixture(scope="module")
def filled(server: DagsterServer, tmp_path_factory: pytest.TempPathFactory) -> Filled:
    """The backfill, asked for newest first: its order must not depend on that of the clicks."""
    backfill = server.backfill(KEYS[::-1], BACKFILL_SECONDS)
    other = write_home(tmp_path_factory.mktemp("run") / "junheng-home")
    command = [sys.executable, "-m", "pipelines.cli", "run", "--all-years", "--home", str(other.path), "--lang", "en"]
    run = subprocess.run(command, cwd=ROOT, env=quiet_environment(), capture_output=True, text=True, timeout=300, check=False)
    assert run.returncode in (0, 1), run.stderr
    return Filled(server, backfill, other)


@pytest.fixture(scope="module")
def visit(filled: Filled, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visit]:
    chosen = os.environ.get("JUNHENG_PICTURES")
    pictures = ROOT / chosen if chosen else tmp_path_factory.mktemp("pictures")
    pictures.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        context = browser.new_context(viewport={"width": 1600, "height": 1000}, locale="zh-CN", timezone_id="Asia/Shanghai")
        context.set_default_timeout(60_000)
        expect.set_options(timeout=60_000)
        page = context.new_page()
        made = Visit(page, filled.server.address, pictures)
        page.on("pageerror", lambda error: made.troubles.append(f"page error: {error}"))
        page.on("response", lambda response: _listen(made, response))
        yield made
        context.close()


def _listen(visit: Visit, response: Response) -> None:
    if response.status >= 500:
        visit.troubles.append(f"{response.status} {response.url}")


def test_definitions_are_complete_in_the_ui(server: DagsterServer) -> None:
    found = server.definitions()
    assert found["location"]["name"] == "junheng"
    assert {job["name"] for job in found["jobs"]} >= {"nightly", "backfill"}
    assert {one["name"]: one["scheduleState"]["status"] for one in found["schedules"]} == {"nightly_schedule": "RUNNING"}
    assert {one["name"]: one["sensorState"]["status"] for one in found["sensors"]} == {"new_files_sensor": "STOPPED"}


def test_every_asset_tells_its_stage_owner_kind_and_meaning(server: DagsterServer) -> None:
    chinese = re.compile(r"[\u4e00-\u9fff]")
    for node in server.definitions()["assets"]:
        name = node["assetKey"]["path"][-1]
        assert node["groupName"] in GROUPS, f"{name} is in group {node['groupName']}"
        assert chinese.search(node["description"] or ""), f"{name} has no Chinese description"
        assert node["owners"] and node["kinds"], f"{name} has no owner or kind"
        for check in node["assetChecksOrError"].get("checks", []):
            assert chinese.search(check["description"] or ""), f"{check['name']} has no Chinese description"


def test_backfill_runs_each_year_once_oldest_first(filled: Filled) -> None:
    assert filled.backfill.runs == [(year, "SUCCESS") for year in KEYS]
    assert (filled.backfill.status, filled.backfill.error) == ("COMPLETED_SUCCESS", "")


def test_backfill_evaluates_every_check_of_every_year(filled: Filled) -> None:
    said = filled.server.evaluations(KEYS)
    assert {one.asset for one in said} >= {"receipts", "county_records", COEFFICIENTS, "summary_tables"}
    assert [one for one in said if one.blocking and not one.passed] == []
    failed = [one for one in said if not one.passed]
    assert {one.severity for one in failed} == {"WARN"}
    assert [one.year for one in failed if one.check == "every_school_reported"] == [LAST], "the last year lacks schools by design"


@pytest.mark.parametrize("year", KEYS)
def test_backfill_publishes_what_the_command_publishes(filled: Filled, year: str) -> None:
    ours = filled.server.home.path / "publications" / year / "current" / "tables"
    theirs = filled.other.path / "publications" / year / "current" / "tables"
    names = sorted(path.name for path in theirs.glob("*.csv"))
    assert "county_verdicts.csv" in names
    assert sorted(path.name for path in ours.glob("*.csv")) == names
    assert [name for name in names if (ours / name).read_bytes() != (theirs / name).read_bytes()] == []


def test_lineage_shows_the_stages(visit: Visit) -> None:
    expanded = "global%40global%3Aassessment"
    visit.open("/asset-groups", *GROUPS)
    visit.page.get_by_text("Hide navigation").click()
    visit.open(f"/asset-groups?expanded={expanded}", *GROUPS, "county_verdicts", "school_indicators")
    visit.picture("lineage", settle=4000)


def test_lineage_leads_from_the_verdicts_back_to_the_inbox(visit: Visit, filled: Filled) -> None:
    parents = {
        node["assetKey"]["path"][-1]: [key["path"][-1] for key in node["dependencyKeys"]]
        for node in filled.server.definitions()["assets"]
    }
    seen, pending = set(), ["county_verdicts"]
    while pending:
        name = pending.pop()
        if name not in seen:
            seen.add(name)
            pending += parents[name]
    assert {"school_compliance", "school_sections", "school_returns", "submitted_values", "inbox"} <= seen
    # The page draws the boxes of the whole way.
    shown = ("county_verdicts", "school_compliance", "school_sections", "school_returns", "submitted_values", "inbox")
    visit.open("/assets/county_verdicts?view=lineage&lineageScope=upstream&lineageDepth=20", *shown)
    visit.picture("verdicts", settle=4000)


def test_asset_page_says_what_the_table_is(visit: Visit, filled: Filled) -> None:
    rows = len(pd.read_parquet(filled.server.home.tables / COEFFICIENTS / f"{LAST}.parquet"))
    visit.open(
        f"/assets/{COEFFICIENTS}",
        "校际差异系数",
        "县级行政区划代码",
        "county-supervision",
        "assessment",
        re.compile(rf"^{rows}$"),
    )
    visit.picture("asset")


def test_partition_page_shows_rows_and_figures(visit: Visit, filled: Filled) -> None:
    path = filled.server.home.tables / COEFFICIENTS / f"{LAST}.parquet"
    rows = len(pd.read_parquet(path))
    visit.open(
        f"/assets/{COEFFICIENTS}?view=partitions&partition={LAST}",
        *KEYS,
        "Materialized (3)",
        "dagster/row_count",
        "coefficients against limits",
        "preview",
        re.compile(rf"^{rows}$"),
        str(path),
    )
    visit.picture("partition")


def test_check_pages_show_their_grounds(visit: Visit, filled: Filled) -> None:
    visit.open(
        "/assets/summary_tables?view=checks&checkDetail=published_is_computed", "待发布的表与计算结果一致", "Passed", "mismatches"
    )
    page = filled.server.home.data_docs / LAST / f"{COEFFICIENTS}.html"
    assert page.is_file()
    visit.open(
        f"/assets/{COEFFICIENTS}?view=checks&checkDetail={PLAUSIBLE}",
        "means_add_up",
        "校际差异系数从全年看是否合理",
        re.compile(r"项期望"),
        LAST,
        "expectations",
        str(page),
    )
    visit.picture("check")


def test_automation_is_listed(visit: Visit) -> None:
    visit.open("/automation", "nightly_schedule", "new_files_sensor", re.compile(r"02:00"))


def test_monitoring_page_opens_without_a_server(visit: Visit, filled: Filled) -> None:
    index = filled.server.home.path / "publications" / LAST / "current" / "site" / "index.html"
    asked: list[str] = []
    visit.page.on("request", lambda request: asked.append(request.url))
    visit.page.set_viewport_size({"width": 1280, "height": 1600})
    visit.page.goto(index.as_uri())
    for text in ("青岚县", f"{LAST} 学年", "达标", "差异系数"):
        expect(visit.page.get_by_text(text).first).to_be_visible()
    visit.picture("monitoring")
    width = visit.page.evaluate("document.documentElement.scrollWidth")
    assert width <= 1280, f"the page is {width} px wide"
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert not visit.troubles, visit.troubles
