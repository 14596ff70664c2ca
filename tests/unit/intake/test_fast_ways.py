"""Quick ways through the intake say what the thorough ones say.

Belongs here: laws by which a shorter way equals the longer one. Does not belong here: what either should say.
"""

import hashlib
import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from builders.schools import YEAR, school
from builders.workbooks import BULK, bulk_rows, form, xlsx
from data_contracts.catalogue import fields
from data_contracts.school_year import SchoolYear
from domain.intake.cells import coerce, plain_number, plain_words
from domain.intake.gathering import READ_TABLES, gathered, packed, tables_of, unpacked, with_unchanged
from domain.intake.ratio_checks import agreeing, agrees
from domain.intake.reading import read_file
from domain.intake.returns import returns_of

SCHOOL_YEAR = SchoolYear.parse(YEAR)
NUMERIC = sorted(key for key, what in fields().items() if what.numeric)
OF_WORDS = sorted(key for key, what in fields().items() if not what.numeric)
TYPED = [
    "",
    "3999999999",
    "39999",
    "小学",
    "初中",
    "是",
    "无",
    "有",
    "—",
    "#REF!",
    " 第一 小学 ",
    "e\u0301cole",
    "\u202e校",
    "x" * 600,
    "\u3000",
]


def readings():
    files = {"甲.xlsx": form(school(1)), "乙.xlsx": b"", "表.xlsx": xlsx({BULK: bulk_rows([school(2), school(3)])})}
    return [read_file(name, content, hashlib.sha256(content).hexdigest(), SCHOOL_YEAR) for name, content in files.items()]


@given(st.sampled_from(NUMERIC), st.one_of(st.floats(), st.integers(-5, 10**6).map(float), st.just("")))
def test_a_plain_number_is_what_a_column_of_it_says(key, cell):
    what = fields()[key]
    quick, column = plain_number(what, cell), coerce(what, what.label, [cell], False)
    if quick is not None:
        assert not column.remarks
        assert quick == column.numbers[0] or (math.isnan(quick) and math.isnan(column.numbers[0]))


@given(st.sampled_from(OF_WORDS), st.sampled_from([cell for cell in TYPED if cell]))
def test_a_plain_word_is_what_a_column_of_it_says(key, cell):
    what = fields()[key]
    quick, column = plain_words(what, cell), coerce(what, what.label, [cell], False)
    assert quick == (None if column.remarks else column.texts[0])


@given(st.sampled_from(OF_WORDS), st.lists(st.sampled_from(TYPED), min_size=1, max_size=6), st.booleans())
def test_a_column_of_words_says_what_each_cell_says_alone(key, typed, textual):
    what = fields()[key]
    together = coerce(what, what.label, typed, textual)
    mixed = coerce(what, what.label, [*typed, None], textual)  # not words alone: cell by cell
    assert together.texts.tolist() == mixed.texts.tolist()[:-1]
    assert together.remarks == mixed.remarks


@given(st.floats(0, 1e12), st.floats(allow_nan=False), st.integers(0, 8))
@example(stated=0.0, computed=1.797e308, digits=0)
@pytest.mark.filterwarnings("ignore:overflow")
def test_one_stated_ratio_agrees_as_many_do(stated, computed, digits):
    typed = f"{stated:.{digits}f}"
    assert agrees(typed, stated, computed) == agreeing([typed], np.array([stated]), np.array([computed]))[0]


@pytest.mark.parametrize("count", [0, 1, 3])
def test_what_a_worker_packs_is_unpacked_as_it_was(count):
    sent = readings()[:count]
    back = unpacked(packed(sent))
    assert [one.findings for one in back] == [one.findings for one in sent]
    assert [(one.file, one.form, one.schools, one.blanks) for one in back] == [
        (one.file, one.form, one.schools, one.blanks) for one in sent
    ]
    for one, other in zip(back, sent, strict=True):
        # The lists of repeated words of files that were sent together are one; what the cells say is the same.
        assert one.values.astype(object).equals(other.values.astype(object))


def test_the_cells_of_unchanged_files_stay_beside_those_read_anew():
    night = [replace(one, file=f"{number}.xlsx") for number, one in enumerate(readings()[:3])]
    first = tables_of(gathered(night))
    changed = replace(night[0], sha256="f" * 64)
    second = with_unchanged(tables_of(gathered([changed])), first, {"1.xlsx", "2.xlsx"})
    whole = tables_of(gathered([changed, *night[1:]]))
    for name, one, other in zip(READ_TABLES, second.all, whole.all, strict=True):
        pd.testing.assert_frame_equal(one.astype(object), other.astype(object), obj=name)
    assert set(second.values["sha256"]) == {"f" * 64, night[2].sha256}


def test_what_many_typed_is_what_each_typed():
    returns = returns_of(gathered(readings()), None)
    everyone = np.arange(len(returns))
    for key in ("books", "school_name", "reported_books_per_student"):
        if (places := fields().get(key)) is None:
            continue
        for section in places.places:
            alone = [returns.typed_text(index, key, section) for index in everyone.tolist()]
            assert returns.typed_texts(everyone, key, section) == alone
            assert [returns.is_filled(index, key, section) for index in everyone.tolist()] == returns.filled(
                key, section
            ).tolist()
