"""The register: the schools expected, and clear sentences about what is wrong with it.

Belongs here: reading one register. Does not belong here: who is missing (``test_settling``).
"""

import pandas as pd
import pytest

from builders.schools import School, code, school
from builders.workbooks import bulk_rows, csv_table, xlsx
from data_contracts.catalogue import fields, identity_fields
from data_contracts.errors import MendableError
from domain.intake.register import read_register, register_labels


def identity(number: int, **changed) -> School:
    return {place: value for place, value in school(number, **changed).items() if fields()[place[0]].category == "基本信息"}


def rows(*schools: School, **options) -> list[list[object]]:
    return bulk_rows(list(schools) or [identity(2), identity(1)], **options)


def read(table, name: str = "2024-2025.xlsx") -> pd.DataFrame:
    return read_register(name, csv_table(table) if name.endswith(".csv") else xlsx({"名册": table}))


def refusal(table, name: str = "2024-2025.xlsx") -> str:
    with pytest.raises(MendableError) as caught:
        read(table, name)
    assert name in caught.value.zh and name in caught.value.en
    return caught.value.zh


@pytest.mark.parametrize("name", ["2024-2025.xlsx", "2024-2025.csv"])
def test_identity_in_the_files_order(name):
    table = read(rows(), name)
    assert table["school_id"].tolist() == [code(2), code(1)]
    assert list(table.columns) == [field.key for field in identity_fields()]
    assert table["school_type"].tolist() == ["小学", "小学"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_encodings(encoding):
    assert len(read_register("r.csv", csv_table(rows(), encoding))) == 2


def test_aliases_titles_and_other_columns():
    table = rows(
        identity(1, kind="小学教学点"),
        above=[["青禾县学校名册"], []],
        labels={"学校标识码": "学校代码", "学校名称": "学校（机构）名称"},
    )
    table = [[*row, value] for row, value in zip(table, [None, None, "合并到", "某校"], strict=True)]
    assert read(table)["school_type"].tolist() == ["教学点"]


def test_status_is_normal_where_blank():
    assert read(rows(identity(1, school_status=None), identity(2, school_status="撤销")))["school_status"].tolist() == [
        "正常",
        "停办",
    ]


def test_optional_columns_may_be_absent_or_blank():
    table = read(rows(identity(1, area_type=None, year_built=1998), identity(2)))
    assert table["area_type"].tolist()[1:] == ["镇区"] and table["area_type"].isna().tolist() == [True, False]
    assert table["year_built"].tolist()[0] == 1998 and table["township"].isna().all()


def test_codes_stored_as_numbers_are_taken():
    assert read(rows(identity(1, school_id=3605210001, county_code=360521)))["school_id"].tolist() == [code(1)]


def test_totals_examples_and_blank_rows_are_no_schools():
    table = rows() + [[], ["示例", "某校"], ["合计", 2]]
    assert len(read(table)) == 2


@pytest.mark.parametrize(
    "key", [f.key for f in identity_fields() if f.required == "yes" and f.key not in ("area_type", "school_id")]
)
def test_blank_in_what_identifies_and_scopes(key):
    said = refusal(rows(identity(1), {**identity(2), (key, None): None}))
    assert fields()[key].label in said and "第 3 行" in said


@pytest.mark.parametrize(
    "key", [f.key for f in identity_fields() if f.required == "yes" and f.key not in ("area_type", "school_id")]
)
def test_missing_column(key):
    assert fields()[key].label in refusal(rows(without=(fields()[key].label,)))


def test_blank_code():
    assert "学校标识码" in refusal(rows(identity(1), {**identity(2), ("school_id", None): None}))


def test_code_twice_names_the_rows():
    said = refusal(rows(identity(1), identity(2), identity(1)))
    assert code(1) in said and "2" in said and "4" in said


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("school_id", "12", "10 位"),
        ("county_code", "36", "6 位"),
        ("school_type", "高中", "可填"),
        ("year_built", "九八年", "不是数字"),
    ],
)
def test_wrong_cells_are_named(column, value, words):
    table = rows(identity(1), identity(2, **{column: value}))
    said = refusal(table)
    assert words in said and "名册”" in said and "3" in said


def test_many_wrong_cells_are_counted_and_cut():
    said = refusal(rows(*[identity(n, ownership="?") for n in range(1, 12)]))
    assert "共 11 处" in said and said.count("C-CHOICE") == 5


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"<html>"])
def test_unreadable(content):
    with pytest.raises(MendableError) as caught:
        read_register("2024-2025.xlsx", content)
    assert "读不出来" in caught.value.zh and "{" not in caught.value.zh


@pytest.mark.parametrize("table", [[], [["姓名"], ["张三"]], rows()[:1]])
def test_no_school(table):
    assert "没有找到学校" in refusal(table)


def test_labels():
    assert register_labels() == [field.label for field in identity_fields()]
    assert register_labels()[:2] == ["学校标识码", "学校名称"]


def test_a_row_longer_than_the_header_is_named():
    """A comma within a name, without quotation marks, puts every word behind it below a foreign heading."""
    table = rows()
    table[2] = [*table[2][:1], "青禾县第一", "第二学校", *table[2][2:]]
    assert "第 3 行" in refusal(table, "2024-2025.csv")
