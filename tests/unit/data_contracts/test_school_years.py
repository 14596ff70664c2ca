"""School years are values, and the calendar is a reviewed file: complete, in order, with exactly one year that collects."""

import datetime as dt
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_contracts.errors import MendableError
from data_contracts.school_year import SchoolYear, calendar, collecting_year, known_year

YEARS = st.integers(1900, 2200).map(SchoolYear)


@given(YEARS)
def test_a_year_is_read_back_from_its_key(year):
    assert SchoolYear.parse(year.key) == year
    assert str(year) == year.key
    assert len(year.key) == 9


@given(YEARS)
def test_neighbours_are_each_others_opposite(year):
    assert year.next.previous == year
    assert year.previous.next == year
    assert year.previous < year < year.next


@given(YEARS, YEARS)
def test_years_are_ordered_by_time_and_equal_by_value(one, other):
    assert (one < other) == (one.statistics_date < other.statistics_date)
    assert (one < other) == (one.key < other.key)
    assert (one == other) == (one.key == other.key)
    assert (hash(one) == hash(other)) or one != other


@given(YEARS)
def test_figures_are_taken_on_the_first_of_september(year):
    assert year.statistics_date == dt.date(int(year.key[:4]), 9, 1)


def test_a_year_never_changes_and_travels_between_processes():
    year = SchoolYear(2024)
    with pytest.raises(AttributeError):
        year.start = 2025
    assert pickle.loads(pickle.dumps(year)) == year


@pytest.mark.parametrize(
    "text",
    ["2024-2025", " 2024-2025 ", "2024-2025学年", "2024 - 2025 学年", "2024—2025", "2024–2025", "2024~2025", "2024至2025学年"],
)
def test_spellings_in_circulation_are_understood(text):
    assert SchoolYear.parse(text) == SchoolYear(2024)


@pytest.mark.parametrize(
    "text",
    [
        "2024/2025学年", "2024—2025学年度", "2024——2025", "２０２４－２０２５学年", "2024年-2025年", "2024年至2025年学年",
        "2024-25学年", "2024～2025", "2024 / 25", "2024−2025", "2024―2025學年", "2024到2025学年", "2024-2025学年第一学期",
        "2024学年", "2024年学年度", "2024-2025年度", "二〇二四—二〇二五学年", "二零二四至二五学年", "二○二四学年", "2024_2025",
    ],
)  # fmt: skip
def test_what_people_write_on_forms_is_understood(text):
    assert SchoolYear.as_written(text) == SchoolYear(2024)


@pytest.mark.parametrize(
    "text", ["2024/2026", "2024-24", "2025-24学年", "20242025", "2024", "学年", "2024-2025-2026", "12024-2025", "2024-2-25"]
)
def test_other_years_on_forms_are_refused(text):
    with pytest.raises(MendableError):
        SchoolYear.as_written(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2024",
        "2024-2026",
        "2025-2024",
        "2024-2024",
        "24-25",
        "2024/2025",
        "2024-25",
        "2024-2025-2026",
        "学年",
        "x2024-2025",
        "12024-2025",
    ],
)
def test_what_is_no_school_year_is_refused_in_both_languages(text):
    with pytest.raises(MendableError) as caught:
        SchoolYear.parse(text)
    assert text in caught.value.zh
    assert "学年" in caught.value.zh
    assert text in caught.value.en
    assert "2024-2025" in caught.value.en


def test_the_calendar_is_complete_from_2015_to_2027_without_a_gap():
    assert list(calendar()) == [
        "2015-2016",
        "2016-2017",
        "2017-2018",
        "2018-2019",
        "2019-2020",
        "2020-2021",
        "2021-2022",
        "2022-2023",
        "2023-2024",
        "2024-2025",
        "2025-2026",
        "2026-2027",
        "2027-2028",
    ]
    assert all(key == entry.year.key for key, entry in calendar().items())


def test_exactly_one_year_collects():
    collecting = [entry.year for entry in calendar().values() if entry.status == "collecting"]
    assert collecting == [collecting_year()]


def test_years_pass_from_planned_to_closed():
    order = ["closed", "correcting", "collecting", "planned"]
    places = [order.index(entry.status) for entry in calendar().values()]
    assert places == sorted(places)
    assert places.count(order.index("correcting")) >= 1


@pytest.mark.parametrize("entry", calendar().values(), ids=str)
def test_collection_opens_on_the_first_and_forms_are_due_on_the_twentieth(entry):
    assert entry.opens == entry.year.statistics_date
    assert entry.due == dt.date(entry.year.start, 9, 20)


@pytest.mark.parametrize("entry", calendar().values(), ids=str)
def test_the_night_computes_years_for_which_figures_may_still_come(entry):
    assert entry.open == (entry.status in {"collecting", "correcting"})


def test_a_known_year_is_the_year():
    assert known_year("2026-2027学年") == SchoolYear(2026)


@pytest.mark.parametrize("text", ["2014-2015", "2028-2029"])
def test_a_year_outside_the_calendar_is_refused_with_the_years_there_are(text):
    with pytest.raises(MendableError) as caught:
        known_year(text)
    for said in (caught.value.zh, caught.value.en):
        assert all(part in said for part in (text, "2015-2016", "2027-2028", "school_years.yaml"))
