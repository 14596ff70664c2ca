"""What a single cell says, and what is wrong or tolerated in it.

Belongs here: one column of one field at a time. Does not belong here: whether it was required (``test_screening``).
"""

import datetime as dt
import math

import pytest

from data_contracts.catalogue import choices, fields
from data_contracts.rules import rules
from domain.intake.cells import TEXT_LIMIT, Column, NotComputed, clean_text, coerce, is_blank, shown

NAN = float("nan")


def read(key: str, cell: object, textual: bool = False) -> tuple[object, list[str]]:
    """Value and rules of one cell, with an ordinary neighbour so that the column is of mixed kinds where the cell is odd."""
    what = fields()[key]
    column = coerce(what, what.label, [cell], textual)
    return _value(column), [rule for _, rule, _ in column.remarks]


def _value(column: Column) -> object:
    value = column.numbers[0] if column.numbers is not None else column.texts[0]
    return None if value is None or value != value else value


class TestNumbers:
    @pytest.mark.parametrize(
        ("cell", "number"),
        [(450, 450.0), (450.0, 450.0), (0, 0.0), (0.0, 0.0), (-0.0, 0.0), (1e15, 1e15)],
    )
    def test_plain(self, cell, number):
        assert read("books", cell) == (number, [])

    @pytest.mark.parametrize("cell", [450.00000000000006, 449.99999999999994, "450.00000000000001"])
    def test_what_a_spreadsheet_shows_as_a_whole_number_is_one(self, cell):
        assert read("books", cell)[0] == 450
        assert read("books", 450.000001) == (None, ["C-INTEGER"]) and read("books", 0.85) == (None, ["C-INTEGER"])

    @pytest.mark.parametrize(("cell", "rule"), [("450②", "C-NUMBER"), ("450²", "C-NUMBER"), ("450m²", "C-UNIT")])
    def test_marks_behind_a_number_are_none_of_its_digits(self, cell, rule):
        assert read("books", cell) == (None, [rule])

    @pytest.mark.parametrize("cell", [None, "", " ", "\u3000", "\u00a0", "\u200b", "\n", "\ufeff \u200b"])
    def test_blank_is_missing_and_never_0(self, cell):
        assert read("books", cell) == (None, [])
        assert is_blank(cell)

    @pytest.mark.parametrize(
        ("cell", "number"),
        [
            ("450", 450),
            ("４５０", 450),
            ("1,450", 1450),
            ("１，４５０", 1450),
            ("1,234,567", 1234567),
            ("\u00a0450\u200b", 450),
            (" 450 ", 450),
            ("+450", 450),
            ("450.0", 450),
            ("4.5e2", 450),
            ("0", 0),
            ("'450", 450),
        ],
    )
    def test_text_that_is_a_number_is_taken_with_a_note(self, cell, number):
        what = fields()["books"]
        column = coerce(what, what.label, [cell], textual=False)
        assert column.numbers[0] == number
        ((index, rule, params),) = column.remarks
        assert (index, rule) == (0, "C-NORMALISED")
        assert (params["value"], params["number"]) == (cell, str(number))
        assert rules()[rule].severity == "note"

    @pytest.mark.parametrize("textual", [False, True])
    @pytest.mark.parametrize(
        ("cell", "number", "parts"),
        [
            ("450 460", 450460, "450、460"),
            ("4\u00a050", 450, "4、50"),
            ("１ ２００", 1200, "1、200"),
            ("1 234 567", 1234567, "1、234、567"),
        ],
    )
    def test_a_blank_within_may_part_two_figures_and_is_asked_about(self, cell, number, parts, textual):
        column = coerce(fields()["books"], "册数", [cell], textual)
        assert column.numbers[0] == number
        [(index, rule, params)] = column.remarks
        assert (index, rule, params["number"], params["parts"]) == (0, "C-SPACED", str(number), parts)
        assert rules()[rule].severity == "query"

    def test_a_blank_within_a_share_is_asked_about_too(self):
        assert read("reported_bachelor_share", "8 5%")[1] == ["C-SPACED"]

    @pytest.mark.parametrize(("key", "fill"), [("books", "数字"), ("school_name", "内容")])
    @pytest.mark.parametrize("cell", [NotComputed("=A1&B1"), NotComputed("=[1]A!A1"), "#REF!"])
    def test_what_is_to_be_filled_in_is_a_number_or_words(self, key, fill, cell):
        [(_, rule, params)] = coerce(fields()[key], "某项", [cell], False).remarks
        assert f"填写{fill}。" in rules()[rule].message("zh", params)

    @pytest.mark.parametrize("cell", ["450", " 450", "450.5", "0", ".5", "1e3"])
    def test_in_csv_every_number_is_text(self, cell):
        assert read("site_area", cell, textual=True) == (float(cell), [])

    @pytest.mark.parametrize(("cell", "number"), [("1,450", 1450), ("４５０", 450)])
    def test_in_csv_what_is_more_than_a_plain_number_is_still_told(self, cell, number):
        assert read("books", cell, textual=True) == (number, ["C-NORMALISED"])

    @pytest.mark.parametrize("cell", ["450人", "450 册", "1,450册", "3559.5㎡", "85%", "200左右", "2.1万", "450人。"])
    def test_a_unit_is_an_error(self, cell):
        what = fields()["books"]
        column = coerce(what, what.label, [cell], textual=False)
        assert math.isnan(column.numbers[0])
        ((_, rule, params),) = column.remarks
        assert (rule, params["value"], params["unit"]) == ("C-UNIT", cell, "册")

    @pytest.mark.parametrize(
        "cell",
        ["约3559", "三百", "12.34.56", "1,45", "1;2", "abc", "见附件", "12-15", "1/2", "=1+1", "0x1F", "一", "４５０．５．"],
    )
    def test_words_are_an_error(self, cell):
        value, found = read("site_area", cell)
        assert value is None and found == ["C-NUMBER"]

    @pytest.mark.parametrize("cell", ["—", "－", "-", "--", "——", "–", "/", "／", "无", "没有", "暂无", " 无 "])
    def test_nothing_is_missing_with_a_note_and_never_0(self, cell):
        assert read("books", cell) == (None, ["C-NOTHING"])

    @pytest.mark.parametrize("cell", [True, False])
    def test_logical(self, cell):
        what = fields()["books"]
        ((_, rule, params),) = coerce(what, what.label, [cell], False).remarks
        assert (rule, params["value"]) == ("C-LOGICAL", "TRUE" if cell else "FALSE")
        assert read("books", cell)[0] is None

    @pytest.mark.parametrize(
        ("cell", "said"),
        [
            (dt.datetime(2024, 1, 2), "2024-01-02"),
            (dt.date(2024, 1, 2), "2024-01-02"),
            (dt.datetime(2024, 1, 2, 3, 4), "2024-01-02 03:04:00"),
            (dt.time(3, 4), "03:04:00"),
            (dt.timedelta(days=2), "48:00:00"),
        ],
    )
    def test_a_date_is_named_and_never_a_serial_number(self, cell, said):
        what = fields()["books"]
        column = coerce(what, what.label, [cell], False)
        ((_, rule, params),) = column.remarks
        assert (rule, params["value"]) == ("C-DATE", said)
        assert math.isnan(column.numbers[0])

    @pytest.mark.parametrize("cell", ["#DIV/0!", "#REF!", "#N/A", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#n/a"])
    def test_excel_errors_are_named(self, cell):
        what = fields()["books"]
        ((_, rule, params),) = coerce(what, what.label, [cell], False).remarks
        assert (rule, params["value"]) == ("C-EXCEL-ERROR", cell)

    @pytest.mark.parametrize("cell", [math.inf, -math.inf, NAN, "nan", "INF", "-inf", "Infinity", "1e400", "9" * 400])
    @pytest.mark.parametrize("neighbour", [1.0, "text", None])
    def test_not_finite(self, cell, neighbour):
        """Whatever else stands in the column."""
        what = fields()["site_area"]
        column = coerce(what, what.label, [cell, neighbour], False)
        assert math.isnan(column.numbers[0])
        assert [rule for index, rule, _ in column.remarks if index == 0] == ["C-NOT-FINITE"]

    @pytest.mark.parametrize("cell", [-5, -0.5, "-5", "－5", "−5", "-1,000"])
    def test_negative(self, cell):
        value, found = read("site_area", cell)
        assert value is None and "C-NEGATIVE" in found

    @pytest.mark.parametrize("cell", [450.5, 0.85, "450.5", 1e-9, 2.0000001])
    def test_part_of_a_person(self, cell):
        value, found = read("books", cell)
        assert value is None and "C-INTEGER" in found

    @pytest.mark.parametrize("cell", [450.5, "450.5"])
    def test_decimals_where_they_belong(self, cell):
        value, found = read("site_area", cell)
        assert value == 450.5 and "C-INTEGER" not in found

    def test_too_long(self):
        value, found = read("books", "9" * (TEXT_LIMIT + 1))
        assert value is None and found == ["C-LONG"]

    def test_only_the_cell_itself_is_told(self):
        what = fields()["books"]
        column = coerce(what, what.label, [1.0, "人", None, -1, 2.5, 7], False)
        assert [(i, rule) for i, rule, _ in sorted(column.remarks, key=lambda r: r[0])] == [
            (1, "C-NUMBER"),
            (3, "C-NEGATIVE"),
            (4, "C-INTEGER"),
        ]
        assert column.numbers[0] == 1 and column.numbers[5] == 7


class TestUnits:
    @pytest.mark.parametrize("key", [key for key, what in fields().items() if what.unit == "万元"])
    @pytest.mark.parametrize(("cell", "yuan"), [(210.05, 2_100_500), ("210.05", 2_100_500), (0, 0), (3, 30_000)])
    def test_wan_yuan_become_yuan_once(self, key, cell, yuan):
        value, _ = read(key, cell)
        assert value == pytest.approx(yuan, rel=1e-15)

    @pytest.mark.parametrize("key", ["public_funds_per_student", "reported_equipment_value_per_student", "books", "site_area"])
    def test_everything_else_stays_as_typed(self, key):
        assert read(key, 2100)[0] == 2100

    @pytest.mark.parametrize(
        ("cell", "percent", "found"),
        [
            (0.85, 85, ["C-PERCENT"]),
            (85, 85, []),
            (85.5, 85.5, []),
            (1, 100, ["C-PERCENT"]),
            (0.009, 0.9, ["C-PERCENT"]),
            (0, 0, []),
            ("85%", 85, ["C-NORMALISED"]),
            ("85.5 %", 85.5, ["C-NORMALISED"]),
            ("８５％", 85, ["C-NORMALISED"]),
        ],
    )
    def test_percent(self, cell, percent, found):
        assert read("fitness_pass_rate", cell) == (percent, found)

    @pytest.mark.parametrize("textual", [True, False])
    def test_a_share_typed_as_text_is_a_percentage_too(self, textual):
        """0.85 is normalised in percent fields; in a CSV every cell is text."""
        value, found = read("fitness_pass_rate", "0.85", textual)
        assert value == 85 and "C-PERCENT" in found

    def test_a_share_in_a_count_is_an_error(self):
        assert read("enrolment", 0.85) == (None, ["C-INTEGER"])


class TestCodes:
    @pytest.mark.parametrize("cell", ["3605210001", " 3605210001 ", "'3605210001", "\u200b3605210001", "360 521 0001"])
    def test_text_of_ten_digits(self, cell):
        assert read("school_id", cell) == ("3605210001", [])

    @pytest.mark.parametrize("cell", ['="3605210001"', "3605210001.0", '＝"3605210001"'])
    def test_as_programs_export_it(self, cell):
        assert read("school_id", cell) == ("3605210001", ["C-NORMALISED"])
        assert read("school_id", cell.replace("0001", "01")) == (None, ["R-CODE"])

    @pytest.mark.parametrize(("cell", "told"), [('="3605210001"', []), ("3605210001.0", ["C-NORMALISED"])])
    def test_in_csv_only_the_formula_that_keeps_a_code_whole_is_no_matter(self, cell, told):
        assert read("school_id", cell, textual=True) == ("3605210001", told)

    def test_leading_zeros_are_kept(self):
        assert read("school_id", "0000000001") == ("0000000001", [])

    @pytest.mark.parametrize("cell", [3605210001, 3605210001.0])
    def test_a_number_of_ten_digits_is_taken_with_a_note(self, cell):
        what = fields()["school_id"]
        column = coerce(what, what.label, [cell], False)
        assert column.texts[0] == "3605210001"
        ((_, rule, params),) = column.remarks
        assert (rule, params["value"], rules()[rule].severity) == ("R-CODE-NUMBER", "3605210001", "note")

    @pytest.mark.parametrize(
        "cell",
        [
            12345,
            360521000,
            36052100012,
            3605210001.5,
            3.605210001234568e17,
            True,
            "12345",
            "36052100O1",
            "3605210001a",
            -3605210001,
            dt.date(2024, 1, 2),
            NAN,
            math.inf,
        ],
    )
    def test_anything_else_is_wrong(self, cell):
        assert read("school_id", cell) == (None, ["R-CODE"])

    @pytest.mark.parametrize(("cell", "found"), [("360521", []), (360521, ["R-CODE-NUMBER"]), (360521.0, ["R-CODE-NUMBER"])])
    def test_county(self, cell, found):
        assert read("county_code", cell) == ("360521", found)

    @pytest.mark.parametrize("cell", ["36052", "3605210", "36052x", 36052, 3605210001, True])
    def test_county_of_another_length(self, cell):
        assert read("county_code", cell) == (None, ["R-COUNTY-CODE"])

    @pytest.mark.parametrize("cell", [None, "", "  ", "\u200b"])
    def test_blank(self, cell):
        assert read("school_id", cell) == (None, [])

    def test_parent_code_is_spoken_of_by_its_own_label(self):
        from builders.intake import take_in
        from builders.schools import school
        from builders.workbooks import bulk

        error = take_in({"表.xlsx": bulk([school(1, "教学点", primary=40, parent_school_id="12")])}).one("R-CODE")
        assert error.field == "parent_school_id" and "所属主校标识码" in error.message()


class TestChoices:
    @pytest.mark.parametrize(
        ("key", "spelling", "official"), [(k, s, o) for k, table in choices().items() for s, o in table.items()]
    )
    def test_every_spelling_of_the_catalogue(self, key, spelling, official):
        assert read(key, spelling) == (official, [])
        assert read(key, f" {spelling}\u200b\n") == (official, [])

    def test_full_width_brackets(self):
        assert read("school_type", "九年一贯制学校（小学、初中）") == ("九年一贯制学校", [])

    @pytest.mark.parametrize(
        ("key", "cell"),
        [
            ("school_type", "高级中学"),
            ("ownership", "是"),
            ("area_type", 1),
            ("school_type", True),
            ("ownership", dt.date(2024, 1, 2)),
        ],
    )
    def test_anything_else_lists_what_may_be_filled_in(self, key, cell):
        what = fields()[key]
        column = coerce(what, what.label, [cell], False)
        assert column.texts[0] is None
        ((_, rule, params),) = column.remarks
        assert rule == "C-CHOICE"
        assert all(value in params["options"] for value in set(choices()[key].values()))

    @pytest.mark.parametrize(("cell", "official"), [("是", "是"), ("否", "否")])
    def test_yes_and_no(self, cell, official):
        assert read("charter", cell) == (official, [])

    @pytest.mark.parametrize(
        ("cell", "official"),
        [("有", "是"), ("√", "是"), ("Y", "是"), (True, "是"), ("没有", "否"), ("×", "否"), ("No", "否"), (False, "否")],
    )
    def test_yes_and_no_in_other_words_with_a_note(self, cell, official):
        assert read("charter", cell) == (official, ["C-NORMALISED"])

    @pytest.mark.parametrize("cell", ["可能", 1, 0, "是否", "已制定"])
    def test_neither_yes_nor_no(self, cell):
        assert read("charter", cell) == (None, ["C-CHOICE"])

    @pytest.mark.parametrize(
        ("key", "cell"),
        [
            ("school_status", "—"),
            ("school_status", "无"),
            ("boarding", "/"),
            ("boarding", "—"),
            ("parent_school_id", "无"),
            ("parent_school_id", "—"),
            ("township", "—"),
            ("township", "/"),
        ],
    )
    def test_nothing_in_a_field_of_words_is_missing_with_a_note(self, key, cell):
        """The signs —, / and 无 are missing in an optional field with a NOTE; a primary school has no 主校."""
        assert read(key, cell) == (None, ["C-NOTHING"])


class TestTexts:
    @pytest.mark.parametrize(
        ("cell", "text"),
        [
            ("青禾小学", "青禾小学"),
            (" 青禾\u3000小学\n", "青禾 小学"),
            ("e\u0301cole", "\u00e9cole"),  # NFC
            ("青禾\u202e小学", "青禾小学"),  # bidi control
            ("\u200b青禾\ufeff", "青禾"),
            ("第—小学", "第—小学"),
            ("𠮷田小学", "𠮷田小学"),
            ("=HYPERLINK(1)", "=HYPERLINK(1)"),
            ("<script>{{7*7}}", "<script>{{7*7}}"),
            ("a\x07b\x1fc", "abc"),
            (12.0, "12"),
            (True, "TRUE"),
        ],
    )
    def test_kept_as_text(self, cell, text):
        assert read("school_name", cell) == (text, [])

    def test_too_long(self):
        what = fields()["school_name"]
        column = coerce(what, what.label, ["校" * (TEXT_LIMIT + 1), "校" * TEXT_LIMIT], False)
        ((index, rule, params),) = column.remarks
        assert (index, rule, params["length"], params["limit"]) == (0, "C-LONG", TEXT_LIMIT + 1, TEXT_LIMIT)
        assert column.texts[0] is None and column.texts[1] == "校" * TEXT_LIMIT
        assert len(params["value"]) < 100

    def test_clean_text_is_stable(self):
        for text in ("a  b", "\u200b", "校\r\n名", "ﬁ"):
            assert clean_text(clean_text(text)) == clean_text(text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (450.0, "450"),
        (0.1, "0.1"),
        (True, "TRUE"),
        (False, "FALSE"),
        (dt.datetime(2024, 1, 2), "2024-01-02"),
        ("x", "x"),
        (1e300, "1e+300"),
        (NAN, "nan"),
    ],
)
def test_shown_as_a_person_sees_it(value, text):
    assert shown(value) == text


@pytest.mark.parametrize("said", ["無", "沒有", "／", " 无 "])
@pytest.mark.parametrize("key", ["site_area", "township"])
def test_saying_none_in_another_way_is_no_figure(key, said):
    column = coerce(fields()[key], "项目", [said], False)
    assert [rule for _, rule, _ in column.remarks] == ["C-NOTHING"]


def test_a_code_with_full_width_digits_is_told_as_a_figure_is():
    column = coerce(fields()["school_id"], "学校标识码", ["３６０５２１０００１", "3605210001"], False)
    assert column.texts.tolist() == ["3605210001", "3605210001"]
    assert [(index, rule, told["number"]) for index, rule, told in column.remarks] == [(0, "C-NORMALISED", "3605210001")]
