"""The rules by which returns are read, screened and settled: ids, severities, texts.

Belongs here: the typed reading of ``rules.yaml``, ``pairs.csv`` and ``stated_ratios.csv``.
Does not belong here: the functions that apply a rule (``domain.intake``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Rule:
    """One rule: ``severity`` is error, query or note; the texts hold the parameters of a finding in braces."""

    id: str
    severity: str
    zh: str
    en: str

    def message(self, language: str, params: Mapping[str, object], place: str = "") -> str:
        """The sentence about one place, ending with the rule's id."""
        text = (self.en if language == "en" else self.zh).format_map(params)
        colon = ": " if language == "en" else ":"
        return f"{place}{colon if place else ''}{text}[{self.id}]"


@cache
def rules() -> dict[str, Rule]:
    """All rules by id."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    content = yaml.load(files(__package__).joinpath("rules.yaml").read_text(encoding="utf-8"), loader)
    return {key: Rule(key, entry["severity"], entry["zh"], entry["en"]) for key, entry in content.items()}


def place_text(language: str, sheet: str | None, cell: str | None) -> str:
    """Where a finding stands: ``工作表“办学条件”E14``; empty for the whole file."""
    if not sheet:
        return ""
    if language == "en":
        return f"Sheet '{sheet}'" + (f" {cell}" if cell else "")
    return f"工作表“{sheet}”" + (cell or "")


@dataclass(frozen=True)
class Pair:
    """``left`` can never exceed ``right``, in the same section (or the whole school)."""

    left: str
    right: str


@dataclass(frozen=True)
class StatedRatio:
    """A ratio that a school states itself (``stated``) and the counts it must agree with: per · (add − subtract) / over."""

    stated: str
    add: tuple[str, ...]
    subtract: tuple[str, ...]
    over: str
    per: float


@cache
def pairs() -> tuple[Pair, ...]:
    """All pairs of figures of which one cannot exceed the other."""
    return tuple(Pair(row["left"], row["right"]) for row in _rows("pairs.csv"))


@cache
def stated_ratios() -> tuple[StatedRatio, ...]:
    """All ratios that schools state themselves."""
    return tuple(
        StatedRatio(
            row["stated"],
            tuple(row["add"].split("|")),
            tuple(key for key in row["subtract"].split("|") if key),
            row["over"],
            float(row["per"]),
        )
        for row in _rows("stated_ratios.csv")
    )


def _rows(name: str) -> list[dict[str, str]]:
    import csv

    with files(__package__).joinpath(name).open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))
