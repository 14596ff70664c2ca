"""The official worked example of the coefficient: five primary schools, students and books.

Belongs here: this example and the wrong formulas that it rules out. Does not belong here: limits and verdicts.
"""

import statistics

import numpy as np
import pytest

from domain.assessment.coefficients import weighted_spread


@pytest.fixture(scope="module")
def rows(case):
    return [{**row, "students": float(row["students"]), "books": float(row["books"])} for row in case("worked_example_books.csv")]


@pytest.fixture(scope="module")
def county(rows, school, assess, basic):
    return assess([school(row["school"], primary=row["students"], books=row["books"]) for row in rows], basic)


def test_mean_deviation_and_coefficient_of_b5(county):
    """Σ books 1 913 / Σ students 302 = 6.334437; S = 3.263861; CV = 3.263861 / 6.334437 = 0.5152566."""
    b5 = county.coefficient("primary", "B5")
    assert b5["mean"] == 1913 / 302
    assert b5["mean"] == pytest.approx(6.334437, abs=5e-7)
    assert b5["standard_deviation"] == pytest.approx(3.263861, abs=5e-7)
    assert b5["coefficient"] == pytest.approx(0.5152566, abs=5e-8)
    assert (b5["schools"], b5["students"], b5["left_out"]) == (5, 302, 0)


def test_shown_as_printed(county):
    """The official text prints 6.33, 3.26 and 0.52."""
    b5 = county.coefficient("primary", "B5")
    assert [round(b5[name], 2) for name in ("mean", "standard_deviation", "coefficient")] == [6.33, 3.26, 0.52]


def test_intermediates_are_those_of_unrounded_arithmetic(county, rows):
    """Printed per-student values, and the exact terms (pᵢ / P)·(Xᵢ − X̄)², whose sum is S²."""
    b5 = county.coefficient("primary", "B5")
    terms = []
    for row in rows:
        value = county.indicator(row["school"], "primary", "B5")["value"]
        assert round(value, 2) == float(row["published_per_student"])
        terms.append(row["students"] / b5["students"] * (value - b5["mean"]) ** 2)
        assert terms[-1] == pytest.approx(float(row["exact_difference"]), abs=5e-7)
    assert b5["standard_deviation"] ** 2 == pytest.approx(sum(terms), rel=1e-12)


def test_the_tempting_formulas_give_something_else(county, rows):
    """Unweighted population CV 0.4888 and sample CV 0.5465 are well-known mistakes, and not what comes out."""
    values = [row["books"] / row["students"] for row in rows]
    unweighted = statistics.pstdev(values) / statistics.mean(values)
    sample = statistics.stdev(values) / statistics.mean(values)
    assert (round(unweighted, 4), round(sample, 4)) == (0.4888, 0.5465)
    coefficient = county.coefficient("primary", "B5")["coefficient"]
    assert min(abs(coefficient - unweighted), abs(coefficient - sample)) > 0.02


def test_the_bare_function_agrees(rows):
    """``weighted_spread`` itself, without the tables around it, per 1 and per 100 students."""
    group = np.zeros(len(rows), dtype=int)
    books, students = np.array([row["books"] for row in rows]), np.array([row["students"] for row in rows])
    one = weighted_spread(group, 1, books, students)
    hundred = weighted_spread(group, 1, books, students, per=100)
    assert one.coefficient[0] == pytest.approx(0.5152566, abs=5e-8)
    assert hundred.coefficient[0] == pytest.approx(one.coefficient[0], rel=1e-14)
    assert hundred.mean[0] == pytest.approx(100 * one.mean[0], rel=1e-14)


def test_basic_balance_limits_only_the_composite(county):
    """B5 alone has no limit; the other seven lack figures, so the composite is empty, not a mean of what is there."""
    b5, composite = county.coefficient("primary", "B5"), county.coefficient("primary", "composite")
    assert b5.isna()["limit"] and b5.isna()["met"]
    assert composite.isna()["coefficient"] and composite.isna()["met"]
    assert composite["limit"] == 0.65
