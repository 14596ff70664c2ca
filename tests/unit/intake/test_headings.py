"""Headings of two rows, and what stands above or beside a heading: what it makes of the figures below.

Belongs here: headers of bulk tables. Does not belong here: remarks in brackets (``test_label_remarks``), rows (``test_tables``).
"""

import pytest

from builders.schools import code
from domain.intake.labels import vocabularies
from domain.intake.tables import blocks_of
from domain.intake.workbook import Sheet

IDENTITY = ["学校标识码", "学校名称", "办学类型"]


def read(upper: list[str], lower: list[str], *figures: object):
    """The figures that are read by place, and what is told; what says which school it is reaches down over both rows."""
    rows = [
        [*IDENTITY, *upper],
        ["", "", "", *lower],
        [code(1), "青禾县第一小学", "小学", *(figures or range(1, len(lower) + 1))],
    ]
    block, findings = blocks_of(Sheet("表", rows))
    assert block is not None
    given = {place: cells[0] for place, cells in zip(block.places, block.typed, strict=True)}
    assert {given.pop((key, None)) for key in ("school_id", "school_name", "school_type")} == set(rows[2][:3])
    return given, findings, block


def unread(findings) -> list[str]:
    return [finding.value for finding in findings if finding.rule == "H-UNKNOWN"]


def test_groups_over_headings_while_others_reach_down():
    given, findings, _ = read(["校舍与场地", "", "设备与图书", ""], ["占地面积", "校舍建筑面积", "图书册数", "教学用计算机台数"])
    assert given == {("site_area", None): 1, ("building_area", None): 2, ("books", None): 3, ("teaching_computers", None): 4}
    assert [finding.rule for finding in findings] in ([], ["H-ORDER"])


@pytest.mark.parametrize(
    "group", ["小学", "一、小学", "小学教育", "小学情况", "普通小学", "小学（1-6年级）", "（一）小学部", "小學階段"]
)
def test_sections_are_named_in_many_ways(group):
    given, findings, _ = read([group, "", "初中", ""], ["在校生数", "班级数", "在校生数", "班级数"])
    assert given == {
        ("enrolment", "primary"): 1, ("classes", "primary"): 2, ("enrolment", "junior"): 3, ("classes", "junior"): 4,
    }  # fmt: skip
    assert findings == []


@pytest.mark.parametrize("group", ["高中", "幼儿园", "学前班", "國中", "职业高中"])
def test_what_stands_under_another_section_is_not_that_of_the_school(group):
    given, findings, _ = read(["小学", "", group], ["在校生数", "最大班额", "班级数"])
    assert given == {("enrolment", "primary"): 1, ("largest_class", "primary"): 2}
    (told,) = unread(findings)
    assert told.startswith("班级数(")


@pytest.mark.parametrize("group", ["生均", "缺口", "应配数", "上年数", "女生", "一年级", "幼儿园"])
@pytest.mark.parametrize("reaching_down", [True, False])
def test_what_stands_over_a_heading_may_change_its_figures(group, reaching_down):
    upper, lower = [*IDENTITY, "现有", "", group, ""], ["占地面积", "图书册数", "教学用计算机台数", "在校生数"]
    below = ["", "", ""] if reaching_down else IDENTITY
    rows = [
        upper if reaching_down else ["", "", "", *upper[3:]],
        [*below, *lower],
        [code(1), "青禾县第一小学", "小学", 1, 2, 3, 4],
    ]
    block, findings = blocks_of(Sheet("表", rows))
    assert block is not None and {key for key, _ in block.places[3:]} == {"site_area", "books"}
    assert unread(findings) == [f"教学用计算机台数({group})", f"在校生数({group})"]


@pytest.mark.parametrize(
    "group", ["学生宿舍", "食堂", "危房", "租用校舍", "在建", "教学楼", "教师周转房", "分校", "寄宿生", "图书馆", "2. 综合楼"]
)
def test_figures_of_a_part_of_the_school_are_not_the_schools(group):
    given, findings, _ = read(["占地面积", group, ""], ["", "建筑面积", "在校生数"], 1, 2, 3)
    assert given == {("site_area", None): 1}
    assert [one.split("(")[0] for one in unread(findings)] == ["建筑面积", "在校生数"]


@pytest.mark.parametrize(
    ("group", "below", "keys"),
    [
        ("校舍", ["建筑面积", "占地面积"], ["building_area", "site_area"]),
        ("办学条件", ["建筑面积", "图书册数"], ["building_area", "books"]),
        ("图书馆", ["图书册数", "阅览座位"], ["books"]),
        ("设备与图书", ["教学用计算机台数", "图书册数"], ["teaching_computers", "books"]),
        ("运动场", ["运动场地面积", "跑道"], ["sports_ground_area"]),
        ("青禾县中心校办学条件一览", ["建筑面积", "图书册数"], ["building_area", "books"]),
    ],
)
def test_what_stands_over_a_heading_and_names_no_part(group, below, keys):
    given, _, _ = read(["年末学生", group, ""], ["", *below], "", 2, 3)
    assert [key for key, _ in given] == keys


@pytest.mark.parametrize("first", ["男", "在编", "合计"])
def test_the_parts_of_a_figure_are_not_the_whole(first):
    given, findings, block = read(["专任教师数(小学)", "", "占地面积", "在校生数", ""], [first, "女", "", "小学", "初中"])
    whole = {("full_time_teachers", "primary"): 1} if first == "合计" else {}
    assert given == whole | {("site_area", None): 3, ("enrolment", "primary"): 4, ("enrolment", "junior"): 5}
    named = [f"专任教师数(小学)({one})" for one in (first, "女") if one != "合计"]
    assert unread(findings) == named and block.rows == [3]


def test_statutory_figures_in_two_rows():
    given, findings, block = read(
        ["小学专任教师", "", "", "", ""], ["合计", "博士研究生", "硕士研究生", "本科", "专科"], 9, 0, 1, 3, 4
    )
    assert given == {("full_time_teachers", "primary"): 9, ("teachers_above_required", "primary"): 8}
    assert [finding.rule for finding in findings] == ["H-SUM"] and block.layout.startswith("statistics")


@pytest.mark.parametrize("notes", [["人", "", "亩"], ["填在编", "", "证载"]])
def test_units_and_notes_below_are_no_headings(notes):
    given, _, block = read(["专任教师数(小学)", "", "占地面积"], notes, 1, "", 3)
    assert given == {("full_time_teachers", "primary"): 1, ("site_area", None): 3} and block.header == (0, 0)


@pytest.mark.parametrize("title", ["青禾县生均情况", "青禾县2024年小学生均设备缺口", "女子学校"])
def test_a_title_changes_nothing(title):
    rows = [[title], [*IDENTITY, "占地面积", "图书册数"], [code(1), "青禾县第一小学", "小学", 1, 2]]
    block, findings = blocks_of(Sheet("表", rows))
    assert block is not None and block.places[3:] == [("site_area", None), ("books", None)] and findings == []


def test_a_unit_in_a_heading_over_others_of_two_rows():
    _, _, block = read(["面积（亩）", "", "设备"], ["占地面积", "校舍建筑面积", "图书册数"])
    assert block.scales[3:] == (666.67, 666.67, 1.0)


@pytest.mark.parametrize("layout", vocabularies("bulk_table"), ids=lambda one: one.layout.id)
@pytest.mark.parametrize(
    ("heading", "place"),
    [
        ("小学阶段在校生数", ("enrolment", "primary")),
        ("小学部班级数（个）", ("classes", "primary")),
        ("初中-在校生数", ("enrolment", "junior")),
        ("初中：在校生数（人）", ("enrolment", "junior")),
        ("在校生数_小学", ("enrolment", "primary")),
        ("班级数-初中段（个）", ("classes", "junior")),
        ("（小学）图书册数", ("books", "primary")),
        ("一、占地面积", ("site_area", None)),
        ("（二）占地面积：", ("site_area", None)),
        ("61、50岁及以上专任教师数（小学）", ("teachers_age_50_plus", "primary")),
        ("学校名称：", ("school_name", None)),
        ("小学、初中在校生数", None),
        ("初中小学在校生数", None),
        ("小学女在校生数", None),
        ("小学占地面积", None),
        ("小学-教学点数", None),
    ],
)
def test_a_heading_with_its_section_or_number_before_it(layout, heading, place):
    found = layout.meaning(heading)
    assert (found and found.place) == place


def test_rooms_that_are_counted_are_no_area():
    for layout in vocabularies("bulk_table")[1:]:
        assert layout.meaning("教室").item and layout.meaning("教室（亩）").unit == "亩"
        assert layout.meaning("教室（间）") is None and layout.meaning("小学专任教师（本科）（%）") is None
