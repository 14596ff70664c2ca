"""Every item beyond resources against an independent judgement in exact rational arithmetic, on generated counties.

Belongs here: agreement. Does not belong here: cases by hand (``tests/golden/test_whole_counties``).
"""

import ast
from datetime import date
from pathlib import Path

import oracle_items
from generated_items import asked_schools, statements
from hypothesis import given, settings
from hypothesis import strategies as st


def as_written(stated: dict) -> dict:
    """What stands in the table: floats, words, dates in ISO."""
    return {
        field: value if isinstance(value, str) else value.isoformat() if isinstance(value, date) else float(value)
        for field, value in stated.items()
    }


def hold(assess, schools: list[dict], stated: dict, options: dict) -> None:
    """Every item of both standards in every county."""
    tables = assess(schools, "basic", "quality", stated={code: as_written(one) for code, one in stated.items()}, options=options)
    for code in {school["county"] for school in schools}:
        mine = stated.get(code, {})
        wanted = {"quality": oracle_items.items(schools, code, mine, options), "basic": oracle_items.basic_items(mine)}
        for name, want in wanted.items():
            rows = tables[name]["verdicts"]
            rows = rows[(rows["county_code"] == code) & ~rows["item"].isin(["R-schools", "R-cv", "overall"])]
            got = dict(zip(rows["item"], rows["met"], strict=True))
            assert got == want, [(i, got.get(i), want.get(i)) for i in want if got.get(i) != want[i]]
            overall = tables[name]["verdicts"].query("county_code == @code and item == 'overall'").iloc[0]
            states = tables[name]["verdicts"].query("county_code == @code and item != 'overall'")["met"].tolist()
            assert overall["met"] == oracle_items.worst(states)


OPTIONS = st.fixed_dictionaries({"smaller_music_art_rooms": st.booleans(), "relaxed_size_caps": st.booleans()})


@settings(max_examples=60)
@given(schools=asked_schools(), one=statements(), other=statements(), options=OPTIONS)
def test_every_item_of_generated_counties(assess, schools, one, other, options):
    hold(assess, schools, {"110101": one, "659001": other}, options)


def test_the_oracle_shares_no_code_with_the_product():
    tree = ast.parse(Path(oracle_items.__file__).read_text(encoding="utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported == {"datetime", "fractions", "oracle"}
