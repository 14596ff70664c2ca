"""From sheets to blocks: the header, the columns, the rows that are schools.

Belongs here: where things stand. Does not belong here: what a cell says (``test_cells``).
"""

import pytest

from builders.schools import COUNTY, code, school
from builders.workbooks import bulk_rows, cell_of, form_rows
from domain.intake.labels import UNSTATED
from domain.intake.tables import Block, blocks_of, column_letters, is_county_form
from domain.intake.workbook import Sheet


def block_of(rows) -> tuple[Block | None, list]:
    return blocks_of(Sheet("表", [["" if cell is None else cell for cell in row] for row in rows]))


def sound(*schools):
    return bulk_rows(list(schools) or [school(1), school(2)])


class TestHeader:
    @pytest.mark.parametrize("above", range(20))
    def test_within_the_first_twenty_rows(self, above):
        rows = bulk_rows([school(1)], above=[["标题"]] * above)
        block, findings = block_of(rows)
        assert block.rows == [above + 2] and findings == []
        assert block.cell(0, 0) == f"A{above + 2}"

    def test_not_below(self):
        assert block_of(bulk_rows([school(1)], above=[["标题"]] * 20)) == (None, [])

    def test_merged_titles_and_blank_rows_above(self):
        rows = bulk_rows([school(1)], above=[["青禾县2024-2025学年汇总表"], [], ["单位:人、㎡"], ["学校标识码说明"]])
        assert block_of(rows)[0].rows == [6]

    def test_the_row_with_most_labels_wins(self):
        rows = bulk_rows([school(1)], above=[["学校标识码", "学校名称", "办学类型"]])
        assert block_of(rows)[0].rows == [3]

    def test_both_brackets_blanks_and_line_breaks(self):
        plain, written = sound(), sound()
        written[0] = [str(label).replace("(", "（").replace(")", " ）\n") for label in written[0]]
        written[0][0] = " 学校\n标识码 "
        a, b = block_of(plain)[0], block_of(written)[0]
        assert a.places == b.places and a.typed == b.typed

    def test_reordered_columns(self):
        rows = sound()
        turned = [list(reversed(row)) for row in rows]
        a, b = block_of(rows)[0], block_of(turned)[0]
        assert dict(zip(a.places, a.typed, strict=True)) == dict(zip(b.places, b.typed, strict=True))
        assert b.cell(b.places.index(("school_id", None)), 0) == cell_of(turned, "学校标识码")

    def test_blank_column_inserted(self):
        rows = [[*row[:3], None, *row[3:]] for row in sound()]
        block, findings = block_of(rows)
        assert findings == [] and block.cells[3] == "E"

    def test_unknown_column_is_a_note_with_its_cell(self):
        rows = [[*row, value] for row, value in zip(sound(), ["校长电话", "138", "139"], strict=True)]
        block, (note,) = block_of(rows)
        assert (note.rule, note.severity, note.value) == ("H-UNKNOWN", "note", "校长电话")
        assert note.cell == cell_of(rows, "校长电话", 0) and note.row is None
        assert len(block.places) == len(rows[0]) - 1

    def test_number_and_remark_columns_are_no_news(self):
        rows = [[number, *row, "无"] for number, row in enumerate(sound())]
        rows[0][0], rows[0][-1] = "序号", "备注"
        assert block_of(rows)[1] == []

    @pytest.mark.parametrize("again", ["图书册数", "图书", "图书册数（册）", " 图书 册数"])
    def test_column_twice_names_both(self, again):
        rows = [[*row, value] for row, value in zip(sound(), [again, 1, 2], strict=True)]
        _, (error,) = block_of(rows)
        assert (error.rule, error.severity, error.field) == ("H-TWICE", "error", "books")
        assert cell_of(rows, "图书册数", 0) in error.message() and error.cell in error.message()

    def test_the_same_field_in_two_sections_is_not_twice(self):
        assert block_of(sound(school(1, "九年一贯制学校")))[1] == []

    def test_label_without_section(self):
        rows = bulk_rows([school(1)], labels={"在校生数(小学)": "在校生数"})
        assert ("enrolment", UNSTATED) in block_of(rows)[0].places

    def test_a_guide_is_no_table(self):
        guide = [
            ["列", "栏目名称", "类别"],
            ["A", "学校标识码", "基本信息"],
            ["B", "学校名称", "基本信息"],
            ["C", "办学类型", "基本信息"],
        ]
        assert block_of(guide) == (None, [])

    @pytest.mark.parametrize("rows", [[], [[]], [["", ""]], [["学校标识码", "学校名称"]]])
    def test_too_little_for_a_header(self, rows):
        assert block_of(rows) == (None, [])

    def test_header_alone(self):
        block, findings = block_of(sound()[:1])
        assert block.rows == [] and findings == []


OTHERS = {
    "who filled it in": ["填表人:张三", None, "审核人:李四"],
    "in the column of names": [None, "填表日期:2024年9月20日"],
    "a remark": ["说明:1.本表由学校填报。"],
    "its next line": ["2.数据截至9月1日。"],
    "a remark with a number": ["注1:含分校"],
    "a group": ["城关镇"],
    "a mean": [None, "全县平均值", None, 225.5],
    "a line of units": [None, None, None, None, "人", "个", "人"],
}


class TestRows:
    def rows_of(self, *extra) -> tuple[list[int], list]:
        rows = sound()
        width = len(rows[0])
        rows += [[*row, *[None] * (width - len(row))] for row in extra]
        block, findings = block_of(rows)
        return block.rows, findings

    @pytest.mark.parametrize(
        "total",
        [
            ["合计"],
            ["合 计"],
            [None, "合计"],
            ["总计"],
            ["小计"],
            ["全县合计"],
            [None, "合　计", None, None, 900],
            [None, "Total", None, None, 900],
            [None, "合计", None, None, None, 450],
        ],
    )
    def test_totals_are_told_and_not_read(self, total):
        rows, (note,) = self.rows_of(total)
        assert rows == [2, 3]
        assert (note.rule, note.severity) == ("R-TOTAL", "note") and "第 4 行" in note.message()

    @pytest.mark.parametrize(
        "example", [["示例", "某小学"], ["无", "示例小学"], [None, "(示例)某小学"], ["36052", "样例:某小学"]]
    )
    def test_examples_are_told_and_not_read(self, example):
        rows, (note,) = self.rows_of(example)
        assert rows == [2, 3] and note.rule == "R-EXAMPLE" and "第 4 行" in note.message()

    @pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
    def test_what_stands_between_and_below_schools_is_told_and_not_read(self, other):
        rows, (note,) = self.rows_of(other)
        assert rows == [2, 3] and (note.rule, note.severity) == ("R-OTHER", "note") and "第 4 行" in note.message()

    def test_headings_again_and_numbers_of_columns(self):
        head, *schools = sound()
        numbers = list(range(1, len(head) + 1))
        counted = ["甲", "乙", "丙", *range(1, len(head) - 2)]
        block, (note,) = block_of([head, numbers, schools[0], head, counted, schools[1]])
        assert block.rows == [3, 6] and note.rule == "R-OTHER"
        assert "第 2 行、第 4 行“学校标识码”、第 5 行“甲”" in note.message()

    @pytest.mark.parametrize(
        "row",
        [
            ["代码错了", "丙校", COUNTY], ["3605-210003", "丙校"], [360521000.0, "丙校"], ["12345678"], [None, "平均小学", None, None, 9],
            ["城关镇", None, None, None, None, 450], [None, "丙校", None, None, 1, 2, 3],
        ],
    )  # fmt: skip
    def test_a_school_with_a_wrong_code_or_none_is_not_lost(self, row):
        assert self.rows_of(row) == ([2, 3, 4], [])

    def test_a_total_counts_the_schools_above_it_alone(self):
        """A group's heading between them is none of them."""
        rows = sound()
        rows.insert(1, ["城关镇", *[None] * (len(rows[0]) - 1)])
        index = rows[0].index("图书册数")
        total = [None] * len(rows[0])
        total[0], total[index] = "合计", sum(row[index] or 0 for row in rows[1:] if row[index])
        _, findings = block_of([*rows, total])
        assert sorted(finding.rule for finding in findings) == ["R-OTHER", "R-TOTAL"]

    def test_a_school_that_is_called_like_one_is_read(self):
        assert self.rows_of([code(3), "合计小学"], [code(4), "青禾示范小学"]) == ([2, 3, 4, 5], [])

    def test_blank_rows_are_passed_over(self):
        rows, (note,) = self.rows_of([], [], *[[None]] * 20, [code(3), "丙校"])
        assert rows == [2, 3, 26] and (note.rule, note.severity) == ("R-BLANK-ROWS", "note") and "4—25" in note.message()

    def test_rows_of_blanks_and_invisible_characters(self):
        assert self.rows_of([" ", "\u3000", "\u200b"]) == ([2, 3], [])

    def test_a_row_without_a_code_is_a_school_whose_code_is_missing(self):
        assert self.rows_of([None, "丙校"])[0] == [2, 3, 4]

    def test_short_rows(self):
        rows = sound()
        block, _ = block_of([rows[0], rows[1][:3]])
        assert block.typed[-1] == [""]


class TestForm:
    def test_places_entries_and_addresses(self):
        rows = form_rows(school(1))
        block, findings = block_of(rows)
        assert findings == [] and block.form == "school_form" and block.rows == [0]
        index = block.places.index(("enrolment", "primary"))
        assert block.typed[index] == [450]
        assert rows[int(block.cell(index, 0)[1:]) - 1][2] == "在校生数(小学)" and block.cell(index, 0)[0] == "E"

    def test_cover(self):
        block, _ = block_of(form_rows(school(1)))
        assert (block.stated_year, block.template_version) == ("2024-2025", "1.0")

    @pytest.mark.parametrize(
        ("cover", "year"),
        [
            (["学年:2024-2025"], "2024-2025"),
            (["学年：", None, "2024-2025学年"], "2024-2025学年"),
            (["学 年", "2023—2024"], "2023—2024"),
            (["单位", "x"], None),
        ],
    )
    def test_other_covers(self, cover, year):
        rows = form_rows(school(1))
        rows[1] = cover
        assert block_of(rows)[0].stated_year == year

    @pytest.mark.parametrize("above", [0, 10, 19])
    def test_header_within_the_first_twenty_rows(self, above):
        rows = form_rows(school(1))[3:]
        block, _ = block_of([[]] * above + rows)
        assert block.cells[0] == f"E{above + 2}"

    def test_header_below_is_not_found(self):
        assert block_of([[]] * 20 + form_rows(school(1))[3:]) == (None, [])

    def test_columns_in_another_order(self):
        rows = [[row[4], row[2]] if len(row) == 7 else row for row in form_rows(school(1))]
        block, _ = block_of(rows)
        assert block.cells[0] == "A5" and block.typed[0] == [code(1)]

    def test_item_twice_is_an_error_of_the_school(self):
        rows = form_rows(school(1))
        rows.append([99, "", "图书（册）", "册", 7])
        _, (error,) = block_of(rows)
        assert (error.rule, error.row, error.field, error.cell) == ("H-TWICE", 0, "books", f"E{len(rows)}")
        assert error.message().count("E") >= 2

    def test_unknown_items_are_told_where_something_was_filled_in(self):
        rows = form_rows(school(1))
        rows += [[98, "", "填表人", "", "张三"], [99, "", "审核人", "", ""]]
        _, (note,) = block_of(rows)
        assert (note.rule, note.value, note.cell) == ("H-UNKNOWN", "填表人", f"C{len(rows) - 1}")

    def test_rows_without_an_item_and_short_rows(self):
        rows = form_rows(school(1))
        rows += [[], ["注:"], [1, "类", "城乡类型"]]
        block, findings = block_of(rows)
        assert findings == []  # a copy that says nothing
        assert ("enrolment", "primary") in block.places


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([["青禾县县级填报表"]], True),
        ([[], [""], ["", "县 级 填报表"]], True),
        ([[], [], [], ["县级填报表"]], False),
        ([["学校填报表"]], False),
        ([["县级填报表填报说明"]], False),
        ([["青禾县县级填报表(2024-2025学年)"]], True),
    ],
)
def test_county_form(rows, found):
    assert is_county_form(Sheet("表", rows)) is found


@pytest.mark.parametrize(
    ("index", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA"), (16383, "XFD")]
)
def test_column_letters(index, letters):
    assert column_letters(index) == letters
