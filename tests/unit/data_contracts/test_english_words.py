"""Chinese words in English sentences: units have English names, other words are quoted.

Belongs here: single words and sentences. Does not belong here: what rules say (``tests/unit/intake``).
"""

import pytest

from data_contracts.catalogue import county_fields, fields
from data_contracts.english_words import filled_in, units_in_english
from data_contracts.layout import written_units
from data_contracts.record_forms import record_forms
from data_contracts.rules import unit_slips


@pytest.mark.parametrize(
    ("sentence", "params", "said"),
    [
        ("{x} now", {"x": "450人"}, "450 people now"),
        ("in {x}", {"x": "万元"}, "in ten thousand yuan"),
        ("{x} {unit} per student", {"x": 8.4, "unit": "㎡"}, "8.4 m² per student"),
        ("'{x}' is no number", {"x": "450册"}, "'450册' is no number"),
        ("write '{x}'", {"x": "万元"}, "write '万元'"),
        ("by {x}", {"x": "李四"}, "by '李四'"),
        ("one of {x}", {"x": ["公办", "民办"]}, "one of '公办', '民办'"),
        ("it is '{x}'", {"x": ["公办", "民办"]}, "it is '公办, 民办'"),
        ("last year's{x_en}", {"x_en": ": 图书册数 11250→9000"}, "last year's: '图书册数' 11250→9000"),
        ("{x_en}", {"x_en": "in 亩 instead of ㎡ (8 × 666.67 = 5333.36㎡)"}, "in mu instead of m² (8 × 666.67 = 5333.36 m²)"),
        ("{x_en}", {"x_en": "a similar name is 东元小学 (3605210001)"}, "a similar name is '东元小学' (3605210001)"),
        ("{x_en} missing", {"x_en": "在校生数(小学), 班级数"}, "'在校生数(小学)', '班级数' missing"),
        ("{x} rows", {"x": 3}, "3 rows"),
        ("{x}", {"x": "60Mbps"}, "60Mbps"),
    ],
)
def test_a_sentence(sentence, params, said):
    assert filled_in(sentence, params) == said


def test_every_unit_has_an_english_name():
    asked = [*fields().values(), *county_fields().values()]
    asked += [column.field for columns in record_forms().values() for column in columns.values()]
    units = {what.unit for what in asked} | {what.stored_unit for what in asked} | {slip.entered for slip in unit_slips()}
    assert units - {""} <= set(units_in_english())
    assert {unit for unit in written_units() if not unit.isascii()} <= set(units_in_english())
