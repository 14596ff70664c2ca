"""What Chinese words become in an English sentence: units are named in English, all other words are quoted as they stand.

Belongs here: ``units_in_english.csv``, and putting a finding's parameters into an English sentence. Does not belong here: the
sentences themselves (``rules.yaml``), which units are read (``units.csv``).
"""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

_CHINESE = r"\u3400-\u9fff\uf900-\ufaff"
_CHINESE_WORDS = re.compile(f"[{_CHINESE}㎡㎢]")
_QUOTED = re.compile(r"(?<![A-Za-z])('[^']*')")
_WORD = re.compile(rf"(?:[^\s,;:'()→/]|\([^\s()]*\))*[{_CHINESE}](?:[^\s,;:'()→/]|\([^\s()]*\))*")
_BRACE = re.compile(r"('?){(\w+)}")


@cache
def units_in_english() -> dict[str, str]:
    """Every unit that a message may name → its English name."""
    import csv

    with files(__package__).joinpath("units_in_english.csv").open(encoding="utf-8") as stream:
        return {row["unit"]: row["english"] for row in csv.DictReader(stream)}


@cache
def _units() -> re.Pattern[str]:
    words = "|".join(sorted(map(re.escape, units_in_english()), key=len, reverse=True))
    return re.compile(rf"(?<![{_CHINESE}A-Za-z])(\d?)({words})(?![{_CHINESE}A-Za-z²])")


def _quoting(text: str) -> str:
    if not _CHINESE_WORDS.search(text):
        return text
    return "".join(
        part if number % 2 else _WORD.sub(lambda word: f"'{word[0]}'", part) for number, part in enumerate(_QUOTED.split(text))
    )


def with_english_units(text: str) -> str:
    """A text in which units that stand by themselves or behind a figure are named in English; what it quotes stays."""

    def named(match: re.Match[str]) -> str:
        english = units_in_english()[match[2]]
        return match[0] if english == match[2] else f"{match[1]} {english}" if match[1] else english

    if not _CHINESE_WORDS.search(text):
        return text
    parts = _QUOTED.split(text)
    return "".join(part if number % 2 else _units().sub(named, part) for number, part in enumerate(parts))


def in_english(value: object) -> str:
    """A parameter as it stands in an English sentence; several things are listed."""
    if isinstance(value, (list, tuple)):
        return ", ".join(map(in_english, value))
    text = with_english_units(str(value))
    return f"'{text}'" if _CHINESE_WORDS.search(text) and "'" not in text else text


def filled_in(sentence: str, params: Mapping[str, object]) -> str:
    """An English sentence with its braces filled in.

    What it quotes itself is not quoted again; in what code wrote in English (``…_en``), each Chinese word is.
    """

    def one(match: re.Match[str]) -> str:
        quote, key = match.groups()
        value = params[key]
        if quote:
            return quote + (", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value))
        return _quoting(with_english_units(value)) if key.endswith("_en") and isinstance(value, str) else in_english(value)

    return _BRACE.sub(one, sentence)
