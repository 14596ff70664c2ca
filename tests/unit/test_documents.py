"""Documents say what is there: generated pages are fresh, links resolve, and whatever is named exists."""

import re
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer.main
from pydantic import BaseModel

from builders.standards import judge
from builders.standards import school as plain_school
from data_contracts import school_rules, standard_indicators, standard_parts
from data_contracts import standard as standards
from data_contracts.errors import MendableError
from data_contracts.rules import rules
from data_contracts.standard import read_standard
from data_contracts.tables import CONTRACTS
from domain.reporting.data_dictionary import data_dictionary, rule_catalogue
from pipelines.cli import app

ROOT = Path(__file__).parents[2]
SKIPPED_FOLDERS = {"build", "dist", "junheng-home", "test-results", "__pycache__"}
MADE_LATER = {
    "docs/pictures/lineage.png": "the browser test takes it (make pictures)",
    "docs/pictures/monitoring.png": "the browser test takes it (make pictures)",
}
MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:work|tmp|home|root|Users)/[\w.]|\b[A-Z]:\\Users\\")
INDEX_ADDRESSES = re.compile(r"index-url|https?://\S*(?:pypi|/simple\b)")
SOURCES = {".py", ".csv", ".yaml", ".toml"}
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
RULE_ID = re.compile(r"\b[FHRCSD]-[A-Z]+(?:-[A-Z]+)*\b")
SNAKE_CASE = re.compile(r"\b[a-z][a-z0-9]*(?:_[a-z0-9]+)+\b")
COMMAND = re.compile(r"(?:\.venv[/\\](?:bin|Scripts)[/\\])?\b(junheng [a-z][^\n]*|make [a-z][a-z-]*|python -m domain[\w.]*)")


@cache
def tracked_files() -> tuple[Path, ...]:
    """Files of the project, those not yet committed too; without Git every file that is not hidden or built."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True
        ).stdout
        found = [ROOT / name for name in listed.decode("utf-8").split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        found = []
    if not found:
        found = [path for path in ROOT.rglob("*") if not _skipped(path.relative_to(ROOT))]
    return tuple(sorted(path for path in found if path.is_file()))


def _skipped(path: Path) -> bool:
    return any(part.startswith(".") or part in SKIPPED_FOLDERS or part.endswith(".egg-info") for part in path.parts)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


DOCUMENTS = [name_of(path) for path in tracked_files() if path.suffix == ".md"]
READMES = ("README.md", "README.zh-CN.md")


@cache
def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def prose(name: str) -> str:
    return FENCE.sub("", text_of(name))


def spans(name: str) -> list[str]:
    """What stands between single backticks."""
    return re.findall(r"`([^`\n]+)`", prose(name))


def fences(name: str) -> list[tuple[str, str]]:
    """Language and content of each block of code."""
    return FENCE.findall(text_of(name))


def commands(name: str) -> set[str]:
    """Commands of this project in a document's code, without the folder that they lie in."""
    lines = [line for _, block in fences(name) for line in block.splitlines() if "/  " not in line]
    found = [match[1] for code in [*spans(name), *lines] if (match := COMMAND.match(code))]
    return {" ".join(command.partition("#")[0].split()) for command in found}


def anchors(name: str) -> set[str]:
    """Where a link into a document may point: its headings, as Git hosts write them."""
    headings = re.findall(r"^#+ +(.*)$", prose(name), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@cache
def words_of_sources() -> frozenset[str]:
    """Every word in code and shipped data, the columns of all tables, and the names of all files."""
    words = {column for contract in CONTRACTS.values() for column in contract.columns}
    for path in tracked_files():
        words.update(re.findall(r"\w+", name_of(path)))
        if path.suffix in SOURCES and path != Path(__file__):
            words.update(re.findall(r"\w+", path.read_text(encoding="utf-8")))
    return frozenset(words)


def known_commands() -> dict[str, set[str]]:
    """The commands of ``junheng`` with their options; a command of commands has those of all it holds."""
    group: Any = typer.main.get_command(app)

    def options(command: Any) -> set[str]:
        own = {option for parameter in command.params for option in parameter.opts}
        return own.union(*(options(one) for one in getattr(command, "commands", {}).values()))

    return {name: options(command) | {"--help"} for name, command in group.commands.items()}


def test_there_are_documents():
    assert {*READMES, "CHANGELOG.md", "GLOSSARY.md", "docs/architecture.md", "docs/standards.md"} <= set(DOCUMENTS)


@pytest.mark.parametrize(("name", "made"), [("docs/data_dictionary.md", data_dictionary), ("docs/rules.md", rule_catalogue)])
def test_generated_pages_are_fresh(name, made):
    assert text_of(name) == made(), "run: python -m domain.reporting.data_dictionary"


@pytest.mark.parametrize("table", CONTRACTS)
def test_the_dictionary_has_every_column(table):
    part = data_dictionary().partition(f"\n### {table}\n")[2].partition("\n### ")[0]
    assert re.findall(r"^\| `(\w+)` \|", part, re.M) == list(CONTRACTS[table].columns)


def test_the_catalogue_has_every_rule():
    assert [*re.findall(r"^\| `([A-Z]-[A-Z-]+)` \|", rule_catalogue(), re.M)] == sorted(rules(), key=_group)


def _group(rule_id: str) -> int:
    return "FHRCSDKE".index(rule_id[0])


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_resolve(name):
    broken = []
    for target in LINK.findall(prose(name)):
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        place, _, anchor = target.partition("#")
        path = ((ROOT / name).parent / place).resolve() if place else ROOT / name
        linked = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else target
        if (not path.exists() and linked not in MADE_LATER) or (anchor and anchor not in anchors(linked)):
            broken.append(target)
    assert not broken


@pytest.mark.parametrize("name", READMES)
def test_the_map_names_the_folders_that_are_there(name):
    block = next(block for _, block in fences(name) if block.startswith("pipelines/"))
    named = [match[1] for line in block.splitlines() if (match := re.match(r" *([\w/]+/) ", line))]
    assert [folder for folder in named if not (ROOT / folder).is_dir()] == []
    there = {name_of(path).split("/")[0] for path in tracked_files() if path.parent != ROOT}
    assert {folder.split("/")[0] for folder in named} == {folder for folder in there if not folder.startswith(".")}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_rules_that_are_named_exist(name):
    assert sorted(set(RULE_ID.findall(text_of(name))) - set(rules())) == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_tables_fields_and_functions_that_are_named_exist(name):
    named = {word for span in spans(name) for word in SNAKE_CASE.findall(span)}
    named |= {word for language, block in fences(name) if language == "mermaid" for word in SNAKE_CASE.findall(block)}
    assert sorted(named - words_of_sources()) == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_files_that_are_named_exist(name):
    folders = {path.name for path in ROOT.iterdir() if path.is_dir()} - {"junheng-home"}
    named = {span for span in spans(name) if span.split("/")[0] in folders and re.fullmatch(r"[\w./-]+/[\w./-]*", span)}
    assert sorted(span for span in named if not (ROOT / span).exists() and span not in MADE_LATER) == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_commands_and_options_that_are_named_exist(name):
    known = known_commands()
    targets = set(re.findall(r"^([a-z][a-z-]*):", text_of("Makefile"), re.M))
    wrong = []
    for command in commands(name):
        words = command.split()
        if words[0] == "make":
            wrong += [] if words[1] in targets else [command]
        elif words[0] == "junheng":
            options = {word for word in words if word.startswith("--")}
            wrong += [] if words[1] in known and options <= known[words[1]] else [command]
    every_option = set().union(*known.values())
    wrong += [span for span in spans(name) if span.startswith("--") and span.split()[0] not in every_option]
    assert wrong == []


def test_both_readmes_name_the_same_commands():
    english, chinese = map(commands, READMES)
    assert english == chinese
    assert {command.split()[1] for command in english if command.startswith("junheng")} == set(known_commands())


def test_no_machine_path_or_index_address_anywhere():
    found = []
    for path in tracked_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if path != Path(__file__) and (MACHINE_PATHS.search(text) or INDEX_ADDRESSES.search(text)):
            found.append(name_of(path))
    assert found == []


def example() -> str:
    return next(block for language, block in fences("docs/standards.md") if language == "yaml")


def models() -> list[type[BaseModel]]:
    modules = (standards, standard_parts, standard_indicators, school_rules)
    members = {member for module in modules for member in vars(module).values() if isinstance(member, type)}
    names = [module.__name__ for module in modules]
    found = [member for member in members if issubclass(member, BaseModel) and member.__module__ in names]
    return sorted(found, key=lambda model: (names.index(model.__module__), model.__name__))


@pytest.mark.parametrize("model", models(), ids=lambda model: model.__name__)
def test_every_key_of_a_standard_is_explained(model):
    explained = {
        key for span in re.findall(r"^(?:\| |### )`([\w.]+)`", text_of("docs/standards.md"), re.M) for key in span.split(".")
    }
    assert {field.alias or name for name, field in model.model_fields.items()} - explained == set()


def test_every_kind_of_rule_has_an_example_that_is_one():
    shown = re.findall(r"^school_rule: .*$", text_of("docs/standards.md"), re.M)
    whole = example().partition("school_rule:")[0] + "coefficient_rule: {judge: each, limits: {primary: 0.60, junior: 0.50}}\n"
    # The examples ask for more indicators than the sample has; what is told of them is only that.
    kinds = set()
    for line in shown:
        kinds.add(re.search(r"kind: (\w+)", line)[1] if "kind" in line else "at_least")
        try:
            read_standard(f"{whole}{line}\n", "example.yaml")
        except MendableError as error:
            assert any(said in error.en for said in ("more than there are", "needs tiers", "complete: false"))
    assert kinds == set(school_rules.KINDS)


def province() -> str:
    return next(block for language, block in fences("docs/standards.md") if language == "yaml" and "hebei" in block)


def test_the_province_that_a_newcomer_adds_is_loaded_and_judges_schools():
    """甲, 100 students: 20 books, 5 ㎡, 8 a computer, a laboratory, but courses incomplete: one missed. 乙 lacks a book too."""
    pack = read_standard(province(), "hebei-conditions.yaml")
    assert pack.applies_to("130102") and not pack.applies_to("360521")
    figures = {"enrolment_primary": 96, "books": 1920, "sports_ground_area": 480, "teaching_computers": 12, "laboratories": 1}
    one = plain_school("甲", county="130102", curriculum_complete="否", **figures)
    found = judge(pack, one, {**one, "school_name": "乙", "books": 1919})
    assert (found.complies("甲"), found.complies("乙")) == (True, False)
    assert (found.row("甲")["failing"], found.row("乙")["failing"]) == ("C5", "C1;C5")


def test_a_school_of_that_province_without_its_place_is_decided_where_no_place_could_save_it():
    """1 ㎡ of ground misses 3.5 and 5, and there are no books: two missed; 4 ㎡ leave it open, and the page says so."""
    pack = read_standard(province(), "hebei-conditions.yaml")
    figures = {"enrolment_primary": 96, "books": 0, "teaching_computers": 12, "laboratories": 1, "curriculum_complete": "是"}
    one = plain_school("甲", county="130102", **figures) | {"area_type": None, "sports_ground_area": 96}
    found = judge(pack, one, one | {"school_name": "乙", "sports_ground_area": 384})
    assert (found.complies("甲"), found.complies("乙")) == (False, None)
    assert found.row("甲")["failing"] == "C1;C2"
    assert found.row("乙")["reason"] == "C2 的要求取决于“城乡类型”,该项未填,暂不能判定"
    assert "C2 的要求取决于“城乡类型”，该项未填" in text_of("docs/standards.md")


def test_the_example_of_a_standard_is_one():
    assert read_standard(example(), "county-books.yaml").id == "county-books"


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        (
            "coefficient_rule",
            "coeficient_rule",
            "coefficient_rule: this is missing; coeficient_rule: there is no such key; it may be a typo",
        ),
        ("[停办]", "[停板]", "scope.exclude.0: school_status: no such value in choices.csv: '停板'"),
        ("[books]", "[boks]", "indicators.0.numerator.add.0: no such field in fields.csv: 'boks'"),
        ("0.60", '"0,60"', "coefficient_rule.limits.primary: must be a number, not '0,60'"),
        ("2026-2027", "2026-2028", "'2026-2028' is no school year. Write two consecutive years, for example 2024-2025."),
        ("  完全中学: {junior: 1, senior: 1.2}\n", "", "split_weights lacks '完全中学'"),
    ],
)
def test_typos_are_told_as_the_page_says(right, wrong, said):
    assert right in example() and said in text_of("docs/standards.md")
    with pytest.raises(MendableError) as caught:
        read_standard(example().replace(right, wrong, 1), "county-books.yaml")
    assert said in caught.value.en
