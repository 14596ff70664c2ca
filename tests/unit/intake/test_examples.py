"""Rows and forms of an example or a total that bear a school's code, from the file to what counts.

Belongs here: which are left out, which are asked about, and what the register changes. Does not belong here: rows without a
code (``test_tables``), whether a total is right (``test_layouts_in_sheets``).
"""

import pytest

from builders.intake import Settled, register_of, take_in
from builders.schools import code, school
from builders.workbooks import BULK, FORM, bulk, bulk_rows, csv_table, form, form_rows, xlsx
from data_contracts.catalogue import fields
from domain.intake.examples import example_in, speaks_of_example
from domain.intake.register import read_register

CODE = "3605219999"
EXAMPLES = [
    "填写示例", "示例", "示 例", "示例小学", "样例:某小学", "(示例)青禾小学", "例：××小学", "例如：青禾县××小学", "样表", "举例", "范例",
    "范例小学", "XX小学", "ＸＸ小学", "X小学", "青禾县X小学", "青禾县××学校", "某某小学", "某小学", "测试学校", "模板学校", "案例小学",
    "此行为填写示例", "本行为示例，请勿删除", "示例（不要删除）", "示例1", "示例一", "示例行", "仅供参考", "此行仅供参考", "如：第一小学",
    "例：青禾县第1学校", "sample", "Ｓａｍｐｌｅ", "Example School", "This is an example, please do not delete", "e.g. First School",
    "test", "TEST 1", "Test School", "demo", "測試學校", "填寫範例", "僅供參考", "○○小学", "**小学", "__小学", "……小学", "△△小学",
    "例1", "例一", "例子", "范本", "模版", "样张", "示范行", "演示学校", "演示", "试填学校", "培训用", "✕✕小学", "◎◎小学", "☆☆小学", "▲▲小学",
]  # fmt: skip
"""Names that are nothing but an example."""
PERHAPS = [
    "示例实验小学", "范例路小学", "青禾示例小学", "青禾县第1学校（示例）", "实验小学(范例)", "青禾小学(例)", "青禾县第1学校(样表)",
    "青禾小学（仅供参考）", "填写全称，例如青禾县第一小学", "学校全称，如：青禾小学", "举例第一小学", "青禾小学 example", "Sample Park Primary",
    "Test Park Primary", "青禾小学demo", "X县第一小学", "××县青禾实验第一小学", "某县第一小学", "第X中学", "第XX中学", "A小学",
    "请填写", "此处填写学校名称", "学校名称", "填学校全称", "（填写学校全称）", "？？小学", "??????", "口口小学", "请填写学校全称",
    fields()["school_name"].note,
]  # fmt: skip
"""Names with a word for an example beside a proper name."""
TOTALS = [
    "小计",
    "合计",
    "全县",
    "小学合计",
    "青禾镇小计",
    "SUM",
    "平均",
    "全县平均",
    "校均",
    "Average",
    "其中",
    "其中：公办",
    "其中公办",
    "最大值",
]
SCHOOLS = [
    "合计小学", "范县第一小学", "某家沟小学", "测试路小学", "总计村小学", "样板房小学", "样板小学", "示范小学", "模范街小学", "如东县第一小学",
    "如皋市外国语学校", "比如县第一小学", "测绘学校", "例里小学", "例家庄小学", "参考村小学", "平均小学", "其中村小学", "均安镇小学", "二○○厂小学",
    "五○○小学", "一○一中学", "SOS儿童村学校", "Maxx学校", "北师大附中X校区", "*青禾小学", "**青禾小学", "★青禾小学", "全福镇小学", "Contest学校",
    "育才教育培训学校", "示范中心小学", "口前镇小学", "星★小学", "三口小学", "演武镇小学", "训练基地小学", "填塘小学", "对称路小学", "试验小学",
]  # fmt: skip
"""Names that look alike and are none."""
REMARKS = [
    "示例", "样例", "（示例）", "此行为示例", "本行示例", "此行是填写样例", "示例行", "范例", "样表", "仅供参考", "此行仅供参考", "本校为示例，请勿删除",
    "數據僅供參考", "Example only", "sample row", "This is an example.",
]  # fmt: skip
SOUND_REMARKS = [
    "无", "师生比例：1:15", "按条例如实填写", "已出示例行检查报告", "138XXXX1234", "138****1234", "张某某", "王某", "20XX年建", "情况如下：见附页",
    "质量监测样本校", "某教师借调", "test2x@school.cn", "the latest", "二○○厂子弟",
    "含捐赠，如：图书3000册", "与××小学合并", "按示例填写", "参照示例填报", "请参考示例填写", "见填报示例", "示例已删", "举例：无", "残疾学生例：3人",
    "example@qq.com", "sample_school@163.com", "某某镇某某村", "青禾县××镇", "例：设备含捐赠", "教学样例基地", "举例说明", "例如食堂", "test", "某县某校",
]  # fmt: skip


def named(name: str, school_id: object = CODE) -> bytes:
    """A table of a row of this name and of one school."""
    one = school(1, name=name) | {("school_id", None): school_id}
    return xlsx({BULK: bulk_rows([one, school(2)])})


def remarked(remark: str, register: list | None = None, heading: str | None = "备注") -> Settled:
    """A table of two schools with a remark on the first, behind the entries."""
    rows = bulk_rows([school(1), school(2)])
    for row, cell in zip(rows, (heading, remark, ""), strict=True):
        row.append(cell)
    return take_in({"表.xlsx": xlsx({BULK: rows})}, register)


@pytest.mark.parametrize(
    ("name", "school_id"),
    [(name, CODE) for name in EXAMPLES]
    + [(name, one) for name in EXAMPLES[:3] for one in ("1234567890", 3605219999, "示例", "")],
)
def test_an_example_is_no_school_whatever_its_code(name, school_id):
    """D11: never in the county's totals, nor among the schools expected."""
    year = take_in({"表.xlsx": named(name, school_id)})
    note = year.one("R-EXAMPLE")
    assert (note.severity, note.row) == ("note", None) and "第 2 行" in note.message()
    assert year.accepted == [code(2)] and list(year.board) == [code(2)] and year.outcomes == {"表.xlsx": "accepted"}
    assert year.rules == ["R-EXAMPLE"]


@pytest.mark.parametrize("name", PERHAPS + TOTALS)
def test_what_may_be_a_school_is_asked_about(name):
    """D11: it counts, and a question is put."""
    year = take_in({"表.xlsx": named(name)})
    query = year.one("R-DOUBTFUL")
    assert (query.severity, query.cell) == ("query", "B2") and f"“{name}”" in query.message() and "名册" in query.message()
    assert year.accepted == [code(2)] and list(year.board) == [code(2)] and year.rules == ["R-DOUBTFUL"]
    assert year.outcomes == {"表.xlsx": "accepted_with_queries"}


@pytest.mark.parametrize("name", PERHAPS + TOTALS)
def test_a_school_of_the_register_is_never_left_out(name):
    one = school(1, name=name)
    year = take_in({"表.xlsx": bulk([one, school(2)])}, [one, school(2)])
    assert year.accepted == [code(1), code(2)] and year.rules == []


@pytest.mark.parametrize("name", SCHOOLS)
def test_names_of_schools(name):
    assert example_in(name) is None
    year = take_in({"表.xlsx": named(name), "校.xlsx": form(school(3, name=name))})
    assert year.accepted == [code(2), code(3), CODE] and not {"R-EXAMPLE", "R-DOUBTFUL"} & set(year.rules)


@pytest.mark.parametrize(
    ("name", "school_id"), [(name, "360521") for name in TOTALS] + [("平均", 360521), ("平均", ""), ("小学合计", 360521)]
)
def test_a_total_with_the_code_of_the_county_is_left_out_with_a_note(name, school_id):
    year = take_in({"表.xlsx": named(name, school_id)})
    assert year.accepted == [code(2)] and not year.errors() and set(year.rules) <= {"R-TOTAL", "R-TOTAL-DIFFERS", "R-OTHER"}
    assert year.told("R-TOTAL") or year.told("R-OTHER")


class TestRemarks:
    @pytest.mark.parametrize(
        ("remark", "heading"), [(remark, "备注") for remark in REMARKS] + [("示例", "填报情况"), ("示例", None)]
    )
    def test_that_speak_of_an_example_are_asked_about_and_the_school_counts(self, remark, heading):
        year = remarked(remark, heading=heading)
        query = year.one("R-REMARKED")
        assert query.severity == "query" and "照常计入" in query.message()
        assert query.cell and query.cell.endswith("2") and query.cell != "B2" and f"“{remark}”" in query.message()
        assert year.accepted == [code(1), code(2)]
        assert not year.told("R-DOUBTFUL")

    def test_beside_a_code_without_a_name_are_as_before(self):
        rows = bulk_rows([school(1), school(2)])
        rows[1][1] = None
        for row, cell in zip(rows, ("备注", "示例", ""), strict=True):
            row.append(cell)
        year = take_in({"表.xlsx": xlsx({BULK: rows})})
        assert year.accepted == [code(2)] and year.rules == ["R-DOUBTFUL"]

    @pytest.mark.parametrize(
        ("heading", "words", "rules"),
        [
            ("备注", "含捐赠，如：图书3000册", []), ("备注", "此行为示例", ["R-REMARKED"]), ("序号", "示例", ["R-EXAMPLE"]), ("序号", "例", ["R-EXAMPLE"]),
        ],
    )  # fmt: skip
    def test_in_front_of_the_entries(self, heading, words, rules):
        rows = bulk_rows([school(1), school(2)])
        table = [[first, *row] for first, row in zip((heading, words, ""), rows, strict=True)]
        year = take_in({"表.xlsx": xlsx({BULK: table})})
        assert year.rules == rules and (code(1) in year.accepted) == (rules != ["R-EXAMPLE"])

    def test_beside_a_school_leave_it_in_the_total(self):
        rows = bulk_rows([school(1), school(2)])
        index = rows[0].index("图书册数")
        total = [None] * len(rows[0])
        total[0], total[index] = "合计", rows[1][index] + rows[2][index]
        rows[0].append("备注")
        rows[1].append("示例")
        assert sorted(take_in({"表.xlsx": xlsx({BULK: [*rows, total]})}).rules) == ["R-REMARKED", "R-TOTAL"]

    @pytest.mark.parametrize("remark", REMARKS)
    def test_of_a_school_of_the_register(self, remark):
        year = remarked(remark, [school(1), school(2)])
        assert year.accepted == [code(1), code(2)] and year.rules == []

    @pytest.mark.parametrize("remark", SOUND_REMARKS)
    def test_that_say_something_else(self, remark):
        assert not speaks_of_example(remark)
        year = remarked(remark)
        assert year.accepted == [code(1), code(2)] and year.rules == []

    @pytest.mark.parametrize("changed", [{"county_name": "示例县"}, {"county_name": "XX县"}, {"township": "某镇"}])
    def test_so_are_places(self, changed):
        table, single = bulk([school(1, **changed), school(2)]), form(school(3, county_name="××县"))
        year = take_in({"表.xlsx": table, "校.xlsx": single})
        assert year.accepted == [code(2)] and [one.severity for one in year.told("R-DOUBTFUL")] == ["query", "query"]

    def test_below_the_table_are_no_rows_of_examples(self):
        year = take_in({"表.xlsx": xlsx({BULK: [*bulk_rows([school(1)]), ["备注:面积含附属用房,例如食堂"]]})})
        assert year.accepted == [code(1)] and year.rules == ["R-OTHER"]


class TestForms:
    @pytest.mark.parametrize(
        ("name", "school_id"),
        [(name, CODE) for name in EXAMPLES] + [("示例小学", ""), ("示例小学", "示例"), ("青禾小学", "示例")],
    )
    def test_of_an_example(self, name, school_id):
        year = take_in({"例.xlsx": form(school(1, name=name, school_id=school_id)), "校.xlsx": form(school(2))})
        assert year.accepted == [code(2)] and list(year.board) == [code(2)] and year.outcomes["例.xlsx"] == "rejected"
        assert year.rules == ["F-NO-SCHOOL", "R-EXAMPLE"] and "这张填报表是示例" in year.one("R-EXAMPLE").message()

    @pytest.mark.parametrize("name", PERHAPS)
    def test_that_may_be_a_school(self, name):
        one = school(1, name=name)
        year = take_in({"例.xlsx": form(one), "校.xlsx": form(school(2))})
        query = year.one("R-DOUBTFUL")
        assert query.severity == "query" and query.cell == "E6" and f"“{name}”" in query.message()
        assert year.accepted == [code(2)] and year.outcomes["例.xlsx"] == "rejected"
        listed = take_in({"例.xlsx": form(one), "校.xlsx": form(school(2))}, [one, school(2)])
        assert listed.accepted == [code(1), code(2)] and listed.rules == []

    @pytest.mark.parametrize("title", ["填写示例", "基本情况填报表（填写样例）", "(示例)基本情况填报表", "Example"])
    def test_that_are_called_so(self, title):
        """As the sheet that shows how to fill in the other."""
        example = form_rows(school(1))
        example[0] = [title]
        for sheets in ({FORM: form_rows(school(2)), title: form_rows(school(1))}, {FORM: form_rows(school(2)), "二": example}):
            year = take_in({"校.xlsx": xlsx(sheets)})
            assert year.accepted == [code(2)] and year.one("R-DOUBTFUL").value == title

    @pytest.mark.parametrize("title", ["请参照填写示例", "填法见“填写示例”", "青禾示例小学基本情况", "填表说明:例如在校生数"])
    def test_whose_title_tells_of_an_example_elsewhere(self, title):
        rows = form_rows(school(1))
        rows[0] = [title]
        year = take_in({"校.xlsx": xlsx({FORM: rows})})
        assert year.accepted == [code(1)] and year.rules == []


class TestTables:
    @pytest.mark.parametrize("sheet", ["填写示例", "样例", "Sample", "样表", "模板", "参考", "作废", "（作废）"])
    def test_that_are_called_an_example(self, sheet):
        sheets = {BULK: bulk_rows([school(1)]), sheet: bulk_rows([school(2), school(3)])}
        year = take_in({"表.xlsx": xlsx(sheets)})
        assert year.accepted == [code(1)] and len(year.told("R-DOUBTFUL")) == 2
        assert f"所在的表写着“{sheet}”" in year.told("R-DOUBTFUL")[0].message()
        assert take_in({"表.xlsx": xlsx(sheets)}, [school(1), school(2), school(3)]).accepted == [code(1), code(2), code(3)]

    @pytest.mark.parametrize("title", ["青禾县汇总表（填写示例）", "请参照填写示例"])
    def test_under_a_title(self, title):
        year = take_in({"表.xlsx": bulk([school(1)], above=[[title]]), "好.xlsx": bulk([school(2)])})
        assert year.accepted == ([code(2)] if "（" in title else [code(1), code(2)])


def test_a_school_of_the_register_whose_code_lost_its_zero_is_not_left_out():
    one = school(1, name="青禾示例小学", school_id="0605210001")
    year = take_in({"表.xlsx": named("青禾示例小学", 605210001)}, [one, school(2)])
    assert year.accepted == ["0605210001", code(2)] and year.rules == ["R-CODE-ZERO"]


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


@pytest.mark.parametrize("words", ["仅供参考", "示例", "如", "a", "(", "××"])
def test_long_words_cost_no_more_than_others(words):
    """A cell may hold 32,767 signs, and no pattern may try its ways by the million: where one does, this test does not end."""
    assert example_in(f"{words * (32_000 // len(words))}示例甲") == "R-DOUBTFUL"
