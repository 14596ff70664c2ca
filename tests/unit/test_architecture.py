"""The house stands as it was drawn: layers, docstrings, names, one composition root, one name for each table everywhere."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from data_contracts.tables import CONTRACTS, PUBLISHED

ROOT = Path(__file__).parents[2]
LAYERS = ("pipelines", "checks", "assets", "resources", "domain", "data_contracts")
MODULES = sorted(path for layer in LAYERS for path in (ROOT / layer).rglob("*.py"))
# Alembic writes these and reads them by their revision; what belongs there is said in resources/migrations.
WRITTEN_MODULES = [path for path in MODULES if "versions" not in path.parts]
HEAVY = {"dagster", "great_expectations", "sqlalchemy"}


def name_of(path: Path) -> str:
    """Path below the project, with ``/``."""
    return path.relative_to(ROOT).as_posix()


def imports_of(tree: ast.AST) -> set[str]:
    """Top-level names of everything imported anywhere below a node, inside functions too."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def test_the_six_layers_are_there():
    assert all((ROOT / layer / "__init__.py").is_file() for layer in LAYERS)
    assert len(MODULES) > 60


def test_import_linter_holds_the_layers(tmp_path):
    program = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"
    environment = os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "200"}
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        encoding="utf-8",
        cwd=ROOT,
        env=environment,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"Contracts: [1-9]\d* kept, 0 broken", done.stdout)


def test_import_linter_is_told_the_layers_of_the_design():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    assert set(settings["root_packages"]) == set(LAYERS)
    (layers,) = [contract for contract in settings["contracts"] if contract["type"] == "layers"]
    assert tuple(layers["layers"]) == LAYERS
    assert not layers.get("ignore_imports")


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_imports_only_those_below_it(layer):
    above = set(LAYERS[: LAYERS.index(layer)])
    wrong = {name_of(path): found for path in (ROOT / layer).rglob("*.py") if (found := imports_of(parsed(path)) & above)}
    assert wrong == {}


@pytest.mark.parametrize("layer", ["domain", "data_contracts"])
def test_calculations_know_neither_dagster_nor_databases(layer):
    wrong = {name_of(path): found for path in (ROOT / layer).rglob("*.py") if (found := imports_of(parsed(path)) & HEAVY)}
    assert wrong == {}


def test_the_domain_reads_no_clock_and_no_disk():
    forbidden = re.compile(
        r"\b(datetime\.now|dt\.datetime\.now|date\.today|time\.time|utcnow)\(|(?<![\w.])open\(|\.read_bytes\(|\.write_bytes\("
    )
    wrong = [name_of(path) for path in (ROOT / "domain").rglob("*.py") if forbidden.search(path.read_text(encoding="utf-8"))]
    assert wrong == []


def test_great_expectations_is_imported_inside_functions_only():
    wrong = []
    for path in MODULES:
        top = ast.Module([node for node in parsed(path).body if not isinstance(node, (ast.FunctionDef, ast.ClassDef))], [])
        typed = [node for node in top.body if not (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test))]
        if "great_expectations" in imports_of(ast.Module(typed, [])):
            wrong.append(name_of(path))
    assert wrong == []


@pytest.mark.parametrize("path", WRITTEN_MODULES, ids=name_of)
def test_every_module_says_what_belongs_in_it_and_what_does_not(path):
    said = ast.get_docstring(parsed(path)) or ""
    assert "Belongs here:" in said
    assert "not belong here:" in said
    assert said.splitlines()[0].strip()


def test_no_module_is_a_drawer_for_odds_and_ends():
    odd = {"utils", "util", "helpers", "helper", "common", "misc", "tools", "shared", "base", "core"}
    parts = {part.removesuffix(".py") for path in MODULES for part in path.relative_to(ROOT).parts}
    assert parts & odd == set()


def test_no_other_python_packages_stand_beside_the_layers():
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert packages - set(LAYERS) <= {"tests", "benchmarks"}


def test_the_composition_root_is_short():
    assert len((ROOT / "pipelines" / "definitions.py").read_text(encoding="utf-8").splitlines()) < 80


@pytest.fixture(scope="module")
def definitions():
    """All definitions as Dagster loads them."""
    from pipelines.definitions import build_definitions
    from resources.dagster_io import JunhengHome

    return build_definitions(JunhengHome())


def test_every_contract_has_an_asset_of_its_name_and_only_tables_have_contracts(definitions):
    kept = set()
    for one in definitions.resolve_asset_graph().assets_defs:
        kept |= {key.path[-1] for key in one.keys if one.is_executable and one.get_io_manager_key_for_asset_key(key) == "tables"}
    assert kept == set(CONTRACTS)


def test_every_published_table_has_a_sql_table_of_its_name_and_columns():
    from resources.schema import PUBLISHED_TABLES

    assert set(PUBLISHED_TABLES) == set(PUBLISHED)
    for name, table in PUBLISHED_TABLES.items():
        assert table.name == name
        assert list(table.c.keys()) == list(CONTRACTS[name].columns)


def test_published_tables_are_tables_of_which_the_design_speaks():
    promised = {"school_indicators", "school_compliance", "county_coefficients", "county_verdicts", "scope_ledger", "findings"}
    assert promised <= set(PUBLISHED) <= set(CONTRACTS)
    assert len(set(PUBLISHED)) == len(PUBLISHED)


def test_every_asset_and_check_belongs_to_a_stage_and_explains_itself(definitions):
    graph = definitions.resolve_asset_graph()
    stages = {"intake", "records", "assessment", "followup", "insight", "trial", "publication"}
    for key in graph.get_all_asset_keys():
        node = graph.get(key)
        assert node.group_name in stages, key
        assert node.description, key
    for key in graph.asset_check_keys:
        assert graph.get_check_spec(key).description, key


def test_every_check_that_is_written_is_wired_in(definitions):
    written = set()
    for path in (ROOT / "checks").glob("*.py"):
        for node in parsed(path).body:
            if isinstance(node, ast.FunctionDef) and any("asset_check" in ast.unparse(one) for one in node.decorator_list):
                written.add(node.name)
    wired = {key.name for key in definitions.resolve_asset_graph().asset_check_keys}
    assert len(written) >= 8
    assert written <= wired


def test_blocking_checks_stand_before_the_release(definitions):
    graph = definitions.resolve_asset_graph()
    release = next(key for key in graph.get_all_asset_keys() if key.path[-1] == "release")
    before = graph.get_ancestor_asset_keys(release)
    blocking = [key for key in graph.asset_check_keys if graph.get_check_spec(key).blocking]
    assert len(blocking) >= 7
    assert {key.asset_key for key in blocking} <= before


def test_every_table_stands_before_the_release_or_is_insight_of_it(definitions):
    graph = definitions.resolve_asset_graph()
    release = next(key for key in graph.get_all_asset_keys() if key.path[-1] == "release")
    names = {key.path[-1] for key in graph.get_ancestor_asset_keys(release)}
    assert set(CONTRACTS) <= names
