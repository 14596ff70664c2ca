"""What is plausible for a county's year: broad ranges of per-student figures, of shares, of change between years.

Belongs here: the numbers of the plausibility suites, each with its reason. Does not belong here: thresholds and limits
of a standard (``data_contracts.standards``), bounds for one school (``fields.csv``), and how a number is tested (``suites``).

The ranges of figures are those of published county tables (23 rows of Anhui, Chongqing and Jilin), widened about
threefold on either side: those tables are some years old and of city districts, small rural schools have more of
everything per student, and a wrong unit moves a figure by 10, 100, 666.67 or 10 000.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """The plausible range of a per-student figure, for the county mean and for the school in the middle.

    Attributes:
        per: per 1 or per 100 students.
        primary, junior: lowest and highest, in the indicator's unit.
        absent: True where a school may well have none (no backbone teacher), so that the lowest tenth may be 0.
    """

    per: int
    primary: tuple[float, float]
    junior: tuple[float, float]
    absent: bool = False

    def range(self, section: str) -> tuple[float, float]:
        """The range of a section."""
        return self.primary if section == "primary" else self.junior


FIGURES: dict[str, Figure] = {
    "teaching_area_per_student": Figure(1, (1.2, 20.0), (1.5, 25.0)),
    "sports_area_per_student": Figure(1, (1.5, 40.0), (2.0, 45.0)),
    "equipment_value_per_student": Figure(1, (300.0, 15_000.0), (400.0, 20_000.0)),
    "computers_per_100": Figure(100, (2.0, 60.0), (2.5, 75.0)),
    "books_per_student": Figure(1, (4.0, 100.0), (6.0, 150.0)),
    "teachers_per_student": Figure(1, (0.03, 0.20), (0.04, 0.25)),
    "teachers_above_required_per_student": Figure(1, (0.015, 0.20), (0.02, 0.25)),
    "teachers_mid_senior_per_student": Figure(1, (0.005, 0.12), (0.01, 0.20), absent=True),
    "teachers_above_required_per_100": Figure(100, (1.5, 20.0), (2.0, 25.0)),
    "backbone_teachers_per_100": Figure(100, (0.1, 6.0), (0.1, 8.0), absent=True),
    "pe_arts_teachers_per_100": Figure(100, (0.15, 5.0), (0.2, 6.0), absent=True),
    "multimedia_rooms_per_100": Figure(100, (0.5, 15.0), (0.5, 15.0)),
}
"""By key of the indicator; an indicator of a provincial standard that is not here is only compared with the year before."""

LOWEST_TENTH, HIGHEST_TENTH = 0.25, 3.0
"""How far the 10 % and 90 % quantiles of schools may lie beyond the range of the school in the middle, as factors."""

STUDENTS_PER_CLASS = {"primary": (8.0, 55.0), "junior": (12.0, 60.0)}
STUDENTS_PER_TEACHER = {"primary": (4.0, 30.0), "junior": (3.0, 25.0)}

MOST_HAVE: dict[str, float] = {
    "full_time_teachers": 0.99,
    "teachers_above_required": 0.95,
    "teachers_mid_senior_title": 0.85,
    "backbone_teachers": 0.50,
    "pe_arts_teachers": 0.50,
    "teaching_area": 0.98,
    "sports_ground_area": 0.90,
    "equipment_value": 0.98,
    "books": 0.98,
    "teaching_computers": 0.90,
    "multimedia_rooms": 0.90,
}
"""Least share of school sections where a resource is not exactly 0; a blank taken as 0 shows here first."""

FILLED_IN = 0.90
"""Least share of school sections with a figure that some standard in force uses."""

DISTINCT = 0.95
"""Least share of distinct rows of figures: real schools do not have the same area, equipment and books."""

CHANGED = 0.90
"""Least share of sections whose figures are not, to the last one, those of the year before."""

ENROLMENT_CHANGE = (0.85, 1.15)
"""This year's students over last year's, in the section in the middle."""

MEAN_CHANGE = (0.6, 1.6)
"""A mean over that of the year before; building programmes reach this, a change of unit is far beyond it."""

COEFFICIENT = (0.01, 1.6)
"""A single coefficient; 0.037 to 1.299 in the published tables. Schools that are all equal have been copied."""

COMPOSITE = (0.05, 1.0)
"""The composite coefficient; 0.26 to 0.59 in the published tables."""

COEFFICIENT_CHANGE = (-0.2, 0.2)
"""A coefficient less that of the year before."""

LEFT_OUT = 0.30
"""Largest mean share of schools in scope that a coefficient could not use."""

DISTINCT_COEFFICIENTS = 0.5
"""Least share of distinct coefficients; several indicators share a formula, so that some are equal rightly."""

NEARLY_ALL = 0.97
"""Share of counties' rows that must lie in a range; of one county's rows practically all."""

ENOUGH_ROWS = 10
"""Shares of fewer rows say nothing: one school of five without a music teacher is no sign of anything."""

ENOUGH_SCHOOLS = 3
"""Quantiles and means over fewer schools are those of single schools."""

ENOUGH_FOR_SPREAD = 5
"""Coefficients between fewer schools may rightly be next to 0."""
