"""The county workbook, read back with openpyxl."""

import io
import re

import numpy as np
import openpyxl
import pytest
from county_sample import CODE, MADE_AT, SCHOOLS, STANDARDS, YEAR, finding, of_county, returns, schools, tables

from data_contracts.records import NUMERIC_COLUMNS
from domain.reporting.county_workbook import county_workbook
from domain.reporting.display import verdict_of

SHEETS = [
    "封面与说明",
    "校际差异系数表-基本均衡",
    "校际差异系数表-优质均衡",
    "分学校指标表-基本均衡",
    "分学校达标情况表-优质均衡",
    "优质均衡七项指标表",
    "县级结论",
    "教育投入增长",
    "县基本情况表",
    "教职工与学生",
    "乡镇情况",
    "范围影响",
    "大班额",
    "规划进展",
    "计入范围",
    "缺口清单",
    "校验结果",
]
BASIC = "national-basic-2012"
RAW = re.compile(r"\b(nan|None|NaN|NA|primary|junior|overall|composite|pending|R-\w+|[BLGQ]\d+)\b")
HOSTILE = ['=HYPERLINK("http://x","y")', "+1", "-1", "@校", "＝1", "\t制表", "<script>", "'=1", "{{7*7}}", "A&B", "很" * 300]


def made(year_tables, **more):
    content = county_workbook(YEAR, CODE, of_county(year_tables), STANDARDS, made_at=MADE_AT, **more)
    return openpyxl.load_workbook(io.BytesIO(content))


def texts(book):
    return [(sheet.title, cell) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]


def school_rows(sheet, column=2):
    """Rows of schools by name and section: those whose first cell is a number."""
    rows = [row for row in sheet.iter_rows() if isinstance(row[0].value, int | float)]
    return {(row[column - 1].value, row[column].value): row for row in rows}


def test_sheets_are_the_official_ones(workbook):
    assert workbook.sheetnames == SHEETS


def test_the_same_input_gives_the_same_bytes(county, workbook_bytes):
    assert county_workbook(YEAR, CODE, of_county(county), STANDARDS, made_at=MADE_AT) == workbook_bytes


def test_the_only_time_is_the_given_one(workbook):
    assert workbook.properties.created == MADE_AT.replace(tzinfo=None)
    assert any("2024 年 10 月 8 日 10:30" in str(cell.value) for cell in workbook["封面与说明"]["A"])


def test_the_cover_says_who_is_in_and_who_is_not(workbook):
    cover = "\n".join(str(cell.value) for row in workbook["封面与说明"].iter_rows() for cell in row if cell.value)
    for part in ["青岚县", "2024-2025 学年", "采用 10 所 / 应报 12 所", "石桥镇初级中学", "白杨镇杨树沟小学"]:
        assert part in cover
    for part in ["填报人：", "审核人：", "负责人：", "日期：", "教督〔2012〕3号", "教督〔2017〕6号", "未舍入", "待定", "未达到"]:
        assert part in cover


def test_coefficients_stand_unrounded_under_their_official_headings(county, workbook):
    sheet = workbook["校际差异系数表-基本均衡"]
    heads = [cell.value for cell in sheet[3]]
    assert heads[:5] == ["序号", "市", "县", "学校类别", "类型"] and heads[13:] == ["综合", "限值", "是否达标"]
    assert [sheet.cell(row, 5).value for row in (4, 5, 6, 7)] == ["全县平均值", "差异系数"] * 2
    assert sheet["N4"].value == "—"
    rows = county["county_coefficients"].query(f"standard == '{BASIC}' and section == 'primary'").set_index("indicator")
    assert sheet["F4"].value == rows["mean"]["B1"] and sheet["F4"].number_format == "0.00"
    assert sheet["H4"].value == rows["mean"]["B3"] and sheet["H4"].number_format == "0"
    assert sheet["F5"].value == rows["coefficient"]["B1"] and sheet["F5"].number_format == "0.000"
    assert sheet["N5"].value == rows["coefficient"]["composite"]
    assert (sheet["O5"].value, sheet["P5"].value) == (0.65, "达标")


def test_quality_coefficients_have_limits_and_words(workbook):
    sheet = workbook["校际差异系数表-优质均衡"]
    assert [sheet.cell(row, 5).value for row in range(4, 8)] == ["全县平均值", "差异系数", "限值", "是否达标"]
    assert {sheet.cell(6, column).value for column in range(6, 13)} == {0.5}
    assert {sheet.cell(7, column).value for column in range(6, 13)} == {"达标"}


def test_schools_stand_in_the_registers_order_with_both_sections(workbook):
    order = [name for name, _, _, students in SCHOOLS for section in range(2) if students[section] and name != "石桥村教学点"]
    for name in ("分学校达标情况表-优质均衡", "优质均衡七项指标表", "分学校指标表-基本均衡"):
        assert [key[0] for key in school_rows(workbook[name])] == order


def test_misses_have_a_dark_fill_and_others_not(county, workbook):
    rows = school_rows(workbook["分学校达标情况表-优质均衡"])
    figures = county["school_indicators"].query("standard == 'national-quality-2017'")
    words = {"primary": "小学", "junior": "初中"}
    assert (figures["met"] == False).any()  # noqa: E712
    for one in figures.itertuples():
        cell = rows[one.school_name, words[one.section]][3 + 2 * (int(one.indicator[1:]) - 1)]
        if np.isnan(one.value):
            assert cell.value == "缺数据"
            continue
        assert cell.value == one.value
        assert (cell.fill.fgColor.rgb == "FF8C3A32") == (not one.met)


def test_compliance_is_one_or_empty(county, workbook):
    rows = school_rows(workbook["分学校达标情况表-优质均衡"])
    words = {"primary": "小学", "junior": "初中"}
    for one in county["school_compliance"].itertuples():
        cell = rows[one.school_name, words[one.section]][3 + 14]
        assert cell.value == (1 if verdict_of(one.compliant) == "true" else None)
    assert rows["石桥镇初级中学", "初中"][3].value == "有错误，未采用"
    assert rows["白杨镇杨树沟小学", "小学"][3].value == "未报送"


def test_seven_indicators_show_floor_threshold_value_and_word(county, workbook):
    row = school_rows(workbook["优质均衡七项指标表"])["城关镇第一小学", "小学"]
    one = county["school_indicators"].query("school_name == '城关镇第一小学' and indicator == 'L4'").iloc[0]
    assert [row[3 + 12 + offset].value for offset in range(4)] == [one["floor"], 4.5, one["value"], "是"]


def test_gaps_name_school_and_amount_and_keep_the_unrounded(county, workbook):
    rows = [row for row in workbook["缺口清单"].iter_rows(values_only=True) if isinstance(row[0], int | float)]
    missed = county["school_indicators"].query("met == False")
    assert sum(isinstance(row[8], float | int) for row in rows) == len(missed)
    assert sorted(row[8] for row in rows if not isinstance(row[8], str)) == sorted(missed["shortfall"])
    assert all(re.fullmatch(r"[缺差] [\d.]+ (人|㎡|万元|元|间|台|册)", row[7]) for row in rows if row[7] != "缺数据")
    assert [row[1] for row in rows if row[7] == "缺数据"] == ["白杨镇中心小学"]


def test_verdicts_are_in_words_with_reasons(workbook):
    rows = list(workbook["县级结论"].iter_rows(min_row=4, values_only=True))
    assert {row[5] for row in rows if row[5]} == {"达到", "未达到", "待定"}
    found = {row[1]: row for row in rows if isinstance(row[0], int)}
    schools_item = found["学校资源配置综合达标"]
    assert schools_item[3:6] == (6, 13, "未达到")
    assert "白杨镇初级中学" in schools_item[6]
    # Answers are shown as answers, figures unrounded under a format that shows sign and unit.
    assert found["县域内义务教育学校规划布局合理"][3:6] == ("是", "是", "达到")
    retention = found["全县初中三年巩固率"]
    assert retention[3] == 100 * (1236 - 31 + 18) / (1290 - 1) and retention[5] == "未达到"
    assert "(毕业 1236 − 转入 31 + 转出 18) ÷ (入学 1290 − 死亡 1) = 94.88 %" in retention[6].translate(
        {0xFF08: "(", 0xFF09: ")"}
    )
    groups = [row[0] for row in rows if isinstance(row[0], str) and row[0].startswith("政府保障程度")]
    assert groups == ["政府保障程度：共 15 项，达到 8 项，未达到 5 项，待定 2 项"]


def test_every_item_of_a_verdict_stands_under_its_group_once(county, workbook):
    rows = list(workbook["县级结论"].iter_rows(min_row=4, values_only=True))
    items = county["county_verdicts"].query("item != 'overall'")
    assert sum(isinstance(row[0], int) for row in rows) == len(items)


def test_the_three_growths_are_told_with_what_they_must_exceed(workbook):
    rows = {row[:2]: row for row in workbook["教育投入增长"].iter_rows(min_row=4, values_only=True)}
    # 86 240 ÷ 80 125 = +7.63 %, revenue 214 000 ÷ 206 500 = +3.63 %.
    spending = rows["教育经费", "—"]
    assert (round(spending[4], 2), round(spending[5], 2), spending[6]) == (7.63, 3.63, "是")
    assert rows["财政经常性收入", "—"][6] == "不作要求"
    assert rows["生均教育事业费", "初中"][6] == "否"
    assert rows["生均公用经费", "初中"][2:7] == ("—", "—", "—", 0, "待定")


def test_scope_and_findings_are_listed(workbook):
    scope = list(workbook["计入范围"].iter_rows(min_row=4, values_only=True))
    point = next(row for row in scope if row[1] == "石桥村教学点")
    assert (point[5], point[6], point[7]) == ("不计入", "教学点不计入校际差异系数", "不计入")
    findings = [row[1] for row in workbook["校验结果"].iter_rows(min_row=4, values_only=True)]
    assert findings == ["错误", "疑问", "提示"]


def test_pages_are_set_for_print(workbook):
    for sheet in workbook:
        upright = "portrait" if sheet.title == "封面与说明" else "landscape"
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == (upright, 9)
        assert sheet.page_setup.fitToWidth in (None, 1) and sheet.sheet_properties.pageSetUpPr.fitToPage
    for name in SHEETS[1:9]:
        assert workbook[name].freeze_panes and workbook[name].print_title_rows


def test_no_keys_and_no_missing_marks_reach_the_reader(workbook):
    for title, cell in texts(workbook):
        bare = re.sub(r"\[[A-Z-]+\]", "", str(cell.value))
        assert not RAW.search(bare), (title, bare)


def test_hostile_text_is_written_as_harmless_text():
    """E23, E25: formulas, links and braces."""
    roster = returns(schools(HOSTILE), seed=1, county="=某县")
    bad = finding(roster["school_id"][0], "error", "=1+1", file="=a.xlsx", value="@cmd", sheet="-x", cell="+1")
    book = made(tables(roster, left_out=(HOSTILE[0],), findings=[bad]), city_name="=市")
    for title, cell in texts(book):
        assert cell.data_type != "f", (title, cell.coordinate)
        if cell.data_type == "s":
            assert not str(cell.value).startswith(tuple("=+-@\t＝＋－＠")), (title, cell.value)
    names = [key[0] for key in school_rows(book["优质均衡七项指标表"])]
    assert {"'" + HOSTILE[0], "'+1", "'-1", "'@校", "'＝1", "<script>", "{{7*7}}", "A&B", HOSTILE[-1]} <= set(names)


def test_a_county_without_junior_schools():
    book = made(tables(returns(schools(primary_only=True), seed=2)))
    assert book["校际差异系数表-优质均衡"]["F8"].value == "—"
    assert {row[1] for row in school_rows(book["优质均衡七项指标表"])} == {"小学"}


def test_without_any_value_nothing_is_met():
    empty = returns(schools(), seed=2)
    empty[[c for c in NUMERIC_COLUMNS if not c.startswith("enrolment")]] = np.nan
    book = made(tables(empty))
    shown = {cell.value for row in book["优质均衡七项指标表"].iter_rows(min_row=5) for cell in row}
    assert "缺数据" in shown and "是" not in shown and "否" not in shown


@pytest.mark.parametrize("kept", [0, 1])
def test_no_and_one_accepted_school(kept):
    roster = returns(schools(), seed=2)
    book = made(tables(roster, missing=tuple(roster["school_name"][kept:])))
    assert f"采用 {kept} 所 / 应报 12 所" in str([cell.value for cell in book["封面与说明"]["C"]])


def test_tables_without_rows_still_give_a_workbook(county):
    book = made({name: table.iloc[:0] for name, table in county.items()})
    assert book.sheetnames == SHEETS


def test_a_hundred_missing_schools_are_all_named():
    names = [f"第{number}小学" for number in range(100)]
    roster = returns([(name, "镇", "小学", (100, 0, 0)) for name in names], seed=3)
    book = made(tables(roster, missing=tuple(names[1:])))
    cover = "".join(str(cell.value) for row in book["封面与说明"].iter_rows() for cell in row if cell.value)
    assert all(name in cover for name in names[1:])
