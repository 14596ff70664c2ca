"""Returns side by side: arrays of figures, addresses, identity by the register.

Belongs here: the arrays that rules look at. Does not belong here: judgement of them.
"""

import numpy as np

from builders.intake import reading_of, register_of
from builders.schools import code, school
from builders.workbooks import BULK, bulk, bulk_rows, cell_of, entry_of, form, form_rows, xlsx
from data_contracts.records import NUMERIC_COLUMNS, RETURN_COLUMNS, TEXT_COLUMNS
from domain.intake.gathering import gathered
from domain.intake.returns import returns_of, take_identity_from


def returns(*files, register=None):
    return returns_of(gathered([reading_of(name, content) for name, content in files]), register)


def test_one_row_per_school_and_file():
    laid = returns(("表.xlsx", bulk([school(1), school(2)])), ("校.xlsx", form(school(2, books=7))))
    assert len(laid) == 3
    assert laid.keys["school_id"].tolist() == [code(2), code(1), code(2)]
    assert laid.keys["row"].tolist() == [0, 2, 3]
    assert laid.keys["form"].tolist() == ["school_form", "bulk_table", "bulk_table"]
    assert laid.number("books").tolist() == [7, 11250, 11250]


def test_every_column_of_a_return_is_there():
    laid = returns(("校.xlsx", form(school(1))))
    assert set(laid.numbers) == set(NUMERIC_COLUMNS) and set(laid.texts) == set(TEXT_COLUMNS)
    assert set(NUMERIC_COLUMNS) | set(TEXT_COLUMNS) == set(RETURN_COLUMNS)
    assert all(len(values) == 1 for values in (*laid.numbers.values(), *laid.texts.values()))


def test_blank_is_nan_or_none_and_is_not_filled():
    laid = returns(("校.xlsx", form(school(1, books=None, charter=None, staff=0))))
    assert np.isnan(laid.number("books")[0]) and laid.text("charter")[0] is None
    assert not laid.filled("books")[0] and laid.filled("staff")[0]
    assert laid.typed_text(0, "books") is None and laid.typed_text(0, "staff") == "0"


def test_unreadable_is_filled_but_has_no_figure():
    laid = returns(("校.xlsx", form(school(1, books="约一万"))))
    assert laid.filled("books")[0] and np.isnan(laid.number("books")[0]) and laid.typed_text(0, "books") == "约一万"


def test_addresses_of_filled_and_blank_cells():
    rows = bulk_rows([school(1, books=None), school(2)])
    laid = returns(("表.xlsx", xlsx({BULK: rows})))
    assert laid.cell(0, "books") == cell_of(rows, "图书册数") and laid.cell(1, "books") == cell_of(rows, "图书册数", 2)
    assert laid.cell(0, "green_area") is None
    lines = form_rows(school(1, books=""))
    assert returns(("校.xlsx", xlsx({"表": lines}))).cell(0, "books") == entry_of(lines, "图书册数")


def test_same_cell_of_two_files_is_told_apart():
    laid = returns(("一.xlsx", bulk([school(1, books=1)])), ("二.xlsx", bulk([school(1, books=None)])))
    assert laid.typed_text(0, "books") == "1" and laid.typed_text(1, "books") is None


def test_findings_carry_place_and_value():
    rows = bulk_rows([school(1)])
    finding = returns(("表.xlsx", xlsx({BULK: rows}))).finding(0, "C-NEGATIVE", "books", label="图书册数", value="11250")
    assert (finding.sheet, finding.cell, finding.row, finding.field, finding.section, finding.value) == (
        BULK,
        cell_of(rows, "图书册数"),
        2,
        "books",
        None,
        "11250",
    )


def test_nothing_at_all():
    laid = returns()
    assert len(laid) == 0 and laid.number("books").shape == (0,) and laid.registered.shape == (0,)


class TestIdentity:
    def test_registered(self):
        laid = returns(("表.xlsx", bulk([school(1), school(2)])), register=register_of([school(2)]))
        assert laid.registered.tolist() == [False, True]
        assert returns(("表.xlsx", bulk([school(1)]))).registered.tolist() == [True]

    def test_differences_name_both_and_the_register_counts(self):
        register = register_of([school(1, name="青禾小学", year_built=1998)])
        laid = returns(("表.xlsx", bulk([school(1, name="青苗小学", year_built=1999), school(7)])), register=register)
        found = take_identity_from(laid, register)
        assert [(index, f.rule, f.field) for index, f in found] == [
            (0, "R-IDENTITY", "school_name"),
            (0, "R-IDENTITY", "year_built"),
        ]
        assert found[1][1].params == {"label": "建成年份", "value": "1999", "expected": "1998"}
        assert laid.text("school_name")[0] == "青禾小学" and laid.number("year_built")[0] == 1998
        assert laid.text("school_name")[1] == "青禾县第7学校"

    def test_blank_takes_the_registers_without_a_word(self):
        register = register_of([school(1)])
        laid = returns(("表.xlsx", bulk([school(1, ownership=None), school(2)])), register=register)
        assert take_identity_from(laid, register) == [] and laid.text("ownership")[0] == "公办"

    def test_a_blank_register_leaves_the_schools(self):
        register = register_of([school(1, area_type=None)])
        laid = returns(("表.xlsx", bulk([school(1, area_type="乡村")])), register=register)
        assert take_identity_from(laid, register) == [] and laid.text("area_type")[0] == "乡村"

    def test_what_was_typed_is_kept(self):
        register = register_of([school(1)])
        laid = returns(("表.xlsx", bulk([school(1, ownership="民办")])), register=register)
        ((_, finding),) = take_identity_from(laid, register)
        assert finding.value == "民办" and laid.typed_text(0, "ownership") == "民办"
