"""The rules by which returns are read, screened and settled: ids, severities, texts.

Belongs here: the typed reading of ``rules.yaml`` and of the tables of figures that rules compare: ``pairs``, ``whole_pairs``,
``implications``, ``stated_ratios``, ``typical_ranges``, ``unit_slips``, ``change_bands``, ``telling_fields``.
Does not belong here: the functions that apply a rule (``domain.intake``).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from data_contracts.english_words import filled_in


@dataclass(frozen=True)
class Rule:
    """One rule.

    Attributes:
        id: stable, such as ``S-MOST``.
        severity: error, query or note.
        zh, en: the texts, with the parameters of a finding in braces.
        needs: what it cannot be checked without: ``register``, ``last_year``, ``other_schools``, ``procedure``, or nothing.
        compares: of a query, the parameters that it holds against each other beside the value typed.
    """

    id: str
    severity: str
    zh: str
    en: str
    needs: str = ""
    compares: tuple[str, ...] = ()

    def message(self, language: str, params: Mapping[str, object], place: str = "") -> str:
        """The sentence about one place, ending with the rule's id; a parameter of several things is listed in the language."""
        if language == "en":
            text = filled_in(self.en, params)
        else:
            text = self.zh.format_map(
                {key: listed(one, language) if isinstance(one, (list, tuple)) else one for key, one in params.items()}
            )
        colon = ": " if language == "en" else ":"
        return f"{place}{colon if place else ''}{text}{' ' if language == 'en' else ''}[{self.id}]"


def listed(things: Iterable[object], language: str) -> str:
    """Several things one after the other, as a sentence in ``zh`` or ``en`` has them."""
    return (", " if language == "en" else "、").join(map(str, things))


@cache
def rules() -> dict[str, Rule]:
    """All rules by id."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    content = yaml.load(files(__package__).joinpath("rules.yaml").read_text(encoding="utf-8"), loader)
    return {key: _rule(key, entry) for key, entry in content.items()}


def _rule(key: str, entry: Mapping[str, Any]) -> Rule:
    # A query that does not say what it compares would be explained for ever.
    compares = tuple(entry["compares"]) if entry["severity"] == "query" else ()
    return Rule(key, entry["severity"], entry["zh"], entry["en"], entry.get("needs", ""), compares)


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
class WholePair:
    """In the whole school the sum of ``left`` cannot (error) or does not usually (query) exceed ``right``."""

    left: tuple[str, ...]
    right: str
    severity: str


@dataclass(frozen=True)
class Implication:
    """Where ``given`` is more than 0, ``then`` is expected to be: more than 0, or the word ``value``."""

    given: str
    then: str
    value: str


@dataclass(frozen=True)
class StatedRatio:
    """A ratio that a school states itself (``stated``) and the counts it must agree with: per · (add − subtract) / over."""

    stated: str
    add: tuple[str, ...]
    subtract: tuple[str, ...]
    over: str
    per: float


@dataclass(frozen=True)
class TypicalRange:
    """Between which amounts an ordinary school lies, in the stored unit.

    Attributes:
        field: its key.
        section: for one section only; empty for every place of the field.
        per: ``student``, or ``figure`` for the figure itself.
        low, high: the range; for a figure per student it is widened for small schools.
        zero_from: students from which on a 0 is asked about; None where 0 is ordinary.
    """

    field: str
    section: str
    per: str
    low: float
    high: float
    zero_from: float | None


@dataclass(frozen=True)
class UnitSlip:
    """A unit in which a figure may have been entered by mistake: what was entered × ``factor`` is in the form's ``unit``."""

    unit: str
    entered: str
    entered_en: str
    factor: float
    zh: str
    en: str


@dataclass(frozen=True)
class ChangeBand:
    """How far a figure may move within a year unasked: max(share · old, root · √old, least), in the unit of the form.

    ``field`` is a key, or the unit of the fields that have no line of their own.
    """

    field: str
    share: float
    root: float
    least: float


@cache
def pairs() -> tuple[Pair, ...]:
    """All pairs of figures of which one cannot exceed the other at the same place."""
    return tuple(Pair(row["left"], row["right"]) for row in _rows("pairs.csv"))


@cache
def whole_pairs() -> tuple[WholePair, ...]:
    """All pairs of which one does not exceed the other in the whole school."""
    return tuple(WholePair(tuple(row["left"].split("|")), row["right"], row["severity"]) for row in _rows("whole_pairs.csv"))


@cache
def implications() -> tuple[Implication, ...]:
    """All figures that are not to be had without another."""
    return tuple(Implication(row["given"], row["then"], row["value"]) for row in _rows("implications.csv"))


@cache
def typical_ranges() -> tuple[TypicalRange, ...]:
    """The ranges in which ordinary schools lie."""
    return tuple(
        TypicalRange(
            row["field"],
            row["section"],
            row["per"],
            float(row["low"]),
            float(row["high"]),
            float(row["zero_from"]) if row["zero_from"] else None,
        )
        for row in _rows("typical_ranges.csv")
    )


@cache
def unit_slips() -> tuple[UnitSlip, ...]:
    """Units that are taken for each other, the likeliest first."""
    return tuple(
        UnitSlip(row["unit"], row["entered"], row["entered_en"], float(row["factor"]), row["zh"], row["en"])
        for row in _rows("unit_slips.csv")
    )


@cache
def change_bands() -> dict[str, ChangeBand]:
    """The bands of change by field key or unit."""
    return {
        row["field"]: ChangeBand(row["field"], float(row["share"]), float(row["root"]), float(row["least"]))
        for row in _rows("change_bands.csv")
    }


@cache
def telling_fields() -> tuple[str, ...]:
    """Fields whose figures two schools hardly share by chance."""
    return tuple(row["field"] for row in _rows("telling_fields.csv"))


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
