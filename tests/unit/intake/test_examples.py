"""Rows with a school's code but the name of an example or a total, from the file to what counts.

Belongs here: which are left out, which are asked about, and what the register changes. Does not belong here: rows without a
code (``test_tables``), whether a total is right (``test_layouts_in_sheets``).
"""

import pytest

from builders.intake import register_of, take_in
from builders.schools import code, school
from builders.workbooks import BULK, bulk, bulk_rows, csv_table, xlsx
from domain.intake.examples import example_in
from domain.intake.register import read_register

CODE = "3605219999"


def named(name: str, school_id: str = CODE) -> bytes:
    """A table of a row of this name and of one school."""
    one = school(1, name=name) | {("school_id", None): school_id}
    return xlsx({BULK: bulk_rows([one, school(2)])})


@pytest.mark.parametrize("school_id", [CODE, "1234567890", "示例", ""])
@pytest.mark.parametrize(
    "name",
    [
        "填写示例", "示例", "示例小学", "样例:某小学", "(示例)青禾小学", "例：××小学", "例如：青禾县××小学", "样表", "举例", "范例",
        "范例小学", "XX小学", "ＸＸ小学", "青禾县××学校", "某某小学", "测试学校", "模板学校", "案例小学",
    ],
)  # fmt: skip
def test_an_example_is_no_school_whatever_its_code(name, school_id):
    """D11: never in the county's totals, nor among the schools expected."""
    year = take_in({"表.xlsx": named(name, school_id)})
    note = year.one("R-EXAMPLE")
    assert (note.severity, note.row) == ("note", None) and "第 2 行" in note.message()
    assert year.accepted == [code(2)] and list(year.board) == [code(2)] and year.outcomes == {"表.xlsx": "accepted"}
    assert year.rules == ["R-EXAMPLE"]


@pytest.mark.parametrize("name", ["示例实验小学", "范例路小学", "小计", "合计", "全县"])
def test_what_may_be_a_school_is_asked_about(name):
    year = take_in({"表.xlsx": named(name)})
    query = year.one("R-DOUBTFUL")
    assert query.severity == "query" and f"“{name}”" in query.message() and "名册" in query.message()
    assert year.accepted == [code(2)] and list(year.board) == [code(2)]
    assert year.outcomes == {"表.xlsx": "accepted_with_queries"}


@pytest.mark.parametrize("name", ["示例实验小学", "小计", "合计", "范例路小学"])
def test_a_school_of_the_register_is_never_left_out(name):
    one = school(1, name=name)
    year = take_in({"表.xlsx": bulk([one, school(2)])}, [one, school(2)])
    assert year.accepted == [code(1), code(2)] and year.rules == []


def test_an_example_is_left_out_where_the_register_lists_others():
    year = take_in({"表.xlsx": named("填写示例")}, [school(2)])
    assert year.accepted == [code(2)] and year.rules == ["R-EXAMPLE"]


def test_a_proper_name_without_a_code_is_asked_about():
    year = take_in({"表.xlsx": named("示例实验小学", "")})
    assert year.one("R-DOUBTFUL").severity == "query" and year.accepted == [code(2)]


def test_an_example_takes_no_part_in_the_total():
    rows = bulk_rows([school(1, name="填写示例"), school(2)])
    total = [None] * len(rows[0])
    total[0], total[rows[0].index("图书册数")] = "合计", rows[2][rows[0].index("图书册数")]
    assert sorted(take_in({"表.xlsx": xlsx({BULK: [*rows, total]})}).rules) == ["R-EXAMPLE", "R-TOTAL"]


def test_a_file_with_nothing_but_an_example_was_not_filled_in():
    year = take_in({"表.xlsx": bulk([school(1, name="示例小学")]), "好.xlsx": bulk([school(2)])})
    assert year.one("F-NO-SCHOOL").severity == "error" and year.outcomes["表.xlsx"] == "rejected"
    assert list(year.board) == [code(2)]


def test_no_example_enters_the_register():
    schools = [school(1, name="填写示例"), school(2, name="示例实验小学"), school(3)]
    assert list(register_of(schools)["school_id"]) == [code(2), code(3)]
    assert list(read_register("名册.csv", csv_table(bulk_rows([school(4)])))["school_id"]) == [code(4)]


@pytest.mark.parametrize(
    "name", ["青禾示例小学", "合计小学", "范县第一小学", "某家沟小学", "测试路小学", "总计村小学", "样板房小学"]
)
def test_names_of_schools(name):
    assert example_in(name) is None
    assert take_in({"表.xlsx": named(name)}).accepted == [code(2), CODE]
