"""Figures whose label names no section: whose they are, and totals held against the sections beside them.

Belongs here: schools of each type, in tables and forms. Does not belong here: which labels there are (``test_labels``), totals
that a layout gives as several headings (``test_layouts_in_sheets``).
"""

import pytest

from builders.intake import Settled, take_in
from builders.schools import code, school
from builders.workbooks import BULK, bulk_rows, cell_of, entry_of, form_rows, xlsx

NINE, COMPLETE, TWELVE = "九年一贯制学校", "完全中学", "十二年一贯制学校"


def with_total(kind: str, total: object, heading: str = "在校生数", **figures: object) -> list[list[object]]:
    """A table with a total beside the figures of the sections: 450 小学, 300 初中, 240 高中 unless changed."""
    rows = bulk_rows([school(1, kind, **figures), school(2)])
    return [[*row, cell] for row, cell in zip(rows, (heading, total, ""), strict=True)]


def night(rows: list[list[object]]) -> Settled:
    return take_in({"表.xlsx": xlsx({BULK: rows})})


def told(rows: list[list[object]]) -> list[str]:
    """The rules that speak of the total."""
    return [rule for rule in night(rows).rules if rule in ("R-SECTIONS-DIFFER", "H-TWICE", "H-NO-SECTION")]


def test_a_total_that_is_not_the_sum_is_asked_about():
    """450 + 300 = 750, and not 800."""
    rows = with_total(NINE, 800)
    query = night(rows).one("R-SECTIONS-DIFFER")
    assert (query.severity, query.cell, query.row, query.field, query.value) == (
        "query",
        cell_of(rows, "在校生数"),
        2,
        "enrolment",
        "800",
    )
    parts = [f"在校生数({name})({cell_of(rows, f'在校生数({name})')})" for name in ("小学", "初中")]
    assert "填的是 800" in query.message() and "相加为 750" in query.message() and all(part in query.message() for part in parts)
    year = night(rows)
    assert year.accepted == [code(1), code(2)] and year.row(code(1))["enrolment_primary"] == 450


@pytest.mark.parametrize("total", [750, "750", "７５０", "750人", "—", "无", "多"])
def test_a_total_that_is_the_sum_or_no_figure_is_not(total):
    assert told(with_total(NINE, total)) == []


@pytest.mark.parametrize("heading", ["专任教师数", "班级数", "高于规定学历专任教师数"])
def test_other_figures_that_are_added(heading):
    assert told(with_total(NINE, 9999, heading)) == ["R-SECTIONS-DIFFER"]


@pytest.mark.parametrize("word", ["合计", "小计", "計"])
@pytest.mark.parametrize("first", [True, False], ids=["before its sections", "behind them"])
@pytest.mark.parametrize("merged", [True, False], ids=["merged", "each below its own"])
def test_a_total_in_a_header_of_two_rows(word, first, merged):
    def rows(total: int) -> list[list[object]]:
        table = bulk_rows([school(1, NINE), school(2)])
        at = table[0].index("在校生数(小学)")
        upper = [str(cell).partition("(小学)")[0].partition("(初中)")[0] for cell in table[0]]
        lower = ["小学" if "(小学)" in str(cell) else "初中" if "(初中)" in str(cell) else "" for cell in table[0]]
        place = at if first else at + 2
        lines = [
            [*line[:place], cell, *line[place:]]
            for line, cell in zip((upper, lower, *table[1:]), ("在校生数", word, total, 450), strict=True)
        ]
        if merged:
            lines[0][at + 1 : at + 3] = ["", ""]
        return lines

    assert told(rows(750)) == [] and told(rows(800)) == ["R-SECTIONS-DIFFER"] and "H-UNKNOWN" not in night(rows(750)).rules


def test_figures_that_nobody_adds():
    assert told(with_total(NINE, 60, "最大班额")) == []


@pytest.mark.parametrize(
    ("kind", "total", "senior", "rules"),
    [
        (COMPLETE, 540, 240, []),  # 300 + 240
        (COMPLETE, 300, 240, []),  # the junior section alone
        (COMPLETE, 800, 240, ["R-SECTIONS-DIFFER"]),
        (COMPLETE, 900, None, []),  # the senior section may be in it
        (COMPLETE, 299, None, ["R-SECTIONS-DIFFER"]),
        (TWELVE, 990, 240, []),
        (TWELVE, 750, 240, []),
        (TWELVE, 989, 240, ["R-SECTIONS-DIFFER"]),
        (TWELVE, 749, None, ["R-SECTIONS-DIFFER"]),
    ],
)
def test_a_school_with_a_senior_section(kind, total, senior, rules):
    assert told(with_total(kind, total, enrolment_senior=senior)) == rules


@pytest.mark.parametrize("kind", [COMPLETE, TWELVE, NINE])
def test_a_figure_alone_is_of_no_section_where_there_are_several(kind):
    """That of 完全中学 was read as its junior section's, while it counts the senior one."""
    rows = with_total(kind, 900, enrolment_primary=None, enrolment_junior=None, enrolment_senior=None)
    year = night(rows)
    error = year.one("H-NO-SECTION")
    assert error.cell == cell_of(rows, "在校生数") and year.accepted == [code(2)], year.messages
    named = {NINE: "小学 初中", COMPLETE: "初中 高中", TWELVE: "小学 初中 高中"}[kind]
    assert "和".join(f"“在校生数({one})”" for one in named.split()) in error.message() and not year.told("C-REQUIRED")


def test_a_field_that_no_senior_section_fills_in_names_the_others():
    rows = with_total(COMPLETE, 90, "专任教师数", full_time_teachers_junior=None)
    assert "请分学段填写:“专任教师数(初中)”。" in night(rows).one("H-NO-SECTION").message()


def test_a_single_section_that_says_two_things():
    assert told(with_total("小学", 450)) == [] and told(with_total("小学", 451)) == ["H-TWICE"]


@pytest.mark.parametrize(("total", "rules"), [(750, []), (800, ["R-SECTIONS-DIFFER"])])
def test_a_form(total, rules):
    rows = form_rows(school(1, NINE))
    row = next(row for row in rows if "在校生数(小学)" in row)
    at = row.index("在校生数(小学)")
    more = [*row[:at], "在校生数", *row[at + 1 :]]
    rows.append([total if cell == 450 else cell for cell in more])
    year = take_in({"校.xlsx": xlsx({"表": rows})})
    assert year.rules == rules, year.messages
    assert not rules or year.one(rules[0]).cell == entry_of(rows, "在校生数")
