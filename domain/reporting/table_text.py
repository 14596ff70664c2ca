"""Published tables as bytes: their order of rows, their CSV text, their Parquet file.

Belongs here: how a value is written so that it reads back as the same value, on every machine and every night alike.
Does not belong here: where the bytes go (``resources.publication``), what the columns mean (``data_contracts.tables``),
figures rounded for people (``display``).
"""

import re
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as arrow
import pyarrow.parquet as parquet

from data_contracts.tables import CONTRACTS
from domain.number_text import compute, number_text
from domain.reporting.display import neutralised

KEY_COLUMNS = ("school_year", "county_code", "school_id", "section", "standard", "indicator", "item")
FINDING_COLUMNS = ("file", "sheet", "cell", "rule", "field", "severity", "value", "message")

_ROWS_AT_ONCE = 200_000
_MUST_BE_QUOTED = '[,"\r\n]'
_CELL = re.compile(r"([A-Z]{1,3})(\d{1,7})")


def ordered(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """The rows of a published table in the one order that CSV, Parquet and SQL share.

    Text order (by code point, as Python and ``LC_ALL=C`` sort; empty first) of those of school_year, county_code, school_id,
    section, standard, indicator and item that the table has, then of what else belongs to its key (numbers by size). Findings have
    no key: within a school and section they stand by file, sheet, then cell as it is read on the sheet (row 9 before row 10, column B before AA; what concerns
    the whole sheet first), then by all that is left, so that the same findings always give the same bytes.

    Args:
        table: in the shape of its contract.
        name: of the table in ``data_contracts.tables``.

    Returns:
        The same rows with a fresh index; the table itself where they already stand in order.
    """
    keys = [column for column in CONTRACTS[name].metadata["key"] if column not in KEY_COLUMNS]
    columns = [table[column] for column in (*KEY_COLUMNS, *keys) if column in table]
    ranks = [_number_ranks(one) if pd.api.types.is_numeric_dtype(one.dtype) else _ranks(one) for one in columns]
    if name == "findings":
        ranks += [_cell_ranks(table[column]) if column == "cell" else _ranks(table[column]) for column in FINDING_COLUMNS]
    place = np.zeros(len(table), dtype=np.int64)
    for rank in ranks:
        count = int(rank.max(initial=0)) + 1
        if int(place.max(initial=0)) >= np.iinfo(np.int64).max // count - 1:
            place = np.unique(place, return_inverse=True)[1].astype(np.int64)
        place = place * count + rank
    if bool((place[1:] >= place[:-1]).all()):
        return table.reset_index(drop=True)
    return table.iloc[np.argsort(place, kind="stable")].reset_index(drop=True)


def _words(values: Any) -> tuple[np.ndarray, arrow.Array]:
    """For each row the number of its word, from 1 (0: none), and the distinct words."""
    encoded = _array(values).cast(arrow.large_string()).dictionary_encode()
    numbers = compute.add(compute.fill_null(compute.cast(encoded.indices, arrow.int64()), -1), 1)
    return numbers.to_numpy(zero_copy_only=False), encoded.dictionary


def _ranks(values: Any) -> np.ndarray:
    numbers, words = _words(values)
    # An empty text and none look alike in CSV: they must not be told apart by the order either.
    places = np.zeros(len(words) + 1, dtype=np.int64)
    places[compute.sort_indices(words).to_numpy() + 1] = np.arange(1, len(words) + 1)
    places[1:][compute.equal(words, "").to_numpy(zero_copy_only=False)] = 0
    return places[numbers]


def _number_ranks(values: Any) -> np.ndarray:
    return np.unique(np.asarray(values, dtype=np.int64), return_inverse=True)[1].astype(np.int64)


def _cell_ranks(values: Any) -> np.ndarray:
    numbers, words = _words(values)
    keys = [(0, 0, "", "")] + [_cell_key(word) for word in words.to_pylist()]
    place = {key: at for at, key in enumerate(sorted(set(keys)))}
    return np.array([place[key] for key in keys], dtype=np.int64)[numbers]


def _cell_key(address: str) -> tuple[int, int, str, str]:
    """Row, then column (longer letters lie further right), then the address itself; no address stands first."""
    match = _CELL.match(address)
    return (int(match[2]), len(match[1]), match[1], address) if match else (0, 0, "", address)


def csv_text(table: pd.DataFrame) -> bytes:
    """The published CSV of a table: UTF-8, a header, ``\\n`` after every line, fields quoted only where they must be.

    There is **no byte order mark**: pandas, ``csv`` and databases would read it into the name of the first column. Who
    opens a table in Excel or WPS takes the workbooks; these files are for programs.

    Numbers are the shortest text that reads back to the same double (as Python's ``repr``), whole ones without ``.0``;
    flags are ``true`` and ``false``; nothing is written for what is missing, nor for an empty text.
    Text that a spreadsheet would take for a formula gets a leading ``'``, names of files too. So does text in which
    such a start already stands behind quotation marks: whoever takes one ``'`` away before ``'…=`` has the raw text back.

    Args:
        table: in the shape of its contract and in the order of ``ordered``.

    Raises:
        pyarrow.ArrowException: a column mixes types, which no contract allows.
    """
    header = _quoted(arrow.array(list(table.columns), arrow.large_string()))
    lines = [",".join(header.to_pylist()).encode() + b"\n"]
    for start in range(0, len(table), _ROWS_AT_ONCE):
        part = table.iloc[start : start + _ROWS_AT_ONCE]
        cells = [_column_text(part[column]) for column in table.columns]
        # The closing comma is replaced by joining the rows, not the fields, with the end of the line.
        rows = _joined(cells, ",")
        lines.append(_bytes(_joined([rows, arrow.nulls(len(part), arrow.large_string())], "\n")))
    return b"".join(lines)


def _joined(parts: list[arrow.Array], separator: str) -> arrow.Array:
    between = arrow.scalar(separator, arrow.large_string())
    return compute.binary_join_element_wise(*parts, between, null_handling="replace", null_replacement="")


def _bytes(texts: arrow.Array) -> bytes:
    """All texts one after the other: they already lie so in memory."""
    offsets, content = texts.buffers()[1:]
    ends = np.frombuffer(offsets, dtype=np.int64)
    return content.slice(int(ends[texts.offset]), int(ends[texts.offset + len(texts)] - ends[texts.offset])).to_pybytes()


def _column_text(values: pd.Series) -> arrow.Array:
    column = _array(values)
    if arrow.types.is_floating(column.type):
        return number_text(column)
    if arrow.types.is_string(column.type) or arrow.types.is_large_string(column.type):
        encoded = column.cast(arrow.large_string()).dictionary_encode()
        return compute.take(_quoted(_harmless(encoded.dictionary)), encoded.indices)
    return compute.cast(column, arrow.large_string())


def _harmless(words: arrow.Array) -> arrow.Array:
    """Words that no spreadsheet takes for a formula; what a formula begins with is decided in ``display`` alone."""
    starts = compute.utf8_slice_codeunits(words, 0, 1)
    doubtful = [start for start in compute.unique(starts).to_pylist() if start == "'" or neutralised(start) != start]
    if not doubtful:
        return words
    mask = compute.is_in(starts, arrow.array(doubtful, arrow.large_string()))
    neutral = [_neutral(word) for word in words.filter(mask).to_pylist()]
    return compute.replace_with_mask(words, mask, arrow.array(neutral, arrow.large_string()))


def _neutral(word: str) -> str:
    core = word.lstrip("'")
    return "'" + word if neutralised(core) != core else word


def _quoted(words: arrow.Array) -> arrow.Array:
    mask = compute.match_substring_regex(words, _MUST_BE_QUOTED)
    if not compute.any(mask, min_count=0).as_py():
        return words
    quoted = ['"' + word.replace('"', '""') + '"' for word in words.filter(mask).to_pylist()]
    return compute.replace_with_mask(words, mask, arrow.array(quoted, arrow.large_string()))


def _array(values: pd.Series) -> Any:
    """The column as one piece of memory: in pieces, the same values would give other bytes."""
    column = arrow.array(values, from_pandas=True)
    return column.combine_chunks() if isinstance(column, arrow.ChunkedArray) else column


def parquet_bytes(table: pd.DataFrame) -> bytes:
    """The published Parquet file: raw text, doubles as they are, types of the contract; the same rows give the same bytes.

    Args:
        table: in the shape of its contract and in the order of ``ordered``.
    """
    columns = arrow.Table.from_pandas(table, preserve_index=False).combine_chunks()
    written = arrow.BufferOutputStream()
    # Dictionaries (the default) shrink repeated words and give way to plain pages by themselves where nothing repeats.
    parquet.write_table(columns, written, compression="zstd", row_group_size=1_000_000)
    return written.getvalue().to_pybytes()
