"""Record forms and county forms that would change nothing, or the wrong thing, without a word: each is told at its cell.

Belongs here: measures for gaps that there cannot be, commitments that no standard counts, days to come on the county form, the
unit of what was seen on site. Does not belong here: what rows of record forms need otherwise (``test_record_forms``).
"""

import datetime as dt

import pytest
from test_record_forms import COMMITTING, SOUND, TITLE, entries, handed_in, only, row, sound

from builders.counties import SOUND as COUNTY_ITEMS
from builders.counties import column_of, county_form, entry, record_form
from builders.intake import TODAY, take_in
from builders.schools import COUNTY, YEAR, code, school
from builders.standards import pack
from builders.workbooks import bulk
from data_contracts.school_year import SchoolYear
from data_contracts.standard import shipped_standards
from data_contracts.standards_in_force import in_force
from domain.assessment.gap_ids import can_be_a_gap
from domain.assessment.gaps import named
from domain.assessment.workflow import Entered
from domain.intake.county_checks import COUNTY_DAYS
from domain.intake.look import Look
from domain.intake.record_gaps import why_no_gap

STANDARDS = in_force(shipped_standards(), SchoolYear.parse(YEAR))
OTHER = "360522"
REGISTER = [school(1), school(2, "九年一贯制学校"), school(3, county_code=OTHER, county_name="松阳县")]
PACK = "indicators:\n  - {id: C1, key: books, title: 图书, unit: 册, numerator: {add: [books]}, over: nothing, thresholds: {primary: 9}}\n"


def look(*recorded: str, today: dt.date = TODAY) -> Look:
    return Look(SchoolYear.parse(YEAR), today, Entered(), lambda: recorded)


def measured(gap: str, *recorded: str, register: bool = True, county: str = COUNTY):
    """A ledger with one measure for this gap, where the ledgers of this year and those before hold others."""
    files = {
        "表.xlsx": record_form("rectification", [sound("rectification", gap=gap, county_code=county)]),
        "校.xlsx": bulk(REGISTER[:1]),
    }
    return take_in(files, REGISTER if register else None, look=look(*recorded))


class TestMeasures:
    @pytest.mark.parametrize(
        "gap",
        [
            f"{code(1)}-primary-L1",
            f"{code(2)}-junior-L7",
            f"{code(1)}-primary-G5",
            f"{COUNTY}-primary-R-cv-L3",
            f"{COUNTY}-junior-R-cv-composite",
            f"{COUNTY}-R-schools",
            f"{COUNTY}-G11",
            f"{COUNTY}-GOV",
            f"{code(1)}-V-books",
            f"{code(1)}-primary-V-enrolment",
        ],
    )
    def test_every_kind_of_gap_that_there_can_be_is_taken_though_no_ledger_has_it(self, gap):
        year = measured(gap)
        assert year.rules == [] and list(entries(year, "rectification")["gap"]) == [gap]

    @pytest.mark.parametrize(
        ("gap", "word", "word_en"),
        [
            ("第3号", "不是问题编号的写法", "not written like an id"),
            (f"{COUNTY}-G99", "县没有“G99”这一项", "no item 'G99' of counties"),
            (f"{COUNTY}-overall", "县没有“overall”", "no item 'overall'"),
            (f"{COUNTY}-R-cv-L3", "县没有“R-cv-L3”", "no item"),
            (f"{COUNTY}-primary-R-cv-L99", "县没有", "no item"),
            (f"{code(1)}-primary-L99", "学校没有“primary-L99”这一项", "no item 'primary-L99' of schools"),
            (f"{code(1)}-L1", "学校没有“L1”", "no item 'L1'"),
            (f"{code(1)}-senior-L1", "学校没有“senior-L1”", "no item"),
            (f"{code(1)}-V-nothing", "学校没有", "no item"),
            (f"{code(1)}-V-enrolment", "学校没有", "no item"),
            (f"{code(1)}-primary-C1@no-such-pack", "没有适用的标准“no-such-pack”", "no standard 'no-such-pack'"),
            (f"{code(1)}-primary-L1@national-quality-2017", "没有适用的标准", "no standard"),
            (f"{code(9)}-primary-L1", f"名册中没有学校 {code(9)}", f"no school {code(9)}"),
            ("360599-G1", "名册中没有县 360599", "no county 360599"),
            (f"{code(3)}-primary-L1", f"这是 {OTHER} 的问题", f"a gap of {OTHER}"),
            (f"{OTHER}-G1", f"这是 {OTHER} 的问题,而本行的行政区划代码是 {COUNTY}", f"a gap of {OTHER}, and the row is one of county {COUNTY}"),
        ],
    )  # fmt: skip
    def test_a_gap_that_there_cannot_be_is_an_error_at_its_cell(self, gap, word, word_en):
        year = measured(gap)
        found = only(year, "E-GAP")
        assert word in found.message() and word_en in found.message("en") and "整改台账" in found.message()
        assert found.cell == f"{column_of('rectification', 'gap')}4" and year.outcomes["表.xlsx"] == "rejected"
        assert "{" not in found.message() + found.message("en") and entries(year, "rectification").empty

    @pytest.mark.parametrize(
        "gap", [f"{COUNTY}-G99", f"{code(9)}-primary-L1", "360599-G1", f"{code(1)}-primary-C1@last-years-pack"]
    )
    def test_what_an_earlier_ledger_holds_is_taken_though_register_or_standards_changed(self, gap):
        assert measured(gap, gap).rules == []
        assert measured(gap, f"{COUNTY}-G1").rules == ["E-GAP"]

    def test_a_gap_of_another_county_is_refused_though_it_is_open_there(self):
        """Else one county would write over what another entered."""
        year = measured(f"{code(3)}-primary-L1", f"{code(3)}-primary-L1")
        assert year.rules == ["E-GAP"] and entries(year, "rectification").empty
        assert measured(f"{code(3)}-primary-L1", county=OTHER).rules == []

    def test_without_a_register_the_schools_are_taken_and_the_rows_county_decides(self):
        assert measured(f"{code(9)}-primary-L1", register=False).rules == []
        assert measured(f"{COUNTY}-G1", register=False).rules == []
        assert measured(f"{OTHER}-G1", register=False).rules == ["E-GAP"]
        assert measured(f"{OTHER}-G1", f"{OTHER}-G1", register=False).rules == []

    def test_the_items_of_a_pack_bear_its_id(self):
        own = pack(PACK)
        for gap, can in (
            (f"{code(1)}-primary-C1@pack", True),
            (f"{code(1)}-primary-C1", False),
            (f"{code(1)}-primary-L1@pack", False),
        ):
            assert can_be_a_gap(named(gap), [*STANDARDS, own]) is can, gap

    def test_ledgers_are_opened_only_where_it_matters(self):
        def never():
            raise AssertionError("the ledgers were read")

        assert why_no_gap(f"{COUNTY}-G1", COUNTY, {code(1): COUNTY}, STANDARDS, never) is None

    def test_a_county_that_is_wrong_by_itself_is_told_once(self):
        assert measured(f"{COUNTY}-G1", county="360599").rules == ["E-UNKNOWN"]


class TestCommitments:
    def test_a_row_that_no_standard_counts_is_asked_about(self):
        files = {"表.xlsx": record_form("commitments", [SOUND["commitments"]]), "校.xlsx": bulk(REGISTER[:2])}
        year = take_in(files, REGISTER)
        found = only(year, "E-NO-COMMITMENT")
        assert found.severity == "query" and found.cell == f"{column_of('commitments', 'indicator')}4"
        assert f"“{TITLE}”没有规定" in found.message() and "可以计入的指标:没有" in found.message()
        assert "national-quality-2017 does not let a commitment count in L5" in found.message("en")
        assert year.outcomes["表.xlsx"] == "accepted_with_queries"

    def test_the_indicators_that_count_are_named(self):
        year = handed_in("commitments", sound("commitments", indicator="L3", amount=2, unit="人"))
        found = only(year, "E-NO-COMMITMENT")
        assert "L4, L5, L6, L7" in found.message("en") and "生均体育运动场馆面积" in found.message()

    def test_one_that_counts_asks_nothing(self):
        assert any(one.commitment for one in COMMITTING) and handed_in("commitments", SOUND["commitments"]).rules == []


class TestDaysOfTheCountyForm:
    @pytest.mark.parametrize("key", COUNTY_DAYS)
    def test_a_day_that_is_yet_to_come_keeps_the_form_out_until_it_has_come(self, key):
        tomorrow = TODAY + dt.timedelta(days=1)
        files = {"县.xlsx": county_form(**{**COUNTY_ITEMS, key: tomorrow})}
        year = take_in(files, [school(1)])
        found = only_of(year, "K-TO-COME")
        assert found.cell == entry(key) and year.outcomes["县.xlsx"] == "rejected"
        assert "“2026-07-02”还没有到" in found.message() and "'2026-07-02' is yet to come" in found.message("en")
        assert take_in(files, [school(1)], look=look(today=tomorrow)).rules == []
        assert take_in({"县.xlsx": county_form(**{**COUNTY_ITEMS, key: TODAY})}, [school(1)]).rules == []

    def test_its_days_are_known(self):
        assert COUNTY_DAYS == ("basic_recognised_on", "quality_applied_on", "quality_recognised_on")


def only_of(year, rule):
    assert year.rules == [rule], year.messages
    return year.one(rule, "县.xlsx")


class TestUnitsOfWhatWasSeen:
    @pytest.mark.parametrize(
        ("item", "seen", "unit", "stored"),
        [
            ("教学仪器设备资产值", 2_000_000, "元", 2_000_000.0),
            ("教学仪器设备资产值", 200, "万元", 2_000_000.0),
            ("教学仪器设备资产值", 200, None, 2_000_000.0),
            ("教学及辅助用房面积", 3, "亩", 2000.01),
            ("图书册数", 9000, "本", 9000.0),
        ],
    )
    def test_it_is_converted_and_told(self, item, seen, unit, stored):
        year = handed_in("visit", sound("visit", field=item, seen=seen, unit=unit))
        assert row(year, "visit")["seen"] == pytest.approx(stored, rel=1e-12)
        told = year.told("H-UNIT")
        assert bool(told) == (unit in ("元", "亩"))
        for one in told:
            assert one.cell == f"{column_of('visit', 'seen')}4" and item in one.message() and f"“{unit}”" in one.message()

    def test_one_that_does_not_fit_is_refused(self):
        year = handed_in("visit", sound("visit", field="教学仪器设备资产值", seen=200, unit="㎡"))
        found = year.one("E-UNIT", "表.xlsx")
        assert "万元" in found.message() and found.cell == f"{column_of('visit', 'unit')}4"
        assert year.outcomes["表.xlsx"] == "rejected" and entries(year, "visit").empty

    def test_a_unit_beside_words_or_beside_nothing_seen_does_no_harm(self):
        words = sound("visit", field="城乡类型", seen="乡村", unit="个")
        nothing = sound("visit", field="教学仪器设备资产值", seen=None, unit="㎡")
        assert "E-UNIT" not in handed_in("visit", words, nothing).rules
