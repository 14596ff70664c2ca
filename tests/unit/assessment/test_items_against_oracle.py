"""Every item of both national verdicts against an independent judgement in exact rational arithmetic, on generated counties.

Belongs here: agreement, and that the counties generated reach every state of every item. Does not belong here: cases by hand
(``tests/golden/test_whole_counties``).
"""

import ast
from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import generated_packs
import oracle
import oracle_items
import oracle_packs
import pandas as pd
import pytest
from generated_items import provinces, years
from hypothesis import Phase, given, seed, settings
from hypothesis import strategies as st

from data_contracts.standard import Standard

# Counties by the hundred: what is compared reaches every state, see below.
EXAMPLES, PROVINCES = 40, 12
OPTIONS = st.fixed_dictionaries({"smaller_music_art_rooms": st.booleans(), "relaxed_size_caps": st.booleans()})
Item = tuple[str, str | None]
STATES = ("true", "false", "pending")


def as_written(stated: dict) -> dict:
    """What stands in the table: floats, words, dates in ISO."""
    return {
        field: value if isinstance(value, str) else value.isoformat() if isinstance(value, date) else float(value)
        for field, value in stated.items()
    }


def by_oracle(schools: list[dict], code: str, stated: dict, options: dict) -> dict[str, dict[Item, str]]:
    """By standard, the state of every item of one county, and of all together."""
    provincial, _ = oracle_packs.provincial(schools, code)
    beyond = {
        "quality": oracle_items.items(schools, code, stated, options),
        "basic": oracle_items.basic_items(stated, provincial),
    }
    found = {}
    for name, items in beyond.items():
        resources = {
            (item, section): met
            for (county, item, section), (*_, met) in oracle.verdicts(schools, name).items()
            if county == code
        }
        states = {**resources, **{(item, None): met for item, met in items.items()}}
        found[name] = {**states, ("overall", None): oracle_items.worst(list(states.values()))}
    return found


def packs_of(counties: Iterable[str]) -> tuple[Standard, ...]:
    """Those that look at these counties; others would only cost time."""
    return tuple(pack for pack in generated_packs.PACKS if any(pack.applies_to(code) for code in counties))


def states_of(verdicts: pd.DataFrame, code: str) -> dict[Item, str]:
    """What the product finds of one county."""
    rows = verdicts[verdicts["county_code"] == code]
    sections = rows["section"].astype(object).where(rows["section"].notna(), None)
    return dict(zip(zip(rows["item"], sections, strict=True), rows["met"], strict=True))


@settings(max_examples=EXAMPLES)
@given(year=years(), options=OPTIONS)
def test_every_item_of_generated_counties(assess, year, options):
    schools, stated = year
    written = {code: as_written(one) for code, one in stated.items()}
    tables = assess(schools, "basic", "quality", stated=written, options=options, packs=packs_of(stated))
    for code in {school["county"] for school in schools}:
        for name, want in by_oracle(schools, code, stated[code], options).items():
            got = states_of(tables[name]["verdicts"], code)
            assert got == want, [(i, got.get(i), want.get(i)) for i in {*got, *want} if got.get(i) != want.get(i)]


@settings(max_examples=PROVINCES)
@given(schools=provinces())
def test_the_provinces_item_of_a_county_of_every_province(assess, schools):
    verdicts = assess(schools, "basic", packs=generated_packs.PACKS)["basic"]["verdicts"]
    for code in {school["county"] for school in schools}:
        want, causes = oracle_packs.provincial(schools, code)
        assert states_of(verdicts, code)["P-schools", None] == want, (code, causes)


# Every item of both standards, by hand: an item that the product forgets is missed here.
BOTH = [("R-cv", "primary"), ("R-cv", "junior"), ("overall", None)]
ITEMS: dict[str, list[Item]] = {
    "basic": [*BOTH, ("P-schools", None), ("GOV", None), ("SAT", None)],
    "quality": [
        *BOTH,
        ("R-schools", None),
        *((f"G{number}", None) for number in range(1, 16)),
        *((f"Q{number}", None) for number in range(1, 10)),
        ("S1", None),
        *((f"V{number}", None) for number in range(1, 4)),
        *((f"E{number}", None) for number in range(1, 3)),
    ],
}
# What can stand behind P-schools.
CAUSES = {
    "every section complies",
    "a section does not comply",
    "a section lacks figures",
    "nothing judges a section",
    "a section has not handed in",
    "a section may count",
    "nothing is in scope",
    "the pack is not complete",
    "no pack",
}


@pytest.fixture(scope="module")
def reached() -> tuple[Counter, Counter]:
    """How often as many generated counties as are compared reach each state of each item, and each cause of P-schools alone."""
    states: Counter = Counter()
    causes: Counter = Counter()

    @seed(2017)
    @settings(max_examples=EXAMPLES, database=None, phases=[Phase.generate])
    @given(year=years(), options=OPTIONS)
    def look(year: tuple[list[dict], dict], options: dict) -> None:
        schools, stated = year
        for code in {school["county"] for school in schools}:
            for name, items in by_oracle(schools, code, stated[code], options).items():
                states.update((name, *item, met) for item, met in items.items())

    @seed(2012)
    @settings(max_examples=PROVINCES, database=None, phases=[Phase.generate])
    @given(schools=provinces())
    def look_at_provinces(schools: list[dict]) -> None:
        for code in {school["county"] for school in schools}:
            _, behind = oracle_packs.provincial(schools, code)
            causes.update(behind if len(behind) == 1 else [])

    look()
    look_at_provinces()
    return states, causes


@pytest.mark.parametrize(("name", "item"), [(name, item) for name, items in ITEMS.items() for item in items], ids=str)
def test_every_state_of_every_item_is_reached(reached, name, item):
    assert [met for met in STATES if not reached[0][name, *item, met]] == []


def test_no_item_stands_beside_the_list(reached):
    assert {(name, (item, section)) for name, item, section, _ in reached[0]} == {
        (name, item) for name, items in ITEMS.items() for item in items
    }


def test_every_cause_of_the_provinces_item_is_reached_alone(reached):
    assert CAUSES - set(reached[1]) == set()


def test_the_oracle_shares_no_code_with_the_product():
    allowed = {
        oracle_items: {"datetime", "fractions", "oracle"},
        oracle_packs: {"collections.abc", "fractions", "itertools", "oracle"},
    }
    for module, names in allowed.items():
        tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
        imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert imported == names
