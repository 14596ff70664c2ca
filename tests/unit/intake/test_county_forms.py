"""The county form 县级填报表: reading, its rules one by one, which of several counts, what becomes of the file.

Belongs here: files in, findings and ``county_returns`` out. Does not belong here: the template (``unit/reporting``), the
whole run (``integration``).
"""

import datetime as dt
import io

import openpyxl
import pandas as pd
import pytest
from openpyxl.comments import Comment
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from builders.counties import SOUND, county_form, county_rows, entry
from builders.intake import Settled, take_in
from builders.schools import COUNTY, code, school
from builders.workbooks import Formula, csv_table, day, form, xlsx
from data_contracts.catalogue import county_fields
from data_contracts.county_rules import county_pairs, county_ranges, county_series
from data_contracts.rules import rules
from data_contracts.tables import CONTRACTS, shaped
from domain.intake.explaining import QUERY
from domain.intake.findings import Finding
from domain.intake.record_settling import settle_records

FILE = "县.xlsx"
OTHER = "360522"


def returns_of(year: Settled, register: pd.DataFrame | None = None) -> pd.DataFrame:
    """``county_returns``, held to its contract."""
    table = settle_records(year.intake, register, year.standards).tables["county_returns"]
    return CONTRACTS["county_returns"].validate(shaped(table, "county_returns", year.year))


def items(year: Settled, register: pd.DataFrame | None = None) -> dict[str, object]:
    """Item → its number or its words, of a year with one county."""
    table = returns_of(year, register)
    return {row.field: row.number if row.number == row.number else row.text for row in table.itertuples()}


def handed_in(content: bytes, **options) -> Settled:
    """A year in which this county form lies beside the form of a sound school."""
    return take_in({FILE: content, "校.xlsx": form(school(1))}, [school(1)], **options)


def only(year: Settled, rule: str) -> Finding:
    """The one finding of a file, which is of this rule."""
    assert year.rules == [rule], year.messages
    return year.one(rule, FILE)


def changed(**values: object) -> bytes:
    return county_form(**{**SOUND, **values})


class TestReading:
    def test_a_sound_form_is_accepted_and_every_filled_item_kept(self):
        year = handed_in(changed())
        assert year.outcomes == {FILE: "accepted", "校.xlsx": "accepted"} and year.rules == []
        found = items(year)
        assert set(found) == set(SOUND)
        assert found["population"] == 352_000
        assert found["basic_recognised_on"] == "2016-12-30"
        assert found["school_layout_reasonable"] == "是"

    def test_money_in_wan_yuan_becomes_yuan_once(self):
        assert items(handed_in(changed()))["education_spending"] == 810_000_000.0

    def test_another_unit_in_the_column_of_units_is_converted_and_told(self):
        rows = county_rows({**SOUND, "education_spending": 810_000_000}, units={"education_spending": "元"})
        year = handed_in(xlsx({"县级填报表": rows}))
        assert only(year, "H-UNIT").cell == entry("education_spending")
        assert items(year)["education_spending"] == 810_000_000.0

    @pytest.mark.parametrize("typed", [95.2, "95.2", "95.2%", "９５．２％", 0.952])
    def test_a_percentage_may_be_written_in_every_usual_way(self, typed):
        assert items(handed_in(changed(recognition_rate=typed)))["recognition_rate"] == pytest.approx(95.2, abs=1e-12)

    def test_a_percentage_in_a_cell_of_percentage_format(self):
        book = openpyxl.load_workbook(io.BytesIO(changed(recognition_rate=0.952)))
        book["县级填报表"][entry("recognition_rate")].number_format = "0.0%"
        stream = io.BytesIO()
        book.save(stream)
        assert items(handed_in(stream.getvalue()))["recognition_rate"] == pytest.approx(95.2, abs=1e-12)

    def test_evidence_and_note_stand_beside_their_item(self):
        beside = {"recognition_rate": ("社会认可度报告.pdf", "第三方调查"), "population": (None, "公安口径")}
        table = returns_of(handed_in(xlsx({"县级填报表": county_rows(SOUND, beside=beside)}))).set_index("field")
        assert list(table.loc["recognition_rate", ["evidence", "note"]]) == ["社会认可度报告.pdf", "第三方调查"]
        assert pd.isna(table.loc["population", "evidence"]) and table.loc["population", "note"] == "公安口径"
        assert table.loc["population", "cell"] == entry("population")

    def test_brackets_blanks_and_traditional_characters_do_not_matter(self):
        labels = {
            "spending_per_student_primary": "本年 生均教育事業費（小學）",
            "population": "常住\n人口數",
            "county_name": "縣（市、區）",
        }
        year = handed_in(
            xlsx({"縣級填報表": [["縣級填報表"], *county_rows({**SOUND, "spending_per_student_primary": 9000}, labels=labels)]})
        )
        assert year.outcomes[FILE] == "accepted", year.messages
        assert items(year)["spending_per_student_primary"] == 9000 and items(year)["population"] == 352_000

    def test_the_header_may_stand_as_low_as_row_20(self):
        rows = [["县级填报表"], *[[]] * 15, *county_rows(SOUND)]
        assert handed_in(xlsx({"县级填报表": rows})).outcomes[FILE] == "accepted"
        lower = handed_in(xlsx({"县级填报表": [["县级填报表"], *[[]] * 17, *county_rows(SOUND)]}))
        assert lower.outcomes[FILE] == "rejected" and lower.told("K-NO-HEADER")

    def test_a_form_without_its_title_is_told_by_its_items(self):
        rows = county_rows(SOUND)[3:]
        assert handed_in(xlsx({"Sheet1": rows})).outcomes[FILE] == "accepted"

    def test_a_csv_serves_too(self):
        year = take_in({"县.csv": csv_table(county_rows(SOUND), "gb18030")}, [school(1)])
        assert year.outcomes == {"县.csv": "accepted"} and items(year)["basic_recognised_on"] == "2016-12-30"

    def test_unknown_items_are_a_note_and_do_not_keep_it_out(self):
        rows = [*county_rows(SOUND), [99, "其他", "全县厕所数", "个", 12]]
        year = handed_in(xlsx({"县级填报表": rows}))
        assert only(year, "H-UNKNOWN").value == "全县厕所数" and year.outcomes[FILE] == "accepted"

    def test_no_column_of_entries(self):
        year = handed_in(xlsx({"县级填报表": [["青禾县县级填报表"], ["常住人口数", 352000]]}))
        assert only(year, "K-NO-HEADER").severity == "error" and year.outcomes[FILE] == "rejected"

    def test_a_cover_page_before_the_form_does_no_harm(self):
        sheets = {"封面": [["青禾县"], ["县级填报表"]], "表": county_rows(SOUND), "说明": [["县级填报表填报说明"], ["一、……"]]}
        assert handed_in(xlsx(sheets)).rules == []

    def test_a_second_form_in_the_file_is_not_read_and_told(self):
        year = handed_in(xlsx({"县级填报表": county_rows(SOUND), "旧表": county_rows({**SOUND, "population": 1})}))
        assert only(year, "F-MIXED").sheet == "旧表" and items(year)["population"] == 352_000

    def test_a_form_with_nothing_but_the_county_counts_as_not_handed_in(self):
        assert only(handed_in(county_form()), "K-EMPTY").severity == "error"

    def test_another_year_on_the_cover_rejects_the_file(self):
        year = handed_in(xlsx({"县级填报表": county_rows(SOUND, year="2023-2024")}))
        assert only(year, "F-YEAR").value == "2023-2024" and year.outcomes[FILE] == "rejected"

    @pytest.mark.parametrize("above", [["填报学年：2023-2024"], ["2023/2024学年度县级填报表"], ["所属学年", "2023-2024"]])
    def test_another_year_above_the_header_rejects_the_file(self, above):
        rows = county_rows(SOUND)
        rows[2:2] = [above]
        year = handed_in(xlsx({"县级填报表": rows}))
        assert only(year, "F-YEAR").value == "2023-2024" and year.outcomes[FILE] == "rejected"

    def test_an_older_template_is_read_and_told(self):
        rows = county_rows(SOUND)
        rows[1][4] = "0.9"
        assert only(handed_in(xlsx({"县级填报表": rows})), "F-OLD-TEMPLATE").severity == "note"

    def test_the_same_through_the_stored_tables(self):
        """Values, rows and blanks come back from the table just as they were read."""
        year = handed_in(changed())
        table = year.tables()["submitted_records"]
        assert set(table["form"]) == {"county_form"} and set(table["county_code"]) == {COUNTY}
        assert len(table) == len(county_fields())
        assert table.loc[table["field"] == "satisfaction_rate", "value"].isna().all()


class TestDates:
    @pytest.mark.parametrize(
        "typed",
        [
            dt.date(2016, 12, 30),
            "2016-12-30",
            "2016年12月30日",
            "2016/12/30",
            "2016.12.30",
            "２０１６年１２月３０日",
            "2016-12-30 00:00:00",
        ],
    )
    def test_every_usual_way_of_writing_a_day(self, typed):
        year = handed_in(changed(basic_recognised_on=typed))
        assert items(year)["basic_recognised_on"] == "2016-12-30" and year.rules == []

    @pytest.mark.parametrize(
        "typed", [2016, "2016", "2016年", "2016年12月", "2016-12", 42734, "2016-02-30", "去年", "0216-12-30"]
    )
    def test_what_is_no_full_date_is_an_error_at_its_cell(self, typed):
        year = handed_in(changed(basic_recognised_on=typed))
        found = only(year, "C-NO-DATE")
        assert found.cell == entry("basic_recognised_on") and "年月日" in found.message() and year.outcomes[FILE] == "rejected"

    def test_the_calendar_of_1904_gives_the_same_day(self):
        book = openpyxl.load_workbook(io.BytesIO(changed()))
        book.epoch = CALENDAR_MAC_1904
        book["县级填报表"][entry("basic_recognised_on")].value = dt.datetime(2016, 12, 30)
        stream = io.BytesIO()
        book.save(stream)
        assert items(handed_in(stream.getvalue()))["basic_recognised_on"] == "2016-12-30"


class TestCells:
    @pytest.mark.parametrize(
        ("key", "typed", "rule"),
        [
            ("population", "35.2万人", "C-UNIT"),
            ("population", "352000人", "C-UNIT"),
            ("population", 352_000.5, "C-INTEGER"),
            ("population", -1, "C-NEGATIVE"),
            ("population", "约三十五万", "C-NUMBER"),
            ("school_layout_reasonable", "还行", "C-CHOICE"),
        ],
    )
    def test_what_cannot_be_read_leaves_the_form_out(self, key, typed, rule):
        year = handed_in(changed(**{key: typed}))
        assert only(year, rule).cell == entry(key)
        assert year.outcomes == {FILE: "rejected", "校.xlsx": "accepted"} and items(year) == {}

    @pytest.mark.parametrize(("unit", "told"), [("", "空"), ("亿", "亿"), ("人", "人")])
    def test_money_without_its_unit_or_in_an_unknown_one_is_an_error(self, unit, told):
        year = handed_in(xlsx({"县级填报表": county_rows(SOUND, units={"education_spending": unit})}))
        found = only(year, "K-NO-UNIT")
        assert found.cell == entry("education_spending") and found.params["unit"] == told and "万元" in found.message()
        assert f"is {'empty' if told == '空' else repr(told)}, so" in found.message("en")
        assert year.outcomes[FILE] == "rejected"

    def test_an_item_without_an_entry_needs_no_unit(self):
        assert handed_in(xlsx({"县级填报表": county_rows(SOUND, units={"regular_revenue": ""})})).rules == []

    def test_an_item_that_stands_twice(self):
        rows = [*county_rows(SOUND), [99, "", "常住人口数", "人", 1]]
        assert only(handed_in(xlsx({"县级填报表": rows})), "H-TWICE").field == "population"

    def test_a_zero_that_a_formula_takes_from_a_blank_cell_is_none(self):
        year = handed_in(xlsx({"县级填报表": county_rows({**SOUND, "population": Formula("=Z90", 0)})}))
        assert only(year, "C-BLANK-SOURCE").cell == entry("population") and "population" not in items(year)

    def test_a_comment_is_asked_about_and_can_be_explained(self):
        book = openpyxl.load_workbook(io.BytesIO(changed()))
        book["县级填报表"][entry("population")].comment = Comment("应为353000", "某人")
        stream = io.BytesIO()
        book.save(stream)
        year = handed_in(stream.getvalue())
        assert only(year, "C-COMMENT").field == "population" and year.outcomes[FILE] == "accepted_with_queries"


class TestWhichCounty:
    def test_a_county_of_which_the_register_has_no_school(self):
        rows = county_rows(SOUND, code=OTHER, name="青禾区")
        found = only(handed_in(xlsx({"县级填报表": rows})), "K-UNKNOWN")
        assert found.cell == entry("county_code") and "青禾县(360521)" in found.message()

    def test_without_a_register_every_county_of_six_digits_is_taken(self):
        year = take_in({FILE: xlsx({"县级填报表": county_rows(SOUND, code=OTHER)})})
        assert year.outcomes == {FILE: "accepted"} and year.settlement.findings == []

    def test_no_code(self):
        year = handed_in(xlsx({"县级填报表": county_rows(SOUND, code=None)}))
        assert "K-NO-CODE" in year.rules and year.outcomes[FILE] == "rejected" and year.rules.count("C-REQUIRED") <= 1

    def test_a_code_that_is_none_is_told_once(self):
        assert only(handed_in(xlsx({"县级填报表": county_rows(SOUND, code="36052")})), "R-COUNTY-CODE").cell == entry(
            "county_code"
        )

    def test_a_required_item_that_is_missing_names_its_cell(self):
        found = only(handed_in(xlsx({"县级填报表": county_rows(SOUND, name=None)})), "C-REQUIRED")
        assert found.cell == entry("county_name") and "县(市、区)" in found.message()

    def test_another_name_than_the_register_is_a_query(self):
        year = handed_in(xlsx({"县级填报表": county_rows(SOUND, name="青河县")}))
        assert only(year, "R-IDENTITY").value == "青河县" and year.outcomes[FILE] == "accepted_with_queries"

    def test_a_file_that_bears_another_county(self):
        year = take_in({f"{OTHER}_青禾县_县级填报表.xlsx": changed()}, [school(1)])
        assert year.rules == ["K-FILE-NAME"]
        assert take_in({f"{COUNTY}_青禾县_县级填报表.xlsx": changed()}, [school(1)]).rules == []

    def test_one_wrong_code_is_one_error(self):
        """The form as it is sent out bears the code in its file name and on its cover too: each of them contradicts the slip."""
        rows, name = county_rows(SOUND, code=OTHER), f"{COUNTY}_青禾县_县级填报表.xlsx"
        rows[1] += [None, f"县级行政区划代码：{COUNTY}", "县(市、区)：青禾县"]
        year = take_in({name: xlsx({"县级填报表": rows})}, [school(1)])
        assert year.rules == ["K-UNKNOWN"], year.messages
        found = year.one("K-UNKNOWN")
        assert OTHER in found.message() and f"青禾县({COUNTY})" in found.message() and found.cell == entry("county_code")
        without = take_in({name: xlsx({"县级填报表": rows})})
        assert without.rules == ["K-COVER"] and without.outcomes[name] == "rejected"

    def test_a_cover_that_names_another_county(self):
        rows = county_rows(SOUND)
        rows[1] += [None, f"县级行政区划代码：{OTHER}", "县(市、区)：青禾县"]
        assert only(handed_in(xlsx({"县级填报表": rows})), "K-COVER").params["cover"] == OTHER
        rows[1][6] = f"县级行政区划代码：{COUNTY}"
        assert handed_in(xlsx({"县级填报表": rows})).rules == []


class TestRules:
    @pytest.mark.parametrize("pair", county_pairs(), ids=lambda pair: pair.keys[0])
    def test_every_pair_at_its_boundary_and_beyond(self, pair):
        values: dict[str, object] = {"population": 352_000}
        values |= dict.fromkeys(pair.keys, 0)
        values[pair.right[0][1]] = 5000
        values[pair.left[0][1]] = 5000
        assert handed_in(county_form(**values)).rules == []
        values[pair.left[0][1]] = 5001
        rule = "K-MOST" if pair.severity == "error" else "K-USUALLY-MOST"
        found = only(handed_in(county_form(**values)), rule)
        assert found.cell == entry(pair.left[0][1]) and "5001" in found.message()
        assert all(county_fields()[key].label in found.message() for key in pair.keys)

    def test_retention_counts_transfers_and_deaths(self):
        """990 − 20 + 25 = 995 stayed of 1000 − 1 = 999; with 994 graduates 999 of 999, with 995 graduates 1000 of 999."""
        assert handed_in(changed(retention_graduates=994)).rules == []
        found = only(handed_in(changed(retention_graduates=995)), "K-USUALLY-MOST")
        assert "(1000)" in found.message() and "(999)" in found.message() and found.severity == "query"

    def test_a_figure_that_is_missing_settles_no_pair(self):
        assert handed_in(county_form(rotated_teachers=48)).rules == []

    @pytest.mark.parametrize(
        ("key", "inside", "outside"),
        [
            ("recognition_rate", 100, 100.5),
            ("monitoring_level", 4, 5),
            ("monitoring_level", 1, 0),
            ("government_work_score", 100, 101),
        ],
    )
    def test_hard_bounds(self, key, inside, outside):
        assert handed_in(county_form(**{key: inside})).rules == []
        found = only(handed_in(county_form(**{key: outside})), "K-BOUNDS")
        assert found.cell == entry(key) and found.severity == "error"

    @pytest.mark.parametrize("range_", county_ranges(), ids=lambda range_: range_.field)
    def test_every_range_at_its_ends_and_beyond(self, range_):
        what = county_fields()[range_.field]
        for amount in (range_.low, range_.high):
            if not (what.unit == "%" and amount <= 1):
                assert "K-UNUSUAL" not in handed_in(county_form(**{range_.field: amount or 0.01})).rules
        beyond = range_.high * 1.5 if what.hard_max is None else range_.low * 0.9
        assert handed_in(county_form(**{range_.field: int(beyond) if what.kind == "integer" else beyond})).rules == ["K-UNUSUAL"]

    @pytest.mark.parametrize(
        ("key", "typed", "hint"),
        [
            ("education_spending", 810_000_000, "是否按“元”填写"),
            ("teachers_average_pay", 8.5, "是否按“万元”填写"),
            ("monitoring_gap", 12, "是否把 0.12 写成了百分数"),
            ("government_work_score", 0.95, "是否把 95 写成了小数"),
        ],
    )
    def test_a_slip_of_the_unit_is_named(self, key, typed, hint):
        year = handed_in(county_form(**{key: typed}))
        assert hint in only(year, "K-UNUSUAL").message() and year.outcomes[FILE] == "accepted_with_queries"

    @pytest.mark.parametrize("key", county_series())
    def test_ten_thousand_times_the_year_before_is_asked_about(self, key):
        other = county_series()[key]
        scale = 1_000_000 if county_fields()[key].unit == "万元" else 20_000
        year = handed_in(county_form(**{key: scale, other: scale / 10_000}))
        assert "K-FACTOR" in year.rules or "K-UNUSUAL" in year.rules

    def test_ten_thousand_times_within_the_ordinary_range(self):
        """200 万元 is unusual; 2 000 against 20 000 000 万元 is within the range of revenue, and still a factor of 10 000."""
        year = handed_in(county_form(regular_revenue=20_000_000, regular_revenue_last=2_000))
        found = only(year, "K-FACTOR")
        assert found.cell == entry("regular_revenue") and "10000 倍" in found.message() and found.severity == "query"
        assert handed_in(county_form(regular_revenue=20_000, regular_revenue_last=2_000)).rules == []


class TestLastYear:
    def settled(self, before, content):
        year = handed_in(content)
        known = settle_records(year.intake, None, year.standards, before)
        return [finding for _, _, finding in known.files[0].findings]

    @pytest.fixture
    def before(self):
        rows = county_rows(SOUND, year="2023-2024")
        return returns_of(take_in({FILE: xlsx({"县级填报表": rows})}, year="2023-2024"))

    def test_ordinary_changes_are_silent(self, before):
        assert self.settled(before, changed(education_spending=83_000, education_spending_last=81_000)) == []

    def test_a_figure_that_moved_far(self, before):
        (found,) = self.settled(before, changed(education_spending_last=81_000, rotation_eligible_teachers=900))
        assert found.rule == "K-CHANGE" and found.cell == entry("rotation_eligible_teachers") and "400人" in found.message()

    def test_what_was_this_years_figure_must_be_last_years_now(self, before):
        (found,) = self.settled(before, changed())
        assert found.rule == "K-LAST-DIFFERS" and "75000万元" in found.message() and "81000万元" in found.message()

    def test_yuan_for_wan_yuan_against_last_years_form(self, before):
        values = {**SOUND, "education_spending": 4_000_000.0}
        del values["education_spending_last"]
        far = before.assign(number=before["number"].where(before["field"] != "education_spending", 4_000_000.0))
        (found,) = self.settled(far, county_form(**values))
        assert found.rule == "K-FACTOR" and "上年县级填报表" in found.message()


class TestSeveralFiles:
    def test_the_same_twice_is_a_duplicate(self):
        year = take_in({"a.xlsx": changed(), "b.xlsx": county_form(day(12), **SOUND)}, [school(1)])
        assert year.outcomes == {"a.xlsx": "accepted", "b.xlsx": "duplicate"}
        assert year.one("K-DUPLICATE", "b.xlsx").params["file"] == "a.xlsx"

    def test_the_one_last_modified_counts_and_tells_what_changed(self):
        year = take_in({"a.xlsx": county_form(day(12), **SOUND), "b.xlsx": changed(population=353_000)}, [school(1)])
        assert year.outcomes == {"a.xlsx": "accepted_with_queries", "b.xlsx": "superseded"}
        assert year.one("K-SUPERSEDED", "b.xlsx").params["file"] == "a.xlsx"
        told = year.one("K-CHANGED", "a.xlsx")
        assert "常住人口数 353000人→352000人" in told.message()
        assert set(returns_of(year)["file"]) == {"a.xlsx"}

    def test_equal_times_and_different_values_name_both_and_neither_counts(self):
        year = take_in({"a.xlsx": changed(), "b.xlsx": changed(population=353_000)}, [school(1)])
        assert year.outcomes == {"a.xlsx": "rejected", "b.xlsx": "rejected"}
        for finding in year.told("K-CONFLICT"):
            assert "a.xlsx" in finding.message() and "b.xlsx" in finding.message()
        assert returns_of(year).empty

    def test_what_is_wrong_in_a_form_that_was_replaced_needs_no_mending(self):
        year = take_in({"旧.xlsx": changed(population="很多"), "新.xlsx": county_form(day(12), **SOUND)}, [school(1)])
        assert year.outcomes == {"旧.xlsx": "superseded", "新.xlsx": "accepted"} and year.errors() == []

    def test_two_counties_stand_beside_each_other(self):
        other = xlsx({"县级填报表": county_rows(SOUND, code=OTHER, name="松阳县")})
        year = take_in({"a.xlsx": changed(), "b.xlsx": other})
        assert year.outcomes == {"a.xlsx": "accepted", "b.xlsx": "accepted"}
        assert returns_of(year).groupby("county_code").size().to_dict() == {COUNTY: len(SOUND), OTHER: len(SOUND)}
        findings = year.settlement.finding_table()
        assert findings.empty


class TestAnswers:
    def test_an_explained_query_is_not_asked_again_and_belongs_to_its_county_alone(self):
        query = county_form(retention_entrants=1000, retention_graduates=1010, retention_deaths=0,
                            retention_transfers_in=0, retention_transfers_out=0)  # fmt: skip
        asked = take_in({FILE: query}, [school(1)]).one("K-USUALLY-MOST")
        answered = pd.DataFrame(
            [("县.xlsx", COUNTY, "K-USUALLY-MOST", "retention_graduates", None, "1010", asked.compared, "含复学学生")],
            columns=["file", *QUERY, "answer"],
        )
        year = take_in({FILE: query}, [school(1)], answers=[answered])
        assert year.one("K-USUALLY-MOST").answer == "含复学学生" and year.outcomes[FILE] == "accepted"
        assert year.one("K-USUALLY-MOST").severity == "note"
        elsewhere = take_in({FILE: query}, [school(1)], answers=[answered.assign(school_id=OTHER)])
        assert elsewhere.one("K-USUALLY-MOST").answer is None
        moved = county_form(retention_entrants=900, retention_graduates=1010, retention_deaths=0,
                            retention_transfers_in=0, retention_transfers_out=0)  # fmt: skip
        assert take_in({FILE: moved}, [school(1)], answers=[answered]).one("K-USUALLY-MOST").severity == "query"

    def test_schools_are_not_disturbed(self):
        year = handed_in(changed(population="很多"))
        assert year.accepted == [code(1)] and year.board == {code(1): "accepted"}


def test_every_rule_of_county_forms_is_set_off_here():
    """``K-EMPTY``, ``K-NO-CODE`` … all stand in a test above."""
    from pathlib import Path

    text = "".join(
        path.read_text(encoding="utf-8") for path in (Path(__file__), Path(__file__).with_name("test_handed_back_in_vain.py"))
    )
    assert [rule for rule in rules() if rule.startswith("K-") and f'"{rule}"' not in text] == []
