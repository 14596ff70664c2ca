"""The table in the README and the cases speak of the same bad inputs."""

import re
from pathlib import Path

HERE = Path(__file__).parent
KEPT_ELSEWHERE = {"F04"}  # needs a release


def test_every_label_has_a_case_and_a_line():
    told = re.findall(r"^\| ([A-F]\d\d) \|", (HERE / "README.md").read_text(encoding="utf-8"), re.M)
    sources = "".join(path.read_text(encoding="utf-8") for path in HERE.glob("test_*.py") if path != Path(__file__))
    assert len(set(told)) == len(told) and set(told) - KEPT_ELSEWHERE == set(re.findall(r"\b[A-F]\d\d\b", sources))


def test_the_tests_that_are_named_are_there_and_speak_of_the_label():
    """A row of the table without a test, or with one that is gone, is a promise that nobody keeps."""
    rows = re.findall(r"^\| ([A-F]\d\d) \|.*\| ([^|]*) \|$", (HERE / "README.md").read_text(encoding="utf-8"), re.M)
    assert len(rows) > 100
    for label, named in rows:
        tests = re.findall(r"`([^`:]+)(?:::(\w+))?`", named)
        assert tests, label
        for file, name in tests:
            path = HERE.parents[1] / file if "/" in file else HERE / file
            source = path.read_text(encoding="utf-8")
            assert not name or f"def {name}(" in source, (label, file, name)
            assert "/" in file or re.search(rf"\b{label}\b", source), (label, file)
