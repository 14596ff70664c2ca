"""The assets of the stage insight, materialised in Dagster from tables in the store: what each is given, and what it keeps."""

import dagster as dg
import pandas as pd
import pytest

from assets import insight, monitoring
from assets.partitions import school_years
from builders.insight import POINTS, county_return, county_returns, nothing
from builders.intake import take_in
from builders.schools import COUNTY, YEAR, school
from builders.workbooks import bulk
from data_contracts.school_year import SchoolYear
from data_contracts.tables import CONTRACTS
from domain.assessment import judging
from domain.assessment.county_records import county_records
from domain.assessment.indicators import school_indicators
from domain.assessment.school_sections import school_sections
from domain.assessment.scope import scope_ledger
from resources.dagster_io import ContractedTables, JunhengHome

BEFORE = SchoolYear.parse(YEAR).previous.key
TWO_BEFORE = SchoolYear.parse(YEAR).previous.previous.key
BASIC = "national-basic-2012"
TOWN = {("township", None): "甲镇"}
SCHOOLS = [
    school(1, "小学", primary=450) | TOWN,
    school(2, "小学", primary=220, books=3000) | TOWN,
    school(3, "小学", primary=120, ownership="民办"),
    school(4, "初级中学", junior=380) | TOWN,
    school(5, "教学点", primary=30),
]
MADE = (
    "scope_sensitivity", "township_coefficients", "township_compliance", "county_profile", "county_staff", "county_students",
    "school_large_classes", "plan_progress", "regional_progress",
)  # fmt: skip


class GivenPoints(dg.IOManager):
    """Hands out the points of another stage, which no contract of this test's tables holds."""

    def handle_output(self, context: dg.OutputContext, obj: object) -> None: ...

    def load_input(self, context: dg.InputContext) -> pd.DataFrame:
        return pd.DataFrame({name: pd.Series(dtype=float if name == "points" else "str") for name in POINTS})


def targets(year: str, *rows: tuple[str, float]) -> pd.DataFrame:
    """``plan_targets`` for the county's government score: target year and target."""
    return pd.DataFrame(
        [
            {"school_year": year, "county_code": COUNTY, "standard": BASIC, "section": None, "item": "GOV", "target_year": of,
             "target": target, "file": f"规划{year}.xlsx", "row": 2}
            for of, target in rows
        ],
        columns=list(CONTRACTS["plan_targets"].columns),
    )  # fmt: skip


@pytest.fixture
def home(tmp_path) -> JunhengHome:
    """A home with everything that the stage rests on."""
    home = JunhengHome(path=str(tmp_path / "home"))
    home.home.created()
    settled = take_in({"汇总表.xlsx": bulk(SCHOOLS)}, SCHOOLS)
    t, standards = settled.tables(), settled.standards
    t["school_sections"] = school_sections(t["school_returns"], standards[0].split_weights)
    t["county_records"] = county_records(t["school_register"], t["reporting_board"], t["school_sections"])
    t["scope_ledger"] = scope_ledger(t["school_register"], t["school_sections"], standards)
    t["school_indicators"] = school_indicators(t["school_sections"], standards)
    t["school_compliance"] = judging.all_compliance(t["school_indicators"], standards)
    t["county_coefficients"] = judging.all_coefficients(t["school_sections"], t["scope_ledger"], t["county_records"], standards)
    judged = ("county_records", "school_register", "school_sections", "scope_ledger", "school_compliance", "county_coefficients")
    t["county_returns"] = county_returns(county_return(COUNTY, "population", 312000))
    t["county_verdicts"] = judging.all_verdicts(
        *(t[name] for name in judged), t["county_returns"], standards, SchoolYear.parse(YEAR)
    )
    t["plan_targets"] = nothing("plan_targets", YEAR)
    t["self_scores"] = nothing("self_scores", YEAR)
    for name, table in t.items():
        home.tables.write(table, name, YEAR)
    return home


def materialised(home: JunhengHome) -> dict[str, pd.DataFrame]:
    """Every table that the assets of the stage keep."""
    assets = dg.load_assets_from_modules([insight, monitoring])
    own = {key for one in assets for key in one.keys}
    needed = {key for one in assets for key in one.dependency_keys} - own
    given = [
        dg.AssetSpec(key, partitions_def=school_years).with_io_manager_key(
            "points" if key.path[-1] == "school_points" else "tables"
        )
        for key in needed
    ]
    resources = {"home": home, "tables": ContractedTables(home=home), "points": GivenPoints()}
    done = dg.materialize([*given, *assets], selection=list(own), partition_key=YEAR, resources=resources)
    assert done.success
    return {name: home.tables.read(name, YEAR) for name in (*MADE, "self_score_differences")}


def test_every_table_of_the_stage_is_kept(home):
    kept = materialised(home)
    assert all(len(kept[name]) for name in set(MADE) - {"plan_progress", "school_large_classes"})
    assert set(kept["township_coefficients"]["township"]) == {"甲镇"}
    assert set(kept["scope_sensitivity"]["rule"]) == {
        "民办学校不计入校际差异系数",
        "教学点不计入校际差异系数",
        "在校生不足50人的教学点不计入",
    }
    assert kept["county_profile"].query("item == 'population'")["value"].tolist() == [312000]
    assert kept["plan_progress"].empty and kept["self_score_differences"].empty
    assert kept["regional_progress"]["level"].tolist() == [
        level for level in ("nation", "province", "city", "county") for _ in range(2)
    ]


@pytest.mark.parametrize("handed_in", [BEFORE, TWO_BEFORE])
def test_a_plan_of_an_earlier_year_goes_on_and_meets_the_figures_of_each_year(home, handed_in):
    home.tables.write(targets(handed_in, (BEFORE, 80.0), (YEAR, 90.0), ("2030-2031", 95.0)), "plan_targets", handed_in)
    verdicts = home.tables.read("county_verdicts", YEAR)
    now = verdicts.assign(value=verdicts["value"].mask(verdicts["item"] == "GOV", 91.0))
    before = verdicts.assign(school_year=BEFORE, value=verdicts["value"].mask(verdicts["item"] == "GOV", 79.0))
    home.tables.write(now, "county_verdicts", YEAR)
    home.tables.write(before, "county_verdicts", BEFORE)
    home.tables.write(home.tables.read("county_coefficients", YEAR).assign(school_year=BEFORE), "county_coefficients", BEFORE)
    table = materialised(home)["plan_progress"]
    assert table[["target_year", "actual", "reached"]].to_numpy().tolist() == [[BEFORE, 79.0, False], [YEAR, 91.0, True]]
    assert set(table["planned_in"]) == {handed_in}


def test_a_plan_of_this_year_takes_the_place_of_the_last(home):
    home.tables.write(targets(BEFORE, (YEAR, 80.0)), "plan_targets", BEFORE)
    home.tables.write(targets(YEAR, (YEAR, 95.0)), "plan_targets", YEAR)
    table = materialised(home)["plan_progress"]
    assert table[["target", "planned_in"]].to_numpy().tolist() == [[95.0, YEAR]]
    assert table["reached"].isna().all()
