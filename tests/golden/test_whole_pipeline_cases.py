"""The real cases from the bytes of a file to the county's tables, through every step of the nightly run without Dagster.

Belongs here: published figures and exact boundaries, entered as schools enter them. Does not belong here: the arithmetic by
itself (the other tests of this folder), what is wrong with a file (``tests/unit/intake``).
"""

import random
from dataclasses import dataclass
from fractions import Fraction

import pandas as pd
import pytest

from builders.county import county_returns
from builders.intake import Settled, take_in
from builders.schools import YEAR, School, code, school
from builders.workbooks import MODIFIED, bulk, bulk_rows, csv_table, form
from data_contracts.school_year import SchoolYear
from data_contracts.standard import fields_in_use
from domain.assessment import county_records as counties
from domain.assessment import judging, scope
from domain.assessment import school_sections as sections_of
from domain.assessment.indicators import school_indicators
from domain.reporting.bulk_table import blank_bulk_table
from domain.reporting.school_form import school_form

BASIC, QUALITY = "national-basic-2012", "national-quality-2017"
NINE = "九年一贯制学校"


@dataclass(frozen=True)
class County:
    """Every table of a year, made in the order of the assets."""

    intake: Settled
    sections: pd.DataFrame
    indicators: pd.DataFrame
    compliance: pd.DataFrame
    coefficients: pd.DataFrame
    verdicts: pd.DataFrame

    def coefficient(self, standard: str, section: str, indicator: str) -> pd.Series:
        return self._only(self.coefficients, standard=standard, section=section, indicator=indicator)

    def indicator(self, number: int, section: str, indicator: str) -> pd.Series:
        return self._only(self.indicators, school_id=code(number), section=section, indicator=indicator)

    def judged(self, number: int, section: str = "primary") -> pd.Series:
        return self._only(self.compliance, school_id=code(number), section=section)

    def section(self, number: int, section: str) -> pd.Series:
        return self._only(self.sections, school_id=code(number), section=section)

    @staticmethod
    def _only(table: pd.DataFrame, **keys: str) -> pd.Series:
        for column, value in keys.items():
            table = table[table[column] == value]
        assert len(table) == 1, f"{len(table)} rows for {keys}"
        return table.iloc[0]


def county_of(files: dict[str, bytes], register: list[School] | None = None, year: str = YEAR) -> County:
    """Assess what is handed in; every school must be accepted without an error."""
    intake = take_in(files, register, year)
    assert not intake.errors(), intake.messages
    standards, settled = intake.standards, intake.settlement
    sections = sections_of.school_sections(settled.returns, standards[0].split_weights)
    records = counties.county_records(settled.register, settled.board, sections)
    ledger = scope.scope_ledger(settled.register, sections, standards)
    indicators = school_indicators(sections, standards)
    compliance = judging.all_compliance(indicators, standards)
    coefficients = judging.all_coefficients(sections, ledger, records, standards)
    verdicts = judging.all_verdicts(
        records, settled.register, sections, ledger, compliance, coefficients, county_returns(), standards, SchoolYear.parse(year)
    )
    return County(intake, sections, indicators, compliance, coefficients, verdicts)


def official_bulk(schools: list[School]) -> bytes:
    """These schools in the table that ``junheng template`` makes."""
    from data_contracts.standard import shipped_standards
    from data_contracts.standards_in_force import in_force

    used = fields_in_use(in_force(shipped_standards(), SchoolYear.parse(YEAR)))
    return blank_bulk_table(SchoolYear.parse(YEAR), modified=MODIFIED, required_keys=used, rows=schools)


def official_form(one: School) -> bytes:
    return school_form(SchoolYear.parse(YEAR), None, values=one, modified=MODIFIED, required_keys=frozenset())


@pytest.fixture(scope="module")
def schools(case):
    """The five schools of the worked example, every other figure sound."""
    rows = case("worked_example_books.csv")
    return [
        school(n, name=row["school"], primary=int(row["students"]), books=int(row["books"]))
        for n, row in enumerate(rows, start=1)
    ]


class TestWorkedExample:
    """Five primary schools, 302 students, 1 913 books: mean 6.334437, S 3.263861, coefficient 0.5152566."""

    @pytest.mark.parametrize("way", ["table", "our table", "csv", "csv with marks", "forms", "our forms", "mixed"])
    @pytest.mark.parametrize("with_register", [False, True])
    def test_however_it_is_handed_in(self, schools, way, with_register):
        files = {
            "table": lambda: {"表.xlsx": bulk(schools)},
            "our table": lambda: {"表.xlsx": official_bulk(schools)},
            "csv": lambda: {"表.csv": csv_table(bulk_rows(schools), "gb18030")},
            "csv with marks": lambda: {"表.csv": csv_table(bulk_rows(schools), "utf-8-sig", "\t")},
            "forms": lambda: {f"{n}.xlsx": form(one) for n, one in enumerate(schools)},
            "our forms": lambda: {f"乡{n}/{n}.xlsx": official_form(one) for n, one in enumerate(schools)},
            "mixed": lambda: {
                "表.csv": csv_table(bulk_rows(schools[:3]), "gb18030"),
                **{f"{n}.xlsx": form(one) for n, one in enumerate(schools[3:])},
            },
        }[way]()
        county = county_of(files, schools if with_register else None)
        assert county.intake.rules == []
        b5 = county.coefficient(BASIC, "primary", "B5")
        assert b5["coefficient"] == pytest.approx(0.5152566, abs=5e-8)
        assert b5["mean"] == pytest.approx(6.334437, abs=5e-7) and b5["mean"] == 1913 / 302
        assert b5["standard_deviation"] == pytest.approx(3.263861, abs=5e-7)
        assert (b5["schools"], b5["students"], b5["left_out"]) == (5, 302, 0)

    def test_composite_is_the_mean_of_the_eight(self, schools):
        county = county_of({"表.xlsx": bulk(schools)})
        rows = county.coefficients[(county.coefficients["standard"] == BASIC) & (county.coefficients["section"] == "primary")]
        eight = rows[rows["indicator"] != "composite"]["coefficient"]
        assert len(eight) == 8
        assert county.coefficient(BASIC, "primary", "composite")["coefficient"] == pytest.approx(eight.mean(), rel=1e-12)

    def test_a_school_with_an_error_is_left_out_and_counted(self, schools):
        intake = take_in({"表.xlsx": bulk([*schools[:4], schools[4] | {("books", None): "402册"}])}, schools)
        assert intake.board[code(5)] == "left_out" and intake.accepted == [code(n) for n in range(1, 5)]
        sections = sections_of.school_sections(intake.settlement.returns, intake.standards[0].split_weights)
        records = counties.county_records(intake.settlement.register, intake.settlement.board, sections)
        ledger = scope.scope_ledger(intake.settlement.register, sections, intake.standards)
        table = judging.all_coefficients(sections, ledger, records, intake.standards)
        b5 = County._only(table, standard=BASIC, section="primary", indicator="B5")
        assert (b5["schools"], b5["left_out"], b5["mean"]) == (4, 1, (1913 - 402) / (302 - 55))
        assert records.iloc[0][["schools_expected", "schools_received", "schools_accepted"]].tolist() == [5, 5, 4]


@pytest.fixture(scope="module", params=["table", "form", "csv"])
def county(request):
    """One nine-year school, handed in in three ways."""
    # 9 rooms: 100 · 9 / 397 = 2.267 < 2.3 for primary; 100 · 9 · 1.1 / 397 = 2.494 ≥ 2.4 for junior.
    one = school(1, NINE, primary=166, junior=210, books=23226, multimedia_rooms=9)
    content = {
        "table": lambda: bulk([one]),
        "form": lambda: official_form(one),
        "csv": lambda: csv_table(bulk_rows([one]), "gb18030"),
    }[request.param]()
    return county_of({"表.csv" if request.param == "csv" else "表.xlsx": content})


class TestNineYearSplit:
    """166 + 210 students and 23 226 books: 9 711.6272 and 13 514.3728, and each section by its own thresholds."""

    def test_shares(self, county):
        assert county.section(1, "primary")["books"] == pytest.approx(9711.6272, abs=5e-5)
        assert county.section(1, "junior")["books"] == pytest.approx(13514.3728, abs=5e-5)

    def test_two_rows_each_by_its_own_thresholds(self, county):
        assert len(county.sections) == 2 and len(county.compliance) == 2
        assert county.indicator(1, "primary", "L7")[["threshold", "met"]].tolist() == [2.3, False]
        assert county.indicator(1, "junior", "L7")[["threshold", "met"]].tolist() == [2.4, True]
        assert county.judged(1, "primary")["failing"] == "L7" and pd.isna(county.judged(1, "junior")["failing"])
        assert county.judged(1, "primary")["compliant"] and county.judged(1, "junior")["compliant"]  # 2.267 ≥ 0.85 · 2.3

    def test_entered_by_section_no_split_is_made(self):
        one = school(1, NINE, primary=166, junior=210, books=None, books_primary=9711, books_junior=13515)
        county = county_of({"表.xlsx": bulk([one])})
        assert (county.section(1, "primary")["books"], county.section(1, "junior")["books"]) == (9711, 13515)

    def test_one_section_entered_and_the_whole(self):
        one = school(1, NINE, primary=166, junior=210, books=23226, books_primary=10000)
        assert county_of({"表.xlsx": bulk([one])}).section(1, "junior")["books"] == 13226


# For 20 000 primary students exactly every threshold of quality balance, in the units of the form; all counts whole.
EXACT = {
    "L1": ("teachers_above_required_primary", 840),
    "L2": ("backbone_teachers_primary", 200),
    "L3": ("pe_arts_teachers_primary", 180),
    "L4": ("teaching_area", 90_000),
    "L5": ("sports_ground_area", 150_000),
    "L6": ("equipment_value", 4_000),  # 万元
    "L7": ("multimedia_rooms", 460),
}


def exact(number: int = 1, **changed: object) -> School:
    return school(number, primary=20_000, **{"indoor_sports_area": 0, **dict(EXACT.values()), **changed})


class TestSchoolRule:
    """Six of seven, the other at 85 %: entered in a workbook, decided exactly on the line."""

    def test_exactly_every_threshold(self):
        row = county_of({"表.xlsx": bulk([exact()])}).judged(1)
        assert (row["indicators_met"], row["indicators_total"], row["compliant"]) == (7, 7, True)
        assert row["lowest_ratio"] == pytest.approx(1, rel=1e-12) and pd.isna(row["failing"])

    @pytest.mark.parametrize("indicator", EXACT)
    @pytest.mark.parametrize("as_csv", [False, True])
    def test_the_other_at_85_percent_and_below(self, indicator, as_csv):
        column, full = EXACT[indicator]
        on = full * 85 / 100
        below = full * 8499 / 10000 if column in ("teaching_area", "sports_ground_area", "equipment_value") else on - 1
        schools = [exact(1, **{column: int(on) if on == int(on) else on}), exact(2, **{column: below})]
        content = {"表.csv": csv_table(bulk_rows(schools))} if as_csv else {"表.xlsx": bulk(schools)}
        county = county_of(content)
        assert county.indicator(1, "primary", indicator)["value"] == pytest.approx(
            county.indicator(1, "primary", indicator)["floor"], rel=1e-12
        )
        assert [county.judged(n)["compliant"] for n in (1, 2)] == [True, False]
        assert [county.judged(n)["failing"] for n in (1, 2)] == [indicator, indicator]
        assert [county.judged(n)["indicators_met"] for n in (1, 2)] == [6, 6]

    def test_two_below_the_threshold(self):
        row = county_of({"表.xlsx": bulk([exact(1, teaching_area=89_999, multimedia_rooms=459)])}).judged(1)
        assert (row["compliant"], row["failing"], row["indicators_met"]) == (False, "L4;L7", 5)

    def test_indoor_sports_rooms_move_from_teaching_to_sports(self):
        one = exact(1, teaching_area=90_500, indoor_sports_area=500, sports_ground_area=149_500)
        county = county_of({"表.xlsx": bulk([one])})
        assert county.indicator(1, "primary", "L4")["value"] == 4.5 and county.indicator(1, "primary", "L5")["value"] == 7.5
        assert county.judged(1)["indicators_met"] == 7

    def test_wan_yuan_reach_the_threshold_in_yuan(self):
        l6 = county_of({"表.xlsx": bulk([exact()])}).indicator(1, "primary", "L6")
        assert (l6["value"], l6["unit"], l6["met"]) == (2000, "元", True)


class TestCoefficientLimits:
    """Two schools of 1 000 and 4 000 students with X₁ = m(1 + 2c), X₂ = m(1 − c/2) have exactly the coefficient c and mean m."""

    @staticmethod
    def pair(section: str, c: Fraction, mean: dict[str, Fraction], **more: int) -> list[School]:
        kind = {"primary": "小学", "junior": "初级中学"}[section]
        schools = []
        for number, students, factor in ((1, 1000, 1 + 2 * c), (2, 4000, 1 - c / 2)):
            changed: dict[str, object] = {"indoor_sports_area": 0}
            for column, m in mean.items():
                amount = m * factor * students + (more.get(column, 0) if number == 1 else 0)
                changed[column] = int(amount) if amount.denominator == 1 else float(amount)
            schools.append(school(number, kind, **{section: students}, **changed))
        return schools

    @pytest.mark.parametrize(("section", "c"), [("primary", Fraction(1, 2)), ("junior", Fraction(45, 100))])
    def test_quality_balance_each_at_its_limit(self, section, c):
        mean = {
            f"full_time_teachers_{section}": Fraction(1, 5),
            f"certified_teachers_{section}": Fraction(1, 10),
            f"teachers_trained_360h_{section}": Fraction(1, 10),
            f"teachers_mid_senior_title_{section}": Fraction(1, 10),
            f"teachers_above_required_{section}": Fraction(1, 10),
            f"backbone_teachers_{section}": Fraction(2, 100),
            f"pe_arts_teachers_{section}": Fraction(2, 100),
            "teaching_area": Fraction(8),
            "sports_ground_area": Fraction(12),
            "equipment_value": Fraction(3, 10),
            "multimedia_rooms": Fraction(4, 100),
        }
        county = county_of({"表.xlsx": bulk(self.pair(section, c, mean))})
        for n in range(1, 8):
            row = county.coefficient(QUALITY, section, f"L{n}")
            assert row["coefficient"] == pytest.approx(float(c), rel=1e-12) and row["limit"] == float(c)
            assert row["met"]
        over = county_of({"表.xlsx": bulk(self.pair(section, c, mean, teaching_area=1))})
        assert not over.coefficient(QUALITY, section, "L4")["met"]
        assert over.coefficient(QUALITY, section, "L4")["coefficient"] == pytest.approx(float(c), abs=5e-4)

    @pytest.mark.parametrize(("section", "c"), [("primary", Fraction(65, 100)), ("junior", Fraction(55, 100))])
    def test_basic_balance_the_composite_at_its_limit(self, section, c):
        mean = {
            "teaching_area": Fraction(8),
            "sports_ground_area": Fraction(12),
            "equipment_value": Fraction(3, 10),
            "teaching_computers": Fraction(1, 10),
            "books": Fraction(40),
            f"full_time_teachers_{section}": Fraction(1, 5),
            f"teachers_above_required_{section}": Fraction(1, 10),
            f"teachers_mid_senior_title_{section}": Fraction(1, 10),
            f"certified_teachers_{section}": Fraction(1, 10),
            f"teachers_trained_360h_{section}": Fraction(1, 10),
        }
        county = county_of({"表.csv": csv_table(bulk_rows(self.pair(section, c, mean)), "gb18030")})
        composite = county.coefficient(BASIC, section, "composite")
        assert (
            composite["coefficient"] == pytest.approx(float(c), rel=1e-12) and composite["limit"] == float(c) and composite["met"]
        )
        over = county_of({"表.xlsx": bulk(self.pair(section, c, mean, books=100))})
        assert not over.coefficient(BASIC, section, "composite")["met"]


def split_thresholds() -> list[tuple[School, dict[str, tuple[str, bool]]]]:
    """200 nine-year schools whose sections stand exactly on a threshold, or one step of the form below it.

    Area for exactly 4.5 ㎡ a primary student is 4.5 · (A + 1.1 B); for exactly 5.8 ㎡ a junior one 5.8 / 1.1 · (A + 1.1 B), a
    decimal of two digits where A is a multiple of 11. Expected verdicts are computed with fractions.
    """
    draw = random.Random(20240901)
    made = []
    for number in range(1, 201):
        junior_exact, short = number % 2 == 0, number % 5 == 0
        a = 11 * draw.randint(3, 110) if junior_exact else draw.randint(20, 1300)
        b = draw.randint(20, 1200)
        weighted = Fraction(10 * a + 11 * b, 10)
        ratio = Fraction(11, 10) if junior_exact else Fraction(1)
        per = {
            "teaching": Fraction(58, 10) / ratio if junior_exact else Fraction(45, 10),
            "sports": Fraction(102, 10) / ratio if junior_exact else Fraction(75, 10),
            "equipment": Fraction(2500) / ratio if junior_exact else Fraction(2000),
        }
        indoor = Fraction(draw.randint(0, 300), 10)
        step = Fraction(1, 100) if short else 0
        amounts = {
            "teaching_area": per["teaching"] * weighted + indoor - step,
            "sports_ground_area": per["sports"] * weighted - indoor - step,
            "equipment_value": per["equipment"] * weighted / 10_000 - (Fraction(1, 10_000) if short else 0),
            "indoor_sports_area": indoor,
        }
        assert all(Fraction(str(float(value))) == value for value in amounts.values()), "not a decimal that can be typed"
        one = school(number, NINE, primary=a, junior=b, **{key: float(value) for key, value in amounts.items()})
        section = "junior" if junior_exact else "primary"
        made.append((one, dict.fromkeys(("L4", "L5", "L6"), (section, not short))))
    return made


@pytest.mark.parametrize("as_csv", [False, True])
def test_nine_year_sections_exactly_on_a_threshold_after_the_split(as_csv):
    """Floating point never decides: on the threshold is met with no shortfall, one step of the form below it is not."""
    cases = split_thresholds()
    schools = [one for one, _ in cases]
    county = county_of({"表.csv": csv_table(bulk_rows(schools), "gb18030")} if as_csv else {"表.xlsx": bulk(schools)})
    table = county.indicators[county.indicators["standard"] == QUALITY].set_index(["school_id", "section", "indicator"])
    wrong = []
    for number, (_, expected) in enumerate(cases, start=1):
        for indicator, (section, met) in expected.items():
            row = table.loc[code(number), section, indicator]
            if bool(row["met"]) != met or (row["shortfall"] == 0) != met:
                wrong.append((number, section, indicator, row["value"], row["threshold"], row["shortfall"]))
    assert not wrong, f"{len(wrong)} of 600: {wrong[:5]}"
