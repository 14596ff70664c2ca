"""Cells that are no plain figures: texts, dates, formulas, errors, slips of units, figures that cannot be.

Belongs here: one cell, or figures of one school that contradict each other or last year's. Every case costs its own school
at most: the second school of the same table is accepted. Does not belong here: where figures stand (``test_layout``), words
(``test_words``).
"""

import datetime as dt
import io
import re

import openpyxl
import pandas as pd
import pytest
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.styles import Font
from spoiled import SHEET, STRINGS, TWO, edited, patched, refused, subbed, table

from builders.counties import record_rows
from builders.intake import take_in
from builders.schools import School, code, school
from builders.workbooks import BULK, Formula, bulk, bulk_rows, cell_of, repacked
from domain.intake.record_settling import ENTRY_TABLES, settle_records

ROWS = bulk_rows(TWO)
BOOKS, BOOKS_TEXT = cell_of(ROWS, "图书册数"), "11250"
BOTH, OTHER = [code(1), code(2), code(90)], [code(2), code(90)]
FACTS = {"error": ("partly_accepted", OTHER), "query": ("accepted_with_queries", BOTH), "note": ("accepted", BOTH)}


def stored(value: str) -> bytes:
    """A number as it stands in the XML, whatever it is."""
    return patched(SHEET, "<v>123456</v>", f"<v>{value}</v>", table(value=123456))


def inline() -> bytes:
    """Without addresses and shared strings, as other libraries write."""
    shared = openpyxl.load_workbook(io.BytesIO(bulk(TWO))).worksheets[0].iter_rows(values_only=True)
    rows = "".join(
        "<row>"
        + "".join(
            "<c/>" if v is None else f"<c><v>{v}</v></c>" if isinstance(v, (int, float)) else
            f'<c t="inlineStr"><is><t>{v}</t></is></c>'
            for v in row
        )
        + "</row>"
        for row in shared
    )  # fmt: skip
    return subbed(SHEET, r"<sheetData>.*</sheetData>", f"<sheetData>{rows}</sheetData>")


def dated_1904() -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "date_1904": True})
    sheet, as_date = book.add_worksheet(BULK), book.add_format({"num_format": "yyyy-mm-dd"})
    for r, row in enumerate(ROWS):
        for c, cell in enumerate(row):
            if r == 1 and ROWS[0][c] == "图书册数":
                sheet.write_datetime(r, c, dt.datetime(2024, 1, 2), as_date)
            elif cell is not None:
                sheet.write(r, c, cell) if not isinstance(cell, str) else sheet.write_string(r, c, cell)
    book.close()
    return stream.getvalue()


def commented(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
    sheet[BOOKS].comment = Comment("应为 9000", "张老师")


def struck(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
    sheet[BOOKS].font = Font(strike=True)


def partly_struck() -> bytes:
    """The old figure struck through, the new one behind it, in one cell."""
    text = f"<si><r><rPr><strike/></rPr><t>1</t></r><r><t>{BOOKS_TEXT[1:]}</t></r></si>"
    return subbed(STRINGS, rf"<si><t>{BOOKS_TEXT}</t></si>", text, table(value=BOOKS_TEXT))


CELLS = {
    # id: (file, severity, rule, words of the message, books as accepted)
    "E01 a number as text": (lambda: table(value="11250"), "note", "C-NORMALISED", ("11250",)),
    "E02 full-width digits": (lambda: table(value="１１２５０"), "note", "C-NORMALISED", ("１１２５０", "11250")),
    "E03 separators of thousands": (lambda: table(value="11,250"), "note", "C-NORMALISED", ("11,250", "11250")),
    "E04 a unit": (lambda: table(value="11250册"), "error", "C-UNIT", ("11250册", "单位:册")),
    "E05 invisible blanks": (lambda: table(value="\u00a011250\u200b"), "note", "C-NORMALISED", ("11250",)),
    "E10 a date": (lambda: table(value=dt.datetime(2024, 1, 2)), "error", "C-DATE", ("被识别为日期", "2024-01-02")),
    "E11 a formula never computed": (
        lambda: edited(lambda sheet: sheet.__setitem__(BOOKS, "=5000+6250")), "error", "C-NOT-COMPUTED", ("公式", "=5000+6250"),
    ),
    "E12 a stale result": (
        lambda: table(value=Formula("=5000+6250", 11000)), "query", "C-STALE", ("=5000+6250", "11250", "11000"),
    ),
    "E12 a formula beyond recomputation": (
        lambda: table(value=Formula("=IF(1,11250,0)", 11250)), "note", "F-FORMULAS", ("没有重新验算", BOOKS),
    ),
    **{
        f"E13 {error}": (lambda error=error: table(value=Formula("=1/0", error)), "error", "C-EXCEL-ERROR", (error,))
        for error in ("#DIV/0!", "#REF!", "#N/A", "#VALUE!", "#NAME?")
    },
    "E14 NaN": (lambda: stored("NaN"), "error", "C-NOT-FINITE", ("“NaN”", "不是有限的数")),
    "E14 1E+400": (lambda: stored("1E+400"), "error", "C-NOT-FINITE", ("“1E+400”", "不是有限的数")),
    "E14 minus infinity": (lambda: stored("-INF"), "error", "C-NOT-FINITE", ("“-INF”", "不是有限的数")),
    "E14 letters": (lambda: stored("abc"), "error", "C-NUMBER", ("abc",)),
    "E14 400 digits": (lambda: stored("9" * 400), "error", "C-NOT-FINITE", ("“99999", "不是有限的数")),
    "E18 a negative number": (lambda: table(value=-5), "error", "C-NEGATIVE", ("-5",)),
    "E20 half a person": (lambda: table("在校生数(小学)", 450.5), "error", "C-INTEGER", ("450.5", "整数")),
    "E21 TRUE": (lambda: table(value=True), "error", "C-LOGICAL", ("TRUE",)),
    "E22 a share of a count": (lambda: table(value=0.85), "error", "C-INTEGER", ("0.85",)),
    "E33 a date since 1904": (dated_1904, "error", "C-DATE", ("2024-01-02",)),
    "E36 a correction in a comment": (lambda: edited(commented), "query", "C-COMMENT", ("应为 9000", "11250")),
    "E37 struck through": (lambda: edited(struck), "query", "C-STRUCK", ("删除线", "11250")),
}  # fmt: skip


@pytest.mark.parametrize("make, severity, rule, says", CELLS.values(), ids=CELLS)
def test_a_figure(hand_in, make, severity, rule, says):
    night = hand_in({"表.xlsx": make()})
    (finding,) = night.of("表.xlsx")
    assert (finding.severity, finding.rule) == (severity, rule or finding.rule), night.messages
    for words in says:
        assert words in finding.message()
    assert "45293" not in finding.message() and "没有填写" not in finding.message()
    assert (night.outcomes["表.xlsx"], night.accepted) == FACTS[severity]
    if severity == "note":
        assert night.row(code(1))["books"] == 11250


@pytest.mark.parametrize(
    "formula", ["=ZZ900", "=SUM(ZZ900:ZZ901)", f"={BULK}!ZZ900*2"], ids=["E12 a cell", "E12 a sum", "E12 a product"]
)
def test_a_zero_that_is_taken_from_blank_cells_is_missing(hand_in, formula):
    """Nobody gave the figure, and a missing one is never 0."""
    night = hand_in({"表.xlsx": table(value=Formula(formula, 0))})
    note, error = night.one("C-BLANK-SOURCE"), night.one("C-REQUIRED")
    assert note.cell == error.cell == BOOKS and len(night.of("表.xlsx")) == 2, night.messages
    assert "空白" in note.message() and "ZZ900" in note.message() and "没有填写" in error.message()
    assert (night.outcomes["表.xlsx"], night.accepted) == FACTS["error"]


def test_a_part_struck_through(hand_in):
    """E37: the old figure crossed out and the new one behind it, in one cell, as on paper."""
    night = hand_in({"表.xlsx": partly_struck()})
    assert [finding.rule for finding in night.of("表.xlsx")] == ["C-NORMALISED", "C-STRUCK"]
    assert night.outcomes["表.xlsx"] == "accepted_with_queries" and night.one("C-STRUCK").cell == BOOKS


@pytest.mark.parametrize("mark", ["2", "1)", "①"])
def test_a_figure_with_the_mark_of_a_footnote(hand_in, mark):
    """The mark is raised in the cell; a reader of values runs it together with the figure: 450 becomes 4502."""
    text = f'<si><r><t>450</t></r><r><rPr><vertAlign val="superscript"/></rPr><t>{mark}</t></r></si>'
    content = subbed(STRINGS, rf"<si><t>{BOOKS_TEXT}</t></si>", text, table(value=BOOKS_TEXT))
    night = hand_in({"表.xlsx": content})
    assert night.one("C-RAISED").cell == BOOKS and f"450{mark}" in night.one("C-RAISED").message()
    assert (night.outcomes["表.xlsx"], night.accepted) == FACTS["error"]


def spread_out(part: str) -> str:
    """Every tag on a line of its own, as libraries write for people to read."""
    return re.sub(r">(?=<(?!/t>|/v>|/f>))", ">\n  ", part)


def in_single_quotes(part: str) -> str:
    return re.sub(r"=\"([^\"']*)\"", r"='\1'", part)


def with_blanks(part: str) -> str:
    return re.sub(r'([A-Za-z])="', r'\1 = "', part)


@pytest.mark.parametrize("manner", [spread_out, in_single_quotes, with_blanks])
@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (lambda: table(value=Formula("SUM(X1:X1)", "")), "C-NOT-COMPUTED"),
        (lambda: table(value=Formula("5000+5000", 11250)), "C-STALE"),
        (lambda: table(value=Formula("[1]Sheet1!A1", 11250)), "C-LINKED"),
        (lambda: table(value=Formula("1/0", "#DIV/0!")), "C-EXCEL-ERROR"),
        (lambda: partly_struck(), "C-STRUCK"),
        (lambda: raised(), "C-RAISED"),
        (lambda: subbed(SHEET, r'<row r="2"', '<row r="2" hidden="1"'), "R-HIDDEN"),
    ],
)
def test_what_stands_beside_a_value_is_seen_in_any_manner_of_writing(hand_in, manner, content, rule):
    """Line breaks between tags and other quotes are lawful: the value was read, and all that warns of it was not."""
    plain, odd = hand_in({"表.xlsx": content()}), hand_in({"表.xlsx": repacked(content(), {SHEET: manner, STRINGS: manner})})
    assert odd.one(rule).cell == plain.one(rule).cell
    assert [finding.rule for finding in odd.of("表.xlsx")] == [finding.rule for finding in plain.of("表.xlsx")]


@pytest.mark.parametrize("cell", [r'<c r="\1" t="e"/>', r'<c r="\1" s="0" t="e"/>', r'<c r="\1" t="e"></c>'])
def test_an_error_cell_without_its_text_takes_no_figure_of_its_neighbour(hand_in, cell):
    content = subbed(SHEET, rf'<c r="({BOOKS})"[^>]*><v>123456</v></c>', cell, table(value=123456))
    night = hand_in({"表.xlsx": content})
    assert night.one("C-EXCEL-ERROR").cell == BOOKS and "#VALUE!" in night.one("C-EXCEL-ERROR").message()
    assert night.accepted == OTHER


def raised() -> bytes:
    """450 with a raised mark behind it."""
    text = '<si><r><t>450</t></r><r><rPr><vertAlign val="superscript"/></rPr><t>2</t></r></si>'
    return subbed(STRINGS, rf"<si><t>{BOOKS_TEXT}</t></si>", text, table(value=BOOKS_TEXT))


CASES = {
    "E15 a text that is not there": refused(
        lambda: subbed(SHEET, r't="s"><v>1</v>', 't="s"><v>99999</v>'), "F-DAMAGED", "已损坏"
    ),
    "E16 no real address": refused(lambda: patched(SHEET, 'r="A2"', 'r="ZZZZ9999999"'), "F-AREA", "超出了填报表的范围"),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_loses_the_file(hand_in, case):
    night = hand_in({case.file: case.make()})
    night.becomes(case)
    assert night.accepted == [code(90)]


def test_cells_without_addresses_and_texts_in_place(hand_in):
    """E17."""
    night = hand_in({"表.xlsx": inline()})
    assert night.of("表.xlsx") == [] and night.accepted == BOTH and night.row(code(2))["books"] == 11250


@pytest.mark.parametrize("sign", ["—", "/", "无"], ids=["E06 a dash", "E06 a slash", "E07 the word none"])
def test_nothing_is_missing_and_never_0(hand_in, sign):
    optional = hand_in({"选填.xlsx": bulk([school(1, staff=sign)]), "必填.xlsx": bulk([school(2, books=sign), school(3)])})
    assert optional.outcomes["选填.xlsx"] == "accepted" and "不作为 0" in optional.one("C-NOTHING").message()
    assert pd.isna(optional.row(code(1))["staff"])
    error = optional.one("C-REQUIRED")
    assert (error.cell, error.severity) == (BOOKS, "error") and sign in error.message()
    assert optional.accepted == [code(1), code(3), code(90)]


def test_a_code_that_lost_its_digits(hand_in):
    """E08: 18 digits as a number."""
    night = hand_in({"表.xlsx": table("学校标识码", 360521000123456789)})
    assert "设为文本" in night.one("R-CODE").message() and night.accepted == OTHER


def test_a_code_as_a_number_of_ten_digits(hand_in):
    """E08."""
    night = hand_in({"表.xlsx": table("学校标识码", 3605210001)})
    assert night.outcomes["表.xlsx"] == "accepted" and night.one("R-CODE-NUMBER").severity == "note" and night.accepted == BOTH


@pytest.mark.parametrize("listed", [True, False], ids=["E09 a lost zero, in the register", "E09 a lost zero, nowhere"])
def test_a_lost_zero(hand_in, listed):
    zero = school(1, school_id="0605210001", county_code="060521")
    night = hand_in(
        {"表.xlsx": table("学校标识码", 605210001, zero, school(2))}, register=[zero if listed else school(1), school(2)]
    )
    if listed:
        assert night.one("R-CODE-ZERO").severity == "note" and "0605210001" in night.accepted
    else:
        assert night.one("R-CODE").severity == "error" and night.accepted == OTHER


def test_no_students(hand_in):
    """E19: an error of an open school; a closed one says so, and nothing is divided by 0."""
    night = hand_in(
        {"开.xlsx": bulk([school(1, primary=0), school(2)]), "停.xlsx": bulk([school(3, primary=0, school_status="停办")])}
    )
    assert "停办" in night.one("R-NO-STUDENTS", "开.xlsx").message() and night.errors(code(3)) == []
    assert night.accepted[0] == code(2) and night.outcomes["停.xlsx"].startswith("accepted")


@pytest.mark.parametrize(
    "typed, says",
    [(0.85, ["填的 0.85 已按 85% 读取"]), (85, []), ("85%", ["填的“85%”已按“85”读取"])],
    ids=["E22 0.85", "E22 85", "E22 85%"],
)
def test_percent(hand_in, typed, says):
    night = hand_in({"表.xlsx": bulk([school(1, fitness_pass_rate_primary=typed)])})
    assert night.outcomes["表.xlsx"] == "accepted" and night.row(code(1))["fitness_pass_rate_primary"] == pytest.approx(85)
    told = [finding.message() for finding in night.of("表.xlsx")]
    assert len(told) == len(says) and all(words in message for words, message in zip(says, told, strict=True)), told


def formatted(one: School, key: str, value: float, form: str = "0.00%") -> bytes:
    """A table in which one figure bears a format of its own."""
    rows, stream = bulk_rows([{**one, **school(1, **{key: 7654.5})}, school(2)]), io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet, shown_so = book.add_worksheet(BULK), book.add_format({"num_format": form})
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            if cell == 7654.5:
                sheet.write_number(r, c, value, shown_so)
            elif isinstance(cell, str):
                sheet.write_string(r, c, cell)
            elif cell is not None:
                sheet.write_number(r, c, cell)
    book.close()
    return stream.getvalue()


@pytest.mark.parametrize("stored, percent", [(0.85, 85), (0.009, 0.9), (1, 100)], ids=["E22 85 %", "E22 0.9 %", "E22 100 %"])
def test_the_format_of_percents(hand_in, stored, percent):
    """What is shown as 85 % is stored as 0.85."""
    night = hand_in({"表.xlsx": formatted(school(1), "fitness_pass_rate_primary", stored)})
    assert night.one("C-PERCENT").severity == "note" and f"{percent}%" in night.one("C-PERCENT").message()
    assert night.accepted == BOTH and night.row(code(1))["fitness_pass_rate_primary"] == percent


def test_the_format_of_percents_in_a_count(hand_in):
    """E22."""
    night = hand_in({"表.xlsx": formatted(school(1), "books", 112.5)})
    assert "112.5" in night.one("C-INTEGER").message() and night.accepted == OTHER


def test_a_date_since_1904_where_a_date_is_asked_for(hand_in):
    """E33: the day that was typed, not one four years and a day apart."""
    measure = {
        "county_code": "360521",
        "gap": "360521-G1",
        "owner": "县教育局",
        "measure": "招聘 3 人",
    } | {"due": dt.datetime(2026, 6, 30)}
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "date_1904": True})
    sheet, as_date = book.add_worksheet("整改台账"), book.add_format({"num_format": "yyyy-mm-dd"})
    for r, row in enumerate(record_rows("rectification", [measure])):
        for c, cell in enumerate(row):
            if isinstance(cell, dt.datetime):
                sheet.write_datetime(r, c, cell, as_date)
            elif cell is not None:
                sheet.write(r, c, cell) if not isinstance(cell, str) else sheet.write_string(r, c, cell)
    book.close()
    night = hand_in({"台账.xlsx": stream.getvalue()}, register=[school(1), school(2), school(3)])
    assert night.of("台账.xlsx") == [] and night.accepted == [code(90)], night.messages
    tables = settle_records(night.intake, night.settlement.register, night.standards).tables
    (due,) = tables[ENTRY_TABLES["rectification"]]["due"]
    assert str(due)[:10] == "2026-06-30"


FIGURES: dict[str, tuple[dict[str, object], str, str, tuple[str, ...]]] = {
    "E34 mu for square metres": ({"teaching_area": 3.15, "indoor_sports_area": 0}, "S-BOUNDS", "error", ("亩", "666.67")),
    "E34 mu within the bounds": ({"sports_ground_area": 8.4}, "S-UNIT", "query", ("亩", "666.67")),
    "E35 yuan for ten thousand": ({"equipment_value": 1_395_000}, "S-BOUNDS", "error", ("元", "10000")),
    "E35 yuan within the bounds": ({"public_budget": 324_000}, "S-UNIT", "query", ("元", "10000")),
    "E38 backbone teachers above full-time": ({"backbone_teachers_primary": 39}, "S-MOST", "error", ("39", "38", "单元格")),
    "E38 degrees above full-time": ({"teachers_above_required_primary": 39}, "S-MOST", "error", ("39", "38", "单元格")),
    "E38 teachers above all staff": ({"staff_total": 37}, "S-WHOLE", "error", ("38", "37", "单元格")),
    "E38 training above the budget": (
        {"training_expenditure": 32.41}, "S-USUALLY-MOST", "query", ("32.41", "32.4", "单元格"),
    ),
    "E38 no classes with pupils": (
        {"classes_primary": 0, "oversize_classes_primary": 0}, "S-CLASSES-ZERO", "error", ("450", "班级数为 0"),
    ),
    "E38 too few classes for the pupils": ({"classes_primary": 9}, "S-CLASS-PRODUCT", "error", ("9 × 最大班额 45 = 405", "450")),
    "E38 a class above the cap": ({"largest_class_primary": 60}, "S-OVERSIZE", "query", ("60", "45")),
    "E39 a stated ratio with a likely cause": (
        {"reported_books_per_student_primary": 11250}, "S-STATED-RATIO", "query", ("11250", "25", "可能填了总数"),
    ),
    "E39 a stated ratio": (
        {"reported_books_per_student_primary": 30.0}, "S-STATED-RATIO", "query", ("30", "25", "11250 ÷ 450"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("changed, rule, severity, says", FIGURES.values(), ids=FIGURES)
def test_figures_that_cannot_be(hand_in, changed, rule, severity, says):
    night = hand_in({"表.xlsx": bulk([school(1, **changed), school(2)])})
    finding = night.told(rule)[0]
    assert finding.severity == severity
    for words in says:
        assert words in finding.message(), finding.message()
    assert night.accepted == FACTS[severity][1]


def test_a_stated_ratio_that_was_cut_is_equal(hand_in):
    """E39: 11311 ÷ 450 = 25.1355…, rounded or cut."""
    for stated in (25.14, 25.13, 25.1):
        one = school(1, books=11311, reported_books_per_student_primary=stated)
        assert not hand_in({"表.xlsx": bulk([one])}).told("S-STATED-RATIO")


NO_ROOMS = {"music_rooms": 0, "smallest_music_room": None, "art_rooms": 0, "smallest_art_room": None}


def returns(one: School) -> pd.DataFrame:
    return take_in({"表.xlsx": bulk([one])}).settlement.returns


@pytest.mark.parametrize(
    "was, now, rule, says",
    [
        (school(1), school(1), "S-SAME-AS-LAST-YEAR", "完全相同"),
        (school(1, primary=600), school(1, primary=300), "S-CHANGE", "上年为 600人,今年为 300人"),
        (school(1, primary=12, **NO_ROOMS), school(1, primary=6, **NO_ROOMS), None, ""),
    ],
    ids=["E40 last year's table again", "E40 half the pupils", "E40 half of a dozen pupils"],
)
def test_against_last_year(hand_in, was, now, rule, says):
    night = hand_in({"表.xlsx": bulk([now])}, last_year=returns(was))
    asked = [f for f in night.of("表.xlsx") if f.rule == "S-SAME-AS-LAST-YEAR" or (f.rule, f.field) == ("S-CHANGE", "enrolment")]
    assert [finding.rule for finding in asked] == ([rule] if rule else []) and night.accepted == [code(1), code(90)]
    assert all(finding.severity == "query" and says in finding.message() for finding in asked), night.messages
