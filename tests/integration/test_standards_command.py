"""``junheng standards`` and trials: what is listed, explained, refused; that a trial is a recorded act and an input of a run.

Belongs here: the command and the log of acts. Does not belong here: what a standard makes of schools.
"""

import dagster as dg
import pandas as pd
import pytest
from integration.test_run_county import Console, write_county

from assets.trial import TABLES, trials
from builders.county import county_returns
from builders.schools import YEAR, school
from builders.standards import HEAD, returns_of
from builders.standards import school as plain_school
from data_contracts.school_year import SchoolYear
from data_contracts.tables import no_rows, shaped
from domain.assessment.county_records import counties_of
from pipelines.commands import run as run_command
from resources.dagster_io import JunhengHome
from resources.database import WarehouseDatabase
from resources.home import Home
from resources.inputs import input_hashes
from resources.trials import TRIAL, TRIAL_ENDED, standards_on_trial, trials_on

PACK = (
    HEAD + "indicators:\n"
    "  - {id: X1, key: books, title: 生均图书册数, unit: 册, numerator: {add: [books]}, thresholds: {primary: 20, junior: 30}}\n"
    "school_rule: {kind: all}\n"
)
TRIED = "basic-conditions-8-of-10"


@pytest.fixture
def junheng(capsys, monkeypatch) -> Console:
    """The command; runs begin and do nothing."""
    for variable in ("JUNHENG_HOME", "DAGSTER_HOME", "JUNHENG_DATABASE_URL"):
        monkeypatch.setenv(variable, "")
        monkeypatch.delenv(variable)
    nothing = run_command.RunResult(True, 1, False, [])
    monkeypatch.setattr("pipelines.commands.run.execute", lambda *given: nothing)
    monkeypatch.setattr("pipelines.commands.run.tell", lambda *given: 0)
    return Console(capsys)


@pytest.fixture
def home(tmp_path):
    """A home with two schools in its inbox and a pack of its own."""
    path = write_county(tmp_path / "home", [school(1), school(2)])
    (path / "standards").mkdir(exist_ok=True)
    (path / "standards" / "own.yaml").write_text(PACK, encoding="utf-8")
    return path


def test_every_standard_is_listed_with_what_it_is(junheng, home):
    assert junheng("standards", "--home", home, "--year", "2016-2017") == 0
    lines = {line.split("│")[1].strip(): line for line in junheng.out.splitlines() if line.count("│") > 3}
    assert {"pack", "national-basic-2012", "guangdong-basic-conditions-2014", TRIED} <= set(lines)
    assert "只能试算" in lines[TRIED]
    assert "国家标准" in lines["national-basic-2012"] and "生效" in lines["national-basic-2012"]
    assert "不生效" in lines["national-quality-2017"] and "不生效" in lines["pack"]
    assert all(word in lines["guangdong-basic-conditions-2014"] for word in ("省定办学条件", "44", "B", "2014-2015"))
    assert junheng("standards", "--home", home, "--lang", "en") == 0
    assert "in force" in junheng.out and "on trial only" in junheng.out


@pytest.mark.parametrize("name", ["national-quality-2017", "guangdong-basic-conditions-2014", "anhui-basic-conditions", TRIED])
def test_every_standard_is_explained_in_plain_words(junheng, home, name):
    assert junheng("standards", "show", name, "--home", home) == 0
    assert "依据:" in junheng.out and "学校达标:" in junheng.out and "_" not in junheng.out
    assert junheng("standards", "show", name, "--home", home, "--lang", "en") == 0
    assert "Source:" in junheng.out


def test_a_file_of_ones_own_is_checked_from_the_home_or_any_place(junheng, home, tmp_path):
    elsewhere = tmp_path / "别处.yaml"
    elsewhere.write_text(PACK.replace("id: pack", "id: other").replace("['36']", "['51']"), encoding="utf-8")
    for given in ("own.yaml", home / "standards" / "own.yaml", elsewhere):
        assert junheng("standards", "check", given, "--home", home) == 0, junheng.err
        assert "没有问题" in junheng.out and "1 项全部达到标准" in junheng.out


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (PACK.replace("kind: all", "kind: most").replace("id: pack", "id: new"), "kind 只能是"),
        (PACK.replace("add: [books]", "add: [bookz]").replace("id: pack", "id: new"), "bookz"),
        (PACK.replace("source: 某省〔2020〕1号\n", "").replace("id: pack", "id: new"), "source"),
        (PACK, "own.yaml"),
        (PACK.replace("id: pack", "id: new"), "own.yaml"),
    ],
    ids=["a kind", "a field", "no source", "an id that is taken", "the same role and prefix"],
)
def test_a_malformed_file_is_one_sentence_and_exit_code_2(junheng, home, tmp_path, wrong, said):
    path = tmp_path / "错.yaml"
    path.write_text(wrong, encoding="utf-8")
    assert junheng("standards", "check", path, "--home", home) == 2
    assert "错.yaml" in junheng.err and said in junheng.err and len(junheng.err.strip().splitlines()) == 1


def test_two_packs_that_meet_in_a_year_long_past_are_told_too(junheng, home, tmp_path):
    """own.yaml begins in 2020-2021, the other in 2018-2019 and ends in 2021-2022: they meet in neither the first year nor now."""
    path = tmp_path / "旧.yaml"
    text = PACK.replace("id: pack", "id: old").replace("{from: 2020-2021}", "{from: 2018-2019, to: 2021-2022}")
    path.write_text(text, encoding="utf-8")
    for language in ("zh", "en"):
        assert junheng("standards", "check", path, "--home", home, "--lang", language) == 2
        assert all(word in junheng.err for word in ("own.yaml", "旧.yaml", "2020-2021", "36"))
    path.write_text(text.replace("to: 2021-2022", "to: 2019-2020"), encoding="utf-8")
    assert junheng("standards", "check", path, "--home", home) == 0, junheng.err


def test_status_stops_at_standards_at_which_a_run_would_stop(junheng, home):
    """Nothing was run in this home: the board is not there to be shown, and the fault must be told all the same."""
    assert junheng("status", "--home", home, "--year", YEAR) == 0
    (home / "standards" / "second.yaml").write_text(PACK.replace("id: pack", "id: second"), encoding="utf-8")
    for language in ("zh", "en"):
        assert junheng("status", "--home", home, "--year", YEAR, "--lang", language) == 2
        assert "own.yaml" in junheng.err and "second.yaml" in junheng.err


def test_a_file_that_has_no_effect_yet_or_looks_at_no_county_is_told_so(junheng, home, tmp_path):
    path = tmp_path / "外省.yaml"
    path.write_text(PACK.replace("id: pack", "id: other").replace("['36']", "['51']"), encoding="utf-8")
    assert junheng("standards", "check", path, "--home", home, "--year", YEAR) == 0, junheng.err
    assert str(home / "standards") in junheng.out and "360521" in junheng.out and "51 开头" in junheng.out
    assert junheng("standards", "check", path, "--home", home, "--year", YEAR, "--lang", "en") == 0
    assert "no effect yet" in junheng.out and "begins with 51" in junheng.out
    assert junheng("standards", "check", "own.yaml", "--home", home, "--year", YEAR) == 0
    assert "不起作用" not in junheng.out and "360521" not in junheng.out
    (home / "register" / f"{YEAR}.csv").write_text("甲", encoding="utf-8")
    assert junheng("standards", "check", path, "--home", home, "--year", YEAR) == 0, "whatever is wrong with the register"
    assert "没有问题" in junheng.out and "360521" not in junheng.out


ANHUI = "anhui-basic-conditions"


def in_its_place(home, prefixes: str, replaced: str, years: str = "2020-2021"):
    """A pack of the home's own that replaces another."""
    path = home / "standards" / "own.yaml"
    text = PACK.replace("id: pack", "id: ours").replace("['36']", prefixes).replace("2020-2021", years)
    path.write_text(f"{text}replaces: {replaced}\n", encoding="utf-8")
    return path


def test_where_a_replaced_standard_still_holds_is_listed_and_explained(junheng, home):
    def cells(year: str, language: str) -> list[str]:
        assert junheng("standards", "--home", home, "--year", year, "--lang", language) == 0, junheng.err
        line = next(line for line in junheng.out.splitlines() if ANHUI in line)
        return [cell.strip() for cell in line.split("│")[-3:-1]]

    in_its_place(home, "['3401', '36']", ANHUI)
    assert cells(YEAR, "zh") == ["34(3401 除外)", "生效"] and cells(YEAR, "en") == ["34 without 3401", "in force"]
    assert cells("2019-2020", "zh") == ["34", "生效"], "before the other begins"
    for language, given, taken in (
        ("zh", "让位:区划代码以 3401、36 开头的县改用标准 ours(2020-2021 学年起)", f"在这些县替代标准 {ANHUI}"),
        (
            "en",
            "Gives way to ours in counties with codes beginning with 3401, 36 (from 2020-2021)",
            f"place of the standard {ANHUI}",
        ),
    ):
        assert junheng("standards", "show", ANHUI, "--home", home, "--lang", language) == 0
        assert given in junheng.out
        assert junheng("standards", "check", "own.yaml", "--home", home, "--lang", language) == 0, junheng.err
        assert taken in junheng.out
    in_its_place(home, "['34']", ANHUI)
    assert cells(YEAR, "zh") == ["34", "不生效"]


@pytest.mark.parametrize("replaced", ["national-basic-2012", "ours", "nobody"])
def test_what_cannot_be_replaced_stops_every_command_with_one_sentence(junheng, home, replaced):
    """Else the run would drop all rows of the national standard without a word."""
    in_its_place(home, "['36']", replaced)
    for command in (("standards", "check", "own.yaml"), ("standards",), ("status",), ("run", "--year", YEAR)):
        for language in ("zh", "en"):
            assert junheng(*command, "--home", home, "--lang", language) == 2
            assert len(junheng.err.strip().splitlines()) == 1
            assert all(word in junheng.err for word in ("own.yaml", "replaces", replaced))


def test_a_file_that_others_extend_or_replace_is_checked(junheng, home):
    rest = "title: 下级\nsource: 某县〔2024〕1号\ngrade: A\nextends: pack\nreplaces: pack\nprovinces: ['3605']\n"
    (home / "standards" / "child.yaml").write_text(f"id: child\n{rest}", encoding="utf-8")
    assert junheng("standards", "check", "own.yaml", "--home", home) == 0, junheng.err
    assert "没有问题" in junheng.out and "(pack)" in junheng.out and "3605 开头的县改用标准 child" in junheng.out


@pytest.mark.parametrize(
    "arguments", [("show",), ("show", "nobody"), ("check",), ("check", "nothing.yaml"), ("list", "nobody"), ("print",)]
)
def test_wrong_usage_is_told(junheng, home, arguments):
    for language in ("zh", "en"):
        assert junheng("standards", *arguments, "--home", home, "--lang", language) == 2
        assert len(junheng.err.strip().splitlines()) == 1


def test_the_command_loads_no_dagster(home):
    import subprocess
    import sys

    program = (
        "import sys; from pipelines.cli import main\n"
        f"try: main(['standards', '--home', {str(home)!r}])\n"
        "except SystemExit as done: assert not done.code\n"
        "assert not {'dagster', 'great_expectations', 'sqlalchemy'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr


class TestTrials:
    def test_a_trial_is_a_recorded_act_until_it_is_ended(self, junheng, home):
        year = SchoolYear.parse(YEAR)
        before = input_hashes(Home(home), year)
        assert trials_on(Home(home), year) == ()
        assert junheng("run", "--home", home, "--year", YEAR, "--trial", TRIED, "--trial", "pack") == 0, junheng.err
        assert junheng("run", "--home", home, "--year", YEAR, "--trial", TRIED) == 0, "once more changes nothing"
        assert trials_on(Home(home), year) == (TRIED, "pack")
        assert [standard.id for standard in standards_on_trial(Home(home), year)] == [TRIED, "pack"]
        assert trials_on(Home(home), year.previous) == (), "a trial is of a year"
        during = input_hashes(Home(home), year)
        assert set(during) - set(before) == {f"trials/{TRIED}", "trials/pack"}
        assert junheng("run", "--home", home, "--year", YEAR, "--no-trial", TRIED, "--no-trial", "pack") == 0, junheng.err
        assert input_hashes(Home(home), year) == before
        database = WarehouseDatabase(Home(home).database_url)
        acts = [(act.kind, act.reason) for act in database.acts(YEAR)]
        database.close()
        assert acts == [(TRIAL, TRIED), (TRIAL, "pack"), (TRIAL_ENDED, TRIED), (TRIAL_ENDED, "pack")]

    @pytest.mark.parametrize("option", ["--trial", "--no-trial"])
    def test_what_cannot_be_tried_or_ended_is_told_and_nothing_is_recorded(self, junheng, home, option):
        assert junheng("run", "--home", home, "--year", YEAR, option, "nobody") == 2
        assert "nobody" in junheng.err
        assert trials_on(Home(home), SchoolYear.parse(YEAR)) == ()

    def test_a_standard_that_went_away_is_told_with_the_remedy(self, junheng, home):
        assert junheng("run", "--home", home, "--year", YEAR, "--trial", "pack") == 0
        (home / "standards" / "own.yaml").unlink()
        assert junheng("run", "--home", home, "--year", YEAR, "--trial", "pack") == 2
        assert "pack" in junheng.err
        assert junheng("run", "--home", home, "--year", YEAR, "--no-trial", "pack") == 0, junheng.err

    def test_the_assets_hold_what_is_on_trial_in_the_shape_of_their_contracts(self, junheng, home):
        returns = returns_of([plain_school("甲", enrolment_primary=100, books=2500)])
        register = returns.assign(register_order=range(len(returns)))

        def made() -> dict[str, pd.DataFrame]:
            context = dg.build_asset_context(partition_key=YEAR)
            found = trials(
                context, home=JunhengHome(path=str(home)), county_records=counties_of(register), school_register=register,
                school_returns=returns, county_returns=county_returns(), school_commitments=no_rows("school_commitments"),
            )  # fmt: skip
            return {name: shaped(table, name, YEAR) for name, table in zip(TABLES, found, strict=True)}

        assert {name: len(table) for name, table in made().items()} == dict.fromkeys(TABLES, 0)
        assert junheng("run", "--home", home, "--year", YEAR, "--trial", TRIED, "--trial", "national-basic-2012") == 0
        tables = made()
        assert set(tables["trial_indicators"]["standard"]) == {TRIED, "national-basic-2012"}
        assert set(tables["trial_compliance"]["standard"]) == {TRIED}
        assert set(tables["trial_verdicts"]["standard"]) == {"national-basic-2012"}


def test_pages_and_workbooks_are_made_after_the_trials():
    from assets.publication import county_workbooks, monitoring_pages

    for made in (county_workbooks, monitoring_pages):
        assert {dg.AssetKey(name) for name in TABLES} <= set(made.dependency_keys)
