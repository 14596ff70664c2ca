"""The fill-in form 学校填报表 and the bulk table 汇总表: what is asked, how it looks to readers and to a clerk.

Belongs here: the workbooks as other programs see them. Does not belong here: what becomes of a return (``domain.intake``).
"""

import datetime as dt
import re
import time
import zipfile
from dataclasses import replace
from io import BytesIO

import openpyxl
import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from data_contracts.catalogue import fields, official_values, school_types
from data_contracts.school_year import SchoolYear
from data_contracts.standard import fields_in_use, shipped_standards
from data_contracts.standards_in_force import in_force
from domain.reporting.check_sheet import CHECK_SHEET
from domain.reporting.form_checks import DOUBTFUL, PASSED, UNUSED, WAITING, form_checks
from domain.reporting.form_rows import demand, form_rows
from domain.reporting.school_form import BULK_SHEET, FORM_SHEET, TEMPLATE_VERSION, blank_bulk_table, school_form

YEAR = SchoolYear.parse("2024-2025")
MODIFIED = dt.datetime(2024, 9, 2, 8, 30)
EXCEL_2010 = {"IF", "AND", "OR", "COUNT", "COUNTA", "COUNTIF", "SUM", "ROUND", "TEXT", "N", "ABS", "ISTEXT", "ISNUMBER", "LEN"}
HEADER = ["序号", "类别", "填报项目", "单位", "填报值", "是否必填", "备注说明"]


def in_use(year: SchoolYear = YEAR) -> frozenset[str]:
    return fields_in_use(in_force(shipped_standards(), year))


def a_school(school_type: str = "小学") -> dict[str, str]:
    return {"school_id": "0360521001", "school_name": "青禾县实验小学", "county_code": "036052", "school_type": school_type}


def form(school=None, last_year=None, values=None, year=YEAR) -> bytes:
    return school_form(year, school, last_year, values, modified=MODIFIED, required_keys=in_use(year))


def opened(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(BytesIO(content))


def lines(content: bytes) -> dict[str, list]:
    """Rows of the form by label, as a reader of values sees them."""
    rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_name(FORM_SHEET).to_python(skip_empty_area=False)
    return {row[2]: row for row in rows[4:]}


def demands(content: bytes) -> dict[str, str]:
    return {label: row[5] for label, row in lines(content).items()}


def check_results(content: bytes) -> dict[str, str]:
    rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_name(CHECK_SHEET).to_python(skip_empty_area=False)
    return {row[1]: row[2] for row in rows[4:]}


def cell_of(sheet, label: str):
    return next(sheet.cell(row, 5) for row in range(5, sheet.max_row + 1) if sheet.cell(row, 3).value == label)


def rule_at(sheet, coordinate: str):
    return next(rule for rule in sheet.data_validations.dataValidation if coordinate in rule.sqref)


def test_an_entry_of_the_register_is_typed_as_a_clerk_would():
    """The register is kept as text; 建成年份 as text would be coloured as wrong before anybody wrote into the form."""
    sheet = opened(form({**a_school(), "year_built": "1935"}))[FORM_SHEET]
    assert cell_of(sheet, "建成年份").value == 1935
    assert cell_of(sheet, "学校标识码").value == "0360521001"


def test_cover_and_header_stand_where_readers_look():
    sheet = opened(form(a_school()))[FORM_SHEET]
    assert sheet["A1"].value == "义务教育学校基本情况填报表"
    assert [sheet.cell(2, column).value for column in (1, 2, 4, 5)] == ["学年", "2024-2025", "模板版本", TEMPLATE_VERSION]
    assert [cell.value for cell in sheet[4]][:7] == HEADER
    assert sheet.freeze_panes == "D5"
    assert sheet.print_title_rows == "$4:$4"
    assert [sheet.cell(row, 1).value for row in (5, 6, 7)] == [1, 2, 3]


@pytest.mark.parametrize(
    ("school_type", "required", "optional", "absent"),
    [
        ("小学", ["在校生数(小学)", "图书册数"], [], ["在校生数(初中)", "图书册数(小学)", "三年前初一在校生数"]),
        ("教学点", ["在校生数(小学)"], ["所属主校标识码"], ["年度公用经费预算总额", "是否制定学校章程"]),
        ("初级中学", ["在校生数(初中)", "年度公用经费预算总额"], ["三年前初一在校生数"], ["在校生数(小学)"]),
        (
            "九年一贯制学校",
            ["在校生数(小学)", "在校生数(初中)", "图书册数"],
            ["图书册数(小学)", "图书册数(初中)"],
            ["在校生数(高中)", "图书册数(高中)"],
        ),
        (
            "完全中学",
            ["在校生数(初中)", "在校生数(高中)"],
            ["图书册数(初中)", "图书册数(高中)"],
            ["在校生数(小学)", "班级数(高中)"],
        ),
        (
            "十二年一贯制学校",
            ["在校生数(小学)", "在校生数(初中)", "在校生数(高中)"],
            ["图书册数(小学)", "图书册数(高中)"],
            ["专任教师数(高中)"],
        ),
        ("特殊教育学校", ["学校标识码"], ["在校生数(小学)", "图书册数", "年度公用经费预算总额"], []),
    ],
)
def test_rows_and_demands_follow_the_school_type(school_type, required, optional, absent):
    found = demands(form(a_school(school_type)))
    assert {label: found[label] for label in required} == dict.fromkeys(required, "必填")
    assert {label: found[label] for label in optional} == dict.fromkeys(optional, "选填")
    assert not set(absent) & set(found)


def test_an_alias_of_the_type_is_as_good_as_its_official_name():
    assert demands(form(a_school("九年一贯制"))) == demands(form(a_school("九年一贯制学校")))


@pytest.mark.parametrize("school", [None, {}, {"school_name": "某校", "school_type": "没有这种学校"}])
def test_without_a_type_every_place_of_every_field_is_asked(school):
    labels = [field.label_in(section) for field in fields().values() for section in field.places]
    assert sorted(demands(form(school))) == sorted(labels)
    assert len(set(labels)) == len(labels)


def test_rows_stand_block_by_block_and_whole_school_before_sections():
    rows = form_rows("九年一贯制学校", in_use())
    categories = [row.field.category for row in rows]
    assert [c for i, c in enumerate(categories) if i == 0 or categories[i - 1] != c] == list(dict.fromkeys(categories))
    labels = [row.label for row in rows]
    at = labels.index("图书册数")
    assert labels[at : at + 3] == ["图书册数", "图书册数(小学)", "图书册数(初中)"]


def test_demands_depend_on_the_standards_of_the_year():
    before, since = form(a_school(), year=SchoolYear(2015)), form(a_school())
    assert demands(before)["县级及以上骨干教师数(小学)"] == "选填"
    assert demands(since)["县级及以上骨干教师数(小学)"] == "必填"
    assert demands(before)["在校生数(小学)"] == demands(since)["在校生数(小学)"] == "必填"
    assert demands(since)["最小音乐专用教室面积"] == "有则必填"


def test_blank_form_tells_conditions_and_marks_cells_once_the_type_is_chosen():
    content = form()
    assert demands(content)["在校生数(初中)"] == "本学段必填"
    assert demands(content)["年度公用经费预算总额"] == "教学点免填"
    sheet = opened(content)[FORM_SHEET]
    kind, entry = (cell_of(sheet, label).coordinate for label in ("办学类型", "在校生数(初中)"))
    rules = [r.formula[0] for area in sheet.conditional_formatting if str(area.sqref) == entry for r in area.rules]
    assert any(f'{kind}="初级中学"' in rule and f'{kind}="小学"' not in rule for rule in rules)


def test_an_unknown_condition_in_the_catalogue_is_not_passed_over():
    odd = replace(fields()["books"], required="sometimes")
    with pytest.raises(ValueError, match="sometimes"):
        demand(odd, None, None, in_use())


def test_codes_stay_text():
    content = form(a_school())
    for label, code in (("学校标识码", "0360521001"), ("县级行政区划代码", "036052")):
        cell = cell_of(opened(content)[FORM_SHEET], label)
        assert (cell.value, cell.data_type, cell.number_format) == (code, "s", "@")
        assert lines(content)[label][4] == code


def test_drop_downs_and_number_rules_with_hints():
    sheet = opened(form(a_school("九年一贯制学校")))[FORM_SHEET]
    kind = rule_at(sheet, cell_of(sheet, "办学类型").coordinate)
    assert (kind.type, kind.formula1) == ("list", f'"{",".join(official_values("school_type"))}"')
    yes_no = rule_at(sheet, cell_of(sheet, "是否设重点班").coordinate)
    assert yes_no.formula1 == '"是,否"'
    count = rule_at(sheet, cell_of(sheet, "班级数(小学)").coordinate)
    assert (count.type, count.operator, count.formula1) == ("whole", "greaterThanOrEqual", "0")
    area = rule_at(sheet, cell_of(sheet, "教学仪器设备资产值").coordinate)
    assert (area.type, area.operator) == ("decimal", "greaterThanOrEqual")
    assert "万元" in area.prompt and fields()["equipment_value"].note in area.prompt
    assert area.error and area.errorStyle in (None, "stop")
    code = rule_at(sheet, cell_of(sheet, "学校标识码").coordinate)
    assert code.type == "custom" and "10" in code.formula1


def test_every_entry_has_a_rule_that_excel_accepts():
    sheet = opened(form())[FORM_SHEET]
    covered = {str(rule.sqref) for rule in sheet.data_validations.dataValidation}
    assert covered == {f"E{row}" for row in range(5, sheet.max_row + 1)}
    for rule in sheet.data_validations.dataValidation:
        assert len(rule.promptTitle) <= 32 and len(rule.prompt) <= 255 and len(rule.error or "") <= 255


def test_only_entries_are_unlocked_and_no_password_is_needed():
    book = opened(form(a_school()))
    sheet = book[FORM_SHEET]
    unlocked = {cell.coordinate for row in sheet.iter_rows() for cell in row if not cell.protection.locked}
    assert unlocked == {f"E{row}" for row in range(5, sheet.max_row + 1)}
    for each in book:
        assert each.protection.sheet and not each.protection.password
        assert each.sheet_state == "visible"


def test_values_round_trip_as_a_clerk_would_have_typed_them():
    values = {
        ("enrolment", "primary"): 450,
        ("teaching_area", None): 3559.5,
        ("books", None): 12000.0,
        ("equipment_value", None): "约200",
        ("key_classes", None): "否",
        ("charter", None): True,
        ("classes", "primary"): float("nan"),
        ("music_rooms", None): pd.NA,
        ("township", None): "=1+1",
        ("year_built", None): 1998,
    }
    found = {label: row[4] for label, row in lines(form(a_school(), values=values)).items()}
    assert found["在校生数(小学)"] == 450
    assert found["教学及辅助用房面积"] == 3559.5
    assert found["图书册数"] == 12000
    assert found["教学仪器设备资产值"] == "约200"
    assert (found["是否设重点班"], found["是否制定学校章程"]) == ("否", "是")
    assert (found["班级数(小学)"], found["音乐专用教室间数"]) == ("", "")
    assert found["乡镇(街道)"] == "=1+1"
    assert found["学校名称"] == "青禾县实验小学"


def test_values_win_over_the_register_and_are_never_dropped():
    values = {("school_name", None): "改名小学", ("public_budget", None): 12.5, ("enrolment", "junior"): 3}
    found = {label: row[4] for label, row in lines(form(a_school("教学点"), values=values)).items()}
    assert (found["学校名称"], found["年度公用经费预算总额"], found["在校生数(初中)"]) == ("改名小学", 12.5, 3)
    with pytest.raises(KeyError, match="no_such_field"):
        form(a_school(), values={("no_such_field", None): 1})


def test_last_year_and_the_change_since():
    last_year = {("enrolment", "primary"): 160, ("books", None): 9000, ("key_classes", None): "否", ("building_area", None): 0}
    values = {("enrolment", "primary"): 150, ("books", None): 9000, ("key_classes", None): "是", ("building_area", None): 12.345}
    found = lines(form(a_school(), last_year, values))
    assert found["在校生数(小学)"][7:9] == [160, "-10（-6.3%）"]
    assert found["图书册数"][7:9] == [9000, "持平"]
    assert found["是否设重点班"][8] == "有变化"
    assert found["校舍建筑面积"][8] == "+12.35"
    assert found["班级数(小学)"][7:9] == ["", ""]


def test_live_checks_name_what_does_not_fit():
    values = {
        ("enrolment", "primary"): 166,
        ("enrolment", "junior"): 210,
        ("classes", "primary"): 6,
        ("largest_class", "primary"): 30,
        ("classes", "junior"): 0,
        ("largest_class", "junior"): 51,
        ("oversize_classes", "junior"): 0,
        ("full_time_teachers", "primary"): 14,
        ("backbone_teachers", "primary"): 15,
        ("certified_teachers", "primary"): 14,
        ("teaching_area", None): 3000,
        ("indoor_sports_area", None): 3001,
        ("books", None): 100,
        ("books", "primary"): 60,
        ("books", "junior"): 39,
        ("equipment_value", None): 2_005_000,
        ("sports_ground_area", None): "约3000",
    }
    found = check_results(form(a_school("九年一贯制学校"), values=values))
    assert found["小学：最大班额 × 班级数 ≥ 在校生数"] == PASSED
    assert found["初中：有学生就有班级，有班级就有学生"] == DOUBTFUL
    assert found["初中：超班额班数与最大班额相符"] == DOUBTFUL
    assert found["县级及以上骨干教师数(小学) ≤ 专任教师数(小学)"] == DOUBTFUL
    assert found["持证专任教师数(小学) ≤ 专任教师数(小学)"] == PASSED
    assert found["持证专任教师数(初中) ≤ 专任教师数(初中)"] == WAITING
    assert found["室内体育用房面积 ≤ 教学及辅助用房面积"] == DOUBTFUL
    assert found["图书册数：各学段之和 = 全校数"] == DOUBTFUL
    assert found["教学用计算机台数：各学段之和 = 全校数"] == UNUSED
    assert found["教学仪器设备资产值 ÷ 在校生数在10—500000元之间"] == DOUBTFUL
    assert found["数字项目只填阿拉伯数字，不带单位、逗号和文字"] == DOUBTFUL


@pytest.mark.parametrize(
    ("whole", "parts", "expected"),
    [
        (100, (60, 40), PASSED),
        (100, (60, None), PASSED),
        (100, (101, None), DOUBTFUL),
        (100, (60, 0), DOUBTFUL),
        (None, (60, 40), PASSED),
        (100, (None, None), UNUSED),
        (0, (0, 0), PASSED),
    ],
)
def test_sections_add_up_to_the_whole(whole, parts, expected):
    checks = form_checks(form_rows("九年一贯制学校", in_use()))
    check = next(check for check in checks if check.question == "图书册数：各学段之和 = 全校数")
    assert check.result({("books", None): whole, ("books", "primary"): parts[0], ("books", "junior"): parts[1]}) == expected


def test_progress_counts_required_entries_that_are_missing():
    def left(content: bytes) -> int:
        return int(CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_name(CHECK_SHEET).to_python()[1][2])

    rows = form_rows("九年一贯制学校", in_use())
    required = sum(row.required for row in rows)
    school = a_school("九年一贯制学校")
    assert left(form(school)) == required - len(school)
    # A shared resource entered for every section needs no figure for the whole school.
    assert left(form(school, values={("books", "primary"): 6, ("books", "junior"): 4})) == required - len(school) - 1
    assert left(form(school, values={("books", "primary"): 6})) == required - len(school)


def test_same_arguments_give_the_same_bytes_at_any_time(monkeypatch):
    first = form(a_school(), values={("books", None): 3}), bulk()
    monkeypatch.setattr(time, "time", lambda: 2e9)
    assert (form(a_school(), values={("books", None): 3}), bulk()) == first
    later = school_form(YEAR, a_school(), modified=dt.datetime(2025, 1, 1), required_keys=in_use())
    assert later != form(a_school())


def test_properties_carry_time_year_and_version():
    book = opened(form(a_school()))
    assert book.properties.modified == book.properties.created == MODIFIED
    custom = {item.name: item.value for item in book.custom_doc_props.props}
    assert custom == {"junheng_school_year": "2024-2025", "junheng_template_version": TEMPLATE_VERSION}
    aware = dt.datetime(2024, 9, 2, 16, 30, tzinfo=dt.timezone(dt.timedelta(hours=8)))
    assert opened(school_form(YEAR, None, modified=aware, required_keys=in_use())).properties.modified == MODIFIED


@pytest.mark.parametrize("school_type", [None, *school_types()])
def test_formulas_use_only_functions_of_excel_2010(school_type):
    content = form(a_school(school_type) if school_type else None)
    with zipfile.ZipFile(BytesIO(content)) as parts:
        sheets = "".join(parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/worksheets/sheet"))
    formulas = re.findall(r"<(?:f|formula|formula1)>(.*?)</", sheets)
    assert len(formulas) > 100
    assert {name for text in formulas for name in re.findall(r"([A-Z][A-Z0-9.]*)\(", text)} <= EXCEL_2010
    assert "_xlfn" not in sheets and max(map(len, formulas)) < 8192


def bulk(types=None, rows=()) -> bytes:
    return blank_bulk_table(YEAR, types, modified=MODIFIED, required_keys=in_use(), rows=rows)


def bulk_header(content: bytes) -> list[str]:
    return [cell.value for cell in opened(content)[BULK_SHEET][1] if cell.value is not None]


def test_bulk_table_has_one_header_row_with_every_label():
    labels = [field.label_in(section) for field in fields().values() for section in field.places]
    header = bulk_header(bulk())
    assert sorted(header) == sorted(labels)
    assert header[:2] == ["学校标识码", "学校名称"]


def test_bulk_table_of_primary_schools_asks_nothing_of_junior_sections():
    header = bulk_header(bulk(["小学", "教学点"]))
    assert not [label for label in header if "初中" in label or "高中" in label]
    assert {"在校生数(小学)", "图书册数", "年度公用经费预算总额"} <= set(header)
    with pytest.raises(KeyError, match="没有这种学校"):
        bulk(["没有这种学校"])


def test_bulk_rows_round_trip():
    rows = [
        {("school_id", None): "0360521001", ("school_type", None): "小学", ("enrolment", "primary"): 450},
        {("school_id", None): "0360521002", ("enrolment", "junior"): 12, ("books", None): 10.5},
    ]
    content = bulk(["小学"], rows)
    table = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_name(BULK_SHEET).to_python(skip_empty_area=False)
    first, second = (dict(zip(table[0], row, strict=True)) for row in table[1:])
    assert (first["学校标识码"], first["办学类型"], first["在校生数(小学)"]) == ("0360521001", "小学", 450)
    assert (second["学校标识码"], second["在校生数(初中)"], second["图书册数"]) == ("0360521002", 12, 10.5)


def test_bulk_guide_explains_every_column():
    book = opened(bulk())
    guide = {row[1].value: row for row in book["填报说明"].iter_rows(min_row=4)}
    assert list(guide) == bulk_header(bulk())
    assert all(row[5].value for row in guide.values())
    assert guide["图书册数"][4].value == "必填"


def test_every_field_has_a_note_of_a_readable_length():
    for field in fields().values():
        characters = re.findall("[\u4e00-\u9fff]", field.note)
        assert 10 <= len(characters) <= 60, field.key
