"""What a cell's number format makes of its figure, from files as offices make them.

Belongs here: formats that name a unit, divide, or show a percentage or money. Does not belong here: units in words
(``test_stated_units``), other looks of a cell (``test_passed_over``).
"""

import io

import openpyxl
import pytest

from builders.intake import take_in
from builders.old_workbooks import old_book
from builders.schools import code, school
from builders.workbooks import BULK, FORM, bulk, bulk_rows, cell_of, entry_of, form, form_rows, repacked, xlsx
from domain.intake.number_formats import shows
from domain.intake.shown_otherwise import seen_otherwise

TWO = [school(1, site_area=12000.0), school(2)]
ROWS = bulk_rows(TWO)
VALUE, AREA, BOOKS, CLASSES = "教学仪器设备资产值", "占地面积", "图书册数", "班级数(小学)"


def formatted(content, formats):
    """A workbook with number formats by cell."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    for cell, number_format in formats.items():
        book.worksheets[0][cell].number_format = number_format
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def told(content, file="表.xlsx"):
    """The findings about formats."""
    night = take_in({file: content})
    return [*night.told("C-SHOWN"), *night.told("H-SHOWN")], night


def of(label, number_format, rows=ROWS):
    return told(formatted(xlsx({BULK: rows}), {cell_of(rows, label): number_format}))


@pytest.mark.parametrize(
    ("label", "number_format", "seen"),
    [
        (VALUE, '0.00"千元"', "千元"),
        (VALUE, '#,##0.00"元"', "元"),
        (VALUE, '0.00"(元)"', "元"),
        (VALUE, '0.00"元/生"', "元"),
        (VALUE, '[$元-804]#,##0.00', "元"),
        (VALUE, r"0.00\千\元", "千元"),
        (VALUE, '#,##0.00"千元";[Red]-#,##0.00"千元"', "千元"),
        (VALUE, '0.00"千"', "千元"),
        (AREA, '0.00"亩"', "亩"),
        (AREA, '0.0"公顷"', "公顷"),
        (VALUE, '0.00"美元"', "美元"),
        (BOOKS, '0"万"', "万册"),
        (BOOKS, '0"百册"', "百册"),
        (VALUE, "#,##0,", "缩小了的数"),
        (BOOKS, "#,##0.00,", "缩小了的数"),
        (BOOKS, "0.00,,", "缩小了的数"),
        (BOOKS, '0!.0,"万"', "缩小了的数"),
        (VALUE, r"0\.0000", "缩小了的数"),
        (VALUE, '0"."0000', "缩小了的数"),
        (BOOKS, '[>=10000]0!.0,"万";0', "缩小了的数"),
        (BOOKS, "0%", "1125000%"),
        (VALUE, "0.00%", "%"),
        (VALUE, '"见附件"', "文字或空白"),
        (VALUE, ";;;", "文字或空白"),
        (VALUE, '[>1000]"≥1000";0', "文字或空白"),
        (VALUE, '0"0"', "添了数字的数"),
        (VALUE, r"0\0", "添了数字的数"),
    ],
)  # fmt: skip
def test_a_figure_seen_as_another_is_not_used(label, number_format, seen):
    (error,), night = of(label, number_format)
    assert (error.rule, error.severity, error.cell, error.row) == ("C-SHOWN", "error", cell_of(ROWS, label), 2)
    assert seen in error.message() and "常规" in error.message() and "General" in error.message("en")
    assert code(1) not in night.accepted and code(2) in night.accepted


@pytest.mark.parametrize(
    ("label", "number_format"),
    [
        (VALUE, "0.00"),
        (VALUE, "#,##0.00"),
        (VALUE, '#,##0.00"万元"'),
        (VALUE, '0.00"万"'),
        (VALUE, '0.00"(万元)";-0.00"(万元)"'),
        (VALUE, '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ '),
        (VALUE, "#,##0.00_);(#,##0.00)"),
        (VALUE, '0.00"万元";;;"单位:元"@'),
        (AREA, '#,##0.00"㎡"'),
        (AREA, '#,##0"平方米"'),
        (BOOKS, '#,##0"册"'),
        (BOOKS, "000,000"),
        (BOOKS, "0.00E+00"),
        (BOOKS, "[DBNum1][$-804]General"),
        (CLASSES, '0"班"'),
        (CLASSES, '"共"0"个"'),
        (BOOKS, "@"),
        (BOOKS, '[=0]"无";0'),
        (BOOKS, '0;-0;"0"'),
        (AREA, '0.0"m2"'),
    ],
)
def test_a_format_that_shows_the_figure_as_it_is_read_says_nothing(label, number_format):
    assert of(label, number_format)[0] == []


def test_the_unit_of_the_column_is_what_counts():
    heading = {VALUE: f"{VALUE}(千元)"}
    rows = bulk_rows([school(1, equipment_value=1395.1), school(2, equipment_value=1395.1)], labels=heading)
    assert of(heading[VALUE], '0.00"千元"', rows)[0] == []
    assert [one.rule for one in of(heading[VALUE], '0.00"万元"', rows)[0]] == ["C-SHOWN"]
    assert [one.rule for one in of(heading[VALUE], '0.00"元"', rows)[0]] == ["C-SHOWN"]


def test_nothing_is_nothing_in_any_unit_and_words_are_shown_as_they_are():
    rows = bulk_rows([school(1, disabled_students_primary=0), school(2)])
    for label, value in ((BOOKS, "11250"), (BOOKS, None), (AREA, 0)):
        changed = [list(row) for row in rows]
        if label not in changed[0]:
            changed = [[*row, label if number == 0 else None] for number, row in enumerate(changed)]
        changed[1][changed[0].index(label)] = value
        assert of(label, '0"千元"', changed)[0] == []
    assert of("学校名称", '0"千元"')[0] == []


@pytest.mark.parametrize(
    ("label", "number_format", "seen"),
    [
        (VALUE, "¥#,##0.00", "¥"),
        (VALUE, "[$¥-804]#,##0.00", "¥"),
        (VALUE, "[$$-409]#,##0.00", "$"),
        (VALUE, "[$USD] #,##0.00", "USD"),
        (BOOKS, "¥#,##0", "¥"),
        (BOOKS, '0"台"', "台"),
        (CLASSES, '0"人"', "人"),
        (BOOKS, '0"%"', "%"),
    ],
)
def test_a_format_chosen_without_a_thought_is_asked_about(label, number_format, seen):
    (query,), night = of(label, number_format)
    assert (query.rule, query.severity, query.cell, query.row) == ("H-SHOWN", "query", cell_of(ROWS, label), 2)
    assert seen in query.message() and "1 格" in query.message()
    assert code(1) in night.accepted


@pytest.mark.parametrize("number", [5, 7, 42, 44])
def test_formats_that_a_file_names_by_number_alone(number):
    content = formatted(xlsx({BULK: ROWS}), {cell_of(ROWS, VALUE): "0.00"})
    content = repacked(content, {"xl/styles.xml": lambda text: text.replace('numFmtId="2"', f'numFmtId="{number}"')})
    assert [one.rule for one in told(content)[0]] == ["H-SHOWN"]


def test_a_column_is_asked_about_once_and_its_figures_count():
    cells = [cell_of(ROWS, VALUE, row) for row in (1, 2)]
    (query,), night = told(formatted(bulk(TWO), dict.fromkeys(cells, "¥#,##0.00")))
    assert (query.cell, query.row) == (cells[0], None) and "2 格" in query.message()
    assert {code(1), code(2)} <= set(night.accepted)


def test_yuan_are_shown_as_yuan():
    heading = {VALUE: f"{VALUE}(元)"}
    rows = bulk_rows([school(1, equipment_value=1395100), school(2, equipment_value=1395100)], labels=heading)
    assert of(heading[VALUE], "¥#,##0.00", rows)[0] == []


@pytest.mark.parametrize(("value", "rules"), [(0.95, []), (1, []), (95, ["C-SHOWN"]), (1.2, ["C-SHOWN"])])
def test_percentages(value, rules):
    """0.95 that is seen as 95% is read as 95; 95 that is seen as 9500% is nobody's figure."""
    one = school(1, fitness_pass_rate_primary=value)
    rows = form_rows(one)
    content = formatted(form(one), {entry_of(rows, "学生体质健康合格率(小学)"): "0.00%"})
    assert [one.rule for one in told(content)[0]] == rules


def test_in_a_form():
    (error,), _night = told(formatted(form(TWO[0]), {entry_of(form_rows(TWO[0]), VALUE): '0.00"千元"'}))
    assert (error.rule, error.row, error.sheet) == ("C-SHOWN", 0, FORM)


@pytest.mark.parametrize(
    ("number_format", "rules"),
    [('0.00"千元"', ["C-SHOWN"]), ("#,##0,", ["C-SHOWN"]), ("¥#,##0.00", ["H-SHOWN"]), ('0.00"万元"', []), ("0.00", [])],
)
def test_in_a_workbook_of_the_old_format(number_format, rules):
    column = ROWS[0].index(VALUE)
    found, _night = told(old_book(ROWS, formats={(1, column): number_format}), "表.xls")
    assert [one.rule for one in found] == rules
    assert [one.cell for one in found] == [cell_of(ROWS, VALUE)] * len(rules)


def test_a_figure_that_has_no_unit():
    """On a record form the unit may stand in a cell of its own: only what is seen as another number is told."""
    assert seen_otherwise('0.0"亩"', 3.0, "", 1.0) is None and seen_otherwise("¥0.0", 3.0, "", 1.0) is None
    assert seen_otherwise("0%", 0.85, "", 1.0).zh == "“85%”" and seen_otherwise("#,##0,", 3.0, "", 1.0).sure


def test_a_format_that_is_never_closed_is_no_trouble():
    for odd in ('"', '0"千', "[$", "\\", "_", ";;;;;", "", "0.00\\", "[$-", '"""'):
        shows(odd)
