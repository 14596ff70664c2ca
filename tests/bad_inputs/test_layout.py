"""Tables and forms that people rearranged: names, headings, rows that are no schools, schools that stand twice or are unknown.

Belongs here: where figures stand and whose they are. Does not belong here: single cells (``test_cells_``).
"""

import openpyxl
import pytest
from spoiled import SHEET, TWO, Case, edited, fine, refused, subbed

from builders.schools import YEAR, code, school
from builders.workbooks import BULK, FORM, bulk, bulk_rows, cell_of, day, form, form_rows, xlsx

ROWS = bulk_rows(TWO)
NINE = "九年一贯制学校"


def with_columns(change) -> bytes:
    """The table with every row passed through a function of the row and its number."""
    return xlsx({BULK: [change(list(row), number) for number, row in enumerate(ROWS)]})


def swapped(row, _):
    a, b = ROWS[0].index("图书册数"), ROWS[0].index("教学用计算机台数")
    row[a], row[b] = row[b], row[a]
    return row


def with_total(books: int) -> bytes:
    total = [None] * len(ROWS[0])
    total[0], total[ROWS[0].index("图书册数")] = "合计", books
    return xlsx({BULK: [*ROWS, total]})


def titled() -> bytes:
    above = [["青禾县 2024-2025 学年义务教育学校基本情况汇总表"], [None, "单位:见各栏"]]
    content = bulk(TWO, above=above)

    def merge(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        sheet.merge_cells("A1:H1")

    return edited(merge, content)


def hidden(row: bool) -> bytes:
    def hide(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        if row:
            sheet.row_dimensions[3].hidden = True
        else:
            sheet.column_dimensions[cell_of(ROWS, "图书册数").rstrip("0123456789")].hidden = True

    return edited(hide)


def covered(cover: list[object]) -> bytes:
    rows = form_rows(school(1, name="青禾县第一小学"))
    rows[2] = cover
    return xlsx({FORM: rows})


def version(number: str) -> bytes:
    rows = form_rows(school(1))
    rows[1][4] = number
    return xlsx({FORM: rows})


EXAMPLE = ["示例", "示例小学", *ROWS[1][2:]]

CASES = {
    "D01 another name of the sheet": fine(
        lambda: xlsx({"（１）基本情况 表": ROWS}), "F-SHEET-NAME", says=("（１）基本情况 表", "按表头识别")
    ),
    "D01 full-width brackets": fine(lambda: xlsx({"汇总表（２）": ROWS}), "F-SHEET-NAME", says=("汇总表（２）", "“汇总表”")),
    "D01 a name of nobody's": fine(lambda: xlsx({"Sheet1": ROWS})),
    "D02 columns in another order": fine(lambda: with_columns(swapped), "H-ORDER", says=("没有按位置读取",)),
    "D03 a heading twice": refused(
        lambda: with_columns(lambda row, n: [*row, "图书册数" if n == 0 else 9]), "H-TWICE", "出现了两次", "无法判断"
    ),
    "D04 headings with line breaks and blanks": fine(
        lambda: with_columns(lambda row, n: [f" {cell[:2]}\n{cell[2:]}　" for cell in row] if n == 0 else row)
    ),
    "D05 a blank column": fine(lambda: with_columns(lambda row, n: [*row[:9], None, *row[9:]])),
    "D06 merged titles above": fine(titled),
    "D07 a right total": fine(lambda: with_total(22500), "R-TOTAL", says=("合计行", "没有作为学校")),
    "D07 a wrong total": Case(
        lambda: with_total(22501), "accepted_with_queries", ["R-TOTAL", "R-TOTAL-DIFFERS"], ("22501", "22500", "相差 1")
    ),
    "D10 a hidden row": Case(lambda: hidden(True), "accepted_with_queries", ["R-HIDDEN"], ("隐藏",)),
    "D10 a row without height": Case(
        lambda: subbed(SHEET, '<row r="3"', '<row r="3" ht="0" customHeight="1"'), "accepted_with_queries", ["R-HIDDEN"], ("第 3 行",)
    ),
    "D10 a hidden column": Case(lambda: hidden(False), "accepted_with_queries", ["R-HIDDEN"], ("隐藏",)),
    "D11 the example was left": fine(
        lambda: xlsx({BULK: [ROWS[0], EXAMPLE, *ROWS[1:]]}), "R-EXAMPLE", says=("第 2 行是示例",)
    ),
}  # fmt: skip

FORMS = {
    "D12 an older template": fine(lambda: version("0.9"), "F-OLD-TEMPLATE", says=("0.9",)),
    "D12 last year on the cover": refused(
        lambda: form(school(1), year="2023-2024"), "F-YEAR", "2023-2024", "2024-2025"
    ),
    "D13 the cover names another school by its name": refused(lambda: covered(["学校名称", "青禾县第二小学"]), "R-COVER", "无法判断"),
    "D13 the cover names another school by its code": refused(lambda: covered(["学校标识码", code(2)]), "R-COVER", code(1), code(2)),
    "D13 the file is called after another school": Case(
        lambda: form(school(1)), "rejected", ["R-FILE-NAME"], (code(9), code(1), "无法判断"), f"{code(9)}_第九学校.xlsx"
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_tables(hand_in, case: Case):
    night = hand_in({case.file: case.make()})
    night.becomes(case)
    if case.outcome == "rejected":
        assert night.accepted == [code(90)]
    else:
        assert night.accepted == [code(1), code(2), code(90)]
        assert (night.row(code(1))["books"], night.row(code(1))["teaching_computers"]) == (11250, 57)


@pytest.mark.parametrize("case", FORMS.values(), ids=FORMS)
def test_forms(hand_in, case: Case):
    night = hand_in({case.file: case.make()})
    night.becomes(case)
    assert night.accepted == ([code(90)] if case.outcome == "rejected" else [code(1), code(90)])


def test_three_schools_in_name_cover_and_rows(hand_in):
    """D13: nothing is guessed, both contradictions are told."""
    rows = form_rows(school(1, name="青禾县第一小学"))
    rows[2] = ["学校标识码", code(2)]
    night = hand_in({f"{code(3)}_第三学校.xlsx": xlsx({FORM: rows})}, register=[school(number) for number in (1, 2, 3)])
    assert {"R-COVER", "R-FILE-NAME"} <= set(night.rules) and night.accepted == [code(90)]


def test_a_school_twice_in_a_table(hand_in):
    """D08: both rows are named, the school in between counts."""
    night = hand_in({"表.xlsx": bulk([school(1), school(2), school(1, books=9000)])})
    errors = night.told("R-TWICE")
    assert [error.cell for error in errors] == ["A2", "A4"] and "A2" in errors[0].message() and "A4" in errors[0].message()
    assert night.outcomes["表.xlsx"] == "partly_accepted" and night.accepted == [code(2), code(90)]


@pytest.mark.parametrize("wrong", ["9999999999", "1101010001"], ids=["D09 an unknown code", "D09 another county's code"])
def test_a_code_that_is_not_in_the_register(hand_in, wrong):
    night = hand_in({"表.xlsx": bulk([school(1, school_id=wrong, name="青禾县第1学枝"), school(2)])}, register=TWO)
    error = night.one("R-NOT-REGISTERED")
    assert wrong in error.message() and "青禾县第1学校" in error.message() and code(1) in error.message()
    assert night.accepted == [code(2), code(90)] and night.board[code(1)] == "missing"


def test_an_unknown_code_without_a_register(hand_in):
    """D09: a well-formed code is accepted where nobody says which there are."""
    assert hand_in({"表.xlsx": bulk([school(1, school_id="9999999999")])}).accepted[-1] == "9999999999"


@pytest.mark.parametrize(
    "others", [[], [school(3)]], ids=["D14 no section named", "D14 no section named, beside a primary school"]
)
def test_a_nine_year_school_whose_figures_name_no_section(hand_in, others):
    """For a school of one section the same heading is clear."""
    rows = bulk_rows([school(1, NINE), *others])
    rows[0] = [str(cell).replace("在校生数(小学)", "在校生数") for cell in rows[0]]
    at = rows[0].index("在校生数(初中)")
    files = {"表.xlsx": xlsx({BULK: [row[:at] + row[at + 1 :] for row in rows]}), "分学段.xlsx": bulk([school(2, NINE)])}
    night = hand_in(files)
    error = night.one("H-NO-SECTION")
    assert "在校生数(小学)" in error.message() and "在校生数(初中)" in error.message()
    assert not night.told("C-REQUIRED")  # the figure was filled in
    assert not night.told("H-MISSING") and night.accepted == [code(2), *(one["school_id", None] for one in others), code(90)]


def test_the_same_again_the_same_saved_again_and_an_older_one(hand_in):
    """D15: nothing is counted twice, and an older file does not take the place of a newer one."""
    files = {
        "1原.xlsx": bulk([school(1)], day(10)),
        "2副本.xlsx": bulk([school(1)], day(10)),
        "3另存.xlsx": form(school(1), day(11)),
        "4旧版.xlsx": bulk([school(1, books=9000)], day(2)),
    }
    night = hand_in(files)
    outcomes = [night.outcomes[name] for name in files]
    assert outcomes == ["accepted_with_queries", "duplicate", "duplicate", "superseded"], night.messages
    assert night.row(code(1))["books"] == 11250 and night.accepted == [code(1), code(90)]
    assert "只采用一份" in night.one("D-DUPLICATE", "2副本.xlsx").message() and "9000→11250" in night.one("D-CHANGED").message()


def test_the_year_is_that_of_the_inbox(hand_in):
    """D12: what the cover says is told with both years."""
    assert YEAR in hand_in({"表.xlsx": form(school(1), year="2022-2023")}).one("F-YEAR").message()
