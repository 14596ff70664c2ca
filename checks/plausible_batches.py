"""What a plausibility suite looks at: a table of one school year, with the year before beside it where there is one.

Belongs here: selecting rows in scope, putting indicators side by side, ratios to the year before. Does not belong here:
what is expected of them (``suites``). Only pandas; Great Expectations sees the finished frame.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from checks.plausible_ranges import ENOUGH_FOR_SPREAD, FIGURES, Figure
from data_contracts.catalogue import SECTIONS
from data_contracts.standard import Indicator, Standard
from domain.assessment.coefficients import COMPOSITE
from domain.assessment.scope import scope_of

Standards = tuple[Standard, ...]
RESOURCES = ("teaching_area", "sports_ground_area", "equipment_value", "books")
STAFF = ("enrolment", "classes", "full_time_teachers", "teachers_above_required", "teachers_mid_senior_title")


@dataclass(frozen=True)
class Batch:
    """One table of one year.

    Attributes:
        frame: what the suite is held against.
        names: the columns that name a row to a reader.
        before: the mean of the same figures last year, by column, over the schools that are there in both years.
        compared: True where there is a table of the year before with some school or county in common.
    """

    frame: pd.DataFrame
    names: tuple[str, ...]
    before: pd.Series
    compared: bool


@dataclass(frozen=True)
class Series:
    """One indicator in the plausibility frames; the same figure of two standards is one series."""

    name: str
    indicator: Indicator

    @property
    def figure(self) -> Figure | None:
        """Its plausible range; None for a figure that is not known here."""
        known = FIGURES.get(self.indicator.key)
        return known if known and known.per == self.indicator.per else None

    def column(self, section: str, prefix: str = "") -> str:
        """Its column for a section, ``books_per_student_primary``."""
        return f"{prefix}{self.name}_{section}"


def series(standards: Standards) -> dict[tuple[str, str], Series]:
    """Every (standard, indicator) with the series to which its values belong; equal formulas are one series."""
    named: dict[str, Series] = {}
    found: dict[tuple[str, str], Series] = {}
    for standard in standards:
        for indicator in standard.indicators:
            mine = Series(indicator.key, indicator)
            other = named.setdefault(mine.name, mine).indicator
            if (other.per, other.numerator) != (indicator.per, indicator.numerator):
                # A province may compute another figure under the same key; it stays apart.
                mine = named.setdefault(f"{indicator.key}_{standard.id}", Series(f"{indicator.key}_{standard.id}", indicator))
            found[standard.id, indicator.id] = named[mine.name]
    return found


def sections_batch(sections: pd.DataFrame, standards: Standards, previous: pd.DataFrame | None) -> Batch:
    """Sections that some standard counts, with ratios, one text for figures that are seldom equal, and change since last year."""
    counts = np.zeros(len(sections), dtype=bool)
    for standard in standards:
        counts |= scope_of(sections, standard)[0].astype(bool)
    frame = sections[counts].reset_index(drop=True)
    frame["resource_figures"] = _joined(frame, RESOURCES)
    frame["staff_figures"] = _joined(frame, STAFF)
    for section in SECTIONS:
        mine = frame[frame["section"] == section]
        frame[f"students_per_class_{section}"] = _ratio(mine, "classes").reindex(frame.index)
        frame[f"students_per_teacher_{section}"] = _ratio(mine, "full_time_teachers").reindex(frame.index)
    key = ["school_id", "section"]
    last = frame[key].merge(_none(frame) if previous is None else previous, on=key, how="left", suffixes=("", "_before"))
    figures = frame[[*STAFF, *RESOURCES]].to_numpy(float)
    before = last[[*STAFF, *RESOURCES]].to_numpy(float)
    known = last["enrolment"].notna().to_numpy()
    same = (figures == before) | (np.isnan(figures) & np.isnan(before))
    frame["figures_changed"] = np.where(known, (~same).sum(axis=1), np.nan)
    change = frame["enrolment"].to_numpy(float) / last["enrolment"].to_numpy(float)
    for section in SECTIONS:
        frame[f"enrolment_ratio_{section}"] = np.where(frame["section"] == section, change, np.nan)
    return Batch(frame, ("school_name", "section"), pd.Series(dtype=float), bool(known.any()))


def indicators_batch(indicators: pd.DataFrame, standards: Standards, previous: pd.DataFrame | None) -> Batch:
    """One row per school section, a column per figure and section."""
    frame = _wide(indicators, standards)
    if previous is None:
        return Batch(frame, ("school_name", "section"), pd.Series(dtype=float), False)
    last = _wide(previous, standards)
    both = last.merge(frame[["school_id", "section"]], on=["school_id", "section"])
    means = both.drop(columns=["school_id", "school_name", "section"]).mean()
    return Batch(frame, ("school_name", "section"), means.dropna(), not both.empty)


def coefficients_batch(coefficients: pd.DataFrame, standards: Standards, previous: pd.DataFrame | None) -> Batch:
    """One row per coefficient as in the table, each county mean also in the column of its figure."""
    frame = coefficients.reset_index(drop=True)
    single = frame["indicator"] != COMPOSITE
    schools, left_out = frame["schools"].to_numpy(float, na_value=np.nan), frame["left_out"].to_numpy(float, na_value=np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        frame["left_out_share"] = np.where(schools + left_out > 0, left_out / (schools + left_out), np.nan)
    frame["single_coefficient"] = frame["coefficient"].where(single & (schools >= ENOUGH_FOR_SPREAD))
    frame["composite_coefficient"] = frame["coefficient"].where(~single)
    known = series(standards)
    mine = [known.get(pair) for pair in zip(frame["standard"], frame["indicator"], strict=True)]
    columns = np.array([one.column(section, "mean_") if one else "" for one, section in zip(mine, frame["section"], strict=True)])
    for column in sorted(set(columns) - {""}):
        frame[column] = frame["mean"].where(columns == column)
    key = ["county_code", "section", "standard", "indicator"]
    last = frame[key].merge(_none(frame) if previous is None else previous, on=key, how="left", suffixes=("", "_before"))
    with np.errstate(invalid="ignore", divide="ignore"):
        frame["mean_ratio"] = (frame["mean"] / last["mean"].to_numpy(float)).replace([np.inf, -np.inf], np.nan)
    frame["coefficient_change"] = frame["coefficient"] - last["coefficient"].to_numpy(float)
    compared = bool(last["coefficient"].notna().any())
    return Batch(frame, ("county_name", "section", "standard", "indicator"), pd.Series(dtype=float), compared)


def _wide(indicators: pd.DataFrame, standards: Standards) -> pd.DataFrame:
    known = series(standards)
    pairs = list(zip(indicators["standard"].astype(object), indicators["indicator"].astype(object), strict=True))
    name = pd.Series([known[pair].name if pair in known else None for pair in pairs], index=indicators.index, dtype=object)
    rows = indicators[["school_id", "school_name", "section", "value"]].assign(
        column=name + "_" + indicators["section"].astype(object)
    )
    # Two standards with one figure differ in scope only; where both count a school, its value is the same.
    rows = rows[name.notna()].drop_duplicates(["school_id", "section", "column"])
    wide = rows.pivot(index=["school_id", "school_name", "section"], columns="column", values="value")
    return wide.rename_axis(columns=None).reset_index()


def _joined(frame: pd.DataFrame, columns: tuple[str, ...]) -> pd.Series:
    """The figures of a row as one text; missing where one of them is."""
    text = frame[columns[0]].map(repr)
    for column in columns[1:]:
        text = text + " " + frame[column].map(repr)
    return text.where(frame[list(columns)].notna().all(axis=1), None).astype(object)


def _ratio(rows: pd.DataFrame, column: str) -> pd.Series:
    return (rows["enrolment"] / rows[column]).where(rows[column] > 0)


def _none(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.iloc[:0]
