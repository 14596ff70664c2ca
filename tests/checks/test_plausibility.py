"""The plausibility checks as Dagster runs them, and the Data Docs pages they leave."""

import subprocess
import sys
from pathlib import Path

import dagster as dg
import pandas as pd
import psutil
import pytest

from assets.partitions import school_years
from checks import data_docs, judging_process
from checks.data_docs import validated, write_page
from checks.plausibility import PLAUSIBILITY_CHECKS, judgement_table, summary
from checks.suites import suite_for
from data_contracts.school_year import SchoolYear
from data_contracts.standard import shipped_standards
from data_contracts.standards_in_force import in_force
from data_contracts.tables import CONTRACTS, shaped
from domain.assessment.coefficients import weighted_spread
from resources.dagster_io import JunhengHome

YEAR, BEFORE = "2024-2025", "2023-2024"
STANDARDS = tuple(s for s in in_force(shipped_standards(), SchoolYear.parse(YEAR)) if s.judges_counties)
TABLES = ("school_sections", "school_indicators", "county_coefficients")
TITLES = {table: f"plausible_{table}" for table in TABLES}
# Of every resource per student what an ordinary school has, by key of the indicator.
ORDINARY = {
    "teaching_area_per_student": 6.0,
    "sports_area_per_student": 9.0,
    "equipment_value_per_student": 2_200.0,
    "computers_per_100": 15.0,
    "books_per_student": 30.0,
    "teachers_per_student": 0.07,
    "teachers_above_required_per_student": 0.06,
    "teachers_mid_senior_per_student": 0.04,
    "teachers_above_required_per_100": 6.0,
    "backbone_teachers_per_100": 1.1,
    "pe_arts_teachers_per_100": 1.0,
    "multimedia_rooms_per_100": 3.0,
}


def indicators(year: str, schools: int = 14, times: float = 1.0) -> pd.DataFrame:
    """An ordinary table of primary-school figures, spread evenly by a fifth around the ordinary ones."""
    rows = [
        {
            "county_code": "990101",
            "school_id": f"990101{number:04d}",
            "school_name": f"第{number + 1}小学",
            "section": "primary",
            "standard": standard.id,
            "indicator": indicator.id,
            "value": ORDINARY[indicator.key] * (0.8 + 0.4 * number / schools) * times,
            "unit": indicator.unit,
            "threshold": None,
            "floor": None,
            "met": None,
            "shortfall": None,
            "shortfall_unit": indicator.resource_unit,
            "reason": None,
        }
        for number in range(schools)
        for standard in STANDARDS
        for indicator in standard.indicators
    ]
    return shaped(pd.DataFrame(rows), "school_indicators", year)


def coefficients(year: str) -> pd.DataFrame:
    """The county's coefficients over the same figures, every school with 100 students."""
    parts = []
    for (standard, indicator), rows in indicators(year).groupby(["standard", "indicator"], sort=False):
        students = pd.Series(100.0, index=rows.index).to_numpy()
        spread = weighted_spread(students.astype(int) * 0, 1, rows["value"].to_numpy() * 100, students)
        parts.append(
            {
                "county_code": "990101",
                "county_name": "青岚县",
                "section": "primary",
                "standard": standard,
                "indicator": indicator,
                "schools": len(rows),
                "students": students.sum(),
                "mean": spread.mean[0],
                "standard_deviation": spread.standard_deviation[0],
                # The figures are spread alike; a trace tells the coefficients apart.
                "coefficient": spread.coefficient[0] + len(parts) / 1000,
                "limit": None,
                "met": None,
                "left_out": 0,
            }
        )
    return shaped(pd.DataFrame(parts), "county_coefficients", year)


@pytest.fixture
def home(tmp_path: Path) -> JunhengHome:
    """A home with two ordinary years of indicators and coefficients; sections are not there."""
    home = JunhengHome(path=str(tmp_path / "家"))
    for year in (BEFORE, YEAR):
        home.tables.write(indicators(year), "school_indicators", year)
        home.tables.write(coefficients(year), "county_coefficients", year)
    return home


def run(home: JunhengHome, year: str = YEAR) -> tuple[bool, dict[str, dg.AssetCheckEvaluation]]:
    """Materialise three tables that are there already, and their checks; whether the run went well, and what was told."""

    @dg.multi_asset(specs=[dg.AssetSpec(table) for table in TABLES], partitions_def=school_years)
    def stored():
        for table in TABLES:
            yield dg.MaterializeResult(asset_key=table)

    result = dg.materialize([stored, *PLAUSIBILITY_CHECKS], partition_key=year, resources={"home": home}, raise_on_error=False)
    return result.success, {told.check_name: told for told in result.get_asset_check_evaluations()}


def said(told: dg.AssetCheckEvaluation, key: str) -> object:
    """A metadata entry as a plain value."""
    return told.metadata[key].value


def test_a_run_judges_every_table_and_links_its_page(home: JunhengHome) -> None:
    success, told = run(home)
    assert success and set(told) == set(TITLES.values())
    for table in ("school_indicators", "county_coefficients"):
        check = told[TITLES[table]]
        assert check.passed and check.severity == dg.AssetCheckSeverity.WARN and not check.blocking
        assert said(check, "failed") == 0 and said(check, "compared_with") == BEFORE
        assert (
            check.description
            == f"{said(check, 'expectations')} 项期望全部成立。All {said(check, 'expectations')} expectations hold."
        )
        page = Path(str(said(check, "data_docs_page")))
        assert page == home.home.data_docs / YEAR / f"{table}.html" and page.as_uri() == said(check, "data_docs")
        listed = str(said(check, "judged")).splitlines()
        assert len(listed) - 2 == said(check, "expectations") and all(line.startswith("| ✓ ") for line in listed[2:])
        assert "地址栏" in str(said(check, "data_docs_hint"))
        assert CONTRACTS[table].title in page.read_text(encoding="utf-8")


def test_an_implausible_year_warns_with_figures_and_the_run_goes_on(home: JunhengHome) -> None:
    home.tables.write(indicators(YEAR, times=10_000), "school_indicators", YEAR)
    success, told = run(home)
    check = told[TITLES["school_indicators"]]
    assert success and not check.passed and check.severity == dg.AssetCheckSeverity.WARN
    assert said(check, "failed") == 24
    failures = {line.split(" | ")[-1].rstrip(" |"): line for line in str(said(check, "failures")).splitlines()}
    assert (
        "P10 24" in failures["quantiles:books_per_student_primary"]
        and "上年(29.57)" in failures["change:books_per_student_primary"]
    )
    assert "24 项不成立" in str(check.description) and "等" in str(check.description)


def test_a_first_year_is_compared_with_nothing_and_says_so(home: JunhengHome) -> None:
    _, told = run(home, BEFORE)
    check = told[TITLES["school_indicators"]]
    assert check.passed and said(check, "compared_with") == "—"


@pytest.mark.parametrize(
    ("rows", "reason", "told_in"), [(None, "no table", "还没有"), (0, "no rows", "没有一行"), (1, "too little", "数据太少")]
)
def test_nothing_to_judge_is_never_a_pass(home: JunhengHome, rows: int | None, reason: str, told_in: str) -> None:
    home.tables.path("school_indicators", YEAR).unlink()
    home.tables.path("school_indicators", BEFORE).unlink()
    if rows is not None:
        home.tables.write(indicators(YEAR, schools=rows) if rows else indicators(YEAR).iloc[:0], "school_indicators", YEAR)
    success, told = run(home)
    check = told[TITLES["school_indicators"]]
    assert success and not check.passed and check.severity == dg.AssetCheckSeverity.WARN
    assert said(check, "reason") == reason and told_in in str(check.description)


def test_a_crash_is_a_failed_warning_with_its_reason(home: JunhengHome, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object) -> None:
        raise RuntimeError("metric graph fell over")

    judging_process.close()  # another test's command may have warmed it; here the fault must happen in this process
    monkeypatch.setattr(data_docs, "validated", crash)
    success, told = run(home)
    check = told[TITLES["county_coefficients"]]
    assert success and not check.passed and check.severity == dg.AssetCheckSeverity.WARN
    assert said(check, "reason") == "RuntimeError: metric graph fell over"


def test_a_page_that_cannot_be_written_does_not_change_the_judgement(home: JunhengHome) -> None:
    home.home.data_docs.parent.mkdir(parents=True, exist_ok=True)
    home.home.data_docs.write_text("a file where the folder should be")
    _, told = run(home)
    check = told[TITLES["school_indicators"]]
    assert check.passed and "页面没有写成" in str(said(check, "data_docs"))


def test_checks_are_partitioned_by_school_year_and_never_block() -> None:
    specs = [spec for check in PLAUSIBILITY_CHECKS for spec in check.check_specs]
    assert [(spec.asset_key.path[-1], spec.name) for spec in specs] == list(TITLES.items())
    assert all(spec.partitions_def == school_years and not spec.blocking for spec in specs)


def test_pages_of_two_years_stand_side_by_side(home: JunhengHome) -> None:
    for year in (BEFORE, YEAR):
        run(home, year)
    docs = home.home.data_docs
    index = (docs / "index.html").read_text(encoding="utf-8")
    for year in (BEFORE, YEAR):
        assert f'href="{year}/school_indicators.html"' in index
        assert f"{year} 学年" in (docs / year / "school_indicators.html").read_text(encoding="utf-8")
    assert index.index(YEAR) < index.index(BEFORE)
    assert {path.suffix for path in docs.rglob("*") if path.is_file()} == {".html"}


def test_pages_are_the_same_bytes_again_load_nothing_and_escape_names(tmp_path: Path) -> None:
    table = coefficients(YEAR).assign(county_name="<script>alert(1)</script>", coefficient=7.0)
    pages = []
    for turn in ("one", "two"):
        validation = validated(suite_for("county_coefficients", table, STANDARDS, None))
        pages.append(write_page(validation, tmp_path / turn, YEAR).read_text(encoding="utf-8"))
    page = pages[0]
    assert pages[1] == page
    assert "单项差异系数应在0.01至1.6之间" in page and "Single coefficients lie in" in page
    assert "http://" not in page and "https://" not in page and "<script" not in page
    assert "数据太少未作判断" in page, "the county has no junior schools"


def test_failures_are_a_table_that_hostile_names_do_not_break() -> None:
    table = coefficients(YEAR).assign(county_name="a|b<img src=x>\nc", coefficient=7.0)
    failed = validated(suite_for("county_coefficients", table, STANDARDS, None)).failed
    text = judgement_table(failed)
    assert {one.expected.id for one in failed} == {"spread:single_coefficient", "distinct:coefficient"}
    assert len(text.splitlines()) == 2 + len(failed)
    assert "a\\|b&lt;img src=x> c 小学" in text and "不符 15/15" in text
    assert judgement_table([]) == "—"


def test_the_summary_names_what_failed() -> None:
    table = coefficients(YEAR).assign(coefficient=7.0)
    text = summary(validated(suite_for("county_coefficients", table, STANDARDS, None)))
    assert "有 2 项不成立:单项差异系数应在0.01至1.6之间;互不相同的差异系数应占50%以上。2 of" in text


def test_importing_the_checks_imports_no_great_expectations_and_warns_of_nothing() -> None:
    code = (
        "import warnings, dagster as dg; warnings.simplefilter('error', dg.PreviewWarning)\n"
        "import sys, checks.plausibility, checks.data_docs\n"
        "assert not [name for name in sys.modules if name.split('.')[0] == 'great_expectations']\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=Path(__file__).parents[2])
    assert done.returncode == 0, done.stderr


def test_the_process_leaves_no_semaphore_that_python_would_complain_of() -> None:
    code = (
        "import multiprocessing; multiprocessing.set_start_method('spawn')\n"
        "from multiprocessing import resource_tracker\n"
        "kept = []; resource_tracker.register = lambda name, kind: kept.append(name)\n"
        "from checks.judging_process import _ready\n"
        "_ready()\n"
        "from tqdm.auto import tqdm; list(tqdm([1], disable=True))\n"
        "assert not kept, kept\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=Path(__file__).parents[2])
    assert done.returncode == 0, done.stderr


def test_a_process_of_its_own_judges_alike_and_its_death_costs_nothing(tmp_path: Path) -> None:
    suite = suite_for("county_coefficients", coefficients(YEAR).assign(coefficient=7.0), STANDARDS, None)
    here = judging_process.judged(suite, tmp_path / "here", YEAR)
    judging_process.warm()
    try:
        apart = judging_process.judged(suite, tmp_path / "apart", YEAR)
        (worker,) = [one for one in psutil.Process().children() if any("spawn_main" in word for word in one.cmdline())]
        worker.kill()
        after = judging_process.judged(suite, tmp_path / "after", YEAR)
    finally:
        judging_process.close()
    assert here.judgements == apart.judgements == after.judgements and len(here.failed) == 2
    pages = [one.page.read_bytes() for one in (here, apart, after) if one.page is not None]
    assert len(pages) == 3 and len(set(pages)) == 1
