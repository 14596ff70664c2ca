"""The table in the README and the cases speak of the same bad inputs."""

import re
from pathlib import Path

HERE = Path(__file__).parent
KEPT_ELSEWHERE = {"F04"}  # needs a release


def test_every_label_has_a_case_and_a_line():
    told = re.findall(r"^\| ([A-F]\d\d) \|", (HERE / "README.md").read_text(encoding="utf-8"), re.M)
    sources = "".join(path.read_text(encoding="utf-8") for path in HERE.glob("test_*.py") if path != Path(__file__))
    assert len(set(told)) == len(told) and set(told) - KEPT_ELSEWHERE == set(re.findall(r"\b[A-F]\d\d\b", sources))
