"""Published CSV and Parquet: every value reads back, no text becomes a formula, the same rows give the same bytes."""

import csv
import io
import math
import struct

import numpy as np
import pandas as pd
import pyarrow.parquet as parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st
from published_samples import published_year

from data_contracts.tables import CONTRACTS, PUBLISHED, shaped
from domain.reporting import table_text
from domain.reporting.display import neutralised
from domain.reporting.table_text import csv_text, ordered, parquet_bytes

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def cells(content: bytes) -> list[list[str]]:
    """The fields of a CSV, as another program reads them."""
    return list(csv.reader(io.StringIO(content.decode("utf-8"), newline=""), strict=True))


def raw(text: str) -> str:
    """The text before it was neutralised, by the rule that ``csv_text`` states."""
    return text[1:] if text.startswith("'") and neutralised(text.lstrip("'")) != text.lstrip("'") else text


def column(values, dtype) -> pd.DataFrame:
    return pd.DataFrame({"key": pd.Series(["k"] * len(values), dtype="str"), "x": pd.Series(values, dtype=dtype)})


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (450.0, "450"),
        (-3.5, "-3.5"),
        (0.0, "0"),
        (-0.0, "-0"),
        (0.1 + 0.2, "0.30000000000000004"),
        (1e-05, "1e-05"),
        (0.0001, "0.0001"),
        (1e10, "10000000000"),
        (-12345678901.5, "-12345678901.5"),
        (1e15, "1000000000000000"),
        (9007199254740992.0, "9007199254740992"),
        (1e16, "1e+16"),
        (5e-324, "5e-324"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
        (math.nan, ""),
    ],
)
def test_a_number_is_its_shortest_text(number, text):
    assert cells(csv_text(column([number], "float64")))[1][1] == text


@given(st.lists(st.floats(allow_nan=False), min_size=1))
def test_every_double_reads_back_to_the_same_bits(numbers):
    texts = [row[1] for row in cells(csv_text(column(numbers, "float64")))[1:]]
    assert [struct.pack("d", float(text)) for text in texts] == [struct.pack("d", number) for number in numbers]
    assert texts == [repr(number).removesuffix(".0") for number in numbers]


@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(FORMULA_STARTS).map(lambda s: f"'{s}1"), min_size=1
    )
)
def test_no_text_begins_a_formula_and_all_text_can_be_had_back(texts):
    written = [row[1] for row in cells(csv_text(column(texts, "str")))[1:]]
    assert not [text for text in written if text.startswith(FORMULA_STARTS)]
    assert [raw(text) for text in written] == texts


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_formula_starts_are_neutralised_wherever_text_stands(start):
    table = pd.DataFrame({"file": [f"{start}x.xlsx", f"a/{start}x.xlsx"], "n": [-1.5, 2.0]}).astype({"file": "str"})
    assert cells(csv_text(table)) == [["file", "n"], [f"'{start}x.xlsx", "-1.5"], [f"a/{start}x.xlsx", "2"]]


def test_flags_counts_and_none():
    table = pd.DataFrame(
        {
            "flag": pd.array([True, False, None], dtype="boolean"),
            "sure": [True, False, True],
            "count": pd.array([1, None, 12345678901], dtype="Int64"),
            "text": pd.Series(["", None, "无"], dtype="str"),
        }
    )
    assert csv_text(table) == "flag,sure,count,text\ntrue,true,1,\nfalse,false,,\n,true,12345678901,无\n".encode()


def test_no_byte_order_mark_and_a_header_without_rows():
    assert csv_text(column([], "float64")) == b"key,x\n"


def test_writing_in_pieces_changes_nothing(monkeypatch):
    table = published_year()["school_indicators"]
    whole = csv_text(table)
    monkeypatch.setattr(table_text, "_ROWS_AT_ONCE", 7)
    assert csv_text(table) == whole


@pytest.mark.parametrize("name", PUBLISHED)
def test_every_published_table_reads_back_from_csv_and_parquet(name):
    table = published_year()[name]
    texts = pd.DataFrame(cells(csv_text(table))[1:], columns=list(table.columns)).map(raw)
    for each in table.columns:
        if pd.api.types.is_float_dtype(table[each]) and str(table[each].dtype) == "float64":
            np.testing.assert_array_equal([float(text or "nan") for text in texts[each]], table[each])
        else:
            expected = ["" if pd.isna(v) else str(v).lower() if isinstance(v, bool | np.bool) else str(v) for v in table[each]]
            assert list(texts[each]) == expected
    pd.testing.assert_frame_equal(parquet.read_table(io.BytesIO(parquet_bytes(table))).to_pandas(), table)


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_order_does_not_depend_on_how_rows_came(name):
    table = published_year()[name]
    mixed = table.sample(frac=1, random_state=3)
    pd.testing.assert_frame_equal(ordered(mixed, name), table)
    assert csv_text(ordered(mixed, name)) == csv_text(table)
    assert parquet_bytes(ordered(pd.concat([mixed[:9], mixed[9:]]), name)) == parquet_bytes(table)
    keys = [key for key in table_text.KEY_COLUMNS if key in table]
    rows = list(table[keys].fillna("").itertuples(index=False, name=None))
    assert rows == sorted(rows)


def test_text_order_is_by_code_point_and_empty_comes_first():
    verdicts = published_year()["county_verdicts"].head(6).assign(county_code="110105", standard="s")
    verdicts["item"] = ["overall", "B2", "B10", "甲", "R-cv", "R-cv"]
    verdicts["section"] = pd.Series([None, None, None, None, "primary", "junior"], dtype="str")
    expected = [("", "B10"), ("", "B2"), ("", "overall"), ("", "甲"), ("junior", "R-cv"), ("primary", "R-cv")]
    found = ordered(verdicts, "county_verdicts")
    assert list(zip(found["section"].fillna(""), found["item"], strict=True)) == expected


def test_findings_of_a_school_follow_the_sheet():
    cells_as_read = [None, "B9", "E9", "AA9", "E10"]
    rows = [
        {
            name: {"file": "a.xlsx", "cell": cell, "severity": "error", "rule": "C-1", "message": "m"}.get(name)
            for name in CONTRACTS["findings"].columns
        }
        for cell in cells_as_read
    ]
    findings = shaped(pd.DataFrame(rows, dtype=object).drop(columns="school_year"), "findings", "2024-2025")
    assert list(ordered(findings.iloc[[4, 1, 3, 0, 2]], "findings")["cell"].fillna("")) == ["", "B9", "E9", "AA9", "E10"]


def test_many_distinct_values_do_not_overflow_the_order():
    random = np.random.default_rng(7)
    names = list(CONTRACTS["findings"].columns)
    texts = pd.DataFrame({name: [f"{n:05d}" for n in random.integers(0, 9000, 9000)] for name in names}).astype("str")
    texts["cell"] = "A1"
    keys = [*(key for key in table_text.KEY_COLUMNS if key in names), *table_text.FINDING_COLUMNS]
    expected = texts.sort_values(keys, kind="stable", ignore_index=True)
    pd.testing.assert_frame_equal(ordered(texts, "findings"), expected)
