"""The product against an independent assessment in exact rational arithmetic: figures to 1e-9, verdicts exactly.

Belongs here: agreement on generated counties. Does not belong here: laws that need no oracle (``test_laws``).
"""

import ast
from fractions import Fraction
from pathlib import Path

import oracle
import pandas as pd
from generated_counties import counties
from hypothesis import given, settings
from hypothesis import strategies as st

COUNTY = "110101"


def agree(got: object, want: object, place: object) -> None:
    """Figures to 1e-9 (relative; 1e-12 absolutely, for what is 0 only after cancellation); yes, no and nothing exactly."""
    if want is None:
        assert pd.isna(got), (place, got, want)
    elif isinstance(want, bool):
        assert not pd.isna(got) and bool(got) is want, (place, got, want)
    elif isinstance(want, (Fraction, int)):
        assert not pd.isna(got), (place, got, want)
        exact = float(want)
        assert abs(float(got) - exact) <= max(1e-9 * abs(exact), 1e-12), (place, got, exact)
    else:
        assert got == want, (place, got, want)


def compare(table: pd.DataFrame, keys: list[str], want: dict, columns: list[str]) -> None:
    """Same rows, same columns."""
    rows = {tuple(None if pd.isna(row[key]) else row[key] for key in keys): row for row in table.to_dict("records")}
    assert len(rows) == len(table), "keys are not unique"
    assert set(rows) == set(want)
    for key, expected in want.items():
        for column in columns:
            agree(rows[key][column], expected[column], (*key, column))


def hold_against_oracle(tables: dict[str, pd.DataFrame], schools: list[dict], name: str) -> None:
    """Compare every table under one standard."""
    scope = {key: {"in_scope": value} for key, value in oracle.scope(schools, name).items()}
    compare(tables["scope"], ["school_id", "section"], scope, ["in_scope"])
    columns = ["value", "threshold", "met", "shortfall", *(["floor"] if name == "quality" else [])]
    compare(tables["indicators"], ["school_id", "section", "indicator"], oracle.indicators(schools, name), columns)
    if name == "quality":
        want = {
            key: {**row, "failing": ";".join(row["failing"]) or None} for key, row in oracle.compliance(schools, name).items()
        }
        columns = ["indicators_met", "indicators_total", "lowest_ratio", "compliant", "failing"]
        compare(tables["compliance"], ["school_id", "section"], want, columns)
    columns = ["schools", "students", "mean", "standard_deviation", "coefficient", "limit", "met", "left_out"]
    compare(tables["coefficients"], ["county_code", "section", "indicator"], oracle.coefficients(schools, name), columns)
    computed = tables["verdicts"][tables["verdicts"]["item"].isin(["R-schools", "R-cv"])]
    columns = ["value", "limit", "met"]
    want = {key: dict(zip(columns, verdict, strict=True)) for key, verdict in oracle.verdicts(schools, name).items()}
    compare(computed, ["county_code", "item", "section"], want, columns)


@given(schools=counties())
@settings(max_examples=40)
def test_generated_counties(assess, schools):
    """Every kind of school, ownership and way of entering figures, with blanks; both standards, every table."""
    for name, tables in assess(schools, "basic", "quality").items():
        hold_against_oracle(tables, schools, name)


def school_of(number: int, kind: str, students: dict[str, int], figures: dict, county: str = COUNTY) -> dict:
    """A public school that has handed in."""
    standing = {"ownership": "公办", "administered_by": "县属", "status": "正常", "handed_in": True}
    place = {"id": f"{number:010d}", "name": f"第{number}校", "county": county}
    return {**place, "type": kind, "students": students, "figures": figures, **standing}


SPLITS = [
    ("九年一贯制学校", {"primary": "1", "junior": "1.1"}),
    ("完全中学", {"junior": "1", "senior": "1.2"}),
    ("十二年一贯制学校", {"primary": "1", "junior": "1.1", "senior": "1.32"}),
]
LINES = {
    "primary": {"L4": "4.5", "L5": "7.5", "L6": "2000", "L7": "0.023"},
    "junior": {"L4": "5.8", "L5": "10.2", "L6": "2500", "L7": "0.024"},
}
ON, FLOOR, A_LITTLE = Fraction(1), Fraction("0.85"), Fraction(1, 10**6)


@st.composite
def on_the_line(draw: st.DrawFn) -> tuple[dict, str, dict[str, Fraction]]:
    """A school, the section that stands on lines after the split, and for L4 … L7 on what multiple of the threshold.

    For the primary section of a nine-year school: whole = threshold · A · (A + 1.1 B)/A = threshold · (A + 1.1 B), an exact
    decimal. For its junior section: threshold · (A + 1.1 B)/1.1, made a decimal by A a multiple of 11.
    """
    kind, shares = draw(st.sampled_from(SPLITS))
    weights = {section: Fraction(weight) for section, weight in shares.items()}
    section = draw(st.sampled_from([one for one in weights if one != "senior"]))
    students = {one: draw(st.integers(1, 2500)) for one in weights}
    if weights[section] != 1:
        students["primary"] *= 11  # and 1.32 · p / 1.1 = 1.2 · p is a decimal anyway
    usual = draw(st.sampled_from([ON, ON - A_LITTLE, Fraction(3)]))
    ratios = dict.fromkeys(LINES[section], usual)
    ratios[draw(st.sampled_from(sorted(ratios)))] = draw(st.sampled_from([ON, ON - A_LITTLE, FLOOR, FLOOR - A_LITTLE]))
    weighted = sum(weights[one] * count for one, count in students.items()) / weights[section]
    whole = {name: ratios[name] * Fraction(line) * weighted for name, line in LINES[section].items()}
    assert all(10**15 % figure.denominator == 0 for figure in whole.values()), "an exact decimal"
    indoor = min(Fraction(draw(st.integers(0, 300_000)), 100), whole["L5"] / 2)
    figures = {
        ("teaching_area", None): whole["L4"] + indoor,
        ("indoor_sports_area", None): indoor,
        ("sports_ground_area", None): whole["L5"] - indoor,
        ("equipment_value", None): whole["L6"],
        ("multimedia_rooms", None): whole["L7"],
    }
    for one, count in students.items():
        if one != "senior":
            for key, per_student in (
                ("teachers_above_required", "0.06"),
                ("backbone_teachers", "0.01"),
                ("pe_arts_teachers", "0.009"),
            ):
                figures[key, one] = Fraction(per_student) * count
    return school_of(1, kind, students, figures), section, ratios


@given(cases=st.lists(on_the_line(), min_size=1, max_size=10))
@settings(max_examples=40)
def test_sections_exactly_on_a_line_after_the_split(assess, cases):
    """Equal in exact arithmetic is met, whatever the split did to the last bit; one part in 10⁶ less is not. So for the floor."""
    schools = [{**school, "id": f"{number:010d}", "name": f"第{number}校"} for number, (school, _, _) in enumerate(cases, 1)]
    tables = assess(schools, "quality")["quality"]
    hold_against_oracle(tables, schools, "quality")
    rows = tables["indicators"].set_index(["school_id", "section", "indicator"])
    judged = tables["compliance"].set_index(["school_id", "section"])
    for school, (_, section, ratios) in zip(schools, cases, strict=True):
        for indicator, ratio in ratios.items():
            row = rows.loc[(school["id"], section, indicator)]
            assert bool(row["met"]) is (ratio >= ON)
            assert bool(row["shortfall"] == 0) is (ratio >= ON)
        enough = sum(ratio >= ON for ratio in ratios.values()) >= 3 and min(ratios.values()) >= FLOOR
        assert bool(judged.loc[(school["id"], section), "compliant"]) is enough


@st.composite
def pairs_on_the_limit(draw: st.DrawFn) -> tuple[str, int, Fraction, int]:
    """Section, students of each of two schools, resource of the lesser, and whether the greater is moved by one part in 10⁶."""
    section = draw(st.sampled_from(["primary", "junior"]))
    return (
        section,
        draw(st.integers(1, 3000)),
        Fraction(11 * draw(st.integers(1, 10**6)), 100),
        draw(st.sampled_from([0, 0, 1, -1])),
    )


@given(pairs=st.lists(pairs_on_the_limit(), min_size=1, max_size=8))
@settings(max_examples=20)
def test_coefficients_exactly_on_the_limit(assess, pairs):
    """Equal students and X₁/X₂ = (1 + c)/(1 − c) give CV = c: 3 for 0.50, 1.45/0.55 = 29/11 for 0.45. One county a pair."""
    schools = []
    for number, (section, students, low, nudge) in enumerate(pairs):
        high = {"primary": Fraction(3), "junior": Fraction(29, 11)}[section] * low * (1 + nudge * A_LITTLE)
        kind = {"primary": "小学", "junior": "初级中学"}[section]
        for figure in (high, low):
            county = f"{110101 + number}"
            schools.append(school_of(len(schools), kind, {section: students}, {("multimedia_rooms", None): figure}, county))
    tables = assess(schools, "quality")["quality"]
    hold_against_oracle(tables, schools, "quality")
    rows = tables["coefficients"].set_index(["county_code", "section", "indicator"])
    for number, (section, _, _, nudge) in enumerate(pairs):
        assert bool(rows.loc[(f"{110101 + number}", section, "L7"), "met"]) is (nudge <= 0)


def test_the_oracle_knows_the_worked_example():
    """Who watches the oracle: the official examples, 6.334437, 3.263861, 0.5152566; 9 711.6272 and 13 514.3728."""
    rows = ((45, 279), (37, 137), (89, 935), (76, 160), (55, 402))
    schools = [school_of(n, "小学", {"primary": p}, {("books", None): Fraction(x)}) for n, (p, x) in enumerate(rows, 1)]
    row = oracle.coefficients(schools, "basic")[COUNTY, "primary", "B5"]
    assert row["mean"] == Fraction(1913, 302)
    assert round(row["coefficient"], 7) == Fraction("0.5152566")
    assert round(row["standard_deviation"], 6) == Fraction("3.263861")
    nine = school_of(1, "九年一贯制学校", {"primary": 166, "junior": 210}, {("books", None): Fraction(23226)})
    assert [round(oracle.share(nine, "books", s), 4) for s in ("primary", "junior")] == [
        Fraction("9711.6272"),
        Fraction("13514.3728"),
    ]


def test_the_oracle_shares_no_code_with_the_product():
    tree = ast.parse(Path(oracle.__file__).read_text(encoding="utf-8"))
    imports = [ast.unparse(node) for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))]
    assert imports == ["from fractions import Fraction", "from math import isqrt"]
