"""Layouts: the shipped ones, what their files may say, and what a person is told about a wrong one.

Belongs here: layouts and units as data. Does not belong here: sheets read by them (``intake/test_layouts_in_sheets``).
"""

import pytest

from data_contracts.catalogue import fields
from data_contracts.errors import MendableError
from data_contracts.layout import factor_to, layouts_of, read_layout, shipped_layouts, valid_instead, written_units
from data_contracts.school_year import SchoolYear, calendar
from domain.reporting.form_cells import TEMPLATE_VERSION

SOUND = """
id: own
form: bulk_table
title: 自编表
title_en: own table
version: "1"
source: a test
effective: {from: 2020-2021, to: 2021-2022}
items:
  - {label: 甲, field: books, grade: A, source: s}
  - {label: 乙, unit: ㎡, grade: B, source: s}
  - {label: 丙, unit: 亩, grade: B, source: s, optional: true}
sums:
  - {field: teaching_area, parts: [乙, 丙], grade: B}
"""


def by_id(name: str):
    return next(layout for layout in shipped_layouts() if layout.id == name)


def complaint(text: str) -> str:
    with pytest.raises(MendableError) as caught:
        read_layout(text, "own.yaml")
    assert "own.yaml" in caught.value.zh and "own.yaml" in caught.value.en
    return caught.value.zh


class TestShipped:
    def test_which(self):
        assert [layout.id for layout in shipped_layouts()] == [
            "bulk-table",
            "county-form",
            "school-form",
            "statistics-2013",
            "statistics-2021",
        ]
        assert [layout.id for layout in layouts_of("bulk_table")] == ["bulk-table", "statistics-2021", "statistics-2013"]

    def test_the_form_that_is_sent_out_bears_the_version_of_its_layout(self):
        assert by_id("school-form").version == by_id("county-form").version == TEMPLATE_VERSION

    @pytest.mark.parametrize("form", ["bulk_table", "school_form", "county_form"])
    def test_the_current_layouts_are_valid_in_every_year_of_the_calendar(self, form):
        assert all(layouts_of(form)[0].effective.covers(entry.year) for entry in calendar().values())

    @pytest.mark.parametrize("year", [str(year) for year in calendar()])
    def test_every_year_has_one_generation_of_the_statistics(self, year):
        covering = [
            one.id for one in shipped_layouts() if one.family == "statistics" and one.effective.covers(SchoolYear.parse(year))
        ]
        assert covering == ["statistics-2013" if year <= "2020-2021" else "statistics-2021"]

    def test_the_teaching_area_of_both_generations_contains_indoor_sports_once(self):
        def rooms(name: str) -> tuple[str, ...]:
            return next(total.parts for total in by_id(name).sums if total.field == "teaching_area")

        assert rooms("statistics-2013") == ("教室", "实验室", "图书室", "微机室", "语音室", "体育馆")
        assert rooms("statistics-2021") == ("教室", "专用教室", "公共教学用房")

    def test_what_is_told_once_only_is_of_grade_c(self):
        for name in ("statistics-2013", "statistics-2021"):
            unsure = {item.label for item in by_id(name).items if item.grade == "C"}
            assert {"计算机台数", "初中专任教师", "小学专任教师(中级)"} <= unsure
            assert not {"小学在校生数", "教学及辅助用房", "图书册数", "小学专任教师(本科)"} & unsure

    def test_every_item_states_its_source(self):
        assert all(item.source and item.grade in "ABC" for layout in shipped_layouts() for item in layout.items)

    def test_a_sum_is_no_surer_than_its_least_sure_part(self):
        for layout in shipped_layouts():
            grades = {item.label: item.grade for item in layout.items}
            for total in layout.sums:
                assert total.grade == max(grades[part] for part in total.parts)


class TestOwn:
    def test_sound(self):
        layout = read_layout(SOUND, "own.yaml")
        assert layout.items[0].field == "books" and layout.sums[0].place == ("teaching_area", None)
        assert (layout.years, layout.years_en) == ("2020-2021—2021-2022 学年", "from 2020-2021 to 2021-2022")

    def test_labels_are_compared_folded(self):
        text = SOUND.replace("label: 甲", "label: '甲 （小学）'")
        assert read_layout(text, "own.yaml").items[0].label == "甲(小学)"

    @pytest.mark.parametrize(
        ("change", "by", "told"),
        [
            ("id: own", "id: own\nid: other", "键 id 重复"),
            ("id: own", "id: own\ntitel: x", "titel:没有这个键"),
            ("title_en: own table\n", "", "title_en:缺少这一项"),
            ("field: books", "field: bokks", "字段目录中没有 'bokks'"),
            ("field: books", "field: books, unit: 元", "不能由 元 换算"),
            ("field: books", "field: music_rooms, section: primary", "music_rooms 只能用于"),
            ("field: books,", "section: primary,", "没有 field 就不能有 section"),
            ("label: 乙", "label: 甲", "名称重复: 甲"),
            ("parts: [乙, 丙]", "parts: [乙, 丁]", "items 中没有 丁"),
            ("parts: [乙, 丙]", "parts: [乙]", "sums.0.parts:"),
            ("unit: 亩", "unit: 册", "丙 的单位不能换算为 ㎡"),
            ("field: teaching_area", "field: school_name", "不是数字字段"),
            ("form: bulk_table", "form: table", "form:只能是"),
            ("from: 2020-2021", "from: 2023-2024", "早于 from"),
            ("grade: A", "grade: D", "items.0.grade:"),
            ("id: own", "id: [own", "不是有效的 YAML"),
        ],
    )
    def test_what_is_wrong_is_told_with_its_key(self, change, by, told):
        assert change in SOUND
        assert told in complaint(SOUND.replace(change, by, 1))

    def test_all_at_once(self):
        text = complaint(SOUND.replace("field: books", "field: bokks").replace("grade: B, source: s}", "grade: E, source: s}", 1))
        assert "有 2 处需要修改" in text

    @pytest.mark.parametrize("text", ["", "- a\n", "只有一句话"])
    def test_no_mapping(self, text):
        assert "“键: 值”" in complaint(text)


def test_what_is_valid_instead():
    year = SchoolYear.parse("2019-2020")
    found = valid_instead(by_id("statistics-2021"), year, shipped_layouts())
    assert found is not None and found.id == "statistics-2013"
    assert valid_instead(read_layout(SOUND, "own.yaml"), year, shipped_layouts()) is None


class TestUnits:
    @pytest.mark.parametrize(
        ("own", "written", "factor"),
        [
            ("㎡", "亩", 666.67),
            ("㎡", "平方米", 1),
            ("㎡", "m2", 1),
            ("㎡", "公顷", 10000),
            ("万元", "元", 0.0001),
            ("元", "万元", 10000),
            ("册", "册", 1),
            ("册", "元", None),
            ("万元", "亩", None),
        ],
    )
    def test_factors(self, own, written, factor):
        assert factor_to(own, written) == factor

    def test_of_what_is_counted_only_books_come_in_multiples(self):
        """百人, 百台 are also parts of other words."""
        whole = {field.unit for field in fields().values() if field.kind == "integer"}
        assert {unit for unit in whole for written in written_units() if factor_to(unit, written) not in (None, 1)} == {"册"}
