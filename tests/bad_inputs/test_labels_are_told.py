"""The table in the README and the cases speak of the same bad inputs."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROWS = re.findall(r"^\| ([A-F]\d\d) \|.*\| ([^|]*) \|$", (HERE / "README.md").read_text(encoding="utf-8"), re.M)
ELSEWHERE = {"F04"}  # needs a release, and has no test here


def test_every_label_has_a_case_and_a_line():
    told = [label for label, _ in ROWS]
    sources = "".join(path.read_text(encoding="utf-8") for path in HERE.glob("test_*.py") if path != Path(__file__))
    assert len(told) > 100 and len(set(told)) == len(told)
    assert set(told) - ELSEWHERE == set(re.findall(r"\b[A-F]\d\d\b", sources))


@cache
def functions_of(path: Path) -> dict[str, str]:
    """The source of each function of a file, decorators and all."""
    source = path.read_text(encoding="utf-8")
    found = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
    lines = source.splitlines()
    first = {node.name: min(part.lineno for part in (node, *node.decorator_list)) for node in found}
    return {node.name: "\n".join(lines[first[node.name] - 1 : node.end_lineno]) for node in found}


@pytest.mark.parametrize(("label", "named"), ROWS, ids=[label for label, _ in ROWS])
def test_the_tests_that_are_named_are_there_and_speak_of_the_label(label, named):
    """A row of the table without a test, or with one that is gone, is a promise that nobody keeps."""
    tests = re.findall(r"`([^`:]+)(?:::(\w+))?`", named)
    assert tests
    for file, name in tests:
        path = HERE.parents[1] / file if "/" in file else HERE / file
        own = functions_of(path)
        assert name in own, f"{file} has no test '{name}'"
        # Here the names of cases bear the label, elsewhere the test itself does.
        said = own[name] if "/" in file else path.read_text(encoding="utf-8")
        assert re.search(rf"\b{label}\b", said), f"{file}::{name} does not speak of {label}"
