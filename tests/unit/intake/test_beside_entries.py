"""What is written on a form beside its entries, and silence about what our templates print there.

Belongs here: every column beside 填报值, forms and record forms. Does not belong here: columns of tables without a heading and
second tables (``test_second_tables``), units (``test_units``).
"""

import pytest

from builders.intake import reading_of, take_in
from builders.schools import YEAR, code, school
from builders.workbooks import FORM, MODIFIED, Formula, bulk, entry_of, form, form_rows, xlsx
from data_contracts.catalogue import county_fields, fields, school_types
from data_contracts.school_year import SchoolYear
from domain.reporting.county_form import county_form
from domain.reporting.school_form import school_form

PUPILS, AREA = "在校生数(小学)", "占地面积"
COLUMNS = {"D": 3, "F": 5, "G": 6, "H": 7, "I": 8}
LAST_YEAR = {(key, section): 10 if one.numeric else "甲" for key, one in fields().items() for section in one.places}


def rows_with(item: str, column: str, written: object, entry: object = None, heading: str = "") -> list[list[object]]:
    """The rows of a form of one school with something written beside an item; ``entry``: None as it was."""
    rows = form_rows(school(1, site_area=12000))
    rows[3] += ["", heading][: COLUMNS[column] - 5]
    row = next(one for one in rows if len(one) > 2 and one[2] == item)
    row += [""] * (COLUMNS[column] + 1 - len(row))
    row[COLUMNS[column]] = written
    row[4] = row[4] if entry is None else entry
    return rows


def told(rows: list[list[object]]):
    return take_in({"校.xlsx": xlsx({FORM: rows})})


def printed(kind: str | None, last_year: dict | None, values: dict | None) -> bytes:
    identity = {"school_id": code(1), "school_name": "青禾小学"} | ({"school_type": kind} if kind else {})
    year, used = SchoolYear.parse(YEAR), frozenset(fields())
    return school_form(year, identity, last_year, values, modified=MODIFIED, required_keys=used)


@pytest.mark.parametrize("column", ["D", "F", "G", "H", "I"])
def test_a_figure_beside_a_blank_entry_is_asked_about(column):
    year = told(rows_with(AREA, column, 12000, ""))
    query = year.one("H-BESIDE-DIFFERS")
    assert (query.severity, query.field, query.value) == ("query", "site_area", "12000")
    assert query.cell == column + entry_of(form_rows(school(1, site_area=1)), AREA)[1:]
    assert AREA in query.message() and "空" in query.message() and "empty" in query.message("en")
    assert year.outcomes == {"校.xlsx": "accepted_with_queries"}


@pytest.mark.parametrize(
    ("column", "written"),
    [
        ("H", "更正为460"),
        ("H", "应为460人"),
        ("H", 460),
        ("G", "实际460人,以此为准"),
        ("G", 460),
        ("F", "460"),
        ("G", "2024年9月460人"),
    ],
)
def test_another_figure_is_asked_about(column, written):
    query = told(rows_with(PUPILS, column, written)).one("H-BESIDE-DIFFERS")
    assert "“450”" in query.message() and str(written) in query.message()


def test_a_column_of_its_own():
    rows = rows_with(PUPILS, "H", 460, heading="核实值")
    books = next(row for row in rows if len(row) > 2 and row[2] == "图书册数")
    books += ["", books[4]][: 8 - len(books)]
    books[7:] = [books[4]]
    year = told(rows)
    assert year.one("H-BESIDE-DIFFERS").value == "460"
    assert (
        year.one("H-BESIDE").severity == "note" and "H" in year.one("H-BESIDE").cell and "11250" in year.one("H-BESIDE").message()
    )


@pytest.mark.parametrize("written", ["已核对", 450, "450人", "2023年9月建成"])
def test_what_is_no_other_figure_is_a_note(written):
    year = told(rows_with(PUPILS, "G", written))
    assert year.rules == ["H-BESIDE"] and str(written) in year.messages[0] and year.outcomes == {"校.xlsx": "accepted"}


@pytest.mark.parametrize("column", ["H", "I"])
def test_beside_last_years_figures(column):
    """Last year's figures are the template's own; words and a bare figure in the place of the change are not."""
    rows = form_rows(school(1, site_area=12000))
    rows[3] += ["上年值", "较上年变化"]
    for row in rows[4:]:
        row += [440 if isinstance(row[4], int | float) else "甲", "+10（+2.3%）"]
    assert told(rows).rules == []
    next(row for row in rows if len(row) > 2 and row[2] == PUPILS)[COLUMNS[column]] = "更正为460" if column == "H" else 460
    assert told(rows).rules == ["H-BESIDE-DIFFERS"]


def test_the_change_is_a_formula_whatever_a_program_stored_for_it():
    """LibreOffice's .xls gives 0 for every one whose result is a text."""
    rows = form_rows(school(1, site_area=12000))
    rows[3] += ["上年值", "较上年变化"]
    for number, row in enumerate(rows[4:], start=5):
        row += [10, Formula(f"=E{number}-H{number}", 0)]
    assert not {"H-BESIDE", "H-BESIDE-DIFFERS"} & set(told(rows).rules)


def test_where_no_last_year_was_printed_a_figure_there_was_typed():
    rows = rows_with(PUPILS, "H", 460)
    rows[3][7:] = ["上年值", "较上年变化"]
    assert told(rows).rules == ["H-BESIDE-DIFFERS"]


@pytest.mark.parametrize("kind", [None, *school_types()])
@pytest.mark.parametrize("last_year", [None, LAST_YEAR])
@pytest.mark.parametrize("values", [None, dict(school(1))])
def test_our_own_forms_print_nothing_that_is_told(kind, last_year, values):
    rules = [one.rule for one in reading_of("校.xlsx", printed(kind, last_year, values)).findings]
    assert not {"H-BESIDE", "H-BESIDE-DIFFERS"} & set(rules)


def test_nor_does_the_form_of_the_county():
    keys = list(county_fields())
    figures = {key: 5 for key, one in county_fields().items() if one.numeric}
    content = county_form(
        SchoolYear.parse(YEAR), ("360521", "青禾县"), figures, figures, {(keys[3], "note"): "见460号文"}, modified=MODIFIED
    )
    assert not [one for one in reading_of("县.xlsx", content).findings if one.rule.startswith("H-BESIDE")]


def test_explanations_of_another_release_or_of_another_hand_are_printed():
    rows = form_rows(school(1, books=""))
    for number, row in enumerate(rows[4:]):
        row[6] = f"第{number}项的解释,见本县2024年第{number}号通知"
    assert not {"H-BESIDE", "H-BESIDE-DIFFERS"} & set(told(rows).rules)
    rows = rows_with(AREA, "G", fields()["site_area"].note.replace("请乘以", "须乘以"))
    assert told(rows).rules == []


def test_what_is_added_to_a_printed_explanation():
    assert told(rows_with(AREA, "G", fields()["site_area"].note + "(应为13000)")).one("H-BESIDE-DIFFERS").value == "(应为13000)"


@pytest.mark.parametrize("words", ["必填", "选填", "有则必填", "教学点免填", "是", "√", ""])
def test_words_of_demand_are_printed(words):
    assert told(rows_with(AREA, "F", words)).rules == []


def test_a_form_of_another_hand_is_silent():
    assert reading_of("校.xlsx", form(school(1))).findings == []


@pytest.mark.parametrize("written", ["更正为9500", 9500])
def test_to_the_right_of_a_row_of_records(written):
    header = ["县级行政区划代码", "学校标识码", "学校名称", "核查项目", "单位", "填报值", "现场核实值", "核查人", "核查日期"]
    rows = [["现场核查表"], header, ["360521", code(1), "校", "图书册数", "册", 11250, 11250, "张三", "2024-10-10", written]]
    year = take_in({"核查.xlsx": xlsx({"现场核查表": rows}), "校.xlsx": bulk([school(1)])}, [school(1)])
    note = year.one("H-NO-HEADING")
    assert (note.severity, note.cell) == ("note", "J2") and str(written) in note.message()


@pytest.mark.parametrize(
    "written",
    [
        "含学前班12人",
        "含2个教学点共35人",
        "上年为398人,今年招生增加",
        "一年级2个班,二至六年级各1个班",
        "见附件3",
        "100%达标",
        "3个班",
        "2.不含幼儿班",
    ],
)
@pytest.mark.parametrize("column", ["G", "H"])
def test_a_remark_that_explains_is_told_and_not_asked_about(written, column):
    year = told(rows_with(PUPILS, column, written, heading="佐证材料"))
    assert year.rules == ["H-BESIDE"] and written in year.messages[0]


@pytest.mark.parametrize("written", ["共460人", "460人(含教学点35人)", "核实后为460", "数据有误,460"])
def test_a_remark_that_gives_another_figure_is_asked_about(written):
    assert told(rows_with(PUPILS, "G", written)).one("H-BESIDE-DIFFERS").value == written


@pytest.mark.parametrize("written", ["本校不寄宿", "无", "正在办理土地证"])
def test_words_beside_a_blank_figure_are_told_and_not_asked_about(written):
    assert told(rows_with(AREA, "G", written, "")).rules == ["H-BESIDE"]


def test_last_years_figures_of_less_than_a_quarter_of_the_items():
    """A form that is new in most of its items bears few figures of last year."""
    now = dict(school(1, "九年一贯制学校"))
    figures = [place for place, value in now.items() if isinstance(value, int | float) and value > 1]
    last_year = {place: now[place] - 1 for place in figures[:12]}
    rules = [one.rule for one in reading_of("校.xlsx", printed("九年一贯制学校", last_year, now)).findings]
    assert not {"H-BESIDE", "H-BESIDE-DIFFERS"} & set(rules)
