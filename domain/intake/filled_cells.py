"""The filled cells of a file as columns: cheap to make for a form, to send between processes, and to join for a night.

Belongs here: the columns of ``submitted_values`` as Arrow tables of one file, and many of them as one table.
Does not belong here: finding and reading the cells (``tables``, ``cells``, ``reading``).
"""

from collections.abc import Collection, Iterable, Sequence
from functools import cache

import numpy as np
import pandas as pd
import pyarrow as arrow
from pandas.api.types import union_categoricals

from data_contracts.catalogue import SECTION_LABELS
from domain.number_text import compute, number_text

VALUE_COLUMNS = ("file", "sha256", "sheet", "row", "cell", "school_id", "field", "section", "value", "number", "text")

_CODES, _TEXT = arrow.dictionary(arrow.int32(), arrow.large_string()), arrow.large_string()
_SECTIONS = list(SECTION_LABELS)
SCHEMA = arrow.schema(
    [
        ("sheet", _CODES),
        ("row", arrow.int64()),
        ("cell", _TEXT),
        ("school_id", _TEXT),
        ("field", _CODES),
        ("section", _CODES),
        ("value", _TEXT),
        ("number", arrow.float64()),
        ("text", _TEXT),
    ]
)


@cache
def no_cells() -> arrow.Table:
    """No filled cells; made once, as a night has ten thousand files."""
    return SCHEMA.empty_table()


def words(texts: Iterable[str | None]) -> arrow.Array:
    """Words as a column; None where there is none."""
    return arrow.array(texts, _TEXT)


def numbers_as_typed(numbers: np.ndarray) -> arrow.Array:
    """Plain numbers as a person sees them in their cells: 450 for 450.0."""
    return number_text(arrow.array(numbers))


def column_addresses(letters: Sequence[str], column: np.ndarray, rows: Sequence[int], row: np.ndarray) -> arrow.Array:
    """Addresses such as E14 of cells given by their places in ``letters`` and ``rows``."""
    spelt = arrow.array(np.asarray(rows, dtype=np.int64)).cast(_TEXT)
    between = arrow.scalar("", _TEXT)
    return compute.binary_join_element_wise(words(letters).take(arrow.array(column)), spelt.take(arrow.array(row)), between)


def section_code(section: str | None) -> int:
    """The code of a section for ``cell_table``: −1 for none."""
    return _SECTIONS.index(section) if section in _SECTIONS else -1


def cell_table(
    sheet: str,
    row: np.ndarray,
    cell: arrow.Array,
    school_id: arrow.Array,
    keys: Sequence[str],
    key: np.ndarray,
    section: np.ndarray,
    value: arrow.Array,
    number: np.ndarray,
    text: arrow.Array,
) -> arrow.Table:
    """The filled cells of one sheet.

    Args:
        sheet: its name.
        row: Excel row of the school of each cell, 0 for a form.
        cell, school_id, value, text: columns of words.
        keys, key: the fields' keys, and for each cell the place of its own.
        section: code of each cell's section (``section_code``), as int32.
        number: in stored units, NaN for what is no number.
    """
    spelt = arrow.DictionaryArray.from_arrays(np.zeros(len(row), dtype=np.int32), words([sheet]))
    # A field stands in several columns, once in a dictionary.
    numbers = {name: number for number, name in enumerate(dict.fromkeys(keys))}
    of_key = np.array([numbers[name] for name in keys], dtype=np.int32)
    fields_ = arrow.DictionaryArray.from_arrays(arrow.array(of_key[key]), words(numbers))
    sections = arrow.DictionaryArray.from_arrays(arrow.array(section, mask=section < 0), words(_SECTIONS))
    columns = [spelt, arrow.array(row), cell, school_id, fields_, sections, value, arrow.array(number), text]
    return arrow.Table.from_arrays(columns, schema=SCHEMA)


def has_any_but(table: arrow.Table, keys: Collection[str]) -> bool:
    """True where some cell belongs to another field than those named."""
    for chunk in table.column("field").chunks:
        used = np.bincount(chunk.indices.to_numpy(), minlength=len(chunk.dictionary))
        if any(count and key not in keys for count, key in zip(used.tolist(), chunk.dictionary.to_pylist(), strict=True)):
            return True
    return False


def joined(parts: Sequence[tuple[str, str, arrow.Table]]) -> pd.DataFrame:
    """Filled cells of many files as one table: see the contract ``submitted_values``, without the school year.

    Args:
        parts: (file, sha256, filled cells).
    """
    counts = np.array([part.num_rows for _, _, part in parts], dtype=np.int64)
    whose = np.repeat(np.arange(len(parts), dtype=np.int32), counts)
    # Dictionaries may differ from file to file.
    table = arrow.concat_tables([part for _, _, part in parts]).unify_dictionaries() if parts else no_cells()
    columns = dict(zip(table.column_names, table.columns, strict=True))
    columns["file"] = arrow.DictionaryArray.from_arrays(whose, words([file for file, _, _ in parts]))
    digests = {digest: number for number, digest in enumerate(dict.fromkeys(digest for _, digest, _ in parts))}
    known = np.array([digests[digest] for _, digest, _ in parts], dtype=np.int32)
    columns["sha256"] = arrow.DictionaryArray.from_arrays(known[whose], words(digests))
    return arrow.table({name: columns[name] for name in VALUE_COLUMNS}).to_pandas()


def stacked(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Tables with the same columns below one another; lists of repeated words, which differ from table to table, become one."""
    first = tables[0]
    repeated = [name for name, kind in first.dtypes.items() if isinstance(kind, pd.CategoricalDtype)]
    together = pd.concat([table.drop(columns=repeated) for table in tables], ignore_index=True)
    for name in repeated:
        together[name] = union_categoricals([_of_words(table[name]) for table in tables])
    return together[list(first.columns)]


def _of_words(column: pd.Series) -> pd.Series:
    """A column of repeated words; a list without words has lost its type when it is read back, and would join no other."""
    return column.cat.rename_categories(pd.Index(column.cat.categories, dtype="str"))
