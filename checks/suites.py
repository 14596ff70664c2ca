"""The plausibility suites: what is expected of a year's table as a whole, as data.

Belongs here: one suite per table, each expectation with its id, its bounds and what it says in Chinese and English.
Does not belong here: the numbers (``plausible_ranges``), how Great Expectations is run (``data_docs``), rules about one
school (``domain.intake``) and types and keys (``data_contracts.tables``).

An expectation is made only where there is enough to judge; what is left out is named, so that no check is green
because it looked at nothing.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from checks.plausible_batches import Batch, Series, Standards, coefficients_batch, indicators_batch, sections_batch, series
from checks.plausible_ranges import (
    CHANGED,
    COEFFICIENT,
    COEFFICIENT_CHANGE,
    COMPOSITE,
    DISTINCT,
    DISTINCT_COEFFICIENTS,
    ENOUGH_ROWS,
    ENOUGH_SCHOOLS,
    ENROLMENT_CHANGE,
    FILLED_IN,
    HIGHEST_TENTH,
    LEFT_OUT,
    LOWEST_TENTH,
    MEAN_CHANGE,
    MOST_HAVE,
    NEARLY_ALL,
    STUDENTS_PER_CLASS,
    STUDENTS_PER_TEACHER,
)
from data_contracts.catalogue import SECTION_LABELS, SECTIONS, Field, fields
from data_contracts.standard import fields_in_use

Bounds = tuple[float | None, float | None]


@dataclass(frozen=True)
class Expected:
    """One expectation.

    Attributes:
        id: what is expected of which column, ``zero:books``; stable between years.
        kind: the class in ``great_expectations.expectations``.
        bounds: its arguments.
        zh, en: what is expected, with the bounds.
        where: (column, ``!=`` or ``>``, value): the rows that are asked; None for all.
        enough: how many values it takes to judge.
    """

    id: str
    kind: str
    bounds: dict[str, Any]
    zh: str
    en: str
    where: tuple[str, str, Any] | None = None
    enough: int = 1

    @property
    def column(self) -> str:
        """The column that it looks at."""
        return self.bounds["column"]


@dataclass(frozen=True)
class Suite:
    """What is expected of one table of one year; ``left_out`` are expectations for which there is too little to judge."""

    table: str
    batch: Batch
    expected: list[Expected] = field(default_factory=list)
    left_out: list[Expected] = field(default_factory=list)


def suite_for(table: str, rows: pd.DataFrame, standards: Standards, previous: pd.DataFrame | None) -> Suite:
    """The suite of a table.

    Args:
        table: ``school_sections``, ``school_indicators`` or ``county_coefficients``.
        rows: the table of the year, not empty.
        standards: those in force in the year.
        previous: the table of the year before; None where there is none.
    """
    # Ranges of plausible figures are known for what the nation asks, not for what one province does.
    standards = tuple(standard for standard in standards if standard.judges_counties)
    make_batch, expectations = _SUITES[table]
    batch = make_batch(rows, standards, None if previous is None or previous.empty else previous)
    expected = list(expectations(batch, standards))
    made = [one for one in expected if _enough(one, batch.frame)]
    # A narrow frame: every condition on rows costs the library time for each column that is there.
    needed = {*batch.names, *(one.column for one in made), *(one.where[0] for one in made if one.where)}
    narrow = replace(batch, frame=batch.frame[[column for column in batch.frame if column in needed]])
    return Suite(table, narrow, made, [one for one in expected if one not in made])


def _enough(one: Expected, frame: pd.DataFrame) -> bool:
    if one.column not in frame:
        return False
    if one.kind != "ExpectColumnValuesToNotBeNull":
        return int(frame[one.column].notna().sum()) >= one.enough
    # Whether a column is filled in is asked of rows, filled or not.
    return int(_rows(one, frame).sum()) >= one.enough


def _rows(one: Expected, frame: pd.DataFrame) -> pd.Series:
    if one.where is None:
        return pd.Series(True, index=frame.index)
    column, operator, value = one.where
    return frame[column] > value if operator == ">" else frame[column] != value


def _section_expectations(batch: Batch, standards: Standards) -> Iterator[Expected]:
    for key in sorted(fields_in_use(standards)):
        if fields()[key].category != "基本信息":
            yield _filled_in(fields()[key])
    for key, share in MOST_HAVE.items():
        label = fields()[key].label
        yield Expected(
            f"zero:{key}",
            "ExpectColumnValuesToNotBeInSet",
            {"column": key, "value_set": [0], "mostly": share},
            f"{label}恰为0的学校不应超过{_percent(1 - share)}(空白可能被当成了0)",
            f"At most {_percent(1 - share)} of school sections have exactly 0 in {key}; blanks may have been read as 0",
            enough=ENOUGH_ROWS,
        )
    for column, zh in (("resource_figures", "面积、设备、图书"), ("staff_figures", "学生、班级、教师")):
        yield Expected(
            f"distinct:{column}",
            "ExpectColumnProportionOfUniqueValuesToBeBetween",
            {"column": column, "min_value": DISTINCT},
            f"{zh}各数互不相同的学校应占{_percent(DISTINCT)}以上(相同的可能是照抄)",
            f"At least {_percent(DISTINCT)} of the rows of {column} are distinct; equal ones may be copies",
            enough=ENOUGH_ROWS,
        )
    for section in SECTIONS:
        label = SECTION_LABELS[section]
        yield _median(f"students_per_class_{section}", STUDENTS_PER_CLASS[section], f"{label}平均班额(人)")
        yield _median(f"students_per_teacher_{section}", STUDENTS_PER_TEACHER[section], f"{label}每名专任教师负担学生数(人)")
        if batch.compared:
            yield _median(f"enrolment_ratio_{section}", ENROLMENT_CHANGE, f"{label}在校生数与上年之比")
    if batch.compared:
        yield Expected(
            "unchanged:figures_changed",
            "ExpectColumnValuesToBeBetween",
            {"column": "figures_changed", "min_value": 1, "mostly": CHANGED},
            f"主要数据与上年完全相同的学校不应超过{_percent(1 - CHANGED)}(可能重报了上年的表)",
            f"At most {_percent(1 - CHANGED)} of school sections repeat last year's figures to the last one",
            enough=ENOUGH_ROWS,
        )


def _filled_in(asked: Field) -> Expected:
    where: tuple[str, str, str | int] | None = None
    if asked.required == "not 教学点":
        where = ("school_type", "!=", "教学点")
    elif asked.required.startswith("if "):
        where = (asked.required.removeprefix("if ").removesuffix(" > 0"), ">", 0)
    return Expected(
        f"filled:{asked.key}",
        "ExpectColumnValuesToNotBeNull",
        {"column": asked.key, "mostly": FILLED_IN},
        f"{asked.label}应有{_percent(FILLED_IN)}以上的学校填报(现行标准要用)",
        f"{asked.key} is filled in by at least {_percent(FILLED_IN)} of the school sections asked; a standard in force uses it",
        where=where,
        enough=ENOUGH_ROWS,
    )


def _median(column: str, bounds: tuple[float, float], zh: str) -> Expected:
    low, high = bounds
    return Expected(
        f"median:{column}",
        "ExpectColumnMedianToBeBetween",
        {"column": column, "min_value": low, "max_value": high},
        f"{zh}的中位数应在{_span(bounds)}之间",
        f"The median of {column} lies between {_number(low)} and {_number(high)}",
        enough=ENOUGH_SCHOOLS,
    )


def _indicator_expectations(batch: Batch, standards: Standards) -> Iterator[Expected]:
    for one, section in _columns(standards):
        column, zh = one.column(section), _title(one, section)
        if one.figure:
            low, high = one.figure.range(section)
            tenth: Bounds = (0.0 if one.figure.absent else low * LOWEST_TENTH, high)
            yield Expected(
                f"quantiles:{column}",
                "ExpectColumnQuantileValuesToBeBetween",
                {
                    "column": column,
                    "quantile_ranges": {
                        "quantiles": [0.1, 0.5, 0.9],
                        "value_ranges": [list(tenth), [low, high], [low, high * HIGHEST_TENTH]],
                    },
                },
                f"{zh}:最低的一成学校应在{_span(tenth)}之间,居中的学校应在{_span((low, high))}之间,"
                f"最高的一成应在{_span((low, high * HIGHEST_TENTH))}之间",
                f"{column}: the lowest tenth, the middle and the highest tenth of schools lie in broad ranges "
                f"around {_number(low)} to {_number(high)}",
                enough=ENOUGH_SCHOOLS,
            )
        before = batch.before.get(column)
        if before is not None and before > 0:
            low, high = before * MEAN_CHANGE[0], before * MEAN_CHANGE[1]
            yield Expected(
                f"change:{column}",
                "ExpectColumnMeanToBeBetween",
                {"column": column, "min_value": float(low), "max_value": float(high)},
                f"{zh}的各校平均数应在上年({_number(before)})的{_percent(MEAN_CHANGE[0])}至{_percent(MEAN_CHANGE[1])}之间",
                f"The mean of {column} lies between {_number(low)} and {_number(high)}; it was {_number(before)} last year",
                enough=ENOUGH_SCHOOLS,
            )


def _coefficient_expectations(batch: Batch, standards: Standards) -> Iterator[Expected]:
    def between(name: str, column: str, bounds: Bounds, zh: str, en: str) -> Expected:
        low, high = bounds
        arguments = {"column": column, "min_value": low, "max_value": high, "mostly": NEARLY_ALL}
        return Expected(f"{name}:{column}", "ExpectColumnValuesToBeBetween", arguments, f"{zh}应在{_span(bounds)}之间", en)

    for one, section in _columns(standards):
        if one.figure:
            bounds = one.figure.range(section)
            column = one.column(section, "mean_")
            en = f"County means of {one.name} ({section}) lie between {_number(bounds[0])} and {_number(bounds[1])}"
            yield between("mean", column, bounds, f"{_title(one, section)}的全县平均值", en)
    yield between("spread", "single_coefficient", COEFFICIENT, "单项差异系数", f"Single coefficients lie in {COEFFICIENT}")
    yield between("spread", "composite_coefficient", COMPOSITE, "综合差异系数", f"Composite coefficients lie in {COMPOSITE}")
    yield Expected(
        "filled:coefficient",
        "ExpectColumnValuesToNotBeNull",
        {"column": "coefficient", "mostly": FILLED_IN},
        f"应有{_percent(FILLED_IN)}以上的差异系数算得出来",
        f"At least {_percent(FILLED_IN)} of the coefficients could be computed",
    )
    yield Expected(
        "distinct:coefficient",
        "ExpectColumnProportionOfUniqueValuesToBeBetween",
        {"column": "coefficient", "min_value": DISTINCT_COEFFICIENTS},
        f"互不相同的差异系数应占{_percent(DISTINCT_COEFFICIENTS)}以上",
        f"At least {_percent(DISTINCT_COEFFICIENTS)} of the coefficients are distinct",
        enough=ENOUGH_ROWS,
    )
    yield Expected(
        "left_out:left_out_share",
        "ExpectColumnMeanToBeBetween",
        {"column": "left_out_share", "max_value": LEFT_OUT},
        f"不能计入的学校平均不应超过{_percent(LEFT_OUT)}",
        f"On average at most {_percent(LEFT_OUT)} of the schools in scope could not be used",
    )
    if batch.compared:
        en = f"County means over last year's lie in {MEAN_CHANGE}"
        yield between("change", "mean_ratio", MEAN_CHANGE, "全县平均值与上年之比", en)
        en = f"Coefficients less last year's lie in {COEFFICIENT_CHANGE}"
        yield between("change", "coefficient_change", COEFFICIENT_CHANGE, "差异系数与上年之差", en)


def _columns(standards: Standards) -> Iterator[tuple[Series, str]]:
    for one in {one.name: one for one in series(standards).values()}.values():
        for section in SECTIONS:
            yield one, section


def _title(one: Series, section: str) -> str:
    return f"{one.indicator.title}({SECTION_LABELS[section]},{one.indicator.unit})"


def _percent(share: float) -> str:
    return f"{share * 100:.4g}%"


def _number(value: float | None) -> str:
    return "—" if value is None else f"{value:,.4g}" if abs(value) < 10_000 else f"{value:,.0f}"


def _span(bounds: Bounds) -> str:
    return f"{_number(bounds[0])}至{_number(bounds[1])}"


Made = tuple[
    Callable[[pd.DataFrame, Standards, pd.DataFrame | None], Batch],
    Callable[[Batch, Standards], Iterator[Expected]],
]
_SUITES: dict[str, Made] = {
    "school_sections": (sections_batch, _section_expectations),
    "school_indicators": (indicators_batch, _indicator_expectations),
    "county_coefficients": (coefficients_batch, _coefficient_expectations),
}
